/* Which dialog a message belongs to, and what it is there: first sight or copy, dead dialog,
 * certain absence. RFC 3261 12.1, 12.2.2; RFC 5057 for what BYE ends.
 *
 * A dialog is made by the first response that creates it (12.1) or by a NOTIFY that overtakes the
 * response to its SUBSCRIBE (RFC 6665 4.4.1). A dialog whose opening was not seen is not made up
 * from later requests: their sender's role could only be guessed. */
#include "dialog/dialog_facts.h"
#include "dialog/subscription.h"
#include "parse/uri.h"

#define SECOND INT64_C(1000000)

static const struct sipsan_sight *sight_of(const struct sipsan_dialog *d, uint64_t key)
{
    for (size_t i = 0; i < SIPSAN_SIGHTS_MAX; i++)
        if (d->sights[i].key == key)
            return &d->sights[i];
    return NULL;
}

/* A repeat has the same top Via; a relayed copy has the Via of an earlier one below its own, or
 * more Vias within a second (a hop in between was not seen). */
static bool ack_first_sight(const struct sipsan_dialog *d, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    uint64_t top = seen->keys.via, second = seen->keys.via2;

    if (d->ack_time == 0 || d->ack_cseq != msg->cseq.number)
        return true;
    if (seen->hash == d->ack_bytes ||
        (top != 0 && (top == d->ack_top || top == d->ack_relayed_top)))
        return false;
    if (second != 0 && (second == d->ack_top || second == d->ack_relayed_top))
        return false;
    return msg->via_count == d->ack_vias || seen->ref.time - d->ack_time > SECOND;
}

static bool first_sight(const struct sipsan_dialogs *dialogs, const struct sipsan_call_match *call,
                        const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_dialog *d = call->dialog;
    const struct sipsan_sight *sight = NULL;

    if (match->what == SIPSAN_ACK_REQUEST)
        return !d || ack_first_sight(d, seen);
    if (match->txn && match->txn->segment)
        return false;
    if (d)
        sight = sight_of(d, sipsan_dialog_sight_key(dialogs, seen->msg, call->side));
    switch (match->what) {
    case SIPSAN_NEW_REQUEST:
        /* The same request from another host, and no proxy pair: a relay that hides its Via. From
         * the same host it is the sender's second attempt. */
        return !match->relayed &&
               (!sight || sight->src == sipsan_hash_ip(dialogs->seed, &seen->flow.src));
    case SIPSAN_NEW_RESPONSE:
        return call->opens || (!match->child && !sight);
    case SIPSAN_STRAY_RESPONSE:
        return !sight;
    default:
        return false;
    }
}

/* Both endpoints have shown at their own hops where they send from, and this request goes the other
 * way between the two: its sender's tag is in To. */
static bool tags_swapped(const struct sipsan_dialog *d, enum sipsan_side side,
                         const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_party *claimed = &d->party[side];
    const struct sipsan_party *other = &d->party[other_side(side)];

    if (seen->msg->method_id == SIPSAN_METHOD_ACK && !sipsan_ack_end_to_end(d, match, seen))
        return false;
    return seen->msg->via_count == 1 && !d->hidden && claimed->at_own_hop && other->at_own_hop &&
           sipsan_ip_eq(&seen->flow.src, &other->addr) &&
           sipsan_ip_eq(&seen->flow.dst, &claimed->addr) &&
           !sipsan_ip_eq(&seen->flow.src, &claimed->addr);
}

/* What BYE ends. */
static bool of_invite_usage(const struct sipsan_msg *msg)
{
    return msg->method_id != SIPSAN_METHOD_SUBSCRIBE && msg->method_id != SIPSAN_METHOD_NOTIFY &&
           msg->method_id != SIPSAN_METHOD_REFER;
}

/* That there is no such dialog is certain when the one half that is known was seen from its start,
 * at the caller's own hop, where the answers of all forks pass, and was settled a while ago. What
 * does not concern that caller may be of another call that a B2BUA has given the same names. */
static bool absence_known(const struct sipsan_dialogs *dialogs, const struct sipsan_dialog *half,
                          const struct sipsan_seen *seen)
{
    const struct sipsan_party *caller;
    const struct sipsan_host *host;
    const struct sipsan_way *way;
    bool by_caller;
    int64_t settled;

    if (!half || !seen->leg || !half->whole || half->lossy ||
        half->party[SIPSAN_CALLER].routes_at.family == 0)
        return false;
    caller = &half->party[SIPSAN_CALLER];
    by_caller =
        sipsan_span_eq_nocase(seen->msg->from.tag, text_span(&caller->tag)) ||
        sipsan_span_eq_nocase(seen->msg->to.tag, text_span(&half->party[SIPSAN_CALLEE].tag));
    by_caller = by_caller == seen->msg->request;
    if (!addr_same_ip(&caller->routes_at, by_caller ? &seen->flow.src : &seen->flow.dst))
        return false;
    host =
        seen->leg->host[sipsan_leg_side(seen->leg, by_caller ? &seen->flow.src : &seen->flow.dst)];
    if (sipsan_losses_since(&host->losses, half->opened.time))
        return false; /* another answer may have been in it */
    way =
        &seen->leg->way[sipsan_leg_side(seen->leg, by_caller ? &seen->flow.src : &seen->flow.dst)];
    if (way->unnamed != 0 && way->unnamed > half->opened.time - SIPSAN_TIMER_B)
        return false; /* what it says twice may have opened another dialog */
    settled = half->confirmed.time ? half->confirmed.time : half->ended.time;
    return settled != 0 && dialogs->now - settled > dialogs->race_window &&
           dialogs->now >= dialogs->lossy_until;
}

static struct sipsan_dialog *any_half(const struct sipsan_dialogs *dialogs,
                                      const struct sipsan_dialog_names *names, bool has_to)
{
    struct sipsan_dialog_names turned;
    struct sipsan_dialog *half = sipsan_dialog_half(dialogs, names, SIPSAN_CALLER, NULL);

    if (!half)
        half = sipsan_dialog_half(dialogs, names, SIPSAN_CALLEE, NULL);
    if (half || !has_to)
        return half;
    turned = sipsan_dialog_turned(names);
    half = sipsan_dialog_half(dialogs, &turned, SIPSAN_CALLER, NULL);
    return half ? half : sipsan_dialog_half(dialogs, &turned, SIPSAN_CALLEE, NULL);
}

static int match_request(struct sipsan_dialogs *dialogs, struct sipsan_call_match *call,
                         const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_dialog_names names;
    bool tagged = msg->to.tag.p != NULL;
    struct sipsan_dialog *d = NULL;
    int err = SIPSAN_OK;

    sipsan_dialog_names(&names, seen);
    call->in_dialog =
        tagged && msg->method_id != SIPSAN_METHOD_ACK && msg->method_id != SIPSAN_METHOD_CANCEL;
    if (msg->method_id == SIPSAN_METHOD_REGISTER)
        return SIPSAN_OK;
    if (tagged || msg->method_id != SIPSAN_METHOD_INVITE)
        d = sipsan_dialog_find(dialogs, &names);
    if (d) {
        enum sipsan_side side = sipsan_dialog_side(d, names.a);

        if (tags_swapped(d, side, match, seen)) {
            call->half = d;
            call->swapped = true;
            call->known = d->whole && !d->lossy;
            return SIPSAN_OK;
        }
        call->dialog = d;
        call->side = side;
        call->dead = d->state == SIPSAN_DIALOG_TERMINATED && (!d->usages || of_invite_usage(msg));
        call->known = call->dead;
        return SIPSAN_OK;
    }
    /* CANCEL and the ACK to a non-2xx belong to a transaction (9.1, 17.1.1.3): their To is that of
     * the INVITE or of a final response that made no dialog. */
    if (msg->method_id == SIPSAN_METHOD_CANCEL ||
        (msg->method_id == SIPSAN_METHOD_ACK && match->txn && match->txn->final.status >= 300))
        return SIPSAN_OK;
    call->half = any_half(dialogs, &names, tagged);
    call->known = absence_known(dialogs, call->half, seen);
    if (msg->method_id == SIPSAN_METHOD_NOTIFY && tagged && match->what == SIPSAN_NEW_REQUEST &&
        (!call->half || !call->half->invite)) {
        struct sipsan_dialog_names turned = sipsan_dialog_turned(&names);

        err = sipsan_dialog_make(dialogs, &d, &turned);
        if (d) {
            d->usages = true;
            call->dialog = d;
            call->side = SIPSAN_CALLEE;
            call->half = NULL;
            call->known = false;
            sipsan_dialog_become(dialogs, d, SIPSAN_DIALOG_CONFIRMED);
        }
    }
    return err;
}

/* 12.1: a 2xx, and a 101-199 with a To tag, to a request outside of dialogs. */
static bool opens_dialog(const struct sipsan_match *match, const struct sipsan_msg *msg)
{
    const struct sipsan_txn *txn = match->txn;

    if (!txn || !txn->whole || txn->to_tag.p || match->what != SIPSAN_NEW_RESPONSE)
        return false;
    switch (msg->method_id) {
    case SIPSAN_METHOD_INVITE:
        return (msg->status >= 200 && msg->status < 300) ||
               (msg->status > 100 && msg->status < 200 && msg->to.tag.p);
    case SIPSAN_METHOD_SUBSCRIBE:
    case SIPSAN_METHOD_REFER:
        return msg->status >= 200 && msg->status < 300;
    default:
        return false;
    }
}

static int match_response(struct sipsan_dialogs *dialogs, struct sipsan_call_match *call,
                          const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_dialog_names names;
    struct sipsan_dialog *d = NULL;
    int err = SIPSAN_OK;

    if (msg->method_id == SIPSAN_METHOD_REGISTER || (!msg->to.tag.p && msg->status < 200))
        return SIPSAN_OK;
    sipsan_dialog_names(&names, seen);
    d = sipsan_dialog_find(dialogs, &names);
    if (!d && opens_dialog(match, msg)) {
        err = sipsan_dialog_make(dialogs, &d, &names);
        if (d) {
            call->opens = true;
            sipsan_facts_open(dialogs, d, match->txn);
        }
    }
    if (!d) {
        call->half = any_half(dialogs, &names, true);
        call->known = absence_known(dialogs, call->half, seen);
        return err;
    }
    call->dialog = d;
    call->side = other_side(sipsan_dialog_side(d, names.a));
    call->dead = d->state == SIPSAN_DIALOG_TERMINATED && !d->usages;
    return SIPSAN_OK;
}

int sipsan_dialog_match(struct sipsan_dialogs *dialogs, struct sipsan_call_match *call,
                        const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    int err = SIPSAN_OK;

    *call = (struct sipsan_call_match){.side = SIPSAN_NO_SIDE, .sdp_role = SIPSAN_SDP_UNKNOWN};
    if (dialogs->started == 0)
        dialogs->started = seen->ref.time;
    if (seen->ref.time > dialogs->now)
        dialogs->now = seen->ref.time;
    if (msg->call_id.p && msg->from.text.p && msg->to.text.p)
        err = msg->request ? match_request(dialogs, call, match, seen)
                           : match_response(dialogs, call, match, seen);
    call->first_sight = first_sight(dialogs, call, match, seen);
    if (call->dialog)
        call->subscription = sipsan_subscription_match(call->dialog, call->side, msg);
    if (!msg->sdp)
        call->sdp_role = SIPSAN_SDP_NONE;
    else if (msg->request && msg->method_id == SIPSAN_METHOD_INVITE)
        call->sdp_role = SIPSAN_SDP_OFFER;
    else if (call->dialog && call->first_sight)
        call->sdp_role = sipsan_offer_role(&call->dialog->offers, msg);
    return err;
}

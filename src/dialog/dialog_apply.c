/* The effects of messages on their dialog: states (12, 15), CSeq spaces (12.2.1.1, 12.2.2), INVITE
 * in progress on each side (14, RFC 5407), target refreshes, offers. The 2xx, its ACK and all
 * obligations are in dialog_owed.c.
 *
 * Repeats and relayed copies have no effect but the facts of their hop. */
#include "dialog/dialog_facts.h"
#include "dialog/subscription.h"

#define TWINS_MAX 16 /* transactions of one Call-ID, From tag and CSeq number looked at */

static bool is_2xx(int status)
{
    return status >= 200 && status < 300;
}

/* --- calls ----------------------------------------------------------------------------------- */

/* Another attempt with the same number: a fork, or a copy to another server. */
static bool has_twin(const struct sipsan_txns *txns, const struct sipsan_txn *txn)
{
    struct sipsan_map_link *link;
    int n = 0;

    if (!txn->in_map[1])
        return false;
    link = sipsan_map_first(&txns->by_call, txn->by_call.hash);
    for (; link && n < TWINS_MAX; link = sipsan_map_next(link), n++) {
        const struct sipsan_txn *other = sipsan_container(link, struct sipsan_txn, by_call);

        if (other != txn && other->class == SIPSAN_TXN_INVITE && other->cseq == txn->cseq)
            return true;
    }
    return false;
}

static void count_call(struct sipsan_dialogs *dialogs, const struct sipsan_match *match)
{
    const struct sipsan_txn *txn = match->txn;

    if (match->what != SIPSAN_NEW_REQUEST || !txn || txn->segment || match->relayed ||
        match->before || has_twin(dialogs->txns, txn))
        return;
    dialogs->calls++;
}

/* --- ends ------------------------------------------------------------------------------------ */

static void end_dialog(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                       const struct sipsan_ref *ref, int status)
{
    if (d->state == SIPSAN_DIALOG_TERMINATED)
        return;
    d->ended = *ref;
    d->ended_status = status;
    sipsan_dialog_become(dialogs, d, SIPSAN_DIALOG_TERMINATED);
}

static struct sipsan_span tag_or_none(struct sipsan_span tag)
{
    return tag.p ? tag : SPAN_LIT("");
}

/* The dialog that the transaction's request made with this answer. */
static struct sipsan_dialog *dialog_of(const struct sipsan_dialogs *dialogs,
                                       const struct sipsan_txn *txn, struct sipsan_span to_tag,
                                       uint64_t to_key)
{
    struct sipsan_dialog_names names = {
        .call_id = txn->call_id,
        .a = tag_or_none(txn->from_tag),
        .b = tag_or_none(to_tag),
        .call_key = txn->keys.call_id,
        .a_key = txn->keys.from_tag,
        .b_key = to_key,
    };

    return sipsan_dialog_find(dialogs, &names);
}

/* A non-2xx final ends the early dialogs of the tags that this hop has carried: 12.3. */
static void end_early(struct sipsan_dialogs *dialogs, const struct sipsan_txn *txn,
                      const struct sipsan_seen *seen)
{
    int n = 0;

    for (const struct sipsan_answer *a = txn->answers; a && n < SIPSAN_ANSWERS_MAX;
         a = a->next, n++) {
        struct sipsan_dialog *d;

        if (!a->tag.p)
            continue;
        d = dialog_of(dialogs, txn, a->tag, a->tag_key);
        if (!d || d->opening_cseq != txn->cseq)
            continue;
        sipsan_open_final(dialogs, d, SIPSAN_CALLER, txn->cseq);
        sipsan_reliable_over(dialogs, d, SIPSAN_CALLER, txn->cseq);
        if (d->state != SIPSAN_DIALOG_EARLY)
            continue;
        if (d->party[SIPSAN_CALLER].invite_final.time == 0) {
            d->party[SIPSAN_CALLER].invite_final = seen->ref;
            d->party[SIPSAN_CALLER].invite_status = seen->msg->status;
        }
        end_dialog(dialogs, d, &seen->ref, seen->msg->status);
    }
}

/* RFC 3262 4: with the final response PRACKs become optional, also those to other forks. */
static void forks_settled(struct sipsan_dialogs *dialogs, const struct sipsan_txn *txn)
{
    int n = 0;

    for (const struct sipsan_answer *a = txn->answers; a && n < SIPSAN_ANSWERS_MAX;
         a = a->next, n++) {
        struct sipsan_dialog *d = a->reliable ? dialog_of(dialogs, txn, a->tag, a->tag_key) : NULL;

        if (d)
            sipsan_reliable_over(dialogs, d, SIPSAN_CALLER, txn->cseq);
    }
}

/* --- descriptions of the session ------------------------------------------------------------- */

/* What the message says of the session becomes its side's open offer or its answer; what takes no
 * place in an exchange that is known makes the next one doubtful. */
static void said_by(struct sipsan_dialog *d, const struct sipsan_call_match *call,
                    const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    uint64_t hosts = sipsan_between(&seen->flow), cseq = msg->cseq.number;

    sipsan_described_said(&d->said, call->side, msg);
    switch (call->sdp_role) {
    case SIPSAN_SDP_OFFER:
        sipsan_described_offer(&d->said, &d->arena, call->side, msg, &seen->ref, hosts);
        break;
    case SIPSAN_SDP_ANSWER:
        if (msg->request && msg->method_id == SIPSAN_METHOD_PRACK)
            cseq = msg->rack.cseq;
        sipsan_described_answer(&d->said, &d->arena, call->side, msg, cseq, &seen->ref, hosts);
        break;
    case SIPSAN_SDP_UNKNOWN:
        sipsan_described_doubt(&d->said, call->side);
        break;
    default:
        break;
    }
    if (msg->truncated)
        sipsan_described_doubt(&d->said, call->side);
}

/* A final response to a request that may have opened an exchange, or in which one was opened. */
static void exchange_ends(struct sipsan_dialog *d, enum sipsan_side responder,
                          const struct sipsan_msg *msg)
{
    enum sipsan_side requester = other_side(responder);

    if (is_2xx(msg->status)) {
        sipsan_described_settle(&d->said, requester, msg->cseq.number);
        return;
    }
    sipsan_described_refuse(&d->said, requester, msg->cseq.number);
    sipsan_described_refuse(&d->said, responder, msg->cseq.number);
    /* RFC 6141 3.3: what was agreed inside it may stay or go. */
    if (msg->method_id == SIPSAN_METHOD_INVITE && d->offers.answered) {
        sipsan_described_doubt(&d->said, SIPSAN_CALLER);
        sipsan_described_doubt(&d->said, SIPSAN_CALLEE);
    }
}

/* RFC 4028 3: session refresh requests. */
static bool refreshes_session(uint8_t method)
{
    return method == SIPSAN_METHOD_INVITE || method == SIPSAN_METHOD_UPDATE;
}

static bool may_hold_session(uint8_t method)
{
    return refreshes_session(method) || method == SIPSAN_METHOD_PRACK;
}

/* --- requests -------------------------------------------------------------------------------- */

/* 12.2.1.1: one space for each direction; the first number of the callee is free. */
static void count_cseq(struct sipsan_party *party, const struct sipsan_seen *seen)
{
    uint64_t number = seen->msg->cseq.number;

    if (!seen->msg->cseq.ok)
        return;
    if (party->cseq_known && number <= party->cseq)
        return;
    if (party->cseq_known && number > party->cseq + 1)
        party->cseq_lossy = true;
    party->cseq_known = true;
    party->cseq = number;
    party->cseq_ref = seen->ref;
    party->cseq_method = seen->msg->method_id;
}

static void doubt_descriptions(struct sipsan_dialog *d)
{
    sipsan_described_doubt(&d->said, SIPSAN_CALLER);
    sipsan_described_doubt(&d->said, SIPSAN_CALLEE);
}

/* A response, or an ACK, tells of a request that the tap has missed, and of what it may have
 * changed. */
static void missed_request(struct sipsan_dialog *d, enum sipsan_side side,
                           const struct sipsan_msg *msg)
{
    struct sipsan_party *requester = &d->party[side];

    if (msg->cseq.ok && (side == SIPSAN_CALLEE || msg->cseq.number != d->opening_cseq) &&
        (!requester->cseq_known || msg->cseq.number > requester->cseq)) {
        requester->cseq_lossy = true;
        sipsan_dialog_missed(d);
    }
}

static void begin_invite(struct sipsan_dialog *d, struct sipsan_party *party,
                         const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    party->invite_serial = match->txn->serial;
    party->invite_cseq = seen->msg->cseq.number;
    party->invite = seen->ref;
    party->invite_final = (struct sipsan_ref){0};
    party->invite_status = 0;
    party->invite_acked = false;
    d->updated = false;
    sipsan_offer_begin(&d->offers, seen->msg, seen->msg->cseq.number);
    if (match->txn->final.status != 0) {
        /* The capture has it behind its final response. */
        party->invite_final = match->txn->final.ref;
        party->invite_status = match->txn->final.status;
        d->offers.followed = false;
        doubt_descriptions(d);
    }
}

static void begin_bye(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                      enum sipsan_side side, const struct sipsan_match *match,
                      const struct sipsan_seen *seen)
{
    struct sipsan_party *party = &d->party[side];
    bool once = party->bye.time == 0;

    if (once)
        party->bye = seen->ref;
    party->bye_cseq = seen->msg->cseq.number;
    sipsan_dialog_bye(dialogs, d, side, once, match, seen);
    sipsan_subscription_bye(dialogs, d);
    if (d->reliables)
        sipsan_reliable_over(dialogs, d, d->reliables->inviter, d->reliables->cseq);
}

/* RFC 6665 4.4.1: the subscription is over; an INVITE usage beside it is not. */
static void subscription_state(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                               const struct sipsan_seen *seen)
{
    const struct sipsan_header *h = sipsan_msg_header(seen->msg, SIPSAN_HDR_SUBSCRIPTION_STATE);

    if (!d->invite && h && sipsan_span_starts_nocase(h->value, SPAN_LIT("terminated")) &&
        !sipsan_subscription_lives(d, dialogs->now))
        end_dialog(dialogs, d, &seen->ref, 0);
}

static void request_effect(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                           const struct sipsan_call_match *call, const struct sipsan_match *match,
                           const struct sipsan_seen *seen)
{
    enum sipsan_side side = call->side;
    struct sipsan_party *party = &d->party[side];

    party->last_sent = seen->ref.time;
    sipsan_recv_info(dialogs, d, side, seen->msg, &seen->ref);
    if (may_hold_session(seen->msg->method_id))
        said_by(d, call, seen);
    if (refreshes_session(seen->msg->method_id))
        sipsan_session_timer_request(&d->session, side, seen->msg, &seen->ref);
    count_cseq(party, seen);
    sipsan_dialog_crossed(d, side);
    if (side == SIPSAN_CALLER || seen->msg->method_id == SIPSAN_METHOD_BYE)
        sipsan_dialog_wanted(dialogs, d);
    switch (seen->msg->method_id) {
    case SIPSAN_METHOD_INVITE:
        begin_invite(d, party, match, seen);
        break;
    case SIPSAN_METHOD_BYE:
        begin_bye(dialogs, d, side, match, seen);
        return;
    case SIPSAN_METHOD_PRACK:
        d->reliable |= dialogs->as_of == 0; /* RFC 3262; RFC 3261 knows no such method */
        sipsan_reliable_prack(dialogs, d, side, seen);
        sipsan_offer_apply(&d->offers, seen->msg, &seen->ref);
        break;
    case SIPSAN_METHOD_UPDATE:
        d->updated = true;
        sipsan_offer_apply(&d->offers, seen->msg, &seen->ref);
        break;
    case SIPSAN_METHOD_NOTIFY:
        sipsan_subscription_request(dialogs, d, side, seen);
        subscription_state(dialogs, d, seen);
        d->usages = true;
        break;
    case SIPSAN_METHOD_SUBSCRIBE:
        sipsan_subscription_request(dialogs, d, side, seen);
        d->usages = d->subscribing = true;
        break;
    case SIPSAN_METHOD_REFER:
        d->usages = d->subscribing = true;
        break;
    default:
        break;
    }
    sipsan_open_add(d, side, match->txn);
}

static void apply_request(struct sipsan_dialogs *dialogs, const struct sipsan_call_match *call,
                          const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    struct sipsan_dialog *d = call->dialog;

    if (match->what == SIPSAN_ACK_REQUEST) {
        sipsan_dialog_ack(dialogs, d, call->side, call->first_sight, match, seen);
        if (call->first_sight) {
            if (!match->invite)
                missed_request(d, call->side, seen->msg);
            d->party[call->side].last_sent = seen->ref.time;
            said_by(d, call, seen);
            sipsan_described_refuse(&d->said, other_side(call->side), seen->msg->cseq.number);
            if (sipsan_ack_end_to_end(d, match, seen))
                sipsan_facts_request(d, call->side, seen, true);
        }
        return;
    }
    if (match->what == SIPSAN_REPEATED_REQUEST && seen->msg->method_id == SIPSAN_METHOD_BYE)
        sipsan_dialog_bye_again(d, call->side, match->txn, seen);
    if (match->what != SIPSAN_NEW_REQUEST || !match->txn ||
        seen->msg->method_id == SIPSAN_METHOD_CANCEL)
        return;
    sipsan_facts_request(d, call->side, seen, call->first_sight);
    if (call->first_sight)
        request_effect(dialogs, d, call, match, seen);
}

/* --- responses ------------------------------------------------------------------------------- */

static void invite_response(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                            enum sipsan_side side, const struct sipsan_seen *seen)
{
    struct sipsan_party *inviter = &d->party[other_side(side)];
    const struct sipsan_msg *msg = seen->msg;

    if (sipsan_offer_reliable(msg))
        d->reliable = true;
    if (msg->status < 200) {
        if (d->early.time == 0 && d->confirmed.time == 0)
            d->early = seen->ref;
    } else if (msg->cseq.number == inviter->invite_cseq && inviter->invite_final.time == 0) {
        inviter->invite_final = seen->ref;
        inviter->invite_status = msg->status;
        if (msg->status == 491) {
            inviter->got_491 = seen->ref;
            sipsan_dialog_refused_491(dialogs, d, side, seen);
        }
    }
    sipsan_offer_apply(&d->offers, msg, &seen->ref);
    if (!is_2xx(msg->status))
        return;
    if (d->confirmed.time == 0)
        d->confirmed = seen->ref;
    if (d->state == SIPSAN_DIALOG_EARLY)
        sipsan_dialog_become(dialogs, d, SIPSAN_DIALOG_CONFIRMED);
}

/* 15.1.1: 2xx, 481, 408 and no answer at all end the dialog for the sender of the BYE. */
static void bye_response(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                         enum sipsan_side side, const struct sipsan_seen *seen)
{
    struct sipsan_party *sender = &d->party[other_side(side)];
    int status = seen->msg->status;

    if (status < 200)
        return;
    if (sender->bye.time == 0 || sender->bye_cseq < seen->msg->cseq.number) {
        sender->bye = seen->ref; /* the tap has missed it */
        sender->bye_cseq = seen->msg->cseq.number;
    }
    if (status == 401 || status == 407) {
        sender->bye_refused = seen->ref;
        return;
    }
    if (sender->bye_answer.time == 0) {
        sender->bye_answer = seen->ref;
        sender->bye_status = status;
    }
    if (is_2xx(status) || status == 481 || status == 408)
        end_dialog(dialogs, d, &seen->ref, status);
}

static void response_effect(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                            const struct sipsan_call_match *call, const struct sipsan_seen *seen)
{
    enum sipsan_side side = call->side;
    struct sipsan_party *requester = &d->party[other_side(side)];
    const struct sipsan_msg *msg = seen->msg;

    d->party[side].last_sent = seen->ref.time;
    sipsan_recv_info(dialogs, d, side, msg, &seen->ref);
    if (may_hold_session(msg->method_id)) {
        said_by(d, call, seen);
        if (msg->status >= 200)
            exchange_ends(d, side, msg);
    }
    if (refreshes_session(msg->method_id))
        sipsan_session_timer_response(&d->session, side, msg, &seen->ref);
    /* RFC 6141 4.6: a reliable 1xx makes the new target valid as a 2xx does. */
    if (is_2xx(msg->status) || sipsan_offer_reliable(msg))
        sipsan_facts_refreshed(requester, msg->cseq.number, &seen->ref);
    else if (msg->status >= 300)
        sipsan_facts_not_refreshed(requester, msg->cseq.number);
    requester->told_gone |= msg->status == 481 || msg->status == 408;
    switch (msg->method_id) {
    case SIPSAN_METHOD_INVITE:
        invite_response(dialogs, d, side, seen);
        break;
    case SIPSAN_METHOD_BYE:
        bye_response(dialogs, d, side, seen);
        break;
    case SIPSAN_METHOD_PRACK:
        sipsan_reliable_prack_answer(dialogs, d, other_side(side), seen);
        break;
    case SIPSAN_METHOD_SUBSCRIBE:
    case SIPSAN_METHOD_REFER:
        if (is_2xx(msg->status) && d->confirmed.time == 0)
            d->confirmed = seen->ref;
        if (is_2xx(msg->status) && d->state == SIPSAN_DIALOG_EARLY)
            sipsan_dialog_become(dialogs, d, SIPSAN_DIALOG_CONFIRMED);
        break;
    default:
        break;
    }
}

/* A NOTIFY came before the response to its SUBSCRIBE: now the dialog is seen to have begun with
 * that. */
static void open_late(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                      const struct sipsan_match *match, const struct sipsan_msg *msg)
{
    bool subscribed =
        msg->method_id == SIPSAN_METHOD_SUBSCRIBE || msg->method_id == SIPSAN_METHOD_REFER;

    if (d->opened_by == 0 && subscribed && is_2xx(msg->status) && match->txn && match->txn->whole &&
        !match->txn->to_tag.p)
        sipsan_facts_open(dialogs, d, match->txn);
}

static void apply_response(struct sipsan_dialogs *dialogs, const struct sipsan_call_match *call,
                           const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    struct sipsan_dialog *d = call->dialog;
    const struct sipsan_msg *msg = seen->msg;

    if (msg->method_id == SIPSAN_METHOD_CANCEL)
        return;
    open_late(dialogs, d, match, msg);
    /* The caller's request may have been missed, and the BYE of either. */
    if (msg->method_id == SIPSAN_METHOD_BYE ||
        (call->side == SIPSAN_CALLEE && msg->cseq.number > d->ok_cseq))
        sipsan_dialog_wanted(dialogs, d);
    if (call->opens)
        sipsan_open_add(d, SIPSAN_CALLER, match->txn);
    if (match->what != SIPSAN_REPEATED_RESPONSE)
        sipsan_facts_response(d, call->side, match, seen, call->first_sight);
    if (msg->method_id == SIPSAN_METHOD_INVITE && sipsan_offer_reliable(msg))
        sipsan_reliable_response(dialogs, d, call, match, seen);
    if (call->first_sight) {
        if (!match->txn || !match->txn->whole)
            missed_request(d, other_side(call->side), msg);
        response_effect(dialogs, d, call, seen);
        sipsan_subscription_response(dialogs, d, call->side, match, seen);
    }
    if (msg->method_id == SIPSAN_METHOD_INVITE && msg->status >= 200)
        sipsan_reliable_over(dialogs, d, other_side(call->side), msg->cseq.number);
    if (msg->method_id == SIPSAN_METHOD_INVITE && is_2xx(msg->status))
        sipsan_dialog_ok(dialogs, d, call->side, match, seen);
    if (msg->status >= 200 && msg->method_id == SIPSAN_METHOD_BYE && match->txn)
        sipsan_dialog_bye_answered(dialogs, d, match->txn);
    if (msg->status >= 200)
        sipsan_open_final(dialogs, d, other_side(call->side), msg->cseq.number);
}

/*  -------------------------------------------------------------------------------------------- */

static void remember_sight(const struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                           enum sipsan_side side, const struct sipsan_match *match,
                           const struct sipsan_seen *seen)
{
    struct sipsan_sight *sight = &d->sights[d->next_sight];

    d->next_sight = (uint8_t)((d->next_sight + 1) % SIPSAN_SIGHTS_MAX);
    sight->key = sipsan_dialog_sight_key(dialogs, seen->msg, side);
    sight->serial = match->txn ? match->txn->serial : 0;
    sight->src = sipsan_hash_ip(dialogs->seed, &seen->flow.src);
}

void sipsan_dialog_apply(struct sipsan_dialogs *dialogs, const struct sipsan_call_match *call,
                         const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_dialog *d = call->dialog;

    if (msg->method_id == SIPSAN_METHOD_INVITE) {
        if (msg->request && !msg->to.tag.p)
            count_call(dialogs, match);
        if (!msg->request && msg->status >= 300 && match->txn && !match->txn->to_tag.p)
            end_early(dialogs, match->txn, seen);
        if (!msg->request && is_2xx(msg->status) && match->txn && !match->txn->to_tag.p)
            forks_settled(dialogs, match->txn);
    }
    if (!d)
        return;
    sipsan_dialog_touch(dialogs, d, seen->ref.time);
    if (match->txn && match->txn->dialog_serial == 0)
        match->txn->dialog_serial = d->serial;
    if ((match->txn && match->txn->evidence_lost) || sipsan_header_cut(msg) ||
        (seen->leg && seen->ref.time < seen->leg->losses.until))
        d->lossy = true;
    if (!d->leg && !d->other_legs)
        d->leg = seen->leg;
    d->other_legs = d->other_legs || d->leg != seen->leg;
    if (msg->request)
        apply_request(dialogs, call, match, seen);
    else
        apply_response(dialogs, call, match, seen);
    if (call->first_sight && match->what != SIPSAN_ACK_REQUEST)
        remember_sight(dialogs, d, call->side, match, seen);
}

/* --- the end of a transaction ---------------------------------------------------------------- */

static void bye_ends(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d, enum sipsan_side side,
                     const struct sipsan_txn *txn)
{
    const struct sipsan_party *sender = &d->party[side];

    if (txn->final.status != 0 || sender->bye_cseq != txn->cseq || sender->bye_answer.time != 0)
        return;
    if (txn->client == SIPSAN_STATE_TERMINATED) {
        struct sipsan_ref ref = txn->last;

        ref.time = txn->first.time + SIPSAN_TIMER_B; /* timer F */
        end_dialog(dialogs, d, &ref, 408);
    } else {
        d->lossy = true; /* given up for want of room */
    }
}

static void txn_ends(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                     const struct sipsan_txn *txn)
{
    enum sipsan_side side = sipsan_dialog_side(d, tag_or_none(txn->from_tag));
    struct sipsan_party *party = &d->party[side];

    sipsan_open_forget(d, txn);
    if (txn->method_id == SIPSAN_METHOD_BYE)
        bye_ends(dialogs, d, side, txn);
    /* No final came: it is no longer in progress. */
    if (party->invite_serial == txn->serial && party->invite_final.time == 0)
        party->invite_serial = 0;
    if (party->refresh_cseq == txn->cseq && txn->final.status == 0)
        sipsan_facts_not_refreshed(party, txn->cseq);
}

void sipsan_dialog_txn_end(struct sipsan_dialogs *dialogs, const struct sipsan_txn *txn)
{
    int n = 0;

    if (!txn->call_id.p)
        return;
    if (txn->to_tag.p) {
        struct sipsan_dialog *d = dialog_of(dialogs, txn, txn->to_tag, txn->keys.to_tag);

        if (d)
            txn_ends(dialogs, d, txn);
        return;
    }
    for (const struct sipsan_answer *a = txn->answers; a && n < SIPSAN_ANSWERS_MAX;
         a = a->next, n++) {
        struct sipsan_dialog *d = dialog_of(dialogs, txn, a->tag, a->tag_key);

        if (d)
            txn_ends(dialogs, d, txn);
    }
}

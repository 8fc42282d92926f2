/* RFC 3311: UPDATE. As a request of the dialog and a target refresh it is judged by RFC 3261 12;
 * here is when it may carry an offer (5.1), and what its receiver answers (5.2).
 *
 * Once an UPDATE has passed, the offer of the INVITE is not followed any more: what needs it is
 * judged of the first UPDATE. */
#include "dialog/reliable.h"
#include "rules/pending.h"
#include "rules/repeats.h"
#include "rules/target.h"

/* What is pending ----------------------------------------------------------------------------- */

/* Over UDP an UPDATE without an answer is repeated: else the tap has missed the answer. */
static bool answer_missed(const struct sipsan_txn *txn, int64_t now)
{
    int64_t patience = txn->copies == 1 ? 2 * SIPSAN_T1 : SIPSAN_T2 + SIPSAN_T1;

    return txn->flow.transport == SIPSAN_UDP && now - txn->last.time > patience;
}

/* An UPDATE of this side, sent before this time, that has no final response; with an offer. The
 * text is there as long as none has come. */
static const struct sipsan_txn *open_update(const struct sipsan_view *v, enum sipsan_side side,
                                            int64_t before, bool offer)
{
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_open *open = &v->dialog->open[i];
        const struct sipsan_txn *txn;

        if (open->serial == 0 || open->side != side)
            continue;
        txn = sipsan_txn_by_serial(v->txns, open->serial, open->call_hash);
        if (txn && txn != v->txn && txn->method_id == SIPSAN_METHOD_UPDATE &&
            txn->final.copies == 0 && txn->whole && txn->first.time < before &&
            before - txn->first.time < SIPSAN_TIMER_B && !answer_missed(txn, before) &&
            (!offer || (txn->request && txn->request->sdp)))
            return txn;
    }
    return NULL;
}

/* Who sent v->msg has answered this request: on another hop a proxy may have said 100. */
static bool answered_here(const struct sipsan_view *v, const struct sipsan_txn *txn)
{
    return txn->answered != 0 && txn->leg && txn->leg == v->seen->leg;
}

/* The INVITE that opened the dialog has an offer without an answer: that comes in a reliable 1xx,
 * or with the 2xx, which ends the early dialog. Looked for again here, as the exchange is not
 * followed past an UPDATE. */
static bool invite_offer_open(const struct sipsan_view *v)
{
    const struct sipsan_offers *o = &v->dialog->offers;
    const struct sipsan_reliables *set = v->dialog->reliables;

    if (!v->dialog->invite || v->dialog->state != SIPSAN_DIALOG_EARLY || !o->invite_seen ||
        !o->invite_offered || o->answered || o->cseq != v->dialog->opening_cseq ||
        sipsan_reliable_forgot(set))
        return false;
    for (uint32_t i = 0; i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *reliable = sipsan_reliable_at(set, i);

        if (reliable && reliable->sdp)
            return false;
    }
    return true;
}

/* 5.1: sending -------------------------------------------------------------------------------- */

static enum sipsan_verdict allowed(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = NULL;
    const struct sipsan_msg *invite;

    if (v->side == SIPSAN_CALLEE && v->dialog->state == SIPSAN_DIALOG_EARLY)
        txn = sipsan_open_invite(v, SIPSAN_CALLER, v->dialog->opening_cseq);
    invite = txn ? txn->request : NULL;
    if (!invite || !invite->allow || !sipsan_header_complete(invite))
        return SIPSAN_NA;
    if (sipsan_token_listed(invite->allow, SPAN_LIT("UPDATE")))
        return SIPSAN_PASS;
    sipsan_relate(why, &v->dialog->opened, "INVITE", invite->allow->text);
    return sipsan_fail(why, v->msg->start_line, "UPDATE to a caller whose Allow does not have it");
}

/* An INVITE without offer: the offer comes in a reliable response, the answer in its PRACK. */
static enum sipsan_verdict offerless(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_offers *o = &d->offers;

    if (!v->msg->sdp || !d->invite || d->state != SIPSAN_DIALOG_EARLY || !o->invite_seen ||
        o->invite_offered || o->invite_opaque || !o->followed || o->in_prack || d->updated)
        return SIPSAN_NA;
    if (o->answered)
        return SIPSAN_PASS;
    why->expected = "an offer only after the one in a reliable 1xx and its answer in PRACK";
    sipsan_relate(why, &v->dialog->opened, "INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       o->offered_in_response
                           ? "an offer in UPDATE while that of the response has no answer"
                           : "an offer in UPDATE although the INVITE had none and got none");
}

static enum sipsan_verdict callee_waits(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = v->dialog->reliables;

    if (!v->msg->sdp || !v->dialog->offers.invite_offered || !set || set->misnamed ||
        set->inviter == v->side || v->dialog->state != SIPSAN_DIALOG_EARLY)
        return SIPSAN_NA;
    for (uint32_t i = 0; i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *reliable = sipsan_reliable_at(set, i);

        if (!reliable || !reliable->sdp || reliable->prack.time != 0)
            continue;
        why->expected = "the PRACK to the answer first";
        sipsan_relate(why, &reliable->ref, "answer", nothing);
        sipsan_fail(why, v->msg->start_line,
                    "an offer in UPDATE while the reliable %d with the answer has no PRACK",
                    reliable->status);
        return v->dialog->crossed[set->inviter] ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    return SIPSAN_PASS;
}

/* The answer was missed: the client has stopped asking for it. */
static enum sipsan_verdict unless_answered(const struct sipsan_view *v,
                                           const struct sipsan_txn *before)
{
    return sipsan_gave_up_repeating(before, v->now, v->race_window) ? SIPSAN_INCONCLUSIVE
                                                                    : SIPSAN_FAIL;
}

/* Two offers of one side, in UPDATEs. A response that has not passed the tap has not come. */
static enum sipsan_verdict own_offer_open(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before;

    if (!v->msg->sdp)
        return SIPSAN_NA;
    before = open_update(v, v->side, v->now, true);
    if (!before)
        return SIPSAN_PASS;
    if (v->msg->cseq.ok && v->msg->cseq.number <= before->cseq)
        return SIPSAN_NA; /* the same one to another server, or late */
    why->expected = "an offer only after the answer to the one before";
    sipsan_relate(why, &before->first, "UPDATE", nothing);
    sipsan_fail(why, v->msg->start_line,
                "an offer while the sender's UPDATE before it has no answer");
    return unless_answered(v, before);
}

static enum sipsan_verdict peer_offer_open(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before;

    if (!v->msg->sdp)
        return SIPSAN_NA;
    before = open_update(v, other_side(v->side), v->now, true);
    if (!before)
        return SIPSAN_PASS;
    why->since = before->last.time;
    why->proven = answered_here(v, before);
    why->expected = "the answer to the peer's offer first";
    sipsan_relate(why, &before->first, "UPDATE of the peer", nothing);
    sipsan_fail(why, v->msg->start_line, "an offer while that of the peer has no answer");
    /* When it should have come it may not have arrived, copy for copy. */
    if (!why->proven && before->flow.transport == SIPSAN_UDP &&
        v->now - why->since >= v->race_window)
        return SIPSAN_INCONCLUSIVE;
    return unless_answered(v, before);
}

/* The target that an UPDATE of the callee has set while the INVITE was in progress. */
static enum sipsan_verdict same_contact(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    const struct sipsan_party *inviter = sipsan_peer(v);
    const struct sipsan_name_addr *contact = v->msg->contact;

    if (!me->target_by_request || !contact || !contact->uri.ok || !inviter->invite.time ||
        me->target.ref.time <= inviter->invite.time || inviter->invite_final.time != 0)
        return SIPSAN_NA;
    if (sipsan_uri_like(contact->uri.text, text_span(&me->target.uri)) != SIPSAN_UNLIKE)
        return SIPSAN_PASS;
    why->expected = "the Contact of the UPDATE";
    sipsan_relate(why, &me->target.ref, "UPDATE", text_span(&me->target.uri));
    sipsan_fail(why, contact->uri.text, "the 2xx has not the Contact that an UPDATE has set");
    return sipsan_at_source(v) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* 5.2: receiving ------------------------------------------------------------------------------ */

/* Answers that come before the question of offers. */
static bool other_reason(int status)
{
    return !sipsan_is_success(status) && status != 488 && status != 491 && status != 500;
}

/* The first UPDATE may have been lost behind the tap, unless the server has answered it. */
static enum sipsan_verdict second_update(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before;

    if (other_reason(v->msg->status))
        return SIPSAN_NA;
    before = open_update(v, other_side(v->side), v->txn->first.time, false);
    if (!before || before->cseq >= v->txn->cseq)
        return SIPSAN_NA;
    if (v->msg->status == 500)
        return SIPSAN_PASS;
    why->lower = !sipsan_is_success(v->msg->status);
    why->expected = "500 with Retry-After";
    sipsan_relate(why, &before->first, "first UPDATE", nothing);
    sipsan_relate_request(why, v->txn, nothing);
    sipsan_fail(why, v->msg->start_line,
                "%d to an UPDATE while the one before has no final response", v->msg->status);
    return answered_here(v, before) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* Where 500 is due because of a pending request, it says when to try again. */
static enum sipsan_verdict retry_after(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_number *retry = &v->msg->retry_after;
    const struct sipsan_txn *before =
        open_update(v, other_side(v->side), v->txn->first.time, false);
    bool offer = v->req->sdp && v->side == SIPSAN_CALLEE && invite_offer_open(v);

    if ((!before || before->cseq >= v->txn->cseq) && !offer)
        return SIPSAN_NA;
    why->expected = "Retry-After of 0 to 10 seconds";
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_RETRY_AFTER) == 0) {
        if (!sipsan_header_complete(v->msg))
            return SIPSAN_NA;
        return sipsan_fail(why, v->msg->start_line,
                           "a 500 to an UPDATE that came too early has no Retry-After");
    }
    if (!retry->ok || retry->value <= 10)
        return SIPSAN_PASS;
    why->lower = true;
    return sipsan_fail(why, retry->text, "Retry-After is %llu", (unsigned long long)retry->value);
}

#define CROSSED INT64_C(20000)

/* Over UDP two UPDATEs cross within the time in which the peer answers. One that comes later was
 * sent with the first at hand, and hardly before its answer: the tap has missed that. */
static bool did_not_cross(const struct sipsan_view *v, const struct sipsan_txn *mine)
{
    int64_t between = v->txn->first.time - mine->last.time;
    uint32_t reply = SIPSAN_NO_REPLY;

    if (v->txn->leg)
        reply = v->txn->leg->way[sipsan_leg_side(v->txn->leg, &v->txn->flow.src)].min_reply;
    return v->seen->flow.transport == SIPSAN_UDP &&
           between > CROSSED + (reply == SIPSAN_NO_REPLY ? 0 : (int64_t)reply);
}

/* The responder's own offer is open: it knows. */
static enum sipsan_verdict glare(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;
    const struct sipsan_txn *mine;

    if (!v->req->sdp || other_reason(v->msg->status))
        return SIPSAN_NA;
    mine = open_update(v, v->side, v->txn->first.time, true);
    if (mine) {
        sipsan_relate(why, &mine->first, "UPDATE of the responder", nothing);
    } else if (v->side == SIPSAN_CALLER && invite_offer_open(v)) {
        why->lower = o->preview_hash != 0; /* often taken for the answer */
        sipsan_relate(why, &v->dialog->opened, "INVITE of the responder", nothing);
    } else {
        return SIPSAN_NA;
    }
    if (v->msg->status == 491)
        return SIPSAN_PASS;
    why->lower = why->lower || !sipsan_is_success(v->msg->status);
    why->expected = "491";
    sipsan_relate_request(why, v->txn, nothing);
    sipsan_fail(why, v->msg->start_line,
                "%d to an offer in UPDATE while the responder's own has no answer", v->msg->status);
    return mine && did_not_cross(v, mine) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

static enum sipsan_verdict unanswered(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;

    if (!v->req->sdp || other_reason(v->msg->status) || v->side != SIPSAN_CALLEE ||
        !invite_offer_open(v))
        return SIPSAN_NA;
    if (v->msg->status == 500)
        return SIPSAN_PASS;
    why->lower = o->preview_hash != 0 || !sipsan_is_success(v->msg->status);
    why->expected = "500 with Retry-After";
    sipsan_relate(why, &v->dialog->opened, "INVITE", nothing);
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "%d to an offer in UPDATE before the offer of the INVITE is answered",
                       v->msg->status);
}

static enum sipsan_verdict answered(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->req->sdp || v->msg->truncated || v->msg->framing != SIPSAN_FRAMED || v->child)
        return SIPSAN_NA;
    if (v->msg->sdp || v->msg->body.n > 0)
        return v->msg->sdp ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the answer to the offer";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, v->msg->start_line, "the UPDATE has an offer, the %d has no answer",
                       v->msg->status);
}

static enum sipsan_verdict warned(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_WARNING) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Warning with the reason";
    return sipsan_fail(why, v->msg->start_line, "the 488 does not say why the offer was refused");
}

/* 5.3: after 491. An UPDATE without offer is not the refused one again. The tap sees the response
 * before its receiver does and the next UPDATE after it was sent: the wait was not longer than what
 * is measured. Timers have some 10 ms of grain. */
#define OWNER_FROM INT64_C(2050000)

static enum sipsan_verdict owner_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before = v->match->before;
    int64_t wait;

    if (!before || before->method_id != SIPSAN_METHOD_UPDATE || before->final.status != 491 ||
        v->side != SIPSAN_CALLER || !v->dialog->invite || !v->msg->sdp)
        return SIPSAN_NA;
    wait = v->now - before->final.ref.time;
    if (wait >= OWNER_FROM)
        return SIPSAN_PASS;
    why->expected = "a random wait of 2.1 to 4 s";
    sipsan_relate(why, &before->final.ref, "491", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the owner of the Call-ID tries again %.3f s after the 491",
                       (double)wait / 1e6);
}

#define UPDATE  BIT(UPDATE)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

#define REQUEST_ROW(SLUG, LEVEL, SEVERITY)                                                         \
    .id = "rfc3311.5.1." SLUG, .level = LEVEL, .severity = SEVERITY,                               \
    .on = SIPSAN_ON_DIALOG_REQUEST, .methods = UPDATE, .view = SIPSAN_VIEW_DIALOG

#define RESPONSE_ROW(SLUG, LEVEL, SEVERITY)                                                        \
    .id = "rfc3311.5.2." SLUG, .level = LEVEL, .severity = SEVERITY,                               \
    .on = SIPSAN_ON_DIALOG_RESPONSE, .methods = UPDATE,                                            \
    .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3311.5.1.within-dialog",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = UPDATE,
        .summary = "UPDATE is sent within a dialog",
        .explain =
            "UPDATE changes what an INVITE has begun. Without a To tag it names no dialog, and "
            "there is nothing to change.\n"
            "A foreign tag is the finding of 12.2.1.1 of RFC 3261.\n"
            "Bad: UPDATE with To: <sip:bob@example.net>\n"
            "Good: UPDATE with To: <sip:bob@example.net>;tag=8321",
        .check = sipsan_has_to_tag,
    },
    {
        REQUEST_ROW("only-if-allowed", SIPSAN_IMPLIED, SIPSAN_WARNING),
        .summary = "UPDATE goes to a peer whose Allow has it",
        .explain =
            "A peer that does not list UPDATE in Allow answers 405, and a session that was to be "
            "changed before the answer stays as it is.\n"
            "Judged of the callee in an early dialog against the INVITE. A caller without Allow "
            "says nothing about it.\n"
            "Bad: INVITE with Allow: INVITE, ACK, CANCEL, BYE; UPDATE of the callee\n"
            "Good: INVITE with UPDATE in Allow",
        .aliases = "rfc3311.4.allow-permits",
        .check = allowed,
    },
    {
        REQUEST_ROW("offer-after-offerless", SIPSAN_MUST_NOT, SIPSAN_ERROR),
        .needs = CERTAIN,
        .summary = "After an INVITE without offer UPDATE waits for the first exchange",
        .explain =
            "The first offer then belongs into a reliable provisional response, and its answer "
            "into "
            "the PRACK. An offer in UPDATE before that makes two, and nobody knows which one the "
            "answer is for.\n"
            "Judged of the first UPDATE in an early dialog.\n"
            "Bad: INVITE without SDP, 180, UPDATE with SDP\n"
            "Good: INVITE without SDP, reliable 183 with SDP, PRACK with SDP, UPDATE with SDP",
        .check = offerless,
    },
    {
        REQUEST_ROW("callee-offer-after-prack", SIPSAN_MUST_NOT, SIPSAN_ERROR),
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .summary = "The callee makes no offer in UPDATE before the PRACK to its answer",
        .explain =
            "Until the PRACK the callee cannot know that its answer has arrived; a new offer may "
            "overtake it.\n"
            "Reported where the PRACK would have to cross the tap, else inconclusive.\n"
            "Bad: INVITE with SDP, reliable 183 with SDP, UPDATE of the callee with SDP\n"
            "Good: the same with PRACK and its 200 before the UPDATE",
        .check = callee_waits,
    },
    {
        REQUEST_ROW("own-offer-open", SIPSAN_MUST_NOT, SIPSAN_ERROR),
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .summary = "A UA makes no further offer while its UPDATE with one is unanswered",
        .explain =
            "Offers have no numbers: with two of them open an answer fits either. The peer has to "
            "refuse the second one with 500.\n"
            "Bad: UPDATE with SDP, UPDATE with SDP, 200, 200\n"
            "Good: UPDATE with SDP, 200, UPDATE with SDP",
        .check = own_offer_open,
    },
    {
        REQUEST_ROW("peer-offer-open", SIPSAN_MUST_NOT, SIPSAN_ERROR),
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "A UA answers the peer's UPDATE before it makes an offer of its own",
        .explain =
            "The peer that gets an offer instead of its answer refuses it with 491. Both have lost "
            "time.\n"
            "Legal: UPDATEs that cross on the wire; these are noted only.\n"
            "Bad: UPDATE of alice with SDP, a second later UPDATE of bob with SDP\n"
            "Good: UPDATE of alice, 200, UPDATE of bob",
        .check = peer_offer_open,
    },
    {
        .id = "rfc3311.5.1.same-contact-in-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "A target that the callee's UPDATE has set stands in the 2xx to the INVITE",
        .explain =
            "The 2xx comes later than the UPDATE and moves the target once more. With the old "
            "Contact in it the ACK goes where the callee has left.\n"
            "Certain where the tap hears the callee itself.\n"
            "Bad: UPDATE of the callee with Contact: <sip:bob@192.0.2.9>, 200 (UPDATE), 200 "
            "(INVITE) with Contact: <sip:bob@192.0.2.2>\n"
            "Good: the Contact of the UPDATE in the 200 (INVITE)",
        .check = same_contact,
    },
    {
        RESPONSE_ROW("second-update-500", SIPSAN_MUST, SIPSAN_ERROR),
        .status_from = 200,
        .status_to = 699,
        .needs = CERTAIN,
        .summary = "An UPDATE before the final response to the last one is refused with 500",
        .explain =
            "A server that takes the second UPDATE while the first is open answers two offers in "
            "an order that the client cannot know.\n"
            "Certain where the server had answered the first one provisionally, else it may not "
            "have it. Refusals other than 491 have reasons of their own.\n"
            "Bad: UPDATE with CSeq 2, 100, UPDATE with CSeq 3, 200 to the second\n"
            "Good: 500 with Retry-After: 3 to the second",
        .check = second_update,
    },
    {
        RESPONSE_ROW("500-retry-after", SIPSAN_MUST, SIPSAN_ERROR),
        .status_from = 500,
        .status_to = 500,
        .needs = CERTAIN,
        .summary = "The 500 to an UPDATE that came too early has Retry-After of 0 to 10 s",
        .explain =
            "Without it the client does not know that the same UPDATE will be welcome in a moment, "
            "and a 500 looks like a fault of the server.\n"
            "Judged while an UPDATE of the same side, or the offer of the INVITE, is open. A "
            "larger "
            "value is reported one step lower.\n"
            "Bad: 500 to the second UPDATE\n"
            "Good: the same with Retry-After: 4",
        .check = retry_after,
    },
    {
        RESPONSE_ROW("glare-491", SIPSAN_MUST, SIPSAN_ERROR),
        .status_from = 200,
        .status_to = 699,
        .needs = CERTAIN,
        .summary = "An offer in UPDATE that meets an open offer of the receiver gets 491",
        .explain =
            "Both sides have made an offer; 491 to either clears the table. Who accepts has two "
            "exchanges at a time.\n"
            "Reported when the responder's own UPDATE, or INVITE, with an offer had passed before "
            "and its answer had not. Challenges and refusals for other reasons are legal; 488 and "
            "500 are one step lower, and so is an INVITE whose answer stood in an unreliable 1xx.\n"
            "Bad: UPDATE of alice, UPDATE of bob, 200 of alice to bob's\n"
            "Good: 491 of both",
        .check = glare,
    },
    {
        RESPONSE_ROW("unanswered-offer-500", SIPSAN_MUST, SIPSAN_ERROR),
        .status_from = 200,
        .status_to = 699,
        .needs = CERTAIN,
        .summary = "An offer in UPDATE before the INVITE's own is answered gets 500",
        .explain =
            "The callee that has not answered the first offer cannot take a second one; 491 is for "
            "offers in opposite directions.\n"
            "An answer in an unreliable 1xx is none yet, but often taken for one: one step lower.\n"
            "Bad: INVITE with SDP, 180, UPDATE with SDP, 200 (UPDATE)\n"
            "Good: 500 with Retry-After: 2",
        .check = unanswered,
    },
    {
        RESPONSE_ROW("answer-in-2xx", SIPSAN_MUST, SIPSAN_ERROR),
        .status_from = 200,
        .status_to = 299,
        .summary = "The 2xx to an UPDATE with an offer has the answer",
        .explain =
            "There is no other message for it. Without the answer the client's exchange stays "
            "open, "
            "and it may make no further offer.\n"
            "Legal: another body, which may hold a description in a form that is not read here.\n"
            "Bad: UPDATE with SDP, 200 without a body\n"
            "Good: UPDATE with SDP, 200 with SDP",
        .check = answered,
    },
    {
        .id = "rfc3311.5.2.488-warning",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* as in 13.3.1.3 of RFC 3261 */
        .on = SIPSAN_ON_RESPONSE,
        .methods = UPDATE,
        .status_from = 488,
        .status_to = 488,
        .summary = "A 488 to UPDATE says in Warning why the offer was refused",
        .explain = "The client may make another offer when it knows what was wrong with this one.\n"
                   "Bad: 488 without Warning\n"
                   "Good: Warning: 305 192.0.2.2 \"Incompatible media format\"",
        .check = warned,
    },
    {
        .id = "rfc3311.5.3.491-owner-timer",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = UPDATE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_START,
        .summary = "After a 491 to its UPDATE the owner of the Call-ID waits 2.1 to 4 seconds",
        .explain =
            "The other side waits less than 2 seconds: so the two do not meet again. A caller that "
            "repeats at once runs into the next 491.\n"
            "Bad: UPDATE, 491, UPDATE half a second later\n"
            "Good: UPDATE, 491, UPDATE three seconds later",
        .check = owner_timer,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3311, rules);

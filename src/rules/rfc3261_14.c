/* RFC 3261 section 14: changing a session with re-INVITE. One INVITE of a dialog at a time (14.1),
 * what the server says to a second one (14.2), when to try again after 491 (14.1).
 *
 * INVITEs that cross on the wire are nobody's fault: a sender is blamed when it had the peer's
 * INVITE before, a server when its own was under way in any case. */
#include "rules/pending.h"

#define LOST_COPIES (3 * SIPSAN_T1) /* two of them: T1 and 2*T1 */

/* Seen for the first time, it may be the repetition of a datagram that was lost before the tap. */
static bool may_be_a_copy(const struct sipsan_view *v)
{
    return v->seen->flow.transport == SIPSAN_UDP || v->msg->via_count > 1;
}

/* 14.1: one at a time ------------------------------------------------------------------------- */

static bool is_reinvite(const struct sipsan_view *v)
{
    return v->msg->to.tag.p && v->msg->cseq.ok && v->side != SIPSAN_NO_SIDE &&
           v->dialog->state != SIPSAN_DIALOG_TERMINATED && v->dialog->invite;
}

/* An INVITE that has been open for longer than any re-INVITE: its final was missed, or it rings. */
static bool stale(const struct sipsan_view *v, const struct sipsan_ref *since)
{
    return v->now - since->time > SIPSAN_TIMER_B;
}

/* A copy of the same INVITE to another server has its number. A CANCEL may have ended it. */
static enum sipsan_verdict own_pending(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    const struct sipsan_txn *txn;

    if (!is_reinvite(v) || me->invite_serial == 0 || me->invite_final.time != 0 ||
        me->invite_acked || v->msg->cseq.number <= me->invite_cseq)
        return SIPSAN_NA;
    txn = sipsan_open_invite(v, v->side, me->invite_cseq);
    if (!txn || txn->final.copies > 0 || txn->cancel.time != 0)
        return SIPSAN_NA; /* another fork has accepted it, or it is being given up */
    why->expected = "a re-INVITE after the final response to the INVITE before it";
    sipsan_relate(why, &me->invite, "INVITE", nothing);
    sipsan_fail(why, v->msg->start_line,
                "a second INVITE while the sender's own INVITE %llu has no final response",
                (unsigned long long)me->invite_cseq);
    return stale(v, &me->invite) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* The peer itself has the INVITE. The 100 of a proxy has the tag of a re-INVITE as well. */
static bool peer_answered(const struct sipsan_txn *txn)
{
    for (const struct sipsan_answer *a = txn->answers; a; a = a->next)
        if (a->first_1xx.copies > 0)
            return true;
    return false;
}

/* On the last hop: the 100 of a proxy does not tell what becomes of it further on. */
static bool arrived(const struct sipsan_view *v, const struct sipsan_txn *txn)
{
    return v->msg->via_count == 1 && sipsan_at_source(v) &&
           sipsan_ip_eq(&txn->flow.dst, &v->seen->flow.src) &&
           (txn->response_count > 0 || txn->flow.transport != SIPSAN_UDP);
}

static enum sipsan_verdict peer_pending(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *other = sipsan_peer(v);
    const struct sipsan_txn *txn;

    if (!is_reinvite(v) || other->invite_serial == 0 || other->invite_final.time != 0 ||
        other->invite_acked)
        return SIPSAN_NA;
    txn = sipsan_open_invite(v, other_side(v->side), other->invite_cseq);
    if (!txn || txn->final.copies > 0 || txn->cancel.time != 0)
        return SIPSAN_NA;
    why->proven = peer_answered(txn) && v->now - other->invite.time > 0;
    if (!why->proven && v->now - txn->last.time < v->race_window)
        return SIPSAN_NA; /* glare */
    /* Until it is answered its copies may have been lost behind the tap. */
    why->since = txn->answered != 0 ? other->invite.time : txn->last.time;
    why->expected = "a re-INVITE after the final response to the peer's INVITE";
    sipsan_relate(why, &other->invite, "INVITE", nothing);
    sipsan_fail(why, v->msg->start_line,
                "INVITE while the peer's INVITE %llu has no final response",
                (unsigned long long)other->invite_cseq);
    if (v->side == SIPSAN_CALLEE && other->invite_cseq == v->dialog->opening_cseq)
        return SIPSAN_INCONCLUSIVE; /* it knows whether it has accepted the call: rather missed */
    if (!why->proven && !arrived(v, txn))
        return SIPSAN_INCONCLUSIVE;
    return stale(v, &other->invite) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* A refused INVITE of the peer is over with its ACK, which comes from the next hop: only where the
 * tap stands there. After a 2xx the transaction is over at once: no wait is asked for. */
static enum sipsan_verdict peer_unconfirmed(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *other = sipsan_peer(v);

    if (!is_reinvite(v) || other->invite_status < 300 || other->invite_acked ||
        v->now - other->invite_final.time > SIPSAN_TIMER_B)
        return SIPSAN_NA;
    if (other->invite_cseq == v->dialog->opening_cseq && v->side == SIPSAN_CALLEE)
        return SIPSAN_NA;
    /* 491 says that the sender's own INVITE was there before it: this may be that one, late, or
     * lost and repeated. */
    if (other->invite_status == 491 && may_be_a_copy(v) &&
        v->now - other->invite_final.time < LOST_COPIES + v->race_window)
        return SIPSAN_NA;
    if (v->msg->via_count != 1 || !sipsan_at_source(v))
        return SIPSAN_NA;
    why->expected = "a re-INVITE after the ACK to the refusal";
    sipsan_relate(why, &other->invite, "INVITE", nothing);
    sipsan_relate(why, &other->invite_final, "final response", nothing);
    sipsan_fail(why, v->msg->start_line,
                "INVITE before the ACK to the %d with which the peer's INVITE was refused",
                other->invite_status);
    /* Timer G would have repeated the refusal by now. */
    if (v->seen->flow.transport == SIPSAN_UDP && v->now - other->invite_final.time > 2 * SIPSAN_T1)
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

/* 14.2: the server ---------------------------------------------------------------------------- */

/* The responder's own INVITE passed before the peer's and had no final response when that passed:
 * both finals and the peer's INVITE come the same way. */
static enum sipsan_verdict glare(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    const struct sipsan_txn *txn = v->txn;

    if (!txn || !txn->whole || !txn->to_tag.p || !v->dialog->invite || me->invite_serial == 0)
        return SIPSAN_NA;
    if (v->side == SIPSAN_CALLER && me->invite_cseq == v->dialog->opening_cseq)
        return SIPSAN_NA; /* another fork may have accepted that one */
    if (me->invite.time >= txn->first.time || me->invite_acked ||
        (me->invite_final.time != 0 && me->invite_final.time <= txn->first.time))
        return SIPSAN_NA;
    if (txn->first.time - me->invite.time > SIPSAN_TIMER_B)
        return SIPSAN_NA; /* its final was missed, or never came */
    if (v->msg->status == 491)
        return SIPSAN_PASS;
    if (sipsan_before_dialog(v->msg->status))
        return SIPSAN_NA;
    if (v->msg->status == 500 && sipsan_peer(v)->cseq > v->txn->cseq)
        return SIPSAN_NA; /* a later request has overtaken it: 12.2.2 */
    why->lower = v->msg->status >= 300;
    why->expected = "491";
    sipsan_relate(why, &me->invite, "own INVITE", nothing);
    sipsan_relate_request(why, txn, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "an INVITE that met the server's own INVITE is answered %d", v->msg->status);
}

/* An INVITE of the same sender with a lower number that the server had answered provisionally and
 * not finally; NULL: none. */
static const struct sipsan_txn *first_of_two(const struct sipsan_view *v)
{
    const struct sipsan_txn *second = v->txn;

    if (!second || !second->whole || !second->to_tag.p || !v->dialog->invite)
        return NULL;
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_open *open = &v->dialog->open[i];
        const struct sipsan_txn *first;

        if (open->serial == 0 || open->side == v->side || open->cseq >= second->cseq)
            continue;
        first = sipsan_open_invite(v, other_side(v->side), open->cseq);
        if (first && first->answers && first->acks == 0 && first->final.copies == 0 &&
            first->cancel.time == 0 && first->first.time < second->first.time &&
            v->now - first->first.time < SIPSAN_TIMER_B)
            return first;
    }
    return NULL;
}

static enum sipsan_verdict second_500(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *first = first_of_two(v);

    if (!first || sipsan_before_dialog(v->msg->status))
        return SIPSAN_NA;
    if (v->msg->status == 500)
        return SIPSAN_PASS;
    why->lower = v->msg->status >= 300;
    why->expected = "500 with Retry-After";
    sipsan_relate_request(why, first, nothing);
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "a second INVITE before the final response to the first is answered %d",
                       v->msg->status);
}

#define RETRY_MAX 10 /* seconds */

static enum sipsan_verdict second_retry_after(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *first = first_of_two(v);
    const struct sipsan_number *retry = &v->msg->retry_after;

    if (!first || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Retry-After with a random number from 0 to 10";
    sipsan_relate_request(why, first, nothing);
    if (!retry->text.p)
        return sipsan_fail(why, v->msg->start_line,
                           "the 500 to a second INVITE has no Retry-After");
    if (!retry->ok)
        return SIPSAN_NA;
    if (retry->value <= RETRY_MAX)
        return SIPSAN_PASS;
    return sipsan_fail(why, retry->text, "the 500 to a second INVITE asks to wait %llu s",
                       (unsigned long long)retry->value);
}

/* 14.1: after 491 ----------------------------------------------------------------------------- */

#define OWNER_FROM     INT64_C(2100000)
#define OWNER_TO       INT64_C(4000000)
#define NON_OWNER_TO   INT64_C(2000000)
#define TIMER_ACCURACY INT64_C(50000)

/* This INVITE is the first one after a 491. */
static bool retries_491(const struct sipsan_view *v)
{
    const struct sipsan_party *me = sipsan_sender(v);

    return is_reinvite(v) && me->got_491.time != 0 && me->invite_status == 491 &&
           me->invite_final.time == me->got_491.time && v->msg->cseq.number > me->invite_cseq;
}

/* The tap sees the 491 before its receiver does and the INVITE after it was sent: the wait was not
 * longer than what is seen here. Too long is a user who changed the session anew. */
static enum sipsan_verdict owner_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);

    if (v->side != SIPSAN_CALLER || !retries_491(v))
        return SIPSAN_NA;
    if (v->now - me->got_491.time >= OWNER_FROM - TIMER_ACCURACY)
        return SIPSAN_PASS;
    why->expected = "a random wait of 2.1 to 4 s";
    sipsan_relate(why, &me->got_491, "491", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the owner of the Call-ID tries again %.3f s after the 491",
                       (double)(v->now - me->got_491.time) / 1e6);
}

/* The wait met an INVITE of the owner: that came after the 491, or it went on behind it and was not
 * refused. Until its end none may be sent, and then the session is another one. */
static bool met_another(const struct sipsan_view *v)
{
    const struct sipsan_party *me = sipsan_sender(v), *other = sipsan_peer(v);
    const struct sipsan_dialog *d = v->dialog;

    if (other->invite_serial == 0)
        return false;
    if (other->invite.time > me->got_491.time || other->invite_final.time == 0)
        return true;
    return sipsan_is_success(other->invite_status) &&
           (other->invite_final.time > me->got_491.time ||
            (d->ok_cseq == other->invite_cseq && d->ok_inviter != v->side &&
             d->ack_last.time > me->got_491.time));
}

/* Later than the owner's own time it is a new wish. */
static enum sipsan_verdict non_owner_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    int64_t wait;

    if (v->side != SIPSAN_CALLEE || !retries_491(v) || met_another(v))
        return SIPSAN_NA;
    wait = v->now - me->got_491.time;
    if (wait <= NON_OWNER_TO + v->race_window)
        return SIPSAN_PASS;
    if (wait > OWNER_TO + v->race_window)
        return SIPSAN_NA;
    /* Copies of it may have been lost before the tap. */
    why->lower = may_be_a_copy(v) && wait <= NON_OWNER_TO + LOST_COPIES + v->race_window;
    why->expected = "a random wait of 0 to 2 s";
    sipsan_relate(why, &me->got_491, "491", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the side that does not own the Call-ID tries again only %.3f s after the "
                       "491",
                       (double)wait / 1e6);
}

#define INVITE  BIT(INVITE)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.14.1.no-invite-while-invite-pending",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = INVITE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .updated_by = "RFC 6141, RFC 5407",
        .summary = "No re-INVITE while an INVITE of the peer is in progress",
        .explain =
            "Two offers at a time leave the sides with different sessions. Who has an INVITE of "
            "the peer answers it first.\n"
            "Reported when the sender had the peer's INVITE: it had answered it provisionally, or "
            "on its own hop it passed longer ago than messages may cross. INVITEs that cross "
            "(glare) are legal; "
            "both get 491. The sender's own pending INVITE is the finding of the rule on waiting "
            "for the client transaction, a refused one without ACK that of its neighbour. An "
            "INVITE open for more than 64*T1: inconclusive.\n"
            "Bad: re-INVITE of alice, 100 and 180 of bob, re-INVITE of bob\n"
            "Good: re-INVITE of alice, 200, ACK, re-INVITE of bob",
        .check = peer_pending,
    },
    {
        .id = "rfc3261.14.1.wait-client-invite-completed",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = INVITE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 6141",
        .summary = "A UA waits for the final response to its INVITE before it sends the next one",
        .explain =
            "The answer to the first INVITE is still to come: with a second one under way nobody "
            "can tell which offer it answers. The server has to refuse it with 500.\n"
            "Legal: the next INVITE after any final response (401 and 491 too); the same INVITE, "
            "with the same CSeq, to another server; UPDATE (RFC 3311). Not judged once the first "
            "one is cancelled or has been accepted by another fork.\n"
            "Bad: INVITE with CSeq 2, 100, INVITE with CSeq 3\n"
            "Good: INVITE with CSeq 2, 200, ACK, INVITE with CSeq 3",
        .check = own_pending,
    },
    {
        .id = "rfc3261.14.1.wait-server-invite-confirmed",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = INVITE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .updated_by = "RFC 6026",
        .summary = "After refusing an INVITE a UA waits for the ACK before it sends its own",
        .explain =
            "Until the ACK the refusal may not have arrived: the peer still has its INVITE in "
            "progress and will answer 491.\n"
            "Judged at the sender's own hop, where the ACK comes from. After a 2xx no wait is "
            "asked for: the server transaction ends with it (RFC 6026 calls its state Accepted "
            "and changes nothing here).\n"
            "Bad: re-INVITE of alice, 488 of bob, re-INVITE of bob, ACK\n"
            "Good: re-INVITE of alice, 488 of bob, ACK, re-INVITE of bob",
        .check = peer_unconfirmed,
    },
    {
        .id = "rfc3261.14.1.491-timer-owner",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = INVITE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "After 491 the owner of the Call-ID waits 2.1 to 4 s",
        .explain =
            "Both sides have been refused and both will try again. The ranges do not overlap, so "
            "that one of them gets through; an owner that is too quick meets the other side once "
            "more, and again.\n"
            "Owner is who sent the first INVITE of the call (on this leg, when a B2BUA passes the "
            "Call-ID on). Only a wait that is too short is reported: after a longer one it may be "
            "a new wish of the user.\n"
            "Bad: 491, re-INVITE of the caller 0.5 s later\n"
            "Good: 491, re-INVITE of the caller 3.1 s later",
        .check = owner_timer,
    },
    {
        .id = "rfc3261.14.1.491-timer-non-owner",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = INVITE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "After 491 the side that does not own the Call-ID waits 0 to 2 s",
        .explain =
            "The callee of the first INVITE tries again within two seconds, before the owner of "
            "the Call-ID does; in the owner's time of 2.1 to 4 s they collide again.\n"
            "Reported when its next INVITE falls into that time, with the time that messages may "
            "take allowed for, and no INVITE of the owner has come or succeeded meanwhile. Later "
            "it "
            "may be a new wish of the user. Over UDP, where its first copies may have been lost "
            "before the tap, it "
            "is "
            "a note up to 4 s.\n"
            "Bad: 491, re-INVITE of the callee 3 s later\n"
            "Good: 491, re-INVITE of the callee 0.8 s later",
        .check = non_owner_timer,
    },
    {
        .id = "rfc3261.14.2.glare-491",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 699,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 6141, RFC 5407",
        .summary = "An INVITE that meets the receiver's own INVITE is refused with 491",
        .explain =
            "Both sides have made an offer. 491 to either one clears the table, and the timers of "
            "14.1 let one of them come first. A side that accepts instead has two exchanges at a "
            "time.\n"
            "Reported when the responder's INVITE had passed before the peer's and its final "
            "response had not. Challenges and refusals that come first or from elements on the "
            "way are legal; another refusal is reported one step lower.\n"
            "Bad: INVITE of alice, INVITE of bob, 200 of alice to bob's\n"
            "Good: INVITE of alice, INVITE of bob, 491 of both",
        .check = glare,
    },
    {
        .id = "rfc3261.14.2.second-invite-500",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 699,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 5407",
        .summary = "A second INVITE of the same side before the final to the first gets 500",
        .explain =
            "The first offer has no answer yet, so that the second one cannot be considered. 500 "
            "with Retry-After sends it back; 491 is for INVITEs of opposite directions.\n"
            "Reported when the server had answered the first one with a tag of its own, so that "
            "it has it, and no final response to it had passed. Legal: challenges, refusals that "
            "come first or from elements on the way; a re-INVITE after the 2xx and before its ACK "
            "(RFC 5407 3.1.4). A refusal other than 500 is reported one step lower.\n"
            "Bad: INVITE 2, 180, INVITE 3, 200 to INVITE 3\n"
            "Good: INVITE 2, 180, INVITE 3, 500 with Retry-After: 4",
        .check = second_500,
    },
    {
        .id = "rfc3261.14.2.second-invite-retry-after",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 500,
        .status_to = 500,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "The 500 to a second INVITE has a Retry-After of 0 to 10 s",
        .explain =
            "Without it the client does not know that trying again is worth while, nor when. "
            "Zero is one of the random values here.\n"
            "Judged only where a first INVITE of the same side was answered provisionally and not "
            "finally; a 500 may have other reasons elsewhere.\n"
            "Bad: 500 without Retry-After; Retry-After: 120\n"
            "Good: Retry-After: 7",
        .check = second_retry_after,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_14, rules);

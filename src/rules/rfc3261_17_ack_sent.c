/* RFC 3261 section 17.1.1.2: when the ACK to a failure is sent, and sent again. What it is made of:
 * rfc3261_17_ack.c. */
#include "rules/repeats.h"

/* Over UDP a server that gets no ACK repeats its final. One that does not has got an ACK which the
 * tap has missed, or is broken itself: nothing is proved against the client. */
static enum sipsan_verdict ack_sent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (!sipsan_is_failure(txn->final.status) || sipsan_is_success(txn->other_final.status))
        return SIPSAN_NA;
    sipsan_relate_request(why, txn, nothing);
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    (void)sipsan_fail(why, nothing, "the %d to the INVITE, sent %u times, got no ACK",
                      txn->final.status, (unsigned)txn->final.copies);
    if (v->owed->flow.transport == SIPSAN_UDP && txn->final.copies < 2)
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

/* A few repeats may have been lost behind the tap, or their ACKs before it. On a reliable transport
 * the client's Timer D is zero: nobody is there any more. */
static enum sipsan_verdict ack_resent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (!sipsan_is_failure(txn->final.status) || v->owed->flow.transport != SIPSAN_UDP)
        return SIPSAN_NA;
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    sipsan_relate(why, &txn->ack_last, "last ACK", nothing);
    (void)sipsan_fail(why, nothing, "the %d was sent %u times, its ACK %u times", txn->final.status,
                      (unsigned)txn->final.copies, (unsigned)txn->acks);
    return txn->final.copies >= txn->acks + 4 ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* An ACK without a To tag is made of no response. Where the tag is the request's own, only the time
 * tells: nothing came until Timer B. */
static enum sipsan_verdict ack_of_timeout(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;

    if (!invite->whole || invite->response_count > 0 || invite->children || !v->msg->call_id.p ||
        !span_eq(v->msg->call_id, invite->call_id))
        return SIPSAN_NA;
    if (v->msg->to.tag.p && !invite->to_tag.p)
        return SIPSAN_NA; /* the tag of a response that the tap has missed */
    if (v->now - invite->first.time < SIPSAN_TIMER_B - SIPSAN_T4)
        return SIPSAN_INCONCLUSIVE;
    sipsan_relate_request(why, invite, nothing);
    return sipsan_fail(why, v->msg->start_line, "an ACK, but the INVITE has got no response");
}

/* ACK and final go in step. Three copies more than finals cannot be the work of the two or three
 * that the tap may have missed. */
static enum sipsan_verdict ack_by_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_answer *answer = v->match->answer;

    if (!v->match->identical || !answer || answer->final.copies == 0 || !invite->whole ||
        v->seen->leg != invite->leg || v->now - invite->ack_last.time < COPIES_OF_TAP)
        return SIPSAN_NA;
    if (invite->ack_copies / 2 < answer->final.copies + 1)
        return SIPSAN_PASS;
    sipsan_relate(why, &answer->final.ref, "final response", nothing);
    sipsan_relate(why, &invite->ack, "first ACK", nothing);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the ACK, its %d was sent %u times",
                       (unsigned)invite->ack_copies + 1, answer->final.status,
                       (unsigned)answer->final.copies);
}

#define ABSENCE                                                                                    \
    (SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_START | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.1.1.2.ack-non2xx-sent",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_NON2XX,
        .needs = ABSENCE,
        .summary = "Every 3xx, 4xx, 5xx and 6xx to an INVITE gets an ACK",
        .explain =
            "The client transaction itself acknowledges a failure, on any transport. Without the "
            "ACK the server repeats its final response for 32 s and keeps the call in memory.\n"
            "The ACK goes from hop to hop: each proxy sends its own, so it passes where the INVITE "
            "passed.\n"
            "Reported four seconds after the failure, when the server has repeated it (over UDP) "
            "and a later message shows that the tap still hears them. A server that does not "
            "repeat has perhaps got an ACK that was not captured: then it is only counted as "
            "inconclusive.\n"
            "Bad: INVITE, 486, 486, 486\n"
            "Good: INVITE, 486, ACK",
        .check = ack_sent,
    },
    {
        .id = "rfc3261.17.1.1.2.ack-resent-per-final-retrans",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_NON2XX_AGAIN,
        .needs = ABSENCE,
        .aliases = "rfc3261.17.1.1.2.timer-d-32s",
        .summary = "A repeated 3xx to 6xx gets its ACK again",
        .explain =
            "A failure that comes again says that the ACK was lost. The client transaction stays "
            "for 32 s (Timer D) to acknowledge every copy over UDP; one that has forgotten the "
            "call leaves the server repeating.\n"
            "Reported two seconds after a repeat, when at least four copies went without ACK: a "
            "few "
            "may be lost behind the tap, or their ACKs before it. On reliable transports Timer D "
            "is "
            "zero and nothing is due.\n"
            "Bad: 486, ACK, 486, 486, 486, 486\n"
            "Good: 486, ACK (lost), 486, ACK",
        .check = ack_resent,
    },
    {
        .id = "rfc3261.17.1.1.2.timer-b-no-ack",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a final that was missed looks the same */
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS,
        .summary = "A client that has got no response sends no ACK",
        .explain =
            "When Timer B fires the client gives up: there is no final response that an ACK "
            "could be for. Sent nevertheless it opens a hole in servers that take it for the "
            "end of a handshake.\n"
            "Reported for an ACK with the branch of the INVITE, 28 s or more after it, when no "
            "response has passed and the ACK has no To tag beyond that of the INVITE; sooner it "
            "is only counted as inconclusive. A warning, as a response may slip past the tap.\n"
            "Bad: INVITE seven times, ACK after 32 s\n"
            "Good: INVITE seven times, then nothing",
        .check = ack_of_timeout,
    },
    {
        .id = "rfc3261.17.1.no-client-txn-for-ack",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS,
        .summary = "No timer repeats an ACK",
        .explain =
            "Nothing answers an ACK, so nothing would stop a timer. It is sent once for each "
            "copy of the final response that comes, and lost ones are made good that way.\n"
            "Reported when twice as many copies of an ACK have passed as of its final response, "
            "and two more: the tap may have missed some of those.\n"
            "Bad: 200, and ACK at 0, 0.5, 1.5, 3.5 and 7.5 s\n"
            "Good: 200, ACK, 200, ACK",
        .check = ack_by_timer,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17_ack_sent, rules);

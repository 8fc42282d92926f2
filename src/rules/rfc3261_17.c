/* RFC 3261 section 17.1: client transactions, and how they repeat requests (17.1.1.2, 17.1.2.2).
 *
 * What loss can fake is no evidence here. A copy that the tap has missed makes the gap in which it
 * lies longer, and the count of copies smaller: so only short gaps and too many copies say
 * something. And since T1 may be larger than its default, nothing that comes late does. The ACK to
 * a failure is in rfc3261_17_ack.c, the server in rfc3261_17_2.c. */
#include "rules/repeats.h"

/* Repeats of requests ------------------------------------------------------------------------- */

#define RFC3581_GAP INT64_C(10000000) /* RFC 3581 3: repeats that keep a NAT open */

static bool reliable(const struct sipsan_view *v)
{
    return v->seen->flow.transport != SIPSAN_UDP;
}

static int64_t gap_now(const struct sipsan_view *v)
{
    return v->now - v->txn->last.time;
}

/* It comes from another port than the first one: a NAT has mapped it anew, and lets nothing in that
 * goes to the port before. A stateless proxy passes on what it got, with that port in a Via. */
static bool mapped_anew(const struct sipsan_view *v)
{
    return v->seen->flow.src.port != v->txn->flow.src.port ||
           (v->msg->via_count > 1 && !v->match->identical);
}

/* Copy after copy over UDP, and nothing has come back. */
static bool unanswered(const struct sipsan_view *v)
{
    return !reliable(v) && v->txn->whole && v->txn->answered == 0 && gap_now(v) >= TWIN;
}

static bool in_series(const struct sipsan_view *v, int64_t limit)
{
    return gap_in_series(gap_now(v), v->now - v->txn->first.time, v->txn->copies, limit);
}

/* RFC 3581 3: a client that asks for rport may repeat a pending INVITE to keep its NAT open. */
static bool keeps_nat_open(const struct sipsan_view *v)
{
    return v->as_of == 0 && v->msg->via && v->msg->via->rport.p && gap_now(v) >= RFC3581_GAP;
}

static void relate_copies(const struct sipsan_view *v, struct sipsan_why *why)
{
    sipsan_relate(why, &v->txn->first, "first copy", nothing);
    if (v->txn->copies > 1)
        sipsan_relate(why, &v->txn->last, "copy before", nothing);
}

/* The first gap is T1, which may be set lower in a private network: hence only a note. Later ones
 * double without end; many stop at T2, as is right for other requests. Gaps that do not grow before
 * that belong to backoff-always. */
static enum sipsan_verdict timer_a(const struct sipsan_view *v, struct sipsan_why *why)
{
    int64_t gap = gap_now(v), before = v->txn->gap;

    if (!unanswered(v) || keeps_nat_open(v))
        return SIPSAN_NA;
    if (v->txn->copies == 1) {
        if (gap >= NEAR_T1)
            return SIPSAN_PASS;
        why->lower = true;
        relate_copies(v, why);
        return sipsan_fail(why, v->msg->start_line,
                           "the INVITE is repeated after %.3f s, T1 is 0.5 s", seconds(gap));
    }
    if (in_series(v, 0) || before < NEAR_T2 || gap < NEAR_T2 || gap >= before + T1_HALF ||
        gap >= before * 21 / 20)
        return SIPSAN_PASS;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before: the "
                       "repeats of an INVITE have no limit of T2",
                       seconds(gap), seconds(before));
}

/* When m copies before this one were missed, the gap before it is 2^m - 1 times some T, and this
 * one 2^m times: always larger, by T. So a gap that is not larger than the one before it proves
 * that the timer was not doubled, whatever was lost. */
static enum sipsan_verdict backoff(const struct sipsan_view *v, struct sipsan_why *why)
{
    int64_t gap = gap_now(v), before = v->txn->gap;

    if (!unanswered(v) || v->txn->copies < 2 || before < TWIN || keeps_nat_open(v))
        return SIPSAN_NA;
    if (in_series(v, 0) || gap >= before * 21 / 20 || gap >= before + T1_HALF)
        return SIPSAN_PASS;
    if (gap < before * 4 / 5 || may_be_twin(gap, v->txn->copies))
        return SIPSAN_NA; /* may be a copy that the network doubled: the next gap tells */
    if (before >= NEAR_T2 && gap >= NEAR_T2)
        return SIPSAN_NA; /* T2 was taken for a limit: timer-a-retransmit has that */
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before: the "
                       "interval does not double",
                       seconds(gap), seconds(before));
}

/* The network may have doubled the copy before this one: what comes behind it tells. Where copies
 * come as near as that anyway, they are the sender's. */
static bool doubles_last(const struct sipsan_view *v)
{
    return gap_now(v) < LATE_TWIN && v->txn->gap >= LATE_TWIN;
}

/* Seven copies fit into 64*T1, whatever T1 is. Copies that the network doubles count twice, but
 * leave the long gaps of the series as they are: each of those is more than 0.4 of all the time
 * before. */
static enum sipsan_verdict seven_sends(const struct sipsan_view *v, struct sipsan_why *why)
{
    int64_t all = v->now - v->txn->first.time;

    if (!unanswered(v) || keeps_nat_open(v))
        return SIPSAN_NA;
    if (v->txn->copies < 7 || doubles_last(v) ||
        (gap_now(v) > all * 2 / 5 && all < SIPSAN_TIMER_B + NEAR_T1))
        return SIPSAN_PASS;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the INVITE, after %.1f s",
                       (unsigned)v->txn->copies + 1, seconds(all));
}

/* As in backoff, with T2 as the limit that a gap need not exceed. */
static enum sipsan_verdict timer_e(const struct sipsan_view *v, struct sipsan_why *why)
{
    int64_t gap = gap_now(v), before = v->txn->gap;

    if (!unanswered(v))
        return SIPSAN_NA;
    if (v->txn->copies == 1) {
        if (gap >= NEAR_T1)
            return SIPSAN_PASS;
        why->lower = true;
        relate_copies(v, why);
        return sipsan_fail(why, v->msg->start_line,
                           "the request is repeated after %.3f s, T1 is 0.5 s", seconds(gap));
    }
    if (in_series(v, SIPSAN_T2) || before < TWIN || gap < before * 4 / 5 ||
        may_be_twin(gap, v->txn->copies) || gap >= before * 21 / 20 || gap >= before + T1_HALF ||
        gap >= NEAR_T2)
        return SIPSAN_PASS;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before: the "
                       "interval neither doubles nor is T2",
                       seconds(gap), seconds(before));
}

/* Copies that the network doubles leave gaps of T2 in a time in which twelve copies with such gaps
 * do not fit. */
static enum sipsan_verdict eleven_sends(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t all = v->now - txn->first.time, n = (int64_t)txn->copies + 1;

    if (reliable(v) || !txn->whole || txn->final.copies > 0 || gap_now(v) < TWIN)
        return SIPSAN_NA;
    if (copies_fit(n, all) || (gap_now(v) >= NEAR_T2 && all < INT64_C(35000000)) || doubles_last(v))
        return SIPSAN_PASS;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the request, after %.1f s",
                       (unsigned)txn->copies + 1, seconds(all));
}

/* Three late ones, and the server has answered three times: then it is not two lost responses. */
static enum sipsan_verdict repeat_after_response(const struct sipsan_view *v,
                                                 struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (reliable(v) || txn->answered == 0 || !txn->whole || gap_now(v) < TWIN ||
        keeps_nat_open(v) || mapped_anew(v))
        return SIPSAN_NA;
    if (txn->response_count < 3 || txn->copies < 3 ||
        txn->last.time - txn->answered <= v->race_window)
        return SIPSAN_NA;
    why->since = txn->answered;
    relate_copies(v, why);
    sipsan_relate(why, txn->trying.copies > 0 ? &txn->trying.ref : &txn->provisional.ref,
                  "provisional response", nothing);
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the INVITE is still repeated %.1f s after its first response",
                       seconds(v->now - txn->answered));
}

/* The same for other requests, which a provisional response does not stop. */
static enum sipsan_verdict repeat_after_final(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (reliable(v) || !txn->whole || txn->final.copies < 4 || gap_now(v) < TWIN ||
        txn->copies < 2 || txn->last.time - txn->final.ref.time <= v->race_window || mapped_anew(v))
        return SIPSAN_NA;
    why->since = txn->final.ref.time;
    relate_copies(v, why);
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the request is still repeated %.1f s after its final response",
                       seconds(v->now - txn->final.ref.time));
}

/* The timer that ran when the 1xx came ends as it was set; the one after it is T2. */
static enum sipsan_verdict proceeding_t2(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (reliable(v) || !txn->whole || txn->permitted == 0 || txn->final.copies > 0)
        return SIPSAN_NA;
    if (txn->response_count < 3 || txn->copies < 2 || gap_now(v) < TWIN ||
        txn->last.time - txn->permitted <= v->race_window || mapped_anew(v))
        return SIPSAN_NA;
    if (gap_now(v) >= NEAR_T2)
        return SIPSAN_PASS;
    why->since = txn->permitted;
    relate_copies(v, why);
    sipsan_relate(why, &txn->provisional.ref, "provisional response", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "repeated %.3f s after the last copy, although a provisional response came "
                       "%.1f s ago: the interval is T2, 4 s",
                       seconds(gap_now(v)), seconds(v->now - txn->permitted));
}

/* A stateless proxy passes on each copy that it gets over UDP (16.11). */
static enum sipsan_verdict repeat_on_reliable(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *mine = &v->seen->flow, *first = &v->txn->flow;

    if (!reliable(v) || !v->txn->whole || !v->match->identical ||
        mine->connection != first->connection || mine->transport != first->transport ||
        mine->src.port != first->src.port || !sipsan_ip_eq(&mine->src, &first->src) ||
        gap_now(v) < COPIES_OF_TAP)
        return SIPSAN_NA;
    if (v->msg->via && v->msg->via->next &&
        sipsan_span_eq_nocase(v->msg->via->next->transport, SPAN_LIT("UDP")))
        return SIPSAN_NA;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the request on the same %s connection",
                       (unsigned)v->txn->copies + 1, sipsan_transport_name(mine->transport));
}

/* The first byte that differs, with what follows it on its line. */
static struct sipsan_span difference(struct sipsan_span mine, struct sipsan_span theirs)
{
    size_t i = 0, end;

    while (i < mine.n && i < theirs.n && mine.p[i] == theirs.p[i])
        i++;
    for (end = i; end < mine.n && mine.p[end] != '\r' && mine.p[end] != '\n'; end++)
        ;
    while (i > 0 && mine.p[i - 1] != '\n')
        i--;
    return (struct sipsan_span){mine.p + i, end - i};
}

/* What a server has added to a lower Via is not the same: see mapped_anew. */
static bool from_elsewhere(const struct sipsan_msg *mine, const struct sipsan_msg *theirs)
{
    const struct sipsan_via *a = mine->via, *b = theirs->via;

    while (a && b && a->next && b->next) {
        a = a->next;
        b = b->next;
        if (a->rport_value != b->rport_value || !span_eq(a->received, b->received))
            return true;
    }
    return false;
}

static enum sipsan_verdict repeat_identical(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *mine = v->msg, *theirs = v->req;
    struct sipsan_span line;

    if (!v->txn->whole || mine->truncated || theirs->truncated || mine->framing != SIPSAN_FRAMED ||
        theirs->framing != SIPSAN_FRAMED)
        return SIPSAN_NA;
    if (v->match->identical || span_eq(mine->bytes, theirs->bytes))
        return SIPSAN_PASS;
    if (from_elsewhere(mine, theirs))
        return SIPSAN_NA;
    line = difference(mine->bytes, theirs->bytes);
    sipsan_relate_request(why, v->txn, difference(theirs->bytes, mine->bytes));
    why->expected = "the same bytes again, or a new request with a branch and CSeq of its own";
    return sipsan_fail(why, line, "a repeat of the request that is not the same: %.*s", SPAN(line));
}

#define INVITE BIT(INVITE)
#define OTHER  (~(INVITE | BIT(ACK)))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.1.1.2.timer-a-retransmit",
        .level = SIPSAN_MUST,
        /* The first gap and the limit are set by hand in many stacks. */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = INVITE,
        .aliases = "rfc3261.17.1.1.2.timer-a-start rfc3261.17.1.1.2.t1-not-smaller",
        .summary = "The repeats of an unanswered INVITE follow T1, 2*T1, 4*T1 and so on",
        .explain =
            "Over UDP an INVITE without a response is sent again after T1 (0.5 s), and each "
            "interval is twice the one before: 0.5, 1, 2, 4, 8, 16 s. Shorter ones load a network "
            "that is already losing packets.\n"
            "Reported: a first interval clearly below 0.5 s (a note, since T1 may be smaller in a "
            "private network), and intervals that stay at T2 (4 s): that limit is for other "
            "requests than INVITE.\n"
            "Longer intervals say nothing: copies may be lost before the tap, and T1 may be "
            "larger. An interval that does not grow at all has a rule of its own, "
            "backoff-always.\n"
            "Legal: the first copy again after 10 s or more by a client that asks for rport (RFC "
            "3581).\n"
            "Bad: copies at 0, 0.5, 1.5, 3.5, 7.5, 11.5 s\n"
            "Good: copies at 0, 0.5, 1.5, 3.5, 7.5, 15.5 s",
        .check = timer_a,
    },
    {
        .id = "rfc3261.17.1.1.2.backoff-always",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* timers are configured: a load, not a lost call */
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = INVITE,
        .aliases = "rfc3261.17.1.1.2.timer-a-doubling-continues",
        .summary = "Each interval between copies of an INVITE is twice the one before",
        .explain =
            "T1 may be chosen, doubling may not be left out: it is what keeps a busy network from "
            "drowning in repeats.\n"
            "Reported when an interval is not larger than the one before it by 5 % (or 0.25 s), "
            "and "
            "shorter than its place in the series with T1 = 0.5 s asks. That cannot be the work of "
            "lost copies: when the tap misses some, the intervals that it sees still grow. Nor of "
            "a copy that is late.\n"
            "Copies less than 0.1 s apart are taken for one that the network has doubled, three "
            "of them at most when they are less than 0.4 s apart.\n"
            "Bad: copies at 0, 1, 2, 3 s\n"
            "Good: copies at 0, 1, 3, 7 s",
        .check = backoff,
    },
    {
        .id = "rfc3261.17.1.1.2.invite-max-7-sends",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* follows from timers that are configured */
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = INVITE,
        .aliases = "rfc3261.17.1.1.2.timer-b-start",
        .summary = "An unanswered INVITE is sent seven times at most over UDP",
        .explain =
            "Intervals that double from T1 leave room for seven copies in the 64*T1 of Timer B; "
            "then the client gives up. This holds for every T1.\n"
            "More copies come from a client that does not double, or does not give up. It keeps a "
            "dead server under load and the user waiting.\n"
            "Legal: repeats 10 s or more apart by a client that asks for rport (RFC 3581). Copies "
            "less than 50 ms apart are not judged.\n"
            "Bad: an INVITE every second for a minute\n"
            "Good: seven copies in 31.5 s, then nothing",
        .check = seven_sends,
    },
    {
        .id = "rfc3261.17.1.1.2.timer-a-not-on-reliable",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = INVITE,
        .summary = "An INVITE is not repeated over a reliable transport",
        .explain =
            "TCP, TLS, SCTP and WebSocket repeat what is lost by themselves. A second copy of the "
            "INVITE on the same connection only makes the server work twice.\n"
            "Reported for the same bytes again on the same connection, 100 ms or more after the "
            "last. Segments that TCP itself repeats are put together before.\n"
            "Legal: another try on a new connection. The 2xx and its ACK are repeated on every "
            "transport.\n"
            "Bad: INVITE over TCP at 0 and 0.5 s\n"
            "Good: INVITE over TCP once, then waiting for Timer B",
        .check = repeat_on_reliable,
    },
    {
        .id = "rfc3261.17.1.1.2.no-retransmit-after-response",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = INVITE,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .updated_by = "RFC 3581",
        .aliases = "rfc3261.17.1.1.2.proceeding-no-retransmit",
        .summary = "An INVITE is not repeated once any response to it has come",
        .explain =
            "The first provisional response stops the repeats: the server has the INVITE. A client "
            "that goes on has not taken the response for its own (branch, sent-by or address do "
            "not fit) or has not got it. The call will fail: look there.\n"
            "Reported at the third late copy, when at least three responses have passed the tap; "
            "less may follow from lost packets.\n"
            "Legal: copies 10 s or more apart by a client that asks for rport and keeps its NAT "
            "open (RFC 3581); copies from another port than the first, behind a NAT that has "
            "mapped anew.\n"
            "Bad: INVITE, 100, 180, INVITE, INVITE, INVITE\n"
            "Good: INVITE, 100, 180, 200",
        .check = repeat_after_response,
    },
    {
        .id = "rfc3261.17.1.1.2.retransmission-identical",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the server answers from memory, for the first copy */
        .on = SIPSAN_ON_RETRANSMIT,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A repeat of a request is the same message, byte for byte",
        .explain =
            "The same branch and CSeq say that this is the message which the server already has: "
            "it does not read it again. Whatever was changed is lost. The classic case is a "
            "request with credentials that keeps branch and CSeq of the refused one: the server "
            "repeats its 401 for ever.\n"
            "Legal: a changed request with a branch and CSeq number of its own; behind a stateless "
            "proxy, what it has added to the client's Via when that came from another port.\n"
            "Only whole messages are compared, on one hop, and while the first copy is kept (4 s "
            "after the last message).\n"
            "Bad: REGISTER with branch x, then REGISTER with branch x, the same CSeq and "
            "Authorization\n"
            "Good: REGISTER with CSeq 2, a new branch and Authorization",
        .aliases = "rfc3261.20.17.date-first-sent",
        .check = repeat_identical,
    },
    {
        .id = "rfc3261.17.1.2.2.timer-e-schedule",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = OTHER,
        .aliases = "rfc3261.9.1.cancel-is-non-invite-txn rfc3261.17.1.2.2.timer-e-start",
        .summary = "The repeats of another request double from T1 up to T2: 0.5, 1, 2, 4, 4 s",
        .explain =
            "Over UDP a request without a response is sent again after T1 (0.5 s), then after "
            "twice the interval before, at most T2 (4 s). Shorter intervals load a server that is "
            "late already.\n"
            "Reported: a first interval clearly below 0.5 s (a note, since T1 may be smaller in a "
            "private network), and an interval below T2 that is not larger than the one before it. "
            "Copies that the tap has missed, and a copy that is late, cannot look like "
            "that.\n"
            "Copies less than 0.1 s apart are taken for one that the network has doubled, three "
            "of them at most when they are less than 0.4 s apart.\n"
            "Bad: copies at 0, 1, 2, 3 s\n"
            "Good: copies at 0, 0.5, 1.5, 3.5, 7.5, 11.5 s",
        .check = timer_e,
    },
    {
        .id = "rfc3261.17.1.2.2.non-invite-max-11-sends",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = OTHER,
        .aliases = "rfc3261.17.1.2.2.non-invite-timer-f",
        .summary = "A request other than INVITE is sent eleven times at most over UDP",
        .explain =
            "With the default timers eleven copies fit into the 32 s of Timer F; then the client "
            "gives up.\n"
            "A larger T1 makes room for more, but only in a longer time: reported is the twelfth "
            "or later copy that comes too soon for every T1.\n"
            "Bad: an OPTIONS every second for a minute with one branch\n"
            "Good: eleven copies in 31.5 s, then a new request or none",
        .check = eleven_sends,
    },
    {
        .id = "rfc3261.17.1.2.2.non-invite-no-retrans-reliable",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = OTHER,
        .summary = "Requests other than INVITE are not repeated over a reliable transport",
        .explain = "Timer E runs over unreliable transports only. TCP and its like repeat what is "
                   "lost; a second copy only makes the server work twice.\n"
                   "Reported for the same bytes again on the same connection, 100 ms or more after "
                   "the last.\n"
                   "Legal: another try on a new connection.\n"
                   "Bad: REGISTER over TLS at 0 and 0.5 s\n"
                   "Good: REGISTER over TLS once, then waiting for Timer F",
        .check = repeat_on_reliable,
    },
    {
        .id = "rfc3261.17.1.2.2.timer-e-proceeding-t2",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the responses may be lost behind the tap */
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = OTHER,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .updated_by = "RFC 4320",
        .summary = "After a provisional response a request is repeated every T2 only",
        .explain =
            "A provisional response does not stop the repeats of a request other than INVITE, "
            "but it slows them down: the server has the request, and a copy every 4 s (T2) is "
            "enough to fetch a final response that was lost.\n"
            "Reported at the second copy behind the provisional response, when at least three "
            "responses have passed: the timer that was running may end as it was set, and two "
            "responses may be lost behind the tap.\n"
            "Longer intervals say nothing, as copies get lost.\n"
            "Bad: SUBSCRIBE at 0, 100 at 0.1, SUBSCRIBE at 0.5, 1.5, 3.5 s\n"
            "Good: SUBSCRIBE at 0, 100 at 0.1, SUBSCRIBE at 0.5, 4.5, 8.5 s",
        .check = proceeding_t2,
    },
    {
        .id = "rfc3261.17.1.2.2.non-invite-final-completed",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* as above */
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = OTHER,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "A request is not repeated once its final response has come",
        .explain =
            "The final response ends the client transaction. A client that goes on has not got "
            "the response or has not taken it for its own: branch, sent-by, CSeq or the address "
            "that it was sent to do not fit.\n"
            "Reported when the final response has passed the tap four times: a few may be lost "
            "behind it. Over UDP; on other transports no repeat is right.\n"
            "Bad: BYE, 200, BYE, 200, BYE, 200, BYE, 200, BYE\n"
            "Good: BYE, 200 (lost), BYE, 200",
        .check = repeat_after_final,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17, rules);

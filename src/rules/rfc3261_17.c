/* RFC 3261 section 17.1: client transactions. The ACK to a failure (17.1.1.2, 17.1.1.3), and the
 * repeats of requests (17.1.1.2, 17.1.2.2).
 *
 * What loss can fake is no evidence here. A copy that the tap has missed makes the gap in which it
 * lies longer, and the count of copies smaller: so only short gaps and too many copies say
 * something. And since T1 may be larger than its default, nothing that comes late does. The server
 * is in rfc3261_17_2.c. */
#include "rules/rule.h"

static const struct sipsan_span nothing;

/* 17.1.1.3: the ACK to a failure ----------------------------------------------------------------
 */

static bool failure(int status)
{
    return status >= 300 && status <= 699;
}

/* A 2xx to this INVITE was seen: its ACK is another thing (13.2.2.4). */
static bool accepted(const struct sipsan_view *v)
{
    const struct sipsan_txn *invite = v->invite;

    if (sipsan_is_success(invite->final.status) || sipsan_is_success(invite->other_final.status))
        return true;
    return v->dialog && v->dialog->ok_copies > 0 && v->dialog->ok_cseq == v->msg->cseq.number;
}

/* This ACK is in the transaction of an INVITE that was refused. A final that was missed leaves it
 * open what is acknowledged. */
static bool acknowledges_failure(const struct sipsan_view *v)
{
    return v->match->by_branch && failure(v->invite->final.status) && !accepted(v) &&
           v->msg->call_id.p && span_eq(v->msg->call_id, v->invite->call_id);
}

/* On the very path of the INVITE. */
static bool same_path(const struct sipsan_flow *a, const struct sipsan_flow *b)
{
    if (!sipsan_ip_eq(&a->src, &b->src) || !sipsan_ip_eq(&a->dst, &b->dst) ||
        a->dst.port != b->dst.port)
        return false;
    return !sipsan_ip_eq(&a->src, &a->dst) || a->src.port == b->src.port;
}

/* The To tag tells whose ACK it is when the branch does not: it is the tag of a failure, and of
 * nothing else. */
static enum sipsan_verdict ack_via(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_via *mine = v->msg->via;
    const struct sipsan_answer *answer = v->match->answer;

    if (!mine || !mine->ok || accepted(v))
        return SIPSAN_NA;
    if (v->match->by_branch) {
        const struct sipsan_via *theirs = invite->request ? invite->request->via : NULL;

        if (!failure(invite->final.status) || !theirs || !theirs->ok)
            return SIPSAN_NA;
        if (sipsan_span_eq_nocase(mine->transport, theirs->transport))
            return SIPSAN_PASS;
        sipsan_relate_request(why, invite, theirs->text);
        return sipsan_fail(why, mine->transport, "the top Via of the INVITE says %.*s",
                           SPAN(theirs->transport));
    }
    if (invite->acks > 0 || !invite->whole || !answer || !failure(answer->final.status) ||
        !same_path(&invite->flow, &v->seen->flow))
        return SIPSAN_NA;
    why->expected = "the top Via of the INVITE, unchanged";
    sipsan_relate_request(why, invite, invite->branch);
    sipsan_relate(why, &answer->final.ref, "final response", nothing);
    if (sipsan_span_eq_nocase(mine->branch, invite->branch))
        return sipsan_fail(why, mine->host, "the sent-by of the INVITE's Via is %.*s",
                           SPAN(invite->sent_by));
    return sipsan_fail(why, sipsan_branch_of(mine),
                       "the ACK to a %d has a branch of its own, that of the INVITE is %.*s",
                       answer->final.status, SPAN(invite->branch));
}

static enum sipsan_verdict ack_ruri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *mine = &v->msg->ruri, *theirs = &v->invite->request->ruri;

    if (!acknowledges_failure(v) || !mine->ok || !theirs->ok)
        return SIPSAN_NA;
    if (span_eq(mine->text, theirs->text) || sipsan_uri_eq(mine, theirs))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs->text);
    return sipsan_fail(why, mine->text, "the Request-URI of the INVITE on this hop is %.*s",
                       SPAN(theirs->text));
}

static bool contains(struct sipsan_span text, struct sipsan_span part)
{
    if (part.n == 0 || !text.p)
        return false;
    for (size_t i = 0; text.n >= part.n && i <= text.n - part.n; i++)
        if (memcmp(text.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

/* The tag of any failure that was seen will do. A server that sent none cannot have it copied. The
 * URI is that of the response, which is that of the INVITE or a fault of the server's. */
static enum sipsan_verdict ack_to(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_name_addr *mine = &v->msg->to, *asked = &invite->request->to;
    const struct sipsan_answer *answer = v->match->answer;

    if (!acknowledges_failure(v) || !mine->ok || sipsan_txn_answer(invite, nothing))
        return SIPSAN_NA;
    if (!answer || !failure(answer->final.status)) {
        sipsan_relate(why, &invite->final.ref, "final response", invite->final.to);
        if (!mine->tag.p)
            return sipsan_fail(why, mine->text, "the ACK lacks the To tag of the %d",
                               invite->final.status);
        return sipsan_fail(why, mine->tag, "the To tag of the ACK is not that of the %d",
                           invite->final.status);
    }
    if (!asked->ok || sipsan_uri_eq(&mine->uri, &asked->uri) ||
        contains(answer->final.to, mine->uri.text))
        return SIPSAN_PASS;
    sipsan_relate(why, &answer->final.ref, "final response", answer->final.to);
    return sipsan_fail(why, mine->uri.text, "the To URI of the ACK is not that of the %d",
                       answer->final.status);
}

static enum sipsan_verdict ack_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *mine = v->msg->route, *theirs = v->invite->request->route;

    if (!acknowledges_failure(v) || !theirs)
        return SIPSAN_NA;
    for (; theirs && mine; theirs = theirs->next, mine = mine->next) {
        if (!theirs->ok || !mine->ok)
            return SIPSAN_NA;
        if (!span_eq(mine->text, theirs->text) && !sipsan_uri_eq(&mine->uri, &theirs->uri))
            break;
    }
    if (!theirs && !mine)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs ? theirs->text : nothing);
    if (!mine)
        return sipsan_fail(why, v->msg->start_line, "the Route value %.*s of the INVITE is missing",
                           SPAN(theirs->text));
    return sipsan_fail(why, mine->text, "the Route values are not those of the INVITE");
}

static enum sipsan_verdict ack_cseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_cseq *mine = &v->msg->cseq;

    if (!acknowledges_failure(v) || !mine->ok)
        return SIPSAN_NA;
    if (mine->number == v->invite->cseq)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, nothing);
    return sipsan_fail(why, mine->text, "the ACK counts %llu, its INVITE %llu",
                       (unsigned long long)mine->number, (unsigned long long)v->invite->cseq);
}

/* 17.1.1.2: that it is sent ---------------------------------------------------------------------
 */

/* Over UDP a server that gets no ACK repeats its final. One that does not has got an ACK which the
 * tap has missed, or is broken itself: nothing is proved against the client. */
static enum sipsan_verdict ack_sent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (!failure(txn->final.status) || sipsan_is_success(txn->other_final.status))
        return SIPSAN_NA;
    sipsan_relate_request(why, txn, nothing);
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    (void)sipsan_fail(why, nothing, "the %d to the INVITE, sent %u times, got no ACK",
                      txn->final.status, (unsigned)txn->final.copies);
    if (v->owed->flow.transport == SIPSAN_UDP && txn->final.copies < 2)
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

/* A single repeat may have been lost behind the tap. On a reliable transport the client's Timer D
 * is zero: nobody is there any more. */
static enum sipsan_verdict ack_resent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (!failure(txn->final.status) || v->owed->flow.transport != SIPSAN_UDP)
        return SIPSAN_NA;
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    sipsan_relate(why, &txn->ack_last, "last ACK", nothing);
    (void)sipsan_fail(why, nothing, "the %d was sent %u times, its ACK %u times", txn->final.status,
                      (unsigned)txn->final.copies, (unsigned)txn->acks);
    return txn->final.copies >= txn->acks + 2 ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* Repeats of requests ---------------------------------------------------------------------------
 */

#define TWIN        INT64_C(20000)    /* closer copies are one, doubled by the network */
#define NEAR_T1     INT64_C(400000)   /* T1 less 10 % and 50 ms of jitter */
#define NEAR_T2     INT64_C(3550000)  /* T2, likewise */
#define RFC3581_GAP INT64_C(10000000) /* RFC 3581 3: repeats that keep a NAT open */
#define T1_HALF     INT64_C(250000)   /* half of T1: a doubled gap grows by T1 at least */
#define JITTER      INT64_C(50000)

static bool reliable(const struct sipsan_view *v)
{
    return v->seen->flow.transport != SIPSAN_UDP;
}

static int64_t gap_now(const struct sipsan_view *v)
{
    return v->now - v->txn->last.time;
}

/* Copy after copy over UDP, and nothing has come back. */
static bool unanswered(const struct sipsan_view *v)
{
    return !reliable(v) && v->txn->whole && v->txn->answered == 0 && gap_now(v) >= TWIN;
}

/* The gap is as long as its place in the series of T1 asks, or all gaps together are: copies that
 * were late make the gap before them longer and the next one shorter. Missed copies only lower the
 * place. limit 0: none. */
static bool in_series(const struct sipsan_view *v, int64_t limit)
{
    int64_t gap = SIPSAN_T1, all = gap;

    for (uint32_t place = 1; place < v->txn->copies && place < 16; place++) {
        gap = limit != 0 && gap * 2 > limit ? limit : gap * 2;
        all += gap;
    }
    return gap_now(v) >= gap - gap / 10 - JITTER || v->now - v->txn->first.time >= all - T1_HALF;
}

/* RFC 3581 3: a client that asks for rport may repeat a pending INVITE to keep its NAT open. */
static bool keeps_nat_open(const struct sipsan_view *v)
{
    return v->msg->via && v->msg->via->rport.p && gap_now(v) >= RFC3581_GAP;
}

static void relate_copies(const struct sipsan_view *v, struct sipsan_why *why)
{
    sipsan_relate(why, &v->txn->first, "first copy", nothing);
    if (v->txn->copies > 1)
        sipsan_relate(why, &v->txn->last, "copy before", nothing);
}

static double seconds(int64_t t)
{
    return (double)t / 1e6;
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
    if (before >= NEAR_T2 && gap >= NEAR_T2)
        return SIPSAN_NA; /* T2 was taken for a limit: timer-a-retransmit has that */
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before: the "
                       "interval does not double",
                       seconds(gap), seconds(before));
}

/* Seven copies fit into 64*T1, whatever T1 is. Copies that the network doubles count twice, but
 * leave the long gaps of the series as they are: each of those is more than 0.4 of all the time
 * before. */
static enum sipsan_verdict seven_sends(const struct sipsan_view *v, struct sipsan_why *why)
{
    int64_t all = v->now - v->txn->first.time;

    if (!unanswered(v) || keeps_nat_open(v))
        return SIPSAN_NA;
    if (v->txn->copies < 7 || (gap_now(v) > all * 2 / 5 && all < SIPSAN_TIMER_B + NEAR_T1))
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
    if (in_series(v, SIPSAN_T2) || before < TWIN || gap >= before * 21 / 20 ||
        gap >= before + T1_HALF || gap >= NEAR_T2)
        return SIPSAN_PASS;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before: the "
                       "interval neither doubles nor is T2",
                       seconds(gap), seconds(before));
}

/* n copies fit into 64*T1 when T1 is large enough; then the n-th comes 64 * 4 * (n - 4) / 57 s
 * after the first or later. What comes sooner is too much for every T1. Copies that the network
 * doubles leave gaps of T2 in a time in which twelve copies with such gaps do not fit. */
static enum sipsan_verdict eleven_sends(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t all = v->now - txn->first.time, n = (int64_t)txn->copies + 1;

    if (reliable(v) || !txn->whole || txn->final.copies > 0 || gap_now(v) < TWIN)
        return SIPSAN_NA;
    if (n < 12 || n > 1000000 || (gap_now(v) >= NEAR_T2 && all < INT64_C(35000000)))
        return SIPSAN_PASS;
    if (all >= INT64_C(4491000) * (n - 4) - INT64_C(300000))
        return SIPSAN_PASS;
    relate_copies(v, why);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the request, after %.1f s",
                       (unsigned)txn->copies + 1, seconds(all));
}

/* Two late ones, and the server has answered twice: then it is not one lost response. */
static enum sipsan_verdict repeat_after_response(const struct sipsan_view *v,
                                                 struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (reliable(v) || txn->answered == 0 || !txn->whole || gap_now(v) < TWIN || keeps_nat_open(v))
        return SIPSAN_NA;
    if (txn->response_count < 2 || txn->copies < 2 ||
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

#define COPIES_OF_TAP INT64_C(100000) /* closer ones may be one, seen at two places */

static enum sipsan_verdict repeat_on_reliable(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *mine = &v->seen->flow, *first = &v->txn->flow;

    if (!reliable(v) || !v->txn->whole || !v->match->identical ||
        mine->connection != first->connection || mine->transport != first->transport ||
        mine->src.port != first->src.port || !sipsan_ip_eq(&mine->src, &first->src) ||
        gap_now(v) < COPIES_OF_TAP)
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

static enum sipsan_verdict repeat_identical(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *mine = v->msg, *theirs = v->req;
    struct sipsan_span line;

    if (!v->txn->whole || mine->truncated || theirs->truncated || mine->framing != SIPSAN_FRAMED ||
        theirs->framing != SIPSAN_FRAMED)
        return SIPSAN_NA;
    if (v->match->identical || span_eq(mine->bytes, theirs->bytes))
        return SIPSAN_PASS;
    line = difference(mine->bytes, theirs->bytes);
    sipsan_relate_request(why, v->txn, difference(theirs->bytes, mine->bytes));
    why->expected = "the same bytes again, or a new request with a branch and CSeq of its own";
    return sipsan_fail(why, line, "a repeat of the request that is not the same: %.*s", SPAN(line));
}

#define INVITE    SIPSAN_METHOD_BIT(SIPSAN_METHOD_INVITE)
#define OTHER     (~(INVITE | SIPSAN_METHOD_BIT(SIPSAN_METHOD_ACK)))
#define COPY_VIEW (SIPSAN_VIEW_INVITE | SIPSAN_VIEW_INVITE_TEXT | SIPSAN_VIEW_BRANCH)
#define ABSENCE                                                                                    \
    (SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_START | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.1.1.2.timer-a-retransmit",
        .level = SIPSAN_MUST,
        /* The first gap and the limit are set by hand in many stacks. */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = INVITE,
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
        .summary = "Each interval between copies of an INVITE is twice the one before",
        .explain =
            "T1 may be chosen, doubling may not be left out: it is what keeps a busy network from "
            "drowning in repeats.\n"
            "Reported when an interval is not larger than the one before it by 5 % (or 0.25 s), "
            "and "
            "shorter than its place in the series with T1 = 0.5 s asks. That cannot be the work of "
            "lost copies: when the tap misses some, the intervals that it sees still grow. Nor of "
            "a copy that is late.\n"
            "Copies less than 20 ms apart are taken for one that the network has doubled.\n"
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
        .summary = "An unanswered INVITE is sent seven times at most over UDP",
        .explain =
            "Intervals that double from T1 leave room for seven copies in the 64*T1 of Timer B; "
            "then the client gives up. This holds for every T1.\n"
            "More copies come from a client that does not double, or does not give up. It keeps a "
            "dead server under load and the user waiting.\n"
            "Legal: repeats 10 s or more apart by a client that asks for rport (RFC 3581). Copies "
            "less than 20 ms apart are not judged.\n"
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
        .summary = "An INVITE is not repeated once any response to it has come",
        .explain =
            "The first provisional response stops the repeats: the server has the INVITE. A client "
            "that goes on has not taken the response for its own (branch, sent-by or address do "
            "not fit) or has not got it. The call will fail: look there.\n"
            "Reported at the second late copy, when at least two responses have passed the tap; a "
            "single one may follow from one lost packet.\n"
            "Legal: copies 10 s or more apart by a client that asks for rport and keeps its NAT "
            "open (RFC 3581).\n"
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
            "Legal: a changed request with a branch and CSeq number of its own.\n"
            "Only whole messages are compared, on one hop, and while the first copy is kept (4 s "
            "after the last message).\n"
            "Bad: REGISTER with branch x, then REGISTER with branch x, the same CSeq and "
            "Authorization\n"
            "Good: REGISTER with CSeq 2, a new branch and Authorization",
        .check = repeat_identical,
    },
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
        .summary = "A repeated 3xx to 6xx gets its ACK again",
        .explain =
            "A failure that comes again says that the ACK was lost. The client transaction stays "
            "for 32 s (Timer D) to acknowledge every copy over UDP; one that has forgotten the "
            "call leaves the server repeating.\n"
            "Reported two seconds after the repeat, when at least two copies went without ACK: a "
            "single one may be lost behind the tap. On reliable transports Timer D is zero and "
            "nothing is due.\n"
            "Bad: 486, ACK, 486, 486, 486\n"
            "Good: 486, ACK (lost), 486, ACK",
        .check = ack_resent,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-ruri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the Request-URI of its INVITE",
        .explain =
            "This ACK belongs to the INVITE's transaction and takes its way. With another "
            "Request-URI (often the Contact of the response, right for the ACK to a 2xx) a "
            "stateless proxy sends it elsewhere.\n"
            "Legal: the same bytes, or an equal URI by 19.1.4. Compared on one hop, since a proxy "
            "may change both.\n"
            "Bad: INVITE sip:bob@example.com, 486, ACK sip:bob@192.0.2.2\n"
            "Good: ACK sip:bob@example.com",
        .check = ack_ruri,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-to",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS,
        .summary = "The ACK to a failure has the To of the response, with its tag",
        .explain =
            "To is the one thing that this ACK takes from the response. Servers that compare tags "
            "do not know an ACK without it, and repeat the failure.\n"
            "Legal: the tag of any failure that came, when a server sent several. Not judged when "
            "a response had no tag at all.\n"
            "Bad: 486 with To: <sip:bob@example.com>;tag=314, ACK with To: <sip:bob@example.com>\n"
            "Good: ACK with To: <sip:bob@example.com>;tag=314",
        .check = ack_to,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-cseq-number",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has the CSeq number of its INVITE",
        .explain =
            "An ACK is never counted as a request of its own. With the next number, servers that "
            "look at CSeq find no INVITE for it.\n"
            "Bad: CSeq: 7 INVITE, then CSeq: 8 ACK\n"
            "Good: CSeq: 7 INVITE, then CSeq: 7 ACK",
        .check = ack_cseq,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-via-equal",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        /* 17.2.3 says the same of the server, which finds the transaction by this Via. */
        .aliases = "rfc3261.17.2.3.match-ack-to-invite",
        .summary = "The ACK to a failure has the top Via of its INVITE: the same branch",
        .explain =
            "The server finds the INVITE of this ACK by branch and sent-by. With a new branch, "
            "right for the ACK to a 2xx only, nothing is found: the failure is repeated for 32 s "
            "and the ACK may be taken for a new request.\n"
            "Reported when the ACK has Call-ID, From tag and CSeq number of the INVITE and the To "
            "tag of its failure, passes on the same way, and has another branch, sent-by or "
            "transport.\n"
            "Not judged: an ACK whose final response was missed, or when a 2xx came too.\n"
            "Bad: INVITE with branch=z9hG4bK74b, 486, ACK with branch=z9hG4bK99x\n"
            "Good: ACK with branch=z9hG4bK74b",
        .check = ack_via,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-route",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the Route values of its INVITE",
        .explain = "Stateless proxies on the way route the ACK by its Route header field. Without "
                   "it the ACK leaves the path of its INVITE and the server never sees it.\n"
                   "Compared on one hop, value by value and in order.\n"
                   "Bad: INVITE with Route: <sip:proxy.example.com;lr>, ACK without\n"
                   "Good: the same Route in both",
        .check = ack_route,
    },
    {
        .id = "rfc3261.17.1.2.2.timer-e-schedule",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RETRANSMIT,
        .methods = OTHER,
        .summary = "The repeats of another request double from T1 up to T2: 0.5, 1, 2, 4, 4 s",
        .explain =
            "Over UDP a request without a response is sent again after T1 (0.5 s), then after "
            "twice the interval before, at most T2 (4 s). Shorter intervals load a server that is "
            "late already.\n"
            "Reported: a first interval clearly below 0.5 s (a note, since T1 may be smaller in a "
            "private network), and an interval below T2 that is not larger than the one before it. "
            "Copies that the tap has missed, and a copy that is late, cannot look like "
            "that.\n"
            "Copies less than 20 ms apart are taken for one that the network has doubled.\n"
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
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17, rules);

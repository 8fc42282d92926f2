/* RFC 3261 sections 17.1 and 17.2: the server transaction in time: how soon it speaks, what it
 * sends again by Timer G and how long (Timer H, Timer J), and what a repeated request gets. Which
 * responses may follow each other is in rfc3261_17_2.c. */
#include "rules/repeats.h"

/* How soon ------------------------------------------------------------------------------------ */

/* What a long way and a slow tap add to 200 ms or to "at once". */
#define SOON INT64_C(1000000)

/* From the last copy of the request, which the server had at that time if it had any. Over UDP a
 * single response may be lost before the tap, and a copy behind it: three copies in a row were not
 * answered, and the next one is not about due itself: the tap may show it behind the response. */
static bool late(const struct sipsan_view *v)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t wait = v->now - txn->last.time;

    if (!txn->whole || txn->answered != 0 || txn->altered || wait <= SOON)
        return false;
    return v->seen->flow.transport != SIPSAN_UDP ||
           (txn->copies >= 3 && wait > SOON + SIPSAN_T1 && wait < 2 * txn->gap - JITTER);
}

static enum sipsan_verdict invite_100(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->txn->answered != 0)
        return SIPSAN_NA;
    if (!late(v))
        return SIPSAN_PASS;
    why->expected = "a 100 when there is nothing to say within 200 ms";
    sipsan_relate(why, &v->txn->last, "INVITE", nothing);
    sipsan_fail(why, v->msg->start_line, "the first response comes %.3f s after the INVITE",
                seconds(v->now - v->txn->last.time));
    return v->msg->status == 100 ? SIPSAN_FAIL
                                 : SIPSAN_INCONCLUSIVE; /* a 100 may have been missed */
}

/* What a proxy says when its own timer or its next hop has failed was not ready at once. */
static bool of_proxy(const struct sipsan_view *v)
{
    switch (v->msg->status) {
    case 408:
    case 480:
    case 482:
    case 483:
    case 500:
    case 503:
    case 504:
        return true;
    default:
        return v->child || v->txn->children;
    }
}

static enum sipsan_verdict final_at_once(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!late(v) || of_proxy(v))
        return SIPSAN_NA;
    sipsan_relate(why, &v->txn->last, "request", nothing);
    return sipsan_fail(why, v->msg->start_line, "the %d comes %.3f s after the request",
                       v->msg->status, seconds(v->now - v->txn->last.time));
}

/* Timers G and H ------------------------------------------------------------------------------ */

/* The server repeats a failure of its own accord: no copy of the INVITE asks for it. */
static bool by_timer(const struct sipsan_view *v)
{
    const struct sipsan_txn *txn = v->txn;

    return v->seen->flow.transport == SIPSAN_UDP && txn->whole && !txn->altered &&
           txn->other_final.copies == 0 && txn->final.status == v->msg->status &&
           (txn->copies == 1 || txn->last.time < txn->final.ref.time - SIPSAN_T1) &&
           v->now - txn->final.last.time >= TWIN;
}

static void relate_finals(const struct sipsan_view *v, struct sipsan_why *why)
{
    sipsan_relate(why, &v->txn->final.ref, "first copy", nothing);
    if (v->txn->final.copies > 1)
        sipsan_relate(why, &v->txn->final.last, "copy before", nothing);
}

/* As Timer E of the client: a gap that is not larger than the one before it shows that the timer
 * was not doubled, whatever was lost. */
static enum sipsan_verdict timer_g(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t gap = v->now - txn->final.last.time, before = txn->final_gap;

    if (!by_timer(v))
        return SIPSAN_NA;
    if (txn->final.copies == 1) {
        if (gap >= NEAR_T1)
            return SIPSAN_PASS;
        why->lower = true;
        relate_finals(v, why);
        return sipsan_fail(why, v->msg->start_line, "the %d is repeated after %.3f s, T1 is 0.5 s",
                           v->msg->status, seconds(gap));
    }
    if (before < TWIN || gap < before * 4 / 5 || may_be_twin(gap, txn->final.copies) ||
        gap >= NEAR_T2 || gap >= before * 21 / 20 ||
        gap >= before + T1_HALF || /* much less: doubled by the network */
        gap_in_series(gap, v->now - txn->final.ref.time, txn->final.copies, SIPSAN_T2))
        return SIPSAN_PASS;
    relate_finals(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before: the "
                       "interval neither doubles nor is T2",
                       seconds(gap), seconds(before));
}

/* Copies that the network made: while timer H runs they cannot be told from those of timer G. */
#define DOUBLED_MAX 3

static enum sipsan_verdict eleven_finals(const struct sipsan_view *v, struct sipsan_why *why)
{
    int64_t n = (int64_t)v->txn->final.copies + 1, after = v->now - v->txn->final.ref.time;
    int64_t doubled = after < 64 * SIPSAN_T1 + SIPSAN_T1 ? DOUBLED_MAX : 0;

    if (!by_timer(v))
        return SIPSAN_NA;
    if (copies_fit(n - doubled, after))
        return SIPSAN_PASS;
    relate_finals(v, why);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the %d, after %.1f s", (unsigned)n,
                       v->msg->status, seconds(v->now - v->txn->final.ref.time));
}

/* T1 is no longer than the smallest gap, whatever was lost. Where there are too many copies, that
 * is told already. */
static enum sipsan_verdict timer_h(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t all = v->now - txn->final.ref.time, t1 = txn->final_gap_min;

    if (!by_timer(v) || t1 == 0 || !copies_fit((int64_t)txn->final.copies + 1, all))
        return SIPSAN_NA;
    if (t1 < SIPSAN_T1)
        t1 = SIPSAN_T1;
    if (all / 64 <= t1 + T1_HALF / 8)
        return SIPSAN_PASS;
    relate_finals(v, why);
    return sipsan_fail(why, v->msg->start_line,
                       "the %d still comes %.1f s after its first copy, Timer H ends at %.1f s",
                       v->msg->status, seconds(all), seconds(64 * t1));
}

/* Copies of a request ------------------------------------------------------------------------- */

static enum sipsan_verdict not_again(const struct sipsan_view *v, struct sipsan_why *why,
                                     const struct sipsan_reply *reply)
{
    const struct sipsan_txn *txn = v->txn;

    if (txn->altered)
        return SIPSAN_NA;
    sipsan_relate_request(why, txn, nothing);
    sipsan_relate(why, &txn->last, "last copy", nothing);
    sipsan_relate(why, &reply->ref, "response", nothing);
    (void)sipsan_fail(why, nothing, "the request was repeated after the %d, and got no response",
                      reply->status);
    return sipsan_unanswered(txn, v->now) >= UNANSWERED ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

static enum sipsan_verdict final_for_invite(const struct sipsan_view *v, struct sipsan_why *why)
{
    return v->txn->class == SIPSAN_TXN_INVITE ? not_again(v, why, &v->txn->final) : SIPSAN_NA;
}

static enum sipsan_verdict final_for_other(const struct sipsan_view *v, struct sipsan_why *why)
{
    return v->txn->class == SIPSAN_TXN_OTHER ? not_again(v, why, &v->txn->final) : SIPSAN_NA;
}

static enum sipsan_verdict last_1xx_for_other(const struct sipsan_view *v, struct sipsan_why *why)
{
    return v->txn->class == SIPSAN_TXN_OTHER ? not_again(v, why, &v->txn->provisional) : SIPSAN_NA;
}

/* Each copy of the request asks for one of the final; one copy may have slipped past the tap. */
static enum sipsan_verdict unasked(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (v->seen->flow.transport != SIPSAN_UDP || !txn->whole || !v->match->identical ||
        txn->final.status != v->msg->status || v->now - txn->final.last.time < COPIES_OF_TAP)
        return SIPSAN_NA;
    if (txn->final.copies < txn->copies + 2 || txn->final_gap < COPIES_OF_TAP)
        return SIPSAN_PASS; /* the network doubled those before */
    relate_finals(v, why);
    sipsan_relate(why, &txn->last, "last copy of the request", nothing);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the %d, the request was sent %s",
                       (unsigned)txn->final.copies + 1, v->msg->status,
                       txn->copies == 1 ? "once" : "less often");
}

#define INVITE  BIT(INVITE)
#define OTHER   (~(INVITE | BIT(ACK) | BIT(CANCEL)))
#define HEARD   (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)
#define ABSENCE (SIPSAN_NEEDS_START | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.1.respond-non-invite-at-once",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* the tap cannot tell a slow server from a proxy */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = OTHER,
        .status_from = 200,
        .status_to = 699,
        .needs = HEARD,
        .updated_by = "RFC 4320",
        .aliases = "rfc3261.8.2.6.1.prompt-final-non-invite",
        .view = SIPSAN_VIEW_UNANSWERED,
        .summary = "A request other than INVITE is answered at once",
        .explain =
            "Only an INVITE waits for a human. Everything else has 32 s for the whole way there "
            "and back, and its client repeats it from half a second on: a server that thinks "
            "first is paid with copies, and may answer nobody.\n"
            "Reported when a response, the first, comes more than a second after the last copy "
            "of the request, over UDP after the third one at least: two copies or answers may "
            "be lost.\n"
            "A note, since a proxy that waits for its next hop looks the same; what such a "
            "proxy says of its own (408, 480, 482, 483, 500, 503, 504) is not judged.\n"
            "Bad: REGISTER at 0, 0.5, 1.5 and 3.5 s, 200 at 5 s\n"
            "Good: REGISTER at 0, 200 at 0.02 s",
        .check = final_at_once,
    },
    {
        .id = "rfc3261.17.2.1.invite-100-within-200ms",
        .level = SIPSAN_MUST,
        .severity =
            SIPSAN_WARNING, /* delay behind the tap, and servers without state out of sight */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .needs = HEARD | SIPSAN_NEEDS_NO_GAP,
        .view = SIPSAN_VIEW_UNANSWERED,
        .summary = "An INVITE gets a response within 200 ms, a 100 if nothing else",
        .explain =
            "The server transaction answers 100 by itself when its user has said nothing within "
            "200 ms. Without it the client repeats the INVITE, and nobody knows whether the "
            "server is there.\n"
            "Reported when the first response comes more than a second after the last copy of "
            "the INVITE, over UDP after the third one at least: 800 ms are left for the way "
            "between tap and server, and two copies or answers may be lost.\n"
            "A server without state sends no 100; but it has nothing to wait for either.\n"
            "Bad: INVITE at 0, 0.5 and 1.5 s, 180 at 3 s\n"
            "Good: INVITE at 0, 100 at 0.2 s, 180 at 3 s",
        .aliases = "rfc3261.21.1.1xx-within-200ms",
        .check = invite_100,
    },
    {
        .id = "rfc3261.17.2.1.timer-g-start",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 300,
        .status_to = 699,
        .needs = HEARD,
        .summary = "The repeats of a failure double from T1 up to T2: 0.5, 1, 2, 4, 4 s",
        .explain =
            "Over UDP a server repeats its 3xx to 6xx to an INVITE until the ACK comes: after "
            "T1 (0.5 s), then after twice the interval before, at most T2 (4 s).\n"
            "Reported: a first interval clearly below 0.5 s (a note, since T1 may be smaller in "
            "a private network), and an interval below T2 that is not larger than the one "
            "before it. Copies that were lost cannot look like that.\n"
            "Not judged: copies that answer a repeated INVITE, and silence: a server without "
            "state, such as one that only challenges, never repeats by itself.\n"
            "Bad: 486 at 0, 1, 2, 3 s\n"
            "Good: 486 at 0, 0.5, 1.5, 3.5, 7.5 s",
        .check = timer_g,
    },
    {
        .id = "rfc3261.17.2.1.final-max-11-sends",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* follows from timers that are configured */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 300,
        .status_to = 699,
        .needs = HEARD,
        .summary = "A failure that gets no ACK is sent eleven times at most",
        .explain = "With the default timers eleven copies fit into the 32 s of Timer H; then the "
                   "server gives up and forgets the call.\n"
                   "A larger T1 makes room for more, but only in a longer time: reported is the "
                   "twelfth or later copy that comes too soon for every T1. Copies that answer a "
                   "repeated INVITE are not judged.\n"
                   "Bad: 486 every second for a minute\n"
                   "Good: eleven copies in 31.5 s, then nothing",
        .check = eleven_finals,
    },
    {
        .id = "rfc3261.17.2.1.timer-h",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* as above */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 300,
        .status_to = 699,
        .needs = HEARD,
        .summary = "The repeats of a failure end after 64*T1",
        .explain =
            "When no ACK has come in 64*T1 (32 s) the server transaction is over, and its user "
            "is told. A server that goes on keeps dead calls in memory.\n"
            "T1 cannot be seen, but the smallest interval between two copies is no shorter: "
            "reported is a copy later than 64 times that, and later than 34 s. Too many copies "
            "have a rule of their own, final-max-11-sends.\n"
            "Not judged: copies that answer a repeated INVITE.\n"
            "Bad: 486 at 0, 0.5, 1.5, 31.5, 35.5 s\n"
            "Good: 486 at 0, 0.5, 1.5, 31.5 s",
        .check = timer_h,
    },
    {
        .id = "rfc3261.17.2.1.completed-invite-retrans-response",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_FINAL_AGAIN,
        .needs = ABSENCE,
        .summary = "An INVITE repeated after its failure gets the failure again",
        .explain =
            "A client that goes on repeating its INVITE has not heard the failure. Until the "
            "ACK comes the server answers each copy with it, besides what Timer G sends.\n"
            "Reported when four late copies in a row got no response, over UDP: a few, or their "
            "answers, may be lost. After a 2xx or an ACK copies are absorbed, and silence is "
            "right.\n"
            "Bad: INVITE, 486 (lost), INVITE, INVITE, INVITE, INVITE\n"
            "Good: INVITE, 486 (lost), INVITE, 486, ACK",
        .check = final_for_invite,
    },
    {
        .id = "rfc3261.17.2.2.non-invite-retrans-gets-1xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* harmless when the client has the first one */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_LAST_1XX,
        .needs = ABSENCE,
        .updated_by = "RFC 4320",
        .summary = "A repeated request gets the last provisional response again",
        .explain =
            "A server that has sent a provisional response to a request other than INVITE, and "
            "no final one yet, answers each copy with it again.\n"
            "Reported when four late copies in a row got no response, over UDP: a few, or their "
            "answers, may be lost.\n"
            "Legal: any newer provisional response, or the final one. Mostly there is none to "
            "repeat: RFC 4320 allows a 100 from 3.5 s on only.\n"
            "Bad: SUBSCRIBE, 100, then SUBSCRIBE four times\n"
            "Good: SUBSCRIBE, 100, SUBSCRIBE, 100",
        .check = last_1xx_for_other,
    },
    {
        .id = "rfc3261.17.2.2.timer-j",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* partly observable: what reaches the server is not seen */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_FINAL_AGAIN,
        .needs = ABSENCE,
        .summary = "A server keeps its final response for 64*T1, for repeated requests",
        .explain =
            "Over UDP the final response of a request other than INVITE may be lost, and only a "
            "copy of the request tells the server so. It keeps the response for 32 s (Timer J) "
            "and answers each copy; one that has forgotten it leaves the client waiting.\n"
            "Assumed: the copies that passed the tap reached the server. Reported when four "
            "late copies in a row got no response. A different final for a copy is reported as "
            "non-invite-completed-retrans.\n"
            "Bad: BYE, 200 (lost), BYE, BYE, BYE, BYE\n"
            "Good: BYE, 200 (lost), BYE, 200",
        .check = final_for_other,
    },
    {
        .id = "rfc3261.17.2.2.non-invite-no-unsolicited-repeat",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = OTHER,
        .status_from = 200,
        .status_to = 699,
        .needs = HEARD,
        .summary = "The final response is repeated for a copy of the request only",
        .explain =
            "No timer repeats the final response of a request other than INVITE: if it is lost "
            "the client asks again. Copies that nobody asked for come from a server that treats "
            "every request like an INVITE.\n"
            "Reported for the same bytes when there are at least three copies more of the "
            "response than of the request, as requests may slip past the tap, and 100 ms "
            "after the last one at least. Over UDP.\n"
            "Bad: BYE, 200 at 0.01, 0.5, 1.5 and 3.5 s\n"
            "Good: BYE, 200",
        .check = unasked,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17_2_time, rules);

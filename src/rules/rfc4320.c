/* RFC 4320: transactions of other methods than INVITE. Which provisional responses they get is
 * RFC 3261 8.2.6.1's; here is the one that is due, and the 408 that is none. */
#include "rules/repeats.h"

static enum sipsan_verdict no_408(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->child || !v->msg->cseq.ok)
        return SIPSAN_NA; /* who made it is told; what it answers cannot be told */
    why->expected = "no response at all: the client's own timer has run out";
    return sipsan_fail(why, v->msg->start_line, "408 to %.*s", SPAN(v->msg->cseq.method));
}

/* Timer E is T2 when 3.5 s have passed since the first copy, and a second for the way. */
#define DUE INT64_C(4500000)

/* Copies get lost: over UDP three must have come so long ago, all but the last. */
static enum sipsan_verdict trying_due(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t since = txn->first.time;

    if (!txn->whole || txn->answered != 0 || v->child)
        return SIPSAN_NA;
    if (txn->flow.transport == SIPSAN_UDP) {
        if (txn->copies < 4 || txn->gap < TWIN)
            return SIPSAN_NA;
        since = txn->last.time - txn->gap;
    }
    if (v->now - since < DUE)
        return SIPSAN_NA;
    why->expected = "a 100 when 3.5 s have passed";
    sipsan_relate_request(why, txn, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the first response comes %.1f s after the request, and no 100 before it",
                       seconds(v->now - txn->first.time));
}

#define OTHER (~(BIT(INVITE) | BIT(ACK)))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc4320.4.1.100-when-late",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_NOTE, /* the final response shows that the client still waited */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = OTHER & ~BIT(CANCEL),
        .status_from = 200,
        .status_to = 699,
        .needs = SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_LOSS,
        .view = SIPSAN_VIEW_UNANSWERED,
        .summary = "A request that waits for its answer gets a 100 after 3.5 seconds",
        .explain =
            "A client that hears nothing for 32 s takes the server for dead and leaves it alone, "
            "whoever was slow. A 100 from the moment when the client repeats every T2 only (3.5 s "
            "after its first copy) does no harm and tells that the server lives.\n"
            "Reported when the first response of all is a final one and comes so late; over UDP "
            "after four copies, three of which came 4.5 s ago or earlier.\n"
            "Bad: REGISTER over TCP, 200 after 8 s\n"
            "Good: REGISTER, 100 after 3.5 s, 200 after 8 s",
        .check = trying_due,
    },
    {
        .id = "rfc4320.4.2.no-408",
        .level = SIPSAN_MUST_NOT,
        /* RFC 3261 16.7 asked for it, and who gets it has given up before: nothing breaks. */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE,
        .methods = OTHER,
        .status_from = 408,
        .status_to = 408,
        .summary = "Requests other than INVITE get no 408",
        .explain =
            "Every hop runs out of time at the same moment: a 408 always comes too late to tell "
            "the "
            "client what it does not know, and through N proxies N*N of them are sent. RFC 3261 "
            "16.7 asked for it and is corrected.\n"
            "Bad: OPTIONS, 408 after 32 s\n"
            "Good: OPTIONS, and nothing",
        .check = no_408,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc4320, rules);

/* RFC 3262 section 3: how a reliable provisional response is repeated until its PRACK has come. */
#include "dialog/offer.h"
#include "rules/repeats.h"
#include "rules/rfc3262.h"

/* This copy is one by the server's own timer, on the hop where the first one was seen. */
static const struct sipsan_reliable *by_timer(const struct sipsan_view *v)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);
    const struct sipsan_reliable *reliable = sipsan_reliable_find(set, v->msg->rseq.value);

    if (!sipsan_offer_reliable(v->msg) || !reliable || !v->txn ||
        v->txn->serial != reliable->serial || v->txn->copies != reliable->invites ||
        reliable->status != v->msg->status || v->now - reliable->last.time < TWIN)
        return NULL;
    return reliable;
}

/* A lost copy makes the gap in which it lies longer, and so the next one look short: two gaps that
 * are as equal as jitter allows cannot come of that, since what follows a doubled gap is longer
 * than all before it together. */
static enum sipsan_verdict copies_double(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable = by_timer(v);
    int64_t gap;

    if (!reliable)
        return SIPSAN_NA;
    gap = v->now - reliable->last.time;
    if (reliable->copies == 1) {
        if (gap >= NEAR_T1)
            return SIPSAN_PASS;
        why->lower = true; /* T1 may be set lower */
        sipsan_relate(why, &reliable->ref, "first copy", nothing);
        return sipsan_fail(why, v->msg->start_line, "a copy after %.3f s, T1 is 0.5 s",
                           seconds(gap));
    }
    if (reliable->gap < TWIN || gap < reliable->gap * 4 / 5 || /* doubled by the network */
        may_be_twin(gap, reliable->copies) || gap > reliable->gap + reliable->gap / 20 ||
        gap_in_series(gap, v->now - reliable->ref.time, reliable->copies, 0))
        return SIPSAN_PASS;
    why->lower = gap >= NEAR_T2; /* the copies of a 2xx come so */
    why->expected = "intervals that double from T1 on, without end";
    sipsan_relate(why, &reliable->ref, "first copy", nothing);
    sipsan_relate(why, &reliable->last, "copy before", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "%.3f s after the last copy, which came %.3f s after the one before",
                       seconds(gap), seconds(reliable->gap));
}

/* Sent before the PRACK came, or the twin of one that was. */
static bool on_its_way(const struct sipsan_reliable *reliable, int64_t now)
{
    int64_t after = now - reliable->answer.time, last = reliable->last.time - reliable->answer.time;

    return after < SIPSAN_T1 || (last < SIPSAN_T1 && after - last < LATE_TWIN);
}

static enum sipsan_verdict copies_stop(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable = by_timer(v);

    if (!reliable)
        return SIPSAN_NA;
    if (!sipsan_is_success(reliable->answer_status) || on_its_way(reliable, v->now))
        return SIPSAN_PASS;
    why->expected = "no copy after the PRACK";
    sipsan_relate(why, &reliable->prack, "PRACK", nothing);
    sipsan_relate(why, &reliable->answer, "response to PRACK", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the reliable %d is repeated although its PRACK was answered %d",
                       v->msg->status, reliable->answer_status);
}

/* When the client goes on in the dialog, its PRACK was there and the tap missed it. */
static enum sipsan_verdict copy_owed(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = v->dialog->reliables;
    const struct sipsan_reliable *newest = sipsan_reliable_newest(set);

    if (!newest || newest->copies > 1 || newest->prack.time != 0)
        return SIPSAN_NA;
    if (v->dialog->party[set->inviter].bye.time != 0)
        return SIPSAN_NA; /* which ends it as well */
    why->expected = "the response again after T1, 2*T1, 4*T1 ... until the PRACK";
    sipsan_relate(why, &v->owed->trigger, "reliable response", nothing);
    sipsan_fail(why, nothing, "the reliable %d was sent once, although no PRACK came",
                newest->status);
    return v->owed->provable && v->dialog->party[set->inviter].last_sent < newest->ref.time
               ? SIPSAN_FAIL
               : SIPSAN_INCONCLUSIVE;
}

#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3262.3.copies-double",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the PRACK stops them soon in any case */
        ON_1XX(SIPSAN_ON_RESPONSE_AGAIN),
        .view = SIPSAN_VIEW_DIALOG,
        .summary = "Copies of a reliable response come after T1, and then at doubled intervals",
        .explain =
            "Unlike a 2xx, whose copies come every T2 at the latest, these double without end: the "
            "client repeats its PRACK by a timer of its own.\n"
            "Reported: a copy sooner than T1 after the first (one step lower, T1 may be set), "
            "and an interval that has not grown. Longer ones prove nothing, since copies get lost. "
            "At T2 or more it is one step lower.\n"
            "Legal: a copy that answers a copy of the INVITE.\n"
            "Bad: 183 at 0, 0.5, 1.0, 1.5 s\n"
            "Good: 183 at 0, 0.5, 1.5, 3.5 s",
        .check = copies_double,
    },
    {
        .id = "rfc3262.3.copies-stop",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        ON_1XX(SIPSAN_ON_RESPONSE_AGAIN),
        .view = SIPSAN_VIEW_DIALOG,
        .summary = "A reliable response is not repeated once its PRACK has been answered",
        .explain =
            "The 2xx to the PRACK shows that the server has it. What it still repeats it does not "
            "connect with that PRACK: after 64*T1 it will give up a call that works.\n"
            "Legal: a copy that answers a copy of the INVITE.\n"
            "Bad: reliable 183, PRACK, 200 (PRACK), the same 183\n"
            "Good: reliable 183, PRACK, 200 (PRACK), 180 with the next RSeq",
        .check = copies_stop,
    },
    {
        .id = "rfc3262.3.copies-until-prack",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the call hangs with one lost packet */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_RELIABLE_AGAIN,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "A reliable response is repeated until its PRACK comes, on any transport",
        .explain =
            "The transaction does not repeat it; the server's core does, since the PRACK comes "
            "from "
            "end to end. Sent once, it is not reliable.\n"
            "Reported when no copy follows within 4 s (T1 may be configured), no PRACK was seen on "
            "a path that it must take, and the client has gone silent.\n"
            "Bad: reliable 183, no PRACK, nothing more\n"
            "Good: the same 183 after 0.5, 1.5, 3.5 s",
        .check = copy_owed,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3262_copies, rules);

/* Times between copies of a message, as the rules of section 17 weigh them. What loss can fake is
 * no evidence: a copy that the tap has missed makes the gap in which it lies longer, and the count
 * of copies smaller. */
#ifndef SIPSAN_RULES_REPEATS_H
#define SIPSAN_RULES_REPEATS_H

#include "rules/rule.h"

#define TWIN          SIPSAN_TXN_DOUBLED
#define COPIES_OF_TAP INT64_C(100000)  /* closer ones may be one, seen at two places */
#define NEAR_T1       INT64_C(400000)  /* T1 less 10 % and 50 ms of jitter */
#define NEAR_T2       INT64_C(3550000) /* T2, likewise */
#define T1_HALF       INT64_C(250000)  /* half of T1: a doubled gap grows by T1 at least */
#define ANSWER_TIME   INT64_C(1000000) /* in which a copy is answered, if it is */
#define JITTER        INT64_C(50000)

/* A datagram that the network doubles may come this much later than its twin. */
#define LATE_TWIN SIPSAN_TXN_TWIN
#define TWINS     3 /* copies of one message that may be such; more are the sender's */

static inline double seconds(int64_t t)
{
    return (double)t / 1e6;
}

/* The gap is as long as its place behind `copies` others in the series of T1 asks, or all gaps
 * together are: copies that were late make the gap before them longer and the next one shorter.
 * Missed copies only lower the place. limit 0: none. */
static inline bool gap_in_series(int64_t gap, int64_t all, uint32_t copies, int64_t limit)
{
    int64_t due = SIPSAN_T1, sum = due;

    for (uint32_t place = 1; place < copies && place < 16; place++) {
        due = limit != 0 && due * 2 > limit ? limit : due * 2;
        sum += due;
    }
    return gap >= due - due / 10 - JITTER || all >= sum - T1_HALF;
}

/* The gap before copy n + 1 may be that of a twin which came late: of few copies, none of the
 * sender's timers. */
static inline bool may_be_twin(int64_t gap, uint32_t n)
{
    return gap < LATE_TWIN && n <= 1 + TWINS;
}

/* n copies, the last one `all` after the first, with gaps that double from T1 up to T2: they fit
 * into 64*T1 when T1 is large enough; then the n-th comes 64 * 4 * (n - 4) / 57 s after the first
 * or later. False: too much for every T1. */
static inline bool copies_fit(int64_t n, int64_t all)
{
    return n < 12 || n > 1000000 || all >= INT64_C(4491000) * (n - 4) - INT64_C(300000);
}

/* Copies of a request in a row that show that it is not answered: a few may be lost behind the tap,
 * or their answers before it. */
#define UNANSWERED 3

/* How many since the last response have had the time to be answered. */
static inline uint32_t sipsan_unanswered(const struct sipsan_txn *txn, int64_t now)
{
    uint32_t n = txn->copies_after_answer;

    return n > 0 && now - txn->last.time < ANSWER_TIME ? n - 1 : n;
}

/* Over UDP a request without a response is repeated, after T1 first, then after longer times
 * (Timers A and E). A client that has stopped doing so has got a response, which the tap has
 * missed. */
static inline bool sipsan_gave_up_repeating(const struct sipsan_txn *txn, int64_t now,
                                            int64_t window)
{
    int64_t due = txn->copies > 1 && txn->gap > 0 ? 2 * txn->gap : SIPSAN_T1;

    return txn->flow.transport == SIPSAN_UDP && now - txn->last.time > due + window;
}

#endif

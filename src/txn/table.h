/* The table of transactions and their life, for the files of txn. */
#ifndef SIPSAN_TXN_TABLE_H
#define SIPSAN_TXN_TABLE_H

#include "txn/txn.h"

/* The maps that a transaction stands in; index of in_map. */
enum { SIPSAN_IN_BRANCH, SIPSAN_IN_CALL, SIPSAN_IN_UPSTREAM };

/* Makes sure that sipsan_txn_blank has one to give; evicts where it must. */
bool sipsan_txn_reserve(struct sipsan_txns *txns);

/* An empty transaction in the lists and in no map, or NULL. */
struct sipsan_txn *sipsan_txn_blank(struct sipsan_txns *txns);

/* Takes it out of everything and gives its memory back to the pool. */
void sipsan_txn_put_away(struct sipsan_txns *txns, struct sipsan_txn *txn);

/* False when there is nothing to evict. */
bool sipsan_txn_evict(struct sipsan_txns *txns);

/* A chain of one key holds SIPSAN_HOP_CHAIN transactions; the oldest of it gives way. False when
 * memory is refused. */
bool sipsan_txn_enter_map(struct sipsan_txns *txns, struct sipsan_txn *txn, int which,
                          uint64_t hash);
void sipsan_txn_leave_map(struct sipsan_txns *txns, struct sipsan_txn *txn, int which);

/* Makes the proxy pair, unless the parent has too many children. */
void sipsan_txn_adopt(struct sipsan_txn *parent, struct sipsan_txn *child);

/* Puts it where its state belongs in the order of eviction. */
void sipsan_txn_rank(struct sipsan_txns *txns, struct sipsan_txn *txn);

/* When the transaction ends as things stand, obligations aside. */
int64_t sipsan_txn_end(const struct sipsan_txn *txn);

/* Sets the timer to the next step. To be called after anything that moves it. */
void sipsan_txn_plan(struct sipsan_txns *txns, struct sipsan_txn *txn);

/* Steps both machines; an ACK moves only the server's. */
void sipsan_txn_step(const struct sipsan_txns *txns, struct sipsan_txn *txn,
                     enum sipsan_input input);

/* The effects on obligations (txn_owes.c). The transaction has taken the message in already. */
void sipsan_txn_owes_request(struct sipsan_txns *txns, const struct sipsan_match *match,
                             const struct sipsan_seen *seen);
void sipsan_txn_owes_ack(struct sipsan_txns *txns, const struct sipsan_match *match,
                         const struct sipsan_seen *seen);

/* first: the transaction had no copy of this response before. */
void sipsan_txn_owes_response(struct sipsan_txns *txns, const struct sipsan_match *match,
                              const struct sipsan_seen *seen, bool first);

/* Capture times come from files and may be anything. */
static inline int64_t time_after(int64_t time, int64_t delay)
{
    return time > INT64_MAX - delay ? INT64_MAX : time + delay;
}

/* From a to b; the largest or smallest value where it does not fit. */
static inline int64_t time_between(int64_t a, int64_t b)
{
    if (a < 0 && b > INT64_MAX + a)
        return INT64_MAX;
    if (a > 0 && b < INT64_MIN + a)
        return INT64_MIN;
    return b - a;
}

#endif

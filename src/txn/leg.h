/* Hosts and the legs between them: what the tap has shown of each, and so what may be concluded
 * from a silence. A leg is an unordered pair of IP addresses (ports play no part: ephemeral ports,
 * NAT). */
#ifndef SIPSAN_TXN_LEG_H
#define SIPSAN_TXN_LEG_H

#include <stdbool.h>

#include "base/map.h"

struct sipsan_owed;

/* What of a leg the tap has not seen. */
struct sipsan_losses {
    int64_t until;    /* a hole was proved: absences before this time decide nothing */
    uint32_t pending; /* streams in which octets wait for others: what passed is not all seen */
};

struct sipsan_host {
    struct sipsan_map_link link;
    struct sipsan_host *next;    /* of all hosts, or of the spare ones */
    struct sipsan_addr addr;     /* port 0 */
    int64_t last_sent;           /* time of the last message from it */
    struct sipsan_owed *overdue; /* its obligations whose deadline has passed; newest first */
    struct sipsan_losses losses; /* of all its legs */
};

/* One direction of a leg. */
struct sipsan_way {
    /* Smallest delay between a message to this side and its answer, microseconds. */
    uint32_t min_reply;
    bool requests, responses; /* seen from this side */
    /* Its last request that names no transaction, or two: time (0: none), hashes of the top Via and
     * of the Call-ID. */
    int64_t unnamed;
    uint64_t unnamed_via, unnamed_call;
};

#define SIPSAN_NO_REPLY UINT32_MAX /* none was seen, or none within an hour */

struct sipsan_leg {
    struct sipsan_map_link link;
    struct sipsan_leg *next;     /* of all legs, or of the spare ones */
    struct sipsan_host *host[2]; /* equal on loopback */
    struct sipsan_way way[2];    /* way[i] is sent by host[i]; all in way[0] on loopback */
    int64_t first;               /* time of the first message */
    struct sipsan_owed *overdue; /* obligations on this leg whose deadline has passed */
    struct sipsan_losses losses;
    /* A request passed here and, at the same time, between other addresses: an address translator
     * stands between the two tap points, and the source seen here need not be what the server saw.
     */
    bool translated;
    bool heard;     /* a message was seen: `first` is set */
    uint8_t silent; /* transactions in a row that ended with one direction only: 255 or more */
};

struct sipsan_legs {
    struct sipsan_mem *mem;
    uint64_t seed[2];
    struct sipsan_map hosts, legs;
    struct sipsan_host *all_hosts, *spare_hosts;
    struct sipsan_leg *all_legs, *spare_legs;
    uint64_t refused; /* not kept for want of room: they have no leg, rules become inconclusive */
};

void sipsan_legs_init(struct sipsan_legs *legs, struct sipsan_mem *mem, const uint64_t seed[2],
                      size_t max);

/* What points to hosts and legs (transactions, dialogs, obligations) must have been reset before.
 */
void sipsan_legs_reset(struct sipsan_legs *legs);
void sipsan_legs_free(struct sipsan_legs *legs);

/* NULL when there is none. */
struct sipsan_leg *sipsan_leg_find(const struct sipsan_legs *legs, const struct sipsan_addr *a,
                                   const struct sipsan_addr *b);

/* Something that passed here since then may not have been seen. */
bool sipsan_losses_since(const struct sipsan_losses *losses, int64_t since);

/* A hole was proved here, up to this time. */
void sipsan_leg_lost(struct sipsan_leg *leg, int64_t until);

/* Octets of a stream wait for others, or do so no longer. */
void sipsan_leg_pending(struct sipsan_leg *leg, bool pending);

/* Finds or makes it; NULL when there is no room. */
struct sipsan_leg *sipsan_leg_get(struct sipsan_legs *legs, const struct sipsan_addr *a,
                                  const struct sipsan_addr *b);

/* The same with the hash that sipsan_leg_expect has given. */
struct sipsan_leg *sipsan_leg_of(struct sipsan_legs *legs, const struct sipsan_addr *a,
                                 const struct sipsan_addr *b, uint64_t hash);

/* Hints that a leg will be asked for soon: from afar (the answer is its hash), shortly before, and
 * when the leg is near, for its hosts. */
uint64_t sipsan_leg_expect(const struct sipsan_legs *legs, const struct sipsan_addr *a,
                           const struct sipsan_addr *b);
void sipsan_leg_expect_now(const struct sipsan_legs *legs, uint64_t hash,
                           const struct sipsan_addr *a, const struct sipsan_addr *b);
void sipsan_leg_expect_next(const struct sipsan_legs *legs, uint64_t hash);

/* The side of this address: 0 or 1. */
int sipsan_leg_side(const struct sipsan_leg *leg, const struct sipsan_addr *addr);

/* Transactions in a row with one direction only that make a leg one_way. */
#define SIPSAN_LEG_SILENT 3

/* Only one direction was seen over the last three transactions. */
bool sipsan_leg_one_way(const struct sipsan_leg *leg);

/* Messages of both directions have been seen. */
bool sipsan_leg_both_ways(const struct sipsan_leg *leg);

/* A message from this address passed. */
void sipsan_leg_heard(struct sipsan_leg *leg, const struct sipsan_addr *src, bool request,
                      int64_t time);

/* This address answered something after `delay` microseconds. */
void sipsan_leg_replied(struct sipsan_leg *leg, const struct sipsan_addr *src, int64_t delay);

#endif

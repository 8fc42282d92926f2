/* Hosts and the legs between them: what the tap has shown of each, and so what may be concluded
 * from a silence. A leg is an unordered pair of IP addresses (ports play no part: ephemeral ports,
 * NAT). */
#ifndef SIPSAN_TXN_LEG_H
#define SIPSAN_TXN_LEG_H

#include "base/map.h"

struct sipsan_owed;

struct sipsan_host {
    struct sipsan_map_link link;
    struct sipsan_addr addr; /* port 0 */
    int64_t last_sent;       /* time of the last message from it */
    struct sipsan_owed
        *overdue; /* obligations of this host whose deadline has passed; newest first */
};

/* One direction of a leg. */
struct sipsan_way {
    uint64_t requests, responses; /* seen from this side */
    int64_t min_reply;            /* smallest delay between a message to this side and its answer,
                                   * microseconds;            INT64_MAX when none was seen */
};

struct sipsan_leg {
    struct sipsan_map_link link;
    struct sipsan_host *host[2]; /* equal on loopback */
    struct sipsan_way way[2];    /* way[i] is sent by host[i]; all in way[0] on loopback */
    uint32_t silent;             /* transactions in a row that ended with one direction only */
    int64_t last;                /* time of the last message */
    int64_t lossy_until; /* a hole was proved here: absences before this time decide nothing */
};

struct sipsan_legs {
    struct sipsan_mem *mem;
    uint64_t seed[2];
    struct sipsan_map hosts, legs;
    uint64_t refused; /* not kept for want of room: they have no leg, rules become inconclusive */
};

void sipsan_legs_init(struct sipsan_legs *legs, struct sipsan_mem *mem, const uint64_t seed[2],
                      size_t max);
void sipsan_legs_reset(struct sipsan_legs *legs);
void sipsan_legs_free(struct sipsan_legs *legs);

/* Finds or makes it; NULL when there is no room. */
struct sipsan_leg *sipsan_leg_get(struct sipsan_legs *legs, const struct sipsan_addr *a,
                                  const struct sipsan_addr *b);

/* The side of this address: 0 or 1. */
int sipsan_leg_side(const struct sipsan_leg *leg, const struct sipsan_addr *addr);

/* Only one direction was seen over three transactions. */
bool sipsan_leg_one_way(const struct sipsan_leg *leg);

#endif

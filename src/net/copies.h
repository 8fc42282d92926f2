/* Datagrams that the capture holds more than once: several taps, "any" interfaces, mirror ports. */
#ifndef SIPSAN_NET_COPIES_H
#define SIPSAN_NET_COPIES_H

#include "base/mem.h"
#include "net/net.h"

struct sipsan_copy;

struct sipsan_copies {
    struct sipsan_mem *mem;
    uint64_t seed[2];
    struct sipsan_copy *table; /* owned; NULL before the first message */
    uint32_t order;            /* of the last entry written */
    uint32_t floor;            /* entries up to this one are from before the last reset */
    uint64_t refused;          /* messages not looked up: no memory for the table */
};

void sipsan_copies_init(struct sipsan_copies *copies, struct sipsan_mem *mem,
                        const uint64_t seed[2]);
void sipsan_copies_free(struct sipsan_copies *copies);
void sipsan_copies_reset(struct sipsan_copies *copies);

/* True when this datagram is a second capture of one that was asked for before. Same payload, ports
 * and addresses within 1 ms; or within 100 ms when interface, VLAN, TTL or depth differ; or within
 * 400 ms when the identification of IPv4 is the same. */
bool sipsan_copies_seen(struct sipsan_copies *copies, struct sipsan_span payload,
                        const struct sipsan_flow *flow, const struct sipsan_hints *hints,
                        int64_t time);

#endif

/* A table of fixed size with four places for each hash: the datagrams of the last moments. A copy
 * is known by a keyed hash of 64 bits and its length; the bytes themselves are not kept. SIP
 * repeats nothing before T1, 500 ms (RFC 3261 17.1.1.1), so 100 ms leave retransmissions alone; and
 * what the same capture point sees twice in the same shape must come within 1 ms to be a copy.
 *
 * Clocks of two taps may differ by more. The identification of IPv4 is another one for each packet
 * (RFC 6864 4), but for senders to whom it means nothing and who leave it as it is: so one that is
 * the same proves a copy only where a retransmission is too early still, and a 0 proves nothing. */
#include "net/copies.h"

#include <string.h>

#include "base/hash.h"
#include "net/octets.h"

enum {
    SETS = 2048, /* a power of two */
    WAYS = 4,
    SAME_PATH_WINDOW = 1000, /* microseconds */
    OTHER_PATH_WINDOW = 100000,
    SAME_PACKET_WINDOW = 400000,
};

struct sipsan_copy {
    uint64_t hash; /* of the datagram and its length */
    int64_t time;
    uint32_t order; /* 0: never used */
    uint16_t path;  /* where and in what shape it was captured */
    uint16_t id;
};

void sipsan_copies_init(struct sipsan_copies *copies, struct sipsan_mem *mem,
                        const uint64_t seed[2])
{
    *copies = (struct sipsan_copies){.mem = mem, .seed = {seed[0], seed[1]}};
}

void sipsan_copies_free(struct sipsan_copies *copies)
{
    if (copies->table)
        sipsan_mem_free(copies->mem, copies->table, sizeof(*copies->table) * SETS * WAYS);
    copies->table = NULL;
}

/* Nothing is wiped: a fuzz loop resets after every few messages. */
void sipsan_copies_reset(struct sipsan_copies *copies)
{
    copies->floor = copies->order;
    copies->refused = 0;
}

static uint64_t hash_address(const struct sipsan_copies *copies, const struct sipsan_addr *a)
{
    return sipsan_hash_join(copies->seed, sipsan_hash_ip(copies->seed, a), 0, a->port);
}

static uint64_t hash_datagram(const struct sipsan_copies *copies, const struct sipsan_flow *flow,
                              const struct sipsan_hints *hints, size_t length)
{
    uint64_t ways = sipsan_hash_join(copies->seed, hash_address(copies, &flow->src),
                                     hash_address(copies, &flow->dst), 0);

    return sipsan_hash_join(copies->seed, hints->hash, ways, length);
}

/* Interface, VLAN, hops left and encapsulation. Two ways that share a number are taken for one:
 * then only a repeat within a millisecond is a copy. */
static uint16_t path_of(const struct sipsan_copies *copies, const struct sipsan_hints *hints)
{
    return (uint16_t)sipsan_hash_words(copies->seed, (uint64_t)hints->interface << 32 | hints->vlan,
                                       (uint64_t)hints->depth << 8 | hints->ttl, 0);
}

static bool is_copy(const struct sipsan_copy *c, uint16_t path, uint16_t id, int64_t time)
{
    uint64_t apart = time_apart(c->time, time);

    if (c->id == id && id != 0)
        return apart <= SAME_PACKET_WINDOW;
    return apart <= (c->path != path ? OTHER_PATH_WINDOW : SAME_PATH_WINDOW);
}

/* The order of the places starts anew before its number would. */
static void begin_anew(struct sipsan_copies *copies)
{
    memset(copies->table, 0, sizeof(*copies->table) * SETS * WAYS);
    copies->floor = copies->order = 0;
}

bool sipsan_copies_seen(struct sipsan_copies *copies, struct sipsan_span payload,
                        const struct sipsan_flow *flow, const struct sipsan_hints *hints,
                        int64_t time)
{
    struct sipsan_copy *set, *place;
    uint64_t hash;
    uint16_t path;

    if (!copies->table)
        copies->table = sipsan_mem_zalloc(copies->mem, sizeof(*copies->table) * SETS * WAYS);
    if (!copies->table) {
        copies->refused++;
        return false;
    }
    if (copies->order == UINT32_MAX)
        begin_anew(copies);
    hash = hash_datagram(copies, flow, hints, payload.n);
    path = path_of(copies, hints);
    set = copies->table + (hash & (SETS - 1)) * WAYS;
    place = set; /* the same datagram's old place, or the one written longest ago */
    for (int i = 0; i < WAYS; i++) {
        struct sipsan_copy *c = set + i;

        if (c->order > copies->floor && c->hash == hash) {
            if (is_copy(c, path, hints->id, time))
                return true;
            place = c;
            break;
        }
        if (c->order < place->order)
            place = c;
    }
    *place = (struct sipsan_copy){
        .hash = hash, .time = time, .order = ++copies->order, .path = path, .id = hints->id};
    return false;
}

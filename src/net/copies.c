/* A table of fixed size with four places for each hash: the datagrams of the last moments. A copy
 * is known by a keyed hash of 64 bits and its length; the bytes themselves are not kept. SIP
 * repeats nothing before T1, 500 ms (RFC 3261 17.1.1.1), so 100 ms leave retransmissions alone; and
 * what the same capture point sees twice in the same shape must come within 1 ms to be a copy. */
#include "net/copies.h"

#include "base/hash.h"
#include "net/octets.h"

enum {
    SETS = 2048, /* a power of two */
    WAYS = 4,
    SAME_PATH_WINDOW = 1000, /* microseconds */
    OTHER_PATH_WINDOW = 100000,
};

struct sipsan_copy {
    uint64_t hash;
    uint64_t order; /* 0: never used */
    int64_t time;
    size_t length;
    uint32_t interface, vlan;
    uint8_t ttl, depth;
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

static void hash_address(struct sipsan_hash *h, const struct sipsan_addr *a)
{
    sipsan_hash_bytes(h, a->ip, sizeof(a->ip));
    sipsan_hash_u64(h, (uint64_t)a->family << 16 | a->port);
}

static uint64_t hash_datagram(const struct sipsan_copies *copies, const struct sipsan_flow *flow,
                              const struct sipsan_hints *hints)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, copies->seed);
    hash_address(&h, &flow->src);
    hash_address(&h, &flow->dst);
    sipsan_hash_u64(&h, hints->hash);
    return sipsan_hash_end(&h);
}

static bool is_copy(const struct sipsan_copy *c, const struct sipsan_hints *hints, int64_t time)
{
    uint64_t apart = time_apart(c->time, time);
    bool other_path = c->interface != hints->interface || c->vlan != hints->vlan ||
                      c->ttl != hints->ttl || c->depth != hints->depth;

    return apart <= SAME_PATH_WINDOW || (other_path && apart <= OTHER_PATH_WINDOW);
}

bool sipsan_copies_seen(struct sipsan_copies *copies, struct sipsan_span payload,
                        const struct sipsan_flow *flow, const struct sipsan_hints *hints,
                        int64_t time)
{
    struct sipsan_copy *set, *place;
    uint64_t hash;

    if (!copies->table)
        copies->table = sipsan_mem_zalloc(copies->mem, sizeof(*copies->table) * SETS * WAYS);
    if (!copies->table) {
        copies->refused++;
        return false;
    }
    hash = hash_datagram(copies, flow, hints);
    set = copies->table + (hash & (SETS - 1)) * WAYS;
    place = set; /* the same datagram's old place, or the one written longest ago */
    for (int i = 0; i < WAYS; i++) {
        struct sipsan_copy *c = set + i;

        if (c->order > copies->floor && c->hash == hash && c->length == payload.n) {
            if (is_copy(c, hints, time))
                return true;
            place = c;
            break;
        }
        if (c->order < place->order)
            place = c;
    }
    *place = (struct sipsan_copy){
        .hash = hash,
        .order = ++copies->order,
        .time = time,
        .length = payload.n,
        .interface = hints->interface,
        .vlan = hints->vlan,
        .ttl = hints->ttl,
        .depth = hints->depth,
    };
    return false;
}

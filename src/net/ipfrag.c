/* Datagrams are found by addresses, protocol and identification, and kept in the order of their
 * first fragments, so that the oldest is the first to go. What has arrived is a bit for each unit
 * of eight octets, the unit in which offsets count: no list of holes that traffic could lengthen.
 * An octet that has arrived stays as it is; later fragments that say otherwise are counted.
 *
 * A datagram stays known for a moment after it is complete. The second copies of its fragments, in
 * a capture that sees every frame twice, would look like a datagram that never ends. */
#include "net/ipfrag.h"

#include <string.h>

#include "base/hash.h"
#include "net/octets.h"

enum {
    UNIT = 8,
    DATAGRAM_MAX = 65535,
    WORDS = (DATAGRAM_MAX + 1) / UNIT / 64,
    BASE_ROOM = 4096, /* most SIP that is fragmented at all fits */
    SPARE_BUFFERS_MAX = 64,
    HELD_MAX = 16 << 20,
    LIFE = 30 * 1000000,  /* RFC 8200 4.5 gives 60 s, most hosts 30 s */
    COPY_WINDOW = 100000, /* as for whole datagrams, copies.c */
};

/* A buffer that nobody uses. */
struct sipsan_ipfrag_buffer {
    struct sipsan_ipfrag_buffer *next;
};

struct key {
    uint8_t src[16], dst[16];
    uint32_t id;
    uint8_t family, protocol;
};

struct sipsan_ipfrag {
    struct sipsan_map_link link;
    struct sipsan_ipfrag *older, *newer; /* newer: also the next spare one */
    struct key key;
    struct sipsan_ref first; /* the fragment that came first */
    int64_t since, done;     /* times of the first fragment and of completion */
    uint8_t *data;           /* owned; NULL when there is none or it was handed on */
    size_t room;
    size_t total;  /* octets of the datagram, once the last fragment came; else 0 */
    size_t reach;  /* end of the fragment that ends last */
    size_t intact; /* first octet that no capture has, or SIZE_MAX */
    size_t units;  /* that have arrived */
    bool complete, overlap;
    uint64_t have[WORDS];
};

void sipsan_ipfrags_init(struct sipsan_ipfrags *frags, struct sipsan_mem *mem,
                         const uint64_t seed[2], size_t max)
{
    *frags = (struct sipsan_ipfrags){.mem = mem, .seed = {seed[0], seed[1]}};
    sipsan_map_init(&frags->map, mem, max);
}

/* Buffers ------------------------------------------------------------------------------------- */

static void put_buffer(struct sipsan_ipfrags *frags, uint8_t *data, size_t room)
{
    struct sipsan_ipfrag_buffer *spare;

    if (!data)
        return;
    frags->held -= room;
    if (room != BASE_ROOM || frags->spare_buffer_count == SPARE_BUFFERS_MAX) {
        sipsan_mem_free(frags->mem, data, room);
        return;
    }
    spare = (struct sipsan_ipfrag_buffer *)(void *)data;
    spare->next = frags->spare_buffers;
    frags->spare_buffers = spare;
    frags->spare_buffer_count++;
}

static uint8_t *get_base_buffer(struct sipsan_ipfrags *frags)
{
    struct sipsan_ipfrag_buffer *spare = frags->spare_buffers;

    if (!spare)
        return sipsan_mem_alloc(frags->mem, BASE_ROOM);
    frags->spare_buffers = spare->next;
    frags->spare_buffer_count--;
    return (uint8_t *)spare;
}

/* The buffer of the datagram handed out last is free again. */
static void put_ready(struct sipsan_ipfrags *frags)
{
    put_buffer(frags, frags->ready, frags->ready_room);
    frags->ready = NULL;
    frags->ready_room = 0;
}

/* Datagrams ----------------------------------------------------------------------------------- */

static void forget(struct sipsan_ipfrags *frags, struct sipsan_ipfrag *d)
{
    sipsan_map_remove(&frags->map, &d->link);
    if (d->older)
        d->older->newer = d->newer;
    else
        frags->oldest = d->newer;
    if (d->newer)
        d->newer->older = d->older;
    else
        frags->newest = d->older;
    put_buffer(frags, d->data, d->room);
    d->data = NULL;
    d->newer = frags->spare;
    frags->spare = d;
}

static bool has_unit(const struct sipsan_ipfrag *d, size_t unit)
{
    return (d->have[unit / 64] >> (unit % 64) & 1) != 0;
}

/* Octets from the start to the first that is missing. */
static size_t beginning(const struct sipsan_ipfrag *d)
{
    size_t unit = 0;
    size_t n;

    while (unit < (size_t)WORDS * 64 && has_unit(d, unit))
        unit++;
    n = unit * UNIT;
    if (n > d->reach)
        n = d->reach;
    return n < d->intact ? n : d->intact;
}

static void give_up(struct sipsan_ipfrags *frags, struct sipsan_ipfrag *d)
{
    if (!d->complete) {
        frags->lost++;
        if (frags->on_lost && d->data)
            frags->on_lost(frags->user, d->data, beginning(d), &d->first);
    }
    forget(frags, d);
}

static void give_up_for_room(struct sipsan_ipfrags *frags, struct sipsan_ipfrag *d)
{
    if (!d->complete)
        frags->limits++;
    give_up(frags, d);
}

void sipsan_ipfrags_finish(struct sipsan_ipfrags *frags)
{
    while (frags->oldest)
        give_up(frags, frags->oldest);
}

void sipsan_ipfrags_reset(struct sipsan_ipfrags *frags)
{
    while (frags->oldest)
        forget(frags, frags->oldest);
    put_ready(frags);
    frags->started = false;
    frags->lost = frags->limits = frags->overlaps = 0;
}

void sipsan_ipfrags_free(struct sipsan_ipfrags *frags)
{
    sipsan_ipfrags_reset(frags);
    while (frags->spare) {
        struct sipsan_ipfrag *d = frags->spare;

        frags->spare = d->newer;
        sipsan_mem_free(frags->mem, d, sizeof(*d));
    }
    while (frags->spare_buffers)
        sipsan_mem_free(frags->mem, get_base_buffer(frags), BASE_ROOM);
    sipsan_map_free(&frags->map);
}

/* Capture time never runs backwards here: an old time stamp must not keep datagrams alive. */
static void pass_time(struct sipsan_ipfrags *frags, int64_t time)
{
    if (!frags->started || time > frags->now)
        frags->now = time;
    frags->started = true;
    while (frags->oldest && time_apart(frags->now, frags->oldest->since) > LIFE)
        give_up(frags, frags->oldest);
}

static void make_key(struct key *key, const struct sipsan_ip *ip)
{
    size_t n = ip->family == 4 ? 4 : 16;

    memset(key, 0, sizeof(*key));
    memcpy(key->src, ip->src, n);
    memcpy(key->dst, ip->dst, n);
    key->id = ip->id;
    key->family = ip->family;
    key->protocol = ip->protocol;
}

static bool same_key(const struct key *a, const struct key *b)
{
    return a->id == b->id && a->family == b->family && a->protocol == b->protocol &&
           memcmp(a->src, b->src, sizeof(a->src)) == 0 &&
           memcmp(a->dst, b->dst, sizeof(a->dst)) == 0;
}

static uint64_t hash_key(const struct sipsan_ipfrags *frags, const struct key *key)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, frags->seed);
    sipsan_hash_bytes(&h, key->src, sizeof(key->src));
    sipsan_hash_bytes(&h, key->dst, sizeof(key->dst));
    sipsan_hash_u64(&h, (uint64_t)key->id << 16 | (unsigned)key->family << 8 | key->protocol);
    return sipsan_hash_end(&h);
}

static struct sipsan_ipfrag *find(const struct sipsan_ipfrags *frags, const struct key *key,
                                  uint64_t hash)
{
    struct sipsan_map_link *link = sipsan_map_first(&frags->map, hash);

    for (; link; link = sipsan_map_next(link)) {
        struct sipsan_ipfrag *d = sipsan_container(link, struct sipsan_ipfrag, link);

        if (same_key(&d->key, key))
            return d;
    }
    return NULL;
}

static struct sipsan_ipfrag *new_datagram(struct sipsan_ipfrags *frags)
{
    struct sipsan_ipfrag *d = frags->spare;

    if (!d)
        return sipsan_mem_zalloc(frags->mem, sizeof(*d));
    frags->spare = d->newer;
    memset(d, 0, sizeof(*d));
    return d;
}

/* NULL when memory is refused. */
static struct sipsan_ipfrag *begin(struct sipsan_ipfrags *frags, const struct key *key,
                                   uint64_t hash, const struct sipsan_ref *ref)
{
    struct sipsan_ipfrag *d;

    if (frags->map.count >= frags->map.max && frags->oldest)
        give_up_for_room(frags, frags->oldest);
    d = new_datagram(frags);
    if (!d)
        return NULL;
    d->key = *key;
    d->first = *ref;
    d->since = frags->now;
    d->intact = SIZE_MAX;
    if (!sipsan_map_add(&frags->map, &d->link, hash)) {
        d->newer = frags->spare;
        frags->spare = d;
        return NULL;
    }
    d->older = frags->newest;
    if (frags->newest)
        frags->newest->newer = d;
    else
        frags->oldest = d;
    frags->newest = d;
    return d;
}

/* Room for the first n octets, at most DATAGRAM_MAX + 1 of them. */
static bool reserve(struct sipsan_ipfrags *frags, struct sipsan_ipfrag *d, size_t n)
{
    size_t room = BASE_ROOM;
    uint8_t *data;

    if (d->room >= n)
        return true;
    while (room < n)
        room *= 2;
    while (frags->held + room > HELD_MAX) {
        struct sipsan_ipfrag *victim = frags->oldest == d ? d->newer : frags->oldest;

        if (!victim)
            break;
        give_up_for_room(frags, victim);
    }
    if (room == BASE_ROOM)
        data = get_base_buffer(frags);
    else
        data = sipsan_mem_resize(frags->mem, d->data, d->room, room);
    if (!data)
        return false;
    frags->held += room - d->room;
    d->data = data;
    d->room = room;
    return true;
}

static void store(struct sipsan_ipfrags *frags, struct sipsan_ipfrag *d, const struct sipsan_ip *ip)
{
    bool contradicts = false;

    if (ip->n < ip->length && ip->offset + ip->n < d->intact)
        d->intact = ip->offset + ip->n;
    for (size_t at = 0; at < ip->length; at += UNIT) {
        size_t to = ip->offset + at;
        size_t unit = to / UNIT;
        size_t n = ip->n > at ? ip->n - at : 0;

        if (n > UNIT)
            n = UNIT;
        if (!has_unit(d, unit)) {
            d->have[unit / 64] |= (uint64_t)1 << (unit % 64);
            d->units++;
            if (n > 0)
                memcpy(d->data + to, ip->p + at, n);
        } else if (to + n <= d->intact && n > 0 && memcmp(d->data + to, ip->p + at, n) != 0) {
            contradicts = true;
        }
    }
    if (contradicts) {
        d->overlap = true;
        frags->overlaps++;
    }
}

/* Neither past the longest datagram nor past the end that is known, and in whole units unless it is
 * the last one. RFC 791 3.2, RFC 8200 4.5. */
static bool fits(const struct sipsan_ip *ip)
{
    size_t end = ip->offset + ip->length;

    if (ip->length == 0 || ip->length > DATAGRAM_MAX || end > DATAGRAM_MAX)
        return false;
    return !ip->more || ip->length % UNIT == 0;
}

static bool fits_datagram(const struct sipsan_ipfrag *d, const struct sipsan_ip *ip)
{
    size_t end = ip->offset + ip->length;

    if (d->total > 0)
        return ip->more ? end <= d->total : end == d->total;
    return ip->more || end >= d->reach;
}

enum sipsan_ipfrag_result sipsan_ipfrags_add(struct sipsan_ipfrags *frags,
                                             const struct sipsan_ip *ip,
                                             const struct sipsan_ref *ref, struct sipsan_ip *whole,
                                             uint32_t *first_frame, bool *overlap)
{
    struct key key;
    struct sipsan_ipfrag *d;
    uint64_t hash;
    size_t end;

    put_ready(frags);
    pass_time(frags, ref->time);
    if (!fits(ip))
        return SIPSAN_IPFRAG_BAD;
    make_key(&key, ip);
    hash = hash_key(frags, &key);
    d = find(frags, &key, hash);
    if (d && d->complete) {
        if (time_apart(ref->time, d->done) <= COPY_WINDOW)
            return SIPSAN_IPFRAG_COPY;
        forget(frags, d); /* the identification is used again */
        d = NULL;
    }
    if (!d)
        d = begin(frags, &key, hash, ref);
    if (!d) {
        frags->lost++;
        frags->limits++;
        return SIPSAN_IPFRAG_BAD;
    }
    if (!fits_datagram(d, ip)) {
        frags->overlaps++;
        d->overlap = true;
        return SIPSAN_IPFRAG_BAD;
    }
    end = ip->offset + ip->length;
    if (!reserve(frags, d, end)) {
        give_up_for_room(frags, d);
        return SIPSAN_IPFRAG_BAD;
    }
    store(frags, d, ip);
    if (end > d->reach)
        d->reach = end;
    if (!ip->more)
        d->total = end;
    if (d->total == 0 || d->units < (d->total + UNIT - 1) / UNIT)
        return SIPSAN_IPFRAG_KEPT;

    *whole = *ip;
    whole->fragment = whole->more = false;
    whole->offset = 0;
    whole->p = d->data;
    whole->length = d->total;
    whole->n = d->total < d->intact ? d->total : d->intact;
    *first_frame = d->first.frame;
    *overlap = d->overlap;
    d->complete = true;
    d->done = ref->time;
    frags->ready = d->data;
    frags->ready_room = d->room;
    d->data = NULL;
    d->room = 0;
    return SIPSAN_IPFRAG_WHOLE;
}

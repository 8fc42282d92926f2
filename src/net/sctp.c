/* A direction of an association is known by its verification tag and ports, whatever addresses its
 * packets have: hosts with several may use any. Chunks that are sent again have the number of the
 * first ones. Messages in one chunk are the rule; one in several is put together when its fragments
 * come in order, which they do unless packets are lost or overtake each other. */
#include "net/sctp.h"

#include <string.h>

#include "base/hash.h"
#include "net/octets.h"

enum {
    COMMON_SIZE = 12,
    CHUNK_SIZE = 4,
    DATA_SIZE = 16,
    CHUNK_DATA = 0,
    LAST = 1, /* flags of DATA */
    FIRST = 2,
    SEEN = 64, /* numbers below the highest one that are remembered one by one */
    HELD_MAX = 16 << 20,
    PARTIAL_MAX = 8, /* messages in fragments, of one direction */
};

/* A message whose last fragment has not come. */
struct partial {
    uint16_t stream;
    uint32_t next; /* number of the fragment that comes next */
    char *p;       /* owned; NULL: free */
    size_t n, room;
    bool cut;
    struct sipsan_ref first;
};

struct sipsan_sctp_way {
    struct sipsan_map_link link;
    struct sipsan_sctp_way *older, *newer;
    uint32_t tag;
    uint16_t src, dst;
    bool known;
    bool sip;         /* it carries SIP */
    uint32_t highest; /* number of a DATA chunk */
    uint64_t below;   /* bit i: highest - 1 - i was seen */
    struct partial partial[PARTIAL_MAX];
};

struct chunk {
    uint8_t flags;
    uint32_t number;
    uint16_t stream;
    const char *p;
    size_t n, length;
};

void sipsan_sctp_init(struct sipsan_sctp *sctp, struct sipsan_mem *mem, const uint64_t seed[2],
                      size_t max)
{
    *sctp = (struct sipsan_sctp){.mem = mem, .seed = {seed[0], seed[1]}, .held_max = HELD_MAX};
    sipsan_map_init(&sctp->map, mem, max);
}

static void drop(struct sipsan_sctp *sctp, struct partial *m)
{
    if (!m->p)
        return;
    sctp->held -= m->room;
    sipsan_mem_free(sctp->mem, m->p, m->room);
    m->p = NULL;
    m->n = m->room = 0;
}

static void unlink_way(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way)
{
    if (way->older)
        way->older->newer = way->newer;
    else
        sctp->oldest = way->newer;
    if (way->newer)
        way->newer->older = way->older;
    else
        sctp->newest = way->older;
}

static void forget(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way)
{
    for (int i = 0; i < PARTIAL_MAX; i++)
        drop(sctp, &way->partial[i]);
    unlink_way(sctp, way);
    sipsan_map_remove(&sctp->map, &way->link);
    sipsan_mem_free(sctp->mem, way, sizeof(*way));
}

void sipsan_sctp_reset(struct sipsan_sctp *sctp)
{
    while (sctp->oldest)
        forget(sctp, sctp->oldest);
    sctp->repeated = sctp->lost = sctp->limits = 0;
}

void sipsan_sctp_free(struct sipsan_sctp *sctp)
{
    sipsan_sctp_reset(sctp);
    sipsan_map_free(&sctp->map);
}

static void append_way(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way)
{
    way->newer = NULL;
    way->older = sctp->newest;
    if (way->older)
        way->older->newer = way;
    else
        sctp->oldest = way;
    sctp->newest = way;
}

/* NULL when memory is refused. */
static struct sipsan_sctp_way *way_of(struct sipsan_sctp *sctp, uint32_t tag, uint16_t src,
                                      uint16_t dst)
{
    uint64_t hash = sipsan_hash_join(sctp->seed, (uint64_t)src << 16 | dst, 0, tag);
    struct sipsan_sctp_way *way;

    for (struct sipsan_map_link *link = sipsan_map_first(&sctp->map, hash); link;
         link = sipsan_map_next(link)) {
        way = sipsan_container(link, struct sipsan_sctp_way, link);
        if (way->tag == tag && way->src == src && way->dst == dst) {
            unlink_way(sctp, way);
            append_way(sctp, way);
            return way;
        }
    }
    if (sctp->map.count == sctp->map.max && sctp->oldest) {
        sctp->limits++;
        forget(sctp, sctp->oldest);
    }
    way = sipsan_mem_zalloc(sctp->mem, sizeof(*way));
    if (!way)
        return NULL;
    if (!sipsan_map_add(&sctp->map, &way->link, hash)) {
        sipsan_mem_free(sctp->mem, way, sizeof(*way));
        return NULL;
    }
    way->tag = tag;
    way->src = src;
    way->dst = dst;
    append_way(sctp, way);
    return way;
}

/* The first chunk of this number, as far back as one remembers. */
static bool is_new(struct sipsan_sctp_way *way, uint32_t number)
{
    int32_t far = way->known ? (int32_t)(number - way->highest) : 1;
    uint64_t bit;

    if (far > 0) {
        way->below = !way->known || far > SEEN ? 0
                     : far == SEEN             ? UINT64_C(1) << (SEEN - 1)
                                               : way->below << far | UINT64_C(1) << (far - 1);
        way->known = true;
        way->highest = number;
        return true;
    }
    if (far == 0 || far < -SEEN)
        return false;
    bit = UINT64_C(1) << (-far - 1);
    if ((way->below & bit) != 0)
        return false;
    way->below |= bit;
    return true;
}

static bool add_text(struct sipsan_sctp *sctp, struct partial *m, const struct chunk *c,
                     size_t message_max)
{
    size_t room = m->room ? m->room : 2048;
    char *p;

    if (m->n + c->n > message_max)
        return false;
    while (room < m->n + c->n)
        room *= 2;
    if (room > m->room) {
        if (sctp->held + (room - m->room) > sctp->held_max)
            return false;
        p = sipsan_mem_resize(sctp->mem, m->p, m->room, room);
        if (!p)
            return false;
        sctp->held += room - m->room;
        m->p = p;
        m->room = room;
    }
    memcpy(m->p + m->n, c->p, c->n);
    m->n += c->n;
    m->cut = m->cut || c->n < c->length;
    m->next = c->number + 1;
    return true;
}

static void hand_on(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way, struct sipsan_span bytes,
                    const struct sipsan_flow *flow, bool cut, const struct sipsan_ref *first)
{
    if (sctp->on_message(sctp->user, bytes, flow, cut, first))
        way->sip = true;
}

static struct partial *place_for(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way,
                                 uint16_t stream)
{
    struct partial *place = &way->partial[0];

    for (int i = 0; i < PARTIAL_MAX; i++) {
        if (way->partial[i].p && way->partial[i].stream == stream) {
            place = &way->partial[i];
            break;
        }
        if (!way->partial[i].p)
            place = &way->partial[i];
    }
    if (place->p)
        sctp->lost += way->sip;
    drop(sctp, place);
    return place;
}

static void take_fragment(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way,
                          const struct chunk *c, const struct sipsan_flow *flow, size_t message_max,
                          const struct sipsan_ref *ref)
{
    struct partial *m = NULL;

    if ((c->flags & FIRST) != 0) {
        m = place_for(sctp, way, c->stream);
        *m = (struct partial){.stream = c->stream, .first = *ref};
    } else {
        for (int i = 0; i < PARTIAL_MAX; i++)
            if (way->partial[i].p && way->partial[i].stream == c->stream &&
                way->partial[i].next == c->number)
                m = &way->partial[i];
        if (!m) {
            sctp->lost += way->sip && (c->flags & LAST) != 0;
            return;
        }
    }
    if (!add_text(sctp, m, c, message_max)) {
        sctp->limits++;
        drop(sctp, m);
        return;
    }
    if ((c->flags & LAST) == 0)
        return;
    hand_on(sctp, way, (struct sipsan_span){m->p, m->n}, flow, m->cut, &m->first);
    drop(sctp, m);
}

static void take_data(struct sipsan_sctp *sctp, struct sipsan_sctp_way *way, const struct chunk *c,
                      const struct sipsan_flow *flow, size_t message_max,
                      const struct sipsan_ref *ref)
{
    if (!is_new(way, c->number)) {
        sctp->repeated++;
        return;
    }
    if ((c->flags & (FIRST | LAST)) == (FIRST | LAST))
        hand_on(sctp, way, (struct sipsan_span){c->p, c->n}, flow, c->n < c->length, ref);
    else
        take_fragment(sctp, way, c, flow, message_max, ref);
}

bool sipsan_sctp_packet(struct sipsan_sctp *sctp, const struct sipsan_ip *ip, size_t message_max,
                        const struct sipsan_ref *ref)
{
    struct sipsan_flow flow = {.transport = SIPSAN_SCTP};
    struct sipsan_sctp_way *way = NULL;
    size_t at = COMMON_SIZE;

    if (ip->n < COMMON_SIZE)
        return false;
    sipsan_ip_addresses(ip, &flow.src, &flow.dst);
    flow.src.port = be16(ip->p);
    flow.dst.port = be16(ip->p + 2);
    while (at <= ip->n && ip->n - at >= CHUNK_SIZE) {
        const uint8_t *p = ip->p + at;
        size_t length = be16(p + 2), there = ip->n - at;

        if (length < CHUNK_SIZE || at + length > ip->length)
            break;
        if (p[0] == CHUNK_DATA && length > DATA_SIZE && there > DATA_SIZE) {
            struct chunk c = {.flags = p[1],
                              .number = be32(p + 4),
                              .stream = be16(p + 8),
                              .p = (const char *)p + DATA_SIZE,
                              .n = (there < length ? there : length) - DATA_SIZE,
                              .length = length - DATA_SIZE};

            if (!way)
                way = way_of(sctp, be32(ip->p + 4), flow.src.port, flow.dst.port);
            if (!way) {
                sctp->limits++;
                break;
            }
            take_data(sctp, way, &c, &flow, message_max, ref);
        }
        at += (length + 3) & ~(size_t)3;
    }
    return true;
}

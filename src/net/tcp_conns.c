/* See tcp_conns.h. One object for both directions, found by the unordered pair of ends. */
#include "net/tcp_conns.h"

#include <string.h>

#include "base/hash.h"

enum {
    WAITING_ALL_MAX = 32 << 20, /* octets in pieces, of all connections */
    STALLED_AT_ONCE = 4,        /* connections */
};

/* Octets that wait so long wait for ever: nobody sends a message so slowly, and a lost segment has
 * been sent again. */
#define STALLED_MOST INT64_C(60000000)

/* A connection that ended stays known for a while: its last segments may be sent again. */
#define CLOSED_LIFE INT64_C(60000000)

/* Lists --------------------------------------------------------------------------------------- */

static void unlink_conn(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c)
{
    if (c->older)
        c->older->newer = c->newer;
    else
        tcp->oldest[c->rank] = c->newer;
    if (c->newer)
        c->newer->older = c->older;
    else
        tcp->newest[c->rank] = c->older;
}

static void link_conn(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, enum sipsan_tcp_rank rank)
{
    c->rank = rank;
    c->newer = NULL;
    c->older = tcp->newest[rank];
    if (c->older)
        c->older->newer = c;
    else
        tcp->oldest[rank] = c;
    tcp->newest[rank] = c;
}

void sipsan_tcp_set_rank(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c,
                         enum sipsan_tcp_rank rank)
{
    unlink_conn(tcp, c);
    link_conn(tcp, c, rank);
}

void sipsan_tcp_is_sip(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *conn)
{
    if (conn->rank == SIPSAN_TCP_OTHER)
        sipsan_tcp_set_rank(tcp, conn, SIPSAN_TCP_SIP);
}

void sipsan_tcp_unstall(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c)
{
    if (c->stalled == 0)
        return;
    tcp->on_stalled(tcp->user, c, false);
    if (c->stalled_older)
        c->stalled_older->stalled_newer = c->stalled_newer;
    else
        tcp->stalled_oldest = c->stalled_newer;
    if (c->stalled_newer)
        c->stalled_newer->stalled_older = c->stalled_older;
    else
        tcp->stalled_newest = c->stalled_older;
    c->stalled = 0;
}

static void stall(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int64_t now)
{
    tcp->on_stalled(tcp->user, c, true);
    c->stalled = now != 0 ? now : 1;
    c->stalled_newer = NULL;
    c->stalled_older = tcp->stalled_newest;
    if (c->stalled_older)
        c->stalled_older->stalled_newer = c;
    else
        tcp->stalled_oldest = c;
    tcp->stalled_newest = c;
}

/* Octets of this side wait for others. */
static bool waits(const struct sipsan_tcp_half *half)
{
    return half->first || sipsan_stream_waits(&half->stream);
}

void sipsan_tcp_set_stalled(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int64_t now)
{
    if (!waits(&c->half[0]) && !waits(&c->half[1]))
        sipsan_tcp_unstall(tcp, c);
    else if (c->stalled == 0)
        stall(tcp, c, now);
}

/* Octets before some that are there. */
static bool has_hole(const struct sipsan_tcp_half *half)
{
    const struct sipsan_tcp_piece *piece = half->first;

    for (uint32_t next = half->next; piece && sipsan_tcp_ahead(next, piece->seq) <= 0;
         piece = piece->next)
        if (sipsan_tcp_ahead(next, piece->seq + (uint32_t)piece->length) > 0)
            next = piece->seq + (uint32_t)piece->length;
    return piece != NULL;
}

void sipsan_tcp_arrived(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    if (c->stalled != 0 && !waits(&c->half[1 - side]) && !has_hole(&c->half[side]))
        sipsan_tcp_unstall(tcp, c);
}

void sipsan_tcp_pass_time(struct sipsan_tcp *tcp, int64_t now)
{
    for (int i = 0; i < STALLED_AT_ONCE; i++) {
        struct sipsan_tcp_conn *c = tcp->stalled_oldest;

        if (!c || now - c->stalled <= STALLED_MOST)
            return;
        for (int side = 0; side < 2; side++)
            if (waits(&c->half[side]))
                tcp->on_missed(tcp->user, c, side, SIPSAN_TCP_STALLED);
        sipsan_tcp_unstall(tcp, c);
    }
}

/* Pieces -------------------------------------------------------------------------------------- */

void sipsan_tcp_free_piece(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half,
                           struct sipsan_tcp_piece *piece)
{
    half->piece_count--;
    half->waiting -= piece->n;
    tcp->waiting -= piece->n;
    sipsan_mem_free(tcp->mem, piece, sizeof(*piece) + piece->n);
}

void sipsan_tcp_drop_pieces(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half)
{
    while (half->first) {
        struct sipsan_tcp_piece *piece = half->first;

        half->first = piece->next;
        sipsan_tcp_free_piece(tcp, half, piece);
    }
}

void sipsan_tcp_end_half(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    sipsan_tcp_drop_pieces(tcp, &c->half[side]);
    tcp->on_end(tcp->user, c, side);
}

void sipsan_tcp_forget(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c)
{
    for (int side = 0; side < 2; side++)
        sipsan_tcp_end_half(tcp, c, side);
    unlink_conn(tcp, c);
    sipsan_tcp_unstall(tcp, c);
    sipsan_map_remove(&tcp->map, &c->link);
    sipsan_mem_free(tcp->mem, c, sizeof(*c));
}

/* Life ---------------------------------------------------------------------------------------- */

void sipsan_tcp_init(struct sipsan_tcp *tcp, struct sipsan_mem *mem, const uint64_t seed[2],
                     size_t max)
{
    *tcp =
        (struct sipsan_tcp){.mem = mem, .seed = {seed[0], seed[1]}, .waiting_max = WAITING_ALL_MAX};
    sipsan_map_init(&tcp->map, mem, max);
}

void sipsan_tcp_reset(struct sipsan_tcp *tcp)
{
    for (int rank = 0; rank < SIPSAN_TCP_RANKS; rank++)
        while (tcp->oldest[rank])
            sipsan_tcp_forget(tcp, tcp->oldest[rank]);
    tcp->number = 0;
    tcp->limits = 0;
}

void sipsan_tcp_free(struct sipsan_tcp *tcp)
{
    sipsan_tcp_reset(tcp);
    sipsan_map_free(&tcp->map);
}

static bool same_end(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->port == b->port && a->family == b->family && memcmp(a->ip, b->ip, 16) == 0;
}

uint64_t sipsan_tcp_hash_of(const struct sipsan_tcp *tcp, const struct sipsan_addr *a,
                            const struct sipsan_addr *b)
{
    uint64_t x = sipsan_hash_join(tcp->seed, sipsan_hash_ip(tcp->seed, a), 0, a->port);
    uint64_t y = sipsan_hash_join(tcp->seed, sipsan_hash_ip(tcp->seed, b), 0, b->port);

    return x < y ? sipsan_hash_join(tcp->seed, x, y, 0) : sipsan_hash_join(tcp->seed, y, x, 0);
}

/* fed: the caller's number of it; 0: it is captured. */
struct sipsan_tcp_conn *sipsan_tcp_find(const struct sipsan_tcp *tcp, uint64_t hash,
                                        const struct sipsan_addr *src,
                                        const struct sipsan_addr *dst, uint32_t fed, int *side)
{
    for (struct sipsan_map_link *link = sipsan_map_first(&tcp->map, hash); link;
         link = sipsan_map_next(link)) {
        struct sipsan_tcp_conn *c = sipsan_container(link, struct sipsan_tcp_conn, link);

        for (*side = 0; *side < 2; ++*side)
            if (same_end(&c->end[*side], src) && same_end(&c->end[1 - *side], dst) &&
                c->fed == (fed != 0) && (fed == 0 || c->number == fed))
                return c;
    }
    return NULL;
}

static void make_room(struct sipsan_tcp *tcp, int64_t now)
{
    struct sipsan_tcp_conn *closed = tcp->oldest[SIPSAN_TCP_CLOSED];

    if (closed && now - closed->last > CLOSED_LIFE)
        sipsan_tcp_forget(tcp, closed);
    if (tcp->map.count < tcp->map.max)
        return;
    for (int rank = 0; rank < SIPSAN_TCP_RANKS; rank++) {
        if (!tcp->oldest[rank])
            continue;
        tcp->limits += rank != SIPSAN_TCP_CLOSED;
        sipsan_tcp_forget(tcp, tcp->oldest[rank]);
        return;
    }
}

struct sipsan_tcp_conn *sipsan_tcp_add_conn(struct sipsan_tcp *tcp, uint64_t hash,
                                            const struct sipsan_addr *src,
                                            const struct sipsan_addr *dst, int64_t now)
{
    struct sipsan_tcp_conn *c;

    make_room(tcp, now);
    c = sipsan_mem_zalloc(tcp->mem, sizeof(*c));
    if (!c)
        return NULL;
    if (!sipsan_map_add(&tcp->map, &c->link, hash)) {
        sipsan_mem_free(tcp->mem, c, sizeof(*c));
        return NULL;
    }
    c->end[0] = *src;
    c->end[1] = *dst;
    link_conn(tcp, c, SIPSAN_TCP_OTHER);
    return c;
}

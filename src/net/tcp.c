/* One object for both directions, found by the unordered pair of ends. A connection may be seen
 * from its middle on: where a side is then is told by what the other one acknowledges, and else the
 * first octets that come are the first there are. Those that come behind them are left out, which
 * the owner is told.
 *
 * A hole is waited for until what lies behind it must be taken as it is: the other side has
 * acknowledged it, so that only the tap missed it; too much waits; or the input ends. That octets
 * passed unseen is known, and told, with the acknowledgement; where they are missing is told when
 * others come behind them. */
#include "net/tcp.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "net/octets.h"

enum {
    HEADER_SIZE = 20,
    PIECES_MAX = 256,      /* of one side */
    WAITING_MAX = 1 << 20, /* octets of one side */
    WAITING_ALL_MAX = 32 << 20,
    STALLED_AT_ONCE = 4, /* connections */
    WINDOW = 1 << 24,    /* numbers this far off belong to something else */
};

/* Captures of several interfaces may show an acknowledgement before what it acknowledges. */
#define ACK_MARGIN INT64_C(100000)

/* Octets that wait so long wait for ever: nobody sends a message so slowly, and a lost segment has
 * been sent again. */
#define STALLED_MOST INT64_C(60000000)

/* A connection that ended stays known for a while: its last segments may be sent again. */
#define CLOSED_LIFE INT64_C(60000000)

struct sipsan_tcp_piece {
    struct sipsan_tcp_piece *next;
    struct sipsan_ref ref;
    uint32_t seq;
    size_t n, length;
    uint8_t bytes[];
};

bool sipsan_tcp_read(struct sipsan_tcp_segment *out, const struct sipsan_ip *ip)
{
    size_t header;

    if (ip->n < HEADER_SIZE)
        return false;
    header = (size_t)(ip->p[12] >> 4) * 4;
    if (header < HEADER_SIZE || ip->n < header)
        return false;
    sipsan_ip_addresses(ip, &out->src, &out->dst);
    out->src.port = be16(ip->p);
    out->dst.port = be16(ip->p + 2);
    out->seq = be32(ip->p + 4);
    out->ack = be32(ip->p + 8);
    out->flags = ip->p[13];
    out->p = ip->p + header;
    out->n = ip->n - header;
    out->length = ip->length - header;
    return true;
}

/* How far b lies behind a: numbers wrap. */
static int32_t ahead(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a);
}

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

static void set_rank(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, enum sipsan_tcp_rank rank)
{
    unlink_conn(tcp, c);
    link_conn(tcp, c, rank);
}

void sipsan_tcp_is_sip(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *conn)
{
    if (conn->rank == SIPSAN_TCP_OTHER)
        set_rank(tcp, conn, SIPSAN_TCP_SIP);
}

static void unstall(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c)
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

static void set_stalled(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int64_t now)
{
    if (!waits(&c->half[0]) && !waits(&c->half[1]))
        unstall(tcp, c);
    else if (c->stalled == 0)
        stall(tcp, c, now);
}

/* Octets before some that are there. */
static bool has_hole(const struct sipsan_tcp_half *half)
{
    const struct sipsan_tcp_piece *piece = half->first;

    for (uint32_t next = half->next; piece && ahead(next, piece->seq) <= 0; piece = piece->next)
        if (ahead(next, piece->seq + (uint32_t)piece->length) > 0)
            next = piece->seq + (uint32_t)piece->length;
    return piece != NULL;
}

void sipsan_tcp_arrived(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    if (c->stalled != 0 && !waits(&c->half[1 - side]) && !has_hole(&c->half[side]))
        unstall(tcp, c);
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
        unstall(tcp, c);
    }
}

/* Pieces -------------------------------------------------------------------------------------- */

static void free_piece(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half,
                       struct sipsan_tcp_piece *piece)
{
    half->piece_count--;
    half->waiting -= piece->n;
    tcp->waiting -= piece->n;
    sipsan_mem_free(tcp->mem, piece, sizeof(*piece) + piece->n);
}

static void drop_pieces(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half)
{
    while (half->first) {
        struct sipsan_tcp_piece *piece = half->first;

        half->first = piece->next;
        free_piece(tcp, half, piece);
    }
}

static void end_half(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    drop_pieces(tcp, &c->half[side]);
    tcp->on_end(tcp->user, c, side);
}

static void forget(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c)
{
    for (int side = 0; side < 2; side++)
        end_half(tcp, c, side);
    unlink_conn(tcp, c);
    unstall(tcp, c);
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
            forget(tcp, tcp->oldest[rank]);
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

static uint64_t hash_of(const struct sipsan_tcp *tcp, const struct sipsan_addr *a,
                        const struct sipsan_addr *b)
{
    uint64_t x = sipsan_hash_join(tcp->seed, sipsan_hash_ip(tcp->seed, a), 0, a->port);
    uint64_t y = sipsan_hash_join(tcp->seed, sipsan_hash_ip(tcp->seed, b), 0, b->port);

    return x < y ? sipsan_hash_join(tcp->seed, x, y, 0) : sipsan_hash_join(tcp->seed, y, x, 0);
}

/* fed: the caller's number of it; 0: it is captured. */
static struct sipsan_tcp_conn *find(const struct sipsan_tcp *tcp, uint64_t hash,
                                    const struct sipsan_addr *src, const struct sipsan_addr *dst,
                                    uint32_t fed, int *side)
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
        forget(tcp, closed);
    if (tcp->map.count < tcp->map.max)
        return;
    for (int rank = 0; rank < SIPSAN_TCP_RANKS; rank++) {
        if (!tcp->oldest[rank])
            continue;
        tcp->limits += rank != SIPSAN_TCP_CLOSED;
        forget(tcp, tcp->oldest[rank]);
        return;
    }
}

static struct sipsan_tcp_conn *add_conn(struct sipsan_tcp *tcp, uint64_t hash,
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

/* Order --------------------------------------------------------------------------------------- */

/* These octets begin at or before the next one. */
static void hand_on(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side, uint32_t seq,
                    const uint8_t *p, size_t n, size_t length, const struct sipsan_ref *ref)
{
    struct sipsan_tcp_half *half = &c->half[side];
    size_t old = (size_t)(uint32_t)ahead(seq, half->next);

    if (old >= length)
        return; /* all of it was there before */
    half->next = seq + (uint32_t)length;
    if (old < n)
        tcp->on_bytes(tcp->user, c, side, (struct sipsan_span){(const char *)p + old, n - old},
                      ref);
    if (n < length) /* the snap length cut it */
        tcp->on_gap(tcp->user, c, side, length - (n > old ? n : old));
}

/* Pieces that no hole keeps back any longer. */
static void drain(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    struct sipsan_tcp_half *half = &c->half[side];

    while (half->first && ahead(half->next, half->first->seq) <= 0) {
        struct sipsan_tcp_piece *piece = half->first;

        half->first = piece->next;
        hand_on(tcp, c, side, piece->seq, piece->bytes, piece->n, piece->length, &piece->ref);
        free_piece(tcp, half, piece);
    }
}

/* The tap missed what the first piece waits for. */
static void skip_hole(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    struct sipsan_tcp_half *half = &c->half[side];
    uint32_t lost = half->first->seq - half->next;

    half->next = half->first->seq;
    tcp->on_gap(tcp->user, c, side, lost);
    drain(tcp, c, side);
}

/* Among those with lower numbers; an equal one stays before it. */
static int keep(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half,
                const struct sipsan_tcp_segment *s, const struct sipsan_ref *ref)
{
    struct sipsan_tcp_piece **at = &half->first, *piece;

    while (*at && ahead((*at)->seq, s->seq) >= 0) {
        if ((*at)->seq == s->seq && (*at)->length >= s->length)
            return SIPSAN_OK; /* it waits already */
        at = &(*at)->next;
    }
    piece = sipsan_mem_alloc(tcp->mem, sizeof(*piece) + s->n);
    if (!piece)
        return SIPSAN_ENOMEM;
    *piece = (struct sipsan_tcp_piece){
        .next = *at, .ref = *ref, .seq = s->seq, .n = s->n, .length = s->length};
    memcpy(piece->bytes, s->p, s->n);
    *at = piece;
    half->piece_count++;
    half->waiting += s->n;
    tcp->waiting += s->n;
    return SIPSAN_OK;
}

static void bound_pieces(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    struct sipsan_tcp_half *half = &c->half[side];

    while (half->first && (half->piece_count > PIECES_MAX || half->waiting > WAITING_MAX ||
                           tcp->waiting > tcp->waiting_max)) {
        tcp->limits++;
        skip_hole(tcp, c, side);
    }
}

/* Octets that the other side has and the tap has not. A single one is a FIN: RFC 9293 3.4. */
static bool misses(const struct sipsan_tcp_half *half)
{
    return half->has_acked && ahead(half->next, half->acked) > 1;
}

/* Of the octets that a segment behind a hole waits for the other side had acknowledged all before
 * it came: they will not come, as one way of a tap keeps its order. */
static void skip_acked(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    struct sipsan_tcp_half *half = &c->half[side];

    while (half->first && half->has_acked && ahead(half->first->seq, half->acked) >= 0)
        skip_hole(tcp, c, side);
}

/* The numbers begin again: octets before were missed, or another connection uses these ports. */
static void move_to(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side, uint32_t seq)
{
    struct sipsan_tcp_half *half = &c->half[side];

    drop_pieces(tcp, half);
    half->next = half->start = seq;
    half->strange = half->fin = half->opened = half->guessed = half->has_acked = false;
    tcp->on_gap(tcp->user, c, side, 0);
}

static int take_octets(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side,
                       const struct sipsan_tcp_segment *s, const struct sipsan_ref *ref)
{
    struct sipsan_tcp_half *half = &c->half[side];
    int32_t far;
    int err = SIPSAN_OK;

    far = ahead(half->next, s->seq);
    if (!half->known && !(half->told && far <= WINDOW && far >= -WINDOW)) {
        half->guessed = true;
        half->next = half->start = s->seq;
        half->has_acked = false;
        far = 0;
        tcp->on_missed(tcp->user, c, side, SIPSAN_TCP_BEFORE);
    }
    half->known = true;
    if (far > WINDOW || far < -WINDOW) {
        bool again = half->strange && half->strange_next == s->seq;

        half->strange = true;
        half->strange_next = s->seq + (uint32_t)s->length;
        if (!again)
            return SIPSAN_OK;
        move_to(tcp, c, side, s->seq);
        far = 0;
    }
    half->strange = false;
    if (far > 0) {
        err = keep(tcp, half, s, ref);
        skip_acked(tcp, c, side);
        bound_pieces(tcp, c, side);
        return err;
    }
    if (half->guessed && ahead(s->seq, half->start) > 0) {
        half->start = s->seq;
        tcp->on_missed(tcp->user, c, side, SIPSAN_TCP_EARLY);
    }
    hand_on(tcp, c, side, s->seq, s->p, s->n, s->length, ref);
    drain(tcp, c, side);
    return SIPSAN_OK;
}

/* The other side has this side's octets up to `ack`. */
static void take_ack(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side, uint32_t ack,
                     int64_t time)
{
    struct sipsan_tcp_half *half = &c->half[side];
    int64_t margin = ACK_MARGIN;

    if (!half->known && !half->told) {
        half->told = true;
        half->next = half->start = ack;
    }
    if (!half->opened && half->next == half->start)
        margin = 0; /* on their way when the capture began */
    if (ahead(half->next, ack) > WINDOW)
        return; /* RFC 9293 3.10.7.4: of octets that nobody has sent */
    if (!half->has_acked || ahead(half->acked, ack) > 0) {
        half->acked = ack;
        half->has_acked = true;
        if (misses(half))
            tcp->on_missed(tcp->user, c, side, SIPSAN_TCP_ACKED);
    }
    while (half->first && ahead(half->first->seq, ack) >= 0 &&
           time - half->first->ref.time > margin)
        skip_hole(tcp, c, side);
}

static void close_conn(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c)
{
    for (int side = 0; side < 2; side++) {
        struct sipsan_tcp_half *half = &c->half[side];

        while (half->first)
            skip_hole(tcp, c, side);
        if (misses(half))
            tcp->on_gap(tcp->user, c, side, half->acked - half->next);
        end_half(tcp, c, side);
    }
    unstall(tcp, c);
    set_rank(tcp, c, SIPSAN_TCP_CLOSED);
}

static bool has_ended(const struct sipsan_tcp_half *half)
{
    return half->fin && half->known && ahead(half->end, half->next) >= 0;
}

/* A SYN that does not repeat the one seen opens another connection between the same ends. */
static bool opens_another(const struct sipsan_tcp_half *half, const struct sipsan_tcp_segment *s)
{
    return (s->flags & SIPSAN_TCP_SYN) != 0 && half->known &&
           !(half->opened && half->start == s->seq + 1);
}

/* One from far outside the window is somebody else's: RFC 9293 3.5.3. */
static bool resets(const struct sipsan_tcp_half *half, const struct sipsan_tcp_segment *s)
{
    int32_t far = half->known ? ahead(half->next, s->seq) : 0;

    return (s->flags & SIPSAN_TCP_RST) != 0 && far <= WAITING_MAX && far >= -WAITING_MAX;
}

static struct sipsan_tcp_conn *conn_of(struct sipsan_tcp *tcp, const struct sipsan_tcp_segment *s,
                                       int64_t now, int *side)
{
    uint64_t hash = hash_of(tcp, &s->src, &s->dst);
    struct sipsan_tcp_conn *c = find(tcp, hash, &s->src, &s->dst, 0, side);

    if (c && opens_another(&c->half[*side], s)) {
        forget(tcp, c);
        c = NULL;
    }
    if (c)
        return c;
    *side = 0;
    c = add_conn(tcp, hash, &s->src, &s->dst, now);
    if (c)
        c->number = ++tcp->number;
    return c;
}

/* A SYN, or the answer to it, tells the number of the first octet. */
static void open_half(struct sipsan_tcp_half *half, uint32_t start)
{
    if (half->known)
        return;
    half->known = half->opened = half->stream.from_start = true;
    half->next = half->start = start;
}

int sipsan_tcp_add(struct sipsan_tcp *tcp, const struct sipsan_tcp_segment *s,
                   const struct sipsan_ref *ref)
{
    struct sipsan_tcp_segment rest = *s;
    struct sipsan_tcp_conn *c;
    struct sipsan_tcp_half *half;
    int side, err = SIPSAN_OK;

    c = conn_of(tcp, s, ref->time, &side);
    if (!c)
        return SIPSAN_ENOMEM;
    c->last = ref->time;
    set_rank(tcp, c, c->rank);
    if (c->ignored || c->rank == SIPSAN_TCP_CLOSED)
        return SIPSAN_OK;
    half = &c->half[side];
    if ((s->flags & SIPSAN_TCP_SYN) != 0) {
        rest.seq++; /* it counts as an octet: RFC 9293 3.4 */
        open_half(half, rest.seq);
        if ((s->flags & SIPSAN_TCP_ACK) != 0)
            open_half(&c->half[1 - side], s->ack);
    }
    if ((s->flags & (SIPSAN_TCP_ACK | SIPSAN_TCP_RST)) == SIPSAN_TCP_ACK)
        take_ack(tcp, c, 1 - side, s->ack, ref->time);
    if (rest.length > 0)
        err = take_octets(tcp, c, side, &rest, ref);
    if ((s->flags & SIPSAN_TCP_FIN) != 0 && !half->fin) {
        half->fin = true;
        half->end = rest.seq + (uint32_t)rest.length;
        if (!half->known) {
            half->known = true;
            half->next = half->end;
        }
    }
    if (resets(half, s) || (has_ended(&c->half[0]) && has_ended(&c->half[1])))
        close_conn(tcp, c);
    else
        set_stalled(tcp, c, ref->time);
    return err;
}

static struct sipsan_tcp_conn *fed_conn(struct sipsan_tcp *tcp, const struct sipsan_flow *flow,
                                        int64_t now, int *side)
{
    /* Connections of one pair of ends may be many: their numbers tell them apart. */
    uint64_t hash =
        sipsan_hash_join(tcp->seed, hash_of(tcp, &flow->src, &flow->dst), 1, flow->connection);
    struct sipsan_tcp_conn *c = find(tcp, hash, &flow->src, &flow->dst, flow->connection, side);

    if (c)
        return c;
    *side = 0;
    c = add_conn(tcp, hash, &flow->src, &flow->dst, now);
    if (!c)
        return NULL;
    c->fed = true;
    c->number = flow->connection;
    c->transport = (uint8_t)flow->transport;
    c->half[0].stream.from_start = c->half[1].stream.from_start = true;
    return c;
}

int sipsan_tcp_feed(struct sipsan_tcp *tcp, const struct sipsan_flow *flow,
                    struct sipsan_span bytes, const struct sipsan_ref *ref)
{
    int side;
    struct sipsan_tcp_conn *c = fed_conn(tcp, flow, ref->time, &side);

    if (!c)
        return SIPSAN_ENOMEM;
    if (c->half[side].fin)
        return SIPSAN_EINVAL;
    c->last = ref->time;
    c->accused[side] = flow->sent_by_accused;
    set_rank(tcp, c, c->rank);
    if (bytes.n > 0) {
        if (!c->ignored)
            tcp->on_bytes(tcp->user, c, side, bytes, ref);
        set_stalled(tcp, c, ref->time);
        return SIPSAN_OK;
    }
    c->half[side].fin = true;
    end_half(tcp, c, side);
    set_stalled(tcp, c, ref->time);
    if (c->half[1 - side].fin)
        forget(tcp, c);
    return SIPSAN_OK;
}

void sipsan_tcp_finish(struct sipsan_tcp *tcp)
{
    for (int rank = SIPSAN_TCP_RANKS - 1; rank > SIPSAN_TCP_CLOSED; rank--)
        while (tcp->oldest[rank])
            close_conn(tcp, tcp->oldest[rank]);
}

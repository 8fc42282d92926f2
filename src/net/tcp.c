/* A connection may be seen from its middle on: where a side is then is told by what the other one
 * acknowledges, and else the first octets that come are the first there are. Those that come behind
 * them are left out, which the owner is told.
 *
 * A hole is waited for until what lies behind it must be taken as it is: the other side has
 * acknowledged it, so that only the tap missed it; too much waits; or the input ends. That octets
 * passed unseen is known, and told, with the acknowledgement; where they are missing is told when
 * others come behind them. */
#include "net/tcp.h"

#include <string.h>

#include "base/hash.h"
#include "net/octets.h"
#include "net/tcp_conns.h"

enum {
    HEADER_SIZE = 20,
    PIECES_MAX = 256,      /* of one side */
    WAITING_MAX = 1 << 20, /* octets of one side */
    WINDOW = 1 << 24,      /* numbers this far off belong to something else */
};

/* Captures of several interfaces may show an acknowledgement before what it acknowledges. */
#define ACK_MARGIN INT64_C(100000)

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

/* Order --------------------------------------------------------------------------------------- */

/* These octets begin at or before the next one. */
static void hand_on(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side, uint32_t seq,
                    const uint8_t *p, size_t n, size_t length, const struct sipsan_ref *ref)
{
    struct sipsan_tcp_half *half = &c->half[side];
    size_t old = (size_t)(uint32_t)sipsan_tcp_ahead(seq, half->next);

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

    while (half->first && sipsan_tcp_ahead(half->next, half->first->seq) <= 0) {
        struct sipsan_tcp_piece *piece = half->first;

        half->first = piece->next;
        hand_on(tcp, c, side, piece->seq, piece->bytes, piece->n, piece->length, &piece->ref);
        sipsan_tcp_free_piece(tcp, half, piece);
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

    while (*at && sipsan_tcp_ahead((*at)->seq, s->seq) >= 0) {
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
    return half->has_acked && sipsan_tcp_ahead(half->next, half->acked) > 1;
}

/* Of the octets that a segment behind a hole waits for the other side had acknowledged all before
 * it came: they will not come, as one way of a tap keeps its order. */
static void skip_acked(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side)
{
    struct sipsan_tcp_half *half = &c->half[side];

    while (half->first && half->has_acked && sipsan_tcp_ahead(half->first->seq, half->acked) >= 0)
        skip_hole(tcp, c, side);
}

/* The numbers begin again: octets before were missed, or another connection uses these ports. */
static void move_to(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side, uint32_t seq)
{
    struct sipsan_tcp_half *half = &c->half[side];

    sipsan_tcp_drop_pieces(tcp, half);
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

    far = sipsan_tcp_ahead(half->next, s->seq);
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
    if (half->guessed && sipsan_tcp_ahead(s->seq, half->start) > 0) {
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
    if (sipsan_tcp_ahead(half->next, ack) > WINDOW)
        return; /* RFC 9293 3.10.7.4: of octets that nobody has sent */
    if (!half->has_acked || sipsan_tcp_ahead(half->acked, ack) > 0) {
        half->acked = ack;
        half->has_acked = true;
        if (misses(half))
            tcp->on_missed(tcp->user, c, side, SIPSAN_TCP_ACKED);
    }
    while (half->first && sipsan_tcp_ahead(half->first->seq, ack) >= 0 &&
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
        sipsan_tcp_end_half(tcp, c, side);
    }
    sipsan_tcp_unstall(tcp, c);
    sipsan_tcp_set_rank(tcp, c, SIPSAN_TCP_CLOSED);
}

static bool has_ended(const struct sipsan_tcp_half *half)
{
    return half->fin && half->known && sipsan_tcp_ahead(half->end, half->next) >= 0;
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
    int32_t far = half->known ? sipsan_tcp_ahead(half->next, s->seq) : 0;

    return (s->flags & SIPSAN_TCP_RST) != 0 && far <= WAITING_MAX && far >= -WAITING_MAX;
}

static struct sipsan_tcp_conn *conn_of(struct sipsan_tcp *tcp, const struct sipsan_tcp_segment *s,
                                       int64_t now, int *side)
{
    uint64_t hash = sipsan_tcp_hash_of(tcp, &s->src, &s->dst);
    struct sipsan_tcp_conn *c = sipsan_tcp_find(tcp, hash, &s->src, &s->dst, 0, side);

    if (c && opens_another(&c->half[*side], s)) {
        sipsan_tcp_forget(tcp, c);
        c = NULL;
    }
    if (c)
        return c;
    *side = 0;
    c = sipsan_tcp_add_conn(tcp, hash, &s->src, &s->dst, now);
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
    sipsan_tcp_set_rank(tcp, c, c->rank);
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
        sipsan_tcp_set_stalled(tcp, c, ref->time);
    return err;
}

static struct sipsan_tcp_conn *fed_conn(struct sipsan_tcp *tcp, const struct sipsan_flow *flow,
                                        int64_t now, int *side)
{
    /* Connections of one pair of ends may be many: their numbers tell them apart. */
    uint64_t hash = sipsan_hash_join(tcp->seed, sipsan_tcp_hash_of(tcp, &flow->src, &flow->dst), 1,
                                     flow->connection);
    struct sipsan_tcp_conn *c =
        sipsan_tcp_find(tcp, hash, &flow->src, &flow->dst, flow->connection, side);

    if (c)
        return c;
    *side = 0;
    c = sipsan_tcp_add_conn(tcp, hash, &flow->src, &flow->dst, now);
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
    sipsan_tcp_set_rank(tcp, c, c->rank);
    if (bytes.n > 0) {
        if (!c->ignored)
            tcp->on_bytes(tcp->user, c, side, bytes, ref);
        sipsan_tcp_set_stalled(tcp, c, ref->time);
        return SIPSAN_OK;
    }
    c->half[side].fin = true;
    sipsan_tcp_end_half(tcp, c, side);
    sipsan_tcp_set_stalled(tcp, c, ref->time);
    if (c->half[1 - side].fin)
        sipsan_tcp_forget(tcp, c);
    return SIPSAN_OK;
}

void sipsan_tcp_finish(struct sipsan_tcp *tcp)
{
    for (int rank = SIPSAN_TCP_RANKS - 1; rank > SIPSAN_TCP_CLOSED; rank--)
        while (tcp->oldest[rank])
            close_conn(tcp, tcp->oldest[rank]);
}

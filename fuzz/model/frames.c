/* What was captured, as frames: datagrams in fragments, connections in segments, both cut anywhere,
 * swapped, sent twice, or seen from the middle on. A message is whole in the order in which the
 * tap saw it: only its pieces move.
 *
 * How it is cut comes from two octets that are drawn before the life (world.cut), and random
 * numbers from them: the same life in pieces is still the same life. */
#include "frames.h"

#include "net/link.h"

enum { PIECES_MAX = 24, FRAME_MAX = 9216, SYN = 2, PSH = 8, ACKED = 16, HOLES = 2 };

struct piece {
    size_t at, n;
};

/* One way of a connection. */
struct way {
    bool open;
    uint32_t next; /* number of the next octet */
};

struct frames {
    const struct world *w;
    frame_fn fn;
    void *user;
    uint64_t random;
    int64_t time;
    uint16_t id;      /* of datagrams */
    unsigned holes;   /* that may still be made */
    size_t mtu, most; /* payload of a fragment, of a segment; 0: no limit */
    struct way ways[256][256];
};

/* A message with its pieces, in the order in which they pass the tap. */
struct cutting {
    const struct seen *seen;
    struct piece pieces[PIECES_MAX];
    unsigned n, sent;
    uint16_t id;
    uint32_t sequence, ack; /* of its first octet; what the other side had sent by then */
    size_t length;
    uint8_t payload[FRAME_MAX];
};

/* Numbers -------------------------------------------------------------------------------------- */

static unsigned draw(struct frames *f, unsigned n)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return (unsigned)((f->random >> 24) % n);
}

static bool often(struct frames *f, unsigned percent)
{
    return draw(f, 100) < percent;
}

static void put16(uint8_t *p, size_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

/* Frames --------------------------------------------------------------------------------------- */

/* `n` octets of an IP packet's payload are at buffer + ROOM; what comes before is written there. */
enum { ETHERNET = 14, ROOM = ETHERNET + 40 + 8 };

static void emit(struct frames *f, uint8_t *buffer, size_t start, size_t end, bool six)
{
    start -= ETHERNET;
    memset(buffer + start, 2, 12);
    put16(buffer + start + 12, six ? 0x86dd : 0x0800);
    f->fn(f->user, buffer + start, end - start, f->time);
}

static void emit4(struct frames *f, const struct sipsan_flow *flow, uint8_t *buffer, size_t n,
                  uint8_t protocol, uint16_t id, size_t offset, bool more)
{
    uint8_t *ip = buffer + ROOM - 20;

    memset(ip, 0, 20);
    ip[0] = 0x45;
    put16(ip + 2, 20 + n);
    put16(ip + 4, id);
    put16(ip + 6, (more ? 0x2000 : 0) | offset / 8);
    ip[8] = 64;
    ip[9] = protocol;
    memcpy(ip + 12, flow->src.ip, 4);
    memcpy(ip + 16, flow->dst.ip, 4);
    emit(f, buffer, ROOM - 20, ROOM + n, false);
}

static void emit6(struct frames *f, const struct sipsan_flow *flow, uint8_t *buffer, size_t n,
                  uint8_t protocol, uint16_t id, size_t offset, bool more)
{
    bool fragment = offset > 0 || more;
    uint8_t *ip = buffer + ROOM - 40 - (fragment ? 8 : 0);

    memset(ip, 0, fragment ? 48 : 40);
    ip[0] = 0x60;
    put16(ip + 4, n + (fragment ? 8 : 0));
    ip[6] = fragment ? 44 : protocol;
    ip[7] = 64;
    memcpy(ip + 8, flow->src.ip, 16);
    memcpy(ip + 24, flow->dst.ip, 16);
    if (fragment) {
        ip[40] = protocol;
        put16(ip + 42, offset | more);
        put32(ip + 44, id);
    }
    emit(f, buffer, (size_t)(ip - buffer), ROOM + n, true);
}

static void emit_ip(struct frames *f, const struct sipsan_flow *flow, const uint8_t *p, size_t n,
                    uint8_t protocol, uint16_t id, size_t offset, bool more)
{
    uint8_t buffer[ROOM + FRAME_MAX];

    memcpy(buffer + ROOM, p, n);
    if (flow->src.family == 6)
        emit6(f, flow, buffer, n, protocol, id, offset, more);
    else
        emit4(f, flow, buffer, n, protocol, id, offset, more);
}

static void emit_segment(struct frames *f, const struct sipsan_flow *flow, uint32_t sequence,
                         uint32_t ack, uint8_t flags, const uint8_t *p, size_t n)
{
    uint8_t segment[20 + FRAME_MAX] = {0};

    put16(segment, flow->src.port);
    put16(segment + 2, flow->dst.port);
    put32(segment + 4, sequence);
    put32(segment + 8, ack);
    segment[12] = 0x50;
    segment[13] = flags;
    put16(segment + 14, 65535);
    if (n > 0)
        memcpy(segment + 20, p, n);
    emit_ip(f, flow, segment, 20 + n, 6, ++f->id, 0, false);
}

/* Connections ---------------------------------------------------------------------------------- */

static uint8_t last_octet(const struct sipsan_addr *addr)
{
    return addr->family == 6 ? addr->ip[15] : addr->ip[3];
}

/* The connecting side has the higher port; each pair of hosts has two connections at most, which
 * lie on both sides of the diagonal. */
static struct way *way_of(struct frames *f, const struct sipsan_flow *flow, bool back)
{
    uint8_t from = last_octet(&flow->src), to = last_octet(&flow->dst);
    bool connects = flow->src.port > flow->dst.port;

    /* Of connection c both ways: [c's client][c's server], and the other by an offset of 128. */
    if (!connects) {
        uint8_t swap = from;

        from = to;
        to = swap;
    }
    return &f->ways[from][to + (connects == back ? 128 : 0)];
}

static void open_connection(struct frames *f, const struct sipsan_flow *flow)
{
    struct way *way = way_of(f, flow, false), *back = way_of(f, flow, true);
    struct sipsan_flow other = *flow;
    bool connects = flow->src.port > flow->dst.port;

    if (way->open)
        return;
    other.src = flow->dst;
    other.dst = flow->src;
    way->open = back->open = true;
    way->next = (uint32_t)draw(f, 1u << 16) * (often(f, 50) ? 65537u : 1u) - 300;
    back->next = (uint32_t)draw(f, 1u << 16) * 65537u;
    /* The connection is older than the capture, or the tap saw it begin. */
    if (f->w->from > 0 || often(f, 30))
        return;
    if (!connects) {
        emit_segment(f, &other, back->next - 1, 0, SYN, NULL, 0);
        emit_segment(f, flow, way->next - 1, back->next, SYN | ACKED, NULL, 0);
    } else {
        emit_segment(f, flow, way->next - 1, 0, SYN, NULL, 0);
        emit_segment(f, &other, back->next - 1, way->next, SYN | ACKED, NULL, 0);
    }
}

/* Cutting -------------------------------------------------------------------------------------- */

static void shuffle(struct frames *f, struct cutting *c)
{
    for (unsigned i = c->n; i > 1; i--) {
        unsigned j = draw(f, i);
        struct piece swap = c->pieces[i - 1];

        c->pieces[i - 1] = c->pieces[j];
        c->pieces[j] = swap;
    }
}

static void cut(struct frames *f, struct cutting *c, size_t most, size_t unit)
{
    size_t least = c->length / (PIECES_MAX - 1) + unit;

    c->n = c->sent = 0;
    for (size_t at = 0; at < c->length; c->n++) {
        size_t left = c->length - at, n = left;

        if (most > 0) {
            n = often(f, 50) ? most : least + draw(f, (unsigned)most);
            n = n < least ? least : n;
            n -= n % unit;
            n = n > left || c->n == PIECES_MAX - 1 ? left : n;
        }
        c->pieces[c->n] = (struct piece){at, n};
        at += n;
    }
    if (often(f, 30))
        shuffle(f, c);
}

static void begin(struct frames *f, struct cutting *c, const struct seen *seen)
{
    const struct written *t = seen->sip->written;

    *c = (struct cutting){.seen = seen};
    if (seen->flow.transport == SIPSAN_UDP) {
        c->id = ++f->id;
        c->length = 8 + t->n;
        put16(c->payload, seen->flow.src.port);
        put16(c->payload + 2, seen->flow.dst.port);
        put16(c->payload + 4, c->length);
        memcpy(c->payload + 8, t->p, t->n);
        cut(f, c, f->mtu, 8);
    } else {
        struct way *way;

        open_connection(f, &seen->flow);
        way = way_of(f, &seen->flow, false);
        /* 7.5: line ends before a message are nothing. */
        c->length = often(f, 10) ? 4 : 0;
        memcpy(c->payload, "\r\n\r\n", 4);
        memcpy(c->payload + c->length, t->p, t->n);
        c->length += t->n;
        c->sequence = way->next;
        c->ack = way_of(f, &seen->flow, true)->next;
        way->next += (uint32_t)c->length;
        cut(f, c, f->most, 1);
    }
}

static void send_piece(struct frames *f, const struct cutting *c, unsigned i)
{
    const struct piece *piece = &c->pieces[i];
    const struct sipsan_flow *flow = &c->seen->flow;

    if (flow->transport == SIPSAN_UDP)
        emit_ip(f, flow, c->payload + piece->at, piece->n, 17, c->id, piece->at,
                piece->at + piece->n < c->length);
    else
        emit_segment(f, flow, c->sequence + (uint32_t)piece->at, c->ack, ACKED | PSH,
                     c->payload + piece->at, piece->n);
}

static void send_some(struct frames *f, struct cutting *c, unsigned up_to)
{
    for (; c->sent < up_to; c->sent++) {
        bool tcp = c->seen->flow.transport != SIPSAN_UDP;

        /* What the tap misses of a stream is a hole, and nothing more. */
        if (tcp && f->holes > 0 && often(f, 3)) {
            f->holes--;
            continue;
        }
        send_piece(f, c, c->sent);
        if (often(f, 5))
            send_piece(f, c, draw(f, c->sent + 1));
    }
}

/* Some fragments of a datagram that the network has lost. */
static void torn(struct frames *f, const struct seen *seen)
{
    static struct cutting c;

    f->time = seen->time;
    begin(f, &c, seen);
    for (unsigned i = 0; i + 1 < c.n; i++)
        send_piece(f, &c, i);
}

/* Whether pieces of the next message may come before this one is whole: at the same time, and no
 * answer to it, and what it begins is seen. */
static bool may_overtake(const struct cutting *this, const struct cutting *next)
{
    return this->sent > 0 && next->seen->time == this->seen->time &&
           next->seen->flow.src.port == this->seen->flow.src.port &&
           !memcmp(next->seen->flow.src.ip, this->seen->flow.src.ip, 16);
}

/* The capture may begin within a message. */
static void first_cut(struct frames *f, struct cutting *c)
{
    if (f->w->from > 0 && c->seen->flow.transport != SIPSAN_UDP && c->n > 1 && often(f, 50))
        c->sent = 1 + draw(f, c->n - 1);
}

void frames_each(const struct world *w, frame_fn fn, void *user)
{
    static struct frames f;
    static struct cutting cuttings[2];
    static const size_t units[] = {576, 0, 1280, 256, 64, 1400};
    uint32_t lost = 0;

    memset(&f, 0, sizeof(f));
    f.w = w;
    f.fn = fn;
    f.user = user;
    f.random = w->cut * UINT64_C(0x9e3779b97f4a7c15) + 1;
    f.mtu = units[draw(&f, 6)];
    f.most = units[draw(&f, 6)];
    f.holes = w->holes ? HOLES : 0;
    f.time = w->seen_n > 0 ? w->seen[0].time : 0;
    if (w->seen_n > 0)
        begin(&f, &cuttings[0], &w->seen[0]);
    for (uint32_t i = 0; i < w->seen_n; i++) {
        struct cutting *this = &cuttings[i % 2], *next = &cuttings[(i + 1) % 2];

        for (; lost < w->torn_n && w->torn[lost].time <= w->seen[i].time; lost++)
            torn(&f, &w->torn[lost]);
        f.time = w->seen[i].time;
        if (i == 0)
            first_cut(&f, this);
        send_some(&f, this, this->n - 1);
        if (i + 1 < w->seen_n) {
            begin(&f, next, &w->seen[i + 1]);
            if (may_overtake(this, next) && often(&f, 30))
                send_some(&f, next, draw(&f, next->n));
        }
        send_some(&f, this, this->n);
    }
}

/* As messages or as frames --------------------------------------------------------------------- */

static void put_le(FILE *file, uint32_t v)
{
    for (int i = 0; i < 4; i++, v >>= 8)
        putc((int)(v & 0xff), file);
}

static void write_frame(void *user, const uint8_t *p, size_t n, int64_t time)
{
    FILE *file = user;

    put_le(file, (uint32_t)(time / 1000000));
    put_le(file, (uint32_t)(time % 1000000));
    put_le(file, (uint32_t)n);
    put_le(file, (uint32_t)n);
    fwrite(p, 1, n, file);
}

void frames_write(FILE *file, const struct world *w)
{
    static const uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, SIPSAN_LINK_ETHERNET};

    for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++)
        put_le(file, header[i]);
    frames_each(w, write_frame, file);
}

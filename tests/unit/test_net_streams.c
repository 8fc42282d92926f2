/* TCP, WebSocket, SCTP, HEP, exported PDUs and tunnels, from frames to messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "net/link.h"
#include "net/net.h"
#include "net_frames.h"

enum { SYN = 2, FIN = 1, RST = 4, ACK = 16, MESSAGES = 64 };

#define BODY(n) "Content-Length: " #n "\r\n\r\n"
#define HEAD                                                                                       \
    "INFO sip:bob@example.com SIP/2.0\r\n"                                                         \
    "Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bKs1\r\n"                                         \
    "Max-Forwards: 70\r\n"                                                                         \
    "From: <sip:alice@example.com>;tag=a1\r\n"                                                     \
    "To: <sip:bob@example.com>;tag=b1\r\n"                                                         \
    "Call-ID: s1\r\n"                                                                              \
    "CSeq: 1 INFO\r\n"

static const char one[] = HEAD BODY(5) "12345";
static const char two[] = HEAD "l :\r\n 0\r\n\r\n";

struct world {
    struct sipsan_mem mem;
    struct sipsan_net *net;
    struct sipsan_ref ref;
    size_t count, problems, losses, pending;
    struct {
        size_t n;
        bool cut;
        size_t pending; /* streams that waited when it came */
        uint32_t frame, first;
        struct sipsan_flow flow;
        char text[600];
    } message[MESSAGES];
    enum sipsan_problem_kind problem;
};

static struct frame f;

static void on_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       const struct sipsan_ref *ref, const struct sipsan_hints *hints)
{
    struct world *w = user;

    assert_true(w->count < MESSAGES);
    w->message[w->count].n = bytes.n;
    w->message[w->count].cut = hints->cut;
    w->message[w->count].pending = w->pending;
    w->message[w->count].frame = ref->frame;
    w->message[w->count].first = hints->first_frame;
    w->message[w->count].flow = *flow;
    if (bytes.n < sizeof(w->message[0].text))
        memcpy(w->message[w->count].text, bytes.p, bytes.n);
    w->count++;
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    struct world *w = user;

    w->problems++;
    w->problem = problem->kind;
}

static void on_lost(void *user, const struct sipsan_flow *flow, enum sipsan_loss loss, int64_t time)
{
    struct world *w = user;

    assert_true(flow->src.family == 4 && time > 0);
    w->losses += loss == SIPSAN_LOST;
    w->pending += loss == SIPSAN_PENDING;
    assert_false(loss == SIPSAN_SETTLED && w->pending == 0);
    w->pending -= loss == SIPSAN_SETTLED;
}

static void begin(struct world *w)
{
    struct sipsan_config config = {.limits = {.message = 1000, .connections = 4}};

    memset(w, 0, sizeof(*w));
    sipsan_mem_init(&w->mem);
    assert_int_equal(sipsan_net_new(&w->net, &w->mem, &config, on_payload, on_problem, w), 0);
    sipsan_net_on_lost(w->net, on_lost);
    w->ref.time = 1000000;
}

static void end(struct world *w)
{
    sipsan_net_finish(w->net);
    sipsan_net_free(w->net);
    assert_int_equal(w->mem.used, 0);
}

static void feed(struct world *w, int linktype, size_t missing)
{
    w->ref.frame++;
    w->ref.time += 1000;
    assert_int_equal(sipsan_net_frame(w->net, linktype, f.p, f.n, f.n + missing, &w->ref, 0), 0);
}

/* One segment from port `port` of the first host to 5060 of the second; side 1: the other way. */
static void segment(struct world *w, int side, unsigned port, uint32_t seq, uint32_t ack,
                    unsigned flags, const char *p, size_t n)
{
    f.n = 0;
    add_ipv4(&f, 6, 1, 0, 64, 20 + n);
    if (side) {
        uint8_t last = f.p[15];

        f.p[15] = f.p[19];
        f.p[19] = last;
    }
    add16(&f, side ? 5060 : port);
    add16(&f, side ? port : 5060);
    add32(&f, seq);
    add32(&f, ack);
    add16(&f, 0x5000 | flags);
    add16(&f, 65535);
    add32(&f, 0);
    add(&f, p, n);
    feed(w, SIPSAN_LINK_RAW, 0);
}

static void open_way(struct world *w, uint32_t seq)
{
    segment(w, 0, 40000, seq, 0, SYN, NULL, 0);
}

static void assert_message(const struct world *w, size_t i, const char *text, size_t n)
{
    assert_true(i < w->count);
    assert_int_equal(w->message[i].n, n);
    assert_memory_equal(w->message[i].text, text, n);
}

static void test_net_streams_cut_anywhere(void **state)
{
    static const char stream[] = HEAD BODY(5) "12345\r\n\r\n" HEAD "l :\r\n 0\r\n\r\n" HEAD BODY(0);
    const size_t n = sizeof(stream) - 1;
    struct world w;

    (void)state;
    for (size_t cut = 1; cut < n; cut++) {
        begin(&w);
        open_way(&w, UINT32_MAX - 10); /* numbers wrap */
        segment(&w, 0, 40000, UINT32_MAX - 9, 0, ACK, stream, cut);
        segment(&w, 0, 40000, UINT32_MAX - 9 + (uint32_t)cut, 0, ACK, stream + cut, n - cut);
        assert_int_equal(w.count, 3);
        assert_message(&w, 0, one, sizeof(one) - 1);
        assert_message(&w, 1, two, sizeof(two) - 1);
        assert_int_equal(w.message[0].flow.transport, SIPSAN_TCP);
        assert_int_equal(w.message[0].flow.src.port, 40000);
        assert_int_equal(w.message[0].flow.connection, 1);
        assert_int_equal(w.problems, 0);
        end(&w);
    }
}

static void test_net_streams_order(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 150, 0, ACK, one + 50, 100); /* too early */
    segment(&w, 0, 40000, 250, 0, ACK, one + 150, sizeof(one) - 1 - 150);
    segment(&w, 0, 40000, 150, 0, ACK, one + 50, 100); /* again */
    assert_int_equal(w.count, 0);
    segment(&w, 0, 40000, 100, 0, ACK, one, 60); /* overlaps */
    assert_int_equal(w.count, 1);
    assert_message(&w, 0, one, sizeof(one) - 1);
    assert_int_equal(w.message[0].frame, 5);
    segment(&w, 0, 40000, 100, 0, ACK, one, 60); /* an old one */
    assert_int_equal(w.count, 1);
    assert_int_equal(w.problems, 0);
    end(&w);
}

/* What the other side has acknowledged will not come again. */
static void test_net_streams_hole(void **state)
{
    const uint32_t n = sizeof(one) - 1;
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, one, 40);
    segment(&w, 0, 40000, 100 + n, 0, ACK, one, n); /* the rest of the first one is missing */
    segment(&w, 1, 40000, 500, 100 + 2 * n, ACK, NULL, 0);
    assert_int_equal(w.count, 0); /* it may only be late */
    assert_int_equal(w.problems, 0);
    assert_int_equal(w.losses, 0); /* nobody knows yet that this is SIP */
    w.ref.time += 200000;
    segment(&w, 1, 40000, 500, 100 + 2 * n, ACK, NULL, 0);
    assert_int_equal(w.count, 1);
    assert_message(&w, 0, one, n);
    assert_int_equal(w.problem, SIPSAN_PROBLEM_GAP);
    assert_int_equal(w.losses, 2); /* where it lies, and that it was known before */
    end(&w);
}

/* That the last octets of a side were missed is known with what the other one acknowledges: nobody
 * waits for those that come behind them. */
static void test_net_streams_acknowledged(void **state)
{
    const uint32_t n = sizeof(one) - 1;
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 1, 40000, 499, 100, SYN | ACK, NULL, 0);
    segment(&w, 0, 40000, 100, 500, ACK, one, n);
    segment(&w, 1, 40000, 500, 100 + n, ACK, two, sizeof(two) - 1);
    assert_int_equal(w.count, 2);
    assert_int_equal(w.losses, 0);
    segment(&w, 1, 40000, 500 + sizeof(two) - 1, 100 + 2 * n, ACK, two, sizeof(two) - 1);
    assert_int_equal(w.losses, 1);
    assert_int_equal(w.count, 3);
    segment(&w, 1, 40000, 500 + 2 * (sizeof(two) - 1), 100 + 2 * n, ACK, NULL, 0);
    assert_int_equal(w.losses, 1); /* told once */
    assert_int_equal(w.problems, 0);
    segment(&w, 0, 40000, 100 + 2 * n, 500, ACK, one, n);
    assert_int_equal(w.count, 4); /* at once */
    assert_int_equal(w.problem, SIPSAN_PROBLEM_GAP);
    /* A single one is the FIN, and what nobody can have sent is nothing. */
    segment(&w, 1, 40000, 500 + 2 * (sizeof(two) - 1), 101 + 3 * n, ACK, NULL, 0);
    segment(&w, 1, 40000, 500 + 2 * (sizeof(two) - 1), 1u << 30, ACK, NULL, 0);
    assert_int_equal(w.losses, 2);
    /* At the end what was acknowledged is a hole like others. */
    segment(&w, 1, 40000, 500 + 2 * (sizeof(two) - 1), 100 + 4 * n, ACK, NULL, 0);
    assert_int_equal(w.problems, 1);
    sipsan_net_finish(w.net);
    assert_int_equal(w.problems, 2);
    end(&w);
}

/* While octets wait for others messages may pass unseen; not when the one that was waited for is
 * handed on, and not for ever. */
static void test_net_streams_pending(void **state)
{
    const uint32_t n = sizeof(one) - 1;
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 500, ACK, one, n);
    assert_int_equal(w.pending, 0);
    segment(&w, 0, 40000, 100 + n, 500, ACK, one, 40);
    assert_int_equal(w.pending, 1);
    segment(&w, 1, 40000, 500, 100, ACK, one, n);
    assert_int_equal(w.message[1].pending, 1);
    segment(&w, 0, 40000, 140 + n, 500, ACK, one + 40, n - 40);
    assert_int_equal(w.message[2].pending, 0);
    segment(&w, 0, 40000, 140 + 2 * n, 500, ACK, one + 40, n - 40);
    assert_int_equal(w.pending, 1); /* behind a hole */
    segment(&w, 0, 40000, 100 + 2 * n, 500, ACK, one, 40);
    assert_int_equal(w.message[3].pending, 0);
    segment(&w, 0, 40000, 100 + 3 * n, 500, ACK, one, 40);
    assert_int_equal(w.pending, 1);
    w.ref.time += 60000000;
    segment(&w, 0, 40001, 7, 0, SYN, NULL, 0); /* anything */
    assert_int_equal(w.pending, 0);
    segment(&w, 0, 40000, 140 + 3 * n, 500, ACK, one + 40, 1);
    assert_int_equal(w.pending, 1);
    assert_int_equal(w.losses, 1);
    assert_int_equal(w.problems, 0);
    sipsan_net_finish(w.net);
    assert_int_equal(w.pending, 0);
    end(&w);
}

/* A hole that lies in a body does not cost the place: its length is known. */
static void test_net_streams_hole_in_body(void **state)
{
    static const char head[] = HEAD BODY(600);
    static char body[600];
    const uint32_t n = sizeof(head) - 1;
    struct world w;

    (void)state;
    memset(body, 'x', sizeof(body));
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, head, n);
    segment(&w, 0, 40000, 100 + n, 0, ACK, body, 100);
    segment(&w, 0, 40000, 100 + n + 500, 0, ACK, body, 100);
    segment(&w, 0, 40000, 100 + n + 600, 0, ACK, one, sizeof(one) - 1);
    sipsan_net_finish(w.net);
    assert_int_equal(w.count, 2);
    assert_true(w.message[0].cut);
    assert_int_equal(w.message[0].n, n + 100);
    assert_false(w.message[1].cut);
    assert_message(&w, 1, one, sizeof(one) - 1);
    end(&w);
}

/* What looks like a start line behind a hole: a sipfrag body without its message, a Via without its
 * name. */
static void test_net_streams_hole_before_start(void **state)
{
    static const char *const rests[] = {
        "SIP/2.0 100 Trying\r\n",
        "SIP/2.0/TCP h;branch=z9hG4bK1\r\nVia: SIP/2.0/TCP i\r\nCSeq: 1 BYE\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
        const uint32_t n = (uint32_t)strlen(rests[i]);
        struct world w;

        begin(&w);
        open_way(&w, 99);
        segment(&w, 0, 40000, 100, 0, ACK, one, sizeof(one) - 1);
        segment(&w, 0, 40000, 300 + sizeof(one) - 1, 0, ACK, rests[i], n);
        segment(&w, 0, 40000, 300 + sizeof(one) - 1 + n, 0, ACK, one, sizeof(one) - 1);
        sipsan_net_finish(w.net);
        assert_int_equal(w.count, 2);
        assert_message(&w, 1, one, sizeof(one) - 1);
        end(&w);
    }
}

static void test_net_streams_from_the_middle(void **state)
{
    static const char rest[] =
        "ntent-Type: message/sipfrag\r\nContent-Length: 60\r\n\r\n"
        "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nCSeq: 1 ACK\r\n\r\n";
    struct world w;

    (void)state;
    begin(&w);
    segment(&w, 0, 40000, 100, 0, ACK, rest, sizeof(rest) - 1);
    segment(&w, 0, 40000, 100 + sizeof(rest) - 1, 0, ACK, one, sizeof(one) - 1);
    assert_int_equal(w.count, 1);
    assert_message(&w, 0, one, sizeof(one) - 1);
    end(&w);
}

/* Which octets of an older connection are the first is told by an acknowledgement; where there is
 * none, those that come behind are left out, and not in silence. */
static void test_net_streams_middle_out_of_order(void **state)
{
    const uint32_t n = sizeof(one) - 1;
    struct world w;

    (void)state;
    begin(&w);
    segment(&w, 1, 40000, 500, 100, ACK, two, sizeof(two) - 1);
    segment(&w, 0, 40000, 140, 500 + sizeof(two) - 1, ACK, one + 40, n - 40);
    assert_int_equal(w.count, 1);
    segment(&w, 0, 40000, 100, 500 + sizeof(two) - 1, ACK, one, 40);
    assert_int_equal(w.count, 2);
    assert_message(&w, 1, one, n);
    /* These had been acknowledged before: they are old. */
    segment(&w, 0, 40000, 60, 500 + sizeof(two) - 1, ACK, one, 40);
    assert_int_equal(w.problems, 0);
    assert_int_equal(w.losses, 1); /* what was before the first octets is unknown */
    end(&w);

    begin(&w);
    segment(&w, 0, 40000, 100 + n, 500, ACK, one, n);
    segment(&w, 0, 40000, 100, 500, ACK, one, n);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.problems, 1);
    assert_int_equal(w.problem, SIPSAN_PROBLEM_GAP);
    assert_int_equal(w.losses, 2);
    segment(&w, 0, 40000, 100, 500, ACK, one, n); /* again */
    assert_int_equal(w.losses, 2);
    end(&w);
}

static void test_net_streams_lengths(void **state)
{
    static const char none[] = HEAD "\r\n";
    static const char lies[] = HEAD BODY(99999999);
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, none, sizeof(none) - 1);
    assert_int_equal(w.count, 1); /* without a length there is no body */
    segment(&w, 0, 40000, 100 + sizeof(none) - 1, 0, ACK, "\r\n", 2);
    segment(&w, 0, 40000, 102 + sizeof(none) - 1, 0, ACK, "rubbish\r\n", 9);
    assert_int_equal(w.problem, SIPSAN_PROBLEM_GAP);
    segment(&w, 0, 40000, 111 + sizeof(none) - 1, 0, ACK, one, sizeof(one) - 1);
    assert_int_equal(w.count, 2);
    end(&w);

    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, lies, sizeof(lies) - 1);
    for (uint32_t i = 0; i < 10; i++)
        segment(&w, 0, 40000, 100 + sizeof(lies) - 1 + i * 100, 0, ACK, one, 100);
    assert_int_equal(w.count, 1);
    assert_true(w.message[0].cut);
    assert_int_equal(w.message[0].n, 1000);
    end(&w);
}

/* Connections between the same ends, one after the other, and more than there is room for. */
static void test_net_streams_connections(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, one, 30);
    segment(&w, 0, 40000, 130, 0, FIN | ACK, NULL, 0);
    segment(&w, 1, 40000, 7, 0, FIN | ACK, NULL, 0);
    open_way(&w, 5000);
    segment(&w, 0, 40000, 5001, 0, ACK, one, sizeof(one) - 1);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.message[0].flow.connection, 2);
    segment(&w, 0, 40000, 123456789, 0, RST, NULL, 0); /* somebody else's */
    segment(&w, 0, 40000, 5000 + sizeof(one), 0, ACK, two, sizeof(two) - 1);
    assert_int_equal(w.count, 2);
    for (unsigned port = 1; port < 50; port++)
        segment(&w, 0, port, 1, 0, SYN, NULL, 0);
    segment(&w, 0, 40000, 5000 + sizeof(one) + sizeof(two) - 1, 0, ACK, one, sizeof(one) - 1);
    assert_int_equal(w.count, 3); /* what carries SIP goes last */
    assert_true(sipsan_net_counts(w.net)->limits > 0);
    assert_int_equal(w.problem, SIPSAN_PROBLEM_LIMIT);
    end(&w);
}

static void test_net_streams_foreign(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, "\x16\x03\x01\x02\x00\x01", 6);
    segment(&w, 0, 40000, 106, 0, ACK, one, sizeof(one) - 1);
    assert_int_equal(w.count, 0);
    segment(&w, 0, 40001, 99, 0, SYN, NULL, 0);
    segment(&w, 0, 40001, 100, 0, ACK, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27);
    segment(&w, 0, 40001, 127, 0, ACK, one, sizeof(one) - 1);
    assert_int_equal(w.count, 0);
    assert_int_equal(w.problems, 0);
    assert_int_equal(sipsan_net_counts(w.net)->segments, 6);
    end(&w);
}

static void test_net_streams_websocket(void **state)
{
    static const char ask[] = "GET / HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\n";
    static const char grant[] = "HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\n";
    static char wire[1000];
    const size_t n = sizeof(two) - 1, first = 100;
    size_t at = 0;
    struct world w;

    (void)state;
    /* masked, in two fragments with a ping between them */
    memcpy(wire,
           "\x01\xe4"
           "abcd",
           6);
    for (size_t i = 0; i < first; i++)
        wire[6 + i] = (char)(two[i] ^ "abcd"[i & 3]);
    at = 6 + first;
    memcpy(wire + at,
           "\x89\x80"
           "zzzz",
           6);
    at += 6;
    wire[at++] = (char)0x80;
    wire[at++] = (char)(0x80 | 126);
    wire[at++] = (char)((n - first) >> 8);
    wire[at++] = (char)(n - first);
    memcpy(wire + at, "efgh", 4);
    at += 4;
    for (size_t i = 0; i < n - first; i++)
        wire[at + i] = (char)(two[first + i] ^ "efgh"[i & 3]);
    at += n - first;
    begin(&w);
    open_way(&w, 99);
    segment(&w, 0, 40000, 100, 0, ACK, ask, sizeof(ask) - 1);
    segment(&w, 1, 40000, 6, 0, SYN | ACK, NULL, 0);
    segment(&w, 1, 40000, 7, 0, ACK, grant, sizeof(grant) - 1);
    segment(&w, 0, 40000, 100 + sizeof(ask) - 1, 0, ACK, wire, 77);
    segment(&w, 0, 40000, 177 + sizeof(ask) - 1, 0, ACK, wire + 77, at - 77);
    assert_int_equal(w.count, 1);
    assert_message(&w, 0, two, n);
    assert_int_equal(w.message[0].flow.transport, SIPSAN_WS);
    segment(&w, 1, 40000, 7 + sizeof(grant) - 1, 0, ACK, "\x81\x04\r\n\r\n", 6);
    assert_int_equal(w.count, 1);
    end(&w);
}

static void add_data(unsigned flags, uint32_t number, const char *p, size_t n)
{
    add16(&f, flags);
    add16(&f, (unsigned)(16 + n));
    add32(&f, number);
    add32(&f, 1u << 16);
    add32(&f, 0);
    add(&f, p, n);
    while (f.n % 4 != 0)
        add(&f, "", 1);
}

static void begin_sctp(size_t payload)
{
    f.n = 0;
    add_ipv4(&f, 132, 1, 0, 64, 12 + payload);
    add16(&f, 5060);
    add16(&f, 5060);
    add32(&f, 77);
    add32(&f, 0);
}

static void test_net_streams_sctp(void **state)
{
    const size_t n = sizeof(one) - 1;
    struct world w;

    (void)state;
    begin(&w);
    begin_sctp(2 * (16 + (n + 3) / 4 * 4));
    add_data(3, 1, one, n);
    add_data(3, 2, one, n);
    feed(&w, SIPSAN_LINK_RAW, 0);
    assert_int_equal(w.count, 2);
    assert_int_equal(w.message[0].flow.transport, SIPSAN_SCTP);
    begin_sctp(16 + (n + 3) / 4 * 4);
    add_data(3, 2, one, n); /* sent again */
    feed(&w, SIPSAN_LINK_RAW, 0);
    assert_int_equal(w.count, 2);
    begin_sctp(16 + 100);
    add_data(2, 3, one, 100);
    feed(&w, SIPSAN_LINK_RAW, 0);
    begin_sctp(16 + (n - 97) / 4 * 4);
    add_data(1, 4, one + 100, n - 100);
    feed(&w, SIPSAN_LINK_RAW, 0);
    assert_int_equal(w.count, 3);
    assert_message(&w, 2, one, n);
    assert_int_equal(w.message[2].first, 3);
    begin_sctp(16 + (n - 97) / 4 * 4);
    add_data(1, 6, one + 100, n - 100); /* its beginning is missing */
    feed(&w, SIPSAN_LINK_RAW, 0);
    assert_int_equal(w.count, 3);
    assert_int_equal(w.losses, 1);
    end(&w);
}

static void add_chunk(unsigned type, const void *p, size_t n)
{
    add16(&f, 0);
    add16(&f, type);
    add16(&f, (unsigned)(6 + n));
    add(&f, p, n);
}

static void add_hep(const char *p, size_t n)
{
    size_t from = f.n;

    add(&f, "HEP3\0\0", 6);
    add_chunk(1, "\x02", 1);
    add_chunk(2, "\x11", 1);
    add_chunk(3, "\xc6\x33\x64\x01", 4);
    add_chunk(4, "\xc6\x33\x64\x02", 4);
    add_chunk(7, "\x13\xc4", 2);
    add_chunk(8, "\x13\xc5", 2);
    add_chunk(9, "\0\0\0\x07", 4);
    add_chunk(10, "\0\0\0\x08", 4);
    add_chunk(11, "\x01", 1);
    add_chunk(15, p, n);
    f.p[from + 4] = (uint8_t)((f.n - from) >> 8);
    f.p[from + 5] = (uint8_t)(f.n - from);
}

static void test_net_streams_hep(void **state)
{
    static struct frame packet;
    struct world w;

    (void)state;
    f.n = 0;
    add_hep(one, sizeof(one) - 1);
    packet = f;
    begin(&w);
    f.n = 0;
    add_ipv4(&f, 17, 1, 0, 64, 8 + packet.n);
    add_udp(&f, packet.p, packet.n);
    feed(&w, SIPSAN_LINK_RAW, 0);
    assert_int_equal(w.count, 1);
    assert_message(&w, 0, one, sizeof(one) - 1);
    assert_int_equal(w.message[0].flow.transport, SIPSAN_UDP);
    assert_int_equal(w.message[0].flow.dst.port, 5061);
    assert_int_equal(w.message[0].flow.src.ip[0], 198);
    segment(&w, 0, 40000, 100, 0, ACK, (const char *)packet.p, packet.n);
    assert_int_equal(w.count, 1); /* the same message at the same time: captured twice */
    assert_int_equal(sipsan_net_counts(w.net)->duplicates_inside, 1);
    end(&w);
}

static void add_tag(unsigned type, const void *p, size_t n)
{
    add16(&f, type);
    add16(&f, (unsigned)n);
    add(&f, p, n);
}

static void test_net_streams_exported(void **state)
{
    struct world w;

    (void)state;
    for (int named = 0; named < 2; named++) {
        begin(&w);
        f.n = 0;
        add_tag(12, named ? "sip\0" : "http", 4);
        add_tag(20, "\xc0\0\2\1", 4);
        add_tag(21, "\xc0\0\2\2", 4);
        add_tag(24, "\0\0\0\2", 4);
        add_tag(25, "\0\0\x9c\x40", 4);
        add_tag(26, "\0\0\x13\xc5", 4);
        add_tag(0, NULL, 0);
        add(&f, one, sizeof(one) - 1);
        add(&f, two, sizeof(two) - 1);
        feed(&w, SIPSAN_LINK_EXPORTED, 0);
        assert_int_equal(w.count, named ? 2 : 0);
        if (named) {
            assert_message(&w, 1, two, sizeof(two) - 1);
            assert_int_equal(w.message[0].flow.transport, SIPSAN_TLS);
        }
        end(&w);
    }
}

/* An IP packet with a SIP message in it, inside something. */
static void expect_tunnel(int linktype, const void *before, size_t n, unsigned protocol, bool link)
{
    static const char text[] = OPTIONS_TEXT;
    struct world w;

    begin(&w);
    f.n = 0;
    if (!link)
        add_ipv4(&f, protocol, 1, 0, 64, n + 28 + sizeof(text) - 1);
    add(&f, before, n);
    add_ipv4(&f, 17, 1, 0, 64, 8 + sizeof(text) - 1);
    add_udp(&f, text, sizeof(text) - 1);
    feed(&w, linktype, 0);
    assert_int_equal(w.count, 1);
    assert_message(&w, 0, text, sizeof(text) - 1);
    assert_int_equal(w.message[0].flow.src.ip[3], 1);
    end(&w);
    /* cut anywhere, it is none and nothing breaks */
    for (size_t i = 0; i < n + 20; i++) {
        size_t whole = f.n;

        begin(&w);
        f.n = i;
        feed(&w, linktype, whole - i);
        assert_int_equal(w.count, 0);
        f.n = whole;
        end(&w);
    }
}

#define ETHERNET           "\2\0\0\0\0\1\2\0\0\0\0\2"
#define INSIDE(kind, text) expect_tunnel(SIPSAN_LINK_RAW, text, sizeof(text) - 1, kind, false)
#define LINK(type, text)   expect_tunnel(type, text, sizeof(text) - 1, 0, true)
#define ZEROS_8            "\0\0\0\0\0\0\0\0"
#define ZEROS_16           ZEROS_8 ZEROS_8

static void test_net_streams_tunnels(void **state)
{
    (void)state;
    INSIDE(4, "");
    INSIDE(47, "\0\0\x08\0");
    INSIDE(47, "\xb0\0\x65\x58" ZEROS_8 "\0\0\0\0" ETHERNET "\x08\0");
    INSIDE(47, "\x30\x81\x88\x0b" ZEROS_8 "\0\0\0\0\xff\3\0\x21");
    INSIDE(47, "\0\0\x88\xbe" ETHERNET "\x08\0");
    INSIDE(47, "\x10\0\x88\xbe\0\0\0\0" ZEROS_8 ETHERNET "\x08\0");
    INSIDE(47, "\x10\0\x22\xeb\0\0\0\0" ZEROS_8 "\0\0\0\1" ZEROS_8 ETHERNET "\x08\0");
    LINK(SIPSAN_LINK_ETHERNET, ETHERNET "\x88\x47\0\1\0\x40\0\1\1\x40");
    LINK(SIPSAN_LINK_ETHERNET, ETHERNET "\x88\x47\0\1\1\x40\0\0\0\0" ETHERNET "\x08\0");
    LINK(SIPSAN_LINK_ETHERNET, ETHERNET "\x88\x64\x11\0\0\1\0\0\0\x21");
    LINK(SIPSAN_LINK_PPP, "\xff\3\0\x21");
    LINK(SIPSAN_LINK_PPP, "\x21");
    LINK(SIPSAN_LINK_PPPOE, "\x11\0\0\1\0\0\0\x21");
    LINK(SIPSAN_LINK_CISCO_HDLC, "\x0f\0\x08\0");
    LINK(SIPSAN_LINK_WIFI, "\x08\1" ZEROS_16 "\0\0\0\0\0\0\xaa\xaa\3\0\0\0\x08\0");
    LINK(SIPSAN_LINK_WIFI, "\x88\3" ZEROS_16 ZEROS_8 "\0\0\0\0\0\0\xaa\xaa\3\0\0\0\x08\0");
    LINK(SIPSAN_LINK_RADIOTAP, "\0\0\x0a\0\0\0\0\0\0\0"
                               "\x08\2" ZEROS_16 "\0\0\0\0\0\0\xaa\xaa\3\0\0\0\x08\0");
}

static void test_net_streams_udp_tunnels(void **state)
{
    static const char text[] = OPTIONS_TEXT;
    static const struct {
        unsigned port;
        const char *p;
        size_t n;
    } tunnels[] = {
        {4789, "\x08\0\0\0\0\0\7\0" ETHERNET "\x08\0", 22},
        {2152, "\x30\xff\0\0\0\0\0\1", 8},
        {2152, "\x34\xff\0\0\0\0\0\1\0\0\0\x85\1\0\0\0", 16},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
        const size_t inner = tunnels[i].n + 28 + sizeof(text) - 1;
        struct world w;

        begin(&w);
        f.n = 0;
        add_ipv4(&f, 17, 1, 0, 64, 8 + inner);
        add16(&f, 40000);
        add16(&f, tunnels[i].port);
        add16(&f, (unsigned)(8 + inner));
        add16(&f, 0);
        add(&f, tunnels[i].p, tunnels[i].n);
        add_ipv4(&f, 17, 1, 0, 64, 8 + sizeof(text) - 1);
        add_udp(&f, text, sizeof(text) - 1);
        feed(&w, SIPSAN_LINK_RAW, 0);
        assert_int_equal(w.count, 1);
        assert_message(&w, 0, text, sizeof(text) - 1);
        end(&w);
    }
}

/* Tunnels in tunnels come to an end. */
static void test_net_streams_depth(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    f.n = 0;
    for (unsigned i = 0; i < 100; i++)
        add_ipv4(&f, 4, 1, 0, 64, 20 * (99 - i));
    feed(&w, SIPSAN_LINK_RAW, 0);
    assert_int_equal(w.count, 0);
    assert_int_equal(sipsan_net_counts(w.net)->dropped, 1);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net_streams_cut_anywhere),
        cmocka_unit_test(test_net_streams_order),
        cmocka_unit_test(test_net_streams_hole),
        cmocka_unit_test(test_net_streams_acknowledged),
        cmocka_unit_test(test_net_streams_pending),
        cmocka_unit_test(test_net_streams_hole_in_body),
        cmocka_unit_test(test_net_streams_hole_before_start),
        cmocka_unit_test(test_net_streams_from_the_middle),
        cmocka_unit_test(test_net_streams_middle_out_of_order),
        cmocka_unit_test(test_net_streams_lengths),
        cmocka_unit_test(test_net_streams_connections),
        cmocka_unit_test(test_net_streams_foreign),
        cmocka_unit_test(test_net_streams_websocket),
        cmocka_unit_test(test_net_streams_sctp),
        cmocka_unit_test(test_net_streams_hep),
        cmocka_unit_test(test_net_streams_exported),
        cmocka_unit_test(test_net_streams_tunnels),
        cmocka_unit_test(test_net_streams_udp_tunnels),
        cmocka_unit_test(test_net_streams_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Targets: sipsan_ws_head, sipsan_ws_unmask, sipsan_stream_bytes on a connection that was upgraded.
 *
 * Input: four octets (a seed; the largest fragment; what happens), then messages, one behind each
 * zero octet.
 *
 * Invariants: messages that are masked, cut into fragments, with control frames between them, in
 * segments of any size, come out as they went in. */
#define _GNU_SOURCE
#include <stdint.h>

#include "net/payload.h"
#include "segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FLAG_SYN = 2, HOW_MASK = 1, HOW_PING = 2, WIRE_MAX = 1 << 17 };

static char wire[WIRE_MAX];
static size_t wire_n;

static void put(const void *p, size_t n)
{
    HOLDS(n <= sizeof(wire) - wire_n);
    if (n > 0)
        memcpy(wire + wire_n, p, n);
    wire_n += n;
}

static void put_frame(uint8_t first, const char *p, size_t n, bool masked, uint32_t *state)
{
    uint8_t head[8] = {first, masked ? 0x80 : 0};
    uint8_t mask[4];
    size_t size = 2, from;

    if (n < 126) {
        head[1] |= (uint8_t)n;
    } else {
        head[1] |= 126;
        head[2] = (uint8_t)(n >> 8);
        head[3] = (uint8_t)n;
        size = 4;
    }
    put(head, size);
    put32(mask, masked ? next_random(state) : 0);
    if (masked)
        put(mask, 4);
    from = wire_n;
    put(p, n);
    for (size_t i = 0; i < n; i++)
        wire[from + i] = (char)((uint8_t)wire[from + i] ^ mask[i & 3]);
}

static void put_message(const char *p, size_t n, const uint8_t *how, uint32_t *state)
{
    size_t most = 1 + how[2] * 8u;
    uint8_t opcode = 1;

    do {
        size_t part = n < most ? n : 1 + next_random(state) % most;
        bool last = part == n;

        put_frame((uint8_t)((last ? 0x80 : 0) | opcode), p, part, (how[3] & HOW_MASK) != 0, state);
        if (!last && (how[3] & HOW_PING) != 0)
            put_frame(0x89, "ping", 4, (how[3] & HOW_MASK) != 0, state);
        opcode = 0;
        p += part;
        n -= part;
    } while (n > 0);
}

static void feed_wire(struct sipsan_net *net, uint32_t *state)
{
    uint32_t frame = 1;

    feed_segment(net, frame++, 0, 999, 0, FLAG_SYN, NULL, 0);
    for (size_t at = 0; at < wire_n;) {
        size_t n = 1 + next_random(state) % SEGMENTS_MOST;

        n = n < wire_n - at ? n : wire_n - at;
        feed_segment(net, frame++, 0, 1000 + (uint32_t)at, 0, 0, wire + at, n);
        at += n;
    }
    sipsan_net_finish(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char hello[] = "GET /sip HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
    static struct notes notes;
    static char want[1 << 16];
    struct sipsan_config config = {.hash_seed = {1, 2}, .limits = {.message = 65536}};
    struct sipsan_mem mem;
    struct sipsan_net *net;
    const char *p, *end;
    size_t want_n = 0, want_count = 0;
    uint32_t state;

    if (size < 4 || size > 8192)
        return 0;
    state = data[0] | (uint32_t)data[1] << 8;
    p = (const char *)data + 4;
    end = (const char *)data + size;
    wire_n = 0;
    put(hello, sizeof(hello) - 1);
    while (p < end) {
        const char *zero = memchr(p, 0, (size_t)(end - p));
        struct sipsan_span s = {p, (size_t)((zero ? zero : end) - p)};

        put_message(s.p, s.n, data, &state);
        if (s.n > 0 && sipsan_payload_read(&s) == SIPSAN_PAYLOAD_SIP) {
            memcpy(want + want_n, s.p, s.n);
            want_n += s.n;
            want_count++;
        }
        p = zero ? zero + 1 : end;
    }
    sipsan_mem_init(&mem);
    notes.count = notes.n = 0;
    HOLDS(sipsan_net_new(&net, &mem, &config, note, note_problem, &notes) == SIPSAN_OK);
    feed_wire(net, &state);
    sipsan_net_free(net);
    HOLDS(mem.used == 0);
    HOLDS(notes.count == want_count && notes.n == want_n);
    HOLDS(want_n == 0 || memcmp(notes.text, want, want_n) == 0);
    for (size_t i = 0; i < notes.count; i++)
        HOLDS(notes.transport[i] == SIPSAN_WS && !notes.cut[i]);
    return 0;
}

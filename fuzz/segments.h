/* Streams cut into TCP segments, for harnesses: what is handed on is noted by hash, so that two
 * ways of cutting can be compared. */
#ifndef FUZZ_SEGMENTS_H
#define FUZZ_SEGMENTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "holds.h"
#include "net/link.h"
#include "net/net.h"

enum { SEGMENTS_NOTES = 4096, SEGMENTS_MOST = 1400, SEGMENTS_MAX = 8192 };

/* What was handed on, in its order. */
struct notes {
    size_t count;
    uint64_t hash[SEGMENTS_NOTES];
    size_t length[SEGMENTS_NOTES];
    bool cut[SEGMENTS_NOTES];
    enum sipsan_transport transport[SEGMENTS_NOTES];
    size_t losses;  /* told, and */
    size_t pending; /* streams that wait for octets */
    size_t n;       /* of text: the messages one behind the other, as far as there is room */
    char text[1 << 17];
};

static inline void note(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                        const struct sipsan_ref *ref, const struct sipsan_hints *hints)
{
    struct notes *notes = user;

    (void)ref;
    HOLDS(bytes.n > 0 && bytes.p[0] != '\r' && bytes.p[0] != '\n');
    if (notes->count == SEGMENTS_NOTES)
        return;
    notes->hash[notes->count] = hints->hash;
    notes->length[notes->count] = bytes.n;
    notes->transport[notes->count] = flow->transport;
    notes->cut[notes->count++] = hints->cut;
    if (bytes.n <= sizeof(notes->text) - notes->n) {
        memcpy(notes->text + notes->n, bytes.p, bytes.n);
        notes->n += bytes.n;
    }
}

static inline void note_problem(void *user, const struct sipsan_problem *problem)
{
    (void)user;
    HOLDS(problem->text.n > 0 && problem->text.n < 200);
}

static inline void note_lost(void *user, const struct sipsan_flow *flow, enum sipsan_loss loss,
                             int64_t time)
{
    struct notes *notes = user;

    (void)flow;
    (void)time;
    notes->losses += loss == SIPSAN_LOST || loss == SIPSAN_LOST_IF_KNOWN;
    notes->pending += loss == SIPSAN_PENDING;
    HOLDS(loss != SIPSAN_SETTLED || notes->pending > 0);
    notes->pending -= loss == SIPSAN_SETTLED;
}

/* Small, and the same everywhere. */
static inline uint32_t next_random(uint32_t *state)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return *state >> 8;
}

static inline void put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* A raw IPv4 packet with one TCP segment of side 0 or 1. */
static inline void feed_segment(struct sipsan_net *net, uint32_t frame, int side, uint32_t seq,
                                uint32_t ack, uint8_t flags, const char *p, size_t n)
{
    uint8_t *packet = malloc(40 + n); /* of its own: sanitizers see a read behind it */
    struct sipsan_ref ref = {.frame = frame, .time = INT64_C(1000000) + frame};

    HOLDS(packet);
    memset(packet, 0, 40);
    packet[0] = 0x45;
    packet[2] = (uint8_t)((40 + n) >> 8);
    packet[3] = (uint8_t)(40 + n);
    packet[8] = 64;
    packet[9] = 6;
    put32(packet + 12, 0xc0000201 + (uint32_t)side);
    put32(packet + 16, 0xc0000202 - (uint32_t)side);
    packet[20] = side ? 0x13 : 0x9c;
    packet[21] = side ? 0xc4 : 0x40;
    packet[22] = side ? 0x9c : 0x13;
    packet[23] = side ? 0x40 : 0xc4;
    put32(packet + 24, seq);
    put32(packet + 28, ack);
    packet[32] = 0x50;
    packet[33] = flags;
    if (n > 0)
        memcpy(packet + 40, p, n);
    sipsan_net_frame(net, SIPSAN_LINK_RAW, packet, 40 + n, 40 + n, &ref, 0);
    free(packet);
}

#endif

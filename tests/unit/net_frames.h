/* Builds frames for the tests of src/net. Everything is written into a caller's buffer. */
#ifndef TESTS_NET_FRAMES_H
#define TESTS_NET_FRAMES_H

#include <stdint.h>
#include <string.h>

#include "sipsan.h"

#define OPTIONS_TEXT                                                                               \
    "OPTIONS sip:bob@example.com SIP/2.0\r\n"                                                      \
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKnet1\r\n"                                       \
    "Max-Forwards: 70\r\n"                                                                         \
    "From: <sip:alice@example.com>;tag=a1\r\n"                                                     \
    "To: <sip:bob@example.com>\r\n"                                                                \
    "Call-ID: net-1@192.0.2.1\r\n"                                                                 \
    "CSeq: 1 OPTIONS\r\n"                                                                          \
    "Content-Length: 0\r\n\r\n"

struct frame {
    uint8_t p[70000];
    size_t n;
};

static inline void add(struct frame *f, const void *p, size_t n)
{
    if (n > 0)
        memcpy(f->p + f->n, p, n);
    f->n += n;
}

static inline void add16(struct frame *f, unsigned v)
{
    uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

    add(f, b, 2);
}

static inline void add32(struct frame *f, uint32_t v)
{
    add16(f, v >> 16);
    add16(f, v & 0xffff);
}

static inline void add_ethernet(struct frame *f, unsigned type)
{
    static const uint8_t addresses[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

    add(f, addresses, 12);
    add16(f, type);
}

/* 192.0.2.1 to 192.0.2.2. flags_offset: the 16 bits of flags and fragment offset. */
static inline void add_ipv4(struct frame *f, unsigned protocol, unsigned id, unsigned flags_offset,
                            unsigned ttl, size_t payload)
{
    add16(f, 0x4500);
    add16(f, (unsigned)(20 + payload));
    add16(f, id);
    add16(f, flags_offset);
    add16(f, ttl << 8 | protocol);
    add16(f, 0);
    add32(f, 0xc0000201);
    add32(f, 0xc0000202);
}

static inline void add_ipv6(struct frame *f, unsigned next, size_t payload)
{
    static const uint8_t addresses[32] = {
        0x20, 1, 0xd, 0xb8, [15] = 1, [16] = 0x20, [17] = 1, [18] = 0xd, [19] = 0xb8, [31] = 2};

    add32(f, 6u << 28);
    add16(f, (unsigned)payload);
    add16(f, next << 8 | 64);
    add(f, addresses, 32);
}

static inline void add_udp(struct frame *f, const void *p, size_t n)
{
    add16(f, 5060);
    add16(f, 5060);
    add16(f, (unsigned)(8 + n));
    add16(f, 0);
    add(f, p, n);
}

/* Ethernet, IPv4, UDP. */
static inline void udp_frame(struct frame *f, unsigned ttl, const char *text, size_t n)
{
    f->n = 0;
    add_ethernet(f, 0x0800);
    add_ipv4(f, 17, 1, 0, ttl, 8 + n);
    add_udp(f, text, n);
}

#endif

/* SipHash with one compression and three finalisation rounds (Aumasson and Bernstein). Each part is
 * mixed in as whole words and a last word that holds the rest and the length. */
#include "base/hash.h"

#include <string.h>

#include "base/span.h"

static inline uint64_t rotl(uint64_t x, int b)
{
    return (x << b) | (x >> (64 - b));
}

static inline __attribute__((always_inline)) void mix(struct sipsan_hash *h)
{
    h->v0 += h->v1;
    h->v2 += h->v3;
    h->v1 = rotl(h->v1, 13) ^ h->v0;
    h->v3 = rotl(h->v3, 16) ^ h->v2;
    h->v0 = rotl(h->v0, 32);
    h->v2 += h->v1;
    h->v0 += h->v3;
    h->v1 = rotl(h->v1, 17) ^ h->v2;
    h->v3 = rotl(h->v3, 21) ^ h->v0;
    h->v2 = rotl(h->v2, 32);
}

static inline __attribute__((always_inline)) void begin(struct sipsan_hash *h,
                                                        const uint64_t seed[2])
{
    h->v0 = seed[0] ^ UINT64_C(0x736f6d6570736575);
    h->v1 = seed[1] ^ UINT64_C(0x646f72616e646f6d);
    h->v2 = seed[0] ^ UINT64_C(0x6c7967656e657261);
    h->v3 = seed[1] ^ UINT64_C(0x7465646279746573);
}

void sipsan_hash_init(struct sipsan_hash *h, const uint64_t seed[2])
{
    begin(h, seed);
}

static inline __attribute__((always_inline)) void absorb(struct sipsan_hash *h, uint64_t v)
{
    h->v3 ^= v;
    mix(h);
    h->v0 ^= v;
}

void sipsan_hash_u64(struct sipsan_hash *h, uint64_t v)
{
    absorb(h, v);
}

static inline __attribute__((always_inline)) void absorb_text(struct sipsan_hash *h, const char *p,
                                                              size_t n, bool lower)
{
    size_t i = 0;
    uint64_t w;

    for (; n - i >= 8; i += 8) {
        memcpy(&w, p + i, 8);
        absorb(h, lower ? ascii_lower8(w) : w);
    }
    w = 0;
    if (n - i > 0)
        memcpy(&w, p + i, n - i);
    absorb(h, (lower ? ascii_lower8(w) : w) ^ (uint64_t)n << 56 ^ (uint64_t)n >> 8);
}

static inline __attribute__((always_inline)) uint64_t finish(struct sipsan_hash *h)
{
    h->v2 ^= 0xff;
    mix(h);
    mix(h);
    mix(h);
    return h->v0 ^ h->v1 ^ h->v2 ^ h->v3;
}

void sipsan_hash_bytes(struct sipsan_hash *to, const void *bytes, size_t n)
{
    struct sipsan_hash local = *to; /* in registers */

    absorb_text(&local, bytes, n, false);
    *to = local;
}

void sipsan_hash_span(struct sipsan_hash *h, struct sipsan_span s)
{
    sipsan_hash_bytes(h, s.p, s.n);
}

void sipsan_hash_nocase(struct sipsan_hash *to, struct sipsan_span s)
{
    struct sipsan_hash local = *to;

    absorb_text(&local, s.p, s.n, true);
    *to = local;
}

uint64_t sipsan_hash_end(struct sipsan_hash *h)
{
    return finish(h);
}

uint64_t sipsan_hash_text(const uint64_t seed[2], struct sipsan_span s)
{
    struct sipsan_hash h;

    begin(&h, seed);
    absorb_text(&h, s.p, s.n, false);
    return finish(&h);
}

uint64_t sipsan_hash_text_nocase(const uint64_t seed[2], struct sipsan_span s)
{
    struct sipsan_hash h;

    begin(&h, seed);
    absorb_text(&h, s.p, s.n, true);
    return finish(&h);
}

uint64_t sipsan_hash_two_nocase(const uint64_t seed[2], struct sipsan_span a, struct sipsan_span b,
                                uint64_t c)
{
    struct sipsan_hash h;

    begin(&h, seed);
    absorb_text(&h, a.p, a.n, true);
    absorb_text(&h, b.p, b.n, true);
    absorb(&h, c);
    return finish(&h);
}

/* Odd, and with bits all over: the golden ratio and three primes. */
static const uint64_t factor[4] = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xc2b2ae3d27d4eb4f),
                                   UINT64_C(0x165667b19e3779f9), UINT64_C(0x27d4eb2f165667c5)};

static inline uint64_t word_at(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof(w));
    return w;
}

uint64_t sipsan_hash_bulk(const uint64_t seed[2], struct sipsan_span bytes)
{
    uint64_t a = seed[0] + factor[0], b = seed[1] + factor[1];
    uint64_t c = seed[0] ^ factor[2], d = seed[1] ^ factor[3];
    const char *p = bytes.p;
    size_t left = bytes.n;
    struct sipsan_hash h;

    for (; left >= 32; p += 32, left -= 32) {
        a = rotl(a ^ word_at(p), 29) * factor[0];
        b = rotl(b ^ word_at(p + 8), 29) * factor[1];
        c = rotl(c ^ word_at(p + 16), 29) * factor[2];
        d = rotl(d ^ word_at(p + 24), 29) * factor[3];
    }
    begin(&h, seed);
    absorb(&h, a);
    absorb(&h, b);
    absorb(&h, c);
    absorb(&h, d);
    absorb_text(&h, p, left, false);
    absorb(&h, bytes.n);
    return finish(&h);
}

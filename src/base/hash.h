/* SipHash-1-3 with the context's seed: traffic must not choose its bucket. Fed piecewise, so that a
 * key of several parts needs no buffer; every part is closed by its length, so that parts cannot
 * run into each other. */
#ifndef SIPSAN_BASE_HASH_H
#define SIPSAN_BASE_HASH_H

#include <string.h>

#include "base/span.h"

struct sipsan_hash {
    uint64_t v0, v1, v2, v3;
};

void sipsan_hash_init(struct sipsan_hash *h, const uint64_t seed[2]);
void sipsan_hash_bytes(struct sipsan_hash *h, const void *p, size_t n);
void sipsan_hash_span(struct sipsan_hash *h, struct sipsan_span s);

/* As sipsan_hash_span of the text in ASCII lower case. */
void sipsan_hash_nocase(struct sipsan_hash *h, struct sipsan_span s);
void sipsan_hash_u64(struct sipsan_hash *h, uint64_t v);
uint64_t sipsan_hash_end(struct sipsan_hash *h);

/* Of a word, without case, for words that traffic sets beside each other by the dozen: FNV-1a, no
 * seed. Whoever wants two words to meet in it can have that; use it only where this proves
 * nothing. */
static inline uint32_t sipsan_hash_word(struct sipsan_span word)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < word.n; i++)
        hash = (hash ^ (uint8_t)ascii_lower(word.p[i])) * UINT32_C(16777619);
    return hash;
}

/* Of one text; nocase: of the text in ASCII lower case. */
uint64_t sipsan_hash_text(const uint64_t seed[2], struct sipsan_span s);
uint64_t sipsan_hash_text_nocase(const uint64_t seed[2], struct sipsan_span s);

/* Of two texts without case and a number. */
uint64_t sipsan_hash_two_nocase(const uint64_t seed[2], struct sipsan_span a, struct sipsan_span b,
                                uint64_t c);

/* One hash of a hash and two more words. What traffic can choose freely (a number) goes into
 * `plain`: it is multiplied by a secret. The others must be keyed hashes already, or constants. */
static inline uint64_t sipsan_hash_join(const uint64_t seed[2], uint64_t a, uint64_t b,
                                        uint64_t plain)
{
    uint64_t x = a ^ (b << 23 | b >> 41) ^ (plain + UINT64_C(0x9e3779b97f4a7c15)) * (seed[1] | 1);

    x ^= seed[0];
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    x = (x ^ x >> 29) * UINT64_C(0xc2b2ae3d27d4eb4f);
    return x ^ x >> 32;
}

/* Of two words that traffic can choose, and a third one that is small. */
static inline uint64_t sipsan_hash_words(const uint64_t seed[2], uint64_t a, uint64_t b,
                                         uint64_t small)
{
    return sipsan_hash_join(seed, sipsan_hash_join(seed, small, 0, a), 0, b);
}

/* Of an IP address without its port. */
static inline uint64_t sipsan_hash_ip(const uint64_t seed[2], const struct sipsan_addr *addr)
{
    uint64_t w[2];

    memcpy(w, addr->ip, sizeof(w));
    return sipsan_hash_words(seed, w[0], w[1], addr->family);
}

/* Of many bytes at once, several times as fast: for telling whole messages apart. Four words a step
 * are folded by multiplication, what is left goes through SipHash with the same seed. */
uint64_t sipsan_hash_bulk(const uint64_t seed[2], struct sipsan_span bytes);

#endif

/* SipHash-1-3 with the context's seed: traffic must not choose its bucket. Fed piecewise, so that a
 * key of several parts needs no buffer; every part is closed by its length, so that parts cannot
 * run into each other. */
#ifndef SIPSAN_BASE_HASH_H
#define SIPSAN_BASE_HASH_H

#include "sipsan.h"

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

/* Of many bytes at once, several times as fast: for telling whole messages apart. Four words a step
 * are folded by multiplication, what is left goes through SipHash with the same seed. */
uint64_t sipsan_hash_bulk(const uint64_t seed[2], struct sipsan_span bytes);

#endif

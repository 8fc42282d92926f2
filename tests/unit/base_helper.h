/* What the tests of base share: an allocator that counts and refuses, numbers in a fixed order. */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* An allocator that counts what is out and can refuse from the n-th request on. */
struct meter {
    size_t out;      /* blocks */
    uint64_t calls;  /* requests */
    uint64_t refuse; /* from this request on; 0: never */
};

static inline bool refuses(struct meter *meter)
{
    meter->calls++;
    return meter->refuse != 0 && meter->calls >= meter->refuse;
}

static inline void *meter_alloc(void *user, size_t n)
{
    struct meter *meter = user;
    void *p = refuses(meter) ? NULL : malloc(n);

    if (p)
        meter->out++;
    return p;
}

static inline void *meter_resize(void *user, void *p, size_t n)
{
    struct meter *meter = user;
    void *q = refuses(meter) ? NULL : realloc(p, n);

    if (q && !p)
        meter->out++;
    return q;
}

static inline void meter_release(void *user, void *p)
{
    struct meter *meter = user;

    meter->out--;
    free(p);
}

static inline struct sipsan_mem metered(struct meter *meter)
{
    return (struct sipsan_mem){
        .alloc = meter_alloc, .resize = meter_resize, .release = meter_release, .user = meter};
}

static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline struct sipsan_span text(const char *s)
{
    return (struct sipsan_span){s, strlen(s)};
}

#endif

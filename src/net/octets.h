/* Numbers of the wire: the high octet comes first. The caller has checked that they are there. */
#ifndef SIPSAN_NET_OCTETS_H
#define SIPSAN_NET_OCTETS_H

#include <stdint.h>

static inline uint16_t be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
    return (uint32_t)be16(p) << 16 | be16(p + 2);
}

/* How far two times lie apart, whichever is the later one; no pair of them overflows. */
static inline uint64_t time_apart(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

#endif

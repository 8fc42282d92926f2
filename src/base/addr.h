/* How addresses compare. sipsan_addr_format of sipsan.h is in addr.c. */
#ifndef SIPSAN_BASE_ADDR_H
#define SIPSAN_BASE_ADDR_H

#include <string.h>

#include "sipsan.h"

/* Same family and address bytes, whatever the port; two unknown ones are the same. For keys. */
static inline bool addr_same_ip(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->family == b->family && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

static inline bool addr_same(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->port == b->port && addr_same_ip(a, b);
}

/* As addr_same_ip, but an unknown address equals none: what is not known proves nothing. */
static inline bool sipsan_ip_eq(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->family != 0 && addr_same_ip(a, b);
}

#endif

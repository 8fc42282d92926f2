/* Hints to the processor about memory that will be wanted soon. They change nothing but time. */
#ifndef SIPSAN_BASE_PREFETCH_H
#define SIPSAN_BASE_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

#define SIPSAN_CACHE_LINE 64u

/* From `before` bytes ahead of p to `after` bytes behind it. The memory need not be there. */
static inline void sipsan_prefetch(const void *p, size_t before, size_t after)
{
#ifdef __GNUC__
    uintptr_t from = (uintptr_t)p - before;

    for (size_t i = 0; i < before + after; i += SIPSAN_CACHE_LINE)
        __builtin_prefetch((const void *)(from + i));
#else
    (void)p;
    (void)before;
    (void)after;
#endif
}

#endif

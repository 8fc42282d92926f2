/* An allocator for programs that judge much: what it hands out lies close together in large pages
 * (2 MiB), where the system has them. Objects of calls are met again seconds later and far apart;
 * in pages of 4 KiB most of them are also far from the processor's table of pages.
 *
 * For config.mem_alloc and its like, with a struct sipsan_pages as user. Several threads may use
 * it. Blocks that are given back wait for the next of their size; only large ones go back to the
 * system before the end. */
#ifndef SIPSAN_BASE_PAGES_H
#define SIPSAN_BASE_PAGES_H

#include <pthread.h>
#include <stddef.h>

/* Blocks up to the first size, with what stands in front of them, are as large as was asked for,
 * those up to the second one an eighth larger at most; beyond that a block is of the system. */
#define SIPSAN_PAGES_SMALL ((size_t)8192)
#define SIPSAN_PAGES_LARGE ((size_t)1 << 20)

struct sipsan_pages_head;

struct sipsan_pages_room {
    char *p, *lim;
};

struct sipsan_pages {
    pthread_mutex_t lock;
    struct sipsan_pages_room room; /* of the newest region */
    struct sipsan_pages_room left; /* of a block that was given back */
    struct sipsan_pages_head *regions;
    /* Free blocks by size. */
    struct sipsan_pages_head *small[SIPSAN_PAGES_SMALL / _Alignof(max_align_t) + 1];
    struct sipsan_pages_head *medium[8 * 7 + 1];
    size_t medium_free;
};

void sipsan_pages_init(struct sipsan_pages *pages);

/* All at once; no block may be in use. */
void sipsan_pages_free(struct sipsan_pages *pages);

/* As malloc, realloc and free; user is a struct sipsan_pages. */
void *sipsan_pages_alloc(void *user, size_t n);
void *sipsan_pages_resize(void *user, void *p, size_t n);
void sipsan_pages_release(void *user, void *p);

#endif

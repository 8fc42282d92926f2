/* Arenas: memory that is given back all at once. One per message; who keeps the message keeps the
 * arena. Blocks come from and go back to a pool, so that the steady state allocates nothing. */
#ifndef SIPSAN_BASE_ARENA_H
#define SIPSAN_BASE_ARENA_H

#include "base/mem.h"

struct sipsan_block {
    struct sipsan_block *next;
    size_t size; /* bytes in all, this header included */
};

/* Free blocks of one size, shared by the arenas of one purpose in a context. */
struct sipsan_pool {
    struct sipsan_mem *mem;
    size_t block_size; /* bytes, header included */
    struct sipsan_block *free;
    size_t free_count;
    size_t free_max; /* more than this goes back to the allocator */
};

struct sipsan_arena {
    struct sipsan_pool *pool;
    struct sipsan_block *blocks; /* the newest, in use, first */
    char *p, *lim;               /* what is left of the newest */
};

void sipsan_pool_init(struct sipsan_pool *pool, struct sipsan_mem *mem, size_t block_size,
                      size_t free_max);
void sipsan_pool_free(struct sipsan_pool *pool);

void sipsan_arena_init(struct sipsan_arena *arena, struct sipsan_pool *pool);

/* Gives everything back. The arena may be used again. */
void sipsan_arena_reset(struct sipsan_arena *arena);

/* The contents change owner: *from is empty afterwards, *to must have been. */
void sipsan_arena_move(struct sipsan_arena *to, struct sipsan_arena *from);

/* Aligned for any type. NULL when memory is refused. The contents are not cleared. */
void *sipsan_arena_alloc(struct sipsan_arena *arena, size_t n);
void *sipsan_arena_zalloc(struct sipsan_arena *arena, size_t n);

/* n bytes for text, not aligned; n is not 0. */
char *sipsan_arena_room(struct sipsan_arena *arena, size_t n);

/* A copy of the text; {NULL, 0} when memory is refused. Not aligned, not terminated. */
struct sipsan_span sipsan_arena_copy(struct sipsan_arena *arena, struct sipsan_span text);

/* Bytes held in blocks, for the bench. */
size_t sipsan_arena_size(const struct sipsan_arena *arena);

#endif

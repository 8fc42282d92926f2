/* Arenas: memory that is given back all at once. One per message; who keeps the message keeps the
 * arena. Blocks come from and go back to a pool, so that the steady state allocates nothing. */
#ifndef SIPSAN_BASE_ARENA_H
#define SIPSAN_BASE_ARENA_H

#include <pthread.h>

#include "base/mem.h"

struct sipsan_block {
    struct sipsan_block *next;
    size_t size; /* bytes in all, this header included */
};

/* Blocks that pools of several threads give to each other, by the chunk: who fills arenas is not
 * who empties them. All pools of a depot have blocks of one size. */
#define SIPSAN_CHUNK 32

struct sipsan_depot {
    pthread_mutex_t lock; /* of all below, and of the counters of mem */
    struct sipsan_mem *mem;
    size_t block_size;
    struct sipsan_block *chunks;
    size_t chunk_count;
    size_t chunk_max; /* more than this goes back to the allocator */
    bool ready;
};

/* Free blocks of one size, shared by the arenas of one purpose in a context. One thread uses it. */
struct sipsan_pool {
    struct sipsan_mem *mem;
    size_t block_size; /* bytes, header included */
    struct sipsan_block *free;
    size_t free_count;
    size_t free_max; /* more than this goes back to the allocator */

    /* With a depot blocks come from there and go there, and free_max means nothing. */
    struct sipsan_depot *depot;
    struct sipsan_block *full;  /* a whole chunk besides `free`, or NULL */
    struct sipsan_pool *beside; /* another one of the depot and this thread: what is free there was
                                 * in use a moment ago; NULL: there is none */
    struct sipsan_mem *account; /* is charged with what the arenas hold; NULL: nobody is */
    size_t arena_max;           /* bytes of one arena; 0: any */
};

struct sipsan_arena {
    struct sipsan_pool *pool;
    struct sipsan_block *blocks; /* the newest, in use, first */
    char *p, *lim;               /* what is left of the newest */
    size_t size;                 /* bytes of all blocks */
};

/* False when the system refuses. */
bool sipsan_depot_init(struct sipsan_depot *depot, struct sipsan_mem *mem, size_t block_size,
                       size_t free_max);
/* After the last of its pools. */
void sipsan_depot_free(struct sipsan_depot *depot);

void sipsan_pool_init(struct sipsan_pool *pool, struct sipsan_mem *mem, size_t block_size,
                      size_t free_max);
void sipsan_pool_free(struct sipsan_pool *pool);

/* A pool that is empty takes part in the depot. */
void sipsan_pool_join(struct sipsan_pool *pool, struct sipsan_depot *depot);

void sipsan_arena_init(struct sipsan_arena *arena, struct sipsan_pool *pool);

/* Gives everything back. The arena may be used again. */
void sipsan_arena_reset(struct sipsan_arena *arena);

/* The contents change owner: *from is empty afterwards, *to must have been. */
void sipsan_arena_move(struct sipsan_arena *to, struct sipsan_arena *from);

/* The arena belongs to another pool of the same depot from now on, which is charged with it. False
 * when that is more than its account has left: then it is charged all the same, and the caller
 * gives it back soon. */
bool sipsan_arena_hand_over(struct sipsan_arena *arena, struct sipsan_pool *to);

/* Aligned for any type. NULL when memory is refused. The contents are not cleared. */
void *sipsan_arena_alloc(struct sipsan_arena *arena, size_t n);
void *sipsan_arena_zalloc(struct sipsan_arena *arena, size_t n);

/* n bytes for text, not aligned; n is not 0. */
char *sipsan_arena_room(struct sipsan_arena *arena, size_t n);

/* A copy of the text; {NULL, 0} when memory is refused. Not aligned, not terminated. */
struct sipsan_span sipsan_arena_copy(struct sipsan_arena *arena, struct sipsan_span text);

/* Bytes held in blocks. */
static inline size_t sipsan_arena_size(const struct sipsan_arena *arena)
{
    return arena->size;
}

#endif

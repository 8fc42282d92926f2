/* Bump allocation in blocks of one size; what does not fit gets a block of its own. */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "base/prefetch.h"

/* Of the block that will be taken next, so much is fetched: what a usual message fills. */
#define FETCH 2560u

#define ALIGN        alignof(max_align_t)
#define BLOCK_HEADER ((sizeof(struct sipsan_block) + ALIGN - 1) / ALIGN * ALIGN)

/* Depot --------------------------------------------------------------------------------------- */

/* The first block of a chunk that waits holds the place of the next chunk. */
static struct sipsan_block **next_chunk(struct sipsan_block *chunk)
{
    return (struct sipsan_block **)(void *)((char *)chunk + BLOCK_HEADER);
}

bool sipsan_depot_init(struct sipsan_depot *depot, struct sipsan_mem *mem, size_t block_size,
                       size_t free_max)
{
    *depot = (struct sipsan_depot){
        .mem = mem, .block_size = block_size, .chunk_max = free_max / SIPSAN_CHUNK};
    assert(block_size >= BLOCK_HEADER + sizeof(struct sipsan_block *));
    depot->ready = pthread_mutex_init(&depot->lock, NULL) == 0;
    return depot->ready;
}

static void drop_blocks(struct sipsan_mem *mem, struct sipsan_block *b)
{
    while (b) {
        struct sipsan_block *next = b->next;

        sipsan_mem_free(mem, b, b->size);
        b = next;
    }
}

static struct sipsan_block *depot_take(struct sipsan_depot *depot)
{
    struct sipsan_block *chunk;

    pthread_mutex_lock(&depot->lock);
    chunk = depot->chunks;
    if (chunk) {
        depot->chunks = *next_chunk(chunk);
        depot->chunk_count--;
    }
    pthread_mutex_unlock(&depot->lock);
    return chunk;
}

static void depot_give(struct sipsan_depot *depot, struct sipsan_block *chunk)
{
    pthread_mutex_lock(&depot->lock);
    if (depot->chunk_count < depot->chunk_max) {
        *next_chunk(chunk) = depot->chunks;
        depot->chunks = chunk;
        depot->chunk_count++;
    } else {
        drop_blocks(depot->mem, chunk);
    }
    pthread_mutex_unlock(&depot->lock);
}

void sipsan_depot_free(struct sipsan_depot *depot)
{
    struct sipsan_block *chunk;

    if (!depot->ready)
        return;
    while ((chunk = depot_take(depot)) != NULL)
        drop_blocks(depot->mem, chunk);
    pthread_mutex_destroy(&depot->lock);
    depot->ready = false;
}

/* Pools --------------------------------------------------------------------------------------- */

void sipsan_pool_init(struct sipsan_pool *pool, struct sipsan_mem *mem, size_t block_size,
                      size_t free_max)
{
    *pool = (struct sipsan_pool){.mem = mem, .block_size = block_size, .free_max = free_max};
}

void sipsan_pool_join(struct sipsan_pool *pool, struct sipsan_depot *depot)
{
    assert(!pool->free && pool->block_size == depot->block_size);
    pool->mem = depot->mem;
    pool->depot = depot;
}

void sipsan_pool_free(struct sipsan_pool *pool)
{
    drop_blocks(pool->mem, pool->free);
    drop_blocks(pool->mem, pool->full);
    pool->free = pool->full = NULL;
    pool->free_count = 0;
}

/* The counters of a depot's memory are everybody's. */
static struct sipsan_block *fresh_block(struct sipsan_pool *pool, size_t size)
{
    struct sipsan_block *b;

    if (pool->depot)
        pthread_mutex_lock(&pool->depot->lock);
    b = sipsan_mem_alloc(pool->mem, size);
    if (pool->depot)
        pthread_mutex_unlock(&pool->depot->lock);
    if (b)
        b->size = size;
    return b;
}

static void drop_block(struct sipsan_pool *pool, struct sipsan_block *b)
{
    if (pool->depot)
        pthread_mutex_lock(&pool->depot->lock);
    sipsan_mem_free(pool->mem, b, b->size);
    if (pool->depot)
        pthread_mutex_unlock(&pool->depot->lock);
}

/* The last free block is gone. */
static void refill(struct sipsan_pool *pool)
{
    struct sipsan_pool *beside = pool->beside;

    if (beside && beside->free) {
        pool->free = beside->free;
        pool->free_count = beside->free_count;
        beside->free = NULL;
        beside->free_count = 0;
        return;
    }
    pool->free = pool->full ? pool->full : depot_take(pool->depot);
    pool->full = NULL;
    pool->free_count = pool->free ? SIPSAN_CHUNK : 0;
}

static struct sipsan_block *block_get(struct sipsan_pool *pool, size_t size)
{
    struct sipsan_block *b;

    if (size != pool->block_size)
        return fresh_block(pool, size);
    if (!pool->free && pool->depot)
        refill(pool);
    b = pool->free;
    if (!b)
        return fresh_block(pool, size);
    pool->free = b->next;
    pool->free_count--;
    if (pool->free) /* for the next one */
        sipsan_prefetch(pool->free, 0, pool->block_size < FETCH ? pool->block_size : FETCH);
    return b;
}

static void block_put(struct sipsan_pool *pool, struct sipsan_block *b)
{
    if (b->size != pool->block_size || (!pool->depot && pool->free_count >= pool->free_max)) {
        drop_block(pool, b);
        return;
    }
    if (pool->depot && pool->free_count == SIPSAN_CHUNK) {
        if (pool->full)
            depot_give(pool->depot, pool->full);
        pool->full = pool->free;
        pool->free = NULL;
        pool->free_count = 0;
    }
    b->next = pool->free;
    pool->free = b;
    pool->free_count++;
}

/* Arenas -------------------------------------------------------------------------------------- */

void sipsan_arena_init(struct sipsan_arena *arena, struct sipsan_pool *pool)
{
    *arena = (struct sipsan_arena){.pool = pool};
}

static void forget(struct sipsan_arena *arena)
{
    arena->blocks = NULL;
    arena->p = arena->lim = NULL;
    arena->size = 0;
}

void sipsan_arena_reset(struct sipsan_arena *arena)
{
    struct sipsan_block *b = arena->blocks;

    if (b && arena->pool->account)
        sipsan_mem_credit(arena->pool->account, arena->size);
    while (b) {
        struct sipsan_block *next = b->next;

        block_put(arena->pool, b);
        b = next;
    }
    forget(arena);
}

bool sipsan_arena_hand_over(struct sipsan_arena *arena, struct sipsan_pool *to)
{
    assert(arena->pool->depot == to->depot && !arena->pool->account);
    arena->pool = to;
    return !to->account || sipsan_mem_charge(to->account, arena->size);
}

void sipsan_arena_move(struct sipsan_arena *to, struct sipsan_arena *from)
{
    assert(!to->blocks);
    *to = *from;
    forget(from);
}

static bool grow(struct sipsan_arena *arena, size_t n)
{
    size_t size = arena->pool->block_size;
    struct sipsan_block *b;

    if (n > SIZE_MAX - BLOCK_HEADER - ALIGN)
        return false;
    if (n > size - BLOCK_HEADER)
        size = n + BLOCK_HEADER;
    if (arena->pool->arena_max > 0 && size > arena->pool->arena_max - arena->size)
        return false;
    b = block_get(arena->pool, size);
    if (!b)
        return false;
    b->next = arena->blocks;
    arena->blocks = b;
    arena->size += size;
    if (arena->pool->account)
        (void)sipsan_mem_charge(arena->pool->account, size);
    arena->p = (char *)b + BLOCK_HEADER;
    arena->lim = (char *)b + size;
    return true;
}

/* n bytes from a multiple of `align`, a power of two, on. */
static void *take(struct sipsan_arena *arena, size_t n, size_t align)
{
    size_t pad;
    char *p;

    if (!arena->blocks && !grow(arena, n))
        return NULL;
    pad = (0 - (uintptr_t)arena->p) & (align - 1);
    if ((size_t)(arena->lim - arena->p) < pad || (size_t)(arena->lim - arena->p) - pad < n) {
        if (!grow(arena, n))
            return NULL;
        pad = 0; /* a block's room starts aligned */
    }
    p = arena->p + pad;
    arena->p = p + n;
    return p;
}

void *sipsan_arena_alloc(struct sipsan_arena *arena, size_t n)
{
    return take(arena, n, ALIGN);
}

void *sipsan_arena_zalloc(struct sipsan_arena *arena, size_t n)
{
    void *p = sipsan_arena_alloc(arena, n);

    if (p)
        memset(p, 0, n);
    return p;
}

char *sipsan_arena_room(struct sipsan_arena *arena, size_t n)
{
    return take(arena, n, 1);
}

struct sipsan_span sipsan_arena_copy(struct sipsan_arena *arena, struct sipsan_span text)
{
    char *p;

    if (text.n == 0)
        return (struct sipsan_span){"", 0};
    p = take(arena, text.n, 1);
    if (!p)
        return (struct sipsan_span){NULL, 0};
    memcpy(p, text.p, text.n);
    return (struct sipsan_span){p, text.n};
}

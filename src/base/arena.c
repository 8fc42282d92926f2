/* Bump allocation in blocks of one size; what does not fit gets a block of its own. */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#define ALIGN        alignof(max_align_t)
#define BLOCK_HEADER ((sizeof(struct sipsan_block) + ALIGN - 1) / ALIGN * ALIGN)

void sipsan_pool_init(struct sipsan_pool *pool, struct sipsan_mem *mem, size_t block_size,
                      size_t free_max)
{
    *pool = (struct sipsan_pool){.mem = mem, .block_size = block_size, .free_max = free_max};
}

void sipsan_pool_free(struct sipsan_pool *pool)
{
    struct sipsan_block *b = pool->free;

    while (b) {
        struct sipsan_block *next = b->next;

        sipsan_mem_free(pool->mem, b, b->size);
        b = next;
    }
    pool->free = NULL;
    pool->free_count = 0;
}

static struct sipsan_block *block_get(struct sipsan_pool *pool, size_t size)
{
    struct sipsan_block *b = pool->free;

    if (size == pool->block_size && b) {
        pool->free = b->next;
        pool->free_count--;
        return b;
    }
    b = sipsan_mem_alloc(pool->mem, size);
    if (b)
        b->size = size;
    return b;
}

static void block_put(struct sipsan_pool *pool, struct sipsan_block *b)
{
    if (b->size != pool->block_size || pool->free_count >= pool->free_max) {
        sipsan_mem_free(pool->mem, b, b->size);
        return;
    }
    b->next = pool->free;
    pool->free = b;
    pool->free_count++;
}

void sipsan_arena_init(struct sipsan_arena *arena, struct sipsan_pool *pool)
{
    *arena = (struct sipsan_arena){.pool = pool};
}

void sipsan_arena_reset(struct sipsan_arena *arena)
{
    struct sipsan_block *b = arena->blocks;

    while (b) {
        struct sipsan_block *next = b->next;

        block_put(arena->pool, b);
        b = next;
    }
    arena->blocks = NULL;
    arena->p = arena->lim = NULL;
}

void sipsan_arena_move(struct sipsan_arena *to, struct sipsan_arena *from)
{
    assert(!to->blocks);
    *to = *from;
    from->blocks = NULL;
    from->p = from->lim = NULL;
}

static bool grow(struct sipsan_arena *arena, size_t n)
{
    size_t size = arena->pool->block_size;
    struct sipsan_block *b;

    if (n > SIZE_MAX - BLOCK_HEADER - ALIGN)
        return false;
    if (n > size - BLOCK_HEADER)
        size = n + BLOCK_HEADER;
    b = block_get(arena->pool, size);
    if (!b)
        return false;
    b->next = arena->blocks;
    arena->blocks = b;
    arena->p = (char *)b + BLOCK_HEADER;
    arena->lim = (char *)b + size;
    return true;
}

/* n bytes from a multiple of `align` on. */
static void *take(struct sipsan_arena *arena, size_t n, size_t align)
{
    size_t pad;
    char *p;

    if (!arena->blocks && !grow(arena, n))
        return NULL;
    pad = (align - (uintptr_t)arena->p % align) % align;
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

size_t sipsan_arena_size(const struct sipsan_arena *arena)
{
    size_t n = 0;

    for (const struct sipsan_block *b = arena->blocks; b; b = b->next)
        n += b->size;
    return n;
}

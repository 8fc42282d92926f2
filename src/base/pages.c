/* Regions from the system, cut from their front; lists of free blocks by size. */
#define _DEFAULT_SOURCE
#include "base/pages.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* A large page of x86-64 and of most others; where they have another size it is only a unit. */
#define PAGE   ((size_t)2 << 20)
#define REGION (16 * PAGE)

#define SYSTEM_PAGE 4096 /* or a part of it */

/* In front of every block and region. */
struct sipsan_pages_head {
    _Alignas(max_align_t) size_t size; /* of the block or region, this included */
    struct sipsan_pages_head *next;
};

#define HEAD  sizeof(struct sipsan_pages_head)
#define ALIGN _Alignof(max_align_t)

void sipsan_pages_init(struct sipsan_pages *pages)
{
    memset(pages, 0, sizeof(*pages));
    pthread_mutex_init(&pages->lock, NULL);
}

/* From the start of a large page on; NULL: the system refuses. Memory that is not touched takes
 * none. */
static struct sipsan_pages_head *map(size_t n)
{
    size_t more = n + PAGE;
    char *p, *from;

    if (more < n)
        return NULL;
    p = mmap(NULL, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
             0);
    if (p == MAP_FAILED)
        return NULL;
    from = p + (0 - (uintptr_t)p) % PAGE;
    if (from > p)
        munmap(p, (size_t)(from - p));
    munmap(from + n, more - n - (size_t)(from - p));
#ifdef MADV_HUGEPAGE
    (void)madvise(from, n, MADV_HUGEPAGE);
#endif
    return (struct sipsan_pages_head *)(void *)from;
}

void sipsan_pages_free(struct sipsan_pages *pages)
{
    struct sipsan_pages_head *region = pages->regions;

    while (region) {
        struct sipsan_pages_head *next = region->next;

        munmap(region, region->size);
        region = next;
    }
    pthread_mutex_destroy(&pages->lock);
}

/* Medium sizes go in eight steps from a power of two to the next: how wide these are. */
static size_t step_of(size_t size)
{
    size_t step = SIPSAN_PAGES_SMALL / 8;

    while (16 * step <= size)
        step *= 2;
    return step;
}

/* Of a block that has room for n octets; 0: there is none so large. */
static size_t size_for(size_t n)
{
    size_t size = n + HEAD, step = ALIGN;

    if (n > SIZE_MAX / 2)
        return 0;
    if (size > SIPSAN_PAGES_LARGE)
        step = SYSTEM_PAGE;
    else if (size > SIPSAN_PAGES_SMALL)
        step = step_of(size);
    return (size + step - 1) / step * step;
}

/* Where free blocks of this size wait. */
static struct sipsan_pages_head **list_of(struct sipsan_pages *pages, size_t size)
{
    size_t i = 0;

    if (size <= SIPSAN_PAGES_SMALL)
        return &pages->small[size / ALIGN];
    for (size_t step = step_of(size); step > SIPSAN_PAGES_SMALL / 8; step /= 2)
        i += 8;
    return &pages->medium[i + size / step_of(size) - 8];
}

static struct sipsan_pages_head *cut_from(struct sipsan_pages_room *room, size_t size)
{
    char *p = room->p;

    if ((size_t)(room->lim - p) < size)
        return NULL;
    room->p = p + size;
    return (struct sipsan_pages_head *)(void *)p;
}

/* Tables that grow leave what they outgrow behind: small blocks are cut from it. */
static struct sipsan_pages_head *cut_from_left(struct sipsan_pages *pages, size_t size)
{
    struct sipsan_pages_head *block = cut_from(&pages->left, size);

    for (size_t i = 0;
         !block && pages->medium_free > 0 && i < sizeof(pages->medium) / sizeof(pages->medium[0]);
         i++) {
        struct sipsan_pages_head *from = pages->medium[i];

        if (!from)
            continue;
        pages->medium[i] = from->next;
        pages->medium_free--;
        pages->left.p = (char *)from;
        pages->left.lim = (char *)from + from->size;
        block = cut_from(&pages->left, size);
    }
    return block;
}

/* What is left of a region when the next block does not fit is not used. */
static struct sipsan_pages_head *cut(struct sipsan_pages *pages, size_t size)
{
    struct sipsan_pages_head *block = cut_from(&pages->room, size), *region;

    if (block)
        return block;
    region = map(REGION);
    if (!region)
        return NULL;
    *region = (struct sipsan_pages_head){.size = REGION, .next = pages->regions};
    pages->regions = region;
    pages->room.p = (char *)(region + 1);
    pages->room.lim = (char *)region + REGION;
    return cut_from(&pages->room, size);
}

static struct sipsan_pages_head *take(struct sipsan_pages *pages, size_t size)
{
    struct sipsan_pages_head **list = list_of(pages, size);
    struct sipsan_pages_head *block = *list;

    if (block) {
        *list = block->next;
        pages->medium_free -= size > SIPSAN_PAGES_SMALL;
        return block;
    }
    if (size <= SIPSAN_PAGES_SMALL)
        block = cut_from_left(pages, size);
    return block ? block : cut(pages, size);
}

void *sipsan_pages_alloc(void *user, size_t n)
{
    struct sipsan_pages *pages = user;
    size_t size = size_for(n);
    struct sipsan_pages_head *block;

    if (size == 0)
        return NULL;
    if (size > SIPSAN_PAGES_LARGE) {
        block = map(size);
    } else {
        pthread_mutex_lock(&pages->lock);
        block = take(pages, size);
        pthread_mutex_unlock(&pages->lock);
    }
    if (!block)
        return NULL;
    block->size = size;
    return block + 1;
}

void sipsan_pages_release(void *user, void *p)
{
    struct sipsan_pages *pages = user;
    struct sipsan_pages_head *block = p, **list;

    if (!p)
        return;
    block--;
    if (block->size > SIPSAN_PAGES_LARGE) {
        munmap(block, block->size);
        return;
    }
    list = list_of(pages, block->size);
    pthread_mutex_lock(&pages->lock);
    block->next = *list;
    *list = block;
    pages->medium_free += block->size > SIPSAN_PAGES_SMALL;
    pthread_mutex_unlock(&pages->lock);
}

void *sipsan_pages_resize(void *user, void *p, size_t n)
{
    size_t size = p ? ((struct sipsan_pages_head *)p - 1)->size : 0;
    void *other;

    if (p && size == size_for(n))
        return p;
    other = sipsan_pages_alloc(user, n);
    if (!other || !p)
        return other;
    memcpy(other, p, n < size - HEAD ? n : size - HEAD);
    sipsan_pages_release(user, p);
    return other;
}

/* Chained buckets. Doubling moves every link once; amortised it costs a constant per insertion. */
#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/prefetch.h"

#define FIRST_BUCKETS 64u

void sipsan_map_init(struct sipsan_map *map, struct sipsan_mem *mem, size_t max)
{
    *map = (struct sipsan_map){.mem = mem, .max = max};
}

void sipsan_map_free(struct sipsan_map *map)
{
    sipsan_mem_free(map->mem, map->buckets, map->bucket_count * sizeof(*map->buckets));
    map->buckets = NULL;
    map->bucket_count = map->count = 0;
}

void sipsan_map_clear(struct sipsan_map *map)
{
    if (map->buckets)
        memset(map->buckets, 0, map->bucket_count * sizeof(*map->buckets));
    map->count = 0;
}

static struct sipsan_bucket *bucket_of(const struct sipsan_map *map, uint64_t hash)
{
    return &map->buckets[hash & (map->bucket_count - 1)];
}

static uint64_t mark(uint64_t hash)
{
    return UINT64_C(1) << (hash >> 58);
}

static void push(const struct sipsan_map *map, struct sipsan_map_link *link)
{
    struct sipsan_bucket *bucket = bucket_of(map, link->hash);

    link->next = bucket->first;
    bucket->first = link;
    bucket->seen |= mark(link->hash);
}

/* Keeps the order of equal hashes: a chain is turned round before it is pushed anew. */
static bool rehash(struct sipsan_map *map, size_t bucket_count)
{
    struct sipsan_map old = *map;
    struct sipsan_bucket *buckets = sipsan_mem_zalloc(map->mem, bucket_count * sizeof(*buckets));

    if (!buckets)
        return false;
    map->buckets = buckets;
    map->bucket_count = bucket_count;
    for (size_t i = 0; i < old.bucket_count; i++) {
        struct sipsan_map_link *reversed = NULL;
        struct sipsan_map_link *link = old.buckets[i].first;

        while (link) {
            struct sipsan_map_link *next = link->next;

            link->next = reversed;
            reversed = link;
            link = next;
        }
        while (reversed) {
            struct sipsan_map_link *next = reversed->next;

            push(map, reversed);
            reversed = next;
        }
    }
    sipsan_mem_free(map->mem, old.buckets, old.bucket_count * sizeof(*old.buckets));
    return true;
}

bool sipsan_map_add(struct sipsan_map *map, struct sipsan_map_link *link, uint64_t hash)
{
    if (map->count >= map->max)
        return false;
    if (map->bucket_count == 0 && !rehash(map, FIRST_BUCKETS))
        return false;
    /* A full table that cannot grow still works, only slower. */
    if (map->count >= map->bucket_count / 2)
        (void)rehash(map, map->bucket_count * 2);
    link->hash = hash;
    push(map, link);
    map->count++;
    return true;
}

void sipsan_map_remove(struct sipsan_map *map, struct sipsan_map_link *link)
{
    struct sipsan_bucket *bucket = bucket_of(map, link->hash);
    struct sipsan_map_link **at = &bucket->first;

    while (*at != link) {
        assert(*at);
        at = &(*at)->next;
    }
    *at = link->next;
    link->next = NULL;
    if (!bucket->first)
        bucket->seen = 0;
    map->count--;
}

static struct sipsan_map_link *seek(struct sipsan_map_link *link, uint64_t hash)
{
    while (link && link->hash != hash)
        link = link->next;
    return link;
}

struct sipsan_map_link *sipsan_map_first(const struct sipsan_map *map, uint64_t hash)
{
    const struct sipsan_bucket *bucket;

    if (map->bucket_count == 0)
        return NULL;
    bucket = bucket_of(map, hash);
    return bucket->seen & mark(hash) ? seek(bucket->first, hash) : NULL;
}

struct sipsan_map_link *sipsan_map_next(const struct sipsan_map_link *link)
{
    return seek(link->next, link->hash);
}

void sipsan_map_expect(const struct sipsan_map *map, uint64_t hash)
{
    if (map->bucket_count > 0)
        sipsan_prefetch(bucket_of(map, hash), 0, 1);
}

void sipsan_map_expect_object(const struct sipsan_map *map, uint64_t hash, size_t before,
                              size_t size)
{
    const struct sipsan_bucket *bucket;

    if (map->bucket_count == 0)
        return;
    bucket = bucket_of(map, hash);
    if (bucket->seen & mark(hash) && bucket->first)
        sipsan_prefetch(bucket->first, before, size - before);
}

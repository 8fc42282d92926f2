/* Chained buckets. Doubling moves every link once; amortised it costs a constant per insertion. */
#include "base/map.h"

#include <assert.h>
#include <string.h>

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

static struct sipsan_map_link **slot(const struct sipsan_map *map, uint64_t hash)
{
    return &map->buckets[hash & (map->bucket_count - 1)];
}

/* Keeps the order of equal hashes: links are appended in the order in which they stood. */
static bool rehash(struct sipsan_map *map, size_t bucket_count)
{
    struct sipsan_map old = *map;
    struct sipsan_map_link **buckets = sipsan_mem_zalloc(map->mem, bucket_count * sizeof(*buckets));

    if (!buckets)
        return false;
    map->buckets = buckets;
    map->bucket_count = bucket_count;
    for (size_t i = 0; i < old.bucket_count; i++) {
        struct sipsan_map_link *reversed = NULL;
        struct sipsan_map_link *link = old.buckets[i];

        while (link) {
            struct sipsan_map_link *next = link->next;

            link->next = reversed;
            reversed = link;
            link = next;
        }
        while (reversed) {
            struct sipsan_map_link *next = reversed->next;
            struct sipsan_map_link **head = slot(map, reversed->hash);

            reversed->next = *head;
            *head = reversed;
            reversed = next;
        }
    }
    sipsan_mem_free(map->mem, old.buckets, old.bucket_count * sizeof(*old.buckets));
    return true;
}

bool sipsan_map_add(struct sipsan_map *map, struct sipsan_map_link *link, uint64_t hash)
{
    struct sipsan_map_link **head;

    if (map->count >= map->max)
        return false;
    if (map->bucket_count == 0 && !rehash(map, FIRST_BUCKETS))
        return false;
    /* A full table that cannot grow still works, only slower. */
    if (map->count >= map->bucket_count)
        (void)rehash(map, map->bucket_count * 2);
    head = slot(map, hash);
    link->hash = hash;
    link->next = *head;
    *head = link;
    map->count++;
    return true;
}

void sipsan_map_remove(struct sipsan_map *map, struct sipsan_map_link *link)
{
    struct sipsan_map_link **at = slot(map, link->hash);

    while (*at != link) {
        assert(*at);
        at = &(*at)->next;
    }
    *at = link->next;
    link->next = NULL;
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
    return map->bucket_count == 0 ? NULL : seek(*slot(map, hash), hash);
}

struct sipsan_map_link *sipsan_map_next(const struct sipsan_map_link *link)
{
    return seek(link->next, link->hash);
}

/* Open addressing, the next slot that is free: what one look-up needs is mostly in one cache line.
 * What leaves is filled up from behind, so that no search goes on past its place. Doubling moves
 * every slot once; amortised it costs a constant per insertion. */
#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/prefetch.h"

#define FIRST_SLOTS 64u

void sipsan_map_init(struct sipsan_map *map, struct sipsan_mem *mem, size_t max)
{
    *map = (struct sipsan_map){.mem = mem, .max = max};
}

void sipsan_map_free(struct sipsan_map *map)
{
    sipsan_mem_free(map->mem, map->slots, map->slot_count * sizeof(*map->slots));
    map->slots = NULL;
    map->slot_count = map->used = map->count = 0;
}

void sipsan_map_clear(struct sipsan_map *map)
{
    if (map->slots)
        memset(map->slots, 0, map->slot_count * sizeof(*map->slots));
    map->used = map->count = 0;
}

/* The slot of this hash, or the free one where it would stand. Some slot is always free. */
static struct sipsan_map_slot *slot_of(const struct sipsan_map *map, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    size_t i = hash & mask;

    while (map->slots[i].first && map->slots[i].hash != hash)
        i = (i + 1) & mask;
    return &map->slots[i];
}

static bool rehash(struct sipsan_map *map, size_t slot_count)
{
    struct sipsan_map old = *map;
    struct sipsan_map_slot *slots = sipsan_mem_zalloc(map->mem, slot_count * sizeof(*slots));

    if (!slots)
        return false;
    map->slots = slots;
    map->slot_count = slot_count;
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i].first)
            *slot_of(map, old.slots[i].hash) = old.slots[i];
    sipsan_mem_free(map->mem, old.slots, old.slot_count * sizeof(*old.slots));
    return true;
}

bool sipsan_map_add(struct sipsan_map *map, struct sipsan_map_link *link, uint64_t hash)
{
    struct sipsan_map_slot *slot;

    if (map->count >= map->max)
        return false;
    if (map->slot_count == 0 && !rehash(map, FIRST_SLOTS))
        return false;
    /* A table that cannot grow still works, only slower, until it is nearly full. */
    if (map->used >= map->slot_count / 2)
        (void)rehash(map, map->slot_count * 2);
    slot = slot_of(map, hash);
    if (!slot->first) {
        if (map->used >= map->slot_count - map->slot_count / 16)
            return false;
        slot->hash = hash;
        map->used++;
    }
    link->hash = hash;
    link->next = slot->first;
    slot->first = link;
    map->count++;
    return true;
}

/* What stands behind the free slot i and is looked for from before it takes its place. */
static void close_up(const struct sipsan_map *map, size_t i)
{
    size_t mask = map->slot_count - 1;

    for (size_t j = (i + 1) & mask; map->slots[j].first; j = (j + 1) & mask) {
        size_t home = map->slots[j].hash & mask;

        if (((j - home) & mask) < ((j - i) & mask))
            continue;
        map->slots[i] = map->slots[j];
        map->slots[j].first = NULL;
        i = j;
    }
}

void sipsan_map_remove(struct sipsan_map *map, struct sipsan_map_link *link)
{
    struct sipsan_map_slot *slot = slot_of(map, link->hash);
    struct sipsan_map_link **at = &slot->first;

    while (*at != link) {
        assert(*at);
        at = &(*at)->next;
    }
    *at = link->next;
    link->next = NULL;
    map->count--;
    if (slot->first)
        return;
    map->used--;
    close_up(map, (size_t)(slot - map->slots));
}

struct sipsan_map_link *sipsan_map_first(const struct sipsan_map *map, uint64_t hash)
{
    return map->slot_count > 0 ? slot_of(map, hash)->first : NULL;
}

void sipsan_map_expect(const struct sipsan_map *map, uint64_t hash)
{
    if (map->slot_count > 0)
        sipsan_prefetch(&map->slots[hash & (map->slot_count - 1)], 0, 1);
}

void sipsan_map_expect_object(const struct sipsan_map *map, uint64_t hash, size_t before,
                              size_t size)
{
    const struct sipsan_map_link *first = sipsan_map_first(map, hash);

    if (first)
        sipsan_prefetch(first, before, size - before);
}

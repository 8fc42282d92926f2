/* Intrusive hash table: the object holds the link, the caller knows its key. Slots double as the
 * table fills, up to the ceiling of objects. Walk the objects of a hash with sipsan_map_first and
 * sipsan_map_next and compare keys there; no order of hashes is promised and none may reach the
 * output. */
#ifndef SIPSAN_BASE_MAP_H
#define SIPSAN_BASE_MAP_H

#include "base/mem.h"

struct sipsan_map_link {
    struct sipsan_map_link *next; /* of the same hash */
    uint64_t hash;
};

/* A hash and what bears it. The hash stands here too, so that a look-up, a removal and the growth
 * of the table touch no object but the one that is meant: objects are far from the cache. */
struct sipsan_map_slot {
    uint64_t hash;
    struct sipsan_map_link *first; /* NULL: the slot is free */
};

struct sipsan_map {
    struct sipsan_mem *mem;
    struct sipsan_map_slot *slots;
    size_t slot_count; /* a power of two, or 0 before the first insertion */
    size_t used;       /* slots that are not free: different hashes */
    size_t count;
    size_t max; /* objects; sipsan_map_add refuses more */
};

/* The object of type `type` whose member `member` is `link`. */
#define sipsan_container(link, type, member)                                                       \
    ((type *)(void *)((char *)(link)-offsetof(type, member)))

void sipsan_map_init(struct sipsan_map *map, struct sipsan_mem *mem, size_t max);

/* Frees the slots, not the objects. */
void sipsan_map_free(struct sipsan_map *map);

/* Forgets the objects, keeps the slots. */
void sipsan_map_clear(struct sipsan_map *map);

/* False when the ceiling is reached, or the table is full and memory for a larger one is refused.
 * The newest of equal hashes comes first. */
bool sipsan_map_add(struct sipsan_map *map, struct sipsan_map_link *link, uint64_t hash);

/* The link must be in the map. */
void sipsan_map_remove(struct sipsan_map *map, struct sipsan_map_link *link);

/* Hint that this hash will be looked for soon: brings its slot nearer to the processor. */
void sipsan_map_expect(const struct sipsan_map *map, uint64_t hash);

/* A while after sipsan_map_expect: the same for the newest object of this hash, `size` bytes of it
 * from `before` bytes ahead of its link. */
void sipsan_map_expect_object(const struct sipsan_map *map, uint64_t hash, size_t before,
                              size_t size);

struct sipsan_map_link *sipsan_map_first(const struct sipsan_map *map, uint64_t hash);

static inline struct sipsan_map_link *sipsan_map_next(const struct sipsan_map_link *link)
{
    return link->next;
}

#endif

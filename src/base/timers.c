/* An indexed heap: the place of every timer is known, so that it can be moved without a search. */
#include "base/timers.h"

#include <string.h>

#include "base/prefetch.h"

#define CHILDREN   4u
#define FIRST_ROOM 256u

void sipsan_timers_init(struct sipsan_timers *timers, struct sipsan_mem *mem)
{
    *timers = (struct sipsan_timers){.mem = mem};
}

/* Bytes of the block that holds room for so many timers. */
static size_t block_size(size_t room)
{
    return room *
           (sizeof(struct sipsan_timer_entry) + sizeof(struct sipsan_timer *) + sizeof(uint32_t));
}

void sipsan_timers_free(struct sipsan_timers *timers)
{
    sipsan_timers_clear(timers);
    sipsan_mem_free(timers->mem, timers->heap, block_size(timers->room));
    timers->heap = NULL;
    timers->room = 0;
}

void sipsan_timers_clear(struct sipsan_timers *timers)
{
    for (size_t i = 0; i < timers->count; i++)
        timers->owners[timers->heap[i].slot - 1]->slot = 0;
    timers->count = 0;
    timers->used = timers->free = 0;
    timers->order = 0;
}

static bool before(const struct sipsan_timer_entry *a, const struct sipsan_timer_entry *b)
{
    return a->due < b->due || (a->due == b->due && (int32_t)(a->order - b->order) < 0);
}

static void put(struct sipsan_timers *timers, size_t i, const struct sipsan_timer_entry *entry)
{
    timers->heap[i] = *entry;
    timers->places[entry->slot - 1] = (uint32_t)i;
}

static void rise(struct sipsan_timers *timers, size_t i, const struct sipsan_timer_entry *entry)
{
    while (i > 0) {
        size_t parent = (i - 1) / CHILDREN;

        if (!before(entry, &timers->heap[parent]))
            break;
        put(timers, i, &timers->heap[parent]);
        i = parent;
    }
    put(timers, i, entry);
}

static void sink(struct sipsan_timers *timers, size_t i, const struct sipsan_timer_entry *entry)
{
    for (;;) {
        size_t first = i * CHILDREN + 1;
        size_t best = first;

        if (first >= timers->count)
            break;
        for (size_t c = first + 1; c < first + CHILDREN && c < timers->count; c++)
            if (before(&timers->heap[c], &timers->heap[best]))
                best = c;
        if (!before(&timers->heap[best], entry))
            break;
        put(timers, i, &timers->heap[best]);
        i = best;
    }
    put(timers, i, entry);
}

/* The entry stands at i but belongs elsewhere. */
static void settle(struct sipsan_timers *timers, size_t i, const struct sipsan_timer_entry *entry)
{
    if (i > 0 && before(entry, &timers->heap[(i - 1) / CHILDREN]))
        rise(timers, i, entry);
    else
        sink(timers, i, entry);
}

static bool make_room(struct sipsan_timers *timers)
{
    struct sipsan_timers old = *timers;
    size_t room = old.room ? old.room * 2 : FIRST_ROOM;
    void *block;

    if (old.count < old.room)
        return true;
    block = room <= INT32_MAX ? sipsan_mem_alloc(timers->mem, block_size(room)) : NULL;
    if (!block)
        return false;
    timers->heap = block;
    timers->owners = (void *)(timers->heap + room);
    timers->places = (void *)(timers->owners + room);
    timers->room = room;
    if (old.room > 0) {
        memcpy(timers->heap, old.heap, old.room * sizeof(*old.heap));
        memcpy(timers->owners, old.owners, old.room * sizeof(*old.owners));
        memcpy(timers->places, old.places, old.room * sizeof(*old.places));
    }
    sipsan_mem_free(timers->mem, old.heap, block_size(old.room));
    return true;
}

static uint32_t take_slot(struct sipsan_timers *timers)
{
    uint32_t slot = timers->free;

    if (slot == 0)
        return ++timers->used;
    timers->free = timers->places[slot - 1];
    return slot;
}

bool sipsan_timer_set(struct sipsan_timers *timers, struct sipsan_timer *timer, int64_t due)
{
    struct sipsan_timer_entry entry = {.due = due};
    size_t place;

    if (timer->slot == 0) {
        if (!make_room(timers))
            return false;
        timer->slot = take_slot(timers);
        timers->owners[timer->slot - 1] = timer;
        place = timers->count++;
    } else {
        place = timers->places[timer->slot - 1];
        if (due >= timers->heap[place].due) {
            timer->due = due; /* put off: seen to when the old time comes */
            return true;
        }
    }
    timer->due = due;
    entry.slot = timer->slot;
    entry.order = ++timers->order;
    settle(timers, place, &entry);
    return true;
}

void sipsan_timer_stop(struct sipsan_timers *timers, struct sipsan_timer *timer)
{
    uint32_t slot = timer->slot;
    struct sipsan_timer_entry last;
    size_t place;

    if (slot == 0)
        return;
    place = timers->places[slot - 1];
    timer->slot = 0;
    timers->places[slot - 1] = timers->free;
    timers->free = slot;
    last = timers->heap[--timers->count];
    if (last.slot != slot)
        settle(timers, place, &last);
}

void sipsan_timers_expect(struct sipsan_timers *timers, size_t before, size_t after)
{
    uint32_t slot = timers->count > 0 ? timers->heap[0].slot : 0;

    if (slot == timers->expected)
        return;
    timers->expected = slot;
    if (slot != 0)
        sipsan_prefetch(timers->owners[slot - 1], before, after);
}

struct sipsan_timer *sipsan_timers_pop(struct sipsan_timers *timers, int64_t now)
{
    while (timers->count > 0 && timers->heap[0].due <= now) {
        struct sipsan_timer_entry first = timers->heap[0];
        struct sipsan_timer *timer = timers->owners[first.slot - 1];

        if (timer->due <= first.due) {
            sipsan_timer_stop(timers, timer);
            return timer;
        }
        first.due = timer->due;
        first.order = ++timers->order;
        sink(timers, 0, &first);
    }
    return NULL;
}

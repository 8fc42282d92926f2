/* An indexed heap: every timer knows its place, so that it can be moved without a search. */
#include "base/timers.h"

#define CHILDREN   4u
#define FIRST_ROOM 256u

void sipsan_timers_init(struct sipsan_timers *timers, struct sipsan_mem *mem)
{
    *timers = (struct sipsan_timers){.mem = mem};
}

void sipsan_timers_free(struct sipsan_timers *timers)
{
    sipsan_timers_clear(timers);
    sipsan_mem_free(timers->mem, timers->heap, timers->room * sizeof(*timers->heap));
    timers->heap = NULL;
    timers->room = 0;
}

void sipsan_timers_clear(struct sipsan_timers *timers)
{
    for (size_t i = 0; i < timers->count; i++)
        timers->heap[i].timer->slot = 0;
    timers->count = 0;
    timers->order = 0;
}

static bool before(const struct sipsan_timer_entry *a, const struct sipsan_timer_entry *b)
{
    return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void put(struct sipsan_timers *timers, size_t i, const struct sipsan_timer_entry *entry)
{
    timers->heap[i] = *entry;
    entry->timer->slot = (uint32_t)i + 1;
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
    size_t room = timers->room ? timers->room * 2 : FIRST_ROOM;
    size_t unit = sizeof(*timers->heap);
    void *heap;

    if (timers->count < timers->room)
        return true;
    heap = sipsan_mem_resize(timers->mem, timers->heap, timers->room * unit, room * unit);
    if (!heap)
        return false;
    timers->heap = heap;
    timers->room = room;
    return true;
}

bool sipsan_timer_set(struct sipsan_timers *timers, struct sipsan_timer *timer, int64_t due)
{
    struct sipsan_timer_entry entry = {.due = due, .timer = timer};
    size_t i;

    if (timer->slot == 0) {
        if (!make_room(timers))
            return false;
        timer->slot = (uint32_t)++timers->count;
    } else if (due >= timers->heap[timer->slot - 1].due) {
        timer->due = due; /* put off: seen to when the old time comes */
        return true;
    }
    i = timer->slot - 1;
    timer->due = due;
    entry.order = ++timers->order;
    settle(timers, i, &entry);
    return true;
}

void sipsan_timer_stop(struct sipsan_timers *timers, struct sipsan_timer *timer)
{
    size_t i = timer->slot;
    struct sipsan_timer_entry last;

    if (i == 0)
        return;
    i--;
    timer->slot = 0;
    last = timers->heap[--timers->count];
    if (last.timer != timer)
        settle(timers, i, &last);
}

struct sipsan_timer *sipsan_timers_pop(struct sipsan_timers *timers, int64_t now)
{
    while (timers->count > 0 && timers->heap[0].due <= now) {
        struct sipsan_timer_entry first = timers->heap[0];

        if (first.timer->due <= first.due) {
            sipsan_timer_stop(timers, first.timer);
            return first.timer;
        }
        first.due = first.timer->due;
        first.order = ++timers->order;
        sink(timers, 0, &first);
    }
    return NULL;
}

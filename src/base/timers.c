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
        timers->heap[i]->slot = 0;
    timers->count = 0;
    timers->order = 0;
}

static bool before(const struct sipsan_timer *a, const struct sipsan_timer *b)
{
    return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void put(struct sipsan_timers *timers, size_t i, struct sipsan_timer *timer)
{
    timers->heap[i] = timer;
    timer->slot = (uint32_t)i + 1;
}

static void rise(struct sipsan_timers *timers, size_t i, struct sipsan_timer *timer)
{
    while (i > 0) {
        size_t parent = (i - 1) / CHILDREN;

        if (!before(timer, timers->heap[parent]))
            break;
        put(timers, i, timers->heap[parent]);
        i = parent;
    }
    put(timers, i, timer);
}

static void sink(struct sipsan_timers *timers, size_t i, struct sipsan_timer *timer)
{
    for (;;) {
        size_t first = i * CHILDREN + 1;
        size_t best = first;

        if (first >= timers->count)
            break;
        for (size_t c = first + 1; c < first + CHILDREN && c < timers->count; c++)
            if (before(timers->heap[c], timers->heap[best]))
                best = c;
        if (!before(timers->heap[best], timer))
            break;
        put(timers, i, timers->heap[best]);
        i = best;
    }
    put(timers, i, timer);
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
    size_t i;

    if (timer->slot == 0) {
        if (!make_room(timers))
            return false;
        timer->slot = (uint32_t)++timers->count;
    }
    i = timer->slot - 1;
    timer->due = due;
    timer->order = ++timers->order;
    if (i > 0 && before(timer, timers->heap[(i - 1) / CHILDREN]))
        rise(timers, i, timer);
    else
        sink(timers, i, timer);
    return true;
}

void sipsan_timer_stop(struct sipsan_timers *timers, struct sipsan_timer *timer)
{
    size_t i = timer->slot;
    struct sipsan_timer *last;

    if (i == 0)
        return;
    i--;
    timer->slot = 0;
    last = timers->heap[--timers->count];
    if (last == timer)
        return;
    if (i > 0 && before(last, timers->heap[(i - 1) / CHILDREN]))
        rise(timers, i, last);
    else
        sink(timers, i, last);
}

struct sipsan_timer *sipsan_timers_pop(struct sipsan_timers *timers, int64_t now)
{
    struct sipsan_timer *first;

    if (timers->count == 0 || timers->heap[0]->due > now)
        return NULL;
    first = timers->heap[0];
    sipsan_timer_stop(timers, first);
    return first;
}

/* A heap with four children a node for the ticks that have begun, a wheel for those to come. A slot
 * knows its place, so that it can be taken out without a search. */
#include "base/timers.h"

#include <string.h>

#include "base/prefetch.h"

#define CHILDREN   4u
#define FIRST_ROOM 256u

/* Places of slots that are not in the heap. */
#define IN_WHEEL UINT32_MAX
#define IN_LATER (UINT32_MAX - 1)

/* Ticks that a hint may look ahead. */
#define AHEAD 8

/* Timers that a hint tells of: those that are due first, more or less. */
#define FETCHED_MAX 64u

void sipsan_timers_init(struct sipsan_timers *timers, struct sipsan_mem *mem)
{
    *timers = (struct sipsan_timers){.mem = mem};
}

/* Bytes of the block that holds room for so many timers. */
static size_t block_size(size_t room)
{
    return room * (sizeof(struct sipsan_timer_slot) + sizeof(uint32_t));
}

void sipsan_timers_free(struct sipsan_timers *timers)
{
    sipsan_timers_clear(timers);
    sipsan_mem_free(timers->mem, timers->slots, block_size(timers->room));
    timers->slots = NULL;
    timers->room = 0;
}

void sipsan_timers_clear(struct sipsan_timers *timers)
{
    for (size_t i = 0; i < timers->used; i++)
        if (timers->slots[i].owner)
            timers->slots[i].owner->slot = 0;
    memset(timers->wheel, 0, sizeof(timers->wheel));
    timers->count = 0;
    timers->near = timers->later = timers->used = timers->free = timers->order = 0;
    timers->tick = timers->edge = timers->sorted = 0;
    timers->fetching = timers->fetched = false;
}

static struct sipsan_timer_slot *slot_at(const struct sipsan_timers *timers, uint32_t slot)
{
    return &timers->slots[slot - 1];
}

static int64_t tick_of(int64_t time)
{
    return time >> SIPSAN_TIMER_TICK_BITS;
}

/* The heap --------------------------------------------------------------------------------------
 */

static bool before(const struct sipsan_timer_slot *a, const struct sipsan_timer_slot *b)
{
    return a->due < b->due || (a->due == b->due && (int32_t)(a->order - b->order) < 0);
}

static void put(struct sipsan_timers *timers, uint32_t i, uint32_t slot)
{
    timers->heap[i] = slot;
    slot_at(timers, slot)->place = i;
}

static void rise(struct sipsan_timers *timers, uint32_t i, uint32_t slot)
{
    const struct sipsan_timer_slot *mine = slot_at(timers, slot);

    while (i > 0) {
        uint32_t parent = (i - 1) / CHILDREN;

        if (!before(mine, slot_at(timers, timers->heap[parent])))
            break;
        put(timers, i, timers->heap[parent]);
        i = parent;
    }
    put(timers, i, slot);
}

static void sink(struct sipsan_timers *timers, uint32_t i, uint32_t slot)
{
    const struct sipsan_timer_slot *mine = slot_at(timers, slot);

    for (;;) {
        uint32_t first = i * CHILDREN + 1, best = first;

        if (first >= timers->near)
            break;
        for (uint32_t c = first + 1; c < first + CHILDREN && c < timers->near; c++)
            if (before(slot_at(timers, timers->heap[c]), slot_at(timers, timers->heap[best])))
                best = c;
        if (!before(slot_at(timers, timers->heap[best]), mine))
            break;
        put(timers, i, timers->heap[best]);
        i = best;
    }
    put(timers, i, slot);
}

/* The slot stands at i but belongs elsewhere. */
static void settle(struct sipsan_timers *timers, uint32_t i, uint32_t slot)
{
    if (i > 0 && before(slot_at(timers, slot), slot_at(timers, timers->heap[(i - 1) / CHILDREN])))
        rise(timers, i, slot);
    else
        sink(timers, i, slot);
}

static void leave_heap(struct sipsan_timers *timers, uint32_t place)
{
    uint32_t last = timers->heap[--timers->near];

    if (place < timers->near)
        settle(timers, place, last);
}

/* The wheel -------------------------------------------------------------------------------------
 */

static uint32_t *list_of(struct sipsan_timers *timers, const struct sipsan_timer_slot *s)
{
    if (s->place == IN_LATER)
        return &timers->later;
    return &timers->wheel[(uint64_t)tick_of(s->due) % SIPSAN_TIMER_WHEEL];
}

static void enter_list(struct sipsan_timers *timers, uint32_t slot)
{
    struct sipsan_timer_slot *s = slot_at(timers, slot);
    uint32_t *first = list_of(timers, s);

    s->next = *first;
    s->prev = 0;
    if (s->next != 0)
        slot_at(timers, s->next)->prev = slot;
    *first = slot;
}

static void leave_list(struct sipsan_timers *timers, const struct sipsan_timer_slot *s)
{
    if (s->prev != 0)
        slot_at(timers, s->prev)->next = s->next;
    else
        *list_of(timers, s) = s->next;
    if (s->next != 0)
        slot_at(timers, s->next)->prev = s->prev;
}

/* Where it waits until it is due. */
static void enter(struct sipsan_timers *timers, uint32_t slot)
{
    struct sipsan_timer_slot *s = slot_at(timers, slot);
    int64_t tick = tick_of(s->due);

    if (tick < timers->edge) {
        rise(timers, timers->near++, slot);
        return;
    }
    s->place = tick - timers->edge < (int64_t)SIPSAN_TIMER_WHEEL ? IN_WHEEL : IN_LATER;
    enter_list(timers, slot);
}

static void leave(struct sipsan_timers *timers, const struct sipsan_timer_slot *s)
{
    if (s->place >= IN_LATER)
        leave_list(timers, s);
    else
        leave_heap(timers, s->place);
}

/* Those of a list find their places anew; what is due within a tick will be touched soon. */
static void pour(struct sipsan_timers *timers, uint32_t *list)
{
    uint32_t slot = *list;

    *list = 0;
    while (slot != 0) {
        const struct sipsan_timer_slot *s = slot_at(timers, slot);
        uint32_t next = s->next;

        enter(timers, slot);
        if (s->place < IN_LATER) {
            sipsan_prefetch(s->owner, timers->before, timers->after);
            timers->fetching = true;
        }
        slot = next;
    }
}

static void sort_later(struct sipsan_timers *timers)
{
    timers->sorted = timers->edge;
    pour(timers, &timers->later);
}

/* Timers of this tick and those before it come into the heap. */
static void advance(struct sipsan_timers *timers, int64_t tick)
{
    const int64_t wheel = SIPSAN_TIMER_WHEEL;

    if (tick < timers->edge)
        return;
    if (timers->count == timers->near) {
        timers->edge = timers->sorted = tick + 1;
        return;
    }
    if (tick - timers->edge >= wheel) {
        timers->edge = tick + 1;
        for (uint32_t i = 0; i < SIPSAN_TIMER_WHEEL; i++)
            pour(timers, &timers->wheel[i]);
        sort_later(timers);
        return;
    }
    while (timers->edge <= tick) {
        uint32_t *list = &timers->wheel[(uint64_t)timers->edge % SIPSAN_TIMER_WHEEL];

        /* What is later than the wheel reached then may be in its reach now, and is not due yet. */
        if (timers->edge - timers->sorted >= wheel)
            sort_later(timers);
        timers->edge++;
        pour(timers, list);
    }
}

/* Timers ----------------------------------------------------------------------------------------
 */

static bool make_room(struct sipsan_timers *timers)
{
    struct sipsan_timers old = {.slots = timers->slots, .heap = timers->heap};
    size_t room = timers->room ? timers->room * 2 : FIRST_ROOM;
    void *block;

    if (timers->count < timers->room)
        return true;
    block = room <= INT32_MAX ? sipsan_mem_alloc(timers->mem, block_size(room)) : NULL;
    if (!block)
        return false;
    timers->slots = block;
    timers->heap = (void *)(timers->slots + room);
    if (timers->room > 0) {
        memcpy(timers->slots, old.slots, timers->room * sizeof(*old.slots));
        memcpy(timers->heap, old.heap, timers->near * sizeof(*old.heap));
    }
    sipsan_mem_free(timers->mem, old.slots, block_size(timers->room));
    timers->room = room;
    return true;
}

static uint32_t take_slot(struct sipsan_timers *timers)
{
    uint32_t slot = timers->free;

    if (slot == 0)
        return ++timers->used;
    timers->free = slot_at(timers, slot)->next;
    return slot;
}

bool sipsan_timer_set(struct sipsan_timers *timers, struct sipsan_timer *timer, int64_t due)
{
    struct sipsan_timer_slot *s;

    if (timer->slot == 0) {
        if (!make_room(timers))
            return false;
        timer->slot = take_slot(timers);
        s = slot_at(timers, timer->slot);
        s->owner = timer;
        timers->count++;
    } else {
        s = slot_at(timers, timer->slot);
        if (due >= s->due) {
            timer->due = due; /* put off: seen to when the old time comes */
            return true;
        }
        leave(timers, s);
    }
    timer->due = s->due = due;
    s->order = ++timers->order;
    enter(timers, timer->slot);
    return true;
}

void sipsan_timer_stop(struct sipsan_timers *timers, struct sipsan_timer *timer)
{
    struct sipsan_timer_slot *s;

    if (timer->slot == 0)
        return;
    s = slot_at(timers, timer->slot);
    leave(timers, s);
    s->owner = NULL;
    s->next = timers->free;
    timers->free = timer->slot;
    timer->slot = 0;
    timers->count--;
}

void sipsan_timers_expect(struct sipsan_timers *timers,
                          void (*next)(void *user, const struct sipsan_timer *timer), void *user)
{
    /* A tick ahead of what is due, more when there is nothing in it. */
    while (timers->count > timers->near &&
           (timers->edge <= timers->tick + 1 ||
            (timers->near == 0 && timers->edge <= timers->tick + AHEAD)))
        advance(timers, timers->edge);
    if (timers->fetched)
        for (uint32_t i = 0; i < timers->near && i < FETCHED_MAX; i++)
            next(user, slot_at(timers, timers->heap[i])->owner);
    timers->fetched = timers->fetching;
    timers->fetching = false;
}

struct sipsan_timer *sipsan_timers_pop(struct sipsan_timers *timers, int64_t now)
{
    timers->tick = tick_of(now);
    advance(timers, timers->tick);
    while (timers->near > 0) {
        uint32_t slot = timers->heap[0];
        struct sipsan_timer_slot *s = slot_at(timers, slot);
        struct sipsan_timer *timer = s->owner;

        if (s->due > now)
            return NULL;
        if (timer->due <= s->due) {
            sipsan_timer_stop(timers, timer);
            return timer;
        }
        leave_heap(timers, 0);
        s->due = timer->due;
        s->order = ++timers->order;
        enter(timers, slot);
    }
    return NULL;
}

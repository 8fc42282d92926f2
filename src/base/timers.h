/* Deadlines in capture time, first due first out; equal ones in the order in which they came to
 * stand for that time. What is due soon stands in a heap, so the order is exact; what is due later
 * only waits in a wheel of short lists, one for each tick, until its tick comes near: most timers
 * are stopped or put off before that.
 */
#ifndef SIPSAN_BASE_TIMERS_H
#define SIPSAN_BASE_TIMERS_H

#include "base/mem.h"

/* What waits. The pipeline (sipsan.c) hands a timer that is due to the layer of its kind. */
enum sipsan_timer_kind {
    SIPSAN_TIMER_TXN,     /* the next step of a transaction's machines, or its end */
    SIPSAN_TIMER_OWED,    /* an obligation is overdue */
    SIPSAN_TIMER_DIALOG,  /* a dialog's end */
    SIPSAN_TIMER_BINDING, /* a registration's end */
    SIPSAN_TIMER_NONCE,   /* a challenge is forgotten */
};

/* Lives inside the object that waits. */
struct sipsan_timer {
    int64_t due;   /* microseconds: when it fires */
    uint32_t slot; /* 1-based number among those that are set; 0: not set */
    uint16_t kind; /* enum sipsan_timer_kind */
};

/* What is known of a timer that is set without touching it: most are far from the cache. */
struct sipsan_timer_slot {
    int64_t due; /* not above owner->due: a timer that is put off moves when this time comes */
    struct sipsan_timer *owner; /* NULL: the slot is free */
    uint32_t order;             /* counts round: half of its range is more than there are timers */
    uint32_t place;             /* in the heap, or one of the two below */
    uint32_t next, prev;        /* slots of the same list; 0: none. next: also of the free ones */
};

#define SIPSAN_TIMER_TICK_BITS 14    /* a tick is 16.4 ms */
#define SIPSAN_TIMER_WHEEL     4096u /* ticks: 67 s, longer than most deadlines */

struct sipsan_timers {
    struct sipsan_mem *mem;
    struct sipsan_timer_slot *slots; /* slot 1 is slots[0]; one block with the heap */
    uint32_t *heap;                  /* slots; heap[0] is due first */
    size_t count, room;
    uint32_t near;  /* of the heap */
    uint32_t later; /* beyond the wheel, a list */
    uint32_t used;  /* slots that were ever given out */
    uint32_t free;  /* first slot given back; 0: none */
    uint32_t order;
    bool fetching, fetched;             /* objects of the heap, by hints: since this one, before */
    uint32_t before, after;             /* bytes of an object on either side of its timer: hints */
    int64_t tick;                       /* of the time of the last pop */
    int64_t edge;                       /* timers of ticks before this one stand in the heap */
    int64_t sorted;                     /* edge when `later` was gone through last */
    uint32_t wheel[SIPSAN_TIMER_WHEEL]; /* first of each list */
};

void sipsan_timers_init(struct sipsan_timers *timers, struct sipsan_mem *mem);
void sipsan_timers_free(struct sipsan_timers *timers);

/* Forgets all deadlines; the timers themselves are told. */
void sipsan_timers_clear(struct sipsan_timers *timers);

/* Sets or moves; putting off costs nothing. False when memory is refused: then it is not set. */
bool sipsan_timer_set(struct sipsan_timers *timers, struct sipsan_timer *timer, int64_t due);
void sipsan_timer_stop(struct sipsan_timers *timers, struct sipsan_timer *timer);

/* Hint, to be given between two calls of sipsan_timers_pop: objects whose timers are due soon come
 * nearer to the processor; a call later, when they are there, `next` is told of them, to fetch what
 * they point to. */
void sipsan_timers_expect(struct sipsan_timers *timers,
                          void (*next)(void *user, const struct sipsan_timer *timer), void *user);

/* What is fetched of an object: so many bytes in front of its timer, and from it on. */
static inline void sipsan_timers_fetch(struct sipsan_timers *timers, size_t before, size_t after)
{
    timers->before = (uint32_t)before;
    timers->after = (uint32_t)after;
}

/* Takes out the first timer that is due before or at `now`; NULL when there is none. */
struct sipsan_timer *sipsan_timers_pop(struct sipsan_timers *timers, int64_t now);

#endif

/* Deadlines in capture time, first due first out; equal ones in the order in which they came to
 * stand for that time. A heap with four children a node: the order is exact, setting and clearing
 * cost a few compares.
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

/* The heap knows when to look at a timer, and moves it, without touching it: most timers are far
 * from the cache. */
struct sipsan_timer_entry {
    int64_t due;    /* not above timer->due: a timer that is put off moves when this time comes */
    uint32_t order; /* counts round: half of its range is more than there are timers */
    uint32_t slot;
};

struct sipsan_timers {
    struct sipsan_mem *mem;
    struct sipsan_timer_entry *heap; /* heap[0] is due first; one block with the two below */
    struct sipsan_timer **owners;    /* by slot - 1 */
    uint32_t *places;                /* by slot - 1: place in the heap, or the next free slot */
    size_t count, room;
    uint32_t used;     /* slots that were ever given out */
    uint32_t free;     /* first slot given back; 0: none */
    uint32_t expected; /* slot of the last hint */
    uint32_t order;
};

void sipsan_timers_init(struct sipsan_timers *timers, struct sipsan_mem *mem);
void sipsan_timers_free(struct sipsan_timers *timers);

/* Forgets all deadlines; the timers themselves are told. */
void sipsan_timers_clear(struct sipsan_timers *timers);

/* Sets or moves; putting off costs nothing. False when memory is refused: then it is not set. */
bool sipsan_timer_set(struct sipsan_timers *timers, struct sipsan_timer *timer, int64_t due);
void sipsan_timer_stop(struct sipsan_timers *timers, struct sipsan_timer *timer);

/* Hint: brings the timer that fires next, and so many bytes of its object on either side of it,
 * nearer to the processor. */
void sipsan_timers_expect(struct sipsan_timers *timers, size_t before, size_t after);

/* Takes out the first timer that is due before or at `now`; NULL when there is none. */
struct sipsan_timer *sipsan_timers_pop(struct sipsan_timers *timers, int64_t now);

#endif

/* Loads that go through threads in order: one thread fills them, any of several may prepare them,
 * one finishes them in the order in which they were filled. A load is a number below
 * SIPSAN_RELAY_LOADS; what it stands for is the owner's.
 *
 * Each step sees what the steps before it have written. After sipsan_relay_wait the threads touch
 * nothing until the next sipsan_relay_send. */
#ifndef SIPSAN_BASE_RELAY_H
#define SIPSAN_BASE_RELAY_H

#include <pthread.h>

#include "base/mem.h"

#define SIPSAN_RELAY_LOADS   8u
#define SIPSAN_RELAY_HELPERS 14u

struct sipsan_relay;

struct sipsan_relay_helper {
    struct sipsan_relay *relay;
    pthread_t thread;
    uint32_t number;
};

struct sipsan_relay {
    pthread_mutex_t lock; /* of the counters and of `stop` */
    pthread_cond_t room, work, turn;
    uint64_t sent, claimed, finished;
    bool prepared[SIPSAN_RELAY_LOADS];
    bool stop;

    void (*prepare)(void *user, uint32_t helper, uint32_t load); /* NULL: nothing to prepare */
    void (*finish)(void *user, uint32_t load);
    void *user;

    pthread_t last; /* the one that finishes */
    struct sipsan_relay_helper helpers[SIPSAN_RELAY_HELPERS];
    uint32_t helper_count;
};

/* Starts a thread that finishes and `helpers` that prepare, fewer when the system refuses. False:
 * there is none that finishes, and nothing is left behind. */
bool sipsan_relay_start(struct sipsan_relay *relay, uint32_t helpers,
                        void (*prepare)(void *user, uint32_t helper, uint32_t load),
                        void (*finish)(void *user, uint32_t load), void *user);

/* The load to be filled next, once it is free. */
uint32_t sipsan_relay_take(struct sipsan_relay *relay);

/* The load that was taken is full. */
void sipsan_relay_send(struct sipsan_relay *relay);

/* Until all that was sent is finished. */
void sipsan_relay_wait(struct sipsan_relay *relay);

/* Finishes what was sent, then ends the threads. */
void sipsan_relay_stop(struct sipsan_relay *relay);

#endif

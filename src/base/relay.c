/* One lock, taken twice a load by each thread: loads are large enough for that to cost nothing. Who
 * waits is woken late rather than often, for waking costs more than a message. */
#define _POSIX_C_SOURCE 200809L
#include "base/relay.h"

#include <signal.h>

/* The sender goes on when so many loads are free, the finisher when so many are prepared or the
 * sender waits. */
#define FREE_ENOUGH (SIPSAN_RELAY_LOADS / 2)
#define FULL_ENOUGH 2u

static uint32_t place(uint64_t number)
{
    return (uint32_t)(number % SIPSAN_RELAY_LOADS);
}

static void *help(void *of)
{
    const struct sipsan_relay_helper *self = of;
    struct sipsan_relay *relay = self->relay;

    pthread_mutex_lock(&relay->lock);
    for (;;) {
        uint64_t number;

        while (relay->claimed == relay->sent && !relay->stop)
            pthread_cond_wait(&relay->work, &relay->lock);
        if (relay->claimed == relay->sent)
            break;
        number = relay->claimed++;
        pthread_mutex_unlock(&relay->lock);
        relay->prepare(relay->user, self->number, place(number));
        pthread_mutex_lock(&relay->lock);
        relay->prepared[place(number)] = true;
        if (number == relay->finished)
            pthread_cond_signal(&relay->turn);
    }
    pthread_mutex_unlock(&relay->lock);
    return NULL;
}

/* The oldest load that is not finished is there and prepared. */
static bool ready(const struct sipsan_relay *relay)
{
    return relay->finished < relay->sent && relay->prepared[place(relay->finished)];
}

static void *finish(void *of)
{
    struct sipsan_relay *relay = of;

    pthread_mutex_lock(&relay->lock);
    for (;;) {
        uint32_t load = place(relay->finished);

        while (!ready(relay) && !(relay->stop && relay->finished == relay->sent))
            pthread_cond_wait(&relay->turn, &relay->lock);
        if (!ready(relay))
            break;
        pthread_mutex_unlock(&relay->lock);
        relay->finish(relay->user, load);
        pthread_mutex_lock(&relay->lock);
        relay->finished++;
        if (relay->sent - relay->finished <= SIPSAN_RELAY_LOADS - FREE_ENOUGH)
            pthread_cond_signal(&relay->room);
    }
    pthread_mutex_unlock(&relay->lock);
    return NULL;
}

/* Signals are for the caller's threads: ours take none. */
static bool start(pthread_t *thread, void *(*run)(void *), void *of)
{
    sigset_t all, before;
    bool ok;

    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    ok = pthread_create(thread, NULL, run, of) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

static void destroy(struct sipsan_relay *relay)
{
    pthread_cond_destroy(&relay->turn);
    pthread_cond_destroy(&relay->work);
    pthread_cond_destroy(&relay->room);
    pthread_mutex_destroy(&relay->lock);
}

bool sipsan_relay_start(struct sipsan_relay *relay, uint32_t helpers,
                        void (*prepare)(void *user, uint32_t helper, uint32_t load),
                        void (*finish_load)(void *user, uint32_t load), void *user)
{
    *relay = (struct sipsan_relay){.prepare = prepare, .finish = finish_load, .user = user};
    pthread_mutex_init(&relay->lock, NULL);
    pthread_cond_init(&relay->room, NULL);
    pthread_cond_init(&relay->work, NULL);
    pthread_cond_init(&relay->turn, NULL);
    for (; prepare && relay->helper_count < helpers && relay->helper_count < SIPSAN_RELAY_HELPERS;
         relay->helper_count++) {
        struct sipsan_relay_helper *helper = &relay->helpers[relay->helper_count];

        *helper = (struct sipsan_relay_helper){.relay = relay, .number = relay->helper_count};
        if (!start(&helper->thread, help, helper))
            break;
    }
    if (start(&relay->last, finish, relay))
        return true;
    relay->stop = true;
    pthread_cond_broadcast(&relay->work);
    for (uint32_t i = 0; i < relay->helper_count; i++)
        pthread_join(relay->helpers[i].thread, NULL);
    destroy(relay);
    return false;
}

uint32_t sipsan_relay_take(struct sipsan_relay *relay)
{
    pthread_mutex_lock(&relay->lock);
    if (relay->sent - relay->finished == SIPSAN_RELAY_LOADS)
        while (relay->sent - relay->finished > SIPSAN_RELAY_LOADS - FREE_ENOUGH)
            pthread_cond_wait(&relay->room, &relay->lock);
    pthread_mutex_unlock(&relay->lock);
    return place(relay->sent);
}

void sipsan_relay_send(struct sipsan_relay *relay)
{
    pthread_mutex_lock(&relay->lock);
    relay->prepared[place(relay->sent)] = relay->helper_count == 0;
    relay->sent++;
    if (relay->helper_count > 0)
        pthread_cond_signal(&relay->work);
    else if (relay->sent - relay->finished >= FULL_ENOUGH)
        pthread_cond_signal(&relay->turn);
    pthread_mutex_unlock(&relay->lock);
}

void sipsan_relay_wait(struct sipsan_relay *relay)
{
    pthread_mutex_lock(&relay->lock);
    pthread_cond_signal(&relay->turn);
    while (relay->finished < relay->sent)
        pthread_cond_wait(&relay->room, &relay->lock);
    pthread_mutex_unlock(&relay->lock);
}

void sipsan_relay_stop(struct sipsan_relay *relay)
{
    sipsan_relay_wait(relay);
    pthread_mutex_lock(&relay->lock);
    relay->stop = true;
    pthread_cond_broadcast(&relay->work);
    pthread_cond_broadcast(&relay->turn);
    pthread_mutex_unlock(&relay->lock);
    pthread_join(relay->last, NULL);
    for (uint32_t i = 0; i < relay->helper_count; i++)
        pthread_join(relay->helpers[i].thread, NULL);
    destroy(relay);
}

/* Obligations. While its deadline runs, an obligation waits in the timers; afterwards it waits with
 * its debtor's host and with its leg for the frame that proves that the tap still hears them. */
#include "txn/owed.h"

#include <assert.h>

void sipsan_owing_init(struct sipsan_owing *owing, struct sipsan_mem *mem,
                       struct sipsan_timers *timers)
{
    *owing = (struct sipsan_owing){.mem = mem, .timers = timers};
}

void sipsan_owing_free(struct sipsan_owing *owing)
{
    while (owing->spare) {
        struct sipsan_owed *owed = owing->spare;

        owing->spare = owed->next;
        sipsan_mem_free(owing->mem, owed, sizeof(*owed));
    }
}

static void put_spare(struct sipsan_owing *owing, struct sipsan_owed *owed)
{
    owed->next = owing->spare;
    owing->spare = owed;
}

struct sipsan_owed *sipsan_owe(struct sipsan_owing *owing, struct sipsan_owed **list,
                               const struct sipsan_owed *what, int64_t due)
{
    struct sipsan_owed *owed = owing->spare;

    if (owed)
        owing->spare = owed->next;
    else
        owed = sipsan_mem_alloc(owing->mem, sizeof(*owed));
    if (!owed) {
        owing->refused++;
        return NULL;
    }
    *owed = *what;
    owed->timer = (struct sipsan_timer){.kind = SIPSAN_TIMER_OWED};
    owed->overdue_at = owed->on_leg_at = NULL;
    owed->next_overdue = owed->next_on_leg = NULL;
    owed->overdue = owed->heard = owed->proven = false;
    if (!sipsan_timer_set(owing->timers, &owed->timer, due)) {
        owing->refused++;
        put_spare(owing, owed);
        return NULL;
    }
    owed->list = list;
    owed->next = *list;
    *list = owed;
    return owed;
}

struct sipsan_owed *sipsan_owed_find(struct sipsan_owed *list, enum sipsan_owed_kind kind,
                                     const struct sipsan_txn *about)
{
    for (struct sipsan_owed *owed = list; owed; owed = owed->next)
        if (owed->kind == kind && (!about || owed->about == about))
            return owed;
    return NULL;
}

bool sipsan_settle(struct sipsan_owing *owing, struct sipsan_owed **list,
                   enum sipsan_owed_kind kind, const struct sipsan_txn *about)
{
    struct sipsan_owed *owed = *list;
    bool any = false;

    while (owed) {
        struct sipsan_owed *next = owed->next;

        if (owed->kind == kind && (!about || owed->about == about)) {
            sipsan_settle_one(owing, list, owed);
            any = true;
        }
        owed = next;
    }
    return any;
}

static void leave_host(struct sipsan_owed *owed)
{
    if (!owed->overdue_at)
        return;
    *owed->overdue_at = owed->next_overdue;
    if (owed->next_overdue)
        owed->next_overdue->overdue_at = owed->overdue_at;
    owed->overdue_at = NULL;
    owed->next_overdue = NULL;
}

static void leave_leg(struct sipsan_owed *owed)
{
    if (!owed->on_leg_at)
        return;
    *owed->on_leg_at = owed->next_on_leg;
    if (owed->next_on_leg)
        owed->next_on_leg->on_leg_at = owed->on_leg_at;
    owed->on_leg_at = NULL;
    owed->next_on_leg = NULL;
}

void sipsan_settle_one(struct sipsan_owing *owing, struct sipsan_owed **list,
                       struct sipsan_owed *owed)
{
    struct sipsan_owed **at = list;

    while (*at != owed) {
        assert(*at);
        at = &(*at)->next;
    }
    *at = owed->next;
    sipsan_timer_stop(owing->timers, &owed->timer);
    leave_host(owed);
    leave_leg(owed);
    put_spare(owing, owed);
}

void sipsan_owed_done(struct sipsan_owing *owing, struct sipsan_owed *owed)
{
    sipsan_settle_one(owing, owed->list, owed);
}

void sipsan_settle_all(struct sipsan_owing *owing, struct sipsan_owed **list)
{
    while (*list)
        sipsan_settle_one(owing, list, *list);
}

/* What passes there later tells whether octets were missed before it: other hops tell nothing. */
static bool is_stream(enum sipsan_transport transport)
{
    return transport != SIPSAN_UDP && transport != SIPSAN_SCTP;
}

void sipsan_owed_overdue(struct sipsan_owing *owing, struct sipsan_owed *owed,
                         struct sipsan_legs *legs)
{
    struct sipsan_leg *leg = owed->leg;
    struct sipsan_host *host;

    (void)legs;
    sipsan_timer_stop(owing->timers, &owed->timer);
    if (owed->overdue)
        return;
    owed->overdue = true;
    if (!leg)
        return; /* never reported */
    host = leg->host[sipsan_leg_side(leg, &owed->flow.src)];
    owed->heard = host->last_sent > owed->since;
    if (!is_stream(owed->flow.transport)) {
        owed->next_overdue = host->overdue;
        owed->overdue_at = &host->overdue;
        if (host->overdue)
            host->overdue->overdue_at = &owed->next_overdue;
        host->overdue = owed;
    }
    owed->next_on_leg = leg->overdue;
    owed->on_leg_at = &leg->overdue;
    if (leg->overdue)
        leg->overdue->on_leg_at = &owed->next_on_leg;
    leg->overdue = owed;
}

struct sipsan_owed *sipsan_owed_ripe(const struct sipsan_leg *leg, const struct sipsan_addr *src)
{
    struct sipsan_owed *owed;

    if (!leg)
        return NULL;
    owed = leg->host[sipsan_leg_side(leg, src)]->overdue;
    if (!owed)
        owed = leg->overdue;
    if (!owed)
        return NULL;
    leave_host(owed);
    leave_leg(owed);
    owed->proven = true;
    return owed;
}

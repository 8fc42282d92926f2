/* Hosts and legs. Both live as long as the context (transactions and obligations point to them);
 * their number is limited, what does not fit is counted and has no leg. */
#include "txn/leg.h"

#include <string.h>

#include "base/addr.h"
#include "base/hash.h"
#include "base/prefetch.h"

void sipsan_legs_init(struct sipsan_legs *legs, struct sipsan_mem *mem, const uint64_t seed[2],
                      size_t max)
{
    *legs = (struct sipsan_legs){.mem = mem, .seed = {seed[0], seed[1]}};
    /* A leg brings at most two hosts. */
    sipsan_map_init(&legs->hosts, mem, max > SIZE_MAX / 2 ? SIZE_MAX : 2 * max);
    sipsan_map_init(&legs->legs, mem, max);
}

void sipsan_legs_reset(struct sipsan_legs *legs)
{
    sipsan_map_clear(&legs->hosts);
    sipsan_map_clear(&legs->legs);
    while (legs->all_hosts) {
        struct sipsan_host *host = legs->all_hosts;

        legs->all_hosts = host->next;
        host->next = legs->spare_hosts;
        legs->spare_hosts = host;
    }
    while (legs->all_legs) {
        struct sipsan_leg *leg = legs->all_legs;

        legs->all_legs = leg->next;
        leg->next = legs->spare_legs;
        legs->spare_legs = leg;
    }
    legs->refused = 0;
}

void sipsan_legs_free(struct sipsan_legs *legs)
{
    sipsan_legs_reset(legs);
    while (legs->spare_hosts) {
        struct sipsan_host *host = legs->spare_hosts;

        legs->spare_hosts = host->next;
        sipsan_mem_free(legs->mem, host, sizeof(*host));
    }
    while (legs->spare_legs) {
        struct sipsan_leg *leg = legs->spare_legs;

        legs->spare_legs = leg->next;
        sipsan_mem_free(legs->mem, leg, sizeof(*leg));
    }
    sipsan_map_free(&legs->hosts);
    sipsan_map_free(&legs->legs);
}

static int compare_ip(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return memcmp(a->ip, b->ip, sizeof(a->ip));
}

static struct sipsan_host *host_get(struct sipsan_legs *legs, const struct sipsan_addr *addr)
{
    uint64_t hash = sipsan_hash_ip(legs->seed, addr);
    struct sipsan_host *host;

    for (struct sipsan_map_link *l = sipsan_map_first(&legs->hosts, hash); l;
         l = sipsan_map_next(l)) {
        host = sipsan_container(l, struct sipsan_host, link);
        if (addr_same_ip(&host->addr, addr))
            return host;
    }
    host = legs->spare_hosts;
    if (host)
        legs->spare_hosts = host->next;
    else
        host = sipsan_mem_alloc(legs->mem, sizeof(*host));
    if (!host)
        return NULL;
    *host = (struct sipsan_host){.addr = *addr};
    host->addr.port = 0;
    if (!sipsan_map_add(&legs->hosts, &host->link, hash)) {
        host->next = legs->spare_hosts;
        legs->spare_hosts = host;
        return NULL;
    }
    host->next = legs->all_hosts;
    legs->all_hosts = host;
    return host;
}

static struct sipsan_leg *leg_make(struct sipsan_legs *legs, const struct sipsan_addr *a,
                                   const struct sipsan_addr *b, uint64_t hash)
{
    struct sipsan_host *host[2];
    struct sipsan_leg *leg;

    if (legs->legs.count >= legs->legs.max)
        return NULL;
    host[0] = host_get(legs, a);
    host[1] = host[0] ? host_get(legs, b) : NULL;
    if (!host[1])
        return NULL;
    leg = legs->spare_legs;
    if (leg)
        legs->spare_legs = leg->next;
    else
        leg = sipsan_mem_alloc(legs->mem, sizeof(*leg));
    if (!leg)
        return NULL;
    *leg = (struct sipsan_leg){
        .host = {host[0], host[1]},
        .way = {{.min_reply = SIPSAN_NO_REPLY}, {.min_reply = SIPSAN_NO_REPLY}}};
    if (!sipsan_map_add(&legs->legs, &leg->link, hash)) {
        leg->next = legs->spare_legs;
        legs->spare_legs = leg;
        return NULL;
    }
    leg->next = legs->all_legs;
    legs->all_legs = leg;
    return leg;
}

/* In any order. */
static uint64_t leg_hash(const struct sipsan_legs *legs, const struct sipsan_addr *a,
                         const struct sipsan_addr *b)
{
    uint64_t one = sipsan_hash_ip(legs->seed, a), other = sipsan_hash_ip(legs->seed, b);

    return sipsan_hash_join(legs->seed, one ^ other, one + other, 0);
}

uint64_t sipsan_leg_expect(const struct sipsan_legs *legs, const struct sipsan_addr *a,
                           const struct sipsan_addr *b)
{
    uint64_t hash = leg_hash(legs, a, b);

    sipsan_map_expect(&legs->legs, hash);
    return hash;
}

void sipsan_leg_expect_now(const struct sipsan_legs *legs, uint64_t hash,
                           const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    const struct sipsan_map_link *link = sipsan_map_first(&legs->legs, hash);

    if (link) {
        sipsan_prefetch(link, offsetof(struct sipsan_leg, link), sizeof(struct sipsan_leg));
        return;
    }
    sipsan_map_expect(&legs->hosts, sipsan_hash_ip(legs->seed, a));
    sipsan_map_expect(&legs->hosts, sipsan_hash_ip(legs->seed, b));
}

void sipsan_leg_expect_next(const struct sipsan_legs *legs, uint64_t hash)
{
    struct sipsan_map_link *link = sipsan_map_first(&legs->legs, hash);
    const struct sipsan_leg *leg;

    if (!link)
        return;
    leg = sipsan_container(link, struct sipsan_leg, link);
    sipsan_prefetch(leg->host[0], 0, sizeof(*leg->host[0]));
    sipsan_prefetch(leg->host[1], 0, sizeof(*leg->host[1]));
}

static struct sipsan_leg *find(const struct sipsan_legs *legs, const struct sipsan_addr *low,
                               const struct sipsan_addr *high, uint64_t hash)
{
    for (struct sipsan_map_link *l = sipsan_map_first(&legs->legs, hash); l;
         l = sipsan_map_next(l)) {
        struct sipsan_leg *leg = sipsan_container(l, struct sipsan_leg, link);

        if (addr_same_ip(&leg->host[0]->addr, low) && addr_same_ip(&leg->host[1]->addr, high))
            return leg;
    }
    return NULL;
}

struct sipsan_leg *sipsan_leg_find(const struct sipsan_legs *legs, const struct sipsan_addr *a,
                                   const struct sipsan_addr *b)
{
    bool swap = compare_ip(a, b) > 0;
    const struct sipsan_addr *low = swap ? b : a, *high = swap ? a : b;

    return find(legs, low, high, leg_hash(legs, low, high));
}

struct sipsan_leg *sipsan_leg_get(struct sipsan_legs *legs, const struct sipsan_addr *a,
                                  const struct sipsan_addr *b)
{
    return sipsan_leg_of(legs, a, b, leg_hash(legs, a, b));
}

struct sipsan_leg *sipsan_leg_of(struct sipsan_legs *legs, const struct sipsan_addr *a,
                                 const struct sipsan_addr *b, uint64_t hash)
{
    bool swap = compare_ip(a, b) > 0;
    const struct sipsan_addr *low = swap ? b : a, *high = swap ? a : b;
    struct sipsan_leg *leg = find(legs, low, high, hash);

    if (leg)
        return leg;
    leg = leg_make(legs, low, high, hash);
    if (!leg)
        legs->refused++;
    return leg;
}

bool sipsan_losses_since(const struct sipsan_losses *losses, int64_t since)
{
    return losses->pending > 0 || losses->until >= since;
}

void sipsan_leg_lost(struct sipsan_leg *leg, int64_t until)
{
    struct sipsan_losses *of[] = {&leg->losses, &leg->host[0]->losses, &leg->host[1]->losses};

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        if (of[i]->until < until)
            of[i]->until = until;
}

void sipsan_leg_pending(struct sipsan_leg *leg, bool pending)
{
    struct sipsan_losses *of[] = {&leg->losses, &leg->host[0]->losses, &leg->host[1]->losses};

    if (!pending && leg->losses.pending == 0)
        return; /* the leg is younger than what waited */
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        of[i]->pending += pending ? 1u : -1u;
}

int sipsan_leg_side(const struct sipsan_leg *leg, const struct sipsan_addr *addr)
{
    return addr_same_ip(&leg->host[0]->addr, addr) ? 0 : 1;
}

bool sipsan_leg_one_way(const struct sipsan_leg *leg)
{
    return leg->silent >= SIPSAN_LEG_SILENT;
}

bool sipsan_leg_both_ways(const struct sipsan_leg *leg)
{
    if (leg->host[0] == leg->host[1])
        return leg->way[0].requests && leg->way[0].responses;
    return (leg->way[0].requests || leg->way[0].responses) &&
           (leg->way[1].requests || leg->way[1].responses);
}

void sipsan_leg_heard(struct sipsan_leg *leg, const struct sipsan_addr *src, bool request,
                      int64_t time)
{
    int side = sipsan_leg_side(leg, src);

    if (request)
        leg->way[side].requests = true;
    else
        leg->way[side].responses = true;
    if (!leg->heard) {
        leg->heard = true;
        leg->first = time;
    }
    if (time > leg->host[side]->last_sent)
        leg->host[side]->last_sent = time;
}

void sipsan_leg_replied(struct sipsan_leg *leg, const struct sipsan_addr *src, int64_t delay)
{
    struct sipsan_way *way = &leg->way[sipsan_leg_side(leg, src)];

    if (delay >= 0 && delay < way->min_reply)
        way->min_reply = (uint32_t)delay;
}

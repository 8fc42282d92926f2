/* The life of a context: its configuration, how its ceiling of memory is divided, its layers, pools
 * and threads. What goes through it: sipsan.c, judging.c. */
#include "context.h"

#include <stdlib.h>

/* Of the ceiling of memory: a quarter is for what frames wait for, an eighth for messages on their
 * way to the judge, half of that for a single one. The rest is for what is kept of the traffic.
 * Each part has a ceiling of its own, so that none depends on how far ahead another is. */
#define NET_SHARE     4
#define READING_SHARE 8
#define MESSAGE_SHARE 16
#define SPARE_SHARE   64

#define SPARE_BLOCKS 4096u /* of messages, kept for reuse */

/* Without read_ahead a thread of its own gets so many messages at once. */
#define LOAD_DEFAULT 32u

void sipsan_config_init(struct sipsan_config *config)
{
    *config = (struct sipsan_config){
        .size = sizeof(*config),
        .limits = {.memory = (size_t)512 << 20,
                   .message = 1u << 20,
                   .headers = 2048,
                   .transactions = 1000000,
                   .dialogs = 500000,
                   .bindings = 200000,
                   .legs = 65536,
                   .fragments = 4096,
                   .connections = 65536},
        .race_window = 500000,
    };
}

/* A program built against an older header has a shorter struct: what it lacks keeps its default. */
static bool take_config(struct sipsan_config *out, const struct sipsan_config *in)
{
    struct sipsan_limits d;

    sipsan_config_init(out);
    if (!in)
        return true;
    if (in->size < offsetof(struct sipsan_config, mem_alloc) || in->size > sizeof(*out))
        return false;
    d = out->limits;
    memcpy(out, in, in->size);
    out->size = sizeof(*out);
#define DEFAULT(field) out->limits.field = out->limits.field ? out->limits.field : d.field
    DEFAULT(memory);
    DEFAULT(message);
    DEFAULT(headers);
    DEFAULT(transactions);
    DEFAULT(dialogs);
    DEFAULT(bindings);
    DEFAULT(legs);
    DEFAULT(fragments);
    DEFAULT(connections);
#undef DEFAULT
    if (out->threads > SIPSAN_RELAY_HELPERS + 2)
        out->threads = SIPSAN_RELAY_HELPERS + 2;
    if (!out->mem_alloc != !out->mem_realloc || !out->mem_alloc != !out->mem_free)
        return false;
    return out->race_window >= 0 && (out->as_of == 0 || out->as_of == 3261);
}

static int init_layers(struct sipsan *s)
{
    const struct sipsan_config *config = &s->config;
    struct sipsan_mem *mem = &s->mem;
    int err;

    sipsan_timers_init(&s->timers, mem);
    sipsan_owing_init(&s->owing, mem, &s->timers);
    sipsan_legs_init(&s->legs, mem, config->hash_seed, config->limits.legs);
    if ((err = sipsan_txns_init(&s->txns, mem, &s->legs, &s->timers, &s->owing, config)) ||
        (err = sipsan_dialogs_init(&s->dialogs, mem, &s->timers, &s->owing, &s->txns, config)) ||
        (err = sipsan_bindings_init(&s->bindings, mem, &s->timers, config)) ||
        (err = sipsan_nonces_init(&s->nonces, mem, &s->timers, config)) ||
        (err = sipsan_engine_init(&s->engine, mem, config)))
        return err;
    sipsan_judge_init(s);
    err = sipsan_net_new(&s->net, &s->net_mem, config, sipsan_take_payload, sipsan_take_problem, s);
    if (!err)
        sipsan_net_on_lost(s->net, sipsan_take_loss);
    return err;
}

/* Pools of messages: one for who reads, one for each who helps, that of the transactions for who
 * judges, and the depot between them. */
static int init_pools(struct sipsan *s)
{
    size_t limit = s->config.limits.memory;
    size_t spare = limit / SPARE_SHARE / SIPSAN_MESSAGE_BLOCK;

    if (!sipsan_depot_init(&s->depot, &s->msg_mem, SIPSAN_MESSAGE_BLOCK,
                           spare < SPARE_BLOCKS ? spare : SPARE_BLOCKS))
        return SIPSAN_ENOMEM;
    sipsan_pool_init(&s->reading, &s->msg_mem, SIPSAN_MESSAGE_BLOCK, 0);
    sipsan_pool_join(&s->reading, &s->depot);
    s->reading.arena_max = limit / MESSAGE_SHARE;
    for (uint32_t i = 0; i < SIPSAN_RELAY_HELPERS; i++)
        s->helpers[i] = s->reading;
    sipsan_pool_join(&s->txns.messages, &s->depot);
    s->txns.messages.account = &s->mem;
    if (s->config.threads < 2)
        s->reading.beside = &s->txns.messages;
    return SIPSAN_OK;
}

static int init_loads(struct sipsan *s)
{
    uint32_t count = s->relay ? SIPSAN_RELAY_LOADS : 1;

    s->load_max = s->config.limits.memory / MESSAGE_SHARE / count;
    for (uint32_t i = 0; i < count; i++) {
        s->loads[i].items = sipsan_mem_alloc(&s->msg_mem, s->ahead * sizeof(*s->loads[i].items));
        if (!s->loads[i].items)
            return SIPSAN_ENOMEM;
    }
    s->load = &s->loads[0];
    return SIPSAN_OK;
}

/* Before the first message. When the system refuses threads all is done on the caller's. */
static int init_threads(struct sipsan *s)
{
    uint32_t threads = s->config.threads;
    struct sipsan_relay *relay;

    if (threads < 2)
        return SIPSAN_OK;
    relay = sipsan_mem_alloc(&s->msg_mem, sizeof(*relay));
    if (!relay)
        return SIPSAN_ENOMEM;
    if (sipsan_relay_start(relay, threads - 2, sipsan_read_load, sipsan_judge_sent, s))
        s->relay = relay;
    else
        sipsan_mem_free(&s->msg_mem, relay, sizeof(*relay));
    return SIPSAN_OK;
}

static void init_memory(struct sipsan *s, struct sipsan_mem *mem)
{
    size_t limit = s->config.limits.memory;

    s->mem = s->net_mem = s->msg_mem = *mem;
    s->mem.used = s->mem.peak = sizeof(*s);
    s->mem.limit = limit - limit / NET_SHARE - limit / READING_SHARE;
    s->net_mem.limit = limit / NET_SHARE;
    s->msg_mem.limit = 0; /* the parts have: arenas, loads, spares, and what is charged to mem */
}

int sipsan_new(struct sipsan **out, const struct sipsan_config *config)
{
    struct sipsan_config c;
    struct sipsan_mem mem;
    struct sipsan *s;
    int err;

    *out = NULL;
    if (!take_config(&c, config))
        return SIPSAN_EINVAL;
    sipsan_mem_init(&mem);
    if (c.mem_alloc) {
        mem.alloc = c.mem_alloc;
        mem.resize = c.mem_realloc;
        mem.release = c.mem_free;
        mem.user = c.mem_user;
    }
    mem.limit = c.limits.memory;
    s = sipsan_mem_zalloc(&mem, sizeof(*s));
    if (!s)
        return SIPSAN_ENOMEM;
    mem.used = mem.peak = 0;
    s->config = c;
    init_memory(s, &mem);
    s->ahead = c.read_ahead < SIPSAN_AHEAD_MAX ? c.read_ahead : SIPSAN_AHEAD_MAX;
    if (s->ahead == 0)
        s->ahead = c.threads > 1 ? LOAD_DEFAULT : 1;
    if ((err = init_layers(s)) || (err = init_pools(s)) || (err = init_threads(s)) ||
        (err = init_loads(s))) {
        sipsan_free(s);
        return err;
    }
    *out = s;
    return SIPSAN_OK;
}

/* What was read and not sent on. */
static void drop_load(struct sipsan *s)
{
    while (s->load && s->load->count > 0)
        sipsan_msg_close(s->load->items[--s->load->count].seen.msg);
}

static void free_reading(struct sipsan *s)
{
    for (uint32_t i = 0; i < SIPSAN_RELAY_LOADS; i++)
        sipsan_mem_free(&s->msg_mem, s->loads[i].items, s->ahead * sizeof(*s->loads[i].items));
    if (s->net)
        sipsan_net_free(s->net);
    if (!s->depot.ready)
        return;
    sipsan_pool_free(&s->reading);
    for (uint32_t i = 0; i < SIPSAN_RELAY_HELPERS; i++)
        sipsan_pool_free(&s->helpers[i]);
    sipsan_depot_free(&s->depot);
}

void sipsan_free(struct sipsan *s)
{
    struct sipsan_mem mem;

    if (!s)
        return;
    if (s->relay) {
        sipsan_relay_stop(s->relay);
        sipsan_mem_free(&s->msg_mem, s->relay, sizeof(*s->relay));
    }
    drop_load(s);
    if (s->engine.mem)
        sipsan_engine_free(&s->engine);
    if (s->nonces.mem)
        sipsan_nonces_free(&s->nonces);
    if (s->bindings.mem)
        sipsan_bindings_free(&s->bindings);
    if (s->dialogs.mem)
        sipsan_dialogs_free(&s->dialogs);
    if (s->txns.mem)
        sipsan_txns_free(&s->txns);
    sipsan_legs_free(&s->legs);
    sipsan_owing_free(&s->owing);
    sipsan_timers_free(&s->timers);
    free_reading(s);
    mem = s->mem;
    sipsan_mem_free(&mem, s, sizeof(*s));
}

void sipsan_reset(struct sipsan *s)
{
    drop_load(s);
    (void)sipsan_wait_for_all(s);
    sipsan_net_reset(s->net);
    sipsan_engine_reset(&s->engine);
    sipsan_nonces_reset(&s->nonces);
    sipsan_bindings_reset(&s->bindings);
    sipsan_dialogs_reset(&s->dialogs);
    sipsan_txns_reset(&s->txns);
    sipsan_legs_reset(&s->legs);
    sipsan_timers_clear(&s->timers);
    s->now = 0;
    s->err = SIPSAN_OK;
    s->messages = s->malformed = s->truncated = s->refused = 0;
    s->refusals = s->mem.refused;
    s->net_refusals = s->net_mem.refused;
    s->told = false;
}

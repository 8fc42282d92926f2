/* The context and the order of things: read this page first.
 *
 *     bytes of a message -> parse -> time passes -> legs -> transactions -> dialogs -> rules ->
 * effects
 *
 * Frames come through net, which hands each message on to the same place. What is behind the parser
 * is in judging.c; context.h tells what goes between the two. */
#include <stdlib.h>

#include "base/hash.h"
#include "context.h"

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

/* Life ------------------------------------------------------------------------------------------
 */

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

static int wait_for_all(struct sipsan *s);
static void on_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       const struct sipsan_ref *ref, const struct sipsan_hints *hints);
static void on_lost(void *user, const struct sipsan_flow *flow, int64_t time);

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    struct sipsan *s = user;
    int err = wait_for_all(s); /* what was found before it is told before it */

    if (err)
        s->err = err; /* sipsan_feed_frame tells it */
    if (s->config.on_problem)
        s->config.on_problem(s->config.user, problem);
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
    err = sipsan_net_new(&s->net, &s->net_mem, config, on_payload, on_problem, s);
    if (!err)
        sipsan_net_on_lost(s->net, on_lost);
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

static void read_load(void *user, uint32_t helper, uint32_t load);
static void judge_load(void *user, uint32_t load);

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
    if (sipsan_relay_start(relay, threads - 2, read_load, judge_load, s))
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
    (void)wait_for_all(s);
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

/* Loads -----------------------------------------------------------------------------------------
 */

/* The bytes that the message holds become what it says; arena_max and the caller's allocator may
 * forbid it. */
static void read_item(const struct sipsan *s, struct sipsan_item *item, struct sipsan_pool *pool)
{
    const struct sipsan_msg_limits limits = {
        .headers = s->config.limits.headers, .faults = 256, .only_3261 = s->config.as_of == 3261};
    struct sipsan_msg *msg = item->seen.msg;
    bool truncated = msg->truncated;

    sipsan_arena_hand_over(&msg->arena, pool);
    if (sipsan_msg_read(msg, &limits)) {
        sipsan_msg_close(msg);
        item->seen.msg = NULL;
        item->kind = SIPSAN_ITEM_NO_MEMORY;
        return;
    }
    msg->truncated = truncated;
    sipsan_keys_of(&item->seen.keys, s->config.hash_seed, msg);
}

/* On a thread that helps. */
static void read_load(void *user, uint32_t helper, uint32_t number)
{
    struct sipsan *s = user;
    struct sipsan_load *load = &s->loads[number];

    for (uint32_t i = 0; i < load->count; i++)
        if (load->items[i].kind == SIPSAN_ITEM_MESSAGE)
            read_item(s, &load->items[i], &s->helpers[helper]);
}

/* On the thread that judges. */
static void judge_load(void *user, uint32_t number)
{
    struct sipsan *s = user;
    struct sipsan_load *load = &s->loads[number];
    int err;

    for (uint32_t i = 0; i < load->count; i++)
        sipsan_item_expect(s, &load->items[i]);
    err = sipsan_judge_load(s, load);
    s->late_err = s->late_err ? s->late_err : err;
}

/* Sends what was read on its way; what went wrong with it, as far as that is known. */
static int send_load(struct sipsan *s)
{
    if (!s->relay)
        return sipsan_judge_load(s, s->load);
    if (s->load->count == 0)
        return SIPSAN_OK;
    sipsan_relay_send(s->relay);
    s->load = &s->loads[sipsan_relay_take(s->relay)];
    return SIPSAN_OK;
}

/* All that was read is judged, and no other thread is at work. */
static int wait_for_all(struct sipsan *s)
{
    int err = send_load(s);

    if (!s->relay)
        return err;
    sipsan_relay_wait(s->relay);
    err = s->late_err;
    s->late_err = SIPSAN_OK;
    return err;
}

static struct sipsan_item *new_item(struct sipsan *s, enum sipsan_item_kind kind,
                                    const struct sipsan_flow *flow, const struct sipsan_ref *ref)
{
    struct sipsan_item *item = &s->load->items[s->load->count++];

    *item = (struct sipsan_item){
        .kind = kind, .seen = {.ref = *ref, .flow = *flow}, .net_refusals = s->net_mem.refused};
    return item;
}

static int send_when_full(struct sipsan *s)
{
    return s->load->count < s->ahead && s->load->bytes < s->load_max ? SIPSAN_OK : send_load(s);
}

static void on_lost(void *user, const struct sipsan_flow *flow, int64_t time)
{
    struct sipsan *s = user;
    struct sipsan_ref ref = {.time = time};
    int err;

    (void)new_item(s, SIPSAN_ITEM_LOSS, flow, &ref);
    err = send_when_full(s);
    if (err)
        s->err = err;
}

/* Feeding ---------------------------------------------------------------------------------------
 */

/* A message of the item, with its bytes. False: memory is refused. */
static bool open_message(struct sipsan *s, struct sipsan_item *item, struct sipsan_span bytes,
                         bool truncated)
{
    struct sipsan_msg *msg = sipsan_msg_open(&s->reading);

    if (!msg || sipsan_msg_take(msg, bytes)) {
        sipsan_msg_close(msg);
        return false;
    }
    msg->truncated = truncated;
    item->seen.msg = msg;
    return true;
}

static int feed(struct sipsan *s, struct sipsan_span bytes, const struct sipsan_flow *flow,
                const struct sipsan_ref *ref, uint64_t hash, bool truncated)
{
    struct sipsan_item *item;
    int err;

    if (s->config.on_message)
        s->config.on_message(s->config.user, ref, flow, bytes);
    item = new_item(s, SIPSAN_ITEM_MESSAGE, flow, ref);
    item->seen.hash = hash;
    if (bytes.n > s->config.limits.message) {
        item->kind = SIPSAN_ITEM_TOO_LONG;
    } else if (!open_message(s, item, bytes, truncated)) {
        item->kind = SIPSAN_ITEM_NO_MEMORY;
    } else if (!s->relay || s->relay->helper_count == 0) {
        read_item(s, item, &s->reading);
        if (!s->relay)
            sipsan_item_expect(s, item);
    }
    if (item->kind == SIPSAN_ITEM_MESSAGE) {
        s->load->bytes += sipsan_arena_size(&item->seen.msg->arena);
        return send_when_full(s);
    }
    err = item->kind == SIPSAN_ITEM_TOO_LONG ? SIPSAN_ELIMIT : SIPSAN_ENOMEM;
    (void)wait_for_all(s); /* which could only say the same */
    return err;
}

static void on_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       const struct sipsan_ref *ref, const struct sipsan_hints *hints)
{
    struct sipsan *s = user;
    int err = feed(s, bytes, flow, ref, hints->hash, hints->cut);

    if (err)
        s->err = err;
}

int sipsan_feed_message(struct sipsan *s, const void *bytes, size_t n,
                        const struct sipsan_flow *flow, const struct sipsan_ref *ref)
{
    struct sipsan_span payload = {bytes, n};

    if (!sipsan_net_payload(&payload))
        return SIPSAN_ENOTSIP;
    return feed(s, payload, flow, ref, sipsan_hash_bulk(s->config.hash_seed, payload), false);
}

int sipsan_feed_frame(struct sipsan *s, int linktype, const void *bytes, size_t caplen,
                      size_t origlen, const struct sipsan_ref *ref)
{
    int err;

    s->err = SIPSAN_OK;
    err = sipsan_net_frame(s->net, linktype, bytes, caplen, origlen, ref, 0);
    return err ? err : s->err;
}

static bool is_stream(const struct sipsan_flow *flow)
{
    switch (flow->transport) {
    case SIPSAN_TCP:
    case SIPSAN_TLS:
    case SIPSAN_WS:
    case SIPSAN_WSS:
        return flow->connection != 0;
    case SIPSAN_UDP:
    case SIPSAN_SCTP:
        return false;
    }
    return false;
}

int sipsan_feed_stream(struct sipsan *s, const void *bytes, size_t n,
                       const struct sipsan_flow *flow, const struct sipsan_ref *ref)
{
    int err;

    if (!is_stream(flow))
        return SIPSAN_EINVAL;
    s->err = SIPSAN_OK;
    err = sipsan_net_stream(s->net, bytes, n, flow, ref);
    return err ? err : s->err;
}

int sipsan_feed_hep(struct sipsan *s, const void *bytes, size_t n, const struct sipsan_ref *ref)
{
    uint64_t carried = sipsan_net_counts(s->net)->carried;

    s->err = SIPSAN_OK;
    sipsan_net_hep(s->net, bytes, n, ref);
    if (s->err)
        return s->err;
    return sipsan_net_counts(s->net)->carried > carried ? SIPSAN_OK : SIPSAN_ENOTSIP;
}

int sipsan_flush(struct sipsan *s)
{
    return wait_for_all(s);
}

int sipsan_advance(struct sipsan *s, int64_t time)
{
    int err = wait_for_all(s);

    sipsan_pass_time(s, time);
    return err;
}

int sipsan_finish(struct sipsan *s)
{
    int err = wait_for_all(s), late;

    sipsan_net_finish(s->net);
    late = wait_for_all(s); /* what streams still held */
    sipsan_count_debts(s);
    return err ? err : late;
}

int sipsan_lost(struct sipsan *s, const struct sipsan_ref *ref)
{
    int err = wait_for_all(s);

    sipsan_pass_time(s, ref->time);
    s->engine.gap = s->now;
    return err;
}

int sipsan_check_message(const void *bytes, size_t n, enum sipsan_transport transport,
                         sipsan_finding_fn on_finding, void *user)
{
    const struct sipsan_flow flow = {.transport = transport};
    const struct sipsan_ref ref = {.frame = 1};
    struct sipsan_config config;
    struct sipsan_totals totals;
    struct sipsan *s;
    int err;

    sipsan_config_init(&config);
    config.on_finding = on_finding;
    config.user = user;
    err = sipsan_new(&s, &config);
    if (err)
        return err;
    err = sipsan_feed_message(s, bytes, n, &flow, &ref);
    sipsan_get_totals(s, &totals);
    sipsan_free(s);
    return err ? err : (int)(totals.errors + totals.warnings + totals.notes);
}

/* Figures and selection
 * -----------------------------------------------------------------------------
 */

void sipsan_get_totals(const struct sipsan *s, struct sipsan_totals *out)
{
    const struct sipsan_net_counts *net = sipsan_net_counts(s->net);

    if (s->relay)
        sipsan_relay_wait(s->relay);
    *out = (struct sipsan_totals){
        .frames = net->frames,
        .messages = s->messages,
        .malformed = s->malformed,
        .transactions = s->txns.total,
        .dialogs = s->dialogs.total,
        .calls = s->dialogs.calls,
        .errors = s->engine.errors,
        .warnings = s->engine.warnings,
        .notes = s->engine.notes,
        .inconclusive = s->engine.inconclusive,
        .duplicates = net->duplicates + net->duplicates_inside,
        .dropped = net->dropped,
        .truncated = s->truncated,
        .limits = s->refused + net->limits + s->txns.evicted + s->dialogs.evicted +
                  s->dialogs.subscriptions_refused + s->bindings.evicted + s->nonces.evicted +
                  s->legs.refused + s->owing.refused,
        .checks = s->engine.checks,
    };
}

/* What was fed before is judged by the selection that held then. */
int sipsan_select(struct sipsan *s, const char *prefix, bool on)
{
    int drained = wait_for_all(s), err = sipsan_engine_select(&s->engine, prefix, on);

    return err ? err : drained;
}

int sipsan_get_rule_stats(const struct sipsan *s, size_t index, struct sipsan_rule_stats *out)
{
    if (index >= s->engine.rule_count)
        return SIPSAN_EINVAL;
    if (s->relay)
        sipsan_relay_wait(s->relay);
    *out = sipsan_engine_stats(&s->engine, index);
    return SIPSAN_OK;
}

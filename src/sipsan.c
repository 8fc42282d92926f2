/* The context and the order of things: read this page first.
 *
 *     bytes -> parse -> time passes -> legs -> transactions -> dialogs -> rules -> effects
 *
 * Frames come through net, which hands each message on to the same place. How a context is made and
 * ends is in context.c, what is behind the parser in judging.c; context.h tells what goes between.
 */
#include "context.h"

#include "base/hash.h"

/* Loads --------------------------------------------------------------------------------------- */

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

void sipsan_read_load(void *user, uint32_t helper, uint32_t number)
{
    struct sipsan *s = user;
    struct sipsan_load *load = &s->loads[number];

    for (uint32_t i = 0; i < load->count; i++)
        if (load->items[i].kind == SIPSAN_ITEM_MESSAGE)
            read_item(s, &load->items[i], &s->helpers[helper]);
}

void sipsan_judge_sent(void *user, uint32_t number)
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

int sipsan_wait_for_all(struct sipsan *s)
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

void sipsan_take_loss(void *user, const struct sipsan_flow *flow, enum sipsan_loss loss,
                      int64_t time)
{
    static const enum sipsan_item_kind kinds[] = {[SIPSAN_LOST] = SIPSAN_ITEM_LOSS,
                                                  [SIPSAN_LOST_IF_KNOWN] =
                                                      SIPSAN_ITEM_LOSS_IF_KNOWN,
                                                  [SIPSAN_PENDING] = SIPSAN_ITEM_PENDING,
                                                  [SIPSAN_SETTLED] = SIPSAN_ITEM_SETTLED};
    struct sipsan *s = user;
    struct sipsan_ref ref = {.time = time};
    int err;

    (void)new_item(s, kinds[loss], flow, &ref);
    err = send_when_full(s);
    if (err)
        s->err = err;
}

void sipsan_take_problem(void *user, const struct sipsan_problem *problem)
{
    struct sipsan *s = user;
    int err = sipsan_wait_for_all(s); /* what was found before it is told before it */

    if (err)
        s->err = err; /* sipsan_feed_frame tells it */
    if (s->config.on_problem)
        s->config.on_problem(s->config.user, problem);
}

/* Times --------------------------------------------------------------------------------------- */

static int64_t bound_time(int64_t time)
{
    return time > SIPSAN_TIME_MOST    ? SIPSAN_TIME_MOST
           : time < -SIPSAN_TIME_MOST ? -SIPSAN_TIME_MOST
                                      : time;
}

/* Of all that is fed: behind this nobody looks at how large a time is. */
static struct sipsan_ref enter(const struct sipsan_ref *ref)
{
    struct sipsan_ref in = *ref;

    in.time = bound_time(ref->time);
    return in;
}

/* Feeding ------------------------------------------------------------------------------------- */

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

/* Of a header that the end of the capture's frame has cut: the lines that are whole. The last one,
 * and what it is the continuation of, would be read as something that nobody has sent. */
static struct sipsan_span whole_lines(struct sipsan_span bytes)
{
    const char *end = bytes.p + bytes.n, *line = bytes.p;

    for (const char *p = bytes.p; p < end && (p = memchr(p, '\n', (size_t)(end - p))); line = ++p)
        if (p > bytes.p && (p - line == 0 || (p - line == 1 && *line == '\r')))
            return bytes; /* the header is whole */
    while (line > bytes.p && (line == end || *line == ' ' || *line == '\t')) {
        end = line--; /* may go on behind the cut */
        while (line > bytes.p && line[-1] != '\n')
            line--;
    }
    return line > bytes.p ? span_between(bytes.p, line) : bytes;
}

static int feed(struct sipsan *s, struct sipsan_span bytes, const struct sipsan_flow *flow,
                const struct sipsan_ref *ref, uint64_t hash, bool truncated)
{
    struct sipsan_item *item;
    int err;

    if (s->config.on_message)
        s->config.on_message(s->config.user, ref, flow, bytes);
    if (truncated)
        bytes = whole_lines(bytes);
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
    (void)sipsan_wait_for_all(s); /* which could only say the same */
    return err;
}

void sipsan_take_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
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
    struct sipsan_ref in = enter(ref);

    if (!sipsan_net_payload(&payload))
        return SIPSAN_ENOTSIP;
    return feed(s, payload, flow, &in, sipsan_hash_bulk(s->config.hash_seed, payload), false);
}

int sipsan_feed_frame(struct sipsan *s, int linktype, const void *bytes, size_t caplen,
                      size_t origlen, const struct sipsan_ref *ref)
{
    struct sipsan_ref in = enter(ref);
    int err;

    s->err = SIPSAN_OK;
    err = sipsan_net_frame(s->net, linktype, bytes, caplen, origlen, &in, 0);
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
    struct sipsan_ref in = enter(ref);
    int err;

    if (!is_stream(flow))
        return SIPSAN_EINVAL;
    s->err = SIPSAN_OK;
    err = sipsan_net_stream(s->net, bytes, n, flow, &in);
    return err ? err : s->err;
}

int sipsan_feed_hep(struct sipsan *s, const void *bytes, size_t n, const struct sipsan_ref *ref)
{
    uint64_t carried = sipsan_net_counts(s->net)->carried;
    struct sipsan_ref in = enter(ref);

    s->err = SIPSAN_OK;
    sipsan_net_hep(s->net, bytes, n, &in);
    if (s->err)
        return s->err;
    return sipsan_net_counts(s->net)->carried > carried ? SIPSAN_OK : SIPSAN_ENOTSIP;
}

int sipsan_flush(struct sipsan *s)
{
    return sipsan_wait_for_all(s);
}

int sipsan_advance(struct sipsan *s, int64_t time)
{
    int err = sipsan_wait_for_all(s);

    sipsan_pass_time(s, bound_time(time));
    return err;
}

int sipsan_finish(struct sipsan *s)
{
    int err = sipsan_wait_for_all(s), late;

    sipsan_net_finish(s->net);
    late = sipsan_wait_for_all(s); /* what streams still held */
    sipsan_count_debts(s);
    return err ? err : late;
}

int sipsan_lost(struct sipsan *s, const struct sipsan_ref *ref)
{
    int err = sipsan_wait_for_all(s);

    sipsan_pass_time(s, bound_time(ref->time));
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

/* Figures and selection ----------------------------------------------------------------------- */

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
    int drained = sipsan_wait_for_all(s), err = sipsan_engine_select(&s->engine, prefix, on);

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

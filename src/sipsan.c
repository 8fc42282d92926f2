/* The context and the order of things: read this page first.
 *
 *     bytes of a message -> time passes -> parse -> legs -> transactions -> dialogs -> rules ->
 * effects
 *
 * Frames come through net, which hands each message on to the same place. Rules see the state as
 * the sender found it: transactions and dialogs first find what the message belongs to, then the
 * rules judge, then the message has its effect. Last come the debts of others that this message
 * proves: it shows that the tap still hears them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "net/net.h"
#include "rules/engine.h"

/* A step back in capture time beyond this marks a hole (section 4a of the plan: merged captures).
 */
#define BACKWARDS INT64_C(1000000)

/* Messages parsed and not yet judged. Reading some before judging them keeps the code of the
 * parser, then that of the rules in the processor's instruction cache: together they are larger
 * than it. */
#define AHEAD_MAX 64u

/* So many messages before its turn the objects of a message are fetched. */
#define SOON 2u

struct ahead {
    struct sipsan_seen *seen;
    uint32_t count, max; /* max 0: every message is judged at once */
};

struct sipsan {
    struct sipsan_mem mem;
    struct sipsan_config config;
    struct sipsan_timers timers;
    struct sipsan_owing owing;
    struct sipsan_legs legs;
    struct sipsan_txns txns;
    struct sipsan_dialogs dialogs;
    struct sipsan_bindings bindings;
    struct sipsan_nonces nonces;
    struct sipsan_engine engine;
    struct sipsan_net *net;
    struct ahead ahead;
    int64_t now; /* the greatest time seen */
    int err;     /* what went wrong below a callback of net */
    uint64_t messages, malformed, truncated, refused;
    uint64_t refusals; /* of memory, that the engine knows of */
};

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
    if (!out->mem_alloc != !out->mem_realloc || !out->mem_alloc != !out->mem_free)
        return false;
    return out->race_window >= 0 && (out->as_of == 0 || out->as_of == 3261);
}

static void on_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       const struct sipsan_ref *ref, const struct sipsan_hints *hints);

static void on_txn_end(void *user, struct sipsan_txn *txn);

static int drain(struct sipsan *s);

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    struct sipsan *s = user;
    int err = drain(s); /* what was found before it is told before it */

    if (err)
        s->err = err; /* sipsan_feed_frame tells it */
    if (s->config.on_problem)
        s->config.on_problem(s->config.user, problem);
}

/* A hole of the capture between two hosts: what seems absent there may have been in it. */
static void on_lost(void *user, const struct sipsan_flow *flow, int64_t time)
{
    struct sipsan *s = user;
    int err = drain(s);
    struct sipsan_leg *leg = sipsan_leg_get(&s->legs, &flow->src, &flow->dst);

    if (err)
        s->err = err;
    if (leg && leg->lossy_until < time)
        leg->lossy_until = time;
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
    if (s->ahead.max > 0) {
        s->ahead.seen = sipsan_mem_alloc(mem, s->ahead.max * sizeof(*s->ahead.seen));
        if (!s->ahead.seen)
            return SIPSAN_ENOMEM;
    }
    s->txns.on_evict = on_txn_end;
    s->txns.on_evict_user = s;
    err = sipsan_net_new(&s->net, mem, config, on_payload, on_problem, s);
    if (!err)
        sipsan_net_on_lost(s->net, on_lost);
    return err;
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
    s->mem = mem;
    s->config = c;
    s->ahead.max = c.read_ahead < AHEAD_MAX ? c.read_ahead : AHEAD_MAX;
    err = init_layers(s);
    if (err) {
        sipsan_free(s);
        return err;
    }
    *out = s;
    return SIPSAN_OK;
}

static void drop_ahead(struct sipsan *s)
{
    while (s->ahead.count > 0)
        sipsan_msg_close(s->ahead.seen[--s->ahead.count].msg);
}

void sipsan_free(struct sipsan *s)
{
    struct sipsan_mem mem;

    if (!s)
        return;
    drop_ahead(s);
    sipsan_mem_free(&s->mem, s->ahead.seen, s->ahead.max * sizeof(*s->ahead.seen));
    if (s->net)
        sipsan_net_free(s->net);
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
    mem = s->mem;
    sipsan_mem_free(&mem, s, sizeof(*s));
}

void sipsan_reset(struct sipsan *s)
{
    drop_ahead(s);
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
}

/* Time ------------------------------------------------------------------------------------------
 */

static struct sipsan_view view_at(const struct sipsan *s)
{
    return (struct sipsan_view){
        .side = SIPSAN_NO_SIDE,
        .nonces = &s->nonces,
        .txns = &s->txns,
        .presence = &s->engine.presence,
        .now = s->now,
        .race_window = s->config.race_window,
        .as_of = s->config.as_of,
    };
}

static void on_txn_end(void *user, struct sipsan_txn *txn)
{
    struct sipsan *s = user;
    struct sipsan_view v = view_at(s);

    v.txn = txn;
    sipsan_judge(&s->engine, SIPSAN_ON_TXN_END, &v);
    sipsan_dialog_txn_end(&s->dialogs, txn);
    sipsan_binding_txn_end(&s->bindings, txn);
}

static void on_dialog_end(void *user, struct sipsan_dialog *dialog)
{
    struct sipsan *s = user;
    struct sipsan_view v = view_at(s);

    v.dialog = dialog;
    sipsan_judge(&s->engine, SIPSAN_ON_DIALOG_END, &v);
}

static void fire(struct sipsan *s, struct sipsan_timer *timer)
{
    switch ((enum sipsan_timer_kind)timer->kind) {
    case SIPSAN_TIMER_TXN:
        sipsan_txn_timer(&s->txns, timer, on_txn_end, s);
        break;
    case SIPSAN_TIMER_OWED:
        sipsan_owed_overdue(&s->owing, sipsan_container(timer, struct sipsan_owed, timer),
                            &s->legs);
        break;
    case SIPSAN_TIMER_DIALOG:
        sipsan_dialog_timer(&s->dialogs, timer, on_dialog_end, s);
        break;
    case SIPSAN_TIMER_BINDING:
        sipsan_binding_timer(&s->bindings, timer);
        break;
    case SIPSAN_TIMER_NONCE:
        sipsan_nonce_timer(&s->nonces, timer);
        break;
    }
}

/* Time runs as the maximum seen. */
static void pass_time(struct sipsan *s, int64_t time)
{
    struct sipsan_timer *timer;

    if (s->now != 0 && time < s->now - BACKWARDS)
        s->engine.gap = s->now;
    if (time <= s->now)
        return;
    s->now = time;
    while ((timer = sipsan_timers_pop(&s->timers, time)) != NULL) {
        s->txns.now = s->dialogs.now = s->bindings.now = timer->due;
        fire(s, timer);
    }
    s->txns.now = s->dialogs.now = s->bindings.now = time;
}

int sipsan_advance(struct sipsan *s, int64_t time)
{
    int err = drain(s);

    pass_time(s, time);
    return err;
}

/* Obligations -----------------------------------------------------------------------------------
 */

static void judge_owed(struct sipsan *s, struct sipsan_owed *owed, const struct sipsan_seen *proof)
{
    struct sipsan_view v = view_at(s);

    v.owed = owed;
    v.proof = proof;
    v.txn = owed->txn;
    v.dialog = owed->dialog;
    v.parent = owed->txn ? owed->txn->parent : NULL;
    if (owed->txn && owed->txn->request)
        v.req = owed->txn->request;
    sipsan_judge_owed(&s->engine, &v, proof != NULL);
}

/* What is overdue and proved so by this frame: its sender or its leg is still heard. */
static void collect_debts(struct sipsan *s, const struct sipsan_seen *seen)
{
    struct sipsan_owed *owed;

    while (seen->leg && (owed = sipsan_owed_ripe(seen->leg, &seen->flow.src)) != NULL) {
        judge_owed(s, owed, seen);
        sipsan_owed_done(&s->owing, owed);
    }
}

static void count_debts(struct sipsan *s, struct sipsan_owed *owed)
{
    for (; owed; owed = owed->next)
        judge_owed(s, owed, NULL);
}

int sipsan_finish(struct sipsan *s)
{
    int err = drain(s);

    sipsan_net_finish(s->net);
    for (struct sipsan_txn *t = s->txns.oldest; t; t = t->newer)
        count_debts(s, t->owes);
    for (int state = SIPSAN_DIALOG_EARLY; state <= SIPSAN_DIALOG_TERMINATED; state++)
        for (struct sipsan_dialog *d = s->dialogs.oldest[state]; d; d = d->newer)
            count_debts(s, d->owes);
    return err;
}

/* Rules -----------------------------------------------------------------------------------------
 */

/* How long ago a message to this sender may be for it not to have known it: section 4, knows. */
static int64_t race_window(const struct sipsan *s, const struct sipsan_seen *seen)
{
    int64_t reply, window = s->config.race_window;

    if (seen->flow.sent_by_accused)
        return 0;
    if (!seen->leg)
        return window;
    reply = seen->leg->way[sipsan_leg_side(seen->leg, &seen->flow.src)].min_reply;
    if (reply < window && 2 * reply + 20000 < window)
        window = 2 * reply + 20000;
    return window;
}

/* A pair that this request completes from above: its children were captured first. */
static void judge_adopted(struct sipsan *s, const struct sipsan_view *of)
{
    for (struct sipsan_txn *child = of->txn->children; child; child = child->sibling) {
        struct sipsan_view v = *of;

        if (!child->request)
            continue;
        v.txn = child;
        v.msg = child->request;
        v.seen = NULL;
        v.parent = of->txn;
        sipsan_judge(&s->engine, SIPSAN_ON_HOP_PAIR_REQUEST, &v);
    }
}

static void judge_new_request(struct sipsan *s, struct sipsan_view *v)
{
    struct sipsan_engine *e = &s->engine;

    sipsan_judge(e, SIPSAN_ON_REQUEST_IN_TXN, v);
    if (v->match->parent)
        sipsan_judge(e, SIPSAN_ON_HOP_PAIR_REQUEST, v);
    else if (v->match->relayed)
        judge_adopted(s, v);
    if (v->invite && v->msg->method_id == SIPSAN_METHOD_CANCEL)
        sipsan_judge(e, SIPSAN_ON_CANCEL_MATCHED, v);
}

static void judge_request(struct sipsan *s, struct sipsan_view *v)
{
    struct sipsan_engine *e = &s->engine;

    if (v->match->what == SIPSAN_REPEATED_REQUEST) {
        sipsan_judge(e, SIPSAN_ON_RETRANSMIT, v);
        return;
    }
    if (!v->txn || !v->txn->segment) {
        sipsan_judge_faults(e, v);
        sipsan_judge(e, SIPSAN_ON_REQUEST, v);
    }
    if (v->match->what == SIPSAN_NEW_REQUEST)
        judge_new_request(s, v);
    else if (v->match->what == SIPSAN_ACK_REQUEST && v->invite)
        sipsan_judge(e, SIPSAN_ON_ACK_MATCHED, v);
    if (v->call->first_sight &&
        (v->call->in_dialog || (v->msg->method_id == SIPSAN_METHOD_ACK && v->msg->to.tag.p)))
        sipsan_judge(e, SIPSAN_ON_DIALOG_REQUEST, v);
}

static void judge_response(struct sipsan *s, struct sipsan_view *v)
{
    struct sipsan_engine *e = &s->engine;
    bool known = v->txn && v->txn->whole;

    if (v->match->what == SIPSAN_REPEATED_RESPONSE) {
        if (known)
            sipsan_judge(e, SIPSAN_ON_RESPONSE_AGAIN, v);
        return;
    }
    sipsan_judge_faults(e, v);
    sipsan_judge(e, SIPSAN_ON_RESPONSE, v);
    if (known)
        sipsan_judge(e, SIPSAN_ON_RESPONSE_IN_TXN, v);
    if (v->child)
        sipsan_judge(e, SIPSAN_ON_HOP_PAIR_RESPONSE, v);
    if (v->dialog && v->call->first_sight)
        sipsan_judge(e, SIPSAN_ON_DIALOG_RESPONSE, v);
    if (known && v->msg->method_id == SIPSAN_METHOD_REGISTER && v->msg->status >= 200)
        sipsan_judge(e, SIPSAN_ON_REGISTER_DONE, v);
}

static void judge(struct sipsan *s, const struct sipsan_seen *seen,
                  const struct sipsan_match *match, const struct sipsan_call_match *call,
                  const struct sipsan_registration *registration)
{
    struct sipsan_view v = view_at(s);

    v.seen = seen;
    v.msg = seen->msg;
    v.match = match;
    v.txn = match->txn;
    if (v.txn && v.txn->request && v.txn->request != v.msg)
        v.req = v.txn->request;
    v.invite = match->invite;
    v.parent = match->parent ? match->parent : match->txn ? match->txn->parent : NULL;
    v.child = match->child;
    v.call = call;
    v.dialog = call->dialog;
    v.side = call->side;
    v.registration = registration;
    v.race_window = race_window(s, seen);
    if (!v.msg->request && v.req)
        v.echoed = sipsan_echoed(v.msg, v.req);
    if (v.msg->request)
        judge_request(s, &v);
    else
        judge_response(s, &v);
}

/* Messages --------------------------------------------------------------------------------------
 */

/* Where memory was refused a message had less than its full effect. That is a hole like one of the
 * capture: what seems wrong across it may be our own doing. */
static void note_refusals(struct sipsan *s)
{
    if (s->mem.refused == s->refusals)
        return;
    s->refusals = s->mem.refused;
    s->engine.hole = s->now;
}

static int handle(struct sipsan *s, struct sipsan_seen *seen)
{
    struct sipsan_match match;
    struct sipsan_call_match call;
    struct sipsan_registration *registration;
    int err, worst = SIPSAN_OK;

    if ((err = sipsan_txn_match(&s->txns, &match, seen)))
        worst = err;
    if ((err = sipsan_dialog_match(&s->dialogs, &call, &match, seen)))
        worst = err;
    if ((err = sipsan_binding_match(&s->bindings, &registration, &match, seen)))
        worst = err;
    note_refusals(s);
    collect_debts(s, seen);
    judge(s, seen, &match, &call, registration);
    sipsan_txn_apply(&s->txns, &match, seen);
    sipsan_dialog_apply(&s->dialogs, &call, &match, seen);
    if (registration)
        sipsan_binding_apply(&s->bindings, registration, &match, seen);
    sipsan_nonce_apply(&s->nonces, &match, seen);
    note_refusals(s);
    return worst;
}

/* A parsed message meets the state that all earlier ones have left. */
static int take_turn(struct sipsan *s, struct sipsan_seen *seen)
{
    int err;

    sipsan_engine_begin(&s->engine, &seen->ref);
    pass_time(s, seen->ref.time);
    s->messages++;
    s->truncated += seen->msg->truncated;
    s->malformed += seen->msg->fault_count > 0;
    seen->leg = sipsan_leg_get(&s->legs, &seen->flow.src, &seen->flow.dst);
    err = handle(s, seen);
    if (!seen->kept)
        sipsan_msg_close(seen->msg);
    return err;
}

/* Judges what waits; the first error counts. */
static int drain(struct sipsan *s)
{
    uint32_t count = s->ahead.count;
    int err = SIPSAN_OK;

    s->ahead.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        int one;

        if (i + SOON < count) {
            sipsan_txn_expect_now(&s->txns, &s->ahead.seen[i + SOON]);
            sipsan_dialog_expect_now(&s->dialogs, &s->ahead.seen[i + SOON]);
            sipsan_leg_expect_now(&s->legs, s->ahead.seen[i + SOON].leg_hash);
        }
        one = take_turn(s, &s->ahead.seen[i]);
        sipsan_timers_expect(&s->timers, offsetof(struct sipsan_txn, timer),
                             sizeof(struct sipsan_txn) - offsetof(struct sipsan_txn, timer));
        err = err ? err : one;
    }
    return err;
}

int sipsan_flush(struct sipsan *s)
{
    return drain(s);
}

/* A message that cannot be judged still takes its place in time, behind those that wait. What went
 * wrong with them. */
static int pass_by(struct sipsan *s, const struct sipsan_ref *ref)
{
    int err = drain(s);

    sipsan_engine_begin(&s->engine, ref);
    pass_time(s, ref->time);
    s->messages++;
    return err;
}

/* Our own trouble is counted, and the message goes unjudged; what was found stays found. */
static int refuse(struct sipsan *s, const struct sipsan_ref *ref, const char *text)
{
    struct sipsan_problem problem = {
        .kind = SIPSAN_PROBLEM_LIMIT, .ref = *ref, .text = {text, strlen(text)}};
    int err = pass_by(s, ref);

    s->refused++;
    s->engine.gap = s->now;
    on_problem(s, &problem);
    return err ? err : SIPSAN_ELIMIT;
}

static int feed(struct sipsan *s, struct sipsan_span bytes, const struct sipsan_flow *flow,
                const struct sipsan_ref *ref, uint64_t hash, bool truncated)
{
    const struct sipsan_msg_limits limits = {
        .headers = s->config.limits.headers, .faults = 256, .only_3261 = s->config.as_of == 3261};
    struct sipsan_seen seen = {.ref = *ref, .flow = *flow, .hash = hash};
    int err;

    if (s->config.on_message)
        s->config.on_message(s->config.user, ref, flow, bytes);
    if (bytes.n > s->config.limits.message)
        return refuse(s, ref, "message is longer than the limit");
    seen.msg = sipsan_msg_open(&s->txns.messages);
    err = seen.msg ? sipsan_msg_parse(seen.msg, bytes, &limits) : SIPSAN_ENOMEM;
    if (err) {
        sipsan_msg_close(seen.msg);
        (void)pass_by(s, ref); /* which could only say the same */
        /* The hole is here, also when those before have found the refusal noted at their time. */
        s->refusals = s->mem.refused;
        s->engine.hole = s->now;
        return err;
    }
    seen.msg->truncated = truncated;
    sipsan_keys_of(&seen.keys, s->config.hash_seed, seen.msg);
    if (s->ahead.max == 0)
        return take_turn(s, &seen);
    sipsan_txn_expect(&s->txns, &seen);
    sipsan_dialog_expect(&s->dialogs, &seen);
    seen.leg_hash = sipsan_leg_expect(&s->legs, &flow->src, &flow->dst);
    s->ahead.seen[s->ahead.count++] = seen;
    return s->ahead.count < s->ahead.max ? SIPSAN_OK : drain(s);
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

int sipsan_feed_hep(struct sipsan *s, const void *bytes, size_t n, const struct sipsan_ref *ref)
{
    uint64_t carried = sipsan_net_counts(s->net)->carried;

    s->err = SIPSAN_OK;
    sipsan_net_hep(s->net, bytes, n, ref);
    if (s->err)
        return s->err;
    return sipsan_net_counts(s->net)->carried > carried ? SIPSAN_OK : SIPSAN_ENOTSIP;
}

int sipsan_lost(struct sipsan *s, const struct sipsan_ref *ref)
{
    int err = drain(s);

    pass_time(s, ref->time);
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
                  s->bindings.evicted + s->nonces.evicted + s->legs.refused + s->owing.refused,
        .checks = s->engine.checks,
    };
}

/* What was fed before is judged by the selection that held then. */
int sipsan_select(struct sipsan *s, const char *prefix, bool on)
{
    int drained = drain(s), err = sipsan_engine_select(&s->engine, prefix, on);

    return err ? err : drained;
}

int sipsan_get_rule_stats(const struct sipsan *s, size_t index, struct sipsan_rule_stats *out)
{
    if (index >= s->engine.rule_count)
        return SIPSAN_EINVAL;
    *out = s->engine.stats[index];
    return SIPSAN_OK;
}

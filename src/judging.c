/* The judge's side of the context. Rules see the state as the sender found it: transactions and
 * dialogs first find what the message belongs to, then the rules judge, then the message has its
 * effect. Last come the debts of others that this message proves: it shows that the tap still hears
 * them. */
#include "base/prefetch.h"
#include "context.h"
#include "txn/table.h"

/* A step back in capture time beyond this marks a hole (section 4a of the plan: merged captures).
 */
#define BACKWARDS INT64_C(1000000)

/* Nothing passes for so long, and obligations of so many hosts fall due. */
#define LEAP           INT64_C(5000000)
#define SILENT_DEBTORS 3

/* So many messages before its turn the objects of a message are fetched. What these point to is
 * fetched one message before. */
#define SOON 3u

/* Transactions that make room for one message at most. */
#define EVICTIONS_MAX 16

/* Time ---------------------------------------------------------------------------------------- */

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

/* Those whose obligations have fallen due while nothing passed. */
struct silence {
    const struct sipsan_host *debtors[SILENT_DEBTORS];
    unsigned n;
};

static void note_silence(struct silence *silence, struct sipsan_timer *timer)
{
    const struct sipsan_owed *owed;
    const struct sipsan_host *host;

    if (timer->kind != SIPSAN_TIMER_OWED || silence->n == SILENT_DEBTORS)
        return;
    owed = sipsan_container(timer, struct sipsan_owed, timer);
    if (!owed->leg)
        return;
    host = owed->leg->host[sipsan_leg_side(owed->leg, &owed->flow.src)];
    for (unsigned i = 0; i < silence->n; i++)
        if (silence->debtors[i] == host)
            return;
    silence->debtors[silence->n++] = host;
}

/* Time runs as the maximum seen. A step back marks a hole. So does one forward in which several
 * hosts at once fail to do what they must while nobody says a word: the clock was set, or nobody
 * captured. One or two may just be at fault. */
void sipsan_pass_time(struct sipsan *s, int64_t time)
{
    bool leap = s->now != 0 && time_between(s->now, time) > LEAP;
    struct silence silence = {.n = 0};
    struct sipsan_timer *timer;

    if (s->now != 0 && time < s->now - BACKWARDS)
        s->engine.gap = s->now;
    if (time <= s->now)
        return;
    s->now = time;
    while ((timer = sipsan_timers_pop(&s->timers, time)) != NULL) {
        if (leap)
            note_silence(&silence, timer);
        s->txns.now = s->dialogs.now = s->bindings.now = timer->due;
        fire(s, timer);
    }
    if (silence.n == SILENT_DEBTORS)
        s->engine.gap = time - 1; /* what begins now is not concerned */
    s->txns.now = s->dialogs.now = s->bindings.now = time;
}

/* Obligations --------------------------------------------------------------------------------- */

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

void sipsan_count_debts(struct sipsan *s)
{
    for (struct sipsan_txn *t = s->txns.oldest; t; t = t->newer)
        count_debts(s, t->owes);
    for (int state = SIPSAN_DIALOG_EARLY; state <= SIPSAN_DIALOG_TERMINATED; state++)
        for (struct sipsan_dialog *d = s->dialogs.oldest[state]; d; d = d->newer)
            count_debts(s, d->owes);
}

/* Rules --------------------------------------------------------------------------------------- */

/* How long ago a message to this sender may be for it not to have known it: section 4, knows. */
static int64_t race_window(const struct sipsan *s, const struct sipsan_seen *seen,
                           const struct sipsan_dialog *dialog)
{
    int64_t reply, window = s->config.race_window;

    if (seen->flow.sent_by_accused)
        return 0;
    /* Datagrams change places, and through a proxy the time of this leg is not that of the way: nor
     * for what goes past a proxy that the rest went through. */
    if (dialog && (dialog->other_legs || (dialog->leg && dialog->leg != seen->leg)))
        return window;
    if (!seen->leg || seen->flow.transport == SIPSAN_UDP || seen->msg->via_count != 1 ||
        seen->msg->route)
        return window;
    reply = seen->leg->way[sipsan_leg_side(seen->leg, &seen->flow.src)].min_reply;
    if (reply != SIPSAN_NO_REPLY && reply < window && 2 * reply + 20000 < window)
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
        v.shows = 0;
        v.once = NULL;
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
    /* No transaction: the request was not seen, and without a branch (RFC 2543) none is assumed. */
    if (v->dialog && v->txn && v->call->first_sight)
        sipsan_judge(e, SIPSAN_ON_DIALOG_RESPONSE, v);
    if (known && v->msg->method_id == SIPSAN_METHOD_REGISTER && v->msg->status >= 200)
        sipsan_judge(e, SIPSAN_ON_REGISTER_DONE, v);
}

static void judge(struct sipsan *s, const struct sipsan_seen *seen,
                  const struct sipsan_match *match, const struct sipsan_call_match *call,
                  const struct sipsan_registration *registration)
{
    struct sipsan_view v = view_at(s);
    struct sipsan_once once = {0};

    v.once = &once;
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
    v.subscription = call->subscription;
    v.registration = registration;
    v.race_window = race_window(s, seen, call->dialog);
    if (!v.msg->request && v.req)
        v.echoed = sipsan_echoed(v.msg, v.req);
    if (v.msg->request)
        judge_request(s, &v);
    else
        judge_response(s, &v);
}

/* Messages ------------------------------------------------------------------------------------ */

static void tell(struct sipsan *s, const struct sipsan_ref *ref, const char *text)
{
    struct sipsan_problem problem = {
        .kind = SIPSAN_PROBLEM_LIMIT, .ref = *ref, .text = {text, strlen(text)}};

    if (s->config.on_problem)
        s->config.on_problem(s->config.user, &problem);
}

/* Where memory was refused a message had less than its full effect. That is a hole like one of the
 * capture: what seems wrong across it may be our own doing. */
static void note_refusals(struct sipsan *s, uint64_t net_refusals)
{
    if (s->mem.refused == s->refusals && net_refusals == s->net_refusals)
        return;
    s->refusals = s->mem.refused;
    s->net_refusals = net_refusals;
    s->engine.hole = s->now;
}

static int handle(struct sipsan *s, const struct sipsan_item *item, struct sipsan_seen *seen)
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
    note_refusals(s, item->net_refusals);
    collect_debts(s, seen);
    judge(s, seen, &match, &call, registration);
    sipsan_txn_apply(&s->txns, &match, seen);
    sipsan_dialog_apply(&s->dialogs, &call, &match, seen);
    if (registration)
        sipsan_binding_apply(&s->bindings, registration, &match, seen);
    sipsan_nonce_apply(&s->nonces, &match, seen);
    note_refusals(s, item->net_refusals);
    return worst;
}

/* A message that cannot be judged still takes its place in time. */
static int pass_by(struct sipsan *s, const struct sipsan_item *item)
{
    const struct sipsan_ref *ref = &item->seen.ref;

    sipsan_engine_begin(&s->engine, ref);
    sipsan_pass_time(s, ref->time);
    s->messages++;
    if (item->kind == SIPSAN_ITEM_TOO_LONG) {
        s->refused++;
        s->engine.gap = s->now;
        tell(s, ref, "message is longer than the limit");
        return SIPSAN_ELIMIT;
    }
    /* The hole is here, also when those before have found the refusal noted at their time. */
    s->refusals = s->mem.refused;
    s->net_refusals = item->net_refusals;
    s->engine.hole = s->now;
    return SIPSAN_ENOMEM;
}

/* The message is charged to what is kept of the traffic, and others give way to it. */
static bool take_over(struct sipsan *s, struct sipsan_msg *msg)
{
    size_t size = sipsan_arena_size(&msg->arena);

    if (sipsan_arena_hand_over(&msg->arena, &s->txns.messages))
        return true;
    for (int i = 0; i < EVICTIONS_MAX && sipsan_txn_evict(&s->txns); i++) {
        sipsan_mem_credit(&s->mem, size);
        if (sipsan_mem_charge(&s->mem, size))
            return true;
    }
    sipsan_msg_close(msg);
    return false;
}

/* A parsed message meets the state that all earlier ones have left. */
static int judge_message(struct sipsan *s, struct sipsan_item *item)
{
    struct sipsan_seen *seen = &item->seen;
    int err;

    if (!take_over(s, seen->msg)) {
        item->kind = SIPSAN_ITEM_NO_MEMORY;
        return pass_by(s, item);
    }
    sipsan_engine_begin(&s->engine, &seen->ref);
    sipsan_pass_time(s, seen->ref.time);
    s->messages++;
    s->truncated += seen->msg->truncated;
    s->malformed += seen->msg->fault_count > 0;
    seen->leg = sipsan_leg_of(&s->legs, &seen->flow.src, &seen->flow.dst, seen->leg_hash);
    err = handle(s, item, seen);
    if (!seen->kept)
        sipsan_msg_close(seen->msg);
    return err;
}

/* A hole of the capture between two hosts: what seems absent there may have been in it. */
static void note_loss(struct sipsan *s, const struct sipsan_item *item)
{
    const struct sipsan_flow *flow = &item->seen.flow;
    struct sipsan_leg *leg = item->kind == SIPSAN_ITEM_LOSS
                                 ? sipsan_leg_get(&s->legs, &flow->src, &flow->dst)
                                 : sipsan_leg_find(&s->legs, &flow->src, &flow->dst);

    if (leg)
        sipsan_leg_lost(leg, item->seen.ref.time);
}

/* Where no message was seen nobody asks. */
static void note_pending(struct sipsan *s, const struct sipsan_item *item)
{
    struct sipsan_leg *leg = sipsan_leg_find(&s->legs, &item->seen.flow.src, &item->seen.flow.dst);

    if (leg)
        sipsan_leg_pending(leg, item->kind == SIPSAN_ITEM_PENDING);
}

static int take_turn(struct sipsan *s, struct sipsan_item *item)
{
    int err = SIPSAN_OK;

    switch (item->kind) {
    case SIPSAN_ITEM_MESSAGE:
        err = judge_message(s, item);
        break;
    case SIPSAN_ITEM_LOSS:
    case SIPSAN_ITEM_LOSS_IF_KNOWN:
        note_loss(s, item);
        break;
    case SIPSAN_ITEM_PENDING:
    case SIPSAN_ITEM_SETTLED:
        note_pending(s, item);
        break;
    case SIPSAN_ITEM_TOO_LONG:
    case SIPSAN_ITEM_NO_MEMORY:
        err = pass_by(s, item);
        break;
    }
    /* Also where the message itself had room and something it left behind had not. */
    if ((err == SIPSAN_ENOMEM || s->engine.hole != 0) && !s->told) {
        s->told = true;
        tell(s, &item->seen.ref,
             "the ceiling of memory is reached: the oldest is given up and counted, what is judged "
             "across it is inconclusive");
    }
    return err;
}

void sipsan_item_expect(const struct sipsan *s, struct sipsan_item *item)
{
    if (item->kind != SIPSAN_ITEM_MESSAGE)
        return;
    sipsan_txn_expect(&s->txns, &item->seen);
    sipsan_dialog_expect(&s->dialogs, &item->seen);
    item->seen.leg_hash = sipsan_leg_expect(&s->legs, &item->seen.flow.src, &item->seen.flow.dst);
}

static void expect_soon(const struct sipsan *s, const struct sipsan_item *item)
{
    if (item->kind != SIPSAN_ITEM_MESSAGE)
        return;
    sipsan_txn_expect_now(&s->txns, &item->seen);
    sipsan_dialog_expect_now(&s->dialogs, &item->seen);
    sipsan_leg_expect_now(&s->legs, item->seen.leg_hash, &item->seen.flow.src,
                          &item->seen.flow.dst);
    if (s->relay) /* another processor wrote it */
        sipsan_prefetch(item->seen.msg, 0, sizeof(*item->seen.msg) + 1024);
}

/* The message after this one: what its objects point to. */
static void expect_next(const struct sipsan *s, const struct sipsan_item *item)
{
    if (item->kind != SIPSAN_ITEM_MESSAGE)
        return;
    sipsan_txn_expect_next(&s->txns, &item->seen);
    sipsan_leg_expect_next(&s->legs, item->seen.leg_hash);
}

static void expect_timer(void *user, const struct sipsan_timer *timer)
{
    const struct sipsan *s = user;

    if (timer->kind == SIPSAN_TIMER_TXN) {
        const struct sipsan_txn *txn = sipsan_txn_expect_timer(&s->txns, timer);

        if (txn)
            sipsan_dialog_expect_end(&s->dialogs, txn);
    } else if (timer->kind == SIPSAN_TIMER_DIALOG) {
        sipsan_dialog_expect_timer(&s->dialogs, timer);
    }
}

int sipsan_judge_load(struct sipsan *s, struct sipsan_load *load)
{
    int err = SIPSAN_OK;

    for (uint32_t i = 0; i < SOON && i < load->count && load->count > 1; i++)
        expect_soon(s, &load->items[i]);
    for (uint32_t i = 0; i < load->count; i++) {
        int one;

        if (i + SOON < load->count)
            expect_soon(s, &load->items[i + SOON]);
        if (i + 1 < load->count)
            expect_next(s, &load->items[i + 1]);
        one = take_turn(s, &load->items[i]);
        sipsan_timers_expect(&s->timers, expect_timer, s);
        err = err ? err : one;
    }
    load->count = 0;
    load->bytes = 0;
    return err;
}

void sipsan_judge_init(struct sipsan *s)
{
    sipsan_timers_fetch(&s->timers, offsetof(struct sipsan_txn, timer),
                        sizeof(struct sipsan_txn) - offsetof(struct sipsan_txn, timer));
    s->txns.on_evict = on_txn_end;
    s->txns.on_evict_user = s;
}

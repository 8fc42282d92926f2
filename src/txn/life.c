/* The life of a transaction by capture time: machine timers (RFC 3261 17 and table 4, RFC 6026),
 * giving up the request's text, the end. The observer keeps the times of UDP on every transport: to
 * remember longer does no harm. */
#include "txn/table.h"

#include "base/prefetch.h"

void sipsan_txn_step(const struct sipsan_txns *txns, struct sipsan_txn *txn,
                     enum sipsan_input input)
{
    bool invite = txn->class == SIPSAN_TXN_INVITE;
    enum sipsan_machine client = invite ? SIPSAN_INVITE_CLIENT : SIPSAN_OTHER_CLIENT;
    enum sipsan_machine server = invite ? SIPSAN_INVITE_SERVER : SIPSAN_OTHER_SERVER;

    if (input != SIPSAN_INPUT_ACK)
        txn->client = sipsan_fsm_step(client, txn->client, input, txns->as_of).next;
    txn->server = sipsan_fsm_step(server, txn->server, input, txns->as_of).next;
}

int64_t sipsan_txn_end(const struct sipsan_txn *txn)
{
    int64_t end, quiet;

    if (txn->final.status == 0) {
        bool ringing = txn->class == SIPSAN_TXN_INVITE && txn->provisional.status != 0;

        return time_after(txn->active, ringing ? SIPSAN_TXN_IDLE : SIPSAN_TIMER_B);
    }
    end = time_after(txn->final.ref.time, SIPSAN_TIMER_B);
    quiet = time_after(txn->active, SIPSAN_T4);
    return quiet > end ? quiet : end;
}

/* INT64_MAX: this machine waits for no timer. */
static int64_t client_due(const struct sipsan_txn *txn, enum sipsan_input *input)
{
    bool invite = txn->class == SIPSAN_TXN_INVITE;

    *input = SIPSAN_INPUT_LINGER;
    switch (txn->client) {
    case SIPSAN_STATE_PROCEEDING:
        if (invite)
            return INT64_MAX; /* timer C is the proxy's own affair */
        *input = SIPSAN_INPUT_TIMEOUT;
        return time_after(txn->active, SIPSAN_TIMER_B);
    case SIPSAN_STATE_CALLING:
    case SIPSAN_STATE_TRYING:
        *input = SIPSAN_INPUT_TIMEOUT;
        return time_after(txn->active, SIPSAN_TIMER_B);
    case SIPSAN_STATE_COMPLETED:
        return time_after(txn->final.ref.time, invite ? SIPSAN_TIMER_D : SIPSAN_T4);
    case SIPSAN_STATE_ACCEPTED:
        return time_after(txn->final.ref.time, SIPSAN_TIMER_B);
    default:
        return INT64_MAX;
    }
}

static int64_t server_due(const struct sipsan_txn *txn, enum sipsan_input *input)
{
    bool invite = txn->class == SIPSAN_TXN_INVITE;

    *input = SIPSAN_INPUT_LINGER;
    switch (txn->server) {
    case SIPSAN_STATE_COMPLETED:
        if (invite)
            *input = SIPSAN_INPUT_TIMEOUT;
        return time_after(txn->final.ref.time, SIPSAN_TIMER_B);
    case SIPSAN_STATE_CONFIRMED:
        return time_after(txn->ack_last.time, SIPSAN_T4);
    case SIPSAN_STATE_ACCEPTED:
        return time_after(txn->final.ref.time, SIPSAN_TIMER_B);
    default:
        return INT64_MAX;
    }
}

static int64_t slim_due(const struct sipsan_txn *txn)
{
    if (!txn->request || txn->final.status == 0)
        return INT64_MAX;
    return time_after(txn->active, SIPSAN_TXN_SLIM);
}

static int64_t upstream_due(const struct sipsan_txn *txn)
{
    return txn->in_map[SIPSAN_IN_UPSTREAM] ? time_after(txn->first.time, SIPSAN_TXN_UPSTREAM)
                                           : INT64_MAX;
}

/* What is owed keeps the transaction until a frame could have proved it. */
static int64_t end_due(const struct sipsan_txn *txn)
{
    int64_t end = sipsan_txn_end(txn);

    for (const struct sipsan_owed *owed = txn->owes; owed; owed = owed->next) {
        int64_t wait = time_after(owed->timer.due, SIPSAN_TXN_OVERDUE);

        if (wait > end)
            end = wait;
    }
    return end;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void sipsan_txn_plan(struct sipsan_txns *txns, struct sipsan_txn *txn)
{
    enum sipsan_input input;
    int64_t due = end_due(txn);

    due = sooner(due, client_due(txn, &input));
    due = sooner(due, server_due(txn, &input));
    due = sooner(due, slim_due(txn));
    due = sooner(due, upstream_due(txn));
    /* Without memory for it the transaction stays until it is evicted. */
    (void)sipsan_timer_set(txns->timers, &txn->timer, due);
}

/* Three transactions in a row that showed one direction only make a leg one_way. */
static void count_silence(const struct sipsan_txn *txn)
{
    bool both = txn->copies > 0 && txn->response_count > 0;

    if (!txn->leg)
        return;
    if (both)
        txn->leg->silent = 0;
    else if (txn->leg->silent < UINT8_MAX)
        txn->leg->silent++;
}

static void run_machines(const struct sipsan_txns *txns, struct sipsan_txn *txn, int64_t now)
{
    enum sipsan_input client_input, server_input;
    bool client = client_due(txn, &client_input) <= now;
    bool server = server_due(txn, &server_input) <= now;
    struct sipsan_step step;

    if (client) {
        step = sipsan_fsm_step(txn->class == SIPSAN_TXN_INVITE ? SIPSAN_INVITE_CLIENT
                                                               : SIPSAN_OTHER_CLIENT,
                               txn->client, client_input, txns->as_of);
        txn->client = step.next;
    }
    if (server) {
        step = sipsan_fsm_step(txn->class == SIPSAN_TXN_INVITE ? SIPSAN_INVITE_SERVER
                                                               : SIPSAN_OTHER_SERVER,
                               txn->server, server_input, txns->as_of);
        txn->server = step.next;
    }
}

const struct sipsan_txn *sipsan_txn_expect_timer(const struct sipsan_txns *txns,
                                                 const struct sipsan_timer *timer)
{
    const struct sipsan_txn *txn =
        (const void *)((const char *)timer - offsetof(struct sipsan_txn, timer));

    if (txn->request) {
        sipsan_prefetch(txn->request, 0, sizeof(txn->request->arena));
        return NULL;
    }
    sipsan_map_expect(&txns->by_branch, txn->by_branch.hash);
    sipsan_map_expect(&txns->by_call, txn->by_call.hash);
    if (txn->newer)
        sipsan_prefetch(txn->newer, 0, 2 * SIPSAN_CACHE_LINE);
    if (txn->rank_newer)
        sipsan_prefetch(txn->rank_newer, 0, 2 * SIPSAN_CACHE_LINE);
    return txn;
}

void sipsan_txn_timer(struct sipsan_txns *txns, struct sipsan_timer *timer,
                      sipsan_txn_end_fn on_end, void *user)
{
    struct sipsan_txn *txn = sipsan_container(timer, struct sipsan_txn, timer);
    int64_t now = timer->due;

    if (upstream_due(txn) <= now)
        sipsan_txn_leave_map(txns, txn, SIPSAN_IN_UPSTREAM);
    if (slim_due(txn) <= now) {
        sipsan_msg_close(txn->request);
        txn->request = NULL;
        txn->slim = true;
    }
    run_machines(txns, txn, now);
    if (end_due(txn) <= now) {
        txn->client = txn->server = SIPSAN_STATE_TERMINATED;
        count_silence(txn);
        if (on_end)
            on_end(user, txn);
        sipsan_txn_put_away(txns, txn);
        return;
    }
    sipsan_txn_rank(txns, txn);
    sipsan_txn_plan(txns, txn);
}

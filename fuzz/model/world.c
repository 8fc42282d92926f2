/* Time, memory, names and the network of the world. */
#include <stdlib.h>

#include "model.h"

/* Memory and names ---------------------------------------------------------------------------- */

void *take(struct world *w, size_t n)
{
    void *p;

    n = (n + 15) & ~(size_t)15;
    if (n > WORLD_SIZE)
        abort();
    /* The world ends, and what is written from here on is of no importance. */
    if (n > WORLD_SIZE - w->used) {
        w->full = true;
        w->used = 0;
    }
    p = w->memory + w->used;
    w->used += n;
    return memset(p, 0, n);
}

const char *join(struct world *w, const char *first, ...)
{
    const char *parts[12] = {first};
    size_t n = 1, length = strlen(first);
    va_list list;
    char *out, *p;

    va_start(list, first);
    while (n < 12 && (parts[n] = va_arg(list, const char *)) != NULL)
        length += strlen(parts[n++]);
    va_end(list);
    p = out = take(w, length + 1);
    for (size_t i = 0; i < n; i++) {
        size_t part = strlen(parts[i]);

        memcpy(p, parts[i], part);
        p += part;
    }
    return out;
}

const char *decimal(struct world *w, uint64_t n)
{
    char digits[24];
    size_t i = sizeof(digits) - 1;

    digits[i] = 0;
    do
        digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    return join(w, digits + i, NULL);
}

const char *fresh(struct world *w, const char *prefix)
{
    char hex[9] = {0};
    uint32_t n = ++w->names * 2654435761u;

    for (int i = 0; i < 8; i++, n >>= 4)
        hex[i] = "0123456789abcdef"[n & 15];
    return join(w, prefix, hex, NULL);
}

/* Events -------------------------------------------------------------------------------------- */

static bool sooner(const struct event *a, const struct event *b)
{
    return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void event_add(struct world *w, struct event e)
{
    uint32_t i = w->heap_n;

    if (w->heap_n == EVENTS_MAX) {
        w->full = true;
        return;
    }
    w->heap_n++;
    e.order = w->order++;
    for (; i > 0 && sooner(&e, &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
        w->heap[i] = w->heap[(i - 1) / 2];
    w->heap[i] = e;
}

static struct event event_pop(struct world *w)
{
    struct event first = w->heap[0], last = w->heap[--w->heap_n];
    uint32_t i = 0;

    for (;;) {
        uint32_t child = 2 * i + 1;

        if (child >= w->heap_n)
            break;
        if (child + 1 < w->heap_n && sooner(&w->heap[child + 1], &w->heap[child]))
            child++;
        if (!sooner(&w->heap[child], &last))
            break;
        w->heap[i] = w->heap[child];
        i = child;
    }
    w->heap[i] = last;
    return first;
}

void timer_stop(struct timer *t)
{
    t->number++;
}

void timer_set(struct world *w, struct timer *t, int64_t delay, event_fn fire, void *object)
{
    timer_stop(t);
    event_add(
        w,
        (struct event){
            .at = w->now + delay, .number = t->number, .timer = t, .fire = fire, .object = object});
}

void later(struct world *w, int64_t delay, event_fn fire, void *object)
{
    event_add(w, (struct event){.at = w->now + delay, .fire = fire, .object = object});
}

#define STEPS_MAX 4000

void world_run(struct world *w)
{
    while (w->heap_n > 0 && !w->full && w->steps < STEPS_MAX) {
        struct event e = event_pop(w);

        if (e.timer && e.timer->number != e.number)
            continue;
        w->steps++;
        w->now = e.at;
        e.fire(w, e.object);
    }
}

/* The network --------------------------------------------------------------------------------- */

struct packet {
    struct node *from, *to;
    const struct sip *sip;
    bool tcp;
    bool seen_already; /* at its sender */
};

static struct sipsan_addr addr_of(const struct world *w, const struct node *node, uint16_t port)
{
    struct sipsan_addr addr = {.ip = {192, 0, 2, node->number}, .port = port, .family = 4};

    if (node->outer && w->inside)
        return (struct sipsan_addr){.ip = {10, 0, 0, node->number}, .port = port, .family = 4};
    if (node->outer)
        return (struct sipsan_addr){
            .ip = {198, 51, 100, node->number}, .port = node->outer_port, .family = 4};

    if (w->six)
        addr = (struct sipsan_addr){
            .ip = {0x20, 0x01, 0x0d, 0xb8, [15] = node->number}, .port = port, .family = 6};
    return addr;
}

static void see(const struct world *w, struct seen *seen, const struct packet *p)
{
    bool request = p->sip->status == 0;

    *seen = (struct seen){.time = w->now, .sip = p->sip};
    seen->flow.transport = p->tcp ? SIPSAN_TCP : SIPSAN_UDP;
    seen->flow.src = addr_of(w, p->from, p->tcp && request ? tcp_port(p->from) : p->from->port);
    seen->flow.dst = addr_of(w, p->to, p->tcp && !request ? tcp_port(p->to) : p->to->port);
    /* Each element connects for its own requests; responses come back the same way. */
    if (p->tcp)
        seen->flow.connection = request ? p->from->number * 256u + p->to->number
                                        : p->to->number * 256u + p->from->number;
}

static bool is_tapped(const struct world *w, const struct packet *p)
{
    if (w->inside && !p->from->outer && !p->to->outer)
        return false;
    return p->from->tapped || p->to->tapped || w->see_all;
}

static void capture(struct world *w, const struct packet *p)
{
    if (w->seen_n == SEEN_MAX || !is_tapped(w, p))
        return;
    if (w->now < w->from || w->now > w->until) {
        if (!w->see_all)
            return;
    } else if (w->misses > 0 && happens(w, w->tap_loss)) {
        w->misses--;
        w->missed = true;
        if (!w->see_all)
            return;
    }
    sip_write(w, p->sip);
    if (!w->full)
        see(w, &w->seen[w->seen_n++], p);
}

/* Lost before the tap, but for some of its fragments. */
static void tear(struct world *w, void *object)
{
    const struct packet *p = object;

    if (w->torn_n == TORN_MAX || !is_tapped(w, p) || w->now < w->from || w->now > w->until)
        return;
    sip_write(w, p->sip);
    if (w->full)
        return;
    lived(w, LIVED_PACKET_TORN);
    see(w, &w->torn[w->torn_n++], p);
}

static bool is_dead(struct world *w, const struct node *node)
{
    if (node != w->dead || w->now < w->dead_from)
        return false;
    w->missed = true;
    return true;
}

static void arrive(struct world *w, void *object)
{
    struct packet *p = object;

    if (!w->between && !p->seen_already)
        capture(w, p);
    if (is_dead(w, p->to))
        return;
    txn_receive(w, p->to, p->from, p->tcp, p->sip);
}

static void pass_tap(struct world *w, void *object)
{
    capture(w, object);
}

static int64_t way_time(struct world *w, const struct packet *p)
{
    int64_t time = w->latency + (w->jitter ? between(w, 0, w->jitter) : 0);
    int64_t *free = &w->tcp_free[p->from - w->nodes][p->to - w->nodes];

    if (w->lates > 0 && happens(w, w->late)) {
        w->lates--;
        lived(w, LIVED_PACKET_LATE);
        time += between(w, 100 * MS, 300 * MS);
    }
    if (p->tcp) {
        if (w->now + time <= *free)
            time = *free + 10 - w->now;
        *free = w->now + time;
    }
    return time;
}

static void travel(struct world *w, struct packet *p)
{
    int64_t time = way_time(w, p);
    bool lost = !p->tcp && w->losses > 0 && happens(w, w->loss);
    bool seen = !lost;

    w->losses -= lost;
    if (lost)
        lived(w, LIVED_PACKET_LOST);
    /* A packet that gets lost may have passed the tap before. TCP keeps its order there as well. */
    if (w->between && (!lost || chance(w, 50))) {
        later(w, p->tcp ? time - 1 : time / 2, pass_tap, p);
        seen = true;
    }
    if (!lost)
        later(w, time, arrive, p);
    else if (!seen && !p->seen_already && w->framed)
        later(w, w->between ? time / 2 : time, tear, p);
}

void net_send(struct world *w, struct node *from, struct node *to, bool tcp, const struct sip *sip)
{
    struct packet *p = take(w, sizeof(*p));

    if (w->leaves_out && w->leaves_out(w, from, sip)) {
        w->left_out = true;
        return;
    }
    if (is_dead(w, from))
        return;
    if (sip->status)
        w->tally.responses[sip->status]++;
    else
        w->tally.requests[sip->method]++;
    *p = (struct packet){.from = from, .to = to, .sip = sip, .tcp = tcp};
    if (!w->between && (from->tapped || w->see_all)) {
        capture(w, p);
        p->seen_already = true;
    }
    travel(w, p);
    if (!tcp && w->repeats > 0 && happens(w, w->repeat)) {
        struct packet *copy = take(w, sizeof(*copy));

        w->repeats--;
        lived(w, LIVED_PACKET_DOUBLED);
        *copy = *p;
        travel(w, copy);
    }
}

static const char *address(struct world *w, const struct node *node)
{
    static const char digits[] = "0123456789abcdef";
    char hex[] = {digits[node->number / 16], digits[node->number % 16], 0};

    if (!w->six)
        return join(w, "192.0.2.", decimal(w, node->number), NULL);
    return join(w, "2001:db8::", hex + (hex[0] == '0'), NULL);
}

struct node *node_add(struct world *w, enum kind kind, const char *user)
{
    struct node *node = &w->nodes[w->node_count++];
    const char *port = ":5060";

    *node = (struct node){.kind = kind, .user = user, .port = 5060};
    node->number = (uint8_t)(kind == USER_AGENT ? w->node_count : 10 * w->node_count);
    if (w->six)
        node->host = join(w, "[", address(w, node), "]", NULL);
    else
        node->host = address(w, node);
    if (chance(w, 40))
        port = "";
    node->tcp = chance(w, 0);
    node->rport = chance(w, 50);
    node->style = choose_octet(w);
    node->contact.at = node;
    node->contact.text = user ? join(w, "sip:", user, "@", node->host, port, NULL)
                              : join(w, "sip:", node->host, port, ";lr", NULL);
    return node;
}

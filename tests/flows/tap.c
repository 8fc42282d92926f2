/* See tap.h. */
#include "tap.h"

#include <stdlib.h>

#include "base/span.h"

#define T1 INT64_C(500000)

void capture_free(struct capture *c)
{
    free(c->shots);
    *c = (struct capture){0};
}

static void insert(struct capture *c, size_t at, struct shot shot)
{
    if (c->count == c->room) {
        c->room = c->room ? 2 * c->room : 64;
        c->shots = realloc(c->shots, c->room * sizeof(*c->shots));
        if (!c->shots)
            abort();
    }
    memmove(c->shots + at + 1, c->shots + at, (c->count - at) * sizeof(*c->shots));
    c->shots[at] = shot;
    c->count++;
}

/* Behind all that is not later. */
static void insert_by_time(struct capture *c, struct shot shot)
{
    size_t at = c->count;

    while (at > 0 && c->shots[at - 1].time > shot.time)
        at--;
    insert(c, at, shot);
}

static void drop(struct capture *c, size_t at)
{
    bool lost = c->shots[at].lost;

    c->count--;
    if (at < c->count && lost)
        c->shots[at + 1].lost = true;
    memmove(c->shots + at, c->shots + at + 1, (c->count - at) * sizeof(*c->shots));
}

void capture_add(struct capture *c, const struct session *session, int64_t shift)
{
    for (const struct sipsan_packet *p = session->flow->packets; p; p = p->next)
        insert_by_time(c, (struct shot){.packet = p,
                                        .file = session->file,
                                        .time = p->time + shift,
                                        .serial = c->flows});
    c->flows++;
}

/* Dice ---------------------------------------------------------------------------------------- */

struct dice dice_of(const char *text, uint64_t seed)
{
    struct dice d = {seed * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0xcbf29ce484222325)};

    for (; *text; text++)
        d.state = (d.state ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return d;
}

uint64_t dice_below(struct dice *d, uint64_t limit)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % limit;
}

static bool chance(struct dice *d, unsigned percent)
{
    return dice_below(d, 100) < percent;
}

static bool same_address(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->family == b->family && a->port == b->port && !memcmp(a->ip, b->ip, sizeof(a->ip));
}

/* What a message is --------------------------------------------------------------------------- */

struct facts {
    int status; /* 0: a request */
    struct sipsan_span branch, cseq, method, call_id, to_tag;
    bool reliable;
};

/* The value of the first header field of this name, white space off; empty when there is none. */
static struct sipsan_span field(struct sipsan_span msg, struct sipsan_span name, char compact)
{
    struct sipsan_span rest = msg, letter = {&compact, 1};

    while (rest.n > 0) {
        const char *end = memchr(rest.p, '\n', rest.n);
        struct sipsan_span line = span_between(rest.p, end ? end : rest.p + rest.n);
        const char *colon = memchr(line.p, ':', line.n);
        struct sipsan_span before = {line.p, 0};

        if (sipsan_span_trim(line).n == 0)
            break;
        if (colon)
            before = sipsan_span_trim(span_between(line.p, colon));
        if (line.p != msg.p && (sipsan_span_eq_nocase(before, name) ||
                                (compact && sipsan_span_eq_nocase(before, letter))))
            return sipsan_span_trim(span_between(colon + 1, line.p + line.n));
        rest = span_between(line.p + line.n + (end != NULL), rest.p + rest.n);
    }
    return (struct sipsan_span){msg.p, 0};
}

static struct sipsan_span until(struct sipsan_span s, const char *stops)
{
    size_t n = 0;

    while (n < s.n && !strchr(stops, s.p[n]))
        n++;
    return (struct sipsan_span){s.p, n};
}

static struct sipsan_span param(struct sipsan_span value, const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i + n < value.n; i++) {
        if (value.p[i] == ';' && !memcmp(value.p + i + 1, name, n))
            return until(span_between(value.p + i + 1 + n, value.p + value.n), ";, \t>");
    }
    return (struct sipsan_span){value.p, 0};
}

static struct facts facts_of(const struct shot *shot)
{
    struct sipsan_span msg = shot->packet->bytes;
    struct facts f = {.reliable = shot->packet->flow.transport != SIPSAN_UDP};
    struct sipsan_span cseq = field(msg, SPAN_LIT("CSeq"), 0);

    if (sipsan_span_starts_nocase(msg, SPAN_LIT("SIP/2.0 ")) && msg.n > 11)
        f.status = atoi(msg.p + 8); /* a letter or blank stands behind: texts end in CRLF */
    f.branch = param(field(msg, SPAN_LIT("Via"), 'v'), "branch=");
    f.cseq = until(cseq, " \t");
    f.method = sipsan_span_trim(span_between(cseq.p + f.cseq.n, cseq.p + cseq.n));
    f.call_id = field(msg, SPAN_LIT("Call-ID"), 'i');
    f.to_tag = param(field(msg, SPAN_LIT("To"), 't'), "tag=");
    return f;
}

static bool is(const struct facts *f, const char *method)
{
    return span_eq(f->method, (struct sipsan_span){method, strlen(method)});
}

static bool same_hop(const struct facts *a, const struct facts *b)
{
    return span_eq(a->branch, b->branch) && span_eq(a->method, b->method) &&
           span_eq(a->call_id, b->call_id);
}

static bool same_invite(const struct facts *a, const struct facts *b)
{
    return span_eq(a->call_id, b->call_id) && span_eq(a->cseq, b->cseq) &&
           span_eq(a->to_tag, b->to_tag);
}

/* Retransmissions ----------------------------------------------------------------------------- */

static bool same_shot(const struct shot *a, const struct shot *b)
{
    return a->serial == b->serial && span_eq(a->packet->bytes, b->packet->bytes);
}

/* The flow repeats this message by itself, or something that crosses this place: what comes behind
 * cannot come later without breaking the schedule of that. */
static bool schedule_runs(const struct capture *c, size_t at)
{
    for (size_t i = 0; i <= at; i++) {
        for (size_t k = at + 1; k < c->count; k++) {
            if (c->shots[i].packet->bytes.n > 0 && same_shot(&c->shots[i], &c->shots[k]))
                return true;
        }
    }
    for (size_t i = 0; i < at; i++) {
        if (same_shot(&c->shots[i], &c->shots[at]))
            return true;
    }
    return false;
}

/* The first place of the same hop's request (status 0) or of its first response; count: none. */
static size_t first_of_hop(const struct capture *c, const struct facts *f, bool response)
{
    for (size_t i = 0; i < c->count; i++) {
        struct facts g = facts_of(&c->shots[i]);

        if (c->shots[i].packet->bytes.n > 0 && (g.status != 0) == response && same_hop(f, &g))
            return i;
    }
    return c->count;
}

/* Who sends the request at this place sends more requests before its response comes. Those would
 * not come later when this one is lost. */
static bool sender_goes_on(const struct capture *c, size_t at, const struct facts *own)
{
    size_t response = first_of_hop(c, own, true);

    for (size_t i = at + 1; i < c->count && i < response; i++) {
        struct facts f = facts_of(&c->shots[i]);

        if (c->shots[i].serial == c->shots[at].serial && f.status == 0 && !same_hop(&f, own) &&
            same_address(&c->shots[i].packet->flow.src, &c->shots[at].packet->flow.src))
            return true;
    }
    return false;
}

/* The ACK to this 2xx comes behind this place: the 2xx would be repeated there. */
static bool ack_waits(const struct capture *c, size_t at, const struct facts *ok)
{
    for (size_t i = at + 1; i < c->count; i++) {
        struct facts f = facts_of(&c->shots[i]);

        if (f.status == 0 && is(&f, "ACK") && same_invite(&f, ok))
            return true;
    }
    return false;
}

/* Another INVITE of the flow is unanswered at this place, or its 2xx is not acknowledged: its
 * server may not wait longer. */
static bool invite_waits(const struct capture *c, size_t at, const struct facts *own)
{
    for (size_t i = 0; i < at; i++) {
        struct facts f = facts_of(&c->shots[i]);

        if (c->shots[i].serial == c->shots[at].serial && is(&f, "INVITE") && f.status / 100 == 2 &&
            !same_invite(&f, own) && ack_waits(c, at, &f))
            return true;
        if (c->shots[i].serial == c->shots[at].serial && f.status == 0 && is(&f, "INVITE") &&
            !same_hop(&f, own) && first_of_hop(c, &f, true) > at &&
            first_of_hop(c, &f, true) < c->count)
            return true;
    }
    return false;
}

/* All of its flow behind `at` happens later. */
static void delay_behind(struct capture *c, size_t at, int64_t by)
{
    unsigned serial = c->shots[at].serial;

    for (size_t i = at + 1; i < c->count; i++) {
        if (c->shots[i].serial == serial)
            c->shots[i].time += by;
    }
    for (size_t i = at + 2; i < c->count; i++) {
        struct shot moved = c->shots[i];
        size_t k = i;

        for (; k > at + 1 && c->shots[k - 1].time > moved.time; k--)
            c->shots[k] = c->shots[k - 1];
        c->shots[k] = moved;
    }
}

static void send_again(struct capture *c, struct shot shot, int64_t later)
{
    shot.time += later;
    insert_by_time(c, shot);
}

/* A request is lost once, twice or thrice behind the tap: timers A and E. */
static void repeat_request(struct capture *c, size_t at, const struct facts *f, struct dice *d)
{
    static const int64_t when[] = {T1, 3 * T1, 7 * T1};
    size_t times = 1 + dice_below(d, 3);
    struct shot shot = c->shots[at];

    if (f->reliable || is(f, "ACK") || first_of_hop(c, f, false) != at || sender_goes_on(c, at, f))
        return;
    delay_behind(c, at, when[times - 1]);
    for (size_t i = 0; i < times; i++)
        send_again(c, shot, when[i]);
}

/* Who has sent the response at this place sends the next request of the flow as well, and would not
 * wait with it. */
static bool responder_goes_on(const struct capture *c, size_t at)
{
    size_t next = at + 1;

    while (next < c->count &&
           (c->shots[next].serial != c->shots[at].serial || c->shots[next].packet->bytes.n == 0))
        next++;
    return next < c->count && facts_of(&c->shots[next]).status == 0 &&
           same_address(&c->shots[next].packet->flow.src, &c->shots[at].packet->flow.src);
}

/* The first response is lost behind the tap: the client asks again, the server answers again. */
static void repeat_response(struct capture *c, size_t at, const struct facts *f)
{
    size_t request = first_of_hop(c, f, false);
    struct shot asked, answered = c->shots[at];
    int64_t took, again = T1, step = 2 * T1;

    if (f->reliable || request >= at || first_of_hop(c, f, true) != at ||
        responder_goes_on(c, at) || (is(f, "INVITE") && f->status >= 200 && f->status < 300))
        return;
    asked = c->shots[request];
    took = answered.time - asked.time;
    while (again <= took) {
        again += step;
        step *= 2;
    }
    if (again > 8 * T1)
        return;
    took = took < 20000 ? took : 20000;
    delay_behind(c, at, asked.time + again + took - answered.time);
    send_again(c, asked, again);
    send_again(c, answered, asked.time + again + took - answered.time);
}

/* The ACK is lost behind the tap: timer G on its hop, or the UAS repeats its 2xx on all hops. */
static void repeat_final(struct capture *c, size_t at, const struct facts *f)
{
    bool success = f->status < 300;
    struct shot group[16];
    size_t n = 0, last = at;
    bool acked = false;

    if (!is(f, "INVITE") || f->status < 200 || (f->reliable && !success))
        return;
    for (size_t i = 0; i < c->count; i++) {
        const struct shot *shot = &c->shots[i];
        struct facts g = facts_of(shot);
        bool ours = success ? same_invite(f, &g) : span_eq(f->branch, g.branch);
        bool ack = is(&g, "ACK");

        if (shot->packet->bytes.n == 0)
            continue;
        if (ours && ((is(&g, "INVITE") && g.status == f->status) || (ack && g.status == 0))) {
            if (n == 16 || (i < at && !ack) || (acked && !ack))
                return; /* not the first hop, or something else repeats it already */
            acked = acked || ack;
            group[n++] = *shot;
            last = i;
        } else if (n > 0 && !acked && g.status == 0 && span_eq(f->call_id, g.call_id) &&
                   !is(&g, "CANCEL") && !ack) {
            return; /* what crosses is not ours to judge */
        }
    }
    if (!acked || c->shots[last].time - c->shots[at].time > T1 - 20000)
        return;
    for (size_t i = at; i < last; i++) {
        struct facts g = facts_of(&c->shots[i]);

        if (g.status == 0 && c->shots[i].packet->bytes.n > 0 && !is(&g, "ACK") &&
            !is(&g, "CANCEL") && span_eq(f->call_id, g.call_id))
            return;
    }
    if (schedule_runs(c, last) || invite_waits(c, last, f))
        return;
    delay_behind(c, last, T1);
    for (size_t i = 0; i < n; i++)
        send_again(c, group[i], T1);
}

void tap_repeats(struct capture *c, struct dice *d)
{
    size_t times = 1 + dice_below(d, 3);

    for (size_t i = 0; i < times && c->count > 0; i++) {
        size_t at = (size_t)dice_below(d, c->count);
        struct facts f = facts_of(&c->shots[at]);
        bool final = is(&f, "INVITE") && f.status >= 200;

        if (c->shots[at].packet->bytes.n == 0 || schedule_runs(c, at) || invite_waits(c, at, &f))
            continue;
        if (f.status == 0)
            repeat_request(c, at, &f, d);
        else if (final && chance(d, 70))
            repeat_final(c, at, &f);
        else
            repeat_response(c, at, &f);
    }
}

/* The tap ------------------------------------------------------------------------------------- */

void tap_copies(struct capture *c, struct dice *d)
{
    unsigned percent = 10 + (unsigned)dice_below(d, 90);

    for (size_t i = c->count; i-- > 0;) {
        struct shot copy = c->shots[i];

        if (copy.packet->bytes.n == 0 || copy.packet->flow.transport != SIPSAN_UDP ||
            !chance(d, percent))
            continue;
        copy.time += (int64_t)dice_below(d, 900);
        insert_by_time(c, copy);
    }
}

void tap_order(struct capture *c, struct dice *d)
{
    bool times = chance(d, 50);
    unsigned percent = 10 + (unsigned)dice_below(d, 60);

    for (size_t i = 1; i < c->count; i++) {
        struct shot *a = &c->shots[i - 1], *b = &c->shots[i];
        struct shot kept = *a;
        int64_t at = a->time, then = b->time;

        bool same = same_address(&a->packet->flow.src, &b->packet->flow.src);

        if (then - at > 5000 || a->packet->bytes.n == 0 || b->packet->bytes.n == 0 ||
            (same && a->packet->flow.transport != SIPSAN_UDP) || !chance(d, percent))
            continue;
        *a = *b;
        *b = kept;
        if (!times) {
            a->time = at;
            b->time = then;
        }
        i++; /* each one moves by one place at most */
    }
}

static bool on_link(const struct sipsan_flow *flow, const struct sipsan_addr *a,
                    const struct sipsan_addr *b)
{
    return (same_address(&flow->src, a) && same_address(&flow->dst, b)) ||
           (same_address(&flow->src, b) && same_address(&flow->dst, a));
}

void tap_losses(struct capture *c, struct dice *d)
{
    static const unsigned percents[] = {3, 10, 25, 50};
    unsigned way = (unsigned)dice_below(d, 6), percent = percents[dice_below(d, 4)];
    size_t from = (size_t)dice_below(d, c->count), length = (size_t)dice_below(d, 8) + 1;
    struct sipsan_flow deaf = c->shots[from].packet->flow;

    if (c->shots[from].packet->bytes.n == 0)
        way = 0;
    for (size_t i = c->count; i-- > 0;) {
        const struct sipsan_packet *p = c->shots[i].packet;
        bool lost;

        switch (way) {
        case 0:
        case 1:
        case 2:
            lost = chance(d, percent);
            break;
        case 3:
            lost = i >= from && i < from + length;
            break;
        case 4:
            lost = same_address(&p->flow.src, &deaf.src);
            break;
        default:
            lost = on_link(&p->flow, &deaf.src, &deaf.dst);
            break;
        }
        if (!lost || p->bytes.n == 0)
            continue;
        drop(c, i);
        if (i < c->count)
            c->shots[i].lost = true;
    }
}

void tap_missed(struct capture *c, struct dice *d)
{
    size_t at = (size_t)dice_below(d, c->count);

    bool stream = c->shots[at].packet->flow.transport != SIPSAN_UDP;

    if (c->shots[at].packet->bytes.n == 0)
        return;
    drop(c, at);
    if (at < c->count)
        c->shots[at].lost = stream;
}

void tap_short(struct capture *c, struct dice *d)
{
    unsigned keep = 100 + (unsigned)dice_below(d, 700);

    for (size_t i = 0; i < c->count; i++)
        c->shots[i].keep = keep;
}

void tap_head(struct capture *c, struct dice *d)
{
    for (size_t n = 1 + dice_below(d, c->count); n > 0 && c->count > 0; n--)
        drop(c, 0);
}

void tap_tail(struct capture *c, struct dice *d)
{
    c->count = (size_t)dice_below(d, c->count) + 1;
}

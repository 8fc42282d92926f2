/* See subscription.h. Who owes a NOTIFY: RFC 6665 4.2.1.2, RFC 3515 2.4.4. It may take a path that
 * the tap does not see: its absence is provable only when another request of the notifier crossed
 * the tap inside the dialog, or when addresses show that notifier and subscriber are the two ends
 * of this hop. */
#include "dialog/subscription.h"

#include <stdio.h>

#include "dialog/dialog_facts.h"
#include "parse/uri.h"

#define SECOND     INT64_C(1000000)
#define OWED_MAX   16  /* obligations of one dialog: their list is walked */
#define ACCEPT_MAX 512 /* bytes of Accept that are kept */

/* --- which one ------------------------------------------------------------------------------- */

static const struct sipsan_span refer = {"refer", 5};

static bool is_2xx(int status)
{
    return status >= 200 && status < 300;
}

/* 8.2.1: byte by byte; with an id never equals without. */
static bool named(const struct sipsan_subscription *s, struct sipsan_span event,
                  struct sipsan_span id)
{
    struct sipsan_span mine = text_span(&s->id);

    return span_eq(text_span(&s->event), event) && !mine.p == !id.p && (!id.p || span_eq(mine, id));
}

static struct sipsan_subscription *find(const struct sipsan_dialog *d, enum sipsan_side notifier,
                                        struct sipsan_span event, struct sipsan_span id)
{
    struct sipsan_subscription *first = NULL;

    for (struct sipsan_subscription *s = d->subscriptions; s; s = s->next) {
        if (s->notifier != notifier)
            continue;
        if (named(s, event, id))
            return s;
        if (s->refer)
            first = s; /* the list begins with the newest */
    }
    /* RFC 3515 2.4.6: of the first REFER the id may be left out. */
    return !id.p && span_eq(event, refer) ? first : NULL;
}

static struct sipsan_subscription *by_cseq(const struct sipsan_dialog *d, enum sipsan_side notifier,
                                           const struct sipsan_msg *msg)
{
    uint64_t cseq = msg->cseq.number;

    for (struct sipsan_subscription *s = d->subscriptions; s; s = s->next) {
        if (s->notifier != notifier)
            continue;
        if (msg->method_id == SIPSAN_METHOD_NOTIFY
                ? (s->notify.time != 0 && s->notify_cseq == cseq) ||
                      (s->ended.time != 0 && s->ended_cseq == cseq)
                : s->asked.time != 0 && s->asked_cseq == cseq)
            return s;
    }
    return NULL;
}

struct sipsan_subscription *sipsan_subscription_match(const struct sipsan_dialog *dialog,
                                                      enum sipsan_side side,
                                                      const struct sipsan_msg *msg)
{
    struct sipsan_event_header event;
    bool notify = msg->method_id == SIPSAN_METHOD_NOTIFY;
    enum sipsan_side notifier = notify == msg->request ? side : other_side(side);

    if (!dialog->subscriptions || (!notify && msg->method_id != SIPSAN_METHOD_SUBSCRIBE))
        return NULL;
    if (!msg->request)
        return by_cseq(dialog, notifier, msg);
    if (!sipsan_msg_event(&event, msg))
        return NULL;
    return find(dialog, notifier, event.type, event.id);
}

/* 404, 405, 410, 416, 480-485, 489, 501, 604: 4.1.2.2, 4.2.2. */
static bool ends_all(int status)
{
    switch (status) {
    case 404:
    case 405:
    case 410:
    case 416:
    case 489:
    case 501:
    case 604:
        return true;
    default:
        return status >= 480 && status <= 485;
    }
}

/* --- making ---------------------------------------------------------------------------------- */

static bool over(const struct sipsan_subscription *s, int64_t now)
{
    return s->ended.time != 0 || s->refused.time != 0 ||
           (s->until != SIPSAN_NEVER && s->until < now);
}

/* Out of the list: the one that ended first, to be used again. */
static struct sipsan_subscription *recycle(struct sipsan_dialog *d, int64_t now)
{
    struct sipsan_subscription **at = NULL, *s;

    for (struct sipsan_subscription **p = &d->subscriptions; *p; p = &(*p)->next)
        if (over(*p, now))
            at = p;
    if (!at)
        return NULL;
    s = *at;
    *at = s->next;
    return s;
}

static struct sipsan_subscription *take(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d)
{
    struct sipsan_subscription *s;

    if (d->subscription_count < SIPSAN_SUBSCRIPTIONS_MAX) {
        s = sipsan_arena_zalloc(&d->arena, sizeof(*s));
        if (s)
            d->subscription_count++;
        return s;
    }
    s = recycle(d, dialogs->now);
    if (s) {
        /* The texts keep their room. */
        struct sipsan_text event = s->event, id = s->id, accept = s->accept;

        *s = (struct sipsan_subscription){.event = event, .id = id, .accept = accept};
        s->id.set = s->accept.set = false;
        d->subscriptions_lost = true; /* what it was is forgotten */
    } else {
        dialogs->subscriptions_refused++;
    }
    return s;
}

static struct sipsan_subscription *make(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                                        enum sipsan_side notifier, struct sipsan_span event,
                                        struct sipsan_span id)
{
    struct sipsan_subscription *s = take(dialogs, d);

    if (!s || !sipsan_text_put(&d->arena, &s->event, event) ||
        (id.p && !sipsan_text_put(&d->arena, &s->id, id))) {
        d->lossy = d->subscriptions_lost = true;
        return NULL; /* what the arena gave stays there */
    }
    s->notifier = (uint8_t)notifier;
    s->until = SIPSAN_NEVER;
    s->next = d->subscriptions;
    d->subscriptions = s;
    return s;
}

static struct sipsan_subscription *find_or_make(struct sipsan_dialogs *dialogs,
                                                struct sipsan_dialog *d, enum sipsan_side notifier,
                                                const struct sipsan_msg *msg)
{
    struct sipsan_event_header event;
    struct sipsan_subscription *s;

    if (!sipsan_msg_event(&event, msg))
        return NULL;
    s = find(d, notifier, event.type, event.id);
    return s ? s : make(dialogs, d, notifier, event.type, event.id);
}

/* --- obligations ----------------------------------------------------------------------------- */

static bool is_notify(const struct sipsan_owed *owed)
{
    return owed->kind == SIPSAN_OWES_NOTIFY || owed->kind == SIPSAN_OWES_NOTIFY_REFER;
}

/* Those for this request; 0: all. */
static void settle(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d, uint64_t cseq)
{
    struct sipsan_owed *owed = d->owes;

    while (owed) {
        struct sipsan_owed *next = owed->next;

        if (is_notify(owed) && (cseq == 0 || owed->about_serial == cseq))
            sipsan_settle_one(dialogs->owing, &d->owes, owed);
        owed = next;
    }
}

static bool ends_at(const struct sipsan_msg *msg, const struct sipsan_addr *host)
{
    const struct sipsan_name_addr *c = msg->contact;
    struct sipsan_addr addr = {0};

    return c && !c->star && !c->next && c->ok && c->uri.scheme == SIPSAN_SCHEME_SIP &&
           !sipsan_param_find(c->uri.params, SPAN_LIT("transport")) &&
           !sipsan_param_find(c->uri.params, SPAN_LIT("maddr")) &&
           sipsan_uri_addr(&addr, &c->uri) && sipsan_ip_eq(&addr, host);
}

/* The NOTIFY goes from the one host of this hop straight to the other. */
static bool crosses(const struct sipsan_msg *req, const struct sipsan_seen *ok)
{
    return req && !ok->msg->record_route && !req->record_route && ok->msg->via_count == 1 &&
           req->via_count == 1 && ends_at(ok->msg, &ok->flow.src) && ends_at(req, &ok->flow.dst);
}

/* The NOTIFY may have answered a copy of the request that the tap has not seen. */
static bool asked_before(const struct sipsan_dialog *d, const struct sipsan_txn *txn)
{
    return !txn || txn->first.time < d->copies_until;
}

static void owe(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                struct sipsan_subscription *s, const struct sipsan_txn *txn,
                const struct sipsan_seen *seen)
{
    const struct sipsan_msg *req = txn ? txn->request : NULL;
    struct sipsan_owed what = {
        .kind = s->refer ? SIPSAN_OWES_NOTIFY_REFER : SIPSAN_OWES_NOTIFY,
        .dialog = d,
        .about_serial = seen->msg->cseq.number,
        .leg = seen->leg,
        .flow = seen->flow,
        .trigger = seen->ref,
        .since = seen->ref.time,
        .provable = (d->crossed[s->notifier] || crosses(req, seen)) && !asked_before(d, txn),
    };
    size_t n = 0;

    if (s->owed_for != 0)
        settle(dialogs, d, s->owed_for); /* one NOTIFY answers for both */
    what.flow.sent_by_accused = false;
    for (const struct sipsan_owed *owed = d->owes; owed && n < OWED_MAX; owed = owed->next)
        n++;
    s->owed_for = what.about_serial;
    s->goes_on = false;
    if (n == OWED_MAX ||
        !sipsan_owe(dialogs->owing, &d->owes, &what, seen->ref.time + SIPSAN_TIMER_B))
        d->lossy = true;
}

/* --- SUBSCRIBE ------------------------------------------------------------------------------- */

static void keep_accept(struct sipsan_dialog *d, struct sipsan_subscription *s,
                        const struct sipsan_msg *msg)
{
    char text[ACCEPT_MAX];
    size_t n = 0;

    s->accept.set = false;
    for (const struct sipsan_header *h = sipsan_msg_header(msg, SIPSAN_HDR_ACCEPT); h;
         h = sipsan_msg_next(msg, h)) {
        if (h->value.n == 0)
            continue;
        if (h->value.n + 1 > sizeof(text) - n)
            return;
        if (n > 0)
            text[n++] = ',';
        memcpy(text + n, h->value.p, h->value.n);
        n += h->value.n;
    }
    if (n > 0 && sipsan_header_complete(msg))
        sipsan_dialog_keep(d, &s->accept, (struct sipsan_span){text, n});
}

static uint64_t seconds_of(const struct sipsan_msg *msg)
{
    return msg->expires.text.p && msg->expires.ok && msg->expires.value <= UINT32_MAX
               ? msg->expires.value
               : SIPSAN_NO_NUMBER;
}

static void subscribed(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                       enum sipsan_side notifier, const struct sipsan_msg *msg,
                       const struct sipsan_ref *ref)
{
    struct sipsan_subscription *s = find_or_make(dialogs, d, notifier, msg);

    if (!s)
        return;
    s->told_before = s->asked_last.time == 0 && s->notify.time != 0;
    s->asked = s->asked_last = *ref;
    s->asked_cseq = msg->cseq.number;
    s->asked_expires = seconds_of(msg);
    keep_accept(d, s, msg);
}

/* A 2xx to SUBSCRIBE. txn may be NULL. */
static void granted(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                    struct sipsan_subscription *s, const struct sipsan_txn *txn,
                    const struct sipsan_seen *seen)
{
    uint64_t seconds = seconds_of(seen->msg);
    /* The tap may have begun behind the SUBSCRIBE, and see a repetition of it. */
    bool notified = s->notify.time >= s->asked.time && s->notify.time != 0;
    bool ended = s->ended.time >= s->asked.time || s->refused.time >= s->asked.time;
    bool told;

    s->accepted = true;
    s->accepted_ref = seen->ref;
    s->fetched = s->asked_expires == 0;
    told = s->told_before || (notified && (!s->fetched || ended));
    if (s->ended.time != 0 && s->ended.time < s->asked.time) {
        s->ended = s->ended_answer = (struct sipsan_ref){0}; /* another one of the same name */
        s->overtaken = false;
        s->state = SIPSAN_SUBSTATE_OTHER;
    }
    if (s->refused.time < s->asked.time)
        s->refused = (struct sipsan_ref){0};
    s->until_before = s->until;
    if (seconds == SIPSAN_NO_NUMBER)
        s->until = SIPSAN_NEVER;
    else
        s->until = seen->ref.time + (int64_t)seconds * SECOND;
    s->until_ref = seen->ref;
    s->asked.time = 0;
    if (!told && seen->msg->status != 204) { /* RFC 5839 5.4: no NOTIFY comes */
        owe(dialogs, d, s, txn, seen);
        s->goes_on = notified;
    }
}

static void subscribe_answered(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                               enum sipsan_side notifier, const struct sipsan_match *match,
                               const struct sipsan_seen *seen)
{
    const struct sipsan_txn *txn = match->txn;
    const struct sipsan_msg *req = txn ? txn->request : NULL;
    struct sipsan_subscription *s = by_cseq(d, notifier, seen->msg);

    if (!s && req && is_2xx(seen->msg->status)) {
        /* It opened the dialog, which was not there when it was sent. */
        subscribed(dialogs, d, notifier, req, &txn->first);
        s = by_cseq(d, notifier, seen->msg);
    }
    if (!s)
        return;
    if (is_2xx(seen->msg->status))
        granted(dialogs, d, s, txn, seen);
    else
        s->asked.time = 0;
}

/* --- REFER ----------------------------------------------------------------------------------- */

/* RFC 4488 4, RFC 7614 4: there is no subscription, or another one. */
static bool without_subscription(const struct sipsan_msg *req, const struct sipsan_msg *ok)
{
    const struct sipsan_value *sub = sipsan_msg_value(ok, SIPSAN_HDR_REFER_SUB);

    if (sub && sipsan_span_eq_nocase(sub->head, SPAN_LIT("false")))
        return true;
    if (sipsan_msg_value(ok, SIPSAN_HDR_REFER_EVENTS_AT))
        return true;
    return !req || sipsan_msg_value(req, SIPSAN_HDR_REFER_SUB) ||
           sipsan_token_listed(req->require, SPAN_LIT("norefersub")) ||
           sipsan_token_listed(req->require, SPAN_LIT("nosub")) ||
           sipsan_token_listed(req->require, SPAN_LIT("explicitsub"));
}

/* A NOTIFY for some REFER came since then: the id that tells for which one is often left out. */
static bool refer_told(const struct sipsan_dialog *d, enum sipsan_side notifier, int64_t since)
{
    for (const struct sipsan_subscription *s = d->subscriptions; s; s = s->next)
        if (s->notifier == notifier && s->notify.time != 0 && s->notify.time >= since &&
            span_eq(text_span(&s->event), refer))
            return true;
    return false;
}

static void referred(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                     enum sipsan_side notifier, const struct sipsan_match *match,
                     const struct sipsan_seen *seen)
{
    const struct sipsan_txn *txn = match->txn;
    const struct sipsan_msg *req = txn ? txn->request : NULL;
    struct sipsan_subscription *s;
    char number[24];
    size_t n;

    if (without_subscription(req, seen->msg)) {
        d->refers_open = true;
        return;
    }
    n = (size_t)snprintf(number, sizeof(number), "%llu",
                         (unsigned long long)seen->msg->cseq.number);
    s = find(d, notifier, refer, (struct sipsan_span){number, n});
    if (!s) { /* the NOTIFY came first, and left the id out */
        s = find(d, notifier, refer, (struct sipsan_span){0});
        s = s && !s->refer ? s : NULL;
    }
    if (!s)
        s = make(dialogs, d, notifier, refer, (struct sipsan_span){number, n});
    if (!s)
        return;
    sipsan_dialog_keep(d, &s->id, (struct sipsan_span){number, n});
    s->refer = s->accepted = true;
    s->accepted_ref = seen->ref;
    if (!refer_told(d, notifier, txn->first.time))
        owe(dialogs, d, s, txn, seen);
}

/* --- NOTIFY ---------------------------------------------------------------------------------- */

/* Less than what a 2xx has just granted: it may have been sent before that. */
static bool is_stale(const struct sipsan_subscription *s,
                     const struct sipsan_subscription_state *state, const struct sipsan_ref *ref)
{
    return s->notifies > 1 && s->accepted_ref.time != 0 &&
           ref->time - s->accepted_ref.time < SECOND / 2 && s->until != SIPSAN_NEVER &&
           ref->time + (int64_t)state->expires * SECOND < s->until;
}

static void told(struct sipsan_subscription *s, const struct sipsan_msg *msg,
                 const struct sipsan_ref *ref)
{
    struct sipsan_subscription_state state;

    s->notify = *ref;
    s->notify_cseq = msg->cseq.number;
    s->notifies++;
    if (!sipsan_msg_subscription_state(&state, msg))
        return;
    s->state = state.state;
    if (state.state == SIPSAN_SUBSTATE_TERMINATED) {
        s->ended = *ref;
        s->ended_cseq = msg->cseq.number;
        s->ended_answer = (struct sipsan_ref){0};
    } else if (state.expires <= UINT32_MAX && s->asked.time == 0 && !is_stale(s, &state, ref)) {
        s->until = ref->time + (int64_t)state.expires * SECOND;
        s->until_ref = *ref;
    }
}

/* A NOTIFY that does not end what Expires: 0 has ended may have been on its way when that came: the
 * last one is still owed, and will pass where this one did. */
static bool still_owed(struct sipsan_dialog *d, struct sipsan_subscription *s,
                       const struct sipsan_msg *msg)
{
    struct sipsan_subscription_state state;

    if (!s->fetched || s->asked.time != 0 || !sipsan_msg_subscription_state(&state, msg) ||
        state.state == SIPSAN_SUBSTATE_OTHER || state.state == SIPSAN_SUBSTATE_TERMINATED)
        return false;
    for (struct sipsan_owed *owed = d->owes; owed; owed = owed->next)
        if (owed->kind == SIPSAN_OWES_NOTIFY && owed->about_serial == s->owed_for)
            owed->provable = owed->provable || owed->since >= d->copies_until;
    s->goes_on = true;
    return true;
}

static void notified(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                     enum sipsan_side notifier, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_subscription *s = find_or_make(dialogs, d, notifier, msg);

    if (!s) {
        settle(dialogs, d, 0); /* which one it is about is a question of its own */
        return;
    }
    if (s->owed_for == 0 || !still_owed(d, s, msg)) {
        if (s->owed_for != 0 || !s->accepted)
            settle(dialogs, d, s->owed_for);
        s->owed_for = 0;
    }
    /* One that was overtaken by a later one has no say. */
    if (s->notify.time == 0 || msg->cseq.number > s->notify_cseq)
        told(s, msg, &seen->ref);
    else if (s->ended.time != 0)
        s->overtaken = true;
}

static void notify_answered(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                            enum sipsan_side notifier, const struct sipsan_seen *seen)
{
    struct sipsan_subscription *s = by_cseq(d, notifier, seen->msg);
    int status = seen->msg->status;

    if (!s)
        return;
    if (is_2xx(status) && s->ended.time != 0 && s->ended_cseq == seen->msg->cseq.number)
        s->ended_answer = seen->ref;
    if (ends_all(status) && s->refused.time == 0) {
        s->refused = seen->ref;
        s->refused_status = status;
        if (s->owed_for != 0)
            settle(dialogs, d, s->owed_for);
        s->owed_for = 0;
    }
}

/* --- entry points ---------------------------------------------------------------------------- */

/* A dialog that nothing but subscriptions keep alive goes when the last one has run out. */
static void age(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d)
{
    int64_t until = sipsan_subscription_until(d);

    if (d->invite || d->state != SIPSAN_DIALOG_CONFIRMED || until == 0 || until == SIPSAN_NEVER)
        return;
    until = (until > d->last ? until : d->last) + SIPSAN_SUBSCRIPTION_LINGER;
    (void)sipsan_timer_set(dialogs->timers, &d->timer, until);
}

void sipsan_subscription_request(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                 enum sipsan_side side, const struct sipsan_seen *seen)
{
    if (seen->msg->method_id == SIPSAN_METHOD_SUBSCRIBE)
        subscribed(dialogs, dialog, other_side(side), seen->msg, &seen->ref);
    else if (seen->msg->method_id == SIPSAN_METHOD_NOTIFY)
        notified(dialogs, dialog, side, seen);
    age(dialogs, dialog);
}

void sipsan_subscription_response(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                  enum sipsan_side side, const struct sipsan_match *match,
                                  const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    if (msg->status < 200 || !msg->cseq.ok)
        return;
    if (msg->method_id == SIPSAN_METHOD_SUBSCRIBE) {
        subscribe_answered(dialogs, dialog, side, match, seen);
    } else if (msg->method_id == SIPSAN_METHOD_NOTIFY) {
        if (!match->txn || !match->txn->whole)
            settle(dialogs, dialog, 0); /* the tap has missed the NOTIFY */
        notify_answered(dialogs, dialog, other_side(side), seen);
    } else if (msg->method_id == SIPSAN_METHOD_REFER && is_2xx(msg->status)) {
        referred(dialogs, dialog, side, match, seen);
    } else {
        return;
    }
    /* Its request may have been missed. */
    if (msg->method_id != SIPSAN_METHOD_NOTIFY)
        dialog->subscribing = dialog->usages = true;
    age(dialogs, dialog);
}

bool sipsan_subscription_lives(const struct sipsan_dialog *dialog, int64_t now)
{
    for (const struct sipsan_subscription *s = dialog->subscriptions; s; s = s->next)
        if (!over(s, now))
            return true;
    return false;
}

int64_t sipsan_subscription_until(const struct sipsan_dialog *dialog)
{
    int64_t until = 0;

    for (const struct sipsan_subscription *s = dialog->subscriptions; s; s = s->next)
        if (s->until > until && s->ended.time == 0)
            until = s->until;
    return until;
}

void sipsan_subscription_bye(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog)
{
    struct sipsan_owed *owed = dialog->owes;

    while (owed) {
        struct sipsan_owed *next = owed->next;

        if (owed->kind == SIPSAN_OWES_NOTIFY_REFER)
            sipsan_settle_one(dialogs->owing, &dialog->owes, owed);
        owed = next;
    }
}

/* Subscribers (RFC 6665 4.1), and the implicit subscription of a REFER outside a dialog (RFC 3515).
 */
#include <stdlib.h>

#include "ua.h"

/* A SUBSCRIBE or REFER outside a dialog, with all that it is sent again as. Each NOTIFY of another
 * notifier makes a dialog of it. */
struct watch {
    struct watch *next;
    struct node *node;
    struct uri target;
    const char *from_tag, *call_id;
    const char *event; /* with its id */
    const struct package *package;
    uint32_t cseq;
    int expires;
    const struct credentials *credentials;
    struct timer n;
    bool closed; /* no more dialogs */
    bool ok;     /* a 2xx has come */
    unsigned dialogs, tries;
};

static void renew(struct world *w, void *object);

static void watch_closed(struct world *w, void *object)
{
    struct watch *watch = object;

    (void)w;
    watch->closed = true;
}

static void over(struct dialog *d)
{
    timer_stop(&d->act);
    timer_stop(&d->n);
    d->state = OVER;
}

static void subscription_silent(struct world *w, void *object)
{
    (void)w;
    over(object);
}

static void plan_renewal(struct world *w, struct dialog *d)
{
    int64_t left = d->until - w->now;

    if (left > 2000 * MS)
        timer_set(w, &d->act, between(w, left / 3, left - 1000 * MS), renew, d);
}

/* Outside a dialog ---------------------------------------------------------------------------- */

static void transmit(struct world *w, void *object);

static void ask_again(struct world *w, struct watch *watch, const struct sip *m)
{
    watch->credentials = credentials_for(w, watch->node, watch->credentials, m, watch->target.text);
    later(w, between(w, 1 * MS, 50 * MS), transmit, watch);
}

static void answered(struct world *w, struct client *c, const struct sip *m)
{
    struct watch *watch = c->user;

    if (m->status < 300) { /* a NOTIFY makes the dialog */
        watch->ok = watch->ok || m->status >= 200;
        return;
    }
    timer_stop(&watch->n);
    if (watch->tries < 6 && m->challenge) {
        ask_again(w, watch, m);
    } else if (watch->tries < 6 && m->status == 423) {
        watch->expires = m->min_expires;
        ask_again(w, watch, m);
    } else {
        watch->closed = true;
    }
}

static void transmit(struct world *w, void *object)
{
    struct watch *watch = object;
    bool refer = watch->package == &package_refer;
    struct sip *m = sip_new(w, watch->node, refer ? REFER : SUBSCRIBE);

    watch->tries++;
    m->ruri = watch->target;
    m->max_forwards = 70;
    m->from = watch->node->aor.text;
    m->from_tag = watch->from_tag;
    m->to = watch->target.text;
    m->call_id = watch->call_id;
    m->cseq = ++watch->cseq;
    put_contact_of(w, m, watch->node);
    m->credentials = watch->credentials;
    if (refer) {
        m->refer_to = "<sip:carol@example.org>";
    } else {
        m->event = watch->event;
        m->expires = watch->expires;
        m->more = join(w, "Accept: ", watch->package->type, "\r\n", NULL);
    }
    client_start(w, watch->node, watch->node->outbound, m, answered, NULL, watch);
    timer_set(w, &watch->n, 64 * T1, watch_closed, watch);
}

static void subscribe(struct world *w, struct node *node, struct uri target,
                      const struct package *package)
{
    static const int intervals[] = {3600, 60, 0, 600, 120, 7200};
    struct watch *watch = take(w, sizeof(*watch));

    *watch = (struct watch){.next = node->watches, .node = node, .target = target};
    node->watches = watch;
    watch->package = package;
    watch->event = package->name;
    if (package != &package_refer && chance(w, 15))
        watch->event = join(w, package->name, ";id=", fresh(w, "s"), NULL);
    watch->expires = intervals[choose(w, 6)];
    watch->from_tag = fresh(w, "f");
    watch->call_id = join(w, fresh(w, "s"), "@", node->host, NULL);
    watch->cseq = (uint32_t)between(w, 0, 9000);
    transmit(w, watch);
}

struct begin {
    struct node *node;
    struct uri target;
    const struct package *package;
};

static void begin(struct world *w, void *object)
{
    struct begin *b = object;

    subscribe(w, b->node, b->target, b->package);
}

void subscribe_at(struct world *w, int64_t delay, struct node *node, struct uri target,
                  const struct package *package)
{
    struct begin *b = take(w, sizeof(*b));

    *b = (struct begin){node, target, package};
    later(w, delay, begin, b);
}

/* Within -------------------------------------------------------------------------------------- */

/* 4.1.2.2 lists those that end it; 408 and silence do by RFC 3261 12.2.1.2. */
static bool ends(int status)
{
    return status == 404 || status == 405 || status == 408 || status == 410 || status == 416 ||
           (status >= 480 && status <= 485) || status == 489 || status == 501 || status == 604;
}

static void renewed(struct world *w, struct client *c, const struct sip *m)
{
    struct dialog *d = c->user;

    if (d->state == OVER || m->status < 200)
        return;
    if (m->status < 300) {
        d->until = w->now + m->expires * 1000 * MS;
        if (m->expires > 0)
            plan_renewal(w, d);
        return;
    }
    timer_stop(&d->n);
    if (ends(m->status)) {
        over(d);
    } else if (m->status == 423) {
        d->watch->expires = m->min_expires;
        timer_set(w, &d->act, between(w, 1 * MS, 50 * MS), renew, d);
    } else {
        plan_renewal(w, d);
    }
}

static void renewal_unanswered(struct world *w, struct client *c)
{
    (void)w;
    over(c->user);
}

static void renew(struct world *w, void *object)
{
    struct dialog *d = object;
    struct sip *m;
    unsigned how = choose(w, 4);

    if (d->state == OVER || w->actions == 0 || how == 2) /* it may expire */
        return;
    w->actions--;
    m = dialog_request(w, d, SUBSCRIBE);
    m->event = d->watch->event;
    m->expires = how == 1 ? 0 : d->watch->expires;
    if (how != 1 && m->expires == 0)
        m->expires = 60;
    if (how == 3 && d->until - w->now > 1000 * MS) /* 4.4.3 */
        m->expires = (int)((d->until - w->now) / 1000000);
    m->more = join(w, "Accept: ", d->watch->package->type, "\r\n", NULL);
    client_start(w, d->node, NULL, m, renewed, renewal_unanswered, d);
    timer_set(w, &d->n, 64 * T1, subscription_silent, d);
}

/* What comes in ------------------------------------------------------------------------------- */

/* 4.1.3: who may try again, and when. */
static void subscribe_again(struct world *w, const struct watch *watch, const char *state)
{
    const char *retry = strstr(state, "retry-after=");
    int64_t wait = retry ? atoi(retry + 12) * 1000 * MS : 0;

    if (w->actions == 0 || watch->package == &package_refer || strstr(state, "rejected") ||
        strstr(state, "noresource") || strstr(state, "invariant") || strstr(state, "timeout"))
        return;
    w->actions--;
    subscribe_at(w, wait + between(w, 1 * MS, 5000 * MS), watch->node, watch->target,
                 watch->package);
}

static void take_state(struct world *w, struct dialog *d, const struct sip *m)
{
    const char *expires = strstr(m->state, "expires=");

    timer_stop(&d->n);
    if (m->contact)
        d->target = m->contact->uri;
    if (expires)
        d->until = w->now + atoi(expires + 8) * 1000 * MS;
    if (m->state[0] == 't') {
        over(d);
        subscribe_again(w, d->watch, m->state);
    }
}

void subscriber_notified(struct world *w, struct dialog *d, struct server *s)
{
    const struct sip *m = s->request;

    server_respond(w, s, response_to(w, d->node, m, 200, NULL));
    take_state(w, d, m);
}

static struct dialog *dialog_of_notify(struct world *w, struct watch *watch, const struct sip *m)
{
    struct dialog *d = dialog_new(w, watch->node);

    d->watch = watch;
    d->state = CONFIRMED_DIALOG;
    d->call_id = watch->call_id;
    d->local_tag = watch->from_tag;
    d->remote_tag = m->from_tag;
    d->local = watch->node->aor.text;
    d->remote = watch->target.text;
    d->routes = m->record_route; /* 4.4.1 */
    d->local_cseq = watch->cseq;
    d->remote_cseq = m->cseq;
    d->has_remote_cseq = true;
    return d;
}

/* 4.4.1: a NOTIFY that no dialog knows. False when no SUBSCRIBE asked for it. */
bool subscriber_notified_first(struct world *w, struct node *node, struct server *s)
{
    const struct sip *m = s->request;
    struct watch *watch = node->watches;
    struct dialog *d;

    while (watch &&
           (strcmp(watch->call_id, m->call_id) != 0 || strcmp(watch->from_tag, m->to_tag) != 0 ||
            strcmp(watch->event, m->event) != 0))
        watch = watch->next;
    /* RFC 3856 6.9, for one: the first notifier, and no other. */
    if (!watch || watch->closed || (watch->package->single && watch->dialogs > 0))
        return false;
    if (!watch->ok)
        lived(w, LIVED_NOTIFY_BEFORE_OK);
    if (watch->dialogs > 0)
        lived(w, LIVED_NOTIFY_OF_FORK);
    watch->dialogs++;
    server_respond(w, s, response_to(w, node, m, 200, NULL));
    d = dialog_of_notify(w, watch, m);
    take_state(w, d, m); /* an older one behind the last one finds a dialog that is over */
    if (d->state != OVER)
        plan_renewal(w, d);
    return true;
}

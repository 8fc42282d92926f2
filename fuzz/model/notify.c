/* Notifiers (RFC 6665 4.2). */
#include "ua.h"

const struct package package_presence = {"presence", "application/pidf+xml", true, 1};
const struct package package_summary = {"message-summary", "application/simple-message-summary",
                                        false, 2};
const struct package package_dialog = {"dialog", "application/dialog-info+xml", false, 4};
const struct package package_refer = {"refer", "message/sipfrag;version=2.0", false, 8};

struct notice {
    struct dialog *dialog;
    const char *event;
    const struct package *package;
    bool pending;
    unsigned changes, version;
    struct timer expiry, change;
};

static void over(struct notice *n)
{
    timer_stop(&n->expiry);
    timer_stop(&n->change);
    n->dialog->state = OVER;
}

/* 4.2.2. */
static bool ends(int status)
{
    return status == 404 || status == 405 || status == 410 || status == 416 ||
           (status >= 480 && status <= 485) || status == 489 || status == 501 || status == 604;
}

static void answered(struct world *w, struct client *c, const struct sip *m)
{
    (void)w;
    if (ends(m->status))
        over(c->user);
}

static void unanswered(struct world *w, struct client *c)
{
    (void)w;
    over(c->user);
}

const char *package_state(struct world *w, const struct package *package, unsigned *version)
{
    if (package == &package_summary)
        return chance(w, 50) ? "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"
                             : "Messages-Waiting: no\r\n";
    if (package == &package_presence)
        return join(w,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
                    "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
                    "entity=\"pres:bob@example.net\"><tuple id=\"a\"><status><basic>",
                    chance(w, 50) ? "closed" : "open", "</basic></status></tuple></presence>\r\n",
                    NULL);
    return join(w,
                "<?xml version=\"1.0\"?>\r\n"
                "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"",
                decimal(w, (*version)++),
                "\" state=\"full\" entity=\"sip:bob@example.net\"></dialog-info>\r\n", NULL);
}

/* final: of the reference (RFC 3515 2.4.7). */
static const char *body_of(struct world *w, struct notice *n, bool final)
{
    if (n->package == &package_refer)
        return final ? "SIP/2.0 200 OK\r\n" : "SIP/2.0 100 Trying\r\n";
    return package_state(w, n->package, &n->version);
}

static void notify(struct world *w, struct notice *n, const char *state)
{
    struct dialog *d = n->dialog;
    bool last = state[0] == 't';
    struct sip *m = dialog_request(w, d, NOTIFY);

    m->event = n->event;
    m->state = state;
    if (n->package == &package_refer || !(last || n->pending) || chance(w, 50)) {
        m->type = n->package->type;
        m->body = body_of(w, n, strstr(state, "noresource") != NULL);
    }
    if (last)
        over(n);
    client_start(w, d->node, NULL, m, answered, unanswered, n);
}

static void notify_current(struct world *w, struct notice *n)
{
    int64_t left = (n->dialog->until - w->now) / 1000000;

    if (left > 0)
        notify(w, n,
               join(w, n->pending ? "pending" : "active", ";expires=", decimal(w, (uint64_t)left),
                    NULL));
    else
        notify(w, n, "terminated;reason=timeout");
}

static void expired(struct world *w, void *object)
{
    lived(w, LIVED_SUBSCRIPTION_EXPIRED);
    notify(w, object, "terminated;reason=timeout");
}

static void changes(struct world *w, void *object);

static void plan_change(struct world *w, struct notice *n)
{
    if (n->changes > 0)
        timer_set(w, &n->change, between(w, 100 * MS, 60000 * MS), changes, n);
}

static void changes(struct world *w, void *object)
{
    static const char *const reasons[] = {
        "noresource", "deactivated", "probation;retry-after=5",     "rejected",
        "giveup",     "probation",   "invariant;retry-after=86400", "giveup;retry-after=10"};
    struct notice *n = object;

    n->changes--;
    if (n->package == &package_refer || chance(w, 20)) {
        const char *reason = reasons[n->package == &package_refer ? 0 : choose(w, 8)];

        lived(w, LIVED_SUBSCRIPTION_ENDED);
        notify(w, n, join(w, "terminated;reason=", reason, NULL));
        return;
    }
    n->pending = n->pending && chance(w, 30);
    if (n->dialog->until - w->now > 1000 * MS)
        notify_current(w, n);
    plan_change(w, n);
}

static int granted(struct world *w, const struct sip *m)
{
    int asked = m->expires >= 0 ? m->expires : 3600;

    return asked > 1 && chance(w, 25) ? (int)between(w, asked / 2 + 1, asked) : asked;
}

static bool is_too_brief(const struct node *node, const struct sip *m)
{
    return m->expires > 0 && m->expires < 3600 && m->expires < node->min_expires;
}

/* 4.4.4: all that it can notify of. */
static const char *allow_events(struct world *w, const struct node *node)
{
    return join(w, "Allow-Events: refer", node->deaf & 1 ? "" : ", presence",
                node->deaf & 2 ? "" : ", message-summary", node->deaf & 4 ? "" : ", dialog", "\r\n",
                NULL);
}

void server_refuse(struct world *w, struct server *s, int status)
{
    struct sip *m = response_to(w, s->node, s->request, status, s->to_tag);

    if (status == 423)
        m->min_expires = s->node->min_expires;
    if (status == 489)
        m->more = allow_events(w, s->node);
    server_respond(w, s, m);
}

static void first_notify(struct world *w, void *object)
{
    struct notice *n = object;

    if (n->dialog->state != OVER)
        notify_current(w, n);
}

/* 4.2.1.1, 4.2.1.4. REFER has no interval. */
static void grant(struct world *w, struct notice *n, struct server *s)
{
    const struct sip *m = s->request;
    struct dialog *d = n->dialog;
    bool refer = m->method == REFER;
    struct sip *ok = response_to(w, d->node, m, refer ? 202 : 200, d->local_tag);
    int seconds = refer ? 60 : granted(w, m);

    d->target = m->contact->uri;
    d->until = w->now + seconds * 1000 * MS;
    put_contact_of(w, ok, d->node);
    if (!refer)
        ok->expires = seconds;
    if (!m->to_tag)
        ok->record_route = m->record_route;
    ok->more = allow_events(w, d->node);
    server_respond(w, s, ok);
    timer_set(w, &n->expiry, seconds * 1000 * MS, expired, n);
    if (seconds == 0 || !chance(w, 30))
        notify_current(w, n);
    else
        later(w, between(w, 0, 20 * MS), first_notify, n);
}

static const struct package *package_of(const struct sip *m)
{
    static const struct package *const all[] = {&package_presence, &package_summary,
                                                &package_dialog};

    if (m->method == REFER)
        return &package_refer;
    for (unsigned i = 0; i < 3; i++)
        if (!strncmp(m->event, all[i]->name, strcspn(m->event, ";")))
            return all[i];
    return NULL;
}

void notifier_asked(struct world *w, struct node *node, struct server *s)
{
    static const int refusals[] = {403, 480, 404, 603, 500, 503};
    const struct sip *m = s->request;
    const struct package *package = package_of(m);
    struct notice *n;

    if (m->method == SUBSCRIBE && (!package || (package->bit & node->deaf))) {
        server_refuse(w, s, 489);
        return;
    }
    if (m->method == SUBSCRIBE && is_too_brief(node, m)) {
        server_refuse(w, s, 423);
        return;
    }
    if (chance(w, 10)) {
        server_refuse(w, s, refusals[choose(w, 6)]);
        return;
    }
    n = take(w, sizeof(*n));
    *n = (struct notice){.dialog = dialog_of_server(w, node, s), .package = package};
    n->dialog->notice = n;
    n->dialog->state = CONFIRMED_DIALOG;
    n->event = m->method == REFER ? "refer" : m->event;
    n->pending = m->method != REFER && chance(w, 20);
    n->changes = m->method == REFER ? 1 : choose(w, 5);
    grant(w, n, s);
    if (m->expires == 0)
        lived(w, LIVED_STATE_FETCHED);
    if (n->dialog->state != OVER)
        plan_change(w, n);
}

void notifier_asked_again(struct world *w, struct dialog *d, struct server *s)
{
    struct notice *n = d->notice;

    if (!n || strcmp(n->event, s->request->event) != 0)
        server_refuse(w, s, 481);
    else if (is_too_brief(d->node, s->request))
        server_refuse(w, s, 423);
    else {
        lived(w, s->request->expires > 0 ? LIVED_SUBSCRIPTION_RENEWED : LIVED_SUBSCRIPTION_LEFT);
        grant(w, n, s);
    }
}

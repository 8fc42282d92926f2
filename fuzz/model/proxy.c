/* Proxies: stateful ones that fork and record-route (RFC 3261 16.2 to 16.10), and stateless ones
 * (16.11). */
#include "model.h"

#define BRANCHES_MAX 4

/* The response context of 16.7. */
struct relay {
    struct node *node;
    struct server *server;
    struct client *branches[BRANCHES_MAX];
    unsigned count;
    struct uri waiting[BRANCHES_MAX]; /* targets of a serial fork that were not tried yet */
    unsigned waiting_count;
    const struct sip *best;
    bool cancelled, answered, failed; /* failed: with a final other than 2xx, sent upstream */
    bool home; /* the Request-URI is one that this proxy is responsible for */
    struct timer c[BRANCHES_MAX];
};

/* Requests ------------------------------------------------------------------------------------ */

static bool within_dialog(const struct sip *m)
{
    return m->to_tag != NULL;
}

/* 16.4 to 16.6, all but the Via. */
static struct sip *forwarded(struct world *w, struct node *node, const struct sip *m)
{
    struct sip *copy = sip_copy(w, m);

    if (copy->route && copy->route->uri.at == node)
        copy->route = copy->route->next;
    copy->max_forwards = m->max_forwards - 1;
    /* RFC 6665 4.3: all NOTIFYs, too. */
    if (node->record_routes && m->method != CANCEL && m->method != ACK && m->method != REGISTER &&
        (!within_dialog(m) || m->method == INVITE || m->method == SUBSCRIBE || m->method == NOTIFY))
        copy->record_route = route_add(w, node->contact, m->record_route);
    return copy;
}

static struct node *next_of(struct node *node, const struct sip *m)
{
    struct node *to = next_hop(m);

    return to->kind == PROXY && to != node && node->onward && !m->route ? node->onward : to;
}

static void branch_response(struct world *w, struct client *c, const struct sip *m);
static void branch_timeout(struct world *w, struct client *c);

/* 16.6 step 11: at least three minutes. */
static void timer_c(struct world *w, void *object)
{
    struct client *c = object;

    lived(w, LIVED_TIMER_C);
    client_cancel(w, c);
}

static void wait_for(struct world *w, struct relay *r, struct client *c)
{
    for (unsigned i = 0; i < r->count; i++)
        if (r->branches[i] == c && c->request->method == INVITE)
            timer_set(w, &r->c[i], 181000 * MS, timer_c, c);
}

static void branch_add(struct world *w, struct relay *r, struct uri target)
{
    struct sip *m = forwarded(w, r->node, r->server->request);
    struct client *c;

    if (target.at)
        m->ruri = target;
    c = client_start(w, r->node, next_of(r->node, m), m, branch_response, branch_timeout, r);
    r->branches[r->count++] = c;
    wait_for(w, r, c);
}

static void cancel_pending(struct world *w, struct relay *r)
{
    r->waiting_count = 0;
    for (unsigned i = 0; i < r->count; i++)
        client_cancel(w, r->branches[i]);
}

static void proxy_cancelled(struct world *w, struct server *s)
{
    struct relay *r = s->user;

    r->cancelled = true;
    cancel_pending(w, r);
}

static void refuse(struct world *w, struct server *s, int status)
{
    struct sip *m = response_to(w, s->node, s->request, status, s->to_tag);

    if (status == 407)
        m->challenge = challenge_of(w, s->node, true, s->request);
    server_respond(w, s, m);
}

/* 16.5. */
static unsigned targets_of(struct world *w, struct node *node, const struct sip *m,
                           struct uri *targets)
{
    if (node->registrar)
        return registrar_targets(w, node, m->ruri.text, targets, BRANCHES_MAX);
    for (unsigned i = 0; i < node->target_count; i++)
        targets[i] = node->targets[i]->contact;
    return node->target_count;
}

void proxy_request(struct world *w, struct node *node, struct server *s)
{
    const struct sip *m = s->request;
    struct relay *r;
    bool home = m->ruri.at == node && !(m->route && m->route->next);
    struct uri targets[BRANCHES_MAX];
    unsigned n;

    if (m->max_forwards == 0) {
        refuse(w, s, 483);
        return;
    }
    if (home && node->registrar && m->method == REGISTER) {
        registrar_request(w, node, s);
        return;
    }
    if (node->challenges && !within_dialog(m) && !has_credentials(node, m)) {
        refuse(w, s, 407);
        return;
    }
    n = home ? targets_of(w, node, m, targets) : 0;
    if (home && node->registrar)
        lived(w, n > 0 ? LIVED_BINDING_USED : LIVED_BINDING_NONE);
    if (home && n == 0) {
        refuse(w, s, node->registrar ? 480 : 404);
        return;
    }
    r = take(w, sizeof(*r));
    *r = (struct relay){.node = node, .server = s, .home = home};
    s->user = r;
    s->on_cancel = proxy_cancelled;
    if (m->method == INVITE)
        server_respond(w, s, response_to(w, node, m, 100, NULL));
    if (!home) {
        branch_add(w, r, (struct uri){NULL, NULL});
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        if (i == 0 || !node->serial)
            branch_add(w, r, targets[i]);
        else
            r->waiting[r->waiting_count++] = targets[i];
    }
}

/* An ACK to a 2xx. */
void proxy_ack(struct world *w, struct node *node, const struct sip *ack)
{
    struct sip *m;
    struct node *to;

    if (ack->max_forwards == 0)
        return;
    m = forwarded(w, node, ack);
    to = next_of(node, m);
    if (to == node)
        return;
    m->via = via_add(w, node, to->tcp, fresh(w, "z9hG4bK"), m->via);
    net_send(w, node, to, to->tcp, m);
}

/* Responses ----------------------------------------------------------------------------------- */

static struct sip *backward(struct world *w, const struct relay *r, const struct sip *m)
{
    struct sip *copy = sip_copy(w, m);

    (void)r;
    copy->via = m->via->next;
    return copy;
}

static bool pending(const struct relay *r)
{
    for (unsigned i = 0; i < r->count; i++)
        if (r->branches[i]->state <= PROCEEDING)
            return true;
    return false;
}

/* 16.7 step 6: 6xx before all, then the lowest class. */
static bool better(const struct sip *a, const struct sip *b)
{
    if (!b || a->status / 100 == 6 || b->status / 100 == 6)
        return !b || b->status / 100 != 6;
    return a->status / 100 < b->status / 100 ||
           (a->status / 100 == 4 && b->status / 100 == 4 &&
            (a->status == 401 || a->status == 407) && b->status != 401 && b->status != 407);
}

/* When all branches have ended. */
static void relay_done(struct world *w, struct relay *r)
{
    struct sip *m;

    if (r->answered || r->failed || pending(r))
        return;
    if (r->waiting_count > 0) {
        r->waiting_count--;
        lived(w, LIVED_SERIAL_NEXT);
        branch_add(w, r, r->waiting[r->waiting_count]);
        return;
    }
    r->failed = true;
    if (!r->best) {
        if (r->server->request->method == INVITE)
            server_respond(w, r->server,
                           response_to(w, r->node, r->server->request, 408, r->server->to_tag));
        return; /* RFC 4320 4.2: silence to anything else */
    }
    m = backward(w, r, r->best);
    if (r->best->status == 503)
        m = response_to(w, r->node, r->server->request, 500, r->server->to_tag);
    server_respond(w, r->server, m);
}

/* 16.7 step 7: all challenges of 401 and 407. */
static void collect(struct world *w, struct relay *r, const struct sip *m)
{
    struct sip *joined;

    if (better(m, r->best)) {
        const struct sip *other = r->best;

        r->best = m;
        m = other;
    }
    if (!m || !m->challenge || !r->best->challenge)
        return;
    joined = sip_copy(w, r->best);
    for (const struct challenge *c = m->challenge; c; c = c->next) {
        struct challenge *copy = take(w, sizeof(*copy));

        *copy = *c;
        copy->next = joined->challenge;
        joined->challenge = copy;
    }
    r->best = joined;
}

/* 16.7 step 4: the Contacts of a 3xx become targets. False when this one does not, or has no room
 * for all of them. */
static bool recurse(struct world *w, struct relay *r, const struct sip *m)
{
    unsigned n = 0;

    for (const struct contact *c = m->contact; c; c = c->next)
        n++;
    if (m->status / 100 != 3 || n == 0 || !r->home || !r->node->recurses || r->cancelled ||
        r->answered || r->failed || r->count + r->waiting_count + n > BRANCHES_MAX)
        return false;
    lived(w, LIVED_RECURSED);
    for (const struct contact *c = m->contact; c; c = c->next) {
        if (r->node->serial)
            r->waiting[r->waiting_count++] = c->uri;
        else
            branch_add(w, r, c->uri);
    }
    return true;
}

static void branch_response(struct world *w, struct client *c, const struct sip *m)
{
    struct relay *r = c->user;
    bool invite = m->method == INVITE;

    if (m->status == 100)
        return;
    if (m->status < 200) {
        wait_for(w, r, c);
        if (!r->answered && !r->failed)
            server_respond(w, r->server, backward(w, r, m));
        return;
    }
    for (unsigned i = 0; i < r->count; i++)
        if (r->branches[i] == c)
            timer_stop(&r->c[i]);
    if (m->status < 300) {
        if (!invite && (r->answered || r->failed))
            return;
        r->answered = true;
        if (r->failed) { /* 16.7 step 5: passed on all the same */
            struct sip *late = backward(w, r, m);

            net_send(w, r->node, r->server->peer, r->server->tcp, late);
            return;
        }
        server_respond(w, r->server, backward(w, r, m));
        if (invite)
            cancel_pending(w, r);
        return;
    }
    if (!recurse(w, r, m))
        collect(w, r, m);
    if (m->status >= 600 && invite)
        cancel_pending(w, r);
    relay_done(w, r);
}

static void branch_timeout(struct world *w, struct client *c)
{
    relay_done(w, c->user);
}

/* Stateless ----------------------------------------------------------------------------------- */

void proxy_stateless(struct world *w, struct node *node, const struct sip *sip)
{
    struct sip *m;
    struct node *to;

    if (sip->status) {
        m = sip_copy(w, sip);
        m->via = sip->via->next;
        if (m->via) {
            to = m->via->by;
            net_send(w, node, to, m->via->tcp, m);
        }
        return;
    }
    if (sip->max_forwards == 0)
        return;
    m = forwarded(w, node, sip);
    if (m->ruri.at == node && !m->route) {
        if (node->target_count == 0)
            return;
        m->ruri = node->targets[0]->contact;
    }
    to = next_of(node, m);
    /* 16.11: the branch is a function of what came. */
    m->via = via_add(w, node, to->tcp,
                     join(w, "z9hG4bK-", decimal(w, node->number), "-", sip->via->branch + 7, NULL),
                     m->via);
    net_send(w, node, to, to->tcp, m);
}

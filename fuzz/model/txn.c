/* Transactions: the four machines of RFC 3261 17, with the state Accepted of RFC 6026. */
#include "model.h"

struct node *next_hop(const struct sip *request)
{
    return request->route ? request->route->uri.at : request->ruri.at;
}

static void client_over(struct world *w, void *object)
{
    struct client *c = object;

    (void)w;
    timer_stop(&c->again);
    timer_stop(&c->end);
    c->state = TERMINATED;
}

static void client_send(struct world *w, struct client *c, const struct sip *m)
{
    net_send(w, c->node, c->peer, c->tcp, m);
}

/* Timers B and F, and the 64*T1 after a CANCEL (9.1). */
static void client_timeout(struct world *w, void *object)
{
    struct client *c = object;

    client_over(w, c);
    lived(w, LIVED_NO_ANSWER);
    if (c->on_timeout)
        c->on_timeout(w, c);
}

/* Timers A and E. */
static void client_again(struct world *w, void *object)
{
    struct client *c = object;

    lived(w, LIVED_REQUEST_AGAIN);
    client_send(w, c, c->request);
    if (c->request->method == INVITE)
        c->interval *= 2;
    else if (c->state == PROCEEDING || c->interval * 2 > T2)
        c->interval = T2;
    else
        c->interval *= 2;
    timer_set(w, &c->again, c->interval, client_again, c);
}

static struct client *client_add(struct world *w, struct node *node, struct node *peer, bool tcp,
                                 struct sip *request)
{
    struct client *c = take(w, sizeof(*c));

    *c = (struct client){.next = node->clients, .node = node, .peer = peer, .tcp = tcp};
    c->request = request;
    c->interval = T1;
    node->clients = c;
    return c;
}

static void client_begin(struct world *w, struct client *c)
{
    client_send(w, c, c->request);
    if (!c->tcp)
        timer_set(w, &c->again, T1, client_again, c);
    timer_set(w, &c->end, 64 * T1, client_timeout, c);
}

struct client *client_start(struct world *w, struct node *node, struct node *peer,
                            struct sip *request, response_fn on_response, timeout_fn on_timeout,
                            void *user)
{
    struct client *c;

    if (!peer)
        peer = next_hop(request);
    request->via = via_add(w, node, peer->tcp, fresh(w, "z9hG4bK"), request->via);
    c = client_add(w, node, peer, peer->tcp, request);
    c->on_response = on_response;
    c->on_timeout = on_timeout;
    c->user = user;
    client_begin(w, c);
    return c;
}

static void no_response(struct world *w, struct client *c, const struct sip *response)
{
    (void)w;
    (void)c;
    (void)response;
}

/* 9.1. */
static void cancel_now(struct world *w, struct client *c)
{
    const struct sip *invite = c->request;
    struct sip *cancel = sip_new(w, c->node, CANCEL);
    struct via *top = take(w, sizeof(*top));
    struct client *own;

    *top = *invite->via;
    top->next = NULL;
    cancel->ruri = invite->ruri;
    cancel->via = top;
    cancel->max_forwards = 70;
    cancel->from = invite->from;
    cancel->from_tag = invite->from_tag;
    cancel->to = invite->to;
    cancel->to_tag = invite->to_tag;
    cancel->call_id = invite->call_id;
    cancel->cseq = invite->cseq;
    cancel->route = invite->route;
    c->cancel = cancel;
    own = client_add(w, c->node, c->peer, c->tcp, cancel);
    own->on_response = no_response;
    client_begin(w, own);
    timer_set(w, &c->end, 64 * T1, client_timeout, c);
}

void client_cancel(struct world *w, struct client *c)
{
    if (c->cancel || c->state > PROCEEDING)
        return;
    c->cancel_wanted = true;
    if (c->state == PROCEEDING)
        cancel_now(w, c);
    else
        lived(w, LIVED_CANCEL_WAITS);
}

/* 17.1.1.3. */
static const struct sip *ack_of(struct world *w, struct client *c, const struct sip *response)
{
    struct sip *ack = sip_copy(w, c->request);
    struct via *top = take(w, sizeof(*top));

    *top = *c->request->via;
    top->next = NULL;
    ack->method = ACK;
    ack->writer = c->node;
    ack->via = top;
    ack->max_forwards = 70;
    ack->to_tag = response->to_tag;
    ack->record_route = NULL;
    ack->contact = NULL;
    ack->say = 0;
    ack->expires = -1;
    ack->more = NULL;
    ack->sdp = NULL;
    ack->body = NULL;
    ack->credentials = NULL;
    ack->event = ack->refer_to = NULL;
    return ack;
}

static void invite_response(struct world *w, struct client *c, const struct sip *m)
{
    if (m->status < 200) {
        if (c->state > PROCEEDING)
            return;
        timer_stop(&c->again);
        if (!c->cancel)
            timer_stop(&c->end);
        c->state = PROCEEDING;
        if (c->cancel_wanted && !c->cancel)
            cancel_now(w, c);
    } else if (m->status < 300) {
        if (c->state > ACCEPTED)
            return;
        if (c->state < ACCEPTED)
            timer_set(w, &c->end, 64 * T1, client_over, c);
        timer_stop(&c->again);
        c->state = ACCEPTED;
    } else {
        if (c->state == COMPLETED) {
            lived(w, LIVED_ACK_AGAIN);
            client_send(w, c, c->ack);
        }
        if (c->state > PROCEEDING)
            return;
        timer_stop(&c->again);
        c->state = COMPLETED;
        c->ack = ack_of(w, c, m);
        client_send(w, c, c->ack);
        timer_set(w, &c->end, c->tcp ? 0 : 64 * T1, client_over, c);
    }
    c->on_response(w, c, m);
}

static void other_response(struct world *w, struct client *c, const struct sip *m)
{
    if (c->state > PROCEEDING)
        return;
    if (m->status < 200) {
        c->state = PROCEEDING;
    } else {
        c->state = COMPLETED;
        timer_stop(&c->again);
        timer_set(w, &c->end, c->tcp ? 0 : T4, client_over, c);
    }
    c->on_response(w, c, m);
}

/* Servers ------------------------------------------------------------------------------------- */

static void server_over(struct world *w, void *object)
{
    struct server *s = object;

    (void)w;
    timer_stop(&s->again);
    timer_stop(&s->end);
    s->state = TERMINATED;
}

static void server_send(struct world *w, struct server *s, const struct sip *m)
{
    net_send(w, s->node, s->peer, s->tcp, m);
}

/* Timer G. */
static void server_again(struct world *w, void *object)
{
    struct server *s = object;

    lived(w, LIVED_FINAL_AGAIN);
    server_send(w, s, s->last);
    s->interval = s->interval * 2 > T2 ? T2 : s->interval * 2;
    timer_set(w, &s->again, s->interval, server_again, s);
}

void server_respond(struct world *w, struct server *s, const struct sip *response)
{
    bool invite = s->request->method == INVITE;
    bool ok = invite && response->status >= 200 && response->status < 300;

    if (s->state > ACCEPTED || (s->state == ACCEPTED && !ok))
        return;
    s->last = response;
    server_send(w, s, response);
    if (response->status < 200) {
        s->state = PROCEEDING;
    } else if (ok) {
        if (s->state < ACCEPTED)
            timer_set(w, &s->end, 64 * T1, server_over, s);
        s->state = ACCEPTED;
    } else if (invite) {
        s->state = COMPLETED;
        s->interval = T1;
        if (!s->tcp)
            timer_set(w, &s->again, T1, server_again, s);
        timer_set(w, &s->end, 64 * T1, server_over, s);
    } else {
        s->state = COMPLETED;
        timer_set(w, &s->end, s->tcp ? 0 : 64 * T1, server_over, s);
    }
}

/* 17.2.3. */
static struct server *server_find(struct node *node, const struct sip *m, enum method method)
{
    for (struct server *s = node->servers; s; s = s->next)
        if (s->request->method == method && s->request->via->by == m->via->by &&
            !strcmp(s->request->via->branch, m->via->branch))
            return s;
    return NULL;
}

static void request_again(struct world *w, struct server *s)
{
    if (s->state == ACCEPTED && s->node->kind == USER_AGENT)
        lived(w, LIVED_INVITE_IN_MORATORIUM);
    if (s->last && s->state != ACCEPTED && s->state < CONFIRMED) {
        lived(w, LIVED_ANSWER_AGAIN);
        server_send(w, s, s->last);
    }
}

static void ack_arrives(struct world *w, struct node *node, const struct sip *ack)
{
    struct server *s = server_find(node, ack, INVITE);

    if (!s || s->state == ACCEPTED) {
        if (node->kind == PROXY)
            proxy_ack(w, node, ack);
        else if (node->kind == USER_AGENT)
            ua_ack(w, node, ack);
    } else if (s->state == COMPLETED) {
        timer_stop(&s->again);
        s->state = CONFIRMED;
        timer_set(w, &s->end, s->tcp ? 0 : T4, server_over, s);
    }
}

/* 9.2: the CANCEL is answered at once, whatever becomes of the INVITE. */
static void cancel_arrives(struct world *w, struct server *s)
{
    struct server *invite = server_find(s->node, s->request, INVITE);

    if (!invite) {
        server_respond(w, s, response_to(w, s->node, s->request, 481, s->to_tag));
        return;
    }
    server_respond(w, s, response_to(w, s->node, s->request, 200, invite->to_tag));
    if (invite->state == ACCEPTED && s->node->kind == USER_AGENT)
        lived(w, LIVED_CANCEL_IN_MORATORIUM);
    if (invite->state < ACCEPTED && invite->on_cancel)
        invite->on_cancel(w, invite);
}

static void request_arrives(struct world *w, struct node *node, struct node *from, bool tcp,
                            const struct sip *m)
{
    struct server *s;

    if (m->method == ACK) {
        ack_arrives(w, node, m);
        return;
    }
    s = server_find(node, m, m->method);
    if (s) {
        request_again(w, s);
        return;
    }
    s = take(w, sizeof(*s));
    *s = (struct server){.next = node->servers, .node = node, .peer = from, .tcp = tcp};
    s->request = m;
    s->to_tag = fresh(w, "t");
    node->servers = s;
    if (m->method == CANCEL)
        cancel_arrives(w, s);
    else if (node->kind == PROXY)
        proxy_request(w, node, s);
    else
        ua_request(w, node, s);
}

static void response_arrives(struct world *w, struct node *node, const struct sip *m)
{
    for (struct client *c = node->clients; c; c = c->next) {
        if (c->request->method != m->method || strcmp(c->request->via->branch, m->via->branch) != 0)
            continue;
        if (m->method == INVITE)
            invite_response(w, c, m);
        else
            other_response(w, c, m);
        return;
    }
}

/* 18.2.1: what the server adds to the top Via. */
static const struct sip *with_source(struct world *w, const struct sip *m)
{
    struct sip *copy = sip_copy(w, m);
    struct via *top = take(w, sizeof(*top));

    *top = *m->via;
    top->filled = true;
    copy->via = top;
    return copy;
}

void txn_receive(struct world *w, struct node *node, struct node *from, bool tcp,
                 const struct sip *sip)
{
    if (sip->status == 0)
        sip = with_source(w, sip);
    if (node->stateless)
        proxy_stateless(w, node, sip);
    else if (sip->status == 0)
        request_arrives(w, node, from, tcp, sip);
    else
        response_arrives(w, node, sip);
}

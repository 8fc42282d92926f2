/* Dialogs of user agents (RFC 3261 12), and the requests that user agents are asked. */
#include "ua.h"

struct dialog *dialog_new(struct world *w, struct node *node)
{
    struct dialog *d = take(w, sizeof(*d));

    *d = (struct dialog){.next = node->dialogs, .node = node};
    node->dialogs = d;
    return d;
}

struct dialog *dialog_of_request(struct node *node, const struct sip *m)
{
    for (struct dialog *d = node->dialogs; d; d = d->next)
        if (m->to_tag && d->remote_tag && !strcmp(d->call_id, m->call_id) &&
            !strcmp(d->local_tag, m->to_tag) && !strcmp(d->remote_tag, m->from_tag))
            return d;
    return NULL;
}

/* 12.1.2. */
void dialog_of_response(struct world *w, struct dialog *d, const struct sip *response)
{
    d->remote_tag = response->to_tag;
    if (response->contact)
        d->target = response->contact->uri;
    d->routes = route_reversed(w, response->record_route);
}

void put_contact_of(struct world *w, struct sip *m, struct node *node)
{
    m->contact = contact_add(w, node->contact, -1, NULL);
}

/* 12.2.1.1. */
struct sip *dialog_request(struct world *w, struct dialog *d, enum method method)
{
    struct sip *m = sip_new(w, d->node, method);

    m->ruri = d->target;
    m->route = d->routes;
    m->max_forwards = 70;
    m->from = d->local;
    m->from_tag = d->local_tag;
    m->to = d->remote;
    m->to_tag = d->remote_tag;
    m->call_id = d->call_id;
    m->cseq = d->local_cseq;
    if (method != ACK)
        m->cseq = ++d->local_cseq;
    if (method == INVITE || method == UPDATE || method == REFER || method == NOTIFY ||
        method == SUBSCRIBE)
        put_contact_of(w, m, d->node);
    if (method == INVITE)
        m->say = SAY_ALLOW | SAY_SUPPORTED | (d->node->rel ? SAY_REL : 0);
    if (method == UPDATE)
        m->say = SAY_ALLOW | SAY_SUPPORTED;
    return m;
}

/* 13.2.2.4: a transaction of its own, that nobody answers. */
void dialog_ack(struct world *w, struct dialog *d, const struct sip *invite,
                const struct sip *response)
{
    struct sip *ack = dialog_request(w, d, ACK);

    ack->cseq = invite->cseq;
    ack->credentials = invite->credentials;
    if (!invite->sdp && response->sdp) {
        ack->sdp = sdp_answer(w, d->node, d->local_sdp, response->sdp);
        d->local_sdp = ack->sdp;
    }
    if (!d->updating)
        d->offer = SETTLED;
    d->negotiated = true;
    ack->via = via_add(w, d->node, next_hop(ack)->tcp, fresh(w, "z9hG4bK"), NULL);
    d->ack = ack;
    net_send(w, d->node, next_hop(ack), next_hop(ack)->tcp, ack);
}

static void bye_answered(struct world *w, struct client *c, const struct sip *response)
{
    (void)w;
    (void)c;
    (void)response;
}

/* 15.1.1: the session is over as soon as the BYE is sent. */
void dialog_bye(struct world *w, struct dialog *d)
{
    if (d->state == OVER)
        return;
    timer_stop(&d->act);
    d->state = OVER;
    client_start(w, d->node, NULL, dialog_request(w, d, BYE), bye_answered, NULL, NULL);
}

void dialog_lives(struct world *w, struct dialog *d)
{
    int64_t least = !w->calm && chance(w, 15) ? 0 : 1000 * MS; /* the ACK may be on its way still */

    d->state = CONFIRMED_DIALOG;
    timer_set(w, &d->act, moment(w, least, 9 * least), mid_act, d);
}

/* RFC 3262 4. */
static void prack_answered(struct world *w, struct client *c, const struct sip *response)
{
    struct dialog *d = c->user;

    if (!w->calm && response->status >= 200 && response->status < 300 && d->call &&
        d->state == EARLY && chance(w, 25))
        later(w, moment(w, 0, 3000 * MS), mid_early_update, d);
}

void dialog_prack(struct world *w, struct dialog *d, const struct sip *response)
{
    struct sip *prack;

    if (d->rseq_cseq == response->cseq && d->rseq && response->rseq != d->rseq + 1)
        return;
    d->rseq = response->rseq;
    d->rseq_cseq = response->cseq;
    prack = dialog_request(w, d, PRACK);
    prack->rack_rseq = response->rseq;
    prack->rack_cseq = response->cseq;
    if (response->sdp) {
        if (d->offer == OFFERED) {
            d->offer = SETTLED;
        } else {
            prack->sdp = sdp_answer(w, d->node, d->local_sdp, response->sdp);
            d->local_sdp = prack->sdp;
        }
        d->negotiated = true;
    }
    client_start(w, d->node, NULL, prack, prack_answered, NULL, d);
}

/* Sessions ------------------------------------------------------------------------------------ */

const struct sdp *sdp_offer(struct world *w, struct node *node, const struct sdp *before)
{
    static const enum direction holds[] = {SENDRECV, SENDONLY, INACTIVE, RECVONLY};
    struct sdp *sdp;
    enum direction direction = SENDRECV;

    if (before) {
        direction = holds[choose(w, 4)];
        if (direction == before->direction && chance(w, 50))
            return before;
    }
    sdp = take(w, sizeof(*sdp));
    *sdp = (struct sdp){.of = node, .id = 1000 + ++w->names, .version = 1, .port = 49170};
    sdp->long_form = node->style & 4;
    if (before) {
        *sdp = *before;
        sdp->version++;
        sdp->port = chance(w, 30) ? (uint16_t)(before->port + 2) : before->port;
    }
    sdp->direction = direction;
    return sdp;
}

/* RFC 3264 6.1. */
const struct sdp *sdp_answer(struct world *w, struct node *node, const struct sdp *before,
                             const struct sdp *offer)
{
    static const enum direction fits[] = {SENDRECV, RECVONLY, SENDONLY, INACTIVE};
    struct sdp *sdp;

    if (before && before->direction == fits[offer->direction])
        return before;
    sdp = take(w, sizeof(*sdp));
    *sdp = (struct sdp){.of = node, .id = 1000 + ++w->names, .version = 1, .port = 49180};
    sdp->long_form = node->style & 4;
    if (before) {
        *sdp = *before;
        sdp->version++;
    }
    sdp->direction = fits[offer->direction];
    return sdp;
}

/* What comes in ------------------------------------------------------------------------------- */

static void answer_options(struct world *w, struct node *node, struct server *s)
{
    struct sip *m = response_to(w, node, s->request, 200, s->to_tag);

    m->say = SAY_ALLOW | SAY_SUPPORTED | SAY_ACCEPT | (node->rel ? SAY_REL : 0);
    if (chance(w, 30))
        put_contact_of(w, m, node);
    server_respond(w, s, m);
}

/* 12.1.1. */
struct dialog *dialog_of_server(struct world *w, struct node *node, struct server *s)
{
    const struct sip *m = s->request;
    struct dialog *d = dialog_new(w, node);

    d->call_id = m->call_id;
    d->local_tag = s->to_tag;
    d->remote_tag = m->from_tag;
    d->local = m->to;
    d->remote = m->from;
    d->target = m->contact->uri;
    d->routes = m->record_route;
    d->remote_cseq = m->cseq;
    d->has_remote_cseq = true;
    d->local_cseq = (uint32_t)between(w, 0, 5000);
    return d;
}

/* 8.2.2.2: another proxy's branch brought it before. */
static bool is_merged(const struct node *node, const struct server *s)
{
    const struct sip *m = s->request;

    for (const struct server *o = node->servers; o; o = o->next)
        if (o != s && o->state != TERMINATED && o->request->method == m->method &&
            o->request->cseq == m->cseq && !strcmp(o->request->call_id, m->call_id) &&
            !strcmp(o->request->from_tag, m->from_tag))
            return true;
    return false;
}

static bool is_authenticated(enum method method)
{
    return method == INVITE || method == SUBSCRIBE || method == REFER || method == MESSAGE ||
           method == OPTIONS || method == PUBLISH;
}

static void outside(struct world *w, struct node *node, struct server *s)
{
    const struct sip *m = s->request;

    if (is_merged(node, s)) {
        lived(w, LIVED_MERGED);
        server_respond(w, s, response_to(w, node, m, 482, s->to_tag));
        return;
    }
    if (node->challenges && is_authenticated(m->method) && !has_credentials(node, m)) {
        struct sip *refusal = response_to(w, node, m, 401, s->to_tag);

        refusal->challenge = challenge_of(w, node, false, m);
        server_respond(w, s, refusal);
        return;
    }
    switch (m->method) {
    case INVITE:
        answer_invite(w, dialog_of_server(w, node, s), s);
        break;
    case SUBSCRIBE:
    case REFER:
        notifier_asked(w, node, s);
        break;
    case PUBLISH:
        compositor_asked(w, node, s);
        break;
    case OPTIONS:
        answer_options(w, node, s);
        break;
    case MESSAGE:
        server_respond(w, s, response_to(w, node, m, 200, s->to_tag));
        break;
    default: /* 12.2.2, 15.1.2, RFC 3311 and so on: there is no such dialog */
        server_respond(w, s, response_to(w, node, m, 481, s->to_tag));
    }
}

static void behind_the_end(struct world *w, const struct dialog *d, enum method method)
{
    if (!d && method == NOTIFY)
        lived(w, LIVED_NOTIFY_REFUSED);
    else if (d && method == BYE)
        lived(w, LIVED_BYE_AFTER_BYE);
    else if (d && method == INVITE)
        lived(w, LIVED_REINVITE_AFTER_BYE);
    else if (d && method == REFER)
        lived(w, LIVED_REFER_AFTER_BYE);
    else if (d && method == SUBSCRIBE)
        lived(w, LIVED_SUBSCRIPTION_GONE);
}

void ua_request(struct world *w, struct node *node, struct server *s)
{
    const struct sip *m = s->request;
    struct dialog *d = dialog_of_request(node, m);

    if (!m->to_tag) {
        outside(w, node, s);
    } else if (!d && m->method == NOTIFY && subscriber_notified_first(w, node, s)) {
        return;
    } else if (!d || (d->state == OVER && !(d->notified && m->method == NOTIFY))) {
        behind_the_end(w, d, m->method);
        server_respond(w, s, response_to(w, node, m, 481, NULL));
    } else if (d->has_remote_cseq && m->cseq <= d->remote_cseq) {
        /* 12.2.2: something newer has come before it. */
        lived(w, LIVED_OUT_OF_ORDER);
        server_respond(w, s, response_to(w, node, m, 500, NULL));
    } else {
        d->remote_cseq = m->cseq;
        d->has_remote_cseq = true;
        mid_request(w, d, s);
    }
}

void ua_ack(struct world *w, struct node *node, const struct sip *ack)
{
    struct dialog *d = dialog_of_request(node, ack);

    if (d && d->state == OVER)
        lived(w, LIVED_ACK_AFTER_END);
    if (d)
        answer_acked(w, d, ack);
}

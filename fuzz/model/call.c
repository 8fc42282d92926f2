/* The caller: an INVITE outside a dialog until its final responses (RFC 3261 13.2). */
#include "ua.h"

static void call_try(struct world *w, struct call *call);

static struct dialog *dialog_of_call(struct world *w, struct call *call, const struct sip *m)
{
    struct dialog *d;

    for (d = call->node->dialogs; d; d = d->next)
        if (d->call == call && !strcmp(d->remote_tag, m->to_tag))
            return d;
    d = dialog_new(w, call->node);
    d->call = call;
    d->call_id = call->call_id;
    d->local_tag = call->from_tag;
    d->local = call->node->aor.text;
    d->remote = call->to;
    d->local_cseq = call->cseq;
    d->local_sdp = call->offer;
    d->offer = call->offer ? OFFERED : SETTLED;
    dialog_of_response(w, d, m);
    return d;
}

/* The early dialogs of an INVITE that failed. */
static void call_over(struct call *call)
{
    for (struct dialog *d = call->node->dialogs; d; d = d->next) {
        if (d->call == call && d->state == EARLY) {
            timer_stop(&d->act);
            d->state = OVER;
        }
    }
}

static void early_act(struct world *w, void *object)
{
    struct dialog *d = object;

    /* 15: the caller may hang up an early dialog as well. */
    if (d->state == EARLY && d->call->client->state == PROCEEDING && !d->call->given_up) {
        d->call->hung_up = true;
        w->disturbed = true; /* the BYE may pass where no tap is, and explain a 487 */
        dialog_bye(w, d);
    }
}

static void call_provisional(struct world *w, struct call *call, const struct sip *m)
{
    struct dialog *d;
    bool first;

    if (m->status == 100 || !m->to_tag)
        return;
    d = dialog_of_call(w, call, m);
    first = !d->rseq && d->act.number == 0;
    if (m->say & SAY_REQUIRE_REL && d->state == EARLY)
        dialog_prack(w, d, m);
    if (first && chance(w, 8))
        timer_set(w, &d->act, moment(w, 0, 2000 * MS), early_act, d);
}

static void call_answered(struct world *w, struct call *call, const struct client *c,
                          const struct sip *m)
{
    struct dialog *d = dialog_of_call(w, call, m);

    if (d->ack && d->ack->cseq == m->cseq) {
        lived(w, LIVED_ACK_AGAIN);
        net_send(w, d->node, next_hop(d->ack), next_hop(d->ack)->tcp, d->ack);
        return;
    }
    timer_stop(&d->act);
    dialog_of_response(w, d, m);
    dialog_ack(w, d, c->request, m);
    if (d->state == OVER) { /* a BYE of the early dialog crossed the answer */
        lived(w, LIVED_EARLY_BYE_IN_MORATORIUM);
        return;
    }
    d->state = CONFIRMED_DIALOG;
    if (call->answered || call->given_up) {
        lived(w, call->answered ? LIVED_FORK_ANSWERED_TWICE : LIVED_OK_AFTER_CANCEL);
        dialog_bye(w, d);
        return;
    }
    call->answered = d;
    d->peer_rel = m->say & SAY_REL;
    dialog_lives(w, d);
}

static void call_again(struct world *w, void *object)
{
    call_try(w, object);
}

static void call_failed(struct world *w, struct call *call, const struct sip *m)
{
    call_over(call);
    if (call->given_up || call->answered || call->tries > 3)
        return;
    if (m->challenge) {
        for (const struct challenge *c = m->challenge; c; c = c->next)
            for (const struct credentials *k = call->credentials; k; k = k->next)
                if (!strcmp(k->nonce, c->nonce))
                    return;
        call->credentials = credentials_for(w, call->node, call->credentials, m, call->target.text);
        later(w, between(w, 1 * MS, 50 * MS), call_again, call);
    } else if (m->status == 302 && m->contact) {
        call->target = m->contact->uri;
        call->credentials = credentials_for(w, call->node, call->credentials, m, call->target.text);
        later(w, between(w, 1 * MS, 50 * MS), call_again, call);
    }
}

static void call_response(struct world *w, struct client *c, const struct sip *m)
{
    struct call *call = c->user;

    if (m->status < 200)
        call_provisional(w, call, m);
    else if (m->status < 300)
        call_answered(w, call, c, m);
    else
        call_failed(w, call, m);
}

static void call_timeout(struct world *w, struct client *c)
{
    (void)w;
    call_over(c->user);
}

static void give_up(struct world *w, void *object)
{
    struct call *call = object;

    if (call->answered || call->hung_up)
        return;
    call->given_up = true;
    client_cancel(w, call->client);
}

static void call_try(struct world *w, struct call *call)
{
    struct sip *m = sip_new(w, call->node, INVITE);

    if (call->given_up)
        return;
    call->tries++;
    m->ruri = call->target;
    m->route = call->routes;
    m->max_forwards = 70;
    m->from = call->node->aor.text;
    m->from_tag = call->from_tag;
    m->to = call->to;
    m->call_id = call->call_id;
    m->cseq = ++call->cseq;
    put_contact_of(w, m, call->node);
    m->say = SAY_ALLOW | SAY_SUPPORTED | (call->node->rel ? SAY_REL : 0);
    m->credentials = call->credentials;
    m->sdp = call->offer;
    call->client =
        client_start(w, call->node, call->node->outbound, m, call_response, call_timeout, call);
}

void call_start(struct world *w, struct node *node, struct uri target)
{
    struct call *call = take(w, sizeof(*call));

    *call = (struct call){.node = node, .target = target, .to = target.text};
    call->from_tag = fresh(w, "f");
    call->call_id = join(w, fresh(w, "c"), "@", node->host, NULL);
    call->cseq = (uint32_t)between(w, 0, 9000);
    if (!chance(w, 20))
        call->offer = sdp_offer(w, node, NULL);
    if (node->outbound && node->outbound->record_routes && chance(w, 50))
        call->routes = route_add(w, node->outbound->contact, NULL);
    call_try(w, call);
    if (chance(w, 20))
        later(w, moment(w, 10 * MS, 8000 * MS), give_up, call);
}

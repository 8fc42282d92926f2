/* Within a dialog: what both sides may begin, and how they answer (RFC 3261 12.2, 14, 15, RFC 3311,
 * 3515, 6086). */
#include "ua.h"

static void act_again(struct world *w, struct dialog *d)
{
    if (d->state == CONFIRMED_DIALOG)
        timer_set(w, &d->act, moment(w, 500 * MS, 8000 * MS), mid_act, d);
}

/* 12.2.1.2: 481, 408 and silence end the dialog. An early one ends with its INVITE: the callee may
 * not hang it up (15). */
static void hang_up(struct world *w, struct dialog *d)
{
    if (d->state != EARLY)
        dialog_bye(w, d);
}

static void died(struct world *w, struct client *c)
{
    hang_up(w, c->user);
}

static void answered(struct world *w, struct client *c, const struct sip *m)
{
    if (m->status == 481 || m->status == 408)
        hang_up(w, c->user);
}

static void begin(struct world *w, struct dialog *d, struct sip *m)
{
    client_start(w, d->node, NULL, m, answered, died, d);
}

/* re-INVITE ----------------------------------------------------------------------------------- */

static void reinvite(struct world *w, struct dialog *d);

/* 14.1: who chose the Call-ID waits longer. */
static void after_491(struct world *w, struct dialog *d, event_fn again)
{
    timer_set(w, &d->act, d->call ? between(w, 2100 * MS, 4000 * MS) : between(w, 0, 2000 * MS),
              again, d);
}

static void reinvite_again(struct world *w, void *object)
{
    struct dialog *d = object;

    if (d->state != CONFIRMED_DIALOG)
        return;
    reinvite(w, d);
    act_again(w, d);
}

static void reinvite_response(struct world *w, struct client *c, const struct sip *m)
{
    struct dialog *d = c->user;

    if (m->status < 200) {
        if (m->say & SAY_REQUIRE_REL)
            dialog_prack(w, d, m);
        return;
    }
    if (m->status < 300) {
        if (d->state == OVER)
            lived(w, LIVED_OK_AFTER_END);
        if (d->ack && d->ack->cseq == m->cseq) {
            net_send(w, d->node, next_hop(d->ack), next_hop(d->ack)->tcp, d->ack);
            return;
        }
        if (m->contact)
            d->target = m->contact->uri;
        dialog_ack(w, d, c->request, m);
        d->invite = NULL;
        if (c->request->sdp &&
            d->next_sdp) /* else one that was shown in a refused INVITE of the peer */
            d->local_sdp = d->next_sdp;
        d->next_sdp = NULL;
        return;
    }
    d->invite = NULL;
    d->offer = SETTLED;
    d->next_sdp = NULL;
    d->refused = d->refused || m->status == 488;
    if (m->status == 491 && d->state == CONFIRMED_DIALOG)
        after_491(w, d, reinvite_again);
    else if (m->status == 481 || m->status == 408)
        dialog_bye(w, d);
}

static void reinvite_timeout(struct world *w, struct client *c)
{
    struct dialog *d = c->user;

    d->invite = NULL;
    d->offer = SETTLED;
    dialog_bye(w, d);
}

static void reinvite_give_up(struct world *w, void *object)
{
    struct dialog *d = object;

    if (d->invite)
        client_cancel(w, d->invite);
}

/* 14.1: a refusal of ours waits for its ACK, too. */
static bool may_invite(const struct dialog *d)
{
    for (const struct server *s = d->node->servers; s; s = s->next)
        if (s->request->method == INVITE && s->state == COMPLETED && s->request->to_tag &&
            dialog_of_request(d->node, s->request) == d)
            return false;
    return !d->invite && !d->incoming && !d->updating && d->offer == SETTLED;
}

static void reinvite(struct world *w, struct dialog *d)
{
    struct sip *m;

    if (!may_invite(d) || d->refused)
        return;
    m = dialog_request(w, d, INVITE);
    if (!chance(w, 25)) {
        m->sdp = d->next_sdp = sdp_offer(w, d->node, d->local_sdp);
        d->offer = OFFERED;
    }
    d->invite = client_start(w, d->node, NULL, m, reinvite_response, reinvite_timeout, d);
    if (chance(w, 10))
        later(w, between(w, 1 * MS, 500 * MS), reinvite_give_up, d);
}

/* UPDATE -------------------------------------------------------------------------------------- */

static void update(struct world *w, struct dialog *d);

static void update_again(struct world *w, void *object)
{
    struct dialog *d = object;

    if (d->state != CONFIRMED_DIALOG)
        return;
    update(w, d);
    act_again(w, d);
}

static void update_over(struct dialog *d)
{
    d->updating = false;
    if (d->next_sdp)
        d->offer = SETTLED;
}

static void update_response(struct world *w, struct client *c, const struct sip *m)
{
    struct dialog *d = c->user;

    if (m->status < 200)
        return;
    if (c->request->sdp) {
        update_over(d);
        if (m->status < 300)
            d->local_sdp = c->request->sdp;
        d->next_sdp = NULL;
    } else {
        d->updating = false;
    }
    if (m->status < 300 && m->contact)
        d->target = m->contact->uri;
    /* RFC 3311 5.3. */
    if (m->status == 491 && d->state == CONFIRMED_DIALOG)
        after_491(w, d, update_again);
    d->refused = d->refused || (m->status == 491 && d->state == EARLY);
    answered(w, c, m);
    answer_goes_on(w, d);
}

static void update_timeout(struct world *w, struct client *c)
{
    struct dialog *d = c->user;

    update_over(d);
    d->next_sdp = NULL;
    hang_up(w, d);
    answer_goes_on(w, d);
}

static void update_send(struct world *w, struct dialog *d)
{
    struct sip *m = dialog_request(w, d, UPDATE);

    if (!chance(w, 25)) {
        m->sdp = d->next_sdp = sdp_offer(w, d->node, d->local_sdp);
        d->offer = OFFERED;
    }
    d->updating = true;
    client_start(w, d->node, NULL, m, update_response, update_timeout, d);
}

static void update(struct world *w, struct dialog *d)
{
    if (may_invite(d))
        update_send(w, d);
}

/* RFC 3311 5.1, before the INVITE has its final response: the first offer has its answer in
 * messages that were acknowledged. */
void mid_early_update(struct world *w, void *object)
{
    struct dialog *d = object;
    const struct incoming *in = d->incoming;

    if (d->state != EARLY || d->refused || !d->negotiated || d->offer != SETTLED || d->updating ||
        (d->call ? d->call->client->state != PROCEEDING || d->call->given_up
                 : !in || in->final || in->rel))
        return;
    lived(w, LIVED_EARLY_UPDATE);
    update_send(w, d);
}

/* Others -------------------------------------------------------------------------------------- */

static void refer(struct world *w, struct dialog *d)
{
    struct sip *m;

    if (d->referred)
        return;
    d->referred = true;
    m = dialog_request(w, d, REFER);
    m->refer_to = "<sip:carol@example.org>";
    d->notified++;
    begin(w, d, m);
}

static void plain(struct world *w, struct dialog *d, enum method method)
{
    struct sip *m = dialog_request(w, d, method);

    if (method == OPTIONS)
        m->say = SAY_ACCEPT;
    if (method == MESSAGE || (method == INFO && chance(w, 50))) {
        m->type = "text/plain";
        m->body = "hello";
    }
    begin(w, d, m);
}

static bool unacknowledged(const struct dialog *d)
{
    for (const struct incoming *in = d->answers; in; in = in->next)
        if (!in->final || (in->ok && !in->acked))
            return true;
    return false;
}

void mid_act(struct world *w, void *object)
{
    struct dialog *d = object;

    if (d->state != CONFIRMED_DIALOG)
        return;
    if (w->actions == 0 || !chance(w, 60)) {
        /* Neither side hangs up while it has an INVITE to answer; the callee not before the ACK. */
        if (unacknowledged(d))
            act_again(w, d);
        else
            dialog_bye(w, d);
        return;
    }
    w->actions--;
    switch (choose(w, 7)) {
    case 0:
    case 1:
        reinvite(w, d);
        break;
    case 2:
        update(w, d);
        break;
    case 3:
        plain(w, d, INFO);
        break;
    case 4:
        plain(w, d, OPTIONS);
        break;
    case 5:
        plain(w, d, MESSAGE);
        break;
    default:
        refer(w, d);
    }
    act_again(w, d);
}

/* What comes in ------------------------------------------------------------------------------- */

static void respond(struct world *w, struct dialog *d, struct server *s, int status)
{
    struct sip *m = response_to(w, d->node, s->request, status, NULL);

    if (status == 500)
        m->retry_after = (int)choose(w, 11);
    server_respond(w, s, m);
}

static void invite_arrives(struct world *w, struct dialog *d, struct server *s)
{
    if (d->incoming && d->incoming->final)
        lived(w, LIVED_REINVITE_IN_MORATORIUM);
    if (d->invite)
        lived(w, LIVED_REINVITES_CROSS);
    if (d->incoming && !d->incoming->final)
        respond(w, d, s, 500); /* 14.2 */
    else if (d->invite || d->offer != SETTLED)
        respond(w, d, s, 491);
    else
        answer_invite(w, d, s);
}

static void update_arrives(struct world *w, struct dialog *d, struct server *s)
{
    const struct sip *m = s->request;
    struct sip *ok;

    /* RFC 3311 5.2. */
    if (m->sdp && d->offer == OFFERED) {
        lived(w, LIVED_UPDATE_CROSSES);
        respond(w, d, s, 491);
        return;
    }
    if (m->sdp && d->offer == ASKED) {
        respond(w, d, s, 500);
        return;
    }
    if (m->contact)
        d->target = m->contact->uri;
    ok = response_to(w, d->node, m, 200, NULL);
    put_contact_of(w, ok, d->node);
    ok->say = SAY_ALLOW | SAY_SUPPORTED;
    if (m->sdp)
        ok->sdp = d->local_sdp = sdp_answer(w, d->node, d->local_sdp, m->sdp);
    server_respond(w, s, ok);
}

static void bye_arrives(struct world *w, struct dialog *d, struct server *s)
{
    struct incoming *in = d->incoming;

    timer_stop(&d->act);
    if (in && in->ok && !in->acked)
        lived(w, LIVED_BYE_IN_MORATORIUM);
    respond(w, d, s, 200);
    if (in && !in->final)
        answer_fail(w, in, 487); /* 15.1.2 */
    d->state = OVER;
}

static void notify(struct world *w, struct dialog *d, const char *state, const char *body)
{
    struct sip *m = dialog_request(w, d, NOTIFY);

    m->event = "refer";
    m->state = state;
    m->type = "message/sipfrag;version=2.0";
    m->body = body;
    client_start(w, d->node, NULL, m, answered, NULL, d);
}

static void notify_last(struct world *w, void *object)
{
    notify(w, object, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
}

static void refer_arrives(struct world *w, struct dialog *d, struct server *s)
{
    struct sip *m = response_to(w, d->node, s->request, 202, NULL);

    put_contact_of(w, m, d->node);
    server_respond(w, s, m);
    if (chance(w, 50)) {
        notify(w, d, "terminated;reason=noresource", "SIP/2.0 603 Decline\r\n");
        return;
    }
    notify(w, d, "active;expires=60", "SIP/2.0 100 Trying\r\n");
    later(w, between(w, 100 * MS, 5000 * MS), notify_last, d);
}

static void notify_arrives(struct world *w, struct dialog *d, struct server *s)
{
    if (d->watch) {
        subscriber_notified(w, d, s);
        return;
    }
    if (!d->notified) {
        respond(w, d, s, 481);
        return;
    }
    if (s->request->state[0] == 't')
        d->notified--;
    respond(w, d, s, 200);
}

void mid_request(struct world *w, struct dialog *d, struct server *s)
{
    struct sip *m;

    switch (s->request->method) {
    case INVITE:
        invite_arrives(w, d, s);
        break;
    case BYE:
        bye_arrives(w, d, s);
        break;
    case PRACK:
        answer_pracked(w, d, s);
        break;
    case UPDATE:
        update_arrives(w, d, s);
        break;
    case SUBSCRIBE:
        notifier_asked_again(w, d, s);
        break;
    case REFER:
        refer_arrives(w, d, s);
        break;
    case NOTIFY:
        notify_arrives(w, d, s);
        break;
    case OPTIONS:
        m = response_to(w, d->node, s->request, 200, NULL);
        m->say = SAY_ALLOW | SAY_SUPPORTED | SAY_ACCEPT;
        server_respond(w, s, m);
        break;
    default:
        respond(w, d, s, 200);
    }
}

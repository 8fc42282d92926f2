/* The callee: an INVITE, within or outside a dialog, until its ACK (RFC 3261 13.3, RFC 3262). */
#include "ua.h"

static void step(struct world *w, void *object);

static void incoming_over(struct incoming *in)
{
    in->final = true;
    timer_stop(&in->timer);
    timer_stop(&in->rel_again);
    timer_stop(&in->rel_end);
}

/* Another user agent that the caller may try. */
static struct uri elsewhere(struct world *w, const struct dialog *d)
{
    for (unsigned i = 0; i < w->node_count; i++) {
        const struct node *node = &w->nodes[i];

        if (node->kind == USER_AGENT && node != d->node && strcmp(node->aor.text, d->remote) != 0 &&
            strcmp(node->contact.text, d->local) != 0)
            return (struct uri){join(w, fresh(w, "sip:desk-"), "@", node->host,
                                     node->tcp ? ";transport=tcp" : "", NULL),
                                w->nodes + i};
    }
    return (struct uri){join(w, fresh(w, "sip:desk-"), "@", d->node->host, NULL), d->node};
}

/* The dialog is what it was before the INVITE, or is over with it. */
void answer_fail(struct world *w, struct incoming *in, int status)
{
    struct dialog *d = in->dialog;
    struct sip *m = response_to(w, d->node, in->server->request, status, in->server->to_tag);

    incoming_over(in);
    if (d->incoming == in)
        d->incoming = NULL;
    d->offer = SETTLED;
    d->next_sdp = NULL; /* an answer in a 1xx falls with it */
    if (d->state == EARLY) {
        timer_stop(&d->act);
        d->state = OVER;
    }
    if (status == 302)
        m->contact = contact_add(w, elsewhere(w, d), -1, NULL);
    if (status == 500 && in->server->request->to_tag)
        m->retry_after = (int)choose(w, 11);
    if (status == 503 && chance(w, 50))
        m->retry_after = 30;
    server_respond(w, in->server, m);
}

static void accept(struct world *w, struct incoming *in);

/* RFC 6141 3.3: what the re-INVITE asked for is in force, and an error cannot take it back. */
static bool executed(const struct incoming *in)
{
    return in->server->request->to_tag && in->answered && !in->rel;
}

/* 3.8 has the same for one that is cancelled. */
static void cancelled(struct world *w, struct server *s)
{
    struct incoming *in = s->user;

    if (in->final)
        return;
    if (executed(in))
        accept(w, in);
    else
        answer_fail(w, in, 487);
}

/* RFC 3262 3: sent again until the PRACK comes; the gap doubles without an upper bound. */
static void rel_again(struct world *w, void *object)
{
    struct incoming *in = object;

    lived(w, LIVED_RELIABLE_AGAIN);
    server_respond(w, in->server, in->rel);
    in->rel_interval *= 2;
    timer_set(w, &in->rel_again, in->rel_interval, rel_again, in);
}

static void rel_timeout(struct world *w, void *object)
{
    answer_fail(w, object, 500);
}

static void ok_over(struct incoming *in)
{
    in->acked = true;
    timer_stop(&in->ok_again);
    timer_stop(&in->ok_end);
    if (in->dialog->incoming == in)
        in->dialog->incoming = NULL;
}

/* 13.3.1.4: nobody acknowledged. */
static void ok_timeout(struct world *w, void *object)
{
    struct incoming *in = object;

    lived(w, LIVED_OK_UNACKNOWLEDGED);
    ok_over(in);
    dialog_bye(w, in->dialog);
}

static void ok_again(struct world *w, void *object)
{
    struct incoming *in = object;

    lived(w, LIVED_OK_AGAIN);
    server_respond(w, in->server, in->ok);
    in->ok_interval = in->ok_interval * 2 > T2 ? T2 : in->ok_interval * 2;
    timer_set(w, &in->ok_again, in->ok_interval, ok_again, in);
}

static void put_answer(struct world *w, struct incoming *in, struct sip *m)
{
    struct dialog *d = in->dialog;

    if (in->offer) {
        if (!d->next_sdp)
            d->next_sdp = sdp_answer(w, d->node, d->local_sdp, in->server->request->sdp);
    } else if (!d->next_sdp) {
        d->next_sdp = sdp_offer(w, d->node, d->local_sdp);
    }
    m->sdp = d->next_sdp;
}

static void reliably_sent(struct incoming *in, const struct sip *m)
{
    struct dialog *d = in->dialog;

    if (!m->sdp)
        return;
    in->answered = true;
    d->local_sdp = m->sdp;
    d->next_sdp = NULL;
    d->offer = in->offer ? SETTLED : OFFERED;
    if (in->offer)
        d->negotiated = true;
}

static struct sip *answer(struct world *w, struct incoming *in, int status)
{
    struct dialog *d = in->dialog;
    struct sip *m = response_to(w, d->node, in->server->request, status, d->local_tag);

    if (status > 100) {
        m->record_route = in->server->request->record_route;
        put_contact_of(w, m, d->node);
    }
    return m;
}

static void provisional(struct world *w, struct incoming *in, unsigned i)
{
    struct sip *m = answer(w, in, in->plan[i].status);

    if (in->plan[i].rel) {
        m->say |= SAY_REQUIRE_REL | SAY_ALLOW; /* RFC 3311 4 */
        m->rseq = in->rseq ? ++in->rseq : (in->rseq = (uint32_t)between(w, 1, 5000));
        if (!in->answered && (in->plan[i].sdp || !in->offer))
            put_answer(w, in, m);
        reliably_sent(in, m);
        in->rel = m;
        in->rel_interval = T1;
        timer_set(w, &in->rel_again, T1, rel_again, in);
        timer_set(w, &in->rel_end, 64 * T1, rel_timeout, in);
    } else if (in->plan[i].sdp && in->plan[i].status > 100 && in->offer && !in->answered) {
        put_answer(w, in, m); /* 13.2.1: the answer that the 2xx will have */
    }
    server_respond(w, in->server, m);
}

static void accept(struct world *w, struct incoming *in)
{
    struct dialog *d = in->dialog;
    struct sip *m = answer(w, in, 200);

    m->say = SAY_ALLOW | SAY_SUPPORTED | (d->node->rel ? SAY_REL : 0);
    if (!in->answered)
        put_answer(w, in, m);
    reliably_sent(in, m);
    incoming_over(in);
    d->state = CONFIRMED_DIALOG;
    if (in->server->request->contact)
        d->target = in->server->request->contact->uri;
    in->ok = m;
    server_respond(w, in->server, m);
    in->ok_interval = T1;
    timer_set(w, &in->ok_again, T1, ok_again, in);
    timer_set(w, &in->ok_end, 64 * T1, ok_timeout, in);
}

static void next_step(struct world *w, struct incoming *in)
{
    int64_t delay = in->plan[in->step].delay;

    if (in->step < in->steps)
        timer_set(w, &in->timer, in->step > 0 ? moment(w, delay, delay) : delay, step, in);
}

static void step(struct world *w, void *object)
{
    struct incoming *in = object;
    unsigned i = in->step;
    int status = in->plan[i].status;

    if (in->final)
        return;
    /* A 2xx waits for the answer to our offer, too. */
    if ((in->rel && (in->plan[i].rel || (status >= 200 && status < 300))) ||
        (in->dialog->updating && (status >= 200 && status < 300))) {
        in->waits = true;
        return;
    }
    in->step++;
    if (status < 200)
        provisional(w, in, i);
    else if (status < 300 || executed(in))
        accept(w, in);
    else
        answer_fail(w, in, status);
    next_step(w, in);
}

static void go_on(struct world *w, struct incoming *in)
{
    in->waits = false;
    timer_set(w, &in->timer, between(w, 1 * MS, 2000 * MS), step, in);
}

void answer_goes_on(struct world *w, struct dialog *d)
{
    if (d->incoming && d->incoming->waits && !d->incoming->rel)
        go_on(w, d->incoming);
}

void answer_pracked(struct world *w, struct dialog *d, struct server *s)
{
    struct incoming *in = d->incoming;
    const struct sip *m = s->request;
    struct sip *ok;

    if (!in || !in->rel || in->rel->rseq != m->rack_rseq || in->rel->cseq != m->rack_cseq) {
        server_respond(w, s, response_to(w, d->node, m, 481, NULL));
        return;
    }
    timer_stop(&in->rel_again);
    timer_stop(&in->rel_end);
    in->rel = NULL;
    ok = response_to(w, d->node, m, 200, NULL);
    if (d->offer == OFFERED && m->sdp) {
        d->offer = SETTLED;
        d->negotiated = true;
    }
    server_respond(w, s, ok);
    /* In a calm world what is planted in the messages before it would speak through it. */
    if (!w->calm && d->state == EARLY && chance(w, 25))
        later(w, moment(w, 0, 3000 * MS), mid_early_update, d);
    if (in->waits)
        go_on(w, in);
}

void answer_acked(struct world *w, struct dialog *d, const struct sip *ack)
{
    struct incoming *in = d->answers;

    while (in && !(in->ok && in->ok->cseq == ack->cseq))
        in = in->next;
    if (!in || in->acked)
        return;
    if (d->incoming == in && !d->updating)
        d->offer = SETTLED;
    ok_over(in);
    d->negotiated = true;
    if (d->state == CONFIRMED_DIALOG && !in->server->request->to_tag && chance(w, 40))
        dialog_lives(w, d);
}

/* What will be answered when ------------------------------------------------------------------ */

static void plan_add(struct incoming *in, int status, int64_t delay)
{
    in->plan[in->steps].status = status;
    in->plan[in->steps++].delay = delay;
}

static int final_status(struct world *w, bool within)
{
    static const int refusals[] = {486, 603, 480, 404, 302, 488, 600, 500, 503, 403};

    if (!chance(w, 25))
        return 200;
    return within ? 488 : refusals[choose(w, sizeof(refusals) / sizeof(refusals[0]))];
}

static void plan(struct world *w, struct incoming *in, bool within, bool rel)
{
    static const int ringing[] = {180, 183, 181, 182};
    static const unsigned counts[] = {1, 0, 2, 3};
    unsigned n = counts[choose(w, 4)];
    int64_t first = between(w, 5 * MS, 600 * MS);
    int64_t last = between(w, 1000 * MS, within ? 3000 * MS : 20000 * MS);

    if (within) {
        n = n > 2 ? 1 : 0;
        last = between(w, 5 * MS, 1000 * MS);
    } else if (n == 0) {
        last = between(w, 5 * MS, 3000 * MS);
    }
    /* 17.2.1: within 200 ms. */
    if ((n ? first : last) > 180 * MS || chance(w, 30))
        plan_add(in, 100, between(w, 0, 50 * MS));
    for (unsigned i = 0; i < n; i++) {
        plan_add(in, ringing[choose(w, 4)], i ? between(w, 10 * MS, 5000 * MS) : first);
        in->plan[in->steps - 1].rel = rel && chance(w, 50);
        in->plan[in->steps - 1].sdp = chance(w, 30);
    }
    plan_add(in, final_status(w, within), last);
}

void answer_invite(struct world *w, struct dialog *d, struct server *s)
{
    struct incoming *in = take(w, sizeof(*in));
    const struct sip *m = s->request;

    *in = (struct incoming){.next = d->answers, .server = s, .dialog = d, .offer = m->sdp != NULL};
    d->answers = in;
    s->user = in;
    s->on_cancel = cancelled;
    s->to_tag = d->local_tag;
    d->incoming = in;
    d->next_sdp = NULL;
    d->offer = m->sdp ? ASKED : SETTLED;
    plan(w, in, m->to_tag != NULL, (m->say & SAY_REL) && d->node->rel);
    next_step(w, in);
}

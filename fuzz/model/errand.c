/* Requests outside a dialog that make none: OPTIONS (RFC 3261 11) and MESSAGE (RFC 3428). */
#include "ua.h"

struct errand {
    struct node *node;
    struct uri target;
    enum method method;
    const char *from_tag, *call_id;
    uint32_t cseq;
    const struct credentials *credentials;
    unsigned tries;
};

static void transmit(struct world *w, void *object);

static void answered(struct world *w, struct client *c, const struct sip *m)
{
    struct errand *e = c->user;

    if (!m->challenge || e->tries > 3)
        return;
    e->credentials = credentials_for(w, e->node, e->credentials, m, e->target.text);
    later(w, between(w, 1 * MS, 50 * MS), transmit, e);
}

static void transmit(struct world *w, void *object)
{
    struct errand *e = object;
    struct sip *m = sip_new(w, e->node, e->method);

    e->tries++;
    m->ruri = e->target;
    m->max_forwards = 70;
    m->from = e->node->aor.text;
    m->from_tag = e->from_tag;
    m->to = e->target.text;
    m->call_id = e->call_id;
    m->cseq = ++e->cseq;
    m->credentials = e->credentials;
    if (e->method == MESSAGE) {
        m->type = "text/plain";
        m->body = "hello";
    } else {
        m->say = SAY_ACCEPT;
        put_contact_of(w, m, e->node);
        m->max_forwards = chance(w, 10) ? (int)choose(w, 3) : 70; /* 11: whoever it reaches */
    }
    client_start(w, e->node, e->node->outbound, m, answered, NULL, e);
}

void errand_at(struct world *w, int64_t delay, struct node *node, struct uri target,
               enum method method)
{
    struct errand *e = take(w, sizeof(*e));

    *e = (struct errand){.node = node, .target = target, .method = method};
    e->from_tag = fresh(w, "f");
    e->call_id = join(w, fresh(w, "e"), "@", node->host, NULL);
    e->cseq = (uint32_t)between(w, 0, 9000);
    later(w, delay, transmit, e);
}

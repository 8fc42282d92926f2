/* Event state that is published (RFC 3903): who publishes it (4, 5), and the compositor that keeps
 * it (6). */
#include "ua.h"

struct publication {
    struct node *node;
    struct uri target;
    const struct package *package;
    const char *from_tag, *call_id;
    const char *tag; /* of the last 2xx; NULL: there is no state that could be named */
    uint32_t cseq;
    const struct credentials *credentials;
    int expires; /* -1: the compositor shall choose */
    bool body;
    unsigned tries, steps, version;
};

/* Who publishes ------------------------------------------------------------------------------- */

static void step(struct world *w, void *object);
static void transmit(struct world *w, void *object);

static void again_in(struct world *w, struct publication *p, int64_t delay)
{
    if (p->steps > 0)
        later(w, delay, step, p);
}

/* What became of it is not known: the tag may be an old one. */
static void unanswered(struct world *w, struct client *c)
{
    again_in(w, c->user, between(w, 1000 * MS, 60000 * MS));
}

static void ask_again(struct world *w, struct publication *p, const struct sip *m)
{
    p->credentials = credentials_for(w, p->node, p->credentials, m, p->target.text);
    later(w, between(w, 1 * MS, 50 * MS), transmit, p);
}

static void published(struct world *w, struct publication *p, const struct sip *m)
{
    int64_t left = m->expires * 1000 * MS;

    p->tag = left > 0 ? m->etag : NULL;
    if (left < 4000 * MS || chance(w, 20)) /* it may expire */
        again_in(w, p, left + between(w, 1000 * MS, 60000 * MS));
    else
        again_in(w, p, between(w, 500 * MS, left - 2000 * MS));
}

static void answered(struct world *w, struct client *c, const struct sip *m)
{
    struct publication *p = c->user;

    if (m->status < 200)
        return;
    if (m->status < 300) {
        published(w, p, m);
    } else if (m->challenge && p->tries < 6) {
        ask_again(w, p, m);
    } else if (m->status == 423 && p->tries < 6) {
        p->expires = m->min_expires;
        ask_again(w, p, m);
    } else {
        if (m->status == 412)
            p->tag = NULL;
        again_in(w, p, between(w, 0, 30000 * MS));
    }
}

static void transmit(struct world *w, void *object)
{
    struct publication *p = object;
    struct sip *m = sip_new(w, p->node, PUBLISH);

    p->tries++;
    m->ruri = p->target;
    m->max_forwards = 70;
    m->from = p->node->aor.text;
    m->from_tag = p->from_tag;
    m->to = p->target.text;
    m->call_id = p->call_id;
    m->cseq = ++p->cseq;
    m->event = p->package->name;
    m->expires = p->expires;
    m->credentials = p->credentials;
    m->if_match = p->tag;
    if (p->body) {
        m->type = p->package->type;
        m->body = package_state(w, p->package, &p->version);
    }
    client_start(w, p->node, p->node->outbound, m, answered, unanswered, p);
}

/* Table 1. */
static void step(struct world *w, void *object)
{
    static const int intervals[] = {3600, 60, -1, 600, 120, 7200};
    struct publication *p = object;
    struct sip none = {.challenge = NULL};
    unsigned how = p->tag ? choose(w, 4) : 0;

    p->steps--;
    p->tries = 0;
    p->expires = intervals[choose(w, 6)];
    p->body = !p->tag || how < 2;
    if (how == 3)
        p->expires = 0;
    if (p->tag)
        lived(w, how == 3   ? LIVED_STATE_REMOVED
                 : how == 2 ? LIVED_STATE_REFRESHED
                            : LIVED_STATE_MODIFIED);
    /* Outside a dialog each request is a call of its own (8.1.1.4), but not what is asked again. */
    p->from_tag = fresh(w, "f");
    p->call_id = join(w, fresh(w, "p"), "@", p->node->host, NULL);
    p->cseq = (uint32_t)between(w, 0, 9000);
    if (p->credentials)
        p->credentials = credentials_for(w, p->node, p->credentials, &none, p->target.text);
    transmit(w, p);
}

void publish_at(struct world *w, int64_t delay, struct node *node, struct uri target,
                const struct package *package)
{
    struct publication *p = take(w, sizeof(*p));

    *p = (struct publication){.node = node, .target = target, .package = package};
    p->steps = 1 + choose(w, 6);
    later(w, delay, step, p);
}

/* The compositor ------------------------------------------------------------------------------ */

struct state {
    struct state *next;
    const char *event, *tag;
    int64_t until;
};

static const struct package *package_of(const struct node *node, const struct sip *m)
{
    static const struct package *const all[] = {&package_presence, &package_summary,
                                                &package_dialog};

    for (unsigned i = 0; i < 3; i++)
        if (!strcmp(m->event, all[i]->name) && !(all[i]->bit & node->deaf))
            return all[i];
    return NULL;
}

/* Step 3. */
static struct state *state_of(const struct world *w, const struct node *node, const struct sip *m)
{
    struct state *s = node->states;

    while (s && (s->until <= w->now || strcmp(s->event, m->event) != 0 ||
                 strcmp(s->tag, m->if_match) != 0))
        s = s->next;
    return s;
}

static int chosen(struct world *w, const struct sip *m)
{
    int asked = m->expires >= 0 ? m->expires : 3600;

    return asked > 1 && chance(w, 25) ? (int)between(w, asked / 2 + 1, asked) : asked;
}

void compositor_asked(struct world *w, struct node *node, struct server *server)
{
    static const int refusals[] = {403, 404, 500, 503};
    const struct sip *m = server->request;
    struct state *s = NULL;
    struct sip *ok;
    int seconds;

    if (!package_of(node, m)) {
        server_refuse(w, server, 489);
        return;
    }
    if (m->if_match) {
        s = state_of(w, node, m);
        if (!s) {
            server_refuse(w, server, 412);
            return;
        }
    }
    if (m->expires > 0 && m->expires < node->min_expires) {
        server_refuse(w, server, 423);
        return;
    }
    if (chance(w, 5)) {
        server_refuse(w, server, refusals[choose(w, 4)]);
        return;
    }
    if (!s) {
        s = take(w, sizeof(*s));
        *s = (struct state){.next = node->states, .event = m->event};
        node->states = s;
    }
    seconds = chosen(w, m);
    s->tag = fresh(w, "e");
    s->until = w->now + seconds * 1000 * MS;
    ok = response_to(w, node, m, 200, server->to_tag);
    ok->expires = seconds;
    ok->etag = s->tag;
    server_respond(w, server, ok);
}

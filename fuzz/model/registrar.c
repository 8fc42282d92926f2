/* A registrar and its location service (RFC 3261 10.3). */
#include "model.h"

struct binding {
    struct binding *next;
    const char *aor, *call_id, *q;
    struct uri uri;
    uint32_t cseq;
    int64_t until;
};

#define DEFAULT_EXPIRES 3600

static int asked(const struct sip *m, const struct contact *c)
{
    if (c->expires >= 0)
        return c->expires;
    return m->expires >= 0 ? m->expires : DEFAULT_EXPIRES;
}

static struct binding *binding_of(const struct node *node, const char *aor, const char *uri)
{
    struct binding *b = node->bindings;

    while (b && (strcmp(b->aor, aor) != 0 || strcmp(b->uri.text, uri) != 0))
        b = b->next;
    return b;
}

static void forget_expired(struct world *w, struct node *node)
{
    for (struct binding **at = &node->bindings; *at;)
        if ((*at)->until <= w->now) {
            if ((*at)->until < w->now)
                lived(w, LIVED_BINDING_EXPIRED);
            *at = (*at)->next;
        } else {
            at = &(*at)->next;
        }
}

/* Step 6 and 7: a request that came out of order changes nothing. */
static bool is_old(const struct node *node, const struct sip *m)
{
    for (const struct binding *b = node->bindings; b; b = b->next) {
        bool named = m->say & SAY_STAR;

        for (const struct contact *c = m->contact; c; c = c->next)
            named = named || !strcmp(c->uri.text, b->uri.text);
        if (named && !strcmp(b->aor, m->to) && !strcmp(b->call_id, m->call_id) &&
            m->cseq <= b->cseq)
            return true;
    }
    return false;
}

/* "If and only if": below an hour, and below what is wanted here. */
static bool is_too_brief(const struct node *node, const struct sip *m)
{
    for (const struct contact *c = m->contact; c; c = c->next)
        if (asked(m, c) > 0 && asked(m, c) < 3600 && asked(m, c) < node->min_expires)
            return true;
    return false;
}

static void bind(struct world *w, struct node *node, const struct sip *m, const struct contact *c)
{
    struct binding *b = binding_of(node, m->to, c->uri.text);
    int granted = asked(m, c);

    if (granted > 1 && chance(w, 30))
        granted = (int)between(w, granted / 2, granted);
    if (!b) {
        b = take(w, sizeof(*b));
        *b = (struct binding){.next = node->bindings, .aor = m->to, .uri = c->uri};
        node->bindings = b;
    }
    b->call_id = m->call_id;
    b->cseq = m->cseq;
    b->q = c->q;
    b->until = w->now + granted * 1000 * MS;
}

static const char *two(struct world *w, int64_t n)
{
    return join(w, n < 10 ? "0" : "", decimal(w, (uint64_t)n), NULL);
}

/* A life begins on 14 November 2023, and ends before the month does. */
static const char *date(struct world *w)
{
    static const char *const days[] = {"Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"};
    int64_t seconds = w->now / 1000000 - 1699920000, day = seconds / 86400;

    seconds %= 86400;
    return join(w, "Date: ", days[day % 7], ", ", two(w, 14 + day), " Nov 2023 ",
                two(w, seconds / 3600), ":", two(w, seconds / 60 % 60), ":", two(w, seconds % 60),
                " GMT\r\n", NULL);
}

static void refuse(struct world *w, struct server *s, int status)
{
    struct sip *m = response_to(w, s->node, s->request, status, s->to_tag);

    if (status == 401)
        m->challenge = challenge_of(w, s->node, false, s->request);
    if (status == 423)
        m->min_expires = s->node->min_expires;
    server_respond(w, s, m);
}

/* Step 8. */
static void list(struct world *w, struct server *s)
{
    struct sip *m = response_to(w, s->node, s->request, 200, s->to_tag);

    for (const struct binding *b = s->node->bindings; b; b = b->next) {
        struct contact *c;

        if (strcmp(b->aor, m->to) != 0)
            continue;
        c = contact_add(w, b->uri, (int)((b->until - w->now + 999999) / 1000000), m->contact);
        c->q = b->q;
        m->contact = c;
    }
    m->more = date(w);
    server_respond(w, s, m);
}

void registrar_request(struct world *w, struct node *node, struct server *s)
{
    const struct sip *m = s->request;

    forget_expired(w, node);
    if (node->challenges) {
        if (has_credentials(node, m) && chance(w, 5)) {
            lived(w, LIVED_NONCE_STALE);
            node->nonces = NULL;
        }
        if (!has_credentials(node, m)) {
            refuse(w, s, 401);
            return;
        }
    }
    if (is_old(node, m)) {
        refuse(w, s, 500);
        return;
    }
    if (is_too_brief(node, m)) {
        refuse(w, s, 423);
        return;
    }
    if (m->say & SAY_STAR)
        lived(w, LIVED_BINDINGS_REMOVED);
    for (struct binding *b = node->bindings; b; b = b->next)
        if ((m->say & SAY_STAR) && !strcmp(b->aor, m->to))
            b->until = w->now;
    for (const struct contact *c = m->contact; c; c = c->next)
        bind(w, node, m, c);
    forget_expired(w, node);
    list(w, s);
}

unsigned registrar_targets(struct world *w, const struct node *node, const char *aor,
                           struct uri *targets, unsigned room)
{
    unsigned n = 0;

    for (const struct binding *b = node->bindings; b && n < room; b = b->next)
        if (b->until > w->now && !strcmp(b->aor, aor))
            targets[n++] = b->uri;
    return n;
}

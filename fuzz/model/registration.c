/* Registrations, as the user agent that makes them sees them (RFC 3261 10.2). */
#include "ua.h"

#define MINE 2

struct registration {
    struct node *node, *registrar;
    const char *from, *from_tag, *call_id;
    uint32_t cseq;
    const struct credentials *credentials;
    struct uri contacts[MINE];
    bool bound[MINE];
    /* What is being asked, and asked again after a challenge. */
    const struct contact *asked;
    bool star;
    int expires;
    unsigned tries, steps;
    int least; /* that a 423 has told */
};

static void step(struct world *w, void *object);

static void again_in(struct world *w, struct registration *r, int64_t delay)
{
    if (r->steps > 0)
        later(w, delay, step, r);
}

static void answered(struct world *w, struct client *c, const struct sip *m);

/* 10.2.7: not at once. */
static void timed_out(struct world *w, struct client *c)
{
    again_in(w, c->user, between(w, 30000 * MS, 300000 * MS));
}

static void transmit(struct world *w, void *object)
{
    struct registration *r = object;
    struct sip *m = sip_new(w, r->node, REGISTER);

    r->tries++;
    m->ruri = (struct uri){"sip:example.net", r->registrar};
    m->max_forwards = 70;
    m->from = r->from;
    m->from_tag = r->from_tag;
    m->to = r->node->aor.text;
    m->call_id = r->call_id;
    m->cseq = ++r->cseq;
    m->contact = r->asked;
    m->expires = r->expires;
    m->say = r->star ? SAY_STAR : 0;
    m->credentials = r->credentials;
    client_start(w, r->node, r->node->outbound, m, answered, timed_out, r);
}

static bool was_answered(const struct registration *r, const struct sip *m)
{
    for (const struct challenge *c = m->challenge; c; c = c->next)
        for (const struct credentials *k = r->credentials; k; k = k->next)
            if (!strcmp(k->nonce, c->nonce))
                return true;
    return false;
}

/* 10.2.8: what is to be removed is not meant. */
static void ask_for_longer(struct world *w, struct registration *r, int least)
{
    const struct contact *list = r->asked;

    r->asked = NULL;
    for (; list; list = list->next) {
        struct contact *c = contact_add(w, list->uri, list->expires, r->asked);

        c->q = list->q;
        if (c->expires > 0 && c->expires < least)
            c->expires = least;
        r->asked = c;
    }
    if (r->expires > 0 && r->expires < least)
        r->expires = least;
}

/* 10.2.4: how long until the first of our bindings expires; -1: there are none. */
static int64_t first_expiry(struct registration *r, const struct sip *m)
{
    int first = -1;

    for (unsigned i = 0; i < MINE; i++)
        r->bound[i] = false;
    for (const struct contact *c = m->contact; c; c = c->next)
        for (unsigned i = 0; i < MINE; i++)
            if (!strcmp(c->uri.text, r->contacts[i].text)) {
                r->bound[i] = true;
                if (first < 0 || c->expires < first)
                    first = c->expires;
            }
    return first < 0 ? -1 : first * 1000 * MS;
}

static void plan_next(struct world *w, struct registration *r, const struct sip *m)
{
    int64_t expiry = first_expiry(r, m);

    if (expiry < 0)
        again_in(w, r, between(w, 1000 * MS, 60000 * MS));
    else if (expiry < 3000 * MS || chance(w, 20)) /* they may expire */
        again_in(w, r, between(w, expiry + 1000 * MS, 2 * expiry + 2000 * MS));
    else
        again_in(w, r, between(w, expiry / 3, expiry - 2000 * MS));
}

static void answered(struct world *w, struct client *client, const struct sip *m)
{
    struct registration *r = client->user;

    if (m->status < 200)
        return;
    if (m->status < 300) {
        plan_next(w, r, m);
    } else if (m->challenge && !was_answered(r, m) && r->tries < 6) {
        r->credentials = credentials_for(w, r->node, r->credentials, m, "sip:example.net");
        later(w, between(w, 1 * MS, 50 * MS), transmit, r);
    } else if (m->status == 423 && r->tries < 6) {
        r->least = m->min_expires;
        ask_for_longer(w, r, m->min_expires);
        r->credentials = credentials_for(w, r->node, r->credentials, m, "sip:example.net");
        later(w, between(w, 1 * MS, 50 * MS), transmit, r);
    } else {
        again_in(w, r, between(w, 30000 * MS, 300000 * MS));
    }
}

static int interval(struct world *w)
{
    static const int usual[] = {3600, 600, 300, 60, 1800, 7200};

    return usual[choose(w, 6)];
}

/* Contact values, with the interval in each, in Expires, or left to the registrar. */
static void ask_to_bind(struct world *w, struct registration *r, const bool *which)
{
    unsigned place = choose(w, 3);

    for (unsigned i = 0; i < MINE; i++) {
        struct contact *c;

        if (!which[i])
            continue;
        c = contact_add(w, r->contacts[i], place == 0 ? interval(w) : -1, r->asked);
        if (chance(w, 30))
            c->q = i ? "0.5" : "1.0";
        r->asked = c;
    }
    if (place == 1)
        r->expires = interval(w);
}

static void ask_to_remove(struct world *w, struct registration *r, unsigned i)
{
    bool in_contact = chance(w, 50);

    r->asked = contact_add(w, r->contacts[i], in_contact ? 0 : -1, NULL);
    r->expires = in_contact ? -1 : 0;
}

static void reboot(struct world *w, struct registration *r)
{
    r->call_id = join(w, fresh(w, "r"), "@", r->node->host, NULL);
    r->cseq = (uint32_t)between(w, 0, 9000);
}

static void step(struct world *w, void *object)
{
    struct registration *r = object;
    bool first[MINE] = {true, false}, both[MINE] = {true, true};

    r->steps--;
    r->tries = 0;
    r->asked = NULL;
    r->star = false;
    r->expires = -1;
    r->from_tag = fresh(w, "f");
    if (r->credentials) {
        struct sip none = {.challenge = NULL};

        r->credentials = credentials_for(w, r->node, r->credentials, &none, "sip:example.net");
    }
    switch (choose(w, 8)) {
    case 1:
        ask_to_bind(w, r, both);
        break;
    case 2: /* 10.2.3 */
        break;
    case 3:
        ask_to_remove(w, r, r->bound[1]);
        break;
    case 4:
        r->star = true;
        r->expires = 0;
        break;
    case 5:
        reboot(w, r);
        ask_to_bind(w, r, first);
        break;
    default:
        ask_to_bind(w, r, r->bound[0] || r->bound[1] ? r->bound : first);
    }
    ask_for_longer(w, r, r->least);
    transmit(w, r);
}

void registration_start(struct world *w, struct node *node, struct node *registrar)
{
    struct registration *r = take(w, sizeof(*r));

    *r = (struct registration){.node = node, .registrar = registrar, .from = node->aor.text};
    reboot(w, r);
    if (chance(w, 10))
        r->from = "sip:admin@example.net";
    r->contacts[0] = node->contact;
    r->contacts[1] = (struct uri){join(w, "sip:", node->user, "-desk@", node->host, ":5060",
                                       node->tcp ? ";transport=tcp" : "", NULL),
                                  node};
    r->steps = 1 + choose(w, 7);
    later(w, between(w, 0, 2000 * MS), step, r);
}

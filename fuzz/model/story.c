/* What world it is, and who begins what in it. */
#include "ua.h"

struct begin {
    struct node *node;
    struct uri target;
};

static void begin_call(struct world *w, void *object)
{
    struct begin *b = object;

    call_start(w, b->node, b->target);
}

/* Most worlds are good. */
static void network(struct world *w)
{
    w->latency = between(w, 500, 60 * MS);
    if (!chance(w, 60))
        return;
    w->jitter = between(w, 0, 100 * MS);
    if (chance(w, 40)) {
        w->loss = 1 + choose(w, 80);
        w->losses = 1 + choose(w, 2);
    }
    if (chance(w, 30)) {
        w->repeat = 1 + choose(w, 60);
        w->repeats = 1 + choose(w, 6);
    }
    if (chance(w, 20)) {
        w->late = 1 + choose(w, 60);
        w->lates = 1 + choose(w, 2);
    }
    if (chance(w, 10)) {
        w->dead = &w->nodes[choose(w, w->node_count)];
        w->dead_from = w->now + between(w, 0, 20000 * MS) * w->pace;
    }
}

/* Where the tap is, and from when to when. */
static void taps(struct world *w)
{
    unsigned n = choose(w, 4);

    w->until = INT64_MAX;
    for (unsigned i = 0; i < w->node_count; i++)
        w->nodes[i].tapped = n == 0 || choose(w, 2) == 0;
    w->between = chance(w, 25);
    if (w->may_miss && chance(w, 50)) {
        w->tap_loss = 1 + choose(w, 60);
        w->misses = 1 + choose(w, 2);
    }
    if (chance(w, 15))
        w->from = between(w, 0, 10000 * MS) * w->pace;
    if (chance(w, 15))
        w->until = w->from + between(w, 0, 30000 * MS) * w->pace;
}

/* Two at most, one in a long chain: an INVITE with more credentials would be too long for UDP
 * (18.1.1). */
static bool challenger(struct world *w, unsigned most)
{
    unsigned n = 0;

    for (unsigned i = 0; i < w->node_count; i++)
        n += w->nodes[i].challenges;
    return n < most && chance(w, 15);
}

static void trouble(struct world *w)
{
    network(w);
    taps(w);
}

static void calm(struct world *w)
{
    w->latency = between(w, 500, 60 * MS);
    w->until = INT64_MAX;
    for (unsigned i = 0; i < w->node_count; i++) {
        w->nodes[i].tapped = true;
        w->nodes[i].style &= 7;
        w->nodes[i].stateless = false;
    }
}

static struct node *user_agent(struct world *w, const char *user)
{
    static const char *const agents[] = {NULL, "Model/1.0", "tiny (0.3)"};
    struct node *node = node_add(w, USER_AGENT, user);

    node->aor = (struct uri){join(w, "sip:", user, "@example.net", NULL), node};
    node->agent = agents[choose(w, 3)];
    node->rel = chance(w, 50);
    node->update = chance(w, 50);
    node->challenges = challenger(w, 1);
    return node;
}

/* From the caller's side to the home of the callees. */
static struct node *proxies(struct world *w, struct node *caller, unsigned least)
{
    unsigned n = choose(w, 4 - least) + least;
    struct node *first = NULL, *last = NULL;

    for (unsigned i = 0; i < n; i++) {
        struct node *node = node_add(w, PROXY, NULL);

        node->record_routes = chance(w, 60);
        node->stateless = chance(w, 10);
        node->challenges =
            !node->stateless && challenger(w, n < 3 && !w->six && least == 0 ? 2 : 1);
        node->serial = chance(w, 30);
        node->recurses = chance(w, 30);
        if (last)
            last->onward = node;
        else
            first = node;
        last = node;
    }
    caller->outbound = first;
    return last;
}

static void transports(struct world *w)
{
    bool all, mixed = false;

    if (w->calm || !chance(w, 15))
        return;
    all = chance(w, 50);
    for (unsigned i = 0; i < w->node_count; i++)
        if (all || chance(w, 50)) {
            w->nodes[i].tcp = true;
            mixed = true;
            w->nodes[i].contact.text = join(w, w->nodes[i].contact.text, ";transport=tcp", NULL);
        }
    /* The server behind TCP forgets at once what a client behind UDP still repeats (17.2.2):
     * nobody should put a stateless proxy between them. */
    for (unsigned i = 0; i < w->node_count; i++)
        w->nodes[i].stateless = w->nodes[i].stateless && !mixed;
}

static void call_at(struct world *w, int64_t delay, struct node *node, struct uri target)
{
    struct begin *b = take(w, sizeof(*b));

    *b = (struct begin){node, target};
    later(w, delay, begin_call, b);
}

static const char *const users[] = {"bob", "carol", "dave"};

static unsigned more_agents(struct world *w, struct node **agents)
{
    unsigned n = 1 + (chance(w, 25) ? 1 + choose(w, 2) : 0);

    for (unsigned i = 0; i < n; i++)
        agents[i] = user_agent(w, users[i]);
    return n;
}

/* The first one has a private address, and has learnt by which one others see it: its Contact has
 * that. Responses find it by RFC 3581. */
static void nat(struct world *w)
{
    struct node *node = &w->nodes[0];

    if (w->calm || w->six || !chance(w, 10))
        return;
    for (unsigned i = 0; i < w->node_count; i++)
        if (w->nodes[i].tcp)
            return;
    node->rport = true;
    node->host = join(w, "10.0.0.", decimal(w, node->number), NULL);
    node->outer = join(w, "198.51.100.", decimal(w, node->number), NULL);
    node->outer_port = (uint16_t)between(w, 5060, 65000);
    node->contact.text =
        join(w, "sip:", node->user, "@", node->outer, ":", decimal(w, node->outer_port), NULL);
    w->inside = chance(w, 40);
    lived(w, LIVED_NATTED);
}

static void surroundings(struct world *w)
{
    transports(w);
    nat(w);
    if (w->calm)
        calm(w);
    else
        trouble(w);
    /* Two connections, or one and UDP, are no order either. */
    w->disturbed = w->jitter > 0 || w->loss > 0 || w->late > 0 || w->dead;
    for (unsigned i = 0; i < w->node_count; i++)
        w->disturbed = w->disturbed || w->nodes[i].tcp;
    w->from += w->from ? w->now : 0;
    w->until += w->until == INT64_MAX ? 0 : w->now;
    w->actions = w->calm ? 6 : chance(w, 60) ? 1 + choose(w, 6) : 0;
}

static void call_story(struct world *w)
{
    struct node *caller = user_agent(w, "alice"), *callees[3] = {NULL}, *home;
    unsigned n = more_agents(w, callees);
    struct uri target = callees[0]->aor;

    home = w->calm && !w->proxied ? NULL : proxies(w, caller, w->calm && w->proxied);
    for (unsigned i = 0; home && i < n; i++)
        home->targets[home->target_count++] = callees[i];
    surroundings(w);
    if (home)
        target.at = home;
    else if (chance(w, 50))
        target = callees[0]->contact;
    call_at(w, 0, caller, target);
}

/* Some devices of one user, and one of another, who call each other. */
static void registration_story(struct world *w)
{
    static const int least[] = {0, 60, 120, 900};
    struct node *caller = user_agent(w, "alice"), *devices[3] = {NULL}, *home;
    unsigned n = more_agents(w, devices), calls;

    home = proxies(w, caller, 1);
    home->registrar = true;
    home->stateless = false;
    home->min_expires = least[choose(w, 4)];
    w->pace = 60;
    surroundings(w);
    caller->aor.at = home;
    for (unsigned i = 0; i < n; i++) {
        devices[i]->aor = (struct uri){"sip:bob@example.net", home};
        if (chance(w, 30))
            devices[i]->outbound = caller->outbound;
        registration_start(w, devices[i], home);
    }
    if (chance(w, 50))
        registration_start(w, caller, home);
    calls = choose(w, 3);
    if (calls > 0)
        call_at(w, between(w, 0, 600000 * MS), caller, devices[0]->aor);
    if (calls > 1)
        call_at(w, between(w, 0, 600000 * MS), devices[0], caller->aor);
}

/* Who watches another one; some of its devices may be watched at once. */
static void subscription_story(struct world *w)
{
    static const struct package *const packages[] = {&package_presence, &package_summary,
                                                     &package_dialog, &package_refer};
    static const int least[] = {0, 60, 120, 900};
    struct node *watcher = user_agent(w, "alice"), *notifiers[3] = {NULL}, *home;
    unsigned n = more_agents(w, notifiers), subscriptions;
    struct uri target = notifiers[0]->aor;

    home = proxies(w, watcher, w->calm && w->proxied);
    for (unsigned i = 0; i < n; i++) {
        if (home)
            home->targets[home->target_count++] = notifiers[i];
        notifiers[i]->min_expires = least[choose(w, 4)];
        notifiers[i]->deaf = chance(w, 10) ? choose(w, 8) : 0;
    }
    w->pace = 20;
    surroundings(w);
    if (home)
        target.at = home;
    else
        target = notifiers[0]->contact;
    w->actions += 2;
    subscriptions = 1 + choose(w, 3);
    for (unsigned i = 0; i < subscriptions; i++)
        subscribe_at(w, i ? between(w, 0, 120000 * MS) : 0, watcher, target,
                     packages[choose(w, 4)]);
    if (chance(w, 20))
        errand_at(w, between(w, 0, 60000 * MS), watcher, target, MESSAGE);
    if (chance(w, 20))
        errand_at(w, between(w, 0, 60000 * MS), watcher, target, OPTIONS);
    if (chance(w, 30))
        publish_at(w, between(w, 0, 60000 * MS), watcher, target, packages[choose(w, 3)]);
}

/* How the life is shown to the judge: as messages, or as what a network card gives. */
static void wire(struct world *w)
{
    w->six = chance(w, 20);
    w->framed = (chance(w, 30) || w->all_framed) && !w->may_miss;
    if (w->framed)
        w->cut = (uint16_t)between(w, 0, 65536);
}

void story_run(struct world *w, const uint8_t *octets, size_t octets_n, uint64_t seed,
               uint8_t *kept, size_t kept_room)
{
    static const enum life lives[] = {CALLS, CALLS, REGISTRATIONS, SUBSCRIPTIONS};
    enum life life;

    memset(w, 0, offsetof(struct world, may_miss));
    w->choices = (struct choices){
        .p = octets, .n = octets_n, .random = seed, .kept = kept, .kept_room = kept_room};
    w->now = INT64_C(1700000000000000);
    w->pace = 1;
    life = w->life;
    if (life == ANY_LIFE)
        life = w->calm ? CALLS : lives[choose(w, 4)];
    if (!w->calm)
        wire(w);
    if (life == REGISTRATIONS)
        registration_story(w);
    else if (life == SUBSCRIPTIONS)
        subscription_story(w);
    else
        call_story(w);
    world_run(w);
}

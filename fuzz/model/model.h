/* A world of SIP elements that keep the law: user agents, forking and record-routing
 * proxies, under a network that loses, repeats, reorders and delays. Driven by octets: each
 * decision takes one or two, and when they run out it is the first of its alternatives, so that no
 * octets at all make a plain call.
 *
 * It is an opinion of its own on the RFCs: nothing of src/txn, src/dialog or src/rules is used.
 * What passes a tap is kept as text, in the order of time.
 *
 * Everything of one run lives in the memory of the world and is forgotten at once. */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <stdarg.h>
#include <string.h>

#include "sipsan.h"
#include "tally.h"

enum method {
    INVITE,
    ACK,
    BYE,
    CANCEL,
    OPTIONS,
    REGISTER,
    PRACK,
    UPDATE,
    INFO,
    SUBSCRIBE,
    NOTIFY,
    REFER,
    MESSAGE,
    PUBLISH,
    METHODS
};

extern const char *const method_names[METHODS];

struct node;
struct world;

/* A URI and the element that a request for it goes to. */
struct uri {
    const char *text;
    struct node *at;
};

/* Lists are never changed, only put before others. */
struct via {
    const struct via *next;
    struct node *by;
    const char *branch;
    bool tcp, rport, filled; /* filled: received and rport have their values */
};

struct route {
    const struct route *next;
    struct uri uri;
};

struct contact {
    const struct contact *next;
    struct uri uri;
    int expires; /* -1: not said */
    const char *q;
};

enum direction { SENDRECV, SENDONLY, RECVONLY, INACTIVE };

struct sdp {
    const struct node *of;
    uint32_t id, version;
    uint16_t port;
    enum direction direction;
    bool long_form;
};

struct challenge {
    const char *realm, *nonce;
    bool proxy, stale;
    const struct challenge *next;
};

struct nonce {
    struct nonce *next;
    const char *text;
};

struct credentials {
    const char *realm, *nonce, *user, *uri;
    bool proxy;
    uint32_t count; /* nc */
    const struct credentials *next;
};

/* What a message says beyond its fields. */
enum {
    SAY_ALLOW = 1,
    SAY_SUPPORTED = 2,
    SAY_REL = 4,         /* Supported: 100rel */
    SAY_REQUIRE_REL = 8, /* Require: 100rel */
    SAY_ACCEPT = 16,
    SAY_STAR = 32, /* Contact: * */
};

/* A message as text, once it has been written: repetitions are the same octets. */
struct written {
    const char *p;
    size_t n;
};

struct sip {
    enum method method; /* of a response: of its CSeq */
    int status;         /* 0: a request */
    const char *reason;
    struct uri ruri;
    const struct via *via;
    int max_forwards; /* -1: none */
    const char *from, *from_tag, *to, *to_tag;
    const char *call_id;
    uint32_t cseq;
    const struct route *route, *record_route;
    const struct contact *contact;
    unsigned say;
    uint32_t rseq, rack_rseq, rack_cseq;
    int expires, min_expires, retry_after; /* -1: none */
    const char *event, *state, *refer_to, *etag, *if_match;
    const struct challenge *challenge;
    const struct credentials *credentials;
    const char *more; /* whole header lines, or NULL */
    const struct sdp *sdp;
    const char *type, *body; /* a body that is no SDP */
    const struct node *writer;
    struct written *written;
};

/* Time and events ----------------------------------------------------------------------------- */

#define MS INT64_C(1000)
#define T1 (500 * MS)
#define T2 (4000 * MS)
#define T4 (5000 * MS)

/* An event happens only while its number is the timer's. */
struct timer {
    uint32_t number;
};

typedef void (*event_fn)(struct world *w, void *object);

struct event {
    int64_t at;
    uint32_t order, number;
    struct timer *timer; /* NULL: cannot be stopped */
    event_fn fire;
    void *object;
};

/* Transactions -------------------------------------------------------------------------------- */

enum txn_state { TRYING, PROCEEDING, ACCEPTED, COMPLETED, CONFIRMED, TERMINATED };

struct client;
typedef void (*response_fn)(struct world *w, struct client *c, const struct sip *response);
typedef void (*timeout_fn)(struct world *w, struct client *c);

/* 17.1, and Accepted of RFC 6026. */
struct client {
    struct client *next;
    struct node *node, *peer;
    const struct sip *request, *ack;
    bool tcp;
    enum txn_state state;
    struct timer again, end;
    int64_t interval;
    response_fn on_response;
    timeout_fn on_timeout; /* may be NULL */
    void *user;
    const struct sip *cancel; /* CANCEL was sent */
    bool cancel_wanted;       /* as soon as a provisional response comes */
};

/* 17.2, and Accepted of RFC 6026. */
struct server {
    struct server *next;
    struct node *node, *peer;
    const struct sip *request, *last;
    bool tcp;
    uint32_t connection;
    enum txn_state state;
    struct timer again, end;
    int64_t interval;
    void (*on_cancel)(struct world *w, struct server *s);
    void *user;
    const char *to_tag;
};

/* Elements ------------------------------------------------------------------------------------ */

enum kind { USER_AGENT, PROXY };

struct dialog;
struct call;
struct binding;
struct watch;
struct state;

struct node {
    enum kind kind;
    uint8_t number;    /* last octet of its address */
    const char *host;  /* its address as text, as a URI has it */
    const char *outer; /* behind a NAT: the address that others see; else NULL */
    uint16_t outer_port;
    const char *user; /* of a user agent */
    uint16_t port;
    bool tcp;              /* how it wants to be reached */
    bool tapped;           /* what it sends and receives is captured */
    struct uri aor;        /* address of record */
    struct uri contact;    /* where it is */
    const char *agent;     /* User-Agent or Server, or NULL */
    uint8_t style;         /* of writing */
    bool rport;            /* RFC 3581 */
    bool rel;              /* RFC 3262 */
    bool update;           /* RFC 3311 */
    bool record_routes;    /* of a proxy */
    bool stateless;        /* of a proxy */
    bool challenges;       /* of a proxy: 407 */
    bool serial;           /* of a proxy: one target after the other */
    bool recurses;         /* of a proxy: tries what a 3xx names itself */
    unsigned deaf;         /* of a notifier: packages it does not have */
    bool registrar;        /* a proxy that is the registrar of its domain, too */
    int min_expires;       /* of a registrar or notifier; 0: takes any */
    struct node *onward;   /* of a proxy: the next one towards the home of the callee */
    struct node *outbound; /* of a user agent: sends what begins a dialog there */
    struct node *targets[3];
    unsigned target_count;
    struct nonce *nonces; /* that it takes */
    struct client *clients;
    struct server *servers;
    struct dialog *dialogs;
    struct binding *bindings; /* of a registrar */
    struct watch *watches;    /* of a subscriber */
    struct state *states;     /* of a compositor */
};

#define NODES_MAX 10

/* From where an element connects; it takes one port for all its connections. */
static inline uint16_t tcp_port(const struct node *node)
{
    return (uint16_t)(20000 + node->number);
}

/* What was captured. */
struct seen {
    int64_t time;
    const struct sip *sip;
    struct sipsan_flow flow;
};

struct choices {
    const uint8_t *p;
    size_t n, used;
    uint64_t random; /* not 0: what comes after the octets is random */
    uint8_t *kept;   /* NULL, or room for `kept_room` octets that were drawn */
    size_t kept_n, kept_room;
};

/* What a story is about. ANY: an octet decides, or in a calm world it is a call. */
enum life { ANY_LIFE, CALLS, REGISTRATIONS, SUBSCRIPTIONS, LIVES };

#define EVENTS_MAX 2048
#define SEEN_MAX   4096
#define TORN_MAX   8
#define WORLD_SIZE ((size_t)3 << 20)

struct world {
    struct choices choices;
    int64_t now;
    uint32_t heap_n, order;
    uint32_t steps;
    uint32_t names; /* counts tags, branches and the like */
    struct node nodes[NODES_MAX];
    unsigned node_count;
    /* The network. */
    unsigned loss, repeat, late; /* of 256 */
    /* How many packets may still be lost, be late, be doubled, be missed: whoever judges an absence
     * must rely on some luck, and here it is known on how much. */
    unsigned losses, lates, repeats, misses;
    /* One element is switched off and never comes back. What it owes is not there, and nobody can
     * tell why. */
    const struct node *dead;
    int64_t dead_from;
    int64_t latency, jitter;
    int64_t tcp_free[NODES_MAX][NODES_MAX]; /* when the last octet of this way arrives */
    bool between;                           /* the tap lies between the hosts */
    unsigned tap_loss;                      /* of 256 */
    int64_t from, until;
    /* Limits of a story. */
    unsigned actions; /* what may still be begun within dialogs */
    int pace;         /* how much longer than a call it is */
    uint32_t seen_n, torn_n;
    bool six;       /* IPv6 */
    bool inside;    /* the tap lies behind the NAT */
    bool framed;    /* judged as frames, cut as `cut` tells */
    uint16_t cut;   /* frames.c */
    bool missed;    /* by the tap */
    bool disturbed; /* packets of one side may be lost, or be seen in another order */
    bool left_out;  /* what leaves_out says was not sent */
    size_t used;
    bool full; /* the world ends */
    /* From here on nothing is cleared between two runs. */
    bool may_miss; /* the tap may miss packets that arrive: no absence can be judged then */
    bool calm;     /* nothing is lost, late or unseen, names are long, lines single, all is UDP */
    bool proxied;  /* of a calm world: there is a proxy */
    enum life life;
    bool all_framed;
    bool holes; /* in TCP: the tap misses segments */
    struct lives_tally tally;
    bool see_all; /* the tap misses nothing: to see what led to a finding */
    /* What an element that breaks the law does not send (plant.h), or NULL. */
    bool (*leaves_out)(const struct world *w, const struct node *from, const struct sip *m);
    struct event heap[EVENTS_MAX];
    struct seen seen[SEEN_MAX];
    struct seen torn[TORN_MAX]; /* lost before the tap: not all fragments of them were */
    char memory[WORLD_SIZE];
};

static inline void lived(struct world *w, enum model_event event)
{
    w->tally.events[event]++;
}

/* choice.c */
uint8_t choose_octet(struct world *w);
bool happens(struct world *w, unsigned of_256);              /* first: no; nothing is drawn for 0 */
unsigned choose(struct world *w, unsigned n);                /* below n; first: 0 */
bool chance(struct world *w, unsigned percent);              /* first: no */
int64_t between(struct world *w, int64_t low, int64_t high); /* first: low */
int64_t moment(struct world *w, int64_t low, int64_t high);  /* as above, or soon after */

/* world.c */
void *take(struct world *w, size_t n);                     /* zeroed; never NULL */
const char *join(struct world *w, const char *first, ...); /* texts, then NULL */
const char *decimal(struct world *w, uint64_t n);
const char *fresh(struct world *w, const char *prefix); /* a text never used before */
void timer_set(struct world *w, struct timer *t, int64_t delay, event_fn fire, void *object);
void timer_stop(struct timer *t);
void later(struct world *w, int64_t delay, event_fn fire, void *object);
struct node *node_add(struct world *w, enum kind kind, const char *user);
void world_run(struct world *w);
/* To the wire. `sip` stays as it is from now on. */
void net_send(struct world *w, struct node *from, struct node *to, bool tcp, const struct sip *sip);

/* write.c */
struct sip *sip_new(struct world *w, struct node *writer, enum method method);
struct sip *sip_copy(struct world *w, const struct sip *m);
void sip_write(struct world *w, const struct sip *m);
struct sip *response_to(struct world *w, struct node *writer, const struct sip *request, int status,
                        const char *to_tag);
const struct route *route_add(struct world *w, struct uri uri, const struct route *before);
const struct route *route_reversed(struct world *w, const struct route *list);
struct contact *contact_add(struct world *w, struct uri uri, int expires,
                            const struct contact *before);
const struct via *via_add(struct world *w, struct node *by, bool tcp, const char *branch,
                          const struct via *before);

int status_at(unsigned i); /* all that the model ever says; 0: there are no more */

/* txn.c */
struct client *client_start(struct world *w, struct node *node, struct node *peer,
                            struct sip *request, response_fn on_response, timeout_fn on_timeout,
                            void *user);
void client_cancel(struct world *w, struct client *c);
void server_respond(struct world *w, struct server *s, const struct sip *response);
/* A message arrives; what no transaction takes goes to the element. */
void txn_receive(struct world *w, struct node *node, struct node *from, bool tcp,
                 const struct sip *sip);
struct node *next_hop(const struct sip *request);

/* ua.c and friends: what transactions hand up */
void ua_request(struct world *w, struct node *node, struct server *s);
void ua_ack(struct world *w, struct node *node, const struct sip *ack);
void proxy_request(struct world *w, struct node *node, struct server *s);
void proxy_ack(struct world *w, struct node *node, const struct sip *ack);
void proxy_stateless(struct world *w, struct node *node, const struct sip *sip);

/* registrar.c */
void registrar_request(struct world *w, struct node *node, struct server *s);
/* Where who is bound to this address of record can be reached now. */
unsigned registrar_targets(struct world *w, const struct node *node, const char *aor,
                           struct uri *targets, unsigned room);

/* credentials.c */
const struct challenge *challenge_of(struct world *w, struct node *node, bool proxy,
                                     const struct sip *request);
bool has_credentials(struct node *node, const struct sip *m);

/* story.c: a whole life, from octets, and then from the random numbers of `seed` when it is not 0.
 * What was drawn is written to `kept` (room for `kept_room`) when that is not NULL. */
void story_run(struct world *w, const uint8_t *octets, size_t n, uint64_t seed, uint8_t *kept,
               size_t kept_room);

#endif

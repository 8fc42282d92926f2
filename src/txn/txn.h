/* Transactions as a passive observer sees them: one object for the exchange of one hop, client and
 * server machine side by side. 17.1.3, 17.2.3; hops, segments and proxy pairs: src/README.md
 * "Observer".
 *
 * A message is handled in three steps, so that rules see the state as its sender found it:
 * sipsan_txn_match finds or makes the transaction and changes nothing else; the rules judge;
 * sipsan_txn_apply lets the message have its effect. */
#ifndef SIPSAN_TXN_TXN_H
#define SIPSAN_TXN_TXN_H

#include "parse/msg.h"
#include "txn/fsm.h"
#include "txn/keys.h"
#include "txn/leg.h"
#include "txn/owed.h"

enum sipsan_txn_class {
    SIPSAN_TXN_INVITE, /* and the ACK to a non-2xx */
    SIPSAN_TXN_CANCEL,
    SIPSAN_TXN_OTHER, /* the ACK to a 2xx is none: it has no transaction of its own here */
};

/* A message with where and when it was seen. Borrowed for the duration of one feed. */
struct sipsan_seen {
    struct sipsan_msg *msg; /* opened on the pool of the transactions */
    bool kept;              /* a transaction has taken the message over */
    struct sipsan_ref ref;
    struct sipsan_flow flow;
    struct sipsan_leg *leg; /* NULL when there was no room */
    uint64_t hash;          /* of all bytes */
    struct sipsan_keys keys;
    uint64_t leg_hash; /* of a message that waits for its turn: see sipsan_leg_expect */
};

/* What is remembered of a response. Spans live in the transaction's facts. */
struct sipsan_reply {
    struct sipsan_ref ref;  /* first copy */
    struct sipsan_ref last; /* last copy */
    uint64_t hash;          /* of the first copy's bytes */
    uint32_t copies;        /* 1: seen once; 0: never */
    int status;             /* 0: never */
    struct sipsan_span to;  /* the whole To value */
    /* Of a response that a proxy got from below, to be held against what it sends up. */
    uint64_t body;    /* hash of the body; 0: it is cut off */
    uint64_t present; /* as in struct sipsan_msg */
};

#define SIPSAN_REALMS_MAX 4 /* challenges remembered of one response */

/* The responses that bear one To tag (forking: several on one branch). */
struct sipsan_answer {
    struct sipsan_answer *next;
    struct sipsan_span tag;                  /* p NULL: responses without a tag */
    uint64_t tag_key;                        /* its hash, as in struct sipsan_keys */
    struct sipsan_reply first_1xx, last_1xx; /* 101-199; the last distinct one */
    struct sipsan_reply final;               /* the first final with this tag */
    uint64_t reliable; /* the bytes of the last 1xx with Require: 100rel and RSeq; 0: none */
};

#define SIPSAN_ANSWERS_MAX  32 /* To tags remembered of one transaction */
#define SIPSAN_CHILDREN_MAX 64

struct sipsan_txn {
    struct sipsan_map_link by_branch;   /* top branch, sent-by host, class */
    struct sipsan_map_link by_call;     /* Call-ID, From tag, CSeq number */
    struct sipsan_map_link by_upstream; /* second Via, while no parent is known (for one second) */
    struct sipsan_txn *older, *newer;   /* all, by age */
    struct sipsan_timer timer;          /* next step of the machines, or the end */
    struct sipsan_txn *rank_older, *rank_newer; /* of the same rank: eviction */
    uint8_t rank;                               /* enum sipsan_txn_rank */
    uint64_t serial; /* 1, 2, 3 ... : stable name for layers that must not point */
    enum sipsan_txn_class class;
    uint8_t method_id;
    bool in_map[3];

    /* Whole: began with its request. Slim: the request's text was given up (request NULL),
     * the facts below stay. */
    bool whole, slim;
    bool rfc2543;       /* matched by the older key: no magic cookie */
    bool evidence_lost; /* an answer, child or obligation did not fit */
    /* Another request has the same branch (8.1.1.7), or this one came again when its server had
     * forgotten it (timers H to L): whose a response is cannot be told. */
    bool ambiguous;
    bool contradicts; /* its request says two things of itself: From, To, Call-ID, CSeq, Via */

    struct sipsan_msg *request; /* owned; NULL: not seen, or slim */
    struct sipsan_arena facts;  /* holds the transaction itself and what its spans point to */
    struct sipsan_span call_id, from_tag, branch, sent_by; /* in facts */
    uint16_t sent_by_port;           /* the default one when none was written */
    size_t facts_used;               /* bytes of what traffic may replace at will */
    struct sipsan_span agent;        /* User-Agent of the request, in facts */
    struct sipsan_span server_agent; /* Server (or User-Agent) of a response, in facts */
    struct sipsan_keys keys;         /* of the request, or of the response it is known from */
    uint64_t cseq;
    uint32_t via_count;
    struct sipsan_span to_tag; /* of the request; p NULL: none */

    struct sipsan_flow
        flow; /* of the first request copy (of a response reversed, when not whole) */
    struct sipsan_addr other_server; /* second address the server answered from; family 0: none */
    struct sipsan_leg *leg;

    enum sipsan_state client, server;

    /* The request's copies. */
    struct sipsan_ref first, last; /* of the request; frame 0 and time 0 when not whole */
    uint64_t request_hash;
    uint32_t copies;
    bool altered;                 /* a repeat had other bytes than the first copy */
    int64_t gap, gap_before;      /* between the last two copies, and the two before; 0: none */
    int64_t active;               /* time of the last message of any kind, ACK included */
    uint32_t copies_after_answer; /* since the last response, later than the race window */

    /* The responses. */
    struct sipsan_reply trying;      /* 100 */
    struct sipsan_reply provisional; /* the last 1xx of all, 100 included: what a repeat is owed */
    struct sipsan_reply final;       /* the first final of all */
    struct sipsan_flow final_flow;   /* of its first copy */
    struct sipsan_reply other_final; /* the first final that differs from it in status or To tag */
    uint32_t interval; /* RFC 4028, of the first final: Session-Expires of a 2xx, Min-SE of a 422,
                          in seconds; 0: none */
    int64_t final_gap; /* between the last two copies of the first final; 0: one copy */
    int64_t final_gap_min; /* the smallest of these gaps, but for copies doubled by the network */
    struct sipsan_span moved; /* the URI of a 3xx with one Contact, in facts; p NULL: none */
    /* Of a 401 or 407 from below a proxy: hashes of the realms. */
    uint64_t realms[SIPSAN_REALMS_MAX];
    uint32_t realm_count;
    int64_t answered;        /* time of the first response of any kind; 0: none */
    int64_t answered_last;   /* time of the last one */
    uint32_t response_count; /* copies included */
    int64_t permitted;       /* time of the first provisional; 0: none */
    struct sipsan_answer *answers;
    uint32_t answer_count;

    /* INVITE only. */
    struct sipsan_ref ack, ack_last; /* first and last ACK that belongs to it (2xx: any tag) */
    uint32_t acks;
    uint64_t ack_hash;               /* of the first ACK's bytes */
    uint32_t ack_copies;             /* of these bytes, on the leg of the INVITE */
    struct sipsan_ref cancel;        /* first CANCEL that matched */
    struct sipsan_ref cancel_answer; /* first final to that CANCEL */
    int cancel_status;
    uint64_t cancel_serial; /* of the CANCEL's transaction; 0: none */
    uint64_t cancel_call;   /* its hash in by_call */

    /* CANCEL only: serial of the INVITE that it matched by branch; 0: none; its hash in by_call. */
    uint64_t invite_serial, invite_call;
    struct sipsan_ref invite_first; /* that INVITE, which may end before its CANCEL does */
    bool invite_permitted;          /* and had a provisional by then */

    /* Proxy pairs: parent is upstream of this hop. Both ends are unlinked when one ends. */
    struct sipsan_txn *parent;
    struct sipsan_txn *children, *sibling;
    uint32_t child_count;
    /* The first transaction of the same request at another tap point of the same hop: same branch
     * and sent-by, other destination. Message rules judge the first one only. */
    bool segment;

    struct sipsan_owed *owes;
    uint64_t merged_serial; /* the ongoing one that its request merges with (8.2.2.2); 0: none */
    uint64_t dialog_serial; /* dialog it belongs to; 0: none. Kept for the dialog layer. */
};

/* What a message turned out to be. */
enum sipsan_what {
    SIPSAN_NEW_REQUEST, /* opened a transaction */
    SIPSAN_REPEATED_REQUEST,
    SIPSAN_ACK_REQUEST,  /* any ACK; match.invite tells whose, NULL when unknown */
    SIPSAN_NEW_RESPONSE, /* of a known request: first of its status and tag */
    SIPSAN_REPEATED_RESPONSE,
    SIPSAN_STRAY_RESPONSE, /* its request was not seen; match.txn may stand for it (not whole) */
    SIPSAN_UNMATCHABLE,    /* no usable Via or CSeq: no transaction */
};

struct sipsan_match {
    enum sipsan_what what;
    struct sipsan_txn
        *txn; /* its transaction; of an ACK: that of the INVITE when the branch is the same */
    struct sipsan_txn
        *invite;    /* ACK, CANCEL: the INVITE it is about, by branch, or else by Call-ID, From
                     * tag and CSeq number (same leg preferred); NULL: not seen */
    bool by_branch; /* invite was found by branch and sent-by */
    bool identical; /* a repeat with the same bytes as the first copy */
    struct sipsan_answer *answer; /* responses and ACK: the To tag's; NULL: new tag or none */
    struct sipsan_txn *parent;    /* new request: its upstream twin, proven by the second Via */
    struct sipsan_txn *child;     /* response: the downstream transaction that it was forwarded from
                                   * (same     status and To tag there), or NULL */
    struct sipsan_txn
        *relayed; /* new request: the pair's other side was seen before (parent, or a child
                   * captured earlier): this is a copy, judge only what differs */
    struct sipsan_txn
        *reused; /* new request: an earlier one with this branch that it does not repeat */
    struct sipsan_txn
        *merged; /* new request without To tag: an ongoing one at the same server with the
                  * same From tag, Call-ID, CSeq, other branch, no common ancestry */
    struct sipsan_txn *before; /* new request: the last one of the same Call-ID, From tag and method
                                * with the same CSeq number or one less, and a final answer */
};

/* A transaction ended (or is being evicted): the dialog layer and the rules look at it once more.
 * Called from sipsan_txn_timer and from eviction; may not free or add transactions. */
typedef void (*sipsan_txn_end_fn)(void *user, struct sipsan_txn *txn);

/* Who goes first when room is needed. */
enum sipsan_txn_rank {
    SIPSAN_RANK_TERMINATED,  /* both machines have ended */
    SIPSAN_RANK_ONE_MESSAGE, /* nothing but its first message: what floods are made of */
    SIPSAN_RANK_ANSWERED,    /* a final was seen */
    SIPSAN_RANK_PENDING,
    SIPSAN_RANKS
};

struct sipsan_txn_list {
    struct sipsan_txn *oldest, *newest;
};

struct sipsan_txns {
    struct sipsan_mem *mem;
    struct sipsan_pool messages; /* blocks for requests kept */
    struct sipsan_pool blocks;   /* for transactions with their facts */
    struct sipsan_legs *legs;
    struct sipsan_timers *timers;
    struct sipsan_owing *owing;
    struct sipsan_map by_branch, by_call, by_upstream;
    struct sipsan_txn *oldest, *newest;
    struct sipsan_txn *spare; /* opened, for the next message */
    struct sipsan_txn_list ranks[SIPSAN_RANKS];
    /* Told of every eviction; set by the owner after sipsan_txns_init, may be NULL. */
    sipsan_txn_end_fn on_evict;
    void *on_evict_user;
    uint64_t seed[2];
    uint64_t serial, total;
    size_t count, max;
    int as_of;
    int64_t race_window;
    bool begun; /* now and started are set */
    int64_t now;
    int64_t lossy_until; /* evictions: a miss before this time proves nothing */
    int64_t started; /* time of the first message; a miss soon after may be a capture in mid-call */
    uint64_t evicted;
};

int sipsan_txns_init(struct sipsan_txns *txns, struct sipsan_mem *mem, struct sipsan_legs *legs,
                     struct sipsan_timers *timers, struct sipsan_owing *owing,
                     const struct sipsan_config *config);

/* Both before the reset of legs, obligations and timers. */
void sipsan_txns_reset(struct sipsan_txns *txns);
void sipsan_txns_free(struct sipsan_txns *txns);

/* Hints that this message will be matched soon: first from afar, then shortly before, and for what
 * its transaction points to. */
void sipsan_txn_expect(const struct sipsan_txns *txns, const struct sipsan_seen *seen);
void sipsan_txn_expect_now(const struct sipsan_txns *txns, const struct sipsan_seen *seen);
void sipsan_txn_expect_next(const struct sipsan_txns *txns, const struct sipsan_seen *seen);

/* Fills *match. A new request's message moves into the transaction: seen->msg points there
 * afterwards. 0 or SIPSAN_ENOMEM (then match->what is SIPSAN_UNMATCHABLE and the message stays
 * where it was). */
int sipsan_txn_match(struct sipsan_txns *txns, struct sipsan_match *match,
                     struct sipsan_seen *seen);

/* The message has its effect: counters, replies, machines, timers, obligations of transactions. */
void sipsan_txn_apply(struct sipsan_txns *txns, const struct sipsan_match *match,
                      const struct sipsan_seen *seen);

/* How long transactions stay, microseconds (architecture 4a, 8). */
#define SIPSAN_TXN_SLIM     INT64_C(4000000)   /* quiet after a final: the request's text goes */
#define SIPSAN_TXN_IDLE     INT64_C(600000000) /* an INVITE in Proceeding without any message */
#define SIPSAN_TXN_TWIN     INT64_C(400000)    /* farther ones are no such copies, however late */
#define SIPSAN_TXN_UPSTREAM INT64_C(1000000)   /* a request waits for its upstream twin */
#define SIPSAN_TXN_DOUBLED  INT64_C(100000)    /* nearer copies are one, doubled on the way */
#define SIPSAN_TXN_OVERDUE  INT64_C(60000000)  /* an obligation waits for a frame that proves it */

/* A request over UDP may be the copy of one that passed before the capture began: a copy comes T2
 * after the one before it at the latest, and two in a row may be lost. One that was relayed may be
 * it whatever its last hop. */
#define SIPSAN_TXN_COPY_GAP (3 * SIPSAN_T2)
static inline bool sipsan_txn_from_before(const struct sipsan_txns *txns,
                                          const struct sipsan_txn *txn)
{
    return (txn->flow.transport == SIPSAN_UDP || txn->via_count > 1) &&
           txn->first.time - txns->started < SIPSAN_TXN_COPY_GAP;
}

/* SIPSAN_TIMER_TXN is due: a machine step, slimming, or the end. on_end may be NULL. */
void sipsan_txn_timer(struct sipsan_txns *txns, struct sipsan_timer *timer,
                      sipsan_txn_end_fn on_end, void *user);

/* A hint that this timer will be due soon. The transaction, if that may be its end; else NULL. */
const struct sipsan_txn *sipsan_txn_expect_timer(const struct sipsan_txns *txns,
                                                 const struct sipsan_timer *timer);

struct sipsan_txn *sipsan_txn_by_serial(const struct sipsan_txns *txns, uint64_t serial,
                                        uint64_t by_call_hash);

/* The INVITE of a CANCEL's transaction and the CANCEL of an INVITE's, while both live. */
struct sipsan_txn *sipsan_txn_invite_of(const struct sipsan_txns *txns,
                                        const struct sipsan_txn *cancel);
struct sipsan_txn *sipsan_txn_cancel_of(const struct sipsan_txns *txns,
                                        const struct sipsan_txn *invite);

/* An INVITE with the Call-ID, From tag and CSeq number of this CANCEL between the same hosts,
 * whatever its branch, or such a CANCEL of this INVITE; NULL when none was seen. For a CANCEL that
 * matches nothing. */
struct sipsan_txn *sipsan_txn_namesake(const struct sipsan_txns *txns, const struct sipsan_txn *of);

/* Another transaction with the branch and sent-by of this one, of another class: what a CANCEL
 * names that cancels no INVITE, or the CANCEL of what is none. NULL when none was seen. */
struct sipsan_txn *sipsan_txn_same_branch(const struct sipsan_txns *txns,
                                          const struct sipsan_txn *txn,
                                          enum sipsan_txn_class class);

/* The request that a response without one may be meant for: under the same branch but with another
 * method, or under another branch, unanswered so far. Between the same hosts, with the same
 * Call-ID, From tag and CSeq number. NULL when there is none, or more than one. */
struct sipsan_txn *sipsan_txn_meant_method(const struct sipsan_txns *txns,
                                           const struct sipsan_txn *stray);
struct sipsan_txn *sipsan_txn_meant_branch(const struct sipsan_txns *txns,
                                           const struct sipsan_txn *stray);

/* How a body, and the realm of a challenge, are remembered of a response from below. */
uint64_t sipsan_txn_body_key(const struct sipsan_txns *txns, const struct sipsan_msg *msg);
uint64_t sipsan_txn_realm_key(const struct sipsan_txns *txns, struct sipsan_span realm);

/* What the downstream transaction got that this response of its parent was made of; NULL: nothing
 * with this status and tag. */
const struct sipsan_reply *sipsan_txn_reply(const struct sipsan_txn *txn, int status,
                                            struct sipsan_span tag, int64_t now);

/* The state of this To tag, or NULL. */
struct sipsan_answer *sipsan_txn_answer(const struct sipsan_txn *txn, struct sipsan_span tag);

/* Top Via of a message and its owner agree: branch (no case after the cookie), sent-by host, port.
 */
bool sipsan_via_same_hop(const struct sipsan_via *a, const struct sipsan_via *b);

#endif

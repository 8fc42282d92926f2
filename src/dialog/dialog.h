/* Dialogs (12) as seen from a tap: one object per Call-ID and pair of tags, whatever the hop. The
 * caller is the sender of the request that opened it, the callee the other; sides are told by tags,
 * never by addresses.
 *
 * As with transactions: sipsan_dialog_match finds or makes, rules judge, sipsan_dialog_apply acts.
 */
#ifndef SIPSAN_DIALOG_DIALOG_H
#define SIPSAN_DIALOG_DIALOG_H

#include "base/text.h"
#include "dialog/described.h"
#include "dialog/offer.h"
#include "dialog/session_timer.h"
#include "txn/txn.h"

enum sipsan_side { SIPSAN_CALLER, SIPSAN_CALLEE, SIPSAN_NO_SIDE };

enum sipsan_dialog_state {
    SIPSAN_DIALOG_EARLY,
    SIPSAN_DIALOG_CONFIRMED,
    SIPSAN_DIALOG_TERMINATED,
};

/* A remote target: what the peer must put into the Request-URI of its requests. */
struct sipsan_target {
    struct sipsan_text uri; /* as written in Contact, without brackets */
    struct sipsan_ref ref;  /* where it was announced */
};

/* Info Packages (RFC 6086): what a side has ever said that it takes, a comma list; and its last
 * response with Recv-Info. */
struct sipsan_infos {
    struct sipsan_text packages;
    bool lost;             /* not all of them could be kept or read */
    struct sipsan_ref ref; /* the last Recv-Info */
    uint64_t cseq, hash;
};

/* What one side has shown. */
struct sipsan_party {
    struct sipsan_text tag;
    struct sipsan_text uri;    /* its From or To URI when the dialog was formed */
    struct sipsan_text faulty; /* all of that From or To, where it is against the grammar */
    struct sipsan_text agent;  /* User-Agent or Server */
    struct sipsan_addr addr;   /* where it sends from at its own hop (one Via), else family 0 */
    bool at_own_hop; /* addr comes from a request with one Via, or a response by it at its hop */

    /* CSeq space of the requests it sends (12.2.1.1); ACK and CANCEL play no part. */
    bool cseq_known;
    uint64_t cseq; /* highest seen */
    struct sipsan_ref cseq_ref;
    uint8_t cseq_method; /* of that request */
    bool cseq_lossy;     /* a gap was seen, or the start was not */

    /* Its Contact: the peer's remote target. `target` is in force; `before` was until `target.ref`;
     * `offered` came with a refresh that has no answer yet, or with a 1xx that differs. Any of the
     * three may lawfully stand in a Request-URI within the race window. */
    struct sipsan_target target, before, offered;
    struct sipsan_text non_refresh; /* Contact of its last request that refreshes nothing (12.2) */
    uint64_t refresh_cseq;  /* of its request whose Contact is `offered`; 0: no answer is awaited */
    uint32_t target_vias;   /* Vias of the message that `target` was read from */
    bool target_by_request; /* `target` came with an accepted request of its own, not with a
                               response */

    /* The route set that its requests must carry as seen at its own hop (12.1.1, 12.1.2, 12.2.1.1),
     * as comma list of the Record-Route values in the order they have in Route. */
    struct sipsan_text routes;
    bool routes_known;  /* seen at its own hop */
    bool routes_strict; /* the first route has no lr */
    bool routes_final;  /* caller: read from the 2xx, not from a 1xx before it (13.2.2.4) */
    struct sipsan_ref routes_ref;
    /* Where this side was at the hop that showed its route set. A request of its own is to be
     * judged by `routes` only when it has one Via and comes from this host. */
    struct sipsan_addr routes_at;

    /* Its INVITE that is in progress or was last. */
    uint64_t invite_serial; /* transaction as first seen; 0: none */
    uint64_t invite_cseq;
    struct sipsan_ref invite;       /* sent */
    struct sipsan_ref invite_final; /* final answer passed; frame/time 0: none yet */
    int invite_status;
    bool invite_acked;
    struct sipsan_ref got_491; /* its re-INVITE was refused with 491 */
    int64_t last_sent;         /* time of its last message in the dialog */
    bool told_gone; /* a request of it got 481 or 408: for it the dialog is over, 12.2.1.2 */

    struct sipsan_infos *infos; /* in the arena; NULL: it has not sent Recv-Info */

    struct sipsan_ref bye;        /* its first BYE */
    struct sipsan_ref bye_answer; /* first final to it other than 401, 407 */
    int bye_status;
    uint64_t bye_cseq;
    uint64_t bye_serial;        /* of its last BYE, on the hop where that was first seen */
    struct sipsan_ref bye_last; /* its last copy there */
    uint32_t bye_copies;
    struct sipsan_ref bye_refused; /* 401 or 407: it may send another one */
};

#define SIPSAN_SIGHTS_MAX 8 /* messages of a dialog that are recognised at another hop */
#define SIPSAN_OPEN_MAX   4 /* requests of a dialog whose final response is awaited */

/* A message as it was first seen: the same one again, elsewhere, is a relayed copy. */
struct sipsan_sight {
    uint64_t key;    /* hash of sender's side, method, CSeq number, status, RSeq; 0: free */
    uint64_t serial; /* of its transaction */
    uint64_t src;    /* hash of the source's IP address */
};

/* A request in the dialog that has no final response yet. */
struct sipsan_open {
    uint64_t serial, call_hash; /* names of its transaction, for sipsan_txn_by_serial; 0: free */
    uint64_t cseq;
    uint8_t side; /* sender's */
};

struct sipsan_dialog {
    struct sipsan_map_link by_tags;      /* Call-ID and the unordered pair of tags */
    struct sipsan_map_link by_half;      /* Call-ID and the caller's tag: all forks of an INVITE */
    struct sipsan_map_link by_callee;    /* Call-ID and the callee's tag: swapped or foreign tags */
    struct sipsan_dialog *older, *newer; /* among those of the same state, by last message */
    struct sipsan_timer timer;
    struct sipsan_owed *owes;
    uint64_t serial;
    enum sipsan_dialog_state state;
    bool in_map[3];
    bool whole; /* the request that opened it was seen: nothing of it can have been missed before */
    /* Until then a request that was not seen before may be the copy of one that passed before the
     * capture began, and what it asks for may have passed there: 64*T1 from that moment on. 0: it
     * began in sight. */
    int64_t copies_until;
    bool invite;  /* opened by INVITE; else by SUBSCRIBE, REFER, NOTIFY */
    bool rfc2543; /* an empty tag (12.1.1, 12.1.2) */
    /* Requests of one side came from two hosts, each with one Via: an element in between hides the
     * path but keeps Call-ID and tags. Which is whose own hop cannot be told. */
    bool hidden;
    bool other_legs; /* than `leg` */

    struct sipsan_arena arena; /* holds the dialog itself and its texts */
    struct sipsan_text call_id;
    struct sipsan_party party[2]; /* by enum sipsan_side */
    uint64_t opened_by;           /* serial of the transaction that opened it (first hop seen) */

    uint64_t opening_cseq;
    uint32_t deep_vias; /* Vias of the opening request at the hop nearest to the callee so far */
    int64_t last;       /* time of the last message, any hop */
    /* Where its messages were seen. Only with a single leg does the time of an answer there tell
     * how long anything of this dialog is under way. */
    const struct sipsan_leg *leg;

    struct sipsan_ref opened;    /* INVITE */
    struct sipsan_ref early;     /* first 101-199 with this tag */
    struct sipsan_ref confirmed; /* first 2xx */
    struct sipsan_ref ended;     /* BYE, or non-2xx final on an early one */
    int ended_status;

    /* The 2xx of the last INVITE in this dialog and its ACK, on the hop where each copy is seen
     * first. */
    struct sipsan_ref ok_first, ok_last;
    uint32_t ok_copies;
    uint32_t ok_near; /* of these, what came less than SIPSAN_TXN_TWIN after the one before */
    int64_t ok_gap;
    uint64_t ok_cseq, ok_hash, ok_serial;
    enum sipsan_side ok_inviter; /* who sent the INVITE that the 2xx answers */
    struct sipsan_flow ok_flow;
    uint32_t ok_vias;
    uint32_t ok_acks;   /* ACKs that passed towards who sent it on that hop */
    uint32_t near_vias; /* fewest Vias of that 2xx: the hop nearest to the inviter */
    struct sipsan_ref ack_first, ack_last; /* ACK of ok_cseq; time 0: none */
    uint32_t acks;
    struct sipsan_ref repeat_unacked; /* last repeated 2xx without an ACK since */
    /* Requests of this side pass the tap: one did, or an ACK, or a response shows that the next one
     * must (its next hop is where that came from). Only then does their absence mean something. */
    bool crossed[2];
    /* The last ACK at first sight, to know its repeats and relayed copies: ACK has no transaction.
     */
    uint64_t ack_bytes, ack_top; /* hashes of all of it, of its top Via */
    uint64_t ack_relayed_top;    /* of its last relayed copy */
    uint64_t ack_cseq;
    uint32_t ack_vias;
    int64_t ack_time;
    struct sipsan_text
        invite_auth; /* credentials rows of the INVITE that the 2xx answers, "\n" between */

    struct sipsan_offers offers;
    struct sipsan_descriptions said;
    bool subscribing; /* SUBSCRIBE or REFER was seen in it, or opened it */
    bool refers_open; /* a REFER without a subscription of its own was accepted: RFC 4488, RFC 7614
                       */
    bool subscriptions_lost; /* one of them did not fit, or is forgotten */
    uint8_t subscription_count;
    struct sipsan_subscription *subscriptions; /* in the arena, newest first: subscription.h */
    struct sipsan_session_timer session;
    bool usages; /* SUBSCRIBE, REFER or NOTIFY was seen in it: BYE ends only the INVITE usage (RFC
                    5057) */
    struct sipsan_reliables *reliables; /* in the arena; NULL: no 1xx was sent reliably */
    bool reliable;                      /* 100rel in use: PRACK or a reliable 1xx was seen */
    bool updated; /* UPDATE was seen since the last INVITE: offers are not followed past it */
    bool lossy;   /* something of it was missed (gap, eviction, obligations refused) */
    struct sipsan_sight sights[SIPSAN_SIGHTS_MAX];
    struct sipsan_open open[SIPSAN_OPEN_MAX];
    uint8_t next_sight, next_open; /* the place to be written next */
};

/* What a message is to its dialog. */
struct sipsan_call_match {
    struct sipsan_dialog *dialog; /* the one with these tags; a new 1xx or 2xx tag makes one */
    enum sipsan_side side;        /* sender's; NO_SIDE without a dialog */
    bool first_sight; /* this message was not seen on another hop or as a repeat: dialog rules judge
                         it */
    bool opens;       /* response that made the dialog */
    bool in_dialog;   /* request with a To tag, not ACK or CANCEL */
    /* The Call-ID and one tag are known, the other tag is not: a fork whose answer was missed, a
     * broken sender, or swapped tags. */
    struct sipsan_dialog *half;
    bool swapped; /* half has both tags the wrong way round for its sender (dialog is NULL then) */
    bool dead;    /* the dialog had ended when this was sent */
    struct sipsan_subscription *subscription; /* that the message is about; NULL: none, not known */
    bool known; /* absence of a dialog is certain: no capture start, hole or eviction can explain it
                 */
    enum sipsan_sdp_role sdp_role; /* what the body is in the offer/answer exchange */
};

struct sipsan_dialogs {
    struct sipsan_mem *mem;
    struct sipsan_timers *timers;
    struct sipsan_owing *owing;
    struct sipsan_txns *txns;
    struct sipsan_map by_tags, by_half, by_callee;
    struct sipsan_dialog *oldest[3], *newest[3]; /* by enum sipsan_dialog_state */
    struct sipsan_pool pool;
    uint64_t seed[2];
    uint64_t serial, total, calls;
    size_t max;
    int as_of;
    int64_t race_window, now, started, lossy_until;
    uint64_t evicted;
    uint64_t subscriptions_refused;
};

typedef void (*sipsan_dialog_end_fn)(void *user, struct sipsan_dialog *dialog);

int sipsan_dialogs_init(struct sipsan_dialogs *dialogs, struct sipsan_mem *mem,
                        struct sipsan_timers *timers, struct sipsan_owing *owing,
                        struct sipsan_txns *txns, const struct sipsan_config *config);
void sipsan_dialogs_reset(struct sipsan_dialogs *dialogs);
void sipsan_dialogs_free(struct sipsan_dialogs *dialogs);

/* Hints that this message will be matched soon, first from afar, then shortly before. */
void sipsan_dialog_expect(const struct sipsan_dialogs *dialogs, const struct sipsan_seen *seen);
void sipsan_dialog_expect_now(const struct sipsan_dialogs *dialogs, const struct sipsan_seen *seen);

/* Hints that this timer of a dialog, or the end of this transaction, will come soon. */
void sipsan_dialog_expect_timer(const struct sipsan_dialogs *dialogs,
                                const struct sipsan_timer *timer);
void sipsan_dialog_expect_end(const struct sipsan_dialogs *dialogs, const struct sipsan_txn *txn);

/* After sipsan_txn_match. 0 or SIPSAN_ENOMEM (then call->dialog is NULL). */
int sipsan_dialog_match(struct sipsan_dialogs *dialogs, struct sipsan_call_match *call,
                        const struct sipsan_match *match, const struct sipsan_seen *seen);

/* After sipsan_txn_apply. */
void sipsan_dialog_apply(struct sipsan_dialogs *dialogs, const struct sipsan_call_match *call,
                         const struct sipsan_match *match, const struct sipsan_seen *seen);

/* SIPSAN_TIMER_DIALOG is due. on_end may be NULL. */
void sipsan_dialog_timer(struct sipsan_dialogs *dialogs, struct sipsan_timer *timer,
                         sipsan_dialog_end_fn on_end, void *user);

/* A transaction ends: what the dialog knows of it by serial is closed. */
void sipsan_dialog_txn_end(struct sipsan_dialogs *dialogs, const struct sipsan_txn *txn);

/* The side has said in Recv-Info that it takes this Info Package (RFC 6086 7.2: case counts). */
bool sipsan_takes_package(const struct sipsan_party *party, struct sipsan_span package);

/* Of the names in Recv-Info, in their order; never 0. */
uint64_t sipsan_recv_info_hash(const uint64_t seed[2], const struct sipsan_msg *msg);

static inline enum sipsan_side other_side(enum sipsan_side side)
{
    return side == SIPSAN_CALLER ? SIPSAN_CALLEE : SIPSAN_CALLER;
}

#endif

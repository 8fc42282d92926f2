/* What a rule is: a table row and a small pure function over one const view. See README.md here. */
#ifndef SIPSAN_RULES_RULE_H
#define SIPSAN_RULES_RULE_H

#include "dialog/binding.h"
#include "dialog/dialog.h"
#include "dialog/nonce.h"
#include "dialog/subscription.h"
#include "parse/uri.h"
#include "rules/odd.h"
#include "rules/presence.h"

/* When a rule is asked. A row names one, or two whose view it can tell apart. */
enum sipsan_event {
    SIPSAN_ON_NOTHING,
    SIPSAN_ON_REQUEST,         /* message scope: a request, once where it is first seen */
    SIPSAN_ON_RESPONSE,        /* message scope */
    SIPSAN_ON_MESSAGE,         /* message scope: both of the above */
    SIPSAN_ON_FAULT,           /* a fault of the row's production, one call for each */
    SIPSAN_ON_REQUEST_IN_TXN,  /* new request on a hop (not ACK) */
    SIPSAN_ON_RETRANSMIT,      /* repeated request on a hop (ACK too) */
    SIPSAN_ON_RESPONSE_IN_TXN, /* response, first copy; the request of the hop was seen */
    SIPSAN_ON_RESPONSE_AGAIN,  /* repeated response; the request of the hop was seen */
    SIPSAN_ON_ACK_MATCHED,    /* ACK whose INVITE is known, by branch or by Call-ID, tag and CSeq */
    SIPSAN_ON_CANCEL_MATCHED, /* CANCEL whose INVITE is known, likewise */
    SIPSAN_ON_HOP_PAIR_REQUEST,  /* downstream request of a proven proxy pair: view.parent is
                                    upstream */
    SIPSAN_ON_HOP_PAIR_RESPONSE, /* upstream response: view.child is where it came from */
    SIPSAN_ON_DIALOG_REQUEST,    /* in-dialog request (ACK too) at first sight; view.dialog may be
                                  * NULL: see view.call */
    SIPSAN_ON_DIALOG_RESPONSE,   /* response at first sight whose dialog is known */
    SIPSAN_ON_REGISTER_DONE,     /* final response to a REGISTER whose request was seen */
    SIPSAN_ON_OWED,              /* an obligation of the row's kind is overdue: view.owed */
    SIPSAN_ON_TXN_END,           /* view.txn ends */
    SIPSAN_ON_DIALOG_END,
    SIPSAN_EVENT_COUNT
};

/* What must exist for the check to make sense; else the answer is NA without a call. */
enum {
    SIPSAN_VIEW_REQUEST = 1 << 0, /* text of the request of this response or ACK (txn->request) */
    SIPSAN_VIEW_DIALOG = 1 << 1,
    SIPSAN_VIEW_INVITE = 1 << 2,      /* the INVITE's transaction (ACK, CANCEL) */
    SIPSAN_VIEW_INVITE_TEXT = 1 << 3, /* and its text */
    SIPSAN_VIEW_BRANCH = 1 << 4,      /* the INVITE was found by branch */
    SIPSAN_VIEW_REGISTRATION = 1 << 5,
    SIPSAN_VIEW_SESSION = 1 << 6, /* the message describes a session: msg->session */

    /* What few messages have, too. The message: */
    SIPSAN_VIEW_VALUES = 1 << 7, /* header fields of later RFCs: msg->values */
    SIPSAN_VIEW_PARTS = 1 << 8,  /* a multipart body */
    SIPSAN_VIEW_REQUIRE = 1 << 9,
    SIPSAN_VIEW_ROUTE = 1 << 10,
    SIPSAN_VIEW_RECORD_ROUTE = 1 << 11,
    SIPSAN_VIEW_RECEIVED = 1 << 12, /* received in its top Via */
    SIPSAN_VIEW_ANSWER = 1 << 13,   /* it has the answer to an offer */
    SIPSAN_VIEW_STREAM = 1 << 14,   /* it came over TCP or TLS */
    /* The request that it answers: */
    SIPSAN_VIEW_REQUEST_AUTH = 1 << 15,     /* credentials */
    SIPSAN_VIEW_REQUEST_RECORDED = 1 << 16, /* Record-Route */
    /* Its transaction and what was found with it: */
    SIPSAN_VIEW_BEFORE = 1 << 17,     /* match->before */
    SIPSAN_VIEW_REUSED = 1 << 18,     /* match->reused */
    SIPSAN_VIEW_STRAY = 1 << 19,      /* a response whose request was not seen */
    SIPSAN_VIEW_CHILDREN = 1 << 20,   /* a proxy stands behind it */
    SIPSAN_VIEW_PARENT = 1 << 21,     /* and before it */
    SIPSAN_VIEW_UNANSWERED = 1 << 22, /* no response was seen so far */
    SIPSAN_VIEW_FINAL = 1 << 23,      /* a final response was */
    SIPSAN_VIEW_TXN_STREAM = 1 << 24, /* the transaction is on TCP or TLS */
    /* Its dialog: */
    SIPSAN_VIEW_CALLER = 1 << 25, /* the sender is the caller */
    SIPSAN_VIEW_CALLEE = 1 << 26,
    SIPSAN_VIEW_ROUTE_SET = 1 << 27, /* the sender's route set is known and not empty */
    SIPSAN_VIEW_RELIABLES = 1 << 28, /* reliable provisional responses are known */
    SIPSAN_VIEW_SAID = 1 << 29,      /* a description of the sender's is known */
    SIPSAN_VIEW_BYE = 1 << 30,       /* a BYE, or the answer to one, was seen */
};

/* Those that spare a call only: a check of such a row finds its answer itself, where one of the
 * others may be without what its row asks for. */
#define SIPSAN_VIEW_SPARES (~UINT32_C(0) << 7)

/* Both kinds of bits in one word. */
static inline uint64_t sipsan_shows(uint32_t view, uint32_t odd)
{
    return (uint64_t)odd << 32 | view;
}

/* Set when the word has been made. No row asks for it. */
#define SIPSAN_SHOWS_KNOWN (UINT64_C(1) << 63)

/* What a response copies from its request (8.2.6.2), found equal before any rule looks. */
enum {
    SIPSAN_ECHOED_CALL = 1 << 0, /* Call-ID and CSeq */
    SIPSAN_ECHOED_FROM = 1 << 1,
    SIPSAN_ECHOED_TO = 1 << 2,  /* the URI, and the tag where the request has one */
    SIPSAN_ECHOED_VIA = 1 << 3, /* all values, but for received and rport in the top one */
};

/* Evidence: a FAIL without it becomes INCONCLUSIVE. */
enum {
    SIPSAN_NEEDS_START = 1 << 0, /* the object (dialog, else transaction) was seen from its start */
    SIPSAN_NEEDS_BOTH_WAYS = 1 << 1, /* both directions of the leg are seen */
    SIPSAN_NEEDS_NO_GAP = 1 << 2,    /* no hole on the leg, table or clock since the object began */
    SIPSAN_NEEDS_NO_LOSS = 1 << 3,   /* nothing shows that the tap missed messages on this leg */
    SIPSAN_NEEDS_BOTH_HOPS = 1 << 4, /* a proven proxy pair */
    SIPSAN_NEEDS_PAST_DEADLINE = 1 << 5, /* given with ON_OWED; the obligation was provable */
    SIPSAN_NEEDS_ENDPOINT_HOP =
        1 << 6, /* the message is at its sender's own hop: a request with one Via */
};

/* What the sender could know: architecture, section 4. FORBIDDEN: the check sets why->since (and
 * why->proven when the sender had shown that it knew). */
enum sipsan_knows { SIPSAN_KNOWS_OWN, SIPSAN_KNOWS_PERMITTED, SIPSAN_KNOWS_FORBIDDEN };

/* What several checks ask of one view, found out by the first of them. */
struct sipsan_once {
    uint8_t aim; /* enum sipsan_aim and one; 0: not known yet */
};

/* All that a check may look at. Pointers are NULL where there is nothing. */
struct sipsan_view {
    const struct sipsan_seen *seen; /* NULL for ON_OWED and ends */
    const struct sipsan_msg *msg;   /* seen->msg */
    const struct sipsan_fault *fault;
    const struct sipsan_match *match;
    const struct sipsan_txn *txn; /* of the message; of the obligation */
    const struct sipsan_msg
        *req; /* the request of txn, when its text is there (response, repeat) */
    const struct sipsan_txn *invite; /* match->invite */
    unsigned echoed; /* response: SIPSAN_ECHOED_ bits, what it has byte for byte from req */
    const struct sipsan_txn *parent, *child;
    const struct sipsan_call_match *call;
    const struct sipsan_dialog *dialog;
    enum sipsan_side side; /* of the sender */
    const struct sipsan_subscription *subscription;
    const struct sipsan_registration *registration;
    const struct sipsan_nonces *nonces;     /* sipsan_nonce_of */
    const struct sipsan_txns *txns;         /* look-ups only */
    const struct sipsan_presence *presence; /* where header fields may stand; never NULL */
    const struct sipsan_owed *owed;
    const struct sipsan_seen *proof; /* ON_OWED: the message that shows that the tap still hears */
    uint64_t shows;                  /* sipsan_shows_of; 0: not made yet */
    struct sipsan_once *once;        /* NULL: each finds it out anew */
    int64_t now;
    int64_t race_window; /* for this sender on this leg, microseconds (section 4, knows) */
    int as_of;           /* 0, or 3261: what a later RFC allows or demands does not count */
};

/* The bits of both kinds that this view shows. */
uint64_t sipsan_shows_of(const struct sipsan_view *v);

/* The answer's reasons. Filled by the check through the helpers below; spans may point into
 * anything the view shows, and `text` is inline. */
struct sipsan_why {
    struct sipsan_span evidence; /* bytes of view.msg; empty: the start line */
    struct sipsan_span place;    /* header field or production; empty: derived from the evidence */
    const char *expected;        /* static text: every legal alternative */
    size_t related_count;
    int64_t since;                   /* FORBIDDEN: when the prohibition passed the tap */
    const struct sipsan_addr *blame; /* NULL: the message's sender, or the debtor */
    const char *role;                /* NULL: derived */
    bool proven;                     /* FORBIDDEN: the sender had shown that it knew */
    bool lower;                      /* certain, but milder here than the row says: one step down */
    /* Not cleared between checks, but for the terminator: keep these two last. */
    char text[320];
    struct sipsan_related related[SIPSAN_RELATED_MAX];
};

typedef enum sipsan_verdict (*sipsan_check_fn)(const struct sipsan_view *v, struct sipsan_why *why);

struct sipsan_rule {
    const char *id;
    enum sipsan_level level;
    enum sipsan_severity severity; /* SIPSAN_SEVERITY_OF_LEVEL(level) unless a comment says why */
    enum sipsan_event on;
    enum sipsan_event also; /* a second event, or SIPSAN_ON_NOTHING */
    uint32_t methods;       /* bits of SIPSAN_METHOD_BIT; 0: any. Of a response: its CSeq method */
    uint16_t status_from, status_to; /* responses; 0, 0: any */
    uint16_t production;             /* ON_FAULT */
    uint16_t header;                 /* ON_FAULT: only in this header; 0: any */
    uint32_t odd;       /* message rules: only where this was seen (enum sipsan_odd); 0: always */
    uint16_t owed;      /* ON_OWED: enum sipsan_owed_kind */
    uint32_t view;      /* SIPSAN_VIEW_ bits */
    uint8_t needs;      /* SIPSAN_NEEDS_ bits */
    uint8_t knows;      /* enum sipsan_knows */
    bool off_by_update; /* with the later RFCs in force the rule does not apply: as of 3261 only */
    const char *updated_by; /* "RFC 6026, RFC 4320", or NULL */
    const char *summary;
    const char *explain;
    const char *aliases; /* ids that resolve to this one, separated by spaces, or NULL */
    sipsan_check_fn check;
};

/* The rows of one file. */
struct sipsan_rule_set {
    const struct sipsan_rule *rules;
    size_t count;
};

#define SIPSAN_RULE_SET(name, rows)                                                                \
    const struct sipsan_rule_set name = {rows, sizeof(rows) / sizeof(rows[0])}

/* SIPSAN_ECHOED_ bits of a response and its request. */
unsigned sipsan_echoed(const struct sipsan_msg *mine, const struct sipsan_msg *theirs);

/* Who sent this message of view.dialog, and the other one. The side is known. */
static inline const struct sipsan_party *sipsan_sender(const struct sipsan_view *v)
{
    return &v->dialog->party[v->side];
}

/* The tap hears the sender of this message itself: nothing of it was lost on the way. */
static inline bool sipsan_at_source(const struct sipsan_view *v)
{
    const struct sipsan_party *me = sipsan_sender(v);

    return me->at_own_hop && sipsan_ip_eq(&me->addr, &v->seen->flow.src);
}

static inline const struct sipsan_party *sipsan_peer(const struct sipsan_view *v)
{
    return &v->dialog->party[other_side(v->side)];
}

/* Answers that say nothing of the dialog's state: what is looked at before it (8.2, 22), and what
 * elements on the way say of themselves. */
bool sipsan_before_dialog(int status);

/* A request of view.dialog without a final response, by the serial of its transaction, or NULL. */
static inline const struct sipsan_txn *sipsan_open_request(const struct sipsan_view *v,
                                                           uint64_t serial)
{
    for (size_t i = 0; i < SIPSAN_OPEN_MAX && serial != 0; i++)
        if (v->dialog->open[i].serial == serial)
            return sipsan_txn_by_serial(v->txns, serial, v->dialog->open[i].call_hash);
    return NULL;
}

/* What names the transaction in a Via: its branch, or all of it where there is none (RFC 2543). */
static inline struct sipsan_span sipsan_branch_of(const struct sipsan_via *via)
{
    return via->branch.p ? via->branch : via->text;
}

/* Short names, for rows and for findings that have no text to show. */
#define BIT(name) SIPSAN_METHOD_BIT(SIPSAN_METHOD_##name)

static const struct sipsan_span nothing = {NULL, 0};

static inline bool sipsan_is_success(int status)
{
    return status >= 200 && status <= 299;
}

static inline bool sipsan_is_failure(int status)
{
    return status >= 300 && status <= 699;
}

/* FAIL with evidence (bytes of the message; may be empty) and one English sentence. */
enum sipsan_verdict sipsan_fail(struct sipsan_why *why, struct sipsan_span evidence,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Names another message that the finding conflicts with. label is static. */
void sipsan_relate(struct sipsan_why *why, const struct sipsan_ref *ref, const char *label,
                   struct sipsan_span text);

/* A whole one for the common case: the request of the transaction. */
void sipsan_relate_request(struct sipsan_why *why, const struct sipsan_txn *txn,
                           struct sipsan_span text);

#endif

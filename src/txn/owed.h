/* Obligations: a message that somebody owes, with its deadline. All rules about absences stand on
 * these. An obligation is settled by the message, or falls due; it is reported only when a later
 * frame on the same leg or, but for streams, from the debtor's host shows that the tap still hears
 * him. */
#ifndef SIPSAN_TXN_OWED_H
#define SIPSAN_TXN_OWED_H

#include "base/arena.h"
#include "base/timers.h"
#include "txn/leg.h"

enum sipsan_owed_kind {
    /* transaction */
    SIPSAN_OWES_ACK_NON2XX,       /* client: ACK to a 300-699, 17.1.1.2 */
    SIPSAN_OWES_ACK_NON2XX_AGAIN, /* client: ACK to a repeated 300-699 */
    SIPSAN_OWES_CANCEL_ANSWER,    /* server: a final to CANCEL, 9.2 */
    SIPSAN_OWES_INVITE_FINAL,     /* server: 487 (or another final) to the cancelled INVITE, 9.2 */
    SIPSAN_OWES_LAST_1XX,         /* server: the last provisional again, 17.2.1, 17.2.2 */
    SIPSAN_OWES_FINAL_AGAIN,      /* server: the final again to a repeated request, likewise */
    /* dialog */
    SIPSAN_OWES_ACK_2XX,        /* UAC, 13.2.2.4 */
    SIPSAN_OWES_ACK_2XX_AGAIN,  /* UAC: ACK to a repeated 2xx */
    SIPSAN_OWES_2XX_AGAIN,      /* UAS: repeats the 2xx until ACK, 13.3.1.4 */
    SIPSAN_OWES_BYE_NO_ACK,     /* UAS: BYE after 64*T1 without ACK, 13.3.1.4 */
    SIPSAN_OWES_UNWANTED_BYE,   /* caller: BYE when its CANCEL came too late, 13.2.2.4 */
    SIPSAN_OWES_BYE_ANSWER,     /* who got a BYE, at its own hop: a final to it, 15.1.2 */
    SIPSAN_OWES_PENDING_FINAL,  /* who got a BYE: finals to the requests still open, 15.1.2 */
    SIPSAN_OWES_MET_REQUEST,    /* who said 491: the request of its own that met the other, 14.2 */
    SIPSAN_OWES_NOTIFY,         /* who accepted a SUBSCRIBE, RFC 6665 4.2.1.2 */
    SIPSAN_OWES_NOTIFY_REFER,   /* who accepted a REFER, RFC 3515 2.4.4 */
    SIPSAN_OWES_PRACK,          /* UAC: to a reliable 1xx, RFC 3262 4 */
    SIPSAN_OWES_RELIABLE_AGAIN, /* UAS: repeats the reliable 1xx until PRACK, RFC 3262 3 */
    /* proxy pair */
    SIPSAN_OWES_FORWARD_1XX, /* 16.7 step 5 */
    SIPSAN_OWES_FORWARD_2XX,
    SIPSAN_OWES_CANCEL_SIBLING, /* 16.7 step 10 */
    SIPSAN_OWES_CANCEL_BRANCH,  /* 16.10 */
    SIPSAN_OWES_PROXY_FINAL,    /* 16.7 step 6: all branches have ended */
    SIPSAN_OWED_KINDS
};

struct sipsan_txn;
struct sipsan_dialog;

struct sipsan_owed {
    struct sipsan_timer timer;
    struct sipsan_owed *next;  /* of the owner's list */
    struct sipsan_owed **list; /* the owner's */
    /* Lists of the debtor's host and of the leg while it is overdue; at NULL: not in that list. */
    struct sipsan_owed *next_overdue, **overdue_at;
    struct sipsan_owed *next_on_leg, **on_leg_at;
    enum sipsan_owed_kind kind;
    struct sipsan_txn *txn; /* owner: exactly one of the two */
    struct sipsan_dialog *dialog;
    struct sipsan_txn *about; /* e.g. the pending branch; NULL, or alive as long as the owner */
    uint64_t about_serial;    /* of a dialog's request, which may end before the dialog (NOTIFY: its
                               * CSeq    number); 0: none */
    struct sipsan_leg *leg;   /* where the message would have passed; NULL: never reported */
    struct sipsan_flow flow;  /* the missing message's: src is the debtor */
    struct sipsan_ref trigger; /* what made it due */
    int64_t since;             /* time of the trigger */
    bool overdue;              /* its deadline has passed */
    bool heard;                /* until then something came from the debtor's host */
    bool proven;               /* sipsan_owed_ripe has handed it out */
    bool provable; /* the tap lies on the path of the missing message (4a); else inconclusive */
};

struct sipsan_owing {
    struct sipsan_mem *mem;
    struct sipsan_timers *timers;
    struct sipsan_owed *spare; /* pool */
    uint64_t refused;
};

void sipsan_owing_init(struct sipsan_owing *owing, struct sipsan_mem *mem,
                       struct sipsan_timers *timers);
void sipsan_owing_free(struct sipsan_owing *owing);

/* Adds a copy of *what to *list with this deadline; NULL when memory is refused (counted). The
 * caller has set kind, owner, leg, flow, trigger, since, provable. The deadline includes the time
 * that messages may take to cross. */
struct sipsan_owed *sipsan_owe(struct sipsan_owing *owing, struct sipsan_owed **list,
                               const struct sipsan_owed *what, int64_t due);

/* The first of this kind (about: NULL for any), or NULL. */
struct sipsan_owed *sipsan_owed_find(struct sipsan_owed *list, enum sipsan_owed_kind kind,
                                     const struct sipsan_txn *about);

/* The message came, or the obligation is void. False when there was none of this kind. */
bool sipsan_settle(struct sipsan_owing *owing, struct sipsan_owed **list,
                   enum sipsan_owed_kind kind, const struct sipsan_txn *about);
void sipsan_settle_one(struct sipsan_owing *owing, struct sipsan_owed **list,
                       struct sipsan_owed *owed);
void sipsan_settle_all(struct sipsan_owing *owing, struct sipsan_owed **list);

/* The deadline has passed: the obligation moves to its debtor's host, there to wait for a frame
 * that proves that the tap still hears it. Called by the pipeline for SIPSAN_TIMER_OWED. */
void sipsan_owed_overdue(struct sipsan_owing *owing, struct sipsan_owed *owed,
                         struct sipsan_legs *legs);

/* One overdue obligation that this message proves: its debtor's host sent the message, or it passed
 * on the leg of the missing one. NULL when there is none (left). To be asked before the message has
 * its effect (what comes behind its deadline settles nothing), until NULL: each obligation is
 * handed out once, so that the cost does not depend on how many wait. The caller reports it and
 * settles it with sipsan_owed_done. */
struct sipsan_owed *sipsan_owed_ripe(const struct sipsan_leg *leg, const struct sipsan_addr *src);

/* Settles an obligation whoever owns it. */
void sipsan_owed_done(struct sipsan_owing *owing, struct sipsan_owed *owed);

#endif

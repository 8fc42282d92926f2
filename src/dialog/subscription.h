/* Subscriptions as seen from a tap: what SUBSCRIBE and REFER have opened in a dialog and what
 * NOTIFY requests tell of it. RFC 6665 4, RFC 3515 2.4.4.
 *
 * A subscription lives in the arena of its dialog and ends with it, so that the ceiling of dialogs
 * holds for both; a dialog keeps SIPSAN_SUBSCRIPTIONS_MAX at most. */
#ifndef SIPSAN_DIALOG_SUBSCRIPTION_H
#define SIPSAN_DIALOG_SUBSCRIPTION_H

#include "dialog/dialog.h"
#include "parse/later.h"

#define SIPSAN_SUBSCRIPTIONS_MAX 8

#define SIPSAN_NEVER INT64_MAX

/* A dialog is kept so long after its last subscription has run out. */
#define SIPSAN_SUBSCRIPTION_LINGER INT64_C(64000000)

struct sipsan_subscription {
    struct sipsan_subscription *next; /* of the dialog, newest first */
    struct sipsan_text event;         /* package and templates */
    struct sipsan_text id;            /* of Event, or of the REFER: its CSeq number; may be unset */
    struct sipsan_text accept;        /* of the last SUBSCRIBE; unset: it had none, or was long */
    uint8_t notifier;                 /* enum sipsan_side */
    bool refer;                       /* opened by REFER */
    bool accepted;                    /* a 2xx to SUBSCRIBE or REFER was seen */
    bool fetched;                     /* the last SUBSCRIBE that was accepted had Expires: 0 */
    struct sipsan_ref accepted_ref;   /* the last one */
    uint64_t owed_for;                /* CSeq number of the request that a NOTIFY is owed for */
    bool goes_on;                     /* one came, but not the last one that Expires: 0 asks for */

    /* The SUBSCRIBE without a final response; time 0: none. */
    struct sipsan_ref asked;
    uint64_t asked_cseq, asked_expires; /* SIPSAN_NO_NUMBER: none written */
    struct sipsan_ref asked_last;       /* the last one of all, answered or not */
    bool told_before; /* a NOTIFY came before the first of them: what it asks may be that one's */

    /* NOTIFY requests. */
    enum sipsan_substate state; /* of the last one; OTHER: none so far */
    struct sipsan_ref notify;   /* the last one; time 0: none */
    uint64_t notify_cseq;
    uint32_t notifies;
    int64_t until; /* when it runs out by the last word on it; SIPSAN_NEVER: unknown */
    struct sipsan_ref until_ref;
    int64_t
        until_before; /* by what was said before the last 2xx: a NOTIFY may be older than that */
    struct sipsan_ref ended; /* NOTIFY with terminated; time 0: it goes on */
    uint64_t ended_cseq;
    struct sipsan_ref ended_answer; /* 2xx to that NOTIFY */
    bool overtaken;                 /* an older NOTIFY came behind that one */
    struct sipsan_ref refused;      /* a final to a NOTIFY that ends the subscription (4.2.2) */
    int refused_status;
};

/* The one that this message is about; NULL when there is none, or none that can be told. */
struct sipsan_subscription *sipsan_subscription_match(const struct sipsan_dialog *dialog,
                                                      enum sipsan_side side,
                                                      const struct sipsan_msg *msg);

/* A request at first sight: SUBSCRIBE, NOTIFY. */
void sipsan_subscription_request(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                 enum sipsan_side side, const struct sipsan_seen *seen);

/* A response at first sight to SUBSCRIBE, REFER or NOTIFY; side is the responder's. */
void sipsan_subscription_response(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                  enum sipsan_side side, const struct sipsan_match *match,
                                  const struct sipsan_seen *seen);

/* Some subscription of the dialog has not ended. */
bool sipsan_subscription_lives(const struct sipsan_dialog *dialog, int64_t now);

/* When the last of them runs out: SIPSAN_NEVER where that is not known, 0 without any. */
int64_t sipsan_subscription_until(const struct sipsan_dialog *dialog);

/* The NOTIFY requests that a REFER has brought are no longer awaited: the dialog's call is over. */
void sipsan_subscription_bye(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog);

#endif

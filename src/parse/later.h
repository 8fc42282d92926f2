/* Header fields of later RFCs as rules want them: the parts of a value by their names. All read
 * what sipsan_msg_parse kept (struct sipsan_value); a value that the grammar did not take whole
 * answers false, and *out is then cleared. Spans are empty, p NULL, for what is not there. */
#ifndef SIPSAN_PARSE_LATER_H
#define SIPSAN_PARSE_LATER_H

#include "parse/msg.h"

/* RFC 6665 8.4 */
struct sipsan_event_header {
    struct sipsan_span type;    /* package and templates: what is compared */
    struct sipsan_span package; /* up to the first dot */
    struct sipsan_span id;
};

enum sipsan_substate {
    SIPSAN_SUBSTATE_OTHER,
    SIPSAN_SUBSTATE_ACTIVE,
    SIPSAN_SUBSTATE_PENDING,
    SIPSAN_SUBSTATE_TERMINATED,
};

struct sipsan_subscription_state {
    enum sipsan_substate state;
    struct sipsan_span reason;
    uint64_t expires, retry_after; /* SIPSAN_NO_NUMBER: not there */
};

/* Replaces (RFC 3891), Join (RFC 3911), Target-Dialog (RFC 4538). The tags are local and remote for
 * the receiver of the message; for the first two that is to-tag and from-tag. */
struct sipsan_dialog_id {
    struct sipsan_span call_id, local_tag, remote_tag;
    bool early_only;
};

enum sipsan_refresher { SIPSAN_REFRESHER_NONE, SIPSAN_REFRESHER_UAC, SIPSAN_REFRESHER_UAS };

/* RFC 4028 4 */
struct sipsan_session_expires {
    uint64_t seconds; /* UINT64_MAX when it does not fit */
    enum sipsan_refresher refresher;
};

/* RFC 3326 2, one value */
struct sipsan_reason_value {
    struct sipsan_span protocol;
    uint64_t cause;          /* SIPSAN_NO_NUMBER: not there */
    struct sipsan_span text; /* without its quotes */
};

#define SIPSAN_NO_NUMBER UINT64_MAX

/* Of the first value of the header field; false when there is none. */
bool sipsan_msg_event(struct sipsan_event_header *out, const struct sipsan_msg *msg);
bool sipsan_msg_subscription_state(struct sipsan_subscription_state *out,
                                   const struct sipsan_msg *msg);
bool sipsan_msg_session_expires(struct sipsan_session_expires *out, const struct sipsan_msg *msg);

/* header is SIPSAN_HDR_REPLACES, _JOIN or _TARGET_DIALOG. */
bool sipsan_msg_dialog_id(struct sipsan_dialog_id *out, const struct sipsan_msg *msg,
                          enum sipsan_header_id header);

/* Of this value of Reason: sipsan_msg_value walks them. */
bool sipsan_reason_read(struct sipsan_reason_value *out, const struct sipsan_value *value);

/* The number of a header field that is one (Min-SE, Max-Breadth, Flow-Timer), SIPSAN_NO_NUMBER
 * without a good one. */
uint64_t sipsan_msg_number(const struct sipsan_msg *msg, enum sipsan_header_id header);

/* One of the priv-values of Privacy (RFC 3323 4.2), no case. A broken header field has none. */
bool sipsan_msg_privacy(const struct sipsan_msg *msg, struct sipsan_span priv_value);

#endif

/* Offer and answer (13.2.1, RFC 3264, RFC 3262 5, RFC 6337): where the exchange of a dialog stands.
 */
#ifndef SIPSAN_DIALOG_OFFER_H
#define SIPSAN_DIALOG_OFFER_H

#include "parse/msg.h"

/* What a session description is where it stands. */
enum sipsan_sdp_role {
    SIPSAN_SDP_NONE, /* the message has none */
    SIPSAN_SDP_OFFER,
    SIPSAN_SDP_ANSWER,
    SIPSAN_SDP_PREVIEW, /* in an unreliable 1xx: must equal the answer that follows */
    SIPSAN_SDP_SURPLUS, /* there, although the exchange leaves no place for it */
    SIPSAN_SDP_UNKNOWN, /* cannot be told: hole, UPDATE in flight, other disposition */
};

/* The exchange opened by the last INVITE of the dialog. */
struct sipsan_offers {
    bool invite_seen;             /* the INVITE itself was read */
    bool invite_offered;          /* it carried an offer */
    bool answered;                /* the answer passed, wherever */
    bool answered_reliably_early; /* in a reliable 1xx or in PRACK */
    bool offered_in_response;     /* offer in a reliable 1xx or the 2xx */
    bool followed;                /* false: something (UPDATE, hole) made the state unknown */
    uint64_t preview_hash;        /* of the SDP in an unreliable 1xx; 0: none */
    struct sipsan_ref preview;
    uint64_t cseq; /* of that INVITE */
};

/* Hash of a session description that is equal for texts which differ only in line ends. Never 0. */
uint64_t sipsan_sdp_hash(struct sipsan_span sdp);

#endif

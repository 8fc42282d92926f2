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
    bool invite_opaque;           /* or may have: it had a body that is no description */
    bool answered;                /* the answer passed, wherever */
    bool answered_reliably_early; /* in a reliable 1xx or in PRACK */
    bool offered_in_response;     /* offer in a reliable 1xx or the 2xx */
    bool followed;                /* false: something (UPDATE, hole) made the state unknown */
    bool in_prack;                /* an offer in PRACK: its exchange is not followed further */
    uint64_t preview_hash;        /* of the SDP in an unreliable 1xx; 0: none */
    uint64_t preview_media;       /* the same without its o= line */
    uint32_t preview_vias;        /* at which hop it was read: proxies may rewrite addresses */
    struct sipsan_ref preview;
    uint64_t cseq; /* of that INVITE */
    uint32_t from; /* hash of its From tag: each side counts by itself; 0: it was not read */
};

/* What the body of this message of the dialog is, before the message has its effect. */
enum sipsan_sdp_role sipsan_offer_role(const struct sipsan_offers *offers,
                                       const struct sipsan_msg *msg);

/* The exchange of a new INVITE begins; msg NULL when its text is not there. */
void sipsan_offer_begin(struct sipsan_offers *offers, const struct sipsan_msg *invite,
                        uint64_t cseq);

/* The message, seen for the first time, has its effect on the exchange. */
void sipsan_offer_apply(struct sipsan_offers *offers, const struct sipsan_msg *msg,
                        const struct sipsan_ref *ref);

/* A provisional response that is sent reliably: Require: 100rel and RSeq (RFC 3262 3). */
bool sipsan_offer_reliable(const struct sipsan_msg *msg);

#endif

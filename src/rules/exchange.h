/* What rules about offer and answer (RFC 3264) share: the offer that an answer belongs to, and what
 * the sender of an offer said before. */
#ifndef SIPSAN_RULES_EXCHANGE_H
#define SIPSAN_RULES_EXCHANGE_H

#include "parse/sdp.h"
#include "rules/rule.h"

/* An answer and its offer, both as seen between the same two hosts, so that no relay has rewritten
 * one of them. Of the offer either the text is there or what the dialog keeps of it. */
struct sipsan_exchange {
    const struct sipsan_sdp *answer;
    const struct sipsan_sdp *offer;       /* NULL: see kept */
    const struct sipsan_described *kept;  /* NULL: see offer */
    uint32_t offered;                     /* m= lines of the offer */
    const struct sipsan_sdp_media *media; /* those of sipsan_exchange_next: the next ones */
    const struct sipsan_sdp_media *offered_media;
    uint32_t index;
};

/* v->msg is an answer and its offer is known, both whole. */
bool sipsan_exchange_of(struct sipsan_exchange *exchange, const struct sipsan_view *v);

/* One m= line of the answer and the one of the offer that it is about. */
struct sipsan_stream_pair {
    const struct sipsan_sdp_media *media;         /* of the answer */
    const struct sipsan_sdp_media *offered_media; /* NULL: only `offered` is known */
    struct sipsan_stream answered, offered;
};

/* The next pair; false when the answer or the offer has no more, or SIPSAN_STREAMS_MAX have been
 * looked at. */
bool sipsan_exchange_next(struct sipsan_exchange *exchange, struct sipsan_stream_pair *pair);

/* The next pair in which neither side has a port of zero. */
bool sipsan_exchange_next_used(struct sipsan_exchange *exchange, struct sipsan_stream_pair *pair);

/* Names the offer in the finding. */
void sipsan_relate_offer(struct sipsan_why *why, const struct sipsan_view *v,
                         const struct sipsan_exchange *exchange,
                         const struct sipsan_stream_pair *pair);

/* RFC 5939: the offerer listed other transports for this stream, of which the answerer may take
 * one. */
bool sipsan_negotiates_transport(const struct sipsan_sdp *offer,
                                 const struct sipsan_sdp_media *media);

/* The attribute's name for SIPSAN_SDP_SENDRECV and its like; what is none of them reads as
 * sendrecv. */
const char *sipsan_direction_name(unsigned direction);

/* When rows about answers are asked. An answer is a response, or ACK or PRACK. */
#define SIPSAN_ON_ANSWER                                                                           \
    .on = SIPSAN_ON_DIALOG_RESPONSE, .also = SIPSAN_ON_DIALOG_REQUEST,                             \
    .methods = BIT(INVITE) | BIT(UPDATE) | BIT(PRACK) | BIT(ACK),                                  \
    .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_SESSION | SIPSAN_VIEW_ANSWER

/* v->msg is an offer (or an answer, where `answers` says so) and its sender has described the
 * session before: what it said last, seen between the same hosts. NULL where that is not known, or
 * need not be what this follows on (an offer in between was refused). */
const struct sipsan_described *sipsan_said_before(const struct sipsan_view *v, bool answers);

/* A description between the last one and this may have been missed: a number of the sender's CSeq
 * space is not accounted for, or an answer that it owes. Its FAIL, or INCONCLUSIVE. */
enum sipsan_verdict sipsan_unless_missed(const struct sipsan_view *v);

/* RTP payload types 0 to 127 of a media description and what they stand for. */
struct sipsan_codecs {
    uint32_t name[128]; /* hash of the encoding name; 0: not known */
    uint64_t listed[2]; /* bits of those in the m= line */
};

void sipsan_codecs_read(struct sipsan_codecs *out, const struct sipsan_sdp_media *media);

static inline bool sipsan_codec_listed(const struct sipsan_codecs *codecs, unsigned payload)
{
    return codecs->listed[payload / 64] >> payload % 64 & 1;
}

#endif

/* What each side of a dialog said of the session, as far as later descriptions are held against it
 * (RFC 3264 8): digests, no texts. There is one for the last description of each side that belongs
 * to a finished exchange, and one for an offer that is open.
 *
 * All of it lies in the dialog's arena and is made when a first SDP is seen; from then on places
 * are used again. */
#ifndef SIPSAN_DIALOG_DESCRIBED_H
#define SIPSAN_DIALOG_DESCRIBED_H

#include "base/hash.h"
#include "parse/sdp.h"

/* m= lines of a description that are kept, and payload types of each whose codec is known. */
#define SIPSAN_STREAMS_MAX     16
#define SIPSAN_STREAM_MAPS_MAX 8

/* One m= line. */
struct sipsan_stream {
    uint32_t type, proto;          /* hashes without case */
    uint8_t direction;             /* enum sipsan_sdp_direction */
    bool disabled, multicast, rtp; /* see struct sipsan_sdp_media */
    uint8_t map_count;
    uint64_t formats; /* a set of them that may seem to hold more, never less; 0: not worked out */
    uint32_t maps[SIPSAN_STREAM_MAPS_MAX]; /* sipsan_stream_map: payload types since it began */
};

struct sipsan_described {
    struct sipsan_described *next; /* while it is free */
    struct sipsan_ref ref;
    uint64_t hosts;   /* between which hosts: elsewhere a relay may have rewritten it */
    uint64_t origin;  /* o= without its version */
    uint64_t version; /* SIPSAN_SDP_NO_VERSION: could not be read */
    uint64_t rest;    /* all but o= */
    uint64_t cseq;    /* of the request that opened the exchange */
    struct sipsan_stream *streams;
    uint32_t media_count; /* may be more than are kept */
    uint16_t kept, room;
};

struct sipsan_descriptions {
    struct sipsan_described *last[2]; /* by enum sipsan_side; NULL: not known */
    struct sipsan_described *open[2]; /* an offer without an answer so far; NULL: none */
    struct sipsan_described *spare;   /* places that are free, a list */
    /* An offer of this side was refused since `last`, or may have been missed: what it says next
     * need not follow on `last`. */
    bool doubtful[2];
    /* The newest version that each side has written, in previews and refused offers too: the next
     * one after those may go on from it. */
    struct {
        uint64_t origin, version; /* as above */
    } newest[2];
};

/* The digest of a media description, without its formats and payload types. */
static inline struct sipsan_stream sipsan_stream_read(const struct sipsan_sdp_media *media)
{
    return (struct sipsan_stream){
        .type = media->type_hash,
        .proto = media->proto_hash,
        .direction = media->holds,
        .disabled = media->disabled,
        .multicast = media->multicast,
        .rtp = media->rtp,
    };
}

/* The set of formats of a media description, to be held against others of its kind: codecs by their
 * names, static payload types by their numbers, other formats as words. */
uint64_t sipsan_stream_formats(const struct sipsan_sdp_media *media);

/* A payload type and the codec that a=rtpmap binds it to (its name, without case) in one word; 0
 * when there is nothing to be held against: a static one, or what cannot be read. */
uint32_t sipsan_stream_map(const struct sipsan_sdp_attribute *rtpmap);

static inline uint32_t sipsan_map_payload(uint32_t map)
{
    return map >> 25;
}

/* The whole description is there, so that what is not in it was not said. */
bool sipsan_sdp_whole(const struct sipsan_msg *msg);

/* Between which hosts a message was seen, whoever sent it. */
static inline uint64_t sipsan_between(const struct sipsan_flow *flow)
{
    static const uint64_t seed[2] = {0, 0};

    return sipsan_hash_ip(seed, &flow->src) + sipsan_hash_ip(seed, &flow->dst);
}

/* This side has sent this description, whatever it is in an exchange. */
void sipsan_described_said(struct sipsan_descriptions *all, int side, const struct sipsan_msg *msg);

/* An offer of this side is open from now on. hosts: sipsan_between. */
void sipsan_described_offer(struct sipsan_descriptions *all, struct sipsan_arena *arena, int side,
                            const struct sipsan_msg *msg, const struct sipsan_ref *ref,
                            uint64_t hosts);

/* The answer of this side to the other one's offer, which was opened by the request with this CSeq
 * number. */
void sipsan_described_answer(struct sipsan_descriptions *all, struct sipsan_arena *arena, int side,
                             const struct sipsan_msg *msg, uint64_t cseq,
                             const struct sipsan_ref *ref, uint64_t hosts);

/* The exchange that this side opened with the request of this CSeq number is over: the offer has
 * been accepted, or it does not count. */
void sipsan_described_settle(struct sipsan_descriptions *all, int side, uint64_t cseq);
void sipsan_described_refuse(struct sipsan_descriptions *all, int side, uint64_t cseq);

/* Something of this side may have been missed. */
static inline void sipsan_described_doubt(struct sipsan_descriptions *all, int side)
{
    all->doubtful[side] = true;
}

#endif

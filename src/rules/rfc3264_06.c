/* RFC 3264 section 6, and 8.2: what an answer takes from its offer. Streams are matched by their
 * order; how many there are is judged by rfc3261.13.2.1.sdp-offer-answer-procedure.
 *
 * Offer and answer are compared only where both were seen between the same hosts: relays rewrite
 * descriptions. */
#include "rules/exchange.h"

/* 6: session section -------------------------------------------------------------------------- */

/* A description that is the offer's in every octet is allowed. */
static enum sipsan_verdict origin_differs(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_exchange x;
    uint64_t rest, origin, version;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    rest = x.kept ? x.kept->rest : sipsan_sdp_media_hash(x.offer);
    origin = x.kept ? x.kept->origin : sipsan_sdp_origin_hash(x.offer);
    version = x.kept ? x.kept->version : sipsan_sdp_version(x.offer);
    if (origin != sipsan_sdp_origin_hash(x.answer) || version != sipsan_sdp_version(x.answer) ||
        rest == sipsan_sdp_media_hash(x.answer))
        return SIPSAN_PASS;
    why->expected = "an o= line of the answerer's own";
    sipsan_relate_offer(why, v, &x, NULL);
    return sipsan_fail(why, x.answer->origin.text,
                       "the answer differs from the offer and has its o= line");
}

static enum sipsan_verdict same_time(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_sdp_time *a, *o;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    a = x.answer->times;
    o = x.offer->times;
    if (!a || !o || !a->start.p || !a->stop.p || !o->start.p || !o->stop.p)
        return SIPSAN_NA;
    if (span_eq(a->start, o->start) && span_eq(a->stop, o->stop))
        return SIPSAN_PASS;
    why->expected = "the t= line of the offer";
    sipsan_relate_offer(why, v, &x, NULL);
    return sipsan_fail(why, span_between(a->start.p, a->stop.p + a->stop.n),
                       "the answer has t=%.*s %.*s, the offer t=%.*s %.*s", SPAN(a->start),
                       SPAN(a->stop), SPAN(o->start), SPAN(o->stop));
}

/* 6.1, 8.2: the stream as a whole ------------------------------------------------------------- */

/* A stream that is refused keeps its place too, so that a wrong type is told of it as well. */
static enum sipsan_verdict same_type(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    while (sipsan_exchange_next(&x, &pair)) {
        if (pair.answered.type == pair.offered.type || !pair.media->ok)
            continue;
        why->lower = pair.answered.disabled;
        why->expected = "the media type that the offer has at this place";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text,
                           "m= line %u of the answer is of another type: %.*s", (unsigned)x.index,
                           SPAN(pair.media->type));
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict same_transport(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        if (pair.answered.proto == pair.offered.proto || pair.answered.type != pair.offered.type ||
            sipsan_negotiates_transport(x.offer, pair.offered_media))
            continue;
        why->expected = "the transport of the offer, or port 0";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text,
                           "m= line %u is offered as %.*s and answered as %.*s", (unsigned)x.index,
                           SPAN(pair.offered_media->proto), SPAN(pair.media->proto));
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict zero_stays_zero(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    while (sipsan_exchange_next(&x, &pair)) {
        if (!pair.offered.disabled || pair.answered.disabled || pair.media->port <= 0)
            continue;
        why->expected = "port 0";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text,
                           "m= line %u is offered with port 0 and answered with port %d",
                           (unsigned)x.index, (int)pair.media->port);
    }
    return SIPSAN_PASS;
}

/* 6.1: directions ----------------------------------------------------------------------------- */

/* Only of RTP: other transports take the attribute in senses of their own. */
static enum sipsan_verdict direction(const struct sipsan_view *v, struct sipsan_why *why,
                                     unsigned offered, unsigned allowed, const char *expected)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;
    bool any = false;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        if (!pair.answered.rtp || !pair.offered.rtp || pair.offered.multicast ||
            pair.offered.direction != offered || pair.answered.direction == SIPSAN_SDP_UNCLEAR)
            continue;
        any = true;
        if (pair.answered.direction == allowed || pair.answered.direction == SIPSAN_SDP_INACTIVE)
            continue;
        why->expected = expected;
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text, "m= line %u is offered %s and answered %s",
                           (unsigned)x.index, sipsan_direction_name(offered),
                           sipsan_direction_name(pair.answered.direction));
    }
    return any ? SIPSAN_PASS : SIPSAN_NA;
}

static enum sipsan_verdict answers_sendonly(const struct sipsan_view *v, struct sipsan_why *why)
{
    return direction(v, why, SIPSAN_SDP_SENDONLY, SIPSAN_SDP_RECVONLY, "a=recvonly or a=inactive");
}

static enum sipsan_verdict answers_recvonly(const struct sipsan_view *v, struct sipsan_why *why)
{
    return direction(v, why, SIPSAN_SDP_RECVONLY, SIPSAN_SDP_SENDONLY, "a=sendonly or a=inactive");
}

static enum sipsan_verdict answers_inactive(const struct sipsan_view *v, struct sipsan_why *why)
{
    return direction(v, why, SIPSAN_SDP_INACTIVE, SIPSAN_SDP_INACTIVE, "a=inactive");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3264.6.answer-origin",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* peers tell the two by who sent them */
        SIPSAN_ON_ANSWER,
        .summary = "An answer that differs from its offer has an o= line of its own",
        .explain =
            "The o= line names who made a description. An answer with the line of the offer claims "
            "to be the offer, and an element that knows this version already may not read on.\n"
            "Legal: the description sent back as it came, octet for octet; another version in the "
            "line.\n"
            "Bad: o=alice 1 1 IN IP4 192.0.2.1 in offer and answer, with two addresses in c=\n"
            "Good: o=bob 7 7 IN IP4 192.0.2.2 in the answer",
        .check = origin_differs,
    },
    {
        .id = "rfc3264.6.answer-time",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "The t= line of an answer is that of the offer",
        .explain =
            "When a session takes place is not negotiated: the answer repeats what the offer "
            "says. In calls that is t=0 0.\n"
            "Judged where the answer is a response to the request with the offer. r= and z= "
            "lines are not compared.\n"
            "Bad: t=0 0 in the offer, t=3724394400 0 in the answer\n"
            "Good: t=0 0 in both",
        .check = same_time,
    },
    {
        .id = "rfc3264.6.1.media-type",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A stream is answered with the media type that it was offered with",
        .explain =
            "Streams are matched by their place. An answer that has video where the offer has "
            "audio "
            "has them in another order, and each side sends to the wrong port.\n"
            "Of a stream that the answer refuses it is reported one step lower: nothing is sent "
            "there.\n"
            "Bad: m=audio, m=video in the offer, m=video, m=audio in the answer\n"
            "Good: both in the order of the offer",
        .check = same_type,
    },
    {
        .id = "rfc3264.6.1.transport",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* no sentence of the RFC says so of the transport alone */
        SIPSAN_ON_ANSWER,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .updated_by = "RFC 5939",
        .summary = "A stream is answered with the transport that it was offered with",
        .explain =
            "The answer says which of the offered formats are taken over the offered transport. "
            "RTP/AVP for an offer of RTP/SAVP leaves one side encrypting and the other not.\n"
            "Legal: a stream refused by port 0; an offer that lists other transports (a=tcap, "
            "a=pcfg, RFC 5939).\n"
            "Bad: m=audio 49170 RTP/SAVP 0 answered by m=audio 49180 RTP/AVP 0\n"
            "Good: m=audio 0 RTP/SAVP 0",
        .check = same_transport,
    },
    {
        .id = "rfc3264.8.2.zero-port-answered-zero",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .updated_by = "RFC 8843",
        .summary = "A stream that is offered with port 0 has port 0 in the answer",
        .explain =
            "Port 0 in an offer says that the stream is not to be used, or no longer. An answerer "
            "that gives it a port sends media that nobody waits for.\n"
            "Legal: an offered port 0 with a=bundle-only (RFC 8843), whose stream is in use.\n"
            "Bad: m=video 0 RTP/AVP 31 answered by m=video 49182 RTP/AVP 31\n"
            "Good: m=video 0 RTP/AVP 31 in both",
        .check = zero_stays_zero,
    },
    {
        .id = "rfc3264.6.1.answer-to-sendonly",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A stream offered as sendonly is answered recvonly or inactive",
        .explain =
            "Who offers sendonly will not listen: that is how a call is put on hold. An answer "
            "without a direction means sendrecv, and the answerer goes on to send.\n"
            "Judged of RTP streams with a unicast address that neither side has refused.\n"
            "Bad: a=sendonly in the offer, no direction in the answer\n"
            "Good: a=recvonly in the answer",
        .check = answers_sendonly,
    },
    {
        .id = "rfc3264.6.1.answer-to-recvonly",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A stream offered as recvonly is answered sendonly or inactive",
        .explain = "Who offers recvonly will not send. An answerer that says it wants to receive "
                   "waits for media that never come.\n"
                   "Judged of RTP streams with a unicast address that neither side has refused.\n"
                   "Bad: a=recvonly in the offer, a=recvonly in the answer\n"
                   "Good: a=sendonly in the answer",
        .check = answers_recvonly,
    },
    {
        .id = "rfc3264.6.1.answer-to-inactive",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A stream offered as inactive is answered inactive",
        .explain =
            "Who offers inactive neither sends nor listens for now. Another direction in the "
            "answer promises or asks for what cannot be had.\n"
            "Judged of RTP streams with a unicast address that neither side has refused.\n"
            "Bad: a=inactive in the offer, a=recvonly in the answer\n"
            "Good: a=inactive in both",
        .check = answers_inactive,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3264_06, rules);

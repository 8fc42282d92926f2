/* RFC 3264 sections 6.1 and 6.2: unicast and multicast in an answer. */
#include "rules/exchange.h"

static enum sipsan_verdict unicast_answer(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        const struct sipsan_sdp_connection *c;

        if (!pair.answered.multicast || pair.offered.multicast)
            continue;
        c = sipsan_sdp_connection(x.answer, pair.media);
        why->expected = "a unicast address";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, c ? c->text : nothing,
                           "a unicast stream is answered with a multicast address");
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict multicast_answer(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;
    bool any = false;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        const struct sipsan_sdp_connection *a, *o;

        if (!pair.offered.multicast)
            continue;
        any = true;
        a = sipsan_sdp_connection(x.answer, pair.media);
        o = sipsan_sdp_connection(x.offer, pair.offered_media);
        if (a && o && sipsan_span_eq_nocase(a->address, o->address) &&
            pair.media->port == pair.offered_media->port)
            continue;
        why->expected = "address and port of the offer, or port 0";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text,
                           "a multicast stream is answered with another address or port");
    }
    return any ? SIPSAN_PASS : SIPSAN_NA;
}

static enum sipsan_verdict multicast_direction(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;
    bool any = false;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        if (!pair.offered.multicast || pair.offered.direction == SIPSAN_SDP_UNCLEAR ||
            pair.answered.direction == SIPSAN_SDP_UNCLEAR)
            continue;
        any = true;
        if (pair.answered.direction == pair.offered.direction)
            continue;
        why->expected = "the direction of the offer";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text,
                           "a multicast stream is offered %s and answered %s",
                           sipsan_direction_name(pair.offered.direction),
                           sipsan_direction_name(pair.answered.direction));
    }
    return any ? SIPSAN_PASS : SIPSAN_NA;
}

static enum sipsan_verdict multicast_formats(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;
    bool any = false;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        struct sipsan_codecs answered, offered;

        if (!pair.offered.multicast || !pair.answered.rtp || !pair.offered.rtp)
            continue;
        any = true;
        sipsan_codecs_read(&answered, pair.media);
        sipsan_codecs_read(&offered, pair.offered_media);
        if ((answered.listed[0] & ~offered.listed[0]) == 0 &&
            (answered.listed[1] & ~offered.listed[1]) == 0)
            continue;
        why->expected = "formats of the offer only";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text, "the answer adds a format to a multicast stream");
    }
    return any ? SIPSAN_PASS : SIPSAN_NA;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3264.6.1.unicast-answer",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A unicast stream is answered with a unicast address",
        .explain = "The offerer sends to one receiver; a group in the answer would have it send to "
                   "many, and receive from whoever is there.\n"
                   "Bad: c=IN IP4 192.0.2.1 answered by c=IN IP4 233.252.0.1/127\n"
                   "Good: c=IN IP4 192.0.2.2",
        .check = unicast_answer,
    },
    {
        .id = "rfc3264.6.2.multicast-address",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A multicast stream is answered with its address and port",
        .explain =
            "All who take part in a multicast session use one address and one port. An answer "
            "can accept them or refuse the stream.\n"
            "Bad: 233.252.0.1 port 49170 answered by 192.0.2.2 port 49180\n"
            "Good: 233.252.0.1 port 49170 in both, or port 0",
        .check = multicast_answer,
    },
    {
        .id = "rfc3264.6.2.multicast-direction",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .summary = "A multicast stream has one direction in offer and answer",
        .explain = "In a multicast stream the direction is the same for all: recvonly means that "
                   "everybody only receives. It is not turned round as between two sides.\n"
                   "Bad: a=recvonly answered by a=sendonly, with a multicast address\n"
                   "Good: a=recvonly in both",
        .check = multicast_direction,
    },
    {
        .id = "rfc3264.6.2.multicast-formats",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "The answer adds no format to a multicast stream",
        .explain = "Who joins a multicast session can say which of its formats it does without. A "
                   "format of its own is known to nobody else there.\n"
                   "Bad: m=audio 49170 RTP/AVP 0 answered by m=audio 49170 RTP/AVP 0 8\n"
                   "Good: m=audio 49170 RTP/AVP 0",
        .check = multicast_formats,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3264_06_multicast, rules);

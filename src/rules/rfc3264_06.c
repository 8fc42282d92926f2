/* RFC 3264 section 6, and 8.2: what an answer takes from its offer. Streams are matched by their
 * order; how many there are is judged by rfc3261.13.2.1.sdp-offer-answer-procedure.
 *
 * Offer and answer are compared only where both were seen between the same hosts: relays rewrite
 * descriptions. */
#include "base/hash.h"
#include "rules/exchange.h"

static const struct sipsan_span nothing;

static const char *direction_name(unsigned direction)
{
    static const char *const names[] = {
        [SIPSAN_SDP_SENDRECV] = "sendrecv",
        [SIPSAN_SDP_SENDONLY] = "sendonly",
        [SIPSAN_SDP_RECVONLY] = "recvonly",
        [SIPSAN_SDP_INACTIVE] = "inactive",
    };

    return direction < sizeof(names) / sizeof(names[0]) && names[direction] ? names[direction]
                                                                            : "sendrecv";
}

/* 6: session section ----------------------------------------------------------------------------
 */

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

/* 6.1, 8.2: the stream as a whole ---------------------------------------------------------------
 */

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

/* RFC 5939: the offerer listed other transports, of which the answerer may take one. */
static bool negotiates_transport(const struct sipsan_sdp *offer,
                                 const struct sipsan_sdp_media *media)
{
    return sipsan_sdp_find(&media->section, SPAN_LIT("pcfg")) ||
           sipsan_sdp_find(&media->section, SPAN_LIT("tcap")) ||
           sipsan_sdp_find(&offer->section, SPAN_LIT("tcap"));
}

static enum sipsan_verdict same_transport(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        if (pair.answered.proto == pair.offered.proto || pair.answered.type != pair.offered.type ||
            negotiates_transport(x.offer, pair.offered_media))
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

/* 6.1: directions -------------------------------------------------------------------------------
 */

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
            pair.offered.direction != offered)
            continue;
        any = true;
        if (pair.answered.direction == allowed || pair.answered.direction == SIPSAN_SDP_INACTIVE)
            continue;
        why->expected = expected;
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text, "m= line %u is offered %s and answered %s",
                           (unsigned)x.index, direction_name(offered),
                           direction_name(pair.answered.direction));
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

/* 6.1: formats ----------------------------------------------------------------------------------
 */

/* A set of hashes that may say yes where it should say no, never the other way round. */
struct set {
    uint64_t bits[4];
};

static void set_add(struct set *set, uint32_t hash)
{
    set->bits[hash >> 6 & 3] |= UINT64_C(1) << (hash & 63);
}

static bool set_has(const struct set *set, uint32_t hash)
{
    return set->bits[hash >> 6 & 3] >> (hash & 63) & 1;
}

/* Codecs by their names. A payload type without one is whatever the other side has there, and a
 * static one is what its number says. *number: one of the offer's numbers at least is there. */
static bool rtp_in_common(const struct sipsan_stream_pair *pair, bool *number)
{
    struct sipsan_codecs answered, offered;
    struct set names = {0};

    sipsan_codecs_read(&answered, pair->media);
    sipsan_codecs_read(&offered, pair->offered_media);
    for (unsigned i = 0; i < 128; i++)
        if (sipsan_codec_listed(&offered, i)) {
            if (offered.name[i] == 0 || (i < 96 && sipsan_codec_listed(&answered, i)))
                return true;
            *number |= sipsan_codec_listed(&answered, i);
            set_add(&names, offered.name[i]);
        }
    for (unsigned i = 0; i < 128; i++)
        if (sipsan_codec_listed(&answered, i) &&
            (answered.name[i] == 0 || set_has(&names, answered.name[i])))
            return true;
    return false;
}

static bool words_in_common(const struct sipsan_stream_pair *pair)
{
    struct sipsan_span rest = pair->offered_media->formats, format;
    struct set words = {0};

    while (sipsan_sdp_next_format(&rest, &format))
        set_add(&words, sipsan_hash_word(format));
    rest = pair->media->formats;
    while (sipsan_sdp_next_format(&rest, &format))
        if (set_has(&words, sipsan_hash_word(format)))
            return true;
    return false;
}

static enum sipsan_verdict common_format(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;
    bool number = false;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        if (pair.answered.proto != pair.offered.proto || pair.answered.type != pair.offered.type ||
            !pair.offered_media->ok || negotiates_transport(x.offer, pair.offered_media))
            continue;
        if (pair.answered.rtp ? rtp_in_common(&pair, &number) : words_in_common(&pair))
            continue;
        why->lower = number;
        why->expected = "a format of the offer, or port 0";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(why, pair.media->text,
                           "m= line %u of the answer has no format of the offer",
                           (unsigned)x.index);
    }
    return SIPSAN_PASS;
}

/* The first payload type of the other side that has this codec, or 128. */
static unsigned payload_of(const struct sipsan_codecs *codecs, uint32_t name)
{
    unsigned i = 0;

    while (i < 128 && (!sipsan_codec_listed(codecs, i) || codecs->name[i] != name))
        i++;
    return i;
}

/* With parameters one codec may stand there for several formats. */
static enum sipsan_verdict same_payload(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v) || !x.offer)
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        struct sipsan_span rest = pair.media->formats, format;
        struct sipsan_codecs answered, offered;

        if (!pair.answered.rtp || !pair.offered.rtp || pair.media->section.fmtps ||
            pair.offered_media->section.fmtps)
            continue;
        sipsan_codecs_read(&answered, pair.media);
        sipsan_codecs_read(&offered, pair.offered_media);
        for (int n = 0; n < 8 && sipsan_sdp_next_format(&rest, &format); n++) {
            uint64_t payload = sipsan_sdp_number(format);
            unsigned theirs;

            if (payload > 127 || answered.name[payload] == 0 ||
                (sipsan_codec_listed(&offered, (unsigned)payload) &&
                 (offered.name[payload] == answered.name[payload] || offered.name[payload] == 0)))
                continue;
            theirs = payload_of(&offered, answered.name[payload]);
            if (theirs == 128)
                continue;
            why->expected = "the payload type that the offer has for this codec";
            sipsan_relate_offer(why, v, &x, &pair);
            return sipsan_fail(why, pair.media->text,
                               "payload type %u of the answer is %u in the offer",
                               (unsigned)payload, theirs);
        }
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict dynamic_rtpmap(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_stream_pair pair;
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    while (sipsan_exchange_next_used(&x, &pair)) {
        struct sipsan_codecs codecs;

        if (!pair.answered.rtp)
            continue;
        sipsan_codecs_read(&codecs, pair.media);
        for (unsigned i = 96; i < 128; i++) {
            if (!sipsan_codec_listed(&codecs, i) || codecs.name[i] != 0)
                continue;
            why->expected = "a=rtpmap for each dynamic payload type";
            sipsan_relate_offer(why, v, &x, &pair);
            return sipsan_fail(why, pair.media->text,
                               "payload type %u of the answer has no a=rtpmap", i);
        }
    }
    return SIPSAN_PASS;
}

/* 6.1, 6.2: unicast and multicast ---------------------------------------------------------------
 */

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
        if (!pair.offered.multicast)
            continue;
        any = true;
        if (pair.answered.direction == pair.offered.direction)
            continue;
        why->expected = "the direction of the offer";
        sipsan_relate_offer(why, v, &x, &pair);
        return sipsan_fail(
            why, pair.media->text, "a multicast stream is offered %s and answered %s",
            direction_name(pair.offered.direction), direction_name(pair.answered.direction));
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

#define BIT(name) SIPSAN_METHOD_BIT(SIPSAN_METHOD_##name)

/* An answer is a response, or ACK or PRACK. */
#define ON_ANSWER                                                                                  \
    .on = SIPSAN_ON_DIALOG_RESPONSE, .also = SIPSAN_ON_DIALOG_REQUEST,                             \
    .methods = BIT(INVITE) | BIT(UPDATE) | BIT(PRACK) | BIT(ACK),                                  \
    .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_SESSION

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3264.6.answer-origin",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* peers tell the two by who sent them */
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
        .summary = "A stream offered as inactive is answered inactive",
        .explain =
            "Who offers inactive neither sends nor listens for now. Another direction in the "
            "answer promises or asks for what cannot be had.\n"
            "Judged of RTP streams with a unicast address that neither side has refused.\n"
            "Bad: a=inactive in the offer, a=recvonly in the answer\n"
            "Good: a=inactive in both",
        .check = answers_inactive,
    },
    {
        .id = "rfc3264.6.1.common-format",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_ANSWER,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .aliases = "rfc3264.6.1.no-common-format-rejected",
        .summary = "A stream that is accepted has a format of the offer in its answer",
        .explain =
            "Both sides send what the other one listed. With no format in both lists nothing can "
            "be sent; such a stream is refused by port 0.\n"
            "RTP formats are compared by the names of their codecs, since the numbers of the "
            "answer "
            "may differ. A payload type whose codec is not told counts as one in common, and so "
            "does "
            "the same number below 96; another name under the same number from 96 on is reported "
            "one "
            "step lower: some write one codec in two ways. Further formats in the answer are "
            "legal. An offer in a response, answered in ACK or PRACK, is "
            "not judged.\n"
            "Bad: m=audio 49170 RTP/AVP 0 answered by m=audio 49180 RTP/AVP 8\n"
            "Good: m=audio 49180 RTP/AVP 0 8, or m=audio 0 RTP/AVP 0",
        .check = common_format,
    },
    {
        .id = "rfc3264.6.1.same-payload-type",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* legal and understood: each side has its own numbers then */
        ON_ANSWER,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A codec has the payload type in the answer that it has in the offer",
        .explain =
            "The numbers may differ in the two directions; with one number for both fewer "
            "implementations get confused.\n"
            "Compared by the names of codecs, in streams without a=fmtp: with parameters one name "
            "may stand for several formats.\n"
            "Bad: a=rtpmap:97 iLBC/8000 in the offer, a=rtpmap:98 iLBC/8000 in the answer\n"
            "Good: 97 in both",
        .check = same_payload,
    },
    {
        .id = "rfc3264.6.1.dynamic-rtpmap",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_ANSWER,
        .summary = "Dynamic payload types of an answer are defined in it",
        .explain =
            "Payload types from 96 on mean nothing by themselves, and a number in the answer need "
            "not mean what it means in the offer. Each has its a=rtpmap, also when the offer had "
            "the same.\n"
            "Bad: m=audio 49180 RTP/AVP 97 in the answer, no a=rtpmap:97\n"
            "Good: a=rtpmap:97 iLBC/8000",
        .check = dynamic_rtpmap,
    },
    {
        .id = "rfc3264.6.1.unicast-answer",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
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
        ON_ANSWER,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "The answer adds no format to a multicast stream",
        .explain = "Who joins a multicast session can say which of its formats it does without. A "
                   "format of its own is known to nobody else there.\n"
                   "Bad: m=audio 49170 RTP/AVP 0 answered by m=audio 49170 RTP/AVP 0 8\n"
                   "Good: m=audio 49170 RTP/AVP 0",
        .check = multicast_formats,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3264_06, rules);

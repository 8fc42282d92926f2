/* RFC 3264 section 6.1: which formats of its offer an answer takes. Codecs go by their names, all
 * other formats by the word in the m= line. */
#include "base/hash.h"
#include "rules/exchange.h"

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
            !pair.offered_media->ok || sipsan_negotiates_transport(x.offer, pair.offered_media))
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

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3264.6.1.common-format",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        SIPSAN_ON_ANSWER,
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
        SIPSAN_ON_ANSWER,
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
        SIPSAN_ON_ANSWER,
        .summary = "Dynamic payload types of an answer are defined in it",
        .explain =
            "Payload types from 96 on mean nothing by themselves, and a number in the answer need "
            "not mean what it means in the offer. Each has its a=rtpmap, also when the offer had "
            "the same.\n"
            "Bad: m=audio 49180 RTP/AVP 97 in the answer, no a=rtpmap:97\n"
            "Good: a=rtpmap:97 iLBC/8000",
        .check = dynamic_rtpmap,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3264_06_formats, rules);

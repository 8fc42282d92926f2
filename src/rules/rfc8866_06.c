/* RFC 8866 sections 6 and 9: attributes that have a grammar of their own, and what no line may
 * hold. RFC 4566 names no sections for its attributes; its ids are aliases. */
#include "rules/bodies.h"

/* Payload types that the RTP profile has fixed (RFC 3551 6). */
static enum sipsan_verdict rtpmap_rate(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_span head = SPAN_LIT("a=rtpmap:");
    struct sipsan_span line = sipsan_body_line(v);
    unsigned payload = 0;

    for (size_t i = head.n; i < line.n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
        payload = payload > 127 ? payload : payload * 10 + (unsigned)(line.p[i] - '0');
    why->lower = payload < 96;
    return sipsan_body_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        /* a recommendation to the sender of media */
        SIPSAN_BODY_ROW(SDP_PTIME, "rfc8866.6.4.ptime", ABNF, WARNING),
        .summary = "a=ptime is a number of milliseconds above 0",
        .explain = "How much sound a packet holds, as a whole number or with a decimal fraction.\n"
                   "  bad:   a=ptime:0\n"
                   "  bad:   a=ptime:20ms\n"
                   "  good:  a=ptime:20\n"
                   "  good:  a=ptime:2.5",
        .aliases = "rfc4566.6.ptime",
        .check = sipsan_body_fault,
    },
    {
        /* as for a=ptime */
        SIPSAN_BODY_ROW(SDP_MAXPTIME, "rfc8866.6.5.maxptime", ABNF, WARNING),
        .summary = "a=maxptime is a number of milliseconds above 0",
        .explain = "How much sound a packet holds at most, as a whole number or with a decimal "
                   "fraction.\n"
                   "  bad:   a=maxptime:0\n"
                   "  good:  a=maxptime:150",
        .aliases = "rfc4566.6.maxptime",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(SDP_RTPMAP, "rfc8866.6.6.rtpmap", ABNF, ERROR),
        .summary = "a=rtpmap is payload type, encoding name / clock rate, parameters",
        .explain =
            "It tells what a payload type of the m= line stands for; for the types from 96 on "
            "nothing else does. The payload type is a number from 0 to 127, the rate is in "
            "hertz, the parameters of sound are the number of channels.\n"
            "  bad:   a=rtpmap:128 opus/48000/2\n"
            "  bad:   a=rtpmap: 0 PCMU/8000\n"
            "  good:  a=rtpmap:101 telephone-event/8000\n"
            "  good:  a=rtpmap:96 opus/48000/2",
        .aliases = "rfc4566.6.rtpmap",
        .check = sipsan_body_fault,
    },
    {
        /* where the name says enough, nothing is lost */
        SIPSAN_BODY_ROW(SDP_RTPMAP_RATE, "rfc8866.6.6.rtpmap-rate", ABNF, WARNING),
        .summary = "a=rtpmap tells the clock rate",
        .explain =
            "Behind the name of the encoding there is a slash and its rate in hertz. Receivers "
            "that have a default for the codec do without, others refuse it.\n"
            "  bad:   a=rtpmap:101 telephone-event\n"
            "  good:  a=rtpmap:101 telephone-event/8000\n"
            "For the payload types below 96 it is a note: what they are is fixed, rate and all, "
            "and the examples of RFC 4475 leave it out.",
        .aliases = "rfc4566.6.rtpmap-rate",
        .check = rtpmap_rate,
    },
    {
        /* receivers go on with one of the two */
        SIPSAN_BODY_ROW(SDP_DIRECTION, "rfc8866.6.7.direction-once", IMPLIED, WARNING),
        .summary = "One direction at most in the session section, and in each media description",
        .explain =
            "a=sendrecv, a=sendonly, a=recvonly and a=inactive exclude each other. With two of "
            "them in one section one end holds the call and the other does not know it.\n"
            "  bad:   a=sendonly\n"
            "         a=sendrecv\n"
            "  good:  a=sendonly",
        .aliases = "rfc4566.6.direction-once",
        .check = sipsan_body_fault,
    },
    {
        /* without parameters it says nothing */
        SIPSAN_BODY_ROW(SDP_FMTP, "rfc8866.6.15.fmtp", ABNF, WARNING),
        .summary = "a=fmtp is a format, a space and its parameters",
        .explain = "The format is one of the m= line; what follows is between the two codecs.\n"
                   "  bad:   a=fmtp:101\n"
                   "  bad:   a=fmtp: 101 0-15\n"
                   "  good:  a=fmtp:101 0-15",
        .aliases = "rfc4566.6.fmtp",
        .check = sipsan_body_fault,
    },
    {
        /* sent a lot, and mostly dropped */
        SIPSAN_BODY_ROW(SDP_TRAILING_SPACE, "rfc8866.9.trailing-space", ABNF, WARNING),
        .summary = "No white space at the end of a line that has parts",
        .explain =
            "One space divides the parts of a line, and behind the last one comes CR LF. (Free "
            "text, such as s= or the value of an attribute of one's own, may end as it likes.)\n"
            "  bad:   m=audio 49170 RTP/AVP 0 8<SP>\n"
            "  bad:   a=sendrecv<SP>\n"
            "  good:  m=audio 49170 RTP/AVP 0 8\n"
            "A warning: it is sent a lot, and most parsers drop it; some see an empty format, "
            "or an attribute with a name that nobody knows.",
        .aliases = "rfc4566.9.trailing-space",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(SDP_NUL, "rfc8866.9.nul", ABNF, ERROR),
        .summary = "There is no NUL in SDP",
        .explain = "Texts and values may hold any octet but NUL, CR and LF. Software written in C "
                   "takes a NUL for the end of all.\n"
                   "  bad:   s=call<NUL>\n"
                   "  good:  s=call",
        .aliases = "rfc4566.9.nul",
        .check = sipsan_body_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc8866_06, rules);

/* RFC 2046 5.1.1 and RFC 5621: how a multipart body is divided. */
#include "rules/bodies.h"

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_BODY_ROW(MULTIPART_NO_BOUNDARY, "rfc2046.5.1.1.boundary-parameter", IMPLIED, ERROR),
        .summary = "A multipart type has a boundary parameter",
        .explain =
            "Content-Type: multipart/... says with its boundary parameter which lines divide "
            "the parts. Without it there are no parts.\n"
            "  bad:   Content-Type: multipart/mixed\n"
            "  good:  Content-Type: multipart/mixed;boundary=b1",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(MULTIPART_BOUNDARY, "rfc2046.5.1.1.boundary-syntax", ABNF, ERROR),
        .summary = "A boundary is 1 to 70 harmless characters",
        .explain =
            "Letters, digits and ' ( ) + _ , - . / : = ? and spaces, except at the end. With a "
            "colon, a slash, = or a space in it the parameter needs quotes in Content-Type.\n"
            "  bad:   boundary=b*1\n"
            "  bad:   boundary=\"b1 \"\n"
            "  good:  boundary=b1\n"
            "  good:  boundary=\"=_b:1\"",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(MULTIPART_DELIMITER, "rfc2046.5.1.1.first-delimiter", ABNF, ERROR),
        .summary = "A multipart body has a line with its boundary",
        .explain = "Each part begins behind a line of two hyphens and the boundary. A body without "
                   "such a line has no part: the boundary of the header field and that of the body "
                   "differ, or the hyphens were left out.\n"
                   "  bad:   Content-Type: multipart/mixed;boundary=b1\n"
                   "         and in the body: --b2\n"
                   "  good:  --b1",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(MULTIPART_CLOSE, "rfc2046.5.1.1.close-delimiter", ABNF, ERROR),
        .summary = "Behind the last part stands the boundary with two hyphens at its end",
        .explain =
            "It says that no part follows, so that a body that was cut is known from a whole "
            "one. Receivers that wait for it lose the last part.\n"
            "  bad:   --b1\n"
            "         Content-Type: text/plain\n"
            "         <empty>\n"
            "         text\n"
            "  good:  --b1\n"
            "         Content-Type: text/plain\n"
            "         <empty>\n"
            "         text\n"
            "         --b1--",
        .check = sipsan_body_fault,
    },
    {
        /* receivers must skip it */
        SIPSAN_BODY_ROW(MULTIPART_PADDING, "rfc2046.5.1.1.transport-padding", MUST_NOT, WARNING),
        .summary = "No white space behind a boundary",
        .explain = "Mail gateways used to add white space at the end of lines, so receivers are to "
                   "skip it; senders may not write it, and SIP has no such gateways.\n"
                   "  bad:   --b1<SP><CR><LF>\n"
                   "  good:  --b1<CR><LF>",
        .check = sipsan_body_fault,
    },
    {
        /* most receivers take a lone LF */
        SIPSAN_BODY_ROW(MULTIPART_CRLF, "rfc2046.5.1.1.delimiter-crlf", ABNF, WARNING),
        .summary = "A boundary line stands between CR LF and CR LF",
        .explain =
            "The CR LF before the boundary belongs to it. With a lone LF strict receivers do "
            "not see the boundary at all, and with mixed line ends lengths come out wrong.\n"
            "  bad:   v=0<CR><LF>...<LF>--b1<LF>\n"
            "  good:  v=0<CR><LF>...<CR><LF>--b1<CR><LF>",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(MULTIPART_HEADER, "rfc2046.5.1.1.part-header", ABNF, ERROR),
        .summary = "The header of a part is header fields and an empty line",
        .explain =
            "Behind the boundary come the header fields that describe the part, then an empty "
            "line, then the part. Without the empty line the part is taken for its own header, "
            "and is lost.\n"
            "  bad:   --b1\n"
            "         Content-Type: application/sdp\n"
            "         v=0\n"
            "  good:  --b1\n"
            "         Content-Type: application/sdp\n"
            "         <empty>\n"
            "         v=0\n"
            "A part without header fields begins with the empty line.",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(MULTIPART_ALIKE, "rfc5621.6.2.alternative-types", MUST_NOT, ERROR),
        .summary = "Alternative sessions differ in their type",
        .explain =
            "In a multipart/alternative the receiver takes the last part that it understands. "
            "Of two session descriptions of one type it understands both, and what the sender "
            "meant by the first is anybody's guess; for the dispositions session and early- "
            "session this is forbidden.\n"
            "  bad:   multipart/alternative of application/sdp and application/sdp\n"
            "  good:  multipart/alternative of application/sdp and application/sdpng\n"
            "  good:  multipart/mixed with the dispositions session and early-session",
        .check = sipsan_body_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc2046, rules);

/* RFC 3420: message/sipfrag, a piece of a message as the body of another one. */
#include "rules/bodies.h"

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_BODY_ROW(SIPFRAG_START_LINE, "rfc3420.2.start-line", ABNF, ERROR),
        .summary = "The start line of a message/sipfrag is a whole one, or is left out",
        .explain =
            "A piece of a message is what remains of a valid one when its start line, header "
            "fields or body are deleted, each as a whole. A NOTIFY for a REFER says with the "
            "Status-Line how the referred request fared; a receiver that cannot read it does "
            "not know.\n"
            "  bad:   SIP/2.0 200\n"
            "  bad:   200 OK\n"
            "  bad:   INVITE\n"
            "  good:  SIP/2.0 200 OK",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(SIPFRAG_HEADER, "rfc3420.2.header-field", ABNF, ERROR),
        .summary = "Header fields of a message/sipfrag are valid",
        .explain =
            "Whole header fields may be left out, but those that are there fit the grammar of "
            "RFC 3261. A line that is no header field is often a body without the empty line "
            "before it.\n"
            "  bad:   To: <>;tag=39234\n"
            "  bad:   Call-ID: this is invalid\n"
            "  good:  To: <sip:bob@example.com>;tag=39234",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_BODY_ROW(SIPFRAG_BODY, "rfc3420.2.body-described", MUST, ERROR),
        .summary = "A body in a message/sipfrag comes with the header fields that describe it",
        .explain = "Behind the empty line there is a body, and no Content-Type says what it is.\n"
                   "  bad:   MESSAGE sip:alice@example.com SIP/2.0\n"
                   "         <empty>\n"
                   "         Hi there!\n"
                   "  good:  MESSAGE sip:alice@example.com SIP/2.0\n"
                   "         Content-Type: text/plain\n"
                   "         Content-Length: 9\n"
                   "         <empty>\n"
                   "         Hi there!",
        .check = sipsan_body_fault,
    },
    {
        /* everybody reads it */
        SIPSAN_BODY_ROW(SIPFRAG_CRLF, "rfc3420.2.line-end", ABNF, NOTE),
        .summary = "Lines of a message/sipfrag end in CR LF, the last one too",
        .explain =
            "Start line and header fields are those of SIP, with the CR LF at their end. A body "
            "of SIP/2.0 200 OK and nothing behind it is common, and is read by all: a note.\n"
            "  bad:   SIP/2.0 200 OK\n"
            "  good:  SIP/2.0 200 OK<CR><LF>",
        .check = sipsan_body_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3420, rules);

/* RFC 3261 section 7: the shape of a message. Line ends, start line, which header fields may stand
 * there twice, and the type of a body. What the grammar of a single header field says is in
 * rfc3261_25.c. */
#include "rules/grammar.h"

/* 7.2: the reason phrase may be empty, the space before it may not. Leaving it out is common and
 * every client copes, so it weighs less. */
static enum sipsan_verdict status_line(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span line = v->msg->start_line;
    const char *end = line.n >= 5 ? line.p + line.n : NULL;

    why->lower = v->msg->status != 0 && end && end[-4] == ' ' && end[-5] != ' ';
    return sipsan_grammar_fault(v, why);
}

/* A version that is well-formed, but not the one that there is; a receiver answers 505 (21.5.6).
 * The letters before the slash have no case. */
static enum sipsan_verdict sip_version(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span version = v->msg->version;

    if (version.n == 7 && memcmp(version.p + 4, "2.0", 3) == 0)
        return SIPSAN_PASS;
    for (uint32_t i = 0; i < v->msg->fault_count; i++)
        if (v->msg->faults[i].line == SIPSAN_NO_LINE)
            return SIPSAN_NA; /* the start line is broken anyway */
    if (version.n == 0)
        return SIPSAN_NA;
    why->expected = "SIP/2.0";
    return sipsan_fail(why, version, "the version is %.*s", SPAN(version));
}

/* Header fields whose value is no comma list, so that a second row has no meaning. Those of the
 * credentials family may repeat, and of extensions nothing is known. */
static const enum sipsan_header_id single_valued[] = {
    SIPSAN_HDR_FROM,         SIPSAN_HDR_TO,
    SIPSAN_HDR_CALL_ID,      SIPSAN_HDR_CSEQ,
    SIPSAN_HDR_MAX_FORWARDS, SIPSAN_HDR_CONTENT_LENGTH,
    SIPSAN_HDR_CONTENT_TYPE, SIPSAN_HDR_CONTENT_DISPOSITION,
    SIPSAN_HDR_EXPIRES,      SIPSAN_HDR_DATE,
    SIPSAN_HDR_MIME_VERSION, SIPSAN_HDR_SUBJECT,
    SIPSAN_HDR_ORGANIZATION, SIPSAN_HDR_PRIORITY,
    SIPSAN_HDR_REPLY_TO,     SIPSAN_HDR_RETRY_AFTER,
    SIPSAN_HDR_SERVER,       SIPSAN_HDR_USER_AGENT,
    SIPSAN_HDR_TIMESTAMP,    SIPSAN_HDR_MIN_EXPIRES,
};

/* The first header field that stands there twice; long and compact names count together. */
static enum sipsan_verdict single_value_header_once(const struct sipsan_view *v,
                                                    struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    for (size_t i = 0; i < sizeof(single_valued) / sizeof(single_valued[0]); i++) {
        const struct sipsan_header *first = sipsan_msg_header(m, single_valued[i]), *second;

        second = first ? sipsan_msg_next(m, first) : NULL;
        if (!second)
            continue;
        why->expected = "one row of this header field";
        if (span_eq(first->value, second->value))
            return sipsan_fail(why, second->name, "%s stands there twice, with the same value",
                               sipsan_header_name(single_valued[i]));
        return sipsan_fail(why, second->value.n ? second->value : second->name,
                           "a second %s with another value; the first one says \"%.*s\"",
                           sipsan_header_name(single_valued[i]), SPAN(first->value));
    }
    return SIPSAN_PASS;
}

/* Line ends, blanks and zero bytes only: padding that some senders append without a
 * Content-Length. */
static bool padding(struct sipsan_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r' && s.p[i] != '\n' && s.p[i] != ' ' && s.p[i] != '\0')
            return false;
    return true;
}

/* A body has a type. That a CANCEL has a body at all is the finding of 20.15. */
static enum sipsan_verdict body_needs_content_type(const struct sipsan_view *v,
                                                   struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    struct sipsan_span start = m->body;

    if (start.n == 0 || padding(start) || (m->request && m->method_id == SIPSAN_METHOD_CANCEL))
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_CONTENT_TYPE) > 0)
        return SIPSAN_PASS;
    if (m->headers_lost > 0)
        return SIPSAN_NA;
    if (start.n > 40)
        start.n = 40;
    why->expected = "Content-Type (or c), or no body";
    return sipsan_fail(why, start, "a body of %zu bytes without Content-Type", m->body.n);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.7.crlf-line-termination",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_CRLF,
        .summary = "Start line, header lines and the empty line each end in CR LF",
        .explain =
            "The start line, every header line and the empty line behind them end in the two "
            "bytes CR LF. A CR or LF alone is no line end, and neither may stand inside a "
            "line. Parsers differ in what they make of a lone one: some end the line, some go "
            "on, so that two elements on one path see different header fields. That is how "
            "filters are evaded and header fields smuggled. In a message written by hand or "
            "by a script it is mostly a text file with Unix line ends.\n"
            "  bad:   Max-Forwards: 70<LF>\n"
            "  good:  Max-Forwards: 70<CR><LF>\n"
            "Reported once per message, at the first such line end. The body is not looked "
            "at. Captures exported as text lose the original line ends: check the packets.",
        .aliases = "rfc3261.25.1.core-crlf rfc3261.7.1.request-line-no-stray-cr-lf "
                   "rfc3261.7.2.status-line-no-stray-cr-lf",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3261.7.empty-line-present",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_EMPTY_LINE,
        .summary = "An empty line closes the header, even where no body follows",
        .explain =
            "The header ends with an empty line, CR LF directly after the CR LF of the last "
            "header field, whether or not a body follows. A datagram that stops before it is "
            "incomplete by the grammar: strict parsers drop it without an answer, and on a "
            "stream the receiver goes on waiting or takes the next message for more header "
            "fields.\n"
            "  bad:   ...Content-Length: 0<CR><LF>             (the datagram ends)\n"
            "  good:  ...Content-Length: 0<CR><LF><CR><LF>\n"
            "Not judged where the capture itself cut the packet (snap length): what is "
            "missing may have been sent. IP fragments are put together first.",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3261.7.1.request-line-shape",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_REQUEST_LINE,
        .summary = "Request line: method, Request-URI and version with one space between them",
        .explain =
            "Method, Request-URI and SIP version are separated by exactly one space each; no "
            "tab, no second space, nothing before the method and nothing after the version. "
            "Implementations that split at every space lose a part of the URI, others answer "
            "400 or drop the request.\n"
            "  bad:   INVITE  sip:bob@example.com SIP/2.0      (two spaces)\n"
            "  bad:   INVITE sip:bob smith@example.com SIP/2.0\n"
            "  good:  INVITE sip:bob%20smith@example.com SIP/2.0\n"
            "A broken URI or version inside a well-shaped line has its own rule.",
        .aliases = "rfc3261.25.1.request-line",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3261.7.1.sip-version-2-0",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .summary = "The version is SIP/2.0",
        .explain = "A message of this RFC says SIP/2.0 in its start line. The grammar takes any "
                   "number, for versions to come; there are none, and a server that does not know "
                   "the version answers 505. The numbers are text: SIP/2.00 is another version.\n"
                   "  bad:   OPTIONS sip:bob@example.com SIP/3.0\n"
                   "  good:  OPTIONS sip:bob@example.com SIP/2.0",
        .check = sip_version,
    },
    {
        .id = "rfc3261.7.2.status-line-shape",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_STATUS_LINE,
        .summary = "Status line: version, three-digit code and reason with one space between them",
        .explain =
            "A status line is the version, one space, a code of exactly three digits, one "
            "space, and the reason phrase. The phrase may be empty, the space before it "
            "stays. Clients that look for the code at a fixed place or for the second space "
            "misread other shapes.\n"
            "  bad:   SIP/2.0  200 OK\n"
            "  bad:   SIP/2.0 0200 OK\n"
            "  good:  SIP/2.0 200 OK\n"
            "  good:  SIP/2.0 200 <CR><LF>       (empty phrase, with its space)\n"
            "A missing space before an empty phrase is frequent and harmless in practice: it "
            "is reported one step lower.",
        .aliases = "rfc3261.25.1.status-line",
        .check = status_line,
    },
    {
        .id = "rfc3261.7.3.1.single-value-header-once",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* which of two values counts differs between parsers */
        .on = SIPSAN_ON_MESSAGE,
        .summary = "A header field whose value is no comma list stands in a message once",
        .explain =
            "Several rows of one name are allowed only where the whole value is a comma list, "
            "so that the rows could be joined. From, To, Call-ID, CSeq, Max-Forwards, "
            "Content-Length, Content-Type and the other single values may stand there once; "
            "the compact name counts as the same header field. Parsers disagree on which row "
            "wins. With two Content-Length the end of the message is ambiguous (request "
            "smuggling on streams), with two Call-ID or CSeq the transaction or dialog is.\n"
            "  bad:   Content-Length: 0\n"
            "         l: 142\n"
            "  good:  Content-Length: 142\n"
            "Via, Route, Record-Route, Contact, Allow, Supported and other lists may have "
            "many rows; so may the four header fields of challenges and credentials. Header "
            "fields of extensions are not judged. One finding for a message: the first such "
            "header field.",
        .check = single_value_header_once,
    },
    {
        .id = "rfc3261.7.4.1.body-needs-content-type",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .summary = "A message with a body says its media type in Content-Type",
        .explain =
            "The media type of a body must be given by Content-Type (compact c). Without it "
            "the receiver has to guess whether the bytes are a session description: an INVITE "
            "with SDP but no type is refused with 415 or treated as one without an offer.\n"
            "  bad:   INVITE ...            (body v=0 ..., no Content-Type)\n"
            "  good:  Content-Type: application/sdp\n"
            "The other way round is legal: Content-Type with an empty body. Bytes behind the "
            "length that Content-Length gives are no body, and neither is padding of line "
            "ends, blanks or zero bytes.",
        .aliases = "rfc3261.20.15.content-type-if-body",
        .check = body_needs_content_type,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_07, rules);

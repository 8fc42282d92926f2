/* RFC 3261 section 7: the shape of a message. Line ends, start line, which header fields may stand
 * there twice, and the type of a body. What the grammar of a single header field says is in
 * rfc3261_25.c. */
#include "rules/copied.h"
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

/* Header fields whose value is no comma list, so that a second row has no meaning. Those of the
 * credentials family may repeat, and of extensions nothing is known. */
#define SINGLE(id) [SIPSAN_HDR_##id] = true

static const bool single_valued[SIPSAN_HDR_COUNT] = {
    SINGLE(FROM),
    SINGLE(TO),
    SINGLE(CALL_ID),
    SINGLE(CSEQ),
    SINGLE(MAX_FORWARDS),
    SINGLE(CONTENT_LENGTH),
    SINGLE(CONTENT_TYPE),
    SINGLE(CONTENT_DISPOSITION),
    SINGLE(EXPIRES),
    SINGLE(DATE),
    SINGLE(MIME_VERSION),
    SINGLE(SUBJECT),
    SINGLE(ORGANIZATION),
    SINGLE(PRIORITY),
    SINGLE(REPLY_TO),
    SINGLE(RETRY_AFTER),
    SINGLE(SERVER),
    SINGLE(USER_AGENT),
    SINGLE(TIMESTAMP),
    SINGLE(MIN_EXPIRES),
    SINGLE(RSEQ),
    SINGLE(RACK),
    /* of later RFCs */
    SINGLE(EVENT),
    SINGLE(SUBSCRIPTION_STATE),
    SINGLE(SIP_ETAG),
    SINGLE(SIP_IF_MATCH),
    SINGLE(SUPPRESS_IF_MATCH),
    SINGLE(REFER_TO),
    SINGLE(REFERRED_BY),
    SINGLE(REFER_SUB),
    SINGLE(REFER_EVENTS_AT),
    SINGLE(REPLACES),
    SINGLE(JOIN),
    SINGLE(TARGET_DIALOG),
    SINGLE(PRIVACY),
    SINGLE(SESSION_EXPIRES),
    SINGLE(MIN_SE),
    SINGLE(ANSWER_MODE),
    SINGLE(PRIV_ANSWER_MODE),
    SINGLE(INFO_PACKAGE),
    SINGLE(CONTENT_ID),
    SINGLE(MAX_BREADTH),
    SINGLE(FLOW_TIMER),
    SINGLE(IDENTITY_INFO),
    SINGLE(P_USER_DATABASE),
    SINGLE(P_SERVED_USER),
    SINGLE(P_DCS_TRACE_PARTY_ID),
    SINGLE(P_DCS_OSPS),
    SINGLE(P_DCS_BILLING_INFO),
    SINGLE(P_DCS_LAES),
    SINGLE(P_DCS_REDIRECT),
    SINGLE(GEOLOCATION_ROUTING),
    SINGLE(GEOLOCATION_ERROR),
    SINGLE(P_CALLED_PARTY_ID),
    SINGLE(P_CHARGING_VECTOR),
    SINGLE(P_CHARGE_INFO),
    SINGLE(ALERTMSG_ERROR),
};

/* The request had it twice as well, and a response copies it (8.2.6.2). */
static bool twice_in_request(const struct sipsan_view *v, enum sipsan_header_id id)
{
    if (id != SIPSAN_HDR_FROM && id != SIPSAN_HDR_TO && id != SIPSAN_HDR_CALL_ID &&
        id != SIPSAN_HDR_CSEQ)
        return false;
    return v->req ? sipsan_msg_count(v->req, id) > 1 : sipsan_of_unnamed(v);
}

/* The first header field that stands there twice; long and compact names count together. */
static enum sipsan_verdict single_value_header_once(const struct sipsan_view *v,
                                                    struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->repeats)
        return SIPSAN_PASS;
    for (uint32_t i = 0; i < m->header_count; i++) {
        const struct sipsan_header *first = &m->headers[i], *second;

        if (first->next == SIPSAN_NO_LINE || !single_valued[first->id] ||
            (v->as_of == 3261 && first->id > SIPSAN_HDR_LAST_3261) ||
            twice_in_request(v, (enum sipsan_header_id)first->id))
            continue;
        second = sipsan_msg_next(m, first);
        why->expected = "one row of this header field";
        if (span_eq(first->value, second->value))
            return sipsan_fail(why, second->name, "%s stands there twice, with the same value",
                               sipsan_header_name((enum sipsan_header_id)first->id));
        return sipsan_fail(why, second->value.n ? second->value : second->name,
                           "a second %s with another value; the first one says \"%.*s\"",
                           sipsan_header_name((enum sipsan_header_id)first->id),
                           SPAN(first->value));
    }
    return SIPSAN_PASS;
}

/* Line ends, blanks and zero bytes only: padding that some senders append without a
 * Content-Length. */
#define PADDING SPAN_LIT("\r\n \0")

/* A body has a type. That a CANCEL has a body at all is the finding of 20.15. */
static enum sipsan_verdict body_needs_content_type(const struct sipsan_view *v,
                                                   struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    struct sipsan_span start = m->body;

    if (start.n == 0 || span_only(start, PADDING) ||
        (m->request && m->method_id == SIPSAN_METHOD_CANCEL))
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_CONTENT_TYPE) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    if (start.n > 40)
        start.n = 40;
    why->expected = "Content-Type (or c), or no body";
    return sipsan_fail(why, start, "a body of %zu bytes without Content-Type", m->body.n);
}

/* 7.1, 7.2: versions and codes ---------------------------------------------------------------- */

static enum sipsan_verdict version_2_0(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span version = v->msg->version;

    if (span_eq(version, SPAN_LIT("SIP/2.0")))
        return SIPSAN_PASS;
    if (!sipsan_span_starts_nocase(version, SPAN_LIT("SIP/")) || version.n < 7 ||
        sipsan_span_eq_nocase(version, SPAN_LIT("SIP/2.0")))
        return SIPSAN_NA;
    for (size_t i = 4; i < version.n; i++)
        if (version.p[i] != '.' && (version.p[i] < '0' || version.p[i] > '9'))
            return SIPSAN_NA; /* the grammar has its finding */
    why->expected = "SIP/2.0";
    return sipsan_fail(why, version, "the version is %.*s", SPAN(version));
}

static enum sipsan_verdict version_case(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span version = v->msg->version;

    if (span_eq(version, SPAN_LIT("SIP/2.0")))
        return SIPSAN_PASS;
    if (!sipsan_span_eq_nocase(version, SPAN_LIT("SIP/2.0")))
        return SIPSAN_NA;
    why->expected = "SIP/2.0";
    return sipsan_fail(why, version, "the version is not written in upper case");
}

static enum sipsan_verdict code_class(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->status < 700)
        return SIPSAN_NA; /* not read as a code: the grammar has its finding */
    why->expected = "a code from 100 to 699";
    return sipsan_fail(why, v->msg->start_line, "no class of responses begins with %d",
                       v->msg->status / 100);
}

/* 7.3.1 --------------------------------------------------------------------------------------- */

static const struct sipsan_param *repeated_in(const struct sipsan_name_addr *addr)
{
    return addr && addr->ok ? sipsan_param_repeated(addr->params) : NULL;
}

/* Only in what the sender wrote: Route, the lower Vias, and From in a response are copies. */
static const struct sipsan_param *repeated(const struct sipsan_msg *m)
{
    const struct sipsan_param *p = repeated_in(&m->to);

    if (!p && m->request)
        p = repeated_in(&m->from);
    if (!p && m->request && m->via && m->via->ok)
        p = sipsan_param_repeated(m->via->params);
    if (!p && m->request)
        p = repeated_in(m->record_route);
    for (const struct sipsan_name_addr *c = m->contact; c && !p; c = c->next)
        p = repeated_in(c);
    if (!p && m->content_type.ok)
        p = sipsan_param_repeated(m->content_type.params);
    for (const struct sipsan_auth *a = m->auth; a && !p; a = a->next)
        p = a->ok ? sipsan_param_repeated(a->params) : NULL;
    return p;
}

static enum sipsan_verdict no_duplicate_param(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_param *p = repeated(v->msg);

    if (!p)
        return SIPSAN_PASS;
    why->expected = "each parameter once";
    return sipsan_fail(why, p->name, "the parameter %.*s stands there twice", SPAN(p->name));
}

static enum sipsan_verdict space_before_colon(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->spaced.p)
        return SIPSAN_PASS;
    why->expected = "the colon directly behind the name";
    return sipsan_fail(why, v->msg->spaced, "white space between a header name and its colon");
}

/* 7.3: the grammar knows "*" beside another value of one row; rows are put together here. */
static enum sipsan_verdict star_alone(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->contact_count < 2)
        return SIPSAN_PASS;
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next) {
        if (!c->star)
            continue;
        if (!c->ok)
            return SIPSAN_NA;
        why->expected = "\"*\" as the only value of all Contact rows";
        return sipsan_fail(why, c->text, "\"*\" beside %u other Contact value%s",
                           (unsigned)m->contact_count - 1, m->contact_count > 2 ? "s" : "");
    }
    return SIPSAN_PASS;
}

/* 7.4 ----------------------------------------------------------------------------------------- */

static enum sipsan_verdict encoding_declared(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    struct sipsan_span body = m->body;

    if (body.n < 10 || sipsan_msg_count(m, SIPSAN_HDR_CONTENT_ENCODING) > 0 ||
        !sipsan_span_eq_nocase(m->content_type.type, SPAN_LIT("application")) ||
        !sipsan_span_eq_nocase(m->content_type.subtype, SPAN_LIT("sdp")))
        return SIPSAN_NA;
    if (!sipsan_body_compressed(body))
        return SIPSAN_PASS;
    why->expected = "Content-Encoding: gzip or deflate, or the plain text";
    body.n = 2;
    return sipsan_fail(why, body, "the body is compressed and no Content-Encoding says so");
}

static enum sipsan_verdict encoding_omitted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_header *h = sipsan_msg_header(m, SIPSAN_HDR_CONTENT_ENCODING);

    if (!h || sipsan_span_eq_nocase(h->value, SPAN_LIT("identity")))
        return SIPSAN_NA;
    if (m->body.n > 0 && !(m->body.n > 4 && memcmp(m->body.p, "v=0", 3) == 0))
        return SIPSAN_PASS;
    why->expected = "no Content-Encoding where nothing is encoded";
    return sipsan_fail(why, h->name, "Content-Encoding %.*s, and %s", SPAN(h->value),
                       m->body.n > 0 ? "the body is plain SDP" : "there is no body");
}

static enum sipsan_verdict not_chunked(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_OTHER);

    for (; h; h = sipsan_msg_next(v->msg, h))
        if (sipsan_span_eq_nocase(h->name, SPAN_LIT("Transfer-Encoding")) &&
            sipsan_span_starts_nocase(h->value, SPAN_LIT("chunked"))) {
            why->expected = "Content-Length and the body as it is";
            return sipsan_fail(why, h->value, "chunked transfer encoding is of HTTP, not of SIP");
        }
    return SIPSAN_PASS;
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
        .aliases = "rfc3261.25.1.request-line rfc3261.7.1.request-line-no-lws-inside "
                   "rfc3261.7.1.ruri-no-unescaped-space-ctl",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3261.7.1.sip-version-2-0",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_VERSION,
        .summary = "Messages carry the version SIP/2.0",
        .explain = "Who sends by RFC 3261 must write SIP/2.0 as the version. A server answers any "
                   "other one "
                   "with 505 (21.5.6); a client drops a response of it.\n"
                   "  bad:   OPTIONS sip:bob@example.com SIP/7.0\n"
                   "  good:  OPTIONS sip:bob@example.com SIP/2.0\n"
                   "A version that is no number is reported by the grammar (25.1), lower case by "
                   "rfc3261.7.1.sip-version-upper-case.",
        .check = version_2_0,
    },
    {
        .id = "rfc3261.7.1.sip-version-upper-case",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* it is compared without case */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_VERSION,
        .summary = "The version is written in upper case",
        .explain = "SIP-Version is compared without case, but must be sent as SIP/2.0. Software "
                   "that looks "
                   "for the bytes (load balancers, firewalls, keep-alive checks) does not take "
                   "\"sip/2.0\" for "
                   "SIP.\n"
                   "  bad:   OPTIONS sip:bob@example.com sip/2.0\n"
                   "  good:  OPTIONS sip:bob@example.com SIP/2.0",
        .check = version_case,
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
        .id = "rfc3261.7.2.status-code-class-1-to-6",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* no client can tell what it means */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 700,
        .status_to = 999,
        .summary = "The first digit of a status code is 1 to 6",
        .explain =
            "The first digit is the class of a response, and SIP/2.0 has six. A client treats an "
            "unknown code as x00 of its class (8.1.3.2); of another class it cannot even tell "
            "whether "
            "the response is final.\n"
            "  bad:   SIP/2.0 799 Whatever\n"
            "  good:  SIP/2.0 699 Whatever",
        .check = code_class,
    },
    {
        .id = "rfc3261.7.3.contact-star-not-in-list",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one wish contradicts the other */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_CONTACT,
        .summary = "\"*\" is the only Contact value of a message",
        .explain =
            "The value \"*\" of Contact stands alone: it is no member of a list, in one row or in "
            "several. A REGISTER that removes all bindings and adds one at the same time is "
            "answered "
            "with 400 by some registrars and does one of both with others.\n"
            "  bad:   Contact: *\n"
            "         Contact: <sip:alice@192.0.2.1>\n"
            "  good:  Contact: *              (with Expires: 0)\n"
            "In one row it is a mistake of the grammar (rfc3261.25.1.contact-syntax).",
        .check = star_alone,
    },
    {
        .id = "rfc3261.7.3.1.no-duplicate-param",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_REPEATED,
        .summary = "A header field value has no parameter twice",
        .explain =
            "Any parameter name may be attached to a value once; names have no case. Of two tags, "
            "branches or expires parsers take the first or the last, so that two elements see two "
            "dialogs or transactions in one message.\n"
            "  bad:   To: <sip:bob@example.net>;tag=8e27;tag=91d0\n"
            "  good:  To: <sip:bob@example.net>;tag=8e27\n"
            "Judged in To, Contact, Content-Type and in credentials and challenges, and in From, "
            "the "
            "topmost Via and Record-Route of a request: the others are copies. Parameters inside "
            "angle "
            "brackets belong to the URI (rfc3261.19.1.1.uri-no-duplicate-param).",
        .check = no_duplicate_param,
    },
    {
        .id = "rfc3261.7.3.1.no-space-before-colon",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* style, and a small "should" */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_SPACED,
        .summary = "No white space stands between a header name and its colon",
        .explain = "The grammar allows blanks and tabs before the colon (HCOLON), 7.3.1 asks to "
                   "leave them "
                   "out. Some parsers look for the name up to the colon and then do not know it.\n"
                   "  poor:  Subject : lunch\n"
                   "  good:  Subject: lunch\n"
                   "Reported once for a message, at the first one.",
        .check = space_before_colon,
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
            "Content-Length, Content-Type and the other single values may stand there once, "
            "and so may those of later RFCs (Refer-To, Event, Replaces, Session-Expires, ...); "
            "the compact name counts as the same header field. Parsers disagree on which row "
            "wins. With two Content-Length the end of the message is ambiguous (request "
            "smuggling on streams), with two Call-ID or CSeq the transaction or dialog is.\n"
            "  bad:   Content-Length: 0\n"
            "         l: 142\n"
            "  good:  Content-Length: 142\n"
            "Via, Route, Record-Route, Contact, Allow, Supported and other lists may have "
            "many rows; so may the four header fields of challenges and credentials. Header "
            "fields that nobody knows are not judged. One finding for a message: the first such "
            "header field.",
        .check = single_value_header_once,
    },
    {
        .id = "rfc3261.7.4.1.content-encoding-omitted-if-plain",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* what a decoder would make of it is not seen */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_ENCODING,
        .summary = "Content-Encoding is left out where the body is not encoded",
        .explain = "If a body is sent as it is, Content-Encoding must be omitted: the receiver "
                   "would try to "
                   "decode it, or refuse it with 415.\n"
                   "  bad:   Content-Encoding: gzip              (and the body begins with v=0)\n"
                   "  good:  no Content-Encoding\n"
                   "Reported where there is no body, or plain SDP; identity is harmless.",
        .check = encoding_omitted,
    },
    {
        .id = "rfc3261.7.4.1.encoded-body-needs-content-encoding",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* told by the first bytes only */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_TYPE,
        .summary = "A compressed body is declared by Content-Encoding",
        .explain = "Any encoding applied to a body, such as compression, must be named in "
                   "Content-Encoding. "
                   "Without it the receiver takes the compressed bytes for the media type.\n"
                   "  bad:   Content-Type: application/sdp          (body 1f 8b 08 ...)\n"
                   "  good:  Content-Encoding: gzip\n"
                   "Judged where application/sdp begins as gzip or zlib data do.",
        .check = encoding_declared,
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
        .aliases =
            "rfc3261.8.1.1.10.body-headers-describe-content rfc3261.20.15.content-type-if-body",
        .check = body_needs_content_type,
    },
    {
        .id = "rfc3261.7.4.2.no-chunked-encoding",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_UNKNOWN,
        .summary = "SIP does not use the chunked transfer encoding of HTTP",
        .explain =
            "The chunked transfer encoding of HTTP/1.1 must not be used. A SIP element takes the "
            "length from Content-Length and reads the chunk sizes as part of the body.\n"
            "  bad:   Transfer-Encoding: chunked\n"
            "  good:  Content-Length: 142",
        .check = not_chunked,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_07, rules);

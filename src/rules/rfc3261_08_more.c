/* RFC 3261 section 8: transports and schemes of requests (8.1), what responses say about what they
 * refuse (8.2), redirection (8.3). */
#include "rules/accept.h"

/* 8.1: requests ------------------------------------------------------------------------------- */

static enum sipsan_verdict via_protocol(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = v->msg->via;

    if (!via || !via->ok)
        return SIPSAN_NA;
    if (sipsan_span_eq_nocase(via->protocol, SPAN_LIT("SIP")) &&
        span_eq(via->version, SPAN_LIT("2.0")))
        return SIPSAN_PASS;
    return sipsan_fail(why, via->text, "the top Via says %.*s/%.*s", SPAN(via->protocol),
                       SPAN(via->version));
}

/* The words of a Via that a packet of this transport may bear. A proxy in front of the tap may have
 * taken TLS off, and agents tell what they decrypted as TCP. */
static bool carries(enum sipsan_transport transport, struct sipsan_span word)
{
    static const struct {
        enum sipsan_transport transport;
        struct sipsan_span word;
    } pairs[] = {
        {SIPSAN_UDP, SPAN_LIT("UDP")},       {SIPSAN_TCP, SPAN_LIT("TCP")},
        {SIPSAN_TCP, SPAN_LIT("TLS")},       {SIPSAN_TCP, SPAN_LIT("WS")},
        {SIPSAN_TCP, SPAN_LIT("WSS")},       {SIPSAN_TLS, SPAN_LIT("TLS")},
        {SIPSAN_TLS, SPAN_LIT("TCP")},       {SIPSAN_TLS, SPAN_LIT("WSS")},
        {SIPSAN_TLS, SPAN_LIT("TLS-SCTP")},  {SIPSAN_SCTP, SPAN_LIT("SCTP")},
        {SIPSAN_SCTP, SPAN_LIT("TLS-SCTP")}, {SIPSAN_WS, SPAN_LIT("WS")},
        {SIPSAN_WS, SPAN_LIT("WSS")},        {SIPSAN_WSS, SPAN_LIT("WSS")},
        {SIPSAN_WSS, SPAN_LIT("WS")},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (pairs[i].transport == transport && sipsan_span_eq_nocase(pairs[i].word, word))
            return true;
    return false;
}

static bool is_known_transport(struct sipsan_span word)
{
    return sipsan_span_eq_nocase(word, SPAN_LIT("UDP")) || carries(SIPSAN_TCP, word) ||
           carries(SIPSAN_SCTP, word);
}

static enum sipsan_verdict via_transport(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = v->msg->via;
    enum sipsan_transport transport = v->seen->flow.transport;

    if (!via || !via->ok || !is_known_transport(via->transport))
        return SIPSAN_NA;
    if (carries(transport, via->transport))
        return SIPSAN_PASS;
    return sipsan_fail(why, via->transport, "the top Via says %.*s, the packet came over %s",
                       SPAN(via->transport), sipsan_transport_name(transport));
}

/* 8.1.1.8, 12.1.1; a proxy may have changed the Request-URI, hence the first hop only. */
static enum sipsan_verdict contact_sips(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *c = v->msg->contact;

    if (!c || !c->ok || v->msg->via_count != 1 || c->uri.scheme != SIPSAN_SCHEME_SIP)
        return SIPSAN_NA;
    return sipsan_fail(why, c->uri.text, "the Request-URI is sips, the Contact is sip");
}

/* Option tags --------------------------------------------------------------------------------- */

static bool required(const struct sipsan_msg *m, struct sipsan_span tag)
{
    return sipsan_token_listed(m->require, tag) || sipsan_token_listed(m->proxy_require, tag);
}

static enum sipsan_verdict unsupported_asked(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->child || !sipsan_header_complete(v->req))
        return SIPSAN_NA; /* judged below the proxy; a tag may be in what was not read */
    for (const struct sipsan_token *t = v->msg->unsupported; t; t = t->next) {
        if (required(v->req, t->text))
            continue;
        sipsan_relate_request(why, v->txn, v->req->start_line);
        return sipsan_fail(why, t->text, "%.*s is refused, and was not required", SPAN(t->text));
    }
    return v->msg->unsupported ? SIPSAN_PASS : SIPSAN_NA;
}

static enum sipsan_verdict ack_requires(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_token *t = m->require ? m->require : m->proxy_require;

    if (!t)
        return SIPSAN_PASS;
    if (v->invite->final.status < 300)
        return SIPSAN_NA;
    sipsan_relate(why, &v->invite->final.ref, "response", nothing);
    return sipsan_fail(why, t->text, "the ACK to a %d requires %.*s", v->invite->final.status,
                       SPAN(t->text));
}

static enum sipsan_verdict ack_subset(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_token *lists[] = {v->msg->require, v->msg->proxy_require};

    if (v->match->by_branch && v->invite->final.status >= 300)
        return SIPSAN_NA;
    for (int i = 0; i < 2; i++)
        for (const struct sipsan_token *t = lists[i]; t; t = t->next)
            if (!required(v->invite->request, t->text)) {
                sipsan_relate_request(why, v->invite, v->invite->request->start_line);
                return sipsan_fail(why, t->text, "the ACK requires %.*s, its INVITE did not",
                                   SPAN(t->text));
            }
    return SIPSAN_PASS;
}

/* 8.2.4. What is not in force without an answer of the client: the codes 421 and 494 ask for it. */
static enum sipsan_verdict not_offered(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->status == 421 || v->msg->status == 494)
        return SIPSAN_NA;
    if (v->child || v->txn->children || !sipsan_header_complete(v->req))
        return SIPSAN_NA; /* a proxy may have offered more further down */
    for (const struct sipsan_token *t = v->msg->require; t; t = t->next) {
        if (sipsan_token_listed(v->req->supported, t->text) || required(v->req, t->text))
            continue;
        sipsan_relate_request(why, v->txn, v->req->start_line);
        return sipsan_fail(why, t->text,
                           "the response requires %.*s, the request does not support it",
                           SPAN(t->text));
    }
    return v->msg->require ? SIPSAN_PASS : SIPSAN_NA;
}

/* 8.2: responses ------------------------------------------------------------------------------ */

static bool lists_something(const struct sipsan_msg *m)
{
    return sipsan_msg_count(m, SIPSAN_HDR_ACCEPT) ||
           sipsan_msg_count(m, SIPSAN_HDR_ACCEPT_ENCODING) ||
           sipsan_msg_count(m, SIPSAN_HDR_ACCEPT_LANGUAGE);
}

/* Which of the three a 415 must bring. Where none is there section 21.4.13 tells it. */
static enum sipsan_verdict brings(const struct sipsan_view *v, struct sipsan_why *why,
                                  enum sipsan_header_id id, const char *because)
{
    if (!lists_something(v->msg) || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, id) > 0)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->content_type.text);
    return sipsan_fail(why, v->msg->start_line, "415 without %s to a request with %s",
                       sipsan_header_name(id), because);
}

static enum sipsan_verdict brings_accept(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->req->multipart || sipsan_msg_count(v->req, SIPSAN_HDR_CONTENT_ENCODING) ||
        sipsan_msg_count(v->req, SIPSAN_HDR_CONTENT_LANGUAGE))
        return SIPSAN_NA;
    return brings(v, why, SIPSAN_HDR_ACCEPT, "neither encoding nor language");
}

static enum sipsan_verdict brings_encoding(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!sipsan_msg_count(v->req, SIPSAN_HDR_CONTENT_ENCODING))
        return SIPSAN_NA;
    return brings(v, why, SIPSAN_HDR_ACCEPT_ENCODING, "Content-Encoding");
}

static enum sipsan_verdict brings_language(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_media_type *type = &v->req->content_type;

    if (!sipsan_msg_count(v->req, SIPSAN_HDR_CONTENT_LANGUAGE) || !type->ok ||
        !sipsan_accepts_type(v->msg, type))
        return SIPSAN_NA;
    return brings(v, why, SIPSAN_HDR_ACCEPT_LANGUAGE, "Content-Language and an accepted type");
}

static enum sipsan_verdict refuses_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_media_type *type = &v->req->content_type;

    if (!type->ok || v->req->multipart || !sipsan_msg_count(v->msg, SIPSAN_HDR_ACCEPT) ||
        sipsan_msg_count(v->req, SIPSAN_HDR_CONTENT_ENCODING) ||
        sipsan_msg_count(v->req, SIPSAN_HDR_CONTENT_LANGUAGE))
        return SIPSAN_NA;
    if (!sipsan_accepts_type(v->msg, type))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->content_type.text);
    return sipsan_fail(why, v->msg->start_line, "415 refuses %.*s, and its Accept lists it",
                       SPAN(type->text));
}

static enum sipsan_verdict asks_for_extension(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_fail(why, v->msg->start_line, "421: a server should do without the extension");
}

static enum sipsan_verdict timestamp_copied(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_timestamp *asked = &v->req->timestamp, *given = &v->msg->timestamp;

    if (!asked->ok || v->txn->altered || (given->text.p && !given->ok))
        return SIPSAN_NA; /* copies of the request may have times of their own */
    if (given->text.p ? span_eq(asked->value, given->value) : !sipsan_header_complete(v->msg))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, asked->text);
    return sipsan_fail(why, given->text.p ? given->text : v->msg->start_line,
                       given->text.p ? "the 100 has another Timestamp than its request"
                                     : "the 100 does not copy the Timestamp of its request");
}

static enum sipsan_verdict allows_refused(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_token *t = v->msg->allow; t; t = t->next)
        if (span_eq(t->text, v->req->method))
            return sipsan_fail(why, t->text, "405 to %.*s, and Allow lists it",
                               SPAN(v->req->method));
    return SIPSAN_PASS;
}

static enum sipsan_verdict cancel_420(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_fail(why, v->msg->start_line, "a CANCEL is refused for an extension");
}

/* 8.2.4, RFC 3262: the one extension of a response that a tap can see. */
static enum sipsan_verdict rseq_required(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->rseq.text.p || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (sipsan_token_listed(v->msg->require, SPAN_LIT("100rel")))
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->rseq.text, "RSeq without Require: 100rel");
}

/* 8.3. 305 and 380 name no place where the same request would go. */
static enum sipsan_verdict redirects_home(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->status == 305 || v->msg->status == 380 || !v->req->ruri.ok)
        return SIPSAN_NA;
    if (v->child || v->txn->children)
        return SIPSAN_NA; /* the Request-URI further down may have been another */
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next)
        if (c->ok && !c->star && sipsan_uri_eq(&c->uri, &v->req->ruri)) {
            sipsan_relate_request(why, v->txn, v->req->ruri.text);
            return sipsan_fail(why, c->uri.text, "the client is redirected to where it was");
        }
    return SIPSAN_PASS;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.8.1.1.7.via-protocol-sip-2-0",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .summary = "The top Via begins with SIP/2.0",
        .explain = "Protocol name and version of the Via that a client writes are SIP and 2.0; "
                   "servers match transactions by it.\n"
                   "White space around the slashes is legal, and case does not count.\n"
                   "  bad:   Via: SIP/1.0/UDP 192.0.2.1;branch=z9hG4bK1\n"
                   "  good:  Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        .check = via_protocol,
    },
    {
        .id = "rfc3261.8.1.1.7.via-transport-matches-packet",
        .level = SIPSAN_IMPLIED,
        .severity =
            SIPSAN_WARNING, /* an address translator may have changed the transport on the way */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .updated_by = "RFC 4168, RFC 7118",
        .summary = "The top Via names the transport that the request came over",
        .explain = "The server sends its response over the transport that the top Via names. A "
                   "client that falls back from UDP to TCP, or the other way round, must write it "
                   "anew.\n"
                   "Legal: TLS in the Via of a packet over TCP, where TLS was taken off before the "
                   "tap; WS and WSS likewise. Transports that nobody knows are not judged.\n"
                   "  bad:   Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1 in a TCP connection\n"
                   "  good:  Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1",
        .check = via_transport,
    },
    {
        .id = "rfc3261.8.1.1.8.contact-sips-if-sips",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = BIT(INVITE) | BIT(SUBSCRIBE) | BIT(REFER),
        .odd = SIPSAN_ODD_SECURE,
        .updated_by = "RFC 5630",
        .summary = "A request to a sips URI has a sips Contact",
        .explain =
            "The peer sends its requests of the dialog to the Contact. When the call was made"
            " to a sips URI they must go over TLS as well.\n"
            "Judged on the sender's own hop, where no proxy can have changed the Request-URI.\n"
            "  bad:   INVITE sips:bob@example.com with Contact: <sip:alice@192.0.2.1>\n"
            "  good:  Contact: <sips:alice@192.0.2.1>",
        .aliases = "rfc3261.12.2.1.1.refresh-contact-sips-if-secure "
                   "rfc3261.12.1.2.uac-contact-sips",
        .check = contact_sips,
    },
    {
        .id = "rfc3261.8.2.2.3.420-unsupported-subset-of-require",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 420,
        .status_to = 420,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Unsupported lists only what the request required",
        .explain =
            "A 420 names the extensions of Require or Proxy-Require that the server does not "
            "know. Others the client cannot leave out of Require.\n"
            "  bad:   Require: 100rel, answered 420 with Unsupported: timer\n"
            "  good:  Require: timer, answered 420 with Unsupported: timer",
        .check = unsupported_asked,
    },
    {
        .id = "rfc3261.8.2.2.3.no-require-in-ack-non2xx",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has neither Require nor Proxy-Require",
        .explain =
            "Nobody can refuse an ACK, so nothing can be required of its receiver. The ACK to"
            " a 3xx to 6xx ends a transaction and does nothing else.\n"
            "  bad:   ACK to a 486 with Require: 100rel\n"
            "  good:  ACK without it",
        .check = ack_requires,
    },
    {
        .id = "rfc3261.8.2.2.3.ack-2xx-require-subset",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE_TEXT,
        /* A proxy takes sec-agree out of an INVITE (RFC 3329) and may pass it on in the ACK. */
        .needs = SIPSAN_NEEDS_ENDPOINT_HOP,
        .summary = "An ACK requires no more than its INVITE did",
        .explain = "What the INVITE required was accepted with the 2xx; the ACK may repeat it. "
                   "Anything more could not be refused any longer.\n"
                   "Certain at the caller's own hop only: a proxy may take a tag, such as "
                   "sec-agree (RFC 3329), out of the INVITE and pass it on in the ACK.\n"
                   "  bad:   INVITE without Require, ACK with Require: precondition\n"
                   "  good:  both with the same, or the ACK without",
        .check = ack_subset,
    },
    {
        .id = "rfc3261.8.2.4.no-unsupported-extension-in-response",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REQUIRE,
        .summary = "A response requires only extensions that the request supports",
        .explain = "A server applies an extension to its response only when the client has said in "
                   "Supported, or shown by Require, that it knows it.\n"
                   "Legal: 421 and 494, which ask the client for an extension.\n"
                   "  bad:   INVITE without Supported, 183 with Require: 100rel\n"
                   "  good:  INVITE with Supported: 100rel, 183 with Require: 100rel",
        .check = not_offered,
    },
    {
        .id = "rfc3261.8.2.3.415-has-accept",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 415,
        .status_to = 415,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 415 for a media type lists the types that would do",
        .explain =
            "When the body has neither an encoding nor a language, only its type can be what "
            "the server does not take; then Accept must say what it takes.\n"
            "Where all three lists are missing rfc3261.21.4.13.415-lists-acceptable tells it.\n"
            "  bad:   415 with Accept-Language only, to a body of application/foo\n"
            "  good:  415 with Accept: application/sdp",
        .check = brings_accept,
    },
    {
        .id = "rfc3261.8.2.3.415-has-accept-encoding",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the type may be the cause */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 415,
        .status_to = 415,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 415 for an encoding lists the encodings that would do",
        .explain =
            "The body was encoded, so the encoding may be what the server does not take; then"
            " Accept-Encoding must say what it takes.\n"
            "A warning: the type may have been the cause.\n"
            "  bad:   Content-Encoding: gzip, answered 415 with Accept only\n"
            "  good:  415 with Accept-Encoding: identity",
        .check = brings_encoding,
    },
    {
        .id = "rfc3261.8.2.3.415-has-accept-language",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the cause is inferred */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 415,
        .status_to = 415,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 415 for a language lists the languages that would do",
        .explain =
            "Assumed: when the 415 itself lists the type of the body in Accept, and the body "
            "has a language, the language is what the server does not take. Then Accept-"
            "Language must say what it takes.",
        .check = brings_language,
    },
    {
        .id = "rfc3261.8.2.3.415-accept-excludes-type",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* something in the body may be the trouble */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 415,
        .status_to = 415,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The Accept of a 415 does not list the type that is refused",
        .explain =
            "A client that is told 415 sends the body again in a type that Accept lists. When"
            " the refused type is listed there the two contradict each other.\n"
            "Assumed: the body has neither an encoding nor a language that could be the "
            "cause. A broken body is refused with 400 or 488 instead.\n"
            "  bad:   body application/sdp, 415 with Accept: application/sdp\n"
            "  good:  body application/foo, 415 with Accept: application/sdp",
        .check = refuses_accepted,
    },
    {
        .id = "rfc3261.8.2.4.421-discouraged",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* networks that agree on extensions use it */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 421,
        .status_to = 421,
        .summary = "A server does without an extension rather than answer 421",
        .explain = "With 421 a server refuses everybody who lacks an extension. It should process "
                   "the request as plain SIP instead.\n"
                   "A note: closed networks, IMS among them, use it on purpose.",
        .aliases = "rfc3261.21.4.16.421-last-resort",
        .check = asks_for_extension,
    },
    {
        .id = "rfc3261.8.2.6.1.timestamp-copied-to-100",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 100,
        .status_to = 100,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 100 copies the Timestamp of its request",
        .explain = "The client measures the round trip with it. The server may add a delay behind "
                   "the value, and changes nothing else.\n"
                   "  bad:   Timestamp: 54, answered 100 without it\n"
                   "  good:  Timestamp: 54, answered 100 with Timestamp: 54 0.2",
        .check = timestamp_copied,
    },
    {
        .id = "rfc3261.8.2.1.405-allow-lists-supported",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the method may be allowed for another resource */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 405,
        .status_to = 405,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The Allow of a 405 does not list the method that is refused",
        .explain =
            "Allow lists what the server supports, and 405 says that it does not support this"
            " method.\n"
            "Assumed: the list is about the same resource. Hence a warning.\n"
            "  bad:   INFO, answered 405 with Allow: INVITE, ACK, BYE, CANCEL, INFO\n"
            "  good:  405 with Allow: INVITE, ACK, BYE, CANCEL",
        .check = allows_refused,
    },
    {
        .id = "rfc3261.8.2.2.3.ignore-require-in-cancel-ack",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR, /* certain: no other cause has the code */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(CANCEL),
        .status_from = 420,
        .status_to = 420,
        .summary = "A CANCEL is not refused for an extension",
        .explain = "Require in a CANCEL or in the ACK to a failure is ignored, so 420 is no answer "
                   "to a CANCEL.\n"
                   "  bad:   CANCEL, 420 Bad Extension\n"
                   "  good:  CANCEL, 200 OK",
        .check = cancel_420,
    },
    {
        .id = "rfc3261.8.3.redirect-not-to-same-uri",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 300,
        .status_to = 399,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A redirection does not name the Request-URI again",
        .explain =
            "A client that follows it comes back at once, and again.\n"
            "Compared as section 19.1.4 says: another port, transport or parameter is another"
            " URI. 305 and 380 are not judged.\n"
            "  bad:   INVITE sip:bob@example.com, 302 with Contact: <sip:bob@example.com>\n"
            "  good:  302 with Contact: <sip:bob@192.0.2.4>",
        .check = redirects_home,
    },
    {
        .id = "rfc3261.8.2.4.response-extensions-in-require",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* only what RSeq shows can be seen */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 101,
        .status_to = 199,
        .updated_by = "RFC 3262",
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "A reliable provisional response says so in Require",
        .explain = "An extension that a response makes use of stands in its Require. RSeq is the "
                   "one that a tap can see: without Require: 100rel the client sends no PRACK, and "
                   "the server repeats its response until it gives the call up (RFC 3262).\n"
                   "  bad:   183 with RSeq: 1 and no Require\n"
                   "  good:  183 with RSeq: 1 and Require: 100rel",
        .check = rseq_required,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_more, rules);

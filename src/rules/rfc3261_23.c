/* RFC 3261 sections 23 and 26: S/MIME by what stands in clear (types, dispositions, the copy in a
 * signed tunnel), and the transports that security asks for. Nothing is decrypted or verified. */
#include "rules/rule.h"

static bool is_type(const struct sipsan_media_type *t, struct sipsan_span type,
                    struct sipsan_span subtype)
{
    return t->text.p && t->ok && sipsan_span_eq_nocase(t->type, type) &&
           sipsan_span_eq_nocase(t->subtype, subtype);
}

static bool enveloped(const struct sipsan_msg *m)
{
    return is_type(&m->content_type, SPAN_LIT("application"), SPAN_LIT("pkcs7-mime"));
}

static bool signed_parts(const struct sipsan_msg *m)
{
    return is_type(&m->content_type, SPAN_LIT("multipart"), SPAN_LIT("signed"));
}

/* 23.4: the copy of a SIP message that a multipart/signed body of it carries in clear. */
static const struct sipsan_part *tunnelled(const struct sipsan_msg *m)
{
    if (!signed_parts(m))
        return NULL;
    for (const struct sipsan_part *part = m->parts; part; part = part->next)
        if (part->closed && part->depth == 1 && !part->encoding.p &&
            is_type(&part->type, SPAN_LIT("message"), SPAN_LIT("sip")))
            return part;
    return NULL;
}

/* 23.2 ---------------------------------------------------------------------------------------- */

static enum sipsan_verdict signed_request(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->to.tag.p || !enveloped(v->msg))
        return SIPSAN_NA;
    why->expected = "multipart/signed around the S/MIME body";
    return sipsan_fail(why, v->msg->content_type.text,
                       "the S/MIME body of an initial INVITE stands without a signature");
}

static enum sipsan_verdict certificate(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->body.n > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg) || v->msg->truncated)
        return SIPSAN_NA;
    why->expected = "application/pkcs7-mime with smime-type=certs-only";
    return sipsan_fail(why, v->msg->start_line, "493 without a certificate");
}

/* 23.3 ---------------------------------------------------------------------------------------- */

static enum sipsan_verdict detached(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!signed_parts(v->msg))
        return SIPSAN_NA;
    for (const struct sipsan_param *p = v->msg->content_type.params; p; p = p->next) {
        if (!sipsan_span_eq_nocase(p->name, SPAN_LIT("protocol")))
            continue;
        struct sipsan_span value = p->value;

        if (value.n >= 2 && value.p[0] == '"') {
            value.p++;
            value.n -= 2;
        }
        if (sipsan_span_eq_nocase(value, SPAN_LIT("application/pkcs7-signature")) ||
            sipsan_span_eq_nocase(value, SPAN_LIT("application/x-pkcs7-signature")))
            return SIPSAN_PASS;
        if (!sipsan_span_starts_nocase(value, SPAN_LIT("application/pkcs7-")))
            return SIPSAN_NA; /* another system */
        why->expected = "application/pkcs7-signature";
        return sipsan_fail(why, p->value, "multipart/signed without a detached CMS signature");
    }
    return SIPSAN_NA;
}

static enum sipsan_verdict says_required(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!enveloped(v->msg))
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_CONTENT_DISPOSITION) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Content-Disposition with handling=required";
    return sipsan_fail(why, v->msg->content_type.text,
                       "an S/MIME body without Content-Disposition");
}

/* 23.4 ---------------------------------------------------------------------------------------- */

static enum sipsan_verdict tunnel_response(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->req->parts || !tunnelled(v->req) || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (v->msg->parts || enveloped(v->msg))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->content_type.text);
    why->expected = "a signed copy of the response in its body";
    return sipsan_fail(why, v->msg->start_line,
                       "the request had a signed copy of itself, the response has none");
}

/* The value of the Date of a message that stands in a part; p NULL when there is none. */
static struct sipsan_span date_in(struct sipsan_span text)
{
    static const struct sipsan_span none;
    const char *end = text.p + text.n;
    const char *line = text.p;

    while (line < end && !is_crlf(*line)) {
        const char *eol = line;

        while (eol < end && !is_crlf(*eol))
            eol++;
        struct sipsan_span whole = span_between(line, eol);

        if (sipsan_span_starts_nocase(whole, SPAN_LIT("Date:"))) {
            whole.p += 5;
            whole.n -= 5;
            return sipsan_span_trim(whole);
        }
        line = eol;
        if (line < end && *line == '\r')
            line++;
        if (line < end && *line == '\n')
            line++;
    }
    return none;
}

static enum sipsan_verdict tunnel_date(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_part *part = tunnelled(v->msg);

    if (!part || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_DATE) == 0)
        return sipsan_fail(why, v->msg->start_line,
                           "a message with a signed copy of itself has no Date");
    if (!date_in(part->body).p)
        return sipsan_fail(why, part->type.text, "the signed copy of the message has no Date");
    return SIPSAN_PASS;
}

static enum sipsan_verdict date_equal(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_part *part = tunnelled(v->msg);
    struct sipsan_span inner;
    uint32_t line;

    if (!part || sipsan_msg_count(v->msg, SIPSAN_HDR_DATE) != 1)
        return SIPSAN_NA;
    inner = date_in(part->body);
    line = sipsan_msg_first(v->msg, SIPSAN_HDR_DATE);
    if (!inner.p || line == SIPSAN_NO_LINE)
        return SIPSAN_NA;
    if (span_eq(inner, v->msg->headers[line].value))
        return SIPSAN_PASS;
    why->expected = "the Date of the message itself";
    return sipsan_fail(why, inner, "the signed copy of the message has another Date");
}

/* 26 ------------------------------------------------------------------------------------------ */

static enum sipsan_verdict tunnel_stream(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!tunnelled(v->msg))
        return SIPSAN_NA;
    if (v->seen->flow.transport != SIPSAN_UDP)
        return SIPSAN_PASS;
    why->expected = "TCP or another stream";
    return sipsan_fail(why, v->msg->content_type.text,
                       "a message with a signed copy of itself goes over UDP");
}

static enum sipsan_verdict no_transport_tls(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *uri = &v->msg->ruri;
    const struct sipsan_param *p;

    if (!uri->params || v->msg->to.tag.p)
        return SIPSAN_NA; /* in a dialog it is the URI that the peer has written */
    p = sipsan_uri_param(uri, SPAN_LIT("transport"));
    if (!p || !sipsan_span_eq_nocase(p->value, SPAN_LIT("tls")))
        return SIPSAN_PASS;
    why->expected = "a sips URI, or transport=tcp";
    return sipsan_fail(why, p->value, "transport=tls");
}

static enum sipsan_verdict adds_none(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *before = v->parent->request;
    uint32_t came = 0, goes = 0;
    const struct sipsan_auth *last = NULL;

    if (!before || !sipsan_header_complete(before) ||
        sipsan_msg_count(v->msg, SIPSAN_HDR_PROXY_AUTHORIZATION) == 0)
        return SIPSAN_NA;
    for (const struct sipsan_auth *a = before->auth; a; a = a->next)
        came += a->header == SIPSAN_HDR_PROXY_AUTHORIZATION;
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if (a->header == SIPSAN_HDR_PROXY_AUTHORIZATION) {
            goes++;
            last = a;
        }
    if (goes <= came || !last)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, before->start_line);
    return sipsan_fail(why, last->text,
                       "Proxy-Authorization that did not come in with the request");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.22.3.proxy-no-add-proxy-authorization",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy adds no Proxy-Authorization",
        .explain =
            "Credentials are those of the client; a proxy passes them on or consumes what is meant "
            "for it. One that logs in for its users acts as a user agent of its own.\n"
            "Judged for a proven pair of requests: the forwarded one has more values than the one "
            "that came in.\n"
            "Bad: no Proxy-Authorization upstream, one downstream\n"
            "Good: the values of the client, or fewer",
        .check = adds_none,
    },
    {
        .id = "rfc3261.23.2.smime-493-certs-only",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* the receiver may have no certificate */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 493,
        .status_to = 493,
        .summary = "A 493 brings the certificate to encrypt for",
        .explain = "The sender of a body that could not be decrypted learns the right key from the "
                   "493, which carries the certificate of the receiver in a body of "
                   "application/pkcs7-mime. Without it the sender cannot do better.\n"
                   "A note: the receiver may have no certificate at all.\n"
                   "Bad: 493 without a body\n"
                   "Good: 493 with Content-Type: application/pkcs7-mime;smime-type=certs-only",
        .check = certificate,
    },
    {
        .id = "rfc3261.23.2.smime-request-multipart-signed",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* certificates may have been exchanged before */
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_BODY,
        .methods = BIT(INVITE),
        .summary = "S/MIME in an INVITE stands in multipart/signed",
        .explain = "A request that begins a dialog brings the certificate of its sender along, and "
                   "a signature around the body in multipart/signed is how it does. An encrypted "
                   "body that stands alone cannot be answered in kind.\n"
                   "A note: the two may have exchanged their certificates before.\n"
                   "Bad: INVITE with Content-Type: application/pkcs7-mime\n"
                   "Good: multipart/signed around it",
        .check = signed_request,
    },
    {
        .id = "rfc3261.23.3.smime-detached-signature",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* by what the type says alone */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_BODY,
        .summary = "multipart/signed holds a detached CMS signature",
        .explain = "S/MIME in SIP signs with a detached CMS signature, which the protocol "
                   "parameter of multipart/signed names as application/pkcs7-signature. Another "
                   "protocol cannot be verified by a receiver that knows S/MIME alone.\n"
                   "Legal: application/pgp-signature is another system (RFC 3156) and not judged.\n"
                   "Bad: multipart/signed;protocol=\"application/pkcs7-mime\"\n"
                   "Good: multipart/signed;protocol=\"application/pkcs7-signature\"",
        .check = detached,
    },
    {
        .id = "rfc3261.23.3.smime-content-disposition-required",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* required is the default (20.11) */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_BODY,
        .summary = "An S/MIME body says that it must be understood",
        .explain = "An enveloped body is of no use to who cannot open it. With handling=required "
                   "in Content-Disposition a receiver refuses it (415) instead of going on without "
                   "its content; that is the default as well, which makes this a note.\n"
                   "Bad: Content-Type: application/pkcs7-mime without Content-Disposition\n"
                   "Good: Content-Disposition: attachment;handling=required",
        .check = says_required,
    },
    {
        .id = "rfc3261.23.4.smime-tunnel-response",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* most servers cannot sign */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE) | BIT(MESSAGE),
        .view = SIPSAN_VIEW_REQUEST,
        .status_from = 200,
        .status_to = 299,
        .summary = "A request with a signed copy of itself gets such a response",
        .explain =
            "Who protects a request in this way expects the answer to be protected as well, or "
            "header fields of the response may be changed on the way unseen.\n"
            "A note: most servers cannot sign, and ignore the signature.\n"
            "Bad: 200 without a signed body to a request with multipart/signed of message/sip\n"
            "Good: 200 with multipart/signed of its own copy",
        .check = tunnel_response,
    },
    {
        .id = "rfc3261.23.4.1.smime-tunnel-date",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_TYPE,
        .view = SIPSAN_VIEW_PARTS,
        .summary = "A message that tunnels a signed copy of itself has Date",
        .explain = "The date in both copies keeps a signed message from being played back later. "
                   "The outer one is what a receiver compares with the inner.\n"
                   "Bad: multipart/signed with message/sip, no Date\n"
                   "Good: Date in the message and in its signed copy",
        .check = tunnel_date,
    },
    {
        .id = "rfc3261.23.4.1.2.smime-date-equal",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_TYPE,
        .view = SIPSAN_VIEW_PARTS,
        .summary = "A message and its signed copy have the same Date",
        .explain =
            "A receiver that finds two dates must take the message for one that was played back, "
            "and warn its user. Proxies may not change Date, so that the sender is at fault.\n"
            "Judged when both copies stand in clear.\n"
            "Bad: Date: Sat, 13 Nov 2010 23:29:00 GMT outside, 23:28:00 inside\n"
            "Good: the same in both",
        .check = date_equal,
    },
    {
        .id = "rfc3261.26.4.2.smime-tunnel-over-tcp",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* small ones arrive */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_TYPE,
        .view = SIPSAN_VIEW_PARTS,
        .summary = "A message that tunnels a copy of itself does not go over UDP",
        .explain = "A signed copy doubles the message and adds a certificate; a datagram of that "
                   "size is fragmented, and fragments get lost or filtered.\n"
                   "Bad: multipart/signed with message/sip over UDP\n"
                   "Good: the same over TCP or TLS",
        .check = tunnel_stream,
    },
    {
        .id = "rfc3261.26.2.2.sips-transport-tls-deprecated",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* common, and understood */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INVITE) | BIT(REGISTER),
        .summary = "No URI says transport=tls",
        .explain = "TLS is not a transport of its own: it runs over TCP, and sips asks for it. The "
                   "parameter is an old habit that most stacks understand; hence a note.\n"
                   "Bad: INVITE sip:bob@example.net;transport=tls\n"
                   "Good: INVITE sips:bob@example.net\n"
                   "Judged for the Request-URI.",
        .check = no_transport_tls,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_23, rules);

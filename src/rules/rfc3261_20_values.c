/* RFC 3261 section 20: values that the grammar allows and the text of a header field's own section
 * does not. */
#include "rules/rule.h"

#define MAX_32 UINT64_C(4294967295)

static enum sipsan_verdict in_range(const struct sipsan_number *number, uint64_t max,
                                    const char *range, struct sipsan_why *why)
{
    if (!number->ok)
        return SIPSAN_NA;
    if (number->value <= max)
        return SIPSAN_PASS;
    why->expected = range;
    return sipsan_fail(why, number->text, "%.*s is out of range", SPAN(number->text));
}

/* Digits that are more than 2**32-1; the grammar has seen to it that they are digits. */
static bool above_32(struct sipsan_span digits)
{
    while (digits.n > 0 && *digits.p == '0') {
        digits.p++;
        digits.n--;
    }
    return digits.n > 10 || (digits.n == 10 && memcmp(digits.p, "4294967295", 10) > 0);
}

static enum sipsan_verdict expires_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const char range[] = "a number of seconds from 0 to 4294967295";
    enum sipsan_verdict verdict = in_range(&v->msg->expires, MAX_32, range, why);

    for (const struct sipsan_name_addr *c = v->msg->contact; c && verdict != SIPSAN_FAIL;
         c = c->next) {
        const struct sipsan_param *p =
            c->ok && c->params ? sipsan_param_find(c->params, SPAN_LIT("expires")) : NULL;

        if (p && above_32(p->value)) {
            why->expected = range;
            verdict = sipsan_fail(why, p->value, "%.*s is out of range", SPAN(p->value));
        }
    }
    return verdict;
}

static enum sipsan_verdict min_expires_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    return in_range(&v->msg->min_expires, MAX_32, "a number of seconds from 0 to 4294967295", why);
}

static enum sipsan_verdict max_forwards_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    return in_range(&v->msg->max_forwards, 255, "a number from 0 to 255; 70 is recommended", why);
}

/* 20.5: every UA that takes INVITE takes the ACK that follows it. */
static enum sipsan_verdict allow_complete(const struct sipsan_view *v, struct sipsan_why *why)
{
    bool invite = false, ack = false;
    struct sipsan_span at = {NULL, 0};

    for (const struct sipsan_token *t = v->msg->allow; t; t = t->next) {
        if (span_eq(t->text, SPAN_LIT("INVITE"))) {
            invite = true;
            at = t->text;
        } else if (span_eq(t->text, SPAN_LIT("ACK"))) {
            ack = true;
        }
    }
    if (!invite || ack)
        return SIPSAN_PASS;
    for (uint32_t i = 0; i < v->msg->fault_count; i++)
        if (v->msg->faults[i].header == SIPSAN_HDR_ALLOW)
            return SIPSAN_NA; /* what was meant is not known */
    why->expected = "all methods that are understood, ACK and CANCEL included";
    return sipsan_fail(why, at, "Allow lists INVITE but not ACK");
}

/* 20.10: their meaning is that of a registration or a choice of targets. */
static enum sipsan_verdict contact_scope(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->method_id == SIPSAN_METHOD_REGISTER || m->status >= 300)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        for (const struct sipsan_param *p = c->ok ? c->params : NULL; p; p = p->next)
            if (sipsan_span_eq_nocase(p->name, SPAN_LIT("q")) ||
                sipsan_span_eq_nocase(p->name, SPAN_LIT("expires"))) {
                why->expected = "q and expires in REGISTER, its responses and 3xx only";
                return sipsan_fail(why, p->name, "the Contact parameter %.*s has no meaning here",
                                   SPAN(p->name));
            }
    return SIPSAN_PASS;
}

static enum sipsan_verdict mime_version(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_MIME_VERSION);

    if (!h)
        return SIPSAN_NA;
    if (span_eq(h->value, SPAN_LIT("1.0")))
        return SIPSAN_PASS;
    if (h->value.n < 3 || !memchr(h->value.p, '.', h->value.n))
        return SIPSAN_NA;
    for (size_t i = 0; i < h->value.n; i++)
        if (h->value.p[i] != '.' && (h->value.p[i] < '0' || h->value.p[i] > '9'))
            return SIPSAN_NA; /* the grammar has its finding */
    why->expected = "1.0";
    return sipsan_fail(why, h->value, "MIME-Version is %.*s", SPAN(h->value));
}

/* 20.43: the first digit of a warn-code of SIP is 3; 1 and 2 are of HTTP. */
static enum sipsan_verdict warning_code(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_WARNING);

    for (; h; h = sipsan_msg_next(v->msg, h)) {
        struct sipsan_span code = h->value;

        if (code.n < 4 || code.p[3] != ' ' || code.p[0] == '3')
            continue;
        for (size_t i = 0; i < 3; i++)
            if (code.p[i] < '0' || code.p[i] > '9')
                return SIPSAN_NA; /* the grammar has its finding */
        code.n = 3;
        why->expected = "300 to 399";
        return sipsan_fail(why, code, "%.*s is no warn-code of SIP", SPAN(code));
    }
    return SIPSAN_PASS;
}

/* 20: without angle brackets a parameter is one of the header field. */
static const struct sipsan_param *uri_param_outside(const struct sipsan_name_addr *addr)
{
    static const struct sipsan_span names[] = {
        {"transport", 9}, {"maddr", 5}, {"user", 4}, {"lr", 2}, {"ttl", 3}};

    if (!addr->text.p || addr->brackets || addr->star || !addr->ok)
        return NULL;
    for (const struct sipsan_param *p = addr->params; p; p = p->next)
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            if (sipsan_span_eq_nocase(p->name, names[i]))
                return p;
    return NULL;
}

static enum sipsan_verdict param_outside(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_param *p = m->request ? uri_param_outside(&m->from) : NULL;

    if (!p && m->request)
        p = uri_param_outside(&m->to);
    for (const struct sipsan_name_addr *c = m->contact; c && !p; c = c->next)
        p = uri_param_outside(c);
    if (!p)
        return SIPSAN_PASS;
    why->expected = "<sip:...;parameter>: a URI with parameters in angle brackets";
    return sipsan_fail(why, p->name,
                       "without angle brackets %.*s belongs to the header field, not to the URI",
                       SPAN(p->name));
}

static enum sipsan_verdict length_sent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->present & SIPSAN_PRESENCE_BIT(SIPSAN_HDR_CONTENT_LENGTH))
        return SIPSAN_PASS;
    if (v->seen->flow.transport != SIPSAN_UDP || !sipsan_header_complete(m))
        return SIPSAN_NA; /* of streams 18.3 speaks */
    if (m->body.n == 0)
        return SIPSAN_NA; /* nothing can be cut off or added unseen */
    why->expected = "Content-Length (or l) with the number of bytes of the body";
    return sipsan_fail(why, m->start_line, "a body of %zu bytes without Content-Length", m->body.n);
}

/* Only what is certainly no TLS: later RFCs add transports. */
static enum sipsan_verdict sips_means_tls(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const struct sipsan_span plain[] = {{"UDP", 3}, {"TCP", 3}, {"SCTP", 4}, {"WS", 2}};
    const struct sipsan_via *via = v->msg->via;

    if (!via || !via->ok)
        return SIPSAN_NA;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (sipsan_span_eq_nocase(via->transport, plain[i])) {
            why->expected = "SIP/2.0/TLS, TLS-SCTP or WSS";
            return sipsan_fail(why, via->transport, "a request to a sips URI is sent over %.*s",
                               SPAN(via->transport));
        }
    return SIPSAN_PASS;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.20.no-brackets-params-are-header-params",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* legal text that means something else */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_BARE,
        .summary = "URI parameters stand inside angle brackets",
        .explain =
            "In From, To and Contact a parameter behind a URI without angle brackets belongs to "
            "the header field. A transport, maddr, user, lr or ttl there was meant for the URI, "
            "and is lost: requests to this Contact go out over the default transport.\n"
            "  bad:   Contact: sip:alice@192.0.2.1;transport=tcp\n"
            "  good:  Contact: <sip:alice@192.0.2.1;transport=tcp>",
        .check = param_outside,
    },
    {
        .id = "rfc3261.20.5.allow-complete",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* seen in part: which methods are understood is not told */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_ALLOW,
        .summary = "Allow lists all methods that are understood, ACK and CANCEL too",
        .explain = "An Allow header field that is sent must list every method that the UA "
                   "understands, including ACK and CANCEL. Who takes an INVITE takes its ACK, so "
                   "a list with the one and without the other is incomplete, and a peer cannot "
                   "rely on what else is missing.\n"
                   "  bad:   Allow: INVITE, BYE, CANCEL\n"
                   "  good:  Allow: INVITE, ACK, BYE, CANCEL",
        .check = allow_complete,
    },
    {
        .id = "rfc3261.20.10.contact-q-expires-scope",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* without effect */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_CONTACT,
        .summary = "q and expires stand in the Contact of a REGISTER, its responses and 3xx only",
        .explain = "The Contact parameters q and expires are defined for registrations and for "
                   "redirection. In the Contact of a dialog they mean nothing; mostly a "
                   "registration's Contact was used again.\n"
                   "  poor:  INVITE ...  Contact: <sip:alice@192.0.2.1>;expires=3600\n"
                   "  good:  INVITE ...  Contact: <sip:alice@192.0.2.1>",
        .check = contact_scope,
    },
    {
        .id = "rfc3261.20.14.content-length-should",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* the datagram tells the length */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_LENGTH,
        .summary = "A message says how long its body is",
        .explain = "Content-Length should be sent in every message, with 0 where there is no "
                   "body. Without it the body ends with the datagram, so that padding becomes a "
                   "part of it and a shortened body is not noticed. A datagram that ends with its "
                   "header is not reported: there is no doubt about its length.\n"
                   "  poor:  Content-Type: application/sdp, no Content-Length\n"
                   "  good:  Content-Type: application/sdp\n"
                   "         Content-Length: 142\n"
                   "On streams it must be there: rfc3261.18.3.stream-content-length.",
        .aliases = "rfc3261.20.14.content-length-where",
        .check = length_sent,
    },
    {
        .id = "rfc3261.20.19.expires-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* it does not fit into what the other side reserves */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EXPIRES,
        .summary = "Expires is at most 2**32-1 seconds",
        .explain = "Expires, and the expires parameter of Contact, hold a number of seconds from "
                   "0 to 2**32-1. What is larger overflows in one element and is cut in another: "
                   "the two do not agree when a binding ends.\n"
                   "  bad:   Expires: 4294967296\n"
                   "  good:  Expires: 3600",
        .check = expires_range,
    },
    {
        .id = "rfc3261.20.22.max-forwards-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* it does not fit into what the other side reserves */
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_NUMBER,
        .summary = "Max-Forwards is 0 to 255",
        .explain = "Max-Forwards counts hops from 0 to 255. A larger number overflows where a "
                   "byte is kept for it, or makes a loop that much longer.\n"
                   "  bad:   Max-Forwards: 1000\n"
                   "  good:  Max-Forwards: 70",
        .check = max_forwards_range,
    },
    {
        .id = "rfc3261.20.23.min-expires-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* it does not fit into what the other side reserves */
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_NUMBER,
        .summary = "Min-Expires is at most 2**32-1 seconds",
        .explain = "Min-Expires holds a number of seconds from 0 to 2**32-1. A client that is "
                   "asked for more cannot register at all.\n"
                   "  bad:   Min-Expires: 4294967296\n"
                   "  good:  Min-Expires: 60",
        .check = min_expires_range,
    },
    {
        .id = "rfc3261.20.24.mime-version-1-0",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* nothing reads it */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_MIME,
        .summary = "MIME-Version is 1.0",
        .explain = "The only version of MIME is 1.0 (RFC 2045). A receiver may treat a body of "
                   "another one as unreadable.\n"
                   "  poor:  MIME-Version: 2.0\n"
                   "  good:  MIME-Version: 1.0",
        .check = mime_version,
    },
    {
        .id = "rfc3261.20.42.via-sips-means-tls",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* by figure and example; the tap may stand behind the TLS */
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_SECURE,
        .updated_by = "RFC 5630, RFC 7118",
        .summary = "The Via of a request to a sips URI says TLS",
        .explain = "A request whose Request-URI is a sips URI is sent over TLS on every hop, and "
                   "the topmost Via says so. Another transport there means that the request went "
                   "out in the clear, or that the response will.\n"
                   "  bad:   INVITE sips:bob@example.net SIP/2.0\n"
                   "         Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b\n"
                   "  good:  Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK74b\n"
                   "TLS-SCTP (RFC 4168) and WSS (RFC 7118) are TLS as well.",
        .aliases = "rfc3261.16.6.proxy-bypass-sips-tls rfc3261.16.6.proxy-sips-resolution "
                   "rfc3261.26.2.2.sips-no-udp rfc3261.8.1.2.alternate-dest-sips-tls "
                   "rfc3261.8.1.2.sips-forces-tls-resolution",
        .check = sips_means_tls,
    },
    {
        .id = "rfc3261.20.43.warning-codes-3xx",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* its text is shown all the same */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_WARNING,
        .summary = "Warning codes are 300 to 399",
        .explain = "The codes of SIP's Warning begin with 3; those that begin with 1 and 2 are "
                   "HTTP's and mean other things.\n"
                   "  poor:  Warning: 199 example.net \"Miscellaneous\"\n"
                   "  good:  Warning: 399 example.net \"Miscellaneous\"\n"
                   "The first value of each row is judged.",
        .check = warning_code,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_20_values, rules);

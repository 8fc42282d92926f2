/* RFC 3261 11.2, 20.1, 20.2, 20.6, 20.12: what a response may bring, by what its request accepts
 * or has. */
#include "rules/accept.h"

/* The next element of a comma list; false at its end. Quotes hide commas. */
static bool next_element(struct sipsan_span *rest, struct sipsan_span *element)
{
    const char *p = rest->p, *end = rest->p + rest->n;
    bool quoted = false;

    if (rest->n == 0)
        return false;
    for (; p < end && (quoted || *p != ','); p++) {
        if (quoted && *p == '\\' && p + 1 < end)
            p++;
        else if (*p == '"')
            quoted = !quoted;
    }
    *element = sipsan_span_trim(span_between(rest->p, p));
    *rest = p < end ? span_between(p + 1, end) : (struct sipsan_span){end, 0};
    return true;
}

/* Splits what stands before the parameters off; false when the element has q=0. */
static bool wanted(struct sipsan_span *name, struct sipsan_span element)
{
    const char *semi = element.n ? memchr(element.p, ';', element.n) : NULL;
    struct sipsan_span rest;

    *name = element;
    if (!semi)
        return true;
    *name = sipsan_span_trim(span_between(element.p, semi));
    rest = span_between(semi + 1, element.p + element.n);
    while (rest.n > 0) {
        const char *next = memchr(rest.p, ';', rest.n);
        struct sipsan_span param = sipsan_span_trim(next ? span_between(rest.p, next) : rest);

        rest = next ? span_between(next + 1, rest.p + rest.n) : (struct sipsan_span){rest.p, 0};
        if (param.n >= 3 && ascii_lower(param.p[0]) == 'q' && param.p[1] == '=' &&
            param.p[2] == '0') {
            size_t i = 3;

            while (i < param.n && (param.p[i] == '.' || param.p[i] == '0'))
                i++;
            if (i == param.n)
                return false;
        }
    }
    return true;
}

typedef bool (*covers_fn)(struct sipsan_span name, const void *what);

/* Some element of this header field of the request covers it. */
static bool accepted_in(struct sipsan_span rest, covers_fn covers, const void *what)
{
    struct sipsan_span element, name;

    while (next_element(&rest, &element))
        if (wanted(&name, element) && covers(name, what))
            return true;
    return false;
}

static bool accepted(const struct sipsan_msg *req, enum sipsan_header_id id, covers_fn covers,
                     const void *what)
{
    for (const struct sipsan_header *h = sipsan_msg_header(req, id); h; h = sipsan_msg_next(req, h))
        if (accepted_in(h->value, covers, what))
            return true;
    return false;
}

static bool covers_type(struct sipsan_span name, const void *what)
{
    const struct sipsan_media_type *type = what;
    const char *slash = name.n ? memchr(name.p, '/', name.n) : NULL;
    struct sipsan_span left, right;

    if (!slash)
        return false;
    left = sipsan_span_trim(span_between(name.p, slash));
    right = sipsan_span_trim(span_between(slash + 1, name.p + name.n));
    if (span_eq(left, SPAN_LIT("*")))
        return true;
    return sipsan_span_eq_nocase(left, type->type) &&
           (span_eq(right, SPAN_LIT("*")) || sipsan_span_eq_nocase(right, type->subtype));
}

bool sipsan_accepts_type(const struct sipsan_msg *msg, const struct sipsan_media_type *type)
{
    return accepted(msg, SIPSAN_HDR_ACCEPT, covers_type, type);
}

bool sipsan_list_accepts_type(struct sipsan_span list, const struct sipsan_media_type *type)
{
    return accepted_in(list, covers_type, type);
}

/* RFC 2616 3.5: the older names with x- are the same codings. */
static struct sipsan_span coding(struct sipsan_span name)
{
    return sipsan_span_starts_nocase(name, SPAN_LIT("x-"))
               ? (struct sipsan_span){name.p + 2, name.n - 2}
               : name;
}

static bool covers_coding(struct sipsan_span name, const void *what)
{
    return span_eq(name, SPAN_LIT("*")) ||
           sipsan_span_eq_nocase(coding(name), coding(*(const struct sipsan_span *)what));
}

static bool has(const struct sipsan_msg *m, enum sipsan_header_id id)
{
    return m->present >> id & 1;
}

static bool is_type(const struct sipsan_media_type *type, struct sipsan_span a,
                    struct sipsan_span b)
{
    return sipsan_span_eq_nocase(type->type, a) && sipsan_span_eq_nocase(type->subtype, b);
}

/* The body has a type that can be compared. A multipart body is for its parts to be judged. */
static bool plain_body(const struct sipsan_msg *m)
{
    return m->body.n > 0 && m->content_type.ok && !m->multipart &&
           !sipsan_span_eq_nocase(m->content_type.type, SPAN_LIT("multipart"));
}

static enum sipsan_verdict options_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_media_type *type = &v->msg->content_type;

    if (!plain_body(v->msg) || !sipsan_header_complete(v->req))
        return SIPSAN_NA;
    if (has(v->req, SIPSAN_HDR_ACCEPT) ? sipsan_accepts_type(v->req, type)
                                       : is_type(type, SPAN_LIT("application"), SPAN_LIT("sdp")))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn,
                          has(v->req, SIPSAN_HDR_ACCEPT)
                              ? sipsan_msg_header(v->req, SIPSAN_HDR_ACCEPT)->value
                              : nothing);
    why->expected = "a type in Accept of the request, application/sdp without Accept, or no body";
    return sipsan_fail(why, type->text, "the body of the 2xx to OPTIONS is none that it accepts");
}

static enum sipsan_verdict default_sdp(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_media_type *type = &v->msg->content_type;

    if (!plain_body(v->msg) || !sipsan_header_complete(v->req) || has(v->req, SIPSAN_HDR_ACCEPT) ||
        v->req->to.tag.p)
        return SIPSAN_NA; /* within a dialog both sides have said what they take */
    if (is_type(type, SPAN_LIT("application"), SPAN_LIT("sdp")))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "application/sdp";
    return sipsan_fail(why, type->text,
                       "the INVITE has no Accept, and its 2xx has another body than SDP");
}

/* The first coding of the response that the request does not list; p NULL: none. */
static struct sipsan_span foreign_coding(const struct sipsan_view *v)
{
    for (const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_CONTENT_ENCODING); h;
         h = sipsan_msg_next(v->msg, h)) {
        struct sipsan_span rest = h->value, element;

        while (next_element(&rest, &element))
            if (element.n > 0 && !sipsan_span_eq_nocase(element, SPAN_LIT("identity")) &&
                !accepted(v->req, SIPSAN_HDR_ACCEPT_ENCODING, covers_coding, &element))
                return element;
    }
    return nothing;
}

static enum sipsan_verdict default_identity(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span foreign;

    if (!sipsan_header_complete(v->req) || has(v->req, SIPSAN_HDR_ACCEPT_ENCODING))
        return SIPSAN_NA;
    foreign = foreign_coding(v);
    if (!foreign.p)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "a body without coding: the request has no Accept-Encoding";
    return sipsan_fail(why, foreign, "the body is coded with %.*s, which was not asked for",
                       SPAN(foreign));
}

static enum sipsan_verdict coding_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *accept = sipsan_msg_header(v->req, SIPSAN_HDR_ACCEPT_ENCODING);
    struct sipsan_span foreign;

    if (!accept)
        return SIPSAN_NA;
    foreign = foreign_coding(v);
    if (!foreign.p)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, accept->value);
    why->expected = "a coding that Accept-Encoding of the request lists, or none";
    return sipsan_fail(why, foreign, "the body is coded with %.*s, which is not accepted",
                       SPAN(foreign));
}

/* A request that a proxy has authenticated bears the proxy's credentials: some servers take them
 * for their own. */
static enum sipsan_verdict info_needs_digest(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_AUTHENTICATION_INFO);

    if (!h || !sipsan_header_complete(v->req))
        return SIPSAN_NA;
    if (has(v->req, SIPSAN_HDR_AUTHORIZATION))
        return SIPSAN_PASS;
    why->lower = has(v->req, SIPSAN_HDR_PROXY_AUTHORIZATION);
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "Authentication-Info only where the request has Authorization";
    return sipsan_fail(why, h->value, "Authentication-Info, and the request had no Authorization");
}

#define OK_2XX .status_from = 200, .status_to = 299

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.11.2.options-body-type-in-accept",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(OPTIONS),
        OK_2XX,
        .odd = SIPSAN_ODD_TYPE,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The body of a 2xx to OPTIONS is of a type that the request accepts",
        .explain =
            "The asking side says in Accept in which form it wants to hear what the other can do; "
            "without Accept that is SDP. Another type is not understood.\n"
            "Legal: no body; a type that a range such as */* covers. Multipart bodies are not "
            "judged.\n"
            "Bad: Accept: application/sdp, answered with Content-Type: text/plain\n"
            "Good: Content-Type: application/sdp",
        .check = options_body,
    },
    {
        .id = "rfc3261.20.1.accept-default-sdp",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* seen in part: the peer may know more of the client */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INVITE),
        OK_2XX,
        .odd = SIPSAN_ODD_TYPE,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The 2xx to an INVITE without Accept has SDP for its body, if it has one",
        .explain =
            "No Accept means application/sdp. A client that gets something else has no answer to "
            "its offer and ends the call.\n"
            "Legal: multipart bodies, which every UA must be able to read (RFC 5621) and whose "
            "parts are not judged here; no body; anything within a dialog. A note: the two sides "
            "may have agreed on another type beforehand. OPTIONS is judged by rfc3261.11.2.\n"
            "Bad: INVITE without Accept, 200 with Content-Type: application/isup\n"
            "Good: Content-Type: application/sdp",
        .check = default_sdp,
    },
    {
        .id = "rfc3261.20.2.accept-encoding-default-identity",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_ENCODING,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A request without Accept-Encoding is answered without content coding",
        .explain = "Other than in HTTP, a request that says nothing about codings takes none. Most "
                   "clients cannot unpack a compressed body and see no session description.\n"
                   "Legal: Content-Encoding: identity; any coding that the request lists.\n"
                   "Bad: INVITE without Accept-Encoding, 200 with Content-Encoding: gzip\n"
                   "Good: the body as it is",
        .check = default_identity,
    },
    {
        .id = "rfc3261.20.12.content-encoding-in-accept-encoding",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_ENCODING,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A response uses only codings that the request accepts",
        .explain =
            "The client has listed what it can unpack. A coding outside of the list, or one "
            "listed with q=0, makes the body useless to it.\n"
            "Legal: identity, which is always acceptable here; x-gzip for gzip; any coding for "
            "\"*\".\n"
            "Bad: Accept-Encoding: gzip, answered with Content-Encoding: deflate\n"
            "Good: Content-Encoding: gzip\n"
            "A request without Accept-Encoding is judged by rfc3261.20.2.",
        .check = coding_accepted,
    },
    {
        .id = "rfc3261.20.6.authentication-info-only-if-digest",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE,
        OK_2XX,
        .odd = SIPSAN_ODD_MUTUAL,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Authentication-Info answers a request with Authorization",
        .explain =
            "The header field proves that the server knows the secret that the client has just "
            "used, and gives the next nonce. Without credentials in the request there is nothing "
            "to prove and nothing to go on with.\n"
            "Legal: in a 2xx to a request with Authorization. A request with Proxy-Authorization "
            "alone is reported one step lower.\n"
            "Bad: REGISTER without Authorization, 200 with Authentication-Info: nextnonce=\"47\"\n"
            "Good: the same after a REGISTER with Authorization",
        .check = info_needs_digest,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_20_accept, rules);

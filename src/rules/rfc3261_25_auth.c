/* RFC 3261 section 25.1: the grammar, third part: the header fields of authentication. As in
 * rfc3261_25_headers.c a bad token, string or URI inside them is reported by the row of that. */
#include "rules/grammar.h"

/* The fault lies in a parameter of this name: its name stands before the fault, with an equals sign
 * and perhaps a quote between, or is where the fault begins. */
static bool in_param(const struct sipsan_view *v, struct sipsan_span name)
{
    const struct sipsan_msg *m = v->msg;
    size_t at = v->fault->offset < m->bytes.n ? v->fault->offset : m->bytes.n;
    const char *p = m->bytes.p;

    if (m->bytes.n - at >= name.n &&
        sipsan_span_eq_nocase((struct sipsan_span){p + at, name.n}, name))
        return true;
    while (at > 0 && (p[at - 1] == '"' || p[at - 1] == '=' || p[at - 1] == ' '))
        at--;
    return at > name.n && !is_alnum(p[at - name.n - 1]) &&
           sipsan_span_eq_nocase((struct sipsan_span){p + at - name.n, name.n}, name);
}

/* Quotes where the grammar has none. */
static bool quoted_param(const struct sipsan_view *v, struct sipsan_span a, struct sipsan_span b)
{
    struct sipsan_span at = sipsan_fault_bytes(v);

    return !sipsan_fault_at_end(v) && memchr(at.p, '"', at.n) && (in_param(v, a) || in_param(v, b));
}

/* response="" beside a nonce: terminals that name themselves before the first challenge write both
 * empty, which RFC 8760 2.7 allows. */
static bool empty_response(const struct sipsan_view *v)
{
    size_t at = v->fault->offset;

    return at > 0 && at < v->msg->bytes.n && v->msg->bytes.p[at - 1] == '"' &&
           v->msg->bytes.p[at] == '"' && in_param(v, SPAN_LIT("response"));
}

static enum sipsan_verdict credentials(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = quoted_param(v, SPAN_LIT("qop"), SPAN_LIT("algorithm")) ||
                 quoted_param(v, SPAN_LIT("nc"), SPAN_LIT("nc")) || empty_response(v);
    return sipsan_grammar_fault(v, why);
}

static enum sipsan_verdict challenge(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = quoted_param(v, SPAN_LIT("stale"), SPAN_LIT("algorithm"));
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        /* later digest RFCs add parameters */
        SIPSAN_GRAMMAR_ROW(AUTHENTICATION_INFO, "authentication-info-syntax", SIPSAN_WARNING),
        .summary = "Authentication-Info lists nextnonce, qop, rspauth, cnonce and nc",
        .explain =
            "A comma list of parameters: nextnonce, rspauth and cnonce in quotes, qop and nc "
            "without.\n"
            "  bad:   Authentication-Info: nextnonce=47364c23\n"
            "  good:  Authentication-Info: nextnonce=\"47364c23432d2e13\"\n"
            "A warning only: the RFC names just these five, and servers add others.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(AUTHORIZATION, "authorization-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8760, RFC 8898",
        .summary = "Authorization is a scheme and its parameters, quoted as the grammar says",
        .explain =
            "Digest credentials are a comma list: username, realm, nonce, uri, response, "
            "cnonce and opaque in quotes, algorithm, qop and nc without. username, realm, "
            "nonce, uri and response must be there. response has 32 digits, 64 for SHA-256 "
            "(RFC 8760). Servers often parse this by hand, and fail on quotes that are "
            "missing or too many: the right password is refused.\n"
            "  bad:   Authorization: Digest username=alice, realm=\"example.com\", ...\n"
            "  good:  Authorization: Digest username=\"alice\", realm=\"example.com\",\n"
            "         nonce=\"84a4cc6f\", uri=\"sip:example.com\", qop=auth, nc=00000001,\n"
            "         response=\"7587245234b3434cc3412213e5f113a5\", cnonce=\"0a4f113b\"\n"
            "Quotes around qop, nc or algorithm are frequent and tolerated by most: one step "
            "lower, and so is an empty response to a challenge. Before there is one, response "
            "and nonce may both be empty (RFC 8760). Other "
            "schemes (Bearer, RFC 8898) are a token and their parameters. A uri without "
            "quotes is reported by 22.4.",
        .aliases = "rfc3261.7.3.1.auth-rows-not-combined rfc3261.20.7.authorization-not-combined",
        .check = credentials,
    },
    {
        SIPSAN_GRAMMAR_ROW(PROXY_AUTHENTICATE, "proxy-authenticate-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8760, RFC 8898",
        .summary = "Proxy-Authenticate is a challenge, quoted as the grammar says",
        .explain =
            "Digest with a comma list: realm, nonce, opaque, domain and qop in quotes, stale "
            "and algorithm without; realm and nonce must be there. A client that cannot read "
            "the challenge cannot answer it.\n"
            "  bad:   Proxy-Authenticate: Digest realm=example.com, nonce=\"84a4cc6f\"\n"
            "  good:  Proxy-Authenticate: Digest realm=\"example.com\", nonce=\"84a4cc6f\",\n"
            "         qop=\"auth\", algorithm=MD5\n"
            "Quotes around stale or algorithm are seen and tolerated by most: one step lower. "
            "Several rows offer several algorithms (RFC 8760); other schemes are a token and "
            "their parameters.",
        .check = challenge,
    },
    {
        SIPSAN_GRAMMAR_ROW(PROXY_AUTHORIZATION, "proxy-authorization-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8760, RFC 8898",
        .summary = "Proxy-Authorization is written as Authorization is",
        .explain =
            "Credentials for a proxy have the same form as those for a user agent: username, "
            "realm, nonce, uri, response, cnonce and opaque in quotes, algorithm, qop and nc "
            "without.\n"
            "  bad:   Proxy-Authorization: Digest username=\"alice\", realm=\"example.com\",\n"
            "         nonce=\"c60f\", uri=\"sip:bob@example.com\", "
            "response=7587245234b3434cc3412213e5f113a5\n"
            "  good:  Proxy-Authorization: Digest ..., "
            "response=\"7587245234b3434cc3412213e5f113a5\"\n"
            "Quotes around qop, nc or algorithm are one step lower. A uri without quotes is "
            "reported by 22.4.",
        .aliases = "rfc3261.20.28.proxy-authorization-not-combined",
        .check = credentials,
    },
    {
        SIPSAN_GRAMMAR_ROW(WWW_AUTHENTICATE, "www-authenticate-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8760, RFC 8898",
        .summary = "WWW-Authenticate is a challenge, quoted as the grammar says",
        .explain =
            "Digest with a comma list: realm, nonce, opaque, domain and qop in quotes, stale "
            "and algorithm without; realm and nonce must be there. A client that cannot read "
            "the challenge cannot answer it.\n"
            "  bad:   WWW-Authenticate: Digest realm=example.com, nonce=\"84a4cc6f\"\n"
            "  good:  WWW-Authenticate: Digest realm=\"example.com\", nonce=\"84a4cc6f\",\n"
            "         qop=\"auth\", algorithm=MD5\n"
            "Quotes around stale or algorithm are seen and tolerated by most: one step lower. "
            "Several rows offer several algorithms (RFC 8760); other schemes are a token and "
            "their parameters.",
        .check = challenge,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_25_auth, rules);

/* RFC 3261 section 22: which scheme, and what digest challenges and credentials hold by themselves.
 * What ties credentials to their challenge is in rfc3261_22.c. */
#include "rules/rule.h"

enum { CREDENTIALS_MAX = 16 }; /* of one message, that are held against each other */

static bool challenges(const struct sipsan_auth *a)
{
    return a->header == SIPSAN_HDR_WWW_AUTHENTICATE || a->header == SIPSAN_HDR_PROXY_AUTHENTICATE;
}

static bool credentials(const struct sipsan_auth *a)
{
    return a->header == SIPSAN_HDR_AUTHORIZATION || a->header == SIPSAN_HDR_PROXY_AUTHORIZATION;
}

static bool is_basic(const struct sipsan_auth *a)
{
    return sipsan_span_eq_nocase(a->scheme, SPAN_LIT("Basic"));
}

/* Section 22: Basic is gone since RFC 2543, which had it. */
static enum sipsan_verdict challenge_basic(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "a Digest challenge";
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if (challenges(a) && is_basic(a))
            return sipsan_fail(why, a->scheme, "a challenge asks for Basic credentials");
    return SIPSAN_PASS;
}

static enum sipsan_verdict sends_basic(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Digest credentials, or none";
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if (credentials(a) && is_basic(a))
            return sipsan_fail(why, a->scheme, "Basic credentials show the password to everybody");
    return SIPSAN_PASS;
}

/* The server may not have asked for credentials at all: hence no error. */
static enum sipsan_verdict accepts_basic(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_auth *a = v->req->auth; a; a = a->next) {
        if (a->header != SIPSAN_HDR_AUTHORIZATION || !is_basic(a))
            continue;
        why->expected = "a 401 with a Digest challenge";
        sipsan_relate_request(why, v->txn, a->scheme);
        return sipsan_fail(why, v->msg->start_line, "a request with Basic credentials is accepted");
    }
    return SIPSAN_NA;
}

/* 22.3. Digest of one realm: several algorithms (RFC 8760) and several challengers (other nonces)
 * are lawful. */
static bool same_realm(const struct sipsan_auth *a, const struct sipsan_auth *b)
{
    return a->header == b->header && a->digest && b->digest && a->realm.p && b->realm.p &&
           sipsan_quoted_eq(a->realm, b->realm);
}

static bool same_challenge(const struct sipsan_auth *a, const struct sipsan_auth *b)
{
    return a->nonce.p && b->nonce.p && sipsan_quoted_eq(a->nonce, b->nonce) &&
           sipsan_span_eq_nocase(a->algorithm, b->algorithm);
}

static bool other_user(const struct sipsan_auth *a, const struct sipsan_auth *b)
{
    return a->username.p && b->username.p && !sipsan_quoted_eq(a->username, b->username);
}

/* The first credentials of one realm that fit others; *other are those. Every one is held against
 * every other: so many are looked at that the cost stays in proportion to the message. */
static const struct sipsan_auth *find_pair(const struct sipsan_auth *a,
                                           bool (*fit)(const struct sipsan_auth *,
                                                       const struct sipsan_auth *),
                                           const struct sipsan_auth **other)
{
    for (unsigned i = 0; a && i < CREDENTIALS_MAX; a = a->next, i++) {
        const struct sipsan_auth *b = credentials(a) ? a->next : NULL;

        for (unsigned j = i + 1; b && j < CREDENTIALS_MAX; b = b->next, j++) {
            if (same_realm(a, b) && fit(a, b)) {
                *other = b;
                return a;
            }
        }
    }
    return NULL;
}

static enum sipsan_verdict one_per_realm(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_auth *b, *a = find_pair(v->msg->auth, same_challenge, &b);

    if (!a)
        return SIPSAN_PASS;
    return sipsan_fail(why, b->text, "two credentials answer one challenge of %.*s",
                       SPAN(a->realm));
}

static enum sipsan_verdict one_user(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_auth *b, *a = find_pair(v->msg->auth, other_user, &b);

    if (!a)
        return SIPSAN_PASS;
    return sipsan_fail(why, b->username, "%.*s is %.*s in one value and %.*s in another",
                       SPAN(a->realm), SPAN(a->username), SPAN(b->username));
}

/* 22.4, point 1: the space of a challenge is made of SIP and SIPS URIs, or of paths. */
static enum sipsan_verdict domain_is_sip(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;

    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next) {
        const struct sipsan_param *domain = sipsan_param_find(a->params, SPAN_LIT("domain"));
        struct sipsan_span s = domain ? domain->value : nothing;

        if (s.n < 3 || !challenges(a))
            continue;
        verdict = SIPSAN_PASS;
        s.p++; /* the quote */
        s.n--;
        if (memchr(s.p, ':', s.n) && !sipsan_span_starts_nocase(s, SPAN_LIT("sip:")) &&
            !sipsan_span_starts_nocase(s, SPAN_LIT("sips:")))
            return sipsan_fail(why, domain->value, "the domain of a challenge is no SIP URI");
    }
    return verdict;
}

static enum sipsan_verdict cnonce_alone(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if (credentials(a) && a->digest && !a->qop.p && (a->cnonce.p || a->nc.p))
            return sipsan_fail(why, a->cnonce.p ? a->cnonce : a->nc,
                               "credentials without qop have %s", a->cnonce.p ? "cnonce" : "nc");
    return SIPSAN_PASS;
}

static bool is_session(struct sipsan_span algorithm)
{
    return algorithm.n > 5 &&
           sipsan_span_eq_nocase((struct sipsan_span){algorithm.p + algorithm.n - 5, 5},
                                 SPAN_LIT("-sess"));
}

static enum sipsan_verdict session_qop(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if (a->digest && is_session(a->algorithm) && !a->qop.p)
            return sipsan_fail(why, a->algorithm, "%.*s without qop: there is no cnonce to hash",
                               SPAN(a->algorithm));
    return SIPSAN_PASS;
}

static enum sipsan_verdict challenge_qop(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if (challenges(a) && a->digest && a->ok && !a->qop.p)
            return sipsan_fail(why, a->text, "a digest challenge without qop");
    return SIPSAN_PASS;
}

/* 22.4, point 8. qop-options is a quoted list. */
static bool offers(struct sipsan_span list, struct sipsan_span qop)
{
    for (size_t i = 0; i + qop.n <= list.n; i++) {
        bool begins = i == 0 || !(is_alnum(list.p[i - 1]) || list.p[i - 1] == '-');
        bool ends =
            i + qop.n == list.n || !(is_alnum(list.p[i + qop.n]) || list.p[i + qop.n] == '-');

        if (begins && ends && sipsan_span_eq_nocase((struct sipsan_span){list.p + i, qop.n}, qop))
            return true;
    }
    return false;
}

static enum sipsan_verdict qop_offered(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;

    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next) {
        const struct sipsan_nonce *n =
            credentials(a) && a->digest && a->qop.p ? sipsan_nonce_of(v->nonces, a) : NULL;

        if (!n || !n->has_qop)
            continue;
        verdict = SIPSAN_PASS;
        if (offers(text_span(&n->qop), a->qop))
            continue;
        sipsan_relate(why, &n->ref, "challenge", text_span(&n->qop));
        return sipsan_fail(why, a->qop, "the credentials use qop=%.*s, which was not offered",
                           SPAN(a->qop));
    }
    return verdict;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.22.no-challenge-basic",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "No challenge asks for Basic credentials",
        .explain =
            "Basic sends the password nearly in clear; RFC 2543 still had it, RFC 3261 "
            "forbids servers to ask for it.\n"
            "Legal: Digest, with any algorithm of RFC 8760.\n"
            "  bad:   WWW-Authenticate: Basic realm=\"example.com\"\n"
            "  good:  WWW-Authenticate: Digest realm=\"example.com\", nonce=\"84a4\", qop=\"auth\"",
        .aliases = "rfc3261.22.4.no-basic",
        .check = challenge_basic,
    },
    {
        .id = "rfc3261.22.basic-not-sent",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the password is on the wire for everybody */
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "No request carries Basic credentials",
        .explain = "No server may ask for Basic or accept it, so a client that sends it gives its "
                   "password away for nothing.\n"
                   "  bad:   Authorization: Basic YWxpY2U6c2VjcmV0\n"
                   "  good:  Authorization: Digest username=\"alice\", ...",
        .check = sends_basic,
    },
    {
        .id = "rfc3261.22.no-accept-basic",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* the request may have needed no credentials */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REQUEST_AUTH,
        .summary = "Basic credentials are not accepted",
        .explain =
            "A server must not take Basic credentials. A 2xx to a request that has them shows"
            " that it may have done so.\n"
            "The server may have ignored them because it wanted none: that cannot be seen, "
            "hence a warning.\n"
            "  bad:   REGISTER with Authorization: Basic, 200\n"
            "  good:  REGISTER with Authorization: Basic, 401 with a Digest challenge",
        .check = accepts_basic,
    },
    {
        .id = "rfc3261.22.3.creds-differ-by-realm",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "Several credentials in one request are for different realms",
        .explain =
            "When several proxies on the way ask for credentials, each finds its own by the "
            "realm. Two values for the same challenge are one too many.\n"
            "Legal: one realm with two nonces, when two servers of that realm challenge; one "
            "realm with several algorithms (RFC 8760).\n"
            "Reported when two values of one header field have the same realm, nonce and "
            "algorithm.",
        .check = one_per_realm,
    },
    {
        .id = "rfc3261.22.3.same-creds-same-realm",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "One realm gets one user name in a request",
        .explain =
            "Servers that share a realm share its users: a client that answers two challenges"
            " of one realm uses the same credentials for both.\n"
            "  bad:   Proxy-Authorization: Digest username=\"a\", realm=\"r\", ...\n"
            "         Proxy-Authorization: Digest username=\"b\", realm=\"r\", ...\n"
            "Compared within one header field only: Authorization and Proxy-Authorization may"
            " name different users.",
        .check = one_user,
    },
    {
        .id = "rfc3261.22.4.digest-challenge-uri",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* next to nobody reads the parameter */
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "The domain of a challenge holds SIP or SIPS URIs",
        .explain =
            "The domain parameter of a challenge lists the URIs that the same credentials are"
            " good for; in SIP these are SIP and SIPS URIs.\n"
            "  bad:   Digest realm=\"r\", domain=\"http://example.com\", nonce=\"n\"\n"
            "  good:  Digest realm=\"r\", domain=\"sip:example.com\", nonce=\"n\"",
        .check = domain_is_sip,
    },
    {
        .id = "rfc3261.22.4.cnonce-needs-qop",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "Credentials have cnonce and nc only together with qop",
        .explain =
            "A client nonce and a nonce count take part in the digest only where qop says so."
            " With qop missing the server hashes the old way (RFC 2069) and the two are in "
            "its way.\n"
            "  bad:   Digest username=\"a\", ..., cnonce=\"0a4f\", nc=00000001\n"
            "  good:  Digest username=\"a\", ..., qop=auth, cnonce=\"0a4f\", nc=00000001",
        .check = cnonce_alone,
    },
    {
        .id = "rfc3261.22.4.md5-sess-needs-qop",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the hash cannot be computed */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "A session algorithm such as MD5-sess needs qop",
        .explain =
            "MD5-sess hashes the client nonce into the session key, and a client nonce is "
            "sent only with qop.\n"
            "Judged of challenges and of credentials, also for SHA-256-sess and "
            "SHA-512-256-sess (RFC 8760).\n"
            "  bad:   WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess\n"
            "  good:  ..., algorithm=MD5-sess, qop=\"auth\"",
        .check = session_qop,
    },
    {
        .id = "rfc3261.22.4.server-sends-qop",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* left out by many old servers, and clients cope */
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "A digest challenge carries qop",
        .explain =
            "Clients must be able to do without, but servers must offer qop: without it there"
            " is neither a client nonce nor a count, and digests can be replayed.\n"
            "  bad:   WWW-Authenticate: Digest realm=\"example.com\", nonce=\"84a4\"\n"
            "  good:  WWW-Authenticate: Digest realm=\"example.com\", nonce=\"84a4\", qop=\"auth\"",
        .check = challenge_qop,
    },
    {
        .id = "rfc3261.22.4.qop-from-offer",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the server hashes something else */
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "Credentials use a qop that the challenge offered",
        .explain = "A client picks one of the qop values of the challenge. With another one the "
                   "server computes another digest and challenges again.\n"
                   "Judged when the challenge with this nonce was seen.\n"
                   "  bad:   challenge qop=\"auth\", credentials qop=auth-int\n"
                   "  good:  challenge qop=\"auth,auth-int\", credentials qop=auth",
        .check = qop_offered,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_22_scheme, rules);

/* RFC 3261 section 22: authentication. Challenges and the credentials that answer them; digests are
 * not recomputed, since no tap knows the passwords. */
#include "rules/rule.h"

static bool is_credentials(const struct sipsan_auth *a)
{
    return a->header == SIPSAN_HDR_AUTHORIZATION || a->header == SIPSAN_HDR_PROXY_AUTHORIZATION;
}

/* The next digest credentials in the list, from a on. */
static const struct sipsan_auth *next_digest(const struct sipsan_auth *a)
{
    while (a && !(is_credentials(a) && a->digest && a->ok))
        a = a->next;
    return a;
}

/* 22.1: retries ------------------------------------------------------------------------------- */

static enum sipsan_verdict rejected_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;

    if (v->match->relayed || v->match->merged)
        return SIPSAN_NA;
    for (const struct sipsan_auth *a = next_digest(v->msg->auth); a; a = next_digest(a->next)) {
        const struct sipsan_nonce *n = sipsan_nonce_of(v->nonces, a);

        if (!n)
            continue;
        verdict = SIPSAN_PASS;
        if (n->refused == 0 || !span_eq(text_span(&n->username), a->username))
            continue;
        why->since = n->refused_ref.time;
        sipsan_relate(why, &n->refused_ref, "refusal", nothing);
        sipsan_relate(why, &n->ref, "challenge", text_span(&n->nonce));
        why->expected = "credentials for the nonce of the new challenge, or giving up";
        return sipsan_fail(why, a->nonce, "credentials that were refused are sent again");
    }
    return verdict;
}

/* 22.2, 22.3: challenges ---------------------------------------------------------------------- */

static enum sipsan_verdict has_challenge(const struct sipsan_view *v, struct sipsan_why *why,
                                         enum sipsan_header_id id)
{
    if (sipsan_msg_count(v->msg, id) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    return sipsan_fail(why, v->msg->start_line, "%d without %s", v->msg->status,
                       sipsan_header_name(id));
}

static enum sipsan_verdict challenge_401(const struct sipsan_view *v, struct sipsan_why *why)
{
    return has_challenge(v, why, SIPSAN_HDR_WWW_AUTHENTICATE);
}

static enum sipsan_verdict challenge_407(const struct sipsan_view *v, struct sipsan_why *why)
{
    return has_challenge(v, why, SIPSAN_HDR_PROXY_AUTHENTICATE);
}

/* The retry answers the very challenge that the earlier request got. */
static enum sipsan_verdict retry_cseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before = v->match->before;

    if (!before || v->match->relayed || !v->msg->cseq.ok ||
        (before->final.status != 401 && before->final.status != 407))
        return SIPSAN_NA;
    for (const struct sipsan_auth *a = next_digest(v->msg->auth); a; a = next_digest(a->next)) {
        const struct sipsan_nonce *n = sipsan_nonce_of(v->nonces, a);

        if (!n || n->cseq != before->cseq || !span_eq(text_span(&n->call_id), before->call_id))
            continue;
        if (v->msg->cseq.number != before->cseq)
            return SIPSAN_PASS;
        sipsan_relate(why, &before->final.ref, "challenge", nothing);
        sipsan_relate_request(why, before, nothing);
        return sipsan_fail(
            why, v->msg->cseq.text,
            "the request with credentials has the CSeq number of the challenged one");
    }
    return SIPSAN_NA;
}

/* 22.4: digest -------------------------------------------------------------------------------- */

static enum sipsan_verdict sends_qop(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;

    for (const struct sipsan_auth *a = next_digest(v->msg->auth); a; a = next_digest(a->next)) {
        const struct sipsan_nonce *n = sipsan_nonce_of(v->nonces, a);

        if (!n || !n->has_qop)
            continue;
        if (!a->qop.p) {
            sipsan_relate(why, &n->ref, "challenge", text_span(&n->qop));
            return sipsan_fail(why, a->text,
                               "the challenge offered qop, the credentials have none");
        }
        verdict = SIPSAN_PASS;
    }
    return verdict;
}

static enum sipsan_verdict qop_complete(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;

    for (const struct sipsan_auth *a = next_digest(v->msg->auth); a; a = next_digest(a->next)) {
        if (!a->qop.p)
            continue;
        if (!a->cnonce.p || !a->nc.p)
            return sipsan_fail(why, a->text, "credentials with qop lack %s",
                               a->cnonce.p ? "nc"
                               : a->nc.p   ? "cnonce"
                                           : "cnonce and nc");
        verdict = SIPSAN_PASS;
    }
    return verdict;
}

/* One challenge may offer several algorithms under one nonce (RFC 8760), so that only the older
 * pair is compared. */
static bool other_algorithm(const struct sipsan_nonce *n, const struct sipsan_auth *a)
{
    struct sipsan_span mine = a->algorithm.p ? a->algorithm : SPAN_LIT("MD5");
    struct sipsan_span theirs = n->has_algorithm ? text_span(&n->algorithm) : SPAN_LIT("MD5");

    if (sipsan_span_starts_nocase(mine, SPAN_LIT("SHA")) ||
        sipsan_span_starts_nocase(theirs, SPAN_LIT("SHA")))
        return false;
    return !sipsan_span_eq_nocase(mine, theirs);
}

static enum sipsan_verdict echoed(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;

    for (const struct sipsan_auth *a = next_digest(v->msg->auth); a; a = next_digest(a->next)) {
        const struct sipsan_nonce *n = sipsan_nonce_of(v->nonces, a);

        if (!n)
            continue;
        sipsan_relate(why, &n->ref, "challenge", text_span(&n->opaque));
        if (n->has_opaque && (!a->opaque.p || !sipsan_quoted_eq(a->opaque, text_span(&n->opaque))))
            return sipsan_fail(why, a->opaque.p ? a->opaque : a->text,
                               "opaque of the challenge is %s",
                               a->opaque.p ? "altered" : "missing");
        if (other_algorithm(n, a))
            return sipsan_fail(why, a->algorithm.p ? a->algorithm : a->text,
                               "the algorithm is not that of the challenge");
        why->related_count = 0;
        verdict = SIPSAN_PASS;
    }
    return verdict;
}

/* False when the text is not a count of eight hexadecimal digits (RFC 2617 3.2.2). */
static bool nonce_count(uint64_t *out, struct sipsan_span text)
{
    *out = 0;
    if (text.n == 0 || text.n > 8)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = ascii_lower(text.p[i]);

        if (c >= '0' && c <= '9')
            *out = *out * 16 + (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *out = *out * 16 + (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    return true;
}

/* The same request on another hop is no new use, whether or not the tap saw the hop between. */
static enum sipsan_verdict nc_increases(const struct sipsan_view *v, struct sipsan_why *why)
{
    const uint64_t call = sipsan_key_call(v->nonces->seed, &v->seen->keys, v->msg->cseq.number);
    enum sipsan_verdict verdict = SIPSAN_NA;
    uint64_t nc;

    if (v->match->relayed || v->match->merged || v->txn->segment)
        return SIPSAN_NA;
    for (const struct sipsan_auth *a = next_digest(v->msg->auth); a; a = next_digest(a->next)) {
        const struct sipsan_nonce *n = sipsan_nonce_of(v->nonces, a);

        if (!n || !n->used || !a->qop.p || !nonce_count(&nc, a->nc) ||
            !span_eq(a->cnonce, text_span(&n->cnonce)))
            continue;
        if (nc == n->nc && n->use_call == call)
            continue;
        if (nc <= n->nc) {
            sipsan_relate(why, &n->use_ref, "last use of the nonce", nothing);
            return sipsan_fail(why, a->nc, "the nonce count %llx was reached before",
                               (unsigned long long)n->nc);
        }
        verdict = SIPSAN_PASS;
    }
    return verdict;
}

static enum sipsan_verdict uri_quoted(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span at = {v->msg->bytes.p + v->fault->offset, v->fault->length};

    return sipsan_fail(why, at, "the uri of the credentials stands without quotes");
}

/* ACK and CANCEL repeat the credentials of their INVITE. */
#define COUNTED (~(BIT(ACK) | BIT(CANCEL)) & (BIT(COUNT) - 1))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.22.1.no-retry-with-rejected-credentials",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = COUNTED,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "Credentials that were refused are not sent again",
        .explain =
            "A server that answers credentials with a new challenge has refused them, unless it "
            "says stale=true. Sending the same nonce and user again makes a 401 loop, floods the "
            "registrar and locks accounts.\n"
            "Legal: credentials for the nonce of the new challenge; requests that were on their "
            "way "
            "when the refusal came.\n"
            "Bad: REGISTER with nonce n1, 401 with nonce n2, REGISTER with nonce n1\n"
            "Good: REGISTER with nonce n2, or asking the user",
        .check = rejected_again,
    },
    {
        .id = "rfc3261.22.2.401-www-authenticate",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 401,
        .status_to = 401,
        .summary = "401 carries WWW-Authenticate",
        .explain =
            "Without a challenge the client cannot know for which realm and with which nonce "
            "to authenticate: the request can never succeed.\n"
            "Bad: 401 Unauthorized without WWW-Authenticate\n"
            "Good: WWW-Authenticate: Digest realm=\"example.com\", nonce=\"84a4\"",
        .check = challenge_401,
    },
    {
        .id = "rfc3261.22.2.auth-retry-cseq-incremented",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = COUNTED,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "A request that is sent again with credentials has a higher CSeq number",
        .explain =
            "The retry is a new request. With the old number a server takes it for a merged or a "
            "late one (482, 500), and a registrar ignores it.\n"
            "Judged when the credentials answer the challenge that the earlier request with this "
            "Call-ID and From tag got.\n"
            "Bad: CSeq: 1 INVITE, 407, CSeq: 1 INVITE with Proxy-Authorization\n"
            "Good: CSeq: 2 INVITE with Proxy-Authorization",
        .check = retry_cseq,
    },
    {
        .id = "rfc3261.22.3.407-proxy-authenticate",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 407,
        .status_to = 407,
        .summary = "407 carries Proxy-Authenticate",
        .explain = "Without a challenge the client cannot answer it; a WWW-Authenticate belongs to "
                   "401.\n"
                   "Bad: 407 with WWW-Authenticate alone\n"
                   "Good: Proxy-Authenticate: Digest realm=\"proxy.example.com\", nonce=\"1\"",
        .check = challenge_407,
    },
    {
        .id = "rfc3261.22.4.client-sends-qop",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = COUNTED,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "When the challenge has qop, the credentials have it too",
        .explain =
            "qop makes the client's own nonce and the count a part of the digest. A server that "
            "offered it may refuse credentials without it, and should.\n"
            "Judged for credentials whose challenge was seen.\n"
            "Bad: challenge with qop=\"auth\", credentials without qop\n"
            "Good: qop=auth, cnonce=\"0a4f\", nc=00000001 in the credentials",
        .check = sends_qop,
    },
    {
        .id = "rfc3261.22.4.qop-needs-cnonce-nc",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* RFC 2617 3.2.2 has a MUST for both */
        .on = SIPSAN_ON_REQUEST,
        .methods = COUNTED,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "Credentials with qop have cnonce and nc",
        .explain = "Both go into the digest when qop is used: without them the server cannot "
                   "compute it (RFC 2617 3.2.2).\n"
                   "Bad: qop=auth alone\n"
                   "Good: qop=auth, cnonce=\"0a4f\", nc=00000001",
        .check = qop_complete,
    },
    {
        .id = "rfc3261.22.4.realm-nonce-opaque-echoed",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = COUNTED,
        .updated_by = "RFC 8760",
        .odd = SIPSAN_ODD_AUTH,
        .summary = "Credentials repeat opaque and algorithm of their challenge",
        .explain =
            "The server finds its state by nonce and opaque and computes the digest with the "
            "algorithm that it named; changed values make it refuse.\n"
            "Legal: leaving out the algorithm where the challenge has none or MD5. Challenges with "
            "SHA algorithms may come several at a time (RFC 8760) and are not compared.\n"
            "Bad: opaque=\"x1\" in the challenge, none in the credentials\n"
            "Good: opaque=\"x1\" in both",
        .check = echoed,
    },
    {
        .id = "rfc3261.22.4.nc-increases",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* one of the 60 */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = COUNTED,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "The nonce count grows with every use of a nonce",
        .explain =
            "nc counts the requests that the client has sent with a nonce, so that a server can "
            "tell a replayed request. A count that stays the same is refused by servers that look "
            "(RFC 2617 3.2.2).\n"
            "Legal: retransmissions, the copies in ACK and CANCEL, forwarded copies, a new cnonce "
            "is counted on its own.\n"
            "Bad: nc=00000001 in REGISTER 2 and in REGISTER 3 with the same nonce and cnonce\n"
            "Good: nc=00000001, nc=00000002",
        .check = nc_increases,
    },
    {
        .id = "rfc3261.22.4.digest-uri-quoted",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_DIGEST_URI_QUOTED,
        .summary = "The uri of digest credentials stands in quotes",
        .explain = "RFC 2617 printed its grammar wrongly; in SIP the value is quoted. Without "
                   "quotes a comma or semicolon of the URI ends the parameter.\n"
                   "Bad: uri=sip:example.com\n"
                   "Good: uri=\"sip:example.com\"",
        .check = uri_quoted,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_22, rules);

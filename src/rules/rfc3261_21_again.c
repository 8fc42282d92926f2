/* RFC 3261 section 21: requests that are sent again although a 4xx has refused them, and two codes
 * that their request or response contradicts. */
#include "rules/rule.h"

/* 21.4: again --------------------------------------------------------------------------------- */

/* What repeats itself within this time was not dialled again by a human. */
#define AUTOMATIC (INT64_C(32) * 1000000)

static bool same_credentials(const struct sipsan_msg *a, const struct sipsan_msg *b)
{
    const struct sipsan_auth *x = a->auth;
    const struct sipsan_auth *y = b->auth;

    for (; x && y; x = x->next, y = y->next)
        if (!span_eq(x->text, y->text))
            return false;
    return !x && !y;
}

/* The earlier request, when this one says the same to the same server soon after its refusal. */
static const struct sipsan_txn *refused_before(const struct sipsan_view *v)
{
    const struct sipsan_txn *before = v->match->before;

    if (!before || !before->request || v->match->relayed || v->match->merged || v->txn->segment ||
        before->final.status < 400 || before->final.status > 499 ||
        v->now - before->final.ref.time > AUTOMATIC ||
        !addr_same(&before->flow.dst, &v->seen->flow.dst) ||
        !span_eq(before->request->ruri.text, v->msg->ruri.text))
        return NULL;
    return before;
}

static bool unmodified(const struct sipsan_msg *a, const struct sipsan_msg *b)
{
    return a->present == b->present && a->header_count == b->header_count &&
           span_eq(a->body, b->body) && span_eq(a->to.text, b->to.text) && same_credentials(a, b);
}

static enum sipsan_verdict again(const struct sipsan_view *v, struct sipsan_why *why,
                                 bool forbidden)
{
    const struct sipsan_txn *before = refused_before(v);

    if (!before || (before->final.status == 403) != forbidden)
        return SIPSAN_NA;
    switch (before->final.status) {
    case 403:
    case 404:
    case 405:
    case 410:
    case 414:
    case 484:
    case 485:
    case 488:
    case 493:
        break;
    default: /* the others may pass by themselves, or have a rule in 8.1.3.5 */
        return SIPSAN_NA;
    }
    if (!unmodified(before->request, v->msg))
        return SIPSAN_PASS;
    why->since = before->final.ref.time;
    sipsan_relate(why, &before->final.ref, "refusal", nothing);
    return sipsan_fail(why, v->msg->start_line, "the request that got a %d is sent again as it was",
                       before->final.status);
}

static enum sipsan_verdict forbidden_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    return again(v, why, true);
}

static enum sipsan_verdict refused_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    return again(v, why, false);
}

static enum sipsan_verdict authenticates(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before = refused_before(v);

    if (!before || before->final.status != 407)
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_PROXY_AUTHORIZATION) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg) || !unmodified(before->request, v->msg))
        return SIPSAN_NA;
    why->since = before->final.ref.time;
    sipsan_relate(why, &before->final.ref, "challenge", nothing);
    why->expected = "the request with Proxy-Authorization, or giving up";
    return sipsan_fail(why, v->msg->start_line,
                       "the request that got a 407 is sent again without Proxy-Authorization");
}

/* What the request shows ---------------------------------------------------------------------- */

static enum sipsan_verdict encrypted(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!sipsan_header_complete(v->req) || v->req->truncated)
        return SIPSAN_NA;
    if (v->req->body.n > 0)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->start_line);
    return sipsan_fail(why, v->msg->start_line, "493 to a request without a body");
}

static enum sipsan_verdict implemented(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->allow || !m->cseq.ok ||
        m->cseq.method_id == SIPSAN_METHOD_OPTIONS) /* 11: that all support it has its rule */
        return SIPSAN_NA;
    if (!sipsan_token_listed(m->allow, m->cseq.method))
        return SIPSAN_PASS;
    why->expected = "405 where the method is known and not allowed here";
    return sipsan_fail(why, m->cseq.text, "501 to a method that its own Allow lists");
}

#define REPEATABLE (BIT(INVITE) | BIT(REGISTER) | BIT(OPTIONS) | BIT(MESSAGE) | BIT(SUBSCRIBE))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.21.4.4.403-no-retry",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REPEATABLE,
        .needs = SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_ENDPOINT_HOP,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "A request that was forbidden is not sent again",
        .explain =
            "A 403 says that the server understood and will not do it, whoever asks again: "
            "repeating the request only loads the server and may lock an account.\n"
            "Judged when the same request (target, body, credentials, header fields) goes to the "
            "same server with the same Call-ID within 32 seconds, which no human does.\n"
            "Legal: a changed request, another server, a later attempt.\n"
            "Bad: INVITE, 403, ACK, the same INVITE with the next CSeq\n"
            "Good: telling the user",
        .check = forbidden_again,
    },
    {
        .id = "rfc3261.21.4.4xx-no-unmodified-retry",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REPEATABLE,
        .needs = SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_ENDPOINT_HOP,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "A request that was refused with 4xx is not sent again as it was",
        .explain = "A 4xx is the answer of this server to this request; the same request will get "
                   "it again. The client changes what was refused, or gives up.\n"
                   "Judged for codes that time alone does not heal (404, 405, 410, 414, 484, 485, "
                   "488, 493), for the same request to the same server with "
                   "the same Call-ID within 32 seconds.\n"
                   "Legal: a changed request, another server, a later attempt. 403 has a rule of "
                   "its own.\n"
                   "Bad: INVITE, 488, ACK, the same INVITE with the next CSeq\n"
                   "Good: the INVITE with another offer",
        .check = refused_again,
    },
    {
        .id = "rfc3261.21.4.8.407-authenticate-first",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the client may have been restarted */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REPEATABLE,
        .needs = SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_ENDPOINT_HOP,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "After a 407 the request comes with Proxy-Authorization or not at all",
        .explain = "The proxy will not forward the request before the client has shown who it is, "
                   "so that the same request without credentials can only be challenged again.\n"
                   "Judged for an unchanged request to the same server with the same Call-ID "
                   "within 32 seconds. A client that has no credentials gives up.\n"
                   "Limit: a restarted client may have forgotten the challenge; hence a warning.\n"
                   "Bad: INVITE, 407, ACK, INVITE without Proxy-Authorization\n"
                   "Good: INVITE with Proxy-Authorization",
        .check = authenticates,
    },
    {
        .id = "rfc3261.21.4.28.493-meaning",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST,
        .status_from = 493,
        .status_to = 493,
        .summary = "493 answers a request with an encrypted body",
        .explain =
            "The code says that a body could not be decrypted. It is judged only for requests "
            "without any body, since what a body holds may be encrypted inside of other types.\n"
            "Bad: 493 to an OPTIONS without a body\n"
            "Good: 493 to a request with application/pkcs7-mime",
        .check = encrypted,
    },
    {
        .id = "rfc3261.21.5.2.501-vs-405",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* the server may mean a part of the request */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 501,
        .status_to = 501,
        .summary = "501 is not said of a method that the server lists in Allow",
        .explain =
            "With 501 the server says that it does not know the method at all; 405 is for one that "
            "it knows and does not allow here. A response that says 501 and lists the method in "
            "Allow contradicts itself.\n"
            "Bad: 501 to INFO with Allow: INVITE, ACK, BYE, INFO\n"
            "Good: 405 with Allow: INVITE, ACK, BYE\n"
            "Limit: a gateway may mean some part of the request that it cannot do; hence a note.",
        .check = implemented,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_21_again, rules);

/* RFC 3261 sections 8.2.1 to 8.2.4 and 8.2.6.1: with what a UAS refuses, and when it says nothing
 * yet. What its responses copy from the request: rfc3261_08_2_copy.c. */
#include "rules/rule.h"

/* 8.2.1 to 8.2.4: refusals that must say more ------------------------------------------------- */

static enum sipsan_verdict names(const struct sipsan_view *v, struct sipsan_why *why,
                                 enum sipsan_header_id header)
{
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, header) > 0)
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->start_line, "%d without %s", v->msg->status,
                       sipsan_header_name(header));
}

static enum sipsan_verdict allow_in_405(const struct sipsan_view *v, struct sipsan_why *why)
{
    return names(v, why, SIPSAN_HDR_ALLOW);
}

static enum sipsan_verdict unsupported_in_420(const struct sipsan_view *v, struct sipsan_why *why)
{
    return names(v, why, SIPSAN_HDR_UNSUPPORTED);
}

static enum sipsan_verdict require_in_421(const struct sipsan_view *v, struct sipsan_why *why)
{
    return names(v, why, SIPSAN_HDR_REQUIRE);
}

/* 8.2.2.2 ------------------------------------------------------------------------------------- */

/* The responder is the UA itself, not a proxy in front of it: it names its own address as the
 * place to be reached. */
static bool by_the_ua(const struct sipsan_view *v)
{
    struct sipsan_addr contact;

    return v->msg->contact_count == 1 && v->msg->contact->ok &&
           sipsan_uri_addr(&contact, &v->msg->contact->uri) &&
           sipsan_ip_eq(&contact, &v->seen->flow.src);
}

static bool served(const struct sipsan_txn *txn)
{
    return txn->provisional.status > 100 || txn->final.status / 100 == 2;
}

/* Two copies of one request that a fork brought here on two ways, both accepted or both ringing.
 * With one Via it is no fork but its own client's second try, which is usual. */
static enum sipsan_verdict merged_482(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn, *other;

    if (txn->merged_serial == 0 || txn->via_count < 2 || v->msg->status == 100 || txn->children)
        return SIPSAN_NA;
    other = sipsan_txn_by_serial(v->txns, txn->merged_serial, txn->by_call.hash);
    if (!other || other->children || other->via_count < 2 || !served(other) || !other->request ||
        !other->request->ruri.ok || !v->req->ruri.ok)
        return SIPSAN_NA;
    if (!sipsan_uri_eq(&other->request->ruri, &v->req->ruri))
        return SIPSAN_NA; /* two UAs behind one address */
    why->expected = "482 to the second copy";
    sipsan_relate(why, &other->first, "first copy", other->branch);
    sipsan_relate(why, &txn->first, "second copy", txn->branch);
    (void)sipsan_fail(why, v->msg->start_line,
                      "%d to a request that had come before with another branch and is served",
                      v->msg->status);
    return by_the_ua(v) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* 8.2.6.1 ------------------------------------------------------------------------------------- */

#define TIMER_E_AT_T2 INT64_C(3500000) /* after 0.5, 1 and 2 s the timer is set to T2 */

/* RFC 4320 4.1. How long the request has been on its way is known only when the tap cannot have
 * missed earlier copies: they are never further apart than T2. */
static enum sipsan_verdict no_provisional(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int64_t after;

    if (!v->msg->cseq.ok)
        return SIPSAN_NA;       /* what it answers cannot be told */
    why->lower = v->as_of != 0; /* a SHOULD NOT then, and 100 was no exception */
    if (v->msg->status != 100 || v->as_of != 0)
        return sipsan_fail(why, v->msg->start_line, "provisional response %d to %.*s",
                           v->msg->status, SPAN(v->msg->cseq.method));
    if (v->seen->flow.transport != SIPSAN_UDP || !txn || !txn->whole)
        return SIPSAN_NA;
    after = v->now - txn->first.time;
    if (after >= TIMER_E_AT_T2)
        return SIPSAN_PASS;
    why->lower = true;
    why->expected = "no 100 before the client's Timer E has reached T2 (3.5 s)";
    sipsan_relate_request(why, txn, nothing);
    (void)sipsan_fail(why, v->msg->start_line, "100 to %.*s over UDP %.3f s after the request",
                      SPAN(v->msg->cseq.method), (double)after / 1e6);
    return sipsan_txn_from_before(v->txns, txn) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.8.2.1.405-has-allow",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 405,
        .status_to = 405,
        .summary = "A 405 response lists the methods that are possible, in Allow",
        .explain = "405 says that the method is known but not possible here. Only Allow tells the "
                   "client what it can do instead; without it the client can but try.\n"
                   "Legal: an Allow header field, also an empty one; 501 for a method that the "
                   "server does not know at all.\n"
                   "Bad:\n"
                   "    SIP/2.0 405 Method Not Allowed\n"
                   "    CSeq: 3 INFO\n"
                   "Good: the same with\n"
                   "    Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\n"
                   "A message that the capture holds only in part is not judged.",
        .aliases = "rfc3261.21.4.6.405-allow",
        .check = allow_in_405,
    },
    {
        .id = "rfc3261.8.2.2.2.merged-482",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .needs = SIPSAN_NEEDS_START,
        .updated_by = "RFC 5393",
        .summary = "A request that reaches the same UAS on a second way is refused with 482",
        .explain =
            "A fork may bring one request to a phone twice: same From tag, Call-ID and CSeq, other "
            "branch, no To tag. Served twice, the phone rings on two lines for one caller, and "
            "each answered copy costs the caller another call leg.\n"
            "Reported when both copies ring or are accepted by the same host, which is a UA by its "
            "own Contact, for the same Request-URI, while the first one goes on. Where the Contact "
            "does not show that, it is only counted as inconclusive: a proxy serves both copies "
            "rightly.\n"
            "Legal: 482 to the second; any refusal for a reason that comes first, such as 401; a "
            "second try after the first one failed; two lines (Request-URIs) at one address.\n"
            "Bad: INVITE by proxy A is answered 180, the same INVITE by proxy B 180\n"
            "Good: INVITE by proxy A is answered 180, the same INVITE by proxy B 482",
        .check = merged_482,
    },
    {
        .id = "rfc3261.8.2.2.3.420-has-unsupported",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 420,
        .status_to = 420,
        .summary = "A 420 response lists the extensions it does not know, in Unsupported",
        .explain = "420 refuses a request for an option tag in Require or Proxy-Require. The "
                   "client repeats the request without the tags that Unsupported names; without "
                   "the list it cannot know which.\n"
                   "Bad:\n"
                   "    SIP/2.0 420 Bad Extension\n"
                   "    CSeq: 1 INVITE\n"
                   "Good: the same with\n"
                   "    Unsupported: precondition\n"
                   "A message that the capture holds only in part is not judged.",
        .aliases = "rfc3261.16.3.proxy-require-420-unsupported rfc3261.21.4.15.420-unsupported",
        .check = unsupported_in_420,
    },
    {
        .id = "rfc3261.8.2.4.421-has-require",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 421,
        .status_to = 421,
        .summary = "A 421 response names the extensions it needs, in Require",
        .explain = "421 says that the server will not serve the request without an extension. "
                   "Which one stands in Require; without it the refusal is a riddle.\n"
                   "Bad:\n"
                   "    SIP/2.0 421 Extension Required\n"
                   "    CSeq: 1 INVITE\n"
                   "Good: the same with\n"
                   "    Require: 100rel\n"
                   "A message that the capture holds only in part is not judged.",
        .aliases = "rfc3261.21.4.16.421-require",
        .check = require_in_421,
    },
    {
        .id = "rfc3261.8.2.6.1.no-provisional-for-non-invite",
        .level = SIPSAN_SHOULD_NOT,
        /* RFC 4320 4.1 made it a MUST NOT for every 1xx but 100. */
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = ~(BIT(INVITE) | BIT(ACK)),
        .status_from = 100,
        .status_to = 199,
        .updated_by = "RFC 4320",
        .aliases = "rfc3261.21.1.2.180-only-invite "
                   "rfc3261.17.2.2.non-invite-trying-discard-retrans",
        .summary = "Requests other than INVITE get no provisional response",
        .explain =
            "Only an INVITE waits for people. Any other request must be answered before its client "
            "gives up after 32 s, and a provisional response slows down the client's repeats: the "
            "transaction is less likely to end in time.\n"
            "RFC 4320 says it in full: no 101 to 199 at all (error). 100 is right at any time over "
            "a reliable transport, and over UDP from the moment when the client repeats every T2 "
            "only, that is 3.5 s after its first copy. Sooner it is a warning.\n"
            "Legal: a 100 after 3.5 s, or over TCP, TLS, SCTP, WebSocket. As of RFC 3261 any 1xx "
            "is a warning, 100 too.\n"
            "Limits: where the capture began less than 4 s before the request, older copies may "
            "have been missed, and an early 100 is only counted as inconclusive.\n"
            "Bad: REGISTER, 180 Ringing\n"
            "Good: REGISTER, 200 OK",
        .check = no_provisional,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_2, rules);

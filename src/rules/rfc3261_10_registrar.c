/* RFC 3261 section 10.3: with which answers a registrar may come, and what is in them. How it
 * treats the contacts that were asked for is in rfc3261_10.c. */
#include "rules/registering.h"

static enum sipsan_verdict no_6xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "a 4xx or 5xx";
    return sipsan_fail(why, v->msg->start_line, "REGISTER is answered %d", v->msg->status);
}

static enum sipsan_verdict no_record_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_RECORD_ROUTE);

    if (!h)
        return SIPSAN_PASS;
    return sipsan_fail(why, h->value, "Record-Route in a response to REGISTER");
}

/* A binding that stays without an end, as "expires=0" for one that has just gone, is none. */
static enum sipsan_verdict star_removes(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;
    const struct sipsan_name_addr *star = v->req->contact;
    uint64_t left;

    if (!registrar_hop(v) || !star || !star->star || star_is_wrong(v->req))
        return SIPSAN_NA;
    for (uint32_t i = 0; i < reg->bound_count; i++)
        if (stale(v, &reg->bound[i]))
            return SIPSAN_NA; /* the request should have failed: registrar-star-same-call-id-cseq */
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next) {
        if (!c->ok || c->star || (asked(&left, v->msg, c) && left == 0))
            continue;
        why->lower = !sipsan_bound_find(reg, &c->uri);
        why->expected = "no Contact";
        sipsan_relate_request(why, v->txn, star->text);
        return sipsan_fail(why, c->text, "a binding is listed after \"*\" has removed all");
    }
    return SIPSAN_PASS;
}

/* The shortest interval above 0 that is asked for; 0: none. False when a contact leaves it open. */
static bool shortest(uint64_t *out, uint64_t *longest, const struct sipsan_msg *m)
{
    *out = *longest = 0;
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next) {
        uint64_t seconds;

        if (!c->ok || !asked(&seconds, m, c))
            return false;
        if (seconds > *longest)
            *longest = seconds;
        if (seconds > 0 && (*out == 0 || seconds < *out))
            *out = seconds;
    }
    return m->contact != NULL;
}

#define HOUR 3600

static enum sipsan_verdict when_423(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t least, most;

    if (!registrar_hop(v) || !sipsan_header_complete(v->req))
        return SIPSAN_NA;
    if (v->req->contact) {
        if (!shortest(&least, &most, v->req))
            return SIPSAN_NA;
        if (least > 0 && least < HOUR)
            return SIPSAN_PASS;
        why->lower = least > 0;
    }
    sipsan_relate_request(why, v->txn, v->req->contact ? v->req->contact->text : nothing);
    why->expected = "423 for an interval from 1 to 3599 s";
    if (!v->req->contact || least == 0)
        return sipsan_fail(why, v->msg->start_line, "423 to a REGISTER that asks for no interval");
    return sipsan_fail(why, v->msg->start_line, "423 to a REGISTER that asks for %llu s",
                       (unsigned long long)least);
}

static enum sipsan_verdict above_request(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_number *min = &v->msg->min_expires;
    uint64_t least, most;

    if (!min->ok || !registrar_hop(v) || !shortest(&least, &most, v->req) || least == 0)
        return SIPSAN_NA;
    if (min->value > least)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->contact->text);
    why->expected = "more than the shortest interval that was asked for";
    return sipsan_fail(why, min->text, "Min-Expires is %llu, and %llu s were asked for",
                       (unsigned long long)min->value, (unsigned long long)least);
}

/* The request has this one fault, so that nothing else in its grammar can have been the reason. */
static enum sipsan_verdict malformed_expires(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *req = v->req;
    const struct sipsan_fault *fault = req->faults;

    if (!registrar_hop(v) || req->fault_count != 1 || req->faults_lost > 0 || req->truncated)
        return SIPSAN_NA;
    if (fault->production != SIPSAN_PROD_EXPIRES &&
        (fault->production != SIPSAN_PROD_DELTA_SECONDS || fault->header != SIPSAN_HDR_CONTACT))
        return SIPSAN_NA;
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "the answer to a request for 3600 s";
    return sipsan_fail(why, v->msg->start_line,
                       "400 to a REGISTER whose only fault is a malformed expiry");
}

/* Asked after a REGISTER without Contact, which changes nothing (10.2.3). */
static enum sipsan_verdict all_bindings(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;
    enum sipsan_verdict verdict = SIPSAN_NA;

    if (v->req->contact || !registrar_hop(v) || reg->lossy || !sipsan_header_complete(v->msg) ||
        sipsan_msg_count(v->req, SIPSAN_HDR_CONTACT) > 0)
        return SIPSAN_NA;
    for (uint32_t i = 0; i < reg->bound_count; i++) {
        const struct sipsan_bound *bound = &reg->bound[i];

        if (bound->expires == INT64_MAX || bound->expires <= v->now)
            continue;
        if (!listed(v->msg, &bound->parsed) && !rewritten(v->msg, &bound->parsed)) {
            sipsan_relate(why, &bound->ref, "2xx to REGISTER", bound->uri);
            return sipsan_fail(why, v->msg->start_line,
                               "the binding %.*s is not listed although it has not run out",
                               SPAN(bound->uri));
        }
        verdict = SIPSAN_PASS;
    }
    return verdict;
}

#define REGISTER BIT(REGISTER)
#define OK_2XX   .status_from = 200, .status_to = 299
#define BRIEF    .status_from = 423, .status_to = 423

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.10.3.registrar-no-6xx",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a proxy before the registrar may have made it */
        .on = SIPSAN_ON_RESPONSE,
        .methods = REGISTER,
        .status_from = 600,
        .status_to = 699,
        .summary = "A registrar does not answer with a 6xx",
        .explain =
            "A 6xx speaks for the user wherever he is, and ends every search; a registrar knows "
            "about its own bindings only, and another server may still take the REGISTER.\n"
            "Legal: 4xx and 5xx, such as 403, 404, 500 and 503.\n"
            "Bad: 603 Decline to a REGISTER\n"
            "Good: 403 Forbidden\n"
            "Assumed is that the registrar made the response, and not a proxy before it: so it is "
            "one step lower than the level.",
        .check = no_6xx,
    },
    {
        .id = "rfc3261.10.3.registrar-no-record-route-in-response",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = REGISTER,
        .summary = "A response to REGISTER has no Record-Route",
        .explain =
            "A REGISTER makes no dialog, so there is no route to record. The usual mistake is "
            "code for all responses, which copies what a proxy has put into the request; a client "
            "that believes it sends its next requests along a route that nobody meant.\n"
            "Legal: Path and Service-Route (RFC 3327, RFC 3608), which are made for "
            "registrations.\n"
            "Bad: SIP/2.0 200 OK to REGISTER with Record-Route: <sip:p.example.com;lr>\n"
            "Good: without",
        .check = no_record_route,
    },
    {
        .id = "rfc3261.10.3.registrar-star-removes",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REGISTRATION,
        .summary = "Contact \"*\" with Expires: 0 removes all bindings",
        .explain =
            "A phone that starts afresh, or that is handed over to another user, clears the "
            "bindings of its address of record so. What is left over still rings.\n"
            "Legal: listing a removed binding with expires=0. A contact that was not seen to be "
            "registered is reported one step lower: it may be set by hand at the registrar, or "
            "have come from another phone meanwhile.\n"
            "Bad: Contact: * and Expires: 0, and the 200 lists <sip:alice@192.0.2.1>;expires=3000\n"
            "Good: 200 without Contact",
        .check = star_removes,
    },
    {
        .id = "rfc3261.10.3.registrar-423-condition",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        BRIEF,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "423 answers an interval above 0 and below an hour",
        .explain =
            "A registrar may refuse intervals that are too short for it, but not a removal (0), a "
            "query, and not an hour or more. Refused removals leave bindings of phones that are "
            "gone.\n"
            "Legal: 423 when one contact at least asks for 1 to 3599 s; an interval that the "
            "request leaves open is not judged. An hour or more is reported one step lower: the "
            "RFC leaves registrars with a longer minimum no other way to say so.\n"
            "Bad: expires=0, answered 423\n"
            "Good: 200",
        .check = when_423,
    },
    {
        .id = "rfc3261.10.3.registrar-423-min-above-request",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        BRIEF,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Min-Expires in a 423 is more than what was asked for",
        .explain =
            "423 says that the interval was too short, and Min-Expires which one would do. When "
            "that is no more than what was asked for, the client can only send the same request "
            "again.\n"
            "Legal: anything above the shortest interval of the request that is not 0.\n"
            "Bad: expires=600 refused with Min-Expires: 600\n"
            "Good: 200, or Min-Expires: 1200",
        .check = above_request,
    },
    {
        .id = "rfc3261.10.2.register-expires-malformed-3600",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* seen in part: 400 does not name its reason */
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        .status_from = 400,
        .status_to = 400,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A malformed expiry is taken for 3600, not refused",
        .explain =
            "RFC 2543 had dates where now a number of seconds stands. A registrar that reads what "
            "it does not understand as an hour still serves such clients.\n"
            "Legal: a shorter interval in the 200; 400 for anything else that is wrong with the "
            "request. Assumed is that the only fault in its grammar was the reason for the 400.\n"
            "Bad: Contact: <sip:alice@192.0.2.1>;expires=1h, answered 400\n"
            "Good: 200 with expires=3600\n"
            "That the client sends it is told by the grammar.",
        .check = malformed_expires,
    },
    {
        .id = "rfc3261.10.2.3.register-response-all-bindings",
        .level = SIPSAN_IMPLIED,
        .severity =
            SIPSAN_NOTE, /* another phone or an operator may have removed it, out of sight */
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REGISTRATION,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A query is answered with all bindings that have not run out",
        .explain =
            "A REGISTER without Contact asks for the bindings and changes none; what was granted "
            "before is still there until its time is over. A phone that does not find itself in "
            "the list believes that it cannot be called.\n"
            "Legal: other hosts and ports where the user is the same (address translation). "
            "Assumed is that nobody else has removed the binding out of the sight of the tap: a "
            "note. After a REGISTER with contacts this is not judged, since a registrar may keep "
            "the newest one only.\n"
            "Bad: 200 with expires=3600, a query ten seconds later, 200 without Contact\n"
            "Good: the contact with expires=3590",
        .aliases = "rfc3261.10.2.3.register-query-no-change",
        .check = all_bindings,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_10_registrar, rules);

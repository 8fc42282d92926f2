/* RFC 3261 section 10: registrations. What a UA asks for (10.2) and what a registrar grants (10.3).
 * Judged on the hop that was captured; behind a proven proxy the registrar's own hop counts. */
#include "rules/registering.h"

/* 10.2: the UA -------------------------------------------------------------------------------- */

static enum sipsan_verdict ruri_no_userinfo(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *uri = &v->msg->ruri;

    if (uri->scheme != SIPSAN_SCHEME_SIP && uri->scheme != SIPSAN_SCHEME_SIPS)
        return SIPSAN_NA;
    if (!uri->has_user)
        return SIPSAN_PASS;
    return sipsan_fail(why, uri->text, "the Request-URI of a REGISTER has a user part");
}

/* Other schemes name no binding. tel is met in networks where the registrar maps numbers. */
static enum sipsan_verdict to_sip_uri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *uri = &v->msg->to.uri;

    if (!v->msg->to.ok)
        return SIPSAN_NA;
    if (uri->scheme == SIPSAN_SCHEME_SIP || uri->scheme == SIPSAN_SCHEME_SIPS)
        return SIPSAN_PASS;
    why->lower = uri->scheme == SIPSAN_SCHEME_TEL;
    why->expected = "a SIP or SIPS URI: the address of record";
    return sipsan_fail(why, uri->text, "the To of a REGISTER has the scheme %.*s",
                       SPAN(uri->scheme_text));
}

/* An equal number is lawful in a copy to another server after the first one failed (8.1.2), and is
 * 22.2's when the request answers a challenge. */
static enum sipsan_verdict cseq_plus_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;
    const struct sipsan_txn *before = v->match->before;

    if (!reg->cseq_known || !v->msg->cseq.ok || v->match->relayed || v->txn->segment)
        return SIPSAN_NA;
    if (v->msg->cseq.number > reg->cseq)
        return SIPSAN_PASS;
    if (v->msg->cseq.number == reg->cseq && (!before || before->final.status / 100 != 2))
        return SIPSAN_NA;
    sipsan_relate(why, &reg->cseq_ref, "REGISTER", nothing);
    return sipsan_fail(why, v->msg->cseq.text,
                       "the last REGISTER with this Call-ID had the CSeq number %llu",
                       (unsigned long long)reg->cseq);
}

static struct sipsan_span contacts_text(const struct sipsan_msg *m)
{
    const struct sipsan_name_addr *last = m->contact;

    if (!last)
        return nothing;
    while (last->next)
        last = last->next;
    return span_between(m->contact->text.p, last->text.p + last->text.n);
}

static bool outbound(const struct sipsan_msg *m)
{
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        if (sipsan_param_find(c->params, SPAN_LIT("reg-id")))
            return true;
    return false;
}

/* Over UDP a client that has no answer repeats its request, first after T1, then after T2 at the
 * latest: else the tap has missed the answer. */
static bool answer_missed(const struct sipsan_view *v, const struct sipsan_registration *reg)
{
    int64_t patience = reg->open_last == reg->open.time ? 2 * SIPSAN_T1 : SIPSAN_T2 + SIPSAN_T1;

    return v->seen->flow.transport == SIPSAN_UDP && v->now - reg->open_last > patience;
}

static enum sipsan_verdict no_new_before_final(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;

    if (reg->open_serial == 0 || v->match->relayed || v->txn->segment ||
        v->now - reg->open.time >= SIPSAN_TIMER_B || (v->as_of == 0 && outbound(v->msg)))
        return SIPSAN_NA;
    if (!sipsan_ip_eq(&reg->client, &v->seen->flow.src) ||
        reg->client.port != v->seen->flow.src.port)
        return SIPSAN_NA;
    if (!v->msg->contact || span_eq(text_span(&reg->open_contacts), contacts_text(v->msg)))
        return SIPSAN_NA;
    sipsan_relate(why, &reg->open, "REGISTER", text_span(&reg->open_contacts));
    why->expected = "waiting for the final response, or for 64*T1 without one";
    sipsan_fail(why, v->msg->contact->text,
                "new Contact values while the last REGISTER has no final response");
    /* Its own answer is before it here: so may be that to the last one, where the capture begins.
     */
    return answer_missed(v, reg) || v->txn->answered != 0 ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

static enum sipsan_verdict star_expires_0(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next) {
        if (!c->star)
            continue;
        if (m->expires.ok && m->expires.value == 0)
            return SIPSAN_PASS;
        if (!m->expires.text.p && !sipsan_header_complete(m))
            return SIPSAN_NA;
        return sipsan_fail(why, m->expires.text.p ? m->expires.text : c->text, "Contact \"*\" %s",
                           m->expires.text.p ? "with Expires other than 0" : "without Expires: 0");
    }
    return SIPSAN_NA;
}

#define AT_ONCE INT64_C(1000000)

static enum sipsan_verdict no_retry_after_timeout(const struct sipsan_view *v,
                                                  struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;
    /* While repeats of the last one keep its transaction, it is still open here. */
    bool open = reg->open_serial != 0;
    int64_t timeout = open ? reg->open.time + SIPSAN_TIMER_B : reg->timed_out;

    if (timeout == 0 || v->now < timeout || v->match->relayed || v->txn->segment)
        return SIPSAN_NA;
    if (v->now - timeout >= AT_ONCE)
        return SIPSAN_PASS;
    sipsan_relate(why, open ? &reg->open : &reg->timed_out_ref, "REGISTER", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "registration again at once after one that timed out");
}

/* 10.3: the registrar ------------------------------------------------------------------------- */

static enum sipsan_verdict star_invalid_400(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!registrar_hop(v) || !star_is_wrong(v->req))
        return SIPSAN_NA;
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "400";
    return sipsan_fail(why, v->msg->start_line, "a REGISTER that uses \"*\" wrongly is answered %d",
                       v->msg->status);
}

static enum sipsan_verdict min_expires(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->min_expires.text.p)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    return sipsan_fail(why, v->msg->start_line, "423 without Min-Expires");
}

static enum sipsan_verdict contact_expires(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next) {
        if (c->star || sipsan_param_find(c->params, SPAN_LIT("expires")))
            continue;
        why->lower = v->msg->expires.text.p != NULL;
        return sipsan_fail(why, c->text, "a binding is listed without its expires parameter");
    }
    return v->msg->contact ? SIPSAN_PASS : SIPSAN_NA;
}

/* A request that asks for a binding of some length. */
static const struct sipsan_name_addr *adds(const struct sipsan_msg *m)
{
    uint64_t seconds;

    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        if (c->ok && !c->star && (!asked(&seconds, m, c) || seconds > 0))
            return c;
    return NULL;
}

static enum sipsan_verdict lists_contacts(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *c = adds(v->req);

    if (!c || !registrar_hop(v))
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_CONTACT) > 0)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, c->text);
    return sipsan_fail(why, v->msg->start_line,
                       "the response to a REGISTER that adds a binding lists none");
}

static enum sipsan_verdict update_or_remove(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_verdict verdict = SIPSAN_NA;
    uint64_t seconds, left;

    if (!registrar_hop(v) || star_is_wrong(v->req))
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->req->contact; c; c = c->next) {
        const struct sipsan_name_addr *there;

        if (!c->ok || c->star)
            continue;
        there = listed(v->msg, &c->uri);
        if (asked(&seconds, v->req, c) && seconds == 0) {
            if (there && (!asked(&left, v->msg, there) || left > 0)) {
                sipsan_relate_request(why, v->txn, c->text);
                return sipsan_fail(why, there->text,
                                   "a binding that was to be removed is still listed");
            }
        } else if (!there && v->msg->contact && !rewritten(v->msg, &c->uri)) {
            why->lower = true; /* the element of this hop may translate addresses */
            sipsan_relate_request(why, v->txn, c->text);
            return sipsan_fail(why, v->msg->contact->text,
                               "the binding that was asked for is not listed");
        }
        verdict = SIPSAN_PASS;
    }
    return verdict;
}

static enum sipsan_verdict no_lengthen(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t wanted, granted;

    if (!registrar_hop(v))
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->req->contact; c; c = c->next) {
        const struct sipsan_name_addr *there = c->ok && !c->star ? listed(v->msg, &c->uri) : NULL;

        if (!there || !asked(&wanted, v->req, c) || wanted == 0 ||
            !asked(&granted, v->msg, there) || granted <= wanted)
            continue;
        sipsan_relate_request(why, v->txn, c->text);
        return sipsan_fail(why, there->text, "%llu s granted, %llu s asked for",
                           (unsigned long long)granted, (unsigned long long)wanted);
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict stale_cseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;

    if (!registrar_hop(v) || reg->lossy)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->req->contact; c; c = c->next) {
        const struct sipsan_bound *bound =
            c->ok && !c->star ? sipsan_bound_find(reg, &c->uri) : NULL;

        if (!stale(v, bound))
            continue;
        sipsan_relate(why, &bound->ref, "2xx to REGISTER", nothing);
        sipsan_relate_request(why, v->txn, v->req->cseq.text);
        why->expected = "a failure: the binding was made with a CSeq number that is not lower";
        return sipsan_fail(why, v->msg->start_line,
                           "REGISTER %llu is accepted for a binding made by REGISTER %llu",
                           (unsigned long long)v->req->cseq.number,
                           (unsigned long long)bound->cseq);
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict stale_star(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;
    const struct sipsan_name_addr *c = v->req->contact;

    if (!registrar_hop(v) || reg->lossy || !c || !c->star || star_is_wrong(v->req))
        return SIPSAN_NA;
    for (uint32_t i = 0; i < reg->bound_count; i++) {
        const struct sipsan_bound *bound = &reg->bound[i];

        if (!stale(v, bound))
            continue;
        sipsan_relate(why, &bound->ref, "2xx to REGISTER", nothing);
        sipsan_relate_request(why, v->txn, v->req->cseq.text);
        return sipsan_fail(
            why, v->msg->start_line,
            "\"*\" in REGISTER %llu is accepted over a binding made by REGISTER %llu",
            (unsigned long long)v->req->cseq.number, (unsigned long long)bound->cseq);
    }
    return SIPSAN_PASS;
}

#define REGISTER BIT(REGISTER)
#define OK_2XX   .status_from = 200, .status_to = 299

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.10.2.register-ruri-no-userinfo",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .summary = "The Request-URI of a REGISTER names a domain, without user part and \"@\"",
        .explain = "A REGISTER goes to the registrar of a domain; the user stands in To. With a "
                   "user part a registrar looks for a domain that it does not serve, or a proxy "
                   "routes the request to the user's phone.\n"
                   "Bad: REGISTER sip:alice@example.com SIP/2.0\n"
                   "Good: REGISTER sip:example.com SIP/2.0",
        .check = ruri_no_userinfo,
    },
    {
        .id = "rfc3261.10.2.register-to-sip-uri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(REGISTER),
        .summary = "The To of a REGISTER is a SIP or SIPS URI",
        .explain = "To names the address of record whose bindings are asked for or changed; only "
                   "SIP and SIPS URIs can be one. A registrar refuses others with 400 or 404.\n"
                   "  bad:   To: <mailto:alice@example.com>\n"
                   "  good:  To: <sip:alice@example.com>\n"
                   "A tel URI is reported one step lower: registrars that map numbers to users "
                   "take it.",
        .check = to_sip_uri,
    },
    {
        .id = "rfc3261.10.2.register-cseq-plus-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REGISTER,
        .view = SIPSAN_VIEW_REGISTRATION,
        .summary = "The CSeq number rises with each REGISTER of the same Call-ID",
        .explain =
            "Registrars tell late requests from new ones by the number: one that does not rise is "
            "ignored or refused, and the binding runs out.\n"
            "Legal: retransmissions; the same number in a copy to another server when the first "
            "one gave no success (8.1.2). Numbers that are left out are not reported: the request "
            "may have gone another way.\n"
            "Bad: CSeq: 7 REGISTER, 200, CSeq: 7 REGISTER with a new branch\n"
            "Good: CSeq: 8 REGISTER",
        .check = cseq_plus_one,
    },
    {
        .id = "rfc3261.10.2.register-no-new-before-final",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* one of the 60 */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REGISTER,
        .view = SIPSAN_VIEW_REGISTRATION,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .updated_by = "RFC 5626",
        .summary = "No registration with new contacts while the last one has no final response",
        .explain =
            "Two registrations in flight may arrive in either order, and then nobody knows which "
            "contact is in force.\n"
            "Legal: retransmissions; the same contacts again; another flow of RFC 5626 (reg-id); "
            "anything after the final response or 32 seconds without one.\n"
            "Bad: REGISTER with contact A, REGISTER with contact B, 200\n"
            "Good: REGISTER with A, 200, REGISTER with B",
        .check = no_new_before_final,
    },
    {
        .id = "rfc3261.10.2.2.register-contact-with-star-expires-0",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .summary = "Contact \"*\" comes with Expires: 0 only",
        .explain = "The star removes all bindings, so it has no other expiry. A registrar refuses "
                   "anything else with 400, and the old bindings stay.\n"
                   "Bad: Contact: * with Expires: 3600, or with no Expires\n"
                   "Good: Contact: * with Expires: 0",
        .check = star_expires_0,
    },
    {
        .id = "rfc3261.10.2.7.register-no-immediate-retry-after-timeout",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REGISTER,
        .view = SIPSAN_VIEW_REGISTRATION,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A UA waits before it registers again after a timeout",
        .explain =
            "A registrar that does not answer is down or overloaded: thousands of phones that try "
            "again at once keep it so.\n"
            "Legal: another registrar; a pause, best one that grows and is random. Reported when "
            "the next REGISTER to the same host comes within a second after Timer F.\n"
            "Bad: no answer for 32 s, REGISTER with a new branch at 32.1 s\n"
            "Good: at 62 s",
        .check = no_retry_after_timeout,
    },
    {
        .id = "rfc3261.10.3.registrar-star-invalid-400",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A wrong use of Contact \"*\" is refused with 400",
        .explain =
            "The star beside other contacts, or with an expiry other than 0, means nothing. A "
            "registrar that accepts it has done something the client did not ask for.\n"
            "Bad: Contact: *, Expires: 3600, answered 200\n"
            "Good: 400",
        .check = star_invalid_400,
    },
    {
        .id = "rfc3261.10.3.registrar-423-min-expires",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = REGISTER,
        .status_from = 423,
        .status_to = 423,
        .summary = "423 says in Min-Expires which interval would do",
        .explain = "Without Min-Expires the client can only guess what to ask for.\n"
                   "Bad: 423 Interval Too Brief alone\n"
                   "Good: Min-Expires: 600",
        .check = min_expires,
    },
    {
        .id = "rfc3261.10.3.registrar-stale-cseq-abort",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REGISTRATION,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A REGISTER with a CSeq number that is not above the binding's is refused",
        .explain =
            "A late REGISTER must not undo a newer one. With the same Call-ID the number decides: "
            "when it is not higher than that of the binding, the whole request fails.\n"
            "Judged for bindings whose making was seen and that have not run out. "
            "Retransmissions share the branch and are no new request.\n"
            "Bad: binding made by CSeq 8, REGISTER 7 for the same contact answered 200\n"
            "Good: 500",
        .check = stale_cseq,
    },
    {
        .id = "rfc3261.10.3.registrar-star-same-call-id-cseq",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REGISTRATION,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "Contact \"*\" removes a binding of its Call-ID only with a higher CSeq number",
        .explain = "A late \"*\" would remove what was registered after it was sent.\n"
                   "Bad: binding made by CSeq 8, Contact: * with CSeq 7 answered 200\n"
                   "Good: 500",
        .check = stale_star,
    },
    {
        .id = "rfc3261.10.3.registrar-update-or-remove",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The registrar removes or stores a contact as asked",
        .explain =
            "expires=0 removes the binding, anything else stores it; the response lists what is "
            "left. Contacts are compared by 19.1.4.\n"
            "Legal: a contact whose host or port was changed on the way by an element that knows "
            "about address translation; listing the removed one with expires=0. A binding that is "
            "missing among others is reported one step lower.\n"
            "Bad: Contact: <sip:a@192.0.2.1>;expires=0, and the 200 lists it with 3600\n"
            "Good: the 200 lists it no more",
        .check = update_or_remove,
    },
    {
        .id = "rfc3261.10.3.registrar-no-lengthen-expires",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The registrar does not grant more time than was asked for",
        .explain =
            "A registrar may shorten the interval, never lengthen it: the phone may be gone when "
            "its own interval is over, and calls ring nowhere.\n"
            "Legal: any interval when the request names none.\n"
            "Bad: expires=60 asked, expires=3600 in the 200\n"
            "Good: expires=60 or less",
        .aliases = "rfc3261.10.3.registrar-contact-expires-precedence",
        .check = no_lengthen,
    },
    {
        .id = "rfc3261.10.3.registrar-200-lists-contacts",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REGISTER_DONE,
        .methods = REGISTER,
        OK_2XX,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "The 2xx to a REGISTER lists the bindings",
        .explain = "From the list the UA learns whether its binding stands and for how long. A 200 "
                   "without Contact right after adding one says that there is none.\n"
                   "Legal: no Contact when nothing is bound, as after removing the last one.\n"
                   "Bad: REGISTER with Contact, 200 without\n"
                   "Good: Contact: <sip:alice@192.0.2.1>;expires=3600 in the 200",
        .check = lists_contacts,
    },
    {
        .id = "rfc3261.10.3.registrar-200-contact-expires",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the RFC's own example in 24.1 breaks it */
        .on = SIPSAN_ON_RESPONSE,
        .methods = REGISTER,
        OK_2XX,
        .summary = "Every Contact in the 2xx to a REGISTER has an expires parameter",
        .explain =
            "The UA plans its refresh by it. Many registrars give an Expires header field instead: "
            "reported one step lower, since it says the same when there is one binding. The "
            "example in section 24.1 of the RFC has neither.\n"
            "Bad: Contact: <sip:alice@192.0.2.1>\n"
            "Good: Contact: <sip:alice@192.0.2.1>;expires=3600",
        .check = contact_expires,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_10, rules);

/* RFC 3261 section 8.1: what a client puts into a request, and how it tries again. Dialogs, ACK and
 * CANCEL add to this in their own sections.
 *
 * RFC 2543 knew neither tags that must be there nor Max-Forwards nor the magic cookie. A request
 * that lacks several of these is the work of such an element, and its omissions weigh less. */
#include "rules/routed.h"

/* 8.1.1: header fields every request has ------------------------------------------------------ */

/* The octets of the magic cookie. */
#define COOKIE_LENGTH 7

static bool has_cookie(struct sipsan_span branch)
{
    return sipsan_span_starts_nocase(branch, SPAN_LIT("z9hG4bK"));
}

/* The upstream copy of a forwarded request, when the tap has it. */
static const struct sipsan_msg *upstream(const struct sipsan_view *v)
{
    const struct sipsan_txn *from = v->match ? v->match->relayed : NULL;

    return from ? from->request : NULL;
}

/* Who forwards a request without it is not the one who left it out. */
static bool lacks(const struct sipsan_view *v, enum sipsan_header_id id)
{
    const struct sipsan_msg *above = upstream(v);

    return sipsan_msg_count(v->msg, id) == 0 && !(above && sipsan_msg_count(above, id) == 0);
}

/* All six in one answer. Max-Forwards alone weighs less: elements of RFC 2543 do not send it and
 * 16.3 lets proxies put up with that; but a proxy that adds none (16.6 step 3) is no less at fault
 * than who left it out, so it does not inherit. */
static enum sipsan_verdict mandatory_six(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const enum sipsan_header_id six[] = {
        SIPSAN_HDR_TO,      SIPSAN_HDR_FROM, SIPSAN_HDR_CSEQ,
        SIPSAN_HDR_CALL_ID, SIPSAN_HDR_VIA,  SIPSAN_HDR_MAX_FORWARDS,
    };
    const struct sipsan_msg *m = v->msg;
    const char *missing[6] = {"", "", "", "", "", ""};
    size_t n = 0;

    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    for (size_t i = 0; i < 6; i++)
        if (lacks(v, six[i]))
            missing[n++] = sipsan_header_name(six[i]);
    if (n == 0)
        return SIPSAN_PASS;
    why->lower = n == 1 && sipsan_msg_count(m, SIPSAN_HDR_MAX_FORWARDS) == 0;
    why->expected = "To, From, CSeq, Call-ID, Max-Forwards and Via";
    return sipsan_fail(why, m->start_line, "the request has no %s%s%s%s%s%s%s%s%s%s%s", missing[0],
                       n > 1 ? ", " : "", missing[1], n > 2 ? ", " : "", missing[2],
                       n > 3 ? ", " : "", missing[3], n > 4 ? ", " : "", missing[4],
                       n > 5 ? ", " : "", missing[5]);
}

/* ACK and CANCEL copy From: the INVITE was judged. */
static enum sipsan_verdict from_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->from.ok || v->invite)
        return SIPSAN_NA;
    if (m->from.tag.p)
        return SIPSAN_PASS;
    why->lower = m->via && m->via->ok && !has_cookie(m->via->branch);
    why->expected = "a tag parameter chosen by the client";
    return sipsan_fail(why, m->from.text, "From has no tag");
}

/* 8.1.1.5: CSeq ------------------------------------------------------------------------------- */

/* A method that is no token is a grammar fault, and comparing it would tell it twice. */
static bool method_broken(const struct sipsan_msg *m)
{
    for (uint32_t i = 0; i < m->fault_count; i++)
        if (m->faults[i].production == SIPSAN_PROD_METHOD)
            return true;
    return m->method.n == 0;
}

/* The same word in another case is the finding of 20.16, the CSeq of a CANCEL that of 9.1. */
static enum sipsan_verdict cseq_method(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->cseq.ok || m->method_id == SIPSAN_METHOD_CANCEL)
        return SIPSAN_NA;
    if (span_eq(m->cseq.method, m->method))
        return SIPSAN_PASS;
    if (sipsan_span_eq_nocase(m->cseq.method, m->method) || method_broken(m))
        return SIPSAN_NA;
    return sipsan_fail(why, m->cseq.method, "the CSeq says %.*s, the request line %.*s",
                       SPAN(m->cseq.method), SPAN(m->method));
}

/* ACK and CANCEL repeat the number of the INVITE, which was judged; so does a response that of its
 * request. A response without one is all that there is to see of the number, and blames its
 * receiver, who chose it. */
static enum sipsan_verdict cseq_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_cseq *cseq = &v->msg->cseq;
    struct sipsan_span digits = cseq->text;
    size_t n = 0;

    if (!cseq->ok || v->req || (v->invite && v->invite->cseq == cseq->number))
        return SIPSAN_NA;
    if (cseq->number < UINT64_C(1) << 31)
        return SIPSAN_PASS;
    while (n < digits.n && digits.p[n] >= '0' && digits.p[n] <= '9')
        n++;
    if (!v->msg->request)
        why->blame = &v->seen->flow.dst;
    why->expected = "a number below 2147483648";
    return sipsan_fail(why, span_between(digits.p, digits.p + n), "CSeq number %.*s is too large",
                       SPAN(span_between(digits.p, digits.p + n)));
}

/* 8.1.1.7: Via -------------------------------------------------------------------------------- */

/* Other signs that the sender is an element of RFC 2543. */
static bool looks_2543(const struct sipsan_msg *m)
{
    return (m->from.ok && !m->from.tag.p) || sipsan_msg_count(m, SIPSAN_HDR_MAX_FORWARDS) == 0;
}

/* The sender's own Via, unless it is a copy from the INVITE, which was judged. */
static const struct sipsan_via *own_via(const struct sipsan_view *v)
{
    const struct sipsan_via *via = v->msg->via;

    if (!via || !via->ok)
        return NULL;
    return v->invite && sipsan_span_eq_nocase(v->invite->branch, via->branch) ? NULL : via;
}

static enum sipsan_verdict branch_present(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = own_via(v);

    if (!via)
        return SIPSAN_NA;
    if (via->branch.p)
        return SIPSAN_PASS;
    why->lower = looks_2543(v->msg);
    why->expected = "branch=z9hG4bK and something unique";
    return sipsan_fail(why, via->text, "the top Via has no branch");
}

/* Only the top Via: those below were written by others. */
static enum sipsan_verdict branch_cookie(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = own_via(v);

    if (!via || !via->branch.p)
        return SIPSAN_NA;
    if (has_cookie(via->branch)) {
        if (via->branch.n > COOKIE_LENGTH)
            return SIPSAN_PASS;
        why->expected = "z9hG4bK and something unique";
        return sipsan_fail(why, via->branch, "the branch has nothing behind z9hG4bK");
    }
    why->lower = looks_2543(v->msg);
    why->expected = "a branch that begins with z9hG4bK";
    return sipsan_fail(why, via->branch, "the branch does not begin with z9hG4bK");
}

/* The new request tries again what a 4xx of 8.1.3.5 asked to be changed. */
static bool is_retry(const struct sipsan_txn *now, const struct sipsan_txn *before)
{
    int status = before->final.status;

    if (status != 401 && status != 407 && status != 413 && status != 415 && status != 416 &&
        status != 420)
        return false;
    return now->method_id == before->method_id && span_eq(now->call_id, before->call_id) &&
           sipsan_span_eq_nocase(now->from_tag, before->from_tag);
}

/* Other requests of the class, or an INVITE, that this one shares its branch with. A stateless
 * proxy makes its branch of the one that it got (16.11): where that was used again, the blame is
 * above. */
static const struct sipsan_txn *same_branch(const struct sipsan_view *v)
{
    const struct sipsan_txn *up = v->match->relayed == v->txn->parent ? v->txn->parent : NULL;

    if (v->match->reused)
        return up && up->ambiguous ? NULL : v->match->reused;
    if (v->txn->class != SIPSAN_TXN_OTHER)
        return NULL;
    if (up && sipsan_txn_same_branch(v->txns, up, SIPSAN_TXN_INVITE))
        return NULL;
    return sipsan_txn_same_branch(v->txns, v->txn, SIPSAN_TXN_INVITE);
}

/* Behind one address translator several hosts may have one private address: the port tells them
 * apart, unless the sent-by is the source itself. */
static bool by_one_host(const struct sipsan_txn *now, const struct sipsan_txn *before)
{
    struct sipsan_addr own;

    if (!sipsan_ip_eq(&now->flow.src, &before->flow.src))
        return false;
    return now->flow.src.port == before->flow.src.port ||
           (sipsan_ip_of(&own, now->sent_by) && sipsan_ip_eq(&own, &now->flow.src));
}

/* Another request with the same branch. A copy that differs in its Request-URI only may be the work
 * of a proxy that holds no state, or go to a second destination: no verdict. Two hosts with the
 * same private sent-by behind different NATs look alike too, hence the same source. */
static enum sipsan_verdict branch_unique(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *now = v->txn, *before = same_branch(v);

    if (!before)
        return SIPSAN_PASS;
    if (!has_cookie(now->branch) || !by_one_host(now, before) || is_retry(now, before))
        return SIPSAN_NA;
    if (span_eq(now->call_id, before->call_id) && now->cseq == before->cseq &&
        now->method_id == before->method_id &&
        sipsan_span_eq_nocase(now->from_tag, before->from_tag))
        return SIPSAN_NA;
    sipsan_relate_request(why, before, before->branch);
    why->expected = "a new branch for every request but CANCEL and the ACK to a non-2xx";
    return sipsan_fail(why, v->msg->via->branch, "the branch was used before: %s %llu of call %.*s",
                       sipsan_method_name((enum sipsan_method)before->method_id),
                       (unsigned long long)before->cseq, SPAN(before->call_id));
}

/* The final that this ACK answers is told by its To tag. Where the hop also saw a non-2xx, the ACK
 * may be meant for that one. */
static enum sipsan_verdict ack_new_branch(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_answer *answer = v->match->answer;
    const struct sipsan_via *via = v->msg->via;

    if (!answer || answer->final.status < 200 || answer->final.status > 299 || !via || !via->ok)
        return SIPSAN_NA;
    if (invite->other_final.status >= 300 || invite->final.status >= 300 ||
        !has_cookie(via->branch))
        return SIPSAN_NA;
    if (!v->match->by_branch)
        return SIPSAN_PASS;
    sipsan_relate_request(why, invite, invite->branch);
    sipsan_relate(why, &answer->final.ref, "2xx", answer->tag);
    why->expected = "a branch of its own: the ACK to a 2xx is a transaction of its own";
    return sipsan_fail(why, via->branch, "the ACK to a %d has the branch of its INVITE",
                       answer->final.status);
}

/* 8.1.1.8: Contact ---------------------------------------------------------------------------- */

static bool sip_scheme(const struct sipsan_uri *uri)
{
    return uri->scheme == SIPSAN_SCHEME_SIP || uri->scheme == SIPSAN_SCHEME_SIPS;
}

/* An INVITE within a dialog may do without (12.2.1.1 only wishes for it). */
static enum sipsan_verdict contact_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_name_addr *contact = m->contact;

    why->expected = "one Contact with a SIP or SIPS URI";
    if (sipsan_msg_count(m, SIPSAN_HDR_CONTACT) == 0) {
        if (!sipsan_header_complete(m) || !m->to.ok || m->to.tag.p || !lacks(v, SIPSAN_HDR_CONTACT))
            return SIPSAN_NA;
        why->lower = m->via && m->via->ok && !has_cookie(m->via->branch);
        return sipsan_fail(why, m->start_line, "an INVITE outside a dialog without Contact");
    }
    for (const struct sipsan_name_addr *c = contact; c; c = c->next)
        if (!c->ok)
            return SIPSAN_NA; /* the grammar rule of Contact already reports it */
    if (!contact)
        return SIPSAN_NA;
    if (contact->next)
        return sipsan_fail(why, contact->next->text, "an INVITE with %u Contact values",
                           (unsigned)m->contact_count);
    if (contact->star)
        return sipsan_fail(why, contact->text, "\"*\" is no address to be called at");
    if (!sip_scheme(&contact->uri))
        return sipsan_fail(why, contact->uri.text, "the Contact of an INVITE is a %.*s URI",
                           SPAN(contact->uri.scheme_text));
    why->expected = NULL;
    return SIPSAN_PASS;
}

/* 8.1.3.5: trying again ----------------------------------------------------------------------- */

static enum sipsan_verdict retry_new_branch(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *now = v->txn, *before = v->match->reused;

    if (!before || !is_retry(now, before) || !sipsan_ip_eq(&now->flow.src, &before->flow.src))
        return SIPSAN_NA;
    sipsan_relate_request(why, before, before->branch);
    sipsan_relate(why, &before->final.ref, "refusal", nothing);
    why->expected = "a new branch: the request tried again is a new transaction";
    return sipsan_fail(why, v->msg->via->branch,
                       "the request is tried again with the branch that "
                       "was answered %d",
                       before->final.status);
}

/* How soon after the challenge a request with its nonce must come to be taken for the retry. */
#define RETRY_SOON INT64_C(2000000)

/* The first use of a nonce, right after the challenge and counting one more, is the retry of the
 * challenged request. A nonce may lawfully serve later calls, servers give one nonce to several
 * clients in the same second, and then each client has a refused request of its own (`before`):
 * none of this is judged. */
static enum sipsan_verdict retry_same_ids(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_nonce *nonce = NULL;
    bool other_call;

    if (v->match->before || v->match->relayed || m->to.tag.p || !m->from.ok || !m->call_id.p)
        return SIPSAN_NA;
    for (const struct sipsan_auth *a = m->auth; a && !nonce; a = a->next)
        if (a->ok && a->digest)
            nonce = sipsan_nonce_of(v->nonces, a);
    if (!nonce || nonce->used || v->now - nonce->ref.time > RETRY_SOON ||
        m->cseq.number != nonce->cseq + 1)
        return SIPSAN_NA;
    other_call = !span_eq(text_span(&nonce->call_id), m->call_id);
    if (!other_call && sipsan_span_eq_nocase(text_span(&nonce->from_tag), m->from.tag))
        return SIPSAN_PASS;
    sipsan_relate(why, &nonce->ref, "challenge", text_span(&nonce->nonce));
    why->expected = "the Call-ID, To and From of the refused request";
    if (other_call) {
        (void)sipsan_fail(why, m->call_id, "the request that was challenged had Call-ID %.*s",
                          SPAN(text_span(&nonce->call_id)));
        /* its own refusal with this nonce may lie before the capture */
        return v->now - v->txns->started < RETRY_SOON ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
    }
    return sipsan_fail(why, m->from.tag.p ? m->from.tag : m->from.text,
                       "the request that was challenged had From tag %.*s",
                       SPAN(text_span(&nonce->from_tag)));
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.8.1.1.mandatory-six-headers",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "Every request has To, From, CSeq, Call-ID, Max-Forwards and Via",
        .explain =
            "These six header fields identify, order and route a request; no request is valid "
            "without them, whatever its method, ACK and CANCEL included. Servers answer 400 "
            "or cannot answer at all: without Via there is no way back.\n"
            "  bad:   OPTIONS sip:bob@example.com SIP/2.0\n"
            "         Via: ...  From: ...  To: ...  CSeq: ...        (no Call-ID)\n"
            "  good:  all six; compact names (t f i v) count as well\n"
            "One finding names all that are missing. Max-Forwards alone is reported one step "
            "lower, since elements of RFC 2543 do not send it. A proxy is not blamed for what "
            "was missing when the request reached it.",
        .aliases = "rfc3261.8.1.1.6.max-forwards-inserted rfc3261.8.1.1.7.via-inserted "
                   "rfc3261.10.2.register-mandatory-headers",
        .check = mandatory_six,
    },
    {
        .id = "rfc3261.8.1.1.3.from-tag-present",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "From carries a tag chosen by the client",
        .explain =
            "Every request has a tag in From. With the Call-ID and the To tag it names the "
            "dialog; without it two calls of one user cannot be told apart and forked or "
            "merged requests are not recognised.\n"
            "  bad:   From: Alice <sip:alice@example.com>\n"
            "  good:  From: Alice <sip:alice@example.com>;tag=1928301774\n"
            "The tag belongs behind the angle brackets: inside them it is a URI parameter. "
            "RFC 2543 did not ask for it, so a sender without the magic cookie in its branch "
            "is reported one step lower. ACK and CANCEL repeat the From of their INVITE and "
            "are not reported again.",
        .check = from_tag,
    },
    {
        .id = "rfc3261.8.1.1.5.cseq-method-match",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "The method in CSeq is that of the request",
        .explain = "CSeq holds a number and the method of the request. Servers reject a request "
                   "whose two methods differ with 400, or file it under the wrong transaction.\n"
                   "  bad:   BYE sip:bob@192.0.2.2 SIP/2.0\n"
                   "         CSeq: 2 INVITE\n"
                   "  good:  CSeq: 2 BYE\n"
                   "An ACK says ACK with the number of its INVITE, not INVITE. The same word in "
                   "another case is reported by rfc3261.20.16, and a CANCEL by rfc3261.9.1.",
        .aliases = "rfc3261.13.2.2.4.ack-2xx-cseq-method "
                   "rfc3261.17.1.1.3.ack-non2xx-cseq-method "
                   "rfc3261.12.2.1.1.mid-cseq-method",
        .check = cseq_method,
    },
    {
        .id = "rfc3261.8.1.1.5.cseq-below-2-31",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .summary = "The CSeq number is below 2**31",
        .explain =
            "The sequence number must be less than 2147483648, so that it can be counted up "
            "for the whole life of a dialog without running over 32 bits. Receivers with "
            "signed numbers see a negative one and refuse every later request as out of "
            "order.\n"
            "  bad:   CSeq: 4294967295 OPTIONS\n"
            "  good:  CSeq: 2147483647 OPTIONS\n"
            "Leading zeros are legal; the value counts. ACK, CANCEL and responses repeat the "
            "number of their request and are not reported again; a response whose request "
            "was not seen blames the client that it goes to.",
        .aliases = "rfc3261.8.1.1.5.cseq-32-bit rfc3261.20.16.cseq-32bit",
        .check = cseq_range,
    },
    {
        .id = "rfc3261.8.1.1.7.via-branch-present",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "The Via that a sender adds has a branch",
        .explain =
            "The branch of the top Via identifies the transaction for client and server. "
            "Without it the server falls back to comparing half a dozen header fields as RFC "
            "2543 did, which fails for requests that differ in little.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1:5060\n"
            "  good:  Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds\n"
            "Only the top Via is judged: the sender wrote it. A request that also lacks a "
            "From tag or Max-Forwards comes from an RFC 2543 element and is reported one step "
            "lower.",
        .check = branch_present,
    },
    {
        .id = "rfc3261.8.1.1.7.branch-magic-cookie",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "A branch begins with z9hG4bK",
        .explain =
            "The seven characters z9hG4bK at the start of the branch tell the server that the "
            "branch is unique and may be used alone to match the transaction. Without them it "
            "must use the older rules, and a proxy may not find the INVITE of an ACK or "
            "CANCEL.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1;branch=776asdhds\n"
            "  good:  Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776asdhds\n"
            "The cookie alone is no identifier: every request with it would be the same "
            "transaction.\n"
            "Tokens are compared without case, so Z9HG4BK is let pass. Only the top Via is "
            "judged, and a branch copied from an INVITE into ACK or CANCEL only once. A "
            "request that also lacks a From tag or Max-Forwards is reported one step lower "
            "(RFC 2543).",
        .aliases = "rfc3261.20.42.via-branch-magic",
        .check = branch_cookie,
    },
    {
        .id = "rfc3261.8.1.1.7.branch-unique",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR, /* only what cannot be innocent is a FAIL */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = ~(uint32_t)BIT(CANCEL),
        .summary = "A branch is not used again for another request",
        .explain =
            "The branch names one transaction for all time. A request with a branch that was "
            "used before is taken for a repetition of the old one: the server sends the old "
            "answer again and never looks at the new request.\n"
            "  bad:   OPTIONS, CSeq: 1, branch=z9hG4bK-keep  and later\n"
            "         OPTIONS, CSeq: 2, branch=z9hG4bK-keep\n"
            "  good:  a new random branch for each request\n"
            "Legal with the same branch: repetitions, the CANCEL of an INVITE, the ACK to its "
            "non-2xx, and copies of one request sent on by a stateless proxy, whose branch "
            "depends on the one it got. Judged only "
            "when Call-ID, CSeq, method or From tag differ and both came from one address. "
            "What follows is not held against the server, which may take the two for one. "
            "How long a branch is remembered is bounded, so reuse after a long time goes "
            "unseen. A retry after 401 and the like has its own rule in 8.1.3.5.",
        .aliases = "rfc3261.8.1.3.4.redirect-new-branch",
        .check = branch_unique,
    },
    {
        .id = "rfc3261.8.1.1.7.ack-2xx-new-branch",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .methods = BIT(ACK),
        .view = SIPSAN_VIEW_INVITE,
        .summary = "The ACK to a 2xx has a branch of its own",
        .explain =
            "The ACK to a 2xx is made by the caller's core, goes end to end and is a "
            "transaction of its own, so its branch is new. With the branch of the INVITE a "
            "proxy on the path takes it for the ACK to a failure and swallows it; the callee "
            "repeats its 200 and drops the call after 32 seconds.\n"
            "  bad:   INVITE ... branch=z9hG4bK-a,  200,  ACK ... branch=z9hG4bK-a\n"
            "  good:  INVITE ... branch=z9hG4bK-a,  200,  ACK ... branch=z9hG4bK-b\n"
            "The other way round for 300 to 699: there the ACK must have the branch of the "
            "INVITE (17.1.1.3). Judged only when the 2xx with the To tag of the ACK was seen "
            "on this hop and no failure was: a capture that missed the final answer decides "
            "nothing.",
        .check = ack_new_branch,
    },
    {
        .id = "rfc3261.8.1.1.8.contact-one-in-invite",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INVITE),
        .summary = "An INVITE has exactly one Contact, with a SIP or SIPS URI",
        .explain =
            "A request that can open a dialog says in Contact where the client takes later "
            "requests. None, several, \"*\" or a URI that is not SIP leave the callee without "
            "a remote target: it cannot send BYE or re-INVITE.\n"
            "  bad:   INVITE without Contact\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>, <sip:alice@192.0.2.7>\n"
            "  bad:   Contact: <tel:+12125551212>\n"
            "  good:  Contact: <sip:alice@192.0.2.1>\n"
            "Inside a dialog a missing Contact is legal (12.2.1.1 has SHOULD), the other "
            "faults are not. RFC 2543 did without: a sender without the magic cookie is "
            "reported one step lower. A proxy that forwards such an INVITE is not blamed.",
        .aliases = "rfc3261.12.2.1.1.refresh-has-contact",
        .check = contact_one,
    },
    {
        .id = "rfc3261.8.1.3.5.retry-new-branch",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the retry is taken for a repetition and never looked at */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = ~(uint32_t)BIT(CANCEL),
        .view = SIPSAN_VIEW_REUSED,
        .summary = "A request tried again after 401, 407, 413, 415, 416 or 420 has a new branch",
        .explain =
            "A request that is tried again, with credentials or with what a 4xx asked for, is "
            "a new transaction and so has a new branch. With the old one the server takes it "
            "for a repetition and sends the 401 again: an endless loop of challenges.\n"
            "  bad:   branch=z9hG4bK-a,  401,  Authorization and branch=z9hG4bK-a\n"
            "  good:  branch=z9hG4bK-a,  401,  Authorization and branch=z9hG4bK-b\n"
            "Seen when Call-ID, From tag and method are those of the refused request and the "
            "CSeq number went up. A retry with the same branch and the same CSeq cannot be "
            "told from a repetition: it is judged as one (17).",
        .check = retry_new_branch,
    },
    {
        .id = "rfc3261.8.1.3.5.retry-same-call-id-from-to",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .needs = SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "A request tried again keeps Call-ID, To and From",
        .explain =
            "A request tried again after a challenge should keep Call-ID, To and From of the "
            "refused one and count CSeq up by one. A server that holds its challenges by call "
            "does not find the nonce under another Call-ID and challenges again.\n"
            "  bad:   Call-ID: a, CSeq: 1;  401;  Call-ID: b, CSeq: 2 and the nonce\n"
            "  good:  Call-ID: a, CSeq: 1;  401;  Call-ID: a, CSeq: 2 and the nonce\n"
            "A nonce may be used in other calls later, and servers hand one nonce to several "
            "clients. So only the first use of a nonce counts, within two seconds of the "
            "challenge, outside a dialog, with the next CSeq number, and when the tap knows "
            "of no other refused request that it could be the retry of.",
        .check = retry_same_ids,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_1, rules);

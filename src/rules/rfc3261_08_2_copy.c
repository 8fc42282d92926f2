/* RFC 3261 section 8.2.6.2: what a response copies from its request.
 *
 * It is compared with the request of its own hop, found by branch and sent-by: proxies add and
 * remove Vias. What a proxy passes on was judged below it, where the tap shows that. */
#include "rules/rule.h"

/* Call-ID, CSeq, From and To ------------------------------------------------------------------ */

/* The response belongs to this very request. Where a client uses a branch for several requests it
 * may belong to one that the tap has missed: then more than one of these differs; and where the
 * request came again with other text it may be an answer to either. A response that was seen below
 * its proxy was judged there. */
static bool same_request(const struct sipsan_view *v)
{
    const struct sipsan_msg *mine = v->msg, *theirs = v->req;
    int differ = 0;

    if (v->child || (v->txn && v->txn->altered) || mine->truncated || !mine->from.ok ||
        !theirs->from.ok || !mine->to.ok || !theirs->to.ok || !mine->call_id.p ||
        !theirs->call_id.p || !mine->cseq.ok || !theirs->cseq.ok)
        return false;
    differ += !span_eq(mine->call_id, theirs->call_id);
    differ += !sipsan_span_eq_nocase(mine->from.tag, theirs->from.tag);
    differ += mine->cseq.number != theirs->cseq.number ||
              !span_eq(mine->cseq.method, theirs->cseq.method);
    return differ <= 1;
}

static enum sipsan_verdict call_id_equal(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->echoed & SIPSAN_ECHOED_CALL)
        return SIPSAN_PASS;
    if (!same_request(v))
        return SIPSAN_NA;
    if (span_eq(v->msg->call_id, v->req->call_id))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->call_id);
    return sipsan_fail(why, v->msg->call_id, "the Call-ID of the request is %.*s",
                       SPAN(v->req->call_id));
}

static enum sipsan_verdict cseq_equal(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_cseq *mine = &v->msg->cseq, *theirs = &v->req->cseq;

    if (v->echoed & SIPSAN_ECHOED_CALL)
        return SIPSAN_PASS;
    if (!same_request(v) || !span_eq(theirs->method, v->req->method))
        return SIPSAN_NA; /* a request that contradicts itself */
    if (mine->number == theirs->number && span_eq(mine->method, theirs->method))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, theirs->text);
    return sipsan_fail(why, mine->text, "the CSeq of the request is %.*s", SPAN(theirs->text));
}

static enum sipsan_verdict from_equal(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *mine = &v->msg->from, *theirs = &v->req->from;

    if (v->echoed & SIPSAN_ECHOED_FROM)
        return SIPSAN_PASS;
    if (!same_request(v))
        return SIPSAN_NA;
    if (!mine->tag.p != !theirs->tag.p || !sipsan_span_eq_nocase(mine->tag, theirs->tag)) {
        sipsan_relate_request(why, v->txn, theirs->text);
        return sipsan_fail(why, mine->tag.p ? mine->tag : mine->text,
                           "the From tag of the request is %s%.*s", theirs->tag.p ? "" : "missing",
                           SPAN(theirs->tag));
    }
    if (sipsan_uri_eq(&mine->uri, &theirs->uri))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, theirs->text);
    return sipsan_fail(why, mine->uri.text, "the From URI of the request is %.*s",
                       SPAN(theirs->uri.text));
}

static enum sipsan_verdict to_equal(const struct sipsan_view *v, struct sipsan_why *why,
                                    const char *when)
{
    const struct sipsan_uri *mine = &v->msg->to.uri, *theirs = &v->req->to.uri;

    if (sipsan_uri_eq(mine, theirs))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->to.text);
    return sipsan_fail(why, mine->text, "the To URI of the %srequest is %.*s", when,
                       SPAN(theirs->text));
}

static enum sipsan_verdict to_equal_if_tagged(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *mine = &v->msg->to, *theirs = &v->req->to;

    if (!theirs->tag.p)
        return SIPSAN_NA;
    if (v->echoed & SIPSAN_ECHOED_TO)
        return SIPSAN_PASS;
    if (!same_request(v))
        return SIPSAN_NA;
    if (mine->tag.p && sipsan_span_eq_nocase(mine->tag, theirs->tag))
        return to_equal(v, why, "tagged ");
    sipsan_relate_request(why, v->txn, theirs->text);
    return sipsan_fail(why, mine->tag.p ? mine->tag : mine->text,
                       "the To tag of the request is %.*s", SPAN(theirs->tag));
}

static enum sipsan_verdict to_uri_equal(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->req->to.tag.p)
        return SIPSAN_NA;
    if (v->echoed & SIPSAN_ECHOED_TO)
        return SIPSAN_PASS;
    return same_request(v) ? to_equal(v, why, "") : SIPSAN_NA;
}

/* When the request had a tag and the response has none, it was dropped: another rule. A client
 * without the magic cookie is of the time of RFC 2543, and so may its server be. */
static enum sipsan_verdict to_tag_added(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->to.ok)
        return SIPSAN_NA;
    if (v->msg->to.tag.p)
        return SIPSAN_PASS;
    if (v->txn && v->txn->to_tag.p)
        return SIPSAN_NA;
    if (v->msg->via && !sipsan_span_starts_nocase(v->msg->via->branch, SPAN_LIT("z9hG4bK")))
        why->lower = true;
    return sipsan_fail(why, v->msg->to.text, "no To tag in a %d", v->msg->status);
}

/* Via ----------------------------------------------------------------------------------------- */

#define VIAS_COMPARED 70 /* Max-Forwards of a usual request */

/* 18.2.2, 20.42: no port is the default one. */
static int32_t via_port(const struct sipsan_via *via)
{
    if (via->port >= 0)
        return via->port;
    return sipsan_span_eq_nocase(via->transport, SPAN_LIT("TLS")) ? 5061 : 5060;
}

static bool same_sender(const struct sipsan_via *a, const struct sipsan_via *b)
{
    return !a->branch.p == !b->branch.p && sipsan_span_eq_nocase(a->branch, b->branch) &&
           sipsan_span_eq_nocase(a->host, b->host);
}

/* Filled in on the way or by the server: received (18.2.1), rport (RFC 3581), keep (RFC 6223), oc
 * and its kin (RFC 7339). */
static bool for_the_server(struct sipsan_span name, int as_of)
{
    if (sipsan_span_eq_nocase(name, SPAN_LIT("received")))
        return true;
    return as_of == 0 && (sipsan_span_eq_nocase(name, SPAN_LIT("rport")) ||
                          sipsan_span_eq_nocase(name, SPAN_LIT("keep")) ||
                          sipsan_span_starts_nocase(name, SPAN_LIT("oc")));
}

/* The parameter of the request's Via that the response lost or changed, or NULL. Added ones may be
 * an extension. */
static const struct sipsan_param *lost_param(const struct sipsan_via *mine,
                                             const struct sipsan_via *theirs, int as_of)
{
    for (const struct sipsan_param *p = theirs->params; p; p = p->next) {
        const struct sipsan_param *q;

        if (for_the_server(p->name, as_of))
            continue;
        q = sipsan_param_find(mine->params, p->name);
        if (!q || !p->value.p != !q->value.p || !sipsan_span_eq_nocase(p->value, q->value))
            return p;
    }
    return NULL;
}

static bool same_via(const struct sipsan_via *mine, const struct sipsan_via *theirs, int as_of)
{
    return same_sender(mine, theirs) && via_port(mine) == via_port(theirs) &&
           sipsan_span_eq_nocase(mine->transport, theirs->transport) &&
           !lost_param(mine, theirs, as_of);
}

static bool readable(const struct sipsan_via *via)
{
    for (; via; via = via->next)
        if (!via->ok)
            return false;
    return true;
}

static bool comparable(const struct sipsan_view *v)
{
    return same_request(v) && v->req->via_count <= VIAS_COMPARED && readable(v->msg->via) &&
           readable(v->req->via);
}

static bool listed(const struct sipsan_via *list, const struct sipsan_via *via)
{
    for (; list; list = list->next)
        if (same_sender(list, via))
            return true;
    return false;
}

/* The Vias of the request in another order. */
static bool reordered(const struct sipsan_view *v, const struct sipsan_via **at)
{
    const struct sipsan_via *mine = v->msg->via, *theirs = v->req->via;

    *at = NULL;
    if (v->msg->via_count != v->req->via_count)
        return false;
    for (; mine && theirs; mine = mine->next, theirs = theirs->next) {
        if (!listed(v->req->via, mine) || !listed(v->msg->via, theirs))
            return false;
        if (!*at && !same_sender(mine, theirs))
            *at = mine;
    }
    return *at != NULL;
}

static enum sipsan_verdict via_order(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *at;

    if (v->echoed & SIPSAN_ECHOED_VIA)
        return SIPSAN_PASS;
    if (!comparable(v))
        return SIPSAN_NA;
    if (!reordered(v, &at))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->via->text);
    return sipsan_fail(why, at->text, "the Via values are not in the order of the request");
}

static enum sipsan_verdict via_equal(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *mine, *theirs, *at;

    if (v->as_of == 0 && v->echoed & SIPSAN_ECHOED_VIA)
        return SIPSAN_PASS; /* equal but for received and rport */
    if (!comparable(v) || reordered(v, &at))
        return SIPSAN_NA;
    mine = v->msg->via;
    theirs = v->req->via;
    while (mine && theirs && same_via(mine, theirs, v->as_of)) {
        mine = mine->next;
        theirs = theirs->next;
    }
    if (!mine && !theirs)
        return SIPSAN_PASS;
    why->lower = v->msg->status == 100; /* it goes one hop, and found its transaction */
    sipsan_relate_request(why, v->txn, theirs ? theirs->text : v->req->via->text);
    if (!mine)
        return sipsan_fail(why, v->msg->start_line, "the Via %.*s of the request is missing",
                           SPAN(theirs->text));
    if (!theirs)
        return sipsan_fail(why, mine->text, "a Via that the request does not have");
    return sipsan_fail(why, mine->text, "the request has %.*s here", SPAN(theirs->text));
}

#define COPY_RULE(slug)                                                                            \
    .id = "rfc3261.8.2.6.2." slug, .level = SIPSAN_MUST, .severity = SIPSAN_ERROR,                 \
    .on = SIPSAN_ON_RESPONSE_IN_TXN, .view = SIPSAN_VIEW_REQUEST

static const struct sipsan_rule rules[] = {
    {
        COPY_RULE("response-from-equal"),
        .summary = "The From of a response is that of its request",
        .explain =
            "The client knows its call by its own From tag; a response with another one belongs to "
            "no call of his, though the branch brings it to the right transaction.\n"
            "Legal: the same URI (19.1.4) and tag; the display name and its quotes do not count.\n"
            "Judged against the request of the same hop. When Call-ID or CSeq differ too, the "
            "branch is used twice and the response is not taken for this request's.\n"
            "Bad: From: <sip:alice@example.com>;tag=9 in the 200 to a request with tag=1928\n"
            "Good: From: <sip:alice@example.com>;tag=1928",
        .check = from_equal,
    },
    {
        COPY_RULE("response-call-id-equal"),
        .summary = "The Call-ID of a response is that of its request",
        .explain = "Dialogs, tools and billing follow the Call-ID. It is compared byte for byte, "
                   "with case.\n"
                   "Judged against the request of the same hop. When From tag or CSeq differ too, "
                   "the branch is used twice and the response is not taken for this request's.\n"
                   "Bad: Call-ID: a84b4c@pc33 in the request, Call-ID: A84B4C@PC33 in the "
                   "response\n"
                   "Good: the Call-ID copied",
        .aliases =
            "rfc3261.8.1.1.4.call-id-same-in-dialog rfc3261.8.1.1.4.call-id-compare-bytewise",
        .check = call_id_equal,
    },
    {
        COPY_RULE("response-cseq-equal"),
        .summary = "The CSeq of a response is that of its request, number and method",
        .explain = "The method in CSeq tells a response to CANCEL from one to its INVITE, which "
                   "share a branch; the number tells a repeat from an old answer.\n"
                   "Judged against the request of the same hop. When From tag or Call-ID differ "
                   "too, the branch is used twice and the response is not taken for this "
                   "request's. A response to an INVITE that claims another method is not "
                   "recognised as its response.\n"
                   "Bad: CSeq: 2 REGISTER in the request, CSeq: 1 REGISTER in the response\n"
                   "Good: CSeq: 2 REGISTER in both",
        .check = cseq_equal,
    },
    {
        COPY_RULE("response-via-equal"),
        .updated_by = "RFC 3581, RFC 6223, RFC 7339",
        .summary = "The Via values of a response are those of its request",
        .explain =
            "A response finds its way back by the Vias alone. With one that is lost, added or "
            "changed it goes astray or matches no transaction.\n"
            "Legal: what servers on the way fill in (received, rport, keep, the oc parameters; as "
            "of RFC 3261 only received) and parameters that are added; other white space, case and "
            "compact names.\n"
            "Judged against the request of the same hop, since each proxy removes its own Via. "
            "Vias in another order have a rule of their own. In a 100, which goes no further than "
            "one hop, this is reported one step lower.\n"
            "Bad:\n"
            "    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b;alias  (request)\n"
            "    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b  (response)\n"
            "Good:\n"
            "    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b;alias;received=192.0.2.1",
        .aliases = "rfc3261.8.1.3.3.multi-via-at-uac",
        .check = via_equal,
    },
    {
        COPY_RULE("response-via-order"),
        .summary = "The Via values of a response stand in the order of its request",
        .explain = "Each element on the way back takes off the top Via and sends to the next one. "
                   "In another order the response skips or circles.\n"
                   "Judged against the request of the same hop, by sent-by host and branch; one "
                   "header field with a comma list and several header fields are the same.\n"
                   "Bad: proxy B, client, proxy A where the request has proxy B, proxy A, client\n"
                   "Good: proxy B, proxy A, client",
        .aliases = "rfc3261.7.3.1.header-order-preserved-same-name",
        .check = via_order,
    },
    {
        COPY_RULE("response-to-equal-if-tagged"),
        .summary = "When the To of a request has a tag, its response has that To, tag included",
        .explain =
            "A tag in To means that the request belongs to a dialog. A response with another tag, "
            "or without one, belongs to another dialog or to none, and the client ignores it or "
            "loses its call. So does who gets two answers to a re-INVITE: it goes to the one UA "
            "that "
            "has the dialog (14.1).\n"
            "Legal: the same URI (19.1.4) and tag; the display name does not count. RFC 4916 "
            "changes the URIs of later requests, never those of the response.\n"
            "Bad: To: <sip:bob@example.com>;tag=new in the 200 to a BYE with tag=314\n"
            "Good: To: <sip:bob@example.com>;tag=314",
        .aliases = "rfc3261.16.7.proxy-to-tag-in-tagged-request rfc3261.14.1.reinvite-single-final",
        .check = to_equal_if_tagged,
    },
    {
        COPY_RULE("response-to-uri-equal"),
        .summary = "The To URI of a response is that of its request",
        .explain =
            "A UAS adds a tag to To and leaves the rest as it is. Servers that put the address "
            "which they have found, or the user's own name, into To break clients that compare.\n"
            "Legal: an equal URI (19.1.4), other display name or quotes.\n"
            "Judged where the To of the request has no tag; with a tag there is another rule.\n"
            "Bad: INVITE with To: <sip:bob@example.com>, 180 with To: <sip:bob@192.0.2.2>;tag=314\n"
            "Good: 180 with To: <sip:bob@example.com>;tag=314",
        .check = to_uri_equal,
    },
    {
        .id = "rfc3261.8.2.6.2.response-to-tag-added",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = ~BIT(ACK),
        .status_from = 101,
        .status_to = 699,
        .summary = "Every response but 100 has a To tag",
        .explain =
            "The To tag is the callee's half of the dialog's name. Without it forks cannot be told "
            "apart, and an ACK to a failure cannot copy it.\n"
            "It is due in every response but 100, whoever answers: a phone, a registrar, a proxy "
            "with its own 4xx, the server of a CANCEL, a server without state.\n"
            "Milder where the client's branch lacks the magic cookie: then both ends may be of the "
            "time of RFC 2543.\n"
            "Bad:\n"
            "    SIP/2.0 401 Unauthorized\n"
            "    To: <sip:bob@example.com>\n"
            "Good:\n"
            "    To: <sip:bob@example.com>;tag=314159",
        .check = to_tag_added,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_2_copy, rules);

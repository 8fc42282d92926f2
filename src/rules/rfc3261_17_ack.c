/* RFC 3261 section 17.1.1.3: what the ACK to a failure is made of, which belongs to the client
 * transaction of its INVITE. That it is sent: rfc3261_17_ack_sent.c. */
#include "rules/copied.h"

/* A 2xx to this INVITE was seen: its ACK is another thing (13.2.2.4). */
static bool accepted(const struct sipsan_view *v)
{
    const struct sipsan_txn *invite = v->invite;

    if (sipsan_is_success(invite->final.status) || sipsan_is_success(invite->other_final.status))
        return true;
    return v->dialog && v->dialog->ok_copies > 0 && v->dialog->ok_cseq == v->msg->cseq.number;
}

/* This ACK is in the transaction of an INVITE that was refused. A final that was missed leaves it
 * open what is acknowledged. */
static bool acknowledges_failure(const struct sipsan_view *v)
{
    return v->match->by_branch && sipsan_is_failure(v->invite->final.status) && !accepted(v) &&
           v->msg->call_id.p && span_eq(v->msg->call_id, v->invite->call_id);
}

/* On the very path of the INVITE. */
static bool same_path(const struct sipsan_flow *a, const struct sipsan_flow *b)
{
    if (!sipsan_ip_eq(&a->src, &b->src) || !sipsan_ip_eq(&a->dst, &b->dst) ||
        a->dst.port != b->dst.port)
        return false;
    return !sipsan_ip_eq(&a->src, &a->dst) || a->src.port == b->src.port;
}

/* The To tag tells whose ACK it is when the branch does not: it is the tag of a failure, and of
 * nothing else. */
static enum sipsan_verdict ack_via(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_via *mine = v->msg->via;
    const struct sipsan_answer *answer = v->match->answer;

    if (!mine || !mine->ok || accepted(v))
        return SIPSAN_NA;
    if (v->match->by_branch) {
        const struct sipsan_via *theirs = invite->request ? invite->request->via : NULL;

        if (!sipsan_is_failure(invite->final.status) || !theirs || !theirs->ok)
            return SIPSAN_NA;
        if (sipsan_span_eq_nocase(mine->transport, theirs->transport))
            return SIPSAN_PASS;
        sipsan_relate_request(why, invite, theirs->text);
        return sipsan_fail(why, mine->transport, "the top Via of the INVITE says %.*s",
                           SPAN(theirs->transport));
    }
    if (invite->acks > 0 || !invite->whole || !answer || !sipsan_is_failure(answer->final.status) ||
        !same_path(&invite->flow, &v->seen->flow))
        return SIPSAN_NA;
    why->expected = "the top Via of the INVITE, unchanged";
    sipsan_relate_request(why, invite, invite->branch);
    sipsan_relate(why, &answer->final.ref, "final response", nothing);
    if (sipsan_span_eq_nocase(mine->branch, invite->branch))
        return sipsan_fail(why, mine->host, "the sent-by of the INVITE's Via is %.*s",
                           SPAN(invite->sent_by));
    return sipsan_fail(why, sipsan_branch_of(mine),
                       "the ACK to a %d has a branch of its own, that of the INVITE is %.*s",
                       answer->final.status, SPAN(invite->branch));
}

static enum sipsan_verdict ack_ruri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *mine = &v->msg->ruri, *theirs = &v->invite->request->ruri;

    if (!acknowledges_failure(v) || !mine->ok || !theirs->ok)
        return SIPSAN_NA;
    if (span_eq(mine->text, theirs->text) || sipsan_uri_eq(mine, theirs))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs->text);
    return sipsan_fail(why, mine->text, "the Request-URI of the INVITE on this hop is %.*s",
                       SPAN(theirs->text));
}

/* The tag of any failure that was seen will do. A server that sent none cannot have it copied. The
 * URI is that of the response, which is that of the INVITE or a fault of the server's. */
static enum sipsan_verdict ack_to(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_name_addr *mine = &v->msg->to, *asked = &invite->request->to;
    const struct sipsan_answer *answer = v->match->answer;

    if (!acknowledges_failure(v) || !mine->ok || sipsan_txn_answer(invite, nothing))
        return SIPSAN_NA;
    if (!answer || !sipsan_is_failure(answer->final.status)) {
        sipsan_relate(why, &invite->final.ref, "final response", invite->final.to);
        if (!mine->tag.p)
            return sipsan_fail(why, mine->text, "the ACK lacks the To tag of the %d",
                               invite->final.status);
        return sipsan_fail(why, mine->tag, "the To tag of the ACK is not that of the %d",
                           invite->final.status);
    }
    if (!asked->ok || sipsan_uri_eq(&mine->uri, &asked->uri) ||
        sipsan_span_contains(answer->final.to, mine->uri.text))
        return SIPSAN_PASS;
    sipsan_relate(why, &answer->final.ref, "final response", answer->final.to);
    return sipsan_fail(why, mine->uri.text, "the To URI of the ACK is not that of the %d",
                       answer->final.status);
}

static enum sipsan_verdict ack_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *mine = v->msg->route, *theirs = v->invite->request->route;

    if (!acknowledges_failure(v) || !theirs)
        return SIPSAN_NA;
    if (!sipsan_routes_compare(&mine, &theirs))
        return SIPSAN_NA;
    if (!theirs && !mine)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs ? theirs->text : nothing);
    if (!mine)
        return sipsan_fail(why, v->msg->start_line, "the Route value %.*s of the INVITE is missing",
                           SPAN(theirs->text));
    return sipsan_fail(why, mine->text, "the Route values are not those of the INVITE");
}

static enum sipsan_verdict ack_cseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_cseq *mine = &v->msg->cseq;

    if (!acknowledges_failure(v) || !mine->ok)
        return SIPSAN_NA;
    if (mine->number == v->invite->cseq)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, nothing);
    return sipsan_fail(why, mine->text, "the ACK counts %llu, its INVITE %llu",
                       (unsigned long long)mine->number, (unsigned long long)v->invite->cseq);
}

/* Acknowledged by its tag, so that the branch is no accident. */
static bool acknowledges_its_tag(const struct sipsan_view *v)
{
    return v->match->by_branch && !accepted(v) && v->msg->to.tag.n > 0 && v->match->answer &&
           sipsan_is_failure(v->match->answer->final.status);
}

static enum sipsan_verdict ack_call_id(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!acknowledges_its_tag(v) || !v->msg->call_id.p)
        return SIPSAN_NA;
    if (span_eq(v->msg->call_id, v->invite->call_id))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, nothing);
    return sipsan_fail(why, v->msg->call_id, "the Call-ID of the INVITE is %.*s",
                       SPAN(v->invite->call_id));
}

static enum sipsan_verdict ack_from(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *mine = &v->msg->from, *theirs = &v->invite->request->from;

    if (!acknowledges_failure(v) || !mine->ok || !theirs->ok)
        return SIPSAN_NA;
    sipsan_relate_request(why, v->invite, theirs->text);
    if ((mine->tag.p != NULL) != (theirs->tag.p != NULL) ||
        !sipsan_span_eq_nocase(mine->tag, theirs->tag))
        return sipsan_fail(why, mine->text, "the From of the INVITE has %s",
                           theirs->tag.p ? "another tag" : "no tag");
    if (span_eq(mine->uri.text, theirs->uri.text) || sipsan_uri_eq(&mine->uri, &theirs->uri))
        return SIPSAN_PASS;
    return sipsan_fail(why, mine->uri.text, "the From URI of the INVITE is %.*s",
                       SPAN(theirs->uri.text));
}

/* A proxy without state passes on what it gets and adds its own Via, to the INVITE as well: so the
 * ACK never has more of them. */
static enum sipsan_verdict ack_vias(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!acknowledges_failure(v) || !v->invite->whole || v->msg->via_count == 0)
        return SIPSAN_NA;
    if (v->msg->via_count == 1 || v->msg->via_count <= v->invite->via_count)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, nothing);
    return sipsan_fail(why, v->msg->via->next ? v->msg->via->next->text : v->msg->start_line,
                       "the ACK has %u Via values, its INVITE %u", (unsigned)v->msg->via_count,
                       (unsigned)v->invite->via_count);
}

/* From where the INVITE came, so that both are seen at one place. The server may have shown another
 * address of its own. */
static enum sipsan_verdict ack_destination(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_flow *mine = &v->seen->flow, *theirs = &invite->flow;
    char seen[64], asked[64];

    if (!acknowledges_failure(v) || !invite->whole || invite->segment ||
        (invite->leg && invite->leg->translated) || !sipsan_ip_eq(&mine->src, &theirs->src) ||
        mine->src.port != theirs->src.port)
        return SIPSAN_NA;
    if (sipsan_ip_eq(&mine->dst, &theirs->dst) && mine->dst.port == theirs->dst.port &&
        mine->transport == theirs->transport)
        return SIPSAN_PASS;
    if (sipsan_ip_eq(&mine->dst, &invite->other_server) &&
        mine->dst.port == invite->other_server.port)
        return SIPSAN_NA;
    sipsan_addr_format(seen, sizeof(seen), &mine->dst);
    sipsan_addr_format(asked, sizeof(asked), &theirs->dst);
    sipsan_relate_request(why, invite, nothing);
    why->expected = "address, port and transport that the INVITE was sent to";
    return sipsan_fail(
        why, v->msg->start_line, "the ACK went to %s over %s, its INVITE to %s over %s", seen,
        sipsan_transport_name(mine->transport), asked, sipsan_transport_name(theirs->transport));
}

static enum sipsan_verdict ack_no_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!acknowledges_failure(v))
        return SIPSAN_NA;
    if (v->msg->body.n == 0)
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->content_length.text, "the ACK to a %d has a body of %zu bytes",
                       v->invite->final.status, v->msg->body.n);
}

static bool same_type(const struct sipsan_media_type *a, const struct sipsan_media_type *b)
{
    return sipsan_span_eq_nocase(a->type, b->type) && sipsan_span_eq_nocase(a->subtype, b->subtype);
}

/* The types of the INVITE and of the parts of its body. What a 415 accepts is not kept. */
static enum sipsan_verdict ack_body_type(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_media_type *mine = &v->msg->content_type;
    const struct sipsan_msg *invite = v->invite->request;

    if (!acknowledges_failure(v) || v->msg->body.n == 0 || !mine->ok || invite->parts_lost > 0 ||
        v->invite->final.status == 415)
        return SIPSAN_NA;
    if (invite->content_type.text.p && same_type(mine, &invite->content_type))
        return SIPSAN_PASS;
    for (const struct sipsan_part *part = invite->parts; part; part = part->next)
        if (part->type.text.p && same_type(mine, &part->type))
            return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, invite->content_type.text);
    return sipsan_fail(why, mine->text, "no body of the INVITE is of the type %.*s/%.*s",
                       SPAN(mine->type), SPAN(mine->subtype));
}

#define COPY_VIEW (SIPSAN_VIEW_INVITE | SIPSAN_VIEW_INVITE_TEXT | SIPSAN_VIEW_BRANCH)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-ruri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the Request-URI of its INVITE",
        .explain =
            "This ACK belongs to the INVITE's transaction and takes its way. With another "
            "Request-URI (often the Contact of the response, right for the ACK to a 2xx) a "
            "stateless proxy sends it elsewhere.\n"
            "Legal: the same bytes, or an equal URI by 19.1.4. Compared on one hop, since a proxy "
            "may change both.\n"
            "Bad: INVITE sip:bob@example.com, 486, ACK sip:bob@192.0.2.2\n"
            "Good: ACK sip:bob@example.com",
        .check = ack_ruri,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-to",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS,
        .summary = "The ACK to a failure has the To of the response, with its tag",
        .explain =
            "To is the one thing that this ACK takes from the response. Servers that compare tags "
            "do not know an ACK without it, and repeat the failure.\n"
            "Legal: the tag of any failure that came, when a server sent several. Not judged when "
            "a response had no tag at all.\n"
            "Bad: 486 with To: <sip:bob@example.com>;tag=314, ACK with To: <sip:bob@example.com>\n"
            "Good: ACK with To: <sip:bob@example.com>;tag=314",
        .check = ack_to,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-cseq-number",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has the CSeq number of its INVITE",
        .explain =
            "An ACK is never counted as a request of its own. With the next number, servers that "
            "look at CSeq find no INVITE for it.\n"
            "Bad: CSeq: 7 INVITE, then CSeq: 8 ACK\n"
            "Good: CSeq: 7 INVITE, then CSeq: 7 ACK",
        .check = ack_cseq,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-via-equal",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        /* 17.2.3 says the same of the server, which finds the transaction by this Via. */
        .aliases = "rfc3261.16.6.proxy-branch-excludes-method rfc3261.17.2.3.match-ack-to-invite",
        .summary = "The ACK to a failure has the top Via of its INVITE: the same branch",
        .explain =
            "The server finds the INVITE of this ACK by branch and sent-by. With a new branch, "
            "right for the ACK to a 2xx only, nothing is found: the failure is repeated for 32 s "
            "and the ACK may be taken for a new request.\n"
            "Reported when the ACK has Call-ID, From tag and CSeq number of the INVITE and the To "
            "tag of its failure, passes on the same way, and has another branch, sent-by or "
            "transport.\n"
            "Not judged: an ACK whose final response was missed, or when a 2xx came too.\n"
            "Bad: INVITE with branch=z9hG4bK74b, 486, ACK with branch=z9hG4bK99x\n"
            "Good: ACK with branch=z9hG4bK74b",
        .check = ack_via,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-route",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the Route values of its INVITE",
        .explain = "Stateless proxies on the way route the ACK by its Route header field. Without "
                   "it the ACK leaves the path of its INVITE and the server never sees it.\n"
                   "Compared on one hop, value by value and in order.\n"
                   "Bad: INVITE with Route: <sip:proxy.example.com;lr>, ACK without\n"
                   "Good: the same Route in both",
        .check = ack_route,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-call-id",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has the Call-ID of its INVITE",
        .explain =
            "The ACK is made of the INVITE: Call-ID, From, Request-URI and top Via are its "
            "copies. A server that compares more than the branch does not find the INVITE under "
            "another Call-ID.\n"
            "Reported when the ACK has the branch of the INVITE and the To tag of its failure.\n"
            "Bad: INVITE with Call-ID: a84b4c76, ACK with Call-ID: 99f1\n"
            "Good: ACK with Call-ID: a84b4c76",
        .check = ack_call_id,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-from",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the From of its INVITE",
        .explain =
            "URI and tag of From are those of the INVITE. A server that looks for the dialog of "
            "the ACK finds none under another tag, and repeats the failure.\n"
            "Legal: an equal URI by 19.1.4; another display name or other parameters.\n"
            "Bad: INVITE with From: <sip:alice@example.com>;tag=1928, ACK with another tag\n"
            "Good: From: <sip:alice@example.com>;tag=1928 in both",
        .check = ack_from,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-single-via",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has one Via, the top one of its INVITE",
        .explain =
            "Each hop makes this ACK anew, so it has passed nobody and bears one Via. With more "
            "of them the next proxy takes it for one that was forwarded.\n"
            "Reported when the ACK has more Via values than the INVITE on the same hop: behind "
            "a proxy without state, which passes both on, the ACK has two or more, but never "
            "more than the INVITE.\n"
            "Bad: INVITE with one Via, ACK with two\n"
            "Good: ACK with the top Via of the INVITE alone",
        .check = ack_vias,
    },
    {
        .id = "rfc3261.17.1.1.2.ack-non2xx-same-destination",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure goes where its INVITE went",
        .explain =
            "The transaction has one address, port and transport. An ACK that is routed anew "
            "may reach another server of the same name, which knows nothing of the INVITE; the "
            "right one repeats its failure.\n"
            "Legal: another address that the server itself has answered from. Not judged where "
            "the ACK comes from another source than the INVITE, or where addresses are seen to "
            "change on the way: then the two may have been captured at different places.\n"
            "Bad: INVITE to 192.0.2.2:5060, ACK to 192.0.2.3:5060\n"
            "Good: both to 192.0.2.2:5060",
        .check = ack_destination,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-no-body",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has no body",
        .explain =
            "There is nothing left to say after a failure, and the hop that takes this ACK in "
            "does not look at a body. An answer that is sent here, for an offer in the failure, "
            "is lost.\n"
            "Bad: ACK to a 486 with Content-Type: application/sdp and 142 bytes\n"
            "Good: Content-Length: 0",
        .check = ack_no_body,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-body-type",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* nobody reads it */
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "A body in the ACK to a failure is of a type that the INVITE had",
        .explain =
            "The server cannot refuse an ACK, so the client sends no type of body that was not "
            "accepted in the INVITE already; after a 415, one that its Accept lists.\n"
            "Compared with the Content-Type of the INVITE and those of the parts of its body. "
            "Not judged after a 415. That there is a body at all is reported by "
            "ack-non2xx-no-body.\n"
            "Bad: INVITE with application/sdp, ACK with text/plain\n"
            "Good: no body",
        .check = ack_body_type,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17_ack, rules);

/* RFC 3261 section 9: a CANCEL that is sent for the wrong request, to the wrong place or too late,
 * and what may not come of it. What it copies from its INVITE: rfc3261_09.c. */
#include "rules/rule.h"

/* Between a final response and the CANCEL that should not follow it. By then the ACK has passed,
 * so the rest is for packets that change places on the way to the tap, and for a CANCEL whose first
 * copies were lost before it. */
#define CROSSED INT64_C(1900000)

/* Both at once are one mistake: the header was copied from the INVITE. */
static enum sipsan_verdict no_require(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_REQUIRE);

    if (!h)
        h = sipsan_msg_header(v->msg, SIPSAN_HDR_PROXY_REQUIRE);
    if (!h)
        return SIPSAN_PASS;
    why->expected = "neither Require nor Proxy-Require in a CANCEL";
    return sipsan_fail(why, h->value,
                       "the CANCEL requires %.*s, which nobody on its way can refuse",
                       SPAN(h->value));
}

/* A CANCEL that finds its INVITE is none of this, whatever else has that branch. The number and the
 * Call-ID keep a branch out that a careless client has used before. */
static enum sipsan_verdict only_for_invite(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    const struct sipsan_txn *other;

    if (v->match->invite || v->match->relayed || txn->segment)
        return SIPSAN_NA;
    other = sipsan_txn_same_branch(v->txns, txn, SIPSAN_TXN_OTHER);
    if (!other || !other->whole || other->cseq != txn->cseq ||
        !span_eq(other->call_id, txn->call_id))
        return SIPSAN_NA;
    sipsan_relate_request(why, other, other->branch);
    why->expected = "CANCEL for an INVITE only";
    return sipsan_fail(why, v->msg->start_line, "the CANCEL is for a request of method %s",
                       sipsan_method_name((enum sipsan_method)other->method_id));
}

/* Without an ACK the final response may not have arrived yet. A 2xx that is repeated may have been
 * acknowledged for another fork. */
static enum sipsan_verdict after_final(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;

    if (!v->match->by_branch || v->match->relayed || v->txn->segment)
        return SIPSAN_NA;
    if (invite->final.copies == 0)
        return SIPSAN_PASS;
    if (invite->ack.time == 0 || invite->ack.time < invite->final.ref.time ||
        v->now - invite->final.ref.time < CROSSED)
        return SIPSAN_NA;
    if (sipsan_is_success(invite->final.status) && invite->final.copies > 1)
        return SIPSAN_NA;
    sipsan_relate(why, &invite->final.ref, "final response", nothing);
    sipsan_relate(why, &invite->ack, "ACK", nothing);
    why->expected = "BYE after a 2xx, nothing after another final response";
    return sipsan_fail(why, v->msg->start_line,
                       "CANCEL of an INVITE that was answered %d and acknowledged",
                       invite->final.status);
}

/* A CANCEL whose Via names another transport is told of by cancel-via-matches-top. Seen at two
 * places of one hop, a request may show two destinations: the INVITE at the same place is found
 * first, and the copy of the CANCEL is not judged. */
static enum sipsan_verdict same_destination(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_flow *mine = &v->seen->flow, *theirs = &invite->flow;
    const struct sipsan_via *via = invite->request->via;

    if (v->match->relayed || v->txn->segment || invite->segment || !v->msg->via || !via ||
        !sipsan_span_eq_nocase(v->msg->via->transport, via->transport) ||
        !sipsan_ip_eq(&mine->src, &theirs->src))
        return SIPSAN_NA;
    if (sipsan_ip_eq(&mine->dst, &theirs->dst) && mine->dst.port == theirs->dst.port &&
        mine->transport == theirs->transport)
        return SIPSAN_PASS;
    sipsan_relate_request(why, invite, nothing);
    why->expected = "the address, port and transport that the INVITE was sent to";
    return sipsan_fail(why, v->msg->start_line, "the CANCEL is sent to another %s than its INVITE",
                       !sipsan_ip_eq(&mine->dst, &theirs->dst) ? "address"
                       : mine->dst.port != theirs->dst.port    ? "port"
                                                               : "transport");
}

/* In a dialog a BYE may end what is pending with 487 (15.1.2). */
static enum sipsan_verdict non_invite_487(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *cancel;

    if (v->txn->to_tag.p)
        return SIPSAN_NA;
    cancel = sipsan_txn_same_branch(v->txns, v->txn, SIPSAN_TXN_CANCEL);
    if (!cancel || !cancel->whole)
        return SIPSAN_NA;
    sipsan_relate_request(why, cancel, cancel->branch);
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "the response that the request would have got without the CANCEL";
    return sipsan_fail(why, v->msg->start_line,
                       "487 to a request other than INVITE after a CANCEL");
}

/* host and port of a URI that a fact was kept of; false when the host is no address. */
static bool address_in(struct sipsan_addr *out, struct sipsan_span uri)
{
    const char *p = uri.p, *end = uri.p + uri.n, *at = memchr(p, '@', uri.n), *host;
    uint32_t port = 0;

    if (!at)
        return false;
    host = p = at + 1;
    while (p < end && ((*p >= '0' && *p <= '9') || *p == '.'))
        p++;
    if (!sipsan_ip_parse(out, span_between(host, p)))
        return false;
    if (p < end && *p == ':')
        for (p++; p < end && *p >= '0' && *p <= '9' && port < 65536; p++)
            port = port * 10 + (uint32_t)(*p - '0');
    out->port = port == 0 ? 5060 : (uint16_t)port;
    return port < 65536;
}

/* The sender of the 487 is the user agent itself when the Contact of its 1xx leads to where the 487
 * comes from; then no proxy in between has answered the CANCEL with a tag of its own. */
static enum sipsan_verdict to_tag_same(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *cancel = sipsan_txn_cancel_of(v->txns, v->txn);
    const struct sipsan_answer *answer = cancel ? cancel->answers : NULL;
    const struct sipsan_addr *from = &v->seen->flow.src;
    struct sipsan_addr self = {.family = 0};

    if (v->side == SIPSAN_NO_SIDE || !answer || cancel->answer_count > 1 ||
        v->txn->answer_count > 1 || v->txn->children || !answer->tag.p || !v->msg->to.tag.p ||
        !sipsan_is_success(cancel->final.status))
        return SIPSAN_NA;
    if (sipsan_span_eq_nocase(answer->tag, v->msg->to.tag))
        return SIPSAN_PASS;
    if (sipsan_sender(v)->target.uri.n == 0 ||
        !address_in(&self, text_span(&sipsan_sender(v)->target.uri)) ||
        !sipsan_ip_eq(&self, from) || self.port != from->port ||
        !sipsan_ip_eq(&cancel->final_flow.src, from))
        return SIPSAN_NA;
    sipsan_relate(why, &cancel->final.ref, "2xx to CANCEL", answer->tag);
    why->expected = "one To tag in all responses to the INVITE and in the response to its CANCEL";
    return sipsan_fail(why, v->msg->to.tag, "the To tag in the response to the CANCEL was %.*s",
                       SPAN(answer->tag));
}

#define CANCEL BIT(CANCEL)
#define INVITE BIT(INVITE)
#define ACK    BIT(ACK)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.9.1.cancel-only-for-invite",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = CANCEL,
        .summary = "CANCEL is sent for an INVITE only",
        .explain =
            "Every other request is answered at once, so a CANCEL always comes too late and has "
            "no effect but more traffic. Reported when the branch, the Call-ID and the CSeq number "
            "of the CANCEL are those of another request that was seen on the same hop, and of no "
            "INVITE.\n"
            "Legal: waiting for the response, or for Timer F.\n"
            "Bad: OPTIONS with branch z9hG4bK1, then CANCEL with branch z9hG4bK1\n"
            "Good: CANCEL with the branch of an INVITE",
        .check = only_for_invite,
    },
    {
        .id = "rfc3261.9.1.cancel-no-require",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = CANCEL,
        .summary = "CANCEL has neither Require nor Proxy-Require",
        .explain =
            "A CANCEL goes hop by hop and is never answered 420, so that an extension it requires "
            "could not be refused; servers must not look at Require in it (8.2.2.3). Mostly the "
            "header of the INVITE was copied as a whole.\n"
            "Legal: Supported, and Require in the INVITE itself.\n"
            "Bad: CANCEL with Require: 100rel\n"
            "Good: CANCEL without it",
        .aliases = "rfc3261.9.1.cancel-no-proxy-require rfc3261.8.2.2.3.no-require-in-cancel",
        .check = no_require,
    },
    {
        .id = "rfc3261.9.1.cancel-after-final",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "CANCEL is not sent for an INVITE that has its final response",
        .explain =
            "A CANCEL changes nothing any more once the INVITE was answered: a call that was "
            "accepted is ended with BYE. A client that sends CANCEL instead leaves the other side "
            "in a call.\n"
            "Legal: a CANCEL that crosses the final response on its way. Reported only after the "
            "ACK has shown that the client had the response, and two seconds after it.\n"
            "Bad: INVITE, 200, ACK, CANCEL\n"
            "Good: INVITE, 200, ACK, BYE",
        .aliases = "rfc3261.9.1.cancel-after-ack",
        .check = after_final,
    },
    {
        .id = "rfc3261.9.1.cancel-same-destination",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_INVITE_TEXT | SIPSAN_VIEW_BRANCH,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "CANCEL goes to the address, port and transport of its INVITE",
        .explain =
            "A CANCEL means something only to the server that has the INVITE. A client that "
            "resolves the name again, or that sends the small CANCEL over UDP although the large "
            "INVITE went over TCP, may reach another one, which answers 481 while the phone rings "
            "on.\n"
            "Legal: another connection to the same address and port; another source port.\n"
            "Bad: INVITE to 192.0.2.10 over TCP, CANCEL to 192.0.2.11 or over UDP\n"
            "Good: both to 192.0.2.10 over TCP\n"
            "Compared is what passes one tap; where the Via of the CANCEL names another transport, "
            "rfc3261.9.1.cancel-via-matches-top speaks.",
        .check = same_destination,
    },
    {
        .id = "rfc3261.9.2.cancel-non-invite-no-impact",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the CANCEL should not have been sent either */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = ~(INVITE | CANCEL | ACK),
        .status_from = 487,
        .status_to = 487,
        .summary = "A CANCEL does not end a request other than INVITE",
        .explain =
            "A server answers such a CANCEL with 200 and goes on with the request as if nothing "
            "had come: only an INVITE waits long enough to be ended.\n"
            "Legal: 487 within a dialog, where a BYE ends what is pending (15.1.2); it is not "
            "judged there.\n"
            "Bad: OPTIONS, CANCEL with its branch, 487 to the OPTIONS\n"
            "Good: 200 to the OPTIONS, 200 to the CANCEL",
        .check = non_invite_487,
    },
    {
        .id = "rfc3261.9.2.cancel-200-to-tag-same",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* seen in part, and nothing breaks */
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 487,
        .status_to = 487,
        .view = SIPSAN_VIEW_DIALOG,
        .summary = "A UAS puts the same To tag into its responses to the INVITE and to the CANCEL",
        .explain =
            "One tag tells that the element that answered the INVITE has taken the CANCEL.\n"
            "Legal: a stateful proxy answers the CANCEL itself with a tag of its own, and the 487 "
            "comes from behind it. So this is judged only where the Contact of the provisional "
            "response leads to the very address and port that the 487 comes from, and where one "
            "tag only was seen. Assumed is that this element has not put its own address into "
            "the Contact of another.\n"
            "Bad: 200 to CANCEL with tag=b, 487 to INVITE with tag=a\n"
            "Good: tag=a in both",
        .check = to_tag_same,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_09_other, rules);

/* RFC 3581: rport. A client asks for it in its Via (3), a server fills it in and answers there (4).
 * What a server does that does not know it is the business of RFC 3261 18.2, and so is received. */
#include "rules/routed.h"

/* With received beside it the message was seen as a server had noted it: the value is its own. */
static enum sipsan_verdict asked_without_value(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = v->msg->via;

    if (!via || !via->ok || !via->rport.p || via->received.p)
        return SIPSAN_NA;
    if (via->rport.n == 0)
        return SIPSAN_PASS;
    why->expected = "rport alone: the server fills it in";
    return sipsan_fail(why, via->rport, "a client sends rport with the value %.*s",
                       SPAN(via->rport));
}

/* What a server has filled in that was asked to; both were seen at one place. */
static bool filled_in(const struct sipsan_view *v)
{
    const struct sipsan_via *mine = v->msg->via, *theirs = v->req->via;

    return mine && mine->ok && theirs && theirs->ok && theirs->rport.p && theirs->rport.n == 0 &&
           mine->rport_value >= 0 && sipsan_first_answer(v) && !sipsan_translated(v);
}

/* received shows that the server saw the source as the tap does. */
static bool source_known(const struct sipsan_view *v)
{
    struct sipsan_addr received;

    return v->msg->via->received.p && sipsan_ip_of(&received, v->msg->via->received) &&
           sipsan_ip_eq(&received, &v->txn->flow.src);
}

static enum sipsan_verdict rport_is_source(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *mine = v->msg->via;

    if (!filled_in(v) || !source_known(v))
        return SIPSAN_NA;
    if (mine->rport_value == v->txn->flow.src.port)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->via->text);
    why->expected = "the source port of the request";
    return sipsan_fail(why, mine->rport, "rport=%d, but the request came from port %u",
                       (int)mine->rport_value, (unsigned)v->txn->flow.src.port);
}

/* Neither where the server itself says, nor at the source that the tap saw: that is told by 18.2.2,
 * unless it is the port of sent-by. */
static enum sipsan_verdict to_rport(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_addr *to = &v->seen->flow.dst;
    char seen[64];

    if (v->seen->flow.transport != SIPSAN_UDP || v->txn->flow.transport != SIPSAN_UDP ||
        !filled_in(v) || !v->msg->via->received.p || v->msg->via->maddr.p)
        return SIPSAN_NA;
    if (to->port == (uint16_t)v->msg->via->rport_value || to->port == v->txn->flow.src.port)
        return SIPSAN_PASS;
    if (to->port != sipsan_sent_by_port(v->req->via))
        return SIPSAN_NA;
    sipsan_addr_format(seen, sizeof(seen), to);
    sipsan_relate_request(why, v->txn, v->req->via->text);
    why->expected = "the port in rport";
    return sipsan_fail(why, v->msg->via->rport, "the response went to %s, the port of sent-by",
                       seen);
}

static enum sipsan_verdict from_there(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *here = &v->seen->flow, *there = &v->txn->flow;
    char seen[64];

    if (here->transport != SIPSAN_UDP || there->transport != SIPSAN_UDP || !filled_in(v))
        return SIPSAN_NA;
    if (here->src.port == there->dst.port)
        return SIPSAN_PASS;
    sipsan_addr_format(seen, sizeof(seen), &here->src);
    sipsan_relate_request(why, v->txn, v->req->via->text);
    why->expected = "the address and port that the request went to";
    return sipsan_fail(why, v->msg->start_line,
                       "the response came from %s, the request went to port %u", seen,
                       (unsigned)there->dst.port);
}

#define RESPONSE_ROW(SLUG)                                                                         \
    .id = "rfc3581.4." SLUG, .level = SIPSAN_MUST, .on = SIPSAN_ON_RESPONSE_IN_TXN,                \
    .view = SIPSAN_VIEW_REQUEST, .odd = SIPSAN_ODD_RPORT

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3581.3.rport-without-value",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "A client puts rport into its Via without a value",
        .explain =
            "rport alone says that the client wants the answer at its source port, and takes it "
            "there. With a value the server does not fill it in, and behind a NAT the answer is "
            "lost.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1;rport=5060;branch=z9hG4bK776\n"
            "  good:  Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK776\n"
            "Judged in the topmost Via of a request, which its sender has made. Legal: with "
            "received "
            "beside it, as some mirrors show a request that their server has noted both in.",
        .check = asked_without_value,
    },
    {
        RESPONSE_ROW("rport-is-source-port"),
        .severity = SIPSAN_ERROR,
        .summary = "rport is filled in with the source port of the request",
        .explain =
            "The client learns from it where a NAT shows it to the world, and the server sends the "
            "response there.\n"
            "  bad:   request from 192.0.2.1:40000, response with received=192.0.2.1;rport=5060\n"
            "  good:  received=192.0.2.1;rport=40000\n"
            "Judged where received is the source address that the tap sees: then no NAT stands "
            "between.",
        .check = rport_is_source,
    },
    {
        RESPONSE_ROW("response-to-rport"),
        .severity = SIPSAN_WARNING, /* as 18.2.2.response-received-sent-by-port */
        .summary = "A response with received and rport goes to them",
        .explain =
            "A server that has filled in rport answers there, not at the port of sent-by: that is "
            "what the client asked for.\n"
            "  request from 192.0.2.1:40000, Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=...\n"
            "  bad:   response with rport=40000 to 192.0.2.1:5060\n"
            "  good:  to 192.0.2.1:40000\n"
            "Legal: the port of sent-by from a server that does not know rport and leaves it as it "
            "was. Over UDP, the first response only.",
        .check = to_rport,
    },
    {
        RESPONSE_ROW("response-from-request-port"),
        .severity = SIPSAN_WARNING, /* without a NAT it arrives all the same */
        .summary = "With rport the response comes from where the request was received",
        .explain =
            "A NAT lets in only what comes from the address and port that the request went to.\n"
            "  bad:   request to 192.0.2.2:5060, response from 192.0.2.2:5070\n"
            "  good:  response from 192.0.2.2:5060\n"
            "Over UDP, the first response only. A response from another address is not judged: it "
            "may belong to another place of the tap.",
        .check = from_there,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3581, rules);

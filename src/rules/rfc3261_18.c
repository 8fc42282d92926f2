/* RFC 3261 sections 18.1 and 18.2: transport. What a client may send how (18.1.1), what a server
 * notes in the top Via (18.2.1), where it sends the response (18.2.2). Where a message ends is in
 * rfc3261_18_3.c.
 *
 * A tap sees addresses as they are at its own place. A NAT between it and the server changes the
 * source that the server sees, so that a client at a private address, or a server that writes
 * another kind of address than the tap sees, decides nothing. */
#include "rules/routed.h"

/* Addresses ----------------------------------------------------------------------------------- */

/* The private network that an address belongs to (RFC 1918, RFC 6598, RFC 4193, link-local,
 * loopback); 0: routed in the internet. */
static int private_network(const struct sipsan_addr *a)
{
    const uint8_t *ip = a->ip;

    if (a->family == 6) {
        if ((ip[0] & 0xfe) == 0xfc)
            return 1;
        if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80)
            return 2;
        return ip[0] == 0 && ip[15] == 1 ? 3 : 0;
    }
    if (ip[0] == 10)
        return 4;
    if (ip[0] == 172 && (ip[1] & 0xf0) == 16)
        return 5;
    if (ip[0] == 192 && ip[1] == 168)
        return 6;
    if (ip[0] == 169 && ip[1] == 254)
        return 7;
    if (ip[0] == 100 && (ip[1] & 0xc0) == 64)
        return 8;
    return ip[0] == 127 ? 9 : 0;
}

/* A client at a private address talks to another network: a NAT lies between, and the tap may stand
 * on the client's side of it. */
static bool nat_ahead(const struct sipsan_flow *request)
{
    int from = private_network(&request->src);

    return from != 0 && from != private_network(&request->dst);
}

static bool loopback(const struct sipsan_addr *a)
{
    int network = private_network(a);

    return network == 3 || network == 9;
}

/* RFC 7118 5.3 leaves received to the server, and an association of SCTP has many addresses. */
static bool one_source(const struct sipsan_flow *flow)
{
    return flow->transport == SIPSAN_UDP || flow->transport == SIPSAN_TCP ||
           flow->transport == SIPSAN_TLS;
}

/* 18.1.1: sending requests -------------------------------------------------------------------- */

#define LARGE 1300 /* more, and the path MTU unknown: another transport */

/* A host that talks to itself knows its MTU, which is large. */
static enum sipsan_verdict large_request(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *flow = &v->seen->flow;

    if (flow->transport != SIPSAN_UDP || v->msg->bytes.n <= LARGE || loopback(&flow->dst) ||
        sipsan_ip_eq(&flow->src, &flow->dst))
        return SIPSAN_NA;
    if (v->msg->method_id == SIPSAN_METHOD_MESSAGE && !v->msg->to.tag.p && v->as_of == 0)
        return SIPSAN_NA; /* rfc3428.8.size */
    why->expected = "TCP or another transport with congestion control";
    return sipsan_fail(why, v->msg->start_line, "a request of %zu bytes over UDP", v->msg->bytes.n);
}

static bool multicast(const struct sipsan_addr *a)
{
    return a->family == 4 ? (a->ip[0] & 0xf0) == 0xe0 : a->family == 6 && a->ip[0] == 0xff;
}

static enum sipsan_verdict multicast_maddr(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = v->msg->via;
    const struct sipsan_addr *to = &v->seen->flow.dst;
    struct sipsan_addr maddr;
    char group[64];

    if (!multicast(to) || !via || !via->ok)
        return SIPSAN_NA;
    if (via->maddr.p && (!sipsan_ip_of(&maddr, via->maddr) || sipsan_ip_eq(&maddr, to)))
        return SIPSAN_PASS; /* a name may lead there */
    sipsan_addr_format(group, sizeof(group), to);
    why->expected = "maddr with the address of the group";
    return sipsan_fail(why, via->maddr.p ? via->maddr : via->text,
                       "sent to the group %s, but the top Via has %s", group,
                       via->maddr.p ? "another maddr" : "no maddr");
}

static enum sipsan_verdict multicast_ttl(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *via = v->msg->via;
    const struct sipsan_addr *to = &v->seen->flow.dst;

    if (to->family != 4 || !multicast(to) || !via || !via->ok)
        return SIPSAN_NA;
    if (via->ttl.n == 1 && via->ttl.p[0] == '1')
        return SIPSAN_PASS;
    why->expected = "ttl=1";
    return sipsan_fail(why, via->ttl.p ? via->ttl : via->text, "sent to a group with %s",
                       via->ttl.p ? "another ttl than 1" : "no ttl in the top Via");
}

/* 18.2.1: received ---------------------------------------------------------------------------- */

/* RFC 3581 section 4 wants received in any case, once the client asked for rport; a server that
 * filled in rport knows that RFC. Where received would only repeat sent-by this is milder, as
 * nothing breaks. */
static bool asked_for_rport(const struct sipsan_view *v)
{
    const struct sipsan_via *via = v->req->via;

    return v->as_of == 0 && via->rport.p && via->rport.n == 0;
}

static enum sipsan_verdict received_added(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *mine = v->msg->via, *theirs = v->req->via;
    const struct sipsan_flow *flow = &v->txn->flow;
    struct sipsan_addr sent_by = {.family = 0};
    char source[64];

    if (!mine || !mine->ok || !theirs || !theirs->ok || !one_source(flow) ||
        !sipsan_first_answer(v) || sipsan_translated(v))
        return SIPSAN_NA;
    if (mine->received.p)
        return SIPSAN_PASS;
    if (theirs->host_kind != SIPSAN_HOST_NAME) {
        bool told, same;

        if (!sipsan_ip_of(&sent_by, theirs->host))
            return SIPSAN_NA;
        told = asked_for_rport(v) && mine->rport_value >= 0;
        same = sipsan_ip_eq(&sent_by, &flow->src);
        if (!told && same)
            return SIPSAN_PASS;
        if (!told && nat_ahead(flow))
            return SIPSAN_NA;
        why->lower =
            (told && (same || nat_ahead(flow))) || (loopback(&sent_by) && loopback(&flow->src));
    }
    sipsan_addr_format(source, sizeof(source), &flow->src);
    sipsan_relate_request(why, v->txn, theirs->text);
    why->expected = "received= with the source address of the request";
    if (asked_for_rport(v) && mine->rport_value >= 0)
        return sipsan_fail(why, mine->text, "the response fills in rport but has no received=%s",
                           source);
    return sipsan_fail(why, mine->text, "no received in the top Via: the request came from %s",
                       source);
}

/* Where source and received belong to different networks (private, public) a NAT explains it. Where
 * the response goes back to the source nevertheless, a NAT between two public addresses may:
 * milder. */
static enum sipsan_verdict received_is_source(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *mine = v->msg->via;
    const struct sipsan_flow *flow = &v->txn->flow;
    struct sipsan_addr received;
    char source[64];

    if (!mine || !mine->ok || !mine->received.p || !one_source(flow) || !sipsan_first_answer(v) ||
        sipsan_translated(v))
        return SIPSAN_NA;
    if (!sipsan_ip_of(&received, mine->received))
        return SIPSAN_NA;
    if (sipsan_ip_eq(&received, &flow->src))
        return SIPSAN_PASS;
    if (received.family != flow->src.family ||
        private_network(&received) != private_network(&flow->src) || nat_ahead(flow))
        return SIPSAN_NA;
    why->lower = !sipsan_ip_eq(&received, &v->seen->flow.dst);
    sipsan_addr_format(source, sizeof(source), &flow->src);
    sipsan_relate_request(why, v->txn, v->req->via ? v->req->via->text : v->req->start_line);
    why->expected = "the address that the request came from";
    return sipsan_fail(why, mine->received, "received=%.*s, but the request came from %s",
                       SPAN(mine->received), source);
}

/* 18.2.2: where the response goes ------------------------------------------------------------- */

/* The address: received, or where the request came from at the tap (NAT). The port: that of
 * sent-by; with rport (RFC 3581 section 4) the source port, and a server that knows no rport may
 * use sent-by. The source port without rport is so common and harmless that it is only noted. */
static enum sipsan_verdict received_sent_by_port(const struct sipsan_view *v,
                                                 struct sipsan_why *why)
{
    const struct sipsan_via *mine = v->msg->via, *theirs = v->req->via;
    const struct sipsan_addr *to = &v->seen->flow.dst, *source = &v->txn->flow.src;
    struct sipsan_addr received;
    char seen[64];
    bool from_source, rport;

    if (!mine || !mine->ok || !theirs || !theirs->ok || v->seen->flow.transport != SIPSAN_UDP ||
        mine->maddr.p || !mine->received.p || !sipsan_first_answer(v) ||
        !sipsan_ip_of(&received, mine->received))
        return SIPSAN_NA;
    from_source = sipsan_ip_eq(to, source) && to->port == source->port;
    rport = v->as_of == 0 && theirs->rport.p;
    if (!sipsan_ip_eq(to, &received) && !sipsan_ip_eq(to, source)) {
        sipsan_addr_format(seen, sizeof(seen), to);
        sipsan_relate_request(why, v->txn, theirs->text);
        why->expected = "the address of received";
        return sipsan_fail(why, mine->received, "the response went to %s, not to received=%.*s",
                           seen, SPAN(mine->received));
    }
    if (to->port == sipsan_sent_by_port(theirs) || (rport && to->port == source->port))
        return SIPSAN_PASS;
    if (v->as_of == 0 && mine->rport_value >= 0 && to->port == (uint16_t)mine->rport_value)
        return SIPSAN_PASS; /* as the server saw it, in front of a NAT */
    sipsan_addr_format(seen, sizeof(seen), to);
    why->lower = from_source;
    sipsan_relate_request(why, v->txn, theirs->text);
    if (rport) {
        why->expected = "the source port of the request (rport), or the port of sent-by";
        return sipsan_fail(why, mine->text, "the response went to %s although rport was asked for",
                           seen);
    }
    why->expected = "the port of sent-by, 5060 where none is written";
    return sipsan_fail(why, mine->text, "the response went to %s, the sent-by port is %u", seen,
                       (unsigned)sipsan_sent_by_port(theirs));
}

/* How soon after the request another connection is taken for a choice, not for a broken one. */
#define STILL_OPEN INT64_C(1000000)

/* The tap does not know for sure that a connection is still open, but a second after the request
 * it is. */
static enum sipsan_verdict same_connection(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *here = &v->seen->flow, *there = &v->txn->flow;
    char port[64];

    if ((there->transport != SIPSAN_TCP && there->transport != SIPSAN_TLS) || !v->txn->whole ||
        there->connection == 0 || here->connection == 0)
        return SIPSAN_NA;
    if (here->connection == there->connection && here->transport == there->transport)
        return SIPSAN_PASS;
    if (v->txn->copies > 1 || v->now - v->txn->first.time > STILL_OPEN)
        return SIPSAN_NA;
    if (sipsan_ip_eq(&here->dst, &there->src) && here->dst.port == there->src.port &&
        here->src.port == there->dst.port)
        return SIPSAN_NA; /* the same pair of ports, opened anew */
    sipsan_addr_format(port, sizeof(port), &here->dst);
    sipsan_relate_request(why, v->txn, v->txn->branch);
    why->expected = "the connection that brought the request, as long as it is open";
    return sipsan_fail(why, v->msg->start_line, "the response went over another connection, to %s",
                       port);
}

/* A name in maddr cannot be compared with an address. */
static enum sipsan_verdict response_maddr(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *theirs = v->req->via;
    const struct sipsan_addr *to = &v->seen->flow.dst;
    struct sipsan_addr maddr;
    char seen[64];

    if (!theirs || !theirs->ok || !theirs->maddr.p || v->seen->flow.transport != SIPSAN_UDP ||
        v->txn->flow.transport != SIPSAN_UDP || !v->txn->whole || v->txn->answered != 0 ||
        !sipsan_ip_of(&maddr, theirs->maddr))
        return SIPSAN_NA;
    if (sipsan_ip_eq(to, &maddr) && to->port == sipsan_sent_by_port(theirs))
        return SIPSAN_PASS;
    sipsan_addr_format(seen, sizeof(seen), to);
    sipsan_relate_request(why, v->txn, theirs->text);
    why->expected = "the address of maddr and the port of sent-by";
    return sipsan_fail(
        why, v->msg->via && v->msg->via->maddr.p ? v->msg->via->maddr : v->msg->start_line,
        "the response went to %s, the Via asks for maddr=%.*s port %u", seen, SPAN(theirs->maddr),
        (unsigned)sipsan_sent_by_port(theirs));
}

/* The server has seen no need for received: sent-by was the source address to it. */
static enum sipsan_verdict not_received(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_via *mine = v->msg->via, *theirs = v->req->via;
    const struct sipsan_addr *to = &v->seen->flow.dst, *source = &v->txn->flow.src;
    struct sipsan_addr sent_by;
    char seen[64];

    if (!mine || !mine->ok || !theirs || !theirs->ok || v->seen->flow.transport != SIPSAN_UDP ||
        mine->maddr.p || mine->received.p || (v->as_of == 0 && mine->rport.p) ||
        !sipsan_first_answer(v) || sipsan_translated(v) || !sipsan_ip_of(&sent_by, theirs->host))
        return SIPSAN_NA;
    if (sipsan_ip_eq(to, &sent_by) && to->port == sipsan_sent_by_port(theirs))
        return SIPSAN_PASS;
    if (!sipsan_ip_eq(&sent_by, source))
        return SIPSAN_NA; /* received-added */
    why->lower = sipsan_ip_eq(to, source) && to->port == source->port;
    sipsan_addr_format(seen, sizeof(seen), to);
    sipsan_relate_request(why, v->txn, theirs->text);
    why->expected = "address and port of sent-by, 5060 where no port is written";
    return sipsan_fail(why, mine->text, "the response went to %s, sent-by is %.*s port %u", seen,
                       SPAN(theirs->host), (unsigned)sipsan_sent_by_port(theirs));
}

/* Where a new connection may lead: to the source or received, or to sent-by where those cannot be
 * reached (RFC 3263 section 5); at the port of sent-by. */
static enum sipsan_verdict reconnect(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *here = &v->seen->flow, *there = &v->txn->flow;
    const struct sipsan_via *theirs = v->req->via;
    struct sipsan_addr sent_by;
    uint16_t port;
    char seen[64];

    if ((there->transport != SIPSAN_TCP && there->transport != SIPSAN_TLS) || !v->txn->whole ||
        there->connection == 0 || here->connection == 0 || here->connection == there->connection ||
        here->transport != there->transport || !theirs || !theirs->ok || v->txn->answered != 0 ||
        sipsan_translated(v) || nat_ahead(there) || !sipsan_ip_of(&sent_by, theirs->host))
        return SIPSAN_NA;
    if (v->txn->copies == 1 && v->now - v->txn->first.time <= STILL_OPEN)
        return SIPSAN_NA; /* response-on-same-connection */
    if (sipsan_ip_eq(&here->dst, &there->src) && here->dst.port == there->src.port)
        return SIPSAN_NA; /* the same pair of ports, opened anew */
    port = theirs->port >= 0                ? (uint16_t)theirs->port
           : there->transport == SIPSAN_TLS ? 5061
                                            : 5060;
    if ((sipsan_ip_eq(&here->dst, &there->src) || sipsan_ip_eq(&here->dst, &sent_by)) &&
        here->dst.port == port)
        return SIPSAN_PASS;
    why->lower = sipsan_ip_eq(&here->dst, &there->src); /* another connection that it has opened */
    sipsan_addr_format(seen, sizeof(seen), &here->dst);
    sipsan_relate_request(why, v->txn, theirs->text);
    why->expected = "a connection to received (else the source address) and the port of sent-by";
    return sipsan_fail(why, v->msg->via && v->msg->via->ok ? v->msg->via->text : v->msg->start_line,
                       "the response went over a new connection to %s, the port of sent-by is %u",
                       seen, (unsigned)port);
}

/* Requests inside a dialog go to one host. */
#define OUTSIDE (~(BIT(ACK) | BIT(BYE) | BIT(CANCEL) | BIT(PRACK) | BIT(UPDATE) | BIT(INFO)))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.18.2.1.received-added",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST,
        .updated_by = "RFC 3581, RFC 7118",
        .summary = "The server adds received when sent-by is a name or not the source address",
        .explain =
            "A server compares sent-by of the top Via with the address that the packet came "
            "from. If sent-by is a host name, or another address, it must add received with "
            "the source. The response is routed by it, hop by hop; without it responses to "
            "clients behind a NAT, or with a name that does not resolve, are lost.\n"
            "  bad:   request from 192.0.2.1, Via: SIP/2.0/UDP pc33.example.com;branch=...\n"
            "         response       Via: SIP/2.0/UDP pc33.example.com;branch=...\n"
            "  good:  response       Via: SIP/2.0/UDP pc33.example.com;received=192.0.2.1\n"
            "Legal without it: sent-by is the source address. But RFC 3581 wants it in any "
            "case where the client asked for rport; a server that fills in rport only is "
            "reported one step lower, as is one that talks to its own host: both addresses are "
            "loopback. WebSocket servers may leave it out (RFC 7118). Not "
            "judged where a NAT may lie between tap and server: the client's address is "
            "private and the server is in another network, or the same request was seen "
            "between other addresses too.",
        .check = received_added,
    },
    {
        .id = "rfc3261.18.2.1.received-is-source-ip",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_RECEIVED,
        .updated_by = "RFC 3581",
        .summary = "received holds the address that the request came from",
        .explain = "The received parameter must hold the source address of the packet, and not the "
                   "address of a name in sent-by, of another interface, or what the client wrote "
                   "there. Responses are sent to it, so a wrong one sends them astray.\n"
                   "  bad:   request from 192.0.2.1, response with received=192.0.2.99\n"
                   "  good:  received=192.0.2.1\n"
                   "A NAT or load balancer between tap and server changes the source: nothing is "
                   "said where one of the two addresses is private and the other is not, or where "
                   "the client is private and the server public. If the response still goes to the "
                   "source at the tap, it is reported one step lower, since a translator between "
                   "public addresses would look the same. Nothing is said either on a leg whose "
                   "requests were seen between other addresses too. IPv6 addresses are compared by "
                   "value.",
        .check = received_is_source,
    },
    {
        .id = "rfc3261.18.2.2.response-received-sent-by-port",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* rank 28: later RFCs and NATs move it */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_RECEIVED,
        .updated_by = "RFC 3581, RFC 5626",
        .summary = "A UDP response goes to the address in received and the port of sent-by",
        .explain =
            "With received in the top Via, a response over UDP goes to that address, and to "
            "the port of sent-by, 5060 if none is written. If the client put rport into its "
            "Via, the port is the source port of the request instead (RFC 3581).\n"
            "  request from 192.0.2.1:40000, Via: SIP/2.0/UDP pc.example.com:5070;branch=...\n"
            "  bad:   response to 192.0.2.1:5060\n"
            "  good:  response to 192.0.2.1:5070\n"
            "  good:  with ;rport in the Via: response to 192.0.2.1:40000\n"
            "Sending to the source port although rport was not asked for is frequent and "
            "mostly helps: it is only a note. The source address of the request as seen by "
            "the tap is always accepted, as a NAT may lie behind it. Only the first response "
            "is judged: when it fails the server may look for other addresses.",
        .check = received_sent_by_port,
    },
    {
        .id = "rfc3261.18.2.2.response-on-same-connection",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* rank 28 */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .updated_by = "RFC 5923",
        .view = SIPSAN_VIEW_TXN_STREAM,
        .summary = "Over TCP or TLS the response uses the connection of the request",
        .explain =
            "A response over a reliable transport is sent on the connection that brought the "
            "request, as long as it is open. A client behind a NAT or firewall cannot be "
            "reached by a new connection, and many clients do not listen at all.\n"
            "  bad:   request 192.0.2.1:40000 > 192.0.2.2:5060,\n"
            "         response 192.0.2.2:51000 > 192.0.2.1:5060 on a new connection\n"
            "  good:  response 192.0.2.2:5060 > 192.0.2.1:40000\n"
            "A new connection is right once the old one is closed. The tap may miss the "
            "close, so only a response within one second of the request is judged.",
        .check = same_connection,
    },
    {
        .id = "rfc3261.18.2.2.response-maddr",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* rank 28: a policy may ignore maddr */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_UNANSWERED,
        .summary = "With maddr in the Via a UDP response goes to that address",
        .explain = "If the top Via of a request over UDP has maddr, the response must be sent to "
                   "that address, multicast or not, and to the port of sent-by (5060 if none is "
                   "written).\n"
                   "  Via: SIP/2.0/UDP 192.0.2.1:5060;maddr=192.0.2.9;branch=...\n"
                   "  bad:   response to 192.0.2.1:5060\n"
                   "  good:  response to 192.0.2.9:5060\n"
                   "Some servers ignore maddr on purpose, since it can point responses at a third "
                   "party; hence a warning. Over TCP maddr has no say. A host name in maddr is not "
                   "judged, and only the first response is.",
        .check = response_maddr,
    },
    {
        .id = "rfc3261.18.1.1.large-request-congestion-controlled",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the sender may know a large MTU */
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_LARGE,
        .summary = "A request of more than 1300 bytes does not go over UDP",
        .explain =
            "UDP cuts a large datagram into IP fragments, which filters drop, and knows no "
            "congestion control. Within 200 bytes of the path MTU, or above 1300 bytes where "
            "that is unknown, a request must go over TCP or the like; the top Via then names "
            "that transport.\n"
            "A warning: a sender that knows of a larger MTU on the whole path may use it. "
            "Requests of a host to itself are not judged, and responses go where their request "
            "came from.\n"
            "Bad: INVITE of 2100 bytes over UDP\n"
            "Good: the same over TCP; or shorter: fewer codecs, compact header names",
        .check = large_request,
    },
    {
        .id = "rfc3261.18.1.1.multicast-maddr",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = OUTSIDE,
        .summary = "A request to a multicast group says so in maddr of the top Via",
        .explain =
            "Responses to a multicast request go back to the group, by maddr: other hosts learn "
            "from them that somebody has answered. Without it every receiver answers the "
            "sender.\n"
            "Legal: maddr with a host name, which cannot be compared with an address.\n"
            "Bad: REGISTER to 224.0.1.75, Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n"
            "Good: Via: SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=1;branch=z9hG4bK1",
        .check = multicast_maddr,
    },
    {
        .id = "rfc3261.18.1.1.multicast-ttl-1",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .methods = OUTSIDE,
        .summary = "A request to an IPv4 multicast group has ttl=1 in the top Via",
        .explain =
            "The reach of a multicast request is the own link, and ttl tells the server how far "
            "its response has to go. A larger one floods networks that have nothing to do with "
            "it.\n"
            "Bad: Via: SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;branch=z9hG4bK1\n"
            "Good: Via: SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=1;branch=z9hG4bK1",
        .check = multicast_ttl,
    },
    {
        .id = "rfc3261.18.2.2.response-not-received-sent-by",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* as response-received-sent-by-port */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST,
        .updated_by = "RFC 3581",
        .summary = "Without received a UDP response goes to address and port of sent-by",
        .explain =
            "A server that adds no received says that the request came from sent-by. Then the "
            "response goes there, and to the port that is written there, 5060 if none is: the "
            "client listens on it, its source port may be any.\n"
            "  request from 192.0.2.1:40000, Via: SIP/2.0/UDP 192.0.2.1:5070;branch=...\n"
            "  bad:   response to 192.0.2.1:5060\n"
            "  good:  response to 192.0.2.1:5070\n"
            "The source port although rport was not asked for is frequent and mostly helps: only "
            "a note. Not judged: rport and maddr, a name in sent-by, a sent-by that is not the "
            "source (received is missing there), and all but the first response.",
        .check = not_received,
    },
    {
        .id = "rfc3261.18.2.2.response-reconnect-received",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_TXN_STREAM,
        .updated_by = "RFC 5923, RFC 5626",
        .summary = "A new connection for a response leads to received and the port of sent-by",
        .explain =
            "When the connection of a request is gone, the server opens one to the address that "
            "the request came from and the port in sent-by (5060, for TLS 5061, where none is "
            "written). The source port of the old connection was a passing one: nobody listens "
            "there.\n"
            "Legal: the address of sent-by, when the other cannot be reached.\n"
            "Judged more than a second after the request; sooner another connection is reported "
            "as response-on-same-connection. Milder when it leads to the host of the client: "
            "the client may have opened it.\n"
            "Bad: Via: SIP/2.0/TCP 192.0.2.1:5070, response over a new connection to "
            "192.0.2.9:5070\n"
            "Good: over a new connection to 192.0.2.1:5070",
        .check = reconnect,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_18, rules);

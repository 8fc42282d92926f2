/* RFC 3261 sections 16.4 and 16.6: how a proxy treats Route and Request-URI of routers like itself
 * and of strict ones, and how it records SIPS. Only where a pair of hops proves the proxy
 * (rfc3261_16.c). */
#include "rules/target.h"

static const struct sipsan_msg *upstream(const struct sipsan_view *v)
{
    return v->parent ? v->parent->request : NULL;
}

static bool names_proxy(const struct sipsan_view *v, const struct sipsan_uri *uri)
{
    struct sipsan_addr named;

    return sipsan_uri_addr(&named, uri) && sipsan_ip_eq(&named, &v->parent->flow.dst) &&
           named.port == v->parent->flow.dst.port;
}

static bool recorded(const struct sipsan_view *v, struct sipsan_span uri)
{
    struct sipsan_span rest, one;

    if (!v->dialog || v->side == SIPSAN_NO_SIDE)
        return false;
    rest = text_span(&sipsan_sender(v)->routes);
    for (int n = 0; n < 32 && sipsan_route_next(&rest, &one); n++)
        if (sipsan_uri_like(one, uri) == SIPSAN_ALIKE)
            return true;
    return false;
}

/* 16.4: from an element that took this proxy for a strict router. */
static enum sipsan_verdict own_record_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || !up->route || !up->ruri.ok || !v->msg->ruri.ok || !names_proxy(v, &up->ruri) ||
        !recorded(v, up->ruri.text))
        return SIPSAN_NA;
    if (!sipsan_uri_eq(&v->msg->ruri, &up->ruri))
        return SIPSAN_PASS;
    why->expected = "the last Route value as Request-URI, and that value gone from Route";
    sipsan_relate_request(why, v->parent, up->route->text);
    return sipsan_fail(why, v->msg->ruri.text,
                       "the Request-URI is what this proxy had put into Record-Route");
}

/* 16.6 step 6 --------------------------------------------------------------------------------- */

enum strict {
    STRICT_NONE, /* not to be judged, or no strict router comes next */
    STRICT_RIGHT,
    STRICT_IGNORED,   /* sent on as to a loose router */
    STRICT_NOT_MOVED, /* not as a whole moved from Route into the Request-URI */
    STRICT_NO_TARGET, /* the Request-URI that came in was not kept */
};

static size_t count(const struct sipsan_name_addr *list)
{
    size_t n = 0;

    for (; list; list = list->next)
        n++;
    return n;
}

static bool all_ok(const struct sipsan_name_addr *list)
{
    for (; list; list = list->next)
        if (!list->ok)
            return false;
    return true;
}

/* *next: the first Route behind the proxy's own ones, which names a strict router. The own ones are
 * known by their address. */
static enum strict strict_hop(const struct sipsan_view *v, const struct sipsan_name_addr **next)
{
    const struct sipsan_msg *up = upstream(v), *m = v->msg;
    const struct sipsan_name_addr *first;
    bool on_top, in_ruri;

    *next = NULL;
    if (!up || !up->route || !all_ok(up->route) || !all_ok(m->route) || !m->ruri.ok ||
        !names_proxy(v, &up->route->uri))
        return STRICT_NONE;
    for (first = up->route; first && names_proxy(v, &first->uri); first = first->next)
        ;
    if (!first || sipsan_uri_param(&first->uri, SPAN_LIT("lr")))
        return STRICT_NONE;
    *next = first;
    on_top = m->route && sipsan_uri_like(m->route->uri.text, first->uri.text) != SIPSAN_UNLIKE;
    in_ruri = sipsan_uri_like(m->ruri.text, first->uri.text) != SIPSAN_UNLIKE;
    if (on_top && !in_ruri)
        return STRICT_IGNORED;
    if (on_top || !in_ruri)
        return STRICT_NOT_MOVED;
    return count(m->route) < count(first) ? STRICT_NO_TARGET : STRICT_RIGHT;
}

static enum sipsan_verdict strict(const struct sipsan_view *v, struct sipsan_why *why,
                                  enum strict fault, const char *what)
{
    const struct sipsan_name_addr *next;
    enum strict is = strict_hop(v, &next);

    if (is != fault || !next)
        return is == STRICT_RIGHT ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the strict router's URI as Request-URI, the old one as the last Route";
    sipsan_relate_request(why, v->parent, next->text);
    return sipsan_fail(why, v->msg->ruri.text, "%s; the next route %.*s has no lr", what,
                       SPAN(next->uri.text));
}

static enum sipsan_verdict strict_ignored(const struct sipsan_view *v, struct sipsan_why *why)
{
    return strict(v, why, STRICT_IGNORED, "the request goes on as to a loose router");
}

static enum sipsan_verdict strict_moved(const struct sipsan_view *v, struct sipsan_why *why)
{
    return strict(v, why, STRICT_NOT_MOVED, "the next route was not moved into the Request-URI");
}

static enum sipsan_verdict strict_target(const struct sipsan_view *v, struct sipsan_why *why)
{
    return strict(v, why, STRICT_NO_TARGET, "the Request-URI that came in is lost");
}

/* 16.6 step 4: SIPS --------------------------------------------------------------------------- */

static bool secure(const struct sipsan_flow *flow)
{
    return flow->transport == SIPSAN_TLS || flow->transport == SIPSAN_WSS;
}

static bool is_sips(const struct sipsan_uri *uri)
{
    return uri->scheme == SIPSAN_SCHEME_SIPS;
}

/* The request goes to a SIPS URI. */
static bool to_sips(const struct sipsan_msg *m)
{
    return (m->ruri.ok && is_sips(&m->ruri)) ||
           (m->route && m->route->ok && is_sips(&m->route->uri));
}

/* The Record-Route values that the proxy put on top. */
static size_t added(const struct sipsan_view *v)
{
    size_t mine = count(v->msg->record_route), theirs = count(upstream(v)->record_route);

    return mine > theirs ? mine - theirs : 0;
}

/* Opens a dialog; both copies can be told. */
static bool records(const struct sipsan_view *v)
{
    const struct sipsan_msg *up = upstream(v);

    return up && !v->msg->to.tag.p && sipsan_header_complete(v->msg) && v->msg->ruri.ok &&
           all_ok(v->msg->record_route);
}

/* With two values (RFC 5658) the first one is for the side below. */
static enum sipsan_verdict record_sips(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!records(v) || !to_sips(v->msg) || added(v) == 0)
        return SIPSAN_NA;
    if (is_sips(&v->msg->record_route->uri))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, nothing);
    return sipsan_fail(why, v->msg->record_route->uri.text,
                       "the proxy records a URI that is not SIPS for a request to SIPS");
}

static enum sipsan_verdict record_needed(const struct sipsan_view *v, struct sipsan_why *why,
                                         bool from_tls)
{
    if (!records(v) || secure(&v->parent->flow) != from_tls || to_sips(v->msg) == from_tls)
        return SIPSAN_NA;
    if (added(v) > 0)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       from_tls ? "came over TLS, goes on without SIPS and without Record-Route"
                                : "came without TLS, goes on to SIPS without Record-Route");
}

static enum sipsan_verdict record_into_sips(const struct sipsan_view *v, struct sipsan_why *why)
{
    return record_needed(v, why, false);
}

static enum sipsan_verdict record_out_of_tls(const struct sipsan_view *v, struct sipsan_why *why)
{
    return record_needed(v, why, true);
}

/* 16.7 step 4: another branch was redirected here before. */
static enum sipsan_verdict sips_recursion(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || !up->ruri.ok || !is_sips(&up->ruri) || !v->msg->ruri.ok ||
        v->msg->ruri.scheme != SIPSAN_SCHEME_SIP)
        return SIPSAN_NA;
    for (const struct sipsan_txn *c = v->parent->children; c; c = c->sibling) {
        if (c == v->txn || c->final.status / 100 != 3 || !c->moved.p ||
            !span_eq(c->moved, v->msg->ruri.text))
            continue;
        sipsan_relate(why, &c->final.ref, "redirection", c->moved);
        return sipsan_fail(why, v->msg->ruri.text,
                           "a request to SIPS follows a redirection to a URI that is not SIPS");
    }
    return SIPSAN_NA;
}

#define OPENS (BIT(INVITE) | BIT(SUBSCRIBE) | BIT(REFER))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.16.4.proxy-ruri-inspect-own-rr",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy that finds its Record-Route URI in the Request-URI puts the last Route "
                   "there",
        .explain =
            "A strict router moves the next route into the Request-URI and the target to the end "
            "of Route. A loose router behind it undoes that first. Otherwise the request ends at "
            "the proxy, and the call cannot be ended.\n"
            "The Request-URI is known to be the proxy's when it names the address that the request "
            "was sent to and stands in the route set of the dialog.\n"
            "  bad:   BYE sip:192.0.2.10;lr, Route: <sip:bob@192.0.2.2> comes in and goes out\n"
            "  good:  BYE sip:bob@192.0.2.2 goes out",
        .check = own_record_route,
    },
    {
        .id = "rfc3261.16.6.proxy-strict-inspect",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy rewrites the request when the next route is a strict router",
        .explain =
            "A router of RFC 2543 takes the Request-URI for its own and does not look at the top "
            "Route. Before a request is sent to it, its URI must stand there.\n"
            "Judged where the top Route that came in names the proxy by address, so that the next "
            "one is known.\n"
            "  bad:   Route: <sip:proxy;lr>, <sip:old> comes in, Route: <sip:old> goes out\n"
            "  good:  BYE sip:old, Route: <sip:bob@192.0.2.2> goes out",
        .check = strict_ignored,
    },
    {
        .id = "rfc3261.16.6.proxy-strict-pop-first",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy moves the URI of a strict router from Route into the Request-URI",
        .explain =
            "Moved is meant: a URI in both places makes the strict router send the request to "
            "itself, one that is dropped from both leaves it out.\n"
            "Judged as proxy-strict-inspect.\n"
            "  bad:   BYE sip:old, Route: <sip:old>, <sip:bob@192.0.2.2> goes out\n"
            "  good:  BYE sip:old, Route: <sip:bob@192.0.2.2>",
        .check = strict_moved,
    },
    {
        .id = "rfc3261.16.6.proxy-strict-append-ruri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy puts the Request-URI at the end of Route before a strict router",
        .explain =
            "The strict router's URI takes the place of the target, which would be lost; the last "
            "router takes it from the end of Route again.\n"
            "Reported when no value was added for it; which URI it was (a location service may "
            "have changed it) is not judged.\n"
            "  bad:   BYE sip:old without Route goes out\n"
            "  good:  BYE sip:old, Route: <sip:bob@192.0.2.2>",
        .check = strict_target,
    },
    {
        .id = "rfc3261.16.6.proxy-rr-sips",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .methods = OPENS,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .updated_by = "RFC 5630, RFC 5658",
        .summary = "For a request to SIPS a proxy records a SIPS URI",
        .explain =
            "SIPS promises TLS on every hop. A proxy that records a SIP URI lets the later "
            "requests of the dialog come without it.\n"
            "Legal: two values, as RFC 5658 advises between two transports; the first one, which "
            "the side below uses, is judged.\n"
            "  bad:   INVITE sips:bob@example.net with Record-Route: <sip:proxy;lr>\n"
            "  good:  Record-Route: <sips:proxy;lr>",
        .check = record_sips,
    },
    {
        .id = "rfc3261.16.6.proxy-rr-required-non-tls-to-sips",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .methods = OPENS,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .updated_by = "RFC 5630",
        .summary = "A proxy that leads a request from a hop without TLS to SIPS records itself",
        .explain =
            "The proxy is where the two schemes meet. Without it in the route set the caller would "
            "have to send its next request to a SIPS URI, which it may not be able to.\n"
            "  bad:   INVITE over UDP, INVITE sips:bob@example.net without Record-Route goes out\n"
            "  good:  Record-Route: <sips:proxy;lr> goes out",
        .check = record_into_sips,
    },
    {
        .id = "rfc3261.16.6.proxy-rr-tls-to-non-sips",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_NOTE, /* many proxies do not; RFC 5630 5.3 has SIP URIs over TLS */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .methods = OPENS,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .updated_by = "RFC 5630",
        .summary = "A proxy that takes a request over TLS and sends it without SIPS records itself",
        .explain = "The callee, who need not have TLS, would otherwise have to reach a caller that "
                   "wants it.\n"
                   "A note: TLS below a SIP URI is common today (RFC 5630), and both ends may well "
                   "reach each other.\n"
                   "  bad:   INVITE over TLS, INVITE sip:bob@192.0.2.2 over UDP without "
                   "Record-Route\n"
                   "  good:  Record-Route: <sip:proxy;lr>",
        .check = record_out_of_tls,
    },
    {
        .id = "rfc3261.16.7.proxy-no-recurse-sips-to-sip",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .updated_by = "RFC 5630",
        .summary = "A proxy does not follow a redirection from SIPS to SIP",
        .explain =
            "Who calls a SIPS URI wants the call on TLS or not at all; whether less will do is for "
            "the caller to say. RFC 5630 5.3 makes it a MUST NOT.\n"
            "Reported when another branch was redirected to exactly this URI before.\n"
            "  bad:   INVITE sips:bob@example.net, 302 with <sip:bob@192.0.2.3>, INVITE "
            "sip:bob@192.0.2.3 by the proxy\n"
            "  good:  the 302 goes up",
        .check = sips_recursion,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_16_route, rules);

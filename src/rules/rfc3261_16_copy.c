/* RFC 3261 sections 16.5 and 16.6: what a proxy keeps of a request, and what it adds. Only where a
 * pair of hops proves the proxy (rfc3261_16.c). */
#include "rules/rule.h"

static const struct sipsan_msg *upstream(const struct sipsan_view *v)
{
    return v->parent ? v->parent->request : NULL;
}

static enum sipsan_verdict body_untouched(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || up->truncated || v->msg->truncated)
        return SIPSAN_NA;
    if (span_eq(up->body, v->msg->body))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, up->content_length.text);
    return sipsan_fail(
        why, v->msg->content_length.text.p ? v->msg->content_length.text : v->msg->start_line,
        "the body was another one before this proxy");
}

/* What no proxy has a reason to take out. A privacy service (RFC 3323) has. */
static enum sipsan_verdict headers_kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const enum sipsan_header_id kept[] = {
        SIPSAN_HDR_ACCEPT,    SIPSAN_HDR_ALLOW,     SIPSAN_HDR_CONTACT,    SIPSAN_HDR_CONTENT_TYPE,
        SIPSAN_HDR_DATE,      SIPSAN_HDR_EVENT,     SIPSAN_HDR_EXPIRES,    SIPSAN_HDR_IN_REPLY_TO,
        SIPSAN_HDR_REFER_TO,  SIPSAN_HDR_REPLACES,  SIPSAN_HDR_REQUIRE,    SIPSAN_HDR_SUBJECT,
        SIPSAN_HDR_SUPPORTED, SIPSAN_HDR_TIMESTAMP, SIPSAN_HDR_USER_AGENT,
    };
    const struct sipsan_msg *up = upstream(v);

    if (!up || !sipsan_header_complete(v->msg) || sipsan_msg_count(up, SIPSAN_HDR_PRIVACY))
        return SIPSAN_NA;
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (!sipsan_msg_count(up, kept[i]) || sipsan_msg_count(v->msg, kept[i]))
            continue;
        sipsan_relate_request(why, v->parent, sipsan_msg_header(up, kept[i])->name);
        return sipsan_fail(why, v->msg->start_line, "%s is lost behind this proxy",
                           sipsan_header_name(kept[i]));
    }
    return SIPSAN_PASS;
}

/* The Vias of the request that came in follow that of the proxy, in their order. */
static enum sipsan_verdict via_order(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);
    const struct sipsan_via *mine = v->msg->via ? v->msg->via->next : NULL, *theirs;

    if (!up)
        return SIPSAN_NA;
    for (theirs = up->via; theirs && mine; theirs = theirs->next, mine = mine->next) {
        const struct sipsan_via *later = theirs->next;

        if (!theirs->ok || !mine->ok)
            return SIPSAN_NA;
        if (sipsan_via_same_hop(mine, theirs))
            continue;
        while (later && !sipsan_via_same_hop(mine, later))
            later = later->next;
        if (!later)
            return SIPSAN_NA; /* hidden, not moved */
        sipsan_relate_request(why, v->parent, later->text);
        return sipsan_fail(why, mine->text, "this Via stood elsewhere before the proxy");
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict via_added(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || v->msg->via_count > up->via_count)
        return up ? SIPSAN_PASS : SIPSAN_NA;
    sipsan_relate_request(why, v->parent, nothing);
    return sipsan_fail(why, v->msg->via->text, "%lu Vias came in, %lu go out",
                       (unsigned long)up->via_count, (unsigned long)v->msg->via_count);
}

static bool listed(const struct sipsan_name_addr *list, const struct sipsan_name_addr *value)
{
    for (; list; list = list->next)
        if (list->ok && sipsan_uri_eq(&list->uri, &value->uri))
            return true;
    return false;
}

/* A value that the proxy added behind one that was there. */
static const struct sipsan_name_addr *added_below(const struct sipsan_name_addr *mine,
                                                  const struct sipsan_name_addr *theirs)
{
    bool old = false;

    for (; mine; mine = mine->next) {
        if (!mine->ok)
            return NULL;
        if (listed(theirs, mine))
            old = true;
        else if (old)
            return mine;
    }
    return NULL;
}

static enum sipsan_verdict record_route_on_top(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);
    const struct sipsan_name_addr *below;

    if (!up || !v->msg->record_route)
        return SIPSAN_NA;
    below = added_below(v->msg->record_route, up->record_route);
    if (!below)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, up->record_route->text);
    return sipsan_fail(why, below->text, "the proxy's Record-Route is not the first one");
}

static enum sipsan_verdict route_on_top(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);
    const struct sipsan_name_addr *below;

    if (!up || !v->msg->route || !up->route)
        return SIPSAN_NA;
    below = added_below(v->msg->route, up->route);
    /* The last one may be the Request-URI that a strict router made room for (16.6 step 6). */
    if (!below || (!below->next && sipsan_uri_eq(&below->uri, &up->ruri)))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, up->route->text);
    return sipsan_fail(why, below->text, "a Route that the proxy added is not ahead of the others");
}

static enum sipsan_verdict route_loose(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || !v->msg->route)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *r = v->msg->route; r; r = r->next) {
        if (!r->ok || listed(up->route, r) || sipsan_uri_eq(&r->uri, &up->ruri) ||
            sipsan_uri_param(&r->uri, SPAN_LIT("lr")))
            continue;
        sipsan_relate_request(why, v->parent, nothing);
        return sipsan_fail(why, r->text, "the proxy adds a Route without lr");
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict mf_added(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || up->max_forwards.text.p || !sipsan_header_complete(up) ||
        !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (v->msg->max_forwards.text.p)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the request came without Max-Forwards, and goes on without");
}

static enum sipsan_verdict mf_added_70(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || up->max_forwards.text.p || !v->msg->max_forwards.ok)
        return SIPSAN_NA;
    if (v->msg->max_forwards.value == 70)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, nothing);
    return sipsan_fail(why, v->msg->max_forwards.text, "the proxy adds Max-Forwards %llu",
                       (unsigned long long)v->msg->max_forwards.value);
}

/* 16.6 step 8: a request that comes to the same proxy again is another one. */
static enum sipsan_verdict branch_twice(const struct sipsan_view *v, struct sipsan_why *why)
{
    unsigned looked = 0;

    for (const struct sipsan_via *a = v->msg->via; a; a = a->next)
        for (const struct sipsan_via *b = a->next; b && looked < 1000; b = b->next, looked++)
            if (a->branch.n > 7 && b->branch.p && sipsan_via_same_hop(a, b))
                return sipsan_fail(why, b->text, "two Vias have this sent-by and branch");
    return SIPSAN_PASS;
}

static enum sipsan_verdict record_route_sip(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_name_addr *r = v->msg->record_route; r; r = r->next)
        if (r->ok && r->uri.scheme != SIPSAN_SCHEME_SIP && r->uri.scheme != SIPSAN_SCHEME_SIPS)
            return sipsan_fail(why, r->uri.text, "a Record-Route that is no SIP URI");
    return SIPSAN_PASS;
}

static enum sipsan_verdict ambiguous_contact(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->contact || !sipsan_header_complete(v->msg))
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->start_line, "485 without the addresses to choose from");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.16.6.proxy-copy-all-headers",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* a border element may filter on purpose */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy forwards all header fields that came in",
        .explain =
            "The copy that a proxy sends on holds what the request held, but for what section"
            " 16 tells it to change. What it takes out the callee never sees.\n"
            "Looked at: header fields that no proxy has a part in, such as Allow, Contact, "
            "Event, Refer-To, Require, Subject, Supported. A request that asks for privacy "
            "(RFC 3323) is not judged.\n"
            "  bad:   Supported: 100rel comes in, and is gone behind the proxy\n"
            "  good:  both copies have it",
        .aliases = "rfc3261.16.6.proxy-not-remove-headers rfc3261.16.3.proxy-other-parts-untouched",
        .check = headers_kept,
    },
    {
        .id = "rfc3261.16.6.proxy-body-untouched",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* relays of media change descriptions on purpose */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy does not change the body of a request",
        .explain = "The body is between the two ends; signatures over it (RFC 8224) break when "
                   "somebody in between changes it.\n"
                   "A warning: an element that also relays media rewrites session descriptions, "
                   "which is no business of a proxy, and usual.\n"
                   "  bad:   c=IN IP4 192.0.2.1 comes in, c=IN IP4 192.0.2.10 goes out\n"
                   "  good:  the same octets",
        .check = body_untouched,
    },
    {
        .id = "rfc3261.16.6.proxy-no-reorder-values",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy does not reorder the Vias",
        .explain = "Responses go back by the order of the Vias; values of one header field keep "
                   "their order in every proxy.\n"
                   "Vias that are hidden or replaced are not judged, only those that stand "
                   "elsewhere.\n"
                   "  bad:   Via: a, b comes in, Via: proxy, b, a goes out\n"
                   "  good:  Via: proxy, a, b",
        .check = via_order,
    },
    {
        .id = "rfc3261.16.6.proxy-adds-via",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy adds one Via and keeps the others",
        .explain = "The Via of the proxy stands on top of those that came in. With one of them "
                   "missing the response cannot find its way back.\n"
                   "  bad:   two Vias come in, two go out\n"
                   "  good:  two come in, three go out",
        .check = via_added,
    },
    {
        .id = "rfc3261.16.6.proxy-rr-on-top",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy puts its Record-Route before the existing ones",
        .explain = "The order of Record-Route values is the way of later requests. A value at "
                   "another place sends them round in circles.\n"
                   "  bad:   Record-Route: <sip:first;lr> comes in, <sip:first;lr>, <sip:mine;lr> "
                   "goes out\n"
                   "  good:  <sip:mine;lr>, <sip:first;lr>",
        .check = record_route_on_top,
    },
    {
        .id = "rfc3261.16.6.proxy-policy-route-on-top",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "Routes that a proxy adds stand ahead of the existing ones",
        .explain = "A proxy may send a request through proxies of its choice first; their Route "
                   "values go on top.\n"
                   "The last value may be the old Request-URI, put there for a strict router (16.6 "
                   "step 6).\n"
                   "  bad:   Route: <sip:theirs;lr>, <sip:mine;lr>\n"
                   "  good:  Route: <sip:mine;lr>, <sip:theirs;lr>",
        .check = route_on_top,
    },
    {
        .id = "rfc3261.16.6.proxy-policy-route-loose",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "Proxies that a proxy routes through are loose routers",
        .explain =
            "A Route value that a proxy adds by its own policy must have lr: the proxy cannot"
            " know how a strict router would treat the rest.\n"
            "  bad:   Route: <sip:192.0.2.30> added\n"
            "  good:  Route: <sip:192.0.2.30;lr> added",
        .check = route_loose,
    },
    {
        .id = "rfc3261.16.6.proxy-mf-added",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy adds Max-Forwards where there is none",
        .explain = "Elements of RFC 2543 send requests without Max-Forwards. The first proxy that "
                   "knows better puts one in, so that loops end.\n"
                   "  bad:   none comes in, none goes out\n"
                   "  good:  Max-Forwards: 70 goes out",
        .check = mf_added,
    },
    {
        .id = "rfc3261.16.6.proxy-mf-added-70",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* any value ends loops */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "The Max-Forwards that a proxy adds is 70",
        .explain = "70 is enough for any way that a request may lawfully go.\n"
                   "  bad:   none comes in, Max-Forwards: 10 goes out\n"
                   "  good:  Max-Forwards: 70",
        .check = mf_added_70,
    },
    {
        .id = "rfc3261.16.6.proxy-branch-unique-per-spiral",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* responses match the wrong transaction */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .summary = "No two Vias of a request have the same sent-by and branch",
        .explain =
            "A request that comes to a proxy a second time, to be sent elsewhere (a spiral), "
            "is another request and gets another branch. With the same one the proxy cannot "
            "tell the responses apart.\n"
            "Certain from one message.\n"
            "  bad:   Via: SIP/2.0/UDP p;branch=z9hG4bK1 twice\n"
            "  good:  two branches",
        .check = branch_twice,
    },
    {
        .id = "rfc3261.16.6.proxy-rr-sip-uri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "A Record-Route holds a SIP or SIPS URI",
        .explain = "Requests of the dialog are sent to it.\n"
                   "  bad:   Record-Route: <tel:+12015550123>\n"
                   "  good:  Record-Route: <sip:192.0.2.10;lr>",
        .aliases = "rfc3261.16.7.proxy-rr-rewrite-constraints",
        .check = record_route_sip,
    },
    {
        .id = "rfc3261.16.5.proxy-485-contact",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* privacy may forbid it */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 485,
        .status_to = 485,
        .summary = "A 485 lists addresses to choose from",
        .explain = "485 says that the Request-URI fits more than one user; Contact lists them, "
                   "unless that would give away too much (21.4.23).\n"
                   "  bad:   485 Ambiguous alone\n"
                   "  good:  Contact: <sip:carol.lee@example.com>",
        .check = ambiguous_contact,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_16_copy, rules);

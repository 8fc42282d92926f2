/* RFC 3261 section 12: where a request inside a dialog is sent, by the route set (12.1.1, 12.1.2,
 * 12.2.1.1) and by the remote target (12.1.2, 12.2).
 *
 * A wrong Request-URI or Route has one cause and gives one finding: target.h tells what it is, and
 * each kind belongs to one row here or in section 13 (for the ACK). */
#include "rules/target.h"

/* 12.1.1, 12.1.2, 12.2.1.1: Route ------------------------------------------------------------- */

static enum sipsan_verdict sure(const struct sipsan_view *v)
{
    return sipsan_target_unsure(v) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* A Request-URI that names a route is one mistake with the Route beside it. */
static bool aims_at_route(const struct sipsan_view *v)
{
    return sipsan_aim(v) == SIPSAN_AIM_ROUTE;
}

/* Computed wrongly as a whole: nothing, or the wrong way round. The ACK without any Route is
 * 13.2.2.4's. */
static enum sipsan_verdict route_set(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    struct sipsan_span at;
    enum sipsan_routing routing = sipsan_routing(v, &at);

    switch (routing) {
    case SIPSAN_ROUTING_UNKNOWN:
        return SIPSAN_NA;
    case SIPSAN_ROUTING_ABSENT:
        if (v->msg->method_id == SIPSAN_METHOD_ACK || aims_at_route(v))
            return SIPSAN_NA;
        break;
    case SIPSAN_ROUTING_ORDER:
        if (aims_at_route(v))
            return SIPSAN_NA;
        break;
    default:
        return SIPSAN_PASS;
    }
    sipsan_relate(why, &me->routes_ref, "Record-Route", text_span(&me->routes));
    return sipsan_fail(why, at, "%s; the route set is %.*s",
                       routing == SIPSAN_ROUTING_ABSENT ? "there is no Route"
                                                        : "the Route values are in the wrong order",
                       SPAN(text_span(&me->routes)));
}

static enum sipsan_verdict caller_routes(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->side != SIPSAN_CALLER)
        return SIPSAN_NA;
    why->expected = "the Record-Route of the 2xx, the last value first, with all parameters";
    return route_set(v, why);
}

static enum sipsan_verdict callee_routes(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->side != SIPSAN_CALLEE)
        return SIPSAN_NA;
    why->expected = "the Record-Route of the INVITE in its order, with all parameters";
    return route_set(v, why);
}

/* Single values wrong. A configured outbound proxy in front of the right ones reaches the same
 * place, and weighs less. */
static enum sipsan_verdict route_values(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    struct sipsan_span at;
    const char *what;

    switch (sipsan_routing(v, &at)) {
    case SIPSAN_ROUTING_RIGHT:
        return SIPSAN_PASS;
    case SIPSAN_ROUTING_PARAMS:
        what = "a Route value lost or changed parameters";
        break;
    case SIPSAN_ROUTING_FRONT:
        what = "there are Route values in front of the route set";
        why->lower = true;
        break;
    case SIPSAN_ROUTING_VALUES:
        what = "the Route values are not those of the route set";
        break;
    default:
        return SIPSAN_NA;
    }
    if (v->msg->method_id == SIPSAN_METHOD_ACK || aims_at_route(v))
        return SIPSAN_NA;
    why->expected = "all values of the route set, in order, with all parameters";
    sipsan_relate(why, &me->routes_ref, "Record-Route", text_span(&me->routes));
    return sipsan_fail(why, at, "%s %.*s", what, SPAN(text_span(&me->routes)));
}

/* A proxy that the sender was told to send everything to, ahead of a route set that is empty,
 * weighs less: the request gets where it must. */
static enum sipsan_verdict no_routes(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    const struct sipsan_name_addr *route = sipsan_route_unasked(v);
    struct sipsan_addr named;

    if (!route)
        return SIPSAN_NA;
    why->lower = sipsan_uri_addr(&named, &route->uri) && sipsan_ip_eq(&named, &v->seen->flow.dst);
    why->expected = "no Route: nobody recorded a route";
    sipsan_relate(why, &me->routes_ref, "without Record-Route", nothing);
    return sipsan_fail(why, route->uri.text, "there is a Route although the route set is empty");
}

/* 12.2.1.1: a strict router first ------------------------------------------------------------- */

static enum sipsan_verdict strict(const struct sipsan_view *v, struct sipsan_why *why,
                                  enum sipsan_strict fault, const char *what)
{
    const struct sipsan_party *me = sipsan_sender(v);
    struct sipsan_span at;
    enum sipsan_strict is = sipsan_strict_routing(v, &at);

    if (is != fault)
        return is == SIPSAN_STRICT_RIGHT ? SIPSAN_PASS : SIPSAN_NA;
    sipsan_relate(why, &me->routes_ref, "Record-Route", text_span(&me->routes));
    sipsan_relate(why, &sipsan_peer(v)->target.ref, "Contact",
                  text_span(&sipsan_peer(v)->target.uri));
    sipsan_fail(why, at, "%s; the first of the route set %.*s is a strict router", what,
                SPAN(text_span(&me->routes)));
    return sure(v);
}

static enum sipsan_verdict strict_ruri(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "the URI of the first route; the remote target goes to the end of Route";
    return strict(v, why, SIPSAN_STRICT_RURI, "the Request-URI is not the first route");
}

static enum sipsan_verdict strict_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "the route set without its first value, then the remote target";
    return strict(v, why, SIPSAN_STRICT_ROUTE, "Route does not hold the rest of the route set");
}

static enum sipsan_verdict strict_target(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "the URI of the peer's Contact as the last Route value";
    return strict(v, why, SIPSAN_STRICT_TARGET, "the last Route value is not the remote target");
}

/* 12.1.2, 12.2: Request-URI ------------------------------------------------------------------- */

/* The finding on a Request-URI that is not the peer's target. */
static enum sipsan_verdict wrong_target(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_target *target = &sipsan_peer(v)->target;

    why->expected = "the URI of the peer's Contact, unchanged";
    sipsan_relate(why, &target->ref, "Contact", text_span(&target->uri));
    sipsan_fail(why, v->msg->ruri.text, "the Request-URI is %.*s, the remote target %.*s",
                SPAN(v->msg->ruri.text), SPAN(text_span(&target->uri)));
    return sure(v);
}

/* Every request of the caller but the ACK, which is 13.2.2.4's. */
static enum sipsan_verdict uac_target(const struct sipsan_view *v, struct sipsan_why *why)
{
    enum sipsan_aim aim = sipsan_aim(v);

    if (v->side != SIPSAN_CALLER || v->msg->method_id == SIPSAN_METHOD_ACK)
        return SIPSAN_NA;
    if (aim != SIPSAN_AIM_NEAR && aim != SIPSAN_AIM_OTHER)
        return aim == SIPSAN_AIM_RIGHT ? SIPSAN_PASS : SIPSAN_NA;
    why->lower = aim == SIPSAN_AIM_NEAR;
    return wrong_target(v, why);
}

static enum sipsan_verdict ruri_loose(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    enum sipsan_aim aim = sipsan_aim(v);

    if (v->msg->method_id == SIPSAN_METHOD_ACK)
        return SIPSAN_NA;
    if (aim == SIPSAN_AIM_ROUTE) {
        why->expected = "the remote target; the first route bears lr";
        sipsan_relate(why, &me->routes_ref, "Record-Route", text_span(&me->routes));
        sipsan_relate(why, &sipsan_peer(v)->target.ref, "Contact",
                      text_span(&sipsan_peer(v)->target.uri));
        sipsan_fail(why, v->msg->ruri.text, "the Request-URI %.*s is that of a loose router",
                    SPAN(v->msg->ruri.text));
        return sure(v);
    }
    if (v->side != SIPSAN_CALLEE || (aim != SIPSAN_AIM_NEAR && aim != SIPSAN_AIM_OTHER))
        return aim == SIPSAN_AIM_RIGHT ? SIPSAN_PASS : SIPSAN_NA;
    why->lower = aim == SIPSAN_AIM_NEAR;
    return wrong_target(v, why);
}

/* The ACK to the 2xx that brought the new Contact proves that this was received. */
static enum sipsan_verdict refresh_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_target *target = &sipsan_peer(v)->target;

    if (sipsan_aim(v) != SIPSAN_AIM_OLD_2XX)
        return SIPSAN_NA;
    why->since = target->ref.time;
    why->proven = sipsan_acks_2xx(v) && v->dialog->ok_first.time == target->ref.time &&
                  v->dialog->ok_first.frame == target->ref.frame;
    return wrong_target(v, why);
}

static enum sipsan_verdict refresh_request(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_aim(v) == SIPSAN_AIM_OLD_REQUEST ? wrong_target(v, why) : SIPSAN_NA;
}

static enum sipsan_verdict non_refresh(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_target *target = &sipsan_peer(v)->target;

    if (sipsan_aim(v) != SIPSAN_AIM_NON_REFRESH)
        return SIPSAN_NA;
    why->expected = "the Contact of the peer's last target refresh, or of the dialog's beginning";
    sipsan_relate(why, &target->ref, "Contact", text_span(&target->uri));
    sipsan_fail(why, v->msg->ruri.text,
                "the Request-URI %.*s is the Contact of a request that refreshes no target",
                SPAN(v->msg->ruri.text));
    return sure(v);
}

#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.12.1.1.uas-route-set",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_CALLEE | SIPSAN_VIEW_ROUTE_SET,
        .needs = CERTAIN,
        .summary = "The callee's route set is the Record-Route of the INVITE, in its order",
        .explain =
            "What the callee sends (BYE, re-INVITE, UPDATE) goes through the proxies that recorded "
            "themselves, the one nearest to it first: the order in which they stand in the INVITE "
            "that it received. Without Route, or with the order turned round, its requests reach "
            "the wrong element first and are lost or refused.\n"
            "Judged at the callee's own hop (one Via, the host that received the INVITE) against "
            "the INVITE as it arrived there, for a set that begins with a loose router. Reported "
            "here: no Route at all, or the right values in another order. Values that are missing "
            "or altered: 12.2.1.1.\n"
            "Bad: INVITE with Record-Route: p2, p1; BYE of the callee with Route: p1, p2\n"
            "Good: BYE with Route: p2, p1",
        .check = callee_routes,
    },
    {
        .id = "rfc3261.12.1.2.uac-remote-target",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_CALLER,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "The caller's requests in the dialog go to the Contact of the callee",
        .explain =
            "The Request-URI of BYE, re-INVITE and the rest is the remote target: the Contact of "
            "the 2xx, or of the last target refresh. A caller that goes on using the URI of its "
            "INVITE has its requests routed anew, to another phone or to nowhere.\n"
            "Judged at the caller's own hop against the Contact as it arrived there. Legal: the "
            "Contact of any 1xx or 2xx of this dialog when they differ; the target before and "
            "after a refresh that is under way (RFC 6141 4.6 to 4.9). The same address with other "
            "parameters, or with a default port written out, is reported one step lower. The ACK "
            "is judged by 13.2.2.4. When an answer to a refresh may have been missed: "
            "inconclusive.\n"
            "Bad: 200 with Contact: <sip:bob@192.0.2.2>, BYE sip:bob@example.net\n"
            "Good: BYE sip:bob@192.0.2.2",
        .aliases = "rfc3261.12.2.1.1.mid-ruri-empty-route-set "
                   "rfc3261.13.2.2.1.early-dialog-per-tag",
        .check = uac_target,
    },
    {
        .id = "rfc3261.12.1.2.uac-route-set-reversed",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_CALLER | SIPSAN_VIEW_ROUTE_SET,
        .needs = CERTAIN,
        .summary = "The caller's route set is the Record-Route of the 2xx in reverse order",
        .explain =
            "In Record-Route the proxy nearest to the callee comes first, in the Route of the "
            "caller the one nearest to the caller. Not reversed, the request jumps to the far "
            "proxy first; without Route it skips all of them.\n"
            "Judged at the caller's own hop against the 2xx (in an early dialog: the 1xx) as it "
            "arrived there, for a set that begins with a loose router. Reported here: no Route at "
            "all, or the right values in another order; the ACK without Route is the finding of "
            "13.2.2.4.\n"
            "Bad: 200 with Record-Route: p2, p1; BYE with Route: p2, p1\n"
            "Good: BYE with Route: p1, p2",
        .check = caller_routes,
    },
    {
        .id = "rfc3261.12.2.non-refresh-keeps-target",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "The Contact of a request that is no target refresh changes no target",
        .explain =
            "INVITE and UPDATE move the remote target, in their dialogs SUBSCRIBE, NOTIFY and "
            "REFER. A Contact in BYE, INFO, OPTIONS, MESSAGE, PRACK or ACK says nothing about it. "
            "Who takes it as the new target sends the next request elsewhere: perhaps to an "
            "address that only an element on the way can reach.\n"
            "Reported when the Request-URI equals such a Contact and none that was lawfully "
            "announced.\n"
            "Bad: INFO with Contact: <sip:alice@10.0.0.1>, then BYE sip:alice@10.0.0.1\n"
            "Good: BYE to the Contact of the INVITE",
        .aliases = "rfc3261.12.2.ack-not-target-refresh "
                   "rfc3261.11.2.options-in-dialog-no-impact",
        .check = non_refresh,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-ruri-loose",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "The Request-URI in a dialog is the remote target, no URI of a loose route",
        .explain =
            "When the first route has the lr parameter it must not be moved into the Request-URI: "
            "that is how routers of RFC 2543 were addressed. A loose router that finds itself "
            "there treats the request as one for itself.\n"
            "Reported here: a URI of the route set in the Request-URI, for either side; and what "
            "the callee sends anywhere else than to the caller's Contact (the caller's own "
            "requests: 12.1.2, the ACK: 13.2.2.4). Judged at the sender's own hop; strict "
            "route sets are left out; targets under change may be old or new.\n"
            "Bad: Route set <sip:p1;lr>: BYE sip:p1;lr with Route: <sip:bob@192.0.2.2>\n"
            "Good: BYE sip:bob@192.0.2.2 with Route: <sip:p1;lr>",
        .aliases = "rfc3261.12.1.1.uas-remote-target "
                   "rfc3261.12.2.2.rejected-refresh-no-change",
        .check = ruri_loose,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-route-loose",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_ROUTE_SET,
        .needs = CERTAIN,
        .summary = "With a loose router first Route holds the whole route set with all parameters",
        .explain =
            "Proxies put into the parameters what they need to find the call again, and into lr "
            "how they want to be addressed. A value that is dropped skips a proxy; a lost lr makes "
            "the next element rewrite the request as for a strict router.\n"
            "Judged at the sender's own hop; farther on proxies have removed their values. lr=on "
            "equals lr, the order of parameters does not matter. A value in front of the right "
            "ones, such as a configured outbound proxy, is reported one step lower. No Route at "
            "all and a wrong order are the findings of 12.1.1 and 12.1.2, the ACK is judged by "
            "13.2.2.4.\n"
            "Bad: Record-Route: <sip:p1;lr;did=7>, BYE with Route: <sip:p1;lr>\n"
            "Good: Route: <sip:p1;lr;did=7>",
        .aliases = "rfc3261.12.2.route-set-not-changed-midcall "
                   "rfc3261.12.2.1.2.mid-3xx-keeps-route-set",
        .check = route_values,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-no-route-if-empty",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_ROUTE,
        .needs = CERTAIN,
        .summary = "With an empty route set a request bears no Route",
        .explain =
            "When no proxy recorded itself, requests of the dialog go straight to the peer's "
            "Contact. A Route left over from the first INVITE (a Service-Route, a pre-loaded "
            "route) sends them through elements that asked not to be there.\n"
            "Judged at the sender's own hop, against the message that made the dialog as it was "
            "seen there. A Route that names the host to which the request is sent, such as a "
            "configured outbound proxy, is reported one step lower.\n"
            "Bad: no Record-Route in the 200; BYE with Route: <sip:192.0.2.30;lr>\n"
            "Good: BYE without Route",
        .check = no_routes,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-ruri-strict",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_ROUTE_SET,
        .needs = CERTAIN,
        .summary = "With a strict router first the Request-URI is its URI",
        .explain =
            "A router of RFC 2543 looks at the Request-URI only, and takes it for one of its own. "
            "Its Record-Route has no lr. Who leaves the remote target in the Request-URI makes "
            "such a router skip the others, or send the request back.\n"
            "Judged at the sender's own hop. A proxy that merely forgets lr is told by "
            "16.6.proxy-rr-lr; the sender must treat it as a strict router all the same.\n"
            "Bad: Record-Route: <sip:192.0.2.10>; BYE sip:bob@192.0.2.2 with Route: "
            "<sip:192.0.2.10>\n"
            "Good: BYE sip:192.0.2.10 with Route: <sip:bob@192.0.2.2>",
        .check = strict_ruri,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-route-strict",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_ROUTE_SET,
        .needs = CERTAIN,
        .summary = "Behind a strict router Route holds the rest of the route set",
        .explain =
            "The first of the route set stands in the Request-URI; the others follow in Route, in "
            "their order and with all parameters, and last the remote target. Judged when the "
            "Request-URI is right; values with other parameters count as the same.\n"
            "Bad: route set <sip:p1>, <sip:p2;lr>; BYE sip:p1 with Route: <sip:bob@192.0.2.2>\n"
            "Good: BYE sip:p1 with Route: <sip:p2;lr>, <sip:bob@192.0.2.2>",
        .check = strict_route,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-target-last-strict",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_ROUTE_SET,
        .needs = CERTAIN,
        .summary = "Behind a strict router the remote target is the last Route value",
        .explain =
            "The Request-URI is taken by the strict router, so that the address of the peer would "
            "be lost. It goes to the end of Route, where the last router finds it and puts it "
            "back.\n"
            "Targets under change may be old or new.\n"
            "Bad: BYE sip:p1 without Route\n"
            "Good: BYE sip:p1 with Route: <sip:bob@192.0.2.2>",
        .check = strict_target,
    },
    {
        .id = "rfc3261.12.2.1.2.refresh-2xx-updates-target",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "The Contact of a 2xx to a target refresh is the new remote target",
        .explain =
            "A re-INVITE or UPDATE may be answered from a new address. From then on requests go "
            "there, beginning with the ACK; at the old one nobody may listen any more.\n"
            "Reported when the Request-URI is the target before such an answer. A request that "
            "crossed the 2xx is only noted; the ACK to that 2xx cannot have crossed it. A reliable "
            "1xx moves the target as a 2xx does (RFC 6141 4.7).\n"
            "Bad: re-INVITE, 200 with Contact: <sip:bob@192.0.2.9>, ACK sip:bob@192.0.2.2\n"
            "Good: ACK sip:bob@192.0.2.9",
        .check = refresh_2xx,
    },
    {
        .id = "rfc3261.12.2.2.refresh-updates-target-uas",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "Who accepts a target refresh sends to its Contact from then on",
        .explain =
            "A phone that changes its network announces the new address in a re-INVITE or UPDATE. "
            "When the peer answers 2xx and goes on sending to the old address, its BYE is lost.\n"
            "The target changes with the 2xx, or with a reliable 1xx (RFC 6141 4.6); a refused "
            "refresh changes nothing. While it has no answer both are right.\n"
            "Bad: re-INVITE with Contact: <sip:alice@192.0.2.7>, 200; BYE sip:alice@192.0.2.1\n"
            "Good: BYE sip:alice@192.0.2.7",
        .check = refresh_request,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_12_target, rules);

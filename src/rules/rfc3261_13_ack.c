/* RFC 3261 section 13.2.2.4: the ACK to a 2xx, what it is made of and that it comes.
 *
 * It goes from end to end and may pass the tap by: its absence counts only where another request of
 * the same side, or the addresses, show that it would be seen. */
#include "rules/repeats.h"
#include "rules/target.h"

/* 13.2.2.4: what the ACK to a 2xx is made of -------------------------------------------------- */

static const char *route_fault(enum sipsan_routing routing)
{
    switch (routing) {
    case SIPSAN_ROUTING_ABSENT:
        return "there is no Route";
    case SIPSAN_ROUTING_PARAMS:
        return "a Route value lost or changed parameters";
    case SIPSAN_ROUTING_VALUES:
        return "the Route values are not those of the route set";
    case SIPSAN_ROUTING_FRONT:
        return "there are Route values in front of the route set";
    default:
        return NULL; /* a wrong order is 12.1.2's */
    }
}

/* Request-URI and Route of one ACK are one finding. An old target after a refresh has its own rules
 * in section 12. */
static enum sipsan_verdict ack_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_target *target;
    struct sipsan_span at, routes;
    enum sipsan_routing routing;
    enum sipsan_aim aim;
    bool astray;

    if (!sipsan_acks_2xx(v))
        return SIPSAN_NA;
    aim = sipsan_aim(v);
    routing = sipsan_routing(v, &at);
    astray = aim == SIPSAN_AIM_NEAR || aim == SIPSAN_AIM_OTHER || aim == SIPSAN_AIM_ROUTE;
    if (!astray && !route_fault(routing))
        return aim == SIPSAN_AIM_RIGHT ? SIPSAN_PASS : SIPSAN_NA;
    target = &d->party[other_side(v->side)].target;
    routes = text_span(&d->party[v->side].routes);
    why->expected = "the Contact of the 2xx in the Request-URI, the whole route set in Route";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", text_span(&target->uri));
    if (!astray) {
        why->lower = routing == SIPSAN_ROUTING_FRONT;
        return sipsan_fail(why, at, "%s; the route set is %.*s", route_fault(routing),
                           SPAN(routes));
    }
    why->lower = aim == SIPSAN_AIM_NEAR && !route_fault(routing);
    sipsan_fail(
        why, v->msg->ruri.text, "the ACK goes to %.*s instead of the remote target %.*s%s%s",
        SPAN(v->msg->ruri.text), SPAN(text_span(&target->uri)),
        route_fault(routing) ? ", and " : "", route_fault(routing) ? route_fault(routing) : "");
    return sipsan_target_unsure(v) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* A 2xx with this tag passed on the INVITE's hop, or one whose tag is missing or cannot be read (it
 * was told of that); *any: a 2xx passed at all. */
static bool accepted_with(const struct sipsan_txn *invite, struct sipsan_span tag, bool *any)
{
    bool found = false;
    int n = 0;

    *any = false;
    for (const struct sipsan_answer *a = invite->answers; a && n < SIPSAN_ANSWERS_MAX;
         a = a->next, n++) {
        if (a->final.status / 100 != 2)
            continue;
        *any = true;
        if (!a->tag.p || (tag.p && sipsan_span_eq_nocase(a->tag, tag)))
            found = true;
    }
    return found;
}

/* At the hop of the INVITE's client, where the 2xx of every fork passes. */
static enum sipsan_verdict ack_to_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_msg *m = v->msg;
    bool any;

    if (!m->to.ok || invite->evidence_lost || invite->final.status / 100 != 2 ||
        invite->via_count != 1 || !sipsan_ip_eq(&invite->flow.src, &v->seen->flow.src))
        return SIPSAN_NA;
    if (accepted_with(invite, m->to.tag, &any) || !any)
        return any ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the To tag of the 2xx that is acknowledged";
    sipsan_relate(why, &invite->final.ref, "2xx to INVITE", invite->final.to);
    sipsan_relate_request(why, invite, nothing);
    if (!m->to.tag.p)
        return sipsan_fail(why, m->to.text, "the ACK to a 2xx has no To tag");
    sipsan_fail(why, m->to.tag, "no 2xx to this INVITE has the To tag %.*s", SPAN(m->to.tag));
    /* The 2xx of another fork, which has rung, may have been missed. */
    return sipsan_txn_answer(invite, m->to.tag) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* One row of credentials, white space aside. */
static bool same_text(struct sipsan_span a, struct sipsan_span b)
{
    size_t i = 0, j = 0;

    for (;;) {
        while (i < a.n && (a.p[i] == ' ' || a.p[i] == '\t'))
            i++;
        while (j < b.n && (b.p[j] == ' ' || b.p[j] == '\t'))
            j++;
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (a.p[i++] != b.p[j++])
            return false;
    }
}

/* The ACK has these credentials: the same text, or the same digest written in another order. */
static bool has_credentials(const struct sipsan_msg *m, struct sipsan_span row)
{
    for (const struct sipsan_auth *a = m->auth; a; a = a->next) {
        if (a->header != SIPSAN_HDR_AUTHORIZATION && a->header != SIPSAN_HDR_PROXY_AUTHORIZATION)
            continue;
        if (same_text(a->text, row) ||
            (a->response.n >= 16 && sipsan_span_contains(row, a->response)))
            return true;
    }
    return false;
}

/* At the inviter's own hop: proxies remove the credentials that were meant for them. */
static enum sipsan_verdict ack_credentials(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    struct sipsan_span rest;
    bool none;

    if (!sipsan_acks_2xx(v) || v->msg->via_count != 1 || d->near_vias != 1 || !d->invite_auth.set)
        return SIPSAN_NA;
    rest = text_span(&d->invite_auth);
    if (!sipsan_at_source(v) || (rest.n && memchr(rest.p, '\r', rest.n)) ||
        !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    none = sipsan_msg_count(v->msg, SIPSAN_HDR_AUTHORIZATION) == 0 &&
           sipsan_msg_count(v->msg, SIPSAN_HDR_PROXY_AUTHORIZATION) == 0;
    while (rest.n > 0) {
        const char *end = memchr(rest.p, '\n', rest.n);
        struct sipsan_span row = end ? span_between(rest.p, end) : rest;

        if (!has_credentials(v->msg, row)) {
            why->expected = "the Authorization and Proxy-Authorization of the INVITE, unchanged";
            sipsan_relate(why, &d->party[v->side].invite, "INVITE", row);
            return sipsan_fail(why, v->msg->start_line,
                               none ? "the ACK has no credentials, its INVITE had"
                                    : "the credentials of the ACK are not those of the INVITE");
        }
        rest = end ? span_between(end + 1, rest.p + rest.n) : nothing;
    }
    return SIPSAN_PASS;
}

/* 13.2.2.4: that it comes --------------------------------------------------------------------- */

/* A 2xx that its sender does not repeat was acknowledged, one should think, and the tap missed it;
 * or the one copy was lost behind the tap. */
static enum sipsan_verdict ack_missing(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->acks > 0)
        return SIPSAN_NA;
    why->expected = "an ACK with the To tag of this 2xx";
    sipsan_relate(why, &v->owed->trigger, "2xx to INVITE", nothing);
    sipsan_fail(why, nothing, "no ACK to the 2xx to INVITE %llu, which was sent %u time%s",
                (unsigned long long)d->ok_cseq, (unsigned)d->ok_copies,
                d->ok_copies == 1 ? "" : "s");
    if (d->near_vias > 1 && d->party[d->ok_inviter].at_own_hop)
        return SIPSAN_INCONCLUSIVE; /* its hop is seen, and this 2xx was not passed on to it */
    return d->ok_copies > 1 || v->owed->flow.transport != SIPSAN_UDP ? SIPSAN_FAIL
                                                                     : SIPSAN_INCONCLUSIVE;
}

/* One repeat may have been lost behind the tap, the next one too is not likely. */
static enum sipsan_verdict ack_not_repeated(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->repeat_unacked.time <= v->owed->trigger.time)
        return SIPSAN_NA;
    why->expected = "an ACK to every copy of the 2xx";
    sipsan_relate(why, &d->ack_last, "ACK", nothing);
    sipsan_relate(why, &v->owed->trigger, "repeated 2xx", nothing);
    sipsan_relate(why, &d->repeat_unacked, "repeated 2xx", nothing);
    sipsan_fail(why, nothing, "repeated 2xx responses after the ACK bring no other ACK");
    /* The ACK to the last one may be on its way. */
    return v->now - d->repeat_unacked.time < SIPSAN_T1 ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

#define ACK     BIT(ACK)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)
#define OVERDUE (CERTAIN | SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-credentials",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* one of the 60: widely left out */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "The ACK to a 2xx repeats the credentials of the INVITE",
        .explain =
            "An ACK cannot be challenged, so that a proxy which wants credentials on every request "
            "needs them in the first place, or drops it: the call ends after 32 s. Section 22.1 "
            "says the same of every ACK.\n"
            "Judged at the inviter's own hop, since proxies remove what was meant for them. Equal "
            "are the same text and the same digest with its parameters in another order; one "
            "that was computed anew for the method ACK is not.\n"
            "Bad: INVITE with Proxy-Authorization, 200, ACK without\n"
            "Good: the same Proxy-Authorization in the ACK",
        /* 22.1 has the same for the ACK to a 2xx: one fact. */
        .aliases = "rfc3261.22.1.ack-duplicates-credentials",
        .check = ack_credentials,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-route",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60: the call drops after 32 s */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "The ACK to a 2xx goes to the Contact of the 2xx along the route set",
        .explain =
            "This ACK is a request of the dialog: Contact of the 2xx in the Request-URI, the "
            "Record-Route of the 2xx reversed in Route. One that is built like the INVITE goes "
            "where the INVITE went, and never reaches the phone that answered: the callee repeats "
            "its 2xx and hangs up after 32 s.\n"
            "Judged at the sender's own hop. Legal: the Contact of a 1xx or of the 2xx of this "
            "dialog, when they differ. Same address with other parameters, and an additional "
            "route in front, are reported one step lower. A Route in the wrong order is the "
            "finding of 12.1.2, a target from before a refresh that of 12.2.1.2. Strict routers "
            "are left out.\n"
            "Bad: INVITE sip:bob@example.net, 200 with Contact: <sip:bob@192.0.2.2>,\n"
            "     ACK sip:bob@example.net\n"
            "Good: ACK sip:bob@192.0.2.2",
        .aliases = "rfc3261.13.2.2.4.2xx-route-set-recomputed",
        .check = ack_route,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-to-tag",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        .needs = CERTAIN | SIPSAN_NEEDS_ENDPOINT_HOP,
        .summary = "The ACK to a 2xx has the To tag of the 2xx",
        .explain =
            "The tag tells which of the dialogs that the INVITE may have made is acknowledged. "
            "Without it, or with another one, the callee does not find its session and goes on "
            "repeating the 2xx.\n"
            "Judged at the hop of the INVITE's sender, where the 2xx of every fork passes.\n"
            "Legal: an ACK for each of several 2xx, each with its own tag; no tag when the 2xx has "
            "none (RFC 2543).\n"
            "Bad: 200 with To: <sip:bob@example.net>;tag=8321, ACK with To: <sip:bob@example.net>\n"
            "Good: ACK with To: <sip:bob@example.net>;tag=8321",
        .check = ack_to_tag,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-for-each-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_2XX,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "Every 2xx to an INVITE gets its ACK",
        .explain =
            "Without the ACK the callee repeats the 2xx for 32 s and then ends the call. Each "
            "2xx with another To tag (a fork) needs an ACK of its own, also when the caller wants "
            "none of them but the first: ACK, then BYE.\n"
            "Reported when 64*T1 have passed, the tap still hears the caller, and it lies on the "
            "path of the ACK: another request of the caller's crossed it, or the next hop of the "
            "ACK is the host that sent the 2xx. A 2xx that passed once on UDP may have been lost "
            "behind the tap, or its ACK before: inconclusive.\n"
            "Bad: INVITE, 200, 200, 200 ... and no ACK\n"
            "Good: INVITE, 200, ACK",
        .check = ack_missing,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-resent-for-each-2xx-retrans",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_2XX_AGAIN,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "The ACK is sent again for every repeated 2xx",
        .explain =
            "A repeated 2xx says that the ACK did not arrive. A caller that takes it for a "
            "duplicate and stays silent lets the call drop after 32 s because one packet was "
            "lost.\n"
            "Reported when two copies of the 2xx come after an ACK and neither brings another one "
            "within 2 s, on a path that the ACK is known to take.\n"
            "Bad: 200, ACK (lost), 200, 200, 200 ...\n"
            "Good: 200, ACK (lost), 200, ACK",
        .check = ack_not_repeated,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_13_ack, rules);

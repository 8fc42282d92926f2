/* RFC 3261 section 16: proxies. Only where a pair of hops proves one: the second Via of the
 * downstream request is the top Via of the upstream one, with the same Call-ID and From tag. A
 * B2BUA is no proxy. */
#include "rules/rule.h"

/* 16.3, 16.4, 16.6: requests ------------------------------------------------------------------ */

static const struct sipsan_msg *upstream(const struct sipsan_view *v)
{
    return v->parent ? v->parent->request : NULL;
}

/* Lowered by more than one is lawful for an observer: elements without a Via may stand between. */
static enum sipsan_verdict mf_decrement(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);
    const struct sipsan_number *mine = &v->msg->max_forwards;

    if (!up || !up->max_forwards.ok || up->max_forwards.value == 0 || (mine->text.p && !mine->ok))
        return SIPSAN_NA;
    if (mine->ok && mine->value < up->max_forwards.value)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, up->max_forwards.text);
    if (!mine->text.p)
        return sipsan_fail(why, v->msg->start_line,
                           "Max-Forwards of the request that came in is missing");
    return sipsan_fail(why, mine->text, "Max-Forwards was %llu before this proxy",
                       (unsigned long long)up->max_forwards.value);
}

static enum sipsan_verdict mf_zero(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);

    if (!up || !up->max_forwards.ok)
        return SIPSAN_NA;
    if (up->max_forwards.value > 0)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, up->max_forwards.text);
    why->expected = "483; an answer of its own to OPTIONS";
    return sipsan_fail(why, v->msg->start_line, "a request with Max-Forwards 0 is forwarded");
}

static enum sipsan_verdict rr_lr(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_name_addr *r = v->msg->record_route; r; r = r->next) {
        if (!r->ok || r->uri.scheme == SIPSAN_SCHEME_OTHER || r->uri.scheme == SIPSAN_SCHEME_TEL)
            continue;
        if (!sipsan_uri_param(&r->uri, SPAN_LIT("lr"))) {
            /* a caller of RFC 2543 is likely to have proxies of its time */
            why->lower = v->msg->from.ok && !v->msg->from.tag.p;
            return sipsan_fail(why, r->uri.text, "Record-Route URI without lr");
        }
    }
    return v->msg->record_route ? SIPSAN_PASS : SIPSAN_NA;
}

static unsigned count(const struct sipsan_name_addr *list)
{
    unsigned n = 0;

    for (; list; list = list->next)
        n++;
    return n;
}

/* The top Route is known to name this proxy when it is the address that the request was sent to. */
static enum sipsan_verdict pop_own_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = upstream(v);
    const struct sipsan_addr *proxy;
    struct sipsan_addr named;

    if (!up || !up->route || !up->route->ok)
        return SIPSAN_NA;
    proxy = &v->parent->flow.dst;
    if (!sipsan_uri_addr(&named, &up->route->uri) || !sipsan_ip_eq(&named, proxy) ||
        named.port != proxy->port)
        return SIPSAN_NA;
    if (!v->msg->route || !v->msg->route->ok || count(v->msg->route) < count(up->route) ||
        !sipsan_uri_eq(&v->msg->route->uri, &up->route->uri))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->parent, up->route->text);
    return sipsan_fail(why, v->msg->route->text,
                       "the Route value that names this proxy is still on top");
}

/* 16.7: responses ----------------------------------------------------------------------------- */

/* A response with the proxy's own Via on top on its way to the upstream client. */
static enum sipsan_verdict remove_top_via(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    const struct sipsan_flow *f = &v->seen->flow;

    if (!txn->parent || !sipsan_ip_eq(&f->src, &txn->flow.src) ||
        sipsan_ip_eq(&f->src, &txn->flow.dst))
        return SIPSAN_NA;
    if (!sipsan_ip_eq(&f->dst, &txn->parent->flow.src) || sipsan_ip_eq(&f->dst, &f->src))
        return SIPSAN_NA;
    sipsan_relate_request(why, txn->parent, nothing);
    why->role = "proxy";
    return sipsan_fail(why, v->msg->via ? v->msg->via->text : v->msg->start_line,
                       "the proxy's own Via is still on top of the response that it forwards");
}

#define ENOUGH 4 /* datagrams of which one has arrived long enough ago */

/* The proxy has got responses of this branch, and what it sends upstream would be seen: a datagram
 * may be lost behind the tap, or before it, but not again and again. */
static bool proxy_heard(const struct sipsan_txn *branch, uint32_t copies)
{
    return branch && (copies >= ENOUGH ||
                      (branch->flow.transport != SIPSAN_UDP &&
                       (!branch->parent || branch->parent->flow.transport != SIPSAN_UDP)));
}

/* None of the 1xx of this branch has gone upstream. */
static bool passed_nothing(const struct sipsan_txn *txn, const struct sipsan_txn *branch)
{
    for (const struct sipsan_answer *a = branch->answers; a; a = a->next)
        if (a->tag.p && sipsan_txn_answer(txn, a->tag))
            return false;
    return true;
}

static enum sipsan_verdict not_forwarded(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *branch = v->owed->about;
    bool final = v->owed->kind == SIPSAN_OWES_FORWARD_2XX;
    uint32_t copies = 0;

    if (branch && final)
        copies = branch->final.copies;
    else if (branch && passed_nothing(v->txn, branch))
        copies = (branch->response_count - branch->trying.copies - branch->final.copies) / 2;

    sipsan_relate(why, &v->owed->trigger, final ? "2xx" : "provisional", nothing);
    sipsan_fail(why, nothing, "the %s that came from below was not passed on",
                final ? "2xx" : "provisional response");
    return proxy_heard(branch, copies) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* RFC 3841: the caller may ask that forks be left alone. */
static bool no_cancel_wanted(const struct sipsan_view *v)
{
    const struct sipsan_header *h =
        v->req ? sipsan_msg_header(v->req, SIPSAN_HDR_REQUEST_DISPOSITION) : NULL;

    for (; h; h = sipsan_msg_next(v->req, h))
        for (size_t i = 0; i + 9 <= h->value.n; i++)
            if (sipsan_span_starts_nocase((struct sipsan_span){h->value.p + i, h->value.n - i},
                                          SPAN_LIT("no-cancel")))
                return true;
    return false;
}

/* Its final was missed: the same tag's went upstream, or it is acknowledged. */
static bool has_answered(const struct sipsan_txn *branch)
{
    if (branch->acks > 0)
        return true;
    for (const struct sipsan_answer *a = branch->answers; a && branch->parent; a = a->next) {
        const struct sipsan_answer *up = sipsan_txn_answer(branch->parent, a->tag);

        if (up && up->final.status != 0)
            return true;
    }
    return false;
}

static enum sipsan_verdict branch_not_cancelled(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *branch = v->owed->about;
    bool upstream_cancel = v->owed->kind == SIPSAN_OWES_CANCEL_BRANCH;
    char to[64];

    if (v->as_of == 0 && !upstream_cancel && no_cancel_wanted(v))
        return SIPSAN_NA;
    if (v->owed->about && has_answered(v->owed->about))
        return SIPSAN_NA;
    sipsan_relate(why, &v->owed->trigger, upstream_cancel ? "CANCEL" : "final response", nothing);
    if (branch)
        sipsan_relate_request(why, branch, branch->branch);
    sipsan_addr_format(to, sizeof(to), &v->owed->flow.dst);
    sipsan_fail(why, nothing, "the branch to %s was still ringing and got no CANCEL%s", to,
                upstream_cancel ? ", although the caller had cancelled"
                                : ", although the call was decided");
    return branch && (proxy_heard(branch, branch->response_count) ||
                      (branch->parent && !passed_nothing(branch->parent, branch)))
               ? SIPSAN_FAIL
               : SIPSAN_INCONCLUSIVE;
}

static bool passed_on(const struct sipsan_txn *txn, struct sipsan_span tag, int status)
{
    const struct sipsan_answer *a = sipsan_txn_answer(txn, tag);

    return a && (status < 200 || a->final.copies > 0);
}

/* The tag has been seen upstream before, and nothing says that it is one of this branch: it comes
 * from another one, out of the tap's sight. It is one of this branch when it was seen there too;
 * then its own response may have been missed below, and the other one is about to be passed on,
 * unless the callee had to repeat it. */
static bool of_another_branch(const struct sipsan_txn *txn, const struct sipsan_txn *child,
                              struct sipsan_span tag, const struct sipsan_reply *below)
{
    return sipsan_txn_answer(txn, tag) && (below->copies < 2 || !sipsan_txn_answer(child, tag));
}

/* The only branch below got the same status with another tag within a second before, and that tag
 * was never passed on. */
static enum sipsan_verdict to_tag_change(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn, *child = txn->children;
    const struct sipsan_span tag = v->msg->to.tag;

    if (v->child)
        return SIPSAN_PASS;
    if (!child || child->sibling || txn->to_tag.p || !tag.p || v->msg->status < 101)
        return SIPSAN_NA;
    for (const struct sipsan_answer *a = child->answers; a; a = a->next) {
        const struct sipsan_reply *r = v->msg->status >= 200 ? &a->final : &a->last_1xx;

        if (r->copies == 0 || r->status != v->msg->status || !a->tag.p ||
            sipsan_span_eq_nocase(a->tag, tag))
            continue;
        if (of_another_branch(txn, child, tag, r))
            continue;
        if (v->now - r->ref.time > 1000000 || passed_on(txn, a->tag, v->msg->status))
            continue;
        why->role = "proxy";
        sipsan_relate(why, &r->ref, "response from below", a->tag);
        sipsan_fail(why, tag, "the To tag was %.*s before this proxy", SPAN(a->tag));
        /* Only a 2xx must be passed on in any case; the others may come from a branch that the tap
         * does not see. */
        return sipsan_is_success(v->msg->status) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    return SIPSAN_NA;
}

/* Where the server is a proven proxy; plain servers have 17.1.2.1 and 17.2.1. A 2xx to INVITE after
 * another final is passed on by order of 16.7 step 5 (RFC 5393 too), so that it counts one step
 * less. */
static enum sipsan_verdict one_final(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    bool invite = txn->class == SIPSAN_TXN_INVITE;

    if (!txn->children || txn->final.copies == 0)
        return SIPSAN_NA;
    if (invite && v->msg->status / 100 == 2) {
        if (txn->final.status / 100 == 2)
            return SIPSAN_PASS; /* one for each fork that answers */
        why->lower = true;
    } else if (txn->final.status == v->msg->status) {
        return SIPSAN_NA;
    }
    why->role = "proxy";
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    return sipsan_fail(why, v->msg->start_line, "%d after the final response %d", v->msg->status,
                       txn->final.status);
}

#define INVITE BIT(INVITE)
#define ABSENCE                                                                                    \
    (SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_START)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.16.3.proxy-mf-zero-not-forwarded",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy does not forward a request with Max-Forwards 0",
        .explain =
            "Max-Forwards ends loops. A proxy that forwards at 0 lets a loop run until the network "
            "gives up.\n"
            "Legal: 483 Too Many Hops; an OPTIONS may be answered by the proxy itself. Judged only "
            "where the tap shows the request before and behind the proxy.\n"
            "Bad: Max-Forwards: 0 comes in, the request goes out\n"
            "Good: 483",
        .check = mf_zero,
    },
    {
        .id = "rfc3261.16.4.proxy-pop-own-route",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy removes the top Route value that names it",
        .explain =
            "The top Route value says where the request goes next. A proxy that leaves its own "
            "there sends the request to itself, or makes the next element send it back.\n"
            "The value is known to name the proxy when its host and port are the address that the "
            "request was sent to. With a double Record-Route both entries of the proxy may go.\n"
            "Bad: Route: <sip:192.0.2.10;lr> before and behind 192.0.2.10\n"
            "Good: the value is gone behind 192.0.2.10",
        .check = pop_own_route,
    },
    {
        .id = "rfc3261.16.6.proxy-mf-decrement",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy lowers Max-Forwards",
        .explain =
            "Each proxy takes one off. Without that a routing loop never ends. A proxy that takes "
            "off more than one is not reported: elements that leave no Via may stand between.\n"
            "A B2BUA is no proxy; it is not taken for one, since its requests do not carry the Via "
            "of those that came in.\n"
            "Bad: Max-Forwards: 70 before and behind the proxy\n"
            "Good: 70, then 69",
        .check = mf_decrement,
    },
    {
        .id = "rfc3261.16.6.proxy-rr-lr",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .summary = "The URI of a Record-Route value has the lr parameter",
        .explain =
            "lr tells the others that this proxy routes by RFC 3261. Without it every later "
            "request "
            "of the dialog must be rewritten for a strict router, which many stacks do wrongly.\n"
            "Legal: lr with any value, such as lr=on; it is the name that counts. A strict router "
            "of RFC 2543 does not know it: that is what the finding says of it. In a request "
            "without From tag, which RFC 2543 allowed, it is reported one step lower.\n"
            "Bad: Record-Route: <sip:192.0.2.10>\n"
            "Good: Record-Route: <sip:192.0.2.10;lr>",
        .check = rr_lr,
    },
    {
        .id = "rfc3261.16.7.proxy-remove-top-via",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .also = SIPSAN_ON_RESPONSE_AGAIN,
        .view = SIPSAN_VIEW_PARENT,
        .summary = "A proxy removes its Via from a response before it forwards it",
        .explain =
            "The top Via of a response is that of its receiver: he finds his transaction by it. A "
            "response that still bears the proxy's Via is thrown away upstream (18.1.2), and the "
            "caller sees none.\n"
            "Reported when a response with the branch of the proxy's own request leaves the proxy "
            "towards the client above it.\n"
            "Bad: the 180 of the callee arrives at the caller with two Vias\n"
            "Good: with the caller's own Via alone",
        .check = remove_top_via,
    },
    {
        .id = "rfc3261.16.7.proxy-forward-1xx-at-once",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_FORWARD_1XX,
        .needs = ABSENCE,
        .summary = "A proxy passes provisional responses other than 100 on at once",
        .explain =
            "A ringing tone that stays in the proxy leaves the caller in silence; a reliable "
            "provisional that is not passed on never gets its PRACK.\n"
            "Legal: holding back a 100, and anything that comes after the final response has been "
            "sent upstream. Reported a second after the response came in; over UDP when four "
            "have come, since one may be lost between the tap and the proxy.\n"
            "Bad: 180 from the callee, nothing towards the caller until the 200\n"
            "Good: 180 in, 180 out",
        .check = not_forwarded,
    },
    {
        .id = "rfc3261.16.7.proxy-forward-2xx-at-once",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_FORWARD_2XX,
        .needs = ABSENCE,
        .summary = "A proxy passes every 2xx to an INVITE on at once",
        .explain =
            "Every 2xx to an INVITE has made a call: the caller alone can end it again. A 2xx that "
            "a proxy keeps leaves a phone off the hook with nobody at the other end. That holds "
            "for "
            "the second 2xx of a fork too, and after another final response. Over UDP four copies "
            "of it must have come.\n"
            "Bad: two phones answer, one 200 is passed on\n"
            "Good: both are passed on; the caller sends BYE to one of them",
        .check = not_forwarded,
    },
    {
        .id = "rfc3261.16.7.proxy-no-to-tag-change",
        .level = SIPSAN_MUST_NOT,
        /* Another branch, out of the tap's sight, may have answered at the same moment. */
        .severity = SIPSAN_NOTE,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy does not change the To tag of a response",
        .explain =
            "The tag names the callee's side of the dialog. With another one the caller's ACK and "
            "BYE will not be recognised by the callee.\n"
            "Reported when a proxy with one branch gives the caller a 2xx that it just got from "
            "below with another tag, as a note: a branch that the tap does not see may have "
            "answered too. A tag that had rung upstream before counts when it had rung on this "
            "branch and the callee had to repeat its 2xx. Provisional responses and failures "
            "decide nothing.\n"
            "Bad: 200 with tag=8321 from the callee, 200 with tag=77 to the caller\n"
            "Good: tag=8321 on both hops",
        .aliases = "rfc3261.16.7.proxy-preserve-to-tag-failure",
        .check = to_tag_change,
    },
    {
        .id = "rfc3261.16.7.proxy-one-final-per-request",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 200,
        .status_to = 699,
        .updated_by = "RFC 5393",
        .view = SIPSAN_VIEW_CHILDREN | SIPSAN_VIEW_FINAL,
        .summary = "A proxy sends one final response upstream, or for INVITE one or more 2xx",
        .explain =
            "The server transaction of the proxy ends with its final response: a second, different "
            "one meets a client that has closed the matter.\n"
            "Legal: several 2xx to an INVITE with different To tags; repeats. A 2xx to an INVITE "
            "after another final is passed on by order of 16.7 step 5, although the same step says "
            "that only one kind is sent: reported one step lower.\n"
            "Bad: 486 to the caller, then 603\n"
            "Good: the best response, once",
        .check = one_final,
    },
    {
        .id = "rfc3261.16.7.proxy-final-cancels-pending",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_CANCEL_SIBLING,
        .needs = ABSENCE,
        .updated_by = "RFC 3841",
        .summary = "When a proxy has sent a final response it cancels the branches that still ring",
        .explain =
            "Who answers the call stops the other phones: the proxy sends CANCEL on every branch "
            "that has a provisional response and no final one.\n"
            "Legal: no CANCEL on a branch without a provisional response until one comes; none at "
            "all when the caller asked for that (Request-Disposition: no-cancel, RFC 3841).\n"
            "Reported two seconds after the final response, when the branch that it came from is "
            "known.\n"
            "Bad: phone A answers, phone B rings on\n"
            "Good: 200 from A, CANCEL to B, 487 from B",
        .aliases = "rfc3261.16.7.proxy-6xx-cancel-others",
        .check = branch_not_cancelled,
    },
    {
        .id = "rfc3261.16.10.proxy-cancel-pending-on-cancel",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_CANCEL_BRANCH,
        .needs = ABSENCE,
        .summary = "A proxy that gets a CANCEL cancels its pending branches",
        .explain =
            "The proxy answers the CANCEL itself and makes CANCELs of its own, one for each branch "
            "that has a provisional response and no final one. If it does not, the caller has hung "
            "up and the phones ring on.\n"
            "Legal: waiting with a branch that has no provisional response yet; a stateless proxy "
            "forwards the CANCEL instead.\n"
            "Reported two seconds after the proxy has answered the CANCEL; before, it may not have "
            "got it.\n"
            "Bad: CANCEL in, 200 out, nothing below\n"
            "Good: CANCEL in, 200 out, CANCEL to every ringing branch",
        .aliases = "rfc3261.16.10.proxy-cancel-generates-downstream",
        .check = branch_not_cancelled,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_16, rules);

/* RFC 5393: forking proxies do not take part in loops (4), and Max-Breadth bounds the branches of a
 * request (5). Most proxies do not know Max-Breadth: only those that are handed one are judged by
 * it. */
#include "rules/rule.h"

#define HOPS 70 /* as many as Max-Forwards allows */

/* 4.1: loops ---------------------------------------------------------------------------------- */

static bool same_routes(const struct sipsan_msg *a, const struct sipsan_msg *b)
{
    const struct sipsan_name_addr *p = a->route, *q = b->route;

    for (; p && q; p = p->next, q = q->next)
        if (!span_eq(p->text, q->text))
            return false;
    return !p && !q;
}

static bool same_place(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return sipsan_ip_eq(a, b) && a->port == b->port;
}

/* The request as this proxy got it before, on the way to this hop: Request-URI and Route were the
 * same, so that it is a loop and no spiral. */
static const struct sipsan_txn *earlier_visit(const struct sipsan_txn *here)
{
    const struct sipsan_txn *txn = here->parent;

    for (int i = 0; txn && i < HOPS; i++, txn = txn->parent)
        if (txn->request && here->request && same_place(&txn->flow.dst, &here->flow.dst) &&
            span_eq(txn->request->ruri.text, here->request->ruri.text) &&
            same_routes(txn->request, here->request))
            return txn;
    return NULL;
}

/* Asked at the second branch: with one target no check is demanded. */
static enum sipsan_verdict fork_in_loop(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *here = v->parent, *before;

    if (!here || here->child_count == 0 || !here->request)
        return SIPSAN_NA;
    for (const struct sipsan_txn *child = here->children; child; child = child->sibling)
        if (child == v->txn && here->child_count == 1)
            return SIPSAN_NA;
    before = earlier_visit(here);
    if (!before)
        return SIPSAN_PASS;
    why->expected = "482 to the request that came again";
    sipsan_relate(why, &before->first, "the request, the first time", nothing);
    sipsan_relate(why, &here->first, "the same request again", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "a proxy forks a request that it had received before, unchanged");
}

/* 5: Max-Breadth ------------------------------------------------------------------------------ */

/* Of a message that has one which can be read; 0: none. */
static uint64_t breadth(const struct sipsan_msg *msg)
{
    const struct sipsan_value *value = msg ? sipsan_msg_value(msg, SIPSAN_HDR_MAX_BREADTH) : NULL;

    return value && value->ok ? value->number : 0;
}

static enum sipsan_verdict positive(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *value = sipsan_msg_value(v->msg, SIPSAN_HDR_MAX_BREADTH);

    if (!value || !value->ok)
        return SIPSAN_NA;
    if (value->number > 0)
        return SIPSAN_PASS;
    why->expected = "1 or more";
    return sipsan_fail(why, value->text, "Max-Breadth is 0: the request could not be forwarded");
}

static enum sipsan_verdict kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *above = v->parent ? v->parent->request : NULL;

    if (!breadth(above))
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_MAX_BREADTH) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "a Max-Breadth in every copy";
    sipsan_relate(why, &v->parent->first, "request above the proxy", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the proxy forwards the request without its "
                       "Max-Breadth");
}

/* Branches that have a final response do not count: it is looked at each new one. */
static enum sipsan_verdict not_exceeded(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *above = v->parent;
    uint64_t limit = breadth(above ? above->request : NULL), sum = breadth(v->msg);

    if (limit == 0 || sum == 0 || sum == UINT64_MAX)
        return SIPSAN_NA;
    for (const struct sipsan_txn *child = above->children; child; child = child->sibling) {
        uint64_t one = child != v->txn && child->final.copies == 0 ? breadth(child->request) : 0;

        if (one > UINT32_MAX)
            return SIPSAN_NA;
        sum += one;
    }
    if (sum <= limit)
        return SIPSAN_PASS;
    why->expected = "branches whose Max-Breadth is no more than that of the request";
    sipsan_relate(why, &above->first, "request above the proxy", nothing);
    return sipsan_fail(why, sipsan_msg_value(v->msg, SIPSAN_HDR_MAX_BREADTH)->text,
                       "the branches that are open have %llu together, the request had %llu",
                       (unsigned long long)sum, (unsigned long long)limit);
}

/* With the final response it is certain that there was one branch only. */
static enum sipsan_verdict not_reduced(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *child = v->txn->children;
    uint64_t above = breadth(v->req), below;

    if (v->txn->child_count != 1 || !child || above == 0 || above > 60)
        return SIPSAN_NA;
    below = breadth(child->request);
    if (below == 0)
        return SIPSAN_NA;
    if (below >= above)
        return SIPSAN_PASS;
    why->blame = &v->txn->flow.dst;
    why->role = "proxy";
    why->expected = "the Max-Breadth of the request, when there is one branch";
    sipsan_relate_request(why, v->txn, nothing);
    sipsan_relate(why, &child->first, "the only branch", nothing);
    return sipsan_fail(why, v->msg->start_line, "the proxy made a Max-Breadth of %llu one of %llu",
                       (unsigned long long)above, (unsigned long long)below);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc5393.4.1.fork-not-in-loop",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy that forks makes sure that the request does not come back to it",
        .explain =
            "Two users whose calls are forwarded to each other twice are enough: each round "
            "doubles "
            "the requests, and Max-Forwards ends it after 2**70 of them. A request that comes back "
            "with the same Request-URI and routes is refused with 482.\n"
            "Reported at the second branch, where the tap sees all hops of the loop. Legal: a "
            "spiral, where the Request-URI or a Route has changed; one branch only.\n"
            "Bad: INVITE sip:a@P to P, forked, back at P as INVITE sip:a@P, forked again\n"
            "Good: 482 to the INVITE that came back",
        .aliases = "rfc5393.4.2.2.looped-482",
        .check = fork_in_loop,
    },
    {
        .id = "rfc5393.5.3.1.max-breadth-positive",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .view = SIPSAN_VIEW_VALUES,
        .summary = "Max-Breadth is 1 or more",
        .explain = "A request may have as many branches at a time. With 1 it is forwarded to one "
                   "place after the other; 0 has no meaning.\n"
                   "Bad: Max-Breadth: 0\n"
                   "Good: Max-Breadth: 60",
        .check = positive,
    },
    {
        .id = "rfc5393.5.3.3.max-breadth-kept",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* seen in part: many proxies do not know the header field */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy forwards a request that has Max-Breadth with Max-Breadth",
        .explain =
            "Without it the next proxy begins anew at 60, and the bound that another one has set "
            "is "
            "gone. A proxy that knows nothing of it forwards header fields that it does not know: "
            "this one has taken it out.\n"
            "Bad: Max-Breadth: 30 above the proxy, none below\n"
            "Good: Max-Breadth: 30 below, or parts of it in each branch",
        .check = kept,
    },
    {
        .id = "rfc5393.5.3.3.max-breadth-not-exceeded",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a proxy that does not know it copies it into each branch */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "The branches of a request have no more Max-Breadth together than it had",
        .explain =
            "Max-Breadth is divided among the branches that are open at one time, so that forks of "
            "forks cannot multiply without bound. A branch with a final response gives its part "
            "back.\n"
            "Bad: Max-Breadth: 10 above the proxy, two branches with 10 each\n"
            "Good: two branches with 5 each",
        .check = not_exceeded,
    },
    {
        .id = "rfc5393.5.3.3.max-breadth-not-reduced",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 200,
        .status_to = 699,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_CHILDREN,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy with one branch leaves Max-Breadth as it was",
        .explain =
            "Max-Breadth bounds branches, not hops: a proxy that takes one off, as from "
            "Max-Forwards, makes later forks impossible for nothing.\n"
            "Judged with the final response, when there was one branch. Legal: less than the "
            "request had when that was more than the 60 which a proxy may allow.\n"
            "Bad: Max-Breadth: 60 above, 59 below\n"
            "Good: 60 below",
        .aliases = "rfc5393.5.3.3.not-decremented",
        .check = not_reduced,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc5393, rules);

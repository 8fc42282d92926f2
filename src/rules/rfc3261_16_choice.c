/* RFC 3261 section 16.7: which of the responses from below a proxy sends up, and when. Only where a
 * pair of hops proves the proxy (rfc3261_16.c). */
#include "rules/rule.h"

/* The INVITE was still repeated behind the response: that was lost on its way to the proxy, and
 * Timer B has ended the branch. */
static bool gave_up(const struct sipsan_txn *branch, int64_t now)
{
    return branch->copies_after_answer > 0 &&
           now - branch->first.time >= SIPSAN_TIMER_B - SIPSAN_T1;
}

/* A branch that rings, has no final response and was not cancelled. */
static const struct sipsan_txn *pending(const struct sipsan_view *v)
{
    for (const struct sipsan_txn *c = v->txn->children; c; c = c->sibling)
        if (c != v->child && c->permitted != 0 && c->final.copies == 0 && c->cancel.time == 0 &&
            !c->segment && !gave_up(c, v->now))
            return c;
    return NULL;
}

static enum sipsan_verdict final_early(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *other = pending(v);

    if (!v->txn->children)
        return SIPSAN_NA;
    if (!other)
        return SIPSAN_PASS;
    why->role = "proxy";
    sipsan_relate_request(why, other, other->branch);
    return sipsan_fail(why, v->msg->start_line, "the %d goes up while another branch is ringing",
                       v->msg->status);
}

/* The best of what the branches brought: the smallest class, and what is above all. */
struct finals {
    int lowest; /* 0: none */
    const struct sipsan_reply *six, *resubmit, *unavailable;
    bool only_unavailable;
};

static struct finals finals_of(const struct sipsan_txn *txn)
{
    struct finals f = {.only_unavailable = true};

    for (const struct sipsan_txn *c = txn->children; c; c = c->sibling) {
        int status = c->final.status;

        if (c->final.copies == 0 || status < 300 || status == 487)
            continue; /* 487: the proxy's own CANCEL */
        if (f.lowest == 0 || status < f.lowest)
            f.lowest = status;
        if (status >= 600)
            f.six = &c->final;
        if (status == 401 || status == 407 || status == 415 || status == 420 || status == 484)
            f.resubmit = &c->final;
        if (status == 503)
            f.unavailable = &c->final;
        else
            f.only_unavailable = false;
    }
    return f;
}

static enum sipsan_verdict six_first(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct finals f;

    if (!v->txn->children)
        return SIPSAN_NA;
    f = finals_of(v->txn);
    if (!f.six)
        return SIPSAN_PASS;
    why->role = "proxy";
    sipsan_relate(why, &f.six->ref, "6xx from below", nothing);
    return sipsan_fail(why, v->msg->start_line, "%d goes up although a branch answered %d",
                       v->msg->status, f.six->status);
}

static enum sipsan_verdict lowest_class(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct finals f;

    if (!v->txn->children || v->msg->status == 500)
        return SIPSAN_NA; /* what a 503 becomes */
    f = finals_of(v->txn);
    if (f.lowest == 0 || f.six || v->msg->status / 100 <= f.lowest / 100)
        return SIPSAN_PASS;
    why->role = "proxy";
    return sipsan_fail(why, v->msg->start_line, "%d goes up although a branch answered %d",
                       v->msg->status, f.lowest);
}

static enum sipsan_verdict prefer_resubmit(const struct sipsan_view *v, struct sipsan_why *why)
{
    int status = v->msg->status;
    struct finals f;

    if (!v->txn->children || status == 401 || status == 407 || status == 415 || status == 420 ||
        status == 484)
        return SIPSAN_NA;
    f = finals_of(v->txn);
    if (!f.resubmit || f.six)
        return SIPSAN_PASS;
    why->role = "proxy";
    sipsan_relate(why, &f.resubmit->ref, "response from below", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "%d goes up although a branch answered %d, which the client can act upon",
                       status, f.resubmit->status);
}

/* A branch has answered 503 with the tag of this response: it is the branch's own. */
static bool is_from_below(const struct sipsan_view *v)
{
    for (const struct sipsan_txn *c = v->txn->children; c && v->msg->to.tag.p; c = c->sibling) {
        const struct sipsan_answer *answer = sipsan_txn_answer(c, v->msg->to.tag);

        if (answer && answer->final.status == 503)
            return true;
    }
    return false;
}

static enum sipsan_verdict unavailable_up(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct finals f;

    if (!v->txn->children)
        return SIPSAN_NA;
    f = finals_of(v->txn);
    if (!f.unavailable || (!f.only_unavailable && !is_from_below(v)))
        return SIPSAN_NA;
    why->role = "proxy";
    why->expected = "500, unless the proxy knows that it can serve no request at all";
    sipsan_relate(why, &f.unavailable->ref, "503 from below", nothing);
    return sipsan_fail(why, v->msg->start_line, "a 503 from below goes up as 503");
}

static enum sipsan_verdict branch_after_six(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->parent)
        return SIPSAN_NA;
    for (const struct sipsan_txn *c = v->parent->children; c; c = c->sibling) {
        if (c == v->txn || c->final.status < 600 || c->final.ref.time > v->now)
            continue;
        why->since = c->final.ref.time;
        why->role = "proxy";
        sipsan_relate(why, &c->final.ref, "6xx from below", nothing);
        return sipsan_fail(why, v->msg->start_line, "a new branch after a branch answered %d",
                           c->final.status);
    }
    return SIPSAN_PASS;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.16.7.proxy-no-other-immediate",
        .level = SIPSAN_MUST_NOT,
        .severity =
            SIPSAN_WARNING, /* the final response of the other branch may have passed elsewhere */
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 300,
        .status_to = 599,
        .needs = SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy waits for all branches before it forwards a failure",
        .explain =
            "A failure ends the search for the caller. While another branch is ringing it may"
            " still be answered.\n"
            "A branch that the proxy has cancelled is not waited for.\n"
            "  bad:   two branches ring, one answers 486, 486 goes up at once\n"
            "  good:  486 goes up when the other one has answered, too",
        .check = final_early,
    },
    {
        .id = "rfc3261.16.7.proxy-6xx-not-at-once",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* as above */
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 600,
        .status_to = 699,
        .needs = SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy forwards a 6xx when all branches have ended",
        .explain = "A 6xx makes the proxy cancel the other branches; it goes up when these have "
                   "answered, since one of them may send a 2xx yet.\n"
                   "  bad:   603 goes up while another branch rings and has got no CANCEL\n"
                   "  good:  CANCEL, 487 from the other branch, then 603",
        .check = final_early,
    },
    {
        .id = "rfc3261.16.7.proxy-best-6xx-first",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* policies map 6xx on purpose (RFC 8197, RFC 8688) */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE),
        .status_from = 300,
        .status_to = 599,
        .summary = "A proxy that got a 6xx chooses it",
        .explain = "6xx is about the user, wherever he is; no other failure says more.\n"
                   "  bad:   one branch answers 603, another 486, and 486 goes up\n"
                   "  good:  603 goes up",
        .check = six_first,
    },
    {
        .id = "rfc3261.16.7.proxy-best-lowest-class",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* a policy may choose */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 400,
        .status_to = 599,
        .summary = "A proxy chooses among failures the lowest class",
        .explain =
            "Without a 6xx the response with the lowest class says most about what the client"
            " can do.\n"
            "Responses 487 to a branch that the proxy cancelled do not count; a 503 that goes"
            " up as 500 is right.\n"
            "  bad:   404 and 503 from the branches, 503 goes up\n"
            "  good:  404",
        .check = lowest_class,
    },
    {
        .id = "rfc3261.16.7.proxy-best-prefer-resubmit",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* a policy may choose */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 400,
        .status_to = 499,
        .summary = "A proxy prefers a 4xx that tells how to try again",
        .explain = "401, 407, 415, 420 and 484 tell the client what to change: after that the "
                   "request may succeed.\n"
                   "  bad:   407 and 404 from the branches, 404 goes up\n"
                   "  good:  407",
        .check = prefer_resubmit,
    },
    {
        .id = "rfc3261.16.7.proxy-503-not-forwarded",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* the proxy may know that it is overloaded itself */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 503,
        .status_to = 503,
        .updated_by = "RFC 7339",
        .summary = "A proxy does not forward a 503",
        .explain = "503 says that the sender of the response is overloaded, and upstream elements "
                   "leave it alone for a while. That is true of the server below and not of the "
                   "proxy, which sends 500 instead.\n"
                   "  bad:   503 from below, 503 goes up\n"
                   "  good:  500 goes up",
        .aliases = "rfc3261.16.7.proxy-only-503-becomes-500",
        .check = unavailable_up,
    },
    {
        .id = "rfc3261.16.7.proxy-6xx-no-new-branches",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a service behind the same element may be a B2BUA */
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .methods = BIT(INVITE),
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "After a 6xx a proxy tries no further branch",
        .explain =
            "6xx ends the search: the user does not want the call anywhere.\n"
            "  bad:   one branch answers 603, the proxy sends the request to another target\n"
            "  good:  603 goes up",
        .check = branch_after_six,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_16_choice, rules);

/* RFC 3261 section 11: OPTIONS. What its success should tell is a matter of the tables of section
 * 20, and its body is judged with the other bodies that answer an Accept: rfc3261_20_accept.c. */
#include "rules/rule.h"

/* In a dialog the peer is a UA for certain. Outside of one the answer may come from a registrar,
 * which takes REGISTER only (10.3), or from a proxy that is told to let nothing pass. */
static enum sipsan_verdict options_supported(const struct sipsan_view *v, struct sipsan_why *why)
{
    int status = v->msg->status;

    if (status != 405 && status != 501)
        return SIPSAN_PASS;
    why->lower = !v->txn || !v->txn->to_tag.p;
    why->expected = "200, or what an INVITE would be answered";
    return sipsan_fail(why, v->msg->start_line, "OPTIONS is refused with %d", status);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.11.options-supported",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(OPTIONS),
        .status_from = 405,
        .status_to = 501,
        .summary = "Every UA understands OPTIONS",
        .explain =
            "OPTIONS asks what the other side can do, and whether it is there at all; every UA "
            "has to answer it. One that refuses the method is taken for broken or down by whoever "
            "watches it so.\n"
            "Legal: any answer that an INVITE might get, such as 404, 480 or 486, and refusals "
            "for reasons of policy such as 403.\n"
            "Bad: 405 Method Not Allowed, 501 Not Implemented\n"
            "Good: 200 OK with Allow and Supported\n"
            "Outside a dialog one step lower: assumed is that a UA has answered, and not a "
            "registrar that takes nothing but REGISTER.",
        .check = options_supported,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_11, rules);

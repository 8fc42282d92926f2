/* RFC 3326: Reason. Its grammar is in later_call.c. */
#include "rules/events.h"

#define VALUES_MAX 16 /* values of a message that are held against each other */

/* RFC 9366 lets protocols say that several of their values may stand together; STIR does. */
static bool may_repeat(struct sipsan_span protocol)
{
    return sipsan_span_eq_nocase(protocol, SPAN_LIT("STIR"));
}

static enum sipsan_verdict one_of_each(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *second = sipsan_msg_value(v->msg, SIPSAN_HDR_REASON);
    size_t n = 0;

    if (!second)
        return SIPSAN_NA;
    for (; second && n < VALUES_MAX; second = sipsan_value_next(second), n++) {
        const struct sipsan_value *first = sipsan_msg_value(v->msg, SIPSAN_HDR_REASON);

        for (; first != second; first = sipsan_value_next(first)) {
            if (!first->ok || !second->ok || may_repeat(first->head) ||
                !sipsan_span_eq_nocase(first->head, second->head))
                continue;
            why->expected = "one Reason of each protocol";
            return sipsan_fail(why, second->text, "a second Reason of the protocol %.*s",
                               SPAN(second->head));
        }
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict cause_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *value = sipsan_msg_value(v->msg, SIPSAN_HDR_REASON);
    size_t n = 0;

    for (; value && n < VALUES_MAX; value = sipsan_value_next(value), n++) {
        struct sipsan_reason_value reason;

        if (!sipsan_reason_read(&reason, value) || reason.cause == SIPSAN_NO_NUMBER)
            continue;
        if (sipsan_span_eq_nocase(reason.protocol, SPAN_LIT("SIP")) &&
            (reason.cause < 100 || reason.cause > 699)) {
            why->expected = "a status code of SIP, from 100 to 699";
            return sipsan_fail(why, value->text, "%llu is no status code of SIP",
                               (unsigned long long)reason.cause);
        }
        if (sipsan_span_eq_nocase(reason.protocol, SPAN_LIT("Q.850")) && reason.cause > 127) {
            why->expected = "a cause value of Q.850, up to 127";
            return sipsan_fail(why, value->text, "%llu is no cause value of Q.850",
                               (unsigned long long)reason.cause);
        }
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict in_dialog(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_REASON);

    if (!h || !v->msg->to.ok)
        return SIPSAN_NA;
    if (v->msg->to.tag.p)
        return SIPSAN_PASS;
    why->expected = "Reason in requests within a dialog, and in CANCEL";
    return sipsan_fail(why, h->name, "Reason in a request outside of dialogs");
}

/* The CANCEL that came in before this one went out. */
static enum sipsan_verdict copied(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *up = v->invite->parent, *cancel;
    const struct sipsan_header *theirs;

    cancel = up ? sipsan_txn_cancel_of(v->txns, up) : NULL;
    if (!cancel || !cancel->request || cancel == v->txn || cancel->first.time > v->now ||
        up->final.status != 0 || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    theirs = sipsan_msg_header(cancel->request, SIPSAN_HDR_REASON);
    if (!theirs)
        return SIPSAN_NA;
    if (has_header(v->msg, SIPSAN_HDR_REASON))
        return SIPSAN_PASS;
    why->expected = "the Reason of the CANCEL that came in";
    sipsan_relate(why, &cancel->first, "CANCEL", theirs->value);
    return sipsan_fail(why, v->msg->start_line, "the proxy leaves out the Reason of the CANCEL");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3326.2.protocols-differ",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .updated_by = "RFC 9366",
        .summary = "No two values of Reason have the same protocol",
        .explain = "Each protocol tells its reason once: two causes of SIP contradict each "
                   "other.\n"
                   "  bad:   Reason: SIP;cause=200, SIP;cause=487\n"
                   "  good:  Reason: SIP;cause=200, Q.850;cause=26\n"
                   "RFC 9366 lets protocols define several values; STIR does and is not judged.",
        .check = one_of_each,
    },
    {
        .id = "rfc3326.2.cause-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* it is told, not acted upon */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "cause of Reason is one that its protocol has",
        .explain = "For SIP it is a status code, for Q.850 a cause value of seven bits.\n"
                   "  bad:   Reason: SIP;cause=0\n"
                   "  bad:   Reason: Q.850;cause=486\n"
                   "  good:  Reason: Q.850;cause=17\n"
                   "Other protocols are not judged.",
        .check = cause_range,
    },
    {
        .id = "rfc3326.2.in-dialog",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* a permission; nobody is hurt */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INVITE) | BIT(ACK) | BIT(BYE) | BIT(OPTIONS) | BIT(PRACK) | BIT(UPDATE) |
                   BIT(INFO) | BIT(REFER) | BIT(SUBSCRIBE) | BIT(NOTIFY) | BIT(MESSAGE),
        .odd = SIPSAN_ODD_EVENT,
        .summary = "Reason stands in requests within a dialog and in CANCEL",
        .explain = "It says why a request of a dialog was sent: why the call ends, why it was put "
                   "on hold. A request that opens one has no such history.\n"
                   "  poor:  INVITE without a tag in To, with Reason: SIP;cause=302\n"
                   "  good:  BYE with Reason: Q.850;cause=16\n"
                   "Why an INVITE was diverted is told by History-Info (RFC 7044). Responses are "
                   "not judged: other RFCs allow it in many of them.",
        .check = in_dialog,
    },
    {
        .id = "rfc3326.2.proxy-copies-reason",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy that is cancelled copies Reason into its own CANCEL",
        .explain = "The callee learns so that somebody else has answered, and does not show a "
                   "missed call.\n"
                   "  CANCEL upstream of the proxy ... Reason: SIP;cause=200\n"
                   "  poor:  CANCEL downstream without Reason\n"
                   "  good:  the same Reason downstream\n"
                   "Judged where both hops of the INVITE are seen and its upstream side has no "
                   "final response, so that the proxy cancels because it was cancelled.",
        .check = copied,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3326, rules);

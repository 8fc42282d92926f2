/* RFC 3515 over time: which REFER a NOTIFY is about, and the NOTIFY that a REFER is owed. */
#include "rules/subscribed.h"

/* Nothing but REFER was seen in this dialog. */
static enum sipsan_verdict event_refer(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_event_header event;

    if (v->dialog->invite || v->dialog->subscriptions_lost || opened_count(v, true) == 0 ||
        opened_count(v, false) > 0 || !sipsan_msg_event(&event, v->msg))
        return SIPSAN_NA;
    if (is_refer(event.type))
        return SIPSAN_PASS;
    why->expected = "Event: refer";
    sipsan_relate(why, &v->dialog->opened, "REFER", nothing);
    return sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_EVENT),
                       "a REFER brings a NOTIFY of another package");
}

static bool is_number(struct sipsan_span text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || i > 9)
            return false;
        *out = *out * 10 + (uint64_t)(text.p[i] - '0');
    }
    return text.n > 0;
}

static enum sipsan_verdict refer_id(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = v->subscription, *newer;
    struct sipsan_event_header event;
    uint64_t number;

    if (!sipsan_msg_event(&event, v->msg) || !is_refer(event.type) || opened_count(v, true) == 0 ||
        v->dialog->subscriptions_lost || v->dialog->refers_open)
        return SIPSAN_NA;
    why->expected = "id with the CSeq number of the REFER";
    if (event.id.p) {
        if (s)
            return SIPSAN_PASS;
        if (is_number(event.id, &number) && number <= sipsan_peer(v)->cseq)
            return SIPSAN_NA; /* its answer is under way */
        return sipsan_fail(why, event.id, "no REFER of this dialog has this CSeq number");
    }
    newer = v->dialog->subscriptions;
    if (!s || !s->refer || s->ended_answer.time == 0 || newer == s || !newer->refer ||
        newer->ended.time != 0 || newer->notifier != v->side || !in_order(v, s))
        return SIPSAN_NA; /* it may be about the first one */
    sipsan_relate(why, &s->ended, "NOTIFY that ended the first one", nothing);
    sipsan_relate(why, &newer->accepted_ref, "2xx to the second REFER", nothing);
    return sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_EVENT),
                       "the NOTIFY for the second REFER of the dialog does not tell so");
}

static enum sipsan_verdict once_a_second(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = continued(v);
    int64_t gap;

    if (!s || !s->refer)
        return SIPSAN_NA;
    gap = v->now - s->notify.time;
    if (gap >= SECOND - SECOND / 10)
        return SIPSAN_PASS;
    why->expected = "one NOTIFY a second at most";
    sipsan_relate(why, &s->notify, "the NOTIFY before", nothing);
    return sipsan_fail(why, v->msg->start_line, "%.3f s after the one before", (double)gap / 1e6);
}

static enum sipsan_verdict notify_missing(const struct sipsan_view *v, struct sipsan_why *why)
{
    return no_notify(v, why, "REFER");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3515.2.4.4.notify-after-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_NOTIFY_REFER,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .updated_by = "RFC 4488, RFC 7614",
        .summary = "A REFER that is accepted brings a NOTIFY",
        .explain =
            "At once, with SIP/2.0 100 Trying if nothing else is known yet. Without it the "
            "referrer does not know whether to hang up.\n"
            "  bad:   REFER, 202, and nothing more\n"
            "  good:  REFER, 202, NOTIFY\n"
            "Reported when 64*T1 have passed, the call goes on, and the tap lies on the path of "
            "the NOTIFY. Refer-Sub (RFC 4488), Refer-Events-At and the option tags explicitsub "
            "and nosub (RFC 7614) do without.",
        .aliases = "rfc3515.2.4.2.subscription-created rfc3515.2.4.4.notify-dialog-ids",
        .check = notify_missing,
    },
    {
        .id = "rfc3515.2.4.4.notify-event-refer",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "The NOTIFY for a REFER has Event: refer",
        .explain = "The package is refer, whatever the reference is about.\n"
                   "  bad:   Event: call-transfer\n"
                   "  good:  Event: refer\n"
                   "Judged in dialogs that a REFER has opened, and in which nothing else was "
                   "subscribed to.",
        .check = event_refer,
    },
    {
        .id = "rfc3515.2.4.6.id-of-second-refer",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "From the second REFER of a dialog on, NOTIFY has its CSeq number as id",
        .explain =
            "Two REFER requests of one dialog open two subscriptions, which only id tells apart: "
            "it is the CSeq number of the REFER. For the first REFER it may be left out.\n"
            "  second REFER ... CSeq: 8 REFER\n"
            "  bad:   Event: refer\n"
            "  bad:   Event: refer;id=2\n"
            "  good:  Event: refer;id=8\n"
            "A NOTIFY without id is judged when the subscription of the first REFER has ended; "
            "REFER requests that were refused do not count.",
        .check = refer_id,
    },
    {
        .id = "rfc3515.3.10.once-a-second",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* quick answers come together on every second transfer */
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "NOTIFY requests for a REFER come no more often than once a second",
        .explain = "Each provisional response to the reference may be worth a NOTIFY, but not all "
                   "of them at once.\n"
                   "  poor:  NOTIFY with 100, and 0.2 s later NOTIFY with 180\n"
                   "  good:  NOTIFY with 100, and 1.5 s later NOTIFY with 180",
        .check = once_a_second,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3515_state, rules);

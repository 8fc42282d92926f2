/* RFC 6665 over time: what a NOTIFY may say after what was said before. The subscriptions
 * themselves are in dialog/subscription.h, rules about those of REFER in rfc3515_state.c. Where
 * several may be meant, or one may have been missed, nothing is judged. */
#include "rules/accept.h"
#include "rules/subscribed.h"

#define REORDER (SECOND / 2)

#define SLACK (10 * SECOND) /* between clocks that count whole seconds, and messages under way */

/* A subscription out of nothing --------------------------------------------------------------- */

static enum sipsan_verdict without_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->to.tag.p || !v->msg->to.ok)
        return v->msg->to.ok ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "a NOTIFY in the dialog of its SUBSCRIBE or REFER";
    return sipsan_fail(why, v->msg->to.text, "no subscription can have brought this NOTIFY");
}

/* Requests of this side have crossed the tap, so that its SUBSCRIBE would have, too. */
static enum sipsan_verdict subscribe_creates(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!d->invite || d->usages || v->subscription || !d->crossed[other_side(v->side)])
        return SIPSAN_NA;
    why->expected = "a SUBSCRIBE or REFER before it";
    sipsan_relate(why, &d->opened, "INVITE", nothing);
    return sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_EVENT),
                       "nobody has subscribed to anything in this dialog");
}

static enum sipsan_verdict unknown_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!d->invite || d->subscribing || !d->crossed[v->side] || !v->subscription)
        return SIPSAN_NA;
    why->expected = "481";
    sipsan_relate(why, &v->subscription->notify, "NOTIFY", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "a NOTIFY that nobody has subscribed to is accepted with %d",
                       v->msg->status);
}

/* Which one ----------------------------------------------------------------------------------- */

static const struct sipsan_subscription *any_of(const struct sipsan_view *v)
{
    const struct sipsan_subscription *found = NULL;

    for (const struct sipsan_subscription *s = v->dialog->subscriptions; s; s = s->next)
        if (s->notifier == v->side && !s->refer && opened(s))
            found = s;
    return found;
}

static enum sipsan_verdict event_matches(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *other = any_of(v);
    struct sipsan_event_header event;
    struct sipsan_span id;

    if (v->subscription)
        return opened(v->subscription) ? SIPSAN_PASS : SIPSAN_NA;
    if (!other || v->dialog->subscriptions_lost || !sipsan_msg_event(&event, v->msg) ||
        is_refer(event.type))
        return SIPSAN_NA;
    id = text_span(&other->id);
    why->expected = "Event of the SUBSCRIBE, its id included";
    sipsan_relate(why, other->accepted ? &other->accepted_ref : &other->asked_last, "SUBSCRIBE",
                  text_span(&other->event));
    sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_EVENT), "the subscription is to \"%.*s\"%s%.*s",
                SPAN(text_span(&other->event)), id.p ? " with id " : "", (int)id.n,
                id.p ? id.p : "");
    return unless_bypassed(v);
}

/* What comes after what ----------------------------------------------------------------------- */

static enum sipsan_verdict terminated_last(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = continued(v);

    if (!s || s->ended.time == 0 || asked_since(s, s->ended.time) ||
        s->accepted_ref.time > s->ended.time)
        return SIPSAN_NA;
    if (s->ended_answer.time == 0 || v->msg->cseq.number <= s->ended_cseq)
        return SIPSAN_NA; /* sent again, since it was not accepted */
    why->expected = "no further NOTIFY";
    sipsan_relate(why, &s->ended, "NOTIFY with terminated", nothing);
    sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_SUBSCRIPTION_STATE),
                "this subscription was terminated before");
    return unless_bypassed(v);
}

static enum sipsan_verdict failure_removes(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = continued(v);

    struct sipsan_subscription_state state;

    if (!s || s->refused.time == 0 || asked_since(s, s->refused.time) ||
        !sipsan_msg_subscription_state(&state, v->msg) ||
        state.state == SIPSAN_SUBSTATE_TERMINATED) /* it says just that */
        return SIPSAN_NA;
    why->since = s->refused.time;
    why->expected = "no further NOTIFY without another SUBSCRIBE";
    sipsan_relate(why, &s->refused, "the answer to the NOTIFY before", nothing);
    sipsan_fail(why, v->msg->start_line, "a %d has ended this subscription", s->refused_status);
    return unless_bypassed(v);
}

static enum sipsan_verdict not_lengthened(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = continued(v);
    struct sipsan_subscription_state state;
    int64_t left;

    if (!s || s->until == SIPSAN_NEVER || s->asked.time != 0 || s->fetched || s->ended.time != 0 ||
        !sipsan_msg_subscription_state(&state, v->msg) || state.expires > UINT32_MAX ||
        (state.state != SIPSAN_SUBSTATE_ACTIVE && state.state != SIPSAN_SUBSTATE_PENDING))
        return SIPSAN_NA;
    left = (s->until - v->now) / SECOND;
    if (v->now + (int64_t)state.expires * SECOND <= s->until + SLACK)
        return SIPSAN_PASS;
    /* It was under way when the SUBSCRIBE came, and the 2xx has overtaken it. */
    if (v->now - s->accepted_ref.time < REORDER &&
        v->now + (int64_t)state.expires * SECOND <= s->until_before + SLACK)
        return SIPSAN_NA;
    why->lower = s->refer; /* nobody has agreed on its time */
    why->expected = "the seconds that are left, or fewer";
    sipsan_relate(why, &s->until_ref, "the time that was granted", nothing);
    sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_SUBSCRIPTION_STATE),
                "%llu s are told, and %lld s were left", (unsigned long long)state.expires,
                (long long)(left > 0 ? left : 0));
    return unless_bypassed(v);
}

static enum sipsan_verdict pending_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = continued(v);
    struct sipsan_subscription_state state;

    if (!s || s->state != SIPSAN_SUBSTATE_ACTIVE || s->ended.time != 0 ||
        asked_since(s, s->notify.time) || !sipsan_msg_subscription_state(&state, v->msg))
        return SIPSAN_NA;
    if (state.state != SIPSAN_SUBSTATE_PENDING)
        return SIPSAN_PASS;
    why->expected = "active, or terminated with reason=rejected";
    sipsan_relate(why, &s->notify, "NOTIFY with active", nothing);
    sipsan_fail(why, value_of(v->msg, SIPSAN_HDR_SUBSCRIPTION_STATE),
                "the subscription was active before");
    return unless_bypassed(v);
}

/* To a subscriber whose first NOTIFY says that it is over, one that was overtaken by it begins
 * another subscription (4.4.1). */
static enum sipsan_verdict refreshed_after_end(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = v->subscription;
    const struct sipsan_txn *before = v->match->before;

    if (!s || s->refer || v->dialog->invite || s->ended_answer.time == 0 || s->overtaken ||
        asked_since(s, s->ended.time) || v->dialog->subscriptions_lost ||
        sipsan_subscription_lives(v->dialog, v->now))
        return SIPSAN_NA;
    if (before && (before->final.status == 401 || before->final.status == 407))
        return SIPSAN_NA; /* asked before the end came */
    why->expected = "a SUBSCRIBE outside of dialogs";
    sipsan_relate(why, &s->ended, "NOTIFY with terminated", nothing);
    sipsan_fail(why, v->msg->start_line,
                "the subscriber has accepted that this subscription is terminated");
    /* It may have been sent before the answer to the NOTIFY, and overtaken by it. */
    return v->now - s->ended_answer.time < REORDER ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

static enum sipsan_verdict body_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = v->subscription;
    const struct sipsan_media_type *type = &v->msg->content_type;
    struct sipsan_span accept;

    if (!s || v->msg->body.n == 0 || !type->ok || v->msg->multipart ||
        sipsan_span_eq_nocase(type->type, SPAN_LIT("multipart")) ||
        sipsan_span_eq_nocase(type->type, SPAN_LIT("message")))
        return SIPSAN_NA;
    accept = text_span(&s->accept);
    if (!accept.p)
        return SIPSAN_NA;
    if (sipsan_list_accepts_type(accept, type))
        return SIPSAN_PASS;
    why->expected = "a type that Accept of the SUBSCRIBE lists";
    sipsan_relate(why, &s->asked_last, "SUBSCRIBE", accept);
    return sipsan_fail(why, type->text, "the subscriber has not said that it accepts this type");
}

/* Absences ------------------------------------------------------------------------------------ */

/* For which a NOTIFY is owed; NULL: it is not known any more. */
static const struct sipsan_subscription *owing(const struct sipsan_view *v)
{
    for (const struct sipsan_subscription *s = v->dialog->subscriptions; s; s = s->next)
        if (!s->refer && s->owed_for != 0 && s->owed_for == v->owed->about_serial)
            return s;
    return NULL;
}

static enum sipsan_verdict notify_missing(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = owing(v);

    return s && s->goes_on ? SIPSAN_NA : no_notify(v, why, "SUBSCRIBE");
}

static enum sipsan_verdict fetch_ends(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_subscription *s = owing(v);

    if (!s || !s->goes_on)
        return SIPSAN_NA;
    why->expected = "terminated;reason=timeout";
    sipsan_relate(why, &v->owed->trigger, "2xx to SUBSCRIBE with Expires: 0", nothing);
    sipsan_relate(why, &s->notify, "NOTIFY", nothing);
    return sipsan_fail(why, nothing, "Expires: 0 was accepted, and the subscription goes on");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc6665.4.4.1.notify-to-tag",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* an old custom that nothing breaks by */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "A NOTIFY has the subscriber's tag in To",
        .explain =
            "A NOTIFY belongs to a SUBSCRIBE whose From tag is in its To. Without a tag nobody "
            "has subscribed: old servers tell of waiting messages so, wake phones up, or keep a "
            "binding open.\n"
            "  bad:   NOTIFY ... To: <sip:alice@example.com>\n"
            "  good:  NOTIFY ... To: <sip:alice@example.com>;tag=84f20e, after SUBSCRIBE\n"
            "Phones rely on it: a note.",
        .check = without_tag,
    },
    {
        .id = "rfc6665.4.2.1.subscribe-creates",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* remote control of phones (talk, hold) is built on it */
        OF_NOTIFY,
        .needs = CERTAIN,
        .updated_by = "RFC 3515",
        .summary = "Nothing but SUBSCRIBE or REFER opens a subscription",
        .explain =
            "A NOTIFY in the dialog of a call in which neither was sent belongs to no "
            "subscription, and is answered 481.\n"
            "  bad:   INVITE, 200, ACK, NOTIFY with Event: talk\n"
            "  good:  INVITE, 200, ACK, SUBSCRIBE with Event: talk, 200, NOTIFY\n"
            "Judged where the call was seen from its start and a request of the one who got the "
            "NOTIFY has crossed the tap; the first NOTIFY only.",
        .aliases = "rfc6665.3.2.notify-creates-no-subscription",
        .check = subscribe_creates,
    },
    {
        .id = "rfc6665.4.1.3.unknown-notify-481",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* both sides may have agreed on it otherwise */
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(NOTIFY),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "A NOTIFY without a subscription is refused",
        .explain = "Who has not subscribed answers 481, or another 4xx or 5xx. A forged NOTIFY is "
                   "stopped so.\n"
                   "  bad:   200 to a NOTIFY in a call without SUBSCRIBE or REFER\n"
                   "  good:  481 Subscription does not exist",
        .check = unknown_accepted,
    },
    {
        .id = "rfc6665.3.2.1.notify-event-matches",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "Event of a NOTIFY is that of its SUBSCRIBE",
        .explain =
            "The package is compared byte by byte, and so is id: an Event with id never equals "
            "one without. Other parameters do not count. A subscriber answers 481 to what it has "
            "not subscribed to.\n"
            "  SUBSCRIBE ... Event: dialog;id=7\n"
            "  bad:   NOTIFY ... Event: dialog\n"
            "  bad:   NOTIFY ... Event: Dialog;id=7\n"
            "  good:  NOTIFY ... Event: dialog;id=7\n"
            "Where several subscriptions share a dialog, one of them must fit.",
        .aliases = "rfc6665.4.4.1.notify-matching rfc6665.4.5.2.id-in-notify "
                   "rfc6665.8.2.1.event-compared",
        .check = event_matches,
    },
    {
        .id = "rfc6665.3.2.1.notify-body-accepted",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        OF_NOTIFY,
        .needs = CERTAIN,
        .updated_by = "RFC 4483",
        .summary = "The body of a NOTIFY has a type that the SUBSCRIBE accepts",
        .explain = "Accept of the SUBSCRIBE lists what the subscriber can read; another type is "
                   "lost on it. Who can make none of them answers 406.\n"
                   "  SUBSCRIBE ... Accept: application/pidf+xml\n"
                   "  bad:   NOTIFY ... Content-Type: application/xpidf+xml\n"
                   "  good:  NOTIFY ... Content-Type: application/pidf+xml\n"
                   "Without Accept the package has a default, and nothing is judged; nor are "
                   "multipart bodies and those that say where the state is to be fetched.",
        .check = body_accepted,
    },
    {
        .id = "rfc6665.4.2.2.terminated-is-last",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* it is answered 481 */
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "After terminated no NOTIFY comes",
        .explain = "terminated destroys the subscription. What comes later finds nobody who has "
                   "subscribed.\n"
                   "  bad:   NOTIFY with terminated, 200, NOTIFY with active\n"
                   "  good:  NOTIFY with active, 200, NOTIFY with terminated\n"
                   "Judged once the subscriber has accepted the NOTIFY with terminated. Another "
                   "SUBSCRIBE in the dialog begins anew.",
        .check = terminated_last,
    },
    {
        .id = "rfc6665.4.2.2.failure-removes",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        OF_NOTIFY,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "A NOTIFY that is refused for good ends its subscription",
        .explain =
            "404, 405, 410, 416, 480 to 485, 489, 501 and 604 say that the subscriber is not "
            "there or does not want it. The notifier forgets the subscription; else it goes on "
            "sending to nobody.\n"
            "  bad:   NOTIFY, 481, NOTIFY\n"
            "  good:  NOTIFY, 481, nothing more\n"
            "A SUBSCRIBE after the refusal begins anew.",
        .check = failure_removes,
    },
    {
        .id = "rfc6665.4.2.2.expires-not-lengthened",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "expires of a NOTIFY does not lengthen the subscription",
        .explain =
            "It tells the seconds that are left of what the last 2xx to SUBSCRIBE, or an earlier "
            "NOTIFY, has granted. It may be less; only a SUBSCRIBE makes it more. A subscriber "
            "takes it for true, refreshes too late, and gets nothing any more.\n"
            "  200 to SUBSCRIBE ... Expires: 600, and 300 s later\n"
            "  bad:   Subscription-State: active;expires=600\n"
            "  good:  Subscription-State: active;expires=300\n"
            "10 s more are not counted. Inconclusive where a SUBSCRIBE could have passed the tap "
            "by: none of the subscriber's requests in the dialog crossed it, and this is not the "
            "subscriber's own hop. For the subscription of a REFER, whose time the notifier "
            "chooses alone, it is reported one step lower.",
        .check = not_lengthened,
    },
    {
        .id = "rfc6665.4.2.2.pending-to-active-only",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* an arrow that the figure does not have */
        OF_NOTIFY,
        .needs = CERTAIN,
        .summary = "An active subscription does not become pending",
        .explain = "pending waits for permission, active has it. Permission that is taken back "
                   "ends the subscription.\n"
                   "  bad:   NOTIFY with active, then NOTIFY with pending\n"
                   "  good:  NOTIFY with active, then terminated;reason=rejected\n"
                   "After another SUBSCRIBE nothing is judged.",
        .check = pending_again,
    },
    {
        .id = "rfc6665.4.4.3.fetch-terminated",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the subscriber listens no more */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_NOTIFY,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "The NOTIFY for Expires: 0 says terminated",
        .explain =
            "Expires: 0 ends a subscription, or fetches the state without one. Either way the "
            "NOTIFY that follows is the last.\n"
            "  SUBSCRIBE ... Expires: 0, answered 200\n"
            "  bad:   Subscription-State: active;expires=0\n"
            "  good:  Subscription-State: terminated;reason=timeout\n"
            "A NOTIFY that was on its way when the SUBSCRIBE came looks the same. So it is "
            "reported when 64*T1 have passed and none with terminated has followed.",
        .aliases = "rfc6665.4.2.1.4.unsubscribed-timeout",
        .check = fetch_ends,
    },
    {
        .id = "rfc6665.4.1.3.terminated-ends",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(SUBSCRIBE),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "A subscription that was terminated is not refreshed",
        .explain = "With terminated the subscription is over, and its dialog with it. Who still "
                   "wants the state subscribes anew, with another Call-ID.\n"
                   "  bad:   NOTIFY with terminated, 200, SUBSCRIBE in the same dialog\n"
                   "  good:  NOTIFY with terminated, 200, SUBSCRIBE without a tag in To\n"
                   "Judged once the subscriber has accepted the NOTIFY, where the dialog has no "
                   "other use.",
        .check = refreshed_after_end,
    },
    {
        .id = "rfc6665.4.2.1.2.notify-after-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_NOTIFY,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .updated_by = "RFC 5839",
        .summary = "Every 2xx to SUBSCRIBE is followed by a NOTIFY",
        .explain =
            "At once, also when nobody has given permission yet, when the state is empty, and for "
            "Expires: 0. Without it the subscriber gives up after 64*T1.\n"
            "  bad:   SUBSCRIBE, 200, and nothing more\n"
            "  good:  SUBSCRIBE, 200, NOTIFY\n"
            "Reported when 64*T1 have passed and the tap lies on the path of the NOTIFY: another "
            "request of the notifier crossed it, or the addresses in both Contacts are the ends "
            "of this hop. 204 (RFC 5839) brings no NOTIFY.",
        .aliases = "rfc6665.4.2.2.notify-at-once rfc6665.4.1.2.3.unsubscribe-final-notify "
                   "rfc6665.4.2.1.2.notify-same-dialog",
        .check = notify_missing,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc6665_state, rules);

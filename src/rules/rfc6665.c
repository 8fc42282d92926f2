/* RFC 6665: SUBSCRIBE and NOTIFY, each message by itself and with its answer. What subscriptions
 * remember of earlier messages is judged in rfc6665_state.c, the grammar in later_events.c. */
#include "rules/events.h"

/* SUBSCRIBE ----------------------------------------------------------------------------------- */

/* 4.2.3: PINT (RFC 2848) subscribes without Event, with a session description. */
static enum sipsan_verdict subscribe_event(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = v->msg->sdp;
    why->expected = "one Event with the name of the package";
    return must_have(v, why, SIPSAN_HDR_EVENT, "SUBSCRIBE");
}

static enum sipsan_verdict subscribe_expires(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Expires with the seconds that are wanted";
    return must_have(v, why, SIPSAN_HDR_EXPIRES, "SUBSCRIBE");
}

static enum sipsan_verdict expires_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Expires with the seconds that are granted";
    return must_have(v, why, SIPSAN_HDR_EXPIRES, "the 2xx to SUBSCRIBE");
}

static enum sipsan_verdict min_expires_in_423(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Min-Expires with the shortest interval that is accepted";
    return must_have(v, why, SIPSAN_HDR_MIN_EXPIRES, "the 423 to SUBSCRIBE");
}

static enum sipsan_verdict only_short_423(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "423 for 1 to 3599 s only";
    return too_brief(v, why, true);
}

static enum sipsan_verdict no_202(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "200";
    return sipsan_fail(why, v->msg->start_line, "202 to %s",
                       sipsan_method_name((enum sipsan_method)v->msg->method_id));
}

/* NOTIFY -------------------------------------------------------------------------------------- */

static enum sipsan_verdict notify_event(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = !v->msg->to.tag.p; /* no subscription stands behind it: a convention of vendors */
    why->expected = "one Event with the package of the subscription";
    return must_have(v, why, SIPSAN_HDR_EVENT, "NOTIFY");
}

static enum sipsan_verdict notify_state(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = !v->msg->to.tag.p;
    why->expected = "Subscription-State: active, pending or terminated";
    return must_have(v, why, SIPSAN_HDR_SUBSCRIPTION_STATE, "NOTIFY");
}

static struct sipsan_span state_text(const struct sipsan_msg *m)
{
    const struct sipsan_header *h = sipsan_msg_header(m, SIPSAN_HDR_SUBSCRIPTION_STATE);

    return h ? h->value : m->start_line;
}

static enum sipsan_verdict state_value(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_subscription_state state;

    if (!sipsan_msg_subscription_state(&state, v->msg))
        return SIPSAN_NA;
    if (state.state != SIPSAN_SUBSTATE_OTHER)
        return SIPSAN_PASS;
    why->expected = "active, pending or terminated";
    return sipsan_fail(why, state_text(v->msg), "a subscription has no such state");
}

/* Without a dialog nothing was subscribed to, and no time can remain. */
static enum sipsan_verdict expires_param(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_subscription_state state;

    if (!v->msg->to.tag.p || !sipsan_msg_subscription_state(&state, v->msg) ||
        (state.state != SIPSAN_SUBSTATE_ACTIVE && state.state != SIPSAN_SUBSTATE_PENDING))
        return SIPSAN_NA;
    if (state.expires != SIPSAN_NO_NUMBER)
        return SIPSAN_PASS;
    why->expected = "expires with the seconds that remain";
    return sipsan_fail(why, state_text(v->msg),
                       "nothing tells how long the subscription still lasts");
}

static bool of_refer(const struct sipsan_msg *m)
{
    struct sipsan_event_header event;

    return sipsan_msg_event(&event, m) && span_eq(event.type, SPAN_LIT("refer"));
}

/* The package refer asks for more: rfc3515.2.4.7. */
static enum sipsan_verdict terminated_reason(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_subscription_state state;

    if (!sipsan_msg_subscription_state(&state, v->msg) || of_refer(v->msg) ||
        state.state != SIPSAN_SUBSTATE_TERMINATED)
        return SIPSAN_NA;
    if (state.reason.p)
        return SIPSAN_PASS;
    why->expected = "reason, such as timeout or noresource";
    return sipsan_fail(why, state_text(v->msg), "terminated, and no reason is told");
}

static enum sipsan_verdict terminated_expires(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_subscription_state state;

    if (!sipsan_msg_subscription_state(&state, v->msg) || state.state != SIPSAN_SUBSTATE_TERMINATED)
        return SIPSAN_NA;
    if (state.expires == SIPSAN_NO_NUMBER)
        return SIPSAN_PASS;
    why->expected = "no expires with terminated";
    return sipsan_fail(why, state_text(v->msg), "what has ended does not expire");
}

/* 3.2: NOTIFY refreshes the target; the first one makes the dialog at the subscriber (4.4.1). */
static enum sipsan_verdict notify_contact(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_subscription_state state;

    if (!v->msg->to.tag.p || (sipsan_msg_subscription_state(&state, v->msg) &&
                              state.state == SIPSAN_SUBSTATE_TERMINATED))
        return SIPSAN_NA;
    why->expected = "Contact with the URI at which the notifier is reached";
    return must_have(v, why, SIPSAN_HDR_CONTACT, "NOTIFY");
}

/* Places -------------------------------------------------------------------------------------- */

#define EVENT_METHODS                                                                              \
    (BIT(SUBSCRIBE) | BIT(NOTIFY) | BIT(PUBLISH) | BIT(OTHER)) /* PUBLISH: RFC 3903 */

static enum sipsan_verdict event_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->method_id == SIPSAN_METHOD_OTHER ||
        (m->request && EVENT_METHODS & SIPSAN_METHOD_BIT(m->method_id)))
        return SIPSAN_NA;
    why->expected = "Event in SUBSCRIBE, NOTIFY and PUBLISH requests only";
    return astray(v, why, SIPSAN_HDR_EVENT);
}

static enum sipsan_verdict state_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->request && m->method_id == SIPSAN_METHOD_NOTIFY)
        return SIPSAN_NA;
    why->expected = "Subscription-State in NOTIFY requests only";
    return astray(v, why, SIPSAN_HDR_SUBSCRIPTION_STATE);
}

/* Proxies ------------------------------------------------------------------------------------- */

static enum sipsan_verdict added_by_proxy(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = v->parent ? v->parent->request : NULL;
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_ALLOW_EVENTS);

    if (!up || !sipsan_header_complete(up))
        return SIPSAN_NA;
    if (!h || has_header(up, SIPSAN_HDR_ALLOW_EVENTS))
        return SIPSAN_PASS;
    why->expected = "only what the sender of the request wrote";
    sipsan_relate_request(why, v->parent, (struct sipsan_span){0});
    return sipsan_fail(why, h->name, "a proxy has added Allow-Events");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc6665.3.1.2.subscribe-event",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(SUBSCRIBE),
        .summary = "A SUBSCRIBE has Event",
        .explain =
            "Exactly one Event names the package that is subscribed to. Without it the notifier "
            "does not know what is wanted and answers 489.\n"
            "  bad:   SUBSCRIBE sip:bob@example.net SIP/2.0       (no Event)\n"
            "  good:  Event: presence\n"
            "PINT (RFC 2848) subscribes without Event, with a session description in the body: "
            "that is reported one step lower. A second Event is reported by "
            "rfc3261.7.3.1.single-value-header-once, two packages in one by "
            "rfc6665.8.4.event-syntax.",
        .check = subscribe_event,
    },
    {
        .id = "rfc6665.3.1.1.subscribe-expires",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* every package has a default */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(SUBSCRIBE),
        .summary = "A SUBSCRIBE says with Expires how long it shall last",
        .explain = "Without Expires the default of the package holds, which both sides must know. "
                   "A parameter expires of Contact says nothing in SUBSCRIBE.\n"
                   "  poor:  Contact: <sip:alice@192.0.2.1>;expires=600\n"
                   "  good:  Expires: 600",
        .check = subscribe_expires,
    },
    {
        .id = "rfc6665.3.1.1.2xx-expires",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(SUBSCRIBE),
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to SUBSCRIBE has Expires",
        .explain = "Expires of the answer is how long the subscription lasts. Without it the "
                   "subscriber refreshes by guess, and the subscription runs out meanwhile.\n"
                   "  bad:   SIP/2.0 200 OK to SUBSCRIBE without Expires\n"
                   "  good:  Expires: 3600\n"
                   "An answer to Expires: 0 has it too: 0.",
        .check = expires_in_2xx,
    },
    {
        .id = "rfc6665.3.1.1.2xx-expires-not-longer",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(SUBSCRIBE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 2xx to SUBSCRIBE grants no more time than was asked for",
        .explain =
            "The notifier may shorten the time, down to 0, and may not lengthen it. A subscriber "
            "that asked for 0 wants to be rid of the subscription.\n"
            "  SUBSCRIBE ... Expires: 600\n"
            "  bad:   200 OK ... Expires: 3600\n"
            "  good:  200 OK ... Expires: 300\n"
            "A SUBSCRIBE without Expires is not judged: the package has a default.",
        .aliases = "rfc6665.4.2.1.1.2xx-not-lengthened rfc6665.4.2.1.4.refresh-not-lengthened",
        .check = not_longer,
    },
    {
        .id = "rfc6665.4.2.1.1.423-min-expires",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* RFC 3261 20.23, 21.4.17: without it the client cannot go on */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(SUBSCRIBE),
        .status_from = 423,
        .status_to = 423,
        .summary = "A 423 to SUBSCRIBE has Min-Expires",
        .explain = "423 says that the interval is too short, Min-Expires how long it must be. "
                   "Without it the subscriber can only guess.\n"
                   "  bad:   SIP/2.0 423 Interval Too Brief       (no Min-Expires)\n"
                   "  good:  Min-Expires: 600",
        .check = min_expires_in_423,
    },
    {
        .id = "rfc6665.4.2.1.1.423-only-below-hour",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the refusal stands, only its reason is not a legal one */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(SUBSCRIBE),
        .status_from = 423,
        .status_to = 423,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Only an interval from 1 to 3599 s is too brief for a SUBSCRIBE",
        .explain = "A notifier may refuse an interval with 423 if, and only if, it is above 0, "
                   "shorter than an hour and shorter than its own minimum. 0 ends a subscription "
                   "or fetches the state, and an hour is always long enough.\n"
                   "  bad:   423 to a SUBSCRIBE with Expires: 0\n"
                   "  good:  423 to a SUBSCRIBE with Expires: 30",
        .check = only_short_423,
    },
    {
        .id = "rfc6665.8.3.1.no-202",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_NOTE, /* RFC 3265 had it, and every subscriber takes it as 200 */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(SUBSCRIBE) | BIT(NOTIFY),
        .status_from = 202,
        .status_to = 202,
        .summary = "SUBSCRIBE and NOTIFY are not answered 202",
        .explain = "202 once said that nobody had been asked for permission yet. A forking proxy "
                   "may swallow it, and the NOTIFY tells the true state (pending): 200 is sent "
                   "instead. Who receives 202 takes it as 200, hence a note.\n"
                   "  bad:   SIP/2.0 202 Accepted\n"
                   "  good:  SIP/2.0 200 OK, then NOTIFY with Subscription-State: pending",
        .check = no_202,
    },
    {
        .id = "rfc6665.3.2.1.notify-event",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "A NOTIFY has Event",
        .explain =
            "Event of a NOTIFY is that of its SUBSCRIBE: it tells, with the dialog, which "
            "subscription the state belongs to.\n"
            "  bad:   NOTIFY sip:alice@192.0.2.1 SIP/2.0       (no Event)\n"
            "  good:  Event: presence\n"
            "A NOTIFY outside of dialogs, by which vendors wake up phones or keep a binding open, "
            "is reported one step lower.",
        .check = notify_event,
    },
    {
        .id = "rfc6665.4.1.3.notify-subscription-state",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "A NOTIFY has Subscription-State",
        .explain =
            "Whether the subscription lives, and how long, stands there. Without it the "
            "subscriber does not know whether to refresh.\n"
            "  bad:   NOTIFY ... Event: presence       (no Subscription-State)\n"
            "  good:  Subscription-State: active;expires=590\n"
            "A NOTIFY outside of dialogs (message waiting that nobody subscribed to, a wish to "
            "load a new configuration) is reported one step lower.",
        .aliases =
            "rfc6665.4.2.2.notify-subscription-state rfc3515.2.4.7.notify-subscription-state",
        .check = notify_state,
    },
    {
        .id = "rfc6665.4.2.2.state-value",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the grammar leaves room for states of other RFCs */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "Subscription-State is active, pending or terminated",
        .explain = "Other words fit the grammar, which leaves room for later RFCs; none has made "
                   "use of it so far. A subscriber does not know whether such a subscription "
                   "lives.\n"
                   "  bad:   Subscription-State: expired\n"
                   "  bad:   Subscription-State: rejected\n"
                   "  good:  Subscription-State: terminated;reason=rejected",
        .check = state_value,
    },
    {
        .id = "rfc6665.4.2.2.active-expires",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* RFC 3265 left it out at will; who receives it must cope */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "active and pending tell with expires how much time is left",
        .explain =
            "When a SUBSCRIBE has forked, only one 2xx reaches the subscriber: the NOTIFY is what "
            "tells it of the others how long they last. It is a parameter of "
            "Subscription-State; the header field Expires does not count in a NOTIFY.\n"
            "  bad:   Subscription-State: active\n"
            "  good:  Subscription-State: active;expires=590\n"
            "RFC 3265 allowed to leave it out, and subscribers must cope: a warning. A NOTIFY "
            "outside of dialogs is not judged.",
        .check = expires_param,
    },
    {
        .id = "rfc6665.4.2.2.terminated-reason",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "terminated comes with a reason",
        .explain =
            "The reason tells the subscriber whether to subscribe again: at once (deactivated), "
            "later (probation, giveup), or never (rejected, noresource, invariant).\n"
            "  poor:  Subscription-State: terminated\n"
            "  good:  Subscription-State: terminated;reason=timeout\n"
            "The package refer has a rule of its own: rfc3515.2.4.7.final-noresource.",
        .check = terminated_reason,
    },
    {
        .id = "rfc6665.4.1.3.terminated-no-expires",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* who receives it must ignore it */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "terminated has no expires",
        .explain = "A subscription that has ended does not run out. Subscribers ignore the "
                   "parameter. Who shall wait before subscribing again is told with retry-after.\n"
                   "  poor:  Subscription-State: terminated;reason=timeout;expires=0\n"
                   "  good:  Subscription-State: terminated;reason=timeout",
        .check = terminated_expires,
    },
    {
        .id = "rfc6665.4.4.1.notify-contact",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* most subscribers take the target of the 2xx */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(NOTIFY),
        .summary = "A NOTIFY has Contact",
        .explain = "The NOTIFY, not the 2xx to the SUBSCRIBE, makes the dialog at the subscriber, "
                   "and refreshes the remote target: its Contact is where the next SUBSCRIBE "
                   "goes.\n"
                   "  poor:  NOTIFY ... Subscription-State: active;expires=600    (no Contact)\n"
                   "  good:  Contact: <sip:bob@192.0.2.2>\n"
                   "With terminated, and outside of dialogs, none is needed.",
        .check = notify_contact,
    },
    {
        .id = "rfc6665.8.2.1.event-place",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* who receives it has no use for it */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .updated_by = "RFC 3903",
        .summary = "Event stands only in requests that are about events",
        .explain = "SUBSCRIBE, NOTIFY and PUBLISH (RFC 3903) have it; other requests, and all "
                   "responses, must not.\n"
                   "  bad:   SIP/2.0 200 OK to SUBSCRIBE with Event: presence\n"
                   "  bad:   REFER with Event: refer\n"
                   "  good:  no Event there\n"
                   "Methods that sipsan does not know are not judged.",
        .check = event_place,
    },
    {
        .id = "rfc6665.8.2.3.subscription-state-place",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* likewise */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "Subscription-State stands in NOTIFY requests only",
        .explain = "No other request and no response may have it: that a subscription has ended "
                   "is told by a NOTIFY, not by an answer.\n"
                   "  bad:   SIP/2.0 200 OK to SUBSCRIBE with Subscription-State: active\n"
                   "  good:  NOTIFY with Subscription-State: active;expires=600",
        .check = state_place,
    },
    {
        .id = "rfc6665.4.4.4.proxy-no-allow-events",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy adds no Allow-Events",
        .explain =
            "Allow-Events says for which packages the user agent that wrote the message can be "
            "asked. A proxy cannot know, and its list would be taken for that of the phone.\n"
            "  upstream:   INVITE without Allow-Events\n"
            "  bad:        INVITE with Allow-Events: presence, behind the proxy\n"
            "  good:       still without",
        .check = added_by_proxy,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc6665, rules);

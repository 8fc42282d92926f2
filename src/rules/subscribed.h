/* What rules about subscriptions over time have in common: RFC 6665, RFC 3515. */
#ifndef SIPSAN_RULES_SUBSCRIBED_H
#define SIPSAN_RULES_SUBSCRIBED_H

#include "dialog/subscription.h"
#include "rules/events.h"

#define SECOND INT64_C(1000000)

#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS | SIPSAN_NEEDS_BOTH_WAYS)
#define OVERDUE                                                                                    \
    (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS)
#define OF_NOTIFY .on = SIPSAN_ON_DIALOG_REQUEST, .methods = BIT(NOTIFY), .view = SIPSAN_VIEW_DIALOG

static inline bool opened(const struct sipsan_subscription *s)
{
    return s->accepted || s->asked_last.time != 0;
}

/* A SUBSCRIBE came since then, so that a new subscription may have begun. */
static inline bool asked_since(const struct sipsan_subscription *s, int64_t time)
{
    return s->asked_last.time >= time && s->asked_last.time != 0;
}

/* Later than all that this notifier has said of it. */
static inline bool in_order(const struct sipsan_view *v, const struct sipsan_subscription *s)
{
    return v->msg->cseq.ok && s->notify.time != 0 && v->msg->cseq.number > s->notify_cseq;
}

static inline size_t opened_count(const struct sipsan_view *v, bool refer)
{
    size_t n = 0;

    for (const struct sipsan_subscription *s = v->dialog->subscriptions; s; s = s->next)
        n += s->notifier == v->side && s->refer == refer && opened(s);
    return n;
}

/* Event of a NOTIFY for a REFER need not tell which one. */
static inline bool ambiguous(const struct sipsan_view *v, const struct sipsan_subscription *s)
{
    struct sipsan_event_header event;

    return s->refer && opened_count(v, true) > 1 &&
           (!sipsan_msg_event(&event, v->msg) || !event.id.p);
}

/* The one that this NOTIFY continues; NULL: not known, or out of order. */
static inline const struct sipsan_subscription *continued(const struct sipsan_view *v)
{
    const struct sipsan_subscription *s = v->subscription;

    return s && opened(s) && in_order(v, s) && !ambiguous(v, s) ? s : NULL;
}

/* A violation that another SUBSCRIBE would excuse. It would have been seen when a request of the
 * subscriber was seen within the dialog, or when this is the subscriber's own hop. */
static inline enum sipsan_verdict unless_bypassed(const struct sipsan_view *v)
{
    const struct sipsan_party *peer = sipsan_peer(v);

    if (v->dialog->crossed[other_side(v->side)] ||
        (peer->at_own_hop && sipsan_ip_eq(&peer->addr, &v->seen->flow.dst)))
        return SIPSAN_FAIL;
    return SIPSAN_INCONCLUSIVE;
}

static inline struct sipsan_span value_of(const struct sipsan_msg *m, enum sipsan_header_id id)
{
    const struct sipsan_header *h = sipsan_msg_header(m, id);

    return h ? h->value : m->start_line;
}

static inline bool is_refer(struct sipsan_span type)
{
    return span_eq(type, SPAN_LIT("refer"));
}

/* The rule of an obligation: nothing came. */
static inline enum sipsan_verdict no_notify(const struct sipsan_view *v, struct sipsan_why *why,
                                            const char *method)
{
    why->expected = "a NOTIFY at once, whatever its state";
    sipsan_relate(why, &v->owed->trigger, "2xx", nothing);
    return sipsan_fail(why, nothing, "no NOTIFY came after the 2xx to %s", method);
}

#endif

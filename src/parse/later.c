/* The parts of header fields of later RFCs: see later.h. */
#include "parse/later.h"
#include "parse/read.h"

static const struct sipsan_value *good_value(const struct sipsan_msg *msg,
                                             enum sipsan_header_id header)
{
    const struct sipsan_value *value = sipsan_msg_value(msg, header);

    return value && value->ok ? value : NULL;
}

static struct sipsan_span param_value(const struct sipsan_value *value, struct sipsan_span name)
{
    const struct sipsan_param *param = sipsan_param_find(value->params, name);

    return param ? param->value : (struct sipsan_span){0};
}

/* The grammar took the parameter, so it is a number. */
static uint64_t param_number(const struct sipsan_value *value, struct sipsan_span name)
{
    struct sipsan_span text = param_value(value, name);

    return text.p ? sipsan_digits_value(text.p, text.p + text.n) : SIPSAN_NO_NUMBER;
}

bool sipsan_msg_event(struct sipsan_event_header *out, const struct sipsan_msg *msg)
{
    const struct sipsan_value *value = good_value(msg, SIPSAN_HDR_EVENT);
    const char *dot;

    *out = (struct sipsan_event_header){0};
    if (!value)
        return false;
    dot = memchr(value->head.p, '.', value->head.n);
    out->type = out->package = value->head;
    if (dot)
        out->package = span_between(value->head.p, dot);
    out->id = param_value(value, SPAN_LIT("id"));
    return true;
}

bool sipsan_msg_subscription_state(struct sipsan_subscription_state *out,
                                   const struct sipsan_msg *msg)
{
    const struct sipsan_value *value = good_value(msg, SIPSAN_HDR_SUBSCRIPTION_STATE);

    *out = (struct sipsan_subscription_state){0};
    if (!value)
        return false;
    if (WORD_IS(value->head, "active"))
        out->state = SIPSAN_SUBSTATE_ACTIVE;
    else if (WORD_IS(value->head, "pending"))
        out->state = SIPSAN_SUBSTATE_PENDING;
    else if (WORD_IS(value->head, "terminated"))
        out->state = SIPSAN_SUBSTATE_TERMINATED;
    out->reason = param_value(value, SPAN_LIT("reason"));
    out->expires = param_number(value, SPAN_LIT("expires"));
    out->retry_after = param_number(value, SPAN_LIT("retry-after"));
    return true;
}

bool sipsan_msg_session_expires(struct sipsan_session_expires *out, const struct sipsan_msg *msg)
{
    const struct sipsan_value *value = good_value(msg, SIPSAN_HDR_SESSION_EXPIRES);
    struct sipsan_span refresher;

    *out = (struct sipsan_session_expires){0};
    if (!value)
        return false;
    out->seconds = value->number;
    refresher = param_value(value, SPAN_LIT("refresher"));
    if (WORD_IS(refresher, "uac"))
        out->refresher = SIPSAN_REFRESHER_UAC;
    else if (WORD_IS(refresher, "uas"))
        out->refresher = SIPSAN_REFRESHER_UAS;
    return true;
}

bool sipsan_msg_dialog_id(struct sipsan_dialog_id *out, const struct sipsan_msg *msg,
                          enum sipsan_header_id header)
{
    const struct sipsan_value *value = good_value(msg, header);
    bool target = header == SIPSAN_HDR_TARGET_DIALOG;

    *out = (struct sipsan_dialog_id){0};
    if (!value)
        return false;
    out->call_id = value->head;
    out->local_tag = param_value(value, target ? SPAN_LIT("local-tag") : SPAN_LIT("to-tag"));
    out->remote_tag = param_value(value, target ? SPAN_LIT("remote-tag") : SPAN_LIT("from-tag"));
    out->early_only = header == SIPSAN_HDR_REPLACES &&
                      sipsan_param_find(value->params, SPAN_LIT("early-only")) != NULL;
    return true;
}

bool sipsan_reason_read(struct sipsan_reason_value *out, const struct sipsan_value *value)
{
    *out = (struct sipsan_reason_value){0};
    if (!value->ok)
        return false;
    out->protocol = value->head;
    out->cause = param_number(value, SPAN_LIT("cause"));
    out->text = sipsan_unquoted(param_value(value, SPAN_LIT("text")));
    return true;
}

uint64_t sipsan_msg_number(const struct sipsan_msg *msg, enum sipsan_header_id header)
{
    const struct sipsan_value *value = good_value(msg, header);

    return value ? value->number : SIPSAN_NO_NUMBER;
}

bool sipsan_msg_privacy(const struct sipsan_msg *msg, struct sipsan_span priv_value)
{
    const struct sipsan_value *value = good_value(msg, SIPSAN_HDR_PRIVACY);

    return value && (sipsan_span_eq_nocase(value->head, priv_value) ||
                     sipsan_param_find(value->params, priv_value));
}

/* Header fields of event notification: RFC 6665 8.4 (and RFC 3265, which it replaces), RFC 6446
 * 9.2, RFC 3903 12, RFC 5839 7.3. */
#include "parse/shape.h"

/* event-type = token-nodot *( "." token-nodot ): a token that no dot begins, ends or doubles. */
static const char *event_type(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = sipsan_element_token(sc, p, out);

    for (const char *q = p; q < end; q++)
        if (*q == '.' && (q == p || q[-1] == '.'))
            sipsan_fault_at(sc, (enum sipsan_production)sc->production, q);
    if (end > p && end[-1] == '.')
        sipsan_fault_at(sc, (enum sipsan_production)sc->production, end);
    return end;
}

/* 1*2DIGIT ["." 1*10DIGIT] */
static const char *form_rate(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *lim = value.p + value.n;
    const char *end = sipsan_match_digits(value.p);

    (void)sc;
    if (!end || end - value.p > 2)
        return end ? value.p + 2 : value.p;
    if (end == lim)
        return NULL;
    value.p = end + 1;
    if (*end != '.')
        return end;
    end = sipsan_match_digits(value.p);
    if (!end || end - value.p > 10)
        return end ? value.p + 10 : value.p;
    return end == lim ? NULL : end;
}

#define RATE(name)                                                                                 \
    {                                                                                              \
        SIPSAN_PARAM(name, form_rate), .production = SIPSAN_PROD_EVENT_RATE                        \
    }

static const struct sipsan_shape_param event_params[] = {
    {SIPSAN_PARAM("id", sipsan_form_token)},
    RATE("max-rate"),
    RATE("min-rate"),
    RATE("adaptive-min-rate"),
};

const struct sipsan_shape sipsan_shape_event = {
    .element = event_type,
    SIPSAN_PARAMS(event_params),
};

const struct sipsan_shape sipsan_shape_allow_events = {
    .element = event_type,
    .list = true,
    .bare = true,
};

/* Any token is a legal reason. */
static const struct sipsan_shape_param state_params[] = {
    {SIPSAN_PARAM("reason", sipsan_form_token)},
    {SIPSAN_PARAM("expires", sipsan_form_number)},
    {SIPSAN_PARAM("retry-after", sipsan_form_number)},
    RATE("max-rate"),
    RATE("min-rate"),
    RATE("adaptive-min-rate"),
};

const struct sipsan_shape sipsan_shape_subscription_state = {
    .element = sipsan_element_token,
    SIPSAN_PARAMS(state_params),
};

/* entity-tag = token; the "*" of Suppress-If-Match is a token too. */
const struct sipsan_shape sipsan_shape_entity_tag = {
    .element = sipsan_element_token,
    .bare = true,
};

/* Header fields of event notification: RFC 6665 8.4 (and RFC 3265, which it replaces). */
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

static const struct sipsan_shape_param event_params[] = {
    {SIPSAN_PARAM("id", sipsan_form_token)},
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
};

const struct sipsan_shape sipsan_shape_subscription_state = {
    .element = sipsan_element_token,
    SIPSAN_PARAMS(state_params),
};

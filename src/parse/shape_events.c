/* Header fields of event notification: RFC 6665 8.4 (and RFC 3265, which it replaces), RFC 6446
 * 9.2, RFC 4235 3.2, RFC 3903 12, RFC 5839 7.3. */
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

/* word, and "@" which joins two of them */
static bool is_callid_octet(char c)
{
    char lower = ascii_lower(c);

    return (lower >= 'a' && lower <= 'z') || is_digit(c) ||
           (c != '\0' && strchr("-.!%*_+`'~()<>:\\\"/[]?{}@", c));
}

/* token / DQUOTE callid DQUOTE, where quoted-pairs may stand for octets of the callid. */
static const char *broken_call_id(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *p, *lim = value.p + value.n - 1;
    const char *wrong = sipsan_form_token_or_quoted(sc, value);
    bool joined = false, word = false;

    if (wrong || *value.p != '"')
        return wrong;
    for (p = value.p + 1; p < lim; p++) {
        const char *at = p;

        if (*p == '\\')
            p++;
        if (!is_callid_octet(*p) || (*p == '@' && (joined || !word)))
            return at;
        word = *p != '@';
        joined = joined || !word;
    }
    return word ? NULL : lim;
}

/* RFC 4235 3.2: call-id, to-tag and from-tag say which dialog is meant; other packages may give
 * these names another meaning. */
static void judge_dialog_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    const struct sipsan_value *out = user;
    struct sipsan_span name = seen->param->name, value = seen->param->value;
    const char *wrong = name.p;

    if (!WORD_IS(out->head, "dialog"))
        return;
    if (WORD_IS(name, "call-id"))
        wrong = value.p ? broken_call_id(sc, value) : name.p;
    else if (WORD_IS(name, "to-tag") || WORD_IS(name, "from-tag"))
        wrong = value.p ? sipsan_form_token(sc, value) : name.p;
    else if (WORD_IS(name, "include-session-description"))
        wrong = value.p;
    else
        return;
    if (wrong)
        sipsan_fault_at(sc, SIPSAN_PROD_EVENT_DIALOG, wrong);
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
    .others = judge_dialog_param,
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

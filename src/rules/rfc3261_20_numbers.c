/* RFC 3261 section 20: header fields whose number has a range that the grammar of section 25, which
 * takes any digits, does not know. RFC 4475 3.1.2.4 tells what receivers make of such values. */
#include "parse/read.h"
#include "rules/rule.h"

static enum sipsan_verdict max_forwards_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_number *number = &v->msg->max_forwards;

    if (!number->ok)
        return SIPSAN_NA;
    if (number->value <= UINT8_MAX)
        return SIPSAN_PASS;
    why->expected = "a number from 0 to 255";
    return sipsan_fail(why, number->text, "Max-Forwards %.*s is above 255", SPAN(number->text));
}

/* delta-seconds of a Contact: 20.10 points to Expires. */
static const struct sipsan_param *wide_contact(const struct sipsan_msg *m)
{
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next) {
        const struct sipsan_param *param =
            c->ok ? sipsan_param_find(c->params, SPAN_LIT("expires")) : NULL;

        if (param && param->value.n > 9 &&
            sipsan_digits_value(param->value.p, param->value.p + param->value.n) > UINT32_MAX)
            return param;
    }
    return NULL;
}

static enum sipsan_verdict expires_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_number *number = &v->msg->expires;
    const struct sipsan_param *param;

    why->expected = "a number of seconds from 0 to 4294967295";
    if (number->ok && number->value > UINT32_MAX)
        return sipsan_fail(why, number->text, "Expires %.*s needs more than 32 bits",
                           SPAN(number->text));
    param = wide_contact(v->msg);
    if (param)
        return sipsan_fail(why, param->value, "expires %.*s needs more than 32 bits",
                           SPAN(param->value));
    return number->ok ? SIPSAN_PASS : SIPSAN_NA;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.20.19.expires-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* receivers take the default instead */
        .on = SIPSAN_ON_MESSAGE,
        .summary = "Expires is at most 2**32-1",
        .explain = "Expires, and the expires parameter of a Contact, is a number of seconds that "
                   "fits 32 bits. The grammar takes any digits, so a larger number is well-formed; "
                   "a receiver that computes with 32 bits gets a short time out of it, a careful "
                   "one takes its default.\n"
                   "  bad:   Expires: 10000000000\n"
                   "  good:  Expires: 3600",
        .check = expires_range,
    },
    {
        .id = "rfc3261.20.22.max-forwards-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* proxies count it down all the same */
        .on = SIPSAN_ON_REQUEST,
        .summary = "Max-Forwards is at most 255",
        .explain = "Max-Forwards is a number from 0 to 255. A larger one lets a request in a loop "
                   "go round for longer than anybody meant, and receivers that keep it in one byte "
                   "see another number.\n"
                   "  bad:   Max-Forwards: 300\n"
                   "  good:  Max-Forwards: 70",
        .check = max_forwards_range,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_20_numbers, rules);

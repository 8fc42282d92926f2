/* Parameters that later RFCs gave to SIP URIs: comp (RFC 3486 8), sigcomp-id (RFC 5049 9.1), cause
 * and target (RFC 4458 5, RFC 8119 2), pn-param, pn-prid, pn-purr (RFC 8599 8.7; pn-provider may
 * stand alone, so there is nothing to judge). The ones of RFC 3261 are in uri.c. */
#include "parse/read.h"

static void fault_of(struct sipsan_scan *sc, const struct sipsan_param *param,
                     enum sipsan_production production, const char *stop)
{
    sipsan_fault_at(sc, production, stop ? stop : param->value.p ? param->value.p : param->name.p);
}

static void judge_comp(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    const char *end = value.p ? sipsan_match_token(value.p) : NULL;

    if (!end || end != value.p + value.n)
        fault_of(sc, param, SIPSAN_PROD_COMPRESSION, end);
}

/* 1*paramchar that is a URN */
static void judge_sigcomp_id(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    if (!sipsan_span_starts_nocase(param->value, SPAN_LIT("urn:")))
        fault_of(sc, param, SIPSAN_PROD_SIGCOMP_ID, NULL);
}

/* Status-Code: three digits */
static void judge_cause(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    const char *end = value.p ? sipsan_match_digits(value.p) : NULL;

    if (value.n != 3 || !end || end != value.p + value.n)
        fault_of(sc, param, SIPSAN_PROD_VOICEMAIL_PARAMETER, NULL);
}

static void judge_valued(struct sipsan_scan *sc, const struct sipsan_param *param,
                         enum sipsan_production production)
{
    if (!param->value.p)
        fault_of(sc, param, production, NULL);
}

void sipsan_judge_uri_param(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span name = param->name;

    switch (name.n) {
    case 4:
        if (WORD_IS(name, "comp"))
            judge_comp(sc, param);
        break;
    case 5:
        if (WORD_IS(name, "cause"))
            judge_cause(sc, param);
        break;
    case 6:
        if (WORD_IS(name, "target"))
            judge_valued(sc, param, SIPSAN_PROD_VOICEMAIL_PARAMETER);
        break;
    case 7:
        if (WORD_IS(name, "pn-prid") || WORD_IS(name, "pn-purr"))
            judge_valued(sc, param, SIPSAN_PROD_PUSH_PARAMETER);
        break;
    case 8:
        if (WORD_IS(name, "pn-param"))
            judge_valued(sc, param, SIPSAN_PROD_PUSH_PARAMETER);
        break;
    case 10:
        if (WORD_IS(name, "sigcomp-id"))
            judge_sigcomp_id(sc, param);
        break;
    default:
        break;
    }
}

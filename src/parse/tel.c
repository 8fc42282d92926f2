/* Parameters of tel URIs: RFC 3966 3. The number itself is read by uri.c. */
#include "parse/read.h"
#include "parse/uri.h"

/* 1*phonedigit */
static bool is_extension(struct sipsan_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]) && !is_visual_separator(s.p[i]))
            return false;
    return s.n > 0;
}

/* domainname / global-number-digits */
static bool is_context(struct sipsan_span s)
{
    uint8_t kind = SIPSAN_HOST_NAME;
    const char *end = s.n == 0      ? NULL
                      : *s.p == '+' ? sipsan_match_global_number_digits(s.p)
                                    : sipsan_match_host(s.p, &kind);

    return end && end == s.p + s.n && kind == SIPSAN_HOST_NAME;
}

/* pname = 1*( alphanum / "-" ) */
static const char *name_stop(struct sipsan_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = ascii_lower(s.p[i]);

        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-')
            return s.p + i;
    }
    return NULL;
}

/* isub and ext come first, then phone-context, then all others. */
enum rank { RANK_FIRST, RANK_CONTEXT, RANK_OTHER };

static enum rank judge_value(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span name = param->name, value = param->value;
    const char *at = value.p ? value.p : name.p, *stop = name_stop(name);

    if (stop)
        sipsan_fault_at(sc, SIPSAN_PROD_TEL_PARAMETER, stop);
    if (WORD_IS(name, "isub")) {
        if (!value.p)
            sipsan_fault_at(sc, SIPSAN_PROD_TEL_PARAMETER, at);
        return RANK_FIRST;
    }
    if (WORD_IS(name, "ext")) {
        if (!is_extension(value))
            sipsan_fault_at(sc, SIPSAN_PROD_TEL_PARAMETER, at);
        return RANK_FIRST;
    }
    if (!WORD_IS(name, "phone-context"))
        return RANK_OTHER;
    if (!is_context(value))
        sipsan_fault_at(sc, SIPSAN_PROD_TEL_PARAMETER, at);
    return RANK_CONTEXT;
}

/* Where a stands to b in the alphabet, no case. */
static int compare_names(struct sipsan_span a, struct sipsan_span b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int difference = (unsigned char)ascii_lower(a.p[i]) - (unsigned char)ascii_lower(b.p[i]);

        if (difference != 0)
            return difference;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

/* Who is in order and never equals its neighbour stands there once. Only isub and ext may stand
 * either way round. */
void sipsan_judge_tel_params(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    const struct sipsan_param *before = NULL;
    enum rank rank_before = RANK_FIRST;
    uint8_t firsts = 0;

    for (; param; param = param->next) {
        enum rank rank = judge_value(sc, param);
        bool ordered = rank >= rank_before;

        if (rank == RANK_FIRST)
            ordered = ordered && ++firsts <= 2;
        if (ordered && before && rank == rank_before)
            ordered = rank == RANK_FIRST ? !sipsan_span_eq_nocase(before->name, param->name)
                                         : compare_names(before->name, param->name) < 0;
        if (!ordered)
            sipsan_fault_at(sc, SIPSAN_PROD_TEL_PARAMETER_ORDER, param->name.p);
        before = param;
        rank_before = rank;
    }
}

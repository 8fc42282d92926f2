/* Parameters, quoted strings and comments: generic-param, quoted-string, comment of RFC 3261 25.1.
 */
#include "parse/read.h"

/* Octets that may stand behind a parameter name or value. */
static bool ends_word(const struct sipsan_scan *sc, const char *p)
{
    return ends_at(sc, p, SIPSAN_OCTET_ENDS_WORD);
}

static const char *skip_word(const struct sipsan_scan *sc, const char *p)
{
    while (!ends_word(sc, p))
        p++;
    return p;
}

static bool is_separator(char c)
{
    return c != '\0' && strchr("()<>@,;:\\\"/[]?={}", c);
}

/* A bare line end that folds: told by the scanner, no fault of the text. */
static const char *skip_bare_fold(struct sipsan_scan *sc, const char *p)
{
    const char *q = is_crlf(*p) ? sipsan_scan_lws(sc, p) : p;

    return q;
}

/* Behind the DQUOTE that closes, looking no further than the line. */
static SIPSAN_COLD const char *skip_quoted(struct sipsan_scan *sc, const char *p)
{
    const char *lim = sipsan_scan_line_lim(sc, p);

    while (p < lim && *p != '"')
        p += *p == '\\' && p + 1 < lim ? 2 : 1;
    return p < lim ? p + 1 : lim;
}

const char *sipsan_read_quoted(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_quoted_string(p);
    const char *q = p + 1;

    if (end)
        return end;
    for (;;) {
        const char *more = sipsan_match_quoted_text(q);

        q = more ? more : q;
        if (*q == '"')
            return q + 1;
        more = skip_bare_fold(sc, q);
        if (more == q)
            break;
        q = more;
    }
    if (at_end(sc, q)) {
        sipsan_fault_at(sc, SIPSAN_PROD_QUOTED_STRING, p); /* it is never closed */
        return q;
    }
    sipsan_fault_at(sc, *q == '\\' ? SIPSAN_PROD_QUOTED_PAIR : SIPSAN_PROD_QUOTED_STRING, q);
    return skip_quoted(sc, q);
}

const char *sipsan_read_comment(struct sipsan_scan *sc, const char *p)
{
    const char *start = p;
    size_t depth = 0;

    for (;;) {
        const char *q = sipsan_match_comment_text(p);

        p = q ? q : p;
        if (*p == '(') {
            depth++;
            p++;
        } else if (*p == ')') {
            p++;
            if (--depth == 0)
                return p;
        } else {
            q = skip_bare_fold(sc, p);
            if (q == p)
                break;
            p = q;
        }
    }
    if (*p == '\\')
        sipsan_fault_at(sc, SIPSAN_PROD_QUOTED_PAIR, p);
    else
        sipsan_fault_at(sc, SIPSAN_PROD_COMMENT, at_end(sc, p) ? start : p);
    return sipsan_scan_line_lim(sc, p);
}

struct sipsan_span sipsan_unquoted(struct sipsan_span s)
{
    if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
        return s;
    return (struct sipsan_span){s.p + 1, s.n - 2};
}

/* Behind the '>' of a URI in angle brackets, or p: later RFCs have such values. */
static const char *skip_brackets(const char *p)
{
    const char *end = sipsan_match_uric(p + 1);

    return end && *end == '>' ? end + 1 : p;
}

/* A gen-value that is no token with its end behind it. end: behind the token that there may be. */
static const char *read_odd_value(struct sipsan_scan *sc, const char *p, const char *end,
                                  struct sipsan_param_seen *seen)
{
    if (*p == '"') {
        seen->form = SIPSAN_PARAM_QUOTED;
        end = sipsan_read_quoted(sc, p);
    } else if (*p == '[') {
        const char *stop = p + 1;

        end = sipsan_ipv6_end(p + 1, sipsan_scan_line_lim(sc, p), NULL, &stop);
        seen->form = SIPSAN_PARAM_HOST;
        end = end && *end == ']' ? end + 1 : stop;
    } else if (*p == '<') {
        end = p; /* a URI, which fits no gen-value: told below, to its end */
    } else if (end == p) {
        seen->form = SIPSAN_PARAM_EMPTY;
    }
    if (!ends_word(sc, end)) {
        seen->form = SIPSAN_PARAM_BROKEN;
        seen->stop = end;
        end = skip_word(sc, *p == '<' ? skip_brackets(p) : end);
    } else if (seen->form == SIPSAN_PARAM_EMPTY) {
        seen->stop = p;
    } else if (seen->form == SIPSAN_PARAM_HOST && end[-1] != ']') {
        seen->form = SIPSAN_PARAM_BROKEN;
        seen->stop = end;
    }
    seen->param->value = span_between(p, end);
    return end;
}

/* The gen-value at p, behind EQUAL. */
static inline const char *read_value(struct sipsan_scan *sc, const char *p,
                                     struct sipsan_param_seen *seen)
{
    const char *end = skip_octets(p, SIPSAN_OCTET_TOKEN);

    seen->form = SIPSAN_PARAM_TOKEN;
    if (end == p || !ends_word(sc, end))
        return read_odd_value(sc, p, end, seen);
    seen->param->value = span_between(p, end);
    return end;
}

/* A name that is no token: its end. */
static SIPSAN_COLD const char *broken_name(struct sipsan_scan *sc, const char *p, const char *end)
{
    if (*end != '=' && !ends_word(sc, end)) {
        sipsan_fault_at(sc, SIPSAN_PROD_TOKEN, end);
        while (*end != '=' && !ends_word(sc, end))
            end++;
    }
    if (end == p)
        sipsan_fault_at(sc, SIPSAN_PROD_GENERIC_PARAM, p);
    return end;
}

/* Inlined where it is called: its prologue costs as much as reading a short parameter. */
static inline __attribute__((always_inline)) const char *
read_param(struct sipsan_scan *sc, const char *p, struct sipsan_param_seen *seen)
{
    struct sipsan_param *param = sipsan_scan_alloc(sc, sizeof(*param));
    const char *end = skip_octets(p, SIPSAN_OCTET_TOKEN);
    const char *q;

    *seen = (struct sipsan_param_seen){.param = param};
    if (!param)
        return NULL;
    if (end == p || (*end != '=' && !ends_word(sc, end)))
        end = broken_name(sc, p, end);
    param->name = span_between(p, end);
    q = skip_sws(sc, end);
    if (*q != '=')
        return end;
    return read_value(sc, skip_sws(sc, q + 1), seen);
}

const char *sipsan_read_param(struct sipsan_scan *sc, const char *p, struct sipsan_param_seen *seen)
{
    return read_param(sc, p, seen);
}

void sipsan_param_judge(struct sipsan_scan *sc, const struct sipsan_param_seen *seen)
{
    if (!seen->stop)
        return;
    if (seen->form == SIPSAN_PARAM_EMPTY)
        sipsan_fault_at(sc, SIPSAN_PROD_GENERIC_PARAM, seen->stop);
    else if (is_separator(*seen->stop))
        sipsan_fault_at(sc, SIPSAN_PROD_SEPARATOR_UNQUOTED, seen->stop);
    else
        sipsan_fault_at(sc, SIPSAN_PROD_TOKEN, seen->stop);
}

const char *sipsan_read_params(struct sipsan_scan *sc, const char *p, struct sipsan_param **list,
                               sipsan_param_fn *fn, void *user)
{
    for (;;) {
        struct sipsan_param_seen seen;
        const char *q = skip_sws(sc, p);

        if (*q != ';')
            return p;
        q = read_param(sc, skip_sws(sc, q + 1), &seen);
        if (!q)
            return sipsan_scan_line_lim(sc, p);
        p = q;
        if (fn)
            fn(sc, &seen, user);
        if (seen.stop)
            sipsan_param_judge(sc, &seen);
        *list = seen.param;
        list = &seen.param->next;
    }
}

const struct sipsan_param *sipsan_param_find(const struct sipsan_param *params,
                                             struct sipsan_span name)
{
    while (params && !sipsan_span_eq_nocase(params->name, name))
        params = params->next;
    return params;
}

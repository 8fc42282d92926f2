/* Parameters, quoted strings and comments: generic-param, quoted-string, comment of RFC 3261 25.1.
 */
#include "parse/read.h"

/* Octets that may stand behind a parameter name or value. */
static bool ends_word(const struct sipsan_scan *sc, const char *p)
{
    return is_wsp(*p) || *p == ';' || *p == ',' || at_end(sc, p);
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
static const char *skip_quoted(struct sipsan_scan *sc, const char *p)
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
static const char *skip_brackets(const struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_scheme(p + 1);

    end = end ? sipsan_absolute_end(sc, end, false) : NULL;
    return end && *end == '>' ? end + 1 : p;
}

/* The gen-value at p, behind EQUAL. */
static const char *read_value(struct sipsan_scan *sc, const char *p, struct sipsan_param_seen *seen)
{
    const char *end;

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
    } else {
        seen->form = SIPSAN_PARAM_TOKEN;
        end = sipsan_match_token(p);
        if (!end) {
            seen->form = SIPSAN_PARAM_EMPTY;
            end = p;
        }
    }
    if (!ends_word(sc, end)) {
        seen->form = SIPSAN_PARAM_BROKEN;
        seen->stop = end;
        end = skip_word(sc, *p == '<' ? skip_brackets(sc, p) : end);
    } else if (seen->form == SIPSAN_PARAM_EMPTY) {
        seen->stop = p;
    } else if (seen->form == SIPSAN_PARAM_HOST && end[-1] != ']') {
        seen->form = SIPSAN_PARAM_BROKEN;
        seen->stop = end;
    }
    seen->param->value = span_between(p, end);
    return end;
}

const char *sipsan_read_param(struct sipsan_scan *sc, const char *p, struct sipsan_param_seen *seen)
{
    const char *end = sipsan_match_token(p);
    const char *q;

    *seen = (struct sipsan_param_seen){.param = sipsan_scan_alloc(sc, sizeof(*seen->param))};
    if (!seen->param)
        return NULL;
    if (!end)
        end = p;
    if (*end != '=' && !ends_word(sc, end)) {
        sipsan_fault_at(sc, SIPSAN_PROD_TOKEN, end);
        while (*end != '=' && !ends_word(sc, end))
            end++;
    }
    if (end == p)
        sipsan_fault_at(sc, SIPSAN_PROD_GENERIC_PARAM, p);
    seen->param->name = span_between(p, end);
    q = skip_sws(sc, end);
    if (*q != '=')
        return end;
    return read_value(sc, skip_sws(sc, q + 1), seen);
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
        q = sipsan_read_param(sc, skip_sws(sc, q + 1), &seen);
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

static char take_quoted(struct sipsan_span s, size_t *i)
{
    if (s.p[*i] == '\\' && *i + 1 < s.n)
        ++*i;
    return s.p[(*i)++];
}

bool sipsan_quoted_eq(struct sipsan_span a, struct sipsan_span b)
{
    size_t i = 0, j = 0;

    while (i < a.n && j < b.n)
        if (take_quoted(a, &i) != take_quoted(b, &j))
            return false;
    return i == a.n && j == b.n;
}

#define REPEATED_MAX 64

/* Most names differ in their length or first letter already, so that few are compared. */
const struct sipsan_param *sipsan_param_repeated(const struct sipsan_param *params)
{
    uint64_t seen = 0;
    size_t n = 0;

    if (!params || !params->next)
        return NULL;
    for (const struct sipsan_param *p = params; p && n < REPEATED_MAX; p = p->next, n++) {
        uint64_t bit;

        if (p->name.n == 0)
            continue;
        bit = UINT64_C(1) << (((unsigned char)ascii_lower(p->name.p[0]) * 5u + p->name.n) & 63u);
        if (seen & bit)
            for (const struct sipsan_param *q = params; q != p; q = q->next)
                if (sipsan_span_eq_nocase(p->name, q->name))
                    return p;
        seen |= bit;
    }
    return NULL;
}

const struct sipsan_param *sipsan_param_find(const struct sipsan_param *params,
                                             struct sipsan_span name)
{
    while (params && !sipsan_span_eq_nocase(params->name, name))
        params = params->next;
    return params;
}

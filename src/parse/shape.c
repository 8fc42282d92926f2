/* The reader of all header fields that have a row: see shape.h. */
#include "parse/shape.h"

bool sipsan_word_listed(const char *words, struct sipsan_span s)
{
    while (*words) {
        size_t n = strcspn(words, " ");

        if (word_is(s, words, n))
            return true;
        words += n;
        if (*words == ' ')
            words++;
    }
    return false;
}

/* What a matcher took, or the fault of the header field. */
static const char *take(struct sipsan_scan *sc, const char *p, const char *end,
                        struct sipsan_value *out)
{
    if (!end) {
        sipsan_fault_at(sc, own(sc), p);
        end = p;
    }
    out->head = span_between(p, end);
    return end;
}

const char *sipsan_element_token(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    return take(sc, p, sipsan_match_token(p), out);
}

const char *sipsan_element_callid(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    return take(sc, p, sipsan_match_callid(p), out);
}

const char *sipsan_element_number(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = take(sc, p, sipsan_match_digits(p), out);

    out->number = sipsan_digits_value(p, end);
    return end;
}

const char *sipsan_element_star(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    return take(sc, p, *p == '*' ? p + 1 : NULL, out);
}

const char *sipsan_element_quoted(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    return take(sc, p, *p == '"' ? sipsan_read_quoted(sc, p) : NULL, out);
}

const char *sipsan_element_token_or_quoted(struct sipsan_scan *sc, const char *p,
                                           struct sipsan_value *out)
{
    return *p == '"' ? sipsan_element_quoted(sc, p, out) : sipsan_element_token(sc, p, out);
}

const char *sipsan_element_words(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = take(sc, p, sipsan_match_token(p), out);

    if (!sipsan_word_listed(sc->shape->words, out->head))
        sipsan_fault_at(sc, own(sc), p);
    return end;
}

static const char *read_addr(struct sipsan_scan *sc, const char *p, struct sipsan_value *out,
                             bool plain)
{
    const char *end;

    out->addr = sipsan_scan_alloc(sc, sizeof(*out->addr));
    if (!out->addr)
        return sipsan_scan_line_lim(sc, p);
    end = sipsan_read_addr(sc, p, out->addr, plain, sc->shape->list);
    out->head = out->addr->text = trimmed(p, end);
    out->addr->ok = !sc->bad;
    return end;
}

const char *sipsan_element_addr(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    return read_addr(sc, p, out, true);
}

const char *sipsan_element_name_addr(struct sipsan_scan *sc, const char *p,
                                     struct sipsan_value *out)
{
    return read_addr(sc, p, out, false);
}

const char *sipsan_element_brackets(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    if (*p == '<')
        return read_addr(sc, p, out, false);
    sipsan_fault_at(sc, own(sc), p);
    return p;
}

const char *sipsan_form_token(struct sipsan_scan *sc, struct sipsan_span value)
{
    (void)sc;
    return whole(value, sipsan_match_token(value.p));
}

const char *sipsan_form_number(struct sipsan_scan *sc, struct sipsan_span value)
{
    (void)sc;
    return whole(value, sipsan_match_digits(value.p));
}

/* A fold at a bare CR or LF has been told; no matcher takes it. */
const char *sipsan_form_quoted(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *end = sipsan_match_quoted_string(value.p);

    (void)sc;
    if (!end && value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        return NULL;
    return whole(value, end);
}

const char *sipsan_form_token_or_quoted(struct sipsan_scan *sc, struct sipsan_span value)
{
    return *value.p == '"' ? sipsan_form_quoted(sc, value) : sipsan_form_token(sc, value);
}

/* The first octet of the parameter that is not as its row says, or NULL. */
static const char *judge_value(struct sipsan_scan *sc, const struct sipsan_shape_param *row,
                               const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    const char *wrong;

    if (!value.p)
        return (row->form || row->words) && !row->optional ? param->name.p : NULL;
    if (!row->form && !row->words)
        return value.p;
    wrong = row->form ? row->form(sc, value) : sipsan_form_token(sc, value);
    if (!wrong && row->words && !sipsan_word_listed(row->words, value))
        wrong = value.p;
    return wrong;
}

static void judge_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                        const struct sipsan_shape *shape, struct sipsan_value *out, uint32_t *met)
{
    struct sipsan_span name = seen->param->name;
    const struct sipsan_shape_param *row = shape->params;
    enum sipsan_production production;
    const char *wrong;
    uint8_t i = 0;

    while (i < shape->param_count && !word_is(name, row->name, row->length)) {
        row++;
        i++;
    }
    if (i == shape->param_count) {
        if (shape->others)
            shape->others(sc, seen, out);
        if (shape->closed)
            sipsan_fault_at(sc, own(sc), name.p);
        sipsan_param_judge(sc, seen);
        return;
    }
    production = row->production ? (enum sipsan_production)row->production : own(sc);
    if (*met & UINT32_C(1) << i)
        sipsan_fault_at(sc, own(sc), name.p); /* twice */
    *met |= UINT32_C(1) << i;
    wrong = judge_value(sc, row, seen->param);
    if (wrong)
        sipsan_fault_at(sc, production, wrong);
}

/* *( SEMI parameter ); where there is no element, the first one stands alone. */
static const char *read_shape_params(struct sipsan_scan *sc, const char *p,
                                     const struct sipsan_shape *shape, struct sipsan_value *out)
{
    struct sipsan_param **tail = &out->params;
    bool first = !shape->element;
    uint32_t met = 0;

    if (first && at_end(sc, p))
        sipsan_fault_at(sc, own(sc), p);
    for (;; first = false) {
        struct sipsan_param_seen seen;
        const char *q = skip_sws(sc, p);

        if (!first && *q != ';')
            break;
        if (shape->values && *q == ';' && *skip_sws(sc, q + 1) == '"') {
            p = sipsan_read_quoted(sc, skip_sws(sc, q + 1));
            continue;
        }
        q = sipsan_read_param(sc, first ? q : skip_sws(sc, q + 1), &seen);
        if (!q)
            return sipsan_scan_line_lim(sc, p);
        p = q;
        judge_param(sc, &seen, shape, out, &met);
        *tail = seen.param;
        tail = &seen.param->next;
    }
    for (uint8_t i = 0; i < shape->param_count; i++)
        if (shape->params[i].required && !(met & UINT32_C(1) << i))
            sipsan_fault_at(sc, own(sc), p);
    return p;
}

#define ROW(id, name) [SIPSAN_HDR_##id] = &sipsan_shape_##name,

static const struct sipsan_shape *const shapes[SIPSAN_HDR_COUNT] = {SIPSAN_SHAPED_HEADERS(ROW)};

const char *sipsan_value_shape(struct sipsan_scan *sc, const char *p)
{
    const struct sipsan_shape *shape = shapes[sc->header];
    bool more;

    sc->shape = shape;
    if (shape->empty && at_end(sc, p))
        return p;
    do {
        struct sipsan_value *out = sipsan_scan_alloc(sc, sizeof(*out));
        const char *start;

        if (!out)
            return sipsan_scan_line_lim(sc, p);
        next_value(sc);
        out->line = sc->line;
        out->header = sc->header;
        start = skip_sws(sc, p);
        p = shape->element ? shape->element(sc, start, out) : start;
        if (!shape->bare)
            p = read_shape_params(sc, p, shape, out);
        more = shape->list && scan_more(sc, &p);
        if (!shape->list)
            p = scan_end(sc, p);
        out->text = trimmed(start, more ? p - 1 : p);
        out->ok = !sc->bad;
        *sc->value_tail = out;
        sc->value_tail = &out->next;
    } while (more);
    return p;
}

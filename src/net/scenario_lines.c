/* See scenario_lines.h. The format is described in tests/rules/README.md. */
#include "net/scenario_lines.h"

static const struct sipsan_span nothing = {"", 0};

/* Lines and words ----------------------------------------------------------------------------- */

static void line_at(struct sipsan_lines *lines, const char *p)
{
    const char *lf;

    lines->p = p;
    if (p == lines->lim) {
        lines->end = true;
        lines->now = nothing;
        return;
    }
    lines->number++;
    lf = memchr(p, '\n', (size_t)(lines->lim - p));
    lines->next = lf ? lf + 1 : lines->lim;
    lines->now = span_between(p, lf ? lf : lines->lim);
    /* A file that was saved with CRLF reads like one with LF. */
    if (lines->now.n > 0 && lines->now.p[lines->now.n - 1] == '\r')
        lines->now.n--;
}

void sipsan_lines_init(struct sipsan_lines *lines, struct sipsan_span text)
{
    const char *p = text.p ? text.p : "";

    *lines = (struct sipsan_lines){.lim = p + text.n};
    line_at(lines, p);
}

void sipsan_lines_next(struct sipsan_lines *lines)
{
    if (!lines->end)
        line_at(lines, lines->next);
}

bool sipsan_line_starts(struct sipsan_span line, struct sipsan_span head)
{
    return line.n >= head.n && memcmp(line.p, head.p, head.n) == 0;
}

bool sipsan_line_is_mark(struct sipsan_span line)
{
    return sipsan_line_starts(line, SPAN_LIT("@ ")) || sipsan_line_starts(line, SPAN_LIT("! ")) ||
           sipsan_line_starts(line, SPAN_LIT("? ")) || sipsan_line_starts(line, SPAN_LIT("==")) ||
           sipsan_line_starts(line, SPAN_LIT("#")) || sipsan_line_is_setting(line);
}

bool sipsan_line_is_setting(struct sipsan_span line)
{
    return span_eq(line, SPAN_LIT("notes allowed")) || span_eq(line, SPAN_LIT("as of 3261"));
}

struct sipsan_span sipsan_word(struct sipsan_span *rest)
{
    const char *p = rest->p;
    const char *lim = rest->p + rest->n;
    const char *start;

    while (p < lim && *p == ' ')
        p++;
    start = p;
    while (p < lim && *p != ' ')
        p++;
    *rest = span_between(p, lim);
    return span_between(start, p);
}

bool sipsan_word_number(struct sipsan_span word, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (word.n == 0)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        uint64_t digit;

        if (word.p[i] < '0' || word.p[i] > '9')
            return false;
        digit = (uint64_t)(word.p[i] - '0');
        if (digit > max || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

struct sipsan_span sipsan_line_strip(struct sipsan_span s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

struct sipsan_span sipsan_line_split(struct sipsan_span raw, struct sipsan_span *value)
{
    const char *colon = raw.n > 0 ? memchr(raw.p, ':', raw.n) : NULL;

    *value = nothing;
    if (!colon)
        return nothing;
    *value = sipsan_line_strip(span_between(colon + 1, raw.p + raw.n));
    return sipsan_line_strip(span_between(raw.p, colon));
}

bool sipsan_names_length(struct sipsan_span name)
{
    return sipsan_span_eq_nocase(name, SPAN_LIT("Content-Length")) ||
           sipsan_span_eq_nocase(name, SPAN_LIT("l"));
}

bool sipsan_line_content_length(struct sipsan_span line, struct sipsan_span *value)
{
    struct sipsan_span name = sipsan_line_split(line, value);

    *value = sipsan_span_trim(*value);
    return sipsan_names_length(name);
}

/* Escapes ------------------------------------------------------------------------------------- */

int sipsan_wrong(struct sipsan_wrong *wrong, const char *what, struct sipsan_span text)
{
    wrong->what = what;
    wrong->text = text;
    return SIPSAN_EINVAL;
}

/* The escape at p (a backslash that is not the last byte): its length and *out, or 0. */
static size_t escape(const char *p, size_t n, char *out)
{
    switch (p[1]) {
    case '\\':
        *out = '\\';
        return 2;
    case 'r':
        *out = '\r';
        return 2;
    case 'n':
        *out = '\n';
        return 2;
    case 'x':
        if (n < 4 || hex_value(p[2]) < 0 || hex_value(p[3]) < 0)
            return 0;
        *out = (char)(unsigned char)(hex_value(p[2]) * 16 + hex_value(p[3]));
        return 4;
    default:
        return 0;
    }
}

int sipsan_unescape_to(char *to, size_t *n, struct sipsan_span raw, bool *joined,
                       struct sipsan_wrong *wrong)
{
    size_t i = 0;

    *n = 0;
    if (joined)
        *joined = false;
    while (i < raw.n) {
        size_t step = 1;

        if (raw.p[i] != '\\') {
            to[(*n)++] = raw.p[i++];
            continue;
        }
        if (i + 1 == raw.n && joined) {
            *joined = true;
            return SIPSAN_OK;
        }
        if (i + 1 < raw.n)
            step = escape(raw.p + i, raw.n - i, to + *n);
        if (i + 1 == raw.n || step == 0)
            return sipsan_wrong(wrong, "unknown escape",
                                (struct sipsan_span){raw.p + i, raw.n - i < 4 ? raw.n - i : 4});
        (*n)++;
        i += step;
    }
    return SIPSAN_OK;
}

int sipsan_unescape(struct sipsan_span *out, struct sipsan_arena *arena, struct sipsan_span raw,
                    bool *joined, struct sipsan_wrong *wrong)
{
    char *to = sipsan_arena_alloc(arena, raw.n + 2); /* room for a CRLF of the caller's */
    size_t n;
    int err;

    if (!to)
        return SIPSAN_ENOMEM;
    err = sipsan_unescape_to(to, &n, raw, joined, wrong);
    if (!err)
        *out = (struct sipsan_span){to, n};
    return err;
}

int sipsan_unescape_line(struct sipsan_span *out, struct sipsan_arena *arena,
                         struct sipsan_span raw, bool *joined, struct sipsan_wrong *wrong)
{
    char *to = sipsan_arena_alloc(arena, raw.n + 2);
    size_t n;
    int err;

    if (!to)
        return SIPSAN_ENOMEM;
    err = sipsan_unescape_to(to, &n, raw, joined, wrong);
    if (err)
        return err;
    if (!*joined) {
        to[n++] = '\r';
        to[n++] = '\n';
    }
    *out = (struct sipsan_span){to, n};
    return SIPSAN_OK;
}

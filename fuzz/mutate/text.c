/* Random numbers, edits in place, and a reader of messages that refuses nothing. */
#include "text.h"

/* splitmix64: every seed is as good as another. */
uint64_t mut_random(struct mut *m)
{
    uint64_t z = m->seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t mut_below(struct mut *m, size_t limit)
{
    return limit > 0 ? (size_t)(mut_random(m) % limit) : 0;
}

bool mut_one_in(struct mut *m, size_t n)
{
    return mut_below(m, n) == 0;
}

/* Edits --------------------------------------------------------------------------------------- */

bool mut_replace(struct mut *m, size_t at, size_t n, struct mut_span with)
{
    size_t behind = m->n - at - n;

    if (with.n > n && with.n - n > m->max - m->n)
        return false;
    memmove(m->p + at + with.n, m->p + at + n, behind);
    if (with.n > 0)
        memcpy(m->p + at, with.p, with.n);
    m->n = m->n - n + with.n;
    return true;
}

bool mut_insert(struct mut *m, size_t at, struct mut_span with)
{
    return mut_replace(m, at, 0, with);
}

bool mut_delete(struct mut *m, size_t at, size_t n)
{
    return mut_replace(m, at, n, (struct mut_span){"", 0});
}

bool mut_copy(struct mut *m, size_t to, size_t from, size_t n)
{
    if (n > m->max - m->n)
        return false;
    memmove(m->p + to + n, m->p + to, m->n - to);
    m->n += n;
    memmove(m->p + to, m->p + (from >= to ? from + n : from), n);
    return true;
}

static void reverse(char *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        char c = p[i];

        p[i] = p[n - 1 - i];
        p[n - 1 - i] = c;
    }
}

/* Two neighbours change places by turning each around and then both. */
void mut_move(struct mut *m, size_t at, size_t n, size_t to)
{
    size_t from = to < at ? to : at;
    size_t first = to < at ? at - to : n;
    size_t all = to < at ? at + n - to : to - at;

    if (to == at)
        return;
    reverse(m->p + from, first);
    reverse(m->p + from + first, all - first);
    reverse(m->p + from, all);
}

/* Reading ------------------------------------------------------------------------------------- */

/* Where the line that begins at `at` has its LF, or end. */
static size_t line_feed(struct mut_span text, size_t at, size_t end)
{
    const char *lf = at < end ? memchr(text.p + at, '\n', end - at) : NULL;

    return lf ? (size_t)(lf - text.p) : end;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void read_field(struct mut_field *field, struct mut_span text, size_t at, size_t end)
{
    const char *colon = memchr(text.p + at, ':', end - at);
    size_t stop = end;

    while (stop > at && (text.p[stop - 1] == '\n' || text.p[stop - 1] == '\r'))
        stop--;
    field->at = at;
    field->end = end;
    field->name_n = colon ? (size_t)(colon - text.p) - at : 0;
    field->value = colon ? (size_t)(colon - text.p) + 1 : at;
    if (field->value > stop)
        field->value = stop;
    while (field->name_n > 0 && is_blank(text.p[at + field->name_n - 1]))
        field->name_n--;
    /* The first line may be empty, all of the value in folded ones. */
    while (field->value < stop && strchr(" \t\r\n", text.p[field->value]))
        field->value++;
    field->value_end = stop;
}

void mut_read_span(struct mut_msg *out, struct mut_span text, size_t begin, size_t end)
{
    size_t lf = line_feed(text, begin, end);
    size_t at = lf < end ? lf + 1 : end;

    out->begin = begin;
    out->end = end;
    out->count = 0;
    out->eol = lf > begin && lf < end && text.p[lf - 1] == '\r' ? "\r\n" : "\n";
    out->start_n = lf - begin - (out->eol[0] == '\r' ? 1 : 0);
    out->headers = at;
    while (at < end) {
        size_t next = line_feed(text, at, end);
        size_t from = at;

        if (next == at || (next == at + 1 && text.p[at] == '\r'))
            break;
        at = next < end ? next + 1 : end;
        while (at < end && is_blank(text.p[at])) { /* folded */
            next = line_feed(text, at, end);
            at = next < end ? next + 1 : end;
        }
        if (out->count < MUT_FIELDS_MAX)
            read_field(&out->fields[out->count++], text, from, at);
    }
    out->blank = at;
    lf = line_feed(text, at, end);
    out->body = lf < end ? lf + 1 : end;
}

void mut_read(struct mut *m, size_t begin, size_t end)
{
    mut_read_span(&m->msg, (struct mut_span){m->p, m->n}, begin, end);
}

/* Names --------------------------------------------------------------------------------------- */

static const struct {
    char letter;
    const char *name;
} short_names[] = {
    {'a', "Accept-Contact"},
    {'b', "Referred-By"},
    {'c', "Content-Type"},
    {'d', "Request-Disposition"},
    {'e', "Content-Encoding"},
    {'f', "From"},
    {'i', "Call-ID"},
    {'j', "Reject-Contact"},
    {'k', "Supported"},
    {'l', "Content-Length"},
    {'m', "Contact"},
    {'o', "Event"},
    {'r', "Refer-To"},
    {'s', "Subject"},
    {'t', "To"},
    {'u', "Allow-Events"},
    {'v', "Via"},
    {'x', "Session-Expires"},
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool mut_same(struct mut_span a, struct mut_span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

static struct mut_span span_of(const char *text)
{
    return (struct mut_span){text, strlen(text)};
}

char mut_short(struct mut_span name)
{
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        if (mut_same(name, span_of(short_names[i].name)))
            return short_names[i].letter;
    }
    return '\0';
}

const char *mut_long(char letter)
{
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        if (lower(letter) == short_names[i].letter)
            return short_names[i].name;
    }
    return NULL;
}

struct mut_span mut_name(const struct mut *m, const struct mut_field *field)
{
    return (struct mut_span){m->p + field->at, field->name_n};
}

struct mut_span mut_value(const struct mut *m, const struct mut_field *field)
{
    return (struct mut_span){m->p + field->value, field->value_end - field->value};
}

bool mut_is(const struct mut *m, const struct mut_field *field, const char *name)
{
    struct mut_span written = mut_name(m, field);
    const char *full = written.n == 1 ? mut_long(*written.p) : NULL;

    return mut_same(full ? span_of(full) : written, span_of(name));
}

const struct mut_field *mut_find(const struct mut *m, const char *name, size_t nth)
{
    for (size_t i = 0; i < m->msg.count; i++) {
        if (mut_is(m, &m->msg.fields[i], name) && nth-- == 0)
            return &m->msg.fields[i];
    }
    return NULL;
}

const struct mut_field *mut_any(struct mut *m)
{
    return m->msg.count > 0 ? &m->msg.fields[mut_below(m, m->msg.count)] : NULL;
}

/* Pieces -------------------------------------------------------------------------------------- */

static bool ends_word(char c)
{
    return is_blank(c) || strchr(";,>\"\r\n", c);
}

bool mut_param(const struct mut *m, size_t from, size_t to, const char *name, size_t *at, size_t *n)
{
    struct mut_span want = span_of(name);
    bool quoted = false, bracket = false;

    for (size_t i = from; i < to; i++) {
        if (m->p[i] == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (m->p[i] == '<' || m->p[i] == '>')
            bracket = m->p[i] == '<';
        if (m->p[i] != ';' || bracket)
            continue;
        for (i++; i < to && is_blank(m->p[i]); i++)
            ;
        if (to - i <= want.n || !mut_same((struct mut_span){m->p + i, want.n}, want) ||
            m->p[i + want.n] != '=') {
            i--;
            continue;
        }
        *at = i + want.n + 1;
        for (*n = 0; *at + *n < to && !ends_word(m->p[*at + *n]); ++*n)
            ;
        return *n > 0;
    }
    return false;
}

struct mut_span mut_word(struct mut *m, char *out, size_t n)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    for (size_t i = 0; i < n; i++)
        out[i] = letters[mut_below(m, sizeof letters - 1)];
    return (struct mut_span){out, n};
}

struct mut_span mut_number(char out[24], uint64_t value)
{
    size_t n = 24;

    do {
        out[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return (struct mut_span){out + n, 24 - n};
}

/* In a session the reader counts: it knows which line ends of a body are sent. */
void mut_fix_length(struct mut *m)
{
    const struct mut_field *field = mut_find(m, "Content-Length", 0);
    char digits[24];
    struct mut_span want;

    if (!field)
        return;
    want = m->session ? MUT_LIT("auto") : mut_number(digits, m->msg.end - m->msg.body);
    mut_replace(m, field->value, field->value_end - field->value, want);
}

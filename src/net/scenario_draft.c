/* Messages of scenario text: written in full, or a base message with edits. A draft keeps the
 * header as a list of lines and the body as a list of pieces, so that no edit copies the message.
 * The format is described in tests/rules/README.md. */
#include "net/scenario_draft.h"

#define EDITS_MAX 1000 /* of one packet: an edit may walk the whole header */
#define DIGITS    20   /* of a size_t */

static const struct sipsan_span nothing = {"", 0};

/* Header lines -------------------------------------------------------------------------------- */

void sipsan_draft_init(struct sipsan_draft *draft, struct sipsan_arena *arena,
                       struct sipsan_wrong *wrong)
{
    *draft = (struct sipsan_draft){.arena = arena, .wrong = wrong};
}

static int line_new(struct sipsan_draft *draft, struct sipsan_span raw, bool after_open,
                    struct sipsan_draft_line **out)
{
    struct sipsan_draft_line *line = sipsan_arena_zalloc(draft->arena, sizeof *line);
    struct sipsan_span value;

    if (!line)
        return SIPSAN_ENOMEM;
    *out = line;
    line->more = after_open || (raw.n > 0 && (raw.p[0] == ' ' || raw.p[0] == '\t'));
    if (!line->more)
        line->name = sipsan_line_split(raw, &value);
    if (!line->more && sipsan_names_length(line->name) && span_eq(value, SPAN_LIT("auto"))) {
        line->computed = true;
        raw = span_between(raw.p, value.p);
        line->text = sipsan_arena_copy(draft->arena, raw);
        return line->text.p ? SIPSAN_OK : SIPSAN_ENOMEM;
    }
    return sipsan_unescape_line(&line->text, draft->arena, raw, &line->open, draft->wrong);
}

static void append(struct sipsan_draft *draft, struct sipsan_draft_line *line)
{
    if (draft->last)
        draft->last->next = line;
    else
        draft->first = line;
    draft->last = line;
}

static int add_line(struct sipsan_draft *draft, struct sipsan_span raw)
{
    struct sipsan_draft_line *line;
    int err = line_new(draft, raw, draft->last && draft->last->open, &line);

    if (!err)
        append(draft, line);
    return err;
}

static int add_part(struct sipsan_arena *arena, struct sipsan_draft_parts *parts,
                    struct sipsan_span bytes, size_t cut)
{
    struct sipsan_draft_part *part = sipsan_arena_alloc(arena, sizeof *part);

    if (!part)
        return SIPSAN_ENOMEM;
    *part = (struct sipsan_draft_part){.bytes = bytes, .cut = cut};
    if (parts->last)
        parts->last->next = part;
    else
        parts->first = part;
    parts->last = part;
    return SIPSAN_OK;
}

/* A message in full --------------------------------------------------------------------------- */

/* The number in the first Content-Length of the draft. False: none, or it is computed. */
static bool content_length(const struct sipsan_draft *draft, uint64_t *n)
{
    for (const struct sipsan_draft_line *line = draft->first; line; line = line->next) {
        struct sipsan_span value;

        if (line->more || !sipsan_names_length(line->name) || line->computed)
            continue;
        sipsan_line_content_length(line->text, &value);
        return sipsan_word_number(value, 1u << 30, n);
    }
    return false;
}

/* The bytes of the body in the lines up to the next mark. Only its last CRLF and the blank lines
 * after it are in doubt: Content-Length decides when it fits one reading exactly. */
static int read_body(struct sipsan_draft *draft, struct sipsan_lines *lines)
{
    struct sipsan_lines from = *lines;
    size_t count = 0, blank = 0, room;
    bool joined = false;
    size_t n = 0;
    uint64_t want = 0;
    char *to;

    for (; !lines->end && !sipsan_line_is_mark(lines->now); sipsan_lines_next(lines)) {
        count++;
        blank = lines->now.n == 0 ? blank + 1 : 0;
    }
    room = (size_t)(lines->p - from.p) + count + 2;
    to = sipsan_arena_alloc(draft->arena, room);
    if (!to)
        return SIPSAN_ENOMEM;
    for (size_t i = 0; i < count - blank; i++, sipsan_lines_next(&from)) {
        size_t got;
        int err = sipsan_unescape_to(to + n, &got, from.now, &joined, draft->wrong);

        if (err) {
            *lines = from; /* for the line number */
            return err;
        }
        n += got;
        if (!joined) {
            to[n++] = '\r';
            to[n++] = '\n';
        }
    }
    if (content_length(draft, &want) && want != n) {
        if (n >= 2 && !joined && want == n - 2)
            n -= 2;
        else if (want > n && (want - n) % 2 == 0 && (want - n) / 2 <= blank)
            for (; n < want; n += 2) {
                to[n] = '\r';
                to[n + 1] = '\n';
            }
    }
    return n > 0 ? add_part(draft->arena, &draft->body, (struct sipsan_span){to, n}, 0) : SIPSAN_OK;
}

int sipsan_draft_read(struct sipsan_draft *draft, struct sipsan_lines *lines)
{
    while (!lines->end && lines->now.n == 0)
        sipsan_lines_next(lines);
    if (lines->end || sipsan_line_is_mark(lines->now))
        return sipsan_wrong(draft->wrong, "packet without a message", nothing);
    for (; !lines->end && !sipsan_line_is_mark(lines->now); sipsan_lines_next(lines)) {
        int err;

        if (lines->now.n == 0 && !draft->last->open) {
            draft->closed = true;
            sipsan_lines_next(lines);
            return read_body(draft, lines);
        }
        err = add_line(draft, lines->now);
        if (err)
            return err;
    }
    return SIPSAN_OK;
}

/* Edits --------------------------------------------------------------------------------------- */

bool sipsan_draft_is_edit(struct sipsan_span line)
{
    if (sipsan_line_starts(line, SPAN_LIT("raw ")) || sipsan_line_starts(line, SPAN_LIT("cut ")) ||
        span_eq(line, SPAN_LIT("|")))
        return true;
    return line.n >= 2 && line.p[1] == ' ' && memchr("=~+^-|", line.p[0], 6);
}

/* The pointer to the first header field of the name; to NULL at the end when there is none. */
static struct sipsan_draft_line **find(struct sipsan_draft *draft, struct sipsan_span name)
{
    struct sipsan_draft_line **at = &draft->first->next;

    while (*at && ((*at)->more || !sipsan_span_eq_nocase((*at)->name, name)))
        at = &(*at)->next;
    return at;
}

static void relink_last(struct sipsan_draft *draft)
{
    draft->last = draft->first;
    while (draft->last->next)
        draft->last = draft->last->next;
}

/* Takes the line at *at and those that go on with it out of the list. */
static void drop(struct sipsan_draft_line **at)
{
    do
        *at = (*at)->next;
    while (*at && (*at)->more);
}

static int replace_start(struct sipsan_draft *draft, struct sipsan_span text)
{
    struct sipsan_draft_line *line;
    int err = line_new(draft, text, false, &line);

    if (err)
        return err;
    line->name = nothing;
    drop(&draft->first);
    line->next = draft->first;
    draft->first = line;
    relink_last(draft);
    return SIPSAN_OK;
}

static int replace_field(struct sipsan_draft *draft, struct sipsan_span text)
{
    struct sipsan_draft_line *line, **at;
    int err = line_new(draft, text, false, &line);

    if (err)
        return err;
    if (line->name.n == 0)
        return sipsan_wrong(draft->wrong, "no header field name", text);
    at = find(draft, line->name);
    if (!*at)
        return sipsan_wrong(draft->wrong, "no header field of this name to replace", line->name);
    drop(at);
    line->next = *at;
    *at = line;
    relink_last(draft);
    return SIPSAN_OK;
}

static int add_before(struct sipsan_draft *draft, struct sipsan_span text)
{
    struct sipsan_draft_line *line, **at;
    int err = line_new(draft, text, false, &line);

    if (err)
        return err;
    at = find(draft, line->name);
    if (!*at || line->name.n == 0)
        at = &draft->first->next;
    line->next = *at;
    *at = line;
    relink_last(draft);
    return SIPSAN_OK;
}

static int remove_fields(struct sipsan_draft *draft, struct sipsan_span name)
{
    struct sipsan_draft_line **at = find(draft, name);

    if (!*at || name.n == 0)
        return sipsan_wrong(draft->wrong, "no header field of this name to remove", name);
    while (*at) {
        if (!(*at)->more && sipsan_span_eq_nocase((*at)->name, name))
            drop(at);
        else
            at = &(*at)->next;
    }
    relink_last(draft);
    return SIPSAN_OK;
}

static int body_line(struct sipsan_draft *draft, struct sipsan_span text)
{
    struct sipsan_span bytes;
    bool joined;
    int err = sipsan_unescape_line(&bytes, draft->arena, text, &joined, draft->wrong);

    if (err)
        return err;
    if (!draft->body_edited)
        draft->body = (struct sipsan_draft_parts){NULL, NULL};
    draft->body_edited = true;
    return add_part(draft->arena, &draft->body, bytes, 0);
}

static int raw_bytes(struct sipsan_draft *draft, struct sipsan_span text)
{
    struct sipsan_span bytes;
    bool joined;
    int err = sipsan_unescape(&bytes, draft->arena, text, &joined, draft->wrong);

    return err ? err : add_part(draft->arena, &draft->tail, bytes, 0);
}

static int cut_bytes(struct sipsan_draft *draft, struct sipsan_span text)
{
    uint64_t n;

    if (!sipsan_word_number(sipsan_line_strip(text), 1u << 30, &n))
        return sipsan_wrong(draft->wrong, "no number of bytes", text);
    return add_part(draft->arena, &draft->tail, nothing, (size_t)n);
}

int sipsan_draft_edit(struct sipsan_draft *draft, struct sipsan_span line)
{
    struct sipsan_span text = nothing; /* of a lone '|' */

    if (line.n >= 2)
        text = (struct sipsan_span){line.p + 2, line.n - 2};
    if (line.p[0] == '|')
        return body_line(draft, text);
    if (line.p[0] == 'r')
        return raw_bytes(draft, (struct sipsan_span){line.p + 4, line.n - 4});
    if (line.p[0] == 'c')
        return cut_bytes(draft, (struct sipsan_span){line.p + 4, line.n - 4});
    if (++draft->edits > EDITS_MAX)
        return sipsan_wrong(draft->wrong, "too many edits of one packet", nothing);
    switch (line.p[0]) {
    case '=':
        return replace_start(draft, text);
    case '~':
        return replace_field(draft, text);
    case '+':
        return add_line(draft, text);
    case '^':
        return add_before(draft, text);
    default:
        if (!span_eq(sipsan_line_strip(text), SPAN_LIT("body")))
            return remove_fields(draft, sipsan_line_strip(text));
        draft->body = (struct sipsan_draft_parts){NULL, NULL};
        draft->body_edited = true;
        return SIPSAN_OK;
    }
}

/* Putting it together ------------------------------------------------------------------------- */

static size_t parts_size(const struct sipsan_draft_parts *parts)
{
    size_t n = 0;

    for (const struct sipsan_draft_part *part = parts->first; part; part = part->next)
        n += part->bytes.n;
    return n;
}

static char *put(char *to, struct sipsan_span bytes)
{
    if (bytes.n > 0)
        memcpy(to, bytes.p, bytes.n);
    return to + bytes.n;
}

static char *put_number(char *to, size_t value)
{
    char digits[DIGITS];
    size_t n = sizeof digits;

    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return put(to, (struct sipsan_span){digits + n, sizeof digits - n});
}

int sipsan_draft_finish(struct sipsan_draft *draft, struct sipsan_span *out)
{
    size_t body = parts_size(&draft->body);
    size_t room = body + parts_size(&draft->tail) + 2;
    char *start, *to;

    for (const struct sipsan_draft_line *line = draft->first; line; line = line->next)
        room += line->text.n + (line->computed ? DIGITS + 2 : 0);
    start = to = sipsan_arena_alloc(draft->arena, room);
    if (!to)
        return SIPSAN_ENOMEM;
    for (const struct sipsan_draft_line *line = draft->first; line; line = line->next) {
        to = put(to, line->text);
        if (line->computed)
            to = put(put_number(to, body), SPAN_LIT("\r\n"));
    }
    if (draft->closed)
        to = put(to, SPAN_LIT("\r\n"));
    for (const struct sipsan_draft_part *part = draft->body.first; part; part = part->next)
        to = put(to, part->bytes);
    for (const struct sipsan_draft_part *part = draft->tail.first; part; part = part->next) {
        if (part->cut > (size_t)(to - start))
            return sipsan_wrong(draft->wrong, "cut drops more than the message has", nothing);
        to = put(to - part->cut, part->bytes);
    }
    *out = span_between(start, to);
    return SIPSAN_OK;
}

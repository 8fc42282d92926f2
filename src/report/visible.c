/* Visible text and excerpts with carets. Output is UTF-8 whatever the locale says. */
#include "report/visible.h"

#include <string.h>

#include "base/span.h"
#include "report/utf8.h"

enum {
    EXCERPT_COLUMNS = 96, /* a longer line is cut */
    EXCERPT_BEFORE = 40,  /* columns kept in front of the evidence of a long line */
    EXCERPT_LINES = 3,
};

static void escape_byte(struct sipsan_glyph *glyph, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";

    glyph->taken = 1;
    glyph->text[0] = '\\';
    glyph->n = 2;
    switch (byte) {
    case '\r':
        glyph->text[1] = 'r';
        break;
    case '\n':
        glyph->text[1] = 'n';
        break;
    case '\t':
        glyph->text[1] = 't';
        break;
    default:
        glyph->text[1] = 'x';
        glyph->text[2] = digits[byte >> 4];
        glyph->text[3] = digits[byte & 15];
        glyph->n = 4;
    }
    glyph->columns = (unsigned)glyph->n;
}

/* n is not 0. */
static void next_glyph(struct sipsan_glyph *glyph, const char *p, size_t n)
{
    uint32_t code;
    size_t length = sipsan_utf8_next(p, n, &code);
    int columns = length > 0 ? sipsan_utf8_columns(code) : -1;

    if (columns < 0) {
        escape_byte(glyph, (unsigned char)*p);
        return;
    }
    memcpy(glyph->text, p, length);
    glyph->n = length;
    glyph->taken = length;
    glyph->columns = (unsigned)columns;
}

unsigned sipsan_visible_columns(struct sipsan_span text, unsigned max)
{
    struct sipsan_glyph glyph;
    unsigned columns = 0;

    for (size_t i = 0; i < text.n && columns <= max; i += glyph.taken) {
        next_glyph(&glyph, text.p + i, text.n - i);
        columns += glyph.columns;
    }
    return columns;
}

void sipsan_visible_put(FILE *out, struct sipsan_span text, unsigned max_columns)
{
    struct sipsan_glyph glyph;
    unsigned columns = 0;
    bool cut = sipsan_visible_columns(text, max_columns) > max_columns;
    unsigned room = cut && max_columns > 3 ? max_columns - 3 : max_columns;

    for (size_t i = 0; i < text.n; i += glyph.taken) {
        next_glyph(&glyph, text.p + i, text.n - i);
        if (columns + glyph.columns > room)
            break;
        columns += glyph.columns;
        fwrite(glyph.text, 1, glyph.n, out);
    }
    if (cut)
        fputs("...", out);
}

/* Where to begin so that the evidence at `from` of a long line has some text in front of it. */
static size_t window_start(struct sipsan_span line, size_t from)
{
    size_t start = from;
    unsigned room = EXCERPT_BEFORE;

    while (start > 0) {
        unsigned char byte = (unsigned char)line.p[start - 1];
        unsigned cost = byte < 0x20 || byte >= 0x7f ? 4 : 1;

        if (cost > room)
            break;
        room -= cost;
        start--;
    }
    while (start < from && ((unsigned char)line.p[start] & 0xc0) == 0x80)
        start++;
    return start;
}

/* One line and its carets; [from, to) is relative to it. */
static void excerpt_line(FILE *out, const struct sipsan_excerpt_style *style,
                         struct sipsan_span line, size_t from, size_t to, bool first)
{
    unsigned column = 0, caret = 0, caret_end = 0;
    bool placed = false;
    size_t i = 0;
    struct sipsan_glyph glyph;

    fputs(style->indent, out);
    if (sipsan_visible_columns(line, EXCERPT_COLUMNS) > EXCERPT_COLUMNS && from > EXCERPT_BEFORE) {
        i = window_start(line, from);
        if (i > 0) {
            fputs("...", out);
            column = 3;
        }
    }
    for (; i < line.n; i += glyph.taken) {
        next_glyph(&glyph, line.p + i, line.n - i);
        if (column + glyph.columns > EXCERPT_COLUMNS) {
            fputs("...", out);
            break;
        }
        if (!placed && from < i + glyph.taken) {
            caret = column;
            placed = true;
        }
        fwrite(glyph.text, 1, glyph.n, out);
        column += glyph.columns;
        if (i < to)
            caret_end = column;
    }
    if (!placed)
        caret = column;
    if (caret_end <= caret)
        caret_end = caret + 1;
    fprintf(out, "\n%s%*s%s", style->indent, (int)caret, "", style->caret_on);
    for (column = caret; column < caret_end; column++)
        putc(first && column == caret ? '^' : '~', out);
    fprintf(out, "%s\n", style->caret_off);
}

/* Start of the line that holds `at`. */
static size_t line_start(struct sipsan_span message, size_t at)
{
    while (at > 0 && message.p[at - 1] != '\n')
        at--;
    return at;
}

/* One past the line feed that ends the line at `at`, or the end of the message. */
static size_t line_after(struct sipsan_span message, size_t at)
{
    const char *feed = NULL;

    if (at < message.n)
        feed = memchr(message.p + at, '\n', message.n - at);
    return feed ? (size_t)(feed - message.p) + 1 : message.n;
}

/* End of the text of the line [start, after): without CRLF or LF. */
static size_t line_end(struct sipsan_span message, size_t start, size_t after)
{
    size_t end = after;

    if (end > start && message.p[end - 1] == '\n') {
        end--;
        if (end > start && message.p[end - 1] == '\r')
            end--;
    }
    return end;
}

void sipsan_visible_excerpt(FILE *out, const struct sipsan_excerpt_style *style,
                            struct sipsan_span message, size_t offset, size_t length)
{
    size_t start, stop;

    if (message.n == 0)
        return;
    if (offset > message.n)
        offset = message.n;
    if (length > message.n - offset)
        length = message.n - offset;
    stop = offset + length;
    start = line_start(message, offset);
    if (start == message.n) {
        excerpt_line(out, style, SPAN_LIT("(end of the message)"), 0, 0, true);
        return;
    }
    for (int count = 0; count < EXCERPT_LINES; count++) {
        size_t after = line_after(message, start);
        size_t end = line_end(message, start, after);
        size_t from = offset > start ? offset - start : 0;
        size_t to = (stop < after ? stop : after) - start;

        /* The line end shows when the evidence begins in it or is nothing else. */
        if (offset >= end && offset < after)
            end = after;
        else if (to > end - start)
            to = end - start;
        excerpt_line(out, style, (struct sipsan_span){message.p + start, end - start}, from, to,
                     count == 0);
        start = after;
        if (start >= stop || start >= message.n)
            return;
    }
    fprintf(out, "%s...\n", style->indent);
}

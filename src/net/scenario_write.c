/* Writer of scenario text: the '@' line and a message in full. Everything that does not show, or
 * that the reader could take for something else, is escaped. */
#include "net/scenario.h"
#include "net/scenario_draft.h"

struct writer {
    sipsan_put_fn put;
    void *user;
};

static void put_text(const struct writer *w, struct sipsan_span text)
{
    if (text.n > 0)
        w->put(w->user, text.p, text.n);
}

static void put_number(const struct writer *w, uint64_t value, size_t width)
{
    char digits[20];
    size_t n = sizeof digits;

    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || sizeof digits - n < width);
    put_text(w, (struct sipsan_span){digits + n, sizeof digits - n});
}

static void put_hex(const struct writer *w, char c)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;
    char text[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};

    put_text(w, (struct sipsan_span){text, sizeof text});
}

static void put_address(const struct writer *w, const struct sipsan_addr *addr)
{
    char text[64];
    size_t n;

    if (addr->family == 0) {
        put_text(w, SPAN_LIT("0.0.0.0:0"));
        return;
    }
    n = sipsan_addr_format(text, sizeof text, addr);
    put_text(w, (struct sipsan_span){text, n < sizeof text ? n : sizeof text - 1});
}

static void put_at(const struct writer *w, const struct sipsan_packet *packet)
{
    static const struct sipsan_span names[] = {
        [SIPSAN_UDP] = {"udp", 3},   [SIPSAN_TCP] = {"tcp", 3}, [SIPSAN_TLS] = {"tls", 3},
        [SIPSAN_SCTP] = {"sctp", 4}, [SIPSAN_WS] = {"ws", 2},   [SIPSAN_WSS] = {"wss", 3},
    };
    uint64_t time = packet->time < 0 ? -(uint64_t)packet->time : (uint64_t)packet->time;

    put_text(w, packet->time < 0 ? SPAN_LIT("@ -") : SPAN_LIT("@ "));
    put_number(w, time / 1000000, 1);
    put_text(w, SPAN_LIT("."));
    put_number(w, time % 1000000, 6);
    if (packet->number == 0 && packet->bytes.n == 0) {
        put_text(w, SPAN_LIT(" end\n"));
        return;
    }
    put_text(w, SPAN_LIT(" "));
    put_text(w, names[packet->flow.transport]);
    put_text(w, SPAN_LIT(" "));
    put_address(w, &packet->flow.src);
    put_text(w, SPAN_LIT(" > "));
    put_address(w, &packet->flow.dst);
    if (packet->flow.connection > 0) {
        put_text(w, SPAN_LIT(" #"));
        put_number(w, packet->flow.connection, 1);
    }
    put_text(w, SPAN_LIT("\n"));
}

static bool shows(char c)
{
    return c >= ' ' && c <= '~' && c != '\\';
}

/* Bytes without CRLF. A space at the end would be lost in an editor. */
static void put_escaped(const struct writer *w, struct sipsan_span text)
{
    size_t i = 0;

    while (i < text.n) {
        size_t plain = i;

        while (plain < text.n && shows(text.p[plain]))
            plain++;
        if (plain == text.n && plain > i && text.p[plain - 1] == ' ')
            plain--;
        put_text(w, (struct sipsan_span){text.p + i, plain - i});
        i = plain;
        if (i == text.n)
            return;
        if (text.p[i] == '\\')
            put_text(w, SPAN_LIT("\\\\"));
        else if (text.p[i] == '\r')
            put_text(w, SPAN_LIT("\\r"));
        else if (text.p[i] == '\n')
            put_text(w, SPAN_LIT("\\n"));
        else
            put_hex(w, text.p[i]);
        i++;
    }
}

/* The reader would take the line for something else than text. */
static bool needs_hiding(struct sipsan_span line, bool first)
{
    if (line.n > 0 && memchr("@!?=#", line.p[0], 5))
        return true;
    if (first && line.n >= 5 && memcmp(line.p, "base ", 5) == 0)
        return true;
    return sipsan_line_is_setting(line);
}

static void put_line(const struct writer *w, struct sipsan_span line, bool first)
{
    struct sipsan_span value;

    if (sipsan_line_content_length(line, &value) && span_eq(value, SPAN_LIT("auto"))) {
        /* It was really sent so. */
        put_escaped(w, span_between(line.p, value.p));
        put_hex(w, 'a');
        put_escaped(w, span_between(value.p + 1, line.p + line.n));
        return;
    }
    if (needs_hiding(line, first)) {
        put_hex(w, line.p[0]);
        line = span_between(line.p + 1, line.p + line.n);
    }
    put_escaped(w, line);
}

/* The bytes up to the next CRLF; *rest goes on after it. False: there is none, it is the rest. */
static bool next_line(struct sipsan_span *rest, struct sipsan_span *line)
{
    const char *lim = rest->p + rest->n;

    for (const char *p = rest->p; p < lim; p++) {
        if (*p == '\r' && lim - p > 1 && p[1] == '\n') {
            *line = span_between(rest->p, p);
            *rest = span_between(p + 2, lim);
            return true;
        }
    }
    *line = *rest;
    *rest = span_between(lim, lim);
    return false;
}

/* Header and start line, with the empty line when there is one. *rest is left with the body.
 * True when the first Content-Length says how long that is. */
static bool put_header(const struct writer *w, struct sipsan_span *rest)
{
    struct sipsan_span length = {NULL, 0};
    bool first = true, empty_first = false;
    uint64_t n;

    do {
        struct sipsan_span line, value;
        bool whole = next_line(rest, &line);

        if (whole && line.n == 0 && !first) {
            put_text(w, SPAN_LIT("\n"));
            return !empty_first && sipsan_word_number(length, SIZE_MAX, &n) && n == rest->n;
        }
        if (!length.p && line.n > 0 && line.p[0] != ' ' && line.p[0] != '\t' &&
            sipsan_line_content_length(line, &value))
            length = value;
        put_line(w, line, first);
        empty_first |= line.n == 0;
        if (whole && line.n == 0)
            put_text(w, SPAN_LIT("\\r\\n\\")); /* an empty first line is no end of the header */
        else if (!whole)
            put_text(w, SPAN_LIT("\\"));
        put_text(w, SPAN_LIT("\n"));
        first = false;
    } while (rest->n > 0);
    return false;
}

/* Unless the length is `exact`, the last line has its line end written out, so that the reader does
 * not make up its mind by Content-Length. */
static void put_body(const struct writer *w, struct sipsan_span rest, bool exact)
{
    while (rest.n > 0) {
        struct sipsan_span line;
        bool whole = next_line(&rest, &line);

        put_line(w, line, false);
        if (rest.n == 0 && !(exact && whole && line.n > 0))
            put_text(w, whole ? SPAN_LIT("\\r\\n\\") : SPAN_LIT("\\"));
        put_text(w, SPAN_LIT("\n"));
    }
}

void sipsan_scenario_write(const struct sipsan_packet *packet, sipsan_put_fn put, void *user)
{
    struct writer w = {put, user};
    struct sipsan_span rest = packet->bytes;
    bool exact;

    put_at(&w, packet);
    if (packet->number == 0 && packet->bytes.n == 0)
        return;
    if (rest.n == 0) {
        put_text(&w, SPAN_LIT("\\\n"));
        return;
    }
    exact = put_header(&w, &rest);
    put_body(&w, rest, exact);
}

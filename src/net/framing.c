/* See framing.h. The parser's own scanner works on whole messages in an arena; this one looks at
 * octets that are still arriving, and at no more of a header than its end and its length. */
#include "net/framing.h"

#include "base/span.h"
#include "parse/msg.h"

enum {
    START_LINE_MAX = 8192,
    HEAD_MAX = 65536, /* longer headers are not looked for when one has lost one's place */
    LENGTH_DIGITS_MAX = 18,
};

/* What a start line can begin with: a token, which is visible ASCII. */
static bool may_start(char c)
{
    return c > 0x20 && c < 0x7f;
}

enum sipsan_start sipsan_framing_start(const char *p, size_t n)
{
    size_t most = n < START_LINE_MAX ? n : START_LINE_MAX;

    if (n == 0)
        return SIPSAN_START_MORE;
    if (!may_start(p[0]))
        return SIPSAN_START_NO;
    if (memchr(p, '\n', most) || memchr(p, '\r', most))
        return sipsan_msg_sniff(p, n) ? SIPSAN_START_YES : SIPSAN_START_NO;
    if (most < n)
        return SIPSAN_START_NO;
    /* As sipsan_msg_sniff: a version may have anything behind it; otherwise the first word decides
     * early, and the others may hold anything. */
    if (sipsan_span_starts_nocase((struct sipsan_span){p, n}, SPAN_LIT("sip/")))
        return SIPSAN_START_MORE;
    for (size_t i = 0; i < n && p[i] != ' ' && p[i] != '\t'; i++)
        if (!may_start(p[i]))
            return SIPSAN_START_NO;
    return SIPSAN_START_MORE;
}

/* Behind the line end at p; NULL: more octets may belong to it. */
static const char *behind_eol(const char *p, const char *end)
{
    if (*p == '\n')
        return p + 1;
    if (p + 1 == end)
        return NULL;
    return p[1] == '\n' ? p + 2 : p + 1;
}

/* The first line end in p..end, or NULL. */
static const char *find_eol(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    const char *cr = memchr(p, '\r', (size_t)((lf ? lf : end) - p));

    return cr ? cr : lf;
}

size_t sipsan_framing_head(const char *p, size_t n, size_t *from)
{
    const char *end = p + n, *at = p + *from;

    while (at < end) {
        const char *eol = find_eol(at, end);
        const char *line = eol ? behind_eol(eol, end) : NULL;
        const char *last;

        if (!line || line == end) {
            *from = (size_t)((eol ? eol : end) - p);
            return 0;
        }
        if (is_crlf(*line)) {
            last = behind_eol(line, end);
            /* A CR that ends what is there: the LF of the empty line may follow. */
            if (!last) {
                *from = (size_t)(eol - p);
                return 0;
            }
            return (size_t)(last - p);
        }
        at = line;
    }
    *from = n;
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The value behind "name:" in a line that begins at p; NULL when it has another name. */
static const char *value_of(const char *p, const char *end)
{
    static const char *const names[] = {"content-length", "l"};

    for (size_t i = 0; i < 2; i++) {
        struct sipsan_span name = {names[i], strlen(names[i])};
        const char *q = p + name.n;

        if (!sipsan_span_starts_nocase(span_between(p, end), name))
            continue;
        while (q < end && is_blank(*q))
            q++;
        if (q < end && *q == ':')
            return q + 1;
    }
    return NULL;
}

/* White space may be folded. False when no digit follows, or too many. */
static bool read_number(uint64_t *out, const char *p, const char *end)
{
    size_t digits = 0;

    while (p < end &&
           (is_blank(*p) || (is_crlf(*p) && p + 1 < end && (is_blank(p[1]) || p[1] == '\n'))))
        p++;
    *out = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++, digits++) {
        if (digits == LENGTH_DIGITS_MAX)
            return false;
        *out = *out * 10 + (uint64_t)(*p - '0');
    }
    return digits > 0;
}

bool sipsan_framing_length(uint64_t *out, const char *p, size_t head)
{
    const char *end = p + head;

    while (p < end) {
        const char *value = value_of(p, end), *eol;

        if (value && read_number(out, value, end))
            return true;
        eol = find_eol(p, end);
        p = eol ? behind_eol(eol, end) : NULL;
        if (!p)
            break;
    }
    return false;
}

static bool names(const char *p, const char *end, struct sipsan_span name)
{
    if (!sipsan_span_starts_nocase(span_between(p, end), name))
        return false;
    for (p += name.n; p < end && is_blank(*p);)
        p++;
    return p < end && *p == ':';
}

/* The last word of the line that ends at eol. */
static struct sipsan_span last_word(const char *line, const char *eol)
{
    const char *from;

    while (eol > line && is_blank(eol[-1]))
        eol--;
    for (from = eol; from > line && !is_blank(from[-1]);)
        from--;
    return span_between(from, eol);
}

/* "SIP/2.0 200": a Via whose beginning is lost starts in the same way. */
static bool is_status_line(const char *p, const char *end)
{
    size_t n = SPAN_LIT("SIP/2.0").n;

    if ((size_t)(end - p) < n + 4 || !is_blank(p[n]))
        return false;
    for (size_t i = n + 1; i < n + 4; i++)
        if (p[i] < '0' || p[i] > '9')
            return false;
    return true;
}

/* The header has a Via, and a CSeq that names the method of a request: the rest of a start line, "K
 * sip:..." of an ACK, looks like one too. */
static bool is_message(const char *p, size_t head)
{
    const char *end = p + head, *line = p, *eol;
    const char *word = memchr(p, ' ', head);
    struct sipsan_span method = span_between(p, word ? word : p);
    bool response = sipsan_span_starts_nocase(method, SPAN_LIT("sip/"));
    bool via = false, cseq = false;

    if (response && !is_status_line(p, end))
        return false;
    while (line && line < end && (eol = find_eol(line, end)) != NULL) {
        via = via || names(line, end, SPAN_LIT("via")) || names(line, end, SPAN_LIT("v"));
        if (names(line, end, SPAN_LIT("cseq")))
            cseq = response || span_eq(last_word(line, eol), method);
        line = behind_eol(eol, end);
    }
    return via && cseq;
}

/* The next line that may be a start line; n when there is none. */
static size_t next_candidate(const char *p, size_t n, size_t at)
{
    while (at < n) {
        const char *lf;

        if (may_start(p[at]) && sipsan_framing_start(p + at, n - at) != SIPSAN_START_NO)
            return at;
        lf = memchr(p + at, '\n', n - at);
        at = lf ? (size_t)(lf - p) + 1 : n;
    }
    return n;
}

/* Behind the end of a body, as of a sipfrag that holds a start line alone, the next message begins
 * within the same header: the last start line in it counts. */
static size_t last_start(const char *p, size_t head)
{
    size_t last = 0, at = 0;

    for (;;) {
        const char *lf = memchr(p + at, '\n', head - at);

        at = lf ? next_candidate(p, head, (size_t)(lf - p) + 1) : head;
        if (at >= head)
            return last;
        if (is_message(p + at, head - at))
            last = at;
    }
}

/* All start lines within one header end at its empty line: it is looked at once. */
size_t sipsan_framing_find(const char *p, size_t n, size_t *from, bool *wait)
{
    size_t at = next_candidate(p, n, 0), head;

    *wait = false;
    if (at > 0)
        *from = 0;
    while (at < n) {
        head = sipsan_framing_head(p + at, n - at, from);
        if (head == 0) {
            *wait = n - at < HEAD_MAX;
            return *wait ? at : n;
        }
        if (is_message(p + at, head)) {
            size_t last = last_start(p + at, head);

            *from = last > 0 ? 0 : *from;
            return at + last;
        }
        at = next_candidate(p, n, at + head);
        *from = 0;
    }
    return n;
}

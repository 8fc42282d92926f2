/* See rewrite.h. The rewriters are blunt on purpose: they work on broken messages as well. */
#include "rewrite.h"

#include <stdlib.h>

#include "base/span.h"
#include "parse/ids.h"

static bool starts(struct sipsan_span in, size_t i, const char *with)
{
    size_t n = strlen(with);

    return in.n - i >= n && memcmp(in.p + i, with, n) == 0;
}

static void add_text(struct buffer *out, const char *s)
{
    buffer_add(out, s, strlen(s));
}

/* Addresses and identity ---------------------------------------------------------------------- */

static bool is_digit(struct sipsan_span in, size_t i)
{
    return i < in.n && in.p[i] >= '0' && in.p[i] <= '9';
}

/* The new net has as many digits between its dots as the old one: what is at fault in a broken text
 * stays where it is.
 *
 * Writes the renamed address that begins at i; returns how many bytes it took, 0: none begins. */
static size_t rename_text(struct buffer *out, struct sipsan_span in, size_t i)
{
    const char net[] = "192.0.2.";
    size_t host = i + sizeof(net) - 1;

    if (!starts(in, i, net))
        return 0;
    add_text(out, "172.9.5.");
    if (is_digit(in, host) && !is_digit(in, host + 1) && (in.p[host] == '1' || in.p[host] == '2')) {
        add_text(out, in.p[host] == '1' ? "2" : "1");
        return sizeof(net);
    }
    return sizeof(net) - 1;
}

void rename_addr(struct sipsan_addr *addr)
{
    static const uint8_t net[3] = {192, 0, 2};

    if (addr->family != 4 || memcmp(addr->ip, net, 3) != 0)
        return;
    memcpy(addr->ip, (const uint8_t[3]){172, 9, 5}, 3);
    if (addr->ip[3] == 1 || addr->ip[3] == 2)
        addr->ip[3] = (uint8_t)(3 - addr->ip[3]);
}

void rewrite_addresses(struct buffer *out, struct sipsan_span in)
{
    for (size_t i = 0; i < in.n;) {
        size_t n = rename_text(out, in, i);

        if (n == 0)
            buffer_add(out, in.p + i++, 1);
        i += n;
    }
}

/* Length of a header field's name with the colon and the white space behind it, when line i begins
 * with one whose value begins with a Call-ID; 0: no. */
static size_t call_id_prefix(struct sipsan_span in, size_t i)
{
    static const char *const names[] = {"Call-ID", "i", "Replaces", "Join", "Target-Dialog"};
    struct sipsan_span rest = {in.p + i, in.n - i};

    if (i == 0 || in.p[i - 1] != '\n')
        return 0;
    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
        struct sipsan_span name = {names[k], strlen(names[k])};
        size_t n = name.n;

        if (!sipsan_span_starts_nocase(rest, name))
            continue;
        while (n < rest.n && (rest.p[n] == ' ' || rest.p[n] == '\t'))
            n++;
        if (n >= rest.n || rest.p[n] != ':')
            continue;
        n++;
        while (n < rest.n && (rest.p[n] == ' ' || rest.p[n] == '\t'))
            n++;
        return n;
    }
    return 0;
}

/* Words that tell calls apart; the domains change once more when they are rewritten again. */
static size_t rename_word(struct buffer *out, struct sipsan_span in, size_t i)
{
    static const struct {
        const char *from, *to;
    } words[] = {
        {"z9hG4bK", "z9hG4bKq2"},        {"nonce=\"", "nonce=\"q2"},
        {"?Replaces=", "?Replaces=q2-"}, {"example.com", "exbmple.com"},
        {"exbmple.com", "excmple.com"},  {"example.net", "exbmple.net"},
        {"exbmple.net", "excmple.net"},  {"example.org", "exbmple.org"},
        {"exbmple.org", "excmple.org"},
    };

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
        if (starts(in, i, words[k].from)) {
            add_text(out, words[k].to);
            return strlen(words[k].from);
        }
    }
    return 0;
}

static void rename_call(struct buffer *out, struct sipsan_span in, bool addresses)
{
    for (size_t i = 0; i < in.n;) {
        size_t n = addresses ? rename_text(out, in, i) : 0;

        if (n == 0 && (n = call_id_prefix(in, i)) > 0) {
            buffer_add(out, in.p + i, n);
            add_text(out, "q2-");
        }
        if (n == 0)
            n = rename_word(out, in, i);
        if (n == 0)
            buffer_add(out, in.p + i++, 1);
        i += n;
    }
}

void rewrite_call(struct buffer *out, struct sipsan_span in)
{
    rename_call(out, in, false);
}

void rewrite_identity(struct buffer *out, struct sipsan_span in)
{
    rename_call(out, in, true);
}

/* Spellings of the header --------------------------------------------------------------------- */

static const struct {
    const char *name;
    char compact;
} known_headers[] = {
#define X(id, name, compact) {name, compact},
    SIPSAN_HEADERS(X)
#undef X
};

static bool is_token(char c)
{
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
           (c != 0 && strchr("-.!%*_+`'~", c) != NULL);
}

/* What to do with one well-formed "name:" and the value behind it. */
typedef void (*respell_fn)(struct buffer *out, struct sipsan_span name, struct sipsan_span value);

/* Calls respell for every header line that begins with a token and a colon; copies the rest. */
static void respell(struct buffer *out, struct sipsan_span in, respell_fn fn)
{
    size_t i = 0;
    bool start_line = true;

    while (i < in.n) {
        size_t end = i, name = i;

        while (end < in.n && in.p[end] != '\n')
            end++;
        end += end < in.n;
        if (in.p[i] == '\r' || in.p[i] == '\n')
            break; /* the empty line: a body follows */
        while (name < end && is_token(in.p[name]))
            name++;
        if (!start_line && name > i && name < end && in.p[name] == ':')
            fn(out, span_between(in.p + i, in.p + name), span_between(in.p + name + 1, in.p + end));
        else
            buffer_add(out, in.p + i, end - i);
        start_line = false;
        i = end;
    }
    buffer_add(out, in.p + i, in.n - i);
}

static void name_in_capitals(struct buffer *out, struct sipsan_span name, struct sipsan_span value)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        c = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : ascii_lower(c);
        buffer_add(out, &c, 1);
    }
    add_text(out, ":");
    buffer_add(out, value.p, value.n);
}

static void name_other_form(struct buffer *out, struct sipsan_span name, struct sipsan_span value)
{
    struct sipsan_span written = name;

    for (size_t k = 0; k < sizeof(known_headers) / sizeof(known_headers[0]); k++) {
        struct sipsan_span full = {known_headers[k].name, strlen(known_headers[k].name)};
        struct sipsan_span letter = {&known_headers[k].compact, 1};

        if (!known_headers[k].compact)
            continue;
        if (sipsan_span_eq_nocase(name, full))
            written = letter;
        else if (sipsan_span_eq_nocase(name, letter))
            written = full;
    }
    buffer_add(out, written.p, written.n);
    add_text(out, ":");
    buffer_add(out, value.p, value.n);
}

static void value_folded(struct buffer *out, struct sipsan_span name, struct sipsan_span value)
{
    buffer_add(out, name.p, name.n);
    add_text(out, ":");
    if (sipsan_span_trim(value).n > 0)
        add_text(out, "\r\n ");
    buffer_add(out, value.p, value.n);
}

void rewrite_capitals(struct buffer *out, struct sipsan_span in)
{
    respell(out, in, name_in_capitals);
}

void rewrite_compact(struct buffer *out, struct sipsan_span in)
{
    respell(out, in, name_other_form);
}

void rewrite_folded(struct buffer *out, struct sipsan_span in)
{
    respell(out, in, value_folded);
}

/* Sessions ------------------------------------------------------------------------------------ */

struct session rewrite_session(struct sipsan_arena *arena, const struct session *session,
                               rewrite_fn rewrite, bool rename_flows)
{
    struct session copy = *session;
    struct sipsan_case *flow = sipsan_arena_alloc(arena, sizeof(*flow));
    struct sipsan_packet **tail;

    if (!flow)
        abort();
    *flow = *session->flow;
    tail = &flow->packets;
    for (const struct sipsan_packet *p = session->flow->packets; p; p = p->next) {
        struct sipsan_packet *q = sipsan_arena_alloc(arena, sizeof(*q));
        struct buffer text = {0};

        if (!q)
            abort();
        *q = *p;
        if (p->bytes.n > 0)
            rewrite(&text, p->bytes);
        q->bytes = sipsan_arena_copy(arena, (struct sipsan_span){text.p, text.n});
        buffer_free(&text);
        if (rename_flows) {
            rename_addr(&q->flow.src);
            rename_addr(&q->flow.dst);
        }
        *tail = q;
        tail = &q->next;
    }
    *tail = NULL;
    copy.flow = flow;
    return copy;
}

/* Reader of scenario text: cases, packets, expectations. What makes up one message is in
 * scenario_draft.c, the writer in scenario_write.c. The format is described in
 * tests/rules/README.md. One pass, no recursion: a base message cannot have a base. */
#include "net/scenario.h"

#include <arpa/inet.h>

#include "net/scenario_draft.h"

#define SECOND    1000000
#define TIME_MAX  9999999999u /* seconds */
#define ADDR_TEXT 46          /* the longest IPv6 address with its terminator */

struct reader {
    struct sipsan_scenario *out;
    struct sipsan_arena *arena;
    sipsan_base_fn base;
    void *user;
    struct sipsan_lines lines;
    struct sipsan_wrong wrong;
    struct sipsan_case *now;
    struct sipsan_case **next_case;
    struct sipsan_packet **next_packet;
    struct sipsan_expect **next_expect;
    uint32_t packets;             /* counted ones of this case */
    struct sipsan_span base_name; /* the base message in which something is wrong, or empty */
    uint32_t base_line;
};

/* Errors -------------------------------------------------------------------------------------- */

struct sentence {
    char *p;
    size_t n, room;
};

static void say(struct sentence *s, struct sipsan_span text)
{
    for (size_t i = 0; i < text.n && s->n + 1 < s->room; i++)
        s->p[s->n++] = (char)(text.p[i] >= ' ' && text.p[i] <= '~' ? text.p[i] : '?');
    s->p[s->n] = '\0';
}

static void say_number(struct sentence *s, uint32_t value)
{
    char digits[10];
    size_t n = sizeof digits;

    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    say(s, (struct sipsan_span){digits + n, sizeof digits - n});
}

static void explain(struct reader *r)
{
    struct sentence s = {r->out->error, 0, sizeof r->out->error};
    struct sipsan_span text = r->wrong.text;

    r->out->error_line = r->lines.number;
    if (r->base_name.n > 0) {
        say(&s, SPAN_LIT("base "));
        say(&s, (struct sipsan_span){r->base_name.p, r->base_name.n < 40 ? r->base_name.n : 40});
        say(&s, SPAN_LIT(", line "));
        say_number(&s, r->base_line);
        say(&s, SPAN_LIT(": "));
    }
    say(&s, (struct sipsan_span){r->wrong.what, strlen(r->wrong.what)});
    if (text.n > 0) {
        say(&s, SPAN_LIT(": "));
        say(&s, (struct sipsan_span){text.p, text.n < 60 ? text.n : 60});
    }
}

static int wrong(struct reader *r, const char *what, struct sipsan_span text)
{
    return sipsan_wrong(&r->wrong, what, text);
}

static const struct sipsan_span no_text = {"", 0};

/* The '@' line -------------------------------------------------------------------------------- */

struct at {
    int64_t time;
    struct sipsan_flow flow;
    bool end, reversed, has_transport, has_addresses, has_connection;
};

/* Seconds with up to 6 decimals, in microseconds. */
static bool read_time(struct sipsan_span word, int64_t *out)
{
    bool negative = word.n > 0 && word.p[0] == '-';
    const char *p = word.p + (negative ? 1 : 0);
    const char *lim = word.p + word.n;
    const char *dot = p < lim ? memchr(p, '.', (size_t)(lim - p)) : NULL;
    uint64_t seconds, decimals = 0;

    if (!sipsan_word_number(span_between(p, dot ? dot : lim), TIME_MAX, &seconds))
        return false;
    if (dot) {
        size_t n = (size_t)(lim - dot) - 1;

        if (n > 6 || !sipsan_word_number(span_between(dot + 1, lim), 999999, &decimals))
            return false;
        for (; n < 6; n++)
            decimals *= 10;
    }
    *out = (int64_t)(seconds * SECOND + decimals);
    if (negative)
        *out = -*out;
    return true;
}

/* "192.0.2.1:5060", "[2001:db8::1]:5060"; "0.0.0.0:0" is the unknown address. */
static bool read_address(struct sipsan_span word, struct sipsan_addr *out)
{
    bool six = word.n > 0 && word.p[0] == '[';
    const char *p = word.p + (six ? 1 : 0);
    const char *lim = word.p + word.n;
    const char *colon = lim;
    char text[ADDR_TEXT];
    uint64_t port;
    size_t n;

    *out = (struct sipsan_addr){.family = six ? 6 : 4};
    while (colon > p && colon[-1] != ':')
        colon--;
    if (colon == p || !sipsan_word_number(span_between(colon, lim), UINT16_MAX, &port))
        return false;
    n = (size_t)(colon - p) - 1; /* without the colon */
    if (six && (n == 0 || p[n - 1] != ']'))
        return false;
    n -= six ? 1 : 0;
    if (n == 0 || n >= sizeof text || memchr(p, '\0', n))
        return false;
    memcpy(text, p, n);
    text[n] = '\0';
    out->port = (uint16_t)port;
    if (inet_pton(six ? AF_INET6 : AF_INET, text, out->ip) != 1)
        return false;
    if (!six && port == 0 && memcmp(out->ip, "\0\0\0\0", 4) == 0)
        out->family = 0;
    return true;
}

static bool read_transport(struct sipsan_span word, enum sipsan_transport *out)
{
    static const struct {
        struct sipsan_span name;
        enum sipsan_transport transport;
    } known[] = {
        {{"udp", 3}, SIPSAN_UDP},   {{"tcp", 3}, SIPSAN_TCP}, {{"tls", 3}, SIPSAN_TLS},
        {{"sctp", 4}, SIPSAN_SCTP}, {{"ws", 2}, SIPSAN_WS},   {{"wss", 3}, SIPSAN_WSS},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (span_eq(word, known[i].name)) {
            *out = known[i].transport;
            return true;
        }
    return false;
}

static int read_addresses(struct reader *r, struct sipsan_span src, struct sipsan_span *rest,
                          struct at *at)
{
    struct sipsan_span dst;

    if (!read_address(src, &at->flow.src))
        return wrong(r, "not a time, transport, address or connection", src);
    if (!span_eq(sipsan_word(rest), SPAN_LIT(">")))
        return wrong(r, "no '>' after the source address", src);
    dst = sipsan_word(rest);
    if (!read_address(dst, &at->flow.dst))
        return wrong(r, "no destination address", dst);
    at->has_addresses = true;
    return SIPSAN_OK;
}

static int read_at(struct reader *r, struct sipsan_span line, struct at *at)
{
    struct sipsan_span rest = {line.p + 2, line.n - 2};
    struct sipsan_span word = sipsan_word(&rest);

    *at = (struct at){.flow = {.transport = SIPSAN_UDP}};
    if (!read_time(word, &at->time))
        return wrong(r, "not a time in seconds with up to 6 decimals", word);
    for (word = sipsan_word(&rest); word.n > 0; word = sipsan_word(&rest)) {
        uint64_t connection;

        if (span_eq(word, SPAN_LIT("end"))) {
            at->end = true;
        } else if (span_eq(word, SPAN_LIT("reversed"))) {
            at->reversed = true;
        } else if (word.p[0] == '#') {
            word = span_between(word.p + 1, word.p + word.n);
            if (!sipsan_word_number(word, UINT32_MAX, &connection))
                return wrong(r, "not a connection number", word);
            at->flow.connection = (uint32_t)connection;
            at->has_connection = true;
        } else if (read_transport(word, &at->flow.transport)) {
            at->has_transport = true;
        } else {
            int err = read_addresses(r, word, &rest, at);

            if (err)
                return err;
        }
    }
    if (at->end && (at->reversed || at->has_connection || at->has_transport || at->has_addresses))
        return wrong(r, "'end' is no packet: it stands alone after the time", no_text);
    if (at->reversed && at->has_addresses)
        return wrong(r, "'reversed' and addresses exclude each other", no_text);
    return SIPSAN_OK;
}

/* What the '@' line leaves out comes from the one of the base message. */
static void inherit(struct at *at, const struct at *base)
{
    if (!at->has_transport)
        at->flow.transport = base->flow.transport;
    if (!at->has_connection)
        at->flow.connection = base->flow.connection;
    if (at->has_addresses || !base->has_addresses)
        return;
    at->has_addresses = true;
    at->flow.src = at->reversed ? base->flow.dst : base->flow.src;
    at->flow.dst = at->reversed ? base->flow.src : base->flow.dst;
}

/* Packets ------------------------------------------------------------------------------------- */

static bool base_name_ok(struct sipsan_span name)
{
    if (name.n == 0 || name.p[0] == '.')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

static void skip_comments(struct sipsan_lines *lines)
{
    while (!lines->end && (lines->now.n == 0 || lines->now.p[0] == '#'))
        sipsan_lines_next(lines);
}

/* One packet, written in full, and nothing else. */
static int read_base_text(struct reader *r, struct sipsan_lines *lines, struct sipsan_draft *draft,
                          struct at *at)
{
    int err;

    *at = (struct at){.flow = {.transport = SIPSAN_UDP}};
    skip_comments(lines);
    if (sipsan_line_starts(lines->now, SPAN_LIT("@ "))) {
        err = read_at(r, lines->now, at);
        if (err)
            return err;
        if (at->end || at->reversed)
            return wrong(r, "a base message needs a packet with plain addresses", no_text);
        sipsan_lines_next(lines);
    }
    if (sipsan_line_starts(lines->now, SPAN_LIT("base ")))
        return wrong(r, "a base message cannot use a base message", no_text);
    err = sipsan_draft_read(draft, lines);
    if (err)
        return err;
    skip_comments(lines);
    return lines->end ? SIPSAN_OK : wrong(r, "more than one packet", lines->now);
}

static int read_base(struct reader *r, struct sipsan_span name, struct sipsan_draft *draft,
                     struct at *at)
{
    struct sipsan_lines lines;
    struct sipsan_span text;
    struct at base;
    int err;

    if (!base_name_ok(name))
        return wrong(r, "not a name of a base message", name);
    text = r->base ? r->base(r->user, name) : (struct sipsan_span){NULL, 0};
    if (!text.p)
        return wrong(r, "no base message of this name", name);
    sipsan_lines_init(&lines, text);
    err = read_base_text(r, &lines, draft, &base);
    if (err) {
        r->base_name = name;
        r->base_line = lines.number;
        return err;
    }
    inherit(at, &base);
    return SIPSAN_OK;
}

static int read_edits(struct reader *r, struct sipsan_draft *draft)
{
    for (;;) {
        int err;

        skip_comments(&r->lines);
        if (r->lines.end || !sipsan_draft_is_edit(r->lines.now))
            return SIPSAN_OK;
        err = sipsan_draft_edit(draft, r->lines.now);
        if (err)
            return err;
        sipsan_lines_next(&r->lines);
    }
}

static int read_message(struct reader *r, struct at *at, struct sipsan_span *bytes)
{
    struct sipsan_draft draft;
    int err;

    sipsan_draft_init(&draft, r->arena, &r->wrong);
    while (!r->lines.end && r->lines.now.n == 0)
        sipsan_lines_next(&r->lines);
    if (sipsan_line_starts(r->lines.now, SPAN_LIT("base "))) {
        struct sipsan_span rest = {r->lines.now.p + 5, r->lines.now.n - 5};
        struct sipsan_span name = sipsan_word(&rest);

        err = read_base(r, name, &draft, at);
        if (!err && sipsan_word(&rest).n > 0)
            err = wrong(r, "more than a name after 'base'", r->lines.now);
        if (err)
            return err;
        sipsan_lines_next(&r->lines);
        err = read_edits(r, &draft);
    } else {
        err = sipsan_draft_read(&draft, &r->lines);
    }
    if (err)
        return err;
    return sipsan_draft_finish(&draft, bytes);
}

static int start_case(struct reader *r, struct sipsan_span title)
{
    struct sipsan_case *c = sipsan_arena_zalloc(r->arena, sizeof *c);

    if (!c)
        return SIPSAN_ENOMEM;
    c->title = sipsan_arena_copy(r->arena, title);
    if (!c->title.p)
        return SIPSAN_ENOMEM;
    c->line = r->lines.number;
    *r->next_case = c;
    r->next_case = &c->next;
    r->now = c;
    r->next_packet = &c->packets;
    r->next_expect = &c->expects;
    r->packets = 0;
    return SIPSAN_OK;
}

static int need_case(struct reader *r)
{
    return r->now ? SIPSAN_OK : start_case(r, no_text);
}

/* The expectations name packets of the case. */
static int end_case(struct reader *r)
{
    if (!r->now)
        return SIPSAN_OK;
    for (const struct sipsan_expect *e = r->now->expects; e; e = e->next)
        if (e->packet > r->packets) {
            r->lines.number = e->line;
            return wrong(r, "the case has no packet of this number", no_text);
        }
    return SIPSAN_OK;
}

static int read_packet(struct reader *r)
{
    struct sipsan_packet *packet;
    struct at at;
    int err = need_case(r);

    if (err)
        return err;
    packet = sipsan_arena_zalloc(r->arena, sizeof *packet);
    if (!packet)
        return SIPSAN_ENOMEM;
    packet->line = r->lines.number;
    err = read_at(r, r->lines.now, &at);
    if (err)
        return err;
    sipsan_lines_next(&r->lines);
    if (!at.end) {
        err = read_message(r, &at, &packet->bytes);
        if (err)
            return err;
        if (!at.has_addresses) {
            r->lines.number = packet->line;
            return wrong(r, "packet without addresses, and no base message has them", no_text);
        }
        packet->number = ++r->packets;
        packet->flow = at.flow;
    }
    packet->time = at.time;
    *r->next_packet = packet;
    r->next_packet = &packet->next;
    return SIPSAN_OK;
}

/* Expectations -------------------------------------------------------------------------------- */

static bool read_severity(struct sipsan_span word, enum sipsan_severity *out)
{
    if (span_eq(word, SPAN_LIT("error")))
        *out = SIPSAN_ERROR;
    else if (span_eq(word, SPAN_LIT("warning")))
        *out = SIPSAN_WARNING;
    else if (span_eq(word, SPAN_LIT("note")))
        *out = SIPSAN_NOTE;
    else
        return false;
    return true;
}

/* The text between the first and the last quote of *rest, which is left with what follows. */
static int read_evidence(struct reader *r, struct sipsan_span *rest, struct sipsan_expect *expect)
{
    const char *open = rest->n > 0 ? memchr(rest->p, '"', rest->n) : NULL;
    const char *lim = rest->p + rest->n;
    const char *close = lim;

    if (!open)
        return SIPSAN_OK;
    do
        close--;
    while (*close != '"');
    if (close == open)
        return wrong(r, "evidence without its second quote", *rest);
    if (sipsan_span_trim(span_between(rest->p, open)).n > 0)
        return wrong(r, "evidence stands right after the rule", *rest);
    *rest = span_between(close + 1, lim);
    return sipsan_unescape(&expect->evidence, r->arena, span_between(open + 1, close), NULL,
                           &r->wrong);
}

static int read_expect(struct reader *r)
{
    struct sipsan_span line = r->lines.now;
    struct sipsan_span rest = {line.p + 2, line.n - 2};
    struct sipsan_span word = sipsan_word(&rest);
    struct sipsan_expect *expect = sipsan_arena_zalloc(r->arena, sizeof *expect);
    uint64_t packet = 0;
    int err = expect ? need_case(r) : SIPSAN_ENOMEM;

    if (err)
        return err;
    expect->line = r->lines.number;
    expect->kind = line.p[0] == '!' ? SIPSAN_EXPECT_FINDING : SIPSAN_EXPECT_INCONCLUSIVE;
    if ((expect->kind == SIPSAN_EXPECT_FINDING || !span_eq(word, SPAN_LIT("-"))) &&
        (!sipsan_word_number(word, UINT32_MAX, &packet) || packet == 0))
        return wrong(r, "not a packet number", word);
    expect->packet = (uint32_t)packet;
    word = sipsan_word(&rest);
    if (word.n == 0)
        return wrong(r, "no rule", line);
    expect->rule = sipsan_arena_copy(r->arena, word);
    if (!expect->rule.p)
        return SIPSAN_ENOMEM;
    if (expect->kind == SIPSAN_EXPECT_FINDING) {
        err = read_evidence(r, &rest, expect);
        if (err)
            return err;
        word = sipsan_word(&rest);
        expect->has_severity = word.n > 0;
        if (expect->has_severity && !read_severity(word, &expect->severity))
            return wrong(r, "not a severity", word);
    }
    word = sipsan_word(&rest);
    if (word.n > 0)
        return wrong(r, "more than an expectation has", word);
    *r->next_expect = expect;
    r->next_expect = &expect->next;
    sipsan_lines_next(&r->lines);
    return SIPSAN_OK;
}

/* The file ------------------------------------------------------------------------------------ */

static int read_comment(struct reader *r)
{
    struct sipsan_span rest = {r->lines.now.p + 1, r->lines.now.n - 1};

    sipsan_lines_next(&r->lines);
    if (r->out->rule.n > 0)
        return SIPSAN_OK;
    r->out->rule = sipsan_arena_copy(r->arena, sipsan_word(&rest));
    return r->out->rule.p ? SIPSAN_OK : SIPSAN_ENOMEM;
}

static int read_title(struct reader *r)
{
    struct sipsan_span line = r->lines.now;
    int err = end_case(r);

    if (!err)
        err = start_case(r, sipsan_span_trim((struct sipsan_span){line.p + 2, line.n - 2}));
    if (!err)
        sipsan_lines_next(&r->lines);
    return err;
}

static int read_setting(struct reader *r)
{
    int err = need_case(r);

    if (err)
        return err;
    if (sipsan_line_starts(r->lines.now, SPAN_LIT("as of")))
        r->now->as_of = 3261;
    else
        r->now->notes_allowed = true;
    sipsan_lines_next(&r->lines);
    return SIPSAN_OK;
}

static int read_line(struct reader *r)
{
    struct sipsan_span line = r->lines.now;

    if (line.n == 0) {
        sipsan_lines_next(&r->lines);
        return SIPSAN_OK;
    }
    if (line.p[0] == '#')
        return read_comment(r);
    if (sipsan_line_starts(line, SPAN_LIT("==")))
        return read_title(r);
    if (sipsan_line_starts(line, SPAN_LIT("@ ")))
        return read_packet(r);
    if (sipsan_line_starts(line, SPAN_LIT("! ")) || sipsan_line_starts(line, SPAN_LIT("? ")))
        return read_expect(r);
    if (sipsan_line_is_setting(line))
        return read_setting(r);
    return wrong(r, "no line of scenario text", line);
}

bool sipsan_scenario_sniff(struct sipsan_span text)
{
    struct sipsan_lines lines;

    sipsan_lines_init(&lines, text);
    skip_comments(&lines);
    while (sipsan_line_is_setting(lines.now)) {
        sipsan_lines_next(&lines);
        skip_comments(&lines);
    }
    if (sipsan_line_starts(lines.now, SPAN_LIT("==")))
        return true;
    return sipsan_line_starts(lines.now, SPAN_LIT("@ "));
}

int sipsan_scenario_read(struct sipsan_scenario *out, struct sipsan_arena *arena,
                         struct sipsan_span text, sipsan_base_fn base, void *user)
{
    struct reader r = {.out = out, .arena = arena, .base = base, .user = user};
    int err = SIPSAN_OK;

    *out = (struct sipsan_scenario){.cases = NULL};
    r.next_case = &out->cases;
    sipsan_lines_init(&r.lines, text);
    while (!err && !r.lines.end)
        err = read_line(&r);
    if (!err)
        err = end_case(&r);
    if (err == SIPSAN_EINVAL)
        explain(&r);
    return err;
}

/* Parses a message: copies it, walks its lines, hands every value to the reader of its header
 * field. RFC 3261 7, 18.3, 20, 25.1. */
#include "parse/names.h"
#include "parse/shape.h"

#include <assert.h>

/* Header lines that there is room for at first. */
#define ROOM_MIN 6
#define ROOM_MAX 64

#define PADDING SIPSAN_NAME_READ /* octets 0xFF behind the message: one would end every matcher */

/* The production that is at fault when nothing inside it is, and the reader of the value. */
struct family {
    uint16_t production;
    sipsan_value_fn *read;
};

#define ROW(id, fn)      [SIPSAN_HDR_##id] = {SIPSAN_PROD_##id, sipsan_value_##fn}
#define SHAPED(id, name) ROW(id, shape),

/* Header fields that are not here are read as extension-header. */
static const struct family families[SIPSAN_HDR_COUNT] = {
    ROW(ACCEPT, accept),
    ROW(ACCEPT_ENCODING, accept_encoding),
    ROW(ACCEPT_LANGUAGE, accept_language),
    ROW(ALERT_INFO, info),
    ROW(ALLOW, allow),
    ROW(AUTHENTICATION_INFO, authentication_info),
    ROW(AUTHORIZATION, credentials),
    ROW(CALL_ID, call_id),
    ROW(CALL_INFO, info),
    ROW(CONTACT, contact),
    ROW(CONTENT_DISPOSITION, content_disposition),
    ROW(CONTENT_ENCODING, content_encoding),
    ROW(CONTENT_LANGUAGE, content_language),
    ROW(CONTENT_LENGTH, content_length),
    ROW(CONTENT_TYPE, content_type),
    ROW(CSEQ, cseq),
    ROW(DATE, date),
    ROW(ERROR_INFO, info),
    ROW(EXPIRES, expires),
    ROW(FROM, from),
    ROW(IN_REPLY_TO, in_reply_to),
    ROW(MAX_FORWARDS, max_forwards),
    ROW(MIME_VERSION, mime_version),
    ROW(MIN_EXPIRES, min_expires),
    ROW(ORGANIZATION, text),
    ROW(PRIORITY, priority),
    ROW(PROXY_AUTHENTICATE, challenge),
    ROW(PROXY_AUTHORIZATION, credentials),
    ROW(PROXY_REQUIRE, proxy_require),
    ROW(RECORD_ROUTE, record_route),
    ROW(REPLY_TO, reply_to),
    ROW(REQUIRE, require),
    ROW(RETRY_AFTER, retry_after),
    ROW(ROUTE, route),
    ROW(SERVER, server),
    ROW(SUBJECT, text),
    ROW(SUPPORTED, supported),
    ROW(TIMESTAMP, timestamp),
    ROW(TO, to),
    ROW(UNSUPPORTED, unsupported),
    ROW(USER_AGENT, server),
    ROW(VIA, via),
    ROW(WARNING, warning),
    ROW(WWW_AUTHENTICATE, challenge),
    ROW(RSEQ, rseq),
    ROW(RACK, rack),
    SIPSAN_SHAPED_HEADERS(SHAPED)};

/* Lines of one id are chained; `last` holds the newest of each. */
struct lines {
    uint16_t last[SIPSAN_HDR_COUNT];
};

/* Makes room for one header line more; false when memory is refused or there are enough. Lines are
 * rarely shorter than 48 octets on average: the first room is mostly enough. */
static SIPSAN_COLD bool more_headers(struct sipsan_scan *sc)
{
    struct sipsan_msg *msg = sc->msg;
    uint32_t count = msg->header_count;
    uint32_t limit = sc->limits->headers < UINT16_MAX ? sc->limits->headers : UINT16_MAX;
    uint32_t room = count ? count * 2 : ROOM_MIN + (uint32_t)(msg->bytes.n / 48);
    struct sipsan_header *more;

    if (count >= limit) {
        msg->headers_lost++;
        return false;
    }
    if (count == 0 && room > ROOM_MAX)
        room = ROOM_MAX;
    if (room > limit)
        room = limit;
    more = sipsan_arena_alloc(sc->arena, room * sizeof(*more));
    if (!more) {
        sc->nomem = true;
        return false;
    }
    if (count > 0)
        memcpy(more, msg->headers, count * sizeof(*more));
    msg->headers = more;
    sc->header_room = room;
    return true;
}

static struct sipsan_header *add_header(struct sipsan_scan *sc, struct lines *lines,
                                        enum sipsan_header_id id)
{
    struct sipsan_msg *msg = sc->msg;
    uint32_t index = msg->header_count;
    struct sipsan_header *header;

    if (index == sc->header_room && !more_headers(sc))
        return NULL;
    header = &msg->headers[index];
    if (msg->starts[id]) {
        msg->headers[lines->last[id]].next = index;
        msg->repeats = true;
    } else {
        msg->starts[id] = (uint16_t)(index + 1);
        if (id < 64)
            msg->present |= UINT64_C(1) << id;
    }
    lines->last[id] = (uint16_t)index;
    if (id < 64)
        msg->present |= UINT64_C(1) << id;
    msg->header_count = index + 1;
    header->next = SIPSAN_NO_LINE;
    header->id = (uint16_t)id;
    return header;
}

/* header-name HCOLON that is not the known name with its colon: behind it, with *name and *id set;
 * NULL when the line has no colon there. */
static SIPSAN_COLD const char *read_odd_name(struct sipsan_scan *sc, const char *p,
                                             struct sipsan_span *name, enum sipsan_header_id *id)
{
    const char *end = sipsan_match_token(p);
    const char *q = end ? end : p;

    *name = span_between(p, q);
    *id = SIPSAN_HDR_OTHER;
    if (*q == ':' && end)
        return q + 1; /* and known it is not */
    *id = sipsan_name_find(*name);
    while (is_wsp(*q))
        q++;
    if (*q == ':' && end) {
        if (q > end && !sc->msg->spaced.p)
            sc->msg->spaced = span_between(end, q);
        return q + 1;
    }
    if (is_crlf(*q) && end && is_wsp(*sipsan_scan_eol(q))) {
        /* a fold between name and colon */
        const char *colon = skip_sws(sc, q);

        if (*colon == ':') {
            sipsan_fault_at(sc, SIPSAN_PROD_HCOLON, q);
            return colon + 1;
        }
    }
    return NULL;
}

/* A line whose name is no token, or that has no colon. */
static SIPSAN_COLD const char *broken_line(struct sipsan_scan *sc, const char *p,
                                           struct sipsan_span *name)
{
    const char *lim = sipsan_scan_line_lim(sc, p);
    const char *colon = memchr(p, ':', (size_t)(lim - p));
    const char *q = p + name->n;

    if (!colon) {
        sipsan_fault_at(sc, SIPSAN_PROD_HCOLON, p);
        *name = (struct sipsan_span){p, 0};
        return p;
    }
    sipsan_fault_at(sc, SIPSAN_PROD_HEADER_NAME, q);
    *name = trimmed(p, colon);
    return colon + 1;
}

/* The name of the line at p: behind its colon, or behind nothing. */
static const char *read_name(struct sipsan_scan *sc, const char *p, struct sipsan_span *name,
                             enum sipsan_header_id *id)
{
    const char *value = sipsan_name_match(p, id);

    if (value) {
        *name = span_between(p, value);
        return value + 1;
    }
    value = read_odd_name(sc, p, name, id);
    if (value)
        return value;
    *id = SIPSAN_HDR_OTHER;
    return broken_line(sc, p, name);
}

/* What stands behind the colon of the line `header`, which was added last; returns its end. */
static inline const char *read_value(struct sipsan_scan *sc, struct sipsan_header *header,
                                     enum sipsan_header_id id, const char *p)
{
    const struct family *family = &families[id];
    const char *end;

    sc->header = (uint16_t)id;
    if (id > SIPSAN_HDR_LAST_3261 && sc->limits->only_3261)
        family = &families[SIPSAN_HDR_OTHER];
    p = skip_sws(sc, p);
    if (family->read) {
        sc->production = family->production;
        end = family->read(sc, p);
    } else {
        sc->production = SIPSAN_PROD_EXTENSION_HEADER;
        end = sipsan_value_extension(sc, p);
    }
    header->value = trimmed(p, end);
    return end;
}

/* One header field line; returns its end. */
static const char *read_header(struct sipsan_scan *sc, struct lines *lines, const char *p)
{
    struct sipsan_span name;
    struct sipsan_header *header;
    enum sipsan_header_id id;

    sc->line_lim = NULL;
    sc->line = sc->msg->header_count;
    sc->header = SIPSAN_HDR_OTHER;
    next_value(sc);
    p = read_name(sc, p, &name, &id);
    header = add_header(sc, lines, id);
    if (!header)
        return sipsan_scan_line_lim(sc, p);
    header->name = name;
    header->compact = name.n == 1 && id != SIPSAN_HDR_OTHER;
    return read_value(sc, header, id, p);
}

/* Behind a line end that is not CR LF, which is told once. */
static SIPSAN_COLD const char *close_odd_line(struct sipsan_scan *sc, const char *p)
{
    if (p == sc->lim)
        return p;
    if (!sc->crlf_told) {
        sc->crlf_told = true;
        sc->line = SIPSAN_NO_LINE;
        sc->header = SIPSAN_HDR_OTHER;
        sipsan_fault_line(sc, SIPSAN_PROD_CRLF, p, 1);
    }
    return p + 1;
}

/* Behind the end of a line. */
static inline const char *close_line(struct sipsan_scan *sc, const char *p)
{
    return memcmp(p, "\r\n", 2) == 0 ? p + 2 : close_odd_line(sc, p);
}

/* The start line, unless there is none, and the header fields: the end of them. */
static const char *read_head(struct sipsan_scan *sc, const char *p, bool start_line)
{
    struct lines lines;

    if (start_line)
        p = close_line(sc, sipsan_read_start_line(sc, p));
    while (!at_end(sc, p) && !sc->nomem)
        p = close_line(sc, read_header(sc, &lines, p));
    sc->line = SIPSAN_NO_LINE;
    sc->header = SIPSAN_HDR_OTHER;
    return p;
}

static void name_method(struct sipsan_msg *msg)
{
    msg->method_id = msg->request ? (uint8_t)sipsan_method_find(msg->method) : msg->cseq.method_id;
}

static void read_message(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;

    while (is_crlf(*p)) /* 7.5: empty lines before the start line mean nothing */
        p++;
    p = read_head(sc, p, true);
    if (p < sc->lim) {
        sipsan_read_body(sc, close_line(sc, p));
    } else {
        msg->framing = SIPSAN_NO_EMPTY_LINE;
        msg->body = msg->surplus = (struct sipsan_span){sc->lim, 0};
        sipsan_fault_line(sc, SIPSAN_PROD_EMPTY_LINE, sc->lim, 0);
    }
    name_method(msg);
}

static void clear(struct sipsan_msg *msg)
{
    struct sipsan_arena arena = msg->arena;
    bool boxed = msg->boxed;

    sipsan_mem_zero(msg, sizeof(*msg));
    msg->arena = arena;
    msg->boxed = boxed;
    msg->ruri.port = -1;
}

/* Ready to read a message that is cleared. */
static void open_scan(struct sipsan_scan *sc, struct sipsan_msg *msg, struct sipsan_arena *arena,
                      const struct sipsan_msg_limits *limits)
{
    *sc = (struct sipsan_scan){
        .msg = msg,
        .arena = arena,
        .limits = limits,
        .line = SIPSAN_NO_LINE,
        .via_tail = &msg->via,
        .contact_tail = &msg->contact,
        .route_tail = &msg->route,
        .record_route_tail = &msg->record_route,
        .supported_tail = &msg->supported,
        .require_tail = &msg->require,
        .proxy_require_tail = &msg->proxy_require,
        .unsupported_tail = &msg->unsupported,
        .allow_tail = &msg->allow,
        .auth_tail = &msg->auth,
        .value_tail = &msg->values,
    };
}

/* The bytes with a terminator, where msg and sc expect them; false when memory is refused. */
static bool copy_bytes(struct sipsan_scan *sc, struct sipsan_span bytes)
{
    bool fits = bytes.n < UINT32_MAX - PADDING;
    char *copy = fits ? sipsan_arena_alloc(sc->arena, bytes.n + PADDING) : NULL;

    if (!copy)
        return false;
    if (bytes.n > 0)
        memcpy(copy, bytes.p, bytes.n);
    memset(copy + bytes.n, 0xFF, PADDING);
    sc->msg->bytes = (struct sipsan_span){copy, bytes.n};
    sc->lim = copy + bytes.n;
    return true;
}

/* Empties *msg and points *sc at a copy of `bytes` in its arena: the place of the first, or NULL
 * when memory is refused. */
static const char *begin(struct sipsan_scan *sc, struct sipsan_msg *msg, struct sipsan_span bytes,
                         const struct sipsan_msg_limits *limits)
{
    clear(msg);
    open_scan(sc, msg, &msg->arena, limits);
    return copy_bytes(sc, bytes) ? msg->bytes.p : NULL;
}

/* What the caller of a parser is told; without memory nothing is kept. */
static int finish(struct sipsan_msg *msg, bool complete)
{
    if (complete)
        return SIPSAN_OK;
    if (!msg->boxed)
        sipsan_arena_reset(&msg->arena);
    clear(msg);
    return SIPSAN_ENOMEM;
}

int sipsan_msg_parse(struct sipsan_msg *msg, struct sipsan_span bytes,
                     const struct sipsan_msg_limits *limits)
{
    struct sipsan_scan sc;
    const char *p = begin(&sc, msg, bytes, limits);

    if (p)
        read_message(&sc, p);
    return finish(msg, p && !sc.nomem);
}

int sipsan_msg_take(struct sipsan_msg *msg, struct sipsan_span bytes)
{
    struct sipsan_scan sc = {.msg = msg, .arena = &msg->arena};

    return copy_bytes(&sc, bytes) ? SIPSAN_OK : SIPSAN_ENOMEM;
}

int sipsan_msg_read(struct sipsan_msg *msg, const struct sipsan_msg_limits *limits)
{
    struct sipsan_span bytes = msg->bytes;
    struct sipsan_scan sc;

    clear(msg);
    msg->bytes = bytes;
    open_scan(&sc, msg, &msg->arena, limits);
    sc.lim = bytes.p + bytes.n;
    read_message(&sc, bytes.p);
    return finish(msg, !sc.nomem);
}

/* The text was to end where its reader stopped; p may stand at a line end that no fold follows. */
static void judge_end(struct sipsan_scan *sc, enum sipsan_production production, const char *p)
{
    if (p != sc->lim)
        sipsan_fault_at(sc, production, p);
}

int sipsan_line_judge(struct sipsan_msg *msg, struct sipsan_span line,
                      const struct sipsan_msg_limits *limits)
{
    struct sipsan_scan sc;
    struct lines lines;
    const char *p = begin(&sc, msg, line, limits);

    if (p)
        judge_end(&sc, SIPSAN_PROD_CRLF, read_header(&sc, &lines, p));
    return finish(msg, p && !sc.nomem);
}

int sipsan_value_judge(struct sipsan_msg *msg, enum sipsan_header_id id, struct sipsan_span value,
                       const struct sipsan_msg_limits *limits)
{
    struct sipsan_scan sc;
    struct lines lines;
    const char *p = begin(&sc, msg, value, limits);
    struct sipsan_header *header = NULL;

    if (p) {
        sc.line = 0;
        header = add_header(&sc, &lines, id);
    }
    if (header) {
        header->name = (struct sipsan_span){p, 0};
        judge_end(&sc, SIPSAN_PROD_CRLF, read_value(&sc, header, id, p));
    }
    return finish(msg, p && !sc.nomem);
}

int sipsan_piece_judge(struct sipsan_msg *msg, enum sipsan_production production,
                       struct sipsan_span text, const struct sipsan_msg_limits *limits)
{
    struct sipsan_scan sc;
    const char *p = begin(&sc, msg, text, limits);

    if (p)
        judge_end(&sc, production, sipsan_read_piece(&sc, production, p));
    return finish(msg, p && !sc.nomem);
}

struct sipsan_msg *sipsan_read_fragment(struct sipsan_scan *outer, struct sipsan_span text,
                                        const struct sipsan_msg_limits *limits, bool start_line)
{
    struct sipsan_msg *msg = sipsan_arena_zalloc(outer->arena, sizeof(*msg));
    struct sipsan_scan sc;
    const char *p;

    outer->nomem |= !msg;
    if (!msg)
        return NULL;
    sipsan_msg_init(msg, outer->arena->pool);
    open_scan(&sc, msg, outer->arena, limits);
    if (copy_bytes(&sc, text)) {
        p = read_head(&sc, msg->bytes.p, start_line);
        if (p < sc.lim)
            p = close_line(&sc, p);
        msg->body = span_between(p, sc.lim);
        name_method(msg);
    } else {
        sc.nomem = true;
    }
    outer->nomem |= sc.nomem;
    return sc.nomem ? NULL : msg;
}

void sipsan_msg_init(struct sipsan_msg *msg, struct sipsan_pool *pool)
{
    sipsan_arena_init(&msg->arena, pool);
    msg->boxed = false;
    clear(msg);
}

struct sipsan_msg *sipsan_msg_open(struct sipsan_pool *pool)
{
    struct sipsan_arena arena;
    struct sipsan_msg *msg;

    sipsan_arena_init(&arena, pool);
    msg = sipsan_arena_alloc(&arena, sizeof(*msg));
    if (!msg)
        return NULL;
    msg->arena = arena;
    msg->boxed = true;
    return msg;
}

void sipsan_msg_close(struct sipsan_msg *msg)
{
    struct sipsan_arena arena;

    if (!msg)
        return;
    assert(msg->boxed);
    arena = msg->arena; /* out of the memory that goes */
    sipsan_arena_reset(&arena);
}

void sipsan_msg_drop(struct sipsan_msg *msg)
{
    assert(!msg->boxed);
    sipsan_arena_reset(&msg->arena);
    clear(msg);
}

uint32_t sipsan_msg_count(const struct sipsan_msg *msg, enum sipsan_header_id id)
{
    uint32_t n = 0;

    for (uint32_t i = sipsan_msg_first(msg, id); i != SIPSAN_NO_LINE; i = msg->headers[i].next)
        n++;
    return n;
}

const struct sipsan_header *sipsan_msg_header(const struct sipsan_msg *msg,
                                              enum sipsan_header_id id)
{
    return msg->starts[id] ? &msg->headers[msg->starts[id] - 1] : NULL;
}

const struct sipsan_header *sipsan_msg_next(const struct sipsan_msg *msg,
                                            const struct sipsan_header *header)
{
    return header->next == SIPSAN_NO_LINE ? NULL : &msg->headers[header->next];
}

const struct sipsan_value *sipsan_msg_value(const struct sipsan_msg *msg, enum sipsan_header_id id)
{
    const struct sipsan_value *value = msg->values;

    while (value && value->header != id)
        value = value->next;
    return value;
}

const struct sipsan_value *sipsan_value_next(const struct sipsan_value *value)
{
    uint16_t header = value->header;

    do
        value = value->next;
    while (value && value->header != header);
    return value;
}

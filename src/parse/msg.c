/* Parses a message: copies it, walks its lines, hands every value to the reader of its header
 * field. RFC 3261 7, 18.3, 20, 25.1. */
#include "parse/shape.h"

#include <assert.h>

#define HEADER_ROOM 16

/* The production that is at fault when nothing inside it is, and the reader of the value. */
struct family {
    uint16_t production;
    sipsan_value_fn *read;
    const struct sipsan_shape *shape;
};

#define ROW(id, fn) [SIPSAN_HDR_##id] = {SIPSAN_PROD_##id, sipsan_value_##fn, NULL}
#define SHAPED(id, name)                                                                           \
    [SIPSAN_HDR_##id] = {SIPSAN_PROD_##id, sipsan_value_shape, &sipsan_shape_##name},

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
    uint32_t last[SIPSAN_HDR_COUNT];
};

static struct sipsan_header *add_header(struct sipsan_scan *sc, struct lines *lines,
                                        enum sipsan_header_id id)
{
    struct sipsan_msg *msg = sc->msg;
    uint32_t index = msg->header_count;

    if (index >= sc->limits->headers || index == SIPSAN_NO_LINE) {
        msg->headers_lost++;
        return NULL;
    }
    if (index == sc->header_room) {
        uint32_t room = index ? index * 2 : HEADER_ROOM;
        struct sipsan_header *more = sipsan_arena_alloc(sc->arena, room * sizeof(*more));

        if (!more) {
            sc->nomem = true;
            return NULL;
        }
        if (index > 0)
            memcpy(more, msg->headers, index * sizeof(*more));
        msg->headers = more;
        sc->header_room = room;
    }
    if (msg->first[id] == SIPSAN_NO_LINE) {
        msg->first[id] = index;
    } else {
        msg->headers[lines->last[id]].next = index;
        msg->repeats = true;
    }
    lines->last[id] = index;
    if (id < 64)
        msg->present |= UINT64_C(1) << id;
    msg->header_count++;
    msg->headers[index] = (struct sipsan_header){.id = (uint16_t)id, .next = SIPSAN_NO_LINE};
    return &msg->headers[index];
}

/* header-name: its end, NULL when there is none. A known name is not matched as a token again. */
static const char *match_name(const char *p, enum sipsan_header_id *id)
{
    const char *end = sipsan_match_header_name(p, id);

    if (end && (*end == ':' || is_wsp(*end) || is_crlf(*end)))
        return end;
    *id = SIPSAN_HDR_OTHER;
    return sipsan_match_token(p);
}

/* header-name HCOLON: behind it, with *name and *id set; NULL when the line has no colon there. */
static const char *read_name(struct sipsan_scan *sc, const char *p, struct sipsan_span *name,
                             enum sipsan_header_id *id)
{
    const char *end = match_name(p, id);
    const char *q = end ? end : p;

    *name = span_between(p, q);
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
static const char *broken_line(struct sipsan_scan *sc, const char *p, struct sipsan_span *name)
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

/* What stands behind the colon of the line that was added last; returns its end. */
static const char *read_value(struct sipsan_scan *sc, enum sipsan_header_id id, const char *p)
{
    const struct family *family = &families[id];
    const char *end;

    sc->header = (uint16_t)id;
    if (sc->limits->only_3261 && id > SIPSAN_HDR_LAST_3261)
        family = &families[SIPSAN_HDR_OTHER];
    sc->shape = family->shape;
    sc->production = family->read ? family->production : SIPSAN_PROD_EXTENSION_HEADER;
    p = skip_sws(sc, p);
    end = (family->read ? family->read : sipsan_value_extension)(sc, p);
    sc->msg->headers[sc->line].value = trimmed(p, end);
    return end;
}

/* One header field line; returns its end. */
static const char *read_header(struct sipsan_scan *sc, struct lines *lines, const char *p)
{
    struct sipsan_span name;
    struct sipsan_header *header;
    enum sipsan_header_id id;
    const char *value;

    sc->line_lim = NULL;
    sc->line = sc->msg->header_count;
    sc->header = SIPSAN_HDR_OTHER;
    next_value(sc);
    value = read_name(sc, p, &name, &id);
    if (!value) {
        value = broken_line(sc, p, &name);
        id = SIPSAN_HDR_OTHER;
    }
    header = add_header(sc, lines, id);
    if (!header)
        return sipsan_scan_line_lim(sc, value);
    header->name = name;
    header->compact = name.n == 1 && id != SIPSAN_HDR_OTHER;
    return read_value(sc, id, value);
}

/* Behind the end of a line; a bare CR or LF is told once. */
static const char *close_line(struct sipsan_scan *sc, const char *p)
{
    if (p == sc->lim)
        return p;
    if (p[0] == '\r' && p[1] == '\n')
        return p + 2;
    if (!sc->crlf_told) {
        sc->crlf_told = true;
        sc->line = SIPSAN_NO_LINE;
        sc->header = SIPSAN_HDR_OTHER;
        sipsan_fault_line(sc, SIPSAN_PROD_CRLF, p, 1);
    }
    return p + 1;
}

static void read_message(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;
    struct lines lines;

    while (is_crlf(*p)) /* 7.5: empty lines before the start line mean nothing */
        p++;
    p = close_line(sc, sipsan_read_start_line(sc, p));
    while (p < sc->lim && !is_crlf(*p) && !sc->nomem)
        p = close_line(sc, read_header(sc, &lines, p));
    sc->line = SIPSAN_NO_LINE;
    sc->header = SIPSAN_HDR_OTHER;
    if (p < sc->lim) {
        sipsan_read_body(sc, close_line(sc, p));
    } else {
        msg->framing = SIPSAN_NO_EMPTY_LINE;
        msg->body = msg->surplus = (struct sipsan_span){sc->lim, 0};
        sipsan_fault_line(sc, SIPSAN_PROD_EMPTY_LINE, sc->lim, 0);
    }
    msg->method_id = msg->request ? (uint8_t)sipsan_method_find(msg->method) : msg->cseq.method_id;
}

static void clear(struct sipsan_msg *msg)
{
    struct sipsan_arena arena = msg->arena;
    bool boxed = msg->boxed;

    memset(msg, 0, sizeof(*msg));
    msg->arena = arena;
    msg->boxed = boxed;
    msg->ruri.port = -1;
    memset(msg->first, 0xFF, sizeof(msg->first)); /* SIPSAN_NO_LINE */
}

/* Empties *msg, copies `bytes` into its arena and points *sc at them: the place of the first, or
 * NULL when memory is refused. */
static const char *begin(struct sipsan_scan *sc, struct sipsan_msg *msg, struct sipsan_span bytes,
                         const struct sipsan_msg_limits *limits)
{
    char *copy;

    clear(msg);
    *sc = (struct sipsan_scan){
        .msg = msg,
        .arena = &msg->arena,
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
    };
    copy = bytes.n < UINT32_MAX ? sipsan_arena_alloc(&msg->arena, bytes.n + 1) : NULL;
    if (!copy)
        return NULL;
    if (bytes.n > 0)
        memcpy(copy, bytes.p, bytes.n);
    copy[bytes.n] = (char)0xFF;
    msg->bytes = (struct sipsan_span){copy, bytes.n};
    sc->lim = copy + bytes.n;
    return copy;
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
        judge_end(&sc, SIPSAN_PROD_CRLF, read_value(&sc, id, p));
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

    for (uint32_t i = msg->first[id]; i != SIPSAN_NO_LINE; i = msg->headers[i].next)
        n++;
    return n;
}

const struct sipsan_header *sipsan_msg_header(const struct sipsan_msg *msg,
                                              enum sipsan_header_id id)
{
    return msg->first[id] == SIPSAN_NO_LINE ? NULL : &msg->headers[msg->first[id]];
}

const struct sipsan_header *sipsan_msg_next(const struct sipsan_msg *msg,
                                            const struct sipsan_header *header)
{
    return header->next == SIPSAN_NO_LINE ? NULL : &msg->headers[header->next];
}

const struct sipsan_value *sipsan_msg_value(const struct sipsan_msg *msg, enum sipsan_header_id id)
{
    const struct sipsan_header *header = sipsan_msg_header(msg, id);

    while (header && !header->values)
        header = sipsan_msg_next(msg, header);
    return header ? header->values : NULL;
}

const struct sipsan_value *sipsan_msg_next_value(const struct sipsan_msg *msg,
                                                 const struct sipsan_value *value)
{
    const struct sipsan_header *header = &msg->headers[value->line];

    if (value->next)
        return value->next;
    do
        header = sipsan_msg_next(msg, header);
    while (header && !header->values);
    return header ? header->values : NULL;
}

/* What all readers of this folder share: a place in the message and how one goes on from there.
 *
 * A reader takes a place and returns the place behind what it read. It never fails: where the text
 * is not what the grammar wants it records the fault (the first one of a value counts) and goes on
 * behind the broken piece, so that the pieces that follow are read too. Places never move back, so
 * a message costs time in proportion to its length, broken or not.
 *
 * The text is the copy in the arena with 0xFF behind it: *p may always be read for p <= lim. */
#ifndef SIPSAN_PARSE_SCAN_H
#define SIPSAN_PARSE_SCAN_H

#include <stdalign.h>

#include "parse/match.h"

struct sipsan_scan {
    struct sipsan_msg *msg;     /* NULL: a value on its own, faults are only noticed */
    struct sipsan_arena *arena; /* of the message */
    const struct sipsan_msg_limits *limits;
    const char *lim;                  /* end of the text: 0xFF stands there */
    const char *line_lim;             /* end of the line being read, NULL until somebody asked */
    uint32_t line;                    /* index of the header line, or SIPSAN_NO_LINE */
    uint16_t header;                  /* enum sipsan_header_id */
    uint16_t production;              /* of the header field as a whole */
    const struct sipsan_shape *shape; /* of the header field, when it is one of parse/shape.h */
    uint32_t header_room, fault_room;
    /* where the next value of a list of the message is linked */
    struct sipsan_via **via_tail;
    struct sipsan_name_addr **contact_tail, **route_tail, **record_route_tail;
    struct sipsan_token **supported_tail, **require_tail, **proxy_require_tail, **unsupported_tail,
        **allow_tail;
    struct sipsan_auth **auth_tail;
    bool bad;       /* this value has its fault */
    bool part_bad;  /* so has the part of it that somebody watches (a URI) */
    bool crlf_told; /* once a message */
    bool nomem;
};

/* Records a fault at p, unless this value has one already. */
void sipsan_fault_at(struct sipsan_scan *sc, enum sipsan_production production, const char *p);

/* Records a fault of n bytes that belongs to no value: line ends, framing. */
void sipsan_fault_line(struct sipsan_scan *sc, enum sipsan_production production, const char *p,
                       size_t n);

/* Behind the CR LF, the bare CR or the bare LF at p. */
const char *sipsan_scan_eol(const char *p);

/* End of the line that p is in, folds included: its CR or LF, or lim. */
const char *sipsan_scan_line_lim(struct sipsan_scan *sc, const char *p);

/* The comma that ends this value of a list, or the end of the line. Quoted commas do not count. */
const char *sipsan_scan_comma(struct sipsan_scan *sc, const char *p);

/* Behind white space that begins with an octet up to SP. */
const char *sipsan_scan_lws(struct sipsan_scan *sc, const char *p);

/* The rest of a line that does not fit its header field, and the end of one that does: returns the
 * end of the line. */
const char *sipsan_scan_end(struct sipsan_scan *sc, const char *p);

/* As sipsan_scan_end for one value of a list. True when a comma follows; *p is behind it then. */
bool sipsan_scan_more(struct sipsan_scan *sc, const char **p);

/* As sipsan_scan_alloc, for large objects and when the arena's block is full. */
void *sipsan_scan_alloc_slow(struct sipsan_scan *sc, size_t n);

static inline bool is_wsp(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool is_crlf(char c)
{
    return c == '\r' || c == '\n';
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The line ends here (after SWS was skipped: a fold is no end). */
static inline bool at_end(const struct sipsan_scan *sc, const char *p)
{
    return is_crlf(*p) || p == sc->lim;
}

/* SWS: optional white space with folds. */
static inline const char *skip_sws(struct sipsan_scan *sc, const char *p)
{
    if ((unsigned char)*p > ' ')
        return p;
    if (*p == ' ' && (unsigned char)p[1] > ' ')
        return p + 1;
    if (p[0] == '\r' && p[1] == '\n' && !is_wsp(p[2]))
        return p;
    return sipsan_scan_lws(sc, p);
}

/* Without white space at its end; the place p is known to have none. */
static inline struct sipsan_span trimmed(const char *p, const char *end)
{
    if (end > p && (unsigned char)end[-1] <= ' ')
        return sipsan_span_trim(span_between(p, end));
    return span_between(p, end);
}

/* NULL when memory is refused; sc->nomem tells the parser. Cleared. A message has many small
 * objects, and n is a constant for each: worth the inlining. Large ones are cleared faster by a
 * call than by the loop that a compiler makes of a constant size. */
static inline void *sipsan_scan_alloc(struct sipsan_scan *sc, size_t n)
{
    struct sipsan_arena *arena = sc->arena;
    size_t align = alignof(max_align_t);
    size_t pad = (align - (uintptr_t)arena->p % align) % align;
    char *p;

    if (n > 64 || (size_t)(arena->lim - arena->p) < pad + n)
        return sipsan_scan_alloc_slow(sc, n);
    p = arena->p + pad;
    arena->p = p + n;
    return memset(p, 0, n);
}

/* Parameters of later RFCs are extensions like any other. */
static inline bool only_3261(const struct sipsan_scan *sc)
{
    return sc->limits && sc->limits->only_3261;
}

/* Starts a new value. */
static inline void next_value(struct sipsan_scan *sc)
{
    sc->bad = false;
}

static inline bool word_is(struct sipsan_span s, const char *lower, size_t n)
{
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (ascii_lower(s.p[i]) != lower[i])
            return false;
    return true;
}

/* s is this word (given in lower case), no case. */
#define WORD_IS(s, lower) word_is((s), "" lower, sizeof(lower) - 1)

#endif

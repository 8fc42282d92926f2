/* What all readers of this folder share: a place in the message and how one goes on from there.
 *
 * A reader takes a place and returns the place behind what it read. It never fails: where the text
 * is not what the grammar wants it records the fault (the first one of a value counts) and goes on
 * behind the broken piece, so that the pieces that follow are read too. Places never move back, so
 * a message costs time in proportion to its length, broken or not.
 *
 * The text is the copy in the arena with SIPSAN_TEXT_PAD octets 0xFF behind it: *p may always be
 * read for p <= lim, and a little more. */
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
    const struct sipsan_shape *shape; /* of the header field, for the readers of parse/shape.h */
    uint32_t header_room, fault_room;
    /* where the next value of a list of the message is linked */
    struct sipsan_via **via_tail;
    struct sipsan_name_addr **contact_tail, **route_tail, **record_route_tail;
    struct sipsan_token **supported_tail, **require_tail, **proxy_require_tail, **unsupported_tail,
        **allow_tail;
    struct sipsan_auth **auth_tail;
    struct sipsan_value **value_tail;
    bool bad;       /* this value has its fault */
    bool part_bad;  /* so has the part of it that somebody watches (a URI) */
    bool crlf_told; /* once a message */
    bool nomem;
};

/* Records a fault at p, unless this value has one already. */
void sipsan_fault_at(struct sipsan_scan *sc, enum sipsan_production production,
                     const char *p) SIPSAN_COLD;

/* Records a fault of n bytes that belongs to no value: line ends, framing. */
void sipsan_fault_line(struct sipsan_scan *sc, enum sipsan_production production, const char *p,
                       size_t n) SIPSAN_COLD;

/* Behind the CR LF, the bare CR or the bare LF at p. */
const char *sipsan_scan_eol(const char *p);

/* End of the line that p is in, folds included: its CR or LF, or lim. */
const char *sipsan_scan_line_lim(struct sipsan_scan *sc, const char *p) SIPSAN_COLD;

/* The comma that ends this value of a list, or the end of the line. Quoted commas do not count. */
const char *sipsan_scan_comma(struct sipsan_scan *sc, const char *p) SIPSAN_COLD;

/* Behind white space that begins with an octet up to SP. */
const char *sipsan_scan_lws(struct sipsan_scan *sc, const char *p);

/* As scan_end where no CR LF stands at p. */
const char *sipsan_scan_end(struct sipsan_scan *sc, const char *p);

/* As scan_more where neither a comma nor the end of the line stands at *p. */
bool sipsan_scan_more(struct sipsan_scan *sc, const char **p);

/* As sipsan_scan_alloc, when the arena's block is full. */
void *sipsan_scan_alloc_slow(struct sipsan_scan *sc, size_t n) SIPSAN_COLD;

static inline bool is_wsp(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_hexdig(char c)
{
    return hex_value(c) >= 0;
}

/* One of the classes of ends. 0xFF is an end only where the text ends. */
static inline bool ends_at(const struct sipsan_scan *sc, const char *p, enum sipsan_octet ends)
{
    return octet_is(*p, ends) && ((unsigned char)*p != 0xFF || p == sc->lim);
}

/* The line ends here (after SWS was skipped: a fold is no end). */
static inline bool at_end(const struct sipsan_scan *sc, const char *p)
{
    return ends_at(sc, p, SIPSAN_OCTET_ENDS_LINE);
}

/* A CR LF that no white space follows: the end of a header field that is as it should be. */
static inline bool at_crlf(const char *p)
{
    return memcmp(p, "\r\n", 2) == 0 && (unsigned char)p[2] > ' ';
}

/* SWS: optional white space with folds. */
static inline const char *skip_sws(struct sipsan_scan *sc, const char *p)
{
    if ((unsigned char)*p > ' ')
        return p;
    if (*p == ' ') {
        if ((unsigned char)p[1] > ' ')
            return p + 1;
    } else if (at_crlf(p)) {
        return p;
    }
    return sipsan_scan_lws(sc, p);
}

/* The rest of a line that does not fit its header field, and the end of one that does: returns the
 * end of the line. */
static inline const char *scan_end(struct sipsan_scan *sc, const char *p)
{
    return at_crlf(p) ? p : sipsan_scan_end(sc, p);
}

/* As scan_end for one value of a list. True when a comma follows; *p is behind it then. */
static inline bool scan_more(struct sipsan_scan *sc, const char **p)
{
    if (**p == ',') {
        ++*p;
        return true;
    }
    return !at_crlf(*p) && sipsan_scan_more(sc, p);
}

/* Without white space at its end; the place p is known to have none. */
static inline struct sipsan_span trimmed(const char *p, const char *end)
{
    if (end > p && (unsigned char)end[-1] <= ' ')
        return sipsan_span_trim(span_between(p, end));
    return span_between(p, end);
}

/* NULL when memory is refused; sc->nomem tells the parser. Cleared, and aligned for spans, pointers
 * and numbers. A message has many small objects, and n is a constant for each: worth the inlining.
 * Large ones are cleared faster by a call than by the loop that a compiler makes of a constant
 * size. */
static inline void *sipsan_scan_alloc(struct sipsan_scan *sc, size_t n)
{
    struct sipsan_arena *arena = sc->arena;
    size_t align = alignof(uint64_t) > alignof(void *) ? alignof(uint64_t) : alignof(void *);
    size_t pad = (0 - (uintptr_t)arena->p) & (align - 1);
    char *p;

    if ((size_t)(arena->lim - arena->p) < pad + n)
        return sipsan_scan_alloc_slow(sc, n);
    p = arena->p + pad;
    arena->p = p + n;
    if (n > 64)
        sipsan_mem_zero(p, n);
    else
        memset(p, 0, n);
    return p;
}

/* Parameters of later RFCs are extensions like any other. */
static inline bool only_3261(const struct sipsan_scan *sc)
{
    return sc->limits && sc->limits->only_3261;
}

/* The production that is at fault where the header field has no more special one. */
static inline enum sipsan_production own(const struct sipsan_scan *sc)
{
    return (enum sipsan_production)sc->production;
}

/* Starts a new value. */
static inline void next_value(struct sipsan_scan *sc)
{
    sc->bad = false;
}

/* n octets at p are those of `lower`, letters in any case. n is a constant: 1, 2, 4 or 8. */
static inline bool same_octets(const char *p, const char *lower, size_t n)
{
    uint64_t a = 0, b = 0;

    memcpy(&a, p, n);
    memcpy(&b, lower, n);
    return ((a ^ b) & ~((b & UINT64_C(0x4040404040404040)) >> 1)) == 0;
}

/* lower: letters, digits and hyphens. n is a constant, which leaves two comparisons of this. */
static inline bool word_is(struct sipsan_span s, const char *lower, size_t n)
{
    size_t step = n >= 8 ? 8 : n >= 4 ? 4 : n >= 2 ? 2 : 1;

    if (s.n != n)
        return false;
    for (size_t i = 0; i + step <= n; i += step)
        if (!same_octets(s.p + i, lower + i, step))
            return false;
    return n % step == 0 || same_octets(s.p + n - step, lower + n - step, step);
}

/* At p stands this word (given in lower case), no case; at most SIPSAN_TEXT_PAD octets. */
#define WORD_AT(p, lower)                                                                          \
    word_is((struct sipsan_span){p, sizeof(lower) - 1}, "" lower, sizeof(lower) - 1)

/* s is this word (given in lower case), no case. */
#define WORD_IS(s, lower) word_is((s), "" lower, sizeof(lower) - 1)

#endif

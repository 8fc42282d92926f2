/* Borrowed text and how SIP compares it. No locale, no terminator, any byte may occur. */
#ifndef SIPSAN_BASE_SPAN_H
#define SIPSAN_BASE_SPAN_H

#include <string.h>

#include "sipsan.h"

/* For printf("%.*s"): at most 200 bytes, traffic can be long. */
#define SPAN(s)     (int)((s).n > 200 ? 200 : (s).n), (s).p
#define SPAN_LIT(s) ((struct sipsan_span){"" s, sizeof(s) - 1})

static inline struct sipsan_span span_between(const char *p, const char *end)
{
    return (struct sipsan_span){p, (size_t)(end - p)};
}

/* A span that may be handed to memcpy. */
static inline struct sipsan_span span_solid(struct sipsan_span s)
{
    return s.p ? s : (struct sipsan_span){"", 0};
}

static inline bool span_eq(struct sipsan_span a, struct sipsan_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ASCII letters only: RFC 3261 7.3.1 compares most text so. */
bool sipsan_span_eq_nocase(struct sipsan_span a, struct sipsan_span b);
bool sipsan_span_starts_nocase(struct sipsan_span s, struct sipsan_span prefix);

/* Without LWS at both ends: space, tab and folds. */
struct sipsan_span sipsan_span_trim(struct sipsan_span s);

/* `part` stands in `text`, octet for octet. False when it is empty. */
bool sipsan_span_contains(struct sipsan_span text, struct sipsan_span part);

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* As ascii_lower of eight octets at once; those above 0x7f stay as they are. */
static inline uint64_t ascii_lower8(uint64_t w)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t seven = w & (ones * 0x7f);
    uint64_t from_a = seven + ones * (0x80 - 'A');
    uint64_t past_z = seven + ones * (0x80 - 'Z' - 1);
    uint64_t upper = (from_a ^ past_z) & ~w & (ones * 0x80);

    return w | (upper >> 2);
}

static inline bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/* Value of a hexadecimal digit, or -1. */
static inline int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Made of these octets only, or empty. */
static inline bool span_only(struct sipsan_span s, struct sipsan_span octets)
{
    for (size_t i = 0; i < s.n; i++)
        if (!memchr(octets.p, s.p[i], octets.n))
            return false;
    return true;
}

static inline bool is_crlf(char c)
{
    return c == '\r' || c == '\n';
}

static inline bool span_has(struct sipsan_span outer, const char *p)
{
    return p >= outer.p && p <= outer.p + outer.n;
}

#endif

/* Which octets a production takes one at a time: a table with a bit for each production, made from
 * grammars/ when the project is built (tables.re). A run of such octets needs no automaton. */
#ifndef SIPSAN_PARSE_OCTETS_H
#define SIPSAN_PARSE_OCTETS_H

#include <stdbool.h>
#include <stdint.h>

/* Of a production with escapes, UTF-8 or folds: what it takes besides those. */
enum sipsan_octet {
    SIPSAN_OCTET_ALPHANUM = 1 << 0,
    SIPSAN_OCTET_TOKEN = 1 << 1,
    SIPSAN_OCTET_WORD = 1 << 2,
    SIPSAN_OCTET_USER = 1 << 3,
    SIPSAN_OCTET_USER_PLAIN = 1 << 4,
    SIPSAN_OCTET_PASSWORD = 1 << 5,
    SIPSAN_OCTET_PARAMCHAR = 1 << 6,
    SIPSAN_OCTET_URIC = 1 << 7,
    SIPSAN_OCTET_QDTEXT = 1 << 8,
    SIPSAN_OCTET_TEXT = 1 << 9,
    SIPSAN_OCTET_CTEXT = 1 << 10,
    SIPSAN_OCTET_REASON = 1 << 11,
    /* Where things end: these hold 0xFF, which is the end of the text or an octet that fits
       nowhere. */
    SIPSAN_OCTET_ENDS_LINE = 1 << 12, /* CR, LF */
    SIPSAN_OCTET_ENDS_WORD = 1 << 13, /* and white space, semicolon, comma */
    SIPSAN_OCTET_ENDS_HOST = 1 << 14, /* and what may follow a host or close a URI */
};

/* Said to be hidden, so that it is found without a table of offsets. */
extern const uint16_t sipsan_octets[256] __attribute__((visibility("hidden")));

static inline bool octet_is(char c, unsigned classes)
{
    return (sipsan_octets[(unsigned char)c] & classes) != 0;
}

/* Behind the octets of one class; 0xFF ends them at the latest. */
static inline const char *skip_octets(const char *p, unsigned one)
{
    for (;; p += 4) {
        if (!octet_is(p[0], one))
            return p;
        if (!octet_is(p[1], one))
            return p + 1;
        if (!octet_is(p[2], one))
            return p + 2;
        if (!octet_is(p[3], one))
            return p + 3;
    }
}

#endif

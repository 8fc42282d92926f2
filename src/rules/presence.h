/* Where a header field may stand, must stand and should stand: tables 2 and 3 of RFC 3261 section
 * 20, with the columns that the RFCs of later methods add to them. Made once for an engine, so that
 * a message costs one AND. */
#ifndef SIPSAN_RULES_PRESENCE_H
#define SIPSAN_RULES_PRESENCE_H

#include "parse/msg.h"

/* The kinds of message that the "where" column of the tables tells apart. */
enum sipsan_where {
    SIPSAN_WHERE_REQUEST,
    SIPSAN_WHERE_100,
    SIPSAN_WHERE_180,
    SIPSAN_WHERE_18X, /* other 18x */
    SIPSAN_WHERE_1XX, /* other 1xx, and so on */
    SIPSAN_WHERE_2XX,
    SIPSAN_WHERE_3XX,
    SIPSAN_WHERE_401,
    SIPSAN_WHERE_404, /* 404, 413, 480, 486 */
    SIPSAN_WHERE_405,
    SIPSAN_WHERE_407,
    SIPSAN_WHERE_415,
    SIPSAN_WHERE_420,
    SIPSAN_WHERE_423,
    SIPSAN_WHERE_485,
    SIPSAN_WHERE_4XX,
    SIPSAN_WHERE_500, /* 500, 503 */
    SIPSAN_WHERE_5XX,
    SIPSAN_WHERE_600, /* 600, 603 */
    SIPSAN_WHERE_6XX,
    SIPSAN_WHERE_COUNT
};

/* Bits of header ids (SIPSAN_PRESENCE_BIT). */
struct sipsan_presence_cell {
    uint64_t allowed;   /* o, c, m, m*, t, * or no table speaks of it */
    uint64_t mandatory; /* m */
    uint64_t expected;  /* m* */
};

struct sipsan_presence {
    struct sipsan_presence_cell cell[SIPSAN_METHOD_COUNT][SIPSAN_WHERE_COUNT];
};

#define SIPSAN_PRESENCE_BIT(id) (UINT64_C(1) << (id))

/* as_of: 0, or 3261 for the six methods of RFC 3261 alone, without what later RFCs opened. */
void sipsan_presence_init(struct sipsan_presence *presence, int as_of);

/* The cell of this message; NULL when its status has no class. */
const struct sipsan_presence_cell *sipsan_presence_of(const struct sipsan_presence *presence,
                                                      const struct sipsan_msg *msg);

/* SIPSAN_WHERE_COUNT when the status has no class. */
enum sipsan_where sipsan_where_of(int status);

#endif

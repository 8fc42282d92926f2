/* Tables 2 and 3 of RFC 3261 section 20. See presence.h.
 *
 * A row is a header field, the kinds of message it speaks of, the six columns of RFC 3261 in their
 * order there, and the columns of later RFCs: PRACK (RFC 3262), UPDATE (RFC 3311), MESSAGE (RFC
 * 3428), REFER (RFC 3515), PUBLISH (RFC 3903), INFO (RFC 6086), SUBSCRIBE and NOTIFY. RFC 6665 took
 * the table of the last two back, so that what they have here is only what its text demands. The
 * column about proxies cannot be judged from a message. */
#include "rules/presence.h"

#include <assert.h>

#define IN(kind)  (1u << SIPSAN_WHERE_##kind)
#define IN_ALL    ((1u << SIPSAN_WHERE_COUNT) - 1)
#define IN_R      IN(REQUEST)
#define IN_r      (IN_ALL & ~IN_R)
#define IN_18X    (IN(180) | IN(18X))
#define IN_NOT100 (IN_18X | IN(1XX))
#define IN_1XX    (IN(100) | IN_NOT100)
#define IN_4XX                                                                                     \
    (IN(401) | IN(404) | IN(405) | IN(407) | IN(415) | IN(420) | IN(423) | IN(485) | IN(4XX))
#define IN_456XX (IN_4XX | IN(500) | IN(5XX) | IN(600) | IN(6XX))
#define IN_36XX  (IN(3XX) | IN_456XX)
#define IN_RETRY (IN(404) | IN(500) | IN(600))

struct row {
    uint8_t header;
    bool later;     /* opened by a later RFC than the tables */
    uint32_t where; /* IN_ bits */
    char core[7];   /* ACK BYE CANCEL INVITE OPTIONS REGISTER */
    char added[9];  /* PRACK UPDATE MESSAGE REFER PUBLISH INFO SUBSCRIBE NOTIFY */
};

#define ROW(id, where, core, added)                                                                \
    {                                                                                              \
        SIPSAN_HDR_##id, false, where, core, added                                                 \
    }
#define LATER(id, where, core, added)                                                              \
    {                                                                                              \
        SIPSAN_HDR_##id, true, where, core, added                                                  \
    }

static const struct row rows[] = {
    ROW(ACCEPT, IN_R, "-o-oMo", "oo-ooo.."), ROW(ACCEPT, IN(2XX), "---oMo", "-o----.."),
    ROW(ACCEPT, IN(415), "-c-ccc", "ccMcMo.."), ROW(ACCEPT_ENCODING, IN_R, "-o-ooo", "oo-ooo.."),
    ROW(ACCEPT_ENCODING, IN(2XX), "---oMo", "-o---o.."),
    ROW(ACCEPT_ENCODING, IN(415), "-c-ccc", "ccMcMc.."),
    ROW(ACCEPT_LANGUAGE, IN_R, "-o-ooo", "oo-ooo.."),
    ROW(ACCEPT_LANGUAGE, IN(2XX), "---oMo", "-o---o.."),
    ROW(ACCEPT_LANGUAGE, IN(415), "-c-ccc", "ccMcMo.."),
    ROW(ALERT_INFO, IN_R, "---o--", "------.."), ROW(ALERT_INFO, IN(180), "---o--", "------.."),
    LATER(ALERT_INFO, IN_NOT100, "---o--", "------.."), /* RFC 7462 4.1 */
    ROW(ALLOW, IN_R, "-o-ooo", "oooooo.."), ROW(ALLOW, IN(2XX), "-o-MMo", "oooooo.."),
    ROW(ALLOW, IN_r, "-o-ooo", "oooooo.."), ROW(ALLOW, IN(405), "-m-mmm", "mmmmmm.."),
    ROW(AUTHENTICATION_INFO, IN(2XX), "-o-ooo", "oooooo.."),
    ROW(AUTHORIZATION, IN_R, "oooooo", "oooooo.."), ROW(CALL_ID, IN_ALL, "mmmmmm", "mmmmmmmm"),
    ROW(CALL_INFO, IN_ALL, "---ooo", "-oo-oo.."), ROW(CONTACT, IN_R, "o--moo", "-m-m--m."),
    ROW(CONTACT, IN_1XX, "---o--", "-o----.."), ROW(CONTACT, IN(2XX), "---moo", "-m-m--.."),
    ROW(CONTACT, IN(3XX), "-o-ooo", "ooooo-.."), ROW(CONTACT, IN(485), "-o-ooo", "ooooo-.."),
    ROW(CONTACT, IN_456XX, "---o--", "---o--.."), /* 13.2.2.3 */
    ROW(CONTENT_DISPOSITION, IN_ALL, "oo-ooo", "oooooo.."),
    ROW(CONTENT_ENCODING, IN_ALL, "oo-ooo", "oooooo.."),
    ROW(CONTENT_LANGUAGE, IN_ALL, "oo-ooo", "oooooo.."),
    ROW(CONTENT_LENGTH, IN_ALL, "tttttt", "tttttttt"),
    ROW(CONTENT_TYPE, IN_ALL, "**-***", "********"), ROW(CSEQ, IN_ALL, "mmmmmm", "mmmmmmmm"),
    ROW(DATE, IN_ALL, "oooooo", "oooooooo"), ROW(ERROR_INFO, IN_36XX, "-ooooo", "oooooo.."),
    ROW(EXPIRES, IN_R, "---o-o", "--ooo-.."), ROW(EXPIRES, IN_r, "---o-o", "--o-o-.."),
    ROW(FROM, IN_ALL, "mmmmmm", "mmmmmmmm"), ROW(IN_REPLY_TO, IN_R, "---o--", "--o--..."),
    ROW(MAX_FORWARDS, IN_R, "mmmmmm", "mmmmmomm"), ROW(MIN_EXPIRES, IN(423), "-----m", "--.-m-.."),
    ROW(MIME_VERSION, IN_ALL, "oo-ooo", "oo.ooo.."),
    ROW(ORGANIZATION, IN_ALL, "---ooo", "-oooo-.."), ROW(PRIORITY, IN_R, "---o--", "--o-o-.."),
    ROW(PROXY_AUTHENTICATE, IN(401), "-ooooo", "oooooo.."),
    ROW(PROXY_AUTHENTICATE, IN(407), "-m-mmm", "mmmmmm.."),
    ROW(PROXY_AUTHORIZATION, IN_R, "oo-ooo", "oooooo.."),
    ROW(PROXY_REQUIRE, IN_R, ".o-ooo", "oooooo.."), /* 8.2.2.3 lets an ACK repeat it */
    ROW(RECORD_ROUTE, IN_R, "ooooo-", "oo-o-o.."),
    ROW(RECORD_ROUTE, IN(2XX) | IN_18X, "-oooo-", "oo-o-o.."),
    ROW(REPLY_TO, IN_ALL, "---o--", "--o-o..."),
    ROW(REQUIRE, IN_ALL, ".c-ccc", "cccccc.."), /* 8.2.2.3 lets an ACK repeat it */
    ROW(RETRY_AFTER, IN_RETRY, "-ooooo", "oooooo.."), ROW(ROUTE, IN_R, "cccccc", "cccccccc"),
    ROW(SERVER, IN_r, "-ooooo", "oooooo.."), ROW(SUBJECT, IN_R, "---o--", "--o-oo.."),
    ROW(SUPPORTED, IN_R, "-ooMoo", "oo.ooo.."), ROW(SUPPORTED, IN(2XX), "-ooMMo", "oo.ooo.."),
    ROW(TIMESTAMP, IN_ALL, "oooooo", "oooooooo"), ROW(TO, IN_ALL, "mmmmmm", "mmmmmmmm"),
    ROW(UNSUPPORTED, IN(420), "-m-mmm", "mmoooo.."), ROW(USER_AGENT, IN_ALL, "oooooo", "oooooooo"),
    ROW(VIA, IN_ALL, "mmmmmm", "mmmmmmmm"), ROW(WARNING, IN_r, "-ooooo", "oooooo.."),
    ROW(WWW_AUTHENTICATE, IN(401), "-m-mmm", "mmmmmm.."),
    ROW(WWW_AUTHENTICATE, IN(407), "-o-ooo", ".ooooo.."),
    /* Of later header fields only where they must be: the rules of their RFCs say the rest. */
    ROW(RACK, IN_R, "......", "m......."), /* RFC 3262 */
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static_assert(SIPSAN_HDR_WWW_AUTHENTICATE < 64 && SIPSAN_HDR_REFER_TO < 64,
              "header ids of the tables are bits of a word");

static const uint8_t core[] = {SIPSAN_METHOD_ACK,    SIPSAN_METHOD_BYE,     SIPSAN_METHOD_CANCEL,
                               SIPSAN_METHOD_INVITE, SIPSAN_METHOD_OPTIONS, SIPSAN_METHOD_REGISTER};
static const uint8_t added[] = {
    SIPSAN_METHOD_PRACK,   SIPSAN_METHOD_UPDATE, SIPSAN_METHOD_MESSAGE,   SIPSAN_METHOD_REFER,
    SIPSAN_METHOD_PUBLISH, SIPSAN_METHOD_INFO,   SIPSAN_METHOD_SUBSCRIBE, SIPSAN_METHOD_NOTIFY};

static_assert(sizeof(core) == sizeof(rows[0].core) - 1, "a method for each column");
static_assert(sizeof(added) == sizeof(rows[0].added) - 1, "a method for each column");

/* What rows of RFC 3261 say is certain; the header fields of other RFCs are none of its time. */
static bool in_force(const struct row *row, int as_of)
{
    return as_of == 0 || (!row->later && row->header <= SIPSAN_HDR_WWW_AUTHENTICATE);
}

/* What a cell gives to the kinds of message that its row speaks of. */
static void put(struct sipsan_presence_cell *cell, const struct row *row, char state)
{
    uint64_t bit = SIPSAN_PRESENCE_BIT(row->header);

    if (state == '-')
        return;
    for (unsigned kind = 0; kind < SIPSAN_WHERE_COUNT; kind++) {
        if (!(row->where >> kind & 1))
            continue;
        cell[kind].allowed |= bit;
        if (state == 'm')
            cell[kind].mandatory |= bit;
        else if (state == 'M')
            cell[kind].expected |= bit;
    }
}

/* A header field is judged in a method when a table has a column for it there: where one row says
 * '.', none does. */
static void put_column(struct sipsan_presence_cell *cell, const struct row *row, char state)
{
    uint64_t bit = SIPSAN_PRESENCE_BIT(row->header);

    if (state == '.')
        for (unsigned kind = 0; kind < SIPSAN_WHERE_COUNT; kind++)
            cell[kind].allowed |= bit;
    else
        put(cell, row, state);
}

void sipsan_presence_init(struct sipsan_presence *presence, int as_of)
{
    uint64_t judged = 0;

    memset(presence, 0, sizeof(*presence));
    for (unsigned id = 1; id <= SIPSAN_HDR_WWW_AUTHENTICATE; id++)
        judged |= SIPSAN_PRESENCE_BIT(id);
    for (unsigned m = 0; m < SIPSAN_METHOD_COUNT; m++)
        for (unsigned kind = 0; kind < SIPSAN_WHERE_COUNT; kind++)
            presence->cell[m][kind].allowed =
                m == SIPSAN_METHOD_OTHER || (as_of != 0 && m > SIPSAN_METHOD_OPTIONS) ? UINT64_MAX
                                                                                      : ~judged;
    for (size_t i = 0; i < ROWS; i++) {
        if (!in_force(&rows[i], as_of))
            continue;
        for (size_t m = 0; m < sizeof(core); m++)
            put_column(presence->cell[core[m]], &rows[i], rows[i].core[m]);
        for (size_t m = 0; m < sizeof(added) && as_of == 0; m++)
            put_column(presence->cell[added[m]], &rows[i], rows[i].added[m]);
    }
}

enum sipsan_where sipsan_where_of(int status)
{
    static const uint8_t others[] = {SIPSAN_WHERE_1XX, SIPSAN_WHERE_2XX, SIPSAN_WHERE_3XX,
                                     SIPSAN_WHERE_4XX, SIPSAN_WHERE_5XX, SIPSAN_WHERE_6XX};

    switch (status) {
    case 100:
        return SIPSAN_WHERE_100;
    case 180:
        return SIPSAN_WHERE_180;
    case 401:
        return SIPSAN_WHERE_401;
    case 404:
    case 413:
    case 480:
    case 486:
        return SIPSAN_WHERE_404;
    case 405:
        return SIPSAN_WHERE_405;
    case 407:
        return SIPSAN_WHERE_407;
    case 415:
        return SIPSAN_WHERE_415;
    case 420:
        return SIPSAN_WHERE_420;
    case 423:
        return SIPSAN_WHERE_423;
    case 485:
        return SIPSAN_WHERE_485;
    case 500:
    case 503:
        return SIPSAN_WHERE_500;
    case 600:
    case 603:
        return SIPSAN_WHERE_600;
    default:
        if (status > 180 && status < 190)
            return SIPSAN_WHERE_18X;
        return status >= 100 && status <= 699 ? (enum sipsan_where)others[status / 100 - 1]
                                              : SIPSAN_WHERE_COUNT;
    }
}

const struct sipsan_presence_cell *sipsan_presence_of(const struct sipsan_presence *presence,
                                                      const struct sipsan_msg *msg)
{
    enum sipsan_where where = msg->request ? SIPSAN_WHERE_REQUEST : sipsan_where_of(msg->status);

    return where < SIPSAN_WHERE_COUNT ? &presence->cell[msg->method_id][where] : NULL;
}

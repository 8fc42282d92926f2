/* Tables 2 and 3 of RFC 3261 section 20 as words of bits: cells that differ from their neighbours,
 * and the places where prose or a later RFC opened one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/presence.h"

static const struct sipsan_presence_cell *cell(const struct sipsan_presence *p,
                                               enum sipsan_method method, int status)
{
    struct sipsan_msg msg = {.method_id = (uint8_t)method, .request = status == 0};

    msg.status = status;
    return sipsan_presence_of(p, &msg);
}

struct expected {
    enum sipsan_header_id header;
    enum sipsan_method method;
    int status; /* 0: the request */
    char state; /* '-', 'o' for all that is allowed, 'm', 'M' */
};

#define ROW(header, method, status, state)                                                         \
    {                                                                                              \
        SIPSAN_HDR_##header, SIPSAN_METHOD_##method, status, state                                 \
    }

static void check(const struct sipsan_presence *p, const struct expected *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct sipsan_presence_cell *c = cell(p, rows[i].method, rows[i].status);
        uint64_t bit = SIPSAN_PRESENCE_BIT(rows[i].header);
        char state = c->mandatory & bit  ? 'm'
                     : c->expected & bit ? 'M'
                     : c->allowed & bit  ? 'o'
                                         : '-';

        if (state != rows[i].state)
            fail_msg("%s in %s %d: %c, not %c", sipsan_header_name(rows[i].header),
                     sipsan_method_name(rows[i].method), rows[i].status, state, rows[i].state);
        assert_true((c->mandatory & ~c->allowed) == 0 && (c->expected & ~c->allowed) == 0);
    }
}

static void test_presence_cells(void **state)
{
    static const struct expected rows[] = {
        ROW(ACCEPT, OPTIONS, 0, 'M'),
        ROW(ACCEPT, INVITE, 0, 'o'),
        ROW(ACCEPT, ACK, 0, '-'),
        ROW(ACCEPT, OPTIONS, 200, 'M'),
        ROW(ACCEPT, BYE, 200, '-'),
        ROW(ACCEPT, BYE, 415, 'o'),
        ROW(ACCEPT, BYE, 486, '-'),
        ROW(ALERT_INFO, INVITE, 180, 'o'),
        ROW(ALERT_INFO, INVITE, 183, 'o'),
        ROW(ALERT_INFO, INVITE, 100, '-'),
        ROW(ALERT_INFO, BYE, 0, '-'),
        ROW(ALLOW, INVITE, 405, 'm'),
        ROW(ALLOW, INVITE, 299, 'M'),
        ROW(ALLOW, CANCEL, 200, '-'),
        ROW(AUTHORIZATION, CANCEL, 0, 'o'),
        ROW(AUTHORIZATION, INVITE, 200, '-'),
        ROW(CALL_ID, REGISTER, 699, 'm'),
        ROW(CONTACT, INVITE, 0, 'm'),
        ROW(CONTACT, INVITE, 200, 'm'),
        ROW(CONTACT, BYE, 0, '-'),
        ROW(CONTACT, BYE, 302, 'o'),
        ROW(CONTACT, OPTIONS, 180, '-'),
        ROW(CONTACT, INVITE, 486, 'o'),
        ROW(CONTACT, BYE, 486, '-'),
        ROW(CONTACT, BYE, 485, 'o'),
        ROW(ERROR_INFO, INVITE, 299, '-'),
        ROW(ERROR_INFO, INVITE, 300, 'o'),
        ROW(EXPIRES, OPTIONS, 0, '-'),
        ROW(MAX_FORWARDS, INVITE, 200, '-'),
        ROW(MIN_EXPIRES, REGISTER, 423, 'm'),
        ROW(MIN_EXPIRES, REGISTER, 400, '-'),
        ROW(PROXY_AUTHENTICATE, INVITE, 407, 'm'),
        ROW(PROXY_AUTHENTICATE, INVITE, 401, 'o'),
        ROW(PROXY_AUTHENTICATE, INVITE, 403, '-'),
        ROW(PROXY_AUTHORIZATION, CANCEL, 0, '-'),
        ROW(PROXY_REQUIRE, ACK, 0, 'o'),
        ROW(PROXY_REQUIRE, CANCEL, 0, '-'),
        ROW(RECORD_ROUTE, REGISTER, 0, '-'),
        ROW(RECORD_ROUTE, INVITE, 183, 'o'),
        ROW(RECORD_ROUTE, INVITE, 199, '-'),
        ROW(RECORD_ROUTE, INVITE, 404, '-'),
        ROW(RETRY_AFTER, INVITE, 413, 'o'),
        ROW(RETRY_AFTER, INVITE, 503, 'o'),
        ROW(RETRY_AFTER, INVITE, 603, 'o'),
        ROW(RETRY_AFTER, INVITE, 501, '-'),
        ROW(SERVER, INVITE, 0, '-'),
        ROW(SUPPORTED, INVITE, 0, 'M'),
        ROW(SUPPORTED, INVITE, 180, '-'),
        ROW(UNSUPPORTED, INVITE, 420, 'm'),
        ROW(UNSUPPORTED, INVITE, 421, '-'),
        ROW(WWW_AUTHENTICATE, CANCEL, 401, '-'),
        ROW(VIA, ACK, 0, 'm'),
        /* later methods */
        ROW(CONTACT, PRACK, 0, '-'),
        ROW(RACK, PRACK, 0, 'm'),
        ROW(RACK, PRACK, 200, 'o'),
        ROW(CONTACT, UPDATE, 200, 'm'),
        ROW(SUBJECT, MESSAGE, 0, 'o'),
        ROW(SUPPORTED, MESSAGE, 180, 'o'),
        ROW(EXPIRES, REFER, 0, 'o'),
        ROW(EXPIRES, REFER, 202, '-'),
        ROW(RECORD_ROUTE, PUBLISH, 0, '-'),
        ROW(CONTACT, INFO, 302, '-'),
        ROW(MAX_FORWARDS, INFO, 0, 'o'),
        ROW(CONTACT, SUBSCRIBE, 0, 'm'),
        ROW(SUBJECT, SUBSCRIBE, 0, 'o'),
        ROW(SUBJECT, OTHER, 0, 'o'),
        ROW(EVENT, BYE, 0, 'o'),
    };
    static struct sipsan_presence presence;

    (void)state;
    sipsan_presence_init(&presence, 0);
    check(&presence, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_presence_of_3261(void **state)
{
    static const struct expected rows[] = {
        ROW(ALERT_INFO, INVITE, 183, '-'),
        ROW(ALERT_INFO, INVITE, 180, 'o'),
        ROW(CONTACT, PRACK, 0, 'o'),
        ROW(RACK, PRACK, 0, 'o'),
    };
    static struct sipsan_presence presence;

    (void)state;
    sipsan_presence_init(&presence, 3261);
    check(&presence, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_presence_codes(void **state)
{
    static struct sipsan_presence presence;

    (void)state;
    for (int status = 100; status <= 699; status++)
        assert_true(sipsan_where_of(status) > SIPSAN_WHERE_REQUEST &&
                    sipsan_where_of(status) < SIPSAN_WHERE_COUNT);
    assert_int_equal(sipsan_where_of(99), SIPSAN_WHERE_COUNT);
    assert_int_equal(sipsan_where_of(700), SIPSAN_WHERE_COUNT);
    assert_int_equal(sipsan_where_of(189), SIPSAN_WHERE_18X);
    assert_int_equal(sipsan_where_of(190), SIPSAN_WHERE_1XX);
    sipsan_presence_init(&presence, 0);
    assert_null(cell(&presence, SIPSAN_METHOD_INVITE, 777));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presence_cells),
        cmocka_unit_test(test_presence_of_3261),
        cmocka_unit_test(test_presence_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

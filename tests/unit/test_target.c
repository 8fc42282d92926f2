/* URIs and route lists compared as texts: RFC 3261 12.2.1.1, 19.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rules/target.h"

static enum sipsan_likeness like(const char *a, const char *b)
{
    struct sipsan_span x = {a, strlen(a)}, y = {b, strlen(b)};
    enum sipsan_likeness there = sipsan_uri_like(x, y);

    assert_int_equal(there, sipsan_uri_like(y, x));
    return there;
}

static void test_target_alike(void **state)
{
    (void)state;
    assert_int_equal(like("sip:b@h;a=1;lr", "sip:b@h;lr;a=1"), SIPSAN_ALIKE);
    assert_int_equal(like("sip:b@h;lr=on", "sip:b@H;lr"), SIPSAN_ALIKE);
    assert_int_equal(like("SIP:%62@h;Transport=UDP", "sip:b@h;transport=udp"), SIPSAN_ALIKE);
    assert_int_equal(like("sip:b@h;method=BYE?Subject=x", "sip:b@h"), SIPSAN_ALIKE);
    assert_int_equal(like("sip:[2001:db8::1]:5070", "sip:[2001:DB8::1]:5070"), SIPSAN_ALIKE);
    assert_int_equal(like("tel:+1", "tel:+1"), SIPSAN_ALIKE);
}

static void test_target_near(void **state)
{
    (void)state;
    assert_int_equal(like("sip:b@h:5060", "sip:b@h"), SIPSAN_NEAR);
    assert_int_equal(like("sips:b@h:5061", "sips:b@h"), SIPSAN_NEAR);
    assert_int_equal(like("sip:b@h;ob", "sip:b@h"), SIPSAN_NEAR);
    assert_int_equal(like("sip:b@h;a=1", "sip:b@h;a=2"), SIPSAN_NEAR);
}

static void test_target_unlike(void **state)
{
    (void)state;
    assert_int_equal(like("sip:b@h", "sip:h"), SIPSAN_UNLIKE);
    assert_int_equal(like("sip:b@h", "sips:b@h"), SIPSAN_UNLIKE);
    assert_int_equal(like("sip:B@h", "sip:b@h"), SIPSAN_UNLIKE);
    assert_int_equal(like("sip:b@h:5070", "sip:b@h"), SIPSAN_UNLIKE);
    assert_int_equal(like("sip:b@h:x", "sip:b@h"), SIPSAN_UNLIKE);
    assert_int_equal(like("sip:b@[::1", "sip:b@"), SIPSAN_UNLIKE);
    assert_int_equal(like("tel:+1", "tel:+2"), SIPSAN_UNLIKE);
    assert_int_equal(like("", "sip:b@h"), SIPSAN_UNLIKE);
}

static void test_target_routes(void **state)
{
    static const char *const want[] = {"sip:a,b@h;lr", "sip:c;lr", "sip:d"};
    struct sipsan_span rest = SPAN_LIT("<sip:a,b@h;lr>, \"x, \\\"<y\" <sip:c;lr>;z=1,sip:d;q"), uri;
    size_t n = 0;

    (void)state;
    while (sipsan_route_next(&rest, &uri)) {
        assert_true(n < 3);
        assert_true(span_eq(uri, (struct sipsan_span){want[n], strlen(want[n])}));
        n++;
    }
    assert_int_equal(n, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_alike),
        cmocka_unit_test(test_target_near),
        cmocka_unit_test(test_target_unlike),
        cmocka_unit_test(test_target_routes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

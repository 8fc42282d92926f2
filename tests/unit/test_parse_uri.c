/* URIs on their own, and when two are equal. RFC 3261 19.1.4. */
#include "uri_helper.h"

static bool equal(void **state, const char *a, const char *b)
{
    struct sipsan_uri x = read_uri(state, a), y = read_uri(state, b);

    assert_true(x.ok && y.ok);
    assert_int_equal(sipsan_uri_eq(&x, &y), sipsan_uri_eq(&y, &x));
    return sipsan_uri_eq(&x, &y);
}

static void test_uri_parts(void **state)
{
    struct sipsan_uri uri =
        read_uri(state, "SIPS:al%69ce;x:pw@[2001:db8::1]:5071;lr;maddr=192.0.2.1?a=b&c=d");
    struct sipsan_addr addr;

    assert_true(uri.ok && uri.has_user);
    assert_int_equal(uri.scheme, SIPSAN_SCHEME_SIPS);
    assert_span(uri.user, "al%69ce;x");
    assert_span(uri.password, "pw");
    assert_span(uri.host, "2001:db8::1");
    assert_int_equal(uri.host_kind, SIPSAN_HOST_IPV6);
    assert_int_equal(uri.port, 5071);
    assert_span(uri.headers, "a=b&c=d");
    assert_non_null(sipsan_uri_param(&uri, SPAN_LIT("LR")));
    assert_null(sipsan_uri_param(&uri, SPAN_LIT("lr"))->value.p);
    assert_span(sipsan_uri_param(&uri, SPAN_LIT("maddr"))->value, "192.0.2.1");
    assert_true(sipsan_uri_addr(&addr, &uri));
    assert_int_equal(addr.family, 6);

    uri = read_uri(state, "tel:+1-201-555-0123;ext=9");
    assert_true(uri.ok);
    assert_span(uri.user, "+1-201-555-0123");
    uri = read_uri(state, "mailto:a@example.com");
    assert_true(uri.ok);
    assert_int_equal(uri.scheme, SIPSAN_SCHEME_OTHER);
    assert_false(read_uri(state, "").ok);
    assert_false(read_uri(state, "sip:a@b>").ok);
    assert_false(read_uri(state, "sip:a@b c").ok);
    assert_false(read_uri(state, "sip:a@b\r\n").ok);
}

static void test_uri_default_port(void **state)
{
    struct sipsan_uri uri = read_uri(state, "sip:a@b");

    assert_int_equal(sipsan_uri_port(&uri), 5060);
    uri = read_uri(state, "sips:a@b");
    assert_int_equal(sipsan_uri_port(&uri), 5061);
    uri = read_uri(state, "sip:a@b;transport=TLS");
    assert_int_equal(sipsan_uri_port(&uri), 5061);
    uri = read_uri(state, "sips:a@b:9");
    assert_int_equal(sipsan_uri_port(&uri), 9);
}

static void test_uri_equal(void **state)
{
    static const char *const pairs[][2] = {
        {"sip:%61lice@example.com;transport=TCP", "sip:alice@Example.COM;Transport=tcp"},
        {"sip:carol@example.com", "sip:carol@example.com;newparam=5"},
        {"sip:carol@example.com;security=on", "sip:carol@example.com;newparam=5"},
        {"sip:example.com;transport=tcp;method=REGISTER?to=sip:bob%40example.com",
         "sip:example.com;method=REGISTER;transport=tcp?to=sip:bob%40example.com"},
        {"sip:a@example.com?subject=project%20x&priority=urgent",
         "sip:a@example.com?priority=urgent&subject=project%20x"},
        {"sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0:0::0001]"}, /* RFC 5954 4.2 */
        {"SIP:a@b", "sip:a@b"},
        {"TEL:+1234", "tel:+1234"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (!equal(state, pairs[i][0], pairs[i][1]))
            fail_msg("%s differs from %s", pairs[i][0], pairs[i][1]);
}

static void test_uri_differ(void **state)
{
    static const char *const pairs[][2] = {
        {"sip:ALICE@example.com", "sip:alice@example.com"},
        {"sip:bob@example.com", "sip:bob@example.com:5060"},
        {"sip:bob@example.com", "sip:bob@example.com;transport=udp"},
        {"sip:bob@example.com", "sip:bob@example.com;user=ip"},
        {"sip:bob@example.com", "sip:bob@example.com;maddr=192.0.2.1"},
        {"sip:bob@example.com", "sips:bob@example.com"},
        {"sip:bob@example.com", "sip:example.com"},
        {"sip:bob@example.com", "sip:bob:@example.com"},
        {"sip:a@example.com", "sip:a@example.com?Subject=next%20meeting"},
        {"sip:a@example.com?Subject=x", "sip:a@example.com?Subject=y"},
        {"sip:a;b@example.com", "sip:a%3Bb@example.com"},
        {"sip:bob@phone21.example.com", "sip:bob@192.0.2.4"},
        {"sip:a@example.com;x=1", "sip:a@example.com;x=2"},
        {"http:x", "https:x"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (equal(state, pairs[i][0], pairs[i][1]))
            fail_msg("%s equals %s", pairs[i][0], pairs[i][1]);
}

static void test_uri_many_params(void **state)
{
    char a[1024] = "sip:a@b", b[1024] = "sip:a@b;y";
    struct sipsan_uri x, y;

    for (int i = 0; i < 100; i++) {
        strcat(a, ";p=1");
        strcat(b, ";p=1");
    }
    x = read_uri(state, a);
    y = read_uri(state, b);
    assert_true(sipsan_uri_eq(&x, &x));
    assert_false(sipsan_uri_eq(&x, &y));
}

static void test_ip_parse(void **state)
{
    static const char *const good[] = {
        "0.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "1::",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "::ffff:192.0.2.1",
        "1:2:3:4:5:6:192.0.2.1",
        "1::192.0.2.1",
        "abcd:EF01::",
    };
    static const char *const bad[] = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.4 ",
        ":",
        ":1",
        "1:",
        ":::",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::%eth0",
        "[::1]",
        "example.com",
        "1.2.3.4::",
    };
    struct sipsan_addr addr, again;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        if (!sipsan_ip_parse(&addr, (struct sipsan_span){good[i], strlen(good[i])}))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (sipsan_ip_parse(&addr, (struct sipsan_span){bad[i], strlen(bad[i])}))
            fail_msg("%s is taken", bad[i]);
    assert_true(sipsan_ip_parse(&addr, SPAN_LIT("2001:db8::ff:192.0.2.1")));
    assert_memory_equal(addr.ip, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\xff\xc0\0\2\1", 16);
    assert_true(sipsan_ip_parse(&again, SPAN_LIT("2001:0DB8:0:0:0:ff:c000:201")));
    assert_true(sipsan_ip_eq(&addr, &again));
    assert_true(sipsan_ip_parse(&again, SPAN_LIT("192.0.2.1")));
    assert_memory_equal(again.ip, "\xc0\0\2\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_false(sipsan_ip_eq(&addr, &again));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uri_parts),       cmocka_unit_test(test_uri_default_port),
        cmocka_unit_test(test_uri_equal),       cmocka_unit_test(test_uri_differ),
        cmocka_unit_test(test_uri_many_params), cmocka_unit_test(test_ip_parse),
    };

    return cmocka_run_group_tests(tests, uris_start, uris_stop);
}

/* Payloads: SIP, keep-alives, the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/net.h"
#include "net/payload.h"
#include "net_frames.h"

/* Of exactly n octets, so that sanitizers see a read behind them. */
static enum sipsan_payload kind_of(const char *text, size_t n, size_t *skipped)
{
    char copy[512];
    char *p = copy + sizeof(copy) - n;
    struct sipsan_span span = {p, n};
    enum sipsan_payload kind;

    memcpy(p, text, n);
    kind = sipsan_payload_read(&span);
    assert_ptr_equal(span.p + span.n, p + n);
    if (skipped)
        *skipped = n - span.n;
    return kind;
}

static void test_net_payload_sip(void **state)
{
    const char *texts[] = {OPTIONS_TEXT, "SIP/2.0 200 OK\r\n\r\n",
                           "PING sip:a@example.com SIP/2.0\r\n\r\n"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct sipsan_span span = {texts[i], strlen(texts[i])};

        assert_int_equal(kind_of(texts[i], span.n, NULL), SIPSAN_PAYLOAD_SIP);
        assert_true(sipsan_net_payload(&span));
        assert_ptr_equal(span.p, texts[i]);
    }
}

static void test_net_payload_line_ends_before_the_message(void **state)
{
    size_t skipped;

    (void)state;
    assert_int_equal(kind_of("\r\n\r\n" OPTIONS_TEXT, 4 + sizeof(OPTIONS_TEXT) - 1, &skipped),
                     SIPSAN_PAYLOAD_SIP);
    assert_int_equal(skipped, 4);
}

static void test_net_payload_keepalives(void **state)
{
    struct sipsan_span span = {"\r\n", 2};

    (void)state;
    assert_int_equal(kind_of("", 0, NULL), SIPSAN_PAYLOAD_KEEPALIVE);
    assert_int_equal(kind_of("\r\n", 2, NULL), SIPSAN_PAYLOAD_KEEPALIVE);
    assert_int_equal(kind_of("\r\n\r\n", 4, NULL), SIPSAN_PAYLOAD_KEEPALIVE);
    assert_int_equal(kind_of("\0\0\0\0", 4, NULL), SIPSAN_PAYLOAD_KEEPALIVE);
    assert_int_equal(kind_of("jaK", 3, NULL), SIPSAN_PAYLOAD_KEEPALIVE);
    assert_int_equal(kind_of("jak", 3, NULL), SIPSAN_PAYLOAD_OTHER);
    assert_int_equal(kind_of("\0\0\0\0\0", 5, NULL), SIPSAN_PAYLOAD_OTHER);
    assert_int_equal(kind_of("\0\0\1\0", 4, NULL), SIPSAN_PAYLOAD_OTHER);
    assert_false(sipsan_net_payload(&span));
}

static void test_net_payload_others(void **state)
{
    (void)state;
    assert_int_equal(kind_of("\x80\x00\x12\x34rtprtprtp", 13, NULL), SIPSAN_PAYLOAD_OTHER);
    assert_int_equal(kind_of("\x00\x01\x00\x00\x21\x12\xa4\x42", 8, NULL), SIPSAN_PAYLOAD_OTHER);
    assert_int_equal(kind_of("GET / HTTP/1.1\r\n\r\n", 18, NULL), SIPSAN_PAYLOAD_OTHER);
    assert_int_equal(kind_of("M-SEARCH * HTTP/1.1\r\n\r\n", 23, NULL), SIPSAN_PAYLOAD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net_payload_sip),
        cmocka_unit_test(test_net_payload_line_ends_before_the_message),
        cmocka_unit_test(test_net_payload_keepalives),
        cmocka_unit_test(test_net_payload_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Header fields and pieces on their own: sipsan_line_judge, sipsan_value_judge, sipsan_piece_judge.
 */
#include "parse_helper.h"

static const struct sipsan_msg_limits limits = {.headers = 4, .faults = 4};

/* The text as this piece: the offset of its first fault, or -1. */
static int piece_fault(enum sipsan_production production, struct sipsan_span text)
{
    struct parsed parsed;
    int at;

    parsed_init(&parsed);
    assert_int_equal(sipsan_piece_judge(&parsed.msg, production, text, &limits), SIPSAN_OK);
    at = parsed.msg.fault_count ? (int)parsed.msg.faults[0].offset : -1;
    sipsan_msg_drop(&parsed.msg);
    sipsan_pool_free(&parsed.pool);
    return at;
}

static void test_piece_takes_all_or_tells_where(void **state)
{
    static const struct {
        enum sipsan_production production;
        const char *text;
        int fault;
    } cases[] = {
        {SIPSAN_PROD_TOKEN, "a-b", -1},
        {SIPSAN_PROD_TOKEN, "", 0},
        {SIPSAN_PROD_TOKEN, "a b", 1},
        {SIPSAN_PROD_METHOD, "INVITE", -1},
        {SIPSAN_PROD_LWS, " \r\n ", -1},
        {SIPSAN_PROD_LWS, "\r\n", 0},
        {SIPSAN_PROD_LHEX, "0af", -1},
        {SIPSAN_PROD_LHEX, "0aF", 2},
        {SIPSAN_PROD_WORD, "x", 0}, /* no matcher of its own: it is the text of a Call-ID */
        {SIPSAN_PROD_CALL_ID, "x@y", -1},
        {SIPSAN_PROD_CALL_ID, "x@y@z", 3},
        {SIPSAN_PROD_QVALUE, "0.25", -1},
        {SIPSAN_PROD_QVALUE, "1.1", 2},
        {SIPSAN_PROD_DELTA_SECONDS, "60", -1},
        {SIPSAN_PROD_TEXT_UTF8, "two words", -1},
        {SIPSAN_PROD_REASON_PHRASE, "", -1},
        {SIPSAN_PROD_REASON_PHRASE, "O<K", 1},
        {SIPSAN_PROD_SIP_VERSION, "sip/2.0", -1},
        {SIPSAN_PROD_DATE, "Sat, 13 Nov 2010 23:29:00 GMT", -1},
        {SIPSAN_PROD_USER, "a;b", -1},
        {SIPSAN_PROD_PASSWORD, "", -1},
        {SIPSAN_PROD_PASSWORD, "a;b", 1},
        {SIPSAN_PROD_QUOTED_STRING, " \"a\\\"b\"", -1},
        {SIPSAN_PROD_QUOTED_STRING, "\"a", 0},
        {SIPSAN_PROD_QUOTED_STRING, "a", 0},
        {SIPSAN_PROD_COMMENT, " (a (b)) ", -1},
        {SIPSAN_PROD_COMMENT, "(a", 0},
        {SIPSAN_PROD_COMMENT, "a", 0},
        {SIPSAN_PROD_HOSTNAME, "example.com", -1},
        {SIPSAN_PROD_HOSTNAME, "[::1]", -1},
        {SIPSAN_PROD_HOSTNAME, "192.0.2.1", -1},
        {SIPSAN_PROD_HOSTNAME, "example.com:5060", 11},
        {SIPSAN_PROD_SIP_URI, "sip:a@b;x?y=z", -1},
        {SIPSAN_PROD_SIP_URI, "sip:a@b ", 7},
        {SIPSAN_PROD_GENERIC_PARAM, "a = \"b\"", -1},
        {SIPSAN_PROD_GENERIC_PARAM, "a=b;c", 3},
        {SIPSAN_PROD_REQUEST_LINE, "OPTIONS sip:a@b SIP/2.0", -1},
        {SIPSAN_PROD_REQUEST_LINE, "SIP/2.0 200 OK", 0},
        {SIPSAN_PROD_STATUS_LINE, "SIP/2.0 200 OK", -1},
        {SIPSAN_PROD_STATUS_LINE, "SIP/2.0 200 OK\r\n", 14},
        {SIPSAN_PROD_VIA, "x", 0}, /* no piece */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct sipsan_span text = {cases[i].text, strlen(cases[i].text)};
        int at = piece_fault(cases[i].production, text);

        if (at != cases[i].fault)
            fail_msg("%s as %s: fault at %d, not %d", cases[i].text,
                     sipsan_production_name(cases[i].production), at, cases[i].fault);
    }
}

static void test_value_alone(void **state)
{
    struct sipsan_span good = SPAN_LIT(" 7 \r\n INVITE"), two = SPAN_LIT("7 INVITE\r\nX: y");
    struct parsed parsed;

    (void)state;
    parsed_init(&parsed);
    assert_int_equal(sipsan_value_judge(&parsed.msg, SIPSAN_HDR_CSEQ, good, &limits), SIPSAN_OK);
    assert_int_equal(parsed.msg.fault_count, 0);
    assert_int_equal(parsed.msg.cseq.number, 7);
    assert_int_equal(sipsan_msg_count(&parsed.msg, SIPSAN_HDR_CSEQ), 1);
    check_message(&parsed.msg);
    sipsan_msg_drop(&parsed.msg);

    /* a second line is no part of the value */
    assert_int_equal(sipsan_value_judge(&parsed.msg, SIPSAN_HDR_CSEQ, two, &limits), SIPSAN_OK);
    assert_int_equal(parsed.msg.fault_count, 1);
    assert_int_equal(parsed.msg.faults[0].offset, 8);
    sipsan_msg_drop(&parsed.msg);
    sipsan_pool_free(&parsed.pool);
}

static void test_line_alone(void **state)
{
    struct sipsan_span good = SPAN_LIT("l : 5"), closed = SPAN_LIT("l: 5\r\n");
    struct parsed parsed;

    (void)state;
    parsed_init(&parsed);
    assert_int_equal(sipsan_line_judge(&parsed.msg, good, &limits), SIPSAN_OK);
    assert_int_equal(parsed.msg.fault_count, 0);
    assert_int_equal(parsed.msg.headers[0].id, SIPSAN_HDR_CONTENT_LENGTH);
    assert_int_equal(parsed.msg.content_length.value, 5);
    sipsan_msg_drop(&parsed.msg);

    assert_int_equal(sipsan_line_judge(&parsed.msg, closed, &limits), SIPSAN_OK);
    assert_int_equal(parsed.msg.fault_count, 1);
    sipsan_msg_drop(&parsed.msg);
    sipsan_pool_free(&parsed.pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piece_takes_all_or_tells_where),
        cmocka_unit_test(test_value_alone),
        cmocka_unit_test(test_line_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

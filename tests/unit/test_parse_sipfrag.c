/* message/sipfrag: the examples of RFC 3420 3 and the nearest broken ones. */
#include "body_helper.h"

#define TYPE "c: message/sipfrag;version=2.0"

#define GOOD(body)                                                                                 \
    {                                                                                              \
        SIPSAN_PROD_NONE, body                                                                     \
    }
#define BAD(which, body)                                                                           \
    {                                                                                              \
        SIPSAN_PROD_SIPFRAG_##which, body                                                          \
    }

static void test_sipfrag_cases(void **state)
{
    static const struct body_case cases[] = {
        GOOD("INVITE sip:alice@atlanta.com SIP/2.0\r\n"),
        GOOD("SIP/2.0 603 Declined\r\n"),
        GOOD("SIP/2.0 603 \r\n\r\n"),
        GOOD("\r\n"),
        GOOD("REGISTER sip:atlanta.com SIP/2.0\r\nTo: sip:alice@atlanta.com\r\n"
             "Contact: <sip:alicepc@atlanta.com>;q=0.9,\r\n "
             "<sip:alicemobile@atlanta.com>;q=0.1\r\n"),
        GOOD("From: Alice <sip:alice@atlanta.com>\r\nDate: Thu, 21 Feb 2002 13:02:03 GMT\r\n"
             "Call-ID: a84b4c76e66710\r\nCseq: 314159 INVITE\r\n"),
        GOOD("From : <sip:alice@atlanta.com>\r\n"),
        GOOD("Content-Type: text/plain\r\nContent-Length: 9\r\n\r\nHi There!"),
        BAD(START_LINE, "INVITE^\r\n"),
        BAD(START_LINE, "INVITE sip:alice@atlanta.com ^SIP/1.09\r\n"),
        BAD(START_LINE, "SIP/2.0^\r\n"),
        BAD(START_LINE, "404 ^Not Found\r\n"),
        BAD(HEADER, "INVITE sip:alice@atlanta.com SIP/2.0\r\n"
                    "Via: SIP/2.0/UDP ^;branch=z9hG4bK29342a\r\n"),
        BAD(HEADER, "Call-ID: this ^is invalid\r\n"),
        BAD(HEADER, "MESSAGE sip:alice@atlanta.com SIP/2.0\r\n^Hi There!\r\n"),
        BAD(BODY, "MESSAGE sip:alice@atlanta.com SIP/2.0\r\n\r\n^Hi There!"),
        BAD(BODY, "\r\n^v=0"),
        BAD(CRLF, "SIP/2.0 200 OK^"),
        BAD(CRLF, "SIP/2.0 100 Trying^\nTo: <sip:a>\n"),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sipfrag_typed(void **state)
{
    static const char body[] = "SIP/2.0 486 Busy\r\nTo: <sip:a>;tag=b\r\nCSeq: 1 INVITE\r\n"
                               "Content-Type: text/plain\r\n\r\nx";
    struct parsed parsed;
    struct sipsan_msg *msg = parse_body(&parsed, TYPE, body, sizeof(body) - 1);
    const struct sipsan_msg *piece = msg->fragment;

    (void)state;
    assert_int_equal(msg->fault_count, 0);
    assert_int_equal(piece->status, 486);
    assert_int_equal(piece->method_id, SIPSAN_METHOD_INVITE);
    assert_span(piece->to.tag, "b");
    assert_span(piece->body, "x");
    assert_int_equal(piece->header_count, 3);
    assert_int_equal(msg->header_count, 2);
    check_message(piece);
    parsed_free(&parsed);
    msg = parse_body(&parsed, TYPE "\r\ne: gzip", body, sizeof(body) - 1);
    assert_null(msg->fragment);
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sipfrag_cases),
        cmocka_unit_test(test_sipfrag_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

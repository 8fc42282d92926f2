/* Multipart bodies: boundaries, headers of parts, parts inside parts, limits. RFC 2046 5.1, RFC
 * 5621. */
#include "body_helper.h"

#define MIXED "c: multipart/mixed;boundary=b"
#define HTML  "Content-Type: text/html\r\n\r\n"

#define GOOD(body)                                                                                 \
    {                                                                                              \
        SIPSAN_PROD_NONE, body                                                                     \
    }
#define BAD(which, body)                                                                           \
    {                                                                                              \
        SIPSAN_PROD_MULTIPART_##which, body                                                        \
    }

static void test_multipart_delimiters(void **state)
{
    static const struct body_case cases[] = {
        GOOD("--b\r\n\r\n--b--"),
        GOOD("preamble\r\n--b\r\n" HTML "x\r\n--b\r\n\r\ny\r\n--b--\r\nepilogue\r\n--b\r\n"),
        GOOD("--b\r\n" HTML "--bx\r\n-b\r\n--\r\n--b--"),
        GOOD("--b\r\n" HTML "--b--junk"),
        GOOD("--b\r\nX-Any : a\r\n b\r\n\r\n--b--"),
        GOOD("--b\r\nContent-Type: text/plain\r\n--b--"),
        GOOD("--b\r\n--b--"),
        BAD(DELIMITER, "^--c\r\n\r\n--c--"),
        BAD(DELIMITER, "^b\r\n"),
        BAD(CLOSE, "--b\r\n" HTML "x\r\n^"),
        BAD(CLOSE, "--b\r\n^"),
        BAD(CLOSE, "--b^"),
        BAD(PADDING, "--b^ \t\r\n" HTML "x\r\n--b \r\n\r\n--b--"),
        BAD(CRLF, "^--b\n" HTML "x\r\n--b--"),
        BAD(CRLF, "--b\r\n" HTML "x\n^--b--"),
        BAD(CRLF, "\n^--b\n" HTML "x\n--b--"),
        BAD(HEADER, "--b\r\n^v=0\r\no=-\r\n--b--"),
        BAD(HEADER, "--b\r\nContent-Type: text/plain\r\n^hello you: x\r\n\r\nx\r\n--b--"),
        BAD(HEADER, "--b\r\n^: x\r\n\r\n--b--"),
    };

    (void)state;
    CHECK_BODY_CASES(MIXED, cases);
}

/* The parameter; the body has nothing to complain about. */
static void check_boundary(const char *lines, enum sipsan_production production, const char *at)
{
    struct parsed parsed;
    const char body[] = "--b\r\n\r\n--b--";
    struct sipsan_msg *msg = parse_body(&parsed, lines, body, sizeof(body) - 1);

    assert_true(msg->multipart);
    if (at) {
        print_faults(msg);
        assert_int_equal(msg->faults[0].production, production);
        assert_int_equal(msg->faults[0].header, SIPSAN_HDR_CONTENT_TYPE);
        assert_memory_equal(msg->bytes.p + msg->faults[0].offset, at, strlen(at));
    } else {
        assert_int_equal(msg->fault_count, 1); /* the body has another one */
        assert_int_equal(msg->faults[0].production, SIPSAN_PROD_MULTIPART_DELIMITER);
    }
    parsed_free(&parsed);
}

static void test_multipart_boundary(void **state)
{
    char text[256] = "c: multipart/mixed;boundary=\"0123456789";

    (void)state;
    check_boundary("c: multipart/mixed;boundary=\"az AZ09'()+_,-./:=?\"", 0, NULL);
    check_boundary("c: multipart/mixed", SIPSAN_PROD_MULTIPART_NO_BOUNDARY, "multipart");
    check_boundary("c: multipart/mixed;boundary=\"\"", SIPSAN_PROD_MULTIPART_NO_BOUNDARY, "multi");
    check_boundary("c: multipart/mixed;boundary=b*1", SIPSAN_PROD_MULTIPART_BOUNDARY, "*1");
    check_boundary("c: multipart/mixed;boundary=\"b1 \"", SIPSAN_PROD_MULTIPART_BOUNDARY, " \"");
    check_boundary("c: multipart/mixed;boundary=\"b\\\"1\"", SIPSAN_PROD_MULTIPART_BOUNDARY, "\\");
    for (int i = 0; i < 6; i++)
        strcat(text, "0123456789");
    strcat(text, "\"");
    check_boundary(text, 0, NULL);
    text[strlen(text) - 1] = 'x';
    strcat(text, "\"");
    check_boundary(text, SIPSAN_PROD_MULTIPART_BOUNDARY, "x\"");
}

static void test_multipart_parts(void **state)
{
    static const char body[] =
        "--b\r\nCONTENT-TYPE:\r\n multipart/alternative; boundary=\"c\"\r\nContent-ID: "
        "<1@a>\r\n\r\n"
        "--c\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx\r\n--c\r\n"
        "Content-Type: application/sdp\r\nContent-Disposition: session;handling=optional\r\n"
        "Content-Transfer-Encoding: binary\r\n\r\n"
        "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\n--c--\r\n"
        "--b\r\nContent-Type: application/isup;base=itu-t92+;version=itu-t92+\r\n\r\n\x01\x02"
        "\r\n--b\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\nAA\r\n"
        "--b\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n--b\r\n"
        "Content-Type: /\r\n\r\n\r\n--b\r\nContent-Type: a/\r\n\r\n--b--";
    struct parsed parsed;
    struct sipsan_msg *msg = parse_body(&parsed, MIXED, body, sizeof(body) - 1);
    const struct sipsan_part *part = msg->parts, *alternative = part;

    (void)state;
    print_faults(msg);
    assert_int_equal(msg->fault_count, 0);
    assert_int_equal(msg->part_count, 8);
    assert_int_equal(msg->parts_lost, 0);
    assert_null(part->within);
    assert_int_equal(part->depth, 1);
    assert_span(part->type.subtype, "alternative");
    assert_true(part->type.ok && part->closed);
    assert_span(part->id, "<1@a>");
    assert_null(part->disposition.p);
    part = part->next;
    assert_ptr_equal(part->within, alternative);
    assert_int_equal(part->depth, 2);
    assert_span(part->type.text, "text/plain"); /* the first of two */
    assert_span(part->body, "x");
    part = part->next;
    assert_span(part->disposition, "session;handling=optional");
    assert_span(part->encoding, "binary");
    assert_true(part->sdp && part->sdp->ok && msg->session == part->sdp);
    assert_true(span_eq(msg->sdp_text, part->body));
    part = part->next;
    assert_null(part->within);
    assert_span(part->type.subtype, "isup");
    assert_span(part->body, "\x01\x02");
    assert_true(!part->sdp && !part->fragment);
    part = part->next;
    assert_null(part->sdp);
    part = part->next;
    assert_int_equal(part->fragment->status, 200);
    assert_ptr_equal(part->fragment, msg->fragment);
    part = part->next;
    assert_true(!part->type.ok && part->type.text.p && !part->type.subtype.p);
    part = part->next;
    assert_span(part->type.type, "a");
    assert_true(!part->type.ok && !part->type.subtype.p && part->body.n == 0);
    assert_null(part->next);
    parsed_free(&parsed);
}

#define SDP "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\n"

/* Which one is the session when there are several; RFC 5621 6.2. */
static void test_multipart_sessions(void **state)
{
    static const struct body_case alternatives[] = {
        GOOD("--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "\r\n--b\r\n"
             "Content-Type: application/sdpng\r\nContent-Disposition: session\r\n\r\nx\r\n--b--"),
        GOOD("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
             "y\r\n--b--"),
        GOOD("--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "\r\n--b\r\nContent-Type: "
             "application/sdp\r\nContent-Disposition: icon\r\n\r\n" SDP "\r\n--b--"),
        BAD(ALIKE, "--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "\r\n--b\r\nContent-Type: "
                   "^application/SDP\r\nContent-Disposition: session\r\n\r\n" SDP "\r\n--b--"),
    };
    static const char early[] =
        "--b\r\nContent-Type: application/sdp\r\nContent-Disposition: early-session\r\n\r\n" SDP
        "\r\n--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "a=x\r\n\r\n--b--";
    struct parsed parsed;
    struct sipsan_msg *msg = parse_body(&parsed, MIXED, early, sizeof(early) - 1);

    (void)state;
    assert_int_equal(msg->fault_count, 0);
    assert_ptr_equal(msg->session, msg->parts->next->sdp);
    assert_true(msg->parts->sdp->ok);
    parsed_free(&parsed);
    CHECK_BODY_CASES("c: multipart/alternative;boundary=b", alternatives);
}

/* Inside a part: faults have their place in the message, outer boundaries end inner bodies, a type
 * without boundary is told where it stands. */
static void test_multipart_nested(void **state)
{
    static const struct body_case cases[] = {
        {SIPSAN_PROD_SDP_TIME, "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
                               "o=- 1 1 IN IP4 h\r\ns=-\r\nt=^x\r\n--b--"},
        GOOD("--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "--b--"),
        BAD(CLOSE, "--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n\r\nx^\r\n--b--"),
        BAD(NO_BOUNDARY, "--b\r\nContent-Type: ^multipart/mixed\r\n\r\n--c\r\n\r\nx\r\n--b--"),
        BAD(DELIMITER, "--b\r\nContent-Type: multipart/x;boundary=c\r\n\r\n^x\r\n--b--"),
        /* what is cut off inside follows from the missing end outside */
        BAD(CLOSE, "--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n\r\nx\r\n^"),
    };

    (void)state;
    CHECK_BODY_CASES(MIXED, cases);
}

static void test_multipart_cut(void **state)
{
    static const char text[] = "INVITE sip:a SIP/2.0\r\n" MIXED "\r\nl: %d\r\n\r\n"
                               "--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "\r\n--b--";
    struct parsed parsed;
    char buf[512];

    (void)state;
    for (int n = 6; n < 140; n++) {
        int size = snprintf(buf, sizeof(buf), text, n);
        struct sipsan_msg *msg = parse_bytes(&parsed, buf, (size_t)size);

        for (uint32_t i = 0; i < msg->fault_count; i++)
            if (msg->framing != SIPSAN_FRAMED)
                assert_int_equal(msg->faults[i].production, SIPSAN_PROD_MULTIPART_HEADER);
        parsed_free(&parsed);
    }
}

/* More parts than are kept, deeper than is looked. */
static void test_multipart_limits(void **state)
{
    static char body[1 << 16];
    struct parsed parsed;
    struct sipsan_msg *msg;
    size_t n = 0;

    (void)state;
    for (int i = 0; i < 3 * SIPSAN_PARTS_MAX; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, "--b\r\n\r\nx\r\n");
    n += (size_t)snprintf(body + n, sizeof(body) - n, "--b--");
    msg = parse_body(&parsed, MIXED, body, n);
    assert_int_equal(msg->part_count, SIPSAN_PARTS_MAX);
    assert_int_equal(msg->parts_lost, 2 * SIPSAN_PARTS_MAX);
    assert_int_equal(msg->fault_count, 0);
    parsed_free(&parsed);

    n = 0;
    for (int i = 0; i < 3 * SIPSAN_PART_DEPTH_MAX; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n,
                              "--%c\r\nContent-Type: multipart/mixed;boundary=%c\r\n\r\n", 'b' + i,
                              'c' + i);
    msg = parse_body(&parsed, MIXED, body, n);
    assert_int_equal(msg->part_count, SIPSAN_PART_DEPTH_MAX);
    parsed_free(&parsed);
}

static void test_multipart_oom(void **state)
{
    static const char text[] =
        "INVITE sip:a SIP/2.0\r\nc: multipart/alternative;boundary=b\r\n\r\n--b \r\n" HTML
        "x\r\n--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n"
        "Content-Type: application/sdp\r\n\r\n" SDP "\r\n--c\r\nContent-Type: message/sipfrag\r\n"
        "\r\nSIP/2.0 200 OK\r\nTo: <sip:a>;tag=b\r\n--c--\r\n--b--";
    struct parsed parsed;
    const struct sipsan_msg *msg = parse_starved(&parsed, SPAN_OF(text));

    (void)state;
    assert_true(msg->session && msg->fragment && msg->part_count == 4);
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_multipart_delimiters), cmocka_unit_test(test_multipart_boundary),
        cmocka_unit_test(test_multipart_parts),      cmocka_unit_test(test_multipart_sessions),
        cmocka_unit_test(test_multipart_nested),     cmocka_unit_test(test_multipart_cut),
        cmocka_unit_test(test_multipart_limits),     cmocka_unit_test(test_multipart_oom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Where the session description is. RFC 3261 20.11, RFC 5621, RFC 2046 5.1. */
#include "parse_helper.h"

/* A body with the header field lines that describe it; sdp: what must be found, NULL for nothing.
 * What is wrong in the body is the business of the tests of its kind. */
static void check(const char *lines, const char *body, const char *sdp)
{
    char text[2048];
    struct parsed parsed;
    struct sipsan_msg *msg;

    snprintf(text, sizeof(text), "INVITE sip:a SIP/2.0\r\n%s\r\nl: %zu\r\n\r\n%s", lines,
             strlen(body), body);
    msg = parse_text(&parsed, text);
    assert_int_equal(msg->sdp, sdp != NULL);
    assert_span(msg->sdp_text, sdp ? sdp : "");
    parsed_free(&parsed);
}

static void test_body_single(void **state)
{
    (void)state;
    check("c: application/sdp", "v=0", "v=0");
    check("c: Application / SDP;charset=utf-8", "v=0", "v=0");
    check("c: application/sdp\r\nContent-Disposition: session;handling=required", "v=0", "v=0");
    check("c: application/sdp\r\nContent-Disposition: early-session", "v=0", NULL);
    check("c: application/sdp\r\ne: gzip", "v=0", ""); /* there, but not in clear */
    check("c: application/sdp", "", NULL);
    check("c: application/xml", "v=0", NULL);
    check("c: application/sdpx", "v=0", NULL);
}

static void test_body_multipart(void **state)
{
    (void)state;
    check("c: multipart/mixed;boundary=b",
          "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\ncontent-type :application/sdp\r\n"
          "\r\nv=0\r\n\r\n--b--\r\n",
          "v=0\r\n");
    check("c: multipart/alternative;boundary=\"a b\"",
          "preamble\r\n--a b \r\nContent-Type:\r\n application/sdp\r\n"
          "Content-Disposition: session\r\n\r\nv=0\r\n--a b--",
          "v=0");
    check("c: multipart/mixed;boundary=b",
          "--b\r\nContent-Type: application/sdp\r\nContent-Disposition: render\r\n\r\nv=0\r\n--b--",
          NULL);
    check("c: multipart/mixed;boundary=b",
          "--b\r\nContent-Type: multipart/alternative;boundary=c\r\n\r\n--c\r\n"
          "Content-Type: text/plain\r\n\r\nx\r\n--c\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
          "--c--\r\n--b--",
          "v=0");
    check("c: multipart/mixed;boundary=b",
          "--b\r\nContent-Type: text/plain\r\n\r\n--bx\r\nContent-Type: application/sdp\r\n\r\nv=0"
          "\r\n--b--\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=1\r\n--b--",
          NULL);
    check("c: multipart/mixed", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--", NULL);
    check("c: multipart/mixed;boundary=b", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0",
          "v=0");
    check("c: multipart/mixed;boundary=b", "--b", NULL);
}

/* Parts inside parts, deeper than anyone looks. */
static void test_body_deep(void **state)
{
    char body[2048] = "";

    (void)state;
    for (int i = 0; i < 12; i++)
        snprintf(body + strlen(body), sizeof(body) - strlen(body),
                 "--b%d\r\nContent-Type: multipart/mixed;boundary=b%d\r\n\r\n", i, i + 1);
    strcat(body, "--b12\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b12--\r\n--b0--");
    check("c: multipart/mixed;boundary=b0", body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body_single),
        cmocka_unit_test(test_body_multipart),
        cmocka_unit_test(test_body_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

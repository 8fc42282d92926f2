/* Whole messages: start lines, what is read from broken ones, framing, limits, memory, sniffing. */
#include "parse_helper.h"

static const char invite[] = "INVITE sip:bob@biloxi.example.com;lr SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP pc33.example.com:5061;branch=z9hG4bKa;rport,\r\n"
                             " SIP/2.0/TCP [2001:db8::1];branch=z9hG4bKb;received=192.0.2.9\r\n"
                             "Max-Forwards: 070\r\n"
                             "v: SIP/2.0/TLS third.example.com;branch=z9hG4bKc;rport=5099\r\n"
                             "To: Bob <sip:bob@biloxi.example.com>\r\n"
                             "From: \"Alice\" <sip:alice@example.com>;x=y;tag=1928301774\r\n"
                             "Call-ID: a84b4c76e66710\r\n"
                             "CSeq: 314159 INVITE\r\n"
                             "Contact: <sip:a@192.0.2.1>;q=0.5, sip:b@192.0.2.2\r\n"
                             "m: \"C\" <sip:c@192.0.2.3>\r\n"
                             "Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com>\r\n"
                             "Supported: 100rel, timer\r\n"
                             "k: replaces\r\n"
                             "Timestamp: 54.2 0.7\r\n"
                             "Content-Type: application/sdp\r\n"
                             "Content-Length: 3\r\n"
                             "\r\n"
                             "v=0";

static void test_msg_typed(void **state)
{
    struct parsed parsed;
    struct sipsan_msg *msg = parse_text(&parsed, invite);
    const struct sipsan_via *via = msg->via;
    const struct sipsan_header *header;

    (void)state;
    print_faults(msg);
    assert_int_equal(msg->fault_count, 0);
    assert_true(msg->request && msg->ruri.ok);
    assert_int_equal(msg->method_id, SIPSAN_METHOD_INVITE);
    assert_span(msg->start_line, "INVITE sip:bob@biloxi.example.com;lr SIP/2.0");
    assert_span(msg->version, "SIP/2.0");
    assert_int_equal(msg->via_count, 3);
    assert_span(via->host, "pc33.example.com");
    assert_int_equal(via->port, 5061);
    assert_span(via->transport, "UDP");
    assert_true(via->rport.p && via->rport.n == 0 && via->rport_value == -1);
    assert_span(via->text, "SIP/2.0/UDP pc33.example.com:5061;branch=z9hG4bKa;rport");
    assert_span(via->next->received, "192.0.2.9");
    assert_int_equal(via->next->host_kind, SIPSAN_HOST_IPV6);
    assert_null(via->next->rport.p);
    assert_int_equal(via->next->next->rport_value, 5099);
    assert_int_equal(via->next->next->line, 2);
    assert_int_equal(msg->max_forwards.value, 70);
    assert_span(msg->to.display, "Bob");
    assert_null(msg->to.tag.p);
    assert_span(msg->from.display, "\"Alice\"");
    assert_span(msg->from.tag, "1928301774");
    assert_span(msg->call_id, "a84b4c76e66710");
    assert_int_equal(msg->cseq.number, 314159);
    assert_int_equal(msg->cseq.method_id, SIPSAN_METHOD_INVITE);
    assert_int_equal(msg->contact_count, 3);
    assert_true(msg->contact->brackets && !msg->contact->next->brackets);
    assert_span(msg->contact->text, "<sip:a@192.0.2.1>;q=0.5");
    assert_span(msg->contact->next->next->uri.user, "c");
    assert_span(msg->record_route->next->uri.host, "p2.example.com");
    assert_true(sipsan_token_listed(msg->supported, SPAN_LIT("REPLACES")));
    assert_false(sipsan_token_listed(msg->supported, SPAN_LIT("norefersub")));
    assert_span(msg->timestamp.value, "54.2");
    assert_span(msg->timestamp.delay, "0.7");
    assert_true(msg->sdp);
    assert_span(msg->sdp_text, "v=0");
    assert_int_equal(sipsan_msg_count(msg, SIPSAN_HDR_VIA), 2);
    header = sipsan_msg_header(msg, SIPSAN_HDR_VIA);
    assert_false(header->compact);
    header = sipsan_msg_next(msg, header);
    assert_true(header->compact);
    assert_null(sipsan_msg_next(msg, header));
    assert_null(sipsan_msg_header(msg, SIPSAN_HDR_DATE));
    parsed_free(&parsed);
}

/* Broken values still say what they can. */
static void test_msg_tolerant(void **state)
{
    struct parsed parsed;
    struct sipsan_msg *msg = parse_lines(
        &parsed, "Via: SIP/2.0/UDP a_b;branch=z9hG4bK=x;rport=1, SIP/2.0/UDP c;branch=z9hG4bKd\r\n"
                 "From: A, B <sip:a@example.com>;tag=a=b\r\n"
                 "To: \"open <sip:b@example.com>;tag=t\r\n"
                 "Contact: <sip:x y@c.example.com>;expires=5, <sip:d@e>\r\n"
                 "CSeq: x INVITE\r\n"
                 "Call-ID: a b\r\n"
                 "Content-Length: 1\r\n"
                 "Content-Length: 2");

    (void)state;
    assert_int_equal(msg->via_count, 2);
    assert_false(msg->via->ok);
    assert_span(msg->via->host, "a_b");
    assert_span(msg->via->branch, "z9hG4bK=x");
    assert_int_equal(msg->via->rport_value, 1);
    assert_true(msg->via->next->ok);
    assert_span(msg->from.display, "A, B");
    assert_span(msg->from.tag, "a=b");
    assert_true(msg->from.uri.ok && !msg->from.ok);
    assert_span(msg->to.uri.host, "example.com");
    assert_span(msg->to.tag, "t");
    assert_int_equal(msg->contact_count, 2);
    assert_span(msg->contact->uri.host, "c.example.com");
    assert_true(msg->contact->next->ok);
    assert_span(msg->cseq.method, "INVITE");
    assert_span(msg->call_id, "a b");
    assert_int_equal(msg->content_length.value, 1);
    assert_int_equal(msg->framing, SIPSAN_BODY_SHORT);
    parsed_free(&parsed);
}

static void test_msg_start_lines(void **state)
{
    static const struct {
        const char *line;
        enum sipsan_production production;
        unsigned offset;
        const char *method, *uri, *version, *reason;
        int status;
    } rows[] = {
        {"BYE sip:a SIP/2.0", SIPSAN_PROD_NONE, 0, "BYE", "sip:a", "SIP/2.0", "", 0},
        {"BYE sip:a sip/17.0", SIPSAN_PROD_NONE, 0, "BYE", "sip:a", "sip/17.0", "", 0},
        {"BYE  sip:a SIP/2.0", SIPSAN_PROD_REQUEST_LINE, 4, "BYE", "sip:a", "SIP/2.0", "", 0},
        {"BYE\tsip:a SIP/2.0", SIPSAN_PROD_REQUEST_LINE, 3, "BYE", "sip:a", "SIP/2.0", "", 0},
        {" BYE sip:a SIP/2.0", SIPSAN_PROD_REQUEST_LINE, 0, "BYE", "sip:a", "SIP/2.0", "", 0},
        {"BYE sip:a SIP/2.0 ", SIPSAN_PROD_REQUEST_LINE, 17, "BYE", "sip:a", "SIP/2.0", "", 0},
        {"BYE sip:a; lr SIP/2.0", SIPSAN_PROD_REQUEST_LINE, 10, "BYE", "sip:a; lr", "SIP/2.0", "",
         0},
        {"BYE sip:a  SIP/2.0", SIPSAN_PROD_REQUEST_LINE, 10, "BYE", "sip:a", "SIP/2.0", "", 0},
        {"BYE <sip:a> SIP/2.0", SIPSAN_PROD_ABSOLUTE_URI, 4, "BYE", "<sip:a>", "SIP/2.0", "", 0},
        {"BYE sip:a", SIPSAN_PROD_REQUEST_LINE, 9, "BYE", "sip:a", "", "", 0},
        {"BYE", SIPSAN_PROD_REQUEST_LINE, 3, "BYE", "", "", "", 0},
        {"BYE sip:a SIP/2", SIPSAN_PROD_SIP_VERSION, 14, "BYE", "sip:a", "SIP/2", "", 0},
        {"BYE sip:a SIP/2.0x", SIPSAN_PROD_SIP_VERSION, 17, "BYE", "sip:a", "SIP/2.0x", "", 0},
        {"B@E sip:a SIP/2.0", SIPSAN_PROD_METHOD, 1, "B@E", "sip:a", "SIP/2.0", "", 0},
        {"SIP/2.0 200 OK", SIPSAN_PROD_NONE, 0, "", "", "SIP/2.0", "OK", 200},
        {"SIP/2.0 183 \xd0\x91 %41?", SIPSAN_PROD_NONE, 0, "", "", "SIP/2.0", "\xd0\x91 %41?", 183},
        {"SIP/2.0 100 ", SIPSAN_PROD_NONE, 0, "", "", "SIP/2.0", "", 100},
        {"SIP/2.0 100", SIPSAN_PROD_STATUS_LINE, 11, "", "", "SIP/2.0", "", 100},
        {"SIP/2.0  200 OK", SIPSAN_PROD_STATUS_LINE, 8, "", "", "SIP/2.0", "OK", 200},
        {"SIP/2.0 2000 OK", SIPSAN_PROD_STATUS_LINE, 8, "", "", "SIP/2.0", "OK", 0},
        {"SIP/2.0 abc OK", SIPSAN_PROD_STATUS_LINE, 8, "", "", "SIP/2.0", "OK", 0},
        {"SIP/2. 200 OK", SIPSAN_PROD_SIP_VERSION, 4, "", "", "SIP/2.", "OK", 200},
        {"SIP/2.0 486 \"Busy\"", SIPSAN_PROD_REASON_PHRASE, 12, "", "", "SIP/2.0", "\"Busy\"", 486},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[128];
        struct parsed parsed;
        struct sipsan_msg *msg;

        snprintf(text, sizeof(text), "%s\r\nl: 0\r\n\r\n", rows[i].line);
        msg = parse_text(&parsed, text);
        if (msg->fault_count != (rows[i].production != SIPSAN_PROD_NONE)) {
            print_faults(msg);
            fail_msg("%s", rows[i].line);
        }
        if (msg->fault_count) {
            assert_int_equal(msg->faults[0].production, rows[i].production);
            assert_int_equal(msg->faults[0].offset, rows[i].offset);
            assert_int_equal(msg->faults[0].line, SIPSAN_NO_LINE);
        }
        assert_span(msg->start_line, rows[i].line);
        assert_span(msg->method, rows[i].method);
        assert_span(msg->ruri.text, rows[i].uri);
        assert_span(msg->version, rows[i].version);
        assert_span(msg->reason, rows[i].reason);
        assert_int_equal(msg->status, rows[i].status);
        parsed_free(&parsed);
    }
}

static void check_framing(const char *tail, enum sipsan_framing framing, const char *body,
                          const char *surplus)
{
    char text[256];
    struct parsed parsed;
    struct sipsan_msg *msg;

    snprintf(text, sizeof(text), "BYE sip:a SIP/2.0\r\n%s", tail);
    msg = parse_text(&parsed, text);
    assert_int_equal(msg->framing, framing);
    assert_span(msg->body, body);
    assert_span(msg->surplus, surplus);
    parsed_free(&parsed);
}

static void test_msg_framing(void **state)
{
    (void)state;
    check_framing("\r\n", SIPSAN_FRAMED, "", "");
    check_framing("\r\nabc", SIPSAN_FRAMED, "abc", "");
    check_framing("l: 3\r\n\r\nabc", SIPSAN_FRAMED, "abc", "");
    check_framing("l: 2\r\n\r\nabc", SIPSAN_BODY_SURPLUS, "ab", "c");
    check_framing("l: 4\r\n\r\nabc", SIPSAN_BODY_SHORT, "abc", "");
    check_framing("l: 99999999999999999999999\r\n\r\nabc", SIPSAN_BODY_SHORT, "abc", "");
    check_framing("l: -2\r\n\r\nabc", SIPSAN_FRAMED, "abc", "");
    check_framing("l: 2\r\n", SIPSAN_NO_EMPTY_LINE, "", "");
    check_framing("l: 2", SIPSAN_NO_EMPTY_LINE, "", "");
    check_framing("", SIPSAN_NO_EMPTY_LINE, "", "");
    check_framing("l: 1\n\nab", SIPSAN_BODY_SURPLUS, "a", "b");
    check_framing("l: 1\r\n\r\n b", SIPSAN_BODY_SURPLUS, " ", "b");
}

static void test_msg_odd_bytes(void **state)
{
    static const char text[] =
        "BYE sip:a SIP/2.0\r\nSubject: a\0b\r\nX-A: \xff\xff\r\nTo: \"\\\0\" <sip:b>"
        "\r\n\r\n\0\xff";
    struct parsed parsed;
    struct sipsan_msg *msg = parse_bytes(&parsed, text, sizeof(text) - 1);

    (void)state;
    assert_int_equal(msg->fault_count, 2);
    assert_int_equal(msg->faults[0].production, SIPSAN_PROD_TEXT_UTF8);
    assert_int_equal(msg->faults[1].production, SIPSAN_PROD_EXTENSION_HEADER);
    assert_true(msg->to.ok); /* a quoted pair may hold NUL */
    assert_int_equal(msg->body.n, 2);
    parsed_free(&parsed);
    msg = parse_bytes(&parsed, "", 0);
    assert_int_equal(msg->framing, SIPSAN_NO_EMPTY_LINE);
    parsed_free(&parsed);
    msg = parse_bytes(&parsed, "\xff", 1);
    parsed_free(&parsed);
    msg = parse_bytes(&parsed, "\r\n\r\n", 4);
    parsed_free(&parsed);
}

/* Every beginning of a good message is read, and says that it is not whole. */
static void test_msg_every_prefix(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(invite) - 1; n++) {
        struct parsed parsed;
        struct sipsan_msg *msg = parse_bytes(&parsed, invite, n);

        assert_int_not_equal(msg->framing, SIPSAN_FRAMED);
        parsed_free(&parsed);
    }
}

static void test_msg_limits(void **state)
{
    const struct sipsan_msg_limits limits = {.headers = 2, .faults = 1};
    static const char text[] = "BYE sip:a SIP/2.0\r\nTo: x\r\nFrom: x\r\nTo: y\r\nl: 1\r\n\r\nab";
    struct parsed parsed;
    struct sipsan_msg *msg = &parsed.msg;

    (void)state;
    parsed_init(&parsed);
    assert_int_equal(sipsan_msg_parse(msg, SPAN_OF(text), &limits), SIPSAN_OK);
    check_message(msg);
    assert_int_equal(msg->header_count, 2);
    assert_int_equal(msg->headers_lost, 2);
    assert_int_equal(msg->fault_count, 1);
    assert_int_equal(msg->faults_lost, 1);
    assert_span(msg->body, "ab");
    parsed_free(&parsed);
}

/* An opened message lives in its own arena and goes with it. */
static void test_msg_open(void **state)
{
    static const struct sipsan_msg_limits limits = {.headers = 256, .faults = 64};
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg *msg;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, SIPSAN_MESSAGE_BLOCK, 4);
    for (int i = 0; i < 3; i++) {
        msg = sipsan_msg_open(&pool);
        assert_non_null(msg);
        assert_int_equal(sipsan_msg_parse(msg, SPAN_OF(invite), &limits), SIPSAN_OK);
        check_message(msg);
        assert_span(msg->from.tag, "1928301774");
        sipsan_msg_close(msg);
    }
    sipsan_msg_close(NULL);
    sipsan_pool_free(&pool);
    assert_int_equal(mem.used, 0);
}

/* Memory refused at every point: nothing is kept. */
static void test_msg_oom(void **state)
{
    const struct sipsan_msg_limits limits = {.headers = 256, .faults = 64};
    struct parsed parsed;
    int err;

    (void)state;
    parsed_init(&parsed);
    for (size_t limit = 1;; limit += 16) {
        parsed.mem.limit = limit;
        err = sipsan_msg_parse(&parsed.msg, SPAN_OF(invite), &limits);
        if (err == SIPSAN_OK)
            break;
        assert_int_equal(err, SIPSAN_ENOMEM);
        assert_int_equal(parsed.mem.used, 0);
        assert_int_equal(parsed.msg.header_count, 0);
        assert_int_equal(sipsan_msg_count(&parsed.msg, SIPSAN_HDR_VIA), 0);
    }
    parsed_free(&parsed);
}

/* A header of a megabyte, in the shapes that tempt a reader to look twice. */
static void test_msg_long_values(void **state)
{
    static const char *const pieces[] = {
        "a",
        "a ",
        "<sip:a,",
        "<sip:a>,",
        "\"",
        "\"a",
        "sip:a;b,",
        "sip:a;b?",
        "sip:a,",
        "a@,",
        "1.1.",
        "a.",
        "(",
        "(\\",
        ";;",
        ";a=\"",
        ",",
        "\r\n ",
        "\n ",
        "[",
        "[::",
        "%4",
        "\xc3",
        "a/b;q,",
        "sip:a b",
        "<sip:a ",
        "<sip:a@b;",
        "a=b,",
        "\\\"",
        "*,",
        "<",
        ">",
        "a;cid=\"a@",
        "\"<sip:a",
        ";+a=\"<",
        "\"a,b",
        ";pub-gruu=\"a\\",
        "; \t",
    };
    static const char *const names[] = {
        "Via",           "To",      "Contact",   "Route",     "User-Agent",  "Subject",
        "Accept",        "Warning", "Call-Info", "Supported", "Retry-After", "WWW-Authenticate",
        "X-A",           "CSeq",    "Call-ID",   "Refer-To",  "Referred-By", "Privacy",
        "Event",         "Reason",  "Path",      "Replaces",  "Recv-Info",   "Content-ID",
        "Accept-Contact"};
    static char text[300000];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        for (size_t j = 0; j < sizeof(pieces) / sizeof(*pieces); j++) {
            const struct sipsan_msg_limits limits = {.headers = 8, .faults = 8};
            size_t piece = strlen(pieces[j]);
            struct sipsan_mem mem;
            struct sipsan_pool pool;
            struct sipsan_msg msg;
            size_t n = (size_t)snprintf(text, sizeof(text), "BYE sip:a SIP/2.0\r\n%s: ", names[i]);

            for (; n + piece + 4 <= sizeof(text); n += piece)
                memcpy(text + n, pieces[j], piece);
            memcpy(text + n, "\r\n\r\n", 4);
            sipsan_mem_init(&mem);
            sipsan_pool_init(&pool, &mem, 1 << 16, 1);
            sipsan_msg_init(&msg, &pool);
            assert_int_equal(sipsan_msg_parse(&msg, (struct sipsan_span){text, n + 4}, &limits),
                             SIPSAN_OK);
            sipsan_msg_drop(&msg);
            sipsan_pool_free(&pool);
        }
}

static void test_msg_sniff(void **state)
{
    static const char *const sip[] = {
        "INVITE sip:a SIP/2.0\r\n",  "SIP/2.0 200 OK\r\n",         "SIP/2.0 100\n",
        "OPTIONS * SIP/2.0\r\n\r\n", "  BYE  sip:a  SIP/2.0 \r\n", "BYE sip:a SIP/7\r\n",
        "BYE sip:a b SIP/2.0",       "INVITE SIP/2.0\r\n",         "!odd~ x:y sip/2.0\r\n",
        "B@E <sip:a> SIP/2.0\r\n",
    };
    static const char *const other[] = {
        "",
        "\r\n\r\n",
        "GET / HTTP/1.1\r\n",
        "HTTP/1.1 200 OK\r\n",
        "NOTIFY * HTTP/1.1\r\n",
        "OPTIONS rtsp://a RTSP/1.0\r\n",
        "SIP/2.0\r\n",
        "BYE sip:a SIP2.0\r\n",
        "SIP/x.0 200 OK\r\n",
        "v=0\r\n",
        "\x80\x08\x01\x02\x03\x04 a SIP/2.0\r\n",
        "INVITE sip:a\r\nSIP/2.0\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sip) / sizeof(*sip); i++)
        if (!sipsan_msg_sniff(sip[i], strlen(sip[i])))
            fail_msg("not seen as SIP: %s", sip[i]);
    for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
        if (sipsan_msg_sniff(other[i], strlen(other[i])))
            fail_msg("seen as SIP: %s", other[i]);
    assert_false(sipsan_msg_sniff(NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_msg_typed),       cmocka_unit_test(test_msg_tolerant),
        cmocka_unit_test(test_msg_start_lines), cmocka_unit_test(test_msg_framing),
        cmocka_unit_test(test_msg_odd_bytes),   cmocka_unit_test(test_msg_every_prefix),
        cmocka_unit_test(test_msg_limits),      cmocka_unit_test(test_msg_open),
        cmocka_unit_test(test_msg_oom),         cmocka_unit_test(test_msg_long_values),
        cmocka_unit_test(test_msg_sniff),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

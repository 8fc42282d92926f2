/* What messages leave behind in a dialog: remote targets (12.2, RFC 3311, RFC 6141), route sets at
 * both ends (12.1.1, 12.1.2), CSeq spaces, INVITE in progress (14), credentials (22.1). */
#include "traffic.h"

#define RR_INVITE "Record-Route: <sip:192.0.2.80;lr;ob>, <sip:192.0.2.80;lr;ib>\r\n"

static void call(struct traffic *t)
{
    SAY(*t, .ms = 0, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "5 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(*t, .ms = 100, .way = "B>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "5 INVITE", .extra = CONTACT("192.0.2.66"));
    SAY(*t, .ms = 110, .way = "A>B", .start = "ACK sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "5 ACK");
}

static void reinvite(struct traffic *t, int ms, const char *contact)
{
    SAY(*t, .ms = ms, .way = "A>B", .start = "INVITE sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "6 INVITE", .extra = contact);
}

static void reanswer(struct traffic *t, int ms, const char *start, const char *extra)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = start, .vias = "a3@A", .from = "f", .to = "t",
        .cseq = "6 INVITE", .extra = extra);
}

static void test_dialog_apply_targets(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    d = t.call.dialog;
    assert_text(d->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.65");
    assert_text(d->party[SIPSAN_CALLEE].target.uri, "sip:u@192.0.2.66");
    reinvite(&t, 1000, CONTACT("192.0.2.70"));
    assert_text(d->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.65");
    assert_text(d->party[SIPSAN_CALLER].offered.uri, "sip:u@192.0.2.70");
    reanswer(&t, 1100, "200 OK", CONTACT("192.0.2.71"));
    assert_text(d->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.70");
    assert_text(d->party[SIPSAN_CALLER].before.uri, "sip:u@192.0.2.65");
    assert_false(d->party[SIPSAN_CALLER].offered.uri.set);
    assert_text(d->party[SIPSAN_CALLEE].target.uri, "sip:u@192.0.2.71");
    assert_text(d->party[SIPSAN_CALLEE].before.uri, "sip:u@192.0.2.66");
    traffic_close(&t);
}

static void test_dialog_apply_failed_refresh(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    d = t.call.dialog;
    reinvite(&t, 1000, CONTACT("192.0.2.70"));
    reanswer(&t, 1100, "488 No", "");
    assert_text(d->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.65");
    assert_false(d->party[SIPSAN_CALLER].offered.uri.set);
    assert_int_equal(d->party[SIPSAN_CALLER].invite_status, 488);
    assert_int_equal(d->state, SIPSAN_DIALOG_CONFIRMED);
    traffic_close(&t);
}

/* RFC 6141 4.6: a reliable 1xx confirms the new target. */
static void test_dialog_apply_refresh_by_1xx(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    reinvite(&t, 1000, CONTACT("192.0.2.70"));
    reanswer(&t, 1100, "183 Progress", "Require: 100rel\r\nRSeq: 1\r\n" CONTACT("192.0.2.66"));
    assert_text(t.call.dialog->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.70");
    assert_true(t.call.dialog->reliable);
    traffic_close(&t);
}

static void test_dialog_apply_non_refresh(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    d = t.call.dialog;
    SAY(t, .ms = 1000, .way = "A>B", .start = "INFO sip:u@192.0.2.66", .vias = "a4@A", .from = "f",
        .to = "t", .cseq = "6 INFO", .extra = CONTACT("192.0.2.70"));
    SAY(t, .ms = 1010, .way = "B>A", .start = "200 OK", .vias = "a4@A", .from = "f", .to = "t",
        .cseq = "6 INFO", .extra = CONTACT("192.0.2.71"));
    assert_text(d->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.65");
    assert_text(d->party[SIPSAN_CALLER].non_refresh, "sip:u@192.0.2.70");
    assert_text(d->party[SIPSAN_CALLEE].target.uri, "sip:u@192.0.2.66");
    traffic_close(&t);
}

/* A 1xx and a 2xx with other Contacts: both may be used. */
static void test_dialog_apply_contact_of_1xx(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "5 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 50, .way = "B>A", .start = "180 Ringing", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "5 INVITE", .extra = CONTACT("192.0.2.70"));
    d = t.call.dialog;
    SAY(t, .ms = 100, .way = "B>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "5 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_text(d->party[SIPSAN_CALLEE].target.uri, "sip:u@192.0.2.66");
    assert_text(d->party[SIPSAN_CALLEE].offered.uri, "sip:u@192.0.2.70");
    traffic_close(&t);
}

/* One proxy that puts itself on the route twice; it also rewrites Contacts. */
static void test_dialog_apply_routes(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>P", .start = "INVITE sip:b@example.com", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 5, .way = "P>B", .start = "INVITE sip:b@192.0.2.66", .vias = "p1@P a1@A",
        .from = "f", .cseq = "1 INVITE", .extra = RR_INVITE CONTACT("192.0.2.99"));
    SAY(t, .ms = 20, .way = "B>P", .start = "200 OK", .vias = "p1@P a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = RR_INVITE CONTACT("192.0.2.66"));
    d = t.call.dialog;
    assert_true(d->party[SIPSAN_CALLEE].routes_known);
    assert_false(d->party[SIPSAN_CALLER].routes_known);
    assert_text(d->party[SIPSAN_CALLEE].routes, "<sip:192.0.2.80;lr;ob>, <sip:192.0.2.80;lr;ib>");
    assert_int_equal(d->party[SIPSAN_CALLEE].routes_at.ip[3], 'B');
    SAY(t, .ms = 25, .way = "P>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = RR_INVITE CONTACT("192.0.2.98"));
    assert_true(d->party[SIPSAN_CALLER].routes_known && d->party[SIPSAN_CALLER].routes_final);
    assert_false(d->party[SIPSAN_CALLER].routes_strict);
    assert_text(d->party[SIPSAN_CALLER].routes, "<sip:192.0.2.80;lr;ib>, <sip:192.0.2.80;lr;ob>");
    assert_int_equal(d->party[SIPSAN_CALLER].routes_at.ip[3], 'A');
    assert_int_equal(d->party[SIPSAN_CALLER].addr.ip[3], 'A');
    /* Each side uses the Contact as it arrived there; the other version is remembered. */
    assert_text(d->party[SIPSAN_CALLEE].target.uri, "sip:u@192.0.2.98");
    assert_text(d->party[SIPSAN_CALLEE].offered.uri, "sip:u@192.0.2.66");
    assert_text(d->party[SIPSAN_CALLER].target.uri, "sip:u@192.0.2.99");
    assert_text(d->party[SIPSAN_CALLER].offered.uri, "sip:u@192.0.2.65");
    traffic_close(&t);
}

static void test_dialog_apply_strict_and_empty_routes(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>P", .start = "INVITE sip:b@example.com", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 25, .way = "P>A", .start = "180 Ringing", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = "Record-Route: <sip:192.0.2.80>\r\n" CONTACT("192.0.2.66"));
    d = t.call.dialog;
    assert_true(d->party[SIPSAN_CALLER].routes_strict);
    SAY(t, .ms = 50, .way = "P>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_text(d->party[SIPSAN_CALLER].routes, "");
    assert_true(d->party[SIPSAN_CALLER].routes_known);
    assert_false(d->party[SIPSAN_CALLER].routes_strict);
    traffic_close(&t);
}

static void test_dialog_apply_cseq(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    d = t.call.dialog;
    assert_int_equal(d->party[SIPSAN_CALLER].cseq, 5);
    assert_false(d->party[SIPSAN_CALLEE].cseq_known);
    SAY(t, .ms = 1000, .way = "B>A", .start = "INFO sip:u@192.0.2.65", .vias = "b1@B", .from = "t",
        .to = "f", .cseq = "100 INFO");
    assert_int_equal(d->party[SIPSAN_CALLEE].cseq, 100);
    SAY(t, .ms = 1100, .way = "A>B", .start = "INFO sip:u@192.0.2.66", .vias = "a5@A", .from = "f",
        .to = "t", .cseq = "8 INFO");
    assert_int_equal(d->party[SIPSAN_CALLER].cseq, 8);
    assert_true(d->party[SIPSAN_CALLER].cseq_lossy);
    SAY(t, .ms = 1200, .way = "A>B", .start = "INFO sip:u@192.0.2.66", .vias = "a6@A", .from = "f",
        .to = "t", .cseq = "7 INFO");
    assert_int_equal(d->party[SIPSAN_CALLER].cseq, 8);
    traffic_close(&t);
}

static void test_dialog_apply_glare(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    d = t.call.dialog;
    reinvite(&t, 1000, CONTACT("192.0.2.65"));
    SAY(t, .ms = 1001, .way = "B>A", .start = "INVITE sip:u@192.0.2.65", .vias = "b1@B",
        .from = "t", .to = "f", .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_true(d->party[SIPSAN_CALLER].invite_serial != 0);
    assert_int_equal(d->party[SIPSAN_CALLER].invite_final.time, 0);
    assert_int_equal(d->party[SIPSAN_CALLEE].invite_cseq, 1);
    reanswer(&t, 1010, "491 Request Pending", "");
    SAY(t, .ms = 1011, .way = "A>B", .start = "491 Request Pending", .vias = "b1@B", .from = "t",
        .to = "f", .cseq = "1 INVITE");
    assert_true(d->party[SIPSAN_CALLER].got_491.time != 0);
    assert_true(d->party[SIPSAN_CALLEE].got_491.time != 0);
    SAY(t, .ms = 1012, .way = "A>B", .start = "ACK sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "6 ACK");
    assert_true(d->party[SIPSAN_CALLER].invite_acked);
    assert_false(d->party[SIPSAN_CALLEE].invite_acked);
    assert_int_equal(d->ok_cseq, 5); /* no ACK to a 2xx */
    traffic_close(&t);
}

static void test_dialog_apply_credentials(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "5 INVITE",
        .extra = "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", "
                 "uri=\"sip:b@192.0.2.66\", "
                 "response=\"0123456789abcdef0123456789abcdef\"\r\n" CONTACT("192.0.2.65"));
    SAY(t, .ms = 100, .way = "B>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "5 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_text(t.call.dialog->invite_auth,
                "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:b@192.0.2.66\", "
                "response=\"0123456789abcdef0123456789abcdef\"");
    traffic_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialog_apply_targets),
        cmocka_unit_test(test_dialog_apply_failed_refresh),
        cmocka_unit_test(test_dialog_apply_refresh_by_1xx),
        cmocka_unit_test(test_dialog_apply_non_refresh),
        cmocka_unit_test(test_dialog_apply_contact_of_1xx),
        cmocka_unit_test(test_dialog_apply_routes),
        cmocka_unit_test(test_dialog_apply_strict_and_empty_routes),
        cmocka_unit_test(test_dialog_apply_cseq),
        cmocka_unit_test(test_dialog_apply_glare),
        cmocka_unit_test(test_dialog_apply_credentials),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

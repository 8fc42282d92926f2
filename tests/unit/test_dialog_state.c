/* A dialog's life and what its sides owe each other: states (12, 15), ACK and repeated 2xx
 * (13.2.2.4, 13.3.1.4), BYE (15), RFC 5407 races. */
#include "traffic.h"

static void invite(struct traffic *t)
{
    SAY(*t, .ms = 0, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
}

static void answer(struct traffic *t, int ms, const char *start, const char *tag)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = start, .vias = "a1@A", .from = "f", .to = tag,
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
}

static void ack(struct traffic *t, int ms)
{
    SAY(*t, .ms = ms, .way = "A>B", .start = "ACK sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "1 ACK");
}

static void bye(struct traffic *t, int ms)
{
    SAY(*t, .ms = ms, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "2 BYE");
}

static void bye_back(struct traffic *t, int ms)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = "BYE sip:u@192.0.2.65", .vias = "b1@B", .from = "t",
        .to = "f", .cseq = "1 BYE");
}

static void bye_answer(struct traffic *t, int ms, const char *start)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = start, .vias = "a3@A", .from = "f", .to = "t",
        .cseq = "2 BYE");
}

static void test_dialog_state_life(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "180 Ringing", "t");
    d = t.call.dialog;
    assert_int_equal(d->state, SIPSAN_DIALOG_EARLY);
    assert_true(d->early.time != 0);
    answer(&t, 200, "200 OK", "t");
    assert_int_equal(d->state, SIPSAN_DIALOG_CONFIRMED);
    assert_true(d->crossed[SIPSAN_CALLER]); /* the Contact is where the 2xx came from */
    ack(&t, 210);
    assert_int_equal(d->acks, 1);
    assert_true(d->party[SIPSAN_CALLER].invite_acked);
    bye(&t, 5000);
    assert_int_equal(d->state, SIPSAN_DIALOG_CONFIRMED);
    assert_true(d->party[SIPSAN_CALLER].bye.time != 0);
    bye_answer(&t, 5010, "200 OK");
    assert_int_equal(d->state, SIPSAN_DIALOG_TERMINATED);
    assert_int_equal(d->ended_status, 200);
    bye_back(&t, 6000);
    assert_true(t.call.dead && t.call.known);
    assert_null(d->owes);
    traffic_wait(&t, 5010 + 32000 - 1);
    assert_int_equal(t.dialogs_ended, 0);
    traffic_wait(&t, 5010 + 32000 + 1);
    assert_int_equal(t.dialogs_ended, 1);
    for (int kind = SIPSAN_OWES_ACK_2XX; kind <= SIPSAN_OWES_PENDING_FINAL; kind++)
        assert_int_equal(t.overdue[kind], 0);
    traffic_close(&t);
}

static void test_dialog_state_refused(void **state)
{
    struct traffic t;
    struct sipsan_dialog *x, *y;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "180 Ringing", "x");
    x = t.call.dialog;
    answer(&t, 110, "180 Ringing", "y");
    y = t.call.dialog;
    answer(&t, 200, "486 Busy", "x");
    assert_int_equal(x->state, SIPSAN_DIALOG_TERMINATED);
    assert_int_equal(y->state, SIPSAN_DIALOG_TERMINATED);
    assert_int_equal(y->ended_status, 486);
    SAY(t, .ms = 210, .way = "A>B", .start = "ACK sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .to = "x", .cseq = "1 ACK");
    assert_int_equal(x->acks, 0);
    traffic_close(&t);
}

static void test_dialog_state_idle(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "180 Ringing", "t");
    traffic_wait(&t, 599000);
    assert_int_equal(t.dialogs.by_tags.count, 1);
    traffic_wait(&t, 602000);
    assert_int_equal(t.dialogs.by_tags.count, 0);
    traffic_close(&t);
}

static void test_dialog_state_ack_owed(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    answer(&t, 600, "200 OK", "t");
    assert_int_equal(t.call.dialog->ok_copies, 2);
    assert_int_equal(t.call.dialog->ok_gap, 500000);
    assert_true(t.call.dialog->repeat_unacked.time != 0);
    traffic_wait(&t, 40000);
    assert_int_equal(t.overdue[SIPSAN_OWES_ACK_2XX], 1);
    assert_int_equal(t.provable[SIPSAN_OWES_ACK_2XX], 1);
    assert_int_equal(t.overdue[SIPSAN_OWES_2XX_AGAIN], 0);
    traffic_close(&t);
}

static void test_dialog_state_2xx_owed_again(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    traffic_wait(&t, 4200);
    assert_int_equal(t.overdue[SIPSAN_OWES_2XX_AGAIN], 1);
    ack(&t, 5000);
    assert_null(t.call.dialog->owes); /* late, but it came */
    traffic_close(&t);
}

static void test_dialog_state_ack_owed_again(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    ack(&t, 200);
    answer(&t, 600, "200 OK", "t");
    assert_non_null(sipsan_owed_find(t.call.dialog->owes, SIPSAN_OWES_ACK_2XX_AGAIN, NULL));
    ack(&t, 700);
    assert_null(t.call.dialog->owes);
    assert_int_equal(t.call.dialog->acks, 2);
    answer(&t, 1600, "200 OK", "t");
    traffic_wait(&t, 4000);
    assert_int_equal(t.overdue[SIPSAN_OWES_ACK_2XX_AGAIN], 1);
    traffic_close(&t);
}

static void test_dialog_state_bye_owed(void **state)
{
    static const int at[] = {100, 600, 1600, 3600, 7600, 11600, 15600, 19600, 23600, 27600, 31600};
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
        answer(&t, at[i], "200 OK", "t");
    assert_non_null(sipsan_owed_find(t.call.dialog->owes, SIPSAN_OWES_BYE_NO_ACK, NULL));
    traffic_wait(&t, 42200);
    assert_int_equal(t.overdue[SIPSAN_OWES_BYE_NO_ACK], 1);
    bye_back(&t, 43000);
    assert_null(sipsan_owed_find(t.call.dialog->owes, SIPSAN_OWES_BYE_NO_ACK, NULL));
    assert_non_null(sipsan_owed_find(t.call.dialog->owes, SIPSAN_OWES_ACK_2XX, NULL));
    traffic_close(&t);
}

/* The 2xx points elsewhere: the ACK may bypass the tap, until something of the caller crosses it.
 */
static void test_dialog_state_ack_path(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>P", .start = "INVITE sip:b@example.com", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 100, .way = "P>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_false(t.call.dialog->crossed[SIPSAN_CALLER]);
    SAY(t, .ms = 900, .way = "A>P", .start = "INFO sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "2 INFO");
    assert_true(t.call.dialog->crossed[SIPSAN_CALLER]);
    traffic_wait(&t, 40000);
    assert_int_equal(t.provable[SIPSAN_OWES_ACK_2XX], 1);
    traffic_close(&t);
}

/* The proxy record-routed: the ACK goes where the INVITE went. */
static void test_dialog_state_ack_path_by_route(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>P", .start = "INVITE sip:b@example.com", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 100, .way = "P>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE",
        .extra =
            "Record-Route: <sip:192.0.2.81;lr>, <sip:192.0.2.80;lr>\r\n" CONTACT("192.0.2.66"));
    assert_true(t.call.dialog->crossed[SIPSAN_CALLER]);
    traffic_close(&t);
}

static void test_dialog_state_bye_crossing(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    ack(&t, 200);
    bye(&t, 1000);
    d = t.call.dialog;
    bye_back(&t, 1001);
    assert_false(t.call.dead);
    assert_true(d->party[SIPSAN_CALLEE].bye.time > d->party[SIPSAN_CALLER].bye.time);
    bye_answer(&t, 1010, "481 Gone");
    assert_int_equal(d->state, SIPSAN_DIALOG_TERMINATED);
    assert_int_equal(d->party[SIPSAN_CALLER].bye_status, 481);
    SAY(t, .ms = 1011, .way = "A>B", .start = "200 OK", .vias = "b1@B", .from = "t", .to = "f",
        .cseq = "1 BYE");
    assert_int_equal(d->party[SIPSAN_CALLEE].bye_status, 200);
    assert_int_equal(d->ended_status, 481);
    traffic_close(&t);
}

static void test_dialog_state_bye_challenged(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    ack(&t, 200);
    bye(&t, 1000);
    bye_answer(&t, 1010, "407 Proxy Authentication Required");
    assert_int_equal(t.call.dialog->state, SIPSAN_DIALOG_CONFIRMED);
    assert_true(t.call.dialog->party[SIPSAN_CALLER].bye_refused.time != 0);
    assert_int_equal(t.call.dialog->party[SIPSAN_CALLER].bye_status, 0);
    traffic_close(&t);
}

static void test_dialog_state_bye_unanswered(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    ack(&t, 200);
    bye(&t, 1000);
    traffic_wait(&t, 34000);
    bye_back(&t, 34500);
    assert_true(t.call.dead);
    assert_int_equal(t.call.dialog->ended_status, 408);
    traffic_close(&t);
}

static void test_dialog_state_pending_at_bye(void **state)
{
    struct traffic t;
    struct sipsan_owed *owed;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    ack(&t, 200);
    SAY(t, .ms = 1000, .way = "A>B", .start = "INVITE sip:u@192.0.2.66", .vias = "a4@A",
        .from = "f", .to = "t", .cseq = "2 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 1500, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a5@A", .from = "f",
        .to = "t", .cseq = "3 BYE");
    owed = sipsan_owed_find(t.call.dialog->owes, SIPSAN_OWES_PENDING_FINAL, NULL);
    assert_non_null(owed);
    assert_int_equal(owed->flow.src.ip[3], 'B');
    SAY(t, .ms = 1510, .way = "B>A", .start = "200 OK", .vias = "a5@A", .from = "f", .to = "t",
        .cseq = "3 BYE");
    assert_int_equal(t.call.dialog->state, SIPSAN_DIALOG_TERMINATED);
    SAY(t, .ms = 1520, .way = "B>A", .start = "487 Terminated", .vias = "a4@A", .from = "f",
        .to = "t", .cseq = "2 INVITE");
    assert_null(t.call.dialog->owes);
    traffic_close(&t);
}

/* The caller gives up an early dialog by BYE: the INVITE itself is owed its final. */
static void test_dialog_state_bye_early(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "180 Ringing", "t");
    bye(&t, 500);
    assert_non_null(sipsan_owed_find(t.call.dialog->owes, SIPSAN_OWES_PENDING_FINAL, NULL));
    bye_answer(&t, 510, "200 OK");
    traffic_wait(&t, 40000);
    assert_int_equal(t.overdue[SIPSAN_OWES_PENDING_FINAL], 1);
    traffic_close(&t);
}

/* A subscription outlives the call: RFC 5057 4.1. */
static void test_dialog_state_usages(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "200 OK", "t");
    ack(&t, 200);
    SAY(t, .ms = 300, .way = "A>B", .start = "REFER sip:u@192.0.2.66", .vias = "a6@A", .from = "f",
        .to = "t", .cseq = "2 REFER",
        .extra = "Refer-To: <sip:c@example.com>\r\n" CONTACT("192.0.2.65"));
    SAY(t, .ms = 400, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a7@A", .from = "f",
        .to = "t", .cseq = "3 BYE");
    SAY(t, .ms = 410, .way = "B>A", .start = "200 OK", .vias = "a7@A", .from = "f", .to = "t",
        .cseq = "3 BYE");
    SAY(t, .ms = 60000, .way = "B>A", .start = "NOTIFY sip:u@192.0.2.65", .vias = "b5@B",
        .from = "t", .to = "f", .cseq = "1 NOTIFY",
        .extra = "Event: refer\r\nSubscription-State: active\r\n" CONTACT("192.0.2.66"));
    assert_non_null(t.call.dialog);
    assert_false(t.call.dead);
    SAY(t, .ms = 60100, .way = "B>A", .start = "INFO sip:u@192.0.2.65", .vias = "b6@B", .from = "t",
        .to = "f", .cseq = "2 INFO");
    assert_true(t.call.dead);
    traffic_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialog_state_life),
        cmocka_unit_test(test_dialog_state_refused),
        cmocka_unit_test(test_dialog_state_idle),
        cmocka_unit_test(test_dialog_state_ack_owed),
        cmocka_unit_test(test_dialog_state_2xx_owed_again),
        cmocka_unit_test(test_dialog_state_ack_owed_again),
        cmocka_unit_test(test_dialog_state_bye_owed),
        cmocka_unit_test(test_dialog_state_ack_path),
        cmocka_unit_test(test_dialog_state_ack_path_by_route),
        cmocka_unit_test(test_dialog_state_bye_crossing),
        cmocka_unit_test(test_dialog_state_bye_challenged),
        cmocka_unit_test(test_dialog_state_bye_unanswered),
        cmocka_unit_test(test_dialog_state_pending_at_bye),
        cmocka_unit_test(test_dialog_state_bye_early),
        cmocka_unit_test(test_dialog_state_usages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a dialog keeps of reliable provisional responses and their PRACKs: RFC 3262. */
#include "dialog/reliable.h"
#include "traffic.h"

#define RELIABLE(rseq) CONTACT("192.0.2.66") "Require: 100rel\r\nRSeq: " rseq "\r\n"

static void invite(struct traffic *t)
{
    SAY(*t, .ms = 0, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65") "Supported: 100rel\r\n");
}

static void answer(struct traffic *t, int ms, const char *start, const char *tag, const char *extra)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = start, .vias = "a1@A", .from = "f", .to = tag,
        .cseq = "1 INVITE", .extra = extra);
}

static void prack(struct traffic *t, int ms, const char *vias, const char *cseq, const char *rack)
{
    SAY(*t, .ms = ms, .way = "A>B", .start = "PRACK sip:u@192.0.2.66", .vias = vias, .from = "f",
        .to = "t", .cseq = cseq, .extra = rack);
}

static void prack_answer(struct traffic *t, int ms, const char *vias, const char *cseq)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = "200 OK", .vias = vias, .from = "f", .to = "t",
        .cseq = cseq);
}

static void test_dialog_reliable_acknowledged(void **state)
{
    const struct sipsan_reliable *one;
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "183 Session Progress", "t", RELIABLE("7"));
    d = t.call.dialog;
    one = sipsan_reliable_find(d->reliables, 7);
    assert_non_null(one);
    assert_ptr_equal(one, sipsan_reliable_newest(d->reliables));
    assert_true(d->crossed[SIPSAN_CALLER]); /* the Contact is where the response came from */
    assert_non_null(sipsan_owed_find(d->owes, SIPSAN_OWES_PRACK, NULL));
    answer(&t, 600, "183 Session Progress", "t", RELIABLE("7"));
    assert_int_equal(one->copies, 2);
    assert_int_equal(one->gap, 500000);
    assert_null(sipsan_owed_find(d->owes, SIPSAN_OWES_RELIABLE_AGAIN, NULL));
    prack(&t, 700, "a2@A", "2 PRACK", "RAck: 7 1 INVITE\r\n");
    assert_int_equal(one->prack.frame, t.frame);
    assert_null(sipsan_owed_find(d->owes, SIPSAN_OWES_PRACK, NULL));
    assert_int_equal(one->acked.time, 0);
    prack_answer(&t, 710, "a2@A", "2 PRACK");
    assert_int_equal(one->acked.frame, t.frame);
    assert_int_equal(one->answer_status, 200);
    traffic_close(&t);
}

/* Four are kept; the oldest ones go. */
static void test_dialog_reliable_bounded(void **state)
{
    static const char *const extra[] = {RELIABLE("1"), RELIABLE("2"), RELIABLE("3"),
                                        RELIABLE("4"), RELIABLE("5"), RELIABLE("6")};
    struct traffic t;
    const struct sipsan_reliables *set;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    for (int i = 0; i < 6; i++)
        answer(&t, 100 + i, "183 Session Progress", "t", extra[i]);
    set = t.call.dialog->reliables;
    assert_int_equal(set->count, 6);
    assert_true(sipsan_reliable_forgot(set));
    assert_null(sipsan_reliable_find(set, 2));
    assert_int_equal(sipsan_reliable_at(set, 0)->rseq, 3);
    assert_int_equal(sipsan_reliable_at(set, 3)->rseq, 6);
    assert_null(sipsan_reliable_at(set, 4));
    assert_null(sipsan_reliable_at(NULL, 0));
    assert_null(sipsan_reliable_newest(NULL));
    traffic_close(&t);
}

static void test_dialog_reliable_over(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "183 Session Progress", "t", RELIABLE("1"));
    d = t.call.dialog;
    assert_int_equal(d->reliables->count, 1);
    answer(&t, 200, "200 OK", "other", CONTACT("192.0.2.67")); /* of another fork */
    assert_null(sipsan_owed_find(d->owes, SIPSAN_OWES_PRACK, NULL));
    assert_null(sipsan_owed_find(d->owes, SIPSAN_OWES_RELIABLE_AGAIN, NULL));
    traffic_close(&t);
}

/* A PRACK that names none leaves open which one it was meant for. */
static void test_dialog_reliable_misnamed(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "183 Session Progress", "t", RELIABLE("1"));
    d = t.call.dialog;
    prack(&t, 200, "a2@A", "2 PRACK", "RAck: 1 2 INVITE\r\n");
    assert_true(d->reliables->misnamed);
    assert_int_equal(sipsan_reliable_newest(d->reliables)->prack.time, 0);
    assert_null(sipsan_owed_find(d->owes, SIPSAN_OWES_PRACK, NULL));
    traffic_close(&t);
}

/* Nobody answers: both obligations fall due, where the PRACK would have to pass. */
static void test_dialog_reliable_owed(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t);
    answer(&t, 100, "183 Session Progress", "t", RELIABLE("1"));
    SAY(t, .ms = 12000, .way = "A>B", .start = "OPTIONS sip:b@192.0.2.66", .vias = "a9@A",
        .from = "g", .call_id = "other", .cseq = "1 OPTIONS");
    assert_int_equal(t.overdue[SIPSAN_OWES_PRACK], 1);
    assert_int_equal(t.provable[SIPSAN_OWES_PRACK], 1);
    assert_int_equal(t.overdue[SIPSAN_OWES_RELIABLE_AGAIN], 1);
    traffic_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialog_reliable_acknowledged),
        cmocka_unit_test(test_dialog_reliable_bounded),
        cmocka_unit_test(test_dialog_reliable_over),
        cmocka_unit_test(test_dialog_reliable_misnamed),
        cmocka_unit_test(test_dialog_reliable_owed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

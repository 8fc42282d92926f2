/* Which dialog a message belongs to: forks, relayed copies, foreign and swapped tags, a capture
 * that begins in mid-call, a table that is full. RFC 3261 12. */
#include "traffic.h"

static void invite(struct traffic *t, int ms, const char *call_id)
{
    SAY(*t, .ms = ms, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .call_id = call_id, .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
}

static void answer(struct traffic *t, int ms, const char *start, const char *tag,
                   const char *call_id)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = start, .vias = "a1@A", .from = "f", .to = tag,
        .call_id = call_id, .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
}

/* A>B without a proxy, confirmed and acknowledged. */
static void call(struct traffic *t)
{
    invite(t, 0, "call");
    answer(t, 100, "180 Ringing", "t", "call");
    answer(t, 200, "200 OK", "t", "call");
    SAY(*t, .ms = 210, .way = "A>B", .start = "ACK sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "1 ACK");
}

static void test_dialog_match_forks(void **state)
{
    struct traffic t;
    struct sipsan_dialog *x, *y;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, 0, "call");
    assert_null(t.call.dialog);
    assert_int_equal(t.call.side, SIPSAN_NO_SIDE);
    answer(&t, 10, "100 Trying", NULL, "call");
    assert_null(t.call.dialog);
    answer(&t, 20, "180 Ringing", "x", "call");
    x = t.call.dialog;
    assert_true(t.call.opens && t.call.first_sight);
    assert_int_equal(t.call.side, SIPSAN_CALLEE);
    answer(&t, 30, "180 Ringing", "y", "call");
    y = t.call.dialog;
    assert_true(y != x && t.call.opens);
    answer(&t, 40, "200 OK", "y", "call");
    assert_ptr_equal(t.call.dialog, y);
    assert_false(t.call.opens);
    assert_int_equal(y->state, SIPSAN_DIALOG_CONFIRMED);
    assert_int_equal(x->state, SIPSAN_DIALOG_EARLY);
    assert_true(x->whole && y->whole);
    assert_int_equal(t.dialogs.total, 2);
    assert_int_equal(t.dialogs.calls, 1);
    traffic_close(&t);
}

static void test_dialog_match_sides(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    assert_int_equal(t.call.side, SIPSAN_CALLER);
    assert_false(t.call.in_dialog);
    SAY(t, .ms = 300, .way = "B>A", .start = "INFO sip:u@192.0.2.65", .vias = "b1@B", .from = "t",
        .to = "f", .cseq = "1 INFO");
    assert_int_equal(t.call.side, SIPSAN_CALLEE);
    assert_true(t.call.in_dialog && t.call.first_sight);
    SAY(t, .ms = 310, .way = "A>B", .start = "200 OK", .vias = "b1@B", .from = "t", .to = "f",
        .cseq = "1 INFO");
    assert_int_equal(t.call.side, SIPSAN_CALLER);
    assert_true(t.call.first_sight);
    /* Tags are tokens: no case. */
    SAY(t, .ms = 400, .way = "B>A", .start = "INFO sip:u@192.0.2.65", .vias = "b2@B", .from = "T",
        .to = "F", .cseq = "2 INFO");
    assert_int_equal(t.call.side, SIPSAN_CALLEE);
    traffic_close(&t);
}

static void test_dialog_match_relayed(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>P", .start = "INVITE sip:b@example.com", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 5, .way = "P>B", .start = "INVITE sip:b@192.0.2.66", .vias = "p1@P a1@A",
        .from = "f", .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"));
    SAY(t, .ms = 20, .way = "B>P", .start = "180 Ringing", .vias = "p1@P a1@A", .from = "f",
        .to = "t", .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_true(t.call.opens && t.call.first_sight);
    SAY(t, .ms = 25, .way = "P>A", .start = "180 Ringing", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_false(t.call.opens || t.call.first_sight);
    SAY(t, .ms = 30, .way = "B>P", .start = "200 OK", .vias = "p1@P a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_true(t.call.first_sight);
    SAY(t, .ms = 35, .way = "P>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_false(t.call.first_sight);
    assert_int_equal(t.call.dialog->ok_copies, 1);
    assert_int_equal(t.call.dialog->near_vias, 1);
    SAY(t, .ms = 40, .way = "A>P", .start = "ACK sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "1 ACK");
    assert_true(t.call.first_sight);
    SAY(t, .ms = 45, .way = "P>B", .start = "ACK sip:u@192.0.2.66", .vias = "p2@P a2@A",
        .from = "f", .to = "t", .cseq = "1 ACK");
    assert_false(t.call.first_sight);
    assert_int_equal(t.call.dialog->acks, 1);
    /* The same ACK again, at both hops. */
    SAY(t, .ms = 540, .way = "A>P", .start = "ACK sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "1 ACK");
    assert_false(t.call.first_sight);
    SAY(t, .ms = 545, .way = "P>B", .start = "ACK sip:u@192.0.2.66", .vias = "p2@P a2@A",
        .from = "f", .to = "t", .cseq = "1 ACK");
    assert_false(t.call.first_sight);
    SAY(t, .ms = 1000, .way = "B>P", .start = "BYE sip:u@192.0.2.65", .vias = "b1@B", .from = "t",
        .to = "f", .cseq = "9 BYE");
    assert_true(t.call.first_sight);
    SAY(t, .ms = 1005, .way = "P>A", .start = "BYE sip:u@192.0.2.65", .vias = "p3@P b1@B",
        .from = "t", .to = "f", .cseq = "9 BYE");
    assert_false(t.call.first_sight);
    SAY(t, .ms = 1010, .way = "A>P", .start = "200 OK", .vias = "p3@P b1@B", .from = "t", .to = "f",
        .cseq = "9 BYE");
    assert_true(t.call.first_sight);
    SAY(t, .ms = 1015, .way = "P>B", .start = "200 OK", .vias = "b1@B", .from = "t", .to = "f",
        .cseq = "9 BYE");
    assert_false(t.call.first_sight);
    assert_int_equal(t.dialogs.total, 1);
    assert_int_equal(t.dialogs.calls, 1);
    traffic_close(&t);
}

/* A relay that hides its Via: the same number again, from another host. */
static void test_dialog_match_hidden_relay(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    SAY(t, .ms = 300, .way = "A>P", .start = "INFO sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "2 INFO");
    assert_true(t.call.first_sight);
    SAY(t, .ms = 301, .way = "P>B", .start = "INFO sip:u@192.0.2.66", .vias = "p1@P", .from = "f",
        .to = "t", .cseq = "2 INFO");
    assert_false(t.call.first_sight);
    /* From its own host a second attempt is the sender's own. */
    SAY(t, .ms = 302, .way = "A>Q", .start = "INFO sip:u@192.0.2.66", .vias = "a4@A", .from = "f",
        .to = "t", .cseq = "2 INFO");
    assert_true(t.call.first_sight);
    traffic_close(&t);
}

static void test_dialog_match_foreign_tags(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    SAY(t, .ms = 300, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "other", .cseq = "2 BYE");
    assert_null(t.call.dialog);
    assert_non_null(t.call.half);
    assert_false(t.call.known); /* the answer may just have passed */
    SAY(t, .ms = 2000, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a4@A", .from = "f",
        .cseq = "3 BYE");
    assert_null(t.call.dialog);
    assert_non_null(t.call.half);
    assert_true(t.call.known);
    SAY(t, .ms = 3000, .way = "A>B", .start = "INFO sip:u@192.0.2.66", .vias = "a5@A",
        .from = "new", .to = "t", .cseq = "4 INFO");
    assert_non_null(t.call.half);
    assert_true(t.call.known && t.call.in_dialog);
    traffic_close(&t);
}

/* CANCEL and the ACK to a non-2xx are no strays of a dialog. */
static void test_dialog_match_by_branch(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, 0, "call");
    answer(&t, 10, "180 Ringing", "x", "call");
    SAY(t, .ms = 20, .way = "A>B", .start = "CANCEL sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "1 CANCEL");
    assert_null(t.call.half);
    answer(&t, 2000, "487 Terminated", "z", "call");
    SAY(t, .ms = 3000, .way = "A>B", .start = "ACK sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .to = "z", .cseq = "1 ACK");
    assert_null(t.call.dialog);
    assert_null(t.call.half);
    assert_false(t.call.known);
    traffic_close(&t);
}

static void test_dialog_match_swapped_tags(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    call(&t);
    SAY(t, .ms = 300, .way = "B>A", .start = "BYE sip:u@192.0.2.65", .vias = "b1@B", .from = "f",
        .to = "t", .cseq = "2 BYE");
    assert_null(t.call.dialog);
    assert_non_null(t.call.half);
    assert_true(t.call.swapped && t.call.known);
    /* It is no BYE of the caller. */
    assert_int_equal(t.call.half->party[SIPSAN_CALLER].bye.time, 0);
    traffic_close(&t);
}

static void test_dialog_match_mid_call(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "2 BYE");
    assert_null(t.call.dialog);
    assert_null(t.call.half);
    assert_false(t.call.known);
    assert_true(t.call.in_dialog && t.call.first_sight);
    SAY(t, .ms = 10, .way = "B>A", .start = "200 OK", .vias = "a9@A", .from = "f", .to = "u",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.66"));
    assert_null(t.call.dialog);
    assert_int_equal(t.dialogs.total, 0);
    traffic_close(&t);
}

static void test_dialog_match_subscription(void **state)
{
    struct traffic t;
    struct sipsan_dialog *d;

    (void)state;
    traffic_open(&t, 100);
    SAY(t, .ms = 0, .way = "A>B", .start = "SUBSCRIBE sip:b@192.0.2.66", .vias = "a1@A",
        .from = "f", .cseq = "1 SUBSCRIBE", .extra = "Event: x\r\n" CONTACT("192.0.2.65"));
    SAY(t, .ms = 10, .way = "B>A", .start = "NOTIFY sip:u@192.0.2.65", .vias = "b1@B", .from = "t",
        .to = "f", .cseq = "1 NOTIFY",
        .extra = "Event: x\r\nSubscription-State: active\r\n" CONTACT("192.0.2.66"));
    d = t.call.dialog;
    assert_non_null(d);
    assert_int_equal(t.call.side, SIPSAN_CALLEE);
    assert_false(d->whole || d->invite);
    SAY(t, .ms = 20, .way = "B>A", .start = "200 OK", .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 SUBSCRIBE", .extra = CONTACT("192.0.2.66"));
    assert_ptr_equal(t.call.dialog, d);
    assert_true(d->whole);
    assert_int_equal(d->party[SIPSAN_CALLER].cseq, 1);
    SAY(t, .ms = 30, .way = "B>A", .start = "NOTIFY sip:u@192.0.2.65", .vias = "b2@B", .from = "t",
        .to = "f", .cseq = "2 NOTIFY",
        .extra = "Event: x\r\nSubscription-State: terminated\r\n" CONTACT("192.0.2.66"));
    assert_int_equal(d->state, SIPSAN_DIALOG_TERMINATED);
    traffic_close(&t);
}

/* Ended ones go first, then early ones, confirmed ones last; a live one leaves a mark. */
static void test_dialog_match_eviction(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 2);
    invite(&t, 0, "one");
    answer(&t, 10, "200 OK", "t", "one");
    invite(&t, 20, "two");
    answer(&t, 30, "180 Ringing", "t", "two");
    assert_int_equal(t.dialogs.evicted, 0);
    invite(&t, 40, "three");
    answer(&t, 50, "180 Ringing", "t", "three");
    assert_int_equal(t.dialogs.evicted, 1);
    assert_true(t.dialogs.lossy_until > t.dialogs.now);
    answer(&t, 60, "183 Progress", "t", "one");
    assert_non_null(t.call.dialog);
    assert_int_equal(t.dialogs.by_tags.count, 2);
    traffic_close(&t);
}

/* Invented tags do not make lists long. */
static void test_dialog_match_flood_of_tags(void **state)
{
    struct traffic t;
    char tag[32];

    (void)state;
    traffic_open(&t, 1000);
    for (int i = 0; i < 40; i++) {
        char branch[32], cseq[32];

        snprintf(branch, sizeof(branch), "a%d@A", i);
        snprintf(cseq, sizeof(cseq), "%d INVITE", i + 1);
        SAY(t, .ms = i * 10, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = branch,
            .from = "f", .cseq = cseq, .extra = CONTACT("192.0.2.65"));
        for (int k = 0; k < 4; k++) {
            snprintf(tag, sizeof(tag), "t%d-%d", i, k);
            SAY(t, .ms = i * 10 + 1, .way = "B>A", .start = "180 Ringing", .vias = branch,
                .from = "f", .to = tag, .cseq = cseq, .extra = CONTACT("192.0.2.66"));
        }
    }
    assert_true(t.dialogs.by_tags.count <= 64);
    traffic_close(&t);
}

/* Whatever allocation fails, the tables stay whole and give everything back. */
static void test_dialog_match_without_memory(void **state)
{
    const char *challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\"\r\n";

    (void)state;
    for (size_t limit = 4096; limit < 80000; limit += 53) {
        struct traffic t;

        traffic_open(&t, 100);
        t.starved = true;
        t.mem.limit = limit;
        invite(&t, 0, "one");
        answer(&t, 5, "401 Unauthorized", "u", "one");
        call(&t);
        SAY(t, .ms = 400, .way = "A>B", .start = "INVITE sip:u@192.0.2.66", .vias = "a3@A",
            .from = "f", .to = "t", .cseq = "2 INVITE", .extra = CONTACT("192.0.2.70"));
        SAY(t, .ms = 500, .way = "A>B", .start = "BYE sip:u@192.0.2.66", .vias = "a4@A",
            .from = "f", .to = "t", .cseq = "3 BYE");
        SAY(t, .ms = 600, .way = "A>R", .start = "REGISTER sip:example.com", .vias = "a5@A",
            .from = "f", .call_id = "reg", .cseq = "1 REGISTER", .extra = CONTACT("192.0.2.65"));
        SAY(t, .ms = 610, .way = "R>A", .start = "200 OK", .vias = "a5@A", .from = "f", .to = "r",
            .call_id = "reg", .cseq = "1 REGISTER", .extra = CONTACT("192.0.2.65"));
        SAY(t, .ms = 700, .way = "A>R", .start = "REGISTER sip:example.com", .vias = "a6@A",
            .from = "f", .call_id = "reg", .cseq = "2 REGISTER", .extra = CONTACT("192.0.2.65"));
        SAY(t, .ms = 710, .way = "R>A", .start = "401 Unauthorized", .vias = "a6@A", .from = "f",
            .to = "r", .call_id = "reg", .cseq = "2 REGISTER", .extra = challenge);
        traffic_wait(&t, 20000);
        traffic_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialog_match_forks),
        cmocka_unit_test(test_dialog_match_sides),
        cmocka_unit_test(test_dialog_match_relayed),
        cmocka_unit_test(test_dialog_match_hidden_relay),
        cmocka_unit_test(test_dialog_match_foreign_tags),
        cmocka_unit_test(test_dialog_match_by_branch),
        cmocka_unit_test(test_dialog_match_swapped_tags),
        cmocka_unit_test(test_dialog_match_mid_call),
        cmocka_unit_test(test_dialog_match_subscription),
        cmocka_unit_test(test_dialog_match_eviction),
        cmocka_unit_test(test_dialog_match_flood_of_tags),
        cmocka_unit_test(test_dialog_match_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

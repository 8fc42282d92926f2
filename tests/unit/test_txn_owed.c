/* Obligations: deadlines, the frame that proves them, who owes what after which message. */
#include "txn_feed.h"

static struct sipsan_owed *owes(const struct sipsan_txn *txn, enum sipsan_owed_kind kind)
{
    return sipsan_owed_find(txn->owes, kind, NULL);
}

static void test_owed_ripe_once(void **state)
{
    struct feed f;
    struct sipsan_owed *list = NULL, what = {.kind = SIPSAN_OWES_ACK_NON2XX};
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B), c = feed_addr(C);
    struct sipsan_leg *other;

    (void)state;
    feed_open(&f, 0);
    what.leg = sipsan_leg_get(&f.legs, &a, &b);
    what.flow.src = a;
    other = sipsan_leg_get(&f.legs, &a, &c);
    assert_non_null(sipsan_owe(&f.owing, &list, &what, 10));
    assert_non_null(sipsan_owe(&f.owing, &list, &what, 20));
    feed_advance(&f, 9);
    assert_null(sipsan_owed_ripe(what.leg, &a));
    feed_advance(&f, 20);
    /* The other end of another leg proves nothing. */
    assert_null(sipsan_owed_ripe(other, &c));
    assert_non_null(sipsan_owed_ripe(other, &a));
    assert_non_null(sipsan_owed_ripe(what.leg, &b));
    assert_null(sipsan_owed_ripe(what.leg, &a));
    sipsan_settle_all(&f.owing, &list);
    assert_null(list);
    feed_close(&f);
}

/* Of what would have come in a stream only the stream's own hosts tell whether it was missed. */
static void test_owed_in_a_stream(void **state)
{
    struct feed f;
    struct sipsan_owed *list = NULL, what = {.kind = SIPSAN_OWES_ACK_NON2XX};
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B), c = feed_addr(C);

    (void)state;
    feed_open(&f, 0);
    what.leg = sipsan_leg_get(&f.legs, &a, &b);
    what.flow.src = a;
    what.flow.transport = SIPSAN_TCP;
    assert_non_null(sipsan_owe(&f.owing, &list, &what, 10));
    feed_advance(&f, 20);
    assert_null(sipsan_owed_ripe(sipsan_leg_get(&f.legs, &a, &c), &a));
    assert_non_null(sipsan_owed_ripe(what.leg, &b));
    sipsan_settle_all(&f.owing, &list);
    feed_close(&f);
}

static void test_owed_settled_while_overdue(void **state)
{
    struct feed f;
    struct sipsan_owed *list = NULL, what = {.kind = SIPSAN_OWES_LAST_1XX}, *one;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B);

    (void)state;
    feed_open(&f, 0);
    what.leg = sipsan_leg_get(&f.legs, &a, &b);
    what.flow.src = b;
    for (int i = 0; i < 3; i++)
        sipsan_owe(&f.owing, &list, &what, i);
    what.leg = NULL; /* never reported */
    sipsan_owe(&f.owing, &list, &what, 4);
    feed_advance(&f, 10);
    sipsan_settle_one(&f.owing, &list, list->next->next);
    one = sipsan_owed_ripe(sipsan_leg_get(&f.legs, &a, &b), &a);
    assert_non_null(one);
    sipsan_owed_done(&f.owing, one);
    assert_true(sipsan_settle(&f.owing, &list, SIPSAN_OWES_LAST_1XX, NULL));
    assert_false(sipsan_settle(&f.owing, &list, SIPSAN_OWES_LAST_1XX, NULL));
    assert_null(sipsan_owed_ripe(sipsan_leg_get(&f.legs, &a, &b), &a));
    feed_close(&f);
}

static void test_owed_ack(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1, B, A, MSG("486 Busy", .to_tag = "t"));
    assert_non_null(owes(txn, SIPSAN_OWES_ACK_NON2XX));
    feed(&f, 100 * MS, A, B, MSG("ACK sip:b@b", .to_tag = "t", .cseq = "1 ACK"));
    assert_null(owes(txn, SIPSAN_OWES_ACK_NON2XX));
    feed(&f, 500 * MS, B, A, MSG("486 Busy", .to_tag = "t"));
    assert_non_null(owes(txn, SIPSAN_OWES_ACK_NON2XX_AGAIN));
    feed(&f, 600 * MS, A, B, MSG("ACK sip:b@b", .to_tag = "t", .cseq = "1 ACK"));
    assert_null(txn->owes);
    feed_close(&f);
}

static void test_owed_ack_missing(void **state)
{
    struct feed f;
    struct sipsan_addr a = feed_addr(A);

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    feed(&f, 1, B, A, MSG("486 Busy", .to_tag = "t"));
    feed(&f, 3 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    assert_int_equal(f.reported, 0);
    feed(&f, 5 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    assert_int_equal(f.reported, 1);
    assert_int_equal(f.last_kind, SIPSAN_OWES_ACK_NON2XX);
    assert_memory_equal(&f.last_debtor, &a, sizeof(a));
    feed(&f, 9 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    assert_int_equal(f.reported, 1);
    feed_close(&f);
}

static void test_owed_ack_late_settles(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    feed(&f, 1, B, A, MSG("486 Busy", .to_tag = "t"));
    feed(&f, 6 * S, A, B, MSG("ACK sip:b@b", .to_tag = "t", .cseq = "1 ACK"));
    assert_int_equal(f.reported, 0);
    feed_close(&f);
}

static void test_owed_not_provable_without_start(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 1, B, A, MSG("486 Busy", .to_tag = "t"));
    feed(&f, 5 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    assert_int_equal(f.reported, 0);
    assert_int_equal(f.unproven, 1);
    feed_close(&f);
}

static void test_owed_cancel(void **state)
{
    struct feed f;
    struct sipsan_txn *invite, *cancel;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    invite = f.match.txn;
    feed(&f, 1, B, A, MSG("180 Ringing", .to_tag = "t"));
    feed(&f, 2 * S, A, B, MSG("CANCEL sip:b@b", .cseq = "1 CANCEL"));
    cancel = f.match.txn;
    assert_non_null(owes(cancel, SIPSAN_OWES_CANCEL_ANSWER));
    assert_null(owes(invite, SIPSAN_OWES_INVITE_FINAL));
    feed(&f, 3 * S, B, A, MSG("200 OK", .cseq = "1 CANCEL", .to_tag = "t"));
    assert_null(cancel->owes);
    assert_non_null(owes(invite, SIPSAN_OWES_INVITE_FINAL));
    feed(&f, 35 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "5 OPTIONS", .call_id = "x"));
    assert_int_equal(f.reported, 1);
    assert_int_equal(f.last_kind, SIPSAN_OWES_INVITE_FINAL);
    feed_close(&f);
}

static void test_owed_cancel_with_487(void **state)
{
    struct feed f;
    struct sipsan_txn *invite;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    invite = f.match.txn;
    feed(&f, 1, B, A, MSG("180 Ringing", .to_tag = "t"));
    feed(&f, 2, A, B, MSG("CANCEL sip:b@b", .cseq = "1 CANCEL"));
    feed(&f, 3, B, A, MSG("200 OK", .cseq = "1 CANCEL", .to_tag = "t"));
    feed(&f, 4, B, A, MSG("487 Terminated", .to_tag = "t"));
    assert_null(owes(invite, SIPSAN_OWES_INVITE_FINAL));
    assert_non_null(owes(invite, SIPSAN_OWES_ACK_NON2XX));
    feed_close(&f);
}

static void test_owed_last_1xx(void **state)
{
    struct feed f;
    struct sipsan_txn *invite;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    invite = f.match.txn;
    feed(&f, 500 * MS, A, B, MSG(INVITE));
    assert_null(invite->owes);
    feed(&f, 600 * MS, B, A, MSG("180 Ringing", .to_tag = "t"));
    feed(&f, 1500 * MS, A, B, MSG(INVITE));
    assert_non_null(owes(invite, SIPSAN_OWES_LAST_1XX));
    feed(&f, 1600 * MS, B, A, MSG("180 Ringing", .to_tag = "t"));
    assert_null(invite->owes);
    feed_close(&f);
}

/* 17.2.1, 17.2.2: a repeated request gets the final again, until an ACK, and not after a 2xx. */
static void test_owed_final_again(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 10 * MS, B, A, MSG("486 Busy Here", .to_tag = "t"));
    feed(&f, 500 * MS, A, B, MSG(INVITE));
    assert_non_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN));
    feed(&f, 510 * MS, B, A, MSG("486 Busy Here", .to_tag = "t"));
    assert_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN));
    assert_int_equal(txn->final_gap, 500 * MS);
    assert_int_equal(txn->final_gap_min, 500 * MS);
    feed(&f, 1500 * MS, A, B, MSG(INVITE));
    assert_non_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN));
    feed(&f, 1510 * MS, A, B, MSG("ACK sip:b@b", .cseq = "1 ACK", .to_tag = "t"));
    assert_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN));
    assert_int_equal(txn->ack_copies, 1);
    feed(&f, 1600 * MS, A, B, MSG(INVITE));
    assert_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN));
    feed_close(&f);

    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    txn = f.match.txn;
    feed(&f, 10 * MS, B, A, MSG("200 OK", .cseq = "1 OPTIONS", .to_tag = "t"));
    feed(&f, 500 * MS, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    assert_non_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN));
    feed(&f, 510 * MS, B, A, MSG("200 OK", .cseq = "1 OPTIONS", .to_tag = "t"));
    feed(&f, 31 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    assert_null(owes(txn, SIPSAN_OWES_FINAL_AGAIN)); /* Timer J may end before the answer */
    feed_close(&f);
}

#define DOWN_1 "p.example;branch=z9hG4bKp1"
#define DOWN_2 "p.example;branch=z9hG4bKp2"
#define UP     "a.example;branch=z9hG4bK1"

struct fork {
    struct feed f;
    struct sipsan_txn *up, *one, *two;
};

/* A calls through P, which rings B and C. */
static void fork_open(struct fork *k)
{
    feed_open(&k->f, 0);
    feed(&k->f, 0, A, P, MSG(INVITE));
    k->up = k->f.match.txn;
    feed(&k->f, 1, P, A, MSG("100 Trying"));
    feed(&k->f, 2, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP));
    k->one = k->f.match.txn;
    feed(&k->f, 3, P, C, MSG(INVITE, .via = DOWN_2, .via2 = UP));
    k->two = k->f.match.txn;
    feed(&k->f, 4, B, P, MSG("180 Ringing", .via = DOWN_1, .via2 = UP, .to_tag = "b"));
    feed(&k->f, 5, C, P, MSG("180 Ringing", .via = DOWN_2, .via2 = UP, .to_tag = "c"));
}

static void test_owed_forwarding(void **state)
{
    struct fork k;

    (void)state;
    fork_open(&k);
    assert_ptr_equal(owes(k.up, SIPSAN_OWES_FORWARD_1XX)->about, k.two);
    feed(&k.f, 6, P, A, MSG("180 Ringing", .to_tag = "c"));
    assert_ptr_equal(owes(k.up, SIPSAN_OWES_FORWARD_1XX)->about, k.one);
    feed(&k.f, 7, P, A, MSG("180 Ringing", .to_tag = "b"));
    assert_null(k.up->owes);
    feed(&k.f, 8, B, P, MSG("200 OK", .via = DOWN_1, .via2 = UP, .to_tag = "b"));
    assert_non_null(owes(k.up, SIPSAN_OWES_FORWARD_2XX));
    feed(&k.f, 9, P, A, MSG("200 OK", .to_tag = "b"));
    assert_null(k.up->owes);
    feed_close(&k.f);
}

static void test_owed_forwarding_missing(void **state)
{
    struct fork k;
    struct sipsan_addr p = feed_addr(P);

    (void)state;
    fork_open(&k);
    feed(&k.f, 6, P, A, MSG("180 Ringing", .to_tag = "c"));
    feed(&k.f, 3 * S, P, A, MSG("180 Ringing", .to_tag = "c"));
    assert_int_equal(k.f.reported, 1);
    assert_int_equal(k.f.last_kind, SIPSAN_OWES_FORWARD_1XX);
    assert_memory_equal(&k.f.last_debtor, &p, sizeof(p));
    feed_close(&k.f);
}

static void test_owed_cancel_sibling(void **state)
{
    struct fork k;

    (void)state;
    fork_open(&k);
    feed(&k.f, 6, B, P, MSG("200 OK", .via = DOWN_1, .via2 = UP, .to_tag = "b"));
    assert_non_null(owes(k.two, SIPSAN_OWES_CANCEL_SIBLING));
    assert_null(owes(k.one, SIPSAN_OWES_CANCEL_SIBLING));
    feed(&k.f, 7, P, C, MSG("CANCEL sip:b@b", .via = DOWN_2, .cseq = "1 CANCEL"));
    assert_null(owes(k.two, SIPSAN_OWES_CANCEL_SIBLING));
    feed(&k.f, 8, P, A, MSG("200 OK", .to_tag = "b"));
    assert_null(owes(k.two, SIPSAN_OWES_CANCEL_SIBLING));
    feed_close(&k.f);
}

static void test_owed_cancel_sibling_missing(void **state)
{
    struct fork k;

    (void)state;
    fork_open(&k);
    feed(&k.f, 6, P, A, MSG("180 Ringing", .to_tag = "b"));
    feed(&k.f, 7, P, A, MSG("180 Ringing", .to_tag = "c"));
    feed(&k.f, 8, B, P, MSG("200 OK", .via = DOWN_1, .via2 = UP, .to_tag = "b"));
    feed(&k.f, 9, P, A, MSG("200 OK", .to_tag = "b"));
    feed(&k.f, 3 * S, C, P, MSG("180 Ringing", .via = DOWN_2, .via2 = UP, .to_tag = "c"));
    assert_int_equal(k.f.reported, 1);
    assert_int_equal(k.f.last_kind, SIPSAN_OWES_CANCEL_SIBLING);
    feed_close(&k.f);
}

static void test_owed_cancel_branch(void **state)
{
    struct fork k;

    (void)state;
    fork_open(&k);
    feed(&k.f, 6, A, P, MSG("CANCEL sip:b@b", .cseq = "1 CANCEL"));
    assert_null(owes(k.one, SIPSAN_OWES_CANCEL_BRANCH)); /* it may not have arrived */
    feed(&k.f, 6, P, A, MSG("200 OK", .cseq = "1 CANCEL", .to_tag = "p"));
    assert_non_null(owes(k.one, SIPSAN_OWES_CANCEL_BRANCH));
    assert_non_null(owes(k.two, SIPSAN_OWES_CANCEL_BRANCH));
    feed(&k.f, 7, P, C, MSG("CANCEL sip:b@b", .via = DOWN_2, .cseq = "1 CANCEL"));
    assert_null(owes(k.two, SIPSAN_OWES_CANCEL_BRANCH));
    feed(&k.f, 8, B, P, MSG("487 Gone", .via = DOWN_1, .via2 = UP, .to_tag = "b"));
    assert_null(owes(k.one, SIPSAN_OWES_CANCEL_BRANCH));
    feed_close(&k.f);
}

static void test_owed_late_branch(void **state)
{
    struct feed f;
    struct sipsan_txn *down;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, P, MSG(INVITE));
    feed(&f, 1, P, A, MSG("100 Trying"));
    feed(&f, 2, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP));
    down = f.match.txn;
    feed(&f, 3, A, P, MSG("CANCEL sip:b@b", .cseq = "1 CANCEL"));
    feed(&f, 3, P, A, MSG("200 OK", .cseq = "1 CANCEL", .to_tag = "p"));
    assert_null(down->owes); /* 9.1: not before a provisional */
    feed(&f, 4, B, P, MSG("180 Ringing", .via = DOWN_1, .via2 = UP, .to_tag = "b"));
    assert_non_null(owes(down, SIPSAN_OWES_CANCEL_BRANCH));
    feed_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owed_ripe_once),
        cmocka_unit_test(test_owed_in_a_stream),
        cmocka_unit_test(test_owed_settled_while_overdue),
        cmocka_unit_test(test_owed_ack),
        cmocka_unit_test(test_owed_ack_missing),
        cmocka_unit_test(test_owed_ack_late_settles),
        cmocka_unit_test(test_owed_not_provable_without_start),
        cmocka_unit_test(test_owed_cancel),
        cmocka_unit_test(test_owed_cancel_with_487),
        cmocka_unit_test(test_owed_last_1xx),
        cmocka_unit_test(test_owed_final_again),
        cmocka_unit_test(test_owed_forwarding),
        cmocka_unit_test(test_owed_forwarding_missing),
        cmocka_unit_test(test_owed_cancel_sibling),
        cmocka_unit_test(test_owed_cancel_sibling_missing),
        cmocka_unit_test(test_owed_cancel_branch),
        cmocka_unit_test(test_owed_late_branch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

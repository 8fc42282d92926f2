/* How long transactions stay, when they give up their text, what keeps them. */
#include "txn_feed.h"

static void test_timers_slimming(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS", .extra = "User-Agent: ua\r\n"));
    txn = f.match.txn;
    feed(&f, 1 * S, B, A,
         MSG("200 OK", .cseq = "1 OPTIONS", .to_tag = "t", .extra = "Server: srv\r\n"));
    feed(&f, 3 * S, B, A,
         MSG("200 OK", .cseq = "1 OPTIONS", .to_tag = "t", .extra = "Server: srv\r\n"));
    feed_advance(&f, 7 * S - 1); /* a repeat came in between */
    assert_false(txn->slim);
    assert_non_null(txn->request);
    feed_advance(&f, 7 * S);
    assert_true(txn->slim);
    assert_null(txn->request);
    assert_memory_equal(txn->call_id.p, "call1", 5);
    assert_memory_equal(txn->agent.p, "ua", 2);
    assert_memory_equal(txn->server_agent.p, "srv", 3);
    assert_int_equal(txn->client, SIPSAN_STATE_TERMINATED); /* timer K */
    assert_int_equal(txn->server, SIPSAN_STATE_COMPLETED);
    feed(&f, 8 * S, A, B,
         MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS", .extra = "User-Agent: ua\r\n"));
    assert_ptr_equal(f.match.txn, txn);
    assert_true(f.match.identical);
    feed(&f, 9 * S, B, A, /* else the final is owed again, and keeps the transaction */
         MSG("200 OK", .cseq = "1 OPTIONS", .to_tag = "t", .extra = "Server: srv\r\n"));
    feed_advance(&f, 33 * S - 1);
    assert_int_equal(f.ended, 0);
    feed_advance(&f, 33 * S);
    assert_int_equal(f.ended, 1);
    assert_int_equal(f.txns.count, 0);
    feed_close(&f);
}

static void test_timers_no_answer(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    txn = f.match.txn;
    feed(&f, 10 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    feed_advance(&f, 42 * S - 1);
    assert_int_equal(f.ended, 0);
    assert_int_equal(txn->client, SIPSAN_STATE_TRYING);
    feed_advance(&f, 42 * S);
    assert_int_equal(f.ended, 1);
    feed_close(&f);
}

static void test_timers_invite_rings_long(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1 * S, B, A, MSG("180 Ringing", .to_tag = "t"));
    feed_advance(&f, 500 * S);
    assert_int_equal(txn->client, SIPSAN_STATE_PROCEEDING);
    assert_false(txn->slim);
    feed(&f, 550 * S, B, A, MSG("180 Ringing", .to_tag = "t"));
    feed_advance(&f, 1149 * S);
    assert_int_equal(f.ended, 0);
    feed_advance(&f, 1150 * S);
    assert_int_equal(f.ended, 1);
    feed_close(&f);
}

static void test_timers_invite_accepted(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1 * S, B, A, MSG("200 OK", .to_tag = "t"));
    feed_advance(&f, 32 * S);
    assert_int_equal(txn->client, SIPSAN_STATE_ACCEPTED);
    assert_int_equal(txn->server, SIPSAN_STATE_ACCEPTED);
    feed_advance(&f, 33 * S);
    assert_int_equal(f.ended, 1);
    feed_close(&f);
}

static void test_timers_invite_refused(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    feed(&f, 2 * S, A, B, MSG("ACK sip:b@b", .to_tag = "t", .cseq = "1 ACK"));
    assert_int_equal(txn->server, SIPSAN_STATE_CONFIRMED);
    feed_advance(&f, 7 * S); /* timer I */
    assert_int_equal(txn->server, SIPSAN_STATE_TERMINATED);
    assert_int_equal(txn->client, SIPSAN_STATE_COMPLETED);
    feed_advance(&f, 33 * S); /* timer D */
    assert_int_equal(f.ended, 1);
    feed_close(&f);
}

static void test_timers_as_of_3261(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    f.txns.as_of = 3261;
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1 * S, B, A, MSG("200 OK", .to_tag = "t"));
    assert_int_equal(txn->client, SIPSAN_STATE_TERMINATED);
    assert_int_equal(txn->rank, SIPSAN_RANK_TERMINATED);
    feed(&f, 2 * S, A, B,
         MSG("ACK sip:b@b", .via = "a.example;branch=z9hG4bKk", .to_tag = "t", .cseq = "1 ACK"));
    assert_ptr_equal(f.match.invite, txn);
    feed_close(&f);
}

static void test_timers_obligation_keeps(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    feed(&f, 1 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    feed_advance(&f, 40 * S); /* the ACK was due at 5 s; no frame has proved it */
    assert_int_equal(f.ended, 0);
    feed(&f, 45 * S, A, C, MSG("OPTIONS sip:c@c", .cseq = "1 OPTIONS", .call_id = "c"));
    assert_int_equal(f.reported, 1);
    feed_advance(&f, 65 * S);
    assert_int_equal(f.ended, 1);
    feed_close(&f);
}

static void test_timers_obligation_dropped(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    feed(&f, 1 * S, B, A, MSG("486 Busy", .to_tag = "t"));
    feed_advance(&f, 70 * S);
    assert_int_equal(f.ended, 1);
    feed(&f, 80 * S, A, C, MSG("OPTIONS sip:c@c", .cseq = "1 OPTIONS", .call_id = "c"));
    assert_int_equal(f.reported + f.unproven, 0);
    feed_close(&f);
}

static void test_timers_pair_ends_unlinked(void **state)
{
    struct feed f;
    struct sipsan_txn *up, *down;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, P, MSG(INVITE));
    up = f.match.txn;
    feed(&f, 1, P, A, MSG("180 Ringing", .to_tag = "t"));
    feed(&f, 2, P, B, MSG(INVITE, .via = "p;branch=z9hG4bKp", .via2 = "a.example;branch=z9hG4bK1"));
    down = f.match.txn;
    assert_ptr_equal(down->parent, up);
    feed_advance(&f, 40 * S); /* the branch was never answered */
    assert_int_equal(f.ended, 1);
    assert_null(up->children);
    assert_int_equal(up->child_count, 0);
    feed_close(&f);
}

static void test_timers_odd_times(void **state)
{
    static const int64_t times[] = {INT64_MAX, INT64_MIN, 0, INT64_MAX - 1, -1};
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        feed(&f, times[i], A, B, MSG(INVITE));
        feed(&f, times[i], A, B, MSG("CANCEL sip:b@b", .cseq = "1 CANCEL"));
        feed(&f, times[i], B, A, MSG("200 OK", .to_tag = "t", .cseq = "1 CANCEL"));
        feed(&f, times[i], B, A, MSG("486 Busy", .to_tag = "t"));
        feed(&f, times[i], A, B, MSG("ACK sip:b@b", .to_tag = "t", .cseq = "1 ACK"));
    }
    feed_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers_slimming),
        cmocka_unit_test(test_timers_no_answer),
        cmocka_unit_test(test_timers_invite_rings_long),
        cmocka_unit_test(test_timers_invite_accepted),
        cmocka_unit_test(test_timers_invite_refused),
        cmocka_unit_test(test_timers_as_of_3261),
        cmocka_unit_test(test_timers_obligation_keeps),
        cmocka_unit_test(test_timers_obligation_dropped),
        cmocka_unit_test(test_timers_pair_ends_unlinked),
        cmocka_unit_test(test_timers_odd_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

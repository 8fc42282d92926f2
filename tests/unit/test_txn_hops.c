/* A transaction seen on more than one hop: RFC 3261 16.6, 16.11, 8.2.2.2, NAT and spirals. */
#include "txn_feed.h"

static void test_match_segments(void **state)
{
    struct feed f;
    struct sipsan_txn *first, *second;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    first = f.match.txn;
    feed(&f, 1 * MS, A, C, MSG(INVITE)); /* behind the load balancer */
    second = f.match.txn;
    assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    assert_true(second != first && second->segment && !first->segment && !f.match.reused);
    feed(&f, 2 * MS, C, A, MSG("180 Ringing", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, second);
    feed(&f, 3 * MS, B, A, MSG("180 Ringing", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, first);
    feed(&f, 500 * MS, A, B, MSG(INVITE));
    assert_ptr_equal(f.match.txn, first);
    feed(&f, 501 * MS, A, C, MSG(INVITE));
    assert_ptr_equal(f.match.txn, second);
    assert_int_equal(f.match.what, SIPSAN_REPEATED_REQUEST);
    feed_close(&f);
}

static void test_match_source_nat(void **state)
{
    struct feed f;
    struct sipsan_txn *first, *second;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    first = f.match.txn;
    feed(&f, 1 * MS, NAT, B, MSG(INVITE));
    second = f.match.txn;
    assert_true(second != first && second->segment);
    feed(&f, 500 * MS, A, B, MSG(INVITE));
    assert_ptr_equal(f.match.txn, first);
    feed(&f, 501 * MS, NAT, B, MSG(INVITE));
    assert_ptr_equal(f.match.txn, second);
    feed_close(&f);
}

#define DOWN_1 "p.example;branch=z9hG4bKp1"
#define DOWN_2 "p.example;branch=z9hG4bKp2"
#define UP     "a.example;branch=z9hG4bK1"

static void test_match_proxy_pair(void **state)
{
    struct feed f;
    struct sipsan_txn *up, *down;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, P, MSG(INVITE));
    up = f.match.txn;
    feed(&f, 5 * MS, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP ";received=10.0.0.1;rport=5060"));
    down = f.match.txn;
    assert_true(f.match.parent == up && f.match.relayed == up && down->parent == up);
    assert_null(f.match.merged);
    feed(&f, 6 * MS, B, P, MSG("180 Ringing", .via = DOWN_1, .via2 = UP, .to_tag = "t"));
    feed(&f, 7 * MS, P, A, MSG("180 Ringing", .to_tag = "t"));
    assert_ptr_equal(f.match.child, down);
    /* Another From tag proves nothing. */
    feed(&f, 9 * MS, P, C,
         MSG(INVITE, .via = "p.example;branch=z9hG4bKp9", .via2 = UP, .from_tag = "b2b"));
    assert_null(f.match.parent);
    feed_close(&f);
}

static void test_match_proxy_pair_child_first(void **state)
{
    struct feed f;
    struct sipsan_txn *down, *late;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP));
    down = f.match.txn;
    assert_null(f.match.parent);
    feed(&f, 20 * MS, A, P, MSG(INVITE));
    assert_ptr_equal(f.match.relayed, down);
    assert_null(f.match.parent);
    assert_ptr_equal(down->parent, f.match.txn);
    feed(&f, 1 * S, P, B,
         MSG(INVITE, .via = DOWN_2, .via2 = "x.example;branch=z9hG4bKx", .call_id = "late"));
    late = f.match.txn;
    feed(&f, 3 * S, A, P, MSG(INVITE, .via = "x.example;branch=z9hG4bKx", .call_id = "late"));
    assert_null(f.match.relayed);
    assert_null(late->parent);
    feed_close(&f);
}

static void test_match_fork_and_spiral(void **state)
{
    struct feed f;
    struct sipsan_txn *up, *one;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, P, MSG(INVITE));
    up = f.match.txn;
    feed(&f, 1 * MS, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP));
    one = f.match.txn;
    feed(&f, 2 * MS, P, C, MSG(INVITE, .via = DOWN_2, .via2 = UP));
    assert_int_equal(up->child_count, 2);
    assert_null(f.match.merged);
    /* B sends it back to P: a spiral, not a merge. */
    feed(&f, 3 * MS, B, P, MSG(INVITE, .via = "b.example;branch=z9hG4bKs", .via2 = DOWN_1));
    assert_ptr_equal(f.match.parent, one);
    assert_null(f.match.merged);
    feed_close(&f);
}

static void test_match_circle_of_vias(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, P, B, MSG(INVITE, .via = DOWN_1, .via2 = DOWN_2));
    feed(&f, 1, P, B, MSG(INVITE, .via = DOWN_2, .via2 = DOWN_1));
    feed(&f, 2, P, C, MSG(INVITE, .via = UP, .via2 = UP));
    feed_close(&f);
}

static void test_match_merged(void **state)
{
    struct feed f;
    struct sipsan_txn *first;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP));
    first = f.match.txn;
    feed(&f, 1 * MS, C, B, MSG(INVITE, .via = "c.example;branch=z9hG4bKc", .via2 = UP));
    assert_ptr_equal(f.match.merged, first);
    feed(&f, 2 * MS, C, B,
         MSG(INVITE, .via = "c.example;branch=z9hG4bKd", .via2 = UP, .to_tag = "t"));
    assert_null(f.match.merged);
    feed(&f, 3 * MS, C, A, MSG(INVITE, .via = "c.example;branch=z9hG4bKe", .via2 = UP));
    assert_null(f.match.merged);
    feed_close(&f);
}

static void test_match_ack_2xx_on_its_hop(void **state)
{
    struct feed f;
    struct sipsan_txn *up, *down;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, P, MSG(INVITE));
    up = f.match.txn;
    feed(&f, 1, P, B, MSG(INVITE, .via = DOWN_1, .via2 = UP));
    down = f.match.txn;
    feed(&f, 2, B, P, MSG("200 OK", .via = DOWN_1, .via2 = UP, .to_tag = "t"));
    feed(&f, 3, P, A, MSG("200 OK", .to_tag = "t"));
    feed(&f, 4, A, P,
         MSG("ACK sip:b@b", .via = "a.example;branch=z9hG4bKk", .to_tag = "t", .cseq = "1 ACK"));
    assert_ptr_equal(f.match.invite, up);
    feed(&f, 5, P, B,
         MSG("ACK sip:b@b", .via = "p.example;branch=z9hG4bKk2",
             .via2 = "a.example;branch=z9hG4bKk", .to_tag = "t", .cseq = "1 ACK"));
    assert_ptr_equal(f.match.invite, down);
    assert_non_null(f.match.answer);
    feed_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match_segments),
        cmocka_unit_test(test_match_source_nat),
        cmocka_unit_test(test_match_proxy_pair),
        cmocka_unit_test(test_match_proxy_pair_child_first),
        cmocka_unit_test(test_match_fork_and_spiral),
        cmocka_unit_test(test_match_circle_of_vias),
        cmocka_unit_test(test_match_merged),
        cmocka_unit_test(test_match_ack_2xx_on_its_hop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Hosts and legs: found whatever the order and the ports, limited, what silence means. */
#include "txn_feed.h"

static const uint64_t seed[2] = {1, 2};

static void test_leg_unordered_without_ports(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_legs legs;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B), other_port = feed_addr(A + 1);
    struct sipsan_leg *leg;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_legs_init(&legs, &mem, seed, 10);
    leg = sipsan_leg_get(&legs, &a, &b);
    assert_non_null(leg);
    assert_ptr_equal(sipsan_leg_get(&legs, &b, &a), leg);
    assert_ptr_equal(sipsan_leg_get(&legs, &b, &other_port), leg);
    assert_int_not_equal(sipsan_leg_side(leg, &a), sipsan_leg_side(leg, &b));
    assert_int_equal(sipsan_leg_side(leg, &other_port), sipsan_leg_side(leg, &a));
    sipsan_legs_free(&legs);
    assert_int_equal(mem.used, 0);
}

static void test_leg_loopback(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_legs legs;
    struct sipsan_addr a = feed_addr(A);
    struct sipsan_leg *leg;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_legs_init(&legs, &mem, seed, 10);
    leg = sipsan_leg_get(&legs, &a, &a);
    assert_ptr_equal(leg->host[0], leg->host[1]);
    sipsan_leg_heard(leg, &a, true, 5);
    assert_false(sipsan_leg_both_ways(leg));
    sipsan_leg_heard(leg, &a, false, 9);
    assert_true(sipsan_leg_both_ways(leg));
    assert_true(leg->way[0].requests && leg->way[0].responses);
    assert_int_equal(leg->first, 5);
    sipsan_legs_free(&legs);
}

static void test_leg_limit_and_reset(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_legs legs;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B), c = feed_addr(C);
    size_t used;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_legs_init(&legs, &mem, seed, 1);
    assert_non_null(sipsan_leg_get(&legs, &a, &b));
    assert_null(sipsan_leg_get(&legs, &a, &c));
    assert_int_equal(legs.refused, 1);
    used = mem.used;
    sipsan_legs_reset(&legs);
    assert_non_null(sipsan_leg_get(&legs, &a, &c));
    assert_int_equal(mem.used, used);
    sipsan_legs_free(&legs);
    assert_int_equal(mem.used, 0);
}

static void test_leg_replies(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_legs legs;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B);
    struct sipsan_leg *leg;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_legs_init(&legs, &mem, seed, 1);
    leg = sipsan_leg_get(&legs, &a, &b);
    sipsan_leg_replied(leg, &b, 20);
    sipsan_leg_replied(leg, &b, 30);
    sipsan_leg_replied(leg, &b, -1);
    assert_int_equal(leg->way[sipsan_leg_side(leg, &b)].min_reply, 20);
    assert_true(leg->way[sipsan_leg_side(leg, &a)].min_reply == SIPSAN_NO_REPLY);
    sipsan_legs_free(&legs);
}

static void test_leg_one_way_after_three(void **state)
{
    struct feed f;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B);
    struct sipsan_leg *leg;
    char call[32];

    (void)state;
    feed_open(&f, 0);
    for (int i = 0; i < 3; i++) {
        snprintf(call, sizeof(call), "silent%d", i);
        feed(&f, i * S, A, B, MSG("OPTIONS sip:b@b", .call_id = call, .cseq = "1 OPTIONS"));
    }
    leg = sipsan_leg_get(&f.legs, &a, &b);
    assert_false(sipsan_leg_one_way(leg));
    feed_advance(&f, 60 * S);
    assert_true(sipsan_leg_one_way(leg));
    feed(&f, 61 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    feed(&f, 61 * S + 40 * MS, B, A, MSG("200 OK", .to_tag = "x", .cseq = "1 OPTIONS"));
    feed_advance(&f, 120 * S);
    assert_false(sipsan_leg_one_way(leg));
    assert_int_equal(leg->way[sipsan_leg_side(leg, &b)].min_reply, 40 * MS);
    feed_close(&f);
}

static void test_leg_hole_by_stray_response(void **state)
{
    struct feed f;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B);
    struct sipsan_leg *leg;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 1 * S, B, A, MSG("200 OK", .to_tag = "x", .call_id = "before"));
    leg = sipsan_leg_get(&f.legs, &a, &b);
    assert_int_equal(leg->losses.until, 0); /* the capture began in the middle */
    feed(&f, 50 * S, B, A,
         MSG("200 OK", .via = "a;branch=z9hG4bKlost", .to_tag = "x", .call_id = "lost"));
    assert_int_equal(f.match.what, SIPSAN_STRAY_RESPONSE);
    assert_true(leg->losses.until > 50 * S);
    feed_close(&f);
}

static void test_leg_losses(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_legs legs;
    struct sipsan_addr a = feed_addr(A), b = feed_addr(B), c = feed_addr(C);
    struct sipsan_leg *leg, *other;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_legs_init(&legs, &mem, seed, 10);
    assert_null(sipsan_leg_find(&legs, &a, &b));
    leg = sipsan_leg_get(&legs, &a, &b);
    other = sipsan_leg_get(&legs, &a, &c);
    assert_ptr_equal(sipsan_leg_find(&legs, &b, &a), leg);
    sipsan_leg_pending(leg, false); /* of a stream that waited before the leg was */
    assert_false(sipsan_losses_since(&leg->losses, 1));
    sipsan_leg_pending(leg, true);
    assert_true(sipsan_losses_since(&leg->losses, 1));
    assert_true(sipsan_losses_since(&leg->host[0]->losses, 1));
    assert_true(sipsan_losses_since(&leg->host[1]->losses, 1));
    assert_false(sipsan_losses_since(&other->losses, 1));
    sipsan_leg_pending(leg, false);
    assert_false(sipsan_losses_since(&leg->losses, 1));
    sipsan_leg_lost(leg, 7);
    sipsan_leg_lost(leg, 5);
    assert_true(sipsan_losses_since(&leg->losses, 7));
    assert_false(sipsan_losses_since(&leg->losses, 8));
    assert_false(sipsan_losses_since(&other->losses, 1));
    sipsan_legs_free(&legs);
    assert_int_equal(mem.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leg_unordered_without_ports),
        cmocka_unit_test(test_leg_loopback),
        cmocka_unit_test(test_leg_limit_and_reset),
        cmocka_unit_test(test_leg_replies),
        cmocka_unit_test(test_leg_one_way_after_three),
        cmocka_unit_test(test_leg_hole_by_stray_response),
        cmocka_unit_test(test_leg_losses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Capture copies: what is one, and what is a retransmission. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/span.h"
#include "net/copies.h"

static const uint64_t seed[2] = {3, 4};
static struct sipsan_mem mem;
static struct sipsan_copies copies;
static struct sipsan_flow flow;
static struct sipsan_hints hints;

static int start(void **state)
{
    (void)state;
    sipsan_mem_init(&mem);
    sipsan_copies_init(&copies, &mem, seed);
    flow = (struct sipsan_flow){.src = {.ip = {1}, .port = 5060, .family = 4},
                                .dst = {.ip = {2}, .port = 5060, .family = 4}};
    hints = (struct sipsan_hints){.interface = 1, .vlan = 10, .ttl = 64};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    sipsan_copies_free(&copies);
    assert_int_equal(mem.used, 0);
    return 0;
}

static bool payload_seen(struct sipsan_span payload, int64_t time)
{
    hints.hash = sipsan_hash_bulk(seed, payload);
    return sipsan_copies_seen(&copies, payload, &flow, &hints, time);
}

static bool seen(int64_t time)
{
    return payload_seen(SPAN_LIT("OPTIONS"), time);
}

static void test_net_copies_same_path(void **state)
{
    (void)state;
    assert_false(seen(5000000));
    assert_true(seen(5000000));
    assert_true(seen(5001000));
    assert_true(seen(4999000)); /* interfaces merged out of order */
    assert_false(seen(5001001));
    assert_false(seen(5501001)); /* T1 later: a retransmission */
}

static void test_net_copies_other_path(void **state)
{
    const struct sipsan_hints here = hints;

    (void)state;
    for (int i = 0; i < 4; i++) {
        int64_t time = (int64_t)(i + 1) * 1000000;

        hints = here;
        assert_false(seen(time));
        if (i == 0)
            hints.interface = 2;
        else if (i == 1)
            hints.vlan = 11;
        else if (i == 2)
            hints.ttl = 63;
        else
            hints.depth = 1;
        assert_true(seen(time + 100000));
        assert_false(seen(time + 100001));
    }
}

/* The clocks of two taps are apart: the identification tells a copy from what was sent again. */
static void test_net_copies_same_packet(void **state)
{
    const struct sipsan_hints here = hints;

    (void)state;
    hints.id = 7;
    assert_false(seen(1000000));
    assert_true(seen(1400000)); /* two points on one wire look the same */
    hints.interface = 2;
    assert_true(seen(1400000));
    assert_true(seen(600000));
    hints.id = 8;
    assert_false(seen(1400000));
    assert_false(seen(1800001)); /* the sender's numbers may be all the same */
    hints = here;                /* without one */
    assert_false(seen(3000000));
    hints.interface = 2;
    assert_false(seen(3100001));
}

static void test_net_copies_others(void **state)
{
    (void)state;
    assert_false(seen(1));
    flow.src.port++;
    assert_false(seen(1));
    flow.dst.port++;
    assert_false(seen(1));
    flow.dst.ip[15] = 1;
    assert_false(seen(1));
    assert_false(payload_seen(SPAN_LIT("OPTIONs"), 1));
    assert_true(seen(1));
}

static void test_net_copies_reset(void **state)
{
    (void)state;
    assert_false(seen(1));
    sipsan_copies_reset(&copies);
    assert_false(seen(1));
    assert_true(seen(1));
}

/* The table has a size: what is old falls out, what is fresh stays. */
static void test_net_copies_flood(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        struct sipsan_span text = {(const char *)&i, sizeof(i)};

        assert_false(payload_seen(text, i));
        assert_true(payload_seen(text, i));
    }
    assert_true(mem.peak < (size_t)1 << 20);
}

static void *refuse(void *user, size_t n)
{
    (void)user;
    (void)n;
    return NULL;
}

static void test_net_copies_no_memory(void **state)
{
    (void)state;
    mem.alloc = refuse;
    assert_false(seen(1));
    assert_false(seen(1));
    assert_int_equal(copies.refused, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_net_copies_same_path, start, stop),
        cmocka_unit_test_setup_teardown(test_net_copies_other_path, start, stop),
        cmocka_unit_test_setup_teardown(test_net_copies_same_packet, start, stop),
        cmocka_unit_test_setup_teardown(test_net_copies_others, start, stop),
        cmocka_unit_test_setup_teardown(test_net_copies_reset, start, stop),
        cmocka_unit_test_setup_teardown(test_net_copies_flood, start, stop),
        cmocka_unit_test_setup_teardown(test_net_copies_no_memory, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

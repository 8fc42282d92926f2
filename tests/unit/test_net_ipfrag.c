/* IP fragments: order, overlap, loss, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/ipfrag.h"
#include "net/net.h"
#include "net_frames.h"

static const uint64_t seed[2] = {1, 2};
static const uint8_t addresses[8] = {192, 0, 2, 1, 192, 0, 2, 2};
static struct sipsan_mem mem;
static struct sipsan_ipfrags frags;
static struct sipsan_ip whole;
static uint32_t first_frame, frame;
static bool overlap;
static int64_t now;

static void start(size_t max)
{
    sipsan_mem_init(&mem);
    sipsan_ipfrags_init(&frags, &mem, seed, max);
    frame = 0;
    now = 1000000;
}

static void stop(void)
{
    sipsan_ipfrags_free(&frags);
    assert_int_equal(mem.used, 0);
}

/* The text as a fragment; `missing` octets of it were not captured. */
static enum sipsan_ipfrag_result give(uint32_t id, uint32_t offset, bool more, const char *text,
                                      size_t n, size_t missing)
{
    struct sipsan_ip ip = {.p = (const uint8_t *)text,
                           .n = n - missing,
                           .length = n,
                           .src = addresses,
                           .dst = addresses + 4,
                           .id = id,
                           .offset = offset,
                           .family = 4,
                           .protocol = 17,
                           .fragment = true,
                           .more = more};
    struct sipsan_ref ref = {.frame = ++frame, .time = now};

    return sipsan_ipfrags_add(&frags, &ip, &ref, &whole, &first_frame, &overlap);
}

static void expect_whole(const char *text)
{
    assert_int_equal(whole.n, strlen(text));
    assert_memory_equal(whole.p, text, whole.n);
    assert_false(whole.fragment);
}

static void test_net_ipfrag_any_order(void **state)
{
    (void)state;
    start(10);
    assert_int_equal(give(1, 16, false, "tail", 4, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(give(2, 0, true, "other..!", 8, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(give(1, 0, true, "01234567", 8, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(give(1, 8, true, "89abcdef", 8, 0), SIPSAN_IPFRAG_WHOLE);
    expect_whole("0123456789abcdeftail");
    assert_int_equal(first_frame, 1);
    assert_false(overlap);
    assert_int_equal(give(2, 8, false, "end", 3, 0), SIPSAN_IPFRAG_WHOLE);
    expect_whole("other..!end");
    assert_int_equal(first_frame, 2);
    assert_int_equal(frags.lost, 0);
    stop();
}

static void test_net_ipfrag_first_octets_win(void **state)
{
    (void)state;
    start(10);
    give(1, 0, true, "AAAAAAAABBBBBBBB", 16, 0);
    assert_int_equal(give(1, 8, true, "xxxxxxxxCCCCCCCC", 16, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(give(1, 24, false, "D", 1, 0), SIPSAN_IPFRAG_WHOLE);
    expect_whole("AAAAAAAABBBBBBBBCCCCCCCCD");
    assert_true(overlap);
    assert_int_equal(frags.overlaps, 1);
    stop();
}

/* A fragment inside another, whose end comes before what is there (teardrop). */
static void test_net_ipfrag_ends_that_disagree(void **state)
{
    (void)state;
    start(10);
    give(1, 0, true, "AAAAAAAABBBBBBBB", 16, 0);
    assert_int_equal(give(1, 8, false, "end", 3, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(1, 16, false, "C", 1, 0), SIPSAN_IPFRAG_WHOLE);
    expect_whole("AAAAAAAABBBBBBBBC");
    assert_true(overlap);

    give(2, 16, false, "C", 1, 0);
    assert_int_equal(give(2, 16, true, "CCCCCCCC", 8, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(2, 24, false, "C", 1, 0), SIPSAN_IPFRAG_BAD);
    stop();
}

static void test_net_ipfrag_impossible_ones(void **state)
{
    static const char big[65536];

    (void)state;
    start(10);
    assert_int_equal(give(1, 0, true, "1234567", 7, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(1, 8, true, "", 0, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(1, 65528, false, big, 8, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(1, 65528, false, big, 1000, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(1, 8, false, big, 65528, 0), SIPSAN_IPFRAG_BAD);
    assert_int_equal(give(1, 65528, false, big, 7, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(give(1, 0, true, big, 65528, 0), SIPSAN_IPFRAG_WHOLE);
    assert_int_equal(whole.n, 65535);
    stop();
}

static void test_net_ipfrag_many_tiny_ones(void **state)
{
    (void)state;
    start(10);
    for (uint32_t i = 0; i < 8000; i++)
        assert_int_equal(give(1, i * 8, true, "tinytiny", 8, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(give(1, 64000, false, "!", 1, 0), SIPSAN_IPFRAG_WHOLE);
    assert_int_equal(whole.n, 64001);
    stop();
}

static void test_net_ipfrag_cut_by_the_snap_length(void **state)
{
    (void)state;
    start(10);
    give(1, 0, true, "01234567", 8, 3);
    assert_int_equal(give(1, 8, false, "89", 2, 0), SIPSAN_IPFRAG_WHOLE);
    expect_whole("01234");
    assert_int_equal(whole.length, 10);
    stop();
}

static void test_net_ipfrag_captured_twice(void **state)
{
    (void)state;
    start(10);
    give(1, 0, true, "01234567", 8, 0);
    give(1, 0, true, "01234567", 8, 0);
    assert_int_equal(give(1, 8, false, "8", 1, 0), SIPSAN_IPFRAG_WHOLE);
    now += 100000;
    assert_int_equal(give(1, 8, false, "8", 1, 0), SIPSAN_IPFRAG_COPY);
    now += 1;
    assert_int_equal(give(1, 8, false, "8", 1, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(frags.overlaps, 0);
    stop();
}

struct lost {
    size_t times, n;
    uint32_t frame;
};

static void on_lost(void *user, const uint8_t *p, size_t n, const struct sipsan_ref *ref)
{
    struct lost *lost = user;

    assert_non_null(p);
    lost->times++;
    lost->n = n;
    lost->frame = ref->frame;
}

static void test_net_ipfrag_lost(void **state)
{
    struct lost lost = {0};

    (void)state;
    start(2);
    frags.on_lost = on_lost;
    frags.user = &lost;
    give(1, 0, true, "01234567", 8, 0);
    give(1, 16, true, "01234567", 8, 0);
    now += 30000000;
    give(2, 0, true, "01234567", 8, 0);
    assert_int_equal(lost.times, 0);
    now += 1;
    give(2, 8, true, "01234567", 8, 0);
    assert_int_equal(lost.times, 1);
    assert_int_equal(lost.n, 8);
    assert_int_equal(lost.frame, 1);
    assert_int_equal(frags.limits, 0);

    give(3, 0, true, "01234567", 8, 0);
    give(4, 8, true, "01234567", 8, 0); /* a third one: the oldest goes */
    assert_int_equal(lost.times, 2);
    assert_int_equal(lost.n, 16);
    assert_int_equal(lost.frame, 3);
    assert_int_equal(frags.limits, 1);
    sipsan_ipfrags_finish(&frags);
    assert_int_equal(lost.times, 4);
    assert_int_equal(lost.n, 0);
    assert_int_equal(frags.lost, 4);
    stop();
}

/* However large the offsets: memory has a ceiling of its own. */
static void test_net_ipfrag_flood(void **state)
{
    (void)state;
    start(4096);
    for (uint32_t id = 0; id < 10000; id++)
        give(id, 65520, true, "01234567", 8, 0);
    assert_true(mem.peak < (size_t)32 << 20);
    assert_true(frags.limits > 5000);
    sipsan_ipfrags_reset(&frags);
    assert_int_equal(give(1, 0, true, "01234567", 8, 0), SIPSAN_IPFRAG_KEPT);
    assert_int_equal(frags.limits, 0);
    stop();
}

static void test_net_ipfrag_clocks_that_jump(void **state)
{
    (void)state;
    start(10);
    now = INT64_MIN;
    give(1, 0, true, "01234567", 8, 0);
    now = INT64_MAX;
    give(2, 0, true, "01234567", 8, 0);
    assert_int_equal(frags.lost, 1);
    now = 0;
    assert_int_equal(give(2, 8, false, "8", 1, 0), SIPSAN_IPFRAG_WHOLE);
    stop();
}

/* Whatever allocation fails, nothing leaks and later datagrams work. */
static void test_net_ipfrag_memory_refused(void **state)
{
    (void)state;
    for (size_t limit = 64; limit < 12000; limit += 64) {
        start(10);
        mem.limit = limit;
        give(1, 0, true, "01234567", 8, 0);
        give(1, 8, false, "8", 1, 0);
        give(2, 4096, true, "01234567", 8, 0);
        mem.limit = 0;
        give(3, 0, true, "01234567", 8, 0);
        assert_int_equal(give(3, 8, false, "8", 1, 0), SIPSAN_IPFRAG_WHOLE);
        stop();
    }
}

static void count_message(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                          const struct sipsan_ref *ref, const struct sipsan_hints *hints)
{
    size_t *messages = user;

    assert_int_equal(bytes.n, sizeof(OPTIONS_TEXT) - 1);
    assert_memory_equal(bytes.p, OPTIONS_TEXT, bytes.n);
    assert_int_equal(flow->src.port, 5060);
    assert_int_equal(ref->frame, 2);
    assert_int_equal(hints->first_frame, 1);
    (*messages)++;
}

/* Through all layers, in IPv6: two fragments with destination options inside. */
static void test_net_ipfrag_frames(void **state)
{
    const size_t n = sizeof(OPTIONS_TEXT) - 1;
    static struct frame datagram, f;
    struct sipsan_config config = {0};
    struct sipsan_net *net;
    size_t messages = 0;

    (void)state;
    sipsan_mem_init(&mem);
    assert_int_equal(sipsan_net_new(&net, &mem, &config, count_message, NULL, &messages), 0);
    datagram.n = 0;
    add(&datagram, "\x11\0\1\4\0\0\0\0", 8);
    add_udp(&datagram, OPTIONS_TEXT, n);
    for (uint32_t i = 0; i < 2; i++) {
        size_t size = i == 0 ? 64 : datagram.n - 64;

        f.n = 0;
        add_ethernet(&f, 0x86dd);
        add_ipv6(&f, 44, 8 + size);
        add16(&f, 60 << 8);
        add16(&f, i == 0 ? 1 : 64);
        add32(&f, 77);
        add(&f, datagram.p + (i == 0 ? 0 : 64), size);
        sipsan_net_frame(net, 1, f.p, f.n, f.n, &(struct sipsan_ref){.frame = i + 1}, 0);
    }
    assert_int_equal(messages, 1);
    assert_int_equal(sipsan_net_counts(net)->fragments, 1);
    assert_int_equal(sipsan_net_counts(net)->messages, 1);
    sipsan_net_free(net);
    assert_int_equal(mem.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net_ipfrag_any_order),
        cmocka_unit_test(test_net_ipfrag_first_octets_win),
        cmocka_unit_test(test_net_ipfrag_ends_that_disagree),
        cmocka_unit_test(test_net_ipfrag_impossible_ones),
        cmocka_unit_test(test_net_ipfrag_many_tiny_ones),
        cmocka_unit_test(test_net_ipfrag_cut_by_the_snap_length),
        cmocka_unit_test(test_net_ipfrag_captured_twice),
        cmocka_unit_test(test_net_ipfrag_lost),
        cmocka_unit_test(test_net_ipfrag_flood),
        cmocka_unit_test(test_net_ipfrag_clocks_that_jump),
        cmocka_unit_test(test_net_ipfrag_memory_refused),
        cmocka_unit_test(test_net_ipfrag_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

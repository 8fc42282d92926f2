/* IP headers, and the way of a frame through them to UDP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/ip.h"
#include "net/net.h"
#include "net_frames.h"

static struct frame f;

/* What came out of a net. */
struct seen {
    size_t messages, problems;
    struct sipsan_hints hints;
    struct sipsan_flow flow;
    size_t length;
    enum sipsan_problem_kind kind;
};

static void on_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       const struct sipsan_ref *ref, const struct sipsan_hints *hints)
{
    struct seen *seen = user;

    (void)ref;
    seen->messages++;
    seen->hints = *hints;
    seen->flow = *flow;
    seen->length = bytes.n;
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    struct seen *seen = user;

    assert_true(problem->text.n > 0);
    seen->problems++;
    seen->kind = problem->kind;
}

static struct sipsan_net *new_net(struct sipsan_mem *mem, const struct sipsan_config *config,
                                  struct seen *seen)
{
    struct sipsan_net *net;

    sipsan_mem_init(mem);
    assert_int_equal(sipsan_net_new(&net, mem, config, on_payload, on_problem, seen), SIPSAN_OK);
    return net;
}

static void test_net_ip_version_4(void **state)
{
    struct sipsan_ip ip;

    (void)state;
    f.n = 0;
    add_ipv4(&f, 17, 5, 0, 63, 10);
    add(&f, "0123456789padding", 17);
    assert_true(sipsan_ip_read(&ip, f.p, f.n, f.n));
    assert_int_equal(ip.n, 10);
    assert_int_equal(ip.length, 10);
    assert_int_equal(ip.ttl, 63);
    assert_int_equal(ip.protocol, 17);
    assert_false(ip.fragment);
    assert_memory_equal(ip.p, "0123456789", 10);

    assert_true(sipsan_ip_read(&ip, f.p, 25, f.n)); /* the snap length cut it */
    assert_int_equal(ip.n, 5);
    assert_int_equal(ip.length, 10);

    f.p[2] = f.p[3] = 0; /* segmentation offload */
    assert_true(sipsan_ip_read(&ip, f.p, 25, 37));
    assert_int_equal(ip.n, 5);
    assert_int_equal(ip.length, 17);

    f.p[3] = 19;
    assert_false(sipsan_ip_read(&ip, f.p, f.n, f.n));
    f.p[3] = 30;
    f.p[0] = 0x44; /* header of 16 octets */
    assert_false(sipsan_ip_read(&ip, f.p, f.n, f.n));
    f.p[0] = 0x4f; /* of 60 */
    assert_false(sipsan_ip_read(&ip, f.p, f.n, f.n));
    f.p[0] = 0x55;
    assert_false(sipsan_ip_read(&ip, f.p, f.n, f.n));
    assert_false(sipsan_ip_read(&ip, f.p, 0, 0));
}

static void test_net_ip_version_6_extensions(void **state)
{
    struct sipsan_ip ip;

    (void)state;
    f.n = 0;
    add_ipv6(&f, 0, 8 + 8 + 16 + 8 + 12 + 4);
    add(&f, "\x2b\0\1\4\0\0\0\0", 8);                   /* hop-by-hop, routing next */
    add(&f, "\x3c\0\0\0\0\0\0\0", 8);                   /* routing, destination next */
    add(&f, "\x2c\1\1\14\0\0\0\0\0\0\0\0\0\0\0\0", 16); /* destination, fragment next */
    add(&f, "\x33\0\0\0\0\0\0\7", 8);                   /* the only fragment, authentication next */
    add(&f, "\x11\1\0\0\0\0\0\0\0\0\0\0", 12);          /* authentication, UDP next */
    add(&f, "data", 4);
    assert_true(sipsan_ip_read(&ip, f.p, f.n, f.n));
    assert_int_equal(ip.protocol, 17);
    assert_false(ip.fragment);
    assert_int_equal(ip.n, 4);
    assert_memory_equal(ip.p, "data", 4);
    for (size_t n = 0; n < f.n - 4; n++)
        assert_false(sipsan_ip_read(&ip, f.p, n, f.n));

    f.p[4] = f.p[5] = 0;
    assert_true(sipsan_ip_read(&ip, f.p, f.n, f.n));
    assert_int_equal(ip.length, 4);
}

static void test_net_ip_version_6_endless_extensions(void **state)
{
    struct sipsan_ip ip;

    (void)state;
    f.n = 0;
    add_ipv6(&f, 60, 800);
    for (int i = 0; i < 100; i++)
        add(&f, "\x3c\0\0\0\0\0\0\0", 8);
    assert_false(sipsan_ip_read(&ip, f.p, f.n, f.n));
}

static void test_net_ip_fragment_fields(void **state)
{
    struct sipsan_ip ip;

    (void)state;
    f.n = 0;
    add_ipv4(&f, 17, 0x1234, 0x2000 | 3, 64, 16);
    add(&f, "0123456789abcdef", 16);
    assert_true(sipsan_ip_read(&ip, f.p, f.n, f.n));
    assert_true(ip.fragment && ip.more);
    assert_int_equal(ip.offset, 24);
    assert_int_equal(ip.id, 0x1234);

    f.n = 0;
    add_ipv6(&f, 44, 16);
    add(&f, "\x11\0\0\x18\1\2\3\4", 8);
    add(&f, "01234567", 8);
    assert_true(sipsan_ip_read(&ip, f.p, f.n, f.n));
    assert_true(ip.fragment && !ip.more);
    assert_int_equal(ip.offset, 24);
    assert_int_equal(ip.id, 0x01020304);
}

static void test_net_ip_udp_lengths(void **state)
{
    struct seen seen = {0};
    struct sipsan_mem mem;
    struct sipsan_config config = {0};
    struct sipsan_net *net = new_net(&mem, &config, &seen);
    struct sipsan_ref ref = {.frame = 1, .time = 1000000};
    const size_t n = sizeof(OPTIONS_TEXT) - 1;

    (void)state;
    udp_frame(&f, 64, OPTIONS_TEXT, n);
    add(&f, "\0\0\0\0", 4); /* link padding */
    assert_int_equal(sipsan_net_frame(net, 1, f.p, f.n, f.n, &ref, 0), SIPSAN_OK);
    assert_int_equal(seen.messages, 1);
    assert_int_equal(seen.length, n);
    assert_false(seen.hints.cut);
    assert_int_equal(seen.flow.src.port, 5060);
    assert_int_equal(seen.flow.src.family, 4);
    assert_int_equal(seen.flow.src.ip[3], 1);
    assert_int_equal(seen.flow.dst.ip[3], 2);

    ref.time += 1000000;
    assert_int_equal(sipsan_net_frame(net, 1, f.p, f.n - 54, f.n, &ref, 0), SIPSAN_OK);
    assert_int_equal(seen.messages, 2);
    assert_int_equal(seen.length, n - 50);
    assert_true(seen.hints.cut);
    assert_int_equal(seen.kind, SIPSAN_PROBLEM_SNAPLEN);
    assert_int_equal(sipsan_net_counts(net)->truncated, 1);

    ref.time += 1000000;
    f.p[14 + 20 + 4] = 0xff; /* UDP claims more than IP has */
    sipsan_net_frame(net, 1, f.p, f.n, f.n, &ref, 0);
    assert_int_equal(seen.messages, 3);
    assert_true(seen.hints.cut);

    ref.time += 1000000;
    f.p[14 + 20 + 4] = 0;
    f.p[14 + 20 + 5] = 7; /* less than its own header */
    sipsan_net_frame(net, 1, f.p, f.n, f.n, &ref, 0);
    assert_int_equal(seen.messages, 3);
    assert_int_equal(sipsan_net_counts(net)->dropped, 1);

    assert_int_equal(sipsan_net_frame(net, 147, f.p, f.n, f.n, &ref, 0), SIPSAN_ELINKTYPE);
    assert_int_equal(sipsan_net_counts(net)->dropped, 2);
    sipsan_net_free(net);
    assert_int_equal(mem.used, 0);
}

static void test_net_ip_ports(void **state)
{
    static const uint16_t ports[] = {5062, 5080};
    struct seen seen = {0};
    struct sipsan_mem mem;
    struct sipsan_config config = {.ports = ports, .port_count = 2};
    struct sipsan_net *net = new_net(&mem, &config, &seen);
    struct sipsan_ref ref = {.frame = 1};

    (void)state;
    udp_frame(&f, 64, OPTIONS_TEXT, sizeof(OPTIONS_TEXT) - 1);
    sipsan_net_frame(net, 1, f.p, f.n, f.n, &ref, 0);
    assert_int_equal(seen.messages, 0);
    f.p[37] = 5080 & 0xff;
    f.p[36] = 5080 >> 8;
    sipsan_net_frame(net, 1, f.p, f.n, f.n, &ref, 0);
    assert_int_equal(seen.messages, 1);
    sipsan_net_free(net);
}

/* Ten of a kind and input, then one that says so. */
static void test_net_ip_problems_are_few(void **state)
{
    struct seen seen = {0};
    struct sipsan_mem mem;
    struct sipsan_config config = {0};
    struct sipsan_net *net = new_net(&mem, &config, &seen);

    (void)state;
    udp_frame(&f, 64, OPTIONS_TEXT, sizeof(OPTIONS_TEXT) - 1);
    for (uint32_t i = 1; i <= 50; i++) {
        struct sipsan_ref ref = {.frame = i, .time = (int64_t)i * 1000000};

        sipsan_net_frame(net, 1, f.p, f.n - 20, f.n, &ref, 0);
    }
    assert_int_equal(seen.problems, 11);
    assert_int_equal(sipsan_net_counts(net)->truncated, 50);
    sipsan_net_frame(net, 1, f.p, f.n - 20, f.n,
                     &(struct sipsan_ref){.file = 1, .frame = 1, .time = 99000000}, 0);
    assert_int_equal(seen.problems, 12);
    sipsan_net_reset(net);
    assert_int_equal(sipsan_net_counts(net)->truncated, 0);
    sipsan_net_frame(net, 1, f.p, f.n - 20, f.n,
                     &(struct sipsan_ref){.file = 1, .frame = 1, .time = 99000000}, 0);
    assert_int_equal(seen.problems, 13);
    assert_int_equal(seen.messages, 52);
    sipsan_net_free(net);
}

static void *refuse(void *user, size_t n)
{
    (void)user;
    (void)n;
    return NULL;
}

static void test_net_ip_no_memory(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_net *net;
    struct sipsan_config config = {0};

    (void)state;
    sipsan_mem_init(&mem);
    mem.alloc = refuse;
    assert_int_equal(sipsan_net_new(&net, &mem, &config, on_payload, NULL, NULL), SIPSAN_ENOMEM);
    assert_null(net);
    sipsan_net_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net_ip_version_4),
        cmocka_unit_test(test_net_ip_version_6_extensions),
        cmocka_unit_test(test_net_ip_version_6_endless_extensions),
        cmocka_unit_test(test_net_ip_fragment_fields),
        cmocka_unit_test(test_net_ip_udp_lengths),
        cmocka_unit_test(test_net_ip_ports),
        cmocka_unit_test(test_net_ip_problems_are_few),
        cmocka_unit_test(test_net_ip_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Inputs: captures of all kinds, cut ones, raw messages; and the writer. */
#define _DEFAULT_SOURCE 1 /* mkstemp, pipe */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/pcap.h"
#include "net_frames.h"

struct seen {
    size_t messages, problems;
    enum sipsan_problem_kind kind;
    uint32_t frame;
    int64_t time;
    struct sipsan_flow flow;
};

static char path[] = "/tmp/sipsan-test-XXXXXX";
static struct frame file, f;
static struct seen seen;

static void on_message(void *user, const struct sipsan_ref *ref, const struct sipsan_flow *flow,
                       struct sipsan_span bytes)
{
    (void)user;
    assert_int_equal(bytes.n, sizeof(OPTIONS_TEXT) - 1);
    seen.messages++;
    seen.frame = ref->frame;
    seen.time = ref->time;
    seen.flow = *flow;
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    (void)user;
    seen.problems++;
    seen.kind = problem->kind;
}

static enum sipsan_input_result read_path(const char *name)
{
    struct sipsan_config config;
    struct sipsan_input input = {.on_problem = on_problem};
    enum sipsan_input_result result;

    seen = (struct seen){0};
    sipsan_config_init(&config);
    config.on_message = on_message;
    assert_int_equal(sipsan_new(&input.context, &config), SIPSAN_OK);
    result = sipsan_input_read(&input, name, 0);
    sipsan_free(input.context);
    return result;
}

static enum sipsan_input_result read_octets(const void *p, size_t n)
{
    FILE *stream = fopen(path, "wb");

    assert_non_null(stream);
    assert_int_equal(fwrite(p, 1, n, stream), n);
    assert_int_equal(fclose(stream), 0);
    return read_path(path);
}

static void begin_file(uint32_t magic, uint32_t linktype)
{
    file.n = 0;
    add32(&file, magic);
    add16(&file, 2);
    add16(&file, 4);
    add32(&file, 0);
    add32(&file, 0);
    add32(&file, 65535);
    add32(&file, linktype);
}

static void add_record(uint32_t fraction)
{
    udp_frame(&f, 64, OPTIONS_TEXT, sizeof(OPTIONS_TEXT) - 1);
    add32(&file, 10);
    add32(&file, fraction);
    add32(&file, (uint32_t)f.n);
    add32(&file, (uint32_t)f.n);
    add(&file, f.p, f.n);
}

static void test_net_pcap_reads(void **state)
{
    (void)state;
    begin_file(0xa1b2c3d4, 1);
    add_record(250);
    add_record(900000);
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_READ);
    assert_int_equal(seen.messages, 2);
    assert_int_equal(seen.frame, 2);
    assert_int_equal(seen.time, 10900000);

    begin_file(0xa1b23c4d, 1);
    add_record(250999);
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_READ);
    assert_int_equal(seen.time, 10000250);
}

static void test_net_pcap_cut_anywhere(void **state)
{
    size_t first;

    (void)state;
    begin_file(0xa1b2c3d4, 1);
    add_record(0);
    first = file.n;
    add_record(900000);
    for (size_t n = 0; n < file.n; n += 3) {
        enum sipsan_input_result result = read_octets(file.p, n);

        if (n == 24 || n == first) {
            assert_int_equal(result, SIPSAN_INPUT_READ);
            continue;
        }
        assert_int_equal(result, n < first ? SIPSAN_INPUT_UNREADABLE : SIPSAN_INPUT_CUT);
        assert_int_equal(seen.problems, 1);
        if (n > 24)
            assert_int_equal(seen.kind, SIPSAN_PROBLEM_TRUNCATED);
    }
}

static void test_net_pcap_refused(void **state)
{
    (void)state;
    begin_file(0xa1b2c3d4, 147);
    add_record(0);
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_UNREADABLE);
    assert_int_equal(seen.kind, SIPSAN_PROBLEM_LINKTYPE);
    assert_int_equal(read_octets("some text\n", 10), SIPSAN_INPUT_UNREADABLE);
    assert_int_equal(seen.kind, SIPSAN_PROBLEM_UNREADABLE);
    assert_int_equal(read_path("/tmp"), SIPSAN_INPUT_UNREADABLE);
    assert_int_equal(read_path("/nonexistent/file"), SIPSAN_INPUT_UNREADABLE);
    assert_int_equal(seen.problems, 1);
}

static void test_net_pcap_raw_message(void **state)
{
    (void)state;
    assert_int_equal(read_octets("\r\n" OPTIONS_TEXT, sizeof(OPTIONS_TEXT) + 1), SIPSAN_INPUT_READ);
    assert_int_equal(seen.messages, 1);
    assert_int_equal(seen.frame, 1);
    assert_int_equal(seen.flow.src.family, 0);
}

static void test_net_pcap_from_a_pipe(void **state)
{
    int ends[2];

    (void)state;
    begin_file(0xa1b2c3d4, 1);
    add_record(0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], file.p, file.n), file.n);
    close(ends[1]);
    assert_true(dup2(ends[0], 0) == 0);
    close(ends[0]);
    assert_int_equal(read_path("-"), SIPSAN_INPUT_READ);
    assert_int_equal(seen.messages, 1);
}

/* A section header and the descriptions of interfaces of these kinds. */
static void begin_pcapng(const uint32_t *kinds, size_t count)
{
    file.n = 0;
    add(&file, "\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\1\0\0", 16);
    add(&file, "\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c", 12);
    for (size_t i = 0; i < count; i++) {
        add32(&file, 1);
        add32(&file, 32);
        add32(&file, kinds[i] << 16);
        add32(&file, 65536);
        add(&file, "\0\x09\0\1\x09\0\0\0\0\0\0\0", 12); /* nanoseconds */
        add32(&file, 32);
    }
}

static void add_packet(uint32_t interface, uint64_t nanoseconds, const uint8_t *p, size_t n)
{
    size_t padded = (n + 3) / 4 * 4;

    add32(&file, 6);
    add32(&file, (uint32_t)(32 + padded));
    add32(&file, interface);
    add32(&file, (uint32_t)(nanoseconds >> 32));
    add32(&file, (uint32_t)nanoseconds);
    add32(&file, (uint32_t)n);
    add32(&file, (uint32_t)n);
    add(&file, p, n);
    add(&file, "\0\0\0", padded - n);
    add32(&file, (uint32_t)(32 + padded));
}

static void test_net_pcap_pcapng(void **state)
{
    static const uint32_t kinds[] = {1};
    size_t before;

    (void)state;
    udp_frame(&f, 64, OPTIONS_TEXT, sizeof(OPTIONS_TEXT) - 1);
    begin_pcapng(kinds, 1);
    add_packet(0, UINT64_C(5000000000), f.p, f.n);
    before = file.n;
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_READ);
    assert_int_equal(seen.messages, 1);
    assert_int_equal(seen.time, 5000000);
    /* Cut anywhere behind it; a block that tells two lengths; an interface that is none. */
    add_packet(0, UINT64_C(6000000000), f.p, f.n);
    for (size_t n = before + 1; n < file.n; n += 7) {
        assert_int_equal(read_octets(file.p, n), SIPSAN_INPUT_CUT);
        assert_int_equal(seen.messages, 1);
        assert_int_equal(seen.problems, 1);
    }
    file.p[file.n - 1] ^= 4;
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_CUT);
    file.n = before;
    add_packet(1, UINT64_C(6000000000), f.p, f.n);
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_CUT);
}

/* Interfaces of several kinds, among them one that nobody can read. */
static void test_net_pcap_pcapng_kinds(void **state)
{
    static const uint32_t kinds[] = {1, 101, 9999};

    (void)state;
    udp_frame(&f, 64, OPTIONS_TEXT, sizeof(OPTIONS_TEXT) - 1);
    begin_pcapng(kinds, 3);
    add_packet(1, UINT64_C(5000000000), f.p + 14, f.n - 14);
    add_packet(0, UINT64_C(7000000000), f.p, f.n);
    add_packet(2, UINT64_C(8000000000), f.p, f.n);
    add_packet(2, UINT64_C(8000000000), f.p, f.n);
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_READ);
    assert_int_equal(seen.messages, 2);
    assert_int_equal(seen.problems, 1);
    begin_pcapng(kinds + 2, 1);
    add_packet(0, UINT64_C(8000000000), f.p, f.n);
    assert_int_equal(read_octets(file.p, file.n), SIPSAN_INPUT_UNREADABLE);
}

static void test_net_pcap_written_and_read(void **state)
{
    struct sipsan_flow flow = {.src = {.ip = {192, 0, 2, 9}, .port = 5070, .family = 4},
                               .dst = {.ip = {192, 0, 2, 8}, .port = 5060, .family = 4}};
    struct sipsan_span text = {OPTIONS_TEXT, sizeof(OPTIONS_TEXT) - 1};
    struct sipsan_pcap_writer *writer = sipsan_pcap_create(path);

    (void)state;
    assert_non_null(writer);
    assert_true(sipsan_pcap_write(writer, &flow, 1700000000123456, text));
    flow.transport = SIPSAN_TCP;
    assert_true(sipsan_pcap_write(writer, &flow, 1700000000223456, text));
    flow.connection = 2; /* another one between the same ends */
    assert_true(sipsan_pcap_write(writer, &flow, 1700000000323456, text));
    flow.connection = 0;
    flow.transport = SIPSAN_WS;
    assert_false(sipsan_pcap_write(writer, &flow, 0, text));
    flow.transport = SIPSAN_UDP;
    flow.dst.family = 6;
    assert_false(sipsan_pcap_write(writer, &flow, 0, text));
    flow.src.family = 6;
    assert_true(sipsan_pcap_write(writer, &flow, 1700000001123456, text));
    assert_true(sipsan_pcap_close(writer));
    assert_int_equal(read_path(path), SIPSAN_INPUT_READ);
    assert_int_equal(seen.messages, 4);
    assert_int_equal(seen.time, 1700000001123456);
    assert_memory_equal(&seen.flow.src, &flow.src, sizeof(flow.src));
    assert_null(sipsan_pcap_create("/nonexistent/file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net_pcap_reads),
        cmocka_unit_test(test_net_pcap_cut_anywhere),
        cmocka_unit_test(test_net_pcap_refused),
        cmocka_unit_test(test_net_pcap_raw_message),
        cmocka_unit_test(test_net_pcap_pcapng),
        cmocka_unit_test(test_net_pcap_pcapng_kinds),
        cmocka_unit_test(test_net_pcap_written_and_read),
        cmocka_unit_test(test_net_pcap_from_a_pipe),
    };
    int fd = mkstemp(path);
    int failed;

    if (fd < 0)
        return 1;
    close(fd);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}

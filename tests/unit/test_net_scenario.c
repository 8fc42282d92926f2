/* Scenario text: every line of the format, its errors, and that what is written reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/span.h"
#include "net/scenario.h"

#define AT "@ 0 udp 192.0.2.1:5060 > 192.0.2.2:5060\n"

struct fixture {
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    struct sipsan_scenario scenario;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    sipsan_mem_init(&f->mem);
    sipsan_pool_init(&f->pool, &f->mem, 4096, 4);
    sipsan_arena_init(&f->arena, &f->pool);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    sipsan_arena_reset(&f->arena);
    sipsan_pool_free(&f->pool);
    assert_int_equal(f->mem.used, 0);
    free(f);
    return 0;
}

static struct sipsan_span base_text(void *user, struct sipsan_span name)
{
    (void)user;
    if (span_eq(name, SPAN_LIT("options")))
        return SPAN_LIT("# a base\n@ 0 tcp 192.0.2.1:5060 > [2001:db8::2]:5062 #3\n"
                        "OPTIONS sip:b@example.net SIP/2.0\n"
                        "Via: one\nVia: two\n folded\nTo: bob\nContent-Length: auto\n\nhello\n");
    if (span_eq(name, SPAN_LIT("nested")))
        return SPAN_LIT("@ 0 udp 192.0.2.1:1 > 192.0.2.2:2\nbase options\n");
    if (span_eq(name, SPAN_LIT("double")))
        return SPAN_LIT(AT "A\n\n" AT "B\n\n");
    return (struct sipsan_span){NULL, 0};
}

/* The scenario of a text in a block of its own size: a read past it is seen by the sanitizer. */
static int read_text(struct fixture *f, const char *text)
{
    size_t n = strlen(text);
    char *copy = malloc(n + 1);
    int err;

    assert_non_null(copy);
    memcpy(copy, text, n);
    sipsan_arena_reset(&f->arena);
    err = sipsan_scenario_read(&f->scenario, &f->arena, (struct sipsan_span){copy, n}, base_text,
                               NULL);
    free(copy);
    if (err)
        assert_true(f->scenario.error[0] != '\0' && f->scenario.error_line > 0);
    return err;
}

static const struct sipsan_packet *packet(struct fixture *f, const char *text)
{
    int err = read_text(f, text);

    if (err)
        print_message("line %u: %s\n", f->scenario.error_line, f->scenario.error);
    assert_int_equal(err, 0);
    assert_non_null(f->scenario.cases);
    assert_non_null(f->scenario.cases->packets);
    return f->scenario.cases->packets;
}

static void sends(struct fixture *f, const char *text, const char *bytes)
{
    const struct sipsan_packet *p = packet(f, text);

    if (!span_eq(p->bytes, (struct sipsan_span){bytes, strlen(bytes)}))
        print_message("sent [%.*s]\nfor  [%s]\n", SPAN(p->bytes), bytes);
    assert_true(span_eq(p->bytes, (struct sipsan_span){bytes, strlen(bytes)}));
}

static void fails(struct fixture *f, const char *text, uint32_t line, const char *part)
{
    assert_int_equal(read_text(f, text), SIPSAN_EINVAL);
    if (!strstr(f->scenario.error, part) || f->scenario.error_line != line)
        print_message("line %u: %s\n", f->scenario.error_line, f->scenario.error);
    assert_non_null(strstr(f->scenario.error, part));
    assert_int_equal(f->scenario.error_line, line);
}

static void test_scenario_lines(void **state)
{
    struct fixture *f = *state;

    sends(f, AT "A\nB: c\n\n", "A\r\nB: c\r\n\r\n");
    sends(f, AT "\n\nA\nB: c\n\n", "A\r\nB: c\r\n\r\n");
    sends(f, AT "A\r\nB: c\r\n\r\n", "A\r\nB: c\r\n\r\n");
    sends(f, AT "A\nB: c\n", "A\r\nB: c\r\n");
    sends(f, AT "A\nB: c", "A\r\nB: c\r\n");
    sends(f, AT "A\nB: c\\\n", "A\r\nB: c");
    sends(f, AT "A\nB: c\n@ 1 end\n", "A\r\nB: c\r\n");
    sends(f, AT "A\nB: \\\\\\x41\\r\\x0A\\\n\n\n", "A\r\nB: \\A\r\n\r\n\r\n");
    sends(f, AT "A\nB: \\\nc\n\n", "A\r\nB: c\r\n\r\n");
    sends(f, AT "A\nB: c\\n\\\nD: e\n\n", "A\r\nB: c\nD: e\r\n\r\n");
    sends(f, AT "\\r\\n\\\nA\n\n", "\r\nA\r\n\r\n");
    sends(f, AT "\\x40 a\n\n", "@ a\r\n\r\n");
    sends(f, AT "\\\n", "");
}

static void test_scenario_body(void **state)
{
    struct fixture *f = *state;

    sends(f, AT "A\nContent-Length: auto\n\nab\n\ncd\n\n\n# end\n",
          "A\r\nContent-Length: 10\r\n\r\nab\r\n\r\ncd\r\n");
    sends(f, AT "A\nl: auto\n\n", "A\r\nl: 0\r\n\r\n");
    sends(f, AT "A\nl: \\x61uto\n\nb\n", "A\r\nl: auto\r\n\r\nb\r\n");
    sends(f, AT "A\nl: auto\n\nab\\\n\n", "A\r\nl: 2\r\n\r\nab");
    sends(f, AT "A\n\nab\n", "A\r\n\r\nab\r\n");
    sends(f, AT "A\nl: 4\n\nab\n", "A\r\nl: 4\r\n\r\nab\r\n");
    sends(f, AT "A\nl: 2\n\nab\n", "A\r\nl: 2\r\n\r\nab");
    sends(f, AT "A\nl: 8\n\nab\n\n\n\n", "A\r\nl: 8\r\n\r\nab\r\n\r\n\r\n");
    sends(f, AT "A\nl: 1\n\nab\n\n\n", "A\r\nl: 1\r\n\r\nab\r\n");
    sends(f, AT "A\nl: 99\n\nab\n\n\n", "A\r\nl: 99\r\n\r\nab\r\n");
    sends(f, AT "A\nl: 2\n\nab\\r\\n\\\n", "A\r\nl: 2\r\n\r\nab\r\n");
    sends(f, AT "A\nl: 5\n\n! 1 x\n", "A\r\nl: 5\r\n\r\n");
}

static void test_scenario_base(void **state)
{
    struct fixture *f = *state;
    const struct sipsan_packet *p;
    struct sipsan_addr src;

#define START "OPTIONS sip:b@example.net SIP/2.0\r\n"
#define VIAS  "Via: one\r\nVia: two\r\n folded\r\n"
#define REST  "To: bob\r\nContent-Length: 7\r\n\r\nhello\r\n"
    sends(f, "@ 0\nbase options\n", START VIAS REST);
    sends(f, "@ 0\nbase options\n= X\n", "X\r\n" VIAS REST);
    sends(f, "@ 0\nbase options\n~ via: x\n", START "via: x\r\nVia: two\r\n folded\r\n" REST);
    sends(f, "@ 0\nbase options\n- Via\n", START REST);
    sends(f, "@ 0\nbase options\n- Via\n^ Via: y\n# more\n\n^ To: z\n",
          START "Via: y\r\nTo: z\r\n" REST);
    sends(f, "@ 0\nbase options\n^ Via: top\n", START "Via: top\r\n" VIAS REST);
    sends(f, "@ 0\nbase options\n+ X: 1\\n\\\n",
          START VIAS "To: bob\r\nContent-Length: 7\r\nX: 1\n\r\nhello\r\n");
    sends(f, "@ 0\nbase options\n| a\n|\n| b\\\n",
          START VIAS "To: bob\r\nContent-Length: 6\r\n\r\na\r\n\r\nb");
    sends(f, "@ 0\nbase options\n- body\n", START VIAS "To: bob\r\nContent-Length: 0\r\n\r\n");
    sends(f, "@ 0\nbase options\n- body\n~ Content-Length: 5\n| x\n",
          START VIAS "To: bob\r\nContent-Length: 5\r\n\r\nx\r\n");
    sends(f, "@ 0\nbase options\ncut 7\nraw \\x41b\nraw  c\ncut 1\n! 1 r\n",
          START VIAS "To: bob\r\nContent-Length: 7\r\n\r\nAb ");

    p = packet(f, "@ 0.5 reversed\nbase options\n");
    assert_int_equal(p->flow.transport, SIPSAN_TCP);
    assert_int_equal(p->flow.connection, 3);
    assert_int_equal(p->flow.src.family, 6);
    assert_int_equal(p->flow.src.port, 5062);
    assert_int_equal(p->flow.dst.family, 4);
    src = p->flow.src;
    p = packet(f, "@ 0.5 udp [2001:db8::2]:5062 > 192.0.2.9:5060 #0\nbase options\n");
    assert_int_equal(p->flow.transport, SIPSAN_UDP);
    assert_int_equal(p->flow.connection, 0);
    assert_memory_equal(&p->flow.src, &src, sizeof src);
}

static void test_scenario_cases(void **state)
{
    struct fixture *f = *state;
    const struct sipsan_case *c;
    const struct sipsan_expect *e;

    assert_int_equal(
        read_text(f, "# rfc1.2 and words\n# two\n== bad: one\nnotes allowed\nas of 3261\n" AT
                     "A\n\n@ 12.5 end\n@ 13.000001\nbase options\n"
                     "! 2 rule \"say \"x\\x41\" \" warning\n! 1 other\n? - third\n"
                     "? 2 fourth\n== legal\n"),
        0);
    assert_true(span_eq(f->scenario.rule, SPAN_LIT("rfc1.2")));
    c = f->scenario.cases;
    assert_true(span_eq(c->title, SPAN_LIT("bad: one")));
    assert_true(c->notes_allowed);
    assert_int_equal(c->as_of, 3261);
    assert_int_equal(c->line, 3);
    assert_int_equal(c->packets->number, 1);
    assert_int_equal(c->packets->line, 6);
    assert_int_equal(c->packets->next->number, 0);
    assert_int_equal(c->packets->next->time, 12500000);
    assert_int_equal(c->packets->next->next->number, 2);
    assert_int_equal(c->packets->next->next->time, 13000001);
    e = c->expects;
    assert_int_equal(e->kind, SIPSAN_EXPECT_FINDING);
    assert_int_equal(e->packet, 2);
    assert_true(span_eq(e->rule, SPAN_LIT("rule")));
    assert_true(span_eq(e->evidence, SPAN_LIT("say \"xA\" ")));
    assert_true(e->has_severity);
    assert_int_equal(e->severity, SIPSAN_WARNING);
    e = e->next;
    assert_null(e->evidence.p);
    assert_false(e->has_severity);
    e = e->next;
    assert_int_equal(e->kind, SIPSAN_EXPECT_INCONCLUSIVE);
    assert_int_equal(e->packet, 0);
    assert_int_equal(e->next->packet, 2);
    assert_null(e->next->next);
    assert_true(span_eq(c->next->title, SPAN_LIT("legal")));
    assert_int_equal(c->next->as_of, 0);
    assert_null(c->next->packets);
    assert_null(c->next->next);
}

static void test_scenario_errors(void **state)
{
    struct fixture *f = *state;

    fails(f, "\nwhat\n", 2, "no line of scenario text: what");
    fails(f, "@ 1x udp\n", 1, "not a time");
    fails(f, "@ 1.0000001 end\n", 1, "not a time");
    fails(f, "@ 99999999999 end\n", 1, "not a time");
    fails(f, "@ 1 udp 192.0.2.1 > 192.0.2.2:1\n", 1, "not a time, transport");
    fails(f, "@ 1 udp 192.0.2.1:1 192.0.2.2:1\n", 1, "no '>'");
    fails(f, "@ 1 udp 192.0.2.1:1 > 192.0.2.2:65536\n", 1, "no destination");
    fails(f, "@ 1 udp 192.0.2.1:1 > [192.0.2.2]:1\n", 1, "no destination");
    fails(f, "@ 1 udp end\n", 1, "stands alone");
    fails(f, "@ 1 udp #x\n", 1, "connection");
    fails(f, "@ 1\nA\n\n", 1, "without addresses");
    fails(f, AT "\n\n", 3, "without a message");
    fails(f, AT "A\nB\\q\n", 3, "unknown escape: \\q");
    fails(f, AT "A\n\nB\nC\\x4\n", 5, "unknown escape: \\x4");
    fails(f, "@ 0\nbase ../x\n", 2, "not a name");
    fails(f, "@ 0\nbase other\n", 2, "no base message of this name: other");
    fails(f, "@ 0\nbase nested\n", 2, "base nested, line 2: a base message cannot");
    fails(f, "@ 0\nbase double\n", 2, "more than one packet");
    fails(f, "@ 0\nbase options\n~ From: x\n", 3, "to replace: From");
    fails(f, "@ 0\nbase options\n- From\n", 3, "to remove: From");
    fails(f, "@ 0\nbase options\ncut 1000\n", 3, "more than the message has");
    fails(f, AT "A\n\n! 2 rule\n", 4, "no packet of this number");
    fails(f, AT "A\n\n! 0 rule\n", 4, "not a packet number");
    fails(f, AT "A\n\n! - rule\n", 4, "not a packet number");
    fails(f, AT "A\n\n! 1\n", 4, "no rule");
    fails(f, AT "A\n\n! 1 rule \"x\n", 4, "second quote");
    fails(f, AT "A\n\n! 1 rule \"x\" bad\n", 4, "not a severity");
    fails(f, AT "A\n\n? 1 rule x\n", 4, "more than");
    assert_int_equal(
        sipsan_scenario_read(&f->scenario, &f->arena, SPAN_LIT("@ 0\nbase a\n"), NULL, NULL),
        SIPSAN_EINVAL);
}

static void test_scenario_sniff(void **state)
{
    (void)state;
    assert_true(sipsan_scenario_sniff(SPAN_LIT("# x\n\n== case\n")));
    assert_true(sipsan_scenario_sniff(SPAN_LIT("@ 0 end")));
    assert_true(sipsan_scenario_sniff(SPAN_LIT("notes allowed\n@ 0 end")));
    assert_true(sipsan_scenario_sniff(SPAN_LIT("as of 3261\nnotes allowed\n@ 0 end")));
    assert_false(sipsan_scenario_sniff(SPAN_LIT("OPTIONS sip:b SIP/2.0\r\n@ 0\n")));
    assert_false(sipsan_scenario_sniff(SPAN_LIT("")));
    assert_false(sipsan_scenario_sniff((struct sipsan_span){NULL, 0}));
}

/* Written text, in a buffer. */
struct text {
    char p[8192];
    size_t n;
};

static void put(void *user, const char *p, size_t n)
{
    struct text *text = user;

    assert_true(n <= sizeof text->p - text->n);
    memcpy(text->p + text->n, p, n);
    text->n += n;
}

/* What is written reads back, at the end of the file and before another packet. */
static void round_trip(struct fixture *f, struct sipsan_span bytes, const char *after)
{
    struct sipsan_packet in = {.bytes = bytes, .number = 1, .time = 12345678};
    const struct sipsan_packet *out;
    struct text text = {.n = 0};
    int err;

    in.flow.src = (struct sipsan_addr){.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
    in.flow.dst = (struct sipsan_addr){.ip = {0x20, 1, 0x0d, 0xb8}, .port = 5061, .family = 6};
    in.flow.connection = 7;
    in.flow.transport = SIPSAN_TLS;
    sipsan_scenario_write(&in, put, &text);
    put(&text, after, strlen(after));
    sipsan_arena_reset(&f->arena);
    err = sipsan_scenario_read(&f->scenario, &f->arena, (struct sipsan_span){text.p, text.n}, NULL,
                               NULL);
    if (err)
        print_message("line %u: %s\n", f->scenario.error_line, f->scenario.error);
    if (err || !span_eq(f->scenario.cases->packets->bytes, bytes))
        print_message("text [%.*s]\n", (int)text.n, text.p);
    assert_int_equal(err, 0);
    out = f->scenario.cases->packets;
    assert_true(span_eq(out->bytes, bytes));
    assert_memory_equal(&out->flow.src, &in.flow.src, sizeof in.flow.src);
    assert_memory_equal(&out->flow.dst, &in.flow.dst, sizeof in.flow.dst);
    assert_int_equal(out->flow.connection, 7);
    assert_int_equal(out->flow.transport, SIPSAN_TLS);
    assert_int_equal(out->time, in.time);
}

/* Random strings of pieces that matter to the format. */
static void test_scenario_write(void **state)
{
    static const char *const pieces[] = {
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\n",
        "@ 1",
        "! 1",
        "? ",
        "==",
        "#",
        "~ ",
        "- ",
        "| ",
        "base x",
        "notes allowed",
        "as of 3261",
        "Content-Length: auto",
        "l: auto",
        "Content-Length: 4",
        "l: 2",
        "l : 6",
        "\r\nl: 2\r\n\r\n",
        "ab",
        " ",
        "\t",
        "\\",
        "\\x41",
        "\xff",
        "\x7f",
        "A",
        ": ",
        "a=b",
        "l: 0",
        "l:8",
        "Content-Length:\t2",
        "l: 12",
    };
    struct fixture *f = *state;
    uint32_t seed = 20240101;

    for (int i = 0; i < 200000; i++) {
        char bytes[512];
        size_t n = 0;

        seed = seed * 1664525 + 1013904223;
        for (uint32_t count = seed >> 28; count > 0; count--) {
            const char *piece;

            seed = seed * 1664525 + 1013904223;
            piece = pieces[(seed >> 8) % (sizeof pieces / sizeof pieces[0])];
            memcpy(bytes + n, piece, strlen(piece));
            n += strlen(piece);
        }
        round_trip(f, (struct sipsan_span){bytes, n}, i % 2 ? "" : "@ 99 end\n");
    }
    round_trip(f, SPAN_LIT("A\0B\r\n\r\n\0"), "# end\n");
}

static void test_scenario_write_is_readable(void **state)
{
    struct sipsan_packet in = {
        .bytes = SPAN_LIT("A\r\nContent-Length: 5\r\n\r\nv=0\r\n"), .number = 1, .time = -1500000};
    struct text text = {.n = 0};

    (void)state;
    sipsan_scenario_write(&in, put, &text);
    assert_true(span_eq((struct sipsan_span){text.p, text.n},
                        SPAN_LIT("@ -1.500000 udp 0.0.0.0:0 > 0.0.0.0:0\n"
                                 "A\nContent-Length: 5\n\nv=0\n")));
    in = (struct sipsan_packet){.time = 40000000};
    text.n = 0;
    sipsan_scenario_write(&in, put, &text);
    assert_true(span_eq((struct sipsan_span){text.p, text.n}, SPAN_LIT("@ 40.000000 end\n")));
}

/* Every refused allocation ends in SIPSAN_ENOMEM and gives everything back. */
static int left;

static void *alloc_some(void *user, size_t n)
{
    (void)user;
    return left-- > 0 ? malloc(n) : NULL;
}

static void test_scenario_no_memory(void **state)
{
    const struct sipsan_span text =
        SPAN_LIT("# r\n== t\n" AT "A\nl: auto\n\nb\n@ 1\nbase options\n~ To: x\n+ Y: z\n| b\n"
                 "raw x\n! 1 r \"e\" note\n? 2 q\n");
    int err = SIPSAN_ENOMEM;

    (void)state;
    for (int n = 0; err == SIPSAN_ENOMEM; n++) {
        struct fixture f;

        sipsan_mem_init(&f.mem);
        f.mem.alloc = alloc_some;
        left = n;
        sipsan_pool_init(&f.pool, &f.mem, 64, 0); /* nearly every piece has a block of its own */
        sipsan_arena_init(&f.arena, &f.pool);
        err = sipsan_scenario_read(&f.scenario, &f.arena, text, base_text, NULL);
        sipsan_arena_reset(&f.arena);
        sipsan_pool_free(&f.pool);
        assert_int_equal(f.mem.used, 0);
        assert_true(n < 1000);
    }
    assert_int_equal(err, SIPSAN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_scenario_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scenario_body, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scenario_base, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scenario_cases, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scenario_errors, setup, teardown),
        cmocka_unit_test(test_scenario_sniff),
        cmocka_unit_test_setup_teardown(test_scenario_write, setup, teardown),
        cmocka_unit_test(test_scenario_write_is_readable),
        cmocka_unit_test(test_scenario_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The text format: carets stand under the evidence, nothing of the traffic reaches the terminal
 * raw, findings of a kind are grouped, the last line is for scripts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"
#include "report/report.h"
#include "report/utf8.h"
#include "report/visible.h"

static const struct sipsan_rule_info rule = {
    .id = "rfc3261.9.1.cancel-via-matches-top",
    .rfc = 3261,
    .section = {"9.1", 3},
    .level = SIPSAN_MUST,
    .severity = SIPSAN_ERROR,
    .summary = "A CANCEL carries the top Via of its INVITE",
    .explain = "",
    .updated_by = "",
};

static const char cancel[] = "CANCEL sip:bob@example.com SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKnew\r\n"
                             "Call-ID: a84b4c76e66710\r\n"
                             "\r\n";

static struct sipsan_addr ipv4(uint8_t last, uint16_t port)
{
    return (struct sipsan_addr){.ip = {10, 0, 0, last}, .port = port, .family = 4};
}

static struct sipsan_span span_of(const char *text)
{
    return (struct sipsan_span){text, strlen(text)};
}

static struct sipsan_finding a_finding(void)
{
    struct sipsan_span message = {cancel, sizeof(cancel) - 1};

    return (struct sipsan_finding){
        .rule = &rule,
        .severity = SIPSAN_ERROR,
        .ref = {.frame = 42, .time = INT64_C(1700000000123456)},
        .flow = {.transport = SIPSAN_UDP, .src = ipv4(5, 5060), .dst = ipv4(9, 5060)},
        .related = {{.ref = {.frame = 37},
                     .label = SPAN_LIT("INVITE"),
                     .text = SPAN_LIT("branch=z9hG4bKold")}},
        .related_count = 1,
        .call_id = SPAN_LIT("a84b4c76e66710"),
        .method = SPAN_LIT("CANCEL"),
        .start_line = {cancel, 34},
        .culprit = ipv4(5, 5060),
        .role = "caller",
        .agent = SPAN_LIT("ExamplePhone/2.1"),
        .place = SPAN_LIT("Via"),
        .message = message,
        .offset = (size_t)(strstr(cancel, "z9hG4bKnew") - cancel),
        .length = 10,
        .text = SPAN_LIT("the branch differs from the INVITE's"),
        .expected = SPAN_LIT("the top Via of the INVITE, unchanged"),
    };
}

static const char *name_of(void *user, uint32_t file)
{
    (void)user;
    return file == 0 ? "calls.pcap" : "other\033.pcap";
}

/* What is written goes to memory. */
struct output {
    FILE *file;
    char text[65536];
    struct sipsan_report *report;
};

static int setup(void **state)
{
    struct output *out = calloc(1, sizeof(*out));

    *state = out;
    if (out)
        out->file = tmpfile();
    return out && out->file ? 0 : -1;
}

static int teardown(void **state)
{
    struct output *out = *state;

    sipsan_report_free(out->report);
    fclose(out->file);
    free(out);
    return 0;
}

static struct sipsan_report_options plain(struct output *out)
{
    return (struct sipsan_report_options){
        .out = out->file, .format = SIPSAN_REPORT_TEXT, .file_name = name_of};
}

static void open_report(struct output *out, const struct sipsan_report_options *options)
{
    out->report = sipsan_report_new(options);
    assert_non_null(out->report);
}

static const char *written(struct output *out)
{
    size_t n;

    fflush(out->file);
    rewind(out->file);
    n = fread(out->text, 1, sizeof(out->text) - 1, out->file);
    out->text[n] = '\0';
    return out->text;
}

static void end_report(struct output *out)
{
    struct sipsan_rule_stats *rules = calloc(sipsan_rule_count() + 1, sizeof(*rules));
    struct sipsan_report_summary summary = {.files = 1, .rules = rules};

    assert_non_null(rules);
    sipsan_report_end(out->report, &summary);
    free(rules);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

static void test_report_text_block(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();
    const char *text;

    open_report(out, &options);
    sipsan_report_finding(out->report, &finding);
    end_report(out);
    text = written(out);
    assert_has(text, "error rfc3261.9.1.cancel-via-matches-top ");
    assert_has(text, "  MUST   RFC 3261 section 9.1\n");
    assert_has(text, "\n  the branch differs from the INVITE's\n");
    assert_has(text, "\n  frame 42  2023-11-14T22:13:20.123456Z  10.0.0.5:5060 -> 10.0.0.9:5060  "
                     "UDP\n");
    assert_has(text, "\n      CANCEL sip:bob@example.com SIP/2.0\n"
                     "      Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKnew\n"
                     "                                       ^~~~~~~~~~\n");
    assert_has(text, "\n  conflicts with frame 37 INVITE: branch=z9hG4bKold\n");
    assert_has(text, "\n  expected  the top Via of the INVITE, unchanged\n");
    assert_has(text, "\n  sender    10.0.0.5:5060 (caller; ExamplePhone/2.1)\n");
    assert_has(text, "\n  call      a84b4c76e66710   |   sipsan explain "
                     "rfc3261.9.1.cancel-via-matches-top\n\n");
    assert_has(text, "\nSUMMARY: sipsan: 1 error, 0 warnings, 0 notes, 0 inconclusive\n");
    assert_null(strchr(text, '\033'));
}

static void test_report_text_absence(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();
    const char *text;

    finding.absence = true;
    finding.message = (struct sipsan_span){NULL, 0};
    finding.length = 0;
    finding.decided.frame = 77;
    open_report(out, &options);
    sipsan_report_finding(out->report, &finding);
    text = written(out);
    assert_has(text, "\n  after frame 42  ");
    assert_has(text, "(no message came until frame 77)\n");
    assert_has(text, "\n  owed since frame 37 INVITE");
    assert_has(text, "\n  owed by   10.0.0.5:5060 (caller");
    assert_null(strchr(text, '^'));
}

static void test_report_text_groups(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();
    const char *text;

    open_report(out, &options);
    for (uint32_t i = 0; i < 815; i++) {
        finding.ref.frame = i + 1;
        sipsan_report_finding(out->report, &finding);
    }
    finding.role = "proxy"; /* another kind */
    sipsan_report_finding(out->report, &finding);
    end_report(out);
    text = written(out);
    assert_int_equal(occurrences(text, "error rfc3261"), 4);
    assert_has(text, "\nand 812 more like it: rfc3261.9.1.cancel-via-matches-top (caller, CANCEL, "
                     "Via)\n");
    assert_int_equal(occurrences(text, "more like it"), 1);
    assert_has(text, "SUMMARY: sipsan: 816 errors,");
}

static void test_report_text_all_shows_each(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();

    options.all = true;
    open_report(out, &options);
    for (int i = 0; i < 10; i++)
        sipsan_report_finding(out->report, &finding);
    end_report(out);
    assert_int_equal(occurrences(written(out), "error rfc3261"), 10);
    assert_null(strstr(out->text, "more like it"));
}

/* Thousands of kinds: the table is full, and what has no place in it is shown. */
static void test_report_text_many_kinds(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();
    FILE *sink = tmpfile();
    char place[16];

    assert_non_null(sink);
    options.out = sink;
    open_report(out, &options);
    for (int i = 0; i < 5000; i++) {
        int n = snprintf(place, sizeof(place), "X-%d", i);

        finding.place = (struct sipsan_span){place, (size_t)n};
        sipsan_report_finding(out->report, &finding);
    }
    end_report(out);
    assert_int_equal(sipsan_report_get_counts(out->report)->by_severity[SIPSAN_ERROR], 5000);
    fclose(sink);
}

static void test_report_text_min_severity(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();
    const char *text;

    options.min_severity = SIPSAN_WARNING;
    open_report(out, &options);
    finding.severity = SIPSAN_NOTE;
    sipsan_report_finding(out->report, &finding);
    finding.severity = SIPSAN_WARNING;
    sipsan_report_finding(out->report, &finding);
    end_report(out);
    text = written(out);
    assert_null(strstr(text, "note rfc"));
    assert_has(text, "warning rfc3261");
    assert_has(text, "SUMMARY: sipsan: 0 errors, 1 warning, 1 note, 0 inconclusive\n");
}

static void test_report_text_hostile(void **state)
{
    static const char message[] = "BYE sip:a SIP/2.0\r\nX: \033[2J\xff\t\xc3\xa9 bad\r\n\r\n";
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();
    const char *text;

    finding.message = (struct sipsan_span){message, sizeof(message) - 1};
    finding.start_line = (struct sipsan_span){message, 17};
    finding.offset = (size_t)(strstr(message, "bad") - message);
    finding.length = 3;
    finding.agent = SPAN_LIT("\033]0;x\007");
    finding.call_id = SPAN_LIT("a\nSUMMARY: sipsan: 0 errors");
    open_report(out, &options);
    sipsan_report_finding(out->report, &finding);
    text = written(out);
    assert_null(strchr(text, '\033'));
    assert_has(text, "      X: \\x1B[2J\\xFF\\t\xc3\xa9 bad\n"
                     "                        ^~~\n");
    assert_has(text, "a\\nSUMMARY");
}

static void test_report_text_color(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();

    options.color = true;
    open_report(out, &options);
    sipsan_report_finding(out->report, &finding);
    assert_has(written(out), "\033[1;31merror\033[0m");
}

static void test_report_text_problem(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_problem problem = {
        .kind = SIPSAN_PROBLEM_TRUNCATED,
        .ref = {.file = 1, .frame = 7},
        .offset = 112,
        .text = SPAN_LIT("the last record is cut"),
    };

    open_report(out, &options);
    sipsan_report_problem(out->report, &problem);
    assert_string_equal(written(out), "problem other\\x1B.pcap frame 7 offset 112: truncated: the "
                                      "last record is cut\n");
}

static void test_report_text_input_line(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_totals totals = {
        .messages = 214, .dialogs = 1, .errors = 2, .notes = 1, .inconclusive = 2};

    open_report(out, &options);
    sipsan_report_input(out->report, 0, &totals, 0);
    assert_string_equal(
        written(out),
        "calls.pcap: 214 messages, 1 dialog, 3 findings, 2 inconclusive, 0 problems\n");
}

static void test_report_text_quiet(void **state)
{
    struct output *out = *state;
    struct sipsan_report_options options = plain(out);
    struct sipsan_finding finding = a_finding();

    options.quiet = true;
    open_report(out, &options);
    sipsan_report_finding(out->report, &finding);
    end_report(out);
    assert_string_equal(written(out),
                        "SUMMARY: sipsan: 1 error, 0 warnings, 0 notes, 0 inconclusive\n");
}

static void assert_excerpt(struct output *out, const char *message, size_t n, size_t offset,
                           size_t length, const char *expected)
{
    const struct sipsan_excerpt_style style = {"", "", ""};

    rewind(out->file);
    sipsan_visible_excerpt(out->file, &style, (struct sipsan_span){message, n}, offset, length);
    fflush(out->file);
    n = (size_t)ftell(out->file);
    rewind(out->file);
    assert_true(n < sizeof(out->text));
    assert_int_equal(fread(out->text, 1, n, out->file), n);
    out->text[n] = '\0';
    assert_string_equal(out->text, expected);
}

static void test_visible_excerpt_places(void **state)
{
    struct output *out = *state;

    assert_excerpt(out, "ab\r\ncd", 6, 4, 1, "cd\n^\n");
    assert_excerpt(out, "ab\r\ncd", 6, 1, 4, "ab\n ^\ncd\n~\n");
    assert_excerpt(out, "ab\ncd", 5, 2, 1, "ab\\n\n  ^~\n");
    assert_excerpt(out, "ab\r\ncd", 6, 2, 2, "ab\\r\\n\n  ^~~~\n");
    assert_excerpt(out, "ab", 2, 2, 0, "ab\n  ^\n");
    assert_excerpt(out, "ab", 2, 99, SIZE_MAX, "ab\n  ^\n");
    assert_excerpt(out, "ab\r\n", 4, 4, 0, "(end of the message)\n^\n");
    assert_excerpt(out, "a\xe4\xb8\xad=x", 6, 5, 1, "a\xe4\xb8\xad=x\n    ^\n");
    assert_excerpt(out, "1\n2\n3\n4\n5", 9, 0, 9, "1\n^\n2\n~\n3\n~\n...\n");
}

static void test_visible_excerpt_long_line(void **state)
{
    struct output *out = *state;
    const struct sipsan_excerpt_style style = {"", "", ""};
    static char line[100000];
    char *caret, *evidence, *below;

    memset(line, 'a', sizeof(line));
    memcpy(line + 50000, "EVIDENCE", 8);
    sipsan_visible_excerpt(out->file, &style, (struct sipsan_span){line, sizeof(line)}, 50000, 8);
    written(out);
    below = strchr(out->text, '\n');
    evidence = strstr(out->text, "EVIDENCE");
    caret = strchr(out->text, '^');
    assert_non_null(evidence);
    assert_true(strlen(out->text) < 200);
    assert_int_equal(evidence - out->text, caret - (below + 1));
    assert_memory_equal(out->text, "...a", 4);
    assert_memory_equal(below - 3, "...", 3);
}

/* Any place in any bytes: no read outside, every excerpt ends in a line end. */
static void test_visible_excerpt_sweep(void **state)
{
    static const char message[] = "\r\nA\r\r\n\xe2\x82\n\xf0\x9f\x98\x80\n\x80\xff";
    struct output *out = *state;
    const struct sipsan_excerpt_style style = {"", "", ""};

    for (size_t n = 0; n < sizeof(message); n++) {
        char *copy = malloc(n + 1);

        assert_non_null(copy);
        memcpy(copy, message, n);
        copy = realloc(copy, n ? n : 1);
        for (size_t offset = 0; offset <= n + 1; offset++)
            for (size_t length = 0; length <= n + 1; length++) {
                rewind(out->file);
                sipsan_visible_excerpt(out->file, &style, (struct sipsan_span){copy, n}, offset,
                                       length);
            }
        free(copy);
    }
}

static void test_utf8_refuses(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xff"};
    uint32_t code;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(sipsan_utf8_next(bad[i], strlen(bad[i]), &code), 0);
    assert_int_equal(sipsan_utf8_next("\xf4\x8f\xbf\xbf", 4, &code), 4);
    assert_int_equal(code, 0x10ffff);
    assert_int_equal(sipsan_utf8_columns(0x202e), -1);
}

static void test_visible_put_cuts(void **state)
{
    struct output *out = *state;

    sipsan_visible_put(out->file, span_of("abcdefgh"), 8);
    putc('|', out->file);
    sipsan_visible_put(out->file, span_of("abcdefghi"), 8);
    assert_string_equal(written(out), "abcdefgh|abcde...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_report_text_block, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_absence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_groups, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_all_shows_each, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_many_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_min_severity, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_color, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_problem, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_input_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_text_quiet, setup, teardown),
        cmocka_unit_test_setup_teardown(test_visible_excerpt_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_visible_excerpt_long_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_visible_excerpt_sweep, setup, teardown),
        cmocka_unit_test(test_utf8_refuses),
        cmocka_unit_test_setup_teardown(test_visible_put_cuts, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

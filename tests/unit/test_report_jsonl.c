/* The findings contract: each line is one JSON object with exactly the members, names and order
 * that programs rely on. Read back with cJSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "base/span.h"
#include "report/json.h"
#include "report/report.h"

static const struct sipsan_rule_info rule = {
    .id = "rfc3261.9.1.cancel-via-matches-top",
    .rfc = 3261,
    .section = {"9.1", 3},
    .level = SIPSAN_MUST_NOT,
    .severity = SIPSAN_ERROR,
    .summary = "",
    .explain = "",
    .updated_by = "",
};

struct output {
    FILE *file;
    char text[65536];
    struct sipsan_report *report;
    cJSON *json;
};

static const char *name_of(void *user, uint32_t file)
{
    (void)user;
    return file == 0 ? "calls.pcap" : "a\"b\\.pcap";
}

static int setup(void **state)
{
    struct output *out = calloc(1, sizeof(*out));
    struct sipsan_report_options options = {.format = SIPSAN_REPORT_JSONL, .file_name = name_of};

    *state = out;
    if (!out || !(out->file = tmpfile()))
        return -1;
    options.out = out->file;
    out->report = sipsan_report_new(&options);
    return out->report ? 0 : -1;
}

static int teardown(void **state)
{
    struct output *out = *state;

    cJSON_Delete(out->json);
    sipsan_report_free(out->report);
    fclose(out->file);
    free(out);
    return 0;
}

/* The one line that was written, parsed. */
static const cJSON *line(struct output *out)
{
    const char *end = NULL;
    size_t n;

    fflush(out->file);
    rewind(out->file);
    n = fread(out->text, 1, sizeof(out->text) - 1, out->file);
    out->text[n] = '\0';
    assert_true(n > 1 && out->text[n - 1] == '\n');
    assert_ptr_equal(strchr(out->text, '\n'), out->text + n - 1);
    out->json = cJSON_ParseWithOpts(out->text, &end, false);
    assert_non_null(out->json);
    assert_string_equal(end, "\n");
    return out->json;
}

static void assert_members(const cJSON *json, const char *const *names)
{
    const cJSON *member = json->child;

    for (; *names; names++, member = member->next) {
        if (!member || strcmp(member->string, *names) != 0)
            fail_msg("expected member %s, got %s", *names, member ? member->string : "none");
    }
    if (member)
        fail_msg("unexpected member %s", member->string);
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

    if (!value)
        fail_msg("no text member %s", name);
    return value;
}

static int number_of(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

    if (!cJSON_IsNumber(item))
        fail_msg("no number member %s", name);
    return item->valueint;
}

static struct sipsan_finding a_finding(void)
{
    struct sipsan_finding f = {
        .rule = &rule,
        .severity = SIPSAN_WARNING,
        .ref = {.frame = 42, .time = INT64_C(1700000000000007)},
        .flow = {.transport = SIPSAN_TLS},
        .related = {{.ref = {.file = 0, .frame = 37}}, {.ref = {.file = 1, .frame = 38}}},
        .related_count = 2,
        .call_id = SPAN_LIT("id"),
        .method = SPAN_LIT("INVITE"),
        .status = 487,
        .role = "uas",
        .agent = SPAN_LIT("Phone"),
        .place = SPAN_LIT("Via"),
        .offset = 12,
        .length = 3,
        .text = SPAN_LIT("seen \"x\""),
    };

    f.flow.src = (struct sipsan_addr){.ip = {192, 0, 2, 1}, .port = 5061, .family = 4};
    f.flow.dst =
        (struct sipsan_addr){.ip = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, .port = 5061, .family = 6};
    f.culprit = f.flow.src;
    return f;
}

static void test_report_jsonl_finding(void **state)
{
    static const char *const members[] = {"schema",   "type",      "file",    "frame",   "time",
                                          "related",  "rule",      "rfc",     "section", "level",
                                          "severity", "call_id",   "method",  "status",  "src",
                                          "dst",      "transport", "culprit", "role",    "agent",
                                          "place",    "offset",    "length",  "message", NULL};
    struct output *out = *state;
    struct sipsan_finding finding = a_finding();
    const cJSON *json, *related;

    sipsan_report_finding(out->report, &finding);
    json = line(out);
    assert_members(json, members);
    assert_int_equal(number_of(json, "schema"), 1);
    assert_string_equal(text_of(json, "type"), "finding");
    assert_string_equal(text_of(json, "file"), "calls.pcap");
    assert_int_equal(number_of(json, "frame"), 42);
    assert_non_null(strstr(out->text, "\"time\":1700000000.000007,"));
    related = cJSON_GetObjectItemCaseSensitive(json, "related");
    assert_int_equal(cJSON_GetArraySize(related), 2);
    assert_string_equal(text_of(cJSON_GetArrayItem(related, 1), "file"), "a\"b\\.pcap");
    assert_int_equal(number_of(cJSON_GetArrayItem(related, 1), "frame"), 38);
    assert_string_equal(text_of(json, "rule"), rule.id);
    assert_int_equal(number_of(json, "rfc"), 3261);
    assert_string_equal(text_of(json, "section"), "9.1");
    assert_string_equal(text_of(json, "level"), "MUST NOT");
    assert_string_equal(text_of(json, "severity"), "warning");
    assert_int_equal(number_of(json, "status"), 487);
    assert_string_equal(text_of(json, "src"), "192.0.2.1:5061");
    assert_string_equal(text_of(json, "dst"), "[2001:db8::1]:5061");
    assert_string_equal(text_of(json, "transport"), "TLS");
    assert_string_equal(text_of(json, "culprit"), "192.0.2.1:5061");
    assert_string_equal(text_of(json, "message"), "seen \"x\"");
}

static void test_report_jsonl_absent_facts(void **state)
{
    static const char *const members[] = {"schema",    "type",    "file",  "time",     "rule",
                                          "rfc",       "section", "level", "severity", "status",
                                          "transport", "message", NULL};
    struct output *out = *state;
    struct sipsan_finding finding = {.rule = &rule, .text = SPAN_LIT("text")};

    sipsan_report_finding(out->report, &finding);
    assert_members(line(out), members);
}

static void test_report_jsonl_hostile(void **state)
{
    struct output *out = *state;
    struct sipsan_finding finding = a_finding();
    const cJSON *json;

    finding.call_id = (struct sipsan_span){"a\0b\r\n\t\"\\\x7f\x01", 10};
    finding.agent = SPAN_LIT("\xff\xc3\xa9\xe2\x82");
    sipsan_report_finding(out->report, &finding);
    json = line(out);
    assert_non_null(strstr(out->text, "\"a\\u0000b\\r\\n\\t\\\"\\\\\x7f\\u0001\""));
    assert_string_equal(text_of(json, "agent"), "\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_report_jsonl_every_byte(void **state)
{
    struct output *out = *state;
    struct sipsan_finding finding = a_finding();
    char bytes[512];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i < 256 ? i : 511 - i);
    finding.text = (struct sipsan_span){bytes, sizeof(bytes)};
    sipsan_report_finding(out->report, &finding);
    line(out);
}

static void test_report_jsonl_problem(void **state)
{
    static const char *const members[] = {"schema", "type", "file",    "frame",
                                          "offset", "kind", "message", NULL};
    struct output *out = *state;
    struct sipsan_problem problem = {
        .kind = SIPSAN_PROBLEM_SNAPLEN, .ref = {.frame = 9}, .offset = 60, .text = SPAN_LIT("cut")};
    const cJSON *json;

    sipsan_report_problem(out->report, &problem);
    json = line(out);
    assert_members(json, members);
    assert_string_equal(text_of(json, "type"), "problem");
    assert_string_equal(text_of(json, "kind"), "snaplen");
    assert_int_equal(number_of(json, "offset"), 60);
}

static void test_report_jsonl_summary(void **state)
{
    static const char *const members[] = {
        "schema",    "type",         "files",        "frames", "messages",
        "malformed", "transactions", "dialogs",      "calls",  "errors",
        "warnings",  "notes",        "inconclusive", "limits", "duplicates",
        "dropped",   "truncated",    "version",      NULL};
    struct output *out = *state;
    struct sipsan_rule_stats *rules = calloc(sipsan_rule_count() + 1, sizeof(*rules));
    struct sipsan_report_summary summary = {
        .totals = {.frames = 5, .messages = 4, .limits = 3}, .files = 2, .rules = rules};
    struct sipsan_rule_info first;
    const cJSON *json, *item;

    assert_non_null(rules);
    rules[0].inconclusive = 6;
    sipsan_report_end(out->report, &summary);
    free(rules);
    json = line(out);
    assert_members(json, members);
    assert_string_equal(text_of(json, "type"), "summary");
    assert_int_equal(number_of(json, "files"), 2);
    assert_int_equal(number_of(json, "messages"), 4);
    item = cJSON_GetObjectItemCaseSensitive(json, "inconclusive");
    assert_true(cJSON_IsObject(item));
    if (sipsan_rule_at(0, &first))
        assert_int_equal(number_of(item, first.id), 6);
    item = cJSON_GetObjectItemCaseSensitive(json, "limits");
    assert_int_equal(number_of(item, "objects"), 3);
}

static void test_json_time(void **state)
{
    struct output *out = *state;
    struct sipsan_json json;
    const char *text;

    sipsan_json_begin(&json, out->file, "x");
    sipsan_json_time(&json, "a", 0);
    sipsan_json_time(&json, "b", -1);
    sipsan_json_time(&json, "c", INT64_MIN);
    sipsan_json_time(&json, "d", INT64_MAX);
    sipsan_json_end(&json);
    line(out);
    text = out->text;
    assert_non_null(strstr(text, "\"a\":0.000000,\"b\":-0.000001,\"c\":-9223372036854.775808,"
                                 "\"d\":9223372036854.775807}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_report_jsonl_finding, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_jsonl_absent_facts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_jsonl_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_jsonl_every_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_jsonl_problem, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_jsonl_summary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_time, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Targets: the writers of reports, with findings of whole sessions: text with and without colours,
 * JSON lines.
 *
 * Invariants: the text holds no control character but the end of a line and, with colours, escape
 * sequences that choose one: traffic must not reach a terminal as it is. Each line of JSON is one
 * whole value in UTF-8. The report counts what it was told. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "holds.h"
#include "net/scenario.h"
#include "report/report.h"

#define INPUT_MAX  32768
#define START_TIME INT64_C(1700000000000000)
#define DEPTH_MAX  32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *file_name(void *user, uint32_t file)
{
    (void)user;
    return file == 0 ? "a \"name\"\n.pcap" : "other.pcap";
}

/* UTF-8 (RFC 3629), one character; its length or 0. */
static size_t utf8(const unsigned char *p, const unsigned char *end)
{
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xc2 ? 0
               : p[0] < 0xe0 ? 2
               : p[0] < 0xf0 ? 3
               : p[0] < 0xf5 ? 4
                             : 0;

    if (n == 0 || (size_t)(end - p) < n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

static void check_text(const char *text, size_t n, bool color)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + n;

    while (p < end) {
        size_t length = utf8(p, end);

        HOLDS(length > 0);
        HOLDS(length > 1 || p[0] >= ' ' || p[0] == '\n' || (color && p[0] == 0x1b));
        HOLDS(p[0] != 0x7f);
        HOLDS(length != 2 || p[0] != 0xc2 || p[1] >= 0xa0); /* C1 */
        if (p[0] == 0x1b) {
            HOLDS(end - p > 2 && p[1] == '[');
            for (length = 2;
                 p + length < end && (p[length] == ';' || (p[length] >= '0' && p[length] <= '9'));)
                length++;
            HOLDS(p + length < end && p[length] == 'm');
            length++;
        }
        p += length;
    }
}

/* A string of JSON (RFC 8259 7) from behind its quote; where it ends. */
static const unsigned char *string_end(const unsigned char *p, const unsigned char *end)
{
    while (p < end && *p != '"') {
        size_t length = utf8(p, end);

        HOLDS(length > 0 && *p >= ' ');
        if (*p == '\\') {
            HOLDS(end - p > 1 && strchr("\"\\/bfnrtu", p[1]) && p[1]);
            length = 2;
            if (p[1] == 'u') {
                HOLDS(end - p > 5);
                for (size_t i = 2; i < 6; i++)
                    HOLDS(strchr("0123456789abcdefABCDEF", p[i]) && p[i]);
                length = 6;
            }
        }
        p += length;
    }
    HOLDS(p < end);
    return p + 1;
}

/* One object: brackets in pairs, strings whole, nothing else than what JSON is written with. */
static void check_json_line(const unsigned char *p, const unsigned char *end)
{
    char open[DEPTH_MAX];
    size_t depth = 0;

    HOLDS(p < end && *p == '{');
    while (p < end) {
        unsigned char c = *p++;

        if (c == '{' || c == '[') {
            HOLDS(depth < DEPTH_MAX);
            open[depth++] = (char)c;
        } else if (c == '}' || c == ']') {
            HOLDS(depth > 0 && open[depth - 1] == (c == '}' ? '{' : '['));
            depth--;
            HOLDS(depth > 0 || p == end);
        } else if (c == '"') {
            p = string_end(p, end);
        } else {
            HOLDS(strchr(":, -+.0123456789eEtrufalsn", c) && c);
        }
    }
    HOLDS(depth == 0);
}

static void check_json(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + n;

    while (p < end) {
        const unsigned char *lf = memchr(p, '\n', (size_t)(end - p));

        HOLDS(lf != NULL);
        check_json_line(p, lf);
        p = lf + 1;
    }
}

struct told {
    struct sipsan_report *report;
    uint64_t findings;
};

static void on_finding(void *user, const struct sipsan_finding *finding)
{
    struct told *told = user;

    told->findings++;
    sipsan_report_finding(told->report, finding);
}

static void run_case(struct sipsan *s, const struct sipsan_case *c, uint32_t file)
{
    for (const struct sipsan_packet *p = c->packets; p; p = p->next) {
        struct sipsan_ref ref = {.file = file, .frame = p->number, .time = START_TIME + p->time};

        if (p->number == 0)
            sipsan_advance(s, ref.time);
        else
            sipsan_feed_message(s, p->bytes.p, p->bytes.n, &p->flow, &ref);
    }
    sipsan_finish(s);
}

static void run(const struct sipsan_scenario *scenario, const struct sipsan_report_options *chosen)
{
    struct sipsan_report_options options = *chosen;
    const struct sipsan_report_counts *counts;
    struct sipsan_report_summary summary = {.files = 1};
    static struct told told;
    static struct sipsan_rule_stats *rules;
    static struct sipsan *s; /* only ever reset */
    struct sipsan_problem problem = {.kind = SIPSAN_PROBLEM_GAP, .text = SPAN_LIT("a gap\x1b[2J")};
    char *text = NULL;
    size_t n = 0;
    uint32_t file = 0;

    if (!s) {
        struct sipsan_config config;

        sipsan_config_init(&config);
        config.on_finding = on_finding;
        config.user = &told;
        rules = calloc(sipsan_rule_count(), sizeof *rules);
        if (!rules || sipsan_new(&s, &config))
            abort();
    }
    options.out = open_memstream(&text, &n);
    HOLDS(options.out != NULL);
    told = (struct told){.report = sipsan_report_new(&options)};
    HOLDS(told.report != NULL);
    for (const struct sipsan_case *c = scenario->cases; c; c = c->next) {
        sipsan_reset(s);
        run_case(s, c, file);
        sipsan_get_totals(s, &summary.totals);
        sipsan_report_input(told.report, file++ % 2, &summary.totals, 0);
    }
    for (size_t i = 0; i < sipsan_rule_count(); i++)
        sipsan_get_rule_stats(s, i, &rules[i]);
    summary.rules = rules;
    summary.rule_stats = options.all;
    sipsan_report_problem(told.report, &problem);
    counts = sipsan_report_get_counts(told.report);
    HOLDS(counts->problems == 1);
    HOLDS(counts->by_severity[SIPSAN_NOTE] + counts->by_severity[SIPSAN_WARNING] +
              counts->by_severity[SIPSAN_ERROR] ==
          told.findings);
    sipsan_report_end(told.report, &summary);
    sipsan_report_free(told.report);
    fclose(options.out);
    if (options.format == SIPSAN_REPORT_JSONL)
        check_json(text, n);
    else
        check_text(text, n, options.color);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sipsan_report_options ways[] = {
        {.format = SIPSAN_REPORT_TEXT, .file_name = file_name, .all = true},
        {.format = SIPSAN_REPORT_TEXT, .file_name = file_name, .color = true, .name_files = true},
        {.format = SIPSAN_REPORT_JSONL, .file_name = file_name},
    };
    struct sipsan_scenario scenario;
    struct sipsan_arena arena;
    struct sipsan_pool pool;
    struct sipsan_mem mem;

    if (size > INPUT_MAX)
        return 0;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_arena_init(&arena, &pool);
    if (sipsan_scenario_read(&scenario, &arena, (struct sipsan_span){(const char *)data, size},
                             NULL, NULL) == SIPSAN_OK) {
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
            run(&scenario, &ways[i]);
    }
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
    HOLDS(mem.used == 0);
    return 0;
}

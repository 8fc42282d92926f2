/* Writes what a context finds: text for people, one JSON object a line for programs. Streams: what
 * is kept does not grow with the findings. Knows nothing of input files but their names. */
#ifndef SIPSAN_REPORT_REPORT_H
#define SIPSAN_REPORT_REPORT_H

#include <stdio.h>

#include "sipsan.h"

enum sipsan_report_format { SIPSAN_REPORT_TEXT, SIPSAN_REPORT_JSONL };

struct sipsan_report_options {
    FILE *out; /* borrowed */
    enum sipsan_report_format format;
    enum sipsan_severity min_severity; /* milder findings are counted, not shown */
    bool all;                          /* text: show every finding, also the fourth of its kind */
    bool quiet;                        /* show unreadable inputs and the summary only */
    bool color;                        /* text: with escape sequences */
    bool flush;                        /* hand every finding on at once */
    bool name_files;                   /* text: findings name their file (several inputs) */
    const char *(*file_name)(void *user, uint32_t file); /* never NULL */
    void *user;                                          /* of file_name */
};

/* What was written or left out so far. */
struct sipsan_report_counts {
    uint64_t by_severity[SIPSAN_ERROR + 1];
    uint64_t problems;
};

/* For the end of the output. */
struct sipsan_report_summary {
    struct sipsan_totals totals; /* of all inputs; findings are counted by the report itself */
    uint64_t files;
    const struct sipsan_rule_stats *rules; /* sipsan_rule_count() rows, sums over all inputs */
    bool rule_stats;                       /* show all of them; their costs are in nanoseconds */
};

struct sipsan_report;

/* NULL when memory is refused. The options are copied. */
struct sipsan_report *sipsan_report_new(const struct sipsan_report_options *options);
void sipsan_report_free(struct sipsan_report *report);

/* Callbacks for sipsan_config: user is the report. */
void sipsan_report_finding(void *report, const struct sipsan_finding *finding);
void sipsan_report_problem(void *report, const struct sipsan_problem *problem);

/* The input `file` has been read; totals and problems are its own. Text: one line. */
void sipsan_report_input(struct sipsan_report *report, uint32_t file,
                         const struct sipsan_totals *totals, uint64_t problems);

/* The last thing written. */
void sipsan_report_end(struct sipsan_report *report, const struct sipsan_report_summary *summary);

const struct sipsan_report_counts *sipsan_report_get_counts(const struct sipsan_report *report);

/* "truncated", "linktype", ... */
const char *sipsan_report_problem_name(enum sipsan_problem_kind kind);

#endif

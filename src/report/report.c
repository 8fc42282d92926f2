/* What is shown, what is counted, and in which format: the part that all formats share. Problems of
 * ours and findings come in the order of the library's callbacks. */
#include "report/report.h"

#include <stdlib.h>

#include "report/writers.h"

struct sipsan_report {
    struct sipsan_report_options options;
    struct sipsan_report_counts counts;
    struct sipsan_groups groups;
};

struct sipsan_report *sipsan_report_new(const struct sipsan_report_options *options)
{
    struct sipsan_report *report = calloc(1, sizeof(*report));

    if (report)
        report->options = *options;
    return report;
}

void sipsan_report_free(struct sipsan_report *report)
{
    free(report);
}

static void hand_on(struct sipsan_report *report)
{
    if (report->options.flush)
        fflush(report->options.out);
}

void sipsan_report_finding(void *user, const struct sipsan_finding *finding)
{
    struct sipsan_report *report = user;
    const struct sipsan_report_options *o = &report->options;

    report->counts.by_severity[finding->severity]++;
    if (o->quiet || finding->severity < o->min_severity)
        return;
    if (o->format == SIPSAN_REPORT_JSONL) {
        sipsan_jsonl_finding(o, finding);
    } else {
        if (!o->all && !sipsan_groups_add(&report->groups, finding))
            return;
        sipsan_text_finding(o, finding);
    }
    hand_on(report);
}

void sipsan_report_problem(void *user, const struct sipsan_problem *problem)
{
    struct sipsan_report *report = user;
    const struct sipsan_report_options *o = &report->options;

    report->counts.problems++;
    if (o->quiet && problem->kind != SIPSAN_PROBLEM_UNREADABLE)
        return;
    if (o->format == SIPSAN_REPORT_JSONL)
        sipsan_jsonl_problem(o, problem);
    else
        sipsan_text_problem(o, problem);
    hand_on(report);
}

void sipsan_report_input(struct sipsan_report *report, uint32_t file,
                         const struct sipsan_totals *totals, uint64_t problems)
{
    const struct sipsan_report_options *o = &report->options;

    if (o->format == SIPSAN_REPORT_TEXT && !o->quiet)
        sipsan_text_input(o, file, totals, problems);
    hand_on(report);
}

void sipsan_report_end(struct sipsan_report *report, const struct sipsan_report_summary *summary)
{
    const struct sipsan_report_options *o = &report->options;

    if (o->format == SIPSAN_REPORT_JSONL)
        sipsan_jsonl_end(o, summary, &report->counts);
    else
        sipsan_text_end(o, &report->groups, summary, &report->counts);
    fflush(o->out);
}

const struct sipsan_report_counts *sipsan_report_get_counts(const struct sipsan_report *report)
{
    return &report->counts;
}

const char *sipsan_report_problem_name(enum sipsan_problem_kind kind)
{
    switch (kind) {
    case SIPSAN_PROBLEM_TRUNCATED:
        return "truncated";
    case SIPSAN_PROBLEM_LINKTYPE:
        return "linktype";
    case SIPSAN_PROBLEM_SNAPLEN:
        return "snaplen";
    case SIPSAN_PROBLEM_GAP:
        return "gap";
    case SIPSAN_PROBLEM_LIMIT:
        return "limit";
    case SIPSAN_PROBLEM_UNREADABLE:
        return "unreadable";
    }
    return "unreadable";
}

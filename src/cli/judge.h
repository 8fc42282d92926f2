/* A context with its report and its sums: what the judging subcommands share. */
#ifndef SIPSAN_CLI_JUDGE_H
#define SIPSAN_CLI_JUDGE_H

#include "base/pages.h"
#include "cli/judge_options.h"
#include "report/report.h"

struct sipsan_cli_judge {
    const struct sipsan_cli_judge_options *o; /* borrowed */
    struct sipsan_pages pages;                /* the memory of the context */
    bool paged;                               /* there are such pages */
    struct sipsan *context;                   /* owned, like the next two */
    struct sipsan_report *report;
    struct sipsan_rule_stats *rules; /* before the last reset; sipsan_rule_count() rows */
    struct sipsan_totals totals;     /* likewise */
    uint32_t threads;                /* set before the start: as in sipsan.h */
    bool live;                       /* set before the start: every finding is written at once */
    bool unreadable;                 /* an input was */
    bool failed;                     /* trouble of ours */
};

/* The first interrupt asks to stop, so that what was found is summed up; a second one ends the
 * program. SIGTERM does the same. */
void sipsan_cli_catch_interrupt(void);

/* Somebody asked to stop, or nobody reads the output. */
bool sipsan_cli_stopped(void);

/* Report and context. SIPSAN_CLI_OK, or an exit status. file_name as in report.h. */
int sipsan_cli_judge_start(struct sipsan_cli_judge *run, const struct sipsan_cli_judge_options *o,
                           bool name_files, const char *(*file_name)(void *user, uint32_t file),
                           void *user);

/* Keeps what the context has counted, before it is reset or at the end. */
void sipsan_cli_judge_keep(struct sipsan_cli_judge *run);

/* Of all that was fed so far. */
struct sipsan_totals sipsan_cli_judge_totals(const struct sipsan_cli_judge *run);

/* The summary. An exit status. */
int sipsan_cli_judge_end(struct sipsan_cli_judge *run, uint64_t files);

void sipsan_cli_judge_free(struct sipsan_cli_judge *run);

#endif

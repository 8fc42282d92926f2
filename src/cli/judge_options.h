/* Options that every judging subcommand has. */
#ifndef SIPSAN_CLI_JUDGE_OPTIONS_H
#define SIPSAN_CLI_JUDGE_OPTIONS_H

#include <argp.h>

#include "report/report.h"
#include "sipsan.h"

/* A --select or --ignore. */
struct sipsan_cli_choice {
    const char *prefix;
    bool on;
};

/* Above every severity: --fail-on never. */
enum { SIPSAN_CLI_NEVER = SIPSAN_ERROR + 1 };

struct sipsan_cli_judge_options {
    enum sipsan_report_format format;
    enum sipsan_severity min_severity;
    int fail_on; /* enum sipsan_severity or SIPSAN_CLI_NEVER */
    bool all, quiet, color, rule_stats;
    struct sipsan_cli_choice *choices; /* owned; in the order given */
    size_t choice_count;
    struct sipsan_addr *accused; /* owned */
    size_t accused_count;
    uint16_t *ports; /* owned */
    size_t port_count;
    int as_of;
    int64_t race_window; /* microseconds; negative: not given */
    size_t memory;       /* 0: not given */
};

void sipsan_cli_judge_defaults(struct sipsan_cli_judge_options *o);

/* For argp_child; its input is a struct sipsan_cli_judge_options with the defaults in it. */
extern const struct argp sipsan_cli_judge_argp;

void sipsan_cli_judge_options_free(struct sipsan_cli_judge_options *o);

#endif

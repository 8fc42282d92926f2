/* The options of `sipsan check`. */
#ifndef SIPSAN_CLI_CHECK_OPTIONS_H
#define SIPSAN_CLI_CHECK_OPTIONS_H

#include "cli/inputs.h"
#include "report/report.h"
#include "sipsan.h"

/* A --select or --ignore. */
struct sipsan_cli_choice {
    const char *prefix;
    bool on;
};

/* Above every severity: --fail-on never. */
enum { SIPSAN_CLI_NEVER = SIPSAN_ERROR + 1 };

struct sipsan_cli_check {
    enum sipsan_report_format format;
    enum sipsan_severity min_severity;
    int fail_on; /* enum sipsan_severity or SIPSAN_CLI_NEVER */
    bool all, quiet, color, rule_stats;
    bool timeline;                     /* the files are one rotated capture */
    struct sipsan_cli_choice *choices; /* owned; in the order given */
    size_t choice_count;
    struct sipsan_addr *accused; /* owned */
    size_t accused_count;
    uint16_t *ports; /* owned */
    size_t port_count;
    int as_of;
    int64_t race_window; /* microseconds; negative: not given */
    size_t memory;       /* 0: not given */
    struct sipsan_cli_inputs inputs;
};

/* Fills *out from the arguments; wrong usage, --help and the like end the program. Returns an exit
 * status: SIPSAN_CLI_OK, or SIPSAN_CLI_INTERNAL when memory is refused. */
int sipsan_cli_check_read(struct sipsan_cli_check *out, int argc, char **argv);

void sipsan_cli_check_free(struct sipsan_cli_check *check);

#endif

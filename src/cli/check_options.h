/* The options of `sipsan check`. */
#ifndef SIPSAN_CLI_CHECK_OPTIONS_H
#define SIPSAN_CLI_CHECK_OPTIONS_H

#include "cli/inputs.h"
#include "cli/judge_options.h"

struct sipsan_cli_check {
    uint32_t threads;
    struct sipsan_cli_judge_options judge;
    bool timeline;      /* the files are one rotated capture */
    const char *keylog; /* NULL: not given */
    struct sipsan_cli_inputs inputs;
};

/* Fills *out from the arguments; wrong usage, --help and the like end the program. Returns an exit
 * status: SIPSAN_CLI_OK, or SIPSAN_CLI_INTERNAL when memory is refused. */
int sipsan_cli_check_read(struct sipsan_cli_check *out, int argc, char **argv);

void sipsan_cli_check_free(struct sipsan_cli_check *check);

#endif

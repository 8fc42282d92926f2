/* sipsan check: feeds a context with every input and prints what it finds.
 *
 * Each file is judged on its own: the context is reset between files, so that nothing of one
 * capture can colour the judgement of another. --timeline leaves the reset out. Totals and rule
 * counts are sums over all resets. */
#include <errno.h>
#include <string.h>

#include "cli/check_options.h"
#include "cli/cli.h"
#include "cli/judge.h"
#include "net/pcap.h"

struct run {
    struct sipsan_cli_check o;
    struct sipsan_cli_judge judge;
};

static bool stop_reading(void *user)
{
    (void)user;
    return sipsan_cli_stopped();
}

static const char *file_name(void *user, uint32_t file)
{
    const struct run *run = user;

    return file < run->o.inputs.count ? run->o.inputs.items[file].path : "?";
}

static void tell_problem(void *user, const struct sipsan_problem *problem)
{
    struct run *run = user;

    sipsan_report_problem(run->judge.report, problem);
}

static void keep_counts(void *user)
{
    struct run *run = user;

    sipsan_cli_judge_keep(&run->judge);
}

/* An input that could not even be opened: our own problem line. */
static void tell_trouble(struct run *run, uint32_t file)
{
    const struct sipsan_cli_input *input = &run->o.inputs.items[file];
    const char *why = input->trouble == SIPSAN_CLI_NO_FILES ? "the folder holds no files"
                                                            : strerror(input->trouble);
    struct sipsan_problem problem = {
        .kind = SIPSAN_PROBLEM_UNREADABLE,
        .ref = {.file = file},
        .text = {why, strlen(why)},
    };

    sipsan_report_problem(run->judge.report, &problem);
    if (!input->in_folder)
        run->judge.unreadable = true;
}

static void check_input(struct run *run, uint32_t file)
{
    const struct sipsan_cli_input *input = &run->o.inputs.items[file];
    struct sipsan_input source = {
        .context = run->judge.context,
        .on_problem = tell_problem,
        .user = run,
        .stop = stop_reading,
        .keylog = run->o.keylog,
        .cases = true,
        .before_reset = keep_counts,
    };
    struct sipsan_totals before, after, own = {0};
    uint64_t problems = sipsan_report_get_counts(run->judge.report)->problems;

    if (input->trouble) {
        tell_trouble(run, file);
        return;
    }
    before = sipsan_cli_judge_totals(&run->judge);
    switch (sipsan_input_read(&source, input->path, file)) {
    case SIPSAN_INPUT_READ:
    case SIPSAN_INPUT_CUT:
        break;
    case SIPSAN_INPUT_UNREADABLE:
        if (!input->in_folder)
            run->judge.unreadable = true;
        break;
    case SIPSAN_INPUT_FAILED:
        run->judge.failed = true;
        break;
    }
    if (!run->o.timeline || file + 1 == run->o.inputs.count)
        (void)sipsan_finish(run->judge.context); /* what memory refused is told as a problem */
    after = sipsan_cli_judge_totals(&run->judge);
    own.messages = after.messages - before.messages;
    own.dialogs = after.dialogs - before.dialogs;
    own.errors = after.errors - before.errors;
    own.warnings = after.warnings - before.warnings;
    own.notes = after.notes - before.notes;
    own.inconclusive = after.inconclusive - before.inconclusive;
    problems = sipsan_report_get_counts(run->judge.report)->problems - problems;
    sipsan_report_input(run->judge.report, file, &own, problems);
}

static void check_all(struct run *run)
{
    for (size_t i = 0; i < run->o.inputs.count && !stop_reading(NULL); i++) {
        if (i > 0 && !run->o.timeline) {
            keep_counts(run);
            sipsan_reset(run->judge.context);
        }
        check_input(run, (uint32_t)i);
    }
    keep_counts(run);
}

int sipsan_cli_check(int argc, char **argv)
{
    struct run run = {.judge = {.context = NULL}};
    int status = sipsan_cli_check_read(&run.o, argc, argv);

    run.judge.threads = run.o.threads;
    if (status == SIPSAN_CLI_OK)
        status = sipsan_cli_judge_start(&run.judge, &run.o.judge, run.o.inputs.count > 1, file_name,
                                        &run);
    if (status == SIPSAN_CLI_OK) {
        sipsan_cli_catch_interrupt();
        check_all(&run);
        status = sipsan_cli_judge_end(&run.judge, run.o.inputs.count);
    }
    sipsan_cli_judge_free(&run.judge);
    sipsan_cli_check_free(&run.o);
    return status;
}

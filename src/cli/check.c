/* sipsan check: feeds a context with every input and prints what it finds.
 *
 * Each file is judged on its own: the context is reset between files, so that nothing of one
 * capture can colour the judgement of another. --timeline leaves the reset out. Totals and rule
 * counts are sums over all resets. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/check_options.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "net/pcap.h"
#include "report/report.h"

/* Messages judged together: more of them gain nothing, and what was read for them leaves the
 * second-level cache. */
#define READ_AHEAD 32

struct run {
    struct sipsan_cli_check o;
    struct sipsan *context;
    struct sipsan_report *report;
    struct sipsan_totals totals;     /* before the last reset */
    struct sipsan_rule_stats *rules; /* likewise, sipsan_rule_count() rows */
    bool unreadable;
    bool failed;
};

/* Set by the first interrupt: what was found so far is summed up. A second one ends the program. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESETHAND | SA_RESTART};
    struct sigaction before;

    /* A shell that starts us in the background has interrupts ignored: that stays. */
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static bool stop_reading(void *user)
{
    (void)user;
    return interrupted || ferror(stdout);
}

static const char *file_name(void *user, uint32_t file)
{
    const struct run *run = user;

    return file < run->o.inputs.count ? run->o.inputs.items[file].path : "?";
}

static void add_totals(struct sipsan_totals *to, const struct sipsan_totals *from)
{
    to->frames += from->frames;
    to->messages += from->messages;
    to->malformed += from->malformed;
    to->transactions += from->transactions;
    to->dialogs += from->dialogs;
    to->calls += from->calls;
    to->errors += from->errors;
    to->warnings += from->warnings;
    to->notes += from->notes;
    to->inconclusive += from->inconclusive;
    to->duplicates += from->duplicates;
    to->dropped += from->dropped;
    to->truncated += from->truncated;
    to->limits += from->limits;
    to->checks += from->checks;
}

static void tell_problem(void *user, const struct sipsan_problem *problem)
{
    struct run *run = user;

    sipsan_report_problem(run->report, problem);
}

/* Of all that was fed so far. */
static struct sipsan_totals totals_now(const struct run *run)
{
    struct sipsan_totals now, sum = run->totals;

    sipsan_get_totals(run->context, &now);
    add_totals(&sum, &now);
    return sum;
}

/* Keeps what the context has counted, before it is reset. */
static void keep_counts(void *user)
{
    struct run *run = user;

    run->totals = totals_now(run);
    for (size_t i = 0; i < sipsan_rule_count(); i++) {
        struct sipsan_rule_stats stats;

        if (sipsan_get_rule_stats(run->context, i, &stats))
            continue;
        run->rules[i].executed += stats.executed;
        run->rules[i].passed += stats.passed;
        run->rules[i].failed += stats.failed;
        run->rules[i].not_applicable += stats.not_applicable;
        run->rules[i].inconclusive += stats.inconclusive;
        run->rules[i].sampled += stats.sampled;
        run->rules[i].cost += stats.cost;
    }
}

/* For --rule-stats: what checks cost. */
static uint64_t nanoseconds(void *user)
{
    struct timespec now;

    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static int new_context(struct run *run)
{
    const struct sipsan_cli_check *o = &run->o;
    struct sipsan_config config;
    int err;

    sipsan_config_init(&config);
    /* Traffic may be hostile: it must not know where it lands in a table. */
    if (getrandom(config.hash_seed, sizeof(config.hash_seed), 0) < 0)
        config.hash_seed[0] = (uint64_t)getpid();
    config.on_finding = sipsan_report_finding;
    config.on_problem = sipsan_report_problem;
    config.user = run->report;
    config.accused = o->accused;
    config.accused_count = o->accused_count;
    config.ports = o->ports;
    config.port_count = o->port_count;
    config.as_of = o->as_of;
    config.read_ahead = READ_AHEAD;
    config.clock = o->rule_stats ? nanoseconds : NULL;
    if (o->race_window >= 0)
        config.race_window = o->race_window;
    if (o->memory > 0)
        config.limits.memory = o->memory;
    err = sipsan_new(&run->context, &config);
    if (err) {
        sipsan_cli_complain("cannot start: %s", sipsan_strerror(err));
        return SIPSAN_CLI_INTERNAL;
    }
    for (size_t i = 0; i < o->choice_count; i++) {
        err = sipsan_select(run->context, o->choices[i].prefix, o->choices[i].on);
        if (err) {
            sipsan_cli_complain("%s: no rule is called '%s' or continues it; `sipsan rules` lists "
                                "them",
                                o->choices[i].on ? "--select" : "--ignore", o->choices[i].prefix);
            return SIPSAN_CLI_USAGE;
        }
    }
    return SIPSAN_CLI_OK;
}

/* Findings reach a reader at once unless they go to a file. */
static bool output_is_live(void)
{
    struct stat info;

    return fstat(STDOUT_FILENO, &info) == 0 && !S_ISREG(info.st_mode);
}

static int start(struct run *run)
{
    struct sipsan_report_options options = {
        .out = stdout,
        .format = run->o.format,
        .min_severity = run->o.min_severity,
        .all = run->o.all,
        .quiet = run->o.quiet,
        .color = run->o.color,
        .flush = output_is_live(),
        .name_files = run->o.inputs.count > 1,
        .file_name = file_name,
        .user = run,
    };

    run->report = sipsan_report_new(&options);
    run->rules = calloc(sipsan_rule_count() + 1, sizeof(*run->rules));
    if (!run->report || !run->rules) {
        sipsan_cli_complain("out of memory");
        return SIPSAN_CLI_INTERNAL;
    }
    return new_context(run);
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

    sipsan_report_problem(run->report, &problem);
    if (!input->in_folder)
        run->unreadable = true;
}

static void check_input(struct run *run, uint32_t file)
{
    const struct sipsan_cli_input *input = &run->o.inputs.items[file];
    struct sipsan_input source = {
        .context = run->context,
        .on_problem = tell_problem,
        .user = run,
        .stop = stop_reading,
        .cases = true,
        .before_reset = keep_counts,
    };
    struct sipsan_totals before, after, own = {0};
    uint64_t problems = sipsan_report_get_counts(run->report)->problems;

    if (input->trouble) {
        tell_trouble(run, file);
        return;
    }
    before = totals_now(run);
    switch (sipsan_input_read(&source, input->path, file)) {
    case SIPSAN_INPUT_READ:
    case SIPSAN_INPUT_CUT:
        break;
    case SIPSAN_INPUT_UNREADABLE:
        if (!input->in_folder)
            run->unreadable = true;
        break;
    case SIPSAN_INPUT_FAILED:
        run->failed = true;
        break;
    }
    if ((!run->o.timeline || file + 1 == run->o.inputs.count) && sipsan_finish(run->context))
        run->failed = true;
    after = totals_now(run);
    own.messages = after.messages - before.messages;
    own.dialogs = after.dialogs - before.dialogs;
    own.errors = after.errors - before.errors;
    own.warnings = after.warnings - before.warnings;
    own.notes = after.notes - before.notes;
    own.inconclusive = after.inconclusive - before.inconclusive;
    problems = sipsan_report_get_counts(run->report)->problems - problems;
    sipsan_report_input(run->report, file, &own, problems);
}

static void check_all(struct run *run)
{
    for (size_t i = 0; i < run->o.inputs.count && !stop_reading(NULL); i++) {
        if (i > 0 && !run->o.timeline) {
            keep_counts(run);
            sipsan_reset(run->context);
        }
        check_input(run, (uint32_t)i);
    }
    keep_counts(run);
}

/* Our own failure first, then the input, then the traffic. */
static int status_of(const struct run *run)
{
    const struct sipsan_report_counts *counts = sipsan_report_get_counts(run->report);

    if (run->failed)
        return SIPSAN_CLI_INTERNAL;
    if (run->unreadable)
        return SIPSAN_CLI_UNREADABLE;
    for (int severity = run->o.fail_on; severity <= SIPSAN_ERROR; severity++)
        if (counts->by_severity[severity] > 0)
            return SIPSAN_CLI_FINDINGS;
    return SIPSAN_CLI_OK;
}

int sipsan_cli_check(int argc, char **argv)
{
    struct run run = {.context = NULL};
    int status = sipsan_cli_check_read(&run.o, argc, argv);

    if (status == SIPSAN_CLI_OK)
        status = start(&run);
    if (status == SIPSAN_CLI_OK) {
        struct sipsan_report_summary summary = {.files = run.o.inputs.count,
                                                .rule_stats = run.o.rule_stats};

        catch_interrupt();
        check_all(&run);
        summary.totals = run.totals;
        summary.rules = run.rules;
        sipsan_report_end(run.report, &summary);
        if (run.failed)
            sipsan_cli_complain("memory or the reader failed: the findings are incomplete");
        status = sipsan_cli_close_output(status_of(&run));
    }
    sipsan_free(run.context);
    sipsan_report_free(run.report);
    free(run.rules);
    sipsan_cli_check_free(&run.o);
    return status;
}

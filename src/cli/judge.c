/* A context with its report and its sums: what `check`, `watch` and `listen` share. */
#define _DEFAULT_SOURCE
#include "cli/judge.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"

/* Messages judged together: more of them gain nothing, and what was read for them leaves the
 * second-level cache. */
#define READ_AHEAD 32

/* Set by the first interrupt: what was found so far is summed up. A second one ends the program. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* A shell that starts us in the background has interrupts ignored: that stays. */
static void catch_signal(int number)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESETHAND | SA_RESTART};
    struct sigaction before;

    if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void sipsan_cli_catch_interrupt(void)
{
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
}

bool sipsan_cli_stopped(void)
{
    return interrupted || ferror(stdout);
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

/* Of all that was fed so far. */
struct sipsan_totals sipsan_cli_judge_totals(const struct sipsan_cli_judge *run)
{
    struct sipsan_totals now, sum = run->totals;

    sipsan_get_totals(run->context, &now);
    add_totals(&sum, &now);
    return sum;
}

/* Keeps what the context has counted, before it is reset. */
void sipsan_cli_judge_keep(struct sipsan_cli_judge *run)
{
    run->totals = sipsan_cli_judge_totals(run);
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

/* A sanitizer watches over malloc. */
static void use_pages(struct sipsan_cli_judge *run, struct sipsan_config *config)
{
#ifndef SIPSAN_SANITIZED
    sipsan_pages_init(&run->pages);
    run->paged = true;
    config->mem_alloc = sipsan_pages_alloc;
    config->mem_realloc = sipsan_pages_resize;
    config->mem_free = sipsan_pages_release;
    config->mem_user = &run->pages;
#else
    (void)run;
    (void)config;
#endif
}

static int new_context(struct sipsan_cli_judge *run)
{
    const struct sipsan_cli_judge_options *o = run->o;
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
    config.threads = run->threads;
    config.clock = o->rule_stats ? nanoseconds : NULL;
    if (o->race_window >= 0)
        config.race_window = o->race_window;
    if (o->memory > 0)
        config.limits.memory = o->memory;
    use_pages(run, &config);
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

int sipsan_cli_judge_start(struct sipsan_cli_judge *run, const struct sipsan_cli_judge_options *o,
                           bool name_files, const char *(*file_name)(void *user, uint32_t file),
                           void *user)
{
    struct sipsan_report_options options = {
        .out = stdout,
        .format = o->format,
        .min_severity = o->min_severity,
        .all = o->all,
        .quiet = o->quiet,
        .color = o->color,
        .flush = run->live || output_is_live(),
        .name_files = name_files,
        .file_name = file_name,
        .user = user,
    };

    run->o = o;
    run->report = sipsan_report_new(&options);
    run->rules = calloc(sipsan_rule_count() + 1, sizeof(*run->rules));
    if (!run->report || !run->rules) {
        sipsan_cli_complain("out of memory");
        return SIPSAN_CLI_INTERNAL;
    }
    return new_context(run);
}

/* Our own failure first, then the input, then the traffic. */
static int status_of(const struct sipsan_cli_judge *run)
{
    const struct sipsan_report_counts *counts = sipsan_report_get_counts(run->report);

    if (run->failed)
        return SIPSAN_CLI_INTERNAL;
    if (run->unreadable)
        return SIPSAN_CLI_UNREADABLE;
    for (int severity = run->o->fail_on; severity <= SIPSAN_ERROR; severity++)
        if (counts->by_severity[severity] > 0)
            return SIPSAN_CLI_FINDINGS;
    return SIPSAN_CLI_OK;
}

int sipsan_cli_judge_end(struct sipsan_cli_judge *run, uint64_t files)
{
    struct sipsan_report_summary summary = {
        .files = files,
        .rule_stats = run->o->rule_stats,
        .totals = run->totals,
        .rules = run->rules,
    };

    sipsan_report_end(run->report, &summary);
    if (run->failed)
        sipsan_cli_complain("memory or the reader failed: the findings are incomplete");
    return sipsan_cli_close_output(status_of(run));
}

void sipsan_cli_judge_free(struct sipsan_cli_judge *run)
{
    sipsan_free(run->context);
    if (run->paged)
        sipsan_pages_free(&run->pages);
    sipsan_report_free(run->report);
    free(run->rules);
}

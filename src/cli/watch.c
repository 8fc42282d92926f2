/* sipsan watch: judges what passes on an interface, as it passes. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/running.h"
#include "net/live.h"

enum { OPT_USER = 0x100, OPT_EVERY, FILTER_MAX = 4096 };

struct watch {
    struct sipsan_cli_judge_options judge;
    const char *interface, *user;
    bool quiet_interface; /* not promiscuous */
    uint64_t every;       /* seconds */
    char filter[FILTER_MAX];
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Where and when:", 0},
    {"interface", 'i', "NAME", 0, "The interface; any (default) stands for all of them", 0},
    {"no-promiscuous", 'p', NULL, 0, "Take only what the interface takes by itself", 0},
    {"every", OPT_EVERY, "SECONDS", 0,
     "Tell on standard error how much was seen (default 60; 0: never)", 0},
    {"user", OPT_USER, "NAME", 0,
     "Whose rights to take once the interface is open (default: who called sudo, else nobody)", 0},
    {NULL, 0, NULL, 0, "Help:", -1},
    {0},
};

/* The words of the filter may come one by one, as for other tools. */
static void add_word(struct watch *o, struct argp_state *state, const char *word)
{
    size_t n = strlen(o->filter), m = strlen(word);

    if (n + m + 2 > sizeof(o->filter))
        argp_error(state, "the filter is too long");
    if (n > 0)
        o->filter[n++] = ' ';
    memcpy(o->filter + n, word, m + 1);
}

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct watch *o = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->judge;
        return 0;
    case 'i':
        o->interface = arg;
        return 0;
    case 'p':
        o->quiet_interface = true;
        return 0;
    case OPT_EVERY:
        if (!sipsan_cli_number(&o->every, arg, 0, 1000000))
            argp_error(state, "--every: '%s' is no number of seconds (0 to 1000000)", arg);
        return 0;
    case OPT_USER:
        o->user = arg;
        return 0;
    case ARGP_KEY_ARG:
        add_word(o, state, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char *source_name(void *user, uint32_t file)
{
    const struct watch *o = user;

    (void)file;
    return o->interface;
}

/* What the kernel dropped is a hole for everybody. */
static void look_for_losses(struct sipsan_live *live, struct sipsan_cli_judge *judge)
{
    uint64_t dropped = sipsan_live_dropped(live);
    struct sipsan_problem problem = {.kind = SIPSAN_PROBLEM_GAP};
    char text[96];

    if (dropped == 0)
        return;
    problem.ref.time = sipsan_cli_now();
    snprintf(text, sizeof(text), "the kernel dropped %llu frames: sipsan was too slow",
             (unsigned long long)dropped);
    problem.text = (struct sipsan_span){text, strlen(text)};
    (void)sipsan_lost(judge->context, &problem.ref);
    sipsan_report_problem(judge->report, &problem);
}

static void watch(struct sipsan_live *live, struct sipsan_cli_judge *judge, uint64_t seconds)
{
    struct sipsan_cli_interval interval = {.every = (int64_t)seconds * 1000000};

    while (!sipsan_cli_stopped() && !judge->unreadable) {
        switch (sipsan_live_read(live, judge->context)) {
        case SIPSAN_LIVE_FED:
        case SIPSAN_LIVE_QUIET:
            break;
        case SIPSAN_LIVE_GONE:
            sipsan_cli_complain("%s", sipsan_live_error(live));
            judge->unreadable = true;
            break;
        }
        look_for_losses(live, judge);
        sipsan_cli_tell(&interval, judge);
    }
    (void)sipsan_finish(judge->context);
    sipsan_cli_judge_keep(judge);
}

int sipsan_cli_watch(int argc, char **argv)
{
    static const struct argp_child children[] = {{&sipsan_cli_judge_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = read_option,
        .children = children,
        .args_doc = "[FILTER...]",
        .doc = "Judge what passes on an interface until interrupted. FILTER narrows what is taken, "
               "in the language of tcpdump, such as: port 5060 or port 5061."
               "\vExit status: 0 nothing to report, 1 findings, 2 wrong usage, 3 the interface "
               "cannot be read, 4 internal error.",
    };
    struct watch o = {.interface = "any", .every = 60};
    struct sipsan_cli_judge judge = {.live = true};
    char error[SIPSAN_LIVE_ERROR];
    struct sipsan_live *live;
    int status;

    sipsan_cli_judge_defaults(&o.judge);
    if (!sipsan_cli_arguments(&argp, argc, argv, &o))
        return SIPSAN_CLI_INTERNAL;
    live = sipsan_live_open(o.interface, o.filter, !o.quiet_interface, error);
    if (!live) {
        sipsan_cli_complain("%s: %s", o.interface, error);
        sipsan_cli_judge_options_free(&o.judge);
        return SIPSAN_CLI_UNREADABLE;
    }
    status = sipsan_cli_drop_rights(o.user) ? SIPSAN_CLI_OK : SIPSAN_CLI_INTERNAL;
    if (status == SIPSAN_CLI_OK)
        status = sipsan_cli_judge_start(&judge, &o.judge, false, source_name, &o);
    if (status == SIPSAN_CLI_OK) {
        sipsan_cli_catch_interrupt();
        watch(live, &judge, o.every);
        status = sipsan_cli_judge_end(&judge, 1);
    }
    sipsan_live_close(live);
    sipsan_cli_judge_free(&judge);
    sipsan_cli_judge_options_free(&o.judge);
    return status;
}

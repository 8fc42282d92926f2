/* Options that every judging subcommand has, as an argp parser for their parsers to include. */
#define _POSIX_C_SOURCE 200809L
#include "cli/judge_options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"

enum {
    OPT_FORMAT = 0x200, /* the subcommands' own begin at 0x100 */
    OPT_SELECT,
    OPT_IGNORE,
    OPT_MIN_SEVERITY,
    OPT_FAIL_ON,
    OPT_PORT,
    OPT_AS_OF,
    OPT_RACE_WINDOW,
    OPT_ALL,
    OPT_COLOR,
    OPT_MAX_MEMORY,
    OPT_RULE_STATS,
    OPT_ACCUSED,
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "What is judged:", 1},
    {"select", OPT_SELECT, "PREFIX", 0,
     "Judge by the rules below PREFIX only, such as rfc3261.9; may be given again", 0},
    {"ignore", OPT_IGNORE, "PREFIX", 0,
     "Leave the rules below PREFIX out; applied with --select in the order given", 0},
    {"accused", OPT_ACCUSED, "ADDR[:PORT]", 0,
     "Judge only what this element sent; may be given again", 0},
    {"port", OPT_PORT, "N[,N...]", 0, "Look for SIP on these ports only; may be given again", 0},
    {"as-of", OPT_AS_OF, "3261", 0, "Judge by RFC 3261 as published, without later updates", 0},
    {"race-window", OPT_RACE_WINDOW, "MS", 0,
     "How long messages may cross on the wire, in milliseconds (default 500)", 0},
    {NULL, 0, NULL, 0, "What is shown:", 2},
    {"format", OPT_FORMAT, "FORMAT", 0, "text (default) or jsonl: one JSON object a line", 0},
    {"min-severity", OPT_MIN_SEVERITY, "SEVERITY", 0,
     "Show findings from error, warning or note (default) on", 0},
    {"all", OPT_ALL, NULL, 0, "Text: show each finding, not three of a kind and a count", 0},
    {"rule-stats", OPT_RULE_STATS, NULL, 0,
     "Show how often every rule was asked, its answers, and its mean cost", 0},
    {"quiet", 'q', NULL, 0, "Show the summary only", 0},
    {"color", OPT_COLOR, "WHEN", 0,
     "auto (default: on a terminal, unless NO_COLOR is set), always or never", 0},
    {NULL, 0, NULL, 0, "How it ends:", 3},
    {"fail-on", OPT_FAIL_ON, "SEVERITY", 0,
     "Exit with 1 on findings from error, warning (default) or note on; or never", 0},
    {"max-memory", OPT_MAX_MEMORY, "BYTES", 0,
     "Ceiling for what is kept of the traffic; K, M or G may follow (default 512M)", 0},
    {0},
};

/* One more element for a list of `count`. NULL when memory is refused: the list stays. */
static void *grow(void *list, size_t count, size_t size)
{
    if (count >= SIZE_MAX / size)
        return NULL;
    return realloc(list, (count + 1) * size);
}

static void no_memory(struct argp_state *state)
{
    argp_failure(state, SIPSAN_CLI_INTERNAL, 0, "out of memory");
}

static void add_choice(struct sipsan_cli_judge_options *o, struct argp_state *state,
                       const char *prefix, bool on)
{
    struct sipsan_cli_choice *list = grow(o->choices, o->choice_count, sizeof(*list));

    if (!list) {
        no_memory(state);
        return;
    }
    o->choices = list;
    list[o->choice_count++] = (struct sipsan_cli_choice){prefix, on};
}

static void add_accused(struct sipsan_cli_judge_options *o, struct argp_state *state,
                        const char *text)
{
    struct sipsan_addr *list = grow(o->accused, o->accused_count, sizeof(*list));

    if (!list) {
        no_memory(state);
        return;
    }
    o->accused = list;
    if (!sipsan_cli_addr(&list[o->accused_count], text))
        argp_error(state, "--accused: '%s' is no IP address, with or without a port", text);
    o->accused_count++;
}

/* A comma list. argp_error does not return. */
static void add_ports(struct sipsan_cli_judge_options *o, struct argp_state *state, char *text)
{
    char *rest = NULL;
    char *item = strtok_r(text, ",", &rest);

    if (!item)
        argp_error(state, "--port: no port given");
    for (; item; item = strtok_r(NULL, ",", &rest)) {
        uint16_t *list = grow(o->ports, o->port_count, sizeof(*list));
        uint64_t port = 0;

        if (!list) {
            no_memory(state);
            return;
        }
        o->ports = list;
        if (!sipsan_cli_number(&port, item, 1, UINT16_MAX))
            argp_error(state, "--port: '%s' is no port (1 to 65535)", item);
        list[o->port_count++] = (uint16_t)port;
    }
}

static void set_fail_on(struct sipsan_cli_judge_options *o, struct argp_state *state,
                        const char *text)
{
    enum sipsan_severity severity;

    if (strcmp(text, "never") == 0)
        o->fail_on = SIPSAN_CLI_NEVER;
    else if (sipsan_cli_severity(&severity, text))
        o->fail_on = (int)severity;
    else
        argp_error(state, "--fail-on: '%s' is none of error, warning, note, never", text);
}

static void set_color(struct sipsan_cli_judge_options *o, struct argp_state *state,
                      const char *text)
{
    if (strcmp(text, "always") == 0)
        o->color = true;
    else if (strcmp(text, "never") == 0)
        o->color = false;
    else if (strcmp(text, "auto") != 0)
        argp_error(state, "--color: '%s' is none of auto, always, never", text);
}

static void set_race_window(struct sipsan_cli_judge_options *o, struct argp_state *state,
                            const char *text)
{
    uint64_t value = 0;

    if (!sipsan_cli_number(&value, text, 0, 3600000))
        argp_error(state, "--race-window: '%s' is no number of milliseconds (0 to 3600000)", text);
    o->race_window = (int64_t)value * 1000;
}

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct sipsan_cli_judge_options *o = state->input;

    switch (key) {
    case OPT_FORMAT:
        if (!sipsan_cli_format(&o->format, arg))
            argp_error(state, "--format: '%s' is none of text, jsonl", arg);
        return 0;
    case OPT_SELECT:
        add_choice(o, state, arg, true);
        return 0;
    case OPT_IGNORE:
        add_choice(o, state, arg, false);
        return 0;
    case OPT_MIN_SEVERITY:
        if (!sipsan_cli_severity(&o->min_severity, arg))
            argp_error(state, "--min-severity: '%s' is none of error, warning, note", arg);
        return 0;
    case OPT_FAIL_ON:
        set_fail_on(o, state, arg);
        return 0;
    case OPT_PORT:
        add_ports(o, state, arg);
        return 0;
    case OPT_AS_OF:
        if (strcmp(arg, "3261") != 0)
            argp_error(state, "--as-of: '%s' is not known; 3261 is the only choice", arg);
        o->as_of = 3261;
        return 0;
    case OPT_RACE_WINDOW:
        set_race_window(o, state, arg);
        return 0;
    case OPT_ALL:
        o->all = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case OPT_COLOR:
        set_color(o, state, arg);
        return 0;
    case OPT_MAX_MEMORY:
        if (!sipsan_cli_size(&o->memory, arg))
            argp_error(state, "--max-memory: '%s' is no number of bytes such as 256M", arg);
        return 0;
    case OPT_RULE_STATS:
        o->rule_stats = true;
        return 0;
    case OPT_ACCUSED:
        add_accused(o, state, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp sipsan_cli_judge_argp = {.options = options, .parser = read_option};

void sipsan_cli_judge_defaults(struct sipsan_cli_judge_options *o)
{
    const char *no_color = getenv("NO_COLOR");

    *o = (struct sipsan_cli_judge_options){
        .min_severity = SIPSAN_NOTE,
        .fail_on = SIPSAN_WARNING,
        .race_window = -1,
        .color = isatty(STDOUT_FILENO) && !(no_color && *no_color),
    };
}

void sipsan_cli_judge_options_free(struct sipsan_cli_judge_options *o)
{
    free(o->choices);
    free(o->accused);
    free(o->ports);
}

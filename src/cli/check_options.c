/* The options of `sipsan check`, read with argp. */
#define _POSIX_C_SOURCE 200809L
#include "cli/check_options.h"

#include <argp.h>

#include "cli/cli.h"
#include "cli/options.h"

enum { OPT_TIMELINE = 0x100, OPT_KEYLOG, THREADS_MAX = 16 };

static const struct argp_option options[] = {
    {"timeline", OPT_TIMELINE, NULL, 0,
     "The files are one rotated capture, in this order: calls go on from file to file", 1},
    {"keylog", OPT_KEYLOG, "FILE", OPTION_ARG_OPTIONAL,
     "Decrypt TLS with the secrets in FILE, or with those in the capture; needs tshark", 1},
    {"jobs", 'j', "N", 0,
     "Work on N threads (1 to 16, default 1); nothing else changes, in no octet of the output", 1},
    {NULL, 0, NULL, 0, "Help:", -1},
    {0},
};

static void set_threads(struct sipsan_cli_check *o, struct argp_state *state, const char *text)
{
    uint64_t value = 0;

    if (!sipsan_cli_number(&value, text, 1, THREADS_MAX))
        argp_error(state, "-j: '%s' is no number of threads (1 to %d)", text, THREADS_MAX);
    o->threads = (uint32_t)value;
}

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct sipsan_cli_check *o = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->judge;
        return 0;
    case OPT_TIMELINE:
        o->timeline = true;
        return 0;
    case OPT_KEYLOG:
        o->keylog = arg ? arg : "";
        return 0;
    case 'j':
        set_threads(o, state, arg);
        return 0;
    case ARGP_KEY_ARG:
        if (!sipsan_cli_inputs_add(&o->inputs, arg))
            argp_failure(state, SIPSAN_CLI_INTERNAL, 0, "out of memory");
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no input: name a capture, a folder, or - for standard input");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int sipsan_cli_check_read(struct sipsan_cli_check *out, int argc, char **argv)
{
    static const struct argp_child children[] = {{&sipsan_cli_judge_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = read_option,
        .children = children,
        .args_doc = "FILE|FOLDER|- ...",
        .doc = "Judge the SIP traffic in captures (pcap, pcapng), scenario text, or a single raw "
               "message."
               "\vEach file is judged on its own unless --timeline says that they belong "
               "together.\n\n"
               "Exit status: 0 nothing to report, 1 findings, 2 wrong usage, 3 unreadable input, "
               "4 internal error.",
    };

    *out = (struct sipsan_cli_check){.timeline = false};
    sipsan_cli_judge_defaults(&out->judge);
    return sipsan_cli_arguments(&argp, argc, argv, out) ? SIPSAN_CLI_OK : SIPSAN_CLI_INTERNAL;
}

void sipsan_cli_check_free(struct sipsan_cli_check *check)
{
    sipsan_cli_judge_options_free(&check->judge);
    sipsan_cli_inputs_free(&check->inputs);
}

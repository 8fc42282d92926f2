/* sipsan parse: one message, its fields and its faults. Grammar only; `sipsan check` judges. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/parse_show.h"

enum {
    OPT_FORMAT = 0x100,
    MESSAGE_MAX = 16 << 20,
    BLOCK_SIZE = 64 << 10,
};

struct parse_options {
    enum sipsan_report_format format;
    const char *path; /* NULL: not given */
};

static const struct argp_option options[] = {
    {"format", OPT_FORMAT, "FORMAT", 0, "text (default) or jsonl: one JSON object a line", 0},
    {0},
};

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct parse_options *o = state->input;

    switch (key) {
    case OPT_FORMAT:
        if (!sipsan_cli_format(&o->format, arg))
            argp_error(state, "--format: '%s' is none of text, jsonl", arg);
        return 0;
    case ARGP_KEY_ARG:
        if (o->path)
            argp_error(state, "one message at a time");
        o->path = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no message: name a file, or - for standard input");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* 7.5: line ends in front of the start line do not count. */
static struct sipsan_span skip_line_ends(struct sipsan_span bytes)
{
    while (bytes.n > 0 && (bytes.p[0] == '\r' || bytes.p[0] == '\n')) {
        bytes.p++;
        bytes.n--;
    }
    return bytes;
}

static int show(const struct parse_options *o, struct sipsan_span bytes)
{
    const struct sipsan_msg_limits limits = {.headers = 2048, .faults = 256};
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg msg = {.bytes = {NULL, 0}};
    int status = SIPSAN_CLI_INTERNAL;

    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, BLOCK_SIZE, 0);
    sipsan_msg_init(&msg, &pool);
    if (sipsan_msg_parse(&msg, bytes, &limits)) {
        sipsan_cli_complain("out of memory");
    } else {
        sipsan_cli_show_message(stdout, o->format, &msg);
        status = msg.fault_count > 0 ? SIPSAN_CLI_FINDINGS : SIPSAN_CLI_OK;
        sipsan_msg_drop(&msg);
    }
    sipsan_pool_free(&pool);
    return status;
}

int sipsan_cli_parse(int argc, char **argv)
{
    static const struct argp argp = {
        .options = options,
        .parser = read_option,
        .args_doc = "FILE|-",
        .doc = "Show the fields of one SIP message with their places in the bytes, and where the "
               "grammar is broken."
               "\vExit status: 0 no fault, 1 faults, 2 wrong usage, 3 unreadable input, 4 internal "
               "error.",
    };
    struct parse_options o = {.format = SIPSAN_REPORT_TEXT};
    struct sipsan_span bytes;
    char *file;
    size_t n;
    int status;

    if (!sipsan_cli_arguments(&argp, argc, argv, &o))
        return SIPSAN_CLI_INTERNAL;
    if (!sipsan_cli_read_file(&file, &n, o.path, MESSAGE_MAX)) {
        sipsan_cli_complain("%s: %s", o.path, strerror(errno));
        return SIPSAN_CLI_UNREADABLE;
    }
    bytes = skip_line_ends((struct sipsan_span){file, n});
    if (bytes.n > 0 && sipsan_msg_sniff(bytes.p, bytes.n)) {
        status = show(&o, bytes);
    } else {
        sipsan_cli_complain(
            bytes.n > 0 ? "%s: does not begin like a SIP message" : "%s: holds no message", o.path);
        status = SIPSAN_CLI_UNREADABLE;
    }
    free(file);
    return sipsan_cli_close_output(status);
}

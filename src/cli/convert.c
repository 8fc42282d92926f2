/* sipsan convert: messages out of any input, as scenario text or as a capture. The reader and the
 * lower layers of `sipsan check` find the messages; no rule is asked. What is no SIP is left
 * behind. */
#define _POSIX_C_SOURCE 200809L
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/span.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "net/pcap.h"
#include "net/scenario.h"
#include "parse/msg.h"
#include "report/report.h"
#include "report/visible.h"

enum {
    OPT_TO = 0x100,
    OPT_CALL_ID,
    OPT_FRAMES,
    BLOCK_SIZE = 16 << 10,
    TITLE_COLUMNS = 200,
};

enum target { TARGET_UNKNOWN, TARGET_SCENARIO, TARGET_PCAP };

struct convert {
    const char *in, *out;
    enum target to;
    const char *call_id; /* NULL: all calls */
    uint32_t from, last; /* frames; 0, UINT32_MAX: all */
    FILE *text;          /* scenario text, once there is a message */
    struct sipsan_pcap_writer *pcap;
    int64_t start;             /* time of the first message written */
    uint32_t written, skipped; /* skipped: a pcap file of ours cannot hold them */
    int trouble;               /* errno of the output */
    bool failed;               /* memory */
    struct sipsan_mem mem;     /* for the look at the Call-ID */
    struct sipsan_pool pool;
};

static const struct argp_option options[] = {
    {"to", OPT_TO, "FORMAT", 0, "sipt or pcap, when the name of OUT does not tell", 0},
    {"call-id", OPT_CALL_ID, "ID", 0, "Take the messages of this call only", 0},
    {"frames", OPT_FRAMES, "A-B", 0, "Take the messages of these frames only; A, A- and -B too", 0},
    {0},
};

static enum target target_of(const char *suffix)
{
    if (suffix && strcmp(suffix, "sipt") == 0)
        return TARGET_SCENARIO;
    if (suffix && strcmp(suffix, "pcap") == 0)
        return TARGET_PCAP;
    return TARGET_UNKNOWN;
}

static bool read_frames(struct convert *c, char *text)
{
    char *dash = strchr(text, '-');
    uint64_t from = 1, last = UINT32_MAX;

    if (!dash) {
        if (!sipsan_cli_number(&from, text, 1, UINT32_MAX))
            return false;
        last = from;
    } else {
        *dash = '\0';
        if (text[0] == '\0' && dash[1] == '\0')
            return false;
        if (text[0] && !sipsan_cli_number(&from, text, 1, UINT32_MAX))
            return false;
        if (dash[1] && !sipsan_cli_number(&last, dash + 1, from, UINT32_MAX))
            return false;
    }
    c->from = (uint32_t)from;
    c->last = (uint32_t)last;
    return true;
}

static void check_arguments(struct convert *c, struct argp_state *state)
{
    const char *dot;

    if (!c->out)
        argp_error(state, "convert needs an input and an output");
    dot = strrchr(c->out, '.');
    if (c->to == TARGET_UNKNOWN && dot)
        c->to = target_of(dot + 1);
    if (c->to == TARGET_UNKNOWN)
        argp_error(state, "'%s' ends in neither .sipt nor .pcap: say --to sipt or --to pcap",
                   c->out);
}

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct convert *c = state->input;

    switch (key) {
    case OPT_TO:
        c->to = target_of(arg);
        if (c->to == TARGET_UNKNOWN)
            argp_error(state, "--to: '%s' is none of sipt, pcap", arg);
        return 0;
    case OPT_CALL_ID:
        c->call_id = arg;
        return 0;
    case OPT_FRAMES:
        if (!read_frames(c, arg))
            argp_error(state, "--frames: no range of frames such as 10-20");
        return 0;
    case ARGP_KEY_ARG:
        if (!c->in)
            c->in = arg;
        else if (!c->out)
            c->out = arg;
        else
            argp_error(state, "one input and one output");
        return 0;
    case ARGP_KEY_END:
        check_arguments(c, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Whether the message belongs to the call that was asked for. */
static bool is_wanted_call(struct convert *c, struct sipsan_span bytes)
{
    const struct sipsan_msg_limits limits = {.headers = 2048, .faults = 16};
    struct sipsan_span wanted;
    struct sipsan_msg msg = {.bytes = {NULL, 0}};
    bool same;

    if (!c->call_id)
        return true;
    wanted = (struct sipsan_span){c->call_id, strlen(c->call_id)};
    sipsan_msg_init(&msg, &c->pool);
    if (sipsan_msg_parse(&msg, bytes, &limits)) {
        c->failed = true;
        return false;
    }
    same = msg.call_id.p && span_eq(msg.call_id, wanted);
    sipsan_msg_drop(&msg);
    return same;
}

/* A message that came without addresses gets two that are kept for examples (RFC 5737). */
static void invent_addresses(struct sipsan_flow *flow)
{
    if (flow->src.family != 0 && flow->dst.family != 0)
        return;
    flow->src = (struct sipsan_addr){.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
    flow->dst = (struct sipsan_addr){.ip = {192, 0, 2, 2}, .port = 5060, .family = 4};
}

static void put_text(void *user, const char *p, size_t n)
{
    fwrite(p, 1, n, user);
}

/* The output is made when the first message is there: an unreadable input leaves none behind. */
static bool open_output(struct convert *c)
{
    bool standard = strcmp(c->out, "-") == 0;

    errno = 0;
    if (c->to == TARGET_PCAP)
        c->pcap = sipsan_pcap_create(c->out);
    else
        c->text = standard ? stdout : fopen(c->out, "wb");
    if (!c->pcap && !c->text) {
        c->trouble = errno ? errno : EIO;
        return false;
    }
    if (c->text) {
        fputs("== ", c->text);
        sipsan_visible_put(c->text, (struct sipsan_span){c->in, strlen(c->in)}, TITLE_COLUMNS);
        putc('\n', c->text);
    }
    return true;
}

static void write_scenario(struct convert *c, const struct sipsan_ref *ref,
                           const struct sipsan_flow *flow, struct sipsan_span bytes)
{
    struct sipsan_packet packet = {
        .bytes = bytes,
        .flow = *flow,
        .time = ref->time > c->start ? ref->time - c->start : 0,
        .number = c->written + 1,
    };

    sipsan_scenario_write(&packet, put_text, c->text);
    if (ferror(c->text))
        c->trouble = errno ? errno : EIO;
}

static void on_message(void *user, const struct sipsan_ref *ref, const struct sipsan_flow *seen,
                       struct sipsan_span bytes)
{
    struct convert *c = user;
    struct sipsan_flow flow = *seen;

    if (c->trouble || c->failed || ref->frame < c->from || ref->frame > c->last ||
        !is_wanted_call(c, bytes))
        return;
    invent_addresses(&flow);
    if (c->to == TARGET_PCAP && flow.transport != SIPSAN_UDP && flow.transport != SIPSAN_TCP) {
        c->skipped++;
        return;
    }
    if (!c->pcap && !c->text) {
        c->start = ref->time;
        if (!open_output(c))
            return;
    }
    errno = 0;
    if (c->to == TARGET_SCENARIO)
        write_scenario(c, ref, &flow, bytes);
    else if (!sipsan_pcap_write(c->pcap, &flow, ref->time, bytes)) {
        if (errno)
            c->trouble = errno;
        c->skipped++;
        return;
    }
    c->written++;
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    const struct convert *c = user;

    fprintf(stderr, "sipsan: %s", c->in);
    if (problem->ref.frame > 0)
        fprintf(stderr, " frame %" PRIu32, problem->ref.frame);
    if (problem->ref.frame > 0 && problem->offset > 0)
        fprintf(stderr, " offset %" PRIu64, problem->offset);
    fprintf(stderr, ": %s: ", sipsan_report_problem_name(problem->kind));
    sipsan_visible_put(stderr, problem->text, TITLE_COLUMNS);
    putc('\n', stderr);
}

static bool stop_reading(void *user)
{
    const struct convert *c = user;

    return c->trouble || c->failed;
}

static bool same_file(const char *a, const char *b)
{
    struct stat first, second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static int read_input(struct convert *c)
{
    struct sipsan_config config;
    struct sipsan_input input = {.on_problem = on_problem, .user = c, .stop = stop_reading};
    int status = SIPSAN_CLI_OK;

    sipsan_config_init(&config);
    config.on_message = on_message;
    config.on_problem = on_problem;
    config.user = c;
    if (sipsan_new(&input.context, &config))
        return SIPSAN_CLI_INTERNAL;
    sipsan_select(input.context, "*", false);
    switch (sipsan_input_read(&input, c->in, 0)) {
    case SIPSAN_INPUT_READ:
    case SIPSAN_INPUT_CUT:
        (void)sipsan_finish(input.context);
        break;
    case SIPSAN_INPUT_UNREADABLE:
        status = SIPSAN_CLI_UNREADABLE;
        break;
    case SIPSAN_INPUT_FAILED:
        c->failed = true;
        break;
    }
    sipsan_free(input.context);
    return c->failed ? SIPSAN_CLI_INTERNAL : status;
}

static void close_output(struct convert *c)
{
    errno = 0;
    if (c->pcap && !sipsan_pcap_close(c->pcap) && !c->trouble)
        c->trouble = errno ? errno : EIO;
    if (c->text && c->text != stdout && fclose(c->text) != 0 && !c->trouble)
        c->trouble = errno ? errno : EIO;
}

/* Tells what became of the conversion. */
static int status_of(const struct convert *c, int status)
{
    if (c->trouble) {
        sipsan_cli_complain("%s: %s", c->out, strerror(c->trouble));
        return SIPSAN_CLI_INTERNAL;
    }
    if (status == SIPSAN_CLI_INTERNAL)
        sipsan_cli_complain("memory or the reader failed: the output is incomplete");
    if (status != SIPSAN_CLI_OK)
        return status;
    if (c->skipped > 0)
        sipsan_cli_complain("%s: %" PRIu32 " messages were left out: a capture written by sipsan "
                            "holds UDP and TCP only",
                            c->in, c->skipped);
    else if (c->written == 0)
        sipsan_cli_complain("%s: no message to convert%s", c->in,
                            c->call_id || c->last != UINT32_MAX || c->from > 1
                                ? " in that call or those frames"
                                : "");
    return c->skipped > 0 || c->written == 0 ? SIPSAN_CLI_FINDINGS : SIPSAN_CLI_OK;
}

int sipsan_cli_convert(int argc, char **argv)
{
    static const struct argp argp = {
        .options = options,
        .parser = read_option,
        .args_doc = "IN OUT",
        .doc = "Turn a capture into scenario text (OUT ends in .sipt), or scenario text into a "
               "capture (.pcap). IN may be - for standard input, OUT - for standard output."
               "\vExit status: 0 converted, 1 nothing to convert or messages left out, 2 wrong "
               "usage, 3 unreadable input, 4 internal error.",
    };
    struct convert c = {.last = UINT32_MAX};
    int status;

    if (!sipsan_cli_arguments(&argp, argc, argv, &c))
        return SIPSAN_CLI_INTERNAL;
    if (same_file(c.in, c.out)) {
        sipsan_cli_complain("%s: input and output are the same file", c.in);
        return SIPSAN_CLI_USAGE;
    }
    sipsan_mem_init(&c.mem);
    sipsan_pool_init(&c.pool, &c.mem, BLOCK_SIZE, 4);
    status = read_input(&c);
    close_output(&c);
    sipsan_pool_free(&c.pool);
    return sipsan_cli_close_output(status_of(&c, status));
}

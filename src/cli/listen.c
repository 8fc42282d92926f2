/* sipsan listen: a collector for capture agents, which send HEP over UDP. */
#define _POSIX_C_SOURCE 200809L
#include <argp.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/running.h"

enum { OPT_HEP = 0x100, OPT_EVERY, PACKET_MAX = 65536, WAIT_MS = 200, BATCH = 64 };

struct listen {
    struct sipsan_cli_judge_options judge;
    const char *address; /* as written */
    struct sipsan_addr addr;
    uint64_t every;
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Where and when:", 0},
    {"hep", OPT_HEP, "udp:ADDR:PORT", 0, "Take HEP (version 3) at this address", 0},
    {"every", OPT_EVERY, "SECONDS", 0,
     "Tell on standard error how much was seen (default 60; 0: never)", 0},
    {NULL, 0, NULL, 0, "Help:", -1},
    {0},
};

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct listen *o = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->judge;
        return 0;
    case OPT_HEP:
        if (strncmp(arg, "udp:", 4) != 0 || !sipsan_cli_addr(&o->addr, arg + 4) ||
            o->addr.port == 0)
            argp_error(state, "--hep: '%s' is not of the form udp:ADDR:PORT", arg);
        o->address = arg;
        return 0;
    case OPT_EVERY:
        if (!sipsan_cli_number(&o->every, arg, 0, 1000000))
            argp_error(state, "--every: '%s' is no number of seconds (0 to 1000000)", arg);
        return 0;
    case ARGP_KEY_ARG:
        return ARGP_ERR_UNKNOWN;
    case ARGP_KEY_END:
        if (!o->address)
            argp_error(state, "no address: say --hep udp:ADDR:PORT");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char *source_name(void *user, uint32_t file)
{
    const struct listen *o = user;

    (void)file;
    return o->address;
}

/* A socket, or -1 with errno. */
static int open_socket(const struct sipsan_addr *addr)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(addr->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(addr->port)};
    const struct sockaddr *to =
        addr->family == 4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
    socklen_t n = addr->family == 4 ? sizeof(v4) : sizeof(v6);
    int room = 8 << 20, fd;

    memcpy(&v4.sin_addr, addr->ip, 4);
    memcpy(&v6.sin6_addr, addr->ip, 16);
    fd = socket(to->sa_family, SOCK_DGRAM, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    if (bind(fd, to, n)) {
        int err = errno;

        close(fd);
        errno = err;
        return -1;
    }
    return fd;
}

/* What is there now, as far as it is no flood: between batches one looks at the clock. */
static void take_batch(int fd, struct sipsan_cli_judge *judge, uint32_t *frame)
{
    static uint8_t packet[PACKET_MAX];

    for (int i = 0; i < BATCH; i++) {
        ssize_t n = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
        struct sipsan_ref ref;

        if (n < 0)
            break;
        ref = (struct sipsan_ref){.frame = ++*frame, .time = sipsan_cli_now()};
        (void)sipsan_feed_hep(judge->context, packet, (size_t)n, &ref);
    }
    (void)sipsan_flush(judge->context); /* what memory refuses is told as a problem */
}

static void take_all(int fd, struct sipsan_cli_judge *judge, uint64_t seconds)
{
    struct sipsan_cli_interval interval = {.every = (int64_t)seconds * 1000000};
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    uint32_t frame = 0;

    while (!sipsan_cli_stopped()) {
        if (poll(&wait, 1, WAIT_MS) > 0)
            take_batch(fd, judge, &frame);
        sipsan_cli_tell(&interval, judge);
    }
    (void)sipsan_finish(judge->context);
    sipsan_cli_judge_keep(judge);
}

int sipsan_cli_listen(int argc, char **argv)
{
    static const struct argp_child children[] = {{&sipsan_cli_judge_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = read_option,
        .children = children,
        .doc = "Judge what capture agents send, until interrupted."
               "\vExit status: 0 nothing to report, 1 findings, 2 wrong usage, 3 the address "
               "cannot be used, 4 internal error.",
    };
    struct listen o = {.every = 60};
    struct sipsan_cli_judge judge = {.live = true};
    int fd, status;

    sipsan_cli_judge_defaults(&o.judge);
    if (!sipsan_cli_arguments(&argp, argc, argv, &o))
        return SIPSAN_CLI_INTERNAL;
    fd = open_socket(&o.addr);
    if (fd < 0) {
        sipsan_cli_complain("%s: %s", o.address, strerror(errno));
        sipsan_cli_judge_options_free(&o.judge);
        return SIPSAN_CLI_UNREADABLE;
    }
    status = sipsan_cli_judge_start(&judge, &o.judge, false, source_name, &o);
    if (status == SIPSAN_CLI_OK) {
        sipsan_cli_catch_interrupt();
        take_all(fd, &judge, o.every);
        status = sipsan_cli_judge_end(&judge, 1);
    }
    close(fd);
    sipsan_cli_judge_free(&judge);
    sipsan_cli_judge_options_free(&o.judge);
    return status;
}

/* The program with its n-th request for memory refused, once or from then on: it ends by itself,
 * with a status that it knows, and says something when its output is not the usual one. `listen`
 * gets packets and an interrupt, `watch` an interrupt alone.
 *
 *   test_refused PROGRAM REFUSE.so FOLDER    (of captures) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    EACH = 48,        /* of the first requests each one is refused, */
    STEP = 7,         /* and then one of so many */
    MOST = 400,       /* not beyond this one */
    STATUS_MOST = 4,  /* that the program knows */
    PATIENCE = 20000, /* milliseconds, then it hangs */
    SERVED_MS = 60,   /* that a server may work before it is interrupted */
    OUTPUT_MAX = 65536,
    ARGS_MAX = 8,
};

enum kind { PLAIN, SERVER_HEP, SERVER };

struct command {
    const char *name;
    enum kind kind;
    const char *args[ARGS_MAX];
};

struct outcome {
    int status; /* as of waitpid; -1: it hangs */
    size_t n, errors;
    char output[OUTPUT_MAX], error[OUTPUT_MAX];
};

static const char *program, *preload;
static char folder[] = "/tmp/sipsan-refused-XXXXXX";
static char address[40];
static int sender = -1;

static void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A port that nobody uses, and a socket that sends there. */
static void choose_port(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(to);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&to, n) ||
        getsockname(fd, (struct sockaddr *)&to, &n))
        give_up("a port");
    close(fd);
    snprintf(address, sizeof(address), "udp:127.0.0.1:%u", ntohs(to.sin_port));
    sender = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (sender < 0 || connect(sender, (struct sockaddr *)&to, sizeof(to)))
        give_up("a socket");
}

static size_t put_chunk(uint8_t *p, unsigned type, const void *value, size_t n)
{
    const uint8_t head[6] = {0, 0, 0, (uint8_t)type, (uint8_t)((6 + n) >> 8), (uint8_t)(6 + n)};

    memcpy(p, head, 6);
    memcpy(p + 6, value, n);
    return 6 + n;
}

/* A request with a mistake, so that there is something to be said. */
static void send_hep(void)
{
    static const char text[] = "OPTIONS sip:b@192.0.2.2 SIP/2.0\r\n"
                               "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
                               "From: <sip:a@192.0.2.1>;tag=1\r\nTo: <sip:b@192.0.2.2>\r\n"
                               "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    uint8_t packet[600] = "HEP3";
    size_t n = 6;

    n += put_chunk(packet + n, 1, "\x02", 1);
    n += put_chunk(packet + n, 2, "\x11", 1);
    n += put_chunk(packet + n, 3, "\xc0\0\x02\x01", 4);
    n += put_chunk(packet + n, 4, "\xc0\0\x02\x02", 4);
    n += put_chunk(packet + n, 7, "\x13\xc4", 2);
    n += put_chunk(packet + n, 8, "\x13\xc4", 2);
    n += put_chunk(packet + n, 11, "\x01", 1);
    n += put_chunk(packet + n, 15, text, sizeof(text) - 1);
    packet[4] = (uint8_t)(n >> 8);
    packet[5] = (uint8_t)n;
    if (send(sender, packet, n, 0) < 0 && errno != ECONNREFUSED && errno != EAGAIN)
        give_up("send");
}

static int open_file(const char *name, int flags)
{
    char path[80];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, flags, 0600);
    if (fd < 0)
        give_up(path);
    return fd;
}

static size_t read_file(const char *name, char *out)
{
    int fd = open_file(name, O_RDONLY | O_CREAT);
    ssize_t n = read(fd, out, OUTPUT_MAX - 1);

    close(fd);
    if (n < 0)
        give_up(name);
    out[n] = '\0';
    return (size_t)n;
}

static void become(const struct command *command, unsigned long at, bool on)
{
    char number[24], count[80];
    const char *asan = getenv("ASAN_OPTIONS");
    char options[256];
    char *argv[ARGS_MAX + 2] = {(char *)(uintptr_t)program};
    int out = open_file("out", O_WRONLY | O_CREAT | O_TRUNC);
    int err = open_file("err", O_WRONLY | O_CREAT | O_TRUNC), nothing = open("/dev/null", O_RDONLY);

    for (int i = 0; i < ARGS_MAX && command->args[i]; i++)
        argv[i + 1] = (char *)(uintptr_t)command->args[i];
    snprintf(number, sizeof(number), "%lu", at);
    snprintf(count, sizeof(count), "%s/count", folder);
    /* The library stands before the run-time part of the sanitizer, on purpose. */
    snprintf(options, sizeof(options), "%s:verify_asan_link_order=0", asan ? asan : "");
    setenv("ASAN_OPTIONS", options, 1);
    setenv("LD_PRELOAD", preload, 1);
    setenv("REFUSE_AT", number, 1);
    setenv("REFUSE_COUNT", count, 1);
    if (on)
        setenv("REFUSE_ON", "1", 1);
    /* Whose rights to take, in numbers: libc does not survive a refusal while it looks up a name.
     */
    setenv("SUDO_UID", "65534", 1);
    setenv("SUDO_GID", "65534", 1);
    dup2(nothing, 0);
    dup2(out, 1);
    dup2(err, 2);
    execv(program, argv);
    _exit(127);
}

/* Its status, or -1 when it had to be killed. */
static int wait_for(pid_t child, enum kind kind)
{
    int64_t start = now_ms(), served = 0;
    bool asked = false;
    int status;

    for (;;) {
        int64_t now = now_ms();

        if (waitpid(child, &status, WNOHANG) == child)
            return status;
        if (now - start > PATIENCE) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return -1;
        }
        if (kind == SERVER_HEP && !asked) {
            send_hep();
            poll(NULL, 0, 2);
            /* An error would be of the packet before: nobody listens yet. */
            if (served == 0 && send(sender, "", 0, 0) == 0)
                served = now;
        }
        if (kind != PLAIN && !asked && now - (served ? served : start + 400) > SERVED_MS) {
            asked = true;
            kill(child, SIGTERM);
        }
        poll(NULL, 0, 2);
    }
}

static void run(struct outcome *o, const struct command *command, unsigned long at, bool on)
{
    pid_t child = fork();

    if (child < 0)
        give_up("fork");
    if (child == 0)
        become(command, at, on);
    o->status = wait_for(child, command->kind);
    o->n = read_file("out", o->output);
    o->errors = read_file("err", o->error);
}

static bool ends_well(const struct outcome *o)
{
    return o->status >= 0 && WIFEXITED(o->status) && WEXITSTATUS(o->status) <= STATUS_MOST;
}

/* What is missing is explained. Of a server one cannot tell what it would have got. */
static bool explains(const struct command *command, const struct outcome *o,
                     const struct outcome *usual)
{
    if (command->kind != PLAIN)
        return o->n > 0 || o->errors > 0;
    return (o->status == usual->status && o->n == usual->n &&
            memcmp(o->output, usual->output, o->n) == 0) ||
           o->errors > 0 || strstr(o->output, "memory") || strstr(o->output, "limit");
}

static unsigned long requests_made(void)
{
    char text[OUTPUT_MAX];

    return read_file("count", text) > 0 ? strtoul(text, NULL, 10) : 0;
}

static bool check(const struct command *command)
{
    static struct outcome usual, o;
    unsigned long most, runs = 0;
    bool good = true;

    run(&usual, command, 0, false);
    most = requests_made();
    if (!ends_well(&usual) || WEXITSTATUS(usual.status) > 1 || most == 0) {
        printf("%s: skipped, as it does not work here: %s\n", command->name, usual.error);
        return command->kind == SERVER; /* that needs rights */
    }
    for (unsigned long at = 1; at <= most && at <= MOST; at += at < EACH ? 1 : STEP)
        for (int on = 0; on < 2; on++, runs++) {
            run(&o, command, at, on);
            if (ends_well(&o) && explains(command, &o, &usual))
                continue;
            good = false;
            fprintf(stderr, "%s, request %lu%s refused: %s (status %x)\n%s", command->name, at,
                    on ? " and all behind it" : "", ends_well(&o) ? "says nothing" : "ends badly",
                    (unsigned)o.status, o.error);
        }
    printf("%s: %lu requests, %lu runs\n", command->name, most, runs);
    return good;
}

int main(int argc, char **argv)
{
    static char capture[512], text[512], target[80];
    const struct command commands[] = {
        {"check", PLAIN, {"check", capture}},
        {"check -j 3", PLAIN, {"check", "-j", "3", capture}},
        {"check --format jsonl", PLAIN, {"check", "--format", "jsonl", "--all", text}},
        {"convert", PLAIN, {"convert", capture, target}},
        {"rules", PLAIN, {"rules"}},
        {"explain", PLAIN, {"explain", "rfc3261.9.1.cancel-only-for-invite"}},
        {"listen", SERVER_HEP, {"listen", "--every", "1", "--hep", address}},
        {"watch", SERVER, {"watch", "-i", "lo"}},
    };
    bool good = true;

    if (argc != 4) {
        fprintf(stderr, "usage: test_refused PROGRAM REFUSE.so FOLDER\n");
        return 2;
    }
    program = argv[1];
    preload = argv[2];
    snprintf(capture, sizeof(capture), "%s/first-look.pcap", argv[3]);
    snprintf(text, sizeof(text), "%s/first-look.sipt", argv[3]);
    if (!mkdtemp(folder))
        give_up(folder);
    snprintf(target, sizeof(target), "%s/converted.sipt", folder);
    /* For whoever the program becomes. */
    if (chmod(folder, 0755) || fchmod(open_file("count", O_WRONLY | O_CREAT), 0666))
        give_up(folder);
    choose_port();
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        good = check(&commands[i]) && good;
    for (size_t i = 0; i < 4; i++) {
        static const char *const names[] = {"out", "err", "count", "converted.sipt"};
        char path[80];

        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    return good ? 0 : 1;
}

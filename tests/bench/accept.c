/* Which messages each parser takes, beside what a strict judge says of them.
 *
 *   accept [--brief] MANIFEST FOLDER    messages of a torture corpus (tests/torture/README.md)
 *   accept CAPTURE                      those of a capture of gencalls: how many
 *
 * Every parser is asked all that it can be asked without a running stack. A process of its own for
 * each message: a parser that crashes shows as "crash". */
#define _DEFAULT_SOURCE

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "sipsan.h"

#define MESSAGE_MAX 65536
#define UDP_HEADERS 42

typedef bool accept_fn(const char *p, size_t n);

struct stack {
    const char *name; /* NULL: that of the parser */
    const struct bench_parser *parser;
    accept_fn *accept; /* NULL: that of the parser */
};

static void on_finding(void *user, const struct sipsan_finding *finding)
{
    enum sipsan_severity *worst = user;

    if (finding->severity > *worst)
        *worst = finding->severity;
}

/* No rule, of the grammar or about a single message, reports this or worse. */
static bool below(enum sipsan_severity severity, const char *p, size_t n)
{
    enum sipsan_severity worst = SIPSAN_NOTE;

    return sipsan_check_message(p, n, SIPSAN_UDP, on_finding, &worst) >= 0 && worst < severity;
}

static bool no_error(const char *p, size_t n)
{
    return below(SIPSAN_ERROR, p, n);
}

static bool no_warning(const char *p, size_t n)
{
    return below(SIPSAN_WARNING, p, n);
}

static const struct stack stacks[] = {
    {"strict", &bench_sipsan, no_warning},
    {"no error", &bench_sipsan, no_error},
#ifdef BENCH_OSIP
    {NULL, &bench_osip, NULL},
#endif
#ifdef BENCH_SOFIA
    {NULL, &bench_sofia, bench_sofia_accept},
#endif
#ifdef BENCH_LIBRE
    {NULL, &bench_libre, bench_libre_accept},
#endif
};

#define STACKS (sizeof(stacks) / sizeof(*stacks))

enum answer { TAKEN, REFUSED, CRASHED };

static const char *const answers[] = {"takes", "-", "crash"};

static enum answer ask(const struct stack *stack, const char *p, size_t n)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        fclose(stdout); /* some tell the world what they think of a message */
        fclose(stderr);
        alarm(10);
        _exit(!(stack->accept ? stack->accept : stack->parser->parse)(p, n));
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return CRASHED;
    return WEXITSTATUS(status) ? REFUSED : TAKEN;
}

static void head(const char *what)
{
    printf("%-36s %-9s", what, "verdict");
    for (size_t i = 0; i < STACKS; i++)
        printf(" %10s", stacks[i].name ? stacks[i].name : stacks[i].parser->name);
    putchar('\n');
}

struct totals {
    const char *verdict;
    unsigned messages;
    unsigned count[STACKS][3];
};

static int torture(const char *manifest, const char *folder, bool brief)
{
    static char line[4096], bytes[MESSAGE_MAX];
    struct totals totals[] = {
        {.verdict = "accept"}, {.verdict = "semantic"}, {.verdict = "syntax"}, {.verdict = "none"}};
    FILE *list = fopen(manifest, "r");

    if (!list) {
        perror(manifest);
        return 1;
    }
    head("message");
    while (fgets(line, sizeof(line), list)) {
        char name[256], verdict[16], path[1024];
        struct totals *t = totals;
        FILE *file;
        size_t n;

        if (line[0] == '#' || sscanf(line, "%255s %*s %15s", name, verdict) != 2)
            continue;
        while (t < totals + 4 && strcmp(t->verdict, verdict) != 0)
            t++;
        snprintf(path, sizeof(path), "%s/%s", folder, name);
        file = t < totals + 4 ? fopen(path, "rb") : NULL;
        if (!file)
            continue; /* the head line; a message with its end put back */
        n = fread(bytes, 1, sizeof(bytes) - 1, file);
        bytes[n] = '\0';
        fclose(file);
        t->messages++;
        if (!brief)
            printf("%-36s %-9s", name, verdict);
        for (size_t i = 0; i < STACKS; i++) {
            enum answer answer = ask(&stacks[i], bytes, n);

            t->count[i][answer]++;
            if (!brief)
                printf(" %10s", answers[answer]);
        }
        if (!brief)
            putchar('\n');
    }
    fclose(list);
    for (size_t v = 0; v < 4; v++) {
        printf("%-36s %-9s", "taken, and crashes in brackets", totals[v].verdict);
        for (size_t i = 0; i < STACKS; i++) {
            char text[48];

            snprintf(text, sizeof(text), totals[v].count[i][CRASHED] ? "%u/%u(%u)" : "%u/%u",
                     totals[v].count[i][TAKEN], totals[v].messages, totals[v].count[i][CRASHED]);
            printf(" %10s", text);
        }
        putchar('\n');
    }
    return 0;
}

static int capture(const char *path)
{
    static char bytes[MESSAGE_MAX];
    unsigned messages = 0, count[STACKS] = {0};
    unsigned char record[24];
    FILE *file = fopen(path, "rb");

    if (!file || fread(record, 24, 1, file) != 1) {
        perror(path);
        return 1;
    }
    while (fread(record, 16, 1, file) == 1) {
        size_t n = record[8] | (size_t)record[9] << 8 | (size_t)record[10] << 16;

        if (n <= UDP_HEADERS || n >= sizeof(bytes) || fread(bytes, n, 1, file) != 1)
            break;
        bytes[n] = '\0';
        messages++;
        for (size_t i = 0; i < STACKS; i++)
            count[i] += (stacks[i].accept ? stacks[i].accept : stacks[i].parser->parse)(
                bytes + UDP_HEADERS, n - UDP_HEADERS);
    }
    fclose(file);
    head("messages");
    printf("%-36u %-9s", messages, "accept");
    for (size_t i = 0; i < STACKS; i++)
        printf(" %10u", count[i]);
    putchar('\n');
    return 0;
}

int main(int argc, char **argv)
{
    bool brief = argc > 1 && strcmp(argv[1], "--brief") == 0;
    int status;

    if (argc != 3 + brief && !(argc == 2 && !brief)) {
        fputs("usage: accept [--brief] MANIFEST FOLDER | accept CAPTURE\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < STACKS; i++)
        if (!stacks[i].parser->start())
            return 1;
    status = argc == 2 ? capture(argv[1]) : torture(argv[1 + brief], argv[2 + brief], brief);
    for (size_t i = 0; i < STACKS; i++)
        stacks[i].parser->stop();
    return status;
}

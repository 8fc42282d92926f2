/* How fast the parser and the judge are, and how much memory they take.
 *
 * Reads captures of the shape that gencalls writes (pcap, microseconds, Ethernet, IPv4, UDP). Time
 * is CPU time of the process; a figure is the median of several rounds, in which the things that
 * are compared take turns, so that the machine's moods meet all of them alike. */
#define _DEFAULT_SOURCE

#include <inttypes.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/pages.h"
#include "bench.h"
#include "sipsan.h"

#define ROUNDS_MAX   99
#define MESSAGES_MAX 20000
#define FRAME_MAX    65536
#define UDP_HEADERS  42

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof(*values), compare_doubles);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Captures ------------------------------------------------------------------------------------ */

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Read in pieces: a mapped file would count as memory of ours. */
static FILE *open_capture(const char *path)
{
    uint8_t header[24];
    FILE *f = fopen(path, "rb");

    if (f && fread(header, 1, sizeof(header), f) == sizeof(header) && le32(header) == 0xa1b2c3d4u &&
        le32(header + 20) == 1) {
        setvbuf(f, NULL, _IOFBF, 1 << 18);
        return f;
    }
    fprintf(stderr, "bench: %s is no capture that gencalls writes\n", path);
    exit(3);
}

/* Bytes of the next frame, or 0 at the end. */
static size_t next_frame(FILE *f, uint8_t *frame, int64_t *time)
{
    uint8_t h[16];
    size_t n;

    if (fread(h, 1, sizeof(h), f) != sizeof(h))
        return 0;
    n = le32(h + 8);
    if (n > FRAME_MAX || fread(frame, 1, n, f) != n)
        return 0;
    *time = (int64_t)le32(h) * 1000000 + le32(h + 4);
    return n;
}

/* (a) parsers --------------------------------------------------------------------------------- */

static const struct bench_parser *const parsers[] = {
    &bench_sipsan,
#ifdef BENCH_OSIP
    &bench_osip,
#endif
#ifdef BENCH_SOFIA
    &bench_sofia,
#endif
#ifdef BENCH_LIBRE
    &bench_libre,
#endif
};

#define PARSER_COUNT (sizeof(parsers) / sizeof(parsers[0]))

struct messages {
    struct bench_message *list;
    size_t count, bytes;
};

static void load_messages(struct messages *out, const char *path, size_t min_bytes)
{
    static uint8_t frame[FRAME_MAX];
    FILE *f = open_capture(path);
    int64_t time;
    size_t n;

    *out = (struct messages){.list = calloc(MESSAGES_MAX, sizeof(*out->list))};
    while (out->list && out->count < MESSAGES_MAX && (n = next_frame(f, frame, &time)) > 0) {
        char *copy;

        if (n < UDP_HEADERS + min_bytes)
            continue;
        n -= UDP_HEADERS;
        copy = malloc(n + 1);
        if (!copy)
            break;
        memcpy(copy, frame + UDP_HEADERS, n);
        copy[n] = 0; /* libosip2 wants to see one */
        out->list[out->count++] = (struct bench_message){copy, n};
        out->bytes += n;
    }
    fclose(f);
}

static void drop_messages(struct messages *messages)
{
    for (size_t i = 0; i < messages->count; i++) {
        union {
            const char *borrowed;
            void *owned;
        } p = {.borrowed = messages->list[i].p};

        free(p.owned);
    }
    free(messages->list);
}

static void bench_parsers(const char *path, size_t min_bytes, int rounds)
{
    static double ns[PARSER_COUNT][ROUNDS_MAX];
    size_t refused[PARSER_COUNT] = {0};
    struct messages messages;

    load_messages(&messages, path, min_bytes);
    if (messages.count == 0) {
        fprintf(stderr, "bench: %s: no messages of %zu bytes\n", path, min_bytes);
        exit(3);
    }
    printf("parsers: %zu messages, %zu bytes on average\n", messages.count,
           messages.bytes / messages.count);
    for (size_t k = 0; k < PARSER_COUNT; k++)
        if (!parsers[k]->start())
            exit(4);
    /* The first round warms caches and is not counted. */
    for (int round = -1; round < rounds; round++) {
        for (size_t k = 0; k < PARSER_COUNT; k++) {
            double from = cpu_seconds();

            refused[k] = 0;
            for (size_t i = 0; i < messages.count; i++)
                refused[k] += !parsers[k]->parse(messages.list[i].p, messages.list[i].n);
            if (round >= 0)
                ns[k][round] = (cpu_seconds() - from) * 1e9 / (double)messages.count;
        }
    }
    for (size_t k = 0; k < PARSER_COUNT; k++) {
        double m = median(ns[k], (size_t)rounds);

        printf("  %-10s %8.0f ns/message %10.0f messages/s   x %.2f of sipsan   %zu refused\n",
               parsers[k]->name, m, 1e9 / m, k == 0 ? 1.0 : m / median(ns[0], (size_t)rounds),
               refused[k]);
        parsers[k]->stop();
    }
    drop_messages(&messages);
}

/* For valgrind: our parser alone, so many times over all messages. Two runs with different numbers
 * differ in parsing only. */
static void parse_only(const char *path, size_t min_bytes, int rounds)
{
    struct messages messages;
    size_t refused = 0;

    load_messages(&messages, path, min_bytes);
    if (!bench_sipsan.start())
        exit(4);
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < messages.count; i++)
            refused += !bench_sipsan.parse(messages.list[i].p, messages.list[i].n);
    printf("%zu messages, %zu bytes on average, %zu refused\n", messages.count,
           messages.count ? messages.bytes / messages.count : 0,
           rounds ? refused / (size_t)rounds : 0);
    bench_sipsan.stop();
    drop_messages(&messages);
}

/* (b) the judge ------------------------------------------------------------------------------- */

/* Counts what the context takes from the allocator, which is that of the program. */
struct heap {
    struct sipsan_pages pages;
    size_t used, peak;
    uint64_t calls;
};

union block {
    size_t n;
    max_align_t align;
};

static void heap_took(struct heap *heap, size_t n)
{
    heap->calls++;
    heap->used += n;
    if (heap->used > heap->peak)
        heap->peak = heap->used;
}

static void *heap_resize(void *user, void *p, size_t n)
{
    struct heap *heap = user;
    union block *old = p ? (union block *)p - 1 : NULL;
    size_t before = old ? old->n : 0;
    union block *b =
        n < SIZE_MAX - sizeof(*b) ? sipsan_pages_resize(&heap->pages, old, n + sizeof(*b)) : NULL;

    if (!b)
        return NULL;
    b->n = n;
    heap->used -= before;
    heap_took(heap, n);
    return b + 1;
}

static void *heap_alloc(void *user, size_t n)
{
    return heap_resize(user, NULL, n);
}

static void heap_release(void *user, void *p)
{
    struct heap *heap = user;
    union block *b = (union block *)p - 1;

    heap->used -= b->n;
    sipsan_pages_release(&heap->pages, b);
}

static void show(void *user, const struct sipsan_finding *f)
{
    uint64_t *shown = user;

    if (++*shown <= 5)
        printf("  frame %" PRIu32 " %s: %.*s\n", f->ref.frame, f->rule->id, (int)f->text.n,
               f->text.p);
}

struct judged {
    double seconds, read_seconds;
    size_t heap_peak;
    uint64_t heap_calls, late_calls; /* requests to the allocator, and those of the second half */
    long resident;                   /* KiB */
    struct sipsan_totals totals;
};

/* Reads all of the capture without judging it: what the bench itself costs. */
static double read_only(const char *path, uint64_t *frames)
{
    static uint8_t frame[FRAME_MAX];
    double from = cpu_seconds();
    FILE *f = open_capture(path);
    int64_t time;

    for (*frames = 0; next_frame(f, frame, &time) > 0; ++*frames)
        ;
    fclose(f);
    return cpu_seconds() - from;
}

static void judge(struct judged *out, const char *path)
{
    static uint8_t frame[FRAME_MAX];
    struct heap heap = {0};
    struct sipsan_config config;
    struct sipsan_ref ref = {0};
    struct sipsan *s;
    struct rusage usage;
    uint64_t shown = 0, frames, half_calls = 0;
    double from;
    FILE *f;
    size_t n;

    *out = (struct judged){.read_seconds = read_only(path, &frames)};
    from = cpu_seconds();
    sipsan_config_init(&config);
    config.read_ahead = 32; /* as the program does with files */
    sipsan_pages_init(&heap.pages);
    config.mem_alloc = heap_alloc;
    config.mem_realloc = heap_resize;
    config.mem_free = heap_release;
    config.mem_user = &heap;
    config.on_finding = show;
    config.user = &shown;
    if (sipsan_new(&s, &config) != SIPSAN_OK)
        exit(4);
    f = open_capture(path);
    while ((n = next_frame(f, frame, &ref.time)) > 0) {
        if (++ref.frame == frames / 2)
            half_calls = heap.calls;
        if (sipsan_feed_frame(s, 1, frame, n, n, &ref) != SIPSAN_OK)
            exit(4);
    }
    fclose(f);
    sipsan_finish(s);
    sipsan_get_totals(s, &out->totals);
    sipsan_free(s);
    sipsan_pages_free(&heap.pages);
    out->seconds = cpu_seconds() - from;
    out->heap_peak = heap.peak;
    out->heap_calls = heap.calls;
    out->late_calls = heap.calls - half_calls;
    getrusage(RUSAGE_SELF, &usage);
    out->resident = usage.ru_maxrss;
}

/* Every run in a process of its own: its peak is its own too. */
static void judge_apart(struct judged *out, const char *path)
{
    int ends[2], status;
    pid_t child;

    fflush(NULL);
    if (pipe(ends) != 0)
        exit(4);
    child = fork();
    if (child < 0)
        exit(4);
    if (child == 0) {
#ifdef __GLIBC__
        malloc_trim(0); /* what the parsers have left behind is none of the judge's */
#endif
        judge(out, path);
        fflush(NULL);
        _exit(write(ends[1], out, sizeof(*out)) == (ssize_t)sizeof(*out) ? 0 : 4);
    }
    close(ends[1]);
    if (read(ends[0], out, sizeof(*out)) != (ssize_t)sizeof(*out) ||
        waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: judging %s failed\n", path);
        exit(4);
    }
    close(ends[0]);
}

/* True when the capture gave no finding. */
static bool bench_judge(char **paths, int count, int rounds)
{
    double(*seconds)[ROUNDS_MAX] = calloc((size_t)count, sizeof(*seconds));
    struct judged *last = calloc((size_t)count, sizeof(*last));
    double first_ns = 0;
    bool clean = true;

    if (!seconds || !last)
        exit(4);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++) {
            judge_apart(&last[i], paths[i]);
            seconds[i][round] = last[i].seconds;
        }
    for (int i = 0; i < count; i++) {
        const struct sipsan_totals *t = &last[i].totals;
        double messages = t->messages ? (double)t->messages : 1;
        double s = median(seconds[i], (size_t)rounds);
        double ns = s * 1e9 / messages;
        uint64_t findings = t->errors + t->warnings + t->notes;

        if (i == 0)
            first_ns = ns;
        printf("judge: %s\n", paths[i]);
        printf("  %" PRIu64 " messages, %" PRIu64 " transactions, %" PRIu64 " dialogs, %" PRIu64
               " findings, %" PRIu64 " inconclusive\n",
               t->messages, t->transactions, t->dialogs, findings, t->inconclusive);
        printf("  %.2f s CPU, %.0f ns/message, %.0f messages/s, x %.2f of the first capture, "
               "reading alone %.2f s\n",
               s, ns, 1e9 / ns, ns / first_ns, last[i].read_seconds);
        printf("  %.1f checks/message; memory: %.1f MiB of the context, %.1f MiB of the process\n",
               (double)t->checks / messages, (double)last[i].heap_peak / 1048576,
               (double)last[i].resident / 1024);
        printf("  %" PRIu64 " requests to the allocator, %" PRIu64 " of them in the second half\n",
               last[i].heap_calls, last[i].late_calls);
        clean = clean && findings == 0 && t->messages > 0;
    }
    free(seconds);
    free(last);
    return clean;
}

int main(int argc, char **argv)
{
    const char *corpus = NULL;
    size_t min_bytes = 700;
    int rounds = 5, i = 1;
    bool no_findings = false, alone = false, clean;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--no-findings"))
            no_findings = true;
        else if (!strcmp(argv[i], "--parse-only"))
            alone = true;
        else if (!strcmp(argv[i], "--rounds") && i + 1 < argc)
            rounds = atoi(argv[++i]);
        else if (!strcmp(argv[i], "--min-bytes") && i + 1 < argc)
            min_bytes = (size_t)atoi(argv[++i]);
        else if (!strcmp(argv[i], "--messages") && i + 1 < argc)
            corpus = argv[++i];
        else
            break;
    }
    if ((i >= argc && !(alone && corpus)) || (i < argc && argv[i][0] == '-') || rounds < 1 ||
        rounds > ROUNDS_MAX) {
        fputs("usage: bench [--rounds N] [--messages CAPTURE] [--min-bytes N] [--no-findings]\n"
              "             [--parse-only] CAPTURE...\n",
              stderr);
        return 2;
    }
    if (corpus)
        min_bytes = 0;
    else
        corpus = argv[i];
    if (alone) {
        parse_only(corpus, min_bytes, rounds);
        return 0;
    }
    bench_parsers(corpus, min_bytes, rounds);
    clean = bench_judge(argv + i, argc - i, rounds);
    if (no_findings && !clean) {
        fputs("bench: legal traffic gave findings, or none of it was read\n", stderr);
        return 1;
    }
    return 0;
}

/* Gives the same octets to all parsers that are built in and tells where they read them
 * differently.
 *
 *   fuzz_diff [--seconds N | --runs N] [--seed N] [--out DIR] FILE|FOLDER...
 *
 * Messages and sessions are read as they are, then mutated (fuzz/mutate) for so long. A worker does
 * it, for the parsers of others may crash: what it finds lies in memory that both processes see,
 * and the next worker goes on behind the input that was one's end. Differences of one name are one
 * class; of each the smallest example is kept, made smaller still, printed and written to DIR. */
#define _DEFAULT_SOURCE /* scandir, strsignal, MAP_ANONYMOUS */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"
#include "minimise.h"
#include "mutate.h"
#include "net/scenario.h"

#define INPUT_MAX    16384
#define EXAMPLE_MAX  4096
#define CLASSES_MAX  1024
#define SEEDS_MAX    8192
#define MINIMISE_MAX 2000 /* readings an example may cost */

struct class
{
    char key[DIFF_KEY_MAX];
    uint64_t count;
    bool crash;
    uint32_t n;
    uint8_t example[EXAMPLE_MAX];
};

/* What worker and parent both see. */
struct shared {
    uint64_t next, limit; /* runs done, runs to do */
    volatile uint32_t parser;
    uint32_t n;
    uint8_t input[INPUT_MAX]; /* being read */
    uint32_t count;           /* of classes */
    uint64_t lost;            /* differences beyond the table */
    struct class classes[CLASSES_MAX];
};

struct seed {
    uint8_t *p;
    size_t n;
};

static struct shared *shared;
static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t first_seed = 1;
static time_t ends;
static const char *out_folder;

/* Seeds --------------------------------------------------------------------------------------- */

static void add_seed(const void *p, size_t n)
{
    if (n == 0 || n > INPUT_MAX / 2 || seed_count == SEEDS_MAX)
        return;
    seeds[seed_count].p = malloc(n);
    if (!seeds[seed_count].p)
        exit(2);
    memcpy(seeds[seed_count].p, p, n);
    seeds[seed_count++].n = n;
}

static void add_session(struct sipsan_span text)
{
    struct sipsan_scenario scenario;
    struct sipsan_arena arena;
    struct sipsan_pool pool;
    struct sipsan_mem mem;

    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_arena_init(&arena, &pool);
    if (sipsan_scenario_read(&scenario, &arena, text, NULL, NULL) == SIPSAN_OK) {
        for (const struct sipsan_case *c = scenario.cases; c; c = c->next) {
            for (const struct sipsan_packet *p = c->packets; p; p = p->next)
                add_seed(p->bytes.p, p->bytes.n);
        }
    }
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
}

static void add_file(const char *path)
{
    static uint8_t text[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t n;

    if (!file) {
        fprintf(stderr, "fuzz_diff: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    n = fread(text, 1, sizeof text, file);
    fclose(file);
    if (sipmut_is_session(text, n))
        add_session((struct sipsan_span){(const char *)text, n});
    else
        add_seed(text, n);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_path(const char *path)
{
    struct dirent **names;
    struct stat st;
    int count;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        add_file(path);
        return;
    }
    count = scandir(path, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        char inside[4096];

        snprintf(inside, sizeof inside, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            add_path(inside);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

/* Classes ------------------------------------------------------------------------------------- */

static struct class *class_of(const char *key)
{
    for (uint32_t i = 0; i < shared->count; i++) {
        if (strcmp(shared->classes[i].key, key) == 0)
            return &shared->classes[i];
    }
    if (shared->count == CLASSES_MAX)
        return NULL;
    snprintf(shared->classes[shared->count].key, DIFF_KEY_MAX, "%s", key);
    return &shared->classes[shared->count++];
}

static void record(void *user, const char *key)
{
    struct class *class = class_of(key);
    uint32_t n = shared->n < EXAMPLE_MAX ? shared->n : EXAMPLE_MAX;

    (void)user;
    if (!class) {
        shared->lost++;
        return;
    }
    class->count++;
    if (class->n == 0 || shared->n < class->n) {
        memcpy(class->example, shared->input, n);
        class->n = n;
    }
}

/* Running ------------------------------------------------------------------------------------- */

static void make_input(uint64_t run)
{
    size_t which = run < seed_count ? (size_t)run : (size_t)(run * 2654435761u % seed_count);
    const struct seed *seed = &seeds[which];
    const struct seed *other = &seeds[(run / 7 * 40503u + 1) % seed_count];

    memcpy(shared->input, seed->p, seed->n);
    shared->n = (uint32_t)seed->n;
    if (run >= seed_count)
        shared->n = (uint32_t)sipmut_mutate(shared->input, seed->n, INPUT_MAX, other->p, other->n,
                                            SIPMUT_MIXED, first_seed + run);
}

static bool go_on(void)
{
    return ends ? time(NULL) < ends : shared->next < shared->limit;
}

static void work(void)
{
    static struct diff_reading reading;

    if (!diff_start())
        _exit(2);
    while (go_on()) {
        make_input(shared->next++);
        alarm(5);
        diff_read(&reading, (const char *)shared->input, shared->n, &shared->parser);
        diff_keys(&reading, (const char *)shared->input, shared->n, record, NULL);
    }
    _exit(0);
}

static void crash_key(char key[DIFF_KEY_MAX], int status)
{
    const char *name = diff_parsers[shared->parser]->name;

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(key, DIFF_KEY_MAX, "%s does not come to an end", name);
    else if (WIFSIGNALED(status))
        snprintf(key, DIFF_KEY_MAX, "%s crashes: %s", name, strsignal(WTERMSIG(status)));
    else
        snprintf(key, DIFF_KEY_MAX, "%s exits with %d", name, WEXITSTATUS(status));
}

/* The exit status of a child that does this; its noise is thrown away. */
static int in_child(void (*fn)(void))
{
    int status = 0;
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid < 0) {
        perror("fuzz_diff: fork");
        exit(2);
    }
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stderr) || !freopen("/dev/null", "w", stdout))
            _exit(2);
        fn();
        _exit(0);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void run_all(void)
{
    while (go_on()) {
        int status = in_child(work);
        char key[DIFF_KEY_MAX];
        struct class *class;

        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        crash_key(key, status);
        record(NULL, key);
        class = class_of(key);
        if (class)
            class->crash = true;
    }
}

/* Smaller examples ---------------------------------------------------------------------------- */

static struct class *shrinking;

static void match(void *user, const char *key)
{
    bool *found = user;

    *found = *found || strcmp(key, shrinking->key) == 0;
}

static bool differs(void *user, const uint8_t *data, size_t n)
{
    struct diff_reading *reading = user;
    bool found = false;

    diff_read(reading, (const char *)data, n, NULL);
    diff_keys(reading, (const char *)data, n, match, &found);
    return found;
}

static void shrink_difference(void)
{
    static struct diff_reading reading;
    uint8_t copy[EXAMPLE_MAX];
    size_t n = shrinking->n;

    alarm(20);
    if (!diff_start())
        _exit(2);
    memcpy(copy, shrinking->example, n);
    if (!differs(&reading, copy, n)) /* it was longer than an example may be */
        return;
    n = sipmut_minimise(copy, n, differs, &reading, MINIMISE_MAX);
    if (n <= shrinking->n) {
        memcpy(shrinking->example, copy, n);
        shrinking->n = (uint32_t)n;
    }
}

static void read_once(void)
{
    static struct diff_reading reading;

    alarm(5);
    if (!diff_start())
        _exit(2);
    diff_read(&reading, (const char *)shared->input, shared->n, &shared->parser);
}

static bool crashes(void *user, const uint8_t *data, size_t n)
{
    char key[DIFF_KEY_MAX];
    int status;

    (void)user;
    memcpy(shared->input, data, n);
    shared->n = (uint32_t)n;
    status = in_child(read_once);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return false;
    crash_key(key, status);
    return strcmp(key, shrinking->key) == 0;
}

static void shrink(struct class *class)
{
    size_t n = class->n;
    uint8_t copy[EXAMPLE_MAX];

    shrinking = class;
    if (!class->crash) {
        in_child(shrink_difference);
        return;
    }
    memcpy(copy, class->example, n);
    if (strstr(class->key, "to an end") || !crashes(NULL, copy, n))
        return;
    n = sipmut_minimise(copy, n, crashes, NULL, MINIMISE_MAX / 4);
    if (n <= class->n) {
        memcpy(class->example, copy, n);
        class->n = (uint32_t)n;
    }
}

/* The table ----------------------------------------------------------------------------------- */

static int by_count(const void *a, const void *b)
{
    const struct class *x = a, *y = b;

    if (x->crash != y->crash)
        return x->crash ? -1 : 1;
    return x->count < y->count ? 1 : x->count > y->count ? -1 : strcmp(x->key, y->key);
}

static void print_example(const struct class *class)
{
    fputs("        ", stdout);
    for (uint32_t i = 0; i < class->n && i < 600; i++) {
        unsigned char c = class->example[i];

        if (c == '\n')
            fputs(i + 1 < class->n ? "\\n\n        " : "\\n", stdout);
        else if (c == '\r')
            fputs("\\r", stdout);
        else if (c >= ' ' && c <= '~')
            putchar(c);
        else
            printf("\\x%02x", c);
    }
    putchar('\n');
}

static void write_example(uint32_t number, const struct class *class)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%03u.sip", out_folder, (unsigned)number);
    file = fopen(path, "wb");
    if (!file || fwrite(class->example, 1, class->n, file) != class->n || fclose(file) != 0) {
        fprintf(stderr, "fuzz_diff: %s: %s\n", path, strerror(errno));
        exit(2);
    }
}

static void print_table(void)
{
    qsort(shared->classes, shared->count, sizeof *shared->classes, by_count);
    printf("%llu messages, %zu seeds, parsers:", (unsigned long long)shared->next, seed_count);
    for (size_t i = 0; i < diff_parser_count; i++)
        printf(" %s", diff_parsers[i]->name);
    printf("\n%u classes of differences\n", (unsigned)shared->count);
    if (shared->lost > 0)
        printf("%llu differences found no room in the table\n", (unsigned long long)shared->lost);
    for (uint32_t i = 0; i < shared->count; i++) {
        const struct class *class = &shared->classes[i];

        printf("%3u %8llu  %s\n", (unsigned)i + 1, (unsigned long long)class->count, class->key);
        print_example(class);
        if (out_folder)
            write_example(i + 1, class);
    }
}

static uint64_t number(const char *text)
{
    char *end;
    unsigned long long value = strtoull(text ? text : "", &end, 10);

    if (!text || end == text || *end) {
        fprintf(stderr, "fuzz_diff: not a number: %s\n", text ? text : "(none)");
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    uint64_t seconds = 0;
    int i = 1;

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("fuzz_diff");
        return 2;
    }
    shared->limit = 100000;
    for (; i < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "--seconds") == 0)
            seconds = number(argv[i + 1]);
        else if (strcmp(argv[i], "--runs") == 0)
            shared->limit = number(argv[i + 1]);
        else if (strcmp(argv[i], "--seed") == 0)
            first_seed = number(argv[i + 1]);
        else if (strcmp(argv[i], "--out") == 0 && argv[i + 1])
            out_folder = argv[i + 1];
        else
            break;
    }
    for (; i < argc && argv[i][0] != '-'; i++)
        add_path(argv[i]);
    if (i < argc || seed_count == 0) {
        fprintf(stderr, "usage: fuzz_diff [--seconds N | --runs N] [--seed N] [--out DIR] "
                        "FILE|FOLDER...\n");
        return 2;
    }
    if (out_folder && mkdir(out_folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "fuzz_diff: %s: %s\n", out_folder, strerror(errno));
        return 2;
    }
    ends = seconds > 0 ? time(NULL) + (time_t)seconds : 0;
    run_all();
    for (uint32_t c = 0; c < shared->count; c++)
        shrink(&shared->classes[c]);
    print_table();
    for (size_t s = 0; s < seed_count; s++)
        free(seeds[s].p);
    return 0;
}

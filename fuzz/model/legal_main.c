/* Runs many lives through a context: what it says of them is false, or the model is wrong.
 *
 *   legal [--calls N] [--seed N] [--each] [--list] [--keep DIR] [--notes] [--order]
 *
 * The seed of life i is --seed plus i. It stops at the first one with an error or warning; with
 * --each it goes on and lists each rule that spoke, how often, and the first seed. With --keep the
 * first life of each is in DIR as scenario text, and as octets for replay_legal. --order counts
 * what rests on the order of packets too. --show prints the life of --seed alone, with --all as it
 * was everywhere, whatever the tap saw. */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "frames.h"
#include "judge.h"

#define KEPT_MAX 65536

static uint64_t spread(uint64_t seed)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    seed = (seed ^ (seed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    seed = (seed ^ (seed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (seed ^ (seed >> 31)) | 1;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct spoken {
    const char *id;
    uint64_t first, count;
};

static struct spoken spoken[1000];
static size_t spoken_n;

static bool speaks(const char *id, uint64_t seed)
{
    for (size_t i = 0; i < spoken_n; i++) {
        if (!strcmp(spoken[i].id, id)) {
            spoken[i].count++;
            return false;
        }
    }
    if (spoken_n < sizeof(spoken) / sizeof(spoken[0]))
        spoken[spoken_n++] = (struct spoken){id, seed, 1};
    return true;
}

static FILE *open_kept(const char *folder, const char *id, uint64_t seed, const char *suffix)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s-%" PRIu64 "%s", folder, id, seed, suffix);
    f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(3);
    }
    return f;
}

static struct world world;

static void keep(struct sipsan *s, struct judged *judged, const char *folder, uint64_t seed)
{
    static uint8_t octets[KEPT_MAX];
    const char *id = judged->rule->id;
    FILE *f = open_kept(folder, id, seed, ".sipt");

    story_run(&world, NULL, 0, spread(seed), octets, sizeof(octets));
    judged->tell = f;
    judge_run(s, judged, &world);
    judged->tell = NULL;
    judge_write(f, &world, id);
    fclose(f);
    if (world.framed) {
        f = open_kept(folder, id, seed, ".pcap");
        frames_write(f, &world);
        fclose(f);
    }
    f = open_kept(folder, id, seed, ".octets");
    fwrite(octets, 1, world.choices.kept_n, f);
    fclose(f);
}

static int usage(void)
{
    fputs("usage: legal [--calls N] [--seed N] [--each] [--list] [--keep DIR] [--notes]\n"
          "             [--order] [--misses] [--registrations | --subscriptions]\n"
          "             [--frames | --holes] [--show [--all]]\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    uint64_t calls = 1000, seed = 1, i, messages = 0, found = 0;
    struct judged judged = {.from = SIPSAN_WARNING};
    bool each = false, list = false, show = false;
    const char *folder = NULL;
    struct sipsan *s;
    double start;

    for (int a = 1; a < argc; a++) {
        if (!strcmp(argv[a], "--each"))
            each = true;
        else if (!strcmp(argv[a], "--list"))
            list = true;
        else if (!strcmp(argv[a], "--show"))
            show = true;
        else if (!strcmp(argv[a], "--all"))
            world.see_all = true;
        else if (!strcmp(argv[a], "--misses"))
            world.may_miss = true;
        else if (!strcmp(argv[a], "--order"))
            judged.order = true;
        else if (!strcmp(argv[a], "--registrations"))
            world.life = REGISTRATIONS;
        else if (!strcmp(argv[a], "--frames"))
            world.all_framed = true;
        else if (!strcmp(argv[a], "--holes"))
            world.all_framed = world.holes = true;
        else if (!strcmp(argv[a], "--subscriptions"))
            world.life = SUBSCRIPTIONS;
        else if (!strcmp(argv[a], "--notes"))
            judged.from = SIPSAN_NOTE;
        else if (a + 1 < argc && !strcmp(argv[a], "--calls"))
            calls = strtoull(argv[++a], NULL, 10);
        else if (a + 1 < argc && !strcmp(argv[a], "--seed"))
            seed = strtoull(argv[++a], NULL, 10);
        else if (a + 1 < argc && !strcmp(argv[a], "--keep"))
            folder = argv[++a];
        else
            return usage();
    }
    s = judge_new(&judged);
    if (show) {
        judged.tell = stdout;
        judged.from = SIPSAN_NOTE;
        judged.order = true;
        story_run(&world, NULL, 0, spread(seed), NULL, 0);
        judge_run(s, &judged, &world);
        judge_write(stdout, &world, "life");
        sipsan_free(s);
        return 0;
    }
    start = seconds();
    for (i = 0; i < calls; i++) {
        story_run(&world, NULL, 0, spread(seed + i), NULL, 0);
        judge_run(s, &judged, &world);
        messages += world.seen_n;
        if (!judged.rule)
            continue;
        found++;
        if (list) {
            printf("%" PRIu64 " %s\n", seed + i, judged.rule->id);
            fflush(stdout);
        }
        if (speaks(judged.rule->id, seed + i) && folder)
            keep(s, &judged, folder, seed + i);
        if (!each)
            break;
    }
    sipsan_free(s);
    printf("%" PRIu64 " calls, %" PRIu64 " messages, %.0f calls/s, %" PRIu64 " with findings\n", i,
           messages, (double)i / (seconds() - start), found);
    for (size_t k = 0; k < spoken_n; k++)
        printf("%s: %" PRIu64 " times, first with seed %" PRIu64 "\n", spoken[k].id,
               spoken[k].count, spoken[k].first);
    return found > 0;
}

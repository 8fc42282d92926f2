/* Each violation of the tables in many lives: is its rule told, and nothing else?
 *
 *   plants [--surroundings N] [--seed N] [--only PREFIX] [--keep DIR] [--all] [--list]
 *
 * A life where it finds no place is drawn again. Prints each violation that was not told
 * everywhere, or with a rule that has nothing to do with it; with --all each one. The first such
 * life of each is in DIR as scenario text. --list prints the rules that are planted, and their
 * families. Exit status 1 when a violation found no place, was missed, or set off others. */
#include <inttypes.h>
#include <stdlib.h>

#include "judge.h"

/* Draws for one surrounding. */
#define DRAWS_MAX 4000

struct tally {
    unsigned placed, told, missed, unrelated;
    uint64_t draws;
    const char *other; /* the first unrelated rule */
};

static struct world world;

static uint64_t spread(uint64_t seed)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    seed = (seed ^ (seed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    seed = (seed ^ (seed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (seed ^ (seed >> 31)) | 1;
}

static void keep(const char *folder, unsigned k, const char *what)
{
    const char *rule = plant_at(k)->rule;
    char path[512];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%u-%s.sipt", folder, k, rule);
    f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(3);
    }
    fprintf(f, "# %s\n", what);
    judge_write(f, &world, rule);
    fclose(f);
}

static void count(struct tally *t, const struct judged *judged, enum planted what, unsigned k,
                  const char *folder)
{
    bool first = t->missed + t->unrelated == 0;

    t->placed++;
    if (what == PLANT_FOUND) {
        t->told++;
        return;
    }
    if (what == PLANT_MISSED) {
        t->missed++;
    } else {
        t->unrelated++;
        if (!t->other)
            t->other = judged->rule->id;
    }
    if (first && folder)
        keep(folder, k, what == PLANT_MISSED ? "missed" : judged->rule->id);
}

static struct tally try(struct sipsan *s, struct judged *judged, unsigned k, unsigned surroundings,
                        uint64_t seed, const char *folder)
{
    const struct plant *plant = plant_at(k);
    struct tally t = {0};

    for (unsigned i = 0; i < surroundings; i++) {
        enum planted what = PLANT_ABSENT;

        for (unsigned draw = 0; draw < DRAWS_MAX && what == PLANT_ABSENT; draw++) {
            uint64_t luck = spread(seed + ((uint64_t)k << 48) + ((uint64_t)i << 24) + draw);

            plant_prepare(&world, plant, luck >> 20);
            story_run(&world, NULL, 0, luck, NULL, 0);
            t.draws++;
            what = judge_planted(s, judged, &world, plant, (unsigned)(luck >> 40));
        }
        if (what == PLANT_ABSENT)
            break;
        count(&t, judged, what, k, folder);
    }
    return t;
}

static int usage(void)
{
    fputs("usage: plants [--surroundings N] [--seed N] [--only PREFIX] [--keep DIR] [--all]\n"
          "              [--list]\n",
          stderr);
    return 2;
}

static void list(void)
{
    for (unsigned k = 0; k < plant_count(); k++)
        printf("%s\t%s\n", plant_at(k)->rule, plant_family_of(k));
}

int main(int argc, char **argv)
{
    struct judged judged = {.from = SIPSAN_WARNING};
    const char *only = "", *folder = NULL;
    unsigned surroundings = 5, tried = 0, total = 0, missed = 0, unrelated = 0;
    uint64_t seed = 1;
    bool all = false, ok = true;
    struct sipsan *s;

    for (int a = 1; a < argc; a++) {
        if (!strcmp(argv[a], "--list")) {
            list();
            return 0;
        }
        if (!strcmp(argv[a], "--all"))
            all = true;
        else if (a + 1 < argc && !strcmp(argv[a], "--surroundings"))
            surroundings = (unsigned)strtoul(argv[++a], NULL, 10);
        else if (a + 1 < argc && !strcmp(argv[a], "--seed"))
            seed = strtoull(argv[++a], NULL, 10);
        else if (a + 1 < argc && !strcmp(argv[a], "--only"))
            only = argv[++a];
        else if (a + 1 < argc && !strcmp(argv[a], "--keep"))
            folder = argv[++a];
        else
            return usage();
    }
    s = judge_new(&judged);
    for (unsigned k = 0; k < plant_count(); k++) {
        struct tally t;
        bool good;

        if (strncmp(plant_at(k)->rule, only, strlen(only)) != 0)
            continue;
        t = try(s, &judged, k, surroundings, seed, folder);
        good = t.told == surroundings;
        ok = ok && good;
        tried++;
        total += t.placed;
        missed += t.missed;
        unrelated += t.unrelated;
        if (all || !good)
            printf("%u\t%s\t%s\t%u placed of %u (%" PRIu64 " lives)\t%u missed\t%u with %s\n", k,
                   plant_at(k)->rule, plant_family_of(k), t.placed, surroundings, t.draws, t.missed,
                   t.unrelated, t.other ? t.other : "others");
    }
    sipsan_free(s);
    printf("%u violations in %u surroundings each: %u planted, %u missed, %u with others\n", tried,
           surroundings, total, missed, unrelated);
    return ok ? 0 : 1;
}

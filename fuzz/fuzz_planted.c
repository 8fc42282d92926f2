/* Targets: the rules, one by one: a violation of the tables of model/plant_*.c in a life that keeps
 * the law otherwise. First two octets: which one; third: in which of the messages that fit, and in
 * which kind of world; the rest makes the life.
 *
 * Invariant: this rule is told, and no rule that has nothing to do with it. */
#include <stdlib.h>

#include "holds.h"
#include "model/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    static struct judged judged = {.from = SIPSAN_WARNING};
    static struct sipsan *s; /* lives as long as the process */
    const struct plant *plant;
    enum planted what;

    if (!s)
        s = judge_new(&judged);
    if (size < 3)
        return 0;
    plant = plant_at((data[0] + 256u * data[1]) % plant_count());
    plant_prepare(&world, plant, data[2]);
    story_run(&world, data + 3, size - 3, 0, NULL, 0);
    what = judge_planted(s, &judged, &world, plant, data[2] / 3);
    if (what == PLANT_ABSENT || what == PLANT_FOUND)
        return 0;
    fprintf(stderr, "%s %s\n", plant->rule,
            what == PLANT_MISSED ? "is not told" : "is told with another one:");
    judged.tell = stderr;
    judge_run(s, &judged, &world);
    judge_write(stderr, &world, plant->rule);
    abort();
}

/* Targets: the whole validator under lawful traffic: transactions, dialogs, timers, rules.
 *
 * Invariant: the life that the octets make (fuzz/model) keeps the RFCs, so that no finding of
 * severity warning or error is made about it, whatever the network did to it and wherever the tap
 * was. */
#include <stdlib.h>

#include "holds.h"
#include "model/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    static struct judged judged = {.from = SIPSAN_WARNING};
    static struct sipsan *s; /* lives as long as the process */

    if (!s)
        s = judge_new(&judged);
    story_run(&world, data, size, 0, NULL, 0);
    judge_run(s, &judged, &world);
    if (!judged.rule)
        return 0;
    judged.tell = stderr;
    judge_run(s, &judged, &world);
    judge_write(stderr, &world, "life");
    abort();
}

/* What lives meet: each method, each status and each event of tally.h, and how often. Nobody judges
 * them here. It ends with 1 when one was never met.
 *
 *   lived [--calls N] [--seed N] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model.h"

static struct world world;

static bool row(const char *what, uint64_t n)
{
    printf("%10" PRIu64 "  %s\n", n, what);
    return n > 0;
}

static bool print(const struct lives_tally *tally)
{
    static const char *const events[] = {
#define X(name, what) what,
        MODEL_EVENTS(X)
#undef X
    };
    bool all = true;

    for (int i = 0; i < METHODS; i++)
        all = row(method_names[i], tally->requests[i]) && all;
    for (unsigned i = 0; status_at(i); i++) {
        char text[8];

        snprintf(text, sizeof(text), "%d", status_at(i));
        all = row(text, tally->responses[status_at(i)]) && all;
    }
    for (int i = 0; i < MODEL_EVENT_COUNT; i++)
        all = row(events[i], tally->events[i]) && all;
    return all;
}

int main(int argc, char **argv)
{
    uint64_t calls = 1000, seed = 1;

    for (int a = 1; a < argc; a++) {
        if (a + 1 < argc && !strcmp(argv[a], "--calls")) {
            calls = strtoull(argv[++a], NULL, 10);
        } else if (a + 1 < argc && !strcmp(argv[a], "--seed")) {
            seed = strtoull(argv[++a], NULL, 10);
        } else {
            fputs("usage: lived [--calls N] [--seed N]\n", stderr);
            return 2;
        }
    }
    for (uint64_t i = 0; i < calls; i++)
        story_run(&world, NULL, 0, (seed + i) * UINT64_C(0x9e3779b97f4a7c15) | 1, NULL, 0);
    return print(&world.tally) ? 0 : 1;
}

/* Targets: a whole session through a context, as fuzz_session does; the input is scenario text.
 *
 * Invariants: the properties of tests/prop that hold for any text whatever: feeding twice, another
 * hash seed, a reset context, a shift of time, renamed addresses, and reading ahead change nothing
 * that they should not (architecture of the tests: tests/README.md). */
#include <stdlib.h>

#include "base/span.h"
#include "prop/properties.h"

#define INPUT_MAX   16384
#define PACKETS_MAX 16 /* no case begins behind so many: each is fed about a dozen times */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* With a new context as the one to compare with, or with those that are only ever reset. */
static void hold(const struct session *session, bool with_new, struct sipsan_arena *scratch)
{
    struct told told;

    keep_contexts(!with_new);
    told = tell(session);
    keep_contexts(true);
    fed_twice(session, &told); /* in contexts that were reset */
    time_shifted(session, &told);
    any_addresses_renamed(session, scratch);
    read_ahead(session, session, &told, &paces[1]);
    buffer_free(&told.said);
    sipsan_arena_reset(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sessions all; /* its memory lives as long as the process */
    struct sipsan_arena scratch;
    struct sipsan_scenario scenario;

    if (!all.pool.mem) {
        sipsan_mem_init(&all.mem);
        sipsan_pool_init(&all.pool, &all.mem, 65536, 4);
    }
    if (size > INPUT_MAX)
        return 0;
    sipsan_arena_init(&all.arena, &all.pool);
    sipsan_arena_init(&scratch, &all.pool);
    if (!sipsan_scenario_read(&scenario, &all.arena, (struct sipsan_span){(const char *)data, size},
                              NULL, NULL)) {
        uint32_t packets = 0;

        for (const struct sipsan_case *c = scenario.cases; c && packets < PACKETS_MAX;
             c = c->next) {
            for (const struct sipsan_packet *p = c->packets; p; p = p->next)
                packets++;
            hold(&(struct session){.file = "input", .flow = c}, size % 8 == 0, &scratch);
        }
    }
    sipsan_arena_reset(&scratch);
    sipsan_arena_reset(&all.arena);
    return 0;
}

/* AFL++'s hooks, in a shared object that afl-fuzz loads (AFL_CUSTOM_MUTATOR_LIBRARY). SIPMUT_MODE
 * is mixed, consistent or broken. */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

#define EXPORT __attribute__((visibility("default")))

struct state {
    enum sipmut_mode mode;
    uint64_t seed, calls;
    uint8_t *out;
    size_t room;
};

EXPORT void *afl_custom_init(void *afl, unsigned int seed);
EXPORT size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t n, uint8_t **out, uint8_t *add,
                              size_t add_n, size_t max);
EXPORT unsigned int afl_custom_fuzz_count(void *data, const uint8_t *buf, size_t n);
EXPORT void afl_custom_deinit(void *data);

void *afl_custom_init(void *afl, unsigned int seed)
{
    struct state *state = calloc(1, sizeof *state);

    (void)afl;
    if (state) {
        state->mode = sipmut_mode_named(getenv("SIPMUT_MODE"));
        state->seed = (uint64_t)seed << 32;
    }
    return state;
}

/* afl-fuzz keeps its own buffer; ours is the one that is run. One input in eight is crossed with
 * the other that afl-fuzz hands over. */
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t n, uint8_t **out, uint8_t *add,
                       size_t add_n, size_t max)
{
    struct state *state = data;
    uint64_t seed = state->seed + state->calls++;

    *out = buf;
    if (n == 0 || n > max)
        return n < max ? n : max;
    if (state->room < max) {
        uint8_t *room = realloc(state->out, max);

        if (!room)
            return n;
        state->out = room;
        state->room = max;
    }
    *out = state->out;
    if (add && add_n > 0 && state->calls % 8 == 0)
        return sipmut_cross(state->out, max, buf, n, add, add_n, seed);
    memcpy(state->out, buf, n);
    return sipmut_mutate(state->out, n, max, add, add ? add_n : 0, state->mode, seed);
}

/* More for what has more places to change. */
unsigned int afl_custom_fuzz_count(void *data, const uint8_t *buf, size_t n)
{
    (void)data;
    return sipmut_is_session(buf, n) ? 512 : 256;
}

void afl_custom_deinit(void *data)
{
    struct state *state = data;

    free(state->out);
    free(state);
}

/* libFuzzer's hooks: linked into a harness, its own mutations take turns with ours. */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                                 uint8_t *out, size_t max, unsigned int seed);

/* The input of the last call, from which pieces are taken: libFuzzer hands over one at a time. */
static uint8_t last[4096];
static size_t last_n;

static void remember(const uint8_t *data, size_t size)
{
    if (size > sizeof last)
        return;
    memcpy(last, data, size);
    last_n = size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
    uint8_t other[sizeof last];
    size_t other_n = last_n;

    if (seed % 4 == 0 || size == 0)
        return LLVMFuzzerMutate(data, size, max);
    memcpy(other, last, other_n);
    remember(data, size);
    return sipmut_mutate(data, size, max, other, other_n, sipmut_mode_named(getenv("SIPMUT_MODE")),
                         seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                                 uint8_t *out, size_t max, unsigned int seed)
{
    return sipmut_cross(out, max, a, a_size, b, b_size, seed);
}

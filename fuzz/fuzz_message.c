/* Targets: sipsan_msg_sniff and sipsan_msg_parse with all readers behind it, sipsan_uri_read and
 * sipsan_uri_eq. Blocks of the arena are so small that every object has one of its own: an address
 * sanitizer sees a step behind any of them, the terminator of the message included. */
#include "invariants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sipsan_msg_limits limits = {.headers = 64, .faults = 32};
    const struct sipsan_span bytes = {(const char *)data, size};
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg a, b, kept;

    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 64, 0);
    sipsan_arena_init(&a.arena, &pool);
    sipsan_arena_init(&b.arena, &pool);
    sipsan_msg_sniff(bytes.p, bytes.n);
    if (sipsan_msg_parse(&a, bytes, &limits) == SIPSAN_OK) {
        check_message(&a);
        if (sipsan_msg_parse(&b, bytes, &limits) == SIPSAN_OK) {
            check_same(&a, &b);
            sipsan_msg_drop(&b);
        }
        sipsan_msg_take(&kept, &a);
        check_message(&kept);
        sipsan_msg_drop(&kept);
    }
    sipsan_pool_free(&pool);
    INVARIANT(mem.used == 0);
    return 0;
}

/* Targets: sipsan_msg_sniff and sipsan_msg_parse with all readers behind it, sipsan_uri_read and
 * sipsan_uri_eq.
 *
 * One input in sixteen is parsed with blocks so small that every object has one of its own: there
 * the address sanitizer sees a step behind any of them, the terminator of the message included; it
 * is parsed twice, with one result. The others use blocks as the library does, which is several
 * times faster. */
#include "body_invariants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_and_check(struct sipsan_pool *pool, struct sipsan_span bytes, bool twice)
{
    const struct sipsan_msg_limits limits = {.headers = 64, .faults = 32};
    struct sipsan_msg a, b;

    sipsan_msg_init(&a, pool);
    if (sipsan_msg_parse(&a, bytes, &limits) != SIPSAN_OK)
        return;
    check_message(&a);
    check_bodies(&a);
    sipsan_msg_init(&b, pool);
    if (twice && sipsan_msg_parse(&b, bytes, &limits) == SIPSAN_OK) {
        check_same(&a, &b);
        sipsan_msg_drop(&b);
    }
    sipsan_msg_drop(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sipsan_span bytes = {(const char *)data, size};
    static struct sipsan_mem mem;
    static struct sipsan_pool pool;

    sipsan_msg_sniff(bytes.p, bytes.n);
    if (size % 16 == 0) {
        struct sipsan_mem small_mem;
        struct sipsan_pool small;

        sipsan_mem_init(&small_mem);
        sipsan_pool_init(&small, &small_mem, 64, 0);
        parse_and_check(&small, bytes, true);
        sipsan_pool_free(&small);
        INVARIANT(small_mem.used == 0);
        return 0;
    }
    if (!pool.mem) {
        sipsan_mem_init(&mem);
        sipsan_pool_init(&pool, &mem, 16384, 8);
    }
    parse_and_check(&pool, bytes, false);
    INVARIANT(mem.used == pool.free_count * pool.block_size);
    return 0;
}

/* URIs on their own, for the tests of src/parse. */
#ifndef SIPSAN_TESTS_URI_HELPER_H
#define SIPSAN_TESTS_URI_HELPER_H

#include "parse_helper.h"

/* What they live in: the state of a test whose setup and teardown are the two functions below. */
struct uris {
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena;
};

static inline int uris_start(void **state)
{
    static struct uris uris;

    sipsan_mem_init(&uris.mem);
    sipsan_pool_init(&uris.pool, &uris.mem, 64, 0);
    sipsan_arena_init(&uris.arena, &uris.pool);
    *state = &uris;
    return 0;
}

static inline int uris_stop(void **state)
{
    struct uris *uris = *state;

    sipsan_arena_reset(&uris->arena);
    sipsan_pool_free(&uris->pool);
    return uris->mem.used != 0;
}

/* Legal or not: see ok. */
static inline struct sipsan_uri read_uri(void **state, const char *text)
{
    struct uris *uris = *state;
    struct sipsan_uri uri;

    assert_int_equal(sipsan_uri_read(&uri, &uris->arena, (struct sipsan_span){text, strlen(text)}),
                     SIPSAN_OK);
    return uri;
}

#endif

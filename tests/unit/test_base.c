/* base: memory with a ceiling, arenas, text and spans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/pages.h"
#include "base/span.h"
#include "base/text.h"
#include "base_helper.h"

/* mem ----------------------------------------------------------------------------------------- */

static void test_mem_counts_used_and_peak(void **state)
{
    struct meter meter = {0};
    struct sipsan_mem mem = metered(&meter);
    char *a = sipsan_mem_alloc(&mem, 100);
    char *b = sipsan_mem_zalloc(&mem, 50);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    for (int i = 0; i < 50; i++)
        assert_int_equal(b[i], 0);
    assert_int_equal(mem.used, 150);
    a = sipsan_mem_resize(&mem, a, 100, 300);
    assert_non_null(a);
    assert_int_equal(mem.used, 350);
    a = sipsan_mem_resize(&mem, a, 300, 10);
    assert_non_null(a);
    assert_int_equal(mem.used, 60);
    assert_int_equal(mem.peak, 350);
    sipsan_mem_free(&mem, a, 10);
    sipsan_mem_free(&mem, b, 50);
    sipsan_mem_free(&mem, NULL, 0);
    assert_int_equal(mem.used, 0);
    assert_int_equal(meter.out, 0);
}

static void test_mem_ceiling_refuses_and_counts(void **state)
{
    struct meter meter = {0};
    struct sipsan_mem mem = metered(&meter);
    char *a;

    (void)state;
    mem.limit = 100;
    a = sipsan_mem_alloc(&mem, 100);
    assert_non_null(a);
    assert_null(sipsan_mem_alloc(&mem, 1));
    assert_null(sipsan_mem_alloc(&mem, SIZE_MAX));
    assert_null(sipsan_mem_resize(&mem, a, 100, 101));
    assert_int_equal(mem.refused, 3);
    assert_int_equal(mem.used, 100);
    memset(a, 1, 100); /* the refused block is still ours */
    sipsan_mem_free(&mem, a, 100);
    a = sipsan_mem_alloc(&mem, 100);
    assert_non_null(a);
    sipsan_mem_free(&mem, a, 100);
    assert_int_equal(meter.out, 0);
}

static void test_mem_allocator_refusal_keeps_the_old_block(void **state)
{
    struct meter meter = {.refuse = 2};
    struct sipsan_mem mem = metered(&meter);
    char *a = sipsan_mem_alloc(&mem, 8);

    (void)state;
    assert_non_null(a);
    memset(a, 7, 8);
    assert_null(sipsan_mem_resize(&mem, a, 8, 16));
    assert_int_equal(mem.used, 8);
    assert_int_equal(mem.refused, 1);
    assert_int_equal(a[7], 7);
    sipsan_mem_free(&mem, a, 8);
    assert_int_equal(mem.used, 0);
}

/* arena --------------------------------------------------------------------------------------- */

static void test_arena_alignment_and_overlap(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    char *blocks[200];
    size_t sizes[200];

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 512, 4);
    sipsan_arena_init(&arena, &pool);
    for (size_t i = 0; i < 200; i++) {
        /* Bytes in between shift the next start off its alignment. */
        assert_int_equal(sipsan_arena_copy(&arena, text("abc")).n, 3);
        sizes[i] = i * 7 % 600; /* some are larger than a block */
        blocks[i] = sipsan_arena_alloc(&arena, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        memset(blocks[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal((unsigned char)blocks[i][j], i);
    assert_int_equal(sipsan_arena_size(&arena), mem.used);
    sipsan_arena_reset(&arena);
    assert_int_equal(sipsan_arena_size(&arena), 0);
    sipsan_pool_free(&pool);
    assert_int_equal(mem.used, 0);
}

static void test_arena_reuses_blocks(void **state)
{
    struct meter meter = {0};
    struct sipsan_mem mem = metered(&meter);
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    uint64_t warm;

    (void)state;
    sipsan_pool_init(&pool, &mem, 256, 8);
    sipsan_arena_init(&arena, &pool);
    for (int i = 0; i < 8; i++)
        assert_non_null(sipsan_arena_alloc(&arena, 200));
    sipsan_arena_reset(&arena);
    warm = meter.calls;
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 8; i++)
            assert_non_null(sipsan_arena_alloc(&arena, 200));
        sipsan_arena_reset(&arena);
    }
    assert_int_equal(meter.calls, warm);

    /* More than free_max go back, and so does a block of an odd size. */
    for (int i = 0; i < 20; i++)
        assert_non_null(sipsan_arena_alloc(&arena, 200));
    assert_non_null(sipsan_arena_alloc(&arena, 4000));
    sipsan_arena_reset(&arena);
    assert_int_equal(pool.free_count, 8);
    assert_int_equal(meter.out, 8);
    sipsan_pool_free(&pool);
    assert_int_equal(meter.out, 0);
}

static void test_arena_zalloc_clears_reused_memory(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    unsigned char *p;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 256, 2);
    sipsan_arena_init(&arena, &pool);
    memset(sipsan_arena_alloc(&arena, 128), 0xaa, 128);
    sipsan_arena_reset(&arena);
    p = sipsan_arena_zalloc(&arena, 128);
    for (int i = 0; i < 128; i++)
        assert_int_equal(p[i], 0);
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
}

static void test_arena_move_changes_the_owner(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena from, to;
    struct sipsan_span kept;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 256, 2);
    sipsan_arena_init(&from, &pool);
    sipsan_arena_init(&to, &pool);
    kept = sipsan_arena_copy(&from, text("z9hG4bK"));
    sipsan_arena_move(&to, &from);
    assert_int_equal(sipsan_arena_size(&from), 0);
    /* The giver works on, and its reset leaves the moved text alone. */
    assert_int_equal(sipsan_arena_copy(&from, text("other")).n, 5);
    sipsan_arena_reset(&from);
    assert_true(span_eq(kept, text("z9hG4bK")));
    sipsan_arena_reset(&to);
    sipsan_pool_free(&pool);
    assert_int_equal(mem.used, 0);
}

static void test_arena_refusal(void **state)
{
    struct meter meter = {.refuse = 2};
    struct sipsan_mem mem = metered(&meter);
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    struct sipsan_span kept, none;

    (void)state;
    sipsan_pool_init(&pool, &mem, 128, 2);
    sipsan_arena_init(&arena, &pool);
    kept = sipsan_arena_copy(&arena, text("kept"));
    none = sipsan_arena_copy(&arena, (struct sipsan_span){(char[200]){0}, 200});
    assert_null(none.p);
    assert_int_equal(none.n, 0);
    assert_null(sipsan_arena_alloc(&arena, 200));
    assert_null(sipsan_arena_zalloc(&arena, 200));
    assert_null(sipsan_arena_alloc(&arena, SIZE_MAX));
    assert_null(sipsan_arena_alloc(&arena, SIZE_MAX - 16));
    assert_true(span_eq(kept, text("kept")));
    assert_non_null(sipsan_arena_alloc(&arena, 16)); /* what is left of the block still serves */
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
    assert_int_equal(meter.out, 0);
}

/* text and spans ------------------------------------------------------------------------------ */

static void test_text_keeps_the_old_when_refused(void **state)
{
    struct meter meter = {.refuse = 2};
    struct sipsan_mem mem = metered(&meter);
    struct sipsan_text t = {0};
    static char big[65537];

    (void)state;
    assert_null(text_span(&t).p);
    assert_true(sipsan_text_set(&mem, &t, text("")));
    assert_non_null(text_span(&t).p); /* empty is not "never set" */
    assert_int_equal(text_span(&t).n, 0);
    assert_true(sipsan_text_set(&mem, &t, text("tag-one")));
    assert_false(sipsan_text_set(&mem, &t, (struct sipsan_span){big, 1000}));
    assert_true(span_eq(text_span(&t), text("tag-one")));
    assert_true(sipsan_text_set(&mem, &t, text("two"))); /* fits in the room it has */
    assert_true(span_eq(text_span(&t), text("two")));
    meter.refuse = 0;
    assert_false(sipsan_text_set(&mem, &t, (struct sipsan_span){big, sizeof(big)}));
    assert_true(sipsan_text_set(&mem, &t, (struct sipsan_span){big, sizeof(big) - 1}));
    sipsan_text_free(&mem, &t);
    assert_false(t.set);
    assert_int_equal(mem.used, 0);
    assert_int_equal(meter.out, 0);
}

static void test_span_comparison(void **state)
{
    (void)state;
    assert_true(span_eq(text("BYE"), text("BYE")));
    assert_false(span_eq(text("BYE"), text("bye")));
    assert_true(span_eq((struct sipsan_span){NULL, 0}, text("")));
    assert_true(sipsan_span_eq_nocase(text("Via"), text("vIA")));
    assert_false(sipsan_span_eq_nocase(text("Via"), text("Vi")));
    assert_false(sipsan_span_eq_nocase(text("@"), text("`")));
    assert_true(
        sipsan_span_eq_nocase((struct sipsan_span){"a\0B", 3}, (struct sipsan_span){"A\0b", 3}));
    assert_true(sipsan_span_starts_nocase(text("z9HG4BKabc"), text("z9hG4bK")));
    assert_false(sipsan_span_starts_nocase(text("z9hG4"), text("z9hG4bK")));
    assert_true(sipsan_span_contains(text("tag=1928"), text("19")));
    assert_true(sipsan_span_contains(text("tag=1928"), text("28")));
    assert_false(sipsan_span_contains(text("tag=1928"), text("29")));
    assert_false(sipsan_span_contains(text("19"), text("1928")));
    assert_false(sipsan_span_contains(text("1928"), text("")));
}

static void test_span_trim(void **state)
{
    (void)state;
    assert_true(span_eq(sipsan_span_trim(text(" \t a b\r\n ")), text("a b")));
    assert_int_equal(sipsan_span_trim(text(" \r\n\t")).n, 0);
    assert_int_equal(sipsan_span_trim(text("")).n, 0);
    assert_true(
        span_eq(sipsan_span_trim(text("\va\f")), text("\va\f"))); /* no white space of SIP */
}

#define PAGE_BLOCKS 64

static size_t some_size(unsigned i)
{
    static const size_t sizes[] = {1, 24, 200, 4096, 8191, 9000, 60000, 1048576, 1500000};

    return sizes[i % (sizeof(sizes) / sizeof(sizes[0]))] + i;
}

/* Blocks are aligned, keep what is written into them beside each other, when they are resized too,
 * and what is given back is used again. */
static void test_pages_blocks_are_apart(void **state)
{
    struct sipsan_pages pages;
    unsigned char *p[PAGE_BLOCKS];
    void *again;

    (void)state;
    sipsan_pages_init(&pages);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < PAGE_BLOCKS; i++) {
            p[i] = sipsan_pages_alloc(&pages, some_size(i));
            assert_non_null(p[i]);
            assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
            memset(p[i], (int)i + 1, some_size(i));
        }
        for (unsigned i = 0; i < PAGE_BLOCKS; i += 3) {
            size_t before = some_size(i), after = some_size(i + round + 1);
            size_t kept = before < after ? before : after;

            p[i] = sipsan_pages_resize(&pages, p[i], after);
            assert_non_null(p[i]);
            for (size_t j = 0; j < kept; j++)
                assert_int_equal(p[i][j], i + 1);
            memset(p[i], (int)i + 1, after);
        }
        for (unsigned i = 0; i < PAGE_BLOCKS; i++) {
            size_t n = some_size(i % 3 ? i : i + round + 1);

            assert_int_equal(p[i][0], i + 1);
            assert_int_equal(p[i][n - 1], i + 1);
            sipsan_pages_release(&pages, p[i]);
        }
    }
    again = sipsan_pages_alloc(&pages, 200);
    sipsan_pages_release(&pages, again);
    assert_ptr_equal(sipsan_pages_alloc(&pages, 200), again);
    sipsan_pages_release(&pages, NULL);
    assert_null(sipsan_pages_alloc(&pages, SIZE_MAX));
    assert_null(sipsan_pages_alloc(&pages, SIZE_MAX - 40));
    sipsan_pages_free(&pages);
}

/* A table that doubles leaves its old places to small blocks. */
static void test_pages_of_tables_are_used_again(void **state)
{
    struct sipsan_pages pages;
    char *table, *small;

    (void)state;
    sipsan_pages_init(&pages);
    table = sipsan_pages_alloc(&pages, 65536);
    assert_non_null(table);
    sipsan_pages_release(&pages, table);
    small = sipsan_pages_alloc(&pages, 100);
    assert_true(small >= table && small < table + 65536);
    sipsan_pages_free(&pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mem_counts_used_and_peak),
        cmocka_unit_test(test_mem_ceiling_refuses_and_counts),
        cmocka_unit_test(test_mem_allocator_refusal_keeps_the_old_block),
        cmocka_unit_test(test_arena_alignment_and_overlap),
        cmocka_unit_test(test_arena_reuses_blocks),
        cmocka_unit_test(test_arena_zalloc_clears_reused_memory),
        cmocka_unit_test(test_arena_move_changes_the_owner),
        cmocka_unit_test(test_arena_refusal),
        cmocka_unit_test(test_pages_blocks_are_apart),
        cmocka_unit_test(test_pages_of_tables_are_used_again),
        cmocka_unit_test(test_text_keeps_the_old_when_refused),
        cmocka_unit_test(test_span_comparison),
        cmocka_unit_test(test_span_trim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

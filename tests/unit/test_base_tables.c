/* base: hash, map, timers. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/timers.h"
#include "base_helper.h"

/* hash ---------------------------------------------------------------------------------------- */

static const uint64_t seed_a[2] = {1, 2};
static const uint64_t seed_b[2] = {1, 3};

static uint64_t hash_parts(const uint64_t seed[2], const char *a, const char *b)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, seed);
    sipsan_hash_span(&h, text(a));
    sipsan_hash_span(&h, text(b));
    return sipsan_hash_end(&h);
}

static void test_hash_parts_do_not_run_together(void **state)
{
    (void)state;
    assert_true(hash_parts(seed_a, "ab", "c") == hash_parts(seed_a, "ab", "c"));
    assert_true(hash_parts(seed_a, "ab", "c") != hash_parts(seed_a, "a", "bc"));
    assert_true(hash_parts(seed_a, "", "abc") != hash_parts(seed_a, "abc", ""));
    assert_true(hash_parts(seed_a, "12345678", "9") != hash_parts(seed_a, "1234567", "89"));
    assert_true(hash_parts(seed_a, "12345678", "") != hash_parts(seed_a, "", "12345678"));
    assert_true(hash_parts(seed_a, "a", "b") != hash_parts(seed_b, "a", "b"));
}

static void test_hash_tells_trailing_zeros_apart(void **state)
{
    uint64_t seen[20];
    char zeros[20] = {0};

    (void)state;
    for (size_t n = 0; n < 20; n++) {
        struct sipsan_hash h;

        sipsan_hash_init(&h, seed_a);
        sipsan_hash_bytes(&h, zeros, n);
        seen[n] = sipsan_hash_end(&h);
        for (size_t i = 0; i < n; i++)
            assert_true(seen[i] != seen[n]);
    }
}

static uint64_t hash_of(struct sipsan_span s, bool nocase)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, seed_a);
    if (nocase)
        sipsan_hash_nocase(&h, s);
    else
        sipsan_hash_span(&h, s);
    return sipsan_hash_end(&h);
}

/* The lower-case hash is the hash of the lower-case text, for every byte at every place. */
static void test_hash_nocase_is_hash_of_lower_case(void **state)
{
    char in[19], lower[19];

    (void)state;
    for (size_t n = 1; n <= sizeof(in); n++) {
        for (int c = 0; c < 256; c++) {
            memset(in, 'q', n);
            in[n - 1] = (char)c;
            in[n / 2] = (char)c;
            for (size_t i = 0; i < n; i++)
                lower[i] = ascii_lower(in[i]);
            assert_true(hash_of((struct sipsan_span){in, n}, true) ==
                        hash_of((struct sipsan_span){lower, n}, false));
        }
    }
    assert_true(hash_of(text("Example.COM"), true) == hash_of(text("eXAMPLE.com"), true));
    assert_true(hash_of(text("[@"), true) != hash_of(text("{`"), true));
}

static void test_hash_of_nothing_is_no_special_case(void **state)
{
    (void)state;
    assert_true(hash_of((struct sipsan_span){"", 0}, true) ==
                hash_of((struct sipsan_span){"", 0}, false));
}

/* map ----------------------------------------------------------------------------------------- */

struct thing {
    int key;
    struct sipsan_map_link link;
    bool in;
};

static void test_map_grows_and_finds_everything(void **state)
{
    enum { N = 5000 };
    struct sipsan_mem mem;
    struct sipsan_map map;
    struct thing *things = calloc(N, sizeof(*things));

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_map_init(&map, &mem, N);
    assert_null(sipsan_map_first(&map, 0));
    for (int i = 0; i < N; i++) {
        things[i].key = i;
        assert_true(sipsan_map_add(&map, &things[i].link, (uint64_t)i * 3));
    }
    assert_true(map.slot_count >= N);
    for (int i = 0; i < N; i++) {
        struct sipsan_map_link *link = sipsan_map_first(&map, (uint64_t)i * 3);

        assert_non_null(link);
        assert_int_equal(sipsan_container(link, struct thing, link)->key, i);
        assert_null(sipsan_map_next(link));
    }
    assert_null(sipsan_map_first(&map, 1));
    sipsan_map_free(&map);
    assert_int_equal(mem.used, 0);
    free(things);
}

static void test_map_ceiling(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_map map;
    struct thing things[4] = {0};

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_map_init(&map, &mem, 3);
    for (int i = 0; i < 3; i++)
        assert_true(sipsan_map_add(&map, &things[i].link, 9));
    assert_false(sipsan_map_add(&map, &things[3].link, 9));
    assert_int_equal(map.count, 3);
    sipsan_map_remove(&map, &things[0].link);
    assert_true(sipsan_map_add(&map, &things[3].link, 9));
    sipsan_map_free(&map);
}

/* The newest of equal hashes comes first, also after the table has grown. */
static void test_map_newest_first_after_growth(void **state)
{
    enum { N = 1000 };
    struct sipsan_mem mem;
    struct sipsan_map map;
    struct thing twins[3] = {{.key = 0}, {.key = 1}, {.key = 2}};
    struct thing *others = calloc(N, sizeof(*others));
    struct sipsan_map_link *link;
    int expected = 2;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_map_init(&map, &mem, N + 3);
    for (int i = 0; i < 3; i++)
        assert_true(sipsan_map_add(&map, &twins[i].link, 64));
    for (int i = 0; i < N; i++)
        assert_true(sipsan_map_add(&map, &others[i].link, 128 + 64 * (uint64_t)i));
    for (link = sipsan_map_first(&map, 64); link; link = sipsan_map_next(link))
        assert_int_equal(sipsan_container(link, struct thing, link)->key, expected--);
    assert_int_equal(expected, -1);
    sipsan_map_free(&map);
    free(others);
}

static void test_map_works_on_when_it_cannot_grow(void **state)
{
    enum { N = 300, FULL = 60 };        /* one slot of sixteen stays free */
    struct meter meter = {.refuse = 2}; /* the first slots are granted, no others */
    struct sipsan_mem mem = metered(&meter);
    struct sipsan_map map;
    struct thing things[N] = {0};

    (void)state;
    sipsan_map_init(&map, &mem, N);
    for (int i = 0; i < FULL; i++)
        assert_true(sipsan_map_add(&map, &things[i].link, (uint64_t)i * 64));
    for (int i = FULL; i < N; i++)
        assert_false(sipsan_map_add(&map, &things[i].link, (uint64_t)i * 64));
    assert_true(sipsan_map_add(&map, &things[FULL].link, 0)); /* needs no slot of its own */
    sipsan_map_remove(&map, &things[FULL].link);
    for (int i = 0; i < N; i++)
        assert_ptr_equal(sipsan_map_first(&map, (uint64_t)i * 64),
                         i < FULL ? &things[i].link : NULL);
    sipsan_map_remove(&map, &things[7].link);
    assert_true(sipsan_map_add(&map, &things[FULL].link, FULL));
    assert_ptr_equal(sipsan_map_first(&map, FULL), &things[FULL].link);
    sipsan_map_free(&map);
    assert_int_equal(meter.out, 0);

    meter = (struct meter){.refuse = 1};
    sipsan_map_init(&map, &mem, N);
    assert_false(sipsan_map_add(&map, &things[0].link, 1));
    assert_int_equal(map.count, 0);
    assert_null(sipsan_map_first(&map, 1));
    sipsan_map_clear(&map);
    sipsan_map_free(&map);
}

static void test_map_random_against_a_model(void **state)
{
    enum { N = 400 };
    struct sipsan_mem mem;
    struct sipsan_map map;
    static struct thing things[N];
    uint64_t random = 20240607;
    size_t count = 0;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_map_init(&map, &mem, N);
    for (int step = 0; step < 100000; step++) {
        size_t i = (size_t)(next_random(&random) % N);
        /* Many bear one hash, and many hashes want one slot. */
        uint64_t hash = i % 2 ? i % 37 : (i % 128) << 12 | i % 3;
        struct sipsan_map_link *link = sipsan_map_first(&map, hash);
        bool found = false;

        for (; link; link = sipsan_map_next(link))
            found = found || link == &things[i].link;
        assert_int_equal(found, things[i].in);
        if (found)
            sipsan_map_remove(&map, &things[i].link);
        else
            assert_true(sipsan_map_add(&map, &things[i].link, hash));
        things[i].in = !found;
        count = found ? count - 1 : count + 1;
        assert_int_equal(map.count, count);
    }
    sipsan_map_clear(&map);
    assert_int_equal(map.count, 0);
    assert_null(sipsan_map_first(&map, 1));
    assert_true(sipsan_map_add(&map, &things[0].link, 1));
    sipsan_map_free(&map);
}

static void test_map_remove_of_a_stranger_stops_the_program(void **state)
{
    struct sipsan_mem mem;
    struct sipsan_map map;
    struct thing in = {0}, stranger = {0};
    pid_t child;
    int status = 0;

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_map_init(&map, &mem, 4);
    assert_true(sipsan_map_add(&map, &in.link, 5));
    /* Misuse of ours is caught where it happens, in every build; a child takes the blow. */
    stranger.link.hash = 5;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        (void)signal(SIGABRT, SIG_DFL);
        sipsan_map_remove(&map, &stranger.link);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    sipsan_map_free(&map);
}

/* timers -------------------------------------------------------------------------------------- */

static void test_timers_order_of_equal_deadlines(void **state)
{
    enum { N = 1000 };
    struct sipsan_mem mem;
    struct sipsan_timers timers;
    static struct sipsan_timer all[N];

    (void)state;
    sipsan_mem_init(&mem);
    sipsan_timers_init(&timers, &mem);
    for (int i = 0; i < N; i++)
        assert_true(sipsan_timer_set(&timers, &all[i], 500));
    assert_null(sipsan_timers_pop(&timers, 499));
    for (int i = 0; i < N; i++)
        assert_ptr_equal(sipsan_timers_pop(&timers, 500), &all[i]);
    assert_null(sipsan_timers_pop(&timers, INT64_MAX));
    sipsan_timers_free(&timers);
    assert_int_equal(mem.used, 0);
}

/* What the model knows of a timer: a plain scan for the least (due, order) is the reference. */
static struct sipsan_timer *model_first(struct sipsan_timer *all, size_t n, const int64_t *due,
                                        const uint64_t *order)
{
    struct sipsan_timer *first = NULL;
    size_t best = 0;

    for (size_t i = 0; i < n; i++) {
        if (order[i] == 0)
            continue;
        if (!first || due[i] < due[best] || (due[i] == due[best] && order[i] < order[best])) {
            first = &all[i];
            best = i;
        }
    }
    return first;
}

/* What a hint tells of is set, and its object is there. */
static void is_set(void *user, const struct sipsan_timer *timer)
{
    (void)user;
    assert_int_not_equal(timer->slot, 0);
}

/* Deadlines within `spread` from now, steps of time up to `step`. */
static void timers_against_model(int64_t spread, int64_t step_max, int64_t now)
{
    enum { N = 300, STEPS = 60000 };
    struct sipsan_mem mem;
    struct sipsan_timers timers;
    static struct sipsan_timer all[N];
    static int64_t due[N];
    static uint64_t order[N]; /* 0: not set */
    uint64_t random = 88172645463325252u;
    uint64_t orders = 0;

    memset(all, 0, sizeof(all));
    memset(order, 0, sizeof(order));
    sipsan_mem_init(&mem);
    sipsan_timers_init(&timers, &mem);
    for (int step = 0; step < STEPS; step++) {
        uint64_t r = next_random(&random);
        size_t i = (size_t)(r >> 8) % N;

        switch (r % 8) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4: /* set or move; few values, so that many are equal */
            due[i] = now + (int64_t)((r >> 32) % 50) * (spread / 50) - 5;
            order[i] = ++orders;
            assert_true(sipsan_timer_set(&timers, &all[i], due[i]));
            break;
        case 5:
            sipsan_timer_stop(&timers, &all[i]);
            order[i] = 0;
            break;
        default: {
            struct sipsan_timer *expected = model_first(all, N, due, order);
            struct sipsan_timer *got;

            now += (int64_t)((r >> 40) % 4) * step_max / 4;
            if (r >> 60 == 0)
                sipsan_timers_expect(&timers, is_set, NULL); /* changes nothing */
            if (expected && due[expected - all] > now)
                expected = NULL;
            got = sipsan_timers_pop(&timers, now);
            assert_int_equal(got != NULL, expected != NULL);
            if (!got)
                break;
            /* Among equal ones a timer that was put off has its turn later: any of them is right.
             */
            assert_int_equal(due[got - all], due[expected - all]);
            assert_int_not_equal(order[got - all], 0);
            order[got - all] = 0;
        }
        }
        assert_int_equal(all[i].slot != 0, order[i] != 0);
    }
    sipsan_timers_clear(&timers);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(all[i].slot, 0);
    assert_null(sipsan_timers_pop(&timers, INT64_MAX));
    sipsan_timers_free(&timers);
    assert_int_equal(mem.used, 0);
}

static void test_timers_random_against_a_sorted_model(void **state)
{
    const int64_t second = 1000000, year = 365 * 86400 * second;

    (void)state;
    timers_against_model(50, 4, 0);
    timers_against_model(second, 20000, 55 * year);
    timers_against_model(60 * second, second / 4, 55 * year);      /* all over the wheel */
    timers_against_model(3600 * second, 30 * second, 55 * year);   /* beyond it */
    timers_against_model(3600 * second, 1800 * second, 55 * year); /* in leaps */
    timers_against_model(second, 100, -20 * second);               /* before the epoch */
}

static void test_timers_refusal_leaves_the_timer_unset(void **state)
{
    enum { N = 2000 };
    struct meter meter = {.refuse = 2};
    struct sipsan_mem mem = metered(&meter);
    struct sipsan_timers timers;
    static struct sipsan_timer all[N];
    int set = 0;

    (void)state;
    sipsan_timers_init(&timers, &mem);
    for (int i = 0; i < N; i++) {
        bool ok = sipsan_timer_set(&timers, &all[i], N - i);

        assert_int_equal(ok, all[i].slot != 0);
        set += ok;
    }
    assert_true(set > 0 && set < N);
    for (int i = set - 1; i >= 0; i--)
        assert_ptr_equal(sipsan_timers_pop(&timers, N), &all[i]);
    sipsan_timer_stop(&timers, &all[N - 1]); /* stopping an unset one is nothing */
    sipsan_timers_free(&timers);
    assert_int_equal(meter.out, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash_parts_do_not_run_together),
        cmocka_unit_test(test_hash_tells_trailing_zeros_apart),
        cmocka_unit_test(test_hash_nocase_is_hash_of_lower_case),
        cmocka_unit_test(test_hash_of_nothing_is_no_special_case),
        cmocka_unit_test(test_map_grows_and_finds_everything),
        cmocka_unit_test(test_map_ceiling),
        cmocka_unit_test(test_map_newest_first_after_growth),
        cmocka_unit_test(test_map_works_on_when_it_cannot_grow),
        cmocka_unit_test(test_map_random_against_a_model),
        cmocka_unit_test(test_map_remove_of_a_stranger_stops_the_program),
        cmocka_unit_test(test_timers_order_of_equal_deadlines),
        cmocka_unit_test(test_timers_random_against_a_sorted_model),
        cmocka_unit_test(test_timers_refusal_leaves_the_timer_unset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

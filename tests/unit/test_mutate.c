/* Mutations for fuzzers: the same seed gives the same text, nothing is written outside of the room,
 * and what is called consistent is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>
#include <dlfcn.h>

#include "../../fuzz/mutate/mutate.h"
#include "net/scenario.h"
#include "parse/msg.h"

#define TEXTS_MAX 128
#define ROOM      16384

struct text {
    char name[256];
    uint8_t *p;
    size_t n;
};

struct texts {
    struct text text[TEXTS_MAX];
    size_t count;
};

static struct texts messages, sessions;

static void read_folder(struct texts *out, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    assert_non_null(dir);
    while ((entry = readdir(dir)) && out->count < TEXTS_MAX) {
        struct text *text = &out->text[out->count];
        char path[512];
        FILE *file;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        snprintf(text->name, sizeof text->name, "%s", entry->d_name);
        file = fopen(path, "rb");
        assert_non_null(file);
        text->p = malloc(ROOM);
        assert_non_null(text->p);
        text->n = fread(text->p, 1, ROOM, file);
        fclose(file);
        if (text->n > 0 && text->n < ROOM)
            out->count++;
        else
            free(text->p);
    }
    closedir(dir);
}

static int setup(void **state)
{
    (void)state;
    read_folder(&messages, SIPSAN_SOURCE_DIR "/corpus/messages");
    read_folder(&sessions, SIPSAN_SOURCE_DIR "/corpus/session");
    assert_true(messages.count > 20 && sessions.count > 10);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < messages.count; i++)
        free(messages.text[i].p);
    for (size_t i = 0; i < sessions.count; i++)
        free(sessions.text[i].p);
    return 0;
}

/* A mutation of the ith text in a block of exactly `max` octets; the caller frees. */
static uint8_t *mutated(const struct texts *texts, size_t i, size_t max, enum sipmut_mode mode,
                        uint64_t seed, size_t *n)
{
    const struct text *text = &texts->text[i % texts->count];
    const struct text *other = &texts->text[(i + 1) % texts->count];
    uint8_t *room = malloc(max);

    assert_non_null(room);
    memcpy(room, text->p, text->n);
    *n = sipmut_mutate(room, text->n, max, other->p, other->n, mode, seed);
    assert_in_range(*n, 1, max);
    return room;
}

static void test_mutate_same_seed_same_text(void **state)
{
    size_t differ = 0, all = 0;

    (void)state;
    for (size_t i = 0; i < messages.count + sessions.count; i++) {
        const struct texts *texts = i < messages.count ? &messages : &sessions;

        for (uint64_t seed = 0; seed < 30; seed++) {
            size_t a_n, b_n, c_n;
            uint8_t *a = mutated(texts, i, ROOM, SIPMUT_MIXED, seed, &a_n);
            uint8_t *b = mutated(texts, i, ROOM, SIPMUT_MIXED, seed, &b_n);
            uint8_t *c = mutated(texts, i, ROOM, SIPMUT_MIXED, seed + 1000, &c_n);

            assert_int_equal(a_n, b_n);
            assert_memory_equal(a, b, a_n);
            differ += a_n != c_n || memcmp(a, c, a_n) != 0;
            all++;
            free(a);
            free(b);
            free(c);
        }
    }
    assert_true(differ > all - all / 20);
}

static void test_mutate_stays_in_its_room(void **state)
{
    static const enum sipmut_mode modes[] = {SIPMUT_MIXED, SIPMUT_CONSISTENT, SIPMUT_BROKEN};

    (void)state;
    for (size_t i = 0; i < messages.count + sessions.count; i++) {
        const struct texts *texts = i < messages.count ? &messages : &sessions;
        size_t own = texts->text[i % texts->count].n;

        for (uint64_t seed = 0; seed < 120; seed++) {
            size_t n;
            uint8_t *room = mutated(texts, i, own + seed % 7, modes[seed % 3], seed, &n);

            free(room);
        }
    }
}

/* Any octets, from one on. */
static void test_mutate_takes_any_text(void **state)
{
    uint8_t room[64], other[3] = {'\n', ':', '\r'};

    (void)state;
    for (uint64_t seed = 0; seed < 40000; seed++) {
        static const char some[] = "\r\n: ,;<>\"=@?! a0\\\xff";
        size_t n = 1 + seed % 20;

        for (size_t i = 0; i < n; i++)
            room[i] = (uint8_t)some[(seed * 2654435761u >> (i % 24)) % (sizeof some - 1)];
        if (seed % 5 == 0)
            memcpy(room, n > 6 ? "@ 1 udp" : "@ ", n > 6 ? 7 : n < 2 ? n : 2);
        n = sipmut_mutate(room, n, seed % 2 ? n : sizeof room, other, seed % 4, SIPMUT_MIXED, seed);
        assert_in_range(n, 1, sizeof room);
    }
    assert_int_equal(sipmut_mutate(room, 0, sizeof room, other, 3, SIPMUT_MIXED, 1), 0);
}

/* What a reader makes of a text: number of faults, and whether what depends on each other agrees.
 */
struct reading {
    size_t faults;
    bool length_fits, method_fits;
};

static struct reading read_message(const void *p, size_t n)
{
    static const struct sipsan_msg_limits limits = {.headers = 512, .faults = 64};
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg msg;
    struct reading out;

    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, SIPSAN_MESSAGE_BLOCK, 4);
    sipsan_msg_init(&msg, &pool);
    assert_int_equal(sipsan_msg_parse(&msg, (struct sipsan_span){p, n}, &limits), SIPSAN_OK);
    out.faults = msg.fault_count;
    out.length_fits = !msg.content_length.text.p ||
                      msg.content_length.value == (uint64_t)msg.body.n + msg.surplus.n;
    out.method_fits = !msg.request || !msg.cseq.ok || span_eq(msg.method, msg.cseq.method);
    sipsan_msg_drop(&msg);
    sipsan_pool_free(&pool);
    return out;
}

static void test_mutate_consistent_message_stays_right(void **state)
{
    size_t tried = 0;

    (void)state;
    for (size_t i = 0; i < messages.count; i++) {
        const struct text *text = &messages.text[i];
        const struct text *other = &messages.text[(i + 1) % messages.count];
        struct reading before = read_message(text->p, text->n);

        if (before.faults > 0 || read_message(other->p, other->n).faults > 0)
            continue;
        for (uint64_t seed = 0; seed < 400; seed++) {
            struct reading after;
            size_t n;
            uint8_t *room = mutated(&messages, i, ROOM, SIPMUT_CONSISTENT, seed, &n);

            after = read_message(room, n);
            if (after.faults > 0 || after.length_fits < before.length_fits ||
                after.method_fits < before.method_fits) {
                fwrite(room, 1, n, stderr);
                fail_msg("%s, seed %llu", text->name, (unsigned long long)seed);
            }
            free(room);
            tried++;
        }
    }
    assert_true(tried > 4000);
}

/* Half of what shall be broken is: the other changes are legal by chance. */
static void test_mutate_broken_message_breaks(void **state)
{
    size_t tried = 0, faulty = 0;

    (void)state;
    for (size_t i = 0; i < messages.count; i++) {
        if (read_message(messages.text[i].p, messages.text[i].n).faults > 0)
            continue;
        for (uint64_t seed = 0; seed < 50; seed++) {
            size_t n;
            uint8_t *room = mutated(&messages, i, ROOM, SIPMUT_BROKEN, seed, &n);

            faulty += read_message(room, n).faults > 0;
            tried++;
            free(room);
        }
    }
    assert_true(faulty > tried / 2);
    assert_true(faulty < tried);
}

/* Packets of a text that is scenario text, -1 when it is none; and the faults in its messages. */
static int read_session(const void *p, size_t n, size_t *faults)
{
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    struct sipsan_scenario scenario;
    int packets = 0;

    *faults = 0;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_arena_init(&arena, &pool);
    if (sipsan_scenario_read(&scenario, &arena, (struct sipsan_span){p, n}, NULL, NULL)) {
        print_message("line %u: %s\n", scenario.error_line, scenario.error);
        packets = -1;
    } else {
        for (const struct sipsan_case *c = scenario.cases; c; c = c->next) {
            for (const struct sipsan_packet *k = c->packets; k; k = k->next) {
                packets++;
                if (k->bytes.n > 0)
                    *faults += read_message(k->bytes.p, k->bytes.n).faults;
            }
        }
    }
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
    return packets;
}

static void test_mutate_consistent_session_stays_right(void **state)
{
    size_t tried = 0, others = 0;

    (void)state;
    for (size_t i = 0; i < sessions.count; i++) {
        const struct text *text = &sessions.text[i];
        size_t faults, other_faults;
        int packets = read_session(text->p, text->n, &faults);
        const struct text *other = &sessions.text[(i + 1) % sessions.count];

        assert_true(packets > 0);
        read_session(other->p, other->n, &other_faults);
        if (faults + other_faults > 0)
            continue;
        for (uint64_t seed = 0; seed < 300; seed++) {
            size_t n;
            uint8_t *room = mutated(&sessions, i, ROOM, SIPMUT_CONSISTENT, seed, &n);
            int now = read_session(room, n, &faults);

            if (now < 1 || faults > 0) {
                fwrite(room, 1, n, stderr);
                fail_msg("%s, seed %llu: %d packets, %zu faults", text->name,
                         (unsigned long long)seed, now, faults);
            }
            others += now != packets;
            tried++;
            free(room);
        }
    }
    assert_true(tried > 1500);
    assert_true(others > tried / 4);
}

/* A tag that changes in one message changes in all. */
static void test_mutate_consistent_names_follow(void **state)
{
    static const char text[] =
        "== two\n@ 0 udp 192.0.2.1:5060 > 192.0.2.2:5060\n"
        "INVITE sip:b@h SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\n"
        "From: <sip:a@h>;tag=AAAA\nTo: <sip:b@h>\nCall-ID: CCCC\nCSeq: 1 INVITE\n\n"
        "@ 1 udp 192.0.2.2:5060 > 192.0.2.1:5060\n"
        "SIP/2.0 200 OK\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\n"
        "From: <sip:a@h>;tag=AAAA\nTo: <sip:b@h>;tag=b\nCall-ID: CCCC\n"
        "CSeq: 1 INVITE\n\n";
    size_t gone = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        char room[8192] = {0};
        size_t n = sizeof text - 1;

        memcpy(room, text, n);
        n = sipmut_mutate((uint8_t *)room, n, sizeof room - 1, NULL, 0, SIPMUT_CONSISTENT, seed);
        room[n] = '\0';
        /* Copies and messages that are left out aside: all of them or none. */
        if (!strstr(room, "tag=AAAA")) {
            const char *first = strstr(room, "\nFrom"), *second;

            gone++;
            if (!first || !(second = strstr(first + 1, "\nFrom")))
                continue;
            first = strstr(first, "tag=");
            second = strstr(second, "tag=");
            assert_non_null(first);
            assert_non_null(second);
            assert_int_equal(strncmp(first, second, strcspn(first, "\r\n")), 0);
        }
    }
    assert_true(gone > 30);
}

static void test_mutate_cross_stays_in_its_room(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        const struct texts *texts = seed % 2 ? &messages : &sessions;
        const struct text *a = &texts->text[seed % texts->count];
        const struct text *b = &texts->text[seed / 7 % texts->count];
        size_t max = 1 + seed % 3000, n, again;
        uint8_t *out = malloc(max), *same = malloc(max);

        assert_true(out && same);
        n = sipmut_cross(out, max, a->p, a->n, b->p, b->n, seed);
        again = sipmut_cross(same, max, a->p, a->n, b->p, b->n, seed);
        assert_in_range(n, 0, max);
        assert_int_equal(n, again);
        assert_memory_equal(out, same, n);
        free(out);
        free(same);
    }
}

/* The object that afl-fuzz loads, called as it does. */
static void test_mutate_afl(void **state)
{
#ifdef SIPSAN_MUTATOR
    void *object = dlopen(SIPSAN_MUTATOR, RTLD_NOW);
    void *(*init)(void *, unsigned int);
    size_t (*fuzz)(void *, uint8_t *, size_t, uint8_t **, uint8_t *, size_t, size_t);
    unsigned int (*count)(void *, const uint8_t *, size_t);
    void (*deinit)(void *);
    size_t differ = 0;
    void *data;

    (void)state;
    if (!object)
        fail_msg("%s", dlerror());
    *(void **)&init = dlsym(object, "afl_custom_init");
    *(void **)&fuzz = dlsym(object, "afl_custom_fuzz");
    *(void **)&count = dlsym(object, "afl_custom_fuzz_count");
    *(void **)&deinit = dlsym(object, "afl_custom_deinit");
    assert_true(init && fuzz && count && deinit);
    data = init(NULL, 1);
    assert_non_null(data);
    for (size_t i = 0; i < 500; i++) {
        const struct text *text = &messages.text[i % messages.count];
        const struct text *other = &messages.text[i / 3 % messages.count];
        uint8_t copy[ROOM], *out = NULL;
        size_t n;

        memcpy(copy, text->p, text->n);
        assert_true(count(data, copy, text->n) > 0);
        n = fuzz(data, copy, text->n, &out, i % 5 ? other->p : NULL, other->n, 4096);
        assert_non_null(out);
        assert_in_range(n, 1, 4096);
        differ += n != text->n || memcmp(out, text->p, n) != 0;
        /* The buffer of afl-fuzz is its own. */
        assert_memory_equal(copy, text->p, text->n);
    }
    assert_true(differ > 400);
    deinit(data);
    dlclose(object);
#else
    (void)state;
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutate_same_seed_same_text),
        cmocka_unit_test(test_mutate_stays_in_its_room),
        cmocka_unit_test(test_mutate_takes_any_text),
        cmocka_unit_test(test_mutate_consistent_message_stays_right),
        cmocka_unit_test(test_mutate_broken_message_breaks),
        cmocka_unit_test(test_mutate_consistent_session_stays_right),
        cmocka_unit_test(test_mutate_consistent_names_follow),
        cmocka_unit_test(test_mutate_cross_stays_in_its_room),
        cmocka_unit_test(test_mutate_afl),
    };

    return cmocka_run_group_tests_name("mutate", tests, setup, teardown);
}

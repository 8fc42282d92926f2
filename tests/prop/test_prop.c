/* Properties that hold for every session: what changes nothing about a call changes nothing about
 * its findings.
 *
 *   test_prop [--seed N] FOLDER...     scenario files */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "rewrite.h"
#include "sessions.h"

#define PAIRS 400

static struct sipsan *make_context(const struct sipsan_config *config)
{
    struct sipsan *s;

    if (sipsan_new(&s, config) != SIPSAN_OK) {
        fputs("sipsan_new failed\n", stderr);
        exit(1);
    }
    return s;
}

static struct sipsan_config config_for(struct record *record, uint64_t seed)
{
    struct sipsan_config config;

    sipsan_config_init(&config);
    config.hash_seed[0] = seed;
    config.hash_seed[1] = ~seed;
    config.on_finding = record_finding;
    config.user = record;
    return config;
}

static struct sipsan *new_context(struct record *record, uint64_t seed)
{
    struct sipsan_config config = config_for(record, seed);

    return make_context(&config);
}

/* How a session is run. */
struct way {
    unsigned detail;
    uint32_t file;
    int64_t shift, until;
    int64_t start; /* times are told from SESSION_START and this */
    uint64_t hash_seed;
};

/* A session in a context of its own. The counts are added to *totals when given. */
static struct buffer run_alone(const struct session *session, struct way way,
                               struct sipsan_totals *totals)
{
    struct buffer said[3] = {{0}, {0}, {0}};
    struct record record = {
        .detail = way.detail, .start = SESSION_START + way.start, .of = said, .files = 3};
    struct sipsan *s = new_context(&record, way.hash_seed);

    if (session_run(s, session, way.file, way.shift, way.until) != SIPSAN_OK)
        exit(1);
    if (totals)
        sipsan_get_totals(s, totals);
    sipsan_free(s);
    return said[way.file];
}

static void must_be_same(const char *property, const struct session *session, struct buffer a,
                         struct buffer b)
{
    if (!buffer_same(&a, &b))
        sessions_differ(property, session, &a, &b);
    buffer_free(&a);
    buffer_free(&b);
}

static const struct way plain = {.detail = RECORD_PLACES | RECORD_DECIDED};
static const struct way terse = {.detail = 0};

/* Same bytes in, same findings out; and no order of a hash table reaches the output. */
static void fed_twice(const struct session *session)
{
    struct way other_seed = plain;

    must_be_same("feeding twice", session, run_alone(session, plain, NULL),
                 run_alone(session, plain, NULL));
    other_seed.hash_seed = UINT64_C(0x1234567890abcdef);
    must_be_same("another hash seed", session, run_alone(session, plain, NULL),
                 run_alone(session, other_seed, NULL));
}

/* A reset context is as a new one, whatever it saw before. */
static void after_reset(const struct session *before, const struct session *session)
{
    struct buffer first = {0}, second = {0};
    struct record record = {
        .detail = plain.detail, .start = SESSION_START, .of = &first, .files = 1};
    struct sipsan *s = new_context(&record, 0);

    (void)session_run(s, before, 0, 0, 0);
    sipsan_reset(s);
    record.of = &second;
    (void)session_run(s, session, 0, 0, 0);
    sipsan_free(s);
    buffer_free(&first);
    must_be_same("a reset context", session, run_alone(session, plain, NULL), second);
}

static void time_shifted(const struct session *session)
{
    static const int64_t shifts[] = {1, INT64_C(86400000000) * 365, -INT64_C(1600000000000000)};

    for (size_t i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
        struct way way = plain;

        way.shift = way.start = shifts[i];
        must_be_same("shifting time", session, run_alone(session, plain, NULL),
                     run_alone(session, way, NULL));
    }
}

static void addresses_renamed(const struct session *session, struct sipsan_arena *arena)
{
    struct session renamed = rewrite_session(arena, session, rewrite_addresses, true);
    struct buffer said = run_alone(session, plain, NULL);
    struct buffer expected = {0};

    rewrite_addresses(&expected, (struct sipsan_span){said.p, said.n});
    buffer_free(&said);
    must_be_same("renaming addresses", session, expected, run_alone(&renamed, plain, NULL));
}

static void header_respelled(const struct session *session, struct sipsan_arena *arena)
{
    static const struct {
        const char *property;
        rewrite_fn rewrite;
    } spellings[] = {
        {"header names in capitals", rewrite_capitals},
        {"short and long header names", rewrite_compact},
        {"folded header values", rewrite_folded},
    };

    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        struct session respelled = rewrite_session(arena, session, spellings[i].rewrite, false);

        must_be_same(spellings[i].property, session, run_alone(session, terse, NULL),
                     run_alone(&respelled, terse, NULL));
    }
}

/* Reading ahead changes when a finding comes, and nothing else ----------------------------------
 */

static const struct pace {
    uint32_t ahead, threads;
} paces[] = {{1, 0}, {7, 0}, {32, 0}, {64, 1}, {0, 2}, {7, 2}, {32, 3}, {5, 4}};

/* Problems stand among the findings: their order counts. */
static void record_problem(void *user, const struct sipsan_problem *problem)
{
    struct record *record = user;
    char line[64];
    int n = snprintf(line, sizeof(line), "frame %" PRIu32 " problem %d\n", problem->ref.frame,
                     (int)problem->kind);

    buffer_add(record->of, line, (size_t)n);
}

static void must_count_the_same(const struct session *session, const struct sipsan_totals *a,
                                const struct sipsan_totals *b)
{
    if (a->messages == b->messages && a->malformed == b->malformed &&
        a->transactions == b->transactions && a->dialogs == b->dialogs &&
        a->inconclusive == b->inconclusive && a->limits == b->limits && a->checks == b->checks)
        return;
    fprintf(stderr, "reading ahead: %s: counts differ\n", session->file);
    exit(1);
}

/* A session after another one that was left with messages waiting: by a reset, and by the end. */
static struct buffer run_ahead(const struct session *before, const struct session *session,
                               struct pace pace, struct sipsan_totals *totals)
{
    struct buffer lost = {0}, said = {0};
    struct record record = {
        .detail = plain.detail, .start = SESSION_START, .of = &lost, .files = 1};
    struct sipsan_config config = config_for(&record, 0);
    struct sipsan *s;

    config.read_ahead = pace.ahead;
    config.threads = pace.threads;
    s = make_context(&config);
    for (const struct sipsan_packet *p = before->flow->packets; p; p = p->next)
        (void)session_feed(s, p, 0, 0);
    sipsan_reset(s);
    record.of = &said;
    (void)session_run(s, session, 0, 0, 0);
    sipsan_get_totals(s, totals);
    sipsan_reset(s);
    record.of = &lost;
    for (const struct sipsan_packet *p = before->flow->packets; p; p = p->next)
        (void)session_feed(s, p, 0, 0);
    sipsan_free(s);
    buffer_free(&lost);
    return said;
}

static void read_ahead(const struct session *before, const struct session *session)
{
    for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
        struct sipsan_totals at_once, ahead;
        struct buffer a = run_alone(session, plain, &at_once);
        struct buffer b = run_ahead(before, session, paces[i], &ahead);

        must_be_same("reading ahead", session, a, b);
        must_count_the_same(session, &at_once, &ahead);
    }
}

/* All sessions in one context, one behind the other. Messages above a small limit are problems in
 * between; in the middle the selection of rules changes. */
static struct buffer run_in_a_row(const struct sessions *all, struct pace pace,
                                  struct sipsan_totals *totals)
{
    struct buffer said = {0};
    struct record record = {
        .detail = plain.detail, .start = SESSION_START, .of = &said, .files = 1};
    struct sipsan_config config = config_for(&record, 0);
    struct sipsan *s;
    int64_t shift = 0, last = 0;

    config.on_problem = record_problem;
    config.limits.message = 700;
    config.read_ahead = pace.ahead;
    config.threads = pace.threads;
    s = make_context(&config);
    for (size_t i = 0; i < all->count; i++) {
        if (i == all->count / 2)
            (void)sipsan_select(s, "rfc3261.2*", false);
        for (const struct sipsan_packet *p = all->list[i].flow->packets; p; p = p->next) {
            last = p->time > last ? p->time : last;
            /* Without the "end" marks, which would let nothing wait. */
            if (p->bytes.n > 0)
                (void)session_feed(s, p, 0, shift);
        }
        shift += last + 1000000;
    }
    (void)sipsan_finish(s);
    sipsan_get_totals(s, totals);
    sipsan_free(s);
    return said;
}

static void read_ahead_in_a_row(const struct sessions *all)
{
    for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
        struct sipsan_totals at_once, ahead;
        struct buffer a = run_in_a_row(all, (struct pace){0, 0}, &at_once);
        struct buffer b = run_in_a_row(all, paces[i], &ahead);

        if (at_once.limits == 0 || a.n == 0) {
            fputs("reading ahead: no message was above the limit\n", stderr);
            exit(1);
        }
        must_be_same("reading ahead over all sessions", &all->list[0], a, b);
        must_count_the_same(&all->list[0], &at_once, &ahead);
    }
}

/* Two calls in one capture, packet by packet in time order: each gives what it gives alone. */
static void interleaved(const struct session *a, const struct session *other,
                        struct sipsan_arena *arena)
{
    const int64_t shift = 777; /* no two packets at the same time */
    struct session b = rewrite_session(arena, other, rewrite_identity, true);
    const struct sipsan_packet *p = a->flow->packets, *q = b.flow->packets;
    struct buffer said[3] = {{0}, {0}, {0}};
    struct record record = {
        .detail = RECORD_PLACES, .start = SESSION_START, .of = said, .files = 3};
    struct sipsan_totals alone[2], both;
    struct way way = {.detail = RECORD_PLACES, .until = SESSION_START};
    struct buffer a_alone, b_alone;
    struct sipsan *s = new_context(&record, 0);

    while (p || q) {
        bool first = !q || (p && p->time <= q->time + shift);
        const struct sipsan_packet *next = first ? p : q;
        int64_t at = SESSION_START + next->time + (first ? 0 : shift);

        if (session_feed(s, next, first ? 1 : 2, first ? 0 : shift) != SIPSAN_OK)
            exit(1);
        way.until = at > way.until ? at : way.until;
        if (first)
            p = p->next;
        else
            q = q->next;
    }
    if (sipsan_finish(s) != SIPSAN_OK)
        exit(1);
    sipsan_get_totals(s, &both);
    sipsan_free(s);

    way.file = 1;
    a_alone = run_alone(a, way, &alone[0]);
    way.file = 2;
    way.shift = shift;
    b_alone = run_alone(&b, way, &alone[1]);
    must_be_same("interleaving with another call", a, a_alone, said[1]);
    must_be_same("interleaving with another call", &b, b_alone, said[2]);
    if (both.messages != alone[0].messages + alone[1].messages ||
        both.dialogs != alone[0].dialogs + alone[1].dialogs ||
        both.transactions != alone[0].transactions + alone[1].transactions ||
        both.inconclusive != alone[0].inconclusive + alone[1].inconclusive) {
        fprintf(stderr, "interleaving: %s:%" PRIu32 " and %s:%" PRIu32 ": counts differ\n", a->file,
                a->flow->line, other->file, other->flow->line);
        exit(1);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

int main(int argc, char **argv)
{
    struct sessions all = {0};
    struct sipsan_arena scratch;
    uint64_t seed = 20250301;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--seed") && i + 1 < argc)
            seed = strtoull(argv[++i], NULL, 10) | 1;
        else
            sessions_load(&all, argv[i]);
    }
    if (all.count == 0) {
        fputs("usage: test_prop [--seed N] FOLDER...\n", stderr);
        return 2;
    }
    printf("seed %" PRIu64 ", %zu sessions\n", seed, all.count);
    fflush(stdout);
    sipsan_arena_init(&scratch, &all.pool);
    for (size_t i = 0; i < all.count; i++) {
        const struct session *session = &all.list[i];

        fed_twice(session);
        after_reset(&all.list[(i + 1) % all.count], session);
        read_ahead(&all.list[(i + 1) % all.count], session);
        time_shifted(session);
        addresses_renamed(session, &scratch);
        header_respelled(session, &scratch);
        sipsan_arena_reset(&scratch);
    }
    read_ahead_in_a_row(&all);
    for (int i = 0; i < PAIRS; i++) {
        const struct session *a = &all.list[next_random(&seed) % all.count];

        interleaved(a, &all.list[next_random(&seed) % all.count], &scratch);
        sipsan_arena_reset(&scratch);
    }
    sessions_free(&all);
    puts("all properties hold");
    return 0;
}

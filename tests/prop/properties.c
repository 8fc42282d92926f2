/* See properties.h. */
#include "properties.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct sipsan *make_context(const struct sipsan_config *config)
{
    struct sipsan *s;

    if (sipsan_new(&s, config) != SIPSAN_OK) {
        fputs("sipsan_new failed\n", stderr);
        exit(1);
    }
    return s;
}

struct sipsan_config config_for(struct record *record, uint64_t seed)
{
    struct sipsan_config config;

    sipsan_config_init(&config);
    config.hash_seed[0] = seed;
    config.hash_seed[1] = ~seed;
    config.on_finding = record_finding;
    config.user = record;
    return config;
}

struct sipsan *new_context(struct record *record, uint64_t seed)
{
    struct sipsan_config config = config_for(record, seed);

    return make_context(&config);
}

/* That a text is no SIP is something said of it; memory is none of this. */
static void note_error(struct buffer *said, int err)
{
    const char *words = sipsan_strerror(err);

    if (err == SIPSAN_ENOMEM)
        exit(1);
    if (err)
        buffer_add(said, words, strlen(words));
}

struct buffer run_alone(const struct session *session, struct way way, struct sipsan_totals *totals)
{
    struct buffer said[3] = {{0}, {0}, {0}};
    struct record record = {
        .detail = way.detail, .start = SESSION_START + way.start, .of = said, .files = 3};
    struct sipsan *s = new_context(&record, way.hash_seed);

    note_error(&said[way.file], session_run(s, session, way.file, way.shift, way.until));
    if (totals)
        sipsan_get_totals(s, totals);
    sipsan_free(s);
    return said[way.file];
}

void must_be_same(const char *property, const struct session *session, struct buffer a,
                  struct buffer b)
{
    if (!buffer_same(&a, &b))
        sessions_differ(property, session, &a, &b);
    buffer_free(&a);
    buffer_free(&b);
}

const struct way plain = {.detail = RECORD_PLACES | RECORD_DECIDED};
static const struct way terse = {.detail = 0};

/* Same bytes in, same findings out; and no order of a hash table reaches the output. */
void fed_twice(const struct session *session)
{
    struct way other_seed = plain;

    must_be_same("feeding twice", session, run_alone(session, plain, NULL),
                 run_alone(session, plain, NULL));
    other_seed.hash_seed = UINT64_C(0x1234567890abcdef);
    must_be_same("another hash seed", session, run_alone(session, plain, NULL),
                 run_alone(session, other_seed, NULL));
}

/* A reset context is as a new one, whatever it saw before. */
void after_reset(const struct session *before, const struct session *session)
{
    struct buffer first = {0}, second = {0};
    struct record record = {
        .detail = plain.detail, .start = SESSION_START, .of = &first, .files = 1};
    struct sipsan *s = new_context(&record, 0);

    (void)session_run(s, before, 0, 0, 0);
    sipsan_reset(s);
    record.of = &second;
    note_error(&second, session_run(s, session, 0, 0, 0));
    sipsan_free(s);
    buffer_free(&first);
    must_be_same("a reset context", session, run_alone(session, plain, NULL), second);
}

void time_shifted(const struct session *session)
{
    static const int64_t shifts[] = {1, INT64_C(86400000000) * 365, -INT64_C(1600000000000000)};

    for (size_t i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
        struct way way = plain;

        way.shift = way.start = shifts[i];
        must_be_same("shifting time", session, run_alone(session, plain, NULL),
                     run_alone(session, way, NULL));
    }
}

void addresses_renamed(const struct session *session, struct sipsan_arena *arena)
{
    struct session renamed = rewrite_session(arena, session, rewrite_addresses, true);
    struct buffer said = run_alone(session, plain, NULL);
    struct buffer expected = {0};

    rewrite_addresses(&expected, (struct sipsan_span){said.p, said.n});
    buffer_free(&said);
    must_be_same("renaming addresses", session, expected, run_alone(&renamed, plain, NULL));
}

void header_respelled(const struct session *session, struct sipsan_arena *arena)
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

const struct pace paces[PACES] = {{1, 0}, {7, 0}, {32, 0}, {64, 1},
                                  {0, 2}, {7, 2}, {32, 3}, {5, 4}};

/* Problems stand among the findings: their order counts. */
void record_problem(void *user, const struct sipsan_problem *problem)
{
    struct record *record = user;
    char line[64];
    int n = snprintf(line, sizeof(line), "frame %" PRIu32 " problem %d\n", problem->ref.frame,
                     (int)problem->kind);

    buffer_add(record->of, line, (size_t)n);
}

void must_count_the_same(const struct session *session, const struct sipsan_totals *a,
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
    int err;

    config.read_ahead = pace.ahead;
    config.threads = pace.threads;
    s = make_context(&config);
    for (const struct sipsan_packet *p = before->flow->packets; p; p = p->next)
        (void)session_feed(s, p, 0, 0);
    sipsan_reset(s);
    record.of = &said;
    err = session_run(s, session, 0, 0, 0);
    note_error(&said, err);
    sipsan_get_totals(s, totals);
    sipsan_reset(s);
    record.of = &lost;
    for (const struct sipsan_packet *p = before->flow->packets; p; p = p->next)
        (void)session_feed(s, p, 0, 0);
    sipsan_free(s);
    buffer_free(&lost);
    return said;
}

void read_ahead(const struct session *before, const struct session *session,
                const struct pace *pace)
{
    struct sipsan_totals at_once, ahead;
    struct buffer a = run_alone(session, plain, &at_once);
    struct buffer b = run_ahead(before, session, *pace, &ahead);

    must_be_same("reading ahead", session, a, b);
    must_count_the_same(session, &at_once, &ahead);
}

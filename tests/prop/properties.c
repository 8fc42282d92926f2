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

/* Contexts that live on ------------------------------------------------------------------------
 */

/* Who listens changes from run to run, so the context tells the slot. */
struct slot {
    struct sipsan *s;
    struct record record;
    uint64_t seed;
    struct pace pace;
};

static struct {
    bool keep;
    struct slot slots[2 + PACES];
    size_t count;
} contexts;

static void make(struct slot *slot, uint64_t seed, struct pace pace)
{
    struct sipsan_config config = config_for(&slot->record, seed);

    config.read_ahead = pace.ahead;
    config.threads = pace.threads;
    slot->seed = seed;
    slot->pace = pace;
    slot->s = make_context(&config);
}

/* A context as good as new whose findings go to *record's buffers. */
static struct slot *borrow(uint64_t seed, struct pace pace, const struct record *record)
{
    static struct slot single;
    struct slot *slot = &single;

    if (contexts.keep) {
        size_t i = 0;

        while (i < contexts.count &&
               (contexts.slots[i].seed != seed || contexts.slots[i].pace.ahead != pace.ahead ||
                contexts.slots[i].pace.threads != pace.threads))
            i++;
        if (i == sizeof(contexts.slots) / sizeof(contexts.slots[0]))
            abort();
        slot = &contexts.slots[i];
        contexts.count += i == contexts.count;
    }
    if (slot->s)
        sipsan_reset(slot->s);
    slot->record = *record;
    if (!slot->s)
        make(slot, seed, pace);
    return slot;
}

static void give_back(struct slot *slot)
{
    if (contexts.keep)
        return;
    sipsan_free(slot->s);
    slot->s = NULL;
}

void keep_contexts(bool keep)
{
    contexts.keep = keep;
}

void free_contexts(void)
{
    for (size_t i = 0; i < contexts.count; i++)
        sipsan_free(contexts.slots[i].s);
    memset(&contexts, 0, sizeof(contexts));
}

/* Runs ----------------------------------------------------------------------------------------- */

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
    struct slot *slot = borrow(way.hash_seed, (struct pace){0, 0}, &record);

    note_error(&said[way.file], session_run(slot->s, session, way.file, way.shift, way.until));
    if (totals)
        sipsan_get_totals(slot->s, totals);
    give_back(slot);
    return said[way.file];
}

struct told tell(const struct session *session)
{
    struct told told = {{0}, {0}};

    told.said = run_alone(session, plain, &told.totals);
    return told;
}

void must_give(const char *property, const struct session *session, const struct buffer *expected,
               struct buffer said)
{
    if (!buffer_same(expected, &said))
        sessions_differ(property, session, expected, &said);
    buffer_free(&said);
}

const struct way plain = {.detail = RECORD_PLACES | RECORD_DECIDED};
static const struct way terse = {.detail = 0};

/* Same bytes in, same findings out; and no order of a hash table reaches the output. */
void fed_twice(const struct session *session, const struct told *told)
{
    struct way other_seed = plain;

    must_give("feeding twice", session, &told->said, run_alone(session, plain, NULL));
    other_seed.hash_seed = UINT64_C(0x1234567890abcdef);
    must_give("another hash seed", session, &told->said, run_alone(session, other_seed, NULL));
}

/* A reset context is as a new one, whatever it saw before. */
void after_reset(const struct session *before, const struct session *session,
                 const struct told *told)
{
    struct buffer first = {0}, second = {0};
    struct record record = {
        .detail = plain.detail, .start = SESSION_START, .of = &first, .files = 1};
    struct slot *slot = borrow(0, (struct pace){0, 0}, &record);

    (void)session_run(slot->s, before, 0, 0, 0);
    sipsan_reset(slot->s);
    slot->record.of = &second;
    note_error(&second, session_run(slot->s, session, 0, 0, 0));
    give_back(slot);
    buffer_free(&first);
    must_give("a reset context", session, &told->said, second);
}

void time_shifted(const struct session *session, const struct told *told)
{
    static const int64_t shifts[] = {1, INT64_C(86400000000) * 365, -INT64_C(1600000000000000)};

    for (size_t i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
        struct way way = plain;

        way.shift = way.start = shifts[i];
        must_give("shifting time", session, &told->said, run_alone(session, way, NULL));
    }
}

void addresses_renamed(const struct session *session, const struct told *told,
                       struct sipsan_arena *arena)
{
    struct session renamed = rewrite_session(arena, session, rewrite_addresses, true);
    struct buffer expected = {0};

    rewrite_addresses(&expected, (struct sipsan_span){told->said.p, told->said.n});
    must_give("renaming addresses", session, &expected, run_alone(&renamed, plain, NULL));
    buffer_free(&expected);
}

void any_addresses_renamed(const struct session *session, struct sipsan_arena *arena)
{
    struct session renamed = rewrite_session(arena, session, rewrite_addresses, true);
    struct buffer said = run_alone(session, terse, NULL);

    must_give("renaming addresses", session, &said, run_alone(&renamed, terse, NULL));
    buffer_free(&said);
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
    struct buffer said = run_alone(session, terse, NULL);

    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        struct session respelled = rewrite_session(arena, session, spellings[i].rewrite, false);

        must_give(spellings[i].property, session, &said, run_alone(&respelled, terse, NULL));
    }
    buffer_free(&said);
}

/* Reading ahead changes when a finding comes, and nothing else -------------------------------- */

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
    struct slot *slot = borrow(0, pace, &record);
    struct sipsan *s = slot->s;
    int err;

    for (const struct sipsan_packet *p = before->flow->packets; p; p = p->next)
        (void)session_feed(s, p, 0, 0);
    sipsan_reset(s);
    slot->record.of = &said;
    err = session_run(s, session, 0, 0, 0);
    note_error(&said, err);
    sipsan_get_totals(s, totals);
    sipsan_reset(s);
    slot->record.of = &lost;
    for (const struct sipsan_packet *p = before->flow->packets; p; p = p->next)
        (void)session_feed(s, p, 0, 0);
    if (contexts.keep)
        sipsan_reset(s); /* what waits may still speak */
    give_back(slot);
    buffer_free(&lost);
    return said;
}

void read_ahead(const struct session *before, const struct session *session,
                const struct told *told, const struct pace *pace)
{
    struct sipsan_totals ahead;

    must_give("reading ahead", session, &told->said, run_ahead(before, session, *pace, &ahead));
    must_count_the_same(session, &told->totals, &ahead);
}

/* Properties that hold for every session: what changes nothing about a call changes nothing about
 * its findings.
 *
 *   test_prop [--seed N] FOLDER...     scenario files */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "properties.h"
#include "sessions.h"

#define PAIRS 400

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
    for (size_t i = 0; i < PACES; i++) {
        struct sipsan_totals at_once, ahead;
        struct buffer a = run_in_a_row(all, (struct pace){0, 0}, &at_once);
        struct buffer b = run_in_a_row(all, paces[i], &ahead);

        if (at_once.limits == 0 || a.n == 0) {
            fputs("reading ahead: no message was above the limit\n", stderr);
            exit(1);
        }
        must_give("reading ahead over all sessions", &all->list[0], &a, b);
        must_count_the_same(&all->list[0], &at_once, &ahead);
        buffer_free(&a);
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
    must_give("interleaving with another call", a, &a_alone, said[1]);
    must_give("interleaving with another call", &b, &b_alone, said[2]);
    buffer_free(&a_alone);
    buffer_free(&b_alone);
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
        const struct session *session = &all.list[i], *other = &all.list[(i + 1) % all.count];
        struct told told;

        keep_contexts(false);
        told = tell(session);
        fed_twice(session, &told);
        after_reset(other, session, &told);
        keep_contexts(true);
        for (size_t k = 0; k < PACES; k++)
            read_ahead(other, session, &told, &paces[k]);
        time_shifted(session, &told);
        addresses_renamed(session, &told, &scratch);
        header_respelled(session, &scratch);
        buffer_free(&told.said);
        sipsan_arena_reset(&scratch);
    }
    read_ahead_in_a_row(&all);
    for (int i = 0; i < PAIRS; i++) {
        const struct session *a = &all.list[next_random(&seed) % all.count];

        interleaved(a, &all.list[next_random(&seed) % all.count], &scratch);
        sipsan_arena_reset(&scratch);
    }
    free_contexts();
    sessions_free(&all);
    puts("all properties hold");
    return 0;
}

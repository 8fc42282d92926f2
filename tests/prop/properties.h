/* Properties of one session: what changes nothing about a call changes nothing about its findings.
 * Shared by the test, which runs the sessions of the tree, and by a harness, which runs any. What
 * does not hold is printed and ends the program. */
#ifndef TESTS_PROPERTIES_H
#define TESTS_PROPERTIES_H

#include "rewrite.h"

/* How a session is run. */
struct way {
    unsigned detail;
    uint32_t file;
    int64_t shift, until;
    int64_t start; /* times are told from SESSION_START and this */
    uint64_t hash_seed;
};

extern const struct way plain;

struct pace {
    uint32_t ahead, threads;
};

#define PACES 8
extern const struct pace paces[PACES];

struct sipsan *make_context(const struct sipsan_config *config);
struct sipsan_config config_for(struct record *record, uint64_t seed);
struct sipsan *new_context(struct record *record, uint64_t seed);

/* A session in a context of its own. The counts are added to *totals when given. */
struct buffer run_alone(const struct session *session, struct way way,
                        struct sipsan_totals *totals);

/* Takes both buffers. */
void must_be_same(const char *property, const struct session *session, struct buffer a,
                  struct buffer b);
void must_count_the_same(const struct session *session, const struct sipsan_totals *a,
                         const struct sipsan_totals *b);

/* For config.on_problem: problems stand among the findings, their order counts. */
void record_problem(void *user, const struct sipsan_problem *problem);

/* Same bytes in, same findings out; and no order of a hash table reaches the output. */
void fed_twice(const struct session *session);

/* A reset context is as a new one, whatever it saw before. */
void after_reset(const struct session *before, const struct session *session);

void time_shifted(const struct session *session);
void addresses_renamed(const struct session *session, struct sipsan_arena *arena);

/* Capitals, compact names, folds (7.3.1). Not for any text: a fold lengthens a message, and there
 * are rules about length and about what stands in broken lines. */
void header_respelled(const struct session *session, struct sipsan_arena *arena);

/* Reading ahead changes when a finding comes, and nothing else. */
void read_ahead(const struct session *before, const struct session *session,
                const struct pace *pace);

#endif

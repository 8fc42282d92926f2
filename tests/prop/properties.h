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

/* What a session gives, to hold against what it gives in other ways. Owned. */
struct told {
    struct buffer said;
    struct sipsan_totals totals;
};

struct told tell(const struct session *session);

/* Contexts are made once for each kind and then only reset (making one takes longer than most
 * sessions): run_alone and the properties use these from now on. With false they make new ones. */
void keep_contexts(bool keep);
void free_contexts(void);

/* Takes `said`. */
void must_give(const char *property, const struct session *session, const struct buffer *expected,
               struct buffer said);
void must_count_the_same(const struct session *session, const struct sipsan_totals *a,
                         const struct sipsan_totals *b);

/* For config.on_problem: problems stand among the findings, their order counts. */
void record_problem(void *user, const struct sipsan_problem *problem);

/* What follows compares with what the session tells (`told`). */

/* Same bytes in, same findings out; and no order of a hash table reaches the output. */
void fed_twice(const struct session *session, const struct told *told);

/* A reset context is as a new one, whatever it saw before. */
void after_reset(const struct session *before, const struct session *session,
                 const struct told *told);

void time_shifted(const struct session *session, const struct told *told);
void addresses_renamed(const struct session *session, const struct told *told,
                       struct sipsan_arena *arena);

/* The same for any text. A finding may quote part of an address, which nobody can rename: only
 * rules and frames are compared. */
void any_addresses_renamed(const struct session *session, struct sipsan_arena *arena);

/* Capitals, compact names, folds (7.3.1). Not for any text: a fold lengthens a message, and there
 * are rules about length and about what stands in broken lines. */
void header_respelled(const struct session *session, struct sipsan_arena *arena);

/* Reading ahead changes when a finding comes, and nothing else. */
void read_ahead(const struct session *before, const struct session *session,
                const struct told *told, const struct pace *pace);

#endif

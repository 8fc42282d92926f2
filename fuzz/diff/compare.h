/* Which parsers read a message differently, and how: the name of a class of differences. */
#ifndef SIPSAN_FUZZ_DIFF_COMPARE_H
#define SIPSAN_FUZZ_DIFF_COMPARE_H

#include "facts.h"

#define DIFF_PARSERS_MAX 4
#define DIFF_KEY_MAX     160

extern const struct diff_parser *const diff_parsers[]; /* ours first; those that are built in */
extern const size_t diff_parser_count;

/* All that can be told of one message. */
struct diff_reading {
    struct diff_facts facts[DIFF_PARSERS_MAX];
};

bool diff_start(void);
/* `at` is told which parser is about to read (its index), so that a crash can be named; NULL: not.
 */
void diff_read(struct diff_reading *out, const char *p, size_t n, volatile uint32_t *at);

/* Calls back with the name of each difference: "branch: sipsan=libre, libosip2 stops early". Where
 * two messages give the same name the cause is taken to be the same. p, n: what was read. */
typedef void (*diff_key_fn)(void *user, const char *key);
void diff_keys(const struct diff_reading *reading, const char *p, size_t n, diff_key_fn fn,
               void *user);

#endif

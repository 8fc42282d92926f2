/* Scenario text: the readable format of fixtures, seeds and bug reports (tests/rules/README.md). */
#ifndef SIPSAN_NET_SCENARIO_H
#define SIPSAN_NET_SCENARIO_H

#include "base/arena.h"

enum sipsan_expect_kind {
    SIPSAN_EXPECT_FINDING,      /* '!' */
    SIPSAN_EXPECT_INCONCLUSIVE, /* '?': the rule counts at least one */
};

/* What a case should give: a line that begins with '!' or '?'. */
struct sipsan_expect {
    struct sipsan_expect *next;
    enum sipsan_expect_kind kind;
    uint32_t packet; /* from 1 in its case; 0: not said (only '?') */
    struct sipsan_span rule;
    struct sipsan_span evidence; /* without quotes, escapes resolved; p NULL: not said */
    bool has_severity;
    enum sipsan_severity severity;
    uint32_t line;
};

struct sipsan_packet {
    struct sipsan_packet *next;
    struct sipsan_span bytes; /* n 0 with end: only time passes */
    struct sipsan_flow flow;
    int64_t time;    /* microseconds from the start of the case */
    uint32_t number; /* from 1; 0 for an "end" mark */
    uint32_t line;   /* of the file, where it starts */
};

/* One `==` section: judged in a context of its own. */
struct sipsan_case {
    struct sipsan_case *next;
    struct sipsan_span title;
    struct sipsan_packet *packets;
    struct sipsan_expect *expects;
    bool notes_allowed; /* findings of severity note may go unlisted */
    int as_of;          /* what config.as_of is to be */
    uint32_t line;
};

struct sipsan_scenario {
    struct sipsan_case *cases;
    struct sipsan_span rule; /* the id in the first comment line, or empty */
    uint32_t error_line;     /* of the first line that is no scenario text */
    char error[160];
};

/* The text of the base message NAME (letters, digits, '-', '_', '.'), or {NULL, 0} when there is
 * none. The bytes must stay until sipsan_scenario_read returns. */
typedef struct sipsan_span (*sipsan_base_fn)(void *user, struct sipsan_span name);

/* Looks like scenario text: a '==' or '@' line among its first lines. */
bool sipsan_scenario_sniff(struct sipsan_span text);

/* Everything is allocated in the arena, the text may vanish. 0; SIPSAN_EINVAL with error and
 * error_line set; SIPSAN_ENOMEM. base may be NULL: then `base NAME` is an error. */
int sipsan_scenario_read(struct sipsan_scenario *out, struct sipsan_arena *arena,
                         struct sipsan_span text, sipsan_base_fn base, void *user);

typedef void (*sipsan_put_fn)(void *user, const char *p, size_t n);

/* Writes one packet as scenario text through `put`, from its '@' line on. Odd bytes are escaped so
 * that reading gives the same bytes back, when what follows is the end of the file or a line that
 * the format knows: '@', '!', '?', '==', '#'. */
void sipsan_scenario_write(const struct sipsan_packet *packet, sipsan_put_fn put, void *user);

#endif

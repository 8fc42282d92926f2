/* Whole sessions for the property tests: the cases of scenario files, fed to a context, and what
 * the context said as text that can be compared. */
#ifndef TESTS_SESSIONS_H
#define TESTS_SESSIONS_H

#include <string.h>

#include "base/arena.h"
#include "net/scenario.h"
#include "sipsan.h"

/* Text that grows; owned. */
struct buffer {
    char *p;
    size_t n, room;
};

void buffer_add(struct buffer *b, const char *p, size_t n);
void buffer_free(struct buffer *b);

struct session {
    const char *file;
    const struct sipsan_case *flow;
    bool ends; /* time passes at an "end" mark */
};

struct sessions {
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena; /* owns all that the list names */
    struct session *list;
    size_t count, room;
};

/* Adds every case of the .sipt files at `path` (scenario_files). Ends the program when one cannot
 * be read. */
void sessions_load(struct sessions *all, const char *path);
void sessions_free(struct sessions *all);

/* Where the capture clock of a session starts, microseconds. */
#define SESSION_START INT64_C(1700000000000000)

/* What stays of a finding in a record. */
enum {
    RECORD_PLACES = 1 << 0,  /* offsets, sentences and addresses */
    RECORD_DECIDED = 1 << 1, /* the frame at which the verdict fell */
};

/* What a context said, one record for each input file (ref.file). */
struct record {
    unsigned detail;   /* RECORD_ bits */
    int64_t start;     /* times are told from here */
    struct buffer *of; /* buffers by file */
    size_t files;
};

/* For config.on_finding, with a struct record as user. */
void record_finding(void *record, const struct sipsan_finding *finding);

/* Feeds one packet (or lets time pass) as frame packet->number of input `file`, `shift`
 * microseconds after the session's own time. Returns what the context returned. */
int session_feed(struct sipsan *s, const struct sipsan_packet *packet, uint32_t file,
                 int64_t shift);

/* Feeds a whole session and finishes. Time runs on to `until` at the end when that is not 0. */
int session_run(struct sipsan *s, const struct session *session, uint32_t file, int64_t shift,
                int64_t until);

/* Prints what differs and ends the test program. */
void sessions_differ(const char *property, const struct session *session, const struct buffer *a,
                     const struct buffer *b);

static inline bool buffer_same(const struct buffer *a, const struct buffer *b)
{
    return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

#endif

/* What the bench measures: one parser is one row. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

struct bench_message {
    const char *p;
    size_t n;
};

struct bench_parser {
    const char *name;
    bool (*start)(void);
    /* Parses one message and drops it again. False: it was refused. */
    bool (*parse)(const char *p, size_t n);
    void (*stop)(void);
};

extern const struct bench_parser bench_sipsan;
#ifdef BENCH_OSIP
extern const struct bench_parser bench_osip;
#endif
#ifdef BENCH_SOFIA
extern const struct bench_parser bench_sofia;
#endif
#ifdef BENCH_LIBRE
extern const struct bench_parser bench_libre;
#endif

/* Asks more of a message than parsing it for speed does: every header field that the library has a
 * reader for. */
bool bench_sofia_accept(const char *p, size_t n);
bool bench_libre_accept(const char *p, size_t n);

#endif

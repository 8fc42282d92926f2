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

#endif

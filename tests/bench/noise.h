/* What else passes between the messages of calls: media, and floods of things that are legal one by
 * one and too many together. */
#ifndef BENCH_NOISE_H
#define BENCH_NOISE_H

#include "capture.h"

enum noise_kind {
    NOISE_NONE,
    NOISE_RTP,           /* packets of 20 ms of sound */
    NOISE_TRANSACTIONS,  /* OPTIONS, 200: Call-ID, branch and tags of their own */
    NOISE_DIALOGS,       /* INVITE, 200, ACK, and nobody hangs up */
    NOISE_TAGS,          /* one INVITE that is answered with ever more To tags; 200, ACK */
    NOISE_REGISTRATIONS, /* REGISTER, 200: addresses of record of their own */
    NOISE_CONNECTIONS,   /* TCP connections that begin a message and stop */
    NOISE_FRAGMENTS,     /* the first fragment of a datagram whose second one never comes */
};

/* NOISE_NONE for a word that is none. */
enum noise_kind noise_find(const char *word);

/* The n-th of its kind at this time: all its packets, a microsecond apart. */
void write_noise(FILE *f, enum noise_kind kind, uint64_t n, int64_t time);

#endif

/* The tables of mutations. Each takes the message in m->msg, or in scenario.c the session, and
 * answers whether it found something to change. */
#ifndef SIPSAN_FUZZ_MUTATE_OPS_H
#define SIPSAN_FUZZ_MUTATE_OPS_H

#include "text.h"

typedef bool (*mut_op_fn)(struct mut *m);

struct mut_ops {
    const mut_op_fn *op;
    size_t count;
};

extern const struct mut_ops mut_legal_ops;   /* legal.c: the grammar stays right */
extern const struct mut_ops mut_broken_ops;  /* broken.c: it need not */
extern const struct mut_ops mut_sdp_ops;     /* sdp.c: the body, legal */
extern const struct mut_ops mut_bad_sdp_ops; /* sdp.c */
extern const struct mut_ops mut_session_ops; /* scenario.c: packets */

/* Up to 8 tries to find a mutation of the table that has something to do here. */
bool mut_try(struct mut *m, const struct mut_ops *ops);

/* One mutation of the message in m->msg, by m->consistent, with what follows from it. */
bool mut_message_step(struct mut *m);

/* Puts `with` in the place of [at, at + n). Where things are consistent, in every other place of
 * the text as well where the same word stands. */
bool mut_rename(struct mut *m, size_t at, size_t n, struct mut_span with);

/* The piece [begin, end) of a session that is the nth packet, its line "@ ..." included; false when
 * there is none. text is where its message begins. */
struct mut_packet {
    size_t begin, text, end;
};
bool mut_packet(const struct mut *m, size_t nth, struct mut_packet *out);
size_t mut_packets(const struct mut *m);

#endif

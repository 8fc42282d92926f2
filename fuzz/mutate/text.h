/* What the mutations share: random numbers, a text that is edited in place, and a message in it.
 *
 * Messages are read as tolerantly as they are written: any line end, any octets. A place is an
 * offset into the text; an edit makes places behind it invalid, so each mutation looks, edits once
 * or from the end to the beginning, and is done. */
#ifndef SIPSAN_FUZZ_MUTATE_TEXT_H
#define SIPSAN_FUZZ_MUTATE_TEXT_H

#include <stdbool.h>
#include <string.h>

#include "mutate.h"

#define MUT_FIELDS_MAX 128

struct mut_span {
    const char *p;
    size_t n;
};

#define MUT_LIT(text) ((struct mut_span){text, sizeof(text) - 1})

/* Header field: name [at, at + name_n), value [value, value_end), its lines [at, end). */
struct mut_field {
    size_t at, name_n, value, value_end, end;
};

/* The text of one message: [begin, end) of the whole. */
struct mut_msg {
    size_t begin, end;
    size_t start_n;  /* of the start line, without its end */
    size_t headers;  /* the first header field */
    size_t blank;    /* the empty line, or end when there is none */
    size_t body;     /* behind it */
    const char *eol; /* the line end of this message */
    struct mut_field fields[MUT_FIELDS_MAX];
    size_t count;
};

/* One mutation: what it may look at and change. */
struct mut {
    char *p;
    size_t n, max;
    uint64_t seed;
    bool session;          /* scenario text: octets are escaped, lines end in LF */
    bool consistent;       /* what depends on the change shall follow */
    struct mut_span other; /* a message to take pieces from, may be empty */
    struct mut_msg msg;    /* the message at hand */
};

uint64_t mut_random(struct mut *m);
size_t mut_below(struct mut *m, size_t limit); /* 0 when limit is 0 */
bool mut_one_in(struct mut *m, size_t n);

/* Puts `with` in the place of [at, at + n). False, and nothing changed, when there is no room. The
 * new text must not lie in this one. */
bool mut_replace(struct mut *m, size_t at, size_t n, struct mut_span with);
bool mut_insert(struct mut *m, size_t at, struct mut_span with);
bool mut_delete(struct mut *m, size_t at, size_t n);
/* A copy of [from, from + n) at `to`, which lies outside of it. */
bool mut_copy(struct mut *m, size_t to, size_t from, size_t n);
/* Moves [at, at + n) in front of `to`, which lies outside of it. */
void mut_move(struct mut *m, size_t at, size_t n, size_t to);

/* Reads the message in [begin, end) of the text. */
void mut_read(struct mut *m, size_t begin, size_t end);
/* The same on text of another owner. */
void mut_read_span(struct mut_msg *out, struct mut_span text, size_t begin, size_t end);

/* Letters of either case are the same. */
bool mut_same(struct mut_span a, struct mut_span b);
struct mut_span mut_name(const struct mut *m, const struct mut_field *field);
struct mut_span mut_value(const struct mut *m, const struct mut_field *field);
/* The nth (from 0) header field of this long or short name; NULL when there is none. */
const struct mut_field *mut_find(const struct mut *m, const char *name, size_t nth);
bool mut_is(const struct mut *m, const struct mut_field *field, const char *name);
/* The short form of a name, or 0. */
char mut_short(struct mut_span name);
const char *mut_long(char letter);
/* Any header field; NULL when there are none. */
const struct mut_field *mut_any(struct mut *m);

/* Value of the parameter `name` in [from, to), outside of quotes. */
bool mut_param(const struct mut *m, size_t from, size_t to, const char *name, size_t *at,
               size_t *n);

/* Letters and digits, `n` of them, at most 32; `out` has room for 33. */
struct mut_span mut_word(struct mut *m, char *out, size_t n);
struct mut_span mut_number(char out[24], uint64_t value);

/* Sets Content-Length to the length of the body; where there is none nothing happens. */
void mut_fix_length(struct mut *m);

#endif

/* What a parser made of a message, as far as security hangs on it: who is asked, to whom the answer
 * goes, which dialog and transaction it is, where it ends. Two elements that read these differently
 * let one see what the other did not. */
#ifndef SIPSAN_FUZZ_DIFF_FACTS_H
#define SIPSAN_FUZZ_DIFF_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum diff_fact {
    DIFF_REQUEST,  /* "request" or the status */
    DIFF_METHOD,   /* of the start line */
    DIFF_HOST,     /* of the Request-URI, in small letters, without brackets */
    DIFF_VIAS,     /* how many values: where answers go */
    DIFF_BRANCH,   /* of the top Via */
    DIFF_VIA_HOST, /* of the top Via */
    DIFF_CALL_ID,
    DIFF_CSEQ, /* number */
    DIFF_CSEQ_METHOD,
    DIFF_FROM_TAG,
    DIFF_TO_TAG,
    DIFF_ROUTES, /* how many values: where the request goes */
    DIFF_CONTACTS,
    DIFF_FIELDS, /* how many header fields, but for Content-Length, which one parser makes */
    DIFF_END,    /* where the header ends: octets before the body */
    DIFF_LENGTH, /* Content-Length */
    DIFF_BODY,   /* octets that are taken for the body */
    DIFF_FACTS
};

#define DIFF_TEXT_MAX 256

/* known: the parser has an opinion, which may be that it is not there (n 0). */
struct diff_value {
    bool known;
    size_t n; /* longer texts are cut */
    char text[DIFF_TEXT_MAX];
};

struct diff_facts {
    bool accepted; /* a stack that uses this parser would go on with the message */
    const char
        *fault[DIFF_FACTS]; /* ours: what is wrong where the fact is read, by name; or NULL */
    struct diff_value value[DIFF_FACTS];
};

struct diff_parser {
    const char *name;
    bool (*start)(void);
    void (*read)(struct diff_facts *out, const char *p, size_t n);
};

extern const struct diff_parser diff_sipsan, diff_osip, diff_sofia, diff_libre;

void diff_set(struct diff_facts *out, enum diff_fact fact, const char *p, size_t n);
void diff_set_text(struct diff_facts *out, enum diff_fact fact, const char *text); /* NULL: none */
void diff_set_number(struct diff_facts *out, enum diff_fact fact, uint64_t value);
/* The header has no comma: a parser that keeps a field for each value of a list keeps one for each
 * line. */
bool diff_has_no_lists(const char *p, size_t n);
/* In small letters, without the brackets of an IPv6 reference. */
void diff_set_host(struct diff_facts *out, enum diff_fact fact, const char *p, size_t n);

#endif

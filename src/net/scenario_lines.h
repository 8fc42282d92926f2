/* Of net/scenario only: scenario text by lines and words, and its escapes. */
#ifndef SIPSAN_NET_SCENARIO_LINES_H
#define SIPSAN_NET_SCENARIO_LINES_H

#include "base/arena.h"
#include "base/span.h"

/* The lines of a text, one at a time. */
struct sipsan_lines {
    const char *p, *lim;    /* p: where `now` starts */
    const char *next;       /* where the line after it starts */
    struct sipsan_span now; /* without its line end */
    uint32_t number;        /* of `now`, from 1 */
    bool end;               /* there is no line any more */
};

void sipsan_lines_init(struct sipsan_lines *lines, struct sipsan_span text);
void sipsan_lines_next(struct sipsan_lines *lines);

/* The line ends the text of a message: another packet, case, expectation or comment. */
bool sipsan_line_is_mark(struct sipsan_span line);

/* The line says how its case is judged: `notes allowed`, `as of 3261`. */
bool sipsan_line_is_setting(struct sipsan_span line);

/* `line` begins with `head`. */
bool sipsan_line_starts(struct sipsan_span line, struct sipsan_span head);

/* A header line: true when it is a Content-Length; *value, without white space around it. */
bool sipsan_line_content_length(struct sipsan_span line, struct sipsan_span *value);

/* Without spaces and tabs around it. */
struct sipsan_span sipsan_line_strip(struct sipsan_span text);

/* What stands before the colon of a header line, and *value after it, both without white space
 * around them. Empty when there is no colon. */
struct sipsan_span sipsan_line_split(struct sipsan_span raw, struct sipsan_span *value);

/* The name is Content-Length, in full or as `l`. */
bool sipsan_names_length(struct sipsan_span name);

/* Takes the word before the next space (or the whole rest) off *rest. Empty: no word is left. */
struct sipsan_span sipsan_word(struct sipsan_span *rest);

/* Decimal digits only, at most `max`. */
bool sipsan_word_number(struct sipsan_span word, uint64_t max, uint64_t *out);

/* Where reading stopped. */
struct sipsan_wrong {
    const char *what;        /* English, static */
    struct sipsan_span text; /* the word at fault, or empty */
};

/* SIPSAN_EINVAL, with *wrong filled in. */
int sipsan_wrong(struct sipsan_wrong *wrong, const char *what, struct sipsan_span text);

/* Bytes for `raw` with its escapes resolved. joined: set when the line ends in a lone backslash;
 * when NULL, that is wrong. 0, SIPSAN_EINVAL or SIPSAN_ENOMEM. */
int sipsan_unescape(struct sipsan_span *out, struct sipsan_arena *arena, struct sipsan_span raw,
                    bool *joined, struct sipsan_wrong *wrong);

/* As sipsan_unescape, into the caller's `to`, which has room for raw.n bytes; *n: how many came of
 * it. */
int sipsan_unescape_to(char *to, size_t *n, struct sipsan_span raw, bool *joined,
                       struct sipsan_wrong *wrong);

/* As sipsan_unescape, for a line of the header: a CRLF is added unless *joined. */
int sipsan_unescape_line(struct sipsan_span *out, struct sipsan_arena *arena,
                         struct sipsan_span raw, bool *joined, struct sipsan_wrong *wrong);

#endif

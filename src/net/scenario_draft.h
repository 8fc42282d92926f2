/* Of net/scenario only: lines of scenario text, their escapes, and a message while it is put
 * together from them. */
#ifndef SIPSAN_NET_SCENARIO_DRAFT_H
#define SIPSAN_NET_SCENARIO_DRAFT_H

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

/* A line of the header, or a part of it; the start line comes first. */
struct sipsan_draft_line {
    struct sipsan_draft_line *next;
    struct sipsan_span text; /* as it is sent, line end included; when computed without a value */
    struct sipsan_span name; /* as written, borrowed from the scenario; may be empty */
    bool more;               /* goes on with the line before: folded or joined */
    bool computed;           /* Content-Length: auto */
    bool open;               /* no CRLF at its end */
};

/* Bytes of the body, or after the message. */
struct sipsan_draft_part {
    struct sipsan_draft_part *next;
    struct sipsan_span bytes;
    size_t cut; /* instead: so many bytes less */
};

struct sipsan_draft_parts {
    struct sipsan_draft_part *first, *last;
};

struct sipsan_draft {
    struct sipsan_arena *arena;
    struct sipsan_wrong *wrong;
    struct sipsan_draft_line *first, *last;
    bool closed; /* the empty line after the header is there */
    struct sipsan_draft_parts body;
    bool body_edited;
    struct sipsan_draft_parts tail; /* raw and cut */
    uint32_t edits;
};

void sipsan_draft_init(struct sipsan_draft *draft, struct sipsan_arena *arena,
                       struct sipsan_wrong *wrong);

/* Reads a message written in full; stops at the mark that ends it. */
int sipsan_draft_read(struct sipsan_draft *draft, struct sipsan_lines *lines);

bool sipsan_draft_is_edit(struct sipsan_span line);
int sipsan_draft_edit(struct sipsan_draft *draft, struct sipsan_span line);

/* The message's bytes, in the arena. */
int sipsan_draft_finish(struct sipsan_draft *draft, struct sipsan_span *out);

#endif

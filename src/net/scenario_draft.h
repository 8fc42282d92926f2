/* Of net/scenario only: a message while it is put together from lines of scenario text. */
#ifndef SIPSAN_NET_SCENARIO_DRAFT_H
#define SIPSAN_NET_SCENARIO_DRAFT_H

#include "net/scenario_lines.h"

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

/* Bytes of the traffic made fit for a terminal: nothing that a peer sent may move the cursor, and
 * carets stand under the bytes they mean. */
#ifndef SIPSAN_REPORT_VISIBLE_H
#define SIPSAN_REPORT_VISIBLE_H

#include <stdio.h>

#include "sipsan.h"

/* One step of visible text: a character as it is, or an escape (\r \n \t \xHH) for a byte that must
 * not be printed. */
struct sipsan_glyph {
    char text[8];
    size_t n;         /* bytes of text */
    size_t taken;     /* bytes of the input, at least 1 */
    unsigned columns; /* on the terminal */
};

/* Prints at most max_columns columns; longer text is cut and ends in "...". */
void sipsan_visible_put(FILE *out, struct sipsan_span text, unsigned max_columns);

/* Columns that the text takes, counted no further than one beyond `max`. */
unsigned sipsan_visible_columns(struct sipsan_span text, unsigned max);

/* How excerpts look. */
struct sipsan_excerpt_style {
    const char *indent;
    const char *caret_on, *caret_off; /* escape sequences, or "" */
};

/* Prints the lines of `message` that hold the bytes [offset, offset + length), at most three, with
 * carets below. Long lines are cut around the evidence. A line end that is part of the evidence is
 * shown. Length 0 marks a place. An offset or length beyond the message is cut to it. */
void sipsan_visible_excerpt(FILE *out, const struct sipsan_excerpt_style *style,
                            struct sipsan_span message, size_t offset, size_t length);

#endif

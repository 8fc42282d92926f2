/* UTF-8 (RFC 3629) as the writers need it: which bytes are a character, and how wide it stands. */
#ifndef SIPSAN_REPORT_UTF8_H
#define SIPSAN_REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the character that starts at p, of which n bytes are there, and its number in *code.
 * 0 when the bytes are no character: stray or missing continuation, overlong form, surrogate, or
 * beyond U+10FFFF. */
size_t sipsan_utf8_next(const char *p, size_t n, uint32_t *code);

/* Columns that a terminal gives the character: 0 for combining marks, 2 for East Asian wide ones
 * and pictographs, else 1; -1 when it must not reach a terminal (controls, marks that turn the
 * writing direction, invisible ones). Independent of the locale. */
int sipsan_utf8_columns(uint32_t code);

#endif

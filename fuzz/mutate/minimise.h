/* The smallest text that still shows something: packets of a session are left out first, then lines
 * (header fields among them), then octets. */
#ifndef SIPSAN_FUZZ_MINIMISE_H
#define SIPSAN_FUZZ_MINIMISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does this text still show it? */
typedef bool (*sipmut_keeps_fn)(void *user, const uint8_t *data, size_t n);

/* Shortens the n octets at data, which show it, in place; `keeps` is asked at most `tries` times.
 * Returns the new length. SIZE_MAX when there was no memory, and data is as it was. */
size_t sipmut_minimise(uint8_t *data, size_t n, sipmut_keeps_fn keeps, void *user, size_t tries);

#endif

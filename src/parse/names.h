/* Finds a header field by its name: a hash without collisions, made from the list of ids.h when the
 * project is built (tables.re). */
#ifndef SIPSAN_PARSE_NAMES_H
#define SIPSAN_PARSE_NAMES_H

#include <stdint.h>

#include "base/span.h"
#include "parse/ids.h"

#define SIPSAN_NAME_WORDS 4                           /* of eight octets, first octet lowest */
#define SIPSAN_NAME_MAX   (8 * SIPSAN_NAME_WORDS - 1) /* octets of the longest name */
#define SIPSAN_NAME_READ  (8 * SIPSAN_NAME_WORDS)     /* octets that a search may read */

struct sipsan_name_row {
    uint64_t words[SIPSAN_NAME_WORDS];
    uint16_t id; /* enum sipsan_header_id; of row 0, that of empty slots: SIPSAN_HDR_OTHER */
    uint16_t n;
};

/* Goes on with a hash by a word, the last one with zeros behind the name. The case of letters does
 * not count. */
static inline uint64_t sipsan_name_hash(uint64_t hash, uint64_t word, uint64_t factor)
{
    return (hash ^ (word & ~UINT64_C(0x2020202020202020))) * factor;
}

/* A known name, no case, with the colon right behind it: its end and *id. NULL when there is none.
 * SIPSAN_NAME_READ octets from p on must be readable. */
const char *sipsan_name_match(const char *p, enum sipsan_header_id *id);

/* The header field of this name, no case; SIPSAN_HDR_OTHER when none has it. */
enum sipsan_header_id sipsan_name_find(struct sipsan_span name);

#endif

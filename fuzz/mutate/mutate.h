/* Mutations that know what SIP is: messages, and whole sessions as scenario text.
 *
 * libc only and no state: what comes out depends on the arguments alone, takes time bounded by the
 * size of the text, and fits in the room. Nothing here knows sipsan; any fuzzer may use it (see
 * README.md in this folder). */
#ifndef SIPSAN_FUZZ_MUTATE_H
#define SIPSAN_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

enum sipmut_mode {
    /* Each step is one of the two below, by chance. */
    SIPMUT_MIXED,
    /* The grammar stays right, and what depends on a change follows it: the length of the body, the
     * method in CSeq, the same tag, branch or Call-ID in every other message of a session. What
     * happens in a session may still be against all rules. */
    SIPMUT_CONSISTENT,
    /* One place is changed and nothing follows: numbers at their borders, values of other fields
     * and messages, wrong lengths, lost separators, octets. */
    SIPMUT_BROKEN,
};

/* Changes the n octets at data in place; at most max fit there. Returns the new length, 0 only for
 * an empty text. other (other_n may be 0) is a second input from which pieces are taken. Text with
 * a line that begins with "@ " or "== " among its first is a session, everything else a message. */
size_t sipmut_mutate(uint8_t *data, size_t n, size_t max, const uint8_t *other, size_t other_n,
                     enum sipmut_mode mode, uint64_t seed);

/* One input of two: start line, header fields or body of the second in the first, or the packets
 * of two sessions one after the other or woven together. Returns the length written to out. */
size_t sipmut_cross(uint8_t *out, size_t max, const uint8_t *a, size_t a_n, const uint8_t *b,
                    size_t b_n, uint64_t seed);

/* Is this text a session? */
int sipmut_is_session(const uint8_t *data, size_t n);

/* "mixed", "consistent" or "broken"; any other text, or NULL, is mixed. */
enum sipmut_mode sipmut_mode_named(const char *name);

#endif

/* The texts by which messages find each other, each hashed once a message; tables join the hashes
 * to keys of their own. */
#ifndef SIPSAN_TXN_KEYS_H
#define SIPSAN_TXN_KEYS_H

#include "base/hash.h"
#include "parse/msg.h"

struct sipsan_keys {
    uint64_t call_id;          /* with case: 20.8 */
    uint64_t from_tag, to_tag; /* without case, as tokens; of no tag that of the empty text */
    uint64_t via, via2;        /* of the top Via and the one below it; 0: it names no hop */
};

/* Of what the message has; a Via without branch or host names no hop. */
void sipsan_keys_of(struct sipsan_keys *keys, const uint64_t seed[2], const struct sipsan_msg *msg);

/* Port of the sent-by: the written one, or the default of the transport (18.2.2). */
uint16_t sipsan_via_port(const struct sipsan_via *via);

/* A request of a call: Call-ID, From tag, CSeq number. */
static inline uint64_t sipsan_key_call(const uint64_t seed[2], const struct sipsan_keys *keys,
                                       uint64_t cseq)
{
    return sipsan_hash_join(seed, keys->call_id, keys->from_tag, cseq);
}

/* A Call-ID and one tag. */
static inline uint64_t sipsan_key_half(const uint64_t seed[2], uint64_t call_id, uint64_t tag)
{
    return sipsan_hash_join(seed, call_id, tag, 0);
}

/* A Call-ID and two tags in any order. */
static inline uint64_t sipsan_key_tags(const uint64_t seed[2], uint64_t call_id, uint64_t a,
                                       uint64_t b)
{
    return sipsan_hash_join(seed, call_id, a ^ b, a + b);
}

#endif

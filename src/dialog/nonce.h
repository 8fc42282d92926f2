/* Challenges (22, RFC 2617, RFC 7616): what each nonce came with and how it has been used. */
#ifndef SIPSAN_DIALOG_NONCE_H
#define SIPSAN_DIALOG_NONCE_H

#include "base/text.h"
#include "txn/txn.h"

struct sipsan_nonce {
    struct sipsan_map_link by_nonce; /* nonce alone: credentials may name a wrong realm */
    struct sipsan_nonce *older, *newer;
    struct sipsan_text realm, nonce, opaque, algorithm, qop;
    bool has_opaque, has_algorithm, has_qop;
    bool proxy;                 /* Proxy-Authenticate */
    struct sipsan_ref ref;      /* the challenge */
    struct sipsan_text call_id; /* of the challenged request */
    struct sipsan_text from_tag;
    uint64_t cseq;

    /* Last use. */
    bool used;
    uint64_t nc; /* highest nonce count seen with `cnonce` */
    struct sipsan_text cnonce, username;
    uint64_t use_hash;   /* of the credentials value: a copy in ACK, CANCEL, fork or repeat */
    uint64_t use_serial; /* of the transaction */
    uint64_t use_call;   /* sipsan_key_call of the request: its copies behind a proxy have it too */
    struct sipsan_ref use_ref;
    /* How often in a row credentials for this realm were refused in this exchange by a challenge
     * that did not say stale=true: the new nonce of such a challenge goes on counting. 0 again when
     * they are accepted. */
    uint32_t refused;
    struct sipsan_ref refused_ref;
    struct sipsan_timer timer;
};

struct sipsan_nonces {
    struct sipsan_mem *mem;
    struct sipsan_timers *timers;
    struct sipsan_map by_nonce;
    struct sipsan_nonce *oldest, *newest, *spare;
    size_t spare_count;
    uint64_t seed[2];
    size_t max;
    uint64_t evicted;
};

int sipsan_nonces_init(struct sipsan_nonces *nonces, struct sipsan_mem *mem,
                       struct sipsan_timers *timers, const struct sipsan_config *config);
void sipsan_nonces_reset(struct sipsan_nonces *nonces);
void sipsan_nonces_free(struct sipsan_nonces *nonces);

/* The challenge that these credentials answer: the one with this nonce and realm, or else one with
 * this nonce for another realm. NULL when there is none. */
struct sipsan_nonce *sipsan_nonce_of(const struct sipsan_nonces *nonces,
                                     const struct sipsan_auth *credentials);

/* Challenges in a 401 or 407 are learnt, credentials in a request are counted. */
void sipsan_nonce_apply(struct sipsan_nonces *nonces, const struct sipsan_match *match,
                        const struct sipsan_seen *seen);
void sipsan_nonce_timer(struct sipsan_nonces *nonces, struct sipsan_timer *timer);

#endif

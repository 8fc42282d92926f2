/* Reliable provisional responses of one INVITE in one dialog, and the PRACKs to them: RFC 3262. */
#ifndef SIPSAN_DIALOG_RELIABLE_H
#define SIPSAN_DIALOG_RELIABLE_H

#include "parse/msg.h"

struct sipsan_dialog;
struct sipsan_dialogs;
struct sipsan_match;
struct sipsan_seen;

#define SIPSAN_RELIABLE_MAX 4 /* responses kept, the newest ones */

/* One, where its first copy was seen. */
struct sipsan_reliable {
    uint64_t rseq;
    int status;
    struct sipsan_ref ref;  /* first copy */
    struct sipsan_ref last; /* last copy on the same hop */
    uint64_t serial;        /* of the INVITE's transaction there */
    uint32_t invites;       /* copies of the INVITE there when the last copy passed */
    uint32_t copies;
    int64_t gap;   /* between the last two copies; 0: the last one came by a copy of the INVITE */
    bool in_order; /* the first one, or greater by one than the one before */
    bool sdp; /* it has a session description, which is the offer, the answer, or not known to be */
    bool offer, sdp_answer;
    struct sipsan_ref prack;  /* first PRACK that names it; time 0: none */
    uint64_t prack_cseq;      /* of the last one */
    struct sipsan_ref answer; /* final response to the last PRACK */
    int answer_status;        /* 0: none yet */
    struct sipsan_ref acked;  /* first 2xx to a PRACK that names it; time 0: none */
};

struct sipsan_reliables {
    uint64_t cseq;   /* of the INVITE */
    uint8_t inviter; /* enum sipsan_side */
    bool misnamed;   /* a PRACK named none of them: which one it was meant for is not known */
    uint32_t count;  /* different RSeq numbers seen */
    struct sipsan_reliable kept[SIPSAN_RELIABLE_MAX]; /* the n-th at n modulo the size */
};

/* The newest one, or NULL. set may be NULL in all of these. */
const struct sipsan_reliable *sipsan_reliable_newest(const struct sipsan_reliables *set);

/* The n-th that is kept still, from 0, oldest first, or NULL. */
const struct sipsan_reliable *sipsan_reliable_at(const struct sipsan_reliables *set, uint32_t n);

/* The one with this number, or NULL. */
const struct sipsan_reliable *sipsan_reliable_find(const struct sipsan_reliables *set,
                                                   uint64_t rseq);

/* Older ones have been forgotten, so that a number that is not found may be theirs. */
static inline bool sipsan_reliable_forgot(const struct sipsan_reliables *set)
{
    return set && set->count > SIPSAN_RELIABLE_MAX;
}

#endif

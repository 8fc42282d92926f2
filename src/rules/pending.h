/* Requests of a dialog that wait for their final response. */
#ifndef SIPSAN_RULES_PENDING_H
#define SIPSAN_RULES_PENDING_H

#include "rules/rule.h"

/* The INVITE of this side with this number that has no final response yet, or NULL. */
static inline const struct sipsan_txn *sipsan_open_invite(const struct sipsan_view *v,
                                                          enum sipsan_side side, uint64_t cseq)
{
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_open *open = &v->dialog->open[i];
        const struct sipsan_txn *txn;

        if (open->serial == 0 || open->side != side || open->cseq != cseq)
            continue;
        txn = sipsan_txn_by_serial(v->txns, open->serial, open->call_hash);
        if (txn && txn->class == SIPSAN_TXN_INVITE)
            return txn;
    }
    return NULL;
}

#endif

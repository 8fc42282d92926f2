/* Shared by the files about RFC 3262: what the dialog knows of the reliable responses of an INVITE.
 */
#ifndef SIPSAN_RULES_RFC3262_H
#define SIPSAN_RULES_RFC3262_H

#include "dialog/reliable.h"
#include "rules/rule.h"

/* Rows about responses to INVITE that may be sent reliably: every 1xx but 100 (section 3). */
#define ON_1XX(event) .on = (event), .methods = BIT(INVITE), .status_from = 101, .status_to = 199

/* The reliable responses so far to the INVITE that this response, or (cseq) this number, is about;
 * NULL: none. */
static inline const struct sipsan_reliables *
sipsan_reliables_of(const struct sipsan_view *v, enum sipsan_side inviter, uint64_t cseq)
{
    const struct sipsan_reliables *set = v->dialog->reliables;

    return set && set->count > 0 && set->inviter == inviter && set->cseq == cseq ? set : NULL;
}

/* Those that the sender of this response has sent to its INVITE before. */
static inline const struct sipsan_reliables *sipsan_reliables_before(const struct sipsan_view *v)
{
    return sipsan_reliables_of(v, other_side(v->side), v->msg->cseq.number);
}

static inline bool sipsan_wants_100rel(const struct sipsan_msg *invite)
{
    return sipsan_token_listed(invite->require, SPAN_LIT("100rel"));
}

#endif

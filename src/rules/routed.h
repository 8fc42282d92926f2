/* Where a response goes, and what Via says of it: RFC 3261 18.2, RFC 3581. A tap sees addresses as
 * they are at its own place. */
#ifndef SIPSAN_RULES_ROUTED_H
#define SIPSAN_RULES_ROUTED_H

#include "rules/rule.h"

/* An address in a Via, with brackets or without. */
static inline bool sipsan_ip_of(struct sipsan_addr *out, struct sipsan_span text)
{
    if (text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        text = (struct sipsan_span){text.p + 1, text.n - 2};
    *out = (struct sipsan_addr){.family = 0};
    return text.n > 0 && sipsan_ip_parse(out, text);
}

/* 18.2.2: over UDP. */
static inline uint16_t sipsan_sent_by_port(const struct sipsan_via *via)
{
    return via->port >= 0 ? (uint16_t)via->port : 5060;
}

/* The response comes from where the request went, so both were seen at one place. Its first copy
 * only: after a failure the server may lawfully try other places. */
static inline bool sipsan_first_answer(const struct sipsan_view *v)
{
    return v->txn->whole && v->txn->answered == 0 &&
           sipsan_ip_eq(&v->seen->flow.src, &v->txn->flow.dst);
}

/* The tap has shown that addresses change on the way: which side the server stands on is unknown.
 */
static inline bool sipsan_translated(const struct sipsan_view *v)
{
    return v->txn->segment || (v->txn->leg && v->txn->leg->translated);
}

#endif

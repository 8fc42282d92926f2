/* What rules about registrations read from a REGISTER and its answer (10.2, 10.3). */
#ifndef SIPSAN_RULES_REGISTERING_H
#define SIPSAN_RULES_REGISTERING_H

#include "rules/rule.h"

/* Seconds asked for: the parameter of the contact, else Expires. False when neither says. */
static inline bool asked(uint64_t *out, const struct sipsan_msg *m,
                         const struct sipsan_name_addr *c)
{
    const struct sipsan_param *p = sipsan_param_find(c->params, SPAN_LIT("expires"));
    struct sipsan_span text = p && p->value.p ? p->value : m->expires.text;

    *out = 0;
    if (!text.p || text.n == 0 || text.n > 10)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(text.p[i] - '0');
    }
    return true;
}

static inline const struct sipsan_name_addr *listed(const struct sipsan_msg *m,
                                                    const struct sipsan_uri *uri)
{
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        if (c->ok && !c->star && sipsan_uri_eq(&c->uri, uri))
            return c;
    return NULL;
}

/* The server of this hop may be a proxy with the registrar behind it: its 200 is not its own. And
 * both lists must have been seen to their ends. */
static inline bool registrar_hop(const struct sipsan_view *v)
{
    return !v->txn->children && !v->txn->segment && !sipsan_header_cut(v->msg) &&
           !(v->req && sipsan_header_cut(v->req));
}

static inline bool star_is_wrong(const struct sipsan_msg *m)
{
    bool star = false;

    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        star |= c->star;
    return star && (m->contact_count > 1 || !m->expires.ok || m->expires.value != 0);
}

/* A contact that may be this one behind an address translator: same user. */
static inline bool rewritten(const struct sipsan_msg *m, const struct sipsan_uri *uri)
{
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        if (!c->ok || span_eq(c->uri.user, uri->user))
            return true;
    return false;
}

static inline bool stale(const struct sipsan_view *v, const struct sipsan_bound *bound)
{
    return bound && bound->expires > v->now && v->req->cseq.ok &&
           v->req->cseq.number <= bound->cseq && bound->ref.time < v->txn->first.time;
}

#endif

/* What a response has byte for byte from its request: nearly always everything that it must copy
 * (8.2.6.2). Found out once, it spares the rules their comparisons; where it is not so, they
 * compare as SIP does. */
#include "rules/rule.h"

static bool same_param(const struct sipsan_param *a, const struct sipsan_param *b)
{
    return span_eq(a->name, b->name) && !a->value.p == !b->value.p && span_eq(a->value, b->value);
}

static bool is_received(const struct sipsan_param *p)
{
    return p && sipsan_span_eq_nocase(p->name, SPAN_LIT("received"));
}

static bool is_rport(const struct sipsan_param *p)
{
    return sipsan_span_eq_nocase(p->name, SPAN_LIT("rport"));
}

/* The top value: the server adds received and fills in rport (18.2.1, RFC 3581 section 4). */
static bool top_via(const struct sipsan_via *mine, const struct sipsan_via *theirs)
{
    const struct sipsan_param *a = mine->params, *b = theirs->params;

    if (span_eq(mine->text, theirs->text))
        return true;
    if (!span_eq(mine->transport, theirs->transport) || !span_eq(mine->host, theirs->host) ||
        mine->port != theirs->port)
        return false;
    while (a || b) {
        if (is_received(a)) {
            a = a->next;
            continue;
        }
        if (!a || !b || !(same_param(a, b) || (is_rport(a) && is_rport(b))))
            return false;
        a = a->next;
        b = b->next;
    }
    return true;
}

static bool vias(const struct sipsan_msg *mine, const struct sipsan_msg *theirs)
{
    const struct sipsan_via *a = mine->via, *b = theirs->via;

    if (!a || !b || mine->via_count != theirs->via_count || !a->ok || !b->ok || !top_via(a, b))
        return false;
    for (a = a->next, b = b->next; a && b; a = a->next, b = b->next)
        if (!a->ok || !b->ok || !span_eq(a->text, b->text))
            return false;
    return true;
}

unsigned sipsan_echoed(const struct sipsan_msg *mine, const struct sipsan_msg *theirs)
{
    const struct sipsan_name_addr *to = &theirs->to;
    unsigned bits = 0;

    if (mine->call_id.p && mine->cseq.ok && span_eq(mine->call_id, theirs->call_id) &&
        span_eq(mine->cseq.text, theirs->cseq.text))
        bits |= SIPSAN_ECHOED_CALL;
    if (mine->from.ok && span_eq(mine->from.text, theirs->from.text))
        bits |= SIPSAN_ECHOED_FROM;
    if (mine->to.ok && to->ok && span_eq(mine->to.uri.text, to->uri.text) &&
        (!to->tag.p || (mine->to.tag.p && span_eq(mine->to.tag, to->tag))))
        bits |= SIPSAN_ECHOED_TO;
    if (vias(mine, theirs))
        bits |= SIPSAN_ECHOED_VIA;
    return bits;
}

/* Faults that came with what the sender had to copy. See copied.h. */
#include "rules/copied.h"

/* The header line of a fault; NULL: the start line, or no line of a header. */
static const struct sipsan_header *line_of(const struct sipsan_msg *m, const struct sipsan_fault *f)
{
    return f->line < m->header_count ? &m->headers[f->line] : NULL;
}

/* How far behind the beginning of the line's value the fault is; false: not in the value. */
static bool place_in(size_t *place, const struct sipsan_msg *m, const struct sipsan_fault *f)
{
    const struct sipsan_header *line = line_of(m, f);
    size_t start;

    if (!line || !line->value.p)
        return false;
    start = (size_t)(line->value.p - m->bytes.p);
    if (f->offset < start || f->offset - start > line->value.n)
        return false;
    *place = f->offset - start;
    return true;
}

/* Both values are the same up to the end of the fault, or to their end. */
static bool same_fault(const struct sipsan_msg *m, const struct sipsan_fault *f, size_t place,
                       const struct sipsan_msg *from, const struct sipsan_fault *g)
{
    struct sipsan_span a, b;
    size_t there, n;

    if (g->production != f->production || g->header != f->header || !place_in(&there, from, g) ||
        there != place)
        return false;
    a = line_of(m, f)->value;
    b = line_of(from, g)->value;
    n = place + f->length;
    if (n > a.n)
        n = a.n;
    if (n == place && a.n != b.n)
        return false; /* ends too early: then nothing may have been added */
    return n <= b.n && memcmp(a.p, b.p, n) == 0;
}

/* The To that the request broke off, with a tag behind it. */
static bool tag_behind(const struct sipsan_view *v, const struct sipsan_fault *g)
{
    const struct sipsan_header *mine = line_of(v->msg, v->fault), *theirs = line_of(v->req, g);
    size_t there;

    return mine && mine->id == SIPSAN_HDR_TO && g->header == SIPSAN_HDR_TO &&
           g->production == v->fault->production && place_in(&there, v->req, g) &&
           there == theirs->value.n && mine->value.n > there &&
           memcmp(mine->value.p, theirs->value.p, there) == 0;
}

static bool is_copied(unsigned header)
{
    switch (header) {
    case SIPSAN_HDR_VIA:
    case SIPSAN_HDR_FROM:
    case SIPSAN_HDR_TO:
    case SIPSAN_HDR_CALL_ID:
    case SIPSAN_HDR_CSEQ:
    case SIPSAN_HDR_RECORD_ROUTE:
    case SIPSAN_HDR_TIMESTAMP:
        return true;
    default:
        return false;
    }
}

/* The lists of faults are short: their length has a limit. */
static bool copied_from_request(const struct sipsan_view *v)
{
    const struct sipsan_fault *f = v->fault;
    size_t place;

    if (!is_copied(f->header) || !place_in(&place, v->msg, f))
        return false;
    for (uint32_t i = 0; i < v->req->fault_count; i++)
        if (same_fault(v->msg, f, place, v->req, &v->req->faults[i]) ||
            tag_behind(v, &v->req->faults[i]))
            return true;
    return false;
}

bool sipsan_of_unnamed(const struct sipsan_view *v)
{
    const struct sipsan_leg *leg = v->seen ? v->seen->leg : NULL;
    const struct sipsan_way *way;

    if (!leg || v->msg->request)
        return false;
    way = &leg->way[sipsan_leg_side(leg, &v->seen->flow.dst)];
    /* The server may take the client's time for its answer, and repeat that as long again. */
    if (way->unnamed == 0 || v->now - way->unnamed > 2 * SIPSAN_TIMER_B)
        return false;
    return !v->txn || !v->txn->whole || way->unnamed_via == v->seen->keys.via ||
           way->unnamed_call == v->seen->keys.call_id;
}

bool sipsan_answers_contradiction(const struct sipsan_view *v)
{
    if (!v->msg || v->msg->request)
        return false;
    return (v->txn && v->txn->contradicts) || sipsan_of_unnamed(v);
}

static bool inside(const struct sipsan_view *v, struct sipsan_span part)
{
    return part.n > 0 && span_has(part, v->msg->bytes.p + v->fault->offset);
}

static bool equals(const struct sipsan_text *fact, struct sipsan_span part)
{
    return part.n > 0 && span_eq(text_span(fact), part);
}

/* The callee's From and To are those of the caller's first request (12.1.1): what is broken up to
 * the fault stands there, too. */
static bool faulty_before(const struct sipsan_view *v, const struct sipsan_text *first,
                          const struct sipsan_name_addr *mine)
{
    const size_t fault = v->fault->offset, start = (size_t)(mine->text.p - v->msg->bytes.p);
    struct sipsan_span theirs = text_span(first);
    size_t n;

    if (!theirs.p || !mine->text.p || fault < start || fault > start + mine->text.n)
        return false;
    n = fault - start + v->fault->length;
    if (n > theirs.n) /* behind it the callee has put his tag */
        n = theirs.n;
    return n <= mine->text.n && memcmp(mine->text.p, theirs.p, n) == 0;
}

static bool copied_in_dialog(const struct sipsan_view *v)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_party *own = &v->dialog->party[v->side];
    const struct sipsan_party *peer = &v->dialog->party[other_side(v->side)];

    if (inside(v, m->ruri.text))
        return equals(&peer->target.uri, m->ruri.text) || equals(&peer->before.uri, m->ruri.text) ||
               equals(&peer->offered.uri, m->ruri.text);
    if (inside(v, m->to.tag))
        return true;
    if (v->side != SIPSAN_CALLEE)
        return false;
    if (inside(v, m->to.uri.text) && equals(&peer->uri, m->to.uri.text))
        return true;
    if (inside(v, m->from.uri.text) && equals(&own->uri, m->from.uri.text))
        return true;
    return faulty_before(v, &peer->faulty, &m->to) || faulty_before(v, &own->faulty, &m->from) ||
           inside(v, m->call_id);
}

bool sipsan_fault_copied(const struct sipsan_view *v)
{
    if (!v->msg->request) {
        if (v->req && copied_from_request(v))
            return true;
        if (!is_copied(v->fault->header) && v->fault->production != SIPSAN_PROD_CRLF)
            return false;
        /* It may answer a copy of the request with another text. */
        return (v->txn && v->txn->altered) || sipsan_answers_contradiction(v);
    }
    return v->dialog && v->side != SIPSAN_NO_SIDE && v->msg->to.tag.p && copied_in_dialog(v);
}

bool sipsan_fault_inherited(const struct sipsan_view *v)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->request || v->dialog || !m->to.tag.p)
        return false;
    return inside(v, m->ruri.text) || inside(v, m->to.text) || inside(v, m->from.text) ||
           inside(v, m->call_id);
}

bool sipsan_routes_compare(const struct sipsan_name_addr **mine,
                           const struct sipsan_name_addr **theirs)
{
    for (; *theirs && *mine; *theirs = (*theirs)->next, *mine = (*mine)->next) {
        if (!(*theirs)->ok || !(*mine)->ok)
            return false;
        if (!span_eq((*mine)->text, (*theirs)->text) &&
            !sipsan_uri_eq(&(*mine)->uri, &(*theirs)->uri))
            break;
    }
    return true;
}

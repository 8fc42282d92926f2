/* What messages show of a dialog's two sides, hop by hop: addresses, remote targets (12.2, RFC
 * 3311, RFC 6141 4.6 to 4.9), route sets (12.1.1, 12.1.2, 13.2.2.4). From and To URIs may change
 * later (RFC 4916); they are kept as they were when the dialog was formed.
 *
 * Proxies may rewrite Contact and add Record-Route. So each fact is taken where its user sees it:
 * at the caller's own hop (a message with one Via), or at the hop nearest to the callee (the
 * opening request with the most Vias). */
#include "dialog/dialog_facts.h"

#include "parse/uri.h"

#define ROUTES_MAX      64
#define ROUTES_TEXT_MAX 4096
#define HOPS_MAX        70 /* as Max-Forwards: 8.1.1.6 */

/* --- remote targets -------------------------------------------------------------------------- */

/* The URI of the one Contact; p NULL when there is none that can be a target. */
static struct sipsan_span contact_of(const struct sipsan_msg *msg)
{
    const struct sipsan_name_addr *contact = msg->contact;

    if (!contact || contact->star || contact->uri.text.n == 0)
        return (struct sipsan_span){NULL, 0};
    return contact->uri.text;
}

static void swap(struct sipsan_target *a, struct sipsan_target *b)
{
    struct sipsan_target old = *a;

    *a = *b;
    *b = old;
}

static bool is_target(const struct sipsan_target *target, struct sipsan_span uri)
{
    return target->uri.set && span_eq(text_span(&target->uri), uri);
}

/* `uri` is what the peer uses from now on; the target so far goes to *older. */
static void replace_target(struct sipsan_dialog *d, struct sipsan_party *party,
                           struct sipsan_target *older, struct sipsan_span uri,
                           const struct sipsan_ref *ref)
{
    swap(&party->target, older);
    if (older == &party->offered)
        party->refresh_cseq = 0;
    sipsan_dialog_keep(d, &party->target.uri, uri);
    party->target.ref = *ref;
    party->target_by_request = false;
}

void sipsan_facts_refreshed(struct sipsan_party *party, uint64_t cseq, const struct sipsan_ref *ref)
{
    if (party->refresh_cseq == 0 || party->refresh_cseq != cseq)
        return;
    party->refresh_cseq = 0;
    swap(&party->before, &party->target);
    swap(&party->target, &party->offered);
    party->target.ref = *ref;
    party->target_by_request = true;
    party->offered.uri.set = false;
}

void sipsan_facts_not_refreshed(struct sipsan_party *party, uint64_t cseq)
{
    if (party->refresh_cseq == 0 || party->refresh_cseq != cseq)
        return;
    party->refresh_cseq = 0;
    party->offered.uri.set = false;
}

/* INVITE and UPDATE refresh (12.2, RFC 3311 5.1), in their usages SUBSCRIBE, NOTIFY and REFER. */
static bool refreshes(uint8_t method_id)
{
    switch (method_id) {
    case SIPSAN_METHOD_INVITE:
    case SIPSAN_METHOD_UPDATE:
    case SIPSAN_METHOD_SUBSCRIBE:
    case SIPSAN_METHOD_NOTIFY:
    case SIPSAN_METHOD_REFER:
        return true;
    default:
        return false;
    }
}

/* A request's Contact waits for its answer. A copy nearer to the peer shows what he will see. */
static void request_contact(struct sipsan_dialog *d, struct sipsan_party *party,
                            const struct sipsan_seen *seen, bool first)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_span uri = contact_of(msg);

    if (!uri.p)
        return;
    if (!refreshes(msg->method_id)) {
        if (first)
            sipsan_dialog_keep(d, &party->non_refresh, uri);
        return;
    }
    if (!first && party->refresh_cseq != msg->cseq.number)
        return;
    if (!party->target.uri.set) {
        sipsan_dialog_keep(d, &party->target.uri, uri);
        party->target.ref = seen->ref;
        party->target_vias = msg->via_count;
        return;
    }
    if (is_target(&party->target, uri) || is_target(&party->offered, uri))
        return;
    sipsan_dialog_keep(d, &party->offered.uri, uri);
    party->offered.ref = seen->ref;
    party->refresh_cseq = msg->cseq.number;
}

/* The Contact of a response: first: at first sight; else of a copy at another hop. `refresh`: the
 * request was sent inside the dialog. */
static void response_contact(struct sipsan_dialog *d, struct sipsan_party *party,
                             const struct sipsan_seen *seen, bool first, bool refresh)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_span uri = contact_of(msg);

    if (!uri.p)
        return;
    if (!party->target.uri.set) {
        sipsan_dialog_keep(d, &party->target.uri, uri);
        party->target.ref = seen->ref;
        party->target_vias = msg->via_count;
        return;
    }
    if (is_target(&party->target, uri)) {
        if (msg->via_count < party->target_vias)
            party->target_vias = msg->via_count;
        return;
    }
    if (!first && msg->via_count >= party->target_vias) {
        /* Farther from him who will use it: remembered, not in force. */
        sipsan_dialog_keep(d, &party->offered.uri, uri);
        party->offered.ref = seen->ref;
        party->refresh_cseq = 0;
        return;
    }
    /* A relayed copy and a 1xx that a 2xx corrects leave two versions that may both be used (RFC
     * 6141 4.9); a refresh ends the old one. */
    replace_target(d, party, first && refresh ? &party->before : &party->offered, uri, &seen->ref);
    party->target_vias = msg->via_count;
}

/* --- route sets ------------------------------------------------------------------------------ */

struct route_list {
    const struct sipsan_name_addr *item[ROUTES_MAX];
    size_t n;
};

/* False when there are too many to be followed. */
static bool collect(struct route_list *list, const struct sipsan_msg *msg)
{
    const struct sipsan_name_addr *r = msg->record_route;

    for (list->n = 0; r; r = r->next) {
        if (list->n == ROUTES_MAX)
            return false;
        list->item[list->n++] = r;
    }
    return true;
}

static void set_routes(struct sipsan_dialog *d, struct sipsan_party *party,
                       const struct sipsan_msg *msg, bool reversed)
{
    char text[ROUTES_TEXT_MAX];
    struct route_list list;
    const struct sipsan_name_addr *head;
    size_t n = 0;

    party->routes_known = false;
    if (!sipsan_header_complete(msg) || !collect(&list, msg))
        return;
    for (size_t i = 0; i < list.n; i++) {
        struct sipsan_span one = list.item[reversed ? list.n - 1 - i : i]->text;
        size_t gap = i > 0 ? 2 : 0;

        if (one.n == 0 || one.n > sizeof(text) - gap || n > sizeof(text) - gap - one.n)
            return;
        memcpy(text + n, ", ", gap);
        memcpy(text + n + gap, one.p, one.n);
        n += gap + one.n;
    }
    if (!sipsan_text_put(&d->arena, &party->routes, (struct sipsan_span){text, n})) {
        d->lossy = true;
        return;
    }
    head = list.n == 0 ? NULL : list.item[reversed ? list.n - 1 : 0];
    party->routes_strict = head && !sipsan_uri_param(&head->uri, SPAN_LIT("lr"));
    party->routes_known = true;
}

/* 12.1.2, at the caller's own hop. The 2xx decides, whatever the 1xx said: 13.2.2.4. */
static void caller_routes(struct sipsan_dialog *d, const struct sipsan_seen *seen)
{
    struct sipsan_party *caller = &d->party[SIPSAN_CALLER];
    bool ok = seen->msg->status >= 200;

    if (seen->msg->via_count != 1 || caller->routes_final)
        return;
    set_routes(d, caller, seen->msg, true);
    caller->routes_final = ok;
    caller->routes_ref = seen->ref;
    caller->routes_at = seen->flow.dst;
}

/* The route set of this party as a callee would take it from the request. */
static bool routes_as_in(const struct sipsan_party *party, const struct sipsan_msg *msg)
{
    struct sipsan_span rest = text_span(&party->routes);

    for (const struct sipsan_name_addr *r = msg->record_route; r; r = r->next) {
        size_t gap = r->next ? 2 : 0;

        if (rest.n < r->text.n + gap || memcmp(rest.p, r->text.p, r->text.n) != 0)
            return false;
        rest = (struct sipsan_span){rest.p + r->text.n + gap, rest.n - r->text.n - gap};
    }
    return rest.n == 0;
}

/* RFC 6665 4.4.1: the dialog of a subscription is made by its first NOTIFY, and the subscriber
 * takes the route set from it; by RFC 3265 from the 2xx. Where they differ neither is wrong. */
static void subscriber_routes(struct sipsan_dialog *d, const struct sipsan_seen *seen)
{
    struct sipsan_party *caller = &d->party[SIPSAN_CALLER];

    if (!d->invite && seen->msg->method_id == SIPSAN_METHOD_NOTIFY &&
        sipsan_ip_eq(&caller->routes_at, &seen->flow.dst) && !routes_as_in(caller, seen->msg))
        caller->routes_known = false;
}

/* 12.1.1, at the hop nearest to the callee so far. */
static void callee_routes(struct sipsan_dialog *d, const struct sipsan_txn *txn)
{
    struct sipsan_party *callee = &d->party[SIPSAN_CALLEE];

    set_routes(d, callee, txn->request, false);
    callee->routes_ref = txn->first;
    callee->routes_at = txn->flow.dst;
}

/* --- the opening request --------------------------------------------------------------------- */

static bool has_text(const struct sipsan_txn *txn)
{
    return txn->request != NULL;
}

static void learn_agent(struct sipsan_dialog *d, struct sipsan_party *party,
                        const struct sipsan_msg *msg)
{
    const struct sipsan_header *h = msg->request ? NULL : sipsan_msg_header(msg, SIPSAN_HDR_SERVER);

    if (party->agent.set)
        return;
    if (!h)
        h = sipsan_msg_header(msg, SIPSAN_HDR_USER_AGENT);
    if (h)
        sipsan_dialog_keep(d, &party->agent, h->value);
}

/* The first address stays: a copy from a relay that hides its Via must not replace it. */
static void learn_addr(struct sipsan_party *party, const struct sipsan_addr *addr)
{
    if (party->at_own_hop)
        return;
    party->addr = *addr;
    party->at_own_hop = true;
}

/* What the opening request shows at a hop that is nearer to the callee than those before. */
static void learn_deep(struct sipsan_dialog *d, const struct sipsan_txn *txn)
{
    struct sipsan_party *caller = &d->party[SIPSAN_CALLER];
    struct sipsan_span uri;

    if (!has_text(txn) || txn->via_count <= d->deep_vias)
        return;
    d->deep_vias = txn->via_count;
    callee_routes(d, txn);
    uri = contact_of(txn->request);
    if (!uri.p || is_target(&caller->target, uri))
        return;
    replace_target(d, caller, &caller->offered, uri, &txn->first);
    caller->target_vias = txn->via_count;
}

/* The hop nearest to the caller of which this one is a relay. */
static const struct sipsan_txn *top_hop(const struct sipsan_txn *txn)
{
    for (int i = 0; i < HOPS_MAX && txn->parent; i++)
        txn = txn->parent;
    return txn;
}

static void learn_top(struct sipsan_dialog *d, const struct sipsan_txn *txn)
{
    struct sipsan_party *caller = &d->party[SIPSAN_CALLER];

    if (txn->via_count != 1)
        return;
    learn_addr(caller, &txn->flow.src);
    if (!has_text(txn))
        return;
    learn_agent(d, caller, txn->request);
}

/* As the caller sent it: its later ones are seen first at this hop too. */
static void offer_of(struct sipsan_dialog *dialog, const struct sipsan_txn *txn)
{
    const struct sipsan_msg *invite = dialog->invite && has_text(txn) ? txn->request : NULL;

    if (!invite || invite->truncated)
        sipsan_described_doubt(&dialog->said, SIPSAN_CALLER);
    else if (invite->sdp)
        sipsan_described_offer(&dialog->said, &dialog->arena, SIPSAN_CALLER, invite, &txn->first,
                               sipsan_between(&txn->flow));
}

#define MIRRORED_MAX 16 /* transactions of one Call-ID, From tag and CSeq number looked at */

/* The same INVITE goes the other way between the same two hosts, or its response does: an element
 * that keeps Call-ID and tags has caller and callee at one host (a PBX behind an SBC). */
static bool mirrored(const struct sipsan_txns *txns, const struct sipsan_txn *txn)
{
    struct sipsan_map_link *link;

    if (txn->class != SIPSAN_TXN_INVITE || !txn->in_map[1] ||
        addr_same_ip(&txn->flow.src, &txn->flow.dst))
        return false;
    link = sipsan_map_first(&txns->by_call, txn->by_call.hash);
    for (int n = 0; link && n < MIRRORED_MAX; link = sipsan_map_next(link), n++) {
        const struct sipsan_txn *other = sipsan_container(link, struct sipsan_txn, by_call);

        if (other != txn && other->class == SIPSAN_TXN_INVITE && other->cseq == txn->cseq &&
            span_eq(span_solid(other->call_id), span_solid(txn->call_id)) &&
            addr_same_ip(&other->flow.src, &txn->flow.dst) &&
            addr_same_ip(&other->flow.dst, &txn->flow.src))
            return true;
    }
    return false;
}

void sipsan_facts_open(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       const struct sipsan_txn *txn)
{
    const struct sipsan_txn *top = top_hop(txn);
    struct sipsan_party *caller = &dialog->party[SIPSAN_CALLER];
    struct sipsan_party *callee = &dialog->party[SIPSAN_CALLEE];

    dialog->invite = txn->method_id == SIPSAN_METHOD_INVITE;
    dialog->usages = !dialog->invite;
    dialog->whole = top->whole;
    dialog->hidden = dialog->hidden || mirrored(dialogs->txns, txn);
    /* An INVITE is repeated only while nothing has answered it, so that nothing came before. */
    if (dialog->invite || !sipsan_txn_from_before(dialogs->txns, top))
        dialog->copies_until = 0;
    dialog->lossy = top->evidence_lost || (top->leg && dialogs->now < top->leg->losses.until);
    dialog->leg = top->leg;
    dialog->opened_by = top->serial;
    dialog->opened = top->first;
    dialog->opening_cseq = txn->cseq;
    caller->cseq_known = true;
    caller->cseq = txn->cseq;
    caller->cseq_ref = top->first;
    caller->cseq_method = txn->method_id;
    caller->last_sent = top->first.time;
    if (dialog->invite) {
        caller->invite_serial = top->serial;
        caller->invite_cseq = txn->cseq;
        caller->invite = top->first;
    }
    sipsan_offer_begin(&dialog->offers, has_text(txn) ? txn->request : NULL, txn->cseq);
    offer_of(dialog, has_text(top) ? top : txn);
    learn_top(dialog, top);
    if (has_text(txn)) {
        const struct sipsan_msg *req = txn->request;

        sipsan_recv_info(dialogs, dialog, SIPSAN_CALLER, req, &txn->first);
        sipsan_dialog_keep(dialog, &caller->uri, req->from.uri.text);
        sipsan_dialog_keep(dialog, &callee->uri, req->to.uri.text);
        if (!req->from.ok)
            sipsan_dialog_keep(dialog, &caller->faulty, req->from.text);
        if (!req->to.ok)
            sipsan_dialog_keep(dialog, &callee->faulty, req->to.text);
        learn_agent(dialog, caller, req);
        if (dialog->invite)
            sipsan_session_timer_request(&dialog->session, SIPSAN_CALLER, req, &txn->first);
    }
    if (top != txn)
        learn_deep(dialog, top);
    learn_deep(dialog, txn);
}

/* --- messages in the dialog ------------------------------------------------------------------ */

void sipsan_facts_request(struct sipsan_dialog *dialog, enum sipsan_side side,
                          const struct sipsan_seen *seen, bool first)
{
    struct sipsan_party *party = &dialog->party[side];

    if (seen->msg->via_count == 1 && first)
        learn_addr(party, &seen->flow.src);
    if (first)
        learn_agent(dialog, party, seen->msg);
    if (side == SIPSAN_CALLEE)
        subscriber_routes(dialog, seen);
    request_contact(dialog, party, seen, first);
}

/* The responder's own host answers where his Contact is. */
static void callee_addr(struct sipsan_party *callee, const struct sipsan_seen *seen)
{
    const struct sipsan_name_addr *contact = seen->msg->contact;
    struct sipsan_addr addr = {0};

    if (!callee->at_own_hop && contact && contact->uri.ok &&
        sipsan_uri_addr(&addr, &contact->uri) && sipsan_ip_eq(&addr, &seen->flow.src))
        learn_addr(callee, &seen->flow.src);
}

/* A response with one Via goes to the host that sent the request: another one than the sender has
 * shown as its own. */
static bool goes_elsewhere(const struct sipsan_dialog *d, enum sipsan_side side,
                           const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_party *asked = &d->party[other_side(side)];

    return d->invite && seen->msg->via_count == 1 && asked->at_own_hop &&
           !(match->txn && match->txn->segment) && !sipsan_ip_eq(&asked->addr, &seen->flow.dst);
}

void sipsan_facts_response(struct sipsan_dialog *dialog, enum sipsan_side side,
                           const struct sipsan_match *match, const struct sipsan_seen *seen,
                           bool first)
{
    const struct sipsan_msg *msg = seen->msg;
    const struct sipsan_txn *txn = match->txn;
    struct sipsan_party *responder = &dialog->party[side];
    bool ok = msg->status >= 200 && msg->status < 300;
    bool initial = msg->cseq.number == dialog->opening_cseq && side == SIPSAN_CALLEE && txn &&
                   txn->whole && !txn->to_tag.p;

    dialog->hidden = dialog->hidden || goes_elsewhere(dialog, side, match, seen);
    learn_agent(dialog, responder, msg);
    if (!ok && (msg->status <= 100 || msg->status >= 200))
        return;
    if (!refreshes(msg->method_id))
        return;
    if (initial) {
        learn_deep(dialog, txn);
        learn_top(dialog, txn);
        caller_routes(dialog, seen);
        callee_addr(responder, seen);
    }
    /* In the dialog a 1xx refreshes only when it is sent reliably: RFC 6141 4.7. */
    if (ok || initial || sipsan_offer_reliable(msg))
        response_contact(dialog, responder, seen, first, !initial);
}

bool sipsan_facts_ack_crosses(const struct sipsan_dialog *dialog, const struct sipsan_msg *ok,
                              const struct sipsan_seen *seen)
{
    const struct sipsan_uri *next = NULL;
    struct sipsan_addr addr = {0};

    if (ok->via_count != 1)
        return false;
    /* In a re-INVITE the route set is the dialog's: a stored text, not read again here. */
    if (ok->cseq.number != dialog->opening_cseq || dialog->ok_inviter != SIPSAN_CALLER)
        return false;
    for (const struct sipsan_name_addr *r = ok->record_route; r; r = r->next)
        next = &r->uri; /* the last one is the caller's first route */
    if (!next && ok->contact && !ok->contact->star)
        next = &ok->contact->uri;
    return next && next->ok && sipsan_uri_addr(&addr, next) && sipsan_ip_eq(&addr, &seen->flow.src);
}

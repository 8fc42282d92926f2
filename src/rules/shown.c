/* What a view shows, in bits: rows ask for them, so that a check whose first question has the
 * answer no is not called. Found out once a message. */
#include "rules/rule.h"

static bool is_stream(const struct sipsan_flow *flow)
{
    return flow->transport == SIPSAN_TCP || flow->transport == SIPSAN_TLS;
}

static uint32_t of_message(const struct sipsan_msg *m)
{
    uint32_t bits = 0;

    if (m->session)
        bits |= SIPSAN_VIEW_SESSION;
    if (m->values)
        bits |= SIPSAN_VIEW_VALUES;
    if (m->parts)
        bits |= SIPSAN_VIEW_PARTS;
    if (m->require)
        bits |= SIPSAN_VIEW_REQUIRE;
    if (m->route)
        bits |= SIPSAN_VIEW_ROUTE;
    if (m->record_route)
        bits |= SIPSAN_VIEW_RECORD_ROUTE;
    if (m->via && m->via->received.p)
        bits |= SIPSAN_VIEW_RECEIVED;
    return bits;
}

static uint32_t of_request(const struct sipsan_msg *request)
{
    uint32_t bits = SIPSAN_VIEW_REQUEST;

    if (request->auth)
        bits |= SIPSAN_VIEW_REQUEST_AUTH;
    if (request->record_route)
        bits |= SIPSAN_VIEW_REQUEST_RECORDED;
    return bits;
}

static uint32_t of_txn(const struct sipsan_txn *txn)
{
    uint32_t bits = 0;

    if (txn->children)
        bits |= SIPSAN_VIEW_CHILDREN;
    if (txn->parent)
        bits |= SIPSAN_VIEW_PARENT;
    if (txn->answered == 0)
        bits |= SIPSAN_VIEW_UNANSWERED;
    if (txn->final.copies > 0)
        bits |= SIPSAN_VIEW_FINAL;
    if (is_stream(&txn->flow))
        bits |= SIPSAN_VIEW_TXN_STREAM;
    return bits;
}

static uint32_t of_match(const struct sipsan_match *match)
{
    uint32_t bits = 0;

    if (match->before)
        bits |= SIPSAN_VIEW_BEFORE;
    if (match->reused)
        bits |= SIPSAN_VIEW_REUSED;
    if (match->what == SIPSAN_STRAY_RESPONSE)
        bits |= SIPSAN_VIEW_STRAY;
    return bits;
}

static uint32_t of_invite(const struct sipsan_view *v)
{
    uint32_t bits = SIPSAN_VIEW_INVITE;

    if (v->invite->request)
        bits |= SIPSAN_VIEW_INVITE_TEXT;
    if (v->match && v->match->by_branch)
        bits |= SIPSAN_VIEW_BRANCH;
    return bits;
}

static bool has_bye(const struct sipsan_party *party)
{
    return party->bye.time != 0 || party->bye_answer.time != 0;
}

static uint32_t of_dialog(const struct sipsan_dialog *d, enum sipsan_side side)
{
    uint32_t bits = SIPSAN_VIEW_DIALOG;

    if (has_bye(&d->party[SIPSAN_CALLER]) || has_bye(&d->party[SIPSAN_CALLEE]))
        bits |= SIPSAN_VIEW_BYE;
    if (d->reliables)
        bits |= SIPSAN_VIEW_RELIABLES;
    if (side == SIPSAN_NO_SIDE)
        return bits;
    bits |= side == SIPSAN_CALLER ? SIPSAN_VIEW_CALLER : SIPSAN_VIEW_CALLEE;
    if (d->party[side].routes.n > 0)
        bits |= SIPSAN_VIEW_ROUTE_SET;
    if (d->said.last[side])
        bits |= SIPSAN_VIEW_SAID;
    return bits;
}

uint64_t sipsan_shows_of(const struct sipsan_view *v)
{
    uint32_t bits = 0, odd = 0;

    if (v->msg) {
        bits |= of_message(v->msg);
        odd = sipsan_odd_of(v->msg);
    }
    if (v->seen && is_stream(&v->seen->flow))
        bits |= SIPSAN_VIEW_STREAM;
    if (v->req)
        bits |= of_request(v->req);
    if (v->txn)
        bits |= of_txn(v->txn);
    if (v->match)
        bits |= of_match(v->match);
    if (v->invite)
        bits |= of_invite(v);
    if (v->registration)
        bits |= SIPSAN_VIEW_REGISTRATION;
    if (v->dialog)
        bits |= of_dialog(v->dialog, v->side);
    if (v->call && v->call->sdp_role == SIPSAN_SDP_ANSWER)
        bits |= SIPSAN_VIEW_ANSWER;
    return sipsan_shows(bits, odd) | SIPSAN_SHOWS_KNOWN;
}

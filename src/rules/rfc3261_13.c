/* RFC 3261 section 13: initiating a session. Where offer and answer go (13.2.1, 13.3.1), the ACK to
 * a 2xx (13.2.2.4), the 2xx until its ACK (13.3.1.4).
 *
 * The ACK to a 2xx goes from end to end and may pass the tap by: its absence counts only where
 * another request of the same side, or the addresses, show that it would be seen. */
#include "rules/repeats.h"
#include "rules/target.h"

static const struct sipsan_span nothing;

/* 13.2.2.4: what the ACK to a 2xx is made of ---------------------------------------------------
 */

static const char *route_fault(enum sipsan_routing routing)
{
    switch (routing) {
    case SIPSAN_ROUTING_ABSENT:
        return "there is no Route";
    case SIPSAN_ROUTING_PARAMS:
        return "a Route value lost or changed parameters";
    case SIPSAN_ROUTING_VALUES:
        return "the Route values are not those of the route set";
    case SIPSAN_ROUTING_FRONT:
        return "there are Route values in front of the route set";
    default:
        return NULL; /* a wrong order is 12.1.2's */
    }
}

/* Request-URI and Route of one ACK are one finding. An old target after a refresh has its own rules
 * in section 12. */
static enum sipsan_verdict ack_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_target *target;
    struct sipsan_span at, routes;
    enum sipsan_routing routing;
    enum sipsan_aim aim;
    bool astray;

    if (!sipsan_acks_2xx(v))
        return SIPSAN_NA;
    aim = sipsan_aim(v);
    routing = sipsan_routing(v, &at);
    astray = aim == SIPSAN_AIM_NEAR || aim == SIPSAN_AIM_OTHER || aim == SIPSAN_AIM_ROUTE;
    if (!astray && !route_fault(routing))
        return aim == SIPSAN_AIM_RIGHT ? SIPSAN_PASS : SIPSAN_NA;
    target = &d->party[other_side(v->side)].target;
    routes = text_span(&d->party[v->side].routes);
    why->expected = "the Contact of the 2xx in the Request-URI, the whole route set in Route";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", text_span(&target->uri));
    if (!astray) {
        why->lower = routing == SIPSAN_ROUTING_FRONT;
        return sipsan_fail(why, at, "%s; the route set is %.*s", route_fault(routing),
                           SPAN(routes));
    }
    why->lower = aim == SIPSAN_AIM_NEAR && !route_fault(routing);
    sipsan_fail(
        why, v->msg->ruri.text, "the ACK goes to %.*s instead of the remote target %.*s%s%s",
        SPAN(v->msg->ruri.text), SPAN(text_span(&target->uri)),
        route_fault(routing) ? ", and " : "", route_fault(routing) ? route_fault(routing) : "");
    return sipsan_target_unsure(v) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* A 2xx with this tag passed on the INVITE's hop; *any: a 2xx passed at all. */
static bool accepted_with(const struct sipsan_txn *invite, struct sipsan_span tag, bool *any)
{
    bool found = false;
    int n = 0;

    *any = false;
    for (const struct sipsan_answer *a = invite->answers; a && n < SIPSAN_ANSWERS_MAX;
         a = a->next, n++) {
        if (a->final.status / 100 != 2)
            continue;
        *any = true;
        if (a->tag.p ? tag.p && sipsan_span_eq_nocase(a->tag, tag) : !tag.p)
            found = true;
    }
    return found;
}

/* At the hop of the INVITE's client, where the 2xx of every fork passes. */
static enum sipsan_verdict ack_to_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_msg *m = v->msg;
    bool any;

    if (!m->to.ok || invite->evidence_lost || invite->final.status / 100 != 2 ||
        invite->via_count != 1 || !sipsan_ip_eq(&invite->flow.src, &v->seen->flow.src))
        return SIPSAN_NA;
    if (accepted_with(invite, m->to.tag, &any) || !any)
        return any ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the To tag of the 2xx that is acknowledged";
    sipsan_relate(why, &invite->final.ref, "2xx to INVITE", invite->final.to);
    sipsan_relate_request(why, invite, nothing);
    if (!m->to.tag.p)
        return sipsan_fail(why, m->to.text, "the ACK to a 2xx has no To tag");
    sipsan_fail(why, m->to.tag, "no 2xx to this INVITE has the To tag %.*s", SPAN(m->to.tag));
    /* The 2xx of another fork, which has rung, may have been missed. */
    return sipsan_txn_answer(invite, m->to.tag) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* One row of credentials, white space aside. */
static bool same_text(struct sipsan_span a, struct sipsan_span b)
{
    size_t i = 0, j = 0;

    for (;;) {
        while (i < a.n && (a.p[i] == ' ' || a.p[i] == '\t'))
            i++;
        while (j < b.n && (b.p[j] == ' ' || b.p[j] == '\t'))
            j++;
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (a.p[i++] != b.p[j++])
            return false;
    }
}

static bool has_text(struct sipsan_span outer, struct sipsan_span inner)
{
    for (size_t i = 0; inner.n > 0 && inner.n <= outer.n && i <= outer.n - inner.n; i++)
        if (memcmp(outer.p + i, inner.p, inner.n) == 0)
            return true;
    return false;
}

/* The ACK has these credentials: the same text, or the same digest written in another order. */
static bool has_credentials(const struct sipsan_msg *m, struct sipsan_span row)
{
    for (const struct sipsan_auth *a = m->auth; a; a = a->next) {
        if (a->header != SIPSAN_HDR_AUTHORIZATION && a->header != SIPSAN_HDR_PROXY_AUTHORIZATION)
            continue;
        if (same_text(a->text, row) || (a->response.n >= 16 && has_text(row, a->response)))
            return true;
    }
    return false;
}

/* At the inviter's own hop: proxies remove the credentials that were meant for them. */
static enum sipsan_verdict ack_credentials(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_party *me;
    struct sipsan_span rest;
    bool none;

    if (!sipsan_acks_2xx(v) || v->msg->via_count != 1 || d->near_vias != 1 || !d->invite_auth.set)
        return SIPSAN_NA;
    me = &d->party[v->side];
    rest = text_span(&d->invite_auth);
    if (!me->at_own_hop || !sipsan_ip_eq(&me->addr, &v->seen->flow.src) ||
        (rest.n && memchr(rest.p, '\r', rest.n)) || v->msg->headers_lost > 0)
        return SIPSAN_NA;
    none = sipsan_msg_count(v->msg, SIPSAN_HDR_AUTHORIZATION) == 0 &&
           sipsan_msg_count(v->msg, SIPSAN_HDR_PROXY_AUTHORIZATION) == 0;
    while (rest.n > 0) {
        const char *end = memchr(rest.p, '\n', rest.n);
        struct sipsan_span row = end ? span_between(rest.p, end) : rest;

        if (!has_credentials(v->msg, row)) {
            why->expected = "the Authorization and Proxy-Authorization of the INVITE, unchanged";
            sipsan_relate(why, &d->party[v->side].invite, "INVITE", row);
            return sipsan_fail(why, v->msg->start_line,
                               none ? "the ACK has no credentials, its INVITE had"
                                    : "the credentials of the ACK are not those of the INVITE");
        }
        rest = end ? span_between(end + 1, rest.p + rest.n) : (struct sipsan_span){NULL, 0};
    }
    return SIPSAN_PASS;
}

/* 13.2.2.4: that it comes -----------------------------------------------------------------------
 */

/* A 2xx that its sender does not repeat was acknowledged, one should think, and the tap missed it;
 * or the one copy was lost behind the tap. */
static enum sipsan_verdict ack_missing(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->acks > 0)
        return SIPSAN_NA;
    why->expected = "an ACK with the To tag of this 2xx";
    sipsan_relate(why, &v->owed->trigger, "2xx to INVITE", nothing);
    sipsan_fail(why, nothing, "no ACK to the 2xx to INVITE %llu, which was sent %u time%s",
                (unsigned long long)d->ok_cseq, (unsigned)d->ok_copies,
                d->ok_copies == 1 ? "" : "s");
    if (d->near_vias > 1 && d->party[d->ok_inviter].at_own_hop)
        return SIPSAN_INCONCLUSIVE; /* its hop is seen, and this 2xx was not passed on to it */
    return d->ok_copies > 1 || v->owed->flow.transport != SIPSAN_UDP ? SIPSAN_FAIL
                                                                     : SIPSAN_INCONCLUSIVE;
}

/* One repeat may have been lost behind the tap, the next one too is not likely. */
static enum sipsan_verdict ack_not_repeated(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->repeat_unacked.time <= v->owed->trigger.time)
        return SIPSAN_NA;
    why->expected = "an ACK to every copy of the 2xx";
    sipsan_relate(why, &d->ack_last, "ACK", nothing);
    sipsan_relate(why, &v->owed->trigger, "repeated 2xx", nothing);
    sipsan_relate(why, &d->repeat_unacked, "repeated 2xx", nothing);
    sipsan_fail(why, nothing, "repeated 2xx responses after the ACK bring no other ACK");
    /* The ACK to the last one may be on its way. */
    return v->now - d->repeat_unacked.time < SIPSAN_T1 ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* 13.3.1.4: the 2xx until its ACK ---------------------------------------------------------------
 */

/* Time from the first to the n-th copy by the schedule T1, 2*T1, 4*T1, T2, T2 ... */
static int64_t schedule(uint32_t n)
{
    int64_t sum = 0, gap = SIPSAN_T1;

    for (uint32_t i = 1; i < n && i < 64; i++) {
        sum += gap;
        gap = gap >= 2000000 ? 4000000 : gap * 2;
    }
    return sum;
}

#define MANY_COPIES 4

/* Too fast: losses only make copies fewer. Half of the schedule allows for a smaller T1; a repeated
 * INVITE may bring copies of its own, and so may the network. */
static enum sipsan_verdict repeats_too_fast(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    uint32_t n = d->ok_copies + 1;
    uint32_t near = d->ok_near + (v->now - d->ok_last.time < LATE_TWIN);
    int64_t took = v->now - d->ok_first.time;

    n -= near < TWINS ? near : TWINS;
    if (!v->txn || v->txn->serial != d->ok_serial || v->txn->copies > 1 ||
        d->ok_cseq != v->msg->cseq.number || n < MANY_COPIES || took * 2 >= schedule(n) ||
        v->now - d->ok_last.time < TWIN)
        return SIPSAN_NA;
    why->lower = true;
    why->expected = "intervals of 0.5, 1, 2, 4, 4 ... seconds";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line, "%u copies of the 2xx within %.3f s",
                       (unsigned)d->ok_copies + 1, (double)took / 1e6);
}

#define MOST_COPIES 11

/* Each copy but the first waits at least half of what the schedule says, else the rule about too
 * fast copies has it; told once, at the twelfth copy. */
static enum sipsan_verdict too_many_copies(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    uint32_t n = d->ok_copies + 1;

    if (!v->txn || v->txn->serial != d->ok_serial || v->txn->copies > 1 ||
        d->ok_cseq != v->msg->cseq.number || n != MOST_COPIES + 1 ||
        (v->now - d->ok_first.time) * 2 < schedule(n))
        return SIPSAN_NA;
    why->expected = "at most 11 copies, then BYE";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the 2xx, %.3f s after the first",
                       (unsigned)n, (double)(v->now - d->ok_first.time) / 1e6);
}

/* This side has sent a request in the dialog since the 2xx, if only the one that proves the
 * debt. */
static bool goes_on(const struct sipsan_view *v, enum sipsan_side side)
{
    const struct sipsan_party *me = &v->dialog->party[side];
    const struct sipsan_msg *m = v->proof ? v->proof->msg : NULL;

    if (me->last_sent > v->dialog->ok_first.time)
        return true;
    return m && m->request && m->method_id != SIPSAN_METHOD_ACK &&
           span_eq(m->call_id, text_span(&v->dialog->call_id)) &&
           sipsan_span_eq_nocase(m->from.tag, text_span(&me->tag));
}

/* When the call goes on, the ACK was there and the tap missed it. The inviter may go on before its
 * ACK, the other side not (15). */
static enum sipsan_verdict ok_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!v->owed)
        return repeats_too_fast(v, why);
    if (d->acks > 0 || d->ok_copies > 1)
        return SIPSAN_NA;
    why->expected = "the 2xx again after T1, doubling up to T2, until the ACK, on TCP too";
    sipsan_relate(why, &v->owed->trigger, "2xx to INVITE", nothing);
    sipsan_fail(why, nothing, "the 2xx was sent once, although no ACK came");
    if (goes_on(v, SIPSAN_CALLER) || goes_on(v, SIPSAN_CALLEE))
        return SIPSAN_INCONCLUSIVE;
    return v->owed->provable ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* ACKs may be lost behind the tap, even twice, and those that a proxy has not passed on do not
 * count. More certain where the tap hears the callee itself. In the race window nothing is said at
 * all: a later copy will say it. */
static enum sipsan_verdict ok_stops(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_party *me = &d->party[other_side(d->ok_inviter)];

    if (!v->txn || v->txn->child_count > 0 || v->txn->serial != d->ok_serial ||
        d->ok_cseq != v->msg->cseq.number || d->ok_acks < 3 ||
        v->now - d->ack_last.time < v->race_window || d->ack_last.time <= d->ack_first.time)
        return SIPSAN_NA;
    why->lower = !me->at_own_hop || !sipsan_ip_eq(&me->addr, &v->seen->flow.src);
    why->expected = "no copy of the 2xx after its ACK";
    sipsan_relate(why, &d->ack_first, "ACK", nothing);
    sipsan_relate(why, &d->ack_last, "ACK", nothing);
    return sipsan_fail(why, v->msg->start_line, "the 2xx is repeated after %u ACKs",
                       (unsigned)d->ok_acks);
}

static enum sipsan_verdict bye_without_ack(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->acks > 0 || d->state == SIPSAN_DIALOG_TERMINATED || d->party[0].bye.time != 0 ||
        d->party[1].bye.time != 0)
        return SIPSAN_NA;
    why->expected = "BYE when 64*T1 have passed without an ACK";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    sipsan_relate(why, &d->ok_last, "last copy of the 2xx", nothing);
    return sipsan_fail(why, nothing, "no ACK to the 2xx in 64*T1, and no BYE ends the session");
}

/* 13.2.1, 13.3.1: offer and answer -------------------------------------------------------------
 */

/* The exchange of this very INVITE was seen so far, and this message whole. */
static bool exchange_known(const struct sipsan_view *v)
{
    const struct sipsan_offers *o = &v->dialog->offers;
    const struct sipsan_msg *m = v->msg;

    return o->invite_seen && o->followed && !o->in_prack && m->cseq.ok &&
           o->cseq == m->cseq.number && !m->truncated && m->framing == SIPSAN_FRAMED;
}

/* Another body may hold a session description in a form that is not read here. */
static bool no_session_body(const struct sipsan_msg *m)
{
    return !m->sdp && m->body.n == 0;
}

/* A reliable 1xx or a PRACK that carried the description may have been missed. */
static enum sipsan_verdict unless_reliable(const struct sipsan_view *v)
{
    return v->dialog->reliable ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* After a description in an unreliable 1xx most callers work all the same. */
static enum sipsan_verdict answer_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;

    if (!exchange_known(v) || !o->invite_offered || o->answered)
        return SIPSAN_NA;
    if (!no_session_body(v->msg))
        return v->msg->sdp ? SIPSAN_PASS : SIPSAN_NA;
    why->lower = o->preview_hash != 0;
    why->expected = "the answer to the INVITE's offer";
    sipsan_relate(why, &v->dialog->party[other_side(v->side)].invite, "INVITE", nothing);
    sipsan_relate(why, &o->preview, "provisional", nothing);
    sipsan_fail(why, v->msg->start_line, "the INVITE has an offer, the 2xx has no answer");
    return unless_reliable(v);
}

/* RFC 3262 5 has the same of the first reliable 1xx; many send a ringing tone's 180 without. */
static enum sipsan_verdict offer_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;
    bool ok = v->msg->status >= 200;

    if (!exchange_known(v) || o->invite_offered || o->offered_in_response || v->req->body.n > 0)
        return SIPSAN_NA;
    if (!ok && (v->dialog->reliable || !sipsan_offer_reliable(v->msg)))
        return SIPSAN_NA;
    if (!no_session_body(v->msg))
        return v->msg->sdp ? SIPSAN_PASS : SIPSAN_NA;
    why->lower = !ok;
    why->expected = "an offer in the first reliable response: a reliable 1xx, else the 2xx";
    sipsan_relate_request(why, v->txn, nothing);
    sipsan_fail(why, v->msg->start_line, "neither the INVITE nor the %s has an offer",
                ok ? "2xx" : "reliable provisional response");
    return ok ? unless_reliable(v) : SIPSAN_FAIL;
}

static enum sipsan_verdict answer_in_ack(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;

    if (!sipsan_acks_2xx(v) || v->dialog->acks > 0 || !exchange_known(v) || o->invite_offered ||
        !o->offered_in_response || o->answered)
        return SIPSAN_NA;
    if (!no_session_body(v->msg))
        return v->msg->sdp ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the answer to the offer of the 2xx";
    sipsan_relate(why, &v->dialog->ok_first, "2xx to INVITE", nothing);
    sipsan_fail(why, v->msg->start_line, "the 2xx has an offer, the ACK has no answer");
    return unless_reliable(v);
}

/* One dialog is one To tag, so that forks do not meet here. Proxies may rewrite addresses: only
 * copies of one hop are compared. */
static enum sipsan_verdict early_answer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;
    enum sipsan_sdp_role role = v->call->sdp_role;

    if ((role != SIPSAN_SDP_ANSWER && role != SIPSAN_SDP_PREVIEW) || !exchange_known(v) ||
        o->preview_hash == 0 || o->preview_vias != v->msg->via_count)
        return SIPSAN_NA;
    if (sipsan_sdp_hash(v->msg->sdp_text) == o->preview_hash)
        return SIPSAN_PASS;
    why->lower = sipsan_sdp_media_hash(v->msg->session) == o->preview_media;
    why->expected = "the session description of the earlier provisional response, unchanged";
    sipsan_relate(why, &o->preview, "provisional", nothing);
    return sipsan_fail(why, v->msg->sdp_text, "%s differs from the one in an earlier 1xx",
                       why->lower                  ? "only the o= line of the session description"
                       : role == SIPSAN_SDP_ANSWER ? "the answer"
                                                   : "the session description");
}

static enum sipsan_verdict surplus_in_ack(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_offers *o = &v->dialog->offers;

    if (!sipsan_acks_2xx(v) || !exchange_known(v) || v->call->sdp_role != SIPSAN_SDP_SURPLUS ||
        !o->invite_offered || !o->answered)
        return SIPSAN_NA;
    why->expected = "no session description: the exchange was complete with the 2xx";
    sipsan_relate(why, &v->dialog->party[v->side].invite, "INVITE", nothing);
    sipsan_relate(why, &v->dialog->ok_first, "2xx to INVITE", nothing);
    return sipsan_fail(why, v->msg->sdp_text,
                       "the ACK has a session description after offer and answer");
}

#define INVITE  SIPSAN_METHOD_BIT(SIPSAN_METHOD_INVITE)
#define ACK     SIPSAN_METHOD_BIT(SIPSAN_METHOD_ACK)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)
#define OVERDUE (CERTAIN | SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.13.2.1.answer-in-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3262, RFC 3311, RFC 6337",
        .summary = "The 2xx answers the offer of the INVITE",
        .explain =
            "An offer in the INVITE has to be answered in a message that is sent reliably: the "
            "2xx, or before it a reliable 1xx. A 2xx without answer leaves a call without media, "
            "which the caller will clear.\n"
            "Legal: no description in the 2xx when a reliable 1xx had the answer (RFC 3262 5); "
            "the same for offers by UPDATE, past which the exchange is not followed. A description "
            "in an unreliable 1xx does not replace the answer, but since most callers take it, "
            "this is reported one step lower. Other bodies may hold a description: not judged. "
            "With 100rel in use: inconclusive.\n"
            "Bad: INVITE with SDP, 180, 200 without a body\n"
            "Good: INVITE with SDP, 180, 200 with SDP",
        .aliases = "rfc3261.13.3.1.4.2xx-has-answer",
        .check = answer_in_2xx,
    },
    {
        .id = "rfc3261.13.2.1.answer-in-ack",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3262, RFC 3311, RFC 6337",
        .summary = "The ACK answers the offer of the 2xx",
        .explain =
            "When the INVITE has no offer the 2xx brings it, and the ACK is the only message left "
            "for the answer. Without it the callee does not know where to send media.\n"
            "Legal: no description in the ACK when the offer was in a reliable 1xx and the answer "
            "in its PRACK (RFC 3262 5). Judged at the first ACK. With 100rel in use: "
            "inconclusive.\n"
            "Bad: INVITE without SDP, 200 with SDP, ACK without a body\n"
            "Good: INVITE without SDP, 200 with SDP, ACK with SDP",
        .aliases = "rfc3261.13.2.2.4.ack-2xx-answer "
                   "rfc3261.13.2.2.4.ack-2xx-reject-offer-bye "
                   "rfc3261.14.2.reinvite-bad-offer-answer-bye",
        .check = answer_in_ack,
    },
    {
        .id = "rfc3261.13.2.1.early-answer-same",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* one of the 60: common, and mostly survived */
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .updated_by = "RFC 3262, RFC 3311, RFC 6337",
        .summary = "A session description in a 1xx equals the answer that follows",
        .explain =
            "The caller takes the first description that it gets as the answer and ignores later "
            "ones. When the 2xx has another one, the two sides disagree about codecs and "
            "addresses: one-way audio after the ringing tone.\n"
            "Compared within one dialog (one To tag) at one hop; forks and proxies that rewrite "
            "addresses do not count. A description where only the o= line differs is reported one "
            "step lower. To change the session early, use a reliable 1xx and UPDATE.\n"
            "Bad: 183 with m=audio 4000, 200 with m=audio 5000, same To tag\n"
            "Good: the same description in both",
        .aliases = "rfc3261.13.2.1.uas-no-second-offer",
        .check = early_answer,
    },
    {
        .id = "rfc3261.13.2.1.no-sdp-in-ack-when-offer-in-invite",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "After offer and answer the ACK has no session description",
        .explain =
            "Offer in the INVITE, answer in the 2xx: the exchange is complete, and ACK, which "
            "nobody can answer, is no place for another offer. Some receivers take it as one and "
            "change the media on one side.\n"
            "Legal: bodies of another disposition. To change the session send a re-INVITE.\n"
            "Bad: INVITE with SDP, 200 with SDP, ACK with SDP\n"
            "Good: INVITE with SDP, 200 with SDP, ACK without a body",
        .check = surplus_in_ack,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-credentials",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* one of the 60: widely left out */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "The ACK to a 2xx repeats the credentials of the INVITE",
        .explain =
            "An ACK cannot be challenged, so that a proxy which wants credentials on every request "
            "needs them in the first place, or drops it: the call ends after 32 s. Section 22.1 "
            "says the same of every ACK.\n"
            "Judged at the inviter's own hop, since proxies remove what was meant for them. Equal "
            "are the same text and the same digest with its parameters in another order; one "
            "that was computed anew for the method ACK is not.\n"
            "Bad: INVITE with Proxy-Authorization, 200, ACK without\n"
            "Good: the same Proxy-Authorization in the ACK",
        /* 22.1 has the same for the ACK to a 2xx: one fact. */
        .aliases = "rfc3261.22.1.ack-duplicates-credentials",
        .check = ack_credentials,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-route",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60: the call drops after 32 s */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 6141",
        .summary = "The ACK to a 2xx goes to the Contact of the 2xx along the route set",
        .explain =
            "This ACK is a request of the dialog: Contact of the 2xx in the Request-URI, the "
            "Record-Route of the 2xx reversed in Route. One that is built like the INVITE goes "
            "where the INVITE went, and never reaches the phone that answered: the callee repeats "
            "its 2xx and hangs up after 32 s.\n"
            "Judged at the sender's own hop. Legal: the Contact of a 1xx or of the 2xx of this "
            "dialog, when they differ. Same address with other parameters, and an additional "
            "route in front, are reported one step lower. A Route in the wrong order is the "
            "finding of 12.1.2, a target from before a refresh that of 12.2.1.2. Strict routers "
            "are left out.\n"
            "Bad: INVITE sip:bob@example.net, 200 with Contact: <sip:bob@192.0.2.2>,\n"
            "     ACK sip:bob@example.net\n"
            "Good: ACK sip:bob@192.0.2.2",
        .aliases = "rfc3261.13.2.2.4.2xx-route-set-recomputed",
        .check = ack_route,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-to-tag",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        .needs = CERTAIN | SIPSAN_NEEDS_ENDPOINT_HOP,
        .summary = "The ACK to a 2xx has the To tag of the 2xx",
        .explain =
            "The tag tells which of the dialogs that the INVITE may have made is acknowledged. "
            "Without it, or with another one, the callee does not find its session and goes on "
            "repeating the 2xx.\n"
            "Judged at the hop of the INVITE's sender, where the 2xx of every fork passes.\n"
            "Legal: an ACK for each of several 2xx, each with its own tag; no tag when the 2xx has "
            "none (RFC 2543).\n"
            "Bad: 200 with To: <sip:bob@example.net>;tag=8321, ACK with To: <sip:bob@example.net>\n"
            "Good: ACK with To: <sip:bob@example.net>;tag=8321",
        .check = ack_to_tag,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-for-each-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_2XX,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "Every 2xx to an INVITE gets its ACK",
        .explain =
            "Without the ACK the callee repeats the 2xx for 32 s and then ends the call. Each "
            "2xx with another To tag (a fork) needs an ACK of its own, also when the caller wants "
            "none of them but the first: ACK, then BYE.\n"
            "Reported when 64*T1 have passed, the tap still hears the caller, and it lies on the "
            "path of the ACK: another request of the caller's crossed it, or the next hop of the "
            "ACK is the host that sent the 2xx. A 2xx that passed once on UDP may have been lost "
            "behind the tap, or its ACK before: inconclusive.\n"
            "Bad: INVITE, 200, 200, 200 ... and no ACK\n"
            "Good: INVITE, 200, ACK",
        .check = ack_missing,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-resent-for-each-2xx-retrans",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_2XX_AGAIN,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "The ACK is sent again for every repeated 2xx",
        .explain =
            "A repeated 2xx says that the ACK did not arrive. A caller that takes it for a "
            "duplicate and stays silent lets the call drop after 32 s because one packet was "
            "lost.\n"
            "Reported when two copies of the 2xx come after an ACK and neither brings another one "
            "within 2 s, on a path that the ACK is known to take.\n"
            "Bad: 200, ACK (lost), 200, 200, 200 ...\n"
            "Good: 200, ACK (lost), 200, ACK",
        .check = ack_not_repeated,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-retransmit-until-ack",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_OWED,
        .also = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .owed = SIPSAN_OWES_2XX_AGAIN,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 6026",
        .aliases = "rfc3261.17.2.1.2xx-not-txn-retransmitted",
        .summary = "The 2xx is repeated from T1 up to T2 until the ACK, on any transport",
        .explain =
            "No transaction repeats a 2xx: the callee's core does, since the ACK comes from end to "
            "end. Also over TCP and TLS, because a proxy further on may use UDP. A callee that "
            "sends it once loses the call with one packet.\n"
            "Reported when no copy follows within 4 s (T1 may be configured), no ACK was seen on a "
            "path that it must take, and the caller has gone silent. When the caller goes on in "
            "the dialog its ACK was probably missed by the tap: inconclusive. Copies that come "
            "twice as fast as the schedule are reported one step lower (three of those less than "
            "0.4 s apart may be doubled ones), unless the INVITE was "
            "repeated too.\n"
            "Bad: 200, no ACK, nothing more\n"
            "Good: 200 at 0, 0.5, 1.5, 3.5, 7.5 s until the ACK",
        .check = ok_again,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-max-11-sends",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* T1 and T2 may be set otherwise */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = SIPSAN_METHOD_BIT(SIPSAN_METHOD_INVITE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .summary = "A 2xx without ACK is sent at most 11 times",
        .explain =
            "The 2xx is repeated after 0.5, 1, 2 and then every 4 seconds, for 64*T1: with the "
            "usual timers these are 11 copies. Who has no ACK by then ends the session with BYE "
            "instead of going on.\n"
            "Told at the twelfth copy. Copies in a quicker row are the finding of the rule about "
            "repeating; a repeated INVITE may bring copies of its own, and then nothing is "
            "said.\n"
            "Bad: copies every 4 s for a minute\n"
            "Good: 11 copies in 32 s, BYE",
        .check = too_many_copies,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-stop-after-ack",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .updated_by = "RFC 6026",
        .summary = "The 2xx is not repeated after its ACK",
        .explain =
            "A callee that does not recognise the ACK repeats the 2xx for 32 s and then ends a "
            "good call. The reason may be an ACK that is built wrongly, which is a finding of its "
            "own, or one that is lost behind the tap.\n"
            "Reported after three ACKs, a round trip later; one step lower where the tap does not "
            "hear the callee itself.\n"
            "Bad: 200, ACK, 200, ACK, 200, ACK, 200\n"
            "Good: 200, 200, ACK",
        .check = ok_stops,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-no-ack-bye",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_BYE_NO_ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "A callee that gets no ACK for 64*T1 ends the session with BYE",
        .explain =
            "The dialog stands although the ACK never came, and the caller may believe in it. Only "
            "a BYE tells it that the callee has given up; else it keeps media and billing open.\n"
            "Reported ten seconds after the end of the repeats, when the 2xx was repeated for at "
            "least 20 s and the tap lies on the path of ACK and BYE.\n"
            "Bad: 200 repeated for 32 s, then silence\n"
            "Good: 200 repeated for 32 s, then BYE",
        .aliases = "rfc3261.14.2.reinvite-no-ack-bye",
        .check = bye_without_ack,
    },
    {
        .id = "rfc3261.13.3.1.offerless-invite-offer-in-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .updated_by = "RFC 3262, RFC 3311, RFC 6337",
        .summary = "An INVITE without offer gets it in the first reliable response",
        .explain =
            "One of the two has to make the offer. When the INVITE has none it belongs into the "
            "first response that is sent reliably: the 2xx, or with 100rel the first reliable 1xx "
            "(RFC 3262 5). With none in either there is no session to agree on.\n"
            "Legal: a 2xx without description when a reliable 1xx had the offer. A reliable 1xx "
            "without it is reported one step lower. An INVITE or a response with another body is "
            "not judged; with 100rel in use a 2xx without offer is inconclusive.\n"
            "Bad: INVITE without SDP, 200 without SDP\n"
            "Good: INVITE without SDP, 200 with SDP, ACK with SDP",
        /* 13.2.1 asks the same of the response, seen from both sides. */
        .aliases = "rfc3261.13.3.1.4.2xx-has-offer "
                   "rfc3261.13.2.1.initial-offer-place",
        .check = offer_in_2xx,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_13, rules);

/* RFC 3261 sections 13.2.1 and 13.3.1: in which messages of an INVITE offer and answer go. What
 * stands in them is judged by the rules of RFC 3264. */
#include "rules/repeats.h"
#include "rules/target.h"

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

#define INVITE  BIT(INVITE)
#define ACK     BIT(ACK)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)

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

SIPSAN_RULE_SET(sipsan_rules_rfc3261_13_offer, rules);

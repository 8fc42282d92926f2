/* Where a violation fits: calls, their offers, reliable responses and refreshes. */
#include "plant_edit.h"

bool at_ringing_unreliably(const struct world *w, uint32_t i)
{
    return at_ringing(w, i) && !plant_sip(w, i)->rseq && plant_sip(w, i)->via->by->rel;
}

bool at_ringing_reliably_later(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_ringing_reliably(w, i); k++)
        if (at_ringing_reliably(w, k) && plant_sip(w, k)->cseq == plant_sip(w, i)->cseq &&
            plant_sip(w, k)->rseq != plant_sip(w, i)->rseq)
            return true;
    return false;
}

bool at_ringing_reliably_first(const struct world *w, uint32_t i)
{
    return at_ringing_reliably(w, i) && !at_ringing_reliably_later(w, i);
}

bool at_prack_answer(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == PRACK;
}

bool at_prack_with_sdp(const struct world *w, uint32_t i)
{
    return at_prack(w, i) && plant_sip(w, i)->sdp;
}

bool at_answering_first(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    return at_answering(w, i) && plant_sip(w, i)->sdp && k < i && !plant_sip(w, k)->to_tag;
}

bool at_reinvite(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), INVITE) && plant_sip(w, i)->to_tag;
}

/* And the target is not refreshed once more before that. */
static bool followed_by_peer(const struct world *w, uint32_t i)
{
    for (uint32_t k = i + 1; k < w->seen_n; k++) {
        if (plant_sip(w, k)->writer == plant_sip(w, i)->writer && plant_sip(w, k)->contact &&
            !plant_is_same(plant_sip(w, k), plant_sip(w, i)))
            return false;
        if (!plant_sip(w, k)->status && plant_sip(w, k)->method != ACK &&
            plant_sip(w, k)->writer != plant_sip(w, i)->writer && plant_sip(w, k)->to_tag &&
            w->seen[k].time > w->seen[i].time + 1500 * MS)
            return true;
    }
    return false;
}

bool at_reinvite_accepted(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k < w->seen_n && at_reinvite(w, i); k++)
        if (at_accepting(w, k) && plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return true;
    return false;
}

bool at_reaccepting_followed(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    return at_accepting(w, i) && k < i && plant_sip(w, k)->to_tag && followed_by_peer(w, i);
}

static const struct sdp *sdp_before(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k-- > 0;)
        if (plant_sip(w, k)->writer == plant_sip(w, i)->writer && plant_sip(w, k)->sdp &&
            plant_sip(w, k) != plant_sip(w, i))
            return plant_sip(w, k)->sdp;
    return NULL;
}

/* An offer that was refused leaves open what the next one is compared with. */
static bool refused_before(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (plant_sip(w, k)->status >= 400)
            return true;
    return false;
}

bool at_reoffer(const struct world *w, uint32_t i)
{
    return (at_reinvite_accepted(w, i) || at_update(w, i)) && plant_sip(w, i)->sdp &&
           sdp_before(w, i) && !refused_before(w, i);
}

bool at_reoffer_same(const struct world *w, uint32_t i)
{
    return at_reoffer(w, i) && sdp_before(w, i)->version == plant_sip(w, i)->sdp->version;
}

bool at_reoffer_changed(const struct world *w, uint32_t i)
{
    return at_reoffer(w, i) && sdp_before(w, i)->version != plant_sip(w, i)->sdp->version;
}

bool at_answering_reoffered(const struct world *w, uint32_t i)
{
    if (!at_answering_first(w, i))
        return false;
    for (uint32_t k = i + 1; k < w->seen_n; k++)
        if (at_reoffer(w, k))
            return true;
    return false;
}

bool at_ack_without_sdp(const struct world *w, uint32_t i)
{
    const struct sip *invite = at_ack_2xx(w, i) ? plant_invite_of(w, plant_sip(w, i)) : NULL;

    return invite && invite->sdp && !plant_sip(w, i)->sdp;
}

bool at_ack_with_credentials(const struct world *w, uint32_t i)
{
    return at_ack_2xx(w, i) && plant_sip(w, i)->credentials;
}

bool at_ringing_with_sdp(const struct world *w, uint32_t i)
{
    return at_ringing(w, i) && plant_sip(w, i)->sdp && !plant_sip(w, i)->rseq &&
           at_ringing_accepted(w, i);
}

bool at_ringing_accepted(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k < w->seen_n; k++)
        if (at_accepting_with_sdp(w, k) && plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return true;
    return false;
}

bool at_accepting_with_offer(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    return at_accepting_with_sdp(w, i) && k < i && !plant_sip(w, k)->sdp;
}

bool at_update(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), UPDATE);
}

bool at_update_answer(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == UPDATE;
}

bool at_update_answer_with_sdp(const struct world *w, uint32_t i)
{
    return at_update_answer(w, i) && plant_sip(w, i)->sdp;
}

bool at_accepting_recorded(const struct world *w, uint32_t i)
{
    return at_accepting(w, i) && plant_sip(w, i)->record_route && !plant_by_proxy(w, i) &&
           plant_of_first(w, i);
}

bool at_routed_request(const struct world *w, uint32_t i)
{
    return at_plain_request(w, i) && plant_sip(w, i)->route && !plant_by_proxy(w, i);
}

bool at_routed_caller_request(const struct world *w, uint32_t i)
{
    return at_routed_request(w, i) && plant_sip(w, i)->from_tag[0] == 'f';
}

bool at_routed_callee_request(const struct world *w, uint32_t i)
{
    return at_routed_request(w, i) && plant_sip(w, i)->from_tag[0] != 'f';
}

bool at_bye_by_caller(const struct world *w, uint32_t i)
{
    return at_bye(w, i) && plant_sip(w, i)->from_tag[0] == 'f';
}

bool at_first_refusal_of_offer(const struct world *w, uint32_t i)
{
    return at_first_refusal(w, i) && plant_sip(w, plant_request_of(w, i))->sdp;
}

bool at_response_of_proxy(const struct world *w, uint32_t i)
{
    return plant_by_proxy(w, i) && plant_sip(w, i)->status > 100 && plant_sip(w, i)->status < 300 &&
           plant_sip(w, i)->method == INVITE && plant_sip(w, i)->contact;
}

bool at_refusal_of_proxy(const struct world *w, uint32_t i)
{
    return plant_by_proxy(w, i) && at_busy(w, i) && !plant_sip(w, i)->challenge &&
           plant_sip(w, i)->writer->kind == USER_AGENT;
}

bool at_ringing_long(const struct world *w, uint32_t i)
{
    for (uint32_t k = i + 1; k < w->seen_n && at_ringing(w, i); k++)
        if (plant_sip(w, k)->method == INVITE && plant_sip(w, k)->status)
            return w->seen[k].time > w->seen[i].time + 3000 * MS;
    return false;
}

bool at_cancel_answer_487(const struct world *w, uint32_t i)
{
    for (uint32_t k = i + 1; k < w->seen_n && at_cancel_answer(w, i); k++)
        if (plant_sip(w, k)->status == 487 && w->seen[k].time < w->seen[i].time + 300 * MS)
            return true;
    return false;
}

/* Neither side says a direction. */
bool at_answering_plain(const struct world *w, uint32_t i)
{
    return at_answering_first(w, i) && !plant_sip(w, i)->sdp->long_form &&
           plant_sip(w, i)->sdp->direction == SENDRECV &&
           !plant_sip(w, plant_request_of(w, i))->sdp->long_form;
}

bool at_accepting_of_proxy(const struct world *w, uint32_t i)
{
    return at_response_of_proxy(w, i) && plant_sip(w, i)->status == 200;
}

bool at_ringing_first_reliably(const struct world *w, uint32_t i)
{
    return at_ringing_reliably_first(w, i) && !plant_sip(w, plant_request_of(w, i))->to_tag;
}

bool at_ringing_long_plain(const struct world *w, uint32_t i)
{
    return at_ringing_long(w, i) && !plant_sip(w, plant_request_of(w, i))->to_tag &&
           !(plant_sip(w, plant_request_of(w, i))->say & SAY_REL);
}

static bool referred(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (plant_sip(w, k)->method == REFER)
            return true;
    return false;
}

/* In a dialog that no subscription shares. */
bool at_unshared_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && !referred(w, i);
}

/* Nor comes a REFER that crosses this. */
bool at_unshared_bye(const struct world *w, uint32_t i)
{
    return at_bye(w, i) && !referred(w, w->seen_n);
}

bool at_prack_answer_accepted(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k < w->seen_n && at_prack_answer(w, i); k++)
        if (at_accepting(w, k) && plant_of_first(w, k) &&
            !strcmp(plant_sip(w, k)->to_tag, plant_sip(w, i)->to_tag) &&
            plant_sip(w, k)->cseq < plant_sip(w, i)->cseq)
            return true;
    return false;
}

bool at_unforked_invite(const struct world *w, uint32_t i)
{
    if (!at_invite_of_proxy(w, i))
        return false;
    for (uint32_t k = 0; k < w->seen_n; k++)
        if (at_invite_of_proxy(w, k) && plant_sip(w, k) != plant_sip(w, i) &&
            plant_sip(w, k)->cseq == plant_sip(w, i)->cseq &&
            plant_sip(w, k)->via->by == plant_sip(w, i)->via->by)
            return false;
    return true;
}

/* Not a repetition. */
bool at_first_copy(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_own_invite(w, i); k++)
        if (plant_sip(w, k) == plant_sip(w, i))
            return false;
    return at_own_invite(w, i);
}

/* Two other responses have come. */
bool at_ringing_twice(const struct world *w, uint32_t i)
{
    unsigned n = 0;

    for (uint32_t k = 0; k < i && at_ringing_long_plain(w, i); k++)
        n += plant_sip(w, k)->status && plant_sip(w, k)->method == INVITE &&
             plant_sip(w, k)->cseq == plant_sip(w, i)->cseq;
    return n > 1;
}

bool at_cancel_answer_ringing(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_cancel_answer(w, i); k++)
        if (at_ringing(w, k) && plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return true;
    return false;
}

/* Soon after the ACK it may be of another fork, whose 2xx was missed. */
bool at_bye_confirmed(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_bye_by_caller(w, i) && plant_is_accepted(w, i); k++)
        if (at_ack_2xx(w, k) && w->seen[i].time > w->seen[k].time + 600 * MS)
            return plant_is_accepted(w, i);
    return false;
}

bool at_early_answer(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_ringing_with_sdp(w, i); k++)
        if (plant_sip(w, k)->status == plant_sip(w, i)->status &&
            plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return false;
    return at_ringing_with_sdp(w, i);
}

bool at_sdp_accepting_of_proxy(const struct world *w, uint32_t i)
{
    return at_accepting_of_proxy(w, i) && plant_sip(w, i)->sdp;
}

/* On its way to a proxy: what a proxy does not cancel when a CANCEL goes past it, it has to cancel
 * for another reason. */
bool at_cancel_at_proxy(const struct world *w, uint32_t i)
{
    return at_cancel_early(w, i) && w->seen[i].flow.dst.ip[3] >= 30;
}

bool at_cancel_early(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < w->seen_n && at_cancel(w, i); k++)
        if (plant_sip(w, k)->method == INVITE && plant_sip(w, k)->status >= 200 &&
            plant_sip(w, k)->cseq == plant_sip(w, i)->cseq &&
            w->seen[k].time < w->seen[i].time + 5000 * MS)
            return false;
    return at_cancel(w, i);
}

bool at_repeated_reliably(const struct world *w, uint32_t i)
{
    unsigned copies = 0;

    for (uint32_t k = 0; k < w->seen_n && at_ringing_reliably(w, i); k++)
        copies += plant_sip(w, k) == plant_sip(w, i);
    return copies > 5;
}

bool at_refresh_then_peer(const struct world *w, uint32_t i)
{
    for (uint32_t k = i + 1; k < w->seen_n && at_reinvite_accepted(w, i); k++)
        if (!plant_sip(w, k)->status && plant_sip(w, k)->method != ACK &&
            plant_sip(w, k)->method != PRACK)
            return plant_sip(w, k)->writer != plant_sip(w, i)->writer &&
                   w->seen[k].time > w->seen[i].time + 2500 * MS;
    return false;
}

bool at_new_reliable_first(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_ringing_first_reliably(w, i); k++)
        if (plant_sip(w, k)->status == plant_sip(w, i)->status &&
            plant_sip(w, k)->cseq == plant_sip(w, i)->cseq && plant_sip(w, k) != plant_sip(w, i))
            return false;
    return at_ringing_first_reliably(w, i);
}

bool at_unshared_options_answer(const struct world *w, uint32_t i)
{
    return at_unshared_answer(w, i) && plant_sip(w, i)->method != MESSAGE;
}

bool at_cancel_answer_first(const struct world *w, uint32_t i)
{
    return at_cancel_answer_487(w, i) && at_cancel_answer_ringing(w, i) && plant_of_first(w, i);
}

bool at_trying_first(const struct world *w, uint32_t i)
{
    return at_trying(w, i) && plant_of_first(w, i);
}

bool at_accepting_call(const struct world *w, uint32_t i)
{
    return at_accepting(w, i) && plant_of_first(w, i);
}

bool at_invite_after_401(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k-- > 0 && at_invite_with_credentials(w, i);)
        if (plant_sip(w, k)->status >= 300)
            return plant_sip(w, k)->status == 401;
    return false;
}

bool at_accepting_with_only_offer(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i && at_accepting_with_offer(w, i); k++)
        if (at_ringing(w, k) && plant_sip(w, k)->sdp)
            return false;
    return at_accepting_with_offer(w, i) && plant_of_first(w, i);
}

/* Before the final response. */
bool at_cancel_pending(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (plant_sip(w, k)->status >= 200 && plant_sip(w, k)->method == INVITE &&
            plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return false;
    return at_cancel(w, i);
}

bool at_cancel_first(const struct world *w, uint32_t i)
{
    return at_cancel(w, i) && !plant_sip(w, i)->to_tag;
}

/* Where the tap has heard both sides before. */
bool at_cancel_later(const struct world *w, uint32_t i)
{
    const struct sip *invite = at_cancel(w, i) ? plant_invite_of(w, plant_sip(w, i)) : NULL;

    for (uint32_t k = 0; k < i && invite && invite->credentials; k++)
        if (plant_sip(w, k)->cseq < invite->cseq &&
            w->seen[k].flow.src.ip[3] == w->seen[i].flow.dst.ip[3])
            return true;
    return false;
}

bool at_ringing_first(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (plant_is_request(plant_sip(w, k), INVITE) && plant_sip(w, k)->to_tag)
            return false;
    return at_ringing(w, i);
}

bool at_routed_ack(const struct world *w, uint32_t i)
{
    return at_ack_failure(w, i) && plant_sip(w, i)->route;
}

bool at_sdp_of_proxy(const struct world *w, uint32_t i)
{
    return at_invite_of_proxy(w, i) && plant_sip(w, i)->sdp;
}

/* And no other INVITE soon. */
bool at_accepting_quiet(const struct world *w, uint32_t i)
{
    for (uint32_t k = i + 1; k < w->seen_n; k++)
        if (plant_is_request(plant_sip(w, k), INVITE) &&
            w->seen[k].time < w->seen[i].time + 12000 * MS)
            return false;
    return at_accepting_call(w, i);
}

/* Where a violation fits. */
#include "plant_edit.h"

static const struct sip *at(const struct world *w, uint32_t i)
{
    return w->seen[i].sip;
}

static bool request(const struct sip *m, enum method method)
{
    return m->status == 0 && m->method == method;
}

const struct sip *plant_invite_of(const struct world *w, const struct sip *m)
{
    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *x = w->seen[k].sip;

        if (!x->status && x->method == INVITE && x->cseq == m->cseq &&
            !strcmp(x->from_tag, m->from_tag))
            return x;
    }
    return NULL;
}

bool at_first_invite(const struct world *w, uint32_t i)
{
    return request(at(w, i), INVITE) && !at(w, i)->to_tag;
}

/* At the hop of the caller. */
bool at_own_invite(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && !at(w, i)->via->next;
}

bool at_invite_with_sdp(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && at(w, i)->sdp;
}

bool at_invite_with_credentials(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && at(w, i)->credentials;
}

bool at_cancel(const struct world *w, uint32_t i)
{
    return request(at(w, i), CANCEL);
}

/* Before the final response. */
bool at_cancel_pending(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (at(w, k)->status >= 200 && at(w, k)->method == INVITE &&
            at(w, k)->cseq == at(w, i)->cseq)
            return false;
    return at_cancel(w, i);
}

bool at_cancel_first(const struct world *w, uint32_t i)
{
    return at_cancel(w, i) && !at(w, i)->to_tag;
}

/* Where the tap has heard both sides before. */
bool at_cancel_later(const struct world *w, uint32_t i)
{
    const struct sip *invite = at_cancel(w, i) ? plant_invite_of(w, at(w, i)) : NULL;

    return invite && invite->credentials;
}

bool at_cancel_answer(const struct world *w, uint32_t i)
{
    return at(w, i)->status == 200 && at(w, i)->method == CANCEL;
}

bool at_bye(const struct world *w, uint32_t i)
{
    return request(at(w, i), BYE);
}

/* In a call that was accepted. */
bool at_bye_answer(const struct world *w, uint32_t i)
{
    bool accepted = false;

    for (uint32_t k = 0; k < i; k++)
        accepted = accepted || request(at(w, k), ACK);
    return accepted && at(w, i)->status == 200 && at(w, i)->method == BYE;
}

bool at_plain_request(const struct world *w, uint32_t i)
{
    return request(at(w, i), INFO) || request(at(w, i), OPTIONS) || request(at(w, i), MESSAGE);
}

/* Of the caller. */
bool at_caller_request(const struct world *w, uint32_t i)
{
    return at_plain_request(w, i) && at(w, i)->from_tag[0] == 'f';
}

/* Long after the one before, so that the network cannot have turned them round. */
bool at_caller_request_alone(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (w->seen[k].time > w->seen[i].time - 3000 * MS && at(w, k)->status == 0)
            return false;
    return at_caller_request(w, i);
}

bool at_options(const struct world *w, uint32_t i)
{
    return request(at(w, i), OPTIONS);
}

bool at_message(const struct world *w, uint32_t i)
{
    return request(at(w, i), MESSAGE);
}

bool at_info(const struct world *w, uint32_t i)
{
    return request(at(w, i), INFO);
}

bool at_refer(const struct world *w, uint32_t i)
{
    return request(at(w, i), REFER);
}

bool at_notify(const struct world *w, uint32_t i)
{
    return request(at(w, i), NOTIFY);
}

bool at_prack(const struct world *w, uint32_t i)
{
    return request(at(w, i), PRACK);
}

bool at_plain_answer(const struct world *w, uint32_t i)
{
    enum method method = at(w, i)->method;

    return at(w, i)->status == 200 && (method == INFO || method == OPTIONS || method == MESSAGE);
}

bool at_ringing(const struct world *w, uint32_t i)
{
    return at(w, i)->status > 100 && at(w, i)->status < 200;
}

bool at_ringing_first(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (request(at(w, k), INVITE) && at(w, k)->to_tag)
            return false;
    return at_ringing(w, i);
}

bool at_accepting(const struct world *w, uint32_t i)
{
    return at(w, i)->status == 200 && at(w, i)->method == INVITE;
}

/* The answer that the offer of the INVITE gets. */
bool at_answering(const struct world *w, uint32_t i)
{
    const struct sip *invite = at_accepting(w, i) ? plant_invite_of(w, at(w, i)) : NULL;

    for (uint32_t k = 0; k < i && invite; k++)
        if (at_ringing(w, k) && (at(w, k)->say & SAY_REQUIRE_REL || at(w, k)->sdp))
            return false;
    return invite && invite->sdp && !invite->to_tag;
}

bool at_refusal(const struct world *w, uint32_t i)
{
    return at(w, i)->status >= 300 && at(w, i)->method == INVITE;
}

bool at_busy(const struct world *w, uint32_t i)
{
    return at_refusal(w, i) && at(w, i)->status < 600;
}

bool at_challenge(const struct world *w, uint32_t i)
{
    return at_refusal(w, i) && at(w, i)->status == 401;
}

/* Whether the final response to the INVITE of this ACK is a 2xx. */
static bool acknowledges(const struct world *w, uint32_t i, bool success)
{
    if (!request(at(w, i), ACK))
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (at(w, k)->status >= 200 && at(w, k)->method == INVITE &&
            at(w, k)->cseq == at(w, i)->cseq && !strcmp(at(w, k)->from_tag, at(w, i)->from_tag) &&
            !strcmp(at(w, k)->to_tag, at(w, i)->to_tag))
            return (at(w, k)->status < 300) == success;
    return false;
}

bool at_ack_2xx(const struct world *w, uint32_t i)
{
    return acknowledges(w, i, true);
}

bool at_ack_failure(const struct world *w, uint32_t i)
{
    return acknowledges(w, i, false);
}

bool at_routed_ack(const struct world *w, uint32_t i)
{
    return at_ack_failure(w, i) && at(w, i)->route;
}

/* Sent by a proxy. */
static bool by_proxy(const struct world *w, uint32_t i)
{
    return w->seen[i].flow.src.ip[3] >= 30;
}

bool at_invite_of_proxy(const struct world *w, uint32_t i)
{
    return by_proxy(w, i) && at_first_invite(w, i) && at(w, i)->via->next;
}

bool at_recorded_of_proxy(const struct world *w, uint32_t i)
{
    return at_invite_of_proxy(w, i) && at(w, i)->record_route;
}

bool at_sdp_of_proxy(const struct world *w, uint32_t i)
{
    return at_invite_of_proxy(w, i) && at(w, i)->sdp;
}

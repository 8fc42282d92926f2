/* Where a violation fits. */
#include "plant_edit.h"

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

uint32_t plant_request_of(const struct world *w, uint32_t i)
{
    const struct sip *m = plant_sip(w, i);

    for (uint32_t k = i; k-- > 0;) {
        const struct sip *x = plant_sip(w, k);

        if (!x->status && x->method == m->method && x->cseq == m->cseq &&
            !strcmp(x->via->branch, m->via->branch))
            return k;
    }
    return i;
}

/* The request at i gets a 2xx. One that crosses a BYE or a CANCEL is refused, whatever it says. */
bool plant_is_accepted(const struct world *w, uint32_t i)
{
    for (uint32_t k = i + 1; k < w->seen_n; k++)
        if (plant_sip(w, k)->status / 100 == 2 && plant_request_of(w, k) == i)
            return true;
    return false;
}

bool at_first_invite(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), INVITE) && !plant_sip(w, i)->to_tag;
}

/* At the hop of the caller. */
bool at_own_invite(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && !plant_sip(w, i)->via->next;
}

/* Not what a proxy has made of it. */
bool at_invite_of_caller(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && !plant_by_proxy(w, i);
}

bool at_invite_with_sdp(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && plant_sip(w, i)->sdp;
}

bool at_invite_with_credentials(const struct world *w, uint32_t i)
{
    return at_first_invite(w, i) && plant_sip(w, i)->credentials;
}

bool at_cancel(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), CANCEL);
}

bool at_cancel_answer(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == CANCEL;
}

bool at_bye(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), BYE);
}

/* In a call that was accepted. Where another request was answered 481, the dialog may be over for
 * who sent that, and 481 to the BYE is right (12.2.1.2). */
bool at_bye_answer(const struct world *w, uint32_t i)
{
    bool accepted = false;

    for (uint32_t k = 0; k < i; k++) {
        if (plant_sip(w, k)->status == 481)
            return false;
        accepted = accepted || plant_is_request(plant_sip(w, k), ACK);
    }
    return accepted && plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == BYE;
}

bool at_plain_request(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), INFO) || plant_is_request(plant_sip(w, i), OPTIONS) ||
           plant_is_request(plant_sip(w, i), MESSAGE);
}

/* Of the caller. */
bool at_caller_request(const struct world *w, uint32_t i)
{
    return at_plain_request(w, i) && plant_sip(w, i)->from_tag[0] == 'f';
}

/* Long after the one before, so that the network cannot have turned them round. */
bool at_caller_request_alone(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (w->seen[k].time > w->seen[i].time - 3000 * MS && plant_sip(w, k)->status == 0)
            return false;
    return at_caller_request(w, i);
}

bool at_options(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), OPTIONS);
}

bool at_message(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), MESSAGE);
}

bool at_info(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), INFO);
}

bool at_info_accepted(const struct world *w, uint32_t i)
{
    return at_info(w, i) && plant_is_accepted(w, i);
}

bool at_refer(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), REFER);
}

bool at_refer_accepted(const struct world *w, uint32_t i)
{
    return at_refer(w, i) && plant_is_accepted(w, i);
}

bool at_notify(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), NOTIFY);
}

bool at_prack(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), PRACK);
}

bool at_prack_accepted(const struct world *w, uint32_t i)
{
    return at_prack(w, i) && plant_is_accepted(w, i);
}

bool at_plain_answer(const struct world *w, uint32_t i)
{
    enum method method = plant_sip(w, i)->method;

    return plant_sip(w, i)->status == 200 &&
           (method == INFO || method == OPTIONS || method == MESSAGE);
}

bool at_ringing(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status > 100 && plant_sip(w, i)->status < 200;
}

bool at_accepting(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == INVITE;
}

/* The answer that the offer of the INVITE gets. */
bool at_answering(const struct world *w, uint32_t i)
{
    const struct sip *invite = at_accepting(w, i) ? plant_invite_of(w, plant_sip(w, i)) : NULL;

    for (uint32_t k = 0; k < i && invite; k++)
        if (at_ringing(w, k) && (plant_sip(w, k)->say & SAY_REQUIRE_REL || plant_sip(w, k)->sdp))
            return false;
    return invite && invite->sdp && !invite->to_tag;
}

bool at_refusal(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status >= 300 && plant_sip(w, i)->method == INVITE;
}

bool at_busy(const struct world *w, uint32_t i)
{
    return at_refusal(w, i) && plant_sip(w, i)->status < 600;
}

bool at_challenge(const struct world *w, uint32_t i)
{
    return at_refusal(w, i) && plant_sip(w, i)->status == 401;
}

/* Whether the final response to the INVITE of this ACK is a 2xx. */
static bool acknowledges(const struct world *w, uint32_t i, bool success)
{
    if (!plant_is_request(plant_sip(w, i), ACK))
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (plant_sip(w, k)->status >= 200 && plant_sip(w, k)->method == INVITE &&
            plant_sip(w, k)->cseq == plant_sip(w, i)->cseq &&
            !strcmp(plant_sip(w, k)->from_tag, plant_sip(w, i)->from_tag) &&
            !strcmp(plant_sip(w, k)->to_tag, plant_sip(w, i)->to_tag))
            return (plant_sip(w, k)->status < 300) == success;
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

/* Sent by a proxy. */
bool plant_by_proxy(const struct world *w, uint32_t i)
{
    return w->seen[i].flow.src.ip[3] >= 30;
}

bool at_invite_of_proxy(const struct world *w, uint32_t i)
{
    return plant_by_proxy(w, i) && at_first_invite(w, i) && plant_sip(w, i)->via->next;
}

bool at_recorded_of_proxy(const struct world *w, uint32_t i)
{
    return at_invite_of_proxy(w, i) && plant_sip(w, i)->record_route;
}

bool at_options_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && plant_sip(w, i)->method == OPTIONS;
}

bool at_message_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && plant_sip(w, i)->method == MESSAGE;
}

bool at_info_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && plant_sip(w, i)->method == INFO;
}

bool at_info_with_body(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), INFO) && plant_sip(w, i)->body;
}

/* The response at i is to a request outside a dialog. */
bool plant_of_first(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    return k < i && !plant_sip(w, k)->to_tag;
}

bool at_trying(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 100;
}

bool at_moved(const struct world *w, uint32_t i)
{
    return at_refusal(w, i) && plant_sip(w, i)->status == 302;
}

/* Tried again after this response. */
static bool followed(const struct world *w, uint32_t i)
{
    const struct sip *m = plant_sip(w, i);

    for (uint32_t k = i + 1; k < w->seen_n; k++)
        if (plant_is_request(plant_sip(w, k), INVITE) && plant_sip(w, k)->cseq == m->cseq + 1 &&
            !strcmp(plant_sip(w, k)->call_id, m->call_id))
            return true;
    return false;
}

bool at_moved_followed(const struct world *w, uint32_t i)
{
    return at_moved(w, i) && followed(w, i);
}

bool at_challenge_followed(const struct world *w, uint32_t i)
{
    return at_challenge(w, i) && followed(w, i);
}

bool at_proxy_challenge(const struct world *w, uint32_t i)
{
    return at_refusal(w, i) && plant_sip(w, i)->status == 407;
}

bool at_ringing_reliably(const struct world *w, uint32_t i)
{
    return at_ringing(w, i) && plant_sip(w, i)->rseq;
}

/* Without received. */
bool at_unfilled_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && !plant_sip(w, i)->via->rport &&
           !(plant_sip(w, i)->via->filled && plant_sip(w, i)->via->by->style & 2);
}

/* With received. */
bool at_filled_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && !at_unfilled_answer(w, i);
}

/* And without rport. */
bool at_received_answer(const struct world *w, uint32_t i)
{
    return at_filled_answer(w, i) && !plant_sip(w, i)->via->rport;
}

bool at_rport_answer(const struct world *w, uint32_t i)
{
    return at_plain_answer(w, i) && plant_sip(w, i)->via->rport;
}

bool at_rport_request(const struct world *w, uint32_t i)
{
    return at_plain_request(w, i) && plant_sip(w, i)->via->rport;
}

bool at_accepting_with_sdp(const struct world *w, uint32_t i)
{
    return at_accepting(w, i) && plant_sip(w, i)->sdp;
}

/* Of an INVITE outside a dialog, by the callee's own decision. */
bool at_first_refusal(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    return at_refusal(w, i) && !plant_sip(w, i)->challenge && plant_sip(w, i)->status != 302 &&
           plant_sip(w, i)->status != 487 && k < i && !plant_sip(w, k)->to_tag;
}

bool at_own_invite_accepted(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k < w->seen_n && at_own_invite(w, i); k++)
        if (at_accepting(w, k) && plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return true;
    return false;
}

/* With a refresh later. */
bool at_accepting_first(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    if (!at_accepting(w, i) || k == i || plant_sip(w, k)->to_tag)
        return false;
    for (k = i + 1; k < w->seen_n; k++)
        if ((plant_is_request(plant_sip(w, k), INVITE) ||
             plant_is_request(plant_sip(w, k), UPDATE)) &&
            plant_sip(w, k)->to_tag)
            return true;
    return false;
}

bool at_notify_last(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), NOTIFY) && plant_sip(w, i)->state[0] == 't';
}

bool at_notify_first(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), NOTIFY) && plant_sip(w, i)->state[0] == 'a';
}

bool at_notify_answer(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == NOTIFY;
}

bool at_register(const struct world *w, uint32_t i)
{
    return plant_is_request(plant_sip(w, i), REGISTER);
}

bool at_register_with_contact(const struct world *w, uint32_t i)
{
    return at_register(w, i) && plant_sip(w, i)->contact;
}

bool at_register_two(const struct world *w, uint32_t i)
{
    return at_register_with_contact(w, i) && plant_sip(w, i)->contact->next;
}

/* None of them is removed. */
static bool binds_all(const struct sip *m)
{
    for (const struct contact *c = m->contact; c; c = c->next)
        if (c->expires == 0 || (c->expires < 0 && m->expires == 0))
            return false;
    return !(m->say & SAY_STAR);
}

bool at_register_two_accepted(const struct world *w, uint32_t i)
{
    return at_register_two(w, i) && binds_all(plant_sip(w, i)) && plant_is_accepted(w, i);
}

bool at_register_star(const struct world *w, uint32_t i)
{
    return at_register(w, i) && plant_sip(w, i)->say & SAY_STAR;
}

bool at_register_answer(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 200 && plant_sip(w, i)->method == REGISTER;
}

bool at_register_brief(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status == 423;
}

bool at_register_refused(const struct world *w, uint32_t i)
{
    return plant_sip(w, i)->status >= 300 && plant_sip(w, i)->method == REGISTER;
}

bool at_register_star_accepted(const struct world *w, uint32_t i)
{
    for (uint32_t k = i; k < w->seen_n && at_register_star(w, i); k++)
        if (at_register_answer(w, k) && plant_sip(w, k)->cseq == plant_sip(w, i)->cseq)
            return true;
    return false;
}

/* A contact was asked for, and is the only one. */
bool at_register_bound(const struct world *w, uint32_t i)
{
    uint32_t k = plant_request_of(w, i);

    return at_register_answer(w, i) && k < i && plant_sip(w, k)->contact &&
           plant_sip(w, i)->contact && !plant_sip(w, i)->contact->next &&
           !plant_sip(w, k)->contact->next && plant_sip(w, k)->contact->expires > 0;
}

/* RFC 3261 sections 12 and 14: the Contact that makes a dialog, the URIs in From and To of its
 * requests, and how long it lives. */
#include "rules/target.h"

/* 12.1.1: Contact of the callee --------------------------------------------------------------- */

/* Table 2 has Contact as optional in a 1xx: the contradiction makes it a warning. */
static enum sipsan_verdict contact_in_1xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->to.tag.p || (v->as_of == 0 && m->status == 199) ||
        m->cseq.method_id != SIPSAN_METHOD_INVITE)
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_CONTACT) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->lower = !sipsan_offer_reliable(m);
    why->expected = "one Contact with the URI at which the callee is reached";
    return sipsan_fail(why, m->start_line, "a %d that makes an early dialog has no Contact",
                       m->status);
}

static enum sipsan_verdict contact_sip(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *c = v->msg->contact;

    if (!v->msg->to.tag.p || !c || !c->ok)
        return SIPSAN_NA;
    if (c->uri.scheme != SIPSAN_SCHEME_TEL && c->uri.scheme != SIPSAN_SCHEME_OTHER)
        return SIPSAN_PASS;
    why->expected = "a sip or sips URI";
    return sipsan_fail(why, c->uri.text, "the remote target is no SIP or SIPS URI");
}

/* By the Request-URI only: on the way to the callee a sips URI never becomes a sip one lawfully. */
static enum sipsan_verdict contact_sips(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *c = v->msg->contact;

    if (!v->req->ruri.ok || v->req->ruri.scheme != SIPSAN_SCHEME_SIPS || !v->msg->to.tag.p || !c ||
        !c->ok)
        return SIPSAN_NA;
    if (c->uri.scheme != SIPSAN_SCHEME_SIP)
        return SIPSAN_PASS;
    why->expected = "a sips URI";
    sipsan_relate_request(why, v->txn, v->req->ruri.text);
    return sipsan_fail(why, c->uri.text, "an INVITE to a sips URI is answered with a sip Contact");
}

/* 12.1.1, 12.1.2, 12.3: how long a dialog lives ----------------------------------------------- */

static enum sipsan_verdict state_kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!d->invite || d->state != SIPSAN_DIALOG_CONFIRMED || d->usages ||
        d->party[0].bye.time != 0 || d->party[1].bye.time != 0)
        return SIPSAN_NA;
    /* Nobody acknowledges the 2xx: who sent it may have given the dialog up (13.3.1.4). */
    if (d->acks == 0 &&
        (d->ok_cseq == d->opening_cseq || v->now - d->ok_first.time > SIPSAN_TIMER_B - SIPSAN_T2))
        return SIPSAN_NA;
    if (sipsan_peer(v)->invite_status == 481 || sipsan_sender(v)->told_gone)
        return SIPSAN_NA; /* told already; or of the peer it has heard the same (12.2.1.2) */
    sipsan_relate(why, &d->confirmed, "2xx to INVITE", nothing);
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "any other answer: the dialog has not been ended";
    return sipsan_fail(why, v->msg->start_line, "a request in a live dialog is answered 481");
}

/* The INVITE of the caller, where it is still known. */
static const struct sipsan_txn *invite_of_caller(const struct sipsan_view *v)
{
    const struct sipsan_party *caller = &v->dialog->party[SIPSAN_CALLER];
    struct sipsan_keys keys = v->seen->keys;

    if (v->side == SIPSAN_CALLEE) /* its From is the caller's To */
        keys.from_tag = v->seen->keys.to_tag;
    return sipsan_txn_by_serial(v->txns, caller->invite_serial,
                                sipsan_key_call(v->txns->seed, &keys, caller->invite_cseq));
}

/* 13.2.2.3 too. A PRACK or BYE may have crossed the final response. */
static enum sipsan_verdict after_failure(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_txn *invite = NULL;
    const struct sipsan_answer *answer;

    if (!d->invite || d->state != SIPSAN_DIALOG_TERMINATED || d->confirmed.time != 0 ||
        d->ended.time == 0 || d->ended_status < 300 || d->usages)
        return SIPSAN_NA;
    /* A proxy keeps the failure of one branch to itself until all have ended (16.7), and when
     * another one succeeds: then the caller lets go of this dialog only 64*T1 later (13.2.2.4). So
     * it must have passed at the caller's own hop. */
    invite = invite_of_caller(v);
    if (v->side == SIPSAN_CALLER &&
        (!invite || invite->final.status < 300 || invite->via_count != 1))
        return SIPSAN_NA;
    /* A final response with another tag is not the callee's: a proxy that stopped waiting says 408
     * for itself (16.7, 16.8), while the callee's 2xx, lost on its way, wants an ACK or a BYE. */
    if (v->side == SIPSAN_CALLEE && invite) {
        answer = sipsan_txn_answer(invite, v->msg->from.tag);
        if (!answer || answer->final.status < 300)
            return SIPSAN_INCONCLUSIVE;
    }
    why->since = d->ended.time;
    sipsan_relate(why, &d->ended, "final response to INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "%.*s in an early dialog that a %d to its INVITE has ended",
                       SPAN(v->msg->method), d->ended_status);
}

/* 14.1, 12.2.1.2. Other codes end nothing, and a 408 only the usage (RFC 5057 5.1, 5.2). */
static enum sipsan_verdict after_481(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);

    if (!v->dialog->invite || v->dialog->confirmed.time == 0 || me->invite_status != 481 ||
        me->invite_final.time == 0 || !v->msg->cseq.ok || v->msg->cseq.number <= me->invite_cseq)
        return SIPSAN_NA;
    sipsan_relate(why, &me->invite, "re-INVITE", nothing);
    sipsan_relate(why, &me->invite_final, "481", nothing);
    why->expected = "BYE, or nothing more in this dialog";
    return sipsan_fail(why, v->msg->start_line, "%.*s in a dialog that the peer does not know",
                       SPAN(v->msg->method));
}

/* 12.2.1.1: From and To ----------------------------------------------------------------------- */

/* RFC 4916 4.3 and 4.4 let the URIs change; who does so says from-change. */
static bool uris_may_change(const struct sipsan_view *v)
{
    if (!v->dialog->invite)
        return true;
    return v->as_of == 0 && sipsan_token_listed(v->msg->supported, SPAN_LIT("from-change"));
}

static enum sipsan_verdict same_uri(const struct sipsan_view *v, struct sipsan_why *why,
                                    const struct sipsan_name_addr *mine,
                                    const struct sipsan_text *kept, const char *name)
{
    struct sipsan_span uri = text_span(kept);

    if (!mine->ok || uri.n == 0 || uris_may_change(v))
        return SIPSAN_NA;
    if (sipsan_uri_like(mine->uri.text, uri) != SIPSAN_UNLIKE)
        return SIPSAN_PASS;
    sipsan_relate(why, &v->dialog->opened, "INVITE", uri);
    why->expected = "the URI that the dialog began with, or from-change (RFC 4916)";
    return sipsan_fail(why, mine->uri.text, "the URI in %s is not that of the dialog", name);
}

static enum sipsan_verdict from_uri(const struct sipsan_view *v, struct sipsan_why *why)
{
    return same_uri(v, why, &v->msg->from, &sipsan_sender(v)->uri, "From");
}

static enum sipsan_verdict to_uri(const struct sipsan_view *v, struct sipsan_why *why)
{
    return same_uri(v, why, &v->msg->to, &sipsan_peer(v)->uri, "To");
}

#define CERTAIN    (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)
#define URI_BEARER (BIT(INVITE) | BIT(BYE) | BIT(UPDATE) | BIT(INFO))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.12.1.1.uas-contact-in-tagged-1xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 101,
        .status_to = 199,
        .updated_by = "RFC 3262, RFC 6228",
        .summary = "A provisional response to INVITE with a To tag has a Contact",
        .explain =
            "A 1xx with a tag makes an early dialog, and a dialog needs a remote target: PRACK, "
            "UPDATE and an early BYE are sent there.\n"
            "The table of header fields calls Contact optional in a 1xx, so that its absence is "
            "an error only where the response is reliable, since the PRACK needs the target, and "
            "else one step lower.\n"
            "Legal: 100; a 1xx without a tag; a 199, which a proxy may have made (RFC 6228).\n"
            "Bad: 180 with To: <sip:bob@example.net>;tag=b and no Contact\n"
            "Good: the same with Contact: <sip:bob@192.0.2.2>",
        .check = contact_in_1xx,
    },
    {
        .id = "rfc3261.12.1.1.uas-contact-sip-uri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 101,
        .status_to = 299,
        .summary = "The Contact of a response that makes a dialog is a SIP or SIPS URI",
        .explain = "Requests in the dialog are sent to this URI. A tel or mailto URI says who was "
                   "reached, but no SIP element can be found by it: ACK and BYE lead nowhere.\n"
                   "Bad: 200 to INVITE with Contact: <tel:+15551234>\n"
                   "Good: Contact: <sip:+15551234@192.0.2.2;user=phone>",
        .check = contact_sip,
    },
    {
        .id = "rfc3261.12.1.1.uas-contact-sips",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE),
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .updated_by = "RFC 5630",
        .summary = "An INVITE to a sips URI is answered with a sips Contact",
        .explain =
            "Who called a sips URI wants every hop protected, also for what follows in the "
            "dialog. A sip Contact lets the ACK and the BYE travel in the clear.\n"
            "Judged by the Request-URI at the hop where the response is seen. A topmost "
            "Record-Route or a Contact with sips would ask for the same and is not looked at.\n"
            "Bad: INVITE sips:bob@example.net, 200 with Contact: <sip:bob@192.0.2.2>\n"
            "Good: Contact: <sips:bob@192.0.2.2>",
        .check = contact_sips,
    },
    {
        .id = "rfc3261.12.1.1.dialog-state-kept",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* partly observable: what happened inside is not seen */
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INVITE) | BIT(UPDATE) | BIT(OPTIONS) | BIT(INFO),
        .status_from = 481,
        .status_to = 481,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 5057",
        .summary = "A UA keeps the state of a dialog as long as the dialog lives",
        .explain =
            "A 481 to a request with the right Call-ID and tags says that the UA has forgotten "
            "its call: hold, transfer and session refresh fail, and the caller hangs up.\n"
            "Assumption: the 481 comes from the UA that had confirmed the dialog. One that was "
            "restarted in between, or a back-to-back element that lost its other leg, looks the "
            "same, and so it is a warning. A BYE is judged by 15.1.2.\n"
            "Legal: 481 after a BYE of either side, or in an early dialog.\n"
            "Bad: INVITE, 200, ACK, re-INVITE, 481\n"
            "Good: INVITE, 200, ACK, BYE, 200, re-INVITE, 481",
        .aliases = "rfc3261.12.1.2.uac-dialog-state-kept",
        .check = state_kept,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-from-uri",
        .level = SIPSAN_MUST,
        /* RFC 4916 makes a change legal, with from-change said in messages that may be missed. */
        .severity = SIPSAN_NOTE,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = URI_BEARER,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_START,
        .updated_by = "RFC 4916",
        .summary = "The From URI of a request in a dialog is the local URI of its sender",
        .explain =
            "The caller keeps the From URI of its INVITE, the callee sends from the To URI of it. "
            "Peers of RFC 2543 told dialogs by these URIs and would not know the call any more.\n"
            "RFC 4916 lets the URI change where the peers support from-change; a request whose "
            "Supported has it is not judged. Today only tags name a dialog: a note. Parameters "
            "and written default ports may differ.\n"
            "Bad: INVITE From: <sip:a@example.com>, BYE From: <sip:a@192.0.2.1>\n"
            "Good: BYE From: <sip:a@example.com>",
        .check = from_uri,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-to-uri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_NOTE, /* as above */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = URI_BEARER,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_START,
        .updated_by = "RFC 4916",
        .summary = "The To URI of a request in a dialog is the remote URI of its sender",
        .explain =
            "The caller keeps the To URI of its INVITE even when another user answered, the callee "
            "sends to the From URI of it. The Contact belongs into the Request-URI only.\n"
            "RFC 4916 lets the URI follow a changed From URI of the peer; a request whose "
            "Supported has from-change is not judged. Only tags name a dialog: a note.\n"
            "Bad: INVITE To: <sip:bob@example.net>, BYE To: <sip:bob@192.0.2.2>\n"
            "Good: BYE sip:bob@192.0.2.2 with To: <sip:bob@example.net>",
        .aliases = "rfc3261.12.1.1.uas-remote-local-uri rfc3261.12.1.2.uac-local-remote-uri",
        .check = to_uri,
    },
    {
        .id = "rfc3261.12.3.failure-ends-early-dialogs",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a late request on a dead dialog only gets a 481 */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(BYE) | BIT(PRACK) | BIT(UPDATE) | BIT(INFO),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "A failure response to the INVITE ends its early dialogs",
        .explain =
            "When the INVITE is refused, what its provisional responses had begun is over: no "
            "BYE is due, and PRACK or UPDATE lead nowhere. Who goes on has two ideas of the "
            "call.\n"
            "A request that crossed the final response on its way is a note. When another 2xx "
            "had confirmed the dialog, or a subscription lives in it, nothing is said.\n"
            "Bad: INVITE, 180, 486, ACK, and 2 s later BYE\n"
            "Good: INVITE, 180, 486, ACK",
        .aliases = "rfc3261.13.2.2.3.early-dialogs-end-on-failure",
        .check = after_failure,
    },
    {
        .id = "rfc3261.14.1.reinvite-481-408-terminates",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* it harms nobody but the sender */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(INVITE) | BIT(UPDATE) | BIT(INFO) | BIT(OPTIONS) | BIT(MESSAGE),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 5057",
        .summary = "After a 481 to a re-INVITE its sender ends the dialog",
        .explain =
            "A 481 says that the peer has no such dialog. The sender of the re-INVITE ends its "
            "own side, with a BYE or without; further requests can only be refused likewise.\n"
            "A 408, or no answer, ends the dialog by RFC 3261 as well; that is not reported, as "
            "the response may have been lost and RFC 5057 is milder.\n"
            "Bad: re-INVITE, 481, ACK, another re-INVITE\n"
            "Good: re-INVITE, 481, ACK, BYE",
        .aliases = "rfc3261.12.2.1.2.dialog-end-on-481-408",
        .check = after_481,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_12_life, rules);

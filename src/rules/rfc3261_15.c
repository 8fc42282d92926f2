/* RFC 3261 section 15: ending a session with BYE. Who may send it when, what follows it, how it is
 * answered. Sides are told by tags; races of RFC 5407 are legal. */
#include "rules/pending.h"

/* 15: when a BYE may be sent ------------------------------------------------------------------ */

/* At its sender's own hop, and the INVITE was seen on its way there: its responses come by as well.
 */
static bool hears_responses(const struct sipsan_view *v)
{
    const struct sipsan_txn *hop = sipsan_open_invite(v, SIPSAN_CALLER, v->dialog->opening_cseq);

    for (; hop; hop = hop->children)
        for (const struct sipsan_txn *t = hop; t; t = t->sibling)
            if (t->answers && sipsan_ip_eq(&t->flow.dst, &v->seen->flow.src))
                return sipsan_at_source(v);
    return false;
}

/* A 2xx that the tap missed would make this BYE right; an ACK for it would have shown that. */
static enum sipsan_verdict callee_bye_early(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!d->invite || v->side != SIPSAN_CALLEE || d->early.time == 0)
        return SIPSAN_NA;
    if (d->state != SIPSAN_DIALOG_EARLY || d->confirmed.time != 0 ||
        d->party[SIPSAN_CALLER].invite_acked)
        return SIPSAN_PASS;
    sipsan_relate(why, &d->opened, "INVITE", nothing);
    sipsan_relate(why, &d->early, "provisional", v->msg->from.tag);
    why->expected = "a final response to the INVITE, such as 480, 486 or 603";
    sipsan_fail(why, v->msg->start_line,
                "the callee sends BYE while the INVITE has only a provisional response");
    /* A 2xx without ACK may have found no way back through a proxy that has failed (13.3.1.4); on
     * the callee's own hop the tap would have seen it. */
    return v->now - d->early.time >= SIPSAN_TIMER_B && !hears_responses(v) ? SIPSAN_INCONCLUSIVE
                                                                           : SIPSAN_FAIL;
}

/* The first 2xx, that is, not one to a re-INVITE. */
static bool first_2xx(const struct sipsan_dialog *d)
{
    return d->confirmed.time != 0 && d->ok_first.time == d->confirmed.time &&
           d->ok_first.frame == d->confirmed.frame && d->ok_inviter == SIPSAN_CALLER;
}

/* After the last copy of the 2xx, while it has no ACK (13.3.1.4). */
static int64_t next_copy(const struct sipsan_dialog *d)
{
    if (d->ok_gap == 0)
        return SIPSAN_T1;
    return d->ok_gap * 2 > SIPSAN_T2 ? SIPSAN_T2 : d->ok_gap * 2;
}

static enum sipsan_verdict callee_bye_before_ack(const struct sipsan_view *v,
                                                 struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!d->invite || v->side != SIPSAN_CALLEE || d->state != SIPSAN_DIALOG_CONFIRMED ||
        !first_2xx(d))
        return SIPSAN_NA;
    if (d->acks > 0 || v->now - d->ok_first.time >= SIPSAN_TIMER_B)
        return SIPSAN_PASS;
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    why->expected = "BYE after the ACK, or when 64*T1 have passed without one";
    sipsan_fail(why, v->msg->start_line,
                "the callee sends BYE %.3f s after its 2xx and before any ACK",
                (double)(v->now - d->ok_first.time) / 1e6);
    /* The ACK may have gone another way; or the tap missed it, when the 2xx should have come again
     * meanwhile and did not; or the first copies of the 2xx were lost before the tap. */
    if (!d->crossed[SIPSAN_CALLER] || v->now - d->ok_first.time >= SIPSAN_TIMER_B - 2 * SIPSAN_T2 ||
        v->now - d->ok_last.time > next_copy(d) + v->race_window)
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

/* Without a To tag no dialog can be meant, except with a peer of RFC 2543. With tags: when Call-ID
 * and both tags fit nothing although the call was seen from its start. */
static enum sipsan_verdict bye_outside(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->to.ok || !v->msg->via)
        return SIPSAN_NA;
    if (!v->msg->to.tag.p) {
        if (v->dialog) /* its peer has given no tag, so there is none to send (12.1.1, 12.2.1.1) */
            return SIPSAN_PASS;
        if (!sipsan_span_starts_nocase(v->msg->via->branch, SPAN_LIT("z9hG4bK")))
            return SIPSAN_NA;
        return sipsan_fail(why, v->msg->to.text, "BYE without a To tag belongs to no dialog");
    }
    if (v->dialog || !v->call->known || v->call->half || v->call->dead)
        return v->dialog ? SIPSAN_PASS : SIPSAN_NA;
    return sipsan_fail(why, v->msg->to.tag, "BYE with tags of no dialog");
}

/* 15.1.1 and 15: after a BYE ------------------------------------------------------------------ */

/* A BYE that was refused in a way that lets its sender try again. */
static bool bye_refused(const struct sipsan_party *p)
{
    return p->bye_refused.time != 0 || p->bye_status >= 500;
}

static enum sipsan_verdict after_own_bye(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);

    /* A PRACK acknowledges as an ACK does: what still came for the sender's own INVITE. */
    if (!v->dialog->invite || me->bye.time == 0 || v->msg->method_id == SIPSAN_METHOD_ACK ||
        v->msg->method_id == SIPSAN_METHOD_PRACK)
        return SIPSAN_NA;
    if (v->dialog->usages || bye_refused(me) || v->msg->cseq.number <= me->bye_cseq)
        return SIPSAN_NA;
    if (v->msg->method_id == SIPSAN_METHOD_BYE && me->bye_status / 100 != 2 &&
        me->bye_status != 481)
        return SIPSAN_NA; /* the first one may not have arrived */
    sipsan_relate(why, &me->bye, "BYE", nothing);
    return sipsan_fail(why, v->msg->start_line, "%.*s in a dialog that its sender has ended by BYE",
                       SPAN(v->msg->method));
}

static enum sipsan_verdict after_peer_bye(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *p = sipsan_peer(v);

    if (!v->dialog->invite || v->dialog->usages || p->bye_answer.time == 0 ||
        p->bye_status / 100 != 2)
        return SIPSAN_NA;
    if (v->msg->method_id == SIPSAN_METHOD_ACK || v->msg->method_id == SIPSAN_METHOD_PRACK ||
        sipsan_sender(v)->bye.time != 0)
        return SIPSAN_NA;
    why->since = p->bye_answer.time;
    why->expected = "no new request in this dialog";
    sipsan_relate(why, &p->bye, "BYE", nothing);
    sipsan_relate(why, &p->bye_answer, "2xx to BYE", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "%.*s in a dialog whose end its sender has confirmed", SPAN(v->msg->method));
}

/* 15.1.2: the answer -------------------------------------------------------------------------- */

/* Challenges and the CSeq order come before; elements on the way answer for themselves. */
static bool not_of_the_dialog(int status)
{
    switch (status) {
    case 401:
    case 407:
    case 408:
    case 420:
    case 482:
    case 483:
    case 500:
    case 503:
    case 504:
        return true;
    default:
        return status < 200;
    }
}

/* An INVITE that rings has failed meanwhile, or a proxy may have cancelled this branch of it since
 * another phone took the call: certain only where it went to the one who has the BYE. */
static bool may_have_failed(const struct sipsan_view *v)
{
    const struct sipsan_party *from = sipsan_peer(v);
    const struct sipsan_txn *invite =
        sipsan_txn_by_serial(v->txns, from->invite_serial,
                             sipsan_key_call(v->txns->seed, &v->seen->keys, from->invite_cseq));

    return from->invite_status >= 300 || !invite || v->txn->via_count != 1 ||
           !sipsan_ip_eq(&invite->flow.dst, &v->txn->flow.dst) || !v->req || v->req->route;
}

static enum sipsan_verdict bye_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_party *from = sipsan_peer(v);

    if (!d->invite || v->msg->status < 300)
        return v->msg->status < 300 ? SIPSAN_PASS : SIPSAN_NA;
    if (not_of_the_dialog(v->msg->status) || from->bye.time == 0 ||
        v->msg->cseq.number != from->bye_cseq)
        return SIPSAN_NA;
    if (sipsan_sender(v)->told_gone)
        return SIPSAN_NA; /* its own BYE is due, and may come behind this */
    if (sipsan_sender(v)->bye.time != 0 || (d->ended.time != 0 && d->ended.time < from->bye.time))
        return SIPSAN_NA; /* crossing BYEs, or the dialog had ended otherwise */
    if (d->confirmed.time == 0 && d->early.time == 0)
        return SIPSAN_NA;
    if (d->confirmed.time == 0 && may_have_failed(v))
        return SIPSAN_NA;
    /* A BYE of its own that crossed this one excuses a 481, and one datagram is easily missed. */
    why->lower = v->msg->status != 481 || v->seen->flow.transport == SIPSAN_UDP;
    sipsan_relate(why, &from->bye, "BYE", nothing);
    why->expected = "2xx; 401 or 407 when credentials are wanted; 500 for a CSeq out of order";
    return sipsan_fail(why, v->msg->start_line, "BYE in a live dialog is answered %d",
                       v->msg->status);
}

/* Copies of a BYE on UDP that are not all lost behind the tap. */
#define ENOUGH 3

/* Silence says nothing of who may be gone: his host was heard while the BYE was repeated. */
static enum sipsan_verdict bye_answered(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_owed *owed = v->owed;
    const struct sipsan_party *party = v->dialog->party;
    uint32_t copies;

    if (party[SIPSAN_CALLEE].bye_serial == owed->about_serial)
        party = &party[SIPSAN_CALLEE];
    copies = party->bye_serial == owed->about_serial ? party->bye_copies : 1;
    if (!owed->heard)
        return SIPSAN_NA;
    sipsan_relate(why, &owed->trigger, "BYE", nothing);
    why->expected = "2xx, or 481 when the dialog is unknown";
    sipsan_fail(why, nothing,
                "the BYE, sent %u time%s, got no response within 32 s, although its receiver was "
                "heard meanwhile",
                (unsigned)copies, copies == 1 ? "" : "s");
    return copies < ENOUGH && owed->flow.transport == SIPSAN_UDP ? SIPSAN_INCONCLUSIVE
                                                                 : SIPSAN_FAIL;
}

static enum sipsan_verdict pending_answered(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->dialog ? sipsan_open_request(v, v->owed->about_serial) : NULL;
    const char *name = "";

    if (txn) {
        sipsan_relate_request(why, txn, nothing);
        name = sipsan_method_name(txn->method_id);
    }
    sipsan_relate(why, &v->owed->trigger, "BYE", nothing);
    why->expected = "a final response to the pending request, best 487";
    return sipsan_fail(why, nothing,
                       "the %s that was pending when the BYE came got no final response",
                       *name ? name : "request");
}

/* Both answers come from one sender, so only UDP can have swapped them: hence the margin. And the
 * 2xx may be the copy of one that was lost before the tap. In the early dialog of the first INVITE
 * it is told all the same: that is the call which nobody wants any more. */
#define SWAPPED     SIPSAN_TXN_TWIN
#define LOST_COPIES (3 * SIPSAN_T1 + SWAPPED)

static enum sipsan_verdict pending_487(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *from = sipsan_peer(v);

    if (!v->dialog->invite || from->bye_answer.time == 0 || from->bye_status / 100 != 2 ||
        !v->txn || !v->txn->whole)
        return SIPSAN_NA;
    if (v->txn->first.time >= from->bye.time || v->now - from->bye_answer.time < SWAPPED)
        return SIPSAN_NA;
    if (v->txn->acks > 0 || from->invite_acked)
        return SIPSAN_NA; /* this is a copy, the first one was missed */
    sipsan_relate(why, &from->bye, "BYE", nothing);
    sipsan_relate(why, &from->bye_answer, "2xx to BYE", nothing);
    sipsan_relate_request(why, v->txn, nothing);
    why->expected = "487";
    sipsan_fail(why, v->msg->start_line,
                "an INVITE that was pending when the BYE came is accepted after it");
    return v->txn->to_tag.p && v->now - from->bye_answer.time < LOST_COPIES ? SIPSAN_INCONCLUSIVE
                                                                            : SIPSAN_FAIL;
}

static enum sipsan_verdict bye_no_match(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->dialog || !v->call->known || v->call->dead)
        return SIPSAN_NA;
    why->expected = "481";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, v->msg->start_line, "BYE that fits no dialog is answered %d",
                       v->msg->status);
}

#define BYE     BIT(BYE)
#define INVITE  BIT(INVITE)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.15.callee-bye-early-dialog",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BYE,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_CALLEE,
        .needs = CERTAIN,
        .summary = "The callee does not send BYE on an early dialog",
        .explain =
            "Until the callee has accepted the call there is no session to end: it refuses with a "
            "final response to the INVITE instead. A BYE from the callee leaves the INVITE "
            "transaction open on every element of the path; many callers go on ringing.\n"
            "The callee is told by its tag (the To tag of the provisional response), not by its "
            "address. The caller may send BYE on an early dialog.\n"
            "Legal: 480, 486, 603 or any other final response; BYE after 2xx and ACK. Where the "
            "capture shows loss, a 2xx may have been missed: then only counted as inconclusive. So "
            "is a BYE after 64*T1 that is not seen on the callee's own hop: its 2xx, never "
            "acknowledged, may have been lost in a proxy before.\n"
            "Bad: INVITE, 180, BYE from the callee\n"
            "Good: INVITE, 180, 486, ACK",
        .check = callee_bye_early,
    },
    {
        .id = "rfc3261.15.callee-bye-before-ack",
        .level = SIPSAN_MUST_NOT,
        /* One of the 60: certain only where the ACK must cross the tap. */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BYE,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_CALLEE,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .summary = "The callee does not send BYE before the ACK to its 2xx",
        .explain =
            "A BYE that overtakes the ACK meets a caller that may not have seen the 2xx yet: the "
            "call is cleared while the caller still thinks it is being set up. The callee waits "
            "for the ACK, or until its server transaction times out after 64*T1.\n"
            "The ACK is the permission: if it did not pass the tap, the callee cannot have it. "
            "That "
            "holds only where the tap lies on the path of the ACK, which an earlier request of the "
            "dialog or the addresses of the leg must show. Otherwise inconclusive.\n"
            "Legal: BYE after the ACK; BYE 32 s after the first 2xx; BYE of the caller before its "
            "ACK (RFC 5407 3.1.6).\n"
            "Bad: INVITE, 200, BYE from the callee, ACK\n"
            "Good: INVITE, 200, ACK, BYE",
        .check = callee_bye_before_ack,
    },
    {
        .id = "rfc3261.15.no-bye-outside-dialog",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BYE,
        .summary = "BYE is sent within a dialog only",
        .explain =
            "A BYE names its dialog by Call-ID, From tag and To tag. Without a To tag it can "
            "belong "
            "to none and will be refused with 481; RFC 2543 allowed it, so that a sender without "
            "the magic cookie in its branch is let pass.\n"
            "Legal: BYE with the tags of an early (caller only) or confirmed dialog. A capture "
            "that "
            "starts in the middle of a call shows BYEs of unknown dialogs: no finding.\n"
            "Bad: To: <sip:bob@example.com>\n"
            "Good: To: <sip:bob@example.com>;tag=8321",
        .aliases = "rfc3261.15.caller-bye-early-needs-tag",
        .check = bye_outside,
    },
    {
        .id = "rfc3261.15.bye-received-ends-session",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_BYE,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .updated_by = "RFC 5057",
        .summary = "Who has answered a BYE with 2xx starts nothing more in that dialog",
        .explain =
            "The 2xx to a BYE says that the session is over. A new request in the dialog then "
            "meets nobody and is answered 481, or worse, half a call comes back to life.\n"
            "Legal: requests that crossed the BYE, ACKs, a BYE of its own that crossed; anything "
            "in a dialog that also carries a subscription or a transfer, of which the BYE ends "
            "only the INVITE part (RFC 5057).\n"
            "Bad: BYE from alice, 200 from bob, re-INVITE from bob\n"
            "Good: BYE, 200, and then a new call",
        .check = after_peer_bye,
    },
    {
        .id = "rfc3261.15.1.1.bye-once",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_BYE,
        .updated_by = "RFC 5057",
        .summary = "After its BYE a UA sends no new request in the dialog",
        .explain =
            "For the sender of a BYE the session is over at once, and the dialog with it when the "
            "answer has come. A later request with the same tags shows that the stack has lost "
            "track of its calls.\n"
            "Legal: retransmissions; BYE again with credentials after 401 or 407, or after a 5xx; "
            "the ACK to a repeated 2xx (RFC 5407 3.1.6); anything in a dialog that also carries a "
            "subscription or a transfer (RFC 5057).\n"
            "Bad: BYE, 200, INFO\n"
            "Good: BYE, 407, BYE with Proxy-Authorization, 200",
        .aliases = "rfc3261.15.1.1.bye-481-408-ends",
        .check = after_own_bye,
    },
    {
        .id = "rfc3261.15.1.2.bye-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BYE,
        .status_from = 200,
        .status_to = 699,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "BYE in an existing dialog is answered 2xx",
        .explain =
            "Whatever the callee thinks of the BYE, the session is over: refusing it leaves one "
            "side with a call that the other has ended, with wrong bills behind it.\n"
            "Legal: 401 and 407; 500 when the CSeq is out of order; 408, 482, 483, 503, 504 of "
            "elements on the way; 481 when both sides sent BYE at once or the dialog had ended. "
            "481 to a live dialog is an error, over UDP a warning: a BYE that crossed may have "
            "been "
            "missed. Other refusals are reported one step lower, since "
            "they may come from an element on the way.\n"
            "Bad: INVITE, 200, ACK, BYE, 481\n"
            "Good: INVITE, 200, ACK, BYE, 200",
        .aliases = "rfc3261.13.2.2.4.2xx-confirms-dialog",
        .check = bye_2xx,
    },
    {
        .id = "rfc3261.15.1.2.bye-response-sent",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the BYE may be lost where its receiver still sends */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_BYE_ANSWER,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_LOSS,
        .summary = "Every BYE is answered by the other end",
        .explain =
            "Without an answer the sender repeats its BYE for 32 s and then takes the call for "
            "ended (Timer F): it was neither user but the silence that released the call, and the "
            "other side may go on talking to nobody.\n"
            "Reported when the BYE went to the other end itself at least three times (once on TCP "
            "and the like), 32 s have passed, and that host sent something else in the meantime "
            "and afterwards. Where nothing was heard of it the network or the phone may be gone: "
            "no finding. A proxy stays silent rightly when it gets no answer (RFC 4320 4.2), so "
            "that only the last hop counts.\n"
            "Bad: BYE, BYE, BYE ... while the callee answers an OPTIONS\n"
            "Good: BYE, 200; BYE, 481",
        .check = bye_answered,
    },
    {
        .id = "rfc3261.15.1.2.bye-pending-answered",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_PENDING_FINAL,
        .needs = SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP,
        .summary = "Requests that are pending when a BYE comes still get their final response",
        .explain =
            "A BYE does not end the other transactions of the dialog. An INVITE that is left "
            "hanging stays in the memory of client and proxies until their timers give up, and "
            "the log says that the call failed by timeout.\n"
            "Reported when 64*T1 after the BYE a request of its sender is still without a final "
            "response, and the tap goes on hearing the debtor.\n"
            "Bad: INVITE, 180, BYE, 200 (BYE), nothing for the INVITE\n"
            "Good: INVITE, 180, BYE, 200 (BYE), 487 (INVITE), ACK",
        .check = pending_answered,
    },
    {
        .id = "rfc3261.15.1.2.bye-pending-487",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_BYE,
        .summary = "An INVITE that is pending when a BYE comes is answered 487, not accepted",
        .explain =
            "Accepting an INVITE of a dialog whose end was just confirmed opens a session that the "
            "other side has left.\n"
            "Legal: a 2xx that was sent before the BYE arrived; any failure response. Reported "
            "when the same side has answered the BYE with 2xx at least a tenth of a second "
            "before, so that two swapped datagrams do not count.\n"
            "Bad: INVITE, 180, BYE, 200 (BYE), 200 (INVITE)\n"
            "Good: INVITE, 180, BYE, 200 (BYE), 487 (INVITE), ACK",
        .check = pending_487,
    },
    {
        .id = "rfc3261.15.1.2.bye-no-match-481",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BYE,
        .status_from = 200,
        .status_to = 299,
        .needs = CERTAIN,
        .summary = "BYE that fits no dialog is answered 481",
        .explain =
            "A 200 to a BYE that belongs to nothing hides from its sender that tags were mixed up: "
            "the real call stays up, and is paid for.\n"
            "Reported only when the call was seen from its start, so that the tap knows all its "
            "dialogs.\n"
            "Bad: BYE with a To tag that nobody gave, 200\n"
            "Good: BYE with a To tag that nobody gave, 481",
        .check = bye_no_match,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_15, rules);

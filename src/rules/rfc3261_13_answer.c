/* RFC 3261 sections 13 and 14: what an INVITE says about its sender, and what the answers to it
 * must hold. */
#include "rules/exchange.h"

/* 13.1, 13.2.1: what a UA that sends INVITE can do -------------------------------------------- */

static enum sipsan_verdict supports_basics(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->msg->status != 405 && v->msg->status != 501)
        return SIPSAN_NA;
    why->expected = "BYE and CANCEL are understood by whoever understands INVITE";
    return sipsan_fail(why, v->msg->start_line, "%.*s is answered %d", SPAN(v->msg->cseq.method),
                       v->msg->status);
}

static enum sipsan_verdict invite_allow(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->to.tag.p || !sipsan_header_complete(m))
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_ALLOW) > 0)
        return SIPSAN_PASS;
    why->expected = "Allow with the methods that are understood in the dialog";
    return sipsan_fail(why, m->start_line, "the INVITE has no Allow");
}

/* The content coding may be what was not understood, or another part of the body. */
static enum sipsan_verdict sdp_supported(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *r = v->req;

    if (!r->sdp || r->multipart || sipsan_msg_count(r, SIPSAN_HDR_CONTENT_ENCODING) > 0 ||
        sipsan_msg_count(r, SIPSAN_HDR_CONTENT_LANGUAGE) > 0)
        return SIPSAN_NA;
    why->expected = "488 when the session itself is not acceptable";
    sipsan_relate_request(why, v->txn, r->content_type.text);
    return sipsan_fail(why, v->msg->start_line, "an INVITE with SDP is refused for its type");
}

/* RFC 3264 6. The others of that section are in rfc3264_06.c. */
static enum sipsan_verdict same_media_count(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_exchange x;

    if (!sipsan_exchange_of(&x, v))
        return SIPSAN_NA;
    if (x.offered == x.answer->media_count)
        return SIPSAN_PASS;
    why->expected = "one m= line for each of the offer, port 0 for what is refused";
    sipsan_relate_offer(why, v, &x, NULL);
    return sipsan_fail(why, v->msg->sdp_text, "the answer has %u m= lines, the offer %u",
                       (unsigned)x.answer->media_count, (unsigned)x.offered);
}

/* An answer in an unreliable 1xx is none yet, but many senders take it for one. */
static enum sipsan_verdict second_offer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_offers *o = &d->offers;

    if (!d->invite || d->state != SIPSAN_DIALOG_EARLY || !v->msg->sdp || d->updated ||
        v->as_of != 0) /* what a description in UPDATE means is RFC 3311's */
        return SIPSAN_NA;
    if (!o->invite_seen || !o->invite_offered || !o->followed || o->in_prack)
        return SIPSAN_NA;
    if (o->answered || d->party[SIPSAN_CALLER].invite_acked)
        return SIPSAN_PASS;
    why->lower = o->preview_hash != 0;
    why->expected = "an offer only after the answer to the one in the INVITE";
    sipsan_relate(why, &d->opened, "INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "an offer in UPDATE while that of the INVITE has no answer");
}

/* 13.2.2.4. A lower number may be that of a late copy of an earlier ACK. */
static enum sipsan_verdict ack_number(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_msg *m = v->msg;

    if (!d->invite || d->state != SIPSAN_DIALOG_CONFIRMED || d->acks > 0 || !m->cseq.ok ||
        d->ok_first.time == 0 || d->ok_inviter != v->side ||
        sipsan_sender(v)->invite_cseq != d->ok_cseq)
        return SIPSAN_NA;
    if (m->cseq.number <= d->ok_cseq)
        return m->cseq.number == d->ok_cseq ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the CSeq number of the INVITE";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    return sipsan_fail(why, m->cseq.text, "the ACK has the number %llu, its INVITE had %llu",
                       (unsigned long long)m->cseq.number, (unsigned long long)d->ok_cseq);
}

/* 13.3.1: answers ----------------------------------------------------------------------------- */

#define GRACE INT64_C(5000000)

/* The callee's clock starts when the INVITE arrives, a little later than here. */
static enum sipsan_verdict accepted_late(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_number *expires = &v->req->expires;
    int64_t waited = v->now - v->txn->first.time;

    if (!expires->ok || expires->value == 0 || expires->value > 86400 || !v->txn->whole)
        return SIPSAN_NA;
    if (waited <= (int64_t)expires->value * 1000000 + GRACE)
        return SIPSAN_PASS;
    why->expected = "487 when the time of Expires has passed";
    sipsan_relate_request(why, v->txn, expires->text);
    return sipsan_fail(why, v->msg->start_line,
                       "the INVITE is accepted %.1f s after it was sent, its Expires says %u s",
                       (double)waited / 1e6, (unsigned)expires->value);
}

/* 300 may list the choices in its body (21.3.1). */
static enum sipsan_verdict redirect_contact(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (sipsan_msg_count(m, SIPSAN_HDR_CONTACT) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m) || m->body.n > 0)
        return SIPSAN_NA;
    why->expected = "Contact with the addresses to be tried";
    return sipsan_fail(why, m->start_line, "the %d does not say where to go", m->status);
}

static enum sipsan_verdict warning_in_488(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_WARNING) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Warning with the reason, such as 305 or 370";
    return sipsan_fail(why, v->msg->start_line, "the 488 does not say why the offer was refused");
}

/* 14.2: 491 ----------------------------------------------------------------------------------- */

/* The message that proves the debt is of the callee, or answers a request of it. */
static bool speaks_of_callee(const struct sipsan_view *v)
{
    const struct sipsan_msg *m = v->proof ? v->proof->msg : NULL;
    const struct sipsan_party *callee = &v->dialog->party[SIPSAN_CALLEE];

    return m && span_eq(m->call_id, text_span(&v->dialog->call_id)) &&
           sipsan_span_eq_nocase(m->from.tag, text_span(&callee->tag));
}

/* The request of its own that would explain the 491 has not come, nor any trace of it. */
static enum sipsan_verdict needless_491(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *callee = &v->dialog->party[SIPSAN_CALLEE];

    if (callee->cseq_known || callee->cseq_lossy || speaks_of_callee(v))
        return SIPSAN_NA;
    why->expected = "491 only while an INVITE of one's own is pending";
    sipsan_relate(why, &v->owed->trigger, "491", nothing);
    return sipsan_fail(why, nothing,
                       "491 from a side that has no INVITE of its own in this dialog");
}

/* 13.2.2.4: 2xx and CANCEL have crossed. */
static enum sipsan_verdict unwanted_bye(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    sipsan_relate(why, &v->owed->trigger, "CANCEL", nothing);
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    sipsan_relate(why, &d->ack_first, "ACK", nothing);
    why->expected = "BYE right after the ACK";
    return sipsan_fail(why, nothing,
                       "the caller has cancelled and acknowledged the 2xx all the same, but sends "
                       "no BYE");
}

#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.13.1.invite-ua-supports-ack-cancel-bye",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(BYE) | BIT(CANCEL),
        .status_from = 405,
        .status_to = 501,
        .summary = "Who takes part in calls understands CANCEL and BYE",
        .explain =
            "A UA that sends or takes INVITE must be able to have it cancelled and the call "
            "ended. A 405 or 501 to CANCEL or BYE leaves the peer with a call that it cannot "
            "clear.\n"
            "An Allow that lacks one of these methods is not looked at: many lists leave ACK "
            "out.\n"
            "Legal: 481 where there is no such call.\n"
            "Bad: BYE answered by 405 Method Not Allowed\n"
            "Good: BYE answered by 200",
        .check = supports_basics,
    },
    {
        .id = "rfc3261.13.2.1.invite-allow",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* nothing breaks: the peer has to try */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INVITE),
        .summary = "An INVITE that begins a call has an Allow",
        .explain =
            "Allow tells the callee which methods it may use in the call: UPDATE, INFO, REFER. "
            "Without it the callee has to try, or does without what both sides could do.\n"
            "Judged where there is no To tag; in a re-INVITE the methods are known already.\n"
            "Bad: INVITE without Allow\n"
            "Good: Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE",
        .check = invite_allow,
    },
    {
        .id = "rfc3261.13.2.1.no-offer-while-pending",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the peer can refuse it with 491 or 500 */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(UPDATE),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 3311, RFC 3262, RFC 6337",
        .summary = "No new offer is made while one is unanswered",
        .explain =
            "Offers are numbered by nothing but their order: with two of them open nobody knows "
            "which one an answer belongs to. The offer of an INVITE is open until the 2xx, or a "
            "reliable provisional response, brings the answer (RFC 3311 section 5.1).\n"
            "Judged of UPDATE in an early dialog. After a session description in an unreliable "
            "1xx it is reported one step lower: that is no answer yet, but is often taken for "
            "one. Where the capture shows loss: inconclusive.\n"
            "Bad: INVITE with SDP, 180, UPDATE with SDP\n"
            "Good: INVITE with SDP, reliable 183 with SDP, PRACK, UPDATE with SDP",
        .check = second_offer,
    },
    {
        .id = "rfc3261.13.2.1.sdp-offer-answer-procedure",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .also = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(INVITE) | BIT(UPDATE) | BIT(PRACK) | BIT(ACK),
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_ANSWER,
        .updated_by = "RFC 3264",
        .aliases = "rfc3264.6.media-count",
        .summary = "An answer has as many m= lines as its offer",
        .explain =
            "Offer and answer are matched line by line (RFC 3264 section 6): the second m= line "
            "of the answer speaks of the second one of the offer. A stream that is not wanted is "
            "refused by port 0, not left out, else audio and video are mixed up.\n"
            "Both are read between the same hosts; between others a relay may have left lines out. "
            "After an UPDATE in the same exchange nothing is said.\n"
            "Bad: offer with m=audio and m=video, answer with m=audio\n"
            "Good: answer with m=audio 49170 ... and m=video 0 ...",
        .check = same_media_count,
    },
    {
        .id = "rfc3261.13.2.1.sdp-supported",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* partly observable: 415 does not say what it is about */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE),
        .status_from = 415,
        .status_to = 415,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Who understands INVITE understands SDP",
        .explain =
            "SDP is the one description of a session that every UA must read. A 415 to an INVITE "
            "whose only body is application/sdp says that this one does not.\n"
            "Assumption: the 415 is about the media type. With a Content-Encoding, a "
            "Content-Language or a multipart body it may be about that: not judged.\n"
            "Legal: 488 for an offer that cannot be met.\n"
            "Bad: INVITE with Content-Type: application/sdp, 415\n"
            "Good: 200, or 488",
        .check = sdp_supported,
    },
    {
        .id = "rfc3261.13.2.2.4.ack-2xx-cseq-number",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(ACK),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "The ACK to a 2xx has the CSeq number of its INVITE",
        .explain =
            "The callee finds the INVITE that an ACK belongs to by this number. An ACK that "
            "counts on, as other requests do, acknowledges nothing: the 2xx is repeated for 32 s "
            "and the call is cleared.\n"
            "Reported when the number is higher than that of the last INVITE and no ACK has come "
            "for it yet. A lower one may be a late copy. With credentials the INVITE that was "
            "accepted has the higher number, and so has the ACK.\n"
            "Bad: CSeq: 1 INVITE, then CSeq: 2 ACK\n"
            "Good: CSeq: 1 ACK",
        .check = ack_number,
    },
    {
        .id = "rfc3261.13.2.2.4.unwanted-2xx-bye",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* that the call is unwanted is read from the CANCEL */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_UNWANTED_BYE,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN | SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS,
        .summary = "A caller whose CANCEL came too late acknowledges the 2xx and sends BYE",
        .explain =
            "CANCEL does not undo a 2xx. When the two cross, or the CANCEL is lost, a call stands "
            "that the caller does not want: it acknowledges and ends it with BYE. Without the BYE "
            "the callee talks to nobody until he hangs up, and pays for it.\n"
            "Reported when the end that had cancelled has acknowledged the 2xx and within 10 s "
            "sends neither BYE nor any other request in the dialog.\n"
            "Legal: going on with the call after all, which a re-INVITE, UPDATE or INFO shows; a "
            "callee who hangs up first. A proxy that cancels is not meant: its caller may want "
            "the call.\n"
            "Bad: INVITE, 180, CANCEL, 200 (INVITE), ACK, nothing\n"
            "Good: INVITE, 180, CANCEL, 200 (INVITE), ACK, BYE, 200 (BYE)",
        .check = unwanted_bye,
    },
    {
        .id = "rfc3261.13.3.1.invite-expires-487",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "An INVITE is not accepted after the time that its Expires gives",
        .explain =
            "Expires in an INVITE says how long the invitation holds, not how long the session "
            "lasts. When nobody has answered by then the callee ends the transaction with 487; "
            "the caller has given up.\n"
            "Judged by a 2xx that comes more than 5 s too late. A 487 that never comes is not "
            "reported: the CANCEL of the caller comes first as a rule.\n"
            "Bad: INVITE with Expires: 20, 200 after 60 s\n"
            "Good: 487 after 20 s",
        .check = accepted_late,
    },
    {
        .id = "rfc3261.13.3.1.2.redirect-has-contact",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 300,
        .status_to = 302,
        .summary = "300, 301 and 302 to INVITE name other addresses in Contact",
        .explain =
            "A redirection without a Contact tells the caller to go elsewhere and not where: the "
            "call fails as with any refusal, only less clearly.\n"
            "Legal: a body that lists the choices.\n"
            "Bad: 302 Moved Temporarily without Contact\n"
            "Good: Contact: <sip:bob@192.0.2.9>",
        .check = redirect_contact,
    },
    {
        .id = "rfc3261.13.3.1.3.488-warning",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* for people who read it only */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 488,
        .status_to = 488,
        .summary = "A 488 to INVITE says in Warning why the offer was refused",
        .explain =
            "A 488 says that the session as offered is not possible here. Warning tells whether "
            "the media type, the format or the bandwidth was the reason, so that the caller can "
            "make a better offer.\n"
            "Bad: 488 Not Acceptable Here without Warning\n"
            "Good: Warning: 305 bob.example.net \"Incompatible media format\"",
        .aliases = "rfc3261.14.2.reinvite-488-warning",
        .check = warning_in_488,
    },
    {
        .id = "rfc3261.14.2.491-only-on-glare",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the caller tries again and it may succeed then */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_MET_REQUEST,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN | SIPSAN_NEEDS_PAST_DEADLINE,
        .updated_by = "RFC 3311, RFC 3262",
        .summary = "491 is the answer of a side whose own INVITE is pending",
        .explain =
            "491 makes the other side wait some seconds and try again, since both had asked at "
            "the same time. Given without that cause it only delays, and a UA that always gives "
            "it can never be put on hold.\n"
            "Reported of a callee that has sent no request at all in the confirmed dialog, not "
            "even in the two seconds after the 491 (its INVITE may be late, or lost and repeated), "
            "where no UPDATE and no reliable provisional response can have left an offer open, and "
            "the last ACK came more than T2 before, so that it has arrived.\n"
            "Bad: INVITE, 200, ACK, re-INVITE of the caller, 491\n"
            "Good: 491 while the callee's own re-INVITE has no final response",
        .check = needless_491,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_13_answer, rules);

/* RFC 3261 section 9.2: what a server makes of a CANCEL: the 200 to it, the 487 to its INVITE. */
#include "rules/rule.h"

/* 481 to a CANCEL is right when the server had lost the INVITE or never got it; it cannot say so
 * after it has answered that INVITE provisionally. A final that crossed ends the matter (RFC 6026
 * keeps the transaction after a 2xx, plain RFC 3261 does not: both answers are right then). */
static enum sipsan_verdict cancel_matched_200(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = sipsan_txn_invite_of(v->txns, v->txn);
    int status = v->msg->status;

    if (!invite || !invite->whole)
        return SIPSAN_NA;
    if (status == 200)
        return SIPSAN_PASS;
    if (invite->permitted == 0 || invite->permitted > v->txn->first.time)
        return SIPSAN_NA; /* nothing shows that the server has the INVITE */
    if (invite->final.copies > 0 && invite->final.status != 487)
        return SIPSAN_NA;
    if (status == 401 || status == 407 || status == 487)
        return SIPSAN_NA; /* rules of their own */
    if (status == 408)
        return SIPSAN_NA; /* by an element that could not ask the next one */
    /* Plain RFC 3261 answers so behind a 2xx, and one datagram is easily missed. */
    why->lower = (status != 481 && status != 400) ||
                 (status == 481 && v->seen->flow.transport == SIPSAN_UDP);
    why->expected = "200, whatever becomes of the INVITE";
    sipsan_relate_request(why, invite, nothing);
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "CANCEL of a pending INVITE is answered %d instead of 200%s", status,
                       status == 400 ? ", and a 400 does not say why" : "");
}

static enum sipsan_verdict cancel_no_match_481(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    const struct sipsan_txn *invite = sipsan_txn_namesake(v->txns, txn);

    if (sipsan_txn_invite_of(v->txns, txn) || !invite || !invite->whole)
        return SIPSAN_NA; /* it matches, or its INVITE may have been missed */
    if (sipsan_txn_same_branch(v->txns, txn, SIPSAN_TXN_OTHER))
        return SIPSAN_NA; /* it matches another request, on which it has no effect */
    if (v->msg->status >= 300)
        return SIPSAN_PASS; /* refused; with 481 or for a reason that came first */
    why->expected = "481";
    sipsan_relate_request(why, invite, invite->branch);
    sipsan_relate_request(why, txn, txn->branch);
    sipsan_fail(why, v->msg->start_line,
                "CANCEL has the branch of no INVITE that this server got, yet it is answered %d",
                v->msg->status);
    /* A proxy may have sent the request there twice, and this is about the other one. */
    return invite->via_count > 1 ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

/* Absence: the CANCEL's own transaction ran out without a final. One copy, or two, may have been
 * lost behind the tap. */
#define ENOUGH 3

static enum sipsan_verdict cancel_response_sent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = sipsan_txn_invite_of(v->txns, v->txn);

    if (!v->txn->invite_permitted && (!invite || invite->permitted == 0))
        return SIPSAN_NA; /* the server may never have been reached */
    sipsan_relate(why, &v->txn->first, "CANCEL", nothing);
    sipsan_relate(why, &v->txn->invite_first, "INVITE", nothing);
    why->expected = "200, or 481 when the INVITE is unknown";
    sipsan_fail(why, nothing,
                "the CANCEL, sent %u time%s, got no response within 32 s, although its INVITE had "
                "one",
                (unsigned)v->txn->copies, v->txn->copies == 1 ? "" : "s");
    return v->txn->copies < ENOUGH && v->txn->flow.transport == SIPSAN_UDP ? SIPSAN_INCONCLUSIVE
                                                                           : SIPSAN_FAIL;
}

/* A 2xx that was on its way crosses the CANCEL lawfully, through proxies within a round trip of the
 * whole path. Some seconds after the 200 to CANCEL it is none of that. */
#define CROSSING INT64_C(2500000)

static enum sipsan_verdict cancel_gives_487(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (v->owed) {
        sipsan_relate(why, &txn->cancel, "CANCEL", nothing);
        sipsan_relate(why, &txn->cancel_answer, "200 to CANCEL", nothing);
        sipsan_relate_request(why, txn, nothing);
        why->expected = "487 to the INVITE, or another final response that crossed the CANCEL";
        return sipsan_fail(why, nothing, "the INVITE was cancelled and got no final response");
    }
    if (txn->cancel.time == 0 || txn->cancel_status != 200 || txn->final.copies > 0)
        return SIPSAN_NA;
    if (v->now - txn->cancel_answer.time < CROSSING)
        return SIPSAN_NA;
    if (v->as_of == 0 && txn->to_tag.p)
        return SIPSAN_NA; /* RFC 6141 3.8: a re-INVITE that took effect is answered 2xx */
    why->lower = true;
    sipsan_relate(why, &txn->cancel_answer, "200 to CANCEL", nothing);
    sipsan_relate_request(why, txn, nothing);
    why->expected = "487";
    return sipsan_fail(why, v->msg->start_line,
                       "the INVITE is accepted %.1f s after its CANCEL was answered 200",
                       (double)(v->now - txn->cancel_answer.time) / 1e6);
}

static enum sipsan_verdict cancel_no_effect(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (txn->final.copies == 0 || txn->final.status == v->msg->status || txn->cancel.time == 0)
        return SIPSAN_NA;
    if (txn->cancel.time < txn->final.ref.time)
        return SIPSAN_NA; /* the CANCEL came first: section 17.2.1 has that */
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    sipsan_relate(why, &txn->cancel, "CANCEL", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "487 to an INVITE that had been answered %d before its CANCEL",
                       txn->final.status);
}

static enum sipsan_verdict cancel_not_challenged(const struct sipsan_view *v,
                                                 struct sipsan_why *why)
{
    int status = v->msg->status;

    if (status != 401 && status != 407)
        return SIPSAN_PASS;
    if (v->txn)
        sipsan_relate_request(why, v->txn, nothing);
    why->expected = "200, or 481 when no transaction matches";
    return sipsan_fail(why, v->msg->start_line,
                       "CANCEL is challenged with %d, although it cannot be sent again with "
                       "credentials",
                       status);
}

static enum sipsan_verdict cancel_not_resubmitted(const struct sipsan_view *v,
                                                  struct sipsan_why *why)
{
    const struct sipsan_txn *before = v->match->before;
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_AUTHORIZATION);

    if (!before || before->class != SIPSAN_TXN_CANCEL ||
        (before->final.status != 401 && before->final.status != 407))
        return SIPSAN_NA;
    if (!h)
        h = sipsan_msg_header(v->msg, SIPSAN_HDR_PROXY_AUTHORIZATION);
    sipsan_relate(why, &before->final.ref, "challenge", nothing);
    return sipsan_fail(why, h ? h->value : v->msg->start_line,
                       "a CANCEL is sent again as a new transaction after %d to the first one",
                       before->final.status);
}

/* The order of the two responses of one server. Judged at the CANCEL's 200, when both have passed
 * and are known to come from the same sender. */
static enum sipsan_verdict answer_after_487(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *cancel = v->txn;
    const struct sipsan_txn *invite = sipsan_txn_invite_of(v->txns, cancel);

    if (!invite || invite->final.copies == 0 || cancel->final.copies > 0 || cancel->copies > 1)
        return SIPSAN_NA; /* of several, the first 200 may have been missed */
    if (invite->final.status != 487)
        return SIPSAN_PASS;
    if (v->dialog && (v->dialog->party[0].bye.time != 0 || v->dialog->party[1].bye.time != 0))
        return SIPSAN_NA; /* a BYE may have ended it (15.1.2) */
    if (invite->final.ref.time < cancel->first.time ||
        !sipsan_ip_eq(&invite->final_flow.src, &v->seen->flow.src) ||
        invite->final_flow.src.port != v->seen->flow.src.port)
        return SIPSAN_NA; /* the 487 answers something else */
    sipsan_relate(why, &invite->final.ref, "487 to INVITE", nothing);
    sipsan_relate(why, &cancel->first, "CANCEL", nothing);
    why->expected = "the 200 to CANCEL first, then the 487 to the INVITE";
    return sipsan_fail(why, v->msg->start_line,
                       "the INVITE got its 487 before the CANCEL got its 200");
}

#define CANCEL BIT(CANCEL)
#define INVITE BIT(INVITE)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.9.2.cancel-not-challenged",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = CANCEL,
        .status_from = 401,
        .status_to = 407,
        .summary = "CANCEL is never challenged with 401 or 407",
        .explain =
            "A CANCEL has its number and branch fixed by the INVITE, so it cannot be sent again "
            "with credentials: a challenge means that it can never succeed (9.2, 22.1). A server "
            "may check that the CANCEL comes from where the INVITE came from instead.\n"
            "Bad: CANCEL, 407 Proxy Authentication Required\n"
            "Good: CANCEL, 200 OK; or 481 when no INVITE matches.",
        .aliases = "rfc3261.22.1.cancel-not-challenged",
        .check = cancel_not_challenged,
    },
    {
        .id = "rfc3261.9.2.cancel-not-resubmitted",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = CANCEL,
        .summary = "A CANCEL is not sent again with credentials",
        .explain =
            "Its branch and CSeq number are those of the INVITE, so a second CANCEL with new "
            "ones cancels nothing. The client that is challenged for a CANCEL gives up and "
            "ends the call by BYE when it is answered.\n"
            "Bad: CANCEL, 401, CANCEL with another branch and Authorization.\n"
            "Good: no second CANCEL; repeats of the first are retransmissions.",
        .check = cancel_not_resubmitted,
    },
    {
        .id = "rfc3261.9.2.cancel-no-match-481",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = CANCEL,
        .status_from = 200,
        .status_to = 699,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP,
        .summary = "CANCEL that matches no transaction is answered 481",
        .explain =
            "Matching goes by branch and sent-by. A server that says 200 to a CANCEL which matches "
            "nothing makes the client believe that its call is cancelled.\n"
            "Reported only when the INVITE of the same Call-ID, From tag and CSeq number was seen "
            "on this hop with another branch; a CANCEL whose INVITE was not captured proves "
            "nothing, and where a proxy has sent the INVITE it may have sent another one before. "
            "A proxy that does not know the INVITE forwards the CANCEL (16.10): then the "
            "200 is that of a server below it.\n"
            "Bad: INVITE with branch z9hG4bKa, CANCEL with branch z9hG4bKb, 200 OK.\n"
            "Good: 481 Call/Transaction Does Not Exist.",
        .check = cancel_no_match_481,
    },
    {
        .id = "rfc3261.9.2.cancel-matched-200",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = CANCEL,
        .status_from = 200,
        .status_to = 699,
        .updated_by = "RFC 6026",
        .summary = "CANCEL of a pending INVITE is answered 200",
        .explain =
            "A CANCEL that matches is answered 200 by itself, whatever the INVITE gets. Another "
            "answer tells the client that nothing was cancelled; a 400 does not even say why.\n"
            "Legal: 481 when the server does not know the INVITE: not after it has sent a "
            "provisional response to it. After a 2xx to the INVITE both 481 (RFC 3261) and 200 "
            "(RFC 6026) are right. Codes other than 400 are reported one step lower: a "
            "policy may stand behind them, or for 481 over UDP a 2xx that was missed.\n"
            "Bad: INVITE, 180, CANCEL, 481\n"
            "Good: INVITE, 180, CANCEL, 200 (CANCEL), 487 (INVITE), ACK",
        .aliases = "rfc3261.16.10.proxy-cancel-200-at-once",
        .check = cancel_matched_200,
    },
    {
        .id = "rfc3261.9.2.cancel-response-sent",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_CANCEL_ANSWER,
        .needs = SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP,
        .summary = "Every CANCEL is answered",
        .explain = "The next stateful element answers a CANCEL with 200 or 481. Silence makes the "
                   "client repeat it for 32 seconds while the other phone rings.\n"
                   "Reported when a server that had answered the INVITE provisionally stays silent "
                   "until Timer F, and goes on talking on the same leg afterwards. A CANCEL that "
                   "passed less than three times on UDP may have been lost behind the tap: "
                   "inconclusive.\n"
                   "Bad: INVITE, 180, CANCEL, CANCEL, CANCEL ...\n"
                   "Good: INVITE, 180, CANCEL, 200.",
        .check = cancel_response_sent,
    },
    {
        .id = "rfc3261.9.2.cancel-gives-487",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .also = SIPSAN_ON_RESPONSE_IN_TXN,
        .owed = SIPSAN_OWES_INVITE_FINAL,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .needs = SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_START,
        .updated_by = "RFC 6141",
        .summary = "A cancelled INVITE is answered 487 right away",
        .explain =
            "The 200 to a CANCEL says only that the CANCEL was understood. The INVITE itself still "
            "needs its final response, 487, which the client acknowledges; without it both sides "
            "keep a transaction open and proxies keep the call in their books.\n"
            "Legal: any other final that crossed the CANCEL (a 2xx too: the caller then sends ACK "
            "and BYE), and a best response that a proxy forwards. RFC 6141 section 3.8 lets a "
            "re-INVITE that took effect be answered 2xx.\n"
            "Reported: no final at all within 64*T1 of the CANCEL; or, as a warning, a 2xx more "
            "than 2.5 seconds after the 200 to the CANCEL.\n"
            "Bad: INVITE, 180, CANCEL, 200 (CANCEL), nothing.\n"
            "Good: INVITE, 180, CANCEL, 200 (CANCEL), 487 (INVITE), ACK.",
        .check = cancel_gives_487,
    },
    {
        .id = "rfc3261.9.2.487-before-cancel-200",
        .level = SIPSAN_FLOW,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = CANCEL,
        .status_from = 200,
        .status_to = 200,
        .summary = "The CANCEL gets its 200 before the INVITE gets its 487",
        .explain =
            "Section 9.2 gives no keyword for the order of the two responses: they end two "
            "independent transactions. The call-flow documents (RFC 3665 section 3.8) show the 200 "
            "to the CANCEL first, and clients exist that take a 487 without it for a failure of "
            "their own; so the other order is worth a warning, not more.\n"
            "Reported only when both responses come from the same sender and the 487 passed after "
            "the CANCEL. UDP can swap two packets sent back to back; a server that always shows "
            "this order is a different matter.\n"
            "Bad: CANCEL, 487 (INVITE), 200 (CANCEL)\n"
            "Good: CANCEL, 200 (CANCEL), 487 (INVITE)",
        .check = answer_after_487,
    },
    {
        .id = "rfc3261.9.2.cancel-no-effect-after-final",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 487,
        .status_to = 487,
        .summary = "A CANCEL that comes after the final response changes nothing",
        .explain =
            "Once the INVITE has its final response, a CANCEL is answered 200 and has no other "
            "effect: a 487 now would contradict what the client was told, and with a 2xx before it "
            "a call exists that one side thinks is gone.\n"
            "Bad: INVITE, 200, CANCEL, 487 (INVITE)\n"
            "Good: INVITE, 200, CANCEL, 200 (CANCEL), ACK, BYE",
        .check = cancel_no_effect,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_09_server, rules);

/* RFC 3262: PRACK, from its sender and to it. A PRACK is a request of the dialog like any other
 * (RFC 3261 12.2): Request-URI, Route, tags and CSeq are judged there. */
#include "rules/grammar.h"
#include "rules/repeats.h"
#include "rules/rfc3262.h"
#include "rules/target.h"

#define NUMBER_MAX UINT64_C(0xffffffff)

/* RAck by itself ------------------------------------------------------------------------------ */

/* The method is compared with case. One that nobody knows here may have responses of its own. */
static enum sipsan_verdict rack_method(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_rack *rack = &v->msg->rack;

    if (!rack->ok)
        return SIPSAN_NA;
    if (span_eq(rack->method, SPAN_LIT("INVITE")))
        return SIPSAN_PASS;
    why->expected = "INVITE";
    if (sipsan_span_eq_nocase(rack->method, SPAN_LIT("INVITE")))
        return sipsan_fail(why, rack->method, "methods are written in capitals");
    if (sipsan_method_find(rack->method) == SIPSAN_METHOD_OTHER)
        return SIPSAN_NA;
    return sipsan_fail(why, rack->method, "%.*s has no reliable provisional responses",
                       SPAN(rack->method));
}

static enum sipsan_verdict rack_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_rack *rack = &v->msg->rack;

    if (!rack->ok)
        return SIPSAN_NA;
    if (rack->rseq >= 1 && rack->rseq <= NUMBER_MAX)
        return SIPSAN_PASS;
    why->expected = "the RSeq of the response: 1 to 4294967295";
    return sipsan_fail(why, rack->text, "no response can have this RSeq");
}

static enum sipsan_verdict rack_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->rack.text.p || (m->request && m->method_id == SIPSAN_METHOD_PRACK) ||
        (m->request && m->method_id == SIPSAN_METHOD_OTHER))
        return SIPSAN_NA;
    return sipsan_fail(why, m->rack.text, "RAck in a message that is no PRACK");
}

/* The response that is meant ------------------------------------------------------------------ */

/* The responses of a later INVITE, or of one of the other side, are all that is kept. */
static bool replaced(const struct sipsan_view *v, enum sipsan_side inviter,
                     const struct sipsan_rack *rack)
{
    const struct sipsan_reliables *set = v->dialog->reliables;

    return set && (set->inviter != inviter || rack->cseq < set->cseq);
}

/* All responses to the INVITE pass where it passed: what has not come by the tap has not come to
 * the client. */
/* What follows the last one that was seen may have been missed. */
static bool next_one(const struct sipsan_reliable *newest, const struct sipsan_reliables *set,
                     const struct sipsan_rack *rack)
{
    return newest && set && rack->rseq == newest->rseq + 1;
}

static enum sipsan_verdict names_response(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_rack *rack = &v->msg->rack;
    const struct sipsan_reliables *set;
    const struct sipsan_reliable *newest;

    if (!rack->ok || !v->dialog->invite || sipsan_method_find(rack->method) != SIPSAN_METHOD_INVITE)
        return SIPSAN_NA;
    set = sipsan_reliables_of(v, v->side, rack->cseq);
    if (sipsan_reliable_find(set, rack->rseq))
        return SIPSAN_PASS;
    newest = sipsan_reliable_newest(v->dialog->reliables);
    if ((sipsan_reliable_forgot(set) && rack->rseq < newest->rseq) || replaced(v, v->side, rack))
        return SIPSAN_NA;
    why->expected = "RSeq and CSeq number of a reliable response in this dialog";
    if (!newest) {
        sipsan_relate(why, &v->dialog->opened, "INVITE", nothing);
        return sipsan_fail(why, rack->text, "no response in this dialog was sent reliably");
    }
    sipsan_relate(why, &newest->ref, "reliable response", nothing);
    sipsan_fail(why, rack->text, "the last reliable response has RSeq %llu and CSeq number %llu",
                (unsigned long long)newest->rseq, (unsigned long long)v->dialog->reliables->cseq);
    return next_one(newest, set, rack) ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

static const struct sipsan_reliable *named(const struct sipsan_view *v, enum sipsan_side inviter,
                                           const struct sipsan_msg *prack)
{
    if (!prack->rack.ok)
        return NULL;
    return sipsan_reliable_find(sipsan_reliables_of(v, inviter, prack->rack.cseq),
                                prack->rack.rseq);
}

/* The first response begins the count, whatever number it has. */
static enum sipsan_verdict in_order(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable = named(v, v->side, v->msg);
    const struct sipsan_reliables *set = v->dialog->reliables;
    const struct sipsan_reliable *oldest;

    if (!reliable || sipsan_reliable_forgot(set))
        return SIPSAN_NA;
    oldest = sipsan_reliable_at(set, 0);
    if (reliable == oldest || sipsan_reliable_find(set, reliable->rseq - 1))
        return SIPSAN_PASS;
    why->expected = "no PRACK before the response with the RSeq one lower has come";
    sipsan_relate(why, &oldest->ref, "first reliable response", nothing);
    sipsan_relate(why, &reliable->ref, "acknowledged response", nothing);
    return sipsan_fail(why, v->msg->rack.text, "a response with RSeq %llu has not come",
                       (unsigned long long)reliable->rseq - 1);
}

/* A PRACK that was refused may come again: with credentials, or as its response asks for. */
static enum sipsan_verdict once(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable = named(v, v->side, v->msg);

    if (!reliable || reliable->prack.time == 0)
        return reliable ? SIPSAN_PASS : SIPSAN_NA;
    if (!v->msg->cseq.ok || v->msg->cseq.number <= reliable->prack_cseq ||
        (reliable->answer_status != 0 && !sipsan_is_success(reliable->answer_status)) ||
        v->now - reliable->prack.time > SIPSAN_TIMER_B)
        return SIPSAN_NA;
    why->expected = "one PRACK for a response; its own transaction repeats it";
    sipsan_relate(why, &reliable->prack, "PRACK", nothing);
    return sipsan_fail(why, v->msg->rack.text, "a new PRACK for the same response");
}

static enum sipsan_verdict answer_in_prack(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable = named(v, v->side, v->msg);

    if (!reliable || !reliable->offer || v->msg->truncated || v->msg->framing != SIPSAN_FRAMED)
        return SIPSAN_NA;
    if (v->msg->sdp || v->msg->body.n > 0)
        return v->msg->sdp ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the answer to the offer in the response";
    sipsan_relate(why, &reliable->ref, "offer", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "the reliable %d has an offer, its PRACK has no answer", reliable->status);
}

/* Absence. The response came three times at least and can hardly have been lost so often; a server
 * that repeats it has no PRACK by another way. */
static enum sipsan_verdict prack_owed(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = v->dialog->reliables;
    const struct sipsan_reliable *reliable = NULL;

    for (uint32_t i = 0; !reliable && i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *one = sipsan_reliable_at(set, i);

        if (one && one->ref.time == v->owed->since)
            reliable = one;
    }
    if (!reliable || reliable->prack.time != 0 || reliable->copies < 3)
        return SIPSAN_NA;
    why->expected = "PRACK with the RSeq, CSeq number and method of the response";
    sipsan_relate(why, &reliable->ref, "reliable response", nothing);
    sipsan_relate(why, &reliable->last, "last copy", nothing);
    return sipsan_fail(why, nothing, "no PRACK to the reliable %d, which came %u times",
                       reliable->status, (unsigned)reliable->copies);
}

/* What the server answers --------------------------------------------------------------------- */

static enum sipsan_verdict unmatched_481(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_rack *rack = &v->req->rack;
    enum sipsan_side inviter = other_side(v->side);
    const struct sipsan_reliables *set;
    const struct sipsan_reliable *reliable;

    if (!rack->ok || !v->dialog->invite || replaced(v, inviter, rack))
        return SIPSAN_NA;
    set = sipsan_reliables_of(v, inviter, rack->cseq);
    reliable = sipsan_reliable_find(set, rack->rseq);
    why->expected = "481";
    if (!reliable && !sipsan_reliable_forgot(set)) {
        sipsan_relate_request(why, v->txn, rack->text);
        sipsan_fail(why, v->msg->start_line,
                    "a PRACK that names no reliable response of this dialog is accepted");
        return next_one(sipsan_reliable_newest(v->dialog->reliables), set, rack)
                   ? SIPSAN_INCONCLUSIVE
                   : SIPSAN_FAIL;
    }
    if (!reliable || reliable->acked.time == 0 || reliable->acked.time >= v->txn->first.time)
        return SIPSAN_PASS;
    why->lower = true; /* nobody is worse off */
    sipsan_relate(why, &reliable->acked, "2xx to the first PRACK", nothing);
    sipsan_relate_request(why, v->txn, rack->text);
    return sipsan_fail(why, v->msg->start_line,
                       "a second PRACK for a response that was acknowledged before is accepted");
}

/* What is certain of a 481: a final response to the INVITE that was sent before it, or a CANCEL
 * that had come, explains it, and either may pass the tap later. When the server goes on with the
 * INVITE there was none. */
static enum sipsan_verdict refused_481(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);

    if (v->msg->status >= 300 || v->txn->cancel.time != 0)
        return SIPSAN_NA;
    for (uint32_t i = 0; i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *reliable = sipsan_reliable_at(set, i);

        if (!reliable || reliable->answer_status != 481 || reliable->acked.time != 0 ||
            v->now - reliable->answer.time < SIPSAN_T1 ||
            reliable->last.time - reliable->answer.time >= SIPSAN_T1) /* told */
            continue;
        why->expected = "2xx to the PRACK";
        sipsan_relate(why, &reliable->prack, "PRACK", nothing);
        sipsan_relate(why, &reliable->answer, "481", nothing);
        sipsan_fail(why, v->msg->start_line,
                    "the PRACK to this server's %d was refused with 481 while the INVITE went on",
                    reliable->status);
        return sipsan_at_source(v) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    return SIPSAN_NA;
}

/* Only refusals that say that PRACK, or this response, is not known. The PRACK may have reached
 * another host than the one that sent the response. */
static enum sipsan_verdict matched_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable;
    int status = v->msg->status;

    if (v->msg->method_id == SIPSAN_METHOD_INVITE)
        return refused_481(v, why);
    reliable = named(v, other_side(v->side), v->req);
    if (!reliable || (status != 405 && status != 501))
        return reliable ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "2xx";
    sipsan_relate(why, &reliable->ref, "reliable response", nothing);
    sipsan_relate_request(why, v->txn, v->req->rack.text);
    sipsan_fail(why, v->msg->start_line, "the PRACK to this server's %d is refused with %d",
                reliable->status, status);
    return sipsan_at_source(v) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* An SDP in PRACK is an offer when the response that it acknowledges had the answer. */
static enum sipsan_verdict answer_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliable *reliable = named(v, other_side(v->side), v->req);

    if (!reliable || !reliable->sdp_answer || !v->req->sdp || v->msg->truncated ||
        v->msg->framing != SIPSAN_FRAMED)
        return SIPSAN_NA;
    if (v->msg->sdp || v->msg->body.n > 0)
        return v->msg->sdp ? SIPSAN_PASS : SIPSAN_NA;
    why->expected = "the answer to the offer in the PRACK";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, v->msg->start_line, "the PRACK has an offer, the %d has no answer",
                       v->msg->status);
}

#define PRACK   BIT(PRACK)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3262.3.unmatched-prack-481",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = PRACK,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .summary = "A PRACK that matches no unacknowledged response is refused with 481",
        .explain =
            "A server that takes any PRACK stops repeating a response which the client does not "
            "have. The numbers in RAck are there to be compared.\n"
            "Reported of a 2xx to a PRACK whose RAck names no reliable response of the dialog; one "
            "step lower for a second PRACK to a response whose first PRACK had its 2xx before.\n"
            "Bad: 183 with RSeq: 1, PRACK with RAck: 7 1 INVITE, 200\n"
            "Good: 481",
        .check = unmatched_481,
    },
    {
        .id = "rfc3262.3.matched-prack-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .also = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = PRACK | BIT(INVITE),
        .status_from = 101,
        .status_to = 699,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .summary = "The PRACK to an unacknowledged reliable response is accepted",
        .explain =
            "Who sends a response reliably has to take the PRACK. With a refusal both sides wait "
            "for each other until the call is given up.\n"
            "Reported: 405 and 501 by the very host that sent the response; 481 when that host "
            "sends "
            "another provisional response, or a copy, or a 2xx to the INVITE half a second later "
            "or more: a final response or a CANCEL would explain it. Other refusals have reasons "
            "of their own (credentials, bodies).\n"
            "Bad: 183 with RSeq: 1, PRACK with RAck: 1 1 INVITE, 481, 180\n"
            "Good: 200",
        .check = matched_2xx,
    },
    {
        .id = "rfc3262.4.prack-sent",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_PRACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP |
                 SIPSAN_NEEDS_START,
        .summary = "A reliable provisional response is acknowledged with PRACK",
        .explain =
            "Without PRACK the server repeats the response and then refuses the call. A client "
            "that "
            "does not want that leaves 100rel out of its INVITE.\n"
            "Reported ten seconds after a response that came three times at least, to an INVITE "
            "with 100rel, where the PRACK would have to cross the tap and no final response ended "
            "the matter. Responses out of order get none and are not meant.\n"
            "Bad: INVITE with Supported: 100rel, reliable 183 five times, nothing\n"
            "Good: INVITE, reliable 183, PRACK",
        .check = prack_owed,
    },
    {
        .id = "rfc3262.4.prack-in-dialog",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = PRACK,
        .summary = "A PRACK is sent within the dialog of its response",
        .explain = "The To tag of the response names the dialog and, among forks, the server whose "
                   "response is meant. A PRACK without it matches nothing.\n"
                   "A foreign tag is the finding of 12.2.1.1 of RFC 3261.\n"
                   "Bad: PRACK with To: <sip:bob@example.net>\n"
                   "Good: PRACK with To: <sip:bob@example.net>;tag=8321",
        .check = sipsan_has_to_tag,
    },
    {
        .id = "rfc3262.4.prack-names-response",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = PRACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "RAck names a reliable response of the dialog",
        .explain =
            "The first number is the RSeq of the response, the second and the method are those of "
            "its CSeq. A PRACK with other numbers, to an unreliable response, or in the dialog of "
            "another fork, matches nothing and is refused with 481.\n"
            "Judged where the INVITE was seen: all its responses pass there.\n"
            "Bad: 183 with RSeq: 1 and CSeq: 5 INVITE, PRACK with RAck: 1 1 INVITE\n"
            "Good: RAck: 1 5 INVITE",
        .aliases = "rfc3262.3.matching-prack rfc3262.7.2.rack-copied",
        .check = names_response,
    },
    {
        .id = "rfc3262.4.prack-once",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* the RFC itself calls it no error of protocol */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = PRACK,
        .view = SIPSAN_VIEW_DIALOG,
        .summary = "A copy of a reliable response brings no further PRACK",
        .explain =
            "PRACK has a transaction of its own, which repeats it until it is answered. A new one "
            "for each copy of the response doubles the traffic where packets are lost already.\n"
            "Legal: the same PRACK again; a new one after a refusal.\n"
            "Bad: 183, PRACK with CSeq 2, 183, PRACK with CSeq 3 and the same RAck\n"
            "Good: 183, PRACK, 183, the same PRACK",
        .check = once,
    },
    {
        .id = "rfc3262.4.no-prack-out-of-order",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = PRACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "A reliable response that comes before its turn is not acknowledged",
        .explain = "The server takes a PRACK for proof that the client has all up to that number. "
                   "A client "
                   "that is still missing one waits for it and sends no PRACK to those behind.\n"
                   "Judged where the INVITE was seen: the missing response has to pass there.\n"
                   "Bad: 183 with RSeq: 1, PRACK, 180 with RSeq: 3, PRACK with RAck: 3 1 INVITE\n"
                   "Good: no PRACK until the response with RSeq: 2 has come",
        .check = in_order,
    },
    {
        .id = "rfc3262.5.answer-in-prack",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = PRACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .summary = "The PRACK answers the offer of its response",
        .explain =
            "When the INVITE had no offer, the first reliable response has it, and PRACK is the "
            "only place left for the answer.\n"
            "Legal: another body, which may hold a description in a form that is not read here.\n"
            "Bad: INVITE without SDP, reliable 183 with SDP, PRACK without a body\n"
            "Good: PRACK with the answer",
        .check = answer_in_prack,
    },
    {
        .id = "rfc3262.5.answer-to-prack-offer",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = PRACK,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .summary = "The 2xx to a PRACK answers the offer in it",
        .explain =
            "A client that got the answer in the reliable response may make another offer in the "
            "PRACK. Without an answer in the 2xx it waits, and may make no further one.\n"
            "Legal: another body.\n"
            "Bad: INVITE with SDP, reliable 183 with SDP, PRACK with SDP, 200 without a body\n"
            "Good: 200 (PRACK) with SDP",
        .check = answer_in_2xx,
    },
    {
        .id = "rfc3262.7.2.rack-method",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the server finds no response of this name */
        .on = SIPSAN_ON_REQUEST,
        .methods = PRACK,
        .summary = "The method in RAck is INVITE, in capitals",
        .explain = "The method is copied from the CSeq of the response, with case. Only INVITE has "
                   "reliable provisional responses.\n"
                   "Legal: a method that is not known here, which may define them.\n"
                   "  bad:   RAck: 1 2 PRACK\n"
                   "  good:  RAck: 1 1 INVITE",
        .check = rack_method,
    },
    {
        .id = "rfc3262.7.2.rack-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = PRACK,
        .summary = "The first number in RAck is one that RSeq can have",
        .explain = "RSeq lies between 1 and 2**32 - 1, and RAck repeats it.\n"
                   "  bad:   RAck: 0 1 INVITE\n"
                   "  good:  RAck: 1 1 INVITE",
        .check = rack_range,
    },
    {
        .id = "rfc3262.7.2.rack-only-prack",
        .level = SIPSAN_IMPLIED, /* table 3 */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "RAck stands in PRACK",
        .explain = "RAck acknowledges a response. In another request, or in a response, nobody "
                   "reads it.\n"
                   "Bad: ACK with RAck: 1 1 INVITE\n"
                   "Good: PRACK with RAck: 1 1 INVITE",
        .check = rack_place,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3262_prack, rules);

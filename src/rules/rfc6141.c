/* RFC 6141: re-INVITE. Targets under change are judged by RFC 3261 12 (rfc3261_12_target.c); here
 * is the answer to a re-INVITE whose changes are in force already. */
#include "rules/rfc3262.h"

static bool preconditions(const struct sipsan_msg *invite)
{
    return sipsan_token_listed(invite->require, SPAN_LIT("precondition")) ||
           sipsan_token_listed(invite->supported, SPAN_LIT("precondition"));
}

/* The answer was acknowledged within the re-INVITE: the exchange is complete. Errors of proxies
 * look like those of the UA, but at its own hop. */
static enum sipsan_verdict accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);

    if (v->dialog->party[0].bye.time != 0 || v->dialog->party[1].bye.time != 0)
        return SIPSAN_NA; /* RFC 3261 15.1.2: 487, there is no session any more */
    if (!v->txn || !v->txn->to_tag.p || !v->req->sdp || preconditions(v->req))
        return SIPSAN_NA;
    if (sipsan_sender(v)->bye.time != 0 || sipsan_peer(v)->bye.time != 0)
        return SIPSAN_NA; /* 487 is right: RFC 3261 15.1.2 */
    for (uint32_t i = 0; i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *reliable = sipsan_reliable_at(set, i);

        if (!reliable || !reliable->sdp || reliable->acked.time == 0)
            continue;
        why->expected = "2xx: what the re-INVITE asked for is done";
        sipsan_relate_request(why, v->txn, nothing);
        sipsan_relate(why, &reliable->ref, "answer", nothing);
        sipsan_relate(why, &reliable->prack, "PRACK", nothing);
        sipsan_fail(why, v->msg->start_line,
                    "%d to a re-INVITE whose offer was answered and acknowledged", v->msg->status);
        return sipsan_at_source(v) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    return SIPSAN_NA;
}

#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc6141.3.3.2xx-if-executed",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 300,
        .status_to = 699,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .summary = "A re-INVITE whose changes are in force already is answered 2xx",
        .explain =
            "An error says that the session is as it was before the re-INVITE. When the answer has "
            "been given in a reliable provisional response and acknowledged, the new session runs "
            "already, and after the error the two sides disagree about it. That holds for a "
            "re-INVITE that was cancelled too (3.8).\n"
            "Legal: an error before the exchange is complete, or after a BYE; preconditions (RFC "
            "3312), with which "
            "a complete exchange changes nothing yet. Certain where the tap hears the server "
            "itself.\n"
            "Bad: re-INVITE with SDP, reliable 183 with SDP, PRACK, 200 (PRACK), 488\n"
            "Good: the same with 200 to the re-INVITE",
        .aliases = "rfc6141.3.8.cancelled-2xx",
        .check = accepted,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc6141, rules);

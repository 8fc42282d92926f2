/* RFC 3262: reliable provisional responses, as their senders number and place them. How they are
 * repeated is in rfc3262_copies.c, PRACK in rfc3262_prack.c. That a dialog is meant, and which one,
 * is the business of RFC 3261 12. */
#include "rules/rfc3262.h"

#include "dialog/offer.h"
#include "rules/grammar.h"
#include "rules/repeats.h"

#define RSEQ_FIRST_MAX ((UINT64_C(1) << 31) - 1)
#define RSEQ_MAX       UINT64_C(0xffffffff)

static const struct sipsan_span rel100 = {"100rel", 6};

/* What one message shows ---------------------------------------------------------------------- */

static enum sipsan_verdict rseq_range(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_number *rseq = &v->msg->rseq;

    if (!rseq->text.p || !rseq->ok)
        return SIPSAN_NA;
    if (rseq->value >= 1 && rseq->value <= RSEQ_MAX)
        return SIPSAN_PASS;
    why->expected = "1 to 4294967295";
    return sipsan_fail(why, rseq->text, "RSeq is %s", rseq->value == 0 ? "0" : "beyond 2**32 - 1");
}

/* Table 3: in a 1xx to INVITE. A method that nobody knows here may define its own use. */
static enum sipsan_verdict rseq_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->rseq.text.p || (!m->request && (m->status < 200 || m->status > 699)))
        return SIPSAN_NA; /* of a 1xx only-invite and 100-not-reliable speak */
    if (m->request)
        return sipsan_fail(why, m->rseq.text, "RSeq in a request");
    return sipsan_fail(why, m->rseq.text, "RSeq in a %d, which is final", m->status);
}

static enum sipsan_verdict only_invite(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->rseq.text.p && !sipsan_wants_100rel(m))
        return SIPSAN_NA;
    return sipsan_fail(why, m->rseq.text.p ? m->rseq.text : m->start_line,
                       "a reliable provisional response to %.*s", SPAN(m->cseq.method));
}

static enum sipsan_verdict trying_not_reliable(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->rseq.text.p && !sipsan_wants_100rel(m))
        return SIPSAN_PASS;
    why->expected = "a 100 without RSeq and Require: 100rel";
    return sipsan_fail(why, m->rseq.text.p ? m->rseq.text : m->start_line,
                       "a 100 that asks for PRACK");
}

static enum sipsan_verdict has_rseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!sipsan_wants_100rel(m))
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_RSEQ) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "RSeq with the number of this response";
    return sipsan_fail(why, m->start_line, "a %d with Require: 100rel has no RSeq", m->status);
}

/* 4: Require in requests. Extensions may open it for methods of theirs. */
static enum sipsan_verdict require_only_invite(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_token *t = v->msg->require; t; t = t->next)
        if (sipsan_span_eq_nocase(t->text, rel100))
            return sipsan_fail(why, t->text, "Require: 100rel in %.*s", SPAN(v->msg->method));
    return v->msg->require ? SIPSAN_PASS : SIPSAN_NA;
}

/* Request and response ------------------------------------------------------------------------ */

/* Without a To tag the response is that of a proxy (16.7), as a 199 may be (RFC 6228). */
static enum sipsan_verdict must_be_reliable(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!sipsan_wants_100rel(v->req) || !m->to.tag.p || m->status == 199 || v->child ||
        !sipsan_header_complete(m))
        return SIPSAN_NA;
    if (m->rseq.text.p || sipsan_wants_100rel(m))
        return SIPSAN_PASS; /* half of it is missing: that is told elsewhere */
    why->expected = "Require: 100rel and RSeq, or 420 to the INVITE";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, m->start_line,
                       "the INVITE requires 100rel, the %d is not sent reliably", m->status);
}

/* Numbers ------------------------------------------------------------------------------------- */

static enum sipsan_verdict first_rseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t rseq = v->msg->rseq.value;

    if (!sipsan_offer_reliable(v->msg) || !v->msg->rseq.ok || sipsan_reliables_before(v))
        return SIPSAN_NA;
    if (rseq <= RSEQ_FIRST_MAX || rseq > RSEQ_MAX)
        return SIPSAN_PASS; /* what no number may be is told by 7.1 */
    why->expected = "1 to 2147483647";
    return sipsan_fail(why, v->msg->rseq.text,
                       "the first reliable response to the INVITE has RSeq %llu",
                       (unsigned long long)rseq);
}

/* Responses that were lost before they reached the tap, or came there in another order, make any
 * number possible: the tap must hear the server itself. The same number for another response needs
 * no such caution. */
static enum sipsan_verdict rseq_by_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);
    const struct sipsan_number *rseq = &v->msg->rseq;
    const struct sipsan_reliable *before, *same;

    if (!sipsan_offer_reliable(v->msg) || !rseq->ok || !set)
        return SIPSAN_NA;
    before = sipsan_reliable_newest(set);
    if (rseq->value == before->rseq + 1)
        return SIPSAN_PASS;
    same = sipsan_reliable_find(set, rseq->value);
    if (same && same->status == v->msg->status)
        return SIPSAN_NA;
    sipsan_relate(why, same ? &same->ref : &before->ref, "reliable response", nothing);
    if (same)
        return sipsan_fail(why, rseq->text, "the %d has the RSeq of the %d before it",
                           v->msg->status, same->status);
    sipsan_fail(why, rseq->text, "RSeq %llu follows %llu", (unsigned long long)rseq->value,
                (unsigned long long)before->rseq);
    return sipsan_at_source(v) && v->now - before->last.time > v->race_window ? SIPSAN_FAIL
                                                                              : SIPSAN_INCONCLUSIVE;
}

/* Order --------------------------------------------------------------------------------------- */

/* The oldest one without PRACK; when it is the first of all, *first is set. */
static const struct sipsan_reliable *unacknowledged(const struct sipsan_reliables *set, bool *first)
{
    for (uint32_t i = 0; i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *reliable = sipsan_reliable_at(set, i);

        if (!reliable)
            return NULL;
        *first = i == 0 && !sipsan_reliable_forgot(set);
        if (reliable->prack.time == 0)
            return reliable;
    }
    return NULL;
}

/* A new reliable response while an older one waits for its PRACK; first: for the very first. */
static enum sipsan_verdict too_early(const struct sipsan_view *v, struct sipsan_why *why,
                                     bool wanted)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);
    const struct sipsan_reliable *waits;
    bool first;

    if (!sipsan_offer_reliable(v->msg) || !set || set->misnamed ||
        sipsan_reliable_find(set, v->msg->rseq.value))
        return SIPSAN_NA;
    waits = unacknowledged(set, &first);
    if (!waits)
        return SIPSAN_PASS;
    if (first != wanted)
        return SIPSAN_NA;
    why->expected = "a PRACK first";
    sipsan_relate(why, &waits->ref, "reliable response", nothing);
    sipsan_fail(why, v->msg->rseq.text, "a reliable %d while the %d with RSeq %llu has no PRACK",
                v->msg->status, waits->status, (unsigned long long)waits->rseq);
    return v->dialog->crossed[set->inviter] ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

static enum sipsan_verdict second_too_early(const struct sipsan_view *v, struct sipsan_why *why)
{
    return too_early(v, why, true);
}

static enum sipsan_verdict next_too_early(const struct sipsan_view *v, struct sipsan_why *why)
{
    return too_early(v, why, false);
}

static enum sipsan_verdict ok_too_early(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);

    if (!set || set->misnamed)
        return SIPSAN_NA;
    for (uint32_t i = 0; i < SIPSAN_RELIABLE_MAX; i++) {
        const struct sipsan_reliable *reliable = sipsan_reliable_at(set, i);

        if (!reliable || !reliable->sdp || reliable->prack.time != 0)
            continue;
        why->expected = "the PRACK first, then the 2xx";
        sipsan_relate(why, &reliable->ref, "reliable response", nothing);
        sipsan_fail(why, v->msg->start_line,
                    "the INVITE is accepted while the session description of the %d with RSeq "
                    "%llu has no PRACK",
                    reliable->status, (unsigned long long)reliable->rseq);
        return v->dialog->crossed[set->inviter] ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    return SIPSAN_PASS;
}

/* Long enough for all repeats: 64*T1 with a T1 that is twice the usual one. */
#define GIVEN_UP (2 * SIPSAN_TIMER_B)

static enum sipsan_verdict not_given_up(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reliables *set = sipsan_reliables_before(v);
    const struct sipsan_reliable *waits;
    bool first;

    if (!set || set->misnamed)
        return SIPSAN_NA;
    waits = unacknowledged(set, &first);
    if (!waits || !waits->in_order || v->now - waits->ref.time < GIVEN_UP)
        return SIPSAN_PASS;
    why->expected = "a 5xx to the INVITE when 64*T1 have passed without PRACK";
    sipsan_relate(why, &waits->ref, "reliable response", nothing);
    sipsan_fail(why, v->msg->start_line,
                "a %d although the reliable %d has had no PRACK for %.0f s", v->msg->status,
                waits->status, seconds(v->now - waits->ref.time));
    return v->dialog->crossed[set->inviter] ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

#define INVITE  BIT(INVITE)
#define KNOWN   (~(BIT(INVITE) | BIT(OTHER)))
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3262.3.only-invite",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = KNOWN,
        .status_from = 101,
        .status_to = 199,
        .summary = "Only provisional responses to INVITE are sent reliably",
        .explain = "Reliability of provisional responses is defined for INVITE. A client that gets "
                   "RSeq or "
                   "Require: 100rel in a 1xx to another request has no PRACK for it.\n"
                   "Legal: a method that is not known here may define it.\n"
                   "Bad: OPTIONS, 183 with RSeq: 1 and Require: 100rel\n"
                   "Good: INVITE, 183 with RSeq: 1 and Require: 100rel",
        .check = only_invite,
    },
    {
        .id = "rfc3262.3.100-not-reliable",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 100,
        .status_to = 100,
        .summary = "A 100 is not sent reliably",
        .explain =
            "A 100 goes from hop to hop, and the next proxy swallows it; PRACK goes from end "
            "to end. RSeq or Require: 100rel in a 100 is ignored by the client, and the "
            "server waits for a PRACK that never comes.\n"
            "Bad: 100 with RSeq: 1 and Require: 100rel\n"
            "Good: 100, then 183 with RSeq: 1 and Require: 100rel",
        .check = trying_not_reliable,
    },
    {
        .id = "rfc3262.3.has-rseq",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_1XX(SIPSAN_ON_RESPONSE),
        .view = SIPSAN_VIEW_REQUIRE,
        .summary = "A provisional response with Require: 100rel has RSeq",
        .explain = "The PRACK names the response by its RSeq. Without the number the client, which "
                   "must send one, cannot.\n"
                   "Bad: 183 with Require: 100rel and no RSeq\n"
                   "Good: the same with RSeq: 988789",
        .check = has_rseq,
    },
    {
        .id = "rfc3262.7.1.rseq-only-1xx",
        .level = SIPSAN_IMPLIED, /* table 3 */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "RSeq stands in provisional responses",
        .explain = "The number belongs to a response that waits for its PRACK. In a request or a "
                   "final response it means nothing, and shows that header fields are copied from "
                   "message to message.\n"
                   "Bad: 200 to INVITE with RSeq: 2\n"
                   "Good: RSeq in the 183 only",
        .check = rseq_place,
    },
    {
        .id = "rfc3262.4.require-only-invite",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = KNOWN & ~(BIT(ACK) | BIT(CANCEL)),
        .view = SIPSAN_VIEW_REQUIRE,
        .summary = "Require: 100rel is for INVITE",
        .explain =
            "A server that must send its provisional responses reliably, and cannot, refuses the "
            "request with 420: for a BYE or PRACK that is the end of the call.\n"
            "Legal: a method that is not known here may allow it. ACK and CANCEL may have no "
            "Require of their own at all (8.2.2.3 of RFC 3261 has that).\n"
            "Bad: UPDATE with Require: 100rel\n"
            "Good: UPDATE with Supported: 100rel",
        .check = require_only_invite,
    },
    {
        .id = "rfc3262.3.required-sends-reliably",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_1XX(SIPSAN_ON_RESPONSE_IN_TXN),
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "To an INVITE that requires 100rel every 1xx but 100 is sent reliably",
        .explain =
            "The caller depends on these responses: gateways lose announcements with them. Who "
            "cannot send them reliably refuses the INVITE with 420.\n"
            "Legal: 100; a 1xx without To tag, which a proxy has made; 199 (RFC 6228).\n"
            "Bad: INVITE with Require: 100rel, 180 without RSeq\n"
            "Good: 180 with Require: 100rel and RSeq, or 420 with Unsupported: 100rel",
        .check = must_be_reliable,
    },
    {
        .id = "rfc3262.3.first-rseq-range",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_1XX(SIPSAN_ON_DIALOG_RESPONSE),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "The first RSeq of an INVITE lies between 1 and 2**31 - 1",
        .explain = "Numbers rise by one and must not wrap around: the upper half is left free for "
                   "the responses that follow.\n"
                   "Bad: RSeq: 4294967295 in the first 183\n"
                   "Good: RSeq: 988789",
        .check = first_rseq,
    },
    {
        .id = "rfc3262.3.rseq-plus-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_1XX(SIPSAN_ON_DIALOG_RESPONSE),
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_RELIABLES,
        .needs = CERTAIN,
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "Each new reliable response has the next RSeq",
        .explain =
            "The client takes responses in the order of their numbers. One that repeats a number "
            "is discarded as a copy; one that leaves a number out waits for ever, without PRACK.\n"
            "Counted by INVITE and To tag. Numbers other than the next are judged where the tap "
            "hears the server itself: on the way to it others may have been lost, which is "
            "inconclusive. The same number for a response with another status is wrong anywhere.\n"
            "Bad: 183 with RSeq: 1, PRACK, 180 with RSeq: 1\n"
            "Good: 183 with RSeq: 1, PRACK, 180 with RSeq: 2",
        .aliases = "rfc3262.3.rseq-no-wrap",
        .check = rseq_by_one,
    },
    {
        .id = "rfc3262.3.second-after-first-prack",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_1XX(SIPSAN_ON_DIALOG_RESPONSE),
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_RELIABLES,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "The second reliable response waits for the PRACK to the first",
        .explain =
            "The first response tells the client at which number the count begins. When the second "
            "one overtakes it, the client takes that for the first and never asks for the other.\n"
            "Reported where a PRACK would have to cross the tap: the client is heard there by "
            "itself and is told to come that way, or its requests do. Else inconclusive.\n"
            "Bad: 183 with RSeq: 1, 180 with RSeq: 2, PRACK\n"
            "Good: 183 with RSeq: 1, PRACK, 200 (PRACK), 180 with RSeq: 2",
        .check = second_too_early,
    },
    {
        .id = "rfc3262.3.next-after-prack",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        ON_1XX(SIPSAN_ON_DIALOG_RESPONSE),
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_RELIABLES,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "A further reliable response waits for the PRACK to the one before",
        .explain =
            "One response at a time keeps the order by itself and the network free. It is only a "
            "recommendation once the first one has been acknowledged.\n"
            "Reported under the same conditions as for the second one.\n"
            "Bad: 183 with RSeq: 1, PRACK, 180 with RSeq: 2, 183 with RSeq: 3\n"
            "Good: each behind the PRACK to the one before",
        .check = next_too_early,
    },
    {
        .id = "rfc3262.3.no-2xx-before-prack",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_RELIABLES,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .summary = "The 2xx waits for the PRACK to a response that had a session description",
        .explain =
            "An offer or answer in a reliable 1xx counts once it has been acknowledged. With a 2xx "
            "before that, the caller may have a call without media and no description to make one "
            "from.\n"
            "Legal: a 2xx behind an unacknowledged response without session description; other "
            "final responses. Reported where a PRACK would have to cross the tap, else "
            "inconclusive.\n"
            "Bad: reliable 183 with SDP, 200 to INVITE, PRACK\n"
            "Good: reliable 183 with SDP, PRACK, 200 (PRACK), 200 to INVITE",
        .aliases = "rfc3262.5.2xx-delayed",
        .check = ok_too_early,
    },
    {
        .id = "rfc3262.3.give-up-5xx",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_RELIABLES,
        .needs = CERTAIN,
        .summary = "An INVITE whose reliable response gets no PRACK is refused",
        .explain =
            "A client that sends no PRACK in 64*T1 does not hear the server, or does not know the "
            "extension. The call will not work: a 5xx ends it.\n"
            "Reported of a response to the INVITE that goes on with it more than a minute later, "
            "where a PRACK would have to cross the tap.\n"
            "Bad: reliable 183, no PRACK for 70 s, 200 to INVITE\n"
            "Good: reliable 183, copies for 32 s, 500 to INVITE",
        .check = not_given_up,
    },
    {
        .id = "rfc3262.7.1.rseq-syntax",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_RSEQ,
        .summary = "RSeq is a number",
        .explain = "RSeq numbers the reliable provisional responses of a request: digits only. A "
                   "client that cannot read it sends no PRACK, and the server repeats the response "
                   "until it gives the call up.\n"
                   "  bad:   RSeq: 1a\n"
                   "  good:  RSeq: 988789",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3262.7.1.rseq-range",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* 0 and what does not fit into 32 bits are read differently */
        ON_1XX(SIPSAN_ON_RESPONSE),
        .odd = SIPSAN_ODD_RELIABLE,
        .summary = "RSeq lies between 1 and 2**32 - 1",
        .explain = "Clients keep the number in 32 bits, and many take 0 for none.\n"
                   "  bad:   RSeq: 0\n"
                   "  good:  RSeq: 1",
        .check = rseq_range,
    },
    {
        .id = "rfc3262.7.2.rack-syntax",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_RACK,
        .summary = "RAck is the RSeq number, the CSeq number and the method",
        .explain = "RAck of a PRACK names the response that it acknowledges: the number from its "
                   "RSeq, the number and the method from its CSeq, with white space between. A "
                   "server that cannot read it answers 481 and goes on repeating the response.\n"
                   "  bad:   RAck: 776656 INVITE\n"
                   "  good:  RAck: 776656 1 INVITE",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3262, rules);

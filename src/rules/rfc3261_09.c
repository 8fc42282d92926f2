/* RFC 3261 section 9.1: what a CANCEL copies from its INVITE, and when it may be sent.
 *
 * A CANCEL is judged against the INVITE of its own hop, found by branch and sent-by. One that has
 * no such INVITE but names a pending one by Call-ID, From tag and CSeq number is the wrong-branch
 * case. */
#include "rules/copied.h"
#include "rules/repeats.h"

static const struct sipsan_msg *invite_text(const struct sipsan_view *v)
{
    return v->invite->request;
}

/* From or To of a CANCEL beside that of its INVITE. */
static enum sipsan_verdict same_party(const struct sipsan_view *v, struct sipsan_why *why,
                                      const struct sipsan_name_addr *mine,
                                      const struct sipsan_name_addr *theirs, const char *name)
{
    if (!mine->ok || !theirs->ok)
        return SIPSAN_NA; /* missing or broken: reported as such */
    if (!mine->tag.p != !theirs->tag.p || !sipsan_span_eq_nocase(mine->tag, theirs->tag)) {
        sipsan_relate_request(why, v->invite, theirs->text);
        return sipsan_fail(why, mine->tag.p ? mine->tag : mine->text,
                           "the CANCEL has %s%.*s in %s, the INVITE has %s%.*s",
                           mine->tag.p ? "the tag " : "no tag", SPAN(mine->tag), name,
                           theirs->tag.p ? "the tag " : "none", SPAN(theirs->tag));
    }
    if (sipsan_uri_eq(&mine->uri, &theirs->uri))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs->text);
    return sipsan_fail(why, mine->uri.text, "the %s URI of the CANCEL is not that of the INVITE",
                       name);
}

static enum sipsan_verdict cancel_to(const struct sipsan_view *v, struct sipsan_why *why)
{
    return same_party(v, why, &v->msg->to, &invite_text(v)->to, "To");
}

static enum sipsan_verdict cancel_from(const struct sipsan_view *v, struct sipsan_why *why)
{
    return same_party(v, why, &v->msg->from, &invite_text(v)->from, "From");
}

static enum sipsan_verdict cancel_call_id(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span theirs = invite_text(v)->call_id;

    if (!v->msg->call_id.p || !theirs.p)
        return SIPSAN_NA;
    if (span_eq(v->msg->call_id, theirs))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs);
    return sipsan_fail(why, v->msg->call_id,
                       "the CANCEL has the branch of the INVITE but another Call-ID");
}

static enum sipsan_verdict cancel_cseq_number(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_cseq *mine = &v->msg->cseq, *theirs = &invite_text(v)->cseq;

    if (!mine->ok || !theirs->ok)
        return SIPSAN_NA;
    if (mine->number == theirs->number)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs->text);
    return sipsan_fail(why, mine->text,
                       "the CSeq number of the CANCEL is %llu, that of the INVITE it cancels %llu",
                       (unsigned long long)mine->number, (unsigned long long)theirs->number);
}

static enum sipsan_verdict cancel_ruri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *mine = &v->msg->ruri, *theirs = &invite_text(v)->ruri;

    if (!mine->ok || !theirs->ok)
        return SIPSAN_NA;
    if (span_eq(mine->text, theirs->text) || sipsan_uri_eq(mine, theirs))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs->text);
    return sipsan_fail(why, mine->text,
                       "the CANCEL is sent for %.*s, the INVITE on this hop for %.*s",
                       SPAN(mine->text), SPAN(theirs->text));
}

static enum sipsan_verdict cancel_cseq_method(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->cseq.ok)
        return SIPSAN_NA;
    if (v->msg->cseq.method_id == SIPSAN_METHOD_CANCEL)
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->cseq.method, "the CSeq of a CANCEL names %.*s",
                       SPAN(v->msg->cseq.method));
}

/* A CANCEL that matches no INVITE by branch, although its sender has a pending one towards this
 * very server with the same Call-ID, From tag and CSeq number. A CANCEL for a second fork, whose
 * INVITE the tap missed, looks the same: hence the evidence asked for, and the same server. */
static enum sipsan_verdict cancel_via(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_via *mine = v->msg->via, *theirs;

    if (!mine || !invite->request || !invite->request->via)
        return SIPSAN_NA;
    theirs = invite->request->via;
    if (v->match->by_branch) {
        if (sipsan_span_eq_nocase(mine->transport, theirs->transport))
            return SIPSAN_PASS;
        sipsan_relate_request(why, invite, theirs->text);
        return sipsan_fail(why, mine->transport, "the INVITE's top Via says %.*s",
                           SPAN(theirs->transport));
    }
    if (invite->final.copies > 0 || !sipsan_ip_eq(&invite->flow.src, &v->seen->flow.src) ||
        !sipsan_ip_eq(&invite->flow.dst, &v->seen->flow.dst) ||
        invite->flow.dst.port != v->seen->flow.dst.port)
        return SIPSAN_NA;
    sipsan_relate_request(why, invite, sipsan_branch_of(theirs));
    why->expected = "the top Via of the INVITE, unchanged";
    if (sipsan_span_eq_nocase(sipsan_branch_of(mine), sipsan_branch_of(theirs)))
        return sipsan_fail(why, mine->host,
                           "the sent-by of the CANCEL's Via is not that of the "
                           "INVITE's top Via");
    return sipsan_fail(why, sipsan_branch_of(mine),
                       "the branch of the CANCEL is not that of the INVITE");
}

/* The proxy has sent a 100 before it forwarded the INVITE: it keeps state, and makes its CANCEL
 * itself. Otherwise the CANCEL that it forwards may have been missed above it. */
static bool answers_itself(const struct sipsan_txn *invite)
{
    const struct sipsan_txn *above = invite->parent;

    return above && above->trying.copies > 0 && above->trying.ref.time < invite->first.time;
}

/* More Vias than one are right only where a stateless proxy forwarded both requests (16.11): it
 * adds its Via to either, so that the CANCEL has at most as many as the INVITE (less where a
 * stateful proxy above it began the CANCEL), and the CANCEL was seen above it if the tap shows that
 * hop. */
static enum sipsan_verdict cancel_single_via(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;

    if (v->msg->via_count <= 1)
        return SIPSAN_PASS;
    if (v->msg->via_count <= invite->via_count &&
        (!invite->parent || invite->parent->cancel.time != 0))
        return SIPSAN_NA;
    sipsan_relate_request(why, invite, nothing);
    why->expected = "the top Via of the INVITE alone";
    if (v->msg->via_count == invite->via_count) {
        sipsan_fail(why, v->msg->via->next->text,
                    "the CANCEL has %u Via values, although none came from upstream that its "
                    "sender could have forwarded",
                    (unsigned)v->msg->via_count);
        return answers_itself(invite) ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    return sipsan_fail(why, v->msg->via->next->text,
                       "the CANCEL has %u Via values, its INVITE on this hop %u",
                       (unsigned)v->msg->via_count, (unsigned)invite->via_count);
}

static enum sipsan_verdict cancel_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *theirs = invite_text(v)->route, *mine = v->msg->route;

    if (!theirs && !mine)
        return SIPSAN_PASS;
    if (!sipsan_routes_compare(&mine, &theirs))
        return SIPSAN_NA;
    if (!theirs && !mine)
        return SIPSAN_PASS;
    if (theirs)
        sipsan_relate_request(why, v->invite, theirs->text);
    else
        sipsan_relate_request(why, v->invite, nothing);
    if (!mine)
        return sipsan_fail(why, v->msg->start_line, "the Route value %.*s of the INVITE is missing",
                           SPAN(theirs->text));
    return sipsan_fail(why, mine->text, "the Route values are not those of the INVITE");
}

#define AT_TWO_TAPS INT64_C(5000) /* what came so soon may have come before: clocks differ */

/* 9.1: when it may be sent. Judged when the CANCEL passes; and once more when the first response of
 * all comes after it, where until then nothing had shown that the tap sees the server's side at
 * all. */
/* A proxy passed this INVITE on, where from was not seen, and the capture had begun not long
 * before: as a copy of one that was answered then. */
static bool may_have_been_answered(const struct sipsan_view *v, const struct sipsan_txn *invite)
{
    return invite->via_count > 1 && !invite->parent && invite->first.time > v->txns->started &&
           sipsan_txn_from_before(v->txns, invite);
}

static enum sipsan_verdict cancel_before_provisional(const struct sipsan_view *v,
                                                     struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;

    if (v->msg->request) {
        if (!v->match->by_branch || !invite->whole)
            return SIPSAN_NA;
        if (invite->answered != 0)
            return SIPSAN_PASS;
        /* One datagram, easily missed, would have been the permission. */
        why->lower = v->seen->flow.transport == SIPSAN_UDP;
        sipsan_relate_request(why, invite, nothing);
        sipsan_fail(why, v->msg->start_line, "CANCEL before any response to the INVITE");
        return invite->evidence_lost || may_have_been_answered(v, invite) ||
                       sipsan_gave_up_repeating(invite, v->now, v->race_window)
                   ? SIPSAN_INCONCLUSIVE
                   : SIPSAN_FAIL; /* such as to a PRACK */
    }
    invite = v->txn;
    if (invite->cancel.time == 0 || invite->answered != 0 || !v->seen->leg)
        return SIPSAN_NA;
    if (v->seen->leg->host[0] == v->seen->leg->host[1])
        return SIPSAN_NA;
    if (v->seen->leg->way[sipsan_leg_side(v->seen->leg, &v->seen->flow.src)].responses)
        return SIPSAN_NA; /* the CANCEL itself could be judged */
    if (v->msg->status != 100)
        return SIPSAN_NA; /* a 100 before it may have been lost */
    if (v->now - invite->cancel.time < AT_TWO_TAPS || may_have_been_answered(v, invite))
        return SIPSAN_INCONCLUSIVE;
    sipsan_relate(why, &invite->cancel, "CANCEL", nothing);
    sipsan_relate_request(why, invite, nothing);
    why->blame = &invite->flow.src;
    why->role = "uac";
    return sipsan_fail(why, v->msg->start_line,
                       "the first response to the INVITE comes only after its CANCEL");
}

#define EXAMPLE_INVITE                                                                             \
    "    INVITE sip:bob@example.com SIP/2.0\n"                                                     \
    "    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b\n"                                           \
    "    From: <sip:alice@example.com>;tag=1928\n"                                                 \
    "    To: <sip:bob@example.com>\n"                                                              \
    "    Call-ID: a84b4c\n"                                                                        \
    "    CSeq: 7 INVITE\n"

#define CANCEL    BIT(CANCEL)
#define INVITE    BIT(INVITE)
#define COPY_VIEW (SIPSAN_VIEW_INVITE | SIPSAN_VIEW_INVITE_TEXT | SIPSAN_VIEW_BRANCH)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.9.1.cancel-ruri-identical",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = COPY_VIEW,
        .summary = "CANCEL repeats the Request-URI of the INVITE it cancels",
        .explain =
            "A CANCEL follows its INVITE through the network by the same Request-URI; with another "
            "one it can be routed elsewhere and the phone goes on ringing.\n"
            "Legal: the same URI, byte for byte or equal by the rules of 19.1.4. The comparison is "
            "made on one hop, since proxies may change the Request-URI of both.\n"
            "Bad: INVITE sip:bob@example.com, then CANCEL sip:bob@192.0.2.2 (the Contact of the "
            "180).\n"
            "Good: CANCEL sip:bob@example.com.",
        .check = cancel_ruri,
    },
    {
        .id = "rfc3261.9.1.cancel-call-id-identical",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = COPY_VIEW,
        .summary = "CANCEL has the Call-ID of the INVITE it cancels",
        .explain = "Servers that match by the older rules, and every tool that follows calls, need "
                   "the same Call-ID. It is compared byte for byte, with case.\n"
                   "Bad: the branch of the INVITE with a Call-ID of its own.\n"
                   "Good: the Call-ID copied.",
        .check = cancel_call_id,
    },
    {
        .id = "rfc3261.9.1.cancel-to-identical",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = COPY_VIEW,
        .summary = "CANCEL has the To of its INVITE: no tag when that had none",
        .explain =
            "The To of the CANCEL is that of the INVITE, not that of a response. The usual mistake "
            "is to insert the tag of the 180: servers that compare it then find no transaction "
            "and answer 481 while the phone rings on.\n"
            "Legal: the same URI (19.1.4) and the same tag, or none as in the INVITE; the display "
            "name does not count.\n"
            "Bad:\n" EXAMPLE_INVITE "    ...\n"
            "    CANCEL sip:bob@example.com SIP/2.0\n"
            "    To: <sip:bob@example.com>;tag=from180\n"
            "Good:\n"
            "    To: <sip:bob@example.com>\n",
        .check = cancel_to,
    },
    {
        .id = "rfc3261.9.1.cancel-from-identical",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = COPY_VIEW,
        .summary = "CANCEL has the From of its INVITE, tag included",
        .explain = "A CANCEL with another From tag or URI belongs to another call for every server "
                   "that looks beyond the branch.\n"
                   "Legal: the same URI (19.1.4) and tag; the display name does not count.\n"
                   "Bad: From: <sip:alice@example.com>;tag=new\n"
                   "Good: From: <sip:alice@example.com>;tag=1928, as in the INVITE.",
        .check = cancel_from,
    },
    {
        .id = "rfc3261.9.1.cancel-cseq-number-identical",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = COPY_VIEW,
        .summary = "CANCEL has the CSeq number of its INVITE",
        .explain = "CANCEL takes the number of the request it cancels; it is not counted as a new "
                   "request. A stack that increments it is not understood by servers that match "
                   "with the CSeq number.\n"
                   "An INVITE that was sent again with credentials has its own branch and number: "
                   "the comparison is made with the INVITE of the CANCEL's branch.\n"
                   "Bad: CSeq: 8 CANCEL for an INVITE with CSeq: 7 INVITE\n"
                   "Good: CSeq: 7 CANCEL",
        .check = cancel_cseq_number,
    },
    {
        .id = "rfc3261.9.1.cancel-single-via",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .methods = CANCEL,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "CANCEL bears exactly one Via",
        .explain =
            "CANCEL goes hop by hop: whoever makes one puts only his own Via into it. With the "
            "Vias "
            "of the INVITE copied, the answer travels past the element that cancelled.\n"
            "Legal: more than one Via below a stateless proxy, which forwards the CANCEL and adds "
            "its Via (16.11); both requests then have the same number of them. Not decidable, and "
            "so not reported, where the hop above is not in the capture.\n"
            "Bad: a client that sent its INVITE with one Via sends the CANCEL with two.\n"
            "Good: the top Via of the INVITE alone.",
        .check = cancel_single_via,
    },
    {
        .id = "rfc3261.9.1.cancel-via-matches-top",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP,
        .summary =
            "The Via of a CANCEL matches the top Via of its INVITE: branch, sent-by, transport",
        .explain =
            "The server finds the transaction to cancel by branch and sent-by. A CANCEL with a "
            "branch of its own matches nothing: the answer is 481 and the other phone keeps "
            "ringing.\n"
            "Reported when a CANCEL matches no INVITE by branch although its sender has a pending "
            "INVITE with the same Call-ID, From tag and CSeq number towards the same server. When "
            "the tap shows holes, an INVITE of another fork may have been missed: then it is only "
            "counted as inconclusive.\n"
            "Bad:\n" EXAMPLE_INVITE "    ...\n"
            "    CANCEL sip:bob@example.com SIP/2.0\n"
            "    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnew\n"
            "Good:\n"
            "    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b\n",
        .aliases = "rfc3261.9.1.cancel-once",
        .check = cancel_via,
    },
    {
        .id = "rfc3261.9.1.cancel-cseq-method",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = CANCEL,
        .summary = "The CSeq method of a CANCEL is CANCEL",
        .explain = "Only the number is taken from the INVITE. With INVITE as its method the CANCEL "
                   "and its response are taken for a part of the INVITE transaction.\n"
                   "Bad: CSeq: 7 INVITE in a CANCEL\n"
                   "Good: CSeq: 7 CANCEL",
        .check = cancel_cseq_method,
    },
    {
        .id = "rfc3261.9.1.cancel-route-copied",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .view = COPY_VIEW,
        .summary = "CANCEL has the Route values of its INVITE",
        .explain = "A stateless proxy routes the CANCEL by its Route header field alone: without "
                   "it, CANCEL and INVITE part ways.\n"
                   "Compared on one hop, value by value and in order.\n"
                   "Bad: INVITE with Route: <sip:proxy.example.com;lr>, CANCEL without.\n"
                   "Good: the same Route in both; none in both.",
        .check = cancel_route,
    },
    {
        .id = "rfc3261.9.1.cancel-before-provisional",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_CANCEL_MATCHED,
        .also = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = CANCEL | INVITE,
        .status_from = 100,
        .status_to = 199,
        .view = 0,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .summary = "CANCEL is not sent before a provisional response to its INVITE",
        .explain =
            "Before any response the CANCEL can overtake the INVITE: the server answers 481, then "
            "the INVITE arrives and rings for nobody. The client waits for a provisional response "
            "and cancels then.\n"
            "A permission that did not pass the tap cannot have reached the client; so this is "
            "certain where the tap is known to see both directions and shows no loss. Otherwise it "
            "is counted as inconclusive. Over UDP it is a warning, since one response is easily "
            "missed, and undecided once the INVITE should have been repeated and was not.\n"
            "Bad: INVITE, CANCEL, 100.\n"
            "Good: INVITE, 100, CANCEL.",
        .check = cancel_before_provisional,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_09, rules);

/* RFC 3261 section 17.2: server transactions, with the rule of section 17 that nothing answers an
 * ACK, and 17.1.2.1, which the server breaks on the wire. Which final responses may follow each
 * other, and what is repeated when. The client is in rfc3261_17.c. */
#include "rules/repeats.h"

/* 17 ------------------------------------------------------------------------------------------ */

static enum sipsan_verdict answer_to_ack(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_fail(why, v->msg->cseq.text, "%d in answer to an ACK", v->msg->status);
}

/* 17.1.3: whose response it is ---------------------------------------------------------------- */

/* A response that opened an entry of its own, since no request has its branch and kind. */
static bool astray(const struct sipsan_view *v)
{
    return v->match->what == SIPSAN_STRAY_RESPONSE && v->txn && !v->txn->whole &&
           v->txn->response_count == 0;
}

static enum sipsan_verdict other_method(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *meant = astray(v) ? sipsan_txn_meant_method(v->txns, v->txn) : NULL;

    if (!meant || (meant->request && span_eq(meant->request->cseq.method, v->msg->cseq.method)))
        return SIPSAN_NA; /* or the request itself says so */
    sipsan_relate_request(why, meant, nothing);
    why->expected = "the method of the request";
    return sipsan_fail(why, v->msg->cseq.method, "the request with this branch is no %.*s",
                       SPAN(v->msg->cseq.method));
}

static enum sipsan_verdict other_branch(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *meant = astray(v) ? sipsan_txn_meant_branch(v->txns, v->txn) : NULL;

    if (!meant || !v->msg->via || meant->via_count != v->msg->via_count ||
        (meant->to_tag.p && !sipsan_span_eq_nocase(meant->to_tag, v->msg->to.tag)))
        return SIPSAN_NA; /* or of another dialog of a fork */
    sipsan_relate_request(why, meant, meant->branch);
    why->expected = "the top Via of the request";
    return sipsan_fail(why, sipsan_branch_of(v->msg->via),
                       "no request has this branch; that of the %.*s which waits for a response is "
                       "%.*s",
                       SPAN(v->msg->cseq.method), SPAN(meant->branch));
}

/* 8.2.6.2 lets a 100 have a tag. */
static enum sipsan_verdict tag_in_100(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->txn->whole || v->txn->to_tag.p)
        return SIPSAN_NA;
    if (!v->msg->to.tag.p)
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->to.tag, "the 100 has a To tag that the INVITE has not");
}

/* One final response -------------------------------------------------------------------------- */

/* A client that used one branch for two different requests gets two answers. */
static bool one_request(const struct sipsan_txn *txn)
{
    return txn->whole && !txn->altered && !txn->children;
}

static bool same_tag(const struct sipsan_view *v)
{
    return v->match->answer && v->match->answer->final.status == v->txn->final.status;
}

static enum sipsan_verdict two_finals(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    sipsan_relate(why, &txn->final.ref, "first final response", txn->final.to);
    sipsan_relate_request(why, txn, nothing);
    if (v->msg->status == txn->final.status)
        return sipsan_fail(why, v->msg->to.tag.p ? v->msg->to.tag : v->msg->start_line,
                           "a second %d, with another To tag", v->msg->status);
    return sipsan_fail(why, v->msg->start_line, "%d after the final response %d", v->msg->status,
                       txn->final.status);
}

/* A CANCEL whose CSeq claims to be an INVITE (9.1) gets answers that look like finals of the
 * INVITE.
 */
static bool confused_by_cancel(const struct sipsan_view *v)
{
    const struct sipsan_txn *cancel = sipsan_txn_cancel_of(v->txns, v->txn);

    return cancel && cancel->request && cancel->request->cseq.method_id != SIPSAN_METHOD_CANCEL;
}

/* The To tag shows that the callee itself answers, and not a proxy, whose response context is not
 * over with its server transaction (16.10). */
static enum sipsan_verdict cancel_after_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = sipsan_txn_invite_of(v->txns, v->txn);
    const struct sipsan_answer *answer;

    if (!invite || !v->msg->to.tag.p)
        return SIPSAN_NA;
    answer = sipsan_txn_answer(invite, v->msg->to.tag);
    if (!answer || !sipsan_is_success(answer->final.status) ||
        answer->final.ref.time >= v->txn->first.time)
        return SIPSAN_NA;
    if (v->msg->status == 481)
        return SIPSAN_PASS;
    why->expected = "481";
    sipsan_relate(why, &answer->final.ref, "2xx to INVITE", nothing);
    sipsan_relate(why, &v->txn->first, "CANCEL", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "a CANCEL that came after the 2xx matched a transaction that had ended");
}

/* As RFC 3261 was published, a copy of the INVITE behind the 2xx met no transaction any more, and
 * was a request like any other: the flaw that RFC 6026 mends. */
static bool taken_for_new(const struct sipsan_view *v)
{
    return v->as_of != 0 && sipsan_is_success(v->txn->final.status) &&
           v->txn->last.time > v->txn->final.ref.time;
}

/* 2xx after 2xx with another tag: a fork that was answered twice. A 2xx after a failure may come
 * from a proxy that must pass it on (16.7 step 5); only the same To tag shows one UAS. A 401 or 407
 * for each copy of the INVITE comes from a server without state (26.3.2.4). */
static enum sipsan_verdict invite_finals(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    int status = v->msg->status, first = txn->final.status;

    if (txn->final.copies == 0 || !one_request(txn) || v->child || taken_for_new(v))
        return SIPSAN_NA;
    if (sipsan_is_success(status) && sipsan_is_success(first) && !same_tag(v))
        return SIPSAN_PASS;
    if (status == 487 && txn->cancel.time != 0 && txn->cancel.time >= txn->final.ref.time)
        return SIPSAN_NA; /* cancel-no-effect-after-final */
    if (confused_by_cancel(v))
        return SIPSAN_NA;
    why->lower = (sipsan_is_success(status) && !same_tag(v)) ||
                 (status == first && (status == 401 || status == 407) && txn->copies > 1);
    return two_finals(v, why);
}

/* The two finals of one host. Copies that take other ways (another server of a cluster, multicast)
 * are answered by others. */
static bool by_the_same(const struct sipsan_view *v)
{
    return sipsan_ip_eq(&v->txn->final_flow.src, &v->seen->flow.src);
}

static enum sipsan_verdict other_finals(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->txn->final.copies == 0 || v->txn->copies > 1 || !one_request(v->txn) || v->child ||
        !by_the_same(v))
        return SIPSAN_NA;
    return two_finals(v, why);
}

/* More than one copy came: each of them got a final of its own. */
static enum sipsan_verdict same_final_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->txn->final.copies == 0 || v->txn->copies < 2 || !one_request(v->txn) || v->child ||
        !by_the_same(v))
        return SIPSAN_NA;
    why->lower = v->msg->status == v->txn->final.status;
    why->expected = "the first final response again";
    return two_finals(v, why);
}

/* 17.2.1: INVITE ------------------------------------------------------------------------------ */

#define REORDER INT64_C(100000) /* the network may turn two packets round */
#define STRAY   INT64_C(500000) /* and bring a copy late */

/* This copy of a response comes as late as a copy of its INVITE did: two captures were merged whose
 * clocks differ by that. */
static bool of_another_clock(const struct sipsan_view *v)
{
    const struct sipsan_txn *txn = v->txn;
    const struct sipsan_answer *answer = v->match->answer;
    const struct sipsan_reply *first = NULL;
    int64_t differ;

    if (v->match->what != SIPSAN_REPEATED_RESPONSE || txn->copies < 2)
        return false;
    if (v->msg->status == 100)
        first = &txn->trying;
    else if (answer)
        first = answer->first_1xx.hash == v->seen->hash ? &answer->first_1xx : &answer->last_1xx;
    if (!first || first->hash != v->seen->hash)
        return false;
    differ = (v->now - first->ref.time) - (txn->last.time - txn->first.time);
    return differ > -JITTER / 10 && differ < JITTER / 10;
}

static enum sipsan_verdict late_1xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    const struct sipsan_answer *answer = v->match->answer;
    const struct sipsan_reply *final = NULL;
    bool again = v->match->what == SIPSAN_REPEATED_RESPONSE;

    if (txn->altered || v->child || taken_for_new(v))
        return SIPSAN_NA;
    if (answer && answer->final.copies > 0 && v->msg->to.tag.p)
        final = &answer->final;
    else if (txn->final.copies > 0 &&
             (v->msg->status == 100 || !sipsan_is_success(txn->final.status)))
        final = &txn->final;
    if (!final)
        return SIPSAN_NA; /* none, or another fork was answered */
    if (again && (txn->last.time > final->ref.time || of_another_clock(v)))
        return SIPSAN_NA; /* the INVITE came again too: both may be copies that come late */
    if (v->now - final->ref.time <
        (again || v->seen->flow.transport == SIPSAN_UDP ? STRAY : REORDER))
        return SIPSAN_NA;
    sipsan_relate(why, &final->ref, "final response", nothing);
    sipsan_relate_request(why, txn, nothing);
    return sipsan_fail(why, v->msg->start_line, "%d comes %.3f s after the final response %d",
                       v->msg->status, seconds(v->now - final->ref.time), final->status);
}

/* The ACK of the right branch passed the tap, and the client sent it again and again: the server
 * has got none of them, or does not match them. A copy of the INVITE after it makes the server
 * repeat rightly.
 */
static enum sipsan_verdict final_after_ack(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (v->seen->flow.transport != SIPSAN_UDP || txn->acks < 4 ||
        txn->server == SIPSAN_STATE_COMPLETED || txn->other_final.copies > 0 ||
        txn->last.time > txn->ack.time || v->now - txn->ack.time <= SIPSAN_T1 ||
        v->now - txn->final.ref.time > SIPSAN_TIMER_B)
        return SIPSAN_NA;
    why->since = txn->ack_last.time;
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    sipsan_relate(why, &txn->ack, "first ACK", nothing);
    sipsan_relate(why, &txn->ack_last, "last ACK", nothing);
    return sipsan_fail(
        why, v->msg->start_line, "copy %u of the %d comes %.3f s after its first ACK",
        (unsigned)txn->final.copies + 1, v->msg->status, seconds(v->now - txn->ack.time));
}

static enum sipsan_verdict final_on_reliable(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;
    const struct sipsan_flow *mine = &v->seen->flow, *first = &txn->final_flow;

    if (mine->transport == SIPSAN_UDP || !v->match->identical || txn->copies > 1 ||
        mine->transport != first->transport || mine->connection != first->connection ||
        mine->dst.port != first->dst.port || !sipsan_ip_eq(&mine->dst, &first->dst) ||
        txn->final.status != v->msg->status || v->now - txn->final.last.time < REORDER)
        return SIPSAN_NA;
    sipsan_relate(why, &txn->final.ref, "first copy", nothing);
    return sipsan_fail(why, v->msg->start_line, "the %d again on the same %s connection",
                       v->msg->status, sipsan_transport_name(mine->transport));
}

/* Absence: repeats of the INVITE in a row without any response. Some, or their answers, may be lost
 * behind the tap. And a 100 where the server had already told more: its user's word counts. */
static enum sipsan_verdict last_1xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (v->owed) {
        if (txn->class != SIPSAN_TXN_INVITE)
            return SIPSAN_NA; /* non-invite-retrans-gets-1xx */
        sipsan_relate_request(why, txn, nothing);
        sipsan_relate(why, &txn->last, "last copy", nothing);
        sipsan_relate(why, &txn->provisional.ref, "provisional response", nothing);
        (void)sipsan_fail(why, nothing,
                          "the INVITE was sent %u times, and after its first %d got no response "
                          "again",
                          (unsigned)txn->copies, txn->provisional.status);
        /* One response has been lost already, or the client would not ask again. */
        return sipsan_unanswered(txn, v->now) >= UNANSWERED - 1 ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
    }
    if (v->msg->status != 100 || txn->provisional.status <= 100 || txn->final.copies > 0 ||
        txn->copies < 2 || txn->altered || v->seen->flow.transport != SIPSAN_UDP)
        return SIPSAN_NA;
    if (txn->last.time - txn->provisional.last.time < STRAY ||
        txn->answered_last > txn->last.time || v->now - txn->last.time > SIPSAN_T1)
        return SIPSAN_NA; /* not the answer to this repeat, or on its way with the other */
    why->lower = true;
    why->expected = "the last provisional response of the UAS again";
    sipsan_relate(why, &txn->provisional.ref, "last provisional response", nothing);
    sipsan_relate(why, &txn->last, "repeat of the INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "a repeat of the INVITE is answered 100, after a %d",
                       txn->provisional.status);
}

#define INVITE BIT(INVITE)
#define OTHER  (~(INVITE | BIT(ACK)))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.response-to-ack-forbidden",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* no client can do anything with it */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(ACK),
        /* A challenge of an ACK and a 481 to one are the same fact. */
        .aliases = "rfc3261.22.1.ack-not-challenged rfc3261.12.2.2.unknown-dialog-ack-silent",
        .summary = "Nothing answers an ACK",
        .explain =
            "ACK is the one request without a response. A server that does not know the ACK's call "
            "is silent; one that wants credentials takes those of the INVITE, since it cannot "
            "challenge an ACK.\n"
            "Told by the method in CSeq; a response that bears it has no transaction to go to.\n"
            "Bad:\n"
            "    SIP/2.0 481 Call/Transaction Does Not Exist\n"
            "    CSeq: 7 ACK\n"
            "Good: no response",
        .check = answer_to_ack,
    },
    {
        .id = "rfc3261.17.1.3.response-matches-branch",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a request that slipped past the tap looks the same */
        .on = SIPSAN_ON_RESPONSE,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .view = SIPSAN_VIEW_STRAY,
        .summary = "A response has the branch of its request",
        .explain =
            "The client finds the transaction of a response by the branch of the top Via and "
            "the method in CSeq, and by nothing else: a response under another branch is "
            "dropped.\n"
            "Reported when a response fits no request, and there is exactly one with its "
            "Call-ID, From tag, CSeq, sent-by and number of Vias that went to this server and "
            "has got no response yet.\n"
            "Assumed: the tap has seen all requests of this call. A proxy that sends one "
            "request twice to the same server, of which one is missed, looks the same.\n"
            "Bad: INVITE with branch=z9hG4bK74b, 180 with branch=z9hG4bK99x\n"
            "Good: 180 with branch=z9hG4bK74b",
        .check = other_branch,
    },
    {
        .id = "rfc3261.17.1.3.response-cseq-method-mismatch",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the client drops it */
        .on = SIPSAN_ON_RESPONSE,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .view = SIPSAN_VIEW_STRAY,
        .summary = "A response has the method of the request with its branch",
        .explain =
            "Branch and CSeq method together name the transaction, since INVITE and CANCEL "
            "share a branch. A response to an INVITE whose CSeq says another method, or the "
            "reverse, has no transaction and is dropped.\n"
            "Reported when the request with this branch has the same Call-ID, From tag and CSeq "
            "number, and one of the two is an INVITE. Other mixed-up methods are reported as "
            "rfc3261.8.2.6.2.response-cseq-equal. A CANCEL without its INVITE, and the reverse, "
            "is taken for a request that was missed.\n"
            "Bad: CSeq: 7 INVITE in the request, CSeq: 7 OPTIONS in the response\n"
            "Good: CSeq: 7 INVITE in both",
        .check = other_method,
    },
    {
        .id = "rfc3261.17.2.1.100-no-to-tag",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* 8.2.6.2 says that a 100 may have one */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 100,
        .status_to = 100,
        .summary = "A 100 brings no To tag of its own",
        .explain =
            "The 100 comes from the next hop, which may be a proxy and takes no part in a "
            "dialog. With a tag it looks like the answer of a user agent, and a client may open "
            "an early dialog that nobody else knows.\n"
            "A note, as section 8.2.6.2 allows what section 17.2.1 advises against. Inside a "
            "dialog the 100 has the tag of the request.\n"
            "Bad: INVITE without To tag, 100 with To: <sip:bob@example.com>;tag=314\n"
            "Good: 100 with To: <sip:bob@example.com>",
        .check = tag_in_100,
    },
    {
        .id = "rfc3261.17.1.2.1.non-invite-single-2xx",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the client obeys the first, the server believes the last */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = OTHER,
        .status_from = 200,
        .status_to = 699,
        .aliases = "rfc3261.17.2.2.non-invite-other-finals-discarded",
        .view = SIPSAN_VIEW_FINAL,
        .summary = "A request other than INVITE gets one final response",
        .explain =
            "The transaction ends with its first final response; a second one with another status "
            "or To tag is dropped by the client, whatever it meant. Only an INVITE can be answered "
            "more than once, by forks.\n"
            "Reported for two finals of one host to a request that was sent once. Where it was "
            "sent more often, 17.2.2 has its own rule; where a proxy was seen to forward the "
            "request, 16.7.\n"
            "Bad: BYE, 200, 481\n"
            "Good: BYE, 200",
        .check = other_finals,
    },
    {
        .id = "rfc3261.17.2.1.2xx-terminates-server-txn",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* 9.2 has the 481 as a SHOULD */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(CANCEL),
        .status_from = 200,
        .status_to = 299,
        .off_by_update = true,
        .updated_by = "RFC 6026",
        .summary = "A 2xx ends the server transaction of an INVITE",
        .explain =
            "As RFC 3261 was published, nothing was left after the 2xx that a later CANCEL could "
            "match, and its answer was 481 (9.2). RFC 6026 keeps the transaction in its Accepted "
            "state for 64*T1 and makes 200 the answer, so this is judged with --as-of 3261 only.\n"
            "Reported where the To tag shows that the callee itself has answered: the response "
            "context of a proxy lasts longer (16.10).\n"
            "Bad: INVITE, 200, CANCEL, 200 (CANCEL)\n"
            "Good: INVITE, 200, CANCEL, 481",
        .check = cancel_after_2xx,
    },
    {
        .id = "rfc3261.17.2.1.one-final-class",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* both ends believe in different calls */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 699,
        .updated_by = "RFC 6026",
        .view = SIPSAN_VIEW_FINAL,
        .summary = "After a final response to an INVITE no different one follows",
        .explain =
            "The INVITE server transaction sends one final response: after a failure nothing else, "
            "after a 2xx at most further 2xx of other forks. When two go out, the client ends the "
            "call that the server has just begun, or the reverse.\n"
            "Legal: several 2xx with different To tags. A 2xx after a failure with another To tag "
            "is what 16.7 demands of a proxy: milder. A 401 or 407 with a new tag for each copy of "
            "the INVITE comes from a server without state: milder.\n"
            "Not judged: a client that used one branch for different requests; a 487 for a CANCEL "
            "that came after the final (9.2); where a proxy was seen to forward the INVITE "
            "(16.7).\n"
            "Bad: INVITE, 486, 603\n"
            "Good: INVITE, 486",
        .check = invite_finals,
    },
    {
        .id = "rfc3261.17.2.1.no-1xx-after-final",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the call seems to go back to ringing */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .also = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 100,
        .status_to = 199,
        .summary = "No provisional response follows a final one",
        .explain =
            "A final response ends the server's part. A 180 behind the 200 confuses state machines "
            "and starts ringing tones in calls that are up.\n"
            "Compared by To tag: after a 2xx another fork may still ring. After a failure nothing "
            "may follow, whatever its tag.\n"
            "Legal at the tap: a 1xx within 100 ms of the final (500 ms for a copy seen before), "
            "which the network may have overtaken.\n"
            "Bad: INVITE, 200, and one second later 180 with the same To tag\n"
            "Good: INVITE, 180, 200",
        .check = late_1xx,
    },
    {
        .id = "rfc3261.17.2.1.invite-retrans-gets-last-1xx",
        .level = SIPSAN_MUST,
        /* Harmless when the client has the first response; it is a hint where it has not. */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_OWED,
        .also = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 100,
        .status_to = 199,
        .owed = SIPSAN_OWES_LAST_1XX,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP,
        .summary = "A repeated INVITE gets the last provisional response again",
        .explain =
            "A client repeats its INVITE until it hears something. The server answers each copy "
            "with the last provisional response, so that a lost one is made good.\n"
            "Reported when two late copies in a row got no response within a second each: a single "
            "one, or its answer, may be lost behind the tap. "
            "And, milder, when a copy is answered with the 100 again "
            "although a 180 or 183 had been sent.\n"
            "Legal: any newer provisional response, or the final one.\n"
            "Bad: INVITE, 180 (lost), INVITE, INVITE, INVITE\n"
            "Good: INVITE, 180 (lost), INVITE, 180",
        .check = last_1xx,
    },
    {
        .id = "rfc3261.17.2.1.ack-moves-confirmed",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the ACK may be lost behind the tap again and again */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 300,
        .status_to = 699,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "The ACK ends the repeats of a failure",
        .explain =
            "A server that goes on repeating its failure after ACKs with the right branch has not "
            "got them or does not match them: a NAT, a filter, or a comparison of more than branch "
            "and sent-by.\n"
            "Reported when at least four ACKs have passed and the failure comes again. An ACK with "
            "a wrong branch is the client's fault and reported there.\n"
            "Legal: repeats until the ACK arrives; the failure again for a copy of the INVITE.\n"
            "Bad: 486, ACK, 486, ACK, 486, ACK, 486\n"
            "Good: 486, ACK",
        .check = final_after_ack,
    },
    {
        .id = "rfc3261.17.2.1.timer-g-not-on-reliable",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 300,
        .status_to = 699,
        .summary = "A failure is not repeated over a reliable transport",
        .explain = "Timer G runs over unreliable transports only. TCP and its like deliver the "
                   "response; what is missing is the ACK, and a second copy does not bring it.\n"
                   "Reported for the same bytes again on the same connection when the INVITE was "
                   "sent once. A 2xx, in contrast, is repeated on every transport until its ACK "
                   "comes (13.3.1.4).\n"
                   "Bad: 486 over TCP at 0, 0.5 and 1.5 s\n"
                   "Good: 486 over TCP once",
        .check = final_on_reliable,
    },
    {
        .id = "rfc3261.17.2.2.non-invite-completed-retrans",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = OTHER,
        .status_from = 200,
        .status_to = 699,
        .view = SIPSAN_VIEW_FINAL,
        .summary = "A repeated request gets the same final response again",
        .explain =
            "The server keeps its final response for 32 s and answers each copy with it. One that "
            "has no memory does the work again: a second 200 registers twice, a BYE that was "
            "answered 200 is then answered 481.\n"
            "Reported when one host answers the copies of one request with different finals. The "
            "same status with another To tag is milder: servers without state do that, although "
            "8.2.7 wants the same tag from them.\n"
            "Not judged: copies that are not the same bytes (a fault of the client's).\n"
            "Bad: BYE, 200, BYE, 481\n"
            "Good: BYE, 200 (lost), BYE, 200",
        .check = same_final_again,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17_2, rules);

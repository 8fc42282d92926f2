/* RFC 3261 sections 17.1.1.2 and 17.1.1.3: the ACK to a failure, which belongs to the client
 * transaction of its INVITE. What it is made of, and that it is sent. */
#include "rules/copied.h"

static const struct sipsan_span nothing;

/* 17.1.1.3: the ACK to a failure ----------------------------------------------------------------
 */

static bool failure(int status)
{
    return status >= 300 && status <= 699;
}

/* A 2xx to this INVITE was seen: its ACK is another thing (13.2.2.4). */
static bool accepted(const struct sipsan_view *v)
{
    const struct sipsan_txn *invite = v->invite;

    if (sipsan_is_success(invite->final.status) || sipsan_is_success(invite->other_final.status))
        return true;
    return v->dialog && v->dialog->ok_copies > 0 && v->dialog->ok_cseq == v->msg->cseq.number;
}

/* This ACK is in the transaction of an INVITE that was refused. A final that was missed leaves it
 * open what is acknowledged. */
static bool acknowledges_failure(const struct sipsan_view *v)
{
    return v->match->by_branch && failure(v->invite->final.status) && !accepted(v) &&
           v->msg->call_id.p && span_eq(v->msg->call_id, v->invite->call_id);
}

/* On the very path of the INVITE. */
static bool same_path(const struct sipsan_flow *a, const struct sipsan_flow *b)
{
    if (!sipsan_ip_eq(&a->src, &b->src) || !sipsan_ip_eq(&a->dst, &b->dst) ||
        a->dst.port != b->dst.port)
        return false;
    return !sipsan_ip_eq(&a->src, &a->dst) || a->src.port == b->src.port;
}

/* The To tag tells whose ACK it is when the branch does not: it is the tag of a failure, and of
 * nothing else. */
static enum sipsan_verdict ack_via(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_via *mine = v->msg->via;
    const struct sipsan_answer *answer = v->match->answer;

    if (!mine || !mine->ok || accepted(v))
        return SIPSAN_NA;
    if (v->match->by_branch) {
        const struct sipsan_via *theirs = invite->request ? invite->request->via : NULL;

        if (!failure(invite->final.status) || !theirs || !theirs->ok)
            return SIPSAN_NA;
        if (sipsan_span_eq_nocase(mine->transport, theirs->transport))
            return SIPSAN_PASS;
        sipsan_relate_request(why, invite, theirs->text);
        return sipsan_fail(why, mine->transport, "the top Via of the INVITE says %.*s",
                           SPAN(theirs->transport));
    }
    if (invite->acks > 0 || !invite->whole || !answer || !failure(answer->final.status) ||
        !same_path(&invite->flow, &v->seen->flow))
        return SIPSAN_NA;
    why->expected = "the top Via of the INVITE, unchanged";
    sipsan_relate_request(why, invite, invite->branch);
    sipsan_relate(why, &answer->final.ref, "final response", nothing);
    if (sipsan_span_eq_nocase(mine->branch, invite->branch))
        return sipsan_fail(why, mine->host, "the sent-by of the INVITE's Via is %.*s",
                           SPAN(invite->sent_by));
    return sipsan_fail(why, sipsan_branch_of(mine),
                       "the ACK to a %d has a branch of its own, that of the INVITE is %.*s",
                       answer->final.status, SPAN(invite->branch));
}

static enum sipsan_verdict ack_ruri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *mine = &v->msg->ruri, *theirs = &v->invite->request->ruri;

    if (!acknowledges_failure(v) || !mine->ok || !theirs->ok)
        return SIPSAN_NA;
    if (span_eq(mine->text, theirs->text) || sipsan_uri_eq(mine, theirs))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs->text);
    return sipsan_fail(why, mine->text, "the Request-URI of the INVITE on this hop is %.*s",
                       SPAN(theirs->text));
}

static bool contains(struct sipsan_span text, struct sipsan_span part)
{
    if (part.n == 0 || !text.p)
        return false;
    for (size_t i = 0; text.n >= part.n && i <= text.n - part.n; i++)
        if (memcmp(text.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

/* The tag of any failure that was seen will do. A server that sent none cannot have it copied. The
 * URI is that of the response, which is that of the INVITE or a fault of the server's. */
static enum sipsan_verdict ack_to(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *invite = v->invite;
    const struct sipsan_name_addr *mine = &v->msg->to, *asked = &invite->request->to;
    const struct sipsan_answer *answer = v->match->answer;

    if (!acknowledges_failure(v) || !mine->ok || sipsan_txn_answer(invite, nothing))
        return SIPSAN_NA;
    if (!answer || !failure(answer->final.status)) {
        sipsan_relate(why, &invite->final.ref, "final response", invite->final.to);
        if (!mine->tag.p)
            return sipsan_fail(why, mine->text, "the ACK lacks the To tag of the %d",
                               invite->final.status);
        return sipsan_fail(why, mine->tag, "the To tag of the ACK is not that of the %d",
                           invite->final.status);
    }
    if (!asked->ok || sipsan_uri_eq(&mine->uri, &asked->uri) ||
        contains(answer->final.to, mine->uri.text))
        return SIPSAN_PASS;
    sipsan_relate(why, &answer->final.ref, "final response", answer->final.to);
    return sipsan_fail(why, mine->uri.text, "the To URI of the ACK is not that of the %d",
                       answer->final.status);
}

static enum sipsan_verdict ack_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *mine = v->msg->route, *theirs = v->invite->request->route;

    if (!acknowledges_failure(v) || !theirs)
        return SIPSAN_NA;
    if (!sipsan_routes_compare(&mine, &theirs))
        return SIPSAN_NA;
    if (!theirs && !mine)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, theirs ? theirs->text : nothing);
    if (!mine)
        return sipsan_fail(why, v->msg->start_line, "the Route value %.*s of the INVITE is missing",
                           SPAN(theirs->text));
    return sipsan_fail(why, mine->text, "the Route values are not those of the INVITE");
}

static enum sipsan_verdict ack_cseq(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_cseq *mine = &v->msg->cseq;

    if (!acknowledges_failure(v) || !mine->ok)
        return SIPSAN_NA;
    if (mine->number == v->invite->cseq)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->invite, nothing);
    return sipsan_fail(why, mine->text, "the ACK counts %llu, its INVITE %llu",
                       (unsigned long long)mine->number, (unsigned long long)v->invite->cseq);
}

/* 17.1.1.2: that it is sent ---------------------------------------------------------------------
 */

/* Over UDP a server that gets no ACK repeats its final. One that does not has got an ACK which the
 * tap has missed, or is broken itself: nothing is proved against the client. */
static enum sipsan_verdict ack_sent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (!failure(txn->final.status) || sipsan_is_success(txn->other_final.status))
        return SIPSAN_NA;
    sipsan_relate_request(why, txn, nothing);
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    (void)sipsan_fail(why, nothing, "the %d to the INVITE, sent %u times, got no ACK",
                      txn->final.status, (unsigned)txn->final.copies);
    if (v->owed->flow.transport == SIPSAN_UDP && txn->final.copies < 2)
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

/* A single repeat may have been lost behind the tap. On a reliable transport the client's Timer D
 * is zero: nobody is there any more. */
static enum sipsan_verdict ack_resent(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *txn = v->txn;

    if (!failure(txn->final.status) || v->owed->flow.transport != SIPSAN_UDP)
        return SIPSAN_NA;
    sipsan_relate(why, &txn->final.ref, "final response", nothing);
    sipsan_relate(why, &txn->ack_last, "last ACK", nothing);
    (void)sipsan_fail(why, nothing, "the %d was sent %u times, its ACK %u times", txn->final.status,
                      (unsigned)txn->final.copies, (unsigned)txn->acks);
    return txn->final.copies >= txn->acks + 2 ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

#define COPY_VIEW (SIPSAN_VIEW_INVITE | SIPSAN_VIEW_INVITE_TEXT | SIPSAN_VIEW_BRANCH)
#define ABSENCE                                                                                    \
    (SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_START | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.17.1.1.2.ack-non2xx-sent",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_NON2XX,
        .needs = ABSENCE,
        .summary = "Every 3xx, 4xx, 5xx and 6xx to an INVITE gets an ACK",
        .explain =
            "The client transaction itself acknowledges a failure, on any transport. Without the "
            "ACK the server repeats its final response for 32 s and keeps the call in memory.\n"
            "The ACK goes from hop to hop: each proxy sends its own, so it passes where the INVITE "
            "passed.\n"
            "Reported four seconds after the failure, when the server has repeated it (over UDP) "
            "and a later message shows that the tap still hears them. A server that does not "
            "repeat has perhaps got an ACK that was not captured: then it is only counted as "
            "inconclusive.\n"
            "Bad: INVITE, 486, 486, 486\n"
            "Good: INVITE, 486, ACK",
        .check = ack_sent,
    },
    {
        .id = "rfc3261.17.1.1.2.ack-resent-per-final-retrans",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_ACK_NON2XX_AGAIN,
        .needs = ABSENCE,
        .summary = "A repeated 3xx to 6xx gets its ACK again",
        .explain =
            "A failure that comes again says that the ACK was lost. The client transaction stays "
            "for 32 s (Timer D) to acknowledge every copy over UDP; one that has forgotten the "
            "call leaves the server repeating.\n"
            "Reported two seconds after the repeat, when at least two copies went without ACK: a "
            "single one may be lost behind the tap. On reliable transports Timer D is zero and "
            "nothing is due.\n"
            "Bad: 486, ACK, 486, 486, 486\n"
            "Good: 486, ACK (lost), 486, ACK",
        .check = ack_resent,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-ruri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the Request-URI of its INVITE",
        .explain =
            "This ACK belongs to the INVITE's transaction and takes its way. With another "
            "Request-URI (often the Contact of the response, right for the ACK to a 2xx) a "
            "stateless proxy sends it elsewhere.\n"
            "Legal: the same bytes, or an equal URI by 19.1.4. Compared on one hop, since a proxy "
            "may change both.\n"
            "Bad: INVITE sip:bob@example.com, 486, ACK sip:bob@192.0.2.2\n"
            "Good: ACK sip:bob@example.com",
        .check = ack_ruri,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-to",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS,
        .summary = "The ACK to a failure has the To of the response, with its tag",
        .explain =
            "To is the one thing that this ACK takes from the response. Servers that compare tags "
            "do not know an ACK without it, and repeat the failure.\n"
            "Legal: the tag of any failure that came, when a server sent several. Not judged when "
            "a response had no tag at all.\n"
            "Bad: 486 with To: <sip:bob@example.com>;tag=314, ACK with To: <sip:bob@example.com>\n"
            "Good: ACK with To: <sip:bob@example.com>;tag=314",
        .check = ack_to,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-cseq-number",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE | SIPSAN_VIEW_BRANCH,
        .summary = "The ACK to a failure has the CSeq number of its INVITE",
        .explain =
            "An ACK is never counted as a request of its own. With the next number, servers that "
            "look at CSeq find no INVITE for it.\n"
            "Bad: CSeq: 7 INVITE, then CSeq: 8 ACK\n"
            "Good: CSeq: 7 INVITE, then CSeq: 7 ACK",
        .check = ack_cseq,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-via-equal",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        /* 17.2.3 says the same of the server, which finds the transaction by this Via. */
        .aliases = "rfc3261.17.2.3.match-ack-to-invite",
        .summary = "The ACK to a failure has the top Via of its INVITE: the same branch",
        .explain =
            "The server finds the INVITE of this ACK by branch and sent-by. With a new branch, "
            "right for the ACK to a 2xx only, nothing is found: the failure is repeated for 32 s "
            "and the ACK may be taken for a new request.\n"
            "Reported when the ACK has Call-ID, From tag and CSeq number of the INVITE and the To "
            "tag of its failure, passes on the same way, and has another branch, sent-by or "
            "transport.\n"
            "Not judged: an ACK whose final response was missed, or when a 2xx came too.\n"
            "Bad: INVITE with branch=z9hG4bK74b, 486, ACK with branch=z9hG4bK99x\n"
            "Good: ACK with branch=z9hG4bK74b",
        .check = ack_via,
    },
    {
        .id = "rfc3261.17.1.1.3.ack-non2xx-route",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = COPY_VIEW,
        .summary = "The ACK to a failure has the Route values of its INVITE",
        .explain = "Stateless proxies on the way route the ACK by its Route header field. Without "
                   "it the ACK leaves the path of its INVITE and the server never sees it.\n"
                   "Compared on one hop, value by value and in order.\n"
                   "Bad: INVITE with Route: <sip:proxy.example.com;lr>, ACK without\n"
                   "Good: the same Route in both",
        .check = ack_route,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_17_ack, rules);

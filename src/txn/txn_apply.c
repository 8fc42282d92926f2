/* What a message does to its transaction: copies, replies, machines, what the leg has shown of its
 * ends. RFC 3261 17; the obligations it creates or settles are in txn_owes.c. */
#include "base/hash.h"
#include "txn/hop.h"
#include "txn/table.h"

/* Facts that traffic may replace without end: beyond this the replies go without their text. */
#define FACTS_MAX 4096u

static void touch(struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    if (seen->ref.time > txn->active)
        txn->active = seen->ref.time;
}

/* Requests ------------------------------------------------------------------------------------ */

static bool is_doubled(const struct sipsan_msg *msg, enum sipsan_header_id id)
{
    const struct sipsan_header *first = sipsan_msg_header(msg, id);

    return !first || first->next != SIPSAN_NO_LINE;
}

/* A carriage return alone in the header: for one reader a line ends there, for the other not. */
static bool lines_differ(const struct sipsan_msg *msg)
{
    for (uint32_t i = 0; i < msg->fault_count; i++) {
        const struct sipsan_fault *f = &msg->faults[i];

        if (f->production == SIPSAN_PROD_CRLF && f->offset < msg->bytes.n &&
            msg->bytes.p[f->offset] == '\r')
            return true;
    }
    return false;
}

/* What a request has to say of itself once it does not say, says twice, or says in two ways: From,
 * To, Call-ID, CSeq and the protocol in Via (8.1.1), the method in CSeq and in the request line
 * (8.1.1.5). */
static bool contradicts(const struct sipsan_msg *msg)
{
    const struct sipsan_via *via = msg->via;

    if (!msg->cseq.ok || !span_eq(msg->cseq.method, msg->method) || lines_differ(msg))
        return true;
    if (via && !via->ok && !sipsan_span_eq_nocase(via->protocol, SPAN_LIT("SIP")))
        return true; /* who reads on finds another hop than who does not */
    return (msg->repeats || !msg->from.text.p || !msg->to.text.p) &&
           (is_doubled(msg, SIPSAN_HDR_FROM) || is_doubled(msg, SIPSAN_HDR_TO) ||
            is_doubled(msg, SIPSAN_HDR_CALL_ID) || is_doubled(msg, SIPSAN_HDR_CSEQ));
}

static void doubt(struct sipsan_txn *txn)
{
    if (txn)
        txn->contradicts = txn->ambiguous = txn->evidence_lost = true;
}

/* Its server may take it for what the request line says or for what CSeq says, and its response may
 * so come to another transaction of the same branch. */
static void note_contradiction(const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    struct sipsan_way *way;

    if (match->what != SIPSAN_UNMATCHABLE && !contradicts(seen->msg))
        return;
    doubt(match->txn);
    doubt(match->invite);
    if (!seen->leg)
        return;
    way = &seen->leg->way[sipsan_leg_side(seen->leg, &seen->flow.src)];
    way->unnamed = seen->ref.time;
    way->unnamed_via = seen->keys.via;
    way->unnamed_call = seen->keys.call_id;
}

/* A client that comes back after a challenge has shown how fast it answers. */
static void learn_retry(const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_txn *before = match->before;

    if (!before || before->leg != seen->leg || before->final.copies != 1)
        return;
    if (before->final.status == 401 || before->final.status == 407)
        sipsan_leg_replied(seen->leg, &seen->flow.src,
                           time_between(before->final.ref.time, seen->ref.time));
}

static void first_request(const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    struct sipsan_txn *txn = match->txn;

    txn->first = txn->last = seen->ref;
    txn->copies = 1;
    txn->request_hash = seen->hash;
    if (match->reused) {
        txn->ambiguous = txn->evidence_lost = true;
        match->reused->ambiguous = match->reused->evidence_lost = true;
    }
    if (seen->leg)
        learn_retry(match, seen);
}

static void repeated_request(const struct sipsan_txns *txns, struct sipsan_txn *txn,
                             const struct sipsan_seen *seen)
{
    int64_t gap = time_between(txn->last.time, seen->ref.time);

    if (gap < SIPSAN_TXN_DOUBLED)
        return;
    txn->gap_before = txn->gap;
    txn->gap = gap;
    txn->last = seen->ref;
    if (txn->copies < UINT32_MAX)
        txn->copies++;
    if (txn->response_count > 0 && txn->copies_after_answer < UINT32_MAX &&
        time_between(txn->answered_last, seen->ref.time) > txns->race_window)
        txn->copies_after_answer++;
}

/* 17.2.1 and 17.2.2: timers H, I, J and L end the server's transaction, I and J at once where
 * nothing gets lost. What comes after that opens a new one there. */
static bool server_forgot(const struct sipsan_txn *txn)
{
    if (txn->server == SIPSAN_STATE_TERMINATED)
        return true;
    if (txn->flow.transport == SIPSAN_UDP)
        return false;
    return txn->server == SIPSAN_STATE_CONFIRMED ||
           (txn->class != SIPSAN_TXN_INVITE && txn->server == SIPSAN_STATE_COMPLETED);
}

static void link_cancel(const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    struct sipsan_txn *cancel = match->txn, *invite = match->invite;

    if (!invite || !match->by_branch)
        return;
    touch(invite, seen);
    if (cancel->invite_serial == 0) {
        cancel->invite_serial = invite->serial;
        cancel->invite_call = invite->by_call.hash;
        cancel->invite_first = invite->first;
        cancel->invite_permitted = invite->permitted != 0;
    }
    if (invite->cancel_serial == 0) {
        invite->cancel = seen->ref;
        invite->cancel_serial = cancel->serial;
        invite->cancel_call = cancel->by_call.hash;
    }
}

/* A CANCEL goes hop by hop after its INVITE (9.1): without one the tap has missed something, unless
 * the capture or the table explains it. */
static void note_hole(const struct sipsan_txns *txns, const struct sipsan_seen *seen)
{
    struct sipsan_leg *leg = seen->leg;
    int64_t until = time_after(seen->ref.time, SIPSAN_TIMER_B);

    if (!leg || !leg->heard || seen->ref.time < txns->lossy_until)
        return;
    if (time_between(leg->first, seen->ref.time) > SIPSAN_TIMER_B)
        sipsan_leg_lost(leg, until);
}

/* RFC 3262: a PRACK answers a reliable provisional response of its INVITE, or the tap missed that,
 * and perhaps an answer in it. */
static void note_prack(struct sipsan_txns *txns, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_map_link *link;

    if (!msg->rack.ok || txns->as_of != 0)
        return;
    link =
        sipsan_map_first(&txns->by_call, sipsan_key_call(txns->seed, &seen->keys, msg->rack.cseq));
    for (int i = 0; link && i < SIPSAN_HOP_CHAIN; i++, link = sipsan_map_next(link)) {
        struct sipsan_txn *txn = sipsan_container(link, struct sipsan_txn, by_call);
        const struct sipsan_answer *answer;

        if (txn->class != SIPSAN_TXN_INVITE || txn->cseq != msg->rack.cseq ||
            txn->leg != seen->leg || !span_eq(txn->call_id, msg->call_id) ||
            !sipsan_span_eq_nocase(span_solid(txn->from_tag), span_solid(msg->from.tag)))
            continue;
        /* It has gone all the way up. */
        (void)sipsan_settle(txns->owing, &txn->owes, SIPSAN_OWES_FORWARD_1XX, NULL);
        answer = sipsan_txn_answer(txn, msg->to.tag);
        if (!answer || !answer->reliable)
            txn->evidence_lost = true;
    }
}

static void apply_request(struct sipsan_txns *txns, const struct sipsan_match *match,
                          const struct sipsan_seen *seen)
{
    struct sipsan_txn *txn = match->txn;

    if (match->what == SIPSAN_NEW_REQUEST) {
        first_request(match, seen);
    } else {
        if (server_forgot(txn))
            txn->ambiguous = txn->evidence_lost = true;
        repeated_request(txns, txn, seen);
        txn->altered = txn->altered || !match->identical;
    }
    touch(txn, seen);
    sipsan_txn_step(txns, txn, SIPSAN_INPUT_REQUEST);
    if (seen->msg->method_id == SIPSAN_METHOD_PRACK && match->what == SIPSAN_NEW_REQUEST)
        note_prack(txns, seen);
    if (txn->class == SIPSAN_TXN_CANCEL) {
        link_cancel(match, seen);
        if (!match->invite && match->what == SIPSAN_NEW_REQUEST)
            note_hole(txns, seen);
    }
    sipsan_txn_owes_request(txns, match, seen);
    sipsan_txn_rank(txns, txn);
    sipsan_txn_plan(txns, txn);
    if (txn->class == SIPSAN_TXN_CANCEL && match->invite)
        sipsan_txn_plan(txns, match->invite);
}

static void apply_ack(struct sipsan_txns *txns, const struct sipsan_match *match,
                      const struct sipsan_seen *seen)
{
    bool doubled;
    struct sipsan_txn *invite = match->invite;

    if (!invite)
        return;
    if (invite->acks == 0) {
        invite->ack = seen->ref;
        invite->ack_hash = seen->hash;
        if (seen->leg && seen->leg == invite->leg && invite->final.copies == 1)
            sipsan_leg_replied(seen->leg, &seen->flow.src,
                               time_between(invite->final.ref.time, seen->ref.time));
    }
    doubled =
        invite->acks > 0 && time_between(invite->ack_last.time, seen->ref.time) < SIPSAN_TXN_TWIN;
    invite->ack_last = seen->ref;
    if (invite->acks < UINT32_MAX)
        invite->acks++;
    if (invite->ack_hash == seen->hash && seen->leg && seen->leg == invite->leg && !doubled &&
        invite->ack_copies < UINT32_MAX)
        invite->ack_copies++;
    /* With a To tag that its INVITE had not, an ACK answers a final response: the tap missed it. */
    if (invite->whole && invite->final.copies == 0 && !invite->to_tag.p && seen->msg->to.tag.p)
        invite->evidence_lost = true;
    touch(invite, seen);
    if (match->by_branch)
        sipsan_txn_step(txns, invite, SIPSAN_INPUT_ACK);
    sipsan_txn_owes_ack(txns, match, seen);
    sipsan_txn_rank(txns, invite);
    sipsan_txn_plan(txns, invite);
}

/* Responses ----------------------------------------------------------------------------------- */

/* The To value of a reply; copied once as long as it stays the same. */
static struct sipsan_span keep_to(struct sipsan_txn *txn, const struct sipsan_answer *answer,
                                  struct sipsan_span to)
{
    const struct sipsan_reply *kept[] = {&txn->trying, &txn->provisional, &txn->final};
    struct sipsan_span copy;

    if (!to.p)
        return to;
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (kept[i]->to.p && span_eq(kept[i]->to, to))
            return kept[i]->to;
    if (answer && answer->first_1xx.to.p && span_eq(answer->first_1xx.to, to))
        return answer->first_1xx.to;
    if (to.n > FACTS_MAX || txn->facts_used > FACTS_MAX - to.n) {
        txn->evidence_lost = true;
        return (struct sipsan_span){NULL, 0};
    }
    copy = sipsan_arena_copy(&txn->facts, to);
    if (copy.p)
        txn->facts_used += to.n;
    else
        txn->evidence_lost = true;
    return copy;
}

static bool same_reply(const struct sipsan_reply *reply, const struct sipsan_seen *seen)
{
    return reply->copies > 0 && reply->status == seen->msg->status && reply->hash == seen->hash;
}

static void again(struct sipsan_reply *reply, const struct sipsan_seen *seen)
{
    if (time_between(reply->last.time, seen->ref.time) < SIPSAN_TXN_DOUBLED)
        return;
    reply->last = seen->ref;
    if (reply->copies < UINT32_MAX)
        reply->copies++;
}

uint64_t sipsan_txn_body_key(const struct sipsan_txns *txns, const struct sipsan_msg *msg)
{
    return msg->truncated ? 0 : sipsan_hash_bulk(txns->seed, msg->body) | 1;
}

uint64_t sipsan_txn_realm_key(const struct sipsan_txns *txns, struct sipsan_span realm)
{
    return sipsan_hash_text(txns->seed, realm);
}

static struct sipsan_reply reply_of(const struct sipsan_seen *seen, struct sipsan_span to)
{
    return (struct sipsan_reply){
        .ref = seen->ref,
        .last = seen->ref,
        .hash = seen->hash,
        .copies = 1,
        .status = seen->msg->status,
        .to = to,
    };
}

/* The latest one replaces what was there. */
static void latest(struct sipsan_reply *reply, const struct sipsan_seen *seen,
                   struct sipsan_span to)
{
    if (same_reply(reply, seen))
        again(reply, seen);
    else
        *reply = reply_of(seen, to);
}

/* The first one stays; copies of it are counted. */
static void earliest(struct sipsan_reply *reply, const struct sipsan_seen *seen,
                     struct sipsan_span to, bool any_bytes)
{
    if (reply->copies == 0)
        *reply = reply_of(seen, to);
    else if (same_reply(reply, seen) || (any_bytes && reply->status == seen->msg->status))
        again(reply, seen);
}

static struct sipsan_answer *answer_of(struct sipsan_txn *txn, const struct sipsan_match *match,
                                       const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_answer *answer = match->answer;

    if (answer)
        return answer;
    if (txn->answer_count >= SIPSAN_ANSWERS_MAX) {
        txn->evidence_lost = true;
        return NULL;
    }
    answer = sipsan_arena_zalloc(&txn->facts, sizeof(*answer));
    if (answer && msg->to.tag.p)
        answer->tag = sipsan_arena_copy(&txn->facts, msg->to.tag);
    if (!answer || (msg->to.tag.p && !answer->tag.p)) {
        txn->evidence_lost = true;
        return NULL;
    }
    answer->tag_key = seen->keys.to_tag;
    answer->next = txn->answers;
    txn->answers = answer;
    txn->answer_count++;
    return answer;
}

static bool other_tag(const struct sipsan_txn *txn, const struct sipsan_answer *answer)
{
    return !answer || answer->final.status != txn->final.status ||
           answer->final.hash != txn->final.hash;
}

static void note_final_gap(struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    int64_t gap = time_between(txn->final.last.time, seen->ref.time);

    txn->final_gap = gap;
    if (gap >= SIPSAN_TXN_DOUBLED && (txn->final_gap_min == 0 || gap < txn->final_gap_min))
        txn->final_gap_min = gap;
}

static void apply_final(struct sipsan_txn *txn, struct sipsan_answer *answer,
                        const struct sipsan_seen *seen, struct sipsan_span to)
{
    /* One tag, one final: bytes that differ (a date, a counter) do not make it another one. */
    bool had = txn->final.copies > 0;
    bool mine = had && txn->final.status == seen->msg->status && answer &&
                answer->final.copies > 0 && !other_tag(txn, answer);

    if (!had)
        txn->final_flow = seen->flow;
    if (mine || same_reply(&txn->final, seen))
        note_final_gap(txn, seen);
    if (!had || mine || same_reply(&txn->final, seen))
        earliest(&txn->final, seen, to, mine);
    else
        earliest(&txn->other_final, seen, to, false);
    if (answer)
        earliest(&answer->final, seen, to, true);
}

static void apply_provisional(struct sipsan_txn *txn, struct sipsan_answer *answer,
                              const struct sipsan_seen *seen, struct sipsan_span to)
{
    static const struct sipsan_span rel100 = {"100rel", 6};
    const struct sipsan_msg *msg = seen->msg;

    if (txn->permitted == 0)
        txn->permitted = seen->ref.time;
    latest(&txn->provisional, seen, to);
    if (msg->status == 100) {
        earliest(&txn->trying, seen, to, false);
        return;
    }
    if (!answer)
        return;
    earliest(&answer->first_1xx, seen, to, false);
    latest(&answer->last_1xx, seen, to);
    if (msg->rseq.text.p && sipsan_token_listed(msg->require, rel100))
        answer->reliable = seen->hash | 1;
}

static void keep_agent(struct sipsan_txn *txn, const struct sipsan_msg *msg)
{
    const struct sipsan_header *agent = sipsan_msg_header(msg, SIPSAN_HDR_SERVER);

    if (txn->server_agent.p)
        return;
    if (!agent)
        agent = sipsan_msg_header(msg, SIPSAN_HDR_USER_AGENT);
    if (agent && agent->value.n <= FACTS_MAX)
        txn->server_agent = sipsan_arena_copy(&txn->facts, agent->value);
}

/* What the proxy must pass on with a response from below (16.7 steps 7 and 9). */
static void keep_below(const struct sipsan_txns *txns, struct sipsan_txn *txn,
                       struct sipsan_answer *answer, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    struct sipsan_reply *reply;

    if (!txn->parent || !answer || msg->status <= 100)
        return;
    reply = msg->status < 200 ? &answer->last_1xx : &answer->final;
    if (reply->copies != 1 || reply->hash != seen->hash)
        return;
    reply->body = sipsan_txn_body_key(txns, msg);
    reply->present = msg->present;
    if (msg->status != 401 && msg->status != 407)
        return;
    txn->realm_count = 0;
    for (const struct sipsan_auth *a = msg->auth; a && txn->realm_count < SIPSAN_REALMS_MAX;
         a = a->next)
        if (a->ok && a->realm.p &&
            (a->header == SIPSAN_HDR_WWW_AUTHENTICATE ||
             a->header == SIPSAN_HDR_PROXY_AUTHENTICATE))
            txn->realms[txn->realm_count++] = sipsan_txn_realm_key(txns, a->realm);
}

/* 8.1.3.4: where a redirection sends the client; several choices decide nothing. */
static void keep_moved(struct sipsan_txn *txn, const struct sipsan_msg *msg)
{
    if (msg->status / 100 == 3 && !txn->moved.p && msg->contact_count == 1 &&
        msg->contact->uri.ok && msg->contact->uri.text.n <= FACTS_MAX)
        txn->moved = sipsan_arena_copy(&txn->facts, msg->contact->uri.text);
}

/* Before the response counts as the first final. */
static void keep_interval(struct sipsan_txn *txn, const struct sipsan_msg *msg)
{
    const struct sipsan_value *value = NULL;

    if (txn->final.copies > 0 || msg->status < 200 || !msg->values)
        return;
    if (msg->status < 300)
        value = sipsan_msg_value(msg, SIPSAN_HDR_SESSION_EXPIRES);
    else if (msg->status == 422)
        value = sipsan_msg_value(msg, SIPSAN_HDR_MIN_SE);
    if (value && value->ok && value->number <= UINT32_MAX)
        txn->interval = (uint32_t)value->number;
}

static void learn_server(struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    if (!addr_same(&txn->flow.dst, &seen->flow.src) && txn->other_server.family == 0)
        txn->other_server = seen->flow.src;
    if (txn->response_count == 0 && txn->copies == 1 && txn->leg && txn->leg == seen->leg)
        sipsan_leg_replied(txn->leg, &seen->flow.src,
                           time_between(txn->first.time, seen->ref.time));
}

static enum sipsan_input input_of(int status)
{
    if (status < 200)
        return SIPSAN_INPUT_1XX;
    return status < 300 ? SIPSAN_INPUT_2XX : SIPSAN_INPUT_3XX_6XX;
}

/* The final of a CANCEL, noted with its INVITE. */
static void answer_cancel(struct sipsan_txns *txns, struct sipsan_txn *cancel,
                          const struct sipsan_seen *seen)
{
    struct sipsan_txn *invite = sipsan_txn_invite_of(txns, cancel);

    if (!invite || invite->cancel_serial != cancel->serial || invite->cancel_status != 0)
        return;
    invite->cancel_answer = seen->ref;
    invite->cancel_status = seen->msg->status;
}

static void apply_response(struct sipsan_txns *txns, const struct sipsan_match *match,
                           const struct sipsan_seen *seen)
{
    struct sipsan_txn *txn = match->txn;
    struct sipsan_answer *answer;
    struct sipsan_span to;
    int status = seen->msg->status;

    if (match->what == SIPSAN_STRAY_RESPONSE && (!txn || txn->response_count == 0))
        note_hole(txns, seen);
    if (!txn)
        return;
    learn_server(txn, seen);
    if (txn->answered == 0)
        txn->answered = seen->ref.time;
    txn->answered_last = seen->ref.time;
    if (txn->response_count < UINT32_MAX)
        txn->response_count++;
    txn->copies_after_answer = 0;
    touch(txn, seen);
    keep_agent(txn, seen->msg);
    keep_interval(txn, seen->msg);
    keep_moved(txn, seen->msg);
    answer = status == 100 ? match->answer : answer_of(txn, match, seen);
    to = keep_to(txn, answer, seen->msg->to.text);
    if (status < 200)
        apply_provisional(txn, answer, seen, to);
    else
        apply_final(txn, answer, seen, to);
    keep_below(txns, txn, answer, seen);
    sipsan_txn_step(txns, txn, input_of(status));
    if (status >= 200 && txn->class == SIPSAN_TXN_CANCEL)
        answer_cancel(txns, txn, seen);
    sipsan_txn_owes_response(txns, match, seen, match->what != SIPSAN_REPEATED_RESPONSE);
    sipsan_txn_rank(txns, txn);
    sipsan_txn_plan(txns, txn);
}

void sipsan_txn_apply(struct sipsan_txns *txns, const struct sipsan_match *match,
                      const struct sipsan_seen *seen)
{
    switch (match->what) {
    case SIPSAN_NEW_REQUEST:
    case SIPSAN_REPEATED_REQUEST:
        apply_request(txns, match, seen);
        break;
    case SIPSAN_ACK_REQUEST:
        apply_ack(txns, match, seen);
        break;
    case SIPSAN_NEW_RESPONSE:
    case SIPSAN_REPEATED_RESPONSE:
    case SIPSAN_STRAY_RESPONSE:
        apply_response(txns, match, seen);
        break;
    case SIPSAN_UNMATCHABLE:
        break;
    }
    if (seen->msg->request || seen->msg->status == 0) /* its start line is broken */
        note_contradiction(match, seen);
    if (match->txn && sipsan_header_cut(seen->msg))
        match->txn->evidence_lost = true;
    /* Last: what came before looked at the leg as it was. */
    if (seen->leg)
        sipsan_leg_heard(seen->leg, &seen->flow.src, seen->msg->request, seen->ref.time);
}

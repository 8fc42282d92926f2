/* What becomes of a message that is looked up (RFC 3261 17.1.3, 17.2.3): its transaction is found
 * or made. What it does to the transaction: txn_apply.c. */
#include "base/prefetch.h"
#include "txn/hop.h"
#include "txn/table.h"

/* A transaction and the facts behind it, the octets of a request that its response repeats. */
#define TXN_FACTS    (sizeof(struct sipsan_txn) + 512)
#define REQUEST_TEXT 512

static bool keep(struct sipsan_txn *txn, struct sipsan_span *fact, struct sipsan_span text)
{
    if (!text.p)
        return true;
    *fact = sipsan_arena_copy(&txn->facts, text);
    return fact->p != NULL;
}

static bool keep_request_facts(struct sipsan_txn *txn, const struct sipsan_msg *msg)
{
    const struct sipsan_header *agent = sipsan_msg_header(msg, SIPSAN_HDR_USER_AGENT);

    return (!agent || keep(txn, &txn->agent, agent->value)) && keep(txn, &txn->to_tag, msg->to.tag);
}

static bool keep_facts(struct sipsan_txn *txn, const struct sipsan_msg *msg)
{
    if (msg->request && !keep_request_facts(txn, msg))
        return false;
    return keep(txn, &txn->call_id, msg->call_id) && keep(txn, &txn->from_tag, msg->from.tag) &&
           keep(txn, &txn->branch, span_solid(msg->via->branch)) &&
           keep(txn, &txn->sent_by, span_solid(msg->via->host));
}

static struct sipsan_flow reversed(struct sipsan_flow flow)
{
    struct sipsan_addr dst = flow.dst;

    flow.dst = flow.src;
    flow.src = dst;
    flow.sent_by_accused = false;
    return flow;
}

/* A transaction for this message; of a request its text is not taken yet. NULL: no memory. */
static struct sipsan_txn *make(struct sipsan_txns *txns, const struct sipsan_hop *hop,
                               const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    bool invite = hop->class == SIPSAN_TXN_INVITE;
    struct sipsan_txn *txn = sipsan_txn_blank(txns);

    if (!txn)
        return NULL;
    txn->class = hop->class;
    txn->method_id = hop->method_id;
    txn->rfc2543 = hop->rfc2543;
    txn->whole = msg->request;
    txn->cseq = hop->cseq;
    txn->keys = seen->keys;
    txn->sent_by_port = hop->port;
    txn->via_count = msg->via_count;
    txn->flow = msg->request ? seen->flow : reversed(seen->flow);
    txn->leg = seen->leg;
    txn->active = seen->ref.time;
    txn->client = sipsan_fsm_start(invite ? SIPSAN_INVITE_CLIENT : SIPSAN_OTHER_CLIENT);
    txn->server = sipsan_fsm_start(invite ? SIPSAN_INVITE_SERVER : SIPSAN_OTHER_SERVER);
    if (!keep_facts(txn, msg) || !sipsan_txn_enter_map(txns, txn, SIPSAN_IN_BRANCH, hop->hash) ||
        !sipsan_txn_enter_map(txns, txn, SIPSAN_IN_CALL, hop->call_hash)) {
        sipsan_txn_put_away(txns, txn);
        return NULL;
    }
    txn->serial = ++txns->serial;
    txns->total++;
    return txn;
}

/* Matching ------------------------------------------------------------------------------------ */

static bool usable(const struct sipsan_msg *msg)
{
    return msg->via && msg->via->host.n > 0 && msg->call_id.p && msg->cseq.text.p &&
           msg->cseq.method.n > 0;
}

/* The request of a transaction that began with a response. */
static void late_request(struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    txn->flow = seen->flow;
    txn->leg = seen->leg;
    txn->via_count = msg->via_count;
    txn->keys = seen->keys;
    if (!keep_request_facts(txn, msg))
        txn->evidence_lost = true;
}

/* Makes room for the next message. */
static int no_memory(struct sipsan_txns *txns, struct sipsan_match *match)
{
    *match = (struct sipsan_match){.what = SIPSAN_UNMATCHABLE};
    (void)sipsan_txn_evict(txns);
    return SIPSAN_ENOMEM;
}

static void take_request(struct sipsan_txn *txn, struct sipsan_seen *seen)
{
    txn->request = seen->msg;
    seen->kept = true;
}

/* Links a new request to the other side of its proxy, whichever was captured first. */
static void pair(struct sipsan_txns *txns, struct sipsan_match *match, const struct sipsan_hop *hop,
                 const struct sipsan_seen *seen)
{
    struct sipsan_txn *txn = match->txn;
    const struct sipsan_via *upstream = seen->msg->via->next;
    struct sipsan_txn *parent, *orphan;

    if (hop->class == SIPSAN_TXN_CANCEL || txn->segment)
        return; /* a proxy makes its own CANCEL (9.1, 16.10); the first tap point has the pair */
    for (unsigned n = 0; n < SIPSAN_CHILDREN_MAX && !txn->rfc2543; n++) {
        orphan = sipsan_hop_orphan(txns, txn);
        if (!orphan)
            break;
        sipsan_txn_leave_map(txns, orphan, SIPSAN_IN_UPSTREAM);
        sipsan_txn_adopt(txn, orphan);
        if (!match->relayed)
            match->relayed = orphan;
    }
    parent = sipsan_hop_parent(txns, hop, seen);
    if (parent && parent != txn) {
        sipsan_txn_adopt(parent, txn);
        match->parent = txn->parent;
        match->relayed = parent;
    } else if (upstream && sipsan_hop_cookie(upstream)) {
        (void)sipsan_txn_enter_map(txns, txn, SIPSAN_IN_UPSTREAM,
                                   sipsan_hop_hash(txns, seen->keys.via2, hop->class));
    }
}

/* Both legs of one hop that is seen on either side of an address translator. */
static void note_translator(struct sipsan_txn *segment, const struct sipsan_seen *seen)
{
    if (!segment || !seen->leg || !segment->leg || !sipsan_hop_translated(segment, seen))
        return;
    segment->leg->translated = true;
    seen->leg->translated = true;
}

static int match_request(struct sipsan_txns *txns, struct sipsan_match *match,
                         struct sipsan_seen *seen)
{
    struct sipsan_txn *segment;
    struct sipsan_hop hop;

    sipsan_hop_of(&hop, txns, seen, sipsan_hop_class(seen->msg->method_id));
    if (hop.class == SIPSAN_TXN_CANCEL)
        match->invite = sipsan_hop_invite(txns, seen, &match->by_branch);
    match->txn = sipsan_hop_request(txns, &hop, seen, &match->reused, &segment);
    if (match->txn && match->txn->copies > 0) {
        match->what = SIPSAN_REPEATED_REQUEST;
        match->identical = match->txn->request_hash == seen->hash;
        match->reused = NULL;
        return SIPSAN_OK;
    }
    if (!match->txn) {
        match->txn = make(txns, &hop, seen);
        if (!match->txn)
            return no_memory(txns, match);
    } else {
        late_request(match->txn, seen);
    }
    match->what = SIPSAN_NEW_REQUEST;
    match->txn->segment = segment != NULL;
    note_translator(segment, seen);
    pair(txns, match, &hop, seen);
    match->merged = sipsan_hop_merged(txns, match->txn);
    match->txn->merged_serial = match->merged ? match->merged->serial : 0;
    match->before = sipsan_hop_before(txns, match->txn);
    take_request(match->txn, seen);
    return SIPSAN_OK;
}

static int match_ack(struct sipsan_txns *txns, struct sipsan_match *match,
                     const struct sipsan_seen *seen)
{
    match->what = SIPSAN_ACK_REQUEST;
    match->invite = sipsan_hop_invite(txns, seen, &match->by_branch);
    if (!match->invite)
        return SIPSAN_OK;
    if (match->by_branch)
        match->txn = match->invite;
    match->answer = sipsan_txn_answer(match->invite, seen->msg->to.tag);
    match->identical = match->invite->ack_hash == seen->hash && match->invite->acks > 0;
    return SIPSAN_OK;
}

static bool same_reply(const struct sipsan_reply *reply, const struct sipsan_seen *seen)
{
    return reply->copies > 0 && reply->hash == seen->hash && reply->status == seen->msg->status;
}

static void classify_response(struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_txn *txn = match->txn;
    const struct sipsan_answer *answer = match->answer;

    match->identical = same_reply(&txn->trying, seen) || same_reply(&txn->provisional, seen) ||
                       same_reply(&txn->final, seen) || same_reply(&txn->other_final, seen);
    if (answer)
        match->identical = match->identical || same_reply(&answer->first_1xx, seen) ||
                           same_reply(&answer->last_1xx, seen) ||
                           same_reply(&answer->final, seen) ||
                           (seen->msg->status < 200 && answer->reliable == (seen->hash | 1));
    match->what = SIPSAN_NEW_RESPONSE;
    if (match->identical ||
        (answer && answer->final.status != 0 && answer->final.status == seen->msg->status))
        match->what = SIPSAN_REPEATED_RESPONSE;
    if (txn->copies == 0)
        match->what = SIPSAN_STRAY_RESPONSE;
}

static int match_response(struct sipsan_txns *txns, struct sipsan_match *match,
                          struct sipsan_seen *seen)
{
    struct sipsan_hop hop;

    match->what = SIPSAN_STRAY_RESPONSE;
    if (seen->msg->method_id == SIPSAN_METHOD_ACK || seen->msg->status == 0)
        return SIPSAN_OK; /* 17: nothing answers an ACK */
    sipsan_hop_of(&hop, txns, seen, sipsan_hop_class(seen->msg->method_id));
    match->txn = sipsan_hop_response(txns, &hop, seen);
    if (!match->txn) {
        if (hop.rfc2543)
            return SIPSAN_OK;
        match->txn = make(txns, &hop, seen);
        if (match->txn)
            return SIPSAN_OK;
        return no_memory(txns, match);
    }
    match->answer = sipsan_txn_answer(match->txn, seen->msg->to.tag);
    classify_response(match, seen);
    match->child =
        sipsan_hop_child(match->txn, seen->msg->status, seen->msg->to.tag, seen->ref.time);
    return SIPSAN_OK;
}

static uint64_t branch_hash(const struct sipsan_txns *txns, const struct sipsan_seen *seen)
{
    return sipsan_hop_hash(txns, seen->keys.via, sipsan_hop_class(seen->msg->method_id));
}

void sipsan_txn_expect(const struct sipsan_txns *txns, const struct sipsan_seen *seen)
{
    sipsan_map_expect(&txns->by_branch, branch_hash(txns, seen));
    sipsan_map_expect(&txns->by_call,
                      sipsan_key_call(txns->seed, &seen->keys, seen->msg->cseq.number));
}

/* The transaction that the message is likely to belong to; nothing of it is read. */
static const struct sipsan_txn *likely(const struct sipsan_txns *txns,
                                       const struct sipsan_seen *seen)
{
    struct sipsan_map_link *link = sipsan_map_first(&txns->by_branch, branch_hash(txns, seen));

    if (link)
        return sipsan_container(link, struct sipsan_txn, by_branch);
    link = sipsan_map_first(&txns->by_call,
                            sipsan_key_call(txns->seed, &seen->keys, seen->msg->cseq.number));
    return link ? sipsan_container(link, struct sipsan_txn, by_call) : NULL;
}

void sipsan_txn_expect_now(const struct sipsan_txns *txns, const struct sipsan_seen *seen)
{
    const struct sipsan_txn *txn = likely(txns, seen);

    if (txn)
        sipsan_prefetch(txn, 0, TXN_FACTS);
    else /* a new one: what was before it */
        sipsan_map_expect(&txns->by_call,
                          sipsan_key_call(txns->seed, &seen->keys, seen->msg->cseq.number - 1));
}

void sipsan_txn_expect_next(const struct sipsan_txns *txns, const struct sipsan_seen *seen)
{
    const struct sipsan_txn *txn = likely(txns, seen);

    if (txn && txn->request && !seen->msg->request)
        sipsan_prefetch(txn->request, 0, sizeof(*txn->request) + REQUEST_TEXT);
}

int sipsan_txn_match(struct sipsan_txns *txns, struct sipsan_match *match, struct sipsan_seen *seen)
{
    *match = (struct sipsan_match){.what = SIPSAN_UNMATCHABLE};
    if (!txns->begun) {
        txns->begun = true;
        txns->started = txns->now = seen->ref.time;
    }
    if (seen->ref.time > txns->now)
        txns->now = seen->ref.time;
    if (!usable(seen->msg))
        return SIPSAN_OK;
    /* Before anything is looked up: room is made at the cost of transactions. */
    (void)sipsan_txn_reserve(txns);
    if (!seen->msg->request)
        return match_response(txns, match, seen);
    if (seen->msg->method_id == SIPSAN_METHOD_ACK)
        return match_ack(txns, match, seen);
    return match_request(txns, match, seen);
}

/* Looking up ---------------------------------------------------------------------------------- */

struct sipsan_txn *sipsan_txn_by_serial(const struct sipsan_txns *txns, uint64_t serial,
                                        uint64_t by_call_hash)
{
    for (struct sipsan_map_link *l = sipsan_map_first(&txns->by_call, by_call_hash); l;
         l = sipsan_map_next(l)) {
        struct sipsan_txn *txn = sipsan_container(l, struct sipsan_txn, by_call);

        if (txn->serial == serial)
            return txn;
    }
    return NULL;
}

struct sipsan_txn *sipsan_txn_invite_of(const struct sipsan_txns *txns,
                                        const struct sipsan_txn *cancel)
{
    if (cancel->invite_serial == 0)
        return NULL;
    return sipsan_txn_by_serial(txns, cancel->invite_serial, cancel->invite_call);
}

struct sipsan_txn *sipsan_txn_cancel_of(const struct sipsan_txns *txns,
                                        const struct sipsan_txn *invite)
{
    if (invite->cancel_serial == 0)
        return NULL;
    return sipsan_txn_by_serial(txns, invite->cancel_serial, invite->cancel_call);
}

struct sipsan_txn *sipsan_txn_namesake(const struct sipsan_txns *txns, const struct sipsan_txn *of)
{
    enum sipsan_txn_class class =
        of->class == SIPSAN_TXN_CANCEL ? SIPSAN_TXN_INVITE : SIPSAN_TXN_CANCEL;
    struct sipsan_map_link *link = sipsan_map_first(&txns->by_call, of->by_call.hash);

    for (int i = 0; link && i < SIPSAN_HOP_CHAIN; i++, link = sipsan_map_next(link)) {
        struct sipsan_txn *txn = sipsan_container(link, struct sipsan_txn, by_call);

        if (txn->class == class && txn->cseq == of->cseq && span_eq(txn->call_id, of->call_id) &&
            sipsan_span_eq_nocase(txn->from_tag, of->from_tag) &&
            addr_same_ip(&txn->flow.src, &of->flow.src) &&
            addr_same_ip(&txn->flow.dst, &of->flow.dst))
            return txn;
    }
    return NULL;
}

struct sipsan_txn *sipsan_txn_same_branch(const struct sipsan_txns *txns,
                                          const struct sipsan_txn *txn, enum sipsan_txn_class class)
{
    struct sipsan_map_link *link;

    if (txn->rfc2543 || txn->class == class)
        return NULL;
    link = sipsan_map_first(&txns->by_branch, sipsan_hop_hash(txns, txn->keys.via, class));
    for (int i = 0; link && i < SIPSAN_HOP_CHAIN; i++, link = sipsan_map_next(link)) {
        struct sipsan_txn *other = sipsan_container(link, struct sipsan_txn, by_branch);

        if (other->class == class && other->sent_by_port == txn->sent_by_port &&
            sipsan_span_eq_nocase(other->branch, txn->branch) &&
            sipsan_span_eq_nocase(other->sent_by, txn->sent_by))
            return other;
    }
    return NULL;
}

/* A request of the same call and number on the way of this response. */
static bool same_call_and_way(const struct sipsan_txn *txn, const struct sipsan_txn *stray)
{
    return txn != stray && txn->whole && txn->cseq == stray->cseq &&
           span_eq(span_solid(txn->call_id), span_solid(stray->call_id)) &&
           sipsan_span_eq_nocase(span_solid(txn->from_tag), span_solid(stray->from_tag)) &&
           addr_same_ip(&txn->flow.src, &stray->flow.src) &&
           addr_same(&txn->flow.dst, &stray->flow.dst) &&
           txn->sent_by_port == stray->sent_by_port &&
           sipsan_span_eq_nocase(txn->sent_by, stray->sent_by);
}

/* INVITE and CANCEL share a branch lawfully: one of the two may be missing here. */
struct sipsan_txn *sipsan_txn_meant_method(const struct sipsan_txns *txns,
                                           const struct sipsan_txn *stray)
{
    enum sipsan_txn_class class =
        stray->class == SIPSAN_TXN_OTHER ? SIPSAN_TXN_INVITE : SIPSAN_TXN_OTHER;
    struct sipsan_map_link *link =
        sipsan_map_first(&txns->by_branch, sipsan_hop_hash(txns, stray->keys.via, class));

    for (int i = 0; link && i < SIPSAN_HOP_CHAIN; i++, link = sipsan_map_next(link)) {
        struct sipsan_txn *txn = sipsan_container(link, struct sipsan_txn, by_branch);

        if (txn->class == class && same_call_and_way(txn, stray) &&
            sipsan_span_eq_nocase(span_solid(txn->branch), span_solid(stray->branch)))
            return txn;
    }
    return NULL;
}

struct sipsan_txn *sipsan_txn_meant_branch(const struct sipsan_txns *txns,
                                           const struct sipsan_txn *stray)
{
    struct sipsan_map_link *link = sipsan_map_first(&txns->by_call, stray->by_call.hash);
    struct sipsan_txn *found = NULL;

    for (int i = 0; link && i < SIPSAN_HOP_CHAIN; i++, link = sipsan_map_next(link)) {
        struct sipsan_txn *txn = sipsan_container(link, struct sipsan_txn, by_call);

        if (txn->method_id != stray->method_id || !same_call_and_way(txn, stray))
            continue;
        if (found || txn->answered != 0)
            return NULL;
        found = txn;
    }
    return found;
}

struct sipsan_answer *sipsan_txn_answer(const struct sipsan_txn *txn, struct sipsan_span tag)
{
    for (struct sipsan_answer *answer = txn->answers; answer; answer = answer->next)
        if ((answer->tag.p != NULL) == (tag.p != NULL) &&
            sipsan_span_eq_nocase(span_solid(answer->tag), span_solid(tag)))
            return answer;
    return NULL;
}

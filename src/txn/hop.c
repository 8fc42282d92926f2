/* Hops: RFC 3261 17.1.3 and 17.2.3 (keys, with the older one of RFC 2543 where the magic cookie is
 * missing), 9.1 and 9.2 (CANCEL), 16.6 and 16.7 (both sides of a proxy), 8.2.2.2 (merged requests).
 * Every search looks at a bounded number of transactions. */
#include "txn/hop.h"

#include "base/hash.h"
#include "txn/table.h"

#define COOKIE SPAN_LIT("z9hG4bK")

/* How far up the chain of proxies a common ancestor is looked for. */
#define ANCESTORS_MAX 16

/* The same packet on the other side of an address translator comes at once; the client's own repeat
 * comes after T1 at the earliest (17.1.1.2). */
#define NAT_COPY_MAX (SIPSAN_T1 / 2)

enum sipsan_txn_class sipsan_hop_class(uint8_t method_id)
{
    switch (method_id) {
    case SIPSAN_METHOD_INVITE:
    case SIPSAN_METHOD_ACK:
        return SIPSAN_TXN_INVITE;
    case SIPSAN_METHOD_CANCEL:
        return SIPSAN_TXN_CANCEL;
    default:
        return SIPSAN_TXN_OTHER;
    }
}

bool sipsan_hop_cookie(const struct sipsan_via *via)
{
    return via->branch.p && via->branch.n > COOKIE.n &&
           sipsan_span_starts_nocase(via->branch, COOKIE);
}

bool sipsan_via_same_hop(const struct sipsan_via *a, const struct sipsan_via *b)
{
    return sipsan_span_eq_nocase(span_solid(a->branch), span_solid(b->branch)) &&
           sipsan_span_eq_nocase(span_solid(a->host), span_solid(b->host)) &&
           sipsan_via_port(a) == sipsan_via_port(b);
}

uint64_t sipsan_hop_hash(const struct sipsan_txns *txns, uint64_t via, enum sipsan_txn_class class)
{
    /* The classes of one branch stand side by side in the table: the number is in bits that do not
     * choose the place. */
    return (sipsan_hash_join(txns->seed, via, 0, 0) & ~(UINT64_C(3) << 62)) |
           (uint64_t) class << 62;
}

/* 17.2.3, second half. The To tag is left out where the client had none to send (INVITE, CANCEL) or
 * learnt it since (ACK). */
static uint64_t older_hash(const struct sipsan_txns *txns, const struct sipsan_msg *msg,
                           const struct sipsan_hop *hop)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, txns->seed);
    sipsan_hash_span(&h, span_solid(msg->ruri.text));
    if (hop->class == SIPSAN_TXN_OTHER)
        sipsan_hash_span(&h, span_solid(msg->to.tag));
    sipsan_hash_span(&h, span_solid(hop->from_tag));
    sipsan_hash_span(&h, span_solid(hop->call_id));
    sipsan_hash_u64(&h, hop->cseq);
    sipsan_hash_span(&h, span_solid(msg->via->text));
    sipsan_hash_u64(&h, (uint64_t)hop->class);
    return sipsan_hash_end(&h);
}

void sipsan_hop_of(struct sipsan_hop *hop, const struct sipsan_txns *txns,
                   const struct sipsan_seen *seen, enum sipsan_txn_class class)
{
    const struct sipsan_msg *msg = seen->msg;

    *hop = (struct sipsan_hop){
        .class = class,
        .rfc2543 = !sipsan_hop_cookie(msg->via),
        .branch = msg->via->branch,
        .host = msg->via->host,
        .port = sipsan_via_port(msg->via),
        .call_id = msg->call_id,
        .from_tag = msg->from.tag,
        .cseq = msg->cseq.number,
        .method_id = msg->method_id,
    };
    hop->call_hash = sipsan_key_call(txns->seed, &seen->keys, hop->cseq);
    /* A response has no Request-URI: without the cookie it is found by its call. */
    if (!hop->rfc2543)
        hop->hash = sipsan_hop_hash(txns, seen->keys.via, class);
    else
        hop->hash = msg->request ? older_hash(txns, msg, hop) : 0;
}

/* Same Call-ID, From tag and CSeq number. */
static bool same_call(const struct sipsan_txn *txn, const struct sipsan_hop *hop)
{
    return txn->cseq == hop->cseq && span_eq(span_solid(txn->call_id), span_solid(hop->call_id)) &&
           sipsan_span_eq_nocase(span_solid(txn->from_tag), span_solid(hop->from_tag));
}

static bool same_branch(const struct sipsan_txn *txn, const struct sipsan_hop *hop)
{
    return txn->sent_by_port == hop->port &&
           sipsan_span_eq_nocase(span_solid(txn->branch), span_solid(hop->branch)) &&
           sipsan_span_eq_nocase(txn->sent_by, span_solid(hop->host));
}

/* The transaction stands under the key of this message. */
static bool same_key(const struct sipsan_txn *txn, const struct sipsan_hop *hop)
{
    if (txn->class != hop->class || txn->rfc2543 != hop->rfc2543)
        return false;
    return same_branch(txn, hop) && (!hop->rfc2543 || same_call(txn, hop));
}

/* Walks over one chain of a table, at most SIPSAN_HOP_CHAIN links. */
struct walk {
    struct sipsan_map_link *link;
    unsigned left;
};

static struct walk walk_begin(const struct sipsan_map *map, uint64_t hash)
{
    return (struct walk){sipsan_map_first(map, hash), SIPSAN_HOP_CHAIN};
}

static struct sipsan_map_link *walk_next(struct walk *walk)
{
    struct sipsan_map_link *link = walk->link;

    if (!link || walk->left == 0)
        return NULL;
    walk->left--;
    walk->link = sipsan_map_next(link);
    return link;
}

static struct sipsan_txn *of_branch(struct sipsan_map_link *link)
{
    return sipsan_container(link, struct sipsan_txn, by_branch);
}

static struct sipsan_txn *of_call(struct sipsan_map_link *link)
{
    return sipsan_container(link, struct sipsan_txn, by_call);
}

/* Requests ------------------------------------------------------------------------------------ */

/* How well a copy of the same request fits the transaction: 0 is another tap point. */
static int copy_fit(const struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    if (txn->copies == 0) /* known from a response only */
        return addr_same_ip(&txn->flow.dst, &seen->flow.dst) ? 1 : 0;
    if (!addr_same(&txn->flow.dst, &seen->flow.dst))
        return 0;
    if (addr_same_ip(&txn->flow.src, &seen->flow.src))
        return addr_same(&txn->flow.src, &seen->flow.src) ? 3 : 2;
    return time_between(txn->last.time, seen->ref.time) < NAT_COPY_MAX ? 0 : 1;
}

struct sipsan_txn *sipsan_hop_request(const struct sipsan_txns *txns, const struct sipsan_hop *hop,
                                      const struct sipsan_seen *seen, struct sipsan_txn **reused,
                                      struct sipsan_txn **segment)
{
    struct walk walk = walk_begin(&txns->by_branch, hop->hash);
    struct sipsan_txn *best = NULL;
    int best_fit = 0;

    *reused = *segment = NULL;
    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *txn = of_branch(l);
        int fit;

        if (!same_key(txn, hop))
            continue;
        /* Nothing but Call-ID, From tag, CSeq number or method tells another request from a copy.
         */
        if (txn->method_id != hop->method_id || !same_call(txn, hop)) {
            if (!*reused)
                *reused = txn;
            continue;
        }
        fit = copy_fit(txn, seen);
        if (fit == 0 && txn->copies > 0 && (!*segment || !txn->segment))
            *segment = txn;
        if (fit > best_fit) {
            best_fit = fit;
            best = txn;
        }
    }
    return best;
}

bool sipsan_hop_translated(const struct sipsan_txn *segment, const struct sipsan_seen *seen)
{
    return !addr_same_ip(&segment->flow.src, &seen->flow.src) &&
           time_between(segment->last.time, seen->ref.time) < NAT_COPY_MAX;
}

/* Whether this goes the way of the request, or the way back: by both addresses. What one machine
 * says to itself has no direction. */
static bool same_way(const struct sipsan_txn *txn, const struct sipsan_flow *flow)
{
    return txn->copies > 0 && addr_same(&txn->flow.src, &flow->src) &&
           addr_same(&txn->flow.dst, &flow->dst) && !addr_same_ip(&flow->src, &flow->dst);
}

static bool way_back(const struct sipsan_txn *txn, const struct sipsan_flow *flow)
{
    return txn->copies > 0 && addr_same(&txn->flow.src, &flow->dst) &&
           addr_same(&txn->flow.dst, &flow->src) && !addr_same_ip(&flow->src, &flow->dst);
}

/* Responses ----------------------------------------------------------------------------------- */

static int response_fit(const struct sipsan_txn *txn, const struct sipsan_hop *hop,
                        const struct sipsan_seen *seen)
{
    const struct sipsan_flow *flow = &seen->flow;
    int fit = 1;

    /* Said by the requester: no server has answered this. */
    if (same_way(txn, flow))
        return 0;
    if (same_call(txn, hop) && txn->method_id == hop->method_id)
        fit += 64;
    if (addr_same(&txn->flow.dst, &flow->src))
        fit += 32;
    else if (txn->other_server.family && addr_same(&txn->other_server, &flow->src))
        fit += 16;
    else if (addr_same_ip(&txn->flow.dst, &flow->src))
        fit += 8;
    if (addr_same(&txn->flow.src, &flow->dst))
        fit += 4;
    else if (addr_same_ip(&txn->flow.src, &flow->dst))
        fit += 2;
    return fit;
}

/* A server that damaged the sent-by, or an older client without cookie: the call and the branch
 * tell. */
static bool same_by_call(const struct sipsan_txn *txn, const struct sipsan_hop *hop)
{
    if (txn->class != hop->class || txn->method_id != hop->method_id || !same_call(txn, hop))
        return false;
    if (!sipsan_span_eq_nocase(span_solid(txn->branch), span_solid(hop->branch)))
        return false;
    return !txn->rfc2543 || hop->branch.n > 0 || same_branch(txn, hop);
}

struct sipsan_txn *sipsan_hop_response(const struct sipsan_txns *txns, const struct sipsan_hop *hop,
                                       const struct sipsan_seen *seen)
{
    struct walk walk = walk_begin(&txns->by_branch, hop->hash);
    struct sipsan_txn *best = NULL;
    int best_fit = 0;

    for (struct sipsan_map_link *l = hop->rfc2543 ? NULL : walk_next(&walk); l;
         l = walk_next(&walk)) {
        struct sipsan_txn *txn = of_branch(l);
        int fit = same_key(txn, hop) ? response_fit(txn, hop, seen) : 0;

        if (fit > best_fit) {
            best_fit = fit;
            best = txn;
        }
    }
    if (best)
        return best;
    walk = walk_begin(&txns->by_call, hop->call_hash);
    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *txn = of_call(l);
        int fit = same_by_call(txn, hop) ? response_fit(txn, hop, seen) : 0;

        if (fit > best_fit) {
            best_fit = fit;
            best = txn;
        }
    }
    return best;
}

/* ACK and CANCEL ------------------------------------------------------------------------------ */

/* How near the hop of this request is to that of the transaction. */
static int hop_fit(const struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    const struct sipsan_flow *flow = &seen->flow;
    int fit = 1;

    if (way_back(txn, flow)) /* the server acknowledges and cancels nothing of its own */
        return 0;
    if (addr_same(&txn->flow.dst, &flow->dst))
        fit += 16;
    else if (addr_same_ip(&txn->flow.dst, &flow->dst))
        fit += 8;
    if (addr_same_ip(&txn->flow.src, &flow->src))
        fit += 8;
    if (txn->leg && txn->leg == seen->leg)
        fit += 4;
    if (txn->via_count == seen->msg->via_count)
        fit += 2;
    return fit;
}

struct sipsan_txn *sipsan_hop_invite(const struct sipsan_txns *txns, const struct sipsan_seen *seen,
                                     bool *by_branch)
{
    bool cancel = seen->msg->method_id == SIPSAN_METHOD_CANCEL;
    struct sipsan_hop hop;
    struct walk walk;
    struct sipsan_txn *best = NULL;
    int best_fit = 0;

    sipsan_hop_of(&hop, txns, seen, SIPSAN_TXN_INVITE);
    *by_branch = true;
    walk = walk_begin(&txns->by_branch, hop.hash);
    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *txn = of_branch(l);
        int fit = same_key(txn, &hop) ? hop_fit(txn, seen) : 0;

        if (fit > 0 && same_call(txn, &hop))
            fit += 64;
        if (fit > best_fit) {
            best_fit = fit;
            best = txn;
        }
    }
    if (best)
        return best;
    *by_branch = false;
    walk = walk_begin(&txns->by_call, hop.call_hash);
    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *txn = of_call(l);
        int fit;

        if (txn->class != SIPSAN_TXN_INVITE || !same_call(txn, &hop))
            continue;
        fit = hop_fit(txn, seen);
        /* What a CANCEL is for is still pending. */
        if (fit > 0 && cancel && txn->final.status == 0)
            fit += 64;
        if (fit > best_fit) {
            best_fit = fit;
            best = txn;
        }
    }
    return best;
}

/* Proxies ------------------------------------------------------------------------------------- */

static bool same_request(const struct sipsan_txn *a, const struct sipsan_txn *b)
{
    return a->class == b->class && a->method_id == b->method_id && a->cseq == b->cseq &&
           span_eq(a->call_id, b->call_id) &&
           sipsan_span_eq_nocase(span_solid(a->from_tag), span_solid(b->from_tag));
}

struct sipsan_txn *sipsan_hop_parent(const struct sipsan_txns *txns, const struct sipsan_hop *hop,
                                     const struct sipsan_seen *seen)
{
    const struct sipsan_via *upstream = seen->msg->via->next;
    struct walk walk;
    struct sipsan_txn *best = NULL;
    int best_fit = 0;

    if (!upstream || !sipsan_hop_cookie(upstream) || hop->class == SIPSAN_TXN_CANCEL)
        return NULL;
    walk = walk_begin(&txns->by_branch, sipsan_hop_hash(txns, seen->keys.via2, hop->class));
    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *txn = of_branch(l);
        int fit = 1;

        if (txn->class != hop->class || txn->rfc2543 || txn->method_id != hop->method_id ||
            !same_call(txn, hop))
            continue;
        if (txn->sent_by_port != sipsan_via_port(upstream) ||
            !sipsan_span_eq_nocase(txn->branch, upstream->branch) ||
            !sipsan_span_eq_nocase(txn->sent_by, span_solid(upstream->host)))
            continue;
        /* Of several segments the one that ends at the proxy that sends here. */
        if (addr_same_ip(&txn->flow.dst, &seen->flow.src))
            fit += 2;
        if (!txn->segment)
            fit += 1;
        if (fit > best_fit) {
            best_fit = fit;
            best = txn;
        }
    }
    return best;
}

struct sipsan_txn *sipsan_hop_orphan(const struct sipsan_txns *txns, const struct sipsan_txn *twin)
{
    struct walk walk = walk_begin(&txns->by_upstream, twin->by_branch.hash);

    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *txn = sipsan_container(l, struct sipsan_txn, by_upstream);

        if (txn != twin && !txn->parent && same_request(txn, twin))
            return txn;
    }
    return NULL;
}

static const struct sipsan_txn *root(const struct sipsan_txn *txn, bool *found)
{
    for (unsigned i = 0; i < ANCESTORS_MAX; i++) {
        if (!txn->parent) {
            *found = true;
            return txn;
        }
        txn = txn->parent;
    }
    *found = false;
    return txn;
}

static bool related(const struct sipsan_txn *a, const struct sipsan_txn *b)
{
    bool found_a, found_b;
    const struct sipsan_txn *root_a = root(a, &found_a), *root_b = root(b, &found_b);

    return !found_a || !found_b || root_a == root_b;
}

/* 8.2.2.2. After a final that is no 2xx another try with the same CSeq is a fault of its own. */
struct sipsan_txn *sipsan_hop_merged(const struct sipsan_txns *txns, const struct sipsan_txn *txn)
{
    struct walk walk = walk_begin(&txns->by_call, txn->by_call.hash);

    if (txn->class == SIPSAN_TXN_CANCEL || txn->segment || (txn->to_tag.p && txn->to_tag.n > 0))
        return NULL;
    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *other = of_call(l);

        if (other == txn || !other->whole || !same_request(other, txn) ||
            !addr_same(&other->flow.dst, &txn->flow.dst))
            continue;
        if (other->server == SIPSAN_STATE_TERMINATED || other->final.status >= 300)
            continue;
        if (sipsan_span_eq_nocase(span_solid(other->branch), span_solid(txn->branch)) ||
            related(other, txn))
            continue;
        return other;
    }
    return NULL;
}

static struct sipsan_txn *answered_with(const struct sipsan_txns *txns,
                                        const struct sipsan_txn *txn, uint64_t cseq, bool same_leg)
{
    struct walk walk = walk_begin(&txns->by_call, sipsan_key_call(txns->seed, &txn->keys, cseq));
    struct sipsan_txn *best = NULL;

    for (struct sipsan_map_link *l = walk_next(&walk); l; l = walk_next(&walk)) {
        struct sipsan_txn *other = of_call(l);

        if (other == txn || other->class != txn->class || other->method_id != txn->method_id ||
            other->cseq != cseq || other->final.status == 0 || related(other, txn))
            continue;
        if (!span_eq(other->call_id, txn->call_id) ||
            !sipsan_span_eq_nocase(span_solid(other->from_tag), span_solid(txn->from_tag)))
            continue;
        if (cseq == txn->cseq &&
            sipsan_span_eq_nocase(span_solid(other->branch), span_solid(txn->branch)))
            continue; /* another tap point of the same hop */
        if (other->leg && other->leg == txn->leg && addr_same_ip(&other->flow.src, &txn->flow.src))
            return other;
        if (!best && !same_leg)
            best = other;
    }
    return best;
}

struct sipsan_txn *sipsan_hop_before(const struct sipsan_txns *txns, const struct sipsan_txn *txn)
{
    /* With the same number only on the same leg: elsewhere it is another hop of this request. */
    struct sipsan_txn *same = answered_with(txns, txn, txn->cseq, true);

    if (same || txn->cseq == 0)
        return same;
    return answered_with(txns, txn, txn->cseq - 1, false);
}

static bool is_reply(const struct sipsan_reply *reply, int status, int64_t now)
{
    return reply->status == status && status != 0 && reply->ref.time <= now;
}

const struct sipsan_reply *sipsan_txn_reply(const struct sipsan_txn *txn, int status,
                                            struct sipsan_span tag, int64_t now)
{
    const struct sipsan_answer *answer = sipsan_txn_answer(txn, tag);

    if (!answer)
        return NULL;
    if (is_reply(&answer->final, status, now))
        return &answer->final;
    if (is_reply(&answer->last_1xx, status, now))
        return &answer->last_1xx;
    return is_reply(&answer->first_1xx, status, now) ? &answer->first_1xx : NULL;
}

struct sipsan_txn *sipsan_hop_child(const struct sipsan_txn *parent, int status,
                                    struct sipsan_span tag, int64_t now)
{
    struct sipsan_txn *best = NULL;
    int64_t best_time = 0;

    for (struct sipsan_txn *child = parent->children; child; child = child->sibling) {
        const struct sipsan_reply *reply = sipsan_txn_reply(child, status, tag, now);

        if (reply && (!best || reply->last.time > best_time)) {
            best = child;
            best_time = reply->last.time;
        }
    }
    return best;
}

/* What messages make their receivers owe, and what they settle: RFC 3261 17.1.1.2 and 17.2.1 (ACK,
 * the last provisional), 9.2 (CANCEL), 16.7 steps 5 and 10, 16.10 (proxies). The deadlines are long
 * enough for messages that cross and for one lost copy. */
#include "txn/hop.h"
#include "txn/table.h"

#define SECOND INT64_C(1000000)

#define ACK_DUE       (4 * SECOND) /* three copies of the final have gone by then */
#define ACK_AGAIN_DUE (2 * SECOND)
#define AGAIN_DUE     SECOND
#define FORWARD_DUE   (2 * SECOND) /* two more copies of a 2xx have gone by then */
#define FORWARD_AGAIN (5 * SECOND) /* over UDP: three */
#define CANCEL_DUE    (2 * SECOND)
/* A branch that the tap does not see and that got a 100 only has ended by then: Timer C, "more than
 * three minutes" (16.6 step 11), and what its CANCEL takes (16.8). */
#define BEST_DUE (180 * SECOND + 2 * SIPSAN_TIMER_B)

/* The missing message of this transaction's client (its requests' flow) or server (reversed). */
static struct sipsan_flow flow_of(const struct sipsan_txn *txn, bool by_client)
{
    struct sipsan_flow flow = txn->flow;

    flow.sent_by_accused = false;
    if (!by_client) {
        flow.src = txn->flow.dst;
        flow.dst = txn->flow.src;
    }
    return flow;
}

/* A message on this hop cannot have gone unseen. */
static bool provable(const struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    const struct sipsan_leg *leg = txn->leg;

    if (!txn->whole || txn->evidence_lost || !leg)
        return false;
    /* The transaction's own two directions may be all that was seen of this leg so far. */
    if (txn->response_count == 0 && !sipsan_leg_both_ways(leg))
        return false;
    return !sipsan_leg_one_way(leg) && seen->ref.time >= leg->losses.until;
}

/* `owner` and, unless told otherwise, its hop; one of a kind and branch at a time. */
static void owe(struct sipsan_txns *txns, struct sipsan_txn *owner, enum sipsan_owed_kind kind,
                struct sipsan_txn *about, bool by_client, const struct sipsan_seen *seen,
                int64_t due)
{
    struct sipsan_owed what = {
        .kind = kind,
        .txn = owner,
        .about = about,
        .leg = owner->leg,
        .flow = flow_of(owner, by_client),
        .trigger = seen->ref,
        .since = seen->ref.time,
        .provable = provable(owner, seen),
    };

    for (const struct sipsan_owed *o = owner->owes; o; o = o->next)
        if (o->kind == kind && o->about == about)
            return;
    if (kind == SIPSAN_OWES_CANCEL_BRANCH && owner->parent)
        what.trigger = owner->parent->cancel;
    if (!sipsan_owe(txns->owing, &owner->owes, &what, due))
        owner->evidence_lost = true;
}

static void settle(struct sipsan_txns *txns, struct sipsan_txn *txn, enum sipsan_owed_kind kind)
{
    (void)sipsan_settle(txns->owing, &txn->owes, kind, NULL);
}

/* Proxies ------------------------------------------------------------------------------------- */

static bool pending_branch(const struct sipsan_txn *txn)
{
    return txn->class == SIPSAN_TXN_INVITE && txn->permitted != 0 && txn->final.status == 0 &&
           txn->cancel_serial == 0;
}

static bool stops_siblings(const struct sipsan_txn *txn)
{
    int status = txn->final.status;

    return (status >= 200 && status < 300) || status >= 600;
}

/* The client of every branch still ringing owes a CANCEL. `but` is the one that answered: who
 * answered must be known, or else a branch that seems to ring may be it, its final missed. */
static void cancel_branches(struct sipsan_txns *txns, const struct sipsan_txn *parent,
                            const struct sipsan_txn *but, enum sipsan_owed_kind kind,
                            const struct sipsan_seen *seen)
{
    for (struct sipsan_txn *child = parent->children; child; child = child->sibling) {
        if (child == but || !pending_branch(child))
            continue;
        owe(txns, child, kind, child, true, seen, time_after(seen->ref.time, CANCEL_DUE));
        sipsan_txn_plan(txns, child);
    }
}

/* The branch that this final response came from, or NULL. */
static const struct sipsan_txn *answered_branch(const struct sipsan_txn *parent,
                                                const struct sipsan_msg *msg)
{
    for (const struct sipsan_txn *child = parent->children; child; child = child->sibling) {
        const struct sipsan_answer *there = sipsan_txn_answer(child, msg->to.tag);

        if (there && there->final.status != 0)
            return child;
    }
    return NULL;
}

/* A branch that shows its first provisional when it should long be cancelled (9.1: not before). */
static void cancel_late_branch(struct sipsan_txns *txns, struct sipsan_txn *child,
                               const struct sipsan_seen *seen)
{
    const struct sipsan_txn *parent = child->parent;
    int64_t due = time_after(seen->ref.time, CANCEL_DUE);
    bool stopped;

    if (!parent || child->response_count != 1 || !pending_branch(child))
        return;
    stopped = parent->final.status != 0;
    for (const struct sipsan_txn *c = parent->children; c && !stopped; c = c->sibling)
        stopped = c != child && stops_siblings(c);
    if (parent->cancel_status / 100 == 2)
        owe(txns, child, SIPSAN_OWES_CANCEL_BRANCH, child, true, seen, due);
    else if (stopped)
        owe(txns, child, SIPSAN_OWES_CANCEL_SIBLING, child, true, seen, due);
}

/* The proxy still asks below: no response has reached it. An ACK: it has passed the 2xx on. */
static void not_owed(struct sipsan_txns *txns, const struct sipsan_txn *child)
{
    struct sipsan_txn *parent = child->parent;

    if (!parent || child->class != SIPSAN_TXN_INVITE)
        return;
    (void)sipsan_settle(txns->owing, &parent->owes, SIPSAN_OWES_FORWARD_1XX, child);
    (void)sipsan_settle(txns->owing, &parent->owes, SIPSAN_OWES_FORWARD_2XX, child);
}

/* 16.7 step 5: what came from the branch goes upstream at once. */
static void forward(struct sipsan_txns *txns, struct sipsan_txn *child,
                    const struct sipsan_seen *seen)
{
    struct sipsan_txn *parent = child->parent;
    const struct sipsan_msg *msg = seen->msg;
    const struct sipsan_answer *there;
    enum sipsan_owed_kind kind = SIPSAN_OWES_FORWARD_1XX;
    int64_t due;

    if (!parent || child->class != SIPSAN_TXN_INVITE || !msg->to.tag.p || msg->status <= 100 ||
        msg->status >= 300)
        return;
    there = sipsan_txn_answer(parent, msg->to.tag);
    if (msg->status >= 200) {
        kind = SIPSAN_OWES_FORWARD_2XX;
        if (child->acks > 0 || (there && there->final.status != 0))
            return; /* the copy upstream was captured first */
    } else if (parent->final.status != 0 ||
               (there && (there->first_1xx.status == msg->status ||
                          there->last_1xx.status == msg->status || there->final.status != 0))) {
        return;
    }
    due = FORWARD_DUE;
    if (msg->status >= 200 &&
        (seen->flow.transport == SIPSAN_UDP || parent->flow.transport == SIPSAN_UDP))
        due = FORWARD_AGAIN;
    owe(txns, parent, kind, child, false, seen, time_after(seen->ref.time, due));
    sipsan_txn_plan(txns, parent);
}

/* A response that went upstream settles what the proxy owed for its tag. */
static void forwarded(struct sipsan_txns *txns, struct sipsan_txn *parent,
                      const struct sipsan_msg *msg)
{
    struct sipsan_owed *owed = parent->owes;

    while (owed) {
        struct sipsan_owed *next = owed->next;
        bool kind_1xx = owed->kind == SIPSAN_OWES_FORWARD_1XX;
        bool kind_2xx = owed->kind == SIPSAN_OWES_FORWARD_2XX;
        bool branch = !owed->about || sipsan_txn_answer(owed->about, msg->to.tag);

        if (owed->kind == SIPSAN_OWES_PROXY_FINAL && msg->status > 100)
            sipsan_settle_one(txns->owing, &parent->owes, owed);
        else if ((kind_1xx && (msg->status >= 200 || (msg->status > 100 && branch))) ||
                 (kind_2xx && msg->status >= 200 && msg->status < 300 && branch))
            sipsan_settle_one(txns->owing, &parent->owes, owed);
        owed = next;
    }
}

/* 16.7 step 6: when the last branch has failed the proxy chooses a response. */
static void choose(struct sipsan_txns *txns, struct sipsan_txn *child,
                   const struct sipsan_seen *seen)
{
    struct sipsan_txn *parent = child->parent;

    if (!parent || parent->class != SIPSAN_TXN_INVITE || parent->final.status != 0)
        return;
    for (const struct sipsan_txn *c = parent->children; c; c = c->sibling)
        if (c->final.status < 300 || c->segment)
            return;
    owe(txns, parent, SIPSAN_OWES_PROXY_FINAL, NULL, false, seen,
        time_after(seen->ref.time, BEST_DUE));
    sipsan_txn_plan(txns, parent);
}

static void proxy_response(struct sipsan_txns *txns, struct sipsan_txn *txn,
                           const struct sipsan_seen *seen, bool first)
{
    const struct sipsan_txn *branch;
    int status = seen->msg->status;

    if (txn->children)
        forwarded(txns, txn, seen->msg);
    forward(txns, txn, seen);
    if (!first)
        return;
    if (txn->class != SIPSAN_TXN_INVITE)
        return;
    if (status < 200) {
        cancel_late_branch(txns, txn, seen);
        return;
    }
    choose(txns, txn, seen);
    branch = answered_branch(txn, seen->msg);
    if (branch)
        cancel_branches(txns, txn, branch, SIPSAN_OWES_CANCEL_SIBLING, seen);
    if (txn->parent && (status < 300 || status >= 600))
        cancel_branches(txns, txn->parent, txn, SIPSAN_OWES_CANCEL_SIBLING, seen);
}

/* One hop ------------------------------------------------------------------------------------- */

/* 17.2.1, 17.2.2: every repeat gets the last response again, as long as the server must have it. An
 * INVITE that was accepted or acknowledged is absorbed. */
static void answer_again(struct sipsan_txns *txns, struct sipsan_txn *txn,
                         const struct sipsan_seen *seen)
{
    int64_t due = time_after(seen->ref.time, AGAIN_DUE);

    if (txn->class == SIPSAN_TXN_CANCEL)
        return;
    if (txn->server == SIPSAN_STATE_PROCEEDING && txn->provisional.status != 0)
        owe(txns, txn, SIPSAN_OWES_LAST_1XX, NULL, false, seen, due);
    if (txn->server == SIPSAN_STATE_COMPLETED &&
        time_after(due, AGAIN_DUE) < time_after(txn->final.ref.time, SIPSAN_TIMER_B))
        owe(txns, txn, SIPSAN_OWES_FINAL_AGAIN, NULL, false, seen, due);
}

void sipsan_txn_owes_request(struct sipsan_txns *txns, const struct sipsan_match *match,
                             const struct sipsan_seen *seen)
{
    struct sipsan_txn *txn = match->txn;

    if (match->what == SIPSAN_REPEATED_REQUEST) {
        not_owed(txns, txn);
        if (seen->flow.transport == SIPSAN_UDP)
            answer_again(txns, txn, seen);
        return;
    }
    if (txn->parent)
        settle(txns, txn->parent, SIPSAN_OWES_PROXY_FINAL);
    if (txn->class != SIPSAN_TXN_CANCEL)
        return;
    if (txn->final.status == 0)
        owe(txns, txn, SIPSAN_OWES_CANCEL_ANSWER, NULL, false, seen,
            time_after(seen->ref.time, SIPSAN_TIMER_B));
    if (!match->invite || !match->by_branch)
        return;
    settle(txns, match->invite, SIPSAN_OWES_CANCEL_SIBLING);
    settle(txns, match->invite, SIPSAN_OWES_CANCEL_BRANCH);
}

void sipsan_txn_owes_ack(struct sipsan_txns *txns, const struct sipsan_match *match,
                         const struct sipsan_seen *seen)
{
    struct sipsan_txn *invite = match->invite;

    /* With a wrong branch it is reported for that, not as missing too. */
    if (!match->by_branch && invite->leg != seen->leg)
        return;
    not_owed(txns, invite);
    settle(txns, invite, SIPSAN_OWES_ACK_NON2XX);
    settle(txns, invite, SIPSAN_OWES_ACK_NON2XX_AGAIN);
    settle(txns, invite, SIPSAN_OWES_FINAL_AGAIN);
}

static void invite_final(struct sipsan_txns *txns, struct sipsan_txn *txn,
                         const struct sipsan_seen *seen, bool first)
{
    settle(txns, txn, SIPSAN_OWES_INVITE_FINAL);
    settle(txns, txn, SIPSAN_OWES_CANCEL_SIBLING);
    settle(txns, txn, SIPSAN_OWES_CANCEL_BRANCH);
    if (seen->msg->status < 300)
        return;
    /* An ACK that was captured before its final has settled it already. */
    if (first && txn->final.copies == 1 && txn->final.status == seen->msg->status) {
        if (txn->acks == 0)
            owe(txns, txn, SIPSAN_OWES_ACK_NON2XX, NULL, true, seen,
                time_after(seen->ref.time, ACK_DUE));
    } else if (!first && txn->acks > 0) { /* else the first one is still owed */
        owe(txns, txn, SIPSAN_OWES_ACK_NON2XX_AGAIN, NULL, true, seen,
            time_after(seen->ref.time, ACK_AGAIN_DUE));
    }
}

/* 9.2: after the CANCEL was accepted the INVITE ends with 487, or with a final that crossed. Its
 * server may be a proxy that waits for its branches, as long as 9.1 lets the client wait. */
static void cancel_final(struct sipsan_txns *txns, const struct sipsan_txn *cancel,
                         const struct sipsan_seen *seen)
{
    struct sipsan_txn *invite = sipsan_txn_invite_of(txns, cancel);

    if (!invite || seen->msg->status >= 300 || invite->final.status != 0)
        return;
    /* 16.10: its answer shows that the proxy has got the CANCEL, which may have been lost before.
     */
    cancel_branches(txns, invite, NULL, SIPSAN_OWES_CANCEL_BRANCH, seen);
    owe(txns, invite, SIPSAN_OWES_INVITE_FINAL, NULL, false, seen,
        time_after(invite->cancel.time, SIPSAN_TIMER_B));
    sipsan_txn_plan(txns, invite);
}

void sipsan_txn_owes_response(struct sipsan_txns *txns, const struct sipsan_match *match,
                              const struct sipsan_seen *seen, bool first)
{
    struct sipsan_txn *txn = match->txn;
    int status = seen->msg->status;

    settle(txns, txn, SIPSAN_OWES_LAST_1XX);
    settle(txns, txn, SIPSAN_OWES_FINAL_AGAIN);
    if (txn->class == SIPSAN_TXN_INVITE && status >= 200)
        invite_final(txns, txn, seen, first);
    if (txn->class == SIPSAN_TXN_CANCEL && status >= 200) {
        settle(txns, txn, SIPSAN_OWES_CANCEL_ANSWER);
        if (first)
            cancel_final(txns, txn, seen);
    }
    proxy_response(txns, txn, seen, first);
}

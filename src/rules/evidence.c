/* Whether what a violation rests on was seen: the needs of a row (rule.h). Without it a FAIL is
 * inconclusive. */
#include "rules/engine.h"

#include "rules/copied.h"

/* So long a request may wait for its response: timer C (16.6 step 11). */
#define REQUEST_MAX INT64_C(180000000)

static const struct sipsan_leg *leg_of(const struct sipsan_view *v)
{
    if (v->owed)
        return v->owed->leg;
    return v->txn ? v->txn->leg : v->seen ? v->seen->leg : NULL;
}

static bool began_whole(const struct sipsan_view *v)
{
    if (v->dialog)
        return v->dialog->whole;
    return v->txn ? v->txn->whole : v->invite && v->invite->whole;
}

/* When the object that the rule is about began: now, for one that this message opens. */
static int64_t began(const struct sipsan_view *v)
{
    int64_t time = v->now;

    if (v->dialog)
        time = v->dialog->opened.time ? v->dialog->opened.time : 1; /* before all that was seen */
    else if (v->invite && v->invite->first.time != 0)
        time = v->invite->first.time;
    else if (v->txn && v->txn->first.time != 0) /* else this is its request */
        time = v->txn->first.time;
    /* What fits no dialog is held against the half that it fits; a REGISTER against the last one.
     */
    if (v->call && v->call->half && v->call->half->opened.time != 0 &&
        v->call->half->opened.time < time)
        time = v->call->half->opened.time;
    /* The request of a response that fits none may have passed long before, and unseen. */
    if (v->match && v->match->what == SIPSAN_STRAY_RESPONSE && v->now - REQUEST_MAX < time)
        time = v->now - REQUEST_MAX;
    if (v->registration && v->registration->open_serial && v->registration->open.time < time)
        time = v->registration->open.time;
    return time;
}

/* Both sides have been heard, the message at hand included. */
static bool both_ways(const struct sipsan_leg *leg, const struct sipsan_seen *seen)
{
    bool heard[2];

    if (sipsan_leg_one_way(leg))
        return false;
    if (leg->host[0] == leg->host[1])
        return leg->way[0].requests && leg->way[0].responses;
    for (int side = 0; side < 2; side++)
        heard[side] = leg->way[side].requests || leg->way[side].responses;
    if (seen && seen->leg == leg)
        heard[sipsan_leg_side(leg, &seen->flow.src)] = true;
    return heard[0] && heard[1];
}

static bool lossy_since(const struct sipsan_leg *leg, int64_t since)
{
    return !leg || sipsan_losses_since(&leg->losses, since);
}

/* What ends these debts may come on another leg: an ACK or PRACK that goes past a proxy. */
static bool creditor_lossy(const struct sipsan_owed *owed, int64_t since)
{
    bool elsewhere = owed->kind == SIPSAN_OWES_2XX_AGAIN || owed->kind == SIPSAN_OWES_BYE_NO_ACK ||
                     owed->kind == SIPSAN_OWES_RELIABLE_AGAIN;
    int side = sipsan_leg_side(owed->leg, &owed->flow.dst);

    return elsewhere && sipsan_losses_since(&owed->leg->host[side]->losses, since);
}

/* The ACK to a 2xx goes past the hop of the INVITE, and over a stream it is lost where its host
 * lost one. */
static bool debtor_lossy(const struct sipsan_owed *owed, int64_t since)
{
    int side = sipsan_leg_side(owed->leg, &owed->flow.src);

    return (owed->kind == SIPSAN_OWES_ACK_2XX || owed->kind == SIPSAN_OWES_ACK_2XX_AGAIN) &&
           sipsan_losses_since(&owed->leg->host[side]->losses, since);
}

static int64_t first_of(const struct sipsan_txn *txn)
{
    return txn->first.time != 0 ? txn->first.time : 1;
}

/* What a proxy does on one hop rests on what was seen on its others. */
static bool other_hops_lossy(const struct sipsan_view *v)
{
    const struct sipsan_txn *pair[] = {v->parent, v->child};

    for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
        if (pair[i] && lossy_since(pair[i]->leg, first_of(pair[i])))
            return true;
    for (const struct sipsan_txn *c = v->txn ? v->txn->children : NULL; c; c = c->sibling)
        if (lossy_since(c->leg, first_of(c)))
            return true;
    return false;
}

static bool no_gap(const struct sipsan_engine *engine, const struct sipsan_view *v)
{
    const struct sipsan_leg *leg = leg_of(v);
    int64_t since = began(v);

    if (lossy_since(leg, since) || other_hops_lossy(v) || (engine->gap && engine->gap >= since))
        return false;
    if (v->txns && v->txns->lossy_until >= since)
        return false;
    if (v->owed && (creditor_lossy(v->owed, since) || debtor_lossy(v->owed, since)))
        return false;
    if (v->owed && v->owed->about && v->owed->about->evidence_lost)
        return false;
    return !(v->dialog && v->dialog->lossy) && !(v->txn && v->txn->evidence_lost);
}

/* One message is enough to judge by. */
static bool message_scope(const struct sipsan_rule *row)
{
    return row->also == SIPSAN_ON_NOTHING &&
           (row->on == SIPSAN_ON_REQUEST || row->on == SIPSAN_ON_RESPONSE ||
            row->on == SIPSAN_ON_MESSAGE || row->on == SIPSAN_ON_FAULT);
}

/* Whose a message of these is cannot be told for certain: a branch was used again. Who did that was
 * told when it happened, before the mark was set. */
static bool ambiguous(const struct sipsan_view *v)
{
    return (v->txn && v->txn->ambiguous) || (v->invite && v->invite->ambiguous) ||
           (v->owed && v->owed->about && v->owed->about->ambiguous);
}

bool sipsan_proven(const struct sipsan_engine *engine, const struct sipsan_view *v,
                   const struct sipsan_rule *row)
{
    unsigned needs = row->needs;
    const struct sipsan_leg *leg = leg_of(v);

    if (engine->hole && engine->hole >= began(v) && !message_scope(row))
        return false;
    if (ambiguous(v) && !message_scope(row))
        return false;
    /* A copy of the request with another text may be the one that is answered. */
    if ((row->view & SIPSAN_VIEW_REQUEST) && v->txn && v->txn->altered && v->msg &&
        !v->msg->request)
        return false;
    /* Only the grammar of what the response says itself does not depend on the request. */
    if (row->on != SIPSAN_ON_FAULT && sipsan_answers_contradiction(v))
        return false;
    /* The capture has it behind what came later. */
    if (v->seen && v->seen->ref.time < v->now && !message_scope(row))
        return false;
    if ((needs & SIPSAN_NEEDS_START) && !began_whole(v))
        return false;
    if ((needs & (SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_LOSS)) &&
        (!leg || !both_ways(leg, v->seen)))
        return false;
    if ((needs & (SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_NO_LOSS)) && !no_gap(engine, v))
        return false;
    if ((needs & SIPSAN_NEEDS_BOTH_HOPS) && !v->parent && !v->child)
        return false;
    if ((needs & SIPSAN_NEEDS_PAST_DEADLINE) && (!v->owed || !v->owed->provable))
        return false;
    if ((needs & SIPSAN_NEEDS_ENDPOINT_HOP) && (!v->msg || v->msg->via_count != 1))
        return false;
    return true;
}

bool sipsan_before_dialog(int status)
{
    switch (status) {
    case 401:
    case 403:
    case 404:
    case 405:
    case 407:
    case 408:
    case 415:
    case 416:
    case 420:
    case 421:
    case 422:
    case 481:
    case 482:
    case 483:
    case 487:
    case 494:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return false;
    }
}

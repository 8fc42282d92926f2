/* What becomes of reliable provisional responses (RFC 3262 3, 4): their numbers, copies and PRACKs,
 * and the two obligations that come of each, the PRACK of the client and the copy of the server.
 *
 * A PRACK may take a path that the tap does not see, like the ACK to a 2xx: its absence is provable
 * only where a request of the same side crossed the tap inside the dialog, or where the response
 * itself shows where the PRACK must go. */
#include "dialog/reliable.h"

#include "dialog/dialog_facts.h"

#define SECOND      INT64_C(1000000)
#define PRACK_AFTER (10 * SECOND) /* by then a lost response has come five times */
#define COPY_AFTER                                                                                 \
    (4 * SECOND) /* for the second copy: the RFC says T1, which may be configured                  \
                  */

const struct sipsan_reliable *sipsan_reliable_newest(const struct sipsan_reliables *set)
{
    return set && set->count > 0 ? &set->kept[(set->count - 1) % SIPSAN_RELIABLE_MAX] : NULL;
}

const struct sipsan_reliable *sipsan_reliable_at(const struct sipsan_reliables *set, uint32_t n)
{
    uint32_t gone = sipsan_reliable_forgot(set) ? set->count - SIPSAN_RELIABLE_MAX : 0;

    if (!set || n >= set->count - gone)
        return NULL;
    return &set->kept[(gone + n) % SIPSAN_RELIABLE_MAX];
}

static struct sipsan_reliable *find(struct sipsan_reliables *set, uint64_t rseq)
{
    for (uint32_t i = 0; set && i < set->count && i < SIPSAN_RELIABLE_MAX; i++)
        if (set->kept[i].rseq == rseq)
            return &set->kept[i];
    return NULL;
}

const struct sipsan_reliable *sipsan_reliable_find(const struct sipsan_reliables *set,
                                                   uint64_t rseq)
{
    for (uint32_t i = 0; set && i < set->count && i < SIPSAN_RELIABLE_MAX; i++)
        if (set->kept[i].rseq == rseq)
            return &set->kept[i];
    return NULL;
}

/* --- obligations ----------------------------------------------------------------------------- */

static bool of_reliable(const struct sipsan_owed *owed)
{
    return owed->kind == SIPSAN_OWES_PRACK || owed->kind == SIPSAN_OWES_RELIABLE_AGAIN;
}

/* Copies, and with prack also PRACKs, that are owed since this time or longer. */
static void settle(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d, bool prack,
                   int64_t since)
{
    struct sipsan_owed *owed = d->owes;

    while (owed) {
        struct sipsan_owed *next = owed->next;

        if (owed->since <= since &&
            (owed->kind == SIPSAN_OWES_RELIABLE_AGAIN || (prack && of_reliable(owed))))
            sipsan_settle_one(dialogs->owing, &d->owes, owed);
        owed = next;
    }
}

void sipsan_reliable_over(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                          enum sipsan_side inviter, uint64_t cseq)
{
    if (d->reliables && d->reliables->inviter == inviter && d->reliables->cseq == cseq)
        settle(dialogs, d, true, INT64_MAX);
}

/* --- responses ------------------------------------------------------------------------------- */

/* The state of this INVITE, begun anew for another one. NULL: no memory. */
static struct sipsan_reliables *set_of(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                                       enum sipsan_side inviter, uint64_t cseq)
{
    struct sipsan_reliables *set = d->reliables;

    if (!set)
        set = d->reliables = sipsan_arena_zalloc(&d->arena, sizeof(*set));
    if (!set)
        d->lossy = true;
    if (!set || (set->count > 0 && set->inviter == inviter && set->cseq == cseq))
        return set;
    if (set->count > 0)
        settle(dialogs, d, true, INT64_MAX);
    *set = (struct sipsan_reliables){.cseq = cseq, .inviter = (uint8_t)inviter};
    return set;
}

/* The hop's transaction counts the copies of the INVITE: each may bring the response again. */
static uint32_t invites_of(const struct sipsan_match *match)
{
    return match->txn ? match->txn->copies : 0;
}

/* The client knows the extension; else the response should not have come. */
static bool wanted(const struct sipsan_match *match)
{
    const struct sipsan_msg *invite = match->txn ? match->txn->request : NULL;

    return invite && (sipsan_token_listed(invite->require, SPAN_LIT("100rel")) ||
                      sipsan_token_listed(invite->supported, SPAN_LIT("100rel")));
}

/* It crossed a final response, or a BYE: nobody need acknowledge or repeat it any longer. */
static bool is_over(const struct sipsan_dialog *d, const struct sipsan_match *match)
{
    return d->state == SIPSAN_DIALOG_TERMINATED || d->party[SIPSAN_CALLER].bye.time != 0 ||
           d->party[SIPSAN_CALLEE].bye.time != 0 || (match->txn && match->txn->final.copies > 0);
}

static void first_copy(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                       struct sipsan_reliables *set, const struct sipsan_call_match *call,
                       const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_reliable *before = sipsan_reliable_newest(set);
    bool in_order = !before || seen->msg->rseq.value == before->rseq + 1;

    set->kept[set->count++ % SIPSAN_RELIABLE_MAX] = (struct sipsan_reliable){
        .rseq = seen->msg->rseq.value,
        .status = seen->msg->status,
        .ref = seen->ref,
        .last = seen->ref,
        .serial = match->txn ? match->txn->serial : 0,
        .invites = invites_of(match),
        .copies = 1,
        .in_order = in_order,
        .sdp = seen->msg->sdp,
        .offer = call->sdp_role == SIPSAN_SDP_OFFER,
        .sdp_answer = call->sdp_role == SIPSAN_SDP_ANSWER,
    };
    if (!in_order || is_over(d, match))
        return; /* not to be acknowledged: 4 */
    if (wanted(match))
        sipsan_dialog_owe(dialogs, d, SIPSAN_OWES_PRACK, seen, true, d->crossed[set->inviter],
                          seen->ref.time + PRACK_AFTER);
    settle(dialogs, d, false, INT64_MAX);
    sipsan_dialog_owe(dialogs, d, SIPSAN_OWES_RELIABLE_AGAIN, seen, false, d->crossed[set->inviter],
                      seen->ref.time + COPY_AFTER);
}

static void another_copy(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                         struct sipsan_reliable *reliable, const struct sipsan_match *match,
                         const struct sipsan_seen *seen)
{
    bool asked = invites_of(match) != reliable->invites; /* by a copy of the INVITE */

    if (!match->txn || match->txn->serial != reliable->serial ||
        reliable->status != seen->msg->status)
        return; /* on another hop; or another response with this number */
    if (seen->ref.time - reliable->last.time < SIPSAN_TXN_DOUBLED)
        return;
    reliable->copies++;
    reliable->gap = asked ? 0 : seen->ref.time - reliable->last.time;
    reliable->last = seen->ref;
    reliable->invites = invites_of(match);
    settle(dialogs, d, false, INT64_MAX);
}

/* Not seen before, although it is a copy: the hop below was not whole, or the dialog had not begun
 * when it passed there. */
static bool newer(const struct sipsan_reliables *set, uint64_t rseq)
{
    const struct sipsan_reliable *newest = sipsan_reliable_newest(set);

    return !newest || rseq > newest->rseq;
}

void sipsan_reliable_response(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                              const struct sipsan_call_match *call,
                              const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    enum sipsan_side inviter = other_side(call->side);
    struct sipsan_reliables *set;
    struct sipsan_reliable *reliable;

    if (!msg->cseq.ok)
        return;
    if (d->reliables && d->reliables->inviter == inviter && d->reliables->cseq > msg->cseq.number)
        return;
    set = set_of(dialogs, d, inviter, msg->cseq.number);
    if (!set)
        return;
    reliable = find(set, msg->rseq.value);
    if (reliable)
        another_copy(dialogs, d, reliable, match, seen);
    else if (call->first_sight || newer(set, msg->rseq.value))
        first_copy(dialogs, d, set, call, match, seen);
    if (sipsan_facts_ack_crosses(d, msg, seen))
        sipsan_dialog_crossed(d, inviter);
}

/* --- PRACK ----------------------------------------------------------------------------------- */

void sipsan_reliable_prack(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                           enum sipsan_side side, const struct sipsan_seen *seen)
{
    const struct sipsan_rack *rack = &seen->msg->rack;
    struct sipsan_reliables *set = d->reliables;
    struct sipsan_reliable *reliable = NULL;

    if (!set || set->inviter != side)
        return;
    if (rack->ok && rack->cseq == set->cseq)
        reliable = find(set, rack->rseq);
    if (!reliable) {
        set->misnamed = true;
        settle(dialogs, d, true, INT64_MAX);
        return;
    }
    if (reliable->prack.time == 0)
        reliable->prack = seen->ref;
    reliable->prack_cseq = seen->msg->cseq.number;
    reliable->answer_status = 0;
    settle(dialogs, d, true, reliable->ref.time);
}

/* A 2xx to a PRACK that the tap has missed: it was for what had waited longest. */
static void unseen_prack(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                         const struct sipsan_seen *seen)
{
    struct sipsan_reliables *set = d->reliables;

    sipsan_dialog_missed(d);
    settle(dialogs, d, true, INT64_MAX);
    for (uint32_t i = 0; i < set->count && i < SIPSAN_RELIABLE_MAX; i++) {
        struct sipsan_reliable *reliable = &set->kept[i];

        if (reliable->prack.time != 0 || reliable->acked.time != 0)
            continue;
        reliable->prack = reliable->answer = reliable->acked = seen->ref;
        reliable->prack_cseq = seen->msg->cseq.number;
        reliable->answer_status = seen->msg->status;
        return;
    }
}

static bool prack_seen(const struct sipsan_reliables *set, uint64_t cseq)
{
    for (uint32_t i = 0; i < set->count && i < SIPSAN_RELIABLE_MAX; i++)
        if (set->kept[i].prack_cseq == cseq)
            return true;
    return false;
}

void sipsan_reliable_prack_answer(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                                  enum sipsan_side side, const struct sipsan_seen *seen)
{
    struct sipsan_reliables *set = d->reliables;

    if (!set || set->inviter != side || seen->msg->status < 200)
        return;
    if (seen->msg->status < 300 && !set->misnamed && !prack_seen(set, seen->msg->cseq.number)) {
        unseen_prack(dialogs, d, seen);
        return;
    }
    for (uint32_t i = 0; i < set->count && i < SIPSAN_RELIABLE_MAX; i++) {
        struct sipsan_reliable *reliable = &set->kept[i];

        if (reliable->prack.time == 0 || reliable->prack_cseq != seen->msg->cseq.number ||
            reliable->answer_status != 0)
            continue;
        reliable->answer = seen->ref;
        reliable->answer_status = seen->msg->status;
        if (reliable->acked.time == 0 && seen->msg->status < 300)
            reliable->acked = seen->ref;
    }
}

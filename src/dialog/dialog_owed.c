/* Who owes what in a dialog: ACK to every 2xx and to its repeats (13.2.2.4), the repeats until ACK
 * and the BYE when none comes (13.3.1.4), the BYE of a caller whose CANCEL came too late
 * (13.2.2.4), finals to the requests that a BYE overtook (15.1.2).
 *
 * The ACK may take a path that the tap does not see: its absence is provable only when a request of
 * the same side crossed the tap inside the dialog, or the 2xx itself shows where the ACK must go.
 */
#include "base/addr.h"
#include "dialog/dialog_facts.h"

#define SECOND      INT64_C(1000000)
#define OK_AGAIN    (4 * SECOND) /* for the second copy: the RFC says T1, which may be configured */
#define ACK_AGAIN   (2 * SECOND) /* for the ACK to a repeat */
#define MET_AFTER   (2 * SECOND) /* T1 and 2*T1, when two copies were lost, and the way */
#define REPEATS     (20 * SECOND) /* of a 2xx that show that its sender still waits */
#define BYE_AFTER   (SIPSAN_TIMER_B + 10 * SECOND)
#define GIVE_UP     (10 * SECOND) /* for the BYE of who has cancelled: machines need no longer */
#define OWED_MAX    16            /* obligations of one dialog: their list is walked */
#define CREDENTIALS 4096          /* bytes kept */

/* --- requests whose final is awaited --------------------------------------------------------- */

void sipsan_open_add(struct sipsan_dialog *dialog, enum sipsan_side side,
                     const struct sipsan_txn *txn)
{
    struct sipsan_open *open = &dialog->open[dialog->next_open];

    dialog->next_open = (uint8_t)((dialog->next_open + 1) % SIPSAN_OPEN_MAX);
    *open = (struct sipsan_open){.serial = txn->serial,
                                 .call_hash = txn->by_call.hash,
                                 .cseq = txn->cseq,
                                 .side = (uint8_t)side};
}

static struct sipsan_owed *pending(struct sipsan_dialog *d, uint64_t serial)
{
    struct sipsan_owed *owed = d->owes;

    while (owed && (owed->kind != SIPSAN_OWES_PENDING_FINAL || owed->about_serial != serial))
        owed = owed->next;
    return owed;
}

void sipsan_open_final(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_side side, uint64_t cseq)
{
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        struct sipsan_open *open = &dialog->open[i];
        struct sipsan_owed *owed;

        if (open->serial == 0 || open->side != side || open->cseq != cseq)
            continue;
        owed = pending(dialog, open->serial);
        if (owed)
            sipsan_settle_one(dialogs->owing, &dialog->owes, owed);
        *open = (struct sipsan_open){0};
    }
}

void sipsan_open_forget(struct sipsan_dialog *dialog, const struct sipsan_txn *txn)
{
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++)
        if (dialog->open[i].serial == txn->serial)
            dialog->open[i] = (struct sipsan_open){0};
}

/* --- obligations ----------------------------------------------------------------------------- */

static void add_owed(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                     const struct sipsan_owed *what, int64_t due)
{
    size_t n = 0;

    for (const struct sipsan_owed *owed = d->owes; owed && n < OWED_MAX; owed = owed->next)
        n++;
    if (n == OWED_MAX || !sipsan_owe(dialogs->owing, &d->owes, what, due))
        d->lossy = true;
}

void sipsan_dialog_owe(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                       enum sipsan_owed_kind kind, const struct sipsan_seen *seen, bool reversed,
                       bool provable, int64_t due)
{
    struct sipsan_owed what = {
        .kind = kind,
        .dialog = d,
        .leg = seen->leg,
        .flow = seen->flow,
        .trigger = seen->ref,
        .since = seen->ref.time,
        .provable = provable,
    };

    if (reversed) {
        what.flow.src = seen->flow.dst;
        what.flow.dst = seen->flow.src;
    }
    what.flow.sent_by_accused = false;
    add_owed(dialogs, d, &what, due);
}

static void owe(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d, enum sipsan_owed_kind kind,
                const struct sipsan_seen *seen, bool reversed, int64_t due)
{
    sipsan_dialog_owe(dialogs, d, kind, seen, reversed, d->crossed[d->ok_inviter], due);
}

/* Those of this kind that the last 2xx caused, or (before) one before it. */
static void settle(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                   enum sipsan_owed_kind kind, bool before)
{
    struct sipsan_owed *owed = d->owes;

    while (owed) {
        struct sipsan_owed *next = owed->next;

        if (owed->kind == kind && (owed->since < d->ok_first.time) == before)
            sipsan_settle_one(dialogs->owing, &d->owes, owed);
        owed = next;
    }
}

static void settle_waiting(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d, bool before)
{
    settle(dialogs, d, SIPSAN_OWES_ACK_2XX, before);
    settle(dialogs, d, SIPSAN_OWES_ACK_2XX_AGAIN, before);
    settle(dialogs, d, SIPSAN_OWES_2XX_AGAIN, before);
    settle(dialogs, d, SIPSAN_OWES_BYE_NO_ACK, before);
}

/* A debt whose message, or whose excuse, is a request of this side: its ACK, its PRACK. */
static bool rests_on(const struct sipsan_dialog *d, const struct sipsan_owed *owed,
                     enum sipsan_side side)
{
    switch (owed->kind) {
    case SIPSAN_OWES_ACK_2XX:
    case SIPSAN_OWES_ACK_2XX_AGAIN:
    case SIPSAN_OWES_2XX_AGAIN:
    case SIPSAN_OWES_BYE_NO_ACK:
        return d->ok_inviter == side && owed->since >= d->ok_first.time;
    case SIPSAN_OWES_PRACK:
    case SIPSAN_OWES_RELIABLE_AGAIN:
        return d->reliables && d->reliables->inviter == side;
    default:
        return false;
    }
}

void sipsan_dialog_crossed(struct sipsan_dialog *dialog, enum sipsan_side side)
{
    if (dialog->crossed[side])
        return;
    dialog->crossed[side] = true;
    for (struct sipsan_owed *owed = dialog->owes; owed; owed = owed->next)
        if (rests_on(dialog, owed, side))
            owed->provable = true;
}

/* --- 2xx ------------------------------------------------------------------------------------- */

/* The credentials of the INVITE as sent at this hop, for 13.2.2.4 and 22.1. */
static void keep_credentials(struct sipsan_dialog *d, const struct sipsan_txn *txn)
{
    char text[CREDENTIALS];
    size_t n = 0;

    d->invite_auth.set = false;
    if (!txn || !txn->request)
        return;
    for (const struct sipsan_auth *a = txn->request->auth; a; a = a->next) {
        size_t gap = n > 0 ? 1 : 0;

        if (a->header != SIPSAN_HDR_AUTHORIZATION && a->header != SIPSAN_HDR_PROXY_AUTHORIZATION)
            continue;
        if (a->text.n == 0 || a->text.n > sizeof(text) - gap || n > sizeof(text) - gap - a->text.n)
            return;
        memcpy(text + n, "\n", gap);
        memcpy(text + n + gap, a->text.p, a->text.n);
        n += gap + a->text.n;
    }
    sipsan_dialog_keep(d, &d->invite_auth, (struct sipsan_span){text, n});
}

/* The ACK was captured before its 2xx. With several tags it may be that of another fork. */
static bool acked_ahead(const struct sipsan_txn *invite)
{
    return invite && invite->class == SIPSAN_TXN_INVITE && invite->acks > 0 &&
           invite->answer_count == 1;
}

static void first_ok(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                     enum sipsan_side inviter, const struct sipsan_match *match,
                     const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    d->ok_first = d->ok_last = seen->ref;
    d->ok_copies = 1;
    d->ok_near = 0;
    d->ok_gap = 0;
    d->ok_cseq = msg->cseq.number;
    d->ok_hash = seen->hash;
    d->ok_serial = match->txn ? match->txn->serial : 0;
    d->ok_inviter = inviter;
    d->ok_flow = seen->flow;
    d->ok_vias = d->near_vias = msg->via_count;
    d->ok_acks = 0;
    d->ack_first = d->ack_last = d->repeat_unacked = (struct sipsan_ref){0};
    d->acks = 0;
    if (acked_ahead(match->txn)) {
        d->ack_first = d->ack_last = match->txn->ack;
        d->acks = 1;
    }
    if (sipsan_facts_ack_crosses(d, msg, seen))
        sipsan_dialog_crossed(d, inviter);
    keep_credentials(d, match->txn);
    if (d->acks > 0)
        return;
    owe(dialogs, d, SIPSAN_OWES_ACK_2XX, seen, true, seen->ref.time + SIPSAN_TIMER_B);
    owe(dialogs, d, SIPSAN_OWES_2XX_AGAIN, seen, false, seen->ref.time + OK_AGAIN);
}

/* The same 2xx on a hop nearer to the inviter: his ACK is awaited there. */
static void nearer_ok(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                      const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    d->near_vias = seen->msg->via_count;
    keep_credentials(d, match->txn);
    if (sipsan_facts_ack_crosses(d, seen->msg, seen))
        sipsan_dialog_crossed(d, d->ok_inviter);
    if (d->acks > 0)
        return;
    settle(dialogs, d, SIPSAN_OWES_ACK_2XX, false);
    owe(dialogs, d, SIPSAN_OWES_ACK_2XX, seen, true, d->ok_first.time + SIPSAN_TIMER_B);
}

static void repeated_ok(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                        const struct sipsan_seen *seen)
{
    int64_t gap = seen->ref.time - d->ok_last.time;

    if (gap < SIPSAN_TXN_DOUBLED)
        return;
    d->ok_gap = gap;
    d->ok_copies++;
    d->ok_near += gap < SIPSAN_TXN_TWIN;
    d->ok_last = seen->ref;
    d->repeat_unacked = seen->ref;
    settle(dialogs, d, SIPSAN_OWES_2XX_AGAIN, false);
    if (d->acks == 0 && d->ok_last.time - d->ok_first.time >= REPEATS &&
        d->party[other_side(d->ok_inviter)].bye.time == 0 &&
        !sipsan_owed_find(d->owes, SIPSAN_OWES_BYE_NO_ACK, NULL))
        owe(dialogs, d, SIPSAN_OWES_BYE_NO_ACK, seen, false, d->ok_first.time + BYE_AFTER);
}

void sipsan_dialog_ok(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                      enum sipsan_side side, const struct sipsan_match *match,
                      const struct sipsan_seen *seen)
{
    enum sipsan_side inviter = other_side(side);
    const struct sipsan_msg *msg = seen->msg;
    uint64_t serial = match->txn ? match->txn->serial : 0;
    bool again = match->what == SIPSAN_REPEATED_RESPONSE;

    if (dialog->ok_copies == 0 || dialog->ok_inviter != inviter ||
        dialog->ok_cseq < msg->cseq.number) {
        if (!again)
            first_ok(dialogs, dialog, inviter, match, seen);
        return;
    }
    if (dialog->ok_cseq != msg->cseq.number)
        return;
    if (serial == dialog->ok_serial)
        repeated_ok(dialogs, dialog, seen);
    else if (msg->via_count < dialog->near_vias)
        nearer_ok(dialogs, dialog, match, seen);
    if (again && dialog->acks > 0 && msg->via_count == dialog->near_vias &&
        !sipsan_owed_find(dialog->owes, SIPSAN_OWES_ACK_2XX_AGAIN, NULL))
        owe(dialogs, dialog, SIPSAN_OWES_ACK_2XX_AGAIN, seen, true, seen->ref.time + ACK_AGAIN);
}

/* --- ACK ------------------------------------------------------------------------------------- */

/* What is needed to know its repeats and its copies on other hops. */
static void remember_ack(struct sipsan_dialog *d, bool first, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    uint64_t top = seen->keys.via;

    if (first) {
        d->ack_bytes = seen->hash;
        d->ack_top = top;
        d->ack_relayed_top = 0;
        d->ack_vias = msg->via_count;
        d->ack_cseq = msg->cseq.number;
        d->ack_time = seen->ref.time;
    } else if (top != d->ack_top) {
        d->ack_relayed_top = top;
    }
}

/* The CANCEL says that the call is not wanted, and the ACK passed where a BYE would. Only of the
 * end that has sent both: a proxy cancels what its caller may still want. */
static void unwanted(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d, enum sipsan_side side,
                     const struct sipsan_txn *invite, const struct sipsan_seen *seen)
{
    struct sipsan_owed what = {
        .kind = SIPSAN_OWES_UNWANTED_BYE,
        .dialog = d,
        .leg = seen->leg,
        .flow = seen->flow,
        .since = seen->ref.time,
        .provable = true,
    };

    if (side != SIPSAN_CALLER || !invite || invite->cancel.time == 0 ||
        d->confirmed.time != d->ok_first.time || d->confirmed.frame != d->ok_first.frame ||
        invite->via_count != 1 || seen->msg->via_count != 1 || d->ended.time != 0 ||
        d->party[SIPSAN_CALLER].bye.time != 0 || d->party[SIPSAN_CALLEE].bye.time != 0)
        return;
    what.trigger = invite->cancel;
    what.flow.sent_by_accused = false;
    add_owed(dialogs, d, &what, seen->ref.time + GIVE_UP);
}

void sipsan_dialog_wanted(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog)
{
    (void)sipsan_settle(dialogs->owing, &dialog->owes, SIPSAN_OWES_UNWANTED_BYE, NULL);
}

/* An ACK answers a final response that the tap has not seen: a 2xx, if its branch is its own. */
static void missed_final(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                         enum sipsan_side side, const struct sipsan_match *match,
                         const struct sipsan_seen *seen)
{
    struct sipsan_party *inviter = &d->party[side];
    uint64_t cseq = seen->msg->cseq.number;

    sipsan_dialog_missed(d);
    sipsan_open_final(dialogs, d, side, cseq);
    if (inviter->invite_cseq == cseq && inviter->invite_final.time == 0)
        inviter->invite_final = seen->ref;
    if (match->txn || d->state != SIPSAN_DIALOG_EARLY)
        return;
    d->confirmed = seen->ref;
    sipsan_dialog_become(dialogs, d, SIPSAN_DIALOG_CONFIRMED);
}

void sipsan_dialog_ack(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_side side, bool first, const struct sipsan_match *match,
                       const struct sipsan_seen *seen)
{
    struct sipsan_party *inviter = &dialog->party[side];
    uint64_t cseq = seen->msg->cseq.number;

    remember_ack(dialog, first, seen);
    if (inviter->invite_cseq == cseq)
        inviter->invite_acked = true;
    if (match->txn && match->txn->final.status >= 300)
        return;
    sipsan_dialog_crossed(dialog, side);
    /* Of an exchange that ended before the other side's: its 2xx has been seen. */
    if (dialog->ok_copies != 0 && dialog->ok_inviter != side && match->answer &&
        match->answer->final.status / 100 == 2)
        return;
    if (dialog->ok_copies == 0 || dialog->ok_inviter != side || dialog->ok_cseq < cseq) {
        missed_final(dialogs, dialog, side, match, seen);
        return;
    }
    if (dialog->ok_cseq > cseq) {
        settle_waiting(dialogs, dialog, true);
        return;
    }
    if (dialog->ack_first.time == 0) {
        dialog->ack_first = seen->ref;
        unwanted(dialogs, dialog, side, match->invite, seen);
    }
    if (dialog->acks == 0 || seen->ref.time - dialog->ack_last.time >= SIPSAN_TXN_DOUBLED) {
        if (first || seen->msg->via_count == dialog->ack_vias)
            dialog->acks++;
        if (addr_same_ip(&seen->flow.dst, &dialog->ok_flow.src) && dialog->ok_acks < UINT32_MAX &&
            (dialog->ok_acks == 0 || seen->ref.time - dialog->ack_last.time >= SIPSAN_TXN_TWIN))
            dialog->ok_acks++;
    }
    dialog->ack_last = seen->ref;
    dialog->repeat_unacked = (struct sipsan_ref){0};
    settle_waiting(dialogs, dialog, false);
    if (first)
        sipsan_offer_apply(&dialog->offers, seen->msg, &seen->ref);
}

/* --- 491 ------------------------------------------------------------------------------------- */

/* Certain where a callee has sent no request so far and no offer can be open: RFC 3311 5.2, RFC
 * 3262 5, RFC 5407 3.1.5. Its request may come behind the 491, or be lost and come again. */
void sipsan_dialog_refused_491(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                               enum sipsan_side side, const struct sipsan_seen *seen)
{
    const struct sipsan_party *me = &dialog->party[side];

    if (!dialog->invite || dialog->state != SIPSAN_DIALOG_CONFIRMED || side != SIPSAN_CALLEE ||
        dialog->acks == 0 || dialog->updated || dialog->reliable || dialog->usages ||
        me->invite_serial != 0 || me->cseq_known || me->cseq_lossy)
        return;
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++)
        if (dialog->open[i].serial != 0 && dialog->open[i].cseq != seen->msg->cseq.number)
            return; /* a second request before the first is answered: 14.2 wants 500 */
    /* The answer in the ACK may come behind this INVITE, or be lost until the 2xx is sent again,
     * which happens every T2 at least (13.3.1.4). */
    if (seen->ref.time - dialog->ack_last.time < SIPSAN_T2 + dialogs->race_window ||
        dialog->repeat_unacked.time != 0)
        return;
    sipsan_dialog_owe(dialogs, dialog, SIPSAN_OWES_MET_REQUEST, seen, false, true,
                      seen->ref.time + MET_AFTER);
}

/* --- BYE ------------------------------------------------------------------------------------- */

/* Owed by the other end only: a proxy stays silent when nobody answers it (RFC 4320 4.2). */
static void bye_answer(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                       enum sipsan_side side, const struct sipsan_txn *bye,
                       const struct sipsan_seen *seen)
{
    const struct sipsan_party *peer = &d->party[other_side(side)];
    struct sipsan_owed what = {
        .kind = SIPSAN_OWES_BYE_ANSWER,
        .dialog = d,
        .leg = seen->leg,
        .flow = seen->flow,
        .trigger = seen->ref,
        .since = seen->ref.time,
        .provable = true,
    };

    d->party[side].bye_copies = 1;
    d->party[side].bye_last = seen->ref;
    d->party[side].bye_serial = bye ? bye->serial : 0;
    if (!bye || bye->final.status != 0 || d->state == SIPSAN_DIALOG_TERMINATED ||
        !peer->at_own_hop || !addr_same(&peer->addr, &seen->flow.dst))
        return;
    what.about_serial = bye->serial;
    what.flow.src = seen->flow.dst;
    what.flow.dst = seen->flow.src;
    what.flow.sent_by_accused = false;
    add_owed(dialogs, d, &what, seen->ref.time + SIPSAN_TIMER_B);
}

void sipsan_dialog_bye_again(struct sipsan_dialog *dialog, enum sipsan_side side,
                             const struct sipsan_txn *bye, const struct sipsan_seen *seen)
{
    struct sipsan_party *party = &dialog->party[side];

    if (!bye || bye->serial != party->bye_serial)
        return;
    party->bye_last = seen->ref;
    if (party->bye_copies < UINT32_MAX)
        party->bye_copies++;
}

void sipsan_dialog_bye_answered(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                const struct sipsan_txn *bye)
{
    struct sipsan_owed *owed = dialog->owes;

    while (owed) {
        struct sipsan_owed *next = owed->next;

        if (owed->kind == SIPSAN_OWES_BYE_ANSWER && owed->about_serial == bye->serial)
            sipsan_settle_one(dialogs->owing, &dialog->owes, owed);
        owed = next;
    }
}

/* The BYE of an early dialog goes straight to who has the INVITE: behind a proxy other forks of it
 * may go on ringing, also one that begins now. */
static bool same_server(const struct sipsan_txn *invite, const struct sipsan_seen *bye)
{
    return !bye->msg->route && bye->msg->via_count == 1 && invite->answer_count <= 1 &&
           sipsan_ip_eq(&invite->flow.dst, &bye->flow.dst);
}

void sipsan_dialog_bye(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_side side, bool once, const struct sipsan_match *match,
                       const struct sipsan_seen *seen)
{
    /* Who gives the call up repeats its 2xx no longer. The caller still owes the ACK: RFC 5407
     * 3.1.6. */
    settle(dialogs, dialog, SIPSAN_OWES_2XX_AGAIN, false);
    settle(dialogs, dialog, SIPSAN_OWES_BYE_NO_ACK, false);
    bye_answer(dialogs, dialog, side, match->txn, seen);
    if (!once)
        return;
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_open *open = &dialog->open[i];
        const struct sipsan_txn *txn;
        struct sipsan_owed what;

        if (open->serial == 0 || open->side != side ||
            (match->txn && open->serial == match->txn->serial))
            continue;
        txn = sipsan_txn_by_serial(dialogs->txns, open->serial, open->call_hash);
        if (txn && txn->acks > 0)
            continue; /* its final was missed */
        if (!txn || pending(dialog, open->serial))
            continue;
        what = (struct sipsan_owed){
            .kind = SIPSAN_OWES_PENDING_FINAL,
            .dialog = dialog,
            .about_serial = txn->serial,
            .leg = txn->leg,
            .flow = txn->flow,
            .trigger = seen->ref,
            .since = seen->ref.time,
            .provable = txn->whole && (dialog->confirmed.time != 0 || same_server(txn, seen)),
        };
        what.flow.src = txn->flow.dst;
        what.flow.dst = txn->flow.src;
        what.flow.sent_by_accused = false;
        add_owed(dialogs, dialog, &what, seen->ref.time + SIPSAN_TIMER_B);
    }
}

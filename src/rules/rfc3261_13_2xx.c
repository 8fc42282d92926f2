/* RFC 3261 section 13.3.1.4: the 2xx to an INVITE until its ACK. Its sender repeats it, stops when
 * the ACK has come, and gives up with BYE when none comes. */
#include "rules/repeats.h"

/* Time from the first to the n-th copy by the schedule T1, 2*T1, 4*T1, T2, T2 ... */
static int64_t schedule(uint32_t n)
{
    int64_t sum = 0, gap = SIPSAN_T1;

    for (uint32_t i = 1; i < n && i < 64; i++) {
        sum += gap;
        gap = gap >= 2000000 ? 4000000 : gap * 2;
    }
    return sum;
}

#define MANY_COPIES 4

/* Too fast: losses only make copies fewer. Half of the schedule allows for a smaller T1; a repeated
 * INVITE may bring copies of its own, and so may the network. */
static enum sipsan_verdict repeats_too_fast(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    uint32_t n = d->ok_copies + 1;
    uint32_t near = d->ok_near + (v->now - d->ok_last.time < LATE_TWIN);
    int64_t took = v->now - d->ok_first.time;

    n -= near < TWINS ? near : TWINS;
    if (!v->txn || v->txn->serial != d->ok_serial || v->txn->copies > 1 ||
        d->ok_cseq != v->msg->cseq.number || n < MANY_COPIES || took * 2 >= schedule(n) ||
        v->now - d->ok_last.time < TWIN)
        return SIPSAN_NA;
    why->lower = true;
    why->expected = "intervals of 0.5, 1, 2, 4, 4 ... seconds";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line, "%u copies of the 2xx within %.3f s",
                       (unsigned)d->ok_copies + 1, (double)took / 1e6);
}

#define MOST_COPIES 11

/* Told once, at the twelfth copy; of too fast ones there is another rule. */
static enum sipsan_verdict too_many_copies(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;
    uint32_t n = d->ok_copies + 1;

    /* Before that it may be one that the network has doubled. */
    if (!v->txn || v->txn->serial != d->ok_serial || v->txn->copies > 1 ||
        d->ok_cseq != v->msg->cseq.number || n != MOST_COPIES + 1 ||
        v->now - d->ok_first.time < SIPSAN_TIMER_B + SIPSAN_T1)
        return SIPSAN_NA;
    why->expected = "at most 11 copies, then BYE";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    return sipsan_fail(why, v->msg->start_line, "copy %u of the 2xx, %.3f s after the first",
                       (unsigned)n, (double)(v->now - d->ok_first.time) / 1e6);
}

/* This side has sent a request in the dialog since the 2xx, if only the one that proves the
 * debt. */
static bool goes_on(const struct sipsan_view *v, enum sipsan_side side)
{
    const struct sipsan_party *me = &v->dialog->party[side];
    const struct sipsan_msg *m = v->proof ? v->proof->msg : NULL;

    if (me->last_sent > v->dialog->ok_first.time)
        return true;
    return m && m->request && m->method_id != SIPSAN_METHOD_ACK &&
           span_eq(m->call_id, text_span(&v->dialog->call_id)) &&
           sipsan_span_eq_nocase(m->from.tag, text_span(&me->tag));
}

/* When the call goes on, the ACK was there and the tap missed it. The inviter may go on before its
 * ACK, the other side not (15). */
static enum sipsan_verdict ok_again(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!v->owed)
        return repeats_too_fast(v, why);
    if (d->acks > 0 || d->ok_copies > 1)
        return SIPSAN_NA;
    why->expected = "the 2xx again after T1, doubling up to T2, until the ACK, on TCP too";
    sipsan_relate(why, &v->owed->trigger, "2xx to INVITE", nothing);
    sipsan_fail(why, nothing, "the 2xx was sent once, although no ACK came");
    if (goes_on(v, SIPSAN_CALLER) || goes_on(v, SIPSAN_CALLEE))
        return SIPSAN_INCONCLUSIVE;
    return v->owed->provable ? SIPSAN_FAIL : SIPSAN_INCONCLUSIVE;
}

/* ACKs may be lost behind the tap, even twice, and those that a proxy has not passed on do not
 * count. More certain where the tap hears the callee itself. In the race window nothing is said at
 * all: a later copy will say it. */
static enum sipsan_verdict ok_stops(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!v->txn || v->txn->child_count > 0 || v->txn->serial != d->ok_serial ||
        d->ok_cseq != v->msg->cseq.number || d->ok_acks < 3 ||
        v->now - d->ack_last.time < v->race_window || d->ack_last.time <= d->ack_first.time)
        return SIPSAN_NA;
    why->lower = !sipsan_at_source(v);
    why->expected = "no copy of the 2xx after its ACK";
    sipsan_relate(why, &d->ack_first, "ACK", nothing);
    sipsan_relate(why, &d->ack_last, "ACK", nothing);
    return sipsan_fail(why, v->msg->start_line, "the 2xx is repeated after %u ACKs",
                       (unsigned)d->ok_acks);
}

static enum sipsan_verdict bye_without_ack(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->acks > 0 || d->state == SIPSAN_DIALOG_TERMINATED || d->party[0].bye.time != 0 ||
        d->party[1].bye.time != 0)
        return SIPSAN_NA;
    why->expected = "BYE when 64*T1 have passed without an ACK";
    sipsan_relate(why, &d->ok_first, "2xx to INVITE", nothing);
    sipsan_relate(why, &d->ok_last, "last copy of the 2xx", nothing);
    return sipsan_fail(why, nothing, "no ACK to the 2xx in 64*T1, and no BYE ends the session");
}

#define INVITE  BIT(INVITE)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)
#define OVERDUE (CERTAIN | SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.13.3.1.4.2xx-retransmit-until-ack",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_OWED,
        .also = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .owed = SIPSAN_OWES_2XX_AGAIN,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .updated_by = "RFC 6026",
        .aliases = "rfc3261.17.2.1.2xx-not-txn-retransmitted",
        .summary = "The 2xx is repeated from T1 up to T2 until the ACK, on any transport",
        .explain =
            "No transaction repeats a 2xx: the callee's core does, since the ACK comes from end to "
            "end. Also over TCP and TLS, because a proxy further on may use UDP. A callee that "
            "sends it once loses the call with one packet.\n"
            "Reported when no copy follows within 4 s (T1 may be configured), no ACK was seen on a "
            "path that it must take, and the caller has gone silent. When the caller goes on in "
            "the dialog its ACK was probably missed by the tap: inconclusive. Copies that come "
            "twice as fast as the schedule are reported one step lower (three of those less than "
            "0.4 s apart may be doubled ones), unless the INVITE was "
            "repeated too.\n"
            "Bad: 200, no ACK, nothing more\n"
            "Good: 200 at 0, 0.5, 1.5, 3.5, 7.5 s until the ACK",
        .check = ok_again,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-max-11-sends",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* T1 and T2 may be set otherwise */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = BIT(INVITE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .summary = "A 2xx without ACK is sent at most 11 times",
        .explain =
            "The 2xx is repeated after 0.5, 1, 2 and then every 4 seconds, for 64*T1: with the "
            "usual timers these are 11 copies. Who has no ACK by then ends the session with BYE "
            "instead of going on.\n"
            "Told at the twelfth copy. Copies in a quicker row are the finding of the rule about "
            "repeating; a repeated INVITE may bring copies of its own, and then nothing is "
            "said.\n"
            "Bad: copies every 4 s for a minute\n"
            "Good: 11 copies in 32 s, BYE",
        .check = too_many_copies,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-stop-after-ack",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_RESPONSE_AGAIN,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .updated_by = "RFC 6026",
        .summary = "The 2xx is not repeated after its ACK",
        .explain =
            "A callee that does not recognise the ACK repeats the 2xx for 32 s and then ends a "
            "good call. The reason may be an ACK that is built wrongly, which is a finding of its "
            "own, or one that is lost behind the tap.\n"
            "Reported after three ACKs, a round trip later; one step lower where the tap does not "
            "hear the callee itself.\n"
            "Bad: 200, ACK, 200, ACK, 200, ACK, 200\n"
            "Good: 200, 200, ACK",
        .check = ok_stops,
    },
    {
        .id = "rfc3261.13.3.1.4.2xx-no-ack-bye",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_ERROR, /* one of the 60 */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_BYE_NO_ACK,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = OVERDUE,
        .summary = "A callee that gets no ACK for 64*T1 ends the session with BYE",
        .explain =
            "The dialog stands although the ACK never came, and the caller may believe in it. Only "
            "a BYE tells it that the callee has given up; else it keeps media and billing open.\n"
            "Reported ten seconds after the end of the repeats, when the 2xx was repeated for at "
            "least 20 s and the tap lies on the path of ACK and BYE.\n"
            "Bad: 200 repeated for 32 s, then silence\n"
            "Good: 200 repeated for 32 s, then BYE",
        .aliases = "rfc3261.14.2.reinvite-no-ack-bye",
        .check = bye_without_ack,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_13_2xx, rules);

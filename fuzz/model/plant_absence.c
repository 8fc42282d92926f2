/* What should have come and did not. */
#include "plant_edit.h"

#define OUT(id, brings, where, what)                                                               \
    BY(id, brings, where, left_out, .leaves_out = out_##what, .heard = true)
#define OUT_PROXIED(id, brings, where, what)                                                       \
    BY(id, brings, where, left_out, .leaves_out = out_##what, .heard = true, .in = CALM_PROXIED)

/* The final response to the INVITE of this ACK; 0: none was seen. */
static int final_of(const struct world *w, const struct sip *ack)
{
    for (uint32_t k = w->seen_n; k-- > 0;) {
        const struct sip *m = w->seen[k].sip;

        if (m->status >= 200 && m->method == INVITE && m->cseq == ack->cseq &&
            !strcmp(m->call_id, ack->call_id))
            return m->status;
    }
    return 0;
}

#define OUT_IF(name, condition)                                                                    \
    static bool out_##name(const struct world *w, const struct node *from, const struct sip *m)    \
    {                                                                                              \
        (void)w;                                                                                   \
        (void)from;                                                                                \
        return condition;                                                                          \
    }

OUT_IF(ack_to_2xx, !m->status && m->method == ACK && final_of(w, m) < 300)
OUT_IF(ack_to_failure, !m->status && m->method == ACK && final_of(w, m) >= 300)
OUT_IF(ack_and_bye, out_ack_to_2xx(w, from, m) || (!m->status && m->method == BYE))
OUT_IF(answer_to_cancel, m->status && m->method == CANCEL)
OUT_IF(answer_487, m->status == 487)
OUT_IF(answer_to_bye, m->status && m->method == BYE)
OUT_IF(prack, !m->status && m->method == PRACK)
OUT_IF(accepting_of_proxy, from->kind == PROXY && m->status == 200 && m->method == INVITE)
OUT_IF(cancel_of_proxy, from->kind == PROXY && !m->status && m->method == CANCEL)

bool plant_unanswered_invite(const struct world *w, const struct node *from, const struct sip *m)
{
    (void)w;
    (void)from;
    return m->status && m->method == INVITE && from != &w->nodes[0];
}

bool plant_unanswered_plain(const struct world *w, const struct node *from, const struct sip *m)
{
    (void)w;
    (void)from;
    return m->status && (m->method == INFO || m->method == OPTIONS || m->method == MESSAGE);
}

bool plant_no_bye(const struct world *w, const struct node *from, const struct sip *m)
{
    (void)w;
    (void)from;
    return !m->status && m->method == BYE;
}

static const struct plant rows[] = {
    OUT("rfc3261.13.2.2.4.ack-for-each-2xx", "rfc3261.13. rfc3261.15. rfc3261.14. rfc3261.17.",
        accepting, ack_to_2xx),
    OUT("rfc3261.17.1.1.2.ack-non2xx-sent", "rfc3261.17. rfc3261.14.", refusal, ack_to_failure),
    OUT("rfc3261.13.3.1.4.2xx-no-ack-bye",
        "rfc3261.13. rfc3261.15. rfc3261.14. rfc3261.17. rfc3264.", accepting, ack_and_bye),
    OUT("rfc3261.9.2.cancel-response-sent", "rfc3261.9. rfc3261.17.", cancel, answer_to_cancel),
    OUT("rfc3261.9.2.cancel-gives-487", "rfc3261.9. rfc3261.17. rfc3261.15.", cancel, answer_487),
    OUT("rfc3261.15.1.2.bye-response-sent", "rfc3261.15. rfc3261.17. rfc3261.12.", bye,
        answer_to_bye),
    OUT("rfc3262.4.prack-sent", "rfc3262. rfc3261.13.", repeated_reliably, prack),
    OUT_PROXIED("rfc3261.16.7.proxy-forward-2xx-at-once",
                "rfc3261.16. rfc3261.13. rfc3261.17. rfc3261.15. rfc3261.12. rfc3261.9.", accepting,
                accepting_of_proxy),
    OUT_PROXIED("rfc3261.16.10.proxy-cancel-pending-on-cancel",
                "rfc3261.16. rfc3261.9. rfc3261.17. rfc3262.", cancel_at_proxy, cancel_of_proxy),
};

PLANT_FAMILY(absence, rows);

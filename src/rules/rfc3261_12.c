/* RFC 3261 section 12: dialogs. How they are made (12.1), which tags and numbers a request inside
 * has (12.2.1.1), how it is received (12.2.2). Sides are told by tags. Where such a request is sent
 * is in rfc3261_12_target.c. */
#include "rules/target.h"

#define REORDER                                                                                    \
    INT64_C(2000000) /* requests nearer to each other than this may swap places on UDP: half a     \
                      * second, and the time of two copies that were lost before the tap */

/* 12.1.1: the response that makes a dialog ---------------------------------------------------- */

/* Of a re-INVITE only the table of section 20 asks for it: 12.2.1.2 says "if present". */
static enum sipsan_verdict contact_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_CONTACT) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->lower = !v->txn || !v->txn->whole || v->txn->to_tag.p;
    why->expected = "one Contact with the URI at which the callee is reached";
    return sipsan_fail(why, v->msg->start_line, "the 2xx to INVITE has no Contact");
}

static enum sipsan_verdict contact_single(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *contact = v->msg->contact;

    if (!contact || (v->msg->status < 200 && !v->msg->to.tag.p))
        return SIPSAN_NA;
    why->expected = "one Contact with one URI";
    if (contact->star)
        return sipsan_fail(why, contact->text, "\"*\" is no remote target");
    if (v->msg->contact_count < 2)
        return SIPSAN_PASS;
    return sipsan_fail(why, contact->next->text,
                       "the response names %u Contacts; a dialog has one remote target",
                       (unsigned)v->msg->contact_count);
}

#define ROUTES_MAX 32 /* Record-Route values that are compared */

struct routes {
    const struct sipsan_name_addr *item[ROUTES_MAX];
    size_t n;
};

static bool record_routes(struct routes *out, const struct sipsan_msg *m)
{
    out->n = 0;
    for (const struct sipsan_name_addr *r = m->record_route; r; r = r->next) {
        if (out->n == ROUTES_MAX || !r->ok)
            return false;
        out->item[out->n++] = r;
    }
    return sipsan_header_complete(m);
}

static bool copied(const struct sipsan_name_addr *from, const struct sipsan_name_addr *to)
{
    return span_eq(from->text, to->text) ||
           sipsan_uri_like(from->uri.text, to->uri.text) == SIPSAN_ALIKE;
}

/* The first value of the request that the response does not have, or NULL. */
static const struct sipsan_name_addr *not_copied(const struct routes *from, const struct routes *to)
{
    bool used[ROUTES_MAX] = {false};

    for (size_t i = 0; i < from->n; i++) {
        size_t j = 0;

        while (j < to->n && (used[j] || !copied(from->item[i], to->item[j])))
            j++;
        if (j == to->n)
            return from->item[i];
        used[j] = true;
    }
    return NULL;
}

/* The value that was altered rather than left out. */
static const struct sipsan_name_addr *altered(const struct sipsan_name_addr *from,
                                              const struct routes *to)
{
    for (size_t j = 0; j < to->n; j++)
        if (sipsan_uri_like(from->uri.text, to->item[j]->uri.text) == SIPSAN_NEAR)
            return to->item[j];
    return NULL;
}

/* A response that makes a dialog, to a request whose Record-Route this hop showed. Proxies below
 * add values in front of these and rewrite none but their own (16.7 step 8), so the copy is whole
 * at every hop. What a relayed response lost had gone below, where it was judged. */
static bool makes_dialog(const struct sipsan_view *v, struct routes *from, struct routes *to)
{
    const struct sipsan_msg *m = v->msg;

    if (v->req->to.tag.p || !m->to.tag.p || !v->req->record_route || v->child)
        return false;
    return record_routes(from, v->req) && record_routes(to, m);
}

static enum sipsan_verdict copies_record_route(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct routes from, to;
    const struct sipsan_name_addr *missing, *instead;

    if (!makes_dialog(v, &from, &to))
        return SIPSAN_NA;
    missing = not_copied(&from, &to);
    if (!missing)
        return SIPSAN_PASS;
    why->lower = v->msg->status < 200; /* RFC 2543 asked for it in the 2xx only */
    why->expected = "every Record-Route value of the request, with all its parameters";
    sipsan_relate_request(why, v->txn, missing->text);
    instead = altered(missing, &to);
    if (instead)
        return sipsan_fail(why, instead->text, "the Record-Route value %.*s came back changed",
                           SPAN(missing->text));
    return sipsan_fail(why, v->msg->start_line, "the Record-Route value %.*s is not copied",
                       SPAN(missing->text));
}

static enum sipsan_verdict record_route_order(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct routes from, to;
    size_t i = 0;

    if (!makes_dialog(v, &from, &to) || not_copied(&from, &to))
        return SIPSAN_NA;
    for (size_t j = 0; j < to.n && i < from.n; j++)
        if (copied(from.item[i], to.item[j]))
            i++;
    if (i == from.n)
        return SIPSAN_PASS;
    why->lower = v->msg->status < 200;
    why->expected = "the Record-Route values in the order of the request";
    sipsan_relate_request(why, v->txn, from.item[0]->text);
    return sipsan_fail(why, to.item[0]->text, "the Record-Route values came back in another order");
}

/* 12.2.1.1: tags ------------------------------------------------------------------------------ */

static bool tag_is(const struct sipsan_party *party, struct sipsan_span tag)
{
    return tag.p && party->tag.set && sipsan_span_eq_nocase(text_span(&party->tag), tag);
}

/* The side of a live dialog that has this tag. */
static enum sipsan_side side_of(const struct sipsan_dialog *d, struct sipsan_span tag)
{
    if (!d || d->state == SIPSAN_DIALOG_TERMINATED || d->rfc2543)
        return SIPSAN_NO_SIDE;
    if (tag_is(&d->party[SIPSAN_CALLER], tag))
        return SIPSAN_CALLER;
    return tag_is(&d->party[SIPSAN_CALLEE], tag) ? SIPSAN_CALLEE : SIPSAN_NO_SIDE;
}

/* Without a To tag: INFO makes no sense outside of a dialog. PRACK and UPDATE are judged by their
 * own RFCs, whether a dialog is known or not. An INVITE is an attempt of its own unless the call
 * stands already. */
static bool needs_to_tag(const struct sipsan_view *v)
{
    const struct sipsan_dialog *d = v->call->half;

    switch (v->msg->method_id) {
    case SIPSAN_METHOD_INFO:
        return d->invite && d->whole;
    case SIPSAN_METHOD_INVITE:
        return d->invite && v->call->known && d->state == SIPSAN_DIALOG_CONFIRMED &&
               v->msg->cseq.ok && v->msg->cseq.number > d->party[SIPSAN_CALLER].cseq;
    default:
        return false;
    }
}

static enum sipsan_verdict to_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->call->half;
    const struct sipsan_msg *m = v->msg;
    enum sipsan_side side = side_of(d, m->from.tag);
    const struct sipsan_party *other;

    if (v->dialog || side == SIPSAN_NO_SIDE || v->call->swapped || !m->to.ok)
        return v->dialog ? SIPSAN_PASS : SIPSAN_NA;
    other = &d->party[other_side(side)];
    if (m->method_id == SIPSAN_METHOD_ACK || m->method_id == SIPSAN_METHOD_CANCEL)
        return SIPSAN_NA; /* 13.2.2.4, 9.1 */
    if (!d->invite || (m->to.tag.p ? !v->call->known : !needs_to_tag(v)))
        return SIPSAN_NA;
    why->expected = "the tag of the peer in this dialog";
    sipsan_relate(why, &d->opened, "INVITE", nothing);
    sipsan_relate(why, d->confirmed.time ? &d->confirmed : &d->early, "response",
                  text_span(&other->tag));
    if (!m->to.tag.p)
        return sipsan_fail(why, m->to.text, "%.*s inside a dialog without a To tag",
                           SPAN(m->method));
    return sipsan_fail(why, m->to.tag, "the To tag %.*s is none of this call's", SPAN(m->to.tag));
}

/* A NOTIFY may come from a fork of its SUBSCRIBE that is not known yet (RFC 6665 4.4.1). */
static enum sipsan_verdict from_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_dialog *d = v->call->half;
    const struct sipsan_msg *m = v->msg;
    enum sipsan_side side;

    if (v->dialog || !d)
        return v->dialog ? SIPSAN_PASS : SIPSAN_NA;
    if (!v->call->known || !m->from.ok || !d->invite || m->method_id == SIPSAN_METHOD_NOTIFY)
        return SIPSAN_NA;
    why->expected = "the sender's own tag in From, the peer's in To";
    sipsan_relate(why, &d->opened, "INVITE", nothing);
    if (v->call->swapped)
        return sipsan_fail(why, m->from.tag.p ? m->from.tag : m->from.text,
                           "the From tag is the peer's, the To tag the sender's own");
    side = side_of(d, m->to.tag);
    if (side == SIPSAN_NO_SIDE || side_of(d, m->from.tag) != SIPSAN_NO_SIDE)
        return SIPSAN_NA;
    return sipsan_fail(why, m->from.tag.p ? m->from.tag : m->from.text,
                       "the From tag is not the one that this side has in the dialog");
}

/* 12.2.1.1, 12.2.2: CSeq ---------------------------------------------------------------------- */

static bool is_open(const struct sipsan_view *v, enum sipsan_side side, uint64_t cseq)
{
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_open *open = &v->dialog->open[i];

        if (open->serial != 0 && open->side == side && open->cseq == cseq)
            return true;
    }
    return false;
}

/* The same number again. A copy to another server after no answer, or after one that told to try
 * elsewhere, keeps it lawfully; after a challenge it is the finding of 22.2. */
static bool repeats_number(const struct sipsan_view *v)
{
    const struct sipsan_txn *before = v->match->before;
    int status;

    if (v->msg->method_id == SIPSAN_METHOD_OTHER)
        return false; /* two methods that are both unknown here */
    if (sipsan_sender(v)->cseq_method != v->msg->method_id)
        return true;
    if (!before || before->cseq != v->msg->cseq.number)
        return false;
    status = before->final.status;
    return status / 100 == 2 || (status > 480 && status < 494);
}

/* From another host than the sender's own, without a Via of it: what stands in between hides the
 * path, and may count anew. */
static bool elsewhere(const struct sipsan_view *v)
{
    const struct sipsan_party *me = sipsan_sender(v);

    return v->msg->via_count == 1 && me->at_own_hop && !sipsan_at_source(v);
}

static enum sipsan_verdict cseq_increases(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *me = sipsan_sender(v);
    const struct sipsan_cseq *cseq = &v->msg->cseq;

    if (!cseq->ok || !me->cseq_known || elsewhere(v))
        return SIPSAN_NA;
    if (cseq->number > me->cseq)
        return SIPSAN_PASS; /* a gap too: 12.2.2 lets it pass, and it may not have crossed the tap
                             */
    if (cseq->number < me->cseq &&
        (v->now - me->cseq_ref.time < REORDER || is_open(v, v->side, cseq->number)))
        return SIPSAN_NA; /* overtaken on the way, or its second attempt */
    if (cseq->number == me->cseq && !repeats_number(v))
        return SIPSAN_NA;
    why->expected = "a number greater by one than that of the sender's last request";
    sipsan_relate(why, &me->cseq_ref, "request", nothing);
    sipsan_fail(why, cseq->text, "a new request counts %llu, the sender's last one %llu",
                (unsigned long long)cseq->number, (unsigned long long)me->cseq);
    if (cseq->number < me->cseq && (me->cseq_lossy || v->now < v->dialog->copies_until))
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

/* The higher number had been answered in the dialog when this request passed, so that the server
 * knew it. */
static enum sipsan_verdict lower_500(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *from = sipsan_peer(v);
    const struct sipsan_txn *txn = v->txn;

    if (!txn || v->msg->method_id == SIPSAN_METHOD_CANCEL || /* it has the number of its INVITE */
        !txn->whole || !txn->to_tag.p || txn->cseq >= from->cseq ||
        txn->first.time - from->cseq_ref.time < REORDER ||
        is_open(v, other_side(v->side), from->cseq))
        return SIPSAN_NA;
    if (v->msg->status == 500)
        return SIPSAN_PASS;
    if (sipsan_before_dialog(v->msg->status))
        return SIPSAN_NA;
    why->lower = v->msg->status >= 300;
    why->expected = "500";
    sipsan_relate(why, &from->cseq_ref, "request", nothing);
    sipsan_relate_request(why, txn, nothing);
    return sipsan_fail(
        why, v->msg->start_line, "a request that counts %llu after %llu is answered %d",
        (unsigned long long)txn->cseq, (unsigned long long)from->cseq, v->msg->status);
}

/* 12.2.2: unknown dialogs --------------------------------------------------------------------- */

/* A server may take an unknown tag for one of its own, from before a restart: accepting is legal
 * then. What refuses for another reason may be an element on the way that never looked at the
 * tags. */
static enum sipsan_verdict unknown_481(const struct sipsan_view *v, struct sipsan_why *why)
{
    int status = v->msg->status;

    if (!v->txn || !v->txn->to_tag.p || v->msg->method_id == SIPSAN_METHOD_CANCEL ||
        v->msg->method_id == SIPSAN_METHOD_BYE)
        return SIPSAN_NA;
    if (v->dialog) {
        const struct sipsan_dialog *d = v->dialog;

        if (!v->call->dead || !d->invite || v->msg->method_id != SIPSAN_METHOD_INVITE ||
            status >= 300 || v->txn->first.time - d->ended.time < v->race_window)
            return SIPSAN_NA;
        why->expected = "481";
        sipsan_relate(why, &d->ended, "end of the dialog", nothing);
        sipsan_relate_request(why, v->txn, nothing);
        return sipsan_fail(why, v->msg->start_line,
                           "an INVITE of a dialog that has ended is answered %d", status);
    }
    if (!v->call->known || status == 481)
        return SIPSAN_NA;
    if (status != 400 && status != 480 && status != 486 && status != 488 && status != 500 &&
        status != 603 && status != 606)
        return SIPSAN_NA;
    why->lower = status == 500;
    why->expected = "481";
    sipsan_relate_request(why, v->txn, v->txn->to_tag);
    return sipsan_fail(why, v->msg->start_line,
                       "a request with a To tag of no dialog is refused with %d", status);
}

#define INVITE  BIT(INVITE)
#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.12.1.1.uas-contact-in-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = INVITE,
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to INVITE has a Contact",
        .explain =
            "The Contact of the 2xx is the remote target: the caller sends ACK, BYE and all other "
            "requests of the call there. Without it the ACK goes to the URI of the INVITE, often "
            "to a proxy that knows nothing of the call, and the call drops after 32 s.\n"
            "A 2xx to a re-INVITE without Contact keeps the target as it was; only the table of "
            "header fields asks for one, so that this is reported one step lower.\n"
            "Bad: 200 OK to INVITE without Contact\n"
            "Good: Contact: <sip:bob@192.0.2.2>",
        .check = contact_in_2xx,
    },
    {
        .id = "rfc3261.12.1.1.uas-contact-single",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* one of the 60: which target would it be? */
        .on = SIPSAN_ON_RESPONSE,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .summary = "A response that makes a dialog has exactly one Contact URI",
        .explain =
            "A dialog has one remote target. Of several Contacts each receiver picks another one, "
            "and \"*\" is meant for REGISTER only.\n"
            "Legal: several Contacts in a 3xx or 485, where they are alternatives. A 1xx without "
            "a To tag makes no dialog and is not judged.\n"
            "Bad: Contact: <sip:bob@192.0.2.2>, <sip:bob@home.example.net>\n"
            "Good: Contact: <sip:bob@192.0.2.2>",
        .check = contact_single,
    },
    {
        .id = "rfc3261.12.1.1.uas-copies-record-route",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REQUEST_RECORDED,
        .summary = "A response that makes a dialog copies every Record-Route value of the INVITE",
        .explain =
            "The caller learns from the copy through which proxies its requests have to go. A "
            "value that is missing, or that lost a parameter, lets BYE and re-INVITE skip a proxy "
            "that wanted to stay on the path: billing, NAT traversal and routing break.\n"
            "Compared with the INVITE of the same hop. Proxies below add values in front of these, "
            "and each may rewrite its own one only, above. lr=on counts as lr.\n"
            "Responses to requests inside a dialog need no copy. In a 1xx it is reported one step "
            "lower: RFC 2543 asked for it in the 2xx only.\n"
            "Bad: INVITE with Record-Route: <sip:p1;lr;did=7>, 200 with <sip:p1;lr>\n"
            "Good: the same value in both",
        .check = copies_record_route,
    },
    {
        .id = "rfc3261.12.1.1.uas-record-route-order",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_REQUEST_RECORDED,
        .summary = "The copied Record-Route values keep their order",
        .explain =
            "The order is the path. A callee that turns the values round (perhaps taking the job "
            "of the caller, who reverses them) sends the requests of the caller through the "
            "proxies backwards: to the far end first, which refuses or loops them.\n"
            "Judged when all values are there; missing ones are the finding of the neighbour "
            "rule. Compared at one hop.\n"
            "Bad: INVITE with p2, p1; 200 with p1, p2\n"
            "Good: both with p2, p1",
        .check = record_route_order,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-to-tag",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A request inside a dialog has the peer's tag in To",
        .explain =
            "Call-ID and both tags name the dialog. With a missing or foreign To tag the receiver "
            "takes the request for a new call or answers 481; a re-INVITE without it rings as a "
            "second call.\n"
            "Legal: requests without To tag outside of the dialog that share its Call-ID, such as "
            "OPTIONS; INVITE again after 401; tags of other forks. An unknown tag is reported only "
            "when the call was seen at the caller from its start and has been settled for a "
            "while. BYE without To tag is the finding of section 15, the ACK that of 13.2.2.4.\n"
            "Bad: INVITE, 200 with To tag 8321, ACK, INFO without To tag\n"
            "Good: INFO with To: <sip:bob@example.com>;tag=8321",
        .aliases = "rfc3261.12.1.dialog-established-by "
                   "rfc3261.12.1.2.uac-dialog-tags "
                   "rfc3261.14.1.reinvite-dialog-headers",
        .check = to_tag,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-from-tag",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .summary = "A request inside a dialog has the sender's own tag in From",
        .explain =
            "A new From tag makes another dialog of it, which the peer does not know: 481. Tags "
            "the wrong way round are typical of a callee that copies From and To of the INVITE "
            "into its BYE instead of swapping them.\n"
            "Reported when Call-ID and To tag belong to a live call that was seen from its start. "
            "Swapped tags are recognised by the address, when both sides have been seen at their "
            "own hops. NOTIFY may come from a fork and is left out.\n"
            "Bad: BYE of the callee with the From and To of the INVITE\n"
            "Good: BYE of the callee with its own tag in From",
        .aliases = "rfc3261.12.1.dialog-id-assignment "
                   "rfc3261.12.1.1.uas-dialog-tags",
        .check = from_tag,
    },
    {
        .id = "rfc3261.12.2.1.1.mid-cseq-increase-by-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = ~BIT(ACK),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "Each new request of a side counts its CSeq up by one",
        .explain =
            "The receiver orders requests by CSeq. A number that is not higher than the one before "
            "is refused with 500, or taken for a repeat and never executed: a BYE that does "
            "nothing.\n"
            "Each side counts for itself and the callee begins where it likes. ACK and CANCEL "
            "repeat the number of their INVITE.\n"
            "Not reported: gaps (a request may have gone another way or been challenged on the "
            "way; 12.2.2 lets the receiver accept them); the same request to another server after "
            "a timeout or a 503; requests within half a second, which UDP may have swapped; the "
            "same number after a challenge, which is the finding of 22.2.\n"
            "Bad: INFO with CSeq 5 and 200, then BYE with CSeq 5\n"
            "Good: INFO with CSeq 5, BYE with CSeq 6",
        .check = cseq_increases,
    },
    {
        .id = "rfc3261.12.2.2.mid-cseq-lower-500",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .status_from = 200,
        .status_to = 699,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN | SIPSAN_NEEDS_BOTH_WAYS,
        .summary = "A request whose CSeq is lower than one before is refused with 500",
        .explain =
            "Who executes a request that is out of order may act on stale state: a late hold after "
            "the resume. 500 tells the sender that its numbering is broken.\n"
            "Reported when the higher number had been answered in the dialog at least half a "
            "second before. Challenges, refusals before the dialog is looked at, and those of "
            "elements on the way are legal; another refusal is reported one step lower. The "
            "sender's mistake is a finding of 12.2.1.1.\n"
            "Bad: INFO with CSeq 5 and 200, then INFO with CSeq 4 and 200\n"
            "Good: the second one gets 500",
        .aliases = "rfc3261.15.1.2.bye-12-2-2-procedure",
        .check = lower_500,
    },
    {
        .id = "rfc3261.12.2.2.unknown-dialog-481",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* one of the 60: recovery and elements on the way */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 200,
        .status_to = 699,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .updated_by = "RFC 5057",
        .summary = "A request of a dialog that does not exist is refused with 481",
        .explain =
            "481 tells the sender that its dialog is gone, so that it can clean up. Any other "
            "refusal leaves it in the belief that the call still stands; accepting an INVITE of a "
            "call that has ended opens half a session.\n"
            "Reported: a 2xx to an INVITE whose dialog had ended; 400, 480, 486, 488, 500 (one "
            "step lower), 603, 606 to a request whose To tag belongs to no dialog of a call that "
            "was seen from its start. Legal: accepting an unknown tag in recovery after a crash; "
            "challenges and other checks that come first; refusals by elements on the way. BYE is "
            "judged by 15.1.2, and a stray ACK is never answered (section 17).\n"
            "Bad: INFO with a To tag that nobody gave, 486\n"
            "Good: 481",
        .check = unknown_481,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_12, rules);

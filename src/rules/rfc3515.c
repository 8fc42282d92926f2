/* RFC 3515: REFER and the NOTIFY requests that tell how it fared, each message by itself and with
 * its answer. Its subscription is judged in rfc3515_state.c, the grammar of Refer-To in
 * later_refer.c. */
#include "rules/events.h"

#define REFER  BIT(REFER)
#define NOTIFY BIT(NOTIFY)

/* REFER --------------------------------------------------------------------------------------- */

static enum sipsan_verdict refer_to_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "one Refer-To with the resource that shall be contacted";
    return must_have(v, why, SIPSAN_HDR_REFER_TO, "REFER");
}

/* Within a dialog the peer knows a target, and goes on with it. */
static enum sipsan_verdict contact_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    why->expected = "one Contact with one URI";
    why->lower = m->to.tag.p != NULL;
    if (m->contact && m->contact->star)
        return sipsan_fail(why, m->contact->text, "\"*\" is no remote target");
    if (m->contact_count > 1)
        return sipsan_fail(why, m->contact->next->text,
                           "the REFER names %u Contacts; its dialog has one remote target",
                           (unsigned)m->contact_count);
    return must_have(v, why, SIPSAN_HDR_CONTACT, "REFER");
}

static enum sipsan_verdict refer_to_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->method_id == SIPSAN_METHOD_OTHER || (m->request && m->method_id == SIPSAN_METHOD_REFER))
        return SIPSAN_NA;
    why->expected = "Refer-To in REFER requests only";
    return astray(v, why, SIPSAN_HDR_REFER_TO);
}

/* Refer-To has no comma list, so that a second row is what "more than one" can be. */
static enum sipsan_verdict broken_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t n = sipsan_msg_count(v->req, SIPSAN_HDR_REFER_TO);

    if (n == 1 || !sipsan_header_complete(v->req))
        return SIPSAN_NA;
    why->expected = "400";
    sipsan_relate_request(why, v->txn, v->req->start_line);
    return sipsan_fail(why, v->msg->start_line, "a REFER with %s Refer-To is accepted with %d",
                       n == 0 ? "no" : "more than one", v->msg->status);
}

/* The NOTIFY ---------------------------------------------------------------------------------- */

static bool of_refer(const struct sipsan_msg *m)
{
    struct sipsan_event_header event;

    return sipsan_msg_event(&event, m) && span_eq(event.type, SPAN_LIT("refer"));
}

static bool is_type(const struct sipsan_media_type *t, const char *type, const char *subtype)
{
    const struct sipsan_span a = {type, strlen(type)}, b = {subtype, strlen(subtype)};

    return sipsan_span_eq_nocase(t->type, a) && sipsan_span_eq_nocase(t->subtype, b);
}

/* Encrypted or signed (23.3), packed, or with more parts than one looks at. */
static bool sealed(const struct sipsan_msg *m)
{
    return m->truncated || m->multipart || has_header(m, SIPSAN_HDR_CONTENT_ENCODING) ||
           is_type(&m->content_type, "application", "pkcs7-mime");
}

static enum sipsan_verdict body_sipfrag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!of_refer(m))
        return SIPSAN_NA;
    if (m->fragment)
        return SIPSAN_PASS;
    if (sealed(m) || !sipsan_header_complete(m) || m->framing == SIPSAN_BODY_SHORT)
        return SIPSAN_NA;
    why->expected = "a body of type message/sipfrag";
    if (m->body.n == 0)
        return sipsan_fail(why, m->start_line, "the NOTIFY for a REFER has no body");
    if (is_type(&m->content_type, "message", "sipfrag"))
        return SIPSAN_NA; /* it could not be kept */
    return sipsan_fail(why, m->content_type.text.p ? m->content_type.text : m->start_line,
                       "the body of a NOTIFY for a REFER is no message/sipfrag");
}

/* The piece of a message that a good NOTIFY holds; NULL: another rule speaks. */
static const struct sipsan_msg *result(const struct sipsan_msg *m)
{
    return of_refer(m) ? m->fragment : NULL;
}

static struct sipsan_span body_line(const struct sipsan_msg *m)
{
    size_t n = 0;

    while (n < m->body.n && m->body.p[n] != '\r' && m->body.p[n] != '\n')
        n++;
    return n > 0 ? (struct sipsan_span){m->body.p, n} : m->start_line;
}

static enum sipsan_verdict status_line(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *piece = result(v->msg);

    if (!piece || v->msg->multipart || v->msg->truncated)
        return SIPSAN_NA;
    if (!piece->request && piece->start_line.n > 0)
        return SIPSAN_PASS; /* a broken one is a finding of RFC 3420 */
    why->expected = "a Status-Line, such as SIP/2.0 200 OK";
    return sipsan_fail(why, body_line(v->msg),
                       piece->start_line.n > 0
                           ? "the result of a reference begins with a Request-Line"
                           : "the result of a reference begins with no Status-Line");
}

static enum sipsan_verdict pending_100(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *piece = result(v->msg);
    struct sipsan_subscription_state state;

    if (!piece || piece->status == 0 || !sipsan_msg_subscription_state(&state, v->msg) ||
        state.state != SIPSAN_SUBSTATE_PENDING)
        return SIPSAN_NA;
    if (piece->status == 100)
        return SIPSAN_PASS;
    why->expected = "SIP/2.0 100 Trying";
    return sipsan_fail(why, body_line(v->msg), "the subscription is pending, and its body tells %d",
                       piece->status);
}

/* What the reference came to is told with terminated;reason=noresource. Permission that came late
 * and was refused may be told with another reason, and a subscription may end before there is a
 * result. */
static enum sipsan_verdict final_noresource(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *piece = result(v->msg);
    struct sipsan_subscription_state state;
    const struct sipsan_header *h;

    if (!piece || piece->status < 200 || !sipsan_msg_subscription_state(&state, v->msg) ||
        state.state != SIPSAN_SUBSTATE_TERMINATED)
        return SIPSAN_NA;
    if (sipsan_span_eq_nocase(state.reason, SPAN_LIT("noresource")))
        return SIPSAN_PASS;
    if (state.reason.p && piece->status >= 300)
        return SIPSAN_NA;
    why->lower = state.reason.p != NULL;
    why->expected = "reason=noresource";
    h = sipsan_msg_header(v->msg, SIPSAN_HDR_SUBSCRIPTION_STATE);
    return sipsan_fail(why, h->value, "the last NOTIFY for a REFER ends with %s",
                       state.reason.p ? "another reason" : "no reason");
}

static enum sipsan_verdict final_terminates(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *piece = result(v->msg);
    struct sipsan_subscription_state state;
    const struct sipsan_header *h;

    if (!piece || piece->status < 200 || !sipsan_msg_subscription_state(&state, v->msg))
        return SIPSAN_NA;
    if (state.state == SIPSAN_SUBSTATE_TERMINATED || state.state == SIPSAN_SUBSTATE_OTHER)
        return SIPSAN_PASS;
    if (state.state == SIPSAN_SUBSTATE_PENDING)
        return SIPSAN_NA; /* pending-100 */
    why->expected = "terminated;reason=noresource with a final status";
    h = sipsan_msg_header(v->msg, SIPSAN_HDR_SUBSCRIPTION_STATE);
    return sipsan_fail(why, h->value, "the result %d is told, and the subscription goes on",
                       piece->status);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3515.2.4.1.refer-to-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REFER,
        .summary = "A REFER has Refer-To",
        .explain = "Exactly one Refer-To names whom the receiver shall contact. Without it the "
                   "request asks for nothing and is answered 400.\n"
                   "  bad:   REFER sip:bob@192.0.2.2 SIP/2.0       (no Refer-To)\n"
                   "  good:  Refer-To: <sip:carol@example.org>\n"
                   "A second row is reported by rfc3261.7.3.1.single-value-header-once, a list by "
                   "rfc3515.2.1.refer-to-syntax.",
        .check = refer_to_one,
    },
    {
        .id = "rfc3515.2.contact-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REFER,
        .summary = "A REFER has one Contact",
        .explain = "REFER can open a dialog, and its Contact is where the NOTIFY requests go.\n"
                   "  bad:   REFER without Contact\n"
                   "  bad:   Contact: <sip:alice@192.0.2.1>, <sip:alice@192.0.2.9>\n"
                   "  good:  Contact: <sip:alice@192.0.2.1>\n"
                   "Within a dialog it is reported one step lower: the peer knows a target.",
        .check = contact_one,
    },
    {
        .id = "rfc3515.2.1.refer-to-place",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* who receives it has no use for it */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "Refer-To stands in REFER requests only",
        .explain = "No other request and no response has it. An INVITE says with Referred-By by "
                   "whom it was referred, a redirect with Contact where to go.\n"
                   "  bad:   SIP/2.0 200 OK to REFER with Refer-To\n"
                   "  good:  no Refer-To there\n"
                   "Methods that sipsan does not know are not judged.",
        .check = refer_to_place,
    },
    {
        .id = "rfc3515.2.4.2.400-without-one-refer-to",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = REFER,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A REFER without exactly one Refer-To is not accepted",
        .explain = "The answer to it is 400: whom to contact is not known.\n"
                   "  REFER without Refer-To, or with two of them\n"
                   "  bad:   SIP/2.0 200 OK\n"
                   "  good:  SIP/2.0 400 Bad Request\n"
                   "Another refusal may have another reason and is not judged.",
        .check = broken_accepted,
    },
    {
        .id = "rfc3515.2.4.5.notify-sipfrag",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = NOTIFY,
        .summary = "A NOTIFY for a REFER has a body of type message/sipfrag",
        .explain =
            "How the reference fares stands in the body as a piece of a SIP message. A NOTIFY "
            "without it tells the referrer nothing.\n"
            "  bad:   Event: refer and no body\n"
            "  bad:   Content-Type: text/plain\n"
            "  good:  Content-Type: message/sipfrag;version=2.0, and SIP/2.0 100 Trying\n"
            "Every NOTIFY has it, the first and the last one too. Multipart, packed and encrypted "
            "bodies are not judged.",
        .aliases = "rfc3515.2.4.4.notify-sipfrag",
        .check = body_sipfrag,
    },
    {
        .id = "rfc3515.2.4.5.begins-with-status-line",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = NOTIFY,
        .summary = "The body of a NOTIFY for a REFER begins with a Status-Line",
        .explain = "Its class is the state of the reference: 1xx it goes on, 2xx it succeeded, "
                   "the others it failed. Header fields may follow. A reference that was no SIP "
                   "URI is told in the same way.\n"
                   "  bad:   INVITE sip:carol@example.org SIP/2.0\n"
                   "  bad:   To: <sip:carol@example.org>\n"
                   "  good:  SIP/2.0 200 OK",
        .check = status_line,
    },
    {
        .id = "rfc3515.2.4.5.pending-100",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* "should" in small letters */
        .on = SIPSAN_ON_REQUEST,
        .methods = NOTIFY,
        .summary = "A NOTIFY for a REFER that is pending tells 100",
        .explain = "pending means that nobody has yet been asked whether the reference may be "
                   "followed, so that nothing can have come of it.\n"
                   "  poor:  Subscription-State: pending and SIP/2.0 180 Ringing\n"
                   "  good:  Subscription-State: pending and SIP/2.0 100 Trying",
        .check = pending_100,
    },
    {
        .id = "rfc3515.2.4.7.final-noresource",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = NOTIFY,
        .summary = "The last NOTIFY for a REFER ends the subscription with reason=noresource",
        .explain = "What was subscribed to was the state of the reference, which is over: nobody "
                   "needs to subscribe again. Without a reason, or with timeout, a referrer may "
                   "do just that.\n"
                   "  bad:   Subscription-State: terminated and SIP/2.0 200 OK\n"
                   "  good:  Subscription-State: terminated;reason=noresource\n"
                   "Judged is a NOTIFY that ends the subscription with a final status in its body. "
                   "With another reason it is reported one step lower, and with a failure not at "
                   "all: permission may have been refused late.",
        .check = final_noresource,
    },
    {
        .id = "rfc3515.3.4.final-terminates",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a second NOTIFY may end it */
        .on = SIPSAN_ON_REQUEST,
        .methods = NOTIFY,
        .summary = "The NOTIFY that tells the final result of a REFER ends its subscription",
        .explain = "The reference has come to its end, and with it what was subscribed to. A "
                   "referrer that waits for terminated keeps the subscription, and often the "
                   "call, until it runs out.\n"
                   "  poor:  Subscription-State: active;expires=60 and SIP/2.0 200 OK\n"
                   "  good:  Subscription-State: terminated;reason=noresource and SIP/2.0 200 OK",
        .check = final_terminates,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3515, rules);

/* RFC 3428: MESSAGE. */
#include "rules/events.h"

#define MESSAGE BIT(MESSAGE)
#define LARGE   1300

static enum sipsan_verdict no_contact(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_CONTACT);

    if (!h)
        return SIPSAN_PASS;
    why->expected = "no Contact";
    return sipsan_fail(why, h->name, "%s has Contact",
                       v->msg->request ? "MESSAGE" : "the 2xx to MESSAGE");
}

/* S/MIME protects the header by a body (RFC 3261 23.4): that says nothing of its own. */
static bool protects(const struct sipsan_msg *m)
{
    return m->multipart || m->fragment ||
           sipsan_span_eq_nocase(m->content_type.subtype, SPAN_LIT("pkcs7-mime")) ||
           sipsan_span_eq_nocase(m->content_type.type, SPAN_LIT("message"));
}

static enum sipsan_verdict no_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->body.n == 0)
        return SIPSAN_PASS;
    if (protects(m))
        return SIPSAN_NA;
    why->expected = "a MESSAGE of its own for what is to be said";
    return sipsan_fail(why, m->content_type.text.p ? m->content_type.text : m->start_line,
                       "the 2xx to MESSAGE has a body of %zu bytes", m->body.n);
}

static enum sipsan_verdict date(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t seconds;

    if (!expires_of(&seconds, v->msg) || seconds == 0)
        return SIPSAN_NA;
    why->expected = "Date with the time at which the message was sent";
    return must_have(v, why, SIPSAN_HDR_DATE, "MESSAGE with Expires");
}

/* Within a dialog there may be a media session. A host that talks to itself knows its MTU. */
static enum sipsan_verdict size(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_flow *flow = &v->seen->flow;

    if (flow->transport != SIPSAN_UDP || v->msg->bytes.n <= LARGE || v->msg->to.tag.p ||
        sipsan_ip_eq(&flow->src, &flow->dst))
        return SIPSAN_NA;
    why->expected = "1300 bytes at most, a media session, or content indirection";
    return sipsan_fail(why, v->msg->start_line, "a MESSAGE of %zu bytes over UDP", v->msg->bytes.n);
}

static enum sipsan_verdict im_uri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *lists[] = {v->msg->route, v->msg->record_route};

    for (size_t i = 0; i < 2; i++)
        for (const struct sipsan_name_addr *r = lists[i]; r; r = r->next) {
            if (!sipsan_span_eq_nocase(r->uri.scheme_text, SPAN_LIT("im")))
                continue;
            why->expected = "a sip or sips URI";
            return sipsan_fail(why, r->text, "a route cannot be an im URI");
        }
    return SIPSAN_PASS;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3428.4.no-contact",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* it has no meaning to who receives it */
        .on = SIPSAN_ON_REQUEST,
        .methods = MESSAGE,
        .summary = "A MESSAGE has no Contact",
        .explain = "MESSAGE makes no dialog, so that nothing is sent to a Contact; who wants to "
                   "answer sends a MESSAGE to the URI in From.\n"
                   "  bad:   MESSAGE with Contact: <sip:alice@192.0.2.1>\n"
                   "  good:  MESSAGE without Contact",
        .check = no_contact,
    },
    {
        .id = "rfc3428.7.2xx-no-contact",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* likewise */
        .on = SIPSAN_ON_RESPONSE,
        .methods = MESSAGE,
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to MESSAGE has no Contact",
        .explain = "No dialog comes of it, and nothing is sent there.\n"
                   "  bad:   200 OK to MESSAGE with Contact\n"
                   "  good:  200 OK to MESSAGE without Contact",
        .check = no_contact,
    },
    {
        .id = "rfc3428.7.2xx-no-body",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = MESSAGE,
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to MESSAGE has no body",
        .explain = "The answer says that the message has arrived, no more. A reply is a MESSAGE "
                   "of its own: of a forked one the sender gets a single answer, and what stood "
                   "in the others would be lost.\n"
                   "  bad:   200 OK to MESSAGE with Content-Type: text/plain and \"thanks\"\n"
                   "  good:  200 OK, then MESSAGE with \"thanks\"\n"
                   "A body that protects the header by S/MIME (RFC 3261 23.4) is not judged.",
        .check = no_body,
    },
    {
        .id = "rfc3428.4.expires-date",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .methods = MESSAGE,
        .summary = "A MESSAGE with Expires has Date",
        .explain = "Expires counts from Date. Without it the receiver counts from when the "
                   "message came, which a relay may have kept for hours.\n"
                   "  poor:  Expires: 300\n"
                   "  good:  Expires: 300\n"
                   "         Date: Fri, 18 Oct 2002 10:00:00 GMT\n"
                   "Expires: 0 needs none.",
        .check = date,
    },
    {
        .id = "rfc3428.8.size",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* the sender may know of every link on the way */
        .on = SIPSAN_ON_REQUEST,
        .methods = MESSAGE,
        .odd = SIPSAN_ODD_LARGE,
        .summary = "A MESSAGE outside of a session has at most 1300 bytes",
        .explain =
            "Large messages over UDP are cut into IP fragments and know no congestion control; "
            "they would crowd out the signalling of calls. The limit holds on every transport, "
            "since a proxy further on may choose UDP; judged is what goes over UDP.\n"
            "  bad:   MESSAGE of 4000 bytes over UDP\n"
            "  good:  a session (MSRP), or a URI from which the text can be fetched (RFC 4483)\n"
            "A warning: a sender that knows every link on the way to be safe, or their MTU to be "
            "larger, may send more. Within a dialog nothing is judged.",
        .check = size,
    },
    {
        .id = "rfc3428.5.route-not-im",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = MESSAGE,
        .summary = "Route and Record-Route of a MESSAGE hold no im URI",
        .explain = "An im URI names a user, and nobody knows by it which host to send to. Routes "
                   "are sip or sips URIs.\n"
                   "  bad:   Route: <im:carol@example.net>\n"
                   "  good:  Route: <sip:proxy.example.net;lr>",
        .check = im_uri,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3428, rules);

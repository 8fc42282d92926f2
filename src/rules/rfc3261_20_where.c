/* RFC 3261 section 20, tables 2 and 3: which header fields a message may, must and should have.
 * The tables themselves are in presence.c. What the prose of another section demands too has its
 * rule there and is not told again here. */
#include "rules/copied.h"

#define HDR(id) SIPSAN_PRESENCE_BIT(SIPSAN_HDR_##id)

/* Misplaced, these could steer a receiver that does not ignore them as it should; all others only
 * describe the sender. */
#define STEERING                                                                                   \
    (HDR(AUTHENTICATION_INFO) | HDR(AUTHORIZATION) | HDR(MAX_FORWARDS) | HDR(MIN_EXPIRES) |        \
     HDR(PROXY_AUTHENTICATE) | HDR(PROXY_AUTHORIZATION) | HDR(PROXY_REQUIRE) | HDR(REQUIRE) |      \
     HDR(ROUTE) | HDR(UNSUPPORTED) | HDR(WWW_AUTHENTICATE))

/* These only describe their sender or the call, and are ignored where the tables have a dash:
 * alone they are no finding. Contact moves a target in some methods, but then it has its place. */
#define DESCRIBING                                                                                 \
    (HDR(ACCEPT) | HDR(ACCEPT_ENCODING) | HDR(ACCEPT_LANGUAGE) | HDR(ALLOW) | HDR(CALL_INFO) |     \
     HDR(CONTACT) | HDR(DATE) | HDR(IN_REPLY_TO) | HDR(MIME_VERSION) | HDR(ORGANIZATION) |         \
     HDR(PRIORITY) | HDR(REPLY_TO) | HDR(SUBJECT) | HDR(SUPPORTED) | HDR(USER_AGENT))

#define BODY                                                                                       \
    (HDR(CONTENT_DISPOSITION) | HDR(CONTENT_ENCODING) | HDR(CONTENT_LANGUAGE) |                    \
     HDR(CONTENT_TYPE) | HDR(MIME_VERSION))

/* Names of header fields, as many as fit into a sentence. */
struct names {
    char text[160];
    size_t n, count;
};

static void add_text(struct names *names, const char *text)
{
    size_t n = strlen(text);

    if (n < sizeof(names->text) - names->n) {
        memcpy(names->text + names->n, text, n + 1);
        names->n += n;
    }
}

/* In the order of the table, which is that of the alphabet. */
static void list_names(struct names *names, uint64_t bits)
{
    *names = (struct names){.n = 0};
    for (unsigned id = 1; id < SIPSAN_HDR_COUNT && id < 64; id++) {
        if (!(bits >> id & 1))
            continue;
        if (names->count++ > 0)
            add_text(names, ", ");
        add_text(names, sipsan_header_name((enum sipsan_header_id)id));
    }
}

/* The first line of one of these header fields. */
static const struct sipsan_header *first_of(const struct sipsan_msg *m, uint64_t bits)
{
    for (uint32_t i = 0; i < m->header_count; i++)
        if (m->headers[i].id < 64 && bits >> m->headers[i].id & 1)
            return &m->headers[i];
    return NULL;
}

/* Where "not applicable" ---------------------------------------------------------------------- */

static enum sipsan_verdict misplaced(const struct sipsan_view *v, struct sipsan_why *why,
                                     uint64_t astray)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_header *first;
    const char *method = sipsan_method_name((enum sipsan_method)m->method_id);
    uint64_t telling = astray & ~DESCRIBING, steering = astray & STEERING;
    struct names names;

    if (!m->request)
        steering &= ~HDR(MAX_FORWARDS); /* no proxy counts the hops of a response */
    first = first_of(m, steering ? steering : telling);
    if (!first)
        return SIPSAN_NA;
    why->lower = !steering;
    list_names(&names, astray);
    if (m->request)
        return sipsan_fail(why, first->name, "%s not applicable in %s requests: %s",
                           names.count > 1 ? "header fields" : "header field", method, names.text);
    return sipsan_fail(why, first->name, "%s not applicable in a %d to %s: %s",
                       names.count > 1 ? "header fields" : "header field", m->status, method,
                       names.text);
}

static enum sipsan_verdict not_in_request(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    uint64_t astray = m->present & ~sipsan_presence_of(v->presence, m)->allowed;

    if (!astray)
        return SIPSAN_PASS;
    if (m->method_id == SIPSAN_METHOD_CANCEL) {
        astray &= ~(HDR(REQUIRE) | HDR(PROXY_REQUIRE)); /* 9.1 has a rule */
        if (m->body.n > 0)
            astray &= ~BODY; /* that it has a body is the finding of 20.15 */
    }
    why->expected = "only header fields that tables 2 and 3 of section 20, or the RFC of the "
                    "method, list for such a request";
    return misplaced(v, why, astray);
}

static enum sipsan_verdict not_in_response(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_presence_cell *cell = sipsan_presence_of(v->presence, v->msg);
    uint64_t astray = cell ? v->msg->present & ~cell->allowed : 0;

    if (!astray)
        return SIPSAN_PASS;
    /* That an ACK is answered (17), or a CANCEL challenged (22.1), is a finding of its own. */
    if (v->msg->method_id == SIPSAN_METHOD_ACK)
        return SIPSAN_NA;
    if (v->msg->method_id == SIPSAN_METHOD_REGISTER)
        astray &= ~HDR(RECORD_ROUTE); /* 10.3 has it in prose */
    if (v->msg->method_id == SIPSAN_METHOD_CANCEL)
        astray &= ~(HDR(WWW_AUTHENTICATE) | HDR(PROXY_AUTHENTICATE));
    why->expected = "only header fields that tables 2 and 3 of section 20, or the RFC of the "
                    "method, list for such a response";
    return misplaced(v, why, astray);
}

/* Mandatory ----------------------------------------------------------------------------------- */

/* The requirement stands in prose too, and the rule about that prose speaks. */
static uint64_t told_elsewhere(const struct sipsan_msg *m)
{
    uint64_t told = HDR(ALLOW) | HDR(UNSUPPORTED) | HDR(WWW_AUTHENTICATE) | HDR(PROXY_AUTHENTICATE);

    if (m->request)
        told |= HDR(TO) | HDR(FROM) | HDR(CSEQ) | HDR(CALL_ID) | HDR(VIA) | HDR(MAX_FORWARDS);
    if (m->method_id == SIPSAN_METHOD_INVITE || (m->request && m->method_id == SIPSAN_METHOD_REFER))
        told |= HDR(CONTACT);
    if (m->method_id == SIPSAN_METHOD_REGISTER || m->method_id == SIPSAN_METHOD_PUBLISH)
        told |= HDR(MIN_EXPIRES);
    return told;
}

/* A response copies: what its request did not have it cannot give back. */
static uint64_t not_there_to_copy(const struct sipsan_view *v)
{
    const uint64_t copied = HDR(TO) | HDR(FROM) | HDR(CSEQ) | HDR(CALL_ID) | HDR(VIA);

    if (v->req)
        return copied & ~v->req->present;
    return sipsan_of_unnamed(v) ? copied : 0;
}

static enum sipsan_verdict mandatory(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_presence_cell *cell = sipsan_presence_of(v->presence, m);
    uint64_t missing = cell ? cell->mandatory & ~m->present : 0;
    struct names names;

    if (!missing)
        return SIPSAN_PASS;
    missing &= ~told_elsewhere(m) & ~not_there_to_copy(v);
    if (!missing)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->lower = missing == HDR(CONTACT); /* the peer still has the one it knows */
    why->expected = "the header fields marked \"m\" in the tables for this method and status";
    list_names(&names, missing);
    return sipsan_fail(why, m->start_line, "missing: %s", names.text);
}

/* m* and t ------------------------------------------------------------------------------------ */

/* A question within a dialog, where what the sides can do has been said. */
static bool said_before(const struct sipsan_view *v)
{
    return v->txn && v->txn->to_tag.p;
}

static enum sipsan_verdict should_send(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_presence_cell *cell = sipsan_presence_of(v->presence, m);
    uint64_t missing = cell ? cell->expected & ~m->present : 0;
    struct names names;

    /* One of them is an answer. A proxy leaves out Allow (11.2), but not the others. */
    if (!cell || missing != cell->expected)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m) || said_before(v))
        return SIPSAN_NA;
    why->expected = "the header fields marked \"m*\" in the tables for this method and status";
    list_names(&names, missing);
    return sipsan_fail(why, m->start_line, "left out although it should be sent: %s", names.text);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.20.mandatory-header-present",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .updated_by = "RFC 3262, RFC 3311, RFC 3428, RFC 3515, RFC 3903",
        .summary = "A message has every header field that is mandatory for its method and status",
        .explain =
            "Tables 2 and 3 mark with \"m\" what a request of a method, or a response to it, "
            "must have; the RFCs of later methods add their columns. A response has Via, From, "
            "To, Call-ID and CSeq, or nobody can tell what it answers; a PRACK has RAck, and "
            "UPDATE and SUBSCRIBE have Contact.\n"
            "  bad:   PRACK sip:bob@192.0.2.2 SIP/2.0          (no RAck)\n"
            "  good:  RAck: 1 1 INVITE\n"
            "Contact alone is reported one step lower: the peer goes on with the target it "
            "knows. What other sections say about requests (8.1.1), about Contact in INVITE and "
            "its 2xx (8.1.1.8, 12.1.1), and about 401, 405, 407, 415, 420 and 423 is reported "
            "by the rules there, as is what RFC 3515, RFC 3903 and RFC 6665 ask for. A header "
            "field that the request lacked cannot be copied, and "
            "its absence from the response is not reported.",
        .aliases = "rfc3261.20.8.call-id-where rfc3261.20.16.cseq-where rfc3261.20.20.from-where "
                   "rfc3261.20.39.to-where rfc3261.20.42.via-where "
                   "rfc3261.16.7.proxy-last-via-not-forwarded",
        .check = mandatory,
    },
    {
        .id = "rfc3261.20.m-star-should-send",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* nothing breaks: receivers must cope without it */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(OPTIONS),
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to OPTIONS names capabilities of its sender",
        .explain =
            "Header fields marked \"m*\" in tables 2 and 3 should be sent. OPTIONS asks what the "
            "other side can do, and a 2xx to it without any of Accept, Accept-Encoding, "
            "Accept-Language, Allow and Supported does not answer that.\n"
            "  poor:  SIP/2.0 200 OK to OPTIONS without any of the five\n"
            "  good:  Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\n"
            "         Supported: 100rel\n"
            "One of them is enough. That an INVITE or its 2xx has no Supported or Allow, and "
            "OPTIONS no Accept, is not reported: each has a default that the peer goes by, and "
            "leaving them out breaks nothing. Answers within a dialog are not judged.",
        .aliases = "rfc3261.13.2.1.invite-supported rfc3261.13.3.1.4.2xx-allow "
                   "rfc3261.13.3.1.4.2xx-supported rfc3261.11.2.options-200-capability-headers",
        .check = should_send,
    },
    {
        .id = "rfc3261.20.not-applicable-in-request",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* who receives it must ignore it */
        .on = SIPSAN_ON_REQUEST,
        .updated_by = "RFC 3262, RFC 3311, RFC 3428, RFC 3515, RFC 3903, RFC 6086, RFC 6665",
        .summary = "A request has no header field that is not applicable to its method",
        .explain =
            "Tables 2 and 3 list the methods in which a header field may stand; a dash, or no row "
            "at all, means that it must not be there, and that the receiver must ignore it. A "
            "sender that copies header fields from one request into another shows it so: a "
            "CANCEL with Proxy-Authorization, a BYE with Expires.\n"
            "  bad:   REGISTER ...\n"
            "         Record-Route: <sip:192.0.2.10;lr>\n"
            "  good:  no Record-Route in REGISTER\n"
            "Require and Proxy-Require in CANCEL are told by rfc3261.9.1.cancel-no-require.\n"
            "Judged are the header fields of section 20 in the methods of RFC 3261 and in PRACK, "
            "UPDATE, MESSAGE, REFER, PUBLISH "
            "and INFO, whose RFCs have columns of their own; RFC 6665 took the columns of "
            "SUBSCRIBE and NOTIFY back. Where the prose allows what a table forbids, the prose "
            "counts: Require and Proxy-Require in the ACK to a 2xx (8.2.2.3). What could steer a "
            "receiver that does not ignore it is a warning, other header fields a note. Not "
            "reported on their own are those that describe the sender or the call and are "
            "harmlessly ignored (Accept, Allow, Supported, Subject, Contact and their like, as "
            "Contact in BYE or Subject in ACK). One finding for a request, with all of them; "
            "header fields of other RFCs are not judged.",
        .aliases =
            "rfc3261.7.3.2.no-misplaced-header-sent "
            "rfc3261.20.17.date-where rfc3261.20.38.timestamp-where "
            "rfc3261.20.41.user-agent-where rfc3261.20.1.accept-where "
            "rfc3261.20.2.accept-encoding-where rfc3261.20.3.accept-language-where "
            "rfc3261.20.4.alert-info-where rfc3261.20.5.allow-where rfc3261.20.9.call-info-where "
            "rfc3261.20.10.contact-where rfc3261.20.11.content-disposition-where "
            "rfc3261.20.12.content-encoding-where rfc3261.20.13.content-language-where "
            "rfc3261.20.15.content-type-where rfc3261.20.18.error-info-where "
            "rfc3261.20.19.expires-where rfc3261.20.21.in-reply-to-where "
            "rfc3261.20.24.mime-version-where rfc3261.20.25.organization-where "
            "rfc3261.20.26.priority-where rfc3261.20.30.record-route-where "
            "rfc3261.20.31.reply-to-where rfc3261.20.32.require-where rfc3261.20.35.server-where "
            "rfc3261.20.36.subject-where rfc3261.20.37.supported-where "
            "rfc3261.20.43.warning-where",
        .check = not_in_request,
    },
    {
        .id = "rfc3261.20.not-applicable-in-response",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* who receives it must ignore it */
        .on = SIPSAN_ON_RESPONSE,
        .updated_by = "RFC 3262, RFC 3311, RFC 3428, RFC 3515, RFC 3903, RFC 6086, RFC 6665, "
                      "RFC 7462",
        .summary = "A response has no header field that is not applicable to its status and method",
        .explain =
            "Tables 2 and 3 list the status codes and methods with which a header field may stand "
            "in a response; a dash, or no row at all, means that the server must not send it and "
            "the client must ignore it. Route, Max-Forwards or credentials in a response are "
            "mostly a request sent back with another first line; a challenge is good for nothing "
            "outside 401 and 407, Unsupported outside 420.\n"
            "  bad:   SIP/2.0 200 OK ...\n"
            "         Route: <sip:proxy.example.com;lr>\n"
            "  good:  no Route in responses\n"
            "Max-Forwards is a note: nobody counts the hops of a response. "
            "Which header fields and methods are judged, and how severely, is told by "
            "rfc3261.20.not-applicable-in-request. Where prose or a later RFC allows what a "
            "table forbids, it counts: Contact in a 4xx to 6xx to INVITE (13.2.2.3), Alert-Info "
            "in any 1xx but 100 (RFC 7462). One finding for a response, with all of them.",
        .aliases = "rfc3261.20.6.authentication-info-where rfc3261.20.7.authorization-where "
                   "rfc3261.20.22.max-forwards-where rfc3261.20.23.min-expires-where "
                   "rfc3261.20.27.proxy-authenticate-where rfc3261.20.28.proxy-authorization-where "
                   "rfc3261.20.29.proxy-require-where rfc3261.20.33.retry-after-where "
                   "rfc3261.20.34.route-where rfc3261.20.40.unsupported-where "
                   "rfc3261.20.44.www-authenticate-where",
        .check = not_in_response,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_20_where, rules);

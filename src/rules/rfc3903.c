/* RFC 3903: PUBLISH. The grammar of SIP-ETag and SIP-If-Match is in later_events.c. */
#include "rules/events.h"

#define PUBLISH BIT(PUBLISH)

/* Requests: table 1 of section 4.1 ------------------------------------------------------------ */

static bool matching(const struct sipsan_msg *m)
{
    return has_header(m, SIPSAN_HDR_SIP_IF_MATCH);
}

static bool removes(const struct sipsan_msg *m)
{
    uint64_t seconds;

    return expires_of(&seconds, m) && seconds == 0;
}

static enum sipsan_verdict event_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "one Event with the package whose state is published";
    return must_have(v, why, SIPSAN_HDR_EVENT, "PUBLISH");
}

static enum sipsan_verdict initial_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (matching(m) || removes(m))
        return SIPSAN_NA;
    if (m->body.n > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m) || m->truncated || m->framing == SIPSAN_BODY_SHORT)
        return SIPSAN_NA;
    why->expected = "a body with the state, or SIP-If-Match with the tag of what is refreshed";
    return sipsan_fail(why, m->start_line, "the PUBLISH has neither a body nor SIP-If-Match");
}

static enum sipsan_verdict remove_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!removes(m))
        return SIPSAN_NA;
    if (matching(m))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "SIP-If-Match with the tag of what is removed";
    return sipsan_fail(why, m->expires.text, "a PUBLISH that removes state does not tell which");
}

static enum sipsan_verdict remove_no_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!removes(m) || !matching(m))
        return SIPSAN_NA;
    if (m->body.n == 0)
        return SIPSAN_PASS;
    why->expected = "no body with Expires: 0";
    return sipsan_fail(why, m->content_type.text.p ? m->content_type.text : m->start_line,
                       "a PUBLISH that removes state has a body");
}

/* The request before this one, refused with 412, had the same tag. */
static enum sipsan_verdict again_after_412(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before = v->match ? v->match->before : NULL;
    const struct sipsan_value *mine = sipsan_msg_value(v->msg, SIPSAN_HDR_SIP_IF_MATCH), *old;

    if (!before || before->final.status != 412 || !before->request || !mine || !mine->ok)
        return SIPSAN_NA;
    old = sipsan_msg_value(before->request, SIPSAN_HDR_SIP_IF_MATCH);
    if (!old || !old->ok)
        return SIPSAN_NA;
    if (!span_eq(old->head, mine->head))
        return SIPSAN_PASS;
    why->since = before->final.ref.time;
    why->proven = before->cseq < v->txn->cseq; /* the next number waits for the answer */
    why->expected = "a PUBLISH without SIP-If-Match, with the whole state";
    sipsan_relate(why, &before->final.ref, "412", (struct sipsan_span){0});
    return sipsan_fail(why, mine->text, "this tag was refused with 412, and comes again");
}

/* Responses ----------------------------------------------------------------------------------- */

static enum sipsan_verdict expires_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Expires with the seconds that were chosen";
    return must_have(v, why, SIPSAN_HDR_EXPIRES, "the 2xx to PUBLISH");
}

/* Of what was removed nothing is left to be named. */
static enum sipsan_verdict etag_in_2xx(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t seconds;

    why->lower = (v->req && removes(v->req)) || (expires_of(&seconds, v->msg) && seconds == 0);
    why->expected = "SIP-ETag with the tag of this publication";
    return must_have(v, why, SIPSAN_HDR_SIP_ETAG, "the 2xx to PUBLISH");
}

static enum sipsan_verdict etag_new(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *mine = sipsan_msg_value(v->msg, SIPSAN_HDR_SIP_ETAG);
    const struct sipsan_value *old = sipsan_msg_value(v->req, SIPSAN_HDR_SIP_IF_MATCH);

    if (!mine || !old || !mine->ok || !old->ok)
        return SIPSAN_NA;
    if (!span_eq(mine->head, old->head))
        return SIPSAN_PASS;
    why->lower = removes(v->req);
    why->expected = "a tag that this resource never had before";
    sipsan_relate_request(why, v->txn, old->text);
    return sipsan_fail(why, mine->text, "the publication keeps its old tag");
}

static enum sipsan_verdict min_expires_in_423(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Min-Expires with the shortest interval that is accepted";
    return must_have(v, why, SIPSAN_HDR_MIN_EXPIRES, "the 423 to PUBLISH");
}

static enum sipsan_verdict brief_above_0(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "423 for an interval above 0 only";
    return too_brief(v, why, false);
}

static enum sipsan_verdict eventless_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (has_header(v->req, SIPSAN_HDR_EVENT) || !sipsan_header_complete(v->req))
        return SIPSAN_NA;
    why->expected = "489";
    sipsan_relate_request(why, v->txn, v->req->start_line);
    return sipsan_fail(why, v->msg->start_line, "a PUBLISH without Event is accepted with %d",
                       v->msg->status);
}

/* Several tags, or what is no tag. */
static enum sipsan_verdict tags_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->req, SIPSAN_HDR_SIP_IF_MATCH);
    const struct sipsan_value *value = sipsan_msg_value(v->req, SIPSAN_HDR_SIP_IF_MATCH);

    if (!h)
        return SIPSAN_NA;
    if (sipsan_msg_count(v->req, SIPSAN_HDR_SIP_IF_MATCH) == 1 && value && value->ok)
        return SIPSAN_PASS;
    why->expected = "400";
    sipsan_relate_request(why, v->txn, h->value);
    return sipsan_fail(why, v->msg->start_line,
                       "a PUBLISH whose SIP-If-Match is not one tag is accepted with %d",
                       v->msg->status);
}

static enum sipsan_verdict allow_events_in_489(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Allow-Events with the packages that can be published";
    return must_have(v, why, SIPSAN_HDR_ALLOW_EVENTS, "the 489 to PUBLISH");
}

/* RFC 5839 names the state of a NOTIFY too. */
static enum sipsan_verdict etag_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    switch (m->method_id) {
    case SIPSAN_METHOD_OTHER:
        return SIPSAN_NA;
    case SIPSAN_METHOD_NOTIFY:
        if (m->request)
            return SIPSAN_NA;
        break;
    case SIPSAN_METHOD_PUBLISH:
        if (sipsan_is_success(m->status))
            return SIPSAN_NA;
        break;
    default:
        break;
    }
    why->expected = "SIP-ETag in a 2xx to PUBLISH and in NOTIFY only";
    return astray(v, why, SIPSAN_HDR_SIP_ETAG);
}

static enum sipsan_verdict if_match_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->method_id == SIPSAN_METHOD_OTHER ||
        (m->request && m->method_id == SIPSAN_METHOD_PUBLISH))
        return SIPSAN_NA;
    why->expected = "SIP-If-Match in PUBLISH requests only";
    return astray(v, why, SIPSAN_HDR_SIP_IF_MATCH);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3903.4.1.event-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = PUBLISH,
        .summary = "A PUBLISH has Event",
        .explain = "It names the package whose state is published. Without it the server answers "
                   "489.\n"
                   "  bad:   PUBLISH sip:alice@example.com SIP/2.0       (no Event)\n"
                   "  good:  Event: presence",
        .check = event_one,
    },
    {
        .id = "rfc3903.4.2.initial-body",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* section 6 lets packages give a meaning to it */
        .on = SIPSAN_ON_REQUEST,
        .methods = PUBLISH,
        .summary = "An initial PUBLISH has a body",
        .explain = "Without SIP-If-Match a PUBLISH publishes something new, and the state is its "
                   "body. One that shall refresh what is there needs the tag of it.\n"
                   "  bad:   PUBLISH without body and without SIP-If-Match\n"
                   "  good:  SIP-If-Match: dx200xyz and no body\n"
                   "A warning: a package may have defined what an empty publication means.",
        .check = initial_body,
    },
    {
        .id = "rfc3903.4.5.remove-if-match",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = PUBLISH,
        .summary = "A PUBLISH with Expires: 0 has SIP-If-Match",
        .explain = "Expires: 0 removes a publication, and the tag tells which one. Without it the "
                   "state stays until it runs out.\n"
                   "  bad:   Expires: 0\n"
                   "  good:  Expires: 0\n"
                   "         SIP-If-Match: dx200xyz",
        .check = remove_tag,
    },
    {
        .id = "rfc3903.4.5.remove-no-body",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = PUBLISH,
        .summary = "A PUBLISH that removes state has no body",
        .explain = "Removing changes only how long the state lives: a body would say what it is, "
                   "at the moment when it goes.\n"
                   "  bad:   Expires: 0, SIP-If-Match: dx200xyz and a body\n"
                   "  good:  the same without a body",
        .check = remove_no_body,
    },
    {
        .id = "rfc3903.5.no-retry-after-412",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = PUBLISH,
        .needs = SIPSAN_NEEDS_ENDPOINT_HOP, /* a proxy that forks may have kept the 412 */
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "A tag that was refused with 412 is not used again",
        .explain = "412 says that the server has no such state. The client forgets the tag and "
                   "publishes anew; the same PUBLISH again would be refused again.\n"
                   "  PUBLISH ... SIP-If-Match: dx200xyz, answered 412\n"
                   "  bad:   PUBLISH ... SIP-If-Match: dx200xyz\n"
                   "  good:  PUBLISH without SIP-If-Match, with the whole state\n"
                   "Judged is the next PUBLISH of the same Call-ID, on the client's own hop.",
        .check = again_after_412,
    },
    {
        .id = "rfc3903.6.2xx-expires",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = PUBLISH,
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to PUBLISH has Expires",
        .explain = "It is how long the publication lives. Without it the client refreshes by "
                   "guess, and the state is gone meanwhile.\n"
                   "  bad:   SIP/2.0 200 OK to PUBLISH without Expires\n"
                   "  good:  Expires: 1800",
        .check = expires_in_2xx,
    },
    {
        .id = "rfc3903.6.2xx-expires-not-longer",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* as in SUBSCRIBE and REGISTER */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = PUBLISH,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 2xx to PUBLISH grants no more time than was asked for",
        .explain = "The server may choose less than was asked for, never more.\n"
                   "  PUBLISH ... Expires: 600\n"
                   "  bad:   200 OK ... Expires: 3600\n"
                   "  good:  200 OK ... Expires: 600\n"
                   "A PUBLISH without Expires leaves the choice to the server.",
        .aliases = "rfc3903.4.2.lifetime-not-extended rfc3903.4.3.lifetime-not-extended "
                   "rfc3903.4.4.lifetime-not-extended",
        .check = not_longer,
    },
    {
        .id = "rfc3903.6.2xx-sip-etag",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = PUBLISH,
        .status_from = 200,
        .status_to = 299,
        .summary = "A 2xx to PUBLISH has SIP-ETag",
        .explain = "The tag is the only name that the publication has: who does not get it can "
                   "neither refresh nor remove what was published.\n"
                   "  bad:   SIP/2.0 200 OK to PUBLISH without SIP-ETag\n"
                   "  good:  SIP-ETag: dx200xyz\n"
                   "For a publication that has been removed it is reported one step lower.",
        .aliases = "rfc3903.4.1.2xx-sip-etag",
        .check = etag_in_2xx,
    },
    {
        .id = "rfc3903.6.sip-etag-new",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = PUBLISH,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Every successful PUBLISH gets a new entity-tag",
        .explain = "A refresh gets one too. With the old tag kept, a repeated or delayed PUBLISH "
                   "would overwrite what came after it.\n"
                   "  PUBLISH ... SIP-If-Match: dx200xyz\n"
                   "  bad:   200 OK ... SIP-ETag: dx200xyz\n"
                   "  good:  200 OK ... SIP-ETag: kwj449x\n"
                   "For a publication that has been removed it is reported one step lower. That a "
                   "tag was given out earlier is not judged: what a resource had before need not "
                   "have passed the tap.",
        .check = etag_new,
    },
    {
        .id = "rfc3903.6.423-min-expires",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = PUBLISH,
        .status_from = 423,
        .status_to = 423,
        .summary = "A 423 to PUBLISH has Min-Expires",
        .explain = "423 says that the interval is too short, Min-Expires how long it must be. "
                   "Without it the client can only guess.\n"
                   "  bad:   SIP/2.0 423 Interval Too Brief       (no Min-Expires)\n"
                   "  good:  Min-Expires: 600",
        .check = min_expires_in_423,
    },
    {
        .id = "rfc3903.6.423-above-0",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the refusal stands, only its reason is not a legal one */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = PUBLISH,
        .status_from = 423,
        .status_to = 423,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Expires: 0 is not too brief for a PUBLISH",
        .explain = "0 removes the publication, and removing is never too brief.\n"
                   "  bad:   423 to a PUBLISH with Expires: 0\n"
                   "  good:  423 to a PUBLISH with Expires: 5",
        .check = brief_above_0,
    },
    {
        .id = "rfc3903.6.489-without-event",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = PUBLISH,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A PUBLISH without Event is not accepted",
        .explain = "Of which package the state is has not been said; the answer is 489.\n"
                   "  PUBLISH without Event\n"
                   "  bad:   SIP/2.0 200 OK\n"
                   "  good:  SIP/2.0 489 Bad Event\n"
                   "Another refusal may have another reason and is not judged.",
        .check = eventless_accepted,
    },
    {
        .id = "rfc3903.6.400-several-tags",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = PUBLISH,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A PUBLISH whose SIP-If-Match is not one tag is not accepted",
        .explain = "Which publication is meant is not clear; the answer is 400.\n"
                   "  PUBLISH ... SIP-If-Match: dx200xyz, qwi982ks\n"
                   "  bad:   SIP/2.0 200 OK\n"
                   "  good:  SIP/2.0 400 Invalid Request\n"
                   "Another refusal may have another reason and is not judged.",
        .check = tags_accepted,
    },
    {
        .id = "rfc3903.11.1.1.489-allow-events",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a cell of a table */
        .on = SIPSAN_ON_RESPONSE,
        .methods = PUBLISH,
        .status_from = 489,
        .status_to = 489,
        .summary = "A 489 to PUBLISH has Allow-Events",
        .explain = "The table of PUBLISH makes it mandatory: who cannot publish this package "
                   "learns which ones it can.\n"
                   "  bad:   SIP/2.0 489 Bad Event       (no Allow-Events)\n"
                   "  good:  Allow-Events: presence\n"
                   "RFC 6665 has no such table for SUBSCRIBE.",
        .check = allow_events_in_489,
    },
    {
        .id = "rfc3903.11.3.sip-etag-place",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* who receives it has no use for it */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .updated_by = "RFC 5839",
        .summary = "SIP-ETag stands in a 2xx to PUBLISH and in NOTIFY requests only",
        .explain = "The tables of SIP-ETag have a dash everywhere else. RFC 5839 adds NOTIFY "
                   "requests.\n"
                   "  bad:   PUBLISH with SIP-ETag: dx200xyz\n"
                   "  good:  PUBLISH with SIP-If-Match: dx200xyz",
        .check = etag_place,
    },
    {
        .id = "rfc3903.11.3.sip-if-match-place",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* likewise */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "SIP-If-Match stands in PUBLISH requests only",
        .explain = "The tables have a dash everywhere else. A SUBSCRIBE that wants no NOTIFY for "
                   "a state it knows has Suppress-If-Match (RFC 5839).\n"
                   "  bad:   SUBSCRIBE with SIP-If-Match: dx200xyz\n"
                   "  bad:   200 OK to PUBLISH with SIP-If-Match\n"
                   "  good:  SUBSCRIBE with Suppress-If-Match: dx200xyz",
        .check = if_match_place,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3903, rules);

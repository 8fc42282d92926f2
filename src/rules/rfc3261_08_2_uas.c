/* RFC 3261 sections 8.2.1 to 8.2.6.1 and 8.3: refusals and extensions that are measured by their
 * request, and the Timestamp of a 100.
 *
 * A response that was seen below its proxy is judged there. */
#include "rules/rule.h"

static bool lists(const struct sipsan_token *list, struct sipsan_span tag)
{
    for (; list; list = list->next)
        if (sipsan_span_eq_nocase(list->text, tag))
            return true;
    return false;
}

/* 8.2.1. Methods are compared with case. */
static enum sipsan_verdict allow_not_refused(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->cseq.ok)
        return SIPSAN_NA;
    for (const struct sipsan_token *t = v->msg->allow; t; t = t->next)
        if (span_eq(t->text, v->msg->cseq.method))
            return sipsan_fail(why, t->text, "a 405 to %.*s allows that method", SPAN(t->text));
    return SIPSAN_PASS;
}

/* 8.2.2.3 */
static enum sipsan_verdict unsupported_required(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->child || !sipsan_header_complete(v->req))
        return SIPSAN_NA;
    for (const struct sipsan_token *t = v->msg->unsupported; t; t = t->next)
        if (!lists(v->req->require, t->text) && !lists(v->req->proxy_require, t->text)) {
            sipsan_relate_request(why, v->txn, v->req->start_line);
            return sipsan_fail(why, t->text, "the request does not require %.*s", SPAN(t->text));
        }
    return SIPSAN_PASS;
}

/* The final that an ACK answers is told by its To tag. Without one answer only, no verdict. */
static int acked(const struct sipsan_view *v)
{
    const struct sipsan_answer *answer = v->match->answer;

    return answer ? answer->final.status : 0;
}

static enum sipsan_verdict ack_failure_plain(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_token *t = v->msg->require ? v->msg->require : v->msg->proxy_require;

    if (!v->match->by_branch || acked(v) < 300)
        return SIPSAN_NA;
    if (!t)
        return SIPSAN_PASS;
    return sipsan_fail(why, t->text, "the ACK to a %d requires an extension", acked(v));
}

static enum sipsan_verdict ack_2xx_subset(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg, *invite = v->invite->request;

    if (!sipsan_is_success(acked(v)) || !sipsan_header_complete(invite))
        return SIPSAN_NA;
    for (const struct sipsan_token *t = m->require; t; t = t->next)
        if (!lists(invite->require, t->text))
            return sipsan_fail(why, t->text, "the INVITE does not require %.*s", SPAN(t->text));
    for (const struct sipsan_token *t = m->proxy_require; t; t = t->next)
        if (!lists(invite->proxy_require, t->text))
            return sipsan_fail(why, t->text, "the INVITE does not require %.*s of proxies",
                               SPAN(t->text));
    return SIPSAN_PASS;
}

/* 8.2.3. Without any of the three lists 21.4.13 speaks. */
static enum sipsan_verdict accept_in_415(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg, *req = v->req;

    if (v->child || !sipsan_header_complete(m) || !sipsan_header_complete(req) || req->multipart ||
        sipsan_msg_count(req, SIPSAN_HDR_CONTENT_ENCODING) > 0 ||
        sipsan_msg_count(req, SIPSAN_HDR_CONTENT_LANGUAGE) > 0)
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_ACCEPT) > 0)
        return SIPSAN_PASS;
    if (sipsan_msg_count(m, SIPSAN_HDR_ACCEPT_ENCODING) == 0 &&
        sipsan_msg_count(m, SIPSAN_HDR_ACCEPT_LANGUAGE) == 0)
        return SIPSAN_NA;
    return sipsan_fail(why, m->start_line, "only the type can be the cause, and Accept is missing");
}

/* 8.2.4 */
static enum sipsan_verdict discouraged_421(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_fail(why, v->msg->start_line, "421 refuses a client that has no extension");
}

/* A tag that a proxy below may have offered, or that stands for what the request did in another
 * way, is looked for in Supported, Require and Proxy-Require alike. */
static enum sipsan_verdict extension_offered(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *req = v->req;

    if (v->child || v->msg->status == 421 || v->msg->status == 494 ||
        !sipsan_header_complete(req) || v->txn->children)
        return SIPSAN_NA;
    for (const struct sipsan_token *t = v->msg->require; t; t = t->next)
        if (!lists(req->supported, t->text) && !lists(req->require, t->text) &&
            !lists(req->proxy_require, t->text)) {
            sipsan_relate_request(why, v->txn, req->start_line);
            return sipsan_fail(why, t->text, "the request does not offer %.*s", SPAN(t->text));
        }
    return SIPSAN_PASS;
}

static enum sipsan_verdict rseq_required(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->rseq.text.p || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (lists(v->msg->require, SPAN_LIT("100rel")))
        return SIPSAN_PASS;
    return sipsan_fail(why, v->msg->rseq.text, "RSeq without Require: 100rel");
}

/* 8.2.6.1 */
static enum sipsan_verdict timestamp_copied(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_timestamp *mine = &v->msg->timestamp, *theirs = &v->req->timestamp;

    if (!theirs->ok || v->txn->copies > 1 || !sipsan_header_complete(v->msg))
        return SIPSAN_NA; /* a repeat may have a time of its own */
    if (mine->text.p && !mine->ok)
        return SIPSAN_NA; /* the grammar rule of Timestamp already reports it */
    if (mine->text.p && span_eq(mine->value, theirs->value))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, theirs->text);
    return sipsan_fail(why, mine->text.p ? mine->text : v->msg->start_line,
                       "the Timestamp of the request is %.*s", SPAN(theirs->value));
}

/* 8.3. A 305 names a proxy and a 380 another service, not the place of the callee. */
static enum sipsan_verdict not_back(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->child || v->txn->children || v->msg->status == 305 || v->msg->status == 380 ||
        !v->req->ruri.ok)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next)
        if (c->ok && !c->star && sipsan_uri_eq(&c->uri, &v->req->ruri)) {
            sipsan_relate_request(why, v->txn, v->req->ruri.text);
            return sipsan_fail(why, c->uri.text, "a %d back to the Request-URI", v->msg->status);
        }
    return SIPSAN_PASS;
}

#define INVITE_BIT SIPSAN_METHOD_BIT(SIPSAN_METHOD_INVITE)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.8.2.1.405-allow-lists-supported",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the method may be possible for another resource */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 405,
        .status_to = 405,
        .summary = "The Allow of a 405 does not list the method that is refused",
        .explain = "A 405 says that the method is not possible here, and its Allow says which ones "
                   "are. A list with the refused method contradicts the code; a client that goes "
                   "by the list tries for ever.\n"
                   "Assumed: Allow speaks of the resource that was asked for. A server with one "
                   "list for all resources is why this is a warning.\n"
                   "  bad:   405 to INFO with Allow: INVITE, ACK, BYE, INFO\n"
                   "  good:  405 to INFO with Allow: INVITE, ACK, BYE",
        .check = allow_not_refused,
    },
    {
        .id = "rfc3261.8.2.2.3.420-unsupported-subset-of-require",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* a proxy out of sight may have added a tag */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 420,
        .status_to = 420,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Unsupported of a 420 names only what the request required",
        .explain = "The client takes the tags of Unsupported out of its request and tries again. A "
                   "tag that never stood in Require or Proxy-Require cannot be taken out.\n"
                   "Judged by the request of the same hop. A proxy behind it that adds a tag "
                   "cannot be excluded, hence a warning; where the tap saw the hop below, that one "
                   "is judged.\n"
                   "  bad:   Require: 100rel, answered 420 with Unsupported: timer\n"
                   "  good:  Require: 100rel, answered 420 with Unsupported: 100rel",
        .check = unsupported_required,
    },
    {
        .id = "rfc3261.8.2.2.3.no-require-in-ack-non2xx",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE,
        .summary = "The ACK to a failure has neither Require nor Proxy-Require",
        .explain = "Nobody can refuse an ACK, so that it cannot require anything. The ACK to a "
                   "failure is made by each hop for itself, and what it would require has been "
                   "refused already.\n"
                   "Judged where the To tag tells which response the ACK answers.\n"
                   "  bad:   486, then ACK with Require: 100rel\n"
                   "  good:  486, then ACK without it",
        .check = ack_failure_plain,
    },
    {
        .id = "rfc3261.8.2.2.3.ack-2xx-require-subset",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_ACK_MATCHED,
        .view = SIPSAN_VIEW_INVITE_TEXT,
        .summary = "The ACK to a 2xx requires nothing that its INVITE did not",
        .explain = "An ACK cannot be refused. The callee can only be asked for extensions that it "
                   "accepted with the INVITE.\n"
                   "Legal: the tags of the INVITE's Require and Proxy-Require, or none.\n"
                   "  bad:   INVITE without Require, 200, ACK with Require: timer\n"
                   "  good:  INVITE with Require: timer, 200, ACK with Require: timer",
        .check = ack_2xx_subset,
    },
    {
        .id = "rfc3261.8.2.3.415-has-accept",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 415,
        .status_to = 415,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A 415 for the media type has Accept",
        .explain = "A body without Content-Encoding and Content-Language can be refused for its "
                   "type alone, and Accept is then the list that helps the client.\n"
                   "A 415 with none of the three lists has a rule of its own (21.4.13). Multipart "
                   "bodies are not judged: a part may have an encoding.\n"
                   "  bad:   415 with Accept-Language: en to a body of application/sdp\n"
                   "  good:  415 with Accept: text/plain",
        .check = accept_in_415,
    },
    {
        .id = "rfc3261.8.2.4.421-discouraged",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* networks with a security agreement (RFC 3329) live by it */
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 421,
        .status_to = 421,
        .updated_by = "RFC 3329",
        .summary = "421 is not used unless nothing else will do",
        .explain = "A client that does not have the extension is shut out by a 421. Servers shall "
                   "rather serve it without.\n"
                   "Legal where the service makes no sense without the extension, or where policy "
                   "asks for it (RFC 3329): hence a note.\n"
                   "  bad:   421 for want of a convenience\n"
                   "  good:  the request is served by the base protocol",
        .check = discouraged_421,
    },
    {
        .id = "rfc3261.8.2.4.no-unsupported-extension-in-response",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a proxy out of sight may have offered the extension */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 101,
        .status_to = 699,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A response requires only extensions that its request offers",
        .explain = "A client that did not list an extension in Supported cannot be expected to "
                   "know it, and would have to ignore what the response says.\n"
                   "Legal: tags that the request has in Supported, Require or Proxy-Require; 421 "
                   "and 494, which ask for an extension.\n"
                   "Judged at the last hop that the tap sees; a proxy further on that adds to "
                   "Supported cannot be excluded, hence a warning.\n"
                   "  bad:   INVITE without Supported, 200 with Require: timer\n"
                   "  good:  INVITE with Supported: timer, 200 with Require: timer",
        .check = extension_offered,
    },
    {
        .id = "rfc3261.8.2.4.response-extensions-in-require",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* only what RSeq shows can be seen */
        .on = SIPSAN_ON_RESPONSE,
        .methods = INVITE_BIT,
        .status_from = 101,
        .status_to = 199,
        .summary = "A reliable provisional response says so in Require",
        .explain = "An extension that a response makes use of stands in its Require. RSeq is the "
                   "one that a tap can see: without Require: 100rel the client sends no PRACK, and "
                   "the server repeats its response until it gives the call up (RFC 3262).\n"
                   "  bad:   183 with RSeq: 1 and no Require\n"
                   "  good:  183 with RSeq: 1 and Require: 100rel",
        .check = rseq_required,
    },
    {
        .id = "rfc3261.8.2.6.1.timestamp-copied-to-100",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 100,
        .status_to = 100,
        .view = SIPSAN_VIEW_REQUEST,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .summary = "A 100 has the Timestamp of its request",
        .explain = "The client measures the round trip with it. Without the copy it cannot.\n"
                   "Legal: a delay behind the copied number. A request that was repeated is not "
                   "judged: each copy may have its own time.\n"
                   "  bad:   Timestamp: 54 in the INVITE, none in the 100\n"
                   "  good:  Timestamp: 54 in the INVITE, Timestamp: 54 0.2 in the 100",
        .check = timestamp_copied,
    },
    {
        .id = "rfc3261.8.3.redirect-not-to-same-uri",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a proxy out of sight may have changed the Request-URI */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 300,
        .status_to = 399,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A redirection does not lead back to the Request-URI",
        .explain = "A client that follows it asks the same server for the same thing again, or "
                   "sees the loop and gives the call up.\n"
                   "URIs are compared by 19.1.4: another port or transport is another URI. 305 and "
                   "380 do not tell the callee's place and are not judged. A proxy behind this hop "
                   "that retargets and passes the redirection on cannot be excluded, hence a "
                   "warning.\n"
                   "  bad:   INVITE sip:bob@example.net, 302 with Contact: <sip:bob@example.net>\n"
                   "  good:  INVITE sip:bob@example.net, 302 with Contact: <sip:bob@192.0.2.3>",
        .check = not_back,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_2_uas, rules);

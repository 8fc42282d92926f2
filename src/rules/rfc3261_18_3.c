/* RFC 3261 section 18.3: where a message ends, on streams and in datagrams. */
#include "rules/rule.h"

/* Line ends and zero bytes only. */
#define PADDING SPAN_LIT("\r\n\0")

/* Too few bytes make the message invalid. Too many are discarded by the receiver: milder, and none
 * of it if they are padding. */
static enum sipsan_verdict content_length(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_number *said = &m->content_length;

    if (!said->text.p || !said->ok || m->truncated ||
        sipsan_msg_count(m, SIPSAN_HDR_CONTENT_LENGTH) > 1)
        return SIPSAN_NA; /* cut by the capture, or no number to hold the bytes against */
    if (m->framing == SIPSAN_BODY_SHORT) {
        why->expected = "as many bytes behind the empty line as Content-Length says";
        return sipsan_fail(why, said->text, "Content-Length is %.*s, but only %zu bytes follow",
                           SPAN(said->text), m->body.n);
    }
    if (m->framing != SIPSAN_BODY_SURPLUS || span_only(m->surplus, PADDING))
        return SIPSAN_PASS;
    why->lower = true;
    why->expected = "nothing behind the body";
    return sipsan_fail(why, said->text, "Content-Length is %.*s, but %zu bytes more follow",
                       SPAN(said->text), m->surplus.n);
}

/* WebSocket (RFC 7118 section 5) and SCTP (RFC 4168 section 3.2) keep the bounds of a message. */
static enum sipsan_verdict stream_length(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    enum sipsan_transport transport = v->seen->flow.transport;

    if (transport != SIPSAN_TCP && transport != SIPSAN_TLS)
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_CONTENT_LENGTH) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "Content-Length (or l), 0 without a body";
    return sipsan_fail(why, m->start_line, "no Content-Length on %s",
                       sipsan_transport_name(transport));
}

/* A refusal of whatever kind does no harm. */
static enum sipsan_verdict short_request(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->txn->flow.transport != SIPSAN_UDP || v->req->framing != SIPSAN_BODY_SHORT ||
        v->req->truncated || !v->req->content_length.ok)
        return SIPSAN_NA;
    sipsan_relate_request(why, v->txn, v->req->content_length.text);
    why->expected = "400";
    return sipsan_fail(
        why, v->msg->start_line,
        "%d for a request that lacks a part of its body: Content-Length is %.*s, %zu "
        "bytes came",
        v->msg->status, SPAN(v->req->content_length.text), v->req->body.n);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.18.3.content-length-mismatch",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the receiver must reject or discard such a message */
        .on = SIPSAN_ON_MESSAGE,
        .summary = "Content-Length is the number of bytes behind the empty line",
        .explain =
            "Content-Length counts the bytes of the body, without the empty line before it. A "
            "datagram with fewer bytes is an error: a response is dropped, a request gets "
            "400. On a stream the receiver waits for the rest or takes the next message for "
            "the body.\n"
            "  bad:   Content-Length: 142     (140 bytes follow)\n"
            "  good:  Content-Length: 140\n"
            "Counting CR LF as one byte, or characters in place of bytes, is the usual "
            "reason. Surplus bytes in a datagram are to be discarded, so they are reported "
            "one step lower, and line ends or zero bytes behind the body not at all. Not "
            "judged where the capture itself cut the packet.",
        .aliases =
            "rfc3261.7.5.one-message-per-datagram rfc3261.20.14.content-length-zero-if-no-body "
            "rfc3261.20.14.content-length-excludes-crlf",
        .check = content_length,
    },
    {
        .id = "rfc3261.18.3.stream-content-length",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .updated_by = "RFC 7118",
        .view = SIPSAN_VIEW_STREAM,
        .summary = "Messages over TCP and TLS have Content-Length",
        .explain =
            "A stream has no message boundaries: Content-Length alone tells where one message "
            "ends and the next begins. It must be there on TCP and on TLS, with 0 when there "
            "is no body. Without it a receiver has to guess, and guesses differ, which "
            "desynchronises the connection or lets one message hide in another.\n"
            "  bad:   OPTIONS ... (TCP, no Content-Length)\n"
            "  good:  Content-Length: 0     or     l: 0\n"
            "On UDP it may be left out: the body ends with the datagram. WebSocket and SCTP "
            "keep message boundaries and are not judged.",
        .aliases = "rfc3261.16.6.proxy-adds-content-length rfc3261.7.5.content-length-on-stream "
                   "rfc3261.20.14.content-length-must-stream",
        .check = stream_length,
    },
    {
        .id = "rfc3261.18.3.short-datagram-request-400",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A request whose datagram ends before its body does is refused",
        .explain =
            "When fewer bytes come than Content-Length says, a part of the request is missing "
            "and the server answers 400. One that goes on works with half a session "
            "description.\n"
            "Reported for a 2xx. Any refusal will do here. That the client counts wrongly is "
            "reported as content-length-mismatch. Not judged where the capture itself has cut "
            "the packet.\n"
            "Bad: INVITE with Content-Length: 142 and 140 bytes, 200\n"
            "Good: 400",
        .check = short_request,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_18_3, rules);

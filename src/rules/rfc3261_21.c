/* RFC 3261 section 21: what a status code brings with it. */
#include "rules/rule.h"

/* 21.4.25: a 487 says that an INVITE was ended by CANCEL or BYE. */
static enum sipsan_verdict not_for_cancel(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->cseq.ok)
        return SIPSAN_NA;
    why->expected = "200 to the CANCEL, 487 to its INVITE; 481 when there is no such INVITE";
    return sipsan_fail(why, v->msg->cseq.text, "487 answers a CANCEL");
}

static enum sipsan_verdict lists_acceptable(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (sipsan_msg_count(m, SIPSAN_HDR_ACCEPT) || sipsan_msg_count(m, SIPSAN_HDR_ACCEPT_ENCODING) ||
        sipsan_msg_count(m, SIPSAN_HDR_ACCEPT_LANGUAGE))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "Accept, Accept-Encoding or Accept-Language, by what was refused";
    return sipsan_fail(why, m->start_line, "415 does not say what would be accepted");
}

/* 21: codes of HTTP/1.1 that no RFC has given to SIP. 202, 204, 412, 417, 422 to 424 and 428 and
 * others are SIP's by later RFCs and not in the list. */
static enum sipsan_verdict http_code(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const uint16_t codes[] = {201, 203, 205, 206, 303, 304, 306, 307, 308, 409,
                                     411, 426, 431, 451, 506, 507, 508, 510, 511};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (v->msg->status == codes[i])
            return sipsan_fail(why, v->msg->start_line, "%d is a status code of HTTP, not of SIP",
                               v->msg->status);
    return SIPSAN_PASS;
}

/* The registry of SIP response codes, from RFC 3261 and the RFCs that add to it. */
static enum sipsan_verdict registered(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const uint16_t codes[] = {
        100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380, 400,
        401, 402, 403, 404, 405, 406, 407, 408, 410, 412, 413, 414, 415, 416, 417,
        420, 421, 422, 423, 424, 425, 428, 429, 430, 433, 436, 437, 438, 439, 440,
        469, 470, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489, 491, 493, 494,
        500, 501, 502, 503, 504, 505, 513, 555, 580, 600, 603, 604, 606, 607, 608};
    size_t low = 0, high = sizeof(codes) / sizeof(codes[0]);

    if (v->msg->status < 100 || v->msg->status > 699)
        return SIPSAN_NA; /* 7.2 has a rule */
    while (low < high) {
        size_t mid = (low + high) / 2;

        if (codes[mid] == v->msg->status)
            return SIPSAN_PASS;
        if (codes[mid] < v->msg->status)
            low = mid + 1;
        else
            high = mid;
    }
    if (http_code(v, why) == SIPSAN_FAIL)
        return SIPSAN_NA; /* told as such */
    return sipsan_fail(why, v->msg->start_line, "no RFC defines the code %d: it counts as %d00",
                       v->msg->status, v->msg->status / 100);
}

/* 21.1.2 to 21.1.5, RFC 4320 4.1. */
static enum sipsan_verdict forgotten_481(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->req->to.tag.p || !v->req->to.ok || sipsan_msg_count(v->req, SIPSAN_HDR_REPLACES) ||
        sipsan_msg_count(v->req, SIPSAN_HDR_JOIN) ||
        sipsan_msg_count(v->req, SIPSAN_HDR_TARGET_DIALOG))
        return SIPSAN_NA;
    why->expected = "404 for an unknown user, 403, 480 ...";
    return sipsan_fail(why, v->msg->start_line,
                       "481 says that a dialog or transaction is unknown; the request names none");
}

/* 483 by the element at this hop: had it forwarded one, its 483 would have come from below, where
 * the To tag is another element's. With a child seen the answer may be forwarded. */
#define HOPS_OUT_OF_SIGHT 10

static enum sipsan_verdict hops_left(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->req->max_forwards.ok || v->child || v->txn->child_count > 0)
        return SIPSAN_NA;
    if (v->req->max_forwards.value == 0)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->max_forwards.text);
    sipsan_fail(why, v->msg->start_line, "483 although the request has %llu hops left",
                (unsigned long long)v->req->max_forwards.value);
    /* As many may lie behind this hop, where the tap is not. */
    return v->req->max_forwards.value <= HOPS_OUT_OF_SIGHT ? SIPSAN_INCONCLUSIVE : SIPSAN_FAIL;
}

static enum sipsan_verdict version_refused(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!sipsan_span_eq_nocase(v->req->version, SPAN_LIT("SIP/2.0")))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->version);
    return sipsan_fail(why, v->msg->start_line, "505 to a request with the version SIP/2.0");
}

/* RFC 3311 5.2 uses it for UPDATE inside a dialog as well. */
static enum sipsan_verdict pending_where(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->req->to.ok)
        return SIPSAN_NA;
    if (v->req->to.tag.p)
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->to.text);
    return sipsan_fail(
        why, v->msg->start_line,
        "491 says that another request of the dialog is pending; this one is in none");
}

static bool any_bye(const struct sipsan_dialog *d)
{
    for (int side = SIPSAN_CALLER; side <= SIPSAN_CALLEE; side++)
        if (d->party[side].bye.time != 0 || d->party[side].bye_answer.time != 0)
            return true;
    return false;
}

/* 14.1, 21.4.25: what ends an INVITE with a 487. Whoever is no end of the call may have been told
 * by its other side. A CANCEL with a wrong branch ends nothing, but section 9 tells of it. */
static enum sipsan_verdict terminated_why(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *t = v->txn;

    if (t->cancel.time != 0 || sipsan_txn_namesake(v->txns, t) || v->child || t->child_count > 0 ||
        t->parent || sipsan_msg_count(v->req, SIPSAN_HDR_EXPIRES) || v->req->via_count > 1 ||
        (t->to_tag.p && !v->dialog) || (v->dialog && any_bye(v->dialog)))
        return SIPSAN_NA;
    why->expected = "487 only after a CANCEL, a BYE, or the time that Expires gives";
    return sipsan_fail(why, v->msg->start_line, "487 although nothing ended the request");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.21.4.13.415-lists-acceptable",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 415,
        .status_to = 415,
        .summary = "A 415 lists the types, encodings or languages that would be accepted",
        .explain = "A server that refuses a body with 415 must return a list of what it takes: "
                   "Accept for media types, Accept-Encoding for encodings, Accept-Language for "
                   "languages, whichever the problem was. Without it the client cannot send the "
                   "request again in a form that will do (8.1.3.5), and the call fails for good.\n"
                   "  bad:   SIP/2.0 415 Unsupported Media Type      (none of the three)\n"
                   "  good:  SIP/2.0 415 Unsupported Media Type\n"
                   "         Accept: application/sdp\n"
                   "An empty Accept is legal: nothing is accepted. Which of the three is the right "
                   "one cannot be told from the message, so any of them satisfies the rule.",
        .check = lists_acceptable,
    },
    {
        .id = "rfc3261.21.4.25.487-not-for-cancel",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* nothing innocent looks like it */
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(CANCEL),
        .status_from = 487,
        .status_to = 487,
        .summary = "487 is never the answer to the CANCEL itself",
        .explain =
            "487 ends the INVITE that was cancelled. The CANCEL is a request of its own and "
            "gets 200 when it found its INVITE, 481 when it did not (9.2). A stack that "
            "answers the CANCEL with 487 has mixed up the two transactions; most then never "
            "answer the INVITE, and the caller repeats or waits for 32 seconds.\n"
            "  bad:   SIP/2.0 487 Request Terminated\n"
            "         CSeq: 1 CANCEL\n"
            "  good:  SIP/2.0 200 OK                    and   SIP/2.0 487 Request Terminated\n"
            "         CSeq: 1 CANCEL                          CSeq: 1 INVITE\n"
            "Decided by the response alone.",
        .check = not_for_cancel,
    },
    {
        .id = "rfc3261.21.no-other-http-codes",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE,
        .status_from = 201,
        .status_to = 511,
        .summary = "Codes that only HTTP has are not used",
        .explain =
            "SIP took some status codes over from HTTP/1.1 and left others out; a client can "
            "do nothing with one that was left out but take it for x00.\n"
            "Codes that later RFCs gave to SIP (202, 204, 412, 417, 428 and others) are "
            "legal.\n"
            "  bad:   SIP/2.0 409 Conflict\n"
            "  good:  SIP/2.0 491 Request Pending",
        .check = http_code,
    },
    {
        .id = "rfc3261.21.unregistered-code",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* extensions are lawful */
        .on = SIPSAN_ON_RESPONSE,
        .summary = "The status code is one that an RFC defines",
        .explain = "A client treats a code that it does not know as x00 of its class, so a code of "
                   "one's own is legal and says no more than that.\n"
                   "A note: the registry may have grown.",
        .check = registered,
    },
    {
        .id = "rfc3261.21.4.19.481-meaning",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the request goes unserved, but is refused all the same */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE) | BIT(OPTIONS) | BIT(REGISTER) | BIT(MESSAGE) | BIT(PUBLISH),
        .status_from = 481,
        .status_to = 481,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "481 answers a request that names a dialog or transaction",
        .explain =
            "481 tells that there is no such call leg or transaction. To a request without a "
            "To tag it says nothing: no dialog was named.\n"
            "Legal: CANCEL and PRACK that match nothing; an INVITE with Replaces, Join or "
            "Target-Dialog, which name a dialog.\n"
            "  bad:   OPTIONS without a To tag, 481\n"
            "  good:  OPTIONS without a To tag, 404",
        .check = forgotten_481,
    },
    {
        .id = "rfc3261.21.4.21.483-only-if-mf-zero",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a proxy out of sight may have forwarded it */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 483,
        .status_to = 483,
        .view = SIPSAN_VIEW_REQUEST,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "483 answers a request whose Max-Forwards was 0",
        .explain =
            "A server refuses with 483 when it would have to forward a request that has no "
            "hop left. With hops left the code hides the real trouble.\n"
            "A proxy that forwarded the request hands a 483 from below on: judged only where "
            "the tap saw no copy of the request behind this hop. That the element forwards "
            "without the tap seeing it cannot be excluded, hence a warning.\n"
            "  bad:   Max-Forwards: 70, answered 483 by the callee\n"
            "  good:  Max-Forwards: 0, answered 483",
        .check = hops_left,
    },
    {
        .id = "rfc3261.21.5.6.505-version",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the code contradicts the request */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 505,
        .status_to = 505,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "505 answers a request of another version than SIP/2.0",
        .explain = "505 says that the version of the request is not supported. Every element "
                   "supports SIP/2.0.\n"
                   "  bad:   INVITE ... SIP/2.0, answered 505\n"
                   "  good:  INVITE ... SIP/3.0, answered 505",
        .check = version_refused,
    },
    {
        .id = "rfc3261.21.4.27.491-only-in-dialog",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the client cannot do what the code asks */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .status_from = 491,
        .status_to = 491,
        .view = SIPSAN_VIEW_REQUEST,
        .updated_by = "RFC 3311",
        .summary = "491 answers a request inside a dialog",
        .explain = "491 tells that another request of the same dialog is pending; the client tries "
                   "again after a random time. Outside a dialog nothing can be pending.\n"
                   "Legal: re-INVITE and UPDATE (RFC 3311 section 5.2) in a dialog.\n"
                   "  bad:   INVITE without a To tag, 491\n"
                   "  good:  re-INVITE while the other side's re-INVITE is open, 491",
        .check = pending_where,
    },
    {
        .id = "rfc3261.21.4.25.487-needs-cancel-or-bye",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* the cancelled leg may lie behind the sender */
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE),
        .status_from = 487,
        .status_to = 487,
        .view = SIPSAN_VIEW_REQUEST,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_LOSS,
        .summary = "487 follows a CANCEL, a BYE or the end of Expires",
        .explain = "487 says that the request was ended by a CANCEL or a BYE. Where neither passed "
                   "and the request set no time, the callee ended it by itself, for which 480, 486 "
                   "or 603 are the words.\n"
                   "Assumed: the sender is an end of the call. A B2BUA whose other side was "
                   "cancelled answers 487 as well, and looks the same: hence a note.",
        .check = terminated_why,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_21, rules);

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
        .methods = SIPSAN_METHOD_BIT(SIPSAN_METHOD_CANCEL),
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
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_21, rules);

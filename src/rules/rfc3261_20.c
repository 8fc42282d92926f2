/* RFC 3261 section 20: header fields, as far as their meaning goes beyond the grammar of section
 * 25. */
#include "rules/grammar.h"

/* 20.15, table 2: Content-Type has no place in a CANCEL, so a body has none. */
static enum sipsan_verdict cancel_no_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span body = v->msg->body;

    while (body.n > 0 && memchr("\r\n", body.p[body.n - 1], 3)) /* line ends and zero bytes */
        body.n--;
    if (body.n == 0)
        return SIPSAN_PASS;
    if (body.n > 40)
        body.n = 40;
    why->expected = "Content-Length: 0 and no body";
    return sipsan_fail(why, body, "a CANCEL with a body of %zu bytes", v->msg->body.n);
}

/* Methods are compared with case. Another word altogether is the finding of 8.1.1.5, and the CSeq
 * of a CANCEL that of 9.1. */
static enum sipsan_verdict cseq_method_case(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->cseq.ok || m->method_id == SIPSAN_METHOD_CANCEL)
        return SIPSAN_NA;
    if (span_eq(m->cseq.method, m->method))
        return SIPSAN_PASS;
    if (!sipsan_span_eq_nocase(m->cseq.method, m->method))
        return SIPSAN_NA;
    return sipsan_fail(why, m->cseq.method, "the CSeq says %.*s, the request line %.*s",
                       SPAN(m->cseq.method), SPAN(m->method));
}

/* The header fields of later RFCs have the same requirement from RFC 8217: see there. */
static enum sipsan_verdict special_in_brackets(const struct sipsan_view *v, struct sipsan_why *why)
{
    return v->fault->header > SIPSAN_HDR_LAST_3261 ? SIPSAN_NA : sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.20.uri-special-needs-brackets",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_ADDR_SPEC_BRACKETS,
        .updated_by = "RFC 8217",
        .summary = "A URI with a comma or question mark stands in angle brackets",
        .explain =
            "Where a header field takes a bare URI or <URI>, a URI that has a comma, question "
            "mark or semicolon must be in angle brackets. Outside of them a comma ends the "
            "value, a semicolon begins a parameter of the header field, and a question mark "
            "has no meaning: what was meant as part of the URI is read as something else.\n"
            "  bad:   Contact: sip:alice@192.0.2.1?Subject=hi\n"
            "  good:  Contact: <sip:alice@192.0.2.1?Subject=hi>\n"
            "Semicolons cannot be judged: sip:a@b;tag=1 without brackets is a bare URI with a "
            "header parameter, and legal. RFC 8217 extends the requirement from Contact, From "
            "and To to all header fields that allow both forms: rfc8217.4.",
        .aliases = "rfc3261.20.10.contact-name-addr-if-special "
                   "rfc3261.20.20.from-name-addr-if-special "
                   "rfc3261.20.31.reply-to-name-addr-if-special",
        .check = special_in_brackets,
    },
    {
        .id = "rfc3261.20.15.cancel-no-body",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* a receiver may refuse it, and the phone goes on ringing */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(CANCEL),
        .summary = "A CANCEL has no body",
        .explain =
            "Content-Type is not applicable to CANCEL, and a body without a type is not "
            "allowed, so a CANCEL has no body. Some stacks reuse the buffer of the INVITE and "
            "send its session description along; a receiver that checks answers 400 and the "
            "phone goes on ringing.\n"
            "  bad:   CANCEL ...\n"
            "         Content-Length: 142\n"
            "  good:  CANCEL ...\n"
            "         Content-Length: 0\n"
            "Line ends and zero bytes at the end of the datagram are padding, not a body. A "
            "Content-Length without the bytes is the finding of rfc3261.18.3.",
        .check = cancel_no_body,
    },
    {
        .id = "rfc3261.20.16.cseq-method-case-sensitive",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the transaction does not match */
        .on = SIPSAN_ON_REQUEST,
        .summary = "The method in CSeq is written as in the request line, upper and lower case too",
        .explain =
            "Methods are case-sensitive, also in CSeq: \"Invite\" is an extension method and "
            "not INVITE. Receivers that compare by the letter of the RFC see a request whose "
            "CSeq names another method and answer 400.\n"
            "  bad:   OPTIONS sip:bob@example.com SIP/2.0\n"
            "         CSeq: 7 options\n"
            "  good:  CSeq: 7 OPTIONS\n"
            "A CSeq with another method altogether is reported by rfc3261.8.1.1.5, and the "
            "CSeq of a CANCEL by rfc3261.9.1.",
        .check = cseq_method_case,
    },
    {
        .id = "rfc3261.20.17.date-gmt",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the grammar says the same */
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_DATE,
        .summary = "Date has the fixed form of RFC 1123, in GMT",
        .explain =
            "A date is written as Sat, 13 Nov 2010 23:29:00 GMT: day of the week, two-digit "
            "day, month, year, time to the second, and GMT, with single spaces and with upper "
            "and lower case as shown. No other zone, no numeric offset, no other language. "
            "Clients without a clock set theirs by the Date of a registrar.\n"
            "  bad:   Date: Sat, 13 Nov 2010 23:29:00 CET\n"
            "  bad:   Date: Sat, 3 Nov 2010 23:29:00 GMT      (one-digit day)\n"
            "  good:  Date: Sat, 13 Nov 2010 23:29:00 GMT\n"
            "Whether the day of the week fits the date is not judged.",
        .aliases = "rfc3261.25.1.date-syntax",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_20, rules);

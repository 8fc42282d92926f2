/* The grammar of what later RFCs put behind a Contact, and of the preferences of callers: RFC 3840,
 * RFC 3841, RFC 5626, RFC 5627. */
#include "rules/grammar.h"

/* White space in a list of values, as in methods="INVITE, ACK", is read by most. */
static enum sipsan_verdict feature_param(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span at = sipsan_fault_bytes(v);

    why->lower = at.n > 0 && (*at.p == ' ' || *at.p == '\t');
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        /* who does not route by features does not read them: one step lower */
        SIPSAN_LATER_ROW(FEATURE_PARAM, "rfc3840.9.feature-param-syntax", SIPSAN_WARNING),
        .summary = "A feature tag stands alone or has its values in quotes",
        .explain =
            "The feature tags of RFC 3840 (audio, video, methods, automata, ...) and all names "
            "that begin with + stand alone or have a value in quotes: tokens separated by commas "
            "without white space, each with ! in front if negated, numbers as #=1 or #1:5; or a "
            "text in <>.\n"
            "  bad:   Contact: <sip:a@192.0.2.1>;methods=INVITE\n"
            "  bad:   Contact: <sip:a@192.0.2.1>;class=\"\"\n"
            "  odd:   Contact: <sip:a@192.0.2.1>;methods=\"INVITE, ACK\"\n"
            "  good:  Contact: <sip:a@192.0.2.1>;methods=\"INVITE,ACK\";audio;+g.x=\"#>=2\"\n"
            "White space between the values is one step lower.",
        .check = feature_param,
    },
    {
        SIPSAN_LATER_ROW(ACCEPT_CONTACT, "rfc3841.10.accept-contact-syntax", SIPSAN_ERROR),
        .summary = "Accept-Contact lists * with feature tags",
        .explain = "A comma list; each value is *, then parameters: feature tags, require and "
                   "explicit, which have no value and stand there at most once.\n"
                   "  bad:   Accept-Contact: mobility=\"fixed\"\n"
                   "  bad:   Accept-Contact: *;audio;require=true\n"
                   "  good:  Accept-Contact: *;audio;require, *;mobility=\"fixed\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REJECT_CONTACT, "rfc3841.10.reject-contact-syntax", SIPSAN_ERROR),
        .summary = "Reject-Contact lists * with feature tags",
        .explain = "A comma list; each value is *, then feature tags as parameters.\n"
                   "  bad:   Reject-Contact: actor=\"msg-taker\"\n"
                   "  good:  Reject-Contact: *;actor=\"msg-taker\";video",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REQUEST_DISPOSITION, "rfc3841.10.request-disposition-syntax",
                         SIPSAN_ERROR),
        .summary = "Request-Disposition lists the directives of RFC 3841",
        .explain =
            "A comma list of proxy or redirect, cancel or no-cancel, fork or no-fork, recurse or "
            "no-recurse, parallel or sequential, queue or no-queue. The set is closed on purpose; "
            "there are no parameters.\n"
            "  bad:   Request-Disposition: proxy;fork\n"
            "  bad:   Request-Disposition: forward\n"
            "  good:  Request-Disposition: proxy, recurse, parallel",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REG_ID, "rfc5626.10.reg-id-syntax", SIPSAN_ERROR),
        .summary = "reg-id is a number from 1 to 2147483647",
        .explain =
            "reg-id of a Contact in REGISTER tells the flows of one client apart: digits, not 0, "
            "below 2 to the 31st.\n"
            "  bad:   Contact: <sip:a@192.0.2.1;ob>;reg-id=0;+sip.instance=\"<urn:uuid:0c>\"\n"
            "  good:  Contact: <sip:a@192.0.2.1;ob>;reg-id=1;+sip.instance=\"<urn:uuid:0c>\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SIP_INSTANCE, "rfc5626.10.sip-instance-syntax", SIPSAN_ERROR),
        .summary = "+sip.instance is a URN in angle brackets in quotes",
        .explain =
            "The instance identifier of a client, in <> and these in quotes. A registrar that "
            "cannot read it takes each start of the phone for another phone: no GRUU, and stale "
            "bindings pile up.\n"
            "  bad:   Contact: <sip:a@192.0.2.1>;+sip.instance=\"urn:uuid:00000000-0000\"\n"
            "  bad:   Contact: <sip:a@192.0.2.1>;+sip.instance=urn-1\n"
            "  good:  Contact: <sip:a@192.0.2.1>;+sip.instance=\"<urn:uuid:00000000-0000>\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(FLOW_TIMER, "rfc5626.10.flow-timer-syntax", SIPSAN_ERROR),
        .summary = "Flow-Timer is a number of seconds",
        .explain = "Digits only. A client that cannot read it sends its keep-alives at its own "
                   "pace, and the registrar may take the flow for dead.\n"
                   "  bad:   Flow-Timer: 120s\n"
                   "  good:  Flow-Timer: 120",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(GRUU, "rfc5627.7.gruu-syntax", SIPSAN_ERROR),
        .summary = "pub-gruu and temp-gruu are a SIP URI in quotes",
        .explain =
            "The registrar returns the GRUUs of a client as quoted strings, and what is in the "
            "quotes is a SIP or SIPS URI.\n"
            "  bad:   Contact: <sip:a@192.0.2.1>;pub-gruu=sip:a@example.com\n"
            "  bad:   Contact: <sip:a@192.0.2.1>;temp-gruu=\"<sip:tgruu.7@example.com;gr>\"\n"
            "  good:  Contact: <sip:a@192.0.2.1>;temp-gruu=\"sip:tgruu.7@example.com;gr\"",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_contact, rules);

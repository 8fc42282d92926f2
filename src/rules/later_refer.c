/* The grammar of header fields that point at somebody or at another dialog: RFC 3515, RFC 3892, RFC
 * 4488, RFC 7614, RFC 3891, RFC 3911, RFC 4538, RFC 5360; and RFC 8217 about all that hold
 * addresses. */
#include "rules/grammar.h"

/* Header fields of RFC 3261 have rfc3261.20.uri-special-needs-brackets. A parameter behind a bare
 * URI fits the grammar; only its name tells that the URI was meant. */
static enum sipsan_verdict special_in_brackets(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span at = sipsan_fault_bytes(v);

    if (v->fault->header <= SIPSAN_HDR_LAST_3261)
        return SIPSAN_NA;
    why->lower = at.n > 0 && *at.p != ',' && *at.p != '?' && *at.p != ';';
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(REFER_TO, "rfc3515.2.1.refer-to-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 4508, RFC 8217",
        .summary = "Refer-To is one address with parameters",
        .explain =
            "One address, in angle brackets if its URI has a comma, semicolon or question mark, "
            "then parameters. No list, not empty. A receiver that cannot read it refuses the "
            "transfer.\n"
            "  bad:   Refer-To: <sip:bob@example.com>, <sip:carol@example.com>\n"
            "  bad:   Refer-To:\n"
            "  good:  Refer-To: <sip:bob@example.com;method=INVITE>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REFERRED_BY, "rfc3892.3.referred-by-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8217",
        .summary = "Referred-By is one address, with cid in quotes",
        .explain =
            "One address, then parameters; cid names the body part with the referrer's signature: "
            "left@right in quotes, without the angle brackets of Content-ID.\n"
            "  bad:   Referred-By: <sip:r@ref.example>;cid=<2UWQFN309shb3@ref.example>\n"
            "  bad:   Referred-By: <sip:r@ref.example>;cid=\"2UWQFN309shb3\"\n"
            "  good:  Referred-By: <sip:r@ref.example>;cid=\"2UWQFN309shb3@ref.example\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REFER_SUB, "rfc4488.4.refer-sub-syntax", SIPSAN_ERROR),
        .summary = "Refer-Sub is true or false",
        .explain = "true or false, then parameters if any. Whether the REFER opens a subscription "
                   "hangs on it.\n"
                   "  bad:   Refer-Sub: no\n"
                   "  bad:   Refer-Sub: \"false\"\n"
                   "  good:  Refer-Sub: false",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REFER_EVENTS_AT, "rfc7614.4.8.refer-events-at-syntax", SIPSAN_ERROR),
        .summary = "Refer-Events-At is a SIP URI in angle brackets",
        .explain =
            "A sip or sips URI; the brackets are not optional, a display name is not allowed. The "
            "referrer subscribes to this URI.\n"
            "  bad:   Refer-Events-At: sip:wsXa9mkHtPcGu8@example.com\n"
            "  bad:   Refer-Events-At: <tel:+12015550123>\n"
            "  good:  Refer-Events-At: <sips:vPT3izGmo8NTxaPADRZvEAY22BKx@example.com;gr>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(REPLACES, "rfc3891.6.1.replaces-syntax", SIPSAN_ERROR),
        .summary = "Replaces is a Call-ID with to-tag and from-tag",
        .explain =
            "A Call-ID, then parameters: to-tag and from-tag, tokens, exactly one of each; "
            "early-only has no value. Without both tags no dialog is found and the transfer "
            "fails.\n"
            "  bad:   Replaces: 425928@bobster.example.org;to-tag=7743\n"
            "  bad:   Replaces: 425928@bobster.example.org;to-tag=\"7743\";from-tag=6472\n"
            "  good:  Replaces: 425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(JOIN, "rfc3911.7.1.join-syntax", SIPSAN_ERROR),
        .summary = "Join is a Call-ID with to-tag and from-tag",
        .explain = "A Call-ID, then parameters: to-tag and from-tag, tokens, exactly one of each. "
                   "Without both no dialog is found.\n"
                   "  bad:   Join: 12adf2f34456gs5;to-tag=12345\n"
                   "  good:  Join: 12adf2f34456gs5;to-tag=12345;from-tag=54321",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(TARGET_DIALOG, "rfc4538.7.target-dialog-syntax", SIPSAN_ERROR),
        .summary = "Target-Dialog is a Call-ID with local-tag and remote-tag",
        .explain = "A Call-ID, then parameters: local-tag and remote-tag, tokens, one of each. "
                   "They prove to the receiver that the sender knows of the dialog.\n"
                   "  bad:   Target-Dialog: fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-\n"
                   "  good:  Target-Dialog: fa77as7dad8-sd98ajzz@host.example.com\n"
                   "           ;local-tag=kkaz-;remote-tag=6544",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(PERMISSION_MISSING, "rfc5360.5.9.3.permission-missing-syntax",
                         SIPSAN_ERROR),
        .updated_by = "RFC 8217",
        .summary = "Permission-Missing lists addresses",
        .explain = "A comma list of addresses with parameters: the ones for which a relay has no "
                   "permission.\n"
                   "  bad:   Permission-Missing: sip:C@example.com sip:D@example.com\n"
                   "  good:  Permission-Missing: sip:C@example.com",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(TRIGGER_CONSENT, "rfc5360.5.11.2.trigger-consent-syntax", SIPSAN_ERROR),
        .summary = "Trigger-Consent lists SIP URIs with target-uri in quotes",
        .explain =
            "A comma list of SIP URIs with parameters; target-uri is a quoted string.\n"
            "  bad:   Trigger-Consent: sip:123@relay.example.com;target-uri=sip:f@r.example\n"
            "  good:  Trigger-Consent: "
            "sip:123@relay.example.com;target-uri=\"sip:f@r.example\"",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc8217.4.uri-special-needs-brackets",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_ADDR_SPEC_BRACKETS,
        .summary = "A URI with a comma, semicolon or question mark stands in angle brackets",
        .explain =
            "Every header field that takes a bare URI or <URI>, Refer-To and Referred-By among "
            "them, needs the brackets when the URI has a comma, semicolon or question mark. "
            "Outside of them a semicolon begins a parameter of the header field, and a question "
            "mark has no meaning.\n"
            "  bad:   Refer-To: sip:bob@example.com?Replaces=12345%40192.0.2.1\n"
            "  odd:   Refer-To: sip:bob@example.com;method=INVITE\n"
            "  good:  Refer-To: <sip:bob@example.com;method=INVITE>\n"
            "A parameter behind a bare URI fits the grammar. Where its name is one that only URIs "
            "have (transport, user, method, ttl, maddr, lr, gr, ob) it is reported one step "
            "lower.",
        .check = special_in_brackets,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_refer, rules);

/* RFC 3966: tel URIs. Only their grammar. */
#include "rules/grammar.h"

/* A local number whose context everybody in the network knows: milder. The fault is the whole URI.
 */
static enum sipsan_verdict tel_uri(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = sipsan_span_starts_nocase(sipsan_fault_bytes(v), SPAN_LIT("tel:"));
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3966.3.tel-uri-syntax",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_TEL_URI,
        .summary = "A tel URI is a number with visual separators, and parameters",
        .explain =
            "A global number begins with + and goes on with digits; a local one may also have "
            "letters a to f, * and #, and needs phone-context. The marks - . ( ) may stand "
            "between the digits, spaces may not. Parameters follow behind semicolons.\n"
            "  bad:   tel:+1 212 555 1212\n"
            "  bad:   tel:alice\n"
            "  bad:   tel:7042\n"
            "  good:  tel:+1-212-555-1212;ext=7\n"
            "  good:  tel:7042;phone-context=example.com\n"
            "A local number without its context is reported one step lower: within one "
            "network it is often understood.",
        .check = tel_uri,
    },
    {
        SIPSAN_LATER_ROW(TEL_PARAMETER, "rfc3966.3.tel-parameter-syntax", SIPSAN_ERROR),
        .summary = "phone-context, ext and isub of a tel URI have values of their own kind",
        .explain =
            "phone-context is a domain name or a global number (no IP address), ext is digits and "
            "visual separators, isub is a text; names of parameters are letters, digits and "
            "hyphens. A gateway that cannot read the context dials the wrong number, or none.\n"
            "  bad:   tel:7042;phone-context=192.0.2.1\n"
            "  bad:   tel:+1-212-555-1212;ext=front\n"
            "  good:  tel:7042;phone-context=+1-914-555\n"
            "  good:  tel:+1-212-555-1212;ext=12",
        .check = sipsan_grammar_fault,
    },
    {
        /* comparing octet by octet is rare, so that a wrong order does little harm */
        .id = "rfc3966.3.tel-parameter-order",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_TEL_PARAMETER_ORDER,
        .summary = "The parameters of a tel URI stand in order, each once",
        .explain = "isub or ext come first, then phone-context, then all others in alphabetical "
                   "order, and none comes twice: so two elements that compare URIs as text find "
                   "equal what is equal. Numbers with routing data are often written rn before "
                   "npdi; that is only a warning, since few compare so.\n"
                   "  bad:   tel:+1-212-555-1212;rn=+12125550000;npdi\n"
                   "  bad:   tel:7042;ext=1;ext=2;phone-context=example.com\n"
                   "  good:  tel:+1-212-555-1212;npdi;rn=+12125550000\n"
                   "  good:  tel:7042;ext=1;phone-context=example.com;tgrp=t",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3966, rules);

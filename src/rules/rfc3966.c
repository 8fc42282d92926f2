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
};

SIPSAN_RULE_SET(sipsan_rules_rfc3966, rules);

/* RFC 3966: tel URIs. Only their grammar. */
#include "rules/grammar.h"

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3966.3.tel-uri-syntax",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_TEL_URI,
        .summary = "A tel URI is a number with visual separators, and parameters",
        .explain =
            "A global number begins with + and goes on with digits; a local one may also have\n"
            "letters a to f, * and #, and needs phone-context. The marks - . ( ) may stand\n"
            "between the digits, spaces may not. Parameters follow behind semicolons.\n"
            "  bad:   tel:+1 212 555 1212\n"
            "  bad:   tel:alice\n"
            "  good:  tel:+1-212-555-1212;ext=7\n"
            "  good:  tel:7042;phone-context=example.com",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3966, rules);

/* RFC 3262: reliable provisional responses. So far only the grammar of its two header fields. */
#include "rules/grammar.h"

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3262.7.1.rseq-syntax",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_RSEQ,
        .summary = "RSeq is a number",
        .explain = "RSeq numbers the reliable provisional responses of a request: digits only. A "
                   "client that cannot read it sends no PRACK, and the server repeats the response "
                   "until it gives the call up.\n"
                   "  bad:   RSeq: 1a\n"
                   "  good:  RSeq: 988789",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3262.7.2.rack-syntax",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_RACK,
        .summary = "RAck is the RSeq number, the CSeq number and the method",
        .explain = "RAck of a PRACK names the response that it acknowledges: the number from its "
                   "RSeq, the number and the method from its CSeq, with white space between. A "
                   "server that cannot read it answers 481 and goes on repeating the response.\n"
                   "  bad:   RAck: 776656 INVITE\n"
                   "  good:  RAck: 776656 1 INVITE",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3262, rules);

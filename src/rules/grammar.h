/* The one check behind every rule about a broken production: the fault is the violation, what is
 * left to say is where it stands and what would have been right. RFC 3261 25.1, and the places of
 * sections 7 and 20 that are grammar too. */
#ifndef SIPSAN_RULES_GRAMMAR_H
#define SIPSAN_RULES_GRAMMAR_H

#include "rules/rule.h"

/* Fails on v->fault, pointing at its bytes. NA where the capture, not the sender, may have cut the
 * text off. */
enum sipsan_verdict sipsan_grammar_fault(const struct sipsan_view *v, struct sipsan_why *why);

/* As sipsan_grammar_fault for a branch or tag, milder where only the '=' of base64 is left at its
 * end: it is compared as it stands. */
enum sipsan_verdict sipsan_grammar_token(const struct sipsan_view *v, struct sipsan_why *why);

/* The fault is that the text ended too early. */
bool sipsan_fault_at_end(const struct sipsan_view *v);

/* The bytes of the fault; where the text ended too early, the whole value. */
struct sipsan_span sipsan_fault_bytes(const struct sipsan_view *v);

/* The head of a row about a production of 25.1. */
#define SIPSAN_GRAMMAR_ROW(PRODUCTION, SLUG, SEVERITY)                                             \
    .id = "rfc3261.25.1." SLUG, .level = SIPSAN_ABNF, .severity = SEVERITY, .on = SIPSAN_ON_FAULT, \
    .production = SIPSAN_PROD_##PRODUCTION

/* The head of a row about a header field of a later RFC. */
#define SIPSAN_LATER_ROW(PRODUCTION, ID, SEVERITY)                                                 \
    .id = ID, .level = SIPSAN_ABNF, .severity = SEVERITY, .on = SIPSAN_ON_FAULT,                   \
    .production = SIPSAN_PROD_##PRODUCTION

#endif

/* The check behind the rules about broken bodies: session descriptions, multipart bodies, pieces of
 * SIP messages. As sipsan_grammar_fault for header fields (rules/grammar.h), with the line of the
 * body for evidence where that one has the header field. */
#ifndef SIPSAN_RULES_BODIES_H
#define SIPSAN_RULES_BODIES_H

#include "rules/grammar.h"

/* Fails on v->fault, pointing at its bytes. NA where the capture may have cut the text off. */
enum sipsan_verdict sipsan_body_fault(const struct sipsan_view *v, struct sipsan_why *why);

/* The line of the body that the fault is in, without its end; at most 200 octets to either side. */
struct sipsan_span sipsan_body_line(const struct sipsan_view *v);

/* The fault is about a line of SDP that is not there: where it is, another one stands, or none. */
bool sipsan_sdp_line_missing(const struct sipsan_view *v);

/* The head of a row about a fault in a body. */
#define SIPSAN_BODY_ROW(PRODUCTION, ID, LEVEL, SEVERITY)                                           \
    .id = ID, .level = SIPSAN_##LEVEL, .severity = SIPSAN_##SEVERITY, .on = SIPSAN_ON_FAULT,       \
    .production = SIPSAN_PROD_##PRODUCTION

/* One of RFC 8866 that RFC 4566 has in the same section. */
#define SIPSAN_SDP_ROW(PRODUCTION, SECTION_SLUG, LEVEL, SEVERITY)                                  \
    SIPSAN_BODY_ROW(PRODUCTION, "rfc8866." SECTION_SLUG, LEVEL, SEVERITY),                         \
        .aliases = "rfc4566." SECTION_SLUG

#endif

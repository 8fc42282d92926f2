/* URIs: sip and sips (19.1), tel (RFC 3966), any other scheme as absoluteURI; and how they compare.
 */
#ifndef SIPSAN_PARSE_URI_H
#define SIPSAN_PARSE_URI_H

#include "base/addr.h"
#include "parse/msg.h"

/* 19.1.4: parts compared as the RFC says (escapes, case, parameters that must match, defaults that
 * do not equal absence), addresses as RFC 5954 4.2 says, tel URIs as RFC 3966 4. Not transitive.
 * Two texts that are the same bytes are always equal. A URI of another scheme is equal only to the
 * same bytes (scheme without case). */
bool sipsan_uri_eq(const struct sipsan_uri *a, const struct sipsan_uri *b);

/* A parameter that is there in both with the same value (no case), or in neither. */
const struct sipsan_param *sipsan_uri_param(const struct sipsan_uri *uri, struct sipsan_span name);

/* Port that the URI leads to: the written one, or 5060, 5061 for sips or transport=tls. */
uint16_t sipsan_uri_port(const struct sipsan_uri *uri);

/* The host as an address, when it is one. False for a name. Port is sipsan_uri_port. */
bool sipsan_uri_addr(struct sipsan_addr *out, const struct sipsan_uri *uri);

/* An IPv4 address or an IPv6 address without brackets. out->port is left alone. */
bool sipsan_ip_parse(struct sipsan_addr *out, struct sipsan_span text);

/* Parses `text` as a URI on its own (it is copied into the arena with a terminator). For values
 * that facts were kept of. 0 or SIPSAN_ENOMEM; out->ok tells whether it was one. */
int sipsan_uri_read(struct sipsan_uri *out, struct sipsan_arena *arena, struct sipsan_span text);

/* visual-separator of a telephone number: RFC 3966 3 */
static inline bool is_visual_separator(char c)
{
    return c == '-' || c == '.' || c == '(' || c == ')';
}

#endif

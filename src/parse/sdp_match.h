/* Strict matchers for session descriptions, one production each (grammars/sdp.re): the end of the
 * longest match from p on, or NULL. The text must end in a 0xFF byte or in an octet of no
 * production, such as the CR or LF of a line. A match is a prefix, not a verdict. */
#ifndef SIPSAN_PARSE_SDP_MATCH_H
#define SIPSAN_PARSE_SDP_MATCH_H

#include <stddef.h>

/* token, which is not the one of RFC 3261 */
const char *sipsan_match_sdp_token(const char *p);
/* non-zero-int-or-real */
const char *sipsan_match_sdp_number(const char *p);
/* start-time, stop-time */
const char *sipsan_match_sdp_time(const char *p);
/* typed-time */
const char *sipsan_match_sdp_typed_time(const char *p);
/* addr-spec, with the spaces around its pieces */
const char *sipsan_match_sdp_addr_spec(const char *p);
/* 1*email-safe: text that goes with a mail address or telephone number */
const char *sipsan_match_sdp_email_safe(const char *p);
/* phone */
const char *sipsan_match_sdp_phone(const char *p);
/* base64, which may be empty: never NULL */
const char *sipsan_match_sdp_base64(const char *p);
/* Characters of a URI-reference, which may be none: never NULL */
const char *sipsan_match_sdp_uri(const char *p);

#endif

/* Strict matchers, one production each (grammars/): the end of the longest match from p on, or
 * NULL. The text must end in a 0xFF byte, which no production takes. A match is a prefix, not a
 * verdict: the caller looks at what follows. */
#ifndef SIPSAN_PARSE_MATCH_H
#define SIPSAN_PARSE_MATCH_H

#include "parse/msg.h"

/* RFC 3261 25.1 */
const char *sipsan_match_token(const char *p);
/* RFC 3261 25.1: one LWS, so at most one fold */
const char *sipsan_match_lws(const char *p);
/* RFC 3261 1*DIGIT */
const char *sipsan_match_digits(const char *p);
/* RFC 3261 1*LHEX */
const char *sipsan_match_lhex(const char *p);
/* From DQUOTE to DQUOTE */
const char *sipsan_match_quoted_string(const char *p);
/* The inside of a quoted-string, as far as it is one */
const char *sipsan_match_quoted_text(const char *p);
/* TEXT-UTF8-TRIM, with LWS at its ends */
const char *sipsan_match_text(const char *p);
/* Header-value of an extension-header */
const char *sipsan_match_extension_text(const char *p);
/* Ctext and quoted-pair, up to a parenthesis */
const char *sipsan_match_comment_text(const char *p);
/* Scheme and its colon */
const char *sipsan_match_scheme(const char *p);
/* User, password and the '@' */
const char *sipsan_match_userinfo(const char *p);
/* Without comma, semicolon and question mark */
const char *sipsan_match_userinfo_plain(const char *p);
/* Without comma */
const char *sipsan_match_userinfo_no_comma(const char *p);
/* RFC 3261 25.1 */
const char *sipsan_match_user(const char *p);
/* Password, when not empty */
const char *sipsan_match_password(const char *p);
/* Pname or pvalue of a uri-parameter */
const char *sipsan_match_paramchars(const char *p);
/* Of a SIP-URI, from the '?' */
const char *sipsan_match_headers(const char *p);
/* RFC 3261 1*uric */
const char *sipsan_match_uric(const char *p);
/* RFC 3261 1*uric without comma, semicolon and question mark */
const char *sipsan_match_uric_plain(const char *p);
/* RFC 3966 3 */
const char *sipsan_match_global_number_digits(const char *p);
/* RFC 3966 3 */
const char *sipsan_match_local_number_digits(const char *p);
/* RFC 3261 25.1 */
const char *sipsan_match_sip_version(const char *p);
/* Reason-Phrase, when not empty */
const char *sipsan_match_reason_text(const char *p);
/* RFC 3261 25.1 */
const char *sipsan_match_callid(const char *p);
/* RFC 3261 25.1 */
const char *sipsan_match_qvalue(const char *p);
/* Language-range other than '*', language-tag */
const char *sipsan_match_language_range(const char *p);
/* RFC 7235 2.1 */
const char *sipsan_match_token68(const char *p);
/* RFC 3261 25.1 */
const char *sipsan_match_sip_date(const char *p);

/* RFC 3840 9 */
const char *sipsan_match_tag_value(const char *p);
/* RFC 3840 9 */
const char *sipsan_match_ftag_name(const char *p);
/* RFC 5322 3.2.3 */
const char *sipsan_match_dot_atom_text(const char *p);

/* hostname or IPv4address; *kind tells which (enum sipsan_host_kind). */
const char *sipsan_match_host(const char *p, uint8_t *kind);

/* The longest name of a known header field, long or compact form, no case. */
const char *sipsan_match_header_name(const char *p, enum sipsan_header_id *id);

#endif

/* Strict matchers, one production each (grammars/): the end of the longest match from p on, or
 * NULL. The text must end in SIPSAN_TEXT_PAD bytes 0xFF, which no production takes: one ends every
 * match, the others let matchers look at eight bytes at a time. A match is a prefix, not a verdict:
 * the caller looks at what follows.
 *
 * Most of a text are octets that its production takes one at a time. Those are run over by the
 * table (octets.h); the automaton of re2c, named exact, is asked from the first octet on that needs
 * it: an escape, UTF-8, a fold. A production that is repeated may be matched in such pieces. */
#ifndef SIPSAN_PARSE_MATCH_H
#define SIPSAN_PARSE_MATCH_H

#include "parse/msg.h"
#include "parse/octets.h"

#define SIPSAN_TEXT_PAD 8

/* Of functions for text that is broken, or rare: they are kept out of the way of the others. */
#define SIPSAN_COLD __attribute__((cold, noinline))

/* RFC 3261 25.1 */
static inline const char *sipsan_match_token(const char *p)
{
    const char *end = skip_octets(p, SIPSAN_OCTET_TOKEN);

    return end > p ? end : NULL;
}

/* RFC 3261 1*DIGIT */
static inline const char *sipsan_match_digits(const char *p)
{
    const char *end = p;

    while (*end >= '0' && *end <= '9')
        end++;
    return end > p ? end : NULL;
}

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

/* The automata of those above that begin with the table. */
const char *sipsan_exact_text(const char *p);
const char *sipsan_exact_extension_text(const char *p);
const char *sipsan_exact_userinfo(const char *p);
const char *sipsan_exact_userinfo_plain(const char *p);
const char *sipsan_exact_paramchars(const char *p);
const char *sipsan_exact_uric(const char *p);
const char *sipsan_exact_reason_text(const char *p);
const char *sipsan_exact_host(const char *p, uint8_t *kind) SIPSAN_COLD;

#endif

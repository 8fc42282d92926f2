/* Strict matchers, one production each. See match.h for the promise they make and grammars/ for
 * the productions. */
#include "parse/match.h"

/*!include:re2c "core.re" */
/*!include:re2c "uri.re" */
/*!include:re2c "message.re" */
/*!include:re2c "headers.re" */
/*!include:re2c "later.re" */

/*!re2c
re2c:define:YYCTYPE  = "unsigned char";
re2c:define:YYCURSOR = s;
re2c:define:YYMARKER = m;
re2c:yyfill:enable   = 0;
re2c:sentinel        = 255;

password_some = (unreserved | escaped | [&=+$,])+;
*/

/* What every matcher begins with: s runs over the text, m is where a longer match would fall back. */
#define BEGIN                                                                                      \
    const unsigned char *s = (const unsigned char *)p, *m = s;                                     \
    (void)m

#define END ((const char *)s)

const char *sipsan_match_token(const char *p)
{
    BEGIN;
    /*!re2c
    token { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_lws(const char *p)
{
    BEGIN;
    /*!re2c
    lws { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_digits(const char *p)
{
    BEGIN;
    /*!re2c
    digit+ { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_lhex(const char *p)
{
    BEGIN;
    /*!re2c
    lhex+ { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_quoted_string(const char *p)
{
    BEGIN;
    /*!re2c
    quoted_string { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_quoted_text(const char *p)
{
    BEGIN;
    /*!re2c
    quoted_text { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_text(const char *p)
{
    BEGIN;
    /*!re2c
    text { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_extension_text(const char *p)
{
    BEGIN;
    /*!re2c
    extension_text { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_comment_text(const char *p)
{
    BEGIN;
    /*!re2c
    comment_text { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_scheme(const char *p)
{
    BEGIN;
    /*!re2c
    scheme ":" { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_userinfo(const char *p)
{
    BEGIN;
    /*!re2c
    userinfo { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_userinfo_plain(const char *p)
{
    BEGIN;
    /*!re2c
    userinfo_plain { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_userinfo_no_comma(const char *p)
{
    BEGIN;
    /*!re2c
    userinfo_no_comma { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_user(const char *p)
{
    BEGIN;
    /*!re2c
    user { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_password(const char *p)
{
    BEGIN;
    /*!re2c
    password_some { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_paramchars(const char *p)
{
    BEGIN;
    /*!re2c
    paramchar+ { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_headers(const char *p)
{
    BEGIN;
    /*!re2c
    headers { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_uric(const char *p)
{
    BEGIN;
    /*!re2c
    uric+ { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_uric_plain(const char *p)
{
    BEGIN;
    /*!re2c
    uric_plain+ { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_global_number_digits(const char *p)
{
    BEGIN;
    /*!re2c
    global_number_digits { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_local_number_digits(const char *p)
{
    BEGIN;
    /*!re2c
    local_number_digits { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_sip_version(const char *p)
{
    BEGIN;
    /*!re2c
    sip_version { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_reason_text(const char *p)
{
    BEGIN;
    /*!re2c
    reason_text { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_callid(const char *p)
{
    BEGIN;
    /*!re2c
    callid { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_qvalue(const char *p)
{
    BEGIN;
    /*!re2c
    qvalue { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_language_range(const char *p)
{
    BEGIN;
    /*!re2c
    language_range { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_token68(const char *p)
{
    BEGIN;
    /*!re2c
    token68 { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_sip_date(const char *p)
{
    BEGIN;
    /*!re2c
    sip_date { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_tag_value(const char *p)
{
    BEGIN;
    /*!re2c
    tag_value { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_ftag_name(const char *p)
{
    BEGIN;
    /*!re2c
    ftag_name { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_dot_atom_text(const char *p)
{
    BEGIN;
    /*!re2c
    dot_atom_text { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_host(const char *p, uint8_t *kind)
{
    BEGIN;
    /*!re2c
    hostname    { *kind = SIPSAN_HOST_NAME; return END; }
    ipv4address { *kind = SIPSAN_HOST_IPV4; return END; }
    *           { return NULL; }
    */
}

/* Strict matchers for the pieces of a session description. See sdp_match.h for the promise they
 * make and grammars/sdp.re for the productions. */
#include "parse/sdp_match.h"

/*!include:re2c "core.re" */
/*!include:re2c "sdp.re" */

/*!re2c
re2c:define:YYCTYPE  = "unsigned char";
re2c:define:YYCURSOR = s;
re2c:define:YYMARKER = m;
re2c:yyfill:enable   = 0;
re2c:sentinel        = 255;
*/

/* What every matcher begins with: s runs over the text, m is where a longer match would fall back. */
#define BEGIN                                                                                      \
    const unsigned char *s = (const unsigned char *)p, *m = s;                                     \
    (void)m

#define END ((const char *)s)

const char *sipsan_match_sdp_token(const char *p)
{
    BEGIN;
    /*!re2c
    sdp_token { return END; }
    *         { return NULL; }
    */
}

const char *sipsan_match_sdp_number(const char *p)
{
    BEGIN;
    /*!re2c
    non_zero_number { return END; }
    *               { return NULL; }
    */
}

const char *sipsan_match_sdp_time(const char *p)
{
    BEGIN;
    /*!re2c
    sdp_time { return END; }
    *        { return NULL; }
    */
}

const char *sipsan_match_sdp_typed_time(const char *p)
{
    BEGIN;
    /*!re2c
    typed_time { return END; }
    *          { return NULL; }
    */
}

const char *sipsan_match_sdp_addr_spec(const char *p)
{
    BEGIN;
    /*!re2c
    addr_spec { return END; }
    *         { return NULL; }
    */
}

const char *sipsan_match_sdp_email_safe(const char *p)
{
    BEGIN;
    /*!re2c
    email_safe+ { return END; }
    *           { return NULL; }
    */
}

const char *sipsan_match_sdp_phone(const char *p)
{
    BEGIN;
    /*!re2c
    phone { return END; }
    *     { return NULL; }
    */
}

const char *sipsan_match_sdp_base64(const char *p)
{
    BEGIN;
    /*!re2c
    base64 { return END; }
    *      { return p; }
    */
}

const char *sipsan_match_sdp_uri(const char *p)
{
    BEGIN;
    /*!re2c
    uri_char+ { return END; }
    *         { return p; }
    */
}

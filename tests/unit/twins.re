/* Productions that the library matches by the table of octets alone, as re2c matches them: the judges
 * of test_parse_match. */
#include "twins.h"

/*!include:re2c "core.re" */
/*!include:re2c "uri.re" */
/*!include:re2c "message.re" */
/*!include:re2c "headers.re" */

/*!re2c
re2c:define:YYCTYPE  = "unsigned char";
re2c:define:YYCURSOR = s;
re2c:define:YYMARKER = m;
re2c:yyfill:enable   = 0;
re2c:sentinel        = 255;
*/

#define BEGIN                                                                                      \
    const unsigned char *s = (const unsigned char *)p, *m = s;                                     \
    (void)m

#define END ((const char *)s)

const char *twin_token(const char *p)
{
    BEGIN;
    /*!re2c
    token { return END; }
    *     { return NULL; }
    */
}

const char *twin_digits(const char *p)
{
    BEGIN;
    /*!re2c
    digit+ { return END; }
    *      { return NULL; }
    */
}

const char *twin_quoted_string(const char *p)
{
    BEGIN;
    /*!re2c
    quoted_string { return END; }
    *             { return NULL; }
    */
}

const char *twin_callid(const char *p)
{
    BEGIN;
    /*!re2c
    callid { return END; }
    *      { return NULL; }
    */
}

/* Header field names, exactly. Names of one list with ids.h; a test compares them. */
#include "parse/match.h"

enum sipsan_header_id sipsan_match_header_name(const char *p, const char *end)
{
    const unsigned char *s = (const unsigned char *)p, *m = s;
    enum sipsan_header_id id;

    /*!re2c
    re2c:define:YYCTYPE  = "unsigned char";
    re2c:define:YYCURSOR = s;
    re2c:define:YYMARKER = m;
    re2c:yyfill:enable   = 0;
    re2c:sentinel        = 255;

    'Accept'                       { id = SIPSAN_HDR_ACCEPT; goto found; }
    'Accept-Encoding'              { id = SIPSAN_HDR_ACCEPT_ENCODING; goto found; }
    'Accept-Language'              { id = SIPSAN_HDR_ACCEPT_LANGUAGE; goto found; }
    'Alert-Info'                   { id = SIPSAN_HDR_ALERT_INFO; goto found; }
    'Allow'                        { id = SIPSAN_HDR_ALLOW; goto found; }
    'Authentication-Info'          { id = SIPSAN_HDR_AUTHENTICATION_INFO; goto found; }
    'Authorization'                { id = SIPSAN_HDR_AUTHORIZATION; goto found; }
    'Call-ID' | 'i'                { id = SIPSAN_HDR_CALL_ID; goto found; }
    'Call-Info'                    { id = SIPSAN_HDR_CALL_INFO; goto found; }
    'Contact' | 'm'                { id = SIPSAN_HDR_CONTACT; goto found; }
    'Content-Disposition'          { id = SIPSAN_HDR_CONTENT_DISPOSITION; goto found; }
    'Content-Encoding' | 'e'       { id = SIPSAN_HDR_CONTENT_ENCODING; goto found; }
    'Content-Language'             { id = SIPSAN_HDR_CONTENT_LANGUAGE; goto found; }
    'Content-Length' | 'l'         { id = SIPSAN_HDR_CONTENT_LENGTH; goto found; }
    'Content-Type' | 'c'           { id = SIPSAN_HDR_CONTENT_TYPE; goto found; }
    'CSeq'                         { id = SIPSAN_HDR_CSEQ; goto found; }
    'Date'                         { id = SIPSAN_HDR_DATE; goto found; }
    'Error-Info'                   { id = SIPSAN_HDR_ERROR_INFO; goto found; }
    'Expires'                      { id = SIPSAN_HDR_EXPIRES; goto found; }
    'From' | 'f'                   { id = SIPSAN_HDR_FROM; goto found; }
    'In-Reply-To'                  { id = SIPSAN_HDR_IN_REPLY_TO; goto found; }
    'Max-Forwards'                 { id = SIPSAN_HDR_MAX_FORWARDS; goto found; }
    'MIME-Version'                 { id = SIPSAN_HDR_MIME_VERSION; goto found; }
    'Min-Expires'                  { id = SIPSAN_HDR_MIN_EXPIRES; goto found; }
    'Organization'                 { id = SIPSAN_HDR_ORGANIZATION; goto found; }
    'Priority'                     { id = SIPSAN_HDR_PRIORITY; goto found; }
    'Proxy-Authenticate'           { id = SIPSAN_HDR_PROXY_AUTHENTICATE; goto found; }
    'Proxy-Authorization'          { id = SIPSAN_HDR_PROXY_AUTHORIZATION; goto found; }
    'Proxy-Require'                { id = SIPSAN_HDR_PROXY_REQUIRE; goto found; }
    'Record-Route'                 { id = SIPSAN_HDR_RECORD_ROUTE; goto found; }
    'Reply-To'                     { id = SIPSAN_HDR_REPLY_TO; goto found; }
    'Require'                      { id = SIPSAN_HDR_REQUIRE; goto found; }
    'Retry-After'                  { id = SIPSAN_HDR_RETRY_AFTER; goto found; }
    'Route'                        { id = SIPSAN_HDR_ROUTE; goto found; }
    'Server'                       { id = SIPSAN_HDR_SERVER; goto found; }
    'Subject' | 's'                { id = SIPSAN_HDR_SUBJECT; goto found; }
    'Supported' | 'k'              { id = SIPSAN_HDR_SUPPORTED; goto found; }
    'Timestamp'                    { id = SIPSAN_HDR_TIMESTAMP; goto found; }
    'To' | 't'                     { id = SIPSAN_HDR_TO; goto found; }
    'Unsupported'                  { id = SIPSAN_HDR_UNSUPPORTED; goto found; }
    'User-Agent'                   { id = SIPSAN_HDR_USER_AGENT; goto found; }
    'Via' | 'v'                    { id = SIPSAN_HDR_VIA; goto found; }
    'Warning'                      { id = SIPSAN_HDR_WARNING; goto found; }
    'WWW-Authenticate'             { id = SIPSAN_HDR_WWW_AUTHENTICATE; goto found; }
    'RSeq'                         { id = SIPSAN_HDR_RSEQ; goto found; }
    'RAck'                         { id = SIPSAN_HDR_RACK; goto found; }
    'Event' | 'o'                  { id = SIPSAN_HDR_EVENT; goto found; }
    'Subscription-State'           { id = SIPSAN_HDR_SUBSCRIPTION_STATE; goto found; }
    'Allow-Events' | 'u'           { id = SIPSAN_HDR_ALLOW_EVENTS; goto found; }
    'Refer-To' | 'r'               { id = SIPSAN_HDR_REFER_TO; goto found; }
    'Referred-By' | 'b'            { id = SIPSAN_HDR_REFERRED_BY; goto found; }
    'Replaces'                     { id = SIPSAN_HDR_REPLACES; goto found; }
    'Join'                         { id = SIPSAN_HDR_JOIN; goto found; }
    'Reason'                       { id = SIPSAN_HDR_REASON; goto found; }
    'Path'                         { id = SIPSAN_HDR_PATH; goto found; }
    'Service-Route'                { id = SIPSAN_HDR_SERVICE_ROUTE; goto found; }
    'Session-Expires' | 'x'        { id = SIPSAN_HDR_SESSION_EXPIRES; goto found; }
    'Min-SE'                       { id = SIPSAN_HDR_MIN_SE; goto found; }
    'Request-Disposition' | 'd'    { id = SIPSAN_HDR_REQUEST_DISPOSITION; goto found; }
    'Accept-Contact' | 'a'         { id = SIPSAN_HDR_ACCEPT_CONTACT; goto found; }
    'Reject-Contact' | 'j'         { id = SIPSAN_HDR_REJECT_CONTACT; goto found; }
    'Identity' | 'y'               { id = SIPSAN_HDR_IDENTITY; goto found; }
    'Identity-Info' | 'n'          { id = SIPSAN_HDR_IDENTITY_INFO; goto found; }
    *                              { return SIPSAN_HDR_OTHER; }
    */
found:
    return (const char *)s == end ? id : SIPSAN_HDR_OTHER;
}

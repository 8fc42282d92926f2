/* Header field names, each once, as in the list of ids.h: a test compares them. */
#include "parse/match.h"

const char *sipsan_match_header_name(const char *p, enum sipsan_header_id *id)
{
    const unsigned char *s = (const unsigned char *)p, *m = s;

    /*!re2c
    re2c:define:YYCTYPE  = "unsigned char";
    re2c:define:YYCURSOR = s;
    re2c:define:YYMARKER = m;
    re2c:yyfill:enable   = 0;
    re2c:sentinel        = 255;

    'Accept'                       { *id = SIPSAN_HDR_ACCEPT; return (const char *)s; }
    'Accept-Encoding'              { *id = SIPSAN_HDR_ACCEPT_ENCODING; return (const char *)s; }
    'Accept-Language'              { *id = SIPSAN_HDR_ACCEPT_LANGUAGE; return (const char *)s; }
    'Alert-Info'                   { *id = SIPSAN_HDR_ALERT_INFO; return (const char *)s; }
    'Allow'                        { *id = SIPSAN_HDR_ALLOW; return (const char *)s; }
    'Authentication-Info'          { *id = SIPSAN_HDR_AUTHENTICATION_INFO; return (const char *)s; }
    'Authorization'                { *id = SIPSAN_HDR_AUTHORIZATION; return (const char *)s; }
    'Call-ID' | 'i'                { *id = SIPSAN_HDR_CALL_ID; return (const char *)s; }
    'Call-Info'                    { *id = SIPSAN_HDR_CALL_INFO; return (const char *)s; }
    'Contact' | 'm'                { *id = SIPSAN_HDR_CONTACT; return (const char *)s; }
    'Content-Disposition'          { *id = SIPSAN_HDR_CONTENT_DISPOSITION; return (const char *)s; }
    'Content-Encoding' | 'e'       { *id = SIPSAN_HDR_CONTENT_ENCODING; return (const char *)s; }
    'Content-Language'             { *id = SIPSAN_HDR_CONTENT_LANGUAGE; return (const char *)s; }
    'Content-Length' | 'l'         { *id = SIPSAN_HDR_CONTENT_LENGTH; return (const char *)s; }
    'Content-Type' | 'c'           { *id = SIPSAN_HDR_CONTENT_TYPE; return (const char *)s; }
    'CSeq'                         { *id = SIPSAN_HDR_CSEQ; return (const char *)s; }
    'Date'                         { *id = SIPSAN_HDR_DATE; return (const char *)s; }
    'Error-Info'                   { *id = SIPSAN_HDR_ERROR_INFO; return (const char *)s; }
    'Expires'                      { *id = SIPSAN_HDR_EXPIRES; return (const char *)s; }
    'From' | 'f'                   { *id = SIPSAN_HDR_FROM; return (const char *)s; }
    'In-Reply-To'                  { *id = SIPSAN_HDR_IN_REPLY_TO; return (const char *)s; }
    'Max-Forwards'                 { *id = SIPSAN_HDR_MAX_FORWARDS; return (const char *)s; }
    'MIME-Version'                 { *id = SIPSAN_HDR_MIME_VERSION; return (const char *)s; }
    'Min-Expires'                  { *id = SIPSAN_HDR_MIN_EXPIRES; return (const char *)s; }
    'Organization'                 { *id = SIPSAN_HDR_ORGANIZATION; return (const char *)s; }
    'Priority'                     { *id = SIPSAN_HDR_PRIORITY; return (const char *)s; }
    'Proxy-Authenticate'           { *id = SIPSAN_HDR_PROXY_AUTHENTICATE; return (const char *)s; }
    'Proxy-Authorization'          { *id = SIPSAN_HDR_PROXY_AUTHORIZATION; return (const char *)s; }
    'Proxy-Require'                { *id = SIPSAN_HDR_PROXY_REQUIRE; return (const char *)s; }
    'Record-Route'                 { *id = SIPSAN_HDR_RECORD_ROUTE; return (const char *)s; }
    'Reply-To'                     { *id = SIPSAN_HDR_REPLY_TO; return (const char *)s; }
    'Require'                      { *id = SIPSAN_HDR_REQUIRE; return (const char *)s; }
    'Retry-After'                  { *id = SIPSAN_HDR_RETRY_AFTER; return (const char *)s; }
    'Route'                        { *id = SIPSAN_HDR_ROUTE; return (const char *)s; }
    'Server'                       { *id = SIPSAN_HDR_SERVER; return (const char *)s; }
    'Subject' | 's'                { *id = SIPSAN_HDR_SUBJECT; return (const char *)s; }
    'Supported' | 'k'              { *id = SIPSAN_HDR_SUPPORTED; return (const char *)s; }
    'Timestamp'                    { *id = SIPSAN_HDR_TIMESTAMP; return (const char *)s; }
    'To' | 't'                     { *id = SIPSAN_HDR_TO; return (const char *)s; }
    'Unsupported'                  { *id = SIPSAN_HDR_UNSUPPORTED; return (const char *)s; }
    'User-Agent'                   { *id = SIPSAN_HDR_USER_AGENT; return (const char *)s; }
    'Via' | 'v'                    { *id = SIPSAN_HDR_VIA; return (const char *)s; }
    'Warning'                      { *id = SIPSAN_HDR_WARNING; return (const char *)s; }
    'WWW-Authenticate'             { *id = SIPSAN_HDR_WWW_AUTHENTICATE; return (const char *)s; }
    'RSeq'                         { *id = SIPSAN_HDR_RSEQ; return (const char *)s; }
    'RAck'                         { *id = SIPSAN_HDR_RACK; return (const char *)s; }
    'Event' | 'o'                  { *id = SIPSAN_HDR_EVENT; return (const char *)s; }
    'Subscription-State'           { *id = SIPSAN_HDR_SUBSCRIPTION_STATE; return (const char *)s; }
    'Allow-Events' | 'u'           { *id = SIPSAN_HDR_ALLOW_EVENTS; return (const char *)s; }
    'Refer-To' | 'r'               { *id = SIPSAN_HDR_REFER_TO; return (const char *)s; }
    'Referred-By' | 'b'            { *id = SIPSAN_HDR_REFERRED_BY; return (const char *)s; }
    'Replaces'                     { *id = SIPSAN_HDR_REPLACES; return (const char *)s; }
    'Join'                         { *id = SIPSAN_HDR_JOIN; return (const char *)s; }
    'Reason'                       { *id = SIPSAN_HDR_REASON; return (const char *)s; }
    'Path'                         { *id = SIPSAN_HDR_PATH; return (const char *)s; }
    'Service-Route'                { *id = SIPSAN_HDR_SERVICE_ROUTE; return (const char *)s; }
    'Session-Expires' | 'x'        { *id = SIPSAN_HDR_SESSION_EXPIRES; return (const char *)s; }
    'Min-SE'                       { *id = SIPSAN_HDR_MIN_SE; return (const char *)s; }
    'Request-Disposition' | 'd'    { *id = SIPSAN_HDR_REQUEST_DISPOSITION; return (const char *)s; }
    'Accept-Contact' | 'a'         { *id = SIPSAN_HDR_ACCEPT_CONTACT; return (const char *)s; }
    'Reject-Contact' | 'j'         { *id = SIPSAN_HDR_REJECT_CONTACT; return (const char *)s; }
    'Privacy'                      { *id = SIPSAN_HDR_PRIVACY; return (const char *)s; }
    'SIP-ETag'                     { *id = SIPSAN_HDR_SIP_ETAG; return (const char *)s; }
    'SIP-If-Match'                 { *id = SIPSAN_HDR_SIP_IF_MATCH; return (const char *)s; }
    'Suppress-If-Match'            { *id = SIPSAN_HDR_SUPPRESS_IF_MATCH; return (const char *)s; }
    'Refer-Sub'                    { *id = SIPSAN_HDR_REFER_SUB; return (const char *)s; }
    'Refer-Events-At'              { *id = SIPSAN_HDR_REFER_EVENTS_AT; return (const char *)s; }
    'Target-Dialog'                { *id = SIPSAN_HDR_TARGET_DIALOG; return (const char *)s; }
    'Answer-Mode'                  { *id = SIPSAN_HDR_ANSWER_MODE; return (const char *)s; }
    'Priv-Answer-Mode'             { *id = SIPSAN_HDR_PRIV_ANSWER_MODE; return (const char *)s; }
    'Max-Breadth'                  { *id = SIPSAN_HDR_MAX_BREADTH; return (const char *)s; }
    'Flow-Timer'                   { *id = SIPSAN_HDR_FLOW_TIMER; return (const char *)s; }
    'Info-Package'                 { *id = SIPSAN_HDR_INFO_PACKAGE; return (const char *)s; }
    'Recv-Info'                    { *id = SIPSAN_HDR_RECV_INFO; return (const char *)s; }
    'Permission-Missing'           { *id = SIPSAN_HDR_PERMISSION_MISSING; return (const char *)s; }
    'Trigger-Consent'              { *id = SIPSAN_HDR_TRIGGER_CONSENT; return (const char *)s; }
    'Content-ID'                   { *id = SIPSAN_HDR_CONTENT_ID; return (const char *)s; }
    'Identity' | 'y'               { *id = SIPSAN_HDR_IDENTITY; return (const char *)s; }
    'Identity-Info' | 'n'          { *id = SIPSAN_HDR_IDENTITY_INFO; return (const char *)s; }
    *                              { return NULL; }
    */
}

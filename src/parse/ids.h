/* Names with a meaning to the validator: methods, header fields, grammar productions. Each list is
 * written once; enums, names and tables are made from it. */
#ifndef SIPSAN_PARSE_IDS_H
#define SIPSAN_PARSE_IDS_H

/* RFC 3261 7.1 and the later RFCs that add methods. Methods are case-sensitive. */
#define SIPSAN_METHODS(X)                                                                          \
    X(INVITE)                                                                                      \
    X(ACK)                                                                                         \
    X(BYE)                                                                                         \
    X(CANCEL)                                                                                      \
    X(REGISTER)                                                                                    \
    X(OPTIONS)                                                                                     \
    X(PRACK)                                                                                       \
    X(SUBSCRIBE)                                                                                   \
    X(NOTIFY)                                                                                      \
    X(PUBLISH)                                                                                     \
    X(INFO)                                                                                        \
    X(REFER)                                                                                       \
    X(MESSAGE)                                                                                     \
    X(UPDATE)

enum sipsan_method {
    SIPSAN_METHOD_OTHER, /* an extension method: a token that is none of these */
#define X(name) SIPSAN_METHOD_##name,
    SIPSAN_METHODS(X)
#undef X
        SIPSAN_METHOD_COUNT
};

#define SIPSAN_METHOD_BIT(m) (1u << (m))

/* Header fields: id, name, compact form or 0. Section 20 first, then the ones of later RFCs that
 * the validator needs; any other one is SIPSAN_HDR_OTHER. */
#define SIPSAN_HEADERS(X)                                                                          \
    X(ACCEPT, "Accept", 0)                                                                         \
    X(ACCEPT_ENCODING, "Accept-Encoding", 0)                                                       \
    X(ACCEPT_LANGUAGE, "Accept-Language", 0)                                                       \
    X(ALERT_INFO, "Alert-Info", 0)                                                                 \
    X(ALLOW, "Allow", 0)                                                                           \
    X(AUTHENTICATION_INFO, "Authentication-Info", 0)                                               \
    X(AUTHORIZATION, "Authorization", 0)                                                           \
    X(CALL_ID, "Call-ID", 'i')                                                                     \
    X(CALL_INFO, "Call-Info", 0)                                                                   \
    X(CONTACT, "Contact", 'm')                                                                     \
    X(CONTENT_DISPOSITION, "Content-Disposition", 0)                                               \
    X(CONTENT_ENCODING, "Content-Encoding", 'e')                                                   \
    X(CONTENT_LANGUAGE, "Content-Language", 0)                                                     \
    X(CONTENT_LENGTH, "Content-Length", 'l')                                                       \
    X(CONTENT_TYPE, "Content-Type", 'c')                                                           \
    X(CSEQ, "CSeq", 0)                                                                             \
    X(DATE, "Date", 0)                                                                             \
    X(ERROR_INFO, "Error-Info", 0)                                                                 \
    X(EXPIRES, "Expires", 0)                                                                       \
    X(FROM, "From", 'f')                                                                           \
    X(IN_REPLY_TO, "In-Reply-To", 0)                                                               \
    X(MAX_FORWARDS, "Max-Forwards", 0)                                                             \
    X(MIME_VERSION, "MIME-Version", 0)                                                             \
    X(MIN_EXPIRES, "Min-Expires", 0)                                                               \
    X(ORGANIZATION, "Organization", 0)                                                             \
    X(PRIORITY, "Priority", 0)                                                                     \
    X(PROXY_AUTHENTICATE, "Proxy-Authenticate", 0)                                                 \
    X(PROXY_AUTHORIZATION, "Proxy-Authorization", 0)                                               \
    X(PROXY_REQUIRE, "Proxy-Require", 0)                                                           \
    X(RECORD_ROUTE, "Record-Route", 0)                                                             \
    X(REPLY_TO, "Reply-To", 0)                                                                     \
    X(REQUIRE, "Require", 0)                                                                       \
    X(RETRY_AFTER, "Retry-After", 0)                                                               \
    X(ROUTE, "Route", 0)                                                                           \
    X(SERVER, "Server", 0)                                                                         \
    X(SUBJECT, "Subject", 's')                                                                     \
    X(SUPPORTED, "Supported", 'k')                                                                 \
    X(TIMESTAMP, "Timestamp", 0)                                                                   \
    X(TO, "To", 't')                                                                               \
    X(UNSUPPORTED, "Unsupported", 0)                                                               \
    X(USER_AGENT, "User-Agent", 0)                                                                 \
    X(VIA, "Via", 'v')                                                                             \
    X(WARNING, "Warning", 0)                                                                       \
    X(WWW_AUTHENTICATE, "WWW-Authenticate", 0)                                                     \
    X(RSEQ, "RSeq", 0)     /* RFC 3262 */                                                          \
    X(RACK, "RAck", 0)     /* RFC 3262 */                                                          \
    X(EVENT, "Event", 'o') /* RFC 6665 */                                                          \
    X(SUBSCRIPTION_STATE, "Subscription-State", 0)                                                 \
    X(ALLOW_EVENTS, "Allow-Events", 'u') /* RFC 6665 */                                            \
    X(REFER_TO, "Refer-To", 'r')         /* RFC 3515 */                                            \
    X(REFERRED_BY, "Referred-By", 'b')   /* RFC 3892 */                                            \
    X(REPLACES, "Replaces", 0)           /* RFC 3891 */                                            \
    X(JOIN, "Join", 0)                   /* RFC 3911 */                                            \
    X(REASON, "Reason", 0)               /* RFC 3326 */                                            \
    X(PATH, "Path", 0)                   /* RFC 3327 */                                            \
    X(SERVICE_ROUTE, "Service-Route", 0) /* RFC 3608 */                                            \
    X(SESSION_EXPIRES, "Session-Expires", 'x')                                                     \
    X(MIN_SE, "Min-SE", 0) /* RFC 4028 */                                                          \
    X(REQUEST_DISPOSITION, "Request-Disposition", 'd')                                             \
    X(ACCEPT_CONTACT, "Accept-Contact", 'a')                                                       \
    X(REJECT_CONTACT, "Reject-Contact", 'j')                                                       \
    X(IDENTITY, "Identity", 'y') /* RFC 8224 */                                                    \
    X(IDENTITY_INFO, "Identity-Info", 'n')

enum sipsan_header_id {
    SIPSAN_HDR_OTHER,
#define X(id, name, compact) SIPSAN_HDR_##id,
    SIPSAN_HEADERS(X)
#undef X
        SIPSAN_HDR_COUNT
};

/* What can be wrong in a body. Session descriptions: a line of RFC 8866 section 5, or a demand on
 * the lines together. */
#define SIPSAN_BODY_PRODUCTIONS(X)                                                                 \
    X(MULTIPART_NO_BOUNDARY) /* RFC 2046 5.1.1: no boundary parameter */                           \
    X(MULTIPART_BOUNDARY)    /* its value */                                                       \
    X(MULTIPART_DELIMITER)   /* no delimiter line in the body */                                   \
    X(MULTIPART_CLOSE)       /* no close-delimiter */                                              \
    X(MULTIPART_PADDING)     /* white space behind a boundary */                                   \
    X(MULTIPART_CRLF)        /* a delimiter line with a bare LF before or behind it */             \
    X(MULTIPART_HEADER)      /* a line in the header of a part that is no header field */          \
    X(MULTIPART_ALIKE)       /* RFC 5621 6.2: alternative sessions of one type */                  \
    X(SIPFRAG_START_LINE)    /* RFC 3420 2 */                                                      \
    X(SIPFRAG_HEADER)        /* a header field that does not fit its grammar */                    \
    X(SIPFRAG_BODY)          /* a body that no header field describes */                           \
    X(SIPFRAG_CRLF)          /* a line that does not end in CR LF */                               \
    X(SDP_LINE)              /* no type and equals sign at its start */                            \
    X(SDP_TYPE)              /* a letter that stands for nothing */                                \
    X(SDP_ORDER)                                                                                   \
    X(SDP_ONCE)                                                                                    \
    X(SDP_CRLF) /* a line that does not end in CR LF */                                            \
    X(SDP_EMPTY_LINE)                                                                              \
    X(SDP_TRAILING_SPACE)                                                                          \
    X(SDP_NUL)                                                                                     \
    X(SDP_VERSION) /* this and the next three: also when the line is missing */                    \
    X(SDP_ORIGIN)                                                                                  \
    X(SDP_SESSION_NAME)                                                                            \
    X(SDP_TIME)                                                                                    \
    X(SDP_CONNECTION_MISSING)                                                                      \
    X(SDP_INFORMATION)                                                                             \
    X(SDP_URI)                                                                                     \
    X(SDP_EMAIL)                                                                                   \
    X(SDP_PHONE)                                                                                   \
    X(SDP_CONNECTION)                                                                              \
    X(SDP_ADDRESS_TYPE) /* an IPv6 address called IP4, or the other way round */                   \
    X(SDP_MULTICAST_TTL)                                                                           \
    X(SDP_UNICAST_SLASH)                                                                           \
    X(SDP_BANDWIDTH)                                                                               \
    X(SDP_REPEAT)                                                                                  \
    X(SDP_ZONE)                                                                                    \
    X(SDP_KEY)                                                                                     \
    X(SDP_KEY_OBSOLETE)                                                                            \
    X(SDP_ATTRIBUTE)                                                                               \
    X(SDP_MEDIA)                                                                                   \
    X(SDP_PORT)                                                                                    \
    X(SDP_FORMAT) /* an RTP format that is no payload type */                                      \
    X(SDP_PTIME)                                                                                   \
    X(SDP_MAXPTIME)                                                                                \
    X(SDP_RTPMAP)                                                                                  \
    X(SDP_DIRECTION) /* two directions in one section */                                           \
    X(SDP_FMTP)

/* Productions that can fail, named as the grammar of RFC 3261 25.1 (with '_') or for the place. A
 * fault names the innermost one whose own rule was broken; the catalogue has a rule for each. */
#define SIPSAN_PRODUCTIONS(X)                                                                      \
    X(CRLF)       /* bare CR or LF ends a line */                                                  \
    X(EMPTY_LINE) /* the line that closes the header is missing */                                 \
    X(LWS)        /* two folds in a row: a line of white space */                                  \
    X(HCOLON)     /* no colon, or a line break before it */                                        \
    X(HEADER_NAME)                                                                                 \
    X(EXTENSION_HEADER)                                                                            \
    X(TEXT_UTF8)                                                                                   \
    X(LHEX)                                                                                        \
    X(TOKEN) /* an octet that no token has: tag, method, option tag, ... */                        \
    X(WORD)                                                                                        \
    X(COMMENT)                                                                                     \
    X(QUOTED_STRING)                                                                               \
    X(QUOTED_PAIR)                                                                                 \
    X(SIP_URI)                                                                                     \
    X(USER)                                                                                        \
    X(PASSWORD)                                                                                    \
    X(HOSTNAME)                                                                                    \
    X(IPV4ADDRESS)                                                                                 \
    X(IPV6ADDRESS)                                                                                 \
    X(PORT)                                                                                        \
    X(URI_PARAMETER)                                                                               \
    X(URI_HEADERS)                                                                                 \
    X(ABSOLUTE_URI)                                                                                \
    X(TEL_URI) /* RFC 3966 */                                                                      \
    X(REQUEST_LINE)                                                                                \
    X(METHOD)                                                                                      \
    X(SIP_VERSION)                                                                                 \
    X(STATUS_LINE)                                                                                 \
    X(REASON_PHRASE)                                                                               \
    X(NAME_ADDR)                                                                                   \
    X(ADDR_SPEC_BRACKETS) /* section 20: comma or question mark outside angle brackets */          \
    X(QVALUE)                                                                                      \
    X(DELTA_SECONDS)                                                                               \
    X(GENERIC_PARAM)                                                                               \
    X(SEPARATOR_UNQUOTED) /* a separator in a parameter value that is not quoted */                \
    X(ACCEPT)                                                                                      \
    X(ACCEPT_ENCODING)                                                                             \
    X(ACCEPT_LANGUAGE)                                                                             \
    X(ALERT_INFO)                                                                                  \
    X(ALLOW)                                                                                       \
    X(AUTHENTICATION_INFO)                                                                         \
    X(AUTHORIZATION)                                                                               \
    X(CALL_ID)                                                                                     \
    X(CALL_INFO)                                                                                   \
    X(CONTACT)                                                                                     \
    X(CONTENT_DISPOSITION)                                                                         \
    X(CONTENT_ENCODING)                                                                            \
    X(CONTENT_LANGUAGE)                                                                            \
    X(CONTENT_LENGTH)                                                                              \
    X(CONTENT_TYPE)                                                                                \
    X(CSEQ)                                                                                        \
    X(DATE)                                                                                        \
    X(ERROR_INFO)                                                                                  \
    X(EXPIRES)                                                                                     \
    X(FROM)                                                                                        \
    X(IN_REPLY_TO)                                                                                 \
    X(MAX_FORWARDS)                                                                                \
    X(MIME_VERSION)                                                                                \
    X(MIN_EXPIRES)                                                                                 \
    X(ORGANIZATION)                                                                                \
    X(PRIORITY)                                                                                    \
    X(PROXY_AUTHENTICATE)                                                                          \
    X(PROXY_AUTHORIZATION)                                                                         \
    X(PROXY_REQUIRE)                                                                               \
    X(RECORD_ROUTE)                                                                                \
    X(REPLY_TO)                                                                                    \
    X(REQUIRE)                                                                                     \
    X(RETRY_AFTER)                                                                                 \
    X(ROUTE)                                                                                       \
    X(SERVER)                                                                                      \
    X(SUBJECT)                                                                                     \
    X(SUPPORTED)                                                                                   \
    X(TIMESTAMP)                                                                                   \
    X(TO)                                                                                          \
    X(UNSUPPORTED)                                                                                 \
    X(USER_AGENT)                                                                                  \
    X(VIA)                                                                                         \
    X(VIA_RECEIVED)                                                                                \
    X(VIA_BRANCH)                                                                                  \
    X(VIA_TTL)                                                                                     \
    X(WARNING)                                                                                     \
    X(WWW_AUTHENTICATE)                                                                            \
    X(DIGEST_URI_QUOTED) /* 22.4: the uri parameter of credentials stands in quotes */             \
    X(RSEQ)              /* RFC 3262 */                                                            \
    X(RACK)              /* RFC 3262 */                                                            \
    SIPSAN_BODY_PRODUCTIONS(X)

enum sipsan_production {
    SIPSAN_PROD_NONE,
#define X(name) SIPSAN_PROD_##name,
    SIPSAN_PRODUCTIONS(X)
#undef X
        SIPSAN_PROD_COUNT
};

#endif

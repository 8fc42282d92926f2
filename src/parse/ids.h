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
    X(PRIVACY, "Privacy", 0)                       /* RFC 3323 */                                  \
    X(SIP_ETAG, "SIP-ETag", 0)                     /* RFC 3903 */                                  \
    X(SIP_IF_MATCH, "SIP-If-Match", 0)             /* RFC 3903 */                                  \
    X(SUPPRESS_IF_MATCH, "Suppress-If-Match", 0)   /* RFC 5839 */                                  \
    X(REFER_SUB, "Refer-Sub", 0)                   /* RFC 4488 */                                  \
    X(REFER_EVENTS_AT, "Refer-Events-At", 0)       /* RFC 7614 */                                  \
    X(TARGET_DIALOG, "Target-Dialog", 0)           /* RFC 4538 */                                  \
    X(ANSWER_MODE, "Answer-Mode", 0)               /* RFC 5373 */                                  \
    X(PRIV_ANSWER_MODE, "Priv-Answer-Mode", 0)     /* RFC 5373 */                                  \
    X(MAX_BREADTH, "Max-Breadth", 0)               /* RFC 5393 */                                  \
    X(FLOW_TIMER, "Flow-Timer", 0)                 /* RFC 5626 */                                  \
    X(INFO_PACKAGE, "Info-Package", 0)             /* RFC 6086 */                                  \
    X(RECV_INFO, "Recv-Info", 0)                   /* RFC 6086 */                                  \
    X(PERMISSION_MISSING, "Permission-Missing", 0) /* RFC 5360 */                                  \
    X(TRIGGER_CONSENT, "Trigger-Consent", 0)       /* RFC 5360 */                                  \
    X(CONTENT_ID, "Content-ID", 0)                 /* RFC 8262 */                                  \
    X(IDENTITY, "Identity", 'y')                   /* RFC 8224 */                                  \
    X(IDENTITY_INFO, "Identity-Info", 'n')                                                         \
    X(P_MEDIA_AUTHORIZATION, "P-Media-Authorization", 0)                 /* RFC 3313 */            \
    X(P_ASSERTED_IDENTITY, "P-Asserted-Identity", 0)                     /* RFC 3325 */            \
    X(P_PREFERRED_IDENTITY, "P-Preferred-Identity", 0)                   /* RFC 3325 */            \
    X(SECURITY_CLIENT, "Security-Client", 0)                             /* RFC 3329 */            \
    X(SECURITY_SERVER, "Security-Server", 0)                             /* RFC 3329 */            \
    X(SECURITY_VERIFY, "Security-Verify", 0)                             /* RFC 3329 */            \
    X(RESOURCE_PRIORITY, "Resource-Priority", 0)                         /* RFC 4412 */            \
    X(ACCEPT_RESOURCE_PRIORITY, "Accept-Resource-Priority", 0)           /* RFC 4412 */            \
    X(P_USER_DATABASE, "P-User-Database", 0)                             /* RFC 4457 */            \
    X(P_EARLY_MEDIA, "P-Early-Media", 0)                                 /* RFC 5009 */            \
    X(P_REFUSED_URI_LIST, "P-Refused-URI-List", 0)                       /* RFC 5318 */            \
    X(P_SERVED_USER, "P-Served-User", 0)                                 /* RFC 8498 */            \
    X(P_DCS_TRACE_PARTY_ID, "P-DCS-Trace-Party-ID", 0)                   /* RFC 5503 */            \
    X(P_DCS_OSPS, "P-DCS-OSPS", 0)                                       /* RFC 5503 */            \
    X(P_DCS_BILLING_INFO, "P-DCS-Billing-Info", 0)                       /* RFC 5503 */            \
    X(P_DCS_LAES, "P-DCS-LAES", 0)                                       /* RFC 5503 */            \
    X(P_DCS_REDIRECT, "P-DCS-Redirect", 0)                               /* RFC 5503 */            \
    X(DIVERSION, "Diversion", 0)                                         /* RFC 5806 */            \
    X(P_ASSERTED_SERVICE, "P-Asserted-Service", 0)                       /* RFC 6050 */            \
    X(P_PREFERRED_SERVICE, "P-Preferred-Service", 0)                     /* RFC 6050 */            \
    X(GEOLOCATION, "Geolocation", 0)                                     /* RFC 6442 */            \
    X(GEOLOCATION_ROUTING, "Geolocation-Routing", 0)                     /* RFC 6442 */            \
    X(GEOLOCATION_ERROR, "Geolocation-Error", 0)                         /* RFC 6442 */            \
    X(POLICY_ID, "Policy-ID", 0)                                         /* RFC 6794 */            \
    X(POLICY_CONTACT, "Policy-Contact", 0)                               /* RFC 6794 */            \
    X(FEATURE_CAPS, "Feature-Caps", 0)                                   /* RFC 6809 */            \
    X(HISTORY_INFO, "History-Info", 0)                                   /* RFC 7044 */            \
    X(P_ASSOCIATED_URI, "P-Associated-URI", 0)                           /* RFC 7315 */            \
    X(P_CALLED_PARTY_ID, "P-Called-Party-ID", 0)                         /* RFC 7315 */            \
    X(P_VISITED_NETWORK_ID, "P-Visited-Network-ID", 0)                   /* RFC 7315 */            \
    X(P_ACCESS_NETWORK_INFO, "P-Access-Network-Info", 0)                 /* RFC 7315 */            \
    X(P_CHARGING_FUNCTION_ADDRESSES, "P-Charging-Function-Addresses", 0) /* RFC 7315 */            \
    X(P_CHARGING_VECTOR, "P-Charging-Vector", 0)                         /* RFC 7315 */            \
    X(USER_TO_USER, "User-to-User", 0)                                   /* RFC 7433 */            \
    X(P_CHARGE_INFO, "P-Charge-Info", 0)                                 /* RFC 8496 */            \
    X(ALERTMSG_ERROR, "AlertMsg-Error", 0)                               /* RFC 8876 */

enum sipsan_header_id {
    SIPSAN_HDR_OTHER,
#define X(id, name, compact) SIPSAN_HDR_##id,
    SIPSAN_HEADERS(X)
#undef X
        SIPSAN_HDR_COUNT,
    /* Those behind are extensions to RFC 3261. */
    SIPSAN_HDR_LAST_3261 = SIPSAN_HDR_WWW_AUTHENTICATE
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
    X(SDP_RTPMAP_RATE) /* a=rtpmap that ends behind the name of the encoding */                    \
    X(SDP_DIRECTION)   /* two directions in one section */                                         \
    X(SDP_FMTP)                                                                                    \
    X(SDP_PRECONDITION) /* RFC 3312: a=curr, a=des, a=conf */

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
    X(EVENT)             /* RFC 6665 */                                                            \
    X(ALLOW_EVENTS)                                                                                \
    X(SUBSCRIPTION_STATE)                                                                          \
    X(EVENT_RATE)   /* RFC 6446: max-rate, min-rate, adaptive-min-rate */                          \
    X(EVENT_DIALOG) /* RFC 4235: parameters of the package dialog */                               \
    X(SIP_ETAG)     /* RFC 3903 */                                                                 \
    X(SIP_IF_MATCH)                                                                                \
    X(SUPPRESS_IF_MATCH) /* RFC 5839 */                                                            \
    X(REFER_TO)          /* RFC 3515 */                                                            \
    X(REFERRED_BY)       /* RFC 3892 */                                                            \
    X(REFER_SUB)         /* RFC 4488 */                                                            \
    X(REFER_EVENTS_AT)   /* RFC 7614 */                                                            \
    X(REPLACES)          /* RFC 3891 */                                                            \
    X(JOIN)              /* RFC 3911 */                                                            \
    X(TARGET_DIALOG)     /* RFC 4538 */                                                            \
    X(PRIVACY)           /* RFC 3323 */                                                            \
    X(REASON)            /* RFC 3326 */                                                            \
    X(ISUP_LOCATION)     /* RFC 8606: location of a Reason */                                      \
    X(SESSION_EXPIRES)   /* RFC 4028 */                                                            \
    X(MIN_SE)                                                                                      \
    X(ANSWER_MODE) /* RFC 5373 */                                                                  \
    X(PRIV_ANSWER_MODE)                                                                            \
    X(INFO_PACKAGE) /* RFC 6086 */                                                                 \
    X(RECV_INFO)                                                                                   \
    X(CONTENT_ID)    /* RFC 8262 */                                                                \
    X(PATH)          /* RFC 3327 */                                                                \
    X(SERVICE_ROUTE) /* RFC 3608 */                                                                \
    X(VIA_RPORT)     /* RFC 3581 */                                                                \
    X(MAX_BREADTH)   /* RFC 5393 */                                                                \
    X(FLOW_TIMER)    /* RFC 5626 */                                                                \
    X(REG_ID)                                                                                      \
    X(SIP_INSTANCE)                                                                                \
    X(GRUU)           /* RFC 5627: temp-gruu and pub-gruu */                                       \
    X(FEATURE_PARAM)  /* RFC 3840 */                                                               \
    X(ACCEPT_CONTACT) /* RFC 3841 */                                                               \
    X(REJECT_CONTACT)                                                                              \
    X(REQUEST_DISPOSITION)                                                                         \
    X(PERMISSION_MISSING) /* RFC 5360 */                                                           \
    X(TRIGGER_CONSENT)                                                                             \
    X(VIA_KEEP)                      /* RFC 6223 */                                                \
    X(VIA_OC)                        /* RFC 7339: oc, oc-algo, oc-seq, oc-validity */              \
    X(VIA_RECEIVED_REALM)            /* RFC 8055 */                                                \
    X(COMPRESSION)                   /* RFC 3486: comp of Via and of a URI */                      \
    X(SIGCOMP_ID)                    /* RFC 5049: of Via and of a URI */                           \
    X(VOICEMAIL_PARAMETER)           /* RFC 4458: cause and target of a URI */                     \
    X(PUSH_PARAMETER)                /* RFC 8599: pn-param, pn-prid, pn-purr of a URI */           \
    X(TEL_PARAMETER)                 /* RFC 3966: the value of one */                              \
    X(TEL_PARAMETER_ORDER)           /* RFC 3966: each once and in order */                        \
    X(DIGEST_PARAMETER)              /* RFC 7616: userhash, charset, username* */                  \
    X(DIGEST_AKA)                    /* RFC 3310: auts, and the nonce */                           \
    X(VIA_ALIAS)                     /* RFC 5923 */                                                \
    X(PUSH_INDICATOR)                /* RFC 8599: of Feature-Caps */                               \
    X(BEARER_CHALLENGE)              /* RFC 8898: scope, error, authz_server */                    \
    X(SERVICE_URN)                   /* RFC 5031 */                                                \
    X(ALERT_URN)                     /* RFC 7462 */                                                \
    X(IDENTITY)                      /* RFC 8224 */                                                \
    X(IDENTITY_INFO)                 /* RFC 4474 */                                                \
    X(P_MEDIA_AUTHORIZATION)         /* RFC 3313 */                                                \
    X(P_ASSERTED_IDENTITY)           /* RFC 3325 */                                                \
    X(P_PREFERRED_IDENTITY)          /* RFC 3325 */                                                \
    X(SECURITY_CLIENT)               /* RFC 3329 */                                                \
    X(SECURITY_SERVER)               /* RFC 3329 */                                                \
    X(SECURITY_VERIFY)               /* RFC 3329 */                                                \
    X(RESOURCE_PRIORITY)             /* RFC 4412 */                                                \
    X(ACCEPT_RESOURCE_PRIORITY)      /* RFC 4412 */                                                \
    X(P_USER_DATABASE)               /* RFC 4457 */                                                \
    X(P_EARLY_MEDIA)                 /* RFC 5009 */                                                \
    X(P_REFUSED_URI_LIST)            /* RFC 5318 */                                                \
    X(P_SERVED_USER)                 /* RFC 8498 */                                                \
    X(P_DCS_TRACE_PARTY_ID)          /* RFC 5503 */                                                \
    X(P_DCS_OSPS)                    /* RFC 5503 */                                                \
    X(P_DCS_BILLING_INFO)            /* RFC 5503 */                                                \
    X(P_DCS_LAES)                    /* RFC 5503 */                                                \
    X(P_DCS_REDIRECT)                /* RFC 5503 */                                                \
    X(DIVERSION)                     /* RFC 5806 */                                                \
    X(P_ASSERTED_SERVICE)            /* RFC 6050 */                                                \
    X(P_PREFERRED_SERVICE)           /* RFC 6050 */                                                \
    X(GEOLOCATION)                   /* RFC 6442 */                                                \
    X(GEOLOCATION_ROUTING)           /* RFC 6442 */                                                \
    X(GEOLOCATION_ERROR)             /* RFC 6442 */                                                \
    X(POLICY_ID)                     /* RFC 6794 */                                                \
    X(POLICY_CONTACT)                /* RFC 6794 */                                                \
    X(FEATURE_CAPS)                  /* RFC 6809 */                                                \
    X(HISTORY_INFO)                  /* RFC 7044 */                                                \
    X(P_ASSOCIATED_URI)              /* RFC 7315 */                                                \
    X(P_CALLED_PARTY_ID)             /* RFC 7315 */                                                \
    X(P_VISITED_NETWORK_ID)          /* RFC 7315 */                                                \
    X(P_ACCESS_NETWORK_INFO)         /* RFC 7315 */                                                \
    X(P_CHARGING_FUNCTION_ADDRESSES) /* RFC 7315 */                                                \
    X(P_CHARGING_VECTOR)             /* RFC 7315 */                                                \
    X(USER_TO_USER)                  /* RFC 7433 */                                                \
    X(P_CHARGE_INFO)                 /* RFC 8496 */                                                \
    X(ALERTMSG_ERROR)                /* RFC 8876 */                                                \
    SIPSAN_BODY_PRODUCTIONS(X)

enum sipsan_production {
    SIPSAN_PROD_NONE,
#define X(name) SIPSAN_PROD_##name,
    SIPSAN_PRODUCTIONS(X)
#undef X
        SIPSAN_PROD_COUNT
};

#endif

/* Names of methods, header fields and productions: made from the lists of ids.h. */
#include "parse/msg.h"

struct name {
    const char *p;
    size_t n;
};

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static const struct name methods[SIPSAN_METHOD_COUNT] = {[SIPSAN_METHOD_OTHER] = NAME(""),
#define X(name) [SIPSAN_METHOD_##name] = NAME(#name),
                                                         SIPSAN_METHODS(X)
#undef X
};

static const char *const headers[SIPSAN_HDR_COUNT] = {[SIPSAN_HDR_OTHER] = "",
#define X(id, name, compact) [SIPSAN_HDR_##id] = name,
                                                      SIPSAN_HEADERS(X)
#undef X
};

/* As the output spells them: lower case with hyphens, which the preprocessor cannot make. A test
 * compares them with the identifiers. */
static const char *const productions[SIPSAN_PROD_COUNT] = {
    [SIPSAN_PROD_NONE] = "",
    [SIPSAN_PROD_CRLF] = "crlf",
    [SIPSAN_PROD_EMPTY_LINE] = "empty-line",
    [SIPSAN_PROD_LWS] = "lws",
    [SIPSAN_PROD_HCOLON] = "hcolon",
    [SIPSAN_PROD_HEADER_NAME] = "header-name",
    [SIPSAN_PROD_EXTENSION_HEADER] = "extension-header",
    [SIPSAN_PROD_TEXT_UTF8] = "text-utf8",
    [SIPSAN_PROD_LHEX] = "lhex",
    [SIPSAN_PROD_TOKEN] = "token",
    [SIPSAN_PROD_WORD] = "word",
    [SIPSAN_PROD_COMMENT] = "comment",
    [SIPSAN_PROD_QUOTED_STRING] = "quoted-string",
    [SIPSAN_PROD_QUOTED_PAIR] = "quoted-pair",
    [SIPSAN_PROD_SIP_URI] = "sip-uri",
    [SIPSAN_PROD_USER] = "user",
    [SIPSAN_PROD_PASSWORD] = "password",
    [SIPSAN_PROD_HOSTNAME] = "hostname",
    [SIPSAN_PROD_IPV4ADDRESS] = "ipv4address",
    [SIPSAN_PROD_IPV6ADDRESS] = "ipv6address",
    [SIPSAN_PROD_PORT] = "port",
    [SIPSAN_PROD_URI_PARAMETER] = "uri-parameter",
    [SIPSAN_PROD_URI_HEADERS] = "uri-headers",
    [SIPSAN_PROD_ABSOLUTE_URI] = "absolute-uri",
    [SIPSAN_PROD_TEL_URI] = "tel-uri",
    [SIPSAN_PROD_REQUEST_LINE] = "request-line",
    [SIPSAN_PROD_METHOD] = "method",
    [SIPSAN_PROD_SIP_VERSION] = "sip-version",
    [SIPSAN_PROD_STATUS_LINE] = "status-line",
    [SIPSAN_PROD_REASON_PHRASE] = "reason-phrase",
    [SIPSAN_PROD_NAME_ADDR] = "name-addr",
    [SIPSAN_PROD_ADDR_SPEC_BRACKETS] = "addr-spec-brackets",
    [SIPSAN_PROD_QVALUE] = "qvalue",
    [SIPSAN_PROD_DELTA_SECONDS] = "delta-seconds",
    [SIPSAN_PROD_GENERIC_PARAM] = "generic-param",
    [SIPSAN_PROD_SEPARATOR_UNQUOTED] = "separator-unquoted",
    [SIPSAN_PROD_ACCEPT] = "accept",
    [SIPSAN_PROD_ACCEPT_ENCODING] = "accept-encoding",
    [SIPSAN_PROD_ACCEPT_LANGUAGE] = "accept-language",
    [SIPSAN_PROD_ALERT_INFO] = "alert-info",
    [SIPSAN_PROD_ALLOW] = "allow",
    [SIPSAN_PROD_AUTHENTICATION_INFO] = "authentication-info",
    [SIPSAN_PROD_AUTHORIZATION] = "authorization",
    [SIPSAN_PROD_CALL_ID] = "call-id",
    [SIPSAN_PROD_CALL_INFO] = "call-info",
    [SIPSAN_PROD_CONTACT] = "contact",
    [SIPSAN_PROD_CONTENT_DISPOSITION] = "content-disposition",
    [SIPSAN_PROD_CONTENT_ENCODING] = "content-encoding",
    [SIPSAN_PROD_CONTENT_LANGUAGE] = "content-language",
    [SIPSAN_PROD_CONTENT_LENGTH] = "content-length",
    [SIPSAN_PROD_CONTENT_TYPE] = "content-type",
    [SIPSAN_PROD_CSEQ] = "cseq",
    [SIPSAN_PROD_DATE] = "date",
    [SIPSAN_PROD_ERROR_INFO] = "error-info",
    [SIPSAN_PROD_EXPIRES] = "expires",
    [SIPSAN_PROD_FROM] = "from",
    [SIPSAN_PROD_IN_REPLY_TO] = "in-reply-to",
    [SIPSAN_PROD_MAX_FORWARDS] = "max-forwards",
    [SIPSAN_PROD_MIME_VERSION] = "mime-version",
    [SIPSAN_PROD_MIN_EXPIRES] = "min-expires",
    [SIPSAN_PROD_ORGANIZATION] = "organization",
    [SIPSAN_PROD_PRIORITY] = "priority",
    [SIPSAN_PROD_PROXY_AUTHENTICATE] = "proxy-authenticate",
    [SIPSAN_PROD_PROXY_AUTHORIZATION] = "proxy-authorization",
    [SIPSAN_PROD_PROXY_REQUIRE] = "proxy-require",
    [SIPSAN_PROD_RECORD_ROUTE] = "record-route",
    [SIPSAN_PROD_REPLY_TO] = "reply-to",
    [SIPSAN_PROD_REQUIRE] = "require",
    [SIPSAN_PROD_RETRY_AFTER] = "retry-after",
    [SIPSAN_PROD_ROUTE] = "route",
    [SIPSAN_PROD_SERVER] = "server",
    [SIPSAN_PROD_SUBJECT] = "subject",
    [SIPSAN_PROD_SUPPORTED] = "supported",
    [SIPSAN_PROD_TIMESTAMP] = "timestamp",
    [SIPSAN_PROD_TO] = "to",
    [SIPSAN_PROD_UNSUPPORTED] = "unsupported",
    [SIPSAN_PROD_USER_AGENT] = "user-agent",
    [SIPSAN_PROD_VIA] = "via",
    [SIPSAN_PROD_VIA_RECEIVED] = "via-received",
    [SIPSAN_PROD_VIA_BRANCH] = "via-branch",
    [SIPSAN_PROD_VIA_TTL] = "via-ttl",
    [SIPSAN_PROD_WARNING] = "warning",
    [SIPSAN_PROD_WWW_AUTHENTICATE] = "www-authenticate",
    [SIPSAN_PROD_DIGEST_URI_QUOTED] = "digest-uri-quoted",
    [SIPSAN_PROD_RSEQ] = "rseq",
    [SIPSAN_PROD_RACK] = "rack",
    [SIPSAN_PROD_MULTIPART_NO_BOUNDARY] = "multipart-no-boundary",
    [SIPSAN_PROD_MULTIPART_BOUNDARY] = "multipart-boundary",
    [SIPSAN_PROD_MULTIPART_DELIMITER] = "multipart-delimiter",
    [SIPSAN_PROD_MULTIPART_CLOSE] = "multipart-close",
    [SIPSAN_PROD_MULTIPART_PADDING] = "multipart-padding",
    [SIPSAN_PROD_MULTIPART_CRLF] = "multipart-crlf",
    [SIPSAN_PROD_MULTIPART_HEADER] = "multipart-header",
    [SIPSAN_PROD_MULTIPART_ALIKE] = "multipart-alike",
    [SIPSAN_PROD_SIPFRAG_START_LINE] = "sipfrag-start-line",
    [SIPSAN_PROD_SIPFRAG_HEADER] = "sipfrag-header",
    [SIPSAN_PROD_SIPFRAG_BODY] = "sipfrag-body",
    [SIPSAN_PROD_SIPFRAG_CRLF] = "sipfrag-crlf",
    [SIPSAN_PROD_SDP_LINE] = "sdp-line",
    [SIPSAN_PROD_SDP_TYPE] = "sdp-type",
    [SIPSAN_PROD_SDP_ORDER] = "sdp-order",
    [SIPSAN_PROD_SDP_ONCE] = "sdp-once",
    [SIPSAN_PROD_SDP_CRLF] = "sdp-crlf",
    [SIPSAN_PROD_SDP_EMPTY_LINE] = "sdp-empty-line",
    [SIPSAN_PROD_SDP_TRAILING_SPACE] = "sdp-trailing-space",
    [SIPSAN_PROD_SDP_NUL] = "sdp-nul",
    [SIPSAN_PROD_SDP_VERSION] = "sdp-version",
    [SIPSAN_PROD_SDP_ORIGIN] = "sdp-origin",
    [SIPSAN_PROD_SDP_SESSION_NAME] = "sdp-session-name",
    [SIPSAN_PROD_SDP_TIME] = "sdp-time",
    [SIPSAN_PROD_SDP_CONNECTION_MISSING] = "sdp-connection-missing",
    [SIPSAN_PROD_SDP_INFORMATION] = "sdp-information",
    [SIPSAN_PROD_SDP_URI] = "sdp-uri",
    [SIPSAN_PROD_SDP_EMAIL] = "sdp-email",
    [SIPSAN_PROD_SDP_PHONE] = "sdp-phone",
    [SIPSAN_PROD_SDP_CONNECTION] = "sdp-connection",
    [SIPSAN_PROD_SDP_ADDRESS_TYPE] = "sdp-address-type",
    [SIPSAN_PROD_SDP_MULTICAST_TTL] = "sdp-multicast-ttl",
    [SIPSAN_PROD_SDP_UNICAST_SLASH] = "sdp-unicast-slash",
    [SIPSAN_PROD_SDP_BANDWIDTH] = "sdp-bandwidth",
    [SIPSAN_PROD_SDP_REPEAT] = "sdp-repeat",
    [SIPSAN_PROD_SDP_ZONE] = "sdp-zone",
    [SIPSAN_PROD_SDP_KEY] = "sdp-key",
    [SIPSAN_PROD_SDP_KEY_OBSOLETE] = "sdp-key-obsolete",
    [SIPSAN_PROD_SDP_ATTRIBUTE] = "sdp-attribute",
    [SIPSAN_PROD_SDP_MEDIA] = "sdp-media",
    [SIPSAN_PROD_SDP_PORT] = "sdp-port",
    [SIPSAN_PROD_SDP_FORMAT] = "sdp-format",
    [SIPSAN_PROD_SDP_PTIME] = "sdp-ptime",
    [SIPSAN_PROD_SDP_MAXPTIME] = "sdp-maxptime",
    [SIPSAN_PROD_SDP_RTPMAP] = "sdp-rtpmap",
    [SIPSAN_PROD_SDP_RTPMAP_RATE] = "sdp-rtpmap-rate",
    [SIPSAN_PROD_SDP_DIRECTION] = "sdp-direction",
    [SIPSAN_PROD_SDP_FMTP] = "sdp-fmtp",
    [SIPSAN_PROD_SDP_PRECONDITION] = "sdp-precondition",
    [SIPSAN_PROD_EVENT] = "event",
    [SIPSAN_PROD_ALLOW_EVENTS] = "allow-events",
    [SIPSAN_PROD_SUBSCRIPTION_STATE] = "subscription-state",
    [SIPSAN_PROD_EVENT_RATE] = "event-rate",
    [SIPSAN_PROD_EVENT_DIALOG] = "event-dialog",
    [SIPSAN_PROD_SIP_ETAG] = "sip-etag",
    [SIPSAN_PROD_SIP_IF_MATCH] = "sip-if-match",
    [SIPSAN_PROD_SUPPRESS_IF_MATCH] = "suppress-if-match",
    [SIPSAN_PROD_REFER_TO] = "refer-to",
    [SIPSAN_PROD_REFERRED_BY] = "referred-by",
    [SIPSAN_PROD_REFER_SUB] = "refer-sub",
    [SIPSAN_PROD_REFER_EVENTS_AT] = "refer-events-at",
    [SIPSAN_PROD_REPLACES] = "replaces",
    [SIPSAN_PROD_JOIN] = "join",
    [SIPSAN_PROD_TARGET_DIALOG] = "target-dialog",
    [SIPSAN_PROD_PRIVACY] = "privacy",
    [SIPSAN_PROD_REASON] = "reason",
    [SIPSAN_PROD_ISUP_LOCATION] = "isup-location",
    [SIPSAN_PROD_SESSION_EXPIRES] = "session-expires",
    [SIPSAN_PROD_MIN_SE] = "min-se",
    [SIPSAN_PROD_ANSWER_MODE] = "answer-mode",
    [SIPSAN_PROD_PRIV_ANSWER_MODE] = "priv-answer-mode",
    [SIPSAN_PROD_INFO_PACKAGE] = "info-package",
    [SIPSAN_PROD_RECV_INFO] = "recv-info",
    [SIPSAN_PROD_CONTENT_ID] = "content-id",
    [SIPSAN_PROD_PATH] = "path",
    [SIPSAN_PROD_SERVICE_ROUTE] = "service-route",
    [SIPSAN_PROD_VIA_RPORT] = "via-rport",
    [SIPSAN_PROD_MAX_BREADTH] = "max-breadth",
    [SIPSAN_PROD_FLOW_TIMER] = "flow-timer",
    [SIPSAN_PROD_REG_ID] = "reg-id",
    [SIPSAN_PROD_SIP_INSTANCE] = "sip-instance",
    [SIPSAN_PROD_GRUU] = "gruu",
    [SIPSAN_PROD_FEATURE_PARAM] = "feature-param",
    [SIPSAN_PROD_ACCEPT_CONTACT] = "accept-contact",
    [SIPSAN_PROD_REJECT_CONTACT] = "reject-contact",
    [SIPSAN_PROD_REQUEST_DISPOSITION] = "request-disposition",
    [SIPSAN_PROD_PERMISSION_MISSING] = "permission-missing",
    [SIPSAN_PROD_TRIGGER_CONSENT] = "trigger-consent",
    [SIPSAN_PROD_VIA_KEEP] = "via-keep",
    [SIPSAN_PROD_VIA_OC] = "via-oc",
    [SIPSAN_PROD_VIA_RECEIVED_REALM] = "via-received-realm",
    [SIPSAN_PROD_COMPRESSION] = "compression",
    [SIPSAN_PROD_SIGCOMP_ID] = "sigcomp-id",
    [SIPSAN_PROD_VOICEMAIL_PARAMETER] = "voicemail-parameter",
    [SIPSAN_PROD_PUSH_PARAMETER] = "push-parameter",
    [SIPSAN_PROD_TEL_PARAMETER] = "tel-parameter",
    [SIPSAN_PROD_TEL_PARAMETER_ORDER] = "tel-parameter-order",
    [SIPSAN_PROD_DIGEST_PARAMETER] = "digest-parameter",
    [SIPSAN_PROD_DIGEST_AKA] = "digest-aka",
    [SIPSAN_PROD_VIA_ALIAS] = "via-alias",
    [SIPSAN_PROD_PUSH_INDICATOR] = "push-indicator",
    [SIPSAN_PROD_BEARER_CHALLENGE] = "bearer-challenge",
    [SIPSAN_PROD_SERVICE_URN] = "service-urn",
    [SIPSAN_PROD_ALERT_URN] = "alert-urn",
    [SIPSAN_PROD_IDENTITY] = "identity",
    [SIPSAN_PROD_IDENTITY_INFO] = "identity-info",
    [SIPSAN_PROD_P_MEDIA_AUTHORIZATION] = "p-media-authorization",
    [SIPSAN_PROD_P_ASSERTED_IDENTITY] = "p-asserted-identity",
    [SIPSAN_PROD_P_PREFERRED_IDENTITY] = "p-preferred-identity",
    [SIPSAN_PROD_SECURITY_CLIENT] = "security-client",
    [SIPSAN_PROD_SECURITY_SERVER] = "security-server",
    [SIPSAN_PROD_SECURITY_VERIFY] = "security-verify",
    [SIPSAN_PROD_RESOURCE_PRIORITY] = "resource-priority",
    [SIPSAN_PROD_ACCEPT_RESOURCE_PRIORITY] = "accept-resource-priority",
    [SIPSAN_PROD_P_USER_DATABASE] = "p-user-database",
    [SIPSAN_PROD_P_EARLY_MEDIA] = "p-early-media",
    [SIPSAN_PROD_P_REFUSED_URI_LIST] = "p-refused-uri-list",
    [SIPSAN_PROD_P_SERVED_USER] = "p-served-user",
    [SIPSAN_PROD_P_DCS_TRACE_PARTY_ID] = "p-dcs-trace-party-id",
    [SIPSAN_PROD_P_DCS_OSPS] = "p-dcs-osps",
    [SIPSAN_PROD_P_DCS_BILLING_INFO] = "p-dcs-billing-info",
    [SIPSAN_PROD_P_DCS_LAES] = "p-dcs-laes",
    [SIPSAN_PROD_P_DCS_REDIRECT] = "p-dcs-redirect",
    [SIPSAN_PROD_DIVERSION] = "diversion",
    [SIPSAN_PROD_P_ASSERTED_SERVICE] = "p-asserted-service",
    [SIPSAN_PROD_P_PREFERRED_SERVICE] = "p-preferred-service",
    [SIPSAN_PROD_GEOLOCATION] = "geolocation",
    [SIPSAN_PROD_GEOLOCATION_ROUTING] = "geolocation-routing",
    [SIPSAN_PROD_GEOLOCATION_ERROR] = "geolocation-error",
    [SIPSAN_PROD_POLICY_ID] = "policy-id",
    [SIPSAN_PROD_POLICY_CONTACT] = "policy-contact",
    [SIPSAN_PROD_FEATURE_CAPS] = "feature-caps",
    [SIPSAN_PROD_HISTORY_INFO] = "history-info",
    [SIPSAN_PROD_P_ASSOCIATED_URI] = "p-associated-uri",
    [SIPSAN_PROD_P_CALLED_PARTY_ID] = "p-called-party-id",
    [SIPSAN_PROD_P_VISITED_NETWORK_ID] = "p-visited-network-id",
    [SIPSAN_PROD_P_ACCESS_NETWORK_INFO] = "p-access-network-info",
    [SIPSAN_PROD_P_CHARGING_FUNCTION_ADDRESSES] = "p-charging-function-addresses",
    [SIPSAN_PROD_P_CHARGING_VECTOR] = "p-charging-vector",
    [SIPSAN_PROD_USER_TO_USER] = "user-to-user",
    [SIPSAN_PROD_P_CHARGE_INFO] = "p-charge-info",
    [SIPSAN_PROD_ALERTMSG_ERROR] = "alertmsg-error",
};

const char *sipsan_header_name(enum sipsan_header_id id)
{
    return (unsigned)id < SIPSAN_HDR_COUNT ? headers[id] : "";
}

const char *sipsan_method_name(enum sipsan_method method)
{
    return (unsigned)method < SIPSAN_METHOD_COUNT ? methods[method].p : "";
}

/* The method that begins with this letter and is so long, if any is. */
static enum sipsan_method method_like(char letter, size_t n)
{
    switch (letter) {
    case 'A':
        return SIPSAN_METHOD_ACK;
    case 'B':
        return SIPSAN_METHOD_BYE;
    case 'C':
        return SIPSAN_METHOD_CANCEL;
    case 'I':
        return n == 4 ? SIPSAN_METHOD_INFO : SIPSAN_METHOD_INVITE;
    case 'M':
        return SIPSAN_METHOD_MESSAGE;
    case 'N':
        return SIPSAN_METHOD_NOTIFY;
    case 'O':
        return SIPSAN_METHOD_OPTIONS;
    case 'P':
        return n == 5 ? SIPSAN_METHOD_PRACK : SIPSAN_METHOD_PUBLISH;
    case 'R':
        return n == 5 ? SIPSAN_METHOD_REFER : SIPSAN_METHOD_REGISTER;
    case 'S':
        return SIPSAN_METHOD_SUBSCRIBE;
    case 'U':
        return SIPSAN_METHOD_UPDATE;
    default:
        return SIPSAN_METHOD_OTHER;
    }
}

enum sipsan_method sipsan_method_find(struct sipsan_span name)
{
    enum sipsan_method method = name.n ? method_like(name.p[0], name.n) : SIPSAN_METHOD_OTHER;

    return span_eq(name, (struct sipsan_span){methods[method].p, methods[method].n})
               ? method
               : SIPSAN_METHOD_OTHER;
}

const char *sipsan_production_name(enum sipsan_production production)
{
    return (unsigned)production < SIPSAN_PROD_COUNT ? productions[production] : "";
}

/* Header fields of later RFCs that have one shape: a value or a comma list of values, each an
 * element (token, number, Call-ID, address, ...) and *( SEMI parameter ). What differs between them
 * is a row: which element, which parameters the grammar knows and what stands behind their '='.
 *
 * A fault names the header field's own production, also for a broken value of a parameter that the
 * row knows; what the grammar of RFC 3261 defines (URIs, quoted strings, unknown parameters) keeps
 * the production of RFC 3261. Every value is kept (struct sipsan_value). */
#ifndef SIPSAN_PARSE_SHAPE_H
#define SIPSAN_PARSE_SHAPE_H

#include "parse/read.h"

/* Reads the element at p into *out and returns its end; faults sc->production where it is none. */
typedef const char *sipsan_element_fn(struct sipsan_scan *sc, const char *p,
                                      struct sipsan_value *out);

/* NULL when the value of a parameter fits, else the first octet that does not; value.p + value.n
 * when it ends too early. */
typedef const char *sipsan_form_fn(struct sipsan_scan *sc, struct sipsan_span value);

/* The answer of a form: the value is exactly what was read up to end; NULL: nothing fits. */
static inline const char *whole(struct sipsan_span value, const char *end)
{
    if (!end)
        return value.p;
    return end == value.p + value.n ? NULL : end;
}

/* A parameter that the grammar names. It may stand there once (RFC 3261 7.3.1). */
struct sipsan_shape_param {
    const char *name; /* lower case */
    uint8_t length;   /* of name */
    bool required;
    bool optional;        /* the value may be absent */
    uint16_t production;  /* at fault instead of the header field's, or 0 */
    sipsan_form_fn *form; /* NULL, and no words: the parameter has no value */
    const char *words;    /* or one of these: lower case, separated by single spaces */
};

#define SIPSAN_PARAM(NAME, FORM) .name = NAME, .length = sizeof(NAME) - 1, .form = FORM

/* How many parameters a row may name. */
#define SIPSAN_SHAPE_PARAMS_MAX 32

struct sipsan_shape {
    sipsan_element_fn *element; /* NULL: nothing before the parameters, the first without SEMI */
    const char *words;          /* sipsan_element_words: the ones that are legal */
    const struct sipsan_shape_param *params;
    uint8_t param_count;
    bool list;               /* a comma list */
    bool empty;              /* the header field may be empty */
    bool bare;               /* no parameters */
    bool closed;             /* no parameters but the ones named */
    bool values;             /* a quoted-string may stand for a parameter */
    sipsan_param_fn *others; /* judges the parameters that are not named, or NULL; its user is the
                              * struct sipsan_value */
};

#define SIPSAN_PARAMS(rows) .params = (rows), .param_count = sizeof(rows) / sizeof((rows)[0])

/* Elements. The address ones take `list` from the row. */
sipsan_element_fn sipsan_element_token, sipsan_element_number, sipsan_element_callid,
    sipsan_element_words, sipsan_element_addr, sipsan_element_name_addr, sipsan_element_star,
    sipsan_element_quoted, sipsan_element_token_or_quoted;

/* LAQUOT absoluteURI RAQUOT, without a display name. */
sipsan_element_fn sipsan_element_brackets;

/* Forms of a parameter's value. */
sipsan_form_fn sipsan_form_token, sipsan_form_number, sipsan_form_quoted,
    sipsan_form_token_or_quoted, sipsan_form_hostname, sipsan_form_index;

/* s is one of the words, no case. */
bool sipsan_word_listed(const char *words, struct sipsan_span s);

/* Header field and its row: sipsan_shape_NAME. */
#define SIPSAN_SHAPED_HEADERS(X)                                                                   \
    X(EVENT, event)                                                                                \
    X(ALLOW_EVENTS, allow_events)                                                                  \
    X(SUBSCRIPTION_STATE, subscription_state)                                                      \
    X(SIP_ETAG, entity_tag)                                                                        \
    X(SIP_IF_MATCH, entity_tag)                                                                    \
    X(SUPPRESS_IF_MATCH, entity_tag)                                                               \
    X(REFER_TO, refer_to)                                                                          \
    X(REFERRED_BY, referred_by)                                                                    \
    X(REFER_SUB, refer_sub)                                                                        \
    X(REFER_EVENTS_AT, refer_events_at)                                                            \
    X(REPLACES, replaces)                                                                          \
    X(JOIN, join)                                                                                  \
    X(TARGET_DIALOG, target_dialog)                                                                \
    X(PERMISSION_MISSING, permission_missing)                                                      \
    X(TRIGGER_CONSENT, trigger_consent)                                                            \
    X(PRIVACY, privacy)                                                                            \
    X(REASON, reason)                                                                              \
    X(SESSION_EXPIRES, session_expires)                                                            \
    X(MIN_SE, min_se)                                                                              \
    X(ANSWER_MODE, answer_mode)                                                                    \
    X(PRIV_ANSWER_MODE, answer_mode)                                                               \
    X(INFO_PACKAGE, info_package)                                                                  \
    X(RECV_INFO, recv_info)                                                                        \
    X(CONTENT_ID, content_id)                                                                      \
    X(PATH, route_list)                                                                            \
    X(SERVICE_ROUTE, route_list)                                                                   \
    X(MAX_BREADTH, number)                                                                         \
    X(FLOW_TIMER, number)                                                                          \
    X(ACCEPT_CONTACT, accept_contact)                                                              \
    X(REJECT_CONTACT, reject_contact)                                                              \
    X(REQUEST_DISPOSITION, request_disposition)                                                    \
    X(P_MEDIA_AUTHORIZATION, p_media_authorization)                                                \
    X(P_ASSERTED_IDENTITY, identities)                                                             \
    X(P_PREFERRED_IDENTITY, identities)                                                            \
    X(SECURITY_CLIENT, security_mechanism)                                                         \
    X(SECURITY_SERVER, security_mechanism)                                                         \
    X(SECURITY_VERIFY, security_mechanism)                                                         \
    X(RESOURCE_PRIORITY, resource_priority)                                                        \
    X(ACCEPT_RESOURCE_PRIORITY, accept_resource_priority)                                          \
    X(P_USER_DATABASE, p_user_database)                                                            \
    X(P_EARLY_MEDIA, p_early_media)                                                                \
    X(P_REFUSED_URI_LIST, p_refused_uri_list)                                                      \
    X(P_SERVED_USER, p_served_user)                                                                \
    X(P_DCS_TRACE_PARTY_ID, p_dcs_trace_party_id)                                                  \
    X(P_DCS_OSPS, p_dcs_osps)                                                                      \
    X(P_DCS_BILLING_INFO, p_dcs_billing_info)                                                      \
    X(P_DCS_LAES, p_dcs_laes)                                                                      \
    X(P_DCS_REDIRECT, p_dcs_redirect)                                                              \
    X(DIVERSION, diversion)                                                                        \
    X(P_ASSERTED_SERVICE, services)                                                                \
    X(P_PREFERRED_SERVICE, services)                                                               \
    X(GEOLOCATION, geolocation)                                                                    \
    X(GEOLOCATION_ROUTING, geolocation_routing)                                                    \
    X(GEOLOCATION_ERROR, geolocation_error)                                                        \
    X(POLICY_ID, policy_id)                                                                        \
    X(POLICY_CONTACT, policy_contact)                                                              \
    X(FEATURE_CAPS, feature_caps)                                                                  \
    X(HISTORY_INFO, history_info)                                                                  \
    X(P_ASSOCIATED_URI, p_associated_uri)                                                          \
    X(P_CALLED_PARTY_ID, p_called_party_id)                                                        \
    X(P_VISITED_NETWORK_ID, p_visited_network_id)                                                  \
    X(P_ACCESS_NETWORK_INFO, p_access_network_info)                                                \
    X(P_CHARGING_FUNCTION_ADDRESSES, p_charging_function_addresses)                                \
    X(P_CHARGING_VECTOR, p_charging_vector)                                                        \
    X(USER_TO_USER, user_to_user)                                                                  \
    X(P_CHARGE_INFO, p_charge_info)                                                                \
    X(ALERTMSG_ERROR, alertmsg_error)                                                              \
    X(IDENTITY, identity)                                                                          \
    X(IDENTITY_INFO, identity_info)

#define X(id, name) extern const struct sipsan_shape sipsan_shape_##name;
SIPSAN_SHAPED_HEADERS(X)
#undef X

#endif

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
    sipsan_param_fn *others; /* judges the parameters that are not named, or NULL; its user is the
                              * struct sipsan_value */
};

#define SIPSAN_PARAMS(rows) .params = (rows), .param_count = sizeof(rows) / sizeof((rows)[0])

/* Elements. The address ones take `list` from the row. */
sipsan_element_fn sipsan_element_token, sipsan_element_number, sipsan_element_callid,
    sipsan_element_words, sipsan_element_addr, sipsan_element_name_addr, sipsan_element_star,
    sipsan_element_quoted;

/* Forms of a parameter's value. */
sipsan_form_fn sipsan_form_token, sipsan_form_number, sipsan_form_quoted,
    sipsan_form_token_or_quoted;

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
    X(REQUEST_DISPOSITION, request_disposition)

#define X(id, name) extern const struct sipsan_shape sipsan_shape_##name;
SIPSAN_SHAPED_HEADERS(X)
#undef X

#endif

/* Readers of the pieces that header fields are made of. See scan.h for how they behave. */
#ifndef SIPSAN_PARSE_READ_H
#define SIPSAN_PARSE_READ_H

#include "parse/scan.h"

/* What stands behind the '=' of a parameter. */
enum sipsan_param_form {
    SIPSAN_PARAM_ALONE, /* no '=' */
    SIPSAN_PARAM_TOKEN,
    SIPSAN_PARAM_QUOTED,
    SIPSAN_PARAM_HOST,   /* an IPv6 reference; other hosts are tokens */
    SIPSAN_PARAM_EMPTY,  /* '=' and nothing */
    SIPSAN_PARAM_BROKEN, /* none of these: all up to the next separator */
};

/* A parameter as it was found, before its fault is recorded. */
struct sipsan_param_seen {
    struct sipsan_param *param;
    const char *stop; /* first octet that fits no form; NULL: it fits one */
    uint8_t form;
};

/* Looks at a parameter that its header field knows: takes its value, records a fault of its own.
 * Clearing seen->stop declares the value legal. */
typedef void sipsan_param_fn(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user);

/* *( SEMI generic-param ), from before the SWS of the first SEMI. fn may be NULL. */
const char *sipsan_read_params(struct sipsan_scan *sc, const char *p, struct sipsan_param **list,
                               sipsan_param_fn *fn, void *user);

/* token [ EQUAL gen-value ]; with equal, "= value" must be there (auth-param, m-parameter).
 * Returns NULL when memory is refused. */
const char *sipsan_read_param(struct sipsan_scan *sc, const char *p,
                              struct sipsan_param_seen *seen);

/* The fault of a parameter that nobody cleared. */
void sipsan_param_judge(struct sipsan_scan *sc, const struct sipsan_param_seen *seen);

/* A quoted-string at the DQUOTE p. */
const char *sipsan_read_quoted(struct sipsan_scan *sc, const char *p);

/* A comment at the parenthesis p, nested as deep as it likes. */
const char *sipsan_read_comment(struct sipsan_scan *sc, const char *p);

/* The inside of a quoted-string; of anything else, itself. */
struct sipsan_span sipsan_unquoted(struct sipsan_span s);

/* host: *host without brackets. */
const char *sipsan_read_host(struct sipsan_scan *sc, const char *p, struct sipsan_span *host,
                             uint8_t *kind);

/* [ ":" port ] behind a host that began at `host`; with sws, white space may surround the colon. */
const char *sipsan_read_port(struct sipsan_scan *sc, const char *p, const char *host, bool sws,
                             int32_t *port);

/* End of the IPv6address at p, or NULL with *stop at the first octet that does not fit. lim bounds
 * it. out may be NULL. */
const char *sipsan_ipv6_end(const char *p, const char *lim, uint8_t out[16], const char **stop);

/* Where a URI stands, which says where it ends. */
enum sipsan_uri_place {
    SIPSAN_URI_REQUEST,  /* up to SP */
    SIPSAN_URI_BRACKETS, /* up to '>' */
    SIPSAN_URI_PLAIN,    /* addr-spec without brackets in a single-value header field */
    SIPSAN_URI_LISTED,   /* the same in a comma list */
    SIPSAN_URI_ALONE,    /* up to the end of the text */
};

/* *uri is cleared. */
const char *sipsan_read_uri(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                            enum sipsan_uri_place place);

/* hier-part or opaque-part of an absoluteURI, behind its scheme: the end, or NULL when there is
 * nothing. plain: not enclosed in anything, so without comma, semicolon and question mark. */
const char *sipsan_absolute_end(const struct sipsan_scan *sc, const char *p, bool plain);

/* A parameter of a SIP URI that RFC 3261 does not know. */
void sipsan_judge_uri_param(struct sipsan_scan *sc, const struct sipsan_param *param);

/* What stands behind "urn:", up to end. */
void sipsan_judge_urn(struct sipsan_scan *sc, const char *p, const char *end);

/* All parameters of a tel URI. */
void sipsan_judge_tel_params(struct sipsan_scan *sc, const struct sipsan_param *param);

/* A parameter of Via that neither RFC 3261 nor RFC 3581 knows. */
void sipsan_judge_via_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen);

/* 1*DIGIT; UINT64_MAX when it does not fit. */
uint64_t sipsan_digits_value(const char *p, const char *end);

/* name-addr, or with plain addr-spec too, up to its parameters. In a list a comma ends it. */
const char *sipsan_read_addr(struct sipsan_scan *sc, const char *p, struct sipsan_name_addr *out,
                             bool plain, bool listed);

/* Header field values: from the first octet of the value to the end of the line. */
typedef const char *sipsan_value_fn(struct sipsan_scan *sc, const char *p);

sipsan_value_fn sipsan_value_via, sipsan_value_from, sipsan_value_to, sipsan_value_contact,
    sipsan_value_route, sipsan_value_record_route, sipsan_value_reply_to, sipsan_value_call_id,
    sipsan_value_in_reply_to, sipsan_value_cseq, sipsan_value_rack, sipsan_value_max_forwards,
    sipsan_value_content_length, sipsan_value_expires, sipsan_value_min_expires, sipsan_value_rseq,
    sipsan_value_retry_after, sipsan_value_timestamp, sipsan_value_mime_version,
    sipsan_value_content_type, sipsan_value_content_disposition, sipsan_value_accept,
    sipsan_value_accept_encoding, sipsan_value_accept_language, sipsan_value_content_language,
    sipsan_value_content_encoding, sipsan_value_allow, sipsan_value_supported, sipsan_value_require,
    sipsan_value_proxy_require, sipsan_value_unsupported, sipsan_value_challenge,
    sipsan_value_credentials, sipsan_value_authentication_info, sipsan_value_info,
    sipsan_value_server, sipsan_value_text, sipsan_value_extension, sipsan_value_date,
    sipsan_value_priority, sipsan_value_warning, sipsan_value_shape;

/* Request-Line or Status-Line at p: the end of its line. */
const char *sipsan_read_start_line(struct sipsan_scan *sc, const char *p);

/* The piece that sipsan_piece_judge was asked for. */
const char *sipsan_read_piece(struct sipsan_scan *sc, enum sipsan_production production,
                              const char *p);

/* Body, surplus and the place of the session description; p is behind the empty line. */
void sipsan_read_body(struct sipsan_scan *sc, const char *p);

#endif

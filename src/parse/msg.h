/* A SIP message, read tolerantly and judged strictly.
 *
 * sipsan_msg_parse never fails on traffic: it copies the bytes into the message's arena, finds
 * lines and values whatever state they are in, types what the grammar accepts, and records a fault
 * {production, offset} for what it does not. A typed value has .ok set when the grammar took all of
 * it; without .ok its fields hold what could be read (empty spans otherwise) and a fault exists.
 *
 * All spans point into msg->bytes (the copy), or, for unfolded text, nowhere else: values keep
 * their folds, comparisons skip them. Everything lives until the arena is reset. */
#ifndef SIPSAN_PARSE_MSG_H
#define SIPSAN_PARSE_MSG_H

#include "base/arena.h"
#include "base/span.h"
#include "parse/ids.h"

/* Bytes of a block of a message's arena: most messages fit in one with all their parsed values. */
#define SIPSAN_MESSAGE_BLOCK 4096u

/* One broken place. RFC 3261 25.1 unless the production says otherwise. */
struct sipsan_fault {
    uint16_t production; /* enum sipsan_production */
    uint16_t header; /* enum sipsan_header_id; SIPSAN_HDR_OTHER for start line and framing too */
    uint32_t line;   /* index into msg->headers, or SIPSAN_NO_LINE */
    uint32_t offset; /* from the start of the message: the first byte that does not fit */
    uint32_t length; /* of the evidence, at least 1 unless at the end */
};

#define SIPSAN_NO_LINE UINT32_MAX

/* name = value, or a name alone (value.p NULL). Order of the message. */
struct sipsan_param {
    struct sipsan_param *next;
    struct sipsan_span name;
    struct sipsan_span value; /* with its quotes when quoted */
};

enum sipsan_scheme {
    SIPSAN_SCHEME_NONE, /* could not be read */
    SIPSAN_SCHEME_SIP,
    SIPSAN_SCHEME_SIPS,
    SIPSAN_SCHEME_TEL,
    SIPSAN_SCHEME_OTHER,
};

enum sipsan_host_kind { SIPSAN_HOST_NONE, SIPSAN_HOST_NAME, SIPSAN_HOST_IPV4, SIPSAN_HOST_IPV6 };

/* 19.1, and RFC 3966 for tel (user holds the number). host of an IPv6 reference is without
 * brackets. */
struct sipsan_uri {
    bool ok;
    uint8_t scheme;          /* enum sipsan_scheme */
    uint8_t host_kind;       /* enum sipsan_host_kind */
    int32_t port;            /* -1: none written */
    struct sipsan_span text; /* all of it */
    struct sipsan_span scheme_text, user, password, host;
    struct sipsan_param *params;
    struct sipsan_span headers; /* behind '?', empty when there are none */
    bool has_user;              /* an '@' was there, the user may still be empty */
};

/* name-addr or addr-spec with the parameters of its header field: From, To, Contact, Route, ... */
struct sipsan_name_addr {
    struct sipsan_name_addr *next;
    struct sipsan_span text;    /* all of this value */
    struct sipsan_span display; /* as written, with quotes; empty when there is none */
    struct sipsan_uri uri;
    struct sipsan_param *params;
    struct sipsan_span tag;  /* of the tag parameter; p NULL when there is none */
    uint32_t line;           /* index into msg->headers */
    bool ok, brackets, star; /* star: the "*" of a Contact */
};

/* 20.42 and RFC 3581. */
struct sipsan_via {
    struct sipsan_via *next;
    struct sipsan_span text;
    struct sipsan_span protocol, version, transport, host;
    struct sipsan_span branch;   /* p NULL when there is none, as below */
    struct sipsan_span received; /* as written, without brackets */
    struct sipsan_span maddr, ttl;
    struct sipsan_span rport;    /* p not NULL and n 0: asked for without a value */
    struct sipsan_param *params; /* all, these included */
    int32_t port;                /* -1: none written */
    int32_t rport_value;         /* -1: none */
    uint32_t line;
    uint8_t host_kind;
    bool ok;
};

/* A number with its text. */
struct sipsan_number {
    struct sipsan_span text; /* p NULL: the header field is not there */
    uint64_t value;          /* UINT64_MAX when it does not fit */
    uint32_t line;
    bool ok;
};

struct sipsan_cseq {
    struct sipsan_span text; /* p NULL: not there */
    struct sipsan_span method;
    uint64_t number; /* UINT64_MAX when it does not fit */
    uint32_t line;
    uint8_t method_id; /* enum sipsan_method */
    bool ok;
};

/* RFC 3262 7.2 */
struct sipsan_rack {
    struct sipsan_span text, method;
    uint64_t rseq, cseq;
    bool ok;
};

/* 20.38: seconds in microseconds; delay -1 when there is none. */
struct sipsan_timestamp {
    struct sipsan_span text;
    struct sipsan_span value, delay; /* as written */
    bool ok;
};

/* An element of a comma list of tokens: option tags, methods. */
struct sipsan_token {
    struct sipsan_token *next;
    struct sipsan_span text;
    uint32_t line;
};

/* One value of WWW-Authenticate, Proxy-Authenticate, Authorization, Proxy-Authorization, in the
 * order of the message. The named fields are without quotes; p NULL when there is none. */
struct sipsan_auth {
    struct sipsan_auth *next;
    uint16_t header; /* enum sipsan_header_id */
    uint32_t line;
    bool ok, digest;
    bool uri_quoted;
    struct sipsan_span text, scheme;
    struct sipsan_param *params;
    struct sipsan_span realm, nonce, opaque, algorithm, qop, stale, username, uri, response, cnonce,
        nc;
};

struct sipsan_media_type {
    struct sipsan_span text; /* p NULL: no Content-Type */
    struct sipsan_span type, subtype;
    struct sipsan_param *params;
    bool ok;
};

/* One value of a header field of a later RFC: what stands before its parameters, and these. */
struct sipsan_value {
    struct sipsan_value *next;     /* in the message, of whatever header field */
    struct sipsan_span text;       /* all of it */
    struct sipsan_span head;       /* before the parameters: event type, protocol, Call-ID, ... */
    struct sipsan_name_addr *addr; /* where head is an address; its own params stay empty */
    struct sipsan_param *params;
    uint64_t number; /* where head is a number; UINT64_MAX when it does not fit */
    uint32_t line;   /* index into msg->headers */
    uint16_t header; /* enum sipsan_header_id */
    bool ok;
};

/* A header field line, with its folds. */
struct sipsan_header {
    struct sipsan_span name;  /* as written, without the white space before the colon */
    struct sipsan_span value; /* trimmed of LWS at both ends, folds inside kept */
    uint32_t next;            /* next line of the same id, or SIPSAN_NO_LINE */
    uint16_t id;              /* enum sipsan_header_id */
    bool compact;             /* written in its one-letter form */
};

/* How the header section ended. */
enum sipsan_framing {
    SIPSAN_FRAMED,        /* empty line found, body as long as said (or nothing said) */
    SIPSAN_NO_EMPTY_LINE, /* the bytes end inside the header section */
    SIPSAN_BODY_SHORT,    /* fewer bytes than Content-Length */
    SIPSAN_BODY_SURPLUS,  /* more bytes than Content-Length: the rest is msg->surplus */
};

struct sipsan_sdp;

/* Parts of a multipart body that are kept, and how deep they are looked for inside each other. */
#define SIPSAN_PARTS_MAX      64
#define SIPSAN_PART_DEPTH_MAX 4

/* A part of a multipart body: RFC 2046 5.1, RFC 5621. What is neither of the types below stays
 * opaque, with its type. */
struct sipsan_part {
    struct sipsan_part *next;
    struct sipsan_part *within; /* the part that it is a part of; NULL: the body itself */
    struct sipsan_span text;    /* header and body, without the line end before the boundary */
    struct sipsan_span body;
    struct sipsan_media_type type;  /* text.p NULL: not said, which is text/plain */
    struct sipsan_span disposition; /* Content-Disposition; p NULL: not said, as below */
    struct sipsan_span id;          /* Content-ID, with its brackets */
    struct sipsan_span encoding;    /* Content-Transfer-Encoding */
    struct sipsan_sdp *sdp;         /* application/sdp in clear; else NULL */
    struct sipsan_msg *fragment;    /* message/sipfrag in clear; else NULL */
    uint32_t depth;                 /* 1: of the body itself */
    bool closed;                    /* a boundary ends it */
};

struct sipsan_msg {
    struct sipsan_arena arena;
    struct sipsan_span
        bytes;      /* the copy: start line to the end, surplus included; 0xFF behind it */
    bool request;   /* a Request-Line; else a Status-Line */
    bool boxed;     /* opened: lives in its own arena */
    bool truncated; /* the caller knows that bytes are missing (snap length) */

    struct sipsan_span start_line; /* without its line end */
    struct sipsan_span method;     /* request: as written */
    uint8_t method_id;             /* request: its method; response: that of the CSeq */
    struct sipsan_uri ruri;        /* request */
    struct sipsan_span version;
    int status; /* response: 100..999, or 0 when unreadable; request: 0 */
    struct sipsan_span reason;

    struct sipsan_header *headers;
    bool repeats; /* some header field has more than one line */
    uint32_t header_count;
    uint32_t headers_lost;             /* beyond the limit */
    struct sipsan_span spaced;         /* first white space before a colon; p NULL: none */
    uint64_t present;                  /* bits of the ids below 64 that have a line */
    uint16_t starts[SIPSAN_HDR_COUNT]; /* 1 + first line of an id, or 0: ask sipsan_msg_first */

    struct sipsan_fault *faults;
    uint32_t fault_count;
    uint32_t faults_lost;

    /* Typed values. Lists hold every value of all lines of the header, in order. A single-value
     * header that stands there twice is read from its first line. */
    struct sipsan_via *via; /* the top one first */
    uint32_t via_count;
    struct sipsan_name_addr from, to; /* text.p NULL: not there */
    struct sipsan_name_addr *contact; /* a list */
    uint32_t contact_count;
    struct sipsan_name_addr *route, *record_route;
    struct sipsan_name_addr reply_to;
    struct sipsan_span call_id; /* p NULL: not there */
    struct sipsan_cseq cseq;
    struct sipsan_number max_forwards, content_length, expires, min_expires, rseq, retry_after;
    struct sipsan_rack rack;
    struct sipsan_timestamp timestamp;
    struct sipsan_media_type content_type;
    struct sipsan_token *supported, *require, *proxy_require, *unsupported, *allow;
    struct sipsan_auth *auth;
    struct sipsan_value *values; /* of header fields of later RFCs: sipsan_msg_value */

    enum sipsan_framing framing;
    struct sipsan_span body;    /* as long as Content-Length says, at most what is there */
    struct sipsan_span surplus; /* bytes behind the body in the datagram */
    bool sdp; /* the body, or a part of a multipart body, is application/sdp meant as session */
    bool multipart;
    struct sipsan_span sdp_text; /* the part that is SDP; empty when there is none */
    struct sipsan_sdp *session;  /* what sdp_text says (parse/sdp.h); NULL when it is empty */
    struct sipsan_msg *fragment; /* the first message/sipfrag in the body; NULL: none */
    struct sipsan_part *parts;   /* of a multipart body, those inside others behind them */
    uint32_t part_count;
    uint32_t parts_lost; /* beyond SIPSAN_PARTS_MAX */
};

struct sipsan_msg_limits {
    uint32_t headers; /* more, and more than 65,535, are counted in headers_lost */
    uint32_t faults;  /* more are counted in faults_lost */
    bool only_3261;   /* header fields and parameters of later RFCs are extensions like any other */
};

/* Looks like the start of a SIP message: a Request-Line or Status-Line with a SIP version, or close
 * enough to one that a sender meant it. For sniffing on any port; n bytes are there, no terminator
 * is needed. */
bool sipsan_msg_sniff(const char *p, size_t n);

/* *msg was opened, or initialised and is empty; it is overwritten. `bytes` starts at the start
 * line. stream: framing by Content-Length was done by the caller.
 * 0, or SIPSAN_ENOMEM: then nothing is kept. */
int sipsan_msg_parse(struct sipsan_msg *msg, struct sipsan_span bytes,
                     const struct sipsan_msg_limits *limits);

/* The same in two steps, on two threads if need be: *msg takes a copy of the bytes, then it reads
 * them. Each 0 or SIPSAN_ENOMEM. */
int sipsan_msg_take(struct sipsan_msg *msg, struct sipsan_span bytes);
int sipsan_msg_read(struct sipsan_msg *msg, const struct sipsan_msg_limits *limits);

/* One header field on its own, for tests and harnesses: its line without the line end, or what
 * stands behind the colon of the field `id`. *msg as for sipsan_msg_parse; afterwards it holds that
 * one line, its typed values, and a fault unless the grammar took all of the text. 0 or
 * SIPSAN_ENOMEM. */
int sipsan_line_judge(struct sipsan_msg *msg, struct sipsan_span line,
                      const struct sipsan_msg_limits *limits);
int sipsan_value_judge(struct sipsan_msg *msg, enum sipsan_header_id id, struct sipsan_span value,
                       const struct sipsan_msg_limits *limits);

/* The same for a piece that header fields and start lines are made of: LWS, LHEX, TOKEN, COMMENT,
 * QUOTED_STRING, TEXT_UTF8, QVALUE, DELTA_SECONDS, HOSTNAME (any host), SIP_URI (any URI),
 * GENERIC_PARAM, REQUEST_LINE, STATUS_LINE, METHOD, SIP_VERSION, REASON_PHRASE, CALL_ID, DATE,
 * USER, PASSWORD. Any other production takes no text. */
int sipsan_piece_judge(struct sipsan_msg *msg, enum sipsan_production production,
                       struct sipsan_span text, const struct sipsan_msg_limits *limits);

/* Makes *msg ready to be parsed into, again and again. */
void sipsan_msg_init(struct sipsan_msg *msg, struct sipsan_pool *pool);

/* A message that lives in its own arena, to be parsed into and then kept by whoever wants it; NULL
 * when memory is refused. */
struct sipsan_msg *sipsan_msg_open(struct sipsan_pool *pool);

/* Gives an opened message back with all it holds. NULL is allowed. */
void sipsan_msg_close(struct sipsan_msg *msg);

/* Empties a message that was not opened: its arena is reset. */
void sipsan_msg_drop(struct sipsan_msg *msg);

/* First line of this header as an index into msg->headers, or SIPSAN_NO_LINE. */
static inline uint32_t sipsan_msg_first(const struct sipsan_msg *msg, enum sipsan_header_id id)
{
    return msg->starts[id] ? msg->starts[id] - 1u : SIPSAN_NO_LINE;
}

/* Compressed data says so in its first bytes (RFC 1952, RFC 1950 with the usual window). */
bool sipsan_body_compressed(struct sipsan_span body);

/* Lines of this header. */
uint32_t sipsan_msg_count(const struct sipsan_msg *msg, enum sipsan_header_id id);

/* First line of this header, or NULL; walk on with sipsan_msg_next. */
const struct sipsan_header *sipsan_msg_header(const struct sipsan_msg *msg,
                                              enum sipsan_header_id id);
const struct sipsan_header *sipsan_msg_next(const struct sipsan_msg *msg,
                                            const struct sipsan_header *header);

/* First value of this header field of a later RFC, whatever line it is in, or NULL; walk on with
 * sipsan_value_next. */
const struct sipsan_value *sipsan_msg_value(const struct sipsan_msg *msg, enum sipsan_header_id id);
const struct sipsan_value *sipsan_value_next(const struct sipsan_value *value);

/* The parameter of this name (no case), or NULL. */
const struct sipsan_param *sipsan_param_find(const struct sipsan_param *params,
                                             struct sipsan_span name);

/* The first parameter whose name (no case) was there before, or NULL. Of a very long list only the
 * beginning is looked at. */
const struct sipsan_param *sipsan_param_repeated(const struct sipsan_param *params);

/* The insides of two quoted-strings say the same: a quoted-pair is the octet behind its backslash.
 * 7.3.1: quoted strings have case. */
bool sipsan_quoted_eq(struct sipsan_span a, struct sipsan_span b);

bool sipsan_token_listed(const struct sipsan_token *list, struct sipsan_span token);

const char *sipsan_header_name(enum sipsan_header_id id); /* long form; "" for SIPSAN_HDR_OTHER */
const char *sipsan_method_name(enum sipsan_method method);
enum sipsan_method sipsan_method_find(struct sipsan_span name);
const char *sipsan_production_name(enum sipsan_production production); /* "via-branch", ... */

/* The capture has not all of its header: what else stood there is not known. */
static inline bool sipsan_header_cut(const struct sipsan_msg *msg)
{
    return msg->truncated && msg->framing == SIPSAN_NO_EMPTY_LINE;
}

/* The header section was read to its end, so that a field which is not there was not sent. */
static inline bool sipsan_header_complete(const struct sipsan_msg *msg)
{
    return msg->headers_lost == 0 && msg->framing != SIPSAN_NO_EMPTY_LINE;
}

#endif

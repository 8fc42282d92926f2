/* A session description (RFC 8866; RFC 4566 where it takes more), read as a message is: every line
 * that can be read is there, typed, whatever state the others are in, and what the grammar does not
 * take is a fault of the message. Lines that stand where they should not are faults, and are typed
 * all the same.
 *
 * All spans point into the description, all objects into the arena of the message. */
#ifndef SIPSAN_PARSE_SDP_H
#define SIPSAN_PARSE_SDP_H

#include "parse/msg.h"

/* Lines of one description that are kept; more are judged all the same. */
#define SIPSAN_SDP_LINES_MAX 1024

/* o=; 5.2. The spans are empty from the first one on that could not be read. */
struct sipsan_sdp_origin {
    struct sipsan_span text; /* the value of the line; p NULL: there is none */
    struct sipsan_span username, session_id, session_version, nettype, addrtype, address;
    bool ok;
};

/* c=; 5.7 */
struct sipsan_sdp_connection {
    struct sipsan_sdp_connection *next;
    struct sipsan_span text;
    struct sipsan_span nettype, addrtype;
    struct sipsan_span address; /* without what a slash adds */
    struct sipsan_span suffix;  /* behind the first slash; p NULL: no slash, or no IP address */
    uint8_t family;             /* 4 or 6 when the address is one of IP, else 0 */
    bool ok;
};

/* b=; 5.8 */
struct sipsan_sdp_bandwidth {
    struct sipsan_sdp_bandwidth *next;
    struct sipsan_span type, value;
};

/* t= with the r= and z= that follow it; 5.9 to 5.11 */
struct sipsan_sdp_time {
    struct sipsan_sdp_time *next;
    struct sipsan_span start, stop;
    struct sipsan_span zone; /* p NULL: none */
    uint32_t repeats;        /* how many r= lines */
};

/* a=; 5.13. A description has many, so their texts share a place: see the functions below. */
struct sipsan_sdp_attribute {
    struct sipsan_sdp_attribute *next;
    struct sipsan_sdp_attribute *alike; /* the next a=rtpmap, or a=fmtp, of this section */
    const char *p;                      /* the name; the value is behind the colon behind it */
    uint32_t name_length;
    uint32_t value_length; /* 0: a property attribute, which has none */
    uint32_t codec;        /* a=rtpmap: sipsan_sdp_word_hash of its name; 0: it cannot be read */
    uint32_t payload;      /* with codec: 0 to 127 */
};

enum sipsan_sdp_direction {
    SIPSAN_SDP_DIRECTION_NONE, /* not said: that of the session, or sendrecv (6.7) */
    SIPSAN_SDP_SENDRECV,
    SIPSAN_SDP_SENDONLY,
    SIPSAN_SDP_RECVONLY,
    SIPSAN_SDP_INACTIVE,
    SIPSAN_SDP_UNCLEAR, /* two that differ: which of them holds nobody says */
};

/* What may stand in the session section and in a media description. */
struct sipsan_sdp_section {
    struct sipsan_span information; /* i=; p NULL: none, as below */
    struct sipsan_span key;         /* k= */
    struct sipsan_sdp_connection *connection;
    struct sipsan_sdp_bandwidth *bandwidths;
    struct sipsan_sdp_attribute *attributes; /* all, in order */
    struct sipsan_sdp_attribute *rtpmaps, *fmtps;
    uint8_t direction; /* enum sipsan_sdp_direction */
};

/* m= and what belongs to it; 5.14 */
struct sipsan_sdp_media {
    struct sipsan_sdp_media *next;
    struct sipsan_span text; /* the value of the m= line */
    struct sipsan_span type; /* audio, video, ... */
    struct sipsan_span proto;
    struct sipsan_span formats; /* as written: sipsan_sdp_next_format takes them apart */
    int32_t port;               /* -1: could not be read */
    int32_t port_count;         /* -1: not said */
    struct sipsan_sdp_section section;
    uint32_t type_hash, proto_hash; /* sipsan_sdp_word_hash */
    uint8_t holds;                  /* enum sipsan_sdp_direction: its own, else the session's */
    bool multicast;                 /* by its c= line, else the session's */
    bool disabled; /* port 0; not so with a=bundle-only (RFC 8843), whose port is elsewhere */
    bool rtp;      /* the formats are RTP payload types */
    bool ok;
};

struct sipsan_sdp {
    struct sipsan_span text;
    struct sipsan_span version, session_name; /* p NULL: no such line */
    struct sipsan_span uri;
    struct sipsan_sdp_origin origin;
    struct sipsan_sdp_section section; /* of the session */
    struct sipsan_sdp_time *times;
    struct sipsan_sdp_media *media;
    uint32_t media_count;
    uint32_t lost; /* objects beyond SIPSAN_SDP_LINES_MAX */
    bool ok;       /* no fault was found in it */
    /* 0: not worked out, as this is no description. */
    uint64_t rest;        /* sipsan_sdp_media_hash */
    uint64_t origin_hash; /* sipsan_sdp_origin_hash */
};

/* What a=rtpmap says; 6.6. */
struct sipsan_sdp_rtpmap {
    struct sipsan_span payload, encoding, rate;
    struct sipsan_span parameters; /* p NULL: none */
};

static inline struct sipsan_span sipsan_sdp_name(const struct sipsan_sdp_attribute *attribute)
{
    return (struct sipsan_span){attribute->p, attribute->name_length};
}

/* p NULL for a property attribute. */
static inline struct sipsan_span sipsan_sdp_value(const struct sipsan_sdp_attribute *attribute)
{
    if (attribute->value_length == 0)
        return (struct sipsan_span){NULL, 0};
    return (struct sipsan_span){attribute->p + attribute->name_length + 1, attribute->value_length};
}

/* The first attribute of this name, which has case, or NULL. */
const struct sipsan_sdp_attribute *sipsan_sdp_find(const struct sipsan_sdp_section *section,
                                                   struct sipsan_span name);

/* Takes the first format off *formats; false when there is none. */
bool sipsan_sdp_next_format(struct sipsan_span *formats, struct sipsan_span *format);

/* The parts of an a=rtpmap as far as they can be read; false when its grammar is broken. */
bool sipsan_sdp_rtpmap(struct sipsan_sdp_rtpmap *out, const struct sipsan_sdp_attribute *attribute);

/* The connection that media goes to: its own first c= line, else that of the session, else NULL. */
const struct sipsan_sdp_connection *sipsan_sdp_connection(const struct sipsan_sdp *sdp,
                                                          const struct sipsan_sdp_media *media);

/* The direction that holds for it (6.7). */
enum sipsan_sdp_direction sipsan_sdp_direction(const struct sipsan_sdp *sdp,
                                               const struct sipsan_sdp_media *media);

/* Hash of a session description that is equal for texts which differ only in line ends. Never 0. */
uint64_t sipsan_sdp_hash(struct sipsan_span sdp);

/* The same without the o= line: many senders count the version there up without another change.
 * NULL is an empty one. */
uint64_t sipsan_sdp_media_hash(const struct sipsan_sdp *sdp);

/* Hash of the o= line without its version, and the version. */
uint64_t sipsan_sdp_origin_hash(const struct sipsan_sdp *sdp);
uint64_t sipsan_sdp_version(const struct sipsan_sdp *sdp);

#define SIPSAN_SDP_NO_VERSION UINT64_MAX

/* A number of o= as it stands there; SIPSAN_SDP_NO_VERSION: no number, or too large for 64 bits. */
uint64_t sipsan_sdp_number(struct sipsan_span text);

/* Of a word that has no case. Never 0. */
uint32_t sipsan_sdp_word_hash(struct sipsan_span word);

#endif

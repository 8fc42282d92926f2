/* What few messages have: found in one walk over a message, so that the rules about it are asked
 * of those messages only. A bit is a suspicion; the rule decides. */
#ifndef SIPSAN_RULES_ODD_H
#define SIPSAN_RULES_ODD_H

#include "parse/msg.h"

enum sipsan_odd {
    SIPSAN_ODD_VERSION = 1 << 0,   /* the version is not written "SIP/2.0" */
    SIPSAN_ODD_SPACED = 1 << 1,    /* white space before a colon */
    SIPSAN_ODD_REPEATED = 1 << 2,  /* parameters of a header field that may have one name */
    SIPSAN_ODD_URI_TWICE = 1 << 3, /* the same of a URI */
    SIPSAN_ODD_URI = 1 << 4,       /* a URI component that is not allowed everywhere */
    SIPSAN_ODD_SIPS = 1 << 5,      /* a sips URI with parameters */
    SIPSAN_ODD_BARE = 1 << 6,      /* From, To or Contact without angle brackets, with parameters */
    SIPSAN_ODD_CONTACT = 1 << 7,   /* a Contact with parameters, more than one, or the star */
    SIPSAN_ODD_UNKNOWN = 1 << 8,   /* a header field that is not known */
    SIPSAN_ODD_LENGTH = 1 << 9,    /* no Content-Length */
    SIPSAN_ODD_NUMBER = 1 << 10,   /* a number that is large for its header field */
    SIPSAN_ODD_EXPIRES = 1 << 11,  /* the same of Expires, or a Contact with parameters */
    /* and these header fields: */
    SIPSAN_ODD_ALLOW = 1 << 12,
    SIPSAN_ODD_MIME = 1 << 13,
    SIPSAN_ODD_WARNING = 1 << 14,
    SIPSAN_ODD_ENCODING = 1 << 15, /* Content-Encoding */
    SIPSAN_ODD_TYPE = 1 << 16,     /* Content-Type */
    SIPSAN_ODD_SECURE = 1 << 17,   /* a sips Request-URI */
    SIPSAN_ODD_LARGE = 1 << 18,    /* a request of more than 1300 bytes */
    SIPSAN_ODD_PASSWORD = 1 << 19, /* in a URI */
    SIPSAN_ODD_MUTUAL = 1 << 20,   /* Authentication-Info */
    SIPSAN_ODD_AUTH = 1 << 21,     /* challenges or credentials */
    SIPSAN_ODD_EVENT = 1 << 22,    /* header fields of RFC 6665, 3515, 3903, 3326, 6086 */
    SIPSAN_ODD_SESSION = 1 << 23,  /* of RFC 4028 */
    SIPSAN_ODD_RELIABLE = 1 << 24, /* RSeq, RAck */
    SIPSAN_ODD_BODY = 1 << 25,     /* Content-Type says something else than SDP */
    SIPSAN_ODD_RPORT = 1 << 26,    /* rport with a value in the top Via */
};

/* Bits of enum sipsan_odd. */
uint32_t sipsan_odd_of(const struct sipsan_msg *msg);

#endif

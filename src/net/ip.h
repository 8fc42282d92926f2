/* One IP packet's header, with the extension headers of IPv6. */
#ifndef SIPSAN_NET_IP_H
#define SIPSAN_NET_IP_H

#include "sipsan.h"

enum { SIPSAN_IPPROTO_TCP = 6, SIPSAN_IPPROTO_UDP = 17, SIPSAN_IPPROTO_SCTP = 132 };

/* Spans of the packet; nothing is copied. */
struct sipsan_ip {
    const uint8_t *p; /* what follows the headers */
    size_t n;         /* octets of it that were captured */
    size_t length;    /* octets of it that the packet had: n, or more when it was cut */
    const uint8_t *src, *dst;
    uint32_t id;     /* of IPv4, and of a fragment */
    uint32_t offset; /* of a fragment, in octets */
    uint8_t family;  /* 4 or 6: addresses of 4 or 16 octets */
    uint8_t ttl;     /* hop limit */
    uint8_t protocol;
    bool fragment; /* a part of a datagram */
    bool more;     /* of a fragment: it is not the last one */
};

/* n octets were captured of `length` on the wire (link padding counts in both). False when there is
 * no IP header of the version its first bits tell. RFC 791 3.1, RFC 8200 3. */
bool sipsan_ip_read(struct sipsan_ip *out, const uint8_t *p, size_t n, size_t length);

/* Goes on behind the extension headers of IPv6 until a fragment header or what is none: p, n,
 * length and protocol move. False when a header is incomplete. RFC 8200 4. */
bool sipsan_ip_extensions(struct sipsan_ip *ip);

/* The addresses, without ports. */
void sipsan_ip_addresses(const struct sipsan_ip *ip, struct sipsan_addr *src,
                         struct sipsan_addr *dst);

#endif

/* IPv4 (RFC 791) and IPv6 (RFC 8200) headers. Checksums are not looked at: network cards fill them
 * in behind the tap. IPv6 jumbograms are left out, no SIP needs them. */
#include "net/ip.h"

#include <string.h>

#include "net/octets.h"

enum {
    IPV4_SIZE = 20,
    IPV6_SIZE = 40,
    EXTENSIONS_MAX = 16, /* more headers than that are made to waste time */
    HOP_BY_HOP = 0,
    ROUTING = 43,
    FRAGMENT = 44,
    AUTHENTICATION = 51,
    DESTINATION = 60,
};

/* The header says `stated` octets, the wire had `length`, n were captured. */
static void set_payload(struct sipsan_ip *out, const uint8_t *p, size_t n, size_t stated)
{
    out->p = p;
    out->n = n < stated ? n : stated;
    out->length = stated;
}

static bool read_ipv4(struct sipsan_ip *out, const uint8_t *p, size_t n, size_t length)
{
    size_t header = (size_t)(p[0] & 0x0f) * 4;
    size_t total;
    uint16_t flags;

    if (n < IPV4_SIZE || header < IPV4_SIZE || n < header)
        return false;
    total = be16(p + 2);
    if (total == 0)
        total = length; /* the network card cuts it into segments later and writes the length */
    if (total < header)
        return false;
    flags = be16(p + 6);
    out->family = 4;
    out->src = p + 12;
    out->dst = p + 16;
    out->ttl = p[8];
    out->protocol = p[9];
    out->id = be16(p + 4);
    out->more = (flags & 0x2000) != 0;
    out->offset = (uint32_t)(flags & 0x1fff) * 8;
    out->fragment = out->more || out->offset > 0;
    set_payload(out, p + header, n - header, total - header);
    return true;
}

static bool read_ipv6(struct sipsan_ip *out, const uint8_t *p, size_t n, size_t length)
{
    size_t stated;

    if (n < IPV6_SIZE)
        return false;
    stated = be16(p + 4);
    if (stated == 0)
        stated = length - IPV6_SIZE; /* as in IPv4 */
    out->family = 6;
    out->src = p + 8;
    out->dst = p + 24;
    out->ttl = p[7];
    out->protocol = p[6];
    set_payload(out, p + IPV6_SIZE, n - IPV6_SIZE, stated);
    return sipsan_ip_extensions(out);
}

bool sipsan_ip_read(struct sipsan_ip *out, const uint8_t *p, size_t n, size_t length)
{
    *out = (struct sipsan_ip){0};
    if (n < 1)
        return false;
    if (length < n)
        length = n;
    if (p[0] >> 4 == 4)
        return read_ipv4(out, p, n, length);
    if (p[0] >> 4 == 6)
        return read_ipv6(out, p, n, length);
    return false;
}

/* A header of IPv6 that stands between the IP header and what is carried. RFC 8200 4. */
static bool is_extension(uint8_t protocol)
{
    return protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION ||
           protocol == FRAGMENT || protocol == AUTHENTICATION;
}

/* Octets of an extension header, of which eight are there. */
static size_t extension_size(uint8_t protocol, const uint8_t *p)
{
    switch (protocol) {
    case FRAGMENT:
        return 8;
    case AUTHENTICATION:
        return ((size_t)p[1] + 2) * 4; /* RFC 4302 2.2 */
    default:
        return ((size_t)p[1] + 1) * 8;
    }
}

bool sipsan_ip_extensions(struct sipsan_ip *ip)
{
    for (int i = 0; i < EXTENSIONS_MAX; i++) {
        uint8_t protocol = ip->protocol;
        size_t size;

        if (ip->family != 6 || !is_extension(protocol))
            return true;
        if (ip->n < 8)
            return false;
        size = extension_size(protocol, ip->p);
        if (size > ip->n)
            return false;
        if (protocol == FRAGMENT) {
            uint16_t word = be16(ip->p + 2);

            ip->offset = word & 0xfff8;
            ip->more = (word & 1) != 0;
            ip->id = be32(ip->p + 4);
            /* One fragment that is the whole datagram is none: RFC 6946. */
            ip->fragment = ip->more || ip->offset > 0;
        }
        ip->protocol = ip->p[0];
        ip->p += size;
        ip->n -= size;
        ip->length -= size;
        if (ip->fragment)
            return true;
    }
    return false;
}

static void copy_address(struct sipsan_addr *out, const uint8_t *p, uint8_t family)
{
    *out = (struct sipsan_addr){.family = family};
    memcpy(out->ip, p, family == 4 ? 4 : 16);
}

void sipsan_ip_addresses(const struct sipsan_ip *ip, struct sipsan_addr *src,
                         struct sipsan_addr *dst)
{
    copy_address(src, ip->src, ip->family);
    copy_address(dst, ip->dst, ip->family);
}

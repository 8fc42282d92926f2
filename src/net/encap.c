/* Tunnels and labels. Where a header has more in it than is needed to pass it by (checksums, keys,
 * session numbers), that is passed by unread: a tap judges SIP, not tunnels. Left out: what is
 * encrypted (IPsec ESP), L2TP, and GTP's signalling. */
#include "net/encap.h"

#include "net/octets.h"

enum {
    MPLS = 0x8847,
    MPLS_MULTICAST = 0x8848,
    PPPOE_SESSION = 0x8864,
    TRANSPARENT_ETHERNET = 0x6558, /* RFC 1701: an Ethernet frame */
    PPP = 0x880b,                  /* RFC 2637: version 1 of GRE carries nothing else */
    ERSPAN_2 = 0x88be,             /* and type I, which has no header of its own */
    ERSPAN_3 = 0x22eb,

    IPPROTO_IPV4 = 4,
    IPPROTO_IPV6 = 41,
    IPPROTO_GRE = 47,

    PORT_VXLAN = 4789,
    PORT_VXLAN_OLD = 8472, /* what Linux used before there was a number */
    PORT_GTP_U = 2152,

    LABELS_MAX = 16,
    PPP_IPV4 = 0x0021,
    PPP_IPV6 = 0x0057,
};

/* Leaves out the first n octets. False when there are not so many. */
static bool pass(struct sipsan_layer *layer, size_t n)
{
    if (layer->n < n)
        return false;
    layer->p += n;
    layer->n -= n;
    layer->length -= n;
    return true;
}

/* The EtherType of a packet of IP by its first octet; 0: it is none. */
static uint16_t ip_type(const uint8_t *p, size_t n)
{
    if (n > 0 && p[0] >> 4 == 4)
        return SIPSAN_ETHERTYPE_IPV4;
    if (n > 0 && p[0] >> 4 == 6)
        return SIPSAN_ETHERTYPE_IPV6;
    return 0;
}

uint16_t sipsan_encap_ppp_type(uint16_t protocol)
{
    return protocol == PPP_IPV4   ? SIPSAN_ETHERTYPE_IPV4
           : protocol == PPP_IPV6 ? SIPSAN_ETHERTYPE_IPV6
                                  : 0;
}

static bool ethernet_inside(struct sipsan_layer *layer)
{
    struct sipsan_link link;

    if (sipsan_link_read(&link, SIPSAN_LINK_ETHERNET, layer->p, layer->n) || link.protocol == 0 ||
        link.offset >= layer->n)
        return false;
    layer->type = link.protocol;
    if (link.vlan != 0)
        layer->vlan = link.vlan;
    return pass(layer, link.offset);
}

static bool ppp_inside(struct sipsan_layer *layer)
{
    struct sipsan_link link;

    if (sipsan_link_read(&link, SIPSAN_LINK_PPP, layer->p, layer->n) || link.protocol == 0)
        return false;
    layer->type = link.protocol;
    return pass(layer, link.offset);
}

/* Labels do not say what follows the last one: an IP packet shows it in its first four bits, a
 * pseudowire has a control word that begins with zeros (RFC 4385 3) and a frame behind it. */
static bool read_mpls(struct sipsan_layer *layer)
{
    bool last = false;

    for (int i = 0; !last; i++) {
        if (i == LABELS_MAX || layer->n < 4)
            return false;
        last = (layer->p[2] & 1) != 0;
        if (!pass(layer, 4))
            return false;
    }
    layer->type = ip_type(layer->p, layer->n);
    if (layer->type != 0)
        return true;
    if (layer->n > 4 && layer->p[0] >> 4 == 0)
        pass(layer, 4);
    return ethernet_inside(layer);
}

static bool read_pppoe(struct sipsan_layer *layer)
{
    if (layer->n < 8 || layer->p[0] != 0x11 || layer->p[1] != 0)
        return false;
    layer->type = sipsan_encap_ppp_type(be16(layer->p + 6));
    return layer->type != 0 && pass(layer, 8);
}

bool sipsan_encap_ether(struct sipsan_layer *layer)
{
    for (int i = 0; i < LABELS_MAX; i++) {
        switch (layer->type) {
        case SIPSAN_ETHERTYPE_IPV4:
        case SIPSAN_ETHERTYPE_IPV6:
            return layer->n > 0;
        case MPLS:
        case MPLS_MULTICAST:
            if (!read_mpls(layer))
                return false;
            break;
        case PPPOE_SESSION:
            if (!read_pppoe(layer))
                return false;
            break;
        default:
            return false;
        }
    }
    return false;
}

/* Type II has a header when GRE counts its packets (bit S), type I has none and counts nothing. */
static bool read_erspan(struct sipsan_layer *layer, bool counted)
{
    if (layer->type == ERSPAN_3) {
        bool more = layer->n >= 12 && (layer->p[11] & 1) != 0; /* platform specific subheader */

        return pass(layer, 12) && (!more || pass(layer, 8)) && ethernet_inside(layer);
    }
    return (!counted || pass(layer, 8)) && ethernet_inside(layer);
}

static bool read_gre(struct sipsan_layer *layer)
{
    uint16_t flags;
    size_t header = 4;

    if (layer->n < 4)
        return false;
    flags = be16(layer->p);
    layer->type = be16(layer->p + 2);
    if ((flags & 7) > 1 || ((flags & 7) == 1 && layer->type != PPP) || (flags & 0x4000) != 0)
        return false;                        /* source routing is nobody's any more */
    header += (flags & 0x8000) != 0 ? 4 : 0; /* checksum */
    header += (flags & 0x2000) != 0 ? 4 : 0; /* key */
    header += (flags & 0x1000) != 0 ? 4 : 0; /* sequence number */
    header += (flags & 0x0080) != 0 ? 4 : 0; /* version 1: acknowledgement number */
    if (!pass(layer, header))
        return false;
    switch (layer->type) {
    case TRANSPARENT_ETHERNET:
        return ethernet_inside(layer);
    case ERSPAN_2:
    case ERSPAN_3:
        return read_erspan(layer, (flags & 0x1000) != 0);
    case PPP:
        return ppp_inside(layer);
    default:
        return true;
    }
}

bool sipsan_encap_ip(struct sipsan_layer *out, const struct sipsan_ip *ip)
{
    *out = (struct sipsan_layer){.p = ip->p, .n = ip->n, .length = ip->length};
    switch (ip->protocol) {
    case IPPROTO_IPV4:
        out->type = SIPSAN_ETHERTYPE_IPV4;
        return true;
    case IPPROTO_IPV6:
        out->type = SIPSAN_ETHERTYPE_IPV6;
        return true;
    case IPPROTO_GRE:
        return read_gre(out);
    default:
        return false;
    }
}

static bool read_vxlan(struct sipsan_layer *layer)
{
    return layer->n > 8 && layer->p[0] == 0x08 && layer->p[7] == 0 && pass(layer, 8) &&
           ethernet_inside(layer);
}

/* A G-PDU: version 1, protocol type GTP, message 255. Optional fields are there together when any
 * of the flags E, S, PN is set; E chains extension headers of four-octet units. */
static bool read_gtp_u(struct sipsan_layer *layer)
{
    uint8_t flags, next;

    if (layer->n < 8 || layer->p[1] != 255)
        return false;
    flags = layer->p[0];
    if (flags >> 5 != 1 || (flags & 0x10) == 0 || !pass(layer, 8))
        return false;
    if ((flags & 7) != 0) {
        if (layer->n < 4)
            return false;
        next = layer->p[3];
        pass(layer, 4);
        while ((flags & 4) != 0 && next != 0) {
            size_t size = layer->n > 0 ? (size_t)layer->p[0] * 4 : 0;

            if (size == 0 || layer->n < size)
                return false;
            next = layer->p[size - 1];
            pass(layer, size);
        }
    }
    layer->type = ip_type(layer->p, layer->n);
    return layer->type != 0;
}

bool sipsan_encap_udp(struct sipsan_layer *out, uint16_t port, const uint8_t *p, size_t n,
                      size_t length)
{
    *out = (struct sipsan_layer){.p = p, .n = n, .length = length};
    switch (port) {
    case PORT_VXLAN:
    case PORT_VXLAN_OLD:
        return read_vxlan(out);
    case PORT_GTP_U:
        return read_gtp_u(out);
    default:
        return false;
    }
}

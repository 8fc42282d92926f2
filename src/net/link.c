/* Ethernet (IEEE 802.3 and its VLAN tags 802.1Q and 802.1ad), Linux cooked captures, BSD loopback,
 * PPP, Cisco HDLC and raw IP; 802.11 is in wifi.c. What carries other packets inside (PPPoE, MPLS,
 * tunnels) comes out with its EtherType: see encap.c. */
#include "net/link.h"

#include <string.h>

#include "net/encap.h"
#include "net/octets.h"
#include "net/wifi.h"

enum {
    ETHERNET_SIZE = 14,
    SLL_SIZE = 16,
    SLL2_SIZE = 20,
    LOOPBACK_SIZE = 4,
    TAGS_MAX = 8,         /* VLAN tags in a row; nobody stacks more than three */
    TYPE_MIN = 0x0600,    /* below: an 802.3 length */
    SLL_802_2 = 0x0004,   /* LINUX_SLL_P_802_2 */
    VLAN_TAG_SIZE = 4,    /* tag control, then the next EtherType */
    SNAP_HEADER_SIZE = 8, /* DSAP SSAP control OUI type */
    PPPOE = 0x8864,
};

bool sipsan_link_known(int linktype)
{
    struct sipsan_link link;

    return sipsan_link_read(&link, linktype, NULL, 0) == SIPSAN_OK ||
           linktype == SIPSAN_LINK_EXPORTED;
}

static bool is_vlan_tag(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* From the field that is an EtherType or a length; the rest of the frame begins at `offset`. */
static void read_type(struct sipsan_link *out, uint16_t type, const uint8_t *p, size_t n,
                      size_t offset)
{
    for (int tags = 0; tags < TAGS_MAX && is_vlan_tag(type); tags++) {
        if (n - offset < VLAN_TAG_SIZE)
            return;
        out->vlan = be16(p + offset) & 0x0fff;
        type = be16(p + offset + 2);
        offset += VLAN_TAG_SIZE;
    }
    if (type < TYPE_MIN) {
        /* 802.2 with SNAP and the OUI that says: an EtherType follows. RFC 1042. */
        static const uint8_t snap[6] = {0xaa, 0xaa, 0x03, 0, 0, 0};
        if (n - offset < SNAP_HEADER_SIZE || memcmp(p + offset, snap, sizeof(snap)) != 0)
            return;
        type = be16(p + offset + 6);
        offset += SNAP_HEADER_SIZE;
    }
    out->protocol = type;
    out->offset = offset;
}

/* The address families differ from system to system: 2 is IPv4 everywhere, IPv6 is 24 (NetBSD,
 * OpenBSD), 28 (FreeBSD), 30 (macOS) or 23 (Windows). */
static uint16_t family_type(uint32_t family)
{
    switch (family) {
    case 2:
        return SIPSAN_ETHERTYPE_IPV4;
    case 23:
    case 24:
    case 28:
    case 30:
        return SIPSAN_ETHERTYPE_IPV6;
    default:
        return 0;
    }
}

static void read_loopback(struct sipsan_link *out, const uint8_t *p, size_t n, bool either_order)
{
    if (n < LOOPBACK_SIZE)
        return;
    out->protocol = family_type(be32(p));
    if (out->protocol == 0 && either_order && p[2] == 0 && p[3] == 0)
        out->protocol = family_type((uint32_t)(p[1] << 8 | p[0]));
    out->offset = LOOPBACK_SIZE;
}

static void read_raw(struct sipsan_link *out, const uint8_t *p, size_t n)
{
    if (n < 1)
        return;
    if (p[0] >> 4 == 4)
        out->protocol = SIPSAN_ETHERTYPE_IPV4;
    else if (p[0] >> 4 == 6)
        out->protocol = SIPSAN_ETHERTYPE_IPV6;
}

static void read_sll(struct sipsan_link *out, const uint8_t *p, size_t n)
{
    uint16_t type;

    if (n < SLL_SIZE)
        return;
    type = be16(p + 14);
    if (type >= TYPE_MIN || type == SLL_802_2)
        read_type(out, type, p, n, SLL_SIZE);
}

static void read_sll2(struct sipsan_link *out, const uint8_t *p, size_t n)
{
    uint16_t type;

    if (n < SLL2_SIZE)
        return;
    type = be16(p);
    out->interface = be32(p + 4);
    if (type >= TYPE_MIN || type == SLL_802_2)
        read_type(out, type, p, n, SLL2_SIZE);
}

/* Address and control field (RFC 1662) may be left out; both octets of the protocol number are
 * there unless the second one is odd and the first one zero, which is compressed away. */
static void read_ppp(struct sipsan_link *out, const uint8_t *p, size_t n)
{
    size_t at = n >= 2 && p[0] == 0xff && p[1] == 0x03 ? 2 : 0;

    if (n - at < 2)
        return;
    if ((p[at] & 1) != 0) {
        out->protocol = sipsan_encap_ppp_type(p[at]);
        out->offset = at + 1;
    } else {
        out->protocol = sipsan_encap_ppp_type(be16(p + at));
        out->offset = at + 2;
    }
}

static void read_cisco_hdlc(struct sipsan_link *out, const uint8_t *p, size_t n)
{
    if (n < 4)
        return;
    out->protocol = be16(p + 2);
    out->offset = 4;
}

int sipsan_link_read(struct sipsan_link *out, int linktype, const uint8_t *p, size_t n)
{
    *out = (struct sipsan_link){0};
    switch (linktype) {
    case SIPSAN_LINK_ETHERNET:
        if (n >= ETHERNET_SIZE)
            read_type(out, be16(p + 12), p, n, ETHERNET_SIZE);
        return SIPSAN_OK;
    case SIPSAN_LINK_SLL:
        read_sll(out, p, n);
        return SIPSAN_OK;
    case SIPSAN_LINK_SLL2:
        read_sll2(out, p, n);
        return SIPSAN_OK;
    case SIPSAN_LINK_NULL:
        read_loopback(out, p, n, true);
        return SIPSAN_OK;
    case SIPSAN_LINK_LOOP:
        read_loopback(out, p, n, false);
        return SIPSAN_OK;
    case SIPSAN_LINK_DLT_RAW:
    case SIPSAN_LINK_DLT_RAW_OPENBSD:
    case SIPSAN_LINK_RAW:
        read_raw(out, p, n);
        return SIPSAN_OK;
    case SIPSAN_LINK_IPV4:
        out->protocol = SIPSAN_ETHERTYPE_IPV4;
        return SIPSAN_OK;
    case SIPSAN_LINK_IPV6:
        out->protocol = SIPSAN_ETHERTYPE_IPV6;
        return SIPSAN_OK;
    case SIPSAN_LINK_PPP:
    case SIPSAN_LINK_PPP_HDLC:
        read_ppp(out, p, n);
        return SIPSAN_OK;
    case SIPSAN_LINK_PPPOE:
        out->protocol = PPPOE;
        return SIPSAN_OK;
    case SIPSAN_LINK_CISCO_HDLC:
        read_cisco_hdlc(out, p, n);
        return SIPSAN_OK;
    case SIPSAN_LINK_WIFI:
    case SIPSAN_LINK_PRISM:
    case SIPSAN_LINK_RADIOTAP:
    case SIPSAN_LINK_AVS:
        sipsan_wifi_read(out, linktype, p, n);
        return SIPSAN_OK;
    default:
        return SIPSAN_ELINKTYPE;
    }
}

/* Only data frames in the clear hold packets that a tap can read: management and control frames,
 * encrypted ones and aggregates (A-MSDU, which drivers have split already) are passed over. */
#include "net/wifi.h"

#include <string.h>

#include "net/octets.h"

enum {
    PRISM_SIZE = 144,
    HEADER_SIZE = 24,
    FOURTH_ADDRESS_SIZE = 6,
    QOS_SIZE = 2,
    HT_CONTROL_SIZE = 4,
    SNAP_SIZE = 8,
    /* frame control, first octet: version, type, subtype */
    TYPE_DATA = 0x08,
    SUBTYPE_QOS = 0x80,
    SUBTYPE_NO_DATA = 0x40,
    /* second octet */
    TO_DS = 0x01,
    FROM_DS = 0x02,
    PROTECTED = 0x40,
    ORDER = 0x80,
    AGGREGATE = 0x80, /* of the QoS field */
};

/* Octets in front of the frame; SIZE_MAX: they are cut. */
static size_t driver_header(int linktype, const uint8_t *p, size_t n)
{
    switch (linktype) {
    case SIPSAN_LINK_RADIOTAP:
        return n < 4 ? SIZE_MAX : (size_t)(p[2] | p[3] << 8);
    case SIPSAN_LINK_AVS:
        return n < 8 ? SIZE_MAX : be32(p + 4);
    case SIPSAN_LINK_PRISM:
        /* Some drivers write an AVS header and say Prism. */
        if (n >= 8 && be32(p) >> 12 == 0x80211)
            return be32(p + 4);
        return PRISM_SIZE;
    default:
        return 0;
    }
}

void sipsan_wifi_read(struct sipsan_link *out, int linktype, const uint8_t *p, size_t n)
{
    static const uint8_t snap[6] = {0xaa, 0xaa, 0x03, 0, 0, 0};
    size_t at = driver_header(linktype, p, n), header = HEADER_SIZE;
    uint8_t kind, flags;

    if (at >= n || n - at < HEADER_SIZE)
        return;
    kind = p[at];
    flags = p[at + 1];
    if ((kind & 0x0f) != TYPE_DATA || (kind & SUBTYPE_NO_DATA) != 0 || (flags & PROTECTED) != 0)
        return;
    if ((flags & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS))
        header += FOURTH_ADDRESS_SIZE;
    if ((kind & SUBTYPE_QOS) != 0) {
        if (n - at < header + QOS_SIZE || (p[at + header] & AGGREGATE) != 0)
            return;
        header += QOS_SIZE;
        if ((flags & ORDER) != 0)
            header += HT_CONTROL_SIZE;
    }
    if (n - at < header + SNAP_SIZE || memcmp(p + at + header, snap, sizeof(snap)) != 0)
        return;
    out->protocol = be16(p + at + header + 6);
    out->offset = at + header + SNAP_SIZE;
}

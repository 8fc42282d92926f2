/* Link layers: where in a frame does the network layer's packet begin, and what is it? */
#ifndef SIPSAN_NET_LINK_H
#define SIPSAN_NET_LINK_H

#include "sipsan.h"

/* Numbers of the LINKTYPE_ registry of capture files. */
enum sipsan_linktype {
    SIPSAN_LINK_NULL = 0, /* BSD loopback, family in the byte order of the capturing host */
    SIPSAN_LINK_ETHERNET = 1,
    SIPSAN_LINK_PPP = 9,      /* with or without the two octets of HDLC framing */
    SIPSAN_LINK_DLT_RAW = 12, /* what some systems write for raw IP instead of 101 */
    SIPSAN_LINK_DLT_RAW_OPENBSD = 14,
    SIPSAN_LINK_PPP_HDLC = 50,
    SIPSAN_LINK_PPPOE = 51,
    SIPSAN_LINK_RAW = 101,
    SIPSAN_LINK_CISCO_HDLC = 104,
    SIPSAN_LINK_WIFI = 105,
    SIPSAN_LINK_LOOP = 108, /* BSD loopback, family in network order */
    SIPSAN_LINK_SLL = 113,  /* Linux "any" */
    SIPSAN_LINK_PRISM = 119,
    SIPSAN_LINK_RADIOTAP = 127,
    SIPSAN_LINK_AVS = 163,
    SIPSAN_LINK_IPV4 = 228,
    SIPSAN_LINK_IPV6 = 229,
    SIPSAN_LINK_EXPORTED = 252, /* Wireshark's exported PDUs: exported.c reads them */
    SIPSAN_LINK_SLL2 = 276,
};

enum { SIPSAN_ETHERTYPE_IPV4 = 0x0800, SIPSAN_ETHERTYPE_IPV6 = 0x86dd };

struct sipsan_link {
    size_t offset;      /* of the packet in the frame */
    uint16_t protocol;  /* its EtherType; 0: the frame is too short, or has none */
    uint32_t vlan;      /* innermost tag's identifier, 0: none */
    uint32_t interface; /* of an SLL2 header, else 0 */
};

/* sipsan_link_read can read frames of this type. */
bool sipsan_link_known(int linktype);

/* SIPSAN_OK with *out filled for every frame of a known link type, be it as short as it may;
 * SIPSAN_ELINKTYPE otherwise. */
int sipsan_link_read(struct sipsan_link *out, int linktype, const uint8_t *p, size_t n);

#endif

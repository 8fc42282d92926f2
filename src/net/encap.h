/* What carries another packet inside: each function looks at one header, or a stack of one kind,
 * and tells where the packet in it begins and what it is. */
#ifndef SIPSAN_NET_ENCAP_H
#define SIPSAN_NET_ENCAP_H

#include "net/ip.h"
#include "net/link.h"

/* A packet with its EtherType. Spans of the frame; nothing is copied. */
struct sipsan_layer {
    const uint8_t *p;
    size_t n;      /* octets captured */
    size_t length; /* octets that were on the wire: n, or more */
    uint16_t type;
    uint32_t vlan; /* innermost tag inside a tunnel; 0: none */
};

/* Goes on behind MPLS labels and PPPoE headers. False when what they carry is no IP packet.
 * RFC 3032, RFC 4385, RFC 2516. */
bool sipsan_encap_ether(struct sipsan_layer *layer);

/* IP in IP (RFC 2003, RFC 4213), GRE (RFC 2784, RFC 2890) and ERSPAN in it. ip holds the datagram
 * as a whole. False when it carries no packet. */
bool sipsan_encap_ip(struct sipsan_layer *out, const struct sipsan_ip *ip);

/* VXLAN (RFC 7348) and GTP-U (3GPP TS 29.281), by the port they are sent to and by what their
 * header must look like. */
bool sipsan_encap_udp(struct sipsan_layer *out, uint16_t port, const uint8_t *p, size_t n,
                      size_t length);

/* The EtherType that a PPP protocol number stands for; 0: none that is read. RFC 1661 2. */
uint16_t sipsan_encap_ppp_type(uint16_t protocol);

#endif

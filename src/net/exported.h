/* Wireshark's exported PDUs, link type 252: what a dissector was given, after reassembly and
 * decryption, with its addresses. */
#ifndef SIPSAN_NET_EXPORTED_H
#define SIPSAN_NET_EXPORTED_H

#include "sipsan.h"

struct sipsan_exported {
    struct sipsan_flow flow;
    struct sipsan_span payload; /* TCP, TLS: may be more than one message */
    size_t offset;              /* of the payload in the frame */
    uint32_t frame;             /* number of the frame it was exported from; 0: not told */
};

/* False when it is none, or holds no SIP. */
bool sipsan_exported_read(struct sipsan_exported *out, const uint8_t *p, size_t n);

#endif

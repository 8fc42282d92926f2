/* HEP version 3: what capture agents send to a collector, one SIP message with its flow a packet.
 */
#ifndef SIPSAN_NET_HEP_H
#define SIPSAN_NET_HEP_H

#include "sipsan.h"

#define SIPSAN_HEP_HEAD 6 /* octets that tell its length */

struct sipsan_hep {
    struct sipsan_flow flow; /* of the message, not of the agent */
    struct sipsan_span payload;
    int64_t time;   /* when the agent saw it, microseconds; 0: it does not say */
    uint32_t agent; /* its number */
    bool sip;       /* the payload is SIP, says the agent */
    bool packed;    /* the payload is compressed: it is not read */
};

/* The first octets are those of a HEP packet. n octets are there. */
bool sipsan_hep_sniff(const uint8_t *p, size_t n);

/* Length of the packet that begins at p, of which SIPSAN_HEP_HEAD octets are there. 0: it is none.
 */
size_t sipsan_hep_length(const uint8_t *p);

/* A whole packet. False when its chunks do not fit into it, or the flow or payload is missing. */
bool sipsan_hep_read(struct sipsan_hep *out, const uint8_t *p, size_t n);

#endif

/* What a datagram holds: a SIP message, a keep-alive, or something else. */
#ifndef SIPSAN_NET_PAYLOAD_H
#define SIPSAN_NET_PAYLOAD_H

#include "sipsan.h"

enum sipsan_payload {
    SIPSAN_PAYLOAD_SIP,
    SIPSAN_PAYLOAD_KEEPALIVE,
    SIPSAN_PAYLOAD_OTHER,
};

/* Line ends before the start line are taken off *payload. RFC 3261 7.5. */
enum sipsan_payload sipsan_payload_read(struct sipsan_span *payload);

#endif

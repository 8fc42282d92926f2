/* HEP3: "HEP3", the length of all, then chunks of vendor, type, length and value. Chunks of other
 * vendors and of unknown types are passed by. Versions 1 and 2, which have no chunks, are not read.
 */
#include "net/hep.h"

#include <string.h>

#include "net/octets.h"

enum {
    CHUNK_HEAD = 6,
    CHUNK_FAMILY = 1,
    CHUNK_PROTOCOL = 2,
    CHUNK_SRC_IP4 = 3,
    CHUNK_DST_IP4 = 4,
    CHUNK_SRC_IP6 = 5,
    CHUNK_DST_IP6 = 6,
    CHUNK_SRC_PORT = 7,
    CHUNK_DST_PORT = 8,
    CHUNK_SECONDS = 9,
    CHUNK_MICROSECONDS = 10,
    CHUNK_TYPE = 11,
    CHUNK_AGENT = 12,
    CHUNK_PAYLOAD = 15,
    CHUNK_PACKED_PAYLOAD = 16,
    TYPE_SIP = 1,
};

bool sipsan_hep_sniff(const uint8_t *p, size_t n)
{
    return n >= SIPSAN_HEP_HEAD && memcmp(p, "HEP3", 4) == 0;
}

size_t sipsan_hep_length(const uint8_t *p)
{
    size_t n = sipsan_hep_sniff(p, SIPSAN_HEP_HEAD) ? be16(p + 4) : 0;

    return n >= SIPSAN_HEP_HEAD ? n : 0;
}

static void take_address(struct sipsan_addr *out, const uint8_t *p, size_t n, uint8_t family)
{
    if (n != (family == 4 ? 4u : 16u))
        return;
    out->family = family;
    memset(out->ip, 0, sizeof(out->ip));
    memcpy(out->ip, p, n);
}

/* The protocol number of IP. What agents decrypted they call TCP, as what they saw. */
static enum sipsan_transport transport_of(uint8_t protocol, const struct sipsan_flow *flow)
{
    switch (protocol) {
    case 6:
        return flow->src.port == 5061 || flow->dst.port == 5061 ? SIPSAN_TLS : SIPSAN_TCP;
    case 132:
        return SIPSAN_SCTP;
    default:
        return SIPSAN_UDP;
    }
}

static void take_chunk(struct sipsan_hep *out, uint8_t *protocol, unsigned type, const uint8_t *p,
                       size_t n)
{
    switch (type) {
    case CHUNK_PROTOCOL:
        *protocol = n == 1 ? p[0] : 0;
        break;
    case CHUNK_SRC_IP4:
    case CHUNK_SRC_IP6:
        take_address(&out->flow.src, p, n, type == CHUNK_SRC_IP4 ? 4 : 6);
        break;
    case CHUNK_DST_IP4:
    case CHUNK_DST_IP6:
        take_address(&out->flow.dst, p, n, type == CHUNK_DST_IP4 ? 4 : 6);
        break;
    case CHUNK_SRC_PORT:
        out->flow.src.port = n == 2 ? be16(p) : 0;
        break;
    case CHUNK_DST_PORT:
        out->flow.dst.port = n == 2 ? be16(p) : 0;
        break;
    case CHUNK_SECONDS:
        out->time += n == 4 ? (int64_t)be32(p) * 1000000 : 0;
        break;
    case CHUNK_MICROSECONDS:
        out->time += n == 4 && be32(p) < 1000000 ? be32(p) : 0;
        break;
    case CHUNK_TYPE:
        out->sip = n == 1 && p[0] == TYPE_SIP;
        break;
    case CHUNK_AGENT:
        out->agent = n == 4 ? be32(p) : n == 2 ? be16(p) : 0;
        break;
    case CHUNK_PACKED_PAYLOAD:
    case CHUNK_PAYLOAD:
        out->payload = (struct sipsan_span){(const char *)p, n};
        out->packed = type == CHUNK_PACKED_PAYLOAD;
        break;
    default:
        break;
    }
}

bool sipsan_hep_read(struct sipsan_hep *out, const uint8_t *p, size_t n)
{
    uint8_t protocol = 0;
    size_t at = SIPSAN_HEP_HEAD;

    *out = (struct sipsan_hep){0};
    if (n < SIPSAN_HEP_HEAD || sipsan_hep_length(p) != n)
        return false;
    while (at < n) {
        size_t length;

        if (n - at < CHUNK_HEAD)
            return false;
        length = be16(p + at + 4);
        if (length < CHUNK_HEAD || length > n - at)
            return false;
        if (be16(p + at) == 0)
            take_chunk(out, &protocol, be16(p + at + 2), p + at + CHUNK_HEAD, length - CHUNK_HEAD);
        at += length;
    }
    out->flow.transport = transport_of(protocol, &out->flow);
    return out->payload.p && out->flow.src.family != 0 &&
           out->flow.src.family == out->flow.dst.family;
}

/* Tags of two octets of type and two of length (padded to four by those who write them), ended by a
 * tag of type 0. */
#include "net/exported.h"

#include <string.h>

#include "base/span.h"
#include "net/octets.h"

enum {
    TAG_END = 0,
    TAG_DISSECTOR = 12,
    TAG_HEURISTIC = 13,
    TAG_SRC_IP4 = 20,
    TAG_DST_IP4 = 21,
    TAG_SRC_IP6 = 22,
    TAG_DST_IP6 = 23,
    TAG_PORT_TYPE = 24,
    TAG_SRC_PORT = 25,
    TAG_DST_PORT = 26,
    TAG_FRAME = 30,
    PORT_SCTP = 1,
    PORT_TCP = 2,
    PORT_SIPS = 5061,
};

/* "sip" is what the dissector of SIP exports; "sip.tcp" is what was given to it by those below,
 * pieces of messages among them. The text may have zeros behind it. */
static bool names_sip(const uint8_t *p, size_t n)
{
    return n >= 3 && memcmp(p, "sip", 3) == 0 && (n == 3 || p[3] == 0);
}

static void take_address(struct sipsan_addr *out, const uint8_t *p, size_t n, size_t size)
{
    if (n < size)
        return;
    out->family = size == 4 ? 4 : 6;
    memcpy(out->ip, p, size);
}

/* Decrypted or not, the ports are those of TCP: the number that is registered for TLS decides. */
static enum sipsan_transport transport_of(uint32_t type, const struct sipsan_flow *flow)
{
    if (type == PORT_TCP)
        return flow->src.port == PORT_SIPS || flow->dst.port == PORT_SIPS ? SIPSAN_TLS : SIPSAN_TCP;
    return type == PORT_SCTP ? SIPSAN_SCTP : SIPSAN_UDP;
}

bool sipsan_exported_read(struct sipsan_exported *out, const uint8_t *p, size_t n)
{
    uint32_t port_type = 0;
    bool sip = false;
    size_t at = 0;

    *out = (struct sipsan_exported){0};
    for (;;) {
        const uint8_t *value = p + at + 4;
        size_t tag, length;

        if (n - at < 4)
            return false;
        tag = be16(p + at);
        length = be16(p + at + 2);
        if (length > n - at - 4)
            return false;
        at += 4 + length;
        if (tag == TAG_END)
            break;
        if (tag == TAG_DISSECTOR || tag == TAG_HEURISTIC)
            sip = names_sip(value, length);
        else if (tag == TAG_SRC_IP4 || tag == TAG_SRC_IP6)
            take_address(&out->flow.src, value, length, tag == TAG_SRC_IP4 ? 4 : 16);
        else if (tag == TAG_DST_IP4 || tag == TAG_DST_IP6)
            take_address(&out->flow.dst, value, length, tag == TAG_DST_IP4 ? 4 : 16);
        else if (tag == TAG_PORT_TYPE && length >= 4)
            port_type = be32(value);
        else if (tag == TAG_SRC_PORT && length >= 4)
            out->flow.src.port = (uint16_t)be32(value);
        else if (tag == TAG_DST_PORT && length >= 4)
            out->flow.dst.port = (uint16_t)be32(value);
        else if (tag == TAG_FRAME && length >= 4)
            out->frame = be32(value);
    }
    out->flow.transport = transport_of(port_type, &out->flow);
    out->payload = (struct sipsan_span){(const char *)p + at, n - at};
    out->offset = at;
    return sip && out->payload.n > 0 && out->flow.src.family != 0 &&
           out->flow.src.family == out->flow.dst.family;
}

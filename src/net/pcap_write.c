/* Writes captures: Ethernet, IPv4 or IPv6, and UDP around each payload, in the classic format with
 * microseconds. Transports other than UDP are refused; they would need a connection around them. */
#include "net/pcap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/ip.h"
#include "net/link.h"

struct sipsan_pcap_writer {
    FILE *stream;
};

enum {
    FILE_HEADER_SIZE = 24,
    RECORD_SIZE = 16,
    ETHERNET_SIZE = 14,
    IPV4_SIZE = 20,
    IPV6_SIZE = 40,
    UDP_SIZE = 8,
    HEADERS_MAX = RECORD_SIZE + ETHERNET_SIZE + IPV6_SIZE + UDP_SIZE,
    SNAPLEN = 262144,
    TTL = 64,
};

static uint8_t *put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
    return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
    return put16(put16(p, v >> 16), v & 0xffff);
}

/* The file is in network order, so that the same packets make the same file everywhere. */
struct sipsan_pcap_writer *sipsan_pcap_create(const char *path)
{
    struct sipsan_pcap_writer *writer = malloc(sizeof(*writer));
    uint8_t header[FILE_HEADER_SIZE] = {0};
    uint8_t *p = header;

    if (!writer)
        return NULL;
    p = put32(p, 0xa1b2c3d4);
    p = put16(p, 2);
    p = put16(p, 4);
    p = put32(p + 8, SNAPLEN);
    put32(p, SIPSAN_LINK_ETHERNET);
    writer->stream = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (!writer->stream || fwrite(header, sizeof(header), 1, writer->stream) != 1) {
        int err = errno;

        if (writer->stream && writer->stream != stdout)
            fclose(writer->stream);
        free(writer);
        errno = err;
        return NULL;
    }
    return writer;
}

/* RFC 1071: the sum of 16-bit words, not yet folded. At most 64 KiB: cannot overflow. */
static uint32_t sum_words(uint32_t sum, const uint8_t *p, size_t n)
{
    for (; n >= 2; p += 2, n -= 2)
        sum += (uint32_t)(p[0] << 8 | p[1]);
    if (n == 1)
        sum += (uint32_t)p[0] << 8;
    return sum;
}

static uint16_t checksum(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)(~sum & 0xffff);
}

static uint8_t *put_ethernet(uint8_t *p, uint8_t family)
{
    static const uint8_t addresses[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

    memcpy(p, addresses, sizeof(addresses));
    return put16(p + sizeof(addresses),
                 family == 4 ? SIPSAN_ETHERTYPE_IPV4 : SIPSAN_ETHERTYPE_IPV6);
}

static uint8_t *put_ipv4(uint8_t *p, const struct sipsan_flow *flow, size_t length)
{
    memset(p, 0, IPV4_SIZE);
    p[0] = 0x45;
    put16(p + 2, (uint32_t)(IPV4_SIZE + length));
    put16(p + 6, 0x4000); /* don't fragment: then the identification may be 0, RFC 6864 */
    p[8] = TTL;
    p[9] = SIPSAN_IPPROTO_UDP;
    memcpy(p + 12, flow->src.ip, 4);
    memcpy(p + 16, flow->dst.ip, 4);
    put16(p + 10, checksum(sum_words(0, p, IPV4_SIZE)));
    return p + IPV4_SIZE;
}

static uint8_t *put_ipv6(uint8_t *p, const struct sipsan_flow *flow, size_t length)
{
    put32(p, 6u << 28);
    put16(p + 4, (uint32_t)length);
    p[6] = SIPSAN_IPPROTO_UDP;
    p[7] = TTL;
    memcpy(p + 8, flow->src.ip, 16);
    memcpy(p + 24, flow->dst.ip, 16);
    return p + IPV6_SIZE;
}

/* Over the pseudo header too: RFC 768, RFC 8200 8.1. A sum of 0 is sent as its other form. */
static uint8_t *put_udp(uint8_t *p, const struct sipsan_flow *flow, struct sipsan_span payload)
{
    size_t address = flow->src.family == 4 ? 4 : 16;
    uint32_t length = (uint32_t)(UDP_SIZE + payload.n);
    uint32_t sum = SIPSAN_IPPROTO_UDP + length;
    uint16_t check;

    put16(p, flow->src.port);
    put16(p + 2, flow->dst.port);
    put16(p + 4, length);
    put16(p + 6, 0);
    sum = sum_words(sum, flow->src.ip, address);
    sum = sum_words(sum, flow->dst.ip, address);
    sum = sum_words(sum, p, UDP_SIZE);
    check = checksum(sum_words(sum, (const uint8_t *)payload.p, payload.n));
    put16(p + 6, check ? check : 0xffff);
    return p + UDP_SIZE;
}

static bool can_write(const struct sipsan_flow *flow, int64_t time, struct sipsan_span payload)
{
    size_t most = 65535 - UDP_SIZE - (flow->src.family == 4 ? IPV4_SIZE : 0);

    return flow->transport == SIPSAN_UDP && flow->src.family == flow->dst.family &&
           (flow->src.family == 4 || flow->src.family == 6) && payload.n <= most && time >= 0 &&
           time / 1000000 <= UINT32_MAX;
}

bool sipsan_pcap_write(struct sipsan_pcap_writer *writer, const struct sipsan_flow *flow,
                       int64_t time, struct sipsan_span payload)
{
    uint8_t headers[HEADERS_MAX];
    uint8_t *p = headers;
    uint32_t length;

    if (!can_write(flow, time, payload))
        return false;
    length = (uint32_t)(ETHERNET_SIZE + (flow->src.family == 4 ? IPV4_SIZE : IPV6_SIZE) + UDP_SIZE +
                        payload.n);
    p = put32(p, (uint32_t)(time / 1000000));
    p = put32(p, (uint32_t)(time % 1000000));
    p = put32(p, length);
    p = put32(p, length);
    p = put_ethernet(p, flow->src.family);
    if (flow->src.family == 4)
        p = put_ipv4(p, flow, UDP_SIZE + payload.n);
    else
        p = put_ipv6(p, flow, UDP_SIZE + payload.n);
    p = put_udp(p, flow, payload);
    return fwrite(headers, (size_t)(p - headers), 1, writer->stream) == 1 &&
           (payload.n == 0 || fwrite(payload.p, payload.n, 1, writer->stream) == 1);
}

bool sipsan_pcap_close(struct sipsan_pcap_writer *writer)
{
    bool ok = !ferror(writer->stream);

    if (writer->stream == stdout)
        ok = fflush(stdout) == 0 && ok;
    else
        ok = fclose(writer->stream) == 0 && ok;
    free(writer);
    return ok;
}

/* Writes captures: Ethernet, IPv4 or IPv6, and UDP or TCP around each payload, in the classic
 * format with microseconds. A connection is opened before its first message and stays open: whether
 * and when it ended is not known. Other transports are refused. */
#include "net/pcap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "net/framing.h"
#include "net/ip.h"
#include "net/link.h"
#include "net/tcp.h"

/* A TCP connection: how many octets either side has sent. */
struct conn {
    struct sipsan_map_link link;
    struct conn *before;
    struct sipsan_addr end[2];
    uint32_t number;
    uint32_t next[2];
};

struct sipsan_pcap_writer {
    FILE *stream;
    struct sipsan_mem mem;
    struct sipsan_map map; /* of connections */
    struct conn *conns;    /* the newest first */
    uint32_t conn_count;
};

enum {
    FILE_HEADER_SIZE = 24,
    RECORD_SIZE = 16,
    ETHERNET_SIZE = 14,
    IPV4_SIZE = 20,
    IPV6_SIZE = 40,
    UDP_SIZE = 8,
    TCP_SIZE = 20,
    SEGMENT_MAX = 32768,
    LACKING_MAX = 1 << 20, /* octets of a body */
    WINDOW = 65535,
    HEADERS_MAX = RECORD_SIZE + ETHERNET_SIZE + IPV6_SIZE + TCP_SIZE,
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
    *writer = (struct sipsan_pcap_writer){.stream = NULL};
    sipsan_mem_init(&writer->mem);
    sipsan_map_init(&writer->map, &writer->mem, SIZE_MAX);
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

static uint8_t *put_ipv4(uint8_t *p, const struct sipsan_flow *flow, uint8_t protocol,
                         size_t length)
{
    memset(p, 0, IPV4_SIZE);
    p[0] = 0x45;
    put16(p + 2, (uint32_t)(IPV4_SIZE + length));
    put16(p + 6, 0x4000); /* don't fragment: then the identification may be 0, RFC 6864 */
    p[8] = TTL;
    p[9] = protocol;
    memcpy(p + 12, flow->src.ip, 4);
    memcpy(p + 16, flow->dst.ip, 4);
    put16(p + 10, checksum(sum_words(0, p, IPV4_SIZE)));
    return p + IPV4_SIZE;
}

static uint8_t *put_ipv6(uint8_t *p, const struct sipsan_flow *flow, uint8_t protocol,
                         size_t length)
{
    put32(p, 6u << 28);
    put16(p + 4, (uint32_t)length);
    p[6] = protocol;
    p[7] = TTL;
    memcpy(p + 8, flow->src.ip, 16);
    memcpy(p + 24, flow->dst.ip, 16);
    return p + IPV6_SIZE;
}

/* Over the pseudo header too: RFC 768, RFC 9293 3.1, RFC 8200 8.1. The field is still 0. */
static uint16_t full_checksum(const struct sipsan_flow *flow, uint8_t protocol,
                              const uint8_t *header, size_t size, struct sipsan_span payload)
{
    size_t address = flow->src.family == 4 ? 4 : 16;
    uint32_t sum = protocol + (uint32_t)(size + payload.n);

    sum = sum_words(sum, flow->src.ip, address);
    sum = sum_words(sum, flow->dst.ip, address);
    sum = sum_words(sum, header, size);
    return checksum(sum_words(sum, (const uint8_t *)payload.p, payload.n));
}

/* A sum of 0 is sent as its other form. */
static uint8_t *put_udp(uint8_t *p, const struct sipsan_flow *flow, struct sipsan_span payload)
{
    uint16_t check;

    put16(p, flow->src.port);
    put16(p + 2, flow->dst.port);
    put16(p + 4, (uint32_t)(UDP_SIZE + payload.n));
    put16(p + 6, 0);
    check = full_checksum(flow, SIPSAN_IPPROTO_UDP, p, UDP_SIZE, payload);
    put16(p + 6, check ? check : 0xffff);
    return p + UDP_SIZE;
}

static uint8_t *put_tcp(uint8_t *p, const struct sipsan_flow *flow, uint32_t seq, uint32_t ack,
                        uint8_t flags, struct sipsan_span payload)
{
    put16(p, flow->src.port);
    put16(p + 2, flow->dst.port);
    put32(p + 4, seq);
    put32(p + 8, ack);
    p[12] = TCP_SIZE / 4 << 4;
    p[13] = flags;
    put16(p + 14, WINDOW);
    put32(p + 16, 0);
    put16(p + 16, full_checksum(flow, SIPSAN_IPPROTO_TCP, p, TCP_SIZE, payload));
    return p + TCP_SIZE;
}

/* Record, Ethernet and IP in front of `length` octets, of which the capture lacks the last ones. */
static uint8_t *put_frame(uint8_t *p, const struct sipsan_flow *flow, int64_t time,
                          uint8_t protocol, size_t length, size_t lacks)
{
    size_t ip = flow->src.family == 4 ? IPV4_SIZE : IPV6_SIZE;

    p = put32(p, (uint32_t)(time / 1000000));
    p = put32(p, (uint32_t)(time % 1000000));
    p = put32(p, (uint32_t)(ETHERNET_SIZE + ip + length - lacks));
    p = put32(p, (uint32_t)(ETHERNET_SIZE + ip + length));
    p = put_ethernet(p, flow->src.family);
    return flow->src.family == 4 ? put_ipv4(p, flow, protocol, length)
                                 : put_ipv6(p, flow, protocol, length);
}

static bool write_out(struct sipsan_pcap_writer *writer, const uint8_t *headers, const uint8_t *end,
                      struct sipsan_span payload)
{
    return fwrite(headers, (size_t)(end - headers), 1, writer->stream) == 1 &&
           (payload.n == 0 || fwrite(payload.p, payload.n, 1, writer->stream) == 1);
}

/* Connections --------------------------------------------------------------------------------- */

/* Behind the payload `lacks` octets more were sent than there are. */
static bool write_segment(struct sipsan_pcap_writer *writer, struct conn *conn, int side,
                          int64_t time, uint8_t flags, struct sipsan_span payload, size_t lacks)
{
    const struct sipsan_flow flow = {.src = conn->end[side], .dst = conn->end[1 - side]};
    uint32_t ack = flags & SIPSAN_TCP_ACK ? conn->next[1 - side] : 0;
    uint8_t headers[HEADERS_MAX];
    uint8_t *p =
        put_frame(headers, &flow, time, SIPSAN_IPPROTO_TCP, TCP_SIZE + payload.n + lacks, lacks);

    p = put_tcp(p, &flow, conn->next[side], ack, flags, payload);
    conn->next[side] += (uint32_t)(payload.n + lacks) + (flags & SIPSAN_TCP_SYN ? 1 : 0);
    return write_out(writer, headers, p, payload);
}

static bool same_end(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->port == b->port && a->family == b->family && memcmp(a->ip, b->ip, 16) == 0;
}

static struct conn *find_conn(const struct sipsan_pcap_writer *writer, uint64_t hash,
                              const struct sipsan_flow *flow, int *side)
{
    for (struct sipsan_map_link *l = sipsan_map_first(&writer->map, hash); l;
         l = sipsan_map_next(l)) {
        struct conn *conn = sipsan_container(l, struct conn, link);

        for (*side = 0; *side < 2; ++*side)
            if (conn->number == flow->connection && same_end(&conn->end[*side], &flow->src) &&
                same_end(&conn->end[1 - *side], &flow->dst))
                return conn;
    }
    return NULL;
}

/* Opened at the time of its first message, by whoever sends that. */
static struct conn *open_conn(struct sipsan_pcap_writer *writer, uint64_t hash,
                              const struct sipsan_flow *flow, int64_t time)
{
    const struct sipsan_span nothing = {NULL, 0};
    struct conn *conn = sipsan_mem_zalloc(&writer->mem, sizeof(*conn));

    if (!conn)
        return NULL;
    if (!sipsan_map_add(&writer->map, &conn->link, hash)) {
        sipsan_mem_free(&writer->mem, conn, sizeof(*conn));
        return NULL;
    }
    conn->before = writer->conns;
    writer->conns = conn;
    conn->end[0] = flow->src;
    conn->end[1] = flow->dst;
    conn->number = flow->connection;
    /* Others between the same ends must not look like this one goes on. */
    conn->next[0] = conn->next[1] = ++writer->conn_count * UINT32_C(0x9e3779b1);
    if (!write_segment(writer, conn, 0, time, SIPSAN_TCP_SYN, nothing, 0) ||
        !write_segment(writer, conn, 1, time, SIPSAN_TCP_SYN | SIPSAN_TCP_ACK, nothing, 0) ||
        !write_segment(writer, conn, 0, time, SIPSAN_TCP_ACK, nothing, 0))
        return NULL;
    return conn;
}

/* How many octets of the message the capture it comes from has not held. What follows in the stream
 * would be taken for them. Where the header itself is cut nobody knows; one octet is enough to show
 * that some are missing. A length that no message has is a mistake of the sender. */
static size_t lacking(struct sipsan_span message)
{
    size_t from = 0, head = sipsan_framing_head(message.p, message.n, &from);
    uint64_t body;

    if (head == 0)
        return 1;
    if (!sipsan_framing_length(&body, message.p, head) || body <= message.n - head ||
        body > LACKING_MAX)
        return 0;
    return (size_t)body - (message.n - head);
}

static bool write_stream(struct sipsan_pcap_writer *writer, const struct sipsan_flow *flow,
                         int64_t time, struct sipsan_span payload)
{
    static const uint64_t seed[2] = {0, 0};
    uint64_t hash = sipsan_hash_ip(seed, &flow->src) + sipsan_hash_ip(seed, &flow->dst) +
                    (uint64_t)flow->src.port + flow->dst.port + flow->connection;
    int side;
    struct conn *conn = find_conn(writer, hash, flow, &side);

    if (!conn) {
        side = 0;
        conn = open_conn(writer, hash, flow, time);
    }
    if (!conn)
        return false;
    for (size_t lacks = lacking(payload); payload.n + lacks > 0;) {
        size_t n = payload.n < SEGMENT_MAX ? payload.n : SEGMENT_MAX;
        size_t more = lacks < SEGMENT_MAX - n ? lacks : SEGMENT_MAX - n;

        if (!write_segment(writer, conn, side, time, SIPSAN_TCP_ACK | SIPSAN_TCP_PSH,
                           (struct sipsan_span){payload.p, n}, more))
            return false;
        payload.p += n;
        payload.n -= n;
        lacks -= more;
    }
    return true;
}

/* Packets ------------------------------------------------------------------------------------- */

static bool can_write(const struct sipsan_flow *flow, int64_t time, struct sipsan_span payload)
{
    size_t most = 65535 - UDP_SIZE - (flow->src.family == 4 ? IPV4_SIZE : 0);
    bool fits =
        flow->transport == SIPSAN_TCP || (flow->transport == SIPSAN_UDP && payload.n <= most);

    return fits && flow->src.family == flow->dst.family &&
           (flow->src.family == 4 || flow->src.family == 6) && time >= 0 &&
           time / 1000000 <= UINT32_MAX;
}

bool sipsan_pcap_write(struct sipsan_pcap_writer *writer, const struct sipsan_flow *flow,
                       int64_t time, struct sipsan_span payload)
{
    uint8_t headers[HEADERS_MAX];
    uint8_t *p;

    if (!can_write(flow, time, payload))
        return false;
    if (flow->transport == SIPSAN_TCP)
        return write_stream(writer, flow, time, payload);
    p = put_frame(headers, flow, time, SIPSAN_IPPROTO_UDP, UDP_SIZE + payload.n, 0);
    p = put_udp(p, flow, payload);
    return write_out(writer, headers, p, payload);
}

bool sipsan_pcap_close(struct sipsan_pcap_writer *writer)
{
    bool ok = !ferror(writer->stream);

    if (writer->stream == stdout)
        ok = fflush(stdout) == 0 && ok;
    else
        ok = fclose(writer->stream) == 0 && ok;
    while (writer->conns) {
        struct conn *conn = writer->conns;

        writer->conns = conn->before;
        sipsan_mem_free(&writer->mem, conn, sizeof(*conn));
    }
    sipsan_map_free(&writer->map);
    free(writer);
    return ok;
}

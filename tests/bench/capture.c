/* Text of messages, and captures of them: Ethernet, IPv4 and UDP or TCP in a pcap file. */
#include "capture.h"

#include <stdlib.h>
#include <string.h>

uint64_t mixed(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Text ---------------------------------------------------------------------------------------- */

void put(struct text *t, const char *s)
{
    size_t n = strlen(s);

    if (n > sizeof(t->bytes) - t->n)
        abort(); /* the tables of the generator are too long */
    memcpy(t->bytes + t->n, s, n);
    t->n += n;
}

void put_number(struct text *t, uint64_t v)
{
    char digits[21];
    size_t i = sizeof(digits) - 1;

    digits[i] = 0;
    do {
        digits[--i] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    put(t, digits + i);
}

void put_hex(struct text *t, uint64_t v)
{
    char digits[17];

    for (int i = 15; i >= 0; i--, v >>= 4)
        digits[i] = "0123456789abcdef"[v & 15];
    digits[16] = 0;
    put(t, digits);
}

void put_host(struct text *t, uint32_t ip)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        put_number(t, (ip >> shift) & 255);
        if (shift)
            put(t, ".");
    }
}

/* The capture --------------------------------------------------------------------------------- */

static void le32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static void be16(uint8_t *p, size_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void be32(uint8_t *p, uint32_t v)
{
    be16(p, v >> 16);
    be16(p + 2, v & 0xffff);
}

void write_header(FILE *f)
{
    uint8_t header[24] = {0};

    le32(header, 0xa1b2c3d4u); /* microseconds */
    header[4] = 2;             /* version 2.4 */
    header[6] = 4;
    le32(header + 16, 262144); /* snap length */
    le32(header + 20, 1);      /* Ethernet */
    fwrite(header, 1, sizeof(header), f);
}

enum { RECORD_SIZE = 16, ETHERNET_SIZE = 14, IP_SIZE = 20, UDP_SIZE = 8, TCP_SIZE = 20 };

/* Record, Ethernet and IP headers in front of `more` octets. */
static void fill_headers(uint8_t *h, int64_t time, uint32_t src, uint32_t dst, uint8_t protocol,
                         uint16_t id, size_t more)
{
    uint8_t *eth = h + RECORD_SIZE, *ip = eth + ETHERNET_SIZE;
    uint32_t sum = 0;

    le32(h, (uint32_t)(time / 1000000));
    le32(h + 4, (uint32_t)(time % 1000000));
    le32(h + 8, (uint32_t)(ETHERNET_SIZE + IP_SIZE + more));
    le32(h + 12, (uint32_t)(ETHERNET_SIZE + IP_SIZE + more));
    eth[0] = eth[6] = 2; /* locally administered addresses */
    be32(eth + 2, dst);
    be32(eth + 8, src);
    be16(eth + 12, 0x0800);
    ip[0] = 0x45;
    be16(ip + 2, IP_SIZE + more);
    be16(ip + 4, id);
    ip[8] = 64;
    ip[9] = protocol;
    be32(ip + 12, src);
    be32(ip + 16, dst);
    for (size_t i = 0; i < IP_SIZE; i += 2)
        sum += (uint32_t)ip[i] << 8 | ip[i + 1];
    sum = (sum >> 16) + (sum & 0xffff);
    be16(ip + 10, ~(sum + (sum >> 16)) & 0xffff);
}

static void fill_udp(uint8_t *udp, uint16_t from, uint16_t to, size_t n)
{
    be16(udp, from);
    be16(udp + 2, to);
    be16(udp + 4, UDP_SIZE + n); /* checksum 0: none, as RFC 768 allows */
}

void write_datagram(FILE *f, int64_t time, uint32_t src, uint32_t dst, uint16_t from, uint16_t to,
                    const void *p, size_t n, uint16_t id)
{
    uint8_t h[RECORD_SIZE + ETHERNET_SIZE + IP_SIZE + UDP_SIZE] = {0};

    fill_headers(h, time, src, dst, 17, id, UDP_SIZE + n);
    fill_udp(h + sizeof(h) - UDP_SIZE, from, to, n);
    fwrite(h, 1, sizeof(h), f);
    fwrite(p, 1, n, f);
}

void write_packet(FILE *f, int64_t time, uint32_t src, uint32_t dst, const struct text *t,
                  uint16_t id)
{
    write_datagram(f, time, src, dst, 5060, 5060, t->bytes, t->n, id);
}

void write_first_fragment(FILE *f, int64_t time, uint32_t src, uint32_t dst, const struct text *t,
                          uint16_t id)
{
    uint8_t h[RECORD_SIZE + ETHERNET_SIZE + IP_SIZE + UDP_SIZE] = {0};
    size_t n = t->n / 16 * 8; /* the offset of the next one is a multiple of 8 */

    fill_headers(h, time, src, dst, 17, id, UDP_SIZE + n);
    h[RECORD_SIZE + ETHERNET_SIZE + 6] = 0x20; /* more fragments */
    fill_udp(h + sizeof(h) - UDP_SIZE, 5060, 5060, t->n);
    fwrite(h, 1, sizeof(h), f);
    fwrite(t->bytes, 1, n, f);
}

void write_segment(FILE *f, int64_t time, uint32_t src, uint32_t dst, uint16_t from, uint32_t seq,
                   uint8_t flags, const char *p, size_t n)
{
    uint8_t h[RECORD_SIZE + ETHERNET_SIZE + IP_SIZE + TCP_SIZE] = {0};
    uint8_t *tcp = h + sizeof(h) - TCP_SIZE;

    fill_headers(h, time, src, dst, 6, 0, TCP_SIZE + n);
    be16(tcp, from);
    be16(tcp + 2, 5060);
    be32(tcp + 4, seq);
    tcp[12] = TCP_SIZE / 4 << 4;
    tcp[13] = flags;
    be16(tcp + 14, 65535);
    fwrite(h, 1, sizeof(h), f);
    if (n > 0)
        fwrite(p, 1, n, f);
}

void write_segments(FILE *f, int64_t time, uint32_t src, uint32_t dst, uint32_t *sent,
                    const struct text *t, uint64_t random)
{
    size_t ends[4] = {0}, count = 1 + random % 3;
    size_t order[3] = {0, 1, 2};

    if (*sent == 0) {
        write_segment(f, time, src, dst, 5060, 0, TCP_SYN, NULL, 0);
        *sent = 1;
    }
    for (size_t i = 1; i < count; i++) {
        size_t rest = t->n - ends[i - 1];

        ends[i] = ends[i - 1] + (rest > 1 ? 1 + (random >> (8 * i)) % (rest - 1) : 0);
    }
    ends[count] = t->n;
    if (count > 1 && (random >> 40) % 8 == 0) {
        order[0] = 1;
        order[1] = 0;
    }
    for (size_t i = 0; i < count; i++) {
        size_t k = order[i];

        write_segment(f, time, src, dst, 5060, *sent + (uint32_t)ends[k], TCP_ACK,
                      t->bytes + ends[k], ends[k + 1] - ends[k]);
    }
    *sent += (uint32_t)t->n;
}

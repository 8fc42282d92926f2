/* Text of messages, and captures of them: Ethernet, IPv4 and UDP in a pcap file. */
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

/* Text ----------------------------------------------------------------------------------------- */

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

/* The capture ---------------------------------------------------------------------------------- */

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

void write_packet(FILE *f, int64_t time, uint32_t src, uint32_t dst, const struct text *t,
                  uint16_t id)
{
    uint8_t h[16 + 14 + 20 + 8] = {0};
    uint8_t *eth = h + 16, *ip = eth + 14, *udp = ip + 20;
    uint32_t sum = 0;

    le32(h, (uint32_t)(time / 1000000));
    le32(h + 4, (uint32_t)(time % 1000000));
    le32(h + 8, (uint32_t)(sizeof(h) - 16 + t->n));
    le32(h + 12, (uint32_t)(sizeof(h) - 16 + t->n));
    eth[0] = eth[6] = 2; /* locally administered addresses */
    be32(eth + 2, dst);
    be32(eth + 8, src);
    be16(eth + 12, 0x0800);
    ip[0] = 0x45;
    be16(ip + 2, 28 + t->n);
    be16(ip + 4, id);
    ip[8] = 64;
    ip[9] = 17;
    be32(ip + 12, src);
    be32(ip + 16, dst);
    for (size_t i = 0; i < 20; i += 2)
        sum += (uint32_t)ip[i] << 8 | ip[i + 1];
    sum = (sum >> 16) + (sum & 0xffff);
    be16(ip + 10, ~(sum + (sum >> 16)) & 0xffff);
    be16(udp, 5060);
    be16(udp + 2, 5060);
    be16(udp + 4, 8 + t->n); /* checksum 0: none, as RFC 768 allows */
    fwrite(h, 1, sizeof(h), f);
    fwrite(t->bytes, 1, t->n, f);
}

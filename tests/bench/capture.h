/* What the generators of the bench share: reproducible random numbers, text, and the pcap file. */
#ifndef BENCH_CAPTURE_H
#define BENCH_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A random number that hangs on what it is for, not on the order of the calls. */
uint64_t mixed(uint64_t x);

struct text {
    char bytes[4096];
    size_t n;
};

void put(struct text *t, const char *s);
void put_number(struct text *t, uint64_t v);
void put_hex(struct text *t, uint64_t v);
void put_host(struct text *t, uint32_t ip);

/* The capture's own header; then one packet after the other, from port 5060 to port 5060. Time is
 * in microseconds since the epoch. */
void write_header(FILE *f);
void write_packet(FILE *f, int64_t time, uint32_t src, uint32_t dst, const struct text *t,
                  uint16_t id);

/* From other ports. */
void write_datagram(FILE *f, int64_t time, uint32_t src, uint32_t dst, uint16_t from, uint16_t to,
                    const void *p, size_t n, uint16_t id);

/* Half of a datagram, with the promise of the rest. */
void write_first_fragment(FILE *f, int64_t time, uint32_t src, uint32_t dst, const struct text *t,
                          uint16_t id);

enum { TCP_SYN = 2, TCP_ACK = 16 };

/* To port 5060. */
void write_segment(FILE *f, int64_t time, uint32_t src, uint32_t dst, uint16_t from, uint32_t seq,
                   uint8_t flags, const char *p, size_t n);

/* The same over TCP: in one to three segments, of which two may have changed places. *sent: octets
 * that went this way before; the first ones open it with a SYN. */
void write_segments(FILE *f, int64_t time, uint32_t src, uint32_t dst, uint32_t *sent,
                    const struct text *t, uint64_t random);

#endif

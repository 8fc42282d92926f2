/* What the readers of the different kinds of input share. */
#ifndef SIPSAN_NET_INPUT_H
#define SIPSAN_NET_INPUT_H

#include <stdio.h>

#include "net/pcap.h"

/* One input being read. */
struct sipsan_reader {
    const struct sipsan_input *input;
    const char *path;
    uint32_t file;
    uint32_t frame; /* of the last packet read */
    FILE *stream;   /* owned by sipsan_input_read, unless standard input */
    bool packed;    /* stream unpacks another one */
    bool live;      /* no file: what was read may be all for a while, so it is judged at once */
};

/* Hands a problem to the caller. frame: 0 when it is about the file. */
void sipsan_input_problem(const struct sipsan_reader *r, enum sipsan_problem_kind kind,
                          uint32_t frame, uint64_t offset, const char *text);

/* The caller asks to stop. */
bool sipsan_input_stopped(const struct sipsan_reader *r);

enum { SIPSAN_CAPTURE_MAGIC_SIZE = 4 };

/* The first octets are those of a pcap or pcapng file. */
bool sipsan_capture_sniff(const uint8_t head[SIPSAN_CAPTURE_MAGIC_SIZE]);

/* Reads the capture to its end. The stream is closed, unless it is standard input, and r->stream is
 * NULL then. */
enum sipsan_input_result sipsan_capture_read(struct sipsan_reader *r);

/* Microseconds, of the seconds that a capture claims, be they ever so many (SIPSAN_TIME_MOST), and
 * of a part of one, 0 to 999,999. */
int64_t sipsan_capture_time(int64_t seconds, int64_t micros);

/* For what reads packets. Hands on one that came at this time (microseconds); false: reading stops
 * here, be it that the caller asks for it. */
bool sipsan_capture_packet(struct sipsan_reader *r, int linktype, const uint8_t *bytes,
                           size_t caplen, size_t length, int64_t time);

/* Tells that reading cannot go on because of `text`: what it came to. */
enum sipsan_input_result sipsan_capture_failed(const struct sipsan_reader *r, const char *text);

/* Tells that nobody can read frames of this kind. */
void sipsan_capture_unknown(const struct sipsan_reader *r, int linktype);

/* pcapng; r->stream stays open. */
enum sipsan_input_result sipsan_pcapng_read(struct sipsan_reader *r);

#endif

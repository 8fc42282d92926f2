/* Capture files and what else may be given as input: the only user of libpcap. */
#ifndef SIPSAN_NET_PCAP_H
#define SIPSAN_NET_PCAP_H

#include "sipsan.h"

/* What reading came to. */
enum sipsan_input_result {
    SIPSAN_INPUT_READ,       /* to its end */
    SIPSAN_INPUT_CUT,        /* the last record is incomplete; what came before was read */
    SIPSAN_INPUT_UNREADABLE, /* missing, no capture header, or an unknown link type */
    SIPSAN_INPUT_FAILED,     /* trouble of ours: memory */
};

struct sipsan_input {
    struct sipsan *context;
    sipsan_problem_fn on_problem;
    void *user;
    bool (*stop)(void *user); /* asked now and then; NULL: never */
    const char
        *keylog; /* TLS secrets: captures are read through tshark; "": those in the capture */
    bool cases;  /* scenario text: a fresh context for each case */
    void (*before_reset)(void *user); /* told before each of those resets, for totals; or NULL */
};

/* Feeds the context with the file at `path` ("-": standard input) as input number `file`: a pcap or
 * pcapng capture, scenario text, or one raw SIP message, told apart by content. In scenario text
 * each case but the first is fed after a sipsan_finish and a sipsan_reset when `cases` is true. */
enum sipsan_input_result sipsan_input_read(const struct sipsan_input *input, const char *path,
                                           uint32_t file);

/* Writes messages to a pcap file as Ethernet, IP, and UDP or TCP. NULL: see errno. "-": standard
 * output.
 */
struct sipsan_pcap_writer;
struct sipsan_pcap_writer *sipsan_pcap_create(const char *path);

/* False when the stream or memory refuses, and for what the file cannot hold: another transport
 * than UDP and TCP, addresses unknown or of two families, over UDP more than a datagram's octets, a
 * time before 1970 or behind 2106. */
bool sipsan_pcap_write(struct sipsan_pcap_writer *writer, const struct sipsan_flow *flow,
                       int64_t time, struct sipsan_span payload);

/* False when something could not be written. The writer is gone either way. */
bool sipsan_pcap_close(struct sipsan_pcap_writer *writer);

#endif

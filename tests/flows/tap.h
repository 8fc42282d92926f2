/* A capture of one or more flows, and what a tap may do to it. Nothing here changes what the
 * parties did, but for repeats: those are what their timers send when a message is lost behind the
 * tap. So a legal flow stays legal. */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include "sessions.h"

/* A packet as it was captured. */
struct shot {
    const struct sipsan_packet *packet; /* bytes and flow; no bytes: time passes */
    const char *file;
    int64_t time;    /* microseconds from the start */
    unsigned serial; /* of the flow in the capture */
    unsigned keep;   /* no more of a datagram than this was captured; 0: all of it */
    bool lost;       /* packets are missing before this one, and the tap knows it */
};

struct capture {
    struct shot *shots; /* owned */
    size_t count, room;
    unsigned flows;
};

void capture_free(struct capture *c);

/* Adds all packets of a session, `shift` later than they say, in order of time. */
void capture_add(struct capture *c, const struct session *session, int64_t shift);

/* A sequence that depends on the seed and nothing else. */
struct dice {
    uint64_t state;
};

struct dice dice_of(const char *text, uint64_t seed);
uint64_t dice_below(struct dice *d, uint64_t limit);

/* Retransmissions: a request, a response or the ACK to a final response is lost behind the tap, the
 * timers of 17.1, 17.2 and 13.3.1.4 send again, and all that follows happens later. */
void tap_repeats(struct capture *c, struct dice *d);

/* Captured twice, or doubled by the network, within a millisecond. */
void tap_copies(struct capture *c, struct dice *d);

/* Two packets in a row at most 5 ms apart change places, with their times or without. */
void tap_order(struct capture *c, struct dice *d);

/* The tap misses packets: here and there, many in a row, all from one host, or all between two.
 * Where they are missing it says so: `lost` of the next one. */
void tap_losses(struct capture *c, struct dice *d);

/* It misses one packet and does not know, but for a stream, which shows it. */
void tap_missed(struct capture *c, struct dice *d);

/* It keeps the beginning of each datagram only (tcpdump -s). */
void tap_short(struct capture *c, struct dice *d);

/* The capture begins late, or ends early. */
void tap_head(struct capture *c, struct dice *d);
void tap_tail(struct capture *c, struct dice *d);

#endif

/* SCTP: DATA chunks become messages. RFC 9260 3.3.1, RFC 4168. */
#ifndef SIPSAN_NET_SCTP_H
#define SIPSAN_NET_SCTP_H

#include "base/map.h"
#include "net/ip.h"

struct sipsan_sctp_way;

struct sipsan_sctp {
    struct sipsan_mem *mem;
    uint64_t seed[2];
    struct sipsan_map map;
    struct sipsan_sctp_way *oldest, *newest;
    size_t held, held_max;
    uint64_t repeated; /* chunks sent again */
    uint64_t lost;     /* messages of which a fragment is missing, where SIP was seen before */
    uint64_t limits;   /* given up for want of room */

    /* The owner's: a whole message; it may vanish after the call. True when it was SIP. */
    bool (*on_message)(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       bool cut, const struct sipsan_ref *first);
    void *user;
};

void sipsan_sctp_init(struct sipsan_sctp *sctp, struct sipsan_mem *mem, const uint64_t seed[2],
                      size_t max);
void sipsan_sctp_reset(struct sipsan_sctp *sctp);
void sipsan_sctp_free(struct sipsan_sctp *sctp);

/* False when ip holds no SCTP packet. message_max: octets that a fragmented message may have. */
bool sipsan_sctp_packet(struct sipsan_sctp *sctp, const struct sipsan_ip *ip, size_t message_max,
                        const struct sipsan_ref *ref);

#endif

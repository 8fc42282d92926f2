/* From captured frames to SIP messages: link, tunnels, IP, fragments, UDP, TCP, SCTP, WebSocket,
 * HEP, sniffing, capture copies. Knows no capture files (net/pcap.h does) and no SIP beyond its
 * first line. */
#ifndef SIPSAN_NET_NET_H
#define SIPSAN_NET_NET_H

#include "base/map.h"
#include "sipsan.h"

/* What the layers below SIP found out about a datagram, beyond its flow. */
struct sipsan_hints {
    uint32_t interface; /* of pcapng */
    uint32_t vlan;      /* innermost tag, 0: none */
    uint64_t hash;      /* of the message: sipsan_hash_bulk with the seed of the configuration */
    uint16_t id;        /* of the IPv4 packet; 0: none, or it tells nothing */
    uint8_t ttl;
    uint8_t depth;        /* of encapsulation: IP headers before the innermost one */
    bool cut;             /* the snap length cut the payload: bytes are missing at its end */
    bool overlap;         /* of a reassembled datagram: its fragments contradicted each other */
    uint32_t first_frame; /* of a reassembled datagram: frame of its first fragment; else 0 */
};

/* One message's bytes, start line first (keep-alives and leading line ends are gone). They may
 * vanish after the call. */
typedef void (*sipsan_payload_fn)(void *user, struct sipsan_span bytes,
                                  const struct sipsan_flow *flow, const struct sipsan_ref *ref,
                                  const struct sipsan_hints *hints);

enum sipsan_loss {
    SIPSAN_LOST,          /* messages may have passed unseen up to this time */
    SIPSAN_LOST_IF_KNOWN, /* likewise, where messages were seen before */
    SIPSAN_PENDING,       /* octets that came wait for others: so it is from now on, */
    SIPSAN_SETTLED,       /* until now; told for each SIPSAN_PENDING */
};

/* Of messages between these two. */
typedef void (*sipsan_lost_fn)(void *user, const struct sipsan_flow *flow, enum sipsan_loss loss,
                               int64_t time);

struct sipsan_net;

/* Every frame is one of messages, duplicates, dropped, keepalives, fragments and segments. */
struct sipsan_net_counts {
    uint64_t frames;            /* fed */
    uint64_t messages;          /* handed on, a datagram each */
    uint64_t segments;          /* of TCP and SCTP, packets of agents, exported PDUs */
    uint64_t carried;           /* messages handed on out of those */
    uint64_t unreadable;        /* of those: compressed, or broken, packets of agents */
    uint64_t duplicates_inside; /* copies left out among what those carried */
    uint64_t duplicates;        /* captured copies left out */
    uint64_t dropped;           /* without SIP */
    uint64_t keepalives;
    uint64_t fragments;         /* frames kept until the last fragment came */
    uint64_t fragment_overlaps; /* fragments that contradicted earlier ones, which stand */
    uint64_t truncated;         /* messages that the snap length cut */
    uint64_t fragments_lost;    /* IP datagrams given up incomplete */
    uint64_t limits;            /* objects given up for want of room */
};

/* problem: our own trouble with frames, at most a few per kind and input, then counted. */
int sipsan_net_new(struct sipsan_net **out, struct sipsan_mem *mem,
                   const struct sipsan_config *config, sipsan_payload_fn on_payload,
                   sipsan_problem_fn on_problem, void *user);
/* Who wants to know of losses; NULL: nobody. */
void sipsan_net_on_lost(struct sipsan_net *net, sipsan_lost_fn on_lost);

void sipsan_net_reset(struct sipsan_net *net);
void sipsan_net_free(struct sipsan_net *net);

/* The input has ended: datagrams that wait for fragments are given up, and what streams hold behind
 * a gap is handed on. */
void sipsan_net_finish(struct sipsan_net *net);

/* As sipsan_feed_frame. */
int sipsan_net_frame(struct sipsan_net *net, int linktype, const void *bytes, size_t caplen,
                     size_t origlen, const struct sipsan_ref *ref, uint32_t interface);

/* A packet of a capture agent that came by itself; counted as a frame. */
void sipsan_net_hep(struct sipsan_net *net, const void *bytes, size_t n,
                    const struct sipsan_ref *ref);

/* As sipsan_feed_stream; counted as a frame. */
int sipsan_net_stream(struct sipsan_net *net, const void *bytes, size_t n,
                      const struct sipsan_flow *flow, const struct sipsan_ref *ref);

const struct sipsan_net_counts *sipsan_net_counts(const struct sipsan_net *net);

/* Takes keep-alives and leading line ends off a datagram. False when nothing of SIP is left:
 * CRLF pairs, four zero bytes, "jaK", or bytes that do not begin like SIP. */
bool sipsan_net_payload(struct sipsan_span *payload);

#endif

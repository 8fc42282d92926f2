/* What net.c and carried.c share: the state of the room, and the frame in hand. */
#ifndef SIPSAN_NET_NET_STATE_H
#define SIPSAN_NET_NET_STATE_H

#include "net/copies.h"
#include "net/ip.h"
#include "net/ipfrag.h"
#include "net/net.h"
#include "net/sctp.h"
#include "net/tcp.h"

enum { SIPSAN_PROBLEM_KINDS = SIPSAN_PROBLEM_UNREADABLE + 1 };

struct sipsan_net {
    struct sipsan_mem *mem;
    struct sipsan_net_counts counts;
    struct sipsan_copies copies;
    struct sipsan_ipfrags frags;
    struct sipsan_tcp tcp;
    struct sipsan_streams streams;
    struct sipsan_sctp sctp;
    size_t message_max;
    uint8_t *ports; /* owned: a bit for each port with SIP; NULL: any */
    sipsan_payload_fn on_payload;
    sipsan_problem_fn on_problem;
    sipsan_lost_fn on_lost;
    void *user;
    uint32_t file; /* of the input that `told` is about */
    uint8_t told[SIPSAN_PROBLEM_KINDS];

    /* While a frame is in hand, for what streams call back. */
    const struct sipsan_hints *hints;
    struct sipsan_ref ref; /* of the frame; of the last one when the input ends */
    struct sipsan_tcp_conn *conn;
    int side; /* that sent the octets */
    bool tls_told;
    uint64_t exported; /* the exported PDU before this one: hash of frame, flow and octets */
};

/* The frame in hand. A layer that finds another packet inside counts hints.depth up. */
struct sipsan_frame {
    const struct sipsan_ref *ref;
    size_t caplen, origlen;
    struct sipsan_hints hints;
};

/* A problem, at most a few of a kind and input. */
void sipsan_net_report(struct sipsan_net *net, enum sipsan_problem_kind kind,
                       const struct sipsan_ref *ref, uint64_t offset, struct sipsan_span text);

/* One of the ports is looked at. */
bool sipsan_net_has_port(const struct sipsan_net *net, const struct sipsan_flow *flow);

/* carried.c: what comes in streams, associations and packets of agents. */
void sipsan_carried_init(struct sipsan_net *net, const struct sipsan_config *config);
void sipsan_carried_reset(struct sipsan_net *net);
void sipsan_carried_free(struct sipsan_net *net);
void sipsan_carried_finish(struct sipsan_net *net);

/* A frame of this time comes, whatever is in it. */
void sipsan_carried_pass_time(struct sipsan_net *net, const struct sipsan_ref *ref);

/* Each takes the frame and counts it; ip holds a datagram as a whole. */
int sipsan_carried_tcp(struct sipsan_net *net, struct sipsan_frame *frame,
                       const struct sipsan_ip *ip);
int sipsan_carried_stream(struct sipsan_net *net, struct sipsan_span bytes,
                          const struct sipsan_flow *flow, const struct sipsan_ref *ref);
void sipsan_carried_sctp(struct sipsan_net *net, struct sipsan_frame *frame,
                         const struct sipsan_ip *ip);
void sipsan_carried_exported(struct sipsan_net *net, struct sipsan_frame *frame, const uint8_t *p);
void sipsan_carried_hep(struct sipsan_net *net, struct sipsan_frame *frame,
                        struct sipsan_span packet);

#endif

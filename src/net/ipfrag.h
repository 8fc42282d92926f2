/* Puts IP datagrams together from their fragments. RFC 791 3.2, RFC 815, RFC 8200 4.5, RFC 5722. */
#ifndef SIPSAN_NET_IPFRAG_H
#define SIPSAN_NET_IPFRAG_H

#include "base/map.h"
#include "net/ip.h"

struct sipsan_ipfrag; /* one datagram in the making */
struct sipsan_ipfrag_buffer;

/* A datagram was given up. p, n: its beginning, as far as it is there without a hole; missing
 * octets may be any number. ref: of its first fragment seen. */
typedef void (*sipsan_ipfrag_lost_fn)(void *user, const uint8_t *p, size_t n,
                                      const struct sipsan_ref *ref);

struct sipsan_ipfrags {
    struct sipsan_mem *mem;
    uint64_t seed[2];
    struct sipsan_map map; /* owns nothing; the list owns */
    struct sipsan_ipfrag *oldest, *newest;
    struct sipsan_ipfrag *spare; /* kept for reuse */
    struct sipsan_ipfrag_buffer *spare_buffers;
    size_t spare_buffer_count;
    uint8_t *ready; /* octets of the datagram handed out last */
    size_t ready_room;
    size_t held; /* octets of all buffers in use */
    int64_t now; /* latest time seen */
    bool started;
    uint64_t lost;     /* datagrams given up incomplete */
    uint64_t limits;   /* of them, those given up for want of room */
    uint64_t overlaps; /* fragments that contradicted an earlier one: the earlier one stands */
    sipsan_ipfrag_lost_fn on_lost;
    void *user;
};

enum sipsan_ipfrag_result {
    SIPSAN_IPFRAG_KEPT,  /* more are needed */
    SIPSAN_IPFRAG_COPY,  /* of a datagram that was complete a moment ago: captured twice */
    SIPSAN_IPFRAG_BAD,   /* no receiver would take it */
    SIPSAN_IPFRAG_WHOLE, /* *whole is the datagram, its octets last until the next call */
};

/* max: datagrams in the making. on_lost may be NULL. */
void sipsan_ipfrags_init(struct sipsan_ipfrags *frags, struct sipsan_mem *mem,
                         const uint64_t seed[2], size_t max);
void sipsan_ipfrags_free(struct sipsan_ipfrags *frags);

/* As new; memory is kept, nothing is reported as lost. */
void sipsan_ipfrags_reset(struct sipsan_ipfrags *frags);

/* Gives up what is incomplete: nothing more will come. */
void sipsan_ipfrags_finish(struct sipsan_ipfrags *frags);

/* ip->fragment is set. first_frame and overlap are set with a whole datagram. When a fragment was
 * cut by the snap length, whole->n ends before the first octet that is missing. */
enum sipsan_ipfrag_result sipsan_ipfrags_add(struct sipsan_ipfrags *frags,
                                             const struct sipsan_ip *ip,
                                             const struct sipsan_ref *ref, struct sipsan_ip *whole,
                                             uint32_t *first_frame, bool *overlap);

#endif

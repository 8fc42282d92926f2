/* TCP connections as a tap sees them: segments in any order become ordered octets of each side, and
 * gaps. Nothing is guessed: what the capture missed is told as a gap. RFC 9293. */
#ifndef SIPSAN_NET_TCP_H
#define SIPSAN_NET_TCP_H

#include "base/map.h"
#include "net/ip.h"
#include "net/stream.h"

enum {
    SIPSAN_TCP_FIN = 1 << 0,
    SIPSAN_TCP_SYN = 1 << 1,
    SIPSAN_TCP_RST = 1 << 2,
    SIPSAN_TCP_PSH = 1 << 3,
    SIPSAN_TCP_ACK = 1 << 4,
};

struct sipsan_tcp_segment {
    struct sipsan_addr src, dst;
    uint32_t seq, ack;
    uint8_t flags;
    const uint8_t *p; /* octets captured */
    size_t n;
    size_t length; /* octets sent: n, or more */
};

/* False when there is no whole header. */
bool sipsan_tcp_read(struct sipsan_tcp_segment *out, const struct sipsan_ip *ip);

/* A segment that came before one that is missing. */
struct sipsan_tcp_piece;

struct sipsan_tcp_half {
    uint32_t next;  /* number of the octet that comes next */
    uint32_t start; /* number of the first one, as far as is known */
    uint32_t end;   /* number behind the last one, when fin */
    uint32_t acked; /* number behind the last one that the other side has acknowledged */
    bool known;     /* next and start are: something of this side was seen */
    bool told;      /* they are by what the other side has acknowledged */
    bool opened;    /* start is that of the connection */
    bool
        guessed; /* start is that of the first segment seen: nobody knows whether it is the first */
    bool has_acked; /* acked is */
    bool fin;
    bool strange; /* a segment came from far outside the window: another one behind it moves us */
    uint32_t strange_next;
    uint32_t piece_count;
    size_t waiting;                 /* octets in pieces */
    struct sipsan_tcp_piece *first; /* by number */
    struct sipsan_stream stream;
};

/* Who goes first when room is needed. */
enum sipsan_tcp_rank {
    SIPSAN_TCP_CLOSED,
    SIPSAN_TCP_OTHER, /* no SIP was seen on it: floods are made of these */
    SIPSAN_TCP_SIP,
    SIPSAN_TCP_RANKS
};

/* Why octets are not there. */
enum sipsan_tcp_missed {
    SIPSAN_TCP_ACKED,   /* the other side has them. A gap follows, unless they come yet */
    SIPSAN_TCP_STALLED, /* others have waited for them too long */
    SIPSAN_TCP_BEFORE,  /* the connection is older than the capture, and these are the first */
    SIPSAN_TCP_EARLY,   /* they come behind what was taken for the beginning, and are left out */
};

struct sipsan_tcp_conn {
    struct sipsan_map_link link;
    struct sipsan_tcp_conn *older, *newer; /* of the same rank, by last segment */
    struct sipsan_tcp_conn *stalled_older, *stalled_newer;
    int64_t stalled; /* since when octets wait for others, as was told; 0: none wait */
    enum sipsan_tcp_rank rank;
    struct sipsan_addr end[2]; /* end[0] sent the first segment seen */
    uint32_t number;           /* 1, 2, 3 ...; of one that is fed: the caller's */
    bool fed;                  /* its octets come from the caller, in order, not in segments */
    uint8_t transport;         /* fed: enum sipsan_transport */
    bool accused[2];           /* fed: what this side sends, the accused sends */
    int64_t last;
    int64_t
        missed;   /* the owner's: what it was not told of while nothing of SIP was seen; 0: none */
    bool ignored; /* set by the owner: nothing on it is wanted */
    struct sipsan_tcp_half half[2];
};

struct sipsan_tcp {
    struct sipsan_mem *mem;
    uint64_t seed[2];
    struct sipsan_map map;
    struct sipsan_tcp_conn *oldest[SIPSAN_TCP_RANKS], *newest[SIPSAN_TCP_RANKS];
    struct sipsan_tcp_conn *stalled_oldest, *stalled_newest;
    size_t waiting, waiting_max; /* octets in pieces, of all connections */
    uint32_t number;
    uint64_t limits; /* connections and segments given up for want of room */

    /* The owner's. Octets of a side in their order; octets that are missing before what comes next
     * (0: nobody knows how many); no more octets will come: after this the stream must hold no
     * memory. */
    void (*on_bytes)(void *user, struct sipsan_tcp_conn *conn, int side, struct sipsan_span bytes,
                     const struct sipsan_ref *ref);
    void (*on_gap)(void *user, struct sipsan_tcp_conn *conn, int side, uint64_t lost);
    void (*on_end)(void *user, struct sipsan_tcp_conn *conn, int side);
    /* Octets of a side have passed, or may have passed, and are not there. */
    void (*on_missed)(void *user, struct sipsan_tcp_conn *conn, int side, enum sipsan_tcp_missed);
    /* Octets wait for others, behind a hole or as a part of a message: meanwhile what is not seen
     * may have passed all the same. False: no longer. Told in turns. */
    void (*on_stalled)(void *user, struct sipsan_tcp_conn *conn, bool stalled);
    void *user;
};

void sipsan_tcp_init(struct sipsan_tcp *tcp, struct sipsan_mem *mem, const uint64_t seed[2],
                     size_t max);
/* Ends all connections. */
void sipsan_tcp_reset(struct sipsan_tcp *tcp);
void sipsan_tcp_free(struct sipsan_tcp *tcp);

/* It is `now`: what has waited for long is no longer told of. */
void sipsan_tcp_pass_time(struct sipsan_tcp *tcp, int64_t now);

/* The input has ended: what waits behind holes is handed on. */
void sipsan_tcp_finish(struct sipsan_tcp *tcp);

/* 0 or SIPSAN_ENOMEM: then the segment is lost, which a gap will tell. */
int sipsan_tcp_add(struct sipsan_tcp *tcp, const struct sipsan_tcp_segment *segment,
                   const struct sipsan_ref *ref);

/* Octets of one direction of a connection that somebody else keeps in order; none: it has ended. Of
 * an unknown one these are the first. 0, SIPSAN_ENOMEM, or SIPSAN_EINVAL when it had ended. */
int sipsan_tcp_feed(struct sipsan_tcp *tcp, const struct sipsan_flow *flow,
                    struct sipsan_span bytes, const struct sipsan_ref *ref);

/* The owner has a whole message of this side, and will hand it on: it may be what was waited for.
 */
void sipsan_tcp_arrived(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *conn, int side);

/* Something of SIP was seen on it: it is kept longer. */
void sipsan_tcp_is_sip(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *conn);

#endif

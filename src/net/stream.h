/* Ordered octets of one side of a connection become messages: which protocol it is, where a message
 * ends. RFC 3261 18.3 (Content-Length), RFC 5626 4.4.1 and 3.5.1 (keep-alives), RFC 6455 and
 * RFC 7118 (WebSocket), HEP. */
#ifndef SIPSAN_NET_STREAM_H
#define SIPSAN_NET_STREAM_H

#include "base/mem.h"
#include "net/websocket.h"

enum sipsan_stream_kind {
    SIPSAN_STREAM_UNKNOWN,
    SIPSAN_STREAM_SIP,
    SIPSAN_STREAM_HTTP, /* what may become WebSocket */
    SIPSAN_STREAM_WEBSOCKET,
    SIPSAN_STREAM_HEP,
    SIPSAN_STREAM_TLS,
    SIPSAN_STREAM_OTHER,
};

struct sipsan_stream {
    enum sipsan_stream_kind kind;
    bool from_start;         /* the first octet is the first one of the connection */
    bool lost;               /* SIP, HEP: where one begins must be found again */
    bool in_line;            /* lost, in the middle of a line */
    char *data;              /* owned: octets that wait for more */
    size_t n, room;          /* of data */
    size_t scanned;          /* of data: no header ends in these */
    size_t need;             /* octets from which on it is worth looking again */
    uint64_t skip;           /* octets of a body that will not be looked at */
    uint64_t looked;         /* octets in which nothing known was found */
    struct sipsan_ref first; /* where data began */
    struct sipsan_websocket ws;
};

/* A buffer that nobody uses. */
struct sipsan_stream_spare;

/* What all streams share. */
struct sipsan_streams {
    struct sipsan_mem *mem;
    struct sipsan_stream_spare *spare; /* of the smallest size: streams come and go */
    uint32_t spare_count;
    size_t message_max; /* octets of a message */
    size_t held, held_max;
    uint64_t keepalives, limits, tls, packed;
    enum sipsan_transport transport; /* of what is not WebSocket: TCP, or TLS that was decrypted */
    bool silent;                     /* nobody is told of anything: streams are being dropped */

    /* The owner's. bytes: a message, start line first; it may vanish after the call. cut: it is
     * not all there. first: the frame it began in. */
    void (*on_message)(void *user, struct sipsan_span bytes, enum sipsan_transport transport,
                       bool cut, const struct sipsan_ref *first);
    void (*on_hep)(void *user, struct sipsan_span packet);
    /* Octets were lost, or cannot be told apart: messages may have been missed. */
    void (*on_lost)(void *user, enum sipsan_problem_kind kind, struct sipsan_span text);
    /* held_max is reached: another stream may be told to let go (sipsan_stream_release). */
    void (*on_full)(void *user);
    void *user;
};

/* other: the other side of the connection. */
void sipsan_stream_bytes(struct sipsan_streams *all, struct sipsan_stream *stream,
                         struct sipsan_stream *other, struct sipsan_span bytes,
                         const struct sipsan_ref *ref);

/* `lost` octets are missing here; 0: nobody knows how many. */
void sipsan_stream_gap(struct sipsan_streams *all, struct sipsan_stream *stream, uint64_t lost);

/* No more octets will come, or they are not waited for: gives back all memory. A message whose
 * header is complete is handed on as cut. */
void sipsan_stream_end(struct sipsan_streams *all, struct sipsan_stream *stream);

/* Forgets what waits: the place in the stream is lost. */
void sipsan_stream_release(struct sipsan_streams *all, struct sipsan_stream *stream);

/* Gives back the buffers that are kept for streams to come. */
void sipsan_streams_free(struct sipsan_streams *all);

/* A message has begun and is not whole. */
bool sipsan_stream_waits(const struct sipsan_stream *stream);

/* Nothing of SIP will be found on it. */
bool sipsan_stream_is_foreign(const struct sipsan_stream *stream);

#endif

/* WebSocket frames: RFC 6455 5. */
#ifndef SIPSAN_NET_WEBSOCKET_H
#define SIPSAN_NET_WEBSOCKET_H

#include "sipsan.h"

enum {
    SIPSAN_WS_CONTINUATION = 0,
    SIPSAN_WS_TEXT = 1,
    SIPSAN_WS_BINARY = 2,
    SIPSAN_WS_CLOSE = 8,
};

/* A message that comes in fragments. */
struct sipsan_websocket {
    char *message; /* owned */
    size_t n, room;
    bool open;   /* a fragment that is not the last one was seen */
    bool packed; /* and it is compressed: RFC 7692 */
};

struct sipsan_ws_frame {
    bool final, packed, masked;
    uint8_t opcode;
    uint8_t mask[4];
    size_t head;     /* octets of the frame's header */
    uint64_t length; /* of the payload */
};

enum sipsan_ws_result { SIPSAN_WS_WHOLE, SIPSAN_WS_MORE, SIPSAN_WS_BAD };

/* The header of the frame that begins at p. MORE: n octets are not enough to tell. BAD: no frame
 * begins like this. */
enum sipsan_ws_result sipsan_ws_head(struct sipsan_ws_frame *out, const uint8_t *p, size_t n);

/* Takes the mask off, or puts it on; `at`: octets of the payload before p. */
void sipsan_ws_unmask(const struct sipsan_ws_frame *frame, uint64_t at, char *p, size_t n);

/* The header of an HTTP message (up to its empty line) asks for, or grants, an upgrade to
 * WebSocket. RFC 6455 4.1, 4.2.2. */
bool sipsan_ws_upgrade(struct sipsan_span header);

#endif

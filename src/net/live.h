/* A network interface as a source of frames, through libpcap. */
#ifndef SIPSAN_NET_LIVE_H
#define SIPSAN_NET_LIVE_H

#include "sipsan.h"

enum { SIPSAN_LIVE_ERROR = 256 };

struct sipsan_live;

/* NULL with a message in error (SIPSAN_LIVE_ERROR octets). filter: in libpcap's language, or NULL.
 * Root's rights, or the capability to capture, are needed here and no longer afterwards. */
struct sipsan_live *sipsan_live_open(const char *interface, const char *filter, bool promiscuous,
                                     char *error);

enum sipsan_live_result {
    SIPSAN_LIVE_FED,   /* frames were fed */
    SIPSAN_LIVE_QUIET, /* a moment passed without any */
    SIPSAN_LIVE_GONE,  /* the interface is gone: see sipsan_live_error */
};

/* Feeds the frames that are there, or waits a moment for some, and judges them. */
enum sipsan_live_result sipsan_live_read(struct sipsan_live *live, struct sipsan *context);

/* Frames that the kernel had to drop since the last call. */
uint64_t sipsan_live_dropped(struct sipsan_live *live);

const char *sipsan_live_error(const struct sipsan_live *live);
void sipsan_live_close(struct sipsan_live *live);

#endif

/* Frames are fed in the batches in which the kernel hands them over, and judged after each. */
#define _DEFAULT_SOURCE 1 /* pcap.h wants the BSD names of integer types */

#include "net/live.h"

#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/link.h"

enum {
    SNAPLEN = 262144,
    WAIT_MS = 200, /* findings come so late at most */
    BUFFER = 16 << 20,
};

struct sipsan_live {
    pcap_t *pcap;
    struct sipsan *context; /* while frames are fed */
    int linktype;
    uint32_t frame;
    uint32_t dropped; /* told by the kernel so far */
};

static bool set_filter(pcap_t *pcap, const char *filter, char *error)
{
    struct bpf_program program;
    bool ok;

    if (!filter || !*filter)
        return true;
    if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN)) {
        snprintf(error, SIPSAN_LIVE_ERROR, "the filter is none: %s", pcap_geterr(pcap));
        return false;
    }
    ok = pcap_setfilter(pcap, &program) == 0;
    pcap_freecode(&program);
    if (!ok)
        snprintf(error, SIPSAN_LIVE_ERROR, "%s", pcap_geterr(pcap));
    return ok;
}

static bool activate(pcap_t *pcap, bool promiscuous, char *error)
{
    int status;

    pcap_set_snaplen(pcap, SNAPLEN);
    pcap_set_promisc(pcap, promiscuous);
    pcap_set_timeout(pcap, WAIT_MS);
    pcap_set_buffer_size(pcap, BUFFER);
    status = pcap_activate(pcap);
    if (status >= 0)
        return true;
    snprintf(error, SIPSAN_LIVE_ERROR, "%s%s%.180s", pcap_statustostr(status),
             *pcap_geterr(pcap) ? ": " : "", pcap_geterr(pcap));
    return false;
}

struct sipsan_live *sipsan_live_open(const char *interface, const char *filter, bool promiscuous,
                                     char *error)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    struct sipsan_live *live = calloc(1, sizeof(*live));

    if (!live) {
        snprintf(error, SIPSAN_LIVE_ERROR, "out of memory");
        return NULL;
    }
    live->pcap = pcap_create(interface, reason);
    if (!live->pcap)
        snprintf(error, SIPSAN_LIVE_ERROR, "%s", reason);
    if (!live->pcap || !activate(live->pcap, promiscuous, error) ||
        !set_filter(live->pcap, filter, error)) {
        sipsan_live_close(live);
        return NULL;
    }
    if (pcap_get_selectable_fd(live->pcap) >= 0)
        pcap_setnonblock(live->pcap, 1, reason);
    live->linktype = pcap_datalink(live->pcap);
    if (live->linktype == DLT_RAW)
        live->linktype = SIPSAN_LINK_RAW;
    if (!sipsan_link_known(live->linktype)) {
        snprintf(error, SIPSAN_LIVE_ERROR, "link type %d cannot be read", live->linktype);
        sipsan_live_close(live);
        return NULL;
    }
    return live;
}

static void take(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct sipsan_live *live = (struct sipsan_live *)(void *)user;
    struct sipsan_ref ref = {
        .frame = ++live->frame,
        .time = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec,
    };

    (void)sipsan_feed_frame(live->context, live->linktype, bytes, header->caplen, header->len,
                            &ref);
}

enum sipsan_live_result sipsan_live_read(struct sipsan_live *live, struct sipsan *context)
{
    struct pollfd wait = {.fd = pcap_get_selectable_fd(live->pcap), .events = POLLIN};
    int count;

    /* libpcap's own time-out need not end a wait in which nothing comes. */
    if (wait.fd >= 0)
        poll(&wait, 1, WAIT_MS);
    live->context = context;
    count = pcap_dispatch(live->pcap, -1, take, (u_char *)live);
    (void)sipsan_flush(context); /* what memory refuses is told as a problem */
    if (count < 0)
        return SIPSAN_LIVE_GONE;
    return count > 0 ? SIPSAN_LIVE_FED : SIPSAN_LIVE_QUIET;
}

uint64_t sipsan_live_dropped(struct sipsan_live *live)
{
    struct pcap_stat stats;
    uint32_t now, more;

    if (pcap_stats(live->pcap, &stats))
        return 0;
    now = stats.ps_drop + stats.ps_ifdrop;
    more = now - live->dropped; /* the counter may wrap */
    live->dropped = now;
    return more;
}

const char *sipsan_live_error(const struct sipsan_live *live)
{
    return pcap_geterr(live->pcap);
}

void sipsan_live_close(struct sipsan_live *live)
{
    if (live && live->pcap)
        pcap_close(live->pcap);
    free(live);
}

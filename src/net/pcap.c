/* Reads capture files: the only file that knows libpcap. Packets are fed as they arrive, so that a
 * pipe from a running capture is judged while it runs. */
#define _DEFAULT_SOURCE 1 /* pcap.h wants the BSD names of integer types */

#include "net/pcap.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "net/input.h"
#include "net/link.h"

enum { FRAMES_BETWEEN_STOPS = 256 };

bool sipsan_capture_sniff(const uint8_t head[SIPSAN_CAPTURE_MAGIC_SIZE])
{
    static const uint8_t magics[][SIPSAN_CAPTURE_MAGIC_SIZE] = {
        {0xa1, 0xb2, 0xc3, 0xd4}, {0xd4, 0xc3, 0xb2, 0xa1}, /* microseconds */
        {0xa1, 0xb2, 0x3c, 0x4d}, {0x4d, 0x3c, 0xb2, 0xa1}, /* nanoseconds */
        {0xa1, 0xb2, 0xcd, 0x34}, {0x34, 0xcd, 0xb2, 0xa1}, /* longer record headers */
        {0x0a, 0x0d, 0x0d, 0x0a},                           /* pcapng */
    };

    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        if (memcmp(head, magics[i], SIPSAN_CAPTURE_MAGIC_SIZE) == 0)
            return true;
    }
    return false;
}

/* libpcap tells link types in its own numbers, which differ from those in files for a few. */
static int linktype_of(pcap_t *pcap)
{
    int dlt = pcap_datalink(pcap);

    switch (dlt) {
    case DLT_RAW:
        return SIPSAN_LINK_RAW;
    case DLT_LOOP:
        return SIPSAN_LINK_LOOP;
    default:
        return dlt;
    }
}

int64_t sipsan_capture_time(int64_t seconds, int64_t micros)
{
    const int64_t most = SIPSAN_TIME_MOST / 1000000;

    if (seconds >= most)
        return SIPSAN_TIME_MOST;
    if (seconds <= -most)
        return -SIPSAN_TIME_MOST;
    return seconds * 1000000 + micros;
}

/* What libpcap's refusal means. It has no codes, only texts. */
static enum sipsan_problem_kind kind_of_failure(const struct sipsan_reader *r, const char *text)
{
    if (strstr(text, "different from the type of the first interface") ||
        strstr(text, "unsupported link-layer type") || strstr(text, "unknown network type"))
        return SIPSAN_PROBLEM_LINKTYPE;
    return feof(r->stream) ? SIPSAN_PROBLEM_TRUNCATED : SIPSAN_PROBLEM_UNREADABLE;
}

enum sipsan_input_result sipsan_capture_failed(const struct sipsan_reader *r, const char *text)
{
    bool packed = ferror(r->stream) && errno == EBADMSG; /* unpack.c */
    enum sipsan_problem_kind kind = packed ? SIPSAN_PROBLEM_TRUNCATED : kind_of_failure(r, text);
    long at = ftell(r->stream); /* not on a pipe */
    char line[PCAP_ERRBUF_SIZE + 128];

    if (packed)
        text = "the compressed contents are broken or incomplete";
    if (r->packed && at >= 0)
        snprintf(line, sizeof(line), "reading stopped at byte %ld of what was unpacked: %s", at,
                 text);
    else if (at >= 0)
        snprintf(line, sizeof(line), "reading stopped at byte %ld of the file: %s", at, text);
    else
        snprintf(line, sizeof(line), "reading stopped: %s", text);
    sipsan_input_problem(r, kind, r->frame + 1, at >= 0 ? (uint64_t)at : 0, line);
    return r->frame > 0 ? SIPSAN_INPUT_CUT : SIPSAN_INPUT_UNREADABLE;
}

void sipsan_capture_unknown(const struct sipsan_reader *r, int linktype)
{
    const char *name = pcap_datalink_val_to_name(linktype);
    char text[128];

    snprintf(text, sizeof(text), "link type %d (%s) cannot be read", linktype,
             name ? name : "unknown");
    sipsan_input_problem(r, SIPSAN_PROBLEM_LINKTYPE, 0, 0, text);
}

/* More is in the pipe, beyond what was read of it. */
static bool more_waits(FILE *stream)
{
    struct pollfd fd = {.fd = fileno(stream), .events = POLLIN};

    return poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) != 0;
}

/* What the context refuses is told as a problem or counted: the next frame may be taken. */
bool sipsan_capture_packet(struct sipsan_reader *r, int linktype, const uint8_t *bytes,
                           size_t caplen, size_t length, int64_t time)
{
    struct sipsan_ref ref = {.file = r->file, .frame = r->frame + 1, .time = time};

    if (r->frame == UINT32_MAX) {
        sipsan_input_problem(r, SIPSAN_PROBLEM_LIMIT, r->frame, 0, "too many frames");
        return false;
    }
    r->frame++;
    (void)sipsan_feed_frame(r->input->context, linktype, bytes, caplen, length, &ref);
    if (r->live && (r->frame % FRAMES_BETWEEN_STOPS == 0 || !more_waits(r->stream)))
        (void)sipsan_flush(r->input->context);
    return r->frame % FRAMES_BETWEEN_STOPS != 0 || !sipsan_input_stopped(r);
}

static enum sipsan_input_result read_packets(struct sipsan_reader *r, pcap_t *pcap)
{
    int linktype = linktype_of(pcap);
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int got;

    if (!sipsan_link_known(linktype)) {
        sipsan_capture_unknown(r, linktype);
        return SIPSAN_INPUT_UNREADABLE;
    }
    while ((got = pcap_next_ex(pcap, &header, &bytes)) == 1)
        if (!sipsan_capture_packet(r, linktype, bytes, header->caplen, header->len,
                                   sipsan_capture_time(header->ts.tv_sec, header->ts.tv_usec)))
            return SIPSAN_INPUT_READ;
    return got == PCAP_ERROR_BREAK ? SIPSAN_INPUT_READ
                                   : sipsan_capture_failed(r, pcap_geterr(pcap));
}

/* libpcap closes the stream together with the capture. */
enum sipsan_input_result sipsan_capture_read(struct sipsan_reader *r)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap =
        pcap_fopen_offline_with_tstamp_precision(r->stream, PCAP_TSTAMP_PRECISION_MICRO, error);
    enum sipsan_input_result result;

    if (!pcap)
        return sipsan_capture_failed(r, error);
    result = read_packets(r, pcap);
    if (r->stream != stdin)
        r->stream = NULL;
    pcap_close(pcap);
    return result;
}

/* Targets: sipsan_net_frame: link, tunnels, IP, fragments, UDP, TCP, SCTP, WebSocket, HEP, exported
 * PDUs, payload, capture copies.
 *
 * Input: one octet that picks the link type, then records of two octets of length (the top bit: the
 * snap length cut this frame; the next: a second passes before it) and as many octets of frame.
 *
 * Invariants: every frame is counted once; a payload is no longer than all that was fed, and lies
 * in the frame unless it was put together from fragments; memory is given back; after a reset the
 * same frames give the same counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "holds.h"
#include "net/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct session {
    const char *frame, *end; /* the one in hand */
    size_t fed;
    uint64_t messages, octets;
};

static void on_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                       const struct sipsan_ref *ref, const struct sipsan_hints *hints)
{
    struct session *session = user;

    HOLDS(bytes.n > 0 && bytes.n <= session->fed);
    HOLDS(bytes.p[0] != '\r' && bytes.p[0] != '\n');
    HOLDS(flow->src.family == flow->dst.family);
    HOLDS(flow->src.family == 4 || flow->src.family == 6);
    if (flow->transport == SIPSAN_UDP && hints->first_frame == 0)
        HOLDS(bytes.p >= session->frame && bytes.p + bytes.n <= session->end);
    HOLDS(hints->first_frame <= ref->frame);
    session->messages++;
    for (size_t i = 0; i < bytes.n; i++)
        session->octets += (unsigned char)bytes.p[i];
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    (void)user;
    HOLDS(problem->text.n > 0 && problem->text.n < 200);
}

static void feed(struct sipsan_net *net, struct session *session, const uint8_t *data, size_t size)
{
    static const int linktypes[] = {1,   0,   108, 12,  101, 113, 276, 228, 229, 147,
                                    105, 127, 119, 163, 9,   50,  51,  104, 252};
    struct sipsan_ref ref = {.time = 1000000};
    int linktype;

    *session = (struct session){0};
    if (size < 1)
        return;
    linktype = linktypes[data[0] % (sizeof(linktypes) / sizeof(linktypes[0]))];
    data++;
    size--;
    while (size >= 2) {
        size_t head = (size_t)(data[0] << 8 | data[1]);
        size_t n = head & 0x3fff;
        char *frame;

        data += 2;
        size -= 2;
        if (n > size)
            n = size;
        ref.frame++;
        ref.time += (head & 0x4000) != 0 ? 1000000 : 500;
        frame = malloc(n > 0 ? n : 1); /* of its own: sanitizers see a read behind it */
        if (!frame)
            return;
        memcpy(frame, data, n);
        session->frame = frame;
        session->end = frame + n;
        session->fed += n;
        sipsan_net_frame(net, linktype, frame, n, (head & 0x8000) != 0 ? n + 100 : n, &ref, 0);
        free(frame);
        data += n;
        size -= n;
    }
    sipsan_net_finish(net);
}

static void check_counts(const struct sipsan_net_counts *counts, const struct session *session)
{
    HOLDS(counts->messages + counts->carried == session->messages);
    HOLDS(counts->frames == counts->messages + counts->duplicates + counts->dropped +
                                counts->keepalives + counts->fragments + counts->segments);
    HOLDS(counts->truncated <= counts->messages + counts->carried);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sipsan_mem mem;
    struct sipsan_config config = {.limits = {.fragments = 8}, .hash_seed = {1, 2}};
    struct sipsan_net *net;
    struct session first, second;
    struct sipsan_net_counts counts;

    sipsan_mem_init(&mem);
    HOLDS(sipsan_net_new(&net, &mem, &config, on_payload, on_problem, &first) == SIPSAN_OK);
    feed(net, &first, data, size);
    counts = *sipsan_net_counts(net);
    check_counts(&counts, &first);

    second = first;
    sipsan_net_reset(net);
    feed(net, &first, data, size);
    HOLDS(memcmp(&counts, sipsan_net_counts(net), sizeof(counts)) == 0);
    HOLDS(first.octets == second.octets);
    sipsan_net_free(net);
    HOLDS(mem.used == 0);
    return 0;
}

/* Targets: sipsan_hep_read, sipsan_exported_read.
 *
 * Input: a packet of an agent, and the same octets as an exported PDU.
 *
 * Invariants: what is read lies in the packet; addresses are of one family; a packet that is read
 * has the length it tells, and none of it is read when it is one octet shorter. */
#include <stdint.h>

#include "net/exported.h"
#include "net/hep.h"
#include "segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_flow(const struct sipsan_flow *flow)
{
    HOLDS(flow->src.family == 4 || flow->src.family == 6);
    HOLDS(flow->src.family == flow->dst.family);
}

static void check_span(struct sipsan_span s, const uint8_t *p, size_t n)
{
    const char *from = (const char *)p;

    HOLDS(s.p >= from && s.n <= n && s.p + s.n <= from + n);
}

/* As it comes from a HEP sender: at most one message, which lies in the packet. */
static void feed(const uint8_t *p, size_t n)
{
    static struct notes notes;
    struct sipsan_config config = {.hash_seed = {1, 2}, .limits = {.message = 65536}};
    struct sipsan_ref ref = {.frame = 1, .time = 1};
    struct sipsan_mem mem;
    struct sipsan_net *net;

    sipsan_mem_init(&mem);
    notes.count = notes.n = 0;
    HOLDS(sipsan_net_new(&net, &mem, &config, note, note_problem, &notes) == SIPSAN_OK);
    sipsan_net_hep(net, p, n, &ref);
    sipsan_net_finish(net);
    sipsan_net_free(net);
    HOLDS(mem.used == 0);
    HOLDS(notes.count <= 1 && notes.n <= n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *p = malloc(size > 0 ? size : 1);
    struct sipsan_hep hep;
    struct sipsan_exported pdu;

    HOLDS(p);
    if (size > 0)
        memcpy(p, data, size);
    if (sipsan_hep_read(&hep, p, size)) {
        check_flow(&hep.flow);
        check_span(hep.payload, p, size);
        HOLDS(sipsan_hep_sniff(p, size) && sipsan_hep_length(p) == size);
        HOLDS(!sipsan_hep_read(&hep, p, size - 1));
    }
    if (sipsan_exported_read(&pdu, p, size)) {
        check_flow(&pdu.flow);
        check_span(pdu.payload, p, size);
        HOLDS(pdu.offset + pdu.payload.n == size);
    }
    feed(p, size);
    free(p);
    return 0;
}

/* libre, for comparison. Its parser reads the start line, the top Via, To, From, CSeq and some
 * numbers; everything else is left to its callers. */
#include "bench.h"

#include <stdint.h>
#include <sys/types.h>

#define HAVE_STDBOOL_H 1 /* or it makes a bool of its own */
#include <re.h>

static bool start(void)
{
    return true;
}

static struct sip_msg *decode(const char *p, size_t n)
{
    struct mbuf *mb = mbuf_alloc(n);
    struct sip_msg *msg = NULL;

    if (mb && mbuf_write_mem(mb, (const uint8_t *)p, n) == 0) {
        mbuf_set_pos(mb, 0);
        if (sip_msg_decode(&msg, mb) != 0)
            msg = NULL;
    }
    mem_deref(mb);
    return msg;
}

static bool parse(const char *p, size_t n)
{
    struct sip_msg *msg = decode(p, n);

    mem_deref(msg);
    return msg != NULL;
}

static void stop(void)
{
}

/* What a caller would decode; true stops the walk. */
static bool broken(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
    struct sip_addr addr;
    struct sip_via via;

    (void)msg;
    (void)arg;
    switch (hdr->id) {
    case SIP_HDR_VIA:
        return sip_via_decode(&via, &hdr->val) != 0;
    case SIP_HDR_CONTACT:
    case SIP_HDR_ROUTE:
    case SIP_HDR_RECORD_ROUTE:
        return pl_strcmp(&hdr->val, "*") != 0 && sip_addr_decode(&addr, &hdr->val) != 0;
    default:
        return false;
    }
}

bool bench_libre_accept(const char *p, size_t n)
{
    struct sip_msg *msg = decode(p, n);
    bool ok = msg && msg->cseq.met.p && msg->callid.p &&
              !sip_msg_hdr_apply(msg, true, SIP_HDR_NONE, broken, NULL);

    mem_deref(msg);
    return ok;
}

const struct bench_parser bench_libre = {"libre", start, parse, stop};

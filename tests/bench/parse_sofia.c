/* Sofia-SIP, for comparison: the message and all headers it knows. */
#include "bench.h"

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_util.h>

static bool start(void)
{
    return sip_default_mclass() != NULL;
}

static bool parse(const char *p, size_t n)
{
    msg_t *m = msg_make(sip_default_mclass(), 0, p, (ssize_t)n);
    sip_t *sip = m ? sip_object(m) : NULL;
    bool ok = sip && !sip->sip_error && sip->sip_cseq;

    msg_destroy(m);
    return ok;
}

static void stop(void)
{
}

const struct bench_parser bench_sofia = {"Sofia-SIP", start, parse, stop};

/* All header fields are read when the message is extracted, most of them to their end; the sanity
 * check is what its own transaction layer asks of a message before it looks at it. */
bool bench_sofia_accept(const char *p, size_t n)
{
    msg_t *m = msg_make(sip_default_mclass(), 0, p, (ssize_t)n);
    sip_t *sip = m ? sip_object(m) : NULL;
    bool ok = sip && !sip->sip_error && !(msg_extract_errors(m) & MSG_FLG_ERROR) &&
              sip_sanity_check(sip) == 0;

    msg_destroy(m);
    return ok;
}

/* Clients keep the bindings of their NAT alive with datagrams that are no SIP: line ends (RFC 5626
 * 4.4.1 has them for streams; many send them over UDP too), zero bytes, the word "jaK", or nothing
 * at all. STUN (RFC 5626 4.4.2) counts as something else: ICE sends it for media as well. */
#include "net/payload.h"

#include "base/span.h"
#include "net/net.h"
#include "parse/msg.h"

static bool all_zero(struct sipsan_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != 0)
            return false;
    }
    return true;
}

static bool is_keepalive(struct sipsan_span s)
{
    return s.n == 0 || (s.n <= 4 && all_zero(s)) || span_eq(s, SPAN_LIT("jaK"));
}

/* Every start line begins with a character of a token, and those are ASCII and visible. The first
 * octet of RTP, RTCP and STUN never is. */
static bool may_begin_message(unsigned char c)
{
    return c > 0x20 && c < 0x7f;
}

enum sipsan_payload sipsan_payload_read(struct sipsan_span *payload)
{
    struct sipsan_span s = *payload;

    while (s.n > 0 && (s.p[0] == '\r' || s.p[0] == '\n')) {
        s.p++;
        s.n--;
    }
    *payload = s;
    if (s.n > 4 && !may_begin_message((unsigned char)s.p[0]))
        return SIPSAN_PAYLOAD_OTHER;
    if (is_keepalive(s))
        return SIPSAN_PAYLOAD_KEEPALIVE;
    return sipsan_msg_sniff(s.p, s.n) ? SIPSAN_PAYLOAD_SIP : SIPSAN_PAYLOAD_OTHER;
}

bool sipsan_net_payload(struct sipsan_span *payload)
{
    return sipsan_payload_read(payload) == SIPSAN_PAYLOAD_SIP;
}

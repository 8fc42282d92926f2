/* The texts by which messages find each other. */
#include "txn/keys.h"

#include "base/span.h"

uint16_t sipsan_via_port(const struct sipsan_via *via)
{
    if (via->port >= 0)
        return (uint16_t)via->port;
    return sipsan_span_starts_nocase(span_solid(via->transport), SPAN_LIT("TLS")) ? 5061 : 5060;
}

/* Branch, sent-by host and port (17.2.3); 0 when one of the texts is missing. */
static uint64_t key_of_via(const uint64_t seed[2], const struct sipsan_via *via)
{
    uint64_t hash;

    if (!via->branch.p || !via->host.p)
        return 0;
    hash = sipsan_hash_two_nocase(seed, via->branch, via->host, sipsan_via_port(via));
    return hash ? hash : 1;
}

void sipsan_keys_of(struct sipsan_keys *keys, const uint64_t seed[2], const struct sipsan_msg *msg)
{
    keys->call_id = sipsan_hash_text(seed, span_solid(msg->call_id));
    keys->from_tag = sipsan_hash_text_nocase(seed, span_solid(msg->from.tag));
    keys->to_tag = sipsan_hash_text_nocase(seed, span_solid(msg->to.tag));
    keys->via = msg->via ? key_of_via(seed, msg->via) : 0;
    keys->via2 = msg->via && msg->via->next ? key_of_via(seed, msg->via->next) : 0;
}

/* Targets: sipsan_link_read, sipsan_wifi_read, sipsan_encap_ether, sipsan_encap_ip,
 * sipsan_encap_udp, sipsan_ip_read.
 *
 * Input: two octets of link type, then a frame.
 *
 * Invariants: each layer lies in the one around it, and its length on the wire is no less than what
 * is there of it; packets inside packets end. */
#include <stdint.h>

#include "net/encap.h"
#include "segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct sipsan_layer *layer, const uint8_t *p, size_t n)
{
    HOLDS(layer->p >= p && layer->n <= n && layer->p + layer->n <= p + n);
    HOLDS(layer->length >= layer->n);
}

static void peel(struct sipsan_layer layer, const uint8_t *p, size_t n, int depth)
{
    struct sipsan_layer inner;
    struct sipsan_ip ip;

    if (depth > 64 || !sipsan_encap_ether(&layer))
        return;
    check(&layer, p, n);
    HOLDS(layer.type == SIPSAN_ETHERTYPE_IPV4 || layer.type == SIPSAN_ETHERTYPE_IPV6);
    if (!sipsan_ip_read(&ip, layer.p, layer.n, layer.length))
        return;
    HOLDS(ip.p >= p && ip.p + ip.n <= p + n && ip.length >= ip.n);
    if (sipsan_encap_ip(&inner, &ip)) {
        check(&inner, p, n);
        peel(inner, p, n, depth + 1);
    }
    for (unsigned port = 2152; ip.n > 8; port = port == 2152 ? 4789 : 0) {
        if (sipsan_encap_udp(&inner, (uint16_t)port, ip.p + 8, ip.n - 8, ip.length - 8)) {
            check(&inner, p, n);
            peel(inner, p, n, depth + 1);
        }
        if (port == 0)
            break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sipsan_link link;
    uint8_t *p;
    size_t n;

    if (size < 2)
        return 0;
    n = size - 2;
    p = malloc(n > 0 ? n : 1);
    HOLDS(p);
    if (n > 0)
        memcpy(p, data + 2, n);
    if (sipsan_link_read(&link, data[0] << 8 | data[1], p, n) == SIPSAN_OK && link.protocol != 0 &&
        link.offset < n)
        peel((struct sipsan_layer){.p = p + link.offset,
                                   .n = n - link.offset,
                                   .length = n - link.offset,
                                   .type = link.protocol},
             p, n, 0);
    free(p);
    return 0;
}

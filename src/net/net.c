/* A captured frame on its way up: link, tunnels, IP, fragments, UDP, payload, capture copies. Each
 * step is a function that reads bytes (link.c, encap.c, ip.c, ipfrag.c, payload.c, copies.c); this
 * file decides what happens next and counts it. What is carried in streams goes on in carried.c. */
#include "net/net.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/span.h"
#include "net/encap.h"
#include "net/hep.h"
#include "net/net_state.h"
#include "net/octets.h"
#include "net/payload.h"

enum {
    UDP_SIZE = 8,
    FRAGMENTS_DEFAULT = 4096,
    PROBLEMS_TOLD = 10, /* of one kind and input */
    PORTS_SIZE = 65536 / 8,
    DEPTH_MAX = 8, /* packets inside packets */
};

struct udp {
    uint16_t src, dst;
    struct sipsan_span payload;
    size_t length; /* of the payload as sent */
};

/* Problems ------------------------------------------------------------------------------------ */

static void tell(struct sipsan_net *net, enum sipsan_problem_kind kind,
                 const struct sipsan_ref *ref, uint64_t offset, struct sipsan_span text)
{
    struct sipsan_problem problem = {.kind = kind, .ref = *ref, .offset = offset, .text = text};

    if (net->on_problem)
        net->on_problem(net->user, &problem);
}

void sipsan_net_report(struct sipsan_net *net, enum sipsan_problem_kind kind,
                       const struct sipsan_ref *ref, uint64_t offset, struct sipsan_span text)
{
    if (ref->file != net->file) {
        net->file = ref->file;
        memset(net->told, 0, sizeof(net->told));
    }
    if (net->told[kind] > PROBLEMS_TOLD)
        return;
    if (net->told[kind]++ < PROBLEMS_TOLD)
        tell(net, kind, ref, offset, text);
    else
        tell(net, kind, ref, offset, SPAN_LIT("more of this kind: further ones are counted only"));
}

static void report_cut(struct sipsan_net *net, const struct sipsan_frame *frame,
                       const struct udp *udp)
{
    char text[160];
    int n;

    if (frame->caplen < frame->origlen)
        n = snprintf(text, sizeof(text),
                     "the snap length cut a SIP message: %zu of its %zu bytes are there",
                     udp->payload.n, udp->length);
    else
        n = snprintf(text, sizeof(text),
                     "a SIP message is incomplete: the headers below it tell of %zu bytes, %zu are "
                     "there",
                     udp->length, udp->payload.n);
    sipsan_net_report(net, SIPSAN_PROBLEM_SNAPLEN, frame->ref, frame->caplen,
                      (struct sipsan_span){text, (size_t)n});
}

/* Life ---------------------------------------------------------------------------------------- */

static bool read_udp(struct udp *out, const uint8_t *p, size_t n, size_t length);

/* Lost datagrams are worth a line when they were SIP, as far as the first fragment tells. */
static void datagram_lost(void *user, const uint8_t *p, size_t n, const struct sipsan_ref *first)
{
    struct sipsan_net *net = user;
    struct udp udp;

    if (!read_udp(&udp, p, n, n) || sipsan_payload_read(&udp.payload) != SIPSAN_PAYLOAD_SIP)
        return;
    sipsan_net_report(net, SIPSAN_PROBLEM_GAP, first, 0,
                      SPAN_LIT("IP fragments of a SIP message are missing: it is left out"));
}

/* False when memory is refused. */
static bool set_ports(struct sipsan_net *net, const struct sipsan_config *config)
{
    if (!config->ports || config->port_count == 0)
        return true;
    net->ports = sipsan_mem_zalloc(net->mem, PORTS_SIZE);
    if (!net->ports)
        return false;
    for (size_t i = 0; i < config->port_count; i++)
        net->ports[config->ports[i] / 8] |= (uint8_t)(1u << (config->ports[i] % 8));
    return true;
}

int sipsan_net_new(struct sipsan_net **out, struct sipsan_mem *mem,
                   const struct sipsan_config *config, sipsan_payload_fn on_payload,
                   sipsan_problem_fn on_problem, void *user)
{
    struct sipsan_net *net = sipsan_mem_zalloc(mem, sizeof(*net));
    uint32_t fragments = config->limits.fragments;

    *out = NULL;
    if (!net)
        return SIPSAN_ENOMEM;
    net->mem = mem;
    net->on_payload = on_payload;
    net->on_problem = on_problem;
    net->user = user;
    sipsan_copies_init(&net->copies, mem, config->hash_seed);
    sipsan_ipfrags_init(&net->frags, mem, config->hash_seed,
                        fragments > 0 ? fragments : FRAGMENTS_DEFAULT);
    net->frags.on_lost = datagram_lost;
    net->frags.user = net;
    sipsan_carried_init(net, config);
    if (!set_ports(net, config)) {
        sipsan_net_free(net);
        return SIPSAN_ENOMEM;
    }
    *out = net;
    return SIPSAN_OK;
}

void sipsan_net_on_lost(struct sipsan_net *net, sipsan_lost_fn on_lost)
{
    net->on_lost = on_lost;
}

void sipsan_net_reset(struct sipsan_net *net)
{
    sipsan_copies_reset(&net->copies);
    sipsan_ipfrags_reset(&net->frags);
    sipsan_carried_reset(net);
    net->counts = (struct sipsan_net_counts){0};
    net->file = 0;
    memset(net->told, 0, sizeof(net->told));
}

void sipsan_net_free(struct sipsan_net *net)
{
    if (!net)
        return;
    sipsan_copies_free(&net->copies);
    sipsan_ipfrags_free(&net->frags);
    sipsan_carried_free(net);
    if (net->ports)
        sipsan_mem_free(net->mem, net->ports, PORTS_SIZE);
    sipsan_mem_free(net->mem, net, sizeof(*net));
}

static void count_waiting(struct sipsan_net *net)
{
    net->counts.fragments_lost = net->frags.lost;
    net->counts.fragment_overlaps = net->frags.overlaps;
    net->counts.limits = net->frags.limits + net->copies.refused + net->tcp.limits +
                         net->streams.limits + net->sctp.limits;
}

void sipsan_net_finish(struct sipsan_net *net)
{
    sipsan_ipfrags_finish(&net->frags);
    sipsan_carried_finish(net);
    count_waiting(net);
}

const struct sipsan_net_counts *sipsan_net_counts(const struct sipsan_net *net)
{
    return &net->counts;
}

/* Frames -------------------------------------------------------------------------------------- */

/* n octets are there of `length`. The checksum is not judged: the network card writes it behind the
 * tap. A length of 0 is that of a datagram which the card will cut up. RFC 768. */
static bool read_udp(struct udp *out, const uint8_t *p, size_t n, size_t length)
{
    size_t stated;

    if (n < UDP_SIZE)
        return false;
    stated = be16(p + 4);
    if (stated == 0)
        stated = length;
    if (stated < UDP_SIZE)
        return false;
    out->src = be16(p);
    out->dst = be16(p + 2);
    out->payload.p = (const char *)p + UDP_SIZE;
    out->payload.n = (n < stated ? n : stated) - UDP_SIZE;
    out->length = stated - UDP_SIZE;
    return true;
}

static bool has_port(const struct sipsan_net *net, uint16_t port)
{
    return !net->ports || (net->ports[port / 8] >> (port % 8) & 1) != 0;
}

bool sipsan_net_has_port(const struct sipsan_net *net, const struct sipsan_flow *flow)
{
    return has_port(net, flow->src.port) || has_port(net, flow->dst.port);
}

static void hand_on(struct sipsan_net *net, struct sipsan_frame *frame, const struct sipsan_ip *ip,
                    const struct udp *udp, struct sipsan_span message)
{
    struct sipsan_flow flow = {.transport = SIPSAN_UDP};

    sipsan_ip_addresses(ip, &flow.src, &flow.dst);
    flow.src.port = udp->src;
    flow.dst.port = udp->dst;
    frame->hints.hash = sipsan_hash_bulk(net->copies.seed, message);
    if (sipsan_copies_seen(&net->copies, message, &flow, &frame->hints, frame->ref->time)) {
        net->counts.duplicates++;
        return;
    }
    frame->hints.cut = udp->payload.n < udp->length;
    if (frame->hints.cut) {
        net->counts.truncated++;
        report_cut(net, frame, udp);
    }
    net->counts.messages++;
    net->on_payload(net->user, message, &flow, frame->ref, &frame->hints);
}

static int take_layer(struct sipsan_net *net, struct sipsan_frame *frame,
                      struct sipsan_layer *layer);

/* A packet inside a packet. */
static int take_inner(struct sipsan_net *net, struct sipsan_frame *frame,
                      struct sipsan_layer *layer)
{
    if (frame->hints.depth == DEPTH_MAX) {
        net->counts.dropped++;
        return SIPSAN_OK;
    }
    frame->hints.depth++;
    if (layer->vlan != 0)
        frame->hints.vlan = layer->vlan;
    return take_layer(net, frame, layer);
}

static void take_udp(struct sipsan_net *net, struct sipsan_frame *frame, const struct sipsan_ip *ip,
                     const struct udp *udp)
{
    struct sipsan_span message = udp->payload;

    switch (sipsan_payload_read(&message)) {
    case SIPSAN_PAYLOAD_SIP:
        hand_on(net, frame, ip, udp, message);
        break;
    case SIPSAN_PAYLOAD_KEEPALIVE:
        if (udp->payload.n == udp->length) {
            net->counts.keepalives++;
            break;
        }
        net->counts.dropped++; /* cut so short that nobody knows */
        break;
    case SIPSAN_PAYLOAD_OTHER:
        net->counts.dropped++;
        break;
    }
}

/* Ports narrow what is looked at for SIP, not the tunnels that carry it. */
static int take_udp_datagram(struct sipsan_net *net, struct sipsan_frame *frame,
                             const struct sipsan_ip *ip)
{
    struct sipsan_layer inner;
    struct udp udp;
    const uint8_t *p;

    if (!read_udp(&udp, ip->p, ip->n, ip->length)) {
        net->counts.dropped++;
        return SIPSAN_OK;
    }
    p = (const uint8_t *)udp.payload.p;
    if (sipsan_encap_udp(&inner, udp.dst, p, udp.payload.n, udp.length))
        return take_inner(net, frame, &inner);
    if (sipsan_hep_sniff(p, udp.payload.n)) {
        sipsan_carried_hep(net, frame, udp.payload);
        return SIPSAN_OK;
    }
    if (has_port(net, udp.src) || has_port(net, udp.dst))
        take_udp(net, frame, ip, &udp);
    else
        net->counts.dropped++;
    return SIPSAN_OK;
}

/* ip holds a datagram as a whole. */
static int take_datagram(struct sipsan_net *net, struct sipsan_frame *frame,
                         const struct sipsan_ip *ip)
{
    struct sipsan_layer inner;

    frame->hints.ttl = ip->ttl;
    frame->hints.id = ip->family == 4 ? (uint16_t)ip->id : 0;
    switch (ip->protocol) {
    case SIPSAN_IPPROTO_UDP:
        return take_udp_datagram(net, frame, ip);
    case SIPSAN_IPPROTO_TCP:
        return sipsan_carried_tcp(net, frame, ip);
    case SIPSAN_IPPROTO_SCTP:
        sipsan_carried_sctp(net, frame, ip);
        return SIPSAN_OK;
    default:
        if (sipsan_encap_ip(&inner, ip))
            return take_inner(net, frame, &inner);
        net->counts.dropped++;
        return SIPSAN_OK;
    }
}

static int take_fragment(struct sipsan_net *net, struct sipsan_frame *frame,
                         const struct sipsan_ip *ip)
{
    struct sipsan_ip whole;
    uint64_t limits = net->frags.limits;
    int err = SIPSAN_OK;

    switch (sipsan_ipfrags_add(&net->frags, ip, frame->ref, &whole, &frame->hints.first_frame,
                               &frame->hints.overlap)) {
    case SIPSAN_IPFRAG_KEPT:
        net->counts.fragments++;
        break;
    case SIPSAN_IPFRAG_COPY:
        net->counts.duplicates++;
        break;
    case SIPSAN_IPFRAG_BAD:
        net->counts.dropped++;
        break;
    case SIPSAN_IPFRAG_WHOLE:
        if (sipsan_ip_extensions(&whole) && !whole.fragment)
            err = take_datagram(net, frame, &whole);
        else
            net->counts.dropped++; /* fragments of fragments: nobody sends them in good faith */
        break;
    }
    if (net->frags.limits > limits)
        sipsan_net_report(net, SIPSAN_PROBLEM_LIMIT, frame->ref, 0,
                          SPAN_LIT("an IP datagram that waited for fragments was given up for want "
                                   "of room"));
    return err;
}

static int take_layer(struct sipsan_net *net, struct sipsan_frame *frame,
                      struct sipsan_layer *layer)
{
    struct sipsan_ip ip;

    if (!sipsan_encap_ether(layer) || !sipsan_ip_read(&ip, layer->p, layer->n, layer->length)) {
        net->counts.dropped++;
        return SIPSAN_OK;
    }
    return ip.fragment ? take_fragment(net, frame, &ip) : take_datagram(net, frame, &ip);
}

int sipsan_net_frame(struct sipsan_net *net, int linktype, const void *bytes, size_t caplen,
                     size_t origlen, const struct sipsan_ref *ref, uint32_t interface)
{
    const uint8_t *p = bytes;
    struct sipsan_frame frame = {
        .ref = ref, .caplen = caplen, .origlen = origlen > caplen ? origlen : caplen};
    struct sipsan_layer layer;
    struct sipsan_link link;
    int err;

    net->counts.frames++;
    sipsan_carried_pass_time(net, ref);
    frame.hints.interface = interface;
    if (linktype == SIPSAN_LINK_EXPORTED) {
        sipsan_carried_exported(net, &frame, p);
        count_waiting(net);
        return SIPSAN_OK;
    }
    err = sipsan_link_read(&link, linktype, p, caplen);
    if (err || link.protocol == 0 || link.offset >= caplen) {
        net->counts.dropped++;
        return err;
    }
    if (link.interface != 0)
        frame.hints.interface = link.interface;
    frame.hints.vlan = link.vlan;
    layer = (struct sipsan_layer){.p = p + link.offset,
                                  .n = caplen - link.offset,
                                  .length = frame.origlen - link.offset,
                                  .type = link.protocol};
    err = take_layer(net, &frame, &layer);
    count_waiting(net);
    return err;
}

void sipsan_net_hep(struct sipsan_net *net, const void *bytes, size_t n,
                    const struct sipsan_ref *ref)
{
    struct sipsan_frame frame = {.ref = ref, .caplen = n, .origlen = n};

    net->counts.frames++;
    sipsan_carried_pass_time(net, ref);
    if (sipsan_hep_sniff(bytes, n))
        sipsan_carried_hep(net, &frame, (struct sipsan_span){bytes, n});
    else
        net->counts.dropped++;
}

int sipsan_net_stream(struct sipsan_net *net, const void *bytes, size_t n,
                      const struct sipsan_flow *flow, const struct sipsan_ref *ref)
{
    int err;

    net->counts.frames++;
    sipsan_carried_pass_time(net, ref);
    err = sipsan_carried_stream(net, (struct sipsan_span){bytes, n}, flow, ref);
    count_waiting(net);
    return err;
}

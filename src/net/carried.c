/* Messages that do not come one in a datagram: out of TCP and WebSocket streams, SCTP associations,
 * packets of capture agents (HEP) and exported PDUs. A frame may finish any number of them. */
#include "base/hash.h"
#include "base/span.h"
#include "net/exported.h"
#include "net/hep.h"
#include "net/net_state.h"
#include "net/payload.h"

enum {
    CONNECTIONS_DEFAULT = 65536,
    MESSAGE_DEFAULT = 1 << 20,
    HELD_MAX = 64 << 20, /* octets of incomplete messages, of all streams */
    FULL_LOOK = 64,      /* connections looked at for one that can let go */
};

/* A message with its flow, the frame in hand being its last one. */
static void hand_on(struct sipsan_net *net, struct sipsan_span message,
                    const struct sipsan_flow *flow, bool cut, const struct sipsan_ref *ref,
                    uint32_t first_frame)
{
    struct sipsan_hints hints = net->hints ? *net->hints : (struct sipsan_hints){0};

    hints.hash = sipsan_hash_bulk(net->copies.seed, message);
    hints.cut = cut;
    hints.first_frame = first_frame != ref->frame ? first_frame : 0;
    net->counts.truncated += cut;
    net->counts.carried++;
    net->on_payload(net->user, message, flow, ref, &hints);
}

/* Streams ------------------------------------------------------------------------------------- */

/* What the caller says of a connection that it feeds: it knows of TLS. */
static enum sipsan_transport transport_of(const struct sipsan_tcp_conn *conn,
                                          enum sipsan_transport transport)
{
    bool secure = conn->transport == SIPSAN_TLS || conn->transport == SIPSAN_WSS;

    if (!conn->fed || !secure)
        return transport;
    return transport == SIPSAN_WS ? SIPSAN_WSS : SIPSAN_TLS;
}

static struct sipsan_flow conn_flow(const struct sipsan_net *net, enum sipsan_transport transport)
{
    return (struct sipsan_flow){
        .transport = transport_of(net->conn, transport),
        .src = net->conn->end[net->side],
        .dst = net->conn->end[1 - net->side],
        .connection = net->conn->number,
        .sent_by_accused = net->conn->accused[net->side],
    };
}

static void stream_message(void *user, struct sipsan_span bytes, enum sipsan_transport transport,
                           bool cut, const struct sipsan_ref *first)
{
    struct sipsan_net *net = user;
    struct sipsan_flow flow = conn_flow(net, transport);

    sipsan_tcp_is_sip(&net->tcp, net->conn);
    if (cut)
        net->conn->missed = net->ref.time; /* its rest, and maybe it should have come long ago */
    else
        sipsan_tcp_arrived(&net->tcp, net->conn, net->side);
    if (net->conn->missed != 0 && net->on_lost)
        net->on_lost(net->user, &flow, SIPSAN_LOST, net->conn->missed);
    net->conn->missed = 0;
    hand_on(net, bytes, &flow, cut, &net->ref, first->frame);
}

static void take_hep(struct sipsan_net *net, struct sipsan_span packet)
{
    struct sipsan_hep hep;
    struct sipsan_hints hints = net->hints ? *net->hints : (struct sipsan_hints){0};
    struct sipsan_ref ref = net->ref;

    if (!sipsan_hep_read(&hep, (const uint8_t *)packet.p, packet.n)) {
        net->counts.unreadable++;
        return;
    }
    if (hep.packed)
        net->counts.unreadable++;
    if (hep.packed || !sipsan_net_payload(&hep.payload))
        return;
    if (hep.time > 0)
        ref.time = hep.time;
    hints.interface = hep.agent;
    hints.hash = sipsan_hash_bulk(net->copies.seed, hep.payload);
    if (sipsan_copies_seen(&net->copies, hep.payload, &hep.flow, &hints, ref.time)) {
        net->counts.duplicates_inside++;
        return;
    }
    net->hints = &hints;
    hand_on(net, hep.payload, &hep.flow, false, &ref, ref.frame);
    net->hints = NULL;
}

static void stream_hep(void *user, struct sipsan_span packet)
{
    struct sipsan_net *net = user;

    sipsan_tcp_is_sip(&net->tcp, net->conn);
    take_hep(net, packet);
}

static void stream_lost(void *user, enum sipsan_problem_kind kind, struct sipsan_span text)
{
    struct sipsan_net *net = user;
    struct sipsan_flow flow = conn_flow(net, SIPSAN_TCP);

    sipsan_net_report(net, kind, &net->ref, 0, text);
    if (net->on_lost)
        net->on_lost(net->user, &flow, SIPSAN_LOST, net->ref.time);
}

/* Too much waits in all streams together: the one that has been quiet longest lets go. */
static void stream_full(void *user)
{
    struct sipsan_net *net = user;
    unsigned looked = 0;

    for (int rank = 0; rank < SIPSAN_TCP_RANKS; rank++)
        for (struct sipsan_tcp_conn *c = net->tcp.oldest[rank]; c && looked < FULL_LOOK;
             c = c->newer, looked++)
            for (int side = 0; side < 2; side++)
                if (c != net->conn && c->half[side].stream.room > 0) {
                    struct sipsan_tcp_conn *conn = net->conn;
                    int mine = net->side;

                    net->conn = c;
                    net->side = side;
                    sipsan_stream_release(&net->streams, &c->half[side].stream);
                    net->conn = conn;
                    net->side = mine;
                    return;
                }
}

static void tcp_bytes(void *user, struct sipsan_tcp_conn *conn, int side, struct sipsan_span bytes,
                      const struct sipsan_ref *ref)
{
    struct sipsan_net *net = user;

    net->conn = conn;
    net->side = side;
    sipsan_stream_bytes(&net->streams, &conn->half[side].stream, &conn->half[1 - side].stream,
                        bytes, ref);
    conn->ignored = sipsan_stream_is_foreign(&conn->half[0].stream) &&
                    sipsan_stream_is_foreign(&conn->half[1].stream);
}

/* Messages may have been missed. While nothing of SIP was seen on the connection it may be none,
 * and its ends of no interest. */
static void note_missed(struct sipsan_net *net, int64_t until)
{
    struct sipsan_flow flow = conn_flow(net, SIPSAN_TCP);

    bool sip = net->conn->rank == SIPSAN_TCP_SIP;

    if (!sip)
        net->conn->missed = until;
    if (net->on_lost)
        net->on_lost(net->user, &flow, sip ? SIPSAN_LOST : SIPSAN_LOST_IF_KNOWN, until);
}

static void tcp_missed(void *user, struct sipsan_tcp_conn *conn, int side,
                       enum sipsan_tcp_missed why)
{
    struct sipsan_net *net = user;

    net->conn = conn;
    net->side = side;
    if (sipsan_stream_is_foreign(&conn->half[side].stream))
        return;
    /* What begins here is not concerned by what was before it. */
    note_missed(net, net->ref.time - (why == SIPSAN_TCP_BEFORE));
    if (why == SIPSAN_TCP_EARLY && conn->rank == SIPSAN_TCP_SIP)
        sipsan_net_report(net, SIPSAN_PROBLEM_GAP, &net->ref, 0,
                          SPAN_LIT("octets of a connection that is older than the capture come "
                                   "behind later ones: they are left out"));
}

static void tcp_stalled(void *user, struct sipsan_tcp_conn *conn, bool stalled)
{
    struct sipsan_net *net = user;
    struct sipsan_flow flow = {.transport = SIPSAN_TCP, .src = conn->end[0], .dst = conn->end[1]};

    if (net->on_lost && !net->streams.silent)
        net->on_lost(net->user, &flow, stalled ? SIPSAN_PENDING : SIPSAN_SETTLED, net->ref.time);
}

static void tcp_gap(void *user, struct sipsan_tcp_conn *conn, int side, uint64_t lost)
{
    struct sipsan_net *net = user;

    net->conn = conn;
    net->side = side;
    if (conn->half[side].stream.kind == SIPSAN_STREAM_UNKNOWN)
        note_missed(net, net->ref.time);
    sipsan_stream_gap(&net->streams, &conn->half[side].stream, lost);
}

static void tcp_end(void *user, struct sipsan_tcp_conn *conn, int side)
{
    struct sipsan_net *net = user;

    net->conn = conn;
    net->side = side;
    sipsan_stream_end(&net->streams, &conn->half[side].stream);
}

/* Associations -------------------------------------------------------------------------------- */

static bool sctp_message(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                         bool cut, const struct sipsan_ref *first)
{
    struct sipsan_net *net = user;

    if (!sipsan_net_payload(&bytes))
        return false;
    hand_on(net, bytes, flow, cut, &net->ref, first->frame);
    return true;
}

/* Life ---------------------------------------------------------------------------------------- */

void sipsan_carried_init(struct sipsan_net *net, const struct sipsan_config *config)
{
    size_t max = config->limits.connections ? config->limits.connections : CONNECTIONS_DEFAULT;

    net->message_max = config->limits.message ? config->limits.message : MESSAGE_DEFAULT;
    sipsan_tcp_init(&net->tcp, net->mem, config->hash_seed, max);
    net->tcp.on_bytes = tcp_bytes;
    net->tcp.on_gap = tcp_gap;
    net->tcp.on_missed = tcp_missed;
    net->tcp.on_stalled = tcp_stalled;
    net->tcp.on_end = tcp_end;
    net->tcp.user = net;
    net->streams = (struct sipsan_streams){
        .mem = net->mem,
        .message_max = net->message_max,
        .held_max = HELD_MAX,
        .transport = SIPSAN_TCP,
        .on_message = stream_message,
        .on_hep = stream_hep,
        .on_lost = stream_lost,
        .on_full = stream_full,
        .user = net,
    };
    sipsan_sctp_init(&net->sctp, net->mem, config->hash_seed, max);
    net->sctp.on_message = sctp_message;
    net->sctp.user = net;
}

/* What waits is forgotten: nobody is told of it. */
void sipsan_carried_reset(struct sipsan_net *net)
{
    net->streams.silent = true;
    sipsan_tcp_reset(&net->tcp);
    net->streams.silent = false;
    sipsan_sctp_reset(&net->sctp);
    net->streams.keepalives = net->streams.limits = net->streams.tls = net->streams.packed = 0;
    net->tls_told = false;
    net->exported = 0;
}

void sipsan_carried_free(struct sipsan_net *net)
{
    net->streams.silent = true;
    sipsan_tcp_free(&net->tcp);
    sipsan_streams_free(&net->streams);
    sipsan_sctp_free(&net->sctp);
}

void sipsan_carried_finish(struct sipsan_net *net)
{
    sipsan_tcp_finish(&net->tcp);
}

/* Frames -------------------------------------------------------------------------------------- */

static void begin(struct sipsan_net *net, struct sipsan_frame *frame)
{
    net->hints = &frame->hints;
    net->ref = *frame->ref;
}

static void tell_tls(struct sipsan_net *net, const struct sipsan_tcp_segment *segment)
{
    bool sips = segment->src.port == 5061 || segment->dst.port == 5061;

    if (net->tls_told || !sips || net->streams.tls == 0)
        return;
    net->tls_told = true;
    sipsan_net_report(net, SIPSAN_PROBLEM_UNREADABLE, &net->ref, 0,
                      SPAN_LIT("a connection is encrypted with TLS: with its keys, --keylog reads "
                               "it"));
}

void sipsan_carried_pass_time(struct sipsan_net *net, const struct sipsan_ref *ref)
{
    if (!net->tcp.stalled_oldest)
        return;
    net->ref = *ref;
    sipsan_tcp_pass_time(&net->tcp, ref->time);
}

int sipsan_carried_tcp(struct sipsan_net *net, struct sipsan_frame *frame,
                       const struct sipsan_ip *ip)
{
    struct sipsan_tcp_segment segment;
    struct sipsan_flow flow = {.transport = SIPSAN_TCP};
    uint64_t limits = net->tcp.limits;
    int err;

    if (!sipsan_tcp_read(&segment, ip)) {
        net->counts.dropped++;
        return SIPSAN_OK;
    }
    flow.src = segment.src;
    flow.dst = segment.dst;
    if (!sipsan_net_has_port(net, &flow)) {
        net->counts.dropped++;
        return SIPSAN_OK;
    }
    net->counts.segments++;
    begin(net, frame);
    err = sipsan_tcp_add(&net->tcp, &segment, frame->ref);
    if (net->tcp.limits > limits)
        sipsan_net_report(net, SIPSAN_PROBLEM_LIMIT, frame->ref, 0,
                          SPAN_LIT("a TCP connection, or segments that waited for one that is "
                                   "missing, were given up for want of room"));
    tell_tls(net, &segment);
    net->hints = NULL;
    return err;
}

int sipsan_carried_stream(struct sipsan_net *net, struct sipsan_span bytes,
                          const struct sipsan_flow *flow, const struct sipsan_ref *ref)
{
    uint64_t limits = net->tcp.limits;
    int err;

    net->counts.segments++;
    net->ref = *ref;
    net->hints = NULL;
    err = sipsan_tcp_feed(&net->tcp, flow, bytes, ref);
    if (net->tcp.limits > limits)
        sipsan_net_report(net, SIPSAN_PROBLEM_LIMIT, ref, 0,
                          SPAN_LIT("a connection was given up for want of room"));
    return err;
}

void sipsan_carried_sctp(struct sipsan_net *net, struct sipsan_frame *frame,
                         const struct sipsan_ip *ip)
{
    uint64_t lost = net->sctp.lost;
    struct sipsan_flow flow = {.transport = SIPSAN_SCTP};

    if (ip->n >= 4) {
        sipsan_ip_addresses(ip, &flow.src, &flow.dst);
        flow.src.port = (uint16_t)(ip->p[0] << 8 | ip->p[1]);
        flow.dst.port = (uint16_t)(ip->p[2] << 8 | ip->p[3]);
    }
    begin(net, frame);
    if (sipsan_net_has_port(net, &flow) &&
        sipsan_sctp_packet(&net->sctp, ip, net->message_max, frame->ref))
        net->counts.segments++;
    else
        net->counts.dropped++;
    if (net->sctp.lost > lost) {
        sipsan_net_report(net, SIPSAN_PROBLEM_GAP, frame->ref, 0,
                          SPAN_LIT("a fragment of a message over SCTP is missing: it is left out"));
        if (net->on_lost)
            net->on_lost(net->user, &flow, SIPSAN_LOST, frame->ref->time);
    }
    net->hints = NULL;
}

void sipsan_carried_hep(struct sipsan_net *net, struct sipsan_frame *frame,
                        struct sipsan_span packet)
{
    net->counts.segments++;
    begin(net, frame);
    take_hep(net, packet);
    net->hints = NULL;
}

/* Dissectors are given the rest of their stream, which may be several messages. */
static void split(struct sipsan_net *net, const struct sipsan_flow *flow, struct sipsan_span bytes)
{
    struct sipsan_tcp_conn conn = {.end = {flow->src, flow->dst}};
    struct sipsan_stream *stream = &conn.half[0].stream;

    conn.rank = SIPSAN_TCP_SIP;
    stream->from_start = true;
    net->conn = &conn;
    net->side = 0;
    net->streams.transport = flow->transport;
    sipsan_stream_bytes(&net->streams, stream, NULL, bytes, &net->ref);
    sipsan_stream_end(&net->streams, stream);
    net->streams.transport = SIPSAN_TCP;
    net->conn = NULL;
}

/* A PDU with several messages is exported once for each, and whole each time. */
static bool again(struct sipsan_net *net, const struct sipsan_exported *pdu)
{
    uint64_t hash = sipsan_hash_bulk(net->copies.seed, pdu->payload);

    hash =
        sipsan_hash_join(net->copies.seed, hash, sipsan_hash_ip(net->copies.seed, &pdu->flow.src),
                         (uint64_t)pdu->frame << 16 | pdu->flow.src.port);
    if (pdu->frame != 0 && hash == net->exported)
        return true;
    net->exported = hash;
    return false;
}

void sipsan_carried_exported(struct sipsan_net *net, struct sipsan_frame *frame, const uint8_t *p)
{
    struct sipsan_exported pdu;

    if (!sipsan_exported_read(&pdu, p, frame->caplen) || !sipsan_net_has_port(net, &pdu.flow)) {
        net->counts.dropped++;
        return;
    }
    net->counts.segments++;
    if (again(net, &pdu))
        return;
    begin(net, frame);
    if (pdu.frame != 0)
        net->ref.frame = pdu.frame;
    if (pdu.flow.transport == SIPSAN_TCP || pdu.flow.transport == SIPSAN_TLS)
        split(net, &pdu.flow, pdu.payload);
    else if (sipsan_net_payload(&pdu.payload))
        hand_on(net, pdu.payload, &pdu.flow, frame->caplen < frame->origlen, &net->ref,
                net->ref.frame);
    net->hints = NULL;
}

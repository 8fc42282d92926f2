/* See exchange.h. */
#include "rules/exchange.h"

#include "base/hash.h"

static bool same_text(const struct sipsan_txn *txn)
{
    return txn && !txn->altered;
}

/* In a response: the request of the same hop. */
static const struct sipsan_msg *request_with_offer(const struct sipsan_view *v)
{
    if (v->msg->request || !v->req || !same_text(v->txn) || !sipsan_sdp_whole(v->req))
        return NULL;
    return v->req;
}

bool sipsan_exchange_of(struct sipsan_exchange *exchange, const struct sipsan_view *v)
{
    const struct sipsan_msg *m = v->msg, *request;

    *exchange = (struct sipsan_exchange){0};
    if (!v->dialog || v->call->sdp_role != SIPSAN_SDP_ANSWER || !sipsan_sdp_whole(m))
        return false;
    exchange->answer = m->session;
    exchange->media = m->session->media;
    request = request_with_offer(v);
    if (request) {
        exchange->offer = request->session;
        exchange->offered_media = request->session->media;
        exchange->offered = request->session->media_count;
        return true;
    }
    if (!m->request)
        return false;
    exchange->kept = v->dialog->said.open[other_side(v->side)];
    if (!exchange->kept || exchange->kept->hosts != sipsan_between(&v->seen->flow))
        return false;
    exchange->offered = exchange->kept->media_count;
    return true;
}

bool sipsan_exchange_next(struct sipsan_exchange *exchange, struct sipsan_stream_pair *pair)
{
    const struct sipsan_sdp_media *media = exchange->media, *offered = exchange->offered_media;
    uint32_t i = exchange->index++;

    if (i >= SIPSAN_STREAMS_MAX || !media ||
        (exchange->offer ? !offered : i >= exchange->kept->kept))
        return false;
    pair->media = media;
    pair->offered_media = offered;
    pair->answered = sipsan_stream_read(media);
    pair->offered = offered ? sipsan_stream_read(offered) : exchange->kept->streams[i];
    exchange->media = media->next;
    exchange->offered_media = offered ? offered->next : NULL;
    return true;
}

bool sipsan_exchange_next_used(struct sipsan_exchange *exchange, struct sipsan_stream_pair *pair)
{
    while (sipsan_exchange_next(exchange, pair))
        if (pair->media->ok && !pair->answered.disabled && !pair->offered.disabled)
            return true;
    return false;
}

void sipsan_relate_offer(struct sipsan_why *why, const struct sipsan_view *v,
                         const struct sipsan_exchange *exchange,
                         const struct sipsan_stream_pair *pair)
{
    if (exchange->kept)
        sipsan_relate(why, &exchange->kept->ref, "offer", nothing);
    else
        sipsan_relate_request(why, v->txn,
                              pair && pair->offered_media ? pair->offered_media->text : nothing);
}

bool sipsan_negotiates_transport(const struct sipsan_sdp *offer,
                                 const struct sipsan_sdp_media *media)
{
    return sipsan_sdp_find(&media->section, SPAN_LIT("pcfg")) ||
           sipsan_sdp_find(&media->section, SPAN_LIT("tcap")) ||
           sipsan_sdp_find(&offer->section, SPAN_LIT("tcap"));
}

const char *sipsan_direction_name(unsigned direction)
{
    static const char *const names[] = {
        [SIPSAN_SDP_SENDRECV] = "sendrecv",
        [SIPSAN_SDP_SENDONLY] = "sendonly",
        [SIPSAN_SDP_RECVONLY] = "recvonly",
        [SIPSAN_SDP_INACTIVE] = "inactive",
    };

    return direction < sizeof(names) / sizeof(names[0]) && names[direction] ? names[direction]
                                                                            : "sendrecv";
}

const struct sipsan_described *sipsan_said_before(const struct sipsan_view *v, bool answers)
{
    const struct sipsan_descriptions *said = &v->dialog->said;
    const struct sipsan_described *last = said->last[v->side];

    if (v->call->sdp_role != SIPSAN_SDP_OFFER &&
        (!answers || v->call->sdp_role != SIPSAN_SDP_ANSWER))
        return NULL;
    if (!sipsan_sdp_whole(v->msg) || !last || said->doubtful[v->side] || said->open[v->side] ||
        last->hosts != sipsan_between(&v->seen->flow))
        return NULL;
    return last;
}

/* A request of the peer with a description has no response yet, or the tap has missed that, and the
 * sender's description in it. */
static bool answer_due(const struct sipsan_view *v)
{
    const struct sipsan_dialog *d = v->dialog;

    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_txn *txn;

        if (d->open[i].serial == 0 || d->open[i].side == v->side ||
            d->open[i].cseq == d->opening_cseq)
            continue;
        txn = sipsan_open_request(v, d->open[i].serial);
        if (txn && txn->request && txn->request->sdp && txn != v->txn)
            return true;
    }
    return false;
}

enum sipsan_verdict sipsan_unless_missed(const struct sipsan_view *v)
{
    const struct sipsan_party *sender = sipsan_sender(v);

    if (sender->cseq_lossy || (!sender->cseq_known && !v->dialog->whole) || answer_due(v))
        return SIPSAN_INCONCLUSIVE;
    if (v->call->sdp_role == SIPSAN_SDP_OFFER && v->dialog->said.open[other_side(v->side)])
        return SIPSAN_INCONCLUSIVE; /* its answer to that is under way, before this or behind */
    if (v->msg->request && sender->cseq_known && v->msg->cseq.number > sender->cseq + 1)
        return SIPSAN_INCONCLUSIVE;
    return SIPSAN_FAIL;
}

#define STATIC_NAMES 35

/* RFC 3551 6, the ones that are met. */
static struct sipsan_span static_name(unsigned payload)
{
    static const char *const names[STATIC_NAMES] = {
        [0] = "PCMU",  [3] = "GSM",   [4] = "G723",  [5] = "DVI4",  [6] = "DVI4",   [7] = "LPC",
        [8] = "PCMA",  [9] = "G722",  [10] = "L16",  [11] = "L16",  [12] = "QCELP", [13] = "CN",
        [14] = "MPA",  [15] = "G728", [16] = "DVI4", [17] = "DVI4", [18] = "G729",  [25] = "CelB",
        [26] = "JPEG", [28] = "nv",   [31] = "H261", [32] = "MPV",  [33] = "MP2T",  [34] = "H263",
    };
    const char *name = payload < STATIC_NAMES ? names[payload] : NULL;

    return name ? (struct sipsan_span){name, strlen(name)} : nothing;
}

void sipsan_codecs_read(struct sipsan_codecs *out, const struct sipsan_sdp_media *media)
{
    struct sipsan_span rest = media->formats, format;

    memset(out, 0, sizeof(*out));
    while (sipsan_sdp_next_format(&rest, &format)) {
        uint64_t payload = sipsan_sdp_number(format);

        if (payload < 128)
            out->listed[payload / 64] |= UINT64_C(1) << payload % 64;
    }
    for (const struct sipsan_sdp_attribute *a = media->section.rtpmaps; a; a = a->alike) {
        if (a->codec && a->payload < 128 && sipsan_codec_listed(out, a->payload))
            out->name[a->payload] = a->codec;
    }
    for (unsigned payload = 0; payload < STATIC_NAMES; payload++) {
        struct sipsan_span name;

        if (out->listed[0] >> payload == 0)
            break;
        if (!sipsan_codec_listed(out, payload) || out->name[payload] != 0)
            continue;
        name = static_name(payload);
        if (name.p)
            out->name[payload] = sipsan_sdp_word_hash(name);
    }
}

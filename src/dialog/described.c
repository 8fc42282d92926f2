/* Digests of the descriptions of a dialog. RFC 3264 8: an offer is held against what its sender
 * said last; an offer that was refused has left no trace in the session (RFC 3264 4). */
#include "dialog/described.h"

#include "dialog/offer.h"

/* --- digests --------------------------------------------------------------------------------- */

bool sipsan_sdp_whole(const struct sipsan_msg *msg)
{
    return msg->sdp && msg->session && !msg->truncated && msg->framing == SIPSAN_FRAMED &&
           msg->session->lost == 0 && msg->session->origin.ok;
}

/* Static payload types mean what the profile says, whatever stands there. */
#define DYNAMIC_FROM 96

uint32_t sipsan_stream_map(const struct sipsan_sdp_attribute *rtpmap)
{
    if (rtpmap->codec == 0 || rtpmap->payload < DYNAMIC_FROM || rtpmap->payload > 127)
        return 0;
    return rtpmap->payload << 25 | (rtpmap->codec & 0x1ffffff);
}

static uint64_t bit_of(uint32_t hash)
{
    return UINT64_C(1) << (hash & 63);
}

uint64_t sipsan_stream_formats(const struct sipsan_sdp_media *media)
{
    struct sipsan_span rest = media->formats, format;
    uint64_t set = 0;

    for (const struct sipsan_sdp_attribute *a = media->section.rtpmaps; a && media->rtp;
         a = a->alike)
        set |= a->codec ? bit_of(a->codec) : UINT64_MAX;
    while (sipsan_sdp_next_format(&rest, &format)) {
        uint64_t payload = media->rtp ? sipsan_sdp_number(format) : 0;

        if (!media->rtp)
            set |= bit_of(sipsan_sdp_word_hash(format));
        else if (payload < DYNAMIC_FROM)
            set |= bit_of((uint32_t)payload);
        else if (!media->section.rtpmaps)
            set = UINT64_MAX; /* whatever it is */
    }
    return set;
}

static void add_map(struct sipsan_stream *stream, uint32_t map)
{
    if (map == 0 || stream->map_count == SIPSAN_STREAM_MAPS_MAX)
        return;
    for (size_t i = 0; i < stream->map_count; i++)
        if (sipsan_map_payload(stream->maps[i]) == sipsan_map_payload(map))
            return;
    stream->maps[stream->map_count++] = map;
}

/* --- places ---------------------------------------------------------------------------------- */

static bool make_room(struct sipsan_arena *arena, struct sipsan_described *d, uint32_t wanted)
{
    uint32_t room = wanted < SIPSAN_STREAMS_MAX ? wanted : SIPSAN_STREAMS_MAX;
    void *streams;

    if (room <= d->room)
        return true;
    if (room < 2u * d->room)
        room = 2u * d->room;
    streams = sipsan_arena_alloc(arena, room * sizeof(*d->streams));
    if (!streams)
        return false;
    d->streams = streams;
    d->room = (uint16_t)room;
    return true;
}

static struct sipsan_described *take_place(struct sipsan_descriptions *all,
                                           struct sipsan_arena *arena)
{
    struct sipsan_described *d = all->spare;

    if (!d)
        return sipsan_arena_zalloc(arena, sizeof(*d));
    all->spare = d->next;
    return d;
}

static void give_place(struct sipsan_descriptions *all, struct sipsan_described **place)
{
    struct sipsan_described *d = *place;

    if (!d)
        return;
    d->next = all->spare;
    all->spare = d;
    *place = NULL;
}

/* A stream that goes on keeps its payload types (8.3.2). */
static void carry_maps(struct sipsan_stream *stream, const struct sipsan_described *before,
                       uint32_t i)
{
    const struct sipsan_stream *old;

    if (!before || i >= before->kept || stream->disabled)
        return;
    old = &before->streams[i];
    if (old->disabled || old->type != stream->type)
        return;
    for (size_t m = 0; m < old->map_count; m++)
        add_map(stream, old->maps[m]);
}

static struct sipsan_described *describe(struct sipsan_descriptions *all,
                                         struct sipsan_arena *arena,
                                         const struct sipsan_described *before,
                                         const struct sipsan_msg *msg, const struct sipsan_ref *ref,
                                         uint64_t hosts)
{
    const struct sipsan_sdp *sdp = msg->session;
    struct sipsan_described *d = take_place(all, arena);

    if (!d)
        return NULL;
    d->ref = *ref;
    d->hosts = hosts;
    d->origin = sipsan_sdp_origin_hash(sdp);
    d->version = sipsan_sdp_version(sdp);
    d->rest = sipsan_sdp_media_hash(sdp);
    d->cseq = msg->cseq.number;
    d->media_count = sdp->media_count;
    d->kept = 0;
    if (!make_room(arena, d, sdp->media_count)) {
        give_place(all, &d);
        return NULL;
    }
    for (const struct sipsan_sdp_media *m = sdp->media; m && d->kept < d->room; m = m->next) {
        struct sipsan_stream *stream = &d->streams[d->kept];

        *stream = sipsan_stream_read(m);
        stream->formats = sipsan_stream_formats(m);
        if (before && before->origin == d->origin)
            carry_maps(stream, before, d->kept);
        for (const struct sipsan_sdp_attribute *a = m->section.rtpmaps; a && stream->rtp;
             a = a->alike)
            add_map(stream, sipsan_stream_map(a));
        d->kept++;
    }
    return d;
}

/* --- effects --------------------------------------------------------------------------------- */

void sipsan_described_said(struct sipsan_descriptions *all, int side, const struct sipsan_msg *msg)
{
    uint64_t origin, version;

    if (!sipsan_sdp_whole(msg))
        return;
    origin = sipsan_sdp_origin_hash(msg->session);
    version = sipsan_sdp_version(msg->session);
    if (version == SIPSAN_SDP_NO_VERSION ||
        (all->newest[side].origin == origin && all->newest[side].version >= version))
        return;
    all->newest[side].origin = origin;
    all->newest[side].version = version;
}

void sipsan_described_offer(struct sipsan_descriptions *all, struct sipsan_arena *arena, int side,
                            const struct sipsan_msg *msg, const struct sipsan_ref *ref,
                            uint64_t hosts)
{
    if (all->open[side]) {
        give_place(all, &all->open[side]);
        all->doubtful[side] = true;
    }
    if (sipsan_sdp_whole(msg))
        all->open[side] = describe(all, arena, all->last[side], msg, ref, hosts);
    if (!all->open[side])
        all->doubtful[side] = true;
}

void sipsan_described_answer(struct sipsan_descriptions *all, struct sipsan_arena *arena, int side,
                             const struct sipsan_msg *msg, uint64_t cseq,
                             const struct sipsan_ref *ref, uint64_t hosts)
{
    struct sipsan_described *d = NULL;

    if (sipsan_sdp_whole(msg))
        d = describe(all, arena, all->last[side], msg, ref, hosts);
    give_place(all, &all->last[side]);
    all->last[side] = d;
    all->doubtful[side] = !d;
    sipsan_described_settle(all, !side, cseq);
}

void sipsan_described_settle(struct sipsan_descriptions *all, int side, uint64_t cseq)
{
    struct sipsan_described *open = all->open[side];

    if (!open || open->cseq != cseq)
        return;
    all->open[side] = NULL;
    give_place(all, &all->last[side]);
    all->last[side] = open;
    all->doubtful[side] = false;
}

void sipsan_described_refuse(struct sipsan_descriptions *all, int side, uint64_t cseq)
{
    struct sipsan_described *open = all->open[side];

    if (!open || open->cseq != cseq)
        return;
    give_place(all, &all->open[side]);
    all->doubtful[side] = true;
}

/* RFC 3264 section 8: a new offer in a dialog is held against what its sender said last, in an
 * offer or an answer. Judged between the same two hosts only: relays rewrite descriptions, each in
 * its own way. */
#include "rules/exchange.h"

static bool same_session(const struct sipsan_described *last, const struct sipsan_sdp *sdp)
{
    return last->origin == sipsan_sdp_origin_hash(sdp) && last->version != SIPSAN_SDP_NO_VERSION &&
           sipsan_sdp_version(sdp) != SIPSAN_SDP_NO_VERSION;
}

static enum sipsan_verdict origin_kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_described *last = sipsan_said_before(v, false);
    const struct sipsan_sdp *sdp = v->msg->session;

    if (!last)
        return SIPSAN_NA;
    if (last->origin == sipsan_sdp_origin_hash(sdp))
        return SIPSAN_PASS;
    why->expected = "the o= line of the sender's last description, but for the version";
    sipsan_relate(why, &last->ref, "description before", nothing);
    sipsan_fail(why, sdp->origin.text, "the o= line names another session than before");
    return sipsan_unless_missed(v);
}

static enum sipsan_verdict same_version(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_described *last = sipsan_said_before(v, false);
    const struct sipsan_sdp *sdp = v->msg->session;

    if (!last || !same_session(last, sdp) || sipsan_sdp_version(sdp) != last->version)
        return SIPSAN_NA;
    if (sipsan_sdp_media_hash(sdp) == last->rest)
        return SIPSAN_PASS;
    why->expected = "the version before plus one";
    sipsan_relate(why, &last->ref, "description before", nothing);
    sipsan_fail(why, sdp->origin.text, "the description has changed, its version is still %.*s",
                SPAN(sdp->origin.session_version));
    return sipsan_unless_missed(v);
}

/* A higher one is understood by every peer. */
static enum sipsan_verdict version_plus_one(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_descriptions *said = &v->dialog->said;
    const struct sipsan_described *last = sipsan_said_before(v, false);
    const struct sipsan_sdp *sdp = v->msg->session;
    uint64_t version;

    if (!last || !same_session(last, sdp))
        return SIPSAN_NA;
    version = sipsan_sdp_version(sdp);
    if (version == last->version)
        return SIPSAN_NA;
    if (version == last->version + 1)
        return SIPSAN_PASS;
    /* One in between was of an exchange that came to nothing. */
    if (said->newest[v->side].origin == last->origin &&
        version == said->newest[v->side].version + 1)
        return SIPSAN_PASS;
    why->lower = version > last->version;
    why->expected = "the version before plus one";
    sipsan_relate(why, &last->ref, "description before", nothing);
    sipsan_fail(why, sdp->origin.text, "the version goes from %llu to %llu",
                (unsigned long long)last->version, (unsigned long long)version);
    return sipsan_unless_missed(v);
}

static enum sipsan_verdict media_count(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_described *last = sipsan_said_before(v, false);
    const struct sipsan_sdp *sdp = v->msg->session;

    if (!last)
        return SIPSAN_NA;
    if (sdp->media_count >= last->media_count)
        return SIPSAN_PASS;
    why->expected = "as many m= lines as before or more, port 0 for a stream that is ended";
    sipsan_relate(why, &last->ref, "description before", nothing);
    sipsan_fail(why, v->msg->sdp_text, "the offer has %u m= lines, its sender had %u before",
                (unsigned)sdp->media_count, (unsigned)last->media_count);
    return sipsan_unless_missed(v);
}

/* RFC 3261 14.2: an offer that was asked for. Whoever knows more than it said before may say so,
 * but the peer need not. */
static enum sipsan_verdict overlaps(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_described *last;
    const struct sipsan_sdp *sdp = v->msg->session;
    const struct sipsan_sdp_media *m, *other = NULL;
    uint32_t i = 0;

    if (!v->req->to.tag.p)
        return SIPSAN_NA;
    last = sipsan_said_before(v, false);
    if (!last)
        return SIPSAN_NA;
    for (m = sdp->media; m && i < last->kept; m = m->next, i++) {
        const struct sipsan_stream *old = &last->streams[i];
        struct sipsan_stream now = sipsan_stream_read(m);

        if (old->disabled || now.disabled || !m->ok)
            continue;
        if (old->type == now.type && old->proto == now.proto &&
            (old->formats & sipsan_stream_formats(m)))
            return SIPSAN_PASS;
        other = m;
    }
    if (!other)
        return SIPSAN_NA;
    why->expected = "a stream with a transport and a format of the description before";
    sipsan_relate(why, &last->ref, "description before", nothing);
    sipsan_fail(why, other->text, "no stream of the offer has a format that was there before");
    return sipsan_unless_missed(v);
}

/* The other codec that this payload type of the stream stood for, or 0. */
static uint32_t was_mapped(const struct sipsan_stream *stream, uint32_t map)
{
    for (size_t i = 0; i < stream->map_count; i++)
        if (sipsan_map_payload(stream->maps[i]) == sipsan_map_payload(map))
            return stream->maps[i] != map ? stream->maps[i] : 0;
    return 0;
}

/* A stream that was ended, or is of another type now, begins anew (8.1, 8.3.3). */
static enum sipsan_verdict payload_fixed(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_described *last = sipsan_said_before(v, true);
    const struct sipsan_sdp *sdp = v->msg->session;
    const struct sipsan_sdp_media *m;
    uint32_t i = 0;

    if (!last || last->origin != sipsan_sdp_origin_hash(sdp))
        return SIPSAN_NA;
    for (m = sdp->media; m && i < last->kept; m = m->next, i++) {
        const struct sipsan_stream *old = &last->streams[i];
        struct sipsan_stream now = sipsan_stream_read(m);

        if (old->disabled || now.disabled || old->type != now.type || !old->rtp || !now.rtp)
            continue;
        for (const struct sipsan_sdp_attribute *a = m->section.rtpmaps; a; a = a->alike) {
            uint32_t map = sipsan_stream_map(a);

            if (map == 0 || was_mapped(old, map) == 0)
                continue;
            why->expected = "the codec that it was, or another payload type";
            sipsan_relate(why, &last->ref, "description before", nothing);
            return sipsan_fail(why, sipsan_sdp_value(a),
                               "payload type %u was another codec before in this stream",
                               (unsigned)sipsan_map_payload(map));
        }
    }
    return SIPSAN_PASS;
}

/* A description may stand in these, offers in responses too. */
#define ON_DESCRIPTION                                                                             \
    .on = SIPSAN_ON_DIALOG_REQUEST, .also = SIPSAN_ON_DIALOG_RESPONSE,                             \
    .methods = BIT(INVITE) | BIT(UPDATE) | BIT(PRACK) | BIT(ACK),                                  \
    .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_SESSION | SIPSAN_VIEW_SAID,                           \
    .needs = SIPSAN_NEEDS_NO_LOSS

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3264.8.origin-kept",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* peers mostly take a new session for a change of this one */
        ON_DESCRIPTION,
        .summary = "A new offer keeps the o= line of its sender's last description, but for the "
                   "version",
        .explain =
            "User name, session id and address in o= name the session; the receiver compares "
            "versions only of one session. Switches that connect a third party in mid-call and "
            "pass its description on break this; they have to write their own o= line.\n"
            "Compared with the last description, offer or answer, of a finished exchange, seen "
            "between the same hosts. Where requests of the sender may have been missed: "
            "inconclusive.\n"
            "Bad: o=alice 1 1 IN IP4 192.0.2.1, then o=alice 2 1 IN IP4 192.0.2.1\n"
            "Good: o=alice 1 1 IN IP4 192.0.2.1, then o=alice 1 2 IN IP4 192.0.2.1",
        .check = origin_kept,
    },
    {
        .id = "rfc3264.8.same-version-same-description",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_DESCRIPTION,
        .aliases = "rfc3261.14.1.reinvite-sdp-version",
        .summary = "A description that has changed has a new version",
        .explain =
            "A receiver that finds the version it has already need not read on: nothing has "
            "changed. Hold, or a new address for media, under the old version goes unnoticed.\n"
            "Compared with the last description of the sender in a finished exchange. After an "
            "offer that was refused nothing is said, nor of answers.\n"
            "Bad: o=alice 1 1 ... with a=sendrecv, then o=alice 1 1 ... with a=sendonly\n"
            "Good: o=alice 1 2 ... with a=sendonly",
        .check = same_version,
    },
    {
        .id = "rfc3264.8.version-plus-one",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_DESCRIPTION,
        .summary = "The version of a changed description is the one before plus one",
        .explain =
            "A version that goes down looks like an old description that came late. One that "
            "leaves numbers out is understood everywhere and is reported one step lower.\n"
            "Compared with the last description, offer or answer, of the sender in a finished "
            "exchange. After an offer that was refused nothing is said.\n"
            "Bad: o=alice 1 5 ..., then o=alice 1 4 ...\n"
            "Good: o=alice 1 5 ..., then o=alice 1 6 ...",
        .check = version_plus_one,
    },
    {
        .id = "rfc3264.8.media-count-kept",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_DESCRIPTION,
        .aliases = "rfc3264.8.deleted-streams-stay rfc3261.14.1.reinvite-full-description",
        .summary = "A new offer has at least as many m= lines as its sender's last description",
        .explain =
            "Streams are known by their place. A stream that is ended keeps its line, with port 0, "
            "for the rest of the call; if lines go away, the streams behind them are mistaken for "
            "others. An offer in a re-INVITE is the whole description, not what has changed.\n"
            "Compared with the last description of the sender in a finished exchange, seen between "
            "the same hosts.\n"
            "Bad: m=audio 49170 ... and m=video 49172 ..., then m=audio 49170 ... alone\n"
            "Good: m=audio 49170 ... and m=video 0 ...",
        .check = media_count,
    },
    {
        .id = "rfc3261.14.2.reinvite-2xx-offer-overlap",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* partly observable: codecs have names of their own */
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST | SIPSAN_VIEW_SESSION | SIPSAN_VIEW_SAID,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .summary = "The offer in a 2xx to a re-INVITE has something of the description before",
        .explain =
            "A re-INVITE without an offer asks the callee for one. The peer has accepted already "
            "and cannot refuse what comes: it can only hang up. So the offer keeps a format and a "
            "transport of what its sender said before, which the peer was able to take.\n"
            "Looked at: streams that were in use and still are. One of them with the type, the "
            "transport and one format of before is enough.\n"
            "Bad: RTP/AVP 0 before, RTP/AVP 8 alone in the 200 to a re-INVITE without offer\n"
            "Good: RTP/AVP 8 0",
        .check = overlaps,
    },
    {
        .id = "rfc3264.8.3.2.payload-type-fixed",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_DESCRIPTION,
        .summary = "A dynamic payload type stands for one codec as long as its stream lasts",
        .explain =
            "Signalling and media take different ways. While a description is on its way packets "
            "with the old meaning of a number arrive, and are decoded by the wrong codec.\n"
            "Each side's numbers are its own. Compared are the names of codecs under payload types "
            "from 96 on, of up to 8 of them a stream. A place whose stream has ended, or has "
            "another media type, begins anew.\n"
            "Bad: a=rtpmap:97 iLBC/8000, then a=rtpmap:97 SPEEX/8000\n"
            "Good: a=rtpmap:98 SPEEX/8000",
        .check = payload_fixed,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3264_08, rules);

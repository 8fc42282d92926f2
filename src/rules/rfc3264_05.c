/* RFC 3264 sections 5 and 9: a description by itself, as offer, answer, or list of what its sender
 * can do. Its lines are judged by the rules of RFC 8866. */
#include "rules/exchange.h"

/* o= is a line that can be read; a number that does not fit into 64 bits can. */
static bool has_origin(const struct sipsan_msg *m)
{
    return m->session && m->session->origin.ok;
}

static bool fits(uint64_t number)
{
    return number <= INT64_MAX;
}

static enum sipsan_verdict origin_64_bit(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_sdp_origin *o;
    bool id;

    if (!has_origin(m))
        return SIPSAN_NA;
    o = &m->session->origin;
    id = fits(sipsan_sdp_number(o->session_id));
    if (id && fits(sipsan_sdp_number(o->session_version)))
        return SIPSAN_PASS;
    why->expected = "at most 9223372036854775807";
    return sipsan_fail(why, id ? o->session_version : o->session_id,
                       "the %s does not fit into a signed number of 64 bits",
                       id ? "version of the session" : "session id");
}

/* The version of a description that follows no other one. */
static enum sipsan_verdict initial_version(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    uint64_t version;

    if (!has_origin(m) || m->to.tag.p)
        return SIPSAN_NA;
    version = sipsan_sdp_version(m->session);
    if (!fits(version))
        return SIPSAN_NA; /* told by the rule above */
    if (version < (UINT64_C(1) << 62) - 1)
        return SIPSAN_PASS;
    why->expected = "less than 4611686018427387903";
    return sipsan_fail(why, m->session->origin.session_version,
                       "the first version of the session leaves too little room to count up");
}

static bool any_multicast(const struct sipsan_sdp *sdp)
{
    for (const struct sipsan_sdp_media *m = sdp->media; m; m = m->next)
        if (m->multicast)
            return true;
    return false;
}

static bool is_zero(const struct sipsan_sdp_time *t)
{
    return span_eq(t->start, SPAN_LIT("0")) && span_eq(t->stop, SPAN_LIT("0"));
}

static enum sipsan_verdict time_is_zero(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_sdp_time *t = v->msg->session->times;

    if (!t || !t->start.p || !t->stop.p)
        return SIPSAN_NA;
    if (is_zero(t))
        return SIPSAN_PASS;
    why->expected = "t=0 0";
    return sipsan_fail(why, span_between(t->start.p, t->stop.p + t->stop.n),
                       "the description has a time of its own: t=%.*s %.*s", SPAN(t->start),
                       SPAN(t->stop));
}

static enum sipsan_verdict time_zero(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_sdp *sdp = v->msg->session;

    return sdp && v->msg->sdp && !any_multicast(sdp) ? time_is_zero(v, why) : SIPSAN_NA;
}

/* A payload type from 96 on without its meaning. */
static enum sipsan_verdict unmapped(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_sdp_media *m = v->msg->session->media;

    for (int n = 0; m && n < SIPSAN_STREAMS_MAX; m = m->next, n++) {
        struct sipsan_codecs codecs;

        if (!m->rtp || !m->ok)
            continue;
        sipsan_codecs_read(&codecs, m);
        for (unsigned i = 96; i < 128; i++)
            if (sipsan_codec_listed(&codecs, i) && codecs.name[i] == 0) {
                why->expected = "a=rtpmap for each dynamic payload type";
                return sipsan_fail(why, m->text, "payload type %u has no a=rtpmap", i);
            }
    }
    return SIPSAN_PASS;
}

/* Of a stream with port 0 everything may be left out (8.2). */
static enum sipsan_verdict offered_rtpmap(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!sipsan_sdp_whole(m))
        return SIPSAN_NA;
    for (const struct sipsan_sdp_media *media = m->session->media; media; media = media->next)
        if (media->port == 0)
            return SIPSAN_NA;
    return unmapped(v, why);
}

/* 9 ------------------------------------------------------------------------------------------- */

static enum sipsan_verdict capability_port(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!sipsan_sdp_whole(v->msg))
        return SIPSAN_NA;
    for (const struct sipsan_sdp_media *m = v->msg->session->media; m; m = m->next)
        if (m->ok && m->port > 0) {
            why->expected = "port 0";
            return sipsan_fail(why, m->text, "the description of what a UA can do has port %d",
                               (int)m->port);
        }
    return SIPSAN_PASS;
}

static enum sipsan_verdict capability_time(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_sdp_whole(v->msg) ? time_is_zero(v, why) : SIPSAN_NA;
}

static enum sipsan_verdict capability_rtpmap(const struct sipsan_view *v, struct sipsan_why *why)
{
    return sipsan_sdp_whole(v->msg) ? unmapped(v, why) : SIPSAN_NA;
}

#define SESSIONS (BIT(INVITE) | BIT(UPDATE) | BIT(PRACK) | BIT(ACK))

/* The answer to OPTIONS: RFC 3261 11.2. */
#define ON_CAPABILITIES                                                                            \
    .on = SIPSAN_ON_RESPONSE, .methods = BIT(OPTIONS), .status_from = 200, .status_to = 299

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3264.5.origin-64-bit",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .methods = SESSIONS,
        .odd = SIPSAN_ODD_TYPE,
        .summary = "Session id and version in o= fit into signed numbers of 64 bits",
        .explain = "SDP itself sets no limit to these numbers. Between SIP endpoints they are held "
                   "in 64 bits with a sign; a longer one is cut off, and a new version may then "
                   "look like an old one.\n"
                   "Bad: o=alice 16045690984503098046 1 IN IP4 192.0.2.1\n"
                   "Good: o=alice 3724394400 1 IN IP4 192.0.2.1",
        .check = origin_64_bit,
    },
    {
        .id = "rfc3264.5.initial-version",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INVITE),
        .odd = SIPSAN_ODD_TYPE,
        .summary = "The first version of a session is below 2^62 - 1",
        .explain =
            "The version counts up with each change; it must not run over the end of 64 bits "
            "with a sign.\n"
            "Judged in an INVITE without To tag.\n"
            "Bad: o=alice 1 9223372036854775806 IN IP4 192.0.2.1\n"
            "Good: o=alice 1 1 IN IP4 192.0.2.1",
        .check = initial_version,
    },
    {
        .id = "rfc3264.5.time-zero",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* read by nobody: SIP begins and ends the session */
        .on = SIPSAN_ON_REQUEST,
        .methods = SESSIONS,
        .odd = SIPSAN_ODD_TYPE,
        .summary = "The t= line of a unicast session is 0 0",
        .explain = "A call begins and ends by signalling. Times in the description say something "
                   "else about it, and a receiver that believes them finds the session over.\n"
                   "Judged in requests with a description without multicast streams; an answer has "
                   "to repeat the line of the offer.\n"
                   "Bad: t=2873397496 2873404696\n"
                   "Good: t=0 0",
        .check = time_zero,
    },
    {
        .id = "rfc3264.5.1.rtpmap",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INVITE) | BIT(UPDATE),
        .odd = SIPSAN_ODD_TYPE,
        .summary = "An offer says by a=rtpmap what its payload types are",
        .explain =
            "A payload type from 96 on means nothing without a=rtpmap: the answerer cannot take "
            "it. For the static ones below, a=rtpmap is asked for as well, but everybody knows "
            "them; they are not judged, nor is an offer that has streams with port 0.\n"
            "Bad: m=audio 49170 RTP/AVP 0 97, no a=rtpmap:97\n"
            "Good: a=rtpmap:97 iLBC/8000",
        .check = offered_rtpmap,
    },
    {
        .id = "rfc3264.9.capabilities-port",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_CAPABILITIES,
        .summary = "The m= lines of a description of capabilities have port 0",
        .explain = "The SDP in the answer to OPTIONS says what a UA can do. With port 0 nobody who "
                   "takes it for an offer or answer begins to send.\n"
                   "Bad: 200 to OPTIONS with m=audio 49180 RTP/AVP 0\n"
                   "Good: m=audio 0 RTP/AVP 0",
        .check = capability_port,
    },
    {
        .id = "rfc3264.9.capabilities-time",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_CAPABILITIES,
        .summary = "The t= line of a description of capabilities is 0 0",
        .explain = "What a UA can do is bound to no time.\n"
                   "Bad: 200 to OPTIONS with t=3724394400 0\n"
                   "Good: t=0 0",
        .check = capability_time,
    },
    {
        .id = "rfc3264.9.capabilities-rtpmap",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_CAPABILITIES,
        .summary = "A description of capabilities defines its dynamic payload types",
        .explain = "The number alone does not tell which codec it is; so the list says nothing.\n"
                   "Bad: 200 to OPTIONS with m=audio 0 RTP/AVP 97, no a=rtpmap:97\n"
                   "Good: a=rtpmap:97 iLBC/8000",
        .check = capability_rtpmap,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3264_05, rules);

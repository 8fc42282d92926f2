/* What holds for every body that was read, whatever its bytes were. Used by the harnesses and by
 * the tests, as invariants.h is for messages. */
#ifndef SIPSAN_FUZZ_BODY_INVARIANTS_H
#define SIPSAN_FUZZ_BODY_INVARIANTS_H

#include "invariants.h"
#include "parse/sdp.h"

/* Nothing, or a piece of `outer`. */
static inline void check_inside(struct sipsan_span outer, struct sipsan_span s)
{
    if (!s.p) {
        INVARIANT(s.n == 0);
        return;
    }
    INVARIANT(span_has(outer, s.p));
    INVARIANT(s.n <= (size_t)(outer.p + outer.n - s.p));
}

static inline void check_attribute(const struct sipsan_sdp *sdp,
                                   const struct sipsan_sdp_attribute *a)
{
    struct sipsan_span name = sipsan_sdp_name(a), value = sipsan_sdp_value(a);

    check_inside(sdp->text, name);
    check_inside(sdp->text, value);
    INVARIANT(!memchr(name.p, '\n', name.n) && !memchr(name.p, ':', name.n));
    if (value.p)
        INVARIANT(value.p[-1] == ':' && !memchr(value.p, '\n', value.n));
}

static inline void check_alike(const struct sipsan_sdp_section *section,
                               const struct sipsan_sdp_attribute *list, struct sipsan_span name)
{
    size_t n = 0;

    for (const struct sipsan_sdp_attribute *a = section->attributes; a; a = a->next)
        n += span_eq(sipsan_sdp_name(a), name);
    for (; list; list = list->alike, n--) {
        struct sipsan_sdp_rtpmap rtpmap;

        INVARIANT(n > 0 && span_eq(sipsan_sdp_name(list), name));
        if (sipsan_sdp_rtpmap(&rtpmap, list))
            INVARIANT(rtpmap.payload.n > 0 && rtpmap.encoding.n > 0 && rtpmap.rate.n > 0);
    }
    INVARIANT(n == 0);
}

static inline void check_section(const struct sipsan_sdp *sdp,
                                 const struct sipsan_sdp_section *section)
{
    check_inside(sdp->text, section->information);
    check_inside(sdp->text, section->key);
    INVARIANT(section->direction <= SIPSAN_SDP_UNCLEAR);
    for (const struct sipsan_sdp_connection *c = section->connection; c; c = c->next) {
        check_inside(sdp->text, c->text);
        check_inside(c->text, c->nettype);
        check_inside(c->text, c->addrtype);
        check_inside(c->text, c->address);
        check_inside(c->text, c->suffix);
        INVARIANT(!c->ok || c->address.n > 0);
    }
    for (const struct sipsan_sdp_bandwidth *b = section->bandwidths; b; b = b->next) {
        check_inside(sdp->text, b->type);
        check_inside(sdp->text, b->value);
    }
    for (const struct sipsan_sdp_attribute *a = section->attributes; a; a = a->next)
        check_attribute(sdp, a);
    check_alike(section, section->rtpmaps, SPAN_LIT("rtpmap"));
    check_alike(section, section->fmtps, SPAN_LIT("fmtp"));
}

static inline void check_media(const struct sipsan_sdp *sdp, const struct sipsan_sdp_media *m)
{
    struct sipsan_span formats = m->formats, format;
    size_t total = 0;

    check_inside(sdp->text, m->text);
    check_inside(m->text, m->type);
    check_inside(m->text, m->proto);
    check_inside(m->text, m->formats);
    INVARIANT(m->port >= -1 && m->port_count >= -1);
    while (sipsan_sdp_next_format(&formats, &format)) {
        check_inside(m->formats, format);
        total += format.n + 1;
    }
    INVARIANT(m->formats.n == 0 || total == m->formats.n + 1);
    INVARIANT(!m->ok || (m->type.n > 0 && m->port >= 0 && m->proto.n > 0 && m->formats.n > 0));
    check_section(sdp, &m->section);
}

/* Lines that are whole and known, joined again, are the text of a description without fault. */
static inline void check_lines_join(const struct sipsan_sdp *sdp)
{
    const char *p = sdp->text.p, *lim = p + sdp->text.n;
    uint32_t media = 0;

    while (p < lim) {
        const char *lf = memchr(p, '\n', (size_t)(lim - p));
        const char *end = lf ? lf - 1 : lim;

        INVARIANT(end - p >= 2 && p[1] == '=' && memchr("vosiuepcbtrzkam", p[0], 15));
        INVARIANT(!lf || *end == '\r');
        INVARIANT(!memchr(p, '\0', (size_t)(end - p)));
        media += p[0] == 'm';
        p = lf ? lf + 1 : lim;
    }
    INVARIANT(p == lim && media == sdp->media_count);
}

static inline void check_sdp(const struct sipsan_sdp *sdp)
{
    const struct sipsan_sdp_origin *o = &sdp->origin;
    const struct sipsan_span spans[] = {o->username, o->session_id, o->session_version,
                                        o->nettype,  o->addrtype,   o->address};
    uint32_t media = 0;

    check_inside(sdp->text, o->text);
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
        check_inside(o->text, spans[i]);
        INVARIANT(!o->ok || spans[i].n > 0);
    }
    check_inside(sdp->text, sdp->version);
    check_inside(sdp->text, sdp->session_name);
    check_inside(sdp->text, sdp->uri);
    check_section(sdp, &sdp->section);
    for (const struct sipsan_sdp_time *t = sdp->times; t; t = t->next) {
        check_inside(sdp->text, t->start);
        check_inside(sdp->text, t->stop);
        check_inside(sdp->text, t->zone);
    }
    for (const struct sipsan_sdp_media *m = sdp->media; m; m = m->next, media++)
        check_media(sdp, m);
    INVARIANT(media <= sdp->media_count && sdp->media_count - media <= sdp->lost);
    if (sdp->ok) {
        INVARIANT(sdp->version.p && o->ok && sdp->session_name.n > 0);
        INVARIANT(sdp->times || sdp->lost > 0);
        check_lines_join(sdp);
    }
}

static inline void check_parts(const struct sipsan_msg *msg)
{
    uint32_t n = 0;

    for (const struct sipsan_part *part = msg->parts; part; part = part->next, n++) {
        struct sipsan_span outer = part->within ? part->within->body : msg->body;

        check_inside(outer, part->text);
        check_inside(part->text, part->body);
        check_inside(part->text, part->type.text);
        check_inside(part->text, part->type.type);
        check_inside(part->text, part->type.subtype);
        check_params(msg, part->type.params);
        for (const struct sipsan_param *q = part->type.params; q; q = q->next) {
            check_inside(part->text, q->name);
            check_inside(part->text, q->value);
        }
        check_inside(part->text, part->disposition);
        check_inside(part->text, part->id);
        check_inside(part->text, part->encoding);
        INVARIANT(part->depth == (part->within ? part->within->depth + 1 : 1));
        INVARIANT(part->depth <= SIPSAN_PART_DEPTH_MAX);
        INVARIANT(!(part->sdp && part->fragment));
        if (part->sdp) {
            INVARIANT(span_eq(part->sdp->text, part->body));
            check_sdp(part->sdp);
        }
    }
    INVARIANT(n == msg->part_count && n <= SIPSAN_PARTS_MAX);
}

static inline void check_bodies(const struct sipsan_msg *msg)
{
    check_parts(msg);
    if (msg->session) {
        INVARIANT(msg->sdp && msg->session->text.p == msg->sdp_text.p &&
                  msg->session->text.n == msg->sdp_text.n);
        check_sdp(msg->session);
    }
    if (msg->fragment) {
        check_message(msg->fragment);
        INVARIANT(!msg->fragment->session && !msg->fragment->parts);
    }
}

/* Two readings of the same bytes agree. */
static inline void check_same_bodies(const struct sipsan_msg *a, const struct sipsan_msg *b)
{
    INVARIANT(a->part_count == b->part_count && a->parts_lost == b->parts_lost);
    INVARIANT(!a->session == !b->session && !a->fragment == !b->fragment);
    INVARIANT(same_place(a, a->sdp_text, b, b->sdp_text));
    if (a->session) {
        INVARIANT(a->session->ok == b->session->ok && a->session->lost == b->session->lost);
        INVARIANT(a->session->media_count == b->session->media_count);
    }
    if (a->fragment)
        check_same(a->fragment, b->fragment);
}

#endif

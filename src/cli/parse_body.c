/* What `sipsan parse` shows of bodies: session descriptions line by line, the parts of multipart
 * bodies, pieces of messages. Paths begin with the ones of the parts that things are in. */
#include "cli/parse_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "parse/sdp.h"

enum { PATH_SIZE = 96, PART_NESTING = SIPSAN_PART_DEPTH_MAX };

/* A place in the tree: where it is, and what it is called. */
struct place {
    const struct printer *pr;
    char path[PATH_SIZE];
};

/* Paths are as deep as parts may be, so they fit; a longer one would be cut. */
static void append(char path[PATH_SIZE], const char *text)
{
    size_t n = strlen(path), more = strlen(text);

    if (more > PATH_SIZE - 1 - n)
        more = PATH_SIZE - 1 - n;
    memcpy(path + n, text, more);
    path[n + more] = '\0';
}

static struct place below(const struct place *up, const char *name)
{
    struct place place = *up;

    if (place.path[0])
        append(place.path, ".");
    append(place.path, name);
    return place;
}

/* A field below; one that is not there is left out. */
static void field(const struct place *up, const char *name, struct sipsan_span value)
{
    struct place place = below(up, name);

    if (value.p)
        sipsan_cli_put_field(up->pr, place.path, value, true);
}

static void field_if(const struct place *up, const char *name, struct sipsan_span value)
{
    if (value.n > 0)
        field(up, name, value);
}

static void number(const struct place *up, const char *name, int64_t value)
{
    struct place place = below(up, name);
    char text[32];
    int n = snprintf(text, sizeof(text), "%" PRId64, value);

    sipsan_cli_put_field(up->pr, place.path, (struct sipsan_span){text, (size_t)n}, false);
}

/* Two pieces of one line, and what is between them. */
static void field_both(const struct place *up, const char *name, struct sipsan_span first,
                       struct sipsan_span last)
{
    if (first.p && last.p)
        field(up, name, span_between(first.p, last.p + last.n));
}

/* Session descriptions ------------------------------------------------------------------------ */

static void put_attribute(const struct place *up, const struct sipsan_sdp_attribute *a)
{
    struct sipsan_span all = sipsan_sdp_name(a);
    struct place place = below(up, "attribute");
    struct sipsan_sdp_rtpmap rtpmap;

    if (a->value_length > 0)
        all.n += 1 + a->value_length;
    field(up, "attribute", all);
    if (a->value_length > 0) {
        field(&place, "name", sipsan_sdp_name(a));
        field(&place, "value", sipsan_sdp_value(a));
    }
    if (span_eq(sipsan_sdp_name(a), SPAN_LIT("rtpmap")) && sipsan_sdp_rtpmap(&rtpmap, a)) {
        field(&place, "payload-type", rtpmap.payload);
        field(&place, "encoding-name", rtpmap.encoding);
        field(&place, "clock-rate", rtpmap.rate);
        field(&place, "encoding-params", rtpmap.parameters);
    }
}

static const char *direction_name(enum sipsan_sdp_direction direction)
{
    switch (direction) {
    case SIPSAN_SDP_DIRECTION_NONE:
        break;
    case SIPSAN_SDP_SENDRECV:
        return "sendrecv";
    case SIPSAN_SDP_SENDONLY:
        return "sendonly";
    case SIPSAN_SDP_RECVONLY:
        return "recvonly";
    case SIPSAN_SDP_INACTIVE:
        return "inactive";
    case SIPSAN_SDP_UNCLEAR:
        return "unclear";
    }
    return NULL;
}

static void put_section(const struct place *up, const struct sipsan_sdp_section *section)
{
    const char *direction = direction_name((enum sipsan_sdp_direction)section->direction);
    struct place place = below(up, "connection");

    field(up, "information", section->information);
    for (const struct sipsan_sdp_connection *c = section->connection; c; c = c->next) {
        field(up, "connection", c->text);
        field_if(&place, "nettype", c->nettype);
        field_if(&place, "addrtype", c->addrtype);
        field_if(&place, "address", c->address);
        field(&place, "suffix", c->suffix);
    }
    place = below(up, "bandwidth");
    for (const struct sipsan_sdp_bandwidth *b = section->bandwidths; b; b = b->next) {
        field_both(up, "bandwidth", b->type, b->value);
        field(&place, "type", b->type);
        field(&place, "value", b->value);
    }
    field(up, "key", section->key);
    for (const struct sipsan_sdp_attribute *a = section->attributes; a; a = a->next)
        put_attribute(up, a);
    if (direction) {
        place = below(up, "direction");
        sipsan_cli_put_field(up->pr, place.path, (struct sipsan_span){direction, strlen(direction)},
                             false);
    }
}

static void put_media(const struct place *up, const struct sipsan_sdp_media *m)
{
    struct place place = below(up, "media");
    struct sipsan_span formats = m->formats, format;

    field(up, "media", m->text);
    field_if(&place, "type", m->type);
    if (m->port >= 0)
        number(&place, "port", m->port);
    if (m->port_count >= 0)
        number(&place, "ports", m->port_count);
    field_if(&place, "proto", m->proto);
    while (sipsan_sdp_next_format(&formats, &format))
        field(&place, "format", format);
    put_section(&place, &m->section);
}

static void put_sdp(const struct place *up, const struct sipsan_sdp *sdp)
{
    struct place session = below(up, "sdp"), place = below(&session, "origin");

    field(up, "sdp", sdp->text);
    field(&session, "version", sdp->version);
    field(&session, "origin", sdp->origin.text);
    field_if(&place, "username", sdp->origin.username);
    field_if(&place, "sess-id", sdp->origin.session_id);
    field_if(&place, "sess-version", sdp->origin.session_version);
    field_if(&place, "nettype", sdp->origin.nettype);
    field_if(&place, "addrtype", sdp->origin.addrtype);
    field_if(&place, "address", sdp->origin.address);
    field(&session, "session-name", sdp->session_name);
    field(&session, "uri", sdp->uri);
    place = below(&session, "time");
    for (const struct sipsan_sdp_time *t = sdp->times; t; t = t->next) {
        field_both(&session, "time", t->start, t->stop);
        field(&place, "start", t->start);
        field(&place, "stop", t->stop);
        if (t->repeats > 0)
            number(&place, "repeats", t->repeats);
        field(&place, "zone", t->zone);
    }
    put_section(&session, &sdp->section);
    for (const struct sipsan_sdp_media *m = sdp->media; m; m = m->next)
        put_media(&session, m);
}

/* Pieces of messages -------------------------------------------------------------------------- */

/* The piece was read from a copy of `text`: the same bytes in the message. */
static struct sipsan_span original(const struct sipsan_msg *piece, struct sipsan_span text,
                                   struct sipsan_span s)
{
    if (!s.p)
        return s;
    return (struct sipsan_span){text.p + (s.p - piece->bytes.p), s.n};
}

static void put_sipfrag(const struct place *up, const struct sipsan_msg *piece,
                        struct sipsan_span text)
{
    struct place place = below(up, "sipfrag");

    field(up, "sipfrag", text);
    field_if(&place, "start-line", original(piece, text, piece->start_line));
    for (uint32_t i = 0; i < piece->header_count; i++) {
        const struct sipsan_header *h = &piece->headers[i];

        field_if(&place, "header-name", original(piece, text, h->name));
        field(&place, "header-value", original(piece, text, h->value));
    }
    field_if(&place, "body", original(piece, text, piece->body));
}

/* Parts --------------------------------------------------------------------------------------- */

static void put_part(const struct printer *pr, const struct sipsan_part *part)
{
    struct place up = {.pr = pr}, place;

    for (uint32_t depth = 1; depth < part->depth && depth < PART_NESTING; depth++)
        up = below(&up, "part");
    place = below(&up, "part");
    field(&up, "part", part->text);
    field(&place, "content-type", part->type.text);
    field(&place, "content-disposition", part->disposition);
    field(&place, "content-id", part->id);
    field(&place, "content-transfer-encoding", part->encoding);
    field_if(&place, "body", part->body);
    if (part->sdp)
        put_sdp(&place, part->sdp);
    if (part->fragment)
        put_sipfrag(&place, part->fragment, part->body);
}

void sipsan_cli_put_body(const struct printer *pr)
{
    const struct sipsan_msg *m = pr->msg;
    const struct place top = {.pr = pr};

    for (const struct sipsan_part *part = m->parts; part; part = part->next)
        put_part(pr, part);
    if (m->parts)
        return;
    if (m->session)
        put_sdp(&top, m->session);
    if (m->fragment)
        put_sipfrag(&top, m->fragment, m->body);
}

/* The body: framing by Content-Length (RFC 3261 18.3, 20.14) and the place of the session
 * description in it (20.11, 20.15; multipart by RFC 5621 3 and RFC 2046 5.1). */
#include "parse/read.h"

#define DEPTH_MAX 4 /* multipart bodies inside each other; deeper ones are not looked into */

/* The header fields of a body part that say what it is. */
struct part {
    struct sipsan_span body;
    struct sipsan_media_type type;
    struct sipsan_span disposition;
};

/* A multipart body that is being walked through. */
struct level {
    struct sipsan_span rest; /* behind the last delimiter line seen */
    struct sipsan_span boundary;
};

static struct sipsan_span boundary_of(const struct sipsan_media_type *type)
{
    const struct sipsan_param *param = sipsan_param_find(type->params, SPAN_LIT("boundary"));

    return param ? sipsan_unquoted(param->value) : (struct sipsan_span){NULL, 0};
}

/* disposition: the value of the header field; its type is the first word. A session description is
 * one for the session unless something else is said (20.11). */
static bool for_session(struct sipsan_span disposition)
{
    size_t n = 0;

    while (n < disposition.n && disposition.p[n] != ';' && !is_wsp(disposition.p[n]) &&
           !is_crlf(disposition.p[n]))
        n++;
    disposition.n = n;
    return n == 0 || WORD_IS(disposition, "session");
}

static bool is_sdp(const struct sipsan_media_type *type)
{
    return WORD_IS(type->type, "application") && WORD_IS(type->subtype, "sdp");
}

static bool is_multipart(const struct sipsan_media_type *type)
{
    return WORD_IS(type->type, "multipart");
}

/* The line at p without its end; *p goes behind it. */
static struct sipsan_span take_line(const char **p, const char *lim)
{
    const char *start = *p;
    const char *lf = memchr(start, '\n', (size_t)(lim - start));
    const char *end = lf ? lf : lim;

    *p = lf ? lf + 1 : lim;
    if (end > start && end[-1] == '\r')
        end--;
    return span_between(start, end);
}

/* "--" boundary at the start of a line; *last: with "--" behind it. */
static bool is_delimiter(struct sipsan_span line, struct sipsan_span boundary, bool *last)
{
    if (line.n < boundary.n + 2 || line.p[0] != '-' || line.p[1] != '-' ||
        memcmp(line.p + 2, boundary.p, boundary.n) != 0)
        return false;
    *last =
        line.n >= boundary.n + 4 && line.p[boundary.n + 2] == '-' && line.p[boundary.n + 3] == '-';
    line.p += boundary.n + 2;
    line.n -= boundary.n + 2;
    return *last || sipsan_span_trim(line).n == 0;
}

/* The value behind "name:" when the line has that name; p NULL otherwise. */
static struct sipsan_span field(struct sipsan_span line, struct sipsan_span name)
{
    if (!sipsan_span_starts_nocase(line, name))
        return (struct sipsan_span){NULL, 0};
    line.p += name.n;
    line.n -= name.n;
    line = sipsan_span_trim(line);
    if (line.n == 0 || line.p[0] != ':')
        return (struct sipsan_span){NULL, 0};
    line.p++;
    line.n--;
    return sipsan_span_trim(line);
}

/* Content-Type of a part: its faults are not those of the message. */
static void read_part_type(struct sipsan_scan *sc, struct sipsan_span value, struct part *part)
{
    struct sipsan_scan quiet = {.arena = sc->arena, .lim = sc->lim};
    const char *end = sipsan_match_token(value.p);

    quiet.line_lim = value.p + value.n;
    part->type = (struct sipsan_media_type){.text = value};
    if (!end || *end != '/')
        return;
    part->type.type = span_between(value.p, end);
    value.p = end + 1;
    end = sipsan_match_token(value.p);
    if (!end)
        return;
    part->type.subtype = span_between(value.p, end);
    if (is_multipart(&part->type))
        read_param_list(&quiet, end, &part->type.params, NULL, NULL);
    sc->nomem |= quiet.nomem;
}

/* Splits the text of a part into header fields and body. */
static void read_part(struct sipsan_scan *sc, struct sipsan_span text, struct part *part)
{
    const char *p = text.p, *lim = text.p + text.n;

    *part = (struct part){0};
    while (p < lim) {
        struct sipsan_span line = take_line(&p, lim), value;

        if (line.n == 0)
            break;
        while (p < lim && is_wsp(*p)) { /* folded */
            struct sipsan_span more = take_line(&p, lim);

            line = span_between(line.p, more.p + more.n);
        }
        value = field(line, SPAN_LIT("Content-Type"));
        if (value.p)
            read_part_type(sc, value, part);
        value = field(line, SPAN_LIT("Content-Disposition"));
        if (value.p)
            part->disposition = value;
    }
    part->body = span_between(p, lim);
}

/* The next part of this level; false when there is none. */
static bool next_part(struct level *level, struct sipsan_span *text)
{
    const char *start = level->rest.p, *p = start, *lim = start + level->rest.n;

    while (p < lim) {
        struct sipsan_span line = take_line(&p, lim);
        bool last;

        if (!is_delimiter(line, level->boundary, &last))
            continue;
        *text = span_between(start, line.p);
        /* the line end before a delimiter belongs to it */
        if (text->n > 0 && text->p[text->n - 1] == '\n')
            text->n--;
        if (text->n > 0 && text->p[text->n - 1] == '\r')
            text->n--;
        level->rest = last ? (struct sipsan_span){p, 0} : span_between(p, lim);
        return true;
    }
    return false;
}

static bool enter(struct level *level, struct sipsan_span body, struct sipsan_span boundary)
{
    struct sipsan_span preamble;

    *level = (struct level){body, boundary};
    return boundary.n > 0 && next_part(level, &preamble);
}

static void find_sdp(struct sipsan_scan *sc)
{
    struct sipsan_msg *msg = sc->msg;
    struct level levels[DEPTH_MAX];
    unsigned depth = 0;

    if (enter(&levels[0], msg->body, boundary_of(&msg->content_type)))
        depth = 1;
    while (depth > 0 && !msg->sdp) {
        struct sipsan_span text;
        struct part part;

        if (!next_part(&levels[depth - 1], &text)) {
            depth--;
            continue;
        }
        read_part(sc, text, &part);
        if (is_sdp(&part.type) && for_session(part.disposition)) {
            msg->sdp = true;
            msg->sdp_text = part.body;
        } else if (is_multipart(&part.type) && depth < DEPTH_MAX &&
                   enter(&levels[depth], part.body, boundary_of(&part.type))) {
            depth++;
        }
    }
}

static void frame(struct sipsan_msg *msg, struct sipsan_span rest)
{
    msg->body = rest;
    if (!msg->content_length.ok || msg->content_length.value == rest.n)
        return;
    if (msg->content_length.value > rest.n) {
        msg->framing = SIPSAN_BODY_SHORT;
        return;
    }
    msg->body.n = (size_t)msg->content_length.value;
    msg->surplus = span_between(rest.p + msg->body.n, rest.p + rest.n);
    msg->framing = SIPSAN_BODY_SURPLUS;
}

void sipsan_read_body(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;
    const struct sipsan_header *disposition;

    frame(msg, span_between(p, sc->lim));
    msg->multipart = is_multipart(&msg->content_type);
    if (msg->body.n == 0)
        return;
    if (msg->multipart) {
        find_sdp(sc);
    } else if (is_sdp(&msg->content_type)) {
        disposition = sipsan_msg_header(msg, SIPSAN_HDR_CONTENT_DISPOSITION);
        msg->sdp = !disposition || for_session(disposition->value);
        if (msg->sdp && !sipsan_msg_header(msg, SIPSAN_HDR_CONTENT_ENCODING))
            msg->sdp_text = msg->body;
    }
}

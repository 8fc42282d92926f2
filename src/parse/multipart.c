/* Multipart bodies, taken apart: RFC 2046 5.1, RFC 5621.
 *
 * Parts inside parts are walked with a stack of bounded depth; an outer boundary ends all that is
 * inside it, so every level is a span of the one around it and each octet is looked at once a
 * level. A body that lacks its last boundary is told, and what stands there is taken for the last
 * part. */
#include "parse/read.h"
#include "parse/sdp.h"

#define BOUNDARY_MAX 70

/* A multipart body that is being walked through. */
struct level {
    struct sipsan_span rest; /* behind the last delimiter line seen */
    struct sipsan_span boundary;
    struct sipsan_part *part; /* whose body it is; NULL: the message */
    bool closed;              /* the close-delimiter was seen */
    bool cut;                 /* what ends it may not be its own end */
};

struct reader {
    struct sipsan_scan *sc;
    struct sipsan_part **tail;
    struct level levels[SIPSAN_PART_DEPTH_MAX];
    uint32_t depth;
    bool whole;                   /* nothing is missing at the end of the body */
    bool padding_told, crlf_told; /* once a message */
    bool alternatives;            /* there is a multipart/alternative */
};

static void tell(struct reader *r, enum sipsan_production production, const char *p)
{
    next_value(r->sc);
    sipsan_fault_at(r->sc, production, p);
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

/* Delimiters ---------------------------------------------------------------------------------- */

/* "--" boundary at the start of a line; *last: with "--" behind it, and then anything. *rest: what
 * stands behind it. */
static bool is_delimiter(struct sipsan_span line, struct sipsan_span boundary,
                         struct sipsan_span *rest, bool *last)
{
    if (line.n < boundary.n + 2 || line.p[0] != '-' || line.p[1] != '-' ||
        memcmp(line.p + 2, boundary.p, boundary.n) != 0)
        return false;
    line.p += boundary.n + 2;
    line.n -= boundary.n + 2;
    *last = line.n >= 2 && line.p[0] == '-' && line.p[1] == '-';
    *rest = line;
    return *last || sipsan_span_trim(line).n == 0;
}

/* line is a delimiter between start and lim; next is behind its end. */
static void judge_delimiter(struct reader *r, struct sipsan_span line, struct sipsan_span padding,
                            const char *start, const char *next)
{
    const char *p = line.p;
    bool bare = p > start && (p - start < 2 || p[-2] != '\r');

    if (padding.n > 0 && !r->padding_told) {
        r->padding_told = true;
        tell(r, SIPSAN_PROD_MULTIPART_PADDING, padding.p);
    }
    bare |= next > line.p + line.n && next[-1] == '\n' && next[-2] != '\r';
    if (bare && !r->crlf_told) {
        r->crlf_told = true;
        tell(r, SIPSAN_PROD_MULTIPART_CRLF, p);
    }
}

static struct sipsan_span without_line_end(struct sipsan_span text)
{
    if (text.n > 0 && text.p[text.n - 1] == '\n')
        text.n--;
    if (text.n > 0 && text.p[text.n - 1] == '\r')
        text.n--;
    return text;
}

/* What stands before the next delimiter of this level; false when there is no delimiter. */
static bool next_delimiter(struct reader *r, struct level *level, struct sipsan_span *text)
{
    const char *start = level->rest.p, *p = start, *lim = start + level->rest.n;

    while (p < lim) {
        struct sipsan_span line = take_line(&p, lim), rest;
        bool last;

        if (!is_delimiter(line, level->boundary, &rest, &last))
            continue;
        if (last) { /* the line end behind the last one is not demanded, nor what follows it */
            level->closed = true;
            rest.n = 0;
        }
        judge_delimiter(r, line, rest, start, last ? line.p : p);
        *text = without_line_end(span_between(start, line.p));
        level->rest = span_between(p, lim);
        return true;
    }
    return false;
}

/* Headers of parts ---------------------------------------------------------------------------- */

/* Content-Type of a part. It may be anything that RFC 2045 lets it be, which is more than RFC 3261
 * does: its faults are not told. Where Content-Length cuts the field short, matchers run on into
 * the surplus of the datagram: what they find there is none of its. */
static void read_type(struct sipsan_scan *sc, struct sipsan_span value,
                      struct sipsan_media_type *type)
{
    struct sipsan_scan quiet = {.arena = sc->arena, .lim = sc->lim, .limits = sc->limits};
    const char *lim = value.p + value.n;
    const char *end = sipsan_match_token(value.p);

    quiet.line_lim = lim;
    *type = (struct sipsan_media_type){.text = value};
    if (!end || end >= lim || *end != '/')
        return;
    type->type = span_between(value.p, end);
    value.p = end + 1;
    end = sipsan_match_token(value.p);
    if (!end || end > lim)
        return;
    type->subtype = span_between(value.p, end);
    end = read_param_list(&quiet, end, &type->params, NULL, NULL);
    if (end > lim)
        type->params = NULL;
    type->ok = end <= lim && !quiet.bad;
    sc->nomem |= quiet.nomem;
}

/* The name of a header field and its colon: the end of the name, or NULL. */
static const char *field_name(struct sipsan_span line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7f && line.p[n] != ':')
        n++;
    if (n == 0)
        return NULL;
    for (size_t i = n; i < line.n; i++)
        if (!is_wsp(line.p[i]))
            return line.p[i] == ':' ? line.p + n : NULL;
    return NULL;
}

static void read_field(struct reader *r, struct sipsan_span line, const char *name_end,
                       struct sipsan_part *part)
{
    struct sipsan_span name = span_between(line.p, name_end);
    const char *colon = memchr(name_end, ':', line.n - name.n);
    struct sipsan_span value = sipsan_span_trim(span_between(colon + 1, line.p + line.n));

    if (WORD_IS(name, "content-type") && !part->type.text.p)
        read_type(r->sc, value, &part->type);
    else if (WORD_IS(name, "content-disposition"))
        part->disposition = value;
    else if (WORD_IS(name, "content-id"))
        part->id = value;
    else if (WORD_IS(name, "content-transfer-encoding"))
        part->encoding = value;
}

/* Splits the text of a part into header fields and body. */
static void read_header(struct reader *r, struct sipsan_part *part)
{
    const char *p = part->text.p, *lim = p + part->text.n;
    bool told = false;

    while (p < lim) {
        struct sipsan_span line = take_line(&p, lim);
        const char *name_end;

        if (line.n == 0)
            break;
        while (p < lim && is_wsp(*p)) { /* folded */
            struct sipsan_span more = take_line(&p, lim);

            line = span_between(line.p, more.p + more.n);
        }
        name_end = field_name(line);
        if (name_end) {
            read_field(r, line, name_end, part);
        } else if (!told) {
            told = true;
            tell(r, SIPSAN_PROD_MULTIPART_HEADER, line.p);
        }
    }
    part->body = span_between(p, lim);
}

/* Parts --------------------------------------------------------------------------------------- */

static struct sipsan_part *add_part(struct reader *r, struct sipsan_span text)
{
    struct sipsan_msg *msg = r->sc->msg;
    struct sipsan_part *part;

    if (msg->part_count >= SIPSAN_PARTS_MAX) {
        msg->parts_lost++;
        return NULL;
    }
    part = sipsan_scan_alloc(r->sc, sizeof(*part));
    if (!part)
        return NULL;
    part->text = text;
    part->depth = r->depth;
    part->within = r->levels[r->depth - 1].part;
    msg->part_count++;
    *r->tail = part;
    r->tail = &part->next;
    return part;
}

/* boundary := 0*69<bchars> bcharsnospace */
static const char *bad_boundary(struct sipsan_span boundary)
{
    static const char marks[] = "'()+_,-./:=? ";

    for (size_t i = 0; i < boundary.n; i++) {
        char c = boundary.p[i], lower = ascii_lower(c);

        if (i >= BOUNDARY_MAX ||
            !(is_digit(c) || (lower >= 'a' && lower <= 'z') || memchr(marks, c, sizeof(marks) - 1)))
            return boundary.p + i;
    }
    return boundary.n > 0 && boundary.p[boundary.n - 1] == ' ' ? boundary.p + boundary.n - 1 : NULL;
}

/* The parameter that a multipart type must have; empty when it cannot be used. */
static struct sipsan_span boundary_of(struct reader *r, const struct sipsan_media_type *type)
{
    const struct sipsan_param *param = sipsan_param_find(type->params, SPAN_LIT("boundary"));
    struct sipsan_span boundary = {NULL, 0};
    const char *bad;

    if (param && param->value.p)
        boundary = sipsan_unquoted(param->value);
    bad = bad_boundary(boundary);
    if (boundary.n == 0)
        tell(r, SIPSAN_PROD_MULTIPART_NO_BOUNDARY, type->text.p);
    else if (bad)
        tell(r, SIPSAN_PROD_MULTIPART_BOUNDARY, bad);
    return boundary;
}

static bool is_alternative(const struct sipsan_media_type *type)
{
    return sipsan_is_multipart(type) && WORD_IS(type->subtype, "alternative");
}

/* Goes into a multipart body, up to its first part. */
static void enter(struct reader *r, struct sipsan_part *part, struct sipsan_span body, bool cut,
                  const struct sipsan_media_type *type)
{
    struct level *level = &r->levels[r->depth];
    struct sipsan_span preamble;

    r->alternatives |= is_alternative(type);
    *level = (struct level){.rest = body, .part = part, .cut = cut};
    level->boundary = boundary_of(r, type);
    r->sc->header = SIPSAN_HDR_OTHER; /* of the message's own type: no longer about it */
    r->sc->line = SIPSAN_NO_LINE;
    if (level->boundary.n == 0)
        return;
    if (next_delimiter(r, level, &preamble))
        r->depth++;
    else if (!cut)
        tell(r, SIPSAN_PROD_MULTIPART_DELIMITER, body.p);
}

/* The next part of the innermost level; false when it has no more. */
static bool next_part(struct reader *r, struct sipsan_span *text, bool *closed)
{
    struct level *level = &r->levels[r->depth - 1];

    if (level->closed)
        return false;
    *closed = next_delimiter(r, level, text);
    if (*closed)
        return true;
    level->closed = true;
    *text = level->rest;
    if (!level->cut)
        tell(r, SIPSAN_PROD_MULTIPART_CLOSE, text->p + text->n);
    return true;
}

static bool in_clear(struct sipsan_span encoding)
{
    return encoding.n == 0 || WORD_IS(encoding, "binary") || WORD_IS(encoding, "8bit") ||
           WORD_IS(encoding, "7bit");
}

static void read_part(struct reader *r, struct sipsan_part *part, bool closed)
{
    struct sipsan_scan quiet = {.arena = r->sc->arena, .lim = r->sc->lim, .limits = r->sc->limits};
    struct sipsan_scan *sc = closed || r->whole ? r->sc : &quiet;

    part->closed = closed;
    read_header(r, part);
    if (part->body.n == 0 || !part->type.text.p || !in_clear(part->encoding))
        return;
    if (sipsan_is_sdp(&part->type))
        part->sdp = sipsan_read_sdp(sc, part->body, true);
    else if (sipsan_is_sipfrag(&part->type))
        part->fragment = sipsan_read_sipfrag(sc, part->body, true);
    else if (sipsan_is_multipart(&part->type) && r->depth < SIPSAN_PART_DEPTH_MAX)
        enter(r, part, part->body, !closed, &part->type);
    r->sc->nomem |= quiet.nomem;
}

/* RFC 5621 6.2 -------------------------------------------------------------------------------- */

static bool of_session(const struct sipsan_part *part)
{
    struct sipsan_span type = sipsan_disposition_type(part->disposition);

    if (type.n == 0)
        return sipsan_is_sdp(&part->type);
    return WORD_IS(type, "session") || WORD_IS(type, "early-session");
}

static bool of_one_type(const struct sipsan_part *a, const struct sipsan_part *b)
{
    return a->type.subtype.n > 0 && sipsan_span_eq_nocase(a->type.type, b->type.type) &&
           sipsan_span_eq_nocase(a->type.subtype, b->type.subtype);
}

/* Whose recipient could not choose between them. Parts are few. */
static void judge_alternatives(struct reader *r)
{
    const struct sipsan_msg *msg = r->sc->msg;

    for (const struct sipsan_part *b = msg->parts; b; b = b->next) {
        const struct sipsan_part *a = msg->parts;

        if (!is_alternative(b->within ? &b->within->type : &msg->content_type) || !of_session(b))
            continue;
        while (a != b && !(a->within == b->within && of_session(a) && of_one_type(a, b)))
            a = a->next;
        if (a != b)
            tell(r, SIPSAN_PROD_MULTIPART_ALIKE, b->type.text.p);
    }
}

void sipsan_read_multipart(struct sipsan_scan *sc, bool whole)
{
    struct sipsan_msg *msg = sc->msg;
    struct reader r = {.sc = sc, .tail = &msg->parts, .whole = whole};

    sc->header = SIPSAN_HDR_CONTENT_TYPE;
    sc->line = sipsan_msg_first(msg, SIPSAN_HDR_CONTENT_TYPE);
    enter(&r, NULL, msg->body, !whole, &msg->content_type);
    while (r.depth > 0 && !sc->nomem) {
        struct sipsan_part *part;
        struct sipsan_span text;
        bool closed;

        if (!next_part(&r, &text, &closed)) {
            r.depth--;
            continue;
        }
        part = add_part(&r, text);
        if (part)
            read_part(&r, part, closed);
    }
    if (r.alternatives)
        judge_alternatives(&r);
}

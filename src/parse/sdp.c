/* Walks the lines of a session description: which line may stand where, how often, and which must
 * be there. RFC 8866 5; the values are read in sdp_lines.c.
 *
 * RFC 8866 and RFC 4566 differ in where z= may stand: the one wants it behind the r= lines of its
 * time description, the other once behind all of them, with r= lines or without. Either is taken.
 *
 * Of line ends, order and repetition only the first mistake is told (of a section, for the latter
 * two): who writes one line so writes many so. */
#include "parse/read.h"
#include "parse/sdp_read.h"

/* What a line may be. Ranks rise through a section. */
struct line_kind {
    uint8_t rank; /* 0: no such line */
    bool in_media;
    bool once;       /* in the session section */
    bool media_once; /* in a media description */
};

static const struct line_kind kinds[26] = {
    ['v' - 'a'] = {.rank = 1, .once = true},
    ['o' - 'a'] = {.rank = 2, .once = true},
    ['s' - 'a'] = {.rank = 3, .once = true},
    ['i' - 'a'] = {.rank = 4, .once = true, .in_media = true, .media_once = true},
    ['u' - 'a'] = {.rank = 5, .once = true},
    ['e' - 'a'] = {.rank = 6},
    ['p' - 'a'] = {.rank = 7},
    ['c' - 'a'] = {.rank = 8, .once = true, .in_media = true},
    ['b' - 'a'] = {.rank = 9, .in_media = true},
    ['t' - 'a'] = {.rank = 10},
    ['r' - 'a'] = {.rank = 10},
    ['z' - 'a'] = {.rank = 10},
    ['k' - 'a'] = {.rank = 11, .once = true, .in_media = true, .media_once = true},
    ['a' - 'a'] = {.rank = 12, .in_media = true},
    ['m' - 'a'] = {.rank = 13, .in_media = true},
};

struct reader {
    struct sipsan_scan *sc;
    struct sipsan_sdp *sdp;
    struct sipsan_sdp_section *section; /* the one that lines go to now */
    struct sipsan_sdp_media *media;     /* the last one; NULL in the session section */
    struct sipsan_sdp_media spare;      /* stands in for one that is not kept */
    /* where the next object is linked */
    struct sipsan_sdp_connection **connection_tail;
    struct sipsan_sdp_bandwidth **bandwidth_tail;
    struct sipsan_sdp_attribute **attribute_tail, **rtpmap_tail, **fmtp_tail;
    struct sipsan_sdp_time **time_tail;
    struct sipsan_sdp_media **media_tail;
    struct sipsan_sdp_time *time;  /* the last one */
    const char *bare, *bare_alive; /* first media without c=; the same of those with a port */
    const char *lim;
    uint32_t room;              /* objects that may still be kept */
    uint32_t seen;              /* letters in this section, bit 0 is 'a' */
    uint8_t rank;               /* the highest one in this section */
    char last;                  /* type of the line before */
    bool own_c;                 /* this media description has a c= */
    bool order_told, once_told; /* in this section */
    bool end_told, empty_told;
    bool last_open; /* the last line may have no end */
};

static bool saw(const struct reader *r, char type)
{
    return r->seen >> (type - 'a') & 1;
}

/* A fault that belongs to no value. */
static void tell(struct reader *r, enum sipsan_production production, const char *p)
{
    next_value(r->sc);
    sipsan_fault_at(r->sc, production, p);
    r->sdp->ok = false;
}

/* NULL when the description has too many lines, or memory is refused. */
static void *keep(struct reader *r, size_t n)
{
    if (r->room == 0) {
        r->sdp->lost++;
        return NULL;
    }
    r->room--;
    return sipsan_scan_alloc(r->sc, n);
}

/* Lines --------------------------------------------------------------------------------------- */

static void enter_section(struct reader *r, struct sipsan_sdp_section *section)
{
    r->section = section;
    r->connection_tail = &section->connection;
    r->bandwidth_tail = &section->bandwidths;
    r->attribute_tail = &section->attributes;
    r->rtpmap_tail = &section->rtpmaps;
    r->fmtp_tail = &section->fmtps;
    r->seen = 0;
    r->rank = 0;
    r->own_c = r->order_told = r->once_told = false;
}

static void read_connection(struct reader *r, struct sipsan_sdp_line *line)
{
    struct sipsan_sdp_connection spare = {0}, *c = keep(r, sizeof(*c));

    sipsan_sdp_read_connection(line, c ? c : &spare);
    r->own_c = true;
    if (!c)
        return;
    *r->connection_tail = c;
    r->connection_tail = &c->next;
}

static void read_bandwidth(struct reader *r, struct sipsan_sdp_line *line)
{
    struct sipsan_sdp_bandwidth spare = {0}, *b = keep(r, sizeof(*b));

    sipsan_sdp_read_bandwidth(line, b ? b : &spare);
    if (!b)
        return;
    *r->bandwidth_tail = b;
    r->bandwidth_tail = &b->next;
}

static void read_time(struct reader *r, struct sipsan_sdp_line *line)
{
    struct sipsan_sdp_time spare = {0}, *t = keep(r, sizeof(*t));

    sipsan_sdp_read_time(line, t ? t : &spare);
    r->time = t;
    if (!t)
        return;
    *r->time_tail = t;
    r->time_tail = &t->next;
}

/* A media description that has ended: did it need a c= line? */
static void close_media(struct reader *r)
{
    if (!r->media || r->own_c)
        return;
    if (!r->bare)
        r->bare = r->media->text.p;
    if (!r->bare_alive && r->media->port != 0)
        r->bare_alive = r->media->text.p;
}

/* Lines that a session must have, when its section ends at p. t= is missing in many that work. */
static void close_session(struct reader *r, const char *p)
{
    static const struct {
        char type;
        enum sipsan_production production;
    } due[] = {
        {'o', SIPSAN_PROD_SDP_ORIGIN},
        {'s', SIPSAN_PROD_SDP_SESSION_NAME},
        {'t', SIPSAN_PROD_SDP_TIME},
    };

    for (size_t i = 0; i < sizeof(due) / sizeof(*due); i++)
        if (!saw(r, due[i].type))
            tell(r, due[i].production, p);
}

static void read_media(struct reader *r, struct sipsan_sdp_line *line, const char *start)
{
    struct sipsan_sdp_media *m = keep(r, sizeof(*m));

    if (r->media)
        close_media(r);
    else
        close_session(r, start);
    next_value(r->sc);
    r->spare = (struct sipsan_sdp_media){0};
    r->media = m ? m : &r->spare;
    sipsan_sdp_read_media(line, r->media);
    r->sdp->media_count++;
    if (m) {
        *r->media_tail = m;
        r->media_tail = &m->next;
    }
    enter_section(r, &r->media->section);
}

/* 6.7: at most one in each section. */
static void note_direction(struct reader *r, const struct sipsan_sdp_attribute *a,
                           enum sipsan_sdp_direction direction)
{
    uint8_t *said = &r->section->direction;

    if (a->value_length > 0)
        return;
    if (*said != SIPSAN_SDP_DIRECTION_NONE)
        sipsan_fault_at(r->sc, SIPSAN_PROD_SDP_DIRECTION, a->p);
    *said = (uint8_t)(*said == SIPSAN_SDP_DIRECTION_NONE || *said == (uint8_t)direction
                          ? direction
                          : SIPSAN_SDP_UNCLEAR);
}

static void enter_value(struct sipsan_sdp_line *line, const struct sipsan_sdp_attribute *a,
                        enum sipsan_production production)
{
    line->p = a->p + a->name_length;
    line->p += line->p < line->end; /* the colon, when there is one */
    line->production = production;
}

static void judge_value(struct sipsan_sdp_line *line, const struct sipsan_sdp_attribute *a,
                        enum sipsan_production production, sipsan_sdp_judge_fn *judge)
{
    enter_value(line, a, production);
    judge(line);
}

static void link_alike(struct sipsan_sdp_attribute ***tail, struct sipsan_sdp_attribute *a)
{
    **tail = a;
    *tail = &a->alike;
}

/* kept: NULL when it is not. */
static void read_rtpmap(struct reader *r, struct sipsan_sdp_line *line,
                        const struct sipsan_sdp_attribute *a, struct sipsan_sdp_attribute *kept)
{
    struct sipsan_sdp_rtpmap rtpmap;
    bool ok;

    enter_value(line, a, SIPSAN_PROD_SDP_RTPMAP);
    ok = sipsan_sdp_read_rtpmap(line, &rtpmap) && a->value_length > 0;
    if (!kept)
        return;
    link_alike(&r->rtpmap_tail, kept);
    if (!ok)
        return;
    kept->codec = sipsan_sdp_word_hash(rtpmap.encoding);
    for (size_t i = 0; i < rtpmap.payload.n; i++)
        kept->payload = kept->payload * 10 + (uint32_t)(rtpmap.payload.p[i] - '0');
}

/* Attributes whose values have a grammar, or that are looked for often. kept: NULL when it is not.
 */
static void read_known(struct reader *r, struct sipsan_sdp_line *line,
                       const struct sipsan_sdp_attribute *a, struct sipsan_sdp_attribute *kept)
{
    struct sipsan_span name = sipsan_sdp_name(a);

    switch (name.n) {
    case 3:
        if (sdp_is(name, "des"))
            judge_value(line, a, SIPSAN_PROD_SDP_PRECONDITION, sipsan_sdp_judge_desired);
        return;
    case 4:
        if (sdp_is(name, "curr") || sdp_is(name, "conf"))
            judge_value(line, a, SIPSAN_PROD_SDP_PRECONDITION, sipsan_sdp_judge_status);
        if (!sdp_is(name, "fmtp"))
            return;
        judge_value(line, a, SIPSAN_PROD_SDP_FMTP, sipsan_sdp_judge_fmtp);
        if (kept)
            link_alike(&r->fmtp_tail, kept);
        return;
    case 5:
        if (sdp_is(name, "ptime"))
            judge_value(line, a, SIPSAN_PROD_SDP_PTIME, sipsan_sdp_judge_number);
        return;
    case 6:
        if (!sdp_is(name, "rtpmap"))
            return;
        read_rtpmap(r, line, a, kept);
        return;
    case 8:
        if (sdp_is(name, "sendrecv"))
            note_direction(r, a, SIPSAN_SDP_SENDRECV);
        else if (sdp_is(name, "sendonly"))
            note_direction(r, a, SIPSAN_SDP_SENDONLY);
        else if (sdp_is(name, "recvonly"))
            note_direction(r, a, SIPSAN_SDP_RECVONLY);
        else if (sdp_is(name, "inactive"))
            note_direction(r, a, SIPSAN_SDP_INACTIVE);
        else if (sdp_is(name, "maxptime"))
            judge_value(line, a, SIPSAN_PROD_SDP_MAXPTIME, sipsan_sdp_judge_number);
        return;
    default:
        return;
    }
}

static void read_attribute(struct reader *r, struct sipsan_sdp_line *line)
{
    struct sipsan_sdp_attribute spare = {0}, *a = keep(r, sizeof(*a));

    sipsan_sdp_read_attribute(line, a ? a : &spare);
    if (a) {
        *r->attribute_tail = a;
        r->attribute_tail = &a->next;
    }
    read_known(r, line, a ? a : &spare, a);
}

/* A line whose text is kept: its first one. */
static void keep_text(struct sipsan_span *where, const struct sipsan_sdp_line *line)
{
    if (!where->p)
        *where = span_between(line->p, line->end);
}

static void judge(struct sipsan_sdp_line *line, enum sipsan_production production,
                  sipsan_sdp_judge_fn *fn)
{
    line->production = production;
    fn(line);
}

static void read_origin(struct reader *r, struct sipsan_sdp_line *line)
{
    struct sipsan_sdp_origin again = {0};

    line->production = SIPSAN_PROD_SDP_ORIGIN;
    sipsan_sdp_read_origin(line, r->sdp->origin.text.p ? &again : &r->sdp->origin);
}

/* The value of a line of this type; start is where the line begins. */
static void read_value(struct reader *r, struct sipsan_sdp_line *line, char type, const char *start)
{
    switch (type) {
    case 'v':
        keep_text(&r->sdp->version, line);
        judge(line, SIPSAN_PROD_SDP_VERSION, sipsan_sdp_judge_version);
        return;
    case 'o':
        read_origin(r, line);
        return;
    case 's':
        keep_text(&r->sdp->session_name, line);
        judge(line, SIPSAN_PROD_SDP_SESSION_NAME, sipsan_sdp_judge_text);
        return;
    case 'i':
        keep_text(&r->section->information, line);
        judge(line, SIPSAN_PROD_SDP_INFORMATION, sipsan_sdp_judge_text);
        return;
    case 'u':
        keep_text(&r->sdp->uri, line);
        judge(line, SIPSAN_PROD_SDP_URI, sipsan_sdp_judge_uri);
        return;
    case 'e':
        judge(line, SIPSAN_PROD_SDP_EMAIL, sipsan_sdp_judge_email);
        return;
    case 'p':
        judge(line, SIPSAN_PROD_SDP_PHONE, sipsan_sdp_judge_phone);
        return;
    case 'c':
        line->production = SIPSAN_PROD_SDP_CONNECTION;
        read_connection(r, line);
        return;
    case 'b':
        line->production = SIPSAN_PROD_SDP_BANDWIDTH;
        read_bandwidth(r, line);
        return;
    case 't':
        line->production = SIPSAN_PROD_SDP_TIME;
        read_time(r, line);
        return;
    case 'r':
        if (r->time)
            r->time->repeats++;
        judge(line, SIPSAN_PROD_SDP_REPEAT, sipsan_sdp_judge_repeat);
        return;
    case 'z':
        if (r->time)
            keep_text(&r->time->zone, line);
        judge(line, SIPSAN_PROD_SDP_ZONE, sipsan_sdp_judge_zone);
        return;
    case 'k':
        keep_text(&r->section->key, line);
        judge(line, SIPSAN_PROD_SDP_KEY, sipsan_sdp_judge_key);
        return;
    case 'a':
        line->production = SIPSAN_PROD_SDP_ATTRIBUTE;
        read_attribute(r, line);
        return;
    default: /* m */
        line->production = SIPSAN_PROD_SDP_MEDIA;
        read_media(r, line, start);
        return;
    }
}

/* Order --------------------------------------------------------------------------------------- */

/* A line of this type may stand here; it is told when not. */
static void judge_place(struct reader *r, char type, const char *start)
{
    const struct line_kind *kind = &kinds[type - 'a'];
    bool once = r->media ? kind->media_once : kind->once;
    bool timing = r->last == 't' || r->last == 'r';
    bool placed = kind->rank >= r->rank && (!r->media || kind->in_media);

    if (type == 'r' || type == 'z')
        placed = placed && timing;
    if (once && saw(r, type)) {
        if (!r->once_told)
            sipsan_fault_at(r->sc, SIPSAN_PROD_SDP_ONCE, start);
        r->once_told = true;
    } else if (!placed) {
        if (!r->order_told)
            sipsan_fault_at(r->sc, SIPSAN_PROD_SDP_ORDER, start);
        r->order_told = true;
    }
    if (kind->rank > r->rank && type != 'm')
        r->rank = kind->rank;
}

/* The line from start to end, without its line end. */
static void read_line(struct reader *r, const char *start, const char *end)
{
    struct sipsan_sdp_line line = {.sc = r->sc, .p = start + 2, .end = end};
    char type = *start;

    next_value(r->sc);
    if (end - start < 2 || start[1] != '=') {
        sipsan_fault_at(r->sc, SIPSAN_PROD_SDP_LINE, start);
        return;
    }
    if (type < 'a' || type > 'z' || kinds[type - 'a'].rank == 0) {
        sipsan_fault_at(r->sc, SIPSAN_PROD_SDP_TYPE, start);
        return;
    }
    judge_place(r, type, start);
    read_value(r, &line, type, start);
    r->seen |= 1u << (type - 'a');
    r->last = type;
}

/* The first octet that ends a line: CR, LF or lim. *nul: the first NUL before it, NULL when there
 * is none. */
static const char *line_end(const char *p, const char *lim, const char **nul)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);

    *nul = NULL;
    while (p < lim) {
        uint64_t w;

        if (lim - p >= 8) {
            memcpy(&w, p, sizeof(w));
            /* no octet below 14: CR is 13, LF 10, NUL 0 */
            if (((w - ones * 14) & ~w & ones * 0x80) == 0) {
                p += 8;
                continue;
            }
        }
        for (size_t i = 0; i < 8 && p < lim; i++, p++) {
            if ((unsigned char)*p >= 14)
                continue;
            if (is_crlf(*p))
                return p;
            if (*p == '\0' && !*nul)
                *nul = p;
        }
    }
    return lim;
}

/* Behind the line end at p. */
static const char *close_line(struct reader *r, const char *p)
{
    bool crlf = p < r->lim && p[0] == '\r' && r->lim - p >= 2 && p[1] == '\n';

    if (p == r->lim && r->last_open)
        return p;
    if (!crlf && !r->end_told) {
        r->end_told = true;
        tell(r, SIPSAN_PROD_SDP_CRLF, p);
    }
    return crlf ? p + 2 : p < r->lim ? p + 1 : p;
}

static void read_lines(struct reader *r, const char *p)
{
    while (p < r->lim && !r->sc->nomem) {
        const char *nul, *end = line_end(p, r->lim, &nul);

        if (nul)
            tell(r, SIPSAN_PROD_SDP_NUL, nul);
        if (end > p) {
            read_line(r, p, end);
            r->sdp->ok &= !r->sc->bad;
        } else if (!r->empty_told) {
            r->empty_told = true;
            tell(r, SIPSAN_PROD_SDP_EMPTY_LINE, p);
        }
        p = close_line(r, end);
    }
}

/* Entry --------------------------------------------------------------------------------------- */

struct sipsan_sdp *sipsan_read_sdp(struct sipsan_scan *sc, struct sipsan_span text, bool in_part)
{
    struct sipsan_sdp *sdp = sipsan_scan_alloc(sc, sizeof(*sdp));
    struct reader r = {
        .sc = sc,
        .sdp = sdp,
        .lim = text.p + text.n,
        .room = SIPSAN_SDP_LINES_MAX,
        .last_open = in_part,
    };

    if (!sdp)
        return NULL;
    sdp->text = text;
    sdp->ok = true;
    r.time_tail = &sdp->times;
    r.media_tail = &sdp->media;
    enter_section(&r, &sdp->section);
    if (text.n < 2 || text.p[0] != 'v' || text.p[1] != '=') {
        tell(&r, SIPSAN_PROD_SDP_VERSION, text.p);
        if (text.n < 2 || text.p[1] != '=')
            return sdp; /* this is something else */
    }
    read_lines(&r, text.p);
    if (r.media)
        close_media(&r);
    else
        close_session(&r, r.lim);
    if (r.bare && !sdp->section.connection)
        tell(&r, SIPSAN_PROD_SDP_CONNECTION_MISSING, r.bare_alive ? r.bare_alive : r.bare);
    sipsan_sdp_digest(sdp);
    return sdp;
}

/* Questions ----------------------------------------------------------------------------------- */

const struct sipsan_sdp_attribute *sipsan_sdp_find(const struct sipsan_sdp_section *section,
                                                   struct sipsan_span name)
{
    const struct sipsan_sdp_attribute *a = section->attributes;

    while (a && !span_eq(sipsan_sdp_name(a), name))
        a = a->next;
    return a;
}

bool sipsan_sdp_next_format(struct sipsan_span *formats, struct sipsan_span *format)
{
    const char *p = formats->p, *end, *sp;

    if (formats->n == 0)
        return false;
    end = p + formats->n;
    sp = memchr(p, ' ', formats->n);
    *format = span_between(p, sp ? sp : end);
    *formats = sp ? span_between(sp + 1, end) : (struct sipsan_span){end, 0};
    return true;
}

bool sipsan_sdp_rtpmap(struct sipsan_sdp_rtpmap *out, const struct sipsan_sdp_attribute *attribute)
{
    struct sipsan_span value = sipsan_sdp_value(attribute);
    struct sipsan_sdp_line line;

    *out = (struct sipsan_sdp_rtpmap){0};
    if (!value.p)
        return false;
    line = (struct sipsan_sdp_line){.p = value.p, .end = value.p + value.n};
    return sipsan_sdp_read_rtpmap(&line, out);
}

const struct sipsan_sdp_connection *sipsan_sdp_connection(const struct sipsan_sdp *sdp,
                                                          const struct sipsan_sdp_media *media)
{
    return media->section.connection ? media->section.connection : sdp->section.connection;
}

enum sipsan_sdp_direction sipsan_sdp_direction(const struct sipsan_sdp *sdp,
                                               const struct sipsan_sdp_media *media)
{
    uint8_t said = media->section.direction ? media->section.direction : sdp->section.direction;

    return said ? (enum sipsan_sdp_direction)said : SIPSAN_SDP_SENDRECV;
}

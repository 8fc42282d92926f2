/* The body: framing by Content-Length (RFC 3261 18.3, 20.14), what it is (20.11, 20.12, 20.15), and
 * who reads it. */
#include "parse/read.h"

bool sipsan_is_sdp(const struct sipsan_media_type *type)
{
    return WORD_IS(type->type, "application") && WORD_IS(type->subtype, "sdp");
}

bool sipsan_is_sipfrag(const struct sipsan_media_type *type)
{
    return WORD_IS(type->type, "message") && WORD_IS(type->subtype, "sipfrag");
}

bool sipsan_is_multipart(const struct sipsan_media_type *type)
{
    return WORD_IS(type->type, "multipart");
}

struct sipsan_span sipsan_disposition_type(struct sipsan_span value)
{
    size_t n = 0;

    while (n < value.n && value.p[n] != ';' && !is_wsp(value.p[n]) && !is_crlf(value.p[n]))
        n++;
    value.n = n;
    return value;
}

/* A session description is one for the session unless something else is said (20.11). */
static bool for_session(struct sipsan_span disposition)
{
    struct sipsan_span type = sipsan_disposition_type(disposition);

    return type.n == 0 || WORD_IS(type, "session");
}

bool sipsan_body_compressed(struct sipsan_span body)
{
    if (body.n < 2)
        return false;
    return (body.p[0] == '\x1f' && body.p[1] == '\x8b') ||
           (body.p[0] == '\x78' &&
            (body.p[1] == '\x01' || body.p[1] == '\x9c' || body.p[1] == '\xda'));
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

/* The parts are there: what they hold, and which of them is for the session. */
static void read_parts(struct sipsan_scan *sc)
{
    struct sipsan_msg *msg = sc->msg;

    for (struct sipsan_part *part = msg->parts; part; part = part->next) {
        if (!msg->sdp && sipsan_is_sdp(&part->type) && for_session(part->disposition)) {
            msg->sdp = true;
            if (part->sdp) {
                msg->sdp_text = part->body;
                msg->session = part->sdp;
            }
        }
        if (!msg->fragment)
            msg->fragment = part->fragment;
    }
}

static void read_single(struct sipsan_scan *sc, struct sipsan_scan *judge)
{
    struct sipsan_msg *msg = sc->msg;
    const struct sipsan_header *disposition =
        sipsan_msg_header(msg, SIPSAN_HDR_CONTENT_DISPOSITION);
    bool clear =
        !sipsan_msg_header(msg, SIPSAN_HDR_CONTENT_ENCODING) && !sipsan_body_compressed(msg->body);

    if (sipsan_is_sdp(&msg->content_type)) {
        struct sipsan_sdp *sdp = clear ? sipsan_read_sdp(judge, msg->body, false) : NULL;

        msg->sdp = !disposition || for_session(disposition->value);
        if (msg->sdp && clear) {
            msg->sdp_text = msg->body;
            msg->session = sdp;
        }
    } else if (sipsan_is_sipfrag(&msg->content_type) && clear) {
        msg->fragment = sipsan_read_sipfrag(judge, msg->body, false);
    }
}

void sipsan_read_body(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;
    struct sipsan_scan quiet;
    bool whole;

    frame(msg, span_between(p, sc->lim));
    msg->multipart = sipsan_is_multipart(&msg->content_type);
    if (msg->body.n == 0 || !msg->content_type.text.p)
        return;
    whole = msg->framing == SIPSAN_FRAMED;
    if (msg->multipart) {
        sipsan_read_multipart(sc, whole);
        read_parts(sc);
        return;
    }
    /* A length that is wrong cuts the body anywhere; that is told, and what follows from it not. */
    quiet = (struct sipsan_scan){.arena = sc->arena, .lim = sc->lim, .limits = sc->limits};
    read_single(sc, whole ? sc : &quiet);
    sc->nomem |= !whole && quiet.nomem;
}

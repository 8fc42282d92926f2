/* Media types: Content-Type. RFC 3261 20.15, 25.1. */
#include "parse/read.h"

/* m-type SLASH m-subtype */
static const char *read_type(struct sipsan_scan *sc, const char *p, struct sipsan_media_type *out)
{
    const char *end = sipsan_match_token(p);

    if (!end) {
        sipsan_fault_at(sc, sc->production, p);
        return p;
    }
    out->type = span_between(p, end);
    p = skip_sws(sc, end);
    if (*p != '/') {
        sipsan_fault_at(sc, sc->production, p);
        return p;
    }
    p = skip_sws(sc, p + 1);
    end = sipsan_match_token(p);
    if (!end) {
        sipsan_fault_at(sc, sc->production, p);
        return p;
    }
    out->subtype = span_between(p, end);
    return end;
}

/* m-parameter = m-attribute EQUAL m-value */
static void judge_m_parameter(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    (void)user;
    if (seen->form == SIPSAN_PARAM_ALONE)
        sipsan_fault_at(sc, sc->production, seen->param->name.p);
}

const char *sipsan_value_content_type(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_media_type again = {0}, *out = &sc->msg->content_type;
    const char *start = p;

    if (out->text.p)
        out = &again; /* a second line: judged, not kept */
    p = read_type(sc, p, out);
    p = sipsan_read_params(sc, p, &out->params, judge_m_parameter, NULL);
    p = sipsan_scan_end(sc, p);
    out->text = sipsan_span_trim(span_between(start, p));
    out->ok = !sc->bad;
    return p;
}

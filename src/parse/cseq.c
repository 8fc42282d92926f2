/* CSeq and RAck: RFC 3261 20.16, 25.1; RFC 3262 7.2. */
#include "parse/read.h"

/* 1*DIGIT with the LWS behind it. */
static const char *read_number(struct sipsan_scan *sc, const char *p, uint64_t *value)
{
    const char *end = sipsan_match_digits(p);

    if (!end) {
        sipsan_fault_at(sc, sc->production, p);
        for (end = p; !is_wsp(*end) && !at_end(sc, end); end++)
            ;
    } else {
        *value = sipsan_digits_value(p, end);
    }
    p = skip_sws(sc, end);
    if (p == end)
        sipsan_fault_at(sc, sc->production, p);
    return p;
}

/* Method, with nothing but the end of the line behind it. */
static const char *read_method(struct sipsan_scan *sc, const char *p, struct sipsan_span *method)
{
    const char *end = sipsan_match_token(p);
    const char *lim;

    if (end && at_end(sc, skip_sws(sc, end))) {
        *method = span_between(p, end);
        return skip_sws(sc, end);
    }
    lim = sipsan_scan_line_lim(sc, p);
    if (!end)
        sipsan_fault_at(sc, sc->production, p);
    else if (is_wsp(*end) || is_crlf(*end))
        sipsan_fault_at(sc, sc->production, skip_sws(sc, end));
    else
        sipsan_fault_at(sc, SIPSAN_PROD_METHOD, end);
    *method = span_between(p, end ? end : p);
    return lim;
}

const char *sipsan_value_cseq(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_cseq again = {0}, *out = &sc->msg->cseq;
    const char *start = p;

    if (out->text.p)
        out = &again; /* a second line: judged, not kept */
    out->line = sc->line;
    p = read_number(sc, p, &out->number);
    p = read_method(sc, p, &out->method);
    out->method_id = (uint8_t)sipsan_method_find(out->method);
    out->text = trimmed(start, p);
    out->ok = !sc->bad;
    return p;
}

const char *sipsan_value_rack(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_rack again = {0}, *out = &sc->msg->rack;
    const char *start = p;

    if (out->text.p)
        out = &again;
    p = read_number(sc, p, &out->rseq);
    p = read_number(sc, p, &out->cseq);
    p = read_method(sc, p, &out->method);
    out->text = trimmed(start, p);
    out->ok = !sc->bad;
    return p;
}

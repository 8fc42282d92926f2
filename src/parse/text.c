/* Header fields of free text and of words: Subject, Organization, Call-ID, In-Reply-To, and those
 * that no one here knows. RFC 3261 20.8, 20.21, 20.25, 20.36, 25.1. */
#include "parse/read.h"

typedef const char *match_fn(const char *p);

/* Text up to the end of the line; a fold at a bare CR or LF is none of its business. */
static const char *read_text(struct sipsan_scan *sc, const char *p, match_fn *match,
                             enum sipsan_production production)
{
    for (;;) {
        const char *end = match(p);

        end = end ? end : p;
        p = skip_sws(sc, end);
        if (at_end(sc, p))
            return p;
        if (p != end)
            continue;
        sipsan_fault_at(sc, production, p);
        return sipsan_scan_line_lim(sc, p);
    }
}

/* [TEXT-UTF8-TRIM]: it ends in no LWS; one is no harm (scan.c), a line of white space is. */
const char *sipsan_value_text(struct sipsan_scan *sc, const char *p)
{
    const char *end = read_text(sc, p, sipsan_match_text, SIPSAN_PROD_TEXT_UTF8);
    const char *q = end;

    while (q > p && (is_wsp(q[-1]) || is_crlf(q[-1])))
        q--;
    if (q < end)
        skip_sws(sc, q);
    return end;
}

/* header-value of extension-header */
const char *sipsan_value_extension(struct sipsan_scan *sc, const char *p)
{
    return read_text(sc, p, sipsan_match_extension_text, SIPSAN_PROD_EXTENSION_HEADER);
}

/* callid = word [ "@" word ] */
static const char *read_callid(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_callid(p);

    if (!end) {
        sipsan_fault_at(sc, at_end(sc, p) || *p == ',' ? sc->production : SIPSAN_PROD_WORD, p);
        return p;
    }
    if (!is_wsp(*end) && *end != ',' && !at_end(sc, end))
        sipsan_fault_at(sc, SIPSAN_PROD_WORD, end);
    return end;
}

const char *sipsan_value_call_id(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_scan_end(sc, read_callid(sc, p));

    if (!sc->msg->call_id.p)
        sc->msg->call_id = trimmed(p, end);
    return end;
}

const char *sipsan_value_in_reply_to(struct sipsan_scan *sc, const char *p)
{
    bool more;

    do {
        next_value(sc);
        p = read_callid(sc, skip_sws(sc, p));
        more = sipsan_scan_more(sc, &p);
    } while (more);
    return p;
}

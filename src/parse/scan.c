/* Finds lines, folds and values, whatever state they are in. RFC 3261 7.3.1 and 25.1.
 *
 * A bare CR or a bare LF ends a line as CR LF does, and folds it when white space follows; that is
 * told once a message. Trailing white space is taken without a word: section 7.3.1 takes over the
 * folding and white space of HTTP, where it means nothing. */
#include "parse/scan.h"

const char *sipsan_scan_eol(const char *p)
{
    return p + (p[0] == '\r' && p[1] == '\n' ? 2 : 1);
}

/* p is at a CR or LF. */
static bool is_fold(const char *p)
{
    return is_wsp(*sipsan_scan_eol(p));
}

static SIPSAN_COLD void note_line_end(struct sipsan_scan *sc, const char *p)
{
    if (sc->crlf_told || (p[0] == '\r' && p[1] == '\n'))
        return;
    sc->crlf_told = true;
    sipsan_fault_line(sc, SIPSAN_PROD_CRLF, p, 1);
}

const char *sipsan_scan_line_lim(struct sipsan_scan *sc, const char *p)
{
    if (sc->line_lim && sc->line_lim >= p)
        return sc->line_lim;
    while (p < sc->lim && !(is_crlf(*p) && !is_fold(p)))
        p = is_crlf(*p) ? sipsan_scan_eol(p) : p + 1;
    sc->line_lim = p;
    return p;
}

const char *sipsan_scan_comma(struct sipsan_scan *sc, const char *p)
{
    const char *lim = sipsan_scan_line_lim(sc, p);
    bool quoted = false;

    for (; p < lim; p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (quoted && *p == '\\' && p + 1 < lim)
            p++;
        else if (!quoted && *p == ',')
            return p;
    }
    return lim;
}

const char *sipsan_scan_lws(struct sipsan_scan *sc, const char *p)
{
    unsigned folds = 0;

    for (;;) {
        const char *at = p;

        while (is_wsp(*p))
            p++;
        if (!is_crlf(*p) || p == sc->lim || !is_fold(p))
            return p;
        note_line_end(sc, p);
        /* LWS holds one fold: the line that this one closes was white space only */
        if (folds++ > 0)
            sipsan_fault_at(sc, SIPSAN_PROD_LWS, at);
        p = sipsan_scan_eol(p);
    }
}

const char *sipsan_scan_end(struct sipsan_scan *sc, const char *p)
{
    p = skip_sws(sc, p);
    if (at_end(sc, p))
        return p;
    sipsan_fault_at(sc, sc->production, p);
    return sipsan_scan_line_lim(sc, p);
}

bool sipsan_scan_more(struct sipsan_scan *sc, const char **p)
{
    *p = skip_sws(sc, *p);
    if (!at_end(sc, *p) && **p != ',') {
        sipsan_fault_at(sc, sc->production, *p);
        *p = sipsan_scan_comma(sc, *p);
    }
    if (**p != ',' || *p == sc->lim)
        return false;
    ++*p;
    return true;
}

void *sipsan_scan_alloc_slow(struct sipsan_scan *sc, size_t n)
{
    void *p = sipsan_arena_alloc(sc->arena, n);

    if (p)
        sipsan_mem_zero(p, n);
    else
        sc->nomem = true;
    return p;
}

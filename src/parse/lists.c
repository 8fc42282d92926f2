/* Comma lists of tokens: option tags and methods. RFC 3261 20.5, 20.29, 20.32, 20.37, 20.40, 25.1.
 */
#include "parse/read.h"

/* [ token *(COMMA token) ]; with some, at least one. */
static const char *value_tokens(struct sipsan_scan *sc, const char *p, struct sipsan_token ***tail,
                                bool some)
{
    bool more;

    if (at_end(sc, p)) {
        if (some)
            sipsan_fault_at(sc, sc->production, p);
        return p;
    }
    do {
        struct sipsan_token *out;
        const char *end;

        next_value(sc);
        p = skip_sws(sc, p);
        end = sipsan_match_token(p);
        if (!end && (*p == ',' || at_end(sc, p)))
            sipsan_fault_at(sc, sc->production, p); /* an empty element */
        else if (!end || !(is_wsp(*end) || *end == ',' || at_end(sc, end)))
            sipsan_fault_at(sc, SIPSAN_PROD_TOKEN, end ? end : p);
        if (end) {
            out = sipsan_scan_alloc(sc, sizeof(*out));
            if (!out)
                return sipsan_scan_line_lim(sc, p);
            out->text = span_between(p, end);
            out->line = sc->line;
            **tail = out;
            *tail = &out->next;
            p = end;
        }
        more = scan_more(sc, &p);
    } while (more);
    return p;
}

const char *sipsan_value_allow(struct sipsan_scan *sc, const char *p)
{
    return value_tokens(sc, p, &sc->allow_tail, false);
}

const char *sipsan_value_supported(struct sipsan_scan *sc, const char *p)
{
    return value_tokens(sc, p, &sc->supported_tail, false);
}

const char *sipsan_value_require(struct sipsan_scan *sc, const char *p)
{
    return value_tokens(sc, p, &sc->require_tail, true);
}

const char *sipsan_value_proxy_require(struct sipsan_scan *sc, const char *p)
{
    return value_tokens(sc, p, &sc->proxy_require_tail, true);
}

const char *sipsan_value_unsupported(struct sipsan_scan *sc, const char *p)
{
    return value_tokens(sc, p, &sc->unsupported_tail, true);
}

bool sipsan_token_listed(const struct sipsan_token *list, struct sipsan_span token)
{
    while (list && !sipsan_span_eq_nocase(list->text, token))
        list = list->next;
    return list != NULL;
}

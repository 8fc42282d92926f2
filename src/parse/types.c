/* Media types, codings and languages: Accept, Accept-Encoding, Accept-Language,
 * Content-Disposition, Content-Encoding, Content-Language, Content-Type. RFC 3261 20.1
 * to 20.3, 20.11 to 20.13, 20.15, 25.1. */
#include "parse/read.h"

/* m-type SLASH m-subtype */
static const char *read_type(struct sipsan_scan *sc, const char *p, struct sipsan_media_type *out)
{
    const char *end = sipsan_match_token(p);

    if (!end) {
        sipsan_fault_at(sc, own(sc), p);
        return p;
    }
    out->type = span_between(p, end);
    p = skip_sws(sc, end);
    if (*p != '/') {
        sipsan_fault_at(sc, own(sc), p);
        return p;
    }
    p = skip_sws(sc, p + 1);
    end = sipsan_match_token(p);
    if (!end) {
        sipsan_fault_at(sc, own(sc), p);
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
        sipsan_fault_at(sc, own(sc), seen->param->name.p);
    else if (seen->form == SIPSAN_PARAM_HOST) /* m-value has no host, unlike gen-value */
        sipsan_fault_at(sc, SIPSAN_PROD_SEPARATOR_UNQUOTED, seen->param->value.p);
}

const char *sipsan_value_content_type(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_media_type again = {0}, *out = &sc->msg->content_type;
    const char *start = p;

    if (out->text.p)
        out = &again; /* a second line: judged, not kept */
    p = read_type(sc, p, out);
    p = read_param_list(sc, p, &out->params, judge_m_parameter, NULL);
    p = scan_end(sc, p);
    out->text = trimmed(start, p);
    out->ok = !sc->bad;
    return p;
}

/* disp-type *( SEMI disp-param ) */
const char *sipsan_value_content_disposition(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_param *params = NULL;
    const char *end = sipsan_match_token(p);

    if (!end)
        sipsan_fault_at(sc, own(sc), p);
    return scan_end(sc, read_param_list(sc, end ? end : p, &params, NULL, NULL));
}

/* accept-param = ("q" EQUAL qvalue) / generic-param */
static void judge_accept_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span value = seen->param->value;
    const char *end;

    (void)user;
    if (!WORD_IS(seen->param->name, "q"))
        return;
    end = value.p ? sipsan_match_qvalue(value.p) : NULL;
    if (!end || end != value.p + value.n)
        sipsan_fault_at(sc, SIPSAN_PROD_QVALUE,
                        end       ? end
                        : value.p ? value.p
                                  : seen->param->name.p);
}

/* What one element of a list is, without its parameters. */
typedef const char *element_fn(struct sipsan_scan *sc, const char *p);

static const char *media_range(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_media_type range = {0};
    const char *end = read_type(sc, p, &range);

    if (WORD_IS(range.type, "*") && range.subtype.p && !WORD_IS(range.subtype, "*"))
        sipsan_fault_at(sc, own(sc), range.subtype.p);
    return end;
}

static const char *coding(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_token(p);

    if (!end)
        sipsan_fault_at(sc, own(sc), p);
    return end ? end : p;
}

static const char *language_tag(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_language_range(p);

    if (!end)
        sipsan_fault_at(sc, own(sc), p);
    return end ? end : p;
}

static const char *language_range(struct sipsan_scan *sc, const char *p)
{
    return *p == '*' ? p + 1 : language_tag(sc, p);
}

/* A comma list, with accept-params or without parameters. */
static const char *value_list(struct sipsan_scan *sc, const char *p, element_fn *element,
                              bool params)
{
    bool more;

    do {
        struct sipsan_param *list = NULL;

        next_value(sc);
        p = element(sc, skip_sws(sc, p));
        if (params)
            p = read_param_list(sc, p, &list, judge_accept_param, NULL);
        more = scan_more(sc, &p);
    } while (more);
    return p;
}

const char *sipsan_value_accept(struct sipsan_scan *sc, const char *p)
{
    return at_end(sc, p) ? p : value_list(sc, p, media_range, true);
}

const char *sipsan_value_accept_encoding(struct sipsan_scan *sc, const char *p)
{
    return at_end(sc, p) ? p : value_list(sc, p, coding, true);
}

const char *sipsan_value_accept_language(struct sipsan_scan *sc, const char *p)
{
    return at_end(sc, p) ? p : value_list(sc, p, language_range, true);
}

const char *sipsan_value_content_language(struct sipsan_scan *sc, const char *p)
{
    return value_list(sc, p, language_tag, false);
}

const char *sipsan_value_content_encoding(struct sipsan_scan *sc, const char *p)
{
    return value_list(sc, p, coding, false);
}

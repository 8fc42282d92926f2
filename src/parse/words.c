/* Header fields that are fixed words: Date, Priority, Server, User-Agent, Warning, and the ones
 * that point somewhere: Alert-Info, Call-Info, Error-Info. RFC
 * 3261 20.4, 20.9, 20.17, 20.18, 20.26, 20.35, 20.41, 20.43, 25.1. */
#include "parse/read.h"

static int two_digits(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Where in "Sat, 13 Nov 2010 23:29:00 GMT" the numbers stand and how large they may be. */
static const struct {
    uint8_t at, min, max;
} date_numbers[] = {{5, 1, 31}, {17, 0, 23}, {20, 0, 59}, {23, 0, 59}};

/* The first octet that is out of place in a text that is no SIP-date. */
static SIPSAN_COLD const char *broken_date(const char *p)
{
    static const char shape[] = "Aaa, 00 Aaa 0000 00:00:00 GMT";
    const char *start = p;

    for (const char *s = shape; *s; s++, p++) {
        char c = ascii_lower(*p);

        if (*s == '0' ? !is_digit(c) : *s != 'A' && *s != 'a' ? *p != *s : c < 'a' || c > 'z')
            return p;
    }
    return start; /* a day or a month that there is not */
}

const char *sipsan_value_date(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_sip_date(p);

    for (size_t i = 0; end && i < sizeof(date_numbers) / sizeof(*date_numbers); i++) {
        int value = two_digits(p + date_numbers[i].at);

        if (value < date_numbers[i].min || value > date_numbers[i].max)
            sipsan_fault_at(sc, SIPSAN_PROD_DATE, p + date_numbers[i].at);
    }
    if (!end)
        sipsan_fault_at(sc, SIPSAN_PROD_DATE, broken_date(p));
    return scan_end(sc, end ? end : p);
}

const char *sipsan_value_priority(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_token(p);

    if (!end)
        sipsan_fault_at(sc, SIPSAN_PROD_PRIORITY, p);
    return scan_end(sc, end ? end : p);
}

/* product = token [SLASH product-version]; NULL when there is none. */
static const char *read_product(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_token(p);
    const char *q = end ? skip_sws(sc, end) : p;

    if (!end || *q != '/')
        return end;
    p = skip_sws(sc, q + 1);
    end = sipsan_match_token(p);
    if (!end)
        sipsan_fault_at(sc, own(sc), p);
    return end;
}

/* server-val *(LWS server-val) */
const char *sipsan_value_server(struct sipsan_scan *sc, const char *p)
{
    for (;;) {
        const char *end = *p == '(' ? sipsan_read_comment(sc, p) : read_product(sc, p);

        if (!end)
            break;
        p = skip_sws(sc, end);
        if (at_end(sc, p))
            return p;
        if (p == end)
            break; /* nothing between two of them */
    }
    sipsan_fault_at(sc, own(sc), p);
    return sipsan_scan_line_lim(sc, p);
}

/* [ ":" port ] */
static const char *agent_port_end(const char *p)
{
    const char *end = *p == ':' ? sipsan_match_digits(p + 1) : NULL;

    return end && sipsan_digits_value(p + 1, end) <= UINT16_MAX ? end : p;
}

/* warn-agent = hostport / pseudonym: its end, or NULL. */
static const char *read_agent(const char *p, const char *lim)
{
    const char *end, *host;
    uint8_t kind;

    if (*p == '[') {
        const char *stop;

        end = sipsan_ipv6_end(p + 1, lim, NULL, &stop);
        return end && *end == ']' ? agent_port_end(end + 1) : NULL;
    }
    end = sipsan_match_token(p);
    host = sipsan_match_host(p, &kind);
    return host == end && end ? agent_port_end(end) : end;
}

/* warn-code SP warn-agent SP warn-text. The quoted-string may begin with white space of its own. */
static const char *read_warning(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_digits(p);

    if (!end || end - p != 3 || *end != ' ') {
        sipsan_fault_at(sc, SIPSAN_PROD_WARNING, end && end - p == 3 ? end : p);
        return sipsan_scan_comma(sc, p);
    }
    p = end + 1;
    end = read_agent(p, sc->lim);
    if (!end || *end != ' ') {
        sipsan_fault_at(sc, SIPSAN_PROD_WARNING, end ? end : p);
        return sipsan_scan_comma(sc, p);
    }
    p = skip_sws(sc, end);
    if (*p != '"') {
        sipsan_fault_at(sc, SIPSAN_PROD_WARNING, p);
        return sipsan_scan_comma(sc, p);
    }
    return sipsan_read_quoted(sc, p);
}

const char *sipsan_value_warning(struct sipsan_scan *sc, const char *p)
{
    bool more;

    do {
        next_value(sc);
        p = read_warning(sc, skip_sws(sc, p));
        more = scan_more(sc, &p);
    } while (more);
    return p;
}

/* LAQUOT absoluteURI RAQUOT: behind the '>'. */
static const char *read_pointer(struct sipsan_scan *sc, const char *p)
{
    const char *end, *q;

    if (*p != '<') {
        sipsan_fault_at(sc, own(sc), p);
        return sipsan_scan_comma(sc, p);
    }
    q = sipsan_match_scheme(p + 1);
    end = q ? sipsan_absolute_end(sc, q, false) : NULL;
    if (end && *end == '>') {
        if (word_is(span_between(p + 1, q), "urn:", 4))
            sipsan_judge_urn(sc, q, end);
        return end + 1;
    }
    sipsan_fault_at(sc, SIPSAN_PROD_ABSOLUTE_URI, end ? end : q ? q : p + 1);
    q = sipsan_scan_line_lim(sc, p);
    end = memchr(p, '>', (size_t)(q - p));
    return end ? end + 1 : q;
}

const char *sipsan_value_info(struct sipsan_scan *sc, const char *p)
{
    bool more;

    do {
        struct sipsan_param *params = NULL;

        next_value(sc);
        p = read_pointer(sc, skip_sws(sc, p));
        p = read_param_list(sc, p, &params, NULL, NULL);
        more = scan_more(sc, &p);
    } while (more);
    return p;
}

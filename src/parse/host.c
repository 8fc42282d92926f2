/* host and port: hostname and IPv4address (RFC 3261 25.1, RFC 5954 4.1), IPv6reference. */
#include "parse/read.h"
#include "parse/uri.h"

/* dec-octet of RFC 3986: no leading zero, at most 255. -1 when there is none at p. */
static int dec_octet(const char **p, const char *lim)
{
    const char *q = *p;
    ptrdiff_t n = lim - q;
    int value, more;

    if (n < 1 || !is_digit(q[0]))
        return -1;
    value = q[0] - '0';
    if (value == 0 || n < 2 || !is_digit(q[1])) {
        *p = q + 1;
        return value;
    }
    value = value * 10 + (q[1] - '0');
    more = n < 3 || !is_digit(q[2]) ? 256 : value * 10 + (q[2] - '0');
    *p = q + (more > 255 ? 2 : 3);
    return more > 255 ? value : more;
}

static const char *ipv4_end(const char *p, const char *lim, uint8_t out[4], const char **stop)
{
    for (int i = 0; i < 4; i++) {
        int value;

        *stop = p;
        if (i > 0 && (p == lim || *p++ != '.'))
            return NULL;
        *stop = p;
        value = dec_octet(&p, lim);
        if (value < 0)
            return NULL;
        out[i] = (uint8_t)value;
    }
    return p;
}

/* h16, or -1. *decimal: without letters. */
static int h16(const char **p, const char *lim, bool *decimal)
{
    const char *q = *p;
    int value = 0;

    *decimal = true;
    for (int i = 0; i < 4 && q < lim; i++, q++) {
        int digit = *q - '0';

        if (digit < 0 || digit > 9) {
            digit = (*q | 0x20) - 'a';
            if (digit < 0 || digit > 5)
                break;
            digit += 10;
            *decimal = false;
        }
        value = value * 16 + digit;
    }
    if (q == *p)
        return -1;
    *p = q;
    return value;
}

const char *sipsan_ipv6_end(const char *p, const char *lim, uint8_t out[16], const char **stop)
{
    uint8_t ip[16] = {0};
    int n = 0;    /* octets so far */
    int gap = -1; /* octets before the "::" */

    if (lim - p >= 2 && p[0] == ':' && p[1] == ':') {
        gap = 0;
        p += 2;
    }
    while (n < 16) {
        const char *group = p;
        bool decimal;
        int value = h16(&p, lim, &decimal);

        if (decimal && n <= 12 && p < lim && *p == '.') {
            p = ipv4_end(group, lim, ip + n, stop);
            if (!p)
                return NULL;
            n += 4;
            break;
        }
        if (value < 0) {
            if (gap == n)
                break; /* "::" at the end */
            *stop = p;
            return NULL;
        }
        ip[n++] = (uint8_t)(value >> 8);
        ip[n++] = (uint8_t)value;
        if (n == 16 || p == lim || *p != ':')
            break;
        p++;
        if (p < lim && *p == ':') {
            if (gap >= 0) {
                *stop = p;
                return NULL;
            }
            gap = n;
            p++;
        }
    }
    *stop = p;
    /* RFC 3986 lets "::" stand for one group at least */
    if (gap < 0 ? n != 16 : n > 14)
        return NULL;
    if (gap >= 0) {
        memmove(ip + 16 - (n - gap), ip + gap, (size_t)(n - gap));
        memset(ip + gap, 0, (size_t)(16 - n));
    }
    if (out)
        memcpy(out, ip, sizeof(ip));
    return p;
}

/* Octets that may stand behind a host where hosts stand. */
static bool ends_host(const struct sipsan_scan *sc, const char *p)
{
    return ends_at(sc, p, SIPSAN_OCTET_ENDS_HOST);
}

static const char *skip_host(const struct sipsan_scan *sc, const char *p)
{
    while (!ends_host(sc, p))
        p++;
    return p;
}

/* An IPv6 address that lacks its brackets: its end, or NULL. */
static SIPSAN_COLD const char *bare_ipv6(const struct sipsan_scan *sc, const char *p)
{
    const char *stop;
    const char *end = sipsan_ipv6_end(p, sc->lim, NULL, &stop);

    return end && end - p > 1 && (ends_host(sc, end) || *end == ']') ? end : NULL;
}

/* Names the fault of a host that no production takes. */
static SIPSAN_COLD const char *broken_host(struct sipsan_scan *sc, const char *p, const char *stop,
                                           struct sipsan_span *host, uint8_t *kind)
{
    const char *end = skip_host(sc, p);
    const char *q = p;
    bool dot = false;

    for (; is_digit(*q) || *q == '.'; q++)
        dot = dot || *q == '.';
    if (q == end && dot) {
        uint8_t ip[4];

        q = ipv4_end(p, end, ip, &stop);
        sipsan_fault_at(sc, SIPSAN_PROD_IPV4ADDRESS, q ? q : stop);
    } else {
        q = bare_ipv6(sc, p);
        sipsan_fault_at(sc, q ? SIPSAN_PROD_IPV6ADDRESS : SIPSAN_PROD_HOSTNAME, q ? p : stop);
        if (q) {
            *kind = SIPSAN_HOST_IPV6;
            end = q;
        }
    }
    *host = span_between(p, end);
    return end;
}

const char *sipsan_read_host(struct sipsan_scan *sc, const char *p, struct sipsan_span *host,
                             uint8_t *kind)
{
    const char *end;

    if (*p == '[') {
        const char *stop = p + 1;

        end = sipsan_ipv6_end(p + 1, sc->lim, NULL, &stop);
        if (end && *end == ']') {
            *kind = SIPSAN_HOST_IPV6;
            *host = span_between(p + 1, end);
            return end + 1;
        }
        sipsan_fault_at(sc, SIPSAN_PROD_IPV6ADDRESS, stop);
        while (!at_end(sc, stop) && *stop != ']' && *stop != '>' && *stop != ';' && *stop != ',' &&
               !is_wsp(*stop))
            stop++; /* no further than this value: a list of such must not be read again and again
                     */
        *host = span_between(p + 1, stop);
        return *stop == ']' ? stop + 1 : stop;
    }
    end = sipsan_match_host(p, kind);
    if (end && ends_host(sc, end)) {
        *host = span_between(p, end);
        return end;
    }
    *kind = SIPSAN_HOST_NONE;
    return broken_host(sc, p, end ? end : p, host, kind);
}

/* A port that is not digits with their end behind them. q: behind the colon. */
static SIPSAN_COLD const char *broken_port(struct sipsan_scan *sc, const char *q, const char *host)
{
    const char *end = bare_ipv6(sc, host);

    if (end) {
        sipsan_fault_at(sc, SIPSAN_PROD_IPV6ADDRESS, host);
        return end;
    }
    sipsan_fault_at(sc, SIPSAN_PROD_PORT, q);
    return skip_host(sc, *q == ':' ? q + 1 : q);
}

const char *sipsan_read_port(struct sipsan_scan *sc, const char *p, const char *host, bool sws,
                             int32_t *port)
{
    const char *q = sws ? skip_sws(sc, p) : p;
    const char *end;
    uint32_t value = 0;

    if (*q != ':')
        return p;
    q = sws ? skip_sws(sc, q + 1) : q + 1;
    for (end = q; is_digit(*end); end++)
        value = value * 10 + (uint32_t)(*end - '0');
    if (end - q > 9) /* it may have wrapped */
        value = sipsan_digits_value(q, end) <= UINT16_MAX ? value : UINT32_MAX;
    if (end == q || *end == ':' || !(*end < 'A' || ends_host(sc, end)))
        return broken_port(sc, q, host);
    if (value <= UINT16_MAX)
        *port = (int32_t)value;
    else
        sipsan_fault_at(sc, SIPSAN_PROD_PORT, q);
    return end;
}

/* Digits whose value always fits. */
#define SAFE_DIGITS 19

uint64_t sipsan_digits_value(const char *p, const char *end)
{
    const char *safe = end - p > SAFE_DIGITS ? p + SAFE_DIGITS : end;
    uint64_t value = 0;

    for (; p < safe; p++)
        value = value * 10 + (unsigned)(*p - '0');
    for (; p < end; p++) {
        unsigned digit = (unsigned)(*p - '0');

        if (value > (UINT64_MAX - digit) / 10)
            return UINT64_MAX;
        value = value * 10 + digit;
    }
    return value;
}

bool sipsan_ip_parse(struct sipsan_addr *out, struct sipsan_span text)
{
    const char *lim, *stop;
    uint8_t ip[16] = {0};

    if (text.n < 2)
        return false;
    lim = text.p + text.n;
    if (ipv4_end(text.p, lim, ip, &stop) == lim)
        out->family = 4;
    else if (memset(ip, 0, sizeof(ip)), sipsan_ipv6_end(text.p, lim, ip, &stop) == lim)
        out->family = 6;
    else
        return false;
    memcpy(out->ip, ip, sizeof(ip));
    return true;
}

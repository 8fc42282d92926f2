/* host and port: hostname and IPv4address (RFC 3261 25.1, RFC 5954 4.1), IPv6reference. */
#include "parse/read.h"
#include "parse/uri.h"

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* dec-octet of RFC 3986: no leading zero, at most 255. -1 when there is none at p. */
static int dec_octet(const char **p, const char *lim)
{
    const char *q = *p;
    int value = 0;

    while (q < lim && is_digit(*q) && q - *p < 3 && value * 10 + (*q - '0') <= 255 &&
           !(q > *p && **p == '0'))
        value = value * 10 + (*q++ - '0');
    if (q == *p)
        return -1;
    *p = q;
    return value;
}

static const char *ipv4_end(const char *p, const char *lim, uint8_t out[4], const char **stop)
{
    for (int i = 0; i < 4; i++) {
        const char *at = p;
        int value;

        if (i > 0 && (p == lim || *p++ != '.')) {
            *stop = at;
            return NULL;
        }
        at = p;
        value = dec_octet(&p, lim);
        if (value < 0) {
            *stop = at;
            return NULL;
        }
        out[i] = (uint8_t)value;
    }
    return p;
}

/* h16, or -1. */
static int h16(const char **p, const char *lim)
{
    const char *q = *p;
    int value = 0;

    while (q < lim && q - *p < 4 && hex_value(*q) >= 0)
        value = value * 16 + hex_value(*q++);
    if (q == *p)
        return -1;
    *p = q;
    return value;
}

/* Is the group at p the start of an IPv4 tail? */
static bool dotted(const char *p, const char *lim)
{
    for (int i = 0; i < 4 && p < lim && is_digit(*p); i++)
        p++;
    return p < lim && *p == '.';
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
        int value;

        if (n <= 12 && dotted(p, lim)) {
            p = ipv4_end(p, lim, ip + n, stop);
            if (!p)
                return NULL;
            n += 4;
            break;
        }
        value = h16(&p, lim);
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
    switch (*p) {
    case ' ':
    case '\t':
    case ':':
    case ';':
    case ',':
    case '>':
    case '?':
    case '@': /* the reader of the URI knows what to say */
        return true;
    default:
        return at_end(sc, p);
    }
}

static const char *skip_host(const struct sipsan_scan *sc, const char *p)
{
    while (!ends_host(sc, p))
        p++;
    return p;
}

/* An IPv6 address that lacks its brackets: its end, or NULL. */
static const char *bare_ipv6(const struct sipsan_scan *sc, const char *p)
{
    const char *stop;
    const char *end = sipsan_ipv6_end(p, sc->lim, NULL, &stop);

    return end && end - p > 1 && (ends_host(sc, end) || *end == ']') ? end : NULL;
}

/* Names the fault of a host that no production takes. */
static const char *broken_host(struct sipsan_scan *sc, const char *p, const char *stop,
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

const char *sipsan_read_port(struct sipsan_scan *sc, const char *p, const char *host, bool sws,
                             int32_t *port)
{
    const char *q = sws ? skip_sws(sc, p) : p;
    const char *end;
    uint64_t value;

    if (*q != ':')
        return p;
    q = sws ? skip_sws(sc, q + 1) : q + 1;
    end = sipsan_match_digits(q);
    if (end && *end != ':' && (*end < 'A' || ends_host(sc, end))) {
        value = sipsan_digits_value(q, end);
        if (value <= UINT16_MAX)
            *port = (int32_t)value;
        else
            sipsan_fault_at(sc, SIPSAN_PROD_PORT, q);
        return end;
    }
    end = bare_ipv6(sc, host);
    if (end) {
        sipsan_fault_at(sc, SIPSAN_PROD_IPV6ADDRESS, host);
        return end;
    }
    sipsan_fault_at(sc, SIPSAN_PROD_PORT, q);
    return skip_host(sc, *q == ':' ? q + 1 : q);
}

uint64_t sipsan_digits_value(const char *p, const char *end)
{
    uint64_t value = 0;

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

bool sipsan_ip_eq(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return a->family == b->family && a->family != 0 && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

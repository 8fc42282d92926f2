/* Matchers that run over most of their text by the table of octets and ask the automaton only from
 * the first octet on that is more than itself. See match.h. */
#include "parse/scan.h"

/* Behind what the automaton takes from q on, or q; NULL when nothing was taken since p. */
static const char *go_on(const char *p, const char *q, const char *more)
{
    q = more ? more : q;
    return q > p ? q : NULL;
}

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

#define EACH(c) (UINT64_MAX / 255 * (c)) /* in each of eight octets */

/* A bit when one of the eight octets is not in 0x20 to 0x7E. */
static uint64_t beyond_print(uint64_t word)
{
    return ((word - EACH(0x20)) | (word + EACH(1)) | word) & EACH(0x80);
}

/* A bit when one of the eight octets, all below 0x80, is c. */
static uint64_t holds(uint64_t word, unsigned char c)
{
    return ((word ^ EACH(c)) - EACH(1)) & EACH(0x80);
}

static uint64_t load(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

static const char *skip_text(const char *p)
{
    while (!beyond_print(load(p)))
        p += sizeof(uint64_t);
    return skip_octets(p, SIPSAN_OCTET_TEXT);
}

static const char *skip_qdtext(const char *p)
{
    for (;; p += sizeof(uint64_t)) {
        uint64_t word = load(p);

        if (beyond_print(word) | holds(word, '"') | holds(word, '\\'))
            return skip_octets(p, SIPSAN_OCTET_QDTEXT);
    }
}

/* No fold and no UTF-8: text ends here. */
static bool ends_text(const char *q)
{
    return is_ascii(*q) && !(q[0] == '\r' && q[1] == '\n' && is_wsp(q[2]));
}

const char *sipsan_match_text(const char *p)
{
    const char *q = skip_text(p);

    return go_on(p, q, ends_text(q) ? NULL : sipsan_exact_text(q));
}

const char *sipsan_match_extension_text(const char *p)
{
    const char *q = skip_text(p);

    return go_on(p, q, ends_text(q) ? NULL : sipsan_exact_extension_text(q));
}

const char *sipsan_match_quoted_string(const char *p)
{
    const char *q;

    if (*p != '"')
        return NULL;
    q = skip_qdtext(p + 1);
    if (*q != '"')
        q = sipsan_match_quoted_text(q);
    return q && *q == '"' ? q + 1 : NULL;
}

const char *sipsan_match_callid(const char *p)
{
    const char *q = skip_octets(p, SIPSAN_OCTET_WORD), *end;

    if (q == p)
        return NULL;
    if (*q != '@')
        return q;
    end = skip_octets(q + 1, SIPSAN_OCTET_WORD);
    return end > q + 1 ? end : q;
}

const char *sipsan_match_paramchars(const char *p)
{
    const char *q = skip_octets(p, SIPSAN_OCTET_PARAMCHAR);

    return go_on(p, q, *q == '%' ? sipsan_exact_paramchars(q) : NULL);
}

const char *sipsan_match_uric(const char *p)
{
    const char *q = skip_octets(p, SIPSAN_OCTET_URIC);

    return go_on(p, q, *q == '%' ? sipsan_exact_uric(q) : NULL);
}

const char *sipsan_match_reason_text(const char *p)
{
    const char *q = skip_octets(p, SIPSAN_OCTET_REASON);

    return go_on(p, q, *q == '%' || !is_ascii(*q) ? sipsan_exact_reason_text(q) : NULL);
}

/* Not repeated, so that with an escape in it the automaton begins at its start. */
const char *sipsan_match_userinfo(const char *p)
{
    const char *q = skip_octets(p, SIPSAN_OCTET_USER);

    if (*q == ':' && q > p)
        q = skip_octets(q + 1, SIPSAN_OCTET_PASSWORD);
    if (*q == '%')
        return sipsan_exact_userinfo(p);
    return *q == '@' && q > p ? q + 1 : NULL;
}

const char *sipsan_match_userinfo_plain(const char *p)
{
    const char *q = skip_octets(p, SIPSAN_OCTET_USER_PLAIN);

    if (*q == ':' || *q == '%')
        return sipsan_exact_userinfo_plain(p);
    return *q == '@' && q > p ? q + 1 : NULL;
}

/* dec-octet, when no digit follows that would make it none; else NULL. */
static const char *dec_octet(const char *p)
{
    if (!is_digit(p[0]))
        return NULL;
    if (!is_digit(p[1]))
        return p + 1;
    if (p[0] == '0')
        return NULL;
    if (!is_digit(p[2]))
        return p + 2;
    if ((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0') > 255)
        return NULL;
    return is_digit(p[3]) ? NULL : p + 3;
}

/* IPv4address with nothing behind it that a host could go on with; else NULL. */
static const char *whole_ipv4(const char *p)
{
    for (int i = 0; i < 3; i++) {
        p = dec_octet(p);
        if (!p || *p++ != '.')
            return NULL;
    }
    p = dec_octet(p);
    return p && *p != '.' && *p != '-' && !octet_is(*p, SIPSAN_OCTET_ALPHANUM) ? p : NULL;
}

/* Labels with one dot between two of them, the last one beginning with a letter, and nothing behind
 * that a host could go on with; else NULL. */
static const char *whole_name(const char *p)
{
    for (;;) {
        const char *label = p;

        p = skip_octets(p, SIPSAN_OCTET_ALPHANUM);
        if (p == label)
            return NULL;
        while (*p == '-') {
            const char *q = p;

            while (*q == '-')
                q++;
            p = skip_octets(q, SIPSAN_OCTET_ALPHANUM);
            if (p == q)
                return NULL;
        }
        if (*p != '.')
            return is_digit(*label) ? NULL : p;
        p++;
    }
}

/* The automaton is left what is none of these: a dot at the end, what goes on where a host cannot.
 */
const char *sipsan_match_host(const char *p, uint8_t *kind)
{
    const char *end = is_digit(*p) ? whole_ipv4(p) : NULL;

    if (end) {
        *kind = SIPSAN_HOST_IPV4;
        return end;
    }
    end = whole_name(p);
    if (end) {
        *kind = SIPSAN_HOST_NAME;
        return end;
    }
    return sipsan_exact_host(p, kind);
}

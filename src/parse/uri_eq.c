/* URI comparison: RFC 3261 19.1.4. */
#include "parse/uri.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One octet of s at *i, an escape decoded; *i goes behind it. *escaped: it was an escape of an
 * octet of the reserved set, which is not the same as the octet itself. */
static unsigned char take_octet(struct sipsan_span s, size_t *i, bool *escaped)
{
    unsigned char c = (unsigned char)s.p[*i];

    *escaped = false;
    if (c == '%' && s.n - *i >= 3 && hex_value(s.p[*i + 1]) >= 0 && hex_value(s.p[*i + 2]) >= 0) {
        c = (unsigned char)(hex_value(s.p[*i + 1]) * 16 + hex_value(s.p[*i + 2]));
        *escaped = c != '\0' && strchr(";/?:@&=+$,", c) != NULL;
        *i += 3;
        return c;
    }
    ++*i;
    return c;
}

static bool text_eq(struct sipsan_span a, struct sipsan_span b, bool nocase)
{
    size_t i = 0, j = 0;

    while (i < a.n && j < b.n) {
        bool escaped_a, escaped_b;
        char c = (char)take_octet(a, &i, &escaped_a);
        char d = (char)take_octet(b, &j, &escaped_b);

        if (nocase) {
            c = ascii_lower(c);
            d = ascii_lower(d);
        }
        if (c != d || escaped_a != escaped_b)
            return false;
    }
    return i == a.n && j == b.n;
}

static bool host_eq(const struct sipsan_uri *a, const struct sipsan_uri *b)
{
    struct sipsan_addr x, y;

    /* RFC 5954 4.2: addresses are compared as addresses */
    if (sipsan_uri_addr(&x, a) && sipsan_uri_addr(&y, b))
        return sipsan_ip_eq(&x, &y);
    return text_eq(a->host, b->host, true);
}

/* Parameters that matter even when only one URI has them. maddr, ttl, user and method have
 * defaults, yet a written default does not equal absence; transport is on the list of differing
 * examples. */
static bool never_ignored(struct sipsan_span name)
{
    static const struct sipsan_span names[] = {
        {"user", 4}, {"ttl", 3}, {"method", 6}, {"maddr", 5}, {"transport", 9},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (sipsan_span_eq_nocase(name, names[i]))
            return true;
    return false;
}

static bool value_eq(const struct sipsan_param *a, const struct sipsan_param *b)
{
    return (a->value.p != NULL) == (b->value.p != NULL) && text_eq(a->value, b->value, true);
}

#define PARAMS_MAX 32 /* more on one side than this: only the same bytes are equal */

static size_t count_params(const struct sipsan_param *p)
{
    size_t n = 0;

    for (; p && n <= PARAMS_MAX; p = p->next)
        n++;
    return n;
}

/* Every parameter of a against b. */
static bool params_in(const struct sipsan_param *a, const struct sipsan_param *b)
{
    for (; a; a = a->next) {
        const struct sipsan_param *other = sipsan_param_find(b, a->name);

        if (other ? !value_eq(a, other) : never_ignored(a->name))
            return false;
    }
    return true;
}

/* The next "hname=hvalue" of headers; *rest goes behind its '&'. */
static struct sipsan_span take_header(struct sipsan_span *rest)
{
    const char *amp = rest->n ? memchr(rest->p, '&', rest->n) : NULL;
    struct sipsan_span one = *rest;

    if (amp) {
        one.n = (size_t)(amp - rest->p);
        *rest = span_between(amp + 1, rest->p + rest->n);
    } else {
        *rest = (struct sipsan_span){rest->p, 0};
    }
    return one;
}

static bool header_eq(struct sipsan_span a, struct sipsan_span b)
{
    const char *x = a.n ? memchr(a.p, '=', a.n) : NULL, *y = b.n ? memchr(b.p, '=', b.n) : NULL;

    if (!x || !y)
        return text_eq(a, b, false);
    return text_eq(span_between(a.p, x), span_between(b.p, y), true) &&
           text_eq(span_between(x + 1, a.p + a.n), span_between(y + 1, b.p + b.n), false);
}

/* Header components are never ignored: the same ones on both sides, in any order. */
static bool headers_in(struct sipsan_span a, struct sipsan_span b)
{
    size_t n = 0;

    while (a.n > 0) {
        struct sipsan_span one = take_header(&a), rest = b;
        bool found = false;

        if (++n > PARAMS_MAX)
            return false;
        for (size_t i = 0; rest.n > 0 && !found && i < PARAMS_MAX; i++)
            found = header_eq(one, take_header(&rest));
        if (!found)
            return false;
    }
    return true;
}

bool sipsan_uri_eq(const struct sipsan_uri *a, const struct sipsan_uri *b)
{
    if (span_eq(a->text, b->text))
        return true;
    if (a->scheme != b->scheme)
        return false;
    if (a->scheme != SIPSAN_SCHEME_SIP && a->scheme != SIPSAN_SCHEME_SIPS) {
        /* the scheme has no case, the rest is not ours to interpret */
        size_t n = a->scheme_text.n;

        return a->scheme != SIPSAN_SCHEME_NONE &&
               sipsan_span_eq_nocase(a->scheme_text, b->scheme_text) && a->text.n == b->text.n &&
               memcmp(a->text.p + n, b->text.p + n, a->text.n - n) == 0;
    }
    if (count_params(a->params) > PARAMS_MAX || count_params(b->params) > PARAMS_MAX)
        return false;
    return a->has_user == b->has_user && text_eq(a->user, b->user, false) &&
           (a->password.p != NULL) == (b->password.p != NULL) &&
           text_eq(a->password, b->password, false) && host_eq(a, b) && a->port == b->port &&
           params_in(a->params, b->params) && params_in(b->params, a->params) &&
           headers_in(a->headers, b->headers) && headers_in(b->headers, a->headers);
}

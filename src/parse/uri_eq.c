/* URI comparison: RFC 3261 19.1.4 with RFC 5954 4.2; tel: RFC 3966 4. */
#include "parse/names.h"
#include "parse/uri.h"

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

/* Addresses are compared as addresses. No escape stands for its octet in a host (19.1.2). */
static bool host_eq(const struct sipsan_uri *a, const struct sipsan_uri *b)
{
    struct sipsan_addr x, y;

    if (sipsan_uri_addr(&x, a) && sipsan_uri_addr(&y, b))
        return sipsan_ip_eq(&x, &y);
    return sipsan_span_eq_nocase(a->host, b->host);
}

/* A host inside a parameter: an IPv6 address has its brackets there. */
static bool host_text_eq(struct sipsan_span a, struct sipsan_span b)
{
    struct sipsan_span in_a = a, in_b = b;
    struct sipsan_addr x, y;

    if (a.n > 2 && a.p[0] == '[' && b.n > 2 && b.p[0] == '[') {
        in_a = (struct sipsan_span){a.p + 1, a.n - 2};
        in_b = (struct sipsan_span){b.p + 1, b.n - 2};
    }
    if (sipsan_ip_parse(&x, in_a) && sipsan_ip_parse(&y, in_b))
        return sipsan_ip_eq(&x, &y);
    return sipsan_span_eq_nocase(a, b);
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
        if (text_eq(name, names[i], true))
            return true;
    return false;
}

/* Methods have case (7.1), all other values have none. */
static bool value_eq(const struct sipsan_param *a, const struct sipsan_param *b)
{
    if ((a->value.p != NULL) != (b->value.p != NULL))
        return false;
    if (text_eq(a->name, SPAN_LIT("maddr"), true))
        return host_text_eq(a->value, b->value);
    return text_eq(a->value, b->value, !text_eq(a->name, SPAN_LIT("method"), true));
}

/* As sipsan_param_find, but an escape in a name is its octet. */
static const struct sipsan_param *find(const struct sipsan_param *list, struct sipsan_span name)
{
    while (list && !text_eq(list->name, name, true))
        list = list->next;
    return list;
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
        const struct sipsan_param *other = find(b, a->name);

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

/* Values without case (7.3.1), as far as this is plain from the name: not text, URIs, Call-IDs,
 * methods and quoted strings, of which a part has case. */
static bool value_has_no_case(enum sipsan_header_id id, struct sipsan_span value)
{
    switch (id) {
    case SIPSAN_HDR_ACCEPT:
    case SIPSAN_HDR_ACCEPT_ENCODING:
    case SIPSAN_HDR_ACCEPT_LANGUAGE:
    case SIPSAN_HDR_CONTENT_DISPOSITION:
    case SIPSAN_HDR_CONTENT_ENCODING:
    case SIPSAN_HDR_CONTENT_LANGUAGE:
    case SIPSAN_HDR_CONTENT_TYPE:
    case SIPSAN_HDR_EVENT:
    case SIPSAN_HDR_PRIORITY:
    case SIPSAN_HDR_PROXY_REQUIRE:
    case SIPSAN_HDR_REQUIRE:
    case SIPSAN_HDR_SUPPORTED:
        for (size_t i = 0; i + 2 < value.n; i++) /* a quote stands there as an escape */
            if (value.p[i] == '%' && value.p[i + 1] == '2' && value.p[i + 2] == '2')
                return false;
        return true;
    default:
        return false;
    }
}

static bool header_eq(struct sipsan_span a, struct sipsan_span b)
{
    const char *x = a.n ? memchr(a.p, '=', a.n) : NULL, *y = b.n ? memchr(b.p, '=', b.n) : NULL;
    struct sipsan_span name_a, name_b, value_a, value_b;
    enum sipsan_header_id id;

    if (!x || !y)
        return text_eq(a, b, false);
    name_a = span_between(a.p, x);
    name_b = span_between(b.p, y);
    value_a = span_between(x + 1, a.p + a.n);
    value_b = span_between(y + 1, b.p + b.n);
    id = sipsan_name_find(name_a); /* its compact form too; a name with escapes is not known */
    if (id == SIPSAN_HDR_OTHER || id != sipsan_name_find(name_b))
        return text_eq(name_a, name_b, true) && text_eq(value_a, value_b, false);
    return text_eq(value_a, value_b, value_has_no_case(id, value_a));
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

static size_t count_headers(struct sipsan_span headers)
{
    size_t n = headers.n > 0;

    for (size_t i = 0; i < headers.n && n <= PARAMS_MAX; i++)
        n += headers.p[i] == '&';
    return n;
}

/* RFC 3966 4 ---------------------------------------------------------------------------------- */

/* Digits without their visual separators, and without case: a local number may have letters. */
static bool number_eq(struct sipsan_span a, struct sipsan_span b)
{
    size_t i = 0, j = 0;

    for (;; i++, j++) {
        while (i < a.n && is_visual_separator(a.p[i]))
            i++;
        while (j < b.n && is_visual_separator(b.p[j]))
            j++;
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[j]))
            return false;
    }
}

static bool tel_value_eq(const struct sipsan_param *a, const struct sipsan_param *b)
{
    bool number = text_eq(a->name, SPAN_LIT("ext"), true) ||
                  (text_eq(a->name, SPAN_LIT("phone-context"), true) && a->value.n > 0 &&
                   a->value.p[0] == '+');

    if ((a->value.p != NULL) != (b->value.p != NULL))
        return false;
    return number ? number_eq(a->value, b->value) : text_eq(a->value, b->value, true);
}

static bool tel_params_in(const struct sipsan_param *a, const struct sipsan_param *b)
{
    for (; a; a = a->next) {
        const struct sipsan_param *other = find(b, a->name);

        if (!other || !tel_value_eq(a, other))
            return false;
    }
    return true;
}

static bool tel_eq(const struct sipsan_uri *a, const struct sipsan_uri *b)
{
    return number_eq(a->user, b->user) && tel_params_in(a->params, b->params) &&
           tel_params_in(b->params, a->params);
}

/* The scheme has no case, the rest of a foreign URI is not ours to interpret. */
static bool foreign_eq(const struct sipsan_uri *a, const struct sipsan_uri *b)
{
    size_t n = a->scheme_text.n;

    return sipsan_span_eq_nocase(a->scheme_text, b->scheme_text) && a->text.n == b->text.n &&
           memcmp(a->text.p + n, b->text.p + n, a->text.n - n) == 0;
}

bool sipsan_uri_eq(const struct sipsan_uri *a, const struct sipsan_uri *b)
{
    if (span_eq(a->text, b->text))
        return true;
    if (a->scheme != b->scheme || a->scheme == SIPSAN_SCHEME_NONE)
        return false;
    if (a->scheme == SIPSAN_SCHEME_OTHER)
        return foreign_eq(a, b);
    if (count_params(a->params) > PARAMS_MAX || count_params(b->params) > PARAMS_MAX)
        return false;
    if (a->scheme == SIPSAN_SCHEME_TEL)
        return tel_eq(a, b);
    return a->has_user == b->has_user && text_eq(a->user, b->user, false) &&
           (a->password.p != NULL) == (b->password.p != NULL) &&
           text_eq(a->password, b->password, false) && host_eq(a, b) && a->port == b->port &&
           params_in(a->params, b->params) && params_in(b->params, a->params) &&
           count_headers(a->headers) == count_headers(b->headers) &&
           headers_in(a->headers, b->headers) && headers_in(b->headers, a->headers);
}

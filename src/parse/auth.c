/* Challenges and credentials: WWW-Authenticate, Proxy-Authenticate, Authorization,
 * Proxy-Authorization, Authentication-Info. RFC 3261 20.6, 20.7, 20.27, 20.28, 20.44, 25.1.
 *
 * Lengths of digests follow RFC 8760 2.2 and 2.7: 32 digits for MD5, 64 for SHA-256 and
 * SHA-512-256, at least 32 for any other, none before the first challenge. userhash, charset and
 * username* are RFC 7616 3.3 and 3.4, auts and the nonce of AKA are RFC 3310 3.2 and 3.4. Schemes
 * other than Digest may carry one token68 (RFC 7235 2.1, used by RFC 8898) instead of parameters.
 * Algorithms and qop values are not judged here, nor are parameters that nobody knows. A
 * challenge of scheme Bearer is RFC 8898 4. */
#include "parse/read.h"

/* How the value of a known parameter is written. */
enum form {
    FORM_QUOTED,
    FORM_TOKEN,
    FORM_NC,
    FORM_RESPONSE,
    FORM_QOP_LIST,
    FORM_STALE,
    FORM_URI,
    FORM_DOMAIN,
    FORM_USERHASH,
    FORM_CHARSET,
    FORM_EXT_VALUE,
    FORM_AUTS,
    FORM_SCOPE,
    FORM_HTTPS
};

struct known {
    struct sipsan_span name;
    uint8_t form;
    uint8_t required;
    size_t field; /* offset of the span in struct sipsan_auth, or NOT_KEPT */
};

#define NOT_KEPT SIZE_MAX

#define KNOWN(text, form_, required_, field_)                                                      \
    {                                                                                              \
        {text, sizeof(text) - 1}, form_, required_, offsetof(struct sipsan_auth, field_)           \
    }

static const struct known of_challenge[] = {
    KNOWN("realm", FORM_QUOTED, 1, realm),        KNOWN("nonce", FORM_QUOTED, 1, nonce),
    KNOWN("opaque", FORM_QUOTED, 0, opaque),      KNOWN("stale", FORM_STALE, 0, stale),
    KNOWN("algorithm", FORM_TOKEN, 0, algorithm), KNOWN("qop", FORM_QOP_LIST, 0, qop),
    {{"domain", 6}, FORM_DOMAIN, 0, NOT_KEPT},    {{"userhash", 8}, FORM_USERHASH, 0, NOT_KEPT},
    {{"charset", 7}, FORM_CHARSET, 0, NOT_KEPT},
};

static const struct known of_credentials[] = {
    KNOWN("username", FORM_QUOTED, 1, username),
    KNOWN("realm", FORM_QUOTED, 1, realm),
    KNOWN("nonce", FORM_QUOTED, 1, nonce),
    KNOWN("uri", FORM_URI, 1, uri),
    KNOWN("response", FORM_RESPONSE, 1, response),
    KNOWN("algorithm", FORM_TOKEN, 0, algorithm),
    KNOWN("cnonce", FORM_QUOTED, 0, cnonce),
    KNOWN("opaque", FORM_QUOTED, 0, opaque),
    KNOWN("qop", FORM_TOKEN, 0, qop),
    KNOWN("nc", FORM_NC, 0, nc),
    {{"userhash", 8}, FORM_USERHASH, 0, NOT_KEPT},
    {{"username*", 9}, FORM_EXT_VALUE, 0, NOT_KEPT},
    {{"auts", 4}, FORM_AUTS, 0, NOT_KEPT},
};

/* RFC 8898 4 */
static const struct known of_bearer[] = {
    {{"realm", 5}, FORM_QUOTED, 0, NOT_KEPT},
    {{"scope", 5}, FORM_SCOPE, 0, NOT_KEPT},
    {{"error", 5}, FORM_SCOPE, 0, NOT_KEPT},
    {{"authz_server", 12}, FORM_HTTPS, 0, NOT_KEPT},
};

static const struct known of_info[] = {
    KNOWN("nextnonce", FORM_QUOTED, 0, nonce),
    KNOWN("qop", FORM_TOKEN, 0, qop),
    KNOWN("rspauth", FORM_RESPONSE, 0, response),
    KNOWN("cnonce", FORM_QUOTED, 0, cnonce),
    KNOWN("nc", FORM_NC, 0, nc),
};

struct table {
    const struct known *rows;
    size_t n;
};

static const struct known *find(struct table table, struct sipsan_span name)
{
    for (size_t i = 0; i < table.n; i++)
        if (sipsan_span_eq_nocase(table.rows[i].name, name))
            return &table.rows[i];
    return NULL;
}

static struct sipsan_span *field_of(struct sipsan_auth *auth, const struct known *known)
{
    return (struct sipsan_span *)(void *)((char *)auth + known->field);
}

/* n LHEX; a digit that is hexadecimal but upper case is told as such. */
static void judge_lhex(struct sipsan_scan *sc, struct sipsan_span text)
{
    const char *end = sipsan_match_lhex(text.p);

    end = end ? end : text.p;
    if (end < text.p + text.n)
        sipsan_fault_at(sc,
                        *end >= 'A' && *end <= 'F' ? SIPSAN_PROD_LHEX
                                                   : (enum sipsan_production)sc->production,
                        end);
}

/* qop-value *("," qop-value), with the white space that RFC 7616 allows. */
static void judge_qop_list(struct sipsan_scan *sc, struct sipsan_span text)
{
    const char *p = text.p, *lim = text.p + text.n;

    for (;;) {
        const char *end;

        p = skip_sws(sc, p);
        end = sipsan_match_token(p);
        if (!end) {
            sipsan_fault_at(sc, (enum sipsan_production)sc->production, p);
            return;
        }
        p = skip_sws(sc, end);
        if (p >= lim)
            return;
        if (*p++ != ',') {
            sipsan_fault_at(sc, (enum sipsan_production)sc->production, p - 1);
            return;
        }
    }
}

/* URI *( 1*SP URI ), URI = absoluteURI / abs-path */
static void judge_domain(struct sipsan_scan *sc, struct sipsan_span text)
{
    const char *p = text.p, *lim = text.p + text.n;

    do {
        const char *end = *p == '/' ? p : sipsan_match_scheme(p);

        end = end == p ? sipsan_match_uric(p) : end ? sipsan_absolute_end(sc, end, false) : NULL;
        if (!end || (end != lim && *end != ' ')) {
            sipsan_fault_at(sc, (enum sipsan_production)sc->production, end ? end : p);
            return;
        }
        for (p = end; *p == ' '; p++)
            ;
        if (p == lim && p != end)
            sipsan_fault_at(sc, (enum sipsan_production)sc->production, end);
    } while (p < lim);
}

/* attr-char of RFC 5987 3.2.1, '%' aside */
static bool is_attr_char(char c)
{
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
           (c != '\0' && strchr("!#$&+-.^_`|~", c));
}

/* ext-value of RFC 5987 3.2.1: charset "'" [ language ] "'" value-chars. Its first octet that does
 * not fit, or NULL. */
static const char *ext_value_stop(struct sipsan_span s)
{
    const char *p = s.p, *lim = s.p + s.n;

    for (int quotes = 0; quotes < 2; p++) {
        if (p == lim || (p == s.p && *p == '\'') || (*p != '\'' && !is_attr_char(*p)))
            return p;
        quotes += *p == '\'';
    }
    while (p < lim)
        if (*p == '%' && lim - p > 2 && is_hexdig(p[1]) && is_hexdig(p[2]))
            p += 3;
        else if (is_attr_char(*p))
            p++;
        else
            return p;
    return NULL;
}

/* Base64 and nothing else. */
static bool is_base64(struct sipsan_span s)
{
    const char *end = sipsan_match_token68(s.p);

    return end && end == s.p + s.n;
}

/* scope and error of RFC 6749: visible ASCII and spaces, no quotes and backslashes. */
static bool is_scope(struct sipsan_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
            return false;
    return s.n > 0;
}

static bool is_https_uri(const struct sipsan_scan *sc, struct sipsan_span s)
{
    const char *end;

    if (s.n <= 8 || !sipsan_span_starts_nocase(s, SPAN_LIT("https://")))
        return false;
    end = sipsan_absolute_end(sc, s.p + 6, false);
    return end && end == s.p + s.n;
}

static bool is_quoted(const struct sipsan_param_seen *seen)
{
    return seen->form == SIPSAN_PARAM_QUOTED;
}

/* Is the parameter written as its row says? */
static void judge_form(struct sipsan_scan *sc, const struct known *known,
                       struct sipsan_param_seen *seen)
{
    enum sipsan_production production = (enum sipsan_production)sc->production;
    struct sipsan_span value = seen->param->value, text = sipsan_unquoted(value);

    switch ((enum form)known->form) {
    case FORM_URI:
        if (!is_quoted(seen))
            sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_URI_QUOTED, value.p);
        return;
    case FORM_QUOTED:
    case FORM_DOMAIN:
    case FORM_RESPONSE:
    case FORM_QOP_LIST:
        if (!is_quoted(seen))
            sipsan_fault_at(sc, production, value.p);
        else if (known->form == FORM_RESPONSE)
            judge_lhex(sc, text);
        else if (known->form == FORM_QOP_LIST)
            judge_qop_list(sc, text);
        else if (known->form == FORM_DOMAIN)
            judge_domain(sc, text);
        return;
    case FORM_NC:
        if (is_quoted(seen))
            sipsan_fault_at(sc, production, value.p);
        else if (!seen->stop)
            judge_lhex(sc, value);
        if (text.n != 8)
            sipsan_fault_at(sc, production, value.p);
        return;
    case FORM_STALE:
        if (!WORD_IS(value, "true") && !WORD_IS(value, "false"))
            sipsan_fault_at(sc, production, value.p);
        return;
    case FORM_TOKEN:
        if (seen->form != SIPSAN_PARAM_TOKEN)
            sipsan_fault_at(sc, production, seen->stop ? seen->stop : value.p);
        return;
    case FORM_USERHASH:
        if (!WORD_IS(text, "true") && !WORD_IS(text, "false"))
            sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_PARAMETER, value.p);
        return;
    case FORM_CHARSET:
        if (!WORD_IS(text, "utf-8"))
            sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_PARAMETER, value.p);
        return;
    case FORM_EXT_VALUE:
        seen->stop = is_quoted(seen) ? value.p : ext_value_stop(value);
        if (seen->stop)
            sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_PARAMETER, seen->stop);
        return;
    case FORM_AUTS:
        if (!is_quoted(seen) || !is_base64(text))
            sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_AKA, value.p);
        return;
    case FORM_SCOPE:
        if (!is_quoted(seen) || !is_scope(text))
            sipsan_fault_at(sc, SIPSAN_PROD_BEARER_CHALLENGE, value.p);
        return;
    case FORM_HTTPS:
        if (!is_quoted(seen) || !is_https_uri(sc, text))
            sipsan_fault_at(sc, SIPSAN_PROD_BEARER_CHALLENGE, value.p);
        return;
    }
}

/* One name = value. Returns NULL when memory is refused. */
static const char *read_auth_param(struct sipsan_scan *sc, const char *p, struct sipsan_auth *auth,
                                   struct table table, struct sipsan_param ***last)
{
    struct sipsan_param_seen seen;
    const struct known *known;
    const char *end = sipsan_read_param(sc, p, &seen);

    if (!end)
        return NULL;
    **last = seen.param;
    *last = &seen.param->next;
    known = find(table, seen.param->name);
    if (known && known->form >= FORM_USERHASH && only_3261(sc))
        known = NULL; /* of a later RFC */
    if (seen.form == SIPSAN_PARAM_ALONE) {
        sipsan_fault_at(sc, (enum sipsan_production)sc->production, end);
    } else if (seen.form == SIPSAN_PARAM_HOST) {
        /* auth-param has a token or a quoted-string, unlike generic-param */
        sipsan_fault_at(sc, SIPSAN_PROD_SEPARATOR_UNQUOTED, seen.param->value.p);
    } else if (known) {
        struct sipsan_span *field = known->field == NOT_KEPT ? NULL : field_of(auth, known);

        judge_form(sc, known, &seen);
        auth->uri_quoted = auth->uri_quoted || (known->form == FORM_URI && is_quoted(&seen));
        if (field && !field->p)
            *field = sipsan_unquoted(seen.param->value);
    }
    sipsan_param_judge(sc, &seen);
    return end;
}

/* auth-param *(COMMA auth-param) */
static const char *read_auth_params(struct sipsan_scan *sc, const char *p, struct sipsan_auth *auth,
                                    struct table table)
{
    struct sipsan_param **last = &auth->params;

    for (;;) {
        const char *q = skip_sws(sc, p);

        p = read_auth_param(sc, q, auth, table, &last);
        if (!p)
            return sipsan_scan_line_lim(sc, q);
        q = skip_sws(sc, p);
        if (*q != ',')
            return p;
        p = q + 1;
    }
}

/* Hexadecimal digits of a digest: exactly, or, where the algorithm is not known, at least. A digest
 * of 32 is taken with any algorithm, as RFC 3261 25.1 has it. */
static bool fits_algorithm(const struct sipsan_scan *sc, const struct sipsan_auth *auth)
{
    struct sipsan_span name = auth->algorithm;
    size_t n = auth->response.n;

    if (n == 32 || only_3261(sc))
        return n == 32;
    if (n == 0) /* RFC 8760 2.7: the user agent has seen no challenge yet */
        return auth->nonce.n == 0;
    if (!name.p || WORD_IS(name, "md5") || WORD_IS(name, "md5-sess") ||
        WORD_IS(name, "akav1-md5") || WORD_IS(name, "akav2-md5"))
        return false;
    if (WORD_IS(name, "sha-256") || WORD_IS(name, "sha-256-sess") || WORD_IS(name, "sha-512-256") ||
        WORD_IS(name, "sha-512-256-sess"))
        return n == 64;
    return n > 32;
}

/* What is missing, and what the parameters say together. */
static void judge_together(struct sipsan_scan *sc, struct sipsan_auth *auth, struct table table)
{
    const struct sipsan_param *extended = NULL;

    if (table.rows == of_credentials && !only_3261(sc))
        extended = sipsan_param_find(auth->params, SPAN_LIT("username*"));
    for (size_t i = 0; i < table.n; i++)
        if (table.rows[i].required && !field_of(auth, &table.rows[i])->p &&
            !(extended && table.rows[i].field == offsetof(struct sipsan_auth, username)))
            sipsan_fault_at(sc, (enum sipsan_production)sc->production, auth->text.p);
    if (auth->username.p && extended)
        sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_PARAMETER, extended->name.p);
    if (auth->response.p && !fits_algorithm(sc, auth))
        sipsan_fault_at(sc, (enum sipsan_production)sc->production, auth->response.p);
    if (auth->nonce.n > 0 && !only_3261(sc) &&
        sipsan_span_starts_nocase(auth->algorithm, SPAN_LIT("akav")) && !is_base64(auth->nonce))
        sipsan_fault_at(sc, SIPSAN_PROD_DIGEST_AKA, auth->nonce.p);
}

#define TABLE(rows) ((struct table){rows, sizeof(rows) / sizeof(*(rows))})

/* What the parameters of this scheme are; nothing is known of most. */
static struct table table_of(const struct sipsan_scan *sc, const struct sipsan_auth *auth,
                             struct table table)
{
    if (auth->digest)
        return table;
    if (table.rows == of_challenge && WORD_IS(auth->scheme, "bearer") && !only_3261(sc))
        return TABLE(of_bearer);
    return (struct table){NULL, 0};
}

/* challenge or credentials */
static const char *read_auth(struct sipsan_scan *sc, const char *p, struct table table)
{
    struct sipsan_auth *auth = sipsan_scan_alloc(sc, sizeof(*auth));
    const char *end;

    if (!auth)
        return sipsan_scan_line_lim(sc, p);
    auth->header = sc->header;
    auth->line = sc->line;
    auth->text = (struct sipsan_span){p, 0};
    end = sipsan_match_token(p);
    auth->scheme = span_between(p, end ? end : p);
    auth->digest = WORD_IS(auth->scheme, "digest");
    p = skip_sws(sc, auth->scheme.p + auth->scheme.n);
    if (!end || p == end || at_end(sc, p)) {
        sipsan_fault_at(sc, (enum sipsan_production)sc->production, p);
    } else {
        end = auth->digest ? NULL : sipsan_match_token68(p);
        if (!end || !at_end(sc, skip_sws(sc, end)))
            end = read_auth_params(sc, p, auth, table_of(sc, auth, table));
        p = end;
    }
    if (auth->digest)
        judge_together(sc, auth, table);
    p = scan_end(sc, p);
    auth->text = trimmed(auth->text.p, p);
    auth->ok = !sc->bad;
    *sc->auth_tail = auth;
    sc->auth_tail = &auth->next;
    return p;
}

const char *sipsan_value_challenge(struct sipsan_scan *sc, const char *p)
{
    return read_auth(sc, p, TABLE(of_challenge));
}

const char *sipsan_value_credentials(struct sipsan_scan *sc, const char *p)
{
    return read_auth(sc, p, TABLE(of_credentials));
}

/* ainfo *(COMMA ainfo): judged, not kept */
const char *sipsan_value_authentication_info(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_auth auth = {0};

    if (at_end(sc, p)) {
        sipsan_fault_at(sc, SIPSAN_PROD_AUTHENTICATION_INFO, p);
        return p;
    }
    return scan_end(sc, read_auth_params(sc, p, &auth, TABLE(of_info)));
}

/* Header fields that say who calls, for whom, from where and how urgently: RFC 3325 9, RFC 5806 4,
 * RFC 6442 4, RFC 7044 5, RFC 7433 4.1, RFC 8224 4 (and RFC 4474 9, which it
 * replaced), RFC 8787 4, RFC 8876 5.2. */
#include "parse/shape.h"

/* RFC 3325: addresses that have no parameters outside of them. */
const struct sipsan_shape sipsan_shape_identities = {
    .element = sipsan_element_addr,
    .list = true,
    .bare = true,
};

/* RFC 8224 4 ---------------------------------------------------------------------------------- */

/* base64-char / ".", and the two octets that a PASSporT writes instead of '+' and '/' (the alphabet
 * for URLs of RFC 7515, in the examples of RFC 8224 too). */
static bool is_digest_char(char c)
{
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '.' ||
           c == '/' || c == '+' || c == '-' || c == '_';
}

/* Behind the digest comes info, before all other parameters. */
static void judge_info_first(struct sipsan_scan *sc, const char *p)
{
    const char *q = skip_sws(sc, p), *end;

    if (*q != ';') {
        sipsan_fault_at(sc, own(sc), p);
        return;
    }
    q = skip_sws(sc, q + 1);
    end = sipsan_match_token(q);
    if (!end || !WORD_IS(span_between(q, end), "info"))
        sipsan_fault_at(sc, own(sc), q);
}

/* signed-identity-digest. The base64 of RFC 4474 that stood alone, in quotes or not, is none. */
static const char *element_digest(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = p;

    while (is_digest_char(*end))
        end++;
    if (end == p)
        sipsan_fault_at(sc, own(sc), p);
    out->head = span_between(p, end);
    judge_info_first(sc, end);
    return end;
}

/* LAQUOT absoluteURI RAQUOT */
static const char *form_brackets(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *end = *value.p == '<' ? sipsan_match_scheme(value.p + 1) : NULL;

    if (!end)
        return *value.p == '<' ? value.p + 1 : value.p;
    end = sipsan_absolute_end(sc, end, false);
    return end && *end == '>' && end + 1 == value.p + value.n ? NULL : end ? end : value.p + 1;
}

static const struct sipsan_shape_param identity_params[] = {
    {SIPSAN_PARAM("info", form_brackets)},
    {SIPSAN_PARAM("alg", sipsan_form_token)},
    {SIPSAN_PARAM("ppt", sipsan_form_token)},
};

const struct sipsan_shape sipsan_shape_identity = {
    .element = element_digest,
    SIPSAN_PARAMS(identity_params),
};

static const struct sipsan_shape_param identity_info_params[] = {
    {SIPSAN_PARAM("alg", sipsan_form_token)},
};

const struct sipsan_shape sipsan_shape_identity_info = {
    .element = sipsan_element_brackets,
    SIPSAN_PARAMS(identity_info_params),
};

/* Where a call has been ----------------------------------------------------------------------- */

/* index-val = number *("." number), number = [ %x31-39 *DIGIT ] DIGIT: no leading zero (RFC 7044)
 */
const char *sipsan_form_index(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *p = value.p, *end;

    (void)sc;
    for (;; p = end + 1) {
        end = sipsan_match_digits(p);
        if (!end || (*p == '0' && end - p > 1))
            return p;
        if (*end != '.')
            return end == value.p + value.n ? NULL : end;
    }
}

/* Section 5 calls the index mandatory, which the grammar does not say. */
static const struct sipsan_shape_param history_params[] = {
    {SIPSAN_PARAM("index", sipsan_form_index), .required = true},
    {SIPSAN_PARAM("rc", sipsan_form_index)},
    {SIPSAN_PARAM("mp", sipsan_form_index)},
    {SIPSAN_PARAM("np", sipsan_form_index)},
};

const struct sipsan_shape sipsan_shape_history_info = {
    .element = sipsan_element_name_addr,
    SIPSAN_PARAMS(history_params),
    .list = true,
};

/* 1*2DIGIT */
static const char *form_two_digits(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = sipsan_form_number(sc, value);

    return stop || value.n <= 2 ? stop : value.p + 2;
}

static const struct sipsan_shape_param diversion_params[] = {
    {SIPSAN_PARAM("reason", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("counter", form_two_digits)},
    {SIPSAN_PARAM("limit", form_two_digits)},
    {SIPSAN_PARAM("privacy", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("screen", sipsan_form_token_or_quoted)},
};

const struct sipsan_shape sipsan_shape_diversion = {
    .element = sipsan_element_name_addr,
    SIPSAN_PARAMS(diversion_params),
    .list = true,
};

/* RFC 6442 ------------------------------------------------------------------------------------ */

/* hostname: an address is none (RFC 8787 4). */
const char *sipsan_form_hostname(struct sipsan_scan *sc, struct sipsan_span value)
{
    uint8_t kind;
    const char *end = sipsan_match_host(value.p, &kind);

    (void)sc;
    if (!end || (end == value.p + value.n && kind != SIPSAN_HOST_NAME))
        return value.p;
    return end == value.p + value.n ? NULL : end;
}

static const struct sipsan_shape_param geolocation_params[] = {
    {SIPSAN_PARAM("loc-src", sipsan_form_hostname)},
};

const struct sipsan_shape sipsan_shape_geolocation = {
    .element = sipsan_element_brackets,
    SIPSAN_PARAMS(geolocation_params),
    .list = true,
};

/* "yes" / "no" / generic-param */
static const char *element_generic(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    struct sipsan_param_seen seen;
    const char *end;

    if (!sipsan_match_token(p)) {
        sipsan_fault_at(sc, own(sc), p);
        return p;
    }
    end = sipsan_read_param(sc, p, &seen);
    if (!end)
        return sipsan_scan_line_lim(sc, p);
    if (seen.stop)
        sipsan_fault_at(sc, own(sc), seen.stop);
    out->head = seen.param->name;
    return end;
}

const struct sipsan_shape sipsan_shape_geolocation_routing = {
    .element = element_generic,
    .bare = true,
};

/* location-error-code = 1*3DIGIT */
static const char *element_up_to_three(struct sipsan_scan *sc, const char *p,
                                       struct sipsan_value *out)
{
    const char *end = sipsan_element_number(sc, p, out);

    if (end - p > 3)
        sipsan_fault_at(sc, own(sc), p + 3);
    return end;
}

static const struct sipsan_shape_param geolocation_error_params[] = {
    {SIPSAN_PARAM("code", sipsan_form_quoted)},
};

const struct sipsan_shape sipsan_shape_geolocation_error = {
    .element = element_up_to_three,
    SIPSAN_PARAMS(geolocation_error_params),
};

/* error-code = 3DIGIT (RFC 8876) */
static const char *element_three(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = element_up_to_three(sc, p, out);

    if (end - p < 3)
        sipsan_fault_at(sc, own(sc), end);
    return end;
}

static const struct sipsan_shape_param alertmsg_error_params[] = {
    {SIPSAN_PARAM("message", sipsan_form_quoted)},
};

const struct sipsan_shape sipsan_shape_alertmsg_error = {
    .element = element_three,
    SIPSAN_PARAMS(alertmsg_error_params),
};

/* RFC 7433 4.1: encoding is "hex" or another token, too. */
static const struct sipsan_shape_param uui_params[] = {
    {SIPSAN_PARAM("purpose", sipsan_form_token)},
    {SIPSAN_PARAM("content", sipsan_form_token)},
    {SIPSAN_PARAM("encoding", sipsan_form_token)},
};

const struct sipsan_shape sipsan_shape_user_to_user = {
    .element = sipsan_element_token_or_quoted,
    SIPSAN_PARAMS(uui_params),
    .list = true,
};

/* Header fields that networks of one operator use among themselves, the P- header fields: RFC
 * 3313 5.1, RFC 4457 4, RFC 5009 9, RFC 5318 5, RFC 5503 5.1 to 8, RFC 6050 4, RFC 7315 5 (which
 * replaced RFC 3455), RFC 8496 6, RFC 8498 6.2 (which corrected RFC 5502). The identities of RFC
 * 3325 are in shape_identity.c. */
#include "parse/shape.h"

/* Behind at most `most` hexadecimal digits. */
static const char *skip_hex(const char *p, int most)
{
    while (most-- > 0 && is_hexdig(*p))
        p++;
    return p;
}

/* P-Media-Authorization-Token = 1*HEXDIG (RFC 3313) */
static const char *element_hex(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = p;

    while (is_hexdig(*end))
        end++;
    if (end == p)
        sipsan_fault_at(sc, own(sc), p);
    out->head = span_between(p, end);
    return end;
}

const struct sipsan_shape sipsan_shape_p_media_authorization = {
    .element = element_hex,
    .list = true,
    .bare = true,
};

/* LAQUOT DiameterURI RAQUOT (RFC 4457): a URI of scheme aaa or aaas (RFC 6733 4.3.1). */
static const char *element_diameter(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = sipsan_element_brackets(sc, p, out);

    if (out->addr && !sc->bad && !WORD_IS(out->addr->uri.scheme_text, "aaa") &&
        !WORD_IS(out->addr->uri.scheme_text, "aaas"))
        sipsan_fault_at(sc, own(sc), out->addr->uri.text.p);
    return end;
}

const struct sipsan_shape sipsan_shape_p_user_database = {.element = element_diameter};

/* [ em-param *(COMMA em-param) ], each a token (RFC 5009) */
const struct sipsan_shape sipsan_shape_p_early_media = {
    .element = sipsan_element_token,
    .list = true,
    .empty = true,
    .bare = true,
};

/* A quoted-string with a cid URL (RFC 5318 5); the example of section 6 has it in angle brackets.
 */
static const char *form_members(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = *value.p == '<' ? NULL : sipsan_form_quoted(sc, value);
    const char *p = value.p + 1;

    if (stop)
        return stop;
    if (*p == '<')
        p++;
    return sipsan_span_starts_nocase(span_between(p, value.p + value.n), SPAN_LIT("cid:")) ? NULL
                                                                                           : p;
}

static const struct sipsan_shape_param refused_params[] = {{SIPSAN_PARAM("members", form_members)}};

const struct sipsan_shape sipsan_shape_p_refused_uri_list = {
    .element = sipsan_element_addr,
    SIPSAN_PARAMS(refused_params),
    .list = true,
};

/* "urn:urn-7:" top-level *("." sub-service-id) of letters, digits and hyphens, 27 in the
 * top-level (RFC 6050 4.4) */
static const char *element_service(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    static const char prefix[] = "urn:urn-7:";
    const char *start = p, *label, *first;

    for (const char *q = prefix; *q; q++, p++)
        if (ascii_lower(*p) != *q) {
            sipsan_fault_at(sc, own(sc), p);
            return p;
        }
    for (first = p;; p++) {
        for (label = p;
             is_digit(*p) || *p == '-' || (ascii_lower(*p) >= 'a' && ascii_lower(*p) <= 'z'); p++)
            ;
        if (label == first && p - first > 27)
            sipsan_fault_at(sc, own(sc), first + 27);
        if (p == label || *p != '.')
            break;
    }
    if (p == label)
        sipsan_fault_at(sc, own(sc), p);
    out->head = span_between(start, p);
    return p;
}

const struct sipsan_shape sipsan_shape_services = {
    .element = element_service,
    .list = true,
    .bare = true,
};

/* RFC 8498 6.2: the case of the session is a value of sescase, or orig-cdiv without one. */
static const struct sipsan_shape_param served_params[] = {
    {SIPSAN_PARAM("sescase", NULL), .words = "orig term"},
    {SIPSAN_PARAM("orig-cdiv", NULL)}, /* alone */
    {SIPSAN_PARAM("regstate", NULL), .words = "unreg reg"},
};

const struct sipsan_shape sipsan_shape_p_served_user = {
    .element = sipsan_element_addr,
    SIPSAN_PARAMS(served_params),
};

/* RFC 8496: an address that has no parameters outside of it. */
const struct sipsan_shape sipsan_shape_p_charge_info = {
    .element = sipsan_element_addr,
    .bare = true,
};

/* RFC 5503 ------------------------------------------------------------------------------------ */

/* 1*DIGIT ["." 1*DIGIT] */
static const char *form_decimal(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *end = sipsan_match_digits(value.p);

    if (end && *end == '.') {
        value.n -= (size_t)(end + 1 - value.p);
        value.p = end + 1;
    }
    return sipsan_form_number(sc, value);
}

static const struct sipsan_shape_param trace_params[] = {
    {SIPSAN_PARAM("timestamp", form_decimal)},
};

const struct sipsan_shape sipsan_shape_p_dcs_trace_party_id = {
    .element = sipsan_element_name_addr,
    SIPSAN_PARAMS(trace_params),
};

const struct sipsan_shape sipsan_shape_p_dcs_osps = {.element = sipsan_element_token, .bare = true};

/* Octets of any URI, brackets of an IPv6 host included. */
static const char *skip_uri_octets(const char *p)
{
    const char *end = p;

    while (p) {
        end = p;
        p = *p == '[' || *p == ']' ? p + 1 : sipsan_match_uric(p);
    }
    return end;
}

/* LDQUOT addr-spec RDQUOT at p: behind it. */
static const char *read_quoted_addr(struct sipsan_scan *sc, const char *p)
{
    const char *start = p + 1, *lim, *end;

    if (*p != '"') {
        sipsan_fault_at(sc, own(sc), p);
        return p;
    }
    lim = sipsan_read_quoted(sc, p);
    end = skip_uri_octets(sipsan_match_scheme(start));
    if (!end || end + 1 != lim)
        sipsan_fault_at(sc, own(sc), end ? end : start);
    return lim;
}

static const char *element_quoted_addr(struct sipsan_scan *sc, const char *p,
                                       struct sipsan_value *out)
{
    const char *end = read_quoted_addr(sc, p);

    out->head = span_between(p, end);
    return end;
}

static const char *form_quoted_addr(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = sipsan_form_quoted(sc, value);

    return stop ? stop : whole(value, read_quoted_addr(sc, value.p));
}

/* LDQUOT 1*phonedigit-hex ";jip-context=" global-hex-digits RDQUOT */
static const char *form_jip(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = sipsan_form_quoted(sc, value), *p;

    if (stop)
        return stop;
    p = sipsan_match_local_number_digits(value.p + 1);
    if (!p ||
        !sipsan_span_starts_nocase(span_between(p, value.p + value.n), SPAN_LIT(";jip-context=+")))
        return p ? p : value.p + 1;
    p += sizeof(";jip-context=+") - 1;
    stop = sipsan_match_local_number_digits(p);
    return stop && stop + 1 == value.p + value.n ? NULL : p;
}

/* 1*48(HEXDIG) "/" 1*16(HEXDIG) "@" host */
static const char *element_billing(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = skip_hex(p, 48), *q;
    struct sipsan_span host;
    uint8_t kind;

    q = end > p && *end == '/' ? skip_hex(end + 1, 16) : end;
    if (q == end || q == end + 1 || *q != '@') {
        sipsan_fault_at(sc, own(sc), q);
        out->head = span_between(p, q);
        return q;
    }
    end = sipsan_read_host(sc, q + 1, &host, &kind);
    out->head = span_between(p, end);
    return end;
}

static const struct sipsan_shape_param billing_params[] = {
    {SIPSAN_PARAM("rksgroup", sipsan_form_token)},
    {SIPSAN_PARAM("charge", form_quoted_addr)},
    {SIPSAN_PARAM("calling", form_quoted_addr)},
    {SIPSAN_PARAM("called", form_quoted_addr)},
    {SIPSAN_PARAM("routing", form_quoted_addr)},
    {SIPSAN_PARAM("locroute", form_quoted_addr)},
    {SIPSAN_PARAM("jip", form_jip)},
};

const struct sipsan_shape sipsan_shape_p_dcs_billing_info = {
    .element = element_billing,
    SIPSAN_PARAMS(billing_params),
};

/* hostport, which has no white space inside */
static const char *read_hostport(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_span host;
    uint8_t kind;
    int32_t port;
    const char *end = sipsan_read_host(sc, p, &host, &kind);

    return sipsan_read_port(sc, end, p, false, &port);
}

static const char *element_hostport(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = read_hostport(sc, p);

    out->head = span_between(p, end);
    return end;
}

static const char *form_hostport(struct sipsan_scan *sc, struct sipsan_span value)
{
    return value.n ? whole(value, read_hostport(sc, value.p)) : value.p;
}

static const char *form_hex48(struct sipsan_scan *sc, struct sipsan_span value)
{
    (void)sc;
    return value.n ? whole(value, skip_hex(value.p, 48)) : value.p;
}

static const char *form_hex8(struct sipsan_scan *sc, struct sipsan_span value)
{
    (void)sc;
    return value.n ? whole(value, skip_hex(value.p, 8)) : value.p;
}

static const struct sipsan_shape_param laes_params[] = {
    {SIPSAN_PARAM("content", form_hostport)},
    {SIPSAN_PARAM("bcid", form_hex48)},
    {SIPSAN_PARAM("cccid", form_hex8)},
};

const struct sipsan_shape sipsan_shape_p_dcs_laes = {
    .element = element_hostport,
    SIPSAN_PARAMS(laes_params),
};

static const struct sipsan_shape_param redirect_params[] = {
    {SIPSAN_PARAM("redirector-uri", form_quoted_addr)},
    {SIPSAN_PARAM("count", sipsan_form_number)},
};

const struct sipsan_shape sipsan_shape_p_dcs_redirect = {
    .element = element_quoted_addr,
    SIPSAN_PARAMS(redirect_params),
};

/* RFC 7315 5 ---------------------------------------------------------------------------------- */

const struct sipsan_shape sipsan_shape_p_associated_uri = {
    .element = sipsan_element_name_addr,
    .list = true,
    .empty = true,
};

const struct sipsan_shape sipsan_shape_p_called_party_id = {.element = sipsan_element_name_addr};

const struct sipsan_shape sipsan_shape_p_visited_network_id = {
    .element = sipsan_element_token_or_quoted,
    .list = true,
};

/* The grammar names operator-specific-gi and utran-sai-3gpp and forgets to list them in
 * access-info; 3GPP adds more all the time, so that others are taken as generic-param. */
static const struct sipsan_shape_param access_params[] = {
    {SIPSAN_PARAM("cgi-3gpp", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("utran-cell-id-3gpp", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("utran-sai-3gpp", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("i-wlan-node-id", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("dsl-location", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("eth-location", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("fiber-location", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("ci-3gpp2", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("ci-3gpp2-femto", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("gstn-location", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("operator-specific-gi", sipsan_form_token_or_quoted)},
    {SIPSAN_PARAM("dvb-rcs2-node-id", sipsan_form_quoted)},
    {SIPSAN_PARAM("local-time-zone", sipsan_form_quoted)},
    {SIPSAN_PARAM("network-provided", NULL)}, /* alone */
};

const struct sipsan_shape sipsan_shape_p_access_network_info = {
    .element = sipsan_element_token,
    SIPSAN_PARAMS(access_params),
    .list = true,
    .values = true, /* extension-access-info = gen-value */
};

/* gen-value = token / host / quoted-string; a host that is no IPv6 reference is a token too. */
static const char *form_gen_value(struct sipsan_scan *sc, struct sipsan_span value)
{
    struct sipsan_span host;
    uint8_t kind;

    if (*value.p == '[')
        return whole(value, sipsan_read_host(sc, value.p, &host, &kind));
    return sipsan_form_token_or_quoted(sc, value);
}

static const char *form_host(struct sipsan_scan *sc, struct sipsan_span value)
{
    struct sipsan_span host;
    uint8_t kind;

    return value.n ? whole(value, sipsan_read_host(sc, value.p, &host, &kind)) : value.p;
}

/* ccf, ecf, ccf-2 and ecf-2 have a gen-value. They may come more than once: several of one kind
 * stand in the order in which they are to be tried (RFC 3455 4.5, the example of 5.5). */
static void judge_address(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span name = seen->param->name;

    (void)user;
    if (seen->form == SIPSAN_PARAM_ALONE && name.n >= 3 &&
        (WORD_IS(name, "ccf") || WORD_IS(name, "ecf") || WORD_IS(name, "ccf-2") ||
         WORD_IS(name, "ecf-2")))
        sipsan_fault_at(sc, own(sc), name.p);
}

const struct sipsan_shape sipsan_shape_p_charging_function_addresses = {
    .list = true,
    .others = judge_address,
};

/* icid-value = "icid-value" EQUAL gen-value, which comes first */
static const char *element_icid(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    struct sipsan_param_seen seen;
    const char *end = sipsan_read_param(sc, p, &seen);

    if (!end)
        return sipsan_scan_line_lim(sc, p);
    out->head = seen.param->value;
    if (!WORD_IS(seen.param->name, "icid-value"))
        sipsan_fault_at(sc, own(sc), p);
    else if (seen.stop || seen.form == SIPSAN_PARAM_ALONE)
        sipsan_fault_at(sc, own(sc), seen.stop ? seen.stop : end);
    return end;
}

/* transit-ioi-param: letters and digits, a dot, a number; or "void" */
static const char *read_transit(const char *p)
{
    const char *start = p, *end;

    while (is_digit(*p) || (ascii_lower(*p) >= 'a' && ascii_lower(*p) <= 'z'))
        p++;
    if (*p != '.')
        return p - start == 4 && word_is(span_between(start, p), "void", 4) ? p : NULL;
    end = is_digit(*start) ? NULL : sipsan_match_digits(p + 1);
    return p > start ? end : NULL;
}

static const char *form_transit_ioi(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *p = sipsan_form_quoted(sc, value), *end;

    if (p)
        return p;
    if (is_wsp(value.p[1]) || is_crlf(value.p[1]))
        return value.p + 1; /* white space stands round the commas only */
    for (p = value.p;; p = skip_sws(sc, end)) {
        p = skip_sws(sc, p + 1); /* behind the quote or the comma */
        end = read_transit(p);
        if (!end)
            return p;
        if (*skip_sws(sc, end) != ',')
            break;
    }
    return end + 1 == value.p + value.n ? NULL : end;
}

static const struct sipsan_shape_param vector_params[] = {
    {SIPSAN_PARAM("icid-generated-at", form_host)},
    {SIPSAN_PARAM("orig-ioi", form_gen_value)},
    {SIPSAN_PARAM("term-ioi", form_gen_value)},
    {SIPSAN_PARAM("transit-ioi", form_transit_ioi)},
    {SIPSAN_PARAM("related-icid", form_gen_value)},
    {SIPSAN_PARAM("related-icid-generated-at", form_host)},
};

const struct sipsan_shape sipsan_shape_p_charging_vector = {
    .element = element_icid,
    SIPSAN_PARAMS(vector_params),
};

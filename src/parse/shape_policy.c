/* Header fields by which elements agree on security, precedence, policy and capabilities: RFC 3329
 * 2.2, RFC 4412 3, RFC 6794 4.4.5, RFC 6809 6, RFC 8599 8. */
#include "parse/feature.h"
#include "parse/shape.h"

/* RFC 3329 ------------------------------------------------------------------------------------ */

static const char *form_qvalue(struct sipsan_scan *sc, struct sipsan_span value)
{
    (void)sc;
    return whole(value, sipsan_match_qvalue(value.p));
}

/* LDQUOT 32LHEX RDQUOT */
static const char *form_digest(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = sipsan_form_quoted(sc, value), *end;

    if (stop)
        return stop;
    end = sipsan_match_lhex(value.p + 1);
    if (!end || *end != '"')
        return end ? end : value.p + 1;
    return end - value.p == 33 ? NULL : value.p + 1;
}

/* A number that fits 32 bits. The appendix writes ten digits and means what they count: networks
 * leave leading zeros out. */
static const char *form_spi(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = sipsan_form_number(sc, value);

    if (stop)
        return stop;
    return sipsan_digits_value(value.p, value.p + value.n) <= UINT32_MAX ? NULL : value.p;
}

static const char *form_port(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *stop = sipsan_form_number(sc, value);

    if (stop)
        return stop;
    return sipsan_digits_value(value.p, value.p + value.n) <= UINT16_MAX ? NULL : value.p;
}

/* The last rows are appendix A, for ipsec-3gpp. Algorithms and modes are tokens there that 3GPP has
 * added to; spi-c, spi-s, port-c and port-s are what it writes for spi, port1 and port2. */
static const struct sipsan_shape_param security_params[] = {
    {SIPSAN_PARAM("q", form_qvalue)},
    {SIPSAN_PARAM("d-alg", sipsan_form_token)},
    {SIPSAN_PARAM("d-qop", sipsan_form_token)},
    {SIPSAN_PARAM("d-ver", form_digest)},
    {SIPSAN_PARAM("alg", sipsan_form_token)},
    {SIPSAN_PARAM("ealg", sipsan_form_token)},
    {SIPSAN_PARAM("prot", sipsan_form_token)},
    {SIPSAN_PARAM("mod", sipsan_form_token)},
    {SIPSAN_PARAM("spi", form_spi)},
    {SIPSAN_PARAM("spi-c", form_spi)},
    {SIPSAN_PARAM("spi-s", form_spi)},
    {SIPSAN_PARAM("port1", form_port)},
    {SIPSAN_PARAM("port2", form_port)},
    {SIPSAN_PARAM("port-c", form_port)},
    {SIPSAN_PARAM("port-s", form_port)},
};

const struct sipsan_shape sipsan_shape_security_mechanism = {
    .element = sipsan_element_token,
    SIPSAN_PARAMS(security_params),
    .list = true,
};

/* RFC 4412 ------------------------------------------------------------------------------------ */

/* r-value = namespace "." r-priority, both tokens without a dot: a token with one dot inside */
static const char *element_r_value(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = sipsan_element_token(sc, p, out);
    const char *dot = memchr(p, '.', (size_t)(end - p)), *second;

    if (!dot || dot == p || dot + 1 == end) {
        sipsan_fault_at(sc, own(sc), dot == p ? p : end);
        return end;
    }
    second = memchr(dot + 1, '.', (size_t)(end - dot - 1));
    if (second)
        sipsan_fault_at(sc, own(sc), second);
    return end;
}

const struct sipsan_shape sipsan_shape_resource_priority = {
    .element = element_r_value,
    .list = true,
    .bare = true,
};

const struct sipsan_shape sipsan_shape_accept_resource_priority = {
    .element = element_r_value,
    .list = true,
    .empty = true,
    .bare = true,
};

/* RFC 6794 ------------------------------------------------------------------------------------ */

/* SIP-URI / SIPS-URI / absoluteURI as such: what stands behind a semicolon belongs to the header
 * field. */
static const char *element_uri(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    if (sipsan_match_scheme(p))
        return sipsan_element_addr(sc, p, out);
    sipsan_fault_at(sc, own(sc), p);
    return p;
}

static const struct sipsan_shape_param policy_id_params[] = {
    {SIPSAN_PARAM("token", sipsan_form_token)},
};

const struct sipsan_shape sipsan_shape_policy_id = {
    .element = element_uri,
    SIPSAN_PARAMS(policy_id_params),
    .list = true,
};

static const struct sipsan_shape_param policy_contact_params[] = {
    {SIPSAN_PARAM("non-cacheable", NULL)}, /* alone */
    {SIPSAN_PARAM("alt-uri", sipsan_form_hostname)},
};

const struct sipsan_shape sipsan_shape_policy_contact = {
    .element = sipsan_element_brackets,
    SIPSAN_PARAMS(policy_contact_params),
    .list = true,
};

/* RFC 6809 6 ---------------------------------------------------------------------------------- */

/* RFC 8599 8.2 to 8.6: a value is due; that of pnsreg is seconds. */
static void judge_push_indicator(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value, text = sipsan_unquoted(value);
    const char *end;

    if (!value.p) {
        sipsan_fault_at(sc, SIPSAN_PROD_PUSH_INDICATOR, param->name.p);
    } else if (WORD_IS(param->name, "+sip.pnsreg")) {
        end = sipsan_match_digits(text.p);
        if (!end || end != text.p + text.n)
            sipsan_fault_at(sc, SIPSAN_PROD_PUSH_INDICATOR, end ? end : text.p);
    }
}

/* feature-cap: its plus sign is due; what follows is as in RFC 3840. */
static void judge_feature_cap(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span name = seen->param->name;

    if (name.n == 0 || *name.p != '+')
        sipsan_fault_at(sc, own(sc), name.p);
    sipsan_judge_feature(sc, seen, user);
    if (WORD_IS(name, "+sip.pns") || WORD_IS(name, "+sip.pnsreg") || WORD_IS(name, "+sip.vapid") ||
        WORD_IS(name, "+sip.pnspurr"))
        judge_push_indicator(sc, seen->param);
}

const struct sipsan_shape sipsan_shape_feature_caps = {
    .element = sipsan_element_star,
    .list = true,
    .others = judge_feature_cap,
};

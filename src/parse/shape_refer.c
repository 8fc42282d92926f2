/* Header fields that point at somebody or at another dialog: Refer-To (RFC 3515 2.1, RFC 4508 3),
 * Referred-By (RFC 3892 3), Refer-Sub (RFC 4488 4), Refer-Events-At (RFC 7614 4.8), Replaces (RFC
 * 3891 6.1), Join (RFC 3911 7.1), Target-Dialog (RFC 4538 7), Permission-Missing and
 * Trigger-Consent (RFC 5360 5.9.3, 5.11.2). */
#include "parse/feature.h"
#include "parse/shape.h"

/* Names that only URIs give a meaning to. */
#define URI_PARAMETERS "transport user method ttl maddr lr gr ob"

/* RFC 8217: the parameters of a URI stand inside of its brackets. Outside of them they are
 * parameters of the header field, which knows nothing of them. */
static void judge_uri_param(struct sipsan_scan *sc, const struct sipsan_param_seen *seen,
                            const struct sipsan_value *out)
{
    if (out->addr && !out->addr->brackets && sipsan_word_listed(URI_PARAMETERS, seen->param->name))
        sipsan_fault_at(sc, SIPSAN_PROD_ADDR_SPEC_BRACKETS, seen->param->name.p);
}

static void judge_address_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    judge_uri_param(sc, seen, user);
}

/* refer-param = generic-param / feature-param (RFC 4508) */
static void judge_refer_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    judge_uri_param(sc, seen, user);
    sipsan_judge_feature(sc, seen, user);
}

const struct sipsan_shape sipsan_shape_refer_to = {
    .element = sipsan_element_addr,
    .others = judge_refer_param,
};

/* dot-atom of RFC 3892: a token that no dot begins, ends or doubles; NULL at the end of a good one,
 * else where it goes wrong. *end is behind it. */
static const char *broken_dot_atom(const char *p, const char **end)
{
    *end = sipsan_match_token(p);
    if (!*end)
        return p;
    for (const char *q = p; q < *end; q++)
        if (*q == '.' && (q == p || q + 1 == *end || q[-1] == '.'))
            return q;
    return NULL;
}

/* sip-clean-msg-id = LDQUOT dot-atom "@" (dot-atom / host) RDQUOT */
static const char *form_clean_msg_id(struct sipsan_scan *sc, struct sipsan_span value)
{
    const char *wrong, *end = value.p + 1, *stop;

    if (*value.p != '"')
        return value.p;
    wrong = broken_dot_atom(end, &end);
    if (wrong)
        return wrong;
    if (*end != '@')
        return end;
    if (*++end == '[') { /* the one host that is no dot-atom, but for a dot at its end */
        wrong = sipsan_ipv6_end(end + 1, sc->lim, NULL, &stop);
        if (!wrong || *wrong != ']')
            return wrong ? wrong : stop;
        end = wrong + 1;
    } else {
        const char *host = end;
        uint8_t kind = SIPSAN_HOST_NONE;

        wrong = broken_dot_atom(host, &end);
        if (wrong && (sipsan_match_host(host, &kind) != end || kind != SIPSAN_HOST_NAME))
            return wrong;
    }
    return *end == '"' && end + 1 == value.p + value.n ? NULL : end;
}

static const struct sipsan_shape_param referred_by_params[] = {
    {SIPSAN_PARAM("cid", form_clean_msg_id)},
};

const struct sipsan_shape sipsan_shape_referred_by = {
    .element = sipsan_element_addr,
    SIPSAN_PARAMS(referred_by_params),
    .others = judge_address_param,
};

const struct sipsan_shape sipsan_shape_refer_sub = {
    .element = sipsan_element_words,
    .words = "true false",
};

/* LAQUOT ( SIP-URI / SIPS-URI ) RAQUOT: no display name, no other scheme. */
static const char *events_at(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = sipsan_element_name_addr(sc, p, out);

    if (*p != '<')
        sipsan_fault_at(sc, own(sc), p);
    if (out->addr && out->addr->brackets && out->addr->uri.scheme > SIPSAN_SCHEME_SIPS)
        sipsan_fault_at(sc, own(sc), out->addr->uri.text.p);
    return end;
}

const struct sipsan_shape sipsan_shape_refer_events_at = {
    .element = events_at,
};

/* The tags are in the prose: exactly one of each. */
static const struct sipsan_shape_param replaces_params[] = {
    {SIPSAN_PARAM("to-tag", sipsan_form_token), .required = true},
    {SIPSAN_PARAM("from-tag", sipsan_form_token), .required = true},
    {SIPSAN_PARAM("early-only", NULL)},
};

const struct sipsan_shape sipsan_shape_replaces = {
    .element = sipsan_element_callid,
    SIPSAN_PARAMS(replaces_params),
};

static const struct sipsan_shape_param join_params[] = {
    {SIPSAN_PARAM("to-tag", sipsan_form_token), .required = true},
    {SIPSAN_PARAM("from-tag", sipsan_form_token), .required = true},
};

const struct sipsan_shape sipsan_shape_join = {
    .element = sipsan_element_callid,
    SIPSAN_PARAMS(join_params),
};

static const struct sipsan_shape_param target_dialog_params[] = {
    {SIPSAN_PARAM("remote-tag", sipsan_form_token), .required = true},
    {SIPSAN_PARAM("local-tag", sipsan_form_token), .required = true},
};

const struct sipsan_shape sipsan_shape_target_dialog = {
    .element = sipsan_element_callid,
    SIPSAN_PARAMS(target_dialog_params),
};

const struct sipsan_shape sipsan_shape_permission_missing = {
    .element = sipsan_element_addr,
    .list = true,
    .others = judge_address_param,
};

/* SIP-URI / SIPS-URI. The grammar has a bare URI; brackets, which RFC 8217 needs for its
 * parameters, are taken too. */
static const char *element_sip_uri(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *end = sipsan_element_addr(sc, p, out);

    if (out->addr && out->addr->uri.scheme > SIPSAN_SCHEME_SIPS)
        sipsan_fault_at(sc, own(sc), out->addr->uri.text.p);
    return end;
}

static const struct sipsan_shape_param trigger_params[] = {
    {SIPSAN_PARAM("target-uri", sipsan_form_quoted)},
};

const struct sipsan_shape sipsan_shape_trigger_consent = {
    .element = element_sip_uri,
    SIPSAN_PARAMS(trigger_params),
    .list = true,
    .others = judge_address_param,
};

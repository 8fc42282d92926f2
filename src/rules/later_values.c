/* What the values of one header field say together, where the grammar takes each of them: RFC
 * 3325 9.1, 9.2 (RFC 5876 4.5), RFC 3329 2.2, RFC 4412 3.1. */
#include "rules/rule.h"

#include "parse/msg.h"

/* Values that are compared with each other; nobody sends more, and time stays flat. */
#define VALUES_MAX 32

enum kind { KIND_SIP, KIND_TEL, KIND_OTHER };

static enum kind kind_of(const struct sipsan_uri *uri)
{
    switch (uri->scheme) {
    case SIPSAN_SCHEME_SIP:
    case SIPSAN_SCHEME_SIPS:
        return KIND_SIP;
    case SIPSAN_SCHEME_TEL:
        return KIND_TEL;
    default:
        return KIND_OTHER;
    }
}

/* At most one SIP or SIPS URI and at most one tel URI, nothing else. */
static enum sipsan_verdict identities(const struct sipsan_view *v, struct sipsan_why *why,
                                      enum sipsan_header_id header)
{
    const struct sipsan_value *value = sipsan_msg_value(v->msg, header);
    const struct sipsan_value *seen[KIND_OTHER] = {NULL};

    if (!value)
        return SIPSAN_NA;
    why->expected = "one SIP, SIPS or tel URI, or one SIP or SIPS URI and one tel URI";
    for (; value; value = sipsan_value_next(value)) {
        enum kind kind;

        if (!value->ok || !value->addr)
            return SIPSAN_NA; /* the grammar's rule tells */
        kind = kind_of(&value->addr->uri);
        if (kind == KIND_OTHER)
            return sipsan_fail(why, value->text, "%s has a URI that is neither SIP, SIPS nor tel",
                               sipsan_header_name(header));
        if (seen[kind])
            return sipsan_fail(why, value->text, "%s has a second %s URI",
                               sipsan_header_name(header), kind == KIND_TEL ? "tel" : "SIP");
        seen[kind] = value;
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict asserted(const struct sipsan_view *v, struct sipsan_why *why)
{
    return identities(v, why, SIPSAN_HDR_P_ASSERTED_IDENTITY);
}

static enum sipsan_verdict preferred(const struct sipsan_view *v, struct sipsan_why *why)
{
    return identities(v, why, SIPSAN_HDR_P_PREFERRED_IDENTITY);
}

/* A qvalue in thousandths. */
static unsigned thousandths(struct sipsan_span q)
{
    unsigned value = 0, unit = 1000;

    for (size_t i = 0; i < q.n; i++)
        if (q.p[i] != '.') {
            value += (unsigned)(q.p[i] - '0') * unit;
            unit /= 10;
        }
    return value;
}

/* Two mechanisms of one list with the same preference. */
static enum sipsan_verdict preferences(const struct sipsan_view *v, struct sipsan_why *why,
                                       enum sipsan_header_id header)
{
    const struct sipsan_value *value = sipsan_msg_value(v->msg, header);
    unsigned seen[VALUES_MAX];
    size_t n = 0;

    if (!value)
        return SIPSAN_NA;
    for (; value && n < VALUES_MAX; value = sipsan_value_next(value)) {
        const struct sipsan_param *q = sipsan_param_find(value->params, SPAN_LIT("q"));

        if (!value->ok || !q)
            continue;
        seen[n] = thousandths(q->value);
        for (size_t i = 0; i < n; i++)
            if (seen[i] == seen[n]) {
                why->expected = "another q for each mechanism";
                return sipsan_fail(why, value->text, "%s has two mechanisms with q=%.*s",
                                   sipsan_header_name(header), SPAN(q->value));
            }
        n++;
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict security_preferences(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const enum sipsan_header_id headers[] = {
        SIPSAN_HDR_SECURITY_CLIENT, SIPSAN_HDR_SECURITY_SERVER, SIPSAN_HDR_SECURITY_VERIFY};
    enum sipsan_verdict verdict = SIPSAN_NA;

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        enum sipsan_verdict one = preferences(v, why, headers[i]);

        if (one == SIPSAN_FAIL)
            return one;
        if (one == SIPSAN_PASS)
            verdict = one;
    }
    return verdict;
}

static struct sipsan_span namespace_of(const struct sipsan_value *value)
{
    const char *dot = memchr(value->head.p, '.', value->head.n);

    return dot ? span_between(value->head.p, dot) : value->head;
}

static enum sipsan_verdict namespace_once(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *value = sipsan_msg_value(v->msg, SIPSAN_HDR_RESOURCE_PRIORITY);
    struct sipsan_span seen[VALUES_MAX];
    size_t n = 0;

    if (!value)
        return SIPSAN_NA;
    for (; value && n < VALUES_MAX; value = sipsan_value_next(value)) {
        if (!value->ok)
            continue;
        seen[n] = namespace_of(value);
        for (size_t i = 0; i < n; i++)
            if (sipsan_span_eq_nocase(seen[i], seen[n])) {
                why->expected = "each namespace once";
                return sipsan_fail(why, value->text, "Resource-Priority names %.*s a second time",
                                   SPAN(seen[n]));
            }
        n++;
    }
    return SIPSAN_PASS;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3325.9.1.p-asserted-identity-uris",
        .level = SIPSAN_MUST,
        /* the specification of a trust domain may allow others (RFC 5876 4.5) */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_MESSAGE,
        .updated_by = "RFC 5876",
        .view = SIPSAN_VIEW_VALUES,
        .summary = "P-Asserted-Identity has one SIP or SIPS URI, one tel URI, or one of each",
        .explain = "One value is a SIP, SIPS or tel URI; of two, one is a SIP or SIPS URI and the "
                   "other a tel URI; there are no more. Who receives others must ignore them, so "
                   "that the identity shown or billed is not the one that was meant. Networks may "
                   "agree on more among themselves: only a warning.\n"
                   "  bad:   P-Asserted-Identity: <sip:a@example.com>, <sip:b@example.com>\n"
                   "  bad:   P-Asserted-Identity: <mailto:a@example.com>\n"
                   "  good:  P-Asserted-Identity: <sip:a@example.com>, <tel:+1-201-555-0123>",
        .check = asserted,
    },
    {
        .id = "rfc3325.9.2.p-preferred-identity-uris",
        .level = SIPSAN_MUST,
        /* as above */
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_MESSAGE,
        .updated_by = "RFC 5876",
        .view = SIPSAN_VIEW_VALUES,
        .summary = "P-Preferred-Identity has one SIP or SIPS URI, one tel URI, or one of each",
        .explain = "One value is a SIP, SIPS or tel URI; of two, one is a SIP or SIPS URI and the "
                   "other a tel URI; there are no more. A proxy must ignore others. Networks may "
                   "agree on more among themselves: only a warning.\n"
                   "  bad:   P-Preferred-Identity: <tel:+1>, <tel:+2>\n"
                   "  good:  P-Preferred-Identity: <sip:a@example.com>",
        .check = preferred,
    },
    {
        .id = "rfc3329.2.2.security-preferences-differ",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .view = SIPSAN_VIEW_VALUES,
        .summary = "The mechanisms of a security agreement have different preferences",
        .explain = "Each mechanism of Security-Client, Security-Server and Security-Verify has a q "
                   "of its own, if any: with two alike the two ends may choose differently, and "
                   "neither can talk to the other.\n"
                   "  bad:   Security-Server: ipsec-ike;q=0.1, tls;q=0.100\n"
                   "  good:  Security-Server: ipsec-ike;q=0.1, tls;q=0.2",
        .check = security_preferences,
    },
    {
        .id = "rfc4412.3.1.namespace-once",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .view = SIPSAN_VIEW_VALUES,
        .summary = "Resource-Priority names a namespace once",
        .explain = "Of one namespace a request has one priority, whatever row of the header field "
                   "it stands in: of two nobody knows which one counts. Case makes no "
                   "difference.\n"
                   "  bad:   Resource-Priority: dsn.flash, DSN.routine\n"
                   "  good:  Resource-Priority: dsn.flash, wps.3",
        .check = namespace_once,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_values, rules);

/* RFC 3261 section 19: what a SIP URI may hold where it stands. Table 1 of 19.1.1, as far as the
 * Request-URI goes. */
#include "rules/rule.h"

/* Table 1: neither a method nor header fields in a Request-URI. They say how a request is to be
 * made of the URI, which has been done when it stands in one (19.1.5). */
static enum sipsan_verdict context_components(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *uri = &v->msg->ruri;
    const struct sipsan_param *method;

    if (!uri->ok || (uri->scheme != SIPSAN_SCHEME_SIP && uri->scheme != SIPSAN_SCHEME_SIPS))
        return SIPSAN_NA;
    if (uri->headers.n > 0)
        return sipsan_fail(why, uri->headers, "the Request-URI has header fields in it");
    method = uri->params ? sipsan_uri_param(uri, SPAN_LIT("method")) : NULL;
    if (method)
        return sipsan_fail(why, method->name, "the Request-URI has a method parameter");
    return SIPSAN_PASS;
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.19.1.1.uri-context-components",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* who takes them for header fields of the request is misled */
        .on = SIPSAN_ON_REQUEST,
        .summary = "A Request-URI has neither header fields nor a method in it",
        .explain =
            "The method parameter and the header fields of a URI describe the request that is to "
            "be made of it. Who makes the request takes them out of the Request-URI and writes "
            "them where they belong; 19.1.1 shows them as not allowed there. A receiver refuses "
            "the request or ignores them; one that took a Route out of them would be led "
            "astray.\n"
            "  bad:   INVITE sip:bob@example.com?Subject=hello SIP/2.0\n"
            "  good:  INVITE sip:bob@example.com SIP/2.0 with Subject: hello",
        .check = context_components,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_19, rules);

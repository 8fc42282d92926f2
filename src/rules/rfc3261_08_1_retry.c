/* RFC 3261 section 8.1.3.5: what a request that is tried again must leave out. */
#include "rules/rule.h"

/* The request that this one tries again after `status`, with its text. */
static const struct sipsan_msg *refused(const struct sipsan_view *v, int status)
{
    const struct sipsan_txn *before = v->match->before;

    if (!before || before->final.status != status || before->other_final.status != 0 ||
        v->match->relayed || !before->request)
        return NULL;
    return before->request;
}

/* A body with the same octets is of the same type, encoding and language, whatever is said of
 * it. */
static enum sipsan_verdict other_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg, *before = refused(v, 415);

    if (!before || before->body.n == 0 || m->truncated || before->truncated)
        return SIPSAN_NA;
    if (!span_eq(m->body, before->body) ||
        !span_eq(m->content_type.text, before->content_type.text))
        return SIPSAN_PASS;
    sipsan_relate(why, &v->match->before->final.ref, "refusal", before->content_type.text);
    return sipsan_fail(why, m->content_type.text,
                       "the body that was refused with 415 is sent again");
}

static bool lists_all(const struct sipsan_token *list, const struct sipsan_token *of)
{
    for (; of; of = of->next)
        if (!sipsan_token_listed(list, of->text))
            return false;
    return true;
}

/* Unsupported names one of these tags at least, so that who repeats them all repeats that one. */
static enum sipsan_verdict fewer_tags(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg, *before = refused(v, 420);
    const struct sipsan_token *t;

    if (!before || (!before->require && !before->proxy_require) || !sipsan_header_complete(before))
        return SIPSAN_NA;
    if (!lists_all(m->require, before->require) ||
        !lists_all(m->proxy_require, before->proxy_require))
        return SIPSAN_PASS;
    t = m->require ? m->require : m->proxy_require;
    sipsan_relate(why, &v->match->before->final.ref, "refusal", before->start_line);
    return sipsan_fail(why, t->text, "all that was required before the 420 is required again");
}

#define RETRY_RULE(slug)                                                                           \
    .id = "rfc3261.8.1.3.5." slug, .level = SIPSAN_SHOULD, .on = SIPSAN_ON_REQUEST_IN_TXN,         \
    .methods = ~(uint32_t)SIPSAN_METHOD_BIT(SIPSAN_METHOD_CANCEL), .needs = SIPSAN_NEEDS_NO_GAP,   \
    .severity = SIPSAN_NOTE /* another server may take what one has refused */

static const struct sipsan_rule rules[] = {
    {
        RETRY_RULE("retry-415"),
        .summary = "A request refused with 415 is tried again with another body",
        .explain = "A 415 lists the types, encodings and languages that the server takes. A retry "
                   "with the same body is refused the same way.\n"
                   "Reported when the next request of the same kind in the same call has the same "
                   "octets under the same Content-Type. A note, since it may go to another server "
                   "that takes them.\n"
                   "Legal: another type, no body, or no retry at all.\n"
                   "  bad:   INVITE with SDP, 415 with Accept: text/plain, the same SDP again\n"
                   "  good:  a body of one of the types in Accept",
        .check = other_body,
    },
    {
        RETRY_RULE("retry-420"),
        .summary = "A request refused with 420 is tried again without what is not supported",
        .explain = "Unsupported of a 420 names tags of Require or Proxy-Require. A retry that "
                   "requires all of them again is refused the same way.\n"
                   "Reported only when not one tag has gone. A note, since the retry may go to "
                   "another server.\n"
                   "Legal: some tag left out, or no retry where the request makes no sense without "
                   "it.\n"
                   "  bad:   Require: foo, 420 with Unsupported: foo, again Require: foo\n"
                   "  good:  Require: foo, 420 with Unsupported: foo, no Require",
        .check = fewer_tags,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_1_retry, rules);

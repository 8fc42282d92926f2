/* RFC 3261 section 8.1.3.5: what a request that is tried again leaves out, and its number. */
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

/* How soon after the challenge a request with its nonce must come to be taken for the retry. */
#define RETRY_SOON INT64_C(2000000)

/* The first use of a nonce in the call that it was made for. Inside a dialog other requests lie
 * between lawfully; the same number again is 22.2's. */
static enum sipsan_verdict next_number(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_nonce *nonce = NULL;

    if (v->match->relayed || m->to.tag.p || !m->from.ok || !m->call_id.p || !m->cseq.ok)
        return SIPSAN_NA;
    for (const struct sipsan_auth *a = m->auth; a && !nonce; a = a->next)
        if (a->ok && a->digest)
            nonce = sipsan_nonce_of(v->nonces, a);
    if (!nonce || nonce->used || v->now - nonce->ref.time > RETRY_SOON ||
        !span_eq(text_span(&nonce->call_id), m->call_id) ||
        !sipsan_span_eq_nocase(text_span(&nonce->from_tag), m->from.tag))
        return SIPSAN_NA;
    if (m->cseq.number == nonce->cseq || m->cseq.number == nonce->cseq + 1)
        return SIPSAN_PASS;
    why->expected = "the CSeq number of the refused request, and one more";
    sipsan_relate(why, &nonce->ref, "challenge", text_span(&nonce->nonce));
    return sipsan_fail(why, m->cseq.text, "the request that was challenged had CSeq number %llu",
                       (unsigned long long)nonce->cseq);
}

#define RETRY_RULE(slug)                                                                           \
    .id = "rfc3261.8.1.3.5." slug, .level = SIPSAN_SHOULD, .on = SIPSAN_ON_REQUEST_IN_TXN,         \
    .methods = ~(uint32_t)BIT(CANCEL), .view = SIPSAN_VIEW_BEFORE, .needs = SIPSAN_NEEDS_NO_GAP,   \
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
    {
        .id = "rfc3261.8.1.3.5.retry-cseq-plus-one",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_NOTE, /* the RFC writes a lower-case should; servers take a jump */
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = ~(uint32_t)(BIT(CANCEL) | BIT(REGISTER)),
        .needs = SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP | SIPSAN_NEEDS_NO_LOSS,
        .odd = SIPSAN_ODD_AUTH,
        .summary = "A request tried again with credentials counts CSeq up by one",
        .explain =
            "The retry is the next request of the same call. A jump makes the other side look for "
            "the requests between; a smaller number is that of an old request.\n"
            "Judged outside of dialogs, for the first use of a nonce within two seconds of the "
            "challenge, in the call that was challenged. The number of the refused request itself "
            "is the finding of 22.2; REGISTER, whose requests may go several ways, is left out.\n"
            "  bad:   CSeq: 1 INVITE, 401, CSeq: 3 INVITE with Authorization\n"
            "  good:  CSeq: 2 INVITE with Authorization",
        .check = next_number,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_08_1_retry, rules);

/* RFC 3261 section 19.1.5: a request that is made of a URI which somebody handed out. Seen to be so
 * after a redirection only: 8.1.3.4 makes the next request of the Contact in the 3xx. Inside
 * dialogs the remote target has its rules in section 12. */
#include "rules/rule.h"

/* A URI parameter in text. */
static bool next_param(struct sipsan_span *rest, struct sipsan_span *name,
                       struct sipsan_span *value)
{
    size_t i = 0, equals;

    if (rest->n == 0 || rest->p[0] != ';')
        return false;
    while (++i < rest->n && rest->p[i] != ';' && rest->p[i] != '?')
        ;
    for (equals = 1; equals < i && rest->p[equals] != '='; equals++)
        ;
    *name = (struct sipsan_span){rest->p + 1, equals - 1};
    *value = equals < i ? (struct sipsan_span){rest->p + equals + 1, i - equals - 1}
                        : (struct sipsan_span){rest->p + equals, 0};
    *rest = (struct sipsan_span){rest->p + i, rest->n - i};
    return true;
}

/* Where the parameters begin: behind the host. A user may hold semicolons. */
static size_t params_at(struct sipsan_span uri)
{
    size_t at = 0;

    for (size_t i = 0; i < uri.n && uri.p[i] != '?'; i++)
        if (uri.p[i] == '@')
            at = i;
    while (at < uri.n && uri.p[at] != ';' && uri.p[at] != '?')
        at++;
    return at;
}

/* The new request goes to the one Contact of the 3xx that the old one got, down to user, host and
 * port: so it was made of that URI, unless the old one went there too. *params: those of the URI.
 */
static bool redirected(const struct sipsan_view *v, struct sipsan_span *params)
{
    const struct sipsan_txn *before = v->match->before;
    const struct sipsan_uri *mine = &v->msg->ruri;
    size_t n;

    if (!before || !before->moved.p || !before->request || before->final.status / 100 != 3 ||
        !mine->ok || v->msg->to.tag.p || v->match->relayed)
        return false;
    n = params_at(before->moved);
    if (params_at(mine->text) != n || memcmp(mine->text.p, before->moved.p, n) != 0)
        return false;
    if (params_at(before->request->ruri.text) == n &&
        memcmp(before->request->ruri.text.p, mine->text.p, n) == 0)
        return false;
    *params = (struct sipsan_span){before->moved.p + n, before->moved.n - n};
    return true;
}

static bool is_method(struct sipsan_span name)
{
    return sipsan_span_eq_nocase(name, SPAN_LIT("method"));
}

/* transport, maddr, ttl and user, or all others; method is a matter of its own. */
static enum sipsan_verdict params_kept(const struct sipsan_view *v, struct sipsan_why *why,
                                       bool known)
{
    static const struct sipsan_span names[] = {
        {"transport", 9}, {"maddr", 5}, {"ttl", 3}, {"user", 4}};
    struct sipsan_span params, name, value;

    if (!redirected(v, &params))
        return SIPSAN_NA;
    while (next_param(&params, &name, &value)) {
        bool listed = false;

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            listed = listed || sipsan_span_eq_nocase(name, names[i]);
        if (listed != known || name.n == 0 || is_method(name) ||
            sipsan_uri_param(&v->msg->ruri, name))
            continue;
        sipsan_relate(why, &v->match->before->final.ref, "redirection", v->match->before->moved);
        return sipsan_fail(
            why, v->msg->ruri.text,
            "the parameter %.*s of the Contact that the request was sent to is missing",
            SPAN(name));
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict known_params(const struct sipsan_view *v, struct sipsan_why *why)
{
    return params_kept(v, why, true);
}

static enum sipsan_verdict unknown_params(const struct sipsan_view *v, struct sipsan_why *why)
{
    return params_kept(v, why, false);
}

static enum sipsan_verdict form_method(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span params, name, value;

    if (!redirected(v, &params))
        return SIPSAN_NA;
    while (next_param(&params, &name, &value)) {
        if (!is_method(name) || span_eq(value, v->msg->method))
            continue;
        sipsan_relate(why, &v->match->before->final.ref, "redirection", v->match->before->moved);
        return sipsan_fail(why, v->msg->method,
                           "the Contact that the request was sent to has method=%.*s", SPAN(value));
    }
    return SIPSAN_PASS;
}

/* No redirection is answered by these. */
#define OUTSIDE (~(BIT(ACK) | BIT(BYE) | BIT(CANCEL) | BIT(PRACK) | BIT(UPDATE) | BIT(INFO)))

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.19.1.5.uri-form-params-into-ruri",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = OUTSIDE,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "transport, maddr, ttl and user of a URI go into the Request-URI made of it",
        .explain =
            "A request that is made of a URI takes its parameters along. Without transport or "
            "maddr it goes another way than its target asked for; without user=phone a number "
            "becomes a name.\n"
            "Judged for the request that follows a 3xx with one Contact (same Call-ID and From "
            "tag, CSeq the same or one more), goes to its user, host and port, and did not go "
            "there before. Other requests that are made of a URI are not seen to be so; inside "
            "dialogs section 12 has rules of its own.\n"
            "Bad: 302 with Contact: <sip:bob@192.0.2.3;transport=tcp>, then INVITE "
            "sip:bob@192.0.2.3\n"
            "Good: INVITE sip:bob@192.0.2.3;transport=tcp",
        .aliases = "rfc3261.8.1.3.4.redirect-copy-uri",
        .check = known_params,
    },
    {
        .id = "rfc3261.19.1.5.uri-form-unknown-params",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = OUTSIDE,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "Parameters that a client does not know go into the Request-URI too",
        .explain =
            "What a URI bears beyond the known parameters means something to its owner: often "
            "it tells which line or which flow. A client that drops what it does not know "
            "reaches nobody, or the wrong one.\n"
            "Judged for the request that follows a 3xx with one Contact (same Call-ID and From "
            "tag, CSeq the same or one more), goes to its user, host and port, and did not go "
            "there before. Other requests that are made of a URI are not seen to be so; inside "
            "dialogs section 12 has rules of its own.\n"
            "Bad: 302 with Contact: <sip:bob@192.0.2.3;line=7f2>, then INVITE sip:bob@192.0.2.3\n"
            "Good: INVITE sip:bob@192.0.2.3;line=7f2",
        .check = unknown_params,
    },
    {
        .id = "rfc3261.19.1.5.uri-form-method",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = OUTSIDE,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "The method parameter of a URI is the method of the request made of it",
        .explain =
            "Who hands out a URI with method=SUBSCRIBE wants a SUBSCRIBE. Another method asks "
            "something else of the target.\n"
            "Judged for the request that follows a 3xx with one Contact (same Call-ID and From "
            "tag, CSeq the same or one more), goes to its user, host and port, and did not go "
            "there before. Other requests that are made of a URI are not seen to be so; inside "
            "dialogs section 12 has rules of its own.\n"
            "Bad: 302 with Contact: <sip:bob@192.0.2.3;method=MESSAGE>, then INVITE "
            "sip:bob@192.0.2.3\n"
            "Good: MESSAGE sip:bob@192.0.2.3",
        .check = form_method,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_19_form, rules);

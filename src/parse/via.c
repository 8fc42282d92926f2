/* Via: RFC 3261 20.42, 25.1, and rport of RFC 3581. */
#include "parse/read.h"
#include "parse/uri.h"

/* token at p; a missing one is a fault of the header field. */
static const char *read_token(struct sipsan_scan *sc, const char *p, struct sipsan_span *out)
{
    const char *end = sipsan_match_token(p);

    if (!end) {
        sipsan_fault_at(sc, SIPSAN_PROD_VIA, p);
        end = p;
    }
    *out = span_between(p, end);
    return end;
}

static const char *read_slash(struct sipsan_scan *sc, const char *p)
{
    p = skip_sws(sc, p);
    if (*p != '/') {
        sipsan_fault_at(sc, SIPSAN_PROD_VIA, p);
        return p;
    }
    return skip_sws(sc, p + 1);
}

/* via-branch = "branch" EQUAL token */
static void take_branch(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                        struct sipsan_via *via)
{
    struct sipsan_span value = seen->param->value;

    if (seen->form != SIPSAN_PARAM_TOKEN)
        sipsan_fault_at(sc, SIPSAN_PROD_VIA_BRANCH,
                        seen->stop ? seen->stop
                        : value.p  ? value.p
                                   : seen->param->name.p);
    if (!via->branch.p)
        via->branch = value;
}

/* via-received; brackets round an IPv6 address are taken as RFC 5118 4.5 asks. */
static void take_received(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                          struct sipsan_via *via)
{
    struct sipsan_span value = seen->param->value;
    struct sipsan_addr addr;

    seen->stop = NULL;
    if (value.n >= 2 && value.p[0] == '[' && value.p[value.n - 1] == ']') {
        value.p++;
        value.n -= 2;
    }
    if (!sipsan_ip_parse(&addr, value))
        sipsan_fault_at(sc, SIPSAN_PROD_VIA_RECEIVED, value.p ? value.p : seen->param->name.p);
    if (!via->received.p)
        via->received = value;
}

/* via-maddr = "maddr" EQUAL host: an IPv6 address stands in brackets there. */
static void take_maddr(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                       struct sipsan_via *via)
{
    struct sipsan_span value = seen->param->value, host;
    uint8_t kind;

    if (seen->form == SIPSAN_PARAM_TOKEN || seen->form == SIPSAN_PARAM_BROKEN) {
        const char *end = sipsan_read_host(sc, value.p, &host, &kind);

        if (end != value.p + value.n)
            sipsan_fault_at(sc, SIPSAN_PROD_HOSTNAME, end);
        seen->stop = NULL;
    } else if (seen->form != SIPSAN_PARAM_HOST) {
        sipsan_fault_at(sc, SIPSAN_PROD_HOSTNAME, value.p ? value.p : seen->param->name.p);
    }
    if (!via->maddr.p)
        via->maddr = value;
}

static void take_ttl(struct sipsan_scan *sc, struct sipsan_param_seen *seen, struct sipsan_via *via)
{
    struct sipsan_span value = seen->param->value;
    const char *end = value.p ? sipsan_match_digits(value.p) : NULL;

    if (!end || end != value.p + value.n || value.n > 3 || sipsan_digits_value(value.p, end) > 255)
        sipsan_fault_at(sc, SIPSAN_PROD_VIA_TTL, value.p ? value.p : seen->param->name.p);
    if (!via->ttl.p)
        via->ttl = value;
}

/* response-port = "rport" [EQUAL 1*DIGIT] (RFC 3581 4) */
static void take_rport(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                       struct sipsan_via *via)
{
    struct sipsan_span value = seen->param->value;
    bool first = !via->rport.p;
    const char *end;

    if (seen->form == SIPSAN_PARAM_ALONE) {
        if (first)
            via->rport = (struct sipsan_span){seen->param->name.p + seen->param->name.n, 0};
        return;
    }
    if (first)
        via->rport = value;
    end = sipsan_match_digits(value.p);
    if (end && end == value.p + value.n && sipsan_digits_value(value.p, end) <= UINT16_MAX) {
        if (first)
            via->rport_value = (int32_t)sipsan_digits_value(value.p, end);
    } else if (!sc->limits->only_3261) {
        sipsan_fault_at(sc, SIPSAN_PROD_VIA_RPORT, end && end != value.p + value.n ? end : value.p);
    }
}

static void take_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span name = seen->param->name;

    if (WORD_IS(name, "branch"))
        take_branch(sc, seen, user);
    else if (WORD_IS(name, "rport"))
        take_rport(sc, seen, user);
    else if (WORD_IS(name, "received"))
        take_received(sc, seen, user);
    else if (WORD_IS(name, "ttl"))
        take_ttl(sc, seen, user);
    else if (WORD_IS(name, "maddr"))
        take_maddr(sc, seen, user);
    else if (!only_3261(sc))
        sipsan_judge_via_param(sc, seen);
}

/* sent-protocol LWS sent-by *( SEMI via-params ) */
static const char *read_via(struct sipsan_scan *sc, const char *p, struct sipsan_via *via)
{
    const char *q;

    p = read_slash(sc, read_token(sc, p, &via->protocol));
    p = read_slash(sc, read_token(sc, p, &via->version));
    p = read_token(sc, p, &via->transport);
    q = skip_sws(sc, p);
    if (q == p)
        sipsan_fault_at(sc, SIPSAN_PROD_VIA, p);
    if (*q == ';' || *q == ',' || at_end(sc, q)) {
        sipsan_fault_at(sc, SIPSAN_PROD_VIA, q);
        p = q;
    } else {
        p = sipsan_read_host(sc, q, &via->host, &via->host_kind);
        p = sipsan_read_port(sc, p, q, true, &via->port);
    }
    return sipsan_read_params(sc, p, &via->params, take_param, via);
}

const char *sipsan_value_via(struct sipsan_scan *sc, const char *p)
{
    bool more;

    do {
        struct sipsan_via *via = sipsan_scan_alloc(sc, sizeof(*via));
        const char *start;

        if (!via)
            return sipsan_scan_line_lim(sc, p);
        next_value(sc);
        via->line = sc->line;
        via->port = via->rport_value = -1;
        start = skip_sws(sc, p);
        p = read_via(sc, start, via);
        more = sipsan_scan_more(sc, &p);
        via->text = trimmed(start, more ? p - 1 : p);
        via->ok = !sc->bad;
        *sc->via_tail = via;
        sc->via_tail = &via->next;
        sc->msg->via_count++;
    } while (more);
    return p;
}

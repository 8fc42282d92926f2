/* URIs: SIP-URI, SIPS-URI and absoluteURI (RFC 3261 19.1, 25.1), tel (RFC 3966 3). */
#include "parse/uri.h"
#include "parse/read.h"

/* Outside angle brackets a URI may not hold what separates header field parameters. */
static bool is_plain(enum sipsan_uri_place place)
{
    return place == SIPSAN_URI_PLAIN || place == SIPSAN_URI_LISTED;
}

/* The URI may end here. */
static bool ends_uri(const struct sipsan_scan *sc, const char *p, enum sipsan_uri_place place)
{
    if (place == SIPSAN_URI_BRACKETS)
        return *p == '>' || at_end(sc, p);
    if (is_plain(place) && (*p == ';' || *p == ',' || *p == '?'))
        return true;
    if (place == SIPSAN_URI_ALONE)
        return p == sc->lim;
    return is_wsp(*p) || at_end(sc, p);
}

static const char *uri_lim(const struct sipsan_scan *sc, const char *p, enum sipsan_uri_place place)
{
    while (!ends_uri(sc, p, place))
        p++;
    return p;
}

/* A userinfo that no matcher takes: names its fault, takes all up to the '@'. */
static void broken_userinfo(struct sipsan_scan *sc, const char *p, const char *at,
                            struct sipsan_uri *uri)
{
    const char *q = sipsan_match_user(p);

    uri->has_user = true;
    uri->user = span_between(p, at);
    if (q && q < at && *q == ':') {
        const char *end = sipsan_match_password(q + 1);

        uri->user = span_between(p, q);
        uri->password = span_between(q + 1, at);
        sipsan_fault_at(sc, SIPSAN_PROD_PASSWORD, end ? end : q + 1);
        return;
    }
    sipsan_fault_at(sc, SIPSAN_PROD_USER, q ? q : p);
}

static void take_userinfo(struct sipsan_uri *uri, const char *p, const char *at)
{
    const char *colon = memchr(p, ':', (size_t)(at - p));

    uri->has_user = true;
    uri->user = span_between(p, colon ? colon : at);
    if (colon)
        uri->password = span_between(colon + 1, at);
}

/* A host with nothing behind it but what may follow one: takes it. */
static bool plain_host(const struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                       enum sipsan_uri_place place)
{
    uint8_t kind;
    const char *end = sipsan_match_host(p, &kind);

    if (!end || (*end != ';' && !ends_uri(sc, end, place)))
        return false;
    uri->host = span_between(p, end);
    uri->host_kind = kind;
    return true;
}

/* [ userinfo ] at p: behind its '@'. Without one the host may have been taken on the way. */
static const char *read_userinfo(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                                 enum sipsan_uri_place place)
{
    const char *end = is_plain(place) ? sipsan_match_userinfo_plain(p) : sipsan_match_userinfo(p);
    const char *at;

    if (end) {
        take_userinfo(uri, p, end - 1);
        return end;
    }
    if (is_plain(place)) {
        /* With a comma, semicolon or question mark it is a userinfo only inside brackets
         * (section 20); in a list a comma ends the value. */
        end = place == SIPSAN_URI_LISTED ? sipsan_match_userinfo_no_comma(p)
                                         : sipsan_match_userinfo(p);
        if (end) {
            take_userinfo(uri, p, end - 1);
            at = p;
            while (*at != ';' && *at != '?' && *at != ',')
                at++;
            sipsan_fault_at(sc, SIPSAN_PROD_ADDR_SPEC_BRACKETS, at);
            return end;
        }
    }
    if (plain_host(sc, p, uri, place))
        return p;
    at = memchr(p, '@', (size_t)(uri_lim(sc, p, place) - p));
    if (!at)
        return p;
    broken_userinfo(sc, p, at, uri);
    return at + 1;
}

static bool is_number(struct sipsan_span s, uint64_t max)
{
    const char *end = s.n > 0 && s.n <= 3 ? sipsan_match_digits(s.p) : NULL;

    return end && end == s.p + s.n && sipsan_digits_value(s.p, end) <= max;
}

/* maddr-param = "maddr=" host */
static void judge_maddr(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value, host;
    uint8_t kind;
    const char *end;

    if (!value.p) {
        sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, param->name.p);
        return;
    }
    end = sipsan_read_host(sc, value.p, &host, &kind);
    if (end != value.p + value.n)
        sipsan_fault_at(sc, SIPSAN_PROD_HOSTNAME, end);
}

/* A value that is a token: transport, user, method. */
static void judge_token(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    const char *end = value.p ? sipsan_match_token(value.p) : NULL;

    if (!end || end != value.p + value.n)
        sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER,
                        end       ? end
                        : value.p ? value.p
                                  : param->name.p);
}

/* The parameters that section 25.1 gives a form of their own; uri_params.c knows the later ones. */
static void judge_param(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span name = param->name, value = param->value;

    switch (name.n) {
    case 2: /* lr, ob and gr need no judgement, and are in most URIs with parameters */
        return;
    case 3:
        if (WORD_IS(name, "ttl") && !is_number(value, UINT8_MAX))
            sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, value.p ? value.p : name.p);
        return;
    case 4:
        if (WORD_IS(name, "user")) {
            judge_token(sc, param);
            return;
        }
        break;
    case 5:
        if (WORD_IS(name, "maddr")) {
            judge_maddr(sc, param);
            return;
        }
        break;
    case 6:
        if (WORD_IS(name, "method")) {
            judge_token(sc, param);
            return;
        }
        break;
    case 9:
        if (WORD_IS(name, "transport"))
            judge_token(sc, param);
        return;
    default:
        break;
    }
    if (!only_3261(sc))
        sipsan_judge_uri_param(sc, param);
}

/* transport, user and method have a token for their value, which has octets that pvalue lacks: the
 * end of the parameter then, or NULL. */
static const char *token_value_end(const struct sipsan_scan *sc, const struct sipsan_param *param,
                                   enum sipsan_uri_place place)
{
    const char *end;

    if (!param->value.p || (!WORD_IS(param->name, "transport") && !WORD_IS(param->name, "user") &&
                            !WORD_IS(param->name, "method")))
        return NULL;
    end = sipsan_match_token(param->value.p);
    return end && (*end == ';' || *end == '?' || ends_uri(sc, end, place)) ? end : NULL;
}

/* *( ";" uri-parameter ) */
static const char *read_uri_params(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                                   enum sipsan_uri_place place)
{
    struct sipsan_param **last = &uri->params;

    while (*p == ';') {
        struct sipsan_param *param = sipsan_scan_alloc(sc, sizeof(*param));
        const char *end = sipsan_match_paramchars(p + 1);

        if (!param)
            return uri_lim(sc, p, place);
        if (!end) {
            sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, p + 1);
            end = p + 1;
        }
        param->name = span_between(p + 1, end);
        p = end;
        if (*p == '=') {
            end = sipsan_match_paramchars(p + 1);
            param->value = span_between(p + 1, end ? end : p + 1);
            if (!end || !(*end == ';' || *end == '?' || ends_uri(sc, end, place))) {
                const char *token = token_value_end(sc, param, place);

                if (!token && !end)
                    sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, p + 1);
                end = token ? token : end ? end : p + 1;
                param->value = span_between(p + 1, end);
            }
            p = end;
        }
        *last = param;
        last = &param->next;
        if (*p == ';' || *p == '?' || ends_uri(sc, p, place)) {
            if (uri->scheme != SIPSAN_SCHEME_TEL)
                judge_param(sc, param);
            continue;
        }
        sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, p);
        while (*p != ';' && *p != '?' && !ends_uri(sc, p, place))
            p++;
        if (param->value.p)
            param->value.n = (size_t)(p - param->value.p);
    }
    return p;
}

static const char *read_uri_headers(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                                    enum sipsan_uri_place place)
{
    const char *end = sipsan_match_headers(p);
    const char *lim;

    if (end && ends_uri(sc, end, place)) {
        uri->headers = span_between(p + 1, end);
        return end;
    }
    lim = uri_lim(sc, p + 1, place);
    sipsan_fault_at(sc, SIPSAN_PROD_URI_HEADERS, end ? end : p + 1);
    uri->headers = span_between(p + 1, lim);
    return lim;
}

/* hostport and what follows it. */
static const char *read_sip(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                            enum sipsan_uri_place place)
{
    const char *host;

    p = host = read_userinfo(sc, p, uri, place);
    if (uri->host.p)
        p += uri->host.n;
    else
        p = sipsan_read_host(sc, p, &uri->host, &uri->host_kind);
    p = sipsan_read_port(sc, p, host, false, &uri->port);
    if (!is_plain(place)) {
        p = read_uri_params(sc, p, uri, place);
        if (*p == '?')
            p = read_uri_headers(sc, p, uri, place);
    } else if (*p == '?') {
        sipsan_fault_at(sc, SIPSAN_PROD_ADDR_SPEC_BRACKETS, p);
        p = read_uri_headers(sc, p, uri, place);
    }
    if (!ends_uri(sc, p, place)) {
        if (*p == '@' && uri->has_user)
            sipsan_fault_at(sc, SIPSAN_PROD_USER, p);
        sipsan_fault_at(sc, uri->port >= 0 ? SIPSAN_PROD_PORT : SIPSAN_PROD_SIP_URI, p);
        p = uri_lim(sc, p, place);
    }
    return p;
}

/* The octets of name and value; tel.c knows what the values are. */
static void judge_tel_octets(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span name = param->name, value = param->value;
    const char *end = name.n > 0 ? sipsan_match_paramchars(name.p) : NULL;

    if (!end || end < name.p + name.n) {
        sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, end ? end : name.p);
    } else if (value.p) {
        bool isub = WORD_IS(name, "isub");

        end = value.n == 0 ? NULL
              : isub       ? sipsan_match_uric(value.p)
                           : sipsan_match_paramchars(value.p);
        if (!end || end < value.p + value.n)
            sipsan_fault_at(sc, SIPSAN_PROD_URI_PARAMETER, end ? end : value.p);
    }
}

/* *par. The uric of an isub goes up to the next semicolon. */
static const char *read_tel_params(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                                   enum sipsan_uri_place place)
{
    struct sipsan_param **last = &uri->params;

    while (*p == ';') {
        struct sipsan_param *param = sipsan_scan_alloc(sc, sizeof(*param));
        const char *start = p + 1;

        if (!param)
            return uri_lim(sc, p, place);
        for (p = start; *p != ';' && *p != '=' && !ends_uri(sc, p, place);)
            p++;
        param->name = span_between(start, p);
        if (*p == '=') {
            start = p + 1;
            for (p = start; *p != ';' && !ends_uri(sc, p, place);)
                p++;
            param->value = span_between(start, p);
        }
        judge_tel_octets(sc, param);
        *last = param;
        last = &param->next;
    }
    return p;
}

/* RFC 3966: a local number says where it is valid, in its phone-context. Outside angle brackets
 * that would be a parameter of the header field. */
static const char *read_tel(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                            enum sipsan_uri_place place)
{
    bool global = *p == '+';
    const char *end =
        global ? sipsan_match_global_number_digits(p) : sipsan_match_local_number_digits(p);

    if (!end || (*end != ';' && !ends_uri(sc, end, place))) {
        sipsan_fault_at(sc, SIPSAN_PROD_TEL_URI, end ? end : p);
        end = end ? end : p;
        while (*end != ';' && !ends_uri(sc, end, place))
            end++;
    }
    uri->user = span_between(p, end);
    if (!is_plain(place)) {
        end = read_tel_params(sc, end, uri, place);
        if (!only_3261(sc))
            sipsan_judge_tel_params(sc, uri->params);
    }
    if (!global && !sipsan_param_find(uri->params, SPAN_LIT("phone-context")))
        sipsan_fault_at(sc, SIPSAN_PROD_TEL_URI, uri->text.p);
    return end;
}

/* IPv6reference [ ":" port ] at the bracket p, as the host of a net-path: its end, or NULL. */
static const char *bracketed_end(const struct sipsan_scan *sc, const char *p)
{
    const char *stop, *end = sipsan_ipv6_end(p + 1, sc->lim, NULL, &stop);
    const char *digits;

    if (!end || *end != ']')
        return NULL;
    end++;
    if (*end != ':')
        return end;
    digits = sipsan_match_digits(end + 1);
    return digits && sipsan_digits_value(end + 1, digits) <= UINT16_MAX ? digits : NULL;
}

const char *sipsan_absolute_end(const struct sipsan_scan *sc, const char *p, bool plain)
{
    const char *(*uric)(const char *) = plain ? sipsan_match_uric_plain : sipsan_match_uric;
    const char *end = uric(p);
    const char *host;

    /* brackets stand nowhere but in "//" [ userinfo ] IPv6reference */
    if (!end || *end != '[' || end - p < 2 || p[0] != '/' || p[1] != '/')
        return end;
    if (end - p > 2 &&
        (plain ? sipsan_match_userinfo_plain(p + 2) : sipsan_match_userinfo(p + 2)) != end)
        return end;
    host = bracketed_end(sc, end);
    if (!host)
        return end;
    end = *host == '/' || *host == '?' ? uric(host) : host;
    return end ? end : host;
}

static const char *read_absolute(struct sipsan_scan *sc, const char *p, enum sipsan_uri_place place)
{
    const char *end = sipsan_absolute_end(sc, p, is_plain(place));

    if (end && is_plain(place) && *end == '?') {
        sipsan_fault_at(sc, SIPSAN_PROD_ADDR_SPEC_BRACKETS, end);
        end = uri_lim(sc, end + 1, place);
    }
    if (end && ends_uri(sc, end, place))
        return end;
    sipsan_fault_at(sc, SIPSAN_PROD_ABSOLUTE_URI, end ? end : p);
    return uri_lim(sc, end ? end : p, place);
}

static const char *read_other(struct sipsan_scan *sc, const char *p, enum sipsan_uri_place place,
                              struct sipsan_span scheme)
{
    const char *end = read_absolute(sc, p, place);

    if (WORD_IS(scheme, "urn"))
        sipsan_judge_urn(sc, p, end);
    return end;
}

const char *sipsan_read_uri(struct sipsan_scan *sc, const char *p, struct sipsan_uri *uri,
                            enum sipsan_uri_place place)
{
    const char *end = sipsan_match_scheme(p);

    uri->port = -1;
    uri->text.p = p;
    sc->part_bad = false;
    if (!end) {
        sipsan_fault_at(sc, SIPSAN_PROD_ABSOLUTE_URI, p);
        end = uri_lim(sc, p, place);
    } else {
        uri->scheme_text = span_between(p, end - 1);
        if (WORD_IS(uri->scheme_text, "sip"))
            uri->scheme = SIPSAN_SCHEME_SIP;
        else if (WORD_IS(uri->scheme_text, "sips"))
            uri->scheme = SIPSAN_SCHEME_SIPS;
        else if (WORD_IS(uri->scheme_text, "tel"))
            uri->scheme = SIPSAN_SCHEME_TEL;
        else
            uri->scheme = SIPSAN_SCHEME_OTHER;
        if (uri->scheme <= SIPSAN_SCHEME_SIPS)
            end = read_sip(sc, end, uri, place);
        else if (uri->scheme == SIPSAN_SCHEME_TEL)
            end = read_tel(sc, end, uri, place);
        else
            end = read_other(sc, end, place, uri->scheme_text);
    }
    uri->text = span_between(p, end);
    uri->ok = !sc->part_bad;
    return end;
}

const struct sipsan_param *sipsan_uri_param(const struct sipsan_uri *uri, struct sipsan_span name)
{
    return sipsan_param_find(uri->params, name);
}

uint16_t sipsan_uri_port(const struct sipsan_uri *uri)
{
    const struct sipsan_param *transport;

    if (uri->port >= 0)
        return (uint16_t)uri->port;
    transport = sipsan_uri_param(uri, SPAN_LIT("transport"));
    if (uri->scheme == SIPSAN_SCHEME_SIPS || (transport && WORD_IS(transport->value, "tls")))
        return 5061;
    return 5060;
}

bool sipsan_uri_addr(struct sipsan_addr *out, const struct sipsan_uri *uri)
{
    if (uri->host_kind != SIPSAN_HOST_IPV4 && uri->host_kind != SIPSAN_HOST_IPV6)
        return false;
    out->port = sipsan_uri_port(uri);
    return sipsan_ip_parse(out, uri->host);
}

int sipsan_uri_read(struct sipsan_uri *out, struct sipsan_arena *arena, struct sipsan_span text)
{
    struct sipsan_scan sc = {.arena = arena};
    char *copy = text.n < UINT32_MAX ? sipsan_arena_alloc(arena, text.n + 1) : NULL;

    if (!copy)
        return SIPSAN_ENOMEM;
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    copy[text.n] = (char)0xFF;
    sc.lim = sc.line_lim = copy + text.n;
    *out = (struct sipsan_uri){0};
    sipsan_read_uri(&sc, copy, out, SIPSAN_URI_ALONE);
    return sc.nomem ? SIPSAN_ENOMEM : SIPSAN_OK;
}

/* See odd.h. */
#include "rules/odd.h"

/* Two names that fall on one bit may be equal: most differ in length or first letter. */
static bool may_repeat(const struct sipsan_param *p)
{
    uint64_t seen = 0;

    if (!p || !p->next)
        return false;
    for (size_t n = 0; p && n < 64; p = p->next, n++) {
        unsigned first = p->name.n ? (unsigned char)ascii_lower(p->name.p[0]) : 0u;
        uint64_t bit = UINT64_C(1) << ((first * 5u + p->name.n) & 63u);

        if (seen & bit)
            return true;
        seen |= bit;
    }
    return false;
}

/* By length and first letter: lr, ttl, maddr, method, user. transport matters in From and To only.
 */
static bool may_matter(const struct sipsan_param *p)
{
    for (; p; p = p->next) {
        char c = p->name.n ? ascii_lower(p->name.p[0]) : '\0';

        if ((p->name.n == 3 && c == 't') || (p->name.n == 5 && c == 'm') ||
            (p->name.n == 6 && c == 'm') || (p->name.n == 4 && c == 'u') ||
            (p->name.n == 2 && c == 'l'))
            return true;
    }
    return false;
}

static uint32_t of_uri(const struct sipsan_uri *uri)
{
    uint32_t odd = uri->headers.n > 0 ? SIPSAN_ODD_URI : 0;

    if (uri->password.n > 0)
        odd |= SIPSAN_ODD_PASSWORD;
    if (!uri->params)
        return odd;
    if (may_matter(uri->params))
        odd |= SIPSAN_ODD_URI;
    if (may_repeat(uri->params))
        odd |= SIPSAN_ODD_URI_TWICE;
    if (uri->scheme == SIPSAN_SCHEME_SIPS)
        odd |= SIPSAN_ODD_SIPS;
    return odd;
}

static uint32_t of_addr(const struct sipsan_name_addr *addr)
{
    uint32_t odd = of_uri(&addr->uri);

    if (may_repeat(addr->params))
        odd |= SIPSAN_ODD_REPEATED;
    if (!addr->brackets && addr->params)
        odd |= SIPSAN_ODD_BARE;
    return odd;
}

/* From and To name a user: next to nothing may stand in their URI. */
static uint32_t of_user(const struct sipsan_name_addr *addr)
{
    return of_addr(addr) | (addr->uri.port >= 0 || addr->uri.params ? SIPSAN_ODD_URI : 0u);
}

static uint32_t of_request(const struct sipsan_msg *m)
{
    uint32_t odd = of_uri(&m->ruri);

    if (m->ruri.scheme == SIPSAN_SCHEME_SIPS)
        odd |= SIPSAN_ODD_SECURE;
    if (m->bytes.n > 1300)
        odd |= SIPSAN_ODD_LARGE;
    if (m->max_forwards.value > 255)
        odd |= SIPSAN_ODD_NUMBER;
    if (m->record_route)
        odd |= of_addr(m->record_route);
    if (m->via && may_repeat(m->via->params))
        odd |= SIPSAN_ODD_REPEATED;
    return odd;
}

/* Header fields that few messages have. */
#define RARE(ROW)                                                                                  \
    ROW(OTHER, UNKNOWN)                                                                            \
    ROW(AUTHENTICATION_INFO, MUTUAL)                                                               \
    ROW(MIME_VERSION, MIME)                                                                        \
    ROW(WARNING, WARNING)                                                                          \
    ROW(CONTENT_ENCODING, ENCODING)                                                                \
    ROW(EVENT, EVENT)                                                                              \
    ROW(SUBSCRIPTION_STATE, EVENT)                                                                 \
    ROW(REFER_TO, EVENT)                                                                           \
    ROW(REASON, EVENT)                                                                             \
    ROW(SIP_ETAG, EVENT)                                                                           \
    ROW(SESSION_EXPIRES, SESSION)                                                                  \
    ROW(MIN_SE, SESSION)                                                                           \
    ROW(RSEQ, RELIABLE)                                                                            \
    ROW(RACK, RELIABLE)

#define RARE_BIT(header, bit) | UINT64_C(1) << SIPSAN_HDR_##header
#define RARE_ODD(header, bit)                                                                      \
    if (present >> SIPSAN_HDR_##header & 1)                                                        \
        odd |= SIPSAN_ODD_##bit;

static uint32_t of_headers(uint64_t present)
{
    uint32_t odd = 0;

    if (!(present >> SIPSAN_HDR_CONTENT_LENGTH & 1))
        odd |= SIPSAN_ODD_LENGTH;
    if (present >> SIPSAN_HDR_ALLOW & 1)
        odd |= SIPSAN_ODD_ALLOW;
    if (present >> SIPSAN_HDR_CONTENT_TYPE & 1)
        odd |= SIPSAN_ODD_TYPE;
    if (!(present & (0 RARE(RARE_BIT))))
        return odd;
    RARE(RARE_ODD)
    return odd;
}

uint32_t sipsan_odd_of(const struct sipsan_msg *m)
{
    uint32_t odd = of_user(&m->to) | of_user(&m->from);

    if (!span_eq(m->version, SPAN_LIT("SIP/2.0")))
        odd |= SIPSAN_ODD_VERSION;
    if (m->spaced.p)
        odd |= SIPSAN_ODD_SPACED;
    if (m->request)
        odd |= of_request(m);
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next) {
        odd |= of_addr(c);
        if (c->params || c->next || c->star)
            odd |= SIPSAN_ODD_CONTACT | SIPSAN_ODD_EXPIRES;
    }
    if (may_repeat(m->content_type.params))
        odd |= SIPSAN_ODD_REPEATED;
    if (m->content_type.text.p && !sipsan_span_eq_nocase(m->content_type.subtype, SPAN_LIT("sdp")))
        odd |= SIPSAN_ODD_BODY;
    if (m->via && m->via->rport_value >= 0)
        odd |= SIPSAN_ODD_RPORT;
    if (m->auth)
        odd |= SIPSAN_ODD_AUTH;
    for (const struct sipsan_auth *a = m->auth; a; a = a->next)
        if (may_repeat(a->params))
            odd |= SIPSAN_ODD_REPEATED;
    if (m->expires.value > UINT32_MAX)
        odd |= SIPSAN_ODD_EXPIRES;
    if (m->min_expires.value > UINT32_MAX)
        odd |= SIPSAN_ODD_NUMBER;
    if (sipsan_msg_first(m, SIPSAN_HDR_SIP_IF_MATCH) != SIPSAN_NO_LINE ||
        sipsan_msg_first(m, SIPSAN_HDR_INFO_PACKAGE) != SIPSAN_NO_LINE ||
        sipsan_msg_first(m, SIPSAN_HDR_RECV_INFO) != SIPSAN_NO_LINE)
        odd |= SIPSAN_ODD_EVENT;
    return odd | of_headers(m->present);
}

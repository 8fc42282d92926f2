/* Pieces of a message on their own: the readers and matchers that header fields and start lines are
 * composed of, each with a text that should be nothing else. For tests and harnesses; no message
 * is read through here. RFC 3261 25.1. */
#include "parse/read.h"

/* Behind what a matcher took. */
static const char *taken(const char *p, const char *end)
{
    return end ? end : p;
}

/* Behind the piece at p, or NULL. What may be empty is taken so. */
static const char *match_piece(enum sipsan_production production, const char *p)
{
    switch (production) {
    case SIPSAN_PROD_LWS:
        return sipsan_match_lws(p);
    case SIPSAN_PROD_LHEX:
        return sipsan_match_lhex(p);
    case SIPSAN_PROD_TOKEN:
    case SIPSAN_PROD_METHOD:
        return sipsan_match_token(p);
    case SIPSAN_PROD_DELTA_SECONDS:
        return sipsan_match_digits(p);
    case SIPSAN_PROD_QVALUE:
        return sipsan_match_qvalue(p);
    case SIPSAN_PROD_SIP_VERSION:
        return sipsan_match_sip_version(p);
    case SIPSAN_PROD_REASON_PHRASE:
        return taken(p, sipsan_match_reason_text(p));
    case SIPSAN_PROD_CALL_ID:
        return sipsan_match_callid(p);
    case SIPSAN_PROD_TEXT_UTF8:
        return sipsan_match_text(p);
    case SIPSAN_PROD_DATE:
        return sipsan_match_sip_date(p);
    case SIPSAN_PROD_USER:
        return sipsan_match_user(p);
    case SIPSAN_PROD_PASSWORD:
        return taken(p, sipsan_match_password(p));
    default:
        return NULL;
    }
}

const char *sipsan_read_piece(struct sipsan_scan *sc, enum sipsan_production production,
                              const char *p)
{
    struct sipsan_param_seen seen;
    struct sipsan_span host;
    const char *end;
    uint8_t kind;

    sc->production = (uint16_t)production;
    switch (production) {
    case SIPSAN_PROD_QUOTED_STRING:
        p = skip_sws(sc, p);
        if (*p == '"')
            return sipsan_read_quoted(sc, p);
        break;
    case SIPSAN_PROD_COMMENT:
        p = skip_sws(sc, p);
        if (*p == '(')
            return skip_sws(sc, sipsan_read_comment(sc, p));
        break;
    case SIPSAN_PROD_HOSTNAME:
        return sipsan_read_host(sc, p, &host, &kind);
    case SIPSAN_PROD_SIP_URI:
        return sipsan_read_uri(sc, p, &sc->msg->ruri, SIPSAN_URI_ALONE);
    case SIPSAN_PROD_GENERIC_PARAM:
        end = sipsan_read_param(sc, p, &seen);
        if (end)
            sipsan_param_judge(sc, &seen);
        return taken(p, end);
    case SIPSAN_PROD_REQUEST_LINE:
    case SIPSAN_PROD_STATUS_LINE:
        end = sipsan_read_start_line(sc, p);
        if (sc->msg->request != (production == SIPSAN_PROD_REQUEST_LINE))
            sipsan_fault_at(sc, production, p);
        return end;
    default:
        end = match_piece(production, p);
        if (end)
            return end;
        break;
    }
    sipsan_fault_at(sc, production, p);
    return p;
}

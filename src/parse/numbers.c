/* Header fields that are a number: Max-Forwards, Content-Length, Expires, Min-Expires, RSeq, and
 * the ones that begin with one: Retry-After, Timestamp, MIME-Version. RFC 3261 20, 25.1; RFC
 * 3262 7.1. */
#include "parse/read.h"

/* 1*DIGIT, or the fault of `production`. */
static const char *read_number(struct sipsan_scan *sc, const char *p, struct sipsan_number *out,
                               enum sipsan_production production)
{
    const char *end = sipsan_match_digits(p);

    if (!end) {
        sipsan_fault_at(sc, production, p);
        end = p;
    }
    out->text = span_between(p, end);
    out->value = sipsan_digits_value(p, end);
    out->line = sc->line;
    return end;
}

static const char *value_number(struct sipsan_scan *sc, const char *p, struct sipsan_number *out)
{
    struct sipsan_number again = {0};
    const char *start = p;

    if (out->text.p)
        out = &again; /* a second line: judged, not kept */
    p = read_number(sc, p, out, sc->production);
    p = scan_end(sc, p);
    out->text = trimmed(start, p);
    out->ok = !sc->bad;
    return p;
}

const char *sipsan_value_max_forwards(struct sipsan_scan *sc, const char *p)
{
    return value_number(sc, p, &sc->msg->max_forwards);
}

const char *sipsan_value_content_length(struct sipsan_scan *sc, const char *p)
{
    return value_number(sc, p, &sc->msg->content_length);
}

const char *sipsan_value_expires(struct sipsan_scan *sc, const char *p)
{
    return value_number(sc, p, &sc->msg->expires);
}

const char *sipsan_value_min_expires(struct sipsan_scan *sc, const char *p)
{
    return value_number(sc, p, &sc->msg->min_expires);
}

const char *sipsan_value_rseq(struct sipsan_scan *sc, const char *p)
{
    return value_number(sc, p, &sc->msg->rseq);
}

/* retry-param: "duration" is delta-seconds */
static void judge_retry_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span value = seen->param->value;
    const char *end;

    (void)user;
    if (!WORD_IS(seen->param->name, "duration"))
        return;
    end = value.p ? sipsan_match_digits(value.p) : NULL;
    if (!end || end != value.p + value.n)
        sipsan_fault_at(sc, SIPSAN_PROD_DELTA_SECONDS,
                        end       ? end
                        : value.p ? value.p
                                  : seen->param->name.p);
}

/* delta-seconds [ comment ] *( SEMI retry-param ) */
const char *sipsan_value_retry_after(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_number again = {0}, *out = &sc->msg->retry_after;
    struct sipsan_param *params = NULL;
    const char *q;

    if (out->text.p)
        out = &again;
    p = read_number(sc, p, out, SIPSAN_PROD_RETRY_AFTER);
    q = skip_sws(sc, p);
    if (*q == '(')
        p = sipsan_read_comment(sc, q);
    p = read_param_list(sc, p, &params, judge_retry_param, NULL);
    p = scan_end(sc, p);
    out->ok = !sc->bad;
    return p;
}

/* *(DIGIT) [ "." *(DIGIT) ] */
static const char *skip_decimal(const char *p)
{
    while (is_digit(*p))
        p++;
    if (*p == '.')
        for (p++; is_digit(*p); p++)
            ;
    return p;
}

/* 1*DIGIT [ "." *DIGIT ] [ LWS delay ] */
const char *sipsan_value_timestamp(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_timestamp again = {0}, *out = &sc->msg->timestamp;
    const char *start = p, *end;

    if (out->text.p)
        out = &again;
    if (!is_digit(*p))
        sipsan_fault_at(sc, SIPSAN_PROD_TIMESTAMP, p);
    end = skip_decimal(p);
    out->value = span_between(p, end);
    p = skip_sws(sc, end);
    if (p != end && !at_end(sc, p)) {
        end = skip_decimal(p);
        out->delay = span_between(p, end);
        p = end;
    }
    p = scan_end(sc, p);
    out->text = trimmed(start, p);
    out->ok = !sc->bad;
    return p;
}

/* 1*DIGIT "." 1*DIGIT */
const char *sipsan_value_mime_version(struct sipsan_scan *sc, const char *p)
{
    const char *end = sipsan_match_digits(p);

    if (end && *end == '.') {
        p = end + 1;
        end = sipsan_match_digits(p);
    } else {
        p = end ? end : p;
        end = NULL;
    }
    if (!end)
        sipsan_fault_at(sc, SIPSAN_PROD_MIME_VERSION, p);
    return scan_end(sc, end ? end : p);
}

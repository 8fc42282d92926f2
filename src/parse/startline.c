/* Request-Line and Status-Line: RFC 3261 7.1, 7.2, 25.1; and the look of one, for sniffing.
 *
 * A line that is not what the grammar says is cut at its white space: first word, last word, and
 * the rest between them. */
#include "parse/read.h"

#define SNIFF_MAX 8192 /* a start line longer than this is not looked for */

static bool starts_version(const char *p)
{
    return WORD_IS(((struct sipsan_span){p, 4}), "sip/");
}

static const char *start_line_lim(struct sipsan_scan *sc, const char *p)
{
    while (!at_end(sc, p))
        p++;
    sc->line_lim = p;
    return p;
}

/* The last word of the line that is not before p. */
static const char *last_word(const char *p, const char *lim)
{
    const char *q = lim;

    while (q > p && !is_wsp(q[-1]))
        q--;
    return q;
}

static void judge_version(struct sipsan_scan *sc, struct sipsan_span version)
{
    const char *end = sipsan_match_sip_version(version.p);

    if (end == version.p + version.n)
        return;
    if (!end)
        for (end = version.p; version.n >= 4 && end < version.p + 4; end++)
            if (ascii_lower(*end) != "sip/"[end - version.p])
                break;
    sipsan_fault_at(sc, SIPSAN_PROD_SIP_VERSION, end);
}

static const char *skip_wsp(const char *p)
{
    while (is_wsp(*p))
        p++;
    return p;
}

/* Behind the one SP at p; anything else between two words is a fault. */
static const char *skip_one_sp(struct sipsan_scan *sc, const char *p)
{
    const char *q = skip_wsp(p);

    if (*p != ' ')
        sipsan_fault_at(sc, SIPSAN_PROD_REQUEST_LINE, p);
    else if (q - p != 1)
        sipsan_fault_at(sc, SIPSAN_PROD_REQUEST_LINE, p + 1);
    return q;
}

/* First white space from p on, or lim. */
static const char *word_lim(const char *p, const char *lim)
{
    while (p < lim && !is_wsp(*p))
        p++;
    return p;
}

/* Request-URI up to lim, with white space inside for all we know. */
static void broken_ruri(struct sipsan_scan *sc, const char *p, const char *lim)
{
    struct sipsan_uri *ruri = &sc->msg->ruri;
    const char *gap = word_lim(p, lim);
    const char *end;

    if (gap < lim)
        sipsan_fault_at(sc, SIPSAN_PROD_REQUEST_LINE, gap);
    end = sipsan_read_uri(sc, p, ruri, SIPSAN_URI_REQUEST);
    if (end < lim) {
        ruri->text = span_between(p, lim);
        ruri->ok = false;
    }
}

/* What follows the method: Request-URI and SIP-Version, which is the last word if there are two. */
static void broken_rest(struct sipsan_scan *sc, const char *p, const char *end)
{
    struct sipsan_msg *msg = sc->msg;
    const char *version = last_word(p, end);
    const char *uri_lim = version;

    if (version == p) {
        broken_ruri(sc, p, end);
        sipsan_fault_at(sc, SIPSAN_PROD_REQUEST_LINE, end);
        return;
    }
    while (is_wsp(uri_lim[-1]))
        uri_lim--;
    broken_ruri(sc, p, uri_lim);
    skip_one_sp(sc, uri_lim);
    msg->version = span_between(version, end);
    judge_version(sc, msg->version);
}

/* A Request-Line that does not fit, cut at its white space. p: its start. */
static SIPSAN_COLD const char *broken_request(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;
    const char *lim = start_line_lim(sc, p);
    const char *end = lim, *q;

    if (is_wsp(*p))
        sipsan_fault_at(sc, SIPSAN_PROD_REQUEST_LINE, p);
    p = skip_wsp(p);
    while (end > p && is_wsp(end[-1]))
        end--;
    msg->method = span_between(p, word_lim(p, end));
    q = sipsan_match_token(p);
    if (q != p + msg->method.n)
        sipsan_fault_at(sc, SIPSAN_PROD_METHOD, q ? q : p);
    p = skip_one_sp(sc, p + msg->method.n);
    if (p < end)
        broken_rest(sc, p, end);
    if (end != lim)
        sipsan_fault_at(sc, SIPSAN_PROD_REQUEST_LINE, end);
    return lim;
}

/* Method SP Request-URI SP SIP-Version */
static const char *read_request(struct sipsan_scan *sc, const char *start)
{
    struct sipsan_msg *msg = sc->msg;
    const char *p = sipsan_match_token(start);
    const char *q;

    msg->request = true;
    if (p && *p == ' ' && !is_wsp(p[1])) {
        msg->method = span_between(start, p);
        q = sipsan_read_uri(sc, p + 1, &msg->ruri, SIPSAN_URI_REQUEST);
        if (q[0] == ' ') {
            p = q + 1;
            q = sipsan_match_sip_version(p);
            if (q && at_end(sc, q)) {
                msg->version = span_between(p, q);
                return q;
            }
        }
        /* the cut below reads it all again */
        msg->ruri = (struct sipsan_uri){.port = -1};
        msg->fault_count = msg->faults_lost = 0;
        next_value(sc);
    }
    return broken_request(sc, start);
}

/* A Status-Line with nothing odd in it: its end, else NULL and nothing is taken. */
static const char *plain_status(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;
    const char *q = sipsan_match_sip_version(p), *code = q ? q + 1 : p, *end;

    if (!q || *q != ' ' || code[0] == '0' || sipsan_match_digits(code) != code + 3 ||
        code[3] != ' ')
        return NULL;
    end = sipsan_match_reason_text(code + 4);
    end = end ? end : code + 4;
    if (!at_end(sc, end))
        return NULL;
    msg->version = span_between(p, q);
    msg->status = (int)sipsan_digits_value(code, code + 3);
    msg->reason = span_between(code + 4, end);
    return end;
}

/* SIP-Version SP Status-Code SP Reason-Phrase */
static SIPSAN_COLD const char *broken_status(struct sipsan_scan *sc, const char *p)
{
    struct sipsan_msg *msg = sc->msg;
    const char *lim = start_line_lim(sc, p);
    const char *q = p;

    while (q < lim && !is_wsp(*q))
        q++;
    msg->version = span_between(p, q);
    judge_version(sc, msg->version);
    p = skip_wsp(q);
    if (p - q != 1 || *q != ' ')
        sipsan_fault_at(sc, SIPSAN_PROD_STATUS_LINE, p == q ? p : q + (*q == ' '));
    q = sipsan_match_digits(p);
    if (q && q - p == 3 && *p != '0' && (is_wsp(*q) || q == lim)) {
        msg->status = (int)sipsan_digits_value(p, q);
    } else {
        sipsan_fault_at(sc, SIPSAN_PROD_STATUS_LINE, p);
        for (q = p; q < lim && !is_wsp(*q); q++)
            ;
    }
    if (q == lim || *q != ' ') {
        sipsan_fault_at(sc, SIPSAN_PROD_STATUS_LINE, q);
        p = skip_wsp(q);
    } else {
        p = q + 1;
    }
    msg->reason = span_between(p, lim);
    q = p == lim ? p : sipsan_match_reason_text(p);
    if (q != lim)
        sipsan_fault_at(sc, SIPSAN_PROD_REASON_PHRASE, q ? q : p);
    return lim;
}

static const char *read_status(struct sipsan_scan *sc, const char *p)
{
    const char *end = plain_status(sc, p);

    return end ? end : broken_status(sc, p);
}

const char *sipsan_read_start_line(struct sipsan_scan *sc, const char *p)
{
    bool status = sc->lim - p >= 4 && starts_version(p);
    const char *end = status ? read_status(sc, p) : read_request(sc, p);

    sc->msg->start_line = span_between(p, end);
    return end;
}

/* Digits, or what a sender who means SIP might write there: at p within n octets. */
static bool version_like(const char *p, size_t n)
{
    size_t i = 4;

    if (n < 5 || !starts_version(p))
        return false;
    while (i < n && (is_digit(p[i]) || p[i] == '.'))
        i++;
    return i > 4 && is_digit(p[4]);
}

bool sipsan_msg_sniff(const char *p, size_t n)
{
    const char *lim, *end, *q;

    if (n < 5)
        return false;
    lim = p + (n < SNIFF_MAX ? n : SNIFF_MAX);
    end = memchr(p, '\n', (size_t)(lim - p));
    end = end ? end : lim;
    q = memchr(p, '\r', (size_t)(end - p));
    end = q ? q : end;
    /* Status-Line: version, white space, digits */
    if (version_like(p, (size_t)(end - p))) {
        for (q = p; q < end && !is_wsp(*q); q++)
            ;
        while (q < end && is_wsp(*q))
            q++;
        return q < end && is_digit(*q);
    }
    if (end == lim && n > SNIFF_MAX)
        return false;
    /* Request-Line: words, the first printable, the last a version */
    while (end > p && is_wsp(end[-1]))
        end--;
    q = last_word(p, end);
    if (q == p || !version_like(q, (size_t)(end - q)))
        return false;
    end = q;
    while (p < end && is_wsp(*p))
        p++;
    for (q = p; q < end && !is_wsp(*q); q++)
        if ((unsigned char)*q <= ' ' || (unsigned char)*q >= 0x7F)
            return false;
    return q > p && q < end;
}

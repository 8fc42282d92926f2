/* Parameters that later RFCs gave to Via: comp (RFC 3486 8), sigcomp-id (RFC 5049 9.1), alias (RFC
 * 5923 7), keep (RFC 6223 8.2), oc, oc-algo, oc-seq, oc-validity (RFC 7339 9), received-realm (RFC
 * 8055 5.6.2). The ones of RFC 3261 and RFC 3581 are in via.c. */
#include "parse/read.h"

static void fault_of(struct sipsan_scan *sc, const struct sipsan_param_seen *seen,
                     enum sipsan_production production, const char *stop)
{
    struct sipsan_span value = seen->param->value;

    sipsan_fault_at(sc, production, stop ? stop : value.p ? value.p : seen->param->name.p);
}

/* 1*DIGIT, or no value at all. */
static void judge_optional_digits(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                                  enum sipsan_production production)
{
    struct sipsan_span value = seen->param->value;
    const char *end;

    if (seen->form == SIPSAN_PARAM_ALONE)
        return;
    end = sipsan_match_digits(value.p);
    if (!end || end != value.p + value.n)
        fault_of(sc, seen, production, end);
}

static void judge_alias(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    if (seen->form != SIPSAN_PARAM_ALONE)
        fault_of(sc, seen, SIPSAN_PROD_VIA_ALIAS, NULL);
}

static void judge_keep(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    judge_optional_digits(sc, seen, SIPSAN_PROD_VIA_KEEP);
}

static void judge_oc(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    judge_optional_digits(sc, seen, SIPSAN_PROD_VIA_OC);
}

/* 1*12DIGIT "." 1*5DIGIT */
static void judge_oc_seq(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    struct sipsan_span value = seen->param->value;
    const char *dot = value.p ? sipsan_match_digits(value.p) : NULL;
    const char *end =
        dot && dot - value.p <= 12 && *dot == '.' ? sipsan_match_digits(dot + 1) : NULL;

    if (!end || end - dot > 6 || end != value.p + value.n)
        fault_of(sc, seen, SIPSAN_PROD_VIA_OC, end ? end : dot);
}

/* DQUOTE algo-list *(COMMA algo-list) DQUOTE: words of letters and digits, which may be empty. */
static void judge_oc_algo(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    struct sipsan_span text = sipsan_unquoted(seen->param->value);

    if (seen->form != SIPSAN_PARAM_QUOTED) {
        fault_of(sc, seen, SIPSAN_PROD_VIA_OC, NULL);
        return;
    }
    for (size_t i = 0; i < text.n; i++) {
        char c = ascii_lower(text.p[i]);

        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != ',' && !is_wsp(c) && !is_crlf(c)) {
            fault_of(sc, seen, SIPSAN_PROD_VIA_OC, text.p + i);
            return;
        }
    }
}

/* "sigcomp" or another token */
static void judge_comp(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    if (seen->form != SIPSAN_PARAM_TOKEN)
        fault_of(sc, seen, SIPSAN_PROD_COMPRESSION, seen->stop);
}

/* A quoted-string that holds a URN. */
static void judge_sigcomp_id(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    if (seen->form != SIPSAN_PARAM_QUOTED ||
        !sipsan_span_starts_nocase(sipsan_unquoted(seen->param->value), SPAN_LIT("urn:")))
        fault_of(sc, seen, SIPSAN_PROD_SIGCOMP_ID, NULL);
}

/* base64-char as RFC 8055 has it, and the two octets that a JWS writes in their place (RFC 7515
 * uses the alphabet for URLs). */
static const char *skip_base64(const char *p)
{
    for (;; p++) {
        char c = ascii_lower(*p);

        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '/' && c != '+' && c != '-' && c != '_')
            return p;
    }
}

/* LDQUOT op-id COLON header ".." signature RDQUOT */
static void judge_received_realm(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    struct sipsan_span text = sipsan_unquoted(seen->param->value);
    const char *end = NULL, *p;

    if (seen->form != SIPSAN_PARAM_QUOTED) {
        fault_of(sc, seen, SIPSAN_PROD_VIA_RECEIVED_REALM, NULL);
        return;
    }
    p = skip_sws(sc, text.p);
    end = sipsan_match_token(p);
    p = end ? skip_sws(sc, end) : p;
    if (!end || *p != ':') {
        fault_of(sc, seen, SIPSAN_PROD_VIA_RECEIVED_REALM, p);
        return;
    }
    p = skip_sws(sc, p + 1);
    end = skip_base64(p);
    if (end > p && end[0] == '.' && end[1] == '.') {
        p = end + 2;
        end = skip_base64(p);
        if (end > p && skip_sws(sc, end) == text.p + text.n)
            return;
    }
    fault_of(sc, seen, SIPSAN_PROD_VIA_RECEIVED_REALM, end);
}

static const struct {
    struct sipsan_span name;
    void (*judge)(struct sipsan_scan *sc, struct sipsan_param_seen *seen);
} known[] = {
    {{"alias", 5}, judge_alias},
    {{"keep", 4}, judge_keep},
    {{"oc", 2}, judge_oc},
    {{"oc-validity", 11}, judge_oc},
    {{"oc-seq", 6}, judge_oc_seq},
    {{"oc-algo", 7}, judge_oc_algo},
    {{"comp", 4}, judge_comp},
    {{"sigcomp-id", 10}, judge_sigcomp_id},
    {{"received-realm", 14}, judge_received_realm},
};

void sipsan_judge_via_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (sipsan_span_eq_nocase(known[i].name, seen->param->name)) {
            known[i].judge(sc, seen);
            return;
        }
}

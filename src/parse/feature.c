/* Feature parameters and what else later RFCs put behind a Contact; the header fields for caller
 * preferences. RFC 3840 9, RFC 3841 10, RFC 5626 10, RFC 5627 7, RFC 7044 5. */
#include "parse/feature.h"
#include "parse/shape.h"
#include "parse/uri.h"

/* base-tags of RFC 3840 */
static bool is_base_tag(struct sipsan_span name)
{
    switch (name.n) {
    case 4:
        return sipsan_word_listed("data type text", name);
    case 5:
        return sipsan_word_listed("audio class video actor", name);
    case 6:
        return sipsan_word_listed("duplex events", name);
    case 7:
        return sipsan_word_listed("control methods schemes isfocus", name);
    case 8:
        return sipsan_word_listed("automata mobility priority language", name);
    case 10:
        return sipsan_word_listed("extensions", name);
    case 11:
        return sipsan_word_listed("description application", name);
    default:
        return false;
    }
}

/* string-value = "<" *(qdtext-no-abkt / quoted-pair ) ">" between p and lim; the quoted-string
 * around it has been judged. NULL or what is wrong. */
static const char *broken_string(const char *p, const char *lim)
{
    for (p++; p < lim && *p != '>' && *p != '<'; p++)
        if (*p == '\\' && p + 1 < lim)
            p++;
    if (p == lim || *p != '>')
        return p;
    return p + 1 == lim ? NULL : p + 1;
}

/* LDQUOT (tag-value-list / string-value ) RDQUOT */
static const char *broken_feature(struct sipsan_span value)
{
    const char *p, *lim;

    if (value.n < 2 || value.p[0] != '"' || value.p[value.n - 1] != '"')
        return value.p;
    p = value.p + 1;
    lim = value.p + value.n - 1;
    if (*p == '<')
        return broken_string(p, lim);
    for (;; p++) {
        const char *end = sipsan_match_tag_value(p);

        if (!end || (*end != ',' && end != lim))
            return end ? end : p;
        if (end == lim)
            return NULL;
        p = end;
    }
}

void sipsan_judge_feature(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span name = seen->param->name, value = seen->param->value;
    const char *wrong;

    (void)user;
    if (name.n > 0 && *name.p == '+') {
        wrong = sipsan_match_ftag_name(name.p + 1);
        if (wrong != name.p + name.n) {
            sipsan_fault_at(sc, SIPSAN_PROD_FEATURE_PARAM, wrong ? wrong : name.p + 1);
            return;
        }
    } else if (!is_base_tag(name)) {
        return;
    }
    wrong = value.p ? broken_feature(value) : NULL;
    if (wrong)
        sipsan_fault_at(sc, SIPSAN_PROD_FEATURE_PARAM, wrong);
}

/* c-p-reg = "reg-id" EQUAL 1*DIGIT ; 1 to (2^31 - 1) */
static void judge_reg_id(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    const char *end = value.p ? sipsan_match_digits(value.p) : NULL;
    uint64_t number;

    if (!end || end != value.p + value.n) {
        sipsan_fault_at(sc, SIPSAN_PROD_REG_ID, end ? end : value.p ? value.p : param->name.p);
        return;
    }
    number = sipsan_digits_value(value.p, end);
    if (number == 0 || number > INT32_MAX)
        sipsan_fault_at(sc, SIPSAN_PROD_REG_ID, value.p);
}

/* c-p-instance = "+sip.instance" EQUAL DQUOTE "<" 1*uric ">" DQUOTE */
static void judge_instance(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    const char *end, *wrong = value.p ? value.p : param->name.p;

    if (value.n > 1 && value.p[0] == '"') {
        wrong = value.p + 1;
        end = *wrong == '<' ? sipsan_match_uric(wrong + 1) : NULL;
        if (end && end[0] == '>' && end[1] == '"' && end + 2 == value.p + value.n)
            return;
        if (end)
            wrong = *end == '>' ? end + 1 : end;
        else if (*wrong == '<')
            wrong++;
    }
    sipsan_fault_at(sc, SIPSAN_PROD_SIP_INSTANCE, wrong);
}

/* A quoted-string without its quotes and backslashes. */
static struct sipsan_span unescaped(struct sipsan_scan *sc, struct sipsan_span quoted)
{
    struct sipsan_span text = sipsan_unquoted(quoted);
    char *copy;
    size_t n = 0;

    if (text.n == 0 || !memchr(text.p, '\\', text.n))
        return text;
    copy = sipsan_arena_alloc(sc->arena, text.n);
    if (!copy) {
        sc->nomem = true;
        return (struct sipsan_span){text.p, 0};
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\\' && i + 1 < text.n)
            i++;
        copy[n++] = text.p[i];
    }
    return (struct sipsan_span){copy, n};
}

/* temp-gruu, pub-gruu = name EQUAL quoted-string, and in it a SIP URI. */
static void judge_gruu(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    struct sipsan_span value = param->value;
    struct sipsan_uri uri;

    if (!value.p || *value.p != '"') {
        sipsan_fault_at(sc, SIPSAN_PROD_GRUU, value.p ? value.p : param->name.p);
        return;
    }
    if (sipsan_uri_read(&uri, sc->arena, unescaped(sc, value)) != SIPSAN_OK)
        sc->nomem = true;
    else if (!uri.ok || uri.scheme > SIPSAN_SCHEME_SIPS)
        sipsan_fault_at(sc, SIPSAN_PROD_GRUU, value.p + 1);
}

/* rc-param, mp-param, np-param: the entry of History-Info that the target comes from */
static void judge_index(struct sipsan_scan *sc, const struct sipsan_param *param)
{
    const char *wrong = param->value.p ? sipsan_form_index(sc, param->value) : param->name.p;

    if (wrong)
        sipsan_fault_at(sc, SIPSAN_PROD_HISTORY_INFO, wrong);
}

void sipsan_judge_contact_extension(struct sipsan_scan *sc, struct sipsan_param_seen *seen,
                                    void *user)
{
    struct sipsan_span name = seen->param->name;

    if (WORD_IS(name, "+sip.instance"))
        judge_instance(sc, seen->param);
    else if (WORD_IS(name, "reg-id"))
        judge_reg_id(sc, seen->param);
    else if (WORD_IS(name, "pub-gruu") || WORD_IS(name, "temp-gruu"))
        judge_gruu(sc, seen->param);
    else if (WORD_IS(name, "rc") || WORD_IS(name, "mp") || WORD_IS(name, "np"))
        judge_index(sc, seen->param);
    else
        sipsan_judge_feature(sc, seen, user);
}

static const struct sipsan_shape_param accept_contact_params[] = {
    {SIPSAN_PARAM("require", NULL)},
    {SIPSAN_PARAM("explicit", NULL)},
};

const struct sipsan_shape sipsan_shape_accept_contact = {
    .element = sipsan_element_star,
    SIPSAN_PARAMS(accept_contact_params),
    .list = true,
    .others = sipsan_judge_feature,
};

const struct sipsan_shape sipsan_shape_reject_contact = {
    .element = sipsan_element_star,
    .list = true,
    .others = sipsan_judge_feature,
};

/* Not extensible, on purpose (RFC 3841 9.1). */
const struct sipsan_shape sipsan_shape_request_disposition = {
    .element = sipsan_element_words,
    .words = "proxy redirect cancel no-cancel fork no-fork recurse no-recurse parallel sequential "
             "queue no-queue",
    .list = true,
    .bare = true,
};

/* name-addr and addr-spec: From, To, Contact, Route, Record-Route, Reply-To. RFC 3261 20.10, 20.20,
 * 20.30, 20.31, 20.34, 20.39, 25.1. */
#include "parse/feature.h"

/* The LAQUOT of this value, p included; NULL when there is none before its end. */
static const char *find_laquot(struct sipsan_scan *sc, const char *p, bool listed)
{
    const char *lim = sipsan_scan_line_lim(sc, p);

    while (p < lim && *p != '<' && !(listed && *p == ','))
        p++;
    return p < lim && *p == '<' ? p : NULL;
}

/* [ display-name ] up to the '<', which is NULL when there is none. Section 20.10 lets the white
 * space between a token and the '<' be absent, which 25.1 does not. */
static const char *read_display(struct sipsan_scan *sc, const char *p, struct sipsan_name_addr *out,
                                bool listed)
{
    const char *end = p, *next;

    if (*p == '"') {
        end = sipsan_read_quoted(sc, p);
        next = skip_sws(sc, end);
        if (*next != '<' && sc->bad && end[-1] != '"')
            next = p + 1; /* never closed: the '<' may stand inside */
    } else {
        const char *q;

        for (next = p; (q = sipsan_match_token(next)); next = skip_sws(sc, q))
            end = q;
    }
    if (*next != '<') {
        const char *at = next;

        next = find_laquot(sc, at, listed);
        if (!next) {
            if (*p == '"')
                sipsan_fault_at(sc, SIPSAN_PROD_NAME_ADDR, at);
            return NULL;
        }
        sipsan_fault_at(sc, SIPSAN_PROD_NAME_ADDR, at);
        end = next;
    }
    out->display = trimmed(p, end);
    return next;
}

/* "<" addr-spec ">" at the '<'. */
static const char *read_brackets(struct sipsan_scan *sc, const char *p,
                                 struct sipsan_name_addr *out)
{
    const char *start = p + 1;

    out->brackets = true;
    p = skip_sws(sc, start);
    if (p != start)
        sipsan_fault_at(sc, SIPSAN_PROD_NAME_ADDR, start);
    p = sipsan_read_uri(sc, p, &out->uri, SIPSAN_URI_BRACKETS);
    if (*p == '>')
        return p + 1;
    sipsan_fault_at(sc, SIPSAN_PROD_NAME_ADDR, p);
    return p;
}

const char *sipsan_read_addr(struct sipsan_scan *sc, const char *p, struct sipsan_name_addr *out,
                             bool plain, bool listed)
{
    const char *laquot = p;
    const char *end;

    out->line = sc->line;
    out->text = (struct sipsan_span){p, 0};
    if (*p != '<') {
        end = sipsan_match_scheme(p);
        laquot = end ? NULL : read_display(sc, p, out, listed);
    }
    if (laquot)
        return read_brackets(sc, laquot, out);
    if (!plain || at_end(sc, p) || *p == ',' || *p == ';')
        sipsan_fault_at(sc, sc->production, p);
    if (at_end(sc, p))
        return p;
    end = sipsan_read_uri(sc, p, &out->uri, listed ? SIPSAN_URI_LISTED : SIPSAN_URI_PLAIN);
    /* "Name: more <sip:...>" begins like a URI */
    laquot = skip_sws(sc, end);
    if (*laquot != ';' && *laquot != ',' && !at_end(sc, laquot)) {
        laquot = find_laquot(sc, laquot, listed);
        if (laquot) {
            sipsan_fault_at(sc, SIPSAN_PROD_NAME_ADDR, end);
            out->display = trimmed(p, laquot);
            out->uri = (struct sipsan_uri){0};
            return read_brackets(sc, laquot, out);
        }
    }
    return end;
}

/* tag-param = "tag" EQUAL token */
static void take_tag(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_name_addr *out = user;

    if (!WORD_IS(seen->param->name, "tag"))
        return;
    if (seen->form != SIPSAN_PARAM_TOKEN) {
        struct sipsan_span value = seen->param->value;

        sipsan_fault_at(sc, SIPSAN_PROD_TOKEN,
                        seen->stop ? seen->stop
                        : value.p  ? value.p
                                   : seen->param->name.p);
    }
    /* a second one is a generic-param to the grammar, and breaks 7.3.1 */
    if (!out->tag.p && seen->param->value.p)
        out->tag = seen->param->value;
}

/* c-p-q and c-p-expires */
static void judge_contact_param(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    struct sipsan_span name = seen->param->name, value = seen->param->value;
    const char *end;

    (void)user;
    if (WORD_IS(name, "q")) {
        end = value.p ? sipsan_match_qvalue(value.p) : NULL;
        if (!end || end != value.p + value.n)
            sipsan_fault_at(sc, SIPSAN_PROD_QVALUE, end ? end : value.p ? value.p : name.p);
    } else if (WORD_IS(name, "expires")) {
        end = value.p ? sipsan_match_digits(value.p) : NULL;
        if (!end || end != value.p + value.n)
            sipsan_fault_at(sc, SIPSAN_PROD_DELTA_SECONDS, end ? end : value.p ? value.p : name.p);
    } else if (!sc->limits->only_3261) {
        sipsan_judge_contact_extension(sc, seen, NULL);
    }
}

static void close_addr(struct sipsan_scan *sc, struct sipsan_name_addr *out, const char *end)
{
    out->text = trimmed(out->text.p, end);
    out->ok = !sc->bad;
}

static const char *value_single(struct sipsan_scan *sc, const char *p, struct sipsan_name_addr *out,
                                sipsan_param_fn *fn)
{
    struct sipsan_name_addr again = {0};

    if (out->text.p)
        out = &again; /* a second line: judged, not kept */
    p = sipsan_read_addr(sc, p, out, true, false);
    p = sipsan_read_params(sc, p, &out->params, fn, out);
    p = sipsan_scan_end(sc, p);
    close_addr(sc, out, p);
    return p;
}

const char *sipsan_value_from(struct sipsan_scan *sc, const char *p)
{
    return value_single(sc, p, &sc->msg->from, take_tag);
}

const char *sipsan_value_to(struct sipsan_scan *sc, const char *p)
{
    return value_single(sc, p, &sc->msg->to, take_tag);
}

const char *sipsan_value_reply_to(struct sipsan_scan *sc, const char *p)
{
    return value_single(sc, p, &sc->msg->reply_to, NULL);
}

/* STAR, which is a Contact alone; a name-addr may begin with "*" too, since that is a token. first:
 * no value stands before it in this row (rows together are the business of 7.3). */
static const char *read_star(struct sipsan_scan *sc, const char *p, struct sipsan_name_addr *out,
                             bool first)
{
    const char *end = skip_sws(sc, p + 1);
    bool alone = *end == ',' || *end == ';' || at_end(sc, end);

    if (!alone && find_laquot(sc, end, true))
        return sipsan_read_addr(sc, p, out, true, true);
    out->line = sc->line;
    out->text = (struct sipsan_span){p, 0};
    out->star = true;
    if (!first)
        sipsan_fault_at(sc, SIPSAN_PROD_CONTACT, p);
    else if (!at_end(sc, end))
        sipsan_fault_at(sc, SIPSAN_PROD_CONTACT, alone ? p : end);
    return end;
}

static const char *value_list(struct sipsan_scan *sc, const char *p,
                              struct sipsan_name_addr ***tail, bool plain, sipsan_param_fn *fn)
{
    bool more, first = true;

    do {
        struct sipsan_name_addr *out = sipsan_scan_alloc(sc, sizeof(*out));

        if (!out)
            return sipsan_scan_line_lim(sc, p);
        next_value(sc);
        p = skip_sws(sc, p);
        p = *p == '*' && fn == judge_contact_param ? read_star(sc, p, out, first)
                                                   : sipsan_read_addr(sc, p, out, plain, true);
        p = sipsan_read_params(sc, p, &out->params, fn, out);
        more = sipsan_scan_more(sc, &p);
        close_addr(sc, out, more ? p - 1 : p);
        **tail = out;
        *tail = &out->next;
        if (fn == judge_contact_param)
            sc->msg->contact_count++;
        first = false;
    } while (more);
    return p;
}

const char *sipsan_value_contact(struct sipsan_scan *sc, const char *p)
{
    return value_list(sc, p, &sc->contact_tail, true, judge_contact_param);
}

const char *sipsan_value_route(struct sipsan_scan *sc, const char *p)
{
    return value_list(sc, p, &sc->route_tail, false, NULL);
}

const char *sipsan_value_record_route(struct sipsan_scan *sc, const char *p)
{
    return value_list(sc, p, &sc->record_route_tail, false, NULL);
}

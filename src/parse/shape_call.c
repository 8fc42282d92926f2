/* Header fields about a call and the way to it: Privacy (RFC 3323 4.2), Reason (RFC 3326 2, RFC
 * 8606 4), Session-Expires and Min-SE (RFC 4028 4, 5), Answer-Mode and Priv-Answer-Mode (RFC 5373
 * 2), Info-Package and Recv-Info (RFC 6086 9.2), Content-ID (RFC 8262 3.2), Path (RFC 3327 4),
 * Service-Route (RFC 3608 5), Max-Breadth (RFC 5393 5.8), Flow-Timer (RFC 5626 10). */
#include "parse/shape.h"

/* *(";" priv-value): read as parameters without values. The semicolon is the bare one, so there is
 * no white space around it. */
static void judge_priv_value(struct sipsan_scan *sc, struct sipsan_param_seen *seen, void *user)
{
    const char *p = seen->param->name.p;

    (void)user;
    while (p[-1] != ';')
        p--;
    if (p != seen->param->name.p)
        sipsan_fault_at(sc, own(sc), p);
    else if (is_wsp(p[-2]) || is_crlf(p[-2]))
        sipsan_fault_at(sc, own(sc), p - 2);
    if (seen->form != SIPSAN_PARAM_ALONE)
        sipsan_fault_at(sc, own(sc), seen->param->name.p + seen->param->name.n);
}

const struct sipsan_shape sipsan_shape_privacy = {
    .element = sipsan_element_token,
    .others = judge_priv_value,
};

/* isup-location-value of RFC 8606 */
#define LOCATIONS "u lpn ln tn rln rpn loc-6 intl loc-8 loc-9 bi loc-11 loc-12 loc-13 loc-14 loc-15"

static const struct sipsan_shape_param reason_params[] = {
    {SIPSAN_PARAM("cause", sipsan_form_number)},
    {SIPSAN_PARAM("text", sipsan_form_quoted)},
    {SIPSAN_PARAM("location", NULL), .words = LOCATIONS, .production = SIPSAN_PROD_ISUP_LOCATION},
};

const struct sipsan_shape sipsan_shape_reason = {
    .element = sipsan_element_token,
    SIPSAN_PARAMS(reason_params),
    .list = true,
};

static const struct sipsan_shape_param session_params[] = {
    {SIPSAN_PARAM("refresher", NULL), .words = "uac uas"},
};

const struct sipsan_shape sipsan_shape_session_expires = {
    .element = sipsan_element_number,
    SIPSAN_PARAMS(session_params),
};

const struct sipsan_shape sipsan_shape_min_se = {
    .element = sipsan_element_number,
};

static const struct sipsan_shape_param answer_mode_params[] = {
    {SIPSAN_PARAM("require", NULL)},
};

const struct sipsan_shape sipsan_shape_answer_mode = {
    .element = sipsan_element_token,
    SIPSAN_PARAMS(answer_mode_params),
};

const struct sipsan_shape sipsan_shape_info_package = {
    .element = sipsan_element_token,
};

const struct sipsan_shape sipsan_shape_recv_info = {
    .element = sipsan_element_token,
    .list = true,
    .empty = true,
};

/* no-fold-literal, whose inside is dtext: behind the "]", or *stop. */
static const char *literal_end(const char *p, const char **stop)
{
    for (p++; *p >= '!' && *p <= '~' && *p != '[' && *p != ']' && *p != '\\'; p++)
        ;
    *stop = p;
    return *p == ']' ? p + 1 : NULL;
}

/* msg-id = "<" id-left "@" id-right ">", without the forms of RFC 5322 that are obsolete. */
static const char *msg_id(struct sipsan_scan *sc, const char *p, struct sipsan_value *out)
{
    const char *start = p, *stop = p, *end = NULL;

    if (*p == '<') {
        stop = p + 1;
        end = sipsan_match_dot_atom_text(stop);
    }
    if (end) {
        stop = end;
        end = *end == '@' ? end + 1 : NULL;
    }
    if (end) {
        stop = end;
        end = *end == '[' ? literal_end(end, &stop) : sipsan_match_dot_atom_text(end);
    }
    if (end) {
        stop = end;
        end = *end == '>' ? end + 1 : NULL;
    }
    if (!end) {
        sipsan_fault_at(sc, own(sc), stop);
        end = sipsan_scan_line_lim(sc, p);
    }
    out->head = trimmed(start, end);
    return end;
}

const struct sipsan_shape sipsan_shape_content_id = {
    .element = msg_id,
    .bare = true,
};

/* path-value and sr-value: name-addr *( SEMI rr-param ) */
const struct sipsan_shape sipsan_shape_route_list = {
    .element = sipsan_element_name_addr,
    .list = true,
};

const struct sipsan_shape sipsan_shape_number = {
    .element = sipsan_element_number,
    .bare = true,
};

/* libosip2: what its transaction layer asks for is a Via, From, To, Call-ID and CSeq. */
#include <stdlib.h>
#include <string.h>

#include <osipparser2/osip_parser.h>

#include "facts.h"

static bool start(void)
{
    return parser_init() == 0;
}

static void set_tag(struct diff_facts *out, enum diff_fact fact, osip_from_t *from)
{
    osip_generic_param_t *tag = NULL;

    osip_from_get_tag(from, &tag);
    diff_set_text(out, fact, tag ? tag->gvalue : NULL);
}

static void set_via(struct diff_facts *out, osip_message_t *m)
{
    osip_via_t *via = osip_list_get(&m->vias, 0);
    osip_generic_param_t *branch = NULL;

    diff_set_number(out, DIFF_VIAS, (uint64_t)osip_list_size(&m->vias));
    if (!via)
        return;
    osip_via_param_get_byname(via, (char *)"branch", &branch);
    diff_set_text(out, DIFF_BRANCH, branch ? branch->gvalue : NULL);
    if (via->host)
        diff_set_host(out, DIFF_VIA_HOST, via->host, strlen(via->host));
}

/* Those that it knows have members of their own, the others stand in `headers`. */
static uint64_t fields(const osip_message_t *m)
{
    const osip_list_t *lists[] = {
        &m->accepts,
        &m->accept_encodings,
        &m->accept_languages,
        &m->alert_infos,
        &m->allows,
        &m->authentication_infos,
        &m->authorizations,
        &m->call_infos,
        &m->contacts,
        &m->content_encodings,
        &m->error_infos,
        &m->proxy_authenticates,
        &m->proxy_authentication_infos,
        &m->proxy_authorizations,
        &m->record_routes,
        &m->routes,
        &m->vias,
        &m->www_authenticates,
        &m->headers,
    };
    uint64_t n = (uint64_t) !!m->from + !!m->to + !!m->call_id + !!m->cseq + !!m->content_type +
                 !!m->mime_version;

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        n += (uint64_t)osip_list_size(lists[i]);
    return n;
}

static void set_facts(struct diff_facts *out, osip_message_t *m)
{
    osip_body_t *body = osip_list_get(&m->bodies, 0);
    char *call_id = NULL;

    if (MSG_IS_REQUEST(m)) {
        diff_set_text(out, DIFF_REQUEST, "request");
        diff_set_text(out, DIFF_METHOD, m->sip_method);
        if (m->req_uri && m->req_uri->host)
            diff_set_host(out, DIFF_HOST, m->req_uri->host, strlen(m->req_uri->host));
    } else {
        diff_set_number(out, DIFF_REQUEST, (uint64_t)m->status_code);
    }
    set_via(out, m);
    if (m->call_id && osip_call_id_to_str(m->call_id, &call_id) == 0)
        diff_set_text(out, DIFF_CALL_ID, call_id);
    osip_free(call_id);
    if (m->cseq) {
        diff_set_text(out, DIFF_CSEQ, m->cseq->number);
        diff_set_text(out, DIFF_CSEQ_METHOD, m->cseq->method);
    }
    if (m->from)
        set_tag(out, DIFF_FROM_TAG, m->from);
    if (m->to)
        set_tag(out, DIFF_TO_TAG, m->to);
    diff_set_number(out, DIFF_ROUTES, (uint64_t)osip_list_size(&m->routes));
    diff_set_number(out, DIFF_CONTACTS, (uint64_t)osip_list_size(&m->contacts));
    /* A multipart body comes in parts, whose sum is not its length. */
    if (osip_list_size(&m->bodies) <= 1 && !(body && body->headers))
        diff_set_number(out, DIFF_BODY, body ? body->length : 0);
    /* Where there is no Content-Length it makes one, which fits. */
    if (m->content_length && m->content_length->value &&
        strtoull(m->content_length->value, NULL, 10) != (body ? body->length : 0))
        diff_set_text(out, DIFF_LENGTH, m->content_length->value);
}

static void read_message(struct diff_facts *out, const char *p, size_t n)
{
    osip_message_t *m = NULL;

    if (osip_message_init(&m) != 0)
        return;
    if (osip_message_parse(m, p, n) == 0) {
        set_facts(out, m);
        if (diff_has_no_lists(p, n))
            diff_set_number(out, DIFF_FIELDS, fields(m));
        out->accepted = osip_list_size(&m->vias) > 0 && m->from && m->to && m->call_id && m->cseq;
    }
    osip_message_free(m);
}

const struct diff_parser diff_osip = {"libosip2", start, read_message};

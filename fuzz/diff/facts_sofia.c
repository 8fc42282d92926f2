/* Sofia-SIP: accepted is what its own check of sanity lets through. */
#include <string.h>

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/msg_buffer.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_util.h>

#include "facts.h"

static bool start(void)
{
    return sip_default_mclass() != NULL;
}

static void set_via(struct diff_facts *out, const sip_via_t *via)
{
    uint64_t n = 0;

    if (via) {
        diff_set_text(out, DIFF_BRANCH, via->v_branch);
        if (via->v_host)
            diff_set_host(out, DIFF_VIA_HOST, via->v_host, strlen(via->v_host));
    }
    for (; via; via = via->v_next)
        n++;
    diff_set_number(out, DIFF_VIAS, n);
}

static void set_lists(struct diff_facts *out, const sip_t *sip)
{
    uint64_t routes = 0, contacts = 0;

    for (const sip_route_t *r = sip->sip_route; r; r = r->r_next)
        routes++;
    for (const sip_contact_t *m = sip->sip_contact; m; m = m->m_next)
        contacts++;
    diff_set_number(out, DIFF_ROUTES, routes);
    diff_set_number(out, DIFF_CONTACTS, contacts);
}

/* All lines of a list are one field, and each value of another kind of list is: counted where there
 * is neither. False: not to be counted. */
static bool fields(uint64_t *n, const sip_t *sip)
{
    const msg_header_t *h = (const msg_header_t *)sip->sip_request;

    if (!h)
        h = (const msg_header_t *)sip->sip_status;
    for (*n = 0; h; h = h->sh_succ) {
        const msg_hclass_t *class = h->sh_class;

        if (class->hc_kind == msg_kind_list)
            return false;
        *n += class != sip_request_class && class != sip_status_class &&
              class != sip_separator_class && class != sip_payload_class &&
              class != sip_content_length_class;
    }
    return true;
}

/* It copies what it reads, but tells how much of it is left. */
static void set_end(struct diff_facts *out, msg_t *m, const sip_t *sip, size_t n)
{
    size_t left = msg_buf_committed(m) + (sip->sip_payload ? sip->sip_payload->pl_len : 0);

    if (sip->sip_separator && left <= n)
        diff_set_number(out, DIFF_END, n - left);
}

static void set_facts(struct diff_facts *out, const sip_t *sip)
{
    if (sip->sip_request) {
        const char *host = sip->sip_request->rq_url->url_host;

        diff_set_text(out, DIFF_REQUEST, "request");
        diff_set_text(out, DIFF_METHOD, sip->sip_request->rq_method_name);
        if (host)
            diff_set_host(out, DIFF_HOST, host, strlen(host));
    } else if (sip->sip_status) {
        diff_set_number(out, DIFF_REQUEST, (uint64_t)sip->sip_status->st_status);
    }
    set_via(out, sip->sip_via);
    diff_set_text(out, DIFF_CALL_ID, sip->sip_call_id ? sip->sip_call_id->i_id : NULL);
    if (sip->sip_cseq) {
        diff_set_number(out, DIFF_CSEQ, sip->sip_cseq->cs_seq);
        diff_set_text(out, DIFF_CSEQ_METHOD, sip->sip_cseq->cs_method_name);
    }
    diff_set_text(out, DIFF_FROM_TAG, sip->sip_from ? sip->sip_from->a_tag : NULL);
    diff_set_text(out, DIFF_TO_TAG, sip->sip_to ? sip->sip_to->a_tag : NULL);
    set_lists(out, sip);
    if (sip->sip_content_length)
        diff_set_number(out, DIFF_LENGTH, sip->sip_content_length->l_length);
    else
        diff_set(out, DIFF_LENGTH, NULL, 0);
    diff_set_number(out, DIFF_BODY, sip->sip_payload ? sip->sip_payload->pl_len : 0);
}

static void read_message(struct diff_facts *out, const char *p, size_t n)
{
    msg_t *m = msg_make(sip_default_mclass(), 0, p, (ssize_t)n);
    sip_t *sip = m ? sip_object(m) : NULL;

    if (sip) {
        uint64_t count;

        set_facts(out, sip);
        set_end(out, m, sip, n);
        if (diff_has_no_lists(p, n) && fields(&count, sip))
            diff_set_number(out, DIFF_FIELDS, count);
        out->accepted = !sip->sip_error && !(msg_extract_errors(m) & MSG_FLG_ERROR) &&
                        sip_sanity_check(sip) == 0;
    }
    msg_destroy(m);
}

const struct diff_parser diff_sofia = {"Sofia-SIP", start, read_message};

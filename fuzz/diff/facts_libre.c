/* libre: its callers decode Route and Contact, so they are counted as header fields only. */
#include <stdint.h>
#include <sys/types.h>

#include "facts.h"

#define HAVE_STDBOOL_H 1 /* or it makes a bool of its own */
#include <re.h>

static bool start(void)
{
    return true;
}

static void set(struct diff_facts *out, enum diff_fact fact, const struct pl *pl)
{
    diff_set(out, fact, pl->p, pl->p ? pl->l : 0);
}

static void set_host(struct diff_facts *out, enum diff_fact fact, const struct pl *pl)
{
    if (pl->p)
        diff_set_host(out, fact, pl->p, pl->l);
}

/* sent-by without its port. */
static void set_via_host(struct diff_facts *out, const struct pl *sentby)
{
    struct pl host = *sentby;

    if (!host.p)
        return;
    for (size_t i = 0; i < host.l; i++) {
        if (host.p[i] == ']') {
            host.l = i + 1;
        } else if (host.p[i] == ':' && host.p[0] != '[') {
            host.l = i;
        }
    }
    set_host(out, DIFF_VIA_HOST, &host);
}

/* It keeps a field for each value of a list, all with the name of their line. */
static uint64_t lines(const struct sip_msg *m)
{
    const char *name = NULL;
    uint64_t n = 0;

    for (const struct le *le = m->hdrl.head; le; le = le->next) {
        const struct sip_hdr *hdr = le->data;

        n += hdr->id != SIP_HDR_CONTENT_LENGTH && hdr->name.p != name;
        name = hdr->name.p;
    }
    return n;
}

static void set_facts(struct diff_facts *out, const struct sip_msg *m, const struct mbuf *mb)
{
    size_t left = mbuf_get_left(mb);

    if (m->req) {
        diff_set_text(out, DIFF_REQUEST, "request");
        set(out, DIFF_METHOD, &m->met);
        set_host(out, DIFF_HOST, &m->uri.host);
    } else {
        diff_set_number(out, DIFF_REQUEST, m->scode);
    }
    diff_set_number(out, DIFF_VIAS, sip_msg_hdr_count(m, SIP_HDR_VIA));
    if (m->via.sentby.p) {
        set(out, DIFF_BRANCH, &m->via.branch);
        set_via_host(out, &m->via.sentby);
    }
    set(out, DIFF_CALL_ID, &m->callid);
    if (m->cseq.met.p) {
        diff_set_number(out, DIFF_CSEQ, m->cseq.num);
        set(out, DIFF_CSEQ_METHOD, &m->cseq.met);
    }
    set(out, DIFF_FROM_TAG, &m->from.tag);
    set(out, DIFF_TO_TAG, &m->to.tag);
    diff_set_number(out, DIFF_ROUTES, sip_msg_hdr_count(m, SIP_HDR_ROUTE));
    diff_set_number(out, DIFF_CONTACTS, sip_msg_hdr_count(m, SIP_HDR_CONTACT));
    diff_set_number(out, DIFF_FIELDS, lines(m));
    diff_set_number(out, DIFF_END, mb->pos);
    set(out, DIFF_LENGTH, &m->clen);
    /* In a datagram it takes all that is there; in a stream what Content-Length says. */
    diff_set_number(out, DIFF_BODY, m->clen.p && pl_u32(&m->clen) < left ? pl_u32(&m->clen) : left);
}

static void read_message(struct diff_facts *out, const char *p, size_t n)
{
    struct mbuf *mb = mbuf_alloc(n > 0 ? n : 1);
    struct sip_msg *m = NULL;

    if (mb && mbuf_write_mem(mb, (const uint8_t *)p, n) == 0) {
        mbuf_set_pos(mb, 0);
        if (sip_msg_decode(&m, mb) == 0) {
            set_facts(out, m, mb);
            out->accepted =
                m->via.sentby.p && m->cseq.met.p && m->callid.p && m->from.auri.p && m->to.auri.p;
        }
    }
    mem_deref(m);
    mem_deref(mb);
}

const struct diff_parser diff_libre = {"libre", start, read_message};

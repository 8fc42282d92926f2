/* Ours: accepted is what has no fault of grammar and the header fields that every message needs. */
#include "facts.h"
#include "parse/msg.h"

static struct sipsan_mem mem;
static struct sipsan_pool pool;

static bool start(void)
{
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, SIPSAN_MESSAGE_BLOCK, 8);
    return true;
}

static void set(struct diff_facts *out, enum diff_fact fact, struct sipsan_span text)
{
    diff_set(out, fact, text.p, text.n);
}

static size_t values(const struct sipsan_name_addr *addr)
{
    size_t n = 0;

    for (; addr; addr = addr->next)
        n++;
    return n;
}

/* UINT64_MAX stands for a number that does not fit. */
static void set_number(struct diff_facts *out, enum diff_fact fact, struct sipsan_span text,
                       uint64_t value)
{
    if (!text.p)
        diff_set(out, fact, NULL, 0);
    else if (value != UINT64_MAX)
        diff_set_number(out, fact, value);
}

static void set_facts(struct diff_facts *out, const struct sipsan_msg *msg)
{
    if (msg->request) {
        diff_set_text(out, DIFF_REQUEST, "request");
        set(out, DIFF_METHOD, msg->method);
        if (msg->ruri.host.p)
            diff_set_host(out, DIFF_HOST, msg->ruri.host.p, msg->ruri.host.n);
    } else {
        diff_set_number(out, DIFF_REQUEST, (uint64_t)msg->status);
    }
    diff_set_number(out, DIFF_VIAS, msg->via_count);
    if (msg->via) {
        set(out, DIFF_BRANCH, msg->via->branch);
        diff_set_host(out, DIFF_VIA_HOST, msg->via->host.p, msg->via->host.n);
    }
    set(out, DIFF_CALL_ID, msg->call_id);
    set_number(out, DIFF_CSEQ, msg->cseq.text, msg->cseq.number);
    set(out, DIFF_CSEQ_METHOD, msg->cseq.method);
    set(out, DIFF_FROM_TAG, msg->from.tag);
    set(out, DIFF_TO_TAG, msg->to.tag);
    diff_set_number(out, DIFF_ROUTES, values(msg->route));
    diff_set_number(out, DIFF_CONTACTS, values(msg->contact));
    diff_set_number(out, DIFF_FIELDS,
                    msg->header_count - sipsan_msg_count(msg, SIPSAN_HDR_CONTENT_LENGTH));
    if (msg->framing != SIPSAN_NO_EMPTY_LINE && msg->body.p)
        diff_set_number(out, DIFF_END, (uint64_t)(msg->body.p - msg->bytes.p));
    set_number(out, DIFF_LENGTH, msg->content_length.text, msg->content_length.value);
    diff_set_number(out, DIFF_BODY, msg->body.n);
}

/* The header field that a fact is read from; the start line and the framing have none. Of the facts
 * without one all before DIFF_FIELDS are read from the start line. */
static const uint16_t headers[DIFF_FACTS] = {
    [DIFF_VIAS] = SIPSAN_HDR_VIA,
    [DIFF_BRANCH] = SIPSAN_HDR_VIA,
    [DIFF_VIA_HOST] = SIPSAN_HDR_VIA,
    [DIFF_CALL_ID] = SIPSAN_HDR_CALL_ID,
    [DIFF_CSEQ] = SIPSAN_HDR_CSEQ,
    [DIFF_CSEQ_METHOD] = SIPSAN_HDR_CSEQ,
    [DIFF_FROM_TAG] = SIPSAN_HDR_FROM,
    [DIFF_TO_TAG] = SIPSAN_HDR_TO,
    [DIFF_ROUTES] = SIPSAN_HDR_ROUTE,
    [DIFF_CONTACTS] = SIPSAN_HDR_CONTACT,
    [DIFF_LENGTH] = SIPSAN_HDR_CONTENT_LENGTH,
    [DIFF_BODY] = SIPSAN_HDR_CONTENT_LENGTH,
};

/* Line ends, the empty line, a line without a colon: they may move any value. */
static bool is_framing(const struct sipsan_msg *msg, const struct sipsan_fault *fault)
{
    return fault->header == SIPSAN_HDR_OTHER && fault->offset >= msg->start_line.n &&
           fault->production != SIPSAN_PROD_HEADER_NAME;
}

static void set_faults(struct diff_facts *out, const struct sipsan_msg *msg)
{
    for (size_t fact = 0; fact < DIFF_FACTS; fact++) {
        for (size_t i = msg->fault_count; i-- > 0;) {
            const struct sipsan_fault *fault = &msg->faults[i];
            bool here = headers[fact] ? fault->header == headers[fact]
                                      : fact < DIFF_FIELDS && fault->offset < msg->start_line.n;

            if (here || (is_framing(msg, fault) && !out->fault[fact]))
                out->fault[fact] = sipsan_production_name(fault->production);
        }
    }
}

/* 20: what every message has, once. */
static bool is_whole(const struct sipsan_msg *msg)
{
    static const uint16_t once[] = {SIPSAN_HDR_FROM, SIPSAN_HDR_TO, SIPSAN_HDR_CALL_ID,
                                    SIPSAN_HDR_CSEQ};

    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        if (sipsan_msg_count(msg, once[i]) != 1)
            return false;
    }
    return msg->via && sipsan_msg_count(msg, SIPSAN_HDR_CONTENT_LENGTH) <= 1;
}

static void read_message(struct diff_facts *out, const char *p, size_t n)
{
    static const struct sipsan_msg_limits limits = {.headers = 1024, .faults = 16};
    struct sipsan_msg msg;

    sipsan_msg_init(&msg, &pool);
    if (!sipsan_msg_sniff(p, n) ||
        sipsan_msg_parse(&msg, (struct sipsan_span){p, n}, &limits) != SIPSAN_OK)
        return;
    set_facts(out, &msg);
    set_faults(out, &msg);
    out->accepted = msg.fault_count == 0 && is_whole(&msg);
    sipsan_msg_drop(&msg);
}

const struct diff_parser diff_sipsan = {"sipsan", start, read_message};

/* Targets: sipsan_value_judge with the reader of every header field, sipsan_line_judge.
 *
 * The first octet picks the header field, the rest is its value. Every span lies in the text;
 * judging twice gives the same; the value alone and the whole line agree; what the grammar takes is
 * given back by its typed parts. */
#include "render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VALUE_MAX 8192

static const struct sipsan_msg_limits limits = {.headers = 4, .faults = 32};

static void render_values(struct rendered *out, const struct sipsan_msg *msg)
{
    for (const struct sipsan_via *via = msg->via; via; via = via->next) {
        render(out, via == msg->via ? SPAN_LIT("") : SPAN_LIT(","));
        render_via(out, via);
    }
    for (const struct sipsan_name_addr *addr = msg->contact; addr; addr = addr->next) {
        render(out, addr == msg->contact ? SPAN_LIT("") : SPAN_LIT(","));
        render_addr(out, addr);
    }
    for (const struct sipsan_name_addr *addr = msg->route; addr; addr = addr->next) {
        render(out, addr == msg->route ? SPAN_LIT("") : SPAN_LIT(","));
        render_addr(out, addr);
    }
    for (const struct sipsan_name_addr *addr = msg->record_route; addr; addr = addr->next) {
        render(out, addr == msg->record_route ? SPAN_LIT("") : SPAN_LIT(","));
        render_addr(out, addr);
    }
}

static void render_media_type(struct rendered *out, const struct sipsan_media_type *type)
{
    render(out, type->type);
    render(out, SPAN_LIT("/"));
    render(out, type->subtype);
    render_params(out, type->params, SPAN_LIT(";"));
}

/* False when nothing of this header field is kept that could be written out. */
static bool render_header(struct rendered *out, const struct sipsan_msg *msg,
                          enum sipsan_header_id id)
{
    switch (id) {
    case SIPSAN_HDR_VIA:
    case SIPSAN_HDR_CONTACT:
    case SIPSAN_HDR_ROUTE:
    case SIPSAN_HDR_RECORD_ROUTE:
        render_values(out, msg);
        return true;
    case SIPSAN_HDR_FROM:
        render_addr(out, &msg->from);
        return true;
    case SIPSAN_HDR_TO:
        render_addr(out, &msg->to);
        return true;
    case SIPSAN_HDR_REPLY_TO:
        render_addr(out, &msg->reply_to);
        return true;
    case SIPSAN_HDR_SUPPORTED:
        render_tokens(out, msg->supported);
        return true;
    case SIPSAN_HDR_REQUIRE:
        render_tokens(out, msg->require);
        return true;
    case SIPSAN_HDR_ALLOW:
        render_tokens(out, msg->allow);
        return true;
    case SIPSAN_HDR_CONTENT_TYPE:
        render_media_type(out, &msg->content_type);
        return true;
    case SIPSAN_HDR_CALL_ID:
        render(out, msg->call_id);
        return true;
    case SIPSAN_HDR_AUTHORIZATION:
    case SIPSAN_HDR_WWW_AUTHENTICATE:
        render(out, msg->auth->scheme);
        render_params(out, msg->auth->params, SPAN_LIT(","));
        return msg->auth->params != NULL;
    default:
        return false;
    }
}

static void check_value(const struct sipsan_msg *msg, enum sipsan_header_id id)
{
    static struct rendered out;

    check_message(msg);
    out.n = 0;
    out.full = false;
    if (msg->fault_count == 0 && render_header(&out, msg, id))
        check_rendered(&out, msg->headers[0].value);
}

/* The same verdict at the same place when the name stands in front of it. */
static void check_line(const struct sipsan_msg *value, struct sipsan_pool *pool,
                       enum sipsan_header_id id, struct sipsan_span text)
{
    static char bytes[VALUE_MAX + 128];
    size_t name = (size_t)snprintf(bytes, 100, "%s:", sipsan_header_name(id));
    struct sipsan_msg msg;

    memcpy(bytes + name, text.p, text.n);
    sipsan_msg_init(&msg, pool);
    if (sipsan_line_judge(&msg, (struct sipsan_span){bytes, name + text.n}, &limits) == SIPSAN_OK) {
        INVARIANT(msg.header_count == 1 && msg.headers[0].id == id);
        INVARIANT(msg.fault_count == value->fault_count);
        for (uint32_t i = 0; i < msg.fault_count; i++) {
            INVARIANT(msg.faults[i].production == value->faults[i].production);
            INVARIANT(msg.faults[i].offset == value->faults[i].offset + name);
        }
        sipsan_msg_drop(&msg);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sipsan_mem mem;
    static struct sipsan_pool pool;
    enum sipsan_header_id id;
    struct sipsan_msg a, b;
    struct sipsan_span text;

    if (size < 2 || size > VALUE_MAX)
        return 0;
    if (!pool.mem) {
        sipsan_mem_init(&mem);
        sipsan_pool_init(&pool, &mem, 16384, 8);
    }
    id = (enum sipsan_header_id)(1 + data[0] % (SIPSAN_HDR_COUNT - 1));
    text = (struct sipsan_span){(const char *)data + 1, size - 1};
    sipsan_msg_init(&a, &pool);
    sipsan_msg_init(&b, &pool);
    if (sipsan_value_judge(&a, id, text, &limits) == SIPSAN_OK) {
        check_value(&a, id);
        if (sipsan_value_judge(&b, id, text, &limits) == SIPSAN_OK) {
            check_same(&a, &b);
            sipsan_msg_drop(&b);
        }
        check_line(&a, &pool, id, text);
        sipsan_msg_drop(&a);
    }
    INVARIANT(mem.used == pool.free_count * pool.block_size);
    return 0;
}

/* What holds for every parsed message, whatever its bytes were. Used by the harnesses and by the
 * tests: a broken one aborts. */
#ifndef SIPSAN_FUZZ_INVARIANTS_H
#define SIPSAN_FUZZ_INVARIANTS_H

#include <stdlib.h>

#include "parse/uri.h"

#define INVARIANT(x)                                                                               \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

/* Nothing, or a piece of the message. */
static inline void check_span(const struct sipsan_msg *msg, struct sipsan_span s)
{
    if (!s.p) {
        INVARIANT(s.n == 0);
        return;
    }
    INVARIANT(span_has(msg->bytes, s.p));
    INVARIANT(s.n <= (size_t)(msg->bytes.p + msg->bytes.n - s.p));
}

static inline void check_params(const struct sipsan_msg *msg, const struct sipsan_param *param)
{
    for (; param; param = param->next) {
        check_span(msg, param->name);
        check_span(msg, param->value);
        INVARIANT(param->name.p);
    }
}

static inline void check_uri(const struct sipsan_msg *msg, const struct sipsan_uri *uri)
{
    check_span(msg, uri->text);
    check_span(msg, uri->scheme_text);
    check_span(msg, uri->user);
    check_span(msg, uri->password);
    check_span(msg, uri->host);
    check_span(msg, uri->headers);
    check_params(msg, uri->params);
    INVARIANT(uri->port >= -1 && uri->port <= UINT16_MAX);
    INVARIANT(!uri->ok || uri->scheme != SIPSAN_SCHEME_NONE);
    if (uri->ok && uri->scheme <= SIPSAN_SCHEME_SIPS)
        INVARIANT(uri->host_kind != SIPSAN_HOST_NONE && uri->host.n > 0);
    INVARIANT(sipsan_uri_eq(uri, uri));
}

/* A URI that the grammar took is read alike from its text alone. tel is left out: outside brackets
 * its parameters belong to the header field, and its phone-context with them. */
static inline void check_uri_again(const struct sipsan_msg *msg, const struct sipsan_uri *uri)
{
    struct sipsan_arena arena;
    struct sipsan_uri again;

    if (!uri->ok || uri->scheme == SIPSAN_SCHEME_TEL)
        return;
    sipsan_arena_init(&arena, msg->arena.pool);
    if (sipsan_uri_read(&again, &arena, uri->text) == SIPSAN_OK) {
        INVARIANT(again.ok);
        INVARIANT(span_eq(again.text, uri->text));
        INVARIANT(span_eq(again.user, uri->user) && again.has_user == uri->has_user);
        INVARIANT(span_eq(again.password, uri->password));
        INVARIANT(span_eq(again.host, uri->host) && again.host_kind == uri->host_kind);
        INVARIANT(span_eq(again.headers, uri->headers));
        INVARIANT(again.port == uri->port && again.scheme == uri->scheme);
        INVARIANT(sipsan_uri_eq(&again, uri) && sipsan_uri_eq(uri, &again));
    }
    sipsan_arena_reset(&arena);
}

static inline void check_addr(const struct sipsan_msg *msg, const struct sipsan_name_addr *addr)
{
    check_span(msg, addr->text);
    check_span(msg, addr->display);
    check_span(msg, addr->tag);
    check_params(msg, addr->params);
    if (!addr->text.p)
        return;
    INVARIANT(addr->line < msg->header_count);
    check_uri(msg, &addr->uri);
    check_uri_again(msg, &addr->uri);
    INVARIANT(!addr->ok || addr->star || addr->uri.ok);
}

static inline void check_addrs(const struct sipsan_msg *msg, const struct sipsan_name_addr *addr)
{
    for (; addr; addr = addr->next)
        check_addr(msg, addr);
}

static inline void check_vias(const struct sipsan_msg *msg)
{
    uint32_t n = 0;

    for (const struct sipsan_via *via = msg->via; via; via = via->next, n++) {
        const struct sipsan_span spans[] = {
            via->text,   via->protocol, via->version, via->transport, via->host,
            via->branch, via->received, via->maddr,   via->ttl,       via->rport,
        };

        for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
            check_span(msg, spans[i]);
        check_params(msg, via->params);
        INVARIANT(via->line < msg->header_count);
        INVARIANT(via->port >= -1 && via->port <= UINT16_MAX);
        INVARIANT(via->rport_value >= -1 && via->rport_value <= UINT16_MAX);
        INVARIANT(!via->ok || (via->host.n > 0 && via->transport.n > 0));
    }
    INVARIANT(n == msg->via_count);
}

static inline void check_tokens(const struct sipsan_msg *msg, const struct sipsan_token *token)
{
    for (; token; token = token->next) {
        check_span(msg, token->text);
        INVARIANT(token->text.n > 0 && token->line < msg->header_count);
    }
}

static inline void check_auths(const struct sipsan_msg *msg)
{
    for (const struct sipsan_auth *auth = msg->auth; auth; auth = auth->next) {
        const struct sipsan_span spans[] = {
            auth->text,   auth->scheme, auth->realm,    auth->nonce, auth->opaque,
            auth->qop,    auth->stale,  auth->username, auth->uri,   auth->algorithm,
            auth->cnonce, auth->nc,     auth->response,
        };

        for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
            check_span(msg, spans[i]);
        check_params(msg, auth->params);
        INVARIANT(auth->line < msg->header_count);
    }
}

static inline void check_number(const struct sipsan_msg *msg, const struct sipsan_number *number)
{
    check_span(msg, number->text);
    INVARIANT(!number->text.p || number->line < msg->header_count);
}

static inline void check_values(const struct sipsan_msg *msg, uint32_t line)
{
    const struct sipsan_value *value = msg->headers[line].values;

    for (; value; value = value->next) {
        check_span(msg, value->text);
        check_span(msg, value->head);
        check_params(msg, value->params);
        if (value->addr)
            check_addr(msg, value->addr);
        INVARIANT(value->text.p && value->line == line);
    }
}

static inline void check_lines(const struct sipsan_msg *msg)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; i < msg->header_count; i++) {
        const struct sipsan_header *header = &msg->headers[i];

        check_span(msg, header->name);
        check_span(msg, header->value);
        check_values(msg, i);
        INVARIANT(header->id < SIPSAN_HDR_COUNT);
        INVARIANT(header->next == SIPSAN_NO_LINE || header->next > i);
    }
    for (int id = 0; id < SIPSAN_HDR_COUNT; id++)
        seen += sipsan_msg_count(msg, (enum sipsan_header_id)id);
    INVARIANT(seen == msg->header_count);
}

static inline void check_faults(const struct sipsan_msg *msg)
{
    for (uint32_t i = 0; i < msg->fault_count; i++) {
        const struct sipsan_fault *fault = &msg->faults[i];

        INVARIANT(fault->production > SIPSAN_PROD_NONE && fault->production < SIPSAN_PROD_COUNT);
        INVARIANT(fault->header < SIPSAN_HDR_COUNT);
        INVARIANT(fault->line == SIPSAN_NO_LINE || fault->line < msg->header_count + 1);
        INVARIANT(fault->offset <= msg->bytes.n);
        INVARIANT(fault->length <= msg->bytes.n - fault->offset);
        INVARIANT(fault->length > 0 || fault->offset == msg->bytes.n ||
                  msg->bytes.p[fault->offset] == '\r' || msg->bytes.p[fault->offset] == '\n');
    }
}

static inline void check_body(const struct sipsan_msg *msg)
{
    check_span(msg, msg->body);
    check_span(msg, msg->surplus);
    check_span(msg, msg->sdp_text);
    if (msg->sdp_text.n > 0)
        INVARIANT(msg->sdp && span_has(msg->body, msg->sdp_text.p) &&
                  span_has(msg->body, msg->sdp_text.p + msg->sdp_text.n));
    if (msg->framing == SIPSAN_BODY_SURPLUS)
        INVARIANT(msg->surplus.n > 0 && msg->body.n == msg->content_length.value);
    else
        INVARIANT(msg->surplus.n == 0);
}

static inline void check_message(const struct sipsan_msg *msg)
{
    check_span(msg, msg->start_line);
    check_span(msg, msg->method);
    check_span(msg, msg->version);
    check_span(msg, msg->reason);
    check_span(msg, msg->call_id);
    INVARIANT(msg->status == 0 || (!msg->request && msg->status >= 100 && msg->status <= 999));
    check_uri(msg, &msg->ruri);
    check_uri_again(msg, &msg->ruri);
    check_lines(msg);
    check_faults(msg);
    check_vias(msg);
    check_addr(msg, &msg->from);
    check_addr(msg, &msg->to);
    check_addr(msg, &msg->reply_to);
    check_addrs(msg, msg->contact);
    check_addrs(msg, msg->route);
    check_addrs(msg, msg->record_route);
    check_number(msg, &msg->max_forwards);
    check_number(msg, &msg->content_length);
    check_number(msg, &msg->expires);
    check_number(msg, &msg->min_expires);
    check_number(msg, &msg->rseq);
    check_number(msg, &msg->retry_after);
    check_span(msg, msg->cseq.text);
    check_span(msg, msg->cseq.method);
    check_span(msg, msg->rack.text);
    check_span(msg, msg->rack.method);
    check_span(msg, msg->timestamp.text);
    check_span(msg, msg->content_type.text);
    check_params(msg, msg->content_type.params);
    check_tokens(msg, msg->supported);
    check_tokens(msg, msg->require);
    check_tokens(msg, msg->proxy_require);
    check_tokens(msg, msg->unsupported);
    check_tokens(msg, msg->allow);
    check_auths(msg);
    check_body(msg);
}

static inline bool same_place(const struct sipsan_msg *a, struct sipsan_span x,
                              const struct sipsan_msg *b, struct sipsan_span y)
{
    if (!x.p || !y.p)
        return !x.p && !y.p;
    return x.n == y.n && x.p - a->bytes.p == y.p - b->bytes.p;
}

/* Two readings of the same bytes agree. */
static inline void check_same(const struct sipsan_msg *a, const struct sipsan_msg *b)
{
    INVARIANT(a->request == b->request && a->status == b->status && a->framing == b->framing);
    INVARIANT(a->method_id == b->method_id && a->sdp == b->sdp);
    INVARIANT(a->header_count == b->header_count && a->headers_lost == b->headers_lost);
    INVARIANT(a->fault_count == b->fault_count && a->faults_lost == b->faults_lost);
    INVARIANT(a->via_count == b->via_count && a->contact_count == b->contact_count);
    INVARIANT(same_place(a, a->body, b, b->body));
    INVARIANT(same_place(a, a->from.tag, b, b->from.tag));
    INVARIANT(same_place(a, a->call_id, b, b->call_id));
    for (uint32_t i = 0; i < a->header_count; i++) {
        INVARIANT(a->headers[i].id == b->headers[i].id);
        INVARIANT(same_place(a, a->headers[i].value, b, b->headers[i].value));
    }
    for (uint32_t i = 0; i < a->fault_count; i++) {
        INVARIANT(a->faults[i].production == b->faults[i].production);
        INVARIANT(a->faults[i].offset == b->faults[i].offset);
        INVARIANT(a->faults[i].length == b->faults[i].length);
    }
}

#endif

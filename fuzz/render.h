/* What was parsed, written out again: when the grammar took a value, its typed parts are all there
 * is to it, so that they give its bytes back, white space aside. Used by the harnesses. */
#ifndef SIPSAN_FUZZ_RENDER_H
#define SIPSAN_FUZZ_RENDER_H

#include <stdio.h>

#include "invariants.h"

#define RENDER_MAX 16384

struct rendered {
    char p[RENDER_MAX];
    size_t n;
    bool full; /* something did not fit: no comparison */
};

static inline void render(struct rendered *out, struct sipsan_span s)
{
    if (s.n > RENDER_MAX - out->n) {
        out->full = true;
        return;
    }
    if (s.n > 0)
        memcpy(out->p + out->n, s.p, s.n);
    out->n += s.n;
}

static inline void render_params(struct rendered *out, const struct sipsan_param *param,
                                 struct sipsan_span separator)
{
    for (bool first = true; param; param = param->next, first = false) {
        if (!first || separator.p[0] == ';')
            render(out, separator);
        render(out, param->name);
        if (param->value.p) {
            render(out, SPAN_LIT("="));
            render(out, param->value);
        }
    }
}

static inline void render_hostport(struct rendered *out, struct sipsan_span host, uint8_t kind,
                                   int32_t port)
{
    char text[16];

    if (kind == SIPSAN_HOST_IPV6)
        render(out, SPAN_LIT("["));
    render(out, host);
    if (kind == SIPSAN_HOST_IPV6)
        render(out, SPAN_LIT("]"));
    if (port >= 0)
        render(out,
               (struct sipsan_span){text, (size_t)snprintf(text, sizeof(text), ":%d", (int)port)});
}

/* SIP, SIPS and tel; other schemes have no parts. */
static inline void render_uri(struct rendered *out, const struct sipsan_uri *uri)
{
    if (uri->scheme == SIPSAN_SCHEME_OTHER) {
        render(out, uri->text);
        return;
    }
    render(out, uri->scheme_text);
    render(out, SPAN_LIT(":"));
    render(out, uri->user);
    if (uri->password.p) {
        render(out, SPAN_LIT(":"));
        render(out, uri->password);
    }
    if (uri->has_user)
        render(out, SPAN_LIT("@"));
    if (uri->scheme != SIPSAN_SCHEME_TEL)
        render_hostport(out, uri->host, uri->host_kind, uri->port);
    render_params(out, uri->params, SPAN_LIT(";"));
    if (uri->headers.p) {
        render(out, SPAN_LIT("?"));
        render(out, uri->headers);
    }
}

static inline void render_addr(struct rendered *out, const struct sipsan_name_addr *addr)
{
    if (addr->star) {
        render(out, SPAN_LIT("*"));
        return;
    }
    render(out, addr->display);
    if (addr->brackets)
        render(out, SPAN_LIT("<"));
    render_uri(out, &addr->uri);
    if (addr->brackets)
        render(out, SPAN_LIT(">"));
    render_params(out, addr->params, SPAN_LIT(";"));
}

static inline void render_via(struct rendered *out, const struct sipsan_via *via)
{
    render(out, via->protocol);
    render(out, SPAN_LIT("/"));
    render(out, via->version);
    render(out, SPAN_LIT("/"));
    render(out, via->transport);
    render_hostport(out, via->host, via->host_kind, via->port);
    render_params(out, via->params, SPAN_LIT(";"));
}

static inline void render_tokens(struct rendered *out, const struct sipsan_token *token)
{
    for (bool first = true; token; token = token->next, first = false) {
        if (!first)
            render(out, SPAN_LIT(","));
        render(out, token->text);
    }
}

/* The next octet at *p that is no white space, and no zero that begins a port; -1 at the end. */
static inline int next_octet(struct sipsan_span s, size_t *i, char *before)
{
    while (*i < s.n) {
        char c = s.p[(*i)++];
        bool zero = c == '0' && *before == ':' && *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9';

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || zero)
            continue;
        *before = c;
        return (unsigned char)c;
    }
    return -1;
}

/* The same octets but for white space and zeros before a port. */
static inline void check_rendered(const struct rendered *out, struct sipsan_span text)
{
    struct sipsan_span again = {out->p, out->n};
    size_t i = 0, j = 0;
    char a = 0, b = 0;

    while (!out->full) {
        int x = next_octet(again, &i, &a), y = next_octet(text, &j, &b);

        INVARIANT(x == y);
        if (x < 0)
            return;
    }
}

#endif

/* Judging Request-URI and Route of a request inside a dialog (12.2.1.1).
 *
 * Both are judged where they were written: at the sender's own hop, a request with one Via from the
 * host at which the tap saw what the sender knows. */
#include "rules/target.h"

#define PARAMS_MAX 32 /* parameters of one URI looked at */
#define VALUES_MAX 32 /* values of one Route */

/* URIs as texts ------------------------------------------------------------------------------- */

struct parts {
    struct sipsan_span scheme, user, host, port, params;
    bool sip;
};

static struct sipsan_span upto(struct sipsan_span s, char end)
{
    const char *p = s.n ? memchr(s.p, end, s.n) : NULL;

    return p ? span_between(s.p, p) : s;
}

/* What follows `head` and the `skip` bytes behind it. */
static struct sipsan_span after(struct sipsan_span s, struct sipsan_span head, size_t skip)
{
    size_t n = head.n + skip;

    if (n >= s.n)
        return nothing;
    return (struct sipsan_span){s.p + n, s.n - n};
}

static void split_host(struct parts *out, struct sipsan_span s)
{
    if (s.n && s.p[0] == '[') {
        struct sipsan_span inside = upto(s, ']');

        out->host = (struct sipsan_span){s.p, inside.n < s.n ? inside.n + 1 : s.n};
    } else {
        out->host = upto(s, ':');
    }
    out->port = after(s, out->host, 1);
}

static struct parts split(struct sipsan_span text)
{
    struct parts out = {.scheme = upto(text, ':')};
    struct sipsan_span rest = after(text, out.scheme, 1), hostport;

    out.sip = sipsan_span_eq_nocase(out.scheme, SPAN_LIT("sip")) ||
              sipsan_span_eq_nocase(out.scheme, SPAN_LIT("sips"));
    if (rest.n && memchr(rest.p, '@', rest.n)) {
        out.user = upto(rest, '@');
        rest = after(rest, out.user, 1);
    }
    rest = upto(rest, '?');
    hostport = upto(rest, ';');
    out.params = after(rest, hostport, 1);
    split_host(&out, hostport);
    return out;
}

/* One character, escaped or not. */
static int take_char(struct sipsan_span s, size_t *i)
{
    if (s.p[*i] == '%' && s.n - *i >= 3 && hex_value(s.p[*i + 1]) >= 0 &&
        hex_value(s.p[*i + 2]) >= 0) {
        int c = hex_value(s.p[*i + 1]) * 16 + hex_value(s.p[*i + 2]);

        *i += 3;
        return c;
    }
    return (unsigned char)s.p[(*i)++];
}

static bool same_user(struct sipsan_span a, struct sipsan_span b)
{
    size_t i = 0, j = 0;

    while (i < a.n && j < b.n)
        if (take_char(a, &i) != take_char(b, &j))
            return false;
    return i == a.n && j == b.n;
}

/* RFC 5954 4.2: two texts of one IPv6 address are equal. */
static bool same_host(struct sipsan_span a, struct sipsan_span b)
{
    struct sipsan_addr x, y;

    if (a.n > 2 && b.n > 2 && a.p[0] == '[' && b.p[0] == '[' &&
        sipsan_ip_parse(&x, (struct sipsan_span){a.p + 1, a.n - 2}) &&
        sipsan_ip_parse(&y, (struct sipsan_span){b.p + 1, b.n - 2}))
        return sipsan_ip_eq(&x, &y);
    return sipsan_span_eq_nocase(a, b);
}

struct param {
    struct sipsan_span name, value;
};

static bool next_param(struct sipsan_span *rest, struct param *out)
{
    struct sipsan_span one;

    if (rest->n == 0)
        return false;
    one = upto(*rest, ';');
    *rest = after(*rest, one, 1);
    out->name = upto(one, '=');
    out->value = after(one, out->name, 1);
    return true;
}

static bool find_param(struct sipsan_span params, struct sipsan_span name, struct param *out)
{
    for (int n = 0; n < PARAMS_MAX && next_param(&params, out); n++)
        if (sipsan_span_eq_nocase(out->name, name))
            return true;
    return false;
}

/* Each parameter of a is in b. lr is a flag, whatever value some give it. */
static bool params_in(struct sipsan_span a, struct sipsan_span b)
{
    struct param mine, theirs;

    for (int n = 0; n < PARAMS_MAX && next_param(&a, &mine); n++) {
        if (mine.name.n == 0 || sipsan_span_eq_nocase(mine.name, SPAN_LIT("method")))
            continue;
        if (!find_param(b, mine.name, &theirs))
            return false;
        if (!sipsan_span_eq_nocase(mine.name, SPAN_LIT("lr")) &&
            !sipsan_span_eq_nocase(mine.value, theirs.value))
            return false;
    }
    return true;
}

static unsigned long port_of(const struct parts *parts)
{
    struct param transport;
    unsigned long n = 0;

    if (parts->port.n == 0) {
        bool tls = find_param(parts->params, SPAN_LIT("transport"), &transport) &&
                   sipsan_span_eq_nocase(transport.value, SPAN_LIT("tls"));

        return tls || sipsan_span_eq_nocase(parts->scheme, SPAN_LIT("sips")) ? 5061 : 5060;
    }
    for (size_t i = 0; i < parts->port.n && i < 6; i++) {
        if (parts->port.p[i] < '0' || parts->port.p[i] > '9')
            return 0;
        n = n * 10 + (unsigned long)(parts->port.p[i] - '0');
    }
    return n;
}

enum sipsan_likeness sipsan_uri_like(struct sipsan_span a, struct sipsan_span b)
{
    struct parts x, y;

    if (span_eq(a, b))
        return SIPSAN_ALIKE;
    x = split(a);
    y = split(b);
    if (!x.sip || !y.sip)
        return sipsan_span_eq_nocase(a, b) ? SIPSAN_ALIKE : SIPSAN_UNLIKE;
    if (!sipsan_span_eq_nocase(x.scheme, y.scheme) || !same_user(x.user, y.user) ||
        !same_host(x.host, y.host) || port_of(&x) != port_of(&y))
        return SIPSAN_UNLIKE;
    if (!x.port.n != !y.port.n || !params_in(x.params, y.params) || !params_in(y.params, x.params))
        return SIPSAN_NEAR;
    return SIPSAN_ALIKE;
}

/* Lists of routes ----------------------------------------------------------------------------- */

/* The first value of a comma list; commas in quotes and in angle brackets divide nothing. */
static struct sipsan_span first_value(struct sipsan_span list)
{
    bool quoted = false, angle = false;

    for (size_t i = 0; i < list.n; i++) {
        char c = list.p[i];

        if (quoted && c == '\\')
            i++;
        else if (c == '"' && !angle)
            quoted = !quoted;
        else if (!quoted && (c == '<' || c == '>'))
            angle = c == '<';
        else if (c == ',' && !quoted && !angle)
            return (struct sipsan_span){list.p, i};
    }
    return list;
}

/* The URI of a name-addr, or of an addr-spec without its header parameters. */
static struct sipsan_span uri_of(struct sipsan_span value)
{
    bool quoted = false;

    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == '<' && !quoted)
            return upto((struct sipsan_span){value.p + i + 1, value.n - i - 1}, '>');
    }
    return sipsan_span_trim(upto(value, ';'));
}

bool sipsan_route_next(struct sipsan_span *rest, struct sipsan_span *uri)
{
    struct sipsan_span value;

    if (rest->n == 0)
        return false;
    value = first_value(*rest);
    *rest = after(*rest, value, 1);
    *uri = uri_of(value);
    return true;
}

/* Who and where ------------------------------------------------------------------------------- */

bool sipsan_acks_2xx(const struct sipsan_view *v)
{
    const struct sipsan_dialog *d = v->dialog;

    if (!d || v->side == SIPSAN_NO_SIDE || v->msg->method_id != SIPSAN_METHOD_ACK ||
        !v->msg->cseq.ok)
        return false;
    if (v->txn && v->txn->final.status >= 300)
        return false;
    return d->ok_copies > 0 && d->ok_inviter == v->side && d->ok_cseq == v->msg->cseq.number;
}

/* At the sender's own hop, where what it knows was seen too. strict: its first route is a strict
 * router. */
static bool at_own_hop(const struct sipsan_view *v, bool strict)
{
    const struct sipsan_party *me;

    if (!v->dialog || v->side == SIPSAN_NO_SIDE || !v->seen || !v->msg->request)
        return false;
    me = sipsan_sender(v);
    if (v->dialog->rfc2543 || v->dialog->hidden || v->msg->via_count != 1 || !me->routes_known ||
        me->routes_strict != strict || me->routes_at.family == 0 ||
        !sipsan_ip_eq(&me->routes_at, &v->seen->flow.src))
        return false;
    return v->msg->method_id != SIPSAN_METHOD_ACK || sipsan_acks_2xx(v);
}

static bool judgeable(const struct sipsan_view *v)
{
    return at_own_hop(v, false);
}

bool sipsan_target_unsure(const struct sipsan_view *v)
{
    const struct sipsan_dialog *d = v->dialog;

    if (d->party[0].cseq_lossy || d->party[1].cseq_lossy || d->lossy)
        return true;
    for (size_t i = 0; i < SIPSAN_OPEN_MAX; i++) {
        const struct sipsan_open *open = &d->open[i];

        if (open->serial != 0 && open->side == v->side && open->cseq != d->opening_cseq &&
            open->cseq != v->msg->cseq.number)
            return true; /* its answer may have been missed */
    }
    return false;
}

static enum sipsan_likeness like_target(struct sipsan_span uri, const struct sipsan_target *target)
{
    return target->uri.set ? sipsan_uri_like(uri, text_span(&target->uri)) : SIPSAN_UNLIKE;
}

static enum sipsan_likeness like(const struct sipsan_msg *m, const struct sipsan_target *target)
{
    return like_target(m->ruri.text, target);
}

static bool in_routes(struct sipsan_span routes, struct sipsan_span uri)
{
    struct sipsan_span one;

    for (int n = 0; n < VALUES_MAX && sipsan_route_next(&routes, &one); n++)
        if (sipsan_uri_like(one, uri) != SIPSAN_UNLIKE)
            return true;
    return false;
}

/* The peer's target as this sender knows it. A response's Contact counts as it arrived at the
 * caller's hop. */
static bool target_known(const struct sipsan_view *v)
{
    const struct sipsan_party *p = sipsan_peer(v);

    if (!p->target.uri.set || !memchr(p->target.uri.p, ':', p->target.uri.n))
        return false; /* none, or no URI that anything could be sent to */
    return v->side != SIPSAN_CALLER || p->target_by_request || p->target_vias == 1;
}

static enum sipsan_aim aim_of(const struct sipsan_view *v)
{
    const struct sipsan_party *p;
    const struct sipsan_msg *m = v->msg;

    if (!judgeable(v) || !m->ruri.ok || !target_known(v))
        return SIPSAN_AIM_UNKNOWN;
    p = sipsan_peer(v);
    if (like(m, &p->target) == SIPSAN_ALIKE || like(m, &p->offered) == SIPSAN_ALIKE)
        return SIPSAN_AIM_RIGHT;
    if (like(m, &p->before) == SIPSAN_ALIKE)
        return p->target_by_request ? SIPSAN_AIM_OLD_REQUEST : SIPSAN_AIM_OLD_2XX;
    if (like(m, &p->target) == SIPSAN_NEAR || like(m, &p->offered) == SIPSAN_NEAR)
        return SIPSAN_AIM_NEAR;
    if (p->non_refresh.set &&
        sipsan_uri_like(m->ruri.text, text_span(&p->non_refresh)) == SIPSAN_ALIKE)
        return SIPSAN_AIM_NON_REFRESH;
    return in_routes(text_span(&sipsan_sender(v)->routes), m->ruri.text) ? SIPSAN_AIM_ROUTE
                                                                         : SIPSAN_AIM_OTHER;
}

enum sipsan_aim sipsan_aim(const struct sipsan_view *v)
{
    if (!v->once)
        return aim_of(v);
    if (v->once->aim == 0)
        v->once->aim = (uint8_t)(aim_of(v) + 1);
    return (enum sipsan_aim)(v->once->aim - 1);
}

struct route_values {
    struct sipsan_span uri[VALUES_MAX];
    size_t n;
};

static bool wanted(struct route_values *out, struct sipsan_span routes)
{
    out->n = 0;
    while (routes.n > 0) {
        if (out->n == VALUES_MAX)
            return false;
        if (sipsan_route_next(&routes, &out->uri[out->n]))
            out->n++;
    }
    return true;
}

static bool carried(struct route_values *out, const struct sipsan_msg *m)
{
    out->n = 0;
    for (const struct sipsan_name_addr *r = m->route; r; r = r->next) {
        if (out->n == VALUES_MAX || !r->ok)
            return false;
        out->uri[out->n++] = r->uri.text;
    }
    return out->n > 0 || sipsan_msg_count(m, SIPSAN_HDR_ROUTE) == 0;
}

/* The sender stands in the route set that it should follow: it is no end of the dialog, but a proxy
 * that has taken the Vias before its own out. */
static bool names_itself(const struct route_values *want, const struct sipsan_addr *src)
{
    for (size_t i = 0; i < want->n; i++) {
        struct sipsan_span host = split(want->uri[i]).host;
        struct sipsan_addr addr;

        if (host.n > 2 && host.p[0] == '[')
            host = (struct sipsan_span){host.p + 1, host.n - 2};
        if (sipsan_ip_parse(&addr, host) && sipsan_ip_eq(&addr, src))
            return true;
    }
    return false;
}

/* Every wanted value is somewhere among those carried. */
static bool all_there(const struct route_values *want, const struct route_values *have)
{
    bool used[VALUES_MAX] = {false};

    for (size_t i = 0; i < want->n; i++) {
        size_t j = 0;

        while (j < have->n &&
               (used[j] || sipsan_uri_like(want->uri[i], have->uri[j]) == SIPSAN_UNLIKE))
            j++;
        if (j == have->n)
            return false;
        used[j] = true;
    }
    return true;
}

/* The worst of the wanted values beside those carried from `skip` on. */
static enum sipsan_likeness compare(const struct route_values *want,
                                    const struct route_values *have, size_t skip,
                                    struct sipsan_span *at)
{
    enum sipsan_likeness worst = SIPSAN_ALIKE;

    for (size_t i = 0; i < want->n; i++) {
        enum sipsan_likeness one = sipsan_uri_like(want->uri[i], have->uri[skip + i]);

        if (one > worst) {
            worst = one;
            *at = have->uri[skip + i];
        }
    }
    return worst;
}

/* A request that was sent in the early dialog may cross the 2xx from which its sender will take a
 * new route set. */
static bool routes_in_flux(const struct sipsan_view *v)
{
    const struct sipsan_dialog *d = v->dialog;
    const struct sipsan_party *me = sipsan_sender(v);

    if (v->side != SIPSAN_CALLER || v->msg->method_id == SIPSAN_METHOD_ACK)
        return false;
    if (d->confirmed.time != 0 && !me->routes_final)
        return true;
    return me->routes_final && d->acks == 0 && v->now - me->routes_ref.time < v->race_window;
}

/* The route set that this request must follow is known for certain. */
static bool routes_settled(const struct sipsan_view *v)
{
    if (!sipsan_header_complete(v->msg) || routes_in_flux(v))
        return false;
    return v->msg->method_id != SIPSAN_METHOD_ACK || v->side != SIPSAN_CALLER ||
           sipsan_sender(v)->routes_final;
}

enum sipsan_routing sipsan_routing(const struct sipsan_view *v, struct sipsan_span *at)
{
    struct route_values want, have;

    *at = v->msg->start_line;
    if (!judgeable(v) || !routes_settled(v))
        return SIPSAN_ROUTING_UNKNOWN;
    if (!wanted(&want, text_span(&sipsan_sender(v)->routes)) || !carried(&have, v->msg) ||
        want.n == 0)
        return SIPSAN_ROUTING_UNKNOWN;
    if (have.n < want.n && names_itself(&want, &v->seen->flow.src))
        return SIPSAN_ROUTING_UNKNOWN;
    if (have.n == 0)
        return SIPSAN_ROUTING_ABSENT;
    if (have.n >= want.n) {
        enum sipsan_likeness worst = compare(&want, &have, have.n - want.n, at);

        if (worst == SIPSAN_ALIKE)
            return have.n == want.n ? SIPSAN_ROUTING_RIGHT : SIPSAN_ROUTING_FRONT;
        if (have.n == want.n && worst == SIPSAN_NEAR)
            return SIPSAN_ROUTING_PARAMS;
        if (have.n == want.n && all_there(&want, &have))
            return SIPSAN_ROUTING_ORDER;
    }
    *at = have.uri[0];
    return SIPSAN_ROUTING_VALUES;
}

const struct sipsan_name_addr *sipsan_route_unasked(const struct sipsan_view *v)
{
    if (!v->msg->route || !v->msg->route->ok || !judgeable(v) || !routes_settled(v) ||
        sipsan_sender(v)->routes.n > 0)
        return NULL;
    return v->msg->route;
}

enum sipsan_strict sipsan_strict_routing(const struct sipsan_view *v, struct sipsan_span *at)
{
    const struct sipsan_party *p;
    struct route_values want, have;
    struct sipsan_span last;

    *at = v->msg->ruri.text;
    if (!at_own_hop(v, true) || !routes_settled(v) || !v->msg->ruri.ok || !target_known(v) ||
        !wanted(&want, text_span(&sipsan_sender(v)->routes)) || !carried(&have, v->msg) ||
        want.n == 0)
        return SIPSAN_STRICT_UNKNOWN;
    if (sipsan_uri_like(want.uri[0], *at) == SIPSAN_UNLIKE)
        return SIPSAN_STRICT_RURI;
    *at = have.n > 0 ? have.uri[0] : v->msg->start_line;
    for (size_t i = 1; i < want.n; i++) {
        if (i > have.n || sipsan_uri_like(want.uri[i], have.uri[i - 1]) == SIPSAN_UNLIKE)
            return SIPSAN_STRICT_ROUTE;
    }
    if (have.n > want.n)
        return SIPSAN_STRICT_ROUTE;
    if (have.n < want.n)
        return SIPSAN_STRICT_TARGET;
    p = sipsan_peer(v);
    *at = last = have.uri[have.n - 1];
    return like_target(last, &p->target) == SIPSAN_UNLIKE &&
                   like_target(last, &p->offered) == SIPSAN_UNLIKE &&
                   like_target(last, &p->before) == SIPSAN_UNLIKE
               ? SIPSAN_STRICT_TARGET
               : SIPSAN_STRICT_RIGHT;
}

enum sipsan_verdict sipsan_has_to_tag(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *to = &v->msg->to;

    if (!to->ok || v->dialog)
        return SIPSAN_NA;
    if (to->tag.p)
        return SIPSAN_PASS;
    why->expected = "the tag of the peer";
    return sipsan_fail(why, to->text, "%.*s without a To tag belongs to no dialog",
                       SPAN(v->msg->method));
}

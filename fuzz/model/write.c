/* Messages: made, copied, and written as text. */
#include "model.h"

const char *const method_names[METHODS] = {
    "INVITE", "ACK",  "BYE",       "CANCEL", "OPTIONS", "REGISTER", "PRACK",
    "UPDATE", "INFO", "SUBSCRIBE", "NOTIFY", "REFER",   "MESSAGE",  "PUBLISH",
};

/* Making -------------------------------------------------------------------------------------- */

struct sip *sip_new(struct world *w, struct node *writer, enum method method)
{
    struct sip *m = take(w, sizeof(*m));

    m->method = method;
    m->max_forwards = -1;
    m->expires = m->min_expires = m->retry_after = -1;
    m->writer = writer;
    m->written = take(w, sizeof(*m->written));
    return m;
}

struct sip *sip_copy(struct world *w, const struct sip *m)
{
    struct sip *copy = take(w, sizeof(*copy));

    *copy = *m;
    copy->written = take(w, sizeof(*copy->written));
    return copy;
}

const struct via *via_add(struct world *w, struct node *by, bool tcp, const char *branch,
                          const struct via *before)
{
    struct via *via = take(w, sizeof(*via));

    *via = (struct via){.next = before, .by = by, .branch = branch, .tcp = tcp};
    via->rport = by->rport && !tcp;
    return via;
}

const struct route *route_add(struct world *w, struct uri uri, const struct route *before)
{
    struct route *route = take(w, sizeof(*route));

    *route = (struct route){.next = before, .uri = uri};
    return route;
}

const struct route *route_reversed(struct world *w, const struct route *list)
{
    const struct route *out = NULL;

    for (; list; list = list->next)
        out = route_add(w, list->uri, out);
    return out;
}

struct contact *contact_add(struct world *w, struct uri uri, int expires,
                            const struct contact *before)
{
    struct contact *contact = take(w, sizeof(*contact));

    *contact = (struct contact){.next = before, .uri = uri, .expires = expires};
    return contact;
}

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {100, "Trying"},
    {180, "Ringing"},
    {181, "Call Is Being Forwarded"},
    {182, "Queued"},
    {183, "Session Progress"},
    {200, "OK"},
    {202, "Accepted"},
    {302, "Moved Temporarily"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {412, "Conditional Request Failed"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {482, "Loop Detected"},
    {483, "Too Many Hops"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {489, "Bad Event"},
    {491, "Request Pending"},
    {423, "Interval Too Brief"},
    {500, "Server Internal Error"},
    {503, "Service Unavailable"},
    {600, "Busy Everywhere"},
    {603, "Decline"},
};

int status_at(unsigned i)
{
    return i < sizeof(reasons) / sizeof(reasons[0]) ? reasons[i].status : 0;
}

/* 8.2.6.2. */
struct sip *response_to(struct world *w, struct node *writer, const struct sip *request, int status,
                        const char *to_tag)
{
    struct sip *m = sip_new(w, writer, request->method);

    m->status = status;
    m->reason = "Whatever";
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].status == status)
            m->reason = reasons[i].reason;
    m->via = request->via;
    m->from = request->from;
    m->from_tag = request->from_tag;
    m->to = request->to;
    m->to_tag = request->to_tag ? request->to_tag : to_tag;
    m->call_id = request->call_id;
    m->cseq = request->cseq;
    return m;
}

/* Writing ------------------------------------------------------------------------------------- */

struct text {
    size_t n;
    bool compact;
    char bytes[8192];
};

static void put_bytes(struct text *t, const char *p, size_t n)
{
    if (n > sizeof(t->bytes) - t->n)
        n = sizeof(t->bytes) - t->n;
    memcpy(t->bytes + t->n, p, n);
    t->n += n;
}

static void put(struct text *t, const char *s)
{
    put_bytes(t, s, strlen(s));
}

static void put_number(struct text *t, uint64_t n)
{
    char digits[24];
    size_t i = sizeof(digits);

    do
        digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    put_bytes(t, digits + i, sizeof(digits) - i);
}

/* A header field's name, or its letter where the writer likes it short. */
static void name(struct text *t, const char *full, const char *letter)
{
    put(t, t->compact && letter ? letter : full);
    put(t, ": ");
}

static void put_via(struct text *t, const struct via *via)
{
    put(t, via->tcp ? "SIP/2.0/TCP " : "SIP/2.0/UDP ");
    put(t, via->by->host);
    if (via->by->port != 5060 || (via->by->style & 1)) {
        put(t, ":");
        put_number(t, via->by->port);
    }
    put(t, ";branch=");
    put(t, via->branch);
    if (via->rport) {
        put(t, ";rport");
        if (via->filled) {
            put(t, "=");
            put_number(t, via->by->outer ? via->by->outer_port
                          : via->tcp     ? tcp_port(via->by)
                                         : via->by->port);
        }
    }
    if (via->filled && (via->rport || (via->by->style & 2))) {
        const char *host = via->by->outer ? via->by->outer : via->by->host;
        bool six = host[0] == '[';

        put(t, ";received=");
        put_bytes(t, host + six, strlen(host) - 2 * six);
    }
}

static void put_vias(struct text *t, const struct via *via)
{
    bool joined = false;

    for (; via; via = via->next) {
        if (joined)
            put(t, ", ");
        else
            name(t, "Via", "v");
        put_via(t, via);
        joined = via->next && (via->by->style & 12) == 12;
        if (!joined)
            put(t, "\r\n");
    }
}

static void put_routes(struct text *t, const char *header, const struct route *route)
{
    for (; route; route = route->next) {
        put(t, header);
        put(t, ": <");
        put(t, route->uri.text);
        put(t, ">\r\n");
    }
}

static void put_party(struct text *t, const char *full, const char *letter, const char *uri,
                      const char *tag, bool bare)
{
    name(t, full, letter);
    put(t, bare ? "" : "<");
    put(t, uri);
    put(t, bare ? "" : ">");
    if (tag) {
        put(t, ";tag=");
        put(t, tag);
    }
    put(t, "\r\n");
}

static void put_contacts(struct text *t, const struct sip *m)
{
    if (m->say & SAY_STAR) {
        name(t, "Contact", "m");
        put(t, "*\r\n");
    }
    for (const struct contact *c = m->contact; c; c = c->next) {
        name(t, "Contact", "m");
        put(t, "<");
        put(t, c->uri.text);
        put(t, ">");
        if (c->expires >= 0) {
            put(t, ";expires=");
            put_number(t, (uint64_t)c->expires);
        }
        if (c->q) {
            put(t, ";q=");
            put(t, c->q);
        }
        put(t, "\r\n");
    }
}

static void put_field(struct text *t, const char *header, const char *value)
{
    if (!value)
        return;
    put(t, header);
    put(t, ": ");
    put(t, value);
    put(t, "\r\n");
}

static void put_field_number(struct text *t, const char *header, int value)
{
    if (value < 0)
        return;
    put(t, header);
    put(t, ": ");
    put_number(t, (uint64_t)value);
    put(t, "\r\n");
}

/* 22: what hash functions would give is not visible to who lacks the password. */
static void put_digest(struct text *t, const struct sip *m)
{
    for (const struct challenge *c = m->challenge; c; c = c->next) {
        put(t,
            c->proxy ? "Proxy-Authenticate: Digest realm=\"" : "WWW-Authenticate: Digest realm=\"");
        put(t, c->realm);
        put(t, "\", nonce=\"");
        put(t, c->nonce);
        put(t, c->stale ? "\", stale=TRUE, qop=\"auth\"\r\n" : "\", qop=\"auth\"\r\n");
    }
    for (const struct credentials *c = m->credentials; c; c = c->next) {
        char count[9] = "00000000";

        for (uint32_t i = 8, n = c->count; n; n >>= 4)
            count[--i] = "0123456789abcdef"[n & 15];
        put(t, c->proxy ? "Proxy-Authorization: Digest username=\""
                        : "Authorization: Digest username=\"");
        put(t, c->user);
        put(t, "\", realm=\"");
        put(t, c->realm);
        put(t, "\", nonce=\"");
        put(t, c->nonce);
        put(t, "\", uri=\"");
        put(t, c->uri);
        put(t, "\", response=\"00112233445566778899aabbcc");
        put_bytes(t, count + 2, 6);
        put(t, "\", cnonce=\"0a4f113b\", qop=auth, nc=");
        put(t, count);
        put(t, "\r\n");
    }
}

static void put_address(struct text *t, const char *before, const char *host)
{
    bool six = host[0] == '[';

    put(t, before);
    put(t, six ? "6 " : "4 ");
    put_bytes(t, host + six, strlen(host) - 2 * six);
}

static void put_sdp(struct text *t, const struct sdp *sdp)
{
    static const char *const directions[] = {"sendrecv", "sendonly", "recvonly", "inactive"};

    put(t, "v=0\r\no=- ");
    put_number(t, sdp->id);
    put(t, " ");
    put_number(t, sdp->version);
    put_address(t, " IN IP", sdp->of->host);
    put_address(t, "\r\ns=-\r\nc=IN IP", sdp->of->host);
    put(t, "\r\nt=0 0\r\nm=audio ");
    put_number(t, sdp->port);
    put(t, " RTP/AVP 0\r\n");
    if (sdp->long_form)
        put(t, "a=rtpmap:0 PCMU/8000\r\n");
    if (sdp->direction != SENDRECV || sdp->long_form) {
        put(t, "a=");
        put(t, directions[sdp->direction]);
        put(t, "\r\n");
    }
}

static void put_says(struct text *t, const struct sip *m)
{
    if (m->say & SAY_ALLOW)
        put(t,
            "Allow: "
            "INVITE,ACK,CANCEL,BYE,OPTIONS,PRACK,UPDATE,INFO,SUBSCRIBE,NOTIFY,REFER,MESSAGE\r\n");
    if (m->say & (SAY_SUPPORTED | SAY_REL)) {
        name(t, "Supported", "k");
        put(t, m->say & SAY_REL ? "100rel, replaces\r\n" : "replaces\r\n");
    }
    if (m->say & SAY_REQUIRE_REL)
        put(t, "Require: 100rel\r\n");
    if (m->say & SAY_ACCEPT)
        put(t, "Accept: application/sdp\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n");
    if (m->rseq)
        put_field_number(t, "RSeq", (int)m->rseq);
    if (m->rack_rseq) {
        put(t, "RAck: ");
        put_number(t, m->rack_rseq);
        put(t, " ");
        put_number(t, m->rack_cseq);
        put(t, " INVITE\r\n");
    }
}

static void put_start(struct text *t, const struct sip *m)
{
    if (m->status) {
        put(t, "SIP/2.0 ");
        put_number(t, (uint64_t)m->status);
        put(t, " ");
        put(t, m->reason);
    } else {
        put(t, method_names[m->method]);
        put(t, " ");
        put(t, m->ruri.text);
        put(t, " SIP/2.0");
    }
    put(t, "\r\n");
}

static void put_header(struct text *t, const struct sip *m)
{
    bool bare = (m->writer->style & 16) && !strpbrk(m->from, ";?,") && !strpbrk(m->to, ";?,");

    put_vias(t, m->via);
    put_routes(t, "Route", m->route);
    put_routes(t, "Record-Route", m->record_route);
    put_field_number(t, "Max-Forwards", m->max_forwards);
    put_party(t, "From", "f", m->from, m->from_tag, bare);
    put_party(t, "To", "t", m->to, m->to_tag, bare);
    name(t, "Call-ID", "i");
    put(t, m->call_id);
    put(t, "\r\nCSeq: ");
    put_number(t, m->cseq);
    put(t, " ");
    put(t, method_names[m->method]);
    put(t, "\r\n");
    put_contacts(t, m);
    put_says(t, m);
    put_field_number(t, "Expires", m->expires);
    put_field_number(t, "Min-Expires", m->min_expires);
    put_field_number(t, "Retry-After", m->retry_after);
    put_field(t, "Event", m->event);
    put_field(t, "Subscription-State", m->state);
    put_field(t, "Refer-To", m->refer_to);
    put_field(t, "SIP-ETag", m->etag);
    put_field(t, "SIP-If-Match", m->if_match);
    put_digest(t, m);
    if (m->more)
        put(t, m->more);
    if (m->writer->agent)
        put_field(t, m->status ? "Server" : "User-Agent", m->writer->agent);
}

void sip_write(struct world *w, const struct sip *m)
{
    static struct text t, body;
    char *copy;

    if (m->written->p)
        return;
    t.n = body.n = 0;
    t.compact = (m->writer->style & 224) == 224;
    put_start(&t, m);
    put_header(&t, m);
    if (m->sdp) {
        put_sdp(&body, m->sdp);
        name(&t, "Content-Type", "c");
        put(&t, "application/sdp\r\n");
    } else if (m->body) {
        put(&body, m->body);
        name(&t, "Content-Type", "c");
        put(&t, m->type);
        put(&t, "\r\n");
    }
    name(&t, "Content-Length", "l");
    put_number(&t, body.n);
    put(&t, "\r\n\r\n");
    put_bytes(&t, body.bytes, body.n);
    copy = take(w, t.n);
    memcpy(copy, t.bytes, t.n);
    *m->written = (struct written){copy, t.n};
}

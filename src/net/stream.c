/* A stream is looked at as far as it goes; what is incomplete waits in a buffer of its own. A
 * message that lies in one segment is handed on where it lies. Nothing is looked at twice:
 * `scanned` and `need` say where, and when, it is worth going on. */
#include "net/stream.h"

#include <assert.h>

#include "base/span.h"
#include "net/framing.h"
#include "net/hep.h"
#include "net/payload.h"
#include "net/stream_buffer.h"
#include "parse/msg.h"

enum {
    HTTP_MAX = 16384,       /* octets of a handshake */
    LOOKED_MAX = 65536,     /* octets of nothing known, then it is something else */
    SNIFF_PAYLOAD_MAX = 64, /* octets of a frame seen from the middle of a connection */
};

bool sipsan_stream_is_foreign(const struct sipsan_stream *st)
{
    return st->kind == SIPSAN_STREAM_OTHER || st->kind == SIPSAN_STREAM_TLS;
}

bool sipsan_stream_waits(const struct sipsan_stream *st)
{
    return !sipsan_stream_is_foreign(st) && (st->n > 0 || st->skip > 0 || st->ws.open);
}

/* SIP ----------------------------------------------------------------------------------------- */

static size_t count_line_ends(const char *p, size_t n)
{
    size_t i = 0;

    while (i < n && is_crlf(p[i]))
        i++;
    return i;
}

/* Octets of the message whose header is `head` octets long. Without a length it has no body: 18.3
 * wants one on streams, a rule tells so. */
static uint64_t total_of(const char *p, size_t head)
{
    uint64_t body;

    return sipsan_framing_length(&body, p, head) ? head + body : head;
}

/* Too long to be kept as a whole: as much of it as a message may have is judged, the rest is passed
 * by. */
static size_t take_long(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                        size_t n, uint64_t total)
{
    if (n < all->message_max) {
        st->need = all->message_max;
        return 0;
    }
    all->limits++;
    all->on_message(all->user, (struct sipsan_span){p, all->message_max}, all->transport, true,
                    &st->first);
    st->skip = total - all->message_max;
    return all->message_max;
}

static size_t take_message(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                           size_t n)
{
    size_t head = sipsan_framing_head(p, n, &st->scanned);
    uint64_t total;

    if (head == 0) {
        if (n <= all->message_max)
            return 0;
        sipsan_stream_lose(all, st, SIPSAN_PROBLEM_LIMIT,
                           SPAN_LIT("a header in a stream is longer than a message may be"));
        return n;
    }
    total = total_of(p, head);
    if (total > all->message_max)
        return take_long(all, st, p, n, total);
    if (n < total) {
        st->need = (size_t)total;
        return 0;
    }
    all->on_message(all->user, (struct sipsan_span){p, (size_t)total}, all->transport, false,
                    &st->first);
    return (size_t)total;
}

/* Octets passed by until a message begins; 0 with st->lost: more will tell. */
static size_t find_message(struct sipsan_stream *st, const char *p, size_t n)
{
    bool wait;
    size_t at;

    if (st->in_line) { /* however the octets are cut, a message begins with a line */
        const char *lf = memchr(p, '\n', n);

        st->in_line = !lf;
        return lf ? (size_t)(lf - p) + 1 : n;
    }
    at = sipsan_framing_find(p, n, &st->scanned, &wait);
    if (at < n && !wait)
        st->lost = false;
    st->in_line = at == n && p[n - 1] != '\n';
    return at;
}

static size_t step_sip(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                       size_t n)
{
    size_t used;

    if (st->skip > 0) {
        used = st->skip < n ? (size_t)st->skip : n;
        st->skip -= used;
        return used;
    }
    if (st->lost) {
        used = find_message(st, p, n);
        if (used > 0 || st->lost)
            return used;
    }
    used = count_line_ends(p, n);
    if (used > 0) {
        all->keepalives += used == n;
        return used;
    }
    if (st->scanned == 0) {
        switch (sipsan_framing_start(p, n)) {
        case SIPSAN_START_MORE:
            return 0;
        case SIPSAN_START_NO:
            sipsan_stream_lose(
                all, st, SIPSAN_PROBLEM_GAP,
                SPAN_LIT("what follows a SIP message in its stream is none: its length is wrong, "
                         "or octets are missing"));
            return 0;
        case SIPSAN_START_YES:
            break;
        }
    }
    return take_message(all, st, p, n);
}

/* WebSocket ----------------------------------------------------------------------------------- */

static void take_ws_message(struct sipsan_streams *all, struct sipsan_stream *st)
{
    struct sipsan_span s = {st->ws.message, st->ws.n};

    switch (sipsan_payload_read(&s)) {
    case SIPSAN_PAYLOAD_SIP:
        all->on_message(all->user, s, SIPSAN_WS, false, &st->first);
        break;
    case SIPSAN_PAYLOAD_KEEPALIVE: /* RFC 7118 6 */
        all->keepalives++;
        break;
    case SIPSAN_PAYLOAD_OTHER:
        break;
    }
}

static bool take_ws_data(struct sipsan_streams *all, struct sipsan_stream *st,
                         const struct sipsan_ws_frame *frame, const char *p)
{
    struct sipsan_websocket *ws = &st->ws;
    size_t n = (size_t)frame->length;

    if (frame->opcode != SIPSAN_WS_CONTINUATION) {
        ws->n = 0;
        ws->packed = frame->packed;
    } else if (!ws->open) {
        return true; /* its beginning was missed */
    }
    ws->open = !frame->final;
    if (ws->packed) {
        all->packed += frame->final;
        return true;
    }
    if (ws->n + n > all->message_max)
        return false;
    if (n > 0) {
        if (!sipsan_stream_reserve(all, &ws->message, &ws->room, ws->n + n))
            return false;
        memcpy(ws->message + ws->n, p, n);
        sipsan_ws_unmask(frame, 0, ws->message + ws->n, n);
        ws->n += n;
    }
    if (frame->final) {
        take_ws_message(all, st);
        sipsan_stream_text_free(all, &ws->message, &ws->n, &ws->room);
    }
    return true;
}

static size_t step_websocket(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                             size_t n)
{
    struct sipsan_ws_frame frame;

    switch (sipsan_ws_head(&frame, (const uint8_t *)p, n)) {
    case SIPSAN_WS_MORE:
        return 0;
    case SIPSAN_WS_BAD:
        if (st->from_start) { /* nothing is missing: RFC 6455 7.1.7 ends such a connection */
            sipsan_stream_lose(
                all, st, SIPSAN_PROBLEM_GAP,
                SPAN_LIT("a WebSocket frame has an impossible header; the connection is not read "
                         "any further"));
            st->kind = SIPSAN_STREAM_OTHER;
            return n;
        }
        sipsan_stream_lose(all, st, SIPSAN_PROBLEM_GAP,
                           SPAN_LIT("a WebSocket frame has an impossible header"));
        return n;
    case SIPSAN_WS_WHOLE:
        break;
    }
    if (frame.length > all->message_max) {
        all->limits++;
        sipsan_stream_lose(all, st, SIPSAN_PROBLEM_LIMIT,
                           SPAN_LIT("a WebSocket frame is longer than the limit"));
        return n;
    }
    if (n < frame.head + frame.length) {
        st->need = frame.head + (size_t)frame.length;
        return 0;
    }
    if (frame.opcode >= SIPSAN_WS_CLOSE) {
        all->keepalives++;
    } else if (!take_ws_data(all, st, &frame, p + frame.head)) {
        sipsan_stream_release(all, st);
        return n;
    }
    return frame.head + (size_t)frame.length;
}

/* A frame with SIP in it, on a connection whose handshake was not seen. */
static bool is_ws_sip(const char *p, size_t n)
{
    struct sipsan_ws_frame frame;
    char text[SNIFF_PAYLOAD_MAX];
    size_t most;

    if (sipsan_ws_head(&frame, (const uint8_t *)p, n) != SIPSAN_WS_WHOLE || !frame.final ||
        frame.packed || frame.length > n - frame.head ||
        (frame.opcode != SIPSAN_WS_TEXT && frame.opcode != SIPSAN_WS_BINARY))
        return false;
    most = frame.length < sizeof(text) ? (size_t)frame.length : sizeof(text);
    memcpy(text, p + frame.head, most);
    sipsan_ws_unmask(&frame, 0, text, most);
    return sipsan_msg_sniff(text, most) ||
           (most == sizeof(text) && sipsan_framing_start(text, most) == SIPSAN_START_MORE);
}

/* Other protocols ----------------------------------------------------------------------------- */

static size_t step_http(struct sipsan_streams *all, struct sipsan_stream *st,
                        struct sipsan_stream *other, const char *p, size_t n)
{
    size_t head = sipsan_framing_head(p, n, &st->scanned);
    bool response = n >= 5 && memcmp(p, "HTTP/", 5) == 0;

    (void)all;
    if (head == 0 && n < HTTP_MAX)
        return 0;
    if (head > 0 && sipsan_ws_upgrade((struct sipsan_span){p, head}) &&
        (!response || (n > 12 && memcmp(p + 8, " 101", 4) == 0))) {
        st->kind = SIPSAN_STREAM_WEBSOCKET;
        return head;
    }
    st->kind = SIPSAN_STREAM_OTHER;
    if (other)
        other->kind = SIPSAN_STREAM_OTHER;
    return n;
}
/* Octets up to the next place where a HEP packet may begin, beyond the first. The last three may be
 * the beginning of its name. */
static size_t find_hep(const char *p, size_t n)
{
    static const char name[4] = {'H', 'E', 'P', '3'};
    size_t at = 1;

    for (; at + sizeof(name) <= n; at++)
        if (memcmp(p + at, name, sizeof(name)) == 0)
            break;
    return at;
}

static size_t step_hep(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                       size_t n)
{
    size_t length;

    if (n < SIPSAN_HEP_HEAD)
        return 0;
    length = sipsan_hep_length((const uint8_t *)p);
    if (length == 0) {
        if (!st->lost)
            sipsan_stream_lose(all, st, SIPSAN_PROBLEM_GAP,
                               SPAN_LIT("what follows a HEP packet in its stream is none"));
        return find_hep(p, n);
    }
    if (n < length) {
        st->need = length;
        return 0;
    }
    st->lost = false;
    all->on_hep(all->user, (struct sipsan_span){p, length});
    return length;
}

/* p begins like `word`, as far as there are octets. */
static bool begins(const char *p, size_t n, struct sipsan_span word)
{
    return memcmp(p, word.p, n < word.n ? n : word.n) == 0;
}

/* Nothing known at the place where one would expect it. In the middle of a connection it may be the
 * rest of a message: the next one is looked for. */
static size_t pass_by(struct sipsan_stream *st, const char *p, size_t n)
{
    bool wait = false;
    size_t at = n;

    if (!st->from_start)
        at = sipsan_framing_find(p, n, &st->scanned, &wait);
    st->looked += at;
    if (at < n) {
        st->kind = SIPSAN_STREAM_SIP;
        st->lost = true;
    } else if (st->from_start || st->looked > LOOKED_MAX) {
        st->kind = SIPSAN_STREAM_OTHER;
    }
    return at;
}

static size_t step_unknown(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                           size_t n)
{
    size_t ends = count_line_ends(p, n);

    if (ends > 0)
        return ends;
    if (p[0] == 0x16 && (n < 2 || p[1] == 3)) { /* a handshake record of TLS: RFC 8446 5.1 */
        if (n < 2)
            return 0;
        st->kind = SIPSAN_STREAM_TLS;
        all->tls++;
        return n;
    }
    if (begins(p, n, SPAN_LIT("HEP3"))) {
        if (n >= 4)
            st->kind = SIPSAN_STREAM_HEP;
        return 0;
    }
    if (begins(p, n, SPAN_LIT("GET /")) || begins(p, n, SPAN_LIT("HTTP/1."))) {
        if (n >= 7)
            st->kind = SIPSAN_STREAM_HTTP;
        return 0;
    }
    if (!st->from_start && is_ws_sip(p, n)) {
        st->kind = SIPSAN_STREAM_WEBSOCKET;
        return 0;
    }
    switch (sipsan_framing_start(p, n)) {
    case SIPSAN_START_MORE:
        return 0;
    case SIPSAN_START_NO:
        return pass_by(st, p, n);
    case SIPSAN_START_YES:
        break;
    }
    st->kind = SIPSAN_STREAM_SIP;
    st->lost = !st->from_start; /* a body may hold a start line */
    return 0;
}

/* Octets used; 0: the kind has been found out, or more must come (then it stays as it is). */
static size_t step(struct sipsan_streams *all, struct sipsan_stream *st,
                   struct sipsan_stream *other, const char *p, size_t n)
{
    switch (st->kind) {
    case SIPSAN_STREAM_UNKNOWN:
        return step_unknown(all, st, p, n);
    case SIPSAN_STREAM_SIP:
        return step_sip(all, st, p, n);
    case SIPSAN_STREAM_HTTP:
        return step_http(all, st, other, p, n);
    case SIPSAN_STREAM_WEBSOCKET:
        return step_websocket(all, st, p, n);
    case SIPSAN_STREAM_HEP:
        return step_hep(all, st, p, n);
    case SIPSAN_STREAM_TLS:
    case SIPSAN_STREAM_OTHER:
        break;
    }
    return n;
}

static size_t run(struct sipsan_streams *all, struct sipsan_stream *st, struct sipsan_stream *other,
                  const char *p, size_t n, const struct sipsan_ref *ref)
{
    size_t at = 0;

    while (at < n) {
        enum sipsan_stream_kind kind = st->kind;
        bool lost = st->lost;
        size_t used = step(all, st, other, p + at, n - at);

        assert(used <= n - at);
        if (used == 0 && st->kind == kind && st->lost == lost)
            break;
        at += used;
        if (used > 0) {
            st->scanned = st->need = 0;
            st->first = *ref;
        }
    }
    return at;
}

void sipsan_stream_bytes(struct sipsan_streams *all, struct sipsan_stream *st,
                         struct sipsan_stream *other, struct sipsan_span bytes,
                         const struct sipsan_ref *ref)
{
    size_t used;

    if (sipsan_stream_is_foreign(st)) {
        sipsan_stream_drop(all, st);
        return;
    }
    if (st->n == 0) {
        st->first = *ref;
        used = run(all, st, other, bytes.p, bytes.n, ref);
        if (used < bytes.n)
            sipsan_stream_append(all, st, bytes.p + used, bytes.n - used);
        return;
    }
    if (!sipsan_stream_append(all, st, bytes.p, bytes.n) || st->n < st->need)
        return;
    used = run(all, st, other, st->data, st->n, ref);
    if (st->n == 0)
        return; /* it was given up on the way */
    st->n -= used;
    if (st->n > 0)
        memmove(st->data, st->data + used, st->n);
    else
        sipsan_stream_text_free(all, &st->data, &st->n, &st->room);
}

/* What there is of a message whose header is complete. Its length, or 0. */
static uint64_t hand_on_cut(struct sipsan_streams *all, struct sipsan_stream *st)
{
    size_t from = 0;
    size_t head;

    if (all->silent || st->kind != SIPSAN_STREAM_SIP || st->lost || st->n == 0)
        return 0;
    head = sipsan_framing_head(st->data, st->n, &from);
    if (head == 0)
        return 0;
    all->on_message(all->user, (struct sipsan_span){st->data, st->n}, all->transport, true,
                    &st->first);
    return total_of(st->data, head);
}

void sipsan_stream_gap(struct sipsan_streams *all, struct sipsan_stream *st, uint64_t lost)
{
    static const struct sipsan_span text = SPAN_LIT(
        "octets of a stream are missing in the capture: messages may have been lost with them");
    uint64_t total, rest;

    if (st->kind == SIPSAN_STREAM_HTTP)
        st->kind = SIPSAN_STREAM_OTHER;
    if (sipsan_stream_is_foreign(st))
        return;
    if (st->kind == SIPSAN_STREAM_UNKNOWN) {
        st->from_start = false;
        st->n = st->scanned = st->need = 0;
        return;
    }
    if (st->skip > 0 && lost > 0 && lost <= st->skip) {
        st->skip -= lost;
        return;
    }
    total = hand_on_cut(all, st);
    rest = total > st->n ? total - st->n : 0;
    st->n = st->ws.n = 0;
    st->ws.open = false;
    sipsan_stream_lose(all, st, SIPSAN_PROBLEM_GAP, text);
    if (lost > 0 && lost <= rest) { /* all of it lies in the body */
        st->lost = false;
        st->skip = rest - lost;
    }
}

void sipsan_stream_end(struct sipsan_streams *all, struct sipsan_stream *st)
{
    hand_on_cut(all, st);
    sipsan_stream_drop(all, st);
}

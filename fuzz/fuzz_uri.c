/* Targets: sipsan_read_uri in each of its places, by sipsan_uri_read and by a message.
 *
 * The first octet picks the place, the rest is the URI; behind an end of line there may be a second
 * one, and of the two each equals the other or neither does (19.1.4). Every span lies in the
 * message; a URI that the grammar takes is given back by its parts; one that is taken on its own is
 * taken, with the same parts, between angle brackets and as Request-URI; it equals itself. */
#include "render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URI_MAX 8192

#define SPAN_OF_TEXT(text)                                                                         \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

enum place { ALONE, REQUEST, BRACKETS, PLAIN, LISTED, PLACES };

/* What stands in front of the URI and behind it. */
static const struct {
    struct sipsan_span before, after;
} places[PLACES] = {
    [REQUEST] = {SPAN_OF_TEXT("OPTIONS "), SPAN_OF_TEXT(" SIP/2.0\r\n\r\n")},
    [BRACKETS] = {SPAN_OF_TEXT("SIP/2.0 200 OK\r\nContact: <"), SPAN_OF_TEXT(">\r\n\r\n")},
    [PLAIN] = {SPAN_OF_TEXT("SIP/2.0 200 OK\r\nFrom: "), SPAN_OF_TEXT("\r\n\r\n")},
    [LISTED] = {SPAN_OF_TEXT("SIP/2.0 200 OK\r\nContact: "), SPAN_OF_TEXT(", sip:a@b\r\n\r\n")},
};

static void put(char *out, size_t *n, struct sipsan_span s)
{
    if (s.n > 0)
        memcpy(out + *n, s.p, s.n);
    *n += s.n;
}

static void check_parts(const struct sipsan_uri *uri)
{
    static struct rendered out;

    out.n = 0;
    out.full = false;
    if (!uri->ok)
        return;
    render_uri(&out, uri);
    check_rendered(&out, uri->text);
    INVARIANT(sipsan_uri_eq(uri, uri));
}

/* The URI of this place of the message. */
static const struct sipsan_uri *uri_of(const struct sipsan_msg *msg, enum place place)
{
    if (place == REQUEST)
        return &msg->ruri;
    if (place == PLAIN)
        return &msg->from.uri;
    INVARIANT(msg->contact);
    return &msg->contact->uri;
}

/* The URI as it is read in a message, compared with how it is read on its own. */
static void check_place(struct sipsan_pool *pool, struct sipsan_span text, enum place place,
                        const struct sipsan_uri *alone)
{
    static const struct sipsan_msg_limits limits = {.headers = 64, .faults = 32};
    static char bytes[URI_MAX + 128];
    const struct sipsan_uri *uri;
    struct sipsan_msg msg;
    size_t n = 0;

    put(bytes, &n, places[place].before);
    put(bytes, &n, text);
    put(bytes, &n, places[place].after);
    sipsan_msg_init(&msg, pool);
    if (sipsan_msg_parse(&msg, (struct sipsan_span){bytes, n}, &limits) != SIPSAN_OK)
        return;
    check_message(&msg);
    uri = uri_of(&msg, place);
    check_parts(uri);
    if (alone->ok && (place == REQUEST || place == BRACKETS)) {
        INVARIANT(uri->ok && span_eq(uri->text, alone->text));
        INVARIANT(span_eq(uri->user, alone->user) && span_eq(uri->host, alone->host));
        INVARIANT(span_eq(uri->headers, alone->headers) && uri->port == alone->port);
    }
    sipsan_msg_drop(&msg);
}

/* Equality has no order, and what is equal has equal parts that no rule lets differ. */
static void check_pair(struct sipsan_arena *arena, const struct sipsan_uri *a,
                       struct sipsan_span text)
{
    struct sipsan_uri b;
    bool equal;

    if (sipsan_uri_read(&b, arena, text) != SIPSAN_OK)
        return;
    equal = sipsan_uri_eq(a, &b);
    INVARIANT(equal == sipsan_uri_eq(&b, a));
    INVARIANT(!equal || !a->ok || !b.ok || a->scheme == b.scheme);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sipsan_mem mem;
    static struct sipsan_pool pool;
    struct sipsan_arena arena;
    struct sipsan_uri alone;
    struct sipsan_span text, other = {NULL, 0};
    const char *lf;

    if (size == 0 || size > URI_MAX)
        return 0;
    if (!pool.mem) {
        sipsan_mem_init(&mem);
        sipsan_pool_init(&pool, &mem, 16384, 8);
    }
    text = (struct sipsan_span){(const char *)data + 1, size - 1};
    lf = size > 1 ? memchr(text.p, '\n', text.n) : NULL;
    if (lf) {
        other = span_between(lf + 1, text.p + text.n);
        text = span_between(text.p, lf);
    }
    sipsan_arena_init(&arena, &pool);
    if (sipsan_uri_read(&alone, &arena, text) == SIPSAN_OK) {
        enum place place = (enum place)(data[0] % PLACES);

        check_parts(&alone);
        if (other.p)
            check_pair(&arena, &alone, other);
        if (place != ALONE)
            check_place(&pool, text, place, &alone);
    }
    sipsan_arena_reset(&arena);
    INVARIANT(mem.used == pool.free_count * pool.block_size);
    return 0;
}

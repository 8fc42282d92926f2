/* When two URIs are equal: RFC 3261 19.1.4 case by case, RFC 5954 4.2, RFC 3966 4; and what must
 * hold for any: a URI equals itself, equality has no direction, and no legal way to write the same
 * URI otherwise makes it another. */
#include "uri_helper.h"

static struct sipsan_uri read_legal(void **state, const char *text)
{
    struct sipsan_uri uri = read_uri(state, text);

    if (!uri.ok)
        fail_msg("%s is no URI", text);
    return uri;
}

static bool equal(void **state, const char *a, const char *b)
{
    struct sipsan_uri x = read_legal(state, a), y = read_legal(state, b);
    bool answer = sipsan_uri_eq(&x, &y);

    if (answer != sipsan_uri_eq(&y, &x))
        fail_msg("%s and %s: the answer depends on the order", a, b);
    return answer;
}

typedef const char *const pair[2];

static const pair same[] = {
    /* scheme, host and parameters have no case, and an escape is its octet */
    {"sip:%62ob@example.net;transport=TCP", "sip:bob@EXAMPLE.nET;Transport=tcp"},
    {"SIP:bob@example.net", "sip:bob@example.net"},
    {"sip:b%6Fb@example.net", "sip:b%6fb@example.net"},
    {"sip:bob:pa%73s@example.net", "sip:bob:pass@example.net"},
    {"sip:bob@example.net;%74ransport=tcp", "sip:bob@example.net;transport=%74cp"},
    {"sip:%3Bbob@example.net", "sip:%3bbob@example.net"},
    /* a parameter that one does not have, if it is not one of five */
    {"sip:carol@example.net", "sip:carol@example.net;new=5"},
    {"sip:carol@example.net;lr", "sip:carol@example.net"},
    {"sip:carol@example.net;a=1", "sip:carol@example.net;b=2"},
    /* order */
    {"sip:example.net;transport=tcp;method=REGISTER",
     "sip:example.net;method=REGISTER;transport=tcp"},
    {"sip:example.net?to=sip:a%40b&subject=x", "sip:example.net?subject=x&to=sip:a%40b"},
    {"sip:a@b?subject=project%20x&priority=urgent", "sip:a@b?priority=urgent&subject=project%20x"},
    /* header components: names have no case and a compact form, tokens have no case */
    {"sip:a@b?Subject=x", "sip:a@b?sUBJECT=x"},
    {"sip:a@b?s=x", "sip:a@b?Subject=x"},
    {"sip:a@b?Require=100rel", "sip:a@b?Require=100REL"},
    {"sip:a@b?x%2Dy=1", "sip:a@b?x-y=1"},
    /* RFC 5954: addresses */
    {"sip:bob@[2001:db8::9:1]", "sip:bob@[2001:db8::9:01]"},
    {"sip:bob@[2001:db8::9:1]:5060", "sip:bob@[2001:0DB8:0:0:0:0:9:1]:5060"},
    {"sip:bob@[0:0:0:0:0:FFFF:129.144.52.38]", "sip:bob@[::FFFF:129.144.52.38]"},
    {"sip:bob@[::ffff:8190:3426]", "sip:bob@[::FFFF:129.144.52.38]"},
    {"sip:bob@b;maddr=[2001:db8::1]", "sip:bob@b;maddr=[2001:db8:0::1]"},
    /* tel */
    {"TEL:+1234", "tel:+1234"},
    {"tel:+1-201-555-0123", "tel:+1(201)555.0123"},
    {"tel:+1201;ext=1-2;isub=AB", "tel:+1201;ISUB=ab;ext=12"},
    {"tel:7042;phone-context=example.com", "tel:70-42;phone-context=EXAMPLE.com"},
    {"tel:7042;phone-context=+1-201", "tel:7042;phone-context=+1201"},
    {"HTTP://example.com/a", "http://example.com/a"},
};

static const pair different[] = {
    {"sip:BOB@example.net", "sip:bob@example.net"},
    {"sip:bob:PW@example.net", "sip:bob:pw@example.net"},
    {"sip:bob@example.net", "sips:bob@example.net"},
    {"sip:bob@example.net", "sip:example.net"},
    {"sip:bob@example.net", "sip:bob:@example.net"},
    {"sip:bob:pw@example.net", "sip:bob@example.net"},
    {"sip:bob@example.net", "sip:bob@example.org"},
    {"sip:bob@example.net", "sip:bob@example.net."},
    {"sip:bob@phone.example.net", "sip:bob@192.0.2.4"},
    /* a default that is written does not equal one that is not */
    {"sip:bob@example.net", "sip:bob@example.net:5060"},
    {"sips:bob@example.net", "sips:bob@example.net:5061"},
    {"sip:bob@example.net", "sip:bob@example.net;transport=udp"},
    {"sip:bob@example.net", "sip:bob@example.net:6000;transport=tcp"},
    {"sip:bob@example.net", "sip:bob@example.net;user=ip"},
    {"sip:bob@example.net", "sip:bob@example.net;method=INVITE"},
    {"sip:bob@example.net", "sip:bob@example.net;ttl=1"},
    {"sip:bob@example.net", "sip:bob@example.net;maddr=example.net"},
    {"sip:bob@example.net", "sip:bob@example.net;%6Daddr=example.net"},
    /* parameters of both */
    {"sip:carol@example.net;security=on", "sip:carol@example.net;security=off"},
    {"sip:carol@example.net;a", "sip:carol@example.net;a=1"},
    {"sip:bob@b;method=INVITE", "sip:bob@b;method=invite"},
    {"sip:bob@b;maddr=192.0.2.1", "sip:bob@b;maddr=192.0.2.2"},
    {"sip:bob@b;transport=tcp", "sip:bob@b;transport=udp"},
    /* an escaped octet of the reserved set is not the octet */
    {"sip:a;b@example.net", "sip:a%3Bb@example.net"},
    {"sip:a@example.net;x=1%26", "sip:a@example.net;x=1&"},
    /* header components are never ignored */
    {"sip:a@b", "sip:a@b?Subject=next%20meeting"},
    {"sip:a@b?Subject=x", "sip:a@b?Subject=y"},
    {"sip:a@b?Subject=x", "sip:a@b?Subject=X"},
    {"sip:a@b?Call-ID=x", "sip:a@b?Call-ID=X"},
    {"sip:a@b?Require=%22a%22", "sip:a@b?Require=%22A%22"},
    {"sip:a@b?x=1&x=1&x=2", "sip:a@b?x=1&x=2&x=2&x=2"},
    {"sip:a@b?x=1", "sip:a@b?x=1&x=1"},
    {"sip:bob@[2001:db8::9:1]", "sip:bob@[2001:db8::9:10]"},
    {"sip:bob@192.0.2.1", "sip:bob@[::ffff:192.0.2.1]"},
    {"tel:+1234", "tel:+1234;ext=1"},
    {"tel:+1234;ext=1", "tel:+1234;ext=2"},
    {"tel:+1234;x", "tel:+1234;x=1"},
    {"tel:+1234", "sip:+1234@example.net;user=phone"},
    {"sip:+358;postd=pp22@example.net", "sip:+358;POSTD=PP22@example.net"},
    {"http://example.com/a", "http://example.com/A"},
    {"http:x", "https:x"},
};

static void test_same(void **state)
{
    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
        if (!equal(state, same[i][0], same[i][1]))
            fail_msg("%s differs from %s", same[i][0], same[i][1]);
}

static void test_different(void **state)
{
    for (size_t i = 0; i < sizeof(different) / sizeof(*different); i++)
        if (equal(state, different[i][0], different[i][1]))
            fail_msg("%s equals %s", different[i][0], different[i][1]);
}

static void test_not_transitive(void **state)
{
    assert_true(equal(state, "sip:carol@example.net", "sip:carol@example.net;security=on"));
    assert_true(equal(state, "sip:carol@example.net", "sip:carol@example.net;security=off"));
    assert_false(
        equal(state, "sip:carol@example.net;security=on", "sip:carol@example.net;security=off"));
}

/* An octet escaped in a host stands for nothing else (19.1.2); such a text is no SIP URI. */
static void test_host_escape(void **state)
{
    struct uris *uris = *state;
    struct sipsan_uri x, y;

    assert_int_equal(sipsan_uri_read(&x, &uris->arena, SPAN_LIT("sip:b@%61.net")), SIPSAN_OK);
    assert_int_equal(sipsan_uri_read(&y, &uris->arena, SPAN_LIT("sip:b@a.net")), SIPSAN_OK);
    assert_false(x.ok);
    assert_false(sipsan_uri_eq(&x, &y));
}

/* Property ------------------------------------------------------------------------------------ */

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % below;
}

struct text {
    char p[512];
    size_t n;
};

static void put(struct text *text, char c)
{
    assert_true(text->n + 1 < sizeof(text->p));
    text->p[text->n++] = c;
    text->p[text->n] = '\0';
}

static void put_all(struct text *text, const char *s)
{
    while (*s)
        put(text, *s++);
}

/* Letters and digits may be escaped; without case they may change theirs. */
static void put_varied(struct text *text, const char *s, bool nocase, bool escapes, uint64_t *seed)
{
    static const char hex[2][17] = {"0123456789abcdef", "0123456789ABCDEF"};

    for (; *s; s++) {
        char c = *s;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (letter && nocase && draw(seed, 2))
            c = (char)(c ^ 0x20);
        if (escapes && (letter || (c >= '0' && c <= '9')) && draw(seed, 4) == 0) {
            const char *digits = hex[draw(seed, 2)];

            put(text, '%');
            put(text, digits[(unsigned char)c >> 4]);
            put(text, digits[(unsigned char)c & 15]);
        } else {
            put(text, c);
        }
    }
}

struct param {
    const char *name, *value;
    bool has_case;
};

#define PARAMS 6

struct made {
    const char *user, *password, *host, *port;
    struct param params[PARAMS];
    size_t count;
    const char *headers[2];
};

static const char *pick(const char *const *list, size_t n, uint64_t *seed)
{
    return list[draw(seed, n)];
}

static struct made make(uint64_t *seed)
{
    static const char *const users[] = {NULL, "alice", "Bob", "+1-201;ext=4", "a;b=c", "x?y"};
    static const char *const passwords[] = {NULL, NULL, "pw", "a$b"};
    static const char *const hosts[] = {"example.net", "192.0.2.1", "[2001:db8::1]", "a.b.c"};
    static const char *const ports[] = {NULL, "5060", "5061"};
    static const struct param params[] = {
        {"transport", "tcp", false}, {"user", "phone", false}, {"method", "INVITE", true},
        {"lr", NULL, false},         {"ttl", "15", false},     {"x-y", "a/b", false},
    };
    static const char *const headers[] = {NULL, "Subject=Lunch", "x=Y%3b"};
    struct made out = {0};

    out.user = pick(users, 6, seed);
    out.password = out.user ? pick(passwords, 4, seed) : NULL;
    out.host = pick(hosts, 4, seed);
    out.port = pick(ports, 3, seed);
    for (size_t i = 0; i < PARAMS; i++)
        if (draw(seed, 2))
            out.params[out.count++] = params[i];
    out.headers[0] = pick(headers, 2, seed);
    out.headers[1] = draw(seed, 2) ? headers[2] : NULL;
    return out;
}

/* The same URI written in one of its ways. */
static struct text write_one(const struct made *made, bool vary, uint64_t *seed)
{
    uint64_t still = 0;
    struct text out = {.n = 0};
    size_t first = vary && made->count ? draw(seed, made->count) : 0;
    bool swap = vary && made->headers[0] && made->headers[1] && draw(seed, 2);
    bool any = false;

    if (!vary)
        seed = &still;
    put_varied(&out, "sip", vary, false, seed);
    put(&out, ':');
    if (made->user) {
        put_varied(&out, made->user, false, vary, seed);
        if (made->password) {
            put(&out, ':');
            put_varied(&out, made->password, false, vary, seed);
        }
        put(&out, '@');
    }
    put_varied(&out, made->host, vary, false, seed);
    if (made->port) {
        put(&out, ':');
        put_all(&out, made->port);
    }
    for (size_t i = 0; i < made->count; i++) {
        const struct param *p = &made->params[(first + i) % made->count];

        put(&out, ';');
        put_varied(&out, p->name, vary, vary, seed);
        if (p->value) {
            put(&out, '=');
            put_varied(&out, p->value, vary && !p->has_case, vary && strcmp(p->name, "ttl") != 0,
                       seed);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        const char *header = made->headers[swap ? 1 - i : i];

        if (!header)
            continue;
        put(&out, any ? '&' : '?');
        put_all(&out, header);
        any = true;
    }
    return out;
}

static void test_rewritten(void **state)
{
    uint64_t seed = 20261124;

    for (int round = 0; round < 5000; round++) {
        struct made made = make(&seed), other = make(&seed);
        struct text plain = write_one(&made, false, &seed);
        struct text one = write_one(&made, true, &seed), two = write_one(&made, true, &seed);
        struct text far = write_one(&other, true, &seed);

        if (!equal(state, plain.p, plain.p) || !equal(state, plain.p, one.p) ||
            !equal(state, one.p, two.p))
            fail_msg("round %d: %s, %s and %s are not equal", round, plain.p, one.p, two.p);
        /* whatever the answer, it is the same for all ways to write the one */
        if (equal(state, plain.p, far.p) != equal(state, two.p, far.p))
            fail_msg("round %d: %s and %s differ about %s", round, plain.p, two.p, far.p);
        sipsan_arena_reset(&((struct uris *)*state)->arena);
    }
}

/* 7.3.1: quoted strings are compared with case, a quoted-pair as its octet. */
static void test_quoted(void **state)
{
    (void)state;
    assert_true(sipsan_quoted_eq(SPAN_LIT("a\\bc\\\\"), SPAN_LIT("abc\\\\")));
    assert_true(sipsan_quoted_eq(SPAN_LIT(""), SPAN_LIT("")));
    assert_false(sipsan_quoted_eq(SPAN_LIT("abc"), SPAN_LIT("abC")));
    assert_false(sipsan_quoted_eq(SPAN_LIT("abc"), SPAN_LIT("ab")));
    assert_true(sipsan_quoted_eq(SPAN_LIT("a\\"), SPAN_LIT("a\\")));
}

static void test_repeated(void **state)
{
    struct sipsan_uri uri = read_legal(state, "sip:a@b;aa;bb;ab;AA");

    assert_span(sipsan_param_repeated(uri.params)->name, "AA");
    uri = read_legal(state, "sip:a@b;aa;bb;ab;ba;aaa");
    assert_null(sipsan_param_repeated(uri.params));
    assert_null(sipsan_param_repeated(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),           cmocka_unit_test(test_different),
        cmocka_unit_test(test_not_transitive), cmocka_unit_test(test_host_escape),
        cmocka_unit_test(test_rewritten),      cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_repeated),
    };

    return cmocka_run_group_tests(tests, uris_start, uris_stop);
}

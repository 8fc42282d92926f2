/* Challenges and their use: RFC 3261 22.4, RFC 2617 3.2, 3.3. */
#include "traffic.h"

#define DIGEST(nonce, nc)                                                                          \
    "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"" nonce                            \
    "\", uri=\"sip:example.com\", response=\"0123456789abcdef0123456789abcdef\", qop=auth, "       \
    "cnonce=\"c\", nc=" nc "\r\n"
#define CHALLENGE(nonce, more)                                                                     \
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"" nonce "\", qop=\"auth\"" more "\r\n"

static void ask(struct traffic *t, int ms, const char *branch, const char *cseq, const char *extra)
{
    SAY(*t, .ms = ms, .way = "A>R", .start = "OPTIONS sip:example.com", .vias = branch, .from = "f",
        .cseq = cseq, .extra = extra);
}

static void reply(struct traffic *t, int ms, const char *start, const char *branch,
                  const char *cseq, const char *extra)
{
    SAY(*t, .ms = ms, .way = "R>A", .start = start, .vias = branch, .from = "f", .to = "r",
        .cseq = cseq, .extra = extra);
}

static struct sipsan_nonce *named(struct traffic *t, struct sipsan_span nonce,
                                  struct sipsan_span realm)
{
    struct sipsan_auth auth = {.nonce = nonce, .realm = realm};

    return sipsan_nonce_of(&t->nonces, &auth);
}

static void test_nonce_life(void **state)
{
    struct traffic t;
    struct sipsan_nonce *n;

    (void)state;
    traffic_open(&t, 100);
    ask(&t, 0, "a1@A", "1 OPTIONS", "");
    reply(&t, 10, "401 Unauthorized", "a1@A", "1 OPTIONS", CHALLENGE("n1", ", opaque=\"o\""));
    n = named(&t, SPAN_LIT("n1"), SPAN_LIT("r"));
    assert_non_null(n);
    assert_true(n->has_qop && n->has_opaque && !n->has_algorithm && !n->proxy && !n->used);
    assert_text(n->opaque, "o");
    assert_text(n->from_tag, "f");
    assert_int_equal(n->cseq, 1);
    ask(&t, 20, "a2@A", "2 OPTIONS", DIGEST("n1", "00000001"));
    assert_true(n->used);
    assert_int_equal(n->nc, 1);
    ask(&t, 520, "a2@A", "2 OPTIONS", DIGEST("n1", "00000001"));
    reply(&t, 530, "200 OK", "a2@A", "2 OPTIONS", "");
    ask(&t, 1000, "a3@A", "3 OPTIONS", DIGEST("n1", "0000000a"));
    assert_int_equal(n->nc, 10);
    assert_text(n->username, "a");
    /* A wrong realm still leads to the challenge of that nonce. */
    assert_ptr_equal(named(&t, SPAN_LIT("n1"), SPAN_LIT("other")), n);
    assert_null(named(&t, SPAN_LIT("n2"), SPAN_LIT("r")));
    traffic_wait(&t, 602000);
    assert_int_equal(t.nonces.by_nonce.count, 0);
    traffic_close(&t);
}

static void test_nonce_refused(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    ask(&t, 0, "a1@A", "1 OPTIONS", "");
    reply(&t, 10, "401 Unauthorized", "a1@A", "1 OPTIONS", CHALLENGE("n1", ""));
    ask(&t, 20, "a2@A", "2 OPTIONS", DIGEST("n1", "00000001"));
    reply(&t, 30, "401 Unauthorized", "a2@A", "2 OPTIONS", CHALLENGE("n2", ""));
    assert_int_equal(named(&t, SPAN_LIT("n1"), SPAN_LIT("r"))->refused, 1);
    assert_int_equal(named(&t, SPAN_LIT("n2"), SPAN_LIT("r"))->refused, 1);
    ask(&t, 40, "a3@A", "3 OPTIONS", DIGEST("n2", "00000001"));
    reply(&t, 50, "401 Unauthorized", "a3@A", "3 OPTIONS", CHALLENGE("n3", ""));
    assert_int_equal(named(&t, SPAN_LIT("n3"), SPAN_LIT("r"))->refused, 2);
    ask(&t, 60, "a4@A", "4 OPTIONS", DIGEST("n3", "00000001"));
    reply(&t, 70, "200 OK", "a4@A", "4 OPTIONS", "");
    assert_int_equal(named(&t, SPAN_LIT("n3"), SPAN_LIT("r"))->refused, 0);
    traffic_close(&t);
}

static void test_nonce_stale(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    ask(&t, 0, "a1@A", "1 OPTIONS", "");
    reply(&t, 10, "401 Unauthorized", "a1@A", "1 OPTIONS", CHALLENGE("n1", ""));
    ask(&t, 20, "a2@A", "2 OPTIONS", DIGEST("n1", "00000001"));
    reply(&t, 30, "401 Unauthorized", "a2@A", "2 OPTIONS", CHALLENGE("n2", ", stale=TRUE"));
    assert_int_equal(named(&t, SPAN_LIT("n1"), SPAN_LIT("r"))->refused, 0);
    assert_int_equal(named(&t, SPAN_LIT("n2"), SPAN_LIT("r"))->refused, 0);
    traffic_close(&t);
}

static void test_nonce_eviction(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 3);
    for (int i = 0; i < 10; i++) {
        char branch[32], cseq[32], challenge[128];

        snprintf(branch, sizeof(branch), "a%d@A", i);
        snprintf(cseq, sizeof(cseq), "%d OPTIONS", i + 1);
        snprintf(challenge, sizeof(challenge),
                 "WWW-Authenticate: Digest realm=\"r\", nonce=\"n%d\"\r\n", i);
        ask(&t, i * 10, branch, cseq, "");
        reply(&t, i * 10 + 5, "401 Unauthorized", branch, cseq, challenge);
    }
    assert_int_equal(t.nonces.by_nonce.count, 3);
    assert_int_equal(t.nonces.evicted, 7);
    assert_null(named(&t, SPAN_LIT("n6"), SPAN_LIT("r")));
    assert_non_null(named(&t, SPAN_LIT("n7"), SPAN_LIT("r")));
    traffic_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nonce_life),
        cmocka_unit_test(test_nonce_refused),
        cmocka_unit_test(test_nonce_stale),
        cmocka_unit_test(test_nonce_eviction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The context through its public header: configuration, selection, blame, evidence, limits, reset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/link.h"
#include "net_frames.h"
#include "sipsan.h"

#define START INT64_C(1700000000000000)

#define INVITE                                                                                     \
    "INVITE sip:bob@example.net SIP/2.0\r\n"                                                       \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-1\r\n"                                              \
    "Max-Forwards: 70\r\n"                                                                         \
    "From: <sip:alice@example.com>;tag=a\r\n"                                                      \
    "To: <sip:bob@example.net>\r\n"                                                                \
    "Call-ID: c1\r\n"                                                                              \
    "CSeq: 1 INVITE\r\n"                                                                           \
    "Allow: INVITE, ACK, CANCEL, BYE\r\n"                                                          \
    "Supported:\r\n"                                                                               \
    "Contact: <sip:alice@192.0.2.1>\r\n"                                                           \
    "Content-Length: 0\r\n\r\n"
#define ANSWER(status, method)                                                                     \
    "SIP/2.0 " status "\r\n"                                                                       \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-1\r\n"                                              \
    "From: <sip:alice@example.com>;tag=a\r\n"                                                      \
    "To: <sip:bob@example.net>;tag=b\r\n"                                                          \
    "Call-ID: c1\r\n"                                                                              \
    "CSeq: 1 " method "\r\n"                                                                       \
    "Contact: <sip:bob@192.0.2.2>\r\n"                                                             \
    "Content-Length: 0\r\n\r\n"
#define BYE_OF_BOB                                                                                 \
    "BYE sip:alice@192.0.2.1 SIP/2.0\r\n"                                                          \
    "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK-9\r\n"                                              \
    "Max-Forwards: 70\r\n"                                                                         \
    "From: <sip:bob@example.net>;tag=b\r\n"                                                        \
    "To: <sip:alice@example.com>;tag=a\r\n"                                                        \
    "Call-ID: c1\r\n"                                                                              \
    "CSeq: 1 BYE\r\n"                                                                              \
    "Content-Length: 0\r\n\r\n"
#define CANCEL_OTHER_BRANCH                                                                        \
    "CANCEL sip:bob@example.net SIP/2.0\r\n"                                                       \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-other\r\n"                                          \
    "Max-Forwards: 70\r\n"                                                                         \
    "From: <sip:alice@example.com>;tag=a\r\n"                                                      \
    "To: <sip:bob@example.net>\r\n"                                                                \
    "Call-ID: c1\r\n"                                                                              \
    "CSeq: 1 CANCEL\r\n"                                                                           \
    "Content-Length: 0\r\n\r\n"

static const struct sipsan_addr alice = {.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
static const struct sipsan_addr bob = {.ip = {192, 0, 2, 2}, .port = 5060, .family = 4};

struct heard {
    unsigned findings, problems, messages;
    int64_t time;  /* of the last message */
    char rule[96]; /* of the last finding */
    char role[16];
    enum sipsan_severity severity;
    struct sipsan_addr culprit;
    uint32_t frame;
};

static void on_finding(void *user, const struct sipsan_finding *f)
{
    struct heard *heard = user;

    heard->findings++;
    assert_true(strlen(f->rule->id) < sizeof(heard->rule));
    strcpy(heard->rule, f->rule->id);
    assert_true(strlen(f->role) < sizeof(heard->role));
    strcpy(heard->role, f->role);
    heard->severity = f->severity;
    heard->culprit = f->culprit;
    heard->frame = f->ref.frame;
    assert_true(f->offset + f->length <= f->message.n);
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    struct heard *heard = user;

    heard->problems++;
    assert_true(problem->text.n > 0);
}

static struct sipsan_config config_for(struct heard *heard)
{
    struct sipsan_config config;

    memset(heard, 0, sizeof(*heard));
    sipsan_config_init(&config);
    config.on_finding = on_finding;
    config.on_problem = on_problem;
    config.user = heard;
    return config;
}

static int feed(struct sipsan *s, uint32_t frame, double seconds, const struct sipsan_addr *from,
                const struct sipsan_addr *to, const char *text)
{
    const struct sipsan_flow flow = {.src = *from, .dst = *to};
    const struct sipsan_ref ref = {.frame = frame, .time = START + (int64_t)(seconds * 1e6)};

    return sipsan_feed_message(s, text, strlen(text), &flow, &ref);
}

/* INVITE, 180, and the BYE that the callee must not send. */
static void early_bye(struct sipsan *s)
{
    assert_int_equal(feed(s, 1, 0, &alice, &bob, INVITE), SIPSAN_OK);
    assert_int_equal(feed(s, 2, 0.1, &bob, &alice, ANSWER("180 Ringing", "INVITE")), SIPSAN_OK);
    assert_int_equal(feed(s, 3, 2, &bob, &alice, BYE_OF_BOB), SIPSAN_OK);
}

static void test_context_names_rule_culprit_and_frame(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan_totals totals;
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 1);
    assert_string_equal(heard.rule, "rfc3261.15.callee-bye-early-dialog");
    assert_string_equal(heard.role, "callee");
    assert_int_equal(heard.severity, SIPSAN_ERROR);
    assert_memory_equal(heard.culprit.ip, bob.ip, 4);
    assert_int_equal(heard.frame, 3);
    sipsan_get_totals(s, &totals);
    assert_int_equal(totals.messages, 3);
    assert_int_equal(totals.errors, 1);
    assert_int_equal(totals.calls, 1);
    sipsan_free(s);
}

/* Without the start of the call the same BYE proves nothing. */
static void test_context_is_silent_in_mid_call(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    feed(s, 1, 0.1, &bob, &alice, ANSWER("180 Ringing", "INVITE"));
    feed(s, 2, 2, &bob, &alice, BYE_OF_BOB);
    assert_int_equal(heard.findings, 0);
    sipsan_free(s);
}

static void test_context_reset_is_as_new(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan_totals totals;
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    for (unsigned i = 1; i <= 3; i++) {
        early_bye(s);
        assert_int_equal(heard.findings, i);
        sipsan_reset(s);
        sipsan_get_totals(s, &totals);
        assert_int_equal(totals.messages, 0);
        assert_int_equal(totals.errors, 0);
        assert_int_equal(totals.transactions, 0);
        assert_int_equal(totals.checks, 0);
    }
    sipsan_free(s);
}

static void test_context_judges_the_accused_only(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan_addr accused = {.ip = {192, 0, 2, 1}, .family = 4}; /* any port */
    struct sipsan *s;

    (void)state;
    config.accused = &accused;
    config.accused_count = 1;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 0);
    sipsan_free(s);

    accused.ip[3] = 2;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 1);
    sipsan_free(s);

    accused.port = 5070; /* another process of that host */
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 1);
    sipsan_free(s);
}

static void test_context_takes_the_callers_word_on_direction(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan_flow flow = {.src = alice, .dst = bob};
    struct sipsan_ref ref = {.frame = 1, .time = START};
    struct sipsan *s;

    (void)state;
    config.accused_only = true;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    feed(s, 1, 0, &alice, &bob, INVITE);
    feed(s, 2, 0.1, &bob, &alice, ANSWER("180 Ringing", "INVITE"));
    ref.frame = 3;
    ref.time += 2000000;
    flow.sent_by_accused = true;
    sipsan_feed_message(s, CANCEL_OTHER_BRANCH, strlen(CANCEL_OTHER_BRANCH), &flow, &ref);
    assert_int_equal(heard.findings, 1);
    assert_string_equal(heard.rule, "rfc3261.9.1.cancel-via-matches-top");
    sipsan_free(s);
}

/* A BYE without the call before it: who wrote its URIs first is not known. */
static void test_context_accuses_nobody_of_what_a_dialog_hands_on(void **state)
{
    static const char bye[] = "BYE sip:al[ice@192.0.2.1 SIP/2.0\r\n"
                              "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKb\r\nMax-Forwards: 70\r\n"
                              "From: <sip:bob@example.net>;tag=b\r\n"
                              "To: <sip:alice@example.com>;tag=a\r\n"
                              "Call-ID: handed-on\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n";
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    feed(s, 1, 0, &bob, &alice, bye);
    assert_int_equal(heard.findings, 1);
    assert_string_equal(heard.rule, "rfc3261.25.1.uri-user-chars");
    sipsan_free(s);
    config.accused = &bob;
    config.accused_count = 1;
    heard.findings = 0;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    feed(s, 1, 0, &bob, &alice, bye);
    assert_int_equal(heard.findings, 0);
    sipsan_free(s);
}

static void test_context_selects_by_prefix(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    assert_int_equal(sipsan_select(s, "rfc3261.9", true), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 0); /* section 15 is off */
    sipsan_reset(s);
    assert_int_equal(sipsan_select(s, "rfc3261.15", true), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 1);
    sipsan_reset(s);
    assert_int_equal(sipsan_select(s, "rfc3261.15.callee-*", false), SIPSAN_OK);
    early_bye(s);
    assert_int_equal(heard.findings, 1);
    assert_int_equal(sipsan_select(s, "rfc3261.1", true), SIPSAN_EINVAL); /* no part of a number */
    assert_int_equal(sipsan_select(s, "rfc9999", true), SIPSAN_EINVAL);
    sipsan_free(s);
}

static void test_context_refuses_bad_configurations(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan *s = (struct sipsan *)&config;

    (void)state;
    config.race_window = -1;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_EINVAL);
    assert_null(s);
    config = config_for(&heard);
    config.as_of = 2543;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_EINVAL);
    config = config_for(&heard);
    config.size = sizeof(config) + 1;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_EINVAL);
    config = config_for(&heard);
    config.limits.memory = 1000;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_ENOMEM);
    assert_null(s);
    assert_int_equal(sipsan_new(&s, NULL), SIPSAN_OK);
    sipsan_free(s);
    sipsan_free(NULL);
}

/* A message above the limit is a problem line and a hole, not the end. */
static void test_context_limits_messages(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan_totals totals;
    struct sipsan *s;

    (void)state;
    config.limits.message = 200;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    assert_int_equal(feed(s, 1, 0, &alice, &bob, INVITE), SIPSAN_ELIMIT);
    assert_int_equal(heard.problems, 1);
    sipsan_get_totals(s, &totals);
    assert_int_equal(totals.limits, 1);
    sipsan_free(s);
}

static void test_context_leaves_alone_what_is_no_sip(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    assert_int_equal(feed(s, 1, 0, &alice, &bob, "\r\n\r\n"), SIPSAN_ENOTSIP);
    assert_int_equal(feed(s, 2, 0, &alice, &bob, "GET / HTTP/1.1\r\n\r\n"), SIPSAN_ENOTSIP);
    assert_int_equal(feed(s, 3, 0, &alice, &bob, "\r\n\r\n" INVITE), SIPSAN_OK);
    assert_int_equal(heard.findings, 0);
    sipsan_free(s);
}

/* What is owed when the input ends is counted, never reported; time does not go on by itself. */
static void test_context_ends_without_a_verdict_on_debts(void **state)
{
    struct heard heard;
    struct sipsan_config config = config_for(&heard);
    struct sipsan_totals totals;
    struct sipsan *s;

    (void)state;
    assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
    feed(s, 1, 0, &alice, &bob, INVITE);
    feed(s, 2, 1, &bob, &alice, ANSWER("486 Busy Here", "INVITE"));
    assert_int_equal(sipsan_finish(s), SIPSAN_OK);
    assert_int_equal(heard.findings, 0);
    sipsan_get_totals(s, &totals);
    assert_true(totals.inconclusive > 0);
    sipsan_free(s);
}

static void test_context_checks_one_message(void **state)
{
    static const char broken[] = "OPTIONS sip:bob@example.net SIP/2.0\r\n"
                                 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-1\r\n"
                                 "Max-Forwards: 70\r\n"
                                 "From: <sip:alice@example.com>;tag=a\r\n"
                                 "To: <sip:bob@example.net>\r\n"
                                 "Call-ID: c1\r\n"
                                 "CSeq: 1 INVITE\r\n"
                                 "Accept: application/sdp\r\n"
                                 "Content-Length: 0\r\n\r\n";
    struct heard heard = {0};

    (void)state;
    assert_int_equal(sipsan_check_message(INVITE, strlen(INVITE), SIPSAN_UDP, NULL, NULL), 0);
    assert_int_equal(sipsan_check_message(broken, strlen(broken), SIPSAN_UDP, on_finding, &heard),
                     1);
    assert_string_equal(heard.rule, "rfc3261.8.1.1.5.cseq-method-match");
    assert_int_equal(sipsan_check_message("x", 1, SIPSAN_UDP, NULL, NULL), SIPSAN_ENOTSIP);
}

/* Ids are an interface: unique, well formed, described; aliases lead to them. */
/* An INVITE and its 100 over TLS that somebody has taken off. */
#define OVER_TLS(start, to, rest)                                                                  \
    start "\r\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK-1\r\n"                                    \
          "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.net>" to                    \
          "\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n" rest "Content-Length: 0\r\n\r\n"

static void feed_in_pieces(struct sipsan *s, const char *text, size_t size, bool from_alice,
                           uint32_t frame)
{
    const struct sipsan_flow flow = {.transport = SIPSAN_TLS,
                                     .src = from_alice ? alice : bob,
                                     .dst = from_alice ? bob : alice,
                                     .connection = 7};
    const struct sipsan_ref ref = {.frame = frame, .time = START + frame * 20000};

    for (size_t i = 0, n = strlen(text); i < n; i += size)
        assert_int_equal(sipsan_feed_stream(s, text + i, n - i < size ? n - i : size, &flow, &ref),
                         SIPSAN_OK);
}

static void test_context_takes_streams(void **state)
{
    static const char invite[] =
        "\r\n\r\n" OVER_TLS("INVITE sip:bob@example.net SIP/2.0", "", "Max-Forwards: many\r\n");
    static const char trying[] = OVER_TLS("SIP/2.0 100 Trying", "", "");
    static const struct sipsan_flow other = {
        .transport = SIPSAN_TCP, .src = {.family = 4}, .dst = {.family = 4}, .connection = 7};
    struct sipsan_flow flow = {.transport = SIPSAN_TLS, .src = alice, .dst = bob};
    const struct sipsan_ref ref = {.frame = 9, .time = START + 500000};

    (void)state;
    for (size_t size = 1; size < sizeof(invite); size = size * 2 + 1) {
        struct heard heard;
        struct sipsan_config config = config_for(&heard);
        struct sipsan_totals totals;
        struct sipsan *s;

        assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
        assert_int_equal(sipsan_select(s, "rfc3261.25.1.max-forwards-syntax", true), SIPSAN_OK);
        feed_in_pieces(s, invite, size, true, 1);
        assert_int_equal(heard.findings, 1); /* as soon as its last octet is there */
        feed_in_pieces(s, trying, size, false, 2);
        assert_int_equal(sipsan_feed_stream(s, "OPT", 3, &other, &ref), SIPSAN_OK);
        flow.connection = 7;
        assert_int_equal(sipsan_feed_stream(s, NULL, 0, &flow, &ref), SIPSAN_OK);
        assert_int_equal(sipsan_feed_stream(s, "x", 1, &flow, &ref), SIPSAN_EINVAL);
        flow.connection = 0;
        assert_int_equal(sipsan_feed_stream(s, "x", 1, &flow, &ref), SIPSAN_EINVAL);
        assert_int_equal(sipsan_finish(s), SIPSAN_OK);
        sipsan_get_totals(s, &totals);
        assert_int_equal(totals.messages, 2);
        assert_int_equal(totals.transactions, 1);
        assert_int_equal(heard.findings, 1);
        assert_int_equal(heard.frame, 1);
        sipsan_free(s);
    }
}

static void on_message(void *user, const struct sipsan_ref *ref, const struct sipsan_flow *flow,
                       struct sipsan_span bytes)
{
    struct heard *heard = user;

    (void)flow;
    (void)bytes;
    heard->messages++;
    heard->time = ref->time;
}

/* A datagram as a whole, the first half of another one, and a segment that waits for one before it:
 * all that is kept by its time below SIP. */
static void feed_frames(struct sipsan *s, const struct sipsan_ref *ref)
{
    static struct frame f;
    const unsigned half = 64;

    udp_frame(&f, 64, INVITE, sizeof(INVITE) - 1);
    assert_int_equal(sipsan_feed_frame(s, SIPSAN_LINK_ETHERNET, f.p, f.n, f.n, ref), SIPSAN_OK);
    f.n = 0;
    add_ipv4(&f, 17, ref->frame, 0x2000, 64, half);
    add_udp(&f, INVITE, half - 8);
    assert_int_equal(sipsan_feed_frame(s, SIPSAN_LINK_RAW, f.p, f.n, f.n, ref), SIPSAN_OK);
    f.n = 0;
    add_ipv4(&f, 6, 1, 0, 64, 20 + half);
    add16(&f, 40000);
    add16(&f, 5060);
    add32(&f, 1000 * ref->frame);
    add32(&f, 0);
    add32(&f, 0x50000000);
    add32(&f, 0);
    add(&f, INVITE, half);
    assert_int_equal(sipsan_feed_frame(s, SIPSAN_LINK_RAW, f.p, f.n, f.n, ref), SIPSAN_OK);
}

/* Wherever a time comes in: nothing overflows (the sanitizers watch), and it is told as bounded. */
static void test_context_bounds_times(void **state)
{
    static const int64_t times[] = {
        0,     INT64_MAX,     INT64_MIN,     SIPSAN_TIME_MOST, -SIPSAN_TIME_MOST,
        START, INT64_MIN + 1, INT64_MAX - 1, START - 5000000};
    const struct sipsan_flow flow = {.src = alice, .dst = bob};
    const struct sipsan_flow stream = {
        .transport = SIPSAN_TCP, .src = alice, .dst = bob, .connection = 1};

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        for (size_t j = 0; j < sizeof(times) / sizeof(times[0]); j++) {
            const struct sipsan_ref ref[] = {{.frame = 1, .time = times[i]},
                                             {.frame = 2, .time = times[j]}};
            const int64_t last = times[j] > SIPSAN_TIME_MOST    ? SIPSAN_TIME_MOST
                                 : times[j] < -SIPSAN_TIME_MOST ? -SIPSAN_TIME_MOST
                                                                : times[j];
            struct heard heard;
            struct sipsan_config config = config_for(&heard);
            struct sipsan *s;

            config.on_message = on_message;
            assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
            for (size_t k = 0; k < 2; k++) {
                feed_frames(s, &ref[k]);
                assert_int_equal(sipsan_feed_stream(s, INVITE, 100, &stream, &ref[k]), SIPSAN_OK);
                assert_int_equal(
                    sipsan_feed_message(s, BYE_OF_BOB, sizeof(BYE_OF_BOB) - 1, &flow, &ref[k]),
                    SIPSAN_OK);
            }
            assert_true(heard.messages >= 3); /* the second INVITE may be a copy */
            assert_int_equal(heard.time, last);
            assert_int_equal(sipsan_lost(s, &ref[0]), SIPSAN_OK);
            assert_int_equal(sipsan_advance(s, times[i]), SIPSAN_OK);
            assert_int_equal(sipsan_advance(s, times[j]), SIPSAN_OK);
            assert_int_equal(sipsan_finish(s), SIPSAN_OK);
            sipsan_free(s);
        }
}

static void feed_over_tcp(struct sipsan *s, double seconds, const struct sipsan_addr *from,
                          const struct sipsan_addr *to, const char *text)
{
    const struct sipsan_flow flow = {.transport = SIPSAN_TCP, .src = *from, .dst = *to};
    const struct sipsan_ref ref = {.frame = 1, .time = START + (int64_t)(seconds * 1e6)};

    assert_int_equal(sipsan_feed_message(s, text, strlen(text), &flow, &ref), SIPSAN_OK);
}

/* A call is refused, which nobody acknowledges. */
static void refused_call(struct sipsan *s, const struct sipsan_addr *phone, double seconds)
{
    static const char *const lines[] = {
        "INVITE sip:bob@example.net SIP/2.0\r\nMax-Forwards: 70\r\nTo: <sip:bob@example.net>\r\n"
        "Contact: <sip:a@192.0.2.9>\r\nCSeq: 1 INVITE\r\n",
        "SIP/2.0 486 Busy Here\r\nTo: <sip:bob@example.net>;tag=b\r\nCSeq: 1 INVITE\r\n"};
    const unsigned n = phone->ip[3];
    char text[600];

    for (unsigned i = 0; i < 2; i++) {
        snprintf(text, sizeof(text),
                 "%sVia: SIP/2.0/TCP 192.0.2.%u;branch=z9hG4bK-%u\r\n"
                 "From: <sip:a@example.com>;tag=%u\r\nCall-ID: %u\r\nContent-Length: 0\r\n\r\n",
                 lines[i], n, n, n, n);
        feed_over_tcp(s, seconds + 0.01 * i, i ? &bob : phone, i ? phone : &bob, text);
    }
}

/* A step of the clock makes all of them overdue at once; one or two are to be blamed. */
static void test_context_sees_the_clock_step(void **state)
{
    (void)state;
    for (unsigned phones = 1; phones <= 4; phones++) {
        struct heard heard;
        struct sipsan_config config = config_for(&heard);
        struct sipsan_addr phone = alice;
        struct sipsan_totals totals;
        struct sipsan *s;

        assert_int_equal(sipsan_new(&s, &config), SIPSAN_OK);
        assert_int_equal(sipsan_select(s, "rfc3261.17.1.1.2.ack-non2xx-sent", true), SIPSAN_OK);
        for (phone.ip[3] = 10; phone.ip[3] < 10 + phones; phone.ip[3]++)
            refused_call(s, &phone, 0.1 * phone.ip[3]);
        for (phone.ip[3] = 10; phone.ip[3] < 10 + phones; phone.ip[3]++)
            feed_over_tcp(s, 40 + phone.ip[3], &bob, &phone, BYE_OF_BOB);
        sipsan_get_totals(s, &totals);
        assert_int_equal(heard.findings, phones < 3 ? phones : 0);
        assert_int_equal(totals.inconclusive, phones < 3 ? 0 : phones);
        sipsan_free(s);
    }
}

static void test_context_catalogue_is_sound(void **state)
{
    struct sipsan_rule_info a, b;

    (void)state;
    assert_false(sipsan_rule_at(sipsan_rule_count(), &a));
    for (size_t i = 0; sipsan_rule_at(i, &a); i++) {
        assert_memory_equal(a.id, "rfc", 3);
        assert_true(a.rfc > 2000 && a.section.n > 0);
        assert_true(strlen(a.summary) > 10 && strlen(a.explain) > 40);
        assert_true(sipsan_rule_find(a.id, &b));
        assert_ptr_equal(a.id, b.id); /* the first of this name is this one */
        for (size_t k = 0; k < i; k++) {
            assert_true(sipsan_rule_at(k, &b));
            assert_string_not_equal(a.id, b.id);
        }
    }
    assert_true(sipsan_rule_find("rfc3261.22.1.cancel-not-challenged", &a));
    assert_string_equal(a.id, "rfc3261.9.2.cancel-not-challenged");
    assert_false(sipsan_rule_find("rfc3261.9.2", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context_names_rule_culprit_and_frame),
        cmocka_unit_test(test_context_is_silent_in_mid_call),
        cmocka_unit_test(test_context_reset_is_as_new),
        cmocka_unit_test(test_context_judges_the_accused_only),
        cmocka_unit_test(test_context_accuses_nobody_of_what_a_dialog_hands_on),
        cmocka_unit_test(test_context_takes_the_callers_word_on_direction),
        cmocka_unit_test(test_context_selects_by_prefix),
        cmocka_unit_test(test_context_refuses_bad_configurations),
        cmocka_unit_test(test_context_limits_messages),
        cmocka_unit_test(test_context_leaves_alone_what_is_no_sip),
        cmocka_unit_test(test_context_ends_without_a_verdict_on_debts),
        cmocka_unit_test(test_context_checks_one_message),
        cmocka_unit_test(test_context_takes_streams),
        cmocka_unit_test(test_context_bounds_times),
        cmocka_unit_test(test_context_sees_the_clock_step),
        cmocka_unit_test(test_context_catalogue_is_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

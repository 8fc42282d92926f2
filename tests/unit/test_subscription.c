/* Subscriptions through the public header: their ceiling is counted, they go when they have run
 * out, and in the steady state a message costs no allocation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sipsan.h"

#define START  INT64_C(1700000000000000)
#define SECOND INT64_C(1000000)

static const struct sipsan_addr alice = {.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
static const struct sipsan_addr bob = {.ip = {192, 0, 2, 2}, .port = 5060, .family = 4};

struct watch {
    uint64_t requests; /* to the allocator */
    size_t live, most; /* blocks */
    unsigned findings;
    char rule[96]; /* of the last one */
    struct sipsan *s;
    int64_t now;
    uint64_t frame;
};

static void *count_alloc(void *user, size_t n)
{
    struct watch *w = user;

    w->requests++;
    if (++w->live > w->most)
        w->most = w->live;
    return malloc(n);
}

static void *count_realloc(void *user, void *p, size_t n)
{
    struct watch *w = user;

    w->requests++;
    if (!p)
        w->live++;
    return realloc(p, n);
}

static void count_free(void *user, void *p)
{
    struct watch *w = user;

    if (p)
        w->live--;
    free(p);
}

static void on_finding(void *user, const struct sipsan_finding *f)
{
    struct watch *w = user;

    w->findings++;
    snprintf(w->rule, sizeof(w->rule), "%s", f->rule->id);
}

static void begin(struct watch *w)
{
    struct sipsan_config config;

    *w = (struct watch){.now = START};
    sipsan_config_init(&config);
    config.mem_alloc = count_alloc;
    config.mem_realloc = count_realloc;
    config.mem_free = count_free;
    config.mem_user = w;
    config.on_finding = on_finding;
    config.user = w;
    assert_int_equal(sipsan_new(&w->s, &config), SIPSAN_OK);
}

static void feed(struct watch *w, bool from_alice, const char *text)
{
    const struct sipsan_flow flow = {
        .transport = SIPSAN_UDP, .src = from_alice ? alice : bob, .dst = from_alice ? bob : alice};
    const struct sipsan_ref ref = {.frame = ++w->frame, .time = w->now};

    assert_int_equal(sipsan_feed_message(w->s, text, strlen(text), &flow, &ref), SIPSAN_OK);
    w->now += 1000;
}

static void request(struct watch *w, bool from_alice, unsigned call, unsigned n, const char *method,
                    const char *more)
{
    char text[1024];

    snprintf(
        text, sizeof(text),
        "%s sip:x@192.0.2.%d SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.%d;branch=z9hG4bK-%u-%u-%s\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:x@example.com>;tag=%c\r\nTo: <sip:y@example.net>%s\r\n"
        "Call-ID: c%u\r\nCSeq: %u %s\r\nContact: <sip:x@192.0.2.%d>\r\n%s"
        "Content-Length: 0\r\n\r\n",
        method, from_alice ? 2 : 1, from_alice ? 1 : 2, call, n, method, from_alice ? 'a' : 'b',
        from_alice ? n > 1 ? ";tag=b" : "" : ";tag=a", call, n, method, from_alice ? 1 : 2, more);
    feed(w, from_alice, text);
}

static void answer(struct watch *w, bool from_alice, unsigned call, unsigned n, const char *method,
                   const char *more)
{
    char text[1024];

    snprintf(text, sizeof(text),
             "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.%d;branch=z9hG4bK-%u-%u-%s\r\n"
             "From: <sip:x@example.com>;tag=%c\r\nTo: <sip:y@example.net>;tag=%c\r\n"
             "Call-ID: c%u\r\nCSeq: %u %s\r\nContact: <sip:x@192.0.2.%d>\r\n%s"
             "Content-Length: 0\r\n\r\n",
             from_alice ? 2 : 1, call, n, method, from_alice ? 'b' : 'a', from_alice ? 'a' : 'b',
             call, n, method, from_alice ? 1 : 2, more);
    feed(w, from_alice, text);
}

static void subscribe(struct watch *w, unsigned call, unsigned n, const char *event)
{
    char more[128];

    snprintf(more, sizeof(more), "Event: %s\r\nExpires: 60\r\n", event);
    request(w, true, call, n, "SUBSCRIBE", more);
    answer(w, false, call, n, "SUBSCRIBE", "Expires: 60\r\n");
    snprintf(more, sizeof(more), "Event: %s\r\nSubscription-State: active;expires=60\r\n", event);
    request(w, false, call, n, "NOTIFY", more);
    answer(w, true, call, n, "NOTIFY", "");
}

static void test_subscription_ceiling(void **state)
{
    struct sipsan_totals totals;
    struct watch w;
    char event[32];

    (void)state;
    begin(&w);
    for (unsigned n = 1; n <= 8; n++) {
        snprintf(event, sizeof(event), "p%u", n);
        subscribe(&w, 1, n, event);
    }
    sipsan_get_totals(w.s, &totals);
    assert_int_equal(totals.limits, 0);
    subscribe(&w, 1, 9, "p9");
    sipsan_get_totals(w.s, &totals);
    assert_true(totals.limits > 0);
    assert_int_equal(w.findings, 0);
    sipsan_free(w.s);
    assert_int_equal(w.live, 0);
}

/* An ended one gives its place to another. */
static void test_subscription_place_again(void **state)
{
    struct sipsan_totals totals;
    struct watch w;
    char event[32];

    (void)state;
    begin(&w);
    for (unsigned n = 1; n <= 40; n++) {
        char more[128];

        snprintf(event, sizeof(event), "p%u", n);
        subscribe(&w, 1, n, n == 1 ? "keep" : event);
        if (n == 1)
            continue;
        snprintf(more, sizeof(more),
                 "Event: %s\r\nSubscription-State: terminated;reason=noresource\r\n", event);
        request(&w, false, 1, 100 + n, "NOTIFY", more);
        answer(&w, true, 1, 100 + n, "NOTIFY", "");
    }
    sipsan_get_totals(w.s, &totals);
    assert_int_equal(totals.limits, 0);
    sipsan_free(w.s);
}

static void test_subscription_memory(void **state)
{
    struct sipsan_totals totals;
    struct watch w;
    uint64_t requests = 0;
    size_t most = 0;

    (void)state;
    begin(&w);
    for (unsigned call = 1; call <= 3000; call++) {
        if (call == 1500) {
            requests = w.requests;
            most = w.most;
        }
        subscribe(&w, call, 1, "presence");
        w.now += SECOND;
    }
    sipsan_get_totals(w.s, &totals);
    assert_int_equal(totals.dialogs, 3000);
    assert_int_equal(w.findings, 0);
    assert_int_equal(w.most, most);         /* those of the last two minutes, no more */
    assert_int_equal(w.requests, requests); /* and nothing is asked of the allocator */
    sipsan_free(w.s);
    assert_int_equal(w.live, 0);
}

static void test_subscription_lengthened(void **state)
{
    struct watch w;

    (void)state;
    begin(&w);
    subscribe(&w, 1, 1, "presence");
    w.now += 30 * SECOND;
    request(&w, false, 1, 2, "NOTIFY",
            "Event: presence\r\nSubscription-State: active;expires=60\r\n");
    assert_int_equal(w.findings, 1);
    assert_string_equal(w.rule, "rfc6665.4.2.2.expires-not-lengthened");
    sipsan_reset(w.s);
    w.now += SECOND;
    request(&w, false, 1, 3, "NOTIFY",
            "Event: presence\r\nSubscription-State: active;expires=60\r\n");
    assert_int_equal(w.findings, 1); /* nothing is known any more */
    sipsan_free(w.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subscription_ceiling),
        cmocka_unit_test(test_subscription_place_again),
        cmocka_unit_test(test_subscription_memory),
        cmocka_unit_test(test_subscription_lengthened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

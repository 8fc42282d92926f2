/* The life of registrations: RFC 3261 10.2, 10.3. */
#include "traffic.h"

static void reg(struct traffic *t, int ms, const char *branch, const char *cseq, const char *extra)
{
    SAY(*t, .ms = ms, .way = "A>R", .start = "REGISTER sip:example.com", .vias = branch,
        .from = "f", .cseq = cseq, .extra = extra, .to_uri = "sip:a@Example.COM");
}

static void done(struct traffic *t, int ms, const char *start, const char *branch, const char *cseq,
                 const char *extra)
{
    SAY(*t, .ms = ms, .way = "R>A", .start = start, .vias = branch, .from = "f", .to = "r",
        .cseq = cseq, .extra = extra, .to_uri = "sip:a@example.com");
}

static void test_binding_life(void **state)
{
    struct traffic t;
    struct sipsan_registration *r;

    (void)state;
    traffic_open(&t, 100);
    reg(&t, 0, "a1@A", "1 REGISTER", "Expires: 3600\r\n" CONTACT("192.0.2.65"));
    r = t.registration;
    assert_non_null(r);
    assert_true(r->whole && r->open_serial != 0);
    assert_text(r->aor, "sip:a@example.com");
    assert_text(r->open_contacts, "<sip:u@192.0.2.65>");
    done(&t, 50, "200 OK", "a1@A", "1 REGISTER", "Contact: <sip:u@192.0.2.65>;expires=600\r\n");
    assert_ptr_equal(t.registration, r);
    assert_int_equal(r->open_serial, 0);
    assert_int_equal(r->bound_count, 1);
    assert_true(r->bound[0].expires == t.seen.ref.time + INT64_C(600000000));
    assert_int_equal(r->bound[0].cseq, 1);
    reg(&t, 1000, "a2@A", "2 REGISTER", "Contact: <sip:u@192.0.2.65>;expires=0\r\n");
    assert_ptr_equal(t.registration, r);
    assert_non_null(sipsan_bound_find(r, &t.seen.msg->contact->uri));
    done(&t, 1050, "200 OK", "a2@A", "2 REGISTER", "");
    assert_int_equal(r->bound_count, 0);
    assert_int_equal(r->cseq, 2);
    traffic_wait(&t, 1000000);
    assert_int_equal(t.bindings.by_call.count, 0);
    traffic_close(&t);
}

static void test_binding_star(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    reg(&t, 0, "a1@A", "7 REGISTER",
        "Contact: <sip:u@192.0.2.65>, <sip:u@192.0.2.70>, <sip:u@192.0.2.71>\r\n");
    assert_false(t.registration->whole);
    done(&t, 50, "200 OK", "a1@A", "7 REGISTER", "");
    assert_int_equal(t.registration->bound_count, 3);
    assert_true(t.registration->bound[0].expires == INT64_MAX);
    reg(&t, 100, "a2@A", "8 REGISTER", "Expires: 0\r\nContact: *\r\n");
    done(&t, 150, "200 OK", "a2@A", "8 REGISTER", "");
    assert_int_equal(t.registration->bound_count, 0);
    traffic_close(&t);
}

static void test_binding_refused(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    reg(&t, 0, "a1@A", "1 REGISTER", CONTACT("192.0.2.65"));
    done(&t, 50, "403 Forbidden", "a1@A", "1 REGISTER", "");
    assert_int_equal(t.registration->open_serial, 0);
    assert_int_equal(t.registration->bound_count, 0);
    traffic_close(&t);
}

static void test_binding_timeout(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    reg(&t, 0, "a1@A", "1 REGISTER", CONTACT("192.0.2.65"));
    traffic_wait(&t, 33000);
    reg(&t, 33100, "a2@A", "2 REGISTER", CONTACT("192.0.2.65"));
    assert_true(t.registration->timed_out == traffic_epoch + SIPSAN_TIMER_B);
    traffic_close(&t);
}

/* The proxy's copy is no second registration. */
static void test_binding_relayed(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    reg(&t, 0, "a1@A", "1 REGISTER", CONTACT("192.0.2.65"));
    SAY(t, .ms = 5, .way = "R>S", .start = "REGISTER sip:example.com", .vias = "r1@R a1@A",
        .from = "f", .cseq = "1 REGISTER", .extra = CONTACT("192.0.2.65"));
    assert_null(t.registration);
    SAY(t, .ms = 10, .way = "S>R", .start = "200 OK", .vias = "r1@R a1@A", .from = "f", .to = "r",
        .cseq = "1 REGISTER", .extra = CONTACT("192.0.2.65"));
    assert_null(t.registration);
    assert_int_equal(t.bindings.by_call.count, 1);
    traffic_close(&t);
}

static void test_binding_eviction(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 3);
    for (int i = 0; i < 10; i++) {
        char branch[32], call_id[32];

        snprintf(branch, sizeof(branch), "a%d@A", i);
        snprintf(call_id, sizeof(call_id), "c%d", i);
        SAY(t, .ms = i, .way = "A>R", .start = "REGISTER sip:example.com", .vias = branch,
            .from = "f", .call_id = call_id, .cseq = "1 REGISTER", .extra = CONTACT("192.0.2.65"));
    }
    assert_int_equal(t.bindings.by_call.count, 3);
    assert_int_equal(t.bindings.evicted, 7);
    traffic_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binding_life),    cmocka_unit_test(test_binding_star),
        cmocka_unit_test(test_binding_refused), cmocka_unit_test(test_binding_timeout),
        cmocka_unit_test(test_binding_relayed), cmocka_unit_test(test_binding_eviction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

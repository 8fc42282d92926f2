/* Which transaction a message belongs to: RFC 3261 17.1.3, 17.2.3, 9; over several hops
 * test_txn_hops.c. */
#include "base_helper.h"
#include "txn_feed.h"

static void test_match_retransmission(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    txn = f.match.txn;
    assert_true(txn->whole && txn->request && txn->serial == 1);
    feed(&f, 500 * MS, A, B, MSG(INVITE));
    assert_int_equal(f.match.what, SIPSAN_REPEATED_REQUEST);
    assert_true(f.match.identical && f.match.txn == txn && txn->copies == 2);
    feed(&f, 1500 * MS, A, B, MSG(INVITE, .extra = "X: 1\r\n"));
    assert_int_equal(f.match.what, SIPSAN_REPEATED_REQUEST);
    assert_false(f.match.identical);
    assert_int_equal(txn->gap, S);
    assert_int_equal(txn->gap_before, 500 * MS);
    /* Branch, sent-by host: case does not count; the default port may be written. */
    feed(&f, 3500 * MS, A, B, MSG(INVITE, .via = "A.example:5060;branch=Z9hG4bK1"));
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 4 * S, A, B, MSG(INVITE, .via = "a.example:5062;branch=z9hG4bK1"));
    assert_ptr_not_equal(f.match.txn, txn);
    feed_close(&f);
}

/* Responses that no request has, and what they may be meant for. */
static void test_match_meant(void **state)
{
    struct feed f;
    struct sipsan_txn *invite;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    invite = f.match.txn;
    feed(&f, 1 * MS, B, A, MSG("100 Trying", .via = "a.example;branch=z9hG4bKother"));
    assert_int_equal(f.match.what, SIPSAN_STRAY_RESPONSE);
    assert_ptr_equal(sipsan_txn_meant_branch(&f.txns, f.match.txn), invite);
    assert_null(sipsan_txn_meant_method(&f.txns, f.match.txn));
    feed(&f, 2 * MS, B, A, MSG("200 OK", .cseq = "1 OPTIONS", .to_tag = "t"));
    assert_int_equal(f.match.what, SIPSAN_STRAY_RESPONSE);
    assert_ptr_equal(sipsan_txn_meant_method(&f.txns, f.match.txn), invite);
    assert_null(sipsan_txn_meant_branch(&f.txns, f.match.txn));
    feed(&f, 3 * MS, B, A, MSG("200 OK", .cseq = "1 CANCEL", .to_tag = "t"));
    assert_null(sipsan_txn_meant_method(&f.txns, f.match.txn)); /* a CANCEL may have been missed */
    feed(&f, 4 * MS, C, A, MSG("100 Trying", .via = "a.example;branch=z9hG4bKthird"));
    assert_null(sipsan_txn_meant_branch(&f.txns, f.match.txn)); /* of another server */
    feed(&f, 5 * MS, B, A, MSG("100 Trying"));
    feed(&f, 6 * MS, B, A, MSG("100 Trying", .via = "a.example;branch=z9hG4bKfourth"));
    assert_null(sipsan_txn_meant_branch(&f.txns, f.match.txn)); /* it has got its response */
    feed_close(&f);
}

/* 8.1.3.4: the one Contact of a redirection is kept. */
static void test_match_moved(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    feed(&f, 1 * MS, B, A,
         MSG("302 Moved", .to_tag = "t", .extra = "Contact: <sip:c@c;line=1>;q=1\r\n"));
    assert_memory_equal(f.match.txn->moved.p, "sip:c@c;line=1", 14);
    assert_int_equal(f.match.txn->moved.n, 14);
    feed_close(&f);

    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    feed(&f, 1 * MS, B, A,
         MSG("302 Moved", .to_tag = "t", .extra = "Contact: <sip:c@c>, <sip:d@d>\r\n"));
    assert_null(f.match.txn->moved.p);
    feed_close(&f);
}

static void test_match_responses(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1 * MS, B, A, MSG("100 Trying"));
    assert_int_equal(f.match.what, SIPSAN_NEW_RESPONSE);
    feed(&f, 2 * MS, B, A, MSG("180 Ringing", .to_tag = "t1"));
    assert_int_equal(f.match.what, SIPSAN_NEW_RESPONSE);
    assert_int_equal(txn->client, SIPSAN_STATE_PROCEEDING);
    feed(&f, 3 * MS, B, A, MSG("180 Ringing", .to_tag = "t1"));
    assert_int_equal(f.match.what, SIPSAN_REPEATED_RESPONSE);
    assert_true(f.match.identical);
    feed(&f, 4 * MS, B, A, MSG("180 Ringing", .to_tag = "t2"));
    assert_int_equal(f.match.what, SIPSAN_NEW_RESPONSE);
    feed(&f, 5 * MS, B, A, MSG("200 OK", .to_tag = "t1"));
    assert_int_equal(f.match.what, SIPSAN_NEW_RESPONSE);
    assert_non_null(f.match.answer);
    feed(&f, 6 * MS, B, A, MSG("200 OK", .to_tag = "t1"));
    assert_int_equal(txn->final.copies, 1); /* doubled on the way to the tap */
    feed(&f, 506 * MS, B, A, MSG("200 OK", .to_tag = "t1", .extra = "Date: x\r\n"));
    assert_int_equal(f.match.what, SIPSAN_REPEATED_RESPONSE);
    assert_false(f.match.identical);
    assert_int_equal(txn->final.copies, 2);
    feed(&f, 507 * MS, B, A, MSG("200 OK", .to_tag = "t2"));
    assert_int_equal(f.match.what, SIPSAN_NEW_RESPONSE);
    assert_int_equal(txn->other_final.status, 200);
    assert_int_equal(txn->answer_count, 2);
    assert_int_equal(txn->trying.status, 100);
    assert_int_equal(txn->client, SIPSAN_STATE_ACCEPTED);
    assert_memory_equal(txn->final.to.p, "<sip:b@b>;tag=t1", 16);
    feed_close(&f);
}

static void test_match_response_from_other_source(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;
    struct sipsan_addr port = feed_addr(B + 7);

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1 * MS, B + 7, A, MSG("486 Busy", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, txn);
    assert_memory_equal(&txn->other_server, &port, sizeof(port));
    feed(&f, 2 * MS, C, A, MSG("486 Busy", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, txn);
    feed_close(&f);
}

static void test_match_response_with_wrong_call(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1, B, A, MSG("200 OK", .to_tag = "t", .call_id = "damaged"));
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 2, B, A, MSG("200 OK", .to_tag = "t", .via = "b.wrong;branch=z9hG4bK1"));
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 3, B, A, MSG("200 OK", .to_tag = "t", .cseq = "1 ACK"));
    assert_int_equal(f.match.what, SIPSAN_STRAY_RESPONSE);
    assert_null(f.match.txn);
    feed_close(&f);
}

static void test_match_stray_response_then_request(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, B, A, MSG("180 Ringing", .to_tag = "t"));
    assert_int_equal(f.match.what, SIPSAN_STRAY_RESPONSE);
    txn = f.match.txn;
    assert_non_null(txn);
    assert_false(txn->whole);
    feed(&f, 1, B, A, MSG("200 OK", .to_tag = "t"));
    assert_int_equal(f.match.what, SIPSAN_STRAY_RESPONSE);
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 2, A, B, MSG(INVITE));
    assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    assert_ptr_equal(f.match.txn, txn);
    assert_true(!txn->whole && !txn->segment && txn->request);
    feed_close(&f);
}

static void test_match_reused_branch(void **state)
{
    struct feed f;
    struct sipsan_txn *first;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    first = f.match.txn;
    feed(&f, 1 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "2 OPTIONS"));
    assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    assert_ptr_equal(f.match.reused, first);
    feed(&f, 2 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS", .call_id = "other"));
    assert_non_null(f.match.reused);
    feed(&f, 3 * S, A, B, MSG("MESSAGE sip:b@b", .cseq = "1 MESSAGE"));
    assert_non_null(f.match.reused);
    feed(&f, 4 * S, A, B, MSG("OPTIONS sip:b@b", .cseq = "1 OPTIONS"));
    assert_ptr_equal(f.match.txn, first);
    assert_null(f.match.reused);
    feed_close(&f);
}

static void test_match_rfc2543(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE, .via = "a.example"));
    txn = f.match.txn;
    assert_true(txn->rfc2543);
    feed(&f, 500 * MS, A, B, MSG(INVITE, .via = "a.example"));
    assert_int_equal(f.match.what, SIPSAN_REPEATED_REQUEST);
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 600 * MS, B, A, MSG("486 Busy", .via = "a.example", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 700 * MS, A, B,
         MSG("ACK sip:b@b", .via = "a.example", .to_tag = "t", .cseq = "1 ACK"));
    assert_ptr_equal(f.match.txn, txn);
    assert_true(f.match.by_branch);
    feed(&f, 800 * MS, A, B, MSG(INVITE, .via = "a.example", .cseq = "2 INVITE"));
    assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    assert_null(f.match.reused);
    assert_ptr_equal(f.match.before, txn);
    feed_close(&f);
}

static void test_match_ack(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1, B, A, MSG("486 Busy", .to_tag = "t"));
    feed(&f, 2, A, B, MSG("ACK sip:b@b", .to_tag = "t", .cseq = "1 ACK"));
    assert_int_equal(f.match.what, SIPSAN_ACK_REQUEST);
    assert_true(f.match.txn == txn && f.match.invite == txn && f.match.by_branch);
    assert_non_null(f.match.answer);
    assert_int_equal(txn->server, SIPSAN_STATE_CONFIRMED);
    assert_int_equal(txn->acks, 1);
    feed(&f, 3, A, B,
         MSG("ACK sip:b@b", .via = "a.example;branch=z9hG4bK2", .to_tag = "t", .cseq = "1 ACK"));
    assert_true(!f.match.txn && f.match.invite == txn && !f.match.by_branch);
    feed(&f, 4, A, B,
         MSG("ACK sip:b@b", .via = "a.example;branch=z9hG4bK3", .to_tag = "t", .cseq = "9 ACK"));
    assert_null(f.match.invite);
    feed_close(&f);
}

static void test_match_cancel(void **state)
{
    struct feed f;
    struct sipsan_txn *invite, *cancel;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG(INVITE));
    invite = f.match.txn;
    feed(&f, 1, B, A, MSG("180 Ringing", .to_tag = "t"));
    feed(&f, 2, A, B, MSG("CANCEL sip:b@b", .cseq = "1 CANCEL"));
    cancel = f.match.txn;
    assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    assert_true(f.match.invite == invite && f.match.by_branch && cancel != invite);
    assert_ptr_equal(sipsan_txn_invite_of(&f.txns, cancel), invite);
    assert_ptr_equal(sipsan_txn_cancel_of(&f.txns, invite), cancel);
    feed(&f, 3, B, A, MSG("200 OK", .cseq = "1 CANCEL", .to_tag = "p"));
    assert_ptr_equal(f.match.txn, cancel);
    assert_int_equal(invite->cancel_status, 200);
    feed(&f, 4, A, B,
         MSG("CANCEL sip:b@b", .via = "a.example;branch=z9hG4bKbad", .cseq = "1 CANCEL"));
    assert_ptr_equal(f.match.invite, invite);
    assert_false(f.match.by_branch);
    assert_int_equal(f.match.txn->invite_serial, 0);
    feed_close(&f);
}

static void test_match_before(void **state)
{
    struct feed f;
    struct sipsan_txn *first;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, MSG("REGISTER sip:b", .cseq = "1 REGISTER"));
    first = f.match.txn;
    assert_null(f.match.before);
    feed(&f, 1 * MS, B, A, MSG("401 No", .cseq = "1 REGISTER", .to_tag = "t"));
    feed(&f, 9 * MS, A, B,
         MSG("REGISTER sip:b", .cseq = "2 REGISTER", .via = "a.example;branch=z9hG4bK2"));
    assert_ptr_equal(f.match.before, first);
    feed(&f, 10 * MS, A, B,
         MSG("REGISTER sip:b", .cseq = "1 REGISTER", .via = "a.example;branch=z9hG4bK3"));
    assert_ptr_equal(f.match.before, first);
    feed_close(&f);
}

static void test_match_loopback(void **state)
{
    struct feed f;
    struct sipsan_txn *txn;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, A, MSG(INVITE));
    txn = f.match.txn;
    feed(&f, 1, A, A, MSG("180 Ringing", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, txn);
    feed(&f, 2, A, A, MSG("200 OK", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, txn);
    assert_int_equal(txn->final.status, 200);
    feed_close(&f);
}

static void test_match_unusable(void **state)
{
    struct feed f;

    (void)state;
    feed_open(&f, 0);
    feed(&f, 0, A, B, "INVITE sip:b@b SIP/2.0\r\n\r\n");
    assert_int_equal(f.match.what, SIPSAN_UNMATCHABLE);
    feed(&f, 0, A, B, "SIP/2.0 200 OK\r\nVia: x\r\nCSeq: x\r\n\r\n");
    assert_null(f.match.txn);
    feed_close(&f);
}

static void test_match_chain_is_bounded(void **state)
{
    struct feed f;
    char cseq[32];

    (void)state;
    feed_open(&f, 0);
    for (int i = 0; i < 300; i++) {
        snprintf(cseq, sizeof(cseq), "%d OPTIONS", i + 1);
        feed(&f, i, A, B, MSG("OPTIONS sip:b@b", .cseq = cseq));
        assert_int_equal(f.match.what, SIPSAN_NEW_REQUEST);
    }
    assert_true(f.txns.by_branch.count <= 64);
    assert_int_equal(f.txns.count, 300);
    feed_advance(&f, 100 * S);
    assert_int_equal(f.txns.count, 0);
    feed_close(&f);
}

static void test_match_flood(void **state)
{
    struct feed f;
    struct sipsan_txn *call;
    char via[64];

    (void)state;
    feed_open(&f, 100);
    feed(&f, 0, A, B, MSG(INVITE));
    call = f.match.txn;
    feed(&f, 1, B, A, MSG("180 Ringing", .to_tag = "t"));
    for (int i = 0; i < 100000; i++) {
        snprintf(via, sizeof(via), "f.example;branch=z9hG4bKf%d", i);
        feed(&f, 2 + i, C, B,
             MSG("OPTIONS sip:b@b", .via = via, .call_id = via, .cseq = "1 OPTIONS"));
        assert_true(f.txns.count <= 100);
    }
    assert_true(f.txns.evicted > 99000);
    assert_true(f.txns.lossy_until > 0);
    feed(&f, 1 * S, B, A, MSG("200 OK", .to_tag = "t"));
    assert_ptr_equal(f.match.txn, call);
    assert_int_equal(f.match.what, SIPSAN_NEW_RESPONSE);
    feed_close(&f);
}

/* The n-th allocation fails, for every n: nothing leaks, nothing is inconsistent. */
static void test_match_without_memory(void **state)
{
    static const char *const texts[] = {INVITE, "180 Ringing", "200 OK", "486 Busy", INVITE};

    (void)state;
    for (uint64_t n = 1; n <= 80; n++) {
        struct meter meter = {.refuse = n};
        struct feed f;
        struct sipsan_msg_limits limits = {.headers = 100, .faults = 100};

        feed_open(&f, 0);
        f.mem.alloc = meter_alloc;
        f.mem.resize = meter_resize;
        f.mem.release = meter_release;
        f.mem.user = &meter;
        for (size_t i = 0; i < 5; i++) {
            bool response = i > 0 && i < 4;
            const char *text = MSG(texts[i], .to_tag = response ? texts[i] + 4 : NULL,
                                   .via = i == 4 ? "x;branch=z9hG4bKx" : NULL,
                                   .via2 = i == 4 ? "a.example;branch=z9hG4bK1" : NULL);
            struct sipsan_seen seen = {.ref = {.time = (int64_t)i}, .hash = i + 1};

            seen.flow.src = feed_addr(response ? B : A);
            seen.flow.dst = feed_addr(response ? A : B);
            sipsan_msg_close(f.msg);
            seen.msg = f.msg = sipsan_msg_open(&f.txns.messages);
            if (!f.msg ||
                sipsan_msg_parse(f.msg, (struct sipsan_span){text, strlen(text)}, &limits))
                continue;
            seen.leg = sipsan_leg_get(&f.legs, &seen.flow.src, &seen.flow.dst);
            sipsan_keys_of(&seen.keys, f.config.hash_seed, seen.msg);
            (void)sipsan_txn_match(&f.txns, &f.match, &seen);
            if (seen.kept)
                f.msg = NULL;
            sipsan_txn_apply(&f.txns, &f.match, &seen);
        }
        meter.refuse = 0;
        feed_advance(&f, 2000 * S);
        feed_close(&f);
    }
}

static void test_match_reset(void **state)
{
    struct feed f;
    size_t used;

    (void)state;
    feed_open(&f, 0);
    for (int i = 0; i < 3; i++) {
        feed(&f, 0, A, B, MSG(INVITE));
        assert_int_equal(f.match.txn->serial, 1);
        feed(&f, 1, B, A, MSG("486 Busy", .to_tag = "t"));
        if (i == 0)
            used = f.mem.used;
        sipsan_txns_reset(&f.txns);
        sipsan_legs_reset(&f.legs);
        sipsan_timers_clear(&f.timers);
        assert_int_equal(f.mem.used, used);
    }
    feed_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match_retransmission),
        cmocka_unit_test(test_match_responses),
        cmocka_unit_test(test_match_response_from_other_source),
        cmocka_unit_test(test_match_response_with_wrong_call),
        cmocka_unit_test(test_match_stray_response_then_request),
        cmocka_unit_test(test_match_reused_branch),
        cmocka_unit_test(test_match_rfc2543),
        cmocka_unit_test(test_match_ack),
        cmocka_unit_test(test_match_cancel),
        cmocka_unit_test(test_match_before),
        cmocka_unit_test(test_match_loopback),
        cmocka_unit_test(test_match_unusable),
        cmocka_unit_test(test_match_chain_is_bounded),
        cmocka_unit_test(test_match_meant),
        cmocka_unit_test(test_match_moved),
        cmocka_unit_test(test_match_flood),
        cmocka_unit_test(test_match_without_memory),
        cmocka_unit_test(test_match_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

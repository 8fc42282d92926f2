/* Offer and answer: every place in which an SDP may stand. RFC 3261 13.2.1, RFC 3262 5. */
#include "parse/sdp.h"
#include "traffic.h"

static void invite(struct traffic *t, const char *sdp)
{
    SAY(*t, .ms = 0, .way = "A>B", .start = "INVITE sip:b@192.0.2.66", .vias = "a1@A", .from = "f",
        .cseq = "1 INVITE", .extra = CONTACT("192.0.2.65"), .sdp = sdp);
}

static void answer(struct traffic *t, int ms, const char *start, const char *extra, const char *sdp)
{
    SAY(*t, .ms = ms, .way = "B>A", .start = start, .vias = "a1@A", .from = "f", .to = "t",
        .cseq = "1 INVITE", .extra = extra, .sdp = sdp);
}

static void ack(struct traffic *t, int ms, const char *sdp)
{
    SAY(*t, .ms = ms, .way = "A>B", .start = "ACK sip:u@192.0.2.66", .vias = "a2@A", .from = "f",
        .to = "t", .cseq = "1 ACK", .sdp = sdp);
}

static void test_offer_in_invite(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, SDP("1", "1000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_OFFER);
    answer(&t, 10, "183 Progress", CONTACT("192.0.2.66"), SDP("1", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_PREVIEW);
    answer(&t, 20, "200 OK", CONTACT("192.0.2.66"), SDP("2", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_ANSWER);
    assert_true(t.call.dialog->offers.answered);
    /* The version of the o= line went up, nothing else. */
    assert_true(t.call.dialog->offers.preview_hash != sipsan_sdp_hash(t.msg->sdp_text));
    assert_true(t.call.dialog->offers.preview_media == sipsan_sdp_media_hash(t.msg->session));
    ack(&t, 30, SDP("1", "1000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_SURPLUS);
    traffic_close(&t);
}

static void test_offer_in_2xx(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, NULL);
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_NONE);
    answer(&t, 20, "200 OK", CONTACT("192.0.2.66"), SDP("1", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_OFFER);
    assert_false(t.call.dialog->offers.answered);
    ack(&t, 30, SDP("1", "1000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_ANSWER);
    assert_true(t.call.dialog->offers.answered);
    traffic_close(&t);
}

static void test_offer_in_reliable_1xx(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, NULL);
    answer(&t, 10, "183 Progress", CONTACT("192.0.2.66") "Require: 100rel\r\nRSeq: 7\r\n",
           SDP("1", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_OFFER);
    SAY(t, .ms = 20, .way = "A>B", .start = "PRACK sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "2 PRACK", .extra = "RAck: 7 1 INVITE\r\n", .sdp = SDP("1", "1000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_ANSWER);
    assert_true(t.call.dialog->reliable);
    assert_true(t.call.dialog->offers.answered_reliably_early);
    answer(&t, 40, "200 OK", CONTACT("192.0.2.66"), NULL);
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_NONE);
    traffic_close(&t);
}

static void test_answer_in_reliable_1xx(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, SDP("1", "1000"));
    answer(&t, 10, "183 Progress", CONTACT("192.0.2.66") "Require: 100rel\r\nRSeq: 7\r\n",
           SDP("1", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_ANSWER);
    assert_true(t.call.dialog->offers.answered_reliably_early);
    answer(&t, 40, "200 OK", CONTACT("192.0.2.66"), SDP("1", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_SURPLUS);
    traffic_close(&t);
}

/* Past an UPDATE nothing is claimed, until the next INVITE. */
static void test_offer_update_stops_following(void **state)
{
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, SDP("1", "1000"));
    answer(&t, 10, "180 Ringing", CONTACT("192.0.2.66"), NULL);
    SAY(t, .ms = 20, .way = "A>B", .start = "UPDATE sip:u@192.0.2.66", .vias = "a3@A", .from = "f",
        .to = "t", .cseq = "2 UPDATE", .sdp = SDP("2", "1000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_OFFER);
    assert_true(t.call.dialog->updated);
    answer(&t, 40, "200 OK", CONTACT("192.0.2.66"), SDP("1", "2000"));
    assert_int_equal(t.call.sdp_role, SIPSAN_SDP_UNKNOWN);
    ack(&t, 50, NULL);
    SAY(t, .ms = 60, .way = "A>B", .start = "INVITE sip:u@192.0.2.66", .vias = "a4@A", .from = "f",
        .to = "t", .cseq = "3 INVITE", .extra = CONTACT("192.0.2.65"), .sdp = SDP("3", "1000"));
    assert_true(t.call.dialog->offers.followed);
    assert_false(t.call.dialog->updated);
    traffic_close(&t);
}

/* What each side said: an offer counts once it is answered, and leaves no trace when refused. */
static void test_said(void **state)
{
    const struct sipsan_descriptions *said;
    const struct sipsan_described *first;
    struct traffic t;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, SDP("1", "1000"));
    answer(&t, 10, "200 OK", CONTACT("192.0.2.66"), SDP("7", "2000") "m=video 0 RTP/AVP 31\r\n");
    said = &t.call.dialog->said;
    assert_null(said->open[SIPSAN_CALLER]);
    assert_int_equal(said->last[SIPSAN_CALLER]->version, 1);
    assert_int_equal(said->last[SIPSAN_CALLEE]->version, 7);
    assert_int_equal(said->last[SIPSAN_CALLEE]->media_count, 2);
    assert_true(said->last[SIPSAN_CALLEE]->streams[1].disabled);
    assert_true(said->last[SIPSAN_CALLER]->hosts == said->last[SIPSAN_CALLEE]->hosts);
    ack(&t, 20, NULL);
    first = said->last[SIPSAN_CALLER];
    SAY(t, .ms = 60, .way = "A>B", .start = "INVITE sip:u@192.0.2.66", .vias = "a4@A", .from = "f",
        .to = "t", .cseq = "3 INVITE", .extra = CONTACT("192.0.2.65"), .sdp = SDP("2", "1002"));
    assert_int_equal(said->open[SIPSAN_CALLER]->version, 2);
    assert_ptr_equal(said->last[SIPSAN_CALLER], first);
    SAY(t, .ms = 70, .way = "B>A", .start = "488 No", .vias = "a4@A", .from = "f", .to = "t",
        .cseq = "3 INVITE");
    assert_null(said->open[SIPSAN_CALLER]);
    assert_ptr_equal(said->last[SIPSAN_CALLER], first);
    assert_true(said->doubtful[SIPSAN_CALLER]);
    assert_false(said->doubtful[SIPSAN_CALLEE]);
    traffic_close(&t);
}

/* Payload types stay known for as long as their stream lasts; places are used again. */
static void test_said_payload_types(void **state)
{
    const struct sipsan_descriptions *said;
    struct traffic t;
    size_t held = 0;

    (void)state;
    traffic_open(&t, 100);
    invite(&t, SDP("1", "1000") "a=rtpmap:97 iLBC/8000\r\na=rtpmap:0 PCMU/8000\r\n");
    answer(&t, 10, "200 OK", CONTACT("192.0.2.66"), SDP("1", "2000"));
    said = &t.call.dialog->said;
    for (int i = 0; i < 8; i++) {
        char cseq[16], via[16];

        snprintf(cseq, sizeof(cseq), "%d UPDATE", i + 2);
        snprintf(via, sizeof(via), "u%d@A", i);
        SAY(t, .ms = 100 + 20 * i, .way = "A>B", .start = "UPDATE sip:u@192.0.2.66", .vias = via,
            .from = "f", .to = "t", .cseq = cseq, .sdp = SDP("2", "1000"));
        SAY(t, .ms = 110 + 20 * i, .way = "B>A", .start = "200 OK", .vias = via, .from = "f",
            .to = "t", .cseq = cseq, .sdp = SDP("2", "2000"));
        assert_int_equal(said->last[SIPSAN_CALLER]->streams[0].map_count, 1);
        assert_int_equal(sipsan_map_payload(said->last[SIPSAN_CALLER]->streams[0].maps[0]), 97);
        if (i == 1)
            held = sipsan_arena_size(&t.call.dialog->arena);
    }
    assert_int_equal(sipsan_arena_size(&t.call.dialog->arena), held);
    traffic_close(&t);
}

/* The value of the o= line has this place and length; 0: there is none. */
static uint64_t media_hash(const char *text, size_t origin, size_t n)
{
    struct sipsan_sdp sdp = {.text = {text, strlen(text)}};

    if (origin > 0)
        sdp.origin.text = (struct sipsan_span){text + origin, n};
    return sipsan_sdp_media_hash(&sdp);
}

static void test_offer_hash_ignores_line_ends(void **state)
{
    (void)state;
    assert_true(sipsan_sdp_hash(SPAN_LIT("v=0\r\nt=0 0\r\n")) ==
                sipsan_sdp_hash(SPAN_LIT("v=0\nt=0 0")));
    assert_true(sipsan_sdp_hash(SPAN_LIT("v=0\r\nt=0 0\r\n")) !=
                sipsan_sdp_hash(SPAN_LIT("v=0\r\nt=0 1\r\n")));
    assert_true(media_hash("v=0\no=a\ns=-\n", 6, 1) == media_hash("v=0\r\no=bcd\r\ns=-\r\n", 7, 3));
    assert_true(media_hash("v=0\no=a\ns=-\n", 6, 1) != media_hash("v=0\no=a\ns=x\n", 6, 1));
    assert_true(media_hash("v=0\n\n", 0, 0) == sipsan_sdp_hash(SPAN_LIT("v=0")));
    assert_true(sipsan_sdp_media_hash(NULL) == sipsan_sdp_hash((struct sipsan_span){NULL, 0}));
    assert_true(sipsan_sdp_hash((struct sipsan_span){NULL, 0}) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offer_in_invite),
        cmocka_unit_test(test_offer_in_2xx),
        cmocka_unit_test(test_offer_in_reliable_1xx),
        cmocka_unit_test(test_answer_in_reliable_1xx),
        cmocka_unit_test(test_offer_update_stops_following),
        cmocka_unit_test(test_said),
        cmocka_unit_test(test_said_payload_types),
        cmocka_unit_test(test_offer_hash_ignores_line_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Header fields of later RFCs, good and bad: the production at fault and where it stands. */
#include "parse_helper.h"

#define OK(lines)                                                                                  \
    {                                                                                              \
        lines, SIPSAN_PROD_NONE, 0                                                                 \
    }
#define BAD(lines, production, offset)                                                             \
    {                                                                                              \
        lines, SIPSAN_PROD_##production, offset                                                    \
    }

static void test_events(void **state)
{
    static const struct line_case cases[] = {
        OK("Event: presence"),
        OK("o: presence.winfo.x ; id = 17;foo=\"b,a;r\""),
        OK("Event: dialog;call-id=\"a@b\";to-tag=x"),
        OK("Allow-Events: presence , dialog,\r\n message-summary"),
        OK("u: a.b-c!%*_+`'~"),
        OK("Subscription-State: active;expires=600"),
        OK("Subscription-State: terminated ;\r\n reason=x.y;retry-after=0;a"),
        OK("Subscription-State: waiting;reason=TimeOut"),
        BAD("Event:", EVENT, 6),
        BAD("Event: ;id=1", EVENT, 7),
        BAD("Event: .presence", EVENT, 7),
        BAD("Event: presence..winfo", EVENT, 16),
        BAD("Event: presence.", EVENT, 16),
        BAD("Event: presence, dialog", EVENT, 15),
        BAD("Event: presence dialog", EVENT, 16),
        BAD("Event: presence;id", EVENT, 16),
        BAD("Event: presence;id=", EVENT, 19),
        BAD("Event: presence;id=\"1\"", EVENT, 19),
        BAD("Event: presence;id=a@b", EVENT, 20),
        BAD("Event: presence;id=1;ID=2", EVENT, 21),
        BAD("Event: presence;x=\"open", QUOTED_STRING, 18),
        BAD("Event: presence;x=a@b", SEPARATOR_UNQUOTED, 19),
        BAD("Event: presence;", GENERIC_PARAM, 16),
        BAD("Allow-Events:", ALLOW_EVENTS, 13),
        BAD("Allow-Events: presence dialog", ALLOW_EVENTS, 23),
        BAD("Allow-Events: presence,,dialog", ALLOW_EVENTS, 23),
        BAD("Allow-Events: presence;id=1, dialog", ALLOW_EVENTS, 22),
        BAD("Allow-Events: presence,", ALLOW_EVENTS, 23),
        BAD("Subscription-State:", SUBSCRIPTION_STATE, 19),
        BAD("Subscription-State: active, expires=1", SUBSCRIPTION_STATE, 26),
        BAD("Subscription-State: active;expires=10min", SUBSCRIPTION_STATE, 37),
        BAD("Subscription-State: active;expires", SUBSCRIPTION_STATE, 27),
        BAD("Subscription-State: active;reason=\"timeout\"", SUBSCRIPTION_STATE, 34),
        BAD("Subscription-State: active;retry-after=-1", SUBSCRIPTION_STATE, 39),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

/* Values of all lines are walked in order, also past an empty line; a broken one is not ok. */
static void test_values(void **state)
{
    struct parsed parsed;
    const struct sipsan_msg *msg = parse_lines(&parsed, "Allow-Events: a ,b\r\n"
                                                        "Allow-Events:\r\n"
                                                        "Event: presence ; id=7\r\n"
                                                        "u: c@, d");
    const struct sipsan_value *v = sipsan_msg_value(msg, SIPSAN_HDR_EVENT);
    static const struct {
        const char *text, *head;
        bool ok;
    } want[] = {
        {"a", "a", true}, {"b", "b", true}, {"", "", false}, {"c@", "c", false}, {"d", "d", true}};

    (void)state;
    assert_non_null(v);
    assert_span(v->text, "presence ; id=7");
    assert_span(v->head, "presence");
    assert_span(sipsan_param_find(v->params, SPAN_LIT("id"))->value, "7");
    assert_null(sipsan_msg_next_value(msg, v));
    v = sipsan_msg_value(msg, SIPSAN_HDR_ALLOW_EVENTS);
    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
        assert_non_null(v);
        assert_span(v->text, want[i].text);
        assert_span(v->head, want[i].head);
        assert_int_equal(v->ok, want[i].ok);
        v = sipsan_msg_next_value(msg, v);
    }
    assert_null(v);
    assert_null(sipsan_msg_value(msg, SIPSAN_HDR_REASON));
    parsed_free(&parsed);
}

/* As of RFC 3261 they are extensions. */
static void test_only_3261(void **state)
{
    static const struct sipsan_msg_limits limits = {.headers = 16, .faults = 16, .only_3261 = true};
    static const char text[] = "OPTIONS sip:bob@example.com SIP/2.0\r\nEvent: ,\r\nRSeq: x\r\n\r\n";
    struct parsed parsed;
    struct sipsan_msg *msg = &parsed.msg;

    (void)state;
    parsed_init(&parsed);
    assert_int_equal(sipsan_msg_parse(msg, SPAN_OF(text), &limits), SIPSAN_OK);
    assert_int_equal(msg->fault_count, 1);
    assert_int_equal(msg->faults[0].production, SIPSAN_PROD_RSEQ);
    assert_int_equal(sipsan_msg_count(msg, SIPSAN_HDR_EVENT), 1);
    assert_null(sipsan_msg_value(msg, SIPSAN_HDR_EVENT));
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_only_3261),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

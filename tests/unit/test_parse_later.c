/* Header fields of later RFCs, good and bad: the production at fault and where it stands. */
#include "line_cases.h"
#include "parse/later.h"
#include "parse/shape.h"

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

static void test_event_extras(void **state)
{
    static const struct line_case cases[] = {
        OK("Event: location;max-rate=0.05;min-rate=10;adaptive-min-rate=99.0123456789"),
        OK("Subscription-State: active;expires=1;min-rate=1"),
        OK("SIP-ETag: dx200xyz"),
        OK("SIP-If-Match: *"),
        OK("Suppress-If-Match: *"),
        OK("Suppress-If-Match: b4cf7"),
        OK("Event: "
           "dialog;call-id=\"a\\\"[::1]@b\";to-tag=1;from-tag=2;include-session-description"),
        OK("Event: dialog;call-id=a;x=\"@@\""),
        OK("Event: conference;call-id;to-tag=\"\""),
        BAD("Event: dialog;call-id", EVENT_DIALOG, 14),
        BAD("Event: dialog;call-id=a@b", EVENT_DIALOG, 23),
        BAD("Event: dialog;call-id=\"\"", EVENT_DIALOG, 23),
        BAD("Event: dialog;call-id=\"a@\"", EVENT_DIALOG, 25),
        BAD("Event: dialog;call-id=\"a@b@c\"", EVENT_DIALOG, 26),
        BAD("Event: dialog;call-id=\"@a\"", EVENT_DIALOG, 23),
        BAD("Event: dialog;call-id=\"a\\,b\"", EVENT_DIALOG, 24),
        BAD("Event: dialog;to-tag=\"1\"", EVENT_DIALOG, 21),
        BAD("Event: dialog;from-tag", EVENT_DIALOG, 14),
        BAD("Event: dialog;include-session-description=1", EVENT_DIALOG, 42),
        BAD("Event: location;max-rate=.5", EVENT_RATE, 25),
        BAD("Event: location;max-rate=100", EVENT_RATE, 27),
        BAD("Event: location;max-rate=1.", EVENT_RATE, 27),
        BAD("Event: location;max-rate=1.01234567890", EVENT_RATE, 37),
        BAD("Event: location;min-rate=1/60", EVENT_RATE, 26),
        BAD("Event: location;min-rate=1.5x", EVENT_RATE, 28),
        BAD("Event: location;min-rate", EVENT_RATE, 16),
        BAD("SIP-ETag:", SIP_ETAG, 9),
        BAD("SIP-ETag: \"x\"", SIP_ETAG, 10),
        BAD("SIP-ETag: x;y", SIP_ETAG, 11),
        BAD("SIP-If-Match: x, y", SIP_IF_MATCH, 15),
        BAD("Suppress-If-Match: \"x\"", SUPPRESS_IF_MATCH, 19),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_refer(void **state)
{
    static const struct line_case cases[] = {
        OK("Refer-To: sip:alice@atlanta.example.com"),
        OK("r: Bob <sip:bob@example.com;method=INVITE?Replaces=12%40a%3Bto-tag%3D1>;x=\"y\""),
        OK("Refer-To: <sip:conf44@example.com>;isfocus;video;+g.x=\"<a>\""),
        OK("Refer-To: <http://www.ietf.org>;x=y"),
        OK("Referred-By: sip:r@ref.example;cid=\"2UWQFN309shb3@ref.example\""),
        OK("b: \"R\" <sip:r@ref.example>;cid=\"a.b@[2001:db8::1]\";x"),
        OK("Referred-By: sip:r@ref.example;cid=\"a@ref.example.\""),
        OK("Refer-Sub: false"),
        OK("Refer-Sub: TRUE;x=y"),
        OK("Refer-Events-At: <sips:vPT3izGmo8NTxaPADRZvEAY22BKx@example.com;gr>;x"),
        OK("Replaces: 425928@bobster.example.org;to-tag=7743;from-tag=6472"),
        OK("Replaces: a ;from-tag=1 ;\r\n to-tag=0;early-only;x=y"),
        OK("Join: 12adf2f34456gs5;to-tag=12345;from-tag=54321"),
        OK("Target-Dialog: fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-;remote-tag=6544"),
        OK("Permission-Missing: sip:C@example.com, <sip:D@example.com>;x"),
        OK("Trigger-Consent: sip:123@relay.example.com;target-uri=\"sip:f@r.example\""),
        BAD("Refer-To:", REFER_TO, 9),
        BAD("Refer-To: <sip:a@b>, <sip:c@d>", REFER_TO, 19),
        BAD("Refer-To: sip:a@b?Replaces=1", ADDR_SPEC_BRACKETS, 17),
        BAD("Refer-To: sip:a,b@c", ADDR_SPEC_BRACKETS, 15),
        BAD("Refer-To: sip:a@b;method=INVITE", ADDR_SPEC_BRACKETS, 18),
        BAD("Refer-To: sip:a@b;x=1;Transport=tcp", ADDR_SPEC_BRACKETS, 22),
        BAD("Refer-To: <sip:a@b_c>", HOSTNAME, 18),
        BAD("Refer-To: Bob, Jr <sip:a@b>", NAME_ADDR, 13),
        BAD("Refer-To: <sip:a@b>;isfocus=1", FEATURE_PARAM, 28),
        BAD("Referred-By: <sip:a@b>;cid=<x@y>", REFERRED_BY, 27),
        BAD("Referred-By: <sip:a@b>;cid=\"x\"", REFERRED_BY, 29),
        BAD("Referred-By: <sip:a@b>;cid=\"x@\"", REFERRED_BY, 30),
        BAD("Referred-By: <sip:a@b>;cid=\".x@y\"", REFERRED_BY, 28),
        BAD("Referred-By: <sip:a@b>;cid=\"x@y@z\"", REFERRED_BY, 31),
        BAD("Referred-By: <sip:a@b>;cid=\"x@.\"", REFERRED_BY, 30),
        BAD("Referred-By: <sip:a@b>;cid=\"x@y..\"", REFERRED_BY, 32),
        BAD("Referred-By: <sip:a@b>;cid=\"x@[::1\"", REFERRED_BY, 34),
        BAD("Referred-By: <sip:a@b>;cid", REFERRED_BY, 23),
        BAD("Referred-By: sip:a@b;user=phone", ADDR_SPEC_BRACKETS, 21),
        BAD("Refer-Sub: no", REFER_SUB, 11),
        BAD("Refer-Sub: \"true\"", REFER_SUB, 11),
        BAD("Refer-Sub: true, false", REFER_SUB, 15),
        BAD("Refer-Events-At: sip:a@example.com", REFER_EVENTS_AT, 17),
        BAD("Refer-Events-At: A <sip:a@example.com>", REFER_EVENTS_AT, 17),
        BAD("Refer-Events-At: <tel:+12015550123>", REFER_EVENTS_AT, 18),
        BAD("Replaces: 1@a;to-tag=7", REPLACES, 22),
        BAD("Replaces: 1@a;to-tag=7;to-tag=8;from-tag=9", REPLACES, 23),
        BAD("Replaces: 1@a;to-tag=\"7\";from-tag=9", REPLACES, 21),
        BAD("Replaces: 1@a;to-tag=7;from-tag", REPLACES, 23),
        BAD("Replaces: 1@a;to-tag=7;from-tag=6;early-only=true", REPLACES, 45),
        BAD("Replaces: 1@a@b;to-tag=7;from-tag=6", REPLACES, 13),
        BAD("Replaces: ;to-tag=7;from-tag=6", REPLACES, 10),
        BAD("Replaces: 1;to-tag=7;from-tag=6, 2;to-tag=7;from-tag=6", REPLACES, 31),
        BAD("Join: 1@a;from-tag=7", JOIN, 20),
        BAD("Join: 1@a;from-tag=7;to-tag=a@b", JOIN, 29),
        BAD("Target-Dialog: 1@a;local-tag=1", TARGET_DIALOG, 30),
        BAD("Target-Dialog: 1@a;local-tag=;remote-tag=2", TARGET_DIALOG, 29),
        BAD("Permission-Missing: sip:C@e.com sip:D@e.com", PERMISSION_MISSING, 32),
        BAD("Trigger-Consent: sip:1@r.com;target-uri=sip:f@r.com", TRIGGER_CONSENT, 40),
        BAD("Trigger-Consent: http://r.com", TRIGGER_CONSENT, 17),
        OK("Referred-By: <sip:r@a>;cid=\"1@a.b.\""),
        BAD("Referred-By: <sip:r@a>;cid=\"1@1.\"", REFERRED_BY, 31),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_call(void **state)
{
    static const struct line_case cases[] = {
        OK("Privacy: id"),
        OK("Privacy: id;critical;user;x-y "),
        OK("Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\""),
        OK("Reason: Q.850;cause=16;text=\"a, b;c\", SIP;cause=487, X;y=z"),
        OK("Reason: Q.850;cause=16;location=loc-11"),
        OK("Session-Expires: 1800;refresher=UAC"),
        OK("x: 90 ; refresher = uas ; a=b"),
        OK("Min-SE: 90;x"),
        OK("Answer-Mode: Auto;require"),
        OK("Priv-Answer-Mode: future;x=y"),
        OK("Info-Package: dtmf;x=y"),
        OK("Recv-Info:"),
        OK("Recv-Info: P, Q;x=y,\r\n R"),
        OK("Content-ID: <target123@atlanta.example.com>"),
        OK("Content-ID: <a!#$.b@[192.0.2.1]> "),
        OK("Path: <sip:p1.example.com;lr>,<sip:p2.example.com;lr>;x=y"),
        OK("Service-Route: \"A\" <sip:p2.example.com;lr>"),
        OK("Via: SIP/2.0/UDP a;rport ;branch=z9hG4bKx"),
        OK("Max-Breadth: 60"),
        OK("Flow-Timer: 120"),
        BAD("Privacy:", PRIVACY, 8),
        BAD("Privacy: id, critical", PRIVACY, 11),
        BAD("Privacy: id; critical", PRIVACY, 12),
        BAD("Privacy: id ;critical", PRIVACY, 11),
        BAD("Privacy: id;critical=1", PRIVACY, 20),
        BAD("Privacy: \"id\"", PRIVACY, 9),
        BAD("Privacy: ;id", PRIVACY, 9),
        BAD("Reason:", REASON, 7),
        BAD("Reason: cause=16", REASON, 13),
        BAD("Reason: SIP;cause=\"200\"", REASON, 18),
        BAD("Reason: SIP;cause=2x", REASON, 19),
        BAD("Reason: SIP;cause=", REASON, 18),
        BAD("Reason: SIP;cause", REASON, 12),
        BAD("Reason: SIP;cause=1;cause=2", REASON, 20),
        BAD("Reason: SIP;text=Busy", REASON, 17),
        BAD("Reason: SIP;text=\"Busy", QUOTED_STRING, 17),
        BAD("Reason: SIP;text=\"Busy\"x", REASON, 23),
        BAD("Reason: SIP;cause=1,", REASON, 20),
        BAD("Reason: Q.850;location=USER", ISUP_LOCATION, 23),
        BAD("Reason: Q.850;location=\"U\"", ISUP_LOCATION, 23),
        BAD("Session-Expires:", SESSION_EXPIRES, 16),
        BAD("Session-Expires: 30min", SESSION_EXPIRES, 19),
        BAD("Session-Expires: -1", SESSION_EXPIRES, 17),
        BAD("Session-Expires: 90;refresher=\"uac\"", SESSION_EXPIRES, 30),
        BAD("Session-Expires: 90;refresher=both", SESSION_EXPIRES, 30),
        BAD("Session-Expires: 90;refresher", SESSION_EXPIRES, 20),
        BAD("Session-Expires: 90, 100", SESSION_EXPIRES, 19),
        BAD("Min-SE: 90s", MIN_SE, 10),
        BAD("Answer-Mode: Auto;require=1", ANSWER_MODE, 26),
        BAD("Answer-Mode: Auto, Manual", ANSWER_MODE, 17),
        BAD("Priv-Answer-Mode: \"Auto\"", PRIV_ANSWER_MODE, 18),
        BAD("Info-Package:", INFO_PACKAGE, 13),
        BAD("Info-Package: a, b", INFO_PACKAGE, 15),
        BAD("Recv-Info: P,,Q", RECV_INFO, 13),
        BAD("Recv-Info: P Q", RECV_INFO, 13),
        BAD("Content-ID:", CONTENT_ID, 11),
        BAD("Content-ID: a@b", CONTENT_ID, 12),
        BAD("Content-ID: <a>", CONTENT_ID, 14),
        BAD("Content-ID: <a@b", CONTENT_ID, 16),
        BAD("Content-ID: <a@[b>", CONTENT_ID, 18),
        BAD("Content-ID: <a..b@c>", CONTENT_ID, 14),
        BAD("Content-ID: <a@b> x", CONTENT_ID, 18),
        BAD("Path: sip:p1.example.com;lr", PATH, 6),
        BAD("Path:", PATH, 5),
        BAD("Path: <sip:p1.example.com>,", PATH, 27),
        BAD("Service-Route: sip:p2.example.com", SERVICE_ROUTE, 15),
        BAD("Via: SIP/2.0/UDP a;rport=", VIA_RPORT, 25),
        BAD("Via: SIP/2.0/UDP a;rport=5x", VIA_RPORT, 26),
        BAD("Via: SIP/2.0/UDP a;rport=65536", VIA_RPORT, 25),
        BAD("Max-Breadth: -1", MAX_BREADTH, 13),
        BAD("Max-Breadth: 6;x", MAX_BREADTH, 14),
        BAD("Flow-Timer: 120s", FLOW_TIMER, 15),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_contact(void **state)
{
    static const struct line_case cases[] = {
        OK("Contact: <sip:a@b>;audio;methods=\"INVITE,!BYE\";+g.x=\"#>=-2,#1:5.,TRUE\""),
        OK("Contact: <sip:a@b>;description=\"<a \\\" \\> b>\";x=\"any ,thing\""
           ";y=[::1]"),
        OK("Contact: <sip:a@b>;+sip.instance=\"<urn:uuid:f81d4fae-7dec>\";reg-id=2147483647"),
        OK("m: <sip:a@b;gr;ob>;pub-gruu=\"sip:c@b;gr=urn:1\";temp-gruu=\"sips:tgruu.7@b;gr\""),
        OK("Contact: <sip:a@b>;pub-gruu=\"sip:\\c@b;gr\""),
        OK("Accept-Contact: *;audio;require, *;mobility=\"fixed\";explicit;q=0.2"),
        OK("a: * ; +sip.instance=\"<urn:x>\""),
        OK("Reject-Contact: *;actor=\"msg-taker\";video, *"),
        OK("j: *;require=x"),
        OK("Request-Disposition: proxy, Recurse ,no-queue"),
        BAD("Contact: <sip:a@b>;methods=INVITE", FEATURE_PARAM, 27),
        BAD("Contact: <sip:a@b>;methods=\"INVITE, ACK\"", FEATURE_PARAM, 35),
        BAD("Contact: <sip:a@b>;methods=\"\"", FEATURE_PARAM, 28),
        BAD("Contact: <sip:a@b>;methods=\"a,\"", FEATURE_PARAM, 30),
        BAD("Contact: <sip:a@b>;methods=", FEATURE_PARAM, 27),
        BAD("Contact: <sip:a@b>;+g.x=\"#5\"", FEATURE_PARAM, 25),
        BAD("Contact: <sip:a@b>;+g.x=\"<a\"", FEATURE_PARAM, 27),
        BAD("Contact: <sip:a@b>;+g.x=\"<a>b\"", FEATURE_PARAM, 28),
        BAD("Contact: <sip:a@b>;+g.x=\"<a<>\"", FEATURE_PARAM, 27),
        BAD("Contact: <sip:a@b>;+1x", FEATURE_PARAM, 20),
        BAD("Contact: <sip:a@b>;+x_y", FEATURE_PARAM, 21),
        BAD("Contact: <sip:a@b>;class=\"open", QUOTED_STRING, 25),
        BAD("Contact: <sip:a@b>;x=", GENERIC_PARAM, 21),
        BAD("Contact: <sip:a@b>;reg-id=0", REG_ID, 26),
        BAD("Contact: <sip:a@b>;reg-id=2147483648", REG_ID, 26),
        BAD("Contact: <sip:a@b>;reg-id=99999999999999999999999", REG_ID, 26),
        BAD("Contact: <sip:a@b>;reg-id=1a", REG_ID, 27),
        BAD("Contact: <sip:a@b>;reg-id", REG_ID, 19),
        BAD("Contact: <sip:a@b>;+sip.instance=\"urn:x\"", SIP_INSTANCE, 34),
        BAD("Contact: <sip:a@b>;+sip.instance=\"<>\"", SIP_INSTANCE, 35),
        BAD("Contact: <sip:a@b>;+sip.instance=\"<urn:x\"", SIP_INSTANCE, 40),
        BAD("Contact: <sip:a@b>;+sip.instance=\"<urn:x>;\"", SIP_INSTANCE, 41),
        BAD("Contact: <sip:a@b>;+sip.instance=urn-1", SIP_INSTANCE, 33),
        BAD("Contact: <sip:a@b>;+sip.instance", SIP_INSTANCE, 19),
        BAD("Contact: <sip:a@b>;pub-gruu=sip:a@b", GRUU, 28),
        BAD("Contact: <sip:a@b>;pub-gruu=\"<sip:a@b>\"", GRUU, 29),
        BAD("Contact: <sip:a@b>;pub-gruu=\"tel:+1\"", GRUU, 29),
        BAD("Contact: <sip:a@b>;temp-gruu=\"\"", GRUU, 30),
        BAD("Contact: <sip:a@b>;temp-gruu", GRUU, 19),
        BAD("Accept-Contact: mobility=\"fixed\"", ACCEPT_CONTACT, 16),
        BAD("Accept-Contact: *;require=true", ACCEPT_CONTACT, 26),
        BAD("Accept-Contact: *;require;require", ACCEPT_CONTACT, 26),
        BAD("Accept-Contact: *;audio=x", FEATURE_PARAM, 24),
        BAD("Accept-Contact: *,", ACCEPT_CONTACT, 18),
        BAD("Reject-Contact: <sip:a@b>", REJECT_CONTACT, 16),
        BAD("Request-Disposition: forward", REQUEST_DISPOSITION, 21),
        BAD("Request-Disposition: proxy;fork", REQUEST_DISPOSITION, 26),
        BAD("Request-Disposition:", REQUEST_DISPOSITION, 20),
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
    assert_null(sipsan_value_next(v));
    v = sipsan_msg_value(msg, SIPSAN_HDR_ALLOW_EVENTS);
    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
        assert_non_null(v);
        assert_span(v->text, want[i].text);
        assert_span(v->head, want[i].head);
        assert_int_equal(v->ok, want[i].ok);
        v = sipsan_value_next(v);
    }
    assert_null(v);
    assert_null(sipsan_msg_value(msg, SIPSAN_HDR_REASON));
    parsed_free(&parsed);
}

/* The parts by their names. */
static void test_parts(void **state)
{
    struct parsed parsed;
    const struct sipsan_msg *msg =
        parse_lines(&parsed, "Event: presence.winfo;id=7\r\n"
                             "Subscription-State: Terminated;reason=timeout;retry-after=9\r\n"
                             "x: 1800;refresher=UAS\r\n"
                             "Replaces: a@b;to-tag=1;from-tag=2;early-only\r\n"
                             "Target-Dialog: c;local-tag=3;remote-tag=4\r\n"
                             "Join: d;to-tag=5\r\n"
                             "Reason: SIP;cause=487\r\n"
                             "Reason: X;text=\"a b\", Y;cause=z\r\n"
                             "Min-SE: 90\r\n"
                             "Flow-Timer: 99999999999999999999999\r\n"
                             "Privacy: id;Critical\r\n"
                             "r: \"B\" <sip:bob@example.com;method=BYE>;x");
    struct sipsan_event_header event;
    struct sipsan_subscription_state substate;
    struct sipsan_session_expires session;
    struct sipsan_dialog_id dialog;
    struct sipsan_reason_value reason;
    const struct sipsan_value *value;

    (void)state;
    assert_true(sipsan_msg_event(&event, msg));
    assert_span(event.type, "presence.winfo");
    assert_span(event.package, "presence");
    assert_span(event.id, "7");
    assert_true(sipsan_msg_subscription_state(&substate, msg));
    assert_int_equal(substate.state, SIPSAN_SUBSTATE_TERMINATED);
    assert_span(substate.reason, "timeout");
    assert_true(substate.expires == SIPSAN_NO_NUMBER);
    assert_true(substate.retry_after == 9);
    assert_true(sipsan_msg_session_expires(&session, msg));
    assert_true(session.seconds == 1800);
    assert_int_equal(session.refresher, SIPSAN_REFRESHER_UAS);

    assert_true(sipsan_msg_dialog_id(&dialog, msg, SIPSAN_HDR_REPLACES));
    assert_span(dialog.call_id, "a@b");
    assert_span(dialog.local_tag, "1");
    assert_span(dialog.remote_tag, "2");
    assert_true(dialog.early_only);
    assert_true(sipsan_msg_dialog_id(&dialog, msg, SIPSAN_HDR_TARGET_DIALOG));
    assert_span(dialog.local_tag, "3");
    assert_span(dialog.remote_tag, "4");
    assert_false(dialog.early_only);
    assert_false(sipsan_msg_dialog_id(&dialog, msg, SIPSAN_HDR_JOIN)); /* a tag is missing */
    assert_null(dialog.call_id.p);

    value = sipsan_msg_value(msg, SIPSAN_HDR_REASON);
    assert_true(sipsan_reason_read(&reason, value));
    assert_span(reason.protocol, "SIP");
    assert_true(reason.cause == 487);
    assert_null(reason.text.p);
    value = sipsan_value_next(value);
    assert_true(sipsan_reason_read(&reason, value));
    assert_true(reason.cause == SIPSAN_NO_NUMBER);
    assert_span(reason.text, "a b");
    value = sipsan_value_next(value);
    assert_false(sipsan_reason_read(&reason, value));

    assert_true(sipsan_msg_number(msg, SIPSAN_HDR_MIN_SE) == 90);
    assert_true(sipsan_msg_number(msg, SIPSAN_HDR_FLOW_TIMER) == UINT64_MAX);
    assert_true(sipsan_msg_number(msg, SIPSAN_HDR_MAX_BREADTH) == SIPSAN_NO_NUMBER);
    assert_true(sipsan_msg_privacy(msg, SPAN_LIT("id")));
    assert_true(sipsan_msg_privacy(msg, SPAN_LIT("critical")));
    assert_false(sipsan_msg_privacy(msg, SPAN_LIT("none")));

    value = sipsan_msg_value(msg, SIPSAN_HDR_REFER_TO);
    assert_non_null(value->addr);
    assert_true(value->ok && value->addr->ok);
    assert_span(value->head, "\"B\" <sip:bob@example.com;method=BYE>");
    assert_span(value->addr->display, "\"B\"");
    assert_span(value->addr->uri.user, "bob");
    assert_span(value->params->name, "x");
    parsed_free(&parsed);
}

/* Nothing there: nothing is found. */
static void test_no_parts(void **state)
{
    struct parsed parsed;
    const struct sipsan_msg *msg = parse_lines(&parsed, "Event: .\r\nPrivacy: ,");
    struct sipsan_event_header event;
    struct sipsan_subscription_state substate;
    struct sipsan_session_expires session;

    (void)state;
    assert_false(sipsan_msg_event(&event, msg));
    assert_null(event.type.p);
    assert_false(sipsan_msg_subscription_state(&substate, msg));
    assert_false(sipsan_msg_session_expires(&session, msg));
    assert_false(sipsan_msg_privacy(msg, SPAN_LIT("id")));
    parsed_free(&parsed);
}

/* Rows are written as the reader compares: lower case, lengths that fit, room in its bit mask. */
static void test_rows(void **state)
{
    static const struct sipsan_shape *const rows[] = {
#define X(id, name) &sipsan_shape_##name,
        SIPSAN_SHAPED_HEADERS(X)
#undef X
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct sipsan_shape *row = rows[i];

        assert_true(row->param_count <= SIPSAN_SHAPE_PARAMS_MAX);
        assert_true(row->element || !row->bare);
        for (const char *p = row->words; p && *p; p++)
            assert_true(*p == ' ' ? p[1] > ' ' : *p == ascii_lower(*p));
        for (size_t j = 0; j < row->param_count; j++) {
            const struct sipsan_shape_param *param = &row->params[j];

            assert_int_equal(param->length, strlen(param->name));
            for (const char *p = param->name; *p; p++)
                assert_int_equal(*p, ascii_lower(*p));
            for (const char *p = param->words; p && *p; p++)
                assert_true(*p == ' ' ? p[1] > ' ' : *p == ascii_lower(*p));
        }
    }
}

/* Memory refused at every point: nothing is kept. */
static void test_no_memory(void **state)
{
    static const struct sipsan_msg_limits limits = {.headers = 16, .faults = 16};
    static const char text[] = "OPTIONS sip:bob@example.com SIP/2.0\r\n"
                               "Event: dialog;id=1\r\n"
                               "Reason: SIP;cause=1, Q.850;text=\"a\"\r\n"
                               "Refer-To: <sip:a@b;x>;y\r\n"
                               "Contact: <sip:a@b>;pub-gruu=\"sip:\\a@b;gr\"\r\n"
                               "Path: <sip:a>, <sip:b>\r\n\r\n";
    struct parsed parsed;

    (void)state;
    parsed_init(&parsed);
    for (size_t limit = 1;; limit += 8) {
        int err;

        parsed.mem.limit = limit;
        err = sipsan_msg_parse(&parsed.msg, SPAN_OF(text), &limits);
        if (err == SIPSAN_OK)
            break;
        assert_int_equal(err, SIPSAN_ENOMEM);
        assert_int_equal(parsed.mem.used, 0);
        assert_null(parsed.msg.values);
    }
    check_message(&parsed.msg);
    assert_int_equal(parsed.msg.fault_count, 0);
    parsed_free(&parsed);
}

/* As of RFC 3261 they are extensions. */
static void test_only_3261(void **state)
{
    static const struct sipsan_msg_limits limits = {.headers = 16, .faults = 16, .only_3261 = true};
    static const char text[] = "OPTIONS sip:bob@example.com SIP/2.0\r\nEvent: ,\r\nRSeq: x\r\n"
                               "Contact: <sip:a@b>;reg-id=0;audio=1;+sip.instance=u\r\n"
                               "Via: SIP/2.0/UDP a;rport=x\r\n\r\n";
    struct parsed parsed;
    struct sipsan_msg *msg = &parsed.msg;

    (void)state;
    parsed_init(&parsed);
    assert_int_equal(sipsan_msg_parse(msg, SPAN_OF(text), &limits), SIPSAN_OK);
    assert_int_equal(msg->fault_count, 0);
    assert_int_equal(sipsan_msg_count(msg, SIPSAN_HDR_EVENT), 1);
    assert_null(sipsan_msg_value(msg, SIPSAN_HDR_EVENT));
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),    cmocka_unit_test(test_event_extras),
        cmocka_unit_test(test_refer),     cmocka_unit_test(test_call),
        cmocka_unit_test(test_contact),   cmocka_unit_test(test_values),
        cmocka_unit_test(test_parts),     cmocka_unit_test(test_no_parts),
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_only_3261),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Parameters of Via, of URIs and of credentials that later RFCs define, good and bad: the
 * production at fault and where it stands. */
#include "line_cases.h"

static void test_via(void **state)
{
    static const struct line_case cases[] = {
        OK("Via: SIP/2.0/WS a.invalid;branch=z9hG4bKx;keep;alias"),
        OK("Via: SIP/2.0/TLS-SCTP a;keep=30"),
        OK("Via: SIP/2.0/TCP a;oc;oc-algo=\"loss,rate\""),
        OK("Via: SIP/2.0/TCP a;oc=20;oc-validity=500;oc-seq=1282321615.782;oc-algo=\"loss , A1\""),
        OK("Via: SIP/2.0/UDP a;oc-algo=\"\""),
        OK("Via: SIP/2.0/UDP server1.example.com:5060\r\n ;branch=z9hG4bK87a7\r\n "
           ";comp=sigcomp\r\n ;sigcomp-id=\"urn:uuid:0C67446E-F1A1-11D9-94D3-000A95A0E128\""),
        OK("Via: SIP/2.0/UDP a;received-realm=\"myoperator:eyJ0eX..dBjftJeZ4-_/+\""),
        BAD("Via: SIP/2.0/TLS a;alias=1", VIA_ALIAS, 25),
        BAD("Via: SIP/2.0/TLS a;alias=", VIA_ALIAS, 25),
        BAD("Via: SIP/2.0/UDP a;keep=x", VIA_KEEP, 24),
        BAD("Via: SIP/2.0/UDP a;keep=30s", VIA_KEEP, 26),
        BAD("Via: SIP/2.0/UDP a;keep=", VIA_KEEP, 24),
        BAD("Via: SIP/2.0/UDP a;keep=\"30\"", VIA_KEEP, 24),
        BAD("Via: SIP/2.0/UDP a;oc=high", VIA_OC, 22),
        BAD("Via: SIP/2.0/UDP a;oc-validity=5s", VIA_OC, 32),
        BAD("Via: SIP/2.0/UDP a;oc-seq=1282321615", VIA_OC, 36),
        BAD("Via: SIP/2.0/UDP a;oc-seq=.782", VIA_OC, 26),
        BAD("Via: SIP/2.0/UDP a;oc-seq", VIA_OC, 19),
        BAD("Via: SIP/2.0/UDP a;oc-seq=1234567890123.1", VIA_OC, 39),
        BAD("Via: SIP/2.0/UDP a;oc-seq=1.123456", VIA_OC, 34),
        BAD("Via: SIP/2.0/UDP a;oc-algo=loss", VIA_OC, 27),
        BAD("Via: SIP/2.0/UDP a;oc-algo=\"loss;rate\"", VIA_OC, 32),
        BAD("Via: SIP/2.0/UDP a;oc-algo", VIA_OC, 19),
        BAD("Via: SIP/2.0/UDP a;comp", COMPRESSION, 19),
        BAD("Via: SIP/2.0/UDP a;comp=\"sigcomp\"", COMPRESSION, 24),
        BAD("Via: SIP/2.0/UDP a;sigcomp-id=\"uuid:0C67\"", SIGCOMP_ID, 30),
        BAD("Via: SIP/2.0/UDP a;sigcomp-id=urn:uuid:0C67", SIGCOMP_ID, 30),
        BAD("Via: SIP/2.0/UDP a;received-realm=myoperator", VIA_RECEIVED_REALM, 34),
        BAD("Via: SIP/2.0/UDP a;received-realm=\"myoperator\"", VIA_RECEIVED_REALM, 45),
        BAD("Via: SIP/2.0/UDP a;received-realm=\"op:a.b\"", VIA_RECEIVED_REALM, 39),
        BAD("Via: SIP/2.0/UDP a;received-realm=\"op:a..\"", VIA_RECEIVED_REALM, 41),
        BAD("Via: SIP/2.0/UDP a;received-realm=\"op:a..b.c\"", VIA_RECEIVED_REALM, 42),
        BAD("Via: SIP/2.0/UDP a;received-realm", VIA_RECEIVED_REALM, 19),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_uri(void **state)
{
    static const struct line_case cases[] = {
        OK("To: <sip:a@b;comp=sigcomp;sigcomp-id=urn:uuid:0C67446E>"),
        OK("To: <sip:a@b;transport=ws>"),
        OK("To: <sips:a@b;transport=tls-sctp>"),
        OK("To: <sip:vm@b;target=sip:bob%40b;cause=486>"),
        OK("Contact: <sip:a@b;pn-provider=acme;pn-param=acme-param;pn-prid=Zhy%40;pn-purr=x>"),
        OK("Contact: <sip:a@b;pn-provider>"),
        BAD("To: <sip:a@b;comp>", COMPRESSION, 13),
        BAD("To: <sip:a@b;comp=a:b>", COMPRESSION, 19),
        BAD("To: <sip:a@b;sigcomp-id=uuid:1>", SIGCOMP_ID, 24),
        BAD("To: <sip:a@b;sigcomp-id>", SIGCOMP_ID, 13),
        BAD("To: <sip:a@b;cause=48>", VOICEMAIL_PARAMETER, 19),
        BAD("To: <sip:a@b;cause=busy>", VOICEMAIL_PARAMETER, 19),
        BAD("To: <sip:a@b;cause>", VOICEMAIL_PARAMETER, 13),
        BAD("To: <sip:a@b;target>", VOICEMAIL_PARAMETER, 13),
        BAD("Contact: <sip:a@b;pn-param>", PUSH_PARAMETER, 18),
        BAD("Contact: <sip:a@b;pn-param=x;pn-prid>", PUSH_PARAMETER, 29),
        BAD("Contact: <sip:a@b;pn-purr;x>", PUSH_PARAMETER, 18),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_tel(void **state)
{
    static const struct line_case cases[] = {
        OK("To: <tel:+1-201-555-0123;ext=22;isub=1@2&x=z>"),
        OK("To: <tel:+1;isub=1;ext=(2)>"),
        OK("To: <tel:7042;phone-context=example.com.>"),
        OK("To: <tel:7042;EXT=1;phone-context=+1-201;a;b=2;tgrp=x>"),
        OK("To: <tel:911;phone-context=a-1.b-2>"),
        OK("To: <tel:+1;npdi;rn=+12>"),
        BAD("To: <tel:+1;ext=x>", TEL_PARAMETER, 16),
        BAD("To: <tel:+1;ext>", TEL_PARAMETER, 12),
        BAD("To: <tel:+1;isub>", TEL_PARAMETER, 12),
        BAD("To: <tel:1;phone-context=192.0.2.1>", TEL_PARAMETER, 25),
        BAD("To: <tel:1;phone-context=+>", TEL_PARAMETER, 25),
        BAD("To: <tel:1;phone-context=a_b>", TEL_PARAMETER, 25),
        BAD("To: <tel:1;phone-context>", TEL_PARAMETER, 11),
        BAD("To: <tel:+1;a_b=c>", TEL_PARAMETER, 13),
        BAD("To: <tel:+1;rn=+12;npdi>", TEL_PARAMETER_ORDER, 19),
        BAD("To: <tel:+1;ext=1;ext=2>", TEL_PARAMETER_ORDER, 18),
        BAD("To: <tel:+1;ext=1;isub=2;EXT=2>", TEL_PARAMETER_ORDER, 25),
        BAD("To: <tel:1;phone-context=a;phone-context=a>", TEL_PARAMETER_ORDER, 27),
        BAD("To: <tel:+1;x;ext=1>", TEL_PARAMETER_ORDER, 14),
        BAD("To: <tel:1;x;phone-context=a>", TEL_PARAMETER_ORDER, 13),
        BAD("To: <tel:1;phone-context=a;isub=1>", TEL_PARAMETER_ORDER, 27),
        BAD("To: <tel:+1;a;b;A>", TEL_PARAMETER_ORDER, 16),
        BAD("To: <tel:+1;a=1;a=2>", TEL_PARAMETER_ORDER, 16),
        BAD("To: <tel:+1;ext=>", URI_PARAMETER, 16),
        BAD("To: <tel:+1;x=a@b>", URI_PARAMETER, 15),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_urn(void **state)
{
    static const struct line_case cases[] = {
        OK("To: <urn:service:sos>"),
        OK("To: urn:service:sos.police"),
        OK("To: <URN:Service:a-b.c1>"),
        OK("To: <urn:service:a23456789012345678901234567>"),
        OK("Alert-Info: <urn:alert:service:auto-callback>, <urn:alert:priority:high:x@y>"),
        OK("Alert-Info: <urn:nena:service:-->"),
        BAD("To: <urn:service:>", SERVICE_URN, 17),
        BAD("To: <urn:service:-sos>", SERVICE_URN, 17),
        BAD("To: <urn:service:sos->", SERVICE_URN, 20),
        BAD("To: <urn:service:sos.>", SERVICE_URN, 21),
        BAD("To: <urn:service:sos..a>", SERVICE_URN, 21),
        BAD("To: <urn:service:sos_a>", SERVICE_URN, 20),
        BAD("To: <urn:service:a234567890123456789012345678>", SERVICE_URN, 44),
        BAD("Geolocation: <urn:service:sos@a>", SERVICE_URN, 29),
        BAD("Alert-Info: <urn:alert:>", ALERT_URN, 23),
        BAD("Alert-Info: <urn:alert:service>", ALERT_URN, 30),
        BAD("Alert-Info: <urn:alert:service:>", ALERT_URN, 31),
        BAD("Alert-Info: <urn:alert:service:a@>", ALERT_URN, 33),
        BAD("Alert-Info: <urn:alert:service:a.b>", ALERT_URN, 32),
        BAD("Alert-Info: <urn:alert:x::y>", ALERT_URN, 25),
        BAD("Alert-Info: <urn:alert:-x:y>", ALERT_URN, 23),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_bearer(void **state)
{
    static const struct line_case cases[] = {
        OK("WWW-Authenticate: Bearer realm=\"r\", scope=\"sip openid\", error=\"invalid_token\", "
           "authz_server=\"https://as.example.com/a?b\", x=y"),
        OK("Proxy-Authenticate: Bearer authz_server=\"https://a\""),
        OK("Authorization: Bearer abc"),
        BAD("WWW-Authenticate: Bearer realm=\"r\", scope=sip", BEARER_CHALLENGE, 42),
        BAD("WWW-Authenticate: Bearer realm=\"r\", scope=\"\"", BEARER_CHALLENGE, 42),
        BAD("WWW-Authenticate: Bearer error=\"a\\\\b\"", BEARER_CHALLENGE, 31),
        BAD("WWW-Authenticate: Bearer authz_server=\"http://a\"", BEARER_CHALLENGE, 38),
        BAD("WWW-Authenticate: Bearer authz_server=\"https://\"", BEARER_CHALLENGE, 38),
        BAD("WWW-Authenticate: Bearer authz_server=\"https://a b\"", BEARER_CHALLENGE, 38),
        BAD("WWW-Authenticate: Bearer realm=r", WWW_AUTHENTICATE, 31),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_digest(void **state)
{
    static const struct line_case cases[] = {
        OK("WWW-Authenticate: Digest "
           "realm=\"r\",nonce=\"n\",algorithm=SHA-512-256,qop=\"auth\",charset=UTF-8,userhash="
           "true"),
        OK("Authorization: Digest "
           "username=\"488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec\",realm="
           "\"r\",nonce=\"n\",uri=\"sip:a\",response="
           "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",algorithm=SHA-512-"
           "256,userhash=TRUE"),
        OK("Authorization: Digest "
           "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe,realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
           "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",algorithm=SHA-256,"
           "userhash=false"),
        OK("Authorization: Digest "
           "username*=iso-8859-1'en'a$b#c,realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
           "\"00112233445566778899aabbccddeeff\""),
        OK("Authorization: Digest "
           "username=\"u\",realm=\"r\",nonce=\"\",uri=\"sip:a\",response=\"\",algorithm=AKAv1-MD5"),
        OK("Authorization: Digest "
           "username=\"u\",realm=\"r\",nonce=\"bm9uY2U=\",uri=\"sip:a\",response="
           "\"00112233445566778899aabbccddeeff\",algorithm=AKAv1-MD5,auts=\"CjkyMzRfOiwg5CfkJ2UK="
           "\""),
        OK("Authorization: Digest "
           "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
           "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899a"
           "abbccddeeff00112233445566778899aabbccddeeff\",algorithm=SHA-3"),
        OK("WWW-Authenticate: Digest "
           "realm=\"r\",nonce=\"MzQ0a2xrbGtmbGtsZm9wb2tsc2tqaHJzZXNy9uQyMzMzMzQK=\",qop=\"auth,"
           "auth-int\",opaque=\"o\",algorithm=AKAv1-MD5"),
        BAD("WWW-Authenticate: Digest realm=\"r\",nonce=\"n\",charset=latin1", DIGEST_PARAMETER,
            53),
        BAD("WWW-Authenticate: Digest realm=\"r\",nonce=\"n\",userhash=yes", DIGEST_PARAMETER, 54),
        BAD("Authorization: Digest "
            "username*=\"UTF-8''a\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff\"",
            DIGEST_PARAMETER, 32),
        BAD("Authorization: Digest "
            "username*=UTF-8''J%4g,realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff\"",
            DIGEST_PARAMETER, 40),
        BAD("Authorization: Digest "
            "username*=UTF-8,realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff\"",
            DIGEST_PARAMETER, 37),
        BAD("Authorization: Digest "
            "username=\"a\",username*=UTF-8''a,realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff\"",
            DIGEST_PARAMETER, 35),
        BAD("Authorization: Digest "
            "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff\",auts=abc",
            DIGEST_AKA, 116),
        BAD("Authorization: Digest "
            "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff\",auts=\"a b\"",
            DIGEST_AKA, 116),
        BAD("WWW-Authenticate: Digest realm=\"r\",nonce=\"a:b\",algorithm=AKAv1-MD5", DIGEST_AKA,
            42),
        BAD("Authorization: Digest "
            "realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"00112233445566778899aabbccddeeff\"",
            AUTHORIZATION, 15),
        BAD("Authorization: Digest "
            "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"\"",
            AUTHORIZATION, 77),
        BAD("Authorization: Digest "
            "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response="
            "\"00112233445566778899aabbccddeeff0\",algorithm=SHA-256",
            AUTHORIZATION, 77),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

/* As of RFC 3261 they are extensions: their values are nobody's business. */
static void test_only_3261(void **state)
{
    static const struct sipsan_msg_limits limits = {.headers = 16, .faults = 16, .only_3261 = true};
    static const char text[] =
        "OPTIONS sip:bob@example.com;pn-prid;cause=x;comp SIP/2.0\r\n"
        "Via: SIP/2.0/UDP a;branch=z9hG4bKx;keep=x;oc=y;alias=1;comp\r\n"
        "To: <tel:+1;b;a;ext=x>\r\n"
        "Alert-Info: <urn:alert:x>\r\n"
        "Feature-Caps: x\r\n"
        "WWW-Authenticate: Digest "
        "realm=\"r\",nonce=\"n:\",algorithm=AKAv1-MD5,userhash=x,charset=y\r\n"
        "WWW-Authenticate: Bearer scope=x\r\n\r\n";
    struct parsed parsed;

    (void)state;
    parsed_init(&parsed);
    assert_int_equal(sipsan_msg_parse(&parsed.msg, SPAN_OF(text), &limits), SIPSAN_OK);
    assert_int_equal(parsed.msg.fault_count, 0);
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_via),       cmocka_unit_test(test_uri),
        cmocka_unit_test(test_tel),       cmocka_unit_test(test_urn),
        cmocka_unit_test(test_bearer),    cmocka_unit_test(test_digest),
        cmocka_unit_test(test_only_3261),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Header fields of identity, history, location, security and policy, good and bad: the production
 * at fault and where it stands. */
#include "line_cases.h"

static void test_asserted(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Asserted-Identity: \"Cullen Jennings\" <sip:fluffy@cisco.com>, tel:+14085264000"),
        OK("P-Asserted-Identity: sip:a@b"),
        OK("P-Preferred-Identity: <tel:+1-201-555-0123;ext=7>"),
        OK("P-Preferred-Identity: A B <sips:a@b;x=y?z=1>"),
        BAD("P-Asserted-Identity:", P_ASSERTED_IDENTITY, 20),
        BAD("P-Asserted-Identity: <sip:a@b>;user=phone", P_ASSERTED_IDENTITY, 30),
        BAD("P-Asserted-Identity: <sip:a@b>,", P_ASSERTED_IDENTITY, 31),
        BAD("P-Asserted-Identity: sip:a@b;user=phone", P_ASSERTED_IDENTITY, 28),
        BAD("P-Preferred-Identity: <sip:a@b> x", P_PREFERRED_IDENTITY, 32),
        BAD("P-Asserted-Identity: sip:a@b?c=d", ADDR_SPEC_BRACKETS, 28),
        BAD("P-Asserted-Identity: fluffy", ABSOLUTE_URI, 21),
        BAD("P-Asserted-Identity: A@B <sip:a@b>", NAME_ADDR, 22),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_identity(void **state)
{
    static const struct line_case cases[] = {
        OK("Identity: "
           "eyJhbGciOiJFUzI1NiJ9.eyJkZXN0.rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6_F1/+;info=<https://"
           "biloxi.example.org/biloxi.cert;v=1>;alg=ES256;ppt=shaken"),
        OK("y: ..rq3p ; info=<https://a>;x=y"),
        OK("Identity-Info: <https://atlanta.example.com/a.cer>;alg=rsa-sha1;x"),
        OK("n: <http://a>"),
        BAD("Identity:", IDENTITY, 9),
        BAD("Identity: \"kjOP4YVYZ0/3FEV\";info=<https://a>", IDENTITY, 10),
        BAD("Identity: \"kjOP4YVYZ0/3FEV\"", IDENTITY, 10),
        BAD("Identity: r5mwreLuyDRYBi/0TiPwEs==", IDENTITY, 32),
        BAD("Identity: ..a;information=<https://a>", IDENTITY, 14),
        BAD("Identity: ..a;", IDENTITY, 14),
        BAD("Identity: ..a", IDENTITY, 13),
        BAD("Identity: ..a;alg=ES256;info=<https://a>", IDENTITY, 14),
        BAD("Identity: ..a;info", IDENTITY, 14),
        BAD("Identity: ..a;info=\"https://a\"", IDENTITY, 19),
        BAD("Identity: ..a;info=https://a", IDENTITY, 19),
        BAD("Identity: ..a;info=<>", IDENTITY, 20),
        BAD("Identity: ..a;info=<https://a b>", IDENTITY, 29),
        BAD("Identity: ..a;info=<https://a>;ppt=\"shaken\"", IDENTITY, 35),
        BAD("Identity: ..a;info=<https://a>;alg=ES@256", IDENTITY, 37),
        BAD("Identity: ..a=;info=<https://a>", IDENTITY, 13),
        BAD("Identity: abc x", IDENTITY, 13),
        BAD("Identity: ..a;info=<https://a>, ..b;info=<https://b>", IDENTITY, 30),
        BAD("Identity: ..a;info=<https://a", IDENTITY, 29),
        BAD("Identity-Info: https://a", IDENTITY_INFO, 15),
        BAD("Identity-Info: <https://a>;alg=\"x\"", IDENTITY_INFO, 31),
        BAD("Identity-Info: <https://a>, <https://b>", IDENTITY_INFO, 26),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_history(void **state)
{
    static const struct line_case cases[] = {
        OK("History-Info: <sip:UserA@ims.example.com?Reason=SIP%3Bcause%3D302>;index=1.1, "
           "<sip:UserB@example.com>;index=1.20;mp=1.1,<tel:+1>;index=0;foo=bar"),
        OK("History-Info: \"A\" <sip:a@b>;np=1;index=1.1.1;rc=1.1"),
        OK("Contact: <sip:a@b>;rc=1.1;q=0.5, <sip:c@d>;mp=1;np=2.3"),
        OK("Diversion: "
           "<sip:bob@p2.example.com>;reason=unconditional;counter=1;privacy=off;screen=no, \"B\" "
           "<tel:+1>;reason=\"x y\";limit=10;foo"),
        OK("Diversion: <sip:a@b>"),
        BAD("History-Info:", HISTORY_INFO, 13),
        BAD("History-Info: sip:a@b;index=1", HISTORY_INFO, 14),
        BAD("History-Info: <sip:a@b>", HISTORY_INFO, 23),
        BAD("History-Info: <sip:a@b>;index=1.", HISTORY_INFO, 32),
        BAD("History-Info: <sip:a@b>;index=1.01", HISTORY_INFO, 32),
        BAD("History-Info: <sip:a@b>;index=a", HISTORY_INFO, 30),
        BAD("History-Info: <sip:a@b>;index=1-2", HISTORY_INFO, 31),
        BAD("History-Info: <sip:a@b>;index=1;rc=\"1\"", HISTORY_INFO, 35),
        BAD("History-Info: <sip:a@b>;index=1;index=2", HISTORY_INFO, 32),
        BAD("Contact: <sip:a@b>;rc=x", HISTORY_INFO, 22),
        BAD("Contact: <sip:a@b>;mp", HISTORY_INFO, 19),
        BAD("Diversion:", DIVERSION, 10),
        BAD("Diversion: sip:a@b;reason=away", DIVERSION, 11),
        BAD("Diversion: <sip:a@b>;reason", DIVERSION, 21),
        BAD("Diversion: <sip:a@b>;reason=", DIVERSION, 28),
        BAD("Diversion: <sip:a@b>;reason=a/b", DIVERSION, 29),
        BAD("Diversion: <sip:a@b>;counter=100", DIVERSION, 31),
        BAD("Diversion: <sip:a@b>;limit=x", DIVERSION, 27),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_location(void **state)
{
    static const struct line_case cases[] = {
        OK("Geolocation: <cid:target123@atlanta.example.com>, <sips:a@b;c>;x=y"),
        OK("Geolocation: "
           "<https://ls.example.com:9768/357yc6s64ceyoiuy5ax3o>;loc-src=east1.example.com"),
        OK("Geolocation-Routing: no"),
        OK("Geolocation-Routing: YES"),
        OK("Geolocation-Routing: x=y"),
        OK("Geolocation-Error: 100 ; code=\"Cannot Process Location\""),
        OK("Geolocation-Error: 7;x"),
        OK("AlertMsg-Error: 100 ; message=\"Cannot process the alert payload\""),
        BAD("Geolocation:", GEOLOCATION, 12),
        BAD("Geolocation: cid:a@b", GEOLOCATION, 13),
        BAD("Geolocation: \"x\" <cid:a@b>", GEOLOCATION, 13),
        BAD("Geolocation: <cid:a@b>;loc-src=192.0.2.1", GEOLOCATION, 31),
        BAD("Geolocation: <cid:a@b>;loc-src", GEOLOCATION, 23),
        BAD("Geolocation: <cid:a@b>,", GEOLOCATION, 23),
        BAD("Geolocation: <target123>", ABSOLUTE_URI, 14),
        BAD("Geolocation-Routing:", GEOLOCATION_ROUTING, 20),
        BAD("Geolocation-Routing: yes, no", GEOLOCATION_ROUTING, 24),
        BAD("Geolocation-Routing: yes;x", GEOLOCATION_ROUTING, 24),
        BAD("Geolocation-Routing: <yes>", GEOLOCATION_ROUTING, 21),
        BAD("Geolocation-Routing: x=", GEOLOCATION_ROUTING, 23),
        BAD("Geolocation-Error:", GEOLOCATION_ERROR, 18),
        BAD("Geolocation-Error: x", GEOLOCATION_ERROR, 19),
        BAD("Geolocation-Error: 1000", GEOLOCATION_ERROR, 22),
        BAD("Geolocation-Error: 100;code=Text", GEOLOCATION_ERROR, 28),
        BAD("Geolocation-Error: 100, 200", GEOLOCATION_ERROR, 22),
        BAD("Geolocation-Error: 100 \"Text\"", GEOLOCATION_ERROR, 23),
        BAD("AlertMsg-Error: 10", ALERTMSG_ERROR, 18),
        BAD("AlertMsg-Error: 1000", ALERTMSG_ERROR, 19),
        BAD("AlertMsg-Error: 100;message=x", ALERTMSG_ERROR, 28),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_user_to_user(void **state)
{
    static const struct line_case cases[] = {
        OK("User-to-User: 56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar"),
        OK("User-to-User: \"a b\";x=\"y\", 00C8"),
        BAD("User-to-User:", USER_TO_USER, 13),
        BAD("User-to-User: ;encoding=hex", USER_TO_USER, 14),
        BAD("User-to-User: 00/11", USER_TO_USER, 16),
        BAD("User-to-User: 00;encoding=\"hex\"", USER_TO_USER, 26),
        BAD("User-to-User: 00;purpose", USER_TO_USER, 17),
        BAD("User-to-User: 00;content=", USER_TO_USER, 25),
        BAD("User-to-User: 00,", USER_TO_USER, 17),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_security(void **state)
{
    static const struct line_case cases[] = {
        OK("Security-Client: ipsec-ike, digest;q=0.1;d-alg=MD5;d-qop=auth, tls;q=1.000"),
        OK("Security-Server: digest;q=0.2;d-ver=\"00112233445566778899aabbccddeeff\""),
        OK("Security-Verify: "
           "ipsec-3gpp;alg=hmac-sha-1-96;prot=esp;mod=trans;ealg=aes-cbc;spi-c=23456789;spi-s="
           "4294967295;port-c=2468;port-s=1357;new=\"x\""),
        OK("Security-Client: ipsec-3gpp;alg=hmac-md5-96;spi=0000000001;port1=5062;port2=5064"),
        BAD("Security-Client:", SECURITY_CLIENT, 16),
        BAD("Security-Client: tls;q=2", SECURITY_CLIENT, 23),
        BAD("Security-Client: tls;q=0.5555", SECURITY_CLIENT, 28),
        BAD("Security-Client: \"tls\"", SECURITY_CLIENT, 17),
        BAD("Security-Client: tls;q", SECURITY_CLIENT, 21),
        BAD("Security-Client: tls digest", SECURITY_CLIENT, 21),
        BAD("Security-Client: ipsec-3gpp;spi=4294967296", SECURITY_CLIENT, 32),
        BAD("Security-Client: ipsec-3gpp;spi=x", SECURITY_CLIENT, 32),
        BAD("Security-Client: ipsec-3gpp;port1=70000", SECURITY_CLIENT, 34),
        BAD("Security-Server: digest;d-ver=00112233445566778899aabbccddeeff", SECURITY_SERVER, 30),
        BAD("Security-Server: digest;d-ver=\"abc\"", SECURITY_SERVER, 31),
        BAD("Security-Server: digest;d-ver=\"abcD\"", SECURITY_SERVER, 34),
        BAD("Security-Server: digest;d-alg=\"MD5\"", SECURITY_SERVER, 30),
        BAD("Security-Verify: tls,", SECURITY_VERIFY, 21),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_priority(void **state)
{
    static const struct line_case cases[] = {
        OK("Resource-Priority: dsn.flash, wps.3"),
        OK("Resource-Priority: esnet.0"),
        OK("Accept-Resource-Priority:"),
        OK("Accept-Resource-Priority: dsn.flash-override,\r\n dsn.flash"),
        BAD("Resource-Priority:", RESOURCE_PRIORITY, 18),
        BAD("Resource-Priority: dsn", RESOURCE_PRIORITY, 22),
        BAD("Resource-Priority: .flash", RESOURCE_PRIORITY, 19),
        BAD("Resource-Priority: dsn.", RESOURCE_PRIORITY, 23),
        BAD("Resource-Priority: dsn.flash.override", RESOURCE_PRIORITY, 28),
        BAD("Resource-Priority: dsn.flash;q=1", RESOURCE_PRIORITY, 28),
        BAD("Resource-Priority: \"dsn.flash\"", RESOURCE_PRIORITY, 19),
        BAD("Accept-Resource-Priority: dsn.flash wps.3", ACCEPT_RESOURCE_PRIORITY, 36),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_policy(void **state)
{
    static const struct line_case cases[] = {
        OK("Policy-ID: sip:policy@biloxi.example.com;token=x, https://p.example.com/a;y=\"z\""),
        OK("Policy-Contact: <sip:policy@biloxi.example.com;a>;non-cacheable, "
           "<https://b?c>;alt-uri=p.example.com;x"),
        BAD("Policy-ID:", POLICY_ID, 10),
        BAD("Policy-ID: <sip:a@b>", POLICY_ID, 11),
        BAD("Policy-ID: sip:a@b;token=\"x\"", POLICY_ID, 25),
        BAD("Policy-ID: sip:a@b;token", POLICY_ID, 19),
        BAD("Policy-ID: sip:a@b?c=d", ADDR_SPEC_BRACKETS, 18),
        BAD("Policy-Contact: sip:a@b", POLICY_CONTACT, 16),
        BAD("Policy-Contact: <sip:a@b>;non-cacheable=1", POLICY_CONTACT, 40),
        BAD("Policy-Contact: <sip:a@b>;alt-uri=192.0.2.1", POLICY_CONTACT, 34),
        BAD("Policy-Contact: <sip:a@b>;alt-uri=https://x", POLICY_CONTACT, 39),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_feature_caps(void **state)
{
    static const struct line_case cases[] = {
        OK("Feature-Caps: *;+sip.pns=\"acme\";+sip.pnsreg=\"121\", *;+sip.608"),
        OK("Feature-Caps: *"),
        OK("Feature-Caps: *;+a!b'c.d-e%=\"!x,TRUE,#>=1.5,#-1:+2.,#=7\";+g.3gpp.x=\"<str in, g>\""),
        OK("Feature-Caps: *;+sip.pnspurr=\"a\";+sip.pnsregx"),
        OK("Feature-Caps: * ; +sip.vapid = \"BA1Hxzyi1RGoHbP2E-xYz_\""),
        BAD("Feature-Caps:", FEATURE_CAPS, 13),
        BAD("Feature-Caps: +sip.608", FEATURE_CAPS, 14),
        BAD("Feature-Caps: *;sip.608", FEATURE_CAPS, 16),
        BAD("Feature-Caps: * +a", FEATURE_CAPS, 16),
        BAD("Feature-Caps: *;+a;x", FEATURE_CAPS, 19),
        BAD("Feature-Caps: *,", FEATURE_CAPS, 16),
        BAD("Feature-Caps: *;+sip.pns", PUSH_INDICATOR, 16),
        BAD("Feature-Caps: *;+sip.pnsreg=\"soon\"", PUSH_INDICATOR, 29),
        BAD("Feature-Caps: *;+sip.pnsreg=\"1s\"", PUSH_INDICATOR, 30),
        BAD("Feature-Caps: *;+SIP.vapid", PUSH_INDICATOR, 16),
        BAD("Feature-Caps: *;+1a", FEATURE_PARAM, 17),
        BAD("Feature-Caps: *;+", FEATURE_PARAM, 17),
        BAD("Feature-Caps: *;+a=b", FEATURE_PARAM, 19),
        BAD("Feature-Caps: *;+a=\"\"", FEATURE_PARAM, 20),
        BAD("Feature-Caps: *;+a=\"b,\"", FEATURE_PARAM, 22),
        BAD("Feature-Caps: *;+a=\"@\"", FEATURE_PARAM, 20),
        BAD("Feature-Caps: *;+a=\"#x\"", FEATURE_PARAM, 20),
        BAD("Feature-Caps: *;+a=\"<b\"", FEATURE_PARAM, 22),
        BAD("Feature-Caps: *;+a*b", FEATURE_PARAM, 18),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asserted),     cmocka_unit_test(test_identity),
        cmocka_unit_test(test_history),      cmocka_unit_test(test_location),
        cmocka_unit_test(test_user_to_user), cmocka_unit_test(test_security),
        cmocka_unit_test(test_priority),     cmocka_unit_test(test_policy),
        cmocka_unit_test(test_feature_caps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

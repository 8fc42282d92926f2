/* P- header fields of networks of one operator, good and bad: the production at fault and where it
 * stands. */
#include "line_cases.h"

static void test_media_authorization(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Media-Authorization: 20345fE0"),
        OK("P-Media-Authorization: 0a , 1B"),
        BAD("P-Media-Authorization:", P_MEDIA_AUTHORIZATION, 22),
        BAD("P-Media-Authorization: xyz", P_MEDIA_AUTHORIZATION, 23),
        BAD("P-Media-Authorization: 12gh", P_MEDIA_AUTHORIZATION, 25),
        BAD("P-Media-Authorization: 12,, 34", P_MEDIA_AUTHORIZATION, 26),
        BAD("P-Media-Authorization: 12;a=b", P_MEDIA_AUTHORIZATION, 25),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_user_database(void **state)
{
    static const struct line_case cases[] = {
        OK("P-User-Database: <aaa://host.example.com;transport=tcp>"),
        OK("P-User-Database: <AAAS://h:3868>;x=y"),
        BAD("P-User-Database: aaa://host.example.com", P_USER_DATABASE, 17),
        BAD("P-User-Database: <sip:host.example.com>", P_USER_DATABASE, 18),
        BAD("P-User-Database: <aaa://a>, <aaa://b>", P_USER_DATABASE, 26),
        BAD("P-User-Database: \"x\" <aaa://a>", P_USER_DATABASE, 17),
        BAD("P-User-Database: <host.example.com>", ABSOLUTE_URI, 18),
        BAD("P-User-Database: <aaa://host", NAME_ADDR, 28),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_early_media(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Early-Media: sendrecv , gated"),
        OK("P-Early-Media:"),
        OK("P-Early-Media: supported"),
        OK("P-Early-Media: x.y"),
        BAD("P-Early-Media: sendonly;x", P_EARLY_MEDIA, 23),
        BAD("P-Early-Media: \"sendonly\"", P_EARLY_MEDIA, 15),
        BAD("P-Early-Media: sendonly recvonly", P_EARLY_MEDIA, 24),
        BAD("P-Early-Media: sendonly,", P_EARLY_MEDIA, 24),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_refused_uri_list(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Refused-URI-List: sip:friends-list@example.net;members=<cid:an3bt8jf03@example.net>"),
        OK("P-Refused-URI-List: <sip:a@b>;members=\"cid:x@y\";z, sip:c@d"),
        OK("P-Refused-URI-List: <sip:a@b>;members=\"<cid:x@y>\""),
        BAD("P-Refused-URI-List:", P_REFUSED_URI_LIST, 19),
        BAD("P-Refused-URI-List: <sip:a@b>;members", P_REFUSED_URI_LIST, 30),
        BAD("P-Refused-URI-List: <sip:a@b>;members=cid:x@y", P_REFUSED_URI_LIST, 38),
        BAD("P-Refused-URI-List: <sip:a@b>;members=\"sip:x@y\"", P_REFUSED_URI_LIST, 39),
        BAD("P-Refused-URI-List: <sip:a@b>;members=\"cid:x\";members=\"cid:x\"", P_REFUSED_URI_LIST,
            46),
        BAD("P-Refused-URI-List: sip:a@b?x=y", ADDR_SPEC_BRACKETS, 27),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_services(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Asserted-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel"),
        OK("P-Preferred-Service: URN:URN-7:a-b.c , urn:urn-7:x"),
        BAD("P-Asserted-Service:", P_ASSERTED_SERVICE, 19),
        BAD("P-Asserted-Service: mmtel", P_ASSERTED_SERVICE, 20),
        BAD("P-Asserted-Service: urn:urn-xxx:3gpp-service", P_ASSERTED_SERVICE, 28),
        BAD("P-Asserted-Service: urn:urn-7:", P_ASSERTED_SERVICE, 30),
        BAD("P-Asserted-Service: urn:urn-7:a.", P_ASSERTED_SERVICE, 32),
        BAD("P-Asserted-Service: urn:urn-7:a..b", P_ASSERTED_SERVICE, 32),
        BAD("P-Asserted-Service: urn:urn-7:a_b", P_ASSERTED_SERVICE, 31),
        BAD("P-Asserted-Service: urn:urn-7:a;b=c", P_ASSERTED_SERVICE, 31),
        BAD("P-Asserted-Service: \"urn:urn-7:a\"", P_ASSERTED_SERVICE, 20),
        BAD("P-Preferred-Service: urn:urn-7:a%20b", P_PREFERRED_SERVICE, 32),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_served_user(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Served-User: <sip:user@example.com>; orig-cdiv; regstate=reg"),
        OK("P-Served-User: <sip:user@example.com>; sescase=term; regstate=unreg"),
        OK("P-Served-User: <sip:bob@example.com>; term;regstate=REG"),
        OK("P-Served-User: sip:user@example.com;sescase=orig"),
        OK("P-Served-User: \"U\" <tel:+1-201-555-0123>"),
        BAD("P-Served-User:", P_SERVED_USER, 14),
        BAD("P-Served-User: <sip:a@b>;sescase=both", P_SERVED_USER, 33),
        BAD("P-Served-User: <sip:a@b>;sescase", P_SERVED_USER, 25),
        BAD("P-Served-User: <sip:a@b>;sescase=orig-cdiv", P_SERVED_USER, 33),
        BAD("P-Served-User: <sip:a@b>;orig-cdiv=1", P_SERVED_USER, 35),
        BAD("P-Served-User: <sip:a@b>;regstate=\"reg\"", P_SERVED_USER, 34),
        BAD("P-Served-User: <sip:a@b>, <sip:c@d>", P_SERVED_USER, 24),
        BAD("P-Served-User: sip:a@b?x=y;sescase=orig", ADDR_SPEC_BRACKETS, 22),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_charge_info(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Charge-Info: <sip:+14075550134@example.net;user=phone>"),
        OK("P-Charge-Info: <tel:+14075551234>"),
        OK("P-Charge-Info: sips:1234@example.com"),
        BAD("P-Charge-Info:", P_CHARGE_INFO, 14),
        BAD("P-Charge-Info: <sip:a@b>;noa=3", P_CHARGE_INFO, 24),
        BAD("P-Charge-Info: <sip:a@b>,<sip:c@d>", P_CHARGE_INFO, 24),
        BAD("P-Charge-Info: +14075550134", ABSOLUTE_URI, 15),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_dcs(void **state)
{
    static const struct line_case cases[] = {
        OK("P-DCS-Trace-Party-ID: <sip:+12345678912@domain.com;user=phone>;\r\n "
           "timestamp=3434688831.2327"),
        OK("P-DCS-Trace-Party-ID: <tel:+1>;timestamp=1;x=y"),
        OK("P-DCS-OSPS: BLV"),
        OK("P-DCS-OSPS: x"),
        OK("P-DCS-Billing-Info: "
           "0123456789ABCDEF/"
           "FEDC0123@element.example.com;rksgroup=g1;charge=\"sip:a@b\";calling=\"tel:+1\";called="
           "\"sip:c@d\";routing=\"sip:e\";locroute=\"sip:f\";jip=\"973-555;jip-context=+1212\";x"),
        OK("P-DCS-Billing-Info: aB/0@[2001:db8::1]"),
        OK("P-DCS-LAES: "
           "df.example.com:6000;content=[2001:db8::1]:7000;bcid=00aF;cccid=0123ABCD;x=y"),
        OK("P-DCS-LAES: 192.0.2.1"),
        OK("P-DCS-Redirect: \"sip:x@y\";redirector-uri=\"tel:+1\";count=3;z"),
        BAD("P-DCS-Trace-Party-ID: sip:a@b", P_DCS_TRACE_PARTY_ID, 22),
        BAD("P-DCS-Trace-Party-ID: <tel:+1>;timestamp", P_DCS_TRACE_PARTY_ID, 31),
        BAD("P-DCS-Trace-Party-ID: <tel:+1>;timestamp=1.", P_DCS_TRACE_PARTY_ID, 43),
        BAD("P-DCS-Trace-Party-ID: <tel:+1>;timestamp=1.2.3", P_DCS_TRACE_PARTY_ID, 44),
        BAD("P-DCS-Trace-Party-ID: <tel:+1>;timestamp=x", P_DCS_TRACE_PARTY_ID, 41),
        BAD("P-DCS-OSPS:", P_DCS_OSPS, 11),
        BAD("P-DCS-OSPS: BLV, EI", P_DCS_OSPS, 15),
        BAD("P-DCS-OSPS: BLV;x", P_DCS_OSPS, 15),
        BAD("P-DCS-Billing-Info: x/1@a", P_DCS_BILLING_INFO, 20),
        BAD("P-DCS-Billing-Info: 01@a", P_DCS_BILLING_INFO, 22),
        BAD("P-DCS-Billing-Info: 0/@a", P_DCS_BILLING_INFO, 22),
        BAD("P-DCS-Billing-Info: 0/0123456789abcdef0@a", P_DCS_BILLING_INFO, 38),
        BAD("P-DCS-Billing-Info: 1/2@a;charge=sip:a@b", P_DCS_BILLING_INFO, 33),
        BAD("P-DCS-Billing-Info: 1/2@a;charge=\"a b\"", P_DCS_BILLING_INFO, 34),
        BAD("P-DCS-Billing-Info: 1/2@a;charge=\"sip:a b\"", P_DCS_BILLING_INFO, 39),
        BAD("P-DCS-Billing-Info: 1/2@a;jip=\"973\"", P_DCS_BILLING_INFO, 34),
        BAD("P-DCS-Billing-Info: 1/2@a;jip=\"973;jip-context=+x\"", P_DCS_BILLING_INFO, 48),
        BAD("P-DCS-Billing-Info: 1/2@a;rksgroup=\"g\"", P_DCS_BILLING_INFO, 35),
        BAD("P-DCS-Billing-Info: 1/2@", HOSTNAME, 24),
        BAD("P-DCS-LAES: a_b", HOSTNAME, 13),
        BAD("P-DCS-LAES: a;bcid=x", P_DCS_LAES, 19),
        BAD("P-DCS-LAES: a;bcid=", P_DCS_LAES, 19),
        BAD("P-DCS-LAES: a;cccid=012345678", P_DCS_LAES, 28),
        BAD("P-DCS-LAES: a;content", P_DCS_LAES, 14),
        BAD("P-DCS-LAES: a, b", P_DCS_LAES, 13),
        BAD("P-DCS-LAES: a:x", PORT, 14),
        BAD("P-DCS-LAES: a;content=b:99999", PORT, 24),
        BAD("P-DCS-Redirect: sip:a@b", P_DCS_REDIRECT, 16),
        BAD("P-DCS-Redirect: \"nouri\"", P_DCS_REDIRECT, 17),
        BAD("P-DCS-Redirect: \"sip:a@b\";count=x", P_DCS_REDIRECT, 32),
        BAD("P-DCS-Redirect: \"sip:a@b\";redirector-uri=sip:c", P_DCS_REDIRECT, 41),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_identifiers(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Associated-URI: <sip:a@example.com>;x, \"T\" <tel:+1-201-555-0123>"),
        OK("P-Associated-URI:"),
        OK("P-Called-Party-ID: <sip:user1-business@example.com>;x=y"),
        OK("P-Visited-Network-ID: other.net,\"Visited network number 1\";a=b"),
        BAD("P-Associated-URI: sip:a@b", P_ASSOCIATED_URI, 18),
        BAD("P-Associated-URI: <sip:a@b>,", P_ASSOCIATED_URI, 28),
        BAD("P-Called-Party-ID:", P_CALLED_PARTY_ID, 18),
        BAD("P-Called-Party-ID: sip:a@b", P_CALLED_PARTY_ID, 19),
        BAD("P-Called-Party-ID: <sip:a@b>, <sip:c@d>", P_CALLED_PARTY_ID, 28),
        BAD("P-Visited-Network-ID:", P_VISITED_NETWORK_ID, 21),
        BAD("P-Visited-Network-ID: Visited network 1", P_VISITED_NETWORK_ID, 30),
        BAD("P-Visited-Network-ID: <sip:a@b>", P_VISITED_NETWORK_ID, 22),
        BAD("P-Visited-Network-ID: \"open", QUOTED_STRING, 22),
        BAD("P-Visited-Network-ID: a;b=c@d", SEPARATOR_UNQUOTED, 27),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_access(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=2620112345600"),
        OK("P-Access-Network-Info: IEEE-802.11 ; i-wlan-node-id=ac8674;network-provided , "
           "ADSL2+;dsl-location=\"a b\";local-time-zone=\"x\""),
        OK("P-Access-Network-Info: xDSL;new-thing=1;alone;\"a, b\" ; \"c\""),
        BAD("P-Access-Network-Info:", P_ACCESS_NETWORK_INFO, 22),
        BAD("P-Access-Network-Info: 3GPP-UTRAN-FDD;utran-cell-id-3gpp", P_ACCESS_NETWORK_INFO, 38),
        BAD("P-Access-Network-Info: 3GPP-UTRAN-FDD;cgi-3gpp=", P_ACCESS_NETWORK_INFO, 47),
        BAD("P-Access-Network-Info: 3GPP-UTRAN-FDD;cgi-3gpp=a:b", P_ACCESS_NETWORK_INFO, 48),
        BAD("P-Access-Network-Info: x;local-time-zone=UTC", P_ACCESS_NETWORK_INFO, 41),
        BAD("P-Access-Network-Info: x;network-provided=1", P_ACCESS_NETWORK_INFO, 42),
        BAD("P-Access-Network-Info: 3GPP UTRAN", P_ACCESS_NETWORK_INFO, 28),
        BAD("P-Access-Network-Info: x;\"a\" b", P_ACCESS_NETWORK_INFO, 29),
        BAD("P-Access-Network-Info: x;\"a", QUOTED_STRING, 25),
        BAD("P-Access-Network-Info: x;y=a:b", SEPARATOR_UNQUOTED, 28),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_charging(void **state)
{
    static const struct line_case cases[] = {
        OK("P-Charging-Function-Addresses: ccf=192.1.1.1; ccf=192.1.1.2;\r\n ecf=\"a b\"; "
           "ecf-2=[2001:db8::1]"),
        OK("P-Charging-Function-Addresses: ccf=192.0.8.1; ecf=192.0.8.3, ccf-2=a;x"),
        OK("P-Charging-Vector: "
           "icid-value=1234bc9876e;icid-generated-at=192.0.6.8;orig-ioi=home1.net"),
        OK("P-Charging-Vector: icid-value=\"Ay+=@:1\" ; "
           "icid-generated-at=[2001:db8::1];term-ioi=\"x\";transit-ioi=\"operatorA.1 , "
           "void,b2.34\";related-icid=a;related-icid-generated-at=b.c;d"),
        BAD("P-Charging-Function-Addresses:", P_CHARGING_FUNCTION_ADDRESSES, 30),
        BAD("P-Charging-Function-Addresses: ccf", P_CHARGING_FUNCTION_ADDRESSES, 31),
        BAD("P-Charging-Function-Addresses: a;ECF-2", P_CHARGING_FUNCTION_ADDRESSES, 33),
        BAD("P-Charging-Function-Addresses: ccf=a;", GENERIC_PARAM, 37),
        BAD("P-Charging-Function-Addresses: ccf=", GENERIC_PARAM, 35),
        BAD("P-Charging-Vector: icid-value=a;;b", GENERIC_PARAM, 32),
        BAD("P-Charging-Function-Addresses: ccf=aaa://host", SEPARATOR_UNQUOTED, 38),
        BAD("P-Charging-Vector: icid-generated-at=a", P_CHARGING_VECTOR, 19),
        BAD("P-Charging-Vector: icid-value", P_CHARGING_VECTOR, 29),
        BAD("P-Charging-Vector: icid-value=", P_CHARGING_VECTOR, 30),
        BAD("P-Charging-Vector: icid-value=PCSF:1-cfed", P_CHARGING_VECTOR, 34),
        BAD("P-Charging-Vector: icid-value=a;orig-ioi=b@c", P_CHARGING_VECTOR, 42),
        BAD("P-Charging-Vector: icid-value=a;transit-ioi=a.1", P_CHARGING_VECTOR, 44),
        BAD("P-Charging-Vector: icid-value=a;transit-ioi=\"a\"", P_CHARGING_VECTOR, 45),
        BAD("P-Charging-Vector: icid-value=a;transit-ioi=\"a.1,1.a\"", P_CHARGING_VECTOR, 49),
        BAD("P-Charging-Vector: icid-value=a;transit-ioi=\"a.1 b.2\"", P_CHARGING_VECTOR, 48),
        BAD("P-Charging-Vector: icid-value=a;transit-ioi=\" a.1\"", P_CHARGING_VECTOR, 45),
        BAD("P-Charging-Vector: icid-value=a, icid-value=b", P_CHARGING_VECTOR, 31),
        BAD("P-Charging-Vector: icid-value=a;orig-ioi", P_CHARGING_VECTOR, 32),
        BAD("P-Charging-Vector: icid-value=a;orig-ioi=b;orig-ioi=c", P_CHARGING_VECTOR, 43),
        BAD("P-Charging-Vector: icid-value=a;icid-generated-at=2001:db8::1", IPV6ADDRESS, 50),
        BAD("P-Charging-Vector: icid-value=a;icid-generated-at=192.0.2.300", IPV4ADDRESS, 60),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_media_authorization),
        cmocka_unit_test(test_user_database),
        cmocka_unit_test(test_early_media),
        cmocka_unit_test(test_refused_uri_list),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_served_user),
        cmocka_unit_test(test_charge_info),
        cmocka_unit_test(test_dcs),
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_charging),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

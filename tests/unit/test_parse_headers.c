/* Every header field of section 20, good and bad: the production at fault and where it stands. */
#include "line_cases.h"

static void test_via(void **state)
{
    static const struct line_case cases[] = {
        OK("Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK776asdhds"),
        OK("v: SIP / 2.0 / UDP first.example.com: 4000;ttl=16;maddr=224.2.0.1 ;branch=z9hG4bKa7c6"),
        OK("Via: SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bKx;received=2001:db8::9"),
        OK("Via: SIP/2.0/UDP [2001:db8::1];branch=z9hG4bKx;received=[2001:db8::9]"),
        OK("Via: SIP/2.0/UDP a.example.com;rport;branch=z9hG4bKx"),
        OK("Via: SIP/2.0/UDP a.example.com;rport=5062;received=192.0.2.1"),
        OK("Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks"),
        OK("Via: SIP/2.0/TLS-SCTP a.example.com.;branch=z9hG4bKx, SIP/2.0/UDP b;branch=z9hG4bKy"),
        OK("Via: SIP/2.0/UDP a\r\n ;branch=z9hG4bKx\r\n ,\r\n SIP/2.0/UDP b"),
        OK("Via: SIP/2.0/UDP a;ext=\"q;,\\\"\";x=[::1]"),
        BAD("Via:", VIA, 4),
        BAD("Via: SIP/2.0 a.example.com", VIA, 13),
        BAD("Via: SIP/2.0/UDP", VIA, 16),
        BAD("Via: SIP/2.0/UDP a;branch=z9hG4bK=x", VIA_BRANCH, 33),
        BAD("Via: SIP/2.0/UDP a;branch=\"z9hG4bKx\"", VIA_BRANCH, 26),
        BAD("Via: SIP/2.0/UDP a;branch", VIA_BRANCH, 19),
        BAD("Via: SIP/2.0/UDP a;branch=", VIA_BRANCH, 26),
        BAD("Via: SIP/2.0/UDP a;received=host.example.com", VIA_RECEIVED, 28),
        BAD("Via: SIP/2.0/UDP a;ttl=256", VIA_TTL, 23),
        BAD("Via: SIP/2.0/UDP a;ttl=x", VIA_TTL, 23),
        BAD("Via: SIP/2.0/UDP a;rport=70000", VIA_RPORT, 25),
        BAD("Via: SIP/2.0/UDP a;rport;rport=x", VIA_RPORT, 31),
        BAD("Via: SIP/2.0/UDP a;maddr=b:", HOSTNAME, 26),
        BAD("Via: SIP/2.0/UDP a_b.example.com;branch=z9hG4bKx", HOSTNAME, 18),
        BAD("Via: SIP/2.0/UDP 192.0.2.256", IPV4ADDRESS, 27),
        BAD("Via: SIP/2.0/UDP 192.0.2", IPV4ADDRESS, 24),
        BAD("Via: SIP/2.0/UDP 192.0.2.1.9", IPV4ADDRESS, 26),
        BAD("Via: SIP/2.0/UDP [2001:db8::g]", IPV6ADDRESS, 28),
        BAD("Via: SIP/2.0/UDP fe80::1;branch=z9hG4bKx", IPV6ADDRESS, 17),
        BAD("Via: SIP/2.0/UDP a:;branch=z9hG4bKx", PORT, 19),
        BAD("Via: SIP/2.0/UDP a:65536", PORT, 19),
        BAD("Via: SIP/2.0/UDP a;;branch=z9hG4bKx", GENERIC_PARAM, 19),
        BAD("Via: SIP/2.0/UDP a;branch=z9hG4bKx;", GENERIC_PARAM, 35),
        BAD("Via: SIP/2.0/UDP a b;branch=z9hG4bKx", VIA, 19),
        BAD("Via: SIP/2.0/UDP a;x=\"open", QUOTED_STRING, 21),
        BAD("Via: SIP/2.0/UDP a;x=b@c", SEPARATOR_UNQUOTED, 22),
        BAD("Via: SIP/2.0/UDP a;x=b\x80", TOKEN, 22),
        BAD("Via: SIP/2.0/UDP a;x\x80=b", TOKEN, 20),
        BAD("Via: SIP/2.0/UDP a;branch=z9hG4bKx,", VIA, 35),
        BAD("Via: SIP/2.0/UDP a;\r\n \r\n branch=z9hG4bKx", LWS, 21),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_addresses(void **state)
{
    static const struct line_case cases[] = {
        OK("From: \"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s"),
        OK("f: sip:+12125551212@server.phone2net.com;tag=887s"),
        OK("From: Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8"),
        OK("From: Bob<sip:bob@example.com>;tag=1"), /* 20.10 */
        OK("From: The Operator <sip:op@cs.example.com;lr=on;x-y=%20[1]>;tag=287447"),
        OK("To: <sip:alice:secret@[2001:db8::10]:5070;transport=tls?Subject=a%20b&x=>"),
        OK("t: \"\xd0\x91\xd0\xbe\xd0\xb1 \\\"\\\\ \" <sips:bob@example.com>"),
        OK("To: <tel:+1-201-555-0123;isub=1;ext=22>"),
        OK("To: <tel:7042;phone-context=example.com>"),
        OK("To: tel:+1-201-555-0123;x=y"),
        OK("To: <tel:7042;isub=a=b@c;phone-context=+1-201>"),
        OK("To: <sip:a@b;transport=`%;x>"),
        OK("To: <http://[::1]:80/x?y>"),
        OK("To: http://u:p@[::1]/x"),
        OK("To: isbn:2983792873"),
        OK("To: <http://www.example.com/a?b=c>"),
        OK("To: <sip:user;par=u%40example.net@example.com>"),
        OK("To: <sip:a&b=c+d$e,f;g?h/i@example.com>"),
        OK("Contact: *"),
        OK("m: <sip:a@example.com>;q=0.7;expires=3600, \"B, C\" <sip:b@example.com>;q=1.000"),
        OK("Contact: sip:a@example.com;expires=60,sip:b@example.com"),
        OK("Contact: "
           "<sip:a@example.com;gr=urn:uuid:f81d4fae-7dec-11d0;ob>;+sip.instance=\"<urn:x>\""),
        OK("Contact: <sip:a@example.com>;reg-id=1;methods=\"INVITE,ACK\""),
        OK("Route: <sip:p1.example.com;lr>,\r\n\t<sip:p2.example.com;lr>;x=y"),
        OK("Record-Route: <sip:p1.example.com:5060;lr=on;ftag=as5-3>"),
        OK("Reply-To: Bob <sip:bob@biloxi.com>;x"),
        BAD("From:", FROM, 5),
        BAD("From: ;tag=1", FROM, 6),
        BAD("To: Watson, Thomas <sip:w@example.org>", NAME_ADDR, 10),
        BAD("To: \"Watson, Thomas <sip:w@example.org>", QUOTED_STRING, 4),
        BAD("To: \"W\\\xc3\xa9\" <sip:w@example.org>", QUOTED_PAIR, 6),
        BAD("To: \"W\x01\" <sip:w@example.org>", QUOTED_STRING, 6),
        BAD("To: <sip:w@example.org", NAME_ADDR, 22),
        BAD("To: < sip:w@example.org>", NAME_ADDR, 5),
        BAD("To: \"W\"", NAME_ADDR, 7),
        BAD("To: bob@example.com", ABSOLUTE_URI, 4),
        BAD("To: <bob@example.com>", ABSOLUTE_URI, 5),
        BAD("To: sip:w@example.org?x=y", ADDR_SPEC_BRACKETS, 21),
        BAD("To: sip:w,x@example.org", ADDR_SPEC_BRACKETS, 9),
        BAD("To: sip:w;x@example.org", ADDR_SPEC_BRACKETS, 9),
        BAD("To: http://example.org/?x", ADDR_SPEC_BRACKETS, 23),
        BAD("To: <sip:w@example.org>;tag=a=b", TOKEN, 29),
        BAD("To: <sip:w@example.org>;tag=\"a\"", TOKEN, 28),
        BAD("To: <sip:w@example.org>;tag=", TOKEN, 28),
        BAD("To: <sip:w@example.org>;tag", TOKEN, 24),
        OK("To: <sip:w@example.org>;tag=a;tag=b"), /* breaks 7.3.1, not the grammar */
        BAD("Contact: * sip:w@example.org", CONTACT, 11),
        BAD("Contact: sip:w@example.org, *", CONTACT, 28),
        OK("Contact: *<sip:w@example.org>"),
        BAD("To: <sip:w@example.org> x", TO, 24),
        BAD("To: <sip:w@example.org>, <sip:x@example.org>", TO, 23),
        BAD("To: <sip:@example.org>", USER, 9),
        BAD("To: <sip:a#b@example.org>", USER, 10),
        BAD("To: <sip:a b@example.org>", USER, 10),
        BAD("To: <sip:a@b@example.org>", USER, 12),
        BAD("To: <sip:a%4@example.org>", USER, 10),
        BAD("To: <sip:a:p#@example.org>", PASSWORD, 12),
        BAD("To: <sip:a@example_x.org>", HOSTNAME, 18),
        BAD("To: <sip:a@-x.org>", HOSTNAME, 11),
        BAD("To: <sip:a@x..org>", HOSTNAME, 13),
        BAD("To: <sip:a@example.123>", HOSTNAME, 19),
        BAD("To: <sip:a@12345>", HOSTNAME, 11),
        BAD("To: <sip:a@>", HOSTNAME, 11),
        BAD("To: <sip:>", HOSTNAME, 9),
        BAD("To: <sip:a@1.2.3.999>", IPV4ADDRESS, 19),
        BAD("To: <sip:a@[::1]", NAME_ADDR, 16),
        BAD("To: <sip:a@[1:2:3:4:5:6:7]>", IPV6ADDRESS, 25),
        BAD("To: <sip:a@[1::2::3]>", IPV6ADDRESS, 17),
        BAD("To: <sip:a@2001:db8::1>", IPV6ADDRESS, 11),
        BAD("To: <sip:a@b:>", PORT, 13),
        BAD("To: <sip:a@b:x>", PORT, 13),
        BAD("To: <sip:a@b:65536>", PORT, 13),
        BAD("To: <sip:a@b;>", URI_PARAMETER, 13),
        BAD("To: <sip:a@b;x=>", URI_PARAMETER, 15),
        BAD("To: <sip:a@b;x=y\"z\">", URI_PARAMETER, 16),
        BAD("To: <sip:a@b;ttl=256>", URI_PARAMETER, 17),
        BAD("To: <sip:a@b;ttl>", URI_PARAMETER, 13),
        BAD("To: <sip:a@b;transport=u/x>", URI_PARAMETER, 24),
        BAD("To: <sip:a@b;transport>", URI_PARAMETER, 13),
        BAD("To: <sip:a@b;maddr=x_y>", HOSTNAME, 20),
        BAD("To: <sip:a@b?x>", URI_HEADERS, 13),
        BAD("To: <sip:a@b?x=y&>", URI_HEADERS, 16),
        BAD("To: <tel:+x>", TEL_URI, 9),
        BAD("To: <tel:7042>", TEL_URI, 5),
        BAD("To: tel:911;x=y", TEL_URI, 4),
        BAD("To: <tel:7042;phone-context=a.b;phone-context=+1>", TEL_PARAMETER_ORDER, 32),
        BAD("To: <tel:7042;phone-context>", TEL_PARAMETER, 14),
        BAD("To: <tel:7042;phone-context=1.2.3.4>", TEL_PARAMETER, 28),
        BAD("To: <tel:+1;ext=>", URI_PARAMETER, 16),
        BAD("To: <tel:+1;ext=5a>", TEL_PARAMETER, 16),
        BAD("To: <tel:+1;isub=;a>", URI_PARAMETER, 17),
        BAD("To: <tel:+1;a_b=c>", TEL_PARAMETER, 13),
        BAD("To: <tel:+1;>", URI_PARAMETER, 12),
        BAD("To: <tel:+1;a={>", URI_PARAMETER, 14),
        BAD("To: <sip:a@b;transport={>", URI_PARAMETER, 23),
        BAD("To: <http:a[b>", ABSOLUTE_URI, 11),
        BAD("To: <http://[::g]/>", ABSOLUTE_URI, 12),
        BAD("To: <http://a?[::1]/>", ABSOLUTE_URI, 14),
        BAD("To: <http://[::1]:65536/>", ABSOLUTE_URI, 12),
        BAD("To: <http://[::1]x>", ABSOLUTE_URI, 17),
        BAD("To: <1http:x>", ABSOLUTE_URI, 5),
        BAD("To: <http:>", ABSOLUTE_URI, 10),
        BAD("To: <http:a\"b>", ABSOLUTE_URI, 11),
        BAD("Contact:", CONTACT, 8),
        BAD("Contact: *, <sip:a@b>", CONTACT, 9),
        BAD("Contact: <sip:a@b>, *", CONTACT, 20),
        BAD("Contact: *;q=1", CONTACT, 9),
        BAD("Contact: <sip:a@b>;q=1.5", QVALUE, 23),
        BAD("Contact: <sip:a@b>;q=.5", QVALUE, 21),
        BAD("Contact: <sip:a@b>;q=0.1234", QVALUE, 26),
        BAD("Contact: <sip:a@b>;expires=never", DELTA_SECONDS, 27),
        BAD("Contact: <sip:a@b>;expires=\"1\"", DELTA_SECONDS, 27),
        BAD("Contact: <sip:a@b>,,<sip:c@d>", CONTACT, 19),
        BAD("Route: sip:p1.example.com;lr", ROUTE, 7),
        BAD("Record-Route: sip:p1.example.com;lr", RECORD_ROUTE, 14),
        BAD("Reply-To: <sip:a@b>;x=,", GENERIC_PARAM, 22),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_numbers(void **state)
{
    static const struct line_case cases[] = {
        OK("CSeq: 4711 INVITE"),
        OK("CSeq: 0009\r\n  INVITE"),
        OK("CSeq: 9292394834772304023312 OPTIONS"),
        OK("CSeq: 1 a!odd*Method"),
        OK("Max-Forwards: 0068"),
        OK("Content-Length: 0000"),
        OK("l   :  0  "),
        OK("Expires: 99999999999999999999999999"),
        OK("Min-Expires: 60"),
        OK("RSeq: 988789"),
        OK("RAck: 776656 1 INVITE"),
        OK("Retry-After: 18000;duration=3600"),
        OK("Retry-After: 120 (I'm in a (long) meeting)"),
        OK("Retry-After: 0"),
        OK("Timestamp: 54"),
        OK("Timestamp: 54.21 .5"),
        OK("Timestamp: 54. 1.5"),
        OK("MIME-Version: 1.0"),
        BAD("CSeq: INVITE", CSEQ, 6),
        BAD("CSeq: 1", CSEQ, 7),
        BAD("CSeq: -1 INVITE", CSEQ, 6),
        BAD("CSeq: 1INVITE", CSEQ, 7),
        BAD("CSeq: 1 INVITE x", CSEQ, 15),
        BAD("CSeq: 1 INV@ITE", METHOD, 11),
        BAD("Max-Forwards: -1", MAX_FORWARDS, 14),
        BAD("Max-Forwards: 7x", MAX_FORWARDS, 15),
        BAD("Max-Forwards:", MAX_FORWARDS, 13),
        BAD("Content-Length: -999", CONTENT_LENGTH, 16),
        BAD("Content-Length: 1, 1", CONTENT_LENGTH, 17),
        BAD("Expires: Thu, 01 Dec 1994 16:00:00 GMT", EXPIRES, 9),
        BAD("Min-Expires: 1.5", MIN_EXPIRES, 14),
        BAD("RSeq: x", RSEQ, 6),
        BAD("RAck: 1 INVITE", RACK, 8),
        BAD("Retry-After: soon", RETRY_AFTER, 13),
        BAD("Retry-After: 5 (open", COMMENT, 15),
        BAD("Retry-After: 5;duration=x", DELTA_SECONDS, 24),
        BAD("Timestamp: .5", TIMESTAMP, 11),
        BAD("Timestamp: 1 x", TIMESTAMP, 13),
        BAD("MIME-Version: 1", MIME_VERSION, 15),
        BAD("MIME-Version: 1.", MIME_VERSION, 16),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_lists_and_types(void **state)
{
    static const struct line_case cases[] = {
        OK("Supported:"),
        OK("k: 100rel , timer,\r\n replaces"),
        OK("Allow:"),
        OK("Allow: INVITE, ACK"),
        OK("Require: 100rel"),
        OK("Unsupported: foo"),
        OK("Accept:"),
        OK("Accept: application/sdp;level=1;q=0.5, application/*, */*;q=0, text / html"),
        OK("Accept-Encoding:"),
        OK("Accept-Encoding: gzip;q=1.0, *;q=0"),
        OK("Accept-Language: da, en-gb;q=0.8, *;q=0.1"),
        OK("Content-Type: multipart/mixed;boundary=\"a b\""),
        OK("c: text/html; charset=ISO-8859-4"),
        OK("Content-Disposition: session;handling=optional"),
        OK("Content-Encoding: gzip, tar"),
        OK("Content-Language: fr, en-gb"),
        BAD("Supported: a,", SUPPORTED, 13),
        BAD("Supported: a,,b", SUPPORTED, 13),
        BAD("Supported: a b", SUPPORTED, 13),
        BAD("Allow: INVITE,@", TOKEN, 14),
        BAD("Require:", REQUIRE, 8),
        BAD("Proxy-Require:", PROXY_REQUIRE, 14),
        BAD("Unsupported:", UNSUPPORTED, 12),
        BAD("Accept: application", ACCEPT, 19),
        BAD("Accept: */sdp", ACCEPT, 10),
        BAD("Accept: a/b;q=2", QVALUE, 14),
        BAD("Accept-Encoding: gzip;", GENERIC_PARAM, 22),
        BAD("Accept-Language: englishlanguage", ACCEPT_LANGUAGE, 25),
        BAD("Content-Type: a/b;c=[::1]", SEPARATOR_UNQUOTED, 20),
        BAD("Content-Type: application", CONTENT_TYPE, 25),
        BAD("Content-Type: application/", CONTENT_TYPE, 26),
        BAD("Content-Type: a/b;charset", CONTENT_TYPE, 18),
        BAD("Content-Type: multipart/mixed;boundary=a:b", SEPARATOR_UNQUOTED, 40),
        BAD("Content-Type:", CONTENT_TYPE, 13),
        BAD("Content-Disposition: ;x", CONTENT_DISPOSITION, 21),
        BAD("Content-Encoding:", CONTENT_ENCODING, 17),
        BAD("Content-Language: 1", CONTENT_LANGUAGE, 18),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_words(void **state)
{
    static const struct line_case cases[] = {
        OK("Date: Sat, 13 Nov 2010 23:29:00 GMT"),
        OK("Priority: emergency"),
        OK("Server: HomeServer v2 (build (7) \\) x)"),
        OK("User-Agent: Softphone Beta1.5 / 2 x/3"),
        OK("Warning: 307 isi.edu \"Session parameter 'foo' not understood\","
           " 301 192.0.2.1:5060 \"x\", 399 [2001:db8::1]:5060 \"y\""),
        OK("Alert-Info: <http://www.example.com/sounds/moo.wav>;x=y, <urn:alert:service:normal>"),
        OK("Call-Info: <http://www.example.com/alice/photo.jpg> ;purpose=icon,\r\n"
           " <http://www.example.com/alice/> ;purpose=info"),
        OK("Error-Info: <sip:not-in-service-recording@atlanta.com>"),
        OK("Subject: Need more boxes \xd0\x91"),
        OK("Subject:"),
        OK("s: a\r\n b\r\n \r\n c"), /* TEXT-UTF8-TRIM lets folds follow each other */
        OK("Organization: Boxes by Bob"),
        OK("Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6@foo.bar.com"),
        OK("i: word%ZK-!.*_+'@word`~)(><:\\/\"][?}{"),
        OK("In-Reply-To: 70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com"),
        OK("X-Unknown: ;;,,;;,; \"(<"),
        OK("X-Unknown:"),
        OK("X-Event: ;;broken by its own RFC;;"),
        BAD("Date: Sat, 13 Nov 2010 23:29:00 EST", DATE, 32),
        BAD("Date: Sat, 3 Nov 2010 23:29:00 GMT", DATE, 12),
        BAD("Date: sat, 13 Nov 2010 23:29:00 GMT", DATE, 6),
        BAD("Date: Sat, 13 Nov 2010 24:29:00 GMT", DATE, 23),
        BAD("Priority:", PRIORITY, 9),
        BAD("Priority: a b", PRIORITY, 12),
        BAD("Server:", SERVER, 7),
        BAD("Server: A/1(b)", SERVER, 11),
        BAD("User-Agent: A [b]", USER_AGENT, 14),
        BAD("User-Agent: A (b", COMMENT, 14),
        BAD("User-Agent: A (b\\\xc3)", QUOTED_PAIR, 16),
        BAD("Warning: 30 a \"x\"", WARNING, 9),
        BAD("Warning: 307  a \"x\"", WARNING, 13),
        BAD("Warning: 307 a x", WARNING, 15),
        BAD("Warning: 307 1:1 \"x\"", WARNING, 14),
        BAD("Warning: 307 a:65536 \"x\"", WARNING, 14),
        BAD("Warning: 307 a \"x", QUOTED_STRING, 15),
        BAD("Alert-Info: info=alert-autoanswer", ALERT_INFO, 12),
        BAD("Call-Info: <http://x", ABSOLUTE_URI, 20),
        BAD("Error-Info: <x>", ABSOLUTE_URI, 13),
        BAD("Subject: a\x07", TEXT_UTF8, 10),
        BAD("Subject: a\r\n \r\n ", LWS, 12),
        BAD("Subject: a\xff", TEXT_UTF8, 10),
        BAD("Organization: \x80", TEXT_UTF8, 14),
        BAD("Call-ID:", CALL_ID, 8),
        BAD("Call-ID: a@b@c", WORD, 12),
        BAD("Call-ID: a b", CALL_ID, 11),
        BAD("Call-ID: a;b", WORD, 10),
        BAD("In-Reply-To: a,,b", IN_REPLY_TO, 15),
        BAD("X-Unknown: a\x01", EXTENSION_HEADER, 12),
        BAD("X-Unknown: a\xc3(", EXTENSION_HEADER, 12),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

#define HEX32 "0123456789abcdef0123456789abcdef"

static void test_auth(void **state)
{
    static const struct line_case cases[] = {
        OK("WWW-Authenticate: Digest realm=\"example.com\", domain=\"sip:a.example.com /x\","
           " qop=\"auth,auth-int\", nonce=\"f84f1cec\", opaque=\"\", stale=FALSE, algorithm=MD5"),
        OK("Proxy-Authenticate: digest nonce=\"a\",realm=\"b\",algorithm=SHA-256,qop=\"auth, "
           "auth-int\""),
        OK("WWW-Authenticate: Bearer authz_server=\"https://as.example.com\", scope=\"sip\""),
        OK("Authorization: Digest username=\"bob\",realm=\"r\",nonce=\"n\",uri=\"sip:a\","
           "response=\"" HEX32 "\",qop=auth,nc=0000000a,cnonce=\"c\",algorithm=MD5"),
        OK("Proxy-Authorization: Digest username=\"bob\", realm=\"r\", nonce=\"n\", uri=\"sip:a\","
           " response=\"" HEX32 HEX32 "\", algorithm=SHA-256"),
        OK("Authorization: NoOneKnowsThisScheme opaque-data=here"),
        OK("Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.x-_~+/=="),
        OK("Authentication-Info: nextnonce=\"47364c23432d2e\", qop=auth, rspauth=\"" HEX32 "\","
           " cnonce=\"c\", nc=00000001"),
        BAD("WWW-Authenticate:", WWW_AUTHENTICATE, 17),
        BAD("WWW-Authenticate: Digest", WWW_AUTHENTICATE, 24),
        BAD("WWW-Authenticate: Digest realm=\"a\"", WWW_AUTHENTICATE, 18),
        BAD("WWW-Authenticate: Digest realm=a, nonce=\"b\"", WWW_AUTHENTICATE, 31),
        BAD("WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", qop=auth", WWW_AUTHENTICATE, 51),
        BAD("WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", stale=\"true\"", WWW_AUTHENTICATE,
            53),
        BAD("WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", Digest realm=\"c\"",
            WWW_AUTHENTICATE, 53),
        BAD("WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", domain=\"x:\"", WWW_AUTHENTICATE,
            55),
        BAD("WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", domain=\"x\"", WWW_AUTHENTICATE,
            55),
        BAD("Proxy-Authenticate: Digest realm=\"a\", nonce=\"b\", x", PROXY_AUTHENTICATE, 50),
        BAD("Authorization: Digest "
            "username=\"b\",realm=\"r\",nonce=\"n\",uri=sip:a,response=\"" HEX32 "\"",
            DIGEST_URI_QUOTED, 59),
        BAD("Authorization: Digest "
            "username=\"b\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"ABC"
            "\"",
            LHEX, 77),
        BAD("Authorization: Digest "
            "username=\"b\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"abc"
            "\"",
            AUTHORIZATION, 77),
        BAD("Authorization: Digest "
            "username=\"b\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"" HEX32 "\",nc=1",
            AUTHORIZATION, 114),
        BAD("Authorization: Digest "
            "username=\"b\",realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"" HEX32
            "\",qop=\"auth\"",
            AUTHORIZATION, 115),
        BAD("Proxy-Authorization: Digest username=\"b\"", PROXY_AUTHORIZATION, 21),
        BAD("Proxy-Authenticate: Digest realm=\"a\", nonce=\"b\", x=[::1]", SEPARATOR_UNQUOTED, 51),
        BAD("Proxy-Authenticate: Digest realm=\"a\", nonce=\"b\", domain=\"/ \"",
            PROXY_AUTHENTICATE, 58),
        BAD("Authentication-Info: nextnonce=x", AUTHENTICATION_INFO, 31),
        BAD("Authentication-Info:", AUTHENTICATION_INFO, 20),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

static void test_lines(void **state)
{
    static const struct line_case cases[] = {
        OK("To\t : <sip:a@b>"),
        OK("To:\r\n\t<sip:a@b>"),
        OK("TO:<sip:a@b>\r\n "),
        BAD("To\r\n : <sip:a@b>", HCOLON, 2),
        BAD("Foobar", HCOLON, 0),
        BAD("Foo bar: x", HEADER_NAME, 3),
        BAD("T@: x", HEADER_NAME, 1),
        BAD(": x", HEADER_NAME, 0),
        BAD(" To: x", HEADER_NAME, 0),
        BAD("To: <sip:a@b>\nFrom: <sip:a@b>;tag=1", CRLF, 13),
        BAD("To: <sip:a@b>\rFrom: <sip:a@b>;tag=1", CRLF, 13),
        BAD("To: <sip:a@b>\n ;tag=1", CRLF, 13),
        BAD("Subject: a\n b\n c", CRLF, 10),
        BAD("To: \"a\n b\" <sip:a@b>", CRLF, 6),
        BAD("Retry-After: 1 (a\r b)", CRLF, 17),
    };

    (void)state;
    CHECK_LINE_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_via),     cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_lists_and_types),
        cmocka_unit_test(test_words),   cmocka_unit_test(test_auth),
        cmocka_unit_test(test_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

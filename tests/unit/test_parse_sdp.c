/* Session descriptions: every kind of line, the nearest broken spellings, order and absence, what
 * is typed. RFC 8866, RFC 4566. */
#include "body_helper.h"

#define TYPE "c: application/sdp"
#define V    "v=0\r\n"
#define O    "o=- 1 2 IN IP4 192.0.2.1\r\n"
#define S    "s=-\r\n"
#define C    "c=IN IP4 192.0.2.1\r\n"
#define T    "t=0 0\r\n"
#define M    "m=audio 5004 RTP/AVP 0\r\n"
#define HEAD V O S C T

#define GOOD(body)                                                                                 \
    {                                                                                              \
        SIPSAN_PROD_NONE, body                                                                     \
    }
#define BAD(which, body)                                                                           \
    {                                                                                              \
        SIPSAN_PROD_SDP_##which, body                                                              \
    }

static void test_sdp_structure(void **state)
{
    static const struct body_case cases[] = {
        GOOD(HEAD M),
        GOOD(V O S T), /* no media: nothing needs c= */
        GOOD(V O S "i=x\r\nu=http://a\r\ne=a@b\r\np=+1 2\r\n" C "b=AS:1\r\n" T "a=x\r\n" M
                   "i=y\r\n" C C "b=AS:1\r\na=x\r\n" M),
        GOOD(V O S "e=a@b\r\ne=c@d\r\np=1-2\r\np=12\r\n" C T "t=0 3724394400\r\n"),
        BAD(LINE, HEAD "^m = audio 5004 RTP/AVP 0\r\n"),
        BAD(LINE, HEAD "^x\r\n"),
        BAD(LINE, HEAD M "^ a=x\r\n"),
        BAD(TYPE, HEAD M "^y=0100\r\n"),
        BAD(TYPE, HEAD M "^A=sendrecv\r\n"),
        BAD(TYPE, HEAD M "^{=\r\n"),
        BAD(ORDER, V O S T "^" C M),
        BAD(ORDER, V S "^" O C T M),
        BAD(ORDER, V O C "^" S "e=a@b\r\n" T M), /* told once a section */
        BAD(ORDER, HEAD M "a=x\r\n^b=AS:1\r\nb=CT:2\r\n" M),
        BAD(ORDER, HEAD M "^" T),
        BAD(ORDER, HEAD M "^u=http://a\r\n"),
        BAD(ONCE, V O S "^" S C T M),
        BAD(ONCE, V O "^" O O S C T M),
        BAD(ONCE, V O S C "^" C T M),
        BAD(ONCE, HEAD M "i=a\r\n^i=b\r\n"),
        BAD(CRLF, "v=0^\n" O S C T M),
        BAD(CRLF, V O S C "t=0 0^\r" M),
        BAD(CRLF, HEAD "m=audio 5004 RTP/AVP 0^"),
        BAD(EMPTY_LINE, HEAD M "^\r\n\r\n"),
        BAD(EMPTY_LINE, V O S "^\r\n" C T M),
        BAD(NUL, V O "s=a^~b~\r\n" C T M),
        BAD(NUL, V O "s=0123456789^~0123456789\r\n" C T M),
        BAD(VERSION, "^" O S C T M),
        BAD(VERSION, "^nonsense\r\nmore of it\r\n"),
        BAD(VERSION, "^x"),
        BAD(ORIGIN, V S C T "^" M),
        BAD(SESSION_NAME, V O C T "^" M),
        BAD(TIME, V O S C "^" M),
        BAD(TIME, V O S "^"),
        BAD(CONNECTION_MISSING, V O S T "m=^audio 5004 RTP/AVP 0\r\n" M C),
        BAD(CONNECTION_MISSING, V O S T M C "m=^audio 5004 RTP/AVP 0\r\n"),
        /* the one that is not refused */
        BAD(CONNECTION_MISSING, V O S T "m=audio 0 RTP/AVP 0\r\nm=^audio 1 RTP/AVP 0\r\n"),
        BAD(CONNECTION_MISSING, V O S T "m=^audio 0 RTP/AVP 0\r\n"),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sdp_session_lines(void **state)
{
    static const struct body_case cases[] = {
        GOOD("v=00\r\n" O S T),
        BAD(VERSION, "v=^1\r\n" O S T),
        BAD(VERSION, "v=^\r\n" O S T),
        BAD(VERSION, "v=0^x\r\n" O S T),
        BAD(TRAILING_SPACE, "v=0^ \r\n" O S T),
        GOOD(V "o=J\xc3\xb6rg 0 18446744073709551616 IN IP6 2001:db8::1\r\n" S T),
        GOOD(V "o=- 1 1 IN IP4 host.example.com\r\n" S T),
        GOOD(V "o=- 1 1 ATM NSAP 47.0091\r\n" S T),
        GOOD(V "o=- 1 1 IN X x:y\r\n" S T),
        BAD(ORIGIN, V "o=Alice ^Smith 1 1 IN IP4 192.0.2.1\r\n" S T),
        BAD(ORIGIN, V "o=^\r\n" S T),
        BAD(ORIGIN, V "o=^ 1 1 IN IP4 192.0.2.1\r\n" S T),
        BAD(ORIGIN, V "o=- ^a 1 IN IP4 192.0.2.1\r\n" S T),
        BAD(ORIGIN, V "o=- 1 ^-1 IN IP4 192.0.2.1\r\n" S T),
        BAD(ORIGIN, V "o=- 1 1^\r\n" S T),
        BAD(ORIGIN, V "o=- 1 1 IN IP4^\r\n" S T),
        BAD(ORIGIN, V "o=- 1 1 IN ^\x7f 192.0.2.1\r\n" S T),
        BAD(ORIGIN, V "o=- 1 1 IN IP4 192.0.2.1^ x\r\n" S T),
        BAD(ORIGIN, V "o=- 1 1 IN IP4 ^192.0.2.256\r\n" S T),
        BAD(ORIGIN, V "o=- 1 1 IN IP6 ^[2001:db8::1]\r\n" S T),
        BAD(ADDRESS_TYPE, V "o=- 1 1 IN IP6 ^192.0.2.1\r\n" S T),
        BAD(TRAILING_SPACE, V "o=- 1 1 IN IP4 192.0.2.1^ \t\r\n" S T),
        GOOD(V O "s= \r\n" T),
        BAD(SESSION_NAME, V O "s=^\r\n" T),
        BAD(INFORMATION, V O S "i=^\r\n" T),
        GOOD(V O S "u=\r\n" T),
        BAD(URI, V O S "u=http://a/^ b\r\n" T),
        BAD(URI, V O S "u=^<http://a>\r\n" T),
        BAD(URI, V O S "u=a^%2x\r\n" T),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sdp_persons(void **state)
{
    static const struct body_case cases[] = {
        GOOD(V O S "e=a.b+c@example.com\r\n" T),
        GOOD(V O S "e=a@example.com (Alice)\r\n" T),
        GOOD(V O S "e=Alice B. <a@[192.0.2.1]>\r\n" T),
        GOOD(V O S "e=\"a b\"@example.com\r\n" T),
        GOOD(V O S "e=a@b <c@d>\r\n" T),
        BAD(EMAIL, V O S "e=^\r\n" T),
        BAD(EMAIL, V O S "e=NONE^\r\n" T),
        BAD(EMAIL, V O S "e=^<a@b>\r\n" T),
        BAD(EMAIL, V O S "e=Alice^<a@b>\r\n" T),
        BAD(EMAIL, V O S "e=Alice <^a>\r\n" T),
        BAD(EMAIL, V O S "e=Alice <a@b^\r\n" T),
        BAD(EMAIL, V O S "e=a@b (Alice^\r\n" T),
        BAD(EMAIL, V O S "e=a@b (^)\r\n" T),
        GOOD(V O S "p=+1 617 555-6011\r\n" T),
        GOOD(V O S "p=+1 617 (Alice)\r\n" T),
        GOOD(V O S "p=Alice <+1 617>\r\n" T),
        BAD(PHONE, V O S "p=tel:+1617^\r\n" T),
        BAD(PHONE, V O S "p=+1617 (A)^x\r\n" T),
        BAD(PHONE, V O S "p=Alice <^x>\r\n" T),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sdp_connection(void **state)
{
    static const struct body_case cases[] = {
        GOOD(V O S "c=IN IP6 2001:db8::1\r\n" T M),
        GOOD(V O S "c=IN IP4 pc1\r\n" T M),
        GOOD(V O S "c=IN IP4 224.2.1.1/0\r\n" T M),
        GOOD(V O S "c=IN IP4 239.255.255.255/127/3\r\n" T M),
        GOOD(V O S "c=IN IP6 ff00::1/3\r\n" T M),
        GOOD(V O S "c=IN IP6 ff00::1\r\n" T M),
        GOOD(V O S "c=ATM NSAP a/b/c\r\n" T M),
        BAD(CONNECTION, V O S "c=^\r\n" T M),
        BAD(CONNECTION, V O S "c=IN^\r\n" T M),
        BAD(CONNECTION, V O S "c=IN 192.0.2.1^\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP4 ^192.0.2\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP6 ^2001:db8:::1\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP4 192.0.2.1^ x\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP4 224.2.1.1/127^/0\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP4 224.2.1.1/127^/x\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP4 224.2.1.1/127^x\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP6 ff00::1^/\r\n" T M),
        BAD(CONNECTION, V O S "c=IN IP6 ff00::1^/127/3\r\n" T M),
        BAD(ADDRESS_TYPE, V O S "c=IN IP4 ^2001:db8::1\r\n" T M),
        BAD(MULTICAST_TTL, V O S "c=IN IP4 ^224.2.1.1\r\n" T M),
        BAD(MULTICAST_TTL, V O S "c=IN IP4 224.2.1.1/^256\r\n" T M),
        BAD(MULTICAST_TTL, V O S "c=IN IP4 224.2.1.1/^01\r\n" T M),
        BAD(MULTICAST_TTL, V O S "c=IN IP4 224.2.1.1/^\r\n" T M),
        BAD(UNICAST_SLASH, V O S "c=IN IP4 192.0.2.1^/127\r\n" T M),
        BAD(UNICAST_SLASH, V O S "c=IN IP6 2001:db8::1^/3\r\n" T M),
        BAD(TRAILING_SPACE, V O S "c=IN IP4 192.0.2.1^ \r\n" T M),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sdp_numbers(void **state)
{
    static const struct body_case cases[] = {
        GOOD(V O S "b=X-a:0\r\nb=TIAS:64000\r\n" T),
        BAD(BANDWIDTH, V O S "b=^\r\n" T),
        BAD(BANDWIDTH, V O S "b=64^\r\n" T),
        BAD(BANDWIDTH, V O S "b=AS:^-1\r\n" T),
        BAD(BANDWIDTH, V O S "b=AS:64^k\r\n" T),
        BAD(TRAILING_SPACE, V O S "b=AS:64^ \r\n" T),
        GOOD(V O S "t=3724394400 0\r\n"),
        BAD(TIME, V O S "t=0^\r\n"),
        BAD(TIME, V O S "t=^1 2\r\n"),
        BAD(TIME, V O S "t=0 0^0\r\n"),
        BAD(TIME, V O S "t=0 ^372439440\r\n"),
        BAD(TRAILING_SPACE, V O S "t=0 0^ \r\n"),
        GOOD(V O S T "r=7d 1h 0 25h\r\nr=604800 3600 0\r\nz=3730928400 -1h 3749680800 0\r\n" T),
        GOOD(V O S T "z=3730928400 1h\r\n"), /* RFC 4566 */
        BAD(REPEAT, V O S T "r=7d 1h^\r\n"),
        BAD(REPEAT, V O S T "r=^0 1 2\r\n"),
        BAD(REPEAT, V O S T "r=7d 1h 0 ^x\r\n"),
        BAD(REPEAT, V O S T "r=7d 1h 0^x\r\n"),
        BAD(TRAILING_SPACE, V O S T "r=7d 1h 0^ \r\n"),
        BAD(ZONE, V O S T "z=3730928400^\r\n"),
        BAD(ZONE, V O S T "z=3730928400 -^\r\n"),
        BAD(ZONE, V O S T "z=3730928400 -1^w\r\n"),
        BAD(TRAILING_SPACE, V O S T "z=3730928400 -1^ \r\n"),
        BAD(ORDER, V O S "^r=7d 1h 0\r\n" T),
        BAD(ORDER, V O S T "z=3730928400 1h\r\n^r=7d 1h 0\r\n"),
        BAD(KEY_OBSOLETE, V O S T "k=^prompt\r\n"),
        BAD(KEY_OBSOLETE, V O S T "k=^clear:x\r\n"),
        BAD(KEY_OBSOLETE, V O S T "k=^base64:YWJjZA==\r\n"),
        BAD(KEY_OBSOLETE, V O S T "k=^base64:\r\n"),
        BAD(KEY_OBSOLETE, V O S T "k=^uri:\r\n"),
        BAD(KEY_OBSOLETE, V O S T "k=^uri:http://a\r\n"),
        BAD(KEY, V O S T "k=base64:YWJj^Z\r\n"),
        BAD(KEY, V O S T "k=^aes:1\r\n"),
        BAD(KEY, V O S T "k=^clear:\r\n"),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sdp_media(void **state)
{
    static const struct body_case cases[] = {
        GOOD(HEAD "m=audio 0 RTP/AVP 0 8 127\r\n"),
        GOOD(HEAD "m=video 49172/2 RTP/AVP 31\r\n"),
        GOOD(HEAD "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
        GOOD(HEAD "m=message 7654 TCP/MSRP *\r\n"),
        GOOD(HEAD "m=image 49170 udptl t38\r\n"),
        BAD(MEDIA, HEAD "m=^\r\n"),
        BAD(MEDIA, HEAD "m=audio ^RTP/AVP 0\r\n"),
        BAD(MEDIA, HEAD "m=audio ^ 5004 RTP/AVP 0\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004 RTP/AVP^\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004 RTP/AVP ^\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004 RTP/^ 0\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004^\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004/^0 RTP/AVP 0\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004/^x RTP/AVP 0\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004 RTP/AVP 0^  8\r\n"),
        BAD(MEDIA, HEAD "m=audio 5004 RTP/AVP 0^,8\r\n"),
        BAD(PORT, HEAD "m=audio ^65536 RTP/AVP 0\r\n"),
        BAD(PORT, HEAD "m=audio ^99999999999999999999 RTP/AVP 0\r\n"),
        BAD(FORMAT, HEAD "m=audio 5004 RTP/AVP 0 ^128\r\n"),
        BAD(FORMAT, HEAD "m=audio 5004 UDP/TLS/RTP/SAVPF ^PCMU PCMA\r\n"),
        BAD(TRAILING_SPACE, HEAD "m=audio 5004 RTP/AVP 0^ \r\n"),
        BAD(TRAILING_SPACE, HEAD "m=audio 5004 RTP/AVP 0^  \r\n"),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void test_sdp_attributes(void **state)
{
    static const struct body_case cases[] = {
        GOOD(HEAD M "a=x\r\na=x:\x01\xff y \r\na=candidate:1 1 UDP 1 192.0.2.1 1 typ host\r\n"
                    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\r\na=charset:utf-8\r\n"),
        BAD(ATTRIBUTE, HEAD M "a=^\r\n"),
        BAD(ATTRIBUTE, HEAD M "a=^:x\r\n"),
        BAD(ATTRIBUTE, HEAD M "a=x:^\r\n"),
        BAD(ATTRIBUTE, HEAD M "a=rtpmap^ 0 PCMU/8000\r\n"),
        BAD(TRAILING_SPACE, HEAD M "a=sendrecv^ \r\n"),
        GOOD(HEAD M "a=rtpmap:0 PCMU/8000\r\na=rtpmap:096 opus/48000/2\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap^\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:^ 0 PCMU/8000\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:^128 a/8000\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:0^\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:0 ^/8000\r\n"),
        BAD(RTPMAP_RATE, HEAD M "a=rtpmap:0 PCMU^\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:0 PCMU^ 8000\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:0 PCMU/^x\r\n"),
        BAD(RTPMAP, HEAD M "a=rtpmap:0 PCMU/8000/^\r\n"),
        BAD(TRAILING_SPACE, HEAD M "a=rtpmap:0 PCMU/8000^ \r\n"),
        BAD(TRAILING_SPACE, HEAD M "a=rtpmap:0 PCMU/8000/1^ \r\n"),
        GOOD(HEAD M "a=fmtp:101 0-15 \r\na=fmtp:x y\r\n"),
        BAD(FMTP, HEAD M "a=fmtp^\r\n"),
        BAD(FMTP, HEAD M "a=fmtp:101^\r\n"),
        BAD(FMTP, HEAD M "a=fmtp:101 ^\r\n"),
        BAD(FMTP, HEAD M "a=fmtp:^ 101 0-15\r\n"),
        GOOD(HEAD M "a=ptime:20\r\na=maxptime:2.5\r\na=Ptime:x\r\na=ptimf:x\r\n"),
        GOOD(HEAD M "a=ptime:0.5\r\na=format:x\r\na=abcd:x\r\na=abcdefgh\r\n"),
        BAD(PTIME, HEAD M "a=ptime:^0\r\n"),
        BAD(PTIME, HEAD M "a=ptime:20^ms\r\n"),
        BAD(MAXPTIME, HEAD M "a=maxptime:^x\r\n"),
        BAD(TRAILING_SPACE, HEAD M "a=ptime:20^ \r\n"),
        GOOD(HEAD "a=inactive\r\n" M "a=sendonly\r\na=sendrecv:x\r\n" M "a=recvonly\r\n"),
        BAD(DIRECTION, HEAD M "a=sendonly\r\na=^sendrecv\r\n"),
        BAD(DIRECTION, HEAD "a=recvonly\r\na=^inactive\r\n"),
    };

    (void)state;
    CHECK_BODY_CASES(TYPE, cases);
}

static void assert_name(const struct sipsan_sdp_attribute *a, const char *name, const char *value)
{
    assert_non_null(a);
    assert_span(sipsan_sdp_name(a), name);
    assert_span(sipsan_sdp_value(a), value);
}

static void test_sdp_typed(void **state)
{
    static const char body[] =
        "v=0\r\no=alice 12 34 IN IP4 192.0.2.1\r\ns=call\r\ni=info\r\nu=http://a\r\n"
        "c=IN IP4 233.252.0.1/127/3\r\nb=AS:64\r\nb=CT:128\r\nt=3724394400 0\r\nr=7d 1h 0\r\n"
        "r=1 2 3\r\nz=3730928400 1h\r\nt=0 0\r\nk=prompt\r\na=inactive\r\n"
        "m=audio 5004/2 RTP/AVP 0 101\r\ni=title\r\nc=IN IP6 2001:db8::1\r\nc=IN IP4 name\r\n"
        "b=RR:0\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000/1\r\n"
        "a=fmtp:101 0-15\r\na=sendonly\r\na=mid:1\r\nm=video 0 udp x\r\n";
    struct parsed parsed;
    struct sipsan_msg *msg = parse_body(&parsed, TYPE, body, sizeof(body) - 1);
    const struct sipsan_sdp *sdp = msg->session;
    const struct sipsan_sdp_media *m;
    const struct sipsan_sdp_connection *c;
    struct sipsan_span formats, format;
    struct sipsan_sdp_rtpmap rtpmap;

    (void)state;
    assert_non_null(sdp);
    assert_false(sdp->ok); /* k= */
    assert_int_equal(msg->fault_count, 1);
    assert_true(span_eq(sdp->text, msg->body));
    assert_span(sdp->version, "0");
    assert_span(sdp->origin.text, "alice 12 34 IN IP4 192.0.2.1");
    assert_true(sdp->origin.ok);
    assert_span(sdp->origin.username, "alice");
    assert_span(sdp->origin.session_id, "12");
    assert_span(sdp->origin.session_version, "34");
    assert_span(sdp->origin.nettype, "IN");
    assert_span(sdp->origin.addrtype, "IP4");
    assert_span(sdp->origin.address, "192.0.2.1");
    assert_span(sdp->session_name, "call");
    assert_span(sdp->section.information, "info");
    assert_span(sdp->uri, "http://a");
    c = sdp->section.connection;
    assert_true(c->ok && c->family == 4 && !c->next);
    assert_span(c->address, "233.252.0.1");
    assert_span(c->suffix, "127/3");
    assert_span(sdp->section.bandwidths->next->type, "CT");
    assert_span(sdp->section.bandwidths->next->value, "128");
    assert_span(sdp->times->start, "3724394400");
    assert_int_equal(sdp->times->repeats, 2);
    assert_span(sdp->times->zone, "3730928400 1h");
    assert_span(sdp->times->next->stop, "0");
    assert_null(sdp->times->next->zone.p);
    assert_span(sdp->section.key, "prompt");
    assert_int_equal(sdp->section.direction, SIPSAN_SDP_INACTIVE);
    assert_int_equal(sdp->media_count, 2);
    m = sdp->media;
    assert_true(m->ok && m->rtp);
    assert_span(m->type, "audio");
    assert_int_equal(m->port, 5004);
    assert_int_equal(m->port_count, 2);
    assert_span(m->proto, "RTP/AVP");
    formats = m->formats;
    assert_true(sipsan_sdp_next_format(&formats, &format));
    assert_span(format, "0");
    assert_true(sipsan_sdp_next_format(&formats, &format));
    assert_span(format, "101");
    assert_false(sipsan_sdp_next_format(&formats, &format));
    assert_span(m->section.information, "title");
    c = sipsan_sdp_connection(sdp, m);
    assert_span(c->addrtype, "IP6");
    assert_int_equal(c->family, 6);
    assert_span(c->next->address, "name");
    assert_int_equal(c->next->family, 0);
    assert_name(m->section.rtpmaps, "rtpmap", "0 PCMU/8000");
    assert_true(sipsan_sdp_rtpmap(&rtpmap, m->section.rtpmaps));
    assert_span(rtpmap.encoding, "PCMU");
    assert_null(rtpmap.parameters.p);
    assert_true(sipsan_sdp_rtpmap(&rtpmap, m->section.rtpmaps->alike));
    assert_span(rtpmap.payload, "101");
    assert_span(rtpmap.rate, "8000");
    assert_span(rtpmap.parameters, "1");
    assert_null(m->section.rtpmaps->alike->alike);
    assert_name(m->section.fmtps, "fmtp", "101 0-15");
    assert_false(sipsan_sdp_rtpmap(&rtpmap, m->section.fmtps));
    assert_name(sipsan_sdp_find(&m->section, SPAN_LIT("mid")), "mid", "1");
    assert_name(sipsan_sdp_find(&m->section, SPAN_LIT("sendonly")), "sendonly", "");
    assert_false(sipsan_sdp_rtpmap(&rtpmap, sipsan_sdp_find(&m->section, SPAN_LIT("sendonly"))));
    assert_null(sipsan_sdp_find(&m->section, SPAN_LIT("Mid")));
    assert_int_equal(sipsan_sdp_direction(sdp, m), SIPSAN_SDP_SENDONLY);
    m = m->next;
    assert_true(m->ok && !m->rtp && m->port == 0 && m->port_count == -1);
    assert_int_equal(sipsan_sdp_direction(sdp, m), SIPSAN_SDP_INACTIVE);
    assert_ptr_equal(sipsan_sdp_connection(sdp, m), sdp->section.connection);
    assert_null(m->next);
    parsed_free(&parsed);
}

/* What is broken is typed as far as it goes, and does not hide what stands beside it. */
static void test_sdp_tolerant(void **state)
{
    static const char body[] =
        "o=a 1 x\nv=9\nv=8\no=b 2 2 IN IP4 h\ns=1\ns=2\nr=1\nz=2\nm=a\nm=b 1\n";
    struct parsed parsed;
    struct sipsan_msg *msg = parse_body(&parsed, TYPE, body, sizeof(body) - 1);
    const struct sipsan_sdp *sdp = msg->session;

    (void)state;
    assert_false(sdp->ok);
    assert_span(sdp->version, "9");
    assert_span(sdp->origin.username, "a");
    assert_span(sdp->origin.session_id, "1");
    assert_null(sdp->origin.address.p);
    assert_span(sdp->session_name, "1");
    assert_null(sdp->times);
    assert_int_equal(sdp->media_count, 2);
    assert_span(sdp->media->text, "a");
    assert_int_equal(sdp->media->port, -1);
    assert_int_equal(sdp->media->next->port, 1);
    assert_int_equal(sipsan_sdp_direction(sdp, sdp->media), SIPSAN_SDP_SENDRECV);
    assert_null(sipsan_sdp_connection(sdp, sdp->media));
    parsed_free(&parsed);
}

/* A Content-Length that is wrong is one finding, not one for each line that it cut. */
static void test_sdp_cut(void **state)
{
    static const char text[] = "INVITE sip:a SIP/2.0\r\n" TYPE "\r\nl: %d\r\n\r\n" HEAD M;
    struct parsed parsed;
    struct sipsan_msg *msg;
    char buf[512];

    (void)state;
    for (int n = 1; n < 140; n++) {
        int size = snprintf(buf, sizeof(buf), text, n);

        msg = parse_bytes(&parsed, buf, (size_t)size);
        assert_true(msg->framing == SIPSAN_FRAMED || msg->fault_count == 0);
        assert_non_null(msg->session);
        parsed_free(&parsed);
    }
}

/* More lines than are kept: all are judged. */
static void test_sdp_many(void **state)
{
    static const char *const lines[] = {"m=audio 1 RTP/AVP 0\r\n", "a=rtpmap:0 PCMU/8000\r\n",
                                        "a=fmtp:0 x\r\n", "c=IN IP4 192.0.2.1\r\n", "b=AS:1\r\n"};
    static char body[1 << 18];

    (void)state;
    for (size_t kind = 0; kind < sizeof(lines) / sizeof(*lines); kind++) {
        size_t n = (size_t)snprintf(body, sizeof(body), "%s", HEAD M);
        struct parsed parsed;
        struct sipsan_msg *msg;

        for (int i = 0; i < 3 * SIPSAN_SDP_LINES_MAX; i++)
            n += (size_t)snprintf(body + n, sizeof(body) - n, "%s", lines[kind]);
        n += (size_t)snprintf(body + n, sizeof(body) - n, "t=x\r\nt=0 0\r\na=x\r\n");
        msg = parse_body(&parsed, TYPE, body, n);
        assert_int_equal(msg->fault_count, 1); /* the order of t= */
        assert_true(msg->session->lost > SIPSAN_SDP_LINES_MAX);
        if (kind == 0)
            assert_int_equal(msg->session->media_count, 3 * SIPSAN_SDP_LINES_MAX + 1);
        parsed_free(&parsed);
    }
}

/* Memory is refused at every step. */
static void test_sdp_oom(void **state)
{
    static const char text[] = "INVITE sip:a SIP/2.0\r\n" TYPE "\r\n\r\n" HEAD "a=x\r\n" M C
                               "b=AS:1\r\na=rtpmap:0 PCMU/8000\r\n";
    struct parsed parsed;
    const struct sipsan_msg *msg = parse_starved(&parsed, SPAN_OF(text));

    (void)state;
    assert_true(msg->session && msg->session->ok);
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sdp_structure),  cmocka_unit_test(test_sdp_session_lines),
        cmocka_unit_test(test_sdp_persons),    cmocka_unit_test(test_sdp_connection),
        cmocka_unit_test(test_sdp_numbers),    cmocka_unit_test(test_sdp_media),
        cmocka_unit_test(test_sdp_attributes), cmocka_unit_test(test_sdp_typed),
        cmocka_unit_test(test_sdp_tolerant),   cmocka_unit_test(test_sdp_cut),
        cmocka_unit_test(test_sdp_many),       cmocka_unit_test(test_sdp_oom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

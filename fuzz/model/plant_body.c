/* Bodies that are not written as their grammar wants: session descriptions of an offer, multipart
 * bodies and pieces of messages in a MESSAGE. */
#include "plant_edit.h"

#define SDP(id, script)                                                                            \
    {                                                                                              \
        .rule = id, .related = OFFERED, .fits = at_invite_with_sdp, .a = script, .in = ANY         \
    }
#define GRAMMAR(id, where, script)                                                                 \
    {                                                                                              \
        .rule = id, .fits = at_##where, .a = script, .in = ANY                                     \
    }

#define SESSION                                                                                    \
    "| v=0\n| o=- 1 1 IN IP4 192.0.2.1\n| s=-\n| c=IN IP4 192.0.2.1\n| t=0 0\n"                    \
    "| m=audio 49170 RTP/AVP 0"

/* What such an offer is not comparable with any more: its answer, and the offers that follow. */
#define OFFERED "rfc3264. rfc8866. rfc3261.13. rfc3262.5. rfc3261.14.2."

static const struct plant rows[] = {
    {.rule = "rfc3261.23.2.smime-request-multipart-signed",
     .related = OFFERED,
     .fits = at_first_invite,
     .a = "~ Content-Type: application/pkcs7-mime;smime-type=enveloped-data\n"
          "~ Content-Disposition: session;handling=required\n| MIIB",
     .in = ANY},
    SDP("rfc8866.5.1.version", "/ v=0\r\n => "),
    SDP("rfc8866.5.2.origin", "/ o=-  => o=Alice Smith "),
    SDP("rfc8866.5.3.session-name", "/ s=-\r\n => "),
    SDP("rfc8866.5.4.information", "/ s=-\r\n => s=-\r\ni=\r\n"),
    SDP("rfc8866.5.5.uri", "/ s=-\r\n => s=-\r\nu=http://www.example.com/our seminar\r\n"),
    SDP("rfc8866.5.6.email", "/ s=-\r\n => s=-\r\ne=NONE\r\n"),
    SDP("rfc8866.5.6.phone", "/ s=-\r\n => s=-\r\np=tel:+16175556011\r\n"),
    SDP("rfc8866.5.7.connection", "/ c=IN IP4 192.0.2. => c=IN IP4 192.0.\r\na=x:"),
    SDP("rfc8866.5.7.connection-present", "/ c=IN => a=c:IN"),
    SDP("rfc8866.5.7.address-type", "/ c=IN IP4 => c=IN IP6"),
    SDP("rfc8866.5.7.multicast-ttl", "/ c=IN IP4 192.0.2. => c=IN IP4 233.252.0."),
    SDP("rfc8866.5.7.unicast-slash", "/ \r\nt=0 => /127\r\nt=0"),
    SDP("rfc8866.5.8.bandwidth", "/ t=0 => b=64\r\nt=0"),
    SDP("rfc8866.5.9.time", "/ t=0 0 => t=0"),
    SDP("rfc8866.5.10.repeat", "/ t=0 0 => t=0 0\r\nr=7d 1h"),
    SDP("rfc8866.5.11.zone", "/ t=0 0 => t=0 0\r\nr=7d 1h 0\r\nz=3730928400"),
    SDP("rfc8866.5.12.key", "/ t=0 0 => t=0 0\r\nk=aes:1234"),
    SDP("rfc8866.5.12.key-obsolete", "/ t=0 0 => t=0 0\r\nk=clear:secret"),
    SDP("rfc8866.5.13.attribute", "> a="),
    SDP("rfc8866.5.14.media", "/ RTP/AVP 0 => RTP/AVP"),
    SDP("rfc8866.5.14.port-range", "/ m=audio 4 => m=audio 94"),
    SDP("rfc8866.5.14.rtp-format", "/ RTP/AVP 0 => RTP/AVP PCMU"),
    SDP("rfc8866.5.line-end", "/ v=0\r\n => v=0\n"),
    SDP("rfc8866.5.line-once", "/ s=-\r\n => s=-\r\ns=call\r\n"),
    SDP("rfc8866.5.line-order", "/ t=0 0\r\n => \n/ s=-\r\n => s=-\r\nt=0 0\r\n"),
    SDP("rfc8866.5.line-shape", "/ m=audio => m = audio"),
    SDP("rfc8866.5.line-type", "> y=0100000001"),
    SDP("rfc8866.5.no-empty-line", "/ m=audio => \r\nm=audio"),
    SDP("rfc8866.6.4.ptime", "> a=ptime:0"),
    SDP("rfc8866.6.5.maxptime", "> a=maxptime:0"),
    SDP("rfc8866.6.6.rtpmap", "> a=rtpmap:128 opus/48000/2"),
    SDP("rfc8866.6.6.rtpmap-rate", "> a=rtpmap:0 PCMU"),
    SDP("rfc8866.6.7.direction-once", "> a=sendonly\n> a=sendrecv"),
    SDP("rfc8866.6.15.fmtp", "> a=fmtp:101"),
    SDP("rfc8866.9.trailing-space", "/ RTP/AVP 0 => RTP/AVP 0 "),
    SDP("rfc3264.5.1.rtpmap", "/ RTP/AVP 0 => RTP/AVP 0 97"),
    SDP("rfc3264.5.initial-version", "/  1 IN IP4 =>  4611686018427387904 IN IP4"),
    SDP("rfc3264.5.origin-64-bit", "/ o=-  => o=- 16045690984503098046"),
    SDP("rfc3264.5.time-zero", "/ t=0 0 => t=2873397496 2873404696"),
    SDP("rfc3312.4.precondition-status", "> a=des:qos mandatory e2e both"),
    {.rule = "rfc3261.20.14.content-length-should",
     .fits = at_options,
     .a = "- Content-Length\n+ Content-Type: text/plain\n| hello"},
    {.rule = "rfc3261.26.4.2.smime-tunnel-over-tcp",
     .fits = at_message,
     .a = "~ Content-Type: "
          "multipart/signed;boundary=b1;micalg=sha-256;protocol=\"application/pkcs7-signature\"\n+ "
          "Date: Sat, 13 Nov 2010 23:29:00 GMT\n| --b1\n| Content-Type: message/sip\n|\n| MESSAGE "
          "sip:bob@example.net SIP/2.0\n| From: Alice <sip:alice@example.com>;tag=alice-d36a15\n| "
          "Date: Sat, 13 Nov 2010 23:29:00 GMT\n| Content-Length: 0\n|\n|\n| --b1\n| Content-Type: "
          "application/pkcs7-signature\n| Content-Transfer-Encoding: base64\n|\n| MIIB\n| --b1--"},
    GRAMMAR("rfc2046.5.1.1.boundary-parameter", message,
            "~ Content-Type: multipart/mixed\n| --b1\n| Content-Type: application/sdp\n|\n" SESSION
            "\n| --b1\n| Content-Type: text/plain\n|\n| text\n| --b1--"),
    GRAMMAR("rfc2046.5.1.1.boundary-syntax", message,
            "~ Content-Type: multipart/mixed;boundary=b*1\n| --b*1\n| Content-Type: "
            "application/sdp\n|\n" SESSION "\n| --b*1--"),
    GRAMMAR("rfc2046.5.1.1.close-delimiter", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n| --b1\n| Content-Type: "
            "multipart/related;boundary=b2\n|\n| --b2\n| Content-Type: text/plain\n|\n| text\n| "
            "--b1--"),
    GRAMMAR("rfc2046.5.1.1.first-delimiter", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n| --b2\n| Content-Type: "
            "application/sdp\n|\n" SESSION
            "\n| --b2\n| Content-Type: text/plain\n|\n| text\n| --b2--"),
    GRAMMAR("rfc2046.5.1.1.part-header", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n| --b1\n| Content-Type: "
            "application/sdp\n" SESSION "\n| --b1--"),
    GRAMMAR("rfc2046.5.1.1.transport-padding", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n| --b1 \n| Content-Type: "
            "application/sdp\n|\n" SESSION "\n| --b1--"),
    GRAMMAR(
        "rfc3420.2.body-described", message,
        "~ Content-Type: message/sipfrag\n| MESSAGE sip:alice@example.com SIP/2.0\n|\n| Hi there!"),
    GRAMMAR("rfc3420.2.header-field", message,
            "~ Content-Type: message/sipfrag\n| Call-ID: this is invalid"),
    GRAMMAR("rfc3420.2.start-line", message, "~ Content-Type: message/sipfrag\n| SIP/2.0"),
    GRAMMAR("rfc5621.3.2.binary-encoding", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n| --b1\n| Content-Type: "
            "application/sdp\n|\n" SESSION
            "\n| --b1\n| Content-Type: image/png\n| Content-Transfer-Encoding: base64\n|\n| "
            "iVBORw0KGgo=\n| --b1--"),
    GRAMMAR(
        "rfc5621.4.3.no-nested-alternative", message,
        "~ Content-Type: multipart/alternative;boundary=b1\n| --b1\n| Content-Type: "
        "text/plain\n|\n| hello\n| --b1\n| Content-Type: multipart/alternative;boundary=b2\n|\n| "
        "--b2\n| Content-Type: text/plain\n|\n| hello\n| --b2\n| Content-Type: text/html\n|\n| "
        "<p>hello</p>\n| --b2--\n| --b1--"),
    GRAMMAR(
        "rfc5621.4.3.no-nested-mixed", message,
        "~ Content-Type: multipart/mixed;boundary=b1\n| --b1\n| Content-Type: "
        "application/sdp\n|\n" SESSION
        "\n| --b1\n| Content-Type: multipart/mixed;boundary=b2\n|\n| --b2\n| Content-Type: "
        "text/plain\n|\n| hello\n| --b2\n| Content-Type: text/html\n|\n| <p>hello</p>\n| --b2--\n| "
        "--b1--"),
    GRAMMAR("rfc5621.6.2.alternative-types", message,
            "~ Content-Type: multipart/alternative;boundary=b1\n| --b1\n| Content-Type: "
            "application/sdp\n|\n" SESSION
            "\n| --b1\n| Content-Type: application/SDP\n| Content-Disposition: session\n|\n" SESSION
            "\n| --b1--"),
    GRAMMAR("rfc5621.8.2.alternative-disposition", message,
            "~ Content-Type: multipart/alternative;boundary=b1\n+ Content-Disposition: render\n| "
            "--b1\n| Content-Type: application/sdp\n| Content-Disposition: session\n|\n" SESSION
            "\n| --b1--"),
    GRAMMAR("rfc5621.8.2.mixed-renders", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n+ Content-Disposition: "
            "session;handling=required\n| --b1\n| Content-Type: application/sdp\n|\n" SESSION
            "\n| --b1--"),
    GRAMMAR(
        "rfc5621.9.2.forward-references", message,
        "~ Content-Type: multipart/mixed;boundary=b1\n| --b1\n| Content-Type: text/plain\n| "
        "Content-ID: <icon@example.com>\n|\n| hello\n| --b1\n| Content-Type: text/html\n|\n| <img "
        "src=\"cid:icon@example.com\">\n| --b1--"),
    GRAMMAR("rfc5621.9.4.by-reference-has-id", message,
            "~ Content-Type: multipart/mixed;boundary=b1\n| --b1\n| Content-Type: "
            "application/sdp\n|\n" SESSION
            "\n| --b1\n| Content-Type: text/plain\n| Content-Disposition: "
            "by-reference\n|\n| hello\n| --b1--"),
};

PLANT_FAMILY(body, rows);

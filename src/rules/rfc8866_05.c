/* RFC 8866 section 5, and RFC 4566 where it takes more: the lines of a session description, which
 * of them must be there, and in which order.
 *
 * A fault is one line's, so one mistake is one finding. What is written by many and understood by
 * nearly all is milder than grammar is elsewhere; each such row says why. */
#include "rules/bodies.h"

/* b= and i= are often written last; they cannot be mistaken for anything else. */
static enum sipsan_verdict line_order(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span line = sipsan_body_line(v);

    why->lower = line.n > 0 && (line.p[0] == 'b' || line.p[0] == 'i');
    return sipsan_body_fault(v, why);
}

/* Nothing follows but more of them. */
static enum sipsan_verdict empty_line(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_span body = v->msg->body;
    const char *p = v->msg->bytes.p + v->fault->offset, *lim = body.p + body.n;

    while (p < lim && (*p == '\r' || *p == '\n'))
        p++;
    why->lower = p == lim;
    return sipsan_body_fault(v, why);
}

static enum sipsan_verdict session_name(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = !sipsan_sdp_line_missing(v);
    return sipsan_body_fault(v, why);
}

static enum sipsan_verdict missing_is_milder(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = sipsan_sdp_line_missing(v);
    return sipsan_body_fault(v, why);
}

/* "m=type 0 ": the stream is refused. */
static bool refused(const struct sipsan_view *v)
{
    struct sipsan_span line = sipsan_body_line(v);
    const char *sp = line.n > 2 ? memchr(line.p + 2, ' ', line.n - 2) : NULL;
    size_t rest = sp ? (size_t)(line.p + line.n - sp) : 0;

    return rest >= 3 && sp[1] == '0' && sp[2] == ' ';
}

/* Port 0 where the line ends behind its protocol. */
static enum sipsan_verdict media(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = sipsan_fault_at_end(v) && refused(v);
    return sipsan_body_fault(v, why);
}

/* The parser points at a stream that is not refused, where there is one. */
static enum sipsan_verdict connection_missing(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = refused(v);
    return sipsan_body_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_SDP_ROW(SDP_LINE, "5.line-shape", ABNF, ERROR),
        .summary = "A line of SDP is a letter, an equals sign and a value",
        .explain =
            "Every line of a session description begins with one letter and =, without white "
            "space on either side. Anything else cannot be given a meaning, and since the order "
            "of lines matters a parser may not skip it either. A body that was folded, wrapped "
            "or cut by something on its way looks like this.\n"
            "  bad:   m = audio 49170 RTP/AVP 0\n"
            "  bad:   rtpmap:0 PCMU/8000\n"
            "  good:  m=audio 49170 RTP/AVP 0\n"
            "  good:  a=rtpmap:0 PCMU/8000",
        .check = sipsan_body_fault,
    },
    {
        /* GB/T 28181 adds y= and f=, and its devices understand each other */
        SIPSAN_SDP_ROW(SDP_TYPE, "5.line-type", ABNF, WARNING),
        .summary = "The letter of a line is one that SDP knows",
        .explain =
            "The letters v o s i u e p c b t r z k a m are all there are; new things are said "
            "with attributes (a=). A parser that meets another letter must ignore the whole "
            "description or reject it. Letters have case.\n"
            "  bad:   y=0100000001\n"
            "  bad:   A=sendrecv\n"
            "  good:  a=sendrecv\n"
            "A warning: the letters y and f are common in surveillance networks that have rules "
            "of their own for them.",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_ORDER, "5.line-order", ABNF, ERROR),
        .summary = "The lines of SDP stand in their fixed order",
        .explain =
            "For the session v o s i u e p c b t r z k a, then for each media description m i c "
            "b k a; what is optional may be left out, but not moved. A line that stands too "
            "late belongs to the wrong media description, or makes strict parsers give up.\n"
            "  bad:   t=0 0\n"
            "         c=IN IP4 192.0.2.1\n"
            "  good:  c=IN IP4 192.0.2.1\n"
            "         t=0 0\n"
            "r= follows t= or another r=, and z= follows those. Of a section the first line out "
            "of order is told. b= and i= that come late in their section are one step lower: "
            "nothing else can be meant, and many parsers take them.",
        .check = line_order,
    },
    {
        SIPSAN_SDP_ROW(SDP_ONCE, "5.line-once", ABNF, ERROR),
        .summary = "A line that may stand there once does so once",
        .explain =
            "v=, o=, s=, i=, u=, c= and k= of the session and i= and k= of a media description "
            "are single. (A media description may have several c= lines, for the layers of a "
            "multicast session.) With two, receivers differ in which they take: the first, the "
            "last, or none.\n"
            "  bad:   s=-\n"
            "         s=call\n"
            "  good:  s=-",
        .check = sipsan_body_fault,
    },
    {
        /* 5 tells parsers to take a lone LF */
        SIPSAN_SDP_ROW(SDP_CRLF, "5.line-end", ABNF, NOTE),
        .summary = "Lines of SDP end in CR LF",
        .explain =
            "CR LF ends a line, the last one too. A lone LF is what parsers are advised to put "
            "up with, so most do; a lone CR, or a last line that simply stops, some do not.\n"
            "  bad:   t=0 0<LF>\n"
            "  good:  t=0 0<CR><LF>\n"
            "A note, told once a description. In a part of a multipart body the CR LF before "
            "the boundary belongs to the boundary; there the last line is not asked for its "
            "end.",
        .check = sipsan_body_fault,
    },
    {
        /* parsers skip it or stop; neither mistakes it for something else */
        SIPSAN_SDP_ROW(SDP_EMPTY_LINE, "5.no-empty-line", ABNF, WARNING),
        .summary = "There are no empty lines in SDP",
        .explain =
            "Every line has a letter; an empty one is no line. Inside a description it makes "
            "some parsers stop there and lose the media behind it. One at the very end, the "
            "habit of header sections carried over, seldom does harm and is one step lower.\n"
            "  bad:   t=0 0\n"
            "         <empty>\n"
            "         m=audio 49170 RTP/AVP 0\n"
            "  good:  t=0 0\n"
            "         m=audio 49170 RTP/AVP 0",
        .check = empty_line,
    },
    {
        SIPSAN_SDP_ROW(SDP_VERSION, "5.1.version", ABNF, ERROR),
        .summary = "SDP begins with v=0",
        .explain =
            "The first line says the version, and there is no other than 0. A body without it "
            "is not a session description, whatever Content-Type says.\n"
            "  bad:   o=alice 1 1 IN IP4 192.0.2.1\n"
            "         s=-\n"
            "  bad:   v=1\n"
            "  good:  v=0",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_ORIGIN, "5.2.origin", ABNF, ERROR),
        .summary = "o= has six parts: user, id, version, network, address type, address",
        .explain =
            "The origin line names the session and its version: an endpoint that gets a new "
            "description looks there whether anything changed. The user is one word, - if there "
            "is none; id and version are digits only; an address is of the type that is said. "
            "The parts are divided by one space each.\n"
            "  bad:   o=Alice Smith 1 1 IN IP4 192.0.2.1\n"
            "  bad:   o=- 1a 1 IN IP4 192.0.2.1\n"
            "  bad:   o=- 1 1 IN IP4\n"
            "  good:  o=- 1 1 IN IP4 192.0.2.1",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_SESSION_NAME, "5.3.session-name", ABNF, ERROR),
        .summary = "There is an s= line, and it is not empty",
        .explain =
            "Exactly one s= line follows o=. Without a name for the session it holds a dash or "
            "a space.\n"
            "  bad:   s=\n"
            "  good:  s=-\n"
            "An empty s= is one step lower: RFCs have shown it in examples, phones send it, and "
            "receivers of calls do not look at it.",
        .check = session_name,
    },
    {
        /* shown to people at most */
        SIPSAN_SDP_ROW(SDP_INFORMATION, "5.4.information", ABNF, WARNING),
        .summary = "i= is not empty",
        .explain =
            "The text of i= has one octet at least. A sender that has nothing to say leaves the "
            "line out.\n"
            "  bad:   i=\n"
            "  good:  i=Weekly meeting",
        .check = sipsan_body_fault,
    },
    {
        /* shown to people at most */
        SIPSAN_SDP_ROW(SDP_URI, "5.5.uri", ABNF, WARNING),
        .summary = "u= holds a URI",
        .explain =
            "The value is a URI reference as RFC 3986 writes it: no spaces, no angle brackets "
            "or quotes, other octets as %HH.\n"
            "  bad:   u=http://www.example.com/our seminar\n"
            "  good:  u=http://www.example.com/our%20seminar",
        .check = sipsan_body_fault,
    },
    {
        /* shown to people at most */
        SIPSAN_SDP_ROW(SDP_EMAIL, "5.6.email", ABNF, WARNING),
        .summary = "e= holds a mail address, with a name if any",
        .explain = "The address alone, the address and a name in parentheses, or a name and the "
                   "address in angle brackets.\n"
                   "  bad:   e=NONE\n"
                   "  bad:   e=<alice@example.com>\n"
                   "  good:  e=alice@example.com\n"
                   "  good:  e=alice@example.com (Alice)\n"
                   "  good:  e=Alice <alice@example.com>\n"
                   "Whoever has no address leaves the line out.",
        .check = sipsan_body_fault,
    },
    {
        /* shown to people at most */
        SIPSAN_SDP_ROW(SDP_PHONE, "5.6.phone", ABNF, WARNING),
        .summary = "p= holds a telephone number, with a name if any",
        .explain =
            "Digits, spaces and hyphens behind an optional +; a name behind it in parentheses, "
            "or before it with the number in angle brackets.\n"
            "  bad:   p=tel:+16175556011\n"
            "  good:  p=+1 617 555-6011\n"
            "  good:  p=+1 617 555-6011 (Alice)",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_CONNECTION, "5.7.connection", ABNF, ERROR),
        .summary = "c= is network, address type and address",
        .explain =
            "Three parts with one space between. In the Internet they are IN, IP4 or IP6, and "
            "an address of that type or a name. This is where media is sent to: what cannot be "
            "read here is silence.\n"
            "  bad:   c=IN IP4 192.0.2\n"
            "  bad:   c=IN 192.0.2.1\n"
            "  bad:   c=IN IP6 [2001:db8::1]\n"
            "  good:  c=IN IP4 192.0.2.1\n"
            "  good:  c=IN IP6 2001:db8::1",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_CONNECTION_MISSING, "5.7.connection-present", MUST, ERROR),
        .summary = "Each media description has a c= line, or the session has one",
        .explain =
            "Without either nobody knows where to send this media. RFC 8866 and RFC 4566 demand "
            "it of all media; one with port 0, which is refused anyway, is one step lower.\n"
            "  bad:   t=0 0\n"
            "         m=audio 49170 RTP/AVP 0\n"
            "  good:  c=IN IP4 192.0.2.1\n"
            "         t=0 0\n"
            "         m=audio 49170 RTP/AVP 0",
        .check = connection_missing,
    },
    {
        SIPSAN_SDP_ROW(SDP_ADDRESS_TYPE, "5.7.address-type", IMPLIED, ERROR),
        .summary = "IP4 goes with an IPv4 address, IP6 with an IPv6 address",
        .explain =
            "The address type says how to read the address behind it, in c= and in o=. With the "
            "wrong one the receiver looks the address up as if it were a name, or refuses the "
            "description.\n"
            "  bad:   c=IN IP4 2001:db8::1\n"
            "  bad:   o=- 1 1 IN IP6 192.0.2.1\n"
            "  good:  c=IN IP6 2001:db8::1\n"
            "A name may stand behind either.",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_MULTICAST_TTL, "5.7.multicast-ttl", MUST, ERROR),
        .summary = "An IPv4 multicast address has a time to live from 0 to 255",
        .explain =
            "How far packets for a group may go is part of its address in SDP. IPv6 groups have "
            "their scope in the address and take no TTL.\n"
            "  bad:   c=IN IP4 233.252.0.1\n"
            "  bad:   c=IN IP4 233.252.0.1/256\n"
            "  good:  c=IN IP4 233.252.0.1/127\n"
            "  good:  c=IN IP4 233.252.0.1/127/3",
        .check = sipsan_body_fault,
    },
    {
        /* old senders put a TTL behind every address */
        SIPSAN_SDP_ROW(SDP_UNICAST_SLASH, "5.7.unicast-slash", MUST_NOT, WARNING),
        .summary = "A unicast address stands alone",
        .explain = "The slash with a TTL or with a number of addresses is for multicast. Behind a "
                   "unicast address some parsers drop it and some fail to read the address.\n"
                   "  bad:   c=IN IP4 192.0.2.1/127\n"
                   "  good:  c=IN IP4 192.0.2.1\n"
                   "A warning: old senders put a TTL behind every address, and receivers drop it.",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_BANDWIDTH, "5.8.bandwidth", ABNF, ERROR),
        .summary = "b= is a type, a colon and a number",
        .explain =
            "AS, CT, TIAS, RS and RR are types in use; unknown ones are skipped, so only the "
            "shape matters. The number is a whole one.\n"
            "  bad:   b=64\n"
            "  bad:   b=AS:64kbps\n"
            "  bad:   b=AS:-1\n"
            "  good:  b=AS:64",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_TIME, "5.9.time", ABNF, ERROR),
        .summary = "There is a t= line with a start and a stop time",
        .explain = "At least one t= line is due, and in calls it is t=0 0: a session that is on as "
                   "long as its dialog. Other times are seconds since 1900 and have ten digits at "
                   "least.\n"
                   "  bad:   t=0\n"
                   "  bad:   t=1 2\n"
                   "  good:  t=0 0\n"
                   "  good:  t=3724394400 3724398000\n"
                   "One that is missing is one step lower: it says nothing in a call, and many "
                   "receivers do without.",
        .check = missing_is_milder,
    },
    {
        /* announcements have it, calls do not */
        SIPSAN_SDP_ROW(SDP_REPEAT, "5.10.repeat", ABNF, WARNING),
        .summary = "r= is an interval, a duration and offsets",
        .explain =
            "Numbers with d, h, m or s behind them if they are not seconds, one space between, "
            "three at least. The interval does not begin with 0.\n"
            "  bad:   r=7d 1h\n"
            "  good:  r=7d 1h 0 25h",
        .check = sipsan_body_fault,
    },
    {
        /* announcements have it, calls do not */
        SIPSAN_SDP_ROW(SDP_ZONE, "5.11.zone", ABNF, WARNING),
        .summary = "z= is a list of times and offsets",
        .explain = "Pairs: when the clocks are changed, and by how much from the beginning of the "
                   "session, with - if back.\n"
                   "  bad:   z=3730928400\n"
                   "  good:  z=3730928400 -1h 3749680800 0",
        .check = sipsan_body_fault,
    },
    {
        /* the line is to be ignored */
        SIPSAN_SDP_ROW(SDP_KEY, "5.12.key", ABNF, WARNING),
        .summary = "k= is a method and its key",
        .explain = "prompt, clear: with the key, base64: with it in base 64, or uri:. The line is "
                   "obsolete whatever it holds; see key-obsolete.\n"
                   "  bad:   k=aes:1234\n"
                   "  good:  k=prompt\n"
                   "  better: no k= line",
        .check = sipsan_body_fault,
    },
    {
        /* RFC 4566 lets it be */
        SIPSAN_SDP_ROW(SDP_KEY_OBSOLETE, "5.12.key-obsolete", MUST_NOT, NOTE),
        .summary = "There is no k= line",
        .explain =
            "A key in a k= line is read by everybody on the way. RFC 8866 forbids the line and "
            "has receivers drop it; RFC 4566 discouraged it but let it be, so this is a note.\n"
            "  bad:   k=clear:secret\n"
            "  good:  a=crypto, a=fingerprint or a=key-mgmt, in SDP that is protected itself",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_ATTRIBUTE, "5.13.attribute", ABNF, ERROR),
        .summary = "a= is a name, or a name, a colon and a value",
        .explain = "The name is a token; behind a colon there is a value of one octet at least. "
                   "Unknown attributes are skipped, but for that their name must be read.\n"
                   "  bad:   a=\n"
                   "  bad:   a=rtpmap 0 PCMU/8000\n"
                   "  bad:   a=ice-ufrag:\n"
                   "  good:  a=rtpmap:0 PCMU/8000\n"
                   "  good:  a=sendrecv",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_MEDIA, "5.14.media", ABNF, ERROR),
        .summary = "m= is type, port, protocol and one or more formats",
        .explain =
            "One space between the parts; the port may have a slash and a number of ports "
            "behind it. Everything that follows up to the next m= hangs on this line.\n"
            "  bad:   m=audio 49170 RTP/AVP\n"
            "  bad:   m=audio  49170 RTP/AVP 0\n"
            "  bad:   m=audio RTP/AVP 0\n"
            "  good:  m=audio 49170 RTP/AVP 0 8 101\n"
            "  good:  m=video 49172/2 RTP/AVP 31\n"
            "A line with port 0 that has no formats is one step lower: the stream is refused.",
        .check = media,
    },
    {
        SIPSAN_SDP_ROW(SDP_PORT, "5.14.port-range", IMPLIED, ERROR),
        .summary = "A port is at most 65535",
        .explain =
            "The grammar takes any number of digits, but no transport that SDP is used with has "
            "such a port; what is left of it after 16 bits is somebody else's.\n"
            "  bad:   m=audio 491700 RTP/AVP 0\n"
            "  good:  m=audio 49170 RTP/AVP 0",
        .check = sipsan_body_fault,
    },
    {
        SIPSAN_SDP_ROW(SDP_FORMAT, "5.14.rtp-format", IMPLIED, ERROR),
        .summary = "Formats of an RTP stream are payload types from 0 to 127",
        .explain =
            "Where the protocol is RTP (RTP/AVP, RTP/SAVP, UDP/TLS/RTP/SAVPF, ...) each format "
            "is the number that stands in the RTP header, which has seven bits for it. The name "
            "of the codec goes into a=rtpmap.\n"
            "  bad:   m=audio 49170 RTP/AVP PCMU\n"
            "  bad:   m=audio 49170 RTP/AVP 128\n"
            "  good:  m=audio 49170 RTP/AVP 0",
        .check = sipsan_body_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc8866_05, rules);

/* What to say about a fault in a body. See bodies.h. */
#include "rules/bodies.h"

#define LINE_MAX 200

/* wrong: what is so at the bytes that are quoted behind it. */
struct saying {
    const char *wrong;
    const char *expected;
};

/* For the lines of SDP that have a grammar: what is wrong follows from the letter. */
#define LINE_SAYS(letter) "the " letter "= line does not fit its grammar"

static const struct saying sayings[SIPSAN_PROD_COUNT] = {
    [SIPSAN_PROD_MULTIPART_NO_BOUNDARY] = {"a multipart type without boundary parameter",
                                           ";boundary= with 1 to 70 characters"},
    [SIPSAN_PROD_MULTIPART_BOUNDARY] =
        {"this cannot be in a boundary",
         "1 to 70 letters, digits and ' ( ) + _ , - . / : = ? and inner spaces"},
    [SIPSAN_PROD_MULTIPART_DELIMITER] = {"no line with the boundary in the body",
                                         "-- and the boundary on a line of its own"},
    [SIPSAN_PROD_MULTIPART_CLOSE] = {"the body ends without its last boundary",
                                     "a line of --, the boundary, and --"},
    [SIPSAN_PROD_MULTIPART_PADDING] = {"white space behind a boundary",
                                       "CR LF right behind the boundary"},
    [SIPSAN_PROD_MULTIPART_CRLF] = {"a boundary line with a bare LF before or behind it",
                                    "CR LF before and behind the line"},
    [SIPSAN_PROD_MULTIPART_HEADER] = {"a line in the header of a part that is no header field",
                                      "name: value, and an empty line behind the last one"},
    [SIPSAN_PROD_MULTIPART_ALIKE] = {"a second alternative session of the same type",
                                     "at most one part of each type"},
    [SIPSAN_PROD_SIPFRAG_START_LINE] = {"the start line of the piece is not one of SIP",
                                        "a whole Request-Line or Status-Line, or none"},
    [SIPSAN_PROD_SIPFRAG_HEADER] = {"a header field of the piece does not fit its grammar",
                                    "what the same field may be in a SIP message"},
    [SIPSAN_PROD_SIPFRAG_BODY] = {"a body that no Content-Type describes",
                                  "Content-Type and Content-Length for the body, or none"},
    [SIPSAN_PROD_SIPFRAG_CRLF] = {"a line that does not end in CR LF", "CR LF behind every line"},
    [SIPSAN_PROD_SDP_LINE] = {"no letter and equals sign at the start of the line",
                              "a letter, =, and the value, without white space between"},
    [SIPSAN_PROD_SDP_TYPE] = {"no line begins with this",
                              "v o s i u e p c b t r z k a m, in lower case"},
    [SIPSAN_PROD_SDP_ORDER] = {"the line stands in the wrong place",
                               "v o s i u e p c b t r z k a; then for each media m i c b k a"},
    [SIPSAN_PROD_SDP_ONCE] = {"a second line of this kind", "one such line in its section"},
    [SIPSAN_PROD_SDP_CRLF] = {"a line that does not end in CR LF", "CR LF behind every line"},
    [SIPSAN_PROD_SDP_EMPTY_LINE] = {"an empty line", "no empty lines, not even at the end"},
    [SIPSAN_PROD_SDP_TRAILING_SPACE] = {"white space at the end of the line",
                                        "CR LF right behind the value"},
    [SIPSAN_PROD_SDP_NUL] = {"a NUL in the text", "any octet but NUL, CR and LF"},
    [SIPSAN_PROD_SDP_VERSION] = {"the v= line is not the one of SDP", "v=0 in the first line"},
    [SIPSAN_PROD_SDP_ORIGIN] =
        {LINE_SAYS("o"),
         "o=user-or-dash number number IN IP4 or IP6 address, with one space between"},
    [SIPSAN_PROD_SDP_SESSION_NAME] = {"the s= line is empty", "s= and a name, a dash or a space"},
    [SIPSAN_PROD_SDP_TIME] = {LINE_SAYS("t"),
                              "t= and two times: 0, or ten digits and more; t=0 0 in calls"},
    [SIPSAN_PROD_SDP_CONNECTION_MISSING] = {"no c= line for this media",
                                            "c= for the session, or in each media description"},
    [SIPSAN_PROD_SDP_INFORMATION] = {"the i= line is empty", "i= and a text, or no such line"},
    [SIPSAN_PROD_SDP_URI] = {LINE_SAYS("u"), "a URI, with %HH for what it may not hold"},
    [SIPSAN_PROD_SDP_EMAIL] = {LINE_SAYS("e"), "user@host, user@host (Name), or Name <user@host>"},
    [SIPSAN_PROD_SDP_PHONE] = {LINE_SAYS("p"),
                               "+ if any, digits, spaces and hyphens; (Name) or Name <number>"},
    [SIPSAN_PROD_SDP_CONNECTION] = {LINE_SAYS("c"),
                                    "c=IN IP4 address or c=IN IP6 address, one space between"},
    [SIPSAN_PROD_SDP_ADDRESS_TYPE] = {"the address is not of the type that is said",
                                      "IP4 with an IPv4 address, IP6 with an IPv6 address"},
    [SIPSAN_PROD_SDP_MULTICAST_TTL] = {"an IPv4 group without a time to live",
                                       "address/TTL, with a TTL from 0 to 255"},
    [SIPSAN_PROD_SDP_UNICAST_SLASH] = {"a slash behind a unicast address",
                                       "the address alone; TTL and number are for groups"},
    [SIPSAN_PROD_SDP_BANDWIDTH] = {LINE_SAYS("b"), "b=type:number"},
    [SIPSAN_PROD_SDP_REPEAT] = {LINE_SAYS("r"),
                                "interval, duration and offsets: numbers, with d h m or s"},
    [SIPSAN_PROD_SDP_ZONE] = {LINE_SAYS("z"), "pairs of a time and an offset"},
    [SIPSAN_PROD_SDP_KEY] = {LINE_SAYS("k"),
                             "prompt, clear:text, base64:digits or uri:uri; better no k= line"},
    [SIPSAN_PROD_SDP_KEY_OBSOLETE] = {"the k= line is obsolete",
                                      "a=crypto, a=fingerprint or another way to agree on keys"},
    [SIPSAN_PROD_SDP_ATTRIBUTE] = {LINE_SAYS("a"),
                                   "a=name or a=name:value; no colon without a value"},
    [SIPSAN_PROD_SDP_MEDIA] = {LINE_SAYS("m"),
                               "m=type port proto and formats, one at least, one space between"},
    [SIPSAN_PROD_SDP_PORT] = {"no transport has this port", "0 to 65535"},
    [SIPSAN_PROD_SDP_FORMAT] = {"this is no RTP payload type", "numbers from 0 to 127"},
    [SIPSAN_PROD_SDP_PTIME] = {"a=ptime does not fit its grammar",
                               "a number of milliseconds above 0"},
    [SIPSAN_PROD_SDP_MAXPTIME] = {"a=maxptime does not fit its grammar",
                                  "a number of milliseconds above 0"},
    [SIPSAN_PROD_SDP_RTPMAP] = {"a=rtpmap does not fit its grammar",
                                "payload type, space, name/rate, /channels if any"},
    [SIPSAN_PROD_SDP_RTPMAP_RATE] = {"a=rtpmap without a clock rate", "name/rate, as in PCMU/8000"},
    [SIPSAN_PROD_SDP_DIRECTION] = {"a second direction in one section",
                                   "one of sendrecv, sendonly, recvonly, inactive"},
    [SIPSAN_PROD_SDP_PRECONDITION] = {"a precondition does not fit its grammar",
                                      "type, strength in a=des, status type and direction"},
    [SIPSAN_PROD_SDP_FMTP] = {"a=fmtp does not fit its grammar", "a format, a space, parameters"},
};

struct sipsan_span sipsan_body_line(const struct sipsan_view *v)
{
    const struct sipsan_span bytes = v->msg->bytes;
    size_t from = v->fault->offset, to = from;

    while (from > 0 && v->fault->offset - from < LINE_MAX && !is_crlf(bytes.p[from - 1]))
        from--;
    while (to < bytes.n && to - v->fault->offset < LINE_MAX && !is_crlf(bytes.p[to]))
        to++;
    return (struct sipsan_span){bytes.p + from, to - from};
}

/* The letter of a line that must be there; NUL for other faults. */
static char due_letter(enum sipsan_production production)
{
    switch (production) {
    case SIPSAN_PROD_SDP_VERSION:
        return 'v';
    case SIPSAN_PROD_SDP_ORIGIN:
        return 'o';
    case SIPSAN_PROD_SDP_SESSION_NAME:
        return 's';
    case SIPSAN_PROD_SDP_TIME:
        return 't';
    default:
        return '\0';
    }
}

bool sipsan_sdp_line_missing(const struct sipsan_view *v)
{
    char letter = due_letter((enum sipsan_production)v->fault->production);
    struct sipsan_span line = sipsan_body_line(v);

    return letter && (line.n < 2 || line.p[0] != letter || line.p[1] != '=');
}

static struct sipsan_span place_of(enum sipsan_production production)
{
    if (production <= SIPSAN_PROD_MULTIPART_ALIKE)
        return SPAN_LIT("multipart body");
    return production <= SIPSAN_PROD_SIPFRAG_CRLF ? SPAN_LIT("sipfrag") : SPAN_LIT("SDP");
}

/* The fault is about the line as a whole, or ends it. */
static bool about_line(const struct sipsan_view *v)
{
    switch (v->fault->production) {
    case SIPSAN_PROD_MULTIPART_HEADER:
    case SIPSAN_PROD_MULTIPART_CRLF:
    case SIPSAN_PROD_SIPFRAG_BODY:
    case SIPSAN_PROD_SDP_LINE:
    case SIPSAN_PROD_SDP_TYPE:
    case SIPSAN_PROD_SDP_ORDER:
    case SIPSAN_PROD_SDP_ONCE:
    case SIPSAN_PROD_SDP_CONNECTION_MISSING:
        return true;
    default:
        return sipsan_fault_at_end(v) || sipsan_sdp_line_missing(v);
    }
}

/* How much of the bytes can be quoted. */
static int printable(struct sipsan_span s)
{
    size_t n = 0;

    while (n < 60 && n < s.n && s.p[n] >= ' ' && s.p[n] < 0x7f)
        n++;
    return (int)n;
}

enum sipsan_verdict sipsan_body_fault(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct saying *saying = &sayings[v->fault->production];
    struct sipsan_span at = sipsan_fault_bytes(v);
    int shown;

    if (v->msg->truncated && (size_t)v->fault->offset + v->fault->length >= v->msg->bytes.n)
        return SIPSAN_NA;
    why->expected = saying->expected;
    if (!span_has(v->msg->content_type.text, v->msg->bytes.p + v->fault->offset))
        why->place = place_of((enum sipsan_production)v->fault->production);
    if (about_line(v))
        at = sipsan_body_line(v);
    shown = printable(at);
    if (sipsan_sdp_line_missing(v))
        return sipsan_fail(why, at, "there is no %c= line before %s%.*s%s",
                           due_letter((enum sipsan_production)v->fault->production),
                           shown ? "\"" : "the end", shown, at.p, shown ? "\"" : "");
    if (shown == 0)
        return sipsan_fail(why, at, "%s", saying->wrong);
    return sipsan_fail(why, at, "%s: \"%.*s\"", saying->wrong, shown, at.p);
}

/* Generates a capture of messages that have nothing to do with each other, as different as the
 * grammar of RFC 3261 lets legal ones be: stacks of Via and Record-Route, lists of contacts,
 * credentials and challenges, bodies, header fields of all families, compact names, folds. The
 * bench's input for parsers: 350 to 2,500 bytes, 910 on average. Same options, same bytes. */
#include "capture.h"

#include <stdlib.h>
#include <string.h>

/* Draws in a row; a message has a row of its own. */
struct draw {
    uint64_t seed, n;
};

static uint64_t draw(struct draw *d)
{
    return mixed(d->seed ^ mixed(++d->n));
}

static unsigned below(struct draw *d, unsigned n)
{
    return (unsigned)(draw(d) % n);
}

static bool chance(struct draw *d, unsigned percent)
{
    return below(d, 100) < percent;
}

#define ONE_OF(d, list) ((list)[below(d, sizeof(list) / sizeof(*(list)))])

/* Pieces -------------------------------------------------------------------------------------- */

static const char *const hosts[] = {
    "example.com",
    "proxy1.example.net",
    "sbc-3.west.example.org",
    "192.0.2.17",
    "198.51.100.204",
    "203.0.113.9",
    "edge.voice.example.co.uk",
    "[2001:db8::4:71]",
    "pbx",
    "registrar.phones.example.com",
    "10.0.14.233",
    "172.16.9.40",
    "a-very-long-name.of-some-host.in-a-large-network.example.net",
};
static const char *const users[] = {
    "alice",     "bob",          "carol.w",         "+12015550123",      "1001",
    "sales",     "john%20doe",   "conference-4711", "user_name.1234567", "0049301234567",
    "anonymous", "sip-trunk-22", "d2h5bm90",
};
static const char *const displays[] = {
    "",
    "",
    "\"Alice Liddell\" ",
    "Bob ",
    "\"Reception, 2nd floor\" ",
    "Meeting Room 4 ",
    "\"J\xc3\xb6rg \\\"Jogi\\\" Example\" ",
    "\"+1 201 555 0123\" ",
};
static const char *const agents[] = {
    "ExamplePhone/2.1.7 (build 4711; eth0)",
    "Meadow Softphone/7.02",
    "hillside-gateway/12.4 (linux x86_64)",
    "tiny/0.3",
    "Orchard Conference/3.0 conference-core/9.1.2 (stable)",
    "Pebble-DECT/9.0",
};
static const char *const methods[] = {
    "INVITE", "INVITE",    "INVITE", "ACK",     "BYE",  "CANCEL", "REGISTER", "REGISTER", "OPTIONS",
    "PRACK",  "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER",  "MESSAGE",  "UPDATE",
};
static const char *const answers[] = {
    "100 Trying",
    "180 Ringing",
    "183 Session Progress",
    "200 OK",
    "200 OK",
    "202 Accepted",
    "302 Moved Temporarily",
    "401 Unauthorized",
    "404 Not Found",
    "407 Proxy Authentication Required",
    "480 Temporarily Unavailable",
    "486 Busy Here",
    "487 Request Terminated",
    "503 Service Unavailable",
};
static const char *const uri_params[] = {
    "",
    "",
    ";transport=tcp",
    ";user=phone",
    ";transport=udp;lr",
    ";maddr=192.0.2.33;ttl=15",
    ";ob;line=sr-N6IAzBFwMJ",
    ";method=INVITE",
};

/* Whole header fields that stand alone; the first letter of a compact name follows in `compact`. */
static const struct {
    const char *name, *compact, *value;
} fields[] = {
    {"Allow", NULL, "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO"},
    {"Allow", NULL, "INVITE,ACK,BYE,CANCEL,OPTIONS,PRACK,INFO,UPDATE"},
    {"Supported", "k", "replaces, timer, 100rel"},
    {"Supported", "k", "outbound,path, gruu"},
    {"Require", NULL, "100rel"},
    {"Proxy-Require", NULL, "sec-agree"},
    {"Accept", NULL, "application/sdp;level=1, application/x-private, text/html;q=0.5"},
    {"Accept-Encoding", NULL, "gzip, identity;q=0.4"},
    {"Accept-Language", NULL, "da, en-gb;q=0.8, en;q=0.7"},
    {"Alert-Info", NULL, "<http://www.example.com/sounds/moo.wav>"},
    {"Call-Info", NULL,
     "<http://www.example.com/alice/photo.jpg> ;purpose=icon,\r\n"
     "   <http://www.example.com/alice/>;purpose=info"},
    {"Content-Disposition", NULL, "session;handling=optional"},
    {"Content-Language", NULL, "en, fr"},
    {"Date", NULL, "Sat, 13 Nov 2010 23:29:00 GMT"},
    {"Error-Info", NULL, "<sip:not-in-service-recording@atlanta.example.com>"},
    {"Expires", NULL, "3600"},
    {"In-Reply-To", NULL, "70710@saturn.example.com, 17320@saturn.example.com"},
    {"Min-Expires", NULL, "60"},
    {"MIME-Version", NULL, "1.0"},
    {"Organization", NULL, "Orchard Public Gardens"},
    {"Priority", NULL, "non-urgent"},
    {"Reply-To", NULL, "Bob <sip:bob@biloxi.example.com>"},
    {"Retry-After", NULL, "18000;duration=3600"},
    {"Retry-After", NULL, "120 (I'm in a meeting)"},
    {"Subject", "s", "Re: weekly walk through the garden,\r\n and tea \"afterwards\""},
    {"Subject", "s", "Need more boxes"},
    {"Timestamp", NULL, "54.21 0.003"},
    {"Unsupported", NULL, "foo"},
    {"Warning", NULL, "307 isi.example.edu \"Session parameter 'foo' not understood\""},
    {"RSeq", NULL, "988789"},
    {"RAck", NULL, "776656 1 INVITE"},
    {"Event", "o", "presence;id=4711"},
    {"Subscription-State", NULL, "active;expires=3599"},
    {"Allow-Events", "u", "presence, talk, hold, conference"},
    {"Refer-To", "r", "<sip:dave@denver.example.org?Replaces=12345%40192.168.118.3%3Bto-tag%3D12>"},
    {"Session-Expires", "x", "1800;refresher=uac"},
    {"Min-SE", NULL, "90"},
    {"Reason", NULL, "Q.850 ;cause=16 ;text=\"Terminated\""},
    {"P-Asserted-Identity", NULL, "\"Cullen Jennings\" <sip:fluffy@example.com>"},
    {"P-Access-Network-Info", NULL, "3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11"},
    {"Privacy", NULL, "id"},
    {"X-Call-Track", NULL, "node=12;leg=a;id=550e8400-e29b-41d4-a716-446655440000"},
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static void put_uri(struct text *t, struct draw *d, bool params)
{
    put(t, chance(d, 8) ? "sips:" : "sip:");
    if (chance(d, 85)) {
        put(t, ONE_OF(d, users));
        put(t, chance(d, 3) ? ":secret@" : "@");
    }
    put(t, ONE_OF(d, hosts));
    if (chance(d, 40))
        put(t, ":5060");
    if (params)
        put(t, ONE_OF(d, uri_params));
}

static void put_name_addr(struct text *t, struct draw *d)
{
    put(t, ONE_OF(d, displays));
    put(t, "<");
    put_uri(t, d, true);
    put(t, ">");
}

/* From and To: sometimes without brackets. */
static void put_party(struct text *t, struct draw *d, const char *name, const char *compact,
                      bool tag)
{
    put(t, chance(d, 10) ? compact : name);
    put(t, ": ");
    if (chance(d, 12))
        put_uri(t, d, false);
    else
        put_name_addr(t, d);
    if (tag) {
        put(t, ";tag=");
        put_hex(t, draw(d) >> (4 * below(d, 9)));
    }
    put(t, "\r\n");
}

static void put_via(struct text *t, struct draw *d)
{
    static const char *const transports[] = {"UDP ", "UDP ", "TCP ", "TLS "};

    put(t, "SIP/2.0/");
    put(t, ONE_OF(d, transports));
    put(t, ONE_OF(d, hosts));
    if (chance(d, 60))
        put(t, ":5060");
    put(t, ";branch=z9hG4bK");
    put_hex(t, draw(d));
    if (chance(d, 50))
        put(t, chance(d, 50) ? ";rport=49152;received=198.51.100.7" : ";rport");
}

/* n values, most on a line of their own, some in a comma list. */
static void put_list(struct text *t, struct draw *d, const char *name, unsigned n,
                     void (*value)(struct text *t, struct draw *d))
{
    for (unsigned i = 0; i < n; i++) {
        bool listed = i > 0 && chance(d, 30);

        if (listed)
            put(t, chance(d, 30) ? ",\r\n " : ", ");
        else {
            put(t, i > 0 ? "\r\n" : "");
            put(t, name);
            put(t, ": ");
        }
        value(t, d);
    }
    put(t, n > 0 ? "\r\n" : "");
}

static void put_route(struct text *t, struct draw *d)
{
    put(t, "<");
    put_uri(t, d, false);
    put(t, chance(d, 30) ? ";lr;ftag=9fxced76sl>" : ";lr>");
}

static void put_contact(struct text *t, struct draw *d)
{
    put_name_addr(t, d);
    if (chance(d, 30))
        put(t, ";q=0.7");
    if (chance(d, 30))
        put(t, ";expires=3600");
    if (chance(d, 15))
        put(t, ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"");
}

static void put_credentials(struct text *t, struct draw *d)
{
    put(t, chance(d, 50) ? "Authorization" : "Proxy-Authorization");
    put(t, ": Digest username=\"");
    put(t, ONE_OF(d, users));
    put(t, "\", realm=\"example.com\", nonce=\"");
    put_hex(t, draw(d));
    put_hex(t, draw(d));
    put(t, "\", uri=\"sip:example.com\", response=\"");
    put_hex(t, draw(d));
    put_hex(t, draw(d));
    put(t, "\", algorithm=MD5");
    if (chance(d, 60))
        put(t, ", cnonce=\"0a4f113b\", qop=auth, nc=00000001");
    put(t, "\r\n");
}

static void put_challenge(struct text *t, struct draw *d)
{
    put(t, chance(d, 50) ? "WWW-Authenticate" : "Proxy-Authenticate");
    put(t, ": Digest realm=\"example.com\", nonce=\"");
    put_hex(t, draw(d));
    put(t, "\", opaque=\"\", stale=FALSE, algorithm=MD5, qop=\"auth,auth-int\"\r\n");
}

static void put_session(struct text *t, struct draw *d)
{
    put(t, "v=0\r\no=alice ");
    put_number(t, draw(d) >> 33);
    put(t, " 1 IN IP4 192.0.2.17\r\ns=-\r\nc=IN IP4 192.0.2.17\r\nt=0 0\r\nm=audio ");
    put_number(t, 16384 + below(d, 8192) * 2);
    put(t, " RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
           "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n");
    if (chance(d, 20))
        put(t, "m=video 51372 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"
               "a=fmtp:99 profile-level-id=42e01f;packetization-mode=1\r\n");
}

/* Some of the fields, in the order of the table, from a random one on. */
static void put_fields(struct text *t, struct draw *d, bool compact)
{
    unsigned n = below(d, 4) + below(d, 4) + below(d, 4);
    unsigned at = below(d, FIELD_COUNT);

    while (n-- > 0) {
        put(t, compact && fields[at].compact ? fields[at].compact : fields[at].name);
        put(t, chance(d, 4) ? " : " : ": ");
        put(t, fields[at].value);
        put(t, "\r\n");
        at = (at + 1 + below(d, 9)) % FIELD_COUNT;
    }
}

static void write_message(struct text *t, struct draw *d)
{
    bool request = chance(d, 50), compact = chance(d, 15);
    const char *method = ONE_OF(d, methods);
    struct text body = {.n = 0};

    t->n = 0;
    if (request) {
        put(t, method);
        put(t, " ");
        put_uri(t, d, true);
        put(t, " SIP/2.0\r\n");
    } else {
        put(t, "SIP/2.0 ");
        put(t, ONE_OF(d, answers));
        put(t, "\r\n");
    }
    put_list(t, d, compact ? "v" : "Via", 1 + below(d, 2) + below(d, 2), put_via);
    if (chance(d, 35))
        put_list(t, d, chance(d, 60) ? "Record-Route" : "Route", 1 + below(d, 3), put_route);
    if (request)
        put(t, "Max-Forwards: 70\r\n");
    put_party(t, d, "From", "f", true);
    put_party(t, d, "To", "t", chance(d, 60));
    put(t, compact ? "i: " : "Call-ID: ");
    put_hex(t, draw(d));
    if (chance(d, 70)) {
        put(t, "@");
        put(t, ONE_OF(d, hosts));
    }
    put(t, "\r\nCSeq: ");
    put_number(t, 1 + below(d, 100000));
    put(t, " ");
    put(t, method);
    put(t, "\r\n");
    if (chance(d, 60))
        put_list(t, d, compact ? "m" : "Contact", chance(d, 75) ? 1 : 1 + below(d, 4), put_contact);
    if (request ? chance(d, 25) : chance(d, 15))
        (request ? put_credentials : put_challenge)(t, d);
    put_fields(t, d, compact);
    if (chance(d, 75)) {
        put(t, request ? "User-Agent: " : "Server: ");
        put(t, ONE_OF(d, agents));
        put(t, "\r\n");
    }
    if (chance(d, 36)) {
        put(t, compact ? "c: application/sdp\r\n" : "Content-Type: application/sdp\r\n");
        put_session(&body, d);
    }
    put(t, compact ? "l: " : "Content-Length: ");
    put_number(t, body.n);
    put(t, "\r\n\r\n");
    body.bytes[body.n] = '\0';
    put(t, body.bytes);
}

/*  -------------------------------------------------------------------------------------------- */

#define SHORTEST 350
#define LONGEST  2500

int main(int argc, char **argv)
{
    uint64_t count = 20000, seed = 1, bytes = 0;
    const char *path = NULL;
    struct draw d;
    bool ok;
    FILE *f;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--messages") && i + 1 < argc)
            count = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
            seed = strtoull(argv[++i], NULL, 10);
        else
            path = argv[i];
    }
    if (!path || path[0] == '-') {
        fputs("usage: genmessages [--messages N] [--seed N] FILE\n", stderr);
        return 2;
    }
    f = fopen(path, "wb");
    if (!f) {
        perror(path);
        return 3;
    }
    write_header(f);
    d = (struct draw){.seed = mixed(seed)};
    for (uint64_t i = 0; i < count; i++) {
        struct text t;

        do
            write_message(&t, &d);
        while (t.n < SHORTEST || t.n > LONGEST);
        bytes += t.n;
        write_packet(f, INT64_C(1700000000000000) + (int64_t)i * 1000, 0x0a010001u, 0x0a020001u, &t,
                     (uint16_t)i);
    }
    ok = !ferror(f);
    ok = fclose(f) == 0 && ok;
    fprintf(stderr, "%llu messages, %llu bytes on average\n", (unsigned long long)count,
            (unsigned long long)(count ? bytes / count : 0));
    if (!ok)
        fprintf(stderr, "%s: cannot be written\n", path);
    return ok ? 0 : 3;
}

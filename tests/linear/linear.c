/* Messages that repeat one construct for as long as one likes, to see that what they cost grows
 * with their length and no faster.
 *
 *   linear SIZE...       each construct at each size: parsed, checked alone, and as one call
 *   linear --counted     exit status 0 when built so that callgrind can count
 *
 * Under callgrind the instructions of each are dumped with the name "CONSTRUCT WAY SIZE";
 * test_linear.sh here compares them. Without it this is a run of the same with a time limit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_CALLGRIND
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name) (void)(name)
#endif

#include "parse/msg.h"
#include "sipsan.h"

/* before, unit again and again, after: header field lines in front of the ordinary ones, so that
 * they are the ones that count. */
struct construct {
    const char *name;
    const char *before, *unit, *after;
    const char *method; /* NULL: INVITE */
};

static const struct construct constructs[] = {
    /* white space */
    {"fold-text", "Subject: a", "\r\n b", "\r\n", NULL},
    {"fold-white", "Subject: a", "\r\n ", "b\r\n", NULL},
    {"fold-via", "Via: SIP/2.0/UDP 192.0.2.7", "\r\n ", ";branch=z9hG4bKx\r\n", NULL},
    {"fold-to", "To: <sip:b@example.net>", "\r\n\t;\r\n a\r\n =\r\n b", "\r\n", NULL},
    {"fold-bare", "Contact: <sip:b@example.net>", "\n ;a\r =b", "\r\n", NULL},
    {"spaces", "Contact:", "    ", "<sip:b@example.net>\r\n", NULL},
    {"empty-lines", "", "\r\n", "", ""},
    /* lines */
    {"lines-unknown", "", "X: y\r\n", "", NULL},
    {"lines-via", "", "v: SIP/2.0/UDP a;branch=z9hG4bKx\r\n", "", NULL},
    {"lines-contact", "", "m: <sip:a@b>\r\n", "", NULL},
    {"lines-subject", "", "s: x\r\n", "", NULL},
    {"lines-length", "", "l: 0\r\n", "", NULL},
    {"lines-cseq", "", "CSeq: 1 X\r\n", "", NULL},
    {"lines-auth", "", "Authorization: Digest a=b\r\n", "", NULL},
    {"lines-no-colon", "", "x\r\n", "", NULL},
    {"lines-colon", "", ":\r\n", "", NULL},
    {"lines-fold-colon", "", "X\r\n :\r\n", "", NULL},
    {"line-colons", "a b", ":", "\r\n", NULL},
    {"name-long", "", "n", ": x\r\n", NULL},
    {"name-spaces", "x", " ", ": x\r\n", NULL},
    {"cr-lines", "", "X: y\r", "\n", NULL},
    /* commas */
    {"comma-contact", "Contact: ", "<sip:a@b>,", "<sip:a@b>\r\n", NULL},
    {"comma-contact-plain", "Contact: ", "sip:a@b,", "sip:a@b\r\n", NULL},
    {"comma-contact-bad", "Contact: ", "a b,", "a b\r\n", NULL},
    {"comma-contact-open", "Contact: ", "<sip:a,", "<sip:a@b>\r\n", NULL},
    {"comma-contact-quote", "Contact: ", "\"<sip:a@b>,", "<sip:a@b>\r\n", NULL},
    {"comma-contact-escaped", "Contact: \"<sip:a@b>", ",\\\"<sip:a@b>", "\r\n", NULL},
    {"comma-via", "Via: ", "SIP/2.0/UDP a;branch=z9hG4bKx,", "SIP/2.0/UDP a\r\n", NULL},
    {"comma-route", "Route: ", "<sip:a;lr>,", "<sip:a;lr>\r\n", NULL},
    {"comma-record-route", "Record-Route: ", "<sip:a;lr>,", "<sip:a;lr>\r\n", NULL},
    {"comma-supported", "Supported: ", "a,", "a\r\n", NULL},
    {"comma-require", "Require: ", "a,", "a\r\n", NULL},
    {"comma-allow", "Allow: ", "A,", "A\r\n", NULL},
    {"comma-accept", "Accept: ", "a/b;q=0.1,", "a/b\r\n", NULL},
    {"comma-language", "Accept-Language: ", "a;q=1,", "a\r\n", NULL},
    {"comma-warning", "Warning: ", "399 a \"b\",", "399 a \"b\"\r\n", NULL},
    {"comma-warning-bad", "Warning: ", "39 a \"b\",", "39 a \"b\"\r\n", NULL},
    {"comma-call-info", "Call-Info: ", "<a:b>;c=d,", "<a:b>\r\n", NULL},
    {"comma-call-info-open", "Call-Info: ", "<a:b,", "<a:b>\r\n", NULL},
    {"comma-in-reply-to", "In-Reply-To: ", "a@b,", "a@b\r\n", NULL},
    {"comma-auth", "Authorization: Digest ", "a=\"b\",", "realm=\"c\"\r\n", NULL},
    {"comma-auth-same", "Authorization: Digest ", "realm=\"b\",", "realm=\"c\"\r\n", NULL},
    {"comma-auth-info", "Authentication-Info: ", "a=b,", "c=d\r\n", NULL},
    {"comma-qop", "WWW-Authenticate: Digest qop=\"", "auth,", "auth\"\r\n", NULL},
    {"space-domain", "WWW-Authenticate: Digest domain=\"", "sip:a ", "sip:a\"\r\n", NULL},
    {"empty-contact", "Contact: ", ",", "\r\n", NULL},
    {"empty-via", "Via: ", ",", "\r\n", NULL},
    {"empty-accept", "Accept: ", ",", "\r\n", NULL},
    {"empty-supported", "Supported: ", ",", "\r\n", NULL},
    {"empty-warning", "Warning: ", ",", "\r\n", NULL},
    {"empty-call-info", "Call-Info: ", ",", "\r\n", NULL},
    {"empty-in-reply-to", "In-Reply-To: ", ",", "\r\n", NULL},
    {"empty-auth", "Authorization: Digest ", ",", "\r\n", NULL},
    {"empty-route", "Route: ", ",", "\r\n", NULL},
    /* parameters */
    {"param-from", "From: <sip:a@b>", ";a=b", "\r\n", NULL},
    {"param-tag", "From: <sip:a@b>", ";tag=b", "\r\n", NULL},
    {"param-contact", "Contact: <sip:a@b>", ";expires=1", "\r\n", NULL},
    {"param-via", "Via: SIP/2.0/UDP a", ";a=b", "\r\n", NULL},
    {"param-via-known", "Via: SIP/2.0/UDP a", ";ttl=1;maddr=a;rport=1;branch=z9hG4bKx;received=1",
     "\r\n", NULL},
    {"param-via-maddr", "Via: SIP/2.0/UDP a", ";maddr=[", "\r\n", NULL},
    {"param-via-maddr-ipv6", "Via: SIP/2.0/UDP a", ";maddr=[::1]", "\r\n", NULL},
    {"param-via-received", "Via: SIP/2.0/UDP a", ";received=[", "\r\n", NULL},
    {"param-quoted", "To: <sip:a@b>", ";a=\"b;\"", "\r\n", NULL},
    {"param-quoted-bad", "To: <sip:a@b>", ";a=\"\x01\"", "\r\n", NULL},
    {"param-host", "To: <sip:a@b>", ";a=[::1]", "\r\n", NULL},
    {"param-host-bad", "To: <sip:a@b>", ";a=[", "\r\n", NULL},
    {"param-empty", "To: <sip:a@b>", ";", "\r\n", NULL},
    {"param-type", "Content-Type: a/b", ";a=b", "\r\n", NULL},
    {"param-accept", "Accept: a/b", ";a=b", "\r\n", NULL},
    {"param-disposition", "Content-Disposition: a", ";a=b", "\r\n", NULL},
    {"param-retry-after", "Retry-After: 1", ";duration=2", "\r\n", NULL},
    {"param-uri", "Contact: <sip:a@b", ";a=b", ">\r\n", NULL},
    {"param-uri-maddr", "Contact: <sip:a@b", ";maddr=[", ">\r\n", NULL},
    {"param-uri-maddr-name", "Contact: <sip:a@b", ";maddr=a_", ">\r\n", NULL},
    {"param-uri-ttl", "Contact: <sip:a@b", ";ttl=1", ">\r\n", NULL},
    {"param-uri-empty", "Contact: <sip:a@b", ";", ">\r\n", NULL},
    {"param-uri-bad", "Contact: <sip:a@b", ";a=^", ">\r\n", NULL},
    {"param-tel", "Contact: <tel:+1", ";a=b", ">\r\n", NULL},
    {"header-uri", "Contact: <sip:a@b?c=d", "&a=b", ">\r\n", NULL},
    {"header-uri-bad", "Contact: <sip:a@b?c=d", "&", ">\r\n", NULL},
    /* escapes, octets, quotes, comments, brackets */
    {"escape-user", "Contact: <sip:", "%41", "@b>\r\n", NULL},
    {"escape-user-open", "Contact: <sip:", "%41", ">\r\n", NULL},
    {"escape-bad", "Contact: <sip:", "%", "@b>\r\n", NULL},
    {"escape-param", "Contact: <sip:a@b;c=", "%41", ">\r\n", NULL},
    {"escape-quoted", "Contact: \"", "\\\"", "\" <sip:a@b>\r\n", NULL},
    {"escape-quoted-open", "Contact: \"", "\\\"", "<sip:a@b>\r\n", NULL},
    {"user-ats", "Contact: <sip:", "a@", "b>\r\n", NULL},
    {"user-colons", "Contact: <sip:", "a:", "@b>\r\n", NULL},
    {"user-plain", "From: sip:", "a;b,c?", "@b\r\n", NULL},
    {"user-plain-open", "From: sip:", "a;b=c", "\r\n", NULL},
    {"host-labels", "Contact: <sip:", "a.", "b>\r\n", NULL},
    {"host-dots", "Contact: <sip:", ".", "b>\r\n", NULL},
    {"host-digits", "Contact: <sip:", "1.", "b>\r\n", NULL},
    {"host-hyphens", "Contact: <sip:a", "-", ".b>\r\n", NULL},
    {"host-colons", "Contact: <sip:[", ":", "]>\r\n", NULL},
    {"port-digits", "Contact: <sip:a:", "1", ">\r\n", NULL},
    {"scheme", "Contact: <", "a", ":b>\r\n", NULL},
    {"scheme-open", "Contact: ", "a", "\r\n", NULL},
    {"other-uri", "Contact: <a:", "/b", ">\r\n", NULL},
    {"quotes", "Contact: ", "\"", "<sip:a@b>\r\n", NULL},
    {"quotes-pairs", "Contact: ", "\"a\" ", "<sip:a@b>\r\n", NULL},
    {"display-tokens", "To: ", "a ", "<sip:a@b>\r\n", NULL},
    {"display-open", "To: ", "a ", "\r\n", NULL},
    {"brackets", "To: ", "<", "sip:a@b>\r\n", NULL},
    {"brackets-uri", "To: ", "<sip:a", ">\r\n", NULL},
    {"comment-open", "User-Agent: ", "(", "\r\n", NULL},
    {"comment-nested", "User-Agent: ((((", "(a)", "))))\r\n", NULL},
    {"comment-many", "User-Agent: ", "(a) ", "b\r\n", NULL},
    {"comment-escaped", "User-Agent: (", "\\(", ")\r\n", NULL},
    {"comment-bad", "User-Agent: ", "(\x01", "\r\n", NULL},
    {"products", "User-Agent: ", "a/b ", "c\r\n", NULL},
    {"utf8", "Subject: ", "\xC3\xA9", "\r\n", NULL},
    {"utf8-bad", "Subject: ", "\xC3", "\r\n", NULL},
    {"call-id", "Call-ID: ", "a", "\r\n", NULL},
    {"call-id-ats", "Call-ID: ", "a@", "\r\n", NULL},
    {"cseq-digits", "CSeq: ", "9", " INVITE\r\n", NULL},
    {"length-digits", "Content-Length: ", "9", "\r\n", NULL},
    {"token68", "Authorization: Bearer ", "a", "=\r\n", NULL},
    {"date", "Date: ", "Mon, ", "\r\n", NULL},
    /* bodies: behind the empty line, for want of which the ordinary lines are text */
    {"body-lines", "Content-Type: multipart/mixed;boundary=b\r\n\r\n", "\r\n", "", NULL},
    {"body-parts", "Content-Type: multipart/mixed;boundary=b\r\n\r\n", "--b\r\n\r\n\r\n", "--b--",
     NULL},
    {"body-part-lines", "Content-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n",
     "Content-Type: multipart/x;boundary=c\r\n", "\r\n--b--", NULL},
    {"body-nested", "Content-Type: multipart/mixed;boundary=b\r\n\r\n",
     "--b\r\nContent-Type: multipart/x;boundary=c\r\n\r\n--c\r\n\r\n--c--\r\n", "--b--", NULL},
    {"body-boundaries", "Content-Type: multipart/mixed;boundary=b\r\n\r\n", "--b", "", NULL},
    {"body-sdp", "Content-Type: application/sdp\r\n\r\n", "m=audio 9 RTP/AVP 0\r\na=x\r\n", "",
     NULL},
    {"body-sipfrag", "Content-Type: message/sipfrag\r\n\r\n", "m: <sip:a@b>\r\n", "", NULL},
    {"body-sipfrag-parts", "Content-Type: multipart/mixed;boundary=b\r\n\r\n",
     "--b\r\nContent-Type: message/sipfrag\r\n\r\nm: <sip:a@b>\r\n", "--b--", NULL},
    {"body-deep", "Content-Type: multipart/mixed;boundary=b\r\n\r\n",
     "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n", "--b--", NULL},
    /* what registrations remember */
    {"register-contacts", "Contact: ", "<sip:a@b>,", "<sip:c@d>\r\n", "REGISTER"},
    {"register-params", "Contact: <sip:a@b", ";a=b", ">\r\n", "REGISTER"},
};

#define COUNT (sizeof(constructs) / sizeof(*constructs))

static const char ordinary[] = "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-linear\r\n"
                               "Max-Forwards: 70\r\n"
                               "From: <sip:alice@example.com>;tag=a1\r\n"
                               "To: <sip:bob@example.net>%s\r\n"
                               "Call-ID: linear@192.0.2.1\r\n"
                               "CSeq: 1 %s\r\n"
                               "Contact: <sip:alice@192.0.2.1>\r\n"
                               "Content-Length: 0\r\n\r\n";

struct text {
    char *p;
    size_t n, room;
};

static void add(struct text *text, const char *s, size_t n)
{
    if (n > text->room - text->n)
        abort();
    memcpy(text->p + text->n, s, n);
    text->n += n;
}

static void add_string(struct text *text, const char *s)
{
    add(text, s, strlen(s));
}

/* A message of about `size` bytes; the status line is that of a 200 when it is a response. */
static void build(struct text *text, const struct construct *c, size_t size, const char *method,
                  bool response)
{
    char line[512];
    size_t unit = strlen(c->unit);

    text->n = 0;
    if (response)
        add_string(text, "SIP/2.0 200 OK\r\n");
    else if (c->method && !*c->method)
        method = "INVITE"; /* the units stand before the start line */
    else
        add_string(
            text,
            (snprintf(line, sizeof(line), "%s sip:bob@example.net SIP/2.0\r\n", method), line));
    add_string(text, c->before);
    while (text->n + unit < size)
        add(text, c->unit, unit);
    add_string(text, c->after);
    if (!response && c->method && !*c->method)
        add_string(text, "INVITE sip:bob@example.net SIP/2.0\r\n");
    snprintf(line, sizeof(line), ordinary, response ? ";tag=b1" : "", method);
    add_string(text, line);
}

/* Gives the instructions since the last dump a name. */
static void dump(const char *construct, const char *way, size_t size)
{
    char name[128];

    snprintf(name, sizeof(name), "%s %s %zu", construct, way, size);
    CALLGRIND_DUMP_STATS_AT(name);
}

static void parse(const struct text *text)
{
    static const struct sipsan_msg_limits limits = {.headers = 2048, .faults = 64};
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg msg;

    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, SIPSAN_MESSAGE_BLOCK, 0);
    sipsan_msg_init(&msg, &pool);
    if (sipsan_msg_parse(&msg, (struct sipsan_span){text->p, text->n}, &limits) != SIPSAN_OK)
        abort();
    sipsan_msg_drop(&msg);
    sipsan_pool_free(&pool);
}

static void feed(struct sipsan *s, const struct text *text, int64_t time, bool back)
{
    const struct sipsan_addr alice = {.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
    const struct sipsan_addr bob = {.ip = {192, 0, 2, 2}, .port = 5060, .family = 4};
    const struct sipsan_flow flow = {
        .transport = SIPSAN_UDP, .src = back ? bob : alice, .dst = back ? alice : bob};
    const struct sipsan_ref ref = {.frame = 1, .time = time};

    sipsan_feed_message(s, text->p, text->n, &flow, &ref);
}

/* The construct in the request, its response, the ACK and a CANCEL that comes late: what compares
 * two messages meets it on both sides. */
static void call(struct sipsan *s, struct text *text, const struct construct *c, size_t size)
{
    const char *method = c->method && *c->method ? c->method : "INVITE";

    build(text, c, size, method, false);
    feed(s, text, 1000000, false);
    feed(s, text, 1500000, false);
    build(text, c, size, method, true);
    feed(s, text, 2000000, true);
    build(text, c, size, "ACK", false);
    feed(s, text, 2010000, false);
    build(text, c, size, "CANCEL", false);
    feed(s, text, 2020000, false);
    build(text, c, size, method, false);
    feed(s, text, 9000000, false);
    sipsan_finish(s);
}

/* A context that has seen nothing. One is kept, since to make one costs more than most messages;
 * what it forgets is not counted. */
static void start_anew(struct sipsan *s)
{
    sipsan_reset(s);
    CALLGRIND_ZERO_STATS;
}

static void run(struct sipsan *s, struct text *text, const struct construct *c, size_t size)
{
    build(text, c, size, c->method && *c->method ? c->method : "INVITE", false);
    start_anew(s);
    parse(text);
    dump(c->name, "parse", size);
    feed(s, text, 1000000, false); /* what sipsan_check_message does */
    dump(c->name, "check", size);
    start_anew(s);
    call(s, text, c, size);
    dump(c->name, "call", size);
}

int main(int argc, char **argv)
{
    size_t largest = 0;
    struct text text;
    struct sipsan *s;

    if (argc == 2 && strcmp(argv[1], "--counted") == 0) {
#ifdef HAVE_CALLGRIND
        return 0;
#else
        return 1; /* no valgrind/callgrind.h, or sanitizers, which do not go with valgrind */
#endif
    }
    for (int i = 1; i < argc; i++) {
        size_t size = strtoul(argv[i], NULL, 10);

        largest = size > largest ? size : largest;
    }
    text = (struct text){.p = malloc(largest + 8192), .room = largest + 8192};
    if (!text.p || largest == 0 || sipsan_new(&s, NULL) != SIPSAN_OK)
        return 2;
    for (size_t c = 0; c < COUNT; c++)
        for (int i = 1; i < argc; i++)
            run(s, &text, &constructs[c], strtoul(argv[i], NULL, 10));
    sipsan_free(s);
    free(text.p);
    printf("%zu constructs\n", COUNT);
    return 0;
}

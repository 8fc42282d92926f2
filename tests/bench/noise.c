/* The clients of a flood are 10.128.0.0/9, the servers 10.3.0.0/24. */
#include "noise.h"

#include <string.h>

enum { CLIENTS = 1 << 23, SERVERS = 200, RTP_SIZE = 12 + 160 };

struct item {
    uint64_t n, random;
    uint32_t client, server;
};

static struct item item_of(uint64_t n)
{
    struct item item = {.n = n, .random = mixed(n ^ UINT64_C(0x6e6f697365))};

    item.client = 0x0a800000u + (uint32_t)(item.random % CLIENTS);
    item.server = 0x0a030001u + (uint32_t)((item.random >> 32) % SERVERS);
    return item;
}

enum noise_kind noise_find(const char *word)
{
    static const char *const words[] = {"",     "rtp",           "transactions", "dialogs",
                                        "tags", "registrations", "connections",  "fragments"};

    for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(word, words[i]) == 0)
            return (enum noise_kind)i;
    return NOISE_NONE;
}

/* A request, or with a status the response to it. `tag`: 0: no To tag. */
static void put_message(struct text *t, const struct item *item, const char *method, int status,
                        uint64_t branch, uint64_t tag, bool contact)
{
    bool registers = strcmp(method, "REGISTER") == 0;

    t->n = 0;
    if (status) {
        put(t, "SIP/2.0 200 OK\r\n");
    } else {
        put(t, method);
        put(t, " sip:");
        if (registers)
            put(t, "flood.example.com");
        else if (strcmp(method, "ACK") == 0)
            put_host(t, item->server);
        else
            put(t, "service@flood.example.com");
        put(t, " SIP/2.0\r\n");
    }
    put(t, "Via: SIP/2.0/UDP ");
    put_host(t, item->client);
    put(t, ":5060;branch=z9hG4bK");
    put_hex(t, branch);
    put(t, status ? "\r\nFrom: <sip:u" : "\r\nMax-Forwards: 70\r\nFrom: <sip:u");
    put_number(t, item->n);
    put(t, "@flood.example.com>;tag=");
    put_hex(t, mixed(item->random + 1));
    put(t, registers ? "\r\nTo: <sip:u" : "\r\nTo: <sip:service");
    if (registers)
        put_number(t, item->n);
    put(t, "@flood.example.com>");
    if (tag) {
        put(t, ";tag=");
        put_hex(t, tag);
    }
    put(t, "\r\nCall-ID: ");
    put_hex(t, mixed(item->random + 2));
    put(t, "\r\nCSeq: 1 ");
    put(t, method);
    if (contact) {
        put(t, "\r\nContact: <sip:");
        if (registers || !status) {
            put(t, "u");
            put_number(t, item->n);
            put(t, "@");
        }
        put_host(t, status && !registers ? item->server : item->client);
        put(t, registers && status ? ">;expires=3600" : ">");
    }
    if (registers && !status)
        put(t, "\r\nExpires: 3600");
    if (!registers && (contact || status))
        put(t, "\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\nSupported: replaces");
    if (strcmp(method, "OPTIONS") == 0)
        put(t, "\r\nAccept: application/sdp");
}

static void put_end(struct text *t, const struct item *item, bool offer, uint32_t host)
{
    struct text body = {.n = 0};

    if (offer) {
        put(&body, "v=0\r\no=- ");
        put_number(&body, 1 + item->n);
        put(&body, " 1 IN IP4 ");
        put_host(&body, host);
        put(&body, "\r\ns=-\r\nc=IN IP4 ");
        put_host(&body, host);
        put(&body, "\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n");
        put(t, "\r\nContent-Type: application/sdp");
    }
    put(t, "\r\nContent-Length: ");
    put_number(t, body.n);
    put(t, "\r\n\r\n");
    memcpy(t->bytes + t->n, body.bytes, body.n);
    t->n += body.n;
}

static void write_exchange(FILE *f, const struct item *item, const char *method, uint64_t branch,
                           uint64_t tag, bool request, int64_t time)
{
    bool invite = strcmp(method, "INVITE") == 0;
    bool contact = invite || strcmp(method, "REGISTER") == 0;
    struct text t;

    if (request) {
        put_message(&t, item, method, 0, branch, 0, contact);
        put_end(&t, item, invite, item->client);
        write_packet(f, time, item->client, item->server, &t, (uint16_t)item->n);
    }
    put_message(&t, item, method, 200, branch, tag, contact);
    put_end(&t, item, invite, item->server);
    write_packet(f, time + 1, item->server, item->client, &t, (uint16_t)item->n);
    if (!invite)
        return;
    put_message(&t, item, "ACK", 0, mixed(tag), tag, false);
    put_end(&t, item, false, 0);
    write_packet(f, time + 2, item->client, item->server, &t, (uint16_t)(item->n + 1));
}

static void write_rtp(FILE *f, const struct item *item, int64_t time)
{
    uint8_t p[RTP_SIZE] = {0x80, 0, (uint8_t)(item->n >> 8), (uint8_t)item->n};

    for (size_t i = 8; i < sizeof(p); i++)
        p[i] = (uint8_t)mixed(item->random + i);
    write_datagram(f, time, item->client, item->server, 20000, 30000, p, sizeof(p),
                   (uint16_t)item->n);
}

static void write_connection(FILE *f, const struct item *item, int64_t time)
{
    static const char begin[] =
        "OPTIONS sip:service@flood.example.com SIP/2.0\r\nVia: SIP/2.0/TCP ";
    uint16_t port = (uint16_t)(1024 + item->n % 60000);

    write_segment(f, time, item->client, item->server, port, 0, TCP_SYN, NULL, 0);
    write_segment(f, time + 1, item->client, item->server, port, 1, TCP_ACK, begin,
                  sizeof(begin) - 1);
}

void write_noise(FILE *f, enum noise_kind kind, uint64_t n, int64_t time)
{
    struct item item = item_of(n), first = item_of(0);
    uint64_t tag = mixed(item.random + 3), branch = mixed(item.random + 4);
    struct text t;

    switch (kind) {
    case NOISE_NONE:
        break;
    case NOISE_RTP:
        write_rtp(f, &item, time);
        break;
    case NOISE_TRANSACTIONS:
        write_exchange(f, &item, "OPTIONS", branch, tag, true, time);
        break;
    case NOISE_DIALOGS:
        write_exchange(f, &item, "INVITE", branch, tag, true, time);
        break;
    case NOISE_TAGS:
        write_exchange(f, &first, "INVITE", mixed(first.random + 4), tag, n == 0, time);
        break;
    case NOISE_REGISTRATIONS:
        write_exchange(f, &item, "REGISTER", branch, tag, true, time);
        break;
    case NOISE_CONNECTIONS:
        write_connection(f, &item, time);
        break;
    case NOISE_FRAGMENTS:
        put_message(&t, &item, "OPTIONS", 0, branch, 0, false);
        put_end(&t, &item, false, 0);
        write_first_fragment(f, time, item.client, item.server, &t, (uint16_t)n);
        break;
    }
}

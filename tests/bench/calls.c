/* The text of messages. */
#include "calls.h"

#include <stdlib.h>
#include <string.h>

/* What a message is, seen from the transaction it belongs to. */
struct shape {
    const char *method; /* of the CSeq */
    int status;         /* 0: a request */
    const char *reason;
    uint8_t txn;       /* which branch of the call */
    uint8_t cseq_step; /* added to the first CSeq number of that side */
    bool by_ender;     /* the request comes from the side that hangs up, else from the caller */
    bool to_tag;       /* the To header has its tag */
    bool in_dialog;    /* Request-URI is the peer's Contact, else the address of record */
    bool contact;
    uint8_t sdp; /* 0: no body, else version of the session description */
};

static const struct shape shapes[] = {
    [INVITE] = {"INVITE", 0, NULL, .txn = 0, .contact = true, .sdp = 1},
    [TRYING] = {"INVITE", 100, "Trying", .txn = 0},
    [RINGING] = {"INVITE", 180, "Ringing", .txn = 0, .to_tag = true, .contact = true},
    [ANSWER] = {"INVITE", 200, "OK", .txn = 0, .to_tag = true, .contact = true, .sdp = 1},
    [ACK] = {"ACK", 0, NULL, .txn = 1, .to_tag = true, .in_dialog = true},
    [BYE] = {"BYE", 0, NULL, .txn = 2, .cseq_step = 1, .by_ender = true, .to_tag = true,
             .in_dialog = true},
    [BYE_OK] = {"BYE", 200, "OK", .txn = 2, .cseq_step = 1, .by_ender = true, .to_tag = true},
    [LATE_BYE] = {"BYE", 0, NULL, .txn = 2, .cseq_step = 2, .by_ender = true, .to_tag = true,
                  .in_dialog = true},
    [LATE_BYE_OK] = {"BYE", 200, "OK", .txn = 2, .cseq_step = 2, .by_ender = true, .to_tag = true},
    [BUSY] = {"INVITE", 486, "Busy Here", .txn = 0, .to_tag = true},
    [BUSY_ACK] = {"ACK", 0, NULL, .txn = 0, .to_tag = true},
    [CANCEL] = {"CANCEL", 0, NULL, .txn = 0},
    [CANCEL_OK] = {"CANCEL", 200, "OK", .txn = 0, .to_tag = true},
    [TERMINATED] = {"INVITE", 487, "Request Terminated", .txn = 0, .to_tag = true},
    [TERMINATED_ACK] = {"ACK", 0, NULL, .txn = 0, .to_tag = true},
    [REINVITE] = {"INVITE", 0, NULL, .txn = 3, .cseq_step = 1, .to_tag = true, .in_dialog = true,
                  .contact = true, .sdp = 2},
    [RETRYING] = {"INVITE", 100, "Trying", .txn = 3, .cseq_step = 1, .to_tag = true},
    [REANSWER] = {"INVITE", 200, "OK", .txn = 3, .cseq_step = 1, .to_tag = true, .contact = true,
                  .sdp = 2},
    [REACK] = {"ACK", 0, NULL, .txn = 4, .cseq_step = 1, .to_tag = true, .in_dialog = true},
    [REGISTER] = {"REGISTER", 0, NULL, .txn = 0, .contact = true},
    [CHALLENGE] = {"REGISTER", 401, "Unauthorized", .txn = 0, .to_tag = true},
    [REGISTER_AUTH] = {"REGISTER", 0, NULL, .txn = 1, .cseq_step = 1, .contact = true},
    [REGISTERED] = {"REGISTER", 200, "OK", .txn = 1, .cseq_step = 1, .to_tag = true,
                    .contact = true},
};

/* How the makers of user agents differ. */
struct agent {
    const char *name;
    const char *allow;
    const char *supported;
    const char *extra; /* whole header lines of its requests */
    bool compact;      /* writes one-letter header names */
    bool rport;        /* RFC 3581 */
    bool long_sdp;
};

static const struct agent agents[] = {
    {"ExamplePhone/2.1.7 (build 4711)",
     "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, MESSAGE, UPDATE",
     "replaces, timer", "Allow-Events: talk, hold, conference\r\nAccept-Language: en\r\n", false,
     true, true},
    {"Meadow Softphone 7.02",
     "PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS",
     "100rel, timer, replaces, norefersub", "", false, true, true},
    {"hillside-gateway (12.4)", "INVITE,ACK,BYE,CANCEL,OPTIONS,PRACK,INFO,UPDATE", "100rel",
     "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Language: en\r\n", false, false, false},
    {"tiny/0.3", "INVITE, ACK, CANCEL, BYE, OPTIONS", "replaces", "", true, true, false},
    {"Orchard Conference 3", "INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, NOTIFY, SUBSCRIBE",
     "replaces, outbound, path, gruu",
     "Organization: Orchard Public Gardens\r\nAccept: application/sdp, multipart/mixed\r\n"
     "Subject: weekly walk through the garden\r\n",
     false, true, true},
    {"Pebble-DECT IP Base V9.0", "ACK, BYE, CANCEL, INVITE, NOTIFY, OPTIONS, UPDATE",
     "replaces, 100rel", "P-Preferred-Identity: <sip:desk@example.com>\r\n", false, false, false},
};

#define AGENT_COUNT (sizeof(agents) / sizeof(agents[0]))

/* The call and who takes part ----------------------------------------------------------------- */

uint64_t drawn(const struct call *c, uint64_t what)
{
    return mixed(c->random ^ (what * UINT64_C(0x2545f4914f6cdd1d)));
}

static const struct agent *agent_of(const struct call *c, enum side side)
{
    return &agents[drawn(c, DRAW_AGENT + (uint64_t)side) % AGENT_COUNT];
}

/* 4096 phones call 64 servers. */
uint32_t host_of(const struct call *c, enum side side)
{
    uint64_t r = drawn(c, DRAW_HOST + (uint64_t)side);

    return side == CALLER ? 0x0a010000u + 1 + (uint32_t)(r % 4096)
                          : 0x0a020001u + (uint32_t)(r % 64);
}

static bool registers(const struct call *c)
{
    return c->steps[0].what == REGISTER;
}

/* The user part; a registration is about the phone's own address of record on both sides. */
static void put_user(struct text *t, const struct call *c, enum side side)
{
    uint64_t r = drawn(c, DRAW_USER + (registers(c) ? 0 : (uint64_t)side));

    if (r % 3 == 0) {
        put(t, "user.");
        put_number(t, 10000 + (r >> 8) % 90000);
    } else {
        put_number(t, 12015550000u + (r >> 8) % 10000);
    }
}

static void put_aor(struct text *t, const struct call *c, enum side side)
{
    put(t, "sip:");
    put_user(t, c, side);
    put(t, side == CALLER || registers(c) ? "@phones.example.com" : "@gateway.example.net");
}

static void put_contact_uri(struct text *t, const struct call *c, enum side side)
{
    put(t, "sip:");
    put_user(t, c, side);
    put(t, "@");
    put_host(t, host_of(c, side));
    put(t, ":5060");
    if (c->tcp)
        put(t, ";transport=tcp");
    else if (agent_of(c, side)->rport)
        put(t, ";transport=udp");
}

static void put_tag(struct text *t, const struct call *c, enum side side)
{
    put(t, ";tag=");
    put_hex(t, drawn(c, DRAW_TAG + (uint64_t)side));
}

/* Messages ------------------------------------------------------------------------------------ */

/* Header names of which compact writers use one letter. */
static void put_name(struct text *t, bool compact, const char *name, const char *letter)
{
    put(t, compact ? letter : name);
    put(t, ": ");
}

static void put_via(struct text *t, const struct call *c, const struct shape *m, enum side client,
                    bool compact)
{
    put_name(t, compact, "Via", "v");
    put(t, c->tcp ? "SIP/2.0/TCP " : "SIP/2.0/UDP ");
    put_host(t, host_of(c, client));
    put(t, ":5060;branch=z9hG4bK");
    put_hex(t, drawn(c, DRAW_BRANCH + m->txn + (c->round << 8)));
    if (agent_of(c, client)->rport) {
        put(t, ";rport");
        if (m->status) {
            put(t, "=5060;received=");
            put_host(t, host_of(c, client));
        }
    }
    put(t, "\r\n");
}

static void put_session(struct text *t, const struct call *c, const struct shape *m, enum side from)
{
    uint64_t id = drawn(c, DRAW_TAG + (uint64_t)from) >> 33;

    put(t, "v=0\r\no=- ");
    put_number(t, id);
    put(t, " ");
    put_number(t, id + m->sdp + c->round);
    put(t, " IN IP4 ");
    put_host(t, host_of(c, from));
    put(t, "\r\ns=-\r\nc=IN IP4 ");
    put_host(t, host_of(c, from));
    put(t, "\r\nt=0 0\r\nm=audio ");
    put_number(t, 16384 + 2 * (id % 8192));
    if (agent_of(c, CALLER)->long_sdp && agent_of(c, from)->long_sdp)
        put(t, " RTP/AVP 0 8 9 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
               "a=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
               "a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n");
    else
        put(t, " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
               "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n");
}

static void put_start_line(struct text *t, const struct call *c, const struct shape *m,
                           enum side server)
{
    if (m->status) {
        put(t, "SIP/2.0 ");
        put_number(t, (uint64_t)m->status);
        put(t, " ");
        put(t, m->reason);
    } else {
        put(t, m->method);
        put(t, " ");
        if (registers(c))
            put(t, "sip:phones.example.com");
        else if (m->in_dialog)
            put_contact_uri(t, c, server);
        else
            put_aor(t, c, server);
        put(t, " SIP/2.0");
    }
    put(t, "\r\n");
}

/* 22: the second REGISTER answers the challenge. */
static void put_digest(struct text *t, const struct call *c, const struct shape *m)
{
    bool answer = m == &shapes[REGISTER_AUTH];

    if (answer) {
        put(t, "Authorization: Digest username=\"");
        put_user(t, c, CALLER);
        put(t, "\", ");
    } else {
        put(t, "WWW-Authenticate: Digest ");
    }
    put(t, "realm=\"phones.example.com\", nonce=\"");
    put_hex(t, drawn(c, DRAW_NONCE));
    put(t, "\", algorithm=MD5, ");
    if (answer) {
        put(t, "uri=\"sip:phones.example.com\", qop=auth, nc=00000001, cnonce=\"");
        put_hex(t, drawn(c, DRAW_CNONCE));
        put(t, "\", response=\"");
        put_hex(t, drawn(c, DRAW_DIGEST));
        put_hex(t, drawn(c, DRAW_DIGEST + 1));
        put(t, "\"\r\n");
    } else {
        put(t, "qop=\"auth\"\r\n");
    }
}

static void put_contact(struct text *t, const struct call *c, const struct shape *m, enum side from,
                        bool compact)
{
    put_name(t, compact, "Contact", "m");
    put(t, "<");
    put_contact_uri(t, c, registers(c) ? CALLER : from);
    put(t, ">");
    if (registers(c))
        put(t, m->status ? ";expires=3600" : "");
    put(t, "\r\n");
    if (registers(c) && !m->status)
        put(t, "Expires: 3600\r\n");
}

/* The message, and in *from who sends it. */
void write_message(struct text *t, const struct call *c, enum side *from)
{
    const struct shape *m = &shapes[c->steps[c->step].what];
    enum side client = m->by_ender && c->callee_ends ? CALLEE : CALLER;
    enum side server = client == CALLER ? CALLEE : CALLER;
    const struct agent *agent;
    struct text body;

    *from = m->status ? server : client;
    agent = agent_of(c, *from);
    t->n = body.n = 0;
    put_start_line(t, c, m, server);
    put_via(t, c, m, client, agent->compact);
    if (!m->status)
        put(t, "Max-Forwards: 70\r\n");

    put_name(t, agent->compact, "From", "f");
    if (drawn(c, DRAW_USER) % 4 == 0)
        put(t, client == CALLER ? "\"Alice Example\" " : "\"Bob Example\" ");
    put(t, "<");
    put_aor(t, c, client);
    put(t, ">");
    put_tag(t, c, client);
    put(t, "\r\n");

    put_name(t, agent->compact, "To", "t");
    put(t, "<");
    put_aor(t, c, server);
    put(t, ">");
    if (m->to_tag)
        put_tag(t, c, server);
    put(t, "\r\n");

    put_name(t, agent->compact, "Call-ID", "i");
    put_hex(t, drawn(c, DRAW_CALL_ID));
    put(t, "@");
    put_host(t, host_of(c, CALLER));
    put(t, "\r\nCSeq: ");
    put_number(t, 1 + drawn(c, DRAW_CSEQ + (uint64_t)client) % 100000 + m->cseq_step + c->round);
    put(t, " ");
    put(t, m->method);
    put(t, "\r\n");

    if (m->contact)
        put_contact(t, c, m, *from, agent->compact);
    if (m == &shapes[CHALLENGE] || m == &shapes[REGISTER_AUTH])
        put_digest(t, c, m);
    if (m->status != 100 && (m->sdp || m->contact)) {
        put(t, "Allow: ");
        put(t, agent->allow);
        put(t, "\r\n");
    }
    if (m->status / 100 % 2 == 0 && (m->sdp || m->contact)) { /* section 20: requests and 2xx */
        put_name(t, agent->compact, "Supported", "k");
        put(t, agent->supported);
        put(t, "\r\n");
    }
    if (!m->status && m->sdp)
        put(t, agent->extra);
    put(t, m->status ? "Server: " : "User-Agent: ");
    put(t, agent->name);
    put(t, "\r\n");
    if (m->sdp) {
        put_session(&body, c, m, *from);
        put_name(t, agent->compact, "Content-Type", "c");
        put(t, "application/sdp\r\n");
    }
    put_name(t, agent->compact, "Content-Length", "l");
    put_number(t, body.n);
    put(t, "\r\n\r\n");
    if (body.n > sizeof(t->bytes) - t->n)
        abort();
    memcpy(t->bytes + t->n, body.bytes, body.n);
    t->n += body.n;
}

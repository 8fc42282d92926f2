/* Generates a capture of calls that are legal to the letter: the bench's input, and a check that
 * the judge stays quiet. Same options, same bytes. Ethernet, IPv4 and UDP in a pcap file, or TCP
 * with segments that end anywhere and change places; calls overlap as their start rate and length
 * make them.
 *
 * A complete call is INVITE 100 180 200 ACK BYE 200; options add calls that are busy, cancelled or
 * re-negotiated, and registrations with a digest challenge. --noise puts other packets between the
 * messages of calls, and --dialog makes one call that is re-negotiated until so many messages have
 * passed. */
#include "noise.h"

#include <stdlib.h>
#include <string.h>

enum side { CALLER, CALLEE };

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

enum what {
    INVITE,
    TRYING,
    RINGING,
    ANSWER,
    ACK,
    BYE,
    BYE_OK,
    LATE_BYE,
    LATE_BYE_OK,
    BUSY,
    BUSY_ACK,
    CANCEL,
    CANCEL_OK,
    TERMINATED,
    TERMINATED_ACK,
    REINVITE,
    RETRYING,
    REANSWER,
    REACK,
    REGISTER,
    CHALLENGE,
    REGISTER_AUTH,
    REGISTERED,
    END,
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

/* What happens and after which pause: between min and min + spread milliseconds. Replies come well
 * before T1 (500 ms), so that nobody has to repeat anything. */
struct step {
    uint8_t what; /* enum what */
    uint32_t min, spread;
};

#define STEPS_MAX 12

static const struct step complete[STEPS_MAX] = {
    {INVITE, 0, 0}, {TRYING, 2, 20},    {RINGING, 60, 200}, {ANSWER, 800, 5000},
    {ACK, 5, 40},   {BYE, 2000, 10000}, {BYE_OK, 3, 60},    {END, 0, 0},
};
static const struct step renegotiated[STEPS_MAX] = {
    {INVITE, 0, 0}, {TRYING, 2, 20},         {RINGING, 60, 200},   {ANSWER, 800, 5000},
    {ACK, 5, 40},   {REINVITE, 900, 3000},   {RETRYING, 2, 20},    {REANSWER, 20, 100},
    {REACK, 5, 40}, {LATE_BYE, 2000, 10000}, {LATE_BYE_OK, 3, 60}, {END, 0, 0},
};
static const struct step refused[STEPS_MAX] = {
    {INVITE, 0, 0}, {TRYING, 2, 20}, {BUSY, 60, 300}, {BUSY_ACK, 2, 20}, {END, 0, 0},
};
static const struct step cancelled[STEPS_MAX] = {
    {INVITE, 0, 0},     {TRYING, 2, 20},    {RINGING, 60, 200},      {CANCEL, 1000, 6000},
    {CANCEL_OK, 3, 40}, {TERMINATED, 1, 5}, {TERMINATED_ACK, 3, 40}, {END, 0, 0},
};
static const struct step registered[STEPS_MAX] = {
    {REGISTER, 0, 0}, {CHALLENGE, 2, 40}, {REGISTER_AUTH, 10, 60}, {REGISTERED, 2, 40}, {END, 0, 0},
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

struct call {
    int64_t due; /* microseconds since the epoch */
    uint64_t number;
    uint64_t random;
    const struct step *steps;
    uint8_t step;
    uint64_t round; /* how often it was re-negotiated before */
    bool callee_ends;
    bool tcp;
};

struct options {
    uint64_t calls, rate, seed;
    uint64_t busy, cancelled, renegotiated, registrations; /* per cent */
    uint64_t noise_per_100;                                /* things for 100 messages */
    enum noise_kind noise;
    uint64_t dialog; /* messages; 0: calls as usual */
    bool tcp;
    const char *path;
};

/* The call and who takes part ----------------------------------------------------------------- */

static uint64_t drawn(const struct call *c, uint64_t what)
{
    return mixed(c->random ^ (what * UINT64_C(0x2545f4914f6cdd1d)));
}

enum { DRAW_AGENT, DRAW_HOST = 2, DRAW_TAG = 4, DRAW_CSEQ = 6, DRAW_CALL_ID = 8, DRAW_USER = 9 };
enum { DRAW_PAUSE = 16, DRAW_BRANCH = 64, DRAW_NONCE = 96, DRAW_CNONCE, DRAW_DIGEST };

static const struct agent *agent_of(const struct call *c, enum side side)
{
    return &agents[drawn(c, DRAW_AGENT + (uint64_t)side) % AGENT_COUNT];
}

/* 4096 phones call 64 servers. */
static uint32_t host_of(const struct call *c, enum side side)
{
    uint64_t r = drawn(c, DRAW_HOST + (uint64_t)side);

    return side == CALLER ? 0x0a010000u + 1 + (uint32_t)(r % 4096)
                          : 0x0a020001u + (uint32_t)(r % 64);
}

static bool registers(const struct call *c)
{
    return c->steps == registered;
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
static void write_message(struct text *t, const struct call *c, const struct shape *m,
                          enum side *from)
{
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

/* Calls in the order of what happens next ----------------------------------------------------- */

struct queue {
    struct call *heap;
    size_t n, room;
};

static bool sooner(const struct call *a, const struct call *b)
{
    return a->due < b->due || (a->due == b->due && a->number < b->number);
}

static void settle(struct queue *q, size_t i)
{
    for (;;) {
        size_t child = 2 * i + 1;
        struct call swap;

        if (child >= q->n)
            return;
        if (child + 1 < q->n && sooner(&q->heap[child + 1], &q->heap[child]))
            child++;
        if (!sooner(&q->heap[child], &q->heap[i]))
            return;
        swap = q->heap[i];
        q->heap[i] = q->heap[child];
        q->heap[child] = swap;
        i = child;
    }
}

static void queue_add(struct queue *q, const struct call *c)
{
    size_t i = q->n++;

    if (q->n > q->room) {
        q->room = q->room ? 2 * q->room : 1024;
        q->heap = realloc(q->heap, q->room * sizeof(*q->heap));
        if (!q->heap)
            abort();
    }
    for (; i > 0 && sooner(c, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        q->heap[i] = q->heap[(i - 1) / 2];
    q->heap[i] = *c;
}

static void queue_drop(struct queue *q)
{
    q->heap[0] = q->heap[--q->n];
    settle(q, 0);
}

static struct call new_call(const struct options *o, uint64_t number)
{
    struct call c = {.number = number, .random = mixed(o->seed ^ mixed(number)), .tcp = o->tcp};
    uint64_t kind = drawn(&c, 1000) % 100;

    c.due = INT64_C(1700000000000000) + (int64_t)(number * 1000000 / o->rate);
    c.callee_ends = drawn(&c, 1001) % 3 == 0;
    c.steps = complete;
    if (kind < o->busy)
        c.steps = refused;
    else if ((kind -= o->busy) < o->cancelled)
        c.steps = cancelled;
    else if ((kind -= o->cancelled) < o->renegotiated)
        c.steps = renegotiated;
    else if ((kind -= o->renegotiated) < o->registrations)
        c.steps = registered;
    return c;
}

/* Between the messages of calls. */
static void write_noises(FILE *f, const struct options *o, uint64_t messages, uint64_t *noises,
                         int64_t time)
{
    while (o->noise && *noises < messages * o->noise_per_100 / 100) {
        write_noise(f, o->noise, *noises, time);
        ++*noises;
    }
}

/* The step behind the one that was written. */
static void move_on(struct call *c, const struct options *o, uint64_t messages)
{
    bool again = o->dialog > 0 && c->steps[c->step].what == REACK && messages < o->dialog;

    c->round += again;
    c->step++;
    while (again && c->steps[c->step].what != REINVITE)
        c->step--;
}

/* One connection for each pair of hosts: how far each way has come. */
static uint32_t *way_of(uint32_t **ways, const struct call *c, enum side from)
{
    size_t pair =
        (size_t)(host_of(c, CALLER) - 0x0a010001u) * 64 + (host_of(c, CALLEE) - 0x0a020001u);

    if (!*ways)
        *ways = calloc(4096u * 64 * 2, sizeof(**ways));
    if (!*ways)
        abort();
    return *ways + pair * 2 + from;
}

static bool generate(const struct options *o, FILE *f)
{
    struct queue q = {0};
    uint32_t *ways = NULL;
    uint64_t started = 0, messages = 0, bytes = 0, noises = 0;
    uint16_t id = 0;

    write_header(f);
    while (started < o->calls || q.n > 0) {
        struct call *c;
        enum side from;
        struct text t;

        /* The next call begins before anything else happens. */
        if (started < o->calls) {
            struct call next = new_call(o, started);

            if (q.n == 0 || sooner(&next, &q.heap[0])) {
                queue_add(&q, &next);
                started++;
                continue;
            }
        }
        c = &q.heap[0];
        write_message(&t, c, &shapes[c->steps[c->step].what], &from);
        if (o->tcp)
            write_segments(f, c->due, host_of(c, from),
                           host_of(c, from == CALLER ? CALLEE : CALLER), way_of(&ways, c, from), &t,
                           mixed(c->random ^ c->step));
        else
            write_packet(f, c->due, host_of(c, from), host_of(c, from == CALLER ? CALLEE : CALLER),
                         &t, ++id);
        messages++;
        bytes += t.n;
        write_noises(f, o, messages, &noises, c->due);
        move_on(c, o, messages);
        if (c->steps[c->step].what == END) {
            queue_drop(&q);
        } else {
            const struct step *step = &c->steps[c->step];
            uint64_t r = drawn(c, DRAW_PAUSE + c->step);

            c->due += step->min * INT64_C(1000) + (int64_t)(r % (step->spread * 1000 + 1));
            settle(&q, 0);
        }
    }
    free(q.heap);
    free(ways);
    fprintf(stderr, "%llu calls, %llu messages, %llu bytes on average\n",
            (unsigned long long)o->calls, (unsigned long long)messages,
            (unsigned long long)(messages ? bytes / messages : 0));
    return fflush(f) == 0 && !ferror(f);
}

/* Options ------------------------------------------------------------------------------------- */

static int usage(void)
{
    fputs("usage: gencalls [--calls N] [--rate PER_SECOND] [--seed N] [--busy PERCENT]\n"
          "                [--cancelled PERCENT] [--reinvite PERCENT] [--registrations PERCENT]\n"
          "                [--mix] [--tcp] [--dialog MESSAGES] FILE|-\n"
          "                [--noise KIND] [--noise-per-100 MESSAGES]\n"
          "KIND: rtp transactions dialogs tags registrations connections fragments\n",
          stderr);
    return 2;
}

static bool read_options(struct options *o, int argc, char **argv)
{
    struct {
        const char *name;
        uint64_t *value;
    } numbers[] = {
        {"--calls", &o->calls},
        {"--rate", &o->rate},
        {"--seed", &o->seed},
        {"--busy", &o->busy},
        {"--cancelled", &o->cancelled},
        {"--reinvite", &o->renegotiated},
        {"--registrations", &o->registrations},
        {"--dialog", &o->dialog},
        {"--noise-per-100", &o->noise_per_100},
    };

    for (int i = 1; i < argc; i++) {
        bool known = false;

        if (!strcmp(argv[i], "--mix")) {
            o->busy = 8;
            o->cancelled = 6;
            o->renegotiated = 6;
            o->registrations = 10;
            continue;
        }
        if (!strcmp(argv[i], "--tcp")) {
            o->tcp = true;
            continue;
        }
        if (!strcmp(argv[i], "--noise") && i + 1 < argc) {
            o->noise = noise_find(argv[++i]);
            if (o->noise == NOISE_NONE)
                return false;
            continue;
        }
        for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
            char *end;

            if (strcmp(argv[i], numbers[k].name) != 0 || i + 1 >= argc)
                continue;
            *numbers[k].value = strtoull(argv[++i], &end, 10);
            known = *end == 0;
            break;
        }
        if (!known) {
            if (o->path || (argv[i][0] == '-' && argv[i][1]))
                return false;
            o->path = argv[i];
        }
    }
    return o->path && o->rate > 0 && o->rate <= 1000000 &&
           o->busy + o->cancelled + o->renegotiated + o->registrations <= 100;
}

int main(int argc, char **argv)
{
    struct options o = {.calls = 10000, .rate = 250, .seed = 1, .noise_per_100 = 100};
    bool ok;
    FILE *f;

    if (!read_options(&o, argc, argv))
        return usage();
    if (o.dialog > 0) {
        o.calls = 1;
        o.renegotiated = 100;
    }
    f = strcmp(o.path, "-") != 0 ? fopen(o.path, "wb") : stdout;
    if (!f) {
        perror(o.path);
        return 3;
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    ok = generate(&o, f);
    if (f != stdout)
        ok = fclose(f) == 0 && ok;
    if (!ok)
        fprintf(stderr, "%s: cannot be written\n", o.path);
    return ok ? 0 : 3;
}

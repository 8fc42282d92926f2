/* Targets: a SIP stack of somebody else, linked in, and sipsan as its judge.
 *
 * The input is a session (tests/rules/README.md): what anybody says to 192.0.2.2 in it is said to
 * the stack; what 192.0.2.2 says in it is only a mark: from there on a tag that stands in it means
 * the one that the stack has really chosen. All that goes either way is fed to a context that
 * judges the stack alone. Requests of the stack are answered with 200. A stack that leaves it to
 * its user what to say is told what 192.0.2.2 says, and is judged by what it decides itself.
 *
 * Demands: the stack does not crash, and sends nothing that breaks a rule of severity error. Rules
 * named in SIPSAN_TARGET_KNOWN (prefixes, divided by commas) are known already and do not stop it.
 * A session with a text of SIPSAN_TARGET_AVOID (divided by |) is not run.
 * With SIPSAN_TARGET_SHOW=1 every message and finding is printed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/span.h"
#include "net/scenario.h"
#include "parse/msg.h"
#include "target.h"

#define INPUT_MAX   32768
#define MESSAGE_MAX 16384
#define PACKETS_MAX 64
#define TAGS_MAX    8
#define START_TIME  INT64_C(1700000000000000)
#define AFTER       INT64_C(70000000) /* time for timers to run out once all is said */
#define STEPS_MAX   2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const peer_name = "192.0.2.1", *const stack_name = "192.0.2.2";

/* A tag as the session has it and as the stack has chosen it. */
struct tag {
    char planned[64], real[128];
};

static struct {
    struct sipsan *s;
    int socket;
    bool show, failed;
    uint32_t frames;
    char peer[16], stack[16]; /* addresses of this process */
    struct sockaddr_in peer_at, stack_at;
    struct tag tags[TAGS_MAX];
    size_t tag_count;
    char call_id[128], last_tag[128]; /* of what the stack has sent last */
    struct sipsan_mem mem;
    struct sipsan_pool pool;
} t;

/* Judging ------------------------------------------------------------------------------------- */

static bool is_known(const char *rule)
{
    const char *known = getenv("SIPSAN_TARGET_KNOWN");

    while (known && *known) {
        size_t n = strcspn(known, ",");

        if (n > 0 && strncmp(rule, known, n) == 0)
            return true;
        known += n + (known[n] == ',');
    }
    return false;
}

/* Whether the stack answers for this: see target.h. */
static bool is_its_own(const char *rule)
{
    const char *p = target_stack.decides;
    bool own = !p;

    while (p && *p) {
        size_t n = strcspn(p, ",");
        bool not = *p == '!';

        if (strncmp(rule, p + not, n - not ) == 0)
            own = !not ;
        p += n + (p[n] == ',');
    }
    return own;
}

static void on_finding(void *user, const struct sipsan_finding *f)
{
    bool own = is_its_own(f->rule->id);
    bool stops = own && f->severity == SIPSAN_ERROR && !is_known(f->rule->id);

    (void)user;
    if (!stops && (!t.show || !own))
        return;
    fprintf(stderr, "%s: %s: %.*s\n", sipsan_severity_name(f->severity), f->rule->id,
            (int)f->text.n, f->text.p);
    if (stops && f->message.n > 0)
        fprintf(stderr, "%.*s\n", (int)f->message.n, f->message.p);
    t.failed = t.failed || stops;
}

static struct sipsan_addr address(const struct sockaddr_in *at)
{
    struct sipsan_addr out = {.port = ntohs(at->sin_port), .family = 4};

    memcpy(out.ip, &at->sin_addr, 4);
    return out;
}

static void judge(const char *p, size_t n, bool from_stack)
{
    struct sipsan_flow flow = {
        .transport = SIPSAN_UDP,
        .src = address(from_stack ? &t.stack_at : &t.peer_at),
        .dst = address(from_stack ? &t.peer_at : &t.stack_at),
        .sent_by_accused = from_stack,
    };
    struct sipsan_ref ref = {.frame = ++t.frames, .time = target_clock()};

    if (t.show)
        fprintf(stderr, "--- %s, %.6f s\n%.*s\n", from_stack ? "stack" : "peer",
                (double)(ref.time - START_TIME) / 1e6, (int)n, p);
    sipsan_feed_message(t.s, p, n, &flow, &ref);
}

/* What the stack says ------------------------------------------------------------------------- */

static void keep(char *out, size_t room, struct sipsan_span text)
{
    snprintf(out, room, "%.*s", (int)text.n, text.p ? text.p : "");
}

/* From the peer to the stack, either way. */
static void deliver(const char *p, size_t n)
{
    judge(p, n, false);
    if (target_stack.hear)
        target_stack.hear(p, n);
    else
        sendto(t.socket, p, n, 0, (struct sockaddr *)&t.stack_at, sizeof t.stack_at);
}

static void answer(const struct sipsan_msg *msg)
{
    char text[MESSAGE_MAX];
    int n = snprintf(text, sizeof text, "SIP/2.0 200 OK\r\n");

    for (size_t i = 0; i < msg->header_count && n < MESSAGE_MAX - 4096; i++) {
        const struct sipsan_header *h = &msg->headers[i];
        uint16_t id = h->id;

        if (h->value.n < 1024 &&
            (id == SIPSAN_HDR_VIA || id == SIPSAN_HDR_FROM || id == SIPSAN_HDR_TO ||
             id == SIPSAN_HDR_CALL_ID || id == SIPSAN_HDR_CSEQ))
            n += snprintf(text + n, sizeof text - (size_t)n, "%.*s: %.*s\r\n", (int)h->name.n,
                          h->name.p, (int)h->value.n, h->value.p);
    }
    n += snprintf(text + n, sizeof text - (size_t)n, "Content-Length: 0\r\n\r\n");
    deliver(text, (size_t)n);
}

void target_sends(const char *p, size_t n)
{
    static const struct sipsan_msg_limits limits = {.headers = 256, .faults = 16};
    struct sipsan_msg msg;

    judge(p, n, true);
    sipsan_msg_init(&msg, &t.pool);
    if (sipsan_msg_parse(&msg, (struct sipsan_span){p, n}, &limits) != SIPSAN_OK)
        return;
    keep(t.call_id, sizeof t.call_id, msg.call_id);
    keep(t.last_tag, sizeof t.last_tag, msg.request ? msg.from.tag : msg.to.tag);
    /* Where the session says what 192.0.2.2 asks, it says what is answered, too. */
    if (msg.request && msg.method_id != SIPSAN_METHOD_ACK && !target_stack.say)
        answer(&msg);
    sipsan_msg_drop(&msg);
}

/* The stack works until this moment; what it sends is heard as it comes. */
static void run_until(int64_t time)
{
    for (int steps = 0; steps < STEPS_MAX && !t.failed; steps++) {
        char text[65536];
        int64_t left = time - target_clock();
        ssize_t n;

        target_stack.step(left > 0 ? (int)(left / 1000 < 1000 ? left / 1000 : 1000) : 0);
        while (!target_stack.hear && (n = recv(t.socket, text, sizeof text, MSG_DONTWAIT)) > 0)
            target_sends(text, (size_t)n);
        if (left <= 0)
            break;
        if (left < 1000) /* below what a stack waits for */
            target_clock_set(time);
    }
    if (target_clock() < time)
        target_clock_set(time);
    sipsan_advance(t.s, target_clock());
}

/* What the peer says -------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Every `from` in the n octets at text that is not the beginning of a longer word becomes `to`, up
 * to the octet `until`. */
static size_t exchange(char *text, size_t n, size_t *until, const char *from, const char *to)
{
    size_t from_n = strlen(from), to_n = strlen(to);

    for (size_t i = 0; from_n > 0 && i + from_n <= *until;) {
        if (memcmp(text + i, from, from_n) != 0 ||
            (i + from_n < *until && is_word(text[i + from_n]))) {
            i++;
            continue;
        }
        if (n - from_n + to_n > MESSAGE_MAX)
            break;
        memmove(text + i + to_n, text + i + from_n, n - i - from_n);
        memcpy(text + i, to, to_n);
        n = n - from_n + to_n;
        *until = *until - from_n + to_n;
        i += to_n;
    }
    return n;
}

/* Addresses and tags become the real ones, in the header only: the body keeps its length. */
static void say(const struct sipsan_packet *packet)
{
    char text[MESSAGE_MAX];
    size_t n = packet->bytes.n, header;
    const char *end;

    if (n > sizeof text - 4096)
        return;
    memcpy(text, packet->bytes.p, n);
    end = memmem(text, n, "\r\n\r\n", 4);
    header = end ? (size_t)(end - text) : n;
    n = exchange(text, n, &header, peer_name, t.peer);
    n = exchange(text, n, &header, stack_name, t.stack);
    for (size_t i = 0; i < t.tag_count; i++)
        n = exchange(text, n, &header, t.tags[i].planned, t.tags[i].real);
    deliver(text, n);
}

/* A mark: the tag of the session stands for what the stack has said last in the same call. */
static void learn(const struct sipsan_packet *packet)
{
    static const struct sipsan_msg_limits limits = {.headers = 256, .faults = 16};
    struct sipsan_msg msg;
    struct sipsan_span tag;

    sipsan_msg_init(&msg, &t.pool);
    if (sipsan_msg_parse(&msg, packet->bytes, &limits) != SIPSAN_OK)
        return;
    tag = msg.request ? msg.from.tag : msg.to.tag;
    if (tag.n > 3 && tag.n < sizeof t.tags->planned && t.last_tag[0] && t.tag_count < TAGS_MAX) {
        struct tag *new = &t.tags[t.tag_count];
        bool old = false;

        keep(new->planned, sizeof new->planned, tag);
        snprintf(new->real, sizeof new->real, "%s", t.last_tag);
        for (size_t i = 0; i < t.tag_count; i++)
            old = old || strcmp(t.tags[i].planned, new->planned) == 0;
        t.tag_count += !old;
    }
    sipsan_msg_drop(&msg);
}

static void run_case(const struct sipsan_case *c)
{
    struct sipsan_addr stack = {.family = 4, .ip = {192, 0, 2, 2}};
    int64_t now = START_TIME;
    size_t packets = 0;

    for (const struct sipsan_packet *p = c->packets; p && packets < PACKETS_MAX && !t.failed;
         p = p->next, packets++) {
        if (p->time > 0 && START_TIME + p->time > now && p->time < INT64_C(4000000000))
            now = START_TIME + p->time;
        run_until(now);
        if (p->number == 0)
            continue;
        if (memcmp(p->flow.src.ip, stack.ip, 4) == 0 && target_stack.say)
            target_stack.say(p->bytes.p, p->bytes.n);
        else if (memcmp(p->flow.src.ip, stack.ip, 4) == 0)
            learn(p);
        else if (memcmp(p->flow.dst.ip, stack.ip, 4) == 0)
            say(p);
        run_until(now + 1000);
    }
    run_until(now + AFTER);
    sipsan_finish(t.s);
}

/* Once a process ------------------------------------------------------------------------------ */

/* Each process has addresses of its own in 127.0.0.0/8, so that several may run side by side; where
 * no socket is, they are those of the session. */
static void init(void)
{
    struct sipsan_config config;
    unsigned pid = (unsigned)getpid();

    target_clock_init();
    t.show = getenv("SIPSAN_TARGET_SHOW") != NULL;
    snprintf(t.peer, sizeof t.peer, "127.%u.%u.1", 1 + pid / 256 % 250, pid % 256);
    snprintf(t.stack, sizeof t.stack, "127.%u.%u.2", 1 + pid / 256 % 250, pid % 256);
    if (target_stack.hear) {
        snprintf(t.peer, sizeof t.peer, "%s", peer_name);
        snprintf(t.stack, sizeof t.stack, "%s", stack_name);
    }
    t.peer_at = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(5060)};
    t.stack_at = t.peer_at;
    inet_pton(AF_INET, t.peer, &t.peer_at.sin_addr);
    inet_pton(AF_INET, t.stack, &t.stack_at.sin_addr);
    if (!target_stack.hear) {
        t.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (t.socket < 0 || bind(t.socket, (struct sockaddr *)&t.peer_at, sizeof t.peer_at) != 0) {
            perror("fuzz_target");
            exit(2);
        }
    }
    sipsan_mem_init(&t.mem);
    sipsan_pool_init(&t.pool, &t.mem, SIPSAN_MESSAGE_BLOCK, 8);
    sipsan_config_init(&config);
    config.on_finding = on_finding;
    config.accused_only = true;
    if (!target_stack.init() || sipsan_new(&t.s, &config) != SIPSAN_OK)
        exit(2);
}

static void run(const struct sipsan_case *c)
{
    char rest[65536];

    sipsan_reset(t.s);
    t.frames = 0;
    t.tag_count = 0;
    t.last_tag[0] = '\0';
    while (!target_stack.hear && recv(t.socket, rest, sizeof rest, MSG_DONTWAIT) > 0)
        ;
    target_clock_set(START_TIME);
    if (!target_stack.start(t.stack)) {
        fprintf(stderr, "fuzz_target: %s does not start\n", target_stack.name);
        exit(2);
    }
    run_case(c);
    if (t.failed)
        abort();
    target_stack.stop();
    target_clock_off();
}

static bool is_avoided(const uint8_t *data, size_t size)
{
    const char *p = getenv("SIPSAN_TARGET_AVOID");

    while (p && *p) {
        size_t n = strcspn(p, "|");

        if (n > 0 && memmem(data, size, p, n))
            return true;
        p += n + (p[n] == '|');
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    struct sipsan_scenario scenario;
    struct sipsan_arena arena;

    if (size > INPUT_MAX || is_avoided(data, size))
        return 0;
    if (!ready)
        init();
    ready = true;
    sipsan_arena_init(&arena, &t.pool);
    if (sipsan_scenario_read(&scenario, &arena, (struct sipsan_span){(const char *)data, size},
                             NULL, NULL) == SIPSAN_OK &&
        scenario.cases)
        run(scenario.cases);
    sipsan_arena_reset(&arena);
    return 0;
}

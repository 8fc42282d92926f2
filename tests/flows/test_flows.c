/* Legal call flows stay without an error and without a warning, whatever a tap makes of them.
 *
 *   test_flows [--seeds N] [--seed N] [--kind NAME] [--flow TEXT] [-v] FILE or FOLDER...
 *
 * --seeds: so many seeds for every flow and every kind of capture (20), from --seed (1) on. --kind
 * and --flow (a part of "file: title") choose among them. -v writes the capture of every failure as
 * scenario text. README.md of tests tells what the kinds are. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../prop/rewrite.h"
#include "tap.h"

#define RULES_TOLD 40  /* in the summary */
#define TOLD_MAX   200 /* failures told one by one */

enum kind { AS_IS, LOSSES, MISSED, REPEATS, COPIES, ORDER, HEAD, TAIL, OTHERS, ALL, SHORT, KINDS };

static const char *const kind_names[KINDS] = {"as-is",  "losses", "missed", "repeats",
                                              "copies", "order",  "head",   "tail",
                                              "others", "all",    "short"};

struct flows {
    struct sessions all;
    struct sipsan_arena scratch;
    struct sipsan *context;
    bool verbose;
    uint64_t runs, messages, failed_runs;
    unsigned told;

    /* the run at hand */
    const struct capture *capture;
    char name[256];
    enum kind kind;
    uint64_t seed;
    bool failed;

    struct {
        const char *rule;
        uint64_t count;
    } rules[RULES_TOLD];
};

/* Telling ------------------------------------------------------------------------------------- */

static void put(void *user, const char *p, size_t n)
{
    (void)user;
    fwrite(p, 1, n, stdout);
}

static void tell_capture(const struct capture *c)
{
    printf("== %s\n", "capture");
    for (size_t i = 0; i < c->count; i++) {
        struct sipsan_packet packet = *c->shots[i].packet;

        packet.time = c->shots[i].time;
        if (c->shots[i].lost)
            puts("# the tap has missed packets here");
        if (packet.bytes.n > 0)
            sipsan_scenario_write(&packet, put, NULL);
        else
            printf("@ %" PRId64 ".%06" PRId64 " end\n", packet.time / 1000000,
                   packet.time % 1000000);
    }
}

static void count_rule(struct flows *flows, const char *rule)
{
    for (size_t i = 0; i < RULES_TOLD; i++) {
        if (!flows->rules[i].rule)
            flows->rules[i].rule = rule;
        if (!strcmp(flows->rules[i].rule, rule)) {
            flows->rules[i].count++;
            return;
        }
    }
}

/* Findings that nothing seen can tell from the real thing, and that are wanted all the same. */
static bool asked_for(enum kind kind, const char *rule)
{
    static const struct {
        enum kind kind;
        const char *rule;
    } wanted[] = {
        /* The order of two packets sent back to back is what it tells, swapped or not. */
        {ORDER, "rfc3261.9.2.487-before-cancel-200"},
        {ALL, "rfc3261.9.2.487-before-cancel-200"},
        /* The only provisional response and the CANCEL have changed places. */
        {ORDER, "rfc3261.9.1.cancel-before-provisional"},
        {ALL, "rfc3261.9.1.cancel-before-provisional"},
        /* The only ACK was missed, and neither side says anything more in the dialog. */
        {MISSED, "rfc3261.13.3.1.4.2xx-retransmit-until-ack"},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        if (wanted[i].kind == kind && !strcmp(rule, wanted[i].rule))
            return true;
    }
    return false;
}

/* For config.on_finding. ref.frame is the place in the capture, from 1. */
static void found(void *user, const struct sipsan_finding *f)
{
    struct flows *flows = user;
    const struct capture *c = flows->capture;

    if (f->severity < SIPSAN_WARNING || asked_for(flows->kind, f->rule->id))
        return;
    flows->failed = true;
    count_rule(flows, f->rule->id);
    if (flows->told++ >= TOLD_MAX)
        return;
    printf("%s: --kind %s --seed %" PRIu64 ": %s %s\n    %.*s\n", flows->name,
           kind_names[flows->kind], flows->seed, sipsan_severity_name(f->severity), f->rule->id,
           (int)f->text.n, f->text.p);
    if (f->ref.frame > 0 && f->ref.frame <= c->count)
        printf("    at %s:%" PRIu32 ", message %" PRIu32 " of %zu: %.*s\n",
               c->shots[f->ref.frame - 1].file, c->shots[f->ref.frame - 1].packet->line,
               f->ref.frame, c->count, (int)f->start_line.n, f->start_line.p);
}

/* Running ------------------------------------------------------------------------------------- */

static void must(int err)
{
    if (err == SIPSAN_OK)
        return;
    fprintf(stderr, "test_flows: %s\n", sipsan_strerror(err));
    exit(1);
}

/* An IP packet with a UDP header in front of the payload: how long both headers are. */
static size_t put_headers(unsigned char *out, const struct sipsan_packet *p)
{
    bool four = p->flow.src.family == 4;
    size_t ip = four ? 20 : 40, address = four ? 4 : 16, udp = 8 + p->bytes.n;
    size_t length = four ? ip + udp : udp;
    unsigned char *u = out + ip;

    memset(out, 0, ip + 8);
    out[0] = four ? 0x45 : 0x60;
    out[four ? 2 : 4] = (unsigned char)(length >> 8);
    out[four ? 3 : 5] = (unsigned char)length;
    out[four ? 8 : 7] = 64;
    out[four ? 9 : 6] = 17;
    memcpy(out + ip - 2 * address, p->flow.src.ip, address);
    memcpy(out + ip - address, p->flow.dst.ip, address);
    u[0] = (unsigned char)(p->flow.src.port >> 8);
    u[1] = (unsigned char)p->flow.src.port;
    u[2] = (unsigned char)(p->flow.dst.port >> 8);
    u[3] = (unsigned char)p->flow.dst.port;
    u[4] = (unsigned char)(udp >> 8);
    u[5] = (unsigned char)udp;
    return ip + 8;
}

#define LINK_RAW 101 /* IP without a link layer */

/* The beginning of a datagram, as a frame: only a frame can be shorter than what it held. */
static int feed_short(struct sipsan *s, const struct sipsan_packet *p, unsigned keep,
                      const struct sipsan_ref *ref)
{
    unsigned char frame[1024];
    size_t headers = put_headers(frame, p);

    memcpy(frame + headers, p->bytes.p, keep);
    return sipsan_feed_frame(s, LINK_RAW, frame, headers + keep, headers + p->bytes.n, ref);
}

static void judge(struct flows *flows, const struct capture *c)
{
    flows->capture = c;
    flows->failed = false;
    for (size_t i = 0; i < c->count; i++) {
        const struct sipsan_packet *p = c->shots[i].packet;
        struct sipsan_ref ref = {.frame = (uint32_t)i + 1,
                                 .time = SESSION_START + c->shots[i].time};

        if (c->shots[i].lost)
            must(sipsan_lost(flows->context, &ref));
        if (p->bytes.n == 0)
            must(sipsan_advance(flows->context, ref.time));
        else if (c->shots[i].keep && c->shots[i].keep < p->bytes.n &&
                 p->flow.transport == SIPSAN_UDP)
            must(feed_short(flows->context, p, c->shots[i].keep, &ref));
        else
            must(sipsan_feed_message(flows->context, p->bytes.p, p->bytes.n, &p->flow, &ref));
        flows->messages += p->bytes.n > 0;
    }
    must(sipsan_finish(flows->context));
    sipsan_reset(flows->context);
    flows->runs++;
    flows->failed_runs += flows->failed;
    if (flows->failed && flows->verbose && flows->told <= TOLD_MAX)
        tell_capture(c);
    fflush(stdout);
}

/* Another flow, as another call, some time in the life of the first or soon after it. It may come
 * from the same hosts, so that it shows that they are still heard. */
static void add_another(struct flows *flows, struct capture *c, struct dice *d, size_t times)
{
    const struct session *other = &flows->all.list[dice_below(d, flows->all.count)];
    bool same_hosts = dice_below(d, 2) == 0;
    int64_t end = c->count > 0 ? c->shots[c->count - 1].time : 0;
    struct session renamed = *other;

    for (size_t i = 0; i <= times; i++)
        renamed = rewrite_session(&flows->scratch, &renamed,
                                  same_hosts ? rewrite_call : rewrite_identity, !same_hosts);
    capture_add(c, &renamed, (int64_t)dice_below(d, (uint64_t)end + 40000000));
}

static void interleave(struct flows *flows, struct capture *c, struct dice *d)
{
    size_t more = 1 + dice_below(d, 2);

    for (size_t i = 0; i < more; i++)
        add_another(flows, c, d, i);
}

static void run(struct flows *flows, const struct session *session, enum kind kind, uint64_t seed)
{
    struct dice d = dice_of(flows->name, seed * SHORT + (uint64_t)kind);
    struct capture c = {0};

    flows->kind = kind;
    flows->seed = seed;
    capture_add(&c, session, 0);
    if (kind == OTHERS || (kind == ALL && dice_below(&d, 2)))
        interleave(flows, &c, &d);
    if (kind == REPEATS || (kind == ALL && dice_below(&d, 2)))
        tap_repeats(&c, &d);
    if (kind == COPIES || (kind == ALL && dice_below(&d, 2)))
        tap_copies(&c, &d);
    if (kind == ORDER || (kind == ALL && dice_below(&d, 2)))
        tap_order(&c, &d);
    if (kind == LOSSES || kind == ALL)
        tap_losses(&c, &d);
    if (kind == MISSED)
        tap_missed(&c, &d);
    if (c.count > 0 && (kind == HEAD || (kind == ALL && dice_below(&d, 2))))
        tap_head(&c, &d);
    if (c.count > 0 && kind == TAIL)
        tap_tail(&c, &d);
    if (kind == SHORT)
        tap_short(&c, &d);
    judge(flows, &c);
    capture_free(&c);
    sipsan_arena_reset(&flows->scratch);
}

static void run_flow(struct flows *flows, const struct session *session, int only, uint64_t first,
                     uint64_t seeds)
{
    for (int kind = 0; kind < KINDS; kind++) {
        if (only >= 0 && kind != only)
            continue;
        for (uint64_t i = 0; i < (kind == AS_IS ? 1 : seeds); i++)
            run(flows, session, (enum kind)kind, first + i);
    }
}

static int kind_by_name(const char *name)
{
    for (int i = 0; i < KINDS; i++) {
        if (!strcmp(name, kind_names[i]))
            return i;
    }
    fprintf(stderr, "test_flows: no kind %s\n", name);
    exit(2);
}

static void name_flow(struct flows *flows, const struct session *session)
{
    const char *slash = strrchr(session->file, '/');

    snprintf(flows->name, sizeof(flows->name), "%s: %.*s", slash ? slash + 1 : session->file,
             (int)session->flow->title.n, session->flow->title.p);
}

int main(int argc, char **argv)
{
    struct flows flows = {0};
    struct sipsan_config config;
    const char *flow = "";
    uint64_t first = 1, seeds = 20;
    size_t chosen = 0;
    int only = -1;

    for (int i = 1; i < argc; i++) {
        bool value = i + 1 < argc;

        if (!strcmp(argv[i], "-v"))
            flows.verbose = true;
        else if (!strcmp(argv[i], "--seeds") && value)
            seeds = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--seed") && value)
            first = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--kind") && value)
            only = kind_by_name(argv[++i]);
        else if (!strcmp(argv[i], "--flow") && value)
            flow = argv[++i];
        else
            sessions_load(&flows.all, argv[i]);
    }
    sipsan_config_init(&config);
    config.on_finding = found;
    config.user = &flows;
    must(sipsan_new(&flows.context, &config));
    if (flows.all.count > 0)
        sipsan_arena_init(&flows.scratch, &flows.all.pool);
    for (size_t i = 0; i < flows.all.count; i++) {
        name_flow(&flows, &flows.all.list[i]);
        if (!strstr(flows.name, flow))
            continue;
        chosen++;
        run_flow(&flows, &flows.all.list[i], only, first, seeds);
    }
    for (size_t i = 0; i < RULES_TOLD && flows.rules[i].rule; i++)
        printf("%8" PRIu64 " %s\n", flows.rules[i].count, flows.rules[i].rule);
    printf("%zu flows, seeds %" PRIu64 " to %" PRIu64 ", %" PRIu64 " runs, %" PRIu64
           " messages, %" PRIu64 " runs failed\n",
           chosen, first, first + seeds - 1, flows.runs, flows.messages, flows.failed_runs);
    sipsan_free(flows.context);
    sessions_free(&flows.all);
    if (chosen == 0)
        fputs("test_flows: no flow\n", stderr);
    return chosen == 0 || flows.failed_runs > 0;
}

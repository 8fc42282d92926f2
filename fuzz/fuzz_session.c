/* Targets: sipsan_scenario_read, and a whole session through a context: parser, transactions,
 * dialogs, timers, rules.
 *
 * Invariants: a finding names a rule of the catalogue, is no worse than it, lies inside its message
 * and has a bounded list of related ones; the same session gives the same findings in the same
 * order, also in a context that was reset instead of made. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/span.h"
#include "holds.h"
#include "net/scenario.h"

#define INPUT_MAX  65536
#define START_TIME INT64_C(1700000000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came out of one session: a digest of everything a finding says. */
struct session {
    uint64_t digest, findings;
    uint32_t packets; /* fed so far in this case */
};

/* FNV-1a. */
static void mix(struct session *session, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++)
        session->digest = (session->digest ^ p[i]) * UINT64_C(1099511628211);
}

static void mix_number(struct session *session, uint64_t value)
{
    mix(session, &value, sizeof value);
}

static void mix_text(struct session *session, struct sipsan_span text)
{
    mix_number(session, text.n);
    if (text.n > 0)
        mix(session, text.p, text.n);
}

static void mix_ref(struct session *session, const struct sipsan_ref *ref)
{
    HOLDS(ref->frame <= session->packets);
    mix_number(session, ref->frame);
    mix_number(session, (uint64_t)ref->time);
}

static void mix_addr(struct session *session, const struct sipsan_addr *addr)
{
    mix(session, addr->ip, sizeof addr->ip);
    mix_number(session, addr->port);
    mix_number(session, addr->family);
}

static bool in_catalogue(const struct sipsan_rule_info *rule)
{
    struct sipsan_rule_info same;

    return rule && sipsan_rule_find(rule->id, &same) && same.id == rule->id;
}

static void on_finding(void *user, const struct sipsan_finding *f)
{
    struct session *session = user;

    HOLDS(in_catalogue(f->rule));
    HOLDS(f->severity <= f->rule->severity);
    HOLDS(f->related_count <= SIPSAN_RELATED_MAX);
    HOLDS(f->offset <= f->message.n);
    HOLDS(f->length <= f->message.n - f->offset);
    HOLDS(f->absence || f->message.n > 0);
    HOLDS(f->text.n > 0);
    session->findings++;
    mix(session, f->rule->id, strlen(f->rule->id));
    mix_number(session, f->severity);
    mix_ref(session, &f->ref);
    mix_ref(session, &f->decided);
    for (size_t i = 0; i < f->related_count; i++) {
        mix_ref(session, &f->related[i].ref);
        mix_text(session, f->related[i].label);
        mix_text(session, f->related[i].text);
    }
    mix_text(session, f->call_id);
    mix_text(session, f->method);
    mix_number(session, (uint64_t)f->status);
    mix_text(session, f->start_line);
    mix_addr(session, &f->flow.src);
    mix_addr(session, &f->flow.dst);
    mix_addr(session, &f->culprit);
    if (f->role)
        mix(session, f->role, strlen(f->role));
    mix_text(session, f->agent);
    mix_text(session, f->place);
    mix_text(session, f->message);
    mix_number(session, f->offset);
    mix_number(session, f->length);
    mix_text(session, f->text);
    mix_text(session, f->expected);
    mix_number(session, f->absence);
}

static struct sipsan *context_new(struct session *session)
{
    struct sipsan_config config;
    struct sipsan *s;

    sipsan_config_init(&config);
    config.limits.memory = (size_t)256 << 20;
    config.on_finding = on_finding;
    config.user = session;
    if (sipsan_new(&s, &config))
        abort();
    return s;
}

static void run_case(struct sipsan *s, struct session *session, const struct sipsan_case *c)
{
    struct sipsan_totals totals;

    session->packets = 0;
    for (const struct sipsan_packet *p = c->packets; p; p = p->next) {
        struct sipsan_ref ref = {.frame = p->number, .time = START_TIME + p->time};
        int err;

        if (p->number > 0)
            session->packets = p->number;
        if (p->number == 0)
            err = sipsan_advance(s, ref.time);
        else
            err = sipsan_feed_message(s, p->bytes.p, p->bytes.n, &p->flow, &ref);
        mix_number(session, (uint64_t)err);
    }
    mix_number(session, (uint64_t)sipsan_finish(s));
    sipsan_get_totals(s, &totals);
    mix_number(session, totals.messages);
    mix_number(session, totals.transactions);
    mix_number(session, totals.dialogs);
    mix_number(session, totals.inconclusive);
    mix_number(session, totals.checks);
}

/* Twice through the context that is only ever reset; with a new one as the other where asked, since
 * making one takes longer than most sessions. */
static void run_scenario(const struct sipsan_scenario *scenario, bool with_new)
{
    static struct session kept;
    static struct sipsan *old; /* lives as long as the process */

    if (!old)
        old = context_new(&kept);
    for (const struct sipsan_case *c = scenario->cases; c; c = c->next) {
        struct session other = {.digest = 0};

        if (with_new) {
            struct sipsan *s = context_new(&other);

            run_case(s, &other, c);
            sipsan_free(s);
        } else {
            kept = (struct session){.digest = 0};
            sipsan_reset(old);
            run_case(old, &kept, c);
            other = kept;
        }
        kept = (struct session){.digest = 0};
        sipsan_reset(old);
        run_case(old, &kept, c);
        HOLDS(kept.findings == other.findings);
        HOLDS(kept.digest == other.digest);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sipsan_span text = {(const char *)data, size};
    struct sipsan_scenario scenario;
    struct sipsan_arena arena;
    struct sipsan_pool pool;
    struct sipsan_mem mem;
    int err;

    if (size > INPUT_MAX)
        return 0;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_arena_init(&arena, &pool);
    err = sipsan_scenario_read(&scenario, &arena, text, NULL, NULL);
    if (err == SIPSAN_OK) {
        run_scenario(&scenario, size % 8 == 0);
    } else if (err == SIPSAN_EINVAL) {
        HOLDS(scenario.error_line > 0);
        HOLDS(scenario.error[0] != '\0');
    }
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
    HOLDS(mem.used == 0);
    return 0;
}

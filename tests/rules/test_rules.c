/* Runs fixtures: scenario text with the findings that it must give. README.md here describes the
 * format and what a file has to have.
 *
 *     test_rules [-v] [--golden] [--ask-anyway] [FILE or FOLDER]...
 *
 * One line per failure, with file and line; -v prints what every case gave. --golden: the files
 * hold whole flows with their verdict, not cases of one rule. --ask-anyway: no check is spared for
 * what its row says it need not be asked about; the verdicts are the same. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "context.h"
#include "scenarios.h"

#ifdef SIPSAN_SOURCE_DIR
#define DEFAULT_FOLDER SIPSAN_SOURCE_DIR "/tests/rules"
#else
#define DEFAULT_FOLDER "tests/rules"
#endif

#define START_TIME INT64_C(1700000000000000) /* of every case */

/* A finding, kept beyond its callback. */
struct got {
    const char *rule; /* canonical id, static */
    enum sipsan_severity severity;
    uint32_t packet;
    char *text;     /* the sentence */
    char *evidence; /* all that evidence may be looked for in, a line each */
    size_t evidence_n;
    bool matched;
};

struct run {
    bool verbose;
    bool golden; /* flows: no rule of their own, and every inconclusive rule is listed */
    bool ask_anyway;
    unsigned files, cases, failures;

    /* the file at hand */
    const char *path;
    const char *rule; /* canonical id, static */
    bool rule_found, bad_seen, legal_seen;

    /* the case at hand */
    struct got *got;
    size_t got_count, got_room;
};

static void *need(void *p)
{
    if (!p) {
        fputs("test_rules: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

static void fail_at(struct run *run, uint32_t line)
{
    run->failures++;
    printf("%s:%u: ", run->path, line);
}

/* What a case gives --------------------------------------------------------------------------- */

static void add_line(FILE *out, struct sipsan_span text)
{
    if (text.n > 0)
        fwrite(text.p, 1, text.n, out);
    fputc('\n', out);
}

static void on_finding(void *user, const struct sipsan_finding *f)
{
    struct run *run = user;
    struct got *got;
    FILE *out;

    if (run->got_count == run->got_room) {
        run->got_room = run->got_room ? 2 * run->got_room : 16;
        run->got = need(realloc(run->got, run->got_room * sizeof *run->got));
    }
    got = &run->got[run->got_count++];
    *got = (struct got){.rule = f->rule->id, .severity = f->severity, .packet = f->ref.frame};
    got->text = need(malloc(f->text.n + 1));
    if (f->text.n > 0)
        memcpy(got->text, f->text.p, f->text.n);
    got->text[f->text.n] = '\0';

    out = need(open_memstream(&got->evidence, &got->evidence_n));
    if (f->offset <= f->message.n && f->length <= f->message.n - f->offset && f->length > 0)
        add_line(out, (struct sipsan_span){f->message.p + f->offset, f->length});
    add_line(out, f->text);
    add_line(out, f->place);
    add_line(out, f->expected);
    for (size_t i = 0; i < f->related_count; i++) {
        add_line(out, f->related[i].label);
        add_line(out, f->related[i].text);
    }
    fclose(out);
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    const struct run *run = user;

    if (run->verbose)
        printf("    problem at packet %u: %.*s\n", problem->ref.frame, SPAN(problem->text));
}

static void forget(struct run *run)
{
    for (size_t i = 0; i < run->got_count; i++) {
        free(run->got[i].text);
        free(run->got[i].evidence);
    }
    run->got_count = 0;
}

/* What a tap got of a case. */
struct cut {
    const struct sipsan_packet *from, *until, *missed; /* NULL: all of it */
};

static void feed(struct run *run, struct sipsan *s, const struct sipsan_case *c,
                 const struct cut *cut)
{
    int err = SIPSAN_OK;

    for (const struct sipsan_packet *p = cut->from ? cut->from : c->packets; p && p != cut->until;
         p = p->next) {
        struct sipsan_ref ref = {.frame = p->number, .time = START_TIME + p->time};

        if (p == cut->missed)
            continue;
        if (p->number == 0)
            err = sipsan_advance(s, ref.time);
        else
            err = sipsan_feed_message(s, p->bytes.p, p->bytes.n, &p->flow, &ref);
        if (err && err != SIPSAN_ENOTSIP) {
            fail_at(run, p->line);
            printf("packet %u refused: %s\n", p->number, sipsan_strerror(err));
        }
    }
    err = sipsan_finish(s);
    if (err) {
        fail_at(run, c->line);
        printf("finish failed: %s\n", sipsan_strerror(err));
    }
}

/* Expected and got ---------------------------------------------------------------------------- */

static const char *rule_of(struct sipsan_span id)
{
    struct sipsan_rule_info info;
    char text[128];

    if (id.n >= sizeof text)
        return NULL;
    memcpy(text, id.p, id.n);
    text[id.n] = '\0';
    return sipsan_rule_find(text, &info) ? info.id : NULL;
}

static bool same_rule(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool contains(const char *p, size_t n, struct sipsan_span part)
{
    for (size_t i = 0; part.n <= n && i <= n - part.n; i++)
        if (part.n == 0 || memcmp(p + i, part.p, part.n) == 0)
            return true;
    return false;
}

static bool fits(const struct sipsan_expect *e, const char *rule, const struct got *got)
{
    return !got->matched && same_rule(rule, got->rule) && got->packet == e->packet &&
           (!e->has_severity || got->severity == e->severity) &&
           (!e->evidence.p || contains(got->evidence, got->evidence_n, e->evidence));
}

static void expect_finding(struct run *run, const struct sipsan_expect *e)
{
    const char *rule = rule_of(e->rule);

    if (!rule) {
        fail_at(run, e->line);
        printf("no rule has the id %.*s\n", SPAN(e->rule));
        return;
    }
    for (size_t i = 0; i < run->got_count; i++) {
        if (!fits(e, rule, &run->got[i]))
            continue;
        run->got[i].matched = true;
        if (same_rule(rule, run->rule))
            run->rule_found = true;
        return;
    }
    fail_at(run, e->line);
    printf("expected %s at packet %u", rule, e->packet);
    if (e->evidence.p)
        printf(" with \"%.*s\"", SPAN(e->evidence));
    if (e->has_severity)
        printf(" as %s", sipsan_severity_name(e->severity));
    for (size_t i = 0; i < run->got_count; i++)
        if (!run->got[i].matched && same_rule(rule, run->got[i].rule))
            printf(", got it at packet %u as %s: %s", run->got[i].packet,
                   sipsan_severity_name(run->got[i].severity), run->got[i].text);
    printf("%s\n", run->got_count == 0 ? ", got nothing" : "");
}

static void expect_inconclusive(struct run *run, const struct sipsan *s,
                                const struct sipsan_expect *e)
{
    const char *rule = rule_of(e->rule);
    struct sipsan_rule_stats stats = {.inconclusive = 0};
    struct sipsan_rule_info info;

    if (!rule) {
        fail_at(run, e->line);
        printf("no rule has the id %.*s\n", SPAN(e->rule));
        return;
    }
    for (size_t i = 0; sipsan_rule_at(i, &info); i++)
        if (same_rule(rule, info.id) && sipsan_get_rule_stats(s, i, &stats) == 0)
            break;
    if (stats.inconclusive > 0)
        return;
    fail_at(run, e->line);
    printf("expected %s to be inconclusive, got executed %llu, passed %llu, failed %llu, "
           "not applicable %llu\n",
           rule, (unsigned long long)stats.executed, (unsigned long long)stats.passed,
           (unsigned long long)stats.failed, (unsigned long long)stats.not_applicable);
}

static void compare(struct run *run, const struct sipsan *s, const struct sipsan_case *c)
{
    /* Those that name evidence choose first. */
    for (const struct sipsan_expect *e = c->expects; e; e = e->next)
        if (e->kind == SIPSAN_EXPECT_FINDING && e->evidence.p)
            expect_finding(run, e);
    for (const struct sipsan_expect *e = c->expects; e; e = e->next) {
        if (e->kind == SIPSAN_EXPECT_FINDING && !e->evidence.p)
            expect_finding(run, e);
        else if (e->kind == SIPSAN_EXPECT_INCONCLUSIVE)
            expect_inconclusive(run, s, e);
    }
    for (size_t i = 0; i < run->got_count; i++) {
        const struct got *got = &run->got[i];

        if (got->matched || (c->notes_allowed && got->severity == SIPSAN_NOTE))
            continue;
        fail_at(run, c->line);
        printf("not expected at packet %u: %s %s: %s\n", got->packet,
               sipsan_severity_name(got->severity), got->rule, got->text);
    }
}

/* A flow says of each suspicion that what was seen does not decide it. */
static void expect_decided(struct run *run, const struct sipsan *s, const struct sipsan_case *c)
{
    struct sipsan_rule_stats stats = {.inconclusive = 0};
    struct sipsan_rule_info info;

    for (size_t i = 0; sipsan_rule_at(i, &info); i++) {
        bool listed = sipsan_get_rule_stats(s, i, &stats) != 0 || stats.inconclusive == 0;

        for (const struct sipsan_expect *e = c->expects; e && !listed; e = e->next)
            listed = e->kind == SIPSAN_EXPECT_INCONCLUSIVE && same_rule(rule_of(e->rule), info.id);
        if (listed)
            continue;
        fail_at(run, c->line);
        printf("not expected to be inconclusive: %s\n", info.id);
    }
}

/* Cases, files, folders ----------------------------------------------------------------------- */

static void print_case(const struct run *run, const struct sipsan *s, const struct sipsan_case *c)
{
    struct sipsan_rule_stats stats;
    struct sipsan_rule_info info;

    printf("%s:%u: == %.*s\n", run->path, c->line, SPAN(c->title));
    for (size_t i = 0; i < run->got_count; i++) {
        const struct got *got = &run->got[i];

        printf("    ! %u %s %s: %s\n", got->packet, got->rule, sipsan_severity_name(got->severity),
               got->text);
    }
    for (size_t i = 0; sipsan_rule_at(i, &info); i++)
        if (sipsan_get_rule_stats(s, i, &stats) == 0 && stats.inconclusive > 0)
            printf("    ? - %s\n", info.id);
}

static struct sipsan *context_of(struct run *run, const struct sipsan_case *c)
{
    struct sipsan_config config;
    struct sipsan *s = NULL;
    int err;

    sipsan_config_init(&config);
    config.on_finding = on_finding;
    config.on_problem = on_problem;
    config.user = run;
    config.as_of = c->as_of;
    err = sipsan_new(&s, &config);
    if (err) {
        fail_at(run, c->line);
        printf("no context: %s\n", sipsan_strerror(err));
    } else if (run->ask_anyway) {
        s->engine.ask_anyway = sipsan_shows(SIPSAN_VIEW_SPARES, 0);
    }
    return s;
}

/* Nothing above a note in what a tap got of a legal flow. */
static void expect_legal(struct run *run, const struct sipsan_case *c, const struct cut *cut,
                         const char *what, uint32_t packet)
{
    struct sipsan *s = context_of(run, c);

    if (!s)
        return;
    feed(run, s, c, cut);
    sipsan_free(s);
    for (size_t i = 0; i < run->got_count; i++) {
        if (run->got[i].severity == SIPSAN_NOTE)
            continue;
        fail_at(run, c->line);
        printf("%s packet %u it is not legal: at packet %u %s: %s\n", what, packet,
               run->got[i].packet, run->got[i].rule, run->got[i].text);
    }
    forget(run);
}

/* A legal flow stays legal wherever the capture begins and ends, and when the tap missed one
 * packet, unless the title says that then it could not be told. */
static void cut_anywhere(struct run *run, const struct sipsan_case *c)
{
    bool whole = sipsan_span_starts_nocase(c->title, SPAN_LIT("legal, if nothing was missed"));

    for (const struct sipsan_packet *p = c->packets; p; p = p->next) {
        struct cut head = {.from = p->next}, tail = {.until = p}, hole = {.missed = p};

        if (head.from)
            expect_legal(run, c, &head, "cut behind", p->number);
        expect_legal(run, c, &tail, "cut before", p->number);
        if (!whole)
            expect_legal(run, c, &hole, "without", p->number);
    }
}

static void run_case(struct run *run, const struct sipsan_case *c)
{
    const struct cut all = {.from = NULL};
    struct sipsan *s;
    bool bad = false, legal = sipsan_span_starts_nocase(c->title, SPAN_LIT("legal"));

    run->cases++;
    for (const struct sipsan_expect *e = c->expects; e; e = e->next)
        bad |= e->kind == SIPSAN_EXPECT_FINDING;
    run->bad_seen |= bad;
    run->legal_seen |= !bad;
    if (bad && legal) {
        fail_at(run, c->line);
        printf("a case called legal lists a finding\n");
    }
    if (run->golden && !bad && !legal &&
        !(c->expects && sipsan_span_starts_nocase(c->title, SPAN_LIT("undecided")))) {
        fail_at(run, c->line);
        printf("a case without findings is called legal, or undecided if it lists a rule\n");
    }
    s = context_of(run, c);
    if (!s)
        return;
    feed(run, s, c, &all);
    if (run->verbose)
        print_case(run, s, c);
    compare(run, s, c);
    if (run->golden)
        expect_decided(run, s, c);
    sipsan_free(s);
    forget(run);
    if (run->golden && legal)
        cut_anywhere(run, c);
}

static void run_scenario(struct run *run, const struct sipsan_scenario *scenario)
{
    run->rule = scenario->rule.n > 0 && !run->golden ? rule_of(scenario->rule) : NULL;
    run->rule_found = run->bad_seen = run->legal_seen = false;
    if (!run->rule && !run->golden) {
        fail_at(run, 1);
        printf("the first comment line is no id of a rule: %.*s\n", SPAN(scenario->rule));
    }
    for (const struct sipsan_case *c = scenario->cases; c; c = c->next)
        run_case(run, c);
    if (run->golden) {
        if (!scenario->cases) {
            fail_at(run, 1);
            printf("no case\n");
        }
        return;
    }
    if (!run->bad_seen || !run->legal_seen) {
        fail_at(run, 1);
        printf("no %s case\n", run->bad_seen ? "legal" : "violating");
    }
    if (run->rule && !run->rule_found) {
        fail_at(run, 1);
        printf("no case finds %s\n", run->rule);
    }
}

static void run_file(void *user, const char *path)
{
    struct run *run = user;
    struct sipsan_scenario scenario;
    struct sipsan_arena arena;
    struct sipsan_pool pool;
    struct sipsan_mem mem;
    int err;

    run->files++;
    run->path = path;
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_arena_init(&arena, &pool);
    err = scenario_load(&scenario, &arena, path);
    if (err) {
        fail_at(run, scenario.error_line);
        printf("%s\n", err == SIPSAN_EINVAL ? scenario.error : sipsan_strerror(err));
    } else {
        run_scenario(run, &scenario);
    }
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
}

int main(int argc, char **argv)
{
    struct run run = {.verbose = false};
    int first = 1;

    for (; first < argc && argv[first][0] == '-'; first++) {
        if (strcmp(argv[first], "-v") == 0) {
            run.verbose = true;
        } else if (strcmp(argv[first], "--golden") == 0) {
            run.golden = true;
        } else if (strcmp(argv[first], "--ask-anyway") == 0) {
            run.ask_anyway = true;
        } else {
            fputs("usage: test_rules [-v] [--golden] [--ask-anyway] [FILE or FOLDER]...\n", stderr);
            return 2;
        }
    }
    if (first == argc && !scenario_files(DEFAULT_FOLDER, run_file, &run))
        run.failures++;
    for (int i = first; i < argc; i++)
        if (!scenario_files(argv[i], run_file, &run))
            run.failures++;
    free(run.got);
    if (run.files == 0) {
        run.failures++;
        printf("no fixtures\n");
    }
    printf("%u files, %u cases, %u failures\n", run.files, run.cases, run.failures);
    return run.failures ? 1 : 0;
}

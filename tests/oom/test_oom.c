/* Memory that is refused: for every n, the n-th request to the allocator fails, once or from then
 * on. Nothing may crash or leak, a legal call stays without findings, what is missing in
 * a broken one is explained by a problem, and after a reset with memory back the context judges as
 * a new one.
 *
 *   test_oom FOLDER...    scenario files */
#include <stdio.h>
#include <stdlib.h>

#include "sessions.h"

/* Messages that wait when memory is refused. */
static const uint32_t aheads[] = {0, 7};

struct meter {
    size_t out;     /* blocks */
    uint64_t calls; /* requests */
    uint64_t fail;  /* the request that fails; 0: none */
    bool on;        /* and all after it */
};

static bool refuses(struct meter *meter)
{
    meter->calls++;
    return meter->fail != 0 &&
           (meter->on ? meter->calls >= meter->fail : meter->calls == meter->fail);
}

static void *meter_resize(void *user, void *p, size_t n)
{
    struct meter *meter = user;
    void *q = refuses(meter) ? NULL : realloc(p, n);

    if (q && !p)
        meter->out++;
    return q;
}

static void *meter_alloc(void *user, size_t n)
{
    return meter_resize(user, NULL, n);
}

static void meter_release(void *user, void *p)
{
    struct meter *meter = user;

    meter->out--;
    free(p);
}

static uint64_t problems;

static void count_problem(void *user, const struct sipsan_problem *problem)
{
    (void)user;
    problems += problem->kind == SIPSAN_PROBLEM_LIMIT;
}

static struct sipsan_config config_for(struct meter *meter, struct record *record, uint32_t ahead)
{
    struct sipsan_config config;

    sipsan_config_init(&config);
    config.mem_alloc = meter_alloc;
    config.mem_realloc = meter_resize;
    config.mem_free = meter_release;
    config.mem_user = meter;
    config.on_finding = record_finding;
    config.on_problem = count_problem;
    config.user = record;
    config.read_ahead = ahead;
    return config;
}

/* Every line of `part` stands in `whole`. */
static bool lines_within(const struct buffer *part, const struct buffer *whole)
{
    for (size_t i = 0; i < part->n;) {
        size_t n = (size_t)((char *)memchr(part->p + i, '\n', part->n - i) - (part->p + i)) + 1;
        bool found = false;

        for (size_t k = 0; k + n <= whole->n && !found; k++)
            found = (k == 0 || whole->p[k - 1] == '\n') && !memcmp(whole->p + k, part->p + i, n);
        if (!found)
            return false;
        i += n;
    }
    return true;
}

/* A call with a mistake may be blamed for another side of it when half of it was forgotten. */
static bool is_bad(const struct session *session)
{
    return session->flow->title.n >= 3 && memcmp(session->flow->title.p, "bad", 3) == 0;
}

/* One session with the n-th request failing. False when so many were never made. */
static bool fail_at(const struct session *session, uint32_t ahead, uint64_t n, bool on,
                    const struct buffer *sound)
{
    struct meter meter = {.fail = n, .on = on};
    struct buffer said = {0}, again = {0};
    struct record record = {.of = &said, .files = 1};
    struct sipsan_config config = config_for(&meter, &record, ahead);
    struct sipsan *s;
    bool reached;
    int err = sipsan_new(&s, &config);

    if (err) {
        if (err != SIPSAN_ENOMEM || s || meter.out != 0) {
            fprintf(stderr, "request %llu: sipsan_new fails badly\n", (unsigned long long)n);
            exit(1);
        }
        return true;
    }
    problems = 0;
    /* An error in between is fine; the caller goes on, as one would with live traffic. */
    (void)session_run(s, session, 0, 0, 0);
    reached = meter.calls >= n;
    if (!is_bad(session) && !lines_within(&said, sound))
        sessions_differ(on ? "nothing invented without memory" : "nothing invented after a refusal",
                        session, sound, &said);
    if (!buffer_same(&said, sound) && problems == 0)
        sessions_differ("what is forgotten is told", session, sound, &said);
    meter.fail = 0;
    sipsan_reset(s);
    record.of = &again;
    if (session_run(s, session, 0, 0, 0) != SIPSAN_OK || !buffer_same(&again, sound))
        sessions_differ("as new after a reset", session, sound, &again);
    sipsan_free(s);
    if (meter.out != 0) {
        fprintf(stderr, "%s: request %llu refused: %zu blocks leak\n", session->file,
                (unsigned long long)n, meter.out);
        exit(1);
    }
    buffer_free(&said);
    buffer_free(&again);
    return reached;
}

int main(int argc, char **argv)
{
    struct sessions all = {0};
    uint64_t runs = 0;

    for (int i = 1; i < argc; i++)
        sessions_load(&all, argv[i]);
    for (size_t i = 0; i < all.count; i++) {
        struct meter meter = {0};
        struct buffer sound = {0};
        struct record record = {.of = &sound, .files = 1};
        struct sipsan_config config = config_for(&meter, &record, 0);
        struct sipsan *s;

        if (sipsan_new(&s, &config) != SIPSAN_OK ||
            session_run(s, &all.list[i], 0, 0, 0) != SIPSAN_OK)
            exit(1);
        sipsan_free(s);
        for (size_t a = 0; a < sizeof(aheads) / sizeof(aheads[0]); a++) {
            for (uint64_t n = 1; fail_at(&all.list[i], aheads[a], n, false, &sound); n++)
                runs++;
            for (uint64_t n = 1; fail_at(&all.list[i], aheads[a], n, true, &sound); n++)
                runs++;
        }
        buffer_free(&sound);
    }
    printf("%zu sessions, %llu refusals\n", all.count, (unsigned long long)runs);
    sessions_free(&all);
    return runs > 0 ? 0 : 1;
}

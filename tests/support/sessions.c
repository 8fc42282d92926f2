/* Reads scenario files and feeds them; see sessions.h. */
#define _POSIX_C_SOURCE 200809L

#include "sessions.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "scenarios.h"

void buffer_add(struct buffer *b, const char *p, size_t n)
{
    if (n > b->room - b->n) {
        b->room = (b->n + n) * 2;
        b->p = realloc(b->p, b->room);
        if (!b->p)
            abort();
    }
    if (n > 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buffer_free(struct buffer *b)
{
    free(b->p);
    *b = (struct buffer){0};
}

/* Reading ------------------------------------------------------------------------------------- */

static void add_session(struct sessions *all, const char *file, const struct sipsan_case *flow)
{
    struct session session = {.file = file, .flow = flow};

    for (const struct sipsan_packet *p = flow->packets; p; p = p->next)
        session.ends = session.ends || p->bytes.n == 0;
    if (all->count == all->room) {
        all->room = all->room ? 2 * all->room : 64;
        all->list = realloc(all->list, all->room * sizeof(*all->list));
        if (!all->list)
            abort();
    }
    all->list[all->count++] = session;
}

static void load_file(void *user, const char *path)
{
    struct sessions *all = user;
    struct sipsan_span name =
        sipsan_arena_copy(&all->arena, (struct sipsan_span){path, strlen(path) + 1});
    struct sipsan_scenario scenario = {0};

    if (!name.p || scenario_load(&scenario, &all->arena, path) != SIPSAN_OK) {
        fprintf(stderr, "%s:%" PRIu32 ": %s\n", path, scenario.error_line,
                scenario.error[0] ? scenario.error : "out of memory");
        exit(1);
    }
    for (const struct sipsan_case *c = scenario.cases; c; c = c->next)
        add_session(all, name.p, c);
}

void sessions_load(struct sessions *all, const char *path)
{
    if (!all->pool.mem) {
        sipsan_mem_init(&all->mem);
        sipsan_pool_init(&all->pool, &all->mem, 65536, 4);
        sipsan_arena_init(&all->arena, &all->pool);
    }
    if (!scenario_files(path, load_file, all))
        exit(1);
}

void sessions_free(struct sessions *all)
{
    sipsan_arena_reset(&all->arena);
    sipsan_pool_free(&all->pool);
    free(all->list);
    *all = (struct sessions){0};
}

/* Recording ----------------------------------------------------------------------------------- */

static void add_format(struct buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_format(struct buffer *b, const char *format, ...)
{
    char line[512];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (n > 0)
        buffer_add(b, line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

static void add_span(struct buffer *b, const char *label, struct sipsan_span s)
{
    add_format(b, " %s=", label);
    buffer_add(b, s.p, s.n);
}

static void add_ref(struct buffer *b, const char *label, const struct sipsan_ref *ref,
                    int64_t start)
{
    add_format(b, " %s=%" PRIu32 "/%" PRIu32 "@%" PRId64, label, ref->file, ref->frame,
               ref->time ? ref->time - start : 0);
}

static void add_addr(struct buffer *b, const char *label, const struct sipsan_addr *addr)
{
    char text[56];

    sipsan_addr_format(text, sizeof(text), addr);
    add_format(b, " %s=%s", label, text);
}

void record_finding(void *user, const struct sipsan_finding *f)
{
    struct record *record = user;
    struct buffer *b = &record->of[f->ref.file];

    if (f->ref.file >= record->files)
        abort();
    add_format(b, "frame %" PRIu32 " %s %s", f->ref.frame, f->rule->id,
               sipsan_severity_name(f->severity));
    if (record->detail & RECORD_DECIDED)
        add_ref(b, "decided", &f->decided, record->start);
    if (record->detail & RECORD_PLACES) {
        add_ref(b, "ref", &f->ref, record->start);
        add_addr(b, "src", &f->flow.src);
        add_addr(b, "dst", &f->flow.dst);
        add_addr(b, "culprit", &f->culprit);
        add_format(b, " role=%s status=%d offset=%zu length=%zu absence=%d", f->role ? f->role : "",
                   f->status, f->offset, f->length, f->absence);
        add_span(b, "call_id", f->call_id);
        add_span(b, "method", f->method);
        add_span(b, "start_line", f->start_line);
        add_span(b, "agent", f->agent);
        add_span(b, "place", f->place);
        add_span(b, "text", f->text);
        add_span(b, "expected", f->expected);
        for (size_t i = 0; i < f->related_count; i++) {
            add_ref(b, "related", &f->related[i].ref, record->start);
            add_span(b, "label", f->related[i].label);
            add_span(b, "bytes", f->related[i].text);
        }
    }
    buffer_add(b, "\n", 1);
}

/* Feeding ------------------------------------------------------------------------------------- */

int session_feed(struct sipsan *s, const struct sipsan_packet *packet, uint32_t file, int64_t shift)
{
    struct sipsan_ref ref = {
        .file = file, .frame = packet->number, .time = SESSION_START + packet->time + shift};

    if (packet->bytes.n == 0)
        return sipsan_advance(s, ref.time);
    return sipsan_feed_message(s, packet->bytes.p, packet->bytes.n, &packet->flow, &ref);
}

int session_run(struct sipsan *s, const struct session *session, uint32_t file, int64_t shift,
                int64_t until)
{
    int first_err = SIPSAN_OK;
    int err;

    for (const struct sipsan_packet *p = session->flow->packets; p; p = p->next) {
        err = session_feed(s, p, file, shift);
        first_err = first_err ? first_err : err;
    }
    if (until != 0) {
        err = sipsan_advance(s, until);
        first_err = first_err ? first_err : err;
    }
    err = sipsan_finish(s);
    return first_err ? first_err : err;
}

void sessions_differ(const char *property, const struct session *session, const struct buffer *a,
                     const struct buffer *b)
{
    fprintf(stderr, "%s fails at %s:%" PRIu32 " (%.*s)\n--- one\n%.*s--- other\n%.*s", property,
            session->file, session->flow->line, (int)session->flow->title.n, session->flow->title.p,
            (int)a->n, a->p ? a->p : "", (int)b->n, b->p ? b->p : "");
    exit(1);
}

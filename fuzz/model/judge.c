#include "judge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/span.h"
#include "frames.h"
#include "net/link.h"
#include "net/scenario.h"

/* Whether these hold depends on the order in which one side sent two messages, and the network can
 * turn it round, or lose the first: judged where it does neither. README.md says why no more can be
 * asked of them. */
static const char *const by_order[] = {
    "rfc3261.9.2.487-before-cancel-200", /* two datagrams that were sent back to back */
    "rfc3261.15.1.2.bye-2xx",            /* the own BYE may come behind the 481 to the peer's */
    "rfc3261.12.1.1.dialog-state-kept",  /* likewise */
    "rfc3261.15.1.2.bye-pending-487",    /* the 2xx may have been sent before the BYE came */
};

/* Nothing to be told of a life on this network. */
static bool is_let_pass(const struct judged *judged, const char *id)
{
    if (!judged->disturbed || judged->order)
        return false;
    for (size_t i = 0; i < sizeof(by_order) / sizeof(by_order[0]); i++)
        if (!strcmp(id, by_order[i]))
            return true;
    return false;
}

static bool is_rule(const struct sipsan_finding *f, const char *id)
{
    struct sipsan_rule_info info;

    return sipsan_rule_find(id, &info) && info.id == f->rule->id;
}

static bool is_related(const struct sipsan_finding *f, const char *list)
{
    while (list && *list) {
        size_t n = strcspn(list, " ");

        if (n > 0 && !strncmp(f->rule->id, list, n))
            return true;
        list += n + (list[n] == ' ');
    }
    return false;
}

static void on_finding(void *user, const struct sipsan_finding *f)
{
    struct judged *judged = user;

    if (judged->plant && is_rule(f, judged->plant->rule)) {
        judged->told = true;
        return;
    }
    if (judged->plant && is_related(f, judged->plant->related))
        return;
    if (f->severity < judged->from || (judged->missed && f->absence))
        return;
    if (is_let_pass(judged, f->rule->id))
        return;
    if (!judged->rule)
        judged->rule = f->rule;
    if (judged->tell)
        fprintf(judged->tell, "# %" PRIu32 " %s %s: %.*s\n", f->ref.frame,
                sipsan_severity_name(f->severity), f->rule->id, SPAN(f->text));
}

struct sipsan *judge_new(struct judged *judged)
{
    struct sipsan_config config;
    struct sipsan *s;

    sipsan_config_init(&config);
    config.limits.memory = (size_t)256 << 20;
    config.on_finding = on_finding;
    config.user = judged;
    if (sipsan_new(&s, &config))
        abort();
    return s;
}

struct feeding {
    struct sipsan *s;
    uint32_t n;
};

static void feed_frame(void *user, const uint8_t *p, size_t n, int64_t time)
{
    struct feeding *feeding = user;
    struct sipsan_ref ref = {.frame = ++feeding->n, .time = time};

    if (sipsan_feed_frame(feeding->s, SIPSAN_LINK_ETHERNET, p, n, n, &ref))
        abort();
}

void judge_run(struct sipsan *s, struct judged *judged, const struct world *w)
{
    judged->rule = NULL;
    judged->missed = w->missed;
    judged->disturbed = w->disturbed;
    sipsan_reset(s);
    if (w->framed)
        frames_each(w, feed_frame, &(struct feeding){.s = s});
    for (uint32_t i = 0; !w->framed && i < w->seen_n; i++) {
        const struct seen *seen = &w->seen[i];
        struct sipsan_ref ref = {.frame = i + 1, .time = seen->time};

        if (sipsan_feed_message(s, seen->sip->written->p, seen->sip->written->n, &seen->flow, &ref))
            abort();
    }
    if (sipsan_finish(s))
        abort();
}

enum planted judge_planted(struct sipsan *s, struct judged *judged, struct world *w,
                           const struct plant *plant, unsigned skip)
{
    if (!plant_in(w, plant, skip))
        return PLANT_ABSENT;
    judged->plant = plant;
    judged->told = false;
    judge_run(s, judged, w);
    judged->plant = NULL;
    if (!judged->told)
        return PLANT_MISSED;
    return judged->rule ? PLANT_UNRELATED : PLANT_FOUND;
}

static void write_text(void *user, const char *p, size_t n)
{
    fwrite(p, 1, n, user);
}

void judge_write(FILE *f, const struct world *w, const char *title)
{
    int64_t start = w->seen_n ? w->seen[0].time : 0;

    fprintf(f, "== %s\n", title);
    for (uint32_t i = 0; i < w->seen_n; i++) {
        const struct seen *seen = &w->seen[i];
        struct sipsan_packet packet = {.bytes = {seen->sip->written->p, seen->sip->written->n},
                                       .flow = seen->flow,
                                       .time = seen->time - start,
                                       .number = i + 1};

        sipsan_scenario_write(&packet, write_text, f);
    }
}

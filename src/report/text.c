/* Text for people: a block for each finding, in the order requirement, what was seen, evidence with
 * carets, the message it conflicts with, what would have been right, who sent it. The last line
 * begins with "SUMMARY: sipsan:" for scripts. All text of the traffic goes through visible.c. */
#include <inttypes.h>
#include <string.h>

#include "base/span.h"
#include "report/visible.h"
#include "report/writers.h"

enum {
    TEXT_COLUMNS = 4096, /* our own sentences are never cut, what they quote is bounded */
    START_COLUMNS = 90,
    VALUE_COLUMNS = 60,
};

/* Colours of a terminal; all of them "" without colour. */
enum color { PLAIN, BOLD, RED, YELLOW, CYAN, GREEN };

static const char *color_on(const struct sipsan_report_options *o, enum color color)
{
    static const char *const sequences[] = {
        [PLAIN] = "\033[0m",     [BOLD] = "\033[1m",    [RED] = "\033[1;31m",
        [YELLOW] = "\033[1;33m", [CYAN] = "\033[1;36m", [GREEN] = "\033[32m",
    };

    return o->color ? sequences[color] : "";
}

static enum color severity_color(enum sipsan_severity severity)
{
    switch (severity) {
    case SIPSAN_ERROR:
        return RED;
    case SIPSAN_WARNING:
        return YELLOW;
    case SIPSAN_NOTE:
        break;
    }
    return CYAN;
}

static void put_name(const struct sipsan_report_options *o, uint32_t file)
{
    const char *name = o->file_name(o->user, file);

    sipsan_visible_put(o->out, (struct sipsan_span){name, strlen(name)}, TEXT_COLUMNS);
}

/* Day of the proleptic Gregorian calendar from days since 1970-01-01: eras of 400 years that begin
 * in March, so that the leap day is the last one of its year. */
static void civil_day(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    unsigned in_era = (unsigned)(shifted - era * 146097);
    unsigned year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    unsigned in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned march_month = (5 * in_year + 2) / 153;

    *day = in_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = (int64_t)year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

/* UTC, ISO 8601, microseconds. */
static void put_time(FILE *out, int64_t time)
{
    const int64_t day_length = INT64_C(86400000000);
    int64_t days = time / day_length, rest = time % day_length, year;
    unsigned month, day, seconds;

    if (rest < 0) {
        rest += day_length;
        days--;
    }
    civil_day(days, &year, &month, &day);
    seconds = (unsigned)(rest / 1000000);
    fprintf(out, "%04" PRId64 "-%02u-%02uT%02u:%02u:%02u.%06uZ", year, month, day, seconds / 3600,
            seconds / 60 % 60, seconds % 60, (unsigned)(rest % 1000000));
}

static void put_addr(FILE *out, const struct sipsan_addr *addr)
{
    char text[64];

    sipsan_addr_format(text, sizeof(text), addr);
    fputs(text, out);
}

static void put_frame(const struct sipsan_report_options *o, const struct sipsan_ref *ref)
{
    if (ref->frame > 0)
        fprintf(o->out, "frame %" PRIu32, ref->frame);
    else
        fputs("message", o->out);
}

static void put_title(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    const char *severity = sipsan_severity_name(f->severity);
    int pad = 58 - (int)strlen(severity) - (int)strlen(f->rule->id);

    fprintf(o->out, "%s%s%s %s%s%s%*s  %s   RFC %d section %.*s",
            color_on(o, severity_color(f->severity)), severity, color_on(o, PLAIN),
            color_on(o, BOLD), f->rule->id, color_on(o, PLAIN), pad > 0 ? pad : 0, "",
            sipsan_level_name(f->rule->level), f->rule->rfc, SPAN(f->rule->section));
    if (f->rule->updated_by && f->rule->updated_by[0])
        fprintf(o->out, ", see also %s", f->rule->updated_by);
    putc('\n', o->out);
}

static void put_place(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    fputs("  ", o->out);
    if (o->name_files) {
        put_name(o, f->ref.file);
        putc(' ', o->out);
    }
    if (f->absence)
        fputs("after ", o->out);
    put_frame(o, &f->ref);
    if (f->ref.time != 0) { /* a message on its own has none */
        fputs("  ", o->out);
        put_time(o->out, f->ref.time);
    }
    if (f->flow.src.family != 0 || f->flow.dst.family != 0) {
        fputs("  ", o->out);
        put_addr(o->out, &f->flow.src);
        fputs(" -> ", o->out);
        put_addr(o->out, &f->flow.dst);
    }
    fprintf(o->out, "  %s", sipsan_transport_name(f->flow.transport));
    if (f->absence) {
        fputs("  (no message came", o->out);
        if (f->decided.frame > 0 && f->decided.frame != f->ref.frame)
            fprintf(o->out, " until frame %" PRIu32, f->decided.frame);
        putc(')', o->out);
    }
    putc('\n', o->out);
}

static void put_evidence(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    const struct sipsan_excerpt_style style = {"      ", color_on(o, GREEN), color_on(o, PLAIN)};
    bool evidence = f->message.n > 0 && f->length > 0 && f->offset <= f->message.n;

    /* Evidence in the first line shows that line anyway. */
    if (f->start_line.n > 0 && !(evidence && f->offset < f->start_line.n)) {
        fputs(style.indent, o->out);
        sipsan_visible_put(o->out, f->start_line, START_COLUMNS);
        putc('\n', o->out);
    }
    if (evidence)
        sipsan_visible_excerpt(o->out, &style, f->message, f->offset, f->length);
}

static void put_related(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    for (size_t i = 0; i < f->related_count && i < SIPSAN_RELATED_MAX; i++) {
        const struct sipsan_related *related = &f->related[i];
        bool fragment = span_eq(related->label, SPAN_LIT("fragment"));

        if (fragment)
            fputs("  with fragment in ", o->out);
        else
            fputs(f->absence ? "  owed since " : "  conflicts with ", o->out);
        if (related->ref.file != f->ref.file) {
            put_name(o, related->ref.file);
            putc(' ', o->out);
        }
        put_frame(o, &related->ref);
        if (!fragment && related->label.n > 0) {
            putc(' ', o->out);
            sipsan_visible_put(o->out, related->label, VALUE_COLUMNS);
        }
        if (related->text.n > 0) {
            fputs(": ", o->out);
            sipsan_visible_put(o->out, related->text, VALUE_COLUMNS);
        }
        putc('\n', o->out);
    }
}

static void put_sender(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    if (f->culprit.family == 0 && !f->role && f->agent.n == 0)
        return;
    fputs(f->absence ? "  owed by   " : "  sender    ", o->out);
    if (f->culprit.family != 0)
        put_addr(o->out, &f->culprit);
    else
        fputs("unknown address", o->out);
    if (f->role || f->agent.n > 0) {
        fprintf(o->out, " (%s%s", f->role ? f->role : "", f->role && f->agent.n > 0 ? "; " : "");
        sipsan_visible_put(o->out, f->agent, VALUE_COLUMNS);
        putc(')', o->out);
    }
    putc('\n', o->out);
}

void sipsan_text_finding(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    put_title(o, f);
    fputs("  ", o->out);
    sipsan_visible_put(o->out, f->text, TEXT_COLUMNS);
    putc('\n', o->out);
    put_place(o, f);
    put_evidence(o, f);
    put_related(o, f);
    if (f->expected.n > 0) {
        fputs("  expected  ", o->out);
        sipsan_visible_put(o->out, f->expected, TEXT_COLUMNS);
        putc('\n', o->out);
    }
    put_sender(o, f);
    if (f->call_id.n > 0) {
        fputs("  call      ", o->out);
        sipsan_visible_put(o->out, f->call_id, VALUE_COLUMNS);
        fputs("   |   ", o->out);
    } else {
        fputs("  help      ", o->out);
    }
    fprintf(o->out, "sipsan explain %s\n\n", f->rule->id);
}

void sipsan_text_problem(const struct sipsan_report_options *o, const struct sipsan_problem *p)
{
    fprintf(o->out, "%sproblem%s ", color_on(o, YELLOW), color_on(o, PLAIN));
    put_name(o, p->ref.file);
    if (p->ref.frame > 0)
        fprintf(o->out, " frame %" PRIu32, p->ref.frame);
    if (p->ref.frame > 0 && p->offset > 0)
        fprintf(o->out, " offset %" PRIu64, p->offset);
    fprintf(o->out, ": %s: ", sipsan_report_problem_name(p->kind));
    sipsan_visible_put(o->out, p->text, TEXT_COLUMNS);
    putc('\n', o->out);
}

static void put_count(FILE *out, uint64_t count, const char *singular)
{
    fprintf(out, "%" PRIu64 " %s%s", count, singular, count == 1 ? "" : "s");
}

void sipsan_text_input(const struct sipsan_report_options *o, uint32_t file,
                       const struct sipsan_totals *totals, uint64_t problems)
{
    put_name(o, file);
    fputs(": ", o->out);
    put_count(o->out, totals->messages, "message");
    fputs(", ", o->out);
    put_count(o->out, totals->dialogs, "dialog");
    fputs(", ", o->out);
    put_count(o->out, totals->errors + totals->warnings + totals->notes, "finding");
    fprintf(o->out, ", %" PRIu64 " inconclusive, ", totals->inconclusive);
    put_count(o->out, problems, "problem");
    fputs("\n", o->out);
}

static void put_groups(const struct sipsan_report_options *o, const struct sipsan_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        const struct sipsan_group *group = &groups->groups[i];

        if (group->count <= SIPSAN_GROUP_SHOWN)
            continue;
        fprintf(o->out, "and %" PRIu64 " more like it: %s (%s%s", group->count - SIPSAN_GROUP_SHOWN,
                group->rule, group->role ? group->role : "", group->role ? ", " : "");
        if (group->status_class > 0)
            fprintf(o->out, "%dxx to ", group->status_class);
        sipsan_visible_put(o->out, (struct sipsan_span){group->method, group->method_n},
                           VALUE_COLUMNS);
        if (group->place_n > 0) {
            fputs(group->method_n > 0 ? ", " : "", o->out);
            sipsan_visible_put(o->out, (struct sipsan_span){group->place, group->place_n},
                               VALUE_COLUMNS);
        }
        fputs(")\n", o->out);
    }
}

static void put_inconclusive(FILE *out, const struct sipsan_report_summary *summary)
{
    struct sipsan_rule_info rule;
    bool titled = false;

    for (size_t i = 0; sipsan_rule_at(i, &rule); i++) {
        if (summary->rules[i].inconclusive == 0)
            continue;
        if (!titled)
            fputs("inconclusive: looked broken, but what was seen does not prove it\n", out);
        titled = true;
        fprintf(out, "%10" PRIu64 "  %s\n", summary->rules[i].inconclusive, rule.id);
    }
}

/* Mean time of a check among those that were timed, the clock's own time included. */
static void put_cost(FILE *out, const struct sipsan_rule_stats *stats)
{
    if (stats->sampled > 0)
        fprintf(out, " %7" PRIu64, stats->cost / stats->sampled);
    else
        fputs("       -", out);
}

static void put_rule_stats(FILE *out, const struct sipsan_report_summary *summary)
{
    struct sipsan_rule_info rule;

    fputs("  executed     passed     failed        n/a  inconclusive      ns  rule\n", out);
    for (size_t i = 0; sipsan_rule_at(i, &rule); i++) {
        const struct sipsan_rule_stats *stats = &summary->rules[i];

        fprintf(out, "%10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "    %10" PRIu64,
                stats->executed, stats->passed, stats->failed, stats->not_applicable,
                stats->inconclusive);
        put_cost(out, stats);
        fprintf(out, "  %s\n", rule.id);
    }
}

void sipsan_text_end(const struct sipsan_report_options *o, const struct sipsan_groups *groups,
                     const struct sipsan_report_summary *summary,
                     const struct sipsan_report_counts *counts)
{
    if (!o->quiet) {
        put_groups(o, groups);
        put_inconclusive(o->out, summary);
    }
    if (summary->rule_stats)
        put_rule_stats(o->out, summary);
    fputs("SUMMARY: sipsan: ", o->out);
    put_count(o->out, counts->by_severity[SIPSAN_ERROR], "error");
    fputs(", ", o->out);
    put_count(o->out, counts->by_severity[SIPSAN_WARNING], "warning");
    fputs(", ", o->out);
    put_count(o->out, counts->by_severity[SIPSAN_NOTE], "note");
    fprintf(o->out, ", %" PRIu64 " inconclusive\n", summary->totals.inconclusive);
}

/* The findings contract: one JSON object a line. Names and order of the members are an interface
 * that programs rely on; a fact that is not known has no member. */
#include "report/json.h"
#include "report/writers.h"

static void put_related(struct sipsan_json *json, const struct sipsan_report_options *o,
                        const struct sipsan_finding *f)
{
    if (f->related_count == 0)
        return;
    sipsan_json_key(json, "related");
    sipsan_json_open(json, '[');
    for (size_t i = 0; i < f->related_count && i < SIPSAN_RELATED_MAX; i++) {
        const struct sipsan_ref *ref = &f->related[i].ref;

        sipsan_json_element(json);
        sipsan_json_open(json, '{');
        sipsan_json_string(json, "file", o->file_name(o->user, ref->file));
        if (ref->frame > 0)
            sipsan_json_number(json, "frame", ref->frame);
        sipsan_json_close(json, '}');
    }
    sipsan_json_close(json, ']');
}

void sipsan_jsonl_finding(const struct sipsan_report_options *o, const struct sipsan_finding *f)
{
    struct sipsan_json json;

    sipsan_json_begin(&json, o->out, "finding");
    sipsan_json_string(&json, "file", o->file_name(o->user, f->ref.file));
    if (f->ref.frame > 0)
        sipsan_json_number(&json, "frame", f->ref.frame);
    sipsan_json_time(&json, "time", f->ref.time);
    put_related(&json, o, f);
    sipsan_json_string(&json, "rule", f->rule->id);
    sipsan_json_number(&json, "rfc", (uint64_t)f->rule->rfc);
    sipsan_json_span(&json, "section", f->rule->section);
    sipsan_json_string(&json, "level", sipsan_level_name(f->rule->level));
    sipsan_json_string(&json, "severity", sipsan_severity_name(f->severity));
    sipsan_json_span_if(&json, "call_id", f->call_id);
    sipsan_json_span_if(&json, "method", f->method);
    sipsan_json_number(&json, "status", f->status > 0 ? (uint64_t)f->status : 0);
    sipsan_json_addr(&json, "src", &f->flow.src);
    sipsan_json_addr(&json, "dst", &f->flow.dst);
    sipsan_json_string(&json, "transport", sipsan_transport_name(f->flow.transport));
    sipsan_json_addr(&json, "culprit", &f->culprit);
    sipsan_json_string_if(&json, "role", f->role);
    sipsan_json_span_if(&json, "agent", f->agent);
    sipsan_json_span_if(&json, "place", f->place);
    if (f->length > 0) {
        sipsan_json_number(&json, "offset", f->offset);
        sipsan_json_number(&json, "length", f->length);
    }
    sipsan_json_span(&json, "message", f->text);
    sipsan_json_end(&json);
}

void sipsan_jsonl_problem(const struct sipsan_report_options *o, const struct sipsan_problem *p)
{
    struct sipsan_json json;

    sipsan_json_begin(&json, o->out, "problem");
    sipsan_json_string(&json, "file", o->file_name(o->user, p->ref.file));
    if (p->ref.frame > 0)
        sipsan_json_number(&json, "frame", p->ref.frame);
    if (p->ref.frame > 0 && p->offset > 0)
        sipsan_json_number(&json, "offset", p->offset);
    sipsan_json_string(&json, "kind", sipsan_report_problem_name(p->kind));
    sipsan_json_span(&json, "message", p->text);
    sipsan_json_end(&json);
}

static void put_rule_counts(struct sipsan_json *json, const struct sipsan_report_summary *summary)
{
    struct sipsan_rule_info rule;

    sipsan_json_key(json, "inconclusive");
    sipsan_json_open(json, '{');
    for (size_t i = 0; sipsan_rule_at(i, &rule); i++)
        if (summary->rules[i].inconclusive > 0)
            sipsan_json_number(json, rule.id, summary->rules[i].inconclusive);
    sipsan_json_close(json, '}');
}

static void put_rule_stats(struct sipsan_json *json, const struct sipsan_report_summary *summary)
{
    struct sipsan_rule_info rule;

    sipsan_json_key(json, "rules");
    sipsan_json_open(json, '{');
    for (size_t i = 0; sipsan_rule_at(i, &rule); i++) {
        const struct sipsan_rule_stats *stats = &summary->rules[i];

        sipsan_json_key(json, rule.id);
        sipsan_json_open(json, '{');
        sipsan_json_number(json, "executed", stats->executed);
        sipsan_json_number(json, "passed", stats->passed);
        sipsan_json_number(json, "failed", stats->failed);
        sipsan_json_number(json, "not_applicable", stats->not_applicable);
        sipsan_json_number(json, "inconclusive", stats->inconclusive);
        if (stats->sampled > 0) {
            sipsan_json_number(json, "sampled", stats->sampled);
            sipsan_json_number(json, "ns", stats->cost / stats->sampled);
        }
        sipsan_json_close(json, '}');
    }
    sipsan_json_close(json, '}');
}

void sipsan_jsonl_end(const struct sipsan_report_options *o,
                      const struct sipsan_report_summary *summary,
                      const struct sipsan_report_counts *counts)
{
    const struct sipsan_totals *totals = &summary->totals;
    struct sipsan_json json;

    sipsan_json_begin(&json, o->out, "summary");
    sipsan_json_number(&json, "files", summary->files);
    sipsan_json_number(&json, "frames", totals->frames);
    sipsan_json_number(&json, "messages", totals->messages);
    sipsan_json_number(&json, "malformed", totals->malformed);
    sipsan_json_number(&json, "transactions", totals->transactions);
    sipsan_json_number(&json, "dialogs", totals->dialogs);
    sipsan_json_number(&json, "calls", totals->calls);
    sipsan_json_number(&json, "errors", counts->by_severity[SIPSAN_ERROR]);
    sipsan_json_number(&json, "warnings", counts->by_severity[SIPSAN_WARNING]);
    sipsan_json_number(&json, "notes", counts->by_severity[SIPSAN_NOTE]);
    put_rule_counts(&json, summary);
    sipsan_json_key(&json, "limits");
    sipsan_json_open(&json, '{');
    if (totals->limits > 0)
        sipsan_json_number(&json, "objects", totals->limits);
    sipsan_json_close(&json, '}');
    sipsan_json_number(&json, "duplicates", totals->duplicates);
    sipsan_json_number(&json, "dropped", totals->dropped);
    sipsan_json_number(&json, "truncated", totals->truncated);
    sipsan_json_string(&json, "version", sipsan_version());
    if (summary->rule_stats)
        put_rule_stats(&json, summary);
    sipsan_json_end(&json);
}

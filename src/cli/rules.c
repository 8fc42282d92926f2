/* sipsan rules: lists what can be judged. */
#include <argp.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/rules_page.h"
#include "report/json.h"
#include "rules/catalogue.h"

enum { OPT_FORMAT = 0x100 };

enum rules_format { RULES_TEXT, RULES_JSONL, RULES_MARKDOWN };

struct rules_options {
    enum rules_format format;
    const char *prefix; /* NULL: all */
};

static const struct argp_option options[] = {
    {"format", OPT_FORMAT, "FORMAT", 0,
     "text (default), jsonl: one JSON object a line, or markdown: a page with all explanations", 0},
    {0},
};

static bool read_format(enum rules_format *out, const char *text)
{
    static const char *const names[] = {"text", "jsonl", "markdown"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum rules_format)i;
            return true;
        }
    }
    return false;
}

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    struct rules_options *o = state->input;

    switch (key) {
    case OPT_FORMAT:
        if (!read_format(&o->format, arg))
            argp_error(state, "--format: '%s' is none of text, jsonl, markdown", arg);
        return 0;
    case ARGP_KEY_ARG:
        if (o->prefix)
            argp_error(state, "more than one prefix");
        o->prefix = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void put_text(const struct sipsan_rule_info *rule)
{
    printf("%-58s %-10s %-8s %s\n", rule->id, sipsan_level_name(rule->level),
           sipsan_severity_name(rule->severity), rule->summary);
}

static void put_json(const struct sipsan_rule_info *rule)
{
    struct sipsan_json json;

    sipsan_json_begin(&json, stdout, "rule");
    sipsan_json_string(&json, "rule", rule->id);
    sipsan_json_number(&json, "rfc", (uint64_t)rule->rfc);
    sipsan_json_span(&json, "section", rule->section);
    sipsan_json_string(&json, "level", sipsan_level_name(rule->level));
    sipsan_json_string(&json, "severity", sipsan_severity_name(rule->severity));
    sipsan_json_string(&json, "summary", rule->summary);
    sipsan_json_string_if(&json, "updated_by", rule->updated_by);
    sipsan_json_string_if(&json, "aliases", rule->aliases);
    sipsan_json_end(&json);
}

/* The prefix fits, or there is none. */
static bool wanted(void *user, const struct sipsan_rule_info *rule)
{
    const struct rules_options *o = user;

    return !o->prefix || sipsan_rule_fits(rule->id, o->prefix);
}

int sipsan_cli_rules(int argc, char **argv)
{
    static const struct argp argp = {
        .options = options,
        .parser = read_option,
        .args_doc = "[PREFIX]",
        .doc = "List the rules: id, level, severity, summary. With PREFIX only that rule and those "
               "that continue it after a dot, such as rfc3261.9; with a * at its end all that "
               "start with it.",
    };
    struct rules_options o = {.format = RULES_TEXT};
    struct sipsan_rule_info rule;
    size_t shown = 0;

    if (!sipsan_cli_arguments(&argp, argc, argv, &o))
        return SIPSAN_CLI_INTERNAL;
    for (size_t i = 0; sipsan_rule_at(i, &rule); i++) {
        if (!wanted(&o, &rule))
            continue;
        shown++;
        if (o.format == RULES_JSONL)
            put_json(&rule);
        else if (o.format == RULES_TEXT)
            put_text(&rule);
    }
    if (o.format == RULES_MARKDOWN && shown > 0)
        sipsan_rules_page(wanted, &o);
    if (shown == 0 && o.prefix) {
        sipsan_cli_complain("no rule is called '%s' or continues it", o.prefix);
        return SIPSAN_CLI_USAGE;
    }
    return sipsan_cli_close_output(SIPSAN_CLI_OK);
}

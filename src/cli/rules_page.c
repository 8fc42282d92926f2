/* The catalogue as one Markdown page: every rule with all that `sipsan explain` knows of it, RFC by
 * RFC. The build makes it and the package installs it. */
#include "cli/rules_page.h"

#include <stdio.h>
#include <string.h>

#include "base/span.h"

/* Lines that begin with a space are examples: they keep their shape. Every other one is a
 * paragraph. */
static void put_explanation(const char *text)
{
    bool example = false;

    while (*text) {
        size_t n = strcspn(text, "\n");
        bool indented = *text == ' ';

        if (indented != example && (indented || n > 0)) {
            fputs(indented ? "\n```\n" : "```\n", stdout);
            example = indented;
        }
        if (n == 0)
            putchar('\n');
        else
            printf("%s%.*s\n", indented ? "" : "\n", (int)n, text);
        text += n + (text[n] == '\n' ? 1 : 0);
    }
    if (example)
        fputs("```\n", stdout);
}

static void put_rule(const struct sipsan_rule_info *rule)
{
    printf("\n### %s\n\n%s.\n\n", rule->id, rule->summary);
    printf("RFC %d section %.*s, %s, severity %s", rule->rfc, SPAN(rule->section),
           sipsan_level_name(rule->level), sipsan_severity_name(rule->severity));
    if (rule->updated_by[0])
        printf("; updated by %s", rule->updated_by);
    if (rule->aliases[0])
        printf("; also called %s", rule->aliases);
    puts(".");
    put_explanation(rule->explain ? rule->explain : "");
}

void sipsan_rules_page(bool (*wanted)(void *user, const struct sipsan_rule_info *rule), void *user)
{
    struct sipsan_rule_info rule;
    int rfc = 0;

    printf("# What sipsan %s judges\n\n"
           "Made from the catalogue by `sipsan rules --format markdown`.\n",
           sipsan_version());
    for (size_t i = 0; sipsan_rule_at(i, &rule); i++) {
        if (!wanted(user, &rule))
            continue;
        if (rule.rfc != rfc)
            printf("\n## RFC %d\n", rule.rfc);
        rfc = rule.rfc;
        put_rule(&rule);
    }
}

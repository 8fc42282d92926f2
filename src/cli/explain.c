/* sipsan explain: all that is known about one rule, wrapped for a terminal. */
#include <argp.h>
#include <string.h>

#include "base/span.h"
#include "cli/cli.h"
#include "cli/options.h"

enum { COLUMNS = 80, SUGGESTIONS = 8 };

static error_t read_option(int key, char *arg, struct argp_state *state)
{
    const char **id = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (*id)
            argp_error(state, "one rule at a time");
        *id = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no rule named; `sipsan rules` lists them");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Characters of UTF-8 text: our own, so continuation bytes are all there is to know. */
static size_t columns_of(const char *p, size_t n)
{
    size_t columns = 0;

    for (size_t i = 0; i < n; i++)
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            columns++;
    return columns;
}

/* A line of any length, broken between words. */
static void put_paragraph(const char *p, size_t n)
{
    const char *end = p + n;
    size_t used = 0;

    while (p < end) {
        const char *space = memchr(p, ' ', (size_t)(end - p));
        size_t length = space ? (size_t)(space - p) : (size_t)(end - p);
        size_t columns = columns_of(p, length);

        if (length > 0 && used > 0) {
            bool full = used + 1 + columns > COLUMNS;

            putchar(full ? '\n' : ' ');
            used = full ? 0 : used + 1;
        }
        fwrite(p, 1, length, stdout);
        used += columns;
        p = space ? space + 1 : end;
    }
    putchar('\n');
}

/* Lines that begin with a space are examples and stay as they are; the line above them, and one
 * that follows them, stand apart. Every other line is a paragraph. */
static void put_wrapped(const char *text)
{
    bool apart = true; /* the line above is empty, or there is none */
    bool example = false;

    while (*text) {
        size_t n = strcspn(text, "\n");
        const char *next = text + n + (text[n] == '\n' ? 1 : 0);

        if (*text == ' ' || n == 0) {
            example = *text == ' ';
            fwrite(text, 1, n, stdout);
            putchar('\n');
        } else {
            if (!apart && (example || *next == ' '))
                putchar('\n');
            example = false;
            put_paragraph(text, n);
        }
        apart = n == 0;
        text = next;
    }
}

static void explain(const struct sipsan_rule_info *rule)
{
    printf("%s\n\n", rule->id);
    put_wrapped(rule->summary);
    printf("\n  Reference  RFC %d section %.*s\n", rule->rfc, SPAN(rule->section));
    printf("  Level      %s\n", sipsan_level_name(rule->level));
    printf("  Severity   %s\n", sipsan_severity_name(rule->severity));
    if (rule->updated_by && rule->updated_by[0])
        printf("  Updated by %s\n", rule->updated_by);
    if (rule->explain && rule->explain[0]) {
        putchar('\n');
        put_wrapped(rule->explain);
    }
}

static bool contains_nocase(const char *text, const char *part)
{
    struct sipsan_span wanted = {part, strlen(part)};

    for (size_t n = strlen(text); n >= wanted.n; n--, text++)
        if (sipsan_span_starts_nocase((struct sipsan_span){text, n}, wanted))
            return true;
    return false;
}

/* Rules that the id may have meant: those that hold it, or the longest front part of it that some
 * rule starts with, at least as much as "rfc3261.9". */
static size_t suggest_containing(const char *part)
{
    struct sipsan_rule_info rule;
    size_t shown = 0;

    for (size_t i = 0; part[0] && sipsan_rule_at(i, &rule); i++) {
        if (!contains_nocase(rule.id, part))
            continue;
        if (++shown <= SUGGESTIONS)
            fprintf(stderr, "%s  %s\n", shown == 1 ? "did you mean\n" : "", rule.id);
    }
    if (shown > SUGGESTIONS)
        fprintf(stderr, "  and %zu more: sipsan rules\n", shown - SUGGESTIONS);
    return shown;
}

static size_t common_front(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] && ascii_lower(a[n]) == ascii_lower(b[n]))
        n++;
    return n;
}

static void suggest(const char *id)
{
    struct sipsan_rule_info rule;
    size_t best = 0;
    char front[128];
    const char *dot = strrchr(id, '.');

    if (suggest_containing(id) > 0 || (dot && suggest_containing(dot + 1) > 0))
        return;
    for (size_t i = 0; sipsan_rule_at(i, &rule); i++) {
        size_t n = common_front(rule.id, id);

        best = n > best ? n : best;
    }
    if (best >= strlen("rfc3261.9") && best < sizeof(front)) {
        memcpy(front, id, best);
        front[best] = '\0';
        suggest_containing(front);
    }
}

int sipsan_cli_explain(int argc, char **argv)
{
    static const struct argp argp = {
        .parser = read_option,
        .args_doc = "RULE",
        .doc = "Explain a rule: the requirement, why it matters, what is legal instead, a bad and "
               "a good example.",
    };
    const char *id = NULL;
    struct sipsan_rule_info rule;

    if (!sipsan_cli_arguments(&argp, argc, argv, &id))
        return SIPSAN_CLI_INTERNAL;
    if (!sipsan_rule_find(id, &rule)) {
        sipsan_cli_complain("there is no rule '%s'", id);
        suggest(id);
        return SIPSAN_CLI_USAGE;
    }
    explain(&rule);
    return sipsan_cli_close_output(SIPSAN_CLI_OK);
}

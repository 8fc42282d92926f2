/* The list of rule files, and look-ups over it. */
#include "rules/catalogue.h"

#include <stdlib.h>
#include <string.h>

static const struct sipsan_rule_set *const sets[] = {
#define X(name) &sipsan_rules_##name,
    SIPSAN_RULE_FILES(X)
#undef X
};

#define SET_COUNT (sizeof(sets) / sizeof(sets[0]))

size_t sipsan_rule_count(void)
{
    size_t n = 0;

    for (size_t i = 0; i < SET_COUNT; i++)
        n += sets[i]->count;
    return n;
}

const struct sipsan_rule *sipsan_rule_row(size_t index)
{
    for (size_t i = 0; i < SET_COUNT; i++) {
        if (index < sets[i]->count)
            return &sets[i]->rules[index];
        index -= sets[i]->count;
    }
    return NULL;
}

static bool listed(const char *list, const char *id)
{
    size_t n = strlen(id);

    while (list && *list) {
        if (strncmp(list, id, n) == 0 && (list[n] == ' ' || list[n] == '\0'))
            return true;
        list = strchr(list, ' ');
        if (list)
            list++;
    }
    return false;
}

long sipsan_rule_index(const char *id)
{
    size_t count = sipsan_rule_count();

    for (size_t i = 0; i < count; i++) {
        const struct sipsan_rule *row = sipsan_rule_row(i);

        if (strcmp(row->id, id) == 0 || listed(row->aliases, id))
            return (long)i;
    }
    return -1;
}

bool sipsan_rule_fits(const char *id, const char *prefix)
{
    size_t n = strlen(prefix);

    if (n > 0 && prefix[n - 1] == '*')
        return strncmp(id, prefix, n - 1) == 0;
    return strncmp(id, prefix, n) == 0 && (id[n] == '\0' || id[n] == '.');
}

/* "rfc3261.9.1.slug": the slug is behind the last dot, the section is all between. */
static struct sipsan_span section_of(const char *id)
{
    const char *from = strchr(id, '.') + 1;

    return span_between(from, strrchr(id, '.'));
}

void sipsan_rule_describe(struct sipsan_rule_info *out, const struct sipsan_rule *row)
{
    *out = (struct sipsan_rule_info){
        .id = row->id,
        .rfc = atoi(row->id + strlen("rfc")),
        .section = section_of(row->id),
        .level = row->level,
        .severity = row->severity,
        .summary = row->summary,
        .explain = row->explain,
        .updated_by = row->updated_by ? row->updated_by : "",
        .aliases = row->aliases ? row->aliases : "",
    };
}

bool sipsan_rule_at(size_t index, struct sipsan_rule_info *out)
{
    const struct sipsan_rule *row = sipsan_rule_row(index);

    if (row)
        sipsan_rule_describe(out, row);
    return row != NULL;
}

bool sipsan_rule_find(const char *id, struct sipsan_rule_info *out)
{
    long index = sipsan_rule_index(id);

    if (index >= 0 && out)
        sipsan_rule_describe(out, sipsan_rule_row((size_t)index));
    return index >= 0;
}

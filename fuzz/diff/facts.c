#include "facts.h"

#include <stdio.h>
#include <string.h>

void diff_set(struct diff_facts *out, enum diff_fact fact, const char *p, size_t n)
{
    struct diff_value *value = &out->value[fact];

    value->known = true;
    value->n = n < DIFF_TEXT_MAX ? n : DIFF_TEXT_MAX;
    if (value->n > 0)
        memcpy(value->text, p, value->n);
}

void diff_set_text(struct diff_facts *out, enum diff_fact fact, const char *text)
{
    diff_set(out, fact, text, text ? strlen(text) : 0);
}

void diff_set_number(struct diff_facts *out, enum diff_fact fact, uint64_t value)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);

    diff_set(out, fact, digits, (size_t)n);
}

bool diff_has_no_lists(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == ',')
            return false;
        if (p[i] == '\n' && i > 1 && p[i - 1] == '\r' && p[i - 2] == '\n')
            break;
    }
    return true;
}

void diff_set_host(struct diff_facts *out, enum diff_fact fact, const char *p, size_t n)
{
    struct diff_value *value = &out->value[fact];

    if (n > 1 && p[0] == '[' && p[n - 1] == ']') {
        p++;
        n -= 2;
    }
    diff_set(out, fact, p, n);
    for (size_t i = 0; i < value->n; i++) {
        if (value->text[i] >= 'A' && value->text[i] <= 'Z')
            value->text[i] = (char)(value->text[i] - 'A' + 'a');
    }
}

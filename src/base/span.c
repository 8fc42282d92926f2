/* Comparison of borrowed text. */
#include "base/span.h"

/* Mostly the bytes are the same, or differ in the first one. */
bool sipsan_span_eq_nocase(struct sipsan_span a, struct sipsan_span b)
{
    if (a.n != b.n)
        return false;
    if (a.n == 0 || memcmp(a.p, b.p, a.n) == 0)
        return true;
    return sipsan_span_starts_nocase(a, b);
}

bool sipsan_span_starts_nocase(struct sipsan_span s, struct sipsan_span prefix)
{
    size_t i = 0;

    if (s.n < prefix.n)
        return false;
    /* Most texts that are alike are so to the letter. */
    for (; prefix.n - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
        uint64_t a, b;

        memcpy(&a, s.p + i, sizeof(a));
        memcpy(&b, prefix.p + i, sizeof(b));
        if (a != b && ascii_lower8(a) != ascii_lower8(b))
            return false;
    }
    for (; i < prefix.n; i++)
        if (s.p[i] != prefix.p[i] && ascii_lower(s.p[i]) != ascii_lower(prefix.p[i]))
            return false;
    return true;
}

static bool is_lws(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct sipsan_span sipsan_span_trim(struct sipsan_span s)
{
    while (s.n > 0 && is_lws(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_lws(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool sipsan_span_contains(struct sipsan_span text, struct sipsan_span part)
{
    for (size_t i = 0; part.n > 0 && part.n <= text.n && i <= text.n - part.n; i++)
        if (memcmp(text.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

/* Pieces are tried from large to small; what can go is gone at once. */
#include "minimise.h"

#include <stdlib.h>
#include <string.h>

enum unit { PACKETS, LINES, OCTETS };

struct work {
    uint8_t *data, *candidate;
    size_t n, tries;
    sipmut_keeps_fn keeps;
    void *user;
};

/* Where the unit that begins at `at` ends. A packet goes on to the next line that begins one; what
 * stands before the first is a packet too. */
static size_t unit_end(const struct work *w, enum unit unit, size_t at)
{
    if (unit == OCTETS)
        return at + 1;
    for (;;) {
        const uint8_t *lf = memchr(w->data + at, '\n', w->n - at);

        if (!lf)
            return w->n;
        at = (size_t)(lf - w->data) + 1;
        if (unit == LINES || at + 2 > w->n || memcmp(w->data + at, "@ ", 2) == 0 ||
            memcmp(w->data + at, "==", 2) == 0)
            return at;
    }
}

static bool try_without(struct work *w, size_t at, size_t end)
{
    size_t n = w->n - (end - at);

    if (n == 0 || w->tries == 0)
        return false;
    w->tries--;
    memcpy(w->candidate, w->data, at);
    memcpy(w->candidate + at, w->data + end, w->n - end);
    if (!w->keeps(w->user, w->candidate, n))
        return false;
    memcpy(w->data, w->candidate, n);
    w->n = n;
    return true;
}

/* All runs of `count` units, each once. */
static bool pass(struct work *w, enum unit unit, size_t count)
{
    bool shorter = false;

    for (size_t at = 0; at < w->n && w->tries > 0;) {
        size_t end = at, first;

        first = unit_end(w, unit, at);
        for (size_t i = 0; i < count && end < w->n; i++)
            end = unit_end(w, unit, end);
        if (try_without(w, at, end))
            shorter = true;
        else
            at = first;
    }
    return shorter;
}

size_t sipmut_minimise(uint8_t *data, size_t n, sipmut_keeps_fn keeps, void *user, size_t tries)
{
    struct work w = {data, malloc(n > 0 ? n : 1), n, tries, keeps, user};
    bool again = n > 0;

    if (!w.candidate)
        return SIZE_MAX;
    while (again && w.tries > 0) {
        again = false;
        for (size_t count = 16; count > 0; count /= 2)
            again |= pass(&w, PACKETS, count);
        for (size_t count = 16; count > 0; count /= 2)
            again |= pass(&w, LINES, count);
        for (size_t count = 64; count > 0; count /= 2)
            again |= pass(&w, OCTETS, count);
    }
    free(w.candidate);
    return w.n;
}

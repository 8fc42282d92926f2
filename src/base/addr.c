/* Addresses as text. IPv6 in the form of RFC 5952: lower case, the longest run of zeros left out.
 */
#include <stdio.h>

#include "sipsan.h"

static unsigned group(const struct sipsan_addr *a, int i)
{
    return (unsigned)a->ip[2 * i] << 8 | a->ip[2 * i + 1];
}

/* The first of the longest runs of two or more zero groups; *n 0 when there is none. */
static int zero_run(const struct sipsan_addr *a, int *n)
{
    int best = 0;

    *n = 0;
    for (int i = 0; i < 8; i++) {
        int k = i;

        while (k < 8 && group(a, k) == 0)
            k++;
        if (k - i > *n && k - i > 1) {
            best = i;
            *n = k - i;
        }
        if (k > i)
            i = k;
    }
    return best;
}

static void format_ipv6(char out[40], const struct sipsan_addr *a)
{
    int run, from = zero_run(a, &run);
    size_t at = 0;

    for (int i = 0; i < 8; i++) {
        if (run > 0 && i == from) {
            at += (size_t)snprintf(out + at, 40 - at, "::");
            i += run - 1;
            continue;
        }
        at += (size_t)snprintf(out + at, 40 - at, "%s%x", i > 0 && out[at - 1] != ':' ? ":" : "",
                               group(a, i));
    }
}

size_t sipsan_addr_format(char *out, size_t n, const struct sipsan_addr *a)
{
    char v6[40];
    int wanted;

    if (a->family == 4) {
        wanted =
            snprintf(out, n, "%u.%u.%u.%u:%u", a->ip[0], a->ip[1], a->ip[2], a->ip[3], a->port);
    } else if (a->family == 6) {
        format_ipv6(v6, a);
        wanted = snprintf(out, n, "[%s]:%u", v6, a->port);
    } else {
        wanted = snprintf(out, n, "unknown");
    }
    return (size_t)wanted;
}

/* URNs whose namespace SIP gives a grammar: services (RFC 5031 3) and alerts (RFC 7462 7). */
#include "parse/read.h"

/* let-dig [ *let-dig-hyp let-dig ]: its end, or NULL with *stop at the first octet that does not
 * fit. */
static const char *read_label(const char *p, const char *lim, const char **stop)
{
    const char *start = p;

    while (p < lim && (is_alnum(*p) || *p == '-'))
        p++;
    *stop = p;
    if (p == start)
        return NULL;
    *stop = *start == '-' ? start : p - 1;
    return *start == '-' || p[-1] == '-' ? NULL : p;
}

/* service = top-level *("." sub-service); a top-level has at most 27 octets. NULL when it is one.
 */
static const char *service_stop(const char *p, const char *lim)
{
    const char *start = p, *stop;

    for (;; p++) {
        const char *label = p;

        p = read_label(p, lim, &stop);
        if (!p)
            return stop;
        if (label == start && p - start > 27)
            return start + 27;
        if (p == lim)
            return NULL;
        if (*p != '.')
            return p;
    }
}

/* alert-category ":" alert-indication, of labels that may be marked with "@" and a provider */
static const char *alert_stop(const char *p, const char *lim)
{
    const char *stop;

    for (size_t parts = 1;; parts++, p++) {
        p = read_label(p, lim, &stop);
        if (p && p < lim && *p == '@')
            p = read_label(p + 1, lim, &stop);
        if (!p)
            return stop;
        if (p == lim)
            return parts > 1 ? NULL : p;
        if (*p != ':')
            return p;
    }
}

void sipsan_judge_urn(struct sipsan_scan *sc, const char *p, const char *end)
{
    static const struct sipsan_span service = {"service:", 8}, alert = {"alert:", 6};
    struct sipsan_span name = span_between(p, end);
    const char *stop;

    if (only_3261(sc))
        return;
    if (sipsan_span_starts_nocase(name, service)) {
        stop = service_stop(p + service.n, end);
        if (stop)
            sipsan_fault_at(sc, SIPSAN_PROD_SERVICE_URN, stop);
    } else if (sipsan_span_starts_nocase(name, alert)) {
        stop = alert_stop(p + alert.n, end);
        if (stop)
            sipsan_fault_at(sc, SIPSAN_PROD_ALERT_URN, stop);
    }
}

/* How a check says why it fails. */
#include <stdarg.h>
#include <stdio.h>

#include "rules/rule.h"

enum sipsan_verdict sipsan_fail(struct sipsan_why *why, struct sipsan_span evidence,
                                const char *format, ...)
{
    va_list args;

    why->evidence = evidence;
    va_start(args, format);
    (void)vsnprintf(why->text, sizeof(why->text), format, args);
    va_end(args);
    return SIPSAN_FAIL;
}

void sipsan_relate(struct sipsan_why *why, const struct sipsan_ref *ref, const char *label,
                   struct sipsan_span text)
{
    if (why->related_count == SIPSAN_RELATED_MAX || ref->time == 0)
        return;
    why->related[why->related_count++] =
        (struct sipsan_related){.ref = *ref, .label = {label, strlen(label)}, .text = text};
}

void sipsan_relate_request(struct sipsan_why *why, const struct sipsan_txn *txn,
                           struct sipsan_span text)
{
    const char *name = sipsan_method_name(txn->method_id);

    if (txn->whole)
        sipsan_relate(why, &txn->first, *name ? name : "request", text);
}

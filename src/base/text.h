/* Owned text that is replaced from time to time: facts that outlive the message they came from. */
#ifndef SIPSAN_BASE_TEXT_H
#define SIPSAN_BASE_TEXT_H

#include "base/arena.h"
#include "base/span.h"

struct sipsan_text {
    char *p; /* owned by the text or by an arena; NULL: never set */
    uint32_t n;
    uint32_t room : 31, set : 1; /* set: tells "empty" from "never set" */
};

/* A copy of `in`; false when memory is refused (the old text stays). More than 64 KiB is refused.
 */
bool sipsan_text_set(struct sipsan_mem *mem, struct sipsan_text *text, struct sipsan_span in);

/* The same in the memory of an arena. What a text outgrows stays behind there, so room at least
 * doubles: all of it together takes at most twice the longest one. Not to be mixed with the above
 * on one text, and not to be freed. */
bool sipsan_text_put(struct sipsan_arena *arena, struct sipsan_text *text, struct sipsan_span in);

void sipsan_text_free(struct sipsan_mem *mem, struct sipsan_text *text);

static inline struct sipsan_span text_span(const struct sipsan_text *text)
{
    if (!text->set) /* n may be that of a text that is no longer valid */
        return (struct sipsan_span){NULL, 0};
    return (struct sipsan_span){text->p ? text->p : "", text->n};
}

#endif

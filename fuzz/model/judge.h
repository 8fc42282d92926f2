/* What a context says about a life. */
#ifndef FUZZ_MODEL_JUDGE_H
#define FUZZ_MODEL_JUDGE_H

#include <stdio.h>

#include "model.h"

struct judged {
    const struct sipsan_rule_info *rule; /* of the first finding at or above `from`, or NULL */
    enum sipsan_severity from;
    bool missed;    /* by the tap: what seems absent may be there */
    bool disturbed; /* the network loses packets or changes their order */
    FILE *tell;     /* where each finding goes as a line; NULL: nowhere */
};

/* A context that reports to `judged`. Ends the program when there is no memory. */
struct sipsan *judge_new(struct judged *judged);

/* Feeds what was captured; the context is reset before. */
void judge_run(struct sipsan *s, struct judged *judged, const struct world *w);

/* What was captured, as scenario text. */
void judge_write(FILE *f, const struct world *w, const char *title);

#endif

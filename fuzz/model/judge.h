/* What a context says about a life. */
#ifndef FUZZ_MODEL_JUDGE_H
#define FUZZ_MODEL_JUDGE_H

#include <stdio.h>

#include "plant.h"

struct judged {
    const struct sipsan_rule_info *rule; /* of the first finding at or above `from`, or NULL */
    enum sipsan_severity from;
    bool missed;               /* by the tap: what seems absent may be there */
    bool disturbed;            /* the network loses packets or changes their order */
    bool order;                /* what rests on the order of packets counts too */
    const struct plant *plant; /* NULL: none */
    bool told;                 /* its rule was */
    FILE *tell;                /* where each finding goes as a line; NULL: nowhere */
};

/* A context that reports to `judged`. Ends the program when there is no memory. */
struct sipsan *judge_new(struct judged *judged);

/* Feeds what was captured; the context is reset before. */
void judge_run(struct sipsan *s, struct judged *judged, const struct world *w);

/* What came of a violation. */
enum planted {
    PLANT_ABSENT,    /* no place for it */
    PLANT_FOUND,     /* told, and nothing else than what belongs to it */
    PLANT_MISSED,    /* not told */
    PLANT_UNRELATED, /* judged->rule, which has nothing to do with it, was told too */
};

/* Plants in the life of these octets and judges it. The world is calm. */
enum planted judge_planted(struct sipsan *s, struct judged *judged, struct world *w,
                           const struct plant *plant, unsigned skip);

/* What was captured, as scenario text. */
void judge_write(FILE *f, const struct world *w, const char *title);

#endif

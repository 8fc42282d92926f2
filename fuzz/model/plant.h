/* One violation in a life that keeps the law: what a tap has seen is edited where one row of a
 * table says so. */
#ifndef FUZZ_MODEL_PLANT_H
#define FUZZ_MODEL_PLANT_H

#include "model.h"

struct plant {
    const char *rule;
    /* Ids that the violation brings along, or their beginnings, separated by spaces; NULL: none. */
    const char *related;
    bool (*fits)(const struct world *w, uint32_t i); /* the message at w->seen[i] */
    bool (*edit)(struct world *w, uint32_t i, const struct plant *plant); /* false: no place */
    const char *a, *b;
    int64_t delay;
    bool proxied; /* in a life with a proxy; else without */
};

extern const struct plant plants[];
extern const unsigned plant_count;

/* Edits the first message that fits from the `skip`th on; false when none does. */
bool plant_in(struct world *w, const struct plant *plant, unsigned skip);

#endif

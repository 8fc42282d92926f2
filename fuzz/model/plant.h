/* One violation in a life that keeps the law: what a tap has seen is edited where one row of a
 * table says so, or an element leaves out what it owes. Each family of rows is a file. */
#ifndef FUZZ_MODEL_PLANT_H
#define FUZZ_MODEL_PLANT_H

#include "model.h"

/* What lives a row is planted in. */
enum surroundings {
    CALM,         /* two user agents, nothing is lost or unseen */
    CALM_PROXIED, /* and proxies between them */
    ANY,          /* each kind, a network that disturbs too: what shows in one message alone */
};

struct plant {
    const char *rule;
    /* Ids that the violation brings along, or their beginnings, separated by spaces; NULL: none. */
    const char *related;
    bool (*fits)(const struct world *w, uint32_t i); /* the message at w->seen[i] */
    /* NULL: `a` is a script, see edit_script. False: no place. */
    bool (*edit)(struct world *w, uint32_t i, const struct plant *plant);
    const char *a, *b;
    int64_t delay;
    enum surroundings in;
    bool heard; /* all along, and for a while after, each element is heard: absences need that */
    enum life life; /* in a calm world ANY_LIFE is a call */
    /* A message that is never sent; NULL: all are. The life goes on as if it had been lost. */
    bool (*leaves_out)(const struct world *w, const struct node *from, const struct sip *m);
};

struct plant_family {
    const char *name;
    const struct plant *rows;
    unsigned count;
};

unsigned plant_count(void);
const struct plant *plant_at(unsigned k); /* in the order of families */
const char *plant_family_of(unsigned k);

/* Makes the world what the row wants, before the story. */
void plant_prepare(struct world *w, const struct plant *plant, uint64_t luck);

/* Edits one of the messages that fit; false when none does. */
bool plant_in(struct world *w, const struct plant *plant, unsigned which);

#endif

/* Asks the rules: which ones for which event, whether the evidence suffices, how severe, whom to
 * blame, and whether it has been told already. */
#ifndef SIPSAN_RULES_ENGINE_H
#define SIPSAN_RULES_ENGINE_H

#include "rules/catalogue.h"

/* Findings told before, by fingerprint: a bounded memory, oldest forgotten first. */
struct sipsan_told {
    struct sipsan_map_link link;
    struct sipsan_told *newer;
};

#define SIPSAN_TOLD_MAX 65536u

/* What the loop over a list needs of a row: packed, so that asking touches few lines of memory. */
struct sipsan_turn {
    sipsan_check_fn check;
    uint64_t shows; /* SIPSAN_VIEW_ bits, and above them those of enum sipsan_odd */
    uint16_t rule;  /* place in the catalogue */
    uint16_t status_from, status_span; /* how far above; UINT16_MAX: any */
};

/* How often the rule of a turn had nothing to say, in the order of the turns, so that counting
 * touches few lines too. What wraps goes to the statistics of the rule. */
struct sipsan_tally {
    uint32_t passed, not_applicable;
};

/* A rule stands in many lists: its turns are a chain. 0: no further one, else the place and one. */
struct sipsan_turns_of {
    uint16_t *first; /* by rule */
    uint16_t *next;  /* by turn */
};

/* Which rules of a list can speak about messages that show the same. */
struct sipsan_choice {
    uint64_t lacks;  /* what the view does not show, of what the list cares for */
    uint16_t status; /* that they were chosen for */
    uint16_t count;  /* places in engine->chosen: see sipsan_chosen */
    bool known;      /* the others say something */
};

#define SIPSAN_CHOICES 8

/* Rules of one kind of message under one event: places in engine->turns. Messages of a kind mostly
 * show one of a few things, so the last choices are remembered. */
struct sipsan_dispatch {
    uint16_t from, count;
    uint16_t next;  /* the choice that is made anew when none fits */
    uint16_t last;  /* the one that fitted */
    uint64_t cares; /* for these bits of `shows`: some rule asks for them */
    struct sipsan_choice choices[SIPSAN_CHOICES];
};

#define SIPSAN_STATUS_CLASSES 7 /* 0: requests, responses of no class; 1 to 6: 1xx to 6xx */

struct sipsan_engine {
    struct sipsan_mem *mem;
    struct sipsan_config config; /* accused: own copy */
    struct sipsan_addr *accused;

    size_t rule_count;
    const struct sipsan_rule **rows;
    struct sipsan_rule_info *infos;
    struct sipsan_rule_stats *stats; /* but for the tallies: see sipsan_engine_stats */
    bool *on;                        /* selected */
    bool selected;                   /* sipsan_select has narrowed the set */
    struct sipsan_turn *turns;       /* in the order of the catalogue within each dispatch list */
    struct sipsan_tally *tallies;    /* one for each turn */
    struct sipsan_turns_of turns_of;
    size_t turn_count, turn_size; /* turn_size: room */
    uint16_t *chosen;             /* SIPSAN_CHOICES times as many: places in turns */
    struct sipsan_dispatch by_message[SIPSAN_EVENT_COUNT][SIPSAN_METHOD_COUNT]
                                     [SIPSAN_STATUS_CLASSES];
    struct sipsan_dispatch by_production[SIPSAN_PROD_COUNT];
    struct sipsan_dispatch by_owed[SIPSAN_OWED_KINDS];

    struct sipsan_presence presence;

    struct sipsan_map told;
    struct sipsan_told *told_oldest, *told_newest;
    uint64_t seed[2];

    struct sipsan_ref current; /* the frame that is being handled */
    uint64_t begun;            /* messages, when there is a clock */
    /* For tests: bits that no row is spared for, whatever a view shows. A check whose bit is not
     * shown has nothing to say, so that nothing but the number of calls may change. */
    uint64_t ask_anyway;
    bool timing;  /* the checks of this message are timed */
    int64_t gap;  /* last hole of the whole input; 0: none */
    int64_t hole; /* when memory was last refused; 0: never */
    uint64_t errors, warnings, notes, inconclusive, checks;
};

int sipsan_engine_init(struct sipsan_engine *engine, struct sipsan_mem *mem,
                       const struct sipsan_config *config);
void sipsan_engine_reset(struct sipsan_engine *engine);
void sipsan_engine_free(struct sipsan_engine *engine);

/* All that is counted of the rule at this place of the catalogue. */
struct sipsan_rule_stats sipsan_engine_stats(const struct sipsan_engine *engine, size_t rule);

int sipsan_engine_select(struct sipsan_engine *engine, const char *prefix, bool on);

/* A message is about to be judged; what falls until the next one is decided at its frame. */
void sipsan_engine_begin(struct sipsan_engine *engine, const struct sipsan_ref *ref);

/* Asks all rules of this event that fit the view's message (or the transaction's request). */
void sipsan_judge(struct sipsan_engine *engine, enum sipsan_event event, struct sipsan_view *view);

/* For each fault of view->msg that its sender did not have to copy, the rules of its production. */
void sipsan_judge_faults(struct sipsan_engine *engine, struct sipsan_view *view);

/* view->owed is overdue, and a frame came that proves it. certain false: the input ended first, so
 * that it can only be counted. */
void sipsan_judge_owed(struct sipsan_engine *engine, struct sipsan_view *view, bool certain);

/* dispatch.c: fills the lists; 0 or SIPSAN_ENOMEM. An event that only responses have. */
int sipsan_dispatch_build(struct sipsan_engine *engine);
bool sipsan_about_responses(enum sipsan_event event);

/* evidence.c: what the row needs was seen. */
bool sipsan_proven(const struct sipsan_engine *engine, const struct sipsan_view *view,
                   const struct sipsan_rule *row);

/* emit.c: the finding's facts from the view, then the caller's callback. */
void sipsan_emit(struct sipsan_engine *engine, const struct sipsan_view *view, size_t rule,
                 const struct sipsan_why *why, enum sipsan_severity severity);

/* Who sent (or owed) what the view shows. */
const struct sipsan_addr *sipsan_culprit(const struct sipsan_view *view,
                                         const struct sipsan_why *why);

#endif

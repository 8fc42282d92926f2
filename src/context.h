/* The context, in two halves: what reads and what judges. Between them go items, in loads, in the
 * order in which they were read; nothing else does. Either half may be a thread of its own. */
#ifndef SIPSAN_CONTEXT_H
#define SIPSAN_CONTEXT_H

#include "base/relay.h"
#include "net/net.h"
#include "rules/engine.h"

/* Messages parsed and not yet judged. Reading some before judging them keeps the code of the
 * parser, then that of the rules in the processor's instruction cache: together they are larger
 * than it. */
#define SIPSAN_AHEAD_MAX 64u

enum sipsan_item_kind {
    SIPSAN_ITEM_MESSAGE,
    SIPSAN_ITEM_LOSS,          /* of flow, up to ref.time: seen has nothing more */
    SIPSAN_ITEM_LOSS_IF_KNOWN, /* likewise, where a message of it was seen before */
    SIPSAN_ITEM_PENDING,       /* likewise: octets of a message, from now on, */
    SIPSAN_ITEM_SETTLED,       /* until now */
    SIPSAN_ITEM_TOO_LONG,      /* a message that was not read */
    SIPSAN_ITEM_NO_MEMORY,     /* likewise */
};

struct sipsan_item {
    enum sipsan_item_kind kind;
    struct sipsan_seen seen;
    uint64_t net_refusals; /* of memory, so far */
};

struct sipsan_load {
    struct sipsan_item *items; /* room for sipsan.ahead */
    uint32_t count;
    size_t bytes; /* that the messages hold */
};

struct sipsan {
    struct sipsan_config config;
    int64_t now; /* the greatest time judged */

    /* The half that reads. */
    struct sipsan_net *net;
    struct sipsan_mem net_mem;
    struct sipsan_mem msg_mem; /* blocks of messages, whoever has them */
    struct sipsan_depot depot; /* of those blocks */
    struct sipsan_pool reading;
    struct sipsan_load loads[SIPSAN_RELAY_LOADS];
    struct sipsan_load *load; /* being filled */
    uint32_t ahead;           /* messages of a load */
    size_t load_max;          /* bytes of a load */
    int err;                  /* what went wrong below a callback of net */

    /* Between them. */
    struct sipsan_relay *relay; /* NULL: no threads */
    struct sipsan_pool helpers[SIPSAN_RELAY_HELPERS];
    int late_err; /* of what was judged on another thread; read when that rests */

    /* The half that judges. */
    struct sipsan_mem mem;
    struct sipsan_timers timers;
    struct sipsan_owing owing;
    struct sipsan_legs legs;
    struct sipsan_txns txns;
    struct sipsan_dialogs dialogs;
    struct sipsan_bindings bindings;
    struct sipsan_nonces nonces;
    struct sipsan_engine engine;
    uint64_t messages, malformed, truncated, refused;
    uint64_t refusals, net_refusals; /* of memory, that the engine knows of */
    bool told;                       /* that memory was refused */
};

/* sipsan.c: what net and the threads of the relay call; user is the context. ------------------ */

/* A message, a loss and a problem, in the order of the input. */
void sipsan_take_payload(void *user, struct sipsan_span bytes, const struct sipsan_flow *flow,
                         const struct sipsan_ref *ref, const struct sipsan_hints *hints);
void sipsan_take_loss(void *user, const struct sipsan_flow *flow, enum sipsan_loss loss,
                      int64_t time);
void sipsan_take_problem(void *user, const struct sipsan_problem *problem);

/* On a thread that helps: parses the load of this number. */
void sipsan_read_load(void *user, uint32_t helper, uint32_t number);

/* On the thread that judges, likewise. */
void sipsan_judge_sent(void *user, uint32_t number);

/* All that was read is judged, and no other thread is at work. SIPSAN_OK or the first error of what
 * was judged late. */
int sipsan_wait_for_all(struct sipsan *s);

/* judging.c ----------------------------------------------------------------------------------- */

void sipsan_judge_init(struct sipsan *s);

/* Time runs as the maximum seen. */
void sipsan_pass_time(struct sipsan *s, int64_t time);

/* Judges what the load holds and empties it; the first error counts. */
int sipsan_judge_load(struct sipsan *s, struct sipsan_load *load);

/* A hint that the item will be judged soon. */
void sipsan_item_expect(const struct sipsan *s, struct sipsan_item *item);

/* What is still owed at the end of the input is counted. */
void sipsan_count_debts(struct sipsan *s);

#endif

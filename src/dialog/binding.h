/* Registrations (10): what UAs asked for and what registrars granted, per address of record,
 * Call-ID and contact. */
#ifndef SIPSAN_DIALOG_BINDING_H
#define SIPSAN_DIALOG_BINDING_H

#include "base/text.h"
#include "parse/uri.h"
#include "txn/txn.h"

#define SIPSAN_CONTACTS_MAX 32 /* bindings remembered of one registration */

/* A contact that a registrar has confirmed for this Call-ID. */
struct sipsan_bound {
    struct sipsan_arena arena; /* owns what the two below point to */
    struct sipsan_uri parsed;
    struct sipsan_span uri; /* as it was written */
    uint64_t cseq;          /* of the REGISTER that the registrar accepted last for it */
    int64_t expires;        /* microseconds of capture time; INT64_MAX unknown */
    struct sipsan_ref ref;
};

/* One UA's registrations: a registrar's host, an address of record (To, in canonical form) and a
 * Call-ID. */
struct sipsan_registration {
    struct sipsan_map_link by_call; /* registrar host, address of record, Call-ID */
    struct sipsan_registration *older, *newer;
    struct sipsan_text aor, call_id;
    struct sipsan_addr registrar, client;
    uint64_t serial;
    bool cseq_known;
    bool whole;    /* its first REGISTER had the number 0 or 1: nothing can have been before */
    uint64_t cseq; /* of the last REGISTER */
    struct sipsan_ref cseq_ref;
    struct sipsan_bound *bound; /* owned */
    uint32_t bound_count, bound_room;
    bool lossy; /* something did not fit, or was missed */

    uint64_t open_serial;             /* REGISTER without a final; 0: none */
    struct sipsan_ref open;           /* when it was sent */
    int64_t open_last;                /* and repeated */
    struct sipsan_text open_contacts; /* its Contact values */
    int64_t timed_out; /* time at which the last one had no final for 64*T1; 0: never */
    struct sipsan_ref timed_out_ref;
    uint64_t brief; /* Min-Expires of the last 423 since a success; 0: none */
    struct sipsan_ref brief_ref;
    int64_t last; /* time of the last message */
    struct sipsan_timer timer;
};

struct sipsan_bindings {
    struct sipsan_mem *mem;
    struct sipsan_timers *timers;
    struct sipsan_pool uris; /* blocks for parsed contacts */
    struct sipsan_map by_call;
    struct sipsan_registration *oldest, *newest, *spare;
    size_t spare_count;
    uint64_t seed[2];
    uint64_t serial;
    size_t max;
    int64_t now, lossy_until;
    uint64_t evicted;
};

int sipsan_bindings_init(struct sipsan_bindings *bindings, struct sipsan_mem *mem,
                         struct sipsan_timers *timers, const struct sipsan_config *config);
void sipsan_bindings_reset(struct sipsan_bindings *bindings);
void sipsan_bindings_free(struct sipsan_bindings *bindings);

/* REGISTER and its responses; *out NULL for anything else. Finds or makes, changes nothing. */
int sipsan_binding_match(struct sipsan_bindings *bindings, struct sipsan_registration **out,
                         const struct sipsan_match *match, const struct sipsan_seen *seen);
void sipsan_binding_apply(struct sipsan_bindings *bindings, struct sipsan_registration *reg,
                          const struct sipsan_match *match, const struct sipsan_seen *seen);
void sipsan_binding_timer(struct sipsan_bindings *bindings, struct sipsan_timer *timer);
void sipsan_binding_txn_end(struct sipsan_bindings *bindings, const struct sipsan_txn *txn);

/* The contact with this URI (19.1.4), or NULL. */
const struct sipsan_bound *sipsan_bound_find(const struct sipsan_registration *reg,
                                             const struct sipsan_uri *uri);

#endif

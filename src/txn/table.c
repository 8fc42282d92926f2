/* The table of transactions: its maps, lists and pools, who is paired with whom, who goes when room
 * is needed. */
#include "txn/table.h"

#include "txn/hop.h"

#define MESSAGE_BLOCK 4096u
#define TXN_BLOCK     2048u /* a transaction with the facts of a usual exchange */
#define SPARE_BLOCKS  4096u /* kept for reuse, of each kind */

#define ANCESTORS_MAX 16

#define MAX_DEFAULT 1000000u

int sipsan_txns_init(struct sipsan_txns *txns, struct sipsan_mem *mem, struct sipsan_legs *legs,
                     struct sipsan_timers *timers, struct sipsan_owing *owing,
                     const struct sipsan_config *config)
{
    size_t max = config->limits.transactions ? config->limits.transactions : MAX_DEFAULT;

    *txns = (struct sipsan_txns){
        .mem = mem,
        .legs = legs,
        .timers = timers,
        .owing = owing,
        .seed = {config->hash_seed[0], config->hash_seed[1]},
        .max = max,
        .as_of = config->as_of,
        .race_window = config->race_window,
    };
    sipsan_pool_init(&txns->messages, mem, MESSAGE_BLOCK, SPARE_BLOCKS);
    sipsan_pool_init(&txns->blocks, mem, TXN_BLOCK, SPARE_BLOCKS);
    sipsan_map_init(&txns->by_branch, mem, max);
    sipsan_map_init(&txns->by_call, mem, max);
    sipsan_map_init(&txns->by_upstream, mem, max);
    return SIPSAN_OK;
}

/* Lists --------------------------------------------------------------------------------------- */

static void rank_remove(struct sipsan_txns *txns, struct sipsan_txn *txn)
{
    struct sipsan_txn_list *list = &txns->ranks[txn->rank];

    if (txn->rank_older)
        txn->rank_older->rank_newer = txn->rank_newer;
    else
        list->oldest = txn->rank_newer;
    if (txn->rank_newer)
        txn->rank_newer->rank_older = txn->rank_older;
    else
        list->newest = txn->rank_older;
}

static void rank_append(struct sipsan_txns *txns, struct sipsan_txn *txn, uint8_t rank)
{
    struct sipsan_txn_list *list = &txns->ranks[rank];

    txn->rank = rank;
    txn->rank_older = list->newest;
    txn->rank_newer = NULL;
    if (list->newest)
        list->newest->rank_newer = txn;
    else
        list->oldest = txn;
    list->newest = txn;
}

void sipsan_txn_rank(struct sipsan_txns *txns, struct sipsan_txn *txn)
{
    uint8_t rank = SIPSAN_RANK_PENDING;

    if (txn->client == SIPSAN_STATE_TERMINATED && txn->server == SIPSAN_STATE_TERMINATED)
        rank = SIPSAN_RANK_TERMINATED;
    else if (txn->final.status != 0)
        rank = SIPSAN_RANK_ANSWERED;
    else if (txn->copies + txn->response_count <= 1)
        rank = SIPSAN_RANK_ONE_MESSAGE;
    if (rank == txn->rank)
        return;
    rank_remove(txns, txn);
    rank_append(txns, txn, rank);
}

static void age_append(struct sipsan_txns *txns, struct sipsan_txn *txn)
{
    txn->older = txns->newest;
    txn->newer = NULL;
    if (txns->newest)
        txns->newest->newer = txn;
    else
        txns->oldest = txn;
    txns->newest = txn;
}

static void age_remove(struct sipsan_txns *txns, struct sipsan_txn *txn)
{
    if (txn->older)
        txn->older->newer = txn->newer;
    else
        txns->oldest = txn->newer;
    if (txn->newer)
        txn->newer->older = txn->older;
    else
        txns->newest = txn->older;
}

/* Tables -------------------------------------------------------------------------------------- */

static struct sipsan_map *map_of(struct sipsan_txns *txns, int which)
{
    if (which == SIPSAN_IN_BRANCH)
        return &txns->by_branch;
    return which == SIPSAN_IN_CALL ? &txns->by_call : &txns->by_upstream;
}

static struct sipsan_map_link *link_of(struct sipsan_txn *txn, int which)
{
    if (which == SIPSAN_IN_BRANCH)
        return &txn->by_branch;
    return which == SIPSAN_IN_CALL ? &txn->by_call : &txn->by_upstream;
}

static struct sipsan_txn *txn_of(struct sipsan_map_link *link, int which)
{
    if (which == SIPSAN_IN_BRANCH)
        return sipsan_container(link, struct sipsan_txn, by_branch);
    if (which == SIPSAN_IN_CALL)
        return sipsan_container(link, struct sipsan_txn, by_call);
    return sipsan_container(link, struct sipsan_txn, by_upstream);
}

void sipsan_txn_leave_map(struct sipsan_txns *txns, struct sipsan_txn *txn, int which)
{
    if (!txn->in_map[which])
        return;
    sipsan_map_remove(map_of(txns, which), link_of(txn, which));
    txn->in_map[which] = false;
}

/* A chain of one key holds SIPSAN_HOP_CHAIN transactions; the oldest of it gives way. */
bool sipsan_txn_enter_map(struct sipsan_txns *txns, struct sipsan_txn *txn, int which,
                          uint64_t hash)
{
    struct sipsan_map *map = map_of(txns, which);
    struct sipsan_map_link *last = NULL;
    unsigned n = 0;

    for (struct sipsan_map_link *l = sipsan_map_first(map, hash); l; l = sipsan_map_next(l)) {
        last = l;
        n++;
    }
    if (n >= SIPSAN_HOP_CHAIN) {
        struct sipsan_txn *lost = txn_of(last, which);

        lost->evidence_lost = txn->evidence_lost = true;
        sipsan_txn_leave_map(txns, lost, which);
    }
    if (!sipsan_map_add(map, link_of(txn, which), hash))
        return false;
    txn->in_map[which] = true;
    return true;
}

/* Proxy pairs --------------------------------------------------------------------------------- */

/* Traffic may name each other's branches in a circle. */
static bool is_above(const struct sipsan_txn *above, const struct sipsan_txn *txn)
{
    for (unsigned i = 0; txn && i < ANCESTORS_MAX; i++, txn = txn->parent)
        if (txn == above)
            return true;
    return false;
}

void sipsan_txn_adopt(struct sipsan_txn *parent, struct sipsan_txn *child)
{
    if (child->parent || is_above(child, parent))
        return;
    if (parent->child_count >= SIPSAN_CHILDREN_MAX) {
        parent->evidence_lost = true;
        return;
    }
    child->parent = parent;
    child->sibling = parent->children;
    parent->children = child;
    parent->child_count++;
}

static void leave_parent(struct sipsan_txn *child)
{
    struct sipsan_txn *parent = child->parent;
    struct sipsan_txn **at;

    if (!parent)
        return;
    at = &parent->children;
    while (*at != child)
        at = &(*at)->sibling;
    *at = child->sibling;
    parent->child_count--;
    for (struct sipsan_owed *owed = parent->owes; owed; owed = owed->next)
        if (owed->about == child)
            owed->about = NULL;
    child->parent = child->sibling = NULL;
}

static void leave_children(struct sipsan_txn *parent)
{
    while (parent->children) {
        struct sipsan_txn *child = parent->children;

        parent->children = child->sibling;
        child->parent = child->sibling = NULL;
    }
    parent->child_count = 0;
}

/* Life and death ------------------------------------------------------------------------------ */

/* It lives with its facts in an arena of its own. */
static struct sipsan_txn *open_txn(struct sipsan_txns *txns)
{
    struct sipsan_arena arena;
    struct sipsan_txn *txn;

    sipsan_arena_init(&arena, &txns->blocks);
    txn = sipsan_arena_zalloc(&arena, sizeof(*txn));
    if (!txn)
        return NULL;
    txn->timer.kind = SIPSAN_TIMER_TXN;
    txn->facts = arena;
    return txn;
}

static void close_txn(struct sipsan_txn *txn)
{
    struct sipsan_arena arena = txn->facts; /* out of the memory that goes */

    sipsan_arena_reset(&arena);
}

/* Takes it out of everything and gives its memory back to the pool. */
void sipsan_txn_put_away(struct sipsan_txns *txns, struct sipsan_txn *txn)
{
    sipsan_settle_all(txns->owing, &txn->owes);
    sipsan_timer_stop(txns->timers, &txn->timer);
    for (int which = SIPSAN_IN_BRANCH; which <= SIPSAN_IN_UPSTREAM; which++)
        sipsan_txn_leave_map(txns, txn, which);
    leave_parent(txn);
    leave_children(txn);
    rank_remove(txns, txn);
    age_remove(txns, txn);
    sipsan_msg_close(txn->request);
    txn->request = NULL;
    close_txn(txn);
    txns->count--;
}

void sipsan_txns_reset(struct sipsan_txns *txns)
{
    while (txns->oldest)
        sipsan_txn_put_away(txns, txns->oldest);
    txns->serial = txns->total = txns->evicted = 0;
    txns->begun = false;
    txns->now = txns->started = txns->lossy_until = 0;
}

void sipsan_txns_free(struct sipsan_txns *txns)
{
    sipsan_txns_reset(txns);
    if (txns->spare)
        close_txn(txns->spare);
    txns->spare = NULL;
    sipsan_map_free(&txns->by_branch);
    sipsan_map_free(&txns->by_call);
    sipsan_map_free(&txns->by_upstream);
    sipsan_pool_free(&txns->messages);
    sipsan_pool_free(&txns->blocks);
}

/* False when there is nothing to evict. */
bool sipsan_txn_evict(struct sipsan_txns *txns)
{
    for (int rank = 0; rank < SIPSAN_RANKS; rank++) {
        struct sipsan_txn *txn = txns->ranks[rank].oldest;
        int64_t end;

        if (!txn)
            continue;
        /* What was to be known of it is unknown until it would have ended by itself. */
        end = sipsan_txn_end(txn);
        if (end > txns->lossy_until)
            txns->lossy_until = end;
        txns->evicted++;
        if (txns->on_evict)
            txns->on_evict(txns->on_evict_user, txn);
        sipsan_txn_put_away(txns, txn);
        return true;
    }
    return false;
}

bool sipsan_txn_reserve(struct sipsan_txns *txns)
{
    while (txns->count >= txns->max)
        sipsan_txn_evict(txns);
    while (!txns->spare) {
        txns->spare = open_txn(txns);
        if (!txns->spare && !sipsan_txn_evict(txns))
            return false;
    }
    return true;
}

struct sipsan_txn *sipsan_txn_blank(struct sipsan_txns *txns)
{
    struct sipsan_txn *txn = txns->spare;

    if (!txn)
        return NULL;
    txns->spare = NULL;
    rank_append(txns, txn, SIPSAN_RANK_ONE_MESSAGE);
    age_append(txns, txn);
    txns->count++;
    return txn;
}

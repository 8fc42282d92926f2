/* The table of dialogs: keys, ageing, eviction. RFC 3261 12; usages RFC 5057. Tags compare without
 * case, as tokens do (7.3.1); Call-IDs with case (20.8). */
#include "dialog/dialog.h"

#include "base/hash.h"
#include "base/prefetch.h"
#include "dialog/dialog_facts.h"
#include "dialog/subscription.h"

#define SECOND         INT64_C(1000000)
#define EARLY_IDLE     (600 * SECOND)
#define CONFIRMED_IDLE (12 * 3600 * SECOND)
#define LINGER         SIPSAN_TIMER_B
#define OWING_MORE     (10 * SECOND)  /* an ended dialog waits for its obligations in such steps */
#define OWING_MOST     (120 * SECOND) /* and at most as long */
#define FORKS_MAX      64             /* dialogs of one Call-ID and tag */
#define SPARE_MAX      1024           /* blocks kept for reuse */
#define DIALOG_BLOCK   3072           /* a dialog with the texts and sessions of a usual call */
#define DIALOGS_MAX    500000

/* --- keys ------------------------------------------------------------------------------------ */

/* The tag of From or To; empty when there is none (RFC 2543). */
static struct sipsan_span tag_of(const struct sipsan_name_addr *party)
{
    return party->tag.p ? party->tag : SPAN_LIT("");
}

uint64_t sipsan_dialog_sight_key(const struct sipsan_dialogs *dialogs, const struct sipsan_msg *msg,
                                 enum sipsan_side side)
{
    bool reliable = !msg->request && msg->rseq.text.p;
    uint64_t kind = (uint64_t)side << 40 | (uint64_t)msg->method_id << 32 |
                    (uint64_t)(msg->request ? 0 : msg->status);
    uint64_t hash;

    if (msg->method_id == SIPSAN_METHOD_OTHER && msg->cseq.method.p)
        kind ^= sipsan_hash_text(dialogs->seed, msg->cseq.method);
    /* Beside the status, with which the hash would mix it otherwise: 180 and 181 are often
     * neighbours, as their numbers are. */
    hash = sipsan_hash_words(dialogs->seed, reliable ? ~(msg->rseq.value << 16) : 0,
                             msg->cseq.number, kind);
    return hash ? hash : 1;
}

static bool bears(const struct sipsan_dialog *dialog, enum sipsan_side side, struct sipsan_span tag)
{
    return sipsan_span_eq_nocase(text_span(&dialog->party[side].tag), tag);
}

static bool calls(const struct sipsan_dialog *dialog, struct sipsan_span call_id)
{
    return span_eq(text_span(&dialog->call_id), call_id);
}

void sipsan_dialog_names(struct sipsan_dialog_names *names, const struct sipsan_seen *seen)
{
    *names = (struct sipsan_dialog_names){
        .call_id = seen->msg->call_id,
        .a = tag_of(&seen->msg->from),
        .b = tag_of(&seen->msg->to),
        .call_key = seen->keys.call_id,
        .a_key = seen->keys.from_tag,
        .b_key = seen->keys.to_tag,
    };
}

struct sipsan_dialog_names sipsan_dialog_turned(const struct sipsan_dialog_names *names)
{
    struct sipsan_dialog_names turned = *names;

    turned.a = names->b;
    turned.a_key = names->b_key;
    turned.b = names->a;
    turned.b_key = names->a_key;
    return turned;
}

enum sipsan_side sipsan_dialog_side(const struct sipsan_dialog *dialog, struct sipsan_span tag)
{
    return bears(dialog, SIPSAN_CALLER, tag) ? SIPSAN_CALLER : SIPSAN_CALLEE;
}

static uint64_t tags_key(const struct sipsan_dialogs *dialogs,
                         const struct sipsan_dialog_names *names)
{
    return sipsan_key_tags(dialogs->seed, names->call_key, names->a_key, names->b_key);
}

struct sipsan_dialog *sipsan_dialog_find(const struct sipsan_dialogs *dialogs,
                                         const struct sipsan_dialog_names *names)
{
    struct sipsan_span a = names->a, b = names->b;
    struct sipsan_map_link *link = sipsan_map_first(&dialogs->by_tags, tags_key(dialogs, names));

    for (; link; link = sipsan_map_next(link)) {
        struct sipsan_dialog *d = sipsan_container(link, struct sipsan_dialog, by_tags);

        if (calls(d, names->call_id) &&
            ((bears(d, SIPSAN_CALLER, a) && bears(d, SIPSAN_CALLEE, b)) ||
             (bears(d, SIPSAN_CALLER, b) && bears(d, SIPSAN_CALLEE, a))))
            return d;
    }
    return NULL;
}

static uint64_t seen_key(const struct sipsan_dialogs *dialogs, const struct sipsan_seen *seen)
{
    const struct sipsan_keys *keys = &seen->keys;

    return sipsan_key_tags(dialogs->seed, keys->call_id, keys->from_tag, keys->to_tag);
}

void sipsan_dialog_expect(const struct sipsan_dialogs *dialogs, const struct sipsan_seen *seen)
{
    sipsan_map_expect(&dialogs->by_tags, seen_key(dialogs, seen));
}

void sipsan_dialog_expect_now(const struct sipsan_dialogs *dialogs, const struct sipsan_seen *seen)
{
    const struct sipsan_map_link *link =
        sipsan_map_first(&dialogs->by_tags, seen_key(dialogs, seen));
    const struct sipsan_keys *keys = &seen->keys;

    if (link) {
        sipsan_prefetch(link, offsetof(struct sipsan_dialog, by_tags), DIALOG_BLOCK);
        return;
    }
    /* Its half is looked for, or it is made. */
    sipsan_map_expect(&dialogs->by_half,
                      sipsan_key_half(dialogs->seed, keys->call_id, keys->from_tag));
    sipsan_map_expect(&dialogs->by_callee,
                      sipsan_key_half(dialogs->seed, keys->call_id,
                                      seen->msg->request ? keys->from_tag : keys->to_tag));
}

void sipsan_dialog_expect_timer(const struct sipsan_dialogs *dialogs,
                                const struct sipsan_timer *timer)
{
    const struct sipsan_dialog *d =
        (const void *)((const char *)timer - offsetof(struct sipsan_dialog, timer));

    sipsan_map_expect(&dialogs->by_tags, d->by_tags.hash);
    sipsan_map_expect(&dialogs->by_half, d->by_half.hash);
    sipsan_map_expect(&dialogs->by_callee, d->by_callee.hash);
    if (d->newer)
        sipsan_prefetch(d->newer, 0, sizeof(struct sipsan_map_link) * 4);
}

void sipsan_dialog_expect_end(const struct sipsan_dialogs *dialogs, const struct sipsan_txn *txn)
{
    const struct sipsan_answer *answer = txn->answers;

    if (txn->to_tag.p || answer)
        sipsan_map_expect(&dialogs->by_tags,
                          sipsan_key_tags(dialogs->seed, txn->keys.call_id, txn->keys.from_tag,
                                          txn->to_tag.p ? txn->keys.to_tag : answer->tag_key));
}

static struct sipsan_dialog *of_half(struct sipsan_map_link *link, enum sipsan_side side)
{
    return side == SIPSAN_CALLER ? sipsan_container(link, struct sipsan_dialog, by_half)
                                 : sipsan_container(link, struct sipsan_dialog, by_callee);
}

struct sipsan_dialog *sipsan_dialog_half(const struct sipsan_dialogs *dialogs,
                                         const struct sipsan_dialog_names *names,
                                         enum sipsan_side side, size_t *count)
{
    const struct sipsan_map *map = side == SIPSAN_CALLER ? &dialogs->by_half : &dialogs->by_callee;
    uint64_t key = sipsan_key_half(dialogs->seed, names->call_key, names->a_key);
    struct sipsan_map_link *link = sipsan_map_first(map, key);
    struct sipsan_dialog *best = NULL;
    size_t n = 0;

    for (; link; link = sipsan_map_next(link)) {
        struct sipsan_dialog *d = of_half(link, side);

        if (!calls(d, names->call_id) || !bears(d, side, names->a))
            continue;
        n++;
        if (!best || (d->whole && !best->whole))
            best = d;
    }
    if (count)
        *count = n;
    return best;
}

/* --- ageing ---------------------------------------------------------------------------------- */

static void unlink_age(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d)
{
    *(d->older ? &d->older->newer : &dialogs->oldest[d->state]) = d->newer;
    *(d->newer ? &d->newer->older : &dialogs->newest[d->state]) = d->older;
    d->older = d->newer = NULL;
}

static void link_newest(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d)
{
    d->older = dialogs->newest[d->state];
    d->newer = NULL;
    *(d->older ? &d->older->newer : &dialogs->oldest[d->state]) = d;
    dialogs->newest[d->state] = d;
}

static int64_t idle_limit(const struct sipsan_dialog *d)
{
    if (d->state == SIPSAN_DIALOG_CONFIRMED)
        return CONFIRMED_IDLE;
    /* A subscription in the dialog outlives the call: RFC 5057 4.1. */
    return d->state == SIPSAN_DIALOG_EARLY || d->usages ? EARLY_IDLE : LINGER;
}

void sipsan_dialog_become(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                          enum sipsan_dialog_state state)
{
    unlink_age(dialogs, dialog);
    dialog->state = state;
    link_newest(dialogs, dialog);
    (void)sipsan_timer_set(dialogs->timers, &dialog->timer, dialogs->now + idle_limit(dialog));
}

void sipsan_dialog_touch(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog, int64_t time)
{
    if (time > dialog->last)
        dialog->last = time;
    if (dialogs->newest[dialog->state] == dialog)
        return;
    unlink_age(dialogs, dialog);
    link_newest(dialogs, dialog);
}

/* --- life ------------------------------------------------------------------------------------ */

void sipsan_dialog_keep(struct sipsan_dialog *dialog, struct sipsan_text *text,
                        struct sipsan_span in)
{
    if (!sipsan_text_put(&dialog->arena, text, in))
        dialog->lossy = true;
}

static void close_dialog(struct sipsan_dialog *d)
{
    struct sipsan_arena arena = d->arena; /* out of the memory that goes */

    sipsan_arena_reset(&arena);
}

static void remove_dialog(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d)
{
    sipsan_settle_all(dialogs->owing, &d->owes);
    sipsan_timer_stop(dialogs->timers, &d->timer);
    if (d->in_map[0])
        sipsan_map_remove(&dialogs->by_tags, &d->by_tags);
    if (d->in_map[1])
        sipsan_map_remove(&dialogs->by_half, &d->by_half);
    if (d->in_map[2])
        sipsan_map_remove(&dialogs->by_callee, &d->by_callee);
    unlink_age(dialogs, d);
    close_dialog(d);
}

/* Ended ones first, then early ones, confirmed ones last. What is evicted alive leaves a mark: a
 * miss may be due to it as long as it could have lived. */
static bool evict(struct sipsan_dialogs *dialogs)
{
    static const enum sipsan_dialog_state order[] = {SIPSAN_DIALOG_TERMINATED, SIPSAN_DIALOG_EARLY,
                                                     SIPSAN_DIALOG_CONFIRMED};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        struct sipsan_dialog *d = dialogs->oldest[order[i]];

        if (!d)
            continue;
        if (order[i] != SIPSAN_DIALOG_TERMINATED) {
            int64_t until = dialogs->now + idle_limit(d);

            if (until > dialogs->lossy_until)
                dialogs->lossy_until = until;
        }
        dialogs->evicted++;
        remove_dialog(dialogs, d);
        return true;
    }
    return false;
}

/* It lives with its texts in an arena of its own. */
static struct sipsan_dialog *open_dialog(struct sipsan_dialogs *dialogs)
{
    struct sipsan_arena arena;
    struct sipsan_dialog *d;

    sipsan_arena_init(&arena, &dialogs->pool);
    d = sipsan_arena_zalloc(&arena, sizeof(*d));
    if (d)
        d->arena = arena;
    return d;
}

static struct sipsan_dialog *take(struct sipsan_dialogs *dialogs)
{
    struct sipsan_dialog *d = open_dialog(dialogs);

    if (d || !evict(dialogs))
        return d;
    return open_dialog(dialogs);
}

/* Traffic must not make the lists of one half long: every tag that it invents costs a dialog. */
static bool too_many_forks(const struct sipsan_dialogs *dialogs,
                           const struct sipsan_dialog_names *names)
{
    struct sipsan_dialog_names turned = sipsan_dialog_turned(names);
    size_t forks, mirrors;
    struct sipsan_dialog *d = sipsan_dialog_half(dialogs, names, SIPSAN_CALLER, &forks);

    if (d && forks >= FORKS_MAX) {
        d->lossy = true;
        return true;
    }
    d = sipsan_dialog_half(dialogs, &turned, SIPSAN_CALLEE, &mirrors);
    if (d && mirrors >= FORKS_MAX) {
        d->lossy = true;
        return true;
    }
    return false;
}

static bool add_to_maps(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                        const struct sipsan_dialog_names *names)
{
    const uint64_t *seed = dialogs->seed;

    d->in_map[0] = sipsan_map_add(&dialogs->by_tags, &d->by_tags, tags_key(dialogs, names));
    d->in_map[1] =
        d->in_map[0] && sipsan_map_add(&dialogs->by_half, &d->by_half,
                                       sipsan_key_half(seed, names->call_key, names->a_key));
    d->in_map[2] =
        d->in_map[1] && sipsan_map_add(&dialogs->by_callee, &d->by_callee,
                                       sipsan_key_half(seed, names->call_key, names->b_key));
    return d->in_map[2];
}

int sipsan_dialog_make(struct sipsan_dialogs *dialogs, struct sipsan_dialog **out,
                       const struct sipsan_dialog_names *names)
{
    struct sipsan_dialog *d;

    *out = NULL;
    if (too_many_forks(dialogs, names))
        return SIPSAN_OK;
    if (dialogs->by_tags.count >= dialogs->max && !evict(dialogs))
        return SIPSAN_OK;
    d = take(dialogs);
    if (!d)
        return SIPSAN_ENOMEM;
    d->timer.kind = SIPSAN_TIMER_DIALOG;
    d->state = SIPSAN_DIALOG_EARLY;
    d->serial = ++dialogs->serial;
    d->last = dialogs->now;
    d->copies_until = dialogs->started + SIPSAN_TIMER_B;
    link_newest(dialogs, d);
    if (!sipsan_text_put(&d->arena, &d->call_id, names->call_id) ||
        !sipsan_text_put(&d->arena, &d->party[SIPSAN_CALLER].tag, names->a) ||
        !sipsan_text_put(&d->arena, &d->party[SIPSAN_CALLEE].tag, names->b) ||
        !sipsan_timer_set(dialogs->timers, &d->timer, dialogs->now + EARLY_IDLE)) {
        remove_dialog(dialogs, d);
        return SIPSAN_ENOMEM;
    }
    if (!add_to_maps(dialogs, d, names)) { /* full: the next one shall have room */
        remove_dialog(dialogs, d);
        (void)evict(dialogs);
        return SIPSAN_ENOMEM;
    }
    d->rfc2543 = names->a.n == 0 || names->b.n == 0;
    dialogs->total++;
    *out = d;
    return SIPSAN_OK;
}

/* --- timers, life of the table --------------------------------------------------------------- */

/* A dialog that nothing but subscriptions keep alive goes when the last one has run out. */
static int64_t until_subscriptions(const struct sipsan_dialog *d)
{
    int64_t until = sipsan_subscription_until(d);

    if (d->invite || d->state != SIPSAN_DIALOG_CONFIRMED || until == 0 || until == SIPSAN_NEVER)
        return INT64_MAX;
    return (until > d->last ? until : d->last) + SIPSAN_SUBSCRIPTION_LINGER;
}

void sipsan_dialog_timer(struct sipsan_dialogs *dialogs, struct sipsan_timer *timer,
                         sipsan_dialog_end_fn on_end, void *user)
{
    struct sipsan_dialog *d = sipsan_container(timer, struct sipsan_dialog, timer);
    int64_t due = d->last + idle_limit(d);

    if (timer->due > dialogs->now)
        dialogs->now = timer->due;
    /* Set once, not with every message: what was heard since then moves it on. */
    if (due > until_subscriptions(d))
        due = until_subscriptions(d);
    if (d->state == SIPSAN_DIALOG_TERMINATED && !d->usages)
        due = d->ended.time + LINGER;
    if (due <= dialogs->now && d->owes && dialogs->now < due + OWING_MOST)
        due = dialogs->now + OWING_MORE;
    if (due > dialogs->now && sipsan_timer_set(dialogs->timers, timer, due))
        return;
    if (on_end)
        on_end(user, d);
    remove_dialog(dialogs, d);
}

int sipsan_dialogs_init(struct sipsan_dialogs *dialogs, struct sipsan_mem *mem,
                        struct sipsan_timers *timers, struct sipsan_owing *owing,
                        struct sipsan_txns *txns, const struct sipsan_config *config)
{
    size_t max = config->limits.dialogs ? config->limits.dialogs : DIALOGS_MAX;

    *dialogs = (struct sipsan_dialogs){
        .mem = mem,
        .timers = timers,
        .owing = owing,
        .txns = txns,
        .seed = {config->hash_seed[0], config->hash_seed[1]},
        .max = max,
        .as_of = config->as_of,
        .race_window = config->race_window,
    };
    sipsan_pool_init(&dialogs->pool, mem, DIALOG_BLOCK, SPARE_MAX);
    sipsan_map_init(&dialogs->by_tags, mem, max);
    sipsan_map_init(&dialogs->by_half, mem, max);
    sipsan_map_init(&dialogs->by_callee, mem, max);
    return SIPSAN_OK;
}

void sipsan_dialogs_reset(struct sipsan_dialogs *dialogs)
{
    for (size_t i = 0; i < 3; i++)
        while (dialogs->oldest[i])
            remove_dialog(dialogs, dialogs->oldest[i]);
    dialogs->serial = dialogs->total = dialogs->calls = dialogs->evicted = 0;
    dialogs->now = dialogs->started = dialogs->lossy_until = 0;
    dialogs->subscriptions_refused = 0;
}

void sipsan_dialogs_free(struct sipsan_dialogs *dialogs)
{
    sipsan_dialogs_reset(dialogs);
    sipsan_pool_free(&dialogs->pool);
    sipsan_map_free(&dialogs->by_tags);
    sipsan_map_free(&dialogs->by_half);
    sipsan_map_free(&dialogs->by_callee);
}

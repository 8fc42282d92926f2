/* Rules are asked list by list (dispatch.c). A check runs first; only a FAIL asks for evidence
 * (evidence.c), the race window, and whether it is news. */
#include "rules/engine.h"

#include "base/hash.h"
#include "rules/copied.h"

/* Life ---------------------------------------------------------------------------------------- */

static int copy_accused(struct sipsan_engine *engine, const struct sipsan_config *config)
{
    size_t n = config->accused_count * sizeof(*engine->accused);

    engine->config.accused = NULL;
    if (n == 0)
        return SIPSAN_OK;
    engine->accused = sipsan_mem_alloc(engine->mem, n);
    if (!engine->accused)
        return SIPSAN_ENOMEM;
    memcpy(engine->accused, config->accused, n);
    return SIPSAN_OK;
}

static int make_tallies(struct sipsan_engine *engine)
{
    struct sipsan_turns_of *of = &engine->turns_of;

    engine->tallies = sipsan_mem_zalloc(engine->mem, engine->turn_size * sizeof(*engine->tallies));
    of->next = sipsan_mem_zalloc(engine->mem, engine->turn_size * sizeof(*of->next));
    of->first = sipsan_mem_zalloc(engine->mem, engine->rule_count * sizeof(*of->first));
    if (!engine->tallies || !of->next || !of->first)
        return SIPSAN_ENOMEM;
    for (size_t i = 0; i < engine->turn_count; i++) {
        uint16_t *first = &of->first[engine->turns[i].rule];

        of->next[i] = *first;
        *first = (uint16_t)(i + 1);
    }
    return SIPSAN_OK;
}

static size_t chosen_size(const struct sipsan_engine *engine)
{
    return engine->turn_size * SIPSAN_CHOICES * sizeof(*engine->chosen);
}

int sipsan_engine_init(struct sipsan_engine *engine, struct sipsan_mem *mem,
                       const struct sipsan_config *config)
{
    size_t n = sipsan_rule_count();

    *engine = (struct sipsan_engine){.mem = mem, .config = *config, .rule_count = n};
    memcpy(engine->seed, config->hash_seed, sizeof(engine->seed));
    sipsan_map_init(&engine->told, mem, SIPSAN_TOLD_MAX);
    sipsan_presence_init(&engine->presence, config->as_of);
    engine->rows = sipsan_mem_zalloc(mem, n * sizeof(*engine->rows));
    engine->infos = sipsan_mem_zalloc(mem, n * sizeof(*engine->infos));
    engine->stats = sipsan_mem_zalloc(mem, n * sizeof(*engine->stats));
    engine->on = sipsan_mem_zalloc(mem, n * sizeof(*engine->on));
    if (!engine->rows || !engine->infos || !engine->stats || !engine->on ||
        copy_accused(engine, config))
        goto no_memory;
    for (size_t i = 0; i < n; i++) {
        engine->rows[i] = sipsan_rule_row(i);
        engine->on[i] = true;
        sipsan_rule_describe(&engine->infos[i], engine->rows[i]);
    }
    if (sipsan_dispatch_build(engine))
        goto no_memory;
    engine->chosen = sipsan_mem_alloc(mem, chosen_size(engine));
    if (!engine->chosen || make_tallies(engine))
        goto no_memory;
    return SIPSAN_OK;

no_memory:
    sipsan_engine_free(engine);
    return SIPSAN_ENOMEM;
}

static void forget_all(struct sipsan_engine *engine)
{
    struct sipsan_told *told = engine->told_oldest;

    while (told) {
        struct sipsan_told *newer = told->newer;

        sipsan_mem_free(engine->mem, told, sizeof(*told));
        told = newer;
    }
    engine->told_oldest = engine->told_newest = NULL;
    sipsan_map_clear(&engine->told);
}

void sipsan_engine_reset(struct sipsan_engine *engine)
{
    forget_all(engine);
    memset(engine->stats, 0, engine->rule_count * sizeof(*engine->stats));
    memset(engine->tallies, 0, engine->turn_size * sizeof(*engine->tallies));
    engine->current = (struct sipsan_ref){0};
    engine->gap = engine->hole = 0;
    engine->errors = engine->warnings = engine->notes = 0;
    engine->inconclusive = engine->checks = 0;
}

void sipsan_engine_free(struct sipsan_engine *engine)
{
    size_t n = engine->rule_count;

    forget_all(engine);
    sipsan_map_free(&engine->told);
    sipsan_mem_free(engine->mem, engine->turns, engine->turn_size * sizeof(*engine->turns));
    sipsan_mem_free(engine->mem, engine->chosen, engine->chosen ? chosen_size(engine) : 0);
    sipsan_mem_free(engine->mem, engine->tallies,
                    engine->tallies ? engine->turn_size * sizeof(*engine->tallies) : 0);
    sipsan_mem_free(engine->mem, engine->turns_of.next,
                    engine->turns_of.next ? engine->turn_size * sizeof(uint16_t) : 0);
    sipsan_mem_free(engine->mem, engine->turns_of.first,
                    engine->turns_of.first ? n * sizeof(uint16_t) : 0);
    sipsan_mem_free(engine->mem, engine->rows, n * sizeof(*engine->rows));
    sipsan_mem_free(engine->mem, engine->infos, n * sizeof(*engine->infos));
    sipsan_mem_free(engine->mem, engine->stats, n * sizeof(*engine->stats));
    sipsan_mem_free(engine->mem, engine->on, n * sizeof(*engine->on));
    sipsan_mem_free(engine->mem, engine->accused,
                    engine->config.accused_count * sizeof(*engine->accused));
    /* An init that failed has freed it before the owner does. */
    *engine = (struct sipsan_engine){0};
}

struct sipsan_rule_stats sipsan_engine_stats(const struct sipsan_engine *engine, size_t rule)
{
    struct sipsan_rule_stats stats = engine->stats[rule];

    for (unsigned i = engine->turns_of.first[rule]; i != 0; i = engine->turns_of.next[i - 1]) {
        stats.passed += engine->tallies[i - 1].passed;
        stats.not_applicable += engine->tallies[i - 1].not_applicable;
    }
    stats.executed += stats.passed + stats.not_applicable;
    return stats;
}

static void forget(struct sipsan_dispatch *lists, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < SIPSAN_CHOICES; c++)
            lists[i].choices[c].known = false;
}

/* What was chosen was so with other rules on. */
static void forget_choices(struct sipsan_engine *engine)
{
    struct sipsan_dispatch *lists = &engine->by_message[0][0][0];

    forget(lists, sizeof(engine->by_message) / sizeof(*lists));
    forget(engine->by_production, SIPSAN_PROD_COUNT);
    forget(engine->by_owed, SIPSAN_OWED_KINDS);
}

int sipsan_engine_select(struct sipsan_engine *engine, const char *prefix, bool on)
{
    long exact = sipsan_rule_index(prefix);
    size_t hits = 0;

    for (size_t i = 0; i < engine->rule_count; i++)
        hits += (long)i == exact || sipsan_rule_fits(engine->rows[i]->id, prefix);
    if (hits == 0)
        return SIPSAN_EINVAL;
    if (on && !engine->selected)
        memset(engine->on, 0, engine->rule_count * sizeof(*engine->on));
    engine->selected = true;
    for (size_t i = 0; i < engine->rule_count; i++)
        if ((long)i == exact || sipsan_rule_fits(engine->rows[i]->id, prefix))
            engine->on[i] = on;
    forget_choices(engine);
    return SIPSAN_OK;
}

/* News ---------------------------------------------------------------------------------------- */

/* Which message (or exchange) a finding is about, so that it is told once: a message rule follows
 * the message over all hops, the others stay with the transaction of one hop. The start line is no
 * evidence of its own: proxies rewrite it. */
static void hash_subject(struct sipsan_hash *h, const struct sipsan_view *v,
                         const struct sipsan_rule *row)
{
    const struct sipsan_msg *m = v->msg;

    if (v->owed || !m) {
        sipsan_hash_u64(h, v->txn ? v->txn->serial : 0);
        sipsan_hash_u64(h, v->dialog ? v->dialog->serial : 0);
        sipsan_hash_u64(h, v->owed && v->owed->about ? v->owed->about->serial : 0);
        return;
    }
    sipsan_hash_u64(h, (uint64_t)m->status << 8 | m->method_id);
    sipsan_hash_span(h, m->to.tag);
    sipsan_hash_u64(h, m->cseq.number);
    sipsan_hash_nocase(h, m->cseq.method);
    sipsan_hash_span(h, m->call_id);
    sipsan_hash_span(h, m->from.tag);
    if (row->on != SIPSAN_ON_REQUEST && row->on != SIPSAN_ON_RESPONSE &&
        row->on != SIPSAN_ON_MESSAGE && row->on != SIPSAN_ON_FAULT &&
        row->on != SIPSAN_ON_DIALOG_REQUEST && row->on != SIPSAN_ON_DIALOG_RESPONSE)
        sipsan_hash_u64(h, v->txn ? v->txn->serial : 0);
}

static uint64_t fingerprint(const struct sipsan_engine *engine, const struct sipsan_view *v,
                            size_t rule, const struct sipsan_why *why, bool certain)
{
    struct sipsan_hash h;
    bool start_line = v->msg && why->evidence.p == v->msg->start_line.p;

    sipsan_hash_init(&h, engine->seed);
    sipsan_hash_u64(&h, (uint64_t)rule << 1 | certain); /* a suspicion does not hide its proof */
    sipsan_hash_span(&h, start_line ? nothing : why->evidence);
    if (v->fault) /* the same broken text in two places of a message is broken twice */
        sipsan_hash_u64(&h, v->fault->header);
    hash_subject(&h, v, engine->rows[rule]);
    return sipsan_hash_end(&h);
}

static struct sipsan_told *told_slot(struct sipsan_engine *engine)
{
    struct sipsan_told *told;

    if (engine->told.count < SIPSAN_TOLD_MAX) {
        told = sipsan_mem_zalloc(engine->mem, sizeof(*told));
        if (told || !engine->told_oldest)
            return told;
    }
    told = engine->told_oldest;
    engine->told_oldest = told->newer;
    if (!told->newer)
        engine->told_newest = NULL;
    sipsan_map_remove(&engine->told, &told->link);
    return told;
}

/* True the first time. Without memory to remember by, everything is news. */
static bool is_news(struct sipsan_engine *engine, uint64_t print)
{
    struct sipsan_told *told;

    if (sipsan_map_first(&engine->told, print))
        return false;
    told = told_slot(engine);
    if (!told)
        return true;
    if (!sipsan_map_add(&engine->told, &told->link, print)) {
        sipsan_mem_free(engine->mem, told, sizeof(*told));
        return true;
    }
    told->newer = NULL;
    if (engine->told_newest)
        engine->told_newest->newer = told;
    else
        engine->told_oldest = told;
    engine->told_newest = told;
    return true;
}

/* Verdict ------------------------------------------------------------------------------------- */

static bool is_selective(const struct sipsan_config *config)
{
    return config->accused_count > 0 || config->accused_only;
}

static bool is_accused(const struct sipsan_engine *engine, const struct sipsan_view *v,
                       const struct sipsan_why *why)
{
    const struct sipsan_config *config = &engine->config;
    const struct sipsan_addr *culprit = sipsan_culprit(v, why);

    if (!is_selective(config))
        return true;
    if (v->seen && !v->owed && !why->blame && v->seen->flow.sent_by_accused)
        return true;
    for (size_t i = 0; i < config->accused_count; i++) {
        const struct sipsan_addr *a = &engine->accused[i];

        if (sipsan_ip_eq(a, culprit) && (a->port == 0 || a->port == culprit->port))
            return true;
    }
    return v->owed && v->owed->flow.sent_by_accused;
}

/* Two copies before this one, T1 and 2*T1, less some jitter. */
#define LOST_COPIES INT64_C(1400000)

/* A prohibition that may have crossed with this message on the wire: only worth a note. A datagram
 * that looks new may be the repetition of one that was lost before the tap, here or before a proxy
 * that sends it on by another transport. */
static bool may_have_crossed(const struct sipsan_view *v, const struct sipsan_rule *row,
                             const struct sipsan_why *why)
{
    bool of_kind = row->on == SIPSAN_ON_DIALOG_REQUEST || row->on == SIPSAN_ON_HOP_PAIR_REQUEST;
    bool repeated = of_kind && v->seen && v->match && v->match->what == SIPSAN_NEW_REQUEST &&
                    (v->seen->flow.transport == SIPSAN_UDP || v->msg->via_count > 1) &&
                    !v->seen->flow.sent_by_accused;

    return row->knows == SIPSAN_KNOWS_FORBIDDEN && why->since != 0 && !why->proven &&
           v->now - why->since < v->race_window + (repeated ? LOST_COPIES : 0);
}

static void count_severity(struct sipsan_engine *engine, enum sipsan_severity severity)
{
    switch (severity) {
    case SIPSAN_ERROR:
        engine->errors++;
        break;
    case SIPSAN_WARNING:
        engine->warnings++;
        break;
    case SIPSAN_NOTE:
        engine->notes++;
        break;
    }
}

static void conclude(struct sipsan_engine *engine, const struct sipsan_view *v, size_t rule,
                     const struct sipsan_why *why, bool certain)
{
    const struct sipsan_rule *row = engine->rows[rule];
    enum sipsan_severity severity = row->severity;

    certain = certain && sipsan_proven(engine, v, row);
    if (!is_accused(engine, v, why) || !is_news(engine, fingerprint(engine, v, rule, why, certain)))
        return;
    if (!certain) {
        engine->stats[rule].inconclusive++;
        engine->inconclusive++;
        return;
    }
    if (why->lower && severity > SIPSAN_NOTE)
        severity--;
    if (may_have_crossed(v, row, why))
        severity = SIPSAN_NOTE;
    engine->stats[rule].failed++;
    count_severity(engine, severity);
    sipsan_emit(engine, v, rule, why, severity);
}

/* The long parts, text and related, need no clearing: they have an end. */
static void clear_why(struct sipsan_why *why)
{
    memset(why, 0, offsetof(struct sipsan_why, text));
    why->text[0] = '\0';
}

/* The rules of the list that can speak: places in turns. */
static uint16_t *chosen_of(const struct sipsan_engine *engine, const struct sipsan_dispatch *list,
                           const struct sipsan_choice *choice)
{
    return engine->chosen + (size_t)list->from * SIPSAN_CHOICES +
           (size_t)(choice - list->choices) * list->count;
}

static const struct sipsan_choice *choose(const struct sipsan_engine *engine,
                                          struct sipsan_dispatch *list, uint64_t lacks,
                                          unsigned status)
{
    struct sipsan_choice *choice = &list->choices[list->next++ % SIPSAN_CHOICES];
    uint16_t *chosen = chosen_of(engine, list, choice);
    uint16_t n = 0;

    for (unsigned i = list->from; i < (unsigned)list->from + list->count; i++) {
        const struct sipsan_turn *turn = &engine->turns[i];

        if ((turn->shows & lacks) ||
            (status != 0 && status - turn->status_from > turn->status_span) ||
            (engine->selected && !engine->on[turn->rule]))
            continue;
        chosen[n++] = (uint16_t)i;
    }
    *choice = (struct sipsan_choice){
        .lacks = lacks, .status = (uint16_t)status, .count = n, .known = true};
    return choice;
}

static const struct sipsan_choice *choice_for(const struct sipsan_engine *engine,
                                              struct sipsan_dispatch *list,
                                              const struct sipsan_view *v)
{
    const uint64_t lacks = ~(v->shows | engine->ask_anyway) & list->cares;
    const unsigned status = v->msg ? (unsigned)v->msg->status : 0;

    for (unsigned n = 0, i = list->last; n < SIPSAN_CHOICES; n++, i = (i + 1) % SIPSAN_CHOICES) {
        const struct sipsan_choice *c = &list->choices[i];

        if (c->known && c->lacks == lacks && c->status == status) {
            list->last = (uint16_t)i;
            return c;
        }
    }
    return choose(engine, list, lacks, status);
}

/* One message in so many has its checks timed when there is a clock. */
#define SAMPLE 64u

static enum sipsan_verdict check_timed(const struct sipsan_engine *engine,
                                       const struct sipsan_turn *turn, const struct sipsan_view *v,
                                       struct sipsan_why *why)
{
    struct sipsan_rule_stats *stats = &engine->stats[turn->rule];
    uint64_t from = engine->config.clock(engine->config.user);
    enum sipsan_verdict verdict = turn->check(v, why);

    stats->cost += engine->config.clock(engine->config.user) - from;
    stats->sampled++;
    return verdict;
}

#define WRAPPED (UINT64_C(1) << 32)

static void count_passed(struct sipsan_engine *engine, unsigned turn)
{
    if (++engine->tallies[turn].passed == 0)
        engine->stats[engine->turns[turn].rule].passed += WRAPPED;
}

static void count_not_applicable(struct sipsan_engine *engine, unsigned turn)
{
    if (++engine->tallies[turn].not_applicable == 0)
        engine->stats[engine->turns[turn].rule].not_applicable += WRAPPED;
}

static void ask(struct sipsan_engine *engine, struct sipsan_dispatch *list,
                const struct sipsan_view *v, bool certain)
{
    const struct sipsan_choice *choice;
    const uint16_t *at, *end;
    const bool timing = engine->timing;
    struct sipsan_why why;

    if (list->count == 0)
        return;
    choice = choice_for(engine, list, v);
    at = chosen_of(engine, list, choice);
    clear_why(&why);
    for (end = at + choice->count; at < end; at++) {
        const struct sipsan_turn *turn = &engine->turns[*at];
        enum sipsan_verdict verdict =
            timing ? check_timed(engine, turn, v, &why) : turn->check(v, &why);

        if (verdict == SIPSAN_PASS) {
            count_passed(engine, *at);
            continue;
        }
        if (verdict == SIPSAN_NA) {
            count_not_applicable(engine, *at);
        } else {
            engine->stats[turn->rule].executed++;
            conclude(engine, v, turn->rule, &why, certain && verdict == SIPSAN_FAIL);
        }
        clear_why(&why);
    }
    engine->checks += choice->count;
}

void sipsan_engine_begin(struct sipsan_engine *engine, const struct sipsan_ref *ref)
{
    engine->current = *ref;
    engine->timing = engine->config.clock && engine->begun++ % SAMPLE == 0;
}

static void look(struct sipsan_view *v)
{
    if (v->shows == 0)
        v->shows = sipsan_shows_of(v);
}

void sipsan_judge(struct sipsan_engine *engine, enum sipsan_event event, struct sipsan_view *v)
{
    unsigned method = v->msg ? v->msg->method_id : v->txn ? v->txn->method_id : 0;
    unsigned class = v->msg && !v->msg->request ? (unsigned)v->msg->status / 100 : 0;

    if (class > 6)
        class = 0; /* no class of section 21 */
    look(v);
    ask(engine, &engine->by_message[event][method][sipsan_about_responses(event) ? class : 0], v,
        true);
}

void sipsan_judge_faults(struct sipsan_engine *engine, struct sipsan_view *v)
{
    if (v->msg->fault_count > 0)
        look(v);
    for (uint32_t i = 0; i < v->msg->fault_count; i++) {
        v->fault = &v->msg->faults[i];
        if (sipsan_fault_copied(v))
            continue;
        /* The text is wrong whoever wrote it; against somebody who is accused that is not enough.
         */
        ask(engine, &engine->by_production[v->fault->production], v,
            !is_selective(&engine->config) || !sipsan_fault_inherited(v));
    }
    v->fault = NULL;
}

void sipsan_judge_owed(struct sipsan_engine *engine, struct sipsan_view *v, bool certain)
{
    look(v);
    ask(engine, &engine->by_owed[v->owed->kind], v, certain);
}

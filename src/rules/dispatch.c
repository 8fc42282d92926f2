/* Which rules a message of which kind can concern: lists that are made once from the rows, each of
 * them contiguous. */
#include <assert.h>

#include "rules/engine.h"

static const uint64_t any_method = (UINT64_C(1) << SIPSAN_METHOD_COUNT) - 1;

bool sipsan_about_responses(enum sipsan_event event)
{
    return event == SIPSAN_ON_RESPONSE || event == SIPSAN_ON_RESPONSE_IN_TXN ||
           event == SIPSAN_ON_RESPONSE_AGAIN || event == SIPSAN_ON_HOP_PAIR_RESPONSE ||
           event == SIPSAN_ON_DIALOG_RESPONSE || event == SIPSAN_ON_REGISTER_DONE;
}

/* Of the codes that belong to no class only the rule about them speaks. */
static bool class_fits(const struct sipsan_rule *row, int class)
{
    if (class == 0)
        return row->status_from >= 700;
    return row->status_to == 0 ||
           (class * 100 + 99 >= row->status_from && class * 100 <= row->status_to);
}

/* Message rules of both kinds stand in the lists of requests and of responses. */
static bool event_fits(const struct sipsan_rule *row, enum sipsan_event event)
{
    if (event == SIPSAN_ON_NOTHING)
        return false;
    return row->on == event || row->also == event ||
           (row->on == SIPSAN_ON_MESSAGE &&
            (event == SIPSAN_ON_REQUEST || event == SIPSAN_ON_RESPONSE));
}

static bool row_fits(const struct sipsan_rule *row, enum sipsan_event event, unsigned method,
                     int class)
{
    uint64_t methods = row->methods ? row->methods : any_method;

    if (!event_fits(row, event) || !(methods >> method & 1))
        return false;
    return !sipsan_about_responses(event) || class_fits(row, class);
}

/* What RFC 3261 relies on appeared with it: where servers are found (3263), offers and answers
 * (3264). Any other RFC of a higher number demands what was not demanded then. */
static bool of_later_rfc(const struct sipsan_rule_info *info)
{
    return info->rfc > 3261 && info->rfc != 3263 && info->rfc != 3264;
}

/* With the later RFCs in force, or without them. */
static bool in_force(const struct sipsan_engine *engine, size_t rule)
{
    if (engine->config.as_of == 0)
        return !engine->rows[rule]->off_by_update;
    return !of_later_rfc(&engine->infos[rule]);
}

static int add(struct sipsan_engine *engine, struct sipsan_dispatch *list, size_t rule)
{
    const struct sipsan_rule *row = engine->rows[rule];
    size_t used = (size_t)list->from + list->count;

    if (used == engine->turn_size) {
        size_t size = engine->turn_size ? engine->turn_size * 2 : 1024;
        size_t unit = sizeof(*engine->turns);
        void *turns =
            sipsan_mem_resize(engine->mem, engine->turns, engine->turn_size * unit, size * unit);

        if (!turns)
            return SIPSAN_ENOMEM;
        engine->turns = turns;
        engine->turn_size = size;
    }
    engine->turns[used] = (struct sipsan_turn){
        .check = row->check,
        .rule = (uint16_t)rule,
        .status_from = row->status_from,
        .status_span = row->status_to ? (uint16_t)(row->status_to - row->status_from) : UINT16_MAX,
        .shows = row->view | row->odd << SIPSAN_VIEW_BITS,
    };
    list->count++;
    return SIPSAN_OK;
}

/* Lists are filled one after the other, so each is contiguous. */
typedef bool (*fits_fn)(const struct sipsan_rule *row, unsigned a, unsigned b, unsigned c);

static bool fits_message(const struct sipsan_rule *row, unsigned event, unsigned method,
                         unsigned class)
{
    return event != SIPSAN_ON_FAULT && event != SIPSAN_ON_OWED &&
           row_fits(row, (enum sipsan_event)event, method, (int)class);
}

static bool fits_production(const struct sipsan_rule *row, unsigned production, unsigned b,
                            unsigned c)
{
    (void)b;
    (void)c;
    return row->on == SIPSAN_ON_FAULT && row->production == production;
}

static bool fits_owed(const struct sipsan_rule *row, unsigned kind, unsigned b, unsigned c)
{
    (void)b;
    (void)c;
    return (row->on == SIPSAN_ON_OWED || row->also == SIPSAN_ON_OWED) && row->owed == kind;
}

/* Places of rows that a list may hold, in the order of the catalogue: there are hundreds of lists,
 * and none is looked for among all rows. */
struct few {
    uint16_t *rows;
    size_t count;
};

static void narrow(struct few *few, const struct sipsan_engine *engine, unsigned event)
{
    few->count = 0;
    for (size_t i = 0; i < engine->rule_count; i++) {
        const struct sipsan_rule *row = engine->rows[i];

        if (event_fits(row, (enum sipsan_event)event) && in_force(engine, i))
            few->rows[few->count++] = (uint16_t)i;
    }
}

static int fill(struct sipsan_engine *engine, struct sipsan_dispatch *list, size_t *used,
                const struct few *few, fits_fn fits, unsigned a, unsigned b, unsigned c)
{
    *list = (struct sipsan_dispatch){.from = (uint16_t)*used};
    for (size_t i = 0; i < few->count; i++)
        if (fits(engine->rows[few->rows[i]], a, b, c) && add(engine, list, few->rows[i]))
            return SIPSAN_ENOMEM;
    *used += list->count;
    assert(*used <= UINT16_MAX);
    return SIPSAN_OK;
}

/* Events that are about one kind of message only need no list for the other. */
static int fill_messages(struct sipsan_engine *engine, unsigned event, size_t *used,
                         const struct few *few)
{
    bool responses = sipsan_about_responses((enum sipsan_event)event);

    for (unsigned method = 0; method < SIPSAN_METHOD_COUNT; method++)
        for (unsigned class = 0; class <= (responses ? 6u : 0u); class ++)
            if (fill(engine, &engine->by_message[event][method][class], used, few, fits_message,
                     event, method, class))
                return SIPSAN_ENOMEM;
    return SIPSAN_OK;
}

static int fill_all(struct sipsan_engine *engine, struct few *few)
{
    size_t used = 0;

    for (unsigned event = 0; event < SIPSAN_EVENT_COUNT; event++) {
        narrow(few, engine, event);
        if (fill_messages(engine, event, &used, few))
            return SIPSAN_ENOMEM;
    }
    narrow(few, engine, SIPSAN_ON_FAULT);
    for (unsigned p = 0; p < SIPSAN_PROD_COUNT; p++)
        if (fill(engine, &engine->by_production[p], &used, few, fits_production, p, 0, 0))
            return SIPSAN_ENOMEM;
    narrow(few, engine, SIPSAN_ON_OWED);
    for (unsigned k = 0; k < SIPSAN_OWED_KINDS; k++)
        if (fill(engine, &engine->by_owed[k], &used, few, fits_owed, k, 0, 0))
            return SIPSAN_ENOMEM;
    engine->turn_count = used;
    return SIPSAN_OK;
}

int sipsan_dispatch_build(struct sipsan_engine *engine)
{
    size_t size = engine->rule_count * sizeof(uint16_t);
    struct few few = {.rows = sipsan_mem_alloc(engine->mem, size)};
    int err = few.rows ? fill_all(engine, &few) : SIPSAN_ENOMEM;

    sipsan_mem_free(engine->mem, few.rows, size);
    return err;
}

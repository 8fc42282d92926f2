/* Which rules a message of which kind can concern: lists that are made once from the rows, each of
 * them contiguous. */
#include <assert.h>

#include "rules/engine.h"

bool sipsan_about_responses(enum sipsan_event event)
{
    return event == SIPSAN_ON_RESPONSE || event == SIPSAN_ON_RESPONSE_IN_TXN ||
           event == SIPSAN_ON_RESPONSE_AGAIN || event == SIPSAN_ON_HOP_PAIR_RESPONSE ||
           event == SIPSAN_ON_DIALOG_RESPONSE || event == SIPSAN_ON_REGISTER_DONE;
}

/* A bit for each class. Of the codes that belong to none only the rule about them speaks. */
static unsigned classes_of(const struct sipsan_rule *row)
{
    unsigned classes = row->status_from >= 700;

    for (int class = 1; class < SIPSAN_STATUS_CLASSES; class ++)
        if (row->status_to == 0 ||
            (class * 100 + 99 >= row->status_from && class * 100 <= row->status_to))
            classes |= 1u << class;
    return classes;
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
        .shows = sipsan_shows(row->view, row->odd),
    };
    list->cares |= engine->turns[used].shows;
    list->count++;
    return SIPSAN_OK;
}

/* Lists are filled one after the other, so each is contiguous. There are hundreds, so none is
 * looked for among all rows: those that an event concerns are found first, in the order of the
 * catalogue, then those of them for one method. */
struct few {
    uint16_t *rows;   /* places in the catalogue */
    uint8_t *classes; /* of each of these, see classes_of */
    size_t count;
};

static void for_event(struct few *few, const struct sipsan_engine *engine, unsigned event)
{
    bool responses = sipsan_about_responses((enum sipsan_event)event);

    few->count = 0;
    for (size_t i = 0; i < engine->rule_count; i++) {
        const struct sipsan_rule *row = engine->rows[i];

        if (!event_fits(row, (enum sipsan_event)event) || !in_force(engine, i))
            continue;
        few->classes[few->count] = responses ? (uint8_t)classes_of(row) : 1;
        few->rows[few->count++] = (uint16_t)i;
    }
}

static void for_method(struct few *out, const struct few *few, const struct sipsan_engine *engine,
                       unsigned method)
{
    out->count = 0;
    for (size_t i = 0; i < few->count; i++) {
        uint64_t methods = engine->rows[few->rows[i]]->methods;

        if (methods != 0 && !(methods >> method & 1))
            continue;
        out->classes[out->count] = few->classes[i];
        out->rows[out->count++] = few->rows[i];
    }
}

static void begin(struct sipsan_dispatch *list, size_t used)
{
    assert(used <= UINT16_MAX);
    *list = (struct sipsan_dispatch){.from = (uint16_t)used};
}

static int fill_class(struct sipsan_engine *engine, struct sipsan_dispatch *list, size_t *used,
                      const struct few *few, unsigned class)
{
    begin(list, *used);
    for (size_t i = 0; i < few->count; i++)
        if (few->classes[i] >> class & 1 && add(engine, list, few->rows[i]))
            return SIPSAN_ENOMEM;
    *used += list->count;
    return SIPSAN_OK;
}

/* Events that are about one kind of message only need no list for the other. */
static int fill_messages(struct sipsan_engine *engine, unsigned event, size_t *used,
                         const struct few *of_event, struct few *few)
{
    unsigned classes = sipsan_about_responses((enum sipsan_event)event) ? SIPSAN_STATUS_CLASSES : 1;

    for (unsigned method = 0; method < SIPSAN_METHOD_COUNT; method++) {
        for_method(few, of_event, engine, method);
        for (unsigned class = 0; class < classes; class ++)
            if (fill_class(engine, &engine->by_message[event][method][class], used, few, class))
                return SIPSAN_ENOMEM;
    }
    return SIPSAN_OK;
}

/* One rule or two for each production: the rows of each are a chain. */
static int fill_productions(struct sipsan_engine *engine, size_t *used, const struct few *few,
                            uint16_t *next)
{
    uint16_t first[SIPSAN_PROD_COUNT] = {0}; /* places in `few`, and one */

    for (size_t i = few->count; i > 0; i--) {
        uint16_t *head = &first[engine->rows[few->rows[i - 1]]->production];

        next[i - 1] = *head;
        *head = (uint16_t)i;
    }
    for (unsigned p = 0; p < SIPSAN_PROD_COUNT; p++) {
        struct sipsan_dispatch *list = &engine->by_production[p];

        begin(list, *used);
        for (unsigned i = first[p]; i != 0; i = next[i - 1])
            if (add(engine, list, few->rows[i - 1]))
                return SIPSAN_ENOMEM;
        *used += list->count;
    }
    return SIPSAN_OK;
}

static int fill_owed(struct sipsan_engine *engine, size_t *used, const struct few *few)
{
    for (unsigned kind = 0; kind < SIPSAN_OWED_KINDS; kind++) {
        struct sipsan_dispatch *list = &engine->by_owed[kind];

        begin(list, *used);
        for (size_t i = 0; i < few->count; i++)
            if (engine->rows[few->rows[i]]->owed == kind && add(engine, list, few->rows[i]))
                return SIPSAN_ENOMEM;
        *used += list->count;
    }
    return SIPSAN_OK;
}

static int fill_all(struct sipsan_engine *engine, struct few *few, struct few *fewer)
{
    size_t used = 0;

    for (unsigned event = 0; event < SIPSAN_EVENT_COUNT; event++) {
        if (event == SIPSAN_ON_FAULT || event == SIPSAN_ON_OWED)
            continue; /* they have lists of their own */
        for_event(few, engine, event);
        if (fill_messages(engine, event, &used, few, fewer))
            return SIPSAN_ENOMEM;
    }
    for_event(few, engine, SIPSAN_ON_FAULT);
    if (fill_productions(engine, &used, few, fewer->rows))
        return SIPSAN_ENOMEM;
    for_event(few, engine, SIPSAN_ON_OWED);
    if (fill_owed(engine, &used, few))
        return SIPSAN_ENOMEM;
    engine->turn_count = used;
    return SIPSAN_OK;
}

/* What was grown too large goes back. */
static int trim(struct sipsan_engine *engine)
{
    size_t unit = sizeof(*engine->turns);
    void *turns = sipsan_mem_resize(engine->mem, engine->turns, engine->turn_size * unit,
                                    engine->turn_count * unit);

    if (!turns)
        return SIPSAN_ENOMEM;
    engine->turns = turns;
    engine->turn_size = engine->turn_count;
    return SIPSAN_OK;
}

int sipsan_dispatch_build(struct sipsan_engine *engine)
{
    size_t n = engine->rule_count, size = 2 * n * (sizeof(uint16_t) + sizeof(uint8_t));
    uint16_t *rows = sipsan_mem_alloc(engine->mem, size);
    int err = SIPSAN_ENOMEM;

    if (rows) {
        uint8_t *classes = (uint8_t *)(rows + 2 * n);

        err = fill_all(engine, &(struct few){.rows = rows, .classes = classes},
                       &(struct few){.rows = rows + n, .classes = classes + n});
    }
    sipsan_mem_free(engine->mem, rows, size);
    return err ? err : trim(engine);
}

/* The four transaction machines as const tables: RFC 3261 17.1.1.2 (figure 5), 17.1.2.2 (figure 6),
 * 17.2.1 (figure 7), 17.2.2 (figure 8), with the Accepted state of RFC 6026 7. Transport errors and
 * what a transaction user does leave no trace on the wire of this hop and are left out. */
#include "txn/fsm.h"

#include <assert.h>

#define RFC_6026 6026

/* An arrow; STAY is one that ends where it begins. What is not listed is not foreseen. */
#define GO(state)                                                                                  \
    {                                                                                              \
        SIPSAN_STATE_##state, true                                                                 \
    }

typedef struct sipsan_step step_table[SIPSAN_STATE_COUNT][SIPSAN_INPUT_COUNT];

static const step_table machines[SIPSAN_MACHINE_COUNT] = {
    [SIPSAN_INVITE_CLIENT] =
        {
            [SIPSAN_STATE_CALLING] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(CALLING), /* timer A */
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(ACCEPTED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_TIMEOUT] = GO(TERMINATED), /* timer B */
                },
            [SIPSAN_STATE_PROCEEDING] =
                {
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(ACCEPTED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                },
            [SIPSAN_STATE_COMPLETED] =
                {
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_ACK] = GO(COMPLETED),     /* what the arrow above sends */
                    [SIPSAN_INPUT_LINGER] = GO(TERMINATED), /* timer D */
                },
            [SIPSAN_STATE_ACCEPTED] =
                {
                    [SIPSAN_INPUT_2XX] = GO(ACCEPTED),
                    [SIPSAN_INPUT_LINGER] = GO(TERMINATED), /* timer M */
                },
        },
    [SIPSAN_OTHER_CLIENT] =
        {
            [SIPSAN_STATE_TRYING] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(TRYING), /* timer E */
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_TIMEOUT] = GO(TERMINATED), /* timer F */
                },
            [SIPSAN_STATE_PROCEEDING] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(PROCEEDING),
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_TIMEOUT] = GO(TERMINATED),
                },
            [SIPSAN_STATE_COMPLETED] =
                {
                    [SIPSAN_INPUT_2XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_LINGER] = GO(TERMINATED), /* timer K */
                },
        },
    [SIPSAN_INVITE_SERVER] =
        {
            [SIPSAN_STATE_PROCEEDING] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(PROCEEDING),
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(ACCEPTED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                },
            [SIPSAN_STATE_COMPLETED] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(COMPLETED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED), /* timer G */
                    [SIPSAN_INPUT_ACK] = GO(CONFIRMED),
                    [SIPSAN_INPUT_TIMEOUT] = GO(TERMINATED), /* timer H */
                },
            [SIPSAN_STATE_CONFIRMED] =
                {
                    [SIPSAN_INPUT_ACK] = GO(CONFIRMED),
                    [SIPSAN_INPUT_LINGER] = GO(TERMINATED), /* timer I */
                },
            [SIPSAN_STATE_ACCEPTED] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(ACCEPTED),
                    [SIPSAN_INPUT_2XX] = GO(ACCEPTED),
                    [SIPSAN_INPUT_ACK] = GO(ACCEPTED),
                    [SIPSAN_INPUT_LINGER] = GO(TERMINATED), /* timer L */
                },
        },
    [SIPSAN_OTHER_SERVER] =
        {
            [SIPSAN_STATE_TRYING] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(TRYING),
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                },
            [SIPSAN_STATE_PROCEEDING] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(PROCEEDING),
                    [SIPSAN_INPUT_1XX] = GO(PROCEEDING),
                    [SIPSAN_INPUT_2XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                },
            [SIPSAN_STATE_COMPLETED] =
                {
                    [SIPSAN_INPUT_REQUEST] = GO(COMPLETED),
                    [SIPSAN_INPUT_2XX] = GO(COMPLETED), /* the answers to repeats */
                    [SIPSAN_INPUT_3XX_6XX] = GO(COMPLETED),
                    [SIPSAN_INPUT_LINGER] = GO(TERMINATED), /* timer J */
                },
        },
};

enum sipsan_state sipsan_fsm_start(enum sipsan_machine machine)
{
    switch (machine) {
    case SIPSAN_INVITE_CLIENT:
        return SIPSAN_STATE_CALLING;
    case SIPSAN_INVITE_SERVER:
        return SIPSAN_STATE_PROCEEDING;
    default:
        return SIPSAN_STATE_TRYING;
    }
}

struct sipsan_step sipsan_fsm_step(enum sipsan_machine machine, enum sipsan_state state,
                                   enum sipsan_input input, int as_of)
{
    struct sipsan_step step;

    assert(machine < SIPSAN_MACHINE_COUNT && state < SIPSAN_STATE_COUNT &&
           input < SIPSAN_INPUT_COUNT);
    step = machines[machine][state][input];
    if (!step.foreseen)
        return (struct sipsan_step){(uint8_t)state, false};
    /* Before RFC 6026 a 2xx destroyed both INVITE machines at once. */
    if (step.next == SIPSAN_STATE_ACCEPTED && as_of != 0 && as_of < RFC_6026)
        step.next = SIPSAN_STATE_TERMINATED;
    return step;
}

const char *sipsan_state_name(enum sipsan_state state)
{
    static const char *const names[SIPSAN_STATE_COUNT] = {
        "Calling", "Trying", "Proceeding", "Completed", "Confirmed", "Accepted", "Terminated",
    };

    return state < SIPSAN_STATE_COUNT ? names[state] : "";
}

/* The transaction machines of RFC 3261 figures 5 to 8 and RFC 6026 (Accepted), as tables. An
 * observer steps the client's and the server's machine of one exchange side by side. */
#ifndef SIPSAN_TXN_FSM_H
#define SIPSAN_TXN_FSM_H

#include <stdbool.h>
#include <stdint.h>

enum sipsan_state {
    SIPSAN_STATE_CALLING, /* INVITE client */
    SIPSAN_STATE_TRYING,  /* non-INVITE, both sides */
    SIPSAN_STATE_PROCEEDING,
    SIPSAN_STATE_COMPLETED,
    SIPSAN_STATE_CONFIRMED, /* INVITE server: ACK seen */
    SIPSAN_STATE_ACCEPTED,  /* INVITE, RFC 6026: 2xx seen */
    SIPSAN_STATE_TERMINATED,
    SIPSAN_STATE_COUNT
};

enum sipsan_input {
    SIPSAN_INPUT_REQUEST, /* the request, or a repeat of it */
    SIPSAN_INPUT_1XX,
    SIPSAN_INPUT_2XX,
    SIPSAN_INPUT_3XX_6XX,
    SIPSAN_INPUT_ACK,
    SIPSAN_INPUT_TIMEOUT, /* timers B, F, H */
    SIPSAN_INPUT_LINGER,  /* timers D, I, J, K, L, M: the wait for repeats is over */
    SIPSAN_INPUT_COUNT
};

enum sipsan_machine {
    SIPSAN_INVITE_CLIENT, /* figure 5 */
    SIPSAN_OTHER_CLIENT,  /* figure 6 */
    SIPSAN_INVITE_SERVER, /* figure 7 */
    SIPSAN_OTHER_SERVER,  /* figure 8 */
    SIPSAN_MACHINE_COUNT
};

struct sipsan_step {
    uint8_t next;  /* enum sipsan_state */
    bool foreseen; /* the figure has this arrow (repeats that it absorbs included) */
};

enum sipsan_state sipsan_fsm_start(enum sipsan_machine machine);

/* as_of 3261: without RFC 6026. */
struct sipsan_step sipsan_fsm_step(enum sipsan_machine machine, enum sipsan_state state,
                                   enum sipsan_input input, int as_of);

const char *sipsan_state_name(enum sipsan_state state);

/* Timers of table 4 with their default base values, microseconds. */
#define SIPSAN_T1      INT64_C(500000)
#define SIPSAN_T2      INT64_C(4000000)
#define SIPSAN_T4      INT64_C(5000000)
#define SIPSAN_TIMER_B (64 * SIPSAN_T1) /* also F, H, J, L, M */
#define SIPSAN_TIMER_D INT64_C(32000000)

#endif

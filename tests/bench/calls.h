/* A generated call and the text of its messages: gencalls.c decides what happens when. */
#ifndef CALLS_H
#define CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture.h"

enum side { CALLER, CALLEE };

enum what {
    INVITE,
    TRYING,
    RINGING,
    ANSWER,
    ACK,
    BYE,
    BYE_OK,
    LATE_BYE,
    LATE_BYE_OK,
    BUSY,
    BUSY_ACK,
    CANCEL,
    CANCEL_OK,
    TERMINATED,
    TERMINATED_ACK,
    REINVITE,
    RETRYING,
    REANSWER,
    REACK,
    REGISTER,
    CHALLENGE,
    REGISTER_AUTH,
    REGISTERED,
    END,
};

/* What happens and after which pause: between min and min + spread milliseconds. Replies come well
 * before T1 (500 ms), so that nobody has to repeat anything. */
struct step {
    uint8_t what; /* enum what */
    uint32_t min, spread;
};

struct call {
    int64_t due; /* microseconds since the epoch */
    uint64_t number;
    uint64_t random;
    const struct step *steps;
    uint8_t step;
    uint64_t round; /* how often it was re-negotiated before */
    bool callee_ends;
    bool tcp;
};

/* Questions of drawn; some have a number for each side, step or branch. */
enum { DRAW_AGENT, DRAW_HOST = 2, DRAW_TAG = 4, DRAW_CSEQ = 6, DRAW_CALL_ID = 8, DRAW_USER = 9 };
enum { DRAW_PAUSE = 16, DRAW_BRANCH = 64, DRAW_NONCE = 96, DRAW_CNONCE, DRAW_DIGEST };
enum { DRAW_KIND = 1000, DRAW_ENDER };

/* A number that is the same for the same call and question. */
uint64_t drawn(const struct call *c, uint64_t what);

/* IPv4 address, host order. */
uint32_t host_of(const struct call *c, enum side side);

/* The message of the step that is due; *from: who sends it. */
void write_message(struct text *t, const struct call *c, enum side *from);

#endif

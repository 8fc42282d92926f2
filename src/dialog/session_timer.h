/* RFC 4028: the session timer of a dialog as both its sides know it. A timer that a proxy has put
 * into the 2xx for the caller alone is not seen here: responses count where they are seen first. */
#ifndef SIPSAN_DIALOG_SESSION_TIMER_H
#define SIPSAN_DIALOG_SESSION_TIMER_H

#include "parse/msg.h"

struct sipsan_session_timer {
    struct sipsan_ref since; /* the 2xx that it runs from; time 0: none runs */
    uint32_t interval;       /* seconds */
    uint8_t refresher;       /* enum sipsan_side; SIPSAN_NO_SIDE: not said */
    bool attempted;          /* a refresh was asked for since, successful or not */
    bool supports[2];        /* the side has said so in a request or 2xx */
    uint32_t told[2];        /* largest Min-SE that this side has received; 0: none */
    struct sipsan_ref told_at[2];
};

/* An INVITE or UPDATE of this side, and a response to one, at first sight. */
void sipsan_session_timer_request(struct sipsan_session_timer *timer, int side,
                                  const struct sipsan_msg *msg, const struct sipsan_ref *ref);
void sipsan_session_timer_response(struct sipsan_session_timer *timer, int responder,
                                   const struct sipsan_msg *msg, const struct sipsan_ref *ref);

/* Seconds of Session-Expires and of Min-SE; 0: not there, broken, or more than 32 bits. */
uint32_t sipsan_session_interval(const struct sipsan_msg *msg);
uint32_t sipsan_session_minimum(const struct sipsan_msg *msg);

/* The option tag timer in Supported, in Require. */
static inline bool sipsan_supports_timer(const struct sipsan_msg *msg)
{
    return sipsan_token_listed(msg->supported, SPAN_LIT("timer"));
}

static inline bool sipsan_requires_timer(const struct sipsan_msg *msg)
{
    return sipsan_token_listed(msg->require, SPAN_LIT("timer"));
}

#endif

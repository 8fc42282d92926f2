/* See session_timer.h. */
#include "dialog/session_timer.h"

#include "dialog/dialog.h"
#include "parse/later.h"

static uint32_t seconds(uint64_t number)
{
    return number <= UINT32_MAX ? (uint32_t)number : 0;
}

uint32_t sipsan_session_interval(const struct sipsan_msg *msg)
{
    struct sipsan_session_expires expires;

    return sipsan_msg_session_expires(&expires, msg) ? seconds(expires.seconds) : 0;
}

uint32_t sipsan_session_minimum(const struct sipsan_msg *msg)
{
    return seconds(sipsan_msg_number(msg, SIPSAN_HDR_MIN_SE));
}

/* RFC 4028 7.4: the largest of all that were received counts. */
static void tell(struct sipsan_session_timer *timer, int side, const struct sipsan_msg *msg,
                 const struct sipsan_ref *ref)
{
    uint32_t minimum = sipsan_session_minimum(msg);

    if (minimum <= timer->told[side])
        return;
    timer->told[side] = minimum;
    timer->told_at[side] = *ref;
}

void sipsan_session_timer_request(struct sipsan_session_timer *timer, int side,
                                  const struct sipsan_msg *msg, const struct sipsan_ref *ref)
{
    timer->attempted = true;
    timer->supports[side] |= sipsan_supports_timer(msg);
    tell(timer, !side, msg, ref);
}

void sipsan_session_timer_response(struct sipsan_session_timer *timer, int responder,
                                   const struct sipsan_msg *msg, const struct sipsan_ref *ref)
{
    struct sipsan_session_expires expires;

    if (msg->status == 422)
        tell(timer, !responder, msg, ref);
    if (msg->status < 200 || msg->status > 299)
        return;
    timer->since = (struct sipsan_ref){0};
    timer->attempted = false;
    timer->supports[responder] |= sipsan_supports_timer(msg);
    if (!sipsan_msg_session_expires(&expires, msg) || seconds(expires.seconds) == 0)
        return;
    timer->supports[responder] = true;
    timer->since = *ref;
    timer->interval = seconds(expires.seconds);
    timer->refresher = SIPSAN_NO_SIDE;
    if (expires.refresher != SIPSAN_REFRESHER_NONE)
        timer->refresher =
            (uint8_t)(expires.refresher == SIPSAN_REFRESHER_UAS ? responder : !responder);
}

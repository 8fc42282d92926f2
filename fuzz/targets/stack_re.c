/* libre's user agent (sip, sipsess, sipevent and sdp) as the accused: rings, answers after a
 * second, takes new offers, notifies of what is subscribed to, and leaves the rest to the library.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#define HAVE_STDBOOL_H 1 /* or it makes a bool of its own */
#include <re.h>
#define DEBUG_MODULE "sipsan" /* re_dbg.h wants them */
#define DEBUG_LEVEL  0
#include <re_dbg.h>

#include "target.h"

#define RINGS     1000 /* milliseconds */
#define CALLS_MAX 32
#define ALLOW     "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, SUBSCRIBE, NOTIFY\r\n"

struct call {
    struct sipsess *session;
    struct sdp_session *sdp;
    struct tmr rings;
    bool offered; /* the INVITE had an offer */
};

static struct sip *sip;
static struct sip_lsnr *listener;
static struct sipsess_sock *sessions;
static struct sipevent_sock *events;
static struct sipnot *notifiers[CALLS_MAX];
static struct call calls[CALLS_MAX];
static struct sa own_address;
static bool stopped;

/* One turn of the library's loop ends here; time goes no further than it was allowed to. */
static int64_t until;

static void on_turn(void)
{
    if (target_clock() > until)
        target_clock_set(until);
    re_cancel();
}

/* The library's tags and branches are made of these: the same for each input. */
static uint64_t state;

__attribute__((visibility("default"))) int RAND_bytes(unsigned char *out, int n);

int RAND_bytes(unsigned char *out, int n)
{
    for (int i = 0; i < n; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (unsigned char)(state >> 56);
    }
    return 1;
}

/* Calls --------------------------------------------------------------------------------------- */

static void end_call(struct call *call)
{
    tmr_cancel(&call->rings);
    call->session = mem_deref(call->session);
    call->sdp = mem_deref(call->sdp);
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
    (void)err;
    (void)msg;
    end_call(arg);
}

static int describe(struct mbuf **out, struct call *call, const struct sip_msg *msg)
{
    bool has_offer = msg && mbuf_get_left(msg->mb) > 0;
    int err = has_offer ? sdp_decode(call->sdp, msg->mb, true) : 0;

    return err ? err : sdp_encode(out, call->sdp, !has_offer);
}

static int on_offer(struct mbuf **out, const struct sip_msg *msg, void *arg)
{
    return describe(out, arg, msg);
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
    struct call *call = arg;

    return sdp_decode(call->sdp, msg->mb, false);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
    (void)msg;
    (void)arg;
}

static void on_info(struct sip *of, const struct sip_msg *msg, void *arg)
{
    (void)arg;
    (void)sip_reply(of, msg, 200, "OK");
}

static void on_refer(struct sip *of, const struct sip_msg *msg, void *arg)
{
    (void)arg;
    (void)sip_treply(NULL, of, msg, 603, "Decline");
}

static void on_rung(void *arg)
{
    struct call *call = arg;
    struct mbuf *body = NULL;

    if (sdp_encode(&body, call->sdp, !call->offered) != 0 ||
        sipsess_answer(call->session, 200, "OK", body, ALLOW) != 0)
        end_call(call);
    mem_deref(body);
}

static struct call *new_call(void)
{
    struct sdp_media *audio;

    for (size_t i = 0; i < CALLS_MAX; i++) {
        struct call *call = &calls[i];

        if (call->session || call->sdp)
            continue;
        if (sdp_session_alloc(&call->sdp, &own_address) != 0)
            return NULL;
        if (sdp_media_add(&audio, call->sdp, "audio", 40000, "RTP/AVP") != 0 ||
            sdp_format_add(NULL, audio, false, "0", "PCMU", 8000, 1, NULL, NULL, NULL, false,
                           NULL) != 0) {
            call->sdp = mem_deref(call->sdp);
            return NULL;
        }
        return call;
    }
    return NULL;
}

static void on_invite(const struct sip_msg *msg, void *arg)
{
    struct call *call = new_call();

    (void)arg;
    if (!call) {
        (void)sip_treply(NULL, sip, msg, 486, "Busy Here");
        return;
    }
    call->offered = mbuf_get_left(msg->mb) > 0;
    if (call->offered && sdp_decode(call->sdp, msg->mb, true) != 0) {
        (void)sip_treply(NULL, sip, msg, 488, "Not Acceptable Here");
        end_call(call);
        return;
    }
    if (sipsess_accept(&call->session, sessions, msg, 180, "Ringing", "bob", "application/sdp",
                       NULL, NULL, NULL, false, on_offer, on_answer, on_established, on_info,
                       on_refer, on_close, call, ALLOW) != 0) {
        end_call(call);
        return;
    }
    tmr_start(&call->rings, RINGS, on_rung, call);
}

/* Other requests ------------------------------------------------------------------------------ */

static void on_unsubscribed(int err, const struct sip_msg *msg, void *arg)
{
    struct sipnot **notifier = arg;

    (void)err;
    (void)msg;
    *notifier = mem_deref(*notifier);
}

static bool on_subscribe(const struct sip_msg *msg, void *arg)
{
    const struct sip_hdr *header = sip_msg_hdr(msg, SIP_HDR_EVENT);
    struct sipevent_event event;
    struct sipnot **free = NULL;

    (void)arg;
    for (size_t i = 0; i < CALLS_MAX && !free; i++)
        free = notifiers[i] ? NULL : &notifiers[i];
    if (!free || !header || sipevent_event_decode(&event, &header->val) != 0 ||
        pl_strcasecmp(&event.event, "message-summary") != 0) {
        (void)sip_treplyf(NULL, NULL, sip, msg, false, 489, "Bad Event",
                          "Allow-Events: message-summary\r\nContent-Length: 0\r\n\r\n");
        return true;
    }
    if (sipevent_accept(free, events, msg, NULL, &event, 200, "OK", 60, 600, 3600, "bob",
                        "application/simple-message-summary", NULL, NULL, false, on_unsubscribed,
                        free, NULL) == 0)
        (void)sipevent_notifyf(*free, NULL, SIPEVENT_ACTIVE, SIPEVENT_DEACTIVATED, 0,
                               "Messages-Waiting: no\r\n");
    return true;
}

static bool on_request(const struct sip_msg *msg, void *arg)
{
    (void)arg;
    if (pl_strcmp(&msg->met, "OPTIONS") != 0)
        return false;
    (void)sip_treplyf(NULL, NULL, sip, msg, true, 200, "OK",
                      ALLOW "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n");
    return true;
}

/* Turns --------------------------------------------------------------------------------------- */

static void on_exit(void *arg)
{
    (void)arg;
    stopped = true;
}

static bool init(void)
{
    dbg_init(DBG_EMERG, DBG_NONE);
    return libre_init() == 0;
}

static bool start(const char *address)
{
    state = 1;
    stopped = false;
    return sa_set_str(&own_address, address, 5060) == 0 &&
           sip_alloc(&sip, NULL, 32, 32, 32, "libre", on_exit, NULL) == 0 &&
           sip_transp_add(sip, SIP_TRANSP_UDP, &own_address) == 0 &&
           sip_listen(&listener, sip, true, on_request, NULL) == 0 &&
           sipsess_listen(&sessions, sip, 32, on_invite, NULL) == 0 &&
           sipevent_listen(&events, sip, 32, 32, on_subscribe, NULL) == 0;
}

static void nothing(void *arg)
{
    (void)arg;
}

/* It waits for its next timer, so there must be one no later than the end. */
static void step(int milliseconds)
{
    static struct tmr end;

    until = target_clock() + (int64_t)milliseconds * 1000;
    target_turn = on_turn;
    tmr_start(&end, (uint64_t)milliseconds, nothing, NULL);
    re_main(NULL);
    tmr_cancel(&end);
    target_turn = NULL;
}

static void stop(void)
{
    for (size_t i = 0; i < CALLS_MAX; i++) {
        end_call(&calls[i]);
        notifiers[i] = mem_deref(notifiers[i]);
    }
    sipsess_close_all(sessions);
    sip_close(sip, false);
    for (int i = 0; i < 200 && !stopped; i++)
        step(1000);
    sip_close(sip, true);
    listener = mem_deref(listener);
    events = mem_deref(events);
    sessions = mem_deref(sessions);
    sip = mem_deref(sip);
}

const struct target_stack target_stack = {
    .name = "libre",
    .init = init,
    .start = start,
    .step = step,
    .stop = stop,
};

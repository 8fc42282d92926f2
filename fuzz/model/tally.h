/* What lives have met: legal --count. A row that no life reaches is a promise that is not kept. */
#ifndef FUZZ_MODEL_TALLY_H
#define FUZZ_MODEL_TALLY_H

#include <stdint.h>

/* X(name, what) */
#define MODEL_EVENTS(X)                                                                            \
    X(REQUEST_AGAIN, "timer A or E: a request is sent again")                                      \
    X(NO_ANSWER, "timer B or F: nobody answers")                                                   \
    X(FINAL_AGAIN, "timer G: a final response to INVITE is sent again")                            \
    X(ANSWER_AGAIN, "a request that came again gets the same response")                            \
    X(ACK_AGAIN, "an ACK is sent again for a response that came again")                            \
    X(TIMER_C, "timer C: a proxy gives up")                                                        \
    X(CANCEL_WAITS, "CANCEL waits for a provisional response")                                     \
    X(MERGED, "8.2.2.2: a request comes by two ways")                                              \
    X(OUT_OF_ORDER, "12.2.2: a request of a dialog is older than the last one")                    \
    X(FORK_ANSWERED_TWICE, "13.2.2.4: a second dialog is acknowledged and hung up")                \
    X(OK_AFTER_CANCEL, "a 2xx crosses the CANCEL")                                                 \
    X(OK_AGAIN, "a 2xx to INVITE is sent again")                                                   \
    X(OK_UNACKNOWLEDGED, "a 2xx to INVITE gets no ACK")                                            \
    X(RELIABLE_AGAIN, "RFC 3262: a reliable response is sent again")                               \
    X(SERIAL_NEXT, "a proxy tries the next target")                                                \
    X(RECURSED, "16.7: a proxy tries what a 3xx names")                                            \
    X(INVITE_IN_MORATORIUM, "RFC 5407 3.1.1: INVITE again behind the 2xx")                         \
    X(CANCEL_IN_MORATORIUM, "RFC 5407 3.1.2: CANCEL behind the 2xx")                               \
    X(EARLY_BYE_IN_MORATORIUM, "RFC 5407 3.1.3: BYE of the early dialog behind the 2xx")           \
    X(REINVITE_IN_MORATORIUM, "RFC 5407 3.1.4, 3.1.5: re-INVITE before the ACK")                   \
    X(BYE_IN_MORATORIUM, "RFC 5407 3.1.6: BYE before the ACK")                                     \
    X(BYE_AFTER_BYE, "RFC 5407 3.2.1: BYEs cross")                                                 \
    X(REINVITE_AFTER_BYE, "RFC 5407 3.2.2: re-INVITE crosses BYE")                                 \
    X(OK_AFTER_END, "RFC 5407 3.2.3: 2xx to a re-INVITE crosses BYE")                              \
    X(ACK_AFTER_END, "RFC 5407 3.2.4: ACK crosses BYE")                                            \
    X(REINVITES_CROSS, "RFC 5407 3.3.1: re-INVITEs cross")                                         \
    X(UPDATE_CROSSES, "RFC 5407 3.3.2: UPDATE crosses an offer")                                   \
    X(REFER_AFTER_BYE, "RFC 5407 3.3.3: REFER crosses BYE")                                        \
    X(EARLY_UPDATE, "RFC 3311: UPDATE before the final response to INVITE")                        \
    X(BINDING_EXPIRED, "a binding expires")                                                        \
    X(BINDING_USED, "a request goes to a binding")                                                 \
    X(BINDING_NONE, "nobody is bound")                                                             \
    X(BINDINGS_REMOVED, "Contact: *")                                                              \
    X(NONCE_STALE, "a nonce is no longer taken")                                                   \
    X(NOTIFY_BEFORE_OK, "RFC 6665 4.1.2.4: NOTIFY before the 2xx")                                 \
    X(NOTIFY_OF_FORK, "RFC 6665 4.1.4: a second notifier, taken")                                  \
    X(NOTIFY_REFUSED, "a NOTIFY that nobody asked for, or a second notifier, refused")             \
    X(SUBSCRIPTION_RENEWED, "a subscription is renewed")                                           \
    X(SUBSCRIPTION_LEFT, "a subscription is ended by its subscriber")                              \
    X(SUBSCRIPTION_EXPIRED, "a subscription expires")                                              \
    X(SUBSCRIPTION_ENDED, "a subscription is ended by its notifier")                               \
    X(SUBSCRIPTION_GONE, "a subscription that is over is renewed")                                 \
    X(STATE_FETCHED, "RFC 6665 4.4.3: Expires: 0 from the start")                                  \
    X(STATE_MODIFIED, "RFC 3903 4.4: published state is replaced")                                 \
    X(STATE_REFRESHED, "RFC 3903 4.3: it is kept longer")                                          \
    X(STATE_REMOVED, "RFC 3903 4.5: it is removed")                                                \
    X(NATTED, "RFC 3581: somebody is behind a NAT")                                                \
    X(PACKET_LOST, "a datagram is lost")                                                           \
    X(PACKET_TORN, "some fragments of a datagram are lost")                                        \
    X(PACKET_DOUBLED, "a datagram is doubled")                                                     \
    X(PACKET_LATE, "a packet is overtaken")

enum model_event {
#define X(name, what) LIVED_##name,
    MODEL_EVENTS(X)
#undef X
        MODEL_EVENT_COUNT
};

/* Of all lives of one world; sent anew, not only sent again. */
struct lives_tally {
    uint64_t events[MODEL_EVENT_COUNT];
    uint64_t requests[32]; /* by enum method */
    uint64_t responses[700];
};

#endif

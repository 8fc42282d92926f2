/* Traffic for tests of the dialog room: messages written as designated initialisers run through
 * parser, transactions and the tables under test, timers in between, as the pipeline does it.
 *
 * Hosts are letters: A is 192.0.2.65 and so on, always port 5060. */
#ifndef SIPSAN_TESTS_TRAFFIC_H
#define SIPSAN_TESTS_TRAFFIC_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "dialog/binding.h"
#include "dialog/dialog.h"
#include "dialog/nonce.h"
#include "parse/uri.h"

struct traffic {
    struct sipsan_mem mem;
    struct sipsan_legs legs;
    struct sipsan_timers timers;
    struct sipsan_owing owing;
    struct sipsan_txns txns;
    struct sipsan_dialogs dialogs;
    struct sipsan_bindings bindings;
    struct sipsan_nonces nonces;
    struct sipsan_msg *msg; /* the last message, when no transaction keeps it */
    uint32_t frame;
    bool starved; /* memory may be refused: what cannot be handled is left out */
    int dialogs_ended;
    int overdue[SIPSAN_OWED_KINDS], provable[SIPSAN_OWED_KINDS];

    /* Of the last message, before its effect. */
    struct sipsan_seen seen;
    struct sipsan_match match;
    struct sipsan_call_match call;
    struct sipsan_registration *registration;
};

/* vias: "a1@A" or "p1@P a1@A", the top one first. */
struct words {
    int ms;
    const char *way;   /* "A>B" */
    const char *start; /* "INVITE sip:b@192.0.2.66", or "200 OK" */
    const char *vias, *from, *to, *call_id, *cseq;
    const char *extra; /* header lines, each with "\r\n" */
    const char *sdp;
    const char *from_uri, *to_uri;
};

static const int64_t traffic_epoch = INT64_C(1700000000000000);

static inline void traffic_txn_end(void *user, struct sipsan_txn *txn)
{
    struct traffic *t = user;

    sipsan_dialog_txn_end(&t->dialogs, txn);
    sipsan_binding_txn_end(&t->bindings, txn);
}

static inline void traffic_open(struct traffic *t, uint32_t max_dialogs)
{
    struct sipsan_config config = {.limits = {.dialogs = max_dialogs,
                                              .transactions = 1000,
                                              .bindings = max_dialogs,
                                              .legs = 100},
                                   .race_window = 500000};

    memset(t, 0, sizeof(*t));
    sipsan_mem_init(&t->mem);
    sipsan_timers_init(&t->timers, &t->mem);
    sipsan_legs_init(&t->legs, &t->mem, config.hash_seed, 100);
    sipsan_owing_init(&t->owing, &t->mem, &t->timers);
    assert_int_equal(sipsan_txns_init(&t->txns, &t->mem, &t->legs, &t->timers, &t->owing, &config),
                     0);
    assert_int_equal(
        sipsan_dialogs_init(&t->dialogs, &t->mem, &t->timers, &t->owing, &t->txns, &config), 0);
    assert_int_equal(sipsan_bindings_init(&t->bindings, &t->mem, &t->timers, &config), 0);
    assert_int_equal(sipsan_nonces_init(&t->nonces, &t->mem, &t->timers, &config), 0);
    t->txns.on_evict = traffic_txn_end;
    t->txns.on_evict_user = t;
}

/* Everything goes back: what is left in use is a leak. */
static inline void traffic_close(struct traffic *t)
{
    sipsan_msg_close(t->msg);
    sipsan_dialogs_free(&t->dialogs);
    sipsan_bindings_free(&t->bindings);
    sipsan_nonces_free(&t->nonces);
    sipsan_txns_free(&t->txns);
    sipsan_owing_free(&t->owing);
    sipsan_legs_free(&t->legs);
    sipsan_timers_free(&t->timers);
    assert_int_equal(t->mem.used, 0);
}

static inline void traffic_dialog_end(void *user, struct sipsan_dialog *dialog)
{
    struct traffic *t = user;

    (void)dialog;
    t->dialogs_ended++;
}

static inline void traffic_overdue(struct traffic *t, struct sipsan_timer *timer)
{
    struct sipsan_owed *owed = sipsan_container(timer, struct sipsan_owed, timer);

    t->overdue[owed->kind]++;
    t->provable[owed->kind] += owed->provable;
    sipsan_owed_overdue(&t->owing, owed, &t->legs);
}

/* Time passes up to `ms`. */
static inline void traffic_wait(struct traffic *t, int ms)
{
    int64_t now = traffic_epoch + (int64_t)ms * 1000;
    struct sipsan_timer *timer;

    while ((timer = sipsan_timers_pop(&t->timers, now)) != NULL) {
        switch (timer->kind) {
        case SIPSAN_TIMER_TXN:
            sipsan_txn_timer(&t->txns, timer, traffic_txn_end, t);
            break;
        case SIPSAN_TIMER_OWED:
            traffic_overdue(t, timer);
            break;
        case SIPSAN_TIMER_DIALOG:
            sipsan_dialog_timer(&t->dialogs, timer, traffic_dialog_end, t);
            break;
        case SIPSAN_TIMER_BINDING:
            sipsan_binding_timer(&t->bindings, timer);
            break;
        default:
            sipsan_nonce_timer(&t->nonces, timer);
            break;
        }
    }
}

static inline struct sipsan_addr traffic_host(char letter)
{
    struct sipsan_addr addr = {.ip = {192, 0, 2, (uint8_t)letter}, .port = 5060, .family = 4};

    return addr;
}

static inline size_t traffic_vias(char *out, size_t room, const char *vias)
{
    size_t n = 0;
    char branch[64];
    char host;
    int used;

    while (sscanf(vias, " %63[^@]@%c%n", branch, &host, &used) == 2) {
        n += (size_t)snprintf(out + n, room - n, "Via: SIP/2.0/UDP 192.0.2.%d;branch=z9hG4bK%s\r\n",
                              host, branch);
        vias += used;
    }
    return n;
}

static inline size_t traffic_write(char *out, size_t room, const struct words *w)
{
    bool response = w->start[0] >= '0' && w->start[0] <= '9';
    size_t n = (size_t)snprintf(out, room, "%s%s%s\r\n", response ? "SIP/2.0 " : "", w->start,
                                response ? "" : " SIP/2.0");

    n += traffic_vias(out + n, room - n, w->vias);
    n += (size_t)snprintf(
        out + n, room - n,
        "Max-Forwards: 70\r\nFrom: <%s>%s%s\r\nTo: <%s>%s%s\r\nCall-ID: %s\r\nCSeq: %s\r\n%s",
        w->from_uri ? w->from_uri : "sip:a@example.com", w->from ? ";tag=" : "",
        w->from ? w->from : "", w->to_uri ? w->to_uri : "sip:b@example.com", w->to ? ";tag=" : "",
        w->to ? w->to : "", w->call_id ? w->call_id : "call", w->cseq, w->extra ? w->extra : "");
    if (w->sdp)
        n += (size_t)snprintf(out + n, room - n, "Content-Type: application/sdp\r\n");
    n += (size_t)snprintf(out + n, room - n, "Content-Length: %zu\r\n\r\n%s",
                          w->sdp ? strlen(w->sdp) : 0, w->sdp ? w->sdp : "");
    assert_true(n < room);
    return n;
}

static inline void traffic_say(struct traffic *t, const struct words *w)
{
    static const uint64_t seed[2] = {1, 2};
    const struct sipsan_msg_limits limits = {.headers = 100, .faults = 100};
    struct sipsan_hash h;
    char text[8192];
    size_t n = traffic_write(text, sizeof(text), w);

    traffic_wait(t, w->ms);
    sipsan_msg_close(t->msg);
    t->msg = sipsan_msg_open(&t->txns.messages);
    if (!t->msg || sipsan_msg_parse(t->msg, (struct sipsan_span){text, n}, &limits) != 0) {
        assert_true(t->starved);
        return;
    }
    assert_true(t->starved || t->msg->fault_count == 0);
    memset(&t->seen, 0, sizeof(t->seen));
    sipsan_hash_init(&h, seed);
    sipsan_hash_bytes(&h, text, n);
    t->seen.msg = t->msg;
    t->seen.hash = sipsan_hash_end(&h);
    t->seen.ref.frame = ++t->frame;
    t->seen.ref.time = traffic_epoch + (int64_t)w->ms * 1000;
    t->seen.flow.src = traffic_host(w->way[0]);
    t->seen.flow.dst = traffic_host(w->way[2]);
    t->seen.leg = sipsan_leg_get(&t->legs, &t->seen.flow.src, &t->seen.flow.dst);
    sipsan_keys_of(&t->seen.keys, seed, t->msg);
    assert_true(sipsan_txn_match(&t->txns, &t->match, &t->seen) == 0 || t->starved);
    if (t->seen.kept)
        t->msg = NULL;
    assert_true(sipsan_dialog_match(&t->dialogs, &t->call, &t->match, &t->seen) == 0 || t->starved);
    assert_true(sipsan_binding_match(&t->bindings, &t->registration, &t->match, &t->seen) == 0 ||
                t->starved);
    sipsan_txn_apply(&t->txns, &t->match, &t->seen);
    sipsan_dialog_apply(&t->dialogs, &t->call, &t->match, &t->seen);
    sipsan_binding_apply(&t->bindings, t->registration, &t->match, &t->seen);
    sipsan_nonce_apply(&t->nonces, &t->match, &t->seen);
}

#define SAY(t, ...) traffic_say(&(t), &(struct words){__VA_ARGS__})

#define SDP(version, port)                                                                         \
    "v=0\r\no=- 1 " version " IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"          \
    "m=audio " port " RTP/AVP 0\r\n"

#define CONTACT(host) "Contact: <sip:u@" host ">\r\n"

#define assert_text(text, literal)                                                                 \
    do {                                                                                           \
        struct sipsan_span text_ = text_span(&(text));                                             \
        assert_int_equal(text_.n, strlen(literal));                                                \
        assert_memory_equal(text_.p, literal, text_.n);                                            \
    } while (0)

#endif

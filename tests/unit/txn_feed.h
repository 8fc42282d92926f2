/* Feeds the transaction layer from text, as the pipeline does: timers, match, apply, proofs. */
#ifndef TXN_FEED_H
#define TXN_FEED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "txn/txn.h"

#define MS INT64_C(1000)
#define S  INT64_C(1000000)

struct feed {
    struct sipsan_mem mem;
    struct sipsan_timers timers;
    struct sipsan_owing owing;
    struct sipsan_legs legs;
    struct sipsan_txns txns;
    struct sipsan_config config;
    struct sipsan_match match; /* of the last message */
    struct sipsan_msg *msg;    /* the last message, when no transaction keeps it */
    uint32_t frame;
    unsigned ended, reported, unproven;
    enum sipsan_owed_kind last_kind;
    struct sipsan_addr last_debtor;
};

static inline void feed_open(struct feed *f, uint32_t limit)
{
    memset(f, 0, sizeof(*f));
    f->config.limits.transactions = limit;
    f->config.race_window = 500 * MS;
    f->config.hash_seed[0] = 7;
    sipsan_mem_init(&f->mem);
    sipsan_timers_init(&f->timers, &f->mem);
    sipsan_owing_init(&f->owing, &f->mem, &f->timers);
    sipsan_legs_init(&f->legs, &f->mem, f->config.hash_seed, 1000);
    assert_int_equal(
        sipsan_txns_init(&f->txns, &f->mem, &f->legs, &f->timers, &f->owing, &f->config), 0);
}

static inline void feed_close(struct feed *f)
{
    sipsan_msg_close(f->msg);
    sipsan_txns_free(&f->txns);
    sipsan_legs_free(&f->legs);
    sipsan_owing_free(&f->owing);
    sipsan_timers_free(&f->timers);
    assert_int_equal(f->mem.used, 0);
}

static inline void feed_on_end(void *user, struct sipsan_txn *txn)
{
    (void)txn;
    ((struct feed *)user)->ended++;
}

static inline void feed_advance(struct feed *f, int64_t time)
{
    struct sipsan_timer *timer;

    while ((timer = sipsan_timers_pop(&f->timers, time))) {
        if (timer->kind == SIPSAN_TIMER_TXN)
            sipsan_txn_timer(&f->txns, timer, feed_on_end, f);
        else
            sipsan_owed_overdue(&f->owing, sipsan_container(timer, struct sipsan_owed, timer),
                                &f->legs);
    }
}

/* 10.0.0.LAST:PORT, written as LAST * 100000 + PORT. */
static inline struct sipsan_addr feed_addr(uint32_t host)
{
    struct sipsan_addr addr = {.family = 4, .port = (uint16_t)(host % 100000)};

    addr.ip[0] = 10;
    addr.ip[3] = (uint8_t)(host / 100000);
    return addr;
}

#define A   (1u * 100000 + 5060)
#define B   (2u * 100000 + 5060)
#define P   (3u * 100000 + 5060)
#define C   (4u * 100000 + 5060)
#define NAT (5u * 100000 + 4711)

static inline int feed(struct feed *f, int64_t time, uint32_t src, uint32_t dst, const char *text)
{
    struct sipsan_msg_limits limits = {.headers = 100, .faults = 100};
    struct sipsan_seen seen = {.kept = false};
    struct sipsan_hash h;
    struct sipsan_owed *owed;
    int err;

    feed_advance(f, time);
    sipsan_msg_close(f->msg);
    seen.msg = f->msg = sipsan_msg_open(&f->txns.messages);
    assert_non_null(f->msg);
    assert_int_equal(sipsan_msg_parse(f->msg, (struct sipsan_span){text, strlen(text)}, &limits),
                     0);
    seen.ref = (struct sipsan_ref){.frame = ++f->frame, .time = time};
    seen.flow.src = feed_addr(src);
    seen.flow.dst = feed_addr(dst);
    seen.leg = sipsan_leg_get(&f->legs, &seen.flow.src, &seen.flow.dst);
    sipsan_hash_init(&h, f->config.hash_seed);
    sipsan_hash_bytes(&h, text, strlen(text));
    seen.hash = sipsan_hash_end(&h);
    sipsan_keys_of(&seen.keys, f->config.hash_seed, seen.msg);
    err = sipsan_txn_match(&f->txns, &f->match, &seen);
    if (seen.kept)
        f->msg = NULL;
    sipsan_txn_apply(&f->txns, &f->match, &seen);
    while ((owed = sipsan_owed_ripe(seen.leg, &seen.flow.src))) {
        f->reported += owed->provable;
        f->unproven += !owed->provable;
        f->last_kind = owed->kind;
        f->last_debtor = owed->flow.src;
        sipsan_owed_done(&f->owing, owed);
    }
    return err;
}

/* Parts of a message that the tests vary; NULL takes the default. */
struct text {
    const char *start; /* "INVITE sip:b@b" or "200 OK" */
    const char *via;   /* value of the top Via; "host;branch=..." behind SIP/2.0/UDP */
    const char *via2;
    const char *to_tag;
    const char *call_id;
    const char *cseq; /* "1 INVITE" */
    const char *extra;
    const char *from_tag;
};

static inline const char *message(struct text t)
{
    static char out[2048];
    bool response = t.start[0] >= '1' && t.start[0] <= '9';

    snprintf(out, sizeof(out),
             "%s%s%s\r\nVia: SIP/2.0/UDP %s\r\n%s%s%sFrom: <sip:a@a>;tag=%s\r\nTo: "
             "<sip:b@b>%s%s\r\nCall-ID: %s\r\nCSeq: %s\r\n%sContent-Length: 0\r\n\r\n",
             response ? "SIP/2.0 " : "", t.start, response ? "" : " SIP/2.0",
             t.via ? t.via : "a.example;branch=z9hG4bK1", t.via2 ? "Via: SIP/2.0/UDP " : "",
             t.via2 ? t.via2 : "", t.via2 ? "\r\n" : "", t.from_tag ? t.from_tag : "ft",
             t.to_tag ? ";tag=" : "", t.to_tag ? t.to_tag : "", t.call_id ? t.call_id : "call1",
             t.cseq ? t.cseq : "1 INVITE", t.extra ? t.extra : "");
    return out;
}

#define MSG(...) message((struct text){.start = __VA_ARGS__})
#define INVITE   "INVITE sip:b@b"

#endif

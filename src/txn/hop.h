/* What makes two messages belong to one hop: keys, comparison of Via values, and the searches over
 * the tables of transactions that stand on them. Internal to txn. */
#ifndef SIPSAN_TXN_HOP_H
#define SIPSAN_TXN_HOP_H

#include "base/addr.h"
#include "txn/txn.h"

/* Transactions of one key that a search looks at, and that a table keeps: traffic must not make a
 * chain long. */
#define SIPSAN_HOP_CHAIN 64

/* What a message is looked up by. Spans borrow from the message. */
struct sipsan_hop {
    enum sipsan_txn_class class;
    bool rfc2543;
    uint64_t hash;      /* in by_branch */
    uint64_t call_hash; /* in by_call */
    struct sipsan_span branch, host;
    uint16_t port;
    struct sipsan_span call_id, from_tag;
    uint64_t cseq;
    uint8_t method_id;
};

/* The method class under which a message of this method stands. */
enum sipsan_txn_class sipsan_hop_class(uint8_t method_id);

/* True when the branch begins with the magic cookie (8.1.1.7) and goes on after it. */
bool sipsan_hop_cookie(const struct sipsan_via *via);

/* The key of a message with top Via, Call-ID and CSeq. */
void sipsan_hop_of(struct sipsan_hop *hop, const struct sipsan_txns *txns,
                   const struct sipsan_seen *seen, enum sipsan_txn_class class);

/* The key in by_branch of a Via value alone, from its hash in struct sipsan_keys. */
uint64_t sipsan_hop_hash(const struct sipsan_txns *txns, uint64_t via, enum sipsan_txn_class class);

/* The transaction of a repeated request; *reused is set to one with the same branch and sent-by
 * that is another request, *segment to the same request at another tap point of the hop. */
struct sipsan_txn *sipsan_hop_request(const struct sipsan_txns *txns, const struct sipsan_hop *hop,
                                      const struct sipsan_seen *seen, struct sipsan_txn **reused,
                                      struct sipsan_txn **segment);

/* A request and its copy at another tap point (a segment) show a translator of source addresses:
 * the copy came at once, from another address. */
bool sipsan_hop_translated(const struct sipsan_txn *segment, const struct sipsan_seen *seen);

/* The transaction of a response: 17.1.3, with the nearest server and client address among several
 * segments. */
struct sipsan_txn *sipsan_hop_response(const struct sipsan_txns *txns, const struct sipsan_hop *hop,
                                       const struct sipsan_seen *seen);

/* The INVITE that an ACK or CANCEL is about: by branch (17.2.3, 9.2), else by the call. */
struct sipsan_txn *sipsan_hop_invite(const struct sipsan_txns *txns, const struct sipsan_seen *seen,
                                     bool *by_branch);

/* The upstream twin of a new request: its second Via is the twin's top one. */
struct sipsan_txn *sipsan_hop_parent(const struct sipsan_txns *txns, const struct sipsan_hop *hop,
                                     const struct sipsan_seen *seen);

/* A downstream request seen before its upstream twin, waiting for one with this key. */
struct sipsan_txn *sipsan_hop_orphan(const struct sipsan_txns *txns, const struct sipsan_txn *twin);

/* See struct sipsan_match. */
struct sipsan_txn *sipsan_hop_merged(const struct sipsan_txns *txns, const struct sipsan_txn *txn);
struct sipsan_txn *sipsan_hop_before(const struct sipsan_txns *txns, const struct sipsan_txn *txn);

/* The downstream transaction that a response of `parent` was forwarded from. */
struct sipsan_txn *sipsan_hop_child(const struct sipsan_txn *parent, int status,
                                    struct sipsan_span tag, int64_t now);

#endif

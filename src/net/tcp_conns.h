/* Of net/tcp only: which connections there are, which of them goes first when room is needed, and
 * in which octets wait for others. */
#ifndef SIPSAN_NET_TCP_CONNS_H
#define SIPSAN_NET_TCP_CONNS_H

#include "net/tcp.h"

/* Octets that came before some that are missing. */
struct sipsan_tcp_piece {
    struct sipsan_tcp_piece *next;
    struct sipsan_ref ref;
    uint32_t seq;
    size_t n, length;
    uint8_t bytes[];
};

/* How far b lies behind a: numbers wrap. */
static inline int32_t sipsan_tcp_ahead(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a);
}

/* As the one of its rank that was heard last. */
void sipsan_tcp_set_rank(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c,
                         enum sipsan_tcp_rank rank);

/* Tells the owner when octets of it begin to wait, or no longer do. */
void sipsan_tcp_set_stalled(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int64_t now);
void sipsan_tcp_unstall(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c);

/* `piece` is in no list any more. */
void sipsan_tcp_free_piece(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half,
                           struct sipsan_tcp_piece *piece);
void sipsan_tcp_drop_pieces(struct sipsan_tcp *tcp, struct sipsan_tcp_half *half);

/* No more octets of this side will be handed on. */
void sipsan_tcp_end_half(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c, int side);
void sipsan_tcp_forget(struct sipsan_tcp *tcp, struct sipsan_tcp_conn *c);

/* Of the two ends, in either order. */
uint64_t sipsan_tcp_hash_of(const struct sipsan_tcp *tcp, const struct sipsan_addr *a,
                            const struct sipsan_addr *b);

/* fed: the caller's number of it; 0: it is captured. *side: that of src. NULL when there is none.
 */
struct sipsan_tcp_conn *sipsan_tcp_find(const struct sipsan_tcp *tcp, uint64_t hash,
                                        const struct sipsan_addr *src,
                                        const struct sipsan_addr *dst, uint32_t fed, int *side);

/* src is its side 0. Another one may have to go. NULL when memory is refused. */
struct sipsan_tcp_conn *sipsan_tcp_add_conn(struct sipsan_tcp *tcp, uint64_t hash,
                                            const struct sipsan_addr *src,
                                            const struct sipsan_addr *dst, int64_t now);

#endif

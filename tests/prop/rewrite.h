/* Rewriting whole messages in ways that a property names. */
#ifndef TESTS_REWRITE_H
#define TESTS_REWRITE_H

#include "sessions.h"

/* Appends the rewritten text to *out. */
typedef void (*rewrite_fn)(struct buffer *out, struct sipsan_span in);

/* Hosts 192.0.2.N become 172.9.5.N, and hosts 1 and 2 change places: what compares addresses meets
 * them in another order. Same length, so offsets stay. The reverse of rename_addr. */
void rewrite_addresses(struct buffer *out, struct sipsan_span in);
void rename_addr(struct sipsan_addr *addr);

/* Makes it another call: branches, Call-ID, nonces and domains differ; of rewrite_identity the
 * addresses as well. Applied twice it is a third call. */
void rewrite_call(struct buffer *out, struct sipsan_span in);
void rewrite_identity(struct buffer *out, struct sipsan_span in);

/* Other spellings of the header: 7.3.1 makes them equal. Header names in capitals; long names for
 * short ones and back; a fold before every value. */
void rewrite_capitals(struct buffer *out, struct sipsan_span in);
void rewrite_compact(struct buffer *out, struct sipsan_span in);
void rewrite_folded(struct buffer *out, struct sipsan_span in);

/* A copy of the session with every message rewritten; addresses of flows renamed when told. Lives
 * in `arena`. */
struct session rewrite_session(struct sipsan_arena *arena, const struct session *session,
                               rewrite_fn rewrite, bool rename_flows);

#endif

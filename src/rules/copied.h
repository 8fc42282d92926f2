/* What a sender must copy: a fault in it is the fault of who wrote it first, and was reported
 * there. */
#ifndef SIPSAN_RULES_COPIED_H
#define SIPSAN_RULES_COPIED_H

#include "rules/rule.h"

/* v->fault stands in text that the sender had to take over as it was: a response's Via, From, To,
 * Call-ID, CSeq, Record-Route and Timestamp from its request (8.2.6, 12.1.1); the remote
 * target in a Request-URI and the peer's tag in To inside a dialog, and the URIs and the Call-ID
 * that the caller chose in a request of the callee (12.2.1.1). */
bool sipsan_fault_copied(const struct sipsan_view *v);

/* v->fault stands in text that a request of a dialog takes over, and of this dialog the tap has not
 * seen who wrote it. */
bool sipsan_fault_inherited(const struct sipsan_view *v);

/* v->msg is a response without a request of its own, and shortly before one came the other way that
 * names no transaction, or two: what the one lacks the other may have lacked. So is one with the
 * branch or the Call-ID of that request. */
bool sipsan_of_unnamed(const struct sipsan_view *v);

/* v->msg answers a request that contradicts itself, or may do so: which method that was, and which
 * of two values it had, was its server's to guess. */
bool sipsan_answers_contradiction(const struct sipsan_view *v);

/* Goes along two Route lists to the first values that differ, or to both ends where the lists are
 * the same. False where a value on the way is broken, so that nothing can be said. */
bool sipsan_routes_compare(const struct sipsan_name_addr **mine,
                           const struct sipsan_name_addr **theirs);

#endif

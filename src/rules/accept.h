/* What a message says it accepts (20.1). */
#ifndef SIPSAN_RULES_ACCEPT_H
#define SIPSAN_RULES_ACCEPT_H

#include "rules/rule.h"

/* Accept lists this type, also by a range, with a q-value above 0. False where there is no Accept.
 */
bool sipsan_accepts_type(const struct sipsan_msg *msg, const struct sipsan_media_type *type);

/* The same of a list on its own, as Accept has it. */
bool sipsan_list_accepts_type(struct sipsan_span list, const struct sipsan_media_type *type);

#endif

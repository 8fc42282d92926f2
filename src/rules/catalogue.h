/* All rules, file by file in the order of their sections: the order of findings that fall at the
 * same frame. */
#ifndef SIPSAN_RULES_CATALOGUE_H
#define SIPSAN_RULES_CATALOGUE_H

#include "rules/rule.h"

/* One line per file of rules; SIPSAN_RULE_SET in that file defines it. */
#define SIPSAN_RULE_FILES(X)                                                                       \
    X(rfc3261_07)                                                                                  \
    X(rfc3261_08_1)                                                                                \
    X(rfc3261_08_2)                                                                                \
    X(rfc3261_08_2_copy)                                                                           \
    X(rfc3261_08_1_retry)                                                                          \
    X(rfc3261_08_more)                                                                             \
    X(rfc3261_09)                                                                                  \
    X(rfc3261_09_server)                                                                           \
    X(rfc3261_09_other)                                                                            \
    X(rfc3261_10)                                                                                  \
    X(rfc3261_10_ua)                                                                               \
    X(rfc3261_10_registrar)                                                                        \
    X(rfc3261_11)                                                                                  \
    X(rfc3261_12)                                                                                  \
    X(rfc3261_12_target)                                                                           \
    X(rfc3261_12_life)                                                                             \
    X(rfc3261_13_offer)                                                                            \
    X(rfc3261_13_ack)                                                                              \
    X(rfc3261_13_2xx)                                                                              \
    X(rfc3261_13_answer)                                                                           \
    X(rfc3261_14)                                                                                  \
    X(rfc3261_15)                                                                                  \
    X(rfc3261_16)                                                                                  \
    X(rfc3261_16_copy)                                                                             \
    X(rfc3261_16_choice)                                                                           \
    X(rfc3261_16_route)                                                                            \
    X(rfc3261_16_response)                                                                         \
    X(rfc3261_17)                                                                                  \
    X(rfc3261_17_ack)                                                                              \
    X(rfc3261_17_ack_sent)                                                                         \
    X(rfc3261_17_2)                                                                                \
    X(rfc3261_17_2_time)                                                                           \
    X(rfc3261_18)                                                                                  \
    X(rfc3261_18_3)                                                                                \
    X(rfc3261_19)                                                                                  \
    X(rfc3261_19_form)                                                                             \
    X(rfc3261_20_where)                                                                            \
    X(rfc3261_20)                                                                                  \
    X(rfc3261_20_accept)                                                                           \
    X(rfc3261_20_values)                                                                           \
    X(rfc3261_21)                                                                                  \
    X(rfc3261_21_again)                                                                            \
    X(rfc3261_22)                                                                                  \
    X(rfc3261_22_scheme)                                                                           \
    X(rfc3261_23)                                                                                  \
    X(rfc3261_25)                                                                                  \
    X(rfc3261_25_headers)                                                                          \
    X(rfc3261_25_auth)                                                                             \
    X(rfc3262)                                                                                     \
    X(rfc3262_copies)                                                                              \
    X(rfc3264_05)                                                                                  \
    X(rfc3264_06)                                                                                  \
    X(rfc3264_06_formats)                                                                          \
    X(rfc3264_06_multicast)                                                                        \
    X(rfc3264_08)                                                                                  \
    X(rfc3262_prack)                                                                               \
    X(rfc3311)                                                                                     \
    X(rfc3581)                                                                                     \
    X(rfc4320)                                                                                     \
    X(rfc5393)                                                                                     \
    X(rfc6141)                                                                                     \
    X(rfc3312)                                                                                     \
    X(rfc3326)                                                                                     \
    X(rfc3428)                                                                                     \
    X(rfc3515)                                                                                     \
    X(rfc3515_state)                                                                               \
    X(rfc3903)                                                                                     \
    X(rfc3966)                                                                                     \
    X(rfc5626)                                                                                     \
    X(rfc6086)                                                                                     \
    X(rfc6665)                                                                                     \
    X(rfc6665_state)                                                                               \
    X(rfc2046)                                                                                     \
    X(rfc5621)                                                                                     \
    X(rfc3420)                                                                                     \
    X(rfc8866_05)                                                                                  \
    X(rfc8866_06)                                                                                  \
    X(rfc4028)                                                                                     \
    X(rfc4028_course)                                                                              \
    X(later_call)                                                                                  \
    X(later_contact)                                                                               \
    X(later_events)                                                                                \
    X(later_refer)                                                                                 \
    X(later_identity)                                                                              \
    X(later_ims)                                                                                   \
    X(later_params)                                                                                \
    X(later_policy)                                                                                \
    X(later_values)

#define X(name) extern const struct sipsan_rule_set sipsan_rules_##name;
SIPSAN_RULE_FILES(X)
#undef X

/* The row of this place in the catalogue; index below sipsan_rule_count(). */
const struct sipsan_rule *sipsan_rule_row(size_t index);

/* Place of the rule with this id or alias, or -1. */
long sipsan_rule_index(const char *id);

/* The id is `prefix`, continues it after a dot, or begins with it when it ends in '*'. */
bool sipsan_rule_fits(const char *id, const char *prefix);

/* Static information on the row; citation and section come from the id. */
void sipsan_rule_describe(struct sipsan_rule_info *out, const struct sipsan_rule *row);

#endif

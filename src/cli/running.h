/* What `watch` and `listen` share: they run until somebody stops them. */
#ifndef SIPSAN_CLI_RUNNING_H
#define SIPSAN_CLI_RUNNING_H

#include "cli/judge.h"

/* Microseconds since the epoch. */
int64_t sipsan_cli_now(void);

struct sipsan_cli_interval {
    int64_t every; /* microseconds; 0: never */
    int64_t next;
};

/* When an interval has passed: a line on standard error that tells how much was seen and found. */
void sipsan_cli_tell(struct sipsan_cli_interval *interval, const struct sipsan_cli_judge *judge);

/* Gives up root's rights for those of `user` (NULL: who called sudo, else nobody). Nothing to do
 * for whoever is not root. False with a message. */
bool sipsan_cli_drop_rights(const char *user);

#endif

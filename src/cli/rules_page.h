#ifndef SIPSAN_CLI_RULES_PAGE_H
#define SIPSAN_CLI_RULES_PAGE_H

#include "sipsan.h"

/* Prints the page with the rules that are wanted, in the order of the catalogue. */
void sipsan_rules_page(bool (*wanted)(void *user, const struct sipsan_rule_info *rule), void *user);

#endif

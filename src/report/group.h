/* "And 812 more like it": findings of one kind are shown three times, then only counted. A kind is
 * rule, role, method or status class, and place: never Call-ID or frame. The table is bounded; a
 * kind that finds no room in it is always shown. */
#ifndef SIPSAN_REPORT_GROUP_H
#define SIPSAN_REPORT_GROUP_H

#include "sipsan.h"

enum {
    SIPSAN_GROUP_SHOWN = 3,  /* findings of a kind before the rest is only counted */
    SIPSAN_GROUP_MAX = 1024, /* kinds */
    SIPSAN_GROUP_SLOTS = 4096,
};

struct sipsan_group {
    const char *rule; /* id, static */
    const char *role; /* static, or NULL */
    char method[16];  /* cut */
    char place[32];   /* cut */
    uint8_t method_n, place_n;
    int status_class; /* 0: request */
    uint64_t count;   /* findings of this kind */
};

struct sipsan_groups {
    struct sipsan_group groups[SIPSAN_GROUP_MAX]; /* in the order of their first findings */
    uint16_t slots[SIPSAN_GROUP_SLOTS];           /* index into groups plus 1; 0: free */
    size_t count;
};

/* Counts the finding. True when it is to be shown. */
bool sipsan_groups_add(struct sipsan_groups *groups, const struct sipsan_finding *finding);

#endif

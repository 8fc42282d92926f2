/* Kinds of findings, in a fixed table with open addressing. It is at most a quarter full, and a
 * search ends after a bounded number of slots: traffic that aims at one slot only gets more of its
 * findings shown. */
#include "report/group.h"

#include <string.h>

enum { PROBES = 32 };

static uint8_t cut_copy(char *to, size_t room, struct sipsan_span from)
{
    size_t n = from.n < room ? from.n : room;

    if (n > 0)
        memcpy(to, from.p, n);
    return (uint8_t)n;
}

static uint32_t mix(uint32_t hash, const void *p, size_t n)
{
    const unsigned char *bytes = p;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return (hash ^ (uint32_t)n) * 16777619u;
}

static uint32_t hash_of(const struct sipsan_group *group)
{
    uint32_t hash = 2166136261u;

    hash = mix(hash, group->rule, strlen(group->rule));
    if (group->role)
        hash = mix(hash, group->role, strlen(group->role));
    hash = mix(hash, group->method, group->method_n);
    hash = mix(hash, group->place, group->place_n);
    return (hash ^ (uint32_t)group->status_class) * 16777619u;
}

static bool same_role(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_kind(const struct sipsan_group *a, const struct sipsan_group *b)
{
    return strcmp(a->rule, b->rule) == 0 && same_role(a->role, b->role) &&
           a->status_class == b->status_class && a->method_n == b->method_n &&
           a->place_n == b->place_n && memcmp(a->method, b->method, a->method_n) == 0 &&
           memcmp(a->place, b->place, a->place_n) == 0;
}

bool sipsan_groups_add(struct sipsan_groups *groups, const struct sipsan_finding *finding)
{
    struct sipsan_group group = {.rule = finding->rule->id, .role = finding->role};
    uint32_t at;

    group.method_n = cut_copy(group.method, sizeof(group.method), finding->method);
    group.place_n = cut_copy(group.place, sizeof(group.place), finding->place);
    group.status_class = finding->status / 100;
    at = hash_of(&group) % SIPSAN_GROUP_SLOTS;
    for (int i = 0; i < PROBES; i++, at = (at + 1) % SIPSAN_GROUP_SLOTS) {
        struct sipsan_group *found;

        if (groups->slots[at] == 0) {
            if (groups->count == SIPSAN_GROUP_MAX)
                return true;
            group.count = 1;
            groups->groups[groups->count++] = group;
            groups->slots[at] = (uint16_t)groups->count;
            return true;
        }
        found = &groups->groups[groups->slots[at] - 1];
        if (same_kind(found, &group))
            return ++found->count <= SIPSAN_GROUP_SHOWN;
    }
    return true;
}

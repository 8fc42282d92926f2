/* What rules about event notification and publication read from a message: RFC 6665, RFC 3515, RFC
 * 3903. */
#ifndef SIPSAN_RULES_EVENTS_H
#define SIPSAN_RULES_EVENTS_H

#include "parse/later.h"
#include "rules/rule.h"

static inline bool has_header(const struct sipsan_msg *m, enum sipsan_header_id id)
{
    return sipsan_msg_first(m, id) != SIPSAN_NO_LINE;
}

/* A header field that a message must have. */
static inline enum sipsan_verdict must_have(const struct sipsan_view *v, struct sipsan_why *why,
                                            enum sipsan_header_id id, const char *what)
{
    if (has_header(v->msg, id))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    return sipsan_fail(why, v->msg->start_line, "%s has no %s", what, sipsan_header_name(id));
}

/* Seconds in Expires; false when it is not there or cannot be read. */
static inline bool expires_of(uint64_t *out, const struct sipsan_msg *m)
{
    *out = m->expires.value;
    return m->expires.text.p && m->expires.ok;
}

/* The answer grants more seconds than its request asked for. */
static inline enum sipsan_verdict not_longer(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t asked, granted;

    if (!expires_of(&asked, v->req) || !expires_of(&granted, v->msg))
        return SIPSAN_NA;
    if (granted <= asked)
        return SIPSAN_PASS;
    why->expected = "the seconds that were asked for, or fewer";
    sipsan_relate_request(why, v->txn, v->req->expires.text);
    return sipsan_fail(why, v->msg->expires.text, "%llu s are granted, %llu s were asked for",
                       (unsigned long long)granted, (unsigned long long)asked);
}

/* 423 is for an interval above 0 that the server finds too short: nothing else. `hour`: nor for an
 * hour or more. */
static inline enum sipsan_verdict too_brief(const struct sipsan_view *v, struct sipsan_why *why,
                                            bool hour)
{
    uint64_t asked;

    if (!expires_of(&asked, v->req))
        return SIPSAN_NA;
    if (asked > 0 && (!hour || asked < 3600))
        return SIPSAN_PASS;
    sipsan_relate_request(why, v->txn, v->req->expires.text);
    return sipsan_fail(why, v->msg->start_line, "423 to a request for %llu s",
                       (unsigned long long)asked);
}

/* The header field stands where no RFC gives it a meaning. */
static inline enum sipsan_verdict astray(const struct sipsan_view *v, struct sipsan_why *why,
                                         enum sipsan_header_id id)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, id);
    const char *method = sipsan_method_name((enum sipsan_method)v->msg->method_id);

    if (!h)
        return SIPSAN_PASS;
    if (v->msg->request)
        return sipsan_fail(why, h->name, "%s in a %s request", sipsan_header_name(id), method);
    return sipsan_fail(why, h->name, "%s in a %d to %s", sipsan_header_name(id), v->msg->status,
                       method);
}

#endif

/* Bodies with a mark where their fault is, for the tests of SDP, multipart and sipfrag. */
#ifndef SIPSAN_TESTS_BODY_HELPER_H
#define SIPSAN_TESTS_BODY_HELPER_H

#include "parse_helper.h"

#include "../../fuzz/body_invariants.h"

/* A request with this body; lines describe it, without the last CR LF. Content-Length is right. */
static inline struct sipsan_msg *parse_body(struct parsed *parsed, const char *lines,
                                            const char *body, size_t n)
{
    static char text[1 << 21];
    int head =
        snprintf(text, sizeof(text), "INVITE sip:a SIP/2.0\r\n%s\r\nl: %zu\r\n\r\n", lines, n);

    assert_true(head > 0 && (size_t)head + n < sizeof(text));
    memcpy(text + head, body, n);
    parse_bytes(parsed, text, (size_t)head + n);
    check_bodies(&parsed->msg);
    return &parsed->msg;
}

/* The one fault of a body stands where the ^ is; SIPSAN_PROD_NONE and no ^: none. In `body` a ~
 * stands for NUL. */
struct body_case {
    enum sipsan_production production;
    const char *body;
};

static inline bool check_body_case(const char *lines, const struct body_case *c)
{
    static char body[1 << 16];
    size_t n = 0, mark = 0;
    struct parsed parsed;
    struct sipsan_msg *msg;
    bool good;

    for (const char *p = c->body; *p; p++) {
        assert_true(n < sizeof(body));
        if (*p == '^')
            mark = n;
        else
            body[n++] = *p;
        if (*p == '~')
            body[n - 1] = '\0';
    }
    msg = parse_body(&parsed, lines, body, n);
    good = c->production == SIPSAN_PROD_NONE
               ? msg->fault_count == 0
               : msg->fault_count == 1 && msg->faults[0].production == c->production &&
                     msg->faults[0].offset == (size_t)(msg->body.p - msg->bytes.p) + mark;
    if (!good) {
        print_message("%s\n  wanted %s at %zu of the body, got:\n", c->body,
                      sipsan_production_name(c->production), mark);
        for (uint32_t i = 0; i < msg->fault_count; i++)
            print_message("  %s at %d\n", sipsan_production_name(msg->faults[i].production),
                          (int)msg->faults[i].offset - (int)(msg->body.p - msg->bytes.p));
    }
    parsed_free(&parsed);
    return good;
}

static inline void check_body_cases(const char *lines, const struct body_case *cases, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++)
        wrong += !check_body_case(lines, &cases[i]);
    assert_int_equal(wrong, 0);
}

#define CHECK_BODY_CASES(lines, cases)                                                             \
    check_body_cases(lines, cases, sizeof(cases) / sizeof(*(cases)))

#endif

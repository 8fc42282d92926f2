/* Messages for the tests of src/parse. */
#ifndef SIPSAN_TESTS_PARSE_HELPER_H
#define SIPSAN_TESTS_PARSE_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../fuzz/invariants.h"
#include "parse/uri.h"

/* The text of an array, without its closing NUL. */
#define SPAN_OF(array) ((struct sipsan_span){array, sizeof(array) - 1})

/* A parsed message with all that it lives in. */
struct parsed {
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg msg;
};

/* Every object has a block of its own, so that a step behind it is seen. */
static inline void parsed_init(struct parsed *parsed)
{
    sipsan_mem_init(&parsed->mem);
    sipsan_pool_init(&parsed->pool, &parsed->mem, 64, 0);
    sipsan_msg_init(&parsed->msg, &parsed->pool);
}

static inline void parsed_free(struct parsed *parsed)
{
    sipsan_msg_drop(&parsed->msg);
    sipsan_pool_free(&parsed->pool);
    assert_int_equal(parsed->mem.used, 0);
}

static inline struct sipsan_msg *parse_bytes(struct parsed *parsed, const void *p, size_t n)
{
    static const struct sipsan_msg_limits limits = {.headers = 256, .faults = 64};

    parsed_init(parsed);
    assert_int_equal(sipsan_msg_parse(&parsed->msg, (struct sipsan_span){p, n}, &limits),
                     SIPSAN_OK);
    check_message(&parsed->msg);
    return &parsed->msg;
}

static inline struct sipsan_msg *parse_text(struct parsed *parsed, const char *text)
{
    return parse_bytes(parsed, text, strlen(text));
}

/* With ever more memory until it is enough; what was refused leaves nothing behind. */
static inline struct sipsan_msg *parse_starved(struct parsed *parsed, struct sipsan_span text)
{
    static const struct sipsan_msg_limits limits = {.headers = 8, .faults = 8};

    for (size_t room = 0; room < 1 << 16; room += 64) {
        parsed_init(parsed);
        parsed->mem.limit = room + 1;
        if (sipsan_msg_parse(&parsed->msg, text, &limits) == SIPSAN_OK)
            break;
        parsed_free(parsed);
    }
    return &parsed->msg;
}

/* A request whose only header fields are `lines`, without the last CR LF. */
static inline struct sipsan_msg *parse_lines(struct parsed *parsed, const char *lines)
{
    char text[4096];
    int n =
        snprintf(text, sizeof(text), "OPTIONS sip:bob@example.com SIP/2.0\r\n%s\r\n\r\n", lines);

    assert_true(n > 0 && (size_t)n < sizeof(text));
    return parse_bytes(parsed, text, (size_t)n);
}

#define LINES_AT (sizeof("OPTIONS sip:bob@example.com SIP/2.0\r\n") - 1)

static inline void assert_span(struct sipsan_span s, const char *text)
{
    if (!span_eq(s, (struct sipsan_span){text, strlen(text)}))
        fail_msg("\"%.*s\" is not \"%s\"", SPAN(s), text);
}

static inline void print_faults(const struct sipsan_msg *msg)
{
    for (uint32_t i = 0; i < msg->fault_count; i++)
        print_message("  %s at %u\n", sipsan_production_name(msg->faults[i].production),
                      msg->faults[i].offset);
}

#endif

/* Tables of header field lines, good and bad. */
#ifndef SIPSAN_TESTS_LINE_CASES_H
#define SIPSAN_TESTS_LINE_CASES_H

#include "parse_helper.h"

/* Header field lines and the one fault that they have: its production and its offset in the lines;
 * SIPSAN_PROD_NONE when there is none. */
struct line_case {
    const char *lines;
    enum sipsan_production production;
    int offset;
};

static inline bool check_line_case(const struct line_case *c)
{
    struct parsed parsed;
    struct sipsan_msg *msg = parse_lines(&parsed, c->lines);
    bool good = c->production == SIPSAN_PROD_NONE
                    ? msg->fault_count == 0
                    : msg->fault_count == 1 && msg->faults[0].production == c->production &&
                          msg->faults[0].offset == LINES_AT + (size_t)c->offset;

    if (!good) {
        print_message("%s\n  wanted %s at %u, got:\n", c->lines,
                      sipsan_production_name(c->production), (unsigned)LINES_AT + c->offset);
        print_faults(msg);
    }
    parsed_free(&parsed);
    return good;
}

static inline void check_line_cases(const struct line_case *cases, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++)
        wrong += !check_line_case(&cases[i]);
    assert_int_equal(wrong, 0);
}

#define CHECK_LINE_CASES(cases) check_line_cases(cases, sizeof(cases) / sizeof(*(cases)))

/* Rows of such a table. */
#define OK(lines)                                                                                  \
    {                                                                                              \
        lines, SIPSAN_PROD_NONE, 0                                                                 \
    }
#define BAD(lines, production, offset)                                                             \
    {                                                                                              \
        lines, SIPSAN_PROD_##production, offset                                                    \
    }

#endif

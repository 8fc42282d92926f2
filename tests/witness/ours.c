/* sipsan's side of the witness. */
#include "ours.h"

#include <stdlib.h>

#include "parse/msg.h"

struct ours {
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_msg msg;
};

struct ours *ours_open(void)
{
    struct ours *ours = calloc(1, sizeof(*ours));

    if (!ours)
        return NULL;
    sipsan_mem_init(&ours->mem);
    sipsan_pool_init(&ours->pool, &ours->mem, SIPSAN_MESSAGE_BLOCK, 4);
    sipsan_msg_init(&ours->msg, &ours->pool);
    return ours;
}

void ours_close(struct ours *ours)
{
    if (!ours)
        return;
    sipsan_msg_drop(&ours->msg);
    sipsan_pool_free(&ours->pool);
    free(ours);
}

int ours_argument(enum ours_judge judge, const char *name)
{
    static const char *const productions[SIPSAN_PROD_COUNT] = {
#define X(production) [SIPSAN_PROD_##production] = #production,
        SIPSAN_PRODUCTIONS(X)
#undef X
    };

    if (judge == OURS_LINE) {
        if (strcmp(name, "OTHER") == 0)
            return SIPSAN_HDR_OTHER;
        for (int i = 1; i < SIPSAN_HDR_COUNT; i++)
            if (strcmp(sipsan_header_name((enum sipsan_header_id)i), name) == 0)
                return i;
        return -1;
    }
    for (int i = 1; i < SIPSAN_PROD_COUNT; i++)
        if (strcmp(productions[i], name) == 0)
            return i;
    return -1;
}

enum ours_verdict ours_takes(struct ours *ours, enum ours_judge judge, int argument,
                             const char *text, size_t n, const char **fault, size_t *at)
{
    static const struct sipsan_msg_limits limits = {.headers = 1, .faults = 1};
    struct sipsan_span span = {text, n};
    struct sipsan_msg *msg = &ours->msg;
    enum ours_verdict verdict;
    int err;

    *fault = "";
    *at = n;
    if (judge == OURS_CRLF) {
        if (n < 2 || memcmp(text + n - 2, "\r\n", 2) != 0)
            return OURS_REJECTS;
        span.n -= 2;
    }
    if (judge == OURS_LINE)
        err = sipsan_line_judge(msg, span, &limits);
    else
        err = sipsan_piece_judge(msg, (enum sipsan_production)argument, span, &limits);
    if (err)
        abort();
    if (msg->fault_count) {
        *fault = sipsan_production_name((enum sipsan_production)msg->faults[0].production);
        *at = msg->faults[0].offset;
    }
    if (judge != OURS_LINE || msg->headers[0].id == argument)
        verdict = msg->fault_count ? OURS_REJECTS : OURS_ACCEPTS;
    else
        verdict = argument == SIPSAN_HDR_OTHER ? OURS_OTHER_HEADER : OURS_REJECTS;
    sipsan_msg_drop(msg);
    return verdict;
}

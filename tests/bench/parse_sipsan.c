/* Our parser: every header judged, nothing kept. */
#include "base/arena.h"
#include "bench.h"
#include "parse/msg.h"

static struct sipsan_mem mem;
static struct sipsan_pool pool;

static bool start(void)
{
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, SIPSAN_MESSAGE_BLOCK, 16);
    return true;
}

/* As the context does it. */
static bool parse(const char *p, size_t n)
{
    static const struct sipsan_msg_limits limits = {.headers = 2048, .faults = 64};
    struct sipsan_msg *msg = sipsan_msg_open(&pool);
    bool ok = msg && sipsan_msg_parse(msg, (struct sipsan_span){p, n}, &limits) == SIPSAN_OK &&
              msg->fault_count == 0;

    sipsan_msg_close(msg);
    return ok;
}

static void stop(void)
{
    sipsan_pool_free(&pool);
}

const struct bench_parser bench_sipsan = {"sipsan", start, parse, stop};

/* Our parser: every header judged, nothing kept. */
#include "base/arena.h"
#include "bench.h"
#include "parse/msg.h"

static struct sipsan_mem mem;
static struct sipsan_pool pool;
static struct sipsan_msg msg;

static bool start(void)
{
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_msg_init(&msg, &pool);
    return true;
}

static bool parse(const char *p, size_t n)
{
    static const struct sipsan_msg_limits limits = {.headers = 2048, .faults = 64};
    bool ok = sipsan_msg_parse(&msg, (struct sipsan_span){p, n}, &limits) == SIPSAN_OK &&
              msg.fault_count == 0;

    sipsan_msg_drop(&msg);
    return ok;
}

static void stop(void)
{
    sipsan_pool_free(&pool);
}

const struct bench_parser bench_sipsan = {"sipsan", start, parse, stop};

/* libosip2, for comparison: parses what it knows, judges little. */
#include "bench.h"

#include <osipparser2/osip_parser.h>

static bool start(void)
{
    return parser_init() == 0;
}

static bool parse(const char *p, size_t n)
{
    osip_message_t *m = NULL;
    bool ok = osip_message_init(&m) == 0 && osip_message_parse(m, p, n) == 0;

    osip_message_free(m);
    return ok;
}

static void stop(void)
{
}

const struct bench_parser bench_osip = {"libosip2", start, parse, stop};

/* Targets: sipsan_scenario_read with base messages and edits, sipsan_scenario_write.
 *
 * Invariants: what is written of a packet reads back with the same octets, addresses, transport and
 * time; a text that is refused has a line and a sentence; nothing stays allocated. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/span.h"
#include "holds.h"
#include "net/scenario.h"

#define INPUT_MAX   65536
#define WRITTEN_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct written {
    char *p;
    size_t n;
};

static struct sipsan_span base_text(void *user, struct sipsan_span name)
{
    (void)user;
    if (name.n > 0 && name.p[0] == 'x')
        return (struct sipsan_span){NULL, 0};
    if (name.n > 0 && name.p[0] == 'y')
        return SPAN_LIT("@ 0 udp 192.0.2.1:5060 > nowhere\nx\n");
    if (name.n > 0 && name.p[0] == 'z')
        return SPAN_LIT("@ 0 udp 192.0.2.1:5060 > 192.0.2.2:5060\nbase a\n");
    return SPAN_LIT("@ 0.500 udp 192.0.2.1:5060 > 192.0.2.2:5060 #2\n"
                    "INVITE sip:bob@example.net SIP/2.0\n"
                    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1\n"
                    "From: <sip:alice@example.com>;tag=a\nTo: <sip:bob@example.net>\n"
                    "Call-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContent-Length: auto\n\nv=0\ns=-\n");
}

static void put(void *user, const char *p, size_t n)
{
    struct written *w = user;

    HOLDS(n <= WRITTEN_MAX - w->n);
    memcpy(w->p + w->n, p, n);
    w->n += n;
}

static bool same_addr(const struct sipsan_addr *a, const struct sipsan_addr *b)
{
    return memcmp(a->ip, b->ip, sizeof a->ip) == 0 && a->port == b->port && a->family == b->family;
}

/* Every escape takes four octets, so a packet grows by no more than that and its line. */
static void check_packet(struct sipsan_arena *arena, const struct sipsan_packet *packet)
{
    static char text[WRITTEN_MAX];
    struct written w = {text, 0};
    struct sipsan_scenario again;
    const struct sipsan_packet *same;

    if (packet->bytes.n > WRITTEN_MAX / 8)
        return;
    sipsan_scenario_write(packet, put, &w);
    HOLDS(w.n > 2 && w.p[0] == '@');
    HOLDS(sipsan_scenario_read(&again, arena, (struct sipsan_span){w.p, w.n}, NULL, NULL) ==
          SIPSAN_OK);
    HOLDS(again.cases && again.cases->packets && !again.cases->packets->next);
    same = again.cases->packets;
    HOLDS(same->bytes.n == packet->bytes.n);
    HOLDS(packet->bytes.n == 0 || memcmp(same->bytes.p, packet->bytes.p, packet->bytes.n) == 0);
    HOLDS(same->time == packet->time);
    HOLDS((same->number == 0) == (packet->number == 0));
    if (packet->number > 0) {
        HOLDS(same->flow.transport == packet->flow.transport);
        HOLDS(same->flow.connection == packet->flow.connection);
        HOLDS(same_addr(&same->flow.src, &packet->flow.src));
        HOLDS(same_addr(&same->flow.dst, &packet->flow.dst));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sipsan_span text = {(const char *)data, size};
    struct sipsan_scenario scenario;
    struct sipsan_arena arena, other;
    struct sipsan_pool pool;
    struct sipsan_mem mem;

    if (size > INPUT_MAX)
        return 0;
    sipsan_scenario_sniff(text);
    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, 16384, 4);
    sipsan_arena_init(&arena, &pool);
    sipsan_arena_init(&other, &pool);
    if (sipsan_scenario_read(&scenario, &arena, text, base_text, NULL) == SIPSAN_OK) {
        for (const struct sipsan_case *c = scenario.cases; c; c = c->next) {
            for (const struct sipsan_packet *p = c->packets; p; p = p->next) {
                check_packet(&other, p);
                sipsan_arena_reset(&other);
            }
        }
    } else {
        HOLDS(scenario.error_line > 0);
        HOLDS(scenario.error[0] != '\0');
    }
    sipsan_arena_reset(&other);
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
    HOLDS(mem.used == 0);
    return 0;
}

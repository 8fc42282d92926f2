/* Decisions from octets. The first alternative is always the plain one: it is what happens when the
 * octets have run out. */
#include "model.h"

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

uint8_t choose_octet(struct world *w)
{
    struct choices *c = &w->choices;
    uint8_t octet = 0;

    if (c->used < c->n)
        octet = c->p[c->used++];
    else if (c->random)
        octet = (uint8_t)(next_random(&c->random) >> 32);
    if (c->kept && c->kept_n < c->kept_room)
        c->kept[c->kept_n++] = octet;
    return octet;
}

bool happens(struct world *w, unsigned of_256)
{
    return of_256 > 0 && choose_octet(w) >= 256 - of_256;
}

unsigned choose(struct world *w, unsigned n)
{
    return n > 1 ? choose_octet(w) * n / 256 : 0;
}

bool chance(struct world *w, unsigned percent)
{
    return percent > 0 && choose_octet(w) >= 256 - percent * 256 / 100;
}

/* Others may choose the same one: what both do then crosses. */
int64_t moment(struct world *w, int64_t low, int64_t high)
{
    int64_t delay = between(w, low, high), tick = 500 * MS;

    return !w->calm && chance(w, 25) ? delay + tick - (w->now + delay) % tick : delay;
}

int64_t between(struct world *w, int64_t low, int64_t high)
{
    int64_t octets = choose_octet(w) * 256;

    octets += choose_octet(w);
    return low + (high - low) * octets / 65536;
}

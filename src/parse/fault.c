/* Records what does not fit the grammar. */
#include "parse/scan.h"

#define EVIDENCE_MAX 40

static void record(struct sipsan_scan *sc, enum sipsan_production production, const char *p,
                   size_t n)
{
    struct sipsan_msg *msg = sc->msg;

    if (!msg)
        return;
    if (msg->fault_count >= sc->limits->faults) {
        msg->faults_lost++;
        return;
    }
    if (msg->fault_count == sc->fault_room) {
        uint32_t room = sc->fault_room ? sc->fault_room * 2 : 8;
        struct sipsan_fault *more = sipsan_arena_alloc(sc->arena, room * sizeof(*more));

        if (!more) {
            sc->nomem = true;
            return;
        }
        if (msg->fault_count)
            memcpy(more, msg->faults, msg->fault_count * sizeof(*more));
        msg->faults = more;
        sc->fault_room = room;
    }
    msg->faults[msg->fault_count++] = (struct sipsan_fault){
        .production = (uint16_t)production,
        .header = sc->header,
        .line = sc->line,
        .offset = (uint32_t)(p - msg->bytes.p),
        .length = (uint32_t)n,
    };
}

/* The octet that does not fit and the word that it begins. */
static size_t evidence(const struct sipsan_scan *sc, const char *p)
{
    size_t n = 0;

    while (p + n < sc->lim && n < EVIDENCE_MAX) {
        char c = p[n];

        if (n > 0 && (is_wsp(c) || c == ',' || c == ';' || c == '<' || c == '>'))
            break;
        if (is_crlf(c))
            break;
        n++;
    }
    return n > 0 || p >= sc->lim ? n : 1;
}

void sipsan_fault_at(struct sipsan_scan *sc, enum sipsan_production production, const char *p)
{
    sc->part_bad = true;
    if (sc->bad)
        return;
    sc->bad = true;
    record(sc, production, p, evidence(sc, p));
}

void sipsan_fault_line(struct sipsan_scan *sc, enum sipsan_production production, const char *p,
                       size_t n)
{
    record(sc, production, p, n);
}

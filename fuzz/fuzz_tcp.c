/* Targets: sipsan_tcp_add, sipsan_stream_bytes and all below them.
 *
 * Input: four octets (a seed; the largest segment; what happens to segments), then the octets of a
 * stream.
 *
 * Invariants: the stream fed as octets gives what its segments give; segments that come once, in
 * any order, twice, or overlapping, give the messages that the stream gives in one piece, in the
 * same order; with a segment missing nothing is handed on as whole that the stream does not hold as
 * it is, and once the other side has acknowledged all of it the loss is told; in a connection seen
 * from the middle, whatever the order, nothing is missing that is not told; what waited does so no
 * longer at the end; memory is given back. */
#define _GNU_SOURCE /* memmem */
#include <stdint.h>

#include "segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    FLAG_SYN = 2,
    FLAG_ACK = 16,
    DOES_OVERLAP = 1,
    DOES_REPEAT = 2,
    DOES_LOSE = 4,
    IS_OLDER = 8,
    WINDOW = 64
};

struct segment {
    size_t at, n;
};

static struct sipsan_net *open_net(struct sipsan_mem *mem, struct notes *notes)
{
    struct sipsan_config config = {.hash_seed = {1, 2}, .limits = {.message = 65536}};
    struct sipsan_net *net;

    notes->count = notes->n = notes->losses = notes->pending = 0;
    HOLDS(sipsan_net_new(&net, mem, &config, note, note_problem, notes) == SIPSAN_OK);
    sipsan_net_on_lost(net, note_lost);
    return net;
}

static void in_order(struct sipsan_mem *mem, struct notes *notes, const char *text, size_t n)
{
    struct sipsan_net *net = open_net(mem, notes);
    uint32_t frame = 1;

    feed_segment(net, frame++, 0, UINT32_MAX - 100, 0, FLAG_SYN, NULL, 0);
    for (size_t at = 0; at < n; at += SEGMENTS_MOST)
        feed_segment(net, frame++, 0, UINT32_MAX - 99 + (uint32_t)at, 0, 0, text + at,
                     n - at < SEGMENTS_MOST ? n - at : SEGMENTS_MOST);
    sipsan_net_finish(net);
    sipsan_net_free(net);
}

static size_t cut(struct segment *out, size_t n, size_t most, uint32_t *state)
{
    size_t count = 0;

    for (size_t at = 0; at < n; count++) {
        size_t length = 1 + next_random(state) % most;

        length = length < n - at && count + 1 < SEGMENTS_MAX ? length : n - at;
        out[count] = (struct segment){at, length};
        at += length;
    }
    return count;
}

/* Within windows as a receiver would grant them: none waits for more than a window's others, far
 * fewer than tcp.c keeps. (Segments that move on and on would reach its limit, which is a loss.) */
static void shuffle(struct segment *s, size_t count, uint32_t *state)
{
    for (size_t from = 0; from < count; from += WINDOW) {
        size_t n = count - from < WINDOW ? count - from : WINDOW;

        for (size_t i = 0; i + 1 < n; i++) {
            size_t j = i + next_random(state) % (n - i);
            struct segment t = s[from + i];

            s[from + i] = s[from + j];
            s[from + j] = t;
        }
    }
}

/* There are messages, and those are no other protocol's that stops being read. */
static bool all_sip(const struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        if (notes->transport[i] != SIPSAN_TCP)
            return false;
    return notes->count > 0;
}

static void shuffled(struct sipsan_mem *mem, struct notes *notes, const char *text, size_t n,
                     const uint8_t *how)
{
    static struct segment segments[SEGMENTS_MAX];
    struct sipsan_net *net = open_net(mem, notes);
    uint32_t state = how[0] | (uint32_t)how[1] << 8, frame = 1;
    size_t count = cut(segments, n, 1 + how[2] % 200u * 7u, &state);
    size_t lost = (how[3] & DOES_LOSE) != 0 && count > 0 ? next_random(&state) % count : count;
    size_t where = lost < count ? segments[lost].at : 0;
    size_t lost_n = lost < count ? segments[lost].n : 0;

    shuffle(segments, count, &state);
    if ((how[3] & IS_OLDER) == 0)
        feed_segment(net, frame++, 0, UINT32_MAX - 100, 0, FLAG_SYN, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        struct segment s = segments[i];

        if (lost < count && s.at == where)
            continue;
        if ((how[3] & DOES_OVERLAP) != 0 && (how[3] & DOES_LOSE) == 0 && s.at > 0) {
            size_t more = 1 + next_random(&state) % 5;

            more = more < s.at ? more : s.at;
            s.at -= more;
            s.n += more;
        }
        for (int times = (how[3] & DOES_REPEAT) != 0 && next_random(&state) % 3 == 0; times >= 0;
             times--)
            feed_segment(net, frame++, 0, UINT32_MAX - 99 + (uint32_t)s.at, 0, FLAG_ACK,
                         text + s.at, s.n);
    }
    feed_segment(net, frame++, 1, 1, UINT32_MAX - 99 + (uint32_t)n, FLAG_ACK, NULL, 0);
    /* A single octet may be the FIN. */
    HOLDS(lost == count || lost_n < 2 || !all_sip(notes) || notes->losses > 0);
    sipsan_net_finish(net);
    HOLDS(notes->pending == 0);
    sipsan_net_free(net);
}

/* As a caller gives it that has the octets of the connection itself (sipsan_feed_stream), in the
 * pieces in which a socket might. */
static void fed(struct sipsan_mem *mem, struct notes *notes, const char *text, size_t n,
                const uint8_t *how)
{
    static struct segment pieces[SEGMENTS_MAX];
    const struct sipsan_flow flow = {
        .src = {.ip = {192, 0, 2, 1}, .port = 40000, .family = 4},
        .dst = {.ip = {192, 0, 2, 2}, .port = 5060, .family = 4},
        .transport = SIPSAN_TCP,
        .connection = 1,
    };
    struct sipsan_net *net = open_net(mem, notes);
    struct sipsan_ref ref = {.frame = 0, .time = INT64_C(1000000)};
    uint32_t state = how[1] | (uint32_t)how[0] << 8;
    size_t count = cut(pieces, n, 1 + how[2] % 200u * 7u, &state);

    for (size_t i = 0; i < count; i++) {
        char *piece = malloc(pieces[i].n); /* of its own: sanitizers see a read behind it */

        HOLDS(piece);
        memcpy(piece, text + pieces[i].at, pieces[i].n);
        ref.frame++;
        HOLDS(sipsan_net_stream(net, piece, pieces[i].n, &flow, &ref) == SIPSAN_OK);
        free(piece);
    }
    sipsan_net_finish(net);
    sipsan_net_free(net);
}

/* What is whole stands in the stream octet for octet, one behind the other. */
static void check_kept(const struct notes *parts, const char *text, size_t n)
{
    size_t at = 0, from = 0;

    for (size_t i = 0; i < parts->count && from + parts->length[i] <= parts->n; i++) {
        const char *found = memmem(text + at, n - at, parts->text + from, parts->length[i]);

        from += parts->length[i];
        if (parts->cut[i])
            continue;
        HOLDS(found);
        at = (size_t)(found - text) + parts->length[i];
    }
}

static void compare(const struct notes *whole, const struct notes *parts)
{
    HOLDS(whole->count == parts->count);
    for (size_t i = 0; i < whole->count; i++) {
        HOLDS(whole->hash[i] == parts->hash[i]);
        HOLDS(whole->length[i] == parts->length[i]);
        HOLDS(whole->cut[i] == parts->cut[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct notes whole, parts;
    struct sipsan_mem mem;
    const char *text;
    size_t n;

    if (size < 5 || size > 60000)
        return 0;
    text = (const char *)data + 4;
    n = size - 4;
    sipsan_mem_init(&mem);
    in_order(&mem, &whole, text, n);
    shuffled(&mem, &parts, text, n, data);
    if ((data[3] & IS_OLDER) != 0)
        HOLDS(!all_sip(&parts) || parts.losses > 0 || parts.count == whole.count);
    else if ((data[3] & DOES_LOSE) == 0)
        compare(&whole, &parts);
    else
        check_kept(&parts, text, n);
    fed(&mem, &parts, text, n, data);
    compare(&whole, &parts);
    HOLDS(mem.used == 0);
    return 0;
}

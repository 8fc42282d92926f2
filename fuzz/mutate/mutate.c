/* Which mutation, how often, and two inputs made one. */
#include "ops.h"

#define STEPS_MAX 6

bool mut_try(struct mut *m, const struct mut_ops *ops)
{
    for (size_t tries = 0; tries < 8; tries++) {
        if (ops->op[mut_below(m, ops->count)](m))
            return true;
    }
    return false;
}

bool mut_message_step(struct mut *m)
{
    size_t begin = m->msg.begin, end = m->msg.end, before = m->n;
    bool body = m->msg.body + 2 < end && mut_one_in(m, 4);

    if (!m->consistent)
        return mut_try(m, body               ? &mut_bad_sdp_ops
                          : mut_one_in(m, 5) ? &mut_legal_ops
                                             : &mut_broken_ops);
    if (!mut_try(m, body ? &mut_sdp_ops : &mut_legal_ops))
        return false;
    if (body) {
        mut_read(m, begin, end + m->n - before);
        mut_fix_length(m);
    }
    return true;
}

int sipmut_is_session(const uint8_t *data, size_t n)
{
    const char *p = (const char *)data, *end = p + n;

    for (size_t lines = 0; lines < 16 && p < end; lines++) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));

        if (end - p > 2 && (memcmp(p, "@ ", 2) == 0 || memcmp(p, "==", 2) == 0))
            return 1;
        if (!lf || (*p != '#' && *p != '\n'))
            return 0;
        p = lf + 1;
    }
    return 0;
}

/* A message of the other input: all of it, or one of its packets. The line ends of the two kinds
 * of text differ; header fields of one line are taken without theirs. */
static struct mut_span other_message(struct mut *m, const uint8_t *other, size_t n)
{
    struct mut_span text = {(const char *)other, n};
    struct mut view = {.p = (char *)(uintptr_t)other, .n = n};
    struct mut_packet packet;

    if (n > 0 && sipmut_is_session(other, n) &&
        mut_packet(&view, mut_below(m, mut_packets(&view)), &packet))
        text = (struct mut_span){text.p + packet.text, packet.end - packet.text};
    return text;
}

enum sipmut_mode sipmut_mode_named(const char *name)
{
    if (name && strcmp(name, "consistent") == 0)
        return SIPMUT_CONSISTENT;
    return name && strcmp(name, "broken") == 0 ? SIPMUT_BROKEN : SIPMUT_MIXED;
}

size_t sipmut_mutate(uint8_t *data, size_t n, size_t max, const uint8_t *other, size_t other_n,
                     enum sipmut_mode mode, uint64_t seed)
{
    struct mut m = {.p = (char *)data, .n = n, .max = max, .seed = seed};
    size_t steps;

    if (n == 0 || n > max)
        return n;
    m.session = sipmut_is_session(data, n);
    m.other = other_message(&m, other, other_n);
    for (steps = 1; steps < STEPS_MAX && !mut_one_in(&m, 3); steps++)
        ;
    for (; steps > 0; steps--) {
        m.consistent = mode == SIPMUT_CONSISTENT || (mode == SIPMUT_MIXED && mut_one_in(&m, 2));
        if (m.session) {
            mut_try(&m, &mut_session_ops);
        } else {
            mut_read(&m, 0, m.n);
            mut_message_step(&m);
        }
        if (m.n == 0) { /* nothing left to work on */
            m.p[0] = '\n';
            m.n = 1;
        }
    }
    return m.n;
}

/* Two inputs ---------------------------------------------------------------------------------- */

static void put(struct mut *m, struct mut_span text)
{
    mut_insert(m, m->n, text);
}

static struct mut_span part(struct mut_span text, size_t from, size_t to)
{
    return (struct mut_span){text.p + from, to - from};
}

/* Start line, header fields and body, each of either message. */
static void cross_messages(struct mut *out, struct mut_span a, struct mut_span b)
{
    struct mut_msg first, second;
    bool mixed = mut_one_in(out, 2); /* field by field, or a head and a tail */
    size_t cut;

    mut_read_span(&first, a, 0, a.n);
    mut_read_span(&second, b, 0, b.n);
    put(out, mut_one_in(out, 3) ? part(b, 0, second.headers) : part(a, 0, first.headers));
    cut = mut_below(out, first.count + 1);
    for (size_t i = 0; i < first.count || i < second.count; i++) {
        bool from_b = mixed ? mut_one_in(out, 2) : i >= cut;
        const struct mut_msg *msg = from_b ? &second : &first;
        struct mut_span text = from_b ? b : a;

        if (i < msg->count)
            put(out, part(text, msg->fields[i].at, msg->fields[i].end));
    }
    if (mut_one_in(out, 2))
        put(out, part(b, second.blank, b.n));
    else
        put(out, part(a, first.blank, a.n));
}

/* The packets of one behind those of the other, or by turns; the first line of each, a title or a
 * comment, is left out. */
static void cross_sessions(struct mut *out, struct mut_span a, struct mut_span b)
{
    struct mut x = {.p = (char *)(uintptr_t)a.p, .n = a.n};
    struct mut y = {.p = (char *)(uintptr_t)b.p, .n = b.n};
    size_t i = 0, j = 0, xs = mut_packets(&x), ys = mut_packets(&y);
    bool woven = mut_one_in(out, 2);
    size_t cut = mut_below(out, xs + 1);

    j = woven ? 0 : mut_below(out, ys + 1);
    /* Finding a packet costs the length of its session. */
    for (size_t left = 128; left > 0 && (i < xs || j < ys); left--) {
        bool from_y = woven ? j < ys && (i >= xs || mut_one_in(out, 2)) : i >= cut;
        struct mut *from = from_y ? &y : &x;
        struct mut_packet packet;

        if (!mut_packet(from, from_y ? j++ : i++, &packet))
            break;
        put(out, part((struct mut_span){from->p, from->n}, packet.begin, packet.end));
        if (out->n > 0 && out->p[out->n - 1] != '\n')
            put(out, MUT_LIT("\n"));
    }
}

size_t sipmut_cross(uint8_t *out, size_t max, const uint8_t *a, size_t a_n, const uint8_t *b,
                    size_t b_n, uint64_t seed)
{
    struct mut m = {.p = (char *)out, .max = max, .seed = seed};
    struct mut_span first = {(const char *)a, a_n}, second = {(const char *)b, b_n};

    if (sipmut_is_session(a, a_n) && sipmut_is_session(b, b_n))
        cross_sessions(&m, first, second);
    else
        cross_messages(&m, first, second);
    if (m.n == 0 && max > 0)
        put(&m, part(first, 0, a_n < max ? a_n : max));
    return m.n;
}

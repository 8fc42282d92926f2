/* See stream_buffer.h. Most buffers are of the smallest size and live as long as one message: those
 * are kept for the next stream. */
#include "net/stream_buffer.h"

#include "base/span.h"

enum {
    ROOM_MIN = 2048, /* octets: most messages fit */
    SPARE_MAX = 64,  /* buffers */
};

struct sipsan_stream_spare {
    struct sipsan_stream_spare *next;
};

void sipsan_stream_text_free(struct sipsan_streams *all, char **p, size_t *n, size_t *room)
{
    struct sipsan_stream_spare *spare;

    if (!*p)
        return;
    all->held -= *room;
    if (*room == ROOM_MIN && all->spare_count < SPARE_MAX) {
        spare = (struct sipsan_stream_spare *)(void *)*p;
        spare->next = all->spare;
        all->spare = spare;
        all->spare_count++;
    } else {
        sipsan_mem_free(all->mem, *p, *room);
    }
    *p = NULL;
    *n = *room = 0;
}

static char *take_spare(struct sipsan_streams *all)
{
    struct sipsan_stream_spare *spare = all->spare;

    if (spare) {
        all->spare = spare->next;
        all->spare_count--;
    }
    return (char *)spare;
}

void sipsan_streams_free(struct sipsan_streams *all)
{
    char *p;

    while ((p = take_spare(all)) != NULL)
        sipsan_mem_free(all->mem, p, ROOM_MIN);
}

bool sipsan_stream_reserve(struct sipsan_streams *all, char **p, size_t *room, size_t need)
{
    size_t more = *room ? *room : ROOM_MIN;
    char *text = NULL;

    while (more < need)
        more *= 2;
    if (more == *room)
        return true;
    if (all->held + (more - *room) > all->held_max && all->on_full)
        all->on_full(all->user);
    if (all->held + (more - *room) > all->held_max)
        return false;
    if (more == ROOM_MIN)
        text = take_spare(all);
    if (!text)
        text = sipsan_mem_resize(all->mem, *p, *room, more);
    if (!text)
        return false;
    all->held += more - *room;
    *p = text;
    *room = more;
    return true;
}

void sipsan_stream_drop(struct sipsan_streams *all, struct sipsan_stream *st)
{
    sipsan_stream_text_free(all, &st->data, &st->n, &st->room);
    sipsan_stream_text_free(all, &st->ws.message, &st->ws.n, &st->ws.room);
    st->ws.open = false;
    st->scanned = st->need = 0;
}

void sipsan_stream_lose(struct sipsan_streams *all, struct sipsan_stream *st,
                        enum sipsan_problem_kind kind, struct sipsan_span text)
{
    st->scanned = st->need = 0;
    st->skip = 0;
    st->in_line = false;
    if (st->kind == SIPSAN_STREAM_SIP || st->kind == SIPSAN_STREAM_HEP) {
        st->lost = true;
    } else {
        st->kind = SIPSAN_STREAM_UNKNOWN;
        st->from_start = false;
    }
    if (!all->silent)
        all->on_lost(all->user, kind, text);
}

void sipsan_stream_release(struct sipsan_streams *all, struct sipsan_stream *st)
{
    sipsan_stream_drop(all, st);
    all->limits++;
    sipsan_stream_lose(all, st, SIPSAN_PROBLEM_LIMIT,
                       SPAN_LIT("a message of a stream was given up for want of room"));
}

bool sipsan_stream_append(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                          size_t n)
{
    if (n == 0)
        return true;
    /* Somebody who is told to let go may be this one. */
    if (!sipsan_stream_reserve(all, &st->data, &st->room, st->n + n) || st->room < st->n + n) {
        sipsan_stream_release(all, st);
        return false;
    }
    memcpy(st->data + st->n, p, n);
    st->n += n;
    return true;
}

/* Text that keeps its room when it is replaced. */
#include "base/text.h"

#define TEXT_MAX 65536u

static void write_text(struct sipsan_text *text, struct sipsan_span in)
{
    if (in.n > 0)
        memcpy(text->p, in.p, in.n);
    text->n = (uint32_t)in.n;
    text->set = true;
}

bool sipsan_text_set(struct sipsan_mem *mem, struct sipsan_text *text, struct sipsan_span in)
{
    if (in.n > TEXT_MAX)
        return false;
    if (in.n > text->room) {
        size_t room = (in.n + 31) / 32 * 32;
        char *p = sipsan_mem_resize(mem, text->p, text->room, room);

        if (!p)
            return false;
        text->p = p;
        text->room = (uint32_t)room;
    }
    write_text(text, in);
    return true;
}

bool sipsan_text_put(struct sipsan_arena *arena, struct sipsan_text *text, struct sipsan_span in)
{
    if (in.n > TEXT_MAX)
        return false;
    if (in.n > text->room) {
        size_t room = in.n > 2 * (size_t)text->room ? in.n : 2 * (size_t)text->room;
        char *p = sipsan_arena_room(arena, room);

        if (!p)
            return false;
        text->p = p;
        text->room = (uint32_t)room;
    }
    write_text(text, in);
    return true;
}

void sipsan_text_free(struct sipsan_mem *mem, struct sipsan_text *text)
{
    sipsan_mem_free(mem, text->p, text->room);
    *text = (struct sipsan_text){0};
}

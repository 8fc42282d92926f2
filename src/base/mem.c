/* Counts what the caller's allocator gives, so that one ceiling holds for the whole context. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *heap_alloc(void *user, size_t n)
{
    (void)user;
    return malloc(n);
}

static void *heap_resize(void *user, void *p, size_t n)
{
    (void)user;
    return realloc(p, n);
}

static void heap_release(void *user, void *p)
{
    (void)user;
    free(p);
}

void sipsan_mem_init(struct sipsan_mem *mem)
{
    *mem = (struct sipsan_mem){.alloc = heap_alloc, .resize = heap_resize, .release = heap_release};
}

static bool fits(struct sipsan_mem *mem, size_t more)
{
    if (mem->limit == 0 || (more <= mem->limit && mem->used <= mem->limit - more))
        return true;
    mem->refused++;
    return false;
}

static void *granted(struct sipsan_mem *mem, void *p, size_t more)
{
    if (!p) {
        mem->refused++;
        return NULL;
    }
    mem->used += more;
    if (mem->used > mem->peak)
        mem->peak = mem->used;
    return p;
}

void *sipsan_mem_alloc(struct sipsan_mem *mem, size_t n)
{
    if (!fits(mem, n))
        return NULL;
    return granted(mem, mem->alloc(mem->user, n), n);
}

void *sipsan_mem_zalloc(struct sipsan_mem *mem, size_t n)
{
    void *p = sipsan_mem_alloc(mem, n);

    if (p)
        memset(p, 0, n);
    return p;
}

void *sipsan_mem_resize(struct sipsan_mem *mem, void *p, size_t old, size_t n)
{
    if (n > old && !fits(mem, n - old))
        return NULL;
    p = mem->resize(mem->user, p, n);
    if (!p)
        return granted(mem, NULL, 0);
    mem->used -= old;
    return granted(mem, p, n);
}

void sipsan_mem_free(struct sipsan_mem *mem, void *p, size_t n)
{
    if (!p)
        return;
    mem->used -= n;
    mem->release(mem->user, p);
}

bool sipsan_mem_charge(struct sipsan_mem *mem, size_t n)
{
    bool ok = fits(mem, n);

    mem->used += n;
    if (ok && mem->used > mem->peak)
        mem->peak = mem->used;
    return ok;
}

void sipsan_mem_credit(struct sipsan_mem *mem, size_t n)
{
    mem->used -= n;
}

void sipsan_mem_zero(void *p, size_t n)
{
    memset(p, 0, n);
}

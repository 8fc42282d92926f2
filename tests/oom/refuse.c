/* Loaded before the program: its request for memory number REFUSE_AT fails, and with REFUSE_ON all
 * behind it; how many there were is written to the file REFUSE_COUNT. What stands behind (libc, or
 * the run-time part of a sanitizer) does the rest. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*next_malloc)(size_t), *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static atomic_ulong requests;
static unsigned long at;
static bool on, ready, asking;

/* What dlsym itself asks for is never given back. */
static char early[4096];
static size_t early_used;

static bool is_early(const void *p)
{
    return (uintptr_t)p >= (uintptr_t)early && (uintptr_t)p < (uintptr_t)early + sizeof(early);
}

static void *early_alloc(size_t n)
{
    void *p = early + early_used;

    n = (n + 15) / 16 * 16;
    if (n > sizeof(early) - early_used)
        abort();
    early_used += n;
    return p;
}

static void *next(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);

    if (!f)
        abort();
    return f;
}

/* False while the functions behind are still being asked for. */
static bool prepare(void)
{
    const char *text;
    void *f;

    if (ready)
        return true;
    if (asking)
        return false;
    asking = true;
    f = next("malloc");
    memcpy(&next_malloc, &f, sizeof(f));
    f = next("calloc");
    memcpy(&next_calloc, &f, sizeof(f));
    f = next("realloc");
    memcpy(&next_realloc, &f, sizeof(f));
    f = next("free");
    memcpy(&next_free, &f, sizeof(f));
    text = getenv("REFUSE_AT");
    at = text ? strtoul(text, NULL, 10) : 0;
    on = getenv("REFUSE_ON") != NULL;
    ready = true;
    return true;
}

static bool refused(void)
{
    unsigned long n = atomic_fetch_add(&requests, 1) + 1;

    if (at == 0 || (on ? n < at : n != at))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    if (!prepare())
        return early_alloc(n);
    return refused() ? NULL : next_malloc(n);
}

void *calloc(size_t count, size_t n)
{
    if (!prepare())
        return early_alloc(count * n);
    return refused() ? NULL : next_calloc(count, n);
}

void *realloc(void *p, size_t n)
{
    if (!prepare() || is_early(p))
        abort();
    return refused() ? NULL : next_realloc(p, n);
}

void free(void *p)
{
    if (p && !is_early(p) && prepare())
        next_free(p);
}

static void __attribute__((destructor)) tell(void)
{
    const char *path = getenv("REFUSE_COUNT");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    char text[32];
    size_t n = sizeof(text);

    if (fd < 0)
        return;
    for (unsigned long left = atomic_load(&requests); n > 0 && (left > 0 || n == sizeof(text));
         left /= 10)
        text[--n] = (char)('0' + left % 10);
    if (write(fd, text + n, sizeof(text) - n) < 0)
        abort();
    close(fd);
}

/* A clock that the harness turns, for a stack that asks the system for the time and waits with poll
 * or epoll: while it is on, waiting costs nothing and hours pass in a moment. The functions of libc
 * are replaced by those of the same name in the program; system calls do the rest. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "target.h"

#define MICRO 1000000
/* The stack's library shall find these before those of libc. */
#define EXPORT __attribute__((visibility("default")))

static bool turned_by_us;
static int64_t now; /* microseconds since the epoch */

void target_clock_set(int64_t time)
{
    turned_by_us = true;
    now = time;
}

void target_clock_off(void)
{
    turned_by_us = false;
}

int64_t target_clock(void)
{
    return now;
}

EXPORT int clock_gettime(clockid_t id, struct timespec *out)
{
    if (!turned_by_us)
        return (int)syscall(SYS_clock_gettime, id, out);
    out->tv_sec = now / MICRO;
    out->tv_nsec = now % MICRO * 1000;
    return 0;
}

EXPORT int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    if (!turned_by_us)
        return (int)syscall(SYS_gettimeofday, out, zone);
    out->tv_sec = now / MICRO;
    out->tv_usec = now % MICRO;
    return 0;
}

EXPORT time_t time(time_t *out)
{
    struct timespec t = {0};

    if (clock_gettime(CLOCK_REALTIME, &t) != 0)
        return (time_t)-1;
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

/* Nothing came: the time that was to be waited has passed. */
static void waited(int milliseconds)
{
    if (turned_by_us && milliseconds > 0)
        now += (int64_t)milliseconds * 1000;
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
    int n = (int)syscall(SYS_epoll_pwait, fd, events, max, turned_by_us ? 0 : timeout, NULL, 8);

    if (n == 0)
        waited(timeout);
    return n;
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    int n = (int)syscall(SYS_poll, fds, count, turned_by_us ? 0 : timeout);

    if (n == 0)
        waited(timeout);
    return n;
}

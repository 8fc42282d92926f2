/* A clock that the harness turns, for a stack that asks the system for the time and waits with poll
 * or epoll: while it is on, waiting costs nothing and hours pass in a moment. The functions of libc
 * are replaced by those of the same name in the program; system calls do the rest. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "target.h"

#define MICRO 1000000
/* The stack's library shall find these before those of libc. */
#define EXPORT __attribute__((visibility("default")))

void (*target_turn)(void);
static bool turned_by_us;
static int64_t now; /* microseconds since the epoch */

void target_clock_set(int64_t time)
{
    turned_by_us = true;
    now = time;
}

/* The engine's own alarm, which tells a hang by the time of the day, must see the real one. */
static void (*engine_alarm)(int);
static void (*engine_alarm_info)(int, siginfo_t *, void *);

static void on_alarm(int signal, siginfo_t *info, void *context)
{
    bool turned = turned_by_us;

    turned_by_us = false;
    if (engine_alarm_info)
        engine_alarm_info(signal, info, context);
    else
        engine_alarm(signal);
    turned_by_us = turned;
}

void target_clock_init(void)
{
    struct sigaction old, new = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO};

    if (sigaction(SIGALRM, NULL, &old) != 0 || old.sa_handler == SIG_DFL ||
        old.sa_handler == SIG_IGN)
        return;
    if (old.sa_flags & SA_SIGINFO)
        engine_alarm_info = old.sa_sigaction;
    else
        engine_alarm = old.sa_handler;
    sigaction(SIGALRM, &new, NULL);
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
static void waited(int events, int milliseconds)
{
    if (!turned_by_us)
        return;
    if (events == 0 && milliseconds > 0)
        now += (int64_t)milliseconds * 1000;
    if (target_turn)
        target_turn();
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
    int n = (int)syscall(SYS_epoll_pwait, fd, events, max, turned_by_us ? 0 : timeout, NULL, 8);

    waited(n, timeout);
    return n;
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    int n = (int)syscall(SYS_poll, fds, count, turned_by_us ? 0 : timeout);

    waited(n, timeout);
    return n;
}

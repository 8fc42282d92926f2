/* A SIP stack inside the harness: what fuzz_target.c asks of it, and what it gets.
 *
 * One file per stack implements the struct at the end. The stack shall run in this thread, in
 * steps, and wait with poll or epoll only (clock.c turns the clock). */
#ifndef SIPSAN_FUZZ_TARGET_H
#define SIPSAN_FUZZ_TARGET_H

#include <stdbool.h>
#include <stdint.h>

/* The clock, microseconds since the epoch: from the first set to off it stands still unless the
 * stack waits. */
void target_clock_set(int64_t time);
void target_clock_off(void);
int64_t target_clock(void);

struct target_stack {
    const char *name;
    /* Once a process. */
    bool (*init)(void);
    /* A fresh user agent that listens on UDP at this IPv4 address, port 5060, and takes calls. */
    bool (*start)(const char *address);
    /* Lets it work on what has come, or wait for at most so many milliseconds. */
    void (*step)(int milliseconds);
    /* Ends the user agent and all that it holds. What it sends now is no longer judged. */
    void (*stop)(void);
};

extern const struct target_stack target_stack;

#endif

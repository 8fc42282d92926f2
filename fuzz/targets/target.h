/* A SIP stack inside the harness: what fuzz_target.c asks of it, and what it gets.
 *
 * One file per stack implements the struct at the end. The stack shall run in this thread, in
 * steps, and wait with poll or epoll only (clock.c turns the clock). A stack that has no sockets
 * of its own is given messages by hear and gives them to target_sends. */
#ifndef SIPSAN_FUZZ_TARGET_H
#define SIPSAN_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The clock, microseconds since the epoch: from the first set to off it stands still unless the
 * stack waits. */
void target_clock_init(void); /* once, when the engine has set its signals up */
void target_clock_set(int64_t time);
void target_clock_off(void);
int64_t target_clock(void);
/* Called (unless NULL) each time the stack has waited or found something to do, before it is told:
 * for a loop that must be asked to return. */
extern void (*target_turn)(void);

/* A stack without a socket sends this to the peer. The peer answers later, never from here. */
void target_sends(const char *p, size_t n);

struct target_stack {
    const char *name;
    /* What of its messages the stack decides itself, where a user of the library builds them:
     * beginnings of rules divided by commas, with ! in front for those it does not; the last that
     * fits counts. NULL: all. */
    const char *decides;
    /* Once a process. */
    bool (*init)(void);
    /* A fresh user agent on UDP at this IPv4 address, port 5060, that takes calls. */
    bool (*start)(const char *address);
    /* Lets it work on what has come, or wait for at most so many milliseconds. */
    void (*step)(int milliseconds);
    /* Ends the user agent and all that it holds. What it sends now is no longer judged. */
    void (*stop)(void);
    /* A stack without a socket: this came from the peer. NULL: it listens at the address. */
    void (*hear)(const char *p, size_t n);
    /* A stack whose user builds the messages: in the session 192.0.2.2 says this now. NULL: what
     * the stack says is its own affair. */
    void (*say)(const char *p, size_t n);
};

extern const struct target_stack target_stack;

#endif

/* Invariants of harnesses: what does not hold ends the program, which both engines count as a
 * crash. */
#ifndef FUZZ_HOLDS_H
#define FUZZ_HOLDS_H

#include <stdio.h>
#include <stdlib.h>

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "broken invariant: %s\n", #condition);                                 \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif

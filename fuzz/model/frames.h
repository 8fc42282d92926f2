/* A life as frames. */
#ifndef FUZZ_MODEL_FRAMES_H
#define FUZZ_MODEL_FRAMES_H

#include <stdio.h>

#include "model.h"

typedef void (*frame_fn)(void *user, const uint8_t *p, size_t n, int64_t time);

/* Each frame of an Ethernet, in the order in which they passed the tap. */
void frames_each(const struct world *w, frame_fn fn, void *user);

/* As a pcap file. */
void frames_write(FILE *file, const struct world *w);

#endif

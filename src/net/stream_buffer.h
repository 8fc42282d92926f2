/* Of net/stream only: what waits of a stream, under one ceiling for all of them
 * (sipsan_streams.held). */
#ifndef SIPSAN_NET_STREAM_BUFFER_H
#define SIPSAN_NET_STREAM_BUFFER_H

#include "net/stream.h"

/* Gives back *p, of which *n octets are used and *room are there; NULL will do. */
void sipsan_stream_text_free(struct sipsan_streams *all, char **p, size_t *n, size_t *room);

/* Room for `need` octets at *p, which may move. False when it is refused; *p is as it was then,
 * unless its own stream has been told to let go (on_full). */
bool sipsan_stream_reserve(struct sipsan_streams *all, char **p, size_t *room, size_t need);

/* Adds n octets to what waits. False when there was no room: the stream has lost its place. */
bool sipsan_stream_append(struct sipsan_streams *all, struct sipsan_stream *st, const char *p,
                          size_t n);

/* Gives back all that waits. */
void sipsan_stream_drop(struct sipsan_streams *all, struct sipsan_stream *st);

/* The place in the stream is lost; `kind` and `text` (static) tell why. */
void sipsan_stream_lose(struct sipsan_streams *all, struct sipsan_stream *st,
                        enum sipsan_problem_kind kind, struct sipsan_span text);

#endif

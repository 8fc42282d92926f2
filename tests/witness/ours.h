/* sipsan's side of the witness: one text as one production, yes or no. */
#ifndef SIPSAN_TESTS_WITNESS_OURS_H
#define SIPSAN_TESTS_WITNESS_OURS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ours_judge { OURS_PIECE, OURS_CRLF, OURS_LINE };

enum ours_verdict { OURS_REJECTS, OURS_ACCEPTS, OURS_OTHER_HEADER };

struct ours; /* what a judgement needs, used again for the next */

/* NULL when memory is refused. */
struct ours *ours_open(void);
void ours_close(struct ours *ours);

/* What productions.tsv calls the argument; -1 when there is none of this name. */
int ours_argument(enum ours_judge judge, const char *name);

/* OURS_OTHER_HEADER: the line belongs to another header field than the argument, which is the one
 * of unknown names; there is nothing to compare then. *fault names the first production at fault,
 * *at where. */
enum ours_verdict ours_takes(struct ours *ours, enum ours_judge judge, int argument,
                             const char *text, size_t n, const char **fault, size_t *at);

#ifdef __cplusplus
}
#endif

#endif

/* Scenario files on disk, for the programs that run them. */
#ifndef TESTS_SCENARIOS_H
#define TESTS_SCENARIOS_H

#include "base/arena.h"
#include "net/scenario.h"

/* Reads the scenario file at `path`. Base messages are those of the folder "base" beside the file's
 * own. The arena owns all that `scenario` holds. SIPSAN_OK, or SIPSAN_EINVAL with what is wrong in
 * scenario->error and error_line (0: the file cannot be read), or SIPSAN_ENOMEM. */
int scenario_load(struct sipsan_scenario *scenario, struct sipsan_arena *arena, const char *path);

typedef void (*scenario_file_fn)(void *user, const char *path);

/* Calls `each` for `path`, or, when that is a folder, for the .sipt files below it in the order of
 * their names; folders called "base" hold parts and are left out, as is what begins with a dot.
 * False, with one line on stderr, when something cannot be listed or lies too deep. */
bool scenario_files(const char *path, scenario_file_fn each, void *user);

#endif

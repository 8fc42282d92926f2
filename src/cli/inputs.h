/* The inputs of a run: files as given, folders opened up. */
#ifndef SIPSAN_CLI_INPUTS_H
#define SIPSAN_CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

struct sipsan_cli_input {
    char *path;     /* owned; "-": standard input */
    bool in_folder; /* found in a folder: may be anything, and is judged on its own */
    int trouble;    /* 0, or why there is nothing to read: errno, or SIPSAN_CLI_NO_FILES */
};

enum { SIPSAN_CLI_NO_FILES = -1 /* a folder without files */ };

struct sipsan_cli_inputs {
    struct sipsan_cli_input *items; /* owned */
    size_t count, room;
};

/* Adds a file, or the files of a folder and of the folders in it, in the order of their names.
 * Names that begin with a dot, links to folders, and what is no regular file are passed over.
 * False when memory is refused. */
bool sipsan_cli_inputs_add(struct sipsan_cli_inputs *inputs, const char *path);

void sipsan_cli_inputs_free(struct sipsan_cli_inputs *inputs);

#endif

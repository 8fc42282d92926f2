/* Runs a harness over files instead of an engine: regression tests, and reproducing a crash. Each
 * argument is a file or a folder; a folder's files are run in name order, its folders too. The
 * input is copied to memory of its exact size, so that a sanitizer sees one byte too far. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The harness. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH_MAX 8

static size_t files_run;

static bool run_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(size ? size : 1);
    bool ok = f && data && fread(data, 1, size, f) == size;

    if (f)
        fclose(f);
    if (!ok) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(data);
        return false;
    }
    /* Named before it runs: the last name printed is the one that crashed. */
    if (getenv("REPLAY_VERBOSE"))
        fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(data, size);
    files_run++;
    free(data);
    return true;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool run_path(const char *path, int depth);

static bool run_folder(const char *path, int depth)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, visible, alphasort);
    bool ok = n >= 0 && depth < DEPTH_MAX;

    if (!ok)
        fprintf(stderr, "%s: cannot be listed\n", path);
    for (int i = 0; i < n; i++) {
        size_t room = strlen(path) + strlen(entries[i]->d_name) + 2;
        char *child = ok ? malloc(room) : NULL;

        if (child) {
            snprintf(child, room, "%s/%s", path, entries[i]->d_name);
            ok = run_path(child, depth + 1);
        } else {
            ok = false;
        }
        free(child);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool run_path(const char *path, int depth)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    return S_ISDIR(st.st_mode) ? run_folder(path, depth) : run_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    bool ok = true;

    /* No input at all is an input too, and the one that is forgotten. */
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        ok = run_path(argv[i], 0) && ok;
    printf("%zu files run\n", files_run);
    return ok ? 0 : 1;
}

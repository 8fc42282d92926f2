/* Reads scenario files; see scenarios.h. */
#define _POSIX_C_SOURCE 200809L

#include "scenarios.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/span.h"

#define DEPTH_MAX 8
#define PATH_ROOM 1024

struct reading {
    struct sipsan_arena *arena;
    const char *path;
};

static struct sipsan_span read_file(struct sipsan_arena *arena, const char *path)
{
    struct sipsan_span text = {NULL, 0};
    FILE *f = fopen(path, "rb");
    struct stat st;
    char *p;

    if (!f)
        return text;
    if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) &&
        (p = sipsan_arena_alloc(arena, (size_t)st.st_size + 1)) != NULL)
        text = (struct sipsan_span){p, fread(p, 1, (size_t)st.st_size, f)};
    fclose(f);
    return text;
}

static struct sipsan_span read_base(void *user, struct sipsan_span name)
{
    const struct reading *reading = user;
    const char *slash = strrchr(reading->path, '/');
    char path[PATH_ROOM];
    int n;

    if (memchr(name.p, '/', name.n))
        return (struct sipsan_span){NULL, 0};
    n = snprintf(path, sizeof(path), "%.*s../base/%.*s.sipt",
                 slash ? (int)(slash - reading->path) + 1 : 0, reading->path, SPAN(name));
    if (n < 0 || (size_t)n >= sizeof(path))
        return (struct sipsan_span){NULL, 0};
    return read_file(reading->arena, path);
}

int scenario_load(struct sipsan_scenario *scenario, struct sipsan_arena *arena, const char *path)
{
    struct reading reading = {.arena = arena, .path = path};
    struct sipsan_span text = read_file(arena, path);

    *scenario = (struct sipsan_scenario){0};
    if (!text.p) {
        snprintf(scenario->error, sizeof(scenario->error), "cannot be read");
        return SIPSAN_EINVAL;
    }
    return sipsan_scenario_read(scenario, arena, text, read_base, &reading);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "base") != 0;
}

static bool walk(const char *path, scenario_file_fn each, void *user, int depth)
{
    struct dirent **entries;
    struct stat st;
    bool ok = true;
    int count;

    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
        size_t n = strlen(path);

        if (depth == 0 || (n > 5 && strcmp(path + n - 5, ".sipt") == 0))
            each(user, path);
        return true;
    }
    count = depth < DEPTH_MAX ? scandir(path, &entries, is_shown, alphasort) : -1;
    if (count < 0) {
        fprintf(stderr, "%s: %s\n", path, depth < DEPTH_MAX ? strerror(errno) : "lies too deep");
        return false;
    }
    for (int i = 0; i < count; i++) {
        char child[PATH_ROOM];
        int n = snprintf(child, sizeof(child), "%s/%s", path, entries[i]->d_name);

        ok = n > 0 && (size_t)n < sizeof(child) && walk(child, each, user, depth + 1) && ok;
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool scenario_files(const char *path, scenario_file_fn each, void *user)
{
    return walk(path, each, user, 0);
}

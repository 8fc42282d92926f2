/* The inputs of a run. Folders are walked with a stack of our own. */
#define _POSIX_C_SOURCE 200809L
#include "cli/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *copy(const char *text)
{
    size_t n = strlen(text) + 1;
    char *p = malloc(n);

    if (p)
        memcpy(p, text, n);
    return p;
}

/* Takes the path over, also when it fails. */
static bool add(struct sipsan_cli_inputs *inputs, char *path, bool in_folder, int trouble)
{
    if (path && inputs->count == inputs->room) {
        size_t room = inputs->room ? inputs->room * 2 : 16;
        struct sipsan_cli_input *items = realloc(inputs->items, room * sizeof(*items));

        if (!items) {
            free(path);
            return false;
        }
        inputs->items = items;
        inputs->room = room;
    }
    if (!path)
        return false;
    inputs->items[inputs->count++] =
        (struct sipsan_cli_input){.path = path, .in_folder = in_folder, .trouble = trouble};
    return true;
}

/* folder/name, without a doubled slash. */
static char *join(const char *folder, const char *name)
{
    size_t n = strlen(folder), m = strlen(name);
    bool slash = n > 0 && folder[n - 1] != '/';
    char *p = malloc(n + m + 2);

    if (!p)
        return NULL;
    memcpy(p, folder, n);
    if (slash)
        p[n++] = '/';
    memcpy(p + n, name, m + 1);
    return p;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By bytes: alphasort would follow the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Folders still to be walked, and files that wait for their turn: the last one is next. */
struct stack {
    char **paths; /* owned, and so is each */
    size_t count, room;
};

static bool push(struct stack *stack, char *path)
{
    if (path && stack->count == stack->room) {
        size_t room = stack->room ? stack->room * 2 : 64;
        char **paths = realloc(stack->paths, room * sizeof(*paths));

        if (!paths) {
            free(path);
            return false;
        }
        stack->paths = paths;
        stack->room = room;
    }
    if (!path)
        return false;
    stack->paths[stack->count++] = path;
    return true;
}

/* Puts what is in the folder on the stack, the first name on top. */
static bool open_folder(struct stack *stack, const char *path, int *trouble)
{
    struct dirent **entries;
    int count = scandir(path, &entries, visible, by_name);
    bool ok = true;

    *trouble = count < 0 ? errno : 0;
    if (count < 0)
        return errno != ENOMEM;
    for (int i = count - 1; i >= 0; i--) {
        if (ok)
            ok = push(stack, join(path, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* Adds a file, opens a folder, drops anything else. Takes the path over. */
static bool visit(struct sipsan_cli_inputs *inputs, struct stack *stack, char *path)
{
    struct stat info;
    int trouble;
    bool ok = true;

    if (lstat(path, &info) != 0)
        return add(inputs, path, true, errno);
    if (S_ISLNK(info.st_mode) && (stat(path, &info) != 0 || S_ISDIR(info.st_mode))) {
        free(path);
        return true;
    }
    if (S_ISREG(info.st_mode))
        return add(inputs, path, true, 0);
    if (!S_ISDIR(info.st_mode)) {
        free(path);
        return true;
    }
    ok = open_folder(stack, path, &trouble);
    if (ok && trouble)
        return add(inputs, path, true, trouble);
    free(path);
    return ok;
}

static bool add_folder(struct sipsan_cli_inputs *inputs, const char *path)
{
    struct stack stack = {.count = 0};
    size_t before = inputs->count;
    int trouble;
    bool ok = open_folder(&stack, path, &trouble);

    if (ok && trouble)
        ok = add(inputs, copy(path), false, trouble);
    while (ok && stack.count > 0)
        ok = visit(inputs, &stack, stack.paths[--stack.count]);
    if (ok && inputs->count == before)
        ok = add(inputs, copy(path), false, SIPSAN_CLI_NO_FILES);
    while (stack.count > 0)
        free(stack.paths[--stack.count]);
    free(stack.paths);
    return ok;
}

bool sipsan_cli_inputs_add(struct sipsan_cli_inputs *inputs, const char *path)
{
    struct stat info;

    if (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return add_folder(inputs, path);
    return add(inputs, copy(path), false, 0);
}

void sipsan_cli_inputs_free(struct sipsan_cli_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->items[i].path);
    free(inputs->items);
    *inputs = (struct sipsan_cli_inputs){.count = 0};
}

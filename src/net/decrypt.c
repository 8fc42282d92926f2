/* No cryptography of our own: tshark knows every version of TLS, and the secrets that a pcapng file
 * may hold. It exports each SIP message with its addresses and the number of its frame. */
#define _POSIX_C_SOURCE 200809L
#include "net/decrypt.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* In the child: its output is the pipe, and it is silent about what it has no part in. */
static int spawn(pid_t *child, int output, char *const argv[])
{
    posix_spawn_file_actions_t actions;
    int err = posix_spawn_file_actions_init(&actions);

    if (err)
        return err;
    err = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (!err)
        err = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (!err)
        err = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!err)
        err = posix_spawnp(child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return err;
}

int sipsan_decrypt_open(struct sipsan_decrypt *out, const char *path, const char *keylog)
{
    char option[4096 + 32] = "tls.keylog_file:";
    char *file = strdup(path);
    char *argv[] = {"tshark", "-n", "-Q",          "-r", file, "-o",
                    option,   "-U", "OSI layer 7", "-w", "-",  NULL};
    int ends[2], err;

    *out = (struct sipsan_decrypt){.child = -1};
    if (!file)
        return ENOMEM;
    if (keylog && strlen(keylog) >= sizeof(option) - 32) {
        free(file);
        return ENAMETOOLONG;
    }
    if (keylog)
        strcat(option, keylog);
    if (pipe(ends)) {
        free(file);
        return errno;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    err = spawn(&out->child, ends[1], argv);
    free(file);
    close(ends[1]);
    out->stream = err ? NULL : fdopen(ends[0], "rb");
    if (out->stream)
        return 0;
    close(ends[0]);
    if (!err) {
        err = ENOMEM;
        waitpid(out->child, NULL, 0);
    }
    return err;
}

int sipsan_decrypt_close(struct sipsan_decrypt *decrypt)
{
    int status = 0;

    while (waitpid(decrypt->child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

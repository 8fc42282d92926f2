/* Makes an input smaller that still does the same to a program.
 *
 *   fuzz_minimise [--tries N] INPUT OUTPUT COMMAND
 *
 * COMMAND is run by the shell with the name of a candidate in $1; what it prints is the signature
 * of what happened (fuzz/signature.sh prints the top frames of a crash, or the rule of a finding).
 * A candidate counts when its signature is that of INPUT. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutate/minimise.h"

#define INPUT_MAX     (1 << 20)
#define SIGNATURE_MAX 4096

struct job {
    const char *command, *out;
    char path[4096]; /* of the candidate */
    char signature[SIGNATURE_MAX];
};

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "fuzz_minimise: %s: %s\n", what, name);
    exit(2);
}

static void write_file(const char *path, const uint8_t *data, size_t n)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(data, 1, n, file) != n || fclose(file) != 0)
        fail("cannot write", path);
}

/* What the command says of a file. */
static void sign(const struct job *job, char out[SIGNATURE_MAX])
{
    int ends[2];
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    if (pipe(ends) != 0 || (pid = fork()) < 0)
        fail("cannot run", job->command);
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/bin/sh", "sh", "-c", job->command, "sh", job->path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while (n < SIGNATURE_MAX - 1 && (got = read(ends[0], out + n, SIGNATURE_MAX - 1 - n)) > 0)
        n += (size_t)got;
    out[n] = '\0';
    close(ends[0]);
    waitpid(pid, NULL, 0);
}

static bool keeps(void *user, const uint8_t *data, size_t n)
{
    const struct job *job = user;
    char signature[SIGNATURE_MAX];

    write_file(job->path, data, n);
    sign(job, signature);
    if (strcmp(signature, job->signature) != 0)
        return false;
    write_file(job->out, data, n); /* whoever is stopped has the smallest so far */
    return true;
}

int main(int argc, char **argv)
{
    static uint8_t data[INPUT_MAX];
    static struct job job;
    size_t n, tries = 3000;
    FILE *file;

    if (argc > 2 && strcmp(argv[1], "--tries") == 0) {
        tries = strtoul(argv[2], NULL, 10);
        argc -= 2;
        argv += 2;
    }
    if (argc != 4) {
        fprintf(stderr, "usage: fuzz_minimise [--tries N] INPUT OUTPUT COMMAND\n");
        return 2;
    }
    file = fopen(argv[1], "rb");
    if (!file)
        fail("cannot read", argv[1]);
    n = fread(data, 1, sizeof data, file);
    fclose(file);
    job.command = argv[3];
    job.out = argv[2];
    snprintf(job.path, sizeof job.path, "%s.try", argv[2]);
    write_file(job.path, data, n);
    sign(&job, job.signature);
    if (job.signature[0] == '\0')
        fail("no signature", argv[1]);
    write_file(job.out, data, n);
    n = sipmut_minimise(data, n, keeps, &job, tries);
    unlink(job.path);
    if (n == SIZE_MAX)
        fail("no memory", argv[1]);
    write_file(argv[2], data, n);
    fputs(job.signature, stdout);
    return 0;
}

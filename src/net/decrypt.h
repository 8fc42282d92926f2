/* Encrypted captures: tshark decrypts, what it exports is read like any capture. */
#ifndef SIPSAN_NET_DECRYPT_H
#define SIPSAN_NET_DECRYPT_H

#include <stdio.h>
#include <sys/types.h>

struct sipsan_decrypt {
    FILE *stream; /* of exported PDUs */
    pid_t child;
};

/* Starts tshark on the capture at `path` with the secrets in the file `keylog` (NULL: those in the
 * capture itself). 0, or an errno value; ENOENT also when tshark is not installed. */
int sipsan_decrypt_open(struct sipsan_decrypt *out, const char *path, const char *keylog);

/* Waits for the end of it. 0, or the exit status of tshark. The stream is the caller's to close
 * before. */
int sipsan_decrypt_close(struct sipsan_decrypt *decrypt);

#endif

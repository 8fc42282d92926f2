/* Compressed files (gzip, zstd, lz4) read as streams, each by the library that its format has. */
#ifndef SIPSAN_NET_UNPACK_H
#define SIPSAN_NET_UNPACK_H

#include <stdint.h>
#include <stdio.h>

enum { SIPSAN_UNPACK_HEAD = 4 };

/* The name of the format whose files begin with these octets; NULL: none of them. */
const char *sipsan_unpack_sniff(const uint8_t head[SIPSAN_UNPACK_HEAD]);

/* A stream of what `packed` holds from here on; packed must be closed after it by the caller. NULL
 * with errno: ENOMEM, or ENOTSUP when this build lacks the library. Reading it fails with EBADMSG
 * where the contents are broken. */
FILE *sipsan_unpack(FILE *packed, const uint8_t head[SIPSAN_UNPACK_HEAD]);

#endif

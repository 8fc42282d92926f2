/* A stdio stream over a decompressor, so that whoever reads captures need not know. Memory is
 * bounded by the formats' windows, whatever the size of the contents: nothing is unpacked ahead of
 * its reader. Files joined together (gzip members, frames) are one stream, as their tools have it.
 */
#define _GNU_SOURCE /* fopencookie */
#include "net/unpack.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef SIPSAN_HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef SIPSAN_HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef SIPSAN_HAVE_LZ4
#include <lz4frame.h>
#endif

enum { PACKED_SIZE = 64 << 10, WINDOW_LOG_MAX = 27 /* 128 MiB: what zstd takes without asking */ };

enum format { GZIP, ZSTD, LZ4, FORMATS };

struct unpacker;

/* Unpacks from u->in to out; sets *made. False: the contents are broken. */
typedef bool (*step_fn)(struct unpacker *u, char *out, size_t room, size_t *made);

struct unpacker {
    FILE *packed; /* borrowed */
    step_fn step;
    uint8_t in[PACKED_SIZE];
    size_t at, n; /* of in: used, and there */
    bool whole;   /* a member or frame has ended, another may follow */
    off64_t made; /* octets handed out */
#ifdef SIPSAN_HAVE_ZLIB
    z_stream gzip;
#endif
#ifdef SIPSAN_HAVE_ZSTD
    ZSTD_DStream *zstd;
#endif
#ifdef SIPSAN_HAVE_LZ4
    LZ4F_dctx *lz4;
#endif
};

static const struct {
    const char *name;
    uint8_t magic[SIPSAN_UNPACK_HEAD];
    size_t n;
} formats[FORMATS] = {
    [GZIP] = {"gzip", {0x1f, 0x8b}, 2},
    [ZSTD] = {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4},
    [LZ4] = {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4},
};

static enum format format_of(const uint8_t *head)
{
    enum format f = GZIP;

    while (f < FORMATS && memcmp(head, formats[f].magic, formats[f].n) != 0)
        f++;
    return f;
}

const char *sipsan_unpack_sniff(const uint8_t head[SIPSAN_UNPACK_HEAD])
{
    enum format f = format_of(head);

    return f < FORMATS ? formats[f].name : NULL;
}

#ifdef SIPSAN_HAVE_ZLIB
static bool step_gzip(struct unpacker *u, char *out, size_t room, size_t *made)
{
    int result;

    if (u->whole && inflateReset(&u->gzip) != Z_OK)
        return false;
    u->whole = false;
    u->gzip.next_in = u->in + u->at;
    u->gzip.avail_in = (uInt)(u->n - u->at);
    u->gzip.next_out = (Bytef *)out;
    u->gzip.avail_out = room < 1u << 30 ? (uInt)room : 1u << 30;
    room = u->gzip.avail_out;
    result = inflate(&u->gzip, Z_NO_FLUSH);
    u->at = u->n - u->gzip.avail_in;
    *made = room - u->gzip.avail_out;
    u->whole = result == Z_STREAM_END;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}
#endif

#ifdef SIPSAN_HAVE_ZSTD
static bool step_zstd(struct unpacker *u, char *out, size_t room, size_t *made)
{
    ZSTD_inBuffer in = {u->in, u->n, u->at};
    ZSTD_outBuffer to = {out, room, 0};
    size_t result = ZSTD_decompressStream(u->zstd, &to, &in);

    u->at = in.pos;
    *made = to.pos;
    u->whole = result == 0;
    return !ZSTD_isError(result);
}
#endif

#ifdef SIPSAN_HAVE_LZ4
static bool step_lz4(struct unpacker *u, char *out, size_t room, size_t *made)
{
    size_t in = u->n - u->at, result;

    *made = room;
    result = LZ4F_decompress(u->lz4, out, made, u->in + u->at, &in, NULL);
    u->at += in;
    u->whole = result == 0;
    return !LZ4F_isError(result);
}
#endif

/* Of fopencookie: octets made, 0 at the end, -1 with errno. */
static ssize_t read_some(void *cookie, char *out, size_t room)
{
    struct unpacker *u = cookie;

    for (;;) {
        size_t made = 0;

        if (u->at == u->n) {
            u->n = fread(u->in, 1, sizeof(u->in), u->packed);
            u->at = 0;
            if (u->n == 0) {
                errno = ferror(u->packed) ? errno : EBADMSG;
                return u->whole && !ferror(u->packed) ? 0 : -1;
            }
        }
        if (!u->step(u, out, room, &made)) {
            errno = EBADMSG;
            return -1;
        }
        if (made > 0) {
            u->made += (off64_t)made;
            return (ssize_t)made;
        }
    }
}

/* Where the stream is, for ftell; it cannot go elsewhere. */
static int tell(void *cookie, off64_t *at, int whence)
{
    const struct unpacker *u = cookie;

    if (whence != SEEK_CUR || *at != 0) {
        errno = ESPIPE;
        return -1;
    }
    *at = u->made;
    return 0;
}

static int close_it(void *cookie)
{
    struct unpacker *u = cookie;

#ifdef SIPSAN_HAVE_ZLIB
    if (u->step == step_gzip)
        inflateEnd(&u->gzip);
#endif
#ifdef SIPSAN_HAVE_ZSTD
    ZSTD_freeDStream(u->zstd);
#endif
#ifdef SIPSAN_HAVE_LZ4
    LZ4F_freeDecompressionContext(u->lz4);
#endif
    free(u);
    return 0;
}

/* False with errno when the library is missing or refuses. */
static bool prepare(struct unpacker *u, enum format f)
{
    errno = ENOTSUP;
    switch (f) {
    case GZIP:
#ifdef SIPSAN_HAVE_ZLIB
        errno = ENOMEM;
        u->step = step_gzip;
        return inflateInit2(&u->gzip, 16 + MAX_WBITS) == Z_OK; /* gzip's own header */
#else
        return false;
#endif
    case ZSTD:
#ifdef SIPSAN_HAVE_ZSTD
        errno = ENOMEM;
        u->step = step_zstd;
        u->zstd = ZSTD_createDStream();
        return u->zstd &&
               !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
#else
        return false;
#endif
    case LZ4:
#ifdef SIPSAN_HAVE_LZ4
        errno = ENOMEM;
        u->step = step_lz4;
        return !LZ4F_isError(LZ4F_createDecompressionContext(&u->lz4, LZ4F_VERSION));
#else
        return false;
#endif
    case FORMATS:
        break;
    }
    return false;
}

FILE *sipsan_unpack(FILE *packed, const uint8_t head[SIPSAN_UNPACK_HEAD])
{
    const cookie_io_functions_t functions = {.read = read_some, .seek = tell, .close = close_it};
    struct unpacker *u = calloc(1, sizeof(*u));
    FILE *stream;
    int err;

    if (!u)
        return NULL;
    u->packed = packed;
    stream = prepare(u, format_of(head)) ? fopencookie(u, "rb", functions) : NULL;
    if (stream)
        return stream;
    err = errno;
    close_it(u);
    errno = err;
    return NULL;
}

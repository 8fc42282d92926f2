/* What several subcommands need. */
#include "cli/options.h"

#include <argp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

bool sipsan_cli_arguments(const struct argp *argp, int argc, char **argv, void *input)
{
    int err = argp_parse(argp, argc, argv, 0, NULL, input);

    if (err)
        sipsan_cli_complain("cannot read the command line: %s", strerror(err));
    return err == 0;
}

bool sipsan_cli_severity(enum sipsan_severity *out, const char *text)
{
    static const enum sipsan_severity all[] = {SIPSAN_NOTE, SIPSAN_WARNING, SIPSAN_ERROR};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (strcmp(text, sipsan_severity_name(all[i])) == 0) {
            *out = all[i];
            return true;
        }
    }
    return false;
}

bool sipsan_cli_format(enum sipsan_report_format *out, const char *text)
{
    if (strcmp(text, "text") == 0)
        *out = SIPSAN_REPORT_TEXT;
    else if (strcmp(text, "jsonl") == 0)
        *out = SIPSAN_REPORT_JSONL;
    else
        return false;
    return true;
}

/* Reads digits up to the first byte that is none. NULL without digits or on overflow. */
static const char *digits(uint64_t *out, const char *p)
{
    const char *start = p;
    uint64_t value = 0;

    for (; *p >= '0' && *p <= '9'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');

        if (value > (UINT64_MAX - digit) / 10)
            return NULL;
        value = value * 10 + digit;
    }
    *out = value;
    return p == start ? NULL : p;
}

bool sipsan_cli_number(uint64_t *out, const char *text, uint64_t least, uint64_t most)
{
    uint64_t value;
    const char *end = digits(&value, text);

    if (!end || *end || value < least || value > most)
        return false;
    *out = value;
    return true;
}

bool sipsan_cli_size(size_t *out, const char *text)
{
    uint64_t value;
    unsigned shift = 0;
    const char *end = digits(&value, text);

    if (!end)
        return false;
    if (*end == 'K' || *end == 'k')
        shift = 10;
    else if (*end == 'M' || *end == 'm')
        shift = 20;
    else if (*end == 'G' || *end == 'g')
        shift = 30;
    if (shift > 0)
        end++;
    if (*end || value == 0 || value > SIZE_MAX >> shift)
        return false;
    *out = (size_t)value << shift;
    return true;
}

static bool read_port(uint16_t *out, const char *text)
{
    uint64_t value;

    if (!sipsan_cli_number(&value, text, 1, UINT16_MAX))
        return false;
    *out = (uint16_t)value;
    return true;
}

static bool read_ip(struct sipsan_addr *out, const char *text)
{
    if (inet_pton(AF_INET, text, out->ip) == 1)
        out->family = 4;
    else if (inet_pton(AF_INET6, text, out->ip) == 1)
        out->family = 6;
    else
        return false;
    return true;
}

bool sipsan_cli_addr(struct sipsan_addr *out, const char *text)
{
    char ip[INET6_ADDRSTRLEN];
    bool bracket = text[0] == '[';
    const char *colon = strchr(text, ':');
    const char *start = bracket ? text + 1 : text;
    const char *end = bracket ? strchr(text, ']') : colon;
    const char *port = NULL;

    *out = (struct sipsan_addr){.family = 0};
    if (bracket) {
        if (!end || (end[1] != '\0' && end[1] != ':'))
            return false;
        port = end[1] == ':' ? end + 2 : NULL;
    } else if (!colon || strchr(colon + 1, ':')) {
        return read_ip(out, text);
    } else {
        port = colon + 1;
    }
    if ((size_t)(end - start) >= sizeof(ip))
        return false;
    memcpy(ip, start, (size_t)(end - start));
    ip[end - start] = '\0';
    if (!read_ip(out, ip) || bracket != (out->family == 6))
        return false;
    return !port || read_port(&out->port, port);
}

/* All of the stream in *out, which the caller frees. False when reading fails (errno), or with
 * errno EFBIG when there are more than `most` bytes. */
static bool read_stream(char **out, size_t *n, FILE *in, size_t most)
{
    size_t room = 65536, have = 0;
    char *bytes = malloc(room);

    while (bytes) {
        size_t got = fread(bytes + have, 1, room - have, in);

        have += got;
        if (ferror(in))
            break;
        if (have > most) {
            errno = EFBIG;
            break;
        }
        if (got == 0) {
            *out = bytes;
            *n = have;
            return true;
        }
        if (have == room) {
            char *more = room > SIZE_MAX / 2 ? NULL : realloc(bytes, room * 2);

            if (!more) {
                errno = ENOMEM;
                break;
            }
            bytes = more;
            room *= 2;
        }
    }
    free(bytes);
    return false;
}

bool sipsan_cli_read_file(char **out, size_t *n, const char *path, size_t most)
{
    FILE *in;
    bool ok;
    int trouble;

    if (strcmp(path, "-") == 0)
        return read_stream(out, n, stdin, most);
    in = fopen(path, "rb");
    if (!in)
        return false;
    ok = read_stream(out, n, in, most);
    trouble = errno;
    fclose(in);
    errno = trouble;
    return ok;
}

int sipsan_cli_close_output(int status)
{
    bool lost = ferror(stdout) != 0;

    errno = 0;
    if (fflush(stdout) != 0 || lost) {
        sipsan_cli_complain("the output cannot be written%s%s", errno ? ": " : "",
                            errno ? strerror(errno) : "");
        return SIPSAN_CLI_INTERNAL;
    }
    return status;
}

void sipsan_cli_complain(const char *format, ...)
{
    va_list args;

    fputs("sipsan: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    putc('\n', stderr);
}

/* JSON as the line formats write it. */
#include "report/json.h"

#include <inttypes.h>
#include <string.h>

#include "report/utf8.h"

/* Bytes that stand in a string as they are: the common case, written in one piece. */
static size_t plain_run(const char *p, size_t n)
{
    size_t i = 0;

    while (i < n && p[i] >= 0x20 && p[i] < 0x7f && p[i] != '"' && p[i] != '\\')
        i++;
    return i;
}

static void put_character(FILE *out, const char *p, size_t length, uint32_t code)
{
    switch (code) {
    case '"':
    case '\\':
        putc('\\', out);
        putc((int)code, out);
        return;
    case '\r':
        fputs("\\r", out);
        return;
    case '\n':
        fputs("\\n", out);
        return;
    case '\t':
        fputs("\\t", out);
        return;
    default:
        if (code < 0x20)
            fprintf(out, "\\u%04x", (unsigned)code);
        else
            fwrite(p, 1, length, out);
    }
}

static void put_string(FILE *out, const char *p, size_t n)
{
    size_t i = 0;

    putc('"', out);
    while (i < n) {
        uint32_t code;
        size_t length = plain_run(p + i, n - i);

        fwrite(p + i, 1, length, out);
        i += length;
        if (i == n)
            break;
        length = sipsan_utf8_next(p + i, n - i, &code);
        if (length > 0) {
            put_character(out, p + i, length, code);
            i += length;
        } else {
            fputs("\xef\xbf\xbd", out);
            i++;
        }
    }
    putc('"', out);
}

void sipsan_json_begin(struct sipsan_json *json, FILE *out, const char *type)
{
    json->out = out;
    json->more = false;
    putc('{', out);
    sipsan_json_number(json, "schema", 1);
    sipsan_json_string(json, "type", type);
}

void sipsan_json_end(struct sipsan_json *json)
{
    fputs("}\n", json->out);
}

void sipsan_json_element(struct sipsan_json *json)
{
    if (json->more)
        putc(',', json->out);
    json->more = true;
}

void sipsan_json_key(struct sipsan_json *json, const char *key)
{
    sipsan_json_element(json);
    put_string(json->out, key, strlen(key));
    putc(':', json->out);
}

void sipsan_json_open(struct sipsan_json *json, char bracket)
{
    putc(bracket, json->out);
    json->more = false;
}

void sipsan_json_close(struct sipsan_json *json, char bracket)
{
    putc(bracket, json->out);
    json->more = true;
}

void sipsan_json_number(struct sipsan_json *json, const char *key, uint64_t value)
{
    sipsan_json_key(json, key);
    fprintf(json->out, "%" PRIu64, value);
}

void sipsan_json_bool(struct sipsan_json *json, const char *key, bool value)
{
    sipsan_json_key(json, key);
    fputs(value ? "true" : "false", json->out);
}

void sipsan_json_span(struct sipsan_json *json, const char *key, struct sipsan_span value)
{
    sipsan_json_key(json, key);
    put_string(json->out, value.p, value.n);
}

void sipsan_json_string(struct sipsan_json *json, const char *key, const char *value)
{
    sipsan_json_key(json, key);
    put_string(json->out, value, strlen(value));
}

void sipsan_json_span_if(struct sipsan_json *json, const char *key, struct sipsan_span value)
{
    if (value.n > 0)
        sipsan_json_span(json, key, value);
}

void sipsan_json_string_if(struct sipsan_json *json, const char *key, const char *value)
{
    if (value && *value)
        sipsan_json_string(json, key, value);
}

void sipsan_json_time(struct sipsan_json *json, const char *key, int64_t microseconds)
{
    /* Before the epoch the magnitude is taken without overflow. */
    uint64_t size = microseconds < 0 ? 0 - (uint64_t)microseconds : (uint64_t)microseconds;

    sipsan_json_key(json, key);
    fprintf(json->out, "%s%" PRIu64 ".%06u", microseconds < 0 ? "-" : "", size / 1000000,
            (unsigned)(size % 1000000));
}

void sipsan_json_addr(struct sipsan_json *json, const char *key, const struct sipsan_addr *addr)
{
    char text[64];

    if (addr->family == 0)
        return;
    sipsan_addr_format(text, sizeof(text), addr);
    sipsan_json_string(json, key, text);
}

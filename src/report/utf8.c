/* UTF-8 decoding and display width, without the locale. The width is that of common terminals,
 * coarse by blocks: it only places carets. */
#include "report/utf8.h"

#include <stdbool.h>

struct range {
    uint32_t from, to;
};

static const struct range hidden[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x061c, 0x061c},    {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},    {0xfff0, 0xfffb},
    {0xe000, 0xf8ff}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
};

static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f},
};

static const struct range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},
    {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff},
    {0x20000, 0x3fffd},
};

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].from && code <= ranges[i].to)
            return true;
    return false;
}

#define IN(code, table) in_ranges(code, table, sizeof(table) / sizeof(table[0]))

size_t sipsan_utf8_next(const char *p, size_t n, uint32_t *code)
{
    const unsigned char *b = (const unsigned char *)p;
    size_t length;
    uint32_t value, least;

    if (n == 0)
        return 0;
    if (b[0] < 0x80) {
        *code = b[0];
        return 1;
    }
    if (b[0] >= 0xc2 && b[0] <= 0xdf) {
        length = 2;
        value = b[0] & 0x1fu;
        least = 0x80;
    } else if ((b[0] & 0xf0) == 0xe0) {
        length = 3;
        value = b[0] & 0x0fu;
        least = 0x800;
    } else if (b[0] >= 0xf0 && b[0] <= 0xf4) {
        length = 4;
        value = b[0] & 0x07u;
        least = 0x10000;
    } else {
        return 0;
    }
    if (n < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((b[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (b[i] & 0x3fu);
    }
    if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return length;
}

int sipsan_utf8_columns(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return 1;
    if (IN(code, hidden))
        return -1;
    if (IN(code, combining))
        return 0;
    return IN(code, wide) ? 2 : 1;
}

/* Headers of frames, masks, and the handshake as far as a tap needs it. */
#include "net/websocket.h"

#include "base/span.h"
#include "net/octets.h"

enum sipsan_ws_result sipsan_ws_head(struct sipsan_ws_frame *out, const uint8_t *p, size_t n)
{
    size_t head = 2;

    if (n < 2)
        return SIPSAN_WS_MORE;
    *out = (struct sipsan_ws_frame){
        .final = (p[0] & 0x80) != 0,
        .packed = (p[0] & 0x40) != 0,
        .masked = (p[1] & 0x80) != 0,
        .opcode = p[0] & 0x0f,
        .length = p[1] & 0x7f,
    };
    if ((p[0] & 0x30) != 0 || (out->opcode > 2 && out->opcode < 8) || out->opcode > 10)
        return SIPSAN_WS_BAD;
    if (out->opcode >= 8 && (!out->final || out->length > 125))
        return SIPSAN_WS_BAD; /* 5.5: control frames are short and whole */
    head += out->length == 126 ? 2 : out->length == 127 ? 8 : 0;
    head += out->masked ? 4 : 0;
    if (n < head)
        return SIPSAN_WS_MORE;
    if (out->length == 126)
        out->length = be16(p + 2);
    else if (out->length == 127)
        out->length = (uint64_t)be32(p + 2) << 32 | be32(p + 6);
    if (out->length >> 63 != 0)
        return SIPSAN_WS_BAD;
    for (int i = 0; out->masked && i < 4; i++)
        out->mask[i] = p[head - 4 + (size_t)i];
    out->head = head;
    return SIPSAN_WS_WHOLE;
}

void sipsan_ws_unmask(const struct sipsan_ws_frame *frame, uint64_t at, char *p, size_t n)
{
    if (!frame->masked)
        return;
    for (size_t i = 0; i < n; i++)
        p[i] = (char)((uint8_t)p[i] ^ frame->mask[(at + i) & 3]);
}

/* `word` stands in the line, no case. */
static bool line_has(struct sipsan_span line, struct sipsan_span word)
{
    for (; line.n >= word.n; line.p++, line.n--)
        if (sipsan_span_starts_nocase(line, word))
            return true;
    return false;
}

bool sipsan_ws_upgrade(struct sipsan_span header)
{
    const char *end = header.p + header.n;

    for (const char *p = header.p; p < end;) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        struct sipsan_span line = span_between(p, eol ? eol : end);

        if (sipsan_span_starts_nocase(line, SPAN_LIT("upgrade:")) &&
            line_has(line, SPAN_LIT("websocket")))
            return true;
        p = eol ? eol + 1 : end;
    }
    return false;
}

/* Inputs: captures, scenario text and raw messages, told apart by their first bytes.
 *
 * An input may be a pipe. The first four bytes are read and pushed back, which C promises for one
 * byte only, but every libc grants for bytes that were just read; where it is refused, the input is
 * reported as unreadable. Captures are then read packet by packet, text as a whole. Compressed
 * inputs are unpacked on the way (unpack.c). */
#define _POSIX_C_SOURCE 200809L
#include "net/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/span.h"
#include "net/decrypt.h"
#include "net/scenario.h"
#include "net/unpack.h"
#include "parse/msg.h"

enum {
    TEXT_FIRST = 64 << 10,
    TEXT_MAX = 64 << 20,
    BASE_TEXT_MAX = 1 << 20,
    PATH_SIZE = 4096,
};

/* Scenario text tells times from its start. Where that lies does not matter, but it should look
 * like a date of our days, and later cases should come later. */
#define SCENARIO_EPOCH    (INT64_C(1700000000) * 1000000)
#define BETWEEN_SCENARIOS (INT64_C(60) * 1000000)

void sipsan_input_problem(const struct sipsan_reader *r, enum sipsan_problem_kind kind,
                          uint32_t frame, uint64_t offset, const char *text)
{
    struct sipsan_problem problem = {
        .kind = kind,
        .ref = {.file = r->file, .frame = frame},
        .offset = offset,
        .text = {text, strlen(text)},
    };

    (void)sipsan_flush(r->input->context); /* what was found before it is told before it */
    if (r->input->on_problem)
        r->input->on_problem(r->input->user, &problem);
}

bool sipsan_input_stopped(const struct sipsan_reader *r)
{
    return r->input->stop && r->input->stop(r->input->user);
}

static enum sipsan_input_result unreadable(const struct sipsan_reader *r, const char *text)
{
    sipsan_input_problem(r, SIPSAN_PROBLEM_UNREADABLE, 0, 0, text);
    return SIPSAN_INPUT_UNREADABLE;
}

static const char *trouble_of(int err);

/* Text ---------------------------------------------------------------------------------------- */

/* The rest of the stream, at most `most` bytes; p is to be freed. NULL with errno set. */
static char *read_all(FILE *stream, size_t most, size_t *n)
{
    size_t room = TEXT_FIRST;
    char *p = malloc(room);

    *n = 0;
    while (p) {
        *n += fread(p + *n, 1, room - *n, stream);
        if (*n < room && !ferror(stream))
            return p;
        if (ferror(stream))
            break;
        if (room >= most) {
            errno = EFBIG;
            break;
        }
        room *= 2;
        char *more = realloc(p, room);
        if (!more)
            break;
        p = more;
    }
    free(p);
    return NULL;
}

/* Stock messages that a scenario names: looked for beside its file and in base/ there and one
 * folder up. Owns their texts until the scenario has been fed. */
struct bases {
    const char *path;
    struct base_text *texts;
};

struct base_text {
    struct base_text *next;
    char *p;
};

static bool is_plain_name(struct sipsan_span name)
{
    if (name.n == 0 || name.n > 64 || name.p[0] == '.')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

static FILE *open_base(const char *path, const char *folder, struct sipsan_span name)
{
    const char *slash = strrchr(path, '/');
    int dir = slash ? (int)(slash - path) + 1 : 0;
    char file[PATH_SIZE];
    int n;

    n = snprintf(file, sizeof(file), "%.*s%s%.*s.sipt", dir, path, folder, SPAN(name));
    return n > 0 && n < PATH_SIZE ? fopen(file, "rb") : NULL;
}

static struct sipsan_span read_base(void *user, struct sipsan_span name)
{
    static const char *const folders[] = {"", "base/", "../base/"};
    struct bases *bases = user;
    struct sipsan_span none = {NULL, 0};
    struct base_text *text;
    FILE *stream = NULL;
    size_t n;

    if (!is_plain_name(name))
        return none;
    for (size_t i = 0; !stream && i < sizeof(folders) / sizeof(folders[0]); i++)
        stream = open_base(bases->path, folders[i], name);
    if (!stream)
        return none;
    text = malloc(sizeof(*text));
    if (text) {
        text->p = read_all(stream, BASE_TEXT_MAX, &n);
        text->next = bases->texts;
        bases->texts = text;
    }
    fclose(stream);
    return text && text->p ? (struct sipsan_span){text->p, n} : none;
}

static void free_bases(struct bases *bases)
{
    while (bases->texts) {
        struct base_text *text = bases->texts;

        bases->texts = text->next;
        free(text->p);
        free(text);
    }
}

/* *start: the time of the case's beginning, moved on to that of the next one. Frames count in each
 * case when each has a context of its own, else through the file. A packet without SIP is data, and
 * what the context refuses it tells. */
static void feed_case(struct sipsan_reader *r, const struct sipsan_case *c, int64_t *start)
{
    uint32_t before = r->frame;
    int64_t last = *start;

    for (const struct sipsan_packet *p = c->packets; p; p = p->next) {
        struct sipsan_ref ref = {
            .file = r->file, .frame = before + p->number, .time = *start + p->time};

        if (ref.time > last)
            last = ref.time;
        if (p->number == 0) {
            (void)sipsan_advance(r->input->context, ref.time);
            continue;
        }
        r->frame = ref.frame;
        (void)sipsan_feed_message(r->input->context, p->bytes.p, p->bytes.n, &p->flow, &ref);
    }
    *start = last + BETWEEN_SCENARIOS;
}

/* What happened before is forgotten: frames and times begin again. */
static void begin_case(struct sipsan_reader *r)
{
    const struct sipsan_input *input = r->input;

    sipsan_finish(input->context);
    if (input->before_reset)
        input->before_reset(input->user);
    sipsan_reset(input->context);
    r->frame = 0;
}

static enum sipsan_input_result feed_cases(struct sipsan_reader *r,
                                           const struct sipsan_scenario *scenario)
{
    const struct sipsan_input *input = r->input;
    int64_t start = SCENARIO_EPOCH;

    for (const struct sipsan_case *c = scenario->cases; c; c = c->next) {
        if (input->cases && c != scenario->cases) {
            begin_case(r);
            start = SCENARIO_EPOCH;
        }
        feed_case(r, c, &start);
        if (sipsan_input_stopped(r))
            break;
    }
    return SIPSAN_INPUT_READ;
}

static enum sipsan_input_result read_scenario(struct sipsan_reader *r, struct sipsan_span text)
{
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    struct sipsan_arena arena;
    struct sipsan_scenario scenario;
    struct bases bases = {.path = r->path};
    enum sipsan_input_result result;
    int err;

    sipsan_mem_init(&mem);
    sipsan_pool_init(&pool, &mem, TEXT_FIRST, 0);
    sipsan_arena_init(&arena, &pool);
    err = sipsan_scenario_read(&scenario, &arena, text, read_base, &bases);
    if (err == SIPSAN_OK) {
        result = feed_cases(r, &scenario);
    } else if (err == SIPSAN_ENOMEM) {
        result = SIPSAN_INPUT_FAILED;
    } else {
        char line[256];

        snprintf(line, sizeof(line), "line %lu is no scenario text: %s",
                 (unsigned long)scenario.error_line, scenario.error);
        result = unreadable(r, line);
    }
    sipsan_arena_reset(&arena);
    sipsan_pool_free(&pool);
    free_bases(&bases);
    return result;
}

static enum sipsan_input_result read_message(struct sipsan_reader *r, struct sipsan_span bytes)
{
    struct sipsan_flow flow = {.transport = SIPSAN_UDP};
    struct sipsan_ref ref = {.file = r->file, .frame = 1};

    r->frame = 1;
    (void)sipsan_feed_message(r->input->context, bytes.p, bytes.n, &flow, &ref);
    return SIPSAN_INPUT_READ;
}

static enum sipsan_input_result read_text(struct sipsan_reader *r)
{
    struct sipsan_span text = {0};
    struct sipsan_span message;
    enum sipsan_input_result result;
    char *p = read_all(r->stream, TEXT_MAX, &text.n);

    if (!p && errno == ENOMEM)
        return SIPSAN_INPUT_FAILED;
    if (!p)
        return unreadable(r, trouble_of(errno));
    text.p = p;
    message = text;
    while (message.n > 0 && (message.p[0] == '\r' || message.p[0] == '\n')) {
        message.p++;
        message.n--;
    }
    if (text.n == 0)
        result = unreadable(r, "the file is empty");
    else if (sipsan_scenario_sniff(text))
        result = read_scenario(r, text);
    else if (sipsan_msg_sniff(message.p, message.n))
        result = read_message(r, message);
    else
        result = unreadable(r, "neither a capture, nor scenario text, nor a SIP message");
    free(p);
    return result;
}

/* Input --------------------------------------------------------------------------------------- */

enum head { HEAD_CAPTURE, HEAD_PCAPNG, HEAD_TEXT, HEAD_PACKED, HEAD_LOST };

static bool is_live(FILE *stream)
{
    struct stat info;

    return fstat(fileno(stream), &info) != 0 || !S_ISREG(info.st_mode);
}

/* Looks at the first bytes and leaves them to be read. */
static enum head peek(FILE *stream, uint8_t head[SIPSAN_CAPTURE_MAGIC_SIZE])
{
    size_t n = fread(head, 1, SIPSAN_CAPTURE_MAGIC_SIZE, stream), left = n;

    if (ferror(stream))
        return HEAD_LOST;
    while (left > 0) {
        left--;
        if (ungetc(head[left], stream) == EOF)
            return HEAD_LOST;
    }
    if (n < SIPSAN_CAPTURE_MAGIC_SIZE)
        return HEAD_TEXT;
    if (sipsan_unpack_sniff(head))
        return HEAD_PACKED;
    if (memcmp(head, "\n\r\r\n", SIPSAN_CAPTURE_MAGIC_SIZE) == 0)
        return HEAD_PCAPNG;
    return sipsan_capture_sniff(head) ? HEAD_CAPTURE : HEAD_TEXT;
}

static const char *trouble_of(int err)
{
    return err == EBADMSG ? "the compressed contents are broken or incomplete"
           : err != 0     ? strerror(err)
                          : "the first bytes cannot be pushed back";
}

static enum sipsan_input_result read_stream(struct sipsan_reader *r);

/* What is inside is read like a file of its own; compressed twice is nobody's habit. */
static enum sipsan_input_result read_packed(struct sipsan_reader *r, const uint8_t *head)
{
    FILE *packed = r->stream;
    enum sipsan_input_result result;
    char text[128];

    r->stream = sipsan_unpack(packed, head);
    r->packed = true;
    if (r->stream) {
        result = read_stream(r);
        if (r->stream)
            fclose(r->stream);
    } else if (errno == ENOTSUP) {
        snprintf(text, sizeof(text), "compressed with %s, which this build cannot read",
                 sipsan_unpack_sniff(head));
        result = unreadable(r, text);
    } else {
        result = SIPSAN_INPUT_FAILED;
    }
    r->stream = packed;
    r->packed = false;
    return result;
}

static enum sipsan_input_result read_stream(struct sipsan_reader *r)
{
    uint8_t head[SIPSAN_CAPTURE_MAGIC_SIZE];

    errno = 0;
    switch (peek(r->stream, head)) {
    case HEAD_CAPTURE:
        return sipsan_capture_read(r);
    case HEAD_PCAPNG:
        return sipsan_pcapng_read(r);
    case HEAD_PACKED:
        if (!r->packed)
            return read_packed(r, head);
        return unreadable(r, "compressed more than once");
    case HEAD_TEXT:
        return read_text(r);
    case HEAD_LOST:
        break;
    }
    return unreadable(r, trouble_of(errno));
}

/* The capture as tshark decrypts it. */
static enum sipsan_input_result read_decrypted(struct sipsan_reader *r)
{
    const char *keylog = *r->input->keylog ? r->input->keylog : NULL;
    struct sipsan_decrypt decrypt;
    enum sipsan_input_result result;
    int err;

    if (strcmp(r->path, "-") == 0)
        return unreadable(r, "TLS is not decrypted from a pipe: give the file");
    if (access(r->path, R_OK) || (keylog && access(keylog, R_OK)))
        return unreadable(r, strerror(errno));
    err = sipsan_decrypt_open(&decrypt, r->path, keylog);
    if (err)
        return unreadable(r, err == ENOENT ? "decrypting needs tshark, which is not installed"
                                           : strerror(err));
    r->stream = decrypt.stream;
    result = read_stream(r);
    if (r->stream)
        fclose(r->stream);
    r->stream = NULL;
    if (sipsan_decrypt_close(&decrypt) != 0 && r->frame == 0)
        return unreadable(r, "tshark cannot read this capture");
    return result;
}

enum sipsan_input_result sipsan_input_read(const struct sipsan_input *input, const char *path,
                                           uint32_t file)
{
    struct sipsan_reader r = {.input = input, .path = path, .file = file};
    bool standard = strcmp(path, "-") == 0;
    enum sipsan_input_result result;

    errno = 0;
    if (input->keylog) {
        result = read_decrypted(&r);
        (void)sipsan_flush(input->context);
        return result;
    }
    r.stream = standard ? stdin : fopen(path, "rb");
    if (!r.stream)
        return unreadable(&r, strerror(errno));
    r.live = is_live(r.stream);
    result = read_stream(&r);
    (void)sipsan_flush(input->context);
    if (r.stream && !standard)
        fclose(r.stream);
    return result;
}

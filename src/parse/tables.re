/* A program of the build: writes the tables that the parser looks things up in, the classes of
 * octets from grammars/ and the hash of header field names from ids.h. Not part of the library. */
#include <stdio.h>
#include <stdlib.h>

#include "parse/names.h"
#include "parse/octets.h"

/*!include:re2c "core.re" */
/*!include:re2c "uri.re" */
/*!include:re2c "message.re" */
/*!include:re2c "headers.re" */

/*!re2c
re2c:define:YYCTYPE  = "unsigned char";
re2c:define:YYCURSOR = s;
re2c:define:YYMARKER = m;
re2c:yyfill:enable   = 0;
re2c:sentinel        = 255;
*/

/* Octets -------------------------------------------------------------------------------------- */

/* Does the production take this octet alone? 0xFF stands behind it. */
typedef bool takes_fn(const unsigned char *s);

#define BEGIN                                                                                      \
    const unsigned char *m = s;                                                                    \
    (void)m

static bool takes_alphanum(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    alphanum { return true; }
    *        { return false; }
    */
}

static bool takes_token(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    token { return true; }
    *     { return false; }
    */
}

static bool takes_word(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    word { return true; }
    *    { return false; }
    */
}

static bool takes_user(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    user { return true; }
    *    { return false; }
    */
}

static bool takes_user_plain(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    user_plain { return true; }
    *          { return false; }
    */
}

static bool takes_password(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    password_char { return true; }
    *             { return false; }
    */
}

static bool takes_paramchar(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    paramchar { return true; }
    *         { return false; }
    */
}

static bool takes_uric(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    uric { return true; }
    *    { return false; }
    */
}

static bool takes_qdtext(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    qdtext { return true; }
    *      { return false; }
    */
}

static bool takes_text(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    text { return true; }
    *    { return false; }
    */
}

static bool takes_ctext(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    ctext { return true; }
    *     { return false; }
    */
}

static bool takes_reason(const unsigned char *s)
{
    BEGIN;
    /*!re2c
    reason_text { return true; }
    *           { return false; }
    */
}

/* A class of octets: what a production takes, or the octets of a text. */
static const struct {
    unsigned octet; /* enum sipsan_octet */
    takes_fn *takes;
    const char *ends; /* with 0xFF */
} classes[] = {
    {SIPSAN_OCTET_ALPHANUM, takes_alphanum, NULL},
    {SIPSAN_OCTET_TOKEN, takes_token, NULL},
    {SIPSAN_OCTET_WORD, takes_word, NULL},
    {SIPSAN_OCTET_USER, takes_user, NULL},
    {SIPSAN_OCTET_USER_PLAIN, takes_user_plain, NULL},
    {SIPSAN_OCTET_PASSWORD, takes_password, NULL},
    {SIPSAN_OCTET_PARAMCHAR, takes_paramchar, NULL},
    {SIPSAN_OCTET_URIC, takes_uric, NULL},
    {SIPSAN_OCTET_QDTEXT, takes_qdtext, NULL},
    {SIPSAN_OCTET_TEXT, takes_text, NULL},
    {SIPSAN_OCTET_CTEXT, takes_ctext, NULL},
    {SIPSAN_OCTET_REASON, takes_reason, NULL},
    {SIPSAN_OCTET_ENDS_LINE, NULL, "\r\n"},
    {SIPSAN_OCTET_ENDS_WORD, NULL, "\r\n \t;,"},
    {SIPSAN_OCTET_ENDS_HOST, NULL, "\r\n \t:;,>?@"}, /* of the '@' the reader of a URI tells */
};

static bool in_class(size_t i, unsigned char c)
{
    const unsigned char text[] = {c, 0xFF};

    if (classes[i].takes)
        return classes[i].takes(text);
    return c == 0xFF || (c && strchr(classes[i].ends, c));
}

static void write_octets(void)
{
    puts("#include \"parse/octets.h\"\n\nconst uint16_t sipsan_octets[256] = {");
    for (unsigned c = 0; c < 256; c++) {
        unsigned bits = 0;

        for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
            if (in_class(i, (unsigned char)c))
                bits |= classes[i].octet;
        printf("%s0x%04x,%s", c % 8 ? " " : "    ", bits, c % 8 == 7 ? "\n" : "");
    }
    puts("};\n");
}

/* Names --------------------------------------------------------------------------------------- */

struct name {
    const char *text;
    char letter; /* of the compact form, or 0 */
    const char *id;
};

static const struct name names[] = {
#define X(id, name, compact) {name, compact, #id},
    SIPSAN_HEADERS(X)
#undef X
};

#define NAME_COUNT (sizeof(names) / sizeof(*names))

/* Row 0 is of no name. */
struct rows {
    struct sipsan_name_row rows[2 * NAME_COUNT + 1];
    const char *ids[2 * NAME_COUNT + 1];
    size_t count;
};

static void add_row(struct rows *rows, const char *text, size_t n, const char *id)
{
    struct sipsan_name_row *row = &rows->rows[rows->count];

    if (n == 0 || n > SIPSAN_NAME_MAX) {
        fprintf(stderr, "%s is too long a name: see SIPSAN_NAME_WORDS\n", text);
        exit(1);
    }
    *row = (struct sipsan_name_row){.n = (uint16_t)n};
    for (size_t i = 0; i < n; i++)
        row->words[i / 8] |= (uint64_t)(unsigned char)text[i] << (i % 8 * 8);
    rows->ids[rows->count++] = id;
}

static uint64_t hash_of(const struct sipsan_name_row *row, uint64_t factor)
{
    uint64_t hash = 0;

    for (unsigned i = 0; i <= row->n / 8u; i++)
        hash = sipsan_name_hash(hash, row->words[i], factor);
    return hash;
}

/* Fills the slots; false when two names want the same one. */
static bool fits(const struct rows *rows, uint8_t *slots, size_t slot_count, unsigned shift,
                 uint64_t factor)
{
    memset(slots, 0, slot_count);
    for (size_t i = 1; i < rows->count; i++) {
        uint64_t slot = hash_of(&rows->rows[i], factor) >> shift;

        if (slots[slot])
            return false;
        slots[slot] = (uint8_t)i;
    }
    return true;
}

#define BITS_MAX  13
#define TRIES_MAX 200000

static void write_slots(const struct rows *rows)
{
    static uint8_t slots[1 << BITS_MAX];
    unsigned bits = 8;
    uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);

    while (bits < BITS_MAX && (size_t)1 << bits < 4 * rows->count)
        bits++;
    for (;; bits++) {
        size_t count = (size_t)1 << bits;
        bool found = false;

        if (bits > BITS_MAX || rows->count > UINT8_MAX) {
            fputs("no hash of the header names: is one there twice?\n", stderr);
            exit(1);
        }
        for (long tries = 0; tries < TRIES_MAX && !found; tries++) {
            factor = (factor ^ factor >> 29) * UINT64_C(0xbf58476d1ce4e5b9) | 1;
            found = fits(rows, slots, count, 64 - bits, factor);
        }
        if (!found)
            continue;
        printf("#define NAME_SHIFT %u\n", 64 - bits);
        printf("#define NAME_FACTOR UINT64_C(0x%llx)\n\n", (unsigned long long)factor);
        printf("static const uint8_t name_slots[%zu] = {\n", count);
        for (size_t i = 0; i < count; i++)
            printf("%s%u,%s", i % 16 ? " " : "    ", slots[i], i % 16 == 15 ? "\n" : "");
        puts("};\n");
        return;
    }
}

static void write_names(void)
{
    static struct rows rows = {.count = 1, .ids = {"OTHER"}};

    for (unsigned k = 0; k < SIPSAN_NAME_WORDS; k++)
        rows.rows[0].words[k] = UINT64_MAX; /* the last word of a text ends in a zero octet */
    for (size_t i = 0; i < NAME_COUNT; i++) {
        add_row(&rows, names[i].text, strlen(names[i].text), names[i].id);
        if (names[i].letter)
            add_row(&rows, &names[i].letter, 1, names[i].id);
    }
    printf("static const struct sipsan_name_row name_rows[%zu] = {\n", rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        printf("    {{");
        for (unsigned k = 0; k < SIPSAN_NAME_WORDS; k++)
            printf("%sUINT64_C(0x%llx)", k ? ", " : "", (unsigned long long)rows.rows[i].words[k]);
        printf("}, SIPSAN_HDR_%s, %u},\n", rows.ids[i], (unsigned)rows.rows[i].n);
    }
    puts("};\n");
    write_slots(&rows);
}

/* octets or names: which file to write to standard output. */
int main(int argc, char **argv)
{
    bool octets = argc > 1 && !strcmp(argv[1], "octets");

    puts("/* Made by tables.re. */");
    if (octets)
        write_octets();
    else
        write_names();
    return ferror(stdout) ? 1 : 0;
}

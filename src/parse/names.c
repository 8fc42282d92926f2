/* Header field names, long and compact: RFC 3261 7.3.1, 7.3.3, 20. */
#include "parse/names.h"

#include "names_table.h" /* name_rows, name_slots, NAME_SHIFT, NAME_FACTOR */

#define ONES (UINT64_MAX / 255)

/* First octet lowest, on every machine. */
static uint64_t load(const char *p)
{
    const unsigned char *s = (const unsigned char *)p;

    return (uint64_t)s[0] | (uint64_t)s[1] << 8 | (uint64_t)s[2] << 16 | (uint64_t)s[3] << 24 |
           (uint64_t)s[4] << 32 | (uint64_t)s[5] << 40 | (uint64_t)s[6] << 48 |
           (uint64_t)s[7] << 56;
}

/* A bit for the first colon of the word, and perhaps for later ones; 0 when there is none. */
static uint64_t find_colon(uint64_t word)
{
    uint64_t x = word ^ (ONES * ':');

    return (x - ONES) & ~x & (ONES * 0x80);
}

/* The octets before that colon. */
static uint64_t before(uint64_t colon)
{
    return (colon ^ (colon - 1)) >> 8;
}

/* Equal but for the case of letters; `known` has letters and hyphens only. Mostly it is the same.
 */
static bool same_word(uint64_t known, uint64_t word)
{
    return known == word || ((known ^ word) & ~((known & (ONES * 0x40)) >> 1)) == 0;
}

/* No row of an empty slot is equal to anything: its words end in no zero octet. */
static const struct sipsan_name_row *row_of(uint64_t hash)
{
    return &name_rows[name_slots[hash >> NAME_SHIFT]];
}

/* Behind the name of this row, if the colon is there: octets 0 in between are in no word. */
static const char *take(const char *p, const struct sipsan_name_row *row, enum sipsan_header_id *id)
{
    *id = (enum sipsan_header_id)row->id;
    return p[row->n] == ':' ? p + row->n : NULL;
}

/* A name of 16 octets or more, whose first words are known to be no end. */
static __attribute__((noinline)) const char *match_long(const char *p, uint64_t hash,
                                                        enum sipsan_header_id *id)
{
    const struct sipsan_name_row *row;
    uint64_t word, colon = 0;
    unsigned last = 1;

    while (!colon) {
        if (++last == SIPSAN_NAME_WORDS)
            return NULL;
        word = load(p + 8 * last);
        colon = find_colon(word);
        if (colon)
            word &= before(colon);
        hash = sipsan_name_hash(hash, word, NAME_FACTOR);
    }
    row = row_of(hash);
    for (unsigned i = 0; i < last; i++)
        if (!same_word(row->words[i], load(p + 8 * i)))
            return NULL;
    if (!same_word(row->words[last], word))
        return NULL;
    return take(p, row, id);
}

/* Inlined in both of its users: the one is called for every line. */
static inline __attribute__((always_inline)) const char *match(const char *p,
                                                               enum sipsan_header_id *id)
{
    const struct sipsan_name_row *row;
    uint64_t first = load(p), colon = find_colon(first);

    if (colon) {
        first &= before(colon);
        row = row_of(sipsan_name_hash(0, first, NAME_FACTOR));
    } else {
        uint64_t second = load(p + 8), hash = sipsan_name_hash(0, first, NAME_FACTOR);

        colon = find_colon(second);
        if (!colon)
            return match_long(p, sipsan_name_hash(hash, second, NAME_FACTOR), id);
        second &= before(colon);
        row = row_of(sipsan_name_hash(hash, second, NAME_FACTOR));
        if (!same_word(row->words[1], second))
            return NULL;
    }
    if (!same_word(row->words[0], first))
        return NULL;
    return take(p, row, id);
}

const char *sipsan_name_match(const char *p, enum sipsan_header_id *id)
{
    return match(p, id);
}

enum sipsan_header_id sipsan_name_find(struct sipsan_span name)
{
    enum sipsan_header_id id = SIPSAN_HDR_OTHER;
    char text[SIPSAN_NAME_READ] = {0};

    if (name.n == 0 || name.n > SIPSAN_NAME_MAX)
        return SIPSAN_HDR_OTHER;
    memcpy(text, name.p, name.n);
    text[name.n] = ':';
    return match(text, &id) == text + name.n ? id : SIPSAN_HDR_OTHER;
}

/* Facts of parsers that would go on with a message are compared with those of the first that would.
 *
 * A class is named by the fact, by who agrees with whom and by how the values differ, not by the
 * values. Parsers that refuse are left out of a comparison: refusing is what keeps two elements
 * from disagreeing. Only that a parser refuses what has no fault is a class of its own. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

static const char *const fact_names[DIFF_FACTS] = {
    [DIFF_REQUEST] = "kind of message",
    [DIFF_METHOD] = "method",
    [DIFF_HOST] = "host of the Request-URI",
    [DIFF_VIAS] = "number of Via values",
    [DIFF_BRANCH] = "branch",
    [DIFF_VIA_HOST] = "host of the Via",
    [DIFF_CALL_ID] = "Call-ID",
    [DIFF_CSEQ] = "CSeq number",
    [DIFF_CSEQ_METHOD] = "CSeq method",
    [DIFF_FROM_TAG] = "From tag",
    [DIFF_TO_TAG] = "To tag",
    [DIFF_ROUTES] = "number of Route values",
    [DIFF_CONTACTS] = "number of Contact values",
    [DIFF_FIELDS] = "number of header fields",
    [DIFF_END] = "end of the header",
    [DIFF_LENGTH] = "Content-Length",
    [DIFF_BODY] = "length of the body",
};

const struct diff_parser *const diff_parsers[] = {
    &diff_sipsan,
#ifdef DIFF_OSIP
    &diff_osip,
#endif
#ifdef DIFF_SOFIA
    &diff_sofia,
#endif
#ifdef DIFF_LIBRE
    &diff_libre,
#endif
};
const size_t diff_parser_count = sizeof diff_parsers / sizeof *diff_parsers;

bool diff_start(void)
{
    bool ok = true;

    for (size_t i = 0; i < diff_parser_count; i++)
        ok = ok && diff_parsers[i]->start();
    return ok;
}

static void read_with(size_t parser, struct diff_facts *facts, const char *p, size_t n)
{
    facts->accepted = false;
    for (size_t f = 0; f < DIFF_FACTS; f++) {
        facts->fault[f] = NULL;
        facts->value[f].known = false;
    }
    diff_parsers[parser]->read(facts, p, n);
}

void diff_read(struct diff_reading *out, const char *p, size_t n, volatile uint32_t *at)
{
    for (size_t i = 0; i < diff_parser_count; i++) {
        struct diff_facts *facts = &out->facts[i];

        if (at)
            *at = (uint32_t)i;
        read_with(i, facts, p, n);
    }
}

static bool is_number(const struct diff_value *v)
{
    for (size_t i = 0; i < v->n; i++) {
        if (v->text[i] < '0' || v->text[i] > '9')
            return false;
    }
    return v->n > 0;
}

/* Digits without zeros in front: "007" and "7" are one number. */
static size_t zeros(const struct diff_value *v)
{
    size_t n = 0;

    while (n + 1 < v->n && v->text[n] == '0')
        n++;
    return n;
}

static bool same(const struct diff_value *a, const struct diff_value *b)
{
    size_t skip_a = 0, skip_b = 0;

    if (is_number(a) && is_number(b)) {
        skip_a = zeros(a);
        skip_b = zeros(b);
    }
    return a->n - skip_a == b->n - skip_b &&
           (a->n == skip_a || memcmp(a->text + skip_a, b->text + skip_b, a->n - skip_a) == 0);
}

/* How b differs from a. */
static const char *shape(const struct diff_value *a, const struct diff_value *b)
{
    const struct diff_value *longer = a->n > b->n ? a : b, *shorter = a->n > b->n ? b : a;

    if (b->n == 0)
        return "has none";
    if (a->n == 0)
        return "has one";
    if (is_number(a) && is_number(b))
        return a->n - zeros(a) > b->n - zeros(b) ||
                       (a->n - zeros(a) == b->n - zeros(b) &&
                        memcmp(a->text + zeros(a), b->text + zeros(b), a->n - zeros(a)) > 0)
                   ? "less"
                   : "more";
    if (memcmp(longer->text, shorter->text, shorter->n) == 0)
        return b == longer ? "goes on" : "stops early";
    if (memcmp(longer->text + longer->n - shorter->n, shorter->text, shorter->n) == 0)
        return b == longer ? "begins early" : "begins late";
    return "another text";
}

static void add(char key[DIFF_KEY_MAX], const char *text)
{
    size_t n = strlen(key);

    snprintf(key + n, DIFF_KEY_MAX - n, "%s", text);
}

static void compare_fact(const struct diff_reading *r, enum diff_fact fact, diff_key_fn fn,
                         void *user)
{
    const struct diff_value *first = NULL;
    char key[DIFF_KEY_MAX] = "", others[DIFF_KEY_MAX] = "";

    add(key, fact_names[fact]);
    add(key, ": ");
    for (size_t i = 0; i < diff_parser_count; i++) {
        const struct diff_value *value = &r->facts[i].value[fact];

        if (!r->facts[i].accepted || !value->known)
            continue;
        if (!first || same(first, value)) {
            if (first)
                add(key, "=");
            add(key, diff_parsers[i]->name);
            first = first ? first : value;
        } else {
            add(others, ", ");
            add(others, diff_parsers[i]->name);
            add(others, " ");
            add(others, shape(first, value));
        }
    }
    if (!others[0])
        return;
    add(key, others);
    if (r->facts[0].fault[fact]) {
        add(key, " (");
        add(key, r->facts[0].fault[fact]);
        add(key, ")");
    }
    fn(user, key);
}

/* The header field (from its line to the next) without which a parser takes the message that it
 * refuses; false when there is no such one. */
static bool refused_for(char name[32], size_t parser, const char *p, size_t n)
{
    static struct diff_facts facts;
    static char without[16384];

    if (n > sizeof without)
        return false;
    for (size_t at = 0, next; at < n; at = next) {
        const char *lf = memchr(p + at, '\n', n - at);

        for (;;) {
            next = lf ? (size_t)(lf - p) + 1 : n;
            if (next >= n || (p[next] != ' ' && p[next] != '\t'))
                break;
            lf = memchr(p + next, '\n', n - next);
        }
        if (next - at < 3)
            return false; /* the empty line: there are no more */
        memcpy(without, p, at);
        memcpy(without + at, p + next, n - next);
        read_with(parser, &facts, without, n - (next - at));
        if (!facts.accepted)
            continue;
        for (n = 0; n < 31 && (p[at] == '-' || (p[at] >= '0' && p[at] <= 'z' && p[at] != ':'));
             at++)
            name[n++] = (char)(p[at] >= 'A' && p[at] <= 'Z' ? p[at] - 'A' + 'a' : p[at]);
        name[n] = '\0';
        return true;
    }
    return false;
}

void diff_keys(const struct diff_reading *reading, const char *p, size_t n, diff_key_fn fn,
               void *user)
{
    for (size_t fact = 0; fact < DIFF_FACTS; fact++)
        compare_fact(reading, (enum diff_fact)fact, fn, user);
    for (size_t i = 1; reading->facts[0].accepted && i < diff_parser_count; i++) {
        char key[DIFF_KEY_MAX] = "", name[32];

        if (reading->facts[i].accepted)
            continue;
        add(key, diff_parsers[i]->name);
        add(key, " refuses what has no fault");
        if (refused_for(name, i, p, n)) {
            add(key, ": ");
            add(key, name);
        }
        fn(user, key);
    }
}
